/*
 * subsys.c - the table of subsystems: one more is one line here.
 */
#include "subsys.h"

#include <dbgshm/writer.h>

#include <errno.h>
#include <string.h>

/* Each may use those before it. */
const struct subsys *const subsys_table[] = {
	&subsys_log,
	&subsys_supervisor,
	&subsys_files,
	&subsys_throttle,
	&subsys_workers,
	&subsys_tracker,
	&subsys_watch,
	&subsys_regions,
};
const size_t subsys_count = sizeof(subsys_table) / sizeof(subsys_table[0]);

static void
stop_from(struct agent *agent, size_t count)
{
	while (count-- > 0) {
		supervisor_state(agent, count, SUBSYS_STOPPING);
		subsys_table[count]->stop(agent);
		supervisor_state(agent, count, SUBSYS_STOPPED);
	}
}

int
subsys_start(struct agent *agent)
{
	size_t i;

	for (i = 0; i < subsys_count; i++) {
		supervisor_state(agent, i, SUBSYS_STARTING);
		if (subsys_table[i]->start(agent) == -1) {
			supervisor_state(agent, i, SUBSYS_FAILED);
			stop_from(agent, i + 1);
			return (-1);
		}
		supervisor_state(agent, i, SUBSYS_RUNNING);
	}
	return (0);
}

void
subsys_stop(struct agent *agent)
{
	stop_from(agent, subsys_count);
}

void
subsys_reload(struct agent *agent)
{
	size_t i;

	for (i = 0; i < subsys_count; i++)
		if (subsys_table[i]->reload != NULL)
			subsys_table[i]->reload(agent);
}

void
subsys_metrics(struct agent *agent, struct dbgshm_profile *profile,
    const struct subsys_metric *metrics, size_t count, void *owner)
{
	size_t i;
	int made;

	for (i = 0; i < count; i++) {
		struct dbgshm_metric metric = { .name = metrics[i].name,
			.help = metrics[i].help,
			.unit = metrics[i].unit };
		void *handle = (char *)owner + metrics[i].handle;

		if (metrics[i].kind == DBGSHM_METRIC_COUNTER)
			made = dbgshm_counter_create(profile, &metric, handle);
		else if (metrics[i].kind == DBGSHM_METRIC_HISTOGRAM)
			made =
			    dbgshm_histogram_create(profile, &metric, handle);
		else
			made = dbgshm_gauge_create(profile, &metric, handle);
		if (made == -1 && dbgshm_state() != DBGSHM_OFF)
			agent_log(agent, LOG_WARNINGS, "metric %s: %s",
			    metric.name, strerror(errno));
	}
}
