/*
 * rows.c - the rows of one table, whole or marked.
 *
 * Sequences, rows, sequences, in that order and each by a read of its own.  A row
 * whose two sequences are equal and even is whole; the others are tried again, at
 * most DBGSHM_TRIES times.  What is still not whole is busy when its writer lives,
 * and torn at death when not.
 */
#include "view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_WORDS (sizeof(struct dbgshm_table_head) / 8)
#define GAP_MAX 8192 /* bytes of free rows that are read rather than skipped */
#define SHOWN(state) ((unsigned char)((state) + 1))

struct copy {
	int descriptor;
	const struct dbgshm_table_place *place;
	uint32_t capacity;
	uint64_t *before, *after; /* table head, then sequences */
	uint32_t *pending;
	size_t count;
	struct dbgshm_frame_table *now;
};

static unsigned
row_state(uint64_t sequence)
{
	return ((unsigned)((sequence & DBGSHM_SEQ_STATE_MASK) >>
	    DBGSHM_SEQ_STATE_SHIFT));
}

static unsigned char *
row_at(const struct copy *copy, const struct dbgshm_frame_table *table,
    size_t slot)
{
	return (table->rows + slot * copy->place->row_stride);
}

static uint64_t
row_generation(const unsigned char *row)
{
	uint64_t generation;

	memcpy(&generation, row, sizeof(generation));
	return (generation);
}

static int
read_sequences(const struct copy *copy, uint64_t *into)
{
	return (dbgshm__read(copy->descriptor, into,
	    (HEAD_WORDS + (size_t)copy->capacity) * 8,
	    copy->place->data_offset));
}

/*
 * Reads the pending rows, neighbours in one go.  In the first round free rows
 * between them are read too; later ones must not touch rows that are whole.
 */
static int
read_rows(const struct copy *copy, size_t gap)
{
	uint64_t stride = copy->place->row_stride;
	size_t first, i = 0;
	uint32_t from, to;
	int error;

	while (i < copy->count) {
		first = i++;
		while (i < copy->count &&
		    copy->pending[i] - copy->pending[i - 1] <= gap + 1)
			i++;
		from = copy->pending[first];
		to = copy->pending[i - 1] + 1;
		if ((error = dbgshm__read(copy->descriptor,
			 row_at(copy, copy->now, from),
			 (size_t)((to - from) * stride),
			 copy->place->rows_offset + from * stride)) != 0)
			return (error);
	}
	return (0);
}

/* Keeps in pending what is neither whole nor free. */
static void
settle(struct copy *copy)
{
	const uint64_t *before = copy->before + HEAD_WORDS;
	const uint64_t *after = copy->after + HEAD_WORDS;
	size_t i, kept = 0;
	uint32_t slot;

	for (i = 0; i < copy->count; i++) {
		slot = copy->pending[i];
		if (before[slot] != after[slot] ||
		    (after[slot] & DBGSHM_SEQ_BUSY) != 0) {
			if ((after[slot] & DBGSHM_SEQ_BUSY) != 0 ||
			    row_state(after[slot]) != DBGSHM_ROW_FREE)
				copy->pending[kept++] = slot;
			continue;
		}
		switch (row_state(after[slot])) {
		case DBGSHM_ROW_FREE:
			break;
		case DBGSHM_ROW_LIVE:
			copy->now->status[slot] = SHOWN(DBGSHM_ROWSTATE_LIVE);
			break;
		case DBGSHM_ROW_FINISHED:
			copy->now->status[slot] =
			    SHOWN(DBGSHM_ROWSTATE_FINISHED);
			break;
		default:
			copy->now->status[slot] = SHOWN(DBGSHM_ROWSTATE_TORN);
			break;
		}
	}
	copy->count = kept;
}

/* One more round over what is pending: rows, then sequences. */
static int
again(struct copy *copy, size_t gap)
{
	int error;

	if ((error = read_rows(copy, gap)) != 0 ||
	    (error = read_sequences(copy, copy->after)) != 0)
		return (error);
	settle(copy);
	return (0);
}

static void
swap_sequences(struct copy *copy)
{
	uint64_t *swap = copy->before;

	copy->before = copy->after;
	copy->after = swap;
}

/* What to say of a row that did not come out whole. */
static void
mark(const struct copy *copy, const struct dbgshm_frame_table *before,
    uint32_t slot, bool writer_lives)
{
	struct dbgshm_frame_table *now = copy->now;
	uint64_t sequence = copy->after[HEAD_WORDS + slot];
	unsigned char *row = row_at(copy, now, slot);
	uint64_t generation = row_generation(row);
	const unsigned char *good = row_at(copy, before, slot);
	unsigned char was = before->status[slot];

	if (!writer_lives) {
		if (row_state(sequence) != DBGSHM_ROW_FREE || generation != 0)
			now->status[slot] =
			    SHOWN(DBGSHM_ROWSTATE_TORN_AT_DEATH);
		return;
	}
	if ((was == SHOWN(DBGSHM_ROWSTATE_LIVE) ||
		was == SHOWN(DBGSHM_ROWSTATE_FINISHED) ||
		was == SHOWN(DBGSHM_ROWSTATE_BUSY)) &&
	    row_state(sequence) != DBGSHM_ROW_FREE &&
	    row_generation(good) == generation) {
		memcpy(row, good, copy->place->row_stride);
		now->status[slot] = SHOWN(DBGSHM_ROWSTATE_BUSY);
		return;
	}
	/* Being claimed, free before or finished: nobody's business yet. */
	if (row_state(sequence) == DBGSHM_ROW_LIVE)
		now->status[slot] = SHOWN(DBGSHM_ROWSTATE_TORN);
}

struct dbgshm_row_info
dbgshm__row_at(
    const struct dbgshm_frame_table *rows, uint32_t row_stride, uint32_t slot)
{
	const unsigned char *row = rows->rows + (size_t)slot * row_stride;
	struct dbgshm_row_info info = { .slot = slot };
	struct dbgshm_row_head head;

	memcpy(&head, row, sizeof(head));
	info.generation = head.generation;
	info.state = (enum dbgshm_row_state)(rows->status[slot] - 1);
	info.start_stamp = head.start_stamp;
	info.end_stamp = head.end_stamp;
	info.words = (const void *)row;
	return (info);
}

int
dbgshm__list_rows(
    const struct dbgshm_view *view, size_t table, struct dbgshm_frame *frame)
{
	struct dbgshm_frame_table *now = &frame->tables[table];
	const uint32_t stride = view->schema.table_places[table].row_stride;
	struct dbgshm_row_info *infos;
	uint32_t *slots = view->pending, slot;
	size_t count = 0, i, room = now->room;

	for (slot = 0; slot < view->schema.tables[table].capacity; slot++)
		if (now->status[slot] != 0)
			slots[count++] = slot;
	while (room < count)
		room = room == 0 ? 16 : room * 2;
	if (room != now->room) {
		infos = realloc(now->infos, room * sizeof(*infos));
		if (infos == NULL)
			return (ENOMEM);
		now->infos = infos;
		now->room = room;
	}
	if (now->places != NULL)
		dbgshm__order(view, table, frame, slots, count);
	for (i = 0; i < count; i++) {
		now->infos[i] = dbgshm__row_at(now, stride, slots[i]);
		if (now->places != NULL)
			now->places[slots[i]] = (uint32_t)i;
	}
	now->count = count;
	return (0);
}

int
dbgshm__copy_rows(int descriptor, const struct dbgshm_view *view, size_t table,
    const struct dbgshm_frame_table *before, struct dbgshm_frame *frame)
{
	struct dbgshm_frame_table *now = &frame->tables[table];
	struct copy copy = {
		.descriptor = descriptor,
		.place = &view->schema.table_places[table],
		.capacity = view->schema.tables[table].capacity,
		.before = view->sequences[0],
		.after = view->sequences[1],
		.pending = view->pending,
		.now = now,
	};
	struct dbgshm_table_head head;
	uint64_t sequence;
	uint32_t slot;
	size_t i;
	bool lives = true;
	int error, try;

	memset(now->status, 0, copy.capacity);
	if ((error = read_sequences(&copy, copy.before)) != 0)
		return (error);
	memcpy(&head, copy.before, sizeof(head));
	now->drop_rows = head.drop_rows;
	now->drop_busy = head.drop_busy;
	for (slot = 0; slot < copy.capacity; slot++) {
		sequence = copy.before[HEAD_WORDS + slot];
		if ((sequence & DBGSHM_SEQ_BUSY) != 0 ||
		    row_state(sequence) != DBGSHM_ROW_FREE)
			copy.pending[copy.count++] = slot;
	}
	if (copy.count > 0 &&
	    (error = again(&copy, GAP_MAX / copy.place->row_stride)) != 0)
		return (error);
	for (try = 1; copy.count > 0 && try < DBGSHM_TRIES; try++) {
		swap_sequences(&copy);
		if ((error = again(&copy, 0)) != 0)
			return (error);
	}
	/* When the writer is gone nothing moves any more: look once again. */
	if (copy.count > 0)
		lives = view->lockless || dbgshm__life_locked(descriptor);
	if (!lives) {
		if ((error = read_sequences(&copy, copy.before)) != 0 ||
		    (error = again(&copy, 0)) != 0)
			return (error);
	}
	for (i = 0; i < copy.count; i++)
		mark(&copy, before, copy.pending[i], lives);
	return (dbgshm__list_rows(view, table, frame));
}
