/*
 * ledger.c - errors, each kind in one row with its count.
 *
 * A private table of words finds the row of a kind by a hash of its code and
 * text.  Words are put in and never taken out.  Two that meet the same new kind
 * at once both fill a row, one of them gets its word in, and the other gives
 * its row back and adds to the row of the first, whose count is right even
 * while the first is still at it.
 */
#include "region.h"

#include <dbgshm/shapes.h>

#include <errno.h>
#include <string.h>

#define SLOT_MASK (DBGSHM_ROWS_MAX - 1)
#define TAG_ALWAYS (UINT64_C(1) << 63) /* no word is 0 */

struct dbgshm_errors {
	struct dbgshm_table *table;
	uint64_t word_count; /* a power of two, twice the rows at least */
	uint64_t words[];    /* upper bits of the hash, and the row's slot */
};

static uint64_t
words_for(uint32_t capacity)
{
	uint64_t count = 4;

	while (count < 2 * (uint64_t)capacity)
		count *= 2;
	return (count);
}

struct dbgshm_errors *
dbgshm_errors_create(struct dbgshm_profile *profile, uint32_t capacity)
{
	struct dbgshm_table *table;
	struct dbgshm_errors *errors;

	if (capacity == 0 || capacity > DBGSHM_ROWS_MAX) {
		errno = EINVAL;
		return (NULL);
	}
	table = dbgshm__shape_create_with(profile, DBGSHM_SHAPE_ERROR, capacity,
	    sizeof(*errors) + words_for(capacity) * sizeof(uint64_t));
	if (table == NULL)
		return (NULL);
	errors = table->extra;
	errors->table = table;
	errors->word_count = words_for(capacity);
	return (errors);
}

void
dbgshm__errors_reset(struct dbgshm_errors *errors)
{
	uint64_t i;

	for (i = 0; i < errors->word_count; i++)
		dbgshm__store_release(&errors->words[i], 0);
}

static uint64_t
hash_of(int64_t code, const char *text)
{
	uint64_t hash =
	    dbgshm__identity_hash(&code, sizeof(code), IDENTITY_SEED);

	return (dbgshm__identity_hash(text, strlen(text), hash));
}

/* A row for a kind that nobody has seen yet; none when all are taken. */
static struct dbgshm_row
claim_row(struct dbgshm_table *table, int64_t code, const char *text)
{
	struct dbgshm_row row = dbgshm_row_claim(table);

	dbgshm_row_text(row, DBGSHM_ERROR_TEXT, text);
	dbgshm_row_set_signed(row, DBGSHM_ERROR_CODE, code);
	return (row);
}

/* One more in this row.  While somebody else is at it only the detail is lost,
 * which is counted. */
static void
add_to(struct dbgshm_table *table, uint32_t slot, const char *detail)
{
	struct dbgshm_row row = { table_row(table, slot),
		&table->sequences[slot], table, 0 };

	row.generation = dbgshm__load_relaxed(row.words);
	row_count(row, DBGSHM_ERROR_COUNT, 1);
	row_put(row, DBGSHM_ERROR_LAST, dbgshm_now());
	row = dbgshm_row_begin(row);
	dbgshm_row_text(row, DBGSHM_ERROR_DETAIL, detail);
	dbgshm_row_end(row);
}

void
dbgshm_error_record(struct dbgshm_errors *errors, int64_t code,
    const char *text, const char *detail)
{
	struct dbgshm_row row = { NULL, NULL, NULL, 0 };
	uint64_t hash, i, tag, word, *place;

	if (errors == NULL)
		return;
	text = text == NULL ? "" : text;
	detail = detail == NULL ? "" : detail;
	hash = hash_of(code, text);
	tag = (hash | TAG_ALWAYS) & ~(uint64_t)SLOT_MASK;
	for (i = 0; i < errors->word_count; i++) {
		place = &errors->words[(hash + i) & (errors->word_count - 1)];
		word = dbgshm__load_acquire(place);
		if (word == 0) {
			if (row.words == NULL)
				row = claim_row(errors->table, code, text);
			if (row.words == NULL)
				return;
			word = tag |
			    (uint64_t)(row.sequence - errors->table->sequences);
			if (dbgshm__replace(place, 0, word)) {
				dbgshm_row_text(
				    row, DBGSHM_ERROR_DETAIL, detail);
				row_count(row, DBGSHM_ERROR_COUNT, 1);
				row_put(row, DBGSHM_ERROR_LAST, dbgshm_now());
				dbgshm_row_end(row);
				return;
			}
			word = dbgshm__load_acquire(place);
		}
		if ((word & ~(uint64_t)SLOT_MASK) == tag) {
			dbgshm__row_abandon(row);
			add_to(errors->table, (uint32_t)(word & SLOT_MASK),
			    detail);
			return;
		}
	}
	dbgshm__row_abandon(row);
	dbgshm__row_refused(errors->table);
}
