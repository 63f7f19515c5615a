/*
 * t_history_killed.c - claims about a writer that ends, forks or becomes another
 * program in the middle of a tick.
 *
 * KILLS=N kills N times, and does the rest N / 5 times.  limit: 600
 */
#include "own.h"

#include <sys/time.h>

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SCALE 10
#else
#define SCALE 1
#endif

#define SECOND UINT64_C(1000000000)
#define GAUGES 64
#define ROWS 8
#define LONGEST_US 3000 /* before it happens */

static uint64_t base_ns, noise = 1, kills;
static struct dbgshm_gauge gauges[GAUGES];
static struct dbgshm_table *table;
static struct dbgshm_row rows[ROWS];

static uint64_t
any(void)
{
	noise = noise * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (noise >> 33);
}

/* What everything has at a tick: no two ticks have anything in common. */
static uint64_t
value_at(uint64_t tick, uint64_t i)
{
	return (((tick * UINT64_C(0x9e3779b97f4a7c15)) ^ i * 12345) >> 2);
}

static const struct dbgshm_options options = { .sampling = DBGSHM_SAMPLER_TICK,
	.state = DBGSHM_PUBLISHED,
	.history_bytes = 128 << 10,
	.row_history_bytes = 96 << 10 };

static void
begin(void)
{
	static const struct dbgshm_column columns[] = {
		{ .name = "a", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "b", .type = DBGSHM_TYPE_GAUGE },
	};
	struct dbgshm_metric metric = { 0 };
	struct dbgshm_profile *profile;
	char name[8];
	size_t i;

	CHECK(dbgshm_init(&options) == 0);
	CHECK((profile = dbgshm_profile_add("t", "t", NULL)) != NULL);
	for (i = 0; i < GAUGES; i++) {
		(void)snprintf(name, sizeof(name), "g%zu", i);
		metric.name = name;
		CHECK(dbgshm_gauge_create(profile, &metric, &gauges[i]) == 0);
	}
	CHECK((table = dbgshm_table_create(profile, columns, 2, ROWS)) != NULL);
	for (i = 0; i < ROWS; i++) {
		rows[i] = dbgshm_row_claim(table);
		dbgshm_row_end(rows[i]);
	}
}

static void
tick(uint64_t number)
{
	size_t i;

	for (i = 0; i < GAUGES; i++)
		dbgshm_gauge_set(gauges[i], (int64_t)value_at(number, i));
	for (i = 0; i < ROWS; i++) {
		dbgshm_row_begin(rows[i]);
		dbgshm_row_set(rows[i], 0, value_at(number, i));
		dbgshm_row_set(rows[i], 1, value_at(number, i));
		dbgshm_row_end(rows[i]);
	}
	CHECK(dbgshm_tick(base_ns + number * SECOND) == 0);
}

static void
tick_for_ever(void)
{
	uint64_t number;

	for (number = 1;; number++)
		tick(number);
}

/* ---- what is left ------------------------------------------------------------ */

static uint64_t
tick_of(uint64_t mono_ns)
{
	CHECK((mono_ns - base_ns) % SECOND == 0);
	return ((mono_ns - base_ns) / SECOND);
}

static void
look_at_rows(const struct dbgshm_reader *reader, uint64_t number)
{
	const struct dbgshm_row_info *row;
	size_t i;

	CHECK(dbgshm_reader_row_count(reader, 0) == ROWS);
	for (i = 0; i < ROWS; i++) {
		row = dbgshm_reader_row(reader, 0, i);
		CHECK(dbgshm_reader_cell(reader, 0, row, 0).u ==
		    value_at(number, row->slot));
		CHECK(dbgshm_reader_cell(reader, 0, row, 1).u ==
		    value_at(number, row->slot));
	}
}

/* That a row was being written is as it has to be. */
static void
complain(const struct dbgshm_fault *fault, void *context)
{
	size_t *faults = context;

	if (strncmp(fault->text, "row was being written", 21) == 0)
		return;
	(void)fprintf(stderr, "at %llu: %s\n",
	    (unsigned long long)fault->offset, fault->text);
	++*faults;
}

/* How many moments there are, each with the values of one tick; the ticks follow
 * each other. */
static size_t
look(const char *path)
{
	struct dbgshm_reader *reader;
	struct dbgshm_past *past;
	struct dbgshm_moment moment;
	struct dbgshm_fault fault = { .text = "" };
	uint64_t number, last = 0, at;
	size_t i, g, first, looked = 0, faults = 0;

	CHECK(dbgshm_reader_open(path, &reader, &fault) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	(void)dbgshm_reader_check(reader, complain, &faults);
	CHECK(faults == 0);
	CHECK(dbgshm_past_open(reader, &past) == 0);
	for (i = 0; i < dbgshm_past_count(past); i++) {
		moment = dbgshm_past_moment(past, i);
		if (moment.mono_ns <= base_ns)
			continue;
		CHECK(dbgshm_past_show(past, i) == 0);
		number = tick_of(moment.mono_ns);
		CHECK(moment.coarse || last == 0 || number == last + 1);
		last = moment.coarse ? 0 : number;
		first = own_metric(reader, "g0");
		for (g = 0; g < GAUGES; g++)
			CHECK(dbgshm_reader_value(reader, first + g).u ==
			    value_at(number, g));
		at = dbgshm_past_rows_at(past);
		if (at != UINT64_MAX && at > base_ns)
			look_at_rows(reader, tick_of(at));
		looked++;
	}
	dbgshm_past_close(past);
	dbgshm_reader_close(reader);
	return (looked);
}

static void
wait_a_little(void)
{
	uint64_t us = any() % LONGEST_US;

	(void)clock_nanosleep(CLOCK_MONOTONIC, 0,
	    &(struct timespec){ .tv_nsec = (long)us * 1000 }, NULL);
}

/* Does it in a child of its own, again and again; what the child leaves is good.
 * Returns the moments that were seen. */
static size_t
again_and_again(
    uint64_t times, void (*body)(void), bool killed, int status_wanted)
{
	struct timespec now;
	uint64_t i;
	size_t looked = 0;
	char path[256], byte;
	int ready[2], status;
	pid_t child;

	for (i = 0; i < times; i++) {
		CHECK(pipe(ready) == 0);
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
		base_ns = ((uint64_t)now.tv_sec + 1000) * SECOND;
		(void)any();
		if ((child = fork()) == 0) {
			(void)alarm(60);
			begin();
			CHECK(write(ready[1], "", 1) == 1);
			body();
			_exit(3);
		}
		(void)close(ready[1]);
		CHECK(read(ready[0], &byte, 1) == 1);
		(void)close(ready[0]);
		if (killed) {
			wait_a_little();
			CHECK(kill(child, SIGKILL) == 0);
		}
		CHECK(waitpid(child, &status, 0) == child);
		if (status != status_wanted)
			(void)fprintf(stderr, "status %#x\n", status);
		CHECK(status == status_wanted);
		if (!region_file(child, false, path, sizeof(path)))
			continue; /* it has gone in good order */
		looked += look(path);
		CHECK(unlink(path) == 0);
	}
	return (looked);
}

/* ---- killed ---------------------------------------------------------------------- */

static void
killing(void)
{
	CHECK(again_and_again(kills, tick_for_ever, true, SIGKILL) > kills);
}

static void
test_a_kill_in_a_tick_leaves_whole_frames(void **state)
{
	(void)state;
	assert_int_equal(in_child(killing), 0);
}

/* ---- another program ---------------------------------------------------------------- */

static void *
tick_in_thread(void *context)
{
	uint64_t number;

	(void)context;
	for (number = 1;; number++) {
		tick(number);
		pthread_testcancel();
	}
	return (NULL); /* never */
}

static void
become(void)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, tick_in_thread, NULL) == 0);
	wait_a_little();
	(void)execl("/bin/sh", "sh", "-c", "exit 7", (char *)NULL);
}

static void
becoming(void)
{
	CHECK(again_and_again(kills / 5, become, false, 7 << 8) > kills / 10);
}

static void
test_an_exec_in_a_tick_leaves_whole_frames(void **state)
{
	(void)state;
	assert_int_equal(in_child(becoming), 0);
}

/* ---- exit from a handler ------------------------------------------------------------- */

static void
leave(int signal)
{
	(void)signal;
	exit(7); /* not allowed there, and done all the same */
}

static void
interrupt_tick(void)
{
	struct itimerval after = { .it_value.tv_usec =
				       (suseconds_t)(1 + any() % LONGEST_US) };

	(void)signal(SIGVTALRM, leave);
	(void)setitimer(ITIMER_VIRTUAL, &after, NULL);
	tick_for_ever();
}

static void
leaving(void)
{
	(void)again_and_again(kills / 5, interrupt_tick, false, 7 << 8);
}

static void
test_an_exit_from_a_handler_in_a_tick_ends_the_program(void **state)
{
	(void)state;
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
	skip(); /* their own locks may be held then */
#endif
	assert_int_equal(in_child(leaving), 0);
}

/* ---- forks --------------------------------------------------------------------------- */

/* A child of the child, forked in the middle of a tick, has a past of its own. */
static void
go_on_alone(void)
{
	uint64_t number;
	char path[256];
	size_t i;

	base_ns += 1000000 * SECOND;
	CHECK(dbgshm_init(&options) == 0);
	for (i = 0; i < ROWS; i++) {
		rows[i] = dbgshm_row_claim(table);
		dbgshm_row_end(rows[i]);
	}
	for (number = 1; number <= 20; number++)
		tick(number);
	CHECK(region_file(getpid(), false, path, sizeof(path)));
	CHECK(look(path) == 20);
	exit(0);
}

static void
fork_in_tick(void)
{
	pthread_t thread;
	pid_t child;
	int status;

	CHECK(pthread_create(&thread, NULL, tick_in_thread, NULL) == 0);
	wait_a_little();
	if ((child = fork()) == 0)
		go_on_alone();
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	(void)kill(getpid(), SIGKILL);
}

static void
forking(void)
{
	CHECK(again_and_again(kills / 5, fork_in_tick, false, SIGKILL) >
	    kills / 5);
}

static void
test_a_fork_in_a_tick_gives_both_a_whole_past(void **state)
{
	(void)state;
	assert_int_equal(in_child(forking), 0);
}

/* ---- a thread that is cancelled -------------------------------------------------------- */

static void
cancel_tick(void)
{
	pthread_t thread;
	uint64_t number;

	CHECK(pthread_create(&thread, NULL, tick_in_thread, NULL) == 0);
	wait_a_little();
	CHECK(pthread_cancel(thread) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	for (number = 0; number < 20; number++)
		(void)dbgshm_tick(base_ns);
	(void)kill(getpid(), SIGKILL);
}

static void
cancelling(void)
{
	(void)again_and_again(kills / 5, cancel_tick, false, SIGKILL);
}

static void
test_a_thread_cancelled_in_a_tick_leaves_no_lock(void **state)
{
	(void)state;
	assert_int_equal(in_child(cancelling), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_kill_in_a_tick_leaves_whole_frames),
		cmocka_unit_test(test_an_exec_in_a_tick_leaves_whole_frames),
		cmocka_unit_test(
		    test_an_exit_from_a_handler_in_a_tick_ends_the_program),
		cmocka_unit_test(test_a_fork_in_a_tick_gives_both_a_whole_past),
		cmocka_unit_test(
		    test_a_thread_cancelled_in_a_tick_leaves_no_lock),
	};
	const char *wanted = getenv("KILLS");
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	noise = (uint64_t)now.tv_nsec;
	kills = wanted != NULL ? strtoull(wanted, NULL, 10) : 500 / SCALE;
	(void)printf("seed %llu\n", (unsigned long long)noise);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
