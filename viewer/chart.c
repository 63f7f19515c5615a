/*
 * chart.c - small pictures of numbers: sparklines, bars, heat maps.
 */
#include "chart.h"

#include "chart_private.h"

#include <float.h>
#include <math.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* ---- what all charts share -------------------------------------------------- */

struct chart_range
chart_range(const double *values, size_t count)
{
	struct chart_range range = { 0, 0 };

	for (size_t i = 0; i < count; i++) {
		if (!isfinite(values[i]))
			continue;
		range.least = fmin(range.least, values[i]);
		range.most = fmax(range.most, values[i]);
	}
	if (range.least == range.most)
		range.most = 1;
	return (range);
}

double
chart_part(const struct chart_range *range, double value)
{
	/* Halves: the whole could be greater than any number. */
	double part = (value / 2 - range->least / 2) /
	    (range->most / 2 - range->least / 2);

	return (part > 0 ? fmin(part, 1) : 0);
}

struct chart_piece
chart_piece(size_t count, int width, int at)
{
	size_t wide = (size_t)width, x = (size_t)at;
	/* x * count / wide, for any count. */
	struct chart_piece piece = {
		.first = count / wide * x + count % wide * x / wide,
		.end = count / wide * (x + 1) + count % wide * (x + 1) / wide,
	};

	if (piece.end == piece.first)
		piece.end++;
	return (piece);
}

double
chart_greatest(const double *values, struct chart_piece piece)
{
	double greatest = NAN;

	for (size_t i = piece.first; i < piece.end; i++)
		if (isfinite(values[i]))
			greatest = fmax(greatest, values[i]);
	return (greatest);
}

void
chart_put(struct grid *grid, struct grid_rect rect, int column, int row,
    uint8_t style, uint32_t point)
{
	grid_set(grid, rect, column, row, style, point);
}

/* One of so many levels from 1, and 0 for nothing at all. */
static int
level(double part, int levels)
{
	int step = (int)ceil(part * levels);

	return (step > levels ? levels : step);
}

/* ---- one row ------------------------------------------------------------------ */

static const char ascii_levels[] = ".__--==++**##";

static uint32_t
spark_point(enum grid_glyphs glyphs, double part)
{
	if (glyphs == GRID_GLYPHS_ASCII)
		return ((uint32_t)ascii_levels[level(
		    part, (int)sizeof(ascii_levels) - 2)]);
	return (part > 0 ? 0x2580 + (uint32_t)level(part, 8) : '.');
}

/* Two values in one cell, four dots high. */
static uint32_t
spark_dots(const double parts[2])
{
	uint32_t point = 0;
	int high;

	for (int side = 0; side < 2; side++) {
		if (isnan(parts[side]))
			continue;
		high = parts[side] > 0 ? level(parts[side], CHART_DOTS) : 1;
		for (int i = 0; i < high; i++)
			point |= chart_dot(side, i);
	}
	return (point != 0 ? CHART_BRAILLE | point : ' ');
}

void
chart_spark(struct grid *grid, struct grid_rect rect, int column, int row,
    int width, uint8_t style, const double *values, size_t count)
{
	struct chart_range range = chart_range(values, count);
	enum grid_glyphs glyphs = chart_glyphs(grid);
	int each = glyphs == GRID_GLYPHS_BRAILLE ? 2 : 1, places, empty;
	/* A dot is zero, and says nothing where zero is not the lowest. */
	double lowest = range.least < 0 ? DBL_MIN : 0, parts[2], value;

	if (column >= 0 && width > rect.columns - column)
		width = rect.columns - column;
	if (width <= 0)
		return;
	places = width * each;
	empty = count < (size_t)places ? places - (int)count : 0;
	for (int i = 0; i < width; i++) {
		for (int side = 0; side < each; side++) {
			int at = i * each + side - empty;

			parts[side] = NAN;
			if (at < 0)
				continue;
			value = count == (size_t)(places - empty)
			    ? values[at]
			    : chart_greatest(values,
				  chart_piece(count, places - empty, at));
			if (!isfinite(value))
				continue;
			value = chart_part(&range, value);
			parts[side] = value > lowest ? value : lowest;
		}
		if (each == 2)
			chart_put(grid, rect, column + i, row, style,
			    spark_dots(parts));
		else
			chart_put(grid, rect, column + i, row, style,
			    isnan(parts[0]) ? ' '
					    : spark_point(glyphs, parts[0]));
	}
}

/* ---- bars ------------------------------------------------------------------------ */

/* A bar to the right, in eighths of a cell where there are such. */
static void
bar(struct grid *grid, struct grid_rect rect, int column, int row, int width,
    uint8_t style, double part)
{
	bool ascii = chart_glyphs(grid) == GRID_GLYPHS_ASCII;
	int steps = level(part, width * (ascii ? 1 : 8));

	for (int i = 0; i < width && steps > 0; i++)
		if (ascii) {
			chart_put(grid, rect, column + i, row, style, '#');
			steps--;
		} else {
			/* From one eighth, U+258F, down to a whole, U+2588. */
			chart_put(grid, rect, column + i, row, style,
			    0x2590 - (uint32_t)(steps < 8 ? steps : 8));
			steps -= 8;
		}
}

void
chart_bars(struct grid *grid, struct grid_rect rect, const char *const labels[],
    const double values[], size_t count, const char *const texts[])
{
	struct chart_range range = chart_range(values, count);
	int label = 0, text = 0, width;
	char cut[128];

	range.least = 0;
	if (range.most <= 0)
		range.most = 1;
	for (size_t i = 0; i < count; i++) {
		width = grid_width(labels[i], grid->ascii);
		label = width > label ? width : label;
		width = texts != NULL ? grid_width(texts[i], grid->ascii) : 0;
		text = width > text ? width : text;
	}
	if (label > rect.columns * 2 / 5)
		label = rect.columns * 2 / 5;
	width = rect.columns - label - 1 - (text > 0 ? text + 1 : 0);
	for (size_t i = 0;
	     i < count && i < (size_t)(rect.rows > 0 ? rect.rows : 0); i++) {
		grid_fit(
		    grid, cut, sizeof(cut), labels[i], label, GRID_CUT_FRONT);
		grid_put_right(grid, rect, label, (int)i, GRID_PLAIN, cut);
		if (isfinite(values[i]))
			bar(grid, rect, label + 1, (int)i, width, GRID_CHART,
			    chart_part(&range, values[i]));
		if (texts != NULL)
			grid_put_right(grid, rect, rect.columns, (int)i,
			    GRID_PLAIN, texts[i]);
	}
}

void
chart_share(struct grid *grid, struct grid_rect rect, int column, int row,
    int width, double share)
{
	uint8_t style = share >= 1 ? GRID_ALARM
	    : share >= CHART_NEAR  ? GRID_WARN
				   : GRID_CHART;

	if (width < 3)
		return;
	grid_put(grid, rect, column, row, GRID_RULE, "[");
	for (int i = 1; i < width - 1; i++)
		grid_put(grid, rect, column + i, row, GRID_DIM,
		    grid_sign(grid, GRID_SIGN_EMPTY));
	/* Only what is all of it looks full: a step is left, and a bit. */
	if (share > 0 && share < 1)
		share = fmin(share,
		    1 -
			(chart_glyphs(grid) == GRID_GLYPHS_ASCII ? 1.25
								 : 0.15) /
			    (width - 2));
	if (share > 0)
		bar(grid, rect, column + 1, row, width - 2, style,
		    fmin(share, 1));
	grid_put(grid, rect, column + width - 1, row,
	    share > 1 ? GRID_ALARM : GRID_RULE, share > 1 ? ">" : "]");
}

/* ---- heat maps --------------------------------------------------------------------- */

static void
heat_cell(struct grid *grid, struct grid_rect rect, int column, int row,
    double value, double most)
{
	static const struct {
		uint32_t ascii, block;
	} shades[] = { { '.', '.' }, { ':', ':' }, { '+', 0x2591 },
		{ '*', 0x2592 }, { '#', 0x2593 }, { '@', 0x2588 } };
	int shade;

	if (isnan(value))
		return;
	/* Counts differ by orders of magnitude. */
	shade = value > 0
	    ? level(log1p(value) / log1p(most), (int)ARRAY_SIZE(shades) - 1)
	    : 0;
	chart_put(grid, rect, column, row,
	    shade > 0 ? (uint8_t)(GRID_HEAT_1 + shade - 1) : GRID_DIM,
	    chart_glyphs(grid) == GRID_GLYPHS_ASCII ? shades[shade].ascii
						    : shades[shade].block);
}

void
chart_heat(struct grid *grid, struct grid_rect rect, const double *cells,
    size_t columns, size_t rows, const char *const row_labels[])
{
	int label = 0, lines, width;
	struct chart_piece across, down;
	double most, value;
	char cut[128];

	if (columns == 0 || rows == 0 || rect.columns <= 0 || rect.rows <= 0)
		return;
	lines = rows < (size_t)rect.rows ? (int)rows : rect.rows;
	for (size_t i = 0; row_labels != NULL && i < rows; i++) {
		width = grid_width(row_labels[i], grid->ascii);
		label = width > label ? width : label;
	}
	if (label > rect.columns / 3)
		label = rect.columns / 3;
	width = rect.columns - (label > 0 ? label + 1 : 0);
	most = chart_range(cells, columns * rows).most;
	for (int row = 0; row < lines; row++) {
		down = chart_piece(rows, lines, row);
		if (label > 0) {
			grid_fit(grid, cut, sizeof(cut), row_labels[down.first],
			    label, GRID_CUT_FRONT);
			grid_put_right(grid, rect, label, row, GRID_PLAIN, cut);
		}
		for (int i = 0; i < width; i++) {
			across = chart_piece(columns, width, i);
			value = NAN;
			for (size_t k = down.first; k < down.end; k++)
				value = fmax(value,
				    chart_greatest(
					cells + k * columns, across));
			heat_cell(grid, rect, rect.columns - width + i, row,
			    value, most);
		}
	}
}
