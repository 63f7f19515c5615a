/*
 * track.h - one value that is followed over time.
 */
#ifndef VIEWER_TRACK_H
#define VIEWER_TRACK_H

#include "tally.h"

#include <dbgshm/reader.h>

struct track {
	uint64_t id;
	size_t part; /* which region */
	/* Safe texts: */
	char *address;	    /* net/peers:sent{to="a"}, net/peers[12.3].port */
	char *rate_address; /* the same with /s */
	char *path;	    /* of its profile */
	char *name;	    /* of the metric or column */
	char *labels;	    /* {to="a"}, "" */
	char *row;	    /* "12.3"; NULL: a metric */
	uint8_t kind, unit; /* how the value is printed: DBGSHM_METRIC_* */
	bool rated;	    /* only grows: has a rate */
	bool by_tick;	    /* changes at ticks only */

	/* The sample: */
	bool there;
	bool fresh; /* not the value of the sample before, read once more */
	union dbgshm_value value; /* histograms: u is the count */
	double rate;		  /* per second, NAN not known */
	bool spread;		  /* it stands for several, of these values: */
	union dbgshm_value least, most;
	/* Histograms, of all that was recorded and of what came last: */
	uint64_t p50, p99, recent;

	struct tally tally; /* of rates when it is rated, else of values */

	/* The sample before, or the first of those that make up this one: */
	bool known, based;
	uint64_t mono_ns, last_mono_ns;
	union dbgshm_value last;
	uint64_t *buckets, *last_buckets;
	size_t bucket_count;
};

/* When the values of a region were so. */
struct track_time {
	bool there;
	bool gap;  /* no rate over what was before */
	bool late; /* ticks have stopped: no rate of what changes with them */
	uint64_t mono_ns, tick_ns;
};

void track_free(struct track *);

void track_put(
    struct track *, union dbgshm_value value, const struct track_time *time);
/* That is what it was then. */
void track_widen(
    struct track *, union dbgshm_value least, union dbgshm_value most);
/* These were among what the sample stands for. */
void track_histogram(
    struct track *, const struct dbgshm_reader *, size_t metric);
/* After track_put(): the rest of a histogram. */

void track_settle(struct track *); /* The sample is complete: rates. */
uint64_t track_recent(const struct track *, double q);
/* Of a histogram that is settled: the q-th of the values that came last, of
	 * which there are `recent`. */
const uint64_t *track_recent_buckets(const struct track *);
/* How many of them fell into each of its buckets. */
struct track_time track_present(
    const struct dbgshm_reader *, bool gap, bool gone);
/* Of a frame of the present; gone: of what the target has left. */
void track_count(struct track *, uint64_t weight); /* It is shown. */
void track_next(struct track *);		   /* Another sample begins. */

double track_number(const struct track *, union dbgshm_value value);

#endif
