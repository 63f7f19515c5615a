/*
 * subsys_files.c - asks the kernel now and then whether what is open is what
 * files.c believes to be open.
 *
 * A descriptor that nobody here has opened is one that a library keeps, or that
 * went around files.h; one that is gone was closed behind our back.  Each must be
 * seen twice in a row: other threads open and close while we look.
 */
#include "subsys.h"

#include "clock.h"
#include "files.h"
#include "proc.h"
#include "schedule.h"

#include <sys/resource.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AUDIT_PERIOD_NS (10 * NS_PER_S)
#define AUDIT_DIRECTORY "/proc/self/fd"

struct files_audit {
	struct dbgshm_schedule schedule;
	struct dbgshm_limit limit;
	struct dbgshm_gauge strange, lost;
	struct proc_walk walk;
	bool open[FILES_NOTED];	  /* as the kernel says */
	uint8_t odd[FILES_NOTED]; /* audits in a row that did not agree, up to
				     3; told at 2 */
};

static const struct subsys_metric audit_metrics[] = {
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NONE, "strange",
	    "open descriptors that the agent has not opened",
	    offsetof(struct files_audit, strange) },
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NONE, "lost",
	    "descriptors that the agent believes to be open, and are not",
	    offsetof(struct files_audit, lost) },
};

/* Returns how many are open; -1 and errno. */
static int64_t
ask_kernel(struct files_audit *audit)
{
	uint64_t descriptor;
	int64_t count = 0;

	memset(audit->open, 0, sizeof(audit->open));
	if (proc_walk_open(&audit->walk, AT_FDCWD, AUDIT_DIRECTORY) == -1)
		return (-1);
	while (proc_walk_next(&audit->walk, &descriptor)) {
		count++;
		if (descriptor < FILES_NOTED)
			audit->open[descriptor] = true;
	}
	proc_walk_close(&audit->walk);
	audit->open[audit->walk.descriptor] = false;
	errno = audit->walk.error;
	return (errno != 0 ? -1 : count - 1);
}

static void
tell(struct agent *agent, int descriptor, bool open)
{
	char path[48], target[256];
	ssize_t length;

	if (!open) {
		agent_error(agent, LOG_WARNINGS, EBADF,
		    "files: closed behind our back", "descriptor %d",
		    descriptor);
		return;
	}
	snprintf(path, sizeof(path), AUDIT_DIRECTORY "/%d", descriptor);
	length = proc_link(AT_FDCWD, path, target, sizeof(target));
	agent_log(agent, LOG_NOTES, "files: descriptor %d is not ours: %s",
	    descriptor, length == -1 ? "closed" : target);
}

/* told: what is odd now has been so before the agent began. */
static void
compare(struct agent *agent, struct files_audit *audit, bool told)
{
	int64_t strange = 0, lost = 0;
	int i;

	for (i = STDERR_FILENO + 1; i < FILES_NOTED; i++) {
		if (audit->open[i] == files_is_ours(i)) {
			audit->odd[i] = 0;
			continue;
		}
		if (told)
			audit->odd[i] = 2;
		else if (audit->odd[i] < 3)
			audit->odd[i]++;
		if (audit->odd[i] < 2)
			continue;
		if (audit->open[i])
			strange++;
		else
			lost++;
		if (audit->odd[i] == 2 && !told)
			tell(agent, i, audit->open[i]);
	}
	dbgshm_gauge_set(audit->strange, strange);
	dbgshm_gauge_set(audit->lost, lost);
}

static uint64_t
tick(struct agent *agent, uint64_t now_ns)
{
	struct files_audit *audit = agent->files;
	struct rlimit limit = { 0, 0 };
	int64_t count;

	dbgshm_schedule_begin(audit->schedule);
	count = ask_kernel(audit);
	if (count == -1)
		agent_error(
		    agent, LOG_WARNINGS, errno, "files", AUDIT_DIRECTORY);
	else {
		compare(agent, audit, false);
		(void)getrlimit(RLIMIT_NOFILE, &limit);
		dbgshm_limit_set(
		    audit->limit, (uint64_t)limit.rlim_cur, (uint64_t)count);
	}
	dbgshm_schedule_end(audit->schedule, (uint64_t)(count < 0 ? 0 : count),
	    count == -1 ? DBGSHM_OUTCOME_FAILED : DBGSHM_OUTCOME_OK,
	    AUDIT_PERIOD_NS);
	return (clock_next(now_ns, AUDIT_PERIOD_NS));
}

static void
create_profile(struct agent *agent, struct files_audit *audit)
{
	struct dbgshm_profile *profile;

	profile = dbgshm_profile_add("files/limit",
	    "open descriptors of the agent, as the kernel counts them",
	    "Strange ones are kept open by a library, or were inherited.");
	subsys_metrics(agent, profile, audit_metrics,
	    sizeof(audit_metrics) / sizeof(audit_metrics[0]), audit);
	audit->limit = dbgshm_limit_claim(
	    dbgshm_limits_create(profile, 1), "descriptors", 0);
	audit->schedule = schedule_add(agent, "files: audit", AUDIT_PERIOD_NS);
}

static int
start(struct agent *agent)
{
	struct files_audit *audit;

	audit = calloc(1, sizeof(*audit));
	if (audit == NULL) {
		agent_log(agent, LOG_ERRORS, "files: out of memory");
		return (-1);
	}
	create_profile(agent, audit);
	agent->files = audit;
	if (ask_kernel(audit) != -1)
		compare(agent, audit, true);
	return (0);
}

static void
stop(struct agent *agent)
{
	free(agent->files);
	agent->files = NULL;
}

const struct subsys subsys_files = {
	.name = "files",
	.description = "every file that the agent opens, paired with its close",
	.start = start,
	.stop = stop,
	.tick = tick,
	.period_ns = AUDIT_PERIOD_NS,
};
