/*
 * spark.h - how a number was lately: a small picture and an average.
 *
 * Pictures move by whole columns only, each time that as much time has passed
 * as one of them stands for.
 */
#ifndef SPARK_H
#define SPARK_H

#include "screen.h"

#define SPARK_LEAST 8 /* columns */
#define SPARK_MOST 30

struct spark {
	const struct series_set *series; /* NULL: nothing is known */
	uint64_t window_ns, interval_ns;
	uint64_t until_real_ns;
	char last[24], average[24]; /* titles: "LAST 60s", "AVG 1m" */
};

void spark_init(struct spark *, const struct scene *);
	/* A minute, more where samples are rare, up to the shown moment. */

uint64_t spark_moment(const struct scene *, const struct model_profile *);
	/* That the numbers of a profile are of; NULL: of the target. */

void spark_want(const struct spark *, struct series_wants *, struct series_key);

double spark_mean(const struct spark *, struct series_key);
	/* NAN: nothing is known. */
bool spark_moved(const struct spark *, struct series_key);
	/* The shown sample differs from the one before. */

void spark_paint(const struct spark *, struct series_key, struct grid *,
    struct grid_rect, int line);
	/* Over the whole width of the rectangle. */

#endif
