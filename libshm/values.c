/*
 * values.c - what a reader hands out of the frame that it holds.
 *
 * Nothing here reads the file.  An index that is out of range is a mistake of
 * the caller's and stops it; a value in the frame that makes no sense is cut to
 * one that does.
 */
#include "obj.h"
#include "view.h"

#include <errno.h>
#include <string.h>

#define READER(reader) DBGSHM_OBJ_CHECK(reader, DBGSHM_OBJ_READER)

const struct dbgshm_info *
dbgshm_reader_info(const struct dbgshm_reader *reader)
{
	READER(reader);
	return (&reader->info);
}

/* ---- life ----------------------------------------------------------------- */

bool
dbgshm_reader_locked(struct dbgshm_reader *reader)
{
	READER(reader);
	return (dbgshm__life_locked(reader->descriptor));
}

enum dbgshm_life
dbgshm_reader_life(struct dbgshm_reader *reader)
{
	struct dbgshm_header header;

	READER(reader);
	/* The words that a watcher stores may be newer than the frame. */
	if (dbgshm__read_header(reader->descriptor, &header) != 0 ||
	    dbgshm__verify_constant(&reader->first, &header) != 0)
		header = dbgshm__frame(reader)->header;
	if (dbgshm__is_image(&header))
		return (header.taken_life < DBGSHM_LIFE_UNREADABLE
			? (enum dbgshm_life)header.taken_life
			: DBGSHM_LIFE_DEAD);
	return (dbgshm__life(reader->descriptor, &header, &reader->host));
}

/* ---- profiles and metrics -------------------------------------------------- */

size_t
dbgshm_reader_profile_count(const struct dbgshm_reader *reader)
{
	READER(reader);
	return (reader->view->schema.profile_count);
}

const struct dbgshm_profile_info *
dbgshm_reader_profile(const struct dbgshm_reader *reader, size_t index)
{
	READER(reader);
	assert(index < reader->view->schema.profile_count);
	return (&reader->view->schema.profiles[index]);
}

size_t
dbgshm_reader_metric_count(const struct dbgshm_reader *reader)
{
	READER(reader);
	return (reader->view->schema.metric_count);
}

const struct dbgshm_metric_info *
dbgshm_reader_metric(const struct dbgshm_reader *reader, size_t index)
{
	READER(reader);
	assert(index < reader->view->schema.metric_count);
	return (&reader->view->schema.metrics[index]);
}

static uint64_t
bucket_sum(const uint64_t *buckets, size_t count)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		sum += buckets[i];
	return (sum);
}

static inline union dbgshm_value
value_at(
    const struct dbgshm_metric_place *place, const struct dbgshm_frame *frame)
{
	const uint64_t *cells = frame->cells + place->cell;
	union dbgshm_value value;

	switch (place->kind) {
	case DBGSHM_METRIC_COUNTER:
		value.u = cells[0];
		break;
	case DBGSHM_METRIC_UPDOWN:
		value.u = cells[0] - cells[1];
		break;
	case DBGSHM_METRIC_HISTOGRAM:
		value.u = bucket_sum(cells + DBGSHM_HISTOGRAM_BUCKETS,
		    place->cells - DBGSHM_HISTOGRAM_BUCKETS);
		break;
	default: /* GAUGE, FLOAT: the same bits */
		value.u = frame->gauges[place->cell];
		break;
	}
	return (value);
}

union dbgshm_value
dbgshm_reader_value(const struct dbgshm_reader *reader, size_t index)
{
	union dbgshm_value nothing = { 0 };

	(void)dbgshm_reader_metric(reader, index);
	return (reader->view->filled
		? value_at(&reader->view->schema.metric_places[index],
		      dbgshm__frame(reader))
		: nothing);
}

uint64_t
dbgshm_reader_frame(const struct dbgshm_reader *reader)
{
	READER(reader);
	return (reader->present != NULL ? 0 : reader->frame);
}

/* Whether two frames of the same names have the same words for a metric. */
static inline bool
is_still(const struct dbgshm_metric_place *place,
    const struct dbgshm_frame *now, const struct dbgshm_frame *before)
{
	bool gauge = place->kind == DBGSHM_METRIC_GAUGE ||
	    place->kind == DBGSHM_METRIC_FLOAT;
	const uint64_t *a = gauge ? now->gauges : now->cells;
	const uint64_t *b = gauge ? before->gauges : before->cells;

	if (memcmp(a + place->cell, b + place->cell,
		place->cells * sizeof(*a)) != 0)
		return (false);
	return (place->peak == 0 ||
	    memcmp(now->gauges + place->peak, before->gauges + place->peak,
		2 * sizeof(*a)) == 0);
}

/* Counters are most of them, and one comparison each. */
static size_t
find_moved(const struct dbgshm_view *view, size_t first, size_t count,
    struct dbgshm_moved list[])
{
	const struct dbgshm_metric_place *places = view->schema.metric_places;
	const struct dbgshm_frame *now = &view->frames[view->current];
	const struct dbgshm_frame *before = &view->frames[1 - view->current];
	const uint64_t *a = now->cells, *b = before->cells;
	size_t i, end = first + count, found = 0;

	for (i = first; i < end; i++) {
		if (places[i].kind == DBGSHM_METRIC_COUNTER) {
			if (a[places[i].cell] == b[places[i].cell])
				continue;
		} else if (is_still(&places[i], now, before))
			continue;
		list[found++] =
		    (struct dbgshm_moved){ i, value_at(&places[i], now),
			    value_at(&places[i], before), true };
	}
	return (found);
}

size_t
dbgshm_reader_moved(const struct dbgshm_reader *reader, size_t first,
    size_t count, uint64_t known, struct dbgshm_moved list[])
{
	uint64_t frame = dbgshm_reader_frame(reader);
	const struct dbgshm_view *view = reader->view;
	size_t i;

	assert(first <= view->schema.metric_count &&
	    count <= view->schema.metric_count - first);
	if (known != 0 && known == frame)
		return (0);
	if (known != 0 && known + 1 == frame && view->paired)
		return (find_moved(view, first, count, list));
	for (i = 0; i < count; i++) {
		list[i] = (struct dbgshm_moved){ .index = first + i };
		list[i].value = dbgshm_reader_value(reader, first + i);
		if (frame == 0 || !view->paired)
			continue;
		list[i].paired = true;
		list[i].before =
		    value_at(&view->schema.metric_places[first + i],
			&view->frames[1 - view->current]);
	}
	return (count);
}

bool
dbgshm_reader_peak(const struct dbgshm_reader *reader, size_t index,
    union dbgshm_value *value, uint64_t *stamp)
{
	const uint64_t *words;
	uint32_t peak;

	(void)dbgshm_reader_metric(reader, index);
	peak = reader->view->schema.metric_places[index].peak;
	if (peak == 0 || !reader->view->filled)
		return (false);
	words = dbgshm__frame(reader)->gauges + peak;
	if (words[1] == 0)
		return (false);
	value->u = words[0];
	*stamp = words[1];
	return (true);
}

int
dbgshm_reader_histogram(const struct dbgshm_reader *reader, size_t index,
    struct dbgshm_histogram_info *histogram)
{
	const struct dbgshm_metric_info *metric =
	    dbgshm_reader_metric(reader, index);
	const struct dbgshm_view *view = reader->view;
	const uint64_t *cells;
	size_t lowest = 0;

	if (metric->kind != DBGSHM_METRIC_HISTOGRAM) {
		errno = EINVAL;
		return (-1);
	}
	if (!view->filled) {
		errno = EAGAIN;
		return (-1);
	}
	cells = dbgshm__frame(reader)->cells +
	    view->schema.metric_places[index].cell;
	memset(histogram, 0, sizeof(*histogram));
	histogram->sum = cells[DBGSHM_HISTOGRAM_SUM];
	histogram->max = cells[DBGSHM_HISTOGRAM_MAX];
	histogram->buckets = cells + DBGSHM_HISTOGRAM_BUCKETS;
	histogram->bucket_count = metric->bucket_count;
	histogram->count =
	    bucket_sum(histogram->buckets, histogram->bucket_count);
	if (histogram->count == 0)
		return (0);
	while (lowest + 1 < histogram->bucket_count &&
	    histogram->buckets[lowest] == 0)
		lowest++;
	histogram->min = dbgshm_bucket_low(lowest);
	return (0);
}

const uint64_t *
dbgshm_reader_buckets(const struct dbgshm_reader *reader, size_t index)
{
	const struct dbgshm_metric_info *metric =
	    dbgshm_reader_metric(reader, index);

	if (metric->kind != DBGSHM_METRIC_HISTOGRAM || !reader->view->filled)
		return (NULL);
	return (dbgshm__frame(reader)->cells +
	    reader->view->schema.metric_places[index].cell +
	    DBGSHM_HISTOGRAM_BUCKETS);
}

/* ---- tables -------------------------------------------------------------------- */

size_t
dbgshm_reader_table_count(const struct dbgshm_reader *reader)
{
	READER(reader);
	return (reader->view->schema.table_count);
}

const struct dbgshm_table_info *
dbgshm_reader_table(const struct dbgshm_reader *reader, size_t index)
{
	READER(reader);
	assert(index < reader->view->schema.table_count);
	return (&reader->view->schema.tables[index]);
}

size_t
dbgshm_reader_row_count(const struct dbgshm_reader *reader, size_t table)
{
	READER(reader);
	assert(table < reader->view->schema.table_count);
	return (dbgshm__frame(reader)->tables[table].count);
}

const struct dbgshm_row_info *
dbgshm_reader_row(
    const struct dbgshm_reader *reader, size_t table, size_t index)
{
	assert(index < dbgshm_reader_row_count(reader, table));
	return (&dbgshm__frame(reader)->tables[table].infos[index]);
}

static void
cell_text(const struct dbgshm_row_info *row,
    const struct dbgshm_column_info *column,
    const struct dbgshm_column_place *place, struct dbgshm_cell *cell)
{
	size_t length = (size_t)(cell->u & DBGSHM_TEXT_LENGTH_MASK);

	cell->cut = (cell->u & DBGSHM_TEXT_CUT) != 0;
	if (length > column->width) {
		length = column->width;
		cell->cut = true;
	}
	cell->text.bytes = (const char *)row->words + place->text_offset;
	cell->text.length = length;
	cell->u = length;
}

struct dbgshm_cell
dbgshm_reader_cell(const struct dbgshm_reader *reader, size_t table,
    const struct dbgshm_row_info *row, size_t column)
{
	const struct dbgshm_table_info *info =
	    dbgshm_reader_table(reader, table);
	const struct dbgshm_column_place *place;
	struct dbgshm_cell cell = { 0 };

	assert(column < info->column_count);
	place = &reader->view->schema.table_places[table].columns[column];
	if ((info->columns[column].flags & DBGSHM_COLUMN_DERIVED) != 0)
		return (dbgshm__derive(dbgshm__frame(reader), row, place));
	cell.type = info->columns[column].type;
	cell.text.bytes = "";
	cell.u = row->words[place->word];
	cell.i = (int64_t)cell.u;
	memcpy(&cell.d, &cell.u, sizeof(cell.d));
	if (cell.type == DBGSHM_TYPE_TEXT || cell.type == DBGSHM_TYPE_BLOB)
		cell_text(row, &info->columns[column], place, &cell);
	if (cell.type == DBGSHM_TYPE_ENUM &&
	    cell.u < info->columns[column].name_count)
		cell.text = info->columns[column].names[cell.u];
	return (cell);
}

/* ---- event logs ------------------------------------------------------------------ */

size_t
dbgshm_reader_log_count(const struct dbgshm_reader *reader)
{
	READER(reader);
	return (reader->view->schema.log_count);
}

const struct dbgshm_log_info *
dbgshm_reader_log(const struct dbgshm_reader *reader, size_t index)
{
	READER(reader);
	assert(index < reader->view->schema.log_count);
	return (&reader->view->schema.logs[index]);
}

size_t
dbgshm_reader_event_kind_count(const struct dbgshm_reader *reader)
{
	READER(reader);
	return (reader->view->schema.kind_count);
}

struct dbgshm_event_kind_info
dbgshm_reader_event_kind(const struct dbgshm_reader *reader, size_t index)
{
	const struct dbgshm_kind *kind;

	READER(reader);
	assert(index < reader->view->schema.kind_count);
	kind = &reader->view->schema.kinds[index];
	return ((struct dbgshm_event_kind_info){
	    .log = kind->log,
	    .severity = kind->severity,
	    .name = kind->name,
	    .text = kind->text,
	    .fields = kind->fields,
	    .field_count = kind->field_count,
	});
}

/* ---- summary page ---------------------------------------------------------------- */

size_t
dbgshm_reader_summary_count(const struct dbgshm_reader *reader)
{
	uint64_t count;

	READER(reader);
	count = dbgshm__frame(reader)->summary.count;
	return (count < DBGSHM_SUMMARY_SLOTS ? (size_t)count
					     : DBGSHM_SUMMARY_SLOTS);
}

uint64_t
dbgshm_reader_summary(
    const struct dbgshm_reader *reader, size_t slot, struct dbgshm_text *name)
{
	const struct dbgshm_summary_slot *found;

	assert(slot < dbgshm_reader_summary_count(reader));
	found = &dbgshm__frame(reader)->summary.slots[slot];
	if (name != NULL) {
		name->bytes = found->name;
		name->length = strnlen(found->name, sizeof(found->name));
	}
	return (found->value);
}
