/*
 * proc_threads.c - the profile `threads`: what each thread does and waits for.
 *
 * One small read a thread and sample; three more for those that have run since
 * the last one.
 */
#include "subject.h"

#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define THREADS_MAX 4096 /* rows; the others are counted */
#define THREADS_TURNS 4	 /* a sleeping thread is looked at so often */
#define WCHAN_SIZE 32

enum {
	THREAD_TID,
	THREAD_NAME,
	THREAD_STATE,
	THREAD_WCHAN,
	THREAD_CPU,
	THREAD_USER,
	THREAD_SYSTEM,
	THREAD_RUN_WAIT,
	THREAD_VOLUNTARY,
	THREAD_INVOLUNTARY,
	THREAD_PROCESSOR,
	THREAD_PRIORITY,
	THREAD_NCOL
};

static const struct dbgshm_column thread_columns[THREAD_NCOL] = {
	[THREAD_TID] = { .name = "tid",
	    .type = DBGSHM_TYPE_GAUGE,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "thread id" },
	[THREAD_NAME] = { .name = "name",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 16,
	    .help = "name of the thread, at most 15 bytes" },
	[THREAD_STATE] = { .name = "state",
	    .type = DBGSHM_TYPE_ENUM,
	    .names = proc_state_names,
	    .help = "running includes waiting for a CPU; disk sleep cannot be "
		    "interrupted" },
	[THREAD_WCHAN] = { .name = "wchan",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = WCHAN_SIZE,
	    .help = "kernel function that it sleeps in" },
	[THREAD_CPU] = { .name = "cpu_percent",
	    .type = DBGSHM_TYPE_FLOAT,
	    .unit = DBGSHM_UNIT_PERCENT,
	    .help = "CPU time between the last two samples; 100 % is one CPU" },
	[THREAD_USER] = { .name = "cpu_user",
	    .type = DBGSHM_TYPE_COUNTER,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "CPU time in user mode" },
	[THREAD_SYSTEM] = { .name = "cpu_system",
	    .type = DBGSHM_TYPE_COUNTER,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "CPU time in the kernel" },
	[THREAD_RUN_WAIT] = { .name = "run_queue_wait",
	    .type = DBGSHM_TYPE_COUNTER,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "time that it was ready to run and waited for a CPU" },
	[THREAD_VOLUNTARY] = { .name = "switches_voluntary",
	    .type = DBGSHM_TYPE_COUNTER,
	    .help = "times it went to sleep" },
	[THREAD_INVOLUNTARY] = { .name = "switches_involuntary",
	    .type = DBGSHM_TYPE_COUNTER,
	    .help = "times it was taken off a CPU while it wanted to run" },
	[THREAD_PROCESSOR] = { .name = "processor",
	    .type = DBGSHM_TYPE_GAUGE,
	    .level = DBGSHM_LEVEL_DETAIL,
	    .help = "CPU it ran on last" },
	[THREAD_PRIORITY] = { .name = "priority",
	    .type = DBGSHM_TYPE_SIGNED,
	    .level = DBGSHM_LEVEL_DETAIL,
	    .help = "20 + nice, or negative for real-time" },
};

static const struct view_labelled state_counts = {
	.name = "count",
	.help = "listed threads in this state",
	.key = "state",
	.values = proc_state_names,
	.count = PROC_PARKED + 1,
	.always = 1 << PROC_RUNNING | 1 << PROC_SLEEPING | 1 << PROC_DISK_SLEEP,
};

/* What a slot of the rows remembers. */
enum {
	NOTE_START,
	NOTE_RUN,
	NOTE_WAIT,
	NOTE_STILL,
	NOTE_STATE,
	NOTE_VOLUNTARY,
	NOTE_INVOLUNTARY
};

struct threads_view {
	struct dbgshm_profile *profile;
	struct rowset rows;
	struct dbgshm_gauge total, not_listed;
	struct view_instances states;
	uint64_t last_ns;
	uint64_t active;      /* threads that ran since the last sample */
	uint64_t switches[2]; /* of all threads, those that ended included */
};

/* What a row says, without padding: it is hashed. */
struct thread_cells {
	char name[24], wchan[WCHAN_SIZE + 8];
	uint64_t state, user_ns, system_ns, wait_ns, switches[2], processor;
	int64_t priority;
	double cpu_percent;
};

/* One thread at one moment. */
struct thread_now {
	struct proc_stat stat;
	uint64_t run_ns;
	bool timed; /* to the nanosecond, with the time it waited */
	struct thread_cells cells;
};

static const struct proc_field switch_fields[] = {
	{ "voluntary_ctxt_switches", 0, 1 },
	{ "nonvoluntary_ctxt_switches", 8, 1 },
};

static int
create(struct subject *subject, struct threads_view *view)
{
	if (view->rows.slot_count == 0 &&
	    rowset_init(&view->rows, (uint32_t)subject->stat.threads,
		THREADS_MAX) == -1)
		return (errno);
	view->profile = dbgshm_region_profile_add(subject->region, "threads",
	    "threads of the process: state, what they wait for, CPU time",
	    "Read from /proc/PID/task.  A busy thread that does not run shows "
	    "as running with growing run_queue_wait.");
	if (dbgshm_gauge_create(view->profile,
		&(struct dbgshm_metric){
		    .name = "total", .help = "threads now" },
		&view->total) == -1 ||
	    dbgshm_gauge_create(view->profile,
		&(struct dbgshm_metric){ .name = "not_listed",
		    .help = "threads for which the table has no room",
		    .level = DBGSHM_LEVEL_DETAIL },
		&view->not_listed) == -1)
		return (errno);
	view->rows.table = dbgshm_table_create(
	    view->profile, thread_columns, THREAD_NCOL, view->rows.capacity);
	return (view->rows.table == NULL ? errno : 0);
}

static void
hide(struct subject *subject, void *state)
{
	struct threads_view *view = state;

	(void)subject;
	if (view->profile == NULL)
		return;
	(void)dbgshm_profile_remove(view->profile);
	view->profile = NULL;
	view->states.made = 0;
	rowset_forget(&view->rows);
}

/* The time it ran and the time it waited for a CPU, to the nanosecond. */
static void
read_times(int task, const char *tid, struct thread_now *now)
{
	char name[40], text[128];
	const char *p;

	memset(now, 0, sizeof(*now));
	snprintf(name, sizeof(name), "%s/schedstat", tid);
	if (proc_read(task, name, text, sizeof(text)) > 0 &&
	    (p = proc_number(text, &now->run_ns)) != NULL)
		now->timed = proc_number(p, &now->cells.wait_ns) != NULL;
}

static int
read_stat(int task, const char *tid, struct thread_now *now)
{
	char name[40];

	snprintf(name, sizeof(name), "%s/stat", tid);
	if (proc_stat_read(task, name, &now->stat) == -1)
		return (-1);
	if (!now->timed)
		now->run_ns = now->stat.user_ns + now->stat.system_ns;
	memcpy(now->cells.name, now->stat.comm, sizeof(now->stat.comm));
	now->cells.state = now->stat.state;
	now->cells.user_ns = now->stat.user_ns;
	now->cells.system_ns = now->stat.system_ns;
	now->cells.processor = now->stat.processor;
	now->cells.priority = now->stat.priority;
	return (0);
}

/* What stands still while a thread does not run. */
static void
read_active(
    struct subject *subject, int task, const char *tid, struct thread_now *now)
{
	char *text = subject->scratch->buffer, *wchan = now->cells.wchan;
	char name[40];

	snprintf(name, sizeof(name), "%s/status", tid);
	if (proc_read(task, name, text, PROC_BUFFER_SIZE) > 0)
		(void)proc_fields(strchrnul(text, '\n'), switch_fields, 2,
		    now->cells.switches);
	if (now->stat.state == PROC_RUNNING || now->stat.state == PROC_ZOMBIE)
		return;
	snprintf(name, sizeof(name), "%s/wchan", tid);
	if (proc_read(task, name, text, PROC_BUFFER_SIZE) <= 0 ||
	    strcmp(text, "0") == 0)
		return;
	text[strcspn(text, ".")] = '\0'; /* what a compiler appended */
	strlcpy(wchan, text, sizeof(now->cells.wchan));
}

static void
write_row(struct rowset_slot *slot, const struct thread_cells *cells)
{
	struct dbgshm_row row = slot->row;

	if (!rowset_changed(slot, cells, sizeof(*cells)))
		return;
	dbgshm_row_set(row, THREAD_TID, slot->key);
	dbgshm_row_text(row, THREAD_NAME, cells->name);
	dbgshm_row_set(row, THREAD_STATE, cells->state);
	dbgshm_row_text(row, THREAD_WCHAN, cells->wchan);
	dbgshm_row_set_float(row, THREAD_CPU, cells->cpu_percent);
	dbgshm_row_set(row, THREAD_USER, cells->user_ns);
	dbgshm_row_set(row, THREAD_SYSTEM, cells->system_ns);
	dbgshm_row_set(row, THREAD_RUN_WAIT, cells->wait_ns);
	dbgshm_row_set(row, THREAD_VOLUNTARY, cells->switches[0]);
	dbgshm_row_set(row, THREAD_INVOLUNTARY, cells->switches[1]);
	dbgshm_row_set(row, THREAD_PROCESSOR, cells->processor);
	dbgshm_row_set_signed(row, THREAD_PRIORITY, cells->priority);
	dbgshm_row_end(row);
}

/*
 * A thread that slept through since the last sample: nothing about it but its
 * name and priority can have changed, or it has been woken and still waits for
 * its first turn on a CPU.  So it is looked at now and then all the same.
 */
static bool
has_slept(const struct threads_view *view, const struct rowset_slot *slot,
    const struct thread_now *now)
{
	const uint64_t *note = slot->note;

	return (now->timed && slot->hash != 0 && note[NOTE_STILL] != 0 &&
	    note[NOTE_RUN] == now->run_ns &&
	    note[NOTE_WAIT] == now->cells.wait_ns &&
	    (slot->key + view->rows.pass) % THREADS_TURNS != 0);
}

static void
sample_thread(struct subject *subject, struct threads_view *view,
    struct rowset_slot *slot, int task, const char *tid, struct thread_now *now)
{
	uint64_t *note = slot->note, still;
	bool fresh, ran;

	/* The number of a thread that ended may be given to a new one. */
	fresh = slot->hash == 0 || note[NOTE_START] != now->stat.start_ticks;
	still = proc_hash((uint64_t)now->stat.priority << 8, now->cells.name,
		    sizeof(now->cells.name)) |
	    1;
	if (fresh)
		memset(note, 0, sizeof(slot->note));
	ran = fresh || !now->timed || note[NOTE_RUN] != now->run_ns ||
	    note[NOTE_WAIT] != now->cells.wait_ns ||
	    note[NOTE_STATE] != now->stat.state ||
	    now->stat.state == PROC_RUNNING;
	if (!ran && note[NOTE_STILL] == still)
		return;
	if (ran)
		view->active++;
	read_active(subject, task, tid, now);
	now->cells.cpu_percent = NAN;
	if (!fresh && view->last_ns != 0)
		now->cells.cpu_percent = 100.0 *
		    (double)(now->run_ns - note[NOTE_RUN]) /
		    (double)(subject->now_ns - view->last_ns);
	write_row(slot, &now->cells);
	view->switches[0] += now->cells.switches[0] - note[NOTE_VOLUNTARY];
	view->switches[1] += now->cells.switches[1] - note[NOTE_INVOLUNTARY];
	note[NOTE_START] = now->stat.start_ticks;
	note[NOTE_RUN] = now->run_ns;
	note[NOTE_WAIT] = now->cells.wait_ns;
	note[NOTE_STATE] = now->stat.state;
	note[NOTE_STILL] = ran ? 0 : still;
	note[NOTE_VOLUNTARY] = now->cells.switches[0];
	note[NOTE_INVOLUNTARY] = now->cells.switches[1];
}

static void
publish(struct subject *subject, struct threads_view *view, uint64_t total,
    const uint64_t *states)
{
	size_t i;

	dbgshm_region_gauge_set(subject->region, view->total, (int64_t)total);
	dbgshm_region_gauge_set(subject->region, view->not_listed,
	    (int64_t)(total - view->rows.seen));
	view_labelled_set(
	    subject, view->profile, &state_counts, &view->states, states);
	for (i = 0; i < 2; i++)
		dbgshm_region_counter_set(
		    subject->region, subject->switches[i], view->switches[i]);
}

/* Whether the kernel tells us what sleeping threads wait for. */
static void
cover_waits(struct subject *subject, uint64_t sleeping, uint64_t waits)
{
	if (waits > 0 && !subject->host->tells_waits)
		subject->host->tells_waits = true;
	if (!subject->host->root && subject->stat.stack_start == 0)
		subject_coverage(subject, PART_WAITS, EACCES, NULL);
	else if (subject->host->tells_waits)
		subject_coverage(subject, PART_WAITS, 0, NULL);
	else if (sleeping > 0)
		subject_coverage(
		    subject, PART_WAITS, ENOTSUP, "this kernel does not tell");
}

static int
sample(struct subject *subject, void *state)
{
	uint64_t tid, total = 0, states[PROC_PARKED + 1] = { 0 };
	uint64_t sleeping = 0, waits = 0;
	struct proc_walk *walk = &subject->scratch->walk;
	struct threads_view *view = state;
	struct thread_now now;
	struct rowset_slot *slot;
	uint64_t used;
	char name[24];
	int error;

	if (view->profile != NULL &&
	    rowset_wants_more(&view->rows, subject->stat.threads)) {
		hide(subject, view);
		if (rowset_init(&view->rows, (uint32_t)subject->stat.threads,
			THREADS_MAX) == -1)
			return (errno);
	}
	if (view->profile == NULL && (error = create(subject, view)) != 0)
		return (error);
	if (proc_walk_open(walk, subject->directory, "task") == -1)
		return (errno);
	view->active = 0;
	used = view->rows.used;
	rowset_begin(&view->rows);
	while (proc_walk_next(walk, &tid)) {
		total++;
		slot = rowset_find(&view->rows, tid);
		if (slot == NULL)
			continue;
		snprintf(name, sizeof(name), "%ju", (uintmax_t)tid);
		read_times(walk->descriptor, name, &now);
		if (has_slept(view, slot, &now)) {
			states[slot->note[NOTE_STATE]]++;
			continue;
		}
		if (read_stat(walk->descriptor, name, &now) == -1)
			continue;
		sample_thread(
		    subject, view, slot, walk->descriptor, name, &now);
		states[now.stat.state]++;
		if (now.cells.wchan[0] != '\0')
			waits++;
		else if (now.stat.state == PROC_SLEEPING)
			sleeping++;
	}
	proc_walk_close(walk);
	rowset_sweep(&view->rows);
	if (view->active == 0 && view->rows.used == used && total == used)
		subject->idle++;
	else
		subject->idle = 0;
	publish(subject, view, total, states);
	cover_waits(subject, sleeping, waits);
	view->last_ns = subject->now_ns;
	return (0);
}

static void
release(void *state)
{
	struct threads_view *view = state;

	rowset_free(&view->rows);
}

const struct proc_view proc_threads_view = {
	.part = PART_THREADS,
	.reads = "task/*",
	.state_size = sizeof(struct threads_view),
	.sample = sample,
	.hide = hide,
	.free = release,
};
