/*
 * t_rec_damage.c - claims about damaged recordings: what is whole is read, what is
 * not is found, nothing is made up.
 */
#include "recorded_whole.h"

#include <malloc.h>

static void
test_any_flipped_bit_is_found(void **state)
{
	struct recorded bad = copy();
	struct seen seen;
	size_t bit;

	(void)state;
	for (bit = 0; bit < bad.size * 8; bit++) {
		bad.bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		seen = parsed(&bad);
		if (seen.result == 0 && seen.damage.places != 1)
			fail_msg("bit %zu: not found in a stream", bit);
		if (seen.result == 0 && seen.regions + seen.pieces < PIECES)
			fail_msg("bit %zu: cost more than a chunk", bit);
		seen = listed(&bad);
		if (seen.result == 0 && seen.damage.places == 0 &&
		    seen.others == 0 &&
		    (seen.pieces != PIECES || seen.regions != 1))
			fail_msg("bit %zu: not found in a file", bit);
		bad.bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	free(bad.bytes);
}

static void
test_a_torn_tail_costs_what_is_torn(void **state)
{
	struct recorded torn = whole;
	size_t next = chunk_at(0);
	unsigned chunks = 0;
	struct seen seen;

	(void)state;
	for (torn.size = RECORDED_HEAD; torn.size < whole.size; torn.size++) {
		if (torn.size >= next + chunk_size(next) && chunks <= PIECES) {
			next += chunk_size(next);
			chunks++;
		}
		seen = parsed(&torn);
		assert_int_equal(seen.result, 0);
		assert_int_equal(seen.regions + seen.pieces, chunks);
		assert_int_equal(seen.damage.places, 0);
		seen = listed(&torn);
		assert_int_equal(seen.result, 0);
		assert_int_equal(seen.regions + seen.pieces, chunks);
		assert_int_equal(seen.others, 0);
		if (chunks <= PIECES) {
			assert_int_equal(seen.damage.bytes, torn.size - next);
			assert_int_equal(
			    seen.damage.first, torn.size > next ? next : 0);
		}
	}
}

static void
test_less_than_a_head_is_no_recording(void **state)
{
	struct recorded torn = whole;

	(void)state;
	for (torn.size = 0; torn.size < RECORDED_HEAD; torn.size++) {
		assert_int_equal(parsed(&torn).result, 0);
		assert_int_equal(listed(&torn).result, -1);
		assert_int_equal(errno, EBADMSG);
	}
}

static void
test_a_torn_recording_goes_on_behind_what_is_whole(void **state)
{
	size_t size, next = chunk_at(PIECES - 1);
	struct recorded taken;
	struct rec_out *out;
	unsigned chunks = PIECES - 1;
	struct seen seen;
	int file;

	(void)state;
	for (size = next; size < whole.size; size++) {
		if (size >= next + chunk_size(next) && chunks <= PIECES) {
			next += chunk_size(next);
			chunks++;
		}
		file = recorded_file(whole.bytes, size);
		out = recorded_open(file);
		assert_int_equal(rec_out_size(out), next);
		recorded_put(out, 100, 101);
		assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
		taken = recorded_take(file);
		seen = parsed(&taken);
		assert_int_equal(seen.pieces, chunks);
		assert_int_equal(seen.last, 100);
		assert_int_equal(seen.damage.places, 0);
		free(taken.bytes);
		(void)close(file);
	}
}

/* What power took: the length is right, the bytes are not there. */
static void
test_what_is_zeros_at_the_end_is_cut_off(void **state)
{
	struct recorded bad = copy();
	size_t last = chunk_at(PIECES), end = chunk_at(PIECES + 1);
	struct rec_out *out;
	int file;

	(void)state;
	memset(bad.bytes + last + RECORDED_CHUNK_HEAD, 0,
	    end - last - RECORDED_CHUNK_HEAD);
	file = recorded_file(bad.bytes, end);
	out = recorded_open(file);
	assert_int_equal(rec_out_size(out), last);
	assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
	(void)close(file);
	free(bad.bytes);
}

static void
test_the_index_says_what_the_heads_say(void **state)
{
	int with = recorded_file(whole.bytes, whole.size);
	int without = recorded_file(whole.bytes, whole.size - RECORDED_END);
	struct rec_entry *by_index, *by_heads;
	struct rec_damage damage;
	size_t i, count, other;

	(void)state;
	assert_int_equal(
	    rec_index(with, &by_index, &count, &damage, why, sizeof(why)), 0);
	assert_int_equal(
	    rec_index(without, &by_heads, &other, &damage, why, sizeof(why)),
	    0);
	assert_int_equal(damage.places, 0);
	assert_int_equal(count, PIECES + 1);
	assert_int_equal(other, count);
	for (i = 0; i < count; i++) {
		assert_int_equal(by_index[i].offset, chunk_at((unsigned)i));
		assert_int_equal(by_index[i].offset, by_heads[i].offset);
		assert_int_equal(by_index[i].size, by_heads[i].size);
		assert_int_equal(by_index[i].real_ns, by_heads[i].real_ns);
		assert_int_equal(by_index[i].region, by_heads[i].region);
		assert_int_equal(by_index[i].type, by_heads[i].type);
		assert_int_equal(by_index[i].first, by_heads[i].first);
	}
	free(by_index);
	free(by_heads);
	(void)close(with);
	(void)close(without);
}

/* A recording that went on behind damage: its index knows where that is. */
static void
test_an_index_knows_of_damage_that_was_there(void **state)
{
	struct recorded bad = copy();
	size_t size = chunk_at(5) - chunk_at(4);
	struct rec_out *out;
	struct seen seen;
	int file;

	(void)state;
	memset(bad.bytes + chunk_at(4), 'x', size);
	file = recorded_file(bad.bytes, chunk_at(PIECES) + 3);
	out = recorded_open(file);
	assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
	seen = recorded_list(file);
	assert_int_equal(seen.pieces, PIECES - 2);
	assert_int_equal(seen.others, 0);
	assert_int_equal(seen.damage.places, 1);
	assert_int_equal(seen.damage.first, chunk_at(4));
	assert_int_equal(seen.damage.bytes, size);
	(void)close(file);
	free(bad.bytes);
}

static void
test_lost_and_foreign_bytes_do_not_cost_what_is_behind(void **state)
{
	size_t at = chunk_at(6), lost;
	struct recorded bad;
	struct seen seen;

	(void)state;
	for (lost = 1; lost < 80; lost++) {
		bad = copy();
		memmove(bad.bytes + at - 3, bad.bytes + at - 3 + lost,
		    bad.size - at + 3 - lost);
		bad.size -= lost;
		seen = parsed(&bad);
		assert_int_equal(seen.last, PIECES);
		assert_in_range(seen.damage.places, 1, 2);
		seen = listed(&bad);
		assert_int_equal(seen.last, PIECES);
		free(bad.bytes);

		bad = copy();
		memmove(bad.bytes + at + lost, bad.bytes + at, bad.size - at);
		memset(bad.bytes + at, 0xd1, lost);
		bad.size += lost;
		seen = parsed(&bad);
		assert_int_equal(seen.pieces, PIECES);
		assert_int_equal(seen.damage.bytes, lost);
		assert_int_equal(seen.damage.first, at);
		free(bad.bytes);
	}
}

/* ---- those who mean harm -------------------------------------------------------------------- */

static void
test_little_does_not_become_much(void **state)
{
	struct recorded bad = copy();
	struct rec_chunk_head *chunk = (void *)(bad.bytes + chunk_at(5));
	struct seen seen;

	(void)state;
	assert_true((chunk->flags & REC_FLAG_COMPRESSED) != 0);
	chunk->size = (uint32_t)REC_CHUNK_MAX;
	rec_sign_chunk(&sum, id(), (void *)chunk, chunk_size(chunk_at(5)));
	seen = parsed(&bad);
	assert_int_equal(seen.pieces, PIECES - 1);
	assert_int_equal(seen.damage.bytes, chunk_size(chunk_at(5)));
	/* A size that it might have, and does not. */
	chunk->size = 186;
	rec_sign_chunk(&sum, id(), (void *)chunk, chunk_size(chunk_at(5)));
	seen = parsed(&bad);
	assert_int_equal(seen.pieces, PIECES - 1);
	assert_int_equal(seen.damage.bytes, chunk_size(chunk_at(5)));
	free(bad.bytes);
}

static void
test_memory_is_for_what_came_not_for_what_was_announced(void **state)
{
	struct recorded bad = copy();
	struct rec_chunk_head *chunk = (void *)(bad.bytes + chunk_at(2));
	size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
	struct rec_in *in = rec_in_create(why, sizeof(why));
	struct rec_chunk got;
	struct rec_entry entry = { .offset = chunk_at(2),
		.real_ns = chunk->real_ns,
		.region = 1,
		.type = REC_PIECE };
	int file;

	(void)state;
	assert_int_equal(chunk->flags, 0);
	chunk->stored_size = chunk->size = (uint32_t)REC_CHUNK_MAX;
	rec_sign_chunk(&sum, id(), (void *)chunk, RECORDED_CHUNK_HEAD);
	memcpy(rec_in_room(in, bad.size), bad.bytes, bad.size);
	rec_in_add(in, bad.size);
	while (rec_in_next(in, &got, why, sizeof(why)) == 1)
		continue;
	assert_in_range(
	    mallinfo2().uordblks + mallinfo2().hblkhd - before, 0, 4 << 20);
	rec_in_free(in);
	in = rec_in_create(why, sizeof(why));
	file = recorded_file(bad.bytes, bad.size);
	assert_int_equal(
	    rec_read(file, &entry, in, &got, why, sizeof(why)), -1);
	assert_int_equal(errno, EBADMSG);
	assert_in_range(
	    mallinfo2().uordblks + mallinfo2().hblkhd - before, 0, 4 << 20);
	(void)close(file);
	rec_in_free(in);
	free(bad.bytes);
}

/* A process can put what looks like a chunk into its own texts. */
static void
test_what_is_in_a_chunk_is_never_taken_for_one(void **state)
{
	int file = recorded_make(0, false);
	struct rec_out *out = recorded_open(file);
	struct rec_chunk chunk = recorded_piece(2);
	unsigned char content[RECORDED_SIZE_MAX];
	struct recorded bad;
	struct seen seen;

	(void)state;
	memcpy(content, chunk.bytes, sizeof(content)); /* noise around it */
	memcpy(content + 8, whole.bytes + chunk_at(2), chunk_size(chunk_at(2)));
	chunk.bytes = content;
	chunk.size = sizeof(content);
	assert_int_equal(rec_out_put(out, &chunk, why, sizeof(why)), 0);
	assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
	bad = recorded_take(file);
	bad.bytes[chunk_at(1) + 4] ^= 1; /* the head around it */
	seen = parsed(&bad);
	assert_int_equal(seen.pieces, 0);
	assert_int_equal(
	    seen.damage.bytes, RECORDED_CHUNK_HEAD + sizeof(content));
	free(bad.bytes);
	(void)close(file);
}

static void
test_an_index_that_lies_is_not_believed(void **state)
{
	struct recorded before = whole;
	int file = recorded_make(5, true);
	struct rec_chunk_head *head;
	unsigned char *content;
	struct seen seen;
	size_t at, i;

	(void)state;
	whole = recorded_take(file);
	at = chunk_at(6);
	head = (void *)(whole.bytes + at);
	content = whole.bytes + at + sizeof(*head);
	assert_int_equal(head->type, REC_INDEX);
	assert_int_equal(head->flags, 0);
	for (i = 0; i < 256 * head->stored_size; i++) {
		content[i / 256] ^= (unsigned char)i;
		rec_sign_chunk(&sum, id(), (void *)head, chunk_size(at));
		seen = listed(&whole);
		assert_int_equal(seen.result, 0);
		if (seen.pieces + seen.regions + seen.others < 6)
			assert_int_not_equal(seen.damage.places, 0);
		content[i / 256] ^= (unsigned char)i;
	}
	free(whole.bytes);
	whole = before;
	(void)close(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_flipped_bit_is_found),
		cmocka_unit_test(test_a_torn_tail_costs_what_is_torn),
		cmocka_unit_test(test_less_than_a_head_is_no_recording),
		cmocka_unit_test(
		    test_a_torn_recording_goes_on_behind_what_is_whole),
		cmocka_unit_test(test_what_is_zeros_at_the_end_is_cut_off),
		cmocka_unit_test(test_the_index_says_what_the_heads_say),
		cmocka_unit_test(test_an_index_knows_of_damage_that_was_there),
		cmocka_unit_test(
		    test_lost_and_foreign_bytes_do_not_cost_what_is_behind),
		cmocka_unit_test(test_little_does_not_become_much),
		cmocka_unit_test(
		    test_memory_is_for_what_came_not_for_what_was_announced),
		cmocka_unit_test(
		    test_what_is_in_a_chunk_is_never_taken_for_one),
		cmocka_unit_test(test_an_index_that_lies_is_not_believed),
	};

	return (cmocka_run_group_tests(tests, make_whole, free_whole));
}
