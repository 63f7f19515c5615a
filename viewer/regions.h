/*
 * regions.h - the regions of this host as a list that can be shown.
 */
#ifndef VIEWER_REGIONS_H
#define VIEWER_REGIONS_H

#include "arena.h"
#include "model.h"
#include "target.h"

struct regions {
	struct model_target *targets;
	struct target *opens; /* what to open for each */
	size_t count;
	uint64_t time_real_ns;
	struct arena arena; /* all text */
};

int regions_take(struct regions *regions, unsigned flags, const char *user,
    const char *processes);
	/* DBGSHM_LIST_* flags; user: a login name or number, NULL everybody's.
	 * processes: also list processes of that name without a region, NULL
	 * none.  Opens each one to count what is in it.  Valid until the next call or
	 * regions_free(); begin with an all-zero struct.  -1 and errno. */

int regions_recorded(
    struct regions *regions, const char *path, struct target_error *error);
	/* The same of a snapshot: what is in it.  -1 with the error filled. */

void regions_free(struct regions *regions);

char *regions_state(char *out, size_t size, const struct model_target *target);
	/* "stopped", "dead since 2026-01-31T12:03:11Z (12 s ago)"; of a snapshot
	 * also when it was taken. */

#endif
