/*
 * proc_limits.c - the profile `limits`: resource limits and how much is used.
 */
#include "subject.h"

#include "clock.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define LIMITS_PERIOD_NS (5 * NS_PER_S) /* of the limits; use: each sample */
#define LIMITS_MAX 24
#define LIMITS_NAME_WIDTH 26 /* columns of the file */

enum {
	LIMIT_NAME,
	LIMIT_SOFT,
	LIMIT_HARD,
	LIMIT_USED,
	LIMIT_PERCENT,
	LIMIT_UNIT,
	LIMIT_NCOL
};

static const struct dbgshm_column limit_columns[LIMIT_NCOL] = {
	[LIMIT_NAME] = { .name = "name",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 24,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "what is limited" },
	[LIMIT_SOFT] = { .name = "soft",
	    .type = DBGSHM_TYPE_FLOAT,
	    .help = "limit in force; inf is unlimited" },
	[LIMIT_HARD] = { .name = "hard",
	    .type = DBGSHM_TYPE_FLOAT,
	    .help = "highest value that the process may set soft to" },
	[LIMIT_USED] = { .name = "used",
	    .type = DBGSHM_TYPE_FLOAT,
	    .help = "in use now; absent where the kernel does not tell" },
	[LIMIT_PERCENT] = { .name = "percent",
	    .type = DBGSHM_TYPE_FLOAT,
	    .unit = DBGSHM_UNIT_PERCENT,
	    .help = "used of the soft limit; absent when unlimited" },
	[LIMIT_UNIT] = { .name = "unit",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 16,
	    .help = "what soft, hard and used count" },
};

/* The names in the file whose use is known, and where it is found. */
enum limit_use {
	USE_CPU,
	USE_DATA,
	USE_STACK,
	USE_RSS,
	USE_FILES,
	USE_LOCKED,
	USE_VIRTUAL,
	USE_SIGNALS,
	USE_UNKNOWN
};

static const struct limit_name {
	const char *name;
	enum limit_use use;
} limit_names[] = {
	{ "cpu time", USE_CPU },
	{ "data size", USE_DATA },
	{ "stack size", USE_STACK },
	{ "resident set", USE_RSS },
	{ "open files", USE_FILES },
	{ "locked memory", USE_LOCKED },
	{ "address space", USE_VIRTUAL },
	{ "pending signals", USE_SIGNALS },
};

struct limits_view {
	struct dbgshm_profile *profile;
	struct dbgshm_table *table;
	struct dbgshm_gauge worst;
	uint64_t next_ns, hash;
	size_t count;
	struct limit {
		char name[LIMITS_NAME_WIDTH], unit[16];
		double soft, hard, used;
		enum limit_use use;
		struct dbgshm_row row;
		double shown; /* used, as the row says */
	} limit[LIMITS_MAX];
};

static int
create(struct subject *subject, struct limits_view *view)
{
	view->profile = dbgshm_region_profile_add(subject->region, "limits",
	    "resource limits and how much of each is used",
	    "From /proc/PID/limits.  The limit of processes counts all of the "
	    "user, of which the kernel does not tell the number.");
	if (dbgshm_float_create(view->profile,
		&(struct dbgshm_metric){ .name = "worst_percent",
		    .help = "highest use of a soft limit",
		    .unit = DBGSHM_UNIT_PERCENT },
		&view->worst) == -1)
		return (errno);
	view->table = dbgshm_table_create(
	    view->profile, limit_columns, LIMIT_NCOL, LIMITS_MAX);
	return (view->table == NULL ? errno : 0);
}

static void
hide(struct subject *subject, void *state)
{
	struct limits_view *view = state;

	(void)subject;
	if (view->profile != NULL)
		(void)dbgshm_profile_remove(view->profile);
	memset(view, 0, sizeof(*view));
}

static const char *
limit_number(const char *text, double *value)
{
	static const char unlimited[] = "unlimited";
	uint64_t number;
	const char *end;

	text += strspn(text, " ");
	if (strncmp(text, unlimited, sizeof(unlimited) - 1) == 0) {
		*value = INFINITY;
		return (text + sizeof(unlimited) - 1);
	}
	end = proc_number(text, &number);
	if (end != NULL)
		*value = (double)number;
	return (end);
}

/* `Max open files            1024                 4096                 files` */
static bool
parse_limit(const char *line, struct limit *limit)
{
	const char *p;
	size_t i, length;

	if (strnlen(line, LIMITS_NAME_WIDTH) < LIMITS_NAME_WIDTH ||
	    strncmp(line, "Max ", 4) != 0)
		return (false);
	length = LIMITS_NAME_WIDTH - 4;
	while (length > 0 && line[4 + length - 1] == ' ')
		length--;
	memcpy(limit->name, line + 4, length);
	limit->name[length] = '\0';
	p = limit_number(line + LIMITS_NAME_WIDTH, &limit->soft);
	if (p == NULL || (p = limit_number(p, &limit->hard)) == NULL)
		return (false);
	p += strspn(p, " ");
	length = strcspn(p, " \n");
	if (length >= sizeof(limit->unit))
		length = sizeof(limit->unit) - 1;
	memcpy(limit->unit, p, length);
	limit->unit[length] = '\0';
	limit->use = USE_UNKNOWN;
	for (i = 0; i < sizeof(limit_names) / sizeof(limit_names[0]); i++)
		if (strcmp(limit->name, limit_names[i].name) == 0)
			limit->use = limit_names[i].use;
	return (true);
}

static double
use_of(const struct subject *subject, enum limit_use use)
{
	const struct proc_status *status = &subject->status;

	switch (use) {
	case USE_CPU:
		return (
		    (double)((subject->stat.user_ns + subject->stat.system_ns) /
			NS_PER_S));
	case USE_DATA:
		return ((double)status->data);
	case USE_STACK:
		return ((double)status->stack);
	case USE_RSS:
		return ((double)status->rss);
	case USE_FILES:
		return (subject->open_files == UINT64_MAX
			? NAN
			: (double)subject->open_files);
	case USE_LOCKED:
		return ((double)status->locked);
	case USE_VIRTUAL:
		return ((double)status->virtual_bytes);
	case USE_SIGNALS:
		return ((double)status->signals_queued);
	default:
		return (NAN);
	}
}

static double
percent_of(const struct limit *limit)
{
	return (isinf(limit->soft) || limit->soft == 0
		? NAN
		: 100.0 * limit->used / limit->soft);
}

static void
write_row(struct limit *limit)
{
	struct dbgshm_row row;

	row = dbgshm_row_begin(limit->row);
	dbgshm_row_set_float(row, LIMIT_USED, limit->used);
	dbgshm_row_set_float(row, LIMIT_PERCENT, percent_of(limit));
	dbgshm_row_end(row);
	limit->shown = limit->used;
}

/* The limits have changed, or are read for the first time. */
static void
write_limits(struct subject *subject, struct limits_view *view)
{
	struct limit *limit;
	size_t i;

	for (i = 0; i < view->count; i++) {
		limit = &view->limit[i];
		limit->used = use_of(subject, limit->use);
		limit->shown = limit->used;
		limit->row = dbgshm_row_claim(view->table);
		dbgshm_row_text(limit->row, LIMIT_NAME, limit->name);
		dbgshm_row_set_float(limit->row, LIMIT_SOFT, limit->soft);
		dbgshm_row_set_float(limit->row, LIMIT_HARD, limit->hard);
		dbgshm_row_set_float(limit->row, LIMIT_USED, limit->used);
		dbgshm_row_set_float(
		    limit->row, LIMIT_PERCENT, percent_of(limit));
		dbgshm_row_text(limit->row, LIMIT_UNIT, limit->unit);
		dbgshm_row_end(limit->row);
	}
}

static int
read_limits(struct subject *subject, struct limits_view *view)
{
	char *text = subject->scratch->buffer, *line;
	ssize_t length;
	uint64_t hash;
	size_t i;

	length =
	    proc_read(subject->directory, "limits", text, PROC_BUFFER_SIZE);
	if (length == -1)
		return (errno);
	hash = proc_hash(4, text, (size_t)length);
	if (hash == view->hash)
		return (0);
	view->hash = hash;
	for (i = 0; i < view->count; i++)
		dbgshm_row_release(view->limit[i].row);
	view->count = 0;
	while ((line = strsep(&text, "\n")) != NULL && view->count < LIMITS_MAX)
		if (parse_limit(line, &view->limit[view->count]))
			view->count++;
	write_limits(subject, view);
	return (0);
}

static int
sample(struct subject *subject, void *state)
{
	struct limits_view *view = state;
	struct limit *limit;
	double percent, worst = 0;
	size_t i;
	int error;

	if (view->profile == NULL && (error = create(subject, view)) != 0)
		return (error);
	if (subject->now_ns >= view->next_ns) {
		error = read_limits(subject, view);
		if (error != 0)
			return (error);
		view->next_ns = subject->now_ns + LIMITS_PERIOD_NS;
	}
	for (i = 0; i < view->count; i++) {
		limit = &view->limit[i];
		limit->used = use_of(subject, limit->use);
		if (limit->used != limit->shown &&
		    !(isnan(limit->used) && isnan(limit->shown)))
			write_row(limit);
		percent = percent_of(limit);
		if (percent > worst)
			worst = percent;
	}
	dbgshm_region_float_set(subject->region, view->worst, worst);
	return (0);
}

const struct proc_view proc_limits_view = {
	.part = PART_LIMITS,
	.reads = "limits",
	.state_size = sizeof(struct limits_view),
	.sample = sample,
	.hide = hide,
};
