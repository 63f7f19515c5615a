/*
 * operation.c - operations: what runs, what has run, how long it took.
 *
 * A row while there is one, a histogram and counters always.  An end must not
 * get lost as other updates may, or the row would run for ever: when the row is
 * busy it leaves a mark, and whoever was writing the row ends it.
 */
#include "region.h"

#include <dbgshm/shapes.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define KINDS_MAX 64
#define LATENCY_HIGHEST (UINT64_C(1) << 42) /* over an hour */
#define ANCESTORS_MAX 16 /* looked at for one that still runs */

/* The word of a row's head that readers do not know. */
#define MARK_WORD 3
#define MARK_OUTCOME_BITS 3

struct kind {
	struct dbgshm_histogram latency;
	struct dbgshm_counter outcomes[DBGSHM_OUTCOME_COUNT];
};

struct dbgshm_operations {
	struct dbgshm_table *table;
	struct dbgshm_operations *next; /* of this process; never taken out */
	uint32_t kind_count;
	struct kind kinds[];
};

static const char *const outcome_labels[DBGSHM_OUTCOME_COUNT] = {
	[DBGSHM_OUTCOME_OK] = "ok",
	[DBGSHM_OUTCOME_FAILED] = "failed",
	[DBGSHM_OUTCOME_CANCELLED] = "cancelled",
	[DBGSHM_OUTCOME_TIMEOUT] = "timeout",
};

/* By which a reference finds its table; grows under the lock. */
static struct dbgshm_operations *all;

/* ---- registration ------------------------------------------------------------- */

static int
create_latency(struct dbgshm_profile *profile, const char *name,
    struct dbgshm_histogram *latency)
{
	struct dbgshm_label label = { "operation", name };
	struct dbgshm_metric metric = { "latency", "how long operations took",
		DBGSHM_UNIT_NS, DBGSHM_LEVEL_NORMAL, LATENCY_HIGHEST, &label,
		1 };

	return (dbgshm_histogram_create(profile, &metric, latency));
}

static int
create_outcome(struct dbgshm_profile *profile, const char *name,
    uint32_t outcome, struct dbgshm_counter *counter)
{
	struct dbgshm_label labels[] = { { "operation", name },
		{ "outcome", outcome_labels[outcome] } };
	struct dbgshm_metric metric = { "outcomes", "operations that ended so",
		DBGSHM_UNIT_NONE, DBGSHM_LEVEL_NORMAL, 0, labels, 2 };

	return (dbgshm_counter_create(profile, &metric, counter));
}

static void
remove_kind(struct dbgshm_profile *profile, const char *name)
{
	struct dbgshm_label labels[] = { { "operation", name },
		{ "outcome", NULL } };
	uint32_t outcome;

	(void)dbgshm_metric_remove(profile, "latency", labels, 1);
	for (outcome = 1; outcome < DBGSHM_OUTCOME_COUNT; outcome++) {
		labels[1].value = outcome_labels[outcome];
		(void)dbgshm_metric_remove(profile, "outcomes", labels, 2);
	}
}

/* All metrics of a kind, or none. */
static int
create_kind(struct dbgshm_profile *profile, const char *name, struct kind *kind)
{
	uint32_t outcome;
	int error;

	if (create_latency(profile, name, &kind->latency) == -1)
		return (errno);
	for (outcome = 1; outcome < DBGSHM_OUTCOME_COUNT; outcome++)
		if (create_outcome(profile, name, outcome,
			&kind->outcomes[outcome]) == -1) {
			error = errno;
			remove_kind(profile, name);
			return (error);
		}
	return (0);
}

static int
check_kinds(const char *const *kinds, uint32_t *count)
{
	uint32_t i;
	int error;

	if (kinds == NULL)
		return (EINVAL);
	for (*count = 0; kinds[*count] != NULL; ++*count) {
		if (*count == KINDS_MAX)
			return (EINVAL);
		if ((error = dbgshm__name_check_word(
			 kinds[*count], DBGSHM_PATH_MAX)) != 0)
			return (error);
		for (i = 0; i < *count; i++)
			if (strcmp(kinds[i], kinds[*count]) == 0)
				return (EEXIST);
	}
	return (*count == 0 ? EINVAL : 0);
}

/* The set of a table that was removed is its set again. */
static struct dbgshm_operations *
keep(struct dbgshm_operations *set, struct dbgshm_table *table)
{
	dbgshm__enter();
	if (table->extra != NULL) {
		free(set);
		set = table->extra;
	} else {
		table->extra = set;
		set->table = table;
		set->next = all;
		__atomic_store_n(&all, set, __ATOMIC_RELEASE);
	}
	dbgshm__leave();
	return (set);
}

struct dbgshm_operations *
dbgshm_operations_create(
    struct dbgshm_profile *profile, const char *const *kinds, uint32_t capacity)
{
	struct dbgshm_operations *set = NULL;
	struct dbgshm_table *table = NULL;
	uint32_t count = 0, made = 0;
	int error;

	if (profile == NULL || !profile->region->self)
		error = ENOTSUP;
	else if (capacity == 0 || capacity > DBGSHM_ROWS_MAX)
		error = EINVAL;
	else
		error = check_kinds(kinds, &count);
	if (error == 0 &&
	    (set = calloc(1, sizeof(*set) + count * sizeof(set->kinds[0]))) ==
		NULL)
		error = ENOMEM;
	for (made = 0; error == 0 && made < count; made += error == 0)
		error = create_kind(profile, kinds[made], &set->kinds[made]);
	if (error == 0) {
		set->kind_count = count;
		table =
		    dbgshm__shape_create_operations(profile, kinds, capacity);
		if (table != NULL)
			return (keep(set, table));
		error = errno;
	}
	while (made > 0)
		remove_kind(profile, kinds[--made]);
	free(set);
	errno = error;
	return (NULL);
}

/* ---- what a thread is in the middle of ------------------------------------------ */

/* The row of a reference, as it is now; NULL when it was never one of ours. */
static uint64_t *
words_of(uint64_t reference, uint64_t *sequence)
{
	const struct dbgshm_operations *set;
	const struct dbgshm_table *table;
	uint64_t number = reference >> DBGSHM_REFERENCE_TABLE_SHIFT,
		 slot = reference >> DBGSHM_REFERENCE_SLOT_SHIFT &
	    DBGSHM_REFERENCE_SLOT_MASK,
		 *words;

	for (set = __atomic_load_n(&all, __ATOMIC_ACQUIRE); set != NULL;
	     set = set->next) {
		table = set->table;
		if (table->number != number || slot >= table->capacity)
			continue;
		words = (uint64_t *)(void *)(table->rows +
		    slot * table->row_stride);
		*sequence = dbgshm__load_relaxed(&table->sequences[slot]);
		return (((dbgshm__load_relaxed(words) ^ reference) &
			    DBGSHM_REFERENCE_GENERATION_MASK) == 0
			? words
			: NULL);
	}
	return (NULL);
}

/* Another thread may have ended what this one began: then what is around it. */
static uint64_t
innermost(void)
{
	uint64_t reference = dbgshm__thread.operation, sequence, *words;
	int i;

	for (i = 0; reference != 0 && i < ANCESTORS_MAX; i++) {
		if ((words = words_of(reference, &sequence)) == NULL)
			return (0);
		if ((sequence & DBGSHM_SEQ_STATE_MASK) >>
			DBGSHM_SEQ_STATE_SHIFT ==
		    DBGSHM_ROW_LIVE)
			return (reference);
		reference = dbgshm__load_relaxed(
		    words + DBGSHM_ROW_WORDS + DBGSHM_OPERATION_PARENT);
	}
	return (0);
}

/* ---- ending ----------------------------------------------------------------------- */

static void
close_row(struct dbgshm_row row, uint64_t outcome, uint64_t now)
{
	dbgshm__store_release(row.words + 2, now);
	dbgshm_row_set(row, DBGSHM_OPERATION_OUTCOME, outcome);
	dbgshm__store_release(row.sequence,
	    (dbgshm__load_relaxed(row.sequence) & ~UINT64_C(7)) +
		DBGSHM_SEQ_VERSION +
		(DBGSHM_ROW_FINISHED << DBGSHM_SEQ_STATE_SHIFT));
}

static bool
is_running(struct dbgshm_row row, uint64_t sequence)
{
	return ((sequence & DBGSHM_SEQ_STATE_MASK) ==
		DBGSHM_ROW_LIVE << DBGSHM_SEQ_STATE_SHIFT &&
	    dbgshm__load_relaxed(row.words) == row.generation);
}

/* False when it is not there to be taken: busy, or over. */
static bool
try_close(
    struct dbgshm_row row, uint64_t sequence, uint64_t outcome, uint64_t now)
{
	if (!is_running(row, sequence) || (sequence & DBGSHM_SEQ_BUSY) != 0 ||
	    !dbgshm__take(row.sequence, sequence, sequence | DBGSHM_SEQ_BUSY))
		return (false);
	close_row(row, outcome, now);
	return (true);
}

/*
 * False when the row is no more of this operation: it has ended before.  Who
 * finds the mark after giving the row back ends it in our place; who has given
 * it back before we look leaves it to us.
 */
static bool
end_row(struct dbgshm_row row, uint64_t outcome, uint64_t now)
{
	uint64_t sequence = dbgshm__load_acquire(row.sequence);

	if (try_close(row, sequence, outcome, now))
		return (true);
	if (!is_running(row, dbgshm__load_acquire(row.sequence)))
		return (false);
	sequence = dbgshm__store_and_look(row.words + MARK_WORD,
	    row.generation << MARK_OUTCOME_BITS | outcome, row.sequence);
	(void)try_close(row, sequence, outcome, now);
	return (true);
}

/* ---- recording ---------------------------------------------------------------- */

struct dbgshm_operation
dbgshm_operation_begin(
    struct dbgshm_operations *set, uint32_t kind, const char *detail)
{
	struct dbgshm_operation operation = { { NULL, NULL, NULL, 0 }, NULL, 0,
		0, 0, 0 };
	struct dbgshm_row row;

	if (set == NULL || kind >= set->kind_count)
		return (operation);
	row = dbgshm_row_claim(set->table);
	operation.row = row;
	operation.set = set;
	operation.kind = kind;
	operation.reference = operation.parent = innermost();
	if (row.words == NULL) {
		operation.start = dbgshm_now();
		return (operation);
	}
	operation.start = dbgshm__load_relaxed(row.words + 1);
	dbgshm_row_set(row, DBGSHM_OPERATION_KIND, kind);
	dbgshm_row_text(row, DBGSHM_OPERATION_DETAIL, detail);
	dbgshm_row_set(row, DBGSHM_OPERATION_PARENT, operation.parent);
	dbgshm_row_set(row, DBGSHM_OPERATION_THREAD, dbgshm__thread.tid);
	dbgshm_row_end(row);
	if ((operation.reference = dbgshm_row_reference(row)) != 0)
		dbgshm__thread.operation = operation.reference;
	return (operation);
}

void
dbgshm_operation_progress(struct dbgshm_operation *operation, uint64_t done,
    uint64_t total, const char *phase)
{
	struct dbgshm_row row;
	uint64_t now, mark;

	if (operation == NULL || operation->row.words == NULL)
		return;
	row = dbgshm_row_begin(operation->row);
	if (row.words == NULL)
		return;
	now = dbgshm_now();
	dbgshm_row_set(row, DBGSHM_OPERATION_DONE, done);
	dbgshm_row_set(row, DBGSHM_OPERATION_TOTAL, total);
	dbgshm_row_set(row, DBGSHM_OPERATION_PROGRESSED, now);
	dbgshm_row_text(row, DBGSHM_OPERATION_PHASE, phase);
	mark = dbgshm__store_and_look(row.sequence,
	    (dbgshm__load_relaxed(row.sequence) & ~UINT64_C(7)) +
		DBGSHM_SEQ_VERSION +
		(DBGSHM_ROW_LIVE << DBGSHM_SEQ_STATE_SHIFT),
	    row.words + MARK_WORD);
	if (mark >> MARK_OUTCOME_BITS == row.generation)
		(void)try_close(row, dbgshm__load_acquire(row.sequence),
		    mark & ((1u << MARK_OUTCOME_BITS) - 1), now);
}

void
dbgshm_operation_end(struct dbgshm_operation *operation, uint32_t outcome)
{
	struct dbgshm_operations *set;
	const struct kind *kind;
	uint64_t now;

	if (operation == NULL || operation->set == NULL)
		return;
	set = operation->set;
	operation->set = NULL;
	if (outcome == DBGSHM_OUTCOME_NONE || outcome >= DBGSHM_OUTCOME_COUNT)
		outcome = DBGSHM_OUTCOME_FAILED;
	now = dbgshm_now();
	if (dbgshm__thread.operation == operation->reference)
		dbgshm__thread.operation = operation->parent;
	if (operation->row.words != NULL &&
	    !end_row(operation->row, outcome, now))
		return;
	kind = &set->kinds[operation->kind];
	dbgshm_histogram_record(
	    kind->latency, dbgshm_elapsed_ns(operation->start, now));
	dbgshm_counter_add(kind->outcomes[outcome], 1);
}
