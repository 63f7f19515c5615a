/*
 * line_private.h - what the files of a line share.
 */
#ifndef VIEWER_LINE_PRIVATE_H
#define VIEWER_LINE_PRIVATE_H

#include "line.h"
#include "open.h"
#include "remote.h"

#define LINE_SAID 4096 /* bytes of its standard error that are kept */
#define LINE_NS UINT64_C(1000000000)

struct line {
	struct remote remote;
	unsigned flags; /* LINE_* */
	enum {
		LINE_DOWN,  /* tried again at again_ns */
		LINE_BEGUN, /* the child runs; the present is not whole yet */
		LINE_UP,
		LINE_OVER
	} phase;
	struct open_remote child;
	struct rec_in *in; /* of this child; NULL none */
	struct mirrors *mirrors;
	size_t target;	  /* of them */
	unsigned regions; /* that have begun, of this child */
	bool some;	  /* bytes have come from this child */
	bool whole;	  /* the present, too */
	bool ended;	  /* its output */
	int status;	  /* it ended with, as of waitpid() */
	int wrong;	  /* errno: what came makes no sense */
	bool by_pid;	  /* try again with that instead of the name */
	unsigned empty;	  /* looks without anything new, in a row */
	unsigned losses;
	uint64_t heard_ns, heard_real_ns; /* the last byte, our clocks */
	uint64_t said_real_ns;		  /* the last chunk, theirs */
	uint64_t last_real_ns;		  /* the newest piece, theirs */
	uint64_t again_ns, pause_ns;
	uint64_t stale_real_ns;
	char said[LINE_SAID]; /* the end of its standard error, raw */
	size_t said_length;
	char why[400];
};

void line_hear_errors(struct line *);
	/* Keeps what the child says on standard error. */

void line_explain(struct line *, struct target_error *error);
	/* Why there is nothing: the child has ended, or what it says makes no
	 * sense. */
void line_word(const struct line *, char *out, size_t size);
	/* The line that says most of what it said, safe; "" it said nothing. */

#endif
