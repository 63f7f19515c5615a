/*
 * recorder.h - writes what targets do into a recording.
 *
 * Serves `dbgtop record`, `dbgtop stream` and the key R: they open targets, poll,
 * and write to a file or a pipe; the recorder has the feeds.
 */
#ifndef VIEWER_RECORDER_H
#define VIEWER_RECORDER_H

#include "source.h"

#include <libshm/kit/rec.h>

struct recorder;

#define RECORDER_SECRETS 1
#define RECORDER_NO_PAST 2
#define RECORDER_ALIVE 4 /* REC_ALIVE: behind the first poll and those that have
			    nothing new */
#define RECORDER_SHARED 8 /* somebody else looks for new regions of sources */

struct recorder *recorder_create(
    struct rec_out *out, unsigned flags, uint64_t since_real_ns);
	/* Takes `out` over.  since_real_ns: how much of the past to begin with,
	 * 0: all.  What `out` has already is not written again. */
int recorder_close(struct recorder *, char *why, size_t why_size);
	/* With the last piece of everything; NULL is fine.  -1: as
	 * rec_out_close(). */

void recorder_add(struct recorder *, struct source *source);
	/* One more target.  The source stays the caller's and has to outlive the
	 * recorder, or recorder_remove(); regions that come and go in it are
	 * followed: each is a region of the recording. */
void recorder_remove(struct recorder *, struct source *source);

int recorder_poll(struct recorder *, char *why, size_t why_size);
	/* Writes what is new of all targets.  -1: it could not be written, errno;
	 * the next call writes that too, as far as the regions reach back then. */

int recorder_rotate(struct recorder *, struct rec_out *out, char *why,
    size_t why_size);
	/* Goes on in another file, which needs nothing of the one before: with
	 * the present of all regions and no more of the past than that file
	 * lacks.  Takes `out` over.  -1: as rec_out_close(), of the old one. */

struct recorder_state {
	uint64_t bytes;	  /* of the file that is being written */
	uint64_t written; /* by this recorder, to all of its files */
	uint64_t frames, values; /* written: frames, and metrics in them */
	uint64_t first_real_ns, last_real_ns; /* of what was written; 0 none */
	uint64_t file_real_ns; /* the first of them in this file; 0 none */
	size_t regions, live; /* all that were seen; those whose process lives */
};
struct recorder_state recorder_state(const struct recorder *);

bool recorder_over(const struct recorder *, const struct source *source);
	/* After a poll: of this source nothing more will come, all of its regions
	 * are over, and what they had is written. */

#endif
