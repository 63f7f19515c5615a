/*
 * order.c - the natural order of rows, by the shape of their table.
 *
 * A merge sort from the bottom up.  It keeps equal rows by slot and leaves out
 * merges of what is in order already: n log n comparisons at most, n when the slots
 * are in order.  Its room is made with the schema.
 */
#include "view.h"

#include <string.h>

bool
dbgshm__order_sorts(uint16_t shape)
{
	switch (shape) {
	case DBGSHM_SHAPE_OBJECT:
	case DBGSHM_SHAPE_OPERATION:
	case DBGSHM_SHAPE_STEP:
	case DBGSHM_SHAPE_HEARTBEAT:
	case DBGSHM_SHAPE_WORKER:
	case DBGSHM_SHAPE_PAIR:
	case DBGSHM_SHAPE_ERROR:
		return (true);
	default:
		return (false);
	}
}

/* ---- what a row is sorted by ------------------------------------------------ */

/* What is going on comes before what is over. */
enum { GOING, RESTING, OVER };

static void
key_heartbeat(const struct dbgshm_header *header,
    const struct dbgshm_row_info *row, const uint64_t *cells,
    struct dbgshm_sort_key *key)
{
	uint64_t deadline = cells[DBGSHM_HEARTBEAT_DEADLINE];
	uint64_t last = cells[DBGSHM_HEARTBEAT_LAST];
	uint64_t due_ns = deadline +
	    dbgshm__stamp_ns(header, last != 0 ? last : row->start_stamp);

	key->value = due_ns < deadline ? UINT64_MAX : due_ns;
	if (deadline == 0)
		key->group = RESTING;
}

static struct dbgshm_sort_key
key_of(uint16_t shape, const struct dbgshm_header *header,
    const struct dbgshm_row_info *row)
{
	const uint64_t *cells = row->words + DBGSHM_ROW_WORDS;
	struct dbgshm_sort_key key = { .slot = row->slot, .group = GOING };

	if (shape == DBGSHM_SHAPE_STEP) {
		key.value = ~row->start_stamp;
		key.tie = ~cells[DBGSHM_STEP_NUMBER];
	} else if (shape == DBGSHM_SHAPE_ERROR) {
		key.value = ~cells[DBGSHM_ERROR_LAST];
	} else if (dbgshm__row_is_over(row)) {
		key.group = OVER;
		key.value = ~row->end_stamp;
	} else if (shape == DBGSHM_SHAPE_HEARTBEAT) {
		key_heartbeat(header, row, cells, &key);
	} else if (shape == DBGSHM_SHAPE_WORKER) {
		if (cells[DBGSHM_WORKER_BUSY] == 0)
			key.group = RESTING; /* by slot */
		else
			key.value = cells[DBGSHM_WORKER_SINCE];
	} else { /* OBJECT, OPERATION, PAIR */
		key.value = row->start_stamp;
	}
	return (key);
}

/* ---- sorting ------------------------------------------------------------------ */

static bool
comes_before(const struct dbgshm_sort_key *a, const struct dbgshm_sort_key *b)
{
	if (a->group != b->group)
		return (a->group < b->group);
	if (a->value != b->value)
		return (a->value < b->value);
	return (a->tie < b->tie);
}

/* Two runs that lie one after the other, [from, middle) and [middle, to). */
static void
merge(const struct dbgshm_sort_key *keys, struct dbgshm_sort_key *into,
    size_t from, size_t middle, size_t to)
{
	size_t left = from, right = middle, i;

	if (middle >= to || !comes_before(&keys[middle], &keys[middle - 1])) {
		memcpy(into + from, keys + from, (to - from) * sizeof(*keys));
		return;
	}
	for (i = from; i < to; i++)
		if (right == to ||
		    (left < middle && !comes_before(&keys[right], &keys[left])))
			into[i] = keys[left++];
		else
			into[i] = keys[right++];
}

static size_t
least(size_t a, size_t b)
{
	return (a < b ? a : b);
}

/* Returns the one of the two arrays in which the sorted keys are. */
static const struct dbgshm_sort_key *
sort(struct dbgshm_sort_key *keys, struct dbgshm_sort_key *other, size_t count)
{
	struct dbgshm_sort_key *swap;
	size_t from, i, width;

	for (i = 1; i < count && !comes_before(&keys[i], &keys[i - 1]); i++)
		continue;
	if (i >= count)
		return (keys);
	for (width = 1; width < count; width *= 2) {
		for (from = 0; from < count; from += 2 * width)
			merge(keys, other, from, least(from + width, count),
			    least(from + 2 * width, count));
		swap = keys;
		keys = other;
		other = swap;
	}
	return (keys);
}

void
dbgshm__order(const struct dbgshm_view *view, size_t table,
    const struct dbgshm_frame *frame, uint32_t *slots, size_t count)
{
	const struct dbgshm_frame_table *rows = &frame->tables[table];
	uint16_t shape = view->schema.tables[table].shape;
	uint32_t stride = view->schema.table_places[table].row_stride;
	const struct dbgshm_sort_key *keys;
	struct dbgshm_row_info row;
	size_t i;

	for (i = 0; i < count; i++) {
		row = dbgshm__row_at(rows, stride, slots[i]);
		view->keys[0][i] = key_of(shape, &frame->header, &row);
	}
	keys = sort(view->keys[0], view->keys[1], count);
	for (i = 0; i < count; i++)
		slots[i] = keys[i].slot;
}
