/*
 * compare_private.h - what the files of the comparison share.
 */
#ifndef COMPARE_PRIVATE_H
#define COMPARE_PRIVATE_H

#include "arena.h"
#include "compare.h"

/* How much it says that one side has it and the other has not. */
#define SCORE_STATE 1.0
#define SCORE_PROFILE 0.97
#define SCORE_NUMBER 0.95 /* at most: nothing on one side */
#define SCORE_METRIC 0.9
#define SCORE_TEXT 0.6
#define SCORE_ROW 0.4

struct compared {
	const struct compare_side *a, *b;
	unsigned flags;
	struct arena arena;
	struct difference *list;
	size_t count, room;
};

struct difference *compare_add(struct compared *, const char *path,
    const char *what, double score, const char *where);

bool compare_number(struct compared *, const char *path, const char *what,
    uint8_t unit, bool rate, double a, double b, const char *where);
	/* Adds it when the two differ.  NAN: not known, nothing is said. */

void compare_texts(struct compared *, const char *path, const char *where,
    const char *a, const char *b);

const char *compare_call(
    struct compared *, const char *function, const char *address);
	/* rate(net/peers:sent) */

bool compare_level(const struct compared *, uint8_t level); /* it is shown */
bool compare_nameless(const struct compared *, const char *name);
	/* A name of what differs always: numbers of processes, uptimes. */

/* ---- compare_rows.c ---------------------------------------------------------- */

void compare_tables(struct compared *, const struct model_profile *a,
    const struct model_profile *b);
	/* Both have one. */

#endif
