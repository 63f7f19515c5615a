/*
 * throttle.h - whether there is CPU time for another job.
 *
 * The limit is on all that the agent uses.  Only jobs wait: before they begin,
 * never half-way.
 */
#ifndef THROTTLE_H
#define THROTTLE_H

#include "agent.h"

struct job;

uint64_t throttle_until(struct agent *, uint64_t now_ns);
	/* When to ask again; now_ns or earlier: a job may begin. */

void throttle_wait(struct agent *, struct job *);
	/* This one has to wait.  Harmless when it does already. */
void throttle_waited(struct agent *, struct job *);
	/* No longer.  Harmless when it did not. */

#endif
