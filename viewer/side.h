/*
 * side.h - one side of a comparison: a target, at a moment.
 */
#ifndef VIEWER_SIDE_H
#define VIEWER_SIDE_H

#include "command.h"
#include "compare.h"
#include "past.h"
#include "source.h"

struct side {
	char *word;	   /* the target's */
	uint64_t at_ns;	   /* ns since 1970; 0: now */
	struct source *source;
	struct model *model; /* of its values */
	struct model *rates; /* of its rates, NULL they are not known */
	struct recent *recent;
	struct past past;
	uint64_t shown_ns; /* what it shows is of then */
	bool again; /* a second reading will tell rates */
};

void side_name(struct side *, const char *text, uint64_t now_ns);
	/* TARGET or TARGET@TIME, see when.h. */

int side_open(struct side *, const struct request *request);
	/* Reads it.  An exit code after it was said what is wrong. */
void side_again(struct side *); /* one interval later */
void side_close(struct side *);

struct compare_side side_of(const struct side *);
bool side_same(const struct side *a, const struct side *b);
	/* The same region. */

#endif
