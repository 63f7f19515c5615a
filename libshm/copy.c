/*
 * copy.c - one frame: every value once, between two readings of the clock.
 *
 * Buffers are made with the schema; a frame allocates nothing.  Only bytes that
 * some metric or table uses are read, one pread(2) for the gauges and one for
 * each shard.
 */
#include "view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- room ------------------------------------------------------------- */

static int
frame_create(const struct dbgshm_schema *schema, struct dbgshm_frame *frame)
{
	struct dbgshm_frame_table *table;
	size_t i;

	frame->gauges = dbgshm__room((size_t)schema->gauge_words * 8);
	frame->cells = dbgshm__room((size_t)schema->shard_words * 8);
	frame->highs = calloc(schema->high_count + 1, sizeof(uint64_t));
	frame->tables = calloc(schema->table_count + 1, sizeof(*table));
	if (frame->gauges == NULL || frame->cells == NULL ||
	    frame->highs == NULL || frame->tables == NULL)
		return (ENOMEM);
	for (i = 0; i < schema->table_count; i++) {
		table = &frame->tables[i];
		table->rows =
		    dbgshm__room((size_t)schema->table_places[i].row_stride *
			schema->tables[i].capacity);
		table->status = calloc(schema->tables[i].capacity, 1);
		if (table->rows == NULL || table->status == NULL)
			return (ENOMEM);
		if (!dbgshm__order_sorts(schema->tables[i].shape))
			continue;
		table->places =
		    calloc(schema->tables[i].capacity, sizeof(*table->places));
		if (table->places == NULL)
			return (ENOMEM);
	}
	return (0);
}

static void
frame_free(const struct dbgshm_schema *schema, struct dbgshm_frame *frame)
{
	size_t i;

	free(frame->gauges);
	free(frame->cells);
	free(frame->highs);
	for (i = 0; frame->tables != NULL && i < schema->table_count; i++) {
		free(frame->tables[i].rows);
		free(frame->tables[i].status);
		free(frame->tables[i].infos);
		free(frame->tables[i].places);
	}
	free(frame->tables);
}

static int
view_rooms(struct dbgshm_view *view)
{
	const struct dbgshm_schema *schema = &view->schema;
	size_t capacity = 1, i, sorted = 0;
	int error;

	for (i = 0; i < schema->table_count; i++) {
		if (capacity < schema->tables[i].capacity)
			capacity = schema->tables[i].capacity;
		if (dbgshm__order_sorts(schema->tables[i].shape) &&
		    sorted < schema->tables[i].capacity)
			sorted = schema->tables[i].capacity;
	}
	for (i = 0; i < 2; i++) {
		if ((error = frame_create(schema, &view->frames[i])) != 0)
			return (error);
		view->sequences[i] = dbgshm__room(
		    sizeof(struct dbgshm_table_head) + 8 * capacity);
		view->keys[i] = calloc(sorted + 1, sizeof(*view->keys[i]));
		if (view->sequences[i] == NULL || view->keys[i] == NULL)
			return (ENOMEM);
	}
	view->shard = dbgshm__room((size_t)schema->shard_words * 8);
	view->pending = calloc(capacity, sizeof(*view->pending));
	if (view->shard == NULL || view->pending == NULL)
		return (ENOMEM);
	return (0);
}

struct dbgshm_view *
dbgshm__view_create(int descriptor, const struct dbgshm_header *header,
    const struct dbgshm_layout *layout, const struct dbgshm_live *live,
    const struct dbgshm_sink *sink, int *error)
{
	struct dbgshm_view *view = calloc(1, sizeof(*view));

	if (view == NULL) {
		*error = ENOMEM;
		return (NULL);
	}
	view->layout = *layout;
	view->schema.sink = *sink;
	*error = dbgshm__schema_read(
	    descriptor, header, layout, live, &view->schema);
	if (*error == 0)
		*error = view_rooms(view);
	if (*error == 0)
		return (view);
	dbgshm__view_free(view);
	return (NULL);
}

void
dbgshm__view_free(struct dbgshm_view *view)
{
	size_t i;

	if (view == NULL)
		return;
	for (i = 0; i < 2; i++) {
		frame_free(&view->schema, &view->frames[i]);
		free(view->sequences[i]);
		free(view->keys[i]);
	}
	free(view->shard);
	free(view->pending);
	dbgshm__schema_free(&view->schema);
	free(view);
}

/* The same table in another schema; starts looking at *hint. */
static const struct dbgshm_frame_table *
find_table(const struct dbgshm_view *view, const struct dbgshm_view *like,
    size_t table, size_t *hint)
{
	const struct dbgshm_schema *schema = &view->schema;
	const struct dbgshm_table_place *place =
	    &like->schema.table_places[table];
	size_t i;

	for (i = *hint; i < schema->table_count && i < *hint + 64; i++) {
		if (schema->table_places[i].desc_offset != place->desc_offset)
			continue;
		*hint = i + 1;
		if (schema->tables[i].generation !=
			like->schema.tables[table].generation ||
		    schema->tables[i].capacity !=
			like->schema.tables[table].capacity ||
		    schema->table_places[i].row_stride != place->row_stride)
			return (NULL);
		return (&view->frames[view->current].tables[i]);
	}
	return (NULL);
}

void
dbgshm__view_inherit(struct dbgshm_view *view, const struct dbgshm_view *from)
{
	const struct dbgshm_frame_table *old;
	struct dbgshm_frame_table *new;
	size_t hint = 0, i, stride, slot;

	for (i = 0; i < view->schema.table_count; i++) {
		old = find_table(from, view, i, &hint);
		if (old == NULL)
			continue;
		new = &view->frames[view->current].tables[i];
		stride = view->schema.table_places[i].row_stride;
		for (slot = 0; slot < view->schema.tables[i].capacity; slot++) {
			if ((new->status[slot] = old->status[slot]) == 0)
				continue;
			memcpy(new->rows + slot *stride,
			    old->rows + slot * stride, stride);
		}
	}
}

/* ---- values ------------------------------------------------------------- */

static void
add_words(uint64_t *restrict to, const uint64_t *restrict from, size_t count)
{
	size_t i = 0;

	/* Four at a time, so that its speed is not a matter of code alignment. */
	for (; i + 4 <= count; i += 4) {
		to[i] += from[i];
		to[i + 1] += from[i + 1];
		to[i + 2] += from[i + 2];
		to[i + 3] += from[i + 3];
	}
	for (; i < count; i++)
		to[i] += from[i];
}

static void
raise_highs(
    const struct dbgshm_schema *schema, uint64_t *highs, const uint64_t *cells)
{
	size_t i;

	for (i = 0; i < schema->high_count; i++)
		if (highs[i] < cells[schema->highs[i]])
			highs[i] = cells[schema->highs[i]];
}

/* Shard 0 goes straight into the sum, the others are added to it. */
static int
copy_shards(
    int descriptor, const struct dbgshm_view *view, struct dbgshm_frame *frame)
{
	const struct dbgshm_schema *schema = &view->schema;
	const struct dbgshm_layout *layout = &view->layout;
	size_t i, words = (size_t)schema->shard_words;
	uint64_t at = layout->sections[DBGSHM_SECTION_SHARDS].offset;
	uint64_t *into = frame->cells;
	uint32_t shard;
	int error;

	if (words == 0)
		return (0);
	if (layout->shards_ready == 0)
		memset(frame->cells, 0, words * 8);
	memset(frame->highs, 0, schema->high_count * sizeof(*frame->highs));
	for (shard = 0; shard < layout->shards_ready; shard++) {
		if ((error = dbgshm__read(descriptor, into, words * 8,
			 at + shard * layout->shard_stride)) != 0)
			return (error);
		raise_highs(schema, frame->highs, into);
		if (into != frame->cells)
			add_words(frame->cells, into, words);
		into = view->shard;
	}
	for (i = 0; i < schema->high_count; i++)
		frame->cells[schema->highs[i]] = frame->highs[i];
	return (0);
}

int
dbgshm__copy_values(
    int descriptor, const struct dbgshm_view *view, struct dbgshm_frame *frame)
{
	const struct dbgshm_section *gauges =
	    &view->layout.sections[DBGSHM_SECTION_GAUGES];
	int error;

	if ((error = dbgshm__read(descriptor, &frame->summary,
		 sizeof(frame->summary), DBGSHM_SUMMARY_OFFSET)) != 0)
		return (error);
	if (view->schema.gauge_words * 8 > gauges->used ||
	    view->schema.shard_words * 8 >
		view->layout.sections[DBGSHM_SECTION_SHARDS].used)
		return (EBADMSG);
	if (view->schema.gauge_words > 0 &&
	    (error = dbgshm__read(descriptor, frame->gauges,
		 (size_t)view->schema.gauge_words * 8, gauges->offset)) != 0)
		return (error);
	return (copy_shards(descriptor, view, frame));
}
