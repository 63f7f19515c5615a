/* t_shapes.c - claims that hold for all ready-made tables. */
#include "shown.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct dbgshm_profile *
start(void)
{
	own_start();
	return (dbgshm_profile_add("shape", "of a test", NULL));
}

/* ---- the tables ---------------------------------------------------------------- */

static void
columns_fit(void)
{
	static const struct {
		const char *path;
		uint16_t shape;
		size_t columns;
	} expected[] = {
		{ "step", DBGSHM_SHAPE_STEP, DBGSHM_STEP_COLUMNS },
		{ "heartbeat", DBGSHM_SHAPE_HEARTBEAT,
		    DBGSHM_HEARTBEAT_COLUMNS },
		{ "queue", DBGSHM_SHAPE_QUEUE, DBGSHM_QUEUE_COLUMNS },
		{ "cache", DBGSHM_SHAPE_CACHE, DBGSHM_CACHE_COLUMNS },
		{ "limit", DBGSHM_SHAPE_LIMIT, DBGSHM_LIMIT_COLUMNS },
		{ "worker", DBGSHM_SHAPE_WORKER, DBGSHM_WORKER_COLUMNS },
		{ "pair", DBGSHM_SHAPE_PAIR, DBGSHM_PAIR_COLUMNS },
		{ "schedule", DBGSHM_SHAPE_SCHEDULE, DBGSHM_SCHEDULE_COLUMNS },
		{ "error", DBGSHM_SHAPE_ERROR, DBGSHM_ERROR_COLUMNS },
		{ "operation", DBGSHM_SHAPE_OPERATION,
		    DBGSHM_OPERATION_COLUMNS },
		{ "object", DBGSHM_SHAPE_OBJECT, 1 },
	};
	static const char *const kinds[] = { "read", NULL };
	static const struct dbgshm_column own = { .name = "peer",
		.type = DBGSHM_TYPE_TEXT };
	struct dbgshm_profile *at[sizeof(expected) / sizeof(expected[0])];
	const struct dbgshm_column_info *column;
	const struct dbgshm_table_info *table;
	struct shown shown;
	size_t i, k, stored;

	own_start();
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		at[i] = dbgshm_profile_add(expected[i].path, "one", NULL);
		CHECK(at[i] != NULL);
	}
	CHECK(dbgshm_steps_create(at[0], 2, 2) != NULL);
	CHECK(dbgshm_heartbeats_create(at[1], 2) != NULL);
	CHECK(dbgshm_queues_create(at[2], 2) != NULL);
	CHECK(dbgshm_caches_create(at[3], 2) != NULL);
	CHECK(dbgshm_limits_create(at[4], 2) != NULL);
	CHECK(dbgshm_workers_create(at[5], 2) != NULL);
	CHECK(dbgshm_pairs_create(at[6], 2) != NULL);
	CHECK(dbgshm_schedules_create(at[7], 2) != NULL);
	CHECK(dbgshm_errors_create(at[8], 2) != NULL);
	CHECK(dbgshm_operations_create(at[9], kinds, 2) != NULL);
	CHECK(dbgshm_objects_create(at[10], &own, 1, 2) != NULL);
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		shown_open(&shown, expected[i].path);
		table = shown_table(&shown);
		/* PLAIN would say that the reader does not find them fit. */
		CHECK(table->shape == expected[i].shape);
		for (k = stored = 0; k < table->column_count; k++) {
			column = &table->columns[k];
			if ((column->flags & DBGSHM_COLUMN_DERIVED) != 0)
				continue;
			stored++;
			CHECK(i == 10 || column->help.length > 0);
		}
		CHECK(stored == expected[i].columns);
		CHECK(dbgshm_reader_info(shown.reader)->faults == 0);
		shown_close(&shown);
	}
	/* The names of outcomes are those that readers use. */
	shown_open(&shown, "schedule");
	column = &shown_table(&shown)->columns[DBGSHM_SCHEDULE_RESULT];
	CHECK(column->name_count == DBGSHM_OUTCOME_COUNT);
	for (k = 0; k < DBGSHM_OUTCOME_COUNT; k++)
		CHECK(own_text_is(column->names[k], dbgshm_outcome_name(k)));
	shown_close(&shown);
}

static void
test_every_shape_fits_what_readers_expect(void **state)
{
	(void)state;
	assert_int_equal(in_child(columns_fit), 0);
}

/* ---- none ------------------------------------------------------------------------ */

/* Every recording call, on whatever the creating calls have returned. */
static void
record_all(struct dbgshm_profile *const *profiles)
{
	struct dbgshm_steps *steps = dbgshm_steps_create(profiles[0], 2, 3);
	struct dbgshm_trail trail = dbgshm_trail_claim(steps, "t");
	struct dbgshm_heart heart = dbgshm_heart_claim(
	    dbgshm_heartbeats_create(profiles[1], 2), "h", 1000);
	struct dbgshm_queue queue =
	    dbgshm_queue_claim(dbgshm_queues_create(profiles[2], 2), "q", 10);
	struct dbgshm_cache cache =
	    dbgshm_cache_claim(dbgshm_caches_create(profiles[3], 2), "c", 10);
	struct dbgshm_limit limit =
	    dbgshm_limit_claim(dbgshm_limits_create(profiles[4], 2), "l", 10);
	struct dbgshm_worker worker =
	    dbgshm_worker_claim(dbgshm_workers_create(profiles[5], 2), "w");
	struct dbgshm_pairs *pairs = dbgshm_pairs_create(profiles[6], 2);
	struct dbgshm_schedule schedule = dbgshm_schedule_claim(
	    dbgshm_schedules_create(profiles[7], 2), "s", 1000);
	struct dbgshm_errors *errors = dbgshm_errors_create(profiles[8], 2);

	errno = 0;
	dbgshm_trail_step(trail, "open", "/etc/x");
	dbgshm_trail_step(trail, NULL, NULL);
	dbgshm_trail_rest(trail);
	dbgshm_trail_release(trail);
	dbgshm_trail_step(trail, "late", NULL);
	dbgshm_trail_release(trail);
	dbgshm_heart_beat(heart, 10);
	dbgshm_heart_release(heart);
	dbgshm_heart_beat(heart, 10);
	dbgshm_queue_put(queue, 3);
	dbgshm_queue_take(queue, 2);
	dbgshm_queue_done(queue, 1);
	dbgshm_queue_refuse(queue, 1);
	dbgshm_queue_oldest(queue, dbgshm_now());
	dbgshm_queue_release(queue);
	dbgshm_cache_hit(cache, 1);
	dbgshm_cache_miss(cache, 1);
	dbgshm_cache_evict(cache, 1);
	dbgshm_cache_size(cache, 1);
	dbgshm_cache_release(cache);
	dbgshm_limit_set(limit, 4, 4);
	dbgshm_limit_waited(limit, dbgshm_limit_wait(limit, "me"));
	dbgshm_limit_waited(limit, 0);
	dbgshm_limit_release(limit);
	dbgshm_worker_busy(worker, "job");
	dbgshm_worker_busy(worker, NULL);
	dbgshm_worker_idle(worker);
	dbgshm_worker_release(worker);
	dbgshm_pair_open(pairs, 1, "f");
	dbgshm_pair_open(pairs, 2, NULL);
	dbgshm_pair_close(pairs, 1);
	dbgshm_pair_close(pairs, 3);
	dbgshm__pair_open(pairs, 4, NULL, NULL);
	dbgshm_schedule_begin(schedule);
	dbgshm_schedule_end(schedule, 1, DBGSHM_OUTCOME_OK, 0);
	dbgshm_schedule_end(schedule, 1, 99, 0);
	dbgshm_schedule_release(schedule);
	dbgshm_error_record(errors, 2, "no such file", "/x");
	dbgshm_error_record(errors, 2, NULL, NULL);
	CHECK(errno == 0);
}

static void
none_is_harmless(void)
{
	struct dbgshm_profile *none[9] = { NULL };

	CHECK(dbgshm_steps_create(NULL, 1, 1) == NULL && errno == ENOTSUP);
	CHECK(dbgshm_heartbeats_create(NULL, 1) == NULL && errno == ENOTSUP);
	CHECK(dbgshm_pairs_create(NULL, 1) == NULL && errno == ENOTSUP);
	CHECK(dbgshm_errors_create(NULL, 1) == NULL && errno == ENOTSUP);
	CHECK(dbgshm_objects_create(NULL, NULL, 0, 1) == NULL &&
	    errno == ENOTSUP);
	record_all(none);
	CHECK(setenv("DBGSHM", "off", 1) == 0);
	own_start();
	record_all(none);
}

static void
test_null_and_off_are_harmless(void **state)
{
	(void)state;
	assert_int_equal(in_child(none_is_harmless), 0);
}

static void
add_nine(struct dbgshm_profile **profiles)
{
	char path[16];
	int i;

	for (i = 0; i < 9; i++) {
		(void)snprintf(path, sizeof(path), "p%d", i);
		profiles[i] = dbgshm_profile_add(path, "one", NULL);
		CHECK(profiles[i] != NULL);
	}
}

static void
removed_is_harmless(void)
{
	struct dbgshm_profile *profiles[9];
	struct shown shown;
	int round, i;

	own_start();
	for (round = 0; round < 3; round++) {
		add_nine(profiles);
		record_all(profiles);
		shown_open(&shown, "p6");
		CHECK(shown_count(&shown) == 2);
		CHECK(shown_metric(&shown, "unmatched_closes") ==
		    (uint64_t)round + 1);
		shown_close(&shown);
		for (i = 0; i < 9; i++)
			CHECK(dbgshm_profile_remove(profiles[i]) == 0);
	}
	/* Removed: nobody gets a table, and none of it does harm. */
	record_all(profiles);
}

static void
test_tables_come_back_empty_after_removal(void **state)
{
	(void)state;
	assert_int_equal(in_child(removed_is_harmless), 0);
}

static void
about_another(void)
{
	static const struct dbgshm_column column = { .name = "n",
		.type = DBGSHM_TYPE_GAUGE };
	const struct dbgshm_options options = { .sampling =
						    DBGSHM_SAMPLER_TICK };
	const struct dbgshm_subject subject = {
		.pid = 1, .uid = getuid(), .name = "init", .unnamed = 1
	};
	struct dbgshm_region *region =
	    dbgshm_region_create(&options, &subject, NULL);
	struct dbgshm_profile *profile;

	CHECK(region != NULL);
	profile = dbgshm_region_profile_add(region, "there", "x", NULL);
	CHECK(profile != NULL);
	CHECK(dbgshm_queues_create(profile, 2) == NULL && errno == ENOTSUP);
	CHECK(dbgshm_steps_create(profile, 2, 2) == NULL && errno == ENOTSUP);
	CHECK(dbgshm_pairs_create(profile, 2) == NULL && errno == ENOTSUP);
	CHECK(dbgshm_objects_create(profile, &column, 1, 2) != NULL);
	dbgshm_region_destroy(region, 0);
}

static void
test_about_another_process_there_are_only_objects(void **state)
{
	(void)state;
	assert_int_equal(in_child(about_another), 0);
}

static void
refused_sizes(void)
{
	struct dbgshm_profile *profile = start();

	CHECK(dbgshm_steps_create(profile, 0, 1) == NULL && errno == EINVAL);
	CHECK(dbgshm_steps_create(profile, 1, 0) == NULL && errno == EINVAL);
	CHECK(dbgshm_steps_create(profile, 1 << 16, 1 << 16) == NULL);
	CHECK(errno == EINVAL);
	CHECK(dbgshm_pairs_create(profile, 0) == NULL && errno == EINVAL);
	CHECK(dbgshm_errors_create(profile, 0) == NULL && errno == EINVAL);
	CHECK(dbgshm_queues_create(profile, 0) == NULL && errno == EINVAL);
	CHECK(dbgshm_pairs_create(profile, 4) != NULL);
	CHECK(dbgshm_pairs_create(profile, 4) == NULL && errno == EEXIST);
	CHECK(dbgshm_caches_create(profile, 4) == NULL && errno == EEXIST);
}

static void
test_impossible_sizes_are_refused(void **state)
{
	(void)state;
	assert_int_equal(in_child(refused_sizes), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_shape_fits_what_readers_expect),
		cmocka_unit_test(test_null_and_off_are_harmless),
		cmocka_unit_test(test_tables_come_back_empty_after_removal),
		cmocka_unit_test(
		    test_about_another_process_there_are_only_objects),
		cmocka_unit_test(test_impossible_sizes_are_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
