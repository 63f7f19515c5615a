/*
 * overview_key.c - what keys do in the panes of the overview.
 */
#include "overview_key.h"

#include "panes.h"

#include <string.h>

static uint64_t
profile_id(const struct model_profile *profile)
{
	return (tree_id(profile->path, strlen(profile->path)));
}

/* ---- Enter --------------------------------------------------------------------- */

/* To the row that the selected one refers to, in whatever profile; else what
 * there is to know about the row itself. */
static void
open_row(
    struct view *view, const struct scene *scene, const struct panes *panes)
{
	size_t row = rows_row(&panes->rows, list_row(&view->table));
	const struct model_link *link = rows_link(&panes->rows, row);
	const struct model_table *table = panes->profile->table;

	if (link == NULL) {
		view_show(view, scene, profile_id(panes->profile),
		    table->rows[row].id);
		return;
	}
	view_show(view, scene, profile_id(link->profile), 0);
	view->pane = VIEW_TABLE;
	view->table.filter[0] = '\0';
	view->table.selected =
	    rows_id(link->profile, &link->profile->table->rows[link->row]);
}

static enum screen_result
open_selected(
    struct view *view, const struct scene *scene, const struct panes *panes)
{
	size_t row = list_row(panes_view(view, view->pane));
	const struct model_profile *profile;
	const struct model_metric *metric;
	const struct model_event *event;

	if (view->pane == VIEW_TREE) {
		view->pane = panes_next(panes, view->pane, 1);
		return (SCREEN_CHANGED);
	}
	if (!panes->has[view->pane] || row >= panes->source[view->pane].count)
		return (SCREEN_CHANGED);
	if (view->pane == VIEW_METRICS) {
		metric = metrics_at(&panes->metrics, row, &profile);
		view_show(view, scene, profile_id(profile), metric->id);
	} else if (view->pane == VIEW_TABLE)
		open_row(view, scene, panes);
	else { /* how all was when that happened */
		event = &panes->profile->log->events[row];
		view->order.travel = (struct timeline_order){
			.move = TIMELINE_AT,
			.at_real_ns = event->real_ns,
		};
		return (SCREEN_TRAVEL);
	}
	return (SCREEN_CHANGED);
}

/* ---- folding ------------------------------------------------------------------ */

/* What is selected stays on the screen: on what it is hidden in. */
static void
stay_outside(struct view *view, const struct tree_node *node)
{
	const struct tree_node *parent;

	while ((parent = tree_parent(&view->tree, node)) != NULL)
		node = parent;
	view->nodes.selected = node->id;
}

static enum screen_result
fold(struct view *view, const struct tree_node *node, bool folded)
{
	const struct tree_node *parent = tree_parent(&view->tree, node);
	bool all = node->id == tree_all();

	if (view->tree.flat)
		return (SCREEN_CHANGED);
	/* In something folded, or a leaf: the one around it. */
	if (folded && !all && (node->profiles == 0 || node->folded) &&
	    parent != NULL) {
		view->nodes.selected = parent->id;
		node = parent;
	}
	tree_fold(&view->tree, node->id, folded);
	return (SCREEN_CHANGED);
}

/* Left folds, then goes up; right unfolds, then goes to the list. */
static enum screen_result
sideways(struct view *view, const struct panes *panes, bool left)
{
	const struct tree_node *node = panes->node, *parent;

	if (node != NULL && !left && node->folded)
		tree_fold(&view->tree, node->id, false);
	else if (!left)
		view->pane = panes_next(panes, view->pane, 1);
	else if (node != NULL && !view->tree.flat) {
		parent = tree_parent(&view->tree, node);
		if (node->profiles > 0 && !node->folded &&
		    node->id != tree_all())
			tree_fold(&view->tree, node->id, true);
		else
			view->nodes.selected =
			    parent != NULL ? parent->id : tree_all();
	}
	return (SCREEN_CHANGED);
}

static enum screen_result
tree_key(struct view *view, const struct panes *panes, enum key_action action)
{
	const struct tree_node *node = panes->node;

	switch (action) {
	case KEY_ACTION_LEFT:
	case KEY_ACTION_RIGHT:
		return (sideways(view, panes, action == KEY_ACTION_LEFT));
	case KEY_ACTION_FOLD:
	case KEY_ACTION_UNFOLD:
		return (node == NULL
			? SCREEN_CHANGED
			: fold(view, node, action == KEY_ACTION_FOLD));
	case KEY_ACTION_FOLD_ALL:
		if (node != NULL && !view->tree.flat &&
		    tree_fold_all(&view->tree))
			stay_outside(view, node);
		return (SCREEN_CHANGED);
	default:
		return (SCREEN_NOTHING);
	}
}

/* ---- marks and pins ------------------------------------------------------------- */

/* The address of the selected metric or row; 0 nothing is selected. */
static uint64_t
selected_address(const struct view *view, const struct panes *panes)
{
	size_t row = list_row(panes_view(view, view->pane));
	const struct model_profile *profile = panes->profile;
	const struct model_metric *metric;
	size_t at;

	if (!panes->has[view->pane] || row >= panes->source[view->pane].count)
		return (0);
	if (view->pane == VIEW_METRICS) {
		metric = metrics_at(&panes->metrics, row, &profile);
		return (view_address(profile, metric->name, metric->labels));
	}
	if (view->pane != VIEW_TABLE)
		return (0);
	at = rows_row(&panes->rows, row);
	return (view_address(profile, "", profile->table->rows[at].name));
}

static enum screen_result
mark(struct view *view, const struct panes *panes, enum key_action action)
{
	uint64_t address = selected_address(view, panes);

	if (address == 0)
		return (SCREEN_CHANGED);
	if (action == KEY_ACTION_PIN)
		view_pin(view, address);
	else {
		view_mark(view, address);
		/* On to the next one. */
		list_key(panes_list(view, view->pane),
		    &panes->source[view->pane], KEY_ACTION_DOWN);
	}
	return (SCREEN_CHANGED);
}

/* ---- all of them ------------------------------------------------------------------ */

static enum screen_result
back(struct view *view)
{
	if (view->zoom) {
		view->zoom = false;
		return (SCREEN_CHANGED);
	}
	/* Along references that were followed. */
	if (view->place_count > 0 &&
	    view->places[view->place_count - 1].screen == SCREEN_OVERVIEW) {
		view_back(view);
		return (SCREEN_CHANGED);
	}
	if (view->pane == VIEW_TREE)
		return (SCREEN_NOTHING);
	view->pane = VIEW_TREE;
	return (SCREEN_CHANGED);
}

enum screen_result
overview_key(
    struct view *view, const struct scene *scene, enum key_action action)
{
	enum screen_result result;
	struct panes panes;

	if (action == KEY_ACTION_BACK)
		return (back(view));
	panes_find(view, scene, &panes);
	if (view->pane == VIEW_TREE) {
		result = tree_key(view, &panes, action);
		if (result != SCREEN_NOTHING)
			return (result);
	}
	switch (action) {
	case KEY_ACTION_PANE:
		view->pane = panes_next(&panes, view->pane, 1);
		return (SCREEN_CHANGED);
	case KEY_ACTION_PANE_BACK:
		view->pane = panes_next(&panes, view->pane, -1);
		return (SCREEN_CHANGED);
	case KEY_ACTION_ZOOM:
		view->zoom = !view->zoom;
		return (SCREEN_CHANGED);
	case KEY_ACTION_OPEN:
		return (open_selected(view, scene, &panes));
	case KEY_ACTION_MARK:
	case KEY_ACTION_PIN:
		return (mark(view, &panes, action));
	case KEY_ACTION_LEFT:
		if (!list_key(panes_list(view, view->pane),
			&panes.source[view->pane], action))
			view->pane = VIEW_TREE;
		return (SCREEN_CHANGED);
	default:
		return (SCREEN_NOTHING);
	}
}
