/*
 * facts.h - all that a reader is told about a region, as pairs of a key and a
 * value, and which values each key had while a call was going on.
 */
#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dbgshm_reader;

#define FACTS_MAX 8192 /* a power of two */
#define FACTS_SEEN 6

struct fact {
	uint64_t key; /* 0: none */
	uint64_t now, before, look; /* look: number of the one that found it */
	uint64_t seen[FACTS_SEEN];
	unsigned seen_count;
	char name[48];
};

struct facts {
	struct fact list[FACTS_MAX];
	uint16_t used[FACTS_MAX];
	size_t count;
	uint64_t looks;
	unsigned torn; /* rows, at the last look */
	uint64_t digest; /* of all pairs of the last look */
	uint64_t moments; /* of the past that were decoded */
};

/* What there is now.  cells: of rows each word is a fact, else the row as a whole.
 * NULL, or what is wrong. */
const char *facts_look(struct facts *, struct dbgshm_reader *, bool cells,
    bool past);
/* What is now is what was before the next call. */
void facts_begin(struct facts *);
/* A fact that was, on its way, neither as before nor as now; NULL: none. */
const struct fact *facts_strange(const struct facts *);

#endif
