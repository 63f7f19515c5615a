/*
 * agent.h - what the subsystems of the agent share.
 */
#ifndef AGENT_H
#define AGENT_H

#include "log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct dbgshm_table;
struct files_audit;
struct loop;
struct regions;
struct supervisor;
struct throttle;
struct tracker;
struct watch;
struct workers;

/* One --watch of the command line. */
struct watch_option {
	const char *text;
	pid_t pid; /* 0: a name */
};

struct agent_options {
	bool foreground;
	bool debug; /* publish the agent's own region */
	bool user;  /* an agent of this user, not of the host */
	uint64_t interval_ns;
	double cpu_limit; /* of one processor; 0 none */
	const char *pidfile; /* NULL: the default one, if any */
	struct watch_option *watch;
	size_t watch_count;
	pid_t private_pid; /* 0: not a private watcher */
	int region_fd;	   /* -1 not given */
};

struct agent {
	const struct agent_options *options;
	struct loop *loop;
	bool detached; /* nobody reads standard error any longer */
	bool threads_left; /* that hang, and may still come back */
	struct dbgshm_table *schedules; /* see schedule.h */
	/* One for each subsystem; NULL before its start and after its stop. */
	struct log *log;
	struct supervisor *supervisor;
	struct throttle *throttle;
	struct workers *workers;
	struct tracker *tracker;
	struct watch *watch;
	struct files_audit *files;
	struct regions *regions;
};

#endif
