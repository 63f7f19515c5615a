/*
 * processes.c - what is known about the processes of this host.
 *
 * What has been learned about a process is kept, so that most of them cost one
 * step of a directory listing.  A process that lives shorter than the time
 * between two looks can be missed.
 */
#include "processes.h"

#include "clock.h"
#include "files.h"
#include "subsys.h"

#include <sys/queue.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROCESSES_MAX 32768		  /* remembered */
#define PROCESSES_ROWS 64		  /* recent starts, recent exits */
#define PROCESSES_YOUNG_NS (5 * NS_PER_S) /* may still become another program */
#define PROCESSES_TURNS 8  /* older ones are checked every so many looks */
#define PROCESSES_TELL 256 /* between two signs of progress */

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
	uint64_t pass;	   /* last look that saw it */
	uint64_t seen_ns;  /* first */
	uint64_t start_ns; /* since boot */
	uint64_t parent;
	bool changed;		       /* nobody was told yet */
	bool untitled;		       /* its title was not asked for yet */
	struct dbgshm_row started_row; /* as long as it is there */
	struct proc_identity identity;
};
TAILQ_HEAD(process_list, process);

/* A table whose newest row takes the place of the oldest. */
struct ring {
	struct dbgshm_table *table;
	struct dbgshm_row rows[PROCESSES_ROWS];
	size_t next;
};

struct processes {
	struct process_list list;
	struct process *cursor; /* the first that a look has not passed */
	uint64_t pass, count;
	uint64_t news; /* that have changed or are untitled */
	int proc;      /* descriptor of /proc */
	bool titles_matter;
	struct ring started_ring, exited_ring;
	struct dbgshm_cache cache;
	struct dbgshm_gauge processes_now;
	struct dbgshm_counter started, exited, renamed, refused;
	struct dbgshm_histogram scan_cost;
};

static const struct subsys_metric cache_metrics[] = {
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "refused",
	    "misses for which the cache had no room",
	    offsetof(struct processes, refused) },
};

static const struct subsys_metric tracker_metrics[] = {
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NONE, "processes", "processes now",
	    offsetof(struct processes, processes_now) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "started",
	    "processes that started since the agent did",
	    offsetof(struct processes, started) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "exited",
	    "processes that exited since the agent started",
	    offsetof(struct processes, exited) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "renamed",
	    "processes that took another name or program",
	    offsetof(struct processes, renamed) },
	{ DBGSHM_METRIC_HISTOGRAM, DBGSHM_UNIT_NS, "scan_cost",
	    "time that one look at all processes took",
	    offsetof(struct processes, scan_cost) },
};

static struct dbgshm_row
ring_claim(struct ring *ring)
{
	struct dbgshm_row *row = &ring->rows[ring->next];

	dbgshm_row_release(*row);
	*row = dbgshm_row_claim(ring->table);
	ring->next = (ring->next + 1) % PROCESSES_ROWS;
	return (*row);
}

static void
tell_started(struct processes *all, struct process *process)
{
	struct dbgshm_row row = ring_claim(&all->started_ring);

	dbgshm_counter_add(all->started, 1);
	dbgshm_row_set(row, STARTED_TIME, dbgshm_now());
	dbgshm_row_set(row, STARTED_PID, (uint64_t)process->pid);
	dbgshm_row_text(row, STARTED_NAME, process->identity.name);
	dbgshm_row_set(row, STARTED_PARENT, process->parent);
	dbgshm_row_text(row, STARTED_EXE, process->identity.exe);
	dbgshm_row_end(row);
	process->started_row = row;
}

static void
tell_exited(struct processes *all, const struct process *process)
{
	struct dbgshm_row row = ring_claim(&all->exited_ring);

	dbgshm_counter_add(all->exited, 1);
	dbgshm_row_set(row, EXITED_TIME, dbgshm_now());
	dbgshm_row_set(row, EXITED_PID, (uint64_t)process->pid);
	dbgshm_row_text(row, EXITED_NAME, process->identity.name);
	dbgshm_row_set(
	    row, EXITED_LIFETIME, clock_ns(CLOCK_BOOTTIME) - process->start_ns);
	dbgshm_row_text(row, EXITED_EXE, process->identity.exe);
	dbgshm_row_end(row);
}

enum learned { LEARNED_GONE, LEARNED_SAME, LEARNED_NEW };

/* Reads who it is, when that is not yet known or has changed. */
static enum learned
learn(struct processes *all, struct process *process, bool fresh)
{
	struct proc_stat stat;
	char name[24];
	int directory;
	bool changed = false;

	snprintf(name, sizeof(name), "%d", (int)process->pid);
	directory = files_brief_open(all->proc, name, O_RDONLY | O_DIRECTORY);
	if (directory == -1)
		return (LEARNED_GONE);
	if (proc_stat_read(directory, "stat", &stat) == -1) {
		files_brief_close(directory);
		return (LEARNED_GONE);
	}
	if (!fresh && stat.start_ticks != process->identity.start_ticks) {
		/* Another process with the same number. */
		tell_exited(all, process);
		dbgshm_cache_evict(all->cache, 1);
		process->seen_ns = clock_now();
		fresh = true;
	}
	if (fresh || strcmp(stat.comm, process->identity.comm) != 0) {
		proc_identify(directory, &stat, &process->identity);
		process->start_ns = stat.start_ns;
		process->parent = stat.parent;
		changed = true;
	}
	files_brief_close(directory);
	if (fresh && all->pass > 1)
		tell_started(all, process);
	if (!fresh && changed)
		dbgshm_counter_add(all->renamed, 1);
	if (changed) {
		process->changed = true;
		process->untitled =
		    all->titles_matter || proc_wants_title(&process->identity);
		all->news++;
	}
	return (changed ? LEARNED_NEW : LEARNED_SAME);
}

/* The process with this pid, or the one it has to be put before. */
static struct process *
find(struct processes *all, pid_t pid)
{
	struct process *process = all->cursor, *before;

	/* The kernel lists them in order; this does not depend on it. */
	before = process == NULL ? TAILQ_LAST(&all->list, process_list)
				 : TAILQ_PREV(process, process_list, link);
	if (before != NULL && before->pid >= pid)
		process = TAILQ_FIRST(&all->list);
	while (process != NULL && process->pid < pid)
		process = TAILQ_NEXT(process, link);
	all->cursor = process;
	return (process);
}

/* What is known may be wrong by now: the number may be another process's. */
static bool
is_due(const struct processes *all, const struct process *process,
    uint64_t now_ns, bool check_all)
{
	return (check_all || now_ns - process->seen_ns < PROCESSES_YOUNG_NS ||
	    (uint64_t)process->pid % PROCESSES_TURNS ==
		all->pass % PROCESSES_TURNS);
}

static void
see(struct processes *all, pid_t pid, uint64_t now_ns, bool check_all)
{
	struct process *process, *after = find(all, pid);

	if (after != NULL && after->pid == pid) {
		if (is_due(all, after, now_ns, check_all) &&
		    learn(all, after, false) == LEARNED_NEW)
			dbgshm_cache_miss(all->cache, 1);
		else
			dbgshm_cache_hit(all->cache, 1);
		after->pass = all->pass;
		return;
	}
	dbgshm_cache_miss(all->cache, 1);
	if (all->count >= PROCESSES_MAX ||
	    (process = calloc(1, sizeof(*process))) == NULL) {
		dbgshm_counter_add(all->refused, 1);
		return;
	}
	process->pid = pid;
	process->seen_ns = now_ns;
	process->pass = all->pass;
	if (learn(all, process, true) == LEARNED_GONE) {
		free(process);
		return;
	}
	if (after != NULL)
		TAILQ_INSERT_BEFORE(after, process, link);
	else
		TAILQ_INSERT_TAIL(&all->list, process, link);
	all->count++;
}

static void
forget_gone(struct processes *all)
{
	struct process *process, *next;

	TAILQ_FOREACH_SAFE(process, &all->list, link, next) {
		if (process->pass == all->pass)
			continue;
		tell_exited(all, process);
		dbgshm_cache_evict(all->cache, 1);
		TAILQ_REMOVE(&all->list, process, link);
		all->count--;
		free(process);
	}
}

int
processes_look(struct processes *all, struct scratch *scratch, bool check_all,
    uint64_t *seen)
{
	uint64_t pid, now_ns = clock_now();

	*seen = 0;
	all->pass++;
	if (proc_walk_open(&scratch->walk, all->proc, ".") == -1)
		return (errno);
	all->cursor = TAILQ_FIRST(&all->list);
	for (; proc_walk_next(&scratch->walk, &pid); ++*seen) {
		if (*seen % PROCESSES_TELL == 0)
			dbgshm_operation_progress(
			    &scratch->operation, *seen, all->count, NULL);
		see(all, (pid_t)pid, now_ns, check_all);
	}
	proc_walk_close(&scratch->walk);
	dbgshm_operation_progress(&scratch->operation, *seen, *seen, NULL);
	if (scratch->walk.error != 0) /* half a list: who knows who is gone */
		return (scratch->walk.error);
	forget_gone(all);
	dbgshm_gauge_set(all->processes_now, (int64_t)all->count);
	dbgshm_cache_size(all->cache, all->count);
	dbgshm_histogram_record(all->scan_cost, clock_now() - now_ns);
	return (0);
}

void
processes_news(struct processes *all, struct agent *agent,
    void (*seen)(struct agent *, const struct proc_identity *),
    struct titles *titles)
{
	struct process *process;

	if (all->news == 0)
		return;
	all->news = 0;
	TAILQ_FOREACH(process, &all->list, link) {
		if (process->changed && seen != NULL)
			seen(agent, &process->identity);
		process->changed = false;
		if (process->untitled)
			process->untitled =
			    !titles_ask(titles, &process->identity);
		if (process->untitled)
			all->news++;
	}
}

void
processes_each(struct processes *all, struct agent *agent,
    void (*seen)(struct agent *, const struct proc_identity *))
{
	struct process *process;

	TAILQ_FOREACH(process, &all->list, link)
		seen(agent, &process->identity);
}

void
processes_entitle(struct processes *all, const struct proc_identity *identity)
{
	struct process *process;
	struct dbgshm_row row;

	TAILQ_FOREACH(process, &all->list, link)
		if (process->pid >= identity->pid)
			break;
	if (process == NULL || process->pid != identity->pid ||
	    process->identity.start_ticks != identity->start_ticks)
		return;
	if (strcmp(process->identity.name, identity->name) != 0) {
		row = dbgshm_row_begin(process->started_row);
		dbgshm_row_text(row, STARTED_NAME, identity->name);
		dbgshm_row_end(row);
	}
	process->identity = *identity;
}

/* ---- the beginning and the end --------------------------------------------- */

static void
create_cache_profile(struct agent *agent, struct processes *all)
{
	struct dbgshm_profile *profile;

	profile = dbgshm_profile_add("tracker/cache",
	    "what is known about processes, by pid and start time",
	    "A hit is a process that was known when it was looked for, a miss "
	    "one whose name and executable had to be read, an eviction one "
	    "that has exited.");
	subsys_metrics(agent, profile, cache_metrics,
	    sizeof(cache_metrics) / sizeof(cache_metrics[0]), all);
	all->cache = dbgshm_cache_claim(
	    dbgshm_caches_create(profile, 1), "processes", PROCESSES_MAX);
}

static void
create_profiles(struct agent *agent, struct processes *all)
{
	struct dbgshm_profile *profile;

	profile = dbgshm_profile_add("tracker",
	    "processes that start and exit on this host",
	    "Found by looking at /proc once an interval; what lives shorter "
	    "than that can be missed.");
	subsys_metrics(agent, profile, tracker_metrics,
	    sizeof(tracker_metrics) / sizeof(tracker_metrics[0]), all);
	create_cache_profile(agent, all);
	profile = dbgshm_profile_add(
	    "tracker/started", "processes that started lately", NULL);
	all->started_ring.table = dbgshm_table_create(
	    profile, started_columns, STARTED_NCOL, PROCESSES_ROWS);
	profile = dbgshm_profile_add(
	    "tracker/exited", "processes that exited lately", NULL);
	all->exited_ring.table = dbgshm_table_create(
	    profile, exited_columns, EXITED_NCOL, PROCESSES_ROWS);
}

struct processes *
processes_create(struct agent *agent, bool titles_matter)
{
	struct processes *all;
	int error;

	all = calloc(1, sizeof(*all));
	if (all == NULL)
		return (NULL);
	TAILQ_INIT(&all->list);
	all->titles_matter = titles_matter;
	all->proc = files_open("/proc", O_RDONLY | O_DIRECTORY);
	if (all->proc == -1) {
		error = errno;
		free(all);
		errno = error;
		return (NULL);
	}
	create_profiles(agent, all);
	return (all);
}

void
processes_destroy(struct processes *all)
{
	struct process *process;

	if (all == NULL)
		return;
	while ((process = TAILQ_FIRST(&all->list)) != NULL) {
		TAILQ_REMOVE(&all->list, process, link);
		free(process);
	}
	files_close(all->proc);
	free(all);
}
