/*
 * t_screen_row.c - one row: its columns, its moments, what refers to what.
 */
#include "working.h"

#include <locale.h>
#include <time.h>

#define ID(slot) ((uint64_t)(slot) << 40 | 3)

static void
show(struct stage *s, struct working *w, int columns, int rows,
    const char *path, uint64_t row)
{
	stage_work(s, w, columns, rows, SCREEN_ROW);
	s->view.subject = (struct subject){ path_id(path), row };
	screens_arrange(&s->view, &s->scene);
}

static void
test_row_shows_all_its_columns_one_below_the_other(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	show(&s, &w, 80, 30, "net/connections", ID(0));
	assert_string_equal(
	    line(&s, 2), " net/connections[0.3]  live  10.4.0.17:50112");
	assert_string_equal(
	    line(&s, 3), "  COLUMN  VALUE                  RATE  ABOUT");
	assert_string_equal(line(&s, 4),
	    "> began   12:01:41.000                 1m30s ago, Enter goes "
	    "there");
	assert_string_equal(line(&s, 5),
	    "  peer    10.4.0.17:50112              remote address");
	assert_string_equal(line(&s, 6),
	    "  sent    1.20 GiB         4.10 MiB/s  bytes written to the peer");
	assert_string_equal(line(&s, 7), "  user    (hidden)");
	stage_fini(&s);
}

static void
test_began_and_ended_are_moments_to_go_to(void **state)
{
	struct recorded recorded;
	struct working w;
	struct stage s;

	(void)state;
	show(&s, &w, 80, 24, "work", ID(2)); /* took 45 s, 200 s ago */
	shows(&s, "> began       11:59:51.000");
	shows(&s, "  ended       12:00:36.000");
	/* A bit more than a second later a sample knows of it... */
	assert_int_equal(press(&s, "Enter"), SCREEN_TRAVEL);
	assert_int_equal(s.view.order.travel.move, TIMELINE_AT);
	assert_true(s.view.order.travel.at_real_ns ==
	    SAMPLE_NOW - 200 * SECOND + SECOND * 5 / 4);
	/* ...if it is not known which one is the first. */
	recorded_init(&recorded);
	recorded_series(&recorded,
	    (struct series_key){ .object = ID(2),
		.table = path_id("work"),
		.column = DBGSHM_OPERATION_DONE,
		.what = SERIES_SHOWN });
	for (size_t i = 0; i < SAMPLES; i++)
		recorded.real_ns[i] -= SECOND / 4;
	s.scene.series = recorded.set;
	press(&s, "Enter");
	assert_true(s.view.order.travel.at_real_ns ==
	    SAMPLE_NOW - 200 * SECOND + SECOND * 3 / 4);
	/* No further than there is a past. */
	s.scene.moment.first_real_ns = SAMPLE_NOW - 100 * SECOND;
	press(&s, "Enter");
	assert_true(
	    s.view.order.travel.at_real_ns == SAMPLE_NOW - 100 * SECOND);
	s.scene.moment.first_real_ns = 0;
	s.scene.series = NULL;
	recorded_fini(&recorded);
	/* The last one in which it ran. */
	assert_int_equal(press(&s, "j Enter"), SCREEN_TRAVEL);
	assert_true(
	    s.view.order.travel.at_real_ns == SAMPLE_NOW - 155 * SECOND);
	/* A column is no moment. */
	assert_int_equal(press(&s, "j Enter"), SCREEN_NOTHING);
	stage_fini(&s);
}

static void
test_enter_follows_a_reference_and_esc_comes_back(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	show(&s, &w, 80, 24, "requests", ID(0));
	shows(&s, "connection  net/connections[0.3] 10.4.0.17:50112");
	shows(&s, "Enter follows: ");
	press(&s, "G Enter");
	shows(&s, " net/connections[0.3]  live");
	press(&s, "Esc");
	shows(&s, " requests[0.3]  live");
	stage_fini(&s);
}

static void
test_what_refers_to_a_row_is_listed_and_leads_there(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	show(&s, &w, 100, 30, "work", ID(1));
	w.rows[WORK][1].depth = 1; /* directly below it in the model's order */
	shows(&s, "parent      work[0.3] serve");
	shows(&s, "  REFERRED TO BY  NAME  STATE    AS");
	shows(&s, "  disk/work[1.3]  read  running  parent");
	press(&s, "Tab");
	shows(&s, "> disk/work[1.3]  read  running  parent");
	press(&s, "Enter");
	shows(&s, " disk/work[1.3]  running  read");
	press(&s, "Esc");
	shows(&s, " work[1.3]  running  decode");
	stage_fini(&s);
	/* Nobody refers to it, and Tab has nowhere to go. */
	show(&s, &w, 100, 30, "disk/work", ID(0));
	lacks(&s, "REFERRED TO BY");
	assert_int_equal(press(&s, "Tab"), SCREEN_NOTHING);
	stage_fini(&s);
}

static void
test_small_screen_shows_references_on_tab(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	show(&s, &w, 40, 10, "work", ID(1));
	lacks(&s, "REFERRED TO BY");
	press(&s, "Tab");
	shows(&s, "REFERRED TO BY");
	stage_fini(&s);
}

static void
test_limit_is_a_share_and_a_line_in_the_chart(void **state)
{
	struct recorded recorded;
	double *values;
	struct working w;
	struct stage s;

	(void)state;
	show(&s, &w, 80, 30, "limits", ID(0));
	assert_string_equal(line(&s, 3),
	    "  [#############################---------]  current 300 of 400, "
	    "75 %");
	recorded_init(&recorded);
	values = recorded_series(&recorded,
	    (struct series_key){ .object = ID(0),
		.table = path_id("limits"),
		.column = DBGSHM_LIMIT_CURRENT,
		.what = SERIES_SHOWN });
	for (size_t i = 0; i < SAMPLES; i++)
		values[i] = 300;
	s.scene.series = recorded.set;
	press(&s, "/ c u r r e n t Enter");
	shows(&s, " current, last 10 min  max 300");
	shows(&s, "400|---");
	/* It follows the selected number. */
	press(&s, "=");
	press(&s, "/ w a i t s Enter");
	shows(&s, " waits a second, last 10 min");
	s.scene.series = NULL;
	recorded_fini(&recorded);
	stage_fini(&s);
}

static void
test_counter_of_a_row_has_two_charts_where_there_is_room(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	show(&s, &w, 100, 30, "net/connections", ID(0));
	shows(&s, " sent a second, last 10 min");
	lacks(&s, " sent, last 10 min");
	s.view.rows = 60;
	shows(&s, " sent a second, last 10 min");
	shows(&s, " sent, last 10 min");
	stage_fini(&s);
}

static void
test_row_that_is_gone_says_when_and_stays(void **state)
{
	struct recorded recorded;
	double *values;
	struct working w;
	struct stage s;

	(void)state;
	show(&s, &w, 80, 24, "net/connections", ID(5));
	assert_string_equal(
	    line(&s, 2), " net/connections[5.3]  not there at 12:03:11");
	shows(&s, "  sent    -");
	recorded_init(&recorded);
	values = recorded_series(&recorded,
	    (struct series_key){ .object = ID(5),
		.table = path_id("net/connections"),
		.column = 1,
		.what = SERIES_SHOWN });
	for (size_t i = 0; i < SAMPLES; i++)
		values[i] = i >= 100 && i < 200 ? 5 : NAN;
	s.scene.series = recorded.set;
	assert_string_equal(
	    line(&s, 2), " net/connections[5.3]  gone, last seen at 12:01:31");
	shows(&s, "  seen from   11:59:52.000");
	shows(&s, "  seen until  12:01:31.000");
	press(&s, "g j");
	assert_int_equal(press(&s, "Enter"), SCREEN_TRAVEL);
	assert_true(
	    s.view.order.travel.at_real_ns == SAMPLE_NOW - 100 * SECOND);
	/* Before it came it is not gone. */
	s.scene.moment = (struct moment){
		.state = MOMENT_PAST,
		.at_real_ns = SAMPLE_NOW - 250 * SECOND,
		.last_real_ns = SAMPLE_NOW,
	};
	shows(&s, "not there yet, seen from 11:59:52 on");
	/* Where rows were not kept nothing is known of it. */
	s.scene.moment.rows_since_ns = SAMPLE_NOW;
	shows(&s, "rows of tables were not kept this far back");
	s.scene.series = NULL;
	recorded_fini(&recorded);
	stage_fini(&s);
}

static void
test_row_of_a_table_that_is_gone(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	show(&s, &w, 80, 24, "nowhere", ID(0));
	shows(&s, "that table is gone");
	assert_int_equal(press(&s, "Enter"), SCREEN_NOTHING);
	stage_fini(&s);
}

static void
test_click_selects_a_column_and_what_refers(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	show(&s, &w, 80, 30, "work", ID(0));
	picture(&s);
	screens_click(&s.view, &s.scene, 4, 6);
	shows(&s, "> elapsed");
	assert_false(s.view.in_parts);
	for (int i = 7; i < 29 && !s.view.in_parts; i++)
		if (strstr(line(&s, i), "work[1.3]") != NULL)
			screens_click(&s.view, &s.scene, 4, i);
	assert_true(s.view.in_parts);
	shows(&s, "> work[1.3]");
	stage_fini(&s);
}

static void
test_row_fits_every_size_in_ascii_and_utf8(void **state)
{
	static const char *const paths[] = { "work", "limits",
		"net/connections", "errors", "nowhere" };
	struct working w;
	struct stage s;

	(void)state;
	for (size_t i = 0; i < ITEMS(paths); i++)
		for (int k = 0; k < 4; k++) {
			show(&s, &w, 80, 24, paths[i], ID(k < 2 ? 0 : 7));
			fits_everywhere(&s, k % 2 != 0);
			press(&s, "Tab");
			fits_everywhere(&s, k % 2 != 0);
			s.scene.model = NULL;
			press(&s, "Enter Tab j");
			fits_everywhere(&s, k % 2 != 0);
			stage_fini(&s);
		}
	show(&s, &w, 20, 5, "net/connections", ID(0));
	shows(&s, "~ctions[0.3]  live");
	stage_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_row_shows_all_its_columns_one_below_the_other),
		cmocka_unit_test(test_began_and_ended_are_moments_to_go_to),
		cmocka_unit_test(
		    test_enter_follows_a_reference_and_esc_comes_back),
		cmocka_unit_test(
		    test_what_refers_to_a_row_is_listed_and_leads_there),
		cmocka_unit_test(test_small_screen_shows_references_on_tab),
		cmocka_unit_test(test_limit_is_a_share_and_a_line_in_the_chart),
		cmocka_unit_test(
		    test_counter_of_a_row_has_two_charts_where_there_is_room),
		cmocka_unit_test(test_row_that_is_gone_says_when_and_stays),
		cmocka_unit_test(test_row_of_a_table_that_is_gone),
		cmocka_unit_test(test_click_selects_a_column_and_what_refers),
		cmocka_unit_test(test_row_fits_every_size_in_ascii_and_utf8),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	tzset();
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
