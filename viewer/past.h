/*
 * past.h - the past of a target by readers of its own.
 *
 * Going through a history makes its readers show it.  Here they are second ones
 * of the same regions, so that whoever shows the present is never disturbed.
 */
#ifndef VIEWER_PAST_H
#define VIEWER_PAST_H

#include "history.h"

struct past {
	struct model_source parts[SOURCE_PARTS]; /* without events */
	size_t count;
	struct history *history;
	char *paths[SOURCE_PARTS];
};

int past_open(
    const struct model_source parts[], size_t count, struct past *past);
	/* Another set of readers, and what there is of history now.  -1 and
	 * errno. */
void past_close(struct past *); /* all-zero is fine */

int past_renew(struct past *);
	/* What there is now, of the same regions.  -1 and errno: it stays as it
	 * was. */

#endif
