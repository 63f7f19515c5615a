/*
 * source.c - where the frames of one target come from.
 */
#include "confine.h"
#include "explain.h"
#include "line.h"
#include "source_private.h"
#include "source_rec.h"
#include "source_zip.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
source_drop(struct source *source, unsigned number)
{
	struct slot *slot = &source->slots[number];

	if (slot->events != NULL) {
		source->lost += dbgshm_events_lost(slot->events);
		dbgshm_events_close(slot->events);
	}
	dbgshm_reader_close(slot->reader);
	free(slot->path);
	*slot = (struct slot){ 0 };
}

void
source_fill(struct source *source, unsigned number,
    struct dbgshm_reader *reader, const char *path, const char *name)
{
	struct slot *slot = &source->slots[number];

	source_drop(source, number);
	slot->reader = reader;
	slot->name = name;
	slot->path = strdup(path);
	if (slot->path == NULL)
		err(1, "memory for a path");
}

struct dbgshm_reader *
source_read(
    const char *path, uid_t *owner, int *number, struct dbgshm_fault *fault)
{
	struct dbgshm_reader *reader;
	int descriptor;

	memset(fault, 0, sizeof(*fault));
	descriptor = open_region(path, owner, fault);
	if (descriptor == -1 ||
	    dbgshm_reader_attach(descriptor, &reader, fault) == -1) {
		*number = errno;
		return (NULL);
	}
	return (reader);
}

/* ---- opening ------------------------------------------------------------- */

static int
open_path(struct source *source, struct target_error *error)
{
	struct dbgshm_reader *reader;
	struct dbgshm_fault fault;
	uid_t owner;
	int number;

	reader = source_read(source->target.path, &owner, &number, &fault);
	if (reader == NULL) {
		explain_path(error, source->target.path, number, &fault);
		return (-1);
	}
	source_fill(source, OWN, reader, source->target.path,
	    dbgshm_reader_info(reader)->kind == DBGSHM_KIND_WATCHED ? "watched"
								    : "own");
	return (0);
}

int
source_open(const struct target *target, unsigned flags, struct source **opened,
    struct target_error *error)
{
	struct source *source = calloc(1, sizeof(*source));
	int result;

	if (source == NULL)
		err(1, "memory for a target");
	memset(error, 0, sizeof(*error));
	source->watcher.socket = -1;
	source->target.pid = target->pid;
	source->target.start_ticks = target->start_ticks;
	if ((target->path != NULL &&
		(source->target.path = strdup(target->path)) == NULL) ||
	    (target->inside != NULL &&
		(source->target.inside = strdup(target->inside)) == NULL) ||
	    (target->remote != NULL &&
		(source->target.remote = strdup(target->remote)) == NULL) ||
	    (target->via != NULL &&
		(source->target.via = strdup(target->via)) == NULL) ||
	    (target->name != NULL &&
		(source->target.name = strdup(target->name)) == NULL))
		err(1, "memory for a target");
	if (source->target.remote != NULL)
		result = source_remote(source, flags, error);
	else if (source->target.path != NULL)
		result = source_is_zip(source->target.path)
		    ? source_zip(source, error)
		    : source_is_rec(source->target.path)
		    ? source_rec(source, error)
		    : open_path(source, error);
	else
		result = source_live(source, flags, error);
	if (result == -1) {
		source_close(source);
		return (-1);
	}
	*opened = source;
	return (0);
}

void
source_confine(const struct source *source)
{
	size_t i;

	if ((source->target.path == NULL && !source->foreign) ||
	    source->watcher.pid != 0 || source->line != NULL)
		return;
	/* Who is who in other pid namespaces is found out now: Landlock also
	 * hides the namespaces of others. */
	for (i = 0; i < SLOTS; i++)
		if (source->slots[i].reader != NULL)
			(void)dbgshm_reader_life(source->slots[i].reader);
	(void)confine(CONFINE_ALL);
}

void
source_close(struct source *source)
{
	size_t i;

	if (source == NULL)
		return;
	for (i = 0; i < SLOTS; i++)
		source_drop(source, (unsigned)i);
	open_watcher_close(&source->watcher);
	line_close(source->line);
	free(source->host);
	free(source->target.path);
	free(source->target.inside);
	free(source->target.remote);
	free(source->target.via);
	free(source->target.name);
	free(source);
}

/* ---- while it is open ---------------------------------------------------- */

size_t
source_parts(
    struct source *source, struct model_source parts[static SOURCE_PARTS])
{
	if (source->updated && source->line != NULL)
		source_remote_look(source);
	else if (source->updated)
		source_live_look(source);
	source->updated = true;
	return (source_readers(source, parts));
}

size_t
source_readers(
    struct source *source, struct model_source parts[static SOURCE_PARTS])
{
	size_t i, count = 0;

	for (i = 0; i < SLOTS; i++) {
		if (source->slots[i].reader == NULL)
			continue;
		if (source->slots[i].events == NULL &&
		    dbgshm_events_open(source->slots[i].reader,
			&source->slots[i].events) == -1)
			source->slots[i].events = NULL;
		parts[count++] = (struct model_source){
			.reader = source->slots[i].reader,
			.events = source->slots[i].events,
			.name = source->slots[i].name,
			.path = source->slots[i].path,
			.recording = source->recording,
			.user = source->is_alive
			    ? source->user
			    : dbgshm_reader_info(source->slots[i].reader)->uid,
		};
		if (source->line != NULL)
			source_remote_tell(source, &parts[count - 1]);
	}
	if (source->slots[WATCH].reader != NULL && !source->recording &&
	    source->line == NULL)
		snprintf(source->note, sizeof(source->note),
		    "watched by dbgtop-agent (pid %d)",
		    (int)dbgshm_reader_info(source->slots[WATCH].reader)
			->writer_pid);
	return (count);
}

int
source_update(struct source *source, struct model *model)
{
	struct model_source parts[SOURCE_PARTS];
	int result = model_update(model, parts, source_parts(source, parts));

	if (result == 0)
		model->events_lost += source->lost;
	return (result);
}

const char *
source_note(const struct source *source)
{
	const struct slot *slot = &source->slots[WATCH];

	if (source->recording || source->line != NULL)
		return (source->note);
	if (slot->reader == NULL)
		return ("");
	if (source->watcher.pid != 0)
		return ("private watcher, started for this command");
	return (source->note);
}

const char *
source_closed(const struct source *source)
{
	return (source->shut);
}

const char *
source_path(const struct source *source)
{
	size_t i;

	for (i = 0; i < SLOTS; i++)
		if (source->slots[i].reader != NULL)
			return (source->slots[i].path);
	return ("");
}
