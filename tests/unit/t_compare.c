/*
 * t_compare.c - claims about what two targets differ in.
 */
#include "sample.h"
#include "viewer/compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Metrics that a test may change. */
struct target {
	struct sample sample;
	struct model_metric metrics[ITEMS(sample_net)];
};

static struct target one, other;

static void
fill(struct target *target, size_t rows)
{
	sample_fill(&target->sample, rows);
	memcpy(target->metrics, sample_net, sizeof(sample_net));
	target->sample.profiles[1].metrics = target->metrics;
	/* "threads" and "internals" are left out. */
	target->sample.profiles[2] = target->sample.profiles[3];
	target->sample.model.profile_count = 3;
}

static int
setup(void **state)
{
	(void)state;
	fill(&one, 4);
	fill(&other, 4);
	return (0);
}

static char told[4000];

/* All of it as lines, "WHERE A B SIDE". */
static const char *
differences(unsigned flags)
{
	const struct compare_side a = { .model = &one.sample.model,
		.rates = &one.sample.model };
	const struct compare_side b = { .model = &other.sample.model,
		.rates = &other.sample.model };
	struct compared *compared = compare_make(&a, &b, flags);
	const struct difference *line;
	size_t i, length = 0;
	double score = 2;

	told[0] = '\0';
	for (i = 0; i < compare_count(compared); i++) {
		line = compare_at(compared, i);
		assert_true(line->score <= score && line->score >= 0);
		score = line->score;
		length += (size_t)snprintf(
		    told + length, sizeof(told) - length, "%s", line->where);
		if (line->is_number)
			length += (size_t)snprintf(told + length,
			    sizeof(told) - length, " %g %g\n", line->a,
			    line->b);
		else if (line->side == COMPARE_BOTH)
			length += (size_t)snprintf(told + length,
			    sizeof(told) - length, " %s %s\n", line->a_text,
			    line->b_text);
		else
			length += (size_t)snprintf(told + length,
			    sizeof(told) - length, " only %s\n",
			    line->side == COMPARE_ONLY_A ? "a" : "b");
	}
	compare_free(compared);
	return (told);
}

static void
test_the_same_is_the_same(void **state)
{
	(void)state;
	assert_string_equal(differences(0), "");
	assert_string_equal(differences(COMPARE_ALL), "");
}

static void
test_numbers_differ_by_a_tenth_and_by_what_matters(void **state)
{
	(void)state;
	assert_false(compare_differ(100, 109, DBGSHM_UNIT_NONE, false));
	assert_true(compare_differ(100, 120, DBGSHM_UNIT_NONE, false));
	assert_true(compare_differ(0, 1, DBGSHM_UNIT_NONE, false));
	assert_true(compare_differ(-5, 5, DBGSHM_UNIT_NONE, false));
	assert_true(compare_differ(0.3, 0.9, DBGSHM_UNIT_NONE, false));
	assert_false(compare_differ(0, 100, DBGSHM_UNIT_BYTES, false));
	assert_true(compare_differ(0, 8192, DBGSHM_UNIT_BYTES, false));
	assert_false(compare_differ(NAN, 8192, DBGSHM_UNIT_BYTES, false));
	assert_false(compare_differ(0, 0.2, DBGSHM_UNIT_NONE, true));
}

static void
test_what_grows_is_compared_by_its_rate(void **state)
{
	(void)state;
	other.metrics[0].value.u *= 3; /* it has been running longer */
	assert_string_equal(differences(0), "");
	assert_string_equal(differences(COMPARE_ALL),
	    "net/connections:sent{peer=\"edge\"} 1.28849e+09 3.86547e+09\n");
	other.metrics[0].rate *= 4;
	assert_string_equal(differences(0),
	    "rate(net/connections:sent{peer=\"edge\"}) 4.29916e+06 "
	    "1.71966e+07\n");
	/* Unless it never did before. */
	other.metrics[0].rate = one.metrics[0].rate;
	other.metrics[1].value.u = 8192;
	assert_string_equal(
	    differences(0), "net/connections:received 0 8192\n");
}

static void
test_rates_that_are_not_known_are_no_difference(void **state)
{
	(void)state;
	other.metrics[0].rate = NAN;
	assert_string_equal(differences(0), "");
	assert_string_equal(differences(COMPARE_ALL), "");
}

static void
test_histograms_are_compared_by_what_came_lately(void **state)
{
	(void)state;
	/* Nothing is known of that: all that came. */
	other.metrics[2].p99 *= 2;
	assert_string_equal(differences(0),
	    "p99(net/connections:latency) since the start 7.9e+06 1.58e+07\n");
}

static void
test_the_larger_difference_comes_first(void **state)
{
	(void)state;
	other.metrics[3].value.i = 6;
	other.metrics[0].rate *= 100;
	other.sample.model.target.state = DBGSHM_LIFE_DEAD;
	assert_string_equal(differences(0),
	    "state() live dead\n"
	    "rate(net/connections:sent{peer=\"edge\"}) 4.29916e+06 "
	    "4.29916e+08\n"
	    "net/connections:open 4 6\n");
}

static void
test_rows_match_by_their_key(void **state)
{
	(void)state;
	/* The same peer in another slot, with another number. */
	sample_row(&other.sample, 0, one.sample.peers[3]);
	sample_row(&other.sample, 3, one.sample.peers[0]);
	other.sample.cells[0][2].text = "waiting";
	other.sample.cells[3][2].text = "reading";
	assert_non_null(strstr(differences(0),
	    "net/connections[10.4.0.4:50112].state reading waiting\n"));
	assert_null(strstr(told, "only"));
	sample_row(&other.sample, 1, "10.9.9.9:1");
	differences(0);
	assert_non_null(
	    strstr(told, "net/connections[10.4.0.2:50112] only a\n"));
	assert_non_null(strstr(told, "net/connections[10.9.9.9:1] only b\n"));
}

static void
test_times_and_durations_say_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		other.sample.cells[i][3].u += SECOND;
		other.sample.cells[i][4].u += 3600 * SECOND;
	}
	assert_string_equal(differences(0), "");
	assert_non_null(strstr(
	    differences(COMPARE_ALL), "net/connections[10.4.0.1:50112].busy"));
}

static void
test_secrets_are_not_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		one.sample.cells[i][0].hidden = true;
		other.sample.cells[i][0].hidden = true;
		other.sample.cells[i][0].u += 1 << 20;
		other.sample.cells[i][0].rate += 1 << 20;
		other.sample.cells[i][6].u = 7;
	}
	assert_string_equal(differences(COMPARE_ALL), "");
}

static void
test_many_rows_of_one_side_are_counted_when_it_is_brief(void **state)
{
	(void)state;
	fill(&other, 40);
	assert_non_null(strstr(differences(COMPARE_BRIEF),
	    "net/connections: 28 rows more only b\n"));
	assert_non_null(strstr(told, "rows(net/connections) 4 40\n"));
	assert_null(strstr(told, "10.4.0.40"));
	differences(0);
	assert_null(strstr(told, "rows more"));
	assert_non_null(
	    strstr(told, "net/connections[10.4.0.40:50112] only b\n"));
}

static void
test_what_only_one_side_has_is_told_once(void **state)
{
	(void)state;
	other.sample.profiles[1].path = "net/links";
	assert_string_equal(
	    differences(0), "net/connections only a\nnet/links only b\n");
	other.sample.profiles[1].path = "net/connections";
	other.metrics[3].name = "idle";
	assert_string_equal(differences(0),
	    "net/connections:idle only b\nnet/connections:open only a\n");
}

static void
test_other_columns_are_told(void **state)
{
	static struct model_column columns[SAMPLE_COLUMNS];

	(void)state;
	memcpy(columns, sample_columns, sizeof(columns));
	columns[2].name = "phase";
	other.sample.table.columns = columns;
	assert_string_equal(differences(0),
	    "net/connections[].phase only b\n"
	    "net/connections[].state only a\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_the_same_is_the_same, setup),
		cmocka_unit_test(
		    test_numbers_differ_by_a_tenth_and_by_what_matters),
		cmocka_unit_test_setup(
		    test_what_grows_is_compared_by_its_rate, setup),
		cmocka_unit_test_setup(
		    test_rates_that_are_not_known_are_no_difference, setup),
		cmocka_unit_test_setup(
		    test_histograms_are_compared_by_what_came_lately, setup),
		cmocka_unit_test_setup(
		    test_the_larger_difference_comes_first, setup),
		cmocka_unit_test_setup(test_rows_match_by_their_key, setup),
		cmocka_unit_test_setup(
		    test_times_and_durations_say_nothing, setup),
		cmocka_unit_test_setup(test_secrets_are_not_told, setup),
		cmocka_unit_test_setup(
		    test_many_rows_of_one_side_are_counted_when_it_is_brief,
		    setup),
		cmocka_unit_test_setup(
		    test_what_only_one_side_has_is_told_once, setup),
		cmocka_unit_test_setup(test_other_columns_are_told, setup),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
