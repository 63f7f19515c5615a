/*
 * export_set.c - families, series and points: found again, and put in order.
 */
#include "export_name.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

static void *
grow(void *list, size_t *room, size_t count, size_t size)
{
	if (count < *room)
		return (list);
	*room = *room == 0 ? 1 : 2 * *room;
	list = reallocarray(list, *room, size);
	if (list == NULL)
		err(1, "memory for what is exported");
	return (list);
}

void
export_free(struct export_set *set)
{
	struct export_family *family;
	size_t i, j;

	for (i = 0; i < set->family_count; i++) {
		family = set->families[i];
		for (j = 0; j < family->series_count; j++)
			free(family->series[j]->points);
		free(family->series);
	}
	free(set->families);
	free(set->by_name.slots);
	free(set->by_labels.slots);
	free(set->by_id.slots);
	arena_free(&set->arena);
	*set = (struct export_set){ 0 };
}

/* ---- finding again ------------------------------------------------------------- */

static uint64_t
hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
	const unsigned char *in = bytes;

	for (; length > 0; length--)
		hash = (hash ^ *in++) * UINT64_C(0x100000001b3);
	return (hash);
}

static uint64_t
hash_text(uint64_t hash, const char *text)
{
	return (hash_bytes(hash, text, strlen(text) + 1));
}

static void
put_slot(struct export_table *table, uint64_t hash, void *thing)
{
	size_t i = (size_t)(hash ^ hash >> 32) & (table->room - 1);

	while (table->slots[i].thing != NULL)
		i = (i + 1) & (table->room - 1);
	table->slots[i] = (struct export_slot){ hash, thing };
	table->used++;
}

static void
keep(struct export_table *table, uint64_t hash, void *thing)
{
	struct export_table old = *table;
	size_t i;

	if (2 * table->used >= table->room) {
		table->room = old.room == 0 ? 64 : 2 * old.room;
		table->used = 0;
		table->slots = calloc(table->room, sizeof(*table->slots));
		if (table->slots == NULL)
			err(1, "memory for what is exported");
		for (i = 0; i < old.room; i++)
			if (old.slots[i].thing != NULL)
				put_slot(table, old.slots[i].hash,
				    old.slots[i].thing);
		free(old.slots);
	}
	put_slot(table, hash, thing);
}

static void *
find(const struct export_table *table, uint64_t hash,
    bool (*same)(const void *thing, const void *like), const void *like)
{
	size_t i = (size_t)(hash ^ hash >> 32);

	if (table->room == 0)
		return (NULL);
	for (i &= table->room - 1; table->slots[i].thing != NULL;
	     i = (i + 1) & (table->room - 1))
		if (table->slots[i].hash == hash &&
		    same(table->slots[i].thing, like))
			return (table->slots[i].thing);
	return (NULL);
}

/* ---- families --------------------------------------------------------------------- */

static bool
same_family(const void *thing, const void *like)
{
	const struct export_family *a = thing, *b = like;

	return (a->type == b->type && a->unit == b->unit &&
	    a->rows == b->rows && a->stamp == b->stamp &&
	    a->fixed == b->fixed && strcmp(a->path, b->path) == 0 &&
	    strcmp(a->metric, b->metric) == 0);
}

/* The first by the alphabet, so that it does not matter who came first. */
static void
take_help(
    struct export_set *set, struct export_family *family, const char *help)
{
	if (help == NULL || help[strspn(help, " ")] == '\0' ||
	    (family->help != NULL && strcmp(help, family->help) >= 0))
		return;
	family->help = arena_print(&set->arena, "%s", help);
}

struct export_family *
export_family(struct export_set *set, const struct export_family *like)
{
	uint64_t hash =
	    hash_text(hash_text(like->type, like->path), like->metric);
	struct export_family *family;

	family = find(&set->by_name, hash, same_family, like);
	if (family != NULL) {
		take_help(set, family, like->help);
		return (family);
	}
	family = arena_take(&set->arena, 1, sizeof(*family));
	*family = *like;
	family->path = arena_print(&set->arena, "%s", like->path);
	family->metric = arena_print(&set->arena, "%s", like->metric);
	family->help = NULL;
	take_help(set, family, like->help);
	family->base = export_base(like->unit);
	set->families = grow(set->families, &set->family_room,
	    set->family_count, sizeof(struct export_family *));
	set->families[set->family_count++] = family;
	keep(&set->by_name, hash, family);
	return (family);
}

/* ---- series ------------------------------------------------------------------------- */

static bool
same_series(const void *thing, const void *like)
{
	const struct export_series *a = thing, *b = like;
	size_t i;

	if (a->family != b->family || a->target != b->target ||
	    a->label_count != b->label_count)
		return (false);
	for (i = 0; i < a->label_count; i++)
		if (strcmp(a->labels[i].value, b->labels[i].value) != 0 ||
		    strcmp(a->labels[i].key, b->labels[i].key) != 0)
			return (false);
	return (true);
}

static uint64_t
hash_series(const struct export_series *like)
{
	uint64_t hash = hash_bytes(0, &like->family, sizeof(like->family));
	size_t i;

	hash = hash_bytes(hash, &like->target, sizeof(like->target));
	for (i = 0; i < like->label_count; i++)
		hash = hash_text(hash_text(hash, like->labels[i].key),
		    like->labels[i].value);
	return (hash);
}

static const struct export_label *
copy_labels(
    struct arena *arena, const struct export_label labels[], size_t count)
{
	struct export_label *copy = arena_take(arena, count, sizeof(*copy));
	size_t i;

	for (i = 0; i < count; i++) {
		copy[i].key = arena_print(arena, "%s", labels[i].key);
		copy[i].value = arena_print(arena, "%s", labels[i].value);
	}
	return (copy);
}

struct export_series *
export_series(struct export_set *set, struct export_family *family,
    const struct export_series *like)
{
	struct export_series key = *like, *series;
	uint64_t hash;

	key.family = family;
	hash = hash_series(&key);
	series = find(&set->by_labels, hash, same_series, &key);
	if (series != NULL)
		return (series);
	series = arena_take(&set->arena, 1, sizeof(*series));
	*series = key;
	series->labels =
	    copy_labels(&set->arena, like->labels, like->label_count);
	series->own =
	    like->own == NULL ? "" : arena_print(&set->arena, "%s", like->own);
	if (like->row != NULL)
		series->row = arena_print(&set->arena, "%s", like->row);
	series->order = set->series_count++;
	family->series = grow(family->series, &family->series_room,
	    family->series_count, sizeof(struct export_series *));
	family->series[family->series_count++] = series;
	keep(&set->by_labels, hash, series);
	return (series);
}

struct known {
	const struct export_target *target;
	uint64_t id;
	struct export_series *series;
};

static bool
same_known(const void *thing, const void *like)
{
	const struct known *a = thing, *b = like;

	return (a->target == b->target && a->id == b->id);
}

static uint64_t
hash_known(const struct export_target *target, uint64_t id)
{
	return ((id ^ (uintptr_t)target) * UINT64_C(0x9e3779b97f4a7c15));
}

struct export_series *
export_known(const struct export_set *set, const struct export_target *target,
    uint64_t id)
{
	const struct known like = { .target = target, .id = id };
	const struct known *known =
	    find(&set->by_id, hash_known(target, id), same_known, &like);

	return (known == NULL ? NULL : known->series);
}

void
export_know(struct export_set *set, struct export_series *series, uint64_t id)
{
	struct known *known = arena_take(&set->arena, 1, sizeof(*known));

	*known = (struct known){ series->target, id, series };
	keep(&set->by_id, hash_known(series->target, id), known);
}

struct export_point *
export_point(struct export_set *set, struct export_series *series,
    uint64_t real_ns, union dbgshm_value value)
{
	struct export_point *point;

	/* Times of other systems are milliseconds. */
	if (series->point_count > 0 &&
	    series->points[series->point_count - 1].real_ns / 1000000 >=
		real_ns / 1000000) {
		set->late++;
		return (NULL);
	}
	series->points = grow(series->points, &series->point_room,
	    series->point_count, sizeof(*series->points));
	point = &series->points[series->point_count++];
	*point = (struct export_point){ .real_ns = real_ns, .value = value };
	set->point_count++;
	return (point);
}

/* ---- order ---------------------------------------------------------------------------- */

static int
compare_origins(const void *left, const void *right)
{
	const struct export_family *a = *(struct export_family *const *)left;
	const struct export_family *b = *(struct export_family *const *)right;
	int order = b->fixed - a->fixed;

	if (order == 0)
		order = strcmp(a->path, b->path);
	if (order == 0)
		order = strcmp(a->metric, b->metric);
	if (order == 0)
		order = a->rows - b->rows;
	if (order == 0)
		order = (int)a->type - (int)b->type;
	if (order == 0)
		order = a->unit - b->unit;
	return (order != 0 ? order : a->stamp - b->stamp);
}

static int
compare_names(const void *left, const void *right)
{
	const struct export_family *a = *(struct export_family *const *)left;
	const struct export_family *b = *(struct export_family *const *)right;

	return (strcmp(a->name, b->name));
}

static int
compare_series(const void *left, const void *right)
{
	const struct export_series *a = *(struct export_series *const *)left;
	const struct export_series *b = *(struct export_series *const *)right;
	int order = strcmp(a->target->program, b->target->program);
	size_t i;

	if (order == 0 && a->target->number != b->target->number)
		order = a->target->number < b->target->number ? -1 : 1;
	for (i = 0; order == 0 && i < a->label_count && i < b->label_count;
	     i++) {
		order = strcmp(a->labels[i].key, b->labels[i].key);
		if (order == 0)
			order = strcmp(a->labels[i].value, b->labels[i].value);
	}
	if (order == 0 && a->label_count != b->label_count)
		order = a->label_count < b->label_count ? -1 : 1;
	return (order != 0 ? order : a->order < b->order ? -1 : 1);
}

static bool
same_name(const void *thing, const void *like)
{
	return (strcmp(((const struct export_family *)thing)->name, like) == 0);
}

void
export_settle(struct export_set *set)
{
	struct export_table names = { 0 };
	struct export_family *family;
	unsigned number;
	size_t i;

	if (set->family_count == 0)
		return;
	qsort(set->families, set->family_count, sizeof(struct export_family *),
	    compare_origins);
	for (i = 0; i < set->family_count; i++) {
		family = set->families[i];
		if (family->help == NULL)
			family->help = arena_print(&set->arena,
			    family->rows ? "%s of the rows of %s" : "%s of %s",
			    family->metric, family->path);
		if (!family->fixed)
			family->name = export_name(&set->arena, family);
		for (number = 2; find(&names, hash_text(0, family->name),
				     same_name, family->name) != NULL;
		     number++)
			family->name =
			    export_name_other(&set->arena, family, number);
		keep(&names, hash_text(0, family->name), family);
		qsort(family->series, family->series_count,
		    sizeof(struct export_series *), compare_series);
	}
	free(names.slots);
	qsort(set->families, set->family_count, sizeof(struct export_family *),
	    compare_names);
}
