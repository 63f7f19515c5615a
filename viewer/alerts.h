/*
 * alerts.h - what wants to be looked at in a target, from its model alone.
 */
#ifndef VIEWER_ALERTS_H
#define VIEWER_ALERTS_H

#include "model.h"

struct alert {
	uint8_t severity;   /* DBGSHM_SEVERITY_WARN or _ERROR */
	const char *where;  /* "net/accept", an address */
	const char *what;   /* "heartbeat late for 41 s" */
	uint64_t since_real_ns; /* 0 unknown */
	uint64_t profile;   /* tree_id() of its path; 0: the target itself */
	uint64_t object;    /* model_metric.id or model_row.id; 0 none */
	uint64_t id;	    /* stays the same while it is listed */
	bool over;	    /* it has ended; stays listed for 15 minutes */
};

struct alerts;

struct alerts *alerts_create(void);
void alerts_destroy(struct alerts *);

void alerts_update(struct alerts *, const struct model *);
	/* Late hearts, operations without progress for long, limits and queues
	 * near their maximum, errors that were counted lately, events of
	 * severity error, a target that stands still, died or is damaged,
	 * telemetry that was lost.  What has ended stays listed for a while. */

size_t alerts_count(const struct alerts *); /* the worst and newest first */
const struct alert *alerts_at(const struct alerts *, size_t index);
size_t alerts_active(const struct alerts *); /* not over */
uint8_t alerts_below(
    const struct alerts *, const char *path, size_t length);
	/* The worst active severity of profiles whose path is this or begins with
	 * it and a slash; 0 none.  length 0: of all. */

#endif
