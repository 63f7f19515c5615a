/*
 * subsys_tracker.c - who started and who exited on this host.
 *
 * One look at /proc an interval, by a job: while that is pending, the processes
 * are left alone.
 */
#include "subsys.h"
#include "tracker.h"

#include "clock.h"
#include "processes.h"
#include "schedule.h"
#include "titles.h"
#include "workers.h"

#include <errno.h>
#include <stdlib.h>

#define TRACKER_DEADLINE_NS (5 * NS_PER_S)
#define TRACKER_GRACE_NS NS_PER_S

struct tracker {
	struct agent *agent;
	uint64_t interval_ns;
	struct processes *processes;
	struct titles *titles;
	struct dbgshm_schedule schedule;
	struct job job;
	int error;	/* of the last look */
	bool check_all; /* in the look that is under way */
	bool want_all;	/* in the next one */
	void (*seen)(struct agent *, const struct proc_identity *);
	void (*each)(struct agent *, const struct proc_identity *);
};

/* The job. */
static void
look(struct job *job, struct scratch *scratch)
{
	struct tracker *tracker = job->owner;
	uint64_t seen;

	scratch_step(scratch, "/proc");
	dbgshm_schedule_begin(tracker->schedule);
	tracker->error = processes_look(
	    tracker->processes, scratch, tracker->check_all, &seen);
	if (tracker->error != 0)
		job->outcome = DBGSHM_OUTCOME_FAILED;
	dbgshm_schedule_end(
	    tracker->schedule, seen, job->outcome, tracker->interval_ns);
}

static void
looked(struct job *job)
{
	struct tracker *tracker = job->owner;
	struct agent *agent = tracker->agent;
	void (*each)(struct agent *, const struct proc_identity *) =
	    tracker->each;

	if (tracker->error != 0)
		agent_error(
		    agent, LOG_WARNINGS, tracker->error, "tracker", "/proc");
	else
		supervisor_beat(agent, &subsys_tracker,
		    2 * tracker->interval_ns + TRACKER_GRACE_NS);
	processes_news(
	    tracker->processes, agent, tracker->seen, tracker->titles);
	titles_send(tracker->titles);
	tracker->each = NULL;
	if (each != NULL)
		processes_each(tracker->processes, agent, each);
	if (tracker->want_all)
		supervisor_wake(agent, &subsys_tracker, clock_now());
}

static void
late(struct job *job)
{
	(void)job; /* the heartbeat says so */
}

static void
got_title(struct agent *agent, const struct proc_identity *identity)
{
	struct tracker *tracker = agent->tracker;

	if (tracker->seen != NULL)
		tracker->seen(agent, identity);
	if (!tracker->job.pending)
		processes_entitle(tracker->processes, identity);
}

static uint64_t
tick(struct agent *agent, uint64_t now_ns)
{
	struct tracker *tracker = agent->tracker;

	if (!tracker->job.pending) {
		tracker->check_all = tracker->want_all;
		tracker->want_all = false;
		(void)workers_submit(agent, &tracker->job);
	} else if (workers_is_queued(agent, &tracker->job))
		supervisor_beat(agent, &subsys_tracker, 0);
	return (clock_next(now_ns, tracker->interval_ns));
}

static bool
watches_names(const struct agent_options *options)
{
	size_t i;

	for (i = 0; i < options->watch_count; i++)
		if (options->watch[i].pid == 0)
			return (true);
	return (false);
}

static int
start(struct agent *agent)
{
	struct tracker *tracker;

	tracker = calloc(1, sizeof(*tracker));
	if (tracker == NULL) {
		agent_log(agent, LOG_ERRORS, "tracker: out of memory");
		return (-1);
	}
	agent->tracker = tracker;
	tracker->agent = agent;
	tracker->interval_ns = agent->options->interval_ns;
	tracker->job = (struct job){
		.kind = JOB_SCAN,
		.subsys = &subsys_tracker,
		.about = "all processes",
		.deadline_ns = TRACKER_DEADLINE_NS,
		.owner = tracker,
		.run = look,
		.done = looked,
		.late = late,
	};
	tracker->titles = titles_create(agent, &subsys_tracker, got_title);
	if (tracker->titles != NULL)
		tracker->processes =
		    processes_create(agent, watches_names(agent->options));
	if (tracker->processes == NULL) {
		agent_error(agent, LOG_ERRORS, errno, "tracker", "/proc");
		return (-1);
	}
	tracker->schedule =
	    schedule_add(agent, "tracker: look at /proc", tracker->interval_ns);
	return (0);
}

static void
stop(struct agent *agent)
{
	struct tracker *tracker = agent->tracker;
	bool titles, job;

	if (tracker == NULL)
		return;
	agent->tracker = NULL;
	titles = titles_destroy(tracker->titles);
	job = workers_take_back(agent, &tracker->job);
	if (!titles || !job)
		return; /* a job may come back, and needs all of this */
	processes_destroy(tracker->processes);
	free(tracker);
}

void
tracker_subscribe(struct agent *agent,
    void (*seen)(struct agent *, const struct proc_identity *))
{
	agent->tracker->seen = seen;
}

void
tracker_each(struct agent *agent,
    void (*seen)(struct agent *, const struct proc_identity *))
{
	struct tracker *tracker = agent->tracker;

	if (tracker->job.pending)
		tracker->each = seen;
	else
		processes_each(tracker->processes, agent, seen);
}

void
tracker_rescan(struct agent *agent)
{
	agent->tracker->want_all = true;
	supervisor_wake(agent, &subsys_tracker, clock_now());
}

const struct subsys subsys_tracker = {
	.name = "tracker",
	.description = "processes that start and exit on this host",
	.start = start,
	.stop = stop,
	.reload = tracker_rescan,
	.tick = tick,
	.beats = true,
};
