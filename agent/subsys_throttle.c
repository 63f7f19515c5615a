/*
 * subsys_throttle.c - keeps the agent below its share of a processor, and shows
 * who waits for that, and for how long.
 *
 * An account of CPU time: it fills at the rate of the limit, and all that the
 * agent uses is taken from it, also what cannot wait.  Jobs begin while there is
 * something in it; one that costs more than that leaves a debt, which is paid
 * by waiting.  So the limit holds over a few seconds, and no job is cut in two.
 */
#include "subsys.h"
#include "throttle.h"
#include "workers.h"

#include "clock.h"

#include <dbgshm/shapes.h>

#include <pthread.h>
#include <stdlib.h>

#define THROTTLE_ROWS 256
#define THROTTLE_START_NS (20 * NS_PER_S) /* to begin with: much is new */
#define THROTTLE_FILL_NS (2 * NS_PER_S)	  /* more is not saved up */
#define THROTTLE_DEBT_NS (60 * NS_PER_S)  /* more is forgiven */
#define THROTTLE_TURN_NS                                                       \
	NS_PER_S /* saved up before jobs go on: many at a time,
				     so that they share what they look up */
#define THROTTLE_PATIENCE_NS (60 * NS_PER_S) /* then one job begins anyway */
#define THROTTLE_PERIOD_NS NS_PER_S
#define THROTTLE_SPAN 10      /* periods over which use is measured */
#define THROTTLE_LATELY 0x3ff /* a bit for each of the last periods */
#define THROTTLE_OFTEN 3      /* that is said: jobs waited in so many of them */

enum {
	WAITING_JOB,
	WAITING_FOR,
	WAITING_SUBSYSTEM,
	WAITING_TARGET,
	WAITING_NCOL
};

static const struct dbgshm_column waiting_columns[WAITING_NCOL] = {
	[WAITING_JOB] = { .name = "job",
	    .type = DBGSHM_TYPE_ENUM,
	    .names = job_kind_names,
	    .help = "what waits" },
	[WAITING_FOR] = { .name = "about",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = JOB_ABOUT_SIZE,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "what or whom the job is about" },
	[WAITING_SUBSYSTEM] = { .name = "subsystem",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 16,
	    .help = "for which it is done" },
	[WAITING_TARGET] = { .name = "target",
	    .type = DBGSHM_TYPE_REFERENCE,
	    .help = "the watched process" },
};

struct throttle {
	double limit; /* of one processor; 0 none */
	struct dbgshm_table *waiting;
	struct dbgshm_limit row;
	struct dbgshm_gauge used, budget;
	struct dbgshm_counter waits;
	struct dbgshm_histogram wait;
	uint64_t past_ns[THROTTLE_SPAN], past_cpu_ns[THROTTLE_SPAN];
	uint64_t periods;
	unsigned history; /* bits of periods in which jobs have waited */
	bool told;

	pthread_mutex_t lock; /* for what follows */
	double account_ns;    /* of CPU time; negative: debt */
	uint64_t last_ns, last_cpu_ns;
	uint64_t begun_ns; /* when the last job was let through */
	uint64_t jobs_waiting;
	uint64_t jobs_waited; /* since the last tick */
	bool empty;	      /* jobs wait until it holds a turn again */
};

static const struct subsys_metric throttle_metrics[] = {
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NS, "budget",
	    "CPU time that may be used at once; negative: used too much",
	    offsetof(struct throttle, budget) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "waits",
	    "jobs that had to wait for CPU time",
	    offsetof(struct throttle, waits) },
	{ DBGSHM_METRIC_HISTOGRAM, DBGSHM_UNIT_NS, "wait",
	    "how long jobs waited for CPU time",
	    offsetof(struct throttle, wait) },
};

/* With the lock: what has come and gone since the last time. */
static void
settle(struct throttle *throttle, uint64_t now_ns)
{
	uint64_t cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	double most = throttle->limit * (double)THROTTLE_FILL_NS;
	double least = -throttle->limit * (double)THROTTLE_DEBT_NS;
	double income = 0;

	/* A thread that was here before us may have looked later. */
	if (now_ns > throttle->last_ns) {
		income = throttle->limit * (double)(now_ns - throttle->last_ns);
		throttle->last_ns = now_ns;
	}
	if (throttle->account_ns + income > most)
		income = most < throttle->account_ns
		    ? 0
		    : most - throttle->account_ns;
	throttle->account_ns += income;
	throttle->account_ns -= (double)(cpu_ns - throttle->last_cpu_ns);
	throttle->last_cpu_ns = cpu_ns;
	if (throttle->account_ns < least)
		throttle->account_ns = least;
}

uint64_t
throttle_until(struct agent *agent, uint64_t now_ns)
{
	struct throttle *throttle = agent->throttle;
	double turn, missing = 0;
	uint64_t until_ns = 0;

	if (throttle->limit == 0)
		return (0);
	turn = throttle->limit * (double)THROTTLE_TURN_NS;
	(void)pthread_mutex_lock(&throttle->lock);
	settle(throttle, now_ns);
	if (throttle->account_ns <= 0)
		throttle->empty = true;
	else if (throttle->account_ns >= turn)
		throttle->empty = false;
	if (throttle->empty) {
		missing = (turn - throttle->account_ns) / throttle->limit;
		until_ns = now_ns + (uint64_t)missing + 1;
		if (until_ns > throttle->begun_ns + THROTTLE_PATIENCE_NS)
			until_ns = throttle->begun_ns + THROTTLE_PATIENCE_NS;
	}
	if (until_ns <= now_ns)
		throttle->begun_ns = now_ns;
	(void)pthread_mutex_unlock(&throttle->lock);
	return (until_ns);
}

void
throttle_wait(struct agent *agent, struct job *job)
{
	struct throttle *throttle = agent->throttle;
	struct dbgshm_row row;

	if (job->waiting_ns != 0)
		return;
	job->waiting_ns = clock_now();
	job->limit_stamp = dbgshm_limit_wait(throttle->row, job->about);
	(void)pthread_mutex_lock(&throttle->lock);
	throttle->jobs_waiting++;
	(void)pthread_mutex_unlock(&throttle->lock);
	row = job->waiting = dbgshm_row_claim(throttle->waiting);
	dbgshm_row_set(row, WAITING_JOB, job->kind);
	dbgshm_row_text(row, WAITING_FOR, job->about);
	dbgshm_row_text(row, WAITING_SUBSYSTEM, job->subsys->name);
	dbgshm_row_set(row, WAITING_TARGET, job->target);
	dbgshm_row_end(row);
}

void
throttle_waited(struct agent *agent, struct job *job)
{
	struct throttle *throttle = agent->throttle;

	if (job->waiting_ns == 0)
		return;
	dbgshm_limit_waited(throttle->row, job->limit_stamp);
	dbgshm_row_finish(job->waiting);
	dbgshm_counter_add(throttle->waits, 1);
	dbgshm_histogram_record(throttle->wait, clock_now() - job->waiting_ns);
	job->waiting_ns = 0;
	(void)pthread_mutex_lock(&throttle->lock);
	throttle->jobs_waited++;
	throttle->jobs_waiting--;
	(void)pthread_mutex_unlock(&throttle->lock);
}

/* ---- the subsystem --------------------------------------------------------- */

/* Says when jobs have begun to wait again and again, and when none does any
 * longer. */
static void
say(struct agent *agent, struct throttle *throttle, bool waited)
{
	int often;

	throttle->history = (throttle->history << 1 | waited) & THROTTLE_LATELY;
	often = __builtin_popcount(throttle->history);
	if (throttle->told ? often > 0 : often < THROTTLE_OFTEN)
		return;
	throttle->told = !throttle->told;
	if (throttle->told)
		agent_event(agent, EVENT_THROTTLED,
		    (union dbgshm_field[]){ { .d = 100 * throttle->limit } });
	else
		agent_log(agent, LOG_NOTES,
		    "jobs do not wait for CPU time any longer");
}

static uint64_t
tick(struct agent *agent, uint64_t now_ns)
{
	struct throttle *throttle = agent->throttle;
	size_t newest = throttle->periods % THROTTLE_SPAN, oldest;
	uint64_t cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID), waited;
	double used = 0;
	int64_t budget;

	oldest = throttle->periods < THROTTLE_SPAN ? 0 : newest;
	if (throttle->periods > 0)
		used = (double)(cpu_ns - throttle->past_cpu_ns[oldest]) /
		    (double)(now_ns - throttle->past_ns[oldest]);
	throttle->past_ns[newest] = now_ns;
	throttle->past_cpu_ns[newest] = cpu_ns;
	throttle->periods++;
	dbgshm_float_set(throttle->used, 100 * used);
	if (throttle->limit == 0)
		goto done;
	dbgshm_limit_set(throttle->row,
	    (uint64_t)(throttle->limit * (double)NS_PER_S),
	    (uint64_t)(used * (double)NS_PER_S));
	(void)pthread_mutex_lock(&throttle->lock);
	settle(throttle, now_ns);
	budget = (int64_t)throttle->account_ns;
	waited = throttle->jobs_waited + throttle->jobs_waiting;
	throttle->jobs_waited = 0;
	(void)pthread_mutex_unlock(&throttle->lock);
	dbgshm_gauge_set(throttle->budget, budget);
	say(agent, throttle, waited > 0 || budget < 0);
done:
	return (clock_next(now_ns, THROTTLE_PERIOD_NS));
}

static void
create_profiles(struct agent *agent, struct throttle *throttle)
{
	struct dbgshm_gauge limit = { 0, 0 };
	struct dbgshm_profile *profile;
	struct dbgshm_table *limits;

	profile = dbgshm_profile_add("throttle",
	    "CPU time of the agent against its limit, and who waits for it",
	    "100 % is one processor.  When the limit is reached, processes are "
	    "looked at less often.");
	subsys_metrics(agent, profile, throttle_metrics,
	    sizeof(throttle_metrics) / sizeof(throttle_metrics[0]), throttle);
	(void)dbgshm_float_create(profile,
	    &(struct dbgshm_metric){ .name = "used_percent",
		.help = "CPU time used in the last ten seconds",
		.unit = DBGSHM_UNIT_PERCENT },
	    &throttle->used);
	limits = dbgshm_limits_create(profile, 1);
	if (throttle->limit != 0) {
		(void)dbgshm_float_create(profile,
		    &(struct dbgshm_metric){ .name = "limit_percent",
			.help = "CPU time that may be used; absent without a "
				"limit",
			.unit = DBGSHM_UNIT_PERCENT },
		    &limit);
		dbgshm_float_set(limit, 100 * throttle->limit);
		throttle->row = dbgshm_limit_claim(limits, "cpu_ns_per_second",
		    (uint64_t)(throttle->limit * (double)NS_PER_S));
	}
	profile = dbgshm_profile_add("throttle/waiting",
	    "jobs that wait for CPU time, and those that did lately",
	    "They begin in this order.  Each waits because the agent has used "
	    "its share of a processor; see --cpu-limit.");
	throttle->waiting = dbgshm_objects_create(
	    profile, waiting_columns, WAITING_NCOL, THROTTLE_ROWS);
}

static int
start(struct agent *agent)
{
	struct throttle *throttle;

	throttle = calloc(1, sizeof(*throttle));
	if (throttle == NULL) {
		agent_log(agent, LOG_ERRORS, "throttle: out of memory");
		return (-1);
	}
	(void)pthread_mutex_init(&throttle->lock, NULL);
	throttle->limit = agent->options->cpu_limit;
	throttle->last_ns = throttle->begun_ns = clock_now();
	throttle->last_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	throttle->account_ns = throttle->limit * (double)THROTTLE_START_NS;
	agent->throttle = throttle;
	create_profiles(agent, throttle);
	return (0);
}

/* A thread that was left behind does not come here again. */
static void
stop(struct agent *agent)
{
	struct throttle *throttle = agent->throttle;

	if (throttle == NULL)
		return;
	(void)pthread_mutex_destroy(&throttle->lock);
	free(throttle);
	agent->throttle = NULL;
}

const struct subsys subsys_throttle = {
	.name = "throttle",
	.description = "keeps the agent below its share of a processor",
	.start = start,
	.stop = stop,
	.tick = tick,
	.period_ns = THROTTLE_PERIOD_NS,
};
