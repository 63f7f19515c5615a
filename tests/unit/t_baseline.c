/*
 * t_baseline.c - claims about the values that others are compared with.
 */
#include "sample.h"
#include "viewer/baseline.h"
#include "viewer/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t
connections(void)
{
	return (tree_id("net/connections", strlen("net/connections")));
}

static void
test_it_keeps_the_values_of_its_moment(void **state)
{
	static struct sample sample;
	struct baseline *baseline;
	union dbgshm_value value;
	double cell;
	uint64_t p99;

	(void)state;
	baseline = baseline_take(&sample_fill(&sample, SAMPLE_PEERS)->model);
	assert_true(baseline_real_ns(baseline) == SAMPLE_NOW);
	/* What the model shows later does not matter. */
	for (size_t i = 0; i < SAMPLE_PEERS; i++)
		for (size_t k = 0; k < SAMPLE_COLUMNS; k++)
			sample.cells[i][k].u = 99;
	memset(&sample, 0, sizeof(sample));
	assert_true(baseline_metric(baseline, 13, &value, &p99));
	assert_true(value.i == 1395864371);
	assert_true(baseline_metric(baseline, 23, &value, &p99));
	assert_true(value.u == 18200 && p99 == 7900000);
	assert_true(baseline_cell(baseline, connections(), 4, 0, &cell));
	assert_true(cell == 3 * 3 * 88000);
	assert_true(baseline_cell(baseline, connections(), 4, 4, &cell));
	assert_true(cell == 3 * 250000000.0);
	assert_int_equal(baseline_rows(baseline, connections()), SAMPLE_PEERS);
	baseline_free(baseline);
}

static void
test_what_was_not_there_is_not_found(void **state)
{
	static struct sample sample;
	struct baseline *baseline;
	union dbgshm_value value = { .u = 7 };
	double cell = 7;
	uint64_t p99 = 7;

	(void)state;
	baseline = baseline_take(&sample_fill(&sample, 3)->model);
	assert_false(baseline_metric(baseline, 999, &value, &p99));
	assert_false(baseline_row(baseline, connections(), 4));
	assert_true(baseline_row(baseline, connections(), 3));
	assert_false(baseline_row(baseline, 1, 3));
	assert_false(baseline_cell(baseline, connections(), 4, 0, &cell));
	assert_false(
	    baseline_cell(baseline, connections(), 3, SAMPLE_COLUMNS, &cell));
	assert_int_equal(baseline_rows(baseline, 1), 0);
	assert_true(value.u == 7 && p99 == 7 && cell == 7);
	baseline_free(baseline);
}

static void
test_texts_times_and_secrets_are_no_numbers(void **state)
{
	static struct sample sample;
	struct baseline *baseline;
	double cell;

	(void)state;
	baseline = baseline_take(&sample_fill(&sample, 3)->model);
	assert_false(baseline_cell(baseline, connections(), 3, 1, &cell));
	assert_false(baseline_cell(baseline, connections(), 3, 2, &cell));
	assert_false(baseline_cell(baseline, connections(), 3, 3, &cell));
	assert_false(baseline_cell(baseline, connections(), 3, 6, &cell));
	baseline_free(baseline);
	sample.cells[2][0].hidden = true;
	baseline = baseline_take(&sample.model);
	assert_false(baseline_cell(baseline, connections(), 3, 0, &cell));
	assert_true(baseline_cell(baseline, connections(), 2, 0, &cell));
	baseline_free(baseline);
}

/* In any order, of any size. */
static void
test_every_id_is_found(void **state)
{
	enum { COUNT = 5000 };
	static struct model_metric metrics[COUNT];
	struct model_profile profile = {
		.path = "many", .metrics = metrics, .metric_count = COUNT
	};
	struct model model = { .profiles = &profile, .profile_count = 1 };
	struct baseline *baseline;
	union dbgshm_value value;
	uint64_t p99, seed = 1;

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		seed =
		    seed * UINT64_C(6364136223846793005) + 1442695040888963407;
		metrics[i] = (struct model_metric){
			.id = seed, .value.u = i, .p99 = 2 * i
		};
	}
	baseline = baseline_take(&model);
	for (size_t i = 0; i < COUNT; i++) {
		assert_true(
		    baseline_metric(baseline, metrics[i].id, &value, &p99));
		assert_true(value.u == i && p99 == 2 * i);
	}
	baseline_free(baseline);
	model.profile_count = 0;
	baseline = baseline_take(&model);
	assert_false(baseline_metric(baseline, 0, &value, &p99));
	baseline_free(baseline);
	baseline_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_keeps_the_values_of_its_moment),
		cmocka_unit_test(test_what_was_not_there_is_not_found),
		cmocka_unit_test(test_texts_times_and_secrets_are_no_numbers),
		cmocka_unit_test(test_every_id_is_found),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
