/*
 * report_tail.h - samples over time, as lines and as records.
 */
#ifndef VIEWER_REPORT_TAIL_H
#define VIEWER_REPORT_TAIL_H

#include "report_text.h"
#include "tracks.h"

struct tail_sample {
	uint64_t mono_ns, real_ns;
	uint64_t period_ns; /* that it stands for */
	uint64_t gap_ns;    /* nothing was recorded for so long before it */
	uint64_t asleep_ns; /* of that, the machine slept */
	bool coarse;	    /* made of several when it was recorded */
};

struct tail_report {
	const struct request *request;
	const struct tracks *tracks;
	const struct model *model; /* of the target */
	struct out *out;	   /* not for text */
	struct look look;
	bool columns; /* a line for each sample */
	/* The rest is the report's. */
	struct track **order; /* of columns */
	size_t order_count, headed, lines;
	int width; /* of addresses */
	uint64_t period_ns;
};

size_t tail_width(const struct tracks *tracks, bool raw);
/* Of lines with a column for each. */

void tail_begin(struct tail_report *);
/* What is followed is known as far as it can be. */
void tail_sample(struct tail_report *, const struct tail_sample *);
void tail_end(struct tail_report *); /* The summary. */
void tail_free(struct tail_report *);

/* ---- report_tail_records.c: json, jsonl, csv ------------------------------ */

void tail_records_begin(struct tail_report *);
void tail_records(struct tail_report *, const struct tail_sample *);
void tail_records_end(struct tail_report *);

#endif
