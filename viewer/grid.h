/*
 * grid.h - a picture made of cells, before any terminal.
 *
 * Screens put text into it, clipped to a rectangle.  A cell has a meaning, not
 * a colour; term.c knows what the meanings look like.  Text is UTF-8 and safe
 * (kit's safe.c); wide characters take two cells and are never cut in half.
 */
#ifndef GRID_H
#define GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum grid_style {
	GRID_PLAIN,
	GRID_DIM,     /* help texts, units, what is secondary */
	GRID_STRONG,  /* names of what is shown */
	GRID_HEADING, /* column titles */
	GRID_RULE,    /* lines */
	GRID_KEY,     /* names of keys */
	GRID_MATCH,   /* filters and prompts */
	GRID_LIVE,    /* well */
	GRID_WARN,    /* stopped, stale, late */
	GRID_BAD,     /* dead, damaged */
	GRID_CHART,   /* bars, sparklines, the first line of a chart */
	GRID_CHART_2, /* the second line */
	GRID_HEAT_1,  /* a heat map, from little ... */
	GRID_HEAT_2,
	GRID_HEAT_3,
	GRID_HEAT_4,
	GRID_HEAT_5,  /* ... to most */
	GRID_PAST,    /* the mark that this is the past, or paused */
	GRID_CHANGED, /* ~ against the reading before */
	GRID_ADDED,   /* + */
	GRID_GONE,    /* - */
	GRID_BASE,    /* a difference against the baseline */
	GRID_CURSOR,  /* the moment that is looked at, in a chart */
	GRID_ALARM,   /* a rule fires */
	GRID_STYLES
};
#define GRID_STYLE_MASK 0x1f
#define GRID_SELECTED 0x20 /* in the pane that has the keyboard */
#define GRID_CHOSEN 0x40   /* the selection of another pane */

#define GRID_MARKS 2 /* combining marks kept with a character */

struct grid_cell {
	uint32_t text[1 + GRID_MARKS]; /* code points; 0 ends them; text[0] is 0
					  in the second half of a wide one */
	uint8_t style;		       /* enum grid_style and flags */
	uint8_t width;		       /* 1 or 2; 0 in the second half */
	uint8_t padding[2];
};

/* What signs and charts are made of. */
enum grid_glyphs { GRID_GLYPHS_ASCII, GRID_GLYPHS_BLOCK, GRID_GLYPHS_BRAILLE };

struct grid {
	struct grid_cell *cells;
	int columns, rows;
	bool ascii;		       /* nothing but ASCII may be drawn */
	enum grid_glyphs glyphs;       /* ascii: as if it were ASCII */
	int cursor_column, cursor_row; /* where the eye is; -1 nowhere */
	bool typing;		       /* text is typed there: show it */
};

struct grid_rect {
	int column, row, columns, rows;
};

/* Signs that have an ASCII form. */
enum grid_sign {
	GRID_SIGN_VERTICAL,
	GRID_SIGN_HORIZONTAL,
	GRID_SIGN_ELLIPSIS,
	GRID_SIGN_UP,
	GRID_SIGN_DOWN,
	GRID_SIGN_LEFT,
	GRID_SIGN_RIGHT,
	GRID_SIGN_CORNER, /* of two axes */
	GRID_SIGN_DASH,	  /* of a line across a chart: a limit */
	GRID_SIGN_FULL,	  /* a bar: what is used */
	GRID_SIGN_EMPTY,  /* a bar: what is left */
	GRID_SIGNS
};
const char *grid_sign(const struct grid *, enum grid_sign);

void grid_init(struct grid *, bool ascii);
	/* Glyphs are ASCII or blocks; braille is the caller's to choose. */
void grid_fini(struct grid *);
void grid_resize(struct grid *, int columns, int rows);
	/* Clears.  At least 1x1; exits on lack of memory. */
void grid_clear(struct grid *);
void grid_copy(struct grid *, const struct grid *from); /* all that is shown */

struct grid_rect grid_whole(const struct grid *);

int grid_put(struct grid *, struct grid_rect clip, int column, int row,
    uint8_t style, const char *text);
	/* Columns and rows count from clip's corner and may lie outside.
	 * Returns the width of the text in columns, drawn or not. */

void grid_set(struct grid *, struct grid_rect clip, int column, int row,
    uint8_t style, uint32_t point);
	/* One sign that is one column wide, and that can be shown. */

int grid_put_right(struct grid *, struct grid_rect clip, int column, int row,
    uint8_t style, const char *text);
	/* Ends before the given column. */

void grid_fill(struct grid *, struct grid_rect, int row, enum grid_sign,
    int from_column);
	/* A rule from a column to the right edge. */
void grid_column(struct grid *, struct grid_rect); /* a rule downwards */

void grid_flag(struct grid *, struct grid_rect, int row, uint8_t flag);
	/* Adds GRID_SELECTED or GRID_CHOSEN to a row of the rectangle. */

bool grid_equal(const struct grid *, const struct grid *);

void grid_print(const struct grid *, FILE *);
	/* As text, each line without the blanks at its end. */

size_t grid_encode(uint32_t point, char *utf8); /* 1 to 4 bytes, no NUL */

/* ---- text that has to fit ------------------------------------------------ */

int grid_width(const char *text, bool ascii); /* columns */

enum grid_cut {
	GRID_CUT_END,
	GRID_CUT_FRONT /* names: the end tells them apart */
};
void grid_fit(const struct grid *, char *buffer, size_t size, const char *text,
    int columns, enum grid_cut);
	/* Text, or what fits of it and an ellipsis.  A name loses whole
	 * segments (before / . _ : or {) where that costs little. */

int grid_wrap(struct grid *, struct grid_rect, int row, uint8_t style,
    const char *text);
	/* Words over several rows from this one; an ellipsis where the
	 * rectangle ends.  Returns the first row after the text. */

/* ---- columns that share a width -------------------------------------------- */

struct grid_share {
	int least, wanted;
	bool kept;   /* never left out: names */
	bool spread; /* takes what is left over */
	uint8_t rank; /* the higher, the sooner it is left out */
	int width;   /* the answer; 0 left out */
};
void grid_share(struct grid_share *, size_t count, int width, int gap);
	/* What only spreads leaves first, when it would narrow the others; then
	 * columns leave by rank, and from the right among equals, until the
	 * rest fits with its least width; then each grows to what it wanted,
	 * from the left. */

#endif
