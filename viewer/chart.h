/*
 * chart.h - numbers over time as a picture, in cells of a grid.
 *
 * Pure drawing: blocks, braille or ASCII as the grid says.  A value that is not
 * finite is a gap, and a gap is a blank, never zero.  Everything is clipped to
 * the rectangle; any size is fine, also none.
 */
#ifndef CHART_H
#define CHART_H

#include "grid.h"

struct chart_range {
	double least, most; /* of an axis */
};

struct chart_range chart_range(const double *values, size_t count);
	/* From 0, or from the least value where some are negative, to the
	 * greatest.  Never empty: 0 to 1 when there is nothing. */

void chart_spark(struct grid *, struct grid_rect, int column, int row,
    int width, uint8_t style, const double *values, size_t count);
	/* One row; the newest value at the right edge.  When there are more
	 * values than columns a column shows the greatest of its own.  The
	 * scale is that of chart_range() over what is shown. */

struct chart_line {
	const double *values;
	const double *least, *most; /* of coarse samples; NULL none */
	size_t count; /* the newest is the last; all lines end together */
	uint8_t style;
};

struct chart_axis {
	const char *top, *bottom;	   /* at the ends of the value axis */
	const char *left, *middle, *right; /* below the time axis; NULL none */
	double mark; /* a line across: a limit; NAN none.  The axis grows to it,
			but not to more than twice the greatest value. */
	const char *mark_text; /* at its right end; NULL none */
	int cursor;	       /* the sample of the moment looked at; -1 none */
	bool log;	       /* equal ratios are equal heights */
};

struct chart_range chart_lines_range(
    const struct chart_line *, size_t count, const struct chart_axis *);
	/* What chart_draw() uses, for the texts of the axis. */

void chart_draw(struct grid *, struct grid_rect, const struct chart_line *,
    size_t count, const struct chart_axis *);
	/* Fills the rectangle: the value axis at the left, the time axis with
	 * its texts in the last row, the lines in the rest.  Axes are left out
	 * where there is no room for them.  The longest line spreads over the
	 * whole width. */

int chart_sample(const struct grid *, struct grid_rect,
    const struct chart_line *, size_t count, const struct chart_axis *,
    int column);
	/* Which sample of the longest line a column of the rectangle shows; -1
	 * none. */

void chart_bars(struct grid *, struct grid_rect, const char *const labels[],
    const double values[], size_t count, const char *const texts[]);
	/* One row each: label, bar, text (NULL none).  The longest bar is the
	 * greatest value. */

void chart_heat(struct grid *, struct grid_rect, const double *cells,
    size_t columns, size_t rows, const char *const row_labels[]);
	/* cells[row * columns + column], newest column at the right, row 0 on
	 * top.  Five shades up to the greatest, on a logarithmic scale;
	 * 0 is a dot, a gap a blank. */

void chart_share(struct grid *, struct grid_rect, int column, int row,
    int width, double share);
	/* [####----] of a limit.  More than all is a full bar in the style of
	 * an alarm; a share that is not known is an empty one. */

#endif
