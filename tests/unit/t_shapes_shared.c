/*
 * t_shapes_shared.c - claims about rows that many threads write to at once,
 * and about rows that refer to each other.
 */
#include "interrupt.h"
#include "shown.h"

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
#define ADDS (100000 / SCALE)
#define HANDLED (2000 / SCALE)
#define TIMER_NS 20000

static struct dbgshm_queue queue;
static struct dbgshm_cache cache;
static struct dbgshm_limit limit;
static pthread_barrier_t barrier;
static uint64_t handled, arrived, handler_since;

static struct dbgshm_profile *
start(void)
{
	own_start();
	return (dbgshm_profile_add("shared", "of a test", NULL));
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

/* ---- counts of several threads ------------------------------------------------------------ */

/* Goes on when all have come, without sleeping: all at the same moment. */
static void
meet_all(uint64_t expected)
{
	(void)dbgshm__fetch_add(&arrived, 1);
	while (dbgshm__load_acquire(&arrived) < expected)
		(void)sched_yield();
}

static void *
adder(void *number)
{
	int i;

	meet_all(THREADS);
	for (i = 0; i < ADDS; i++) {
		dbgshm_queue_put(queue, 2);
		dbgshm_queue_take(queue, 1);
		dbgshm_queue_done(queue, 1);
		dbgshm_queue_refuse(queue, 3);
		dbgshm_cache_hit(cache, 1);
		dbgshm_cache_miss(cache, 2);
		dbgshm_cache_evict(cache, 3);
	}
	return (number);
}

static void
counts(void)
{
	const uint64_t n = (uint64_t)THREADS * ADDS;
	const struct dbgshm_row_info *row;
	struct shown shown;

	queue = dbgshm_queue_claim(dbgshm_queues_create(start(), 1), "q", 0);
	cache = dbgshm_cache_claim(
	    dbgshm_caches_create(dbgshm_profile_add("c", "x", NULL), 1), "c",
	    0);
	run_threads(adder);
	shown_open(&shown, "shared");
	row = shown_row(&shown, 0);
	CHECK(shown_u(&shown, row, DBGSHM_QUEUE_PUT) == 2 * n);
	CHECK(shown_u(&shown, row, DBGSHM_QUEUE_TAKEN) == n);
	CHECK(shown_u(&shown, row, DBGSHM_QUEUE_DONE) == n);
	CHECK(shown_u(&shown, row, DBGSHM_QUEUE_REFUSED) == 3 * n);
	shown_close(&shown);
	shown_open(&shown, "c");
	row = shown_row(&shown, 0);
	CHECK(shown_u(&shown, row, DBGSHM_CACHE_HITS) == n);
	CHECK(shown_u(&shown, row, DBGSHM_CACHE_MISSES) == 2 * n);
	CHECK(shown_u(&shown, row, DBGSHM_CACHE_EVICTIONS) == 3 * n);
	shown_close(&shown);
}

static void
test_queues_and_caches_are_exact_with_threads(void **state)
{
	(void)state;
	assert_int_equal(in_child(counts), 0);
}

static void *
waiter(void *number)
{
	const uint64_t *cells = limit.row.words + DBGSHM_ROW_WORDS;
	uint64_t since;
	int i;

	for (i = 0; i < ADDS / 10; i++) {
		since = dbgshm_limit_wait(limit, "thread");
		/* Now and then all of them wait: that must be seen. */
		if (i % 8 == 0) {
			(void)pthread_barrier_wait(&barrier);
			CHECK(dbgshm__load_acquire(
				  cells + DBGSHM_LIMIT_WAITING) == THREADS);
			CHECK(dbgshm__load_acquire(
				  cells + DBGSHM_LIMIT_SINCE) != 0);
			(void)pthread_barrier_wait(&barrier);
		}
		dbgshm_limit_waited(limit, since);
	}
	return (number);
}

static void
waiters(void)
{
	const struct dbgshm_row_info *row;
	struct shown shown;

	limit = dbgshm_limit_claim(dbgshm_limits_create(start(), 1), "l", 1);
	CHECK(pthread_barrier_init(&barrier, NULL, THREADS) == 0);
	run_threads(waiter);
	shown_open(&shown, "shared");
	row = shown_row(&shown, 0);
	CHECK(shown_u(&shown, row, DBGSHM_LIMIT_WAITING) == 0);
	CHECK(shown_u(&shown, row, DBGSHM_LIMIT_SINCE) == 0);
	CHECK(shown_u(&shown, row, DBGSHM_LIMIT_WAITS) ==
	    (uint64_t)THREADS * (ADDS / 10));
	shown_close(&shown);
}

static void
test_a_limit_is_at_rest_when_all_have_waited(void **state)
{
	(void)state;
	assert_int_equal(in_child(waiters), 0);
}

/* A handler begins to wait while the last one stops waiting. */
static void
on_limit_signal(int number)
{
	(void)number;
	if (handler_since == 0)
		handler_since = dbgshm_limit_wait(limit, "handler");
	handled++;
}

static void
waits_in_handlers(void)
{
	const uint64_t *since, *waiting;
	timer_t timer;
	uint64_t handlers;

	limit = dbgshm_limit_claim(dbgshm_limits_create(start(), 1), "l", 1);
	since = limit.row.words + DBGSHM_ROW_WORDS + DBGSHM_LIMIT_SINCE;
	waiting = limit.row.words + DBGSHM_ROW_WORDS + DBGSHM_LIMIT_WAITING;
	timer = interrupt_me(on_limit_signal, TIMER_NS);
	while (*(volatile uint64_t *)&handled < HANDLED) {
		dbgshm_limit_waited(limit, dbgshm_limit_wait(limit, "main"));
		if ((handlers = *(volatile uint64_t *)&handler_since) == 0)
			continue;
		/* It still waits: somebody has been waiting since. */
		CHECK(dbgshm__load_acquire(waiting) == 1);
		CHECK(dbgshm__load_acquire(since) != 0);
		dbgshm_limit_waited(limit, handlers);
		*(volatile uint64_t *)&handler_since = 0;
	}
	interrupt_no_more(timer);
}

static void
test_who_begins_to_wait_is_not_forgotten_by_who_stops(void **state)
{
	(void)state;
	assert_int_equal(in_child(waits_in_handlers), 0);
}

/* ---- references --------------------------------------------------------------------------- */

static void
references(void)
{
	static const struct dbgshm_column connection_columns[] = {
		{ "peer", DBGSHM_TYPE_TEXT, 0, NULL, 0, 0, 0, NULL },
	};
	static const struct dbgshm_column request_columns[] = {
		{ "connection", DBGSHM_TYPE_REFERENCE, 0, NULL, 0, 0, 0, NULL },
	};
	struct dbgshm_table *connections =
	    dbgshm_objects_create(start(), connection_columns, 1, 1);
	struct dbgshm_table *requests = dbgshm_objects_create(
	    dbgshm_profile_add("requests", "x", NULL), request_columns, 1, 4);
	struct dbgshm_reference found;
	struct dbgshm_row connection, request;
	struct shown shown;

	connection = dbgshm_row_claim(connections);
	dbgshm_row_text(connection, 0, "10.0.0.7");
	dbgshm_row_end(connection);
	request = dbgshm_row_claim(requests);
	dbgshm_row_set(request, 0, dbgshm_row_reference(connection));
	dbgshm_row_end(request);
	shown_open(&shown, "requests");
	CHECK(dbgshm_reader_reference(shown.reader,
		  shown_u(&shown, shown_row(&shown, 0), 0), &found) == 0);
	CHECK(found.table != -1 && found.row == 0);
	CHECK(own_text_is(
	    dbgshm_reader_cell(shown.reader, (size_t)found.table,
		dbgshm_reader_row(shown.reader, (size_t)found.table, 0), 0)
		.text,
	    "10.0.0.7"));
	/* Its slot has another owner now: it is known to be stale. */
	dbgshm_row_finish(connection);
	connection = dbgshm_row_claim(connections);
	dbgshm_row_end(connection);
	shown_refresh(&shown);
	CHECK(dbgshm_reader_reference(shown.reader,
		  shown_u(&shown, shown_row(&shown, 0), 0), &found) == 0);
	CHECK(found.table != -1 && found.row == -1);
	shown_close(&shown);
}

static void
test_a_reference_between_objects_goes_stale(void **state)
{
	(void)state;
	assert_int_equal(in_child(references), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_queues_and_caches_are_exact_with_threads),
		cmocka_unit_test(test_a_limit_is_at_rest_when_all_have_waited),
		cmocka_unit_test(
		    test_who_begins_to_wait_is_not_forgotten_by_who_stops),
		cmocka_unit_test(test_a_reference_between_objects_goes_stale),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
