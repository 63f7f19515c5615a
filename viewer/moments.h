/*
 * moments.h - at which sample of a past something happened.
 */
#ifndef VIEWER_MOMENTS_H
#define VIEWER_MOMENTS_H

#include "past.h"

enum moments_what {
	MOMENTS_EVENT, /* an event of severity warn or above, a kind of error
			  that was not there before, a heart that became late */
	MOMENTS_CHANGE /* a row of a table came or went */
};

ssize_t moments_find(struct past *, const struct model *heard, size_t from,
    int direction, enum moments_what what);
	/* The next sample after `from` where it happened, or the last one before
	 * `from` (which may be the number of samples): it is the first that shows
	 * it.  heard: a model that keeps the events.  -1: there is none.  The
	 * readers then show any moment. */

#endif
