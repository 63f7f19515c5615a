/*
 * baseline.h - the values of one moment, to compare others with.
 */
#ifndef VIEWER_BASELINE_H
#define VIEWER_BASELINE_H

#include "model.h"

struct baseline;

struct baseline *baseline_take(const struct model *);
	/* Numbers of all metrics and rows as the model has them; exits on lack
	 * of memory. */
void baseline_free(struct baseline *); /* NULL is fine */

uint64_t baseline_real_ns(const struct baseline *); /* of that moment */

bool baseline_metric(const struct baseline *, uint64_t metric_id,
    union dbgshm_value *value, uint64_t *p99);
	/* False: it was not there.  Histograms: value.u is the count. */
bool baseline_row(
    const struct baseline *, uint64_t profile, uint64_t row_id);
	/* profile: tree_id() of its path.  The row was there. */
bool baseline_cell(const struct baseline *, uint64_t profile, uint64_t row_id,
    size_t column, double *value);
	/* A number of a row; false: no row, or no number. */
size_t baseline_rows(const struct baseline *, uint64_t profile);
	/* Rows of that table then. */

#endif
