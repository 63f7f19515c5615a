/*
 * series_samples.c - the samples of a reading, and what each series makes of them.
 */
#include "series_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Samples of all series together, and of each. */
#define SAMPLES_ALL ((size_t)512 * 1024)
#define SAMPLES_MOST ((size_t)16 * 1024)
#define SAMPLES_LEAST ((size_t)1024)

/* ---- samples ---------------------------------------------------------------------- */

/* Lowest, highest and mean of the samples from `first` on are added. */
static void
sum_up(struct series_record *record, size_t first)
{
	struct series *series = &record->series;
	double least, most, weight;
	size_t i;

	if (first == 0) { /* others, or fewer */
		record->kept.count = record->kept.end = 0;
		series->lowest = series->highest = series->mean = NAN;
		record->sum = record->weight = 0;
	}
	for (i = first; i < series->count; i++) {
		if (isnan(record->values[i]))
			continue;
		least = record->least != NULL ? record->least[i]
					      : record->values[i];
		most =
		    record->most != NULL ? record->most[i] : record->values[i];
		if (isnan(series->lowest) || least < series->lowest)
			series->lowest = least;
		if (isnan(series->highest) || most > series->highest)
			series->highest = most;
		weight = (double)series->period_ns[i];
		record->sum += record->values[i] * weight;
		record->weight += weight;
	}
	if (record->weight > 0)
		series->mean = record->sum / record->weight;
}

static void
publish(struct series_reading *reading)
{
	struct series_record *record;
	struct series *series;
	size_t i;

	for (i = 0; i < SERIES_KINDS; i++) {
		if ((record = reading->records[i]) == NULL)
			continue;
		series = &record->series;
		series->count = reading->count;
		series->real_ns = reading->real_ns;
		series->period_ns = reading->period_ns;
		series->values = record->values;
		series->least = record->least;
		series->most = record->most;
		series->heat = record->heat;
		series->heat_low = record->heat_low;
	}
}

static void
drop_oldest(struct series_reading *reading, size_t drop)
{
	size_t i, left = reading->count - drop, rows;
	struct series_record *record;

	memmove(reading->real_ns, reading->real_ns + drop,
	    left * sizeof(*reading->real_ns));
	memmove(reading->period_ns, reading->period_ns + drop,
	    left * sizeof(*reading->period_ns));
	reading->count = left;
	reading->since_ns = left > 0 ? reading->real_ns[0] : 0;
	publish(reading);
	for (i = 0; i < SERIES_KINDS; i++) {
		if ((record = reading->records[i]) == NULL)
			continue;
		rows = record->series.heat_rows;
		memmove(record->values, record->values + drop,
		    left * sizeof(double));
		if (record->least != NULL) {
			memmove(record->least, record->least + drop,
			    left * sizeof(double));
			memmove(record->most, record->most + drop,
			    left * sizeof(double));
		}
		if (record->heat != NULL)
			memmove(record->heat, record->heat + drop * rows,
			    left * rows * sizeof(double));
		sum_up(record, 0);
	}
}

void
series_clear(struct series_reading *reading)
{
	struct track *track = reading->track;
	size_t i;

	reading->count = 0;
	reading->filled = reading->behind = false;
	reading->since_ns = reading->until_ns = 0;
	track->known = track->based = track->there = false;
	track->spread = track->fresh = false;
	track->rate = NAN;
	for (i = 0; i < SERIES_KINDS; i++) {
		if (reading->records[i] == NULL)
			continue;
		free(reading->records[i]->least);
		free(reading->records[i]->most);
		free(reading->records[i]->heat);
		reading->records[i]->least = reading->records[i]->most = NULL;
		reading->records[i]->heat = NULL;
		reading->records[i]->heat_room = 0;
		reading->records[i]->series.heat_rows = 0;
	}
	publish(reading);
	for (i = 0; i < SERIES_KINDS; i++)
		if (reading->records[i] != NULL)
			sum_up(reading->records[i], 0);
}

static void
make_room(struct series_reading *reading)
{
	struct series_record *record;
	size_t i, room;

	if (reading->count < reading->room)
		room = reading->room;
	else {
		room = 2 * reading->room + 64;
		reading->real_ns =
		    series_grow(reading->real_ns, room, sizeof(uint64_t));
		reading->period_ns =
		    series_grow(reading->period_ns, room, sizeof(uint64_t));
	}
	for (i = 0; i < SERIES_KINDS; i++) {
		record = reading->records[i];
		if (record == NULL ||
		    (record->values != NULL && room == reading->room))
			continue;
		record->values =
		    series_grow(record->values, room, sizeof(double));
		if (record->least == NULL)
			continue;
		record->least =
		    series_grow(record->least, room, sizeof(double));
		record->most = series_grow(record->most, room, sizeof(double));
	}
	reading->room = room;
}

/* What was so far has no other extremes than itself. */
static void
begin_extremes(struct series_record *record, size_t count, size_t room)
{
	if (record->least != NULL)
		return;
	record->least = series_grow(NULL, room, sizeof(double));
	record->most = series_grow(NULL, room, sizeof(double));
	memcpy(record->least, record->values, count * sizeof(double));
	memcpy(record->most, record->values, count * sizeof(double));
}

/* ---- one sample ---------------------------------------------------------------------- */

static size_t
heat_row(size_t bucket)
{
	uint64_t low = dbgshm_bucket_low(bucket);

	return (low == 0 ? 0 : 64 - (size_t)__builtin_clzll(low));
}

static void
put_heat(struct series_record *record, const struct track *track, size_t at)
{
	struct series *series = &record->series;
	const uint64_t *buckets = track_recent_buckets(track);
	size_t i, row;

	if (series->heat_rows == 0 && track->bucket_count > 0) {
		series->heat_rows = heat_row(track->bucket_count - 1) + 1;
		for (i = 0; i < series->heat_rows; i++)
			record->heat_low[i] =
			    i == 0 ? 0 : UINT64_C(1) << (i - 1);
	}
	if (series->heat_rows == 0)
		return;
	if (record->heat_room < record->reading->room) {
		record->heat_room = record->reading->room;
		record->heat = series_grow(record->heat, record->heat_room,
		    series->heat_rows * sizeof(double));
	}
	memset(record->heat + at * series->heat_rows, 0,
	    series->heat_rows * sizeof(double));
	for (i = 0; track->recent > 0 && i < track->bucket_count; i++) {
		row = heat_row(i);
		if (row < series->heat_rows)
			record->heat[at * series->heat_rows + row] +=
			    (double)buckets[i];
	}
}

/* The largest of what came last. */
static double
most_recent(const struct track *track)
{
	const uint64_t *buckets = track_recent_buckets(track);
	size_t i;
	uint64_t high;

	for (i = track->bucket_count; i > 0 && buckets[i - 1] == 0;)
		i--;
	if (i == 0)
		return (NAN);
	high = dbgshm_bucket_high(i - 1);
	return ((double)(high > track->most.u ? track->most.u : high));
}

static double
value_of(const struct track *track, uint32_t what)
{
	static const double quantiles[SERIES_KINDS] = {
		[SERIES_P50] = 0.50,
		[SERIES_P90] = 0.90,
		[SERIES_P99] = 0.99,
		[SERIES_P999] = 0.999,
	};

	if (!track->there)
		return (NAN);
	switch (what) {
	case SERIES_VALUE:
		return (track_number(track, track->value));
	case SERIES_SHOWN:
	case SERIES_HEAT:
		return (track->rated ? track->rate
				     : track_number(track, track->value));
	default:
		if (track->kind != DBGSHM_METRIC_HISTOGRAM ||
		    track->recent == 0)
			return (NAN);
		return (what == SERIES_MOST
			? most_recent(track)
			: (double)track_recent(track, quantiles[what]));
	}
}

static bool
has_extremes(const struct track *track, uint32_t what)
{
	return (track->there && track->spread && !track->rated &&
	    (what == SERIES_SHOWN || what == SERIES_VALUE));
}

static void
put_record(struct series_record *record, const struct track *track, size_t at)
{
	uint32_t what = record->series.key.what;

	record->values[at] = value_of(track, what);
	if (what == SERIES_HEAT && track->kind == DBGSHM_METRIC_HISTOGRAM)
		put_heat(record, track, at);
	if (has_extremes(track, what))
		begin_extremes(record, at, record->reading->room);
	if (record->least == NULL)
		return;
	record->least[at] = record->most[at] = record->values[at];
	if (!has_extremes(track, what))
		return;
	record->least[at] = track_number(track, track->least);
	record->most[at] = track_number(track, track->most);
}

/* The oldest ones give way: those before twice what is wanted, and others when
 * there are too many. */
static void
trim(const struct series_set *set, struct series_reading *reading)
{
	size_t share = SAMPLES_ALL / (set->record_count + 1);
	uint64_t window_ns = series_window(reading), newest;

	if (share > SAMPLES_MOST)
		share = SAMPLES_MOST;
	if (share < SAMPLES_LEAST)
		share = SAMPLES_LEAST;
	if (reading->count >= share) {
		drop_oldest(reading, reading->count - share + share / 4);
		return;
	}
	if (reading->count < reading->room || reading->count < 64)
		return;
	newest = reading->real_ns[reading->count - 1];
	if (window_ns < newest / 2 && set->shown_ns + window_ns > newest &&
	    reading->real_ns[reading->count / 2] < newest - 2 * window_ns)
		drop_oldest(reading, reading->count / 2);
}

void
series_add(struct series_set *set, struct series_reading *reading,
    uint64_t real_ns, uint64_t period_ns)
{
	size_t i, at;
	uint64_t last_ns;

	/* Nothing before it is there. */
	if (reading->count == 0 && !reading->track->there)
		return;
	trim(set, reading);
	make_room(reading);
	at = reading->count;
	if (at > 0) {
		/* No hole where a tick was a little late. */
		last_ns = reading->real_ns[at - 1];
		if (real_ns > last_ns &&
		    real_ns - last_ns <= period_ns + period_ns / 2)
			period_ns = real_ns - last_ns;
	}
	reading->real_ns[at] = real_ns;
	reading->period_ns[at] = period_ns;
	for (i = 0; i < SERIES_KINDS; i++)
		if (reading->records[i] != NULL)
			put_record(reading->records[i], reading->track, at);
	reading->count++;
	publish(reading);
	for (i = 0; i < SERIES_KINDS; i++)
		if (reading->records[i] != NULL)
			sum_up(reading->records[i], at);
}
