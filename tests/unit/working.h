/*
 * working.h - a program at work, made by hand: operations that are parts of
 * others, errors, events of two logs, limits, references, and series.
 */
#ifndef WORKING_H
#define WORKING_H

#include "stage.h"
#include "viewer/series_set.h"

enum { WORK, DISK, CONNECTIONS, REQUESTS, LEDGER, LIMITS, LOG, AUDIT, PARTS };
#define MOST_ROWS 4
#define MOST_CELLS 12

enum { ELAPSED = DBGSHM_OPERATION_COLUMNS, QUIET, OPERATION_WIDE };
static const struct model_column operation_wide[OPERATION_WIDE] = {
	[DBGSHM_OPERATION_KIND] = { "kind", "what it does", DBGSHM_TYPE_ENUM, 0,
	    0, 0, 0 },
	[DBGSHM_OPERATION_DETAIL] = { "detail", "on what", DBGSHM_TYPE_TEXT, 0,
	    0, 0, 96 },
	[DBGSHM_OPERATION_PHASE] = { "phase", "", DBGSHM_TYPE_TEXT, 0, 0, 0,
	    32 },
	[DBGSHM_OPERATION_DONE] = { "done", "", DBGSHM_TYPE_GAUGE, 0, 0, 0, 0 },
	[DBGSHM_OPERATION_TOTAL] = { "total", "", DBGSHM_TYPE_GAUGE, 0, 0, 0,
	    0 },
	[DBGSHM_OPERATION_PROGRESSED] = { "progressed", "", DBGSHM_TYPE_TIME, 0,
	    0, 0, 0 },
	[DBGSHM_OPERATION_OUTCOME] = { "outcome", "", DBGSHM_TYPE_ENUM, 0, 0, 0,
	    0 },
	[DBGSHM_OPERATION_PARENT] = { "parent", "what it is a part of",
	    DBGSHM_TYPE_REFERENCE, 0, 0, 0, 0 },
	[DBGSHM_OPERATION_THREAD] = { "thread", "", DBGSHM_TYPE_GAUGE, 0, 0, 0,
	    0 },
	[ELAPSED] = { "elapsed", "", DBGSHM_TYPE_DURATION, DBGSHM_UNIT_NS,
	    DBGSHM_COLUMN_DERIVED, 0, 0 },
	[QUIET] = { "quiet", "", DBGSHM_TYPE_DURATION, DBGSHM_UNIT_NS,
	    DBGSHM_COLUMN_DERIVED, 0, 0 },
};

static const struct model_column peer_columns[] = {
	{ .name = "peer", .help = "remote address", .type = DBGSHM_TYPE_TEXT,
	    .flags = DBGSHM_COLUMN_KEY },
	{ .name = "sent", .help = "bytes written to the peer",
	    .type = DBGSHM_TYPE_COUNTER, .unit = DBGSHM_UNIT_BYTES },
	{ .name = "user", .help = "", .type = DBGSHM_TYPE_TEXT,
	    .flags = DBGSHM_COLUMN_SECRET },
};
static const struct model_column request_columns[] = {
	{ .name = "what", .help = "", .type = DBGSHM_TYPE_TEXT },
	{ .name = "connection", .help = "whose it is",
	    .type = DBGSHM_TYPE_REFERENCE },
};
static const struct model_column ledger_columns[DBGSHM_ERROR_COLUMNS] = {
	[DBGSHM_ERROR_TEXT] = { "text", "", DBGSHM_TYPE_TEXT, 0, 0, 0, 0 },
	[DBGSHM_ERROR_CODE] = { "code", "", DBGSHM_TYPE_SIGNED, 0, 0, 0, 0 },
	[DBGSHM_ERROR_COUNT] = { "count", "", DBGSHM_TYPE_COUNTER, 0, 0, 0, 0 },
	[DBGSHM_ERROR_LAST] = { "last", "", DBGSHM_TYPE_TIME, 0, 0, 0, 0 },
	[DBGSHM_ERROR_DETAIL] = { "detail", "", DBGSHM_TYPE_TEXT, 0, 0, 0, 0 },
};
static const struct model_column limit_columns[DBGSHM_LIMIT_COLUMNS] = {
	[DBGSHM_LIMIT_NAME] = { "name", "", DBGSHM_TYPE_TEXT, 0, 0, 0, 0 },
	[DBGSHM_LIMIT_LIMIT] = { "limit", "", DBGSHM_TYPE_GAUGE, 0, 0, 0, 0 },
	[DBGSHM_LIMIT_CURRENT] = { "current", "", DBGSHM_TYPE_GAUGE, 0, 0, 0,
	    0 },
	[DBGSHM_LIMIT_WAITING] = { "waiting", "", DBGSHM_TYPE_GAUGE, 0, 0, 0,
	    0 },
	[DBGSHM_LIMIT_WAITS] = { "waits", "", DBGSHM_TYPE_COUNTER, 0, 0, 0, 0 },
	[DBGSHM_LIMIT_WAITED] = { "waited", "", DBGSHM_TYPE_DURATION,
	    DBGSHM_UNIT_NS, 0, 0, 0 },
	[DBGSHM_LIMIT_SINCE] = { "since", "", DBGSHM_TYPE_TIME, 0, 0, 0, 0 },
	[DBGSHM_LIMIT_WHO] = { "who", "", DBGSHM_TYPE_TEXT, 0, 0, 0, 0 },
};

struct working {
	struct model model;
	struct model_profile profiles[PARTS];
	struct model_table tables[PARTS];
	struct model_row rows[PARTS][MOST_ROWS];
	struct model_cell cells[PARTS][MOST_ROWS][MOST_CELLS];
	struct model_link links[3];
	struct model_log logs[2];
	struct model_event events[2][3];
	struct model_cell field;
	const char *field_name;
	char reference[64];
};

static inline struct model_row *
working_row(struct working *w, int part, const struct model_column *columns,
    size_t column_count, uint64_t began_ago_ns)
{
	struct model_table *table = &w->tables[part];
	size_t at = table->row_count++;
	struct model_row *row = &w->rows[part][at];
	struct model_cell *cells = w->cells[part][at];

	for (size_t i = 0; i < column_count; i++) {
		cells[i].type = columns[i].type;
		cells[i].rate = NAN;
		cells[i].hidden =
		    (columns[i].flags & DBGSHM_COLUMN_SECRET) != 0;
		if (columns[i].type == DBGSHM_TYPE_TEXT ||
		    columns[i].type == DBGSHM_TYPE_REFERENCE)
			cells[i].text = "";
	}
	*row = (struct model_row){
		.id = (uint64_t)at << 40 | 3,
		.state = DBGSHM_ROWSTATE_LIVE,
		.started_real_ns = SAMPLE_NOW - began_ago_ns,
		.cells = cells,
	};
	snprintf(row->name, sizeof(row->name), "%zu.3", at);
	table->rows = w->rows[part];
	table->columns = columns;
	table->column_count = column_count;
	table->capacity = 8;
	w->profiles[part].table = table;
	return (row);
}

static inline struct model_cell *
working_cells(struct working *w, int part, const struct model_row *row)
{
	return (w->cells[part][row - w->rows[part]]);
}

static inline struct model_row *
working_operation(struct working *w, int part, const char *kind,
    const char *detail, uint64_t began_ago_ns, uint64_t took_ns)
{
	struct model_row *row = working_row(
	    w, part, operation_wide, OPERATION_WIDE, began_ago_ns);
	struct model_cell *cells = working_cells(w, part, row);

	w->tables[part].shape = DBGSHM_SHAPE_OPERATION;
	cells[DBGSHM_OPERATION_KIND].text = kind;
	cells[DBGSHM_OPERATION_DETAIL].text = detail;
	cells[ELAPSED].u = took_ns != 0 ? took_ns : began_ago_ns;
	if (took_ns == 0)
		return (row);
	row->state = DBGSHM_ROWSTATE_FINISHED;
	row->ended_real_ns = row->started_real_ns + took_ns;
	row->ended_age_ns = began_ago_ns - took_ns;
	cells[DBGSHM_OPERATION_OUTCOME].u = DBGSHM_OUTCOME_FAILED;
	cells[DBGSHM_OPERATION_OUTCOME].text = "failed";
	return (row);
}

static inline void
working_refer(struct working *w, size_t link, struct model_cell *cell, int part,
    size_t row, const char *text)
{
	w->links[link] = (struct model_link){
		.state = MODEL_LINK_LIVE,
		.profile = &w->profiles[part],
		.row = row,
	};
	cell->link = &w->links[link];
	cell->text = text;
}

static inline void
working_error(struct working *w, const char *text, uint64_t count,
    uint64_t first_ago_ns, uint64_t last_ago_ns, const char *detail)
{
	struct model_row *row = working_row(
	    w, LEDGER, ledger_columns, DBGSHM_ERROR_COLUMNS, first_ago_ns);
	struct model_cell *cells = working_cells(w, LEDGER, row);

	w->tables[LEDGER].shape = DBGSHM_SHAPE_ERROR;
	cells[DBGSHM_ERROR_TEXT].text = text;
	cells[DBGSHM_ERROR_CODE].i = 5;
	cells[DBGSHM_ERROR_COUNT].u = count;
	cells[DBGSHM_ERROR_COUNT].rate = 0.5;
	cells[DBGSHM_ERROR_LAST].u = SAMPLE_NOW - last_ago_ns;
	cells[DBGSHM_ERROR_LAST].age_ns = last_ago_ns;
	cells[DBGSHM_ERROR_DETAIL].text = detail;
}

static inline void
working_event(struct working *w, int log, size_t at, uint8_t severity,
    const char *name, const char *text, uint64_t ago_ns)
{
	struct model_event *event = &w->events[log][at];

	*event = (struct model_event){
		.path = w->profiles[LOG + log].path,
		.name = name,
		.text = text,
		.severity = severity,
		.id = UINT64_C(1) << 56 | (10 - at),
		.real_ns = SAMPLE_NOW - ago_ns,
		.age_ns = ago_ns,
	};
	w->logs[log].events = w->events[log];
	w->logs[log].event_count = at + 1;
	w->profiles[LOG + log].log = &w->logs[log];
}

static inline void
working_fill(struct working *w)
{
	static const char *const paths[PARTS] = { "work", "disk/work",
		"net/connections", "requests", "errors", "limits", "log",
		"audit" };
	struct model_cell *cells;

	memset(w, 0, sizeof(*w));
	w->model.target = (struct model_target){
		.pid = 20411, .name = "imgworker", .user = "web",
		.version = "2.4.1", .path = "/dev/shm/dbgtop-33/x.dbg",
		.state = DBGSHM_LIFE_LIVE, .source = "own",
		.uptime_ns = 3600 * SECOND, .age_ns = SECOND / 5,
		.time_real_ns = SAMPLE_NOW,
	};
	for (int i = 0; i < PARTS; i++)
		w->profiles[i] = (struct model_profile){
			.path = paths[i], .description = "", .help = "",
			.source = "own",
		};
	w->model.profiles = w->profiles;
	w->model.profile_count = PARTS;

	/* serve 31 s with decode 30 s and, in the other table, read 2 s. */
	working_operation(w, WORK, "serve", "GET /dog.png", 31 * SECOND, 0);
	cells = working_cells(w, WORK,
	    working_operation(w, WORK, "decode", "dog.png", 30 * SECOND, 0));
	working_refer(w, 0, &cells[DBGSHM_OPERATION_PARENT], WORK, 0,
	    "work[0.3]");
	working_operation(
	    w, WORK, "serve", "GET /cat.png", 200 * SECOND, 45 * SECOND);
	working_operation(w, DISK, "fsync", "journal", 12 * SECOND, 0);
	cells = working_cells(w, DISK,
	    working_operation(w, DISK, "read", "dog.png", 2 * SECOND, 0));
	working_refer(w, 1, &cells[DBGSHM_OPERATION_PARENT], WORK, 1,
	    "work[1.3]");

	cells = working_cells(w, CONNECTIONS,
	    working_row(w, CONNECTIONS, peer_columns, ITEMS(peer_columns),
		90 * SECOND));
	w->tables[CONNECTIONS].shape = DBGSHM_SHAPE_OBJECT;
	cells[0].text = "10.4.0.17:50112";
	cells[1].u = 1288490188;
	cells[1].rate = 4299161.6;
	cells = working_cells(w, REQUESTS,
	    working_row(w, REQUESTS, request_columns, ITEMS(request_columns),
		31 * SECOND));
	cells[0].text = "GET /dog.png";
	working_refer(w, 2, &cells[1], CONNECTIONS, 0, "net/connections[0.3]");

	working_error(w, "short write", 41, 600 * SECOND, 20 * SECOND,
	    "/srv/new.png");
	working_error(w, "read", 3, 50 * SECOND, 5 * SECOND, "/srv/old.png");

	cells = working_cells(w, LIMITS,
	    working_row(w, LIMITS, limit_columns, DBGSHM_LIMIT_COLUMNS,
		3600 * SECOND));
	w->tables[LIMITS].shape = DBGSHM_SHAPE_LIMIT;
	cells[DBGSHM_LIMIT_NAME].text = "memory";
	cells[DBGSHM_LIMIT_LIMIT].u = 400;
	cells[DBGSHM_LIMIT_CURRENT].u = 300;

	working_event(w, 0, 0, DBGSHM_SEVERITY_WARN, "lost_peer",
	    "10.4.0.17 after 60 s", 4 * SECOND);
	working_event(w, 0, 1, DBGSHM_SEVERITY_INFO, "message", "a round",
	    30 * SECOND);
	working_event(w, 1, 0, DBGSHM_SEVERITY_ERROR, "message",
	    "password wrong", 10 * SECOND);
	working_event(w, 1, 1, DBGSHM_SEVERITY_DEBUG, "message", "hello",
	    40 * SECOND);
	w->events[1][0].lost = 7;
	w->model.events_lost = 7;
	w->field_name = "connection";
	w->field = (struct model_cell){
		.type = DBGSHM_TYPE_REFERENCE,
		.text = "net/connections[0.3]",
	};
	w->events[0][0].field_names = &w->field_name;
	w->events[0][0].fields = &w->field;
	w->events[0][0].field_count = 1;
}

static inline void
stage_work(struct stage *stage, struct working *w, int columns, int rows,
    enum screen_name screen)
{
	working_fill(w);
	stage_init(stage, columns, rows, screen);
	stage->scene.model = &w->model;
	view_fini(&stage->view); /* it has seen another model */
	view_init(&stage->view);
	stage->view.columns = columns;
	stage->view.rows = rows;
	stage->view.screen = screen;
	screens_arrange(&stage->view, &stage->scene);
}

static inline uint64_t
path_id(const char *path)
{
	return (tree_id(path, strlen(path)));
}

/* ---- series -------------------------------------------------------------- */

#define SAMPLES 300 /* one a second, the last one now */

struct recorded {
	struct series_set *set;
	uint64_t real_ns[SAMPLES], period_ns[SAMPLES];
	struct series_key keys[4];
	double values[4][SAMPLES];
	size_t used;
	uint64_t low[5];
	double heat[SAMPLES * 5];
};

static inline void
recorded_init(struct recorded *recorded)
{
	memset(recorded, 0, sizeof(*recorded));
	recorded->set = series_set_create();
	for (size_t i = 0; i < SAMPLES; i++) {
		recorded->real_ns[i] = SAMPLE_NOW - (SAMPLES - 1 - i) * SECOND;
		recorded->period_ns[i] = SECOND;
	}
}

/* Values to be filled in. */
static inline double *
recorded_series(struct recorded *recorded, struct series_key key)
{
	struct series_wants wants = { 0 };
	struct series *series;

	recorded->keys[recorded->used++] = key;
	series_want(&wants, key, 600 * SECOND);
	series_set_want(recorded->set, &wants, SAMPLE_NOW, SAMPLE_NOW);
	series_wants_fini(&wants);
	/* Another series of the same object makes it forget what it had. */
	for (size_t i = 0; i < recorded->used; i++) {
		series = (struct series *)(uintptr_t)series_find(
		    recorded->set, &recorded->keys[i]);
		assert_non_null(series);
		series->count = SAMPLES;
		series->real_ns = recorded->real_ns;
		series->period_ns = recorded->period_ns;
		series->values = recorded->values[i];
		if (recorded->keys[i].what != SERIES_HEAT)
			continue;
		series->heat_rows = ITEMS(recorded->low);
		series->heat_low = recorded->low;
		series->heat = recorded->heat;
	}
	return (recorded->values[recorded->used - 1]);
}

static inline void
recorded_fini(struct recorded *recorded)
{
	series_set_destroy(recorded->set);
}

/* The line of the picture that has this in it. */
static inline int
line_of(struct stage *s, const char *text)
{
	const char *all = picture(s), *found = strstr(all, text);
	int number = 0;

	if (found == NULL)
		fail_msg("\"%s\" is not in\n%s", text, all);
	for (; all < found; all++)
		number += *all == '\n';
	return (number);
}

/* ---- what holds of every picture ----------------------------------------- */

static inline void
fits_everywhere(struct stage *stage, bool utf8)
{
	static const int sizes[][2] = { { 20, 5 }, { 40, 10 }, { 80, 24 },
		{ 100, 30 }, { 200, 60 }, { 1, 1 } };
	const char *text;

	stage->scene.ascii = stage->grid.ascii = !utf8;
	for (size_t i = 0; i < 2 * ITEMS(sizes); i++) {
		stage->view.glyphs = i < ITEMS(sizes) ? GRID_GLYPHS_BLOCK
						      : GRID_GLYPHS_BRAILLE;
		stage->view.columns = sizes[i % ITEMS(sizes)][0];
		stage->view.rows = sizes[i % ITEMS(sizes)][1];
		text = picture(stage);
		for (const char *c = text; !utf8 && *c != '\0'; c++)
			if ((unsigned char)*c >= 0x7f)
				fail_msg("not ASCII:\n%s", text);
	}
}

#endif
