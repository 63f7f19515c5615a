/*
 * metrics.h - metrics as a list: of one profile, or of all below a node.
 */
#ifndef METRICS_H
#define METRICS_H

#include "spark.h"

#define METRICS_COLUMNS 12

struct metrics {
	const struct view *view;
	const struct scene *scene;
	const struct tree_node *node; /* its metrics and those below it */
	bool several; /* of more than one profile: names have a path */
	bool all;     /* somebody looks for something: nothing is hidden */
	const struct tree_node **last; /* whose metric was asked for last */
	const struct tree_node *last_node;
	struct spark spark;
	struct list_column columns[METRICS_COLUMNS];
	size_t hidden; /* by their level */
	size_t idle;   /* as they have never been anything but zero */
};

void metrics_source(struct metrics *, struct list_source *,
    const struct view *, const struct scene *, const struct tree_node *);
	/* The source refers to the first argument. */

void metrics_look(
    struct view *, const struct scene *, const struct tree_node *);
	/* Before that, once for each picture, so that what is hidden is not found
	 * out anew each time. */

const struct model_metric *metrics_at(const struct metrics *, size_t row,
    const struct model_profile **profile);
	/* profile: whose it is; may be NULL. */

void metrics_want(const struct metrics *, const struct list *,
    struct series_wants *);
	/* What the rows on the screen need to be drawn. */

/* ---- metrics_look.c, for metrics.c ---------------------------------------- */

void metrics_begin(struct metrics *, const struct view *, const struct scene *,
    const struct tree_node *);
size_t metrics_count(const struct metrics *); /* hidden ones as well */
const struct model_profile *metrics_place(const struct metrics *, size_t *row);
	/* Whose it is, and its number there. */
bool metrics_deep(const struct metrics *, const struct model_metric *);
bool metrics_idle(const struct metrics *, const struct model_profile *,
    const struct model_metric *);
void metrics_found(const struct metrics *, struct look *found);
	/* What metrics_look() found, or the same, found out now; asleep is not
	 * to be used. */

#endif
