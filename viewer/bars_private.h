/*
 * bars_private.h - what the bars share among themselves.
 */
#ifndef BARS_PRIVATE_H
#define BARS_PRIVATE_H

#include "screen.h"

void bars_tabs(
    const struct view *, const struct scene *, struct grid *, int row);
int bars_tab_at(const struct view *, int column); /* -1 none */
void bars_strip(
    const struct view *, const struct scene *, struct grid *, int row);
	/* The past from end to end: events, the baseline, where we are. */

#endif
