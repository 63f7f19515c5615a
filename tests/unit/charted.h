/*
 * charted.h - a grid for charts, and what it shows as text.
 */
#ifndef CHARTED_H
#define CHARTED_H

#include "viewer/chart.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static inline struct grid
canvas(enum grid_glyphs glyphs, int columns, int rows)
{
	struct grid grid;

	grid_init(&grid, glyphs == GRID_GLYPHS_ASCII);
	grid.glyphs = glyphs;
	grid_resize(&grid, columns, rows);
	return (grid);
}

static inline char *
printed(const struct grid *grid)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	grid_print(grid, out);
	fclose(out);
	return (text);
}

/* The picture is this text; it ends here. */
static inline void
expect(struct grid *grid, const char *wanted)
{
	char *text = printed(grid);

	assert_string_equal(text, wanted);
	free(text);
	grid_fini(grid);
}

static inline uint8_t
style_at(const struct grid *grid, int column, int row)
{
	return (grid->cells[row * grid->columns + column].style);
}

#endif
