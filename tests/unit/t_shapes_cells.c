/* t_shapes_cells.c - claims about what each ready-made table shows. */
#include "shown.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct dbgshm_profile *
start(void)
{
	own_start();
	return (dbgshm_profile_add("shape", "of a test", NULL));
}

/* So that a stamp is later than the one before it. */
static void
pass_time(void)
{
	uint64_t begin = dbgshm_now();

	while (dbgshm_elapsed_ns(begin, dbgshm_now()) < 1000000)
		continue;
}

/* ---- hearts, queues, caches, limits, workers, schedules --------------------------- */

static void
heart_cells(void)
{
	struct dbgshm_table *table = dbgshm_heartbeats_create(start(), 2);
	struct dbgshm_heart heart = dbgshm_heart_claim(table, "loop", 5000);
	const struct dbgshm_row_info *row;
	struct shown shown;
	uint64_t last;

	shown_open(&shown, "shape");
	row = shown_find(&shown, DBGSHM_HEARTBEAT_NAME, "loop");
	CHECK(shown_u(&shown, row, DBGSHM_HEARTBEAT_BEATS) == 1);
	CHECK(shown_u(&shown, row, DBGSHM_HEARTBEAT_DEADLINE) == 5000);
	last = shown_u(&shown, row, DBGSHM_HEARTBEAT_LAST);
	CHECK(last != 0);
	CHECK(shown_u(&shown, row, DBGSHM_HEARTBEAT_THREAD) ==
	    (uint64_t)getpid());
	pass_time();
	dbgshm_heart_beat(heart, 0);
	shown_refresh(&shown);
	row = shown_row(&shown, 0);
	CHECK(shown_u(&shown, row, DBGSHM_HEARTBEAT_BEATS) == 2);
	CHECK(shown_u(&shown, row, DBGSHM_HEARTBEAT_LAST) > last);
	CHECK(shown_u(&shown, row, DBGSHM_HEARTBEAT_DEADLINE) == 0);
	dbgshm_heart_beat(heart, 1);
	dbgshm_heart_release(heart);
	dbgshm_heart_release(heart);
	shown_refresh(&shown);
	row = shown_row(&shown, 0);
	CHECK(row->state == DBGSHM_ROWSTATE_FINISHED);
	CHECK(shown_u(&shown, row, DBGSHM_HEARTBEAT_DEADLINE) == 0);
	shown_close(&shown);
}

static void
test_a_heart_beats_rests_and_is_released(void **state)
{
	(void)state;
	assert_int_equal(in_child(heart_cells), 0);
}

static void
queue_and_cache_cells(void)
{
	struct dbgshm_queue queue =
	    dbgshm_queue_claim(dbgshm_queues_create(start(), 2), "jobs", 64);
	struct dbgshm_cache cache = dbgshm_cache_claim(
	    dbgshm_caches_create(dbgshm_profile_add("c", "x", NULL), 2),
	    "a name of more than thirty-two bytes", 100);
	const struct dbgshm_row_info *row;
	uint64_t stamp = dbgshm_now();
	struct shown shown;

	dbgshm_queue_put(queue, 5);
	dbgshm_queue_take(queue, 3);
	dbgshm_queue_done(queue, 2);
	dbgshm_queue_refuse(queue, 1);
	dbgshm_queue_oldest(queue, stamp);
	shown_open(&shown, "shape");
	row = shown_find(&shown, DBGSHM_QUEUE_NAME, "jobs");
	CHECK(shown_u(&shown, row, DBGSHM_QUEUE_PUT) == 5);
	CHECK(shown_u(&shown, row, DBGSHM_QUEUE_TAKEN) == 3);
	CHECK(shown_u(&shown, row, DBGSHM_QUEUE_DONE) == 2);
	CHECK(shown_u(&shown, row, DBGSHM_QUEUE_REFUSED) == 1);
	CHECK(shown_u(&shown, row, DBGSHM_QUEUE_CAPACITY) == 64);
	CHECK(shown_u(&shown, row, DBGSHM_QUEUE_OLDEST) == stamp);
	shown_close(&shown);
	dbgshm_cache_hit(cache, 7);
	dbgshm_cache_miss(cache, 3);
	dbgshm_cache_evict(cache, 2);
	dbgshm_cache_size(cache, 88);
	shown_open(&shown, "c");
	row = shown_row(&shown, 0);
	CHECK(shown_cell(&shown, row, DBGSHM_CACHE_NAME).cut);
	CHECK(shown_u(&shown, row, DBGSHM_CACHE_HITS) == 7);
	CHECK(shown_u(&shown, row, DBGSHM_CACHE_MISSES) == 3);
	CHECK(shown_u(&shown, row, DBGSHM_CACHE_EVICTIONS) == 2);
	CHECK(shown_u(&shown, row, DBGSHM_CACHE_SIZE) == 88);
	CHECK(shown_u(&shown, row, DBGSHM_CACHE_CAPACITY) == 100);
	dbgshm_cache_release(cache);
	shown_refresh(&shown);
	CHECK(shown_row(&shown, 0)->state == DBGSHM_ROWSTATE_FINISHED);
	shown_close(&shown);
}

static void
test_queues_and_caches_count(void **state)
{
	(void)state;
	assert_int_equal(in_child(queue_and_cache_cells), 0);
}

static void
limit_cells(void)
{
	struct dbgshm_limit limit =
	    dbgshm_limit_claim(dbgshm_limits_create(start(), 1), "cpu", 10);
	const struct dbgshm_row_info *row;
	struct shown shown;
	uint64_t a, b;

	dbgshm_limit_set(limit, 20, 13);
	a = dbgshm_limit_wait(limit, "first");
	pass_time();
	b = dbgshm_limit_wait(limit, "second");
	CHECK(a != 0 && b > a);
	shown_open(&shown, "shape");
	row = shown_find(&shown, DBGSHM_LIMIT_NAME, "cpu");
	CHECK(shown_u(&shown, row, DBGSHM_LIMIT_LIMIT) == 20);
	CHECK(shown_u(&shown, row, DBGSHM_LIMIT_CURRENT) == 13);
	CHECK(shown_u(&shown, row, DBGSHM_LIMIT_WAITING) == 2);
	CHECK(shown_u(&shown, row, DBGSHM_LIMIT_SINCE) == a);
	CHECK(shown_is(&shown, row, DBGSHM_LIMIT_WHO, "second"));
	dbgshm_limit_waited(limit, a);
	shown_refresh(&shown);
	row = shown_row(&shown, 0);
	/* Somebody has been waiting all the time. */
	CHECK(shown_u(&shown, row, DBGSHM_LIMIT_WAITING) == 1);
	CHECK(shown_u(&shown, row, DBGSHM_LIMIT_SINCE) == a);
	CHECK(shown_u(&shown, row, DBGSHM_LIMIT_WAITS) == 1);
	CHECK(shown_u(&shown, row, DBGSHM_LIMIT_WAITED) >= 1000000);
	dbgshm_limit_waited(limit, b);
	dbgshm_limit_waited(limit, b); /* once too often */
	shown_refresh(&shown);
	row = shown_row(&shown, 0);
	CHECK(shown_u(&shown, row, DBGSHM_LIMIT_WAITING) == 0);
	CHECK(shown_u(&shown, row, DBGSHM_LIMIT_SINCE) == 0);
	CHECK(shown_u(&shown, row, DBGSHM_LIMIT_WAITS) == 2);
	shown_close(&shown);
}

static void
test_a_limit_knows_who_waits_since_when(void **state)
{
	(void)state;
	assert_int_equal(in_child(limit_cells), 0);
}

static void
worker_cells(void)
{
	struct dbgshm_worker worker =
	    dbgshm_worker_claim(dbgshm_workers_create(start(), 1), "w0");
	const struct dbgshm_row_info *row;
	struct shown shown;
	uint64_t since;

	shown_open(&shown, "shape");
	row = shown_row(&shown, 0);
	CHECK(shown_u(&shown, row, DBGSHM_WORKER_BUSY) == 0);
	since = shown_u(&shown, row, DBGSHM_WORKER_SINCE);
	CHECK(since != 0);
	pass_time();
	dbgshm_worker_busy(worker, "GET /");
	shown_refresh(&shown);
	row = shown_find(&shown, DBGSHM_WORKER_WORK, "GET /");
	CHECK(row != NULL);
	CHECK(shown_u(&shown, row, DBGSHM_WORKER_BUSY) == 1);
	CHECK(shown_u(&shown, row, DBGSHM_WORKER_SINCE) > since);
	CHECK(shown_u(&shown, row, DBGSHM_WORKER_JOBS) == 0);
	CHECK(shown_u(&shown, row, DBGSHM_WORKER_THREAD) == (uint64_t)getpid());
	pass_time();
	dbgshm_worker_busy(worker, "PUT /"); /* the next, without a rest */
	dbgshm_worker_idle(worker);
	dbgshm_worker_idle(worker);
	shown_refresh(&shown);
	row = shown_row(&shown, 0);
	CHECK(shown_u(&shown, row, DBGSHM_WORKER_BUSY) == 0);
	CHECK(shown_u(&shown, row, DBGSHM_WORKER_JOBS) == 2);
	CHECK(shown_u(&shown, row, DBGSHM_WORKER_BUSY_TIME) >= 1000000);
	CHECK(shown_u(&shown, row, DBGSHM_WORKER_BUSY_TIME) < 1000000000);
	CHECK(shown_is(&shown, row, DBGSHM_WORKER_WORK, "PUT /"));
	dbgshm_worker_release(worker);
	shown_refresh(&shown);
	CHECK(shown_row(&shown, 0)->state == DBGSHM_ROWSTATE_FINISHED);
	shown_close(&shown);
}

static void
test_a_worker_is_busy_or_idle_since(void **state)
{
	(void)state;
	assert_int_equal(in_child(worker_cells), 0);
}

static void
schedule_cells(void)
{
	struct dbgshm_schedule schedule = dbgshm_schedule_claim(
	    dbgshm_schedules_create(start(), 1), "sweep", 1000);
	const struct dbgshm_row_info *row;
	struct shown shown;
	uint64_t cost;

	dbgshm_schedule_begin(schedule);
	shown_open(&shown, "shape");
	row = shown_find(&shown, DBGSHM_SCHEDULE_NAME, "sweep");
	CHECK(shown_u(&shown, row, DBGSHM_SCHEDULE_RUNNING) == 1);
	CHECK(shown_u(&shown, row, DBGSHM_SCHEDULE_LAST) != 0);
	CHECK(shown_u(&shown, row, DBGSHM_SCHEDULE_PERIOD) == 1000);
	CHECK(shown_is(&shown, row, DBGSHM_SCHEDULE_RESULT, "none"));
	pass_time();
	dbgshm_schedule_end(schedule, 12, DBGSHM_OUTCOME_TIMEOUT, 500);
	shown_refresh(&shown);
	row = shown_row(&shown, 0);
	cost = shown_u(&shown, row, DBGSHM_SCHEDULE_COST);
	CHECK(cost >= 1000000);
	CHECK(shown_u(&shown, row, DBGSHM_SCHEDULE_COSTS) == cost);
	CHECK(shown_u(&shown, row, DBGSHM_SCHEDULE_RUNNING) == 0);
	CHECK(shown_u(&shown, row, DBGSHM_SCHEDULE_PERIOD) == 500);
	CHECK(shown_u(&shown, row, DBGSHM_SCHEDULE_RUNS) == 1);
	CHECK(shown_u(&shown, row, DBGSHM_SCHEDULE_ITEMS) == 12);
	CHECK(shown_is(&shown, row, DBGSHM_SCHEDULE_RESULT, "timeout"));
	dbgshm_schedule_end(schedule, 3, DBGSHM_OUTCOME_OK, 0);
	shown_refresh(&shown);
	row = shown_row(&shown, 0);
	CHECK(shown_u(&shown, row, DBGSHM_SCHEDULE_COST) == 0);
	CHECK(shown_u(&shown, row, DBGSHM_SCHEDULE_COSTS) == cost);
	CHECK(shown_u(&shown, row, DBGSHM_SCHEDULE_RUNS) == 2);
	shown_close(&shown);
}

static void
test_a_schedule_has_last_cost_and_result(void **state)
{
	(void)state;
	assert_int_equal(in_child(schedule_cells), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_heart_beats_rests_and_is_released),
		cmocka_unit_test(test_queues_and_caches_count),
		cmocka_unit_test(test_a_limit_knows_who_waits_since_when),
		cmocka_unit_test(test_a_worker_is_busy_or_idle_since),
		cmocka_unit_test(test_a_schedule_has_last_cost_and_result),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
