/*
 * timeline_private.h - what the files of a timeline share.
 */
#ifndef TIMELINE_PRIVATE_H
#define TIMELINE_PRIVATE_H

#include "moments.h"
#include "series_set.h"
#include "timeline.h"

struct timeline {
	struct source *source;
	unsigned flags; /* MODEL_* */
	struct model *present;
	bool filled;	     /* it was read once */
	uint64_t created_ns; /* of its own region: another is another program */
	char *name;	     /* that it had */
	uint64_t replaced_ns; /* when it became another; 0 never */
	uint64_t frame_ns;    /* when it was read, by our clock */
	uint64_t every_ns;    /* between the last two times */
	struct past past;
	uint64_t past_ns;   /* when that was read; 0: it is not open */
	struct model *then; /* what the past looks like; NULL not yet */
	size_t index;	    /* of its sample */
	struct moment moment;
	struct series_set *series;
	uint64_t failed_ns; /* the past could not be read for them; 0 */
	struct changes *changes; /* NULL none yet */
	struct slowest *slowest;
	/* What they were made for. */
	struct timeline_made {
		uint64_t window_ns; /* that was asked for; 0 not made yet */
		enum moment_state state;
		uint64_t shown_ns, when_ns, again_ns;
	} changes_made, slowest_made;
};

size_t timeline_samples(const struct timeline *); /* of the past, as it was read */

int timeline_read_past(struct timeline *);
	/* The past as it is now: of the same regions while one is shown.  -1 and
	 * errno. */
struct past *timeline_borrow_past(
    struct timeline *, struct past *own, bool *close);
	/* Readers of the past that nobody is shown.  close: they are only for
	 * this once.  NULL: it cannot be read. */
uint64_t timeline_shown_ns(const struct timeline *); /* the moment, real time */
void timeline_close_past(struct timeline *);
void timeline_tell_reach(struct timeline *);
	/* How far it goes, into the moment. */

#endif
