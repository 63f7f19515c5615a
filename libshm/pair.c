/*
 * pair.c - what was opened and not yet closed, and by which line.
 *
 * A close finds its open in a private table of words, one for each that is
 * open, by a hash of the key.  A word says which row; it is put in and taken out
 * by one compare-and-swap, and carries the low bits of the row's generation, so
 * that it never stands for another open than the one that was looked at.
 */
#include "region.h"

#include <dbgshm/shapes.h>

#include <errno.h>
#include <string.h>

#define SLOT_MASK (DBGSHM_ROWS_MAX - 1)
#define GENERATION_SHIFT 20
#define GENERATION_MASK UINT64_C(0xfffffff)
#define TAG_MASK (UINT64_C(0xffff) << 48)
#define TAG_ALWAYS (UINT64_C(1) << 63) /* no word is 0 */
#define CLOSE_TRIES 16

DBGSHM_ASSERT(DBGSHM_ROWS_MAX == 1u << GENERATION_SHIFT, "slot bits");

/* What a word refers to; written before the word, by whoever has the row. */
struct open {
	uint64_t key, generation, number;
};

/*
 * Words lie where their hash says or up to `reach` further on.  Reach never
 * falls, and stays small because at most half of the words are in use: so
 * nothing needs to be left behind where a word was taken out.
 */
struct cell {
	uint64_t word, reach;
};

struct dbgshm_pairs {
	struct dbgshm_table *table;
	struct dbgshm_counter unmatched;
	uint64_t opened;     /* so far */
	uint64_t cell_count; /* a power of two */
	struct cell *cells;
	struct open open[]; /* one a row */
};

static uint64_t
cells_for(uint32_t capacity)
{
	uint64_t count = 4;

	while (count < 2 * (uint64_t)capacity)
		count *= 2;
	return (count);
}

struct dbgshm_pairs *
dbgshm_pairs_create(struct dbgshm_profile *profile, uint32_t capacity)
{
	static const struct dbgshm_metric metric = { "unmatched_closes",
		"closes without an open that is in the table", DBGSHM_UNIT_NONE,
		0, 0, NULL, 0 };
	struct dbgshm_counter unmatched = { 0 };
	struct dbgshm_table *table;
	struct dbgshm_pairs *pairs;
	int error;

	if (capacity == 0 || capacity > DBGSHM_ROWS_MAX) {
		errno = EINVAL;
		return (NULL);
	}
	if (dbgshm_counter_create(profile, &metric, &unmatched) == -1)
		return (NULL);
	table = dbgshm__shape_create_with(profile, DBGSHM_SHAPE_PAIR, capacity,
	    sizeof(*pairs) + capacity * sizeof(struct open) +
		cells_for(capacity) * sizeof(struct cell));
	if (table == NULL) {
		error = errno;
		(void)dbgshm_metric_remove(profile, metric.name, NULL, 0);
		errno = error;
		return (NULL);
	}
	pairs = table->extra;
	pairs->table = table;
	pairs->unmatched = unmatched;
	pairs->cell_count = cells_for(capacity);
	pairs->cells = (struct cell *)(void *)&pairs->open[capacity];
	return (pairs);
}

void
dbgshm__pairs_reset(struct dbgshm_pairs *pairs)
{
	uint64_t i;

	for (i = 0; i < pairs->cell_count; i++)
		dbgshm__store_release(&pairs->cells[i].word, 0);
}

/* ---- the private table ---------------------------------------------------------- */

static uint64_t
hash_of(uint64_t key)
{
	key *= UINT64_C(0x9e3779b97f4a7c15);
	return (key ^ key >> 29);
}

static uint64_t
tag_of(uint64_t hash)
{
	return ((hash & TAG_MASK) | TAG_ALWAYS);
}

static struct cell *
cell_at(const struct dbgshm_pairs *pairs, uint64_t hash, uint64_t distance)
{
	return (&pairs->cells[(hash + distance) & (pairs->cell_count - 1)]);
}

static void
raise_reach(struct cell *home, uint64_t distance)
{
	uint64_t seen = dbgshm__load_relaxed(&home->reach);

	while (
	    seen < distance && !dbgshm__replace(&home->reach, seen, distance))
		seen = dbgshm__load_relaxed(&home->reach);
}

static bool
insert(struct dbgshm_pairs *pairs, uint64_t key, struct dbgshm_row row)
{
	uint64_t slot = (uint64_t)(row.sequence - pairs->table->sequences);
	uint64_t hash = hash_of(key), distance, word;
	struct cell *cell;

	dbgshm__store_relaxed(&pairs->open[slot].key, key);
	dbgshm__store_relaxed(&pairs->open[slot].generation, row.generation);
	dbgshm__store_relaxed(&pairs->open[slot].number,
	    dbgshm__fetch_add(&pairs->opened, 1) + 1);
	word = slot | (row.generation & GENERATION_MASK) << GENERATION_SHIFT |
	    tag_of(hash);
	for (distance = 0; distance < pairs->cell_count; distance++) {
		cell = cell_at(pairs, hash, distance);
		if (dbgshm__load_relaxed(&cell->word) != 0)
			continue;
		raise_reach(cell_at(pairs, hash, 0), distance);
		if (dbgshm__replace(&cell->word, 0, word))
			return (true);
	}
	return (false);
}

static bool
is_busy(const struct dbgshm_pairs *pairs, uint64_t word)
{
	return (
	    (dbgshm__load_relaxed(&pairs->table->sequences[word & SLOT_MASK]) &
		DBGSHM_SEQ_BUSY) != 0);
}

/* The newest open of this key: its cell, and the word that stood there.  One that
 * is still being written could not be closed, and is not there yet. */
static struct cell *
find(const struct dbgshm_pairs *pairs, uint64_t key, uint64_t *word)
{
	uint64_t hash = hash_of(key), distance, reach, number, best = 0;
	struct cell *cell, *found = NULL;
	const struct open *open;
	uint64_t seen;

	reach = dbgshm__load_relaxed(&cell_at(pairs, hash, 0)->reach);
	for (distance = 0; distance <= reach; distance++) {
		cell = cell_at(pairs, hash, distance);
		seen = dbgshm__load_acquire(&cell->word);
		if ((seen & TAG_MASK) != tag_of(hash))
			continue;
		open = &pairs->open[seen & SLOT_MASK];
		number = dbgshm__load_relaxed(&open->number);
		if (dbgshm__load_relaxed(&open->key) != key || number <= best ||
		    is_busy(pairs, seen))
			continue;
		best = number;
		*word = seen;
		found = cell;
	}
	return (found);
}

/* Takes the newest open of this key out; a row that is none if there is not. */
static struct dbgshm_row
take_out(const struct dbgshm_pairs *pairs, uint64_t key)
{
	struct dbgshm_row row = { NULL, NULL, NULL, 0 };
	struct cell *cell;
	uint64_t word = 0;
	uint32_t slot;
	int i;

	for (i = 0; i < CLOSE_TRIES; i++) {
		if ((cell = find(pairs, key, &word)) == NULL)
			return (row);
		if (!dbgshm__replace(&cell->word, word, 0))
			continue;
		slot = (uint32_t)(word & SLOT_MASK);
		row.words = table_row(pairs->table, slot);
		row.sequence = &pairs->table->sequences[slot];
		row.table = pairs->table;
		row.generation =
		    dbgshm__load_relaxed(&pairs->open[slot].generation);
		return (row);
	}
	return (row);
}

/* ---- recording ------------------------------------------------------------------ */

/* The end of a path that is longer than its column, from a directory on. */
static const char *
tail_of(const struct dbgshm_table *table, uint32_t column, const char *place)
{
	size_t length, width = table->columns[column].width;
	const char *tail, *slash;

	if (place == NULL || (length = strlen(place)) <= width)
		return (place);
	tail = place + length - width;
	slash = strchr(tail - 1, '/');
	return (slash == NULL ? tail : slash + 1);
}

void
dbgshm__pair_open(struct dbgshm_pairs *pairs, uint64_t key, const char *name,
    const char *place)
{
	struct dbgshm_row row;

	if (pairs == NULL)
		return;
	row = dbgshm_row_claim(pairs->table);
	if (row.words == NULL)
		return;
	dbgshm_row_text(row, DBGSHM_PAIR_NAME, name);
	dbgshm_row_set(row, DBGSHM_PAIR_KEY, key);
	dbgshm_row_text(row, DBGSHM_PAIR_OPENED,
	    tail_of(pairs->table, DBGSHM_PAIR_OPENED, place));
	dbgshm_row_set(row, DBGSHM_PAIR_THREAD, dbgshm__thread.tid);
	if (insert(pairs, key, row))
		dbgshm_row_end(row);
	else {
		dbgshm__row_abandon(row);
		dbgshm__row_refused(pairs->table);
	}
}

void
dbgshm__pair_close(struct dbgshm_pairs *pairs, uint64_t key, const char *place)
{
	struct dbgshm_row row, opened;

	if (pairs == NULL)
		return;
	row = take_out(pairs, key);
	if (row.words == NULL) {
		dbgshm_counter_add(pairs->unmatched, 1);
		return;
	}
	opened = dbgshm_row_begin(row);
	dbgshm_row_text(opened, DBGSHM_PAIR_CLOSED,
	    tail_of(pairs->table, DBGSHM_PAIR_CLOSED, place));
	dbgshm_row_end(opened);
	dbgshm_row_finish(row);
}
