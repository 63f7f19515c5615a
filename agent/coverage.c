/*
 * coverage.c - the table that says what is missing from a watched process.
 *
 * Without it a user could not tell "this process has no open files" from "you
 * may not see them".
 */
#include "coverage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	COVER_PART,
	COVER_AVAILABLE,
	COVER_REASON,
	COVER_COST,
	COVER_READ,
	COVER_NCOL
};

static const struct dbgshm_column coverage_columns[COVER_NCOL] = {
	[COVER_PART] = { .name = "part",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 16,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "part of the process that is looked at" },
	[COVER_AVAILABLE] = { .name = "available",
	    .type = DBGSHM_TYPE_BOOL,
	    .help = "whether it could be read" },
	[COVER_REASON] = { .name = "reason",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 96,
	    .help = "why it could not be read" },
	[COVER_COST] = { .name = "cost",
	    .type = DBGSHM_TYPE_DURATION,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "time that the last reading took; an expensive part is "
		    "read less often" },
	[COVER_READ] = { .name = "read",
	    .type = DBGSHM_TYPE_TIME,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "when it was last tried" },
};

static const char *const part_names[PART_COUNT] = {
	[PART_PROCESS] = "process",
	[PART_THREADS] = "threads",
	[PART_WAITS] = "threads.wchan",
	[PART_MEMORY] = "memory",
	[PART_PSS] = "memory.pss",
	[PART_FILES] = "files",
	[PART_SOCKETS] = "sockets",
	[PART_IO] = "io",
	[PART_LIMITS] = "limits",
	[PART_CGROUP] = "cgroup",
	[PART_COMMAND] = "process.command",
};

struct coverage {
	struct dbgshm_region *region; /* NULL before it is shown */
	struct dbgshm_table *table;
	struct dbgshm_gauge missing;
	struct cover {
		bool set;
		int error;
		const char *reason;
		uint64_t read_ns, cost_ns;
		struct dbgshm_row row;
	} part[PART_COUNT];
};

struct coverage *
coverage_create(void)
{
	return (calloc(1, sizeof(struct coverage)));
}

void
coverage_free(struct coverage *coverage)
{
	free(coverage);
}

static const char *
reason_text(const struct cover *cover)
{
	if (cover->error == 0)
		return ("");
	if (cover->reason != NULL)
		return (cover->reason);
	if (cover->error == EACCES || cover->error == EPERM)
		return ("not permitted: only the user of the process and root "
			"may read it");
	if (cover->error == ENOENT)
		return ("this kernel does not have it");
	return (strerror(cover->error));
}

static void
write_row(struct coverage *coverage, enum subject_part part, bool all)
{
	struct cover *cover = &coverage->part[part];
	struct dbgshm_row row;

	if (cover->row.words == NULL) {
		cover->row = row = dbgshm_row_claim(coverage->table);
		dbgshm_row_text(row, COVER_PART, part_names[part]);
		all = true;
	} else
		row = dbgshm_row_begin(cover->row);
	if (all) {
		dbgshm_row_set(row, COVER_AVAILABLE, cover->error == 0);
		dbgshm_row_text(row, COVER_REASON, reason_text(cover));
	}
	dbgshm_row_set(row, COVER_COST, cover->cost_ns);
	dbgshm_row_set(row, COVER_READ, cover->read_ns);
	dbgshm_row_end(row);
}

static void
count_missing(struct coverage *coverage)
{
	int64_t missing = 0;
	size_t i;

	for (i = 0; i < PART_COUNT; i++)
		missing += coverage->part[i].error != 0;
	dbgshm_region_gauge_set(coverage->region, coverage->missing, missing);
}

void
coverage_set(struct coverage *coverage, enum subject_part part, int error,
    const char *reason, uint64_t now_ns, uint64_t cost_ns)
{
	struct cover *cover = &coverage->part[part];
	bool changed = cover->error != error || cover->reason != reason;

	cover->set = true;
	cover->error = error;
	cover->reason = reason;
	cover->read_ns = now_ns;
	cover->cost_ns = cost_ns;
	if (coverage->region == NULL)
		return;
	write_row(coverage, part, changed);
	if (changed)
		count_missing(coverage);
}

int
coverage_show(struct coverage *coverage, struct dbgshm_region *region)
{
	struct dbgshm_profile *profile;
	size_t i;

	profile = dbgshm_region_profile_add(region, "coverage",
	    "what could be read about this process, and why not the rest",
	    "Everything about a watched process comes from /proc, from "
	    "outside. "
	    "Some of it only its own user and root may read.");
	if (dbgshm_gauge_create(profile,
		&(struct dbgshm_metric){
		    .name = "missing", .help = "parts that could not be read" },
		&coverage->missing) == -1)
		return (-1);
	coverage->table = dbgshm_table_create(
	    profile, coverage_columns, COVER_NCOL, PART_COUNT);
	if (coverage->table == NULL)
		return (-1);
	coverage->region = region;
	for (i = 0; i < PART_COUNT; i++)
		if (coverage->part[i].set)
			write_row(coverage, (enum subject_part)i, true);
	count_missing(coverage);
	return (0);
}
