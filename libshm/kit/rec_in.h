/*
 * rec_in.h - the parser, as those see it who read files with it.
 */
#ifndef KIT_REC_IN_H
#define KIT_REC_IN_H

#include "rec_code.h"

/* Who wants to know what callers do not see. */
struct rec_watch {
	void (*fault)(void *context, uint64_t offset, const char *text);
	void (*hidden)(void *context, uint64_t offset,
	    const struct rec_chunk_head *head, const struct rec_chunk *chunk);
	void *context;
};

struct rec_in {
	struct rec_code code;
	const struct rec_watch *watch; /* or NULL */
	unsigned char *bytes; /* what has come: from start to end */
	size_t room, start, end;
	uint64_t offset; /* of start, in all that has come */
	uint64_t last;	 /* behind the last chunk */
	size_t held;	 /* of it the chunk that was handed out */
	size_t to_skip;
	bool begun;
	struct rec_damage damage;
	uint64_t damage_end;
	int failed; /* errno */
	char why[128];
};

void rec_in_clear(struct rec_in *in); /* no bytes have come */

size_t rec_code_search(
    const struct rec_code *code, const unsigned char *bytes, size_t size);
	/* Where a head begins, or may begin where the bytes end; size: nowhere. */

void rec_damage_add(struct rec_damage *damage, uint64_t *end, uint64_t offset,
    uint64_t size);
	/* end: of the damage before, so that what touches is one place. */

#endif
