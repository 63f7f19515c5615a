/*
 * objects.c - rows of many tables, or events of many logs, as one list.
 */
#include "objects.h"

#include "detail.h"
#include "detail_chart.h"
#include "kit/fmt.h"
#include "marks.h"
#include "shape.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_S UINT64_C(1000000000)
#define GENERATION_BITS 40 /* of a row's id */

void
objects_init(
    struct objects *objects, const struct view *view, const struct scene *scene)
{
	*objects = (struct objects){ .view = view, .scene = scene };
}

void
objects_fini(struct objects *objects)
{
	free(objects->list);
	objects->list = NULL;
}

struct object *
objects_add(
    struct objects *objects, const struct model_profile *profile, size_t at)
{
	struct object *object, *before;

	if (objects->count == objects->room) {
		objects->room = objects->room > 0 ? objects->room * 2 : 64;
		objects->list = reallocarray(
		    objects->list, objects->room, sizeof(*objects->list));
		if (objects->list == NULL)
			err(1, "a list of %zu rows", objects->room);
	}
	before = objects->count > 0 ? &objects->list[objects->count - 1] : NULL;
	object = &objects->list[objects->count++];
	*object = (struct object){ .profile = profile, .at = at };
	object->profile_id = before != NULL && before->profile == profile
	    ? before->profile_id
	    : tree_id(profile->path, strlen(profile->path));
	return (object);
}

/* ---- what they are ------------------------------------------------------- */

const struct object *
objects_at(const struct list_source *source, size_t place)
{
	const struct objects *objects = source->context;

	return (&objects->list[place]);
}

const struct model_row *
objects_row(const struct object *object)
{
	return (&object->profile->table->rows[object->at]);
}

const struct model_event *
objects_event(const struct object *object)
{
	return (&object->profile->log->events[object->at]);
}

uint64_t
objects_row_id(const struct list_source *source, size_t place)
{
	const struct object *object = objects_at(source, place);

	return (objects_row(object)->id ^ object->profile_id);
}

double
objects_rate(const struct object *object, size_t column)
{
	const struct model_row *row = objects_row(object);

	if (row->state == DBGSHM_ROWSTATE_TORN || row->cells[column].hidden)
		return (NAN);
	return (row->cells[column].rate);
}

bool
objects_age(const struct objects *objects, uint64_t real_ns, double *age_ns)
{
	uint64_t now = spark_moment(objects->scene, NULL);

	*age_ns = now > real_ns ? (double)(now - real_ns) : 0;
	return (real_ns != 0);
}

static uint64_t
address_of(const struct object *object)
{
	return (view_address(object->profile, "", objects_row(object)->name));
}

char
objects_mark(const struct objects *objects, const struct object *object)
{
	const struct model_row *row = objects_row(object);
	const struct view *view = objects->view;
	char own = view->mark_count + view->pin_count > 0
	    ? marks_own(view, address_of(object))
	    : '\0';

	if (shape_alarm(object->profile->table, row) ||
	    marks_alert(objects->scene, object->profile_id, row->id))
		return ('!');
	if (own != '\0')
		return (own);
	if (row->state == DBGSHM_ROWSTATE_BUSY ||
	    row->state == DBGSHM_ROWSTATE_TORN)
		return ('~');
	if (objects->scene->baseline != NULL &&
	    !baseline_row(
		objects->scene->baseline, object->profile_id, row->id))
		return ('+');
	return (row->state == DBGSHM_ROWSTATE_FINISHED ? '-' : '\0');
}

size_t
objects_column(const struct model_table *table, const char *derived)
{
	for (size_t i = 0; i < table->column_count; i++)
		if ((table->columns[i].flags & DBGSHM_COLUMN_DERIVED) != 0 &&
		    strcmp(table->columns[i].name, derived) == 0)
			return (i);
	return (SIZE_MAX);
}

/* ---- for sheets of rows -------------------------------------------------- */

void
objects_draw_row(const struct view *view, const struct scene *scene,
    const struct list_source *source, size_t place, struct grid *grid,
    struct grid_rect rect)
{
	const struct object *object = objects_at(source, place);
	struct list_source unused;
	struct rows rows;

	rows_source(
	    &rows, &unused, object->profile, view->level, view->raw, false);
	rows_over_time(&rows, &unused, view, scene);
	detail_row(&rows, object->at, grid, rect);
}

void
objects_want_row(struct view *view, const struct scene *scene,
    const struct list_source *source)
{
	size_t place = list_row(&view->lists[view->screen]);
	const struct object *object;
	struct detail_chart chart;
	struct list_source unused;
	struct rows rows;

	if (place >= source->count)
		return;
	object = objects_at(source, place);
	rows_source(
	    &rows, &unused, object->profile, view->level, view->raw, false);
	rows_over_time(&rows, &unused, view, scene);
	detail_chart_row(&chart, &rows, object->at);
	detail_chart_want(&chart, scene, view);
}

void
objects_open_row(struct view *view, const struct scene *scene,
    const struct list_source *source, size_t place)
{
	const struct object *object = objects_at(source, place);

	view_show(view, scene, object->profile_id, objects_row(object)->id);
}

uint64_t
objects_address(const struct list_source *source, size_t place)
{
	return (address_of(objects_at(source, place)));
}

bool
objects_marked(const struct list_source *source, size_t place)
{
	const struct objects *objects = source->context;

	return (objects->view->mark_count > 0 &&
	    view_marked(objects->view, objects_address(source, place)));
}

/* ---- words --------------------------------------------------------------- */

char *
objects_clock(char *text, size_t size, uint64_t real_ns,
    const struct scene *scene, bool raw)
{
	char clock[FMT_SIZE];

	if (real_ns == 0)
		strlcpy(text, "-", size);
	else if (raw)
		fmt_time(text, size, real_ns, 9);
	else {
		bars_clock(clock, sizeof(clock), real_ns, scene->now_real_ns);
		if (strlen(clock) == 8) /* today */
			snprintf(text, size, "%s.%03u", clock,
			    (unsigned)(real_ns % NS_PER_S / 1000000));
		else
			strlcpy(text, clock, size);
	}
	return (text);
}

void
objects_second(
    const struct objects *objects, uint64_t real_ns, char *text, size_t size)
{
	if (real_ns == 0 || objects->view->raw)
		objects_clock(text, size, real_ns, objects->scene, true);
	else
		bars_clock(text, size, real_ns, objects->scene->now_real_ns);
}

const char *
objects_empty(const struct scene *scene, const char *otherwise)
{
	const struct moment *moment = &scene->moment;

	if (moment->state != MOMENT_PAST ||
	    moment->rows_since_ns <= moment->at_real_ns)
		return (otherwise);
	return (moment->rows_since_ns == UINT64_MAX
		? "rows of tables have no past here"
		: "rows of tables were not kept this far back");
}

/* ---- ways ---------------------------------------------------------------- */

const struct model_profile *
objects_profile(const struct model *model, uint64_t id)
{
	const struct model_profile *profile;

	for (size_t i = 0; model != NULL && i < model->profile_count; i++) {
		profile = &model->profiles[i];
		if (tree_id(profile->path, strlen(profile->path)) == id)
			return (profile);
	}
	return (NULL);
}

/* "net/connections[3.17]": events outlive the rows that they speak of. */
bool
objects_reference(const struct model *model, const struct model_cell *cell,
    struct subject *subject)
{
	const struct model_profile *profile;
	unsigned long long slot, generation;
	const char *name;

	if (cell->hidden || cell->type != DBGSHM_TYPE_REFERENCE ||
	    cell->text == NULL || (name = strrchr(cell->text, '[')) == NULL ||
	    sscanf(name, "[%llu.%llu]", &slot, &generation) != 2)
		return (false);
	subject->profile = tree_id(cell->text, (size_t)(name - cell->text));
	subject->object = slot << GENERATION_BITS |
	    (generation & ((UINT64_C(1) << GENERATION_BITS) - 1));
	profile = objects_profile(model, subject->profile);
	return (profile != NULL && profile->table != NULL);
}

void
objects_go(struct view *view, const struct scene *scene, struct subject subject)
{
	const struct model_profile *profile =
	    objects_profile(scene->model, subject.profile);

	if (profile == NULL ||
	    (view->screen == SCREEN_ROW &&
		view->subject.profile == subject.profile &&
		view->subject.object == subject.object))
		return;
	if (view->screen == SCREEN_ROW) {
		/* From one row to another: by way of view_show(), which
		 * remembers; a row that is gone has nothing to be shown. */
		view_show(view, scene, subject.profile, subject.object);
		return;
	}
	view_go(view, SCREEN_ROW);
	view->subject = subject;
	if (profile->level > view->level)
		view->level = profile->level;
}
