/*
 * proc_memory.c - the profile `memory`, from /proc/PID/status.
 */
#include "subject.h"

#include <string.h>

#define STATUS(field) offsetof(struct proc_status, field)
#define MEMORY(name, help, level, field)                                       \
	{                                                                      \
		DBGSHM_METRIC_GAUGE, name, help, DBGSHM_UNIT_BYTES,            \
		    DBGSHM_LEVEL_##level, STATUS(field)                        \
	}

static const struct view_metric memory_metrics[] = {
	MEMORY("rss", "resident memory, shared pages included", NORMAL, rss),
	MEMORY("rss_peak", "highest resident memory so far", NORMAL, rss_peak),
	MEMORY("rss_anon",
	    "resident memory that belongs to no file: heap and "
	    "stacks",
	    NORMAL, rss_anon),
	MEMORY("rss_file", "resident memory that maps files", NORMAL, rss_file),
	MEMORY(
	    "rss_shmem", "resident shared memory and tmpfs", NORMAL, rss_shmem),
	MEMORY("swap", "anonymous memory that is in swap", NORMAL, swap),
	MEMORY("virtual", "size of the address space", NORMAL, virtual_bytes),
	MEMORY("virtual_peak", "highest size of the address space so far",
	    DETAIL, virtual_peak),
	MEMORY("data", "private writable mappings: heap, stacks of threads",
	    DETAIL, data),
	MEMORY("stack", "stack of the first thread", DETAIL, stack),
	MEMORY("text", "code of the program", DETAIL, text),
	MEMORY("libraries", "code of shared libraries", DETAIL, libraries),
	MEMORY("page_tables", "memory of the kernel that describes it", DETAIL,
	    page_tables),
	MEMORY("locked", "memory that may not be swapped out", DETAIL, locked),
	MEMORY("huge", "pages of hugetlbfs, not counted in rss", DETAIL, huge),
};
#define MEMORY_METRICS (sizeof(memory_metrics) / sizeof(memory_metrics[0]))

struct memory_view {
	union view_handle handles[MEMORY_METRICS];
};

static int
sample(struct subject *subject, void *state)
{
	struct memory_view *view = state;
	int error;

	if (subject->memory == NULL) {
		subject->memory = dbgshm_region_profile_add(subject->region,
		    "memory", "where the memory of the process is",
		    "From /proc/PID/status.  The PSS family comes from "
		    "/proc/PID/smaps_rollup, which costs more and is read "
		    "less often, and not at all without permission.");
		error = view_metrics_create(subject->memory, memory_metrics,
		    MEMORY_METRICS, view->handles);
		if (error != 0)
			return (error);
	}
	view_metrics_set(subject, memory_metrics, MEMORY_METRICS, view->handles,
	    &subject->status);
	return (0);
}

static void
hide(struct subject *subject, void *state)
{
	(void)state;
	if (subject->memory != NULL)
		(void)dbgshm_profile_remove(subject->memory);
	subject->memory = NULL;
}

const struct proc_view proc_memory_view = {
	.part = PART_MEMORY,
	.reads = "status",
	.state_size = sizeof(struct memory_view),
	.sample = sample,
	.hide = hide,
};
