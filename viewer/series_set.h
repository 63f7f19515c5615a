/*
 * series_set.h - the series that somebody wants, kept filled.
 *
 * A series is read from the history once and then grows with each frame of the
 * present.  What nobody wants for a while is forgotten.
 */
#ifndef VIEWER_SERIES_SET_H
#define VIEWER_SERIES_SET_H

#include "past.h"
#include "series.h"

struct series_set *series_set_create(void);
void series_set_destroy(struct series_set *); /* NULL is fine */

void series_set_want(struct series_set *, const struct series_wants *,
    uint64_t shown_real_ns, uint64_t now_real_ns);
	/* These are wanted now, so far back from the moment that is shown.  NULL:
	 * none. */

bool series_set_lacks(const struct series_set *, uint64_t last_real_ns);
	/* Something has to be read from the history, of which all up to that
	 * time is needed, 0 no matter. */
void series_set_fill(
    struct series_set *, struct past *, uint64_t last_real_ns);
	/* Reads what is lacking; the past's readers then show any moment. */

void series_set_frame(struct series_set *, const struct model_source parts[],
    size_t count, uint64_t every_ns, bool gone);
	/* Another sample from what these readers, which were refreshed, hold.
	 * every_ns: between two such calls.  gone: of what the target has left. */

#endif
