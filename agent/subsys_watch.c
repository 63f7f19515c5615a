/*
 * subsys_watch.c - which processes are watched: by number, or by a name that
 * processes may take and give up as they like.
 *
 * A process that has ended leaves its last region for a while; of one name only
 * the newest few, so that a crash loop does not fill the memory.
 */
#include "subject.h"
#include "subsys.h"
#include "tracker.h"

#include "clock.h"
#include "loop.h"

#include <sys/queue.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WATCH_MAX 1024	/* live processes */
#define WATCH_ROWS 1024 /* of the table, ended ones included */
#define WATCH_KEEP_NS (60 * NS_PER_S)
#define WATCH_KEEP_ENDED 3 /* newest ended ones of each --watch */
#define WATCH_AT_ONCE 1	   /* a time that is long over */
#define WATCH_SECOND_NS (100 * NS_PER_MS) /* for rates soon after the first */

enum {
	WATCHED_PID,
	WATCHED_NAME,
	WATCHED_BY,
	WATCHED_STATE,
	WATCHED_SINCE,
	WATCHED_SAMPLES,
	WATCHED_COST,
	WATCHED_NCOL
};

enum watched_state { WATCHED_LIVE, WATCHED_EXITED, WATCHED_REPLACED };

static const char *const watched_state_names[] = {
	[WATCHED_LIVE] = "live",
	[WATCHED_EXITED] = "exited",
	[WATCHED_REPLACED] = "replaced",
	NULL,
};

static const struct dbgshm_column watched_columns[WATCHED_NCOL] = {
	[WATCHED_PID] = { .name = "pid",
	    .type = DBGSHM_TYPE_GAUGE,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "process id" },
	[WATCHED_NAME] = { .name = "name",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 32,
	    .help = "name of the process" },
	[WATCHED_BY] = { .name = "watch",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 32,
	    .help = "what was asked for" },
	[WATCHED_STATE] = { .name = "state",
	    .type = DBGSHM_TYPE_ENUM,
	    .names = watched_state_names,
	    .help = "replaced: another program runs in the same process" },
	[WATCHED_SINCE] = { .name = "since",
	    .type = DBGSHM_TYPE_TIME,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "when the state began" },
	[WATCHED_SAMPLES] = { .name = "samples",
	    .type = DBGSHM_TYPE_COUNTER,
	    .help = "samples taken" },
	[WATCHED_COST] = { .name = "cost",
	    .type = DBGSHM_TYPE_DURATION,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "time that the last sample took" },
};

struct watched {
	TAILQ_ENTRY(watched) link;
	struct agent *agent;
	struct subject *subject;
	const struct watch_option *option;
	struct loop_source *source; /* of the pidfd */
	struct dbgshm_row row;
	enum watched_state state;
	bool failing; /* and the log was told */
	uint64_t ended_ns;
	uint64_t next_ns; /* of the sample, or when the region goes */
};
TAILQ_HEAD(watched_list, watched);

struct watch {
	struct subject_host host;
	struct watched_list watched; /* oldest first */
	uint64_t live, kept;
	bool told_full;
	struct dbgshm_table *table;
	struct dbgshm_gauge processes, ended;
	struct dbgshm_counter samples, failures, made, removed;
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
};

static void process_ended(void *);

static void
count(struct watch *watch)
{
	dbgshm_gauge_set(watch->processes, (int64_t)watch->live);
	dbgshm_gauge_set(watch->ended, (int64_t)watch->kept);
}

static void
set_state(struct watched *watched, enum watched_state state)
{
	struct dbgshm_row row = dbgshm_row_begin(watched->row);

	watched->state = state;
	dbgshm_row_set(row, WATCHED_STATE, state);
	dbgshm_row_set(row, WATCHED_SINCE, dbgshm_now());
	dbgshm_row_end(row);
}

static void
forget(struct watch *watch, struct watched *watched)
{
	if (watched->state == WATCHED_LIVE)
		watch->live--;
	else
		watch->kept--;
	TAILQ_REMOVE(&watch->watched, watched, link);
	loop_remove(watched->agent->loop, watched->source);
	dbgshm_row_release(watched->row);
	subject_destroy(watched->subject);
	free(watched);
	dbgshm_counter_add(watch->removed, 1);
	count(watch);
}

/* Too many of one --watch: the oldest of them goes with the next tick. */
static void
limit_ended(struct watch *watch, const struct watch_option *option)
{
	struct watched *watched, *oldest = NULL;
	size_t ended = 0;

	TAILQ_FOREACH(watched, &watch->watched, link) {
		if (watched->state == WATCHED_LIVE ||
		    watched->option != option ||
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

	agent_log(agent, LOG_NOTES, "%s (pid %d) %s",
	    watched->subject->identity.name,
	    (int)watched->subject->identity.pid,
	    why == SUBJECT_REPLACED ? "has become another program"
				    : "has exited");
	loop_remove(agent->loop, watched->source);
	watched->source = NULL;
	subject_end(watched->subject, why);
	watched->ended_ns = clock_now();
	watched->next_ns = watched->ended_ns + WATCH_KEEP_NS;
	set_state(watched,
	    why == SUBJECT_REPLACED ? WATCHED_REPLACED : WATCHED_EXITED);
	watch->live--;
	watch->kept++;
	count(watch);
	limit_ended(watch, watched->option);
}

static void
make_row(struct watch *watch, struct watched *watched)
{
	const struct proc_identity *identity = &watched->subject->identity;
	struct dbgshm_row row = dbgshm_row_claim(watch->table);

	dbgshm_row_set(row, WATCHED_PID, (uint64_t)identity->pid);
	dbgshm_row_text(row, WATCHED_NAME, identity->name);
	dbgshm_row_text(row, WATCHED_BY, watched->option->text);
	dbgshm_row_set(row, WATCHED_SINCE, dbgshm_now());
	dbgshm_row_end(row);
	watched->row = row;
}

static bool
has_room(struct agent *agent)
{
	struct watch *watch = agent->watch;

	if (watch->live < WATCH_MAX)
		return (true);
	if (!watch->told_full)
		agent_log(agent, LOG_WARNINGS,
		    "watch: more than %d processes: the others are left out",
		    WATCH_MAX);
	watch->told_full = true;
	return (false);
}

static void
begin(struct agent *agent, const struct watch_option *option, pid_t pid)
{
	struct watch *watch = agent->watch;
	struct watched *watched;
	int error = ENOMEM;

	if (!has_room(agent))
		return;
	watched = calloc(1, sizeof(*watched));
	if (watched != NULL) {
		watched->subject = subject_create(&watch->host, pid, NULL);
		error = errno;
	}
	if (watched == NULL || watched->subject == NULL) {
		free(watched);
		dbgshm_counter_add(watch->failures, 1);
		if (error != ESRCH || option->pid != 0)
			agent_log(agent, LOG_WARNINGS, "watch: pid %d: %s",
			    (int)pid, strerror(error));
		return;
	}
	watched->agent = agent;
	watched->option = option;
	watched->next_ns = clock_now();
	if (watched->subject->pidfd != -1)
		watched->source = loop_add(agent->loop, watched->subject->pidfd,
		    process_ended, watched);
	make_row(watch, watched);
	TAILQ_INSERT_TAIL(&watch->watched, watched, link);
	watch->live++;
	dbgshm_counter_add(watch->made, 1);
	count(watch);
	agent_log(agent, LOG_NOTES, "watching %s (pid %d)",
	    watched->subject->identity.name, (int)pid);
	supervisor_wake(agent, &subsys_watch, watched->next_ns);
}

static bool
is_watched(const struct watch *watch, const struct proc_identity *identity)
{
	const struct watched *watched;

	TAILQ_FOREACH(watched, &watch->watched, link)
		if (watched->state == WATCHED_LIVE &&
		    watched->subject->identity.pid == identity->pid &&
		    watched->subject->identity.start_ticks ==
			identity->start_ticks)
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
			begin(agent, option, identity->pid);
		return;
	}
}

static bool
is_watched_pid(const struct watch *watch, pid_t pid)
{
	const struct watched *watched;

	TAILQ_FOREACH(watched, &watch->watched, link)
		if (watched->state == WATCHED_LIVE &&
		    watched->subject->identity.pid == pid)
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
			begin(agent, option, option->pid);
}

/* The kernel says that the process is gone. */
static void
process_ended(void *context)
{
	end(context, SUBJECT_EXITED);
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
		begin(agent, option, identity.pid);
	else
		tracker_rescan(agent); /* it may still have the name */
}

static void
sample(struct watched *watched)
{
	struct watch *watch = watched->agent->watch;
	struct subject *subject = watched->subject;
	enum subject_end why;
	struct dbgshm_row row;

	why = subject_sample(subject);
	if (why == SUBJECT_EXITED) {
		end(watched, why);
		return;
	}
	if (why == SUBJECT_REPLACED || why == SUBJECT_REOWNED) {
		follow(watched, why);
		return;
	}
	watched->next_ns = subject->samples == 1
	    ? subject->now_ns + WATCH_SECOND_NS
	    : clock_next(clock_now(), watch->host.interval_ns);
	if (why == SUBJECT_FAILED) {
		dbgshm_counter_add(watch->failures, 1);
		if (!watched->failing)
			agent_log(watched->agent, LOG_WARNINGS,
			    "watch: pid %d: %s", (int)subject->identity.pid,
			    strerror(errno));
		watched->failing = true;
		return;
	}
	watched->failing = false;
	dbgshm_counter_add(watch->samples, 1);
	dbgshm_histogram_record(watch->cost, subject->cost_ns);
	row = dbgshm_row_begin(watched->row);
	dbgshm_row_set(row, WATCHED_SAMPLES, subject->samples);
	dbgshm_row_set(row, WATCHED_COST, subject->cost_ns);
	dbgshm_row_end(row);
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
		if (watched->state == WATCHED_LIVE)
			sample(watched);
		else
			forget(watch, watched);
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
	watch->table = dbgshm_table_create(
	    profile, watched_columns, WATCHED_NCOL, WATCH_ROWS);
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
	if (subject_host_init(&watch->host, agent->options->interval_ns) ==
	    -1) {
		agent_log(agent, LOG_ERRORS, "watch: %s", strerror(errno));
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

	if (watch == NULL)
		return;
	while ((watched = TAILQ_FIRST(&watch->watched)) != NULL)
		forget(watch, watched);
	subject_host_fini(&watch->host);
	free(watch);
	agent->watch = NULL;
}

static void
reload(struct agent *agent)
{
	struct watched *watched;

	(void)subject_host_reload(&agent->watch->host);
	resolve_pids(agent);
	tracker_each(agent, consider);
	TAILQ_FOREACH(watched, &agent->watch->watched, link)
		if (watched->state == WATCHED_LIVE)
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
