/*
 * chart_lines.c - the big chart: lines over time between two axes.
 */
#include "chart.h"

#include "chart_private.h"

#include <math.h>

#define LEAST_COLUMNS 8 /* of lines, or the value axis is left out */
#define LEAST_ROWS 3	/* in all, or the time axis is left out */

/* Where the lines are drawn, and how many steps that is. */
struct plot {
	struct grid *grid;
	struct grid_rect area;
	const struct chart_line *lines;
	size_t count;	/* of lines */
	size_t samples; /* of the longest */
	struct chart_range range;
	bool log;
	enum grid_glyphs glyphs;
	int width, height; /* in points: 2 x 4 in a cell of braille */
	int cursor;	   /* the column, -1 none */
};

/* What a line is at one point of the width; NAN where it has a gap. */
struct span {
	double value, least, most;
};

/* ---- scale -------------------------------------------------------------------- */

static void
widen(struct chart_range *range, const double *values, size_t count, bool log)
{
	for (size_t i = 0; values != NULL && i < count; i++) {
		if (!isfinite(values[i]) || (log && values[i] <= 0))
			continue;
		range->least = fmin(range->least, values[i]);
		range->most = fmax(range->most, values[i]);
	}
}

struct chart_range
chart_lines_range(
    const struct chart_line *lines, size_t count, const struct chart_axis *axis)
{
	struct chart_range range = { axis->log ? INFINITY : 0,
		axis->log ? -INFINITY : 0 };

	for (size_t i = 0; i < count; i++) {
		widen(&range, lines[i].values, lines[i].count, axis->log);
		widen(&range, lines[i].least, lines[i].count, axis->log);
		widen(&range, lines[i].most, lines[i].count, axis->log);
	}
	/* A limit that is far away would press all else to the ground. */
	if (isfinite(axis->mark) && axis->mark > 0 &&
	    axis->mark / 2 <= range.most)
		widen(&range, &axis->mark, 1, axis->log);
	if (range.least > range.most) /* nothing */
		range = (struct chart_range){ 0.1, 1 };
	if (axis->log && range.most / 10 < range.least && range.most / 10 > 0)
		range.least = range.most / 10;
	if (range.least == range.most)
		range.most = axis->log ? range.least * 10 : 1;
	return (range);
}

/* From 0 at the bottom to 1. */
static double
part(const struct plot *plot, double value)
{
	struct chart_range range = plot->range;

	if (!plot->log)
		return (chart_part(&range, value));
	if (value <= 0)
		return (0);
	range.least = log10(range.least);
	range.most = log10(range.most);
	return (chart_part(&range, log10(value)));
}

static struct span
span(const struct plot *plot, const struct chart_line *line, int x)
{
	struct chart_piece piece = chart_piece(plot->samples, plot->width, x);
	size_t before = plot->samples - line->count;
	struct span answer = { NAN, NAN, NAN };

	if (piece.end <= before)
		return (answer);
	piece.first = piece.first > before ? piece.first - before : 0;
	piece.end -= before;
	answer.value = chart_greatest(line->values, piece);
	answer.most = line->most == NULL ? answer.value
					 : chart_greatest(line->most, piece);
	answer.least = answer.value;
	for (size_t i = piece.first; line->least != NULL && i < piece.end; i++)
		if (isfinite(line->least[i]))
			answer.least = fmin(answer.least, line->least[i]);
	return (answer);
}

/* ---- blocks and ASCII ------------------------------------------------------------ */

static uint8_t
styled(const struct plot *plot, int column, uint8_t style)
{
	return (column == plot->cursor ? GRID_CURSOR : style);
}

static void
put(const struct plot *plot, int column, int row, uint8_t style, uint32_t point)
{
	chart_put(plot->grid, plot->area, column, row,
	    styled(plot, column, style), point);
}

/* The point of a cell that is filled by so many steps of its height. */
static uint32_t
filled(const struct plot *plot, int steps)
{
	if (plot->glyphs == GRID_GLYPHS_ASCII)
		return (steps == 1 ? '.' : steps == 2 ? ':' : '#');
	return (0x2580 + (uint32_t)steps);
}

/* Steps of the height, at least one for what is more than nothing. */
static int
height(const struct plot *plot, double value)
{
	return ((int)ceil(part(plot, value) * plot->height));
}

/* The first line is an area, with its extremes above as something lighter. */
static void
draw_area(const struct plot *plot, const struct chart_line *line, int column)
{
	struct span at = span(plot, line, column);
	bool ascii = plot->glyphs == GRID_GLYPHS_ASCII;
	int each = plot->height / plot->area.rows, high, row, left;

	if (isnan(at.value))
		return;
	high = height(plot, at.value);
	left = height(plot, at.most);
	for (row = plot->area.rows - 1; left > 0; row--, left -= each)
		if (left > each / 2)
			put(plot, column, row, line->style,
			    ascii ? '\'' : 0x2591);
	for (row = plot->area.rows - 1, left = high; left > 0;
	     row--, left -= each)
		put(plot, column, row, line->style,
		    filled(plot, left < each ? left : each));
	if (high == 0)
		put(plot, column, plot->area.rows - 1, line->style, '.');
}

/* Any other line, and all where the axis goes below zero, is a mark. */
static void
draw_mark(const struct plot *plot, const struct chart_line *line, int column)
{
	struct span at = span(plot, line, column);
	int each = plot->height / plot->area.rows, high;

	if (isnan(at.value))
		return;
	high = height(plot, at.value);
	high = high > 0 ? high - 1 : 0;
	put(plot, column, plot->area.rows - 1 - high / each, line->style,
	    plot->glyphs == GRID_GLYPHS_ASCII ? '*' : 0x2022);
}

static void
draw_column(const struct plot *plot, int column)
{
	bool area = plot->range.least >= 0;

	for (size_t i = 0; i < plot->count; i++)
		if (i == 0 && area)
			draw_area(plot, &plot->lines[i], column);
		else
			draw_mark(plot, &plot->lines[i], column);
}

/* ---- braille ------------------------------------------------------------------- */

/* Dots from the bottom, both ends included; none: low is above high. */
struct dots {
	int low, high;
};

static int
dot(const struct plot *plot, double value)
{
	return ((int)lround(part(plot, value) * (plot->height - 1)));
}

/* The extremes, and what joins it with the point before. */
static struct dots
dots(const struct plot *plot, const struct chart_line *line, int x)
{
	struct span at = span(plot, line, x), before = { NAN, NAN, NAN };
	struct dots answer = { 1, 0 };
	int here, there;

	if (isnan(at.value))
		return (answer);
	here = dot(plot, at.value);
	answer.low = dot(plot, at.least);
	answer.high = isnan(at.most) ? here : dot(plot, at.most);
	if (x > 0)
		before = span(plot, line, x - 1);
	if (!isnan(before.value)) {
		there = dot(plot, before.value);
		if (there + 1 < answer.low)
			answer.low = there + 1;
		if (there - 1 > answer.high)
			answer.high = there - 1;
	}
	if (here > answer.high)
		answer.high = here;
	return (answer);
}

static void
draw_braille(const struct plot *plot, int column)
{
	uint32_t mask, own;
	struct dots line;
	uint8_t style;
	int bottom;

	for (int row = 0; row < plot->area.rows; row++) {
		mask = 0;
		style = GRID_PLAIN;
		bottom = (plot->area.rows - 1 - row) * CHART_DOTS;
		for (size_t i = 0; i < plot->count; i++) {
			own = 0;
			for (int side = 0; side < 2; side++) {
				line = dots(
				    plot, &plot->lines[i], column * 2 + side);
				for (int k = 0; k < CHART_DOTS; k++)
					if (bottom + k >= line.low &&
					    bottom + k <= line.high)
						own |= chart_dot(side, k);
			}
			if (own != 0 && mask == 0)
				style = plot->lines[i].style;
			mask |= own;
		}
		if (mask != 0)
			put(plot, column, row, style, CHART_BRAILLE | mask);
	}
}

/* ---- the frame ------------------------------------------------------------------ */

static int
text_width(const struct grid *grid, const char *text)
{
	return (text == NULL ? 0 : grid_width(text, grid->ascii));
}

/* The part of the rectangle that is left for the lines. */
static struct grid_rect
inside(const struct grid *grid, struct grid_rect rect,
    const struct chart_axis *axis)
{
	int label = text_width(grid, axis->top);
	int bottom = text_width(grid, axis->bottom);

	label = bottom > label ? bottom : label;
	if (label > 0 && rect.columns - label - 1 >= LEAST_COLUMNS) {
		rect.column += label + 1;
		rect.columns -= label + 1;
	}
	if (rect.rows >= LEAST_ROWS)
		rect.rows--;
	return (rect);
}

static void
draw_axes(struct grid *grid, struct grid_rect rect, struct grid_rect area,
    const struct chart_axis *axis)
{
	const char *vertical = grid_sign(grid, GRID_SIGN_VERTICAL);
	int label = area.column - rect.column - 1, from = label + 1, width;

	if (label >= 0) {
		for (int row = 0; row < area.rows; row++)
			grid_put(grid, rect, label, row, GRID_RULE, vertical);
		if (axis->bottom != NULL && area.rows > 1)
			grid_put_right(grid, rect, label, area.rows - 1,
			    GRID_DIM, axis->bottom);
		if (axis->top != NULL)
			grid_put_right(
			    grid, rect, label, 0, GRID_DIM, axis->top);
	}
	if (area.rows == rect.rows)
		return;
	grid_fill(grid, rect, area.rows, GRID_SIGN_HORIZONTAL, from);
	if (label >= 0)
		grid_put(grid, rect, label, area.rows, GRID_RULE,
		    grid_sign(grid, GRID_SIGN_CORNER));
	width = text_width(grid, axis->left) + text_width(grid, axis->middle) +
	    text_width(grid, axis->right);
	if (axis->middle != NULL && width + 2 <= area.columns)
		grid_put(grid, rect,
		    from + (area.columns - text_width(grid, axis->middle)) / 2,
		    area.rows, GRID_DIM, axis->middle);
	if (axis->left != NULL &&
	    text_width(grid, axis->left) + text_width(grid, axis->right) + 2 <=
		area.columns)
		grid_put(grid, rect, from, area.rows, GRID_DIM, axis->left);
	if (axis->right != NULL)
		grid_put_right(
		    grid, rect, rect.columns, area.rows, GRID_DIM, axis->right);
}

/* The row of the limit; -1 when the axis does not reach it. */
static int
mark_row(const struct plot *plot, const struct chart_axis *axis)
{
	int each = plot->height / plot->area.rows, high;

	if (!isfinite(axis->mark) || axis->mark < plot->range.least ||
	    axis->mark > plot->range.most)
		return (-1);
	high = height(plot, axis->mark);
	return (plot->area.rows - 1 - (high > 0 ? high - 1 : 0) / each);
}

static size_t
longest(const struct chart_line *lines, size_t count)
{
	size_t most = 0;

	for (size_t i = 0; i < count; i++)
		most = lines[i].count > most ? lines[i].count : most;
	return (most);
}

int
chart_sample(const struct grid *grid, struct grid_rect rect,
    const struct chart_line *lines, size_t count, const struct chart_axis *axis,
    int column)
{
	struct grid_rect area = inside(grid, rect, axis);
	size_t samples = longest(lines, count);

	column -= area.column - rect.column;
	if (column < 0 || column >= area.columns || samples == 0)
		return (-1);
	return ((int)(chart_piece(samples, area.columns, column).end - 1));
}

/* The column whose values hold the sample. */
static int
cursor_column(const struct plot *plot, int cursor)
{
	if (cursor < 0 || (size_t)cursor >= plot->samples)
		return (-1);
	for (int i = 0; i < plot->area.columns; i++)
		if (chart_piece(plot->samples, plot->area.columns, i).end >
		    (size_t)cursor)
			return (i);
	return (-1);
}

void
chart_draw(struct grid *grid, struct grid_rect rect,
    const struct chart_line *lines, size_t count, const struct chart_axis *axis)
{
	struct plot plot = {
		.grid = grid,
		.area = inside(grid, rect, axis),
		.lines = lines,
		.count = count,
		.samples = longest(lines, count),
		.range = chart_lines_range(lines, count, axis),
		.log = axis->log,
		.glyphs = chart_glyphs(grid),
	};
	bool braille = plot.glyphs == GRID_GLYPHS_BRAILLE;
	int mark;

	if (rect.columns <= 0 || rect.rows <= 0)
		return;
	plot.width = plot.area.columns * (braille ? 2 : 1);
	plot.height = plot.area.rows *
	    (braille				       ? CHART_DOTS
		    : plot.glyphs == GRID_GLYPHS_ASCII ? 3
						       : 8);
	plot.cursor = cursor_column(&plot, axis->cursor);
	draw_axes(grid, rect, plot.area, axis);
	mark = mark_row(&plot, axis);
	if (mark >= 0)
		for (int i = 0; i < plot.area.columns; i++)
			grid_put(grid, plot.area, i, mark, GRID_WARN,
			    grid_sign(grid, GRID_SIGN_DASH));
	if (plot.cursor >= 0)
		for (int row = 0; row < plot.area.rows; row++)
			grid_put(grid, plot.area, plot.cursor, row, GRID_CURSOR,
			    grid_sign(grid, GRID_SIGN_VERTICAL));
	for (int i = 0; i < plot.area.columns && plot.samples > 0; i++)
		if (braille)
			draw_braille(&plot, i);
		else
			draw_column(&plot, i);
	if (mark >= 0 && axis->mark_text != NULL)
		grid_put_right(grid, plot.area, plot.area.columns, mark,
		    GRID_WARN, axis->mark_text);
}
