/*
 * slots_put.c - what is read goes into a line.
 */
#include "slots_private.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void
slots_see(struct slots_line *line, const struct slots_now *now, bool first)
{
	if (!line->seen && !first)
		line->seen_real_ns = now->real_ns;
	line->seen = true;
}

void
slots_widen(struct slots_line *line, const struct slots_now *now, double low,
    double high)
{
	if (now->slot == SLOTS_NONE || isnan(low) || isnan(high))
		return;
	if (!now->after) {
		if (!(line->low_before <= low))
			line->low_before = low;
		if (!(line->high_before >= high))
			line->high_before = high;
		return;
	}
	if (!(line->low <= low)) {
		line->low = low;
		line->low_real_ns = now->real_ns;
	}
	if (!(line->high >= high)) {
		line->high = high;
		line->high_real_ns = now->real_ns;
	}
}

void
slots_put_value(
    struct slots_line *line, const struct slots_now *now, double value)
{
	if (now->slot == SLOTS_NONE)
		return;
	line->values[now->slot] = (float)value;
	slots_widen(line, now, value, value);
}

/* What has come since the stop before; a rate when the slot ends. */
void
slots_put_grown(struct slots_line *line, const struct slots_now *now,
    uint64_t value, uint64_t slot_ns)
{
	if (line->known && !now->gap && value >= line->from &&
	    now->mono_ns > line->from_ns) {
		line->grown += value - line->from;
		line->time_ns += now->mono_ns - line->from_ns;
		if (now->after)
			line->total += (double)(value - line->from);
	}
	line->known = true;
	line->from = value;
	line->from_ns = now->mono_ns;
	if (!now->close)
		return;
	/* The rate of a moment would be another thing than that of a slot. */
	if (line->time_ns >= slot_ns / 2 && line->time_ns > 0)
		slots_put_value(line, now,
		    (double)line->grown * 1e9 / (double)line->time_ns);
	line->grown = line->time_ns = 0;
}

static void
make_buckets(struct slots_line *line, size_t count)
{
	if (line->bucket_count == count)
		return;
	free(line->buckets);
	line->buckets = calloc(2 * count + 1, sizeof(uint64_t));
	if (line->buckets == NULL)
		err(1, "memory for %zu buckets", count);
	line->fresh = line->buckets + count;
	line->bucket_count = count;
	line->known = false;
}

void
slots_put_histogram(struct slots_line *line, const struct slots_now *now,
    const struct dbgshm_histogram_info *info, uint64_t slot_ns)
{
	struct dbgshm_histogram_info fresh = { .max = info->max };
	size_t i;

	make_buckets(line, info->bucket_count);
	if (line->known && !now->gap && info->count >= line->from) {
		if (info->count > line->from)
			for (i = 0; i < info->bucket_count; i++)
				line->fresh[i] +=
				    info->buckets[i] - line->buckets[i];
		line->grown += info->count - line->from;
		line->time_ns += now->mono_ns - line->from_ns;
	}
	if (!line->known || info->count != line->from)
		memcpy(line->buckets, info->buckets,
		    info->bucket_count * sizeof(uint64_t));
	line->known = true;
	line->from = info->count;
	line->from_ns = now->mono_ns;
	if (!now->close)
		return;
	if (line->grown > 0 && line->time_ns >= slot_ns / 2) {
		fresh.count = line->grown;
		fresh.buckets = line->fresh;
		fresh.bucket_count = line->bucket_count;
		slots_put_value(
		    line, now, (double)dbgshm_histogram_quantile(&fresh, 0.99));
	}
	if (line->grown > 0)
		memset(line->fresh, 0, line->bucket_count * sizeof(uint64_t));
	line->grown = line->time_ns = 0;
}
