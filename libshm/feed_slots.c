/*
 * feed_slots.c - finds slots of the history again without looking at all.
 *
 * To look at the heads of all slots takes a thousand system calls.  A feed that
 * follows knows where each part of each block was: the next slot is a new one at
 * the end of the section, or one that was given up; and those are taken again from
 * the end of the block that was given up last.
 */
#include "feeder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct dbgshm_section *
history(const struct dbgshm_feed *feed)
{
	return (&feed->layout.sections[DBGSHM_SECTION_HISTORY]);
}

static size_t
slot_count(const struct dbgshm_feed *feed)
{
	return ((size_t)(history(feed)->used / DBGSHM_SLOT_SIZE));
}

static int
make_room(struct feed_slots *slots, size_t count)
{
	struct feed_slot *list;
	uint32_t *sorted;
	size_t room = slots->room == 0 ? 64 : slots->room;

	while (room < count)
		room *= 2;
	if (room == slots->room)
		return (0);
	if ((list = realloc(slots->list, room * sizeof(*list))) == NULL)
		return (ENOMEM);
	slots->list = list;
	sorted = realloc(slots->sorted, room * sizeof(*sorted));
	if (sorted == NULL)
		return (ENOMEM);
	slots->sorted = sorted;
	slots->room = room;
	return (0);
}

static uint32_t
find(const struct feed_slots *slots, uint64_t block, uint32_t index)
{
	size_t i;

	for (i = 0; i < slots->count; i++)
		if (slots->list[i].block == block &&
		    slots->list[i].index == index)
			return ((uint32_t)i + 1);
	return (0);
}

int
dbgshm__feed_peek(struct dbgshm_feed *feed, uint32_t number)
{
	struct feed_slots *slots = &feed->past.slots;
	struct feed_slot now = { 0 };
	struct dbgshm_slot head;
	int error;

	error = dbgshm__read(dbgshm__feed_descriptor(feed), &head, sizeof(head),
	    history(feed)->offset + (uint64_t)number * DBGSHM_SLOT_SIZE);
	if (error != 0)
		return (error);
	if (head.block != 0 && head.ring <= DBGSHM_RING_ROWS &&
	    head.tier < DBGSHM_TIERS_MAX && head.used <= FEED_SLOT_BYTES)
		now = (struct feed_slot){ head.block, head.index, head.ring,
			head.tier, head.mono_ns, head.real_ns };
	if (now.block != 0)
		slots->list[number] = now;
	return (0);
}

int
dbgshm__feed_grown(struct dbgshm_feed *feed)
{
	struct feed_slots *slots = &feed->past.slots;
	size_t count = slot_count(feed);
	int error = 0;

	if (make_room(slots, count) != 0)
		return (ENOMEM);
	while (slots->count < count && error == 0) {
		slots->list[slots->count++] = (struct feed_slot){ 0 };
		error = dbgshm__feed_peek(feed, (uint32_t)slots->count - 1);
	}
	return (error);
}

static int
compare_slots(const void *a, const void *b, void *context)
{
	const struct feed_slots *slots = context;
	uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
	const struct feed_slot *x = &slots->list[one], *y = &slots->list[other];

	if (x->block != y->block)
		return (x->block < y->block ? -1 : 1);
	if (x->index != y->index)
		return (x->index < y->index ? -1 : 1);
	return (one < other ? -1 : 1);
}

int
dbgshm__feed_scan(struct dbgshm_feed *feed)
{
	struct feed_slots *slots = &feed->past.slots;
	size_t count = slot_count(feed), i;
	int error = make_room(slots, count);

	for (i = 0; i < count && error == 0; i++) {
		if (slots->count <= i)
			slots->list[slots->count++] = (struct feed_slot){ 0 };
		error = dbgshm__feed_peek(feed, (uint32_t)i);
	}
	if (error != 0)
		return (error);
	for (i = 0; i < slots->count; i++)
		slots->sorted[i] = (uint32_t)i;
	slots->sorted_count = slots->count;
	qsort_r(slots->sorted, slots->sorted_count, sizeof(*slots->sorted),
	    compare_slots, slots);
	slots->scanned = true;
	return (0);
}

/* Where the scan found it, unless that slot is another one's by now. */
uint32_t
dbgshm__feed_slot(
    const struct dbgshm_feed *feed, uint64_t block, uint32_t index)
{
	const struct feed_slots *slots = &feed->past.slots;
	size_t low = 0, high = slots->sorted_count, middle;
	const struct feed_slot *slot;

	while (low < high) {
		middle = low + (high - low) / 2;
		slot = &slots->list[slots->sorted[middle]];
		if (slot->block < block ||
		    (slot->block == block && slot->index < index))
			low = middle + 1;
		else
			high = middle;
	}
	if (low < slots->sorted_count) {
		slot = &slots->list[slots->sorted[low]];
		if (slot->block == block && slot->index == index)
			return (slots->sorted[low] + 1);
	}
	return (slots->scanned ? 0 : find(slots, block, index));
}

/* A slot that was given up is still known as what it was, until it is another's.
 * The end of the oldest block of a ring and tier, as far as nobody has been seen to
 * have taken it: slot + 1. */
static uint32_t
end_of_oldest(const struct feed_slots *slots, unsigned ring, unsigned tier)
{
	const struct feed_slot *slot, *found = NULL;
	size_t i;

	for (i = 0; i < slots->count; i++) {
		slot = &slots->list[i];
		if (slot->block == 0 || slot->ring != ring ||
		    slot->tier != tier)
			continue;
		if (found == NULL || slot->block < found->block ||
		    (slot->block == found->block && slot->index > found->index))
			found = slot;
	}
	return (found == NULL ? 0 : (uint32_t)(found - slots->list) + 1);
}

int
dbgshm__feed_guess(struct dbgshm_feed *feed, unsigned ring, bool *taken)
{
	struct feed_slots *slots = &feed->past.slots;
	unsigned other, tier;
	uint64_t before;
	uint32_t likely;
	int error;

	*taken = false;
	/* Its own, then those that others have given up. */
	for (other = 0; other < 2; other++)
		for (tier = 0; tier < DBGSHM_TIERS_MAX; tier++) {
			likely = end_of_oldest(slots, ring ^ other, tier);
			if (likely-- == 0)
				continue;
			before = slots->list[likely].block;
			error = dbgshm__feed_peek(feed, likely);
			if (error != 0)
				return (error);
			*taken = slots->list[likely].block != before;
			if (*taken)
				return (0);
		}
	return (0);
}
