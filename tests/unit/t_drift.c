/*
 * t_drift.c - claims about what counts as a change among numbers.
 */
#include "viewer/drift.h"

#include <dbgshm/format.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define BEFORE 330
#define AFTER 31
#define ALL (BEFORE + AFTER)
#define NOISY 0.25 /* the score that noise alone does not reach */

static uint64_t seed = 1;

static double
chance(void) /* 0 to 1 */
{
	seed = seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (((double)(seed >> 33) + 0.5) / (double)(UINT64_C(1) << 31));
}

/* Kinds of noise, all around a hundred. */
static double
even(void)
{
	return (90 + 20 * chance());
}

static double
normal(void)
{
	return (
	    100 + 20 * sqrt(-2 * log(chance())) * cos(6.2831853 * chance()));
}

static double
exponential(void)
{
	return (-100 * log(chance()));
}

static double
to_and_fro(void)
{
	return (chance() < 0.5 ? 0 : 200);
}

static double
seldom(void)
{
	return (chance() < 0.97 ? 0 : 100);
}

static double
whole(void)
{
	return (floor(3 * chance()));
}

static double (*const noises[])(
    void) = { even, normal, exponential, to_and_fro, seldom, whole };
#define NOISES (sizeof(noises) / sizeof(noises[0]))

static float values[ALL];

/* Takes the extremes from the values themselves. */
static struct drift
judge(bool grows)
{
	struct drift_numbers numbers = { .values = values,
		.before = BEFORE,
		.after = AFTER,
		.low_before = NAN,
		.high_before = NAN,
		.low = NAN,
		.high = NAN,
		.least = drift_least(DBGSHM_UNIT_NONE, grows),
		.grows = grows,
		.trend = !grows };
	struct drift drift;

	for (size_t i = 0; i < ALL; i++) {
		double *low = i < BEFORE ? &numbers.low_before : &numbers.low;
		double *high =
		    i < BEFORE ? &numbers.high_before : &numbers.high;

		if (isnan(values[i]))
			continue;
		if (!(*low <= values[i]))
			*low = values[i];
		if (!(*high >= values[i]))
			*high = values[i];
	}
	assert_true(drift_judge(&numbers, &drift));
	assert_true(drift.score >= 0 && drift.score <= 1);
	return (drift);
}

static void
fill(double (*noise)(void))
{
	for (size_t i = 0; i < ALL; i++)
		values[i] = (float)noise();
}

static void
fill_flat(double value)
{
	for (size_t i = 0; i < ALL; i++)
		values[i] = (float)value;
}

static void
test_noise_alone_is_no_change(void **state)
{
	struct drift drift;
	double worst = 0;
	size_t found = 0, of = 0;

	(void)state;
	for (size_t kind = 0; kind < NOISES; kind++)
		for (size_t round = 0; round < 500; round++, of++) {
			fill(noises[kind]);
			drift = judge(round % 2);
			found += drift.kind != DRIFT_NONE;
			worst = fmax(worst, drift.score);
		}
	assert_true(worst < NOISY);
	assert_true(found < of / 50); /* hardly a line at all */
}

static void
test_a_planted_change_stands_out_of_noise(void **state)
{
	struct drift drift;
	size_t dated = 0, of = 0;

	(void)state;
	for (size_t kind = 0; kind < NOISES; kind++)
		for (size_t round = 0; round < 200; round++) {
			fill(noises[kind]);
			for (size_t i = BEFORE + 5; i < ALL; i++)
				values[i] += 1000;
			drift = judge(round % 2);
			assert_int_equal(drift.kind, DRIFT_LEVEL);
			assert_true(drift.score > NOISY);
			/* Wild values right before it look like it. */
			dated += drift.began == BEFORE + 5;
			of++;
			assert_true(drift.now > drift.was + 500);
		}
	assert_true(dated * 10 > of * 9);
}

static void
test_what_falls_is_a_change_as_well(void **state)
{
	struct drift drift;

	(void)state;
	fill(even);
	for (size_t i = BEFORE; i < ALL; i++)
		values[i] = 0;
	drift = judge(true);
	assert_int_equal(drift.kind, DRIFT_LEVEL);
	assert_true(drift.now == 0 && drift.score > 0.7);
}

static void
test_a_change_that_began_earlier_is_dated_there(void **state)
{
	struct drift drift;

	(void)state;
	fill_flat(10);
	for (size_t i = BEFORE - 12; i < ALL; i++)
		values[i] = 50;
	drift = judge(false);
	assert_int_equal(drift.kind, DRIFT_LEVEL);
	assert_int_equal(drift.began, BEFORE - 12);
	/* It stays one until it is what is usual. */
	fill_flat(10);
	for (size_t i = BEFORE - BEFORE / 6; i < ALL; i++)
		values[i] = 50;
	drift = judge(false);
	assert_int_equal(drift.kind, DRIFT_LEVEL);
	assert_int_equal(drift.began, BEFORE - BEFORE / 6);
	for (size_t i = BEFORE - BEFORE / 4; i < ALL; i++)
		values[i] = 50;
	assert_int_equal(judge(false).kind, DRIFT_NONE);
}

static void
test_a_change_that_is_over_has_an_end(void **state)
{
	struct drift drift;

	(void)state;
	fill_flat(10);
	for (size_t i = BEFORE + 2; i < ALL; i++)
		values[i] = 50;
	assert_int_equal(judge(false).ended, 0);
	values[ALL - 1] = values[ALL - 2] = 10; /* for a moment */
	assert_int_equal(judge(false).ended, 0);
	values[ALL - 3] = values[ALL - 4] = 10;
	drift = judge(false);
	assert_int_equal(drift.kind, DRIFT_LEVEL);
	assert_int_equal(drift.began, BEFORE + 2);
	assert_int_equal(drift.ended, ALL - 4);
}

static void
test_larger_changes_have_higher_scores(void **state)
{
	double last = 0, sizes[] = { 20, 40, 80, 300, 1000 };
	struct drift drift;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		fill(whole); /* 0 to 2 */
		for (size_t k = BEFORE; k < ALL; k++)
			values[k] += (float)sizes[i];
		drift = judge(false);
		assert_true(drift.score > last);
		last = drift.score;
	}
}

static void
test_small_changes_near_zero_do_not_count(void **state)
{
	(void)state;
	fill_flat(0);
	for (size_t i = BEFORE; i < ALL; i++)
		values[i] = 0.9F; /* of a thing */
	assert_int_equal(judge(false).kind, DRIFT_NONE);
	fill_flat(1000);
	for (size_t i = BEFORE; i < ALL; i++)
		values[i] = 1050; /* 5 % */
	assert_int_equal(judge(false).kind, DRIFT_NONE);
}

static void
test_one_wild_value_is_a_peak_and_ranks_below_a_level(void **state)
{
	struct drift level, peak;

	(void)state;
	fill(even);
	values[BEFORE + 7] = 1000;
	peak = judge(false);
	assert_int_equal(peak.kind, DRIFT_PEAK);
	assert_true(peak.now < 120);
	fill(even);
	for (size_t i = BEFORE + 7; i < ALL; i++)
		values[i] = 1000;
	level = judge(false);
	assert_int_equal(level.kind, DRIFT_LEVEL);
	assert_true(level.score > peak.score);
	fill(even);
	values[BEFORE + 7] = 0;
	assert_int_equal(judge(false).kind, DRIFT_DIP);
}

static void
test_a_peak_that_was_there_before_is_none(void **state)
{
	(void)state;
	fill(even);
	values[100] = values[BEFORE + 7] = 1000;
	assert_int_equal(judge(false).kind, DRIFT_NONE);
}

static void
test_a_counter_that_stood_still_is_news_when_it_moves(void **state)
{
	struct drift once, thrice;

	(void)state;
	fill_flat(0);
	values[BEFORE + 9] = 0.1F;
	once = judge(true);
	assert_int_equal(once.kind, DRIFT_FIRST);
	assert_int_equal(once.began, BEFORE + 9);
	assert_true(once.score > 0 && once.score < NOISY);
	values[BEFORE + 12] = values[BEFORE + 20] = 0.1F;
	thrice = judge(true);
	assert_true(thrice.score > once.score);
	/* Of a value it is nothing. */
	assert_int_equal(judge(false).kind, DRIFT_NONE);
}

static void
test_growth_all_the_time_is_told_with_its_slope(void **state)
{
	struct drift drift;

	(void)state;
	for (size_t i = 0; i < ALL; i++)
		values[i] = 1000 + 5 * (float)i;
	drift = judge(false);
	assert_int_equal(drift.kind, DRIFT_GROWTH);
	assert_true(fabs(drift.slope - 5) < 0.01);
	assert_true(drift.score > 0.1 && drift.score < 0.4);
	/* Only now: a level, with the slope. */
	fill_flat(1000);
	for (size_t i = BEFORE; i < ALL; i++)
		values[i] = 1000 + 50 * (float)(i - BEFORE);
	drift = judge(false);
	assert_int_equal(drift.kind, DRIFT_LEVEL);
	assert_true(fabs(drift.slope - 50) < 0.1);
}

static void
test_what_wanders_about_has_no_slope(void **state)
{
	size_t slopes = 0;

	(void)state;
	for (size_t round = 0; round < 300; round++) {
		values[0] = 1000;
		for (size_t i = 1; i < ALL; i++)
			values[i] = values[i - 1] + (chance() < 0.5 ? -1 : 1);
		slopes += judge(false).kind == DRIFT_GROWTH;
	}
	assert_int_equal(slopes, 0);
}

static void
test_unknown_values_are_left_out(void **state)
{
	struct drift_numbers numbers = { .values = values,
		.before = BEFORE,
		.after = AFTER,
		.low_before = NAN,
		.high_before = NAN,
		.low = NAN,
		.high = NAN,
		.least = 1 };
	struct drift drift;

	(void)state;
	fill(even);
	for (size_t i = 0; i < ALL; i += 2)
		values[i] = NAN;
	assert_int_equal(judge(false).kind, DRIFT_NONE);
	for (size_t i = BEFORE; i < ALL; i++)
		values[i] = isnan(values[i]) ? NAN : 1000;
	assert_int_equal(judge(false).kind, DRIFT_LEVEL);
	/* Nothing before, or nothing after: nothing is said. */
	fill_flat(NAN);
	for (size_t i = BEFORE; i < ALL; i++)
		values[i] = 1;
	assert_false(drift_judge(&numbers, &drift));
	fill_flat(1);
	for (size_t i = BEFORE; i < ALL; i++)
		values[i] = NAN;
	assert_false(drift_judge(&numbers, &drift));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_noise_alone_is_no_change),
		cmocka_unit_test(test_a_planted_change_stands_out_of_noise),
		cmocka_unit_test(test_what_falls_is_a_change_as_well),
		cmocka_unit_test(
		    test_a_change_that_began_earlier_is_dated_there),
		cmocka_unit_test(test_a_change_that_is_over_has_an_end),
		cmocka_unit_test(test_larger_changes_have_higher_scores),
		cmocka_unit_test(test_small_changes_near_zero_do_not_count),
		cmocka_unit_test(
		    test_one_wild_value_is_a_peak_and_ranks_below_a_level),
		cmocka_unit_test(test_a_peak_that_was_there_before_is_none),
		cmocka_unit_test(
		    test_a_counter_that_stood_still_is_news_when_it_moves),
		cmocka_unit_test(
		    test_growth_all_the_time_is_told_with_its_slope),
		cmocka_unit_test(test_what_wanders_about_has_no_slope),
		cmocka_unit_test(test_unknown_values_are_left_out),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
