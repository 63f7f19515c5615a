/*
 * operations.c - the operations of all tables, in the order people look for.
 */
#include "operations.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#define NONE SIZE_MAX
#define DEPTH_MAX 32

bool
operations_runs(const struct object *object)
{
	return (objects_row(object)->state != DBGSHM_ROWSTATE_FINISHED);
}

uint64_t
operations_elapsed(const struct objects *objects, const struct object *object)
{
	const struct model_row *row = objects_row(object);
	size_t column = objects_column(object->profile->table, "elapsed");
	uint64_t end = row->ended_real_ns;

	if (row->state == DBGSHM_ROWSTATE_TORN)
		return (UINT64_MAX);
	if (column != SIZE_MAX)
		return (row->cells[column].u);
	if (end == 0)
		end = spark_moment(objects->scene, object->profile);
	if (row->started_real_ns == 0 || end < row->started_real_ns)
		return (UINT64_MAX);
	return (end - row->started_real_ns);
}

/* ---- the order ----------------------------------------------------------- */

/* Who runs, the longest first; then who has ended, the last first. */
static int
compare(const void *a, const void *b, void *context)
{
	const struct objects *objects = context;
	const struct object *x = a, *y = b;
	bool runs = operations_runs(x);
	int order;

	if (runs != operations_runs(y))
		return (runs ? -1 : 1);
	order = runs ? list_compare(operations_elapsed(objects, y),
			   operations_elapsed(objects, x))
		     : list_compare(objects_row(y)->ended_real_ns,
			   objects_row(x)->ended_real_ns);
	if (order == 0)
		order = list_compare(x->profile_id, y->profile_id);
	/* Of those that began together the model has the outer one first. */
	return (order != 0 ? order : list_compare(x->at, y->at));
}

/* Where each row of each table stands among the sorted. */
struct places {
	const struct model *model;
	size_t *first; /* of each profile, in `at` */
	size_t *at;
};

static size_t
place_of(const struct places *places, const struct model_link *link)
{
	size_t profile;

	if (link == NULL || link->state != MODEL_LINK_LIVE ||
	    link->profile == NULL || link->profile->table == NULL ||
	    link->row >= link->profile->table->row_count)
		return (NONE);
	profile = (size_t)(link->profile - places->model->profiles);
	if (profile >= places->model->profile_count ||
	    places->first[profile] == NONE)
		return (NONE);
	return (places->at[places->first[profile] + link->row]);
}

static size_t *
take(size_t count)
{
	size_t *list = reallocarray(NULL, count + 1, sizeof(*list));

	if (list == NULL)
		err(1, "a list of %zu operations", count);
	for (size_t i = 0; i <= count; i++)
		list[i] = NONE;
	return (list);
}

/* What an operation is a part of began before it, so it stands before it here,
 * and there are no circles. */
static size_t
parent_of(const struct objects *objects, const struct places *places, size_t i)
{
	size_t parent = place_of(places,
	    objects_row(&objects->list[i])
		->cells[DBGSHM_OPERATION_PARENT]
		.link);

	return (parent < i ? parent : NONE);
}

/* Each below what it is a part of.  `child` and `next` hold the parts of each
 * in the order that they have. */
static void
nest(struct objects *objects, const struct places *places, size_t running)
{
	size_t *child = take(running), *next = take(running);
	size_t *parents = take(running), at = 0, top, parent, i;
	struct object *nested;

	nested = reallocarray(NULL, running + 1, sizeof(*nested));
	if (nested == NULL)
		err(1, "a list of %zu operations", running);
	for (i = running; i-- > 0;) {
		parents[i] = parent = parent_of(objects, places, i);
		if (parent == NONE)
			continue;
		next[i] = child[parent];
		child[parent] = i;
	}
	for (i = 0; i < running; i++) {
		parent = parents[i];
		if (parent != NONE)
			objects->list[i].depth =
			    (uint8_t)(objects->list[parent].depth +
				(objects->list[parent].depth < DEPTH_MAX));
	}
	for (i = 0; i < running; i++) {
		if (parents[i] != NONE)
			continue;
		/* Down to the first part, else to the next one, else up. */
		for (top = i; top != NONE;) {
			nested[at++] = objects->list[top];
			if (child[top] != NONE) {
				top = child[top];
				continue;
			}
			while (top != NONE && top != i && next[top] == NONE)
				top = parents[top];
			top = top == i || top == NONE ? NONE : next[top];
		}
	}
	memcpy(objects->list, nested, at * sizeof(*nested));
	free(nested);
	free(parents);
	free(next);
	free(child);
}

static bool
has_operations(const struct model_profile *profile)
{
	return (profile->table != NULL &&
	    profile->table->shape == DBGSHM_SHAPE_OPERATION &&
	    profile->table->column_count >= DBGSHM_OPERATION_COLUMNS);
}

void
operations_gather(struct objects *objects)
{
	const struct model *model = objects->scene->model;
	struct places places = { .model = model };
	const struct model_profile *profile;
	size_t i, k, running = 0;

	places.first = take(model->profile_count);
	for (i = 0; i < model->profile_count; i++) {
		profile = &model->profiles[i];
		if (!has_operations(profile) ||
		    profile->level > objects->view->level)
			continue;
		places.first[i] = objects->count;
		for (k = 0; k < profile->table->row_count; k++)
			objects_add(objects, profile, k);
	}
	if (objects->count > 1)
		qsort_r(objects->list, objects->count, sizeof(*objects->list),
		    compare, objects);
	places.at = take(objects->count);
	for (i = 0; i < objects->count; i++) {
		k = (size_t)(objects->list[i].profile - model->profiles);
		places.at[places.first[k] + objects->list[i].at] = i;
		running += operations_runs(&objects->list[i]);
	}
	if (running > 1)
		nest(objects, &places, running);
	free(places.at);
	free(places.first);
}
