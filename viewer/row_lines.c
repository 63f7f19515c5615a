/*
 * row_lines.c - one row of a table as a list: its times, then a line a column.
 */
#include "row_lines.h"

#include "cell.h"
#include "rows.h"

#include "kit/fmt.h"

#include <math.h>
#include <string.h>

enum { SHOW_NAME, SHOW_VALUE, SHOW_RATE, SHOW_ABOUT };

static const struct list_column shows[ROW_LINES_COLUMNS] = {
	[SHOW_NAME] = { .title = "COLUMN",
	    .least = 6,
	    .widest = 24,
	    .kept = true },
	[SHOW_VALUE] = { .title = "VALUE", .least = 8, .widest = 80 },
	[SHOW_RATE] = { .title = "RATE", .least = 8, .right = true, .rank = 1 },
	[SHOW_ABOUT] = { .title = "ABOUT",
	    .least = 16,
	    .spread = true,
	    .rank = 2 },
};

/* ---- what there is ------------------------------------------------------- */

static void
add(struct row_lines *lines, enum row_line_kind kind, size_t column,
    uint64_t real_ns)
{
	if (lines->count < ROW_LINES_MAX)
		lines->list[lines->count++] = (struct row_line){
			.kind = kind,
			.column = column,
			.real_ns = real_ns,
		};
}

struct series_key
row_lines_key(
    const struct row_lines *lines, size_t column, enum series_what what)
{
	return ((struct series_key){
	    .object = lines->view->subject.object,
	    .table = lines->profile_id,
	    .column = (uint32_t)column,
	    .what = what,
	});
}

/* The history knows of a row that is not there now. */
static void
find_seen(struct row_lines *lines)
{
	struct series_key key =
	    row_lines_key(lines, lines->telling, SERIES_SHOWN);
	const struct series *series = series_find(lines->scene->series, &key);

	for (size_t i = 0; series != NULL && i < series->count; i++) {
		if (!isfinite(series->values[i]))
			continue;
		if (lines->first_real_ns == 0)
			lines->first_real_ns = series->real_ns[i];
		lines->last_real_ns = series->real_ns[i];
	}
}

uint64_t
row_lines_sample(const struct row_lines *lines, uint64_t real_ns)
{
	struct series_key key =
	    row_lines_key(lines, lines->telling, SERIES_SHOWN);
	const struct series *series = series_find(lines->scene->series, &key);

	size_t i;

	if (lines->telling == SIZE_MAX || series == NULL || series->count == 0)
		return (0);
	for (i = 0; i < series->count && series->real_ns[i] < real_ns;)
		i++;
	/* What is not read that far back knows nothing of the first.  Samples
	 * come a bit later than their period says. */
	if (i == series->count ||
	    (i == 0 && series->real_ns[0] > real_ns + 2 * series->period_ns[0]))
		return (0);
	return (series->real_ns[i]);
}

static void
find_telling(struct row_lines *lines)
{
	struct list_source unused;
	struct rows rows;

	rows_source(
	    &rows, &unused, lines->profile, DBGSHM_LEVEL_DEBUG, false, false);
	rows_over_time(&rows, &unused, lines->view, lines->scene);
	lines->telling = rows.telling;
	/* Whatever is a number tells at least since when and until when. */
	for (size_t i = 0; lines->telling == SIZE_MAX &&
	     i < lines->profile->table->column_count;
	     i++)
		if (cell_is_number(lines->profile->table->columns[i].type))
			lines->telling = i;
}

static bool
has_counter(const struct model_table *table)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].type == DBGSHM_TYPE_COUNTER)
			return (true);
	return (false);
}

void
row_lines_find(
    struct row_lines *lines, const struct view *view, const struct scene *scene)
{
	struct shape_column columns[SHAPE_COLUMNS_MAX];
	const struct model_table *table;
	size_t count;

	memset(lines, 0, sizeof(*lines));
	lines->view = view;
	lines->scene = scene;
	lines->profile_id = view->subject.profile;
	lines->telling = SIZE_MAX;
	memcpy(lines->columns, shows, sizeof(shows));
	lines->profile = objects_profile(scene->model, view->subject.profile);
	if (lines->profile == NULL || lines->profile->table == NULL) {
		lines->profile = NULL;
		return;
	}
	table = lines->profile->table;
	lines->columns[SHOW_RATE].absent = !has_counter(table);
	for (size_t i = 0; i < table->row_count; i++)
		if (table->rows[i].id == view->subject.object)
			lines->row = &table->rows[i];
	find_telling(lines);
	if (lines->row == NULL) {
		if (lines->telling != SIZE_MAX)
			find_seen(lines);
		if (lines->first_real_ns != 0) {
			add(lines, ROW_LINE_FIRST, 0, lines->first_real_ns);
			add(lines, ROW_LINE_LAST, 0, lines->last_real_ns);
		}
	} else {
		if (lines->row->started_real_ns != 0)
			add(lines, ROW_LINE_BEGAN, 0,
			    lines->row->started_real_ns);
		if (lines->row->ended_real_ns != 0)
			add(lines, ROW_LINE_ENDED, 0,
			    lines->row->ended_real_ns);
	}
	count = shape_columns(table, DBGSHM_LEVEL_DEBUG, columns);
	for (size_t i = 0; i < count; i++)
		if (columns[i].column < table->column_count)
			add(lines, ROW_LINE_CELL, columns[i].column, 0);
}

bool
row_lines_leads(const struct row_lines *lines, const struct row_line *line,
    struct subject *subject)
{
	const struct model_link *link;
	const struct model_profile *to;

	if (lines->row == NULL || line->kind != ROW_LINE_CELL)
		return (false);
	link = lines->row->cells[line->column].link;
	if (link == NULL || link->state == MODEL_LINK_GONE ||
	    (to = link->profile) == NULL || to->table == NULL ||
	    link->row >= to->table->row_count)
		return (false);
	subject->profile = tree_id(to->path, strlen(to->path));
	subject->object = to->table->rows[link->row].id;
	return (true);
}

size_t
row_lines_charted(const struct row_lines *lines, const struct list *list)
{
	size_t at = list_row(list), column;

	if (lines->profile == NULL || at >= lines->count ||
	    lines->list[at].kind != ROW_LINE_CELL)
		return (lines->telling);
	column = lines->list[at].column;
	switch (lines->profile->table->columns[column].type) {
	case DBGSHM_TYPE_COUNTER:
	case DBGSHM_TYPE_GAUGE:
	case DBGSHM_TYPE_SIGNED:
	case DBGSHM_TYPE_FLOAT:
	case DBGSHM_TYPE_DURATION:
		return (column);
	default:
		return (lines->telling);
	}
}

/* ---- the list ------------------------------------------------------------ */

static const struct row_line *
line_at(const struct list_source *source, size_t place)
{
	const struct row_lines *lines = source->context;

	return (&lines->list[place]);
}

static uint64_t
line_id(const struct list_source *source, size_t place)
{
	const struct row_lines *lines = source->context;
	const struct row_line *line = line_at(source, place);

	if (line->kind != ROW_LINE_CELL)
		return ((uint64_t)line->kind + 1);
	return (lines->profile_id ^ (line->column + 16));
}

static const struct model_column *
column_of(const struct row_lines *lines, const struct row_line *line)
{
	return (&lines->profile->table->columns[line->column]);
}

/* "3m12s ago, Enter goes there" */
static void
about_moment(const struct row_lines *lines, const struct row_line *line,
    char *text, size_t size)
{
	uint64_t now = spark_moment(lines->scene, lines->profile);
	char age[FMT_SIZE];

	if (line->real_ns > now)
		snprintf(text, size, "%s later, Enter goes there",
		    fmt_age(age, sizeof(age), line->real_ns - now));
	else
		snprintf(text, size, "%s %s, Enter goes there",
		    fmt_age(age, sizeof(age), now - line->real_ns),
		    lines->scene->moment.state == MOMENT_LIVE ? "ago"
							      : "before");
}

static void
moment_cell(const struct row_lines *lines, const struct row_line *line,
    size_t show, struct list_cell *cell)
{
	static const char *const names[] = {
		[ROW_LINE_BEGAN] = "began",
		[ROW_LINE_ENDED] = "ended",
		[ROW_LINE_FIRST] = "seen from",
		[ROW_LINE_LAST] = "seen until",
	};

	if (show == SHOW_NAME) {
		strlcpy(cell->text, names[line->kind], sizeof(cell->text));
		cell->style = GRID_DIM;
	} else if (show == SHOW_VALUE) {
		objects_clock(cell->text, sizeof(cell->text), line->real_ns,
		    lines->scene, lines->view->raw);
		cell->style = GRID_KEY;
	} else if (show == SHOW_ABOUT) {
		about_moment(lines, line, cell->text, sizeof(cell->text));
		cell->style = GRID_DIM;
	}
}

static void
value_cell(const struct row_lines *lines, const struct row_line *line,
    struct list_cell *cell)
{
	const struct model_cell *value;
	char buffer[CELL_SIZE];
	struct subject unused;

	if (lines->row == NULL) {
		strlcpy(cell->text, "-", sizeof(cell->text));
		cell->style = GRID_DIM;
		return;
	}
	value = &lines->row->cells[line->column];
	/* Where a part stands below its parent that is not said again. */
	strlcpy(cell->text,
	    value->link != NULL
		? cell_value(buffer, lines->profile, column_of(lines, line),
		      value, lines->view->raw)
		: cell_text(buffer, lines->profile, lines->row, line->column,
		      lines->view->raw),
	    sizeof(cell->text));
	if (cell->text[0] == '\0' || value->hidden ||
	    (cell_is_number(value->type) && cell_is_zero(value)))
		cell->style = GRID_DIM;
	else
		cell->style = row_lines_leads(lines, line, &unused)
		    ? GRID_KEY
		    : GRID_STRONG;
	if (cell->text[0] == '\0')
		strlcpy(cell->text, "-", sizeof(cell->text));
}

static void
about_cell(const struct row_lines *lines, const struct row_line *line,
    struct list_cell *cell)
{
	const struct model_column *column = column_of(lines, line);
	struct subject unused;

	cell->style = GRID_DIM;
	snprintf(cell->text, sizeof(cell->text), "%s%s%s",
	    row_lines_leads(lines, line, &unused) ? "Enter follows" : "",
	    row_lines_leads(lines, line, &unused) && column->help[0] != '\0'
		? ": "
		: "",
	    column->help);
}

static void
line_cell(const struct list_source *source, size_t place, size_t show,
    struct list_cell *cell)
{
	const struct row_lines *lines = source->context;
	const struct row_line *line = line_at(source, place);
	char buffer[CELL_SIZE];

	if (line->kind != ROW_LINE_CELL) {
		moment_cell(lines, line, show, cell);
		return;
	}
	switch (show) {
	case SHOW_NAME:
		strlcpy(cell->text, column_of(lines, line)->name,
		    sizeof(cell->text));
		break;
	case SHOW_VALUE:
		value_cell(lines, line, cell);
		break;
	case SHOW_RATE:
		if (lines->row == NULL ||
		    column_of(lines, line)->type != DBGSHM_TYPE_COUNTER)
			break;
		strlcpy(cell->text,
		    cell_rate(buffer, lines->profile->table, lines->row,
			line->column, lines->view->raw),
		    sizeof(cell->text));
		if (!(lines->row->cells[line->column].rate > 0))
			cell->style = GRID_DIM;
		break;
	default:
		about_cell(lines, line, cell);
		break;
	}
}

static bool
line_number(
    const struct list_source *source, size_t place, size_t show, double *value)
{
	const struct row_lines *lines = source->context;
	const struct row_line *line = line_at(source, place);
	double rate;

	if (line->kind != ROW_LINE_CELL || lines->row == NULL)
		return (false);
	if (show == SHOW_VALUE)
		return (cell_number(
		    lines->profile->table, lines->row, line->column, value));
	rate = lines->row->cells[line->column].rate;
	if (show != SHOW_RATE || isnan(rate))
		return (false);
	*value = fmt_rate_shown(column_of(lines, line)->unit, rate);
	return (true);
}

void
row_lines_source(const struct row_lines *lines, struct list_source *source)
{
	*source = (struct list_source){
		.context = lines,
		.count = lines->count,
		.columns = lines->columns,
		.column_count = ROW_LINES_COLUMNS,
		.schema = lines->profile_id,
		.empty = "no such table",
		.id = line_id,
		.cell = line_cell,
		.number = line_number,
	};
}
