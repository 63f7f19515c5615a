/*
 * source_rec.h - the targets in a recording.
 *
 * Which there are is known from its index and a few small chunks; the rest is
 * read of the one that is wanted.
 */
#ifndef VIEWER_SOURCE_REC_H
#define VIEWER_SOURCE_REC_H

#include "mirrors.h"

#define SOURCE_REC_PAST (UINT64_C(256) << 20) /* bytes, of each region */

struct rec_targets {
	int descriptor;
	struct rec_in *in;
	struct rec_entry *entries;
	size_t entry_count;
	struct mirrors *mirrors;
	struct rec_damage damage;
};

int rec_targets_find(
    const char *path, struct rec_targets *targets, struct target_error *error);
	/* Opens the recording.  0, or -1 with the error filled. */
void rec_targets_free(struct rec_targets *targets);

ssize_t rec_targets_pick(const struct rec_targets *targets, const char *path,
    const char *inside, struct target_error *error);
	/* The one that is meant by a name, a pid, name:generation; inside: NULL
	 * the only one there is.  Of those of one name, the last.  -1 with the
	 * error filled. */

/* What could not be shown of a target. */
struct rec_left {
	uint64_t chunks; /* damaged, or without the one before */
	bool older;	 /* more than SOURCE_REC_PAST of it is there */
};

size_t rec_target_read(struct rec_targets *targets, size_t index,
    const char *path, struct model_source parts[static SOURCE_PARTS],
    struct rec_left *left, struct target_error *error);
	/* Readers of its regions, which go with the targets.  0 with the error
	 * filled. */

bool source_is_rec(const char *path);

bool rec_path_split(const char *word, char **path, char **inside);
	/* FILE.rec or FILE.rec:WHICH; false: neither.  free() both. */

#endif
