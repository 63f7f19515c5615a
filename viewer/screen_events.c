/*
 * screen_events.c - the events of all logs, the newest on top.
 */
#include "detail.h"
#include "newest.h"
#include "objects.h"
#include "sheet.h"

#include "kit/fmt.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

enum {
	COLUMN_TIME,
	COLUMN_LEVEL,
	COLUMN_PROFILE,
	COLUMN_EVENT,
	COLUMN_TEXT,
	COLUMN_COUNT
};

static const struct list_column columns[COLUMN_COUNT] = {
	[COLUMN_TIME] = { .title = "TIME", .least = 12, .right = true },
	[COLUMN_LEVEL] = { .title = "LEVEL", .least = 5 },
	[COLUMN_PROFILE] = { .title = "PROFILE",
	    .least = 6,
	    .widest = 20,
	    .rank = 1,
	    .cut = GRID_CUT_FRONT },
	[COLUMN_EVENT] = { .title = "EVENT",
	    .least = 8,
	    .widest = 24,
	    .rank = 2,
	    .late = true },
	[COLUMN_TEXT] = { .title = "TEXT",
	    .least = 16,
	    .kept = true,
	    .spread = true },
};

/* ---- all logs in one ----------------------------------------------------- */

static bool
has_log(const struct view *view, const struct model_profile *profile)
{
	return (profile->log != NULL && profile->log->event_count > 0 &&
	    profile->level <= view->level);
}

/* In the past, what came behind the moment has not happened. */
static size_t
first_event(const struct scene *scene, const struct model_log *log)
{
	size_t at = 0;

	if (scene->moment.state == MOMENT_PAST)
		while (at < log->event_count &&
		    log->events[at].real_ns > scene->moment.at_real_ns)
			at++;
	return (at);
}

/* Each log has its newest first: the newest of all is one of the heads. */
static void
merge(struct objects *objects)
{
	const struct model *model = objects->scene->model;
	size_t *heads, i, newest;
	const struct model_profile *profile;
	struct object *object;

	heads = calloc(model->profile_count + 1, sizeof(*heads));
	if (heads == NULL)
		err(1, "the events of %zu profiles", model->profile_count);
	for (i = 0; i < model->profile_count; i++) {
		profile = &model->profiles[i];
		heads[i] = !has_log(objects->view, profile)
		    ? SIZE_MAX
		    : first_event(objects->scene, profile->log);
	}
	for (;;) {
		newest = SIZE_MAX;
		for (i = 0; i < model->profile_count; i++) {
			if (heads[i] == SIZE_MAX ||
			    heads[i] >= model->profiles[i].log->event_count)
				continue;
			if (newest == SIZE_MAX ||
			    model->profiles[i].log->events[heads[i]].real_ns >
				model->profiles[newest]
				    .log->events[heads[newest]]
				    .real_ns)
				newest = i;
		}
		if (newest == SIZE_MAX)
			break;
		profile = &model->profiles[newest];
		objects_add(objects, profile, heads[newest]);
		if (profile->log->events[heads[newest]].lost > 0) {
			object = objects_add(objects, profile, heads[newest]);
			object->lost = true;
		}
		heads[newest]++;
	}
	free(heads);
}

/* ---- the list ------------------------------------------------------------ */

static uint64_t
event_id(const struct list_source *source, size_t place)
{
	const struct object *object = objects_at(source, place);

	return (
	    (objects_event(object)->id ^ object->profile_id) + object->lost);
}

static char
event_mark(const struct list_source *source, size_t place)
{
	return (objects_at(source, place)->lost ? '~' : '\0');
}

static uint8_t
severity_style(uint8_t severity)
{
	return (severity >= DBGSHM_SEVERITY_ERROR   ? GRID_BAD
		: severity >= DBGSHM_SEVERITY_WARN  ? GRID_WARN
		: severity == DBGSHM_SEVERITY_DEBUG ? GRID_DIM
						    : GRID_PLAIN);
}

static void
lost_cell(
    const struct model_event *event, size_t column, struct list_cell *cell)
{
	cell->style = GRID_WARN;
	if (column == COLUMN_LEVEL)
		strlcpy(cell->text, "lost", sizeof(cell->text));
	else if (column == COLUMN_TEXT)
		snprintf(cell->text, sizeof(cell->text),
		    "~ %llu lost: they came faster than the log could keep",
		    (unsigned long long)event->lost);
}

static void
event_cell(const struct list_source *source, size_t place, size_t column,
    struct list_cell *cell)
{
	const struct objects *objects = source->context;
	const struct object *object = &objects->list[place];
	const struct model_event *event = objects_event(object);
	bool quiet = event->severity == DBGSHM_SEVERITY_DEBUG;
	char *text = cell->text;
	size_t size = sizeof(cell->text);

	cell->style = quiet ? GRID_DIM : GRID_PLAIN;
	if (column == COLUMN_PROFILE) {
		strlcpy(text, object->profile->path, size);
		cell->style = GRID_DIM;
	} else if (object->lost)
		lost_cell(event, column, cell);
	else if (column == COLUMN_TIME) {
		objects_clock(text, size, event->real_ns, objects->scene,
		    objects->view->raw);
		cell->style = GRID_DIM;
	} else if (column == COLUMN_LEVEL) {
		strlcpy(text, dbgshm_severity_name(event->severity), size);
		cell->style = severity_style(event->severity);
	} else if (column == COLUMN_EVENT) {
		if (strcmp(event->name, "message") != 0)
			strlcpy(text, event->name, size);
	} else
		strlcpy(text, event->text, size);
}

static int
event_compare(
    const struct list_source *source, size_t column, size_t a, size_t b)
{
	const struct object *left = objects_at(source, a);
	const struct object *right = objects_at(source, b);
	const struct model_event *x = objects_event(left);
	const struct model_event *y = objects_event(right);

	switch (column) {
	case COLUMN_TIME:
		return (list_compare(x->real_ns, y->real_ns));
	case COLUMN_LEVEL:
		return (list_compare(y->severity, x->severity));
	case COLUMN_PROFILE:
		return (strcmp(left->profile->path, right->profile->path));
	case COLUMN_EVENT:
		return (strcmp(x->name, y->name));
	default:
		return (strcmp(x->text, y->text));
	}
}

/* By age, as times are. */
static bool
event_number(const struct list_source *source, size_t place, size_t column,
    double *value)
{
	const struct objects *objects = source->context;
	uint64_t then = objects_event(&objects->list[place])->real_ns;
	uint64_t now = spark_moment(objects->scene, NULL);

	if (column != COLUMN_TIME)
		return (false);
	*value = now > then ? (double)(now - then) : 0;
	return (true);
}

static bool
events_source(const struct view *view, const struct scene *scene,
    void (*use)(const struct list_source *, void *), void *context)
{
	struct list_source source = {
		.columns = columns,
		.column_count = COLUMN_COUNT,
		.schema = 1,
		.empty = scene->moment.state == MOMENT_PAST
		    ? "no events were kept from before this moment"
		    : "no events yet",
		.id = event_id,
		.cell = event_cell,
		.compare = event_compare,
		.number = event_number,
		.mark = event_mark,
	};
	struct objects objects;

	if (scene->model == NULL)
		return (false);
	objects_init(&objects, view, scene);
	merge(&objects);
	source.context = &objects;
	source.count = objects.count;
	use(&source, context);
	objects_fini(&objects);
	return (true);
}

/* ---- the screen ---------------------------------------------------------- */

static void
events_words(const struct view *view, const struct scene *scene,
    const struct list_source *source, struct sheet_words *words)
{
	const struct objects *objects = source->context;
	uint64_t lost = scene->model->events_lost;
	size_t events = 0;

	(void)view;
	for (size_t i = 0; i < objects->count; i++)
		events += !objects->list[i].lost;
	snprintf(words->name, sizeof(words->name), "%zu event%s", events,
	    events == 1 ? "" : "s");
	snprintf(words->about, sizeof(words->about), "the newest on top");
	if (lost > 0)
		snprintf(words->about, sizeof(words->about), "%llu lost in all",
		    (unsigned long long)lost);
}

/* Who looks at the newest goes on looking at the newest. */
static void
events_settle(struct view *view, const struct scene *scene,
    const struct list_source *source)
{
	struct list *list = sheet_list(view);

	(void)scene;
	if (list->sort < 0)
		newest_follow(list, source);
}

static bool
leads_to(const struct scene *scene, const struct object *object,
    struct subject *subject)
{
	const struct model_event *event = objects_event(object);

	for (size_t i = 0; i < event->field_count && !object->lost; i++)
		if (objects_reference(scene->model, &event->fields[i], subject))
			return (true);
	return (false);
}

static void
events_detail(const struct view *view, const struct scene *scene,
    const struct list_source *source, size_t row, struct grid *grid,
    struct grid_rect rect)
{
	const struct object *object = objects_at(source, row);
	const struct model_event *event = objects_event(object);
	struct grid_rect last = rect;
	char clock[FMT_SIZE], text[FMT_SIZE + 96];
	struct subject subject;

	last.row += rect.rows - 1;
	last.rows = rect.rows > 3;
	rect.rows -= last.rows;
	detail_event(object->profile, event, view->raw, grid, rect);
	bars_clock(clock, sizeof(clock), event->real_ns, scene->now_real_ns);
	snprintf(text, sizeof(text), "Enter %s   @ goes to %s",
	    leads_to(scene, object, &subject) ? "follows the reference"
					      : "opens the profile",
	    clock);
	grid_put(grid, last, 1, 0, GRID_DIM, text);
}

static void
events_open(struct view *view, const struct scene *scene,
    const struct list_source *source, size_t row)
{
	const struct object *object = objects_at(source, row);
	struct subject subject;

	if (leads_to(scene, object, &subject))
		objects_go(view, scene, subject);
	else
		view_show(view, scene, object->profile_id, 0);
}

static uint64_t
events_moment(const struct list_source *source, size_t row)
{
	return (objects_event(objects_at(source, row))->real_ns);
}

static const struct sheet events = {
	.words = events_words,
	.settle = events_settle,
	.detail = events_detail,
	.open = events_open,
	.moment = events_moment,
};

const struct screen screen_events = {
	.name = "events",
	.title = "Events",
	.arrange = sheet_arrange,
	.draw = sheet_draw,
	.key = sheet_key,
	.place = sheet_place,
	.list = sheet_list,
	.source = events_source,
	.click = sheet_click,
	.sheet = &events,
};
