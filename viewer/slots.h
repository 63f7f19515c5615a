/*
 * slots.h - the numbers of a target in equal parts of time.
 *
 * One pass over the history: of each metric, each number in the rows of small
 * tables and each table's count of rows, one number for each of those times.  What
 * only grows becomes a rate, histograms the 99th percentile of what came.  Over a
 * gap, a counter that was reset, and before it was there, nothing is known.
 */
#ifndef VIEWER_SLOTS_H
#define VIEWER_SLOTS_H

#include "history.h"

enum slots_what {
	SLOTS_VALUE,
	SLOTS_RATE, /* per second; of histograms how many came */
	SLOTS_P99,  /* follows the RATE of the same histogram */
	SLOTS_ROWS  /* of a table, the live ones */
};

struct slots_line {
	enum slots_what what;
	const struct model_profile *profile; /* of `last` */
	const struct model_metric *metric;   /* NULL: of a row or table */
	const struct model_row *row;	     /* NULL: of a metric or table */
	size_t column;			     /* of the row */
	uint8_t unit;
	float *values; /* before + after of them; NAN not known */
	/* Of all samples, also those between the slots; NAN none: */
	double low_before, high_before, low, high;
	uint64_t low_real_ns, high_real_ns; /* when that was */
	double total;	       /* RATE: what came in the last times */
	uint64_t seen_real_ns; /* there for the first time; 0 from the start */

	/* While it is read: */
	bool known, seen;
	uint64_t from, from_ns, grown, time_ns;
	uint64_t *buckets, *fresh; /* of a histogram's P99 */
	size_t bucket_count;
};

struct slots {
	struct slots_line *lines;
	size_t count;
	size_t before, after;	/* so many slots, and then so many */
	uint64_t slot_ns;
	uint64_t *real_ns;	/* the end of each; 0 nothing was recorded */
	uint64_t begin_real_ns; /* of what is after */
	uint64_t end_real_ns;
	struct model *last;	  /* at the end */
	struct model *then;	  /* directly before what is after */
	struct model *earlier;	  /* as long before that, as far as it is known */
	bool known[SOURCE_PARTS]; /* `then` knows of that part */
	float *values;
};

struct slots *slots_read(struct history *, const struct model_source parts[],
    size_t count, uint64_t until_real_ns, uint64_t window_ns);
	/* The last window_ns before a time (0: the end), half of what there is at
	 * most, and an hour before.  The readers show another moment then.  NULL:
	 * there is no history, or too little. */
void slots_free(struct slots *); /* NULL is fine */

#endif
