/*
 * row_chart.c - how much of what it may be a row has, and how its numbers were.
 */
#include "row_chart.h"

#include "chart.h"
#include "graph.h"

#include "kit/fmt.h"

#include <math.h>
#include <string.h>

#define NS_PER_S UINT64_C(1000000000)
#define TWO_LEAST 20 /* rows for two charts */

/* ---- how much of what it may be ------------------------------------------ */

struct limit {
	size_t column; /* of the table that is limited; SIZE_MAX none */
	double used, most;
};

static struct limit
limit_of(const struct row_lines *lines)
{
	struct limit limit = { SIZE_MAX, 0, 0 };
	const struct model_table *table;
	size_t most = SIZE_MAX;

	if (lines->row == NULL || lines->row->state == DBGSHM_ROWSTATE_TORN)
		return (limit);
	table = lines->profile->table;
	switch (table->shape) {
	case DBGSHM_SHAPE_LIMIT:
		limit.column = DBGSHM_LIMIT_CURRENT;
		most = DBGSHM_LIMIT_LIMIT;
		break;
	case DBGSHM_SHAPE_QUEUE:
		limit.column = objects_column(table, "depth");
		most = DBGSHM_QUEUE_CAPACITY;
		break;
	case DBGSHM_SHAPE_CACHE:
		limit.column = DBGSHM_CACHE_SIZE;
		most = DBGSHM_CACHE_CAPACITY;
		break;
	case DBGSHM_SHAPE_OPERATION:
		limit.column = DBGSHM_OPERATION_DONE;
		most = DBGSHM_OPERATION_TOTAL;
		break;
	}
	if (most >= table->column_count ||
	    limit.column >= table->column_count ||
	    lines->row->cells[most].u == 0) {
		limit.column = SIZE_MAX;
		return (limit);
	}
	limit.used = (double)lines->row->cells[limit.column].u;
	limit.most = (double)lines->row->cells[most].u;
	return (limit);
}

bool
row_share_known(const struct row_lines *lines)
{
	return (limit_of(lines).column != SIZE_MAX);
}

void
row_share_draw(
    const struct row_lines *lines, struct grid *grid, struct grid_rect rect)
{
	bool raw = lines->view->raw;
	struct limit limit = limit_of(lines);
	const struct model_column *column =
	    &lines->profile->table->columns[limit.column];
	char used[FMT_SIZE], most[FMT_SIZE], text[3 * FMT_SIZE];
	int width;

	fmt_unit(used, sizeof(used), column->unit, limit.used, raw);
	fmt_unit(most, sizeof(most), column->unit, limit.most, raw);
	snprintf(text, sizeof(text), "%s %s of %s, %.3g %%", column->name, used,
	    most, limit.used / limit.most * 100);
	width = rect.columns / 2 < 40 ? rect.columns / 2 : 40;
	chart_share(grid, rect, LIST_MARGIN, 0, width, limit.used / limit.most);
	grid_put(grid, rect, LIST_MARGIN + width + 2, 0, GRID_PLAIN, text);
}

/* ---- over time ------------------------------------------------------------- */

static bool
has_two(const struct row_lines *lines, size_t column, struct grid_rect rect)
{
	return (rect.rows >= TWO_LEAST &&
	    lines->profile->table->columns[column].type == DBGSHM_TYPE_COUNTER);
}

/* As far back as the chart reaches, and to where the row began. */
static uint64_t
reach(const struct row_lines *lines)
{
	uint64_t window = graph_wanted(lines->view, lines->scene);
	uint64_t now = spark_moment(lines->scene, lines->profile);
	uint64_t began = lines->row != NULL ? lines->row->started_real_ns : 0;

	if (began == 0 || began + window >= now)
		return (window);
	return (now - began + 60 * NS_PER_S); /* and the samples around it */
}

void
row_chart_want(const struct row_lines *lines, const struct list *list,
    struct grid_rect rect, struct series_wants *wants)
{
	size_t column = row_lines_charted(lines, list);
	uint64_t window = reach(lines);

	if (lines->telling != SIZE_MAX) /* it says when the row was there */
		series_want(wants,
		    row_lines_key(lines, lines->telling, SERIES_SHOWN), window);
	if (column == SIZE_MAX)
		return;
	window = graph_wanted(lines->view, lines->scene);
	series_want(wants, row_lines_key(lines, column, SERIES_SHOWN), window);
	if (has_two(lines, column, rect))
		series_want(
		    wants, row_lines_key(lines, column, SERIES_VALUE), window);
}

static void
draw_one(const struct row_lines *lines, size_t which, enum series_what what,
    struct grid *grid, struct grid_rect rect)
{
	const struct model_column *column =
	    &lines->profile->table->columns[which];
	struct limit limit = limit_of(lines);
	char limit_text[FMT_SIZE], title[96], window[32];
	struct series_key key = row_lines_key(lines, which, what);
	struct graph graph = {
		.profile = lines->profile,
		.title = title,
		.series = { series_find(lines->scene->series, &key) },
		.count = 1,
		.unit = column->unit,
		.rate =
		    what == SERIES_SHOWN && column->type == DBGSHM_TYPE_COUNTER,
		.mark = NAN,
	};

	graph_window(window, sizeof(window), lines->view, lines->scene);
	snprintf(title, sizeof(title), "%s%s, %s", column->name,
	    graph.rate ? " a second" : "", window);
	if (limit.column == which) {
		graph.mark = limit.most;
		graph.mark_text = fmt_unit(limit_text, sizeof(limit_text),
		    column->unit, limit.most, lines->view->raw);
	}
	graph_draw(lines->view, lines->scene, grid, rect, &graph);
}

void
row_chart_draw(const struct row_lines *lines, const struct list *list,
    struct grid *grid, struct grid_rect rect)
{
	size_t column = row_lines_charted(lines, list);
	int below;

	if (column == SIZE_MAX)
		return;
	grid_fill(grid, rect, 0, GRID_SIGN_HORIZONTAL, 0);
	below = has_two(lines, column, rect) ? rect.rows / 2 : 0;
	rect.row++;
	rect.column++;
	rect.columns -= 2;
	rect.rows -= 1 + below;
	draw_one(lines, column, SERIES_SHOWN, grid, rect);
	rect.row += rect.rows;
	rect.rows = below;
	if (below > 0)
		draw_one(lines, column, SERIES_VALUE, grid, rect);
}
