/*
 * source_live.c - the regions of a process of this host.
 */
#include "explain.h"
#include "source_private.h"

#include <libshm/kit/fmt.h>
#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS UINT64_C(1000000000)
#define LOOK_NS (5 * NS) /* looking costs as much as a picture */

/* ---- finding regions ------------------------------------------------- */

/* Whether this region may speak for that process: root, its user and we
 * ourselves may say things about it. */
static bool
is_trusted(uid_t owner, uid_t of_process)
{
	return (owner == 0 || owner == of_process || owner == geteuid());
}

/* Takes the region over when it fits the target and is better than what the
 * slot has: of two, the newer; of a live process, no remains; a watcher of our
 * own stays. */
static void
consider(struct source *source, struct dbgshm_reader *reader, const char *path,
    uid_t owner, const struct open_process *process)
{
	const struct dbgshm_info *info = dbgshm_reader_info(reader);
	unsigned number = info->kind == DBGSHM_KIND_WATCHED ? WATCH : OWN;
	const struct slot *slot = &source->slots[number];
	enum dbgshm_life life = dbgshm_reader_life(reader);
	bool alive = life == DBGSHM_LIFE_LIVE || life == DBGSHM_LIFE_STOPPED;

	if ((slot->reader != NULL && slot->path[0] == '\0') ||
	    info->pid != source->target.pid ||
	    (source->target.start_ticks != 0 &&
		info->subject_start != source->target.start_ticks) ||
	    info->taken_real_ns != 0 || (process != NULL && !alive) ||
	    !is_trusted(owner, process != NULL ? process->uid : info->uid) ||
	    (slot->reader != NULL &&
		dbgshm_reader_info(slot->reader)->created_real_ns >=
		    info->created_real_ns)) {
		dbgshm_reader_close(reader);
		return;
	}
	source->foreign |= owner != geteuid();
	source_fill(
	    source, number, reader, path, number == OWN ? "own" : "watched");
}

static bool
has_path(const struct source *source, const char *path)
{
	size_t i;

	for (i = 0; i < SLOTS; i++)
		if (source->slots[i].path != NULL &&
		    strcmp(source->slots[i].path, path) == 0)
			return (true);
	return (false);
}

/* Looks for regions about the target.  Returns the last error of one that is
 * there but could not be opened, with the path in error. */
static int
find_regions(struct source *source, const struct open_process *process,
    struct target_error *error)
{
	struct dbgshm_reader *reader;
	struct dbgshm_fault fault;
	struct open_paths paths;
	int number = 0, failed = 0;
	uid_t owner;
	size_t i;

	if (open_paths_of(source->target.pid, &paths) == -1)
		return (0);
	source->closed = paths.closed;
	source->is_closed = paths.is_closed;
	for (i = 0; i < paths.count; i++) {
		if (has_path(source, paths.list[i]))
			continue;
		reader = source_read(paths.list[i], &owner, &number, &fault);
		if (reader != NULL) {
			consider(source, reader, paths.list[i], owner, process);
		} else if (number != ENOENT) {
			failed = number;
			explain_path(error, paths.list[i], number, &fault);
		}
	}
	open_paths_free(&paths);
	/* Of two dead processes with this number, the newer. */
	if (source->target.start_ticks == 0 && source->slots[OWN].reader &&
	    source->slots[WATCH].reader) {
		uint64_t own = dbgshm_reader_info(source->slots[OWN].reader)
				   ->subject_start;
		uint64_t watched =
		    dbgshm_reader_info(source->slots[WATCH].reader)
			->subject_start;

		if (own != watched)
			source_drop(source, own < watched ? OWN : WATCH);
	}
	return (failed);
}

static int
start_watcher(struct source *source, const struct open_process *process,
    struct target_error *error)
{
	struct dbgshm_reader *reader;
	struct dbgshm_fault fault = { 0 };
	char why[256] = "";
	int descriptor, number;

	descriptor =
	    open_watcher(process->pid, &source->watcher, why, sizeof(why));
	if (descriptor == -1) {
		number = errno;
		error->exit_code = explain_code(number);
		if (error->exit_code == EXIT_DAMAGED)
			error->exit_code = EXIT_NO_TARGET;
		snprintf(error->what, sizeof(error->what),
		    "%d (%s): publishes nothing, and %s", (int)process->pid,
		    source->target.name, why);
		if (number != ECHILD)
			snprintf(error->advice, sizeof(error->advice),
			    "dbgtop-agent belongs beside dbgtop");
		return (-1);
	}
	if (dbgshm_reader_attach(descriptor, &reader, &fault) == -1) {
		explain_path(error, "region of the watcher", errno, &fault);
		open_watcher_close(&source->watcher);
		return (-1);
	}
	source_fill(source, WATCH, reader, "", "private");
	return (0);
}

/* ---- opening --------------------------------------------------------- */

static int
no_region(const struct source *source, const struct open_process *process,
    struct target_error *error)
{
	struct open_process remains;
	const char *closed = source->is_closed ? fmt_user(source->closed) : "";

	error->exit_code = EXIT_NO_TARGET;
	if (process == NULL && source->is_closed)
		snprintf(error->what, sizeof(error->what),
		    "%d: no such process, and regions of %s are not for us to "
		    "read",
		    (int)source->target.pid, closed);
	else if (open_process(source->target.pid, &remains) == 0 &&
	    process == NULL)
		snprintf(error->what, sizeof(error->what),
		    "%d: the process has ended (a zombie) without a region",
		    (int)source->target.pid);
	else if (process == NULL)
		snprintf(error->what, sizeof(error->what),
		    "%d: no such process, and no region of one",
		    (int)source->target.pid);
	else if (source->is_closed) {
		error->exit_code = EXIT_PERMISSION;
		snprintf(error->what, sizeof(error->what),
		    "%d: not permitted: the directory of its regions is owned "
		    "by %s, mode 0700",
		    (int)source->target.pid, closed);
	} else
		snprintf(error->what, sizeof(error->what),
		    "%d: the process publishes nothing, and no agent watches "
		    "it",
		    (int)source->target.pid);
	snprintf(error->advice, sizeof(error->advice), "%s",
	    source->is_closed ? "try it as that user or as root (sudo)"
			      : "\"dbgtop list\" shows what can be looked at");
	return (-1);
}

/* Something about a live process may be there that we may not see. */
static void
note_closed(struct source *source, const struct open_process *process,
    const char *failure)
{
	if (source->slots[OWN].reader != NULL)
		return;
	if (failure != NULL)
		snprintf(source->shut, sizeof(source->shut), "%s", failure);
	else if (source->is_closed && source->closed == process->uid)
		snprintf(source->shut, sizeof(source->shut),
		    "if it has a region of its own, that is not for us to "
		    "read: the directory is owned by %s",
		    fmt_user(source->closed));
}

static int
not_a_process(const struct open_process *thread, struct target_error *error)
{
	int leader = (int)open_leader(thread->pid);

	error->exit_code = EXIT_NO_TARGET;
	snprintf(error->what, sizeof(error->what), "%d: a thread of process %d",
	    (int)thread->pid, leader);
	snprintf(error->advice, sizeof(error->advice),
	    "name the process: dbgtop %d", leader);
	return (-1);
}

int
source_live(struct source *source, unsigned flags, struct target_error *error)
{
	struct open_process process, *alive = NULL;
	int failed;

	if (open_process(source->target.pid, &process) == 0 &&
	    process.state != 'Z' &&
	    (source->target.start_ticks == 0 ||
		source->target.start_ticks == process.start_ticks))
		alive = &process;
	if (alive != NULL) {
		source->user = process.uid;
		source->is_alive = true;
		source->target.start_ticks = process.start_ticks;
		if (source->target.name == NULL)
			source->target.name =
			    safe_dup(process.name, strlen(process.name));
		if (source->target.name == NULL)
			err(1, "memory for a name");
	}
	failed = find_regions(source, alive, error);
	if (alive != NULL)
		note_closed(source, alive, failed != 0 ? error->what : NULL);
	if (source->slots[OWN].reader != NULL ||
	    source->slots[WATCH].reader != NULL)
		return (0);
	if (alive != NULL && open_leader(alive->pid) != alive->pid)
		return (not_a_process(alive, error));
	if (alive != NULL && (flags & SOURCE_NO_WATCHER) == 0)
		return (start_watcher(source, alive, error));
	if (failed != 0)
		return (-1);
	return (no_region(source, alive, error));
}

/* ---- while it is open ------------------------------------------------- */

static bool
is_over(struct slot *slot)
{
	enum dbgshm_life life;

	if (slot->reader == NULL)
		return (true);
	/* Whoever writes about itself holds its lock for as long as it runs. */
	if (dbgshm_reader_info(slot->reader)->kind != DBGSHM_KIND_WATCHED &&
	    dbgshm_reader_locked(slot->reader))
		return (false);
	life = dbgshm_reader_life(slot->reader);
	return (life != DBGSHM_LIFE_LIVE && life != DBGSHM_LIFE_STOPPED);
}

/* One that was never there is looked for now and then. */
static bool
is_time(struct source *source)
{
	struct timespec now;
	uint64_t now_ns;

	clock_gettime(CLOCK_MONOTONIC, &now);
	now_ns = (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
	if (source->looked_ns != 0 && now_ns - source->looked_ns < LOOK_NS)
		return (false);
	source->looked_ns = now_ns;
	return (true);
}

/* A program may begin to publish, or an agent to watch, while we look; or
 * become another program by exec, which our own watcher takes for the end.  What
 * has just ended is read once more before another takes its place. */
void
source_live_look(struct source *source)
{
	struct target_error ignored;
	struct open_process process;
	bool watch_anew = source->watcher.pid != 0, over[SLOTS], read = true;
	size_t i;

	if (source->target.path != NULL || source->line != NULL)
		return;
	for (i = 0; i < SLOTS; i++)
		over[i] = is_over(&source->slots[i]);
	if ((!over[OWN] || source->slots[OWN].reader == NULL) &&
	    (!over[WATCH] || source->slots[WATCH].reader == NULL) &&
	    ((!over[OWN] && !over[WATCH]) || !is_time(source)))
		return;
	for (i = 0; i < SLOTS; i++) {
		read &= !over[i] || source->slots[i].over ||
		    source->slots[i].reader == NULL;
		source->slots[i].over = over[i];
	}
	if (!read)
		return;
	if (open_process(source->target.pid, &process) == -1 ||
	    process.start_ticks != source->target.start_ticks ||
	    process.state == 'Z')
		return;
	watch_anew = watch_anew && over[WATCH];
	if (watch_anew) {
		source_drop(source, WATCH);
		open_watcher_close(&source->watcher);
	}
	find_regions(source, &process, &ignored);
	if (watch_anew && source->slots[WATCH].reader == NULL)
		(void)start_watcher(source, &process, &ignored);
}
