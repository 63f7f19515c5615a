/*
 * subject.c - samples one process through its views, into its region.
 */
#include "subject.h"

#include "cgroup.h"
#include "clock.h"
#include "coverage.h"
#include "files.h"
#include "net.h"

#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUBJECT_BYTES (16 << 20) /* of a region, at most */
#define SUBJECT_SHARE 20	 /* a view takes at most 1/20 of the time */
#define NET_SHARE 0.02 /* for the sockets of all, and 1/4 of what may be used */
#define SUBJECT_RETRY_NS (10 * NS_PER_S) /* for what was not permitted */

/* In the order of reading; a view may use what one before it has found.  Those
 * that may hang come last. */
static const struct proc_view *const views[] = {
	&proc_process_view,
	&proc_threads_view,
	&proc_memory_view,
	&proc_files_view,
	&proc_sockets_view,
	&proc_io_view,
	&proc_limits_view,
	&proc_cgroup_view,
	&proc_smaps_view,
	&proc_command_view,
};
#define VIEW_COUNT (sizeof(views) / sizeof(views[0]))

struct subject_view {
	void *state;
	uint64_t next_ns;
	int error; /* of the last sample */
};

int
subject_host_init(
    struct subject_host *host, uint64_t interval_ns, double cpu_limit)
{
	double share = NET_SHARE;

	if (cpu_limit != 0 && share > cpu_limit / 4)
		share = cpu_limit / 4;
	host->interval_ns = interval_ns;
	host->root = geteuid() == 0;
	(void)pthread_mutex_init(&host->lock, NULL);
	host->net = net_cache_create(share);
	host->cgroups = cgroup_mounts_create();
	if (host->net != NULL && host->cgroups != NULL)
		return (0);
	subject_host_fini(host);
	errno = ENOMEM;
	return (-1);
}

int
subject_host_reload(struct subject_host *host)
{
	struct cgroup_mounts *old, *cgroups = cgroup_mounts_create();

	if (cgroups == NULL)
		return (-1);
	(void)pthread_mutex_lock(&host->lock);
	old = host->cgroups;
	host->cgroups = cgroups;
	(void)pthread_mutex_unlock(&host->lock);
	cgroup_mounts_destroy(old);
	return (0);
}

struct cgroup_mounts *
subject_mounts(struct subject_host *host)
{
	struct cgroup_mounts *cgroups;

	(void)pthread_mutex_lock(&host->lock);
	cgroups = cgroup_mounts_keep(host->cgroups);
	(void)pthread_mutex_unlock(&host->lock);
	return (cgroups);
}

void
subject_host_fini(struct subject_host *host)
{
	net_cache_destroy(host->net);
	cgroup_mounts_destroy(host->cgroups);
	host->net = NULL;
	host->cgroups = NULL;
}

static uint64_t
own_pid_namespace(void)
{
	struct stat st;

	return (stat("/proc/self/ns/pid", &st) == 0 ? st.st_ino : 0);
}

static int
make_region(struct subject *subject, const struct stat *st, int *descriptor)
{
	struct dbgshm_options options = {
		.sampling = DBGSHM_SAMPLER_TICK,
		.state = DBGSHM_DARK, /* until there is something to see */
		.name = subject->identity.name,
		.max_bytes = SUBJECT_BYTES,
		.period_ns = subject->host->interval_ns,
		.shards = 1,
	};
	struct dbgshm_subject about = {
		.pid = subject->identity.pid,
		.uid = subject->host->root ? st->st_uid : geteuid(),
		.gid = subject->host->root ? st->st_gid : getegid(),
		.start_ticks = subject->identity.start_ticks,
		.name = subject->identity.name,
		.exe = subject->identity.exe[0] != '\0' ? subject->identity.exe
							: NULL,
		.pid_namespace = own_pid_namespace(),
		.unnamed = descriptor != NULL,
	};

	subject->region = dbgshm_region_create(&options, &about, descriptor);
	return (subject->region == NULL ? -1 : 0);
}

static int
make_views(struct subject *subject)
{
	size_t i;

	subject->coverage = coverage_create();
	subject->views = calloc(VIEW_COUNT, sizeof(*subject->views));
	if (subject->coverage == NULL || subject->views == NULL)
		return (-1);
	for (i = 0; i < VIEW_COUNT; i++) {
		subject->views[i].state = calloc(1, views[i]->state_size);
		if (subject->views[i].state == NULL)
			return (-1);
	}
	return (0);
}

/* The kernel's word on whether the whole process has ended. */
static enum subject_end
subject_gone(const struct subject *subject)
{
	struct pollfd poll_one = { .fd = subject->pidfd, .events = POLLIN };

	if (subject->pidfd == -1)
		return (subject->stat.threads <= 1 ? SUBJECT_EXITED
						   : SUBJECT_ALIVE);
	return (poll(&poll_one, 1, 0) == 1 ? SUBJECT_EXITED : SUBJECT_ALIVE);
}

/* The name, which may have to be read from the memory of the process. */
static void
identify(struct subject *subject, struct scratch *scratch)
{
	struct proc_identity *identity = &subject->identity;

	proc_identify(subject->directory, &subject->stat, identity);
	if (proc_wants_title(identity)) {
		scratch_step(scratch, "cmdline");
		proc_entitle(subject->directory, identity);
	}
	snprintf(subject->about, sizeof(subject->about), "%s %d",
	    identity->name, (int)identity->pid);
}

struct subject *
subject_create(struct subject_host *host, struct scratch *scratch, pid_t pid,
    int *descriptor)
{
	char path[32];
	struct subject *subject;
	struct stat st;
	bool there = false;
	int error;

	subject = calloc(1, sizeof(*subject));
	if (subject == NULL)
		return (NULL);
	subject->host = host;
	subject->pidfd =
	    files_keep((int)syscall(SYS_pidfd_open, pid, 0), "pidfd");
	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	subject->directory = files_open(path, O_RDONLY | O_DIRECTORY);
	if (subject->directory == -1 ||
	    proc_stat_read(subject->directory, "stat", &subject->stat) == -1 ||
	    fstat(subject->directory, &st) == -1)
		goto fail;
	if (subject->stat.state == PROC_ZOMBIE &&
	    subject_gone(subject) == SUBJECT_EXITED) {
		errno = ESRCH;
		goto fail;
	}
	there = true;
	subject->uid = st.st_uid;
	subject->named = descriptor == NULL;
	subject->first_stat = subject->stat;
	identify(subject, scratch);
	if (make_region(subject, &st, descriptor) == -1 ||
	    make_views(subject) == -1)
		goto fail;
	return (subject);
fail:
	error = proc_gone(errno) && !there ? ESRCH : errno;
	subject_destroy(subject);
	errno = error;
	return (NULL);
}

/*
 * Another program in the same process.  Its addresses tell, also when a program
 * starts itself again; a new name alone may be a program that renames itself.
 * Addresses that may not be read are 0, as are those of a dying process.
 */
static bool
has_new_program(const struct subject *subject)
{
	const struct proc_stat *was = &subject->first_stat;
	const struct proc_stat *is = &subject->stat;

	if (was->stack_start != 0 && is->stack_start != 0)
		return (was->stack_start != is->stack_start ||
		    was->code_start != is->code_start ||
		    was->code_end != is->code_end);
	return (was->stack_start != 0 && is->state != PROC_ZOMBIE &&
	    is->state != PROC_DEAD && strcmp(was->comm, is->comm) != 0);
}

/* A root agent hands each region to the user of its process. */
static bool
has_new_owner(const struct subject *subject)
{
	struct stat st;

	return (subject->named && subject->host->root &&
	    fstat(subject->directory, &st) == 0 && st.st_uid != subject->uid);
}

static void
sample_view(struct subject *subject, size_t i)
{
	struct subject_view *view = &subject->views[i];
	uint64_t start_ns, cost_ns, wait_ns;
	int error;

	dbgshm_operation_progress(
	    &subject->scratch->operation, i, VIEW_COUNT, views[i]->reads);
	scratch_step(subject->scratch, views[i]->reads);
	start_ns = subject->read_ns = clock_now();
	error = views[i]->sample(subject, view->state);
	cost_ns = clock_now() - start_ns;
	if (proc_gone(error) && subject_gone(subject) == SUBJECT_EXITED)
		return;
	if (error != 0 && view->error == 0)
		views[i]->hide(subject, view->state);
	view->error = error;
	wait_ns = error != 0 ? SUBJECT_RETRY_NS : views[i]->period_ns;
	if (wait_ns < cost_ns * SUBJECT_SHARE)
		wait_ns = cost_ns * SUBJECT_SHARE;
	view->next_ns = start_ns + wait_ns;
	coverage_set(subject->coverage, views[i]->part, error, NULL,
	    subject->read_ns, cost_ns);
}

/* Those that are due.  false: there were none. */
static bool
sample_views(struct subject *subject, bool may_hang)
{
	uint64_t slack_ns = subject->host->interval_ns / 4;
	bool any = false;
	size_t i;

	for (i = 0; i < VIEW_COUNT; i++)
		if (views[i]->may_hang == may_hang &&
		    subject->now_ns + slack_ns >= subject->views[i].next_ns) {
			sample_view(subject, i);
			any = true;
		}
	return (any);
}

/* Lets people see what has been read. */
static int
show(struct subject *subject)
{
	if (subject->samples == 0 &&
	    coverage_show(subject->coverage, subject->region) == -1)
		return (-1);
	(void)dbgshm_region_tick(subject->region, 0);
	return (
	    subject->samples == 0 ? dbgshm_region_publish(subject->region) : 0);
}

static enum subject_end
take_sample(struct subject *subject)
{
	struct proc_stat stat;

	if (proc_stat_read(subject->directory, "stat", &stat) == -1)
		return (proc_gone(errno) ? SUBJECT_EXITED : SUBJECT_FAILED);
	subject->last_ns = subject->samples == 0 ? 0 : subject->now_ns;
	subject->now_ns = clock_now();
	subject->last_stat = subject->stat;
	subject->stat = stat;
	if (stat.state == PROC_ZOMBIE &&
	    subject_gone(subject) == SUBJECT_EXITED)
		return (SUBJECT_EXITED);
	if (has_new_program(subject))
		return (SUBJECT_REPLACED);
	if (has_new_owner(subject))
		return (SUBJECT_REOWNED);
	if (proc_status_read(subject->directory, &subject->status) == -1)
		return (proc_gone(errno) ? SUBJECT_EXITED : SUBJECT_FAILED);
	(void)sample_views(subject, false);
	if (show(subject) == -1)
		return (SUBJECT_FAILED);
	if (sample_views(subject, true))
		(void)dbgshm_region_tick(subject->region, 0);
	dbgshm_operation_progress(
	    &subject->scratch->operation, VIEW_COUNT, VIEW_COUNT, NULL);
	subject->samples++;
	subject->cost_ns = clock_now() - subject->now_ns;
	return (SUBJECT_ALIVE);
}

enum subject_end
subject_sample(struct subject *subject, struct scratch *scratch)
{
	enum subject_end end;

	subject->scratch = scratch;
	scratch->about = subject->about;
	scratch_step(scratch, "stat, status");
	end = take_sample(subject);
	dbgshm_trail_rest(scratch->trail);
	subject->scratch = NULL;
	return (end);
}

static void
forget_process(struct subject *subject)
{
	size_t i;

	for (i = 0; subject->views != NULL && i < VIEW_COUNT; i++) {
		if (subject->views[i].state != NULL && views[i]->free != NULL)
			views[i]->free(subject->views[i].state);
		free(subject->views[i].state);
	}
	free(subject->views);
	subject->views = NULL;
	free(subject->sockets);
	subject->sockets = NULL;
	coverage_free(subject->coverage);
	subject->coverage = NULL;
	if (subject->directory != -1)
		files_close(subject->directory);
	if (subject->pidfd != -1)
		files_close(subject->pidfd);
	subject->directory = subject->pidfd = -1;
}

void
subject_end(struct subject *subject, enum subject_end end)
{
	dbgshm_region_subject(subject->region,
	    end == SUBJECT_REPLACED ? DBGSHM_SUBJECT_REPLACED
				    : DBGSHM_SUBJECT_EXITED,
	    clock_ns(CLOCK_REALTIME));
	(void)dbgshm_region_tick(subject->region, 0);
	forget_process(subject);
}

void
subject_destroy(struct subject *subject)
{
	if (subject == NULL)
		return;
	forget_process(subject);
	if (subject->region != NULL)
		dbgshm_region_destroy(subject->region, 0);
	free(subject);
}

void
subject_coverage(struct subject *subject, enum subject_part part, int error,
    const char *reason)
{
	coverage_set(
	    subject->coverage, part, error, reason, subject->now_ns, 0);
}
