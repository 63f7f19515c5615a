/*
 * view.c - where the person is, and the way back.
 */
#include "screen.h"

#include <stdlib.h>
#include <string.h>

#define INTERVAL_NS UINT64_C(1000000000)
#define WINDOW_NS (10 * 60 * INTERVAL_NS) /* of charts, at first */
#define COMPARED_NS (5 * 60 * INTERVAL_NS)

void
view_init(struct view *view)
{
	memset(view, 0, sizeof(*view));
	for (int i = 0; i < SCREEN_COUNT; i++)
		list_init(&view->lists[i]);
	list_init(&view->nodes);
	list_init(&view->metrics);
	list_init(&view->table);
	list_init(&view->events);
	list_init(&view->parts);
	view->window_ns = WINDOW_NS;
	view->compared_ns = COMPARED_NS;
	view->interval_ns = INTERVAL_NS;
	strlcpy(view->theme, "default", sizeof(view->theme));
	view->glyphs = GRID_GLYPHS_BLOCK;
}

void
view_fini(struct view *view)
{
	for (int i = 0; i < SCREEN_COUNT; i++)
		list_fini(&view->lists[i]);
	list_fini(&view->nodes);
	list_fini(&view->metrics);
	list_fini(&view->table);
	list_fini(&view->events);
	list_fini(&view->parts);
	tree_fini(&view->tree);
	free(view->look.asleep);
	series_wants_fini(&view->wants);
	free(view->pins);
	free(view->marks);
}

void
view_widths(struct view *view)
{
	for (int i = 0; i < SCREEN_COUNT; i++)
		list_forget_widths(&view->lists[i]);
	list_forget_widths(&view->metrics);
	list_forget_widths(&view->table);
	list_forget_widths(&view->events);
	list_forget_widths(&view->parts);
}

/* ---- there and back -------------------------------------------------------- */

/* The screens that lie on top of another and hold no place of their own. */
static bool
is_overlay(enum screen_name screen)
{
	return (screen >= SCREEN_PROCESSES);
}

static void
remember(struct view *view)
{
	struct place *place;

	if (view->place_count == VIEW_PLACES) {
		memmove(view->places, view->places + 1,
		    (VIEW_PLACES - 1) * sizeof(*view->places));
		view->place_count--;
	}
	place = &view->places[view->place_count++];
	*place = (struct place){
		.screen = view->screen,
		.pane = view->pane,
		.node = view->nodes.selected,
		.metric = view->metrics.selected,
		.row = view->table.selected,
		.selected = view->lists[view->screen].selected,
		.subject = view->subject,
	};
}

void
view_go(struct view *view, enum screen_name screen)
{
	if (screen == view->screen)
		return;
	remember(view);
	/* Between numbered views the way back is to where the first was left. */
	if (screen < SCREEN_VIEWS && view->screen < SCREEN_VIEWS &&
	    view->place_count > 1 &&
	    view->places[view->place_count - 2].screen < SCREEN_VIEWS)
		view->place_count--;
	view->screen = screen;
	view->zoom = view->zoom && screen == SCREEN_OVERVIEW;
}

bool
view_back(struct view *view)
{
	const struct place *place;
	bool over = is_overlay(view->screen);

	if (view->place_count == 0)
		return (false);
	place = &view->places[--view->place_count];
	view->screen = place->screen;
	view->subject = place->subject;
	if (over)
		return (true); /* nothing has moved under it */
	view->pane = place->pane;
	view->nodes.selected = place->node;
	view->metrics.selected = place->metric;
	view->table.selected = place->row;
	view->lists[place->screen].selected = place->selected;
	return (true);
}

static const struct model_profile *
find_profile(const struct scene *scene, uint64_t id)
{
	const struct model_profile *profile;
	size_t i;

	for (i = 0; scene->model != NULL && i < scene->model->profile_count;
	     i++) {
		profile = &scene->model->profiles[i];
		if (tree_id(profile->path, strlen(profile->path)) == id)
			return (profile);
	}
	return (NULL);
}

static bool
has_metric(const struct model_profile *profile, uint64_t id)
{
	size_t i;

	for (i = 0; i < profile->metric_count; i++)
		if (model_metrics(profile)[i].id == id)
			return (true);
	return (false);
}

static bool
has_row(const struct model_profile *profile, uint64_t id)
{
	size_t i;

	for (i = 0; profile->table != NULL && i < profile->table->row_count;
	     i++)
		if (profile->table->rows[i].id == id)
			return (true);
	return (false);
}

void
view_show(struct view *view, const struct scene *scene, uint64_t profile,
    uint64_t object)
{
	const struct model_profile *found = find_profile(scene, profile);
	enum screen_name screen = SCREEN_OVERVIEW;

	if (found == NULL)
		return;
	if (object != 0 && has_metric(found, object))
		screen = SCREEN_METRIC;
	else if (object != 0 && has_row(found, object))
		screen = SCREEN_ROW;
	if (screen == SCREEN_OVERVIEW && view->screen == screen)
		remember(view);
	else if (screen == view->screen) {
		if (view->subject.object == object &&
		    view->subject.profile == profile)
			return;
		remember(view);
	} else
		view_go(view, screen);
	if (found->level > view->level)
		view->level = found->level;
	if (screen != SCREEN_OVERVIEW) {
		view->subject = (struct subject){ profile, object };
		return;
	}
	view->nodes.filter[0] = '\0';
	view->nodes.selected = profile;
	view->pane = VIEW_TREE;
}
