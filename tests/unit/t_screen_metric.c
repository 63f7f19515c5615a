/*
 * t_screen_metric.c - one metric: numbers, charts, percentiles and heat map.
 */
#include "viewer/graph.h"
#include "working.h"

#include <locale.h>
#include <time.h>

enum { COUNTER = 21, HISTOGRAM = 23, UPDOWN = 24 };

static void
show(struct stage *s, int columns, int rows, uint64_t metric)
{
	stage_init(s, columns, rows, SCREEN_METRIC);
	s->view.subject =
	    (struct subject){ .profile = path_id("net/connections"),
		    .object = metric };
	screens_arrange(&s->view, &s->scene);
}

static bool
wants(struct stage *s, uint64_t metric, enum series_what what)
{
	struct series_key key = series_of_metric(metric, what);
	bool found = false;

	picture(s);
	for (size_t i = 0; i < s->view.wants.count; i++)
		found = found ||
		    memcmp(&s->view.wants.list[i].key, &key, sizeof(key)) == 0;
	return (found);
}

static void
test_metric_says_what_it_is_and_what_it_is_now(void **state)
{
	struct stage s;

	(void)state;
	show(&s, 80, 24, COUNTER);
	assert_string_equal(line(&s, 2),
	    " net/connections:sent{peer=\"edge\"}  counter, bytes, last 10 "
	    "min");
	assert_string_equal(line(&s, 3),
	    " value 1.20 GiB   rate 4.10 MiB/s   exactly 1288490188");
	assert_string_equal(line(&s, 4), " bytes written to all peers");
	shows(&s, "no history of it");
	press(&s, "u");
	shows(&s, " value 1288490188   rate 4299161.6");
	stage_fini(&s);
}

static void
test_counter_has_a_chart_of_its_rate_and_one_of_its_value(void **state)
{
	struct recorded recorded;
	double *rate, *value;
	struct stage s;

	(void)state;
	show(&s, 80, 24, COUNTER);
	assert_true(wants(&s, COUNTER, SERIES_SHOWN));
	assert_true(wants(&s, COUNTER, SERIES_VALUE));
	recorded_init(&recorded);
	rate =
	    recorded_series(&recorded, series_of_metric(COUNTER, SERIES_SHOWN));
	value =
	    recorded_series(&recorded, series_of_metric(COUNTER, SERIES_VALUE));
	for (size_t i = 0; i < SAMPLES; i++) {
		rate[i] = i == 200 ? 4096 : i < 100 ? NAN : 1024;
		value[i] = 1024 * (double)i;
	}
	s.scene.series = recorded.set;
	/* Of all that is known of it, the gap is not a zero. */
	shows(&s,
	    " rate  max 4.00 KiB/s at 12:01:32  mean 1.01 KiB/s  "
	    "min 1.00 KiB/s");
	shows(&s, " value  max 299 KiB at 12:03:11");
	shows(&s, "4.00 KiB/s|");
	shows(&s, "+-10 min-");
	shows(&s, "-now");
	/* Tab: the other one first, which alone has room on a small screen. */
	s.view.rows = 12;
	shows(&s, " rate  max");
	lacks(&s, " value  max");
	press(&s, "Tab");
	shows(&s, " value  max");
	lacks(&s, " rate  max");
	s.scene.series = NULL;
	recorded_fini(&recorded);
	stage_fini(&s);
}

static void
test_plus_and_minus_change_the_time_and_l_the_scale(void **state)
{
	struct stage s;

	(void)state;
	show(&s, 80, 24, UPDOWN);
	shows(&s, "updown, last 10 min");
	press(&s, "+");
	shows(&s, "last 5 min");
	press(&s, "+ + +");
	shows(&s, "last 1 min");
	press(&s, "- - -");
	shows(&s, "last 30 min");
	press(&s, "- -");
	shows(&s, "all of it");
	press(&s, "L");
	shows(&s, "all of it, logarithmic");
	stage_fini(&s);
}

static void
test_young_history_is_not_lost_in_a_wide_chart(void **state)
{
	struct stage s;

	(void)state;
	show(&s, 80, 24, UPDOWN);
	s.scene.moment.first_real_ns = SAMPLE_NOW - 30 * SECOND;
	shows(&s, "last 1 min");
	s.scene.moment.first_real_ns = SAMPLE_NOW - 100 * SECOND;
	shows(&s, "last 5 min");
	s.scene.moment.first_real_ns = SAMPLE_NOW - 4000 * SECOND;
	shows(&s, "last 10 min");
	s.scene.moment.first_real_ns = SAMPLE_NOW - 30 * SECOND;
	press(&s, "-"); /* from the one that is shown, and then it stays */
	shows(&s, "last 5 min");
	s.scene.moment.first_real_ns = SAMPLE_NOW - 4000 * SECOND;
	shows(&s, "last 5 min");
	stage_fini(&s);
}

/* ---- histograms ---------------------------------------------------------- */

/* 100 values a second between 1024 and 2048, and in the last minute ten a
 * second between 4096 and 8192. */
static void
record_heat(struct recorded *recorded)
{
	double *rate, *most;

	recorded_init(recorded);
	for (size_t row = 0; row < ITEMS(recorded->low); row++)
		recorded->low[row] = UINT64_C(512) << row;
	for (size_t i = 0; i < SAMPLES; i++) {
		recorded->heat[i * ITEMS(recorded->low) + 1] = 100;
		if (i >= SAMPLES - 60)
			recorded->heat[i * ITEMS(recorded->low) + 3] = 10;
	}
	rate =
	    recorded_series(recorded, series_of_metric(HISTOGRAM, SERIES_HEAT));
	most =
	    recorded_series(recorded, series_of_metric(HISTOGRAM, SERIES_MOST));
	for (size_t i = 0; i < SAMPLES; i++) {
		rate[i] = 100;
		most[i] = i < SAMPLES - 60 ? 2000 : 7000;
	}
}

static void
test_histogram_shows_percentiles_since_start_and_in_the_window(void **state)
{
	struct recorded recorded;
	struct stage s;

	(void)state;
	show(&s, 80, 24, HISTOGRAM);
	shows(&s,
	    "                 COUNT     MEAN      P50      P90      P99"
	    "    P99.9      MAX\n");
	shows(&s,
	    " since start     18.2k  1.90 ms  1.20 ms  4.10 ms  7.90 ms"
	    "  22.0 ms  31.0 ms\n");
	shows(&s,
	    " last 10 min         -        -        -        -        -"
	    "        -        -\n");
	record_heat(&recorded);
	s.scene.series = recorded.set;
	/* 30,000 of the one and 600 of the other: 2 in 100. */
	shows(&s, " last 10 min     30.6k        - <2.05 us <2.05 us  ");
	press(&s, "+ +");
	/* The last minute alone: 6000 and 600. */
	shows(&s,
	    " last 1 min      6.60k        - <2.05 us <2.05 us  7.00 us"
	    "  7.00 us  7.00 us\n");
	s.scene.series = NULL;
	recorded_fini(&recorded);
	stage_fini(&s);
}

static void
test_quantile_is_inside_its_bucket(void **state)
{
	static const uint64_t low[] = { 0, 1, 2, 4 };
	static const double none[4], counts[] = { 0, 10, 0, 10 };
	struct series series = { .heat_rows = 4, .heat_low = low };

	(void)state;
	assert_true(isnan(graph_quantile(&series, none, 4, 0.5)));
	assert_true(graph_quantile(&series, counts, 4, 0.25) == 2);
	assert_true(graph_quantile(&series, counts, 4, 0.5) == 2);
	assert_true(graph_quantile(&series, counts, 4, 0.75) == 8);
	assert_true(graph_quantile(&series, counts, 4, 1) == 8);
}

static void
test_histogram_has_a_heat_map_and_how_many_there_were(void **state)
{
	struct recorded recorded;
	struct stage s;

	(void)state;
	show(&s, 80, 30, HISTOGRAM);
	record_heat(&recorded);
	s.scene.series = recorded.set;
	/* Between the lowest and the highest that came, the largest on top; half
	 * of the ten minutes is not known, and that is not nothing. */
	shows(&s, "how many of which size");
	shows(&s,
	    "\n 4.10 us                         ....................:**"
	    "***  # ");
	shows(&s,
	    "\n 2.05 us                         ......................"
	    "....   ");
	shows(&s,
	    "\n 1.02 us                         *@@@@@@@@@@@@@@@@@@@@@"
	    "@@@@  ############ 30.0k\n");
	shows(&s, "600\n");
	lacks(&s, "\n  512 ns");
	s.scene.series = NULL;
	recorded_fini(&recorded);
	stage_fini(&s);
}

/* ---- moments ------------------------------------------------------------- */

static void
test_in_the_past_the_cursor_moves_and_the_chart_stands_still(void **state)
{
	struct recorded recorded;
	double *value;
	struct stage s;
	char first[4096];
	int cursors = 0;

	(void)state;
	show(&s, 80, 24, UPDOWN);
	recorded_init(&recorded);
	value =
	    recorded_series(&recorded, series_of_metric(UPDOWN, SERIES_VALUE));
	for (size_t i = 0; i < SAMPLES; i++)
		value[i] = (double)(i % 7);
	s.scene.series = recorded.set;
	s.scene.moment = (struct moment){
		.state = MOMENT_PAST,
		.at_real_ns = SAMPLE_NOW - 20 * SECOND,
		.first_real_ns = SAMPLE_NOW - 900 * SECOND,
		.last_real_ns = SAMPLE_NOW,
	};
	strlcpy(first, line(&s, 20), sizeof(first));
	shows(&s, "-12:03:1"); /* the end, not the moment */
	lacks(&s, "-now");
	for (int i = 0; i < s.grid.columns * s.grid.rows; i++)
		cursors += s.grid.cells[i].style == GRID_CURSOR;
	assert_true(cursors > 1); /* beside the one in the line of time */
	s.scene.moment.at_real_ns -= 10 * SECOND;
	assert_string_equal(line(&s, 20), first);
	s.scene.series = NULL;
	recorded_fini(&recorded);
	stage_fini(&s);
}

static void
test_dead_target_has_no_now(void **state)
{
	struct recorded recorded;
	double *value;
	struct stage s;

	(void)state;
	show(&s, 80, 24, UPDOWN);
	recorded_init(&recorded);
	value =
	    recorded_series(&recorded, series_of_metric(UPDOWN, SERIES_VALUE));
	for (size_t i = 0; i < SAMPLES; i++)
		value[i] = 1;
	s.scene.series = recorded.set;
	shows(&s, "-now");
	s.sample.model.target.state = DBGSHM_LIFE_DEAD;
	lacks(&s, "-now");
	s.scene.series = NULL;
	recorded_fini(&recorded);
	stage_fini(&s);
}

static void
test_metric_that_is_not_there_is_said_to_be_so(void **state)
{
	struct stage s;

	(void)state;
	show(&s, 80, 24, 999);
	shows(&s, "this metric is not there at 12:03:11");
	assert_int_equal(press(&s, "Tab"), SCREEN_NOTHING);
	stage_fini(&s);
}

static void
test_up_and_down_go_through_the_metrics_of_the_profile(void **state)
{
	struct stage s;

	(void)state;
	show(&s, 80, 24, COUNTER);
	press(&s, "j");
	shows(&s, "net/connections:received");
	press(&s, "j j");
	shows(&s, "net/connections:open");
	press(&s, "j");
	shows(&s, "net/connections:open");
	press(&s, "k k k");
	shows(&s, "net/connections:sent");
	/* What is hidden by its level is passed over. */
	s.view.subject = (struct subject){ path_id("process"), 13 };
	press(&s, "j");
	shows(&s, "process:rss");
	press(&s, "v j");
	shows(&s, "process:minor_faults");
	stage_fini(&s);
}

static void
test_metric_is_compared_with_the_baseline(void **state)
{
	struct model_metric then[ITEMS(sample_net)];
	struct baseline *baseline;
	struct stage s;

	(void)state;
	show(&s, 100, 30, COUNTER);
	memcpy(then, sample_net, sizeof(then));
	then[0].value.u -= 1 << 20;
	s.sample.profiles[1].metrics = then;
	baseline = baseline_take(&s.sample.model);
	s.sample.profiles[1].metrics = sample_net;
	s.scene.baseline = baseline;
	shows(&s, "rate 4.10 MiB/s   vs baseline +1.00 MiB");
	s.scene.baseline = NULL;
	baseline_free(baseline);
	stage_fini(&s);
}

static void
test_metric_fits_every_size_in_ascii_and_utf8(void **state)
{
	static const uint64_t ids[] = { COUNTER, HISTOGRAM, UPDOWN, 999 };
	struct recorded recorded;
	struct stage s;

	(void)state;
	record_heat(&recorded);
	for (size_t i = 0; i < ITEMS(ids); i++)
		for (int k = 0; k < 4; k++) {
			show(&s, 80, 24, ids[i]);
			s.scene.series = k < 2 ? NULL : recorded.set;
			fits_everywhere(&s, k % 2 != 0);
			s.view.columns = 20;
			s.view.rows = 5;
			if (ids[i] == COUNTER) {
				s.scene.ascii = s.grid.ascii = true;
				shows(&s, " 1.20 GiB\n");
			}
			stage_fini(&s);
		}
	recorded_fini(&recorded);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_metric_says_what_it_is_and_what_it_is_now),
		cmocka_unit_test(
		    test_counter_has_a_chart_of_its_rate_and_one_of_its_value),
		cmocka_unit_test(
		    test_plus_and_minus_change_the_time_and_l_the_scale),
		cmocka_unit_test(
		    test_young_history_is_not_lost_in_a_wide_chart),
		cmocka_unit_test(
		    test_histogram_shows_percentiles_since_start_and_in_the_window),
		cmocka_unit_test(test_quantile_is_inside_its_bucket),
		cmocka_unit_test(
		    test_histogram_has_a_heat_map_and_how_many_there_were),
		cmocka_unit_test(
		    test_in_the_past_the_cursor_moves_and_the_chart_stands_still),
		cmocka_unit_test(test_dead_target_has_no_now),
		cmocka_unit_test(
		    test_metric_that_is_not_there_is_said_to_be_so),
		cmocka_unit_test(
		    test_up_and_down_go_through_the_metrics_of_the_profile),
		cmocka_unit_test(test_metric_is_compared_with_the_baseline),
		cmocka_unit_test(test_metric_fits_every_size_in_ascii_and_utf8),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	tzset();
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
