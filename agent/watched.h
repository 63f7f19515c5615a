/*
 * watched.h - one process that subsys_watch.c watches: its row, and the jobs
 * that begin the watch and take the samples.
 */
#ifndef WATCHED_H
#define WATCHED_H

#include "subject.h"
#include "workers.h"

#include <sys/queue.h>

enum watched_state {
	WATCHED_STARTING, /* its first sample is not taken yet */
	WATCHED_LIVE,
	WATCHED_OVERDUE, /* live, but a job hangs with it */
	WATCHED_EXITED,
	WATCHED_REPLACED
};

struct watched {
	TAILQ_ENTRY(watched) link;
	struct agent *agent;
	struct subject_host *host;
	const struct watch_option *option;
	pid_t pid;
	uint64_t start_ticks;
	struct subject *subject; /* NULL before it has begun */
	struct loop_source *source; /* of the pidfd */
	enum watched_state state;
	bool gone;    /* it ended while a job was at it */
	bool failing; /* and the log was told */
	uint64_t ended_ns;
	uint64_t next_ns; /* of the job, or when the region goes; UINT64_MAX
			     while a job is pending */
	struct job job;
	/* What the last job has found. */
	enum subject_end result;
	int error;
	/* watched.c's own. */
	struct dbgshm_row row;
	uint64_t sampled_ns;
	struct dbgshm_cost cost; /* of its region, by the last sample */
};
TAILQ_HEAD(watched_list, watched);

struct dbgshm_table *watched_table(struct dbgshm_profile *);

struct watched *watched_create(struct agent *, struct subject_host *,
    struct dbgshm_table *, const struct watch_option *,
    const struct proc_identity *);
	/* Of the identity: pid, start and name.  NULL and ENOMEM. */

void watched_destroy(struct watched *);
	/* Not while its job is pending. */

int watched_submit(struct watched *, void (*done)(struct job *));
	/* The first job, or a sample.  -1 and errno as workers_submit(). */

void watched_begun(struct watched *);
	/* Its first job has made a subject. */

void watched_sampled(struct watched *);
	/* The values are those of now. */

void watched_set_state(struct watched *, enum watched_state);

#endif
