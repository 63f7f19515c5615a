/*
 * feed_blocks.c - tells of one block of the past, frame by frame.
 *
 * Bytes are told as the writer coded them, but for rows with something secret, and
 * for a block that is told from its middle on.
 */
#include "feeder.h"

#include <errno.h>
#include <stdlib.h>

#define WORDS_SLACK 16384 /* that may have come since the header was read */

/* ---- reading ------------------------------------------------------------ */

/* What there is of the slot behind what was read of it; ESTALE: it is another
 * one's. */
static int
read_slot(struct dbgshm_feed *feed, struct feed_chain *chain)
{
	uint64_t at = feed->layout.sections[DBGSHM_SECTION_HISTORY].offset +
	    (uint64_t)chain->slot * DBGSHM_SLOT_SIZE;
	struct dbgshm_slot head;
	uint64_t block;
	unsigned char *bytes;
	size_t part, room;
	int error;

	error = dbgshm__read(
	    dbgshm__feed_descriptor(feed), &head, sizeof(head), at);
	if (error != 0)
		return (error);
	if (head.block != chain->block.number || head.index != chain->index ||
	    head.used > FEED_SLOT_BYTES || head.used < chain->used)
		return (ESTALE);
	if ((part = (size_t)head.used - chain->used) == 0)
		return (0);
	if (chain->block.size + part > chain->room) {
		room = 2 * (chain->block.size + part);
		if ((bytes = realloc(chain->bytes, room)) == NULL)
			return (ENOMEM);
		chain->bytes = bytes;
		chain->block.bytes = bytes;
		chain->room = room;
	}
	if ((error = dbgshm__read(dbgshm__feed_descriptor(feed),
		 chain->bytes + chain->block.size, part,
		 at + sizeof(head) + chain->used)) != 0 ||
	    (error = dbgshm__read(dbgshm__feed_descriptor(feed), &block,
		 sizeof(block), at)) != 0)
		return (error);
	if (block != chain->block.number)
		return (ESTALE);
	chain->block.size += (uint32_t)part;
	chain->used += (uint32_t)part;
	return (0);
}

/* All that there is of the block behind what was read of it.  Whatever ends it, it
 * is good up to there. */
int
dbgshm__feed_read_on(struct dbgshm_feed *feed, struct feed_chain *chain)
{
	uint32_t next;
	int error;

	for (;;) {
		error = read_slot(feed, chain);
		if (error != 0 || chain->used < FEED_SLOT_BYTES)
			return (error);
		next = dbgshm__feed_slot(
		    feed, chain->block.number, chain->index + 1);
		if (next == 0)
			return (0);
		chain->slot = next - 1;
		chain->index++;
		chain->used = 0;
	}
}

/* The chain is about another block.  ESTALE: it has gone. */
int
dbgshm__feed_begin(struct dbgshm_feed *feed, const struct feed_item *item)
{
	struct feed_chain *chain = &feed->past.chains[item->ring];
	uint32_t slot = dbgshm__feed_slot(feed, item->block, 0);
	struct dbgshm_slot head;
	int error;

	chain->live = false;
	chain->at = chain->block.size = 0;
	chain->sent = chain->base = 0;
	if (slot-- == 0)
		return (ESTALE);
	error = dbgshm__read(dbgshm__feed_descriptor(feed), &head, sizeof(head),
	    feed->layout.sections[DBGSHM_SECTION_HISTORY].offset +
		(uint64_t)slot * DBGSHM_SLOT_SIZE);
	if (error != 0)
		return (error);
	if (head.block != item->block || head.index != 0 ||
	    head.ring != item->ring || head.tier != item->tier)
		return (ESTALE);
	chain->block = (struct past_block){ .number = head.block,
		.period_ns = head.period_ns,
		.mono_ns = head.mono_ns,
		.real_ns = head.real_ns,
		.boot_ns = head.boot_ns,
		.ring = head.ring,
		.tier = head.tier,
		.bytes = chain->bytes };
	chain->last = (struct past_frame){ .mono_ns = head.mono_ns,
		.real_ns = head.real_ns,
		.boot_ns = head.boot_ns };
	chain->slot = slot;
	chain->index = chain->used = 0;
	chain->live = head.tier == 0;
	chain->tick = feed->header.tick_count;
	chain->wait = 0;
	chain->cut =
	    (feed->flags & DBGSHM_FEED_NO_PAST) != 0 && !feed->past.begun;
	chain->recode =
	    chain->cut || (head.ring == DBGSHM_RING_ROWS && feed->secrets.rows);
	/* Which rows the newest block leaves out has to be known. */
	chain->decode = chain->recode ||
	    (head.ring == DBGSHM_RING_ROWS &&
		item->block == feed->past.told[item->ring]);
	chain->spoilt = false;
	chain->past.blocks = &chain->block;
	chain->past.cursors[head.ring].block = 0;
	dbgshm__recode_begin(&chain->re);
	return (dbgshm__feed_read_on(feed, chain));
}

/* ---- telling ------------------------------------------------------------ */

/* Behind what was told of the block, from where its first bytes lie in `base`. */
static void
tell_bytes(struct dbgshm_feed *feed, struct feed_chain *chain)
{
	struct piece_out *out = &feed->out;
	const struct past_block *block = &chain->block;
	const unsigned char *bytes =
	    chain->recode ? chain->re.bytes : chain->bytes;
	size_t from = chain->sent - chain->base,
	       to = chain->recode ? chain->re.size : chain->at;

	if (from == to)
		return;
	dbgshm__piece_begin(out, DBGSHM_PART_BLOCK);
	dbgshm__piece_number(out, block->number);
	dbgshm__piece_number(out, chain->sent);
	if (chain->sent == 0) {
		dbgshm__piece_number(out, block->ring);
		dbgshm__piece_number(out, block->tier);
		dbgshm__piece_number(out, block->period_ns);
		dbgshm__piece_number(out, block->mono_ns);
		dbgshm__piece_number(out, block->real_ns);
		dbgshm__piece_number(out, block->boot_ns);
	}
	dbgshm__piece_bytes(out, bytes + from, to - from);
	dbgshm__piece_end(out);
	chain->sent += to - from;
}

/* Where a block that is cut begins: behind the frame before. */
static void
cut_here(struct feed_chain *chain)
{
	chain->block.mono_ns = chain->last.mono_ns;
	chain->block.real_ns = chain->last.real_ns;
	chain->block.boot_ns = chain->last.boot_ns;
}

static int
tell_frame(struct dbgshm_feed *feed, struct feed_chain *chain,
    const struct past_frame *frame, uint64_t *work)
{
	struct past_cursor *cursor = &chain->past.cursors[chain->block.ring];
	int error = 0;

	if (chain->decode)
		error = dbgshm__past_decode_next(
		    &chain->past, &chain->block, frame, work);
	if (error == 0 && chain->recode && !chain->cut)
		error = dbgshm__recode_frame(&chain->re, &feed->secrets,
		    &chain->block, cursor, &chain->last, frame);
	if (error != 0 || chain->cut ||
	    chain->block.ring != DBGSHM_RING_METRICS)
		return (error);
	feed->frames++;
	if (feed->real_ns < frame->real_ns)
		feed->real_ns = frame->real_ns;
	return (0);
}

/* Frames that are whole, until there are enough of them. */
int
dbgshm__feed_tell_chain(struct dbgshm_feed *feed, struct feed_chain *chain)
{
	const struct dbgshm_section *gauges =
	    &feed->layout.sections[DBGSHM_SECTION_GAUGES];
	struct past_frame frame;
	uint64_t work = 0;
	uint32_t at = chain->at;
	size_t most =
	    dbgshm__feed_is_full(feed) ? 0 : DBGSHM_PIECE_SIZE - feed->out.size;
	bool cut = chain->cut;
	int error;

	chain->past.words_max =
	    (feed->layout.filled + gauges->used) / sizeof(uint64_t) +
	    WORDS_SLACK;
	while (!chain->spoilt &&
	    (chain->recode ? chain->re.size : at) + chain->base - chain->sent <
		most &&
	    dbgshm__past_next(&chain->block, &at, &chain->last, &frame)) {
		error = tell_frame(feed, chain, &frame, &work);
		if (error == ENOMEM)
			return (error);
		if (error != 0) { /* nothing behind it makes sense */
			chain->spoilt = true;
			break;
		}
		chain->last = frame;
		chain->at = at;
	}
	if (cut) {
		chain->cut = false;
		cut_here(chain);
	}
	tell_bytes(feed, chain);
	return (0);
}

/* A table with something secret has come: nothing of it has been told yet.  Frames
 * from now on begin with keys. */
void
dbgshm__feed_past_hide(struct dbgshm_feed *feed)
{
	struct feed_chain *chain = &feed->past.chains[DBGSHM_RING_ROWS];

	if (!chain->decode || chain->recode)
		return;
	chain->recode = true;
	chain->base = chain->sent;
	dbgshm__recode_begin(&chain->re);
}
