/*
 * detail_chart.h - how the selected number was over time, below the lists.
 */
#ifndef DETAIL_CHART_H
#define DETAIL_CHART_H

#include "graph.h"
#include "rows.h"

#define DETAIL_LINES 2

/* What is drawn: lines of one unit. */
struct detail_chart {
	const struct model_profile *profile;
	const char *title;
	struct series_key keys[DETAIL_LINES];
	const char *names[DETAIL_LINES];
	size_t count; /* 0: there is nothing to draw */
	uint8_t unit;
	bool rate;
};

void detail_chart_metric(struct detail_chart *, const struct model_profile *,
    const struct model_metric *); /* of histograms p99 and p50 */
void detail_chart_row(
    struct detail_chart *, const struct rows *, size_t row);
	/* With rows_over_time(). */

bool detail_chart_fits(struct grid_rect);
void detail_chart_want(const struct detail_chart *, const struct scene *,
    struct view *);
void detail_chart_draw(const struct detail_chart *, const struct view *,
    const struct scene *, struct grid *, struct grid_rect);
	/* Nothing where there is no room, or nothing is known. */

#endif
