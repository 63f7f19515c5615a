/*
 * source.h - where the frames of one target come from.
 *
 * A live process has up to two regions: its own and the one that an agent keeps
 * about it; a watcher of our own fills in when there is none.  A region that
 * appears or goes away while we look is found again in two seconds.  A
 * snapshot has the same regions, as they were then.
 */
#ifndef VIEWER_SOURCE_H
#define VIEWER_SOURCE_H

#include "model.h"
#include "target.h"

struct source;

#define SOURCE_NO_WATCHER 1 /* only regions that are there already */
/* Of another host: */
#define SOURCE_SECRETS 2 /* with what is marked as secret */
#define SOURCE_NO_PAST 4 /* the present is enough */
#define SOURCE_ASKS 8	 /* whoever carries it may ask at the terminal */

int source_open(const struct target *target, unsigned flags,
    struct source **source, struct target_error *error);
	/* 0, or -1 with the error filled.  Without SOURCE_NO_WATCHER it starts
	 * a private watcher when the process publishes nothing and no agent
	 * watches it. */

#define SOURCE_PARTS 2 /* regions that a target has at most */

size_t source_parts(
    struct source *source, struct model_source parts[static SOURCE_PARTS]);
	/* Its regions, after a look for new ones and with nothing of them read
	 * again; their number.  Valid until the next call or update. */

size_t source_readers(
    struct source *source, struct model_source parts[static SOURCE_PARTS]);
	/* The same without a look for new ones: what a model has been made from
	 * stays. */

int source_update(struct source *source, struct model *model);
	/* Takes a frame and brings the model up to date.  -1 and errno as
	 * model_update(): the model keeps what it showed. */

/* Of a target of another host. */
struct source_line {
	uint64_t stale_real_ns; /* nothing has come since, by our clock; 0: it
				   comes, or there is no other host */
	unsigned losses;	/* so far */
	const char *host, *why; /* safe; why: it is stale */
};
struct source_line source_line(const struct source *source);

void source_hear(struct source *source);
	/* Takes what has come from another host, without showing it: for a
	 * target that is not looked at now, or its past is. */

const char *source_note(const struct source *source);
	/* One clause about who is looking: "watched by dbgtop-agent (pid 812)",
	 * "private watcher, started for this command", or "".  Valid until the
	 * next update. */

const char *source_closed(const struct source *source);
	/* Why the process's own region could not be looked for, or "". */

const char *source_path(const struct source *source);
	/* The file of its first region, "" when it has no name. */

void source_confine(const struct source *source);
	/* For commands that from here on only look and print: see confine.h.
	 * Regions that nobody but our own user writes are trusted, which saves
	 * a tenth of the time of a short command.  Where something may have to
	 * be started again, a watcher of our own or the way to another host,
	 * nothing is given up. */

void source_close(struct source *source); /* ends the private watcher */

#endif
