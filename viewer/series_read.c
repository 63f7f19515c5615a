/*
 * series_read.c - samples of series: from the history, and from each new frame.
 */
#include "series_private.h"

#include "tracks.h"
#include "tree.h"

#include <stdlib.h>
#include <string.h>

#define NEVER UINT64_MAX
#define BEHIND_NS UINT64_C(10000000000)

/* A reader at one moment. */
struct look {
	const struct dbgshm_reader *reader;
	const struct history
	    *history; /* whose moment it shows; NULL: present */
	size_t part;
	struct track_time time;
	uint64_t names; /* of what is there; 0: not asked for yet */
};

/* ---- where it is ------------------------------------------------------------------ */

static uint64_t
names_of(struct look *look)
{
	if (look->names == 0)
		look->names = model_names(look->reader) | 1;
	return (look->names);
}

static bool
is_metric(
    const struct look *look, const struct series_reading *reading, size_t index)
{
	return (index < dbgshm_reader_metric_count(look->reader) &&
	    model_metric_id(look->part,
		dbgshm_reader_metric(look->reader, index)) == reading->object);
}

static bool
find_metric(struct look *look, struct series_reading *reading)
{
	size_t i, count = dbgshm_reader_metric_count(look->reader);

	if (is_metric(look, reading, reading->index))
		return (true);
	if (reading->searched == names_of(look))
		return (false);
	for (i = 0; i < count; i++)
		if (is_metric(look, reading, i)) {
			reading->index = i;
			return (true);
		}
	reading->searched = names_of(look);
	return (false);
}

/* The path of a profile as the model has it, which may be below "watch/". */
static bool
has_path(const struct look *look, size_t profile, uint64_t id)
{
	static const char prefix[] = "watch/";
	struct dbgshm_text path =
	    dbgshm_reader_profile(look->reader, profile)->path;
	char text[sizeof(prefix) + 256];

	if (path.length > sizeof(text) - sizeof(prefix))
		return (false);
	if (tree_id(path.bytes, path.length) == id)
		return (true);
	if (look->part == 0)
		return (false);
	memcpy(text, prefix, sizeof(prefix) - 1);
	memcpy(text + sizeof(prefix) - 1, path.bytes, path.length);
	return (tree_id(text, sizeof(prefix) - 1 + path.length) == id);
}

static bool
is_table(
    const struct look *look, const struct series_reading *reading, size_t table)
{
	return (table < dbgshm_reader_table_count(look->reader) &&
	    has_path(look, dbgshm_reader_table(look->reader, table)->profile,
		reading->table));
}

static bool
find_table(struct look *look, struct series_reading *reading)
{
	size_t i, count = dbgshm_reader_table_count(look->reader);

	if (is_table(look, reading, reading->index))
		return (true);
	if (reading->searched == names_of(look))
		return (false);
	for (i = 0; i < count; i++)
		if (is_table(look, reading, i)) {
			reading->index = i;
			return (true);
		}
	reading->searched = names_of(look);
	return (false);
}

static bool
is_row(const struct look *look, const struct series_reading *reading, size_t at)
{
	return (at < dbgshm_reader_row_count(look->reader, reading->index) &&
	    model_row_id(dbgshm_reader_row(look->reader, reading->index, at)) ==
		reading->object);
}

/* Rows seldom move far. */
static const struct dbgshm_row_info *
find_row(const struct look *look, struct series_reading *reading)
{
	size_t i, count = dbgshm_reader_row_count(look->reader, reading->index);
	const struct dbgshm_row_info *row;

	for (i = 0; i <= count; i++) {
		if (is_row(look, reading, reading->row + i))
			reading->row += i;
		else if (i > 0 && i <= reading->row &&
		    is_row(look, reading, reading->row - i))
			reading->row -= i;
		else
			continue;
		row = dbgshm_reader_row(
		    look->reader, reading->index, reading->row);
		return (row->state == DBGSHM_ROWSTATE_LIVE ||
			    row->state == DBGSHM_ROWSTATE_BUSY
			? row
			: NULL);
	}
	reading->row = 0;
	return (NULL);
}

/* ---- one value at one moment --------------------------------------------------------- */

static void
begin(struct series_reading *reading, const struct look *look, size_t profile)
{
	struct track *track = reading->track;

	track->by_tick = model_by_tick(
	    look->reader, dbgshm_reader_profile(look->reader, profile));
	reading->part = look->part;
	reading->found = true;
}

static void
read_metric(struct look *look, struct series_reading *reading)
{
	const struct dbgshm_metric_info *info;

	if (look->part != reading->part || !find_metric(look, reading))
		return;
	if (!reading->found) {
		info = dbgshm_reader_metric(look->reader, reading->index);
		track_begin_metric(reading->track, info->kind, info->unit);
		begin(reading, look, info->profile);
	}
	track_read_metric(reading->track, look->reader, reading->index,
	    &look->time, look->history, look->part,
	    series_has_buckets(reading));
}

static void
read_cell(struct look *look, struct series_reading *reading)
{
	const struct dbgshm_table_info *table;
	const struct dbgshm_column_info *column;
	const struct dbgshm_row_info *row;

	if ((reading->found && look->part != reading->part) ||
	    !find_table(look, reading))
		return;
	table = dbgshm_reader_table(look->reader, reading->index);
	if (reading->column >= table->column_count ||
	    (row = find_row(look, reading)) == NULL)
		return;
	column = &table->columns[reading->column];
	if (!track_is_number(column->type))
		return;
	if (!reading->found) {
		track_begin_column(reading->track, column->type, column->unit);
		begin(reading, look, table->profile);
	}
	track_read_cell(reading->track, look->reader, reading->index, row,
	    reading->column, &look->time);
}

static void
read_value(struct look *look, struct series_reading *reading)
{
	if (reading->column == SERIES_METRIC)
		read_metric(look, reading);
	else
		read_cell(look, reading);
}

/* Which region it is of, as far as that is known. */
static bool
is_of(const struct series_reading *reading, size_t part)
{
	if (reading->column == SERIES_METRIC || reading->found)
		return (reading->part == part);
	return (true);
}

/* ---- from the history ------------------------------------------------------------------ */

static void
take_sample(struct series_set *set, struct past *past, size_t index)
{
	struct history_sample sample = history_sample(past->history, index);
	struct series_reading *reading;
	struct look look;
	uint64_t real_ns;
	size_t part, i;

	for (part = 0; part < past->count; part++) {
		if (!sample.parts[part].there)
			continue;
		look = (struct look){
			.reader = past->parts[part].reader,
			.history = past->history,
			.part = part,
			.time = {
				.there = true,
				.gap = sample.parts[part].gap_ns > 0,
				.mono_ns = sample.parts[part].mono_ns,
				.tick_ns = sample.parts[part].mono_ns,
			},
		};
		real_ns = sample.real_ns -
		    (sample.mono_ns - sample.parts[part].mono_ns);
		for (i = 0; i < set->count; i++) {
			reading = set->readings[i];
			if (!reading->filling || !is_of(reading, part) ||
			    real_ns + 2 * sample.period_ns < reading->since_ns)
				continue;
			read_value(&look, reading);
			if (!is_of(reading, part))
				continue;
			track_settle(reading->track);
			if (real_ns >= reading->since_ns)
				series_add(
				    set, reading, real_ns, sample.period_ns);
			track_next(reading->track);
		}
	}
}

/* Which ones are lacking something, and since when all of it. */
static uint64_t
begin_pass(struct series_set *set, const struct past *past, uint64_t wanted_ns)
{
	struct series_reading *reading;
	uint64_t since_ns = NEVER, from_ns, spare_ns;
	size_t i, count = history_count(past->history);
	uint64_t last_ns =
	    count == 0 ? 0 : history_sample(past->history, count - 1).real_ns;

	for (i = 0; i < set->count; i++) {
		reading = set->readings[i];
		reading->filling = series_lacks(set, reading, wanted_ns);
		if (!reading->filling)
			continue;
		/* A little more, for whoever goes back step by step. */
		from_ns = series_since(set, reading);
		spare_ns = (set->shown_ns - from_ns) / 4;
		from_ns = from_ns > spare_ns ? from_ns - spare_ns : 0;
		series_clear(reading);
		reading->searched = 0;
		reading->since_ns = from_ns;
		reading->until_ns = last_ns;
		reading->filled = true;
		if (from_ns < since_ns)
			since_ns = from_ns;
	}
	return (since_ns);
}

void
series_set_fill(
    struct series_set *set, struct past *past, uint64_t last_real_ns)
{
	uint64_t since_ns = begin_pass(set, past, last_real_ns);
	size_t i, count = history_count(past->history);
	ssize_t found;

	set->history = count > 0;
	for (i = 0; i < past->count; i++)
		set->created_ns[i] =
		    dbgshm_reader_info(past->parts[i].reader)->created_real_ns;
	if (since_ns == NEVER || count == 0)
		return;
	/* And one before, for rates. */
	found = history_find(past->history, since_ns);
	for (i = found > 0 ? (size_t)found - 1 : 0; i < count; i++)
		if (history_show(past->history, i) == 0)
			take_sample(set, past, i);
	for (i = 0; i < set->count; i++)
		set->readings[i]->filling = false;
}

/* ---- from the present -------------------------------------------------------------------- */

/* Longer than from sample to sample.  The history is asked when it knows more,
 * but not again and again; else there is a gap. */
static bool
is_behind(const struct series_set *set, struct series_reading *reading,
    struct look *look, uint64_t every_ns)
{
	const struct dbgshm_info *info = dbgshm_reader_info(look->reader);
	const struct track *track = reading->track;
	uint64_t period_ns = info->tick_period_ns,
		 last_ns = track->last_mono_ns;
	uint64_t now_ns =
	    track->by_tick ? look->time.tick_ns : look->time.mono_ns;

	if (every_ns > period_ns)
		period_ns = every_ns;
	look->time.gap = track->known && now_ns > last_ns &&
	    now_ns - last_ns > period_ns / 2 * 5;
	if (!look->time.gap || !set->history ||
	    look->time.tick_ns < last_ns + info->tick_period_ns / 2 * 3 ||
	    look->time.mono_ns - reading->behind_ns < BEHIND_NS)
		return (false);
	reading->behind_ns = look->time.mono_ns;
	reading->behind = true;
	return (true);
}

static void
take_frame(struct series_set *set, struct series_reading *reading,
    struct look *look, uint64_t every_ns)
{
	const struct dbgshm_info *info = dbgshm_reader_info(look->reader);
	struct track *track = reading->track;
	uint64_t real_ns, last_ns = track->last_mono_ns, period_ns = every_ns;
	bool known = track->known;

	if (!reading->filled || reading->behind ||
	    is_behind(set, reading, look, every_ns))
		return;
	read_value(look, reading);
	if (!is_of(reading, look->part))
		return;
	track_settle(track);
	real_ns = track->by_tick
	    ? info->tick_real_ns
	    : info->tick_real_ns + (look->time.mono_ns - info->tick_mono_ns);
	if (track->there && known && !look->time.gap)
		period_ns = track->mono_ns - last_ns;
	/* A tick that was there already is no sample; what went is one. */
	if (track->there ? !known || track->mono_ns > last_ns
			 : !track->by_tick) {
		series_add(set, reading, real_ns, period_ns);
		reading->until_ns = real_ns;
	}
	track_next(track);
}

void
series_set_frame(struct series_set *set, const struct model_source parts[],
    size_t count, uint64_t every_ns, bool gone)
{
	const struct dbgshm_info *info;
	struct look look;
	bool changed;
	size_t part, i;

	for (part = 0; part < count && set->count > 0; part++) {
		info = dbgshm_reader_info(parts[part].reader);
		changed = set->created_ns[part] != 0 &&
		    set->created_ns[part] != info->created_real_ns;
		set->created_ns[part] = info->created_real_ns;
		look = (struct look){
			.reader = parts[part].reader,
			.part = part,
			.time = track_present(parts[part].reader, false, gone),
		};
		for (i = 0; i < set->count; i++) {
			if (!is_of(set->readings[i], part))
				continue;
			if (changed) {
				series_clear(set->readings[i]);
				set->readings[i]->found = false;
			} else
				take_frame(
				    set, set->readings[i], &look, every_ns);
		}
	}
}
