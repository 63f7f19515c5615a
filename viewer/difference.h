/*
 * difference.h - a number against what it was at the baseline.
 */
#ifndef DIFFERENCE_H
#define DIFFERENCE_H

#include "screen.h"

void difference_text(struct list_cell *, enum view_compare, uint8_t unit,
    double now, double then, bool raw);
	/* "+9.00k", "-3", "x1.25", "0"; COMPARE_VALUE is as a difference. */

bool difference_then(
    const struct scene *, const struct model_metric *, double *then);
	/* What figure_of() was at the baseline; false: there is none, or the
	 * metric was not there. */
void difference_metric(struct list_cell *, const struct view *,
    const struct scene *, const struct model_metric *);
	/* "new" for what was not there. */

#endif
