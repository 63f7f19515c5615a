/*
 * changes_objects.c - what came and went: profiles, metrics, rows; new errors.
 *
 * From two models: of the moment directly before the last times, and of their
 * end.
 */
#include "changes_private.h"
#include "ids.h"
#include "shape.h"
#include "tree.h"

#include <libshm/kit/fmt.h>

#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMED_MOST 4 /* more of one profile are told as a number */

/* How much it says that something came or went. */
#define PROFILE_SCORE 0.55
#define METRIC_SCORE 0.4
#define ROW_SCORE 0.45
#define MANY_SCORE 0.4
#define ERROR_SCORE 0.75 /* a kind that was never seen before */
#define ERROR_EACH 0.03	 /* each time that it was counted */
#define ERROR_MOST 0.95

/* One profile at both moments; either may be NULL. */
struct both {
	const struct model_profile *then, *last;
};

static const struct model_profile *
any_of(const struct both *both)
{
	return (both->last != NULL ? both->last : both->then);
}

static void
add(struct changes_work *work, const struct both *both, bool came, double score,
    const char *where, const char *what, uint64_t object, uint64_t when_real_ns)
{
	const struct model_profile *profile = any_of(both);
	char when[CHANGES_TEXT] = "", clock[FMT_SIZE];
	struct change change = {
		.kind = came ? CHANGE_CAME : CHANGE_WENT,
		.score = score,
		.where = where,
		.was = came ? "none" : what,
		.now = came ? what : "gone",
		.when = when,
		.when_real_ns = when_real_ns,
		.profile = tree_id(profile->path, strlen(profile->path)),
		.object = object,
		.level = profile->level,
	};

	if (when_real_ns != 0)
		snprintf(when, sizeof(when), "%s %s", came ? "since" : "at",
		    fmt_clock(clock, sizeof(clock), when_real_ns));
	changes_add(work, &change, NULL);
}

/* Several of one kind: "none -> 12 new", "12 -> gone". */
static void
add_many(struct changes_work *work, const struct both *both, bool came,
    const char *what, size_t count)
{
	char number[CHANGES_TEXT];

	snprintf(number, sizeof(number), "%zu%s", count, came ? " new" : "");
	add(work, both, came, MANY_SCORE,
	    changes_where(work, any_of(both), NULL, what), number, 0, 0);
}

/* ---- ids ----------------------------------------------------------------------- */

struct ids {
	uint64_t *list;
	size_t count;
};

static struct ids
ids_new(size_t room)
{
	struct ids ids = { .list = calloc(room + 1, sizeof(uint64_t)) };

	if (ids.list == NULL)
		err(1, "memory for %zu names", room);
	return (ids);
}

static bool
ids_hold(const struct ids *ids, uint64_t id)
{
	return (bsearch(&id, ids->list, ids->count, sizeof(id), ids_compare) !=
	    NULL);
}

/* ---- metrics ---------------------------------------------------------------------- */

static struct ids
metric_ids(const struct model_profile *profile)
{
	struct ids ids = ids_new(profile->metric_count);

	for (; ids.count < profile->metric_count; ids.count++)
		ids.list[ids.count] = model_metrics(profile)[ids.count].id;
	qsort(ids.list, ids.count, sizeof(uint64_t), ids_compare);
	return (ids);
}

static uint64_t
seen_since(const struct changes_work *work, uint64_t id)
{
	const struct slots *slots = work->slots;

	for (size_t i = 0; i < slots->count; i++)
		if (slots->lines[i].metric != NULL &&
		    slots->lines[i].metric->id == id)
			return (slots->lines[i].seen_real_ns);
	return (0);
}

static void
compare_metrics(struct changes_work *work, const struct both *both, bool came)
{
	const struct model_profile *from = came ? both->last : both->then;
	const struct model_profile *other = came ? both->then : both->last;
	const struct model_metric *metric, *found[NAMED_MOST];
	struct ids ids = metric_ids(other);
	size_t i, count = 0;

	for (i = 0; i < from->metric_count; i++) {
		metric = &model_metrics(from)[i];
		if (ids_hold(&ids, metric->id))
			continue;
		if (count < NAMED_MOST)
			found[count] = metric;
		count++;
	}
	free(ids.list);
	if (count > NAMED_MOST) {
		add_many(work, both, came, "metrics", count);
		return;
	}
	for (i = 0; i < count; i++)
		add(work, both, came, METRIC_SCORE,
		    arena_print(&work->arena, "%s/%s%s", from->path,
			found[i]->name, found[i]->labels),
		    came ? "new" : "there", came ? found[i]->id : 0,
		    came ? seen_since(work, found[i]->id) : 0);
}

/* ---- rows ------------------------------------------------------------------------- */

static bool
is_there(const struct model_row *row)
{
	return (row->state != DBGSHM_ROWSTATE_FINISHED);
}

static struct ids
row_ids(const struct model_table *table)
{
	struct ids ids = ids_new(table->row_count);

	for (size_t i = 0; i < table->row_count; i++)
		if (is_there(&table->rows[i]))
			ids.list[ids.count++] = table->rows[i].id;
	qsort(ids.list, ids.count, sizeof(uint64_t), ids_compare);
	return (ids);
}

/* Rows that have ended and lived for no more than this part of the window, and
 * how many of them show that rows come and go here as a matter of course. */
#define FLEETING_PART 10
#define FLEETING_ROWS 2

static bool
is_fleeting(const struct changes_work *work, const struct model_table *table)
{
	const struct slots *slots = work->slots;
	uint64_t window_ns = slots->end_real_ns - slots->begin_real_ns;
	const struct model_row *row;
	size_t i, count = 0;

	for (i = 0; i < table->row_count; i++) {
		row = &table->rows[i];
		count += row->started_real_ns != 0 &&
		    row->ended_real_ns >= row->started_real_ns &&
		    row->ended_real_ns - row->started_real_ns <
			window_ns / FLEETING_PART;
	}
	return (count >= FLEETING_ROWS);
}

/* Its rows come and go all the time: some came in as much time before. */
static bool
is_busy(const struct changes_work *work, const struct model_profile *then)
{
	const struct model_profile *earlier =
	    model_profile(work->slots->earlier, then->path);
	struct ids ids;
	size_t i;
	bool busy = false;

	if (then->table->shape == DBGSHM_SHAPE_OPERATION ||
	    then->table->shape == DBGSHM_SHAPE_STEP ||
	    then->table->shape == DBGSHM_SHAPE_ERROR ||
	    is_fleeting(work, then->table))
		return (true);
	if (earlier == NULL || earlier->table == NULL ||
	    earlier->part != then->part)
		return (false);
	ids = row_ids(earlier->table);
	for (i = 0; i < then->table->row_count && !busy; i++)
		busy = is_there(&then->table->rows[i]) &&
		    !ids_hold(&ids, then->table->rows[i].id);
	free(ids.list);
	return (busy);
}

static uint64_t
ended_at(const struct model_table *table, uint64_t id)
{
	for (size_t i = 0; i < table->row_count; i++)
		if (table->rows[i].id == id)
			return (table->rows[i].ended_real_ns);
	return (0);
}

/* By how much the number of rows differs. */
static size_t
moved(const struct both *both)
{
	size_t then = both->then->table->row_count;
	size_t last = both->last->table->row_count;

	return (then > last ? then - last : last - then);
}

static void
compare_rows(struct changes_work *work, const struct both *both, bool came)
{
	const struct model_table *from =
	    came ? both->last->table : both->then->table;
	const struct model_table *other =
	    came ? both->then->table : both->last->table;
	const struct model_row *found[NAMED_MOST];
	struct ids ids = row_ids(other);
	size_t i, count = 0;

	for (i = 0; i < from->row_count; i++) {
		if (!is_there(&from->rows[i]) ||
		    ids_hold(&ids, from->rows[i].id))
			continue;
		if (count < NAMED_MOST)
			found[count] = &from->rows[i];
		count++;
	}
	free(ids.list);
	/* More rows than before, or fewer, is a change of their number. */
	if (count > NAMED_MOST && 2 * moved(both) < count)
		add_many(work, both, came, "rows", count);
	for (i = 0; i < count && count <= NAMED_MOST; i++)
		add(work, both, came, ROW_SCORE,
		    changes_where(
			work, came ? both->last : both->then, found[i], ""),
		    came ? "new" : "there", came ? found[i]->id : 0,
		    came ? found[i]->started_real_ns
			 : ended_at(both->last->table, found[i]->id));
}

/* The rows of a table at both ends of the last times are in the history. */
static bool
rows_are_known(
    const struct changes_work *work, const struct model_profile *profile)
{
	const struct slots *slots = work->slots;
	size_t i;

	for (i = 0; i < slots->count; i++)
		if (slots->lines[i].what == SLOTS_ROWS &&
		    slots->lines[i].profile == profile)
			return (
			    !isnan(slots->lines[i].values[slots->before - 1]) &&
			    !isnan(slots->lines[i].values[slots->before +
				slots->after - 1]));
	return (false);
}

/* ---- errors ------------------------------------------------------------------------- */

static void
new_errors(struct changes_work *work, const struct model_profile *profile)
{
	const struct model_table *table = profile->table;
	char now[CHANGES_TEXT], when[CHANGES_TEXT], clock[FMT_SIZE];
	const struct model_row *row;
	struct change change;
	uint64_t times;
	size_t i;

	for (i = 0; i < table->row_count; i++) {
		row = &table->rows[i];
		times = row->cells[DBGSHM_ERROR_COUNT].u;
		if (row->started_real_ns <= work->slots->begin_real_ns ||
		    times == 0)
			continue;
		fmt_count(now, sizeof(now), (double)times);
		snprintf(when, sizeof(when), "first %s",
		    fmt_clock(clock, sizeof(clock), row->started_real_ns));
		change = (struct change){
			.kind = CHANGE_ERROR,
			.score =
			    fmin(ERROR_SCORE + ERROR_EACH * (double)(times - 1),
				ERROR_MOST),
			.where = changes_where(work, profile, row, ""),
			.was = "none",
			.now = now,
			.when = when,
			.when_real_ns = row->started_real_ns,
			.profile =
			    tree_id(profile->path, strlen(profile->path)),
			.object = row->id,
			.level = profile->level,
		};
		changes_add(work, &change, NULL);
	}
}

/* ---- profiles ----------------------------------------------------------------------- */

static const struct model_profile *
find_profile(const struct model *model, const struct model_profile *wanted)
{
	const struct model_profile *found = model_profile(model, wanted->path);

	return (found != NULL && found->part == wanted->part ? found : NULL);
}

static void
compare_profile(struct changes_work *work, const struct both *both)
{
	const struct model_profile *then = both->then, *last = both->last;

	compare_metrics(work, both, true);
	compare_metrics(work, both, false);
	if (then->table == NULL || last->table == NULL || is_busy(work, then) ||
	    !rows_are_known(work, last))
		return;
	compare_rows(work, both, true);
	compare_rows(work, both, false);
}

void
changes_objects(struct changes_work *work)
{
	const struct slots *slots = work->slots;
	struct both both;
	size_t i;

	for (i = 0; i < slots->last->profile_count; i++) {
		both.last = &slots->last->profiles[i];
		if (both.last->table != NULL &&
		    both.last->table->shape == DBGSHM_SHAPE_ERROR)
			new_errors(work, both.last);
		if (!slots->known[both.last->part])
			continue;
		both.then = find_profile(slots->then, both.last);
		if (both.then != NULL)
			compare_profile(work, &both);
		else
			add(work, &both, true, PROFILE_SCORE, both.last->path,
			    "new", 0,
			    both.last->metric_count > 0
				? seen_since(
				      work, model_metrics(both.last)[0].id)
				: 0);
	}
	for (i = 0; i < slots->then->profile_count; i++) {
		both.then = &slots->then->profiles[i];
		both.last = NULL;
		if (slots->known[both.then->part] &&
		    find_profile(slots->last, both.then) == NULL)
			add(work, &both, false, PROFILE_SCORE, both.then->path,
			    "there", 0, 0);
	}
}
