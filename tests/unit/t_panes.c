/*
 * t_panes.c - operations, hearts, references and events on the screen.
 */
#include "sample.h"
#include "viewer/rows.h"
#include "viewer/screen.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- a target that works on something --------------------------------------- */

enum { ELAPSED = DBGSHM_OPERATION_COLUMNS, QUIET, OPERATION_COLUMNS };

static const struct model_column operation_columns[OPERATION_COLUMNS] = {
	[DBGSHM_OPERATION_KIND] = { "kind", "", DBGSHM_TYPE_ENUM, 0, 0, 0, 0 },
	[DBGSHM_OPERATION_DETAIL] = { "detail", "", DBGSHM_TYPE_TEXT, 0, 0, 0,
	    96 },
	[DBGSHM_OPERATION_PHASE] = { "phase", "", DBGSHM_TYPE_TEXT, 0, 0, 0,
	    32 },
	[DBGSHM_OPERATION_DONE] = { "done", "", DBGSHM_TYPE_GAUGE, 0, 0, 0, 0 },
	[DBGSHM_OPERATION_TOTAL] = { "total", "", DBGSHM_TYPE_GAUGE, 0, 0, 0,
	    0 },
	[DBGSHM_OPERATION_PROGRESSED] = { "progressed", "", DBGSHM_TYPE_TIME, 0,
	    0, 0, 0 },
	[DBGSHM_OPERATION_OUTCOME] = { "outcome", "", DBGSHM_TYPE_ENUM, 0, 0, 0,
	    0 },
	[DBGSHM_OPERATION_PARENT] = { "parent", "", DBGSHM_TYPE_REFERENCE, 0, 0,
	    0, 0 },
	[DBGSHM_OPERATION_THREAD] = { "thread", "", DBGSHM_TYPE_GAUGE, 0, 0, 0,
	    0 },
	[ELAPSED] = { "elapsed", "", DBGSHM_TYPE_DURATION, DBGSHM_UNIT_NS,
	    DBGSHM_COLUMN_DERIVED, 0, 0 },
	[QUIET] = { "quiet", "", DBGSHM_TYPE_DURATION, DBGSHM_UNIT_NS,
	    DBGSHM_COLUMN_DERIVED, 0, 0 },
};

enum { AGE = DBGSHM_HEARTBEAT_COLUMNS, VERDICT, HEART_COLUMNS };

static const struct model_column heart_columns[HEART_COLUMNS] = {
	[DBGSHM_HEARTBEAT_NAME] = { "name", "", DBGSHM_TYPE_TEXT, 0, 0, 0, 32 },
	[DBGSHM_HEARTBEAT_BEATS] = { "beats", "", DBGSHM_TYPE_COUNTER, 0, 0, 0,
	    0 },
	[DBGSHM_HEARTBEAT_LAST] = { "last", "", DBGSHM_TYPE_TIME, 0, 0, 0, 0 },
	[DBGSHM_HEARTBEAT_DEADLINE] = { "deadline", "", DBGSHM_TYPE_DURATION,
	    DBGSHM_UNIT_NS, 0, 0, 0 },
	[DBGSHM_HEARTBEAT_THREAD] = { "thread", "", DBGSHM_TYPE_GAUGE, 0, 0, 0,
	    0 },
	[AGE] = { "age", "", DBGSHM_TYPE_DURATION, DBGSHM_UNIT_NS,
	    DBGSHM_COLUMN_DERIVED, 0, 0 },
	[VERDICT] = { "verdict", "", DBGSHM_TYPE_ENUM, 0, DBGSHM_COLUMN_DERIVED,
	    0, 0 },
};

enum { WORK, HEALTH, LOG, PROFILES };
enum { RUNNING, PART, OVER, OPERATIONS };
enum { FIRST_EVENTS = 3, EVENTS = 8 };

struct stage {
	struct model model;
	struct model_profile profiles[PROFILES];
	struct model_table work, health;
	struct model_row operations[OPERATIONS], hearts[2];
	struct model_cell cells[OPERATIONS][OPERATION_COLUMNS];
	struct model_cell beats[2][HEART_COLUMNS];
	struct model_link parents[OPERATIONS];
	struct model_log log;
	struct model_event events[EVENTS];
	struct model_metric outcomes[2];
	struct model_label labels[2];

	struct view view;
	struct scene scene;
	struct grid grid;
	char *text; /* the last picture */
};

static struct model_cell *
fill_row(struct model_row *row, struct model_cell *cells,
    const struct model_column *columns, size_t count, size_t slot)
{
	for (size_t i = 0; i < count; i++) {
		cells[i].type = columns[i].type;
		cells[i].rate = NAN;
		if (columns[i].type == DBGSHM_TYPE_TEXT ||
		    columns[i].type == DBGSHM_TYPE_REFERENCE)
			cells[i].text = "";
	}
	row->id = (uint64_t)slot << 40 | 1;
	snprintf(row->name, sizeof(row->name), "%zu.1", slot);
	row->cells = cells;
	return (cells);
}

static void
fill_operation(struct stage *s, size_t row, const char *kind,
    const char *detail, uint64_t elapsed_ns, const char *parent)
{
	struct model_cell *cells = fill_row(&s->operations[row], s->cells[row],
	    operation_columns, OPERATION_COLUMNS, row);

	cells[DBGSHM_OPERATION_KIND].text = kind;
	cells[DBGSHM_OPERATION_DETAIL].text = detail;
	cells[DBGSHM_OPERATION_OUTCOME].text = "none";
	cells[ELAPSED].u = cells[QUIET].u = elapsed_ns;
	if (parent == NULL)
		return;
	s->parents[row] = (struct model_link){ .state = MODEL_LINK_LIVE,
		.profile = &s->profiles[WORK],
		.row = RUNNING };
	cells[DBGSHM_OPERATION_PARENT].text = parent;
	cells[DBGSHM_OPERATION_PARENT].link = &s->parents[row];
}

static void
fill_heart(struct stage *s, size_t row, const char *name, const char *verdict)
{
	struct model_cell *cells = fill_row(
	    &s->hearts[row], s->beats[row], heart_columns, HEART_COLUMNS, row);

	cells[DBGSHM_HEARTBEAT_NAME].text = name;
	cells[DBGSHM_HEARTBEAT_BEATS].u = 7;
	cells[DBGSHM_HEARTBEAT_DEADLINE].u = SECOND;
	cells[AGE].u = 12 * SECOND;
	cells[VERDICT].text = verdict;
}

/* The newest so many of all events. */
static void
fill_events(struct stage *s, size_t count)
{
	static const char *const texts[EVENTS] = { "zero", "one", "two",
		"three", "four", "five", "six", "seven" };

	for (size_t i = 0; i < count; i++)
		s->events[i] = (struct model_event){
			.path = "log",
			.name = i == count - 1 ? "lost_peer" : "message",
			.text = texts[count - 1 - i],
			.severity = i == count - 1 ? DBGSHM_SEVERITY_WARN
						   : DBGSHM_SEVERITY_INFO,
			.id = UINT64_C(1) << 56 | (count - 1 - i),
			.lost = i == count - 1 ? 41 : 0,
			.real_ns = SAMPLE_NOW - (i + 1) * SECOND,
			.age_ns = (i + 1) * SECOND,
		};
	s->log = (struct model_log){
		.events = s->events,
		.event_count = count,
	};
}

static void
fill(struct stage *s)
{
	static const size_t order[OPERATIONS] = { RUNNING, PART, OVER };
	struct model_cell *over;

	fill_operation(
	    s, RUNNING, "serve", "GET /dog.png", 3720 * SECOND, NULL);
	fill_operation(
	    s, PART, "read", "/srv/dog.png", 65 * SECOND, "work[0.1]");
	fill_operation(s, OVER, "read", "/srv/cat.png", 40, "work[0.1]");
	s->operations[PART].depth = 1;
	s->operations[OVER].state = DBGSHM_ROWSTATE_FINISHED;
	s->operations[OVER].ended_real_ns = SAMPLE_NOW - 9 * SECOND;
	s->operations[OVER].ended_age_ns = 9 * SECOND;
	over = s->cells[OVER];
	over[DBGSHM_OPERATION_OUTCOME].u = DBGSHM_OUTCOME_FAILED;
	over[DBGSHM_OPERATION_OUTCOME].text = "failed";
	over[QUIET].u = 0;
	s->work = (struct model_table){ .columns = operation_columns,
		.column_count = OPERATION_COLUMNS,
		.rows = s->operations,
		.row_count = OPERATIONS,
		.order = order,
		.shape = DBGSHM_SHAPE_OPERATION,
		.capacity = 8 };
	fill_heart(s, 0, "disk", "late");
	fill_heart(s, 1, "net", "ok");
	s->health = (struct model_table){ .columns = heart_columns,
		.column_count = HEART_COLUMNS,
		.rows = s->hearts,
		.row_count = 2,
		.shape = DBGSHM_SHAPE_HEARTBEAT,
		.capacity = 2 };
	fill_events(s, FIRST_EVENTS);
	s->labels[0] = (struct model_label){ "outcome", "ok" };
	s->labels[1] = (struct model_label){ "outcome", "failed" };
	for (size_t i = 0; i < 2; i++)
		s->outcomes[i] = (struct model_metric){ .name = "outcomes",
			.labels = i == 0 ? "{outcome=\"ok\"}"
					 : "{outcome=\"failed\"}",
			.help = "",
			.kind = DBGSHM_METRIC_COUNTER,
			.value.u = i,
			.rate = NAN,
			.id = UINT64_C(1) << 56 | (1 + i),
			.label = &s->labels[i],
			.label_count = 1 };
	s->profiles[WORK] = (struct model_profile){ .path = "work",
		.source = "own",
		.description = "what is asked of us",
		.help = "",
		.metrics = s->outcomes,
		.metric_count = 2,
		.table = &s->work };
	s->profiles[HEALTH] = (struct model_profile){ .path = "health",
		.source = "own",
		.description = "who is alive",
		.help = "",
		.table = &s->health };
	s->profiles[LOG] = (struct model_profile){ .path = "log",
		.source = "own",
		.description = "what happens",
		.help = "",
		.log = &s->log };
	s->model = (struct model){ .profiles = s->profiles,
		.profile_count = PROFILES };
	s->model.target = (struct model_target){ .pid = 20411,
		.name = "imgworker",
		.user = "web",
		.version = "",
		.path = "",
		.source = "own",
		.time_real_ns = SAMPLE_NOW };
}

/* ---- looking at it ------------------------------------------------------------- */

static int
set_up(void **state)
{
	struct stage *s = calloc(1, sizeof(*s));

	*state = s;
	fill(s);
	s->scene = (struct scene){ .model = &s->model,
		.message = "",
		.remark = "",
		.source = "",
		.host = "db-03",
		.interval_ns = SECOND,
		.now_real_ns = SAMPLE_NOW,
		.ascii = true };
	view_init(&s->view);
	s->view.columns = 80;
	s->view.rows = 24;
	s->view.screen = SCREEN_OVERVIEW;
	grid_init(&s->grid, true);
	screens_arrange(&s->view, &s->scene);
	return (0);
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	grid_fini(&s->grid);
	view_fini(&s->view);
	free(s->text);
	free(s);
	return (0);
}

static const char *
picture(struct stage *s)
{
	size_t size;
	FILE *out;

	free(s->text);
	s->text = NULL;
	grid_resize(&s->grid, s->view.columns, s->view.rows);
	screens_arrange(&s->view, &s->scene);
	screens_draw(&s->view, &s->scene, &s->grid);
	out = open_memstream(&s->text, &size);
	assert_non_null(out);
	grid_print(&s->grid, out);
	fclose(out);
	return (s->text);
}

static void
shows(struct stage *s, const char *wanted)
{
	if (strstr(picture(s), wanted) == NULL)
		fail_msg("\"%s\" is not in\n%s", wanted, s->text);
}

static void
lacks(struct stage *s, const char *unwanted)
{
	if (strstr(picture(s), unwanted) != NULL)
		fail_msg("\"%s\" is in\n%s", unwanted, s->text);
}

static void
press(struct stage *s, uint32_t code)
{
	screens_key(&s->view, &s->scene, code);
	screens_arrange(&s->view, &s->scene);
}

/* The style of the cell where this text begins. */
static unsigned
style_at(struct stage *s, const char *text)
{
	const char *at = strstr(picture(s), text), *c;
	int row = 0, column = 0;

	assert_non_null(at);
	for (c = s->text; c < at; c++) {
		column = *c == '\n' ? 0 : column + 1;
		row += *c == '\n';
	}
	return (s->grid.cells[row * s->grid.columns + column].style &
	    GRID_STYLE_MASK);
}

/* ---- claims ------------------------------------------------------------------- */

static void
test_what_runs_stands_above_the_numbers_about_it(void **state)
{
	struct stage *s = *state;

	shows(s,
	    "| work  what is asked of us\n"
	    "  ALL                  5 | 3 rows  max 8, 1 column more\n"
	    "> work                 3 |");
	shows(s, "|  KIND    ELAPSED  DETAIL            ENDED\n");
	shows(s, "|  serve     1h02m  GET /dog.png\n");
	shows(s, "|    read    1m05s  /srv/dog.png\n");
	shows(s, "| -read      40 ns  /srv/cat.png  9.0 s ago\n");
	shows(s, "|- 2 metrics -");
	/* What never happened is not worth a line at first. */
	shows(s, "outcomes{failed}");
	lacks(s, "outcomes{ok}");
	shows(s, "1 never moved (d)");
	press(s, '\t');
	press(s, 'd');
	shows(s, "outcomes{ok}");
	s->view.columns = 120;
	shows(s, "outcomes{outcome=\"ok\"}");
	press(s, 'd');
	shows(s, "/srv/cat.png  9.0 s ago  work[0.1] serve\n");
}

static void
test_what_is_over_fades_and_what_runs_does_not(void **state)
{
	struct stage *s = *state;

	assert_int_equal(style_at(s, "GET /dog"), GRID_PLAIN);
	assert_int_equal(style_at(s, "/srv/cat"), GRID_DIM);
}

static void
test_nesting_ends_where_the_order_is_another_one(void **state)
{
	struct stage *s = *state;

	press(s, '\t');
	press(s, '>'); /* by kind */
	lacks(s, "    read    1m05s");
	shows(s, "  read      1m05s");
	press(s, '=');
	shows(s, "    read    1m05s");
}

static void
test_columns_come_when_there_is_something_in_them_and_stay(void **state)
{
	struct stage *s = *state;

	lacks(s, "PHASE");
	s->cells[RUNNING][DBGSHM_OPERATION_PHASE].text = "decode";
	shows(s, "DETAIL        PHASE ");
	s->cells[RUNNING][DBGSHM_OPERATION_PHASE].text = "";
	shows(s, "DETAIL        PHASE ");
}

static void
test_enter_follows_a_reference(void **state)
{
	struct stage *s = *state;

	press(s, '\t');
	press(s, KEY_CODE_END);
	shows(s, "work[2.1]  failed");
	shows(s, "parent work[0.1] serve (Enter)");
	press(s, '\r');
	shows(s, "work[0.1]  running");
	assert_int_equal(s->view.table.selected,
	    rows_id(&s->profiles[WORK], &s->operations[RUNNING]));
	/* It refers to nothing itself: that row is looked at. */
	press(s, '\r');
	assert_int_equal(s->view.screen, SCREEN_ROW);
	assert_int_equal(s->view.subject.object, s->operations[RUNNING].id);
	press(s, 0x1b);
	shows(s, "work[0.1]  running");
	/* And back along the reference. */
	press(s, 0x1b);
	shows(s, "work[2.1]  failed");
	press(s, 0x1b);
	assert_int_equal(s->view.pane, VIEW_TREE);
	press(s, '\t');

	s->parents[OVER].state = MODEL_LINK_GONE;
	press(s, KEY_CODE_END);
	shows(s, "work[0.1] (gone)");
	lacks(s, "(Enter)");
}

static void
test_late_hearts_are_marked_in_the_tree_and_in_the_table(void **state)
{
	struct stage *s = *state;

	shows(s, " !health               2 |");
	press(s, KEY_CODE_DOWN);
	shows(s, "| !disk  late     12.0 s");
	shows(s, "|  net   ok       12.0 s");
	assert_int_equal(style_at(s, "late  "), GRID_WARN);
	s->beats[0][VERDICT].text = "ok";
	shows(s, "> health               2 |");
}

static void
test_alerts_mark_their_rows_until_they_are_over(void **state)
{
	struct alerts *alerts = alerts_create();
	struct stage *s = *state;

	/* One has been at it for an hour; what it is a part of just waits. */
	s->cells[PART][ELAPSED].u = 3700 * SECOND;
	s->operations[PART].started_real_ns = SAMPLE_NOW - 3700 * SECOND;
	alerts_update(alerts, &s->model);
	s->scene.alerts = alerts;
	shows(s, "|  serve     1h02m");
	shows(s, "| !  read    1h01m");
	shows(s, ">!work  ");
	s->operations[PART].state = DBGSHM_ROWSTATE_FINISHED;
	s->model.target.time_real_ns += SECOND;
	alerts_update(alerts, &s->model);
	shows(s, "| -  read    1h01m");
	s->scene.alerts = NULL;
	alerts_destroy(alerts);
}

static void
test_the_newest_events_are_on_top_and_losses_are_marked(void **state)
{
	struct stage *s = *state;

	press(s, KEY_CODE_END);
	shows(s, "| 3 events  the newest on top\n");
	shows(s, "|        WHEN  LEVEL  EVENT      TEXT\n");
	shows(s, "|   1.0 s ago  info              two\n");
	shows(s, "| ~ 3.0 s ago  warn   lost_peer  zero\n");
	press(s, '\t');
	press(s, KEY_CODE_END);
	shows(s, "log lost_peer  warn, 2026-01-31T12:03:08.000Z");
	shows(s, "41 before it lost");
	assert_int_equal(screens_key(&s->view, &s->scene, '\r'), SCREEN_TRAVEL);
	assert_int_equal(s->view.order.travel.move, TIMELINE_AT);
	assert_int_equal(
	    s->view.order.travel.at_real_ns, SAMPLE_NOW - 3 * SECOND);
}

static void
test_the_top_line_follows_new_events_and_others_stay(void **state)
{
	struct stage *s = *state;

	press(s, KEY_CODE_END);
	press(s, '\t');
	shows(s, ">  1.0 s ago  info              two\n");
	fill_events(s, 5);
	shows(s, ">  1.0 s ago  info              four\n");
	press(s, KEY_CODE_DOWN);
	shows(s, ">  2.0 s ago  info              three\n");
	fill_events(s, 8);
	shows(s, ">  5.0 s ago  info              three\n");
}

static void
test_of_the_dead_it_says_what_they_were_doing(void **state)
{
	struct stage *s = *state;

	s->profiles[WORK].over = true;
	s->model.target.state = DBGSHM_LIFE_DEAD;
	shows(s, "3 rows  what it was doing when it died, max 8");
	shows(s, "9.0 s before");
	press(s, '\t');
	shows(s, "work[0.1]  at death");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_runs_stands_above_the_numbers_about_it),
		TEST(test_what_is_over_fades_and_what_runs_does_not),
		TEST(test_nesting_ends_where_the_order_is_another_one),
		TEST(
		    test_columns_come_when_there_is_something_in_them_and_stay),
		TEST(test_enter_follows_a_reference),
		TEST(test_late_hearts_are_marked_in_the_tree_and_in_the_table),
		TEST(test_alerts_mark_their_rows_until_they_are_over),
		TEST(test_the_newest_events_are_on_top_and_losses_are_marked),
		TEST(test_the_top_line_follows_new_events_and_others_stay),
		TEST(test_of_the_dead_it_says_what_they_were_doing),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
