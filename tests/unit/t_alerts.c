/*
 * t_alerts.c - claims about what wants to be looked at.
 */
#include "sample.h"
#include "viewer/alerts.h"
#include "viewer/shape.h"
#include "viewer/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define MINUTE (60 * SECOND)
#define ROWS 4
#define COLUMNS 12

/* A target with one profile, which has a table of any shape, and a log. */
struct target {
	struct model model;
	struct model_profile profiles[2];
	struct model_table table;
	struct model_column columns[COLUMNS];
	struct model_row rows[ROWS];
	struct model_cell cells[ROWS][COLUMNS];
	struct model_link link;
	struct model_log log;
	struct model_event events[8];
	struct alerts *alerts;
};

static struct target target;

static void
begin(uint16_t shape, size_t rows)
{
	memset(&target, 0, sizeof(target));
	target.model.target = (struct model_target){ .pid = 1,
		.name = "x",
		.user = "u",
		.state = DBGSHM_LIFE_LIVE,
		.time_real_ns = SAMPLE_NOW };
	target.profiles[0] = (struct model_profile){
		.path = "app/work", .table = &target.table, .log = &target.log
	};
	target.profiles[1] = (struct model_profile){ .path = "other" };
	target.model.profiles = target.profiles;
	target.model.profile_count = 2;
	target.table = (struct model_table){ .shape = shape,
		.columns = target.columns,
		.column_count = COLUMNS,
		.rows = target.rows,
		.row_count = rows };
	for (size_t k = 0; k < COLUMNS; k++)
		target.columns[k] = (struct model_column){
			.name = "", .help = "", .type = DBGSHM_TYPE_GAUGE
		};
	target.columns[0].type = DBGSHM_TYPE_TEXT;
	for (size_t i = 0; i < rows; i++) {
		target.rows[i] = (struct model_row){ .id = i + 1,
			.state = DBGSHM_ROWSTATE_LIVE,
			.started_real_ns = SAMPLE_NOW - MINUTE / 2,
			.cells = target.cells[i] };
		snprintf(target.rows[i].name, sizeof(target.rows[i].name),
		    "%zu.1", i);
		for (size_t k = 0; k < COLUMNS; k++)
			target.cells[i][k].type = target.columns[k].type;
		target.cells[i][0].text = i == 0 ? "first" : "other";
	}
	target.log.events = target.events;
	target.alerts = alerts_create();
}

static void
end(void)
{
	alerts_destroy(target.alerts);
}

static void
update(void)
{
	alerts_update(target.alerts, &target.model);
}

static void
wait_for(uint64_t ns)
{
	target.model.target.time_real_ns += ns;
	update();
}

/* The only one that is not over. */
static const struct alert *
only(void)
{
	if (alerts_active(target.alerts) != 1) {
		for (size_t i = 0; i < alerts_count(target.alerts); i++)
			print_error("%s: %s\n",
			    alerts_at(target.alerts, i)->where,
			    alerts_at(target.alerts, i)->what);
		fail_msg("%zu are active", alerts_active(target.alerts));
	}
	return (alerts_at(target.alerts, 0));
}

static void
none(void)
{
	update();
	assert_int_equal(alerts_active(target.alerts), 0);
}

/* ---- heartbeats -------------------------------------------------------------------- */

static void
test_a_late_heart_is_an_alert_since_its_deadline(void **state)
{
	struct model_cell *cells = target.cells[0];

	(void)state;
	begin(DBGSHM_SHAPE_HEARTBEAT, 1);
	target.columns[DBGSHM_HEARTBEAT_COLUMNS] =
	    (struct model_column){ .name = "verdict",
		    .type = DBGSHM_TYPE_ENUM,
		    .flags = DBGSHM_COLUMN_DERIVED };
	cells[DBGSHM_HEARTBEAT_LAST].u = SAMPLE_NOW - 12 * SECOND;
	cells[DBGSHM_HEARTBEAT_DEADLINE].u = 5 * SECOND;
	cells[DBGSHM_HEARTBEAT_COLUMNS].text = "ok";
	none();
	cells[DBGSHM_HEARTBEAT_COLUMNS].text = "late";
	update();
	assert_string_equal(only()->where, "app/work: \"first\"");
	assert_string_equal(only()->what, "no heartbeat within 5.00 s");
	assert_int_equal(only()->severity, DBGSHM_SEVERITY_ERROR);
	assert_true(only()->since_real_ns == SAMPLE_NOW - 7 * SECOND);
	assert_true(only()->profile == tree_id("app/work", 8));
	assert_true(only()->object == 1);
	end();
}

/* ---- operations ---------------------------------------------------------------------- */

static void
test_an_operation_without_progress_is_an_alert_after_a_minute(void **state)
{
	(void)state;
	begin(DBGSHM_SHAPE_OPERATION, 1);
	target.cells[0][DBGSHM_OPERATION_PROGRESSED].u =
	    SAMPLE_NOW - 59 * SECOND;
	none();
	target.cells[0][DBGSHM_OPERATION_PROGRESSED].u =
	    SAMPLE_NOW - 60 * SECOND;
	update();
	assert_non_null(strstr(only()->what, "no progress"));
	assert_true(only()->since_real_ns == SAMPLE_NOW - 60 * SECOND);
	/* One that has ended is none. */
	target.rows[0].state = DBGSHM_ROWSTATE_FINISHED;
	none();
	end();
}

static void
test_operations_that_tell_nothing_have_longer(void **state)
{
	(void)state;
	begin(DBGSHM_SHAPE_OPERATION, 1);
	target.rows[0].started_real_ns = SAMPLE_NOW - 9 * MINUTE;
	none();
	target.rows[0].started_real_ns = SAMPLE_NOW - 10 * MINUTE;
	update();
	assert_non_null(strstr(only()->what, "runs for more than"));
	end();
}

static void
test_what_waits_for_a_part_of_it_is_not_told_twice(void **state)
{
	(void)state;
	begin(DBGSHM_SHAPE_OPERATION, 2);
	target.rows[0].started_real_ns = target.rows[1].started_real_ns =
	    SAMPLE_NOW - 11 * MINUTE;
	target.link = (struct model_link){ .state = MODEL_LINK_LIVE,
		.profile = &target.profiles[0],
		.row = 0 };
	target.cells[1][DBGSHM_OPERATION_PARENT].link = &target.link;
	update();
	assert_true(only()->object == 2);
	end();
}

/* ---- queues and limits ------------------------------------------------------------------ */

static void
test_a_queue_near_its_capacity_warns_and_a_full_one_is_an_error(void **state)
{
	struct model_cell *cells = target.cells[0];

	(void)state;
	begin(DBGSHM_SHAPE_QUEUE, 1);
	cells[DBGSHM_QUEUE_CAPACITY].u = 100;
	cells[DBGSHM_QUEUE_TAKEN].u = 1000;
	cells[DBGSHM_QUEUE_PUT].u = 1089;
	none();
	cells[DBGSHM_QUEUE_PUT].u = 1090;
	update();
	assert_string_equal(only()->what, "nearly full: 90 of 100");
	assert_int_equal(only()->severity, DBGSHM_SEVERITY_WARN);
	cells[DBGSHM_QUEUE_PUT].u = 1100;
	update();
	assert_string_equal(only()->what, "full: 100 of 100");
	assert_int_equal(only()->severity, DBGSHM_SEVERITY_ERROR);
	/* Without a capacity nothing is full; a counter ahead is no giant. */
	cells[DBGSHM_QUEUE_CAPACITY].u = 0;
	none();
	cells[DBGSHM_QUEUE_CAPACITY].u = 100;
	cells[DBGSHM_QUEUE_PUT].u = 900;
	none();
	end();
}

static void
test_a_queue_that_refuses_or_lets_wait_is_an_alert(void **state)
{
	struct model_cell *cells = target.cells[0];

	(void)state;
	begin(DBGSHM_SHAPE_QUEUE, 1);
	cells[DBGSHM_QUEUE_PUT].u = 3;
	cells[DBGSHM_QUEUE_OLDEST].u = SAMPLE_NOW - 61 * SECOND;
	cells[DBGSHM_QUEUE_OLDEST].age_ns = 61 * SECOND;
	update();
	assert_true(only()->since_real_ns == SAMPLE_NOW - 61 * SECOND);
	cells[DBGSHM_QUEUE_OLDEST].age_ns = 59 * SECOND;
	none();
	cells[DBGSHM_QUEUE_REFUSED].rate = 0.5;
	update();
	assert_non_null(strstr(only()->what, "refuses"));
	end();
}

static void
test_a_limit_that_is_used_up_while_somebody_waits_is_an_error(void **state)
{
	struct model_cell *cells = target.cells[0];

	(void)state;
	begin(DBGSHM_SHAPE_LIMIT, 1);
	cells[DBGSHM_LIMIT_LIMIT].u = 16;
	cells[DBGSHM_LIMIT_CURRENT].u = 14;
	none();
	cells[DBGSHM_LIMIT_CURRENT].u = 16;
	update();
	assert_string_equal(only()->what, "16 of 16 used");
	assert_int_equal(only()->severity, DBGSHM_SEVERITY_WARN);
	cells[DBGSHM_LIMIT_WAITING].u = 2;
	update();
	assert_int_equal(only()->severity, DBGSHM_SEVERITY_ERROR);
	cells[DBGSHM_LIMIT_CURRENT].u = 3;
	cells[DBGSHM_LIMIT_SINCE].u = SAMPLE_NOW - 10 * SECOND;
	cells[DBGSHM_LIMIT_SINCE].age_ns = 10 * SECOND;
	update();
	assert_non_null(strstr(only()->what, "somebody waits"));
	end();
}

/* ---- errors and events ----------------------------------------------------------------- */

static void
test_an_error_is_an_alert_for_a_minute_and_listed_for_fifteen(void **state)
{
	struct model_cell *cells = target.cells[0];

	(void)state;
	begin(DBGSHM_SHAPE_ERROR, 1);
	cells[DBGSHM_ERROR_COUNT].u = 41;
	cells[DBGSHM_ERROR_LAST].u = SAMPLE_NOW - 2 * SECOND;
	cells[DBGSHM_ERROR_DETAIL].text = "/var/spool";
	update();
	assert_string_equal(only()->what, "counted 41, the last: /var/spool");
	assert_true(only()->since_real_ns == SAMPLE_NOW - 2 * SECOND);
	wait_for(57 * SECOND);
	assert_int_equal(alerts_active(target.alerts), 1);
	wait_for(2 * SECOND);
	assert_int_equal(alerts_active(target.alerts), 0);
	assert_int_equal(alerts_count(target.alerts), 1);
	assert_true(alerts_at(target.alerts, 0)->over);
	wait_for(15 * MINUTE);
	assert_int_equal(alerts_count(target.alerts), 1);
	wait_for(SECOND);
	assert_int_equal(alerts_count(target.alerts), 0);
	end();
}

static void
say(size_t at, const char *name, uint8_t severity, uint64_t age_ns)
{
	target.events[at] = (struct model_event){ .path = "app/work",
		.name = name,
		.text = at == 0 ? "the newest" : "an older one",
		.severity = severity,
		.real_ns = SAMPLE_NOW - age_ns };
	target.log.event_count = at + 1;
}

static void
test_events_of_severity_error_are_alerts_once_a_kind(void **state)
{
	(void)state;
	begin(DBGSHM_SHAPE_PLAIN, 0);
	say(0, "broken", DBGSHM_SEVERITY_ERROR, SECOND);
	say(1, "odd", DBGSHM_SEVERITY_WARN, 2 * SECOND);
	say(2, "broken", DBGSHM_SEVERITY_ERROR, 3 * SECOND);
	update();
	assert_string_equal(only()->where, "app/work: \"broken\"");
	assert_string_equal(only()->what, "the newest");
	assert_true(only()->since_real_ns == SAMPLE_NOW - SECOND);
	/* The same twice: nothing doubles. */
	update();
	assert_int_equal(alerts_count(target.alerts), 1);
	end();
}

static void
test_an_error_of_some_minutes_ago_is_listed_as_over(void **state)
{
	(void)state;
	begin(DBGSHM_SHAPE_PLAIN, 0);
	say(0, "broken", DBGSHM_SEVERITY_ERROR, 10 * MINUTE);
	update();
	assert_int_equal(alerts_active(target.alerts), 0);
	assert_int_equal(alerts_count(target.alerts), 1);
	assert_true(alerts_at(target.alerts, 0)->since_real_ns ==
	    SAMPLE_NOW - 10 * MINUTE);
	wait_for(10 * MINUTE);
	assert_int_equal(alerts_count(target.alerts), 0);
	end();
}

/* ---- the target ------------------------------------------------------------------------ */

static void
test_a_target_that_does_not_run_is_an_alert(void **state)
{
	static const enum dbgshm_life lives[] = { DBGSHM_LIFE_STOPPED,
		DBGSHM_LIFE_DEAD, DBGSHM_LIFE_EXITED, DBGSHM_LIFE_REPLACED,
		DBGSHM_LIFE_STALE, DBGSHM_LIFE_UNREADABLE,
		DBGSHM_LIFE_DAMAGED };

	(void)state;
	for (size_t i = 0; i < ITEMS(lives); i++) {
		begin(DBGSHM_SHAPE_PLAIN, 0);
		target.model.target.state = lives[i];
		target.model.target.since_real_ns = SAMPLE_NOW - SECOND;
		update();
		assert_string_equal(only()->where, "the target");
		assert_true(only()->profile == 0);
		assert_true(only()->since_real_ns == SAMPLE_NOW - SECOND);
		end();
	}
	begin(DBGSHM_SHAPE_PLAIN, 0);
	target.model.target.faults = 2;
	target.model.target.reason = "a name is too long at offset 8192";
	update();
	assert_non_null(strstr(only()->what, "2 damaged parts"));
	assert_non_null(strstr(only()->what, "offset 8192"));
	end();
}

static void
test_a_dead_programs_rows_are_no_alerts_of_their_own(void **state)
{
	(void)state;
	begin(DBGSHM_SHAPE_OPERATION, 1);
	target.rows[0].started_real_ns = SAMPLE_NOW - 60 * MINUTE;
	target.model.target.state = DBGSHM_LIFE_DEAD;
	target.profiles[0].over = true;
	update();
	assert_string_equal(only()->where, "the target");
	end();
}

static void
test_losses_are_alerts_when_they_grow(void **state)
{
	(void)state;
	begin(DBGSHM_SHAPE_PLAIN, 0);
	/* What was lost before we came says nothing about now. */
	target.model.events_lost = 1000;
	target.table.dropped = 50;
	none();
	target.model.events_lost = 1001;
	update();
	assert_non_null(strstr(only()->what, "events"));
	wait_for(60 * SECOND);
	assert_int_equal(alerts_active(target.alerts), 1);
	wait_for(SECOND);
	assert_int_equal(alerts_active(target.alerts), 0);
	target.table.dropped = 51;
	update();
	assert_non_null(strstr(only()->what, "rows"));
	assert_true(only()->profile == tree_id("app/work", 8));
	end();
}

static void
test_what_was_there_at_the_first_look_began_at_an_unknown_time(void **state)
{
	(void)state;
	begin(DBGSHM_SHAPE_QUEUE, 2);
	target.cells[0][DBGSHM_QUEUE_REFUSED].rate = 1;
	update();
	assert_true(only()->since_real_ns == 0);
	target.cells[1][DBGSHM_QUEUE_REFUSED].rate = 1;
	wait_for(SECOND);
	assert_true(alerts_at(target.alerts, 0)->object == 2);
	assert_true(
	    alerts_at(target.alerts, 0)->since_real_ns == SAMPLE_NOW + SECOND);
	assert_true(alerts_at(target.alerts, 1)->since_real_ns == 0);
	end();
}

/* ---- the list -------------------------------------------------------------------------- */

static void
test_the_worst_comes_first_and_what_is_over_last(void **state)
{
	(void)state;
	begin(DBGSHM_SHAPE_QUEUE, 2);
	target.cells[0][DBGSHM_QUEUE_REFUSED].rate = 1;
	target.cells[1][DBGSHM_QUEUE_CAPACITY].u = 10;
	target.cells[1][DBGSHM_QUEUE_PUT].u = 10;
	update();
	assert_int_equal(alerts_active(target.alerts), 2);
	assert_true(alerts_at(target.alerts, 0)->object == 2);
	assert_true(alerts_at(target.alerts, 1)->object == 1);
	target.cells[1][DBGSHM_QUEUE_PUT].u = 0;
	wait_for(SECOND);
	assert_int_equal(alerts_active(target.alerts), 1);
	assert_true(alerts_at(target.alerts, 0)->object == 1);
	assert_true(alerts_at(target.alerts, 1)->over);
	/* It comes back: since now. */
	target.cells[1][DBGSHM_QUEUE_PUT].u = 10;
	wait_for(MINUTE);
	assert_int_equal(alerts_count(target.alerts), 2);
	assert_true(alerts_at(target.alerts, 0)->since_real_ns ==
	    SAMPLE_NOW + SECOND + MINUTE);
	end();
}

static void
test_the_worst_below_a_path_is_found(void **state)
{
	(void)state;
	begin(DBGSHM_SHAPE_QUEUE, 1);
	update();
	assert_int_equal(alerts_below(target.alerts, "", 0), 0);
	target.cells[0][DBGSHM_QUEUE_REFUSED].rate = 1;
	update();
	assert_int_equal(
	    alerts_below(target.alerts, "", 0), DBGSHM_SEVERITY_WARN);
	assert_int_equal(
	    alerts_below(target.alerts, "app", 3), DBGSHM_SEVERITY_WARN);
	assert_int_equal(
	    alerts_below(target.alerts, "app/work", 8), DBGSHM_SEVERITY_WARN);
	assert_int_equal(alerts_below(target.alerts, "ap", 2), 0);
	assert_int_equal(alerts_below(target.alerts, "other", 5), 0);
	assert_int_equal(alerts_below(target.alerts, "app/work/x", 10), 0);
	end();
}

static void
test_thousands_of_one_kind_do_not_take_all_memory(void **state)
{
	enum { MANY = 2000 };
	static struct model_row rows[MANY];

	(void)state;
	begin(DBGSHM_SHAPE_QUEUE, 1);
	target.cells[0][DBGSHM_QUEUE_REFUSED].rate = 1;
	for (size_t i = 0; i < MANY; i++) {
		rows[i] = target.rows[0];
		rows[i].id = i + 1;
	}
	target.table.rows = rows;
	target.table.row_count = MANY;
	update();
	assert_in_range(alerts_count(target.alerts), 100, 1000);
	end();
}

static void
test_a_clock_that_is_set_back_forgets(void **state)
{
	(void)state;
	begin(DBGSHM_SHAPE_QUEUE, 1);
	target.cells[0][DBGSHM_QUEUE_REFUSED].rate = 1;
	update();
	target.cells[0][DBGSHM_QUEUE_REFUSED].rate = 0;
	wait_for(SECOND);
	assert_int_equal(alerts_count(target.alerts), 1);
	target.model.target.time_real_ns = 1000;
	none();
	assert_int_equal(alerts_count(target.alerts), 0);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_late_heart_is_an_alert_since_its_deadline),
		cmocka_unit_test(
		    test_an_operation_without_progress_is_an_alert_after_a_minute),
		cmocka_unit_test(test_operations_that_tell_nothing_have_longer),
		cmocka_unit_test(
		    test_what_waits_for_a_part_of_it_is_not_told_twice),
		cmocka_unit_test(
		    test_a_queue_near_its_capacity_warns_and_a_full_one_is_an_error),
		cmocka_unit_test(
		    test_a_queue_that_refuses_or_lets_wait_is_an_alert),
		cmocka_unit_test(
		    test_a_limit_that_is_used_up_while_somebody_waits_is_an_error),
		cmocka_unit_test(
		    test_an_error_is_an_alert_for_a_minute_and_listed_for_fifteen),
		cmocka_unit_test(
		    test_events_of_severity_error_are_alerts_once_a_kind),
		cmocka_unit_test(
		    test_an_error_of_some_minutes_ago_is_listed_as_over),
		cmocka_unit_test(test_a_target_that_does_not_run_is_an_alert),
		cmocka_unit_test(
		    test_a_dead_programs_rows_are_no_alerts_of_their_own),
		cmocka_unit_test(test_losses_are_alerts_when_they_grow),
		cmocka_unit_test(
		    test_what_was_there_at_the_first_look_began_at_an_unknown_time),
		cmocka_unit_test(
		    test_the_worst_comes_first_and_what_is_over_last),
		cmocka_unit_test(test_the_worst_below_a_path_is_found),
		cmocka_unit_test(
		    test_thousands_of_one_kind_do_not_take_all_memory),
		cmocka_unit_test(test_a_clock_that_is_set_back_forgets),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
