/*
 * t_shapes_errors.c - claims about the error ledger: one row a kind, no error
 * lost, whoever meets it at once.
 */
#include "interrupt.h"
#include "shown.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SCALE 10
#else
#define SCALE 1
#endif

#define THREADS 4
#define KINDS 24
#define NEW_KINDS 8000
#define MEETINGS (400 / SCALE)
#define HANDLED (1000 / SCALE)
#define TIMER_NS 20000

static struct dbgshm_errors *errors;
static uint64_t handled, arrived, kind_now;
static uint32_t handled_of[NEW_KINDS];

static struct dbgshm_profile *
start(void)
{
	own_start();
	return (dbgshm_profile_add("errors", "of a test", NULL));
}

static void
run_threads(void *(*body)(void *))
{
	pthread_t threads[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(
			  &threads[i], NULL, body, (void *)(intptr_t)i) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
}

static void
kinds(void)
{
	const struct dbgshm_row_info *row;
	struct shown shown;
	uint64_t first, last;

	CHECK((errors = dbgshm_errors_create(start(), 3)) != NULL);
	dbgshm_error_record(errors, ENOENT, "cannot open", "/a");
	shown_open(&shown, "errors");
	row = shown_row(&shown, 0);
	first = shown_u(&shown, row, DBGSHM_ERROR_LAST);
	CHECK(first != 0 && shown_count(&shown) == 1);
	dbgshm_error_record(errors, ENOENT, "cannot open", "/b");
	dbgshm_error_record(errors, EACCES, "cannot open", "/c");
	dbgshm_error_record(errors, -7, "bad answer", "peer 3");
	dbgshm_error_record(errors, ENOENT, "cannot open", NULL);
	dbgshm_error_record(errors, 1, "one too many", "x");
	dbgshm_error_record(errors, 1, "one too many", "y");
	dbgshm_error_record(errors, EACCES, "cannot open", "/d");
	shown_refresh(&shown);
	CHECK(shown_count(&shown) == 3);
	CHECK(shown_table(&shown)->drop_rows == 2);
	CHECK(shown_table(&shown)->drop_busy == 0);
	row = shown_row(&shown, 0); /* last seen first */
	CHECK(shown_cell(&shown, row, DBGSHM_ERROR_CODE).i == EACCES);
	CHECK(shown_u(&shown, row, DBGSHM_ERROR_COUNT) == 2);
	CHECK(shown_is(&shown, row, DBGSHM_ERROR_DETAIL, "/d"));
	row = shown_find(&shown, DBGSHM_ERROR_TEXT, "bad answer");
	CHECK(shown_cell(&shown, row, DBGSHM_ERROR_CODE).i == -7);
	CHECK(shown_u(&shown, row, DBGSHM_ERROR_COUNT) == 1);
	row = shown_row(&shown, 1);
	CHECK(shown_cell(&shown, row, DBGSHM_ERROR_CODE).i == ENOENT);
	CHECK(shown_u(&shown, row, DBGSHM_ERROR_COUNT) == 3);
	CHECK(shown_is(&shown, row, DBGSHM_ERROR_DETAIL, ""));
	last = shown_u(&shown, row, DBGSHM_ERROR_LAST);
	CHECK(last > first);
	CHECK(dbgshm_reader_row_start_ns(shown.reader, row) <=
	    dbgshm_reader_stamp_ns(shown.reader, first));
	shown_close(&shown);
}

static void
test_each_kind_of_error_is_one_row(void **state)
{
	(void)state;
	assert_int_equal(in_child(kinds), 0);
}

/* Goes on when all have come, without sleeping: all at the same moment. */
static void
meet_all(uint64_t expected)
{
	(void)dbgshm__fetch_add(&arrived, 1);
	while (dbgshm__load_acquire(&arrived) < expected)
		(void)sched_yield();
}

/* All meet the same new kinds, again and again. */
static void *
meet(void *number)
{
	char text[32];
	int i, k;

	for (i = 0; i < MEETINGS; i++) {
		meet_all((uint64_t)(i + 1) * THREADS);
		for (k = 0; k < 3; k++) {
			(void)snprintf(text, sizeof(text), "kind %d", i);
			dbgshm_error_record(errors, k, text, "detail");
		}
	}
	return (number);
}

static void
meetings(void)
{
	struct shown shown;
	size_t i;

	/* Room for the rows that are filled in vain, too. */
	CHECK((errors = dbgshm_errors_create(
		   start(), 3 * MEETINGS + THREADS)) != NULL);
	run_threads(meet);
	shown_open(&shown, "errors");
	CHECK(shown_count(&shown) == 3 * MEETINGS);
	for (i = 0; i < shown_count(&shown); i++)
		CHECK(shown_u(&shown, shown_row(&shown, i),
			  DBGSHM_ERROR_COUNT) == THREADS);
	CHECK(shown_table(&shown)->drop_rows == 0);
	shown_close(&shown);
}

static void
test_threads_that_meet_a_new_error_count_in_one_row(void **state)
{
	(void)state;
	assert_int_equal(in_child(meetings), 0);
}

static void
record_kind(uint64_t i)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "kind %u", (unsigned)(i % KINDS));
	dbgshm_error_record(errors, 5, text, "detail");
}

static void
on_error_signal(int number)
{
	(void)number;
	record_kind(handled++);
}

static void
error_handlers(void)
{
	struct shown shown;
	timer_t timer;
	uint64_t recorded = 0, sum = 0;
	size_t i;

	CHECK((errors = dbgshm_errors_create(start(), KINDS + 2)) != NULL);
	timer = interrupt_me(on_error_signal, TIMER_NS);
	while (*(volatile uint64_t *)&handled < HANDLED)
		record_kind(recorded++);
	interrupt_no_more(timer);
	shown_open(&shown, "errors");
	CHECK(shown_count(&shown) == KINDS);
	for (i = 0; i < KINDS; i++)
		sum +=
		    shown_u(&shown, shown_row(&shown, i), DBGSHM_ERROR_COUNT);
	/* Details may be lost, and are counted then; errors are not. */
	CHECK(sum == recorded + handled);
	CHECK(shown_table(&shown)->drop_rows == 0);
	shown_close(&shown);
}

static void
test_handlers_lose_no_error(void **state)
{
	(void)state;
	assert_int_equal(in_child(error_handlers), 0);
}

/* A handler in the middle of the first error of a kind meets just that kind. */
static void
on_same_error(int number)
{
	int64_t now = (int64_t)dbgshm__load_relaxed(&kind_now);

	(void)number;
	if (now == 0)
		return;
	dbgshm_error_record(errors, now, "the same", "handler");
	handled_of[now]++;
	handled++;
}

static void
same_new_error(void)
{
	const struct dbgshm_row_info *row;
	struct shown shown;
	timer_t timer;
	int64_t kind;
	size_t i;

	CHECK((errors = dbgshm_errors_create(start(), NEW_KINDS + 2)) != NULL);
	timer = interrupt_me(on_same_error, TIMER_NS);
	for (kind = 1; kind < NEW_KINDS; kind++) {
		dbgshm__store_relaxed(&kind_now, (uint64_t)kind);
		dbgshm_error_record(errors, kind, "the same", "main");
	}
	dbgshm__store_relaxed(&kind_now, 0);
	interrupt_no_more(timer);
	CHECK(handled > 0);
	shown_open(&shown, "errors");
	CHECK(shown_count(&shown) == NEW_KINDS - 1);
	for (i = 0; i < NEW_KINDS - 1; i++) {
		row = shown_row(&shown, i);
		kind = shown_cell(&shown, row, DBGSHM_ERROR_CODE).i;
		CHECK(kind > 0 && kind < NEW_KINDS);
		CHECK(shown_u(&shown, row, DBGSHM_ERROR_COUNT) ==
		    1 + handled_of[kind]);
	}
	CHECK(shown_table(&shown)->drop_rows == 0);
	shown_close(&shown);
}

static void
test_a_handler_that_meets_the_same_new_error_adds_to_its_row(void **state)
{
	(void)state;
	assert_int_equal(in_child(same_new_error), 0);
}

static void
error_fork(void)
{
	const struct dbgshm_row_info *row;
	struct shown shown;
	int status;
	pid_t child;

	CHECK((errors = dbgshm_errors_create(start(), 3)) != NULL);
	dbgshm_error_record(errors, 1, "a", NULL);
	dbgshm_error_record(errors, 2, "b", NULL);
	if ((child = fork()) == 0) {
		dbgshm_error_record(errors, 1, "a", NULL);
		own_start();
		dbgshm_error_record(errors, 3, "c", NULL);
		dbgshm_error_record(errors, 2, "b", NULL);
		shown_open(&shown, "errors");
		CHECK(shown_find(&shown, DBGSHM_ERROR_TEXT, "c") != NULL);
		row = shown_find(&shown, DBGSHM_ERROR_TEXT, "b");
		CHECK(row != NULL);
		CHECK(shown_u(&shown, row, DBGSHM_ERROR_COUNT) == 1);
		row = shown_find(&shown, DBGSHM_ERROR_TEXT, "a");
		CHECK(row != NULL);
		CHECK(shown_u(&shown, row, DBGSHM_ERROR_COUNT) == 1);
		CHECK(shown_table(&shown)->drop_rows == 0);
		shown_close(&shown);
		exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	shown_open(&shown, "errors");
	CHECK(shown_count(&shown) == 2);
	shown_close(&shown);
}

static void
test_a_forked_child_has_a_ledger_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(in_child(error_fork), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_kind_of_error_is_one_row),
		cmocka_unit_test(
		    test_threads_that_meet_a_new_error_count_in_one_row),
		cmocka_unit_test(test_handlers_lose_no_error),
		cmocka_unit_test(
		    test_a_handler_that_meets_the_same_new_error_adds_to_its_row),
		cmocka_unit_test(test_a_forked_child_has_a_ledger_of_its_own),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
