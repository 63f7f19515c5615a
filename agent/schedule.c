/*
 * schedule.c - the one table of what runs again and again.
 */
#include "schedule.h"

#include "agent.h"

#define SCHEDULE_ROWS 32

struct dbgshm_schedule
schedule_add(struct agent *agent, const char *name, uint64_t period_ns)
{
	struct dbgshm_profile *profile;

	if (agent->schedules == NULL) {
		profile = dbgshm_profile_add("schedule",
		    "what the agent does again and again",
		    "When it last ran, when it runs again, what it cost and "
		    "how it ended.");
		agent->schedules =
		    dbgshm_schedules_create(profile, SCHEDULE_ROWS);
	}
	return (dbgshm_schedule_claim(agent->schedules, name, period_ns));
}
