/*
 * t_screen_changes.c - what the screens of changes and alerts show.
 */
#include "stage.h"

#include "viewer/changes.h"

static const struct change sample_changes[] = {
	{ .kind = CHANGE_ERROR,
	    .score = 0.95,
	    .where = "errors: \"short write\"",
	    .was = "none",
	    .now = "41",
	    .when = "first 11:58:03",
	    .when_real_ns = SAMPLE_NOW - 308 * SECOND,
	    .profile = 77 },
	{ .kind = CHANGE_METRIC,
	    .score = 0.61,
	    .where = "net/connections/latency p99",
	    .was = "598 us",
	    .now = "7.90 ms",
	    .when = "peak 31.0 ms at 12:00:19",
	    .when_real_ns = SAMPLE_NOW - 172 * SECOND,
	    .object = 23 },
	{ .kind = CHANGE_ROWS,
	    .score = 0.6,
	    .where = "net/connections rows",
	    .was = "4",
	    .now = "18",
	    .when = "since 11:58:02",
	    .when_real_ns = SAMPLE_NOW - 309 * SECOND },
	{ .kind = CHANGE_CAME,
	    .score = 0.45,
	    .where = "net/connections: \"10.4.0.3:50112\"",
	    .was = "none",
	    .now = "new",
	    .when = "since 12:01:00",
	    .object = 3 },
	{ .kind = CHANGE_WENT,
	    .score = 0.4,
	    .where = "net/listeners: \"eth0\"",
	    .was = "there",
	    .now = "gone",
	    .when = "" },
	{ .kind = CHANGE_METRIC,
	    .score = 0.21,
	    .where = "process/rss",
	    .was = "1.20 GiB",
	    .now = "1.90 GiB",
	    .when = "+11.0 MiB/min",
	    .object = 13 },
	{ .kind = CHANGE_METRIC,
	    .score = 0.2,
	    .where = "process/minor_faults",
	    .was = "12.0/s",
	    .now = "340/s",
	    .when = "since 12:02:00",
	    .level = DBGSHM_LEVEL_DETAIL },
};

static struct change list[ITEMS(sample_changes)];
static struct changes changes = { .list = list,
	.count = ITEMS(list),
	.window_ns = 300 * SECOND,
	.before_ns = 3600 * SECOND,
	.compared = 812 };

static void
begin(struct stage *stage, int columns, int rows)
{
	const uint64_t connections = tree_id("net/connections", 15);

	stage_init(stage, columns, rows, SCREEN_CHANGES);
	memcpy(list, sample_changes, sizeof(list));
	list[1].profile = list[2].profile = list[3].profile = connections;
	list[4].profile = tree_id("net/listeners", 13);
	list[5].profile = list[6].profile = tree_id("process", 7);
	stage->scene.remark = stage->scene.source = "";
	stage->scene.changes = &changes;
	stage->scene.moment.first_real_ns = SAMPLE_NOW - 4000 * SECOND;
	stage->scene.moment.last_real_ns = SAMPLE_NOW;
	screens_arrange(&stage->view, &stage->scene);
}

/* ---- changes --------------------------------------------------------------------- */

static void
test_changes_are_listed_with_what_was_and_is(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, 80, 24);
	assert_string_equal(line(&s, 2),
	    " what changed  last 5m against the 1h before  (- + other times)");
	assert_string_equal(line(&s, 3),
	    "  SCORE    WHERE                         WAS       NOW  WHEN");
	assert_string_equal(line(&s, 4),
	    "> #######  errors: \"short write\"        none        41"
	    "  first 11:58:03");
	assert_non_null(strstr(line(&s, 5), "latency p99"));
	assert_non_null(
	    strstr(line(&s, 5), "598 us   7.90 ms  peak 31.0 ms at 12:00:19"));
	assert_non_null(strstr(line(&s, 7), " +####     "));
	assert_non_null(strstr(line(&s, 7), "\"10.4.0.3:50112\""));
	assert_string_equal(line(&s, 8),
	    " -###      net/listeners: \"eth0\"       there      gone");
	shows(&s, "+11.0 MiB/min");
	stage_fini(&s);
}

static void
test_what_is_of_a_higher_level_is_counted_and_shown_on_request(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, 80, 24);
	lacks(&s, "minor_faults");
	shows(&s, "1 more at a higher level (v)");
	press(&s, "v");
	shows(&s, "process/minor_faults");
	lacks(&s, "at a higher level");
	stage_fini(&s);
}

static void
test_the_selected_change_is_told_in_a_sentence(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, 100, 30);
	press(&s, "j");
	shows(&s,
	    "was 598 us in the 1h before, 7.90 ms in the last 5m, peak 31.0 ms"
	    " at 12:00:19");
	shows(&s, "from the first byte of a request");
	stage_fini(&s);
}

static void
test_enter_goes_to_the_thing_and_escape_back(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, 80, 24);
	press(&s, "j Enter");
	assert_int_equal(s.view.screen, SCREEN_METRIC);
	assert_true(s.view.subject.object == 23);
	press(&s, "Esc");
	assert_int_equal(s.view.screen, SCREEN_CHANGES);
	press(&s, "j j Enter");
	assert_int_equal(s.view.screen, SCREEN_ROW);
	assert_true(s.view.subject.object == 3);
	press(&s, "Esc");
	/* What is gone: its profile. */
	press(&s, "j Enter");
	assert_int_equal(s.view.screen, SCREEN_OVERVIEW);
	stage_fini(&s);
}

static void
test_the_key_for_moments_travels_to_that_moment(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, 80, 24);
	press(&s, "j");
	assert_int_equal(press(&s, "@"), SCREEN_TRAVEL);
	assert_int_equal(s.view.order.travel.move, TIMELINE_AT);
	assert_true(
	    s.view.order.travel.at_real_ns == SAMPLE_NOW - 172 * SECOND);
	assert_int_equal(s.view.screen, SCREEN_METRIC);
	press(&s, "Esc j j j");
	assert_int_equal(press(&s, "@"), SCREEN_NOTHING); /* not known */
	stage_fini(&s);
}

static void
test_the_time_that_is_compared_can_be_changed(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, 80, 24);
	assert_true(s.view.compared_ns == 300 * SECOND);
	assert_int_equal(press(&s, "-"), SCREEN_CHANGED);
	assert_true(s.view.compared_ns == 900 * SECOND);
	assert_int_equal(press(&s, "- -"), SCREEN_NOTHING);
	assert_true(s.view.compared_ns == 1800 * SECOND);
	assert_int_equal(press(&s, "+ + +"), SCREEN_CHANGED);
	assert_int_equal(press(&s, "+"), SCREEN_NOTHING);
	assert_true(s.view.compared_ns == 60 * SECOND);
	stage_fini(&s);
}

static void
test_it_says_why_there_is_nothing(void **state)
{
	static const struct changes none;
	struct stage s;

	(void)state;
	begin(&s, 80, 24);
	changes.count = 0;
	shows(&s, "nothing has changed that is worth a line");
	changes.count = ITEMS(list);
	s.scene.changes = &none;
	shows(&s, "nothing to compare with yet: the history is too short");
	s.scene.moment.first_real_ns = 0;
	shows(&s, "nothing to compare with: the region keeps no history");
	s.scene.changes = NULL;
	shows(&s, "the history is being read");
	press(&s, "@ Enter j - +");
	stage_fini(&s);
}

static void
test_changes_can_be_filtered_and_sorted(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, 80, 24);
	press(&s, "/ r o w s Enter");
	shows(&s, "net/connections rows");
	lacks(&s, "short write");
	press(&s, "=");
	press(&s, "/ s c o r e > 0 . 5 Enter");
	shows(&s, "net/connections rows");
	lacks(&s, "eth0");
	press(&s, "= >");
	assert_non_null(strstr(line(&s, 4), "process/rss"));
	press(&s, "r");
	assert_non_null(strstr(line(&s, 4), "short write"));
	stage_fini(&s);
}

/* Every line that can be seen is whole: nothing over the edge, no column half. */
static void
test_changes_fit_every_size(void **state)
{
	static const int sizes[][2] = { { 1, 1 }, { 20, 5 }, { 40, 10 },
		{ 80, 24 }, { 100, 30 }, { 200, 60 } };
	struct stage s;

	(void)state;
	for (size_t i = 0; i < ITEMS(sizes); i++) {
		begin(&s, sizes[i][0], sizes[i][1]);
		picture(&s);
		if (sizes[i][0] >= 20)
			shows(&s, "write");
		press(&s, "j j G");
		picture(&s);
		stage_fini(&s);
	}
	begin(&s, 40, 10);
	assert_string_equal(
	    line(&s, 4), "> errors: \"short write\"    none       41");
	stage_fini(&s);
	begin(&s, 20, 5);
	assert_non_null(strstr(line(&s, 2), "short write"));
	stage_fini(&s);
}

/* ---- alerts ---------------------------------------------------------------------- */

/* A queue that refuses, then a dead target. */
static struct alerts *
some_alerts(struct stage *stage)
{
	struct model_cell cells[DBGSHM_QUEUE_COLUMNS] = { 0 };
	struct model_column columns[DBGSHM_QUEUE_COLUMNS] = { 0 };
	struct model_row row = { .id = 5,
		.name = "0.1",
		.state = DBGSHM_ROWSTATE_LIVE,
		.cells = cells };
	struct model_table table = { .shape = DBGSHM_SHAPE_QUEUE,
		.columns = columns,
		.column_count = DBGSHM_QUEUE_COLUMNS,
		.rows = &row,
		.row_count = 1 };
	struct model_profile profile = { .path = "net/listeners",
		.table = &table };
	struct model model = { .target = stage->sample.model.target,
		.profiles = &profile,
		.profile_count = 1 };
	struct alerts *alerts = alerts_create();

	for (size_t i = 0; i < DBGSHM_QUEUE_COLUMNS; i++)
		columns[i] = (struct model_column){ .name = "", .help = "" };
	columns[0].type = cells[0].type = DBGSHM_TYPE_TEXT;
	cells[0].text = "jobs";
	model.target.time_real_ns = SAMPLE_NOW - 126 * SECOND;
	alerts_update(alerts, &model);
	cells[DBGSHM_QUEUE_CAPACITY].u = 100;
	cells[DBGSHM_QUEUE_PUT].u = 100;
	model.target.time_real_ns = SAMPLE_NOW - 125 * SECOND;
	alerts_update(alerts, &model);
	cells[DBGSHM_QUEUE_PUT].u = 0;
	model.target.state = DBGSHM_LIFE_STOPPED;
	model.target.since_real_ns = SAMPLE_NOW - 41 * SECOND;
	model.target.time_real_ns = SAMPLE_NOW;
	alerts_update(alerts, &model);
	return (alerts);
}

static void
begin_alerts(struct stage *stage, int columns, int rows)
{
	begin(stage, columns, rows);
	stage->view.screen = SCREEN_ALERTS;
	stage->scene.alerts = some_alerts(stage);
	screens_arrange(&stage->view, &stage->scene);
}

static void
end_alerts(struct stage *stage)
{
	alerts_destroy((struct alerts *)(uintptr_t)stage->scene.alerts);
	stage_fini(stage);
}

static void
test_alerts_are_words_with_their_time_and_what_is_over_comes_last(void **state)
{
	struct stage s;

	(void)state;
	begin_alerts(&s, 80, 24);
	assert_string_equal(
	    line(&s, 2), " 1 alert  1 over, which stay listed for 15 minutes");
	assert_string_equal(line(&s, 4),
	    ">!warn   the target             stopped by a signal or a deb~"
	    "  12:02:30     41 s");
	assert_non_null(strstr(line(&s, 5), "over"));
	shows(&s, "full: 100 of 100");
	end_alerts(&s);
}

static void
test_enter_goes_to_what_an_alert_is_about(void **state)
{
	struct stage s;

	(void)state;
	begin_alerts(&s, 80, 24);
	press(&s, "Enter");
	assert_int_equal(s.view.screen, SCREEN_INFO);
	press(&s, "Esc");
	assert_int_equal(s.view.screen, SCREEN_ALERTS);
	press(&s, "j");
	assert_int_equal(press(&s, "@"), SCREEN_TRAVEL);
	assert_true(
	    s.view.order.travel.at_real_ns == SAMPLE_NOW - 125 * SECOND);
	end_alerts(&s);
}

static void
test_alerts_fit_every_size_and_none_is_said(void **state)
{
	static const int sizes[][2] = { { 1, 1 }, { 20, 5 }, { 40, 10 },
		{ 80, 24 }, { 100, 30 }, { 200, 60 } };
	struct stage s;

	(void)state;
	for (size_t i = 0; i < ITEMS(sizes); i++) {
		begin_alerts(&s, sizes[i][0], sizes[i][1]);
		picture(&s);
		if (sizes[i][0] >= 40)
			shows(&s, "the target");
		end_alerts(&s);
	}
	begin(&s, 80, 24);
	s.view.screen = SCREEN_ALERTS;
	shows(&s, "nothing wants to be looked at");
	press(&s, "Enter @ j");
	stage_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes_are_listed_with_what_was_and_is),
		cmocka_unit_test(
		    test_what_is_of_a_higher_level_is_counted_and_shown_on_request),
		cmocka_unit_test(
		    test_the_selected_change_is_told_in_a_sentence),
		cmocka_unit_test(test_enter_goes_to_the_thing_and_escape_back),
		cmocka_unit_test(
		    test_the_key_for_moments_travels_to_that_moment),
		cmocka_unit_test(test_the_time_that_is_compared_can_be_changed),
		cmocka_unit_test(test_it_says_why_there_is_nothing),
		cmocka_unit_test(test_changes_can_be_filtered_and_sorted),
		cmocka_unit_test(test_changes_fit_every_size),
		cmocka_unit_test(
		    test_alerts_are_words_with_their_time_and_what_is_over_comes_last),
		cmocka_unit_test(test_enter_goes_to_what_an_alert_is_about),
		cmocka_unit_test(test_alerts_fit_every_size_and_none_is_said),
	};

	setenv("TZ", "UTC", 1);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
