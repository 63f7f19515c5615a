/*
 * track.c - one value that is followed over time.
 */
#include "track.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void
track_free(struct track *track)
{
	free(track->address);
	free(track->rate_address);
	free(track->path);
	free(track->name);
	free(track->labels);
	free(track->row);
	free(track->buckets);
	free(track->last_buckets);
	tally_free(&track->tally);
	free(track);
}

/* ---- what is read ---------------------------------------------------------- */

static bool
is_less(uint8_t kind, union dbgshm_value a, union dbgshm_value b)
{
	if (kind == DBGSHM_METRIC_FLOAT)
		return (a.d < b.d);
	if (kind == DBGSHM_METRIC_GAUGE || kind == DBGSHM_METRIC_UPDOWN)
		return (a.i < b.i);
	return (a.u < b.u);
}

void
track_widen(
    struct track *track, union dbgshm_value least, union dbgshm_value most)
{
	if (!track->there || is_less(track->kind, least, track->least))
		track->least = least;
	if (!track->there || is_less(track->kind, track->most, most))
		track->most = most;
}

void
track_put(struct track *track, union dbgshm_value value,
    const struct track_time *time)
{
	if (!track->rated) {
		track->spread |= track->there;
		track_widen(track, value, value);
	}
	track->value = value;
	track->mono_ns = track->by_tick ? time->tick_ns : time->mono_ns;
	if (time->gap || (!track->known && !track->based)) {
		track->known = false;
		track->based = true;
		track->last = value;
		track->last_mono_ns = track->mono_ns;
	}
	if (track->by_tick && time->late)
		track->rate = NAN;
	track->there = true;
}

void
track_histogram(
    struct track *track, const struct dbgshm_reader *reader, size_t index)
{
	struct dbgshm_histogram_info info;

	if (dbgshm_reader_histogram(reader, index, &info) == -1)
		return;
	if (track->bucket_count != info.bucket_count) {
		free(track->buckets);
		free(track->last_buckets);
		track->buckets = calloc(info.bucket_count, sizeof(uint64_t));
		track->last_buckets =
		    calloc(info.bucket_count, sizeof(uint64_t));
		if (track->buckets == NULL || track->last_buckets == NULL)
			err(1, "memory for %zu buckets", info.bucket_count);
		track->bucket_count = info.bucket_count;
		track->known = false;
	}
	memcpy(
	    track->buckets, info.buckets, info.bucket_count * sizeof(uint64_t));
	track->value.u = info.count;
	track->p50 = dbgshm_histogram_quantile(&info, 0.50);
	track->p99 = dbgshm_histogram_quantile(&info, 0.99);
	track->most.u = info.max;
}

/* A region whose ticks have stopped: what changes with them has no rate. */
#define TICKS_LATE 3
#define LATE_NS UINT64_C(2000000000)

struct track_time
track_present(const struct dbgshm_reader *reader, bool gap, bool gone)
{
	const struct dbgshm_info *info = dbgshm_reader_info(reader);
	struct track_time time = { .there = true,
		.gap = gap,
		.mono_ns = info->frame_start_mono_ns,
		.tick_ns = info->tick_mono_ns };

	/* What it left is of its last sign of life. */
	if (gone)
		time.mono_ns = dbgshm_reader_now_ns(reader);
	time.late = time.mono_ns >
	    time.tick_ns + LATE_NS + TICKS_LATE * info->tick_period_ns;
	return (time);
}

/* ---- samples ---------------------------------------------------------------- */

/* What was recorded since the sample before; nothing is known of it when it
 * began anew. */
static void
settle_histogram(struct track *track)
{
	uint64_t recent = 0;
	size_t i;

	track->recent = 0;
	if (!track->known || track->bucket_count == 0)
		return;
	for (i = 0; i < track->bucket_count; i++) {
		if (track->buckets[i] < track->last_buckets[i])
			return;
		track->last_buckets[i] =
		    track->buckets[i] - track->last_buckets[i];
		recent += track->last_buckets[i];
	}
	track->recent = recent;
}

uint64_t
track_recent(const struct track *track, double q)
{
	struct dbgshm_histogram_info recent = { .max = track->most.u,
		.count = track->recent,
		.buckets = track->last_buckets,
		.bucket_count = track->bucket_count };

	return (dbgshm_histogram_quantile(&recent, q));
}

const uint64_t *
track_recent_buckets(const struct track *track)
{
	return (track->last_buckets);
}

void
track_settle(struct track *track)
{
	track->fresh = track->there &&
	    (!track->known || track->mono_ns != track->last_mono_ns);
	if (!track->fresh)
		return;
	track->rate = NAN;
	if (track->rated && track->value.u >= track->last.u &&
	    track->mono_ns > track->last_mono_ns)
		track->rate = (double)(track->value.u - track->last.u) * 1e9 /
		    (double)(track->mono_ns - track->last_mono_ns);
	if (track->kind == DBGSHM_METRIC_HISTOGRAM)
		settle_histogram(track);
}

double
track_number(const struct track *track, union dbgshm_value value)
{
	if (track->kind == DBGSHM_METRIC_FLOAT)
		return (value.d);
	if (track->kind == DBGSHM_METRIC_GAUGE ||
	    track->kind == DBGSHM_METRIC_UPDOWN)
		return ((double)value.i);
	return ((double)value.u);
}

void
track_count(struct track *track, uint64_t weight)
{
	if (!track->there || !track->fresh)
		return;
	tally_add(&track->tally,
	    track->rated ? track->rate : track_number(track, track->value),
	    weight);
	if (track->spread)
		tally_range(&track->tally, track_number(track, track->least),
		    track_number(track, track->most));
}

void
track_next(struct track *track)
{
	uint64_t *buckets;

	if (track->there) {
		track->known = track->based = true;
		track->last = track->value;
		track->last_mono_ns = track->mono_ns;
		buckets = track->last_buckets;
		track->last_buckets = track->buckets;
		track->buckets = buckets;
	}
	track->there = track->fresh = track->spread = false;
}
