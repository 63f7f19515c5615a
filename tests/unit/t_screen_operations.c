/*
 * t_screen_operations.c - operations and errors of all profiles.
 */
#include "working.h"

#include <locale.h>
#include <time.h>

/* ---- operations ---------------------------------------------------------- */

static void
test_operations_stand_below_what_they_are_a_part_of_longest_first(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 100, 30, SCREEN_OPERATIONS);
	assert_string_equal(line(&s, 3),
	    "  OPERATION   ELAPSED  STATE    ON               BEGAN  PROFILE");
	assert_string_equal(line(&s, 4),
	    "> serve        31.0 s  running  GET /dog.png  12:02:40  work");
	assert_string_equal(line(&s, 5),
	    "    decode     30.0 s  running  dog.png       12:02:41  work");
	assert_string_equal(line(&s, 6),
	    "      read     2.00 s  running  dog.png       12:03:09  "
	    "disk/work");
	assert_string_equal(line(&s, 7),
	    "  fsync        12.0 s  running  journal       12:02:59  "
	    "disk/work");
	assert_string_equal(line(&s, 8),
	    " -serve        45.0 s  failed   GET /cat.png  11:59:51  work");
	stage_fini(&s);
}

static void
test_the_slowest_operation_is_named_and_found_by_sorting(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 100, 30, SCREEN_OPERATIONS);
	assert_string_equal(line(&s, 2),
	    " 4 running, 1 ended  longest now 31.0 s: serve GET /dog.png; "
	    "before 45.0 s: serve GET /cat.png");
	press(&s, "> >"); /* by ELAPSED, from the greatest */
	assert_int_equal(line_of(&s, "GET /cat.png  11:59:51"), 4);
	lacks(&s, "    decode"); /* nothing hangs below another now */
	assert_int_equal(press(&s, "g @"), SCREEN_TRAVEL);
	assert_true(s.view.order.travel.at_real_ns ==
	    SAMPLE_NOW - 200 * SECOND + SECOND * 5 / 4);
	press(&s, "Enter");
	assert_int_equal(s.view.screen, SCREEN_ROW);
	shows(&s, "work[2.3]  failed");
	stage_fini(&s);
}

static void
test_operations_that_refer_in_circles_are_all_there(void **state)
{
	struct model_cell *cells;
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 100, 30, SCREEN_OPERATIONS);
	cells = w.cells[WORK][0];
	w.links[2] = (struct model_link){
		.state = MODEL_LINK_LIVE,
		.profile = &w.profiles[DISK],
		.row = 1,
	};
	cells[DBGSHM_OPERATION_PARENT].link = &w.links[2];
	/* What began later is no parent: each is there, and once. */
	assert_int_equal(line_of(&s, "> serve "), 4);
	assert_int_equal(line_of(&s, "    decode "), 5);
	assert_int_equal(line_of(&s, "      read "), 6);
	assert_int_equal(line_of(&s, "  fsync "), 7);
	assert_int_equal(line_of(&s, " -serve "), 8);
	stage_fini(&s);
}

static void
test_rows_that_were_not_kept_are_not_said_to_be_none(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 80, 24, SCREEN_OPERATIONS);
	w.tables[WORK].row_count = w.tables[DISK].row_count = 0;
	shows(&s, "nothing runs");
	s.scene.moment = (struct moment){
		.state = MOMENT_PAST,
		.at_real_ns = SAMPLE_NOW - 600 * SECOND,
		.rows_since_ns = SAMPLE_NOW - 60 * SECOND,
	};
	shows(&s, "rows of tables were not kept this far back");
	s.scene.moment.rows_since_ns = UINT64_MAX;
	shows(&s, "rows of tables have no past here");
	stage_fini(&s);
}

/* ---- errors -------------------------------------------------------------- */

static void
test_errors_that_came_last_stand_on_top(void **state)
{
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 100, 30, SCREEN_ERRORS);
	assert_string_equal(line(&s, 2),
	    " 2 kinds of error  44 counted, what came last on top");
	assert_string_equal(line(&s, 4),
	    "> read              3  0.50/s  12:03:06  12:02:21     5  "
	    "/srv/old.png                        errors");
	assert_string_equal(line(&s, 5),
	    "  short write      41  0.50/s  12:02:51  11:53:11     5  "
	    "/srv/new.png                        errors");
	/* By a number of theirs. */
	press(&s, "/ c o u n t > 1 0 Enter");
	shows(&s, "short write");
	lacks(&s, "/srv/old.png");
	stage_fini(&s);
}

static void
test_errors_are_compared_with_the_baseline(void **state)
{
	struct baseline *baseline;
	struct working w;
	struct stage s;

	(void)state;
	stage_work(&s, &w, 100, 30, SCREEN_ERRORS);
	lacks(&s, "VS BASE");
	w.tables[LEDGER].row_count = 1;
	baseline = baseline_take(&w.model);
	w.tables[LEDGER].row_count = 2;
	w.cells[LEDGER][0][DBGSHM_ERROR_COUNT].u += 9;
	s.scene.baseline = baseline;
	shows(&s, "VS BASE");
	shows(&s, "50        +9");
	shows(&s, ">+read              3       new");
	s.scene.baseline = NULL;
	baseline_free(baseline);
	stage_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_operations_stand_below_what_they_are_a_part_of_longest_first),
		cmocka_unit_test(
		    test_the_slowest_operation_is_named_and_found_by_sorting),
		cmocka_unit_test(
		    test_operations_that_refer_in_circles_are_all_there),
		cmocka_unit_test(
		    test_rows_that_were_not_kept_are_not_said_to_be_none),
		cmocka_unit_test(test_errors_that_came_last_stand_on_top),
		cmocka_unit_test(test_errors_are_compared_with_the_baseline),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	tzset();
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
