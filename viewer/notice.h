/*
 * notice.h - what is said about the line to another host while something is
 * followed: that nothing comes, and that it comes again.
 */
#ifndef VIEWER_NOTICE_H
#define VIEWER_NOTICE_H

#include "source.h"

struct notice {
	uint64_t stale_real_ns; /* that was said; 0: it came then */
	unsigned losses;
};

void notice_line(struct notice *notice, const struct source *source, bool quiet);
	/* Says it on standard error, once.  Begin with an all-zero struct. */

#endif
