/*
 * paint.h - from one picture to the next, as bytes for a terminal.
 *
 * Only what differs is said, and it is said from a known state: plain style,
 * at a place that has been named.
 */
#ifndef PAINT_H
#define PAINT_H

#include "grid.h"
#include "wire.h"

#define PAINT_STYLES 128 /* of a cell, with its flags */

/* How this terminal is told. */
struct paint {
	const char *clear;	/* all of it; the cursor is at the top left */
	const char *clear_line; /* from the cursor on; NULL cannot */
	const char *(*move)(int column, int row); /* good until the next call */
	char looks[PAINT_STYLES][64]; /* from any style to this one */
	bool scrolls; /* after the last cell, so that nobody may write it */
};

#define PAINT_MOVE "\033[%i%p1%d;%p2%dH"
const char *paint_move(int column, int row);
	/* For terminals whose "cup" is that, which nearly all have: moves are most
	 * of what is said. */

size_t paint_picture(const struct paint *, struct wire *,
    const struct grid *shown, const struct grid *wanted);
	/* Onto the wire; shown NULL: it is not known what is there, all is
	 * said.  Else both have one size.  Returns how many bytes it was. */

#endif
