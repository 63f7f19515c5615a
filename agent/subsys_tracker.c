/*
 * subsys_tracker.c - who started and who exited on this host.
 *
 * One look at /proc a tick.  What has been learned about a process is kept, so
 * that most of them cost one step of a directory listing.  A process that lives
 * shorter than a tick can be missed.
 */
#include "subsys.h"
#include "tracker.h"

#include "clock.h"

#include <dbgshm/writer.h>

#include <sys/queue.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRACKER_MAX 32768		/* processes remembered */
#define TRACKER_ROWS 64			/* recent starts, recent exits */
#define TRACKER_YOUNG_NS (5 * NS_PER_S) /* may still become another program */
#define TRACKER_TURNS 8 /* older ones are checked every so many ticks */

enum {
	STARTED_TIME,
	STARTED_PID,
	STARTED_NAME,
	STARTED_PARENT,
	STARTED_EXE,
	STARTED_NCOL
};

static const struct dbgshm_column started_columns[STARTED_NCOL] = {
	[STARTED_TIME] = { .name = "time",
	    .type = DBGSHM_TYPE_TIME,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "when it was first seen" },
	[STARTED_PID] = { .name = "pid",
	    .type = DBGSHM_TYPE_GAUGE,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "process id" },
	[STARTED_NAME] = { .name = "name",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 32,
	    .help = "name of the process" },
	[STARTED_PARENT] = { .name = "parent",
	    .type = DBGSHM_TYPE_GAUGE,
	    .help = "process id of its parent" },
	[STARTED_EXE] = { .name = "exe",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 96,
	    .help = "file that it runs, when permitted" },
};

enum {
	EXITED_TIME,
	EXITED_PID,
	EXITED_NAME,
	EXITED_LIFETIME,
	EXITED_EXE,
	EXITED_NCOL
};

static const struct dbgshm_column exited_columns[EXITED_NCOL] = {
	[EXITED_TIME] = { .name = "time",
	    .type = DBGSHM_TYPE_TIME,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "when it was found missing" },
	[EXITED_PID] = { .name = "pid",
	    .type = DBGSHM_TYPE_GAUGE,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "process id" },
	[EXITED_NAME] = { .name = "name",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 32,
	    .help = "name of the process" },
	[EXITED_LIFETIME] = { .name = "lifetime",
	    .type = DBGSHM_TYPE_DURATION,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "how long it lived" },
	[EXITED_EXE] = { .name = "exe",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 96,
	    .help = "file that it ran, when permitted" },
};

struct process {
	TAILQ_ENTRY(process) link;
	pid_t pid;
	uint64_t pass;	   /* last scan that saw it */
	uint64_t seen_ns;  /* first */
	uint64_t start_ns; /* since boot */
	uint64_t parent;
	struct proc_identity identity;
};
TAILQ_HEAD(process_list, process);

/* A table whose newest row takes the place of the oldest. */
struct ring {
	struct dbgshm_table *table;
	struct dbgshm_row rows[TRACKER_ROWS];
	size_t next;
};

struct tracker {
	struct process_list processes; /* by pid, as /proc lists them */
	struct process *cursor; /* the first that a scan has not passed */
	uint64_t pass, count;
	int proc; /* descriptor of /proc */
	bool check_all;
	void (*seen)(struct agent *, const struct proc_identity *);
	struct ring started_ring, exited_ring;
	struct dbgshm_gauge processes_now, cache_entries;
	struct dbgshm_counter started, exited, renamed, hits, misses, refused;
	struct dbgshm_histogram scan_cost;
	struct proc_walk walk;
};

static const struct subsys_metric cache_metrics[] = {
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NONE, "entries",
	    "processes in the cache", offsetof(struct tracker, cache_entries) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "hits",
	    "processes that were known", offsetof(struct tracker, hits) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "misses",
	    "processes that were not known", offsetof(struct tracker, misses) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "refused",
	    "misses for which the cache had no room",
	    offsetof(struct tracker, refused) },
};

static const struct subsys_metric tracker_metrics[] = {
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NONE, "processes", "processes now",
	    offsetof(struct tracker, processes_now) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "started",
	    "processes that started since the agent did",
	    offsetof(struct tracker, started) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "exited",
	    "processes that exited since the agent started",
	    offsetof(struct tracker, exited) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "renamed",
	    "processes that took another name or program",
	    offsetof(struct tracker, renamed) },
	{ DBGSHM_METRIC_HISTOGRAM, DBGSHM_UNIT_NS, "scan_cost",
	    "time that one look at all processes took",
	    offsetof(struct tracker, scan_cost) },
};

static struct dbgshm_row
ring_claim(struct ring *ring)
{
	struct dbgshm_row *row = &ring->rows[ring->next];

	dbgshm_row_release(*row);
	*row = dbgshm_row_claim(ring->table);
	ring->next = (ring->next + 1) % TRACKER_ROWS;
	return (*row);
}

static void
tell_started(struct tracker *tracker, const struct process *process)
{
	struct dbgshm_row row = ring_claim(&tracker->started_ring);

	dbgshm_counter_add(tracker->started, 1);
	dbgshm_row_set(row, STARTED_TIME, dbgshm_now());
	dbgshm_row_set(row, STARTED_PID, (uint64_t)process->pid);
	dbgshm_row_text(row, STARTED_NAME, process->identity.name);
	dbgshm_row_set(row, STARTED_PARENT, process->parent);
	dbgshm_row_text(row, STARTED_EXE, process->identity.exe);
	dbgshm_row_end(row);
}

static void
tell_exited(struct tracker *tracker, const struct process *process)
{
	struct dbgshm_row row = ring_claim(&tracker->exited_ring);

	dbgshm_counter_add(tracker->exited, 1);
	dbgshm_row_set(row, EXITED_TIME, dbgshm_now());
	dbgshm_row_set(row, EXITED_PID, (uint64_t)process->pid);
	dbgshm_row_text(row, EXITED_NAME, process->identity.name);
	dbgshm_row_set(
	    row, EXITED_LIFETIME, clock_ns(CLOCK_BOOTTIME) - process->start_ns);
	dbgshm_row_text(row, EXITED_EXE, process->identity.exe);
	dbgshm_row_end(row);
}

/* Reads who it is, when that is not yet known or has changed. */
static bool
learn(struct agent *agent, struct process *process, bool fresh)
{
	struct tracker *tracker = agent->tracker;
	struct proc_stat stat;
	char name[24];
	int directory;
	bool changed = false;

	snprintf(name, sizeof(name), "%d", (int)process->pid);
	directory =
	    openat(tracker->proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory == -1)
		return (false);
	if (proc_stat_read(directory, "stat", &stat) == -1) {
		close(directory);
		return (false);
	}
	if (!fresh && stat.start_ticks != process->identity.start_ticks) {
		/* Another process with the same number. */
		tell_exited(tracker, process);
		process->seen_ns = clock_now();
		fresh = true;
	}
	if (fresh || strcmp(stat.comm, process->identity.comm) != 0) {
		proc_identify(directory, &stat, &process->identity);
		process->start_ns = stat.start_ns;
		process->parent = stat.parent;
		changed = true;
	}
	close(directory);
	if (fresh && tracker->pass > 1)
		tell_started(tracker, process);
	if (!fresh && changed)
		dbgshm_counter_add(tracker->renamed, 1);
	if (changed && tracker->seen != NULL)
		tracker->seen(agent, &process->identity);
	return (true);
}

/* The process with this pid, or the one it has to be put before. */
static struct process *
find(struct tracker *tracker, pid_t pid)
{
	struct process *process = tracker->cursor, *before;

	/* The kernel lists them in order; this does not depend on it. */
	before = process == NULL ? TAILQ_LAST(&tracker->processes, process_list)
				 : TAILQ_PREV(process, process_list, link);
	if (before != NULL && before->pid >= pid)
		process = TAILQ_FIRST(&tracker->processes);
	while (process != NULL && process->pid < pid)
		process = TAILQ_NEXT(process, link);
	tracker->cursor = process;
	return (process);
}

static void
see(struct agent *agent, pid_t pid, uint64_t now_ns)
{
	struct tracker *tracker = agent->tracker;
	struct process *process, *after = find(tracker, pid);

	if (after != NULL && after->pid == pid) {
		dbgshm_counter_add(tracker->hits, 1);
		if (tracker->check_all ||
		    now_ns - after->seen_ns < TRACKER_YOUNG_NS ||
		    (uint64_t)pid % TRACKER_TURNS ==
			tracker->pass % TRACKER_TURNS)
			(void)learn(agent, after, false);
		after->pass = tracker->pass;
		return;
	}
	dbgshm_counter_add(tracker->misses, 1);
	if (tracker->count >= TRACKER_MAX ||
	    (process = calloc(1, sizeof(*process))) == NULL) {
		dbgshm_counter_add(tracker->refused, 1);
		return;
	}
	process->pid = pid;
	process->seen_ns = now_ns;
	process->pass = tracker->pass;
	if (!learn(agent, process, true)) {
		free(process);
		return;
	}
	if (after != NULL)
		TAILQ_INSERT_BEFORE(after, process, link);
	else
		TAILQ_INSERT_TAIL(&tracker->processes, process, link);
	tracker->count++;
}

static uint64_t
tick(struct agent *agent, uint64_t now_ns)
{
	struct tracker *tracker = agent->tracker;
	struct process *process, *next;
	uint64_t pid;

	tracker->pass++;
	if (proc_walk_open(&tracker->walk, tracker->proc, ".") == -1) {
		agent_log(
		    agent, LOG_WARNINGS, "tracker: /proc: %s", strerror(errno));
		goto done;
	}
	tracker->cursor = TAILQ_FIRST(&tracker->processes);
	while (proc_walk_next(&tracker->walk, &pid))
		see(agent, (pid_t)pid, now_ns);
	proc_walk_close(&tracker->walk);
	if (tracker->walk.error != 0)
		goto done; /* half a list says nothing about who is gone */
	tracker->check_all = false;
	TAILQ_FOREACH_SAFE(process, &tracker->processes, link, next) {
		if (process->pass == tracker->pass)
			continue;
		tell_exited(tracker, process);
		TAILQ_REMOVE(&tracker->processes, process, link);
		tracker->count--;
		free(process);
	}
	dbgshm_gauge_set(tracker->processes_now, (int64_t)tracker->count);
	dbgshm_gauge_set(tracker->cache_entries, (int64_t)tracker->count);
	dbgshm_histogram_record(tracker->scan_cost, clock_now() - now_ns);
done:
	return (clock_next(now_ns, agent->options->interval_ns));
}

static void
create_cache_profile(struct agent *agent, struct tracker *tracker)
{
	struct dbgshm_profile *profile;

	profile = dbgshm_profile_add("tracker/cache",
	    "what is known about processes, by pid and start time",
	    "A hit is a process that was known when it was looked for, a miss "
	    "one whose name and executable had to be read.");
	subsys_metrics(agent, profile, cache_metrics,
	    sizeof(cache_metrics) / sizeof(cache_metrics[0]), tracker);
}

static void
create_profiles(struct agent *agent, struct tracker *tracker)
{
	struct dbgshm_profile *profile;

	profile = dbgshm_profile_add("tracker",
	    "processes that start and exit on this host",
	    "Found by looking at /proc once an interval; what lives shorter "
	    "than that can be missed.");
	subsys_metrics(agent, profile, tracker_metrics,
	    sizeof(tracker_metrics) / sizeof(tracker_metrics[0]), tracker);
	create_cache_profile(agent, tracker);
	profile = dbgshm_profile_add(
	    "tracker/started", "processes that started lately", NULL);
	tracker->started_ring.table = dbgshm_table_create(
	    profile, started_columns, STARTED_NCOL, TRACKER_ROWS);
	profile = dbgshm_profile_add(
	    "tracker/exited", "processes that exited lately", NULL);
	tracker->exited_ring.table = dbgshm_table_create(
	    profile, exited_columns, EXITED_NCOL, TRACKER_ROWS);
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
	TAILQ_INIT(&tracker->processes);
	agent->tracker = tracker;
	tracker->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (tracker->proc == -1) {
		agent_log(
		    agent, LOG_ERRORS, "tracker: /proc: %s", strerror(errno));
		return (-1);
	}
	create_profiles(agent, tracker);
	return (0);
}

static void
stop(struct agent *agent)
{
	struct tracker *tracker = agent->tracker;
	struct process *process;

	if (tracker == NULL)
		return;
	while ((process = TAILQ_FIRST(&tracker->processes)) != NULL) {
		TAILQ_REMOVE(&tracker->processes, process, link);
		free(process);
	}
	if (tracker->proc != -1)
		close(tracker->proc);
	free(tracker);
	agent->tracker = NULL;
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
	struct process *process;

	TAILQ_FOREACH(process, &agent->tracker->processes, link)
		seen(agent, &process->identity);
}

void
tracker_rescan(struct agent *agent)
{
	agent->tracker->check_all = true;
	supervisor_wake(agent, &subsys_tracker, clock_now());
}

const struct subsys subsys_tracker = {
	.name = "tracker",
	.description = "processes that start and exit on this host",
	.start = start,
	.stop = stop,
	.reload = tracker_rescan,
	.tick = tick,
};
