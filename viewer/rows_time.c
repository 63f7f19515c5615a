/*
 * rows_time.c - what more than one moment tells about the rows of a table.
 */
#include "rows.h"

#include "cell.h"
#include "difference.h"
#include "figure.h"
#include "kit/fmt.h"
#include "marks.h"
#include "shape.h"

#include <math.h>
#include <string.h>

#define NS_PER_S UINT64_C(1000000000)
#define NEW_NS (5 * NS_PER_S) /* a row is new for so long */

static uint64_t
table_id(const struct rows *rows)
{
	return (tree_id(rows->profile->path, strlen(rows->profile->path)));
}

static const struct model_row *
row_at(const struct rows *rows, size_t place)
{
	return (&rows->table->rows[rows_row(rows, place)]);
}

/* ---- the most telling number ------------------------------------------------ */

static bool
is_telling(const struct model_table *table, size_t column, bool second)
{
	const struct model_column *about = &table->columns[column];

	if ((about->flags &
		(DBGSHM_COLUMN_KEY | DBGSHM_COLUMN_SECRET |
		    DBGSHM_COLUMN_DERIVED)) != 0)
		return (false);
	switch (table->shape) {
	case DBGSHM_SHAPE_OPERATION: /* these are about a time, not a number */
	case DBGSHM_SHAPE_STEP:
	case DBGSHM_SHAPE_PAIR:
		return (false);
	case DBGSHM_SHAPE_LIMIT:
		return (column == DBGSHM_LIMIT_CURRENT);
	default:
		break;
	}
	switch (about->type) {
	case DBGSHM_TYPE_COUNTER:
		return (!second);
	case DBGSHM_TYPE_GAUGE: /* without a unit it may be a port */
	case DBGSHM_TYPE_SIGNED:
	case DBGSHM_TYPE_FLOAT:
		return (second && about->unit != DBGSHM_UNIT_NONE);
	default:
		return (false);
	}
}

/* What only grows before what goes up and down. */
static size_t
find_telling(const struct rows *rows)
{
	for (int second = 0; second < 2; second++)
		for (size_t i = 0; i < rows->column_count; i++)
			if (rows->which[i] < rows->table->column_count &&
			    is_telling(
				rows->table, rows->which[i], second != 0))
				return (rows->which[i]);
	return (SIZE_MAX);
}

struct series_key
rows_series(const struct rows *rows, const struct model_row *row)
{
	return ((struct series_key){
	    .object = row->id,
	    .table = table_id(rows),
	    .column = (uint32_t)rows->telling,
	    .what = SERIES_SHOWN,
	});
}

/* ---- against the baseline ----------------------------------------------------- */

static bool
is_compared(const struct rows *rows)
{
	return (rows->scene->baseline != NULL &&
	    rows->view->compare != COMPARE_VALUE);
}

static bool
was_there(const struct rows *rows, const struct model_row *row)
{
	return (rows->scene->baseline == NULL ||
	    baseline_row(rows->scene->baseline, table_id(rows), row->id));
}

/* Of a column of the table; false where there is nothing to compare. */
static bool
both(const struct rows *rows, const struct model_row *row, size_t column,
    double *now, double *then)
{
	const struct model_column *about;

	if (column >= rows->table->column_count)
		return (false);
	about = &rows->table->columns[column];
	/* Of a time that passes the difference is no news. */
	if (about->type == DBGSHM_TYPE_TIME ||
	    (about->type == DBGSHM_TYPE_DURATION &&
		(about->flags & DBGSHM_COLUMN_DERIVED) != 0))
		return (false);
	return (cell_is_number(about->type) &&
	    cell_number(rows->table, row, column, now) &&
	    baseline_cell(
		rows->scene->baseline, table_id(rows), row->id, column, then));
}

static void
compared_cell(const struct rows *rows, const struct model_row *row,
    size_t column, struct list_cell *cell)
{
	double now, then;

	if (both(rows, row, column, &now, &then))
		difference_text(cell, rows->view->compare,
		    rows->table->columns[column].unit, now, then, rows->raw);
}

static void
base_cell(const struct rows *rows, const struct model_row *row,
    struct list_cell *cell)
{
	if (was_there(rows, row))
		compared_cell(rows, row, rows->telling, cell);
	else {
		strlcpy(cell->text, "new", sizeof(cell->text));
		cell->style = GRID_ADDED;
	}
}

/* ---- as a list -------------------------------------------------------------------- */

static void
time_cell(const struct list_source *source, size_t place, size_t column,
    struct list_cell *cell)
{
	const struct rows *rows = source->context;
	const struct model_row *row = row_at(rows, place);
	size_t which = rows->which[column];

	if (which == ROWS_BASE)
		base_cell(rows, row, cell);
	else if (which != ROWS_LAST) {
		rows->plain.cell(source, place, column, cell);
		if (is_compared(rows) && !rows->rate[column])
			compared_cell(rows, row, which, cell);
	}
}

static bool
time_number(const struct list_source *source, size_t place, size_t column,
    double *value)
{
	const struct rows *rows = source->context;
	double now, then;

	if (rows->which[column] == ROWS_LAST)
		return (false);
	if (rows->which[column] != ROWS_BASE)
		return (rows->plain.number(source, place, column, value));
	if (rows->scene->baseline == NULL ||
	    !both(rows, row_at(rows, place), rows->telling, &now, &then))
		return (false);
	*value = now - then;
	return (true);
}

static int
time_compare(
    const struct list_source *source, size_t column, size_t a, size_t b)
{
	const struct rows *rows = source->context;
	double x = NAN, y = NAN;

	if (rows->which[column] != ROWS_BASE &&
	    rows->which[column] != ROWS_LAST)
		return (rows->plain.compare(source, column, a, b));
	time_number(source, a, column, &x);
	time_number(source, b, column, &y);
	return (figure_compare(x, y));
}

static void
time_paint(const struct list_source *source, size_t place, size_t column,
    struct grid *grid, struct grid_rect rect, int line)
{
	const struct rows *rows = source->context;

	(void)column;
	spark_paint(&rows->spark, rows_series(rows, row_at(rows, place)), grid,
	    rect, line);
}

/* Not there at the baseline; without one: began just now.  What is done in a
 * moment is always new. */
static bool
is_new(const struct rows *rows, const struct model_row *row)
{
	uint64_t at_ns = spark_moment(rows->scene, rows->profile);

	if (rows->scene->baseline != NULL)
		return (!was_there(rows, row));
	return (rows->table->shape != DBGSHM_SHAPE_OPERATION &&
	    rows->table->shape != DBGSHM_SHAPE_STEP &&
	    rows->table->shape != DBGSHM_SHAPE_PAIR &&
	    row->started_real_ns != 0 && row->started_real_ns <= at_ns &&
	    at_ns - row->started_real_ns < NEW_NS);
}

static char
time_mark(const struct list_source *source, size_t place)
{
	const struct rows *rows = source->context;
	const struct model_row *row = row_at(rows, place);
	char plain = rows->plain.mark(source, place), own;

	if (plain == '!' || marks_alert(rows->scene, table_id(rows), row->id))
		return ('!');
	own = marks_own(rows->view, view_address(rows->profile, "", row->name));
	if (own != '\0' || plain != '\0')
		return (own != '\0' ? own : plain);
	return (is_new(rows, row) ? '+' : '\0');
}

static bool
time_marked(const struct list_source *source, size_t place)
{
	const struct rows *rows = source->context;

	return (rows->view->mark_count > 0 &&
	    view_marked(rows->view,
		view_address(rows->profile, "", row_at(rows, place)->name)));
}

static struct list_column *
add(struct rows *rows, size_t which, const char *title)
{
	size_t at = rows->column_count++;
	struct list_column *column = &rows->columns[at];

	strlcpy(rows->titles[at], title, sizeof(rows->titles[at]));
	rows->which[at] = which;
	rows->rate[at] = false;
	*column = (struct list_column){ .title = rows->titles[at] };
	return (column);
}

/* "SENT/s 60s" */
static void
last_title(const struct rows *rows, char *title, size_t size)
{
	const struct model_column *about;
	const char *window = strchr(rows->spark.last, ' ');

	title[0] = '\0';
	if (rows->telling == SIZE_MAX)
		return;
	about = &rows->table->columns[rows->telling];
	snprintf(title, size, "%s%s%s", about->name,
	    about->type == DBGSHM_TYPE_COUNTER ? "/s" : "", window);
	for (char *c = title; *c != '\0' && *c != '/' && *c != ' '; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
}

void
rows_over_time(struct rows *rows, struct list_source *source,
    const struct view *view, const struct scene *scene)
{
	struct list_column *column;
	char title[48];

	rows->view = view;
	rows->scene = scene;
	rows->plain = *source;
	rows->telling = find_telling(rows);
	spark_init(&rows->spark, scene);
	if (rows->column_count + 2 > LIST_COLUMNS_MAX)
		return;
	column = add(rows, ROWS_BASE, "VS BASE");
	column->least = 8;
	column->right = column->kept = true; /* it was asked for */
	column->absent = scene->baseline == NULL || is_compared(rows);
	last_title(rows, title, sizeof(title));
	column = add(rows, ROWS_LAST, title);
	column->least = SPARK_LEAST;
	column->widest = SPARK_MOST;
	column->painted = column->unordered = true;
	column->rank = 1;
	column->absent = rows->telling == SIZE_MAX;
	source->column_count = rows->column_count;
	source->cell = time_cell;
	source->number = time_number;
	source->compare = time_compare;
	source->paint = time_paint;
	source->mark = time_mark;
	source->marked = time_marked;
}

void
rows_want(const struct rows *rows, const struct list *list,
    struct series_wants *wants)
{
	size_t end = list->top + (size_t)list->height;

	if (rows->telling == SIZE_MAX)
		return;
	for (size_t i = list->top; i < end && i < list->shown_count; i++)
		spark_want(&rows->spark, wants,
		    rows_series(rows, row_at(rows, list->shown[i])));
}
