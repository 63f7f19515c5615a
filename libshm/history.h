/*
 * history.h - what the writer side keeps in private memory about the past.
 *
 *	slots.c		slots of the history section, chained to blocks
 *	image.c		one picture of all values, gathered at a tick
 *	extremes.c	least and most of gauges, for coarse tiers
 *	history.c	rings of two kinds and three tiers: what goes where, when
 *	tiers.c		which tiers and budgets; its memory: made, prepared for a
 *			sandbox, empty again after a fork, freed
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "region.h"

#include <dbgshm/frame.h>

#define SLOT_BYTES (DBGSHM_SLOT_SIZE - (uint32_t)sizeof(struct dbgshm_slot))

/* ---- slots.c ------------------------------------------------------------- */

/* The slots of one ring and tier, from the oldest block to the newest. */
struct chain {
	uint16_t ring, tier;
	uint64_t period_ns;
	uint32_t oldest, newest; /* slot + 1; 0 none */
	uint32_t count, quota;	 /* slots */
	uint64_t block;		 /* the newest one's number, 0 none */
	uint32_t index;		 /* of the slot `newest` in it */
	uint64_t bytes;		 /* of that block */
	uint64_t key_bytes;	 /* of its first frame */
};

struct pool {
	uint32_t count, free;	  /* slots there are; the first free one + 1 */
	uint32_t room;		  /* entries of `next` and `block` */
	uint32_t *next;		  /* of a slot: the one after it + 1 */
	uint64_t *block;	  /* of a slot */
	uint64_t last_block;
	bool full;		  /* no more slots to be had */
};

struct frame_clock {
	uint64_t mono_ns, real_ns, boot_ns;
};

int dbgshm__slots_begin(struct dbgshm_region *, struct chain *,
    const struct frame_clock *);
	/* A new block.  0, or ENOSPC: no slot. */
int dbgshm__slots_append(struct dbgshm_region *, struct chain *,
    const unsigned char *bytes, size_t size);
	/* All of it, or ENOSPC: the block is then cut where it stands, and
	 * needs another one to go on. */
void dbgshm__slots_clear(struct dbgshm_region *, struct chain *);
	/* Gives all slots of the chain back. */
int dbgshm__slots_prepare(struct dbgshm_region *, uint32_t count);
	/* So many slots in all, now.  0 or ENOSPC: there are fewer. */

/* ---- image.c ---------------------------------------------------------------- */

struct words {
	uint64_t *at;
	size_t count, room;
};

/* A GAUGE, FLOAT or UPDOWN whose extremes coarse tiers keep. */
struct watch {
	uint8_t kind;
	uint32_t cell, peak;
};

/* In an order in which doubles compare as integers do. */
struct extreme {
	int64_t least, most; /* INT64_MAX and INT64_MIN: not a number */
};

/* The bits of a double to that order, and back; others as they are. */
static inline int64_t
dbgshm__ordered(uint8_t kind, int64_t value)
{
	if (kind != DBGSHM_METRIC_FLOAT)
		return (value);
	return (value ^ (int64_t)((uint64_t)(value >> 63) >> 1));
}

/* The rows of a table, from the first to the last that was ever taken: for each
 * its state, then its words. */
struct table_image {
	struct dbgshm_table *table;
	struct words words;
	uint32_t rows;
	bool left_out; /* they are too many to be kept: words is a single 0 */
};

struct image {
	uint64_t generation; /* of the schema that the lists were made from */
	uint64_t metrics; /* for the default budget: a histogram is several */
	struct words live;   /* a bit for each 32 bytes of descriptors */
	struct words gauges, cells;
	uint32_t *highs; /* cells where the largest counts, not the sum */
	size_t high_count, high_room;
	struct watch *watches;
	size_t watch_count, watch_room;
	uint32_t *floats; /* gauge words that are no numbers */
	size_t float_count, float_room;
	struct table_image *tables;
	size_t table_count, table_room;
	struct words scratch; /* a row */
	uint64_t row_words, row_words_max; /* of all tables */
};

int dbgshm__image_take(struct dbgshm_region *, struct image *);
	/* 0 or ENOMEM: the picture is not whole. */
void dbgshm__image_free(struct image *);
int dbgshm__image_lists(struct image *, size_t count);
	/* Room for so many metrics of each kind.  0 or ENOMEM. */
int dbgshm__words_room(struct words *, size_t count);
	/* Room for so many; new ones are zero.  0 or ENOMEM. */

/* ---- extremes.c -------------------------------------------------------------- */

/* Of each watch. */
struct extremes {
	struct extreme *at;
	size_t count, room;
};

struct history;
struct tier;

int dbgshm__extremes_observe(struct history *);
	/* What the picture shows.  0 or ENOMEM. */
int dbgshm__extremes_take(struct history *, struct tier *);
	/* What was seen since the tier's last frame becomes the words of its
	 * next.  0 or ENOMEM. */
int dbgshm__extremes_room(struct extremes *, size_t count);
	/* 0 or ENOMEM. */

/* ---- history.c ----------------------------------------------------------------- */

/* A coder and the memory that it lives in. */
struct keeper {
	struct dbgshm_coder *coder;
	size_t room;
	size_t count; /* words of its last frame */
	size_t most; /* words, unless with a key: readers have no room for more */
	size_t marked; /* floats or rows whose raw words the coder knows */
	bool key;    /* its next frame must be one */
};

struct tier {
	struct chain chain;
	uint64_t period_ns, due_ns;
	struct frame_clock last;
	struct keeper live, gauges, cells, extremes;
	struct words extreme; /* at the words of a peak: least and most */
	struct extremes seen; /* since the last frame, but for what is recent */
	struct keeper *tables;
	size_t table_room;
};

struct history {
	struct pool pool;
	struct image image;
	uint64_t stretch; /* ticks for each picture: more when it is large */
	uint64_t due_ns, last_ns; /* of the next picture, of the last tick */
	bool stopped;		  /* for lack of memory in a sandbox */
	unsigned ring_count; /* 1: no past of rows */
	size_t tier_count;
	struct tier tiers[2][DBGSHM_TIERS_MAX];
	struct extremes recent; /* since a coarse tier was due */
	uint64_t budget[2]; /* bytes; 0: as many as there are words for */
	unsigned char *bytes; /* of the frame that is being made */
	size_t room;
	uint64_t frames, left_out, written_bytes, cost_ns;
};

void dbgshm__history_tick(struct dbgshm_region *, const struct frame_clock *);
void dbgshm__history_quotas(struct dbgshm_region *, unsigned ring);
int dbgshm__keeper_room(struct keeper *, size_t words);
int dbgshm__tables_room(struct tier *, size_t tables);
int dbgshm__bytes_room(struct history *, size_t room);
	/* 0 or ENOMEM. */

/* ---- tiers.c --------------------------------------------------------------------- */

int dbgshm__history_create(
    struct dbgshm_region *, const struct dbgshm_options *);
	/* Or, where there is one, set up anew.  0 or ENOMEM; 0 as well where it
	 * is switched off. */
void dbgshm__history_clear(struct dbgshm_region *);
	/* Forgets the past: the next frames are the first ones. */
void dbgshm__history_seal(struct dbgshm_region *);
	/* Takes now all memory that ticks may need from now on. */
void dbgshm__history_free(struct dbgshm_region *);

#endif
