/*
 * feeder.h - what a feed keeps about a region between its pieces.
 *
 *	feed.c		what exists, values of the header; a piece as a whole
 *	feed_slots.c	finds slots of the history again without looking at all
 *	feed_past.c	which blocks are to be told
 *	feed_blocks.c	tells of one, frame by frame
 *	feed_present.c	frames of the feed's own: what the history does not have
 *	feed_rings.c	events
 */
#ifndef FEEDER_H
#define FEEDER_H

#include "piece.h"
#include "recode.h"

#define FEED_SLOT_BYTES                                                        \
	((uint32_t)(DBGSHM_SLOT_SIZE - sizeof(struct dbgshm_slot)))

/* ---- slots (feed_slots.c) ----------------------------------------------- */

/* What a slot held when it was looked at last. */
struct feed_slot {
	uint64_t block; /* 0: nothing that makes sense */
	uint32_t index;
	uint16_t ring, tier;
	uint64_t mono_ns, real_ns; /* index 0 */
};

struct feed_slots {
	struct feed_slot *list;
	size_t count, room;
	uint32_t *sorted; /* by block and index, as it was at the last scan */
	size_t sorted_count;
	bool scanned; /* all of them, for the present piece */
};

/* ---- blocks (feed_past.c, feed_blocks.c) -------------------------------- */

/* The block of a ring that is told of. */
struct feed_chain {
	struct past_block block; /* its bytes, as far as they have been read */
	unsigned char *bytes;
	size_t room;
	bool live; /* the newest of tier 0, or it was: read on */
	uint32_t slot, index, used; /* where its last bytes were */
	uint32_t at;		    /* told up to here, in whole frames */
	struct past_frame last;
	bool decode, recode, spoilt;
	bool cut; /* what there is of it now is not told */
	size_t sent; /* bytes of it that have been told */
	size_t base; /* of these, before what is coded again */
	struct past past; /* decodes it */
	struct recoding re;
	/* Of the writer, when something was found or looked for in vain; ticks
	 * until the next time. */
	uint64_t tick, generation, wait;
};

struct feed_item {
	uint64_t block, real_ns;
	uint16_t ring, tier;
};

struct feed_past {
	struct feed_slots slots;
	struct feed_chain chains[2];
	struct feed_item *queue;
	size_t first, count, room;
	bool begun;
	uint64_t told[2]; /* the newest block of tier 0 that was in the queue */
};

/* ---- the present (feed_present.c) --------------------------------------- */

/* Frames of one ring, one behind the other, until they begin anew. */
struct feed_stream {
	struct recoding re;
	struct past_frame last;
	uint64_t number; /* of a block; 0: none yet */
};

struct feed_present {
	struct feed_stream now[2], past[2]; /* by ring */
	uint64_t period_ns;		    /* of blocks of the past */
	struct dbgshm_coder *marks;	    /* words that are no numbers */
	uint64_t *words;
	size_t word_room;
	bool sampling; /* the region keeps no past */
};

/* ---- events (feed_rings.c) ---------------------------------------------- */

struct feed_ring {
	uint32_t log; /* offset of its descriptor */
	uint32_t index, words;
	uint64_t offset; /* in the file */
	uint64_t position, number, dropped, thread;
	bool known; /* there has been a part about it */
};

struct feed_rings {
	struct feed_ring *list;
	size_t count;
	uint64_t *room; /* for the words of one ring, and of one told */
	size_t words;
};

/* ---- all of it (feed.c) ------------------------------------------------- */

struct dbgshm_feed {
	uint64_t magic;
	struct dbgshm_reader *reader; /* our own */
	unsigned flags;
	uint64_t since_real_ns;
	bool first, opening; /* the first piece; those until the past is told */
	uint64_t series, number;
	/* The region as it is now. */
	struct dbgshm_header header;
	struct dbgshm_layout layout;
	struct taken_secrets secrets;
	uint64_t generation; /* of the schema that these are from */
	bool learned, writer;
	enum dbgshm_life life;
	/* What has been told. */
	struct dbgshm_header told;
	struct dbgshm_summary told_summary;
	uint64_t *told_records; /* descriptors */
	size_t told_size, told_room, told_texts; /* bytes */
	enum dbgshm_life told_life;
	uint64_t told_mono_ns, told_real_ns; /* of its end, when it has one */

	struct feed_past past;
	struct feed_present present;
	struct feed_rings rings;
	struct piece_out out;
	uint64_t real_ns, frames; /* of the piece */
	bool more;
};

static inline int
dbgshm__feed_descriptor(const struct dbgshm_feed *feed)
{
	return (feed->reader->descriptor);
}

/* feed_slots.c */
int dbgshm__feed_peek(struct dbgshm_feed *, uint32_t slot);
	/* Looks at the head of one slot. */
int dbgshm__feed_grown(struct dbgshm_feed *);
	/* At those that are new in the section. */
int dbgshm__feed_scan(struct dbgshm_feed *);
	/* At all.  All: 0, or an errno. */
uint32_t dbgshm__feed_slot(
    const struct dbgshm_feed *, uint64_t block, uint32_t index);
	/* Where that part of a block was seen: slot + 1; 0 nowhere. */
int dbgshm__feed_guess(struct dbgshm_feed *, unsigned ring, bool *taken);
	/* Looks at those that may have been taken just now, until one has been.
	 * 0, or an errno. */

/* feed_past.c */
int dbgshm__feed_past_look(struct dbgshm_feed *);
	/* Reads what is new, and finds what is to be told. */
int dbgshm__feed_past_tell(struct dbgshm_feed *);
	/* As much as a piece takes.  Both: 0, or an errno. */
void dbgshm__feed_past_reset(struct dbgshm_feed *);

/* feed_blocks.c */
int dbgshm__feed_begin(struct dbgshm_feed *, const struct feed_item *);
	/* The chain of its ring is about that block, read as far as it is there.
	 * 0, or an errno: ESTALE it has gone, or its end. */
int dbgshm__feed_read_on(struct dbgshm_feed *, struct feed_chain *);
	/* All that has come to its block.  The same. */
int dbgshm__feed_tell_chain(struct dbgshm_feed *, struct feed_chain *);
	/* Frames that are whole, until the piece is full.  0 or ENOMEM. */
void dbgshm__feed_past_hide(struct dbgshm_feed *);
	/* Rows have something secret from now on. */

static inline bool
dbgshm__feed_is_full(const struct dbgshm_feed *feed)
{
	return (feed->out.size >= DBGSHM_PIECE_SIZE);
}

/* feed_present.c */
int dbgshm__feed_present_tell(struct dbgshm_feed *, bool ticked);
	/* Frames of now: where the life has changed, in a first piece, of rows
	 * that the past does not have.  0, or an errno. */
int dbgshm__feed_sample(struct dbgshm_feed *);
	/* A frame of now for the past.  0, or an errno. */
void dbgshm__feed_present_reset(struct dbgshm_feed *);

/* feed_rings.c */
int dbgshm__feed_rings_list(struct dbgshm_feed *);
	/* After the schema has changed. */
int dbgshm__feed_rings_tell(struct dbgshm_feed *);
	/* Both: 0, or an errno. */
void dbgshm__feed_rings_reset(struct dbgshm_feed *);

#endif
