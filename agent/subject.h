/*
 * subject.h - one watched process and the region about it.
 *
 * A subject is a process at one time of its life: pid, start time and program.
 * Each of its profiles is made by one view (proc_<what>.c, the table is in
 * subject.c), which reads its part of /proc and says so when it may not.
 */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "proc.h"
#include "rowset.h"
#include "scratch.h"

#define SUBJECT_IDLE_TURNS                                                     \
	5 /* what only the process itself changes is read
				so often while it sleeps */

#include <dbgshm/writer.h>

#include <pthread.h>
#include <stdatomic.h>

struct net_cache;
struct cgroup_mounts;

/* What all subjects share; they may be sampled by several threads at a time,
 * each by one. */
struct subject_host {
	uint64_t interval_ns;
	struct net_cache *net;
	bool root;
	atomic_bool tells_waits; /* the kernel says what threads wait for */
	pthread_mutex_t lock;
	struct cgroup_mounts *cgroups; /* with the lock */
};
int subject_host_init(
    struct subject_host *, uint64_t interval_ns, double cpu_limit);
	/* cpu_limit 0: none.  -1 and errno. */
void subject_host_fini(struct subject_host *);
int subject_host_reload(struct subject_host *);
	/* Looks at the mounts again; the old ones stay when that fails. */
struct cgroup_mounts *subject_mounts(struct subject_host *);
	/* The present ones, to be given back with cgroup_mounts_destroy(). */

#define SUBJECT_ABOUT_SIZE (PROC_NAME_SIZE + 16)

/* Parts of a process that can be read or not: rows of `coverage`. */
enum subject_part {
	PART_PROCESS,
	PART_THREADS,
	PART_WAITS,
	PART_MEMORY,
	PART_PSS,
	PART_FILES,
	PART_SOCKETS,
	PART_IO,
	PART_LIMITS,
	PART_CGROUP,
	PART_COMMAND,
	PART_COUNT
};

/* An open socket, as the table of files found it. */
struct subject_socket {
	uint64_t descriptor, inode;
};

struct subject {
	struct subject_host *host;
	struct dbgshm_region *region;
	struct proc_identity identity;
	char about[SUBJECT_ABOUT_SIZE]; /* name and pid, for people */
	uid_t uid;     /* who may look at it */
	bool named;    /* its region has a file name */
	int directory; /* /proc/PID; -1 after the end */
	int pidfd;     /* readable when it has ended; -1 as above */
	/* Of the sample that is being taken: */
	struct scratch *scratch;
	uint64_t now_ns, last_ns; /* CLOCK_MONOTONIC; last_ns 0 at first */
	uint64_t read_ns; /* of the view that runs: how old its values are */
	struct proc_stat stat, last_stat, first_stat;
	struct proc_status status;
	/* What one view tells another. */
	uint64_t idle; /* samples in a row in which no thread has run */
	struct dbgshm_counter switches[2]; /* voluntary, involuntary: in the
					      profile of one view, counted by
					      another */
	uint64_t open_files;		   /* UINT64_MAX unknown */
	struct subject_socket *sockets;
	size_t socket_count, socket_room;
	uint64_t sockets_left_out;
	struct dbgshm_profile *memory; /* profile and row that two views fill */
	struct dbgshm_row who;
	/* Bookkeeping of subject.c. */
	struct subject_view *views;
	struct coverage *coverage;
	uint64_t samples, cost_ns; /* cost of the last one */
};

enum subject_end { /* why sampling is over */
	SUBJECT_ALIVE,
	SUBJECT_EXITED,
	SUBJECT_REPLACED, /* by another program in the same process */
	SUBJECT_REOWNED,  /* another user's now: the region must be, too */
	SUBJECT_FAILED	  /* errno */
};

struct subject *subject_create(struct subject_host *, struct scratch *,
    pid_t pid, int *descriptor);
	/*
	 * Starts watching a live process.  With descriptor: the region has no
	 * name and *descriptor is a read-only descriptor of it.  May hang with
	 * the process.  NULL and errno: ESRCH no such process, or as
	 * dbgshm_region_create().
	 */

enum subject_end subject_sample(struct subject *, struct scratch *);
	/* Reads everything that is due and ticks the region.  May hang with the
	 * process: what may is read last, when all else can be seen.  Not
	 * ALIVE: call subject_end(). */

void subject_end(struct subject *, enum subject_end);
	/* The process is gone: marks the region, which stays readable, and
	 * gives back everything else. */

void subject_destroy(struct subject *);
	/* The region goes as well.  NULL is fine. */

/* ---- for views ---------------------------------------------------------- */

struct proc_view {
	enum subject_part part;
	const char *reads; /* which files of /proc, for people */
	bool may_hang;	   /* with the memory map of the process */
	size_t state_size;
	uint64_t period_ns; /* not more often than this; 0 each sample */
	int (*sample)(struct subject *, void *state);
		/* Makes the profile at the first success.  0 or errno; the
		 * process is gone: ESRCH or ENOENT. */
	void (*hide)(struct subject *, void *state);
		/* It may not be read any more: removes the profile. */
	void (*free)(void *state); /* NULL: nothing to free */
};
extern const struct proc_view proc_process_view, proc_threads_view,
    proc_memory_view, proc_smaps_view, proc_files_view, proc_sockets_view,
    proc_io_view, proc_limits_view, proc_cgroup_view, proc_command_view;

/* A metric with where its value is found. */
struct view_metric {
	uint8_t kind; /* DBGSHM_METRIC_COUNTER or _GAUGE */
	const char *name;
	const char *help;
	uint8_t unit, level;
	size_t offset; /* of a uint64_t in the struct that it is set from */
};
union view_handle {
	struct dbgshm_counter counter;
	struct dbgshm_gauge gauge;
};
int view_metrics_create(struct dbgshm_profile *, const struct view_metric *,
    size_t count, union view_handle *);
	/* 0 or errno. */
void view_metrics_set(struct subject *, const struct view_metric *,
    size_t count, const union view_handle *, const void *from);

/* One gauge for each value of a label, indexed as an enum is. */
struct view_labelled {
	const char *name, *help, *key;
	const char *const *values;
	size_t count;	 /* at most VIEW_INSTANCES */
	uint32_t always; /* bits of those that are there even when zero; the
			    others come when they are first seen */
};
#define VIEW_INSTANCES 20
struct view_instances {
	uint32_t made;
	struct dbgshm_gauge gauge[VIEW_INSTANCES];
};
void view_labelled_set(struct subject *, struct dbgshm_profile *,
    const struct view_labelled *, struct view_instances *,
    const uint64_t *values);
	/* Zero instances make all anew. */

static inline bool
subject_rests(const struct subject *subject)
	/* What only the process itself can change is as it was.  Now and then
	 * false all the same: a file may be shared with another process. */
{
	return (subject->idle % SUBJECT_IDLE_TURNS != 0);
}

void subject_coverage(
    struct subject *, enum subject_part, int error, const char *reason);
	/* For what is a part of a view: 0 available, else errno; reason NULL:
	 * the text of the error. */

#endif
