/*
 * proc_cgroup.c - the profile `cgroup`: control groups and what they limit.
 *
 * A limit that is not set has no metric, rather than a huge number.
 */
#include "subject.h"

#include "cgroup.h"
#include "clock.h"
#include "files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CGROUP_PERIOD_NS                                                       \
	(3 * NS_PER_S) /* of all but counters, which are read
					   each time: else their rates would
					   be none and then too much */
#define CGROUP_LINES 16
#define CGROUP_NONE (UINT64_C(1) << 62) /* version 1 prints this as no limit */

enum { CGROUP_CONTROLLERS, CGROUP_PATH, CGROUP_NCOL };

static const struct dbgshm_column cgroup_columns[CGROUP_NCOL] = {
	[CGROUP_CONTROLLERS] = { .name = "controllers",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 40,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "what this hierarchy controls; unified is version 2" },
	[CGROUP_PATH] = { .name = "path",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 128,
	    .help = "group of the process in it" },
};

/* Where a value is found: version 2, else version 1. */
static const struct cgroup_source {
	uint8_t kind, unit;
	const char *name, *help;
	const char *file; /* version 2 */
	const char *key;  /* NULL: the file is one number */
	uint64_t scale;
	const char *controller; /* version 1 */
	const char *old_file, *old_key;
} sources[] = {
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_BYTES, "memory_current",
	    "memory that is charged to the group", "memory.current", NULL, 1,
	    "memory", "memory.usage_in_bytes", NULL },
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_BYTES, "memory_max",
	    "memory that the group may use; absent without a limit",
	    "memory.max", NULL, 1, "memory", "memory.limit_in_bytes", NULL },
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_BYTES, "memory_peak",
	    "most memory that was charged at a time", "memory.peak", NULL, 1,
	    "memory", "memory.max_usage_in_bytes", NULL },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NS, "cpu_time",
	    "CPU time of all processes of the group", "cpu.stat", "usage_usec",
	    1000, "cpuacct", "cpuacct.usage", NULL },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "cpu_periods",
	    "periods in which a CPU limit was enforced", "cpu.stat",
	    "nr_periods", 1, "cpu", "cpu.stat", "nr_periods" },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "cpu_throttled",
	    "periods in which the group had to wait for the next one",
	    "cpu.stat", "nr_throttled", 1, "cpu", "cpu.stat", "nr_throttled" },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NS, "cpu_throttled_time",
	    "time that it waited because of its CPU limit", "cpu.stat",
	    "throttled_usec", 1000, "cpu", "cpu.stat", "throttled_time" },
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NONE, "pids_current",
	    "processes and threads in the group", "pids.current", NULL, 1,
	    "pids", "pids.current", NULL },
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NONE, "pids_max",
	    "processes and threads allowed; absent without a limit", "pids.max",
	    NULL, 1, "pids", "pids.max", NULL },
};
#define SOURCES (sizeof(sources) / sizeof(sources[0]))

struct cgroup_view {
	struct dbgshm_profile *profile;
	struct dbgshm_table *table;
	struct dbgshm_row rows[CGROUP_LINES];
	size_t row_count;
	uint64_t hash;	  /* of /proc/PID/cgroup */
	uint64_t next_ns; /* when all is read again */
	struct {
		bool shown;

		union view_handle handle;
	} source[SOURCES];
	struct {
		char controllers[64], path[256];
		int directory; /* while a sample is taken; -1 not visible */
	} group[CGROUP_LINES]; /* those that have values for us */
	size_t group_count;
	struct { /* the file that was read last, for several values */
		int directory;
		const char *name;
		char text[1024];
	} last;
};

static void
forget_groups(struct cgroup_view *view)
{
	size_t i;

	for (i = 0; i < view->row_count; i++)
		dbgshm_row_release(view->rows[i]);
	view->group_count = view->row_count = 0;
}

static int
create(struct subject *subject, struct cgroup_view *view)
{
	view->profile = dbgshm_region_profile_add(subject->region, "cgroup",
	    "control groups of the process: memory, CPU, number of tasks",
	    "The values are those of the whole group, which may hold other "
	    "processes.");
	view->table = dbgshm_table_create(
	    view->profile, cgroup_columns, CGROUP_NCOL, CGROUP_LINES);
	return (view->table == NULL ? errno : 0);
}

static void
hide(struct subject *subject, void *state)
{
	struct cgroup_view *view = state;

	(void)subject;
	forget_groups(view);
	if (view->profile != NULL)
		(void)dbgshm_profile_remove(view->profile);
	memset(view, 0, sizeof(*view));
}

/* A value of any kind, or a counter. */
static bool
has_values(const char *controllers, bool all)
{
	size_t i;

	for (i = 0; i < SOURCES; i++)
		if ((all || sources[i].kind == DBGSHM_METRIC_COUNTER) &&
		    cgroup_has_word(controllers, sources[i].controller))
			return (true);
	return (controllers[0] == '\0');
}

/* One line, `id:controllers:path`: a row, and a group to read from. */
static void
enter_group(struct cgroup_view *view, char *line)
{
	struct dbgshm_row row;
	char *controllers, *path;
	size_t i;

	controllers = strchr(line, ':');
	path = controllers == NULL ? NULL : strchr(++controllers, ':');
	if (path == NULL || view->row_count == CGROUP_LINES)
		return;
	*path++ = '\0';
	row = dbgshm_row_claim(view->table);
	dbgshm_row_text(row, CGROUP_CONTROLLERS,
	    controllers[0] == '\0' ? "unified" : controllers);
	dbgshm_row_text(row, CGROUP_PATH, path);
	dbgshm_row_end(row);
	view->rows[view->row_count++] = row;
	if (!has_values(controllers, true) ||
	    strlen(path) >= sizeof(view->group[0].path))
		return;
	i = view->group_count++;
	strlcpy(view->group[i].controllers, controllers,
	    sizeof(view->group[i].controllers));
	strlcpy(view->group[i].path, path, sizeof(view->group[i].path));
}

static int
read_groups(struct subject *subject, struct cgroup_view *view)
{
	char *text = subject->scratch->buffer, *line;
	ssize_t length;
	uint64_t hash;
	int error;

	length =
	    proc_read(subject->directory, "cgroup", text, PROC_BUFFER_SIZE);
	if (length == -1)
		return (errno);
	if (view->profile == NULL && (error = create(subject, view)) != 0)
		return (error);
	hash = proc_hash(3, text, (size_t)length);
	if (hash == view->hash)
		return (0);
	forget_groups(view);
	view->hash = hash;
	while ((line = strsep(&text, "\n")) != NULL)
		if (*line != '\0')
			enter_group(view, line);
	return (0);
}

/* false: there is no such value, or no limit. */
static bool
read_file(struct cgroup_view *view, int directory, const char *file,
    const char *key, uint64_t scale, uint64_t *value)
{
	struct proc_field field = { key, 0, 1 };
	char *text = view->last.text;

	if (view->last.name == NULL || view->last.directory != directory ||
	    strcmp(view->last.name, file) != 0) {
		view->last.name = file;
		view->last.directory = directory;
		if (proc_read(directory, file, text, sizeof(view->last.text)) <=
		    0)
			text[0] = '\0';
	}
	if (key != NULL ? proc_fields(text, &field, 1, value) == 0
			: proc_number(text, value) == NULL)
		return (false);
	if (*value >= CGROUP_NONE)
		return (false);
	*value *= scale;
	return (true);
}

static bool
read_source(struct cgroup_view *view, const struct cgroup_source *source,
    uint64_t *value)
{
	size_t i;

	for (i = 0; i < view->group_count; i++) {
		if (view->group[i].directory == -1)
			continue;
		if (view->group[i].controllers[0] == '\0') {
			if (read_file(view, view->group[i].directory,
				source->file, source->key, source->scale,
				value))
				return (true);
		} else if (cgroup_has_word(view->group[i].controllers,
			       source->controller) &&
		    read_file(view, view->group[i].directory, source->old_file,
			source->old_key, 1, value))
			return (true);
	}
	return (false);
}

static void
set_source(struct subject *subject, struct cgroup_view *view, size_t i)
{
	const struct view_metric metric = {
		.kind = sources[i].kind,
		.name = sources[i].name,
		.help = sources[i].help,
		.unit = sources[i].unit,
	};
	uint64_t value;

	if (!read_source(view, &sources[i], &value)) {
		if (view->source[i].shown)
			(void)dbgshm_metric_remove(
			    view->profile, metric.name, NULL, 0);
		view->source[i].shown = false;
		return;
	}
	if (!view->source[i].shown &&
	    view_metrics_create(
		view->profile, &metric, 1, &view->source[i].handle) != 0)
		return;
	view->source[i].shown = true;
	view_metrics_set(subject, &metric, 1, &view->source[i].handle, &value);
}

static int
sample(struct subject *subject, void *state)
{
	struct cgroup_view *view = state;
	struct cgroup_mounts *mounts;
	bool all = subject->now_ns >= view->next_ns;
	size_t i;
	int error;

	if (all) {
		if ((error = read_groups(subject, view)) != 0)
			return (error);
		view->next_ns = subject->now_ns + CGROUP_PERIOD_NS;
	}
	mounts = subject_mounts(subject->host);
	for (i = 0; i < view->group_count; i++)
		view->group[i].directory =
		    has_values(view->group[i].controllers, all)
		    ? cgroup_open(mounts, view->group[i].controllers,
			  view->group[i].path)
		    : -1;
	cgroup_mounts_destroy(mounts);
	view->last.name = NULL;
	for (i = 0; i < SOURCES; i++)
		if (all || sources[i].kind == DBGSHM_METRIC_COUNTER)
			set_source(subject, view, i);
	for (i = 0; i < view->group_count; i++)
		if (view->group[i].directory != -1)
			files_brief_close(view->group[i].directory);
	return (0);
}

const struct proc_view proc_cgroup_view = {
	.part = PART_CGROUP,
	.reads = "cgroup",
	.state_size = sizeof(struct cgroup_view),
	.sample = sample,
	.hide = hide,
};
