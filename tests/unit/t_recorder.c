/*
 * t_recorder.c - claims about recordings of regions: each moment is there as it
 * was, whatever happened to the file meanwhile.
 */
#include "timed.h"

#include <viewer/record.h>
#include <viewer/recorder.h>

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/resource.h>

#include <cmocka.h>

#define COUNT 150
#define STEP 10

static struct logged log_of[COUNT];
static char file_path[64], why[300];

static struct source *
open_self(void)
{
	const struct target target = { .pid = getpid() };
	struct target_error error;
	struct source *source;

	CHECK(source_open(&target, SOURCE_NO_WATCHER, &source, &error) == 0);
	return (source);
}

/* Records into the file, or goes on with it. */
static struct recorder *
begin(struct source *source)
{
	struct record_file file = { .path = file_path };
	struct rec_out *out = record_open(&file, why, sizeof(why));
	struct recorder *recorder;

	CHECK(out != NULL);
	recorder = recorder_create(out, 0, 0);
	recorder_add(recorder, source);
	return (recorder);
}

static void
make_path(void)
{
	int file;

	strcpy(file_path, "/tmp/t_recorder.XXXXXX");
	file = mkstemp(file_path);
	CHECK(file != -1);
	(void)close(file);
}

/* Every moment that is asked for, in a file.  What is recorded while it goes on
 * ticks in the future: a region is never older than its present. */
static void
same_in(const char *path, size_t from, size_t to)
{
	struct target target = { .path = (char *)(uintptr_t)path };
	struct target_error error;
	struct timed timed = { .why = "" };
	size_t k;

	CHECK(source_open(&target, 0, &timed.source, &error) == 0);
	timed.timeline = timeline_create(timed.source, 0);
	CHECK(
	    timeline_update(timed.timeline, timed.why, sizeof(timed.why)) == 0);
	CHECK(timeline_model(timed.timeline)->target.recording);
	timed_same(&timed, &log_of[to - 1]);
	for (k = to; k-- > from;) {
		CHECK(timed_go(&timed, TIMELINE_STEP, -1) == 0);
		timed_same(&timed, &log_of[k]);
	}
	timed_close(&timed);
}

static void
whole(void)
{
	struct logged_program program;
	struct recorder *recorder;
	struct recorder_state state;
	struct source *source;
	size_t k;

	make_path();
	timed_start(0);
	timed_begin(&program, 1, COUNT / 2);
	timed_run(&program, log_of, 0, COUNT / 2);
	source = open_self();
	recorder = begin(source);
	for (k = COUNT / 2; k < COUNT; k += STEP) {
		CHECK(recorder_poll(recorder, why, sizeof(why)) == 0);
		timed_run(
		    &program, log_of, k, k + STEP < COUNT ? k + STEP : COUNT);
	}
	CHECK(!recorder_over(recorder, source));
	CHECK(recorder_poll(recorder, why, sizeof(why)) == 0);
	state = recorder_state(recorder);
	CHECK(state.regions == 1 && state.live == 1);
	CHECK(state.frames >= COUNT);
	CHECK(recorder_close(recorder, why, sizeof(why)) == 0);
	source_close(source);
	same_in(file_path, 0, COUNT);
	(void)unlink(file_path);
}

/* The same in many parts: each time the end is torn off. */
static void
torn(void)
{
	struct logged_program program;
	struct recorder *recorder;
	struct source *source;
	struct stat status;
	size_t k;

	make_path();
	timed_start(0);
	timed_begin(&program, 2, COUNT);
	for (k = 0; k < COUNT; k += STEP) {
		timed_run(&program, log_of, k, k + STEP);
		source = open_self();
		recorder = begin(source);
		CHECK(recorder_close(recorder, why, sizeof(why)) == 0);
		source_close(source);
		CHECK(stat(file_path, &status) == 0);
		if (k + STEP < COUNT)
			CHECK(truncate(file_path,
				  status.st_size - (off_t)(k % 100)) == 0);
	}
	same_in(file_path, 0, COUNT);
	(void)unlink(file_path);
}

/* While it may not grow, nothing is written; then all of it is. */
static void
full(void)
{
	struct rlimit limit, before;
	struct logged_program program;
	struct recorder *recorder;
	struct source *source;
	size_t k;

	make_path();
	(void)signal(SIGXFSZ, SIG_IGN);
	timed_start(0);
	timed_begin(&program, 3, COUNT / 2);
	timed_run(&program, log_of, 0, COUNT / 2);
	source = open_self();
	recorder = begin(source);
	CHECK(recorder_poll(recorder, why, sizeof(why)) == 0);
	CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
	limit = before;
	limit.rlim_cur = recorder_state(recorder).bytes + 10;
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	for (k = COUNT / 2; k < COUNT - STEP; k++) {
		/* Its own region does not grow over the limit either. */
		CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
		timed_run(&program, log_of, k, k + 1);
		CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
		errno = 0;
		CHECK(recorder_poll(recorder, why, sizeof(why)) == -1);
		CHECK(errno == EFBIG);
	}
	CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
	CHECK(recorder_poll(recorder, why, sizeof(why)) == 0);
	timed_run(&program, log_of, k, COUNT);
	CHECK(recorder_close(recorder, why, sizeof(why)) == 0);
	source_close(source);
	same_in(file_path, 0, COUNT);
	(void)unlink(file_path);
}

/* Another file needs nothing of the one before. */
static void
rotated(void)
{
	struct record_file file = { .path = file_path, .keep = SIZE_MAX };
	struct logged_program program;
	struct recorder *recorder;
	struct source *source;
	char first[64];

	make_path();
	timed_start(0);
	timed_begin(&program, 4, COUNT);
	timed_run(&program, log_of, 0, COUNT / 2);
	source = open_self();
	recorder = begin(source);
	CHECK(recorder_poll(recorder, why, sizeof(why)) == 0);
	strcpy(first, file_path);
	make_path();
	CHECK(recorder_rotate(recorder, record_open(&file, why, sizeof(why)),
		  why, sizeof(why)) == 0);
	timed_run(&program, log_of, COUNT / 2, COUNT);
	CHECK(recorder_close(recorder, why, sizeof(why)) == 0);
	source_close(source);
	same_in(first, 0, COUNT / 2);
	same_in(file_path, COUNT / 2, COUNT);
	(void)unlink(first);
	(void)unlink(file_path);
}

/* ---- claims -------------------------------------------------------------------------------- */

#define CLAIM(name, body)                                                      \
	static void name(void **state)                                         \
	{                                                                      \
		(void)state;                                                   \
		assert_int_equal(in_child(body), 0);                           \
	}

CLAIM(test_each_moment_is_there_as_it_was, whole)
CLAIM(test_what_was_torn_off_is_written_again, torn)
CLAIM(test_a_full_disk_loses_nothing_that_the_region_has, full)
CLAIM(test_each_file_can_be_opened_alone, rotated)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_moment_is_there_as_it_was),
		cmocka_unit_test(test_what_was_torn_off_is_written_again),
		cmocka_unit_test(
		    test_a_full_disk_loses_nothing_that_the_region_has),
		cmocka_unit_test(test_each_file_can_be_opened_alone),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
