/*
 * step.c - trails of steps, of which the newest can always be seen.
 *
 * Each trail owns as many rows of the table as it keeps steps and goes round
 * them.  The next step is published before the present one is finished, and
 * both the place and the live step are words that a signal handler may take in
 * the middle of a step: it then goes on behind it, and whoever publishes last
 * is the live one.
 */
#include "region.h"

#include <dbgshm/shapes.h>

#include <errno.h>
#include <string.h>

#define NAME_SIZE 40 /* more than the column, so that it shows the cut */
#define LIVE_SLOT_BITS 24
#define LIVE_SLOT_MASK ((UINT64_C(1) << LIVE_SLOT_BITS) - 1)

struct trail {
	uint64_t claim;	   /* odd: somebody's; +1 at each claim and release */
	uint64_t position; /* steps begun: the next row to take */
	uint64_t number;   /* steps published */
	uint64_t live;	   /* generation and slot + 1 of the live row; 0 none */
	char name[NAME_SIZE];
};

struct dbgshm_steps {
	struct dbgshm_table *table;
	uint64_t hint; /* where the next claim begins to look */
	uint32_t trails, each;
	struct trail trail[];
};

struct dbgshm_steps *
dbgshm_steps_create(
    struct dbgshm_profile *profile, uint32_t trails, uint32_t steps_each)
{
	struct dbgshm_table *table;
	struct dbgshm_steps *steps;
	uint32_t rows;

	if (trails == 0 || steps_each == 0 ||
	    steps_each > DBGSHM_ROWS_MAX / trails) {
		errno = EINVAL;
		return (NULL);
	}
	/* A table that comes back may be divided otherwise: room for all. */
	rows = trails * steps_each;
	table = dbgshm__shape_create_with(profile, DBGSHM_SHAPE_STEP, rows,
	    sizeof(*steps) + rows * sizeof(struct trail));
	if (table == NULL)
		return (NULL);
	steps = table->extra;
	steps->table = table;
	steps->trails = trails;
	steps->each = steps_each;
	return (steps);
}

/* All free again, and never the number of a claim that somebody holds. */
void
dbgshm__steps_reset(struct dbgshm_steps *steps)
{
	uint32_t i, count = steps->table == NULL ? 0 : steps->table->capacity;
	uint64_t *claim;

	for (i = 0; i < count; i++) {
		claim = &steps->trail[i].claim;
		dbgshm__store_release(
		    claim, (dbgshm__load_relaxed(claim) | 1) + 1);
	}
}

/* NULL for a handle that was released, or claimed before a fork. */
static struct trail *
trail_of(struct dbgshm_trail handle)
{
	struct trail *trail;

	if (handle.steps == NULL || handle.number == 0)
		return (NULL);
	trail = &handle.steps->trail[handle.number - 1];
	return ((uint32_t)dbgshm__load_relaxed(&trail->claim) == handle.claim
		? trail
		: NULL);
}

/* ---- rows -------------------------------------------------------------------- */

/* The row of a slot of the table, with the generation that it has now. */
static struct dbgshm_row
row_at(struct dbgshm_table *table, uint32_t slot)
{
	struct dbgshm_row row = { table_row(table, slot),
		&table->sequences[slot], table, 0 };

	row.generation = dbgshm__load_relaxed(row.words);
	return (row);
}

/* When the table comes back divided otherwise while somebody still uses it as it
 * was, this may be too much. */
static uint32_t
first_slot(const struct dbgshm_steps *steps, const struct trail *trail)
{
	return ((uint32_t)(trail - steps->trail) * steps->each);
}

/*
 * The next row of the trail, opened for a new step whatever it was before.  One
 * that is busy belongs to somebody that we have interrupted: the row after it
 * then, so that the newest step is not the one that gets lost.
 */
static struct dbgshm_row
take_next(struct dbgshm_steps *steps, struct trail *trail)
{
	struct dbgshm_table *table = steps->table;
	struct dbgshm_row row = { NULL, NULL, NULL, 0 };
	uint64_t sequence;
	uint32_t i, slot, word;

	for (i = 0; i < steps->each && table->live; i++) {
		slot = first_slot(steps, trail) +
		    (uint32_t)(dbgshm__fetch_add(&trail->position, 1) %
			steps->each);
		if (slot >= table->capacity)
			break;
		sequence = dbgshm__load_relaxed(&table->sequences[slot]);
		if ((sequence & DBGSHM_SEQ_BUSY) != 0 ||
		    !dbgshm__take(&table->sequences[slot], sequence,
			(sequence & ~DBGSHM_SEQ_STATE_MASK) | DBGSHM_SEQ_BUSY))
			continue;
		row = row_at(table, slot);
		dbgshm__store_release(row.words, ++row.generation);
		for (word = 1; word < DBGSHM_ROW_WORDS + DBGSHM_STEP_COLUMNS;
		     word++)
			dbgshm__store_release(row.words + word, 0);
		return (row);
	}
	dbgshm__row_busy(table);
	return (row);
}

/*
 * Ends the step that `live` names, if its row still holds it.  Whoever is busy
 * with the row, or has been since, has put another step there: nothing is lost,
 * and nothing is counted.
 */
static void
finish(struct dbgshm_steps *steps, uint64_t live)
{
	const uint64_t is_live = DBGSHM_ROW_LIVE << DBGSHM_SEQ_STATE_SHIFT;
	uint64_t sequence, state;
	struct dbgshm_row row;

	if (live == 0)
		return;
	row = row_at(steps->table, (uint32_t)(live & LIVE_SLOT_MASK) - 1);
	sequence = dbgshm__load_relaxed(row.sequence);
	if ((sequence & (DBGSHM_SEQ_BUSY | DBGSHM_SEQ_STATE_MASK)) != is_live ||
	    !dbgshm__take(row.sequence, sequence, sequence | DBGSHM_SEQ_BUSY))
		return;
	state = DBGSHM_ROW_LIVE;
	if (dbgshm__load_relaxed(row.words) << LIVE_SLOT_BITS ==
	    (live & ~LIVE_SLOT_MASK)) {
		dbgshm__store_release(row.words + 2, dbgshm_now());
		state = DBGSHM_ROW_FINISHED;
	}
	dbgshm__store_release(row.sequence,
	    (sequence & ~DBGSHM_SEQ_STATE_MASK) + DBGSHM_SEQ_VERSION +
		(state << DBGSHM_SEQ_STATE_SHIFT));
}

/* ---- recording ----------------------------------------------------------------- */

void
dbgshm_trail_step(
    struct dbgshm_trail handle, const char *step, const char *detail)
{
	struct dbgshm_steps *steps = handle.steps;
	struct trail *trail = trail_of(handle);
	struct dbgshm_row row;
	uint64_t slot;

	if (trail == NULL)
		return;
	row = take_next(steps, trail);
	if (row.words == NULL)
		return;
	dbgshm_row_text(row, DBGSHM_STEP_TRAIL, trail->name);
	dbgshm_row_text(row, DBGSHM_STEP_STEP, step);
	dbgshm_row_text(row, DBGSHM_STEP_DETAIL, detail);
	dbgshm_row_set(row, DBGSHM_STEP_OPERATION, dbgshm__thread.operation);
	dbgshm_row_set(row, DBGSHM_STEP_THREAD, dbgshm__thread.tid);
	/* Time and number last: steps taken meanwhile have lower ones. */
	dbgshm__store_release(row.words + 1, dbgshm_now());
	dbgshm_row_set(
	    row, DBGSHM_STEP_NUMBER, dbgshm__fetch_add(&trail->number, 1) + 1);
	dbgshm_row_end(row);
	slot = (uint64_t)(row.sequence - steps->table->sequences);
	finish(steps,
	    dbgshm__exchange(
		&trail->live, row.generation << LIVE_SLOT_BITS | (slot + 1)));
}

void
dbgshm_trail_rest(struct dbgshm_trail handle)
{
	struct trail *trail = trail_of(handle);

	if (trail != NULL)
		finish(handle.steps, dbgshm__exchange(&trail->live, 0));
}

/* ---- claims -------------------------------------------------------------------- */

static void
forget_steps(struct dbgshm_steps *steps, const struct trail *trail)
{
	struct dbgshm_table *table = steps->table;
	uint32_t i, slot = first_slot(steps, trail);
	uint64_t sequence;

	for (i = 0; i < steps->each && slot < table->capacity; i++, slot++) {
		sequence = dbgshm__load_relaxed(&table->sequences[slot]);
		if ((sequence & DBGSHM_SEQ_BUSY) == 0 &&
		    (sequence & DBGSHM_SEQ_STATE_MASK) != 0)
			(void)dbgshm__replace(&table->sequences[slot], sequence,
			    (sequence & ~DBGSHM_SEQ_STATE_MASK) +
				DBGSHM_SEQ_VERSION);
	}
}

struct dbgshm_trail
dbgshm_trail_claim(struct dbgshm_steps *steps, const char *name)
{
	struct dbgshm_trail handle = { NULL, 0, 0 };
	struct trail *trail;
	uint64_t hint, claim;
	uint32_t i, number;
	size_t length;

	if (steps == NULL)
		return (handle);
	hint = dbgshm__load_relaxed(&steps->hint);
	for (i = 0; i < steps->trails && steps->table->live; i++) {
		number = (uint32_t)((hint + i) % steps->trails);
		trail = &steps->trail[number];
		claim = dbgshm__load_relaxed(&trail->claim);
		if ((claim & 1) != 0 ||
		    !dbgshm__take(&trail->claim, claim, claim + 1))
			continue;
		/* The longest free one is next: its steps may be of use. */
		dbgshm__store_relaxed(&steps->hint, number + 1);
		forget_steps(steps, trail);
		dbgshm__store_relaxed(&trail->position, 0);
		dbgshm__store_relaxed(&trail->number, 0);
		dbgshm__store_relaxed(&trail->live, 0);
		length = name == NULL ? 0 : strnlen(name, NAME_SIZE - 1);
		memcpy(trail->name, name == NULL ? "" : name, length);
		trail->name[length] = '\0';
		handle.steps = steps;
		handle.number = number + 1;
		handle.claim = (uint32_t)(claim + 1);
		return (handle);
	}
	dbgshm__row_refused(steps->table);
	return (handle);
}

void
dbgshm_trail_release(struct dbgshm_trail handle)
{
	struct trail *trail = trail_of(handle);
	uint64_t claim;

	if (trail == NULL)
		return;
	dbgshm_trail_rest(handle);
	claim = dbgshm__load_relaxed(&trail->claim);
	if ((uint32_t)claim == handle.claim)
		(void)dbgshm__replace(&trail->claim, claim, claim + 1);
}
