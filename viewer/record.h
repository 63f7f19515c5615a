/*
 * record.h - the file of a recording: opened, gone on with, put aside.
 */
#ifndef VIEWER_RECORD_H
#define VIEWER_RECORD_H

#include "recorder.h"

struct record_file {
	const char *path;
	uint64_t rotate_bytes, rotate_ns; /* 0: never */
	size_t keep;			  /* older ones; SIZE_MAX all */
	uint64_t opened_ns;		  /* monotonic */
};

struct rec_out *record_open(
    struct record_file *file, char *why, size_t why_size);
	/* A new one, or a recording that is there to go on with.  NULL with why
	 * and errno, see rec_out_file(); what was there is as it was. */

bool record_due(const struct record_file *file, const struct recorder *);
	/* It is as long or as old as it may become. */

int record_rotate(struct record_file *file, struct recorder *, char *why,
    size_t why_size);
	/* Goes on with a new file of that name; the old one has the time of its
	 * beginning in its name.  -1 and why: it goes on in the old one, or that
	 * one could not be ended in order. */

void record_path(char *path, size_t size, const char *name);
	/* dbgtop-NAME-TIME.rec; name: "" that of the host. */

char *record_tell(char *text, size_t size, const struct recorder_state *state);
	/* "3m12s, 192 frames, 85.1 KiB, 0.44 bytes a value" */

#endif
