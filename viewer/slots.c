/*
 * slots.c - the numbers of a target in equal parts of time.
 *
 * What only grows is read where a slot ends and at both sides of a gap; values
 * are looked at in each sample, so that no peak is missed.
 */
#include "ids.h"
#include "slots_private.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NS UINT64_C(1000000000)
#define WINDOW_SLOTS 30	      /* enough for a median, few enough to be quick */
#define BEFORE_NS (3600 * NS) /* what is compared with, at most */
#define BEFORE_SLOTS                                                           \
	720		     /* and of short ones: what is old says little
				 about a minute */
#define LEAST_SLOTS 3	     /* of each, or nothing is said */
#define VALUES_MOST 10000000 /* of more only each slot's last is looked at */

/* What is done with a sample, of each part. */
#define STOP_READ 1  /* what grows is read */
#define STOP_CLOSE 2 /* and the slot ends */

/* ---- time -------------------------------------------------------------------- */

struct span {
	size_t first, last; /* samples */
	uint64_t border_ns; /* mono: what comes later is after */
	unsigned char *stops[SOURCE_PARTS]; /* of each sample from first on */
};

static size_t
slot_of(const struct slots *slots, const struct span *span, uint64_t mono_ns)
{
	size_t back;

	if (mono_ns > span->border_ns)
		return (slots->before +
		    (size_t)((mono_ns - span->border_ns - 1) / slots->slot_ns));
	back = (size_t)((span->border_ns - mono_ns) / slots->slot_ns) + 1;
	return (back > slots->before ? SLOTS_NONE : slots->before - back);
}

/* Slots lie on a grid, so that they are the same ones when time goes on. */
static bool
choose_span(struct slots *slots, struct history *history,
    uint64_t until_real_ns, uint64_t window_ns, struct span *span)
{
	struct history_sample sample;
	uint64_t known_ns, before_ns, period_ns, end_ns;
	ssize_t last = (ssize_t)history_count(history) - 1;

	if (until_real_ns != 0)
		last = history_find(history, until_real_ns);
	if (last < 1)
		return (false);
	span->last = (size_t)last;
	sample = history_sample(history, span->last);
	slots->end_real_ns = sample.real_ns;
	end_ns = sample.mono_ns;
	period_ns = sample.period_ns > 0 ? sample.period_ns : NS;
	known_ns = end_ns - history_sample(history, 0).mono_ns;
	if (window_ns > known_ns / 2)
		window_ns = known_ns / 2;
	slots->slot_ns =
	    (window_ns / WINDOW_SLOTS + period_ns - 1) / period_ns * period_ns;
	if (slots->slot_ns == 0)
		slots->slot_ns = period_ns;
	slots->after = (size_t)(window_ns / slots->slot_ns) + 1;
	span->border_ns = (end_ns - 1) / slots->slot_ns * slots->slot_ns -
	    (slots->after - 1) * slots->slot_ns;
	before_ns = known_ns - (end_ns - span->border_ns);
	if (end_ns - span->border_ns > known_ns)
		return (false);
	if (before_ns > BEFORE_NS)
		before_ns = BEFORE_NS;
	slots->before = (size_t)(before_ns / slots->slot_ns);
	if (slots->before > BEFORE_SLOTS)
		slots->before = BEFORE_SLOTS;
	if (slots->before < LEAST_SLOTS || slots->after < LEAST_SLOTS)
		return (false);
	/* From the sample before the first slot on. */
	span->first = span->last;
	while (span->first > 0 &&
	    slot_of(slots, span,
		history_sample(history, span->first).mono_ns) != SLOTS_NONE)
		span->first--;
	return (true);
}

/* Going backwards, what comes next is known. */
static void
choose_stops(struct slots_reading *reading, struct span *span, size_t part)
{
	struct history_sample sample;
	size_t i, slot, next_slot = SLOTS_NONE - 1, last_there = SLOTS_NONE;
	unsigned char *stops = calloc(span->last - span->first + 1, 1);
	bool gap_follows = false;

	if (stops == NULL)
		err(1, "memory for a history");
	for (i = span->last + 1; i-- > span->first;) {
		sample = history_sample(reading->history, i);
		if (!sample.parts[part].there)
			continue;
		slot = slot_of(reading->slots, span, sample.mono_ns);
		if (slot != next_slot)
			stops[i - span->first] |= STOP_READ | STOP_CLOSE;
		if (gap_follows || sample.parts[part].gap_ns > 0)
			stops[i - span->first] |= STOP_READ;
		gap_follows = sample.parts[part].gap_ns > 0;
		next_slot = slot;
		last_there = i;
	}
	if (last_there != SLOTS_NONE) /* what all begins with */
		stops[last_there - span->first] |= STOP_READ;
	span->stops[part] = stops;
}

/* ---- one sample --------------------------------------------------------------------- */

static double
number_of(const struct model_metric *metric, union dbgshm_value value)
{
	return (
	    metric->kind == DBGSHM_METRIC_FLOAT ? value.d : (double)value.i);
}

static void
read_values(
    struct slots_reading *reading, const struct slots_now *now, bool coarse)
{
	struct slots_part *part = &reading->parts[now->part];
	union dbgshm_value value, least, most;
	struct slots_line *line;
	size_t i;

	for (i = 0; i < part->value_count; i++) {
		line = &reading->slots->lines[part->values[i].line];
		value =
		    dbgshm_reader_value(part->reader, part->values[i].index);
		slots_see(line, now, !part->shown);
		slots_put_value(line, now, number_of(line->metric, value));
		if (coarse &&
		    history_extremes(reading->history, now->part,
			part->values[i].index, &least, &most))
			slots_widen(line, now, number_of(line->metric, least),
			    number_of(line->metric, most));
	}
}

static void
read_grown(struct slots_reading *reading, const struct slots_now *now)
{
	struct slots_part *part = &reading->parts[now->part];
	uint64_t slot_ns = reading->slots->slot_ns;
	struct dbgshm_histogram_info info;
	struct slots_line *line;
	size_t i, index;

	for (i = 0; i < part->grown_count; i++) {
		line = &reading->slots->lines[part->grown[i].line];
		index = part->grown[i].index;
		slots_see(line, now, !part->shown);
		if (line->metric->kind == DBGSHM_METRIC_COUNTER) {
			slots_put_grown(line, now,
			    dbgshm_reader_value(part->reader, index).u,
			    slot_ns);
		} else if (dbgshm_reader_histogram(
			       part->reader, index, &info) == 0) {
			slots_put_grown(line, now, info.count, slot_ns);
			slots_put_histogram(line + 1, now, &info, slot_ns);
		}
	}
}

static void
read_row(struct slots_reading *reading, const struct slots_now *now,
    const struct slots_table *table, size_t index,
    const struct dbgshm_row_info *row)
{
	struct dbgshm_reader *reader = reading->parts[now->part].reader;
	uint64_t id = model_row_id(row), *found;
	struct slots_line *line;
	struct dbgshm_cell cell;
	size_t i;

	found = bsearch(
	    &id, table->rows, table->row_count, sizeof(id), ids_compare);
	if (found == NULL)
		return;
	line = &reading->slots->lines[table->cells +
	    (size_t)(found - table->rows) * table->column_count];
	for (i = 0; i < table->column_count; i++, line++) {
		cell =
		    dbgshm_reader_cell(reader, index, row, table->columns[i]);
		if (line->what == SLOTS_RATE)
			slots_put_grown(
			    line, now, cell.u, reading->slots->slot_ns);
		else
			slots_put_value(line, now,
			    cell.type == DBGSHM_TYPE_FLOAT ? cell.d
				: cell.type == DBGSHM_TYPE_SIGNED
				? (double)cell.i
				: (double)cell.u);
	}
}

static void
read_tables(struct slots_reading *reading, const struct slots_now *now)
{
	struct slots_part *part = &reading->parts[now->part];
	const struct slots_table *table;
	const struct dbgshm_row_info *row;
	size_t i, j, index, count, live;

	for (i = 0; i < part->table_count; i++) {
		table = &reading->tables[part->tables[i].line];
		index = part->tables[i].index;
		if (!history_has_rows(reading->history, now->part, index))
			continue;
		count = dbgshm_reader_row_count(part->reader, index);
		for (j = live = 0; j < count; j++) {
			row = dbgshm_reader_row(part->reader, index, j);
			if (row->state != DBGSHM_ROWSTATE_LIVE &&
			    row->state != DBGSHM_ROWSTATE_BUSY)
				continue;
			live++;
			if (table->row_count > 0)
				read_row(reading, now, table, index, row);
		}
		slots_put_value(
		    &reading->slots->lines[table->line], now, (double)live);
	}
}

/* ---- all of them ------------------------------------------------------------------- */

static void
read_part(struct slots_reading *reading, const struct history_sample *sample,
    unsigned stop, struct slots_now *now)
{
	const struct history_moment *moment = &sample->parts[now->part];

	now->mono_ns = moment->mono_ns;
	now->gap = moment->gap_ns > 0;
	now->close = (stop & STOP_CLOSE) != 0;
	slots_name(reading, now->part);
	read_values(reading, now, moment->coarse);
	if ((stop & STOP_READ) != 0) {
		read_grown(reading, now);
		read_tables(reading, now);
	}
	reading->parts[now->part].shown = true;
}

/* What the readers show: the last sample of before. */
static void
take_model(
    const struct slots_reading *reading, struct model *model, uint64_t real_ns)
{
	struct model_source sources[SOURCE_PARTS];
	size_t i;

	for (i = 0; i < reading->part_count; i++) {
		sources[i] = reading->sources[i];
		sources[i].absent = !reading->parts[i].shown;
	}
	model_show(model, sources, reading->part_count, real_ns);
}

static void
take_models(struct slots_reading *reading, const struct slots_now *now,
    const struct slots_now *before)
{
	struct slots *slots = reading->slots;
	size_t from =
	    slots->before > slots->after ? slots->before - slots->after : 0;
	size_t i;

	if (now->slot == SLOTS_NONE || before->real_ns == 0)
		return;
	if (now->slot >= from &&
	    (before->slot == SLOTS_NONE || before->slot < from))
		take_model(reading, slots->earlier, before->real_ns);
	if (!now->after || before->after)
		return;
	slots->begin_real_ns = before->real_ns;
	for (i = 0; i < reading->part_count; i++)
		slots->known[i] = reading->parts[i].shown;
	take_model(reading, slots->then, before->real_ns);
}

static void
read_samples(struct slots_reading *reading, const struct span *span)
{
	struct slots *slots = reading->slots;
	bool all = reading->value_count > 0 &&
	    reading->value_count * (span->last - span->first) <= VALUES_MOST;
	struct slots_now now = { .slot = SLOTS_NONE }, before;
	struct history_sample sample;
	size_t i, at, part;
	unsigned stops;

	for (i = span->first; i <= span->last; i++) {
		at = i - span->first;
		sample = history_sample(reading->history, i);
		before = now;
		now = (struct slots_now){ .real_ns = sample.real_ns,
			.slot = slot_of(slots, span, sample.mono_ns),
			.after = sample.mono_ns > span->border_ns };
		take_models(reading, &now, &before);
		for (part = 0, stops = 0; part < reading->part_count; part++)
			stops |= span->stops[part][at];
		if ((stops == 0 && !all) ||
		    history_show(reading->history, i) == -1)
			continue;
		if (now.slot != SLOTS_NONE)
			slots->real_ns[now.slot] = sample.real_ns;
		for (part = 0; part < reading->part_count; part++) {
			now.part = part;
			if (sample.parts[part].there)
				read_part(reading, &sample,
				    span->stops[part][at], &now);
		}
	}
}

static void
make_values(struct slots *slots)
{
	size_t each = slots->before + slots->after, i;

	slots->values =
	    reallocarray(NULL, slots->count * each + 1, sizeof(*slots->values));
	slots->real_ns = calloc(each, sizeof(*slots->real_ns));
	if (slots->values == NULL || slots->real_ns == NULL)
		err(1, "memory for %zu numbers", slots->count * each);
	for (i = 0; i < slots->count * each; i++)
		slots->values[i] = NAN;
	for (i = 0; i < slots->count; i++)
		slots->lines[i].values = slots->values + i * each;
}

/* A region that is not in the last sample is in the one before it, or gone. */
static bool
show_last(struct slots_reading *reading, const struct span *span)
{
	struct model_source sources[SOURCE_PARTS];
	struct history_sample sample, before;
	size_t i;

	sample = history_sample(reading->history, span->last);
	before = history_sample(reading->history, span->last - 1);
	if (history_show(reading->history, span->last - 1) == -1 ||
	    history_show(reading->history, span->last) == -1)
		return (false);
	for (i = 0; i < reading->part_count; i++) {
		sources[i] = reading->sources[i];
		sources[i].absent =
		    !sample.parts[i].there && !before.parts[i].there;
	}
	model_show(
	    reading->slots->last, sources, reading->part_count, sample.real_ns);
	return (true);
}

struct slots *
slots_read(struct history *history, const struct model_source parts[],
    size_t count, uint64_t until_real_ns, uint64_t window_ns)
{
	struct slots *slots = calloc(1, sizeof(*slots));
	struct slots_reading reading = { .slots = slots,
		.history = history,
		.sources = parts,
		.part_count = count < SOURCE_PARTS ? count : SOURCE_PARTS };
	struct span span = { 0 };
	size_t i;

	if (slots == NULL)
		err(1, "memory for a history");
	slots->last = model_create(MODEL_NO_USERS);
	slots->then = model_create(MODEL_NO_USERS);
	slots->earlier = model_create(MODEL_NO_USERS);
	if (!choose_span(slots, history, until_real_ns, window_ns, &span) ||
	    !show_last(&reading, &span)) {
		slots_free(slots);
		return (NULL);
	}
	slots_plan(&reading);
	make_values(slots);
	for (i = 0; i < reading.part_count; i++) {
		reading.parts[i].reader = parts[i].reader;
		choose_stops(&reading, &span, i);
	}
	read_samples(&reading, &span);
	for (i = 0; i < reading.part_count; i++)
		free(span.stops[i]);
	slots_reading_fini(&reading);
	return (slots);
}

void
slots_free(struct slots *slots)
{
	size_t i;

	if (slots == NULL)
		return;
	for (i = 0; i < slots->count; i++)
		free(slots->lines[i].buckets);
	free(slots->lines);
	free(slots->values);
	free(slots->real_ns);
	model_destroy(slots->last);
	model_destroy(slots->then);
	model_destroy(slots->earlier);
	free(slots);
}
