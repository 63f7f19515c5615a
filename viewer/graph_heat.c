/*
 * graph_heat.c - a histogram over time: how many of which size, and when.
 */
#include "graph_private.h"

#include "chart.h"
#include "kit/fmt.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BARS_LEAST 60 /* columns, or there is no room for bars */

/* ---- how many ------------------------------------------------------------ */

size_t
graph_buckets(const struct series *series, struct graph_span span,
    double *counts, size_t size)
{
	size_t rows, i, row;
	double count;

	if (series == NULL || series->heat == NULL)
		return (0);
	rows = series->heat_rows < size ? series->heat_rows : size;
	for (row = 0; row < rows; row++)
		counts[row] = 0;
	for (i = 0; i < series->count; i++) {
		if (series->real_ns[i] <= span.from_real_ns ||
		    series->real_ns[i] > span.to_real_ns)
			continue;
		for (row = 0; row < rows; row++) {
			count = series->heat[i * series->heat_rows + row];
			if (isfinite(count))
				counts[row] += count;
		}
	}
	return (rows);
}

/* Where a row ends: at the next, or, of the last, at twice its beginning. */
static double
row_end(const struct series *series, size_t row)
{
	if (row + 1 < series->heat_rows)
		return ((double)series->heat_low[row + 1]);
	return (
	    series->heat_low[row] > 0 ? 2 * (double)series->heat_low[row] : 1);
}

double
graph_quantile(
    const struct series *series, const double *counts, size_t rows, double q)
{
	double total = 0, before = 0;
	size_t row;

	for (row = 0; row < rows; row++)
		total += counts[row];
	if (!(total > 0))
		return (NAN);
	for (row = 0; row + 1 < rows && before + counts[row] < q * total; row++)
		before += counts[row];
	return (row_end(series, row));
}

/* ---- the picture --------------------------------------------------------- */

/* Which powers of two are shown, how many of them in one line. */
struct lines {
	size_t first, end, each, count;
};

static struct lines
choose(const double *counts, size_t rows, int room)
{
	struct lines lines = { 0, rows, 1, 0 };

	while (lines.end > 0 && !(counts[lines.end - 1] > 0))
		lines.end--;
	while (lines.first < lines.end && !(counts[lines.first] > 0))
		lines.first++;
	while ((lines.end - lines.first + lines.each - 1) / lines.each >
	    (size_t)room)
		lines.each++;
	lines.count = (lines.end - lines.first + lines.each - 1) / lines.each;
	return (lines);
}

/* The largest on top; lines of several powers of two hold them together. */
static void
gather(
    const struct lines *lines, const double *cells, size_t columns, double *out)
{
	double value, *at;
	size_t line;

	for (size_t i = 0; i < lines->count * columns; i++)
		out[i] = NAN;
	for (size_t row = lines->first; row < lines->end; row++) {
		line = lines->count - 1 - (row - lines->first) / lines->each;
		for (size_t i = 0; i < columns; i++) {
			value = cells[row * columns + i];
			at = &out[line * columns + i];
			if (!isnan(value))
				*at = (isnan(*at) ? 0 : *at) + value;
		}
	}
}

/* Where nothing is known there is nothing, and not none of each size. */
static void
blank_gaps(const struct series *series, struct graph_span span, double *cells,
    const struct lines *lines, size_t columns)
{
	double *known = calloc(columns, sizeof(*known));

	if (known == NULL)
		err(1, "a heat map of %zu columns", columns);
	series_resample(
	    series, span.from_real_ns, span.to_real_ns, columns, known);
	for (size_t i = 0; i < columns; i++)
		for (size_t line = 0; isnan(known[i]) && line < lines->count;
		     line++)
			cells[line * columns + i] = NAN;
	free(known);
}

static void
draw_times(const struct view *view, const struct scene *scene,
    struct grid *grid, struct grid_rect line, struct graph_span span)
{
	struct graph_times times;
	int width, cursor;

	graph_times(view, scene, span, &times);
	grid_fill(grid, line, 0, GRID_SIGN_HORIZONTAL, 0);
	width = grid_width(times.left, true) + grid_width(times.middle, true) +
	    grid_width(times.right, true);
	if (width + 4 <= line.columns) {
		grid_put(grid, line, 0, 0, GRID_DIM, times.left);
		grid_put(grid, line,
		    (line.columns - grid_width(times.middle, true)) / 2, 0,
		    GRID_DIM, times.middle);
	}
	grid_put_right(grid, line, line.columns, 0, GRID_DIM, times.right);
	cursor = graph_cursor(scene, span, (size_t)line.columns);
	if (cursor >= 0)
		grid_put(grid, line, cursor, 0, GRID_CURSOR, "^");
}

static void
draw_bars(struct grid *grid, struct grid_rect rect, const struct lines *lines,
    const double *counts)
{
	char texts[GRAPH_BUCKETS][FMT_SIZE];
	const char *labels[GRAPH_BUCKETS], *words[GRAPH_BUCKETS];
	double sums[GRAPH_BUCKETS] = { 0 };

	for (size_t row = lines->first; row < lines->end; row++)
		sums[lines->count - 1 - (row - lines->first) / lines->each] +=
		    counts[row];
	for (size_t i = 0; i < lines->count; i++) {
		labels[i] = "";
		words[i] = fmt_count(texts[i], sizeof(texts[i]), sums[i]);
	}
	chart_bars(grid, rect, labels, sums, lines->count, words);
}

static int
name_lines(const struct view *view, const struct grid *grid,
    const struct series *series, uint8_t unit, const struct lines *lines,
    char names[GRAPH_BUCKETS][FMT_SIZE])
{
	size_t row;
	int label = 0, width;

	for (size_t i = 0; i < lines->count; i++) {
		row = lines->first + (lines->count - 1 - i) * lines->each;
		fmt_unit(names[i], FMT_SIZE, unit,
		    (double)series->heat_low[row], view->raw);
		width = grid_width(names[i], grid->ascii);
		label = width > label ? width : label;
	}
	return (label);
}

int
graph_heat_rows(const struct view *view, const struct scene *scene,
    const struct model_profile *profile, const struct series *series)
{
	double counts[GRAPH_BUCKETS] = { 0 };
	size_t rows = graph_buckets(series,
	    graph_span(view, scene, profile, series, view->columns), counts,
	    GRAPH_BUCKETS);

	return ((int)choose(counts, rows, GRAPH_BUCKETS).count + 1);
}

void
graph_heat(const struct view *view, const struct scene *scene,
    struct grid *grid, struct grid_rect rect,
    const struct model_profile *profile, const struct series *series,
    uint8_t unit)
{
	char names[GRAPH_BUCKETS][FMT_SIZE];
	double counts[GRAPH_BUCKETS] = { 0 }, *cells, *gathered;
	struct graph_span span =
	    graph_span(view, scene, profile, series, rect.columns);
	struct grid_rect heat = rect, bars = rect;
	struct lines lines;
	size_t rows, columns;
	int label;

	if (rect.rows < 2 || rect.columns < 16)
		return;
	rows = graph_buckets(series, span, counts, GRAPH_BUCKETS);
	lines = choose(counts, rows, rect.rows - 1);
	if (lines.count == 0) {
		grid_put(grid, rect, 0, 0, GRID_DIM,
		    series == NULL || series->count == 0
			? "no history of it"
			: "nothing came in that time");
		return;
	}
	label = name_lines(view, grid, series, unit, &lines, names);
	bars.columns = rect.columns >= BARS_LEAST ? rect.columns / 4 : 0;
	bars.column += rect.columns - bars.columns;
	bars.rows = (int)lines.count;
	heat.column += label + 1;
	heat.columns -= label + 1 + bars.columns + (bars.columns > 0);
	heat.rows = (int)lines.count;
	columns = (size_t)heat.columns;
	span = graph_span(view, scene, profile, series, heat.columns);

	cells =
	    calloc((series->heat_rows + lines.count) * columns, sizeof(*cells));
	if (cells == NULL)
		err(1, "a heat map of %zu columns", columns);
	gathered = cells + series->heat_rows * columns;
	series_resample_heat(
	    series, span.from_real_ns, span.to_real_ns, columns, cells);
	gather(&lines, cells, columns, gathered);
	blank_gaps(series, span, gathered, &lines, columns);
	for (int i = 0; i < heat.rows; i++)
		grid_put_right(grid, rect, label, i, GRID_DIM, names[i]);
	chart_heat(grid, heat, gathered, columns, lines.count, NULL);
	free(cells);
	if (bars.columns > 0)
		draw_bars(grid, bars, &lines, counts);
	heat.row += heat.rows;
	heat.rows = 1;
	draw_times(view, scene, grid, heat, span);
}
