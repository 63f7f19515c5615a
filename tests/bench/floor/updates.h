/*
 * updates.h - the least that could do what a recording call does: the same effect
 * on plain memory, without a library, a check for off, or a registration.
 */
#ifndef FLOOR_UPDATES_H
#define FLOOR_UPDATES_H

#include "../turns.h"

#include <dbgshm/events.h>
#include <dbgshm/shapes.h>

/* One thread's memory, on lines of its own. */
struct floor {
	uint64_t cells[2048];
	uint64_t ring[81920]; /* events: more than the first caches hold */
	uint64_t row[33];     /* sequence and words */
} __attribute__((aligned(128)));

struct floors {
	struct floor of[TURNS_THREADS];
	uint64_t shared; /* what all threads add to */
	uint32_t handles[64];
};

static __thread uint64_t *floor_shard;

static inline struct floor *
floor_of(void *context, int thread)
{
	return (&((struct floors *)context)->of[thread]);
}

/* A cell of the thread's, by a number that is loaded each time. */
static void
floor_counter(void *context, int thread, uint64_t n)
{
	const struct floors *floors = context;

	floor_shard = floor_of(context, thread)->cells;
	TIMES(n)
	{
		dbgshm__add_own_at(floor_shard, floors->handles[i % 64], 1);
		FORGET;
	}
}

/* One cell that is known when it is compiled. */
static void
floor_counter_constant(void *context, int thread, uint64_t n)
{
	floor_shard = floor_of(context, thread)->cells;
	TIMES(n)
	{
		dbgshm__add_own(floor_shard + 24, 1);
		FORGET;
	}
}

static void
floor_fetch_add(void *context, int thread, uint64_t n)
{
	struct floors *floors = context;

	(void)thread;
	TIMES(n)
	{
		(void)dbgshm__fetch_add(&floors->shared, 1);
		FORGET;
	}
}

static void
floor_gauge(void *context, int thread, uint64_t n)
{
	uint64_t *cell = floor_of(context, thread)->cells;

	TIMES(n)
	{
		dbgshm__store_relaxed(cell, i);
		FORGET;
	}
}

/* Where each value comes from costs as much as what is measured. */
static inline uint64_t
floor_any(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (*state >> 44);
}

static void
floor_values(void *context, int thread, uint64_t n)
{
	uint64_t state = 1;

	(void)context;
	(void)thread;
	TIMES(n) USE(floor_any(&state));
}

static void
floor_histogram(void *context, int thread, uint64_t n)
{
	uint64_t *cells = floor_of(context, thread)->cells, state = 1, value;

	TIMES(n)
	{
		value = floor_any(&state);
		dbgshm__add_own(cells + 1 + dbgshm__bucket(value), 1);
		dbgshm__add_own(cells, value);
		FORGET;
	}
}

static void
floor_field(void *context, int thread, uint64_t n)
{
	uint64_t *row = floor_of(context, thread)->row;

	TIMES(n)
	{
		dbgshm__store_release(row + 4, i);
		FORGET;
	}
}

/* With the exchange that a handler on the same thread needs. */
static inline void
floor_row_words(uint64_t *row, int words, uint64_t n)
{
	TIMES(n)
	{
		uint64_t sequence = dbgshm__load_relaxed(row);

		if (!dbgshm__take(row, sequence, sequence + 1))
			continue;
		for (int word = 1; word <= words; word++)
			dbgshm__store_release(row + word, i);
		dbgshm__store_release(row, sequence + 2);
		FORGET;
	}
}

static void
floor_row_64(void *context, int thread, uint64_t n)
{
	floor_row_words(floor_of(context, thread)->row, 8, n);
}

static void
floor_row_256(void *context, int thread, uint64_t n)
{
	floor_row_words(floor_of(context, thread)->row, 32, n);
}

static void
floor_span(void *context, int thread, uint64_t n)
{
	uint64_t *cells = floor_of(context, thread)->cells, begin;

	TIMES(n)
	{
		begin = dbgshm_now();
		FORGET;
		begin = dbgshm_now() - begin;
		dbgshm__add_own(cells + 1 + dbgshm__bucket(begin), 1);
		dbgshm__add_own(cells, begin);
		FORGET;
	}
}

/* A mark and seven words. */
static inline void
floor_event(struct floor *floor, uint64_t i, uint64_t stamp)
{
	uint64_t *record = floor->ring + i * 8 % 81920;

	dbgshm__store_release(record + 1, stamp);
	for (int word = 2; word < 8; word++)
		dbgshm__store_release(record + word, i);
	dbgshm__store_release(record, i);
	FORGET;
}

static void
floor_event_caller(void *context, int thread, uint64_t n)
{
	struct floor *floor = floor_of(context, thread);

	TIMES(n) floor_event(floor, i, i);
}

static void
floor_event_stamped(void *context, int thread, uint64_t n)
{
	struct floor *floor = floor_of(context, thread);

	TIMES(n) floor_event(floor, i, dbgshm_now());
}

/* A flag in memory and a branch. */
static void
floor_off(void *context, int thread, uint64_t n)
{
	const struct floors *floors = context;

	(void)thread;
	TIMES(n)
	{
		if (__builtin_expect(
			dbgshm__load_relaxed(&floors->of[0].row[32]) != 0, 0))
			FORGET;
		FORGET;
	}
}

#endif
