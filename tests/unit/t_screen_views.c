/*
 * t_screen_views.c - tables, histograms and events of all profiles.
 */
#include "working.h"

#include <locale.h>
#include <time.h>

/* ---- events -------------------------------------------------------------- */

static void
test_events_of_all_logs_are_one_list_by_time(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 80, 24, SCREEN_EVENTS);
	assert_string_equal(line(&s, 2), " 4 events  7 lost in all");
	assert_string_equal(
	    line(&s, 3), "          TIME  LEVEL  PROFILE  EVENT      TEXT");
	assert_string_equal(line(&s, 4),
	    "> 12:03:07.000  warn   log      lost_peer  10.4.0.17 after 60 s");
	assert_string_equal(line(&s, 5),
	    "  12:03:01.000  error  audit               password wrong");
	assert_int_equal(line_of(&s, " ~              lost   audit"), 6);
	shows(&s, "~ 7 lost");
	assert_int_equal(line_of(&s, "a round"), 7);
	assert_int_equal(line_of(&s, "debug  audit               hello"), 8);
	/* Severity and text are found. */
	press(&s, "/ l e v e l = e r r o r Enter");
	shows(&s, "password wrong");
	lacks(&s, "a round");
	press(&s, "= / r o u n d Enter");
	shows(&s, "a round");
	lacks(&s, "password");
	stage_fini(&s);
}

static void
test_newest_event_stays_selected_until_another_is(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 80, 24, SCREEN_EVENTS);
	working_event(&w, 1, 0, DBGSHM_SEVERITY_INFO, "message", "newer", 1);
	w.events[1][0].id = 99;
	w.logs[1].event_count = 2;
	shows(&s, "> 12:03:10.999  info   audit");
	press(&s, "j");
	shows(&s, "> 12:03:07.000  warn   log");
	working_event(&w, 1, 0, DBGSHM_SEVERITY_INFO, "message", "newest", 0);
	w.events[1][0].id = 100;
	w.logs[1].event_count = 2;
	shows(&s, "> 12:03:07.000  warn   log");
	shows(&s, "  12:03:11.000  info   audit");
	stage_fini(&s);
}

static void
test_events_behind_the_moment_have_not_happened(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 80, 24, SCREEN_EVENTS);
	s.scene.moment = (struct moment){
		.state = MOMENT_PAST,
		.at_real_ns = SAMPLE_NOW - 10 * SECOND,
	};
	lacks(&s, "lost_peer");
	shows(&s, "> 12:03:01.000  error  audit");
	stage_fini(&s);
}

static void
test_event_leads_to_the_row_it_speaks_of_or_to_its_profile(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 80, 24, SCREEN_EVENTS);
	shows(&s, "Enter follows the reference   @ goes to 12:03:07");
	assert_int_equal(press(&s, "Enter"), SCREEN_CHANGED);
	assert_int_equal(s.view.screen, SCREEN_ROW);
	shows(&s, "net/connections[0.3]");
	press(&s, "Esc");
	assert_int_equal(s.view.screen, SCREEN_EVENTS);
	assert_int_equal(press(&s, "@"), SCREEN_TRAVEL);
	assert_true(s.view.order.travel.at_real_ns ==
	    SAMPLE_NOW - 4 * SECOND + SECOND * 5 / 4);
	press(&s, "j");
	shows(&s, "Enter opens the profile");
	press(&s, "Enter");
	assert_int_equal(s.view.screen, SCREEN_OVERVIEW);
	assert_int_equal(s.view.nodes.selected, path_id("audit"));
	/* A row that is gone is still the one that was meant. */
	press(&s, "Esc");
	w.field.text = "net/connections[7.9]";
	press(&s, "g Enter");
	assert_int_equal(s.view.screen, SCREEN_ROW);
	shows(&s, "net/connections[7.9]  not there at 12:03:11");
	/* What is no such table leads nowhere. */
	press(&s, "Esc");
	w.field.text = "nowhere[7.9]";
	press(&s, "g Enter");
	assert_int_equal(s.view.screen, SCREEN_OVERVIEW);
	stage_fini(&s);
}

/* ---- tables -------------------------------------------------------------- */

static void
test_tables_show_their_room_and_the_rows_of_one(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 80, 24, SCREEN_TABLES);
	w.tables[DISK].dropped = 3;
	assert_string_equal(line(&s, 2),
	    " 6 tables                                              "
	    "                1-5 of 6");
	assert_string_equal(line(&s, 3),
	    "  TABLE            SHAPE        ROWS    ROOM  NOT KEPT  ABOUT");
	assert_string_equal(line(&s, 4),
	    "> work             operation       3       8         0");
	assert_string_equal(line(&s, 5),
	    " ~disk/work        operation       2       8         3");
	shows(&s, "- work  3 rows -");
	shows(&s, "GET /cat.png");
	press(&s, "j");
	shows(&s, "- disk/work  2 rows, 3 not kept for lack of room -");
	lacks(&s, "GET /cat.png");
	stage_fini(&s);
}

static void
test_tab_moves_between_tables_and_rows_and_enter_opens_a_row(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 80, 24, SCREEN_TABLES);
	press(&s, "j j Tab");
	shows(&s, "- net/connections[0.3]  live -");
	press(&s, "Enter");
	assert_int_equal(s.view.screen, SCREEN_ROW);
	shows(&s, "net/connections[0.3]  live");
	press(&s, "Esc");
	assert_int_equal(s.view.screen, SCREEN_TABLES);
	shows(&s, "- net/connections[0.3]  live -"); /* still in the rows */
	press(&s, "x");
	lacks(&s, "disk/work");
	press(&s, "Esc Esc k");
	shows(&s, "- disk/work  2 rows -");
	stage_fini(&s);
}

static void
test_tables_begin_with_the_one_that_is_selected_in_the_overview(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 80, 24, SCREEN_OVERVIEW);
	s.view.nodes.selected = path_id("requests");
	press(&s, "2");
	shows(&s, "> requests ");
	stage_fini(&s);
}

/* ---- histograms ---------------------------------------------------------- */

static struct model_metric quiet = { .name = "wait",
	.labels = "",
	.help = "",
	.kind = DBGSHM_METRIC_HISTOGRAM,
	.unit = DBGSHM_UNIT_NS,
	.id = 90 };

static void
test_histograms_show_percentiles_and_how_p99_was(void **state)
{
	struct recorded recorded;
	double *values;
	struct stage s;

	(void)state;
	stage_init(&s, 100, 30, SCREEN_HISTOGRAMS);
	assert_string_equal(line(&s, 3),
	    "  HISTOGRAM                  COUNT      RATE      P50      P90"
	    "      P99    P99.9      MAX  P99 60s");
	shows(&s,
	    "> net/connections:latency    18.2k     120/s  1.20 ms  4.10 ms"
	    "  7.90 ms");
	recorded_init(&recorded);
	values = recorded_series(&recorded, series_of_metric(23, SERIES_P99));
	for (size_t i = 0; i < SAMPLES; i++)
		values[i] = i < SAMPLES - 10 ? 1 : 100;
	s.scene.series = recorded.set;
	shows(&s, "___##\n"); /* the last ten of sixty seconds */
	press(&s, "Enter");
	assert_int_equal(s.view.screen, SCREEN_METRIC);
	s.scene.series = NULL;
	recorded_fini(&recorded);
	stage_fini(&s);
}

static void
test_histograms_without_a_value_are_counted_and_shown_on_request(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_HISTOGRAMS);
	s.sample.profiles[3].metrics = &quiet;
	s.sample.profiles[3].metric_count = 1;
	shows(&s, "1 without a value yet (d)");
	lacks(&s, "net/listeners:wait");
	press(&s, "d");
	shows(&s, "net/listeners:wait");
	quiet.level = DBGSHM_LEVEL_DEBUG;
	shows(&s, "1 more in detail (v)");
	press(&s, "v v");
	shows(&s, "net/listeners:wait");
	quiet.level = DBGSHM_LEVEL_NORMAL;
	stage_fini(&s);
}

/* ---- all of them --------------------------------------------------------- */

static void
test_views_fit_every_size_in_ascii_and_utf8(void **state)
{
	static const enum screen_name screens[] = { SCREEN_TABLES,
		SCREEN_HISTOGRAMS, SCREEN_EVENTS, SCREEN_OPERATIONS,
		SCREEN_ERRORS };
	struct working w;
	struct stage s;

	(void)state;
	for (size_t i = 0; i < ITEMS(screens); i++)
		for (int utf8 = 0; utf8 < 2; utf8++) {
			stage_work(&s, &w, 80, 24, screens[i]);
			fits_everywhere(&s, utf8 != 0);
			stage_fini(&s);
			stage_init(&s, 80, 24, screens[i]);
			fits_everywhere(&s, utf8 != 0);
			s.sample.model.profile_count = 0;
			fits_everywhere(&s, utf8 != 0);
			s.scene.model = NULL;
			press(&s, "Enter Tab j /");
			fits_everywhere(&s, utf8 != 0);
			stage_fini(&s);
		}
}

static void
test_twenty_columns_have_what_matters_most(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 20, 5, SCREEN_OPERATIONS);
	shows(&s, "> serve       31.0 s");
	stage_fini(&s);
	stage_work(&s, &w, 20, 5, SCREEN_EVENTS);
	shows(&s, "> 10.4.0.17 after 6~");
	stage_fini(&s);
	stage_work(&s, &w, 20, 5, SCREEN_ERRORS);
	shows(&s, "> read             3");
	stage_fini(&s);
	stage_work(&s, &w, 20, 5, SCREEN_TABLES);
	shows(&s, "> work            3");
	stage_fini(&s);
}

static void
test_click_selects_a_line(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 100, 30, SCREEN_OPERATIONS);
	picture(&s);
	assert_int_equal(
	    screens_click(&s.view, &s.scene, 10, 7), SCREEN_CHANGED);
	shows(&s, "> fsync");
	assert_int_equal(
	    screens_click(&s.view, &s.scene, 10, 20), SCREEN_NOTHING);
	stage_fini(&s);
	stage_work(&s, &w, 100, 30, SCREEN_TABLES);
	picture(&s);
	screens_click(&s.view, &s.scene, 10, 6);
	shows(&s, "> net/connections");
	stage_fini(&s);
}

static void
test_m_marks_a_row_and_takes_it_back(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 100, 30, SCREEN_OPERATIONS);
	press(&s, "m");
	shows(&s, ">*serve");
	press(&s, "m");
	shows(&s, "> serve");
	stage_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events_of_all_logs_are_one_list_by_time),
		cmocka_unit_test(
		    test_newest_event_stays_selected_until_another_is),
		cmocka_unit_test(
		    test_events_behind_the_moment_have_not_happened),
		cmocka_unit_test(
		    test_event_leads_to_the_row_it_speaks_of_or_to_its_profile),
		cmocka_unit_test(
		    test_tables_show_their_room_and_the_rows_of_one),
		cmocka_unit_test(
		    test_tab_moves_between_tables_and_rows_and_enter_opens_a_row),
		cmocka_unit_test(
		    test_tables_begin_with_the_one_that_is_selected_in_the_overview),
		cmocka_unit_test(
		    test_histograms_show_percentiles_and_how_p99_was),
		cmocka_unit_test(
		    test_histograms_without_a_value_are_counted_and_shown_on_request),
		cmocka_unit_test(test_views_fit_every_size_in_ascii_and_utf8),
		cmocka_unit_test(test_twenty_columns_have_what_matters_most),
		cmocka_unit_test(test_click_selects_a_line),
		cmocka_unit_test(test_m_marks_a_row_and_takes_it_back),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	tzset();
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
