/*
 * proc_smaps.c - PSS and what belongs to it, in the profile `memory`.
 *
 * The kernel walks all pages of the process for this file and holds its memory
 * map while it does, so it is read every few seconds only, and less often while
 * the process sleeps.
 */
#include "subject.h"

#include "clock.h"

#include <errno.h>
#include <string.h>

#define SMAPS_PERIOD_NS (5 * NS_PER_S)
#define SMAPS_IDLE_NS (30 * NS_PER_S) /* while the process sleeps */

struct smaps {
	uint64_t pss, pss_dirty, pss_anon, pss_file, pss_shmem;
	uint64_t shared_clean, shared_dirty, private_clean, private_dirty;
	uint64_t huge, swap_pss;
};

/* One list: the key in the file, then the metric.  Cheapest in file order. */
#define SMAPS_LIST(X)                                                          \
	X("Pss", pss, "pss", NORMAL,                                           \
	    "resident memory with each shared page divided by its users")      \
	X("Pss_Dirty", pss_dirty, "pss_dirty", DETAIL,                         \
	    "part of pss that would have to be written before it is given "    \
	    "back")                                                            \
	X("Pss_Anon", pss_anon, "pss_anon", DETAIL,                            \
	    "part of pss that belongs to no file")                             \
	X("Pss_File", pss_file, "pss_file", DETAIL,                            \
	    "part of pss that maps files")                                     \
	X("Pss_Shmem", pss_shmem, "pss_shmem", DETAIL,                         \
	    "part of pss that is shared memory")                               \
	X("Shared_Clean", shared_clean, "shared_clean", DETAIL,                \
	    "unmodified pages that others map too")                            \
	X("Shared_Dirty", shared_dirty, "shared_dirty", DETAIL,                \
	    "modified pages that others map too")                              \
	X("Private_Clean", private_clean, "private_clean", NORMAL,             \
	    "unmodified pages that only this process maps")                    \
	X("Private_Dirty", private_dirty, "private_dirty", NORMAL,             \
	    "modified pages that only this process maps")                      \
	X("AnonHugePages", huge, "huge_anon", DETAIL,                          \
	    "anonymous memory in huge pages")                                  \
	X("SwapPss", swap_pss, "swap_pss", DETAIL,                             \
	    "swap with each shared page divided by its users")

#define SMAPS_FIELD(key, field, name, level, help)                             \
	{ key, offsetof(struct smaps, field), 1024 },
#define SMAPS_METRIC(key, field, name, level, help)                            \
	{ DBGSHM_METRIC_GAUGE, name, help, DBGSHM_UNIT_BYTES,                  \
		DBGSHM_LEVEL_##level, offsetof(struct smaps, field) },

static const struct proc_field smaps_fields[] = { SMAPS_LIST(SMAPS_FIELD) };
static const struct view_metric smaps_metrics[] = { SMAPS_LIST(SMAPS_METRIC) };
#define SMAPS_METRICS (sizeof(smaps_metrics) / sizeof(smaps_metrics[0]))

struct smaps_view {
	struct dbgshm_profile *profile; /* that the metrics were made in */
	union view_handle handles[SMAPS_METRICS];
	uint64_t read_ns;
};

static int
sample(struct subject *subject, void *state)
{
	struct smaps_view *view = state;
	struct smaps smaps;
	int error;

	if (view->profile != NULL && subject->idle != 0 &&
	    subject->now_ns - view->read_ns < SMAPS_IDLE_NS)
		return (0);
	if (proc_read(subject->directory, "smaps_rollup",
		subject->scratch->buffer, PROC_BUFFER_SIZE) == -1)
		return (errno);
	if (view->profile == NULL) {
		error = view_metrics_create(subject->memory, smaps_metrics,
		    SMAPS_METRICS, view->handles);
		if (error != 0)
			return (error);
		view->profile = subject->memory;
	}
	view->read_ns = subject->now_ns;
	memset(&smaps, 0, sizeof(smaps));
	(void)proc_fields(
	    subject->scratch->buffer, smaps_fields, SMAPS_METRICS, &smaps);
	view_metrics_set(
	    subject, smaps_metrics, SMAPS_METRICS, view->handles, &smaps);
	return (0);
}

static void
hide(struct subject *subject, void *state)
{
	struct smaps_view *view = state;
	size_t i;

	(void)subject;
	for (i = 0; view->profile != NULL && i < SMAPS_METRICS; i++)
		(void)dbgshm_metric_remove(
		    view->profile, smaps_metrics[i].name, NULL, 0);
	view->profile = NULL;
}

const struct proc_view proc_smaps_view = {
	.part = PART_PSS,
	.reads = "smaps_rollup",
	.may_hang = true,
	.state_size = sizeof(struct smaps_view),
	.period_ns = SMAPS_PERIOD_NS,
	.sample = sample,
	.hide = hide,
};
