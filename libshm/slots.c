/*
 * slots.c - slots of the history section, chained to blocks.
 *
 * Who owns which slot is kept in private memory; what stands in the file is only
 * for readers.
 */
#include "history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct dbgshm_slot *
slot_at(const struct dbgshm_region *region, uint32_t slot)
{
	return ((struct dbgshm_slot *)(void *)(region->base +
	    region->rooms[ROOM_HISTORY].offset +
	    (uint64_t)slot * DBGSHM_SLOT_SIZE));
}

/* Bytes stored as words, each with release: nobody sees them before the mark
 * that was stored ahead of them. */
static void
store_bytes(struct dbgshm_slot *slot, size_t at, const unsigned char *bytes,
    size_t size)
{
	uint64_t *words = (uint64_t *)(void *)(slot + 1), word;
	size_t inside, part;

	while (size != 0) {
		inside = at % sizeof(word);
		for (; inside == 0 && size >= sizeof(word);
		     size -= sizeof(word)) {
			memcpy(&word, bytes, sizeof(word));
			dbgshm__store_release(&words[at / sizeof(word)], word);
			at += sizeof(word);
			bytes += sizeof(word);
		}
		if (size == 0)
			break;
		part =
		    sizeof(word) - inside < size ? sizeof(word) - inside : size;
		word = dbgshm__load_relaxed(&words[at / sizeof(word)]);
		memcpy((char *)&word + inside, bytes, part);
		dbgshm__store_release(&words[at / sizeof(word)], word);
		at += part;
		bytes += part;
		size -= part;
	}
}

/* Is there room in the budget?  The last eighth is for what is registered. */
static bool
may_grow(const struct dbgshm_region *region, uint64_t used)
{
	const struct room *room = &region->rooms[ROOM_HISTORY];

	if (used > room->size)
		return (false);
	return (used <= room->filled ||
	    region->filled_bytes + DBGSHM_SLOT_SIZE <=
		region->max_bytes - region->max_bytes / 8);
}

/* One more slot at the end of the section: its number + 1, 0 none. */
static uint32_t
grow(struct dbgshm_region *region)
{
	struct pool *pool = &region->history->pool;
	uint32_t room = pool->room == 0 ? 64 : 2 * pool->room, *next;
	uint64_t *block, used = ((uint64_t)pool->count + 1) * DBGSHM_SLOT_SIZE;

	if (pool->full || region->sealed)
		return (0);
	if (pool->count == pool->room) {
		if ((next = realloc(pool->next, room * sizeof(*next))) == NULL)
			return (0);
		pool->next = next;
		block = realloc(pool->block, room * sizeof(*block));
		if (block == NULL)
			return (0);
		pool->block = block;
		pool->room = room;
	}
	if (!may_grow(region, used) ||
	    dbgshm__region_reserve(region, ROOM_HISTORY, used) != 0) {
		pool->full = true;
		return (0);
	}
	memset(slot_at(region, pool->count), 0, sizeof(struct dbgshm_slot));
	pool->count++;
	dbgshm__region_used(region, ROOM_HISTORY, used);
	return (pool->count);
}

int
dbgshm__slots_prepare(struct dbgshm_region *region, uint32_t count)
{
	struct pool *pool = &region->history->pool;
	uint32_t slot;

	while (pool->count < count) {
		if ((slot = grow(region)) == 0)
			return (ENOSPC);
		pool->block[slot - 1] = 0;
		pool->next[slot - 1] = pool->free;
		pool->free = slot;
	}
	return (0);
}

/* Gives the oldest block of a chain back, unless it is the newest as well. */
static bool
evict(struct dbgshm_region *region, struct chain *chain)
{
	struct pool *pool = &region->history->pool;
	uint64_t block;
	uint32_t slot;

	if (chain->oldest == 0 ||
	    pool->block[chain->oldest - 1] == chain->block)
		return (false);
	block = pool->block[chain->oldest - 1];
	while ((slot = chain->oldest) != 0 && pool->block[slot - 1] == block) {
		chain->oldest = pool->next[slot - 1];
		chain->count--;
		dbgshm__store_release(&slot_at(region, slot - 1)->block, 0);
		pool->block[slot - 1] = 0;
		pool->next[slot - 1] = pool->free;
		pool->free = slot;
	}
	if (chain->oldest == 0)
		chain->newest = 0;
	return (true);
}

void
dbgshm__slots_clear(struct dbgshm_region *region, struct chain *chain)
{
	chain->block = 0;
	while (evict(region, chain))
		continue;
	chain->oldest = chain->newest = chain->count = 0;
}

static uint32_t
take(struct dbgshm_region *region, struct chain *chain)
{
	struct pool *pool = &region->history->pool;
	uint32_t slot;

	while (chain->count >= chain->quota && evict(region, chain))
		continue;
	if (chain->count >= chain->quota)
		return (0);
	if (pool->free == 0 && (slot = grow(region)) != 0)
		return (slot);
	if (pool->free == 0 && !evict(region, chain))
		return (0);
	slot = pool->free;
	pool->free = pool->next[slot - 1];
	return (slot);
}

/* The next slot of the present block. */
static int
extend(struct dbgshm_region *region, struct chain *chain,
    const struct frame_clock *clock)
{
	struct pool *pool = &region->history->pool;
	struct dbgshm_slot *slot;
	uint32_t taken = take(region, chain);

	if (taken == 0)
		return (ENOSPC);
	pool->next[taken - 1] = 0;
	pool->block[taken - 1] = chain->block;
	if (chain->newest != 0)
		pool->next[chain->newest - 1] = taken;
	else
		chain->oldest = taken;
	chain->newest = taken;
	chain->count++;
	slot = slot_at(region, taken - 1);
	dbgshm__store_release(&slot->used, 0);
	dbgshm__store_release32(&slot->index, chain->index);
	dbgshm__store_release16(&slot->ring, chain->ring);
	dbgshm__store_release16(&slot->tier, chain->tier);
	dbgshm__store_release(&slot->period_ns, chain->period_ns);
	dbgshm__store_release(&slot->mono_ns, clock->mono_ns);
	dbgshm__store_release(&slot->real_ns, clock->real_ns);
	dbgshm__store_release(&slot->boot_ns, clock->boot_ns);
	dbgshm__store_release(&slot->block, chain->block);
	return (0);
}

int
dbgshm__slots_begin(struct dbgshm_region *region, struct chain *chain,
    const struct frame_clock *clock)
{
	chain->block = ++region->history->pool.last_block;
	chain->index = 0;
	chain->bytes = 0;
	return (extend(region, chain, clock));
}

int
dbgshm__slots_append(struct dbgshm_region *region, struct chain *chain,
    const unsigned char *bytes, size_t size)
{
	static const struct frame_clock none;
	struct dbgshm_slot *slot;
	size_t at, part;

	while (size != 0) {
		at = (size_t)(chain->bytes -
		    (uint64_t)chain->index * SLOT_BYTES);
		if (at == SLOT_BYTES) {
			chain->index++;
			if (extend(region, chain, &none) != 0)
				return (ENOSPC);
			at = 0;
		}
		slot = slot_at(region, chain->newest - 1);
		part = SLOT_BYTES - at < size ? SLOT_BYTES - at : size;
		store_bytes(slot, at, bytes, part);
		dbgshm__store_release(&slot->used, at + part);
		chain->bytes += part;
		bytes += part;
		size -= part;
	}
	return (0);
}
