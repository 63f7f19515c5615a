/*
 * watched.c - the row of a watched process, and the jobs about it.
 *
 * A job that hangs with its process costs one thread, and only this process is
 * not sampled: it is not queued again before it returns.
 */
#include "watched.h"

#include "clock.h"
#include "loop.h"
#include "subsys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define WATCHED_ROWS 1024		   /* ended ones included */
#define WATCHED_DEADLINE_NS (2 * NS_PER_S) /* and an interval */

enum {
	WATCHED_PID,
	WATCHED_NAME,
	WATCHED_BY,
	WATCHED_STATE,
	WATCHED_SINCE,
	WATCHED_SAMPLES,
	WATCHED_COST,
	WATCHED_SAMPLED,
	WATCHED_EVERY,
	WATCHED_HISTORY,
	WATCHED_NCOL
};

static const char *const state_names[] = {
	[WATCHED_STARTING] = "starting",
	[WATCHED_LIVE] = "live",
	[WATCHED_OVERDUE] = "overdue",
	[WATCHED_EXITED] = "exited",
	[WATCHED_REPLACED] = "replaced",
	NULL,
};

static const struct dbgshm_column columns[WATCHED_NCOL] = {
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
	    .names = state_names,
	    .help = "starting: not looked at yet; overdue: a look at it hangs; "
		    "replaced: another program runs in the same process" },
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
	[WATCHED_SAMPLED] = { .name = "sampled",
	    .type = DBGSHM_TYPE_TIME,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "when the last sample was complete" },
	[WATCHED_EVERY] = { .name = "every",
	    .type = DBGSHM_TYPE_DURATION,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "time between the last two samples; longer than the "
		    "interval when they wait for CPU time" },
	[WATCHED_HISTORY] = { .name = "history",
	    .type = DBGSHM_TYPE_GAUGE,
	    .unit = DBGSHM_UNIT_BYTES,
	    .help = "memory of its region that holds the past" },
};

struct dbgshm_table *
watched_table(struct dbgshm_profile *profile)
{
	return (
	    dbgshm_table_create(profile, columns, WATCHED_NCOL, WATCHED_ROWS));
}

void
watched_set_state(struct watched *watched, enum watched_state state)
{
	struct dbgshm_row row = dbgshm_row_begin(watched->row);

	watched->state = state;
	dbgshm_row_set(row, WATCHED_STATE, state);
	dbgshm_row_set(row, WATCHED_SINCE, dbgshm_now());
	dbgshm_row_end(row);
}

void
watched_begun(struct watched *watched)
{
	const struct subject *subject = watched->subject;
	struct dbgshm_row row = dbgshm_row_begin(watched->row);

	dbgshm_row_text(row, WATCHED_NAME, subject->identity.name);
	dbgshm_row_end(row);
	watched->start_ticks = subject->identity.start_ticks;
	snprintf(watched->job.about, sizeof(watched->job.about), "%s",
	    subject->about);
	watched_set_state(watched, WATCHED_LIVE);
}

void
watched_sampled(struct watched *watched)
{
	const struct subject *subject = watched->subject;
	struct dbgshm_row row;

	dbgshm_region_cost(subject->region, &watched->cost);
	row = dbgshm_row_begin(watched->row);
	dbgshm_row_set(row, WATCHED_SAMPLES, subject->samples);
	dbgshm_row_set(row, WATCHED_COST, subject->cost_ns);
	dbgshm_row_set(row, WATCHED_SAMPLED, dbgshm_now());
	if (watched->sampled_ns != 0)
		dbgshm_row_set(
		    row, WATCHED_EVERY, subject->now_ns - watched->sampled_ns);
	dbgshm_row_set(row, WATCHED_HISTORY, watched->cost.history_bytes);
	dbgshm_row_end(row);
	watched->sampled_ns = subject->now_ns;
}

/* ---- jobs ------------------------------------------------------------------ */

static void
run(struct job *job, struct scratch *scratch)
{
	struct watched *watched = job->owner;

	if (watched->subject == NULL)
		watched->subject =
		    subject_create(watched->host, scratch, watched->pid, NULL);
	if (watched->subject == NULL) {
		watched->error = errno;
		job->outcome = DBGSHM_OUTCOME_FAILED;
		return;
	}
	watched->result = subject_sample(watched->subject, scratch);
	watched->error = errno;
	if (watched->result == SUBJECT_FAILED)
		job->outcome = DBGSHM_OUTCOME_FAILED;
	else if (watched->result != SUBJECT_ALIVE)
		job->outcome = DBGSHM_OUTCOME_CANCELLED;
}

static void
late(struct job *job)
{
	watched_set_state(job->owner, WATCHED_OVERDUE);
}

int
watched_submit(struct watched *watched, void (*done)(struct job *))
{
	struct job *job = &watched->job;

	job->kind = watched->subject == NULL ? JOB_START : JOB_SAMPLE;
	job->done = done;
	if (workers_submit(watched->agent, job) == -1)
		return (-1);
	watched->next_ns = UINT64_MAX;
	return (0);
}

struct watched *
watched_create(struct agent *agent, struct subject_host *host,
    struct dbgshm_table *table, const struct watch_option *option,
    const struct proc_identity *identity)
{
	struct watched *watched;
	struct dbgshm_row row;

	watched = calloc(1, sizeof(*watched));
	if (watched == NULL)
		return (NULL);
	watched->agent = agent;
	watched->host = host;
	watched->option = option;
	watched->pid = identity->pid;
	watched->start_ticks = identity->start_ticks;
	row = watched->row = dbgshm_row_claim(table);
	dbgshm_row_set(row, WATCHED_PID, (uint64_t)identity->pid);
	dbgshm_row_text(row, WATCHED_NAME, identity->name);
	dbgshm_row_text(row, WATCHED_BY, option->text);
	dbgshm_row_set(row, WATCHED_SINCE, dbgshm_now());
	dbgshm_row_end(row);
	watched->job = (struct job){
		.subsys = &subsys_watch,
		.target = dbgshm_row_reference(row),
		.deadline_ns = WATCHED_DEADLINE_NS + host->interval_ns,
		.owner = watched,
		.run = run,
		.late = late,
	};
	snprintf(watched->job.about, sizeof(watched->job.about), "%s %d",
	    identity->name, (int)identity->pid);
	return (watched);
}

void
watched_destroy(struct watched *watched)
{
	loop_remove(watched->agent->loop, watched->source);
	dbgshm_row_release(watched->row);
	subject_destroy(watched->subject);
	free(watched);
}
