/*
 * row.c - claiming, filling and releasing rows.
 *
 * Recording: no lock, no allocation, no system call.  A row is taken by one
 * compare-and-swap of its sequence word from even to odd; whoever finds it odd
 * drops what it wanted to write.
 */
#include "region.h"

#include <string.h>

/* Of so many finished rows a claim takes the one that ended first: a long
 * operation that has just ended is not the next to go, and a table of nothing
 * but finished rows costs no more than that. */
#define CANDIDATES 4

/* So many updates in a row come between the end of a row and its end. */
#define LEAVE_TRIES 4

void
dbgshm__row_busy(struct dbgshm_table *table)
{
	if (table == NULL)
		return;
	(void)dbgshm__fetch_add(&table->head->drop_busy, 1);
	(void)dbgshm__fetch_add(&table->region->header->drop_busy, 1);
}

void
dbgshm__row_refused(struct dbgshm_table *table)
{
	(void)dbgshm__fetch_add(&table->head->drop_rows, 1);
	(void)dbgshm__fetch_add(&table->region->header->drop_rows, 1);
}

/* Words of a row are stored with release, so that they cannot be seen before
 * the odd sequence word, and are seen before the even one. */
static void
store_words(uint64_t *to, const void *from, size_t bytes)
{
	const unsigned char *byte = from;
	uint64_t word;

	for (; bytes >= sizeof(word); bytes -= sizeof(word)) {
		memcpy(&word, byte, sizeof(word));
		dbgshm__store_release(to++, word);
		byte += sizeof(word);
	}
	if (bytes == 0)
		return;
	word = 0;
	memcpy(&word, byte, bytes);
	dbgshm__store_release(to, word);
}

/* While it is being claimed a row is odd and free, whatever it was. */
static bool
take_unused(uint64_t *word, uint64_t sequence)
{
	return (dbgshm__take(word, sequence,
	    (sequence & ~DBGSHM_SEQ_STATE_MASK) | DBGSHM_SEQ_BUSY));
}

/*
 * A slot that is free, or the finished one of the next few that ended first: now
 * ours.  The capacity when there is none; lost is set when another thread was
 * faster with one of them.
 */
static uint32_t
take_slot(const struct dbgshm_table *table, uint32_t candidates, bool *lost)
{
	uint64_t *sequences = table->sequences, sequence, best_sequence = 0;
	uint64_t end, best_end = UINT64_MAX;
	uint32_t capacity = table->capacity, left = candidates, i;
	uint32_t slot =
	    (uint32_t)(dbgshm__load_relaxed(&table->head->claim_hint) %
		capacity);
	uint32_t best = capacity;

	for (i = 0; i < capacity; i++) {
		sequence = dbgshm__load_relaxed(&sequences[slot]);
		switch (sequence & (DBGSHM_SEQ_BUSY | DBGSHM_SEQ_STATE_MASK)) {
		case DBGSHM_ROW_FREE << DBGSHM_SEQ_STATE_SHIFT:
			if (take_unused(&sequences[slot], sequence))
				return (slot);
			break;
		case DBGSHM_ROW_FINISHED << DBGSHM_SEQ_STATE_SHIFT:
			end = dbgshm__load_relaxed(table_row(table, slot) + 2);
			if (end < best_end) {
				best = slot;
				best_sequence = sequence;
				best_end = end;
			}
			if (--left != 0)
				break;
			if (best != capacity &&
			    take_unused(&sequences[best], best_sequence))
				return (best);
			*lost = true;
			left = candidates;
			best = capacity;
			best_end = UINT64_MAX;
			break;
		default:
			break;
		}
		if (++slot == capacity)
			slot = 0;
	}
	if (best == capacity || take_unused(&sequences[best], best_sequence))
		return (best);
	*lost = true;
	return (capacity);
}

static uint32_t
take_any(const struct dbgshm_table *table)
{
	bool lost = false;
	uint32_t slot = take_slot(table, CANDIDATES, &lost);

	/* Then no choosing: nobody is refused who only came second. */
	return (slot == table->capacity && lost ? take_slot(table, 1, &lost)
						: slot);
}

static uint64_t
stamp_now(const struct dbgshm_table *table)
{
	return (table->region->self ? dbgshm_now()
				    : table->region->last_tick_stamp);
}

struct dbgshm_row
dbgshm_row_claim(struct dbgshm_table *table)
{
	struct dbgshm_row row = { NULL, NULL, NULL, 0 };
	uint64_t *word, *end;
	uint32_t slot;

	if (table == NULL)
		return (row);
	slot = table->live ? take_any(table) : table->capacity;
	if (slot == table->capacity) {
		dbgshm__row_refused(table);
		return (row);
	}
	dbgshm__store_relaxed(&table->head->claim_hint, slot + 1ull);
	row.words = table_row(table, slot);
	row.sequence = &table->sequences[slot];
	row.table = table;
	row.generation = dbgshm__load_relaxed(row.words) + 1;
	dbgshm__store_release(row.words, row.generation);
	dbgshm__store_release(row.words + 1, stamp_now(table));
	end = row.words + DBGSHM_ROW_WORDS + table->column_count;
	for (word = row.words + 2; word < end; word++)
		dbgshm__store_release(word, 0);
	return (row);
}

/*
 * Opens a row that is to be closed for good.  A signal handler that updates it
 * between the look and the taking must not make it live for ever: once more then.
 * Who is in the middle of it, or whose it is by now, keeps it.
 */
static bool
take_to_leave(const struct dbgshm_row *row)
{
	const uint64_t live = DBGSHM_ROW_LIVE << DBGSHM_SEQ_STATE_SHIFT;
	uint64_t sequence;
	int i;

	for (i = 0; i < LEAVE_TRIES; i++) {
		sequence = dbgshm__load_relaxed(row->sequence);
		if ((sequence & (DBGSHM_SEQ_BUSY | DBGSHM_SEQ_STATE_MASK)) !=
		    live)
			break;
		if (!dbgshm__take(
			row->sequence, sequence, sequence | DBGSHM_SEQ_BUSY))
			continue;
		if (dbgshm__load_relaxed(row->words) == row->generation)
			return (true);
		dbgshm__store_release(row->sequence, sequence);
		break;
	}
	dbgshm__row_busy(row->table);
	return (false);
}

/* Closes a live row for good, as free or finished. */
static void
leave(struct dbgshm_row row, uint64_t state)
{
	dbgshm__store_release(row.sequence,
	    (dbgshm__load_relaxed(row.sequence) & ~UINT64_C(7)) +
		DBGSHM_SEQ_VERSION + (state << DBGSHM_SEQ_STATE_SHIFT));
}

void
dbgshm_row_finish(struct dbgshm_row row)
{
	if (row.words == NULL || !take_to_leave(&row))
		return;
	dbgshm__store_release(row.words + 2, stamp_now(row.table));
	leave(row, DBGSHM_ROW_FINISHED);
}

/* Gives back what was claimed and never shown. */
void
dbgshm__row_abandon(struct dbgshm_row row)
{
	if (row.words != NULL)
		leave(row, DBGSHM_ROW_FREE);
}

uint64_t
dbgshm_row_reference(struct dbgshm_row row)
{
	uint64_t slot;

	if (row.words == NULL || row.table->number == 0)
		return (0);
	slot = (uint64_t)(row.sequence - row.table->sequences);
	return ((uint64_t)row.table->number << DBGSHM_REFERENCE_TABLE_SHIFT |
	    slot << DBGSHM_REFERENCE_SLOT_SHIFT |
	    (row.generation & DBGSHM_REFERENCE_GENERATION_MASK));
}

void
dbgshm_row_release(struct dbgshm_row row)
{
	if (row.words != NULL && take_to_leave(&row))
		leave(row, DBGSHM_ROW_FREE);
}

static void
store_bytes(
    struct dbgshm_row row, uint32_t column, const void *bytes, size_t size)
{
	const struct table_column *info;
	uint64_t word;

	if (row.words == NULL || column >= row.table->column_count)
		return;
	info = &row.table->columns[column];
	if (info->width == 0)
		return;
	word = size > info->width ? info->width | DBGSHM_TEXT_CUT : size;
	store_words(row.words + info->text_offset / sizeof(uint64_t), bytes,
	    size > info->width ? info->width : size);
	dbgshm__store_release(row.words + DBGSHM_ROW_WORDS + column, word);
}

void
dbgshm_row_text(struct dbgshm_row row, uint32_t column, const char *text)
{
	size_t length;

	if (row.words == NULL || text == NULL)
		return;
	/* One byte more than fits is enough to know that it was cut. */
	length = strnlen(text, DBGSHM_ROW_STRIDE_MAX);
	store_bytes(row, column, text, length);
}

void
dbgshm_row_blob(
    struct dbgshm_row row, uint32_t column, const void *bytes, size_t size)
{
	if (row.words == NULL || bytes == NULL)
		return;
	store_bytes(row, column, bytes, size);
}
