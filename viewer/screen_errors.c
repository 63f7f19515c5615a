/*
 * screen_errors.c - the errors of all profiles, those that came last on top.
 */
#include "cell.h"
#include "difference.h"
#include "figure.h"
#include "objects.h"
#include "sheet.h"

#include "kit/fmt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	COLUMN_TEXT,
	COLUMN_COUNT,
	COLUMN_BASE,
	COLUMN_RATE,
	COLUMN_LAST,
	COLUMN_FIRST,
	COLUMN_CODE,
	COLUMN_DETAIL,
	COLUMN_PROFILE,
	COLUMNS
};

static const struct list_column columns[COLUMNS] = {
	[COLUMN_TEXT] = { .title = "ERROR",
	    .least = 12,
	    .widest = 48,
	    .kept = true },
	[COLUMN_COUNT] = { .title = "COUNT", .least = 6, .right = true },
	[COLUMN_BASE] = { .title = "VS BASE",
	    .least = 8,
	    .right = true,
	    .rank = 2 },
	[COLUMN_RATE] = { .title = "/s", .least = 6, .right = true, .rank = 3 },
	[COLUMN_LAST] = { .title = "LAST", .least = 8, .right = true },
	[COLUMN_FIRST] = { .title = "FIRST",
	    .least = 8,
	    .right = true,
	    .rank = 4 },
	[COLUMN_CODE] = { .title = "CODE",
	    .least = 4,
	    .right = true,
	    .late = true,
	    .rank = 6 },
	[COLUMN_DETAIL] = { .title = "LAST ABOUT",
	    .least = 12,
	    .spread = true,
	    .rank = 5 },
	[COLUMN_PROFILE] = { .title = "PROFILE",
	    .least = 6,
	    .widest = 24,
	    .rank = 1,
	    .cut = GRID_CUT_FRONT },
};

static bool
is_ledger(const struct model_profile *profile)
{
	return (profile->table != NULL &&
	    profile->table->shape == DBGSHM_SHAPE_ERROR &&
	    profile->table->column_count >= DBGSHM_ERROR_COLUMNS);
}

static const struct model_cell *
cell_of(const struct object *object, size_t column)
{
	return (&objects_row(object)->cells[column]);
}

static uint64_t
last_of(const struct object *object)
{
	uint64_t last = cell_of(object, DBGSHM_ERROR_LAST)->u;

	return (last != 0 ? last : objects_row(object)->started_real_ns);
}

static int
compare_last(const void *a, const void *b)
{
	const struct object *x = a, *y = b;
	int order = list_compare(last_of(y), last_of(x));

	if (order == 0)
		order = list_compare(x->profile_id, y->profile_id);
	return (order != 0 ? order : list_compare(x->at, y->at));
}

static void
gather(struct objects *objects)
{
	const struct model *model = objects->scene->model;
	const struct model_profile *profile;

	for (size_t i = 0; i < model->profile_count; i++) {
		profile = &model->profiles[i];
		if (!is_ledger(profile) ||
		    profile->level > objects->view->level)
			continue;
		for (size_t k = 0; k < profile->table->row_count; k++)
			objects_add(objects, profile, k);
	}
	if (objects->count > 1)
		qsort(objects->list, objects->count, sizeof(*objects->list),
		    compare_last);
}

/* ---- the list ------------------------------------------------------------ */

static char
error_mark(const struct list_source *source, size_t place)
{
	const struct objects *objects = source->context;

	return (objects_mark(objects, &objects->list[place]));
}

static void
base_cell(const struct objects *objects, const struct object *object,
    struct list_cell *cell)
{
	const struct baseline *baseline = objects->scene->baseline;
	uint64_t now = cell_of(object, DBGSHM_ERROR_COUNT)->u;
	double then = 0;

	if (baseline == NULL)
		return;
	if (!baseline_cell(baseline, object->profile_id,
		objects_row(object)->id, DBGSHM_ERROR_COUNT, &then)) {
		strlcpy(cell->text, "new", sizeof(cell->text));
		cell->style = GRID_ADDED;
		return;
	}
	difference_text(cell, objects->view->compare, DBGSHM_UNIT_NONE,
	    (double)now, then, objects->view->raw);
}

static void
error_cell(const struct list_source *source, size_t place, size_t column,
    struct list_cell *cell)
{
	const struct objects *objects = source->context;
	const struct object *object = &objects->list[place];
	const struct model_row *row = objects_row(object);
	double rate = objects_rate(object, DBGSHM_ERROR_COUNT);
	char buffer[CELL_SIZE], *text = cell->text;
	size_t size = sizeof(cell->text), which = DBGSHM_ERROR_TEXT;

	switch (column) {
	case COLUMN_BASE:
		base_cell(objects, object, cell);
		return;
	case COLUMN_RATE:
		fmt_rate(
		    text, size, DBGSHM_UNIT_NONE, rate, objects->view->raw);
		cell->style = rate > 0 ? GRID_WARN : GRID_DIM;
		return;
	case COLUMN_LAST:
		objects_second(objects, last_of(object), text, size);
		return;
	case COLUMN_FIRST:
		objects_second(objects, row->started_real_ns, text, size);
		cell->style = GRID_DIM;
		return;
	case COLUMN_PROFILE:
		strlcpy(text, object->profile->path, size);
		cell->style = GRID_DIM;
		return;
	case COLUMN_TEXT:
		cell->style = GRID_STRONG;
		break;
	case COLUMN_COUNT:
		which = DBGSHM_ERROR_COUNT;
		break;
	case COLUMN_CODE:
		which = DBGSHM_ERROR_CODE;
		break;
	default:
		which = DBGSHM_ERROR_DETAIL;
		break;
	}
	strlcpy(text,
	    cell_text(buffer, object->profile, row, which, objects->view->raw),
	    size);
}

static const char *
text_of(const struct object *object, size_t column)
{
	const char *text = cell_of(object, column)->text;

	return (text != NULL ? text : "");
}

static int
error_compare(
    const struct list_source *source, size_t column, size_t a, size_t b)
{
	const struct object *x = objects_at(source, a);
	const struct object *y = objects_at(source, b);

	switch (column) {
	case COLUMN_TEXT:
		return (strcmp(text_of(x, DBGSHM_ERROR_TEXT),
		    text_of(y, DBGSHM_ERROR_TEXT)));
	case COLUMN_RATE:
		return (figure_compare(objects_rate(x, DBGSHM_ERROR_COUNT),
		    objects_rate(y, DBGSHM_ERROR_COUNT)));
	case COLUMN_LAST:
		return (list_compare(last_of(x), last_of(y)));
	case COLUMN_FIRST:
		return (list_compare(objects_row(x)->started_real_ns,
		    objects_row(y)->started_real_ns));
	case COLUMN_CODE:
		return (cell_of(x, DBGSHM_ERROR_CODE)->i <
			    cell_of(y, DBGSHM_ERROR_CODE)->i
			? -1
			: cell_of(x, DBGSHM_ERROR_CODE)->i >
			    cell_of(y, DBGSHM_ERROR_CODE)->i);
	case COLUMN_DETAIL:
		return (strcmp(text_of(x, DBGSHM_ERROR_DETAIL),
		    text_of(y, DBGSHM_ERROR_DETAIL)));
	case COLUMN_PROFILE:
		return (strcmp(x->profile->path, y->profile->path));
	default:
		return (list_compare(cell_of(x, DBGSHM_ERROR_COUNT)->u,
		    cell_of(y, DBGSHM_ERROR_COUNT)->u));
	}
}

static bool
error_number(const struct list_source *source, size_t place, size_t column,
    double *value)
{
	const struct objects *objects = source->context;
	const struct object *object = &objects->list[place];
	const struct model_row *row = objects_row(object);
	double rate;

	switch (column) {
	case COLUMN_COUNT:
		return (cell_number(
		    object->profile->table, row, DBGSHM_ERROR_COUNT, value));
	case COLUMN_CODE:
		return (cell_number(
		    object->profile->table, row, DBGSHM_ERROR_CODE, value));
	case COLUMN_RATE:
		rate = objects_rate(object, DBGSHM_ERROR_COUNT);
		*value = fmt_rate_shown(DBGSHM_UNIT_NONE, rate);
		return (!isnan(rate));
	case COLUMN_LAST:
		return (objects_age(objects, last_of(object), value));
	case COLUMN_FIRST:
		return (objects_age(objects, row->started_real_ns, value));
	default:
		return (false);
	}
}

static bool
errors_source(const struct view *view, const struct scene *scene,
    void (*use)(const struct list_source *, void *), void *context)
{
	struct list_column shown[COLUMNS];
	struct list_source source = {
		.columns = shown,
		.column_count = COLUMNS,
		.schema = 1,
		.empty = objects_empty(scene, "no errors were counted"),
		.id = objects_row_id,
		.cell = error_cell,
		.compare = error_compare,
		.number = error_number,
		.mark = error_mark,
		.marked = objects_marked,
	};
	struct objects objects;

	if (scene->model == NULL)
		return (false);
	memcpy(shown, columns, sizeof(shown));
	shown[COLUMN_BASE].absent = scene->baseline == NULL;
	objects_init(&objects, view, scene);
	gather(&objects);
	source.context = &objects;
	source.count = objects.count;
	use(&source, context);
	objects_fini(&objects);
	return (true);
}

/* ---- the screen ---------------------------------------------------------- */

static void
errors_words(const struct view *view, const struct scene *scene,
    const struct list_source *source, struct sheet_words *words)
{
	const struct objects *objects = source->context;
	uint64_t total = 0;

	(void)view;
	(void)scene;
	for (size_t i = 0; i < objects->count; i++)
		total += cell_of(&objects->list[i], DBGSHM_ERROR_COUNT)->u;
	snprintf(words->name, sizeof(words->name), "%zu kind%s of error",
	    objects->count, objects->count == 1 ? "" : "s");
	if (total > 0)
		snprintf(words->about, sizeof(words->about),
		    "%llu counted, what came last on top",
		    (unsigned long long)total);
}

static uint64_t
errors_moment(const struct list_source *source, size_t row)
{
	return (last_of(objects_at(source, row)));
}

static const struct sheet errors = {
	.words = errors_words,
	.want = objects_want_row,
	.detail = objects_draw_row,
	.open = objects_open_row,
	.address = objects_address,
	.moment = errors_moment,
};

const struct screen screen_errors = {
	.name = "errors",
	.title = "Errors",
	.arrange = sheet_arrange,
	.draw = sheet_draw,
	.key = sheet_key,
	.place = sheet_place,
	.list = sheet_list,
	.source = errors_source,
	.click = sheet_click,
	.sheet = &errors,
};
