/*
 * wait.h - waiting until a condition holds: the looking, without the words.
 */
#ifndef VIEWER_WAIT_H
#define VIEWER_WAIT_H

#include "condition.h"
#include "source.h"

struct wait {
	struct source *source;
	struct condition *condition;
	uint64_t interval_ns; /* rates and percentiles are over so much */
	unsigned flags;	      /* MODEL_* */
	/* The rest is wait.c's, all zero before the first look. */
	struct model *model;   /* of the last look */
	struct recent *recent; /* histograms at the last look */
	uint64_t tick_ns;      /* newest sample that was looked at (mono) */
	bool looked;
	/* When it held: */
	bool sampled; /* in a sample of the past */
	uint64_t held_mono_ns, held_real_ns;
};

enum wait_result {
	WAIT_NOT_YET,
	WAIT_HELD, /* the condition has the values */
	WAIT_GONE, /* the target is; it was looked at once more */
	WAIT_UNREADABLE /* errno; only of the first look */
};

enum wait_result wait_look(struct wait *);
	/* First at the samples that were recorded since the last look, the oldest
	 * first, then at what is now. */

void wait_again(struct wait *, struct source *source);
	/* On with another source, whose samples are all new; the one before is
	 * closed. */

void wait_end(struct wait *); /* frees what it made */

#endif
