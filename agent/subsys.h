/*
 * subsys.h - the parts of the agent, started in order and stopped in reverse.
 *
 * A subsystem is one file with one of these; the table is in subsys.c.
 */
#ifndef SUBSYS_H
#define SUBSYS_H

#include "agent.h"

struct subsys {
	const char *name;
	const char *description;
	int (*start)(struct agent *);
		/* 0, or -1 when it said on the log why not. */
	void (*stop)(struct agent *);
		/* Also after a start that failed. */
	void (*reload)(struct agent *); /* SIGHUP; NULL nothing to do */
	uint64_t (*tick)(struct agent *, uint64_t now_ns);
	/* Its work.  Returns when the next is due; NULL: it has none
		 * of its own. */
	uint64_t period_ns; /* of ticks; 0 the interval of the command line */
	bool beats; /* itself, when its work is done: not each tick is a beat */
};

extern const struct subsys subsys_files, subsys_log, subsys_regions,
    subsys_supervisor, subsys_throttle, subsys_tracker, subsys_watch,
    subsys_workers;

extern const struct subsys *const subsys_table[];
extern const size_t subsys_count;

int subsys_start(struct agent *);
	/* All of them; when one fails, those before it are stopped.  -1. */
void subsys_stop(struct agent *);
void subsys_reload(struct agent *);

/* A metric of the agent's own region, and where its handle is kept. */
struct subsys_metric {
	uint8_t kind; /* DBGSHM_METRIC_* */
	uint8_t unit;
	const char *name, *help;
	size_t handle; /* offset in the struct of the subsystem */
};
struct dbgshm_profile;
void subsys_metrics(struct agent *, struct dbgshm_profile *,
    const struct subsys_metric *, size_t count, void *owner);
	/* Makes them.  What is refused is said on the log, unless the whole
	 * region is off, where handles of zero do no harm. */

/* ---- subsys_supervisor.c ------------------------------------------------- */

enum subsys_state {
	SUBSYS_STOPPED,
	SUBSYS_STARTING,
	SUBSYS_RUNNING,
	SUBSYS_STOPPING,
	SUBSYS_FAILED
};
void supervisor_state(struct agent *, size_t subsystem, enum subsys_state);
	/* What became of a subsystem; harmless while there is no supervisor. */

void supervisor_beat(
    struct agent *, const struct subsys *, uint64_t deadline_ns);
	/* Its work is done, and will be again within deadline_ns; 0: it rests,
	 * or waits for something that is not its own affair. */

void supervisor_cost(struct agent *, const struct subsys *, uint64_t cpu_ns);
	/* A job has been done for it. */

void supervisor_run(void *agent);
	/* The loop's timer: ticks what is due and sets the timer again. */

void supervisor_wake(struct agent *, const struct subsys *, uint64_t at_ns);
	/* Ticks that subsystem at this time, if that is earlier. */

#endif
