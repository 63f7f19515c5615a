/*
 * chart_private.h - what small and big charts share.
 */
#ifndef CHART_PRIVATE_H
#define CHART_PRIVATE_H

#include "chart.h"

#define CHART_NEAR 0.9 /* of a limit: say so */

#define CHART_BRAILLE 0x2800u
#define CHART_DOTS 4 /* in the height of a cell */

static inline enum grid_glyphs
chart_glyphs(const struct grid *grid)
{
	return (grid->ascii ? GRID_GLYPHS_ASCII : grid->glyphs);
}

/* The bit of a dot: side 0 left or 1 right, height from the bottom. */
static inline uint32_t
chart_dot(int side, int height)
{
	static const uint32_t bits[2][CHART_DOTS] = {
		{ 0x40, 0x04, 0x02, 0x01 },
		{ 0x80, 0x20, 0x10, 0x08 },
	};

	return (bits[side][height]);
}

double chart_part(const struct chart_range *, double value);
	/* Where in the range, 0 to 1. */

/* The values that one place of a row stands for; never none. */
struct chart_piece {
	size_t first, end;
};
struct chart_piece chart_piece(size_t count, int width, int at);

double chart_greatest(const double *values, struct chart_piece);
	/* NAN when all are gaps. */

void chart_put(struct grid *, struct grid_rect, int column, int row,
    uint8_t style, uint32_t point);

#endif
