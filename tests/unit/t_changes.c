/*
 * t_changes.c - claims about what changed, asked of a region whose program does
 * different things than before.  limit: 300
 */
#include "changing.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* A case: what always happens, then something else, then what came of it. */
#define CASE(name, planted, checks)                                            \
	static void name##_in_child(void)                                      \
	{                                                                      \
		begin(BEFORE + AFTER);                                         \
		run(BEFORE);                                                   \
		for (size_t i = 0; i < AFTER; i++) {                           \
			work();                                                \
			planted;                                               \
			tick();                                                \
		}                                                              \
		look(0);                                                       \
		checks;                                                        \
		look_away();                                                   \
	}                                                                      \
	static void test_##name(void **state)                                  \
	{                                                                      \
		(void)state;                                                   \
		assert_int_equal(in_child(name##_in_child), 0);                \
	}

CASE(noise_alone_is_no_change, (void)i, {
	CHECK(seen.changes->before_ns > 500 * SECOND);
	CHECK(seen.changes->window_ns == WINDOW);
	CHECK(seen.changes->compared >= 12);
	if (most_but(NULL) >= NOISY)
		print();
	CHECK(most_but(NULL) < NOISY);
})

CASE(a_planted_rate_is_first, dbgshm_counter_add(program.requests, 900), {
	const struct change *change = expect(CHANGE_METRIC, "app/requests");

	CHECK(strstr(change->was, "/s") != NULL && change->score > 0.5);
	CHECK(strncmp(change->when, "since ", 6) == 0);
	CHECK(change->when_real_ns != 0);
	CHECK(change->profile == tree_id("app", 3));
	CHECK(change->object == seen.model->profiles[1].metrics[0].id ||
	    change->object != 0);
	CHECK(most_but("app/requests") < change->score);
})

CASE(a_planted_value_is_first,
    dbgshm_gauge_set(program.depth, 400 + (int64_t)noise(10)), {
	    const struct change *change = expect(CHANGE_METRIC, "app/depth");

	    CHECK(change->score > 0.5 && change->now[0] == '4');
	    CHECK(most_but("app/depth") < NOISY);
    })

CASE(a_slow_histogram_is_first,
    dbgshm_histogram_record(program.latency, 9000000), {
	    const struct change *change =
		expect(CHANGE_METRIC, "app/latency p99");

	    CHECK(strstr(change->was, "us") != NULL);
	    CHECK(strstr(change->now, "ms") != NULL);
	    CHECK(most_but("app/latency p99") < change->score);
    })

CASE(growth_is_told_by_the_minute,
    dbgshm_gauge_set(program.memory, (1 << 30) + (int64_t)(i + 1) * (4 << 20)),
    {
	    const struct change *change = expect(CHANGE_METRIC, "app/memory");

	    CHECK(strncmp(change->when, "+240 MiB/min", 12) == 0 ||
		strncmp(change->when, "+239 MiB/min", 12) == 0 ||
		strncmp(change->when, "+241 MiB/min", 12) == 0);
    })

CASE(number_of_rows_is_compared,
    if (i == 60) for (size_t k = 2; k < 8; k++) add_worker(k, "more"), {
	    const struct change *change = expect(CHANGE_ROWS, "app rows");

	    CHECK(strcmp(change->was, "2") == 0);
	    CHECK(strcmp(change->now, "8") == 0);
	    /* It is told once. */
	    for (size_t i = 0; i < seen.changes->count; i++)
		    CHECK(seen.changes->list[i].kind != CHANGE_CAME);
    })

CASE(a_counter_that_is_reset_is_no_change,
    if (i == 100)
	dbgshm_counter_add(program.resets, -(uint64_t)(BEFORE + 100) * 89),
    {
	    struct history_sample sample =
		history_sample(seen.history, BEFORE + 100);

	    CHECK(sample.parts[0].there);
	    CHECK(found("app/resets") == NULL);
    })

CASE(
    rows_that_came_and_went_are_named,
    if (i == 60) {
	    dbgshm_row_release(program.rows[1]);
	    add_worker(2, "third");
    },
    {
	    expect(CHANGE_CAME, "app: \"third\"");
	    CHECK(strcmp(found("app: \"third\"")->was, "none") == 0);
	    expect(CHANGE_WENT, "app: \"second\"");
	    CHECK(strcmp(found("app: \"second\"")->now, "gone") == 0);
	    CHECK(found("app: \"first\"") == NULL);
    })

CASE(a_number_in_a_row_is_compared,
    (dbgshm_row_set(dbgshm_row_begin(program.rows[0]), 1, 700 + noise(5)),
	dbgshm_row_end(program.rows[0])),
    {
	    const struct change *change =
		expect(CHANGE_METRIC, "app: \"first\" backlog");

	    CHECK(change->score > 0.5 && change->object != 0);
	    CHECK(found("app: \"second\" backlog") == NULL);
    })

CASE(
    a_new_metric_came_and_one_that_was_removed_went,
    if (i == 50) {
	    struct dbgshm_metric what = metric("late", DBGSHM_UNIT_NONE);
	    struct dbgshm_gauge late;
	    CHECK(dbgshm_gauge_create(program.profile, &what, &late) == 0);
	    CHECK(dbgshm_metric_remove(program.profile, "limit", NULL, 0) == 0);
	    CHECK(dbgshm_profile_add("later", "", NULL) != NULL);
    },
    {
	    const struct change *change = expect(CHANGE_CAME, "app/late");

	    CHECK(change->object != 0 && change->when_real_ns != 0);
	    expect(CHANGE_WENT, "app/limit");
	    expect(CHANGE_CAME, "later");
    })

/* What was removed and came back under its name has not changed, and goes on
 * counting; so do numbers over a restart of the counter. */
CASE(
    a_metric_that_came_back_is_no_change,
    if (i == 50) {
	    struct dbgshm_metric what = metric("limit", DBGSHM_UNIT_NONE);
	    CHECK(dbgshm_metric_remove(program.profile, "limit", NULL, 0) == 0);
	    tick();
	    CHECK(dbgshm_gauge_create(program.profile, &what, &program.limit) ==
		0);
	    dbgshm_gauge_set(program.limit, 100);
    },
    { CHECK(found("app/limit") == NULL); })

CASE(
    a_gap_is_no_change,
    if (i == 100) {
	    /* Counted while nobody ticked. */
	    dbgshm_counter_add(program.requests, 100 * 3000);
	    dbgshm_counter_add(program.bytes, 900 << 20);
	    program.now_ns += 3000 * SECOND;
    },
    {
	    if (most_but(NULL) >= NOISY)
		    print();
	    CHECK(most_but(NULL) < NOISY);
    })

CASE(
    new_errors_and_events_are_found_with_their_first_time,
    if (i + 5 > AFTER) {
	    dbgshm_error_record(program.errors, 5, "short write", "x");
	    dbgshm_log_printf(program.log, DBGSHM_SEVERITY_ERROR, "it broke");
    },
    {
	    const struct change *change =
		expect(CHANGE_ERROR, "app/errors: \"short write\"");

	    CHECK(strcmp(change->was, "none") == 0);
	    CHECK(strcmp(change->now, "4") == 0);
	    CHECK(strncmp(change->when, "first ", 6) == 0);
	    CHECK(change->score > 0.7 && change->object != 0);
	    expect(CHANGE_EVENTS, "app/errors: error messages");
    })

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_noise_alone_is_no_change),
		cmocka_unit_test(test_a_planted_rate_is_first),
		cmocka_unit_test(test_a_planted_value_is_first),
		cmocka_unit_test(test_a_slow_histogram_is_first),
		cmocka_unit_test(test_growth_is_told_by_the_minute),
		cmocka_unit_test(test_number_of_rows_is_compared),
		cmocka_unit_test(test_a_counter_that_is_reset_is_no_change),
		cmocka_unit_test(test_rows_that_came_and_went_are_named),
		cmocka_unit_test(test_a_number_in_a_row_is_compared),
		cmocka_unit_test(
		    test_a_new_metric_came_and_one_that_was_removed_went),
		cmocka_unit_test(test_a_metric_that_came_back_is_no_change),
		cmocka_unit_test(test_a_gap_is_no_change),
		cmocka_unit_test(
		    test_new_errors_and_events_are_found_with_their_first_time),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
