/*
 * newest.h - the events of a profile as a list, the newest on top.
 */
#ifndef NEWEST_H
#define NEWEST_H

#include "list.h"
#include "model.h"

struct newest {
	const struct model_profile *profile;
	bool raw;
};

void newest_source(struct newest *, struct list_source *,
    const struct model_profile *, bool raw);
	/* The profile has a log.  The source refers to the first argument. */

void newest_follow(struct list *, const struct list_source *);
	/* A selection on the top line stays on the top line: call before
	 * list_arrange(). */

#endif
