/*
 * snapshot_private.h - what the files of a snapshot share.
 */
#ifndef VIEWER_SNAPSHOT_PRIVATE_H
#define VIEWER_SNAPSHOT_PRIVATE_H

#include "snapshot.h"

#include <libshm/kit/out.h>
#include <libshm/kit/zip.h>

#include <stdio.h>

/* What /proc said. */
struct snapshot_proc {
	struct snapshot_file {
		const char *name; /* of the member */
		char *bytes;	  /* NULL: it could not be read */
		size_t size;
		int error;
	} files[8];
	size_t count;
};

struct snapshot {
	unsigned flags; /* SNAPSHOT_* */
	struct zip_out *zip;
	struct model_source parts[SOURCE_PARTS]; /* readers of the images */
	const char *files[SOURCE_PARTS];	 /* their members */
	size_t sizes[SOURCE_PARTS];
	size_t count;
	struct model *model;
	bool foreign;		  /* made from a snapshot, perhaps elsewhere */
	uint64_t history_real_ns; /* how far back it reaches, 0 not at all */
	size_t samples, withheld; /* columns and fields */
	struct snapshot_proc proc;
	char *why;
	size_t why_size;
};

/* A member that is text, while it is written. */
struct snapshot_text {
	FILE *stream;
	char *bytes;
	size_t size;
	struct out *out;
};

void snapshot_text_begin(struct snapshot_text *text, enum out_format format);
int snapshot_text_end(
    struct snapshot *snapshot, struct snapshot_text *text, const char *name);
	/* Adds it to the archive. */
int snapshot_add(
    struct snapshot *snapshot, const char *name, void *bytes, size_t size);
	/* Takes the bytes over, for free(). */

/* Each adds members.  All of these: -1 and the snapshot's why. */
int snapshot_events(struct snapshot *snapshot);
	/* Fills the model: events are told while that happens. */
int snapshot_profiles(struct snapshot *snapshot);
int snapshot_history(struct snapshot *snapshot);
int snapshot_meta(struct snapshot *snapshot);
int snapshot_proc_add(struct snapshot *snapshot);

void snapshot_proc_read(
    struct snapshot_proc *proc, pid_t pid, uint64_t start_ticks);
	/* Of that process, if it is still that one. */
void snapshot_proc_free(struct snapshot_proc *proc);

#endif
