/*
 * subsys_watch.c - which processes are watched: by number, or by a name that
 * processes may take and give up as they like.
 *
 * A process that has ended leaves its last region for a while; of one name only
 * the newest few, so that a crash loop does not fill the memory.
 */
#include "subsys.h"
#include "tracker.h"
#include "watched.h"

#include "clock.h"
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WATCH_MAX 1024 /* live processes */
#define WATCH_KEEP_NS (60 * NS_PER_S)
#define WATCH_KEEP_ENDED 3 /* newest ended ones of each --watch */
#define WATCH_AT_ONCE 1	   /* a time that is long over */
#define WATCH_SECOND_NS (100 * NS_PER_MS) /* for rates soon after the first */

struct watch {
	struct subject_host host;
	struct watched_list watched; /* first who was not looked at for longest:
					so they are queued, and nobody gets more
					turns than others when there are few */
	uint64_t starting, live, kept;
	uint64_t past_bytes; /* of all regions that there are */
	bool told_full;
	struct dbgshm_table *table;
	struct dbgshm_gauge processes, ended, history;
	struct dbgshm_counter samples, failures, made, removed, history_time;
	struct dbgshm_histogram cost;
};

static const struct subsys_metric watch_metrics[] = {
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NONE, "processes",
	    "live processes that are watched",
	    offsetof(struct watch, processes) },
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NONE, "ended",
	    "ended processes whose region is still there",
	    offsetof(struct watch, ended) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "samples",
	    "samples of processes", offsetof(struct watch, samples) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "failures",
	    "processes or samples that failed",
	    offsetof(struct watch, failures) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "regions_made",
	    "regions made for processes", offsetof(struct watch, made) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "regions_removed",
	    "regions of ended processes removed again",
	    offsetof(struct watch, removed) },
	{ DBGSHM_METRIC_HISTOGRAM, DBGSHM_UNIT_NS, "sample_cost",
	    "time that one sample of one process took",
	    offsetof(struct watch, cost) },
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_BYTES, "history_bytes",
	    "memory of their regions that holds the past",
	    offsetof(struct watch, history) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NS, "history_time",
	    "time spent on the past of all of them, a part of the samples",
	    offsetof(struct watch, history_time) },
};

static void job_done(struct job *);
static void process_ended(void *);

static bool
is_live(const struct watched *watched)
{
	return (watched->state == WATCHED_STARTING ||
	    watched->state == WATCHED_LIVE ||
	    watched->state == WATCHED_OVERDUE);
}

static void
count(struct watch *watch)
{
	dbgshm_gauge_set(watch->processes, (int64_t)watch->live);
	dbgshm_gauge_set(watch->ended, (int64_t)watch->kept);
}

/* What the past costs, after it was that much for this one. */
static void
count_history(struct watch *watch, const struct dbgshm_cost *before,
    const struct dbgshm_cost *now)
{
	watch->past_bytes += now->history_bytes - before->history_bytes;
	dbgshm_gauge_set(watch->history, (int64_t)watch->past_bytes);
	if (now->history_ns > before->history_ns)
		dbgshm_counter_add(
		    watch->history_time, now->history_ns - before->history_ns);
}

static void
forget(struct watch *watch, struct watched *watched)
{
	if (watched->state == WATCHED_STARTING)
		watch->starting--;
	else if (is_live(watched))
		watch->live--;
	else
		watch->kept--;
	if (watched->state != WATCHED_STARTING)
		dbgshm_counter_add(watch->removed, 1);
	TAILQ_REMOVE(&watch->watched, watched, link);
	count_history(watch, &watched->cost, &(struct dbgshm_cost){ 0 });
	watched_destroy(watched);
	count(watch);
}

/* Too many of one --watch: the oldest of them goes with the next tick. */
static void
limit_ended(struct watch *watch, const struct watch_option *option)
{
	struct watched *watched, *oldest = NULL;
	size_t ended = 0;

	TAILQ_FOREACH(watched, &watch->watched, link) {
		if (is_live(watched) || watched->option != option ||
		    watched->next_ns == WATCH_AT_ONCE)
			continue;
		if (oldest == NULL || watched->ended_ns < oldest->ended_ns)
			oldest = watched;
		ended++;
	}
	if (ended <= WATCH_KEEP_ENDED)
		return;
	oldest->next_ns = WATCH_AT_ONCE;
	supervisor_wake(oldest->agent, &subsys_watch, clock_now());
}

static void
end(struct watched *watched, enum subject_end why)
{
	struct agent *agent = watched->agent;
	struct watch *watch = agent->watch;

	agent_event(agent,
	    why == SUBJECT_REPLACED ? EVENT_REPLACED : EVENT_EXITED,
	    (union dbgshm_field[]){
		{ .text = watched->subject->identity.name },
		{ .u = (uint64_t)watched->pid },
	    });
	loop_remove(agent->loop, watched->source);
	watched->source = NULL;
	subject_end(watched->subject, why);
	watched->ended_ns = clock_now();
	watched->next_ns = watched->ended_ns + WATCH_KEEP_NS;
	watched_set_state(watched,
	    why == SUBJECT_REPLACED ? WATCHED_REPLACED : WATCHED_EXITED);
	watch->live--;
	watch->kept++;
	count(watch);
	limit_ended(watch, watched->option);
}

static bool
has_room(struct agent *agent)
{
	struct watch *watch = agent->watch;

	if (watch->live + watch->starting < WATCH_MAX)
		return (true);
	if (!watch->told_full)
		agent_log(agent, LOG_WARNINGS,
		    "watch: more than %d processes: the others are left out",
		    WATCH_MAX);
	watch->told_full = true;
	return (false);
}

static void
cannot(struct agent *agent, const struct watch_option *option, pid_t pid,
    int error)
{
	dbgshm_counter_add(agent->watch->failures, 1);
	/* One of that name that has ended is nothing to speak of. */
	if (error != ESRCH || option->pid != 0)
		agent_error(
		    agent, LOG_WARNINGS, error, "watch", "pid %d", (int)pid);
}

/* What can be known at once, and without reading its memory. */
static int
look_at(pid_t pid, struct proc_identity *identity)
{
	struct proc_stat stat;
	char name[32];

	snprintf(name, sizeof(name), "/proc/%d/stat", (int)pid);
	if (proc_stat_read(AT_FDCWD, name, &stat) == -1)
		return (proc_gone(errno) ? ESRCH : errno);
	*identity = (struct proc_identity){ .pid = pid,
		.start_ticks = stat.start_ticks };
	strlcpy(identity->name, stat.comm, sizeof(identity->name));
	return (0);
}

/* identity: NULL when it was asked for by number. */
static void
begin(struct agent *agent, const struct watch_option *option, pid_t pid,
    const struct proc_identity *identity)
{
	struct watch *watch = agent->watch;
	struct proc_identity first;
	struct watched *watched;
	int error;

	if (!has_room(agent))
		return;
	if (identity == NULL) {
		error = look_at(pid, &first);
		if (error != 0) {
			cannot(agent, option, pid, error);
			return;
		}
		identity = &first;
	}
	watched =
	    watched_create(agent, &watch->host, watch->table, option, identity);
	if (watched == NULL) {
		cannot(agent, option, pid, ENOMEM);
		return;
	}
	TAILQ_INSERT_TAIL(&watch->watched, watched, link);
	watch->starting++;
	if (watched_submit(watched, job_done) == 0)
		return;
	watched->next_ns = clock_now() + watch->host.interval_ns;
	supervisor_wake(agent, &subsys_watch, watched->next_ns);
}

/* The first job is done. */
static bool
has_begun(struct watched *watched)
{
	struct agent *agent = watched->agent;
	struct watch *watch = agent->watch;
	struct subject *subject = watched->subject;

	if (subject != NULL && watched->result == SUBJECT_EXITED)
		watched->error = ESRCH;
	if (subject == NULL || watched->result == SUBJECT_EXITED) {
		cannot(agent, watched->option, watched->pid, watched->error);
		forget(watch, watched);
		return (false);
	}
	watch->starting--;
	watch->live++;
	watched_begun(watched);
	dbgshm_counter_add(watch->made, 1);
	count(watch);
	if (subject->pidfd != -1)
		watched->source = loop_add(
		    agent->loop, subject->pidfd, process_ended, watched);
	agent_event(agent, EVENT_WATCHING,
	    (union dbgshm_field[]){
		{ .text = subject->identity.name },
		{ .u = (uint64_t)watched->pid },
	    });
	return (true);
}

static bool
is_watched(const struct watch *watch, const struct proc_identity *identity)
{
	const struct watched *watched;

	TAILQ_FOREACH(watched, &watch->watched, link)
		if (is_live(watched) && watched->pid == identity->pid &&
		    watched->start_ticks == identity->start_ticks)
			return (true);
	return (false);
}

/* A process that is new, has a new name, or is looked at again. */
static void
consider(struct agent *agent, const struct proc_identity *identity)
{
	const struct agent_options *options = agent->options;
	const struct watch_option *option;

	for (option = options->watch;
	     option < options->watch + options->watch_count; option++) {
		if (option->pid != 0 || !proc_is_named(identity, option->text))
			continue;
		if (!is_watched(agent->watch, identity))
			begin(agent, option, identity->pid, identity);
		return;
	}
}

static bool
is_watched_pid(const struct watch *watch, pid_t pid)
{
	const struct watched *watched;

	TAILQ_FOREACH(watched, &watch->watched, link)
		if (is_live(watched) && watched->pid == pid)
			return (true);
	return (false);
}

/* Processes that were asked for by number; complains when there is none. */
static void
resolve_pids(struct agent *agent)
{
	const struct agent_options *options = agent->options;
	const struct watch_option *option;

	for (option = options->watch;
	     option < options->watch + options->watch_count; option++)
		if (option->pid != 0 &&
		    !is_watched_pid(agent->watch, option->pid))
			begin(agent, option, option->pid, NULL);
}

/* The kernel says that the process is gone. */
static void
process_ended(void *context)
{
	struct watched *watched = context;

	if (!watched->job.pending) {
		end(watched, SUBJECT_EXITED);
		return;
	}
	/* A job is at it: when that has returned. */
	watched->gone = true;
	loop_remove(watched->agent->loop, watched->source);
	watched->source = NULL;
}

/* Its old self is over; go on with what it has become. */
static void
follow(struct watched *watched, enum subject_end why)
{
	const struct watch_option *option = watched->option;
	struct proc_identity identity = watched->subject->identity;
	struct agent *agent = watched->agent;

	if (why == SUBJECT_REOWNED)
		forget(agent->watch, watched);
	else
		end(watched, why);
	if (option->pid != 0 || why == SUBJECT_REOWNED)
		begin(agent, option, identity.pid, &identity);
	else
		tracker_rescan(agent); /* it may still have the name */
}

static void
sampled(struct watched *watched)
{
	struct watch *watch = watched->agent->watch;
	struct subject *subject = watched->subject;
	struct dbgshm_cost before = watched->cost;

	TAILQ_REMOVE(&watch->watched, watched, link);
	TAILQ_INSERT_TAIL(&watch->watched, watched, link);
	watched->next_ns = subject->samples == 1
	    ? subject->now_ns + WATCH_SECOND_NS
	    : clock_next(clock_now(), watch->host.interval_ns);
	if (watched->result == SUBJECT_FAILED) {
		dbgshm_counter_add(watch->failures, 1);
		if (!watched->failing)
			agent_error(watched->agent, LOG_WARNINGS,
			    watched->error, "watch", "pid %d",
			    (int)watched->pid);
		watched->failing = true;
	} else {
		watched->failing = false;
		dbgshm_counter_add(watch->samples, 1);
		dbgshm_histogram_record(watch->cost, subject->cost_ns);
		watched_sampled(watched);
		count_history(watch, &before, &watched->cost);
	}
	supervisor_wake(watched->agent, &subsys_watch, watched->next_ns);
}

/* On the loop's thread again. */
static void
job_done(struct job *job)
{
	struct watched *watched = job->owner;

	if (job->kind == JOB_START && !has_begun(watched))
		return;
	if (watched->state == WATCHED_OVERDUE)
		watched_set_state(watched, WATCHED_LIVE);
	if (watched->gone || watched->result == SUBJECT_EXITED)
		end(watched, SUBJECT_EXITED);
	else if (watched->result == SUBJECT_REPLACED ||
	    watched->result == SUBJECT_REOWNED)
		follow(watched, watched->result);
	else
		sampled(watched);
}

static uint64_t
tick(struct agent *agent, uint64_t now_ns)
{
	struct watch *watch = agent->watch;
	struct watched *watched, *next;
	uint64_t next_ns = clock_next(now_ns, watch->host.interval_ns);

	TAILQ_FOREACH_SAFE(watched, &watch->watched, link, next) {
		if (watched->next_ns > now_ns)
			continue;
		if (!is_live(watched))
			forget(watch, watched);
		else if (watched_submit(watched, job_done) == -1)
			watched->next_ns = next_ns;
	}
	TAILQ_FOREACH(watched, &watch->watched, link)
		if (watched->next_ns < next_ns)
			next_ns = watched->next_ns;
	return (next_ns);
}

static void
create_profile(struct agent *agent, struct watch *watch)
{
	struct dbgshm_profile *profile;

	profile = dbgshm_profile_add("watch",
	    "processes that are watched, each in a region of its own",
	    "A process that has ended keeps its last region for a minute.");
	subsys_metrics(agent, profile, watch_metrics,
	    sizeof(watch_metrics) / sizeof(watch_metrics[0]), watch);
	watch->table = watched_table(profile);
}

static int
start(struct agent *agent)
{
	struct watch *watch;

	watch = calloc(1, sizeof(*watch));
	if (watch == NULL) {
		agent_log(agent, LOG_ERRORS, "watch: out of memory");
		return (-1);
	}
	TAILQ_INIT(&watch->watched);
	agent->watch = watch;
	if (subject_host_init(&watch->host, agent->options->interval_ns,
		agent->options->cpu_limit) == -1) {
		agent_error(agent, LOG_ERRORS, errno, "watch", "its caches");
		return (-1);
	}
	create_profile(agent, watch);
	tracker_subscribe(agent, consider);
	resolve_pids(agent);
	return (0);
}

static void
stop(struct agent *agent)
{
	struct watch *watch = agent->watch;
	struct watched *watched;
	bool left = false;

	if (watch == NULL)
		return;
	agent->watch = NULL;
	while ((watched = TAILQ_FIRST(&watch->watched)) != NULL) {
		TAILQ_REMOVE(&watch->watched, watched, link);
		if (workers_take_back(agent, &watched->job))
			watched_destroy(watched);
		else
			left = true; /* its region goes with the agent */
	}
	if (left)
		return; /* a job may come back, and needs all of this */
	subject_host_fini(&watch->host);
	free(watch);
}

static void
reload(struct agent *agent)
{
	struct watched *watched;

	(void)subject_host_reload(&agent->watch->host);
	resolve_pids(agent);
	tracker_each(agent, consider);
	TAILQ_FOREACH(watched, &agent->watch->watched, link)
		if (is_live(watched) && !watched->job.pending)
			watched->next_ns = clock_now();
	supervisor_wake(agent, &subsys_watch, clock_now());
}

const struct subsys subsys_watch = {
	.name = "watch",
	.description = "samples watched processes into regions about them",
	.start = start,
	.stop = stop,
	.reload = reload,
	.tick = tick,
};
