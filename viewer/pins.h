/*
 * pins.h - what is pinned, where it is now.
 */
#ifndef PINS_H
#define PINS_H

#include "screen.h"

#define PINS_MOST 64 /* that are shown */

struct pin {
	const struct model_profile *profile;
	const struct model_metric *metric; /* or... */
	const struct model_row *row;
};

size_t pins_find(const struct view *, const struct model *, struct pin *pins,
    size_t most);
	/* Those that are there, in the order of the model; returns how many. */

void pins_draw(const struct view *, const struct scene *, struct grid *,
    struct grid_rect);
	/* A title and a line for each. */

#endif
