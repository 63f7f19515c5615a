/*
 * theme.h - what meanings look like: one table for each theme.
 *
 * A meaning is told by a word or a sign first, by an attribute second and by
 * colour last, so each theme works without any colour too.  The background is
 * the terminal's own, but where a look brings both (alarms in high contrast).
 */
#ifndef THEME_H
#define THEME_H

#include "grid.h"

#define THEME_BOLD 0x01
#define THEME_DIM 0x02
#define THEME_UNDERLINE 0x04
#define THEME_REVERSE 0x08

#define THEME_OWN (-1) /* the color that the terminal has by itself */

struct theme;

struct theme_look {
	uint8_t attributes;
	int16_t ink, paper; /* numbers of the terminal's colors, THEME_OWN */
};

const struct theme *theme_find(const char *name);
	/* NULL when there is none of that name. */
const char *const *theme_names(void); /* the default first, NULL ends them */
const char *theme_about(const struct theme *); /* one line for people */

struct theme_look theme_look(
    const struct theme *, uint8_t style, int colors);
	/* What a cell's style looks like on a terminal of so many colors: 256,
	 * 16, 8, or fewer, which is none. */

#endif
