/*
 * detail.h - the lines under a target's lists: what the selected item is.
 */
#ifndef DETAIL_H
#define DETAIL_H

#include "grid.h"
#include "metrics.h"
#include "rows.h"
#include "screen.h"
#include "tree.h"

/* Each draws a title with a rule and as much as the rectangle holds. */
void detail_node(const struct view *, const struct scene *,
    const struct tree_node *, struct grid *, struct grid_rect);
void detail_children(const struct view *, const struct tree_node *,
    struct grid *, struct grid_rect, int line);
	/* What stands below a common start, from that line on; no title. */
void detail_metric(const struct view *, const struct scene *,
    const struct model_profile *, const struct model_metric *, struct grid *,
    struct grid_rect);
void detail_event(const struct model_profile *, const struct model_event *,
    bool raw, struct grid *, struct grid_rect);
void detail_row(
    const struct rows *, size_t row, struct grid *, struct grid_rect);

#endif
