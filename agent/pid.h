/*
 * pid.h - the pidfile, so that there is one agent for each purpose.
 */
#ifndef PID_H
#define PID_H

#include "agent.h"

struct pidfh;

struct pidfh *pid_open(const struct agent_options *);
	/* NULL when none is wanted.  Exits with 1 when another agent has it, or
	 * when it cannot be made, and says so. */

#endif
