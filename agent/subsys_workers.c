/*
 * subsys_workers.c - a few threads and a queue of jobs for them.
 *
 * A thread whose job is past its deadline is given up, and a new one started,
 * until that job returns.  The threads themselves are in pool.c.
 */
#include "subsys.h"
#include "workers.h"

#include "clock.h"
#include "files.h"
#include "loop.h"
#include "pool.h"
#include "throttle.h"

#include <sys/eventfd.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WORKERS_DEFAULT 4 /* at most, where there are as many processors */
#define WORKERS_STEPS 8	  /* of each trail */
#define WORKERS_JOBS 64	  /* rows of running and recent jobs */
#define WORKERS_QUEUE 1280
#define WORKERS_PERIOD_NS NS_PER_S
#define WORKERS_PATIENCE_NS NS_PER_S /* when the agent stops */

const char *const job_kind_names[JOB_KINDS + 1] = {
	[JOB_SCAN] = "scan",
	[JOB_NAMES] = "names",
	[JOB_START] = "start",
	[JOB_SAMPLE] = "sample",
};

static const struct subsys_metric workers_metrics[] = {
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NONE, "threads", "threads now",
	    offsetof(struct workers, threads_now) },
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NONE, "given_up",
	    "threads at a job past its deadline, for which others were started",
	    offsetof(struct workers, lost_now) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "overdue",
	    "jobs that took longer than their deadline",
	    offsetof(struct workers, overdue) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "refused",
	    "jobs for which the queue had no room",
	    offsetof(struct workers, refused) },
};

int
workers_submit(struct agent *agent, struct job *job)
{
	struct workers *pool = agent->workers;
	uint64_t now_ns = clock_now();

	if (job->pending) {
		errno = EBUSY;
		return (-1);
	}
	(void)pthread_mutex_lock(&pool->lock);
	if (pool->depth >= WORKERS_QUEUE) {
		(void)pthread_mutex_unlock(&pool->lock);
		dbgshm_queue_refuse(pool->queue_row, 1);
		dbgshm_counter_add(pool->refused, 1);
		errno = EAGAIN;
		return (-1);
	}
	job->pending = true;
	job->overdue = false;
	job->state = JOB_QUEUED;
	job->queued_stamp = dbgshm_now();
	TAILQ_INSERT_TAIL(&pool->queue, job, link);
	dbgshm_queue_put(pool->queue_row, 1);
	if (pool->depth++ == 0)
		pool_show_oldest(pool);
	if (throttle_until(agent, now_ns) > now_ns)
		throttle_wait(agent, job);
	if (pool->depth == 1)
		pool_call(pool);
	(void)pthread_mutex_unlock(&pool->lock);
	return (0);
}

bool
workers_is_queued(struct agent *agent, const struct job *job)
{
	struct workers *pool = agent->workers;
	bool queued;

	(void)pthread_mutex_lock(&pool->lock);
	queued = job->state == JOB_QUEUED;
	(void)pthread_mutex_unlock(&pool->lock);
	return (queued);
}

static bool
is_back(struct workers *pool, struct job *job)
{
	if (job->state == JOB_QUEUED) {
		pool_unqueue(pool, job);
		dbgshm_queue_done(pool->queue_row, 1);
	} else if (job->state == JOB_RETURNED) {
		TAILQ_REMOVE(&pool->done, job, link);
		pool->done_count--;
	} else if (job->state == JOB_RUNNING)
		return (false);
	job->state = JOB_IDLE;
	job->pending = false;
	return (true);
}

bool
workers_take_back(struct agent *agent, struct job *job)
{
	struct workers *pool = agent->workers;
	bool back;

	if (!job->pending)
		return (true);
	if (pool->stop_ns == 0)
		pool->stop_ns = clock_now() + WORKERS_PATIENCE_NS;
	(void)pthread_mutex_lock(&pool->lock);
	while (!(back = is_back(pool, job)) && clock_now() < pool->stop_ns)
		pool_wait(pool, &pool->returned, pool->stop_ns);
	(void)pthread_mutex_unlock(&pool->lock);
	return (back);
}

static void
tell_returned(struct agent *agent, const struct job *job)
{
	char text[JOB_ABOUT_SIZE + 16];

	snprintf(
	    text, sizeof(text), "%s %s", job_kind_names[job->kind], job->about);
	agent_event(agent, EVENT_RETURNED,
	    (union dbgshm_field[]){
		{ .text = text },
		{ .u = clock_now() - job->started_ns },
	    });
}

/* Hands the jobs that have returned to their owners. */
static void
hand_back(struct workers *pool)
{
	struct job_list done = TAILQ_HEAD_INITIALIZER(done);
	const struct subsys *subsys;
	struct job *job;
	uint64_t cpu_ns, last_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);

	(void)pthread_mutex_lock(&pool->lock);
	TAILQ_CONCAT(&done, &pool->done, link);
	TAILQ_FOREACH(job, &done, link)
		job->state = JOB_IDLE;
	pool->done_count = 0;
	pool->told = false;
	(void)pthread_mutex_unlock(&pool->lock);
	while ((job = TAILQ_FIRST(&done)) != NULL) {
		TAILQ_REMOVE(&done, job, link);
		cpu_ns = job->cpu_ns;
		subsys = job->subsys;
		if (job->overdue)
			tell_returned(pool->agent, job);
		job->pending = false;
		job->done(job);
		job = TAILQ_FIRST(&done);
		if (job == NULL || job->subsys != subsys) {
			cpu_ns += clock_ns(CLOCK_THREAD_CPUTIME_ID) - last_ns;
			last_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
		}
		supervisor_cost(pool->agent, subsys, cpu_ns);
	}
}

static void
jobs_returned(void *context)
{
	struct workers *pool = context;
	uint64_t count;

	if (read(pool->event, &count, sizeof(count)) == sizeof(count))
		hand_back(pool);
}

/* A job that is past its deadline, once for each, and the step that it is at;
 * NULL there is none. */
static struct job *
find_overdue(struct workers *pool, uint64_t now_ns, const char **step)
{
	struct worker *worker;
	struct job *job, *found = NULL;

	(void)pthread_mutex_lock(&pool->lock);
	for (worker = pool->worker;
	     found == NULL && worker < pool->worker + POOL_MOST; worker++) {
		job = worker->job;
		if (job == NULL || job->overdue ||
		    now_ns < job->started_ns + job->deadline_ns)
			continue;
		job->overdue = worker->given_up = true;
		pool->given_up++;
		found = job;
		*step = worker->scratch->step;
	}
	(void)pthread_mutex_unlock(&pool->lock);
	return (found);
}

static uint64_t
tick(struct agent *agent, uint64_t now_ns)
{
	struct workers *pool = agent->workers;
	const char *step = NULL;
	struct job *job;
	int error;

	hand_back(pool);
	while ((job = find_overdue(pool, now_ns, &step)) != NULL) {
		dbgshm_counter_add(pool->overdue, 1);
		job->late(job);
		agent_error(agent, LOG_ERRORS, ETIMEDOUT, "job is late",
		    "%s %s, at %s", job_kind_names[job->kind], job->about,
		    step == NULL ? "its beginning" : step);
	}
	(void)pthread_mutex_lock(&pool->lock);
	error = pool_fill(pool);
	(void)pthread_mutex_unlock(&pool->lock);
	if (error != 0)
		agent_error(agent, LOG_ERRORS, error, "no thread", "workers");
	return (clock_next(now_ns, WORKERS_PERIOD_NS));
}

/* ---- start and stop -------------------------------------------------------- */

static void
create_profiles(struct agent *agent, struct workers *pool)
{
	struct dbgshm_profile *profile;

	profile = dbgshm_profile_add("workers",
	    "threads that do what may take long or hang",
	    "One works while jobs are short, the others when it does not "
	    "return at once.  A thread that is busy for long is stuck in the "
	    "step that workers/steps shows.");
	subsys_metrics(agent, profile, workers_metrics,
	    sizeof(workers_metrics) / sizeof(workers_metrics[0]), pool);
	pool->rows = dbgshm_workers_create(profile, POOL_MOST);
	profile = dbgshm_profile_add("workers/queue",
	    "jobs that wait for a thread", "First come, first served.");
	pool->queue_row = dbgshm_queue_claim(
	    dbgshm_queues_create(profile, 1), "jobs", WORKERS_QUEUE);
	profile = dbgshm_profile_add("workers/jobs",
	    "jobs that run, and those that ran last",
	    "The phase is the part of /proc that is read.  Time that a job "
	    "waited before it began is not in it: see throttle/waiting.");
	pool->jobs =
	    dbgshm_operations_create(profile, job_kind_names, WORKERS_JOBS);
	profile = dbgshm_profile_add("workers/steps",
	    "what each thread is about to do",
	    "A step is shown before it is taken, so that it can be seen in "
	    "what a thread is stuck.");
	pool->steps = dbgshm_steps_create(profile, POOL_MOST, WORKERS_STEPS);
}

static size_t
default_size(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	/* One more than can run: some may be stuck. */
	return (processors < WORKERS_DEFAULT && processors > 0
		? (size_t)processors + 1
		: WORKERS_DEFAULT);
}

static void
init_locks(struct workers *pool)
{
	pthread_condattr_t attributes;

	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_mutex_init(&pool->lock, NULL);
	(void)pthread_cond_init(&pool->stand, &attributes);
	(void)pthread_cond_init(&pool->returned, &attributes);
	(void)pthread_condattr_destroy(&attributes);
}

static int
start(struct agent *agent)
{
	struct workers *pool;
	int error;

	pool = calloc(1, sizeof(*pool));
	if (pool == NULL) {
		agent_log(agent, LOG_ERRORS, "workers: out of memory");
		return (-1);
	}
	pool->agent = agent;
	pool->size = default_size();
	TAILQ_INIT(&pool->queue);
	TAILQ_INIT(&pool->done);
	init_locks(pool);
	agent->workers = pool;
	pool->event =
	    files_keep(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "jobs");
	if (pool->event == -1 ||
	    (pool->source = loop_add(
		 agent->loop, pool->event, jobs_returned, pool)) == NULL) {
		agent_error(agent, LOG_ERRORS, errno, "workers", "eventfd");
		return (-1);
	}
	create_profiles(agent, pool);
	(void)pthread_mutex_lock(&pool->lock);
	error = pool_fill(pool);
	(void)pthread_mutex_unlock(&pool->lock);
	if (error == 0 || pool->alive > 0)
		return (0);
	agent_error(agent, LOG_ERRORS, error, "workers", "no thread");
	return (-1);
}

static void
destroy(struct workers *pool)
{
	loop_remove(pool->agent->loop, pool->source);
	if (pool->event != -1)
		files_close(pool->event);
	(void)pthread_cond_destroy(&pool->stand);
	(void)pthread_cond_destroy(&pool->returned);
	(void)pthread_mutex_destroy(&pool->lock);
	free(pool);
}

static void
end_threads(struct workers *pool)
{
	struct worker *worker = pool->worker;

	for (; worker < pool->worker + POOL_MOST; worker++)
		if (worker->state == WORKER_ENDED)
			pool_end_thread(worker);
}

static size_t
busy(const struct workers *pool)
{
	const struct worker *worker = pool->worker;
	size_t count = 0;

	for (; worker < pool->worker + POOL_MOST; worker++)
		count += worker->job != NULL;
	return (count);
}

/* A thread that does not come back is left behind, with all that it uses. */
static void
stop(struct agent *agent)
{
	struct workers *pool = agent->workers;
	struct worker *worker;
	size_t left;

	if (pool == NULL)
		return;
	if (pool->stop_ns == 0)
		pool->stop_ns = clock_now() + WORKERS_PATIENCE_NS;
	(void)pthread_mutex_lock(&pool->lock);
	pool->stopping = true;
	for (worker = pool->worker; worker < pool->worker + POOL_MOST; worker++)
		if (worker->state == WORKER_ALIVE)
			(void)pthread_cond_signal(&worker->call);
	(void)pthread_cond_broadcast(&pool->stand);
	while (pool->alive > (clock_now() < pool->stop_ns ? 0 : busy(pool)))
		pool_wait(
		    pool, &pool->returned, clock_now() + WORKERS_PATIENCE_NS);
	left = pool->alive;
	end_threads(pool);
	(void)pthread_mutex_unlock(&pool->lock);
	agent->workers = NULL;
	if (left == 0) {
		destroy(pool);
		return;
	}
	agent->threads_left = true;
	agent_log(agent, LOG_WARNINGS,
	    "workers: %zu do not come back, and are left behind", left);
}

const struct subsys subsys_workers = {
	.name = "workers",
	.description = "threads for jobs that may take long or hang",
	.start = start,
	.stop = stop,
	.tick = tick,
	.period_ns = WORKERS_PERIOD_NS,
};
