/*
 * ring.c - one event ring: taking room for a record, and giving it to readers.
 *
 * A ring of its own belongs to one thread, whose signal handlers are all that it
 * can meet.  It is taken by adding to `next` in one instruction: who finds it
 * taken adds that again with the other sign and goes away, before the one that
 * it interrupted can look.  The shared ring is taken by compare-and-swap.
 *
 * Where records go is decided on private memory; the shared words only tell.
 */
#include "ring.h"

#include <string.h>

static uint64_t
first_word(const struct dbgshm__ring *ring)
{
	return ((uint64_t)(uintptr_t)(ring->shared + 1));
}

/* An empty ring; the shared memory is zero. */
void
dbgshm__ring_reset(
    struct dbgshm__ring *ring, struct dbgshm_ring *shared, uint32_t size)
{
	ring->shared = shared;
	ring->end = first_word(ring) + size;
	ring->before = 0;
	dbgshm__store_release(&ring->next, first_word(ring));
}

/* ---- repair --------------------------------------------------------------- */

static void
store_pad(struct dbgshm__ring *ring, uint64_t at, uint64_t length)
{
	dbgshm__store_release((uint64_t *)(uintptr_t)at,
	    dbgshm__load_relaxed(&ring->shared->records)
		    << DBGSHM_RECORD_NUMBER_SHIFT |
		ring->before | length);
	ring->before = length << DBGSHM_RECORD_BEFORE_SHIFT;
}

/* Room in words up to the end of the ring. */
static uint64_t
room_at(const struct dbgshm__ring *ring, uint64_t at)
{
	return ((ring->end - at) / sizeof(uint64_t));
}

/*
 * A thread has ended, or jumped away, in the middle of an append: in a signal
 * handler.  What was not shown becomes padding; what was shown counts.
 */
static void
repair(struct dbgshm__ring *ring)
{
	struct dbgshm_ring *shared = ring->shared;
	uint64_t head = dbgshm__load_relaxed(&shared->head);
	uint64_t limit = dbgshm__load_relaxed(&shared->limit);
	uint64_t position = head >> DBGSHM_RING_HEAD_SHIFT, length, at, part;
	uint64_t size = ring->end - first_word(ring), gap, word;

	at = first_word(ring) + position * sizeof(uint64_t) % size;
	length = head & DBGSHM_RECORD_LENGTH_MASK;
	ring->before = length << DBGSHM_RECORD_BEFORE_SHIFT;
	if (length != 0) {
		word = dbgshm__load_relaxed(
		    (uint64_t *)(uintptr_t)(first_word(ring) +
			(position - length) * sizeof(uint64_t) % size));
		if ((word >> DBGSHM_RECORD_EVENT_SHIFT &
			DBGSHM_RECORD_EVENT_MASK) != DBGSHM_EVENT_PAD &&
		    word >> DBGSHM_RECORD_NUMBER_SHIFT ==
			(dbgshm__load_relaxed(&shared->records) &
			    DBGSHM_RECORD_NUMBER_MASK))
			dbgshm__add_own(&shared->records, 1);
	}
	gap = limit - position;
	if (gap > 2 * (uint64_t)DBGSHM_RECORD_WORDS_MAX)
		gap = 0; /* nobody of us wrote that */
	for (; gap > 0; gap -= part) {
		part = gap < room_at(ring, at) ? gap : room_at(ring, at);
		store_pad(ring, at, part);
		at += part * sizeof(uint64_t);
		if (at == ring->end)
			at = first_word(ring);
		position += part;
		dbgshm__store_release(
		    &shared->head, position << DBGSHM_RING_HEAD_SHIFT | part);
	}
	dbgshm__store_release(&ring->next, at);
}

static bool
is_taken(const struct dbgshm__ring *ring, uint64_t next)
{
	return (next > ring->end);
}

/* Whose threads own the rings, for logs that are made later. */
static uint32_t names[DBGSHM_SHARD_SLOTS];

void
dbgshm__rings_named(
    const struct dbgshm_region *region, uint32_t shard, uint32_t tid)
{
	struct event_log *log;

	__atomic_store_n(&names[shard], tid, __ATOMIC_RELAXED);
	for (log = __atomic_load_n(&region->logs, __ATOMIC_ACQUIRE);
	     log != NULL; log = log->next)
		if (shard < log->ring_count)
			dbgshm__store_relaxed(
			    &log->states[shard].shared->thread, tid);
}

uint32_t
dbgshm__ring_name(uint32_t shard)
{
	return (__atomic_load_n(&names[shard], __ATOMIC_RELAXED));
}

/* In a forked child: its threads are others. */
void
dbgshm__rings_forked(void)
{
	memset(names, 0, sizeof(names));
}

void
dbgshm__rings_claimed(
    const struct dbgshm_region *region, uint32_t shard, uint32_t tid)
{
	struct event_log *log;
	struct dbgshm__ring *ring;

	for (log = __atomic_load_n(&region->logs, __ATOMIC_ACQUIRE);
	     log != NULL; log = log->next) {
		if (shard >= log->ring_count)
			continue;
		ring = &log->states[shard];
		if (is_taken(ring, dbgshm__load_acquire(&ring->next)))
			repair(ring);
	}
	dbgshm__rings_named(region, shard, tid);
}

/* ---- taking and giving ------------------------------------------------------ */

static struct dbgshm__ring *
take_own(struct dbgshm__ring *ring, uint64_t *next)
{
	*next = dbgshm__fetch_add_own(&ring->next, DBGSHM__RING_BUSY);
	if (!is_taken(ring, *next))
		return (ring);
	dbgshm__add_own(&ring->next, -DBGSHM__RING_BUSY);
	dbgshm__add_own(&ring->shared->dropped, 1);
	return (NULL);
}

static struct dbgshm__ring *
take_shared(struct dbgshm__ring *ring, uint64_t *next)
{
	if (!dbgshm__take(&ring->shared->busy, 0, 1)) {
		(void)dbgshm__fetch_add(&ring->shared->dropped, 1);
		return (NULL);
	}
	*next = dbgshm__load_relaxed(&ring->next);
	return (ring);
}

/* Room for a record of so many words; false: it is busy, which was counted. */
bool
dbgshm__record_take(
    struct event_log *log, size_t length, struct event_record *record)
{
	struct dbgshm__ring *ring;
	uint64_t next, pad;
	uint32_t shard;

	dbgshm__shard_need();
	shard = dbgshm__thread.ring;
	record->own = shard != 0 && shard < log->ring_count;
	ring = record->own ? take_own(&log->states[shard], &next)
			   : take_shared(&log->states[0], &next);
	if (ring == NULL)
		return (false);
	pad = length > room_at(ring, next) ? room_at(ring, next) : 0;
	dbgshm__store_relaxed(&ring->shared->limit,
	    dbgshm__load_relaxed(&ring->shared->limit) + pad + length);
	if (pad != 0)
		store_pad(ring, next, pad);
	if (length > room_at(ring, next))
		next = first_word(ring);
	record->ring = ring;
	record->words = (uint64_t *)(uintptr_t)next;
	record->length = length;
	return (true);
}

/* Word 0 and the stamp. */
void
dbgshm__record_begin(
    const struct event_record *record, uint64_t word, uint64_t stamp)
{
	dbgshm__store_release(record->words,
	    (dbgshm__load_relaxed(&record->ring->shared->records)
		    << DBGSHM_RECORD_NUMBER_SHIFT |
		record->ring->before) +
		word + record->length);
	dbgshm__store_release(record->words + 1, stamp);
}

/* Shows it to readers. */
void
dbgshm__record_give(const struct event_record *record)
{
	struct dbgshm__ring *ring = record->ring;
	struct dbgshm_ring *shared = ring->shared;

	dbgshm__store_release(&shared->head,
	    dbgshm__load_relaxed(&shared->limit) << DBGSHM_RING_HEAD_SHIFT |
		record->length);
	dbgshm__add_own(&shared->records, 1);
	ring->before = record->length << DBGSHM_RECORD_BEFORE_SHIFT;
	dbgshm__store_release(
	    &ring->next, (uint64_t)(uintptr_t)(record->words + record->length));
	if (!record->own)
		dbgshm__store_release(&shared->busy, 0);
}
