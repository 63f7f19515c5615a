/*
 * roster.h - the targets that some words mean, while they come and go.
 *
 * A name means also the process that is started under it when the one before has
 * ended, NAME:* and :all also what comes later.  A PID, NAME:2 and a file mean
 * one target; a process that becomes another program stays the same one.
 */
#ifndef VIEWER_ROSTER_H
#define VIEWER_ROSTER_H

#include "recorder.h"
#include "source.h"

struct roster;

struct roster *roster_create(
    const char *const words[], size_t count, unsigned flags);
	/* flags: of source_open(); the words have to stay. */
void roster_free(struct roster *); /* NULL is fine; after its recorder */

int roster_open(struct roster *, struct target_error *error);
	/* What the words mean now.  -1 with the error filled: one of them means
	 * nothing, or nothing of what it means can be opened. */

void roster_record(struct roster *, struct recorder *recorder);
	/* All of them, and from now on all that come, are recorded by that. */

bool roster_look(struct roster *);
	/* After each poll of the recorder: who has come, who is gone.  false:
	 * nothing will come any more. */

void roster_name(const struct roster *, char *name, size_t size);
	/* Of its only target, fit for a file's name; "" when there are several. */

#endif
