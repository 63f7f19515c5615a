/*
 * export_history.h - the past of a target, as points of series.
 */
#ifndef VIEWER_EXPORT_HISTORY_H
#define VIEWER_EXPORT_HISTORY_H

#include "export.h"
#include "source.h"

struct export_past {
	uint64_t since_ns, until_ns; /* 0: all that there is */
	unsigned flags;		     /* MODEL_* */
};

int export_history(const struct export_from *from,
    const struct export_past *past, struct source *source);
	/* from->model: the present of that source.  An exit code, after it was
	 * said what is wrong; EXIT_NO: nothing was recorded in that time. */

#endif
