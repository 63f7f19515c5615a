/*
 * scratch.h - what one thread needs to read /proc: room, and the trail that says
 * what it is about to do.
 *
 * Each worker has one.  A step is laid before whatever may hang, so that a
 * person can see from outside in which read of which process a thread is stuck.
 */
#ifndef SCRATCH_H
#define SCRATCH_H

#include "proc.h"

#include <dbgshm/shapes.h>

struct scratch {
	struct dbgshm_trail trail;
	struct dbgshm_operation operation; /* the job that runs */
	const char *about;		   /* whom it is about, for steps */
	_Atomic(const char *) step;	   /* the last one: a constant text */
	uint64_t cpu_ns;		   /* of the thread, after its last job */
	struct proc_walk walk;		   /* of the view that runs */
	char buffer[PROC_BUFFER_SIZE];
};

static inline void
scratch_step(struct scratch *scratch, const char *step)
{
	scratch->step = step;
	dbgshm_trail_step(scratch->trail, step, scratch->about);
}

#endif
