/*
 * proc_io.c - the profile `io`: bytes and calls of reading and writing.
 */
#include "subject.h"

#include <errno.h>
#include <string.h>

struct io {
	uint64_t read, written, read_calls, write_calls;
	uint64_t disk_read, disk_written, cancelled;
};

/* One list: the key in the file, then the metric. */
#define IO_LIST(X)                                                             \
	X("rchar", read, "read", BYTES,                                        \
	    "bytes that system calls read, from disk, cache, pipes and "       \
	    "sockets")                                                         \
	X("wchar", written, "written", BYTES,                                  \
	    "bytes that system calls wrote, to anything")                      \
	X("syscr", read_calls, "read_calls", NONE, "system calls that read")   \
	X("syscw", write_calls, "write_calls", NONE,                           \
	    "system calls that wrote")                                         \
	X("read_bytes", disk_read, "disk_read", BYTES,                         \
	    "bytes that had to come from a disk")                              \
	X("write_bytes", disk_written, "disk_written", BYTES,                  \
	    "bytes that have to go to a disk")                                 \
	X("cancelled_write_bytes", cancelled, "disk_cancelled", BYTES,         \
	    "part of disk_written that never went there, because the file "    \
	    "was cut or removed before")

#define IO_FIELD(key, field, name, unit, help)                                 \
	{ key, offsetof(struct io, field), 1 },
#define IO_METRIC(key, field, name, unit, help)                                \
	{ DBGSHM_METRIC_COUNTER, name, help, DBGSHM_UNIT_##unit,               \
		DBGSHM_LEVEL_NORMAL, offsetof(struct io, field) },

static const struct proc_field io_fields[] = { IO_LIST(IO_FIELD) };
static const struct view_metric io_metrics[] = { IO_LIST(IO_METRIC) };
#define IO_METRICS (sizeof(io_metrics) / sizeof(io_metrics[0]))

struct io_view {
	struct dbgshm_profile *profile;
	union view_handle handles[IO_METRICS];
};

static int
sample(struct subject *subject, void *state)
{
	struct io_view *view = state;
	char text[512];
	struct io io;
	int error;

	if (view->profile != NULL && subject_rests(subject))
		return (0);
	if (proc_read(subject->directory, "io", text, sizeof(text)) == -1)
		return (errno);
	if (view->profile == NULL) {
		view->profile = dbgshm_region_profile_add(subject->region, "io",
		    "bytes read and written, in all and on disks",
		    "From /proc/PID/io; threads that ended included.");
		error = view_metrics_create(
		    view->profile, io_metrics, IO_METRICS, view->handles);
		if (error != 0)
			return (error);
	}
	memset(&io, 0, sizeof(io));
	(void)proc_fields(text, io_fields, IO_METRICS, &io);
	view_metrics_set(subject, io_metrics, IO_METRICS, view->handles, &io);
	return (0);
}

static void
hide(struct subject *subject, void *state)
{
	struct io_view *view = state;

	(void)subject;
	if (view->profile != NULL)
		(void)dbgshm_profile_remove(view->profile);
	view->profile = NULL;
}

const struct proc_view proc_io_view = {
	.part = PART_IO,
	.reads = "io",
	.state_size = sizeof(struct io_view),
	.sample = sample,
	.hide = hide,
};
