/*
 * schedule.h - what runs again and again: one row each in the profile
 * `schedule` of the agent's own region.
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <dbgshm/shapes.h>

struct agent;

struct dbgshm_schedule schedule_add(
    struct agent *, const char *name, uint64_t period_ns);
	/* From the main thread. */

#endif
