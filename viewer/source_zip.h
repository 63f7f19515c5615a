/*
 * source_zip.h - the targets in a snapshot.
 *
 * Each folder with an own.dbg or a watched.dbg is one.  A folder is a name and
 * nothing else: no member is ever written anywhere.
 */
#ifndef VIEWER_SOURCE_ZIP_H
#define VIEWER_SOURCE_ZIP_H

#include "source.h"

#include <libshm/kit/zip.h>

#include <sys/types.h>

#define SOURCE_ZIP_MOST 4096 /* targets of one snapshot */

struct zip_target {
	const char *folder; /* raw, not terminated */
	size_t folder_length;
	ssize_t own, watched; /* members, -1 there is none */
	pid_t pid;	      /* 0 unknown */
	char name[65];	      /* raw, "" unknown */
};

struct zip_targets {
	struct zip_in *zip;
	struct zip_target *list;
	size_t count;
};

int zip_targets_find(
    const char *path, struct zip_targets *targets, struct target_error *error);
	/* Opens the snapshot.  0, or -1 with the error filled. */
void zip_targets_free(struct zip_targets *targets);

const struct zip_target *zip_targets_pick(const struct zip_targets *targets,
    const char *path, const char *inside, struct target_error *error);
	/* The one that is meant by a folder, a pid or a name; inside: NULL the
	 * only one there is.  NULL with the error filled. */

size_t zip_target_read(const struct zip_targets *targets,
    const struct zip_target *target, const char *path,
    struct model_source parts[static SOURCE_PARTS],
    struct target_error *error);
	/* Readers of its regions, as many as can be read; their paths, users and
	 * events are not set.  The error is of one that can not. */

bool source_is_zip(const char *path);

bool zip_path_split(const char *word, char **path, char **inside);
	/* FILE.zip or FILE.zip:WHICH; false: neither.  free() both. */

#endif
