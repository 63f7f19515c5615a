/*
 * timeline.h - one target over time: its present, and any moment of its past.
 *
 * The full screen shows what timeline_model() says: the newest frame, or the
 * moment that was gone to.  While it shows the past, what happens now goes on in
 * the region; the way back to it is TIMELINE_LIVE.
 */
#ifndef VIEWER_TIMELINE_H
#define VIEWER_TIMELINE_H

#include "changes.h"
#include "model.h"
#include "series.h"
#include "slowest.h"

struct source;
struct timeline;

enum moment_state {
	MOMENT_LIVE,	/* the newest frame */
	MOMENT_PAUSED,	/* stands still where it was when it was live */
	MOMENT_PAST	/* went back from there */
};

/* Which moment is shown. */
struct moment {
	enum moment_state state;
	uint64_t at_real_ns; /* 0: the present */
	uint64_t first_real_ns, last_real_ns; /* how far the past reaches; 0:
						 there is none */
	uint64_t rows_since_ns; /* rows of tables reach back to here; UINT64_MAX
				   they have no past */
	uint64_t period_ns;	/* this sample stands for */
	uint64_t gap_ns;	/* nothing was recorded for so long around it */
	size_t index, count;	/* sample 412 of 900; 0 of 0 live */
	const char *absent;	/* "own" or "watched": a region that reaches less
				   far back, or NULL */
};

enum timeline_move {
	TIMELINE_PAUSE,	 /* stand still here; live again when it was paused */
	TIMELINE_LIVE,
	TIMELINE_STEP,	 /* so many samples back (less than 0) or forward */
	TIMELINE_OLDEST,
	TIMELINE_NEWEST, /* of the past; stays there */
	TIMELINE_AT,
	TIMELINE_EVENT,	 /* the next (steps 1) or previous (-1) moment at which an
			    event of severity warn or above happened, a new error
			    was counted first, or a heart became late */
	TIMELINE_CHANGE	 /* the next or previous moment at which a row of a
			    table came or went */
};
struct timeline_order {
	enum timeline_move move;
	int64_t steps;
	uint64_t at_real_ns;
};

struct timeline *timeline_create(struct source *, unsigned model_flags);
void timeline_destroy(struct timeline *); /* before its source */

int timeline_update(struct timeline *, char *why, size_t why_size);
	/* Takes a frame of the present; when the past is shown it only looks
	 * whether the target still lives.  -1 with one line in why. */

int timeline_go(struct timeline *, const struct timeline_order *, char *why,
    size_t why_size);
	/* -1 with one line in why: no history, nothing further that way. */

const struct model *timeline_model(const struct timeline *);
	/* Of the shown moment; NULL before the first frame.  Valid until the
	 * next update or move. */
const struct moment *timeline_moment(const struct timeline *);

const struct series_set *timeline_series(
    struct timeline *, const struct series_wants *);
	/* All that is wanted, filled up to the present.  Valid until the next
	 * call, update or move.  What is not wanted for a while is forgotten.
	 * NULL wants: nothing. */

const struct changes *timeline_changes(struct timeline *, uint64_t window_ns);
	/* What the last window_ns before the shown moment differ in from all
	 * that was before them (an hour at most).  Made anew when asked after
	 * a new sample, at most once in 2 s.  Never NULL. */

const struct slowest *timeline_slowest(
    struct timeline *, uint64_t window_ns);
	/* The operations that took longest in the last window_ns before the
	 * shown moment.  Made anew as the changes are.  Never NULL. */

#endif
