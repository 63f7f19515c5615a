/*
 * feed_past.c - which blocks of the past there are to tell.
 *
 * First those that there are, coarse tiers only for what the finest has no more,
 * then in each piece what has come to the newest block of each ring.
 */
#include "feeder.h"

#include <errno.h>
#include <stdlib.h>

#define GUESSES 8
#define WAIT_MAX                                                               \
	256 /* ticks before a ring that has nothing is looked for again */

/* ---- which blocks ------------------------------------------------------- */

static int
add_item(struct feed_past *past, const struct feed_slot *slot)
{
	struct feed_item *queue;
	size_t room = past->room == 0 ? 64 : 2 * past->room;

	if (past->count == past->room) {
		queue = realloc(past->queue, room * sizeof(*queue));
		if (queue == NULL)
			return (ENOMEM);
		past->queue = queue;
		past->room = room;
	}
	past->queue[past->count++] = (struct feed_item){ slot->block,
		slot->real_ns, slot->ring, slot->tier };
	return (0);
}

/* By ring and tier. */
static int
compare_items(const void *a, const void *b)
{
	const struct feed_item *x = a, *y = b;

	if (x->ring != y->ring)
		return (x->ring < y->ring ? -1 : 1);
	if (x->tier != y->tier)
		return (x->tier < y->tier ? -1 : 1);
	return (x->block < y->block ? -1 : x->block > y->block);
}

/* As they are told: a chain ends with what it goes on with. */
static int
compare_turns(const void *a, const void *b)
{
	const struct feed_item *x = a, *y = b;

	if ((x->tier == 0) != (y->tier == 0))
		return (x->tier != 0 ? -1 : 1);
	return (x->block < y->block ? -1 : x->block > y->block);
}

/* The beginning of what the finest tier still has. */
static uint64_t
oldest_of(const struct feed_slots *slots, unsigned ring)
{
	uint64_t oldest = UINT64_MAX;
	size_t i;

	for (i = 0; i < slots->count; i++)
		if (slots->list[i].block != 0 && slots->list[i].index == 0 &&
		    slots->list[i].ring == ring && slots->list[i].tier == 0 &&
		    slots->list[i].mono_ns < oldest)
			oldest = slots->list[i].mono_ns;
	return (oldest);
}

/* Leaves out blocks that ended too long ago: when the next one began. */
static void
leave_out_old(struct feed_past *past, uint64_t since_real_ns, bool newest)
{
	struct feed_item *queue = past->queue;
	size_t i, kept = 0;
	bool followed;

	for (i = 0; i < past->count; i++) {
		followed = i + 1 < past->count &&
		    queue[i].ring == queue[i + 1].ring &&
		    queue[i].tier == queue[i + 1].tier;
		if (newest && (followed || queue[i].tier != 0))
			continue;
		if (followed && queue[i + 1].real_ns <= since_real_ns)
			continue;
		queue[kept++] = queue[i];
	}
	past->count = kept;
}

/* Of all slots that were seen, the blocks that have not been told. */
static int
queue_blocks(struct dbgshm_feed *feed)
{
	struct feed_past *past = &feed->past;
	const struct feed_slot *slot;
	uint64_t oldest[2] = { oldest_of(&past->slots, DBGSHM_RING_METRICS),
		oldest_of(&past->slots, DBGSHM_RING_ROWS) };
	size_t i;

	past->first = past->count = 0;
	for (i = 0; i < past->slots.count; i++) {
		slot = &past->slots.list[i];
		if (slot->block == 0 || slot->index != 0)
			continue;
		if (slot->tier == 0
			? slot->block <= past->told[slot->ring]
			: past->begun || slot->mono_ns >= oldest[slot->ring])
			continue;
		if (add_item(past, slot) != 0)
			return (ENOMEM);
	}
	qsort(past->queue, past->count, sizeof(*past->queue), compare_items);
	if (!past->begun)
		leave_out_old(past, feed->since_real_ns,
		    (feed->flags & DBGSHM_FEED_NO_PAST) != 0);
	for (i = 0; i < past->count; i++)
		if (past->queue[i].tier == 0)
			past->told[past->queue[i].ring] = past->queue[i].block;
	qsort(past->queue, past->count, sizeof(*past->queue), compare_turns);
	return (0);
}

/* Is there a newer block of the ring than the one that is followed? */
static bool
is_newer(const struct dbgshm_feed *feed, unsigned ring)
{
	const struct feed_slots *slots = &feed->past.slots;
	size_t i;

	for (i = 0; i < slots->count; i++)
		if (slots->list[i].block > feed->past.told[ring] &&
		    slots->list[i].index == 0 && slots->list[i].ring == ring &&
		    slots->list[i].tier == 0)
			return (true);
	return (false);
}

/* Has the next slot of the block that is followed been seen? */
static bool
is_longer(const struct dbgshm_feed *feed, unsigned ring)
{
	const struct feed_chain *chain = &feed->past.chains[ring];

	return (chain->live &&
	    dbgshm__feed_slot(feed, chain->block.number, chain->index + 1) !=
		0);
}

static bool
goes_on(const struct dbgshm_feed *feed, unsigned ring)
{
	return (is_longer(feed, ring) || is_newer(feed, ring));
}

/* Looks where the ring goes on: where it is likely first, if that tells all. */
static int
seek(struct dbgshm_feed *feed, unsigned ring, bool guess)
{
	bool taken = guess;
	int error, tries;

	for (tries = 0; taken && tries < GUESSES && !goes_on(feed, ring);
	     tries++)
		if ((error = dbgshm__feed_guess(feed, ring, &taken)) != 0)
			return (error);
	if ((guess && goes_on(feed, ring)) || feed->past.slots.scanned)
		return (0);
	return (dbgshm__feed_scan(feed));
}

/* How many frames there should be that have not been read. */
static uint64_t
missing(const struct dbgshm_feed *feed, const struct feed_chain *chain)
{
	struct past_frame last = chain->last, frame;
	uint64_t frames = 0, expected, ticks = 1; /* to a frame */
	uint32_t at = chain->at;

	for (; dbgshm__past_next(&chain->block, &at, &last, &frame);
	     last = frame)
		frames++;
	if (feed->header.tick_period_ns != 0 &&
	    chain->block.period_ns > feed->header.tick_period_ns)
		ticks = chain->block.period_ns / feed->header.tick_period_ns;
	expected = (feed->header.tick_count - chain->tick) / ticks;
	return (expected > frames ? expected - frames : 0);
}

/* Reads what has come to a ring, in the slot where it was or the next ones. */
static int
follow(struct dbgshm_feed *feed, unsigned ring)
{
	struct feed_chain *chain = &feed->past.chains[ring];
	uint64_t left;
	int error;

	while (chain->live) {
		error = dbgshm__feed_read_on(feed, chain);
		if (error == ESTALE) {
			chain->live = false; /* told up to here */
			error = dbgshm__feed_scan(feed);
		}
		if (error != 0 || !chain->live)
			return (error);
		left = missing(feed, chain);
		if ((left == 0 && chain->used < FEED_SLOT_BYTES) ||
		    (error = seek(feed, ring, left <= 1)) != 0 ||
		    !is_longer(feed, ring))
			return (error);
	}
	/* One that has nothing is looked for again after the next tick, and then
	 * less and less often until something is registered. */
	if (chain->generation == feed->header.schema_generation &&
	    feed->header.tick_count - chain->tick < chain->wait)
		return (0);
	if (chain->generation != feed->header.schema_generation)
		chain->wait = 0;
	chain->generation = feed->header.schema_generation;
	chain->wait = chain->wait < WAIT_MAX ? 2 * chain->wait + 1 : WAIT_MAX;
	chain->tick = feed->header.tick_count;
	return (seek(feed, ring, false));
}

/* Reads on in both rings. */
static int
follow_both(struct dbgshm_feed *feed)
{
	struct feed_chain *chain;
	unsigned ring;
	int error;

	for (ring = 0; ring < 2; ring++) {
		chain = &feed->past.chains[ring];
		if ((error = follow(feed, ring)) != 0)
			return (error);
		if (chain->live)
			chain->tick = feed->header.tick_count;
	}
	return (0);
}

int
dbgshm__feed_past_look(struct dbgshm_feed *feed)
{
	struct feed_past *past = &feed->past;
	int error;

	past->slots.scanned = false;
	if (past->first < past->count)
		return (0); /* there is enough to do */
	if (!past->begun) {
		if ((error = dbgshm__feed_scan(feed)) == 0)
			error = queue_blocks(feed);
		return (error);
	}
	if ((error = dbgshm__feed_grown(feed)) != 0 ||
	    (error = follow_both(feed)) != 0)
		return (error);
	if (!is_newer(feed, DBGSHM_RING_METRICS) &&
	    !is_newer(feed, DBGSHM_RING_ROWS))
		return (0);
	/* Others may have come and gone between, in slots that were taken again. */
	if (!past->slots.scanned &&
	    ((error = dbgshm__feed_scan(feed)) != 0 ||
		(error = follow_both(feed)) != 0))
		return (error);
	return (queue_blocks(feed));
}

/* ---- telling ------------------------------------------------------------ */

int
dbgshm__feed_past_tell(struct dbgshm_feed *feed)
{
	struct feed_past *past = &feed->past;
	struct feed_item *item;
	unsigned ring;
	int error;

	for (ring = 0; ring < 2; ring++)
		if ((error = dbgshm__feed_tell_chain(
			 feed, &past->chains[ring])) != 0)
			return (error);
	while (!dbgshm__feed_is_full(feed) && past->first < past->count) {
		item = &past->queue[past->first++];
		error = dbgshm__feed_begin(feed, item);
		if (error == 0 || error == ESTALE)
			error = dbgshm__feed_tell_chain(
			    feed, &past->chains[item->ring]);
		if (error != 0)
			return (error);
	}
	feed->more = dbgshm__feed_is_full(feed);
	if (past->first == past->count) {
		past->begun = true;
		past->first = past->count = 0;
	}
	return (0);
}

void
dbgshm__feed_past_reset(struct dbgshm_feed *feed)
{
	struct feed_past *past = &feed->past;
	struct feed_chain *chain;
	unsigned ring;

	for (ring = 0; ring < 2; ring++) {
		chain = &past->chains[ring];
		chain->past.blocks = NULL; /* it was ours */
		dbgshm__past_free(&chain->past);
		dbgshm__recoding_free(&chain->re);
		free(chain->bytes);
	}
	free(past->slots.list);
	free(past->slots.sorted);
	free(past->queue);
	*past = (struct feed_past){ 0 };
}
