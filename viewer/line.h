/*
 * line.h - the line to a dbgtop at another host, and what has come over it.
 *
 * A child carries the bytes of `dbgtop stream` there.  They are a stranger's:
 * each goes through the parser of recordings (kit/rec.h) into mirrors, what it
 * says on standard error is made safe, and nothing else comes of them.  When the
 * line is cut, or nothing comes, what has come stays, and it is tried again:
 * after 1, 2, 4, ... 30 s; then only what is new is asked for.
 */
#ifndef VIEWER_LINE_H
#define VIEWER_LINE_H

#include "mirrors.h"
#include "target.h"

struct line;

#define LINE_SECRETS 1 /* with what is marked as secret */
#define LINE_NO_PAST 2 /* the present is enough */
#define LINE_ASKS 4    /* ssh may ask at the terminal, the first time */

struct line *line_open(const char *word, const char *via, unsigned flags,
    struct target_error *error);
	/* See remote_parse().  Waits until the present is there, or all that
	 * there will be.  NULL with the error filled: by what the other end said,
	 * with its exit code. */
void line_close(struct line *); /* NULL is fine; ends the child */

void line_read(struct line *);
	/* What has come, without waiting; tries again when it is time. */

struct mirrors *line_mirrors(struct line *);
size_t line_target(const struct line *); /* which of them is meant */

struct line_state {
	bool over;		/* all was said; the target has ended or is a
				   recording */
	uint64_t stale_real_ns; /* nothing has come since, by our clock; 0: it
				   comes */
	uint64_t said_real_ns;	/* when the last word was said, by theirs */
	unsigned losses;	/* so far */
	const char *name;	/* of the other end, safe */
	const char *why;	/* it is stale: one clause, safe */
};
struct line_state line_state(const struct line *);

#endif
