/*
 * refused.h - why a part of a watched process is not there.
 */
#ifndef VIEWER_REFUSED_H
#define VIEWER_REFUSED_H

#include "model.h"

#include <stdbool.h>

const char *refused_reason(
    const struct model *model, const char *word, bool *permission);
	/* What the watcher says about the part that a pattern or an address
	 * names ("io", "io:read", "memory:pss"), NULL when it does not miss it.
	 * *permission: it was not allowed to look.  Valid as the model is. */

#endif
