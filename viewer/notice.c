/*
 * notice.c - what is said about the line to another host.
 */
#include "notice.h"

#include <libshm/kit/fmt.h>

#include <err.h>

void
notice_line(struct notice *notice, const struct source *source, bool quiet)
{
	struct source_line line = source_line(source);
	char since[FMT_SIZE];

	if (quiet || line.host == NULL)
		return;
	/* It was lost and has come back between two looks. */
	if (notice->stale_real_ns == 0 && line.stale_real_ns == 0 &&
	    line.losses != notice->losses)
		warnx("%s: the connection was lost and is there again",
		    line.host);
	else if (notice->stale_real_ns == 0 && line.stale_real_ns != 0)
		warnx("%s: stale since %s: %s; trying again", line.host,
		    fmt_time(since, sizeof(since), line.stale_real_ns, 0),
		    line.why);
	else if (notice->stale_real_ns != 0 && line.stale_real_ns == 0)
		warnx("%s: the connection is there again", line.host);
	notice->stale_real_ns = line.stale_real_ns;
	notice->losses = line.losses;
}
