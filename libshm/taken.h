/*
 * taken.h - how an image is made of a region, and what one is to a reader.
 */
#ifndef TAKEN_H
#define TAKEN_H

#include "past.h"

/* ---- what must not be told (taken_secrets.c) ------------------------------ */

/* One table record, live or not: in the order of records, as in the past. */
struct taken_table {
	uint32_t desc_offset;
	uint32_t row_words; /* 0: the record makes no sense */
	uint8_t *withhold;  /* a byte a word of a row; NULL: nothing */
};

struct taken_secrets {
	struct taken_table *tables;
	size_t count;
	bool rows;   /* rows of the past cannot be taken over as they are */
	bool any;    /* something is marked as secret */
	bool events; /* likewise of events */
};

int dbgshm__taken_secrets(
    const struct dbgshm_schema *, bool keep, struct taken_secrets *);
	/* keep: nothing is withheld.  0 or ENOMEM; free it in both cases. */
void dbgshm__taken_secrets_free(struct taken_secrets *);
const struct taken_table *dbgshm__taken_table(
    const struct taken_secrets *, uint32_t desc_offset);
void dbgshm__taken_withhold(
    const struct taken_table *, uint64_t *words, size_t rows, size_t before);
	/* Of so many rows, each with so many words before it. */

/* ---- the past (taken_past.c) ----------------------------------------------- */

/* Slots of the history section, as they grow. */
struct taken_slots {
	unsigned char *bytes;
	size_t count, room;
};

int dbgshm__taken_past(
    struct past *, const struct taken_secrets *, struct taken_slots *);
	/* All blocks that there are.  0, or an errno; free slots->bytes in both
	 * cases. */

/* ---- events (taken_rings.c) ------------------------------------------------ */

int dbgshm__taken_ring(int descriptor, const struct dbgshm_view *, size_t log,
    uint32_t ring, const struct taken_secrets *, uint64_t *room, void *into);
	/* Ring number `ring` of a log: its head and records, at `into`.  room:
	 * for all its words.  0, or an errno. */

size_t dbgshm__taken_record(const struct dbgshm_schema *, bool withhold,
    const uint64_t *from, size_t before, uint64_t *to);
	/* A record behind one of so many words; its words. */

#endif
