/*
 * slowest.c - the operations that took longest in the last minutes.
 */
#include "slowest.h"

#include "arena.h"
#include "history.h"
#include "tree.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

struct found {
	struct slow slow;
	size_t part, table;
	bool running;
	uint64_t mono_ns; /* of the sample in which it was last there */
};

struct work {
	struct slowest shown; /* comes first: this is what is handed out */
	struct arena arena;
	struct slow *list;
	struct found found[SLOWEST_MOST];
	size_t count;
	uint64_t from_real_ns;
};

/* One row in one sample. */
struct seen {
	struct dbgshm_reader *reader;
	size_t part, table;
	const struct dbgshm_row_info *row;
	uint64_t start_ns, elapsed_ns, mono_ns, real_ns;
	bool running;
	bool fresh; /* it is the turn of those that are not known yet */
};

/* ---- texts ----------------------------------------------------------------- */

static const char *
cell_text_of(struct work *work, const struct seen *seen, size_t column)
{
	const struct dbgshm_table_info *table =
	    dbgshm_reader_table(seen->reader, seen->table);
	struct dbgshm_cell cell;

	if ((table->columns[column].flags & DBGSHM_COLUMN_SECRET) != 0)
		return ("");
	cell = dbgshm_reader_cell(seen->reader, seen->table, seen->row, column);
	return (arena_safe(&work->arena, cell.text.bytes, cell.text.length));
}

static const char *
state_of(struct work *work, const struct seen *seen)
{
	const char *name;

	if (seen->running)
		return ("running");
	name = dbgshm_outcome_name(dbgshm_reader_cell(
	    seen->reader, seen->table, seen->row, DBGSHM_OPERATION_OUTCOME)
				       .u);
	return (name != NULL ? arena_print(&work->arena, "%s", name) : "ended");
}

static void
describe(struct work *work, struct found *found, const struct seen *seen)
{
	const struct dbgshm_table_info *table =
	    dbgshm_reader_table(seen->reader, seen->table);
	struct dbgshm_text path =
	    dbgshm_reader_profile(seen->reader, table->profile)->path;

	found->slow.path = arena_safe(&work->arena, path.bytes, path.length);
	found->slow.profile =
	    tree_id(found->slow.path, strlen(found->slow.path));
	found->slow.object = model_row_id(seen->row);
	found->slow.kind = cell_text_of(work, seen, DBGSHM_OPERATION_KIND);
	found->slow.on = cell_text_of(work, seen, DBGSHM_OPERATION_DETAIL);
	found->slow.began_real_ns =
	    dbgshm_reader_stamp_real_ns(seen->reader, seen->row->start_stamp);
	found->part = seen->part;
	found->table = seen->table;
}

/* ---- the longest ------------------------------------------------------------- */

static struct found *
known(struct work *work, const struct seen *seen)
{
	uint64_t id = model_row_id(seen->row);
	size_t i;

	for (i = 0; i < work->count; i++)
		if (work->found[i].slow.object == id &&
		    work->found[i].part == seen->part &&
		    work->found[i].table == seen->table)
			return (&work->found[i]);
	return (NULL);
}

/* A place for one that took so long; NULL when all that are known took longer. */
static struct found *
place_for(struct work *work, uint64_t elapsed_ns)
{
	struct found *least = &work->found[0];
	size_t i;

	if (work->count < SLOWEST_MOST)
		return (&work->found[work->count++]);
	for (i = 1; i < work->count; i++)
		if (work->found[i].slow.elapsed_ns < least->slow.elapsed_ns)
			least = &work->found[i];
	return (least->slow.elapsed_ns < elapsed_ns ? least : NULL);
}

static void
consider(struct work *work, const struct seen *seen)
{
	struct found *found = known(work, seen);

	if ((found == NULL) != seen->fresh)
		return;
	if (found == NULL) {
		found = place_for(work, seen->elapsed_ns);
		if (found == NULL)
			return;
		*found = (struct found){ .running = true };
		describe(work, found, seen);
	} else if (!found->running)
		return; /* it is still there, as it ended */
	found->running = seen->running;
	found->mono_ns = seen->mono_ns;
	found->slow.elapsed_ns = seen->elapsed_ns;
	found->slow.state = state_of(work, seen);
	/* Where it runs is more telling than where it has ended. */
	if (seen->running || found->slow.seen_real_ns == 0)
		found->slow.seen_real_ns = seen->real_ns;
}

/* ---- one sample ----------------------------------------------------------------- */

static void
look_at_table(struct work *work, struct seen *seen)
{
	size_t i, count = dbgshm_reader_row_count(seen->reader, seen->table);
	uint64_t now_ns = dbgshm_reader_now_ns(seen->reader), end_ns;

	for (i = 0; i < count; i++) {
		seen->row = dbgshm_reader_row(seen->reader, seen->table, i);
		seen->running = seen->row->state != DBGSHM_ROWSTATE_FINISHED;
		if (seen->row->state == DBGSHM_ROWSTATE_TORN)
			continue;
		seen->start_ns =
		    dbgshm_reader_row_start_ns(seen->reader, seen->row);
		end_ns = seen->running
		    ? now_ns
		    : dbgshm_reader_row_end_ns(seen->reader, seen->row);
		if (seen->start_ns == 0 || end_ns < seen->start_ns ||
		    (!seen->running &&
			dbgshm_reader_stamp_real_ns(seen->reader,
			    seen->row->end_stamp) < work->from_real_ns))
			continue;
		seen->elapsed_ns = end_ns - seen->start_ns;
		consider(work, seen);
	}
}

static void
look_at_sample(struct work *work, struct history *history, size_t index,
    const struct model_source parts[], size_t count)
{
	struct history_sample sample = history_sample(history, index);
	const struct dbgshm_table_info *table;
	struct seen seen;
	size_t part, tables, i;

	if (history_show(history, index) == -1)
		return;
	work->shown.looked_at++;
	for (part = 0; part < count; part++) {
		if (!sample.parts[part].there)
			continue;
		seen = (struct seen){
			.reader = parts[part].reader,
			.part = part,
			.mono_ns = sample.parts[part].mono_ns,
			.real_ns = sample.real_ns,
		};
		tables = dbgshm_reader_table_count(seen.reader);
		for (i = 0; i < tables; i++) {
			table = dbgshm_reader_table(seen.reader, i);
			if (table->shape != DBGSHM_SHAPE_OPERATION ||
			    !history_has_rows(history, part, i))
				continue;
			seen.table = i;
			/* First those that are known, lest their old times make
			 * room for others. */
			seen.fresh = false;
			look_at_table(work, &seen);
			seen.fresh = true;
			look_at_table(work, &seen);
		}
	}
}

/* ---- all of them ------------------------------------------------------------------- */

static int
longer_first(const void *left, const void *right)
{
	const struct slow *a = left, *b = right;

	if (a->elapsed_ns != b->elapsed_ns)
		return (a->elapsed_ns < b->elapsed_ns ? 1 : -1);
	return (a->object < b->object ? -1 : a->object > b->object);
}

/* What was last seen running before the end has gone on unseen. */
static void
hand_out(struct work *work, uint64_t last_mono_ns)
{
	struct found *found;
	size_t i;

	work->list = calloc(work->count + 1, sizeof(*work->list));
	if (work->list == NULL)
		err(1, "memory for operations");
	for (i = 0; i < work->count; i++) {
		found = &work->found[i];
		found->slow.ended = !found->running;
		if (found->running && found->mono_ns < last_mono_ns)
			found->slow.state = "not seen to end";
		work->list[i] = found->slow;
	}
	qsort(work->list, work->count, sizeof(*work->list), longer_first);
	work->shown.list = work->list;
	work->shown.count = work->count;
}

struct slowest *
slowest_make(struct history *history, const struct model_source parts[],
    size_t count, uint64_t until_real_ns, uint64_t window_ns)
{
	struct work *work = calloc(1, sizeof(*work));
	size_t samples = history_count(history), first;
	struct history_sample sample;
	ssize_t last;

	if (work == NULL)
		err(1, "memory for operations");
	last = until_real_ns == 0 ? (ssize_t)samples - 1
				  : history_find(history, until_real_ns);
	if (last < 0) {
		hand_out(work, 0);
		return (&work->shown);
	}
	sample = history_sample(history, (size_t)last);
	work->from_real_ns =
	    sample.real_ns > window_ns ? sample.real_ns - window_ns : 0;
	for (first = (size_t)last; first > 0 &&
	     history_sample(history, first - 1).real_ns >= work->from_real_ns;)
		first--;
	work->shown.window_ns =
	    sample.real_ns - history_sample(history, first).real_ns;
	for (; first <= (size_t)last; first++)
		look_at_sample(work, history, first, parts, count);
	hand_out(work, sample.mono_ns);
	return (&work->shown);
}

void
slowest_free(struct slowest *slowest)
{
	struct work *work = (struct work *)slowest;

	if (work == NULL)
		return;
	arena_free(&work->arena);
	free(work->list);
	free(work);
}
