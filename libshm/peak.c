/*
 * peak.c - high-water marks of gauges: the largest value so far and its time.
 *
 * Two gauge words each, value and stamp; stamp 0 is "never".  Until then the
 * value is the least there is, so that the first one raises it, whatever its
 * sign.  Values are raised by compare-and-swap, stamps just stored: of two
 * marks at the same moment either may give the time.
 */
#include "region.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One mark, and where the values come from. */
struct peak {
	uint32_t word; /* of the mark */
	uint32_t cell; /* of the metric */
	uint8_t kind;  /* DBGSHM_METRIC_* */
};

static uint64_t *
gauges_of(const struct dbgshm_region *region)
{
	return ((uint64_t *)(void *)(region->base +
	    region->rooms[ROOM_GAUGES].offset));
}

static double
as_double(uint64_t word)
{
	double value;

	memcpy(&value, &word, sizeof(value));
	return (value);
}

/* False for what is not a number, too. */
static bool
is_more(uint8_t kind, uint64_t value, uint64_t than)
{
	return (kind == DBGSHM_METRIC_FLOAT ? as_double(value) > as_double(than)
					    : (int64_t)value > (int64_t)than);
}

static void
start(uint64_t *mark, uint8_t kind)
{
	double least = -INFINITY;

	if (kind == DBGSHM_METRIC_FLOAT)
		memcpy(mark, &least, sizeof(least));
	else
		mark[0] = (uint64_t)INT64_MIN;
	mark[1] = 0;
}

static void
raise_mark(uint64_t *mark, uint8_t kind, uint64_t value, uint64_t stamp)
{
	uint64_t seen = dbgshm__load_relaxed(mark);

	do {
		if (!is_more(kind, value, seen))
			return;
	} while (!__atomic_compare_exchange_n(
	    mark, &seen, value, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	dbgshm__store_release(mark + 1, stamp);
}

void
dbgshm__peak_raise(struct dbgshm_gauge gauge, int64_t value)
{
	/* Without a mark of its own: two words of the sink. */
	raise_mark(dbgshm__gauges + gauge.peak, DBGSHM_METRIC_GAUGE,
	    (uint64_t)value, dbgshm_now());
}

/*
 * All that went up before all that went down: what came up and down again
 * meanwhile is then never taken for more than there ever was.
 */
static uint64_t
updown_value(const struct dbgshm_region *region, uint32_t cell)
{
	uint64_t up = 0, down = 0;
	uint32_t shard;

	for (shard = 0; shard < region->shards_ready; shard++)
		up += dbgshm__load_acquire(region_shard(region, shard) + cell);
	for (shard = 0; shard < region->shards_ready; shard++)
		down += dbgshm__load_acquire(
		    region_shard(region, shard) + cell + 1);
	return (up - down);
}

void
dbgshm__peaks_tick(struct dbgshm_region *region)
{
	uint64_t *gauges = gauges_of(region), value;
	const struct peak *peak = region->peaks,
			  *end = peak + region->peak_count;

	for (; peak < end; peak++) {
		value = peak->kind == DBGSHM_METRIC_UPDOWN
		    ? updown_value(region, peak->cell)
		    : dbgshm__load_relaxed(gauges + peak->cell);
		raise_mark(gauges + peak->word, peak->kind, value,
		    region->last_tick_stamp);
	}
}

/* Marks of a forked child, in memory that is all zero. */
void
dbgshm__peaks_forked(struct dbgshm_region *region)
{
	size_t i;

	for (i = 0; i < region->peak_count; i++)
		start(gauges_of(region) + region->peaks[i].word,
		    region->peaks[i].kind);
}

int
dbgshm__peaks_grow(struct dbgshm_region *region)
{
	size_t capacity =
	    region->peak_capacity == 0 ? 32 : 2 * region->peak_capacity;
	struct peak *bigger;

	if (region->peak_count < region->peak_capacity)
		return (0);
	bigger = realloc(region->peaks, capacity * sizeof(*bigger));
	if (bigger == NULL)
		return (ENOMEM);
	region->peaks = bigger;
	region->peak_capacity = capacity;
	return (0);
}

void
dbgshm__peaks_add(
    struct dbgshm_region *region, uint32_t word, uint32_t cell, uint8_t kind)
{
	region->peaks[region->peak_count++] = (struct peak){ word, cell, kind };
	start(gauges_of(region) + word, kind);
}
