/*
 * recent.h - percentiles of what came into histograms since an earlier moment.
 *
 * Those of all since the start hardly move any more in a program that runs for
 * long; what is slow now shows in the last values.
 */
#ifndef VIEWER_RECENT_H
#define VIEWER_RECENT_H

#include "model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recent; /* the histograms of one moment */

struct recent *recent_create(void);
void recent_destroy(struct recent *); /* NULL is fine */

void recent_begin(struct recent *, const struct model *model);
	/* Forgets what it knew: that is the moment now. */
void recent_keep(struct recent *, const struct model_metric *);
	/* This one was so at that moment; others than histograms do not count. */
void recent_keep_all(struct recent *, const struct model *model);
	/* Begins, and keeps all there are. */

bool recent_quantile(const struct recent *, const struct model_profile *,
    const struct model_metric *, double q, double *value);
	/*
	 * The q-th of the values that came into a histogram of a later model of
	 * the same regions since that moment.  All of its values when it was not
	 * there then.  False: nothing came, or it is not known.
	 */

#endif
