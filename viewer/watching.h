/*
 * watching.h - what the full screen looks at: the list, and the open targets.
 *
 * Several stay open, each with its own past; only the one that is shown is read.
 */
#ifndef VIEWER_WATCHING_H
#define VIEWER_WATCHING_H

#include "command.h"
#include "recorder.h"
#include "regions.h"
#include "source.h"
#include "tui.h"

struct watching {
	const struct request *request;
	const char *name; /* list processes of this name too, or NULL */
	struct regions regions;
	bool *opened; /* one a target of the list */
	struct watching_slot {
		struct source *source; /* NULL: free */
		struct timeline *timeline;
		struct target target; /* a copy */
		char *word;	   /* that it was opened by: a name, or NULL */
		uint64_t used;	   /* when it was shown last; a count */
		uint64_t sought_ns; /* when a new process of that name was */
		uint64_t begun_ns;  /* when another one took its place */
		struct recorder *recorder; /* NULL: it is not recorded */
		char record_path[256];
	} slots[TUI_TARGETS];
	int shown; /* -1 none */
	uint64_t uses;
	char settings[1024];
	struct tui_source functions;
};

void watching_init(struct watching *watching, const struct request *request);
void watching_fini(struct watching *watching);

int watching_open(struct watching *watching, const struct target *target,
    const char *word, struct target_error *error);
	/* As source_open().  word: by which it was found; a process of that name
	 * that starts when this one has ended is followed.  NULL none. */

bool watching_view(const char *text, enum screen_name *view);
	/* A numbered view by number or name; NULL the first.  False: neither. */

void watching_options(struct watching *watching, struct tui_options *options);
	/* What the person asked for, as the full screen wants it. */

/* ---- what is recorded: watching_record.c ---------------------------------- */

int watching_record(void *context, char *what, size_t what_size, char *why,
    size_t why_size);
bool watching_recorded(
    void *context, char *size, size_t size_size, char *why, size_t why_size);
	/* For struct tui_source. */

int watching_record_end(
    struct watching_slot *slot, char *what, size_t what_size);
	/* One line about the file; -1 when it could not be ended in order. */
void watching_record_move(
    struct watching_slot *from, struct watching_slot *to);
	/* The recording of one goes on with the other. */

#endif
