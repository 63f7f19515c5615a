/*
 * pool.h - the threads of subsys_workers.c, and what they share with it.
 */
#ifndef POOL_H
#define POOL_H

#include "workers.h"

#include <pthread.h>

#define POOL_MOST 32 /* threads, those given up included */

struct worker {
	struct workers *pool;
	pthread_t thread;
	enum { WORKER_NONE, WORKER_ALIVE, WORKER_ENDED } state;
	bool given_up;
	struct job *job;
	struct scratch *scratch;
	/* When it is idle: */
	struct worker *next_idle;
	pthread_cond_t call;
	bool called;
};

struct workers {
	struct agent *agent;
	struct dbgshm_table *rows;
	struct dbgshm_steps *steps;
	struct dbgshm_operations *jobs;
	struct dbgshm_queue queue_row;
	struct dbgshm_gauge threads_now, lost_now;
	struct dbgshm_counter overdue, refused;
	struct loop_source *source;
	int event;	  /* jobs have returned */
	uint64_t stop_ns; /* nobody is waited for any longer */
	size_t size;	  /* threads wanted */

	pthread_mutex_t lock; /* for all that follows, and the jobs' states */
	pthread_cond_t stand; /* the one that stands by may look again */
	pthread_cond_t returned;
	struct job_list queue, done;
	size_t depth, done_count;
	size_t alive, given_up;
	struct worker *idle; /* the one that was busy last, and so on */
	bool called;	     /* one of them, and it is not there yet */
	bool standing_by, stopping;
	bool told; /* the event is on its way */
	struct worker worker[POOL_MOST];
};

/* All with the lock. */

int pool_fill(struct workers *);
	/* Starts as many threads as are wanted.  0 or errno. */
void pool_end_thread(struct worker *);
	/* One that has ended, or never began. */
void pool_unqueue(struct workers *, struct job *);
void pool_show_oldest(struct workers *);
void pool_call(struct workers *);
	/* One that is idle, if there is one, to look at the queue. */
void pool_wait(struct workers *, pthread_cond_t *, uint64_t until_ns);
	/* CLOCK_MONOTONIC. */

#endif
