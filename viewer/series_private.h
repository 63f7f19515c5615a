/*
 * series_private.h - what the files of the set of series share.
 *
 * A reading is one value that is followed: a metric, or a column of one row.  Its
 * records are the series that are made of it; they have their samples in common.
 */
#ifndef SERIES_PRIVATE_H
#define SERIES_PRIVATE_H

#include "series_set.h"
#include "track.h"

#define SERIES_KINDS (SERIES_HEAT + 1)
#define SERIES_HEAT_ROWS 65 /* 0, and one for each power of two */

struct series_reading;
struct series_record {
	struct series_reading *reading;
	struct series series; /* pointers into the arrays here and below */
	double *values, *least, *most, *heat;
	uint64_t heat_low[SERIES_HEAT_ROWS];
	size_t heat_room; /* samples */
	double sum, weight;
	struct series_kept kept;
	uint64_t window_ns;
	uint64_t wanted_ns; /* when last; our clock */
};

struct series_reading {
	uint64_t object, table;
	uint32_t column;
	size_t part;

	/* Where it was found last, in the reader of its region. */
	size_t index, row; /* metric, or table and row */
	uint64_t searched; /* names among which it was not found */
	struct track *track;
	bool found;  /* once: what it is is known */
	bool filled;
	bool behind; /* something is missing at the end */
	bool filling; /* by the pass that goes on */
	uint64_t since_ns, until_ns; /* it was looked for there */
	uint64_t behind_ns; /* when that was seen; its clock */

	uint64_t *real_ns, *period_ns;
	size_t count, room;
	struct series_record *records[SERIES_KINDS];
};

struct series_set {
	struct series_reading **readings;
	size_t count, room;
	size_t record_count;
	struct series_record **places; /* by key; a power of two of them */
	size_t place_count;
	uint64_t shown_ns;
	bool history; /* there was some when it was read last */
	uint64_t created_ns[SOURCE_PARTS]; /* of the regions that it is of */
};

void *series_grow(void *array, size_t count, size_t size);
	/* reallocarray(3), or the end. */
uint64_t series_window(const struct series_reading *);
	/* The longest that is wanted of it. */
bool series_lacks(const struct series_set *, const struct series_reading *,
    uint64_t last_real_ns);
uint64_t series_since(const struct series_set *, const struct series_reading *);
	/* So far back it is wanted. */
bool series_has_buckets(const struct series_reading *); /* they are wanted */

void series_clear(struct series_reading *); /* no samples, nothing known */
void series_add(struct series_set *, struct series_reading *,
    uint64_t real_ns, uint64_t period_ns);
	/* Another sample: what its track has settled. */

#endif
