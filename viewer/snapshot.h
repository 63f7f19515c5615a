/*
 * snapshot.h - one file of a target that a person can send.
 *
 * A zip: each region as an image that every command opens again, and the same for
 * people without dbgtop, as JSON Lines and CSV; beside it what /proc says.  All
 * values are of one frame.  What is in it, by name: dbgtop(1), SNAPSHOTS.
 */
#ifndef VIEWER_SNAPSHOT_H
#define VIEWER_SNAPSHOT_H

#include "source.h"

#define SNAPSHOT_SECRETS 1  /* also what the program marked as secret */
#define SNAPSHOT_PROGRESS 2 /* tell it on standard error */

int snapshot_write(struct source *source, const char *path, unsigned flags,
    char *written, size_t written_size, char *why, size_t why_size);
	/*
	 * Writes the file at path; NULL: dbgtop-NAME-PID-TIME.zip in the current
	 * directory.  written: its name.  What is there under that name stays
	 * until the new one is whole and on disk.  What a model shows of the
	 * source is left alone.  -1: why says it in one line, safe to print, and
	 * errno: EIO or ENOSPC and the like when the file could not be written.
	 */

/* ---- several targets in one file -------------------------------------------- */

struct snapshot_made {
	void *bytes; /* the archive; free() it */
	size_t size;
	char folder[160]; /* NAME-PID, fit for a file's name */
	uint64_t taken_real_ns;
	char told[400]; /* one line about what is in it, safe to print */
};

int snapshot_make(struct source *source, unsigned flags,
    struct snapshot_made *made, char *why, size_t why_size);
	/* The same in memory.  -1 and why; errno: EBADMSG the region, ENOTSUP
	 * there is no libzip. */

void snapshot_path(char *path, size_t size, const char *name, uint64_t real_ns);
	/* dbgtop-NAME-TIME.zip */

#endif
