/*
 * t_changes_when.c - claims about when something changed, against which time, and
 * what it costs to find out.  limit: 300
 */
#include "changing.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- peaks ------------------------------------------------------------------- */

/* At each place that a second can have in a slot. */
static void
peaks(void)
{
	char where[32], when[32];
	const struct change *change;
	size_t i, k;

	begin(BEFORE + AFTER);
	run(BEFORE);
	for (i = 0; i < AFTER; i++) {
		work();
		for (k = 0; k < PEAKS; k++)
			dbgshm_gauge_set(program.peaks[k],
			    i == 100 + k ? 5000 + (int64_t)k : 0);
		tick();
	}
	look(0);
	for (k = 0; k < PEAKS; k++) {
		(void)snprintf(where, sizeof(where), "app/peak%zu", k);
		(void)snprintf(when, sizeof(when), "peak %zu at ", 5000 + k);
		change = expect(CHANGE_PEAK, where);
		CHECK(strstr(change->when, when) != NULL);
		CHECK(change->when_real_ns ==
		    history_sample(seen.history, BEFORE + 100 + k).real_ns);
	}
	look_away();
}

static void
test_a_second_long_peak_is_found_with_its_moment(void **state)
{
	(void)state;
	assert_int_equal(in_child(peaks), 0);
}

/* ---- what was there before ----------------------------------------------------------- */

/* Stamps are of the real time: it began before the last minutes when they lie in
 * its future. */
static void
old_errors(void)
{
	begin(BEFORE + AFTER);
	program.now_ns += 2 * AFTER * SECOND;
	dbgshm_error_record(program.errors, 5, "short write", "x");
	run(BEFORE + AFTER);
	look(0);
	CHECK(found("app/errors: \"short write\"") == NULL);
	look_away();
}

static void
test_a_kind_of_error_that_was_there_before_is_not_new(void **state)
{
	(void)state;
	assert_int_equal(in_child(old_errors), 0);
}

/* The same number of rows, and none of them is one of before. */
static void
replaced(void)
{
	size_t k;

	begin(BEFORE + AFTER);
	for (k = 2; k < 8; k++)
		add_worker(k, "more");
	run(BEFORE + 100);
	for (k = 0; k < 8; k++) {
		dbgshm_row_release(program.rows[k]);
		add_worker(k, "again");
	}
	run(AFTER - 100);
	look(0);
	CHECK(strcmp(expect(CHANGE_CAME, "app rows")->now, "8 new") == 0);
	look_away();
}

static void
test_rows_that_were_all_replaced_are_told_by_their_number(void **state)
{
	(void)state;
	assert_int_equal(in_child(replaced), 0);
}

/* ---- other moments ----------------------------------------------------------------- */

static void
the_past(void)
{
	uint64_t then;

	begin(BEFORE + 2 * AFTER);
	run(BEFORE);
	for (size_t i = 0; i < AFTER; i++) {
		work();
		dbgshm_gauge_set(program.depth, 500);
		tick();
	}
	run(AFTER);
	look(0);
	then = history_sample(seen.history, BEFORE + AFTER - 1).real_ns;
	look_away();
	look(then);
	CHECK(expect(CHANGE_METRIC, "app/depth")->now[0] == '5');
	look_away();
	/* Since then it has fallen. */
	look(0);
	CHECK(found("app/depth") == NULL || found("app/depth")->now[0] != '5');
	look_away();
}

static void
test_a_moment_of_the_past_is_compared_with_what_was_before_it(void **state)
{
	(void)state;
	assert_int_equal(in_child(the_past), 0);
}

static void
too_little(void)
{
	begin(600);
	run(1);
	look(0);
	CHECK(seen.changes->count == 0 && seen.changes->before_ns == 0);
	look_away();
	run(2);
	look(0);
	CHECK(seen.changes->before_ns == 0);
	look_away();
	/* Half of what there is, when that is less than was asked for. */
	run(57);
	look(0);
	CHECK(seen.changes->before_ns >= 25 * SECOND);
	CHECK(seen.changes->window_ns >= 25 * SECOND &&
	    seen.changes->window_ns <= 30 * SECOND);
	look_away();
}

static void
test_little_history_is_compared_by_halves_and_none_not_at_all(void **state)
{
	(void)state;
	assert_int_equal(in_child(too_little), 0);
}

/* The shortest and the longest window that can be asked for, and sillier ones. */
static void
any_window(void)
{
	static const uint64_t windows[] = { 0, 1, SECOND, 60 * SECOND,
		1800 * SECOND, 100000 * SECOND };
	struct changes *changes;
	size_t i;

	begin(4000);
	run(3900);
	for (i = 0; i < 100; i++) {
		work();
		dbgshm_gauge_set(program.depth, 500);
		tick();
	}
	look(0);
	for (i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
		changes = changes_make(
		    seen.history, &seen.source, 1, seen.model, 0, windows[i]);
		if (windows[i] == 60 * SECOND) {
			CHECK(changes->window_ns == 60 * SECOND);
			CHECK(changes->count > 0);
		}
		changes_free(changes);
	}
	look_away();
}

static void
test_any_window_may_be_asked_for(void **state)
{
	(void)state;
	assert_int_equal(in_child(any_window), 0);
}

/* ---- cost --------------------------------------------------------------------------- */

#define MANY 10000
#define SAMPLES 600

static double
milliseconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return ((double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6);
}

static void
ten_thousand(void)
{
	static struct dbgshm_counter counters[MANY];
	static struct dbgshm_gauge gauges[MANY];
	struct dbgshm_profile *profile;
	struct dbgshm_metric what;
	char name[32];
	double from, took;
	size_t i, k;

	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		      .state = DBGSHM_PUBLISHED,
		      .max_bytes = 256 << 20,
		      .history_bytes = 48 << 20 }) == 0);
	program.seed = 9;
	program.now_ns = 1000000 * SECOND;
	profile = dbgshm_profile_add("many", "", NULL);
	for (i = 0; i < MANY; i++) {
		(void)snprintf(name, sizeof(name), "m%zu", i);
		what = metric(name, 0);
		if (i % 2)
			CHECK(dbgshm_gauge_create(profile, &what, &gauges[i]) ==
			    0);
		else
			CHECK(dbgshm_counter_create(
				  profile, &what, &counters[i]) == 0);
	}
	for (k = 0; k < SAMPLES; k++) {
		for (i = 0; i < MANY; i++)
			if (i % 2)
				dbgshm_gauge_set(
				    gauges[i], (int64_t)noise(1000));
			else
				dbgshm_counter_add(counters[i], noise(1000));
		tick();
	}
	from = milliseconds();
	look(0);
	took = milliseconds() - from;
	CHECK(seen.changes->compared >= MANY);
	(void)fprintf(stderr, "%d metrics, %zu samples: %.0f ms\n", MANY,
	    history_count(seen.history), took);
	CHECK(history_count(seen.history) >= SAMPLES);
	CHECK(took < 20 * 300);
	look_away();
}

/* A row that is there for a moment, and another each second: with little history
 * it is not known that it was so for long, but that they live for a moment. */
static void
fleeting(void)
{
	begin(40);
	for (size_t i = 0; i < 40; i++) {
		work();
		dbgshm_row_finish(program.rows[1]);
		add_worker(1, i % 2 ? "even" : "odd");
		tick();
	}
	look(0);
	CHECK(found("app: \"even\"") == NULL);
	CHECK(found("app: \"odd\"") == NULL);
	look_away();
}

static void
test_rows_that_live_for_a_moment_are_no_change(void **state)
{
	(void)state;
	assert_int_equal(in_child(fleeting), 0);
}

static void
test_ten_thousand_metrics_are_compared_in_a_moment(void **state)
{
	(void)state;
	assert_int_equal(in_child(ten_thousand), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_second_long_peak_is_found_with_its_moment),
		cmocka_unit_test(
		    test_a_kind_of_error_that_was_there_before_is_not_new),
		cmocka_unit_test(
		    test_rows_that_were_all_replaced_are_told_by_their_number),
		cmocka_unit_test(
		    test_a_moment_of_the_past_is_compared_with_what_was_before_it),
		cmocka_unit_test(
		    test_little_history_is_compared_by_halves_and_none_not_at_all),
		cmocka_unit_test(test_any_window_may_be_asked_for),
		cmocka_unit_test(
		    test_rows_that_live_for_a_moment_are_no_change),
		cmocka_unit_test(
		    test_ten_thousand_metrics_are_compared_in_a_moment),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
