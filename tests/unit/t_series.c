/*
 * t_series.c - claims about numbers over time.
 */
#include "timed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT 200
#define MORE 30
#define LONG 4000
#define WHOLE UINT64_MAX

static struct logged log_of[LONG];

/* One series of a metric, as a screen gets it. */
static const struct series *
take(struct timed *timed, const char *name, enum series_what what,
    uint64_t window_ns)
{
	struct series_wants wants = { 0 };
	const struct series *series;
	struct series_key key;

	key = series_of_metric(timed_metric(timed, "logged", name)->id, what);
	series_want(&wants, key, window_ns);
	series = series_find(timeline_series(timed->timeline, &wants), &key);
	CHECK(series != NULL);
	series_wants_fini(&wants);
	return (series);
}

/* The second of the log that a sample is of, when the newest is `last`. */
static size_t
second_of(const struct series *series, size_t sample, size_t last)
{
	uint64_t end = series->real_ns[series->count - 1];

	return (last -
	    (size_t)((end - series->real_ns[sample] + LOGGED_SECOND / 2) /
		LOGGED_SECOND));
}

/* ---- as it was written down ---------------------------------------------------- */

static void
same_values(struct timed *timed, size_t last, uint64_t window_ns)
{
	const struct series *series;
	double rate;
	size_t i, k;

	series = take(timed, "gauge", SERIES_SHOWN, window_ns);
	for (i = 0; i < series->count; i++) {
		k = second_of(series, i, last);
		CHECK(k > last || series->values[i] == (double)log_of[k].gauge);
	}
	series = take(timed, "counter", SERIES_VALUE, window_ns);
	for (i = 0; i < series->count; i++) {
		k = second_of(series, i, last);
		CHECK(
		    k > last || series->values[i] == (double)log_of[k].counter);
	}
	series = take(timed, "counter", SERIES_SHOWN, window_ns);
	for (i = 0; i < series->count; i++) {
		k = second_of(series, i, last);
		if (k == 0 || k > last)
			continue;
		rate = (double)(log_of[k].counter - log_of[k - 1].counter);
		CHECK(fabs(series->values[i] - rate) <= rate * 1e-9);
	}
	series = take(timed, "histogram", SERIES_SHOWN, window_ns);
	for (i = 0; i < series->count; i++) {
		k = second_of(series, i, last);
		CHECK(k == 0 || k > last || series->values[i] == 1);
	}
	/* One value a second: it is every percentile. */
	series = take(timed, "histogram", SERIES_P99, window_ns);
	for (i = 0; i < series->count; i++) {
		k = second_of(series, i, last);
		if (k == 0 || k > last)
			continue;
		rate = (double)(log_of[k].counter - log_of[k - 1].counter);
		CHECK(fabs(series->values[i] - rate) <= rate * 0.032 + 1);
	}
}

/* What cannot be there is not there. */
static void
nonsense(struct timed *timed)
{
	const struct series_set *set;
	const struct series *series;
	struct series_wants wants = { 0 };
	struct series_key keys[5] = {
		series_of_metric(0, SERIES_SHOWN),
		series_of_metric(UINT64_MAX, SERIES_P99),
		series_of_metric(UINT64_C(1) << 56, SERIES_SHOWN),
		series_of_metric(
		    timed_metric(timed, "logged", "gauge")->id, 99),
		{ .object = 1, .table = 2, .column = 3 },
	};
	size_t i;

	for (i = 0; i < 5; i++)
		series_want(&wants, keys[i], WHOLE);
	set = timeline_series(timed->timeline, &wants);
	for (i = 0; i < 5; i++) {
		series = series_find(set, &keys[i]);
		CHECK(series == NULL || series->count == 0);
	}
	CHECK(series_find(set, &keys[3]) == NULL);
	series_wants_fini(&wants);
}

static void
as_written(void)
{
	const struct series *series;
	struct logged_program program;
	struct timed timed;
	size_t count;

	timed_start(0);
	timed_begin(&program, 21, COUNT);
	timed_run(&program, log_of, 0, COUNT);
	timed_open(&timed, getpid());
	same_values(&timed, COUNT - 1, WHOLE);
	nonsense(&timed);
	/* One picture more: that before the program did anything. */
	count = take(&timed, "gauge", SERIES_SHOWN, WHOLE)->count;
	CHECK(count == COUNT || count == COUNT + 1);

	/* No more than is wanted, but all of that. */
	timed_close(&timed);
	timed_open(&timed, getpid());
	series = take(&timed, "gauge", SERIES_SHOWN, 60 * LOGGED_SECOND);
	CHECK(series->count >= 60 && series->count <= 80);
	same_values(&timed, COUNT - 1, 60 * LOGGED_SECOND);
	/* Wider, and it is read again. */
	series = take(&timed, "gauge", SERIES_SHOWN, 120 * LOGGED_SECOND);
	CHECK(series->count >= 120);
	same_values(&timed, COUNT - 1, 120 * LOGGED_SECOND);

	/* From a moment of the past on. */
	CHECK(timed_go(&timed, TIMELINE_STEP, -50) == 0);
	series = take(&timed, "gauge", SERIES_SHOWN, 120 * LOGGED_SECOND);
	CHECK(series->count >= 169);
	same_values(&timed, COUNT - 1, 120 * LOGGED_SECOND);
	timed_close(&timed);
}

/* ---- what comes ------------------------------------------------------------------ */

/* Frames of the present are between the ticks; values are those that were there,
 * and nothing is counted twice. */
static void
grows(void)
{
	const struct series *series, *rate;
	struct logged_program program;
	struct timed timed;
	double sum = 0;
	size_t i, before;

	timed_start(0);
	timed_begin(&program, 22, COUNT);
	timed_run(&program, log_of, 0, COUNT);
	timed_open(&timed, getpid());
	before = take(&timed, "counter", SERIES_VALUE, WHOLE)->count;
	(void)take(&timed, "counter", SERIES_SHOWN, WHOLE);
	for (i = 0; i < MORE; i++) {
		dbgshm_counter_add(program.counter, 100);
		(void)usleep(20000);
		(void)timed_update(&timed);
		series = take(&timed, "counter", SERIES_VALUE, WHOLE);
		CHECK(series->count == before + i + 1);
		CHECK(series->values[series->count - 1] ==
		    (double)(log_of[COUNT - 1].counter + 100 * (i + 1)));
	}
	/* What came is the area below the rate. */
	rate = take(&timed, "counter", SERIES_SHOWN, WHOLE);
	for (i = before; i < rate->count; i++)
		sum += rate->values[i] * (double)rate->period_ns[i] / 1e9;
	CHECK(fabs(sum - 100 * MORE) < 1);
	timed_close(&timed);
}

/* Nobody looked for a while: the history knows. */
static void
catches_up(void)
{
	const struct series *series;
	struct logged_program program;
	struct timed timed;
	size_t i;

	timed_start(0);
	timed_begin(&program, 23, COUNT + MORE);
	timed_run(&program, log_of, 0, COUNT);
	timed_open(&timed, getpid());
	(void)take(&timed, "gauge", SERIES_SHOWN, WHOLE);
	timed_run(&program, log_of, COUNT, COUNT + MORE);
	(void)timed_update(&timed);
	series = take(&timed, "gauge", SERIES_SHOWN, WHOLE);
	CHECK(series->count >= COUNT + MORE);
	for (i = 1; i < series->count; i++)
		CHECK(series->real_ns[i] - series->real_ns[i - 1] <
		    2 * LOGGED_SECOND);
	timed_close(&timed);
}

/* ---- late, gone, anew --------------------------------------------------------------- */

static void
comes_and_goes(void)
{
	const struct series *series;
	struct series_wants wants = { 0 };
	struct logged_program program;
	struct series_key key;
	struct timed timed;
	size_t i, k, there = 0;

	timed_start(0);
	timed_begin(&program, 24, COUNT);
	timed_run(&program, log_of, 0, COUNT);
	timed_open(&timed, getpid());
	/* While it is there in the past, its name is known. */
	CHECK(timed_go(&timed, TIMELINE_STEP, -100) == 0);
	key = series_of_metric(
	    timed_metric(&timed, "late", "late")->id, SERIES_SHOWN);
	series_want(&wants, key, WHOLE);
	series = series_find(timeline_series(timed.timeline, &wants), &key);
	for (i = 0; i < series->count; i++) {
		k = second_of(series, i, COUNT - 1);
		CHECK(log_of[k].late ? series->values[i] == (double)k
				     : isnan(series->values[i]));
		there += log_of[k].late;
	}
	CHECK(there == 60);
	CHECK(series->lowest == 60 && series->highest == 119);
	CHECK(fabs(series->mean - 89.5) < 0.01);
	series_wants_fini(&wants);
	timed_close(&timed);
}

static void
falls(void)
{
	struct dbgshm_metric metric = logged_metric("counted");
	const struct series *series;
	struct series_wants wants = { 0 };
	struct dbgshm_reader *reader;
	struct dbgshm_region *region;
	struct dbgshm_profile *profile;
	struct dbgshm_counter counter;
	struct dbgshm_subject subject = { .pid = getpid(),
		.uid = geteuid(),
		.gid = getegid(),
		.name = "falls" };
	struct series_key key;
	struct timed timed;
	uint64_t now_ns = timed_mono_ns() - 10 * LOGGED_SECOND;
	size_t i;

	CHECK((region = dbgshm_region_create(
		   &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		       .state = DBGSHM_PUBLISHED },
		   &subject, NULL)) != NULL);
	profile = dbgshm_region_profile_add(region, "logged", "", NULL);
	CHECK(dbgshm_counter_create(profile, &metric, &counter) == 0);
	for (i = 0; i < 10; i++) {
		dbgshm_region_counter_set(
		    region, counter, i < 5 ? 1000 + 10 * i : 20 * i);
		now_ns += LOGGED_SECOND;
		CHECK(dbgshm_region_tick(region, now_ns) == 0);
	}
	(void)reader;
	timed_open(&timed, getpid());
	key = series_of_metric(
	    timed_metric(&timed, "logged", "counted")->id, SERIES_SHOWN);
	series_want(&wants, key, WHOLE);
	series = series_find(timeline_series(timed.timeline, &wants), &key);
	CHECK(series->count == 10);
	for (i = 1; i < 10; i++)
		CHECK(i == 5 ? isnan(series->values[i])
			     : series->values[i] == (i < 5 ? 10 : 20));
	series_wants_fini(&wants);
	timed_close(&timed);
	dbgshm_region_destroy(region, 0);
}

/* ---- cells ---------------------------------------------------------------------------- */

static void
cells(void)
{
	const struct model_table *table;
	const struct series *series;
	struct series_wants wants = { 0 };
	struct logged_program program;
	struct series_key key = { 0 };
	struct timed timed;
	uint64_t number;
	size_t i, k, row, there = 0, expected = 0;

	timed_start(0);
	timed_begin(&program, 25, COUNT);
	timed_run(&program, log_of, 0, COUNT);
	timed_open(&timed, getpid());
	table = model_profile(timeline_model(timed.timeline), "logged")->table;
	CHECK(table->row_count > 0);
	number = table->rows[0].cells[0].u;
	key.object = table->rows[0].id;
	key.table = tree_id("logged", 6);
	key.column = 1;
	key.what = SERIES_SHOWN;
	series_want(&wants, key, WHOLE);
	series = series_find(timeline_series(timed.timeline, &wants), &key);
	for (k = 0; k < COUNT; k++)
		for (row = 0; row < log_of[k].row_count; row++)
			expected += log_of[k].rows[row].number == number;
	for (i = 0; i < series->count; i++) {
		k = second_of(series, i, COUNT - 1);
		for (row = 0; row < log_of[k].row_count &&
		     log_of[k].rows[row].number != number;)
			row++;
		if (row == log_of[k].row_count) {
			CHECK(isnan(series->values[i]));
			continue;
		}
		CHECK(series->values[i] == (double)log_of[k].rows[row].changed);
		there++;
	}
	CHECK(there == expected);
	series_wants_fini(&wants);
	timed_close(&timed);
}

/* ---- coarse samples --------------------------------------------------------------------- */

/* Of the log, over the time that a coarse sample stands for. */
static void
same_extremes(const struct series *series, size_t sample)
{
	size_t k = second_of(series, sample, LONG - 1), i, count;
	int64_t low = INT64_MAX, high = INT64_MIN;

	count = (size_t)((series->period_ns[sample] + LOGGED_SECOND / 2) /
	    LOGGED_SECOND);
	/* The very first one was taken before the program did anything. */
	if (k >= LONG || k + 1 < count + 1)
		return;
	for (i = k + 1 - count; i <= k; i++) {
		if (log_of[i].gauge < low)
			low = log_of[i].gauge;
		if (log_of[i].gauge > high)
			high = log_of[i].gauge;
	}
	CHECK(series->least[sample] == (double)low);
	CHECK(series->most[sample] == (double)high);
}

static void
coarse(void)
{
	const struct series *series;
	struct logged_program program;
	struct timed timed;
	double low = 1e9, high = -1e9;
	size_t i, wide = 0;

	timed_start(96 << 10);
	timed_begin(&program, 26, LONG);
	timed_run(&program, log_of, 0, LONG);
	timed_open(&timed, getpid());
	series = take(&timed, "gauge", SERIES_SHOWN, WHOLE);
	CHECK(series->least != NULL && series->most != NULL);
	for (i = 0; i < series->count; i++) {
		CHECK(series->least[i] <= series->values[i] &&
		    series->values[i] <= series->most[i]);
		wide += series->least[i] < series->most[i];
		same_extremes(series, i);
		if (series->least[i] < low)
			low = series->least[i];
		if (series->most[i] > high)
			high = series->most[i];
	}
	CHECK(wide > 20);
	CHECK(series->lowest == low && series->highest == high);
	timed_close(&timed);
}

/* ---- heat --------------------------------------------------------------------------------- */

static void
heat(void)
{
	double cells[SERIES_HEAT + 65 * 10], all = 0, sum;
	const struct series *series;
	struct logged_program program;
	struct timed timed;
	uint64_t from, to, value;
	size_t i, k, row;

	timed_start(0);
	timed_begin(&program, 27, COUNT);
	timed_run(&program, log_of, 0, COUNT);
	timed_open(&timed, getpid());
	series = take(&timed, "histogram", SERIES_HEAT, WHOLE);
	CHECK(series->heat_rows > 10 && series->heat_low[0] == 0 &&
	    series->heat_low[1] == 1 && series->heat_low[11] == 1024);
	for (i = 0; i < series->count; i++) {
		k = second_of(series, i, COUNT - 1);
		if (k == 0 || k >= COUNT)
			continue;
		value = log_of[k].counter - log_of[k - 1].counter;
		for (row = 0, sum = 0; row < series->heat_rows; row++) {
			sum += series->heat[i * series->heat_rows + row];
			if (series->heat[i * series->heat_rows + row] == 0)
				continue;
			CHECK(series->heat_low[row] <= value &&
			    (row + 1 == series->heat_rows ||
				value < series->heat_low[row + 1]));
		}
		CHECK(sum == 1);
	}
	/* Nothing is lost in columns. */
	from = series->real_ns[0] - series->period_ns[0];
	to = series->real_ns[series->count - 1];
	series_resample_heat(series, from, to, 10, cells);
	for (i = 0; i < series->heat_rows * 10; i++)
		all += cells[i] * (double)(to - from) / 10 / 1e9;
	CHECK(fabs(all - (COUNT - 1)) < 1.5);
	timed_close(&timed);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void
bounded(void)
{
	const struct series *series;
	struct logged_program program;
	struct timed timed;
	size_t i, most = 0;

	timed_start(0);
	timed_begin(&program, 28, COUNT);
	timed_run(&program, log_of, 0, COUNT);
	timed_open(&timed, getpid());
	for (i = 0; i < 40000; i++) {
		dbgshm_counter_add(program.counter, 1);
		(void)timed_update(&timed);
		series = take(&timed, "counter", SERIES_VALUE, WHOLE);
		if (series->count > most)
			most = series->count;
		CHECK(i == 0 ||
		    series->values[series->count - 1] == series->highest);
	}
	CHECK(most > 10000 && most <= 20000);
	timed_close(&timed);
}

/* ---- columns -------------------------------------------------------------- */

static uint64_t seed = 1;

static uint64_t
noise(uint64_t below)
{
	seed = seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return ((seed >> 20) % below);
}

#define SAMPLES 200

/* Any samples, any window, any number of columns: the highest and lowest of all
 * columns are those of the samples that fill some of the window. */
static void
test_no_sample_is_lost_in_columns(void **state)
{
	uint64_t real_ns[SAMPLES], period_ns[SAMPLES], from, to, unit;
	double values[SAMPLES], most[SAMPLES], columns[1500], least[1500];
	double high, low, seen_high, seen_low;
	struct series series = { .real_ns = real_ns,
		.period_ns = period_ns,
		.values = values,
		.least = values,
		.most = most };
	size_t round, i, count;

	(void)state;
	for (round = 0; round < 20000; round++) {
		unit = round % 3 == 0 ? 1
		    : round % 3 == 1  ? 1000000007
				      : 61000000000007;
		series.count = noise(SAMPLES);
		real_ns[0] = (noise(1000) + 2000) * unit;
		for (i = 0; i < series.count; i++) {
			if (i > 0)
				real_ns[i] = real_ns[i - 1] + noise(20) * unit +
				    noise(unit);
			period_ns[i] = noise(15) * unit;
			values[i] = noise(10) == 0 ? NAN : (double)noise(1000);
			most[i] = values[i] + (double)noise(3);
		}
		from = noise(4000) * unit + noise(unit);
		to = from + 1 + noise(3000) * unit + noise(unit);
		count = 1 + noise(round % 10 == 0 ? 1500 : 40);
		series_resample(&series, from, to, count, columns);
		series_resample_least(&series, from, to, count, least);
		high = low = seen_high = seen_low = NAN;
		for (i = 0; i < count; i++) {
			seen_high = fmax(seen_high, columns[i]);
			seen_low = fmin(seen_low, least[i]);
			assert_true(isnan(columns[i]) == isnan(least[i]));
		}
		for (i = 0; i < series.count; i++) {
			uint64_t period = period_ns[i] == 0 ? 1 : period_ns[i];

			if (isnan(values[i]) || real_ns[i] <= from ||
			    real_ns[i] >= to + period)
				continue;
			high = fmax(high, most[i]);
			low = fmin(low, values[i]);
		}
		assert_true(isnan(high) ? isnan(seen_high) : high == seen_high);
		assert_true(isnan(low) ? isnan(seen_low) : low == seen_low);
	}
}

static void
test_a_sample_fills_its_time_and_no_more(void **state)
{
	const uint64_t real_ns[] = { 20, 40 }, period_ns[] = { 10, 10 };
	const double values[] = { 1, 2 };
	const struct series series = { .count = 2,
		.real_ns = real_ns,
		.period_ns = period_ns,
		.values = values };
	double columns[10];
	size_t i;

	(void)state;
	series_resample(&series, 0, 50, 5, columns);
	for (i = 0; i < 5; i++)
		assert_true(i == 1 ? columns[i] == 1
			: i == 3   ? columns[i] == 2
				   : isnan(columns[i]));
	series_resample(&series, 15, 35, 4, columns);
	assert_true(columns[0] == 1 && isnan(columns[1]) && isnan(columns[2]) &&
	    columns[3] == 2);
	/* Without a width there is nothing, and nobody is hurt. */
	series_resample(&series, 20, 20, 2, columns);
	assert_true(isnan(columns[0]) && isnan(columns[1]));
	series_resample(NULL, 0, 50, 5, columns);
	assert_true(isnan(columns[0]));
}

static void
test_a_series_is_wanted_once_for_the_longest_time(void **state)
{
	struct series_wants wants = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 300; i++)
		series_want(&wants, series_of_metric(i % 100, SERIES_SHOWN), i);
	assert_int_equal(wants.count, 100);
	for (i = 0; i < 100; i++)
		assert_int_equal(wants.list[i].window_ns, 200 + i);
	series_want(&wants, series_of_metric(0, SERIES_P50), 1);
	assert_int_equal(wants.count, 101);
	series_wants_fini(&wants);
}

/* ---- claims ---- */

#define CLAIM(name, body)                                                      \
	static void name(void **state)                                         \
	{                                                                      \
		(void)state;                                                   \
		assert_int_equal(in_child(body), 0);                           \
	}

CLAIM(test_a_series_is_as_it_was_written_down, as_written)
CLAIM(test_a_series_grows_with_each_frame, grows)
CLAIM(test_what_nobody_looked_at_comes_from_the_history, catches_up)
CLAIM(test_what_was_not_there_has_no_value, comes_and_goes)
CLAIM(test_a_counter_that_falls_has_no_rate, falls)
CLAIM(test_a_cell_of_a_row_is_followed_by_its_id, cells)
CLAIM(test_coarse_samples_keep_their_extremes, coarse)
CLAIM(test_a_heat_map_has_each_value_once, heat)
CLAIM(test_series_do_not_grow_for_ever, bounded)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_sample_is_lost_in_columns),
		cmocka_unit_test(test_a_sample_fills_its_time_and_no_more),
		cmocka_unit_test(
		    test_a_series_is_wanted_once_for_the_longest_time),
		cmocka_unit_test(test_a_series_is_as_it_was_written_down),
		cmocka_unit_test(test_a_series_grows_with_each_frame),
		cmocka_unit_test(
		    test_what_nobody_looked_at_comes_from_the_history),
		cmocka_unit_test(test_what_was_not_there_has_no_value),
		cmocka_unit_test(test_a_counter_that_falls_has_no_rate),
		cmocka_unit_test(test_a_cell_of_a_row_is_followed_by_its_id),
		cmocka_unit_test(test_coarse_samples_keep_their_extremes),
		cmocka_unit_test(test_a_heat_map_has_each_value_once),
		cmocka_unit_test(test_series_do_not_grow_for_ever),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
