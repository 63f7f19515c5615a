/*
 * t_rec.c - claims about recordings: what goes in comes out, one write a chunk,
 * and a recording goes on where it ended.
 */
#include "recorded.h"

#include <dlfcn.h>
#include <signal.h>
#include <sys/resource.h>

#define PIECES 50

static bool no_library;

/* In the place of libc's. */
void *
dlopen(const char *name, int flags)
{
	void *(*real)(const char *, int);
	void *function = dlsym(RTLD_NEXT, "dlopen");

	memcpy(&real, &function, sizeof(real));
	return (no_library ? NULL : real(name, flags));
}

static void
all_there(struct seen seen, unsigned pieces)
{
	assert_int_equal(seen.result, 0);
	assert_int_equal(seen.regions, 1);
	assert_int_equal(seen.pieces, pieces);
	assert_int_equal(seen.others, 0);
	assert_int_equal(seen.damage.places, 0);
	assert_int_equal(seen.damage.bytes, 0);
}

static void
test_what_goes_in_comes_out_by_every_way(void **state)
{
	int file = recorded_make(PIECES, true);
	struct recorded taken = recorded_take(file);

	(void)state;
	all_there(recorded_parse(taken.bytes, taken.size, taken.size), PIECES);
	all_there(recorded_list(file), PIECES);
	free(taken.bytes);
	(void)close(file);
}

static void
test_a_pipe_may_give_the_bytes_in_any_slices(void **state)
{
	int file = recorded_make(PIECES, true);
	struct recorded taken = recorded_take(file);
	size_t slice;

	(void)state;
	for (slice = 1; slice < 200; slice++)
		all_there(
		    recorded_parse(taken.bytes, taken.size, slice), PIECES);
	free(taken.bytes);
	(void)close(file);
}

static void
same_region(const struct rec_region *got, const struct rec_region *wanted)
{
	assert_int_equal(got->watched, wanted->watched);
	assert_int_equal(got->pid, wanted->pid);
	assert_int_equal(got->subject_start, wanted->subject_start);
	assert_int_equal(got->created_real_ns, wanted->created_real_ns);
	assert_int_equal(got->period_ns, wanted->period_ns);
	assert_string_equal(got->boot_id, wanted->boot_id);
	assert_string_equal(got->name, wanted->name);
	assert_string_equal(got->host, wanted->host);
}

static void
test_a_region_comes_out_as_it_went_in(void **state)
{
	struct rec_region region = recorded_region(), other = { .pid = 1 };
	int file = recorded_file("", 0);
	struct rec_out *out = recorded_open(file);
	const struct rec_region *list;
	size_t count;

	(void)state;
	memset(other.name, 0xff, 64);
	memset(other.host, 'x', 64);
	assert_int_equal(rec_out_region(out, &region, 5, why, sizeof(why)), 1);
	assert_int_equal(rec_out_region(out, &other, 9, why, sizeof(why)), 2);
	assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
	out = recorded_open(file);
	list = rec_out_regions(out, &count);
	assert_int_equal(count, 2);
	assert_int_equal(list[0].number, 1);
	assert_int_equal(list[1].number, 2);
	same_region(&list[0], &region);
	same_region(&list[1], &other);
	assert_int_equal(rec_out_last_ns(out, 1), 0); /* no piece */
	assert_int_equal(rec_out_last_ns(out, 2), 0);
	assert_int_equal(rec_out_last_ns(out, 3), 0);
	assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
	(void)close(file);
}

static void
test_an_old_recording_goes_on(void **state)
{
	unsigned from, ended;
	struct rec_out *out;
	int file;

	(void)state;
	for (ended = 0; ended < 2; ended++) {
		file = recorded_make(PIECES, ended == 1);
		for (from = PIECES + 1; from < PIECES + 4; from++) {
			out = recorded_open(file);
			assert_int_equal(rec_out_last_ns(out, 1),
			    recorded_piece(from - 1).real_ns);
			recorded_put(out, from, from + 1);
			assert_int_equal(
			    rec_out_close(out, why, sizeof(why)), 0);
			all_there(recorded_list(file), from);
		}
		(void)close(file);
	}
}

static void
test_size_is_that_of_the_file(void **state)
{
	int file = recorded_make(PIECES, false);
	struct recorded taken = recorded_take(file);
	struct rec_out *out = recorded_open(file);

	(void)state;
	assert_int_equal(rec_out_size(out), taken.size);
	assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
	free(taken.bytes);
	(void)close(file);
}

static void
test_chunks_are_little_more_than_what_is_in_them(void **state)
{
	int file = recorded_make(0, false);
	struct rec_out *out = recorded_open(file);
	struct rec_chunk chunk = recorded_piece(2);
	uint64_t before = rec_out_size(out);

	(void)state;
	chunk.size = 1000;
	assert_int_equal(rec_out_put(out, &chunk, why, sizeof(why)), 0);
	assert_int_equal(
	    rec_out_size(out) - before, RECORDED_CHUNK_HEAD + 1000);
	before = rec_out_size(out);
	chunk = recorded_piece(3);
	chunk.size = RECORDED_SIZE_MAX;
	assert_int_equal(rec_out_put(out, &chunk, why, sizeof(why)), 0);
	assert_in_range(rec_out_size(out) - before, RECORDED_CHUNK_HEAD + 8,
	    RECORDED_CHUNK_HEAD + 64);
	assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
	(void)close(file);
}

static void
test_without_libzstd_only_what_is_compressed_is_lost(void **state)
{
	int plain, packed = recorded_make(PIECES, true);
	struct recorded taken;
	struct rec_out *out;
	struct seen seen;

	(void)state;
	no_library = true;
	plain = recorded_make(PIECES, true);
	all_there(recorded_list(plain), PIECES);
	taken = recorded_take(packed);
	seen = recorded_parse(taken.bytes, taken.size, taken.size);
	free(taken.bytes);
	assert_int_equal(seen.result, -1);
	assert_int_equal(errno, ENOTSUP);
	assert_non_null(strstr(why, "libzstd"));
	/* To go on with it nothing has to be unpacked. */
	out = recorded_open(packed);
	recorded_put(out, PIECES + 1, PIECES + 3);
	assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
	no_library = false;
	all_there(recorded_list(packed), PIECES + 2);
	all_there(recorded_list(plain), PIECES);
	(void)close(plain);
	(void)close(packed);
}

static void
test_two_writers_are_one_too_many(void **state)
{
	int file = recorded_make(1, true);
	struct rec_out *out = recorded_open(file);

	(void)state;
	assert_null(rec_out_file(recorded_again(file), why, sizeof(why)));
	assert_int_equal(errno, EBUSY);
	assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
	out = recorded_open(file);
	assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
	(void)close(file);
}

static void
test_what_is_no_recording_is_left_alone(void **state)
{
	static const char text[] =
	    "This is a text of more than sixty-four bytes, which somebody "
	    "wants "
	    "to keep as it is, whatever a recorder is told to do.";
	int file = recorded_file(text, sizeof(text)), pipes[2];
	struct recorded taken;

	(void)state;
	assert_null(rec_out_file(recorded_again(file), why, sizeof(why)));
	assert_int_equal(errno, EBADMSG);
	taken = recorded_take(file);
	assert_int_equal(taken.size, sizeof(text));
	assert_memory_equal(taken.bytes, text, sizeof(text));
	free(taken.bytes);
	(void)close(file);
	file = recorded_file(text, 20);
	assert_null(rec_out_file(recorded_again(file), why, sizeof(why)));
	assert_int_equal(errno, EBADMSG);
	(void)close(file);
	assert_int_equal(pipe(pipes), 0);
	assert_null(rec_out_file(pipes[1], why, sizeof(why)));
	assert_int_equal(errno, EINVAL);
	(void)close(pipes[0]);
}

static void
test_a_head_that_was_not_whole_is_made_again(void **state)
{
	int file = recorded_make(0, false), short_one;
	struct recorded taken = recorded_take(file);
	struct rec_out *out;
	size_t size;

	(void)state;
	for (size = 16; size < RECORDED_HEAD; size += 16) {
		short_one = recorded_file(taken.bytes, size);
		out = recorded_open(short_one);
		assert_int_equal(rec_out_size(out), RECORDED_HEAD);
		assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
		assert_int_equal(recorded_list(short_one).result, 0);
		(void)close(short_one);
	}
	free(taken.bytes);
	(void)close(file);
}

/* ---- full disks, broken pipes ----------------------------------------------------------- */

/* A limit of the file's size cuts writes short where a full disk does. */
static void
allow(rlim_t size)
{
	struct rlimit limit = { size, RLIM_INFINITY };

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void
test_a_full_disk_costs_the_chunk_that_does_not_fit(void **state)
{
	struct rec_chunk chunk;
	struct recorded taken;
	struct rec_out *out;
	uint64_t size;
	size_t left;
	int file;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	for (left = 0; left < RECORDED_CHUNK_HEAD + recorded_size(6);
	     left += 5) {
		file = recorded_make(5, true);
		out = recorded_open(file);
		size = rec_out_size(out);
		chunk = recorded_piece(6);
		allow(size + left);
		assert_int_equal(
		    rec_out_put(out, &chunk, why, sizeof(why)), -1);
		assert_int_equal(errno, EFBIG);
		assert_int_equal(rec_out_size(out), size);
		taken = recorded_take(file);
		assert_int_equal(taken.size, size);
		all_there(
		    recorded_parse(taken.bytes, taken.size, taken.size), 5);
		free(taken.bytes);
		allow(RLIM_INFINITY);
		recorded_put(out, 6, 9);
		assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
		all_there(recorded_list(file), 8);
		(void)close(file);
	}
}

static void
test_without_room_for_an_index_there_is_none(void **state)
{
	int file = recorded_make(PIECES, true);
	struct recorded whole = recorded_take(file), taken;
	struct rec_out *out;
	uint64_t size, room;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	out = recorded_open(file);
	size = rec_out_size(out);
	assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
	for (room = size; room < whole.size; room += 11) {
		out = recorded_open(file);
		allow(room);
		assert_int_equal(rec_out_close(out, why, sizeof(why)), -1);
		assert_int_equal(errno, EFBIG);
		allow(RLIM_INFINITY);
		taken = recorded_take(file);
		assert_int_equal(taken.size, size);
		all_there(recorded_list(file), PIECES);
		free(taken.bytes);
	}
	free(whole.bytes);
	(void)close(file);
}

static void
test_a_pipe_that_broke_is_good_for_nothing(void **state)
{
	struct rec_chunk chunk = recorded_piece(1);
	struct rec_out *out;
	int pipes[2], full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	assert_null(rec_out_pipe(full, why, sizeof(why)));
	assert_int_equal(errno, ENOSPC);
	(void)close(full);
	assert_int_equal(pipe(pipes), 0);
	out = rec_out_pipe(pipes[1], why, sizeof(why));
	assert_non_null(out);
	(void)close(pipes[0]);
	chunk.region = 0;
	chunk.type = REC_ALIVE;
	assert_int_equal(rec_out_put(out, &chunk, why, sizeof(why)), -1);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(rec_out_put(out, &chunk, why, sizeof(why)), -1);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
	(void)close(pipes[1]);
}

static void
test_a_pipe_carries_what_a_file_does(void **state)
{
	struct rec_region region = recorded_region();
	unsigned char bytes[32768];
	struct rec_out *out;
	struct seen seen;
	ssize_t size;
	int pipes[2];

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	out = rec_out_pipe(pipes[1], why, sizeof(why));
	assert_non_null(out);
	assert_int_equal(rec_out_region(out, &region, 1, why, sizeof(why)), 1);
	recorded_put(out, 1, PIECES + 1);
	assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
	size = read(pipes[0], bytes, sizeof(bytes));
	seen = recorded_parse(bytes, (size_t)size, 77);
	all_there(seen, PIECES);
	assert_int_equal(seen.offset, size);
	(void)close(pipes[0]);
	(void)close(pipes[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_goes_in_comes_out_by_every_way),
		cmocka_unit_test(test_a_pipe_may_give_the_bytes_in_any_slices),
		cmocka_unit_test(test_a_region_comes_out_as_it_went_in),
		cmocka_unit_test(test_an_old_recording_goes_on),
		cmocka_unit_test(test_size_is_that_of_the_file),
		cmocka_unit_test(
		    test_chunks_are_little_more_than_what_is_in_them),
		cmocka_unit_test(
		    test_without_libzstd_only_what_is_compressed_is_lost),
		cmocka_unit_test(test_two_writers_are_one_too_many),
		cmocka_unit_test(test_what_is_no_recording_is_left_alone),
		cmocka_unit_test(test_a_head_that_was_not_whole_is_made_again),
		cmocka_unit_test(
		    test_a_full_disk_costs_the_chunk_that_does_not_fit),
		cmocka_unit_test(test_without_room_for_an_index_there_is_none),
		cmocka_unit_test(test_a_pipe_that_broke_is_good_for_nothing),
		cmocka_unit_test(test_a_pipe_carries_what_a_file_does),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
