/*
 * screen_overview.c - one process: its profiles on the left, the selected one on
 * the right, what the selected item means below.
 */
#include "detail.h"
#include "detail_chart.h"
#include "kit/fmt.h"
#include "overview_key.h"
#include "panes.h"
#include "pins.h"
#include "shape.h"

#include <string.h>

/* ---- arrange ------------------------------------------------------------------- */

/* The keyboard is in a pane that exists. */
static void
settle_pane(struct view *view, const struct panes *panes)
{
	if (!panes->has[view->pane])
		view->pane = panes_first(panes);
}

static void
arrange_tree(struct view *view, const struct scene *scene, int body)
{
	struct tree *tree = &view->tree;
	struct list_source source;

	tree->flat = view->nodes.filter[0] != '\0' &&
	    view->nodes.filter[strspn(view->nodes.filter, "!")] != '\0';
	tree_build(tree, scene->model, scene->alerts, view->level);
	tree_reveal(tree, view->nodes.selected);
	/* One profile says more at first than the list of everything. */
	if (view->nodes.selected == 0 && tree->count > 1)
		view->nodes.selected = tree->nodes[1].id;
	panes_tree(view, &source);
	list_arrange(
	    &view->nodes, &source, panes_tree_rows(view, body), scene->hold);
}

/* The series of the numbers that will be on the screen. */
static void
want_series(struct view *view, const struct scene *scene,
    const struct panes *panes, const struct panes_place *place)
{
	struct detail_chart chart = { .count = 0 };
	const struct model_profile *profile;
	const struct model_metric *metric;
	size_t row = list_row(panes_view(view, view->pane));

	if (panes->has[VIEW_METRICS] && place->list[VIEW_METRICS].rows > 0)
		metrics_want(&panes->metrics, &view->metrics, &view->wants);
	if (panes->has[VIEW_TABLE] && place->list[VIEW_TABLE].rows > 0)
		rows_want(&panes->rows, &view->table, &view->wants);
	if (!detail_chart_fits(place->detail) ||
	    row >= panes->source[view->pane].count)
		return;
	if (view->pane == VIEW_METRICS) {
		metric = metrics_at(&panes->metrics, row, &profile);
		detail_chart_metric(&chart, profile, metric);
	} else if (view->pane == VIEW_TABLE)
		detail_chart_row(
		    &chart, &panes->rows, rows_row(&panes->rows, row));
	detail_chart_want(&chart, scene, view);
}

static void
overview_arrange(struct view *view, const struct scene *scene)
{
	struct grid_rect body = bars_body(view, scene);
	struct panes_place place;
	struct panes panes;
	int pane;

	arrange_tree(view, scene, body.rows);
	if (list_row(&view->nodes) < view->tree.count)
		metrics_look(
		    view, scene, &view->tree.nodes[list_row(&view->nodes)]);
	panes_find(view, scene, &panes);
	settle_pane(view, &panes);
	panes_place(view, scene, &panes, &place);
	if (panes.has[VIEW_EVENTS])
		newest_follow(&view->events, &panes.source[VIEW_EVENTS]);
	view->table.follow = view->follow;
	for (pane = VIEW_METRICS; pane < VIEW_PANES; pane++)
		if (panes.has[pane])
			list_arrange(panes_list(view, (enum view_pane)pane),
			    &panes.source[pane], place.list[pane].rows,
			    scene->hold);
	want_series(view, scene, &panes, &place);
}

/* ---- draw ---------------------------------------------------------------------- */

static void
draw_list(const struct view *view, const struct panes *panes,
    enum view_pane pane, struct grid *grid, struct grid_rect rect)
{
	if (rect.rows > 0)
		list_draw(panes_view(view, pane), &panes->source[pane], grid,
		    rect, view->pane == pane ? LIST_FOCUS : LIST_IDLE);
}

/* Below the metrics: that there are more. */
static void
draw_hidden(const struct view *view, const struct panes *panes,
    struct grid *grid, struct grid_rect rect)
{
	size_t hidden = panes->metrics.hidden, idle = panes->metrics.idle;
	int line = 1 + (int)view->metrics.shown_count;
	char text[96] = "";

	if (rect.rows < 1 || hidden + idle == 0)
		return;
	if (hidden > 0)
		snprintf(text, sizeof(text), "%zu more in detail (v)%s", hidden,
		    idle > 0 ? ", " : "");
	if (idle > 0)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%zu never moved (d)", idle);
	if (view->metrics.shown_count == 0 && view->metrics.filter[0] != '\0')
		line++; /* below the words about the filter */
	if (line < rect.rows)
		grid_put(grid, rect, LIST_MARGIN, line, GRID_DIM, text);
}

/* What there is to say about the table beside its rows. */
static void
table_heading(const struct view *view, const struct panes *panes, int columns,
    char *text, size_t size)
{
	const struct model_table *table = panes->profile->table;
	const char *remark = shape_remark(panes->profile);
	struct grid_share shares[LIST_COLUMNS_MAX];
	size_t out;

	out = list_columns(
	    &view->table, &panes->source[VIEW_TABLE], columns, shares);
	snprintf(text, size, "%s%smax %u", remark != NULL ? remark : "",
	    remark != NULL ? ", " : "", table->capacity);
	if (table->dropped > 0)
		snprintf(text + strlen(text), size - strlen(text),
		    ", %llu not recorded", (unsigned long long)table->dropped);
	if (out > 0)
		snprintf(text + strlen(text), size - strlen(text),
		    ", %zu column%s more", out, out == 1 ? "" : "s");
	if (view->follow)
		strlcat(text, ", following", size);
}

static void
draw_heading(const struct view *view, const struct panes *panes,
    struct grid *grid, const struct panes_place *place, enum view_pane pane)
{
	static const char *const things[VIEW_PANES] = { "", "metric", "row",
		"event" };
	size_t count = panes->source[pane].count;
	char name[64], about[160] = "";

	if (place->heading[pane].rows < 1)
		return;
	snprintf(name, sizeof(name), "%zu %s%s", count, things[pane],
	    count == 1 ? "" : "s");
	if (pane == VIEW_TABLE)
		table_heading(view, panes, place->list[pane].columns, about,
		    sizeof(about));
	else if (pane == VIEW_EVENTS)
		snprintf(about, sizeof(about), "the newest on top");
	bars_title(grid, place->heading[pane], 0,
	    place->heading[pane].row > place->content.row, name, about,
	    panes_view(view, pane));
}

/* The title of a common start, or of everything. */
static void
draw_start_title(const struct view *view, const struct panes *panes,
    struct grid *grid, struct grid_rect rect)
{
	const struct tree_node *node = panes->node;
	char name[320] = "ALL", about[64];

	if (node->id != tree_all())
		snprintf(name, sizeof(name), "%.*s/",
		    (int)(node->start + node->length), node->path);
	snprintf(about, sizeof(about), "%zu profile%s below", node->profiles,
	    node->profiles == 1 ? "" : "s");
	bars_title(grid, rect, 0, false, name, about,
	    panes->has[VIEW_METRICS] ? &view->metrics : NULL);
}

static void
draw_pane(const struct view *view, const struct panes *panes, struct grid *grid,
    const struct panes_place *place)
{
	const struct model_profile *profile = panes->profile;
	int pane;

	if (profile == NULL && place->title.rows > 0)
		draw_start_title(view, panes, grid, place->title);
	else if (place->title.rows > 0)
		bars_title(grid, place->title, 0, false, profile->path,
		    profile->description,
		    place->heading[VIEW_METRICS].rows == 0 &&
			    place->list[VIEW_METRICS].rows > 0
			? &view->metrics
			: NULL);
	for (pane = VIEW_METRICS; pane < VIEW_PANES; pane++) {
		if (!panes->has[pane])
			continue;
		draw_list(
		    view, panes, (enum view_pane)pane, grid, place->list[pane]);
		/* It tells which columns found no room. */
		draw_heading(view, panes, grid, place, (enum view_pane)pane);
		if (pane == VIEW_METRICS)
			draw_hidden(view, panes, grid, place->list[pane]);
	}
	if (panes_first(panes) != VIEW_TREE)
		return;
	if (profile == NULL)
		detail_children(view, panes->node, grid, place->content, 0);
	else
		grid_put(grid, place->content, LIST_MARGIN, 0, GRID_DIM,
		    "neither metrics nor a table");
}

static void
draw_detail(const struct view *view, const struct scene *scene,
    const struct panes *panes, struct grid *grid, struct grid_rect rect)
{
	size_t row = list_row(panes_view(view, view->pane));
	const struct model_profile *profile = panes->profile;
	const struct model_metric *metric;

	if (view->pane == VIEW_TREE || !panes->has[view->pane])
		detail_node(view, scene, panes->node, grid, rect);
	else if (row >= panes->source[view->pane].count)
		return;
	else if (view->pane == VIEW_METRICS) {
		metric = metrics_at(&panes->metrics, row, &profile);
		detail_metric(view, scene, profile, metric, grid, rect);
	} else if (view->pane == VIEW_TABLE)
		detail_row(
		    &panes->rows, rows_row(&panes->rows, row), grid, rect);
	else
		detail_event(
		    profile, &profile->log->events[row], view->raw, grid, rect);
}

static void
overview_draw(
    const struct view *view, const struct scene *scene, struct grid *grid)
{
	struct panes_place place;
	struct panes panes;

	bars_target(view, scene, grid);
	if (scene->model == NULL)
		return;
	panes_find(view, scene, &panes);
	panes_place(view, scene, &panes, &place);
	if (place.list[VIEW_TREE].columns > 0)
		list_draw(&view->nodes, &panes.source[VIEW_TREE], grid,
		    place.list[VIEW_TREE],
		    view->pane == VIEW_TREE ? LIST_FOCUS : LIST_CHOSEN);
	if (place.pinned.rows > 0)
		pins_draw(view, scene, grid, place.pinned);
	if (place.line.columns > 0)
		grid_column(grid, place.line);
	if (panes.node == NULL)
		return;
	if (place.title.columns > 0)
		draw_pane(view, &panes, grid, &place);
	if (place.detail.rows > 0)
		draw_detail(view, scene, &panes, grid, place.detail);
}

/* ---- the table of screens ------------------------------------------------------- */

static enum key_place
overview_place(const struct view *view)
{
	static const enum key_place places[VIEW_PANES] = {
		[VIEW_TREE] = KEY_PLACE_TREE,
		[VIEW_METRICS] = KEY_PLACE_METRICS,
		[VIEW_TABLE] = KEY_PLACE_TABLE,
		[VIEW_EVENTS] = KEY_PLACE_EVENTS,
	};

	return (places[view->pane]);
}

static struct list *
overview_list(struct view *view)
{
	return (panes_list(view, view->pane));
}

static bool
overview_source(const struct view *view, const struct scene *scene,
    void (*use)(const struct list_source *, void *), void *context)
{
	struct panes panes;

	if (scene->model == NULL)
		return (false);
	panes_find(view, scene, &panes);
	if (!panes.has[view->pane])
		return (false);
	use(&panes.source[view->pane], context);
	return (true);
}

static bool
overview_click(
    struct view *view, const struct scene *scene, int column, int row)
{
	struct panes_place place;
	struct panes panes;
	enum view_pane pane;

	if (scene->model == NULL)
		return (false);
	panes_find(view, scene, &panes);
	panes_place(view, scene, &panes, &place);
	pane = panes_at(&place, column, row);
	if (pane == VIEW_PANES || !panes.has[pane])
		return (false);
	view->pane = pane;
	list_click(panes_list(view, pane), &panes.source[pane],
	    place.list[pane], column, row);
	return (true);
}

const struct screen screen_overview = {
	.name = "overview",
	.title = "Overview",
	.arrange = overview_arrange,
	.draw = overview_draw,
	.key = overview_key,
	.place = overview_place,
	.list = overview_list,
	.source = overview_source,
	.click = overview_click,
};
