/*
 * piece.h - how pieces of a region are written and taken apart.
 *
 *	feed	makes them, of what a region has that it did not have before
 *	mirror	puts them together to an image
 */
#ifndef PIECE_H
#define PIECE_H

#include <dbgshm/feed.h>
#include <dbgshm/format.h>

/* ---- writing ------------------------------------------------------------- */

struct piece_out {
	unsigned char *bytes; /* the head, then whole parts */
	size_t size, room;
	size_t part; /* where the content of the present one begins */
	bool failed; /* there was no memory, and nothing is good any more */
};

void dbgshm__piece_begin(struct piece_out *, unsigned part);
void dbgshm__piece_number(struct piece_out *, uint64_t value);
void dbgshm__piece_bytes(struct piece_out *, const void *bytes, size_t size);
void dbgshm__piece_end(struct piece_out *);
	/* A part, its content, its end. */

void dbgshm__piece_words(struct piece_out *, unsigned part, uint64_t *before,
    const uint64_t *now, size_t count);
	/* A part with the words that have changed, if some have; before becomes
	 * now. */

/* ---- taking apart -------------------------------------------------------- */

/* Bytes that are left of something. */
struct piece_in {
	const unsigned char *bytes;
	size_t left;
};

bool dbgshm__piece_part(
    struct piece_in *, uint64_t *part, struct piece_in *content);
	/* The next part.  false: there is none, or no whole one. */
bool dbgshm__piece_take(struct piece_in *, uint64_t *value);
	/* The next number. */
bool dbgshm__piece_change(struct piece_in *, uint64_t *words, size_t count);
	/* Changes words as a part of changed words says; NULL: only looks whether
	 * it could.  false: it makes no sense, and some may have been changed. */

#endif
