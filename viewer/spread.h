/*
 * spread.h - how the values of a histogram are spread: since the start, and in
 * the time that is looked at.
 */
#ifndef SPREAD_H
#define SPREAD_H

#include "graph.h"

#define SPREAD_ROWS 3 /* titles, since the start, in the window */

void spread_draw(const struct view *, const struct scene *, struct grid *,
    struct grid_rect, const struct model_profile *,
    const struct model_metric *);

void spread_want(
    struct view *, const struct scene *, const struct model_metric *);

#endif
