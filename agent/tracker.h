/*
 * tracker.h - the processes of this host, as the tracker last saw them.
 */
#ifndef TRACKER_H
#define TRACKER_H

#include "agent.h"
#include "proc.h"

void tracker_subscribe(
    struct agent *, void (*seen)(struct agent *, const struct proc_identity *));
	/* Calls seen for each process that starts, or that has another name
	 * than before.  One subscriber. */

void tracker_each(
    struct agent *, void (*seen)(struct agent *, const struct proc_identity *));
	/* Calls seen for each process that is known now, or when the look at
	 * them that is under way is over. */

void tracker_rescan(struct agent *);
	/* Looks at every process again, now. */

#endif
