/*
 * source_private.h - what the files of a source share.
 */
#ifndef VIEWER_SOURCE_PRIVATE_H
#define VIEWER_SOURCE_PRIVATE_H

#include "open.h"
#include "source.h"

enum { OWN, WATCH, SLOTS = SOURCE_PARTS };

struct source {
	struct target target; /* its own copy */
	struct slot {
		struct dbgshm_reader *reader; /* NULL: none */
		struct dbgshm_events *events; /* NULL: not followed yet */
		bool over; /* so at the last update: all of it was read */
		char *path;
		const char *name; /* "own", "watched" or "private" */
	} slots[SLOTS];
	struct open_watcher watcher;
	uid_t closed; /* owner of a directory that we may not look into */
	bool is_closed;
	uid_t user;    /* of the process, as /proc says */
	bool is_alive; /* when it was opened */
	bool foreign;  /* a region that another user can write */
	bool recording; /* all of it is in a FILE.rec */
	bool updated;  /* once; the first time there is nothing new to find */
	struct line *line; /* to another host; NULL: it is of this one */
	const struct dbgshm_reader *mirrored[SLOTS]; /* theirs, of our readers */
	char *host; /* safe; NULL: this one */
	uint64_t looked_ns; /* for new ones, monotonic; 0 never */
	uint64_t lost; /* events of regions that we do not look at any more */
	char note[256], shut[1500];
};

/* source.c */
struct dbgshm_reader *source_read(const char *path, uid_t *owner, int *number,
    struct dbgshm_fault *fault);
	/* A reader of the region in a file; NULL: number is an errno. */
void source_fill(struct source *, unsigned slot, struct dbgshm_reader *,
    const char *path, const char *name);
	/* Takes the reader over; what was in the slot is closed. */
void source_drop(struct source *, unsigned slot);

/* source_live.c */
int source_live(struct source *, unsigned flags, struct target_error *);
	/* Finds the regions of a process of this host, or has it watched. */
void source_live_look(struct source *);
	/* Looks for new ones when old ones are over. */

/* source_remote.c */
int source_remote(struct source *, unsigned flags, struct target_error *);
void source_remote_look(struct source *);
	/* Takes what has come. */
void source_remote_tell(const struct source *, struct model_source *part);

/* source_zip.c */
int source_zip(struct source *, struct target_error *);

/* source_rec.c */
int source_rec(struct source *, struct target_error *);

#endif
