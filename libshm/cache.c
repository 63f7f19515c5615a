/* cache.c - caches: how large, and how often they help. */
#include "region.h"

#include <dbgshm/shapes.h>

struct dbgshm_table *
dbgshm_caches_create(struct dbgshm_profile *profile, uint32_t capacity)
{
	return (dbgshm__shape_create(profile, DBGSHM_SHAPE_CACHE, capacity));
}

struct dbgshm_cache
dbgshm_cache_claim(
    struct dbgshm_table *caches, const char *name, uint64_t capacity)
{
	struct dbgshm_cache cache = { dbgshm_row_claim(caches) };

	dbgshm_row_text(cache.row, DBGSHM_CACHE_NAME, name);
	dbgshm_row_set(cache.row, DBGSHM_CACHE_CAPACITY, capacity);
	dbgshm_row_end(cache.row);
	return (cache);
}

void
dbgshm_cache_hit(struct dbgshm_cache cache, uint64_t n)
{
	row_count(cache.row, DBGSHM_CACHE_HITS, n);
}

void
dbgshm_cache_miss(struct dbgshm_cache cache, uint64_t n)
{
	row_count(cache.row, DBGSHM_CACHE_MISSES, n);
}

void
dbgshm_cache_evict(struct dbgshm_cache cache, uint64_t n)
{
	row_count(cache.row, DBGSHM_CACHE_EVICTIONS, n);
}

void
dbgshm_cache_size(struct dbgshm_cache cache, uint64_t entries)
{
	row_put(cache.row, DBGSHM_CACHE_SIZE, entries);
}

void
dbgshm_cache_release(struct dbgshm_cache cache)
{
	dbgshm_row_finish(cache.row);
}
