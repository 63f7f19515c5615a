/*
 * threads8.c - 8 threads add 10 million each to one counter, while the handler
 * of a timer signal adds to the same counter on those threads.  Prints what the
 * counter must then show, exactly, and stays until SIGTERM.
 */
#include <dbgshm/writer.h>

#include <sys/syscall.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define THREADS 8
#define ADDS 10000000u
#define PERIOD_NS 200000

static struct dbgshm_counter counter;
static uint64_t handled; /* what the handler has added, all threads */

static void
add_one(int signal)
{
	(void)signal;
	dbgshm_counter_add(counter, 1);
	(void)__atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
}

/* A timer whose signal comes to this very thread. */
static timer_t
start_timer(void)
{
	struct itimerspec period = { { 0, PERIOD_NS }, { 0, PERIOD_NS } };
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID,
		.sigev_signo = SIGALRM };
	timer_t timer;

	event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) == -1 ||
	    timer_settime(timer, 0, &period, NULL) == -1) {
		perror("threads8: timer");
		exit(1);
	}
	return (timer);
}

static void *
add_many(void *argument)
{
	timer_t timer = start_timer();
	unsigned i;

	(void)argument;
	for (i = 0; i < ADDS; i++)
		dbgshm_counter_add(counter, 1);
	(void)timer_delete(timer);
	return (NULL);
}

int
main(void)
{
	struct sigaction action = { .sa_handler = add_one,
		.sa_flags = SA_RESTART };
	pthread_t threads[THREADS];
	struct dbgshm_options options = { .sampling = DBGSHM_SAMPLER_THREAD,
		.state = DBGSHM_PUBLISHED };
	struct dbgshm_metric metric = { .name = "adds" };
	int i;

	if (dbgshm_init(&options) == -1 ||
	    dbgshm_counter_create(
		dbgshm_profile_add("threads", "eight threads", NULL), &metric,
		&counter) == -1) {
		perror("threads8");
		return (1);
	}
	(void)sigaction(SIGALRM, &action, NULL);
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, add_many, NULL) != 0)
			return (1);
	for (i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
	printf("%llu %llu\n", (unsigned long long)THREADS * ADDS + handled,
	    (unsigned long long)handled);
	(void)fflush(stdout);
	for (;;)
		pause();
}
