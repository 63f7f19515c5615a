/*
 * tail.h - values over time: the past in cmd_tail.c, the present in tail.c.
 */
#ifndef VIEWER_TAIL_H
#define VIEWER_TAIL_H

#include "history.h"
#include "notice.h"
#include "report_tail.h"

struct tail {
	const struct request *request;
	struct patterns *patterns;
	struct source *source;
	struct model *model; /* of the target now */
	struct model *names; /* of what is followed */
	struct tracks *tracks;
	struct history *history;
	struct tail_report report;
	size_t first, last; /* samples that are asked for: [first, last) */
	bool begun;	    /* the report */
	uint64_t shown_ns;  /* the last sample that was shown (mono), 0 none */
	uint64_t period_ns; /* that it stood for */
	struct notice notice; /* of what was said about the line */
	int signal;	    /* that has ended it, 0 */
};

uint64_t tail_group(const struct tail *, size_t sample);
	/* Samples with the same number are shown as one. */

int tail_past(
    struct tail *, const struct model_source parts[], size_t count);
	/* Shows the samples of its history that are asked for.  An exit code. */

int tail_show(struct tail *, const struct tail_sample *);
/* The sample that was taken is complete.  An exit code. */

void tail_signals(void);
/* From now on SIGINT and SIGTERM end tail_follow(); a second one ends
	 * the program. */

int tail_follow(struct tail *);
/* Samples of the present, until the target is gone, the time is over or
	 * a signal comes.  An exit code. */

#endif
