/*
 * metrics.h - the metrics of a profile as a list.
 */
#ifndef METRICS_H
#define METRICS_H

#include "list.h"
#include "model.h"

struct metrics {
	const struct model_profile *profile;
	uint8_t level;
	bool raw;
	struct list_column columns[9];
	uint8_t which[9]; /* what a column shows */
	size_t column_count, hidden;
};

void metrics_source(struct metrics *, struct list_source *,
    const struct model_profile *, uint8_t level, bool raw);
	/* The source refers to the first argument. */

const char *metrics_kind(const struct model_metric *); /* "counter" */

#endif
