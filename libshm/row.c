/*
 * row.c - claiming, filling and releasing rows.
 *
 * Recording: no lock, no allocation, no system call.  A row is taken by one
 * compare-and-swap of its sequence word from even to odd; whoever finds it odd
 * drops what it wanted to write.
 */
#include "region.h"

#include <string.h>

void
dbgshm__row_busy(struct dbgshm_table *table)
{
	if (table == NULL)
		return;
	(void)dbgshm__fetch_add(&table->head->drop_busy, 1);
	(void)dbgshm__fetch_add(&table->region->header->drop_busy, 1);
}

/* Words of a row are stored with release, so that they cannot be seen before
 * the odd sequence word, and are seen before the even one. */
static void
store_words(uint64_t *to, const void *from, size_t bytes)
{
	const unsigned char *byte = from;
	uint64_t word;
	size_t left;

	for (left = bytes; left != 0; to++) {
		size_t part = left < sizeof(word) ? left : sizeof(word);

		word = 0;
		memcpy(&word, byte, part);
		dbgshm__store_release(to, word);
		byte += part;
		left -= part;
	}
}

struct dbgshm_row
dbgshm_row_claim(struct dbgshm_table *table)
{
	struct dbgshm_row row = { NULL, NULL, NULL, 0 };
	uint64_t hint, sequence;
	uint32_t i, slot, word;

	if (table == NULL)
		return (row);
	if (!table->live)
		goto full;
	hint = dbgshm__load_relaxed(&table->head->claim_hint);
	for (i = 0; i < table->capacity; i++) {
		slot = (uint32_t)((hint + i) % table->capacity);
		sequence = dbgshm__load_relaxed(&table->sequences[slot]);
		if ((sequence & (DBGSHM_SEQ_BUSY | DBGSHM_SEQ_STATE_MASK)) ==
			0 &&
		    dbgshm__take(&table->sequences[slot], sequence,
			sequence | DBGSHM_SEQ_BUSY))
			break;
	}
	if (i == table->capacity)
		goto full;
	dbgshm__store_relaxed(&table->head->claim_hint, slot + 1ull);
	row.words = (uint64_t *)(void *)(table->rows +
	    (size_t)slot * table->row_stride);
	row.sequence = &table->sequences[slot];
	row.table = table;
	row.generation = dbgshm__load_relaxed(row.words) + 1;
	dbgshm__store_release(row.words, row.generation);
	dbgshm__store_release(row.words + 1,
	    table->region->self ? dbgshm_now() : table->region->last_tick_ns);
	for (word = 2; word < DBGSHM_ROW_WORDS + table->column_count; word++)
		dbgshm__store_release(row.words + word, 0);
	return (row);
full:
	(void)dbgshm__fetch_add(&table->head->drop_rows, 1);
	(void)dbgshm__fetch_add(&table->region->header->drop_rows, 1);
	return (row);
}

void
dbgshm_row_release(struct dbgshm_row row)
{
	struct dbgshm_row taken = dbgshm_row_begin(row);

	if (taken.words == NULL)
		return;
	dbgshm__store_release(taken.sequence,
	    (dbgshm__load_relaxed(taken.sequence) & ~UINT64_C(7)) +
		DBGSHM_SEQ_VERSION);
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
