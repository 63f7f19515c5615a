/*
 * proc_process.c - the profile `process`: who it is, its CPU time and faults.
 */
#include "subject.h"

#include "clock.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define OOM_TURNS 5 /* they change slowly: read so often */
#define COMMAND_PERIOD_NS (UINT64_MAX / 4) /* once */

enum {
	WHO_PID,
	WHO_NAME,
	WHO_STATE,
	WHO_PARENT,
	WHO_USER,
	WHO_EXE,
	WHO_COMMAND,
	WHO_NCOL
};

static const struct dbgshm_column who_columns[WHO_NCOL] = {
	[WHO_PID] = { .name = "pid",
	    .type = DBGSHM_TYPE_GAUGE,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "process id" },
	[WHO_NAME] = { .name = "name",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 16,
	    .help = "name that the kernel knows it by, at most 15 bytes" },
	[WHO_STATE] = { .name = "state",
	    .type = DBGSHM_TYPE_ENUM,
	    .names = proc_state_names,
	    .help = "state of its first thread" },
	[WHO_PARENT] = { .name = "parent",
	    .type = DBGSHM_TYPE_GAUGE,
	    .help = "process id of its parent" },
	[WHO_USER] = { .name = "uid",
	    .type = DBGSHM_TYPE_GAUGE,
	    .help = "real user id" },
	[WHO_EXE] = { .name = "exe",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 128,
	    .help = "file that it runs; empty when that may not be read" },
	[WHO_COMMAND] = { .name = "command",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = PROC_COMMAND_SIZE,
	    .help = "command line when the watch began" },
};

/* What the metrics are set from. */
struct process_values {
	struct proc_stat stat;
	uint64_t uptime_ns, rss, oom_score, oom_adjust;
};
#define STAT(field) offsetof(struct process_values, stat.field)
#define VALUE(field) offsetof(struct process_values, field)

static const struct view_metric process_metrics[] = {
	{ DBGSHM_METRIC_COUNTER, "cpu_user",
	    "CPU time of all its threads in user mode, those that ended "
	    "included",
	    DBGSHM_UNIT_NS, 0, STAT(user_ns) },
	{ DBGSHM_METRIC_COUNTER, "cpu_system",
	    "CPU time of all its threads in the kernel, those that ended "
	    "included",
	    DBGSHM_UNIT_NS, 0, STAT(system_ns) },
	{ DBGSHM_METRIC_GAUGE, "threads", "threads now", DBGSHM_UNIT_NONE, 0,
	    STAT(threads) },
	{ DBGSHM_METRIC_GAUGE, "rss", "resident memory, shared pages included",
	    DBGSHM_UNIT_BYTES, 0, VALUE(rss) },
	{ DBGSHM_METRIC_GAUGE, "virtual", "size of the address space",
	    DBGSHM_UNIT_BYTES, 0, STAT(virtual_bytes) },
	{ DBGSHM_METRIC_GAUGE, "uptime", "time since the process was started",
	    DBGSHM_UNIT_NS, 0, VALUE(uptime_ns) },
	{ DBGSHM_METRIC_COUNTER, "faults_minor",
	    "page faults that needed no reading from disk", DBGSHM_UNIT_NONE, 0,
	    STAT(minor_faults) },
	{ DBGSHM_METRIC_COUNTER, "faults_major",
	    "page faults that waited for a disk", DBGSHM_UNIT_NONE, 0,
	    STAT(major_faults) },
	{ DBGSHM_METRIC_GAUGE, "oom_score",
	    "the process with the highest score is killed first when memory "
	    "runs out",
	    DBGSHM_UNIT_NONE, 0, VALUE(oom_score) },
	{ DBGSHM_METRIC_GAUGE, "oom_adjust",
	    "what was added to oom_score on request, -1000 to 1000",
	    DBGSHM_UNIT_NONE, DBGSHM_LEVEL_DETAIL, VALUE(oom_adjust) },
	{ DBGSHM_METRIC_GAUGE, "nice", "nice value, -20 (first) to 19",
	    DBGSHM_UNIT_NONE, DBGSHM_LEVEL_DETAIL, STAT(nice) },
	{ DBGSHM_METRIC_GAUGE, "priority",
	    "priority as the kernel counts it: 20 + nice, or negative for "
	    "real-time",
	    DBGSHM_UNIT_NONE, DBGSHM_LEVEL_DETAIL, STAT(priority) },
	{ DBGSHM_METRIC_COUNTER, "children_cpu_user",
	    "CPU time in user mode of children that ended and were waited for",
	    DBGSHM_UNIT_NS, DBGSHM_LEVEL_DETAIL, STAT(children_user_ns) },
	{ DBGSHM_METRIC_COUNTER, "children_cpu_system",
	    "the same in the kernel", DBGSHM_UNIT_NS, DBGSHM_LEVEL_DETAIL,
	    STAT(children_system_ns) },
};
#define PROCESS_METRICS (sizeof(process_metrics) / sizeof(process_metrics[0]))

/* Filled by the view of threads. */
static const struct dbgshm_metric switch_metrics[2] = {
	{ .name = "switches_voluntary",
	    .help = "times a thread went to sleep; threads that began and "
		    "ended between two samples are not counted" },
	{ .name = "switches_involuntary",
	    .help =
		"times a thread was taken off a CPU while it wanted to run" },
};

struct process_view {
	struct dbgshm_profile *profile;
	union view_handle handles[PROCESS_METRICS];
	struct dbgshm_gauge cpu;
	uint64_t hash; /* of what the row says */
	struct process_values values;
};

/*
 * The command line in one line, words set apart by blanks.  It stands in the
 * memory of the process: reading it can hang.
 */
static int
sample_command(struct subject *subject, void *state)
{
	char command[PROC_COMMAND_SIZE + 1];
	struct dbgshm_row row;
	ssize_t i, length;

	(void)state;
	length =
	    proc_read(subject->directory, "cmdline", command, sizeof(command));
	if (length == -1)
		return (errno);
	while (length > 0 && command[length - 1] == '\0')
		length--;
	for (i = 0; i < length; i++)
		if (command[i] == '\0')
			command[i] = ' ';
	command[length] = '\0';
	row = dbgshm_row_begin(subject->who);
	dbgshm_row_text(row, WHO_COMMAND, command);
	dbgshm_row_end(row);
	return (0);
}

static void
hide_command(struct subject *subject, void *state)
{
	(void)subject;
	(void)state;
}

static int
create(struct subject *subject, struct process_view *view)
{
	struct dbgshm_table *table;
	int error;

	view->profile = dbgshm_region_profile_add(subject->region, "process",
	    "the process as a whole: CPU time, memory, faults",
	    "Read from /proc/PID/stat and /proc/PID/status.  CPU times are "
	    "counted by the kernel in ticks, usually of 10 ms.");
	if (dbgshm_float_create(view->profile,
		&(struct dbgshm_metric){ .name = "cpu_percent",
		    .help = "CPU time between the last two samples; 100 % is "
			    "one CPU",
		    .unit = DBGSHM_UNIT_PERCENT },
		&view->cpu) == -1)
		return (errno);
	error = view_metrics_create(
	    view->profile, process_metrics, PROCESS_METRICS, view->handles);
	if (error != 0)
		return (error);
	if (dbgshm_counter_create(view->profile, &switch_metrics[0],
		&subject->switches[0]) == -1 ||
	    dbgshm_counter_create(
		view->profile, &switch_metrics[1], &subject->switches[1]) == -1)
		return (errno);
	table = dbgshm_table_create(view->profile, who_columns, WHO_NCOL, 1);
	if (table == NULL)
		return (errno);
	subject->who = dbgshm_row_claim(table);
	dbgshm_row_set(subject->who, WHO_PID, (uint64_t)subject->identity.pid);
	dbgshm_row_text(subject->who, WHO_EXE, subject->identity.exe);
	dbgshm_row_end(subject->who);
	return (0);
}

static void
set_row(struct subject *subject, struct process_view *view)
{
	struct dbgshm_row row;
	struct {
		char comm[24];
		uint64_t state, parent, uid;
	} now = { .state = subject->stat.state,
		.parent = subject->stat.parent,
		.uid = subject->status.uid };
	uint64_t hash;

	memcpy(now.comm, subject->stat.comm, sizeof(subject->stat.comm));
	hash = proc_hash(0, &now, sizeof(now)) | 1;
	if (hash == view->hash)
		return;
	view->hash = hash;
	row = dbgshm_row_begin(subject->who);
	dbgshm_row_text(row, WHO_NAME, now.comm);
	dbgshm_row_set(row, WHO_STATE, now.state);
	dbgshm_row_set(row, WHO_PARENT, now.parent);
	dbgshm_row_set(row, WHO_USER, now.uid);
	dbgshm_row_end(row);
}

static uint64_t
small_number(struct subject *subject, const char *name)
{
	char text[32];
	uint64_t value = 0;

	if (proc_read(subject->directory, name, text, sizeof(text)) > 0)
		(void)proc_number(text, &value);
	return (value);
}

static double
cpu_percent(const struct subject *subject)
{
	uint64_t used;

	if (subject->last_ns == 0)
		return (NAN);
	used = subject->stat.user_ns + subject->stat.system_ns -
	    subject->last_stat.user_ns - subject->last_stat.system_ns;
	return (100.0 * (double)used /
	    (double)(subject->now_ns - subject->last_ns));
}

static int
sample(struct subject *subject, void *state)
{
	struct process_view *view = state;
	struct process_values *values = &view->values;
	uint64_t since_boot_ns;
	int error;

	if (view->profile == NULL && (error = create(subject, view)) != 0)
		return (error);
	values->stat = subject->stat;
	values->rss = subject->status.rss;
	if (subject->samples % OOM_TURNS == 0) {
		values->oom_score = small_number(subject, "oom_score");
		values->oom_adjust = small_number(subject, "oom_score_adj");
	}
	since_boot_ns = clock_ns(CLOCK_BOOTTIME);
	values->uptime_ns = since_boot_ns > subject->stat.start_ns
	    ? since_boot_ns - subject->stat.start_ns
	    : 0;
	view_metrics_set(
	    subject, process_metrics, PROCESS_METRICS, view->handles, values);
	dbgshm_region_float_set(
	    subject->region, view->cpu, cpu_percent(subject));
	set_row(subject, view);
	return (0);
}

static void
hide(struct subject *subject, void *state)
{
	struct process_view *view = state;

	(void)subject;
	if (view->profile != NULL)
		(void)dbgshm_profile_remove(view->profile);
	memset(view, 0, sizeof(*view));
}

const struct proc_view proc_process_view = {
	.part = PART_PROCESS,
	.reads = "stat, status",
	.state_size = sizeof(struct process_view),
	.sample = sample,
	.hide = hide,
};

const struct proc_view proc_command_view = {
	.part = PART_COMMAND,
	.reads = "cmdline",
	.may_hang = true,
	.state_size = 1,
	.period_ns = COMMAND_PERIOD_NS,
	.sample = sample_command,
	.hide = hide_command,
};
