/*
 * t_operation_end.c - claims about ends: once, whoever ends it and whatever it
 * meets.
 */
#include "operation.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

#define ENDS (20000 / SCALE)
#define THREADS 4
#define RUNS (50000 / SCALE)

/* ---- ends that come twice, late or at once ---------------------------------------------- */

static void
stale(void)
{
	struct dbgshm_operation op, copy, late, zero, newer[CAPACITY];
	struct seen seen;
	int i;

	start();
	memset(&zero, 0, sizeof(zero));
	dbgshm_operation_progress(&zero, 1, 1, "x");
	dbgshm_operation_end(&zero, DBGSHM_OUTCOME_OK);
	dbgshm_operation_progress(NULL, 1, 1, "x");
	dbgshm_operation_end(NULL, DBGSHM_OUTCOME_OK);
	op = dbgshm_operation_begin(NULL, READ, "x");
	dbgshm_operation_end(&op, DBGSHM_OUTCOME_OK);
	op = dbgshm_operation_begin(ops, 2, "no such kind");
	dbgshm_operation_end(&op, DBGSHM_OUTCOME_OK);
	CHECK(latency("read").count == 0);

	op = copy = late = dbgshm_operation_begin(ops, READ, "once");
	dbgshm_operation_end(&op, DBGSHM_OUTCOME_OK);
	seen = see(op);
	dbgshm_operation_end(&op, DBGSHM_OUTCOME_FAILED);
	dbgshm_operation_end(&copy, DBGSHM_OUTCOME_FAILED);
	dbgshm_operation_progress(&op, 9, 9, "late");
	CHECK(see(op).outcome == DBGSHM_OUTCOME_OK && see(op).done == 0);
	CHECK(see(op).end == seen.end && latency("read").count == 1);
	CHECK(outcomes("read", "failed") == 0);
	for (i = 0; i < CAPACITY; i++)
		newer[i] = dbgshm_operation_begin(ops, WRITE, "newer");
	CHECK(!see(op).there);
	dbgshm_operation_progress(&late, 9, 9, "late");
	dbgshm_operation_end(&late, DBGSHM_OUTCOME_FAILED);
	for (i = 0; i < CAPACITY; i++) {
		seen = see(newer[i]);
		CHECK(!seen.finished && seen.done == 0);
		CHECK(seen.outcome == DBGSHM_OUTCOME_NONE);
	}
}

static void
test_ending_twice_and_handles_of_the_past_do_nothing(void **state)
{
	(void)state;
	assert_int_equal(in_child(stale), 0);
}

static struct dbgshm_operation current; /* for the handler */
static uint64_t ended;			/* by the handler */

static void
on_timer(int signal)
{
	(void)signal;
	if (dbgshm__load_relaxed(&ended) != 0)
		return;
	dbgshm_operation_end(&current, DBGSHM_OUTCOME_OK);
	dbgshm__store_relaxed(&ended, 1);
}

/* A handler that ends what its own thread is in the middle of changing. */
static void
handlers(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID,
		.sigev_signo = SIGUSR1 };
	struct itimerspec every = { { 0, 30000 }, { 0, 30000 } };
	timer_t timer;
	uint64_t i;

	start();
	CHECK(signal(SIGUSR1, on_timer) != SIG_ERR);
	ended = 1;
	event._sigev_un._tid = gettid();
	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	CHECK(timer_settime(timer, 0, &every, NULL) == 0);
	for (i = 0; i < ENDS; i++) {
		struct dbgshm_operation op;

		op = dbgshm_operation_begin(ops, READ, "interrupted");
		CHECK(op.row.words != NULL);
		current = op;
		dbgshm__store_release(&ended, 0);
		while (dbgshm__load_acquire(&ended) == 0)
			dbgshm_operation_progress(&op, i, ENDS, "on");
		CHECK((dbgshm__load_acquire(op.row.sequence) & 7) ==
		    DBGSHM_ROW_FINISHED << DBGSHM_SEQ_STATE_SHIFT);
	}
	CHECK(timer_delete(timer) == 0);
	CHECK(latency("read").count == ENDS && dropped() == 0);
	CHECK(outcomes("read", "ok") == ENDS);
}

static void
test_an_end_in_the_middle_of_a_progress_is_not_lost(void **state)
{
	(void)state;
	assert_int_equal(in_child(handlers), 0);
}

static pthread_barrier_t turn;

static void *
other_ender(void *argument)
{
	uint64_t i, spin;

	(void)argument;
	for (i = 0; i < ENDS; i++) {
		(void)pthread_barrier_wait(&turn);
		for (spin = 0; spin < i % 64; spin++)
			__asm__ volatile("" ::: "memory");
		dbgshm_operation_end(&current, DBGSHM_OUTCOME_FAILED);
		dbgshm__store_release(&ended, 1);
		(void)pthread_barrier_wait(&turn);
	}
	return (NULL);
}

static void
crossing(void)
{
	struct dbgshm_operation op;
	pthread_t thread;
	uint64_t i;

	start();
	CHECK(pthread_barrier_init(&turn, NULL, 2) == 0);
	CHECK(pthread_create(&thread, NULL, other_ender, NULL) == 0);
	for (i = 0; i < ENDS; i++) {
		op = current = dbgshm_operation_begin(ops, READ, "crossed");
		CHECK(op.row.words != NULL);
		ended = 0;
		(void)pthread_barrier_wait(&turn);
		do
			dbgshm_operation_progress(&op, i, ENDS, "on");
		while (dbgshm__load_acquire(&ended) == 0);
		(void)pthread_barrier_wait(&turn);
		CHECK((dbgshm__load_acquire(op.row.sequence) & 7) ==
		    DBGSHM_ROW_FINISHED << DBGSHM_SEQ_STATE_SHIFT);
	}
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(outcomes("read", "failed") == ENDS && dropped() == 0);
	CHECK(latency("read").count == ENDS);
}

static void
test_an_end_that_crosses_a_progress_of_another_thread_is_not_lost(void **state)
{
	(void)state;
	assert_int_equal(in_child(crossing), 0);
}

static void *
runner(void *unused)
{
	struct dbgshm_operation outer, inner;
	int i;

	(void)unused;
	for (i = 0; i < RUNS; i++) {
		outer = dbgshm_operation_begin(ops, READ, "outer");
		inner = dbgshm_operation_begin(ops, WRITE, "inner");
		dbgshm_operation_progress(&inner, 1, 2, "half");
		dbgshm_operation_end(&inner, DBGSHM_OUTCOME_OK);
		dbgshm_operation_end(&outer, DBGSHM_OUTCOME_OK);
	}
	CHECK(dbgshm__thread.operation == 0);
	return (NULL);
}

static void
crowd(void)
{
	pthread_t threads[THREADS];
	struct dbgshm_reader *reader;
	size_t i;

	start();
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, runner, NULL) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(latency("read").count == (uint64_t)THREADS * RUNS);
	CHECK(latency("write").count == (uint64_t)THREADS * RUNS);
	reader = own_reader();
	for (i = 0; i < dbgshm_reader_row_count(reader, 0); i++)
		CHECK(dbgshm_reader_row(reader, 0, i)->state ==
		    DBGSHM_ROWSTATE_FINISHED);
	dbgshm_reader_close(reader);
}

static void
test_no_operation_of_many_threads_is_lost(void **state)
{
	(void)state;
	assert_int_equal(in_child(crowd), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_ending_twice_and_handles_of_the_past_do_nothing),
		cmocka_unit_test(
		    test_an_end_in_the_middle_of_a_progress_is_not_lost),
		cmocka_unit_test(
		    test_an_end_that_crosses_a_progress_of_another_thread_is_not_lost),
		cmocka_unit_test(test_no_operation_of_many_threads_is_lost),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
