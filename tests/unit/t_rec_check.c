/*
 * t_rec_check.c - claims about what is refused and what check says: recordings of
 * other versions and machines, and every kind of fault with its place.
 */
#include "recorded_whole.h"

#include <inttypes.h>

/* ---- other versions, other machines ------------------------------------------------------ */

static void
refused_as(struct recorded *bad, int number)
{
	int file;

	assert_int_equal(parsed(bad).result, -1);
	assert_int_equal(errno, number);
	assert_int_equal(listed(bad).result, -1);
	assert_int_equal(errno, number);
	file = recorded_file(bad->bytes, bad->size);
	assert_null(rec_out_file(recorded_again(file), why, sizeof(why)));
	assert_int_equal(errno, number);
	(void)close(file);
}

static void
swap(unsigned char *bytes, size_t size)
{
	unsigned char byte;
	size_t i;

	for (i = 0; i < size / 2; i++) {
		byte = bytes[i];
		bytes[i] = bytes[size - 1 - i];
		bytes[size - 1 - i] = byte;
	}
}

static void
test_the_other_byte_order_is_refused(void **state)
{
	struct recorded bad = copy();

	(void)state;
	swap(bad.bytes, 8);
	swap(bad.bytes + 8, 8);
	swap(bad.bytes + 16, 2);
	assert_true(rec_begins(bad.bytes, 16));
	assert_false(rec_begins(bad.bytes, 15));
	refused_as(&bad, EPROTONOSUPPORT);
	assert_non_null(strstr(why, "byte order"));
	free(bad.bytes);
}

static void
test_a_newer_major_version_is_refused(void **state)
{
	struct recorded bad = copy();

	(void)state;
	bad.bytes[offsetof(struct rec_head, major)]++;
	refused_as(&bad, EPROTONOSUPPORT);
	rec_sign_head(&sum, bad.bytes);
	refused_as(&bad, EPROTONOSUPPORT);
	free(bad.bytes);
	bad = copy();
	bad.bytes[offsetof(struct rec_head, features)]++;
	rec_sign_head(&sum, bad.bytes);
	refused_as(&bad, EPROTONOSUPPORT);
	free(bad.bytes);
}

/* It may add types of chunks, bytes to the heads of recordings and regions. */
static void
test_a_newer_minor_version_is_read(void **state)
{
	struct recorded newer = copy();
	struct rec_head *head = (void *)newer.bytes;
	struct rec_chunk_head *chunk = (void *)(newer.bytes + chunk_at(3));
	struct seen seen;
	int file;

	(void)state;
	head->minor++;
	head->features = UINT64_C(1) << 40;
	rec_sign_head(&sum, newer.bytes);
	chunk->type = 77;
	rec_sign_chunk(&sum, id(), (void *)chunk, chunk_size(chunk_at(3)));
	chunk = (void *)(newer.bytes + chunk_at(5));
	chunk->flags |= 0x80;
	rec_sign_chunk(&sum, id(), (void *)chunk, chunk_size(chunk_at(5)));
	seen = parsed(&newer);
	assert_int_equal(seen.result, 0);
	assert_int_equal(seen.pieces, PIECES - 2);
	assert_int_equal(seen.damage.places, 0);

	head->head_size += 16;
	rec_sign_head(&sum, newer.bytes);
	memmove(newer.bytes + RECORDED_HEAD + 16, newer.bytes + RECORDED_HEAD,
	    newer.size - RECORDED_HEAD);
	newer.size += 16;
	seen = recorded_parse(newer.bytes, newer.size, 7);
	assert_int_equal(seen.pieces, PIECES - 2);
	seen = listed(&newer);
	assert_int_equal(seen.pieces, PIECES - 2);

	file = recorded_file(newer.bytes, newer.size);
	assert_null(rec_out_file(recorded_again(file), why, sizeof(why)));
	assert_int_equal(errno, EPROTONOSUPPORT);
	(void)close(file);
	free(newer.bytes);
}

/* ---- what check says ----------------------------------------------------------------------- */

struct told {
	unsigned faults, chunks;
	uint64_t first; /* offset of the first fault */
	char text[128];
};

static void
tell(void *context, uint64_t offset, const char *text)
{
	struct told *told = context;

	if (told->faults++ > 0)
		return;
	told->first = offset;
	(void)snprintf(told->text, sizeof(told->text), "%s", text);
}

static void
tell_chunk(void *context, uint64_t offset, const struct rec_chunk *chunk)
{
	struct told *told = context;

	(void)offset;
	(void)chunk;
	told->chunks++;
}

static int
checked(
    const struct recorded *bytes, struct told *told, struct rec_checked *result)
{
	struct rec_check check = { tell, tell_chunk, told };
	int file = recorded_file(bytes->bytes, bytes->size), status;

	*told = (struct told){ 0 };
	assert_int_equal(lseek(file, 0, SEEK_SET), 0);
	status = rec_check(file, &check, result, why, sizeof(why));
	(void)close(file);
	return (status);
}

static void
test_check_has_nothing_to_say_of_what_is_sound(void **state)
{
	struct recorded open_one = whole;
	struct rec_checked result;
	struct told told;

	(void)state;
	assert_int_equal(checked(&whole, &told, &result), 0);
	if (told.faults != 0)
		fail_msg("%s", told.text);
	assert_int_equal(told.chunks, PIECES + 1);
	assert_int_equal(result.chunks, PIECES + 1);
	assert_int_equal(result.regions, 1);
	assert_int_equal(result.bytes, whole.size);
	assert_true(result.index);
	open_one.size = chunk_at(PIECES + 1);
	assert_int_equal(checked(&open_one, &told, &result), 0);
	assert_int_equal(told.faults, 0);
	assert_false(result.index);
}

static void
test_check_finds_any_flipped_bit_and_says_where(void **state)
{
	struct recorded bad = copy();
	struct rec_checked result;
	struct told told;
	size_t bit, at;
	unsigned number = 0;

	(void)state;
	for (bit = 0; bit < bad.size * 8; bit++) {
		bad.bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		if (checked(&bad, &told, &result) == 0) {
			while (number < PIECES + 2 &&
			    chunk_at(number + 1) <= bit / 8)
				number++;
			at = chunk_at(number);
			if (told.faults == 0 || told.first != at)
				fail_msg("bit %zu: chunk at %zu, fault at "
					 "%" PRIu64 ": %s",
				    bit, at, told.first, told.text);
		} else if (bit / 8 >= RECORDED_HEAD) {
			fail_msg("bit %zu: nothing is shown", bit);
		}
		bad.bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	free(bad.bytes);
}

static void
test_check_knows_what_cannot_be(void **state)
{
	static const struct {
		unsigned chunk, at, value;
		const char *text;
	} cases[] = {
		{ 3, offsetof(struct rec_chunk_head, type), 66, "type 66" },
		{ 2, offsetof(struct rec_chunk_head, flags), 64, "flags 64" },
		{ 3, offsetof(struct rec_chunk_head, region), 2,
		    "has not begun" },
		{ 1, offsetof(struct rec_chunk_head, flags), 1,
		    "that this one follows" },
		{ 3, offsetof(struct rec_chunk_head, real_ns), 9, "the index" },
		{ PIECES + 2, sizeof(struct rec_chunk_head), 0,
		    "not where the index is" },
	};
	struct rec_checked result;
	struct recorded bad;
	struct told told;
	size_t i, at;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bad = copy();
		at = chunk_at(cases[i].chunk);
		bad.bytes[at + cases[i].at] = (unsigned char)cases[i].value;
		rec_sign_chunk(&sum, id(), bad.bytes + at, chunk_size(at));
		assert_int_equal(checked(&bad, &told, &result), 0);
		if (strstr(told.text, cases[i].text) == NULL)
			fail_msg("%s: not in: %s", cases[i].text, told.text);
		free(bad.bytes);
	}
	bad = copy();
	memset(bad.bytes + bad.size, 0, 50);
	bad.size += 50;
	assert_int_equal(checked(&bad, &told, &result), 0);
	assert_int_equal(told.faults, 1);
	assert_int_equal(told.first, whole.size);
	bad.size = chunk_at(PIECES) + 40;
	assert_int_equal(checked(&bad, &told, &result), 0);
	assert_non_null(strstr(told.text, "40 bytes are there"));
	free(bad.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_other_byte_order_is_refused),
		cmocka_unit_test(test_a_newer_major_version_is_refused),
		cmocka_unit_test(test_a_newer_minor_version_is_read),
		cmocka_unit_test(
		    test_check_has_nothing_to_say_of_what_is_sound),
		cmocka_unit_test(
		    test_check_finds_any_flipped_bit_and_says_where),
		cmocka_unit_test(test_check_knows_what_cannot_be),
	};

	return (cmocka_run_group_tests(tests, make_whole, free_whole));
}
