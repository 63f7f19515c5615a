/*
 * row_chart.h - how much of what it may be a row has, and how its numbers were.
 */
#ifndef ROW_CHART_H
#define ROW_CHART_H

#include "row_lines.h"

bool row_share_known(const struct row_lines *); /* it has a limit */
void row_share_draw(
    const struct row_lines *, struct grid *, struct grid_rect);
	/* One line: a bar and the numbers. */

/* Of the number that is selected in the list, else of the most telling one. */
void row_chart_want(const struct row_lines *, const struct list *,
    struct grid_rect, struct series_wants *);
void row_chart_draw(const struct row_lines *, const struct list *,
    struct grid *, struct grid_rect);
	/* Below a rule; of what only grows its rate, and the value too where
	 * there is room. */

#endif
