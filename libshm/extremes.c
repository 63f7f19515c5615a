/*
 * extremes.c - the least and most of each gauge since a tier's last frame, so
 * that coarse tiers lose nothing that a tick saw.
 *
 * All that ticks see goes into one list.  When a coarse tier is due, what has come
 * together there goes over to all of them.
 */
#include "history.h"

#include <errno.h>
#include <stdlib.h>

#define INFINITY_BITS INT64_C(0x7ff0000000000000)

static const struct extreme nothing = { INT64_MAX, INT64_MIN };

int
dbgshm__extremes_room(struct extremes *extremes, size_t count)
{
	struct extreme *bigger;

	if (count <= extremes->room)
		return (0);
	bigger = realloc(extremes->at, count * sizeof(*bigger));
	if (bigger == NULL)
		return (ENOMEM);
	extremes->at = bigger;
	extremes->room = count;
	return (0);
}

/* Room for so many; new ones have seen nothing. */
static int
extremes_grow(struct extremes *extremes, size_t count)
{
	if (dbgshm__extremes_room(extremes, count) != 0)
		return (ENOMEM);
	while (extremes->count < count)
		extremes->at[extremes->count++] = nothing;
	return (0);
}

static inline void
widen(struct extreme *extreme, int64_t least, int64_t most)
{
	extreme->least = least < extreme->least ? least : extreme->least;
	extreme->most = most > extreme->most ? most : extreme->most;
}

int
dbgshm__extremes_observe(struct history *history)
{
	const struct image *image = &history->image;
	const uint64_t *gauges = image->gauges.at, *cells = image->cells.at;
	const struct watch *watch = image->watches,
			   *end = watch + image->watch_count;
	struct extreme *recent;
	int64_t value;

	if (extremes_grow(&history->recent, image->watch_count) != 0)
		return (ENOMEM);
	for (recent = history->recent.at; watch < end; watch++, recent++) {
		if (__builtin_expect(watch->kind == DBGSHM_METRIC_UPDOWN, 0))
			value = (int64_t)(cells[watch->cell] -
			    cells[watch->cell + 1]);
		else
			value = dbgshm__ordered(
			    watch->kind, (int64_t)gauges[watch->cell]);
		if (watch->kind == DBGSHM_METRIC_FLOAT &&
		    (value > INFINITY_BITS || value < ~INFINITY_BITS))
			continue; /* not a number */
		widen(recent, value, value);
	}
	return (0);
}

/* What has come together goes over to all coarse tiers. */
static int
hand_over(struct history *history)
{
	struct extremes *recent = &history->recent, *seen;
	size_t tier, i;

	for (tier = 1; tier < history->tier_count; tier++) {
		seen = &history->tiers[DBGSHM_RING_METRICS][tier].seen;
		if (extremes_grow(seen, recent->count) != 0)
			return (ENOMEM);
		for (i = 0; i < recent->count; i++)
			widen(&seen->at[i], recent->at[i].least,
			    recent->at[i].most);
	}
	recent->count = 0;
	return (0);
}

int
dbgshm__extremes_take(struct history *history, struct tier *tier)
{
	const struct image *image = &history->image;
	const struct watch *watch = image->watches;
	size_t i;

	if (hand_over(history) != 0 ||
	    dbgshm__words_room(&tier->extreme, image->gauges.count) != 0)
		return (ENOMEM);
	tier->extreme.count = image->gauges.count;
	for (i = 0; i < tier->seen.count; i++) {
		tier->extreme.at[watch[i].peak] = (uint64_t)dbgshm__ordered(
		    watch[i].kind, tier->seen.at[i].least);
		tier->extreme.at[watch[i].peak + 1] = (uint64_t)dbgshm__ordered(
		    watch[i].kind, tier->seen.at[i].most);
		tier->seen.at[i] = nothing;
	}
	return (0);
}
