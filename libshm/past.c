/*
 * past.c - a reader that shows a moment of the past.
 *
 * A moment becomes a view like any other: the schema with the records that were
 * live then, and a frame filled from decoded words.  Everything that the reader
 * hands out is then of that moment, until its next refresh.
 */
#include "past.h"

#include "obj.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct dbgshm_past {
	uint64_t magic;
	struct dbgshm_reader *reader;
	struct past past;
	struct dbgshm_layout layout;
	uint64_t *live; /* of the view that there is */
	size_t live_words;
	struct dbgshm_view *view; /* NULL while the reader has it */
	uint64_t rows_at;	  /* of the moment that is shown */
};

/* ---- the view ---------------------------------------------------------------- */

static bool
same_records(const struct dbgshm_past *past)
{
	const struct past_coder *live =
	    &past->past.cursors[DBGSHM_RING_METRICS].live;

	return (past->live != NULL && past->live_words == live->count &&
	    memcmp(past->live, dbgshm_frame_words(live->coder),
		live->count * sizeof(uint64_t)) == 0);
}

/* A view of the records that were live. */
static int
make_view(struct dbgshm_past *past)
{
	const struct past_coder *live =
	    &past->past.cursors[DBGSHM_RING_METRICS].live;
	struct dbgshm_view *view;
	struct dbgshm_sink sink = { 0 };
	uint64_t *bits = malloc((live->count + 1) * sizeof(*bits));
	int error;

	if (bits == NULL)
		return (ENOMEM);
	memcpy(
	    bits, dbgshm_frame_words(live->coder), live->count * sizeof(*bits));
	view = dbgshm__view_create(past->reader->descriptor,
	    &dbgshm__frame(past->reader)->header, &past->layout,
	    &(struct dbgshm_live){ bits, live->count }, &sink, &error);
	if (view == NULL) {
		free(bits);
		return (error);
	}
	free(past->live);
	past->live = bits;
	past->live_words = live->count;
	dbgshm__view_free(past->view);
	past->view = view;
	return (0);
}

/* ---- the frame ------------------------------------------------------------------ */

static void
take_words(uint64_t *to, uint64_t count, const struct past_coder *from)
{
	size_t words = from->count < count ? from->count : (size_t)count;

	memset(to, 0, (size_t)count * sizeof(*to));
	if (words > 0)
		memcpy(
		    to, dbgshm_frame_words(from->coder), words * sizeof(*to));
}

/* Which table of a frame of rows this one is: tables come by descriptor. */
static size_t
table_number(const struct dbgshm_schema *schema, uint32_t desc_offset)
{
	const struct dbgshm_desc *head;
	uint32_t offset = 64;
	size_t number = 0;

	for (; offset < desc_offset; offset += head->size8 * 8u) {
		head = (const void *)(schema->descriptors + offset);
		if (head->size8 < 2)
			break;
		if (head->type == DBGSHM_DESC_TABLE)
			number++;
	}
	return (number);
}

static void
take_rows(struct dbgshm_view *view, size_t table,
    const struct past_cursor *cursor, struct dbgshm_frame_table *rows)
{
	const struct dbgshm_table_place *place =
	    &view->schema.table_places[table];
	size_t number = table_number(&view->schema, place->desc_offset), words;
	size_t stride = 1 + place->row_stride / 8, slot, count;
	const uint64_t *from;

	memset(rows->status, 0, view->schema.tables[table].capacity);
	if (cursor->block == 0 || number >= cursor->table_count)
		return;
	words = cursor->tables[number].count;
	if (words < stride) /* none, or left out */
		return;
	from = dbgshm_frame_words(cursor->tables[number].coder);
	count = words / stride;
	if (count > view->schema.tables[table].capacity)
		count = view->schema.tables[table].capacity;
	for (slot = 0; slot < count; slot++, from += stride) {
		if (from[0] != DBGSHM_ROW_LIVE &&
		    from[0] != DBGSHM_ROW_FINISHED)
			continue;
		rows->status[slot] = (unsigned char)(1 +
		    (from[0] == DBGSHM_ROW_LIVE ? DBGSHM_ROWSTATE_LIVE
						: DBGSHM_ROWSTATE_FINISHED));
		memcpy(rows->rows + slot * place->row_stride, from + 1,
		    place->row_stride);
	}
}

/* Fills the view with what the cursors stand at. */
static int
fill_view(struct dbgshm_past *past, const struct past_frame *moment)
{
	const struct dbgshm_frame *present = dbgshm__frame(past->reader);
	const struct past_cursor *metrics =
	    &past->past.cursors[DBGSHM_RING_METRICS];
	struct dbgshm_view *view = past->view;
	struct dbgshm_frame *frame = &view->frames[view->current];
	size_t i;
	int error = 0;

	frame->header = present->header;
	frame->summary = present->summary;
	frame->start_mono_ns = present->start_mono_ns;
	frame->end_mono_ns = present->end_mono_ns;
	frame->real_ns = moment->real_ns;
	frame->now_ns = moment->mono_ns;
	take_words(frame->gauges, view->schema.gauge_words, &metrics->gauges);
	take_words(frame->cells, view->schema.shard_words, &metrics->cells);
	for (i = 0; i < view->schema.high_count; i++)
		frame->highs[i] = frame->cells[view->schema.highs[i]];
	for (i = 0; i < view->schema.table_count && error == 0; i++) {
		take_rows(view, i, &past->past.cursors[DBGSHM_RING_ROWS],
		    &frame->tables[i]);
		error = dbgshm__list_rows(view, i, frame);
	}
	view->filled = true;
	return (error);
}

/* ---- moments ---------------------------------------------------------------------- */

int
dbgshm_past_open(struct dbgshm_reader *reader, struct dbgshm_past **past)
{
	struct dbgshm_past *made;
	int error;

	DBGSHM_OBJ_CHECK(reader, DBGSHM_OBJ_READER);
	if ((made = calloc(1, sizeof(*made))) == NULL)
		return (-1);
	made->magic = DBGSHM_OBJ_PAST;
	made->reader = reader;
	made->layout = reader->view->layout;
	error = dbgshm__past_read(
	    &made->past, reader->descriptor, &made->layout, NULL);
	if (error != 0) {
		dbgshm_past_close(made);
		errno = error;
		return (-1);
	}
	*past = made;
	return (0);
}

void
dbgshm_past_close(struct dbgshm_past *past)
{
	if (past == NULL)
		return;
	DBGSHM_OBJ_CHECK(past, DBGSHM_OBJ_PAST);
	dbgshm__reader_return(past->reader, past);
	dbgshm__past_free(&past->past);
	dbgshm__view_free(past->view);
	free(past->live);
	past->magic = 0;
	free(past);
}

size_t
dbgshm_past_count(const struct dbgshm_past *past)
{
	return (past->past.rings[DBGSHM_RING_METRICS].count);
}

struct dbgshm_moment
dbgshm_past_moment(const struct dbgshm_past *past, size_t index)
{
	const struct past_ring *ring = &past->past.rings[DBGSHM_RING_METRICS];
	const struct past_frame *frame = &ring->frames[index];
	const struct past_block *block = &past->past.blocks[frame->block];
	struct dbgshm_moment moment = { frame->mono_ns, frame->real_ns,
		frame->boot_ns, block->period_ns, block->tier != 0, false };
	const struct past_frame *last;

	if (index > 0) {
		last = &ring->frames[index - 1];
		moment.gap = frame->boot_ns - last->boot_ns >
			past->past.blocks[last->block].period_ns * 3 / 2 &&
		    frame->boot_ns - last->boot_ns > block->period_ns * 3 / 2;
	}
	return (moment);
}

/* The last frame of a ring at or before a time; SIZE_MAX none. */
static size_t
find(const struct past_ring *ring, uint64_t mono_ns)
{
	size_t low = 0, high = ring->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (ring->frames[middle].mono_ns <= mono_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return (low == 0 ? SIZE_MAX : low - 1);
}

ssize_t
dbgshm_past_find(const struct dbgshm_past *past, uint64_t mono_ns)
{
	size_t found = find(&past->past.rings[DBGSHM_RING_METRICS], mono_ns);

	return (found == SIZE_MAX ? -1 : (ssize_t)found);
}

uint64_t
dbgshm_past_rows_since(const struct dbgshm_past *past)
{
	const struct past_ring *ring = &past->past.rings[DBGSHM_RING_ROWS];

	return (ring->count == 0 ? UINT64_MAX : ring->frames[0].mono_ns);
}

bool
dbgshm_past_has_rows(const struct dbgshm_past *past, size_t table)
{
	const struct past_cursor *cursor =
	    &past->past.cursors[DBGSHM_RING_ROWS];
	const struct dbgshm_schema *schema;
	size_t number;

	if (past->reader->lender != past || past->rows_at == UINT64_MAX)
		return (false);
	schema = &past->view->schema;
	if (table >= schema->table_count)
		return (false);
	number = table_number(schema, schema->table_places[table].desc_offset);
	return (
	    number < cursor->table_count && cursor->tables[number].count != 1);
}

uint64_t
dbgshm_past_rows_at(const struct dbgshm_past *past)
{
	return (past->rows_at);
}

/* Damaged rows are none. */
static int
show_rows(struct dbgshm_past *past, uint64_t mono_ns)
{
	struct past *inner = &past->past;
	const struct past_ring *ring = &inner->rings[DBGSHM_RING_ROWS];
	size_t found = find(ring, mono_ns);
	int error = found == SIZE_MAX
	    ? EBADMSG /* they reach less far */
	    : dbgshm__past_decode(inner, DBGSHM_RING_ROWS, found);

	past->rows_at = error == 0 ? ring->frames[found].mono_ns : UINT64_MAX;
	if (error != 0)
		inner->cursors[DBGSHM_RING_ROWS].block = 0;
	return (error == ENOMEM ? error : 0);
}

int
dbgshm_past_show(struct dbgshm_past *past, size_t index)
{
	const struct past_frame *moment;
	struct past *inner;
	int error;

	DBGSHM_OBJ_CHECK(past, DBGSHM_OBJ_PAST);
	inner = &past->past;
	dbgshm__reader_return(past->reader, past);
	if (index >= inner->rings[DBGSHM_RING_METRICS].count) {
		errno = EINVAL;
		return (-1);
	}
	moment = &inner->rings[DBGSHM_RING_METRICS].frames[index];
	error = dbgshm__past_decode(inner, DBGSHM_RING_METRICS, index);
	if (error == 0)
		error = show_rows(past, moment->mono_ns);
	if (error == 0 && (past->view == NULL || !same_records(past)))
		error = make_view(past);
	if (error == 0)
		error = fill_view(past, moment);
	if (error != 0) {
		errno = error;
		return (-1);
	}
	dbgshm__reader_lend(
	    past->reader, past, past->view, moment->mono_ns, moment->real_ns);
	return (0);
}

bool
dbgshm_past_extremes(const struct dbgshm_past *past, size_t metric,
    union dbgshm_value *least, union dbgshm_value *most)
{
	const struct past_coder *extremes =
	    &past->past.cursors[DBGSHM_RING_METRICS].extremes;
	const struct dbgshm_schema *schema;
	uint32_t peak;

	if (past->reader->lender != past)
		return (false);
	schema = &past->view->schema;
	if (metric >= schema->metric_count)
		return (false);
	peak = schema->metric_places[metric].peak;
	if (peak == 0 || extremes->count <= peak + 1u)
		return (false);
	least->u = dbgshm_frame_words(extremes->coder)[peak];
	most->u = dbgshm_frame_words(extremes->coder)[peak + 1];
	return (true);
}
