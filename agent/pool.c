/*
 * pool.c - the threads that run jobs, and the queue that they take them from.
 *
 * One thread works while jobs are short: a second one would cost more than it
 * helps.  Another one stands by, and takes the next job when the first is at one
 * for long or when there is CPU time again.  All others are asleep.
 */
#include "pool.h"

#include "clock.h"
#include "throttle.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POOL_STACK (512 << 10)
#define POOL_LONG_NS (10 * NS_PER_MS) /* the next job goes to another one */
#define POOL_BATCH 16 /* the loop is not woken for every single one */

/* ---- with the lock ---------------------------------------------------------- */

void
pool_wait(struct workers *pool, pthread_cond_t *condition, uint64_t at_ns)
{
	struct timespec at = { .tv_sec = (time_t)(at_ns / NS_PER_S),
		.tv_nsec = (long)(at_ns % NS_PER_S) };

	(void)pthread_cond_timedwait(condition, &pool->lock, &at);
}

static void
tell_loop(struct workers *pool)
{
	uint64_t one = 1;

	if (pool->told || pool->done_count == 0)
		return;
	pool->told = true;
	while (write(pool->event, &one, sizeof(one)) == -1 && errno == EINTR)
		continue;
}

void
pool_show_oldest(struct workers *pool)
{
	const struct job *head = TAILQ_FIRST(&pool->queue);

	dbgshm_queue_oldest(
	    pool->queue_row, head == NULL ? 0 : head->queued_stamp);
}

void
pool_unqueue(struct workers *pool, struct job *job)
{
	TAILQ_REMOVE(&pool->queue, job, link);
	pool->depth--;
	throttle_waited(pool->agent, job);
	dbgshm_queue_take(pool->queue_row, 1);
	pool_show_oldest(pool);
}

/* Until when the job of another thread may still be a short one; 0 none. */
static uint64_t
short_until(const struct workers *pool, uint64_t now_ns)
{
	const struct worker *worker = pool->worker;
	uint64_t long_ns, until_ns = 0;

	for (; worker < pool->worker + POOL_MOST; worker++) {
		if (worker->job == NULL)
			continue;
		long_ns = worker->job->started_ns + POOL_LONG_NS;
		if (long_ns > now_ns && (until_ns == 0 || long_ns < until_ns))
			until_ns = long_ns;
	}
	return (until_ns);
}

/* When the job at the head may begin, as far as can be told; 0 now. */
static uint64_t
head_until(struct workers *pool, uint64_t now_ns)
{
	uint64_t until_ns = throttle_until(pool->agent, now_ns);
	struct job *job;

	if (until_ns <= now_ns)
		return (short_until(pool, now_ns));
	TAILQ_FOREACH(job, &pool->queue, link)
		throttle_wait(pool->agent, job);
	return (until_ns);
}

void
pool_call(struct workers *pool)
{
	struct worker *worker = pool->idle;

	if (worker == NULL || pool->called)
		return;
	pool->called = true;
	pool->idle = worker->next_idle;
	worker->called = true;
	(void)pthread_cond_signal(&worker->call);
}

/* Until it is called. */
static void
rest(struct workers *pool, struct worker *worker)
{
	worker->called = false;
	worker->next_idle = pool->idle;
	pool->idle = worker;
	while (!worker->called && !pool->stopping)
		(void)pthread_cond_wait(&worker->call, &pool->lock);
	pool->called = false;
}

/* The next job for this thread; NULL: it is not needed any more. */
static struct job *
next_job(struct workers *pool, struct worker *worker)
{
	uint64_t now_ns, until_ns;
	struct job *job;

	for (;;) {
		if (pool->stopping || pool->alive - pool->given_up > pool->size)
			return (NULL);
		now_ns = clock_now();
		until_ns =
		    TAILQ_EMPTY(&pool->queue) ? 0 : head_until(pool, now_ns);
		job = TAILQ_FIRST(&pool->queue);
		if (job != NULL && until_ns <= now_ns)
			break;
		tell_loop(pool);
		if (job == NULL || pool->standing_by)
			rest(pool, worker);
		else {
			pool->standing_by = true;
			pool_wait(pool, &pool->stand, until_ns);
			pool->standing_by = false;
		}
	}
	pool_unqueue(pool, job);
	job->state = JOB_RUNNING;
	job->started_ns = now_ns;
	if (!TAILQ_EMPTY(&pool->queue) && !pool->standing_by)
		pool_call(pool);
	return (job);
}

static void
job_returned(struct workers *pool, struct worker *worker, struct job *job)
{
	dbgshm_operation_end(&worker->scratch->operation,
	    job->overdue ? DBGSHM_OUTCOME_TIMEOUT : job->outcome);
	worker->job = NULL;
	if (worker->given_up)
		pool->given_up--;
	worker->given_up = false;
	job->state = JOB_RETURNED;
	TAILQ_INSERT_TAIL(&pool->done, job, link);
	dbgshm_queue_done(pool->queue_row, 1);
	if (++pool->done_count >= POOL_BATCH || job->overdue)
		tell_loop(pool);
	(void)pthread_cond_broadcast(&pool->returned);
}

/* ---- the threads --------------------------------------------------------- */

static void
run_job(struct workers *pool, struct job *job, struct scratch *scratch)
{
	uint64_t cpu_ns;

	scratch->about = job->about;
	scratch->operation =
	    dbgshm_operation_begin(pool->jobs, job->kind, job->about);
	job->outcome = DBGSHM_OUTCOME_OK;
	job->run(job, scratch);
	dbgshm_trail_rest(scratch->trail);
	/* With what it took to find it: one system call for each. */
	cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	job->cpu_ns = cpu_ns - scratch->cpu_ns;
	scratch->cpu_ns = cpu_ns;
}

static void *
work(void *context)
{
	struct worker *worker = context;
	struct workers *pool = worker->pool;
	struct dbgshm_worker row;
	struct job *job;
	char name[16];

	snprintf(name, sizeof(name), "worker %u",
	    (unsigned)(worker - pool->worker) % POOL_MOST + 1);
	(void)pthread_setname_np(pthread_self(), name);
	dbgshm_thread_enter();
	row = dbgshm_worker_claim(pool->rows, name);
	worker->scratch->trail = dbgshm_trail_claim(pool->steps, name);
	(void)pthread_mutex_lock(&pool->lock);
	while ((job = next_job(pool, worker)) != NULL) {
		worker->job = job;
		(void)pthread_mutex_unlock(&pool->lock);
		dbgshm_worker_busy(row, job->about);
		run_job(pool, job, worker->scratch);
		dbgshm_worker_idle(row);
		(void)pthread_mutex_lock(&pool->lock);
		job_returned(pool, worker, job);
	}
	dbgshm_trail_release(worker->scratch->trail);
	dbgshm_worker_release(row);
	tell_loop(pool);
	worker->state = WORKER_ENDED;
	pool->alive--;
	(void)pthread_cond_broadcast(&pool->returned);
	(void)pthread_mutex_unlock(&pool->lock);
	return (NULL);
}

static int
start_thread(struct worker *worker)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	int error;

	worker->scratch = calloc(1, sizeof(*worker->scratch));
	if (worker->scratch == NULL)
		return (ENOMEM);
	(void)pthread_cond_init(&worker->call, NULL);
	(void)pthread_attr_init(&attributes);
	(void)pthread_attr_setstacksize(&attributes, POOL_STACK);
	/* Signals are for the loop. */
	sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&worker->thread, &attributes, work, worker);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	(void)pthread_attr_destroy(&attributes);
	return (error);
}

void
pool_end_thread(struct worker *worker)
{
	if (worker->state == WORKER_ENDED)
		(void)pthread_join(worker->thread, NULL);
	if (worker->scratch != NULL)
		(void)pthread_cond_destroy(&worker->call);
	free(worker->scratch);
	memset(worker, 0, sizeof(*worker));
}

int
pool_fill(struct workers *pool)
{
	struct worker *worker = pool->worker;
	int error = 0;

	for (; worker < pool->worker + POOL_MOST; worker++) {
		if (worker->state == WORKER_ENDED)
			pool_end_thread(worker);
		if (worker->state != WORKER_NONE ||
		    pool->alive - pool->given_up >= pool->size)
			continue;
		worker->pool = pool;
		worker->state = WORKER_ALIVE;
		pool->alive++;
		error = start_thread(worker);
		if (error != 0) {
			pool->alive--;
			worker->state = WORKER_NONE;
			pool_end_thread(worker);
			break;
		}
	}
	dbgshm_gauge_set(pool->threads_now, (int64_t)pool->alive);
	dbgshm_gauge_set(pool->lost_now, (int64_t)pool->given_up);
	return (error);
}
