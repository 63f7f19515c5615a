/*
 * regions.h - the regions of this host as a list that can be shown.
 */
#ifndef VIEWER_REGIONS_H
#define VIEWER_REGIONS_H

#include "arena.h"
#include "model.h"
#include "target.h"

/* What was counted in a region. */
struct regions_count {
	uint64_t id, when_ns; /* of its path; monotonic */
	enum dbgshm_life life;
	uint64_t profiles, metrics, rows, faults;
	bool listed; /* by the call that goes on */
};

struct regions {
	struct model_target *targets;
	struct target *opens; /* what to open for each */
	size_t count;
	uint64_t time_real_ns;
	struct arena arena; /* all text */
	struct regions_count *counts; /* kept from one call to the next */
	size_t count_count, count_room, count_next;
};

int regions_take(struct regions *regions, unsigned flags, const char *user,
    const char *processes);
	/* DBGSHM_LIST_* flags; user: a login name or number, NULL everybody's.
	 * processes: also list processes of that name without a region, NULL
	 * none.  Opens each one to count what is in it, the next time only those
	 * of live processes, and these only now and then.  Valid until the next call or
	 * regions_free(); begin with an all-zero struct.  -1 and errno. */

int regions_recorded(
    struct regions *regions, const char *path, struct target_error *error);
	/* The same of a snapshot or recording: what is in it.  -1 with the error filled. */

void regions_free(struct regions *regions);

char *regions_state(char *out, size_t size, const struct model_target *target);
	/* "stopped", "dead since 2026-01-31T12:03:11Z (12 s ago)"; of a snapshot
	 * also when it was taken. */

#endif
