/*
 * shard.c - cells of one thread, and what happens to threads without any.
 *
 * A shard is an accumulator, not a thread: a thread that ends gives its shard
 * back and the next one goes on adding to the same cells, so sums never fall.
 * A thread that finds none adds to shard 0, which all share, with fetch_add.
 */
#include "region.h"

#include <errno.h>
#include <unistd.h>

/* glibc keeps this many values inside the thread; setting one of them neither
 * allocates nor locks.  With a later key a shard is simply never given back. */
#define SAFE_KEYS 32
#define RETRY_CALLS 64

__thread uint64_t *dbgshm__shard DBGSHM__TLS;
__thread struct dbgshm__thread dbgshm__thread DBGSHM__TLS;
uint64_t *dbgshm__gauges;
uint64_t *dbgshm__summary;
uint32_t dbgshm__on;

static pthread_key_t exit_key;
static bool exit_key_safe;
static uint64_t wanted; /* a thread found no free shard */
static __thread uint32_t calls_until_retry DBGSHM__TLS;

static void
give_back(void *owner)
{
	dbgshm__thread.ring = 0;
	dbgshm__shard = NULL;
	dbgshm__store_release(owner, 0);
}

void
dbgshm__shard_setup(struct dbgshm_region *region)
{
	if (!exit_key_safe)
		exit_key_safe = pthread_key_create(&exit_key, give_back) == 0 &&
		    exit_key < SAFE_KEYS;
	dbgshm__gauges = (uint64_t *)(void *)(region->base +
	    region->rooms[ROOM_GAUGES].offset);
	dbgshm__summary = &((struct dbgshm_summary *)(void *)(region->base +
				DBGSHM_SUMMARY_OFFSET))
			       ->slots[0]
			       .value;
	if (region->header->clock_kind == DBGSHM_CLOCK_TSC)
		dbgshm__store_relaxed(&dbgshm__stamp_mult, region->clock_mult);
	__atomic_store_n(&dbgshm__on, 1, __ATOMIC_RELEASE);
}

/* The forking thread's shard is the parent's; its next call claims anew.  So are
 * its ring and the operation that it was in. */
void
dbgshm__shard_forked(void)
{
	dbgshm__shard = NULL;
	dbgshm__thread.ring = 0;
	dbgshm__thread.operation = 0;
	if (dbgshm__thread.tid != 0)
		dbgshm__thread.tid = (uint32_t)gettid();
	if (exit_key_safe)
		(void)pthread_setspecific(exit_key, NULL);
}

bool
dbgshm__shard_wanted(void)
{
	if (dbgshm__load_relaxed(&wanted) == 0)
		return (false);
	dbgshm__store_relaxed(&wanted, 0);
	return (true);
}

/*
 * This thread's cells, or NULL.  A signal handler of the same thread may claim
 * in between; then its shard is used and ours goes back.
 */
static uint64_t *
claim(const struct dbgshm_region *region)
{
	uint64_t *owner = region->header->shard_owner;
	/* With the memory that the tick has filled for them. */
	uint32_t shard, ready = dbgshm__load_acquire32(&region->shards_ready);
	uint64_t *cells, *none;

	if (calls_until_retry != 0) {
		calls_until_retry--;
		return (NULL);
	}
	for (shard = 1; shard < ready; shard++) {
		if (dbgshm__load_relaxed(&owner[shard]) != 0 ||
		    !dbgshm__take(&owner[shard], 0, 1))
			continue;
		cells = region_shard(region, shard);
		none = NULL;
		if (!__atomic_compare_exchange_n(&dbgshm__shard, &none, cells,
			0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
			dbgshm__store_release(&owner[shard], 0);
			return (none);
		}
		dbgshm__rings_claimed(region, shard, dbgshm__thread.tid);
		dbgshm__store_release32(&dbgshm__thread.ring, shard);
		if (exit_key_safe)
			(void)pthread_setspecific(exit_key, &owner[shard]);
		return (cells);
	}
	dbgshm__store_relaxed(&wanted, 1);
	calls_until_retry = RETRY_CALLS;
	return (NULL);
}

void
dbgshm_thread_enter(void)
{
	if (dbgshm__on == 0)
		return;
	dbgshm__thread.tid = (uint32_t)gettid();
	if (dbgshm__shard == NULL)
		(void)claim(dbgshm__self);
	else if (dbgshm__thread.ring != 0)
		dbgshm__rings_named(
		    dbgshm__self, dbgshm__thread.ring, dbgshm__thread.tid);
}

void
dbgshm__shard_need(void)
{
	if (dbgshm__shard == NULL && dbgshm__on != 0)
		(void)claim(dbgshm__self);
}

/* Our cells if there are any to be had; *shared tells whose they are. */
static uint64_t *
cells_for(bool *shared)
{
	const struct dbgshm_region *region = dbgshm__self;
	uint64_t *cells = dbgshm__shard;

	if (cells == NULL)
		cells = claim(region);
	*shared = cells == NULL;
	return (*shared ? region_shard(region, 0) : cells);
}

void
dbgshm__cell_add(uint32_t cell, uint64_t n)
{
	bool shared;
	uint64_t *cells = cells_for(&shared);

	if (shared)
		(void)dbgshm__fetch_add(cells + cell, n);
	else
		dbgshm__add_own(cells + cell, n);
}

void
dbgshm__bucket_add(uint32_t cell, uint32_t last, uint64_t value)
{
	uint64_t bucket = dbgshm__bucket(value), *cells;
	bool shared;

	cells = cells_for(&shared) + cell;
	if (bucket > last)
		bucket = last;
	if (shared) {
		(void)dbgshm__fetch_add(
		    cells + DBGSHM_HISTOGRAM_BUCKETS + bucket, 1);
		(void)dbgshm__fetch_add(cells + DBGSHM_HISTOGRAM_SUM, value);
	} else {
		dbgshm__add_own(cells + DBGSHM_HISTOGRAM_BUCKETS + bucket, 1);
		dbgshm__add_own(cells + DBGSHM_HISTOGRAM_SUM, value);
	}
	dbgshm__max_raise(cells, value);
}

/* Also against a signal handler of the same thread: never lowers. */
void
dbgshm__max_raise(uint64_t *cells, uint64_t value)
{
	uint64_t *max = cells + DBGSHM_HISTOGRAM_MAX;
	uint64_t seen = dbgshm__load_relaxed(max);

	while (seen < value &&
	    !__atomic_compare_exchange_n(
		max, &seen, value, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		continue;
}
