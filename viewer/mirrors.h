/*
 * mirrors.h - the targets in the chunks of a recording or a stream.
 *
 * A process has up to two regions, its own and the one that an agent kept about
 * it; regions of the same process (host, boot, pid, start) are one target.  A
 * process that was started again is another target of the same name; so is one
 * of which a region was made anew: it shares what it still has with the one
 * before.
 */
#ifndef VIEWER_MIRRORS_H
#define VIEWER_MIRRORS_H

#include "source.h"

#include <libshm/kit/rec.h>

struct mirrors;

struct mirrors *mirrors_create(uint64_t past_bytes);
	/* past_bytes: of each region, see dbgshm_mirror_create(). */
void mirrors_free(struct mirrors *); /* NULL is fine */

int mirrors_put(struct mirrors *, const struct rec_chunk *chunk);
	/*
	 * One more chunk, in the order of the recording.  -1 and errno: this
	 * chunk makes no sense and changes nothing.  A region that begins with a
	 * number that is known: from now on the number means this one, so that
	 * another stream can go on where one was cut off.
	 */

void mirrors_note(struct mirrors *, uint32_t region, uint64_t real_ns);
	/* There is a chunk of that time, without putting it. */

struct mirrors_target {
	pid_t pid;
	uint64_t subject_start;
	const char *name, *host; /* raw */
	uint64_t first_real_ns, last_real_ns; /* of its chunks */
	bool over;		 /* no more will come */
	unsigned generation; /* 1: the first of that name on that host */
};
size_t mirrors_count(const struct mirrors *);
struct mirrors_target mirrors_target(const struct mirrors *, size_t index);

void mirrors_drop(struct mirrors *, size_t index);
	/* What was put of its regions is forgotten, and their readers are closed. */

bool mirrors_has(const struct mirrors *, size_t index, uint32_t region);
	/* The region with that number now is one of this target's. */

size_t mirrors_readers(struct mirrors *, size_t index,
    struct model_source parts[static SOURCE_PARTS]);
	/* Readers of its regions, settled, made at the first call and the same
	 * ones later; they go with the mirrors.  Paths, users and events are not
	 * set.  How many. */

#endif
