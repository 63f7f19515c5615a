/*
 * changes.h - what the last minutes differ in from the time before, ranked.
 */
#ifndef VIEWER_CHANGES_H
#define VIEWER_CHANGES_H

#include "model.h"

struct history;

enum change_kind {
	CHANGE_METRIC, /* its value, rate or percentile moved */
	CHANGE_ROWS,   /* more or fewer rows of a table */
	CHANGE_CAME,   /* a row, profile or metric that was not there */
	CHANGE_WENT,
	CHANGE_ERROR,  /* a kind of error counted first, or again */
	CHANGE_EVENTS, /* warnings and errors in a log */
	CHANGE_PEAK    /* it had its highest or lowest value for a moment */
};

struct change {
	enum change_kind kind;
	double score;	    /* 0 to 1 */
	const char *where;  /* "net/connections rows", "cmd/latency p99" */
	const char *was, *now, *when; /* for people: "4", "18", "since 11:58:02" */
	uint64_t when_real_ns; /* the moment to go to; 0 none */
	uint64_t profile;      /* tree_id() of its path */
	uint64_t object;       /* model_metric.id or model_row.id; 0 none */
	uint8_t level;	       /* DBGSHM_LEVEL_* of what it is about */
};

struct changes {
	const struct change *list; /* the highest score first */
	size_t count;
	uint64_t window_ns; /* the last so much... */
	uint64_t before_ns; /* ...against so much before; 0: too little is known
			       to compare */
	uint64_t compared;  /* metrics and tables looked at */
};

struct changes *changes_make(struct history *history,
    const struct model_source parts[], size_t count, const struct model *now,
    uint64_t until_real_ns, uint64_t window_ns);
	/*
	 * The last window_ns before a moment (0: the newest), or half of what is
	 * known when that is less, against an hour before.  parts: what the
	 * history was opened with; afterwards they show another moment.  now: the
	 * model of that moment, for its events.  Never NULL; exits on lack of
	 * memory.  Cost: one pass over that time, about 20 ns a value.
	 */
void changes_free(struct changes *); /* NULL is fine */

#endif
