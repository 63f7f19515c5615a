/*
 * standstill.c - two threads that come to nothing: both wait for what the other
 * one has, or both turn in circles.
 *
 *	standstill deadlock|spin
 */
#include <dbgshm/shapes.h>

#include <sys/prctl.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEADLINE_NS 200000000 /* from beat to beat */

struct party {
	const char *name;
	pthread_mutex_t *first, *second;
};

static pthread_mutex_t accounts = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t journal = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t both; /* have the first of their two */
static bool spin;
static struct dbgshm_operations *transfers;
static struct dbgshm_table *hearts;

static void *
work(void *argument)
{
	const struct party *party = argument;
	struct dbgshm_operation transfer;
	struct dbgshm_heart heart;
	volatile uint64_t turns;

	(void)prctl(PR_SET_NAME, party->name);
	dbgshm_thread_enter();
	heart = dbgshm_heart_claim(hearts, party->name, DEADLINE_NS);
	transfer = dbgshm_operation_begin(transfers, 0, party->name);
	dbgshm_operation_progress(&transfer, 1, 2, "locking");
	dbgshm_heart_beat(heart, DEADLINE_NS);
	if (spin)
		for (turns = 0;;)
			turns = turns + 1;
	(void)pthread_mutex_lock(party->first);
	(void)pthread_barrier_wait(&both);
	(void)pthread_mutex_lock(party->second);
	dbgshm_operation_end(&transfer, DBGSHM_OUTCOME_OK);
	return (NULL);
}

int
main(int argc, char *argv[])
{
	static const char *const kinds[] = { "transfer", NULL };
	static struct party parties[2] = { { "payer", &accounts, &journal },
		{ "clerk", &journal, &accounts } };
	struct dbgshm_options options = { .sampling = DBGSHM_SAMPLER_THREAD,
		.state = DBGSHM_PUBLISHED };
	struct dbgshm_heart idle;
	pthread_t threads[2];
	int i;

	if (argc != 2 || dbgshm_init(&options) == -1) {
		perror("standstill");
		return (1);
	}
	spin = strcmp(argv[1], "spin") == 0;
	transfers = dbgshm_operations_create(
	    dbgshm_profile_add("transfers", "who pays whom", NULL), kinds, 8);
	hearts = dbgshm_heartbeats_create(
	    dbgshm_profile_add("hearts", "who must be alive", NULL), 4);
	idle = dbgshm_heart_claim(hearts, "main", DEADLINE_NS);
	dbgshm_heart_beat(idle, 0); /* only waits from now on */
	(void)pthread_barrier_init(&both, NULL, 2);
	for (i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, work, &parties[i]) != 0)
			return (1);
	for (i = 0; i < 2; i++)
		(void)pthread_join(threads[i], NULL);
	return (0);
}
