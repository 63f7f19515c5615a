/*
 * snapshot_proc.c - what the kernel says of the process, for a snapshot.
 *
 * Never the environment, and of the command line nothing: both hold passwords.
 */
#include "open.h"
#include "snapshot_private.h"

#include <libshm/kit/safe.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool
is_still(pid_t pid, uint64_t start_ticks)
{
	struct open_process process;

	return (open_process(pid, &process) == 0 &&
	    process.start_ticks == start_ticks);
}

static struct snapshot_file *
add_file(struct snapshot_proc *proc, const char *name)
{
	struct snapshot_file *file = &proc->files[proc->count++];

	*file = (struct snapshot_file){ .name = name };
	return (file);
}

/* One line of a file of a thread; an error is left in *error. */
static void
put_line(struct out *out, const char *key, pid_t pid, pid_t tid,
    const char *name, int *error)
{
	char shown[SAFE_SIZE(256)], *text;
	size_t size;

	if ((text = open_proc(pid, tid, name, &size)) == NULL) {
		*error = errno;
		out_null(out, key);
		return;
	}
	while (size > 0 && text[size - 1] == '\n')
		size--;
	safe_copy(shown, sizeof(shown), text, size < 256 ? size : 256);
	out_string(out, key, shown);
	free(text);
}

static const char *
state_of(const char *stat, size_t size, char state[2])
{
	const char *end = memrchr(stat, ')', size);

	state[0] = end != NULL && end + 2 < stat + size ? end[2] : '?';
	state[1] = '\0';
	return (state);
}

/* Of each thread what it waits in: where in the kernel, and which call. */
static void
read_threads(struct snapshot_proc *proc, pid_t pid)
{
	struct snapshot_file *file = add_file(proc, "proc/threads.csv");
	struct snapshot_text text;
	char state[2], *stat;
	pid_t *threads;
	size_t i, count, size;

	if (open_threads(pid, &threads, &count) == -1) {
		file->error = errno;
		return;
	}
	snapshot_text_begin(&text, OUT_CSV);
	for (i = 0; i < count; i++) {
		stat = open_proc(pid, threads[i], "stat", &size);
		if (stat == NULL)
			continue; /* it has ended */
		out_record(text.out);
		out_u64(text.out, "tid", (uint64_t)threads[i]);
		put_line(
		    text.out, "name", pid, threads[i], "comm", &file->error);
		out_string(text.out, "state", state_of(stat, size, state));
		put_line(
		    text.out, "wchan", pid, threads[i], "wchan", &file->error);
		put_line(text.out, "syscall", pid, threads[i], "syscall",
		    &file->error);
		out_record_end(text.out);
		free(stat);
	}
	out_destroy(text.out);
	if (fclose(text.stream) == 0) {
		file->bytes = text.bytes;
		file->size = text.size;
	}
	free(threads);
}

/* Stacks inside the kernel, which only root may see. */
static void
read_stacks(struct snapshot_proc *proc, pid_t pid)
{
	struct snapshot_file *file = add_file(proc, "proc/stacks.txt");
	pid_t *threads;
	char *bytes = NULL, *stack;
	size_t i, count, size, total = 0;
	FILE *stream;
	bool any = false;

	if (open_threads(pid, &threads, &count) == -1 ||
	    (stream = open_memstream(&bytes, &total)) == NULL) {
		file->error = errno;
		return;
	}
	for (i = 0; i < count; i++) {
		stack = open_proc(pid, threads[i], "stack", &size);
		if (stack == NULL) {
			file->error = errno;
			continue;
		}
		any = true;
		fprintf(stream, "thread %d\n%.*s\n", (int)threads[i], (int)size,
		    stack);
		free(stack);
	}
	free(threads);
	if (fclose(stream) == 0 && any) {
		file->bytes = bytes;
		file->size = total;
		file->error = 0;
	} else
		free(bytes);
}

void
snapshot_proc_read(struct snapshot_proc *proc, pid_t pid, uint64_t start_ticks)
{
	static const struct {
		const char *member, *name;
	} whole[] = {
		{ "proc/status", "status" },
		{ "proc/limits", "limits" },
		{ "proc/cgroup", "cgroup" },
		{ "proc/maps", "maps" },
		{ "proc/smaps_rollup", "smaps_rollup" },
	};
	struct snapshot_file *file;
	size_t i;

	*proc = (struct snapshot_proc){ 0 };
	if (!is_still(pid, start_ticks))
		return;
	/* First what it waits in, which changes soonest. */
	read_threads(proc, pid);
	read_stacks(proc, pid);
	for (i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		file = add_file(proc, whole[i].member);
		file->bytes = open_proc(pid, 0, whole[i].name, &file->size);
		if (file->bytes == NULL)
			file->error = errno;
	}
	/* Another process with that number has nothing to do in it. */
	if (!is_still(pid, start_ticks))
		snapshot_proc_free(proc);
}

void
snapshot_proc_free(struct snapshot_proc *proc)
{
	size_t i;

	for (i = 0; i < proc->count; i++)
		free(proc->files[i].bytes);
	*proc = (struct snapshot_proc){ 0 };
}

int
snapshot_proc_add(struct snapshot *snapshot)
{
	struct snapshot_file *file;
	void *bytes;
	size_t i;

	for (i = 0; i < snapshot->proc.count; i++) {
		file = &snapshot->proc.files[i];
		bytes = file->bytes;
		file->bytes = NULL;
		if (bytes != NULL &&
		    snapshot_add(snapshot, file->name, bytes, file->size) == -1)
			return (-1);
	}
	return (0);
}
