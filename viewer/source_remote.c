/*
 * source_remote.c - frames of a process of another host.
 *
 * What comes over the line is put together to images in memory, which are read
 * with all the doubts of any other region.  Our readers of them are second ones:
 * they stay when the line goes on with another process.
 */
#include "line.h"
#include "source_private.h"

#include <libshm/kit/fmt.h>
#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Readers of what the line is about now. */
static void
take_regions(struct source *source)
{
	struct model_source parts[SOURCE_PARTS];
	const struct dbgshm_reader *found[SLOTS] = { NULL, NULL };
	struct dbgshm_reader *reader;
	size_t i, count;
	unsigned slot;

	count = mirrors_readers(
	    line_mirrors(source->line), line_target(source->line), parts);
	for (i = 0; i < count; i++) {
		slot = strcmp(parts[i].name, "own") == 0 ? OWN : WATCH;
		found[slot] = parts[i].reader;
		if (source->mirrored[slot] == parts[i].reader ||
		    dbgshm_reader_again(parts[i].reader, &reader) == -1)
			continue;
		source_fill(source, slot, reader, "", parts[i].name);
		source->mirrored[slot] = parts[i].reader;
	}
	/* Those of another process. */
	for (slot = 0; slot < SLOTS && count > 0; slot++)
		if (found[slot] == NULL && source->mirrored[slot] != NULL) {
			source_drop(source, slot);
			source->mirrored[slot] = NULL;
		}
}

/* As the person named it; what the other end calls itself where that was a
 * command. */
static void
name_host(struct source *source)
{
	struct mirrors_target target = mirrors_target(
	    line_mirrors(source->line), line_target(source->line));
	const char *name = line_state(source->line).name;

	if (source->target.via != NULL && target.host[0] != '\0')
		source->host = safe_dup(target.host, strlen(target.host));
	else
		source->host = strdup(name);
	if (source->host == NULL)
		err(1, "memory for a name");
}

static void
note(struct source *source)
{
	struct line_state state = line_state(source->line);
	char since[FMT_SIZE];

	if (state.stale_real_ns != 0)
		snprintf(source->note, sizeof(source->note),
		    "nothing from %s since %s: %.100s; trying again",
		    source->host,
		    fmt_clock(since, sizeof(since), state.stale_real_ns),
		    state.why);
	else
		snprintf(source->note, sizeof(source->note), "dbgtop on %s",
		    source->host);
}

int
source_remote(struct source *source, unsigned flags, struct target_error *error)
{
	source->line = line_open(source->target.remote, source->target.via,
	    ((flags & SOURCE_SECRETS) != 0 ? LINE_SECRETS : 0u) |
		((flags & SOURCE_NO_PAST) != 0 ? LINE_NO_PAST : 0u) |
		((flags & SOURCE_ASKS) != 0 ? LINE_ASKS : 0u),
	    error);
	if (source->line == NULL)
		return (-1);
	name_host(source);
	take_regions(source);
	note(source);
	if (source->slots[OWN].reader != NULL ||
	    source->slots[WATCH].reader != NULL)
		return (0);
	error->exit_code = EXIT_DAMAGED;
	snprintf(error->what, sizeof(error->what),
	    "%s: what came from there can not be shown: %s",
	    source->target.name, strerror(errno));
	return (-1);
}

void
source_remote_look(struct source *source)
{
	line_read(source->line);
	take_regions(source);
	note(source);
}

/* When all was said and the process had not ended it was a recording. */
void
source_remote_tell(const struct source *source, struct model_source *part)
{
	struct line_state state = line_state(source->line);
	enum dbgshm_life life = dbgshm_reader_life(part->reader);

	part->host = source->host;
	part->stale_real_ns = state.stale_real_ns;
	part->said_real_ns = state.said_real_ns;
	part->why = state.why;
	part->carried = !state.over ||
	    (life != DBGSHM_LIFE_LIVE && life != DBGSHM_LIFE_STOPPED);
}

void
source_hear(struct source *source)
{
	struct model_source parts[SOURCE_PARTS];

	if (source->line == NULL)
		return;
	line_read(source->line);
	(void)mirrors_readers(
	    line_mirrors(source->line), line_target(source->line), parts);
}

struct source_line
source_line(const struct source *source)
{
	struct source_line told = { .host = source->host };
	struct line_state state;

	if (source->line == NULL)
		return (told);
	state = line_state(source->line);
	told.stale_real_ns = state.stale_real_ns;
	told.losses = state.losses;
	told.why = state.why;
	return (told);
}
