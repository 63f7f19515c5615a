/*
 * subsys_supervisor.c - the main loop looked after: who ticks when, at what
 * cost, and who is late.
 */
#include "subsys.h"

#include "clock.h"
#include "loop.h"

#include <dbgshm/shapes.h>

#include <stdlib.h>

#define SUPERVISOR_PERIOD_NS NS_PER_S
#define SUPERVISOR_GRACE_NS (500 * NS_PER_MS) /* a tick may come this late */
#define SUPERVISOR_SPAN 10 /* periods over which CPU time is measured */

enum {
	PART_NAME,
	PART_STATE,
	PART_TICKS,
	PART_LAST,
	PART_COST,
	PART_COST_MAX,
	PART_DEADLINE,
	PART_LATE,
	PART_JOBS,
	PART_CPU,
	PART_CPU_PERCENT,
	PART_WHAT,
	PART_NCOL
};

static const char *const state_names[] = {
	[SUBSYS_STOPPED] = "stopped",
	[SUBSYS_STARTING] = "starting",
	[SUBSYS_RUNNING] = "running",
	[SUBSYS_STOPPING] = "stopping",
	[SUBSYS_FAILED] = "failed",
	NULL,
};

static const struct dbgshm_column part_columns[PART_NCOL] = {
	[PART_NAME] = { .name = "name",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 16,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "subsystem" },
	[PART_STATE] = { .name = "state",
	    .type = DBGSHM_TYPE_ENUM,
	    .names = state_names,
	    .help = "state" },
	[PART_TICKS] = { .name = "ticks",
	    .type = DBGSHM_TYPE_COUNTER,
	    .help = "times it did its work" },
	[PART_LAST] = { .name = "last_tick",
	    .type = DBGSHM_TYPE_TIME,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "when it last began its work" },
	[PART_COST] = { .name = "tick_cost",
	    .type = DBGSHM_TYPE_DURATION,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "time that the last tick took" },
	[PART_COST_MAX] = { .name = "tick_cost_max",
	    .type = DBGSHM_TYPE_DURATION,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "longest tick so far" },
	[PART_DEADLINE] = { .name = "deadline",
	    .type = DBGSHM_TYPE_DURATION,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "the next tick must begin this soon after the last; 0 "
		    "none" },
	[PART_LATE] = { .name = "late",
	    .type = DBGSHM_TYPE_COUNTER,
	    .help = "ticks after the deadline" },
	[PART_JOBS] = { .name = "jobs",
	    .type = DBGSHM_TYPE_COUNTER,
	    .help = "jobs that were done for it by workers" },
	[PART_CPU] = { .name = "cpu",
	    .type = DBGSHM_TYPE_COUNTER,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "CPU time of its ticks and jobs" },
	[PART_CPU_PERCENT] = { .name = "cpu_percent",
	    .type = DBGSHM_TYPE_FLOAT,
	    .unit = DBGSHM_UNIT_PERCENT,
	    .help = "CPU time of the last ten seconds; 100 % is one "
		    "processor" },
	[PART_WHAT] = { .name = "what",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 64,
	    .level = DBGSHM_LEVEL_DETAIL,
	    .help = "what it is for" },
};

#define SUPERVISED_MAX 16

struct supervisor {
	struct dbgshm_row rows[SUPERVISED_MAX];
	struct dbgshm_heart hearts[SUPERVISED_MAX];
	struct supervised {
		uint64_t next_ns; /* when it is due; 0 never */
		uint64_t last_ns, cost_max_ns;
		enum subsys_state state;
		uint64_t jobs, cpu_ns, past_cpu_ns[SUPERVISOR_SPAN];
		uint64_t beat_ns, deadline_ns; /* 0 no beat is expected */
		bool late;		       /* and that was said */
	} part[SUPERVISED_MAX];
	uint64_t periods, past_ns[SUPERVISOR_SPAN];
	uint64_t timer_ns; /* for which the timer of the loop is set */
	struct dbgshm_counter turns, late;
	struct dbgshm_histogram turn_cost, lateness;
};

static const struct subsys_metric supervisor_metrics[] = {
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "turns",
	    "turns of the main loop that had work to do",
	    offsetof(struct supervisor, turns) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "late",
	    "ticks of all subsystems after their deadlines",
	    offsetof(struct supervisor, late) },
	{ DBGSHM_METRIC_HISTOGRAM, DBGSHM_UNIT_NS, "turn_cost",
	    "time that one turn of the main loop took",
	    offsetof(struct supervisor, turn_cost) },
	{ DBGSHM_METRIC_HISTOGRAM, DBGSHM_UNIT_NS, "latency",
	    "how long after its time a tick began",
	    offsetof(struct supervisor, lateness) },
};

static uint64_t
period_of(const struct agent *agent, const struct subsys *subsys)
{
	return (subsys->period_ns != 0 ? subsys->period_ns
				       : agent->options->interval_ns);
}

static void
create_hearts(struct agent *agent, struct supervisor *supervisor)
{
	struct dbgshm_profile *profile;
	struct dbgshm_table *table;
	size_t i;

	profile = dbgshm_profile_add("supervisor/heartbeats",
	    "signs of life of the subsystems, and which is late",
	    "A subsystem beats when it has done its work, and is late when "
	    "the next beat does not come within the deadline: it is stuck, or "
	    "the main loop is.");
	table = dbgshm_heartbeats_create(profile, SUPERVISED_MAX);
	for (i = 0; i < subsys_count; i++)
		if (subsys_table[i]->tick != NULL)
			supervisor->hearts[i] =
			    dbgshm_heart_claim(table, subsys_table[i]->name,
				period_of(agent, subsys_table[i]) +
				    SUPERVISOR_GRACE_NS);
}

static void
create_profiles(struct agent *agent, struct supervisor *supervisor)
{
	struct dbgshm_profile *profile;
	struct dbgshm_table *table;
	struct dbgshm_row row;
	size_t i;

	profile = dbgshm_profile_add("supervisor",
	    "subsystems of the agent and its main loop",
	    "One thread runs all subsystems in turn; what may take long is "
	    "done "
	    "for them by workers.  Where the CPU time goes is in cpu and "
	    "cpu_percent.");
	subsys_metrics(agent, profile, supervisor_metrics,
	    sizeof(supervisor_metrics) / sizeof(supervisor_metrics[0]),
	    supervisor);
	table = dbgshm_table_create(
	    profile, part_columns, PART_NCOL, SUPERVISED_MAX);
	for (i = 0; i < subsys_count; i++) {
		row = supervisor->rows[i] = dbgshm_row_claim(table);
		dbgshm_row_text(row, PART_NAME, subsys_table[i]->name);
		dbgshm_row_text(row, PART_WHAT, subsys_table[i]->description);
		if (subsys_table[i]->tick != NULL)
			dbgshm_row_set(row, PART_DEADLINE,
			    period_of(agent, subsys_table[i]) +
				SUPERVISOR_GRACE_NS);
		dbgshm_row_end(row);
	}
	create_hearts(agent, supervisor);
}

static size_t
index_of(const struct subsys *subsys)
{
	size_t i = 0;

	while (i < subsys_count && subsys_table[i] != subsys)
		i++;
	return (i);
}

void
supervisor_beat(
    struct agent *agent, const struct subsys *subsys, uint64_t deadline_ns)
{
	struct supervisor *supervisor = agent->supervisor;
	size_t i = index_of(subsys);

	if (supervisor == NULL || i == subsys_count)
		return;
	supervisor->part[i].beat_ns = clock_now();
	supervisor->part[i].deadline_ns = deadline_ns;
	dbgshm_heart_beat(supervisor->hearts[i], deadline_ns);
}

void
supervisor_cost(
    struct agent *agent, const struct subsys *subsys, uint64_t cpu_ns)
{
	struct supervisor *supervisor = agent->supervisor;
	size_t i = index_of(subsys);

	if (supervisor == NULL || i == subsys_count)
		return;
	supervisor->part[i].cpu_ns += cpu_ns;
	supervisor->part[i].jobs++;
}

void
supervisor_state(struct agent *agent, size_t subsystem, enum subsys_state state)
{
	struct supervisor *supervisor = agent->supervisor;
	struct supervised *part;

	if (supervisor == NULL)
		return;
	part = &supervisor->part[subsystem];
	part->state = state;
	dbgshm_row_set(supervisor->rows[subsystem], PART_STATE, state);
	if (state == SUBSYS_RUNNING && subsys_table[subsystem]->tick != NULL)
		supervisor_wake(agent, subsys_table[subsystem], clock_now());
	else if (state != SUBSYS_RUNNING)
		part->next_ns = 0;
}

static void
set_timer(struct agent *agent)
{
	struct supervisor *supervisor = agent->supervisor;
	uint64_t next_ns = 0;
	size_t i;

	for (i = 0; i < subsys_count; i++)
		if (supervisor->part[i].next_ns != 0 &&
		    (next_ns == 0 || supervisor->part[i].next_ns < next_ns))
			next_ns = supervisor->part[i].next_ns;
	if (next_ns != supervisor->timer_ns)
		loop_timer(agent->loop, next_ns);
	supervisor->timer_ns = next_ns;
}

void
supervisor_wake(
    struct agent *agent, const struct subsys *subsys, uint64_t at_ns)
{
	struct supervisor *supervisor = agent->supervisor;
	struct supervised *part;
	size_t i;

	for (i = 0; i < subsys_count; i++) {
		part = &supervisor->part[i];
		if (subsys_table[i] == subsys &&
		    part->state == SUBSYS_RUNNING &&
		    (part->next_ns == 0 || at_ns < part->next_ns))
			part->next_ns = at_ns;
	}
	set_timer(agent);
}

static void
tick_one(struct agent *agent, size_t i, uint64_t now_ns)
{
	struct supervisor *supervisor = agent->supervisor;
	struct supervised *part = &supervisor->part[i];
	const struct subsys *subsys = subsys_table[i];
	struct dbgshm_row row = supervisor->rows[i];
	uint64_t cost_ns, due_ns = part->next_ns;
	uint64_t cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	bool late;

	late = part->last_ns != 0 &&
	    now_ns - part->last_ns >
		period_of(agent, subsys) + SUPERVISOR_GRACE_NS;
	dbgshm_histogram_record(supervisor->lateness, now_ns - due_ns);
	dbgshm_row_set(row, PART_LAST, dbgshm_now());
	part->last_ns = now_ns;
	part->next_ns = 0;
	due_ns = subsys->tick(agent, now_ns);
	if (part->next_ns == 0 || due_ns < part->next_ns)
		part->next_ns = due_ns;
	if (!subsys->beats)
		supervisor_beat(agent, subsys,
		    period_of(agent, subsys) + SUPERVISOR_GRACE_NS);
	part->cpu_ns += clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu_ns;
	cost_ns = clock_now() - now_ns;
	if (cost_ns > part->cost_max_ns)
		part->cost_max_ns = cost_ns;
	if (late)
		dbgshm_counter_add(supervisor->late, 1);
	row = dbgshm_row_begin(row);
	dbgshm_row_add(row, PART_TICKS, 1);
	dbgshm_row_add(row, PART_LATE, late ? 1 : 0);
	dbgshm_row_set(row, PART_COST, cost_ns);
	dbgshm_row_set(row, PART_COST_MAX, part->cost_max_ns);
	dbgshm_row_end(row);
}

void
supervisor_run(void *context)
{
	struct agent *agent = context;
	struct supervisor *supervisor = agent->supervisor;
	uint64_t start_ns = clock_now(), now_ns = start_ns;
	size_t i;

	supervisor->timer_ns = 0; /* it has fired */
	for (i = 0; i < subsys_count; i++) {
		if (supervisor->part[i].next_ns == 0 ||
		    supervisor->part[i].next_ns > now_ns)
			continue;
		tick_one(agent, i, now_ns);
		now_ns = clock_now();
	}
	dbgshm_counter_add(supervisor->turns, 1);
	dbgshm_histogram_record(supervisor->turn_cost, now_ns - start_ns);
	set_timer(agent);
}

/* Says once which subsystem is late. */
static void
look_for_late(struct agent *agent, size_t i, uint64_t now_ns)
{
	struct supervised *part = &agent->supervisor->part[i];
	uint64_t due_ns = part->beat_ns + part->deadline_ns;
	bool late;

	late = part->state == SUBSYS_RUNNING && part->deadline_ns != 0 &&
	    now_ns > due_ns;
	if (late && !part->late)
		agent_event(agent, EVENT_LATE,
		    (union dbgshm_field[]){
			{ .text = subsys_table[i]->name },
			{ .u = now_ns - due_ns },
		    });
	part->late = late;
}

static void
show_cpu(struct supervisor *supervisor, size_t i, uint64_t now_ns)
{
	struct supervised *part = &supervisor->part[i];
	size_t newest = supervisor->periods % SUPERVISOR_SPAN, oldest;
	struct dbgshm_row row;

	oldest = supervisor->periods < SUPERVISOR_SPAN ? 0 : newest;
	row = dbgshm_row_begin(supervisor->rows[i]);
	dbgshm_row_set(row, PART_JOBS, part->jobs);
	dbgshm_row_set(row, PART_CPU, part->cpu_ns);
	if (supervisor->periods > 0)
		dbgshm_row_set_float(row, PART_CPU_PERCENT,
		    100 * (double)(part->cpu_ns - part->past_cpu_ns[oldest]) /
			(double)(now_ns - supervisor->past_ns[oldest]));
	dbgshm_row_end(row);
	part->past_cpu_ns[newest] = part->cpu_ns;
}

/* Its own work is the heartbeat of the region. */
static uint64_t
tick(struct agent *agent, uint64_t now_ns)
{
	struct supervisor *supervisor = agent->supervisor;
	size_t i;

	dbgshm_heartbeat();
	(void)dbgshm_tick(0);
	for (i = 0; i < subsys_count; i++) {
		look_for_late(agent, i, now_ns);
		show_cpu(supervisor, i, now_ns);
	}
	supervisor->past_ns[supervisor->periods % SUPERVISOR_SPAN] = now_ns;
	supervisor->periods++;
	return (clock_next(now_ns, SUPERVISOR_PERIOD_NS));
}

static int
start(struct agent *agent)
{
	struct supervisor *supervisor;

	supervisor = calloc(1, sizeof(*supervisor));
	if (supervisor == NULL) {
		agent_log(agent, LOG_ERRORS, "supervisor: out of memory");
		return (-1);
	}
	create_profiles(agent, supervisor);
	agent->supervisor = supervisor;
	/* What runs already: the log, before this one could be told. */
	supervisor_state(agent, 0, SUBSYS_RUNNING);
	return (0);
}

static void
stop(struct agent *agent)
{
	free(agent->supervisor);
	agent->supervisor = NULL;
}

const struct subsys subsys_supervisor = {
	.name = "supervisor",
	.description = "the main loop, heartbeats and deadlines",
	.start = start,
	.stop = stop,
	.tick = tick,
	.period_ns = SUPERVISOR_PERIOD_NS,
};
