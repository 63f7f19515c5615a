/*
 * What is kept from one picture to the next gives what making it anew would give:
 * trees, hidden metrics, columns and means of series.
 */
#include "stage.h"

#include "viewer/series.h"

#include <string.h>

static uint64_t seed = UINT64_C(88172645463325252);

static uint64_t
any(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed % below);
}

/* ---- lists ---------------------------------------------------------------------- */

static void
test_what_moves_for_the_first_time_appears_and_stays(void **state)
{
	struct model_metric metrics[ITEMS(sample_net)];
	struct stage s;

	(void)state;
	stage_init(&s, 100, 40, SCREEN_OVERVIEW);
	memcpy(metrics, sample_net, sizeof(metrics));
	s.sample.model.schema = 7; /* the same names from now on */
	for (size_t i = 0; i < s.sample.model.profile_count; i++)
		if (s.sample.profiles[i].metrics == sample_net)
			s.sample.profiles[i].metrics = metrics;
	press(&s, "g");
	shows(&s, "1 never moved (d)");
	lacks(&s, "received");
	metrics[1].value.u = 1;
	shows(&s, "received");
	lacks(&s, "never moved");
	metrics[1].value.u = 0;
	shows(&s, "received"); /* a zero is news now */
	/* Other names: it is not known what was before. */
	s.sample.model.schema = 8;
	lacks(&s, "received");
	stage_fini(&s);
}

static void
test_rows_of_a_tree_are_counted_while_its_names_stay(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 100, 40, SCREEN_OVERVIEW);
	s.sample.model.schema = 7;
	shows(&s, "ALL                       80 ");
	shows(&s, "    connections             40 ");
	s.sample.table.row_count = 3;
	shows(&s, "ALL                        6 ");
	shows(&s, "    connections              3 ");
	s.sample.table.row_count = 5;
	shows(&s, "ALL                       10 ");
	stage_fini(&s);
}

static void
test_folding_is_seen_while_names_stay(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 100, 40, SCREEN_OVERVIEW);
	s.sample.model.schema = 7;
	shows(&s, "    connections ");
	press(&s, "j -");
	lacks(&s, "    connections ");
	press(&s, "+");
	shows(&s, "    connections ");
	press(&s, "*");
	lacks(&s, "    connections ");
	stage_fini(&s);
}

static void
test_sorting_and_filtering_end_in_the_same_rows(void **state)
{
	struct stage s;
	char *before;

	(void)state;
	stage_init(&s, 100, 40, SCREEN_OVERVIEW);
	s.sample.model.schema = 7;
	press(&s, "g Tab j j"); /* to rss */
	assert_non_null(before = strdup(picture(&s)));
	press(&s, ">");
	press(&s, "I");
	assert_string_not_equal(picture(&s), before);
	press(&s, "=");
	assert_string_equal(picture(&s), before);
	press(&s, "/ r s s Enter");
	lacks(&s, "cpu_user");
	press(&s, "=");
	assert_string_equal(picture(&s), before);
	free(before);
	stage_fini(&s);
}

/* ---- series --------------------------------------------------------------------- */

#define SAMPLES 600
#define COLUMNS 20

static struct {
	uint64_t real_ns[SAMPLES], period_ns[SAMPLES];
	double values[SAMPLES];
	struct series_kept kept;
	struct series series;
} grown;

static double
any_value(void)
{
	switch (any(16)) {
	case 0:
		return (NAN);
	case 1:
		return (1e18);
	case 2:
	case 3:
	case 4:
		return (0);
	default:
		return ((double)any(100000) / 7);
	}
}

static void
add_sample(void)
{
	size_t at = grown.series.count++;
	uint64_t before = at > 0 ? grown.real_ns[at - 1] : SAMPLE_NOW;

	grown.period_ns[at] = SECOND / 2 + any(SECOND);
	grown.real_ns[at] =
	    before + grown.period_ns[at] + (any(20) == 0 ? 5 * SECOND : 0);
	grown.values[at] = any_value();
}

static void
expect_same_mean(uint64_t until_ns, uint64_t window_ns)
{
	struct series fresh = grown.series;
	double kept = series_mean(&grown.series, until_ns, window_ns), anew;

	fresh.kept = NULL;
	anew = series_mean(&fresh, until_ns, window_ns);
	if (isnan(anew) || isnan(kept)) {
		assert_true(isnan(anew) && isnan(kept));
		return;
	}
	if (fabs(kept - anew) > 1e-6 * fabs(anew))
		fail_msg("%.17g is not %.17g, %zu samples", kept, anew,
		    grown.series.count);
	assert_true((kept == 0) == (anew == 0));
}

static void
expect_same_columns(uint64_t from_ns, uint64_t to_ns)
{
	double kept[COLUMNS], anew[COLUMNS];
	struct series fresh = grown.series;

	fresh.kept = NULL;
	series_resample(&grown.series, from_ns, to_ns, COLUMNS, kept);
	series_resample(&fresh, from_ns, to_ns, COLUMNS, anew);
	for (size_t i = 0; i < COLUMNS; i++)
		assert_true(
		    kept[i] == anew[i] || (isnan(kept[i]) && isnan(anew[i])));
}

static void
test_series_are_the_same_as_made_anew(void **state)
{
	const uint64_t window_ns = 60 * SECOND, step_ns = 3 * SECOND;
	uint64_t last, end;

	(void)state;
	for (int round = 0; round < 200; round++) {
		memset(&grown, 0, sizeof(grown));
		grown.series.real_ns = grown.real_ns;
		grown.series.period_ns = grown.period_ns;
		grown.series.values = grown.values;
		grown.series.kept = &grown.kept;
		while (grown.series.count < SAMPLES) {
			for (uint64_t i = any(3) + 1;
			     i > 0 && grown.series.count < SAMPLES; i--)
				add_sample();
			last = grown.real_ns[grown.series.count - 1];
			if (any(10) == 0) /* somebody goes back */
				expect_same_mean(
				    last - any(100) * SECOND, window_ns);
			if (any(50) == 0)
				expect_same_mean(last, 2 * window_ns);
			expect_same_mean(last + any(2 * SECOND), window_ns);
			end = (last / step_ns + 1) * step_ns;
			expect_same_columns(end - COLUMNS * step_ns, end);
			if (any(4) == 0) /* and forth again, next time */
				expect_same_columns(
				    end - (COLUMNS + 2) * step_ns,
				    end - 2 * step_ns);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_what_moves_for_the_first_time_appears_and_stays),
		cmocka_unit_test(
		    test_rows_of_a_tree_are_counted_while_its_names_stay),
		cmocka_unit_test(test_folding_is_seen_while_names_stay),
		cmocka_unit_test(
		    test_sorting_and_filtering_end_in_the_same_rows),
		cmocka_unit_test(test_series_are_the_same_as_made_anew),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
