/*
 * series_set.c - the series that somebody wants, and their samples.
 */
#include "series_private.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NS UINT64_C(1000000000)
#define FORGET_NS (30 * NS) /* not wanted for so long */

struct series_set *
series_set_create(void)
{
	struct series_set *set = calloc(1, sizeof(*set));

	if (set == NULL)
		err(1, "memory for series");
	return (set);
}

static void
free_record(struct series_record *record)
{
	if (record == NULL)
		return;
	free(record->values);
	free(record->least);
	free(record->most);
	free(record->heat);
	free(record);
}

static void
free_reading(struct series_reading *reading)
{
	size_t i;

	for (i = 0; i < SERIES_KINDS; i++)
		free_record(reading->records[i]);
	track_free(reading->track);
	free(reading->real_ns);
	free(reading->period_ns);
	free(reading);
}

void
series_set_destroy(struct series_set *set)
{
	size_t i;

	if (set == NULL)
		return;
	for (i = 0; i < set->count; i++)
		free_reading(set->readings[i]);
	free(set->readings);
	free(set->places);
	free(set);
}

void *
series_grow(void *array, size_t count, size_t size)
{
	array = reallocarray(array, count, size);
	if (array == NULL)
		err(1, "memory for %zu samples", count);
	return (array);
}

/* ---- by key -------------------------------------------------------------------- */

static uint64_t
mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return (hash ^ hash >> 29);
}

static size_t
find_place(const struct series_set *set, const struct series_key *key)
{
	size_t mask = set->place_count - 1;
	uint64_t hash = mix(mix(key->object, key->table),
	    (uint64_t)key->column << 32 | key->what);
	size_t at = (size_t)hash & mask;
	const struct series_key *other;

	for (; set->places[at] != NULL; at = (at + 1) & mask) {
		other = &set->places[at]->series.key;
		if (other->object == key->object &&
		    other->table == key->table &&
		    other->column == key->column && other->what == key->what)
			break;
	}
	return (at);
}

static struct series_record *
find_record(const struct series_set *set, const struct series_key *key)
{
	return (
	    set->place_count == 0 ? NULL : set->places[find_place(set, key)]);
}

const struct series *
series_find(const struct series_set *set, const struct series_key *key)
{
	const struct series_record *record =
	    set == NULL ? NULL : find_record(set, key);

	return (record == NULL ? NULL : &record->series);
}

static void
place_all(struct series_set *set, size_t place_count)
{
	struct series_record *record;
	size_t i, j;

	free(set->places);
	for (i = 64; i < place_count;)
		i *= 2; /* find_place() masks */
	set->places = calloc(i, sizeof(struct series_record *));
	if (set->places == NULL)
		err(1, "memory for series");
	set->place_count = i;
	for (i = 0; i < set->count; i++)
		for (j = 0; j < SERIES_KINDS; j++)
			if ((record = set->readings[i]->records[j]) != NULL)
				set->places[find_place(
				    set, &record->series.key)] = record;
}

/* ---- what is wanted -------------------------------------------------------------- */

/* The reading that another series of the same value has, or a new one. */
static struct series_reading *
reading_of(struct series_set *set, struct series_key key)
{
	struct series_reading *reading;
	struct series_record *record;

	for (key.what = 0; key.what < SERIES_KINDS; key.what++)
		if ((record = find_record(set, &key)) != NULL)
			return (record->reading);
	reading = calloc(1, sizeof(*reading));
	if (reading == NULL ||
	    (reading->track = calloc(1, sizeof(*reading->track))) == NULL)
		err(1, "memory for a series");
	reading->object = key.object;
	reading->table = key.table;
	reading->column = key.column;
	if (key.column == SERIES_METRIC)
		reading->part = (size_t)(key.object >> 56) - 1;
	if (set->count == set->room) {
		set->room = 2 * set->room + 32;
		set->readings = series_grow(
		    set->readings, set->room, sizeof(struct series_reading *));
	}
	set->readings[set->count++] = reading;
	return (reading);
}

static struct series_record *
add_record(struct series_set *set, const struct series_key *key)
{
	struct series_reading *reading = reading_of(set, *key);
	struct series_record *record = calloc(1, sizeof(*record));

	if (record == NULL)
		err(1, "memory for a series");
	record->reading = reading;
	record->series.key = *key;
	record->series.kept = &record->kept;
	record->series.lowest = record->series.highest = NAN;
	record->series.mean = NAN;
	reading->records[key->what] = record;
	series_clear(reading);
	set->record_count++;
	if (2 * set->record_count >= set->place_count)
		place_all(
		    set, set->place_count == 0 ? 64 : 2 * set->place_count);
	else
		set->places[find_place(set, key)] = record;
	return (record);
}

/* What nobody wants any more. */
static void
forget(struct series_set *set, uint64_t now_ns)
{
	struct series_reading *reading;
	struct series_record *record;
	size_t i, j, left, before = set->record_count;

	for (i = 0; i < set->count;) {
		reading = set->readings[i];
		for (j = 0, left = 0; j < SERIES_KINDS; j++) {
			if ((record = reading->records[j]) == NULL)
				continue;
			if (now_ns < record->wanted_ns ||
			    now_ns - record->wanted_ns <= FORGET_NS) {
				left++;
				continue;
			}
			free_record(record);
			reading->records[j] = NULL;
			set->record_count--;
		}
		if (left > 0) {
			i++;
			continue;
		}
		free_reading(reading);
		set->readings[i] = set->readings[--set->count];
	}
	if (set->record_count != before)
		place_all(set, set->place_count);
}

void
series_set_want(struct series_set *set, const struct series_wants *wants,
    uint64_t shown_real_ns, uint64_t now_real_ns)
{
	struct series_record *record;
	size_t i, count = wants == NULL ? 0 : wants->count;

	set->shown_ns = shown_real_ns;
	for (i = 0; i < count; i++) {
		if (wants->list[i].key.what >= SERIES_KINDS)
			continue;
		record = find_record(set, &wants->list[i].key);
		if (record == NULL)
			record = add_record(set, &wants->list[i].key);
		record->window_ns = wants->list[i].window_ns;
		record->wanted_ns = now_real_ns;
	}
	forget(set, now_real_ns);
}

uint64_t
series_window(const struct series_reading *reading)
{
	uint64_t window_ns = 0;
	size_t i;

	for (i = 0; i < SERIES_KINDS; i++)
		if (reading->records[i] != NULL &&
		    reading->records[i]->window_ns > window_ns)
			window_ns = reading->records[i]->window_ns;
	return (window_ns);
}

uint64_t
series_since(const struct series_set *set, const struct series_reading *reading)
{
	uint64_t window_ns = series_window(reading);

	return (set->shown_ns > window_ns ? set->shown_ns - window_ns : 0);
}

bool
series_has_buckets(const struct series_reading *reading)
{
	size_t i;

	for (i = SERIES_P50; i < SERIES_KINDS; i++)
		if (reading->records[i] != NULL)
			return (true);
	return (false);
}

bool
series_lacks(const struct series_set *set, const struct series_reading *reading,
    uint64_t last_real_ns)
{
	return (!reading->filled || reading->behind ||
	    reading->until_ns < last_real_ns ||
	    series_since(set, reading) < reading->since_ns);
}

bool
series_set_lacks(const struct series_set *set, uint64_t last_real_ns)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (series_lacks(set, set->readings[i], last_real_ns))
			return (true);
	return (false);
}
