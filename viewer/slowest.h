/*
 * slowest.h - the operations that took longest in the last minutes.
 *
 * From the history of the regions: also those whose rows have long been taken by
 * others.
 */
#ifndef VIEWER_SLOWEST_H
#define VIEWER_SLOWEST_H

#include "model.h"

struct history;

struct slow {
	uint64_t profile, object; /* tree_id() of its path, model_row.id */
	const char *path, *kind, *on;
	const char *state; /* "ok", "running", "not seen to end" */
	bool ended;	   /* else it took so long at least */
	uint64_t elapsed_ns, began_real_ns;
	uint64_t seen_real_ns; /* a sample in which its row was last there */
};

#define SLOWEST_MOST 64

struct slowest {
	const struct slow *list; /* the longest first */
	size_t count;
	uint64_t window_ns; /* the last so much, as far as it is known */
	uint64_t looked_at; /* samples */
};

struct slowest *slowest_make(struct history *,
    const struct model_source parts[], size_t count, uint64_t until_real_ns,
    uint64_t window_ns);
	/* Of the samples in the last window_ns before a time (0: the end).  The
	 * readers show the past afterwards.  Never NULL; exits on lack of
	 * memory. */
void slowest_free(struct slowest *); /* NULL is fine */

#endif
