/*
 * workers.h - work that may take long, or hang, done by a few threads beside the
 * main loop.
 *
 * A job is part of the struct it is about.  Everything here is for the loop's
 * thread; of a job, only run() is called on another one.  While it is pending
 * the owner leaves alone what run() uses, and may not free it.
 */
#ifndef WORKERS_H
#define WORKERS_H

#include "agent.h"
#include "scratch.h"

#include <sys/queue.h>

enum job_kind { JOB_SCAN, JOB_NAMES, JOB_START, JOB_SAMPLE, JOB_KINDS };

#define JOB_ABOUT_SIZE 80

struct job {
	/* The owner's. */
	enum job_kind kind;
	const struct subsys *subsys; /* whose CPU time it is */
	char about[JOB_ABOUT_SIZE];  /* what or whom it is about, for people */
	uint64_t target;	     /* reference to a row about that, 0 none */
	uint64_t deadline_ns;	     /* from its start until it returns */
	void *owner;
	void (*run)(struct job *, struct scratch *);
	void (*done)(struct job *); /* it has returned */
	void (*late)(struct job *); /* it has not, and its time is over */
	uint32_t outcome; /* DBGSHM_OUTCOME_*; run() may set it */
	bool pending;	  /* queued, running, or not yet done() */
	/* The workers'. */
	TAILQ_ENTRY(job) link;
	enum { JOB_IDLE, JOB_QUEUED, JOB_RUNNING, JOB_RETURNED } state;
	bool overdue;
	uint64_t queued_stamp, started_ns, cpu_ns;
	/* The throttle's. */
	uint64_t waiting_ns, limit_stamp; /* since when; 0 it does not */
	struct dbgshm_row waiting;
};
TAILQ_HEAD(job_list, job);

extern const char *const job_kind_names[JOB_KINDS + 1];

int workers_submit(struct agent *, struct job *);
	/* Behind all that wait already.  -1 and errno: EAGAIN the queue is
	 * full, EBUSY it is pending. */

bool workers_is_queued(struct agent *, const struct job *);
	/* It has not begun. */

bool workers_take_back(struct agent *, struct job *);
	/* When the owner stops: it is not pending any more, and done() is not
	 * called.  false: it hangs, and what it uses must stay for ever.  Waits
	 * for jobs that run, a second at most for all of them together. */

#endif
