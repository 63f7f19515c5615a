/*
 * cmd_clean.c - dbgtop clean: remove what dead processes have left.
 *
 * Only regions whose lock is free and that belong to the caller (root: to
 * anybody), never one that is alive.
 */
#include "command.h"
#include "open.h"

#include <libshm/kit/fmt.h>
#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tally {
	size_t removed, kept, failed;
	uint64_t bytes;
};

/* Its writer will never write it again. */
static bool
is_remains(const struct dbgshm_entry *entry)
{
	switch (entry->life) {
	case DBGSHM_LIFE_DEAD:
	case DBGSHM_LIFE_STALE:
	case DBGSHM_LIFE_REPLACED:
	case DBGSHM_LIFE_EXITED:
		return (true);
	default:
		return (false);
	}
}

static void
remove_one(const struct dbgshm_entry *entry, const struct request *request,
    struct tally *tally)
{
	char name[SAFE_SIZE(DBGSHM_NAME_SIZE)], size[FMT_SIZE];
	char *path = safe_dup(entry->path, strlen(entry->path));

	if (path == NULL)
		err(EXIT_DAMAGED, "memory for a path");
	safe_copy(name, sizeof(name), entry->name, strlen(entry->name));
	if (open_remove(entry->path, entry->uid, !request->dry_run) == -1) {
		/* A watched process that ended is kept by its agent. */
		if (errno == EBUSY) {
			tally->kept++;
		} else if (errno != ENOENT) {
			warn("%s", path);
			tally->failed++;
		}
		free(path);
		return;
	}
	tally->removed++;
	tally->bytes += entry->size_bytes;
	fmt_unit(size, sizeof(size), DBGSHM_UNIT_BYTES,
	    (double)entry->size_bytes, request_raw(request));
	printf("%s\tpid %d\t%s\t%s\t%s%s\n",
	    request->dry_run ? "would remove" : "removed", (int)entry->pid,
	    name, path, size, request_raw(request) ? " bytes" : "");
	free(path);
}

int
cmd_clean(const struct request *request)
{
	struct dbgshm_list list;
	struct tally tally = { 0 };
	const struct dbgshm_entry *entry;
	char size[FMT_SIZE];
	size_t i;
	int status;

	if (open_list(DBGSHM_LIST_DARK, &list) == -1)
		err(EXIT_DAMAGED, "regions of this host");
	for (i = 0; i < list.count; i++) {
		entry = &list.entries[i];
		if (is_remains(entry) &&
		    (geteuid() == 0 || geteuid() == entry->uid))
			remove_one(entry, request, &tally);
	}
	dbgshm_list_free(&list);
	if (!request->quiet)
		printf("%zu region%s %s, %s%s\n", tally.removed,
		    tally.removed == 1 ? "" : "s",
		    request->dry_run ? "would be removed" : "removed",
		    fmt_unit(size, sizeof(size), DBGSHM_UNIT_BYTES,
			(double)tally.bytes, request_raw(request)),
		    request_raw(request) ? " bytes" : "");
	status = output_end();
	if (status == EXIT_DONE && tally.failed > 0)
		status = EXIT_PERMISSION;
	return (status);
}
