/*
 * screen_target.c - one process: its profiles on the left, the selected one on
 * the right, what the selected item means below.
 */
#include "detail.h"
#include "kit/fmt.h"
#include "panes.h"
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
target_arrange(struct view *view, const struct scene *scene)
{
	struct grid_rect body = bars_body(view, scene);
	struct panes_place place;
	struct panes panes;
	int pane;

	view->tree.flat = view->nodes.filter[0] != '\0' &&
	    view->nodes.filter[strspn(view->nodes.filter, "!")] != '\0';
	tree_build(&view->tree, scene->model, view->level);
	tree_source(&view->tree, &panes.source[VIEW_TREE]);
	list_arrange(&view->nodes, &panes.source[VIEW_TREE],
	    body.rows - panes_detail(body.rows), scene->ascii, scene->hold);
	panes_find(view, &panes);
	settle_pane(view, &panes);
	panes_place(view, scene, &panes, &place);
	if (panes.has[VIEW_EVENTS])
		newest_follow(&view->events, &panes.source[VIEW_EVENTS]);
	for (pane = VIEW_METRICS; pane < VIEW_PANES; pane++)
		if (panes.has[pane])
			list_arrange(panes_list(view, (enum view_pane)pane),
			    &panes.source[pane], place.list[pane].rows,
			    scene->ascii, scene->hold);
}

/* ---- draw ---------------------------------------------------------------------- */

static const char *
source_text(const struct model *model)
{
	bool own = false, watched = false;

	for (size_t i = 0; i < model->profile_count; i++)
		if (strcmp(model->profiles[i].source, "own") == 0)
			own = true;
		else
			watched = true;
	if (strcmp(model->target.source, "private") == 0)
		return ("private watcher");
	if (own && watched)
		return ("own region and agent");
	return (strcmp(model->target.source, "own") == 0 ? "own region"
							 : "watched by agent");
}

static void
draw_header(
    const struct view *view, const struct scene *scene, struct grid *grid)
{
	const struct model_target *target = &scene->model->target;
	char pid[32], up[FMT_SIZE + 4] = "", every[FMT_SIZE + 8];
	char part[FMT_SIZE], state[96], level[32] = "";
	uint8_t style = bars_life(target, scene->interval_ns,
	    scene->now_real_ns, state, sizeof(state));

	snprintf(pid, sizeof(pid), "%jd", (intmax_t)target->pid);
	if (target->uptime_ns != UINT64_MAX)
		snprintf(up, sizeof(up), "up %s",
		    bars_seconds(part, sizeof(part), target->uptime_ns));
	snprintf(every, sizeof(every), "every %s",
	    bars_every(part, sizeof(part), scene->interval_ns));
	if (view->level > DBGSHM_LEVEL_NORMAL)
		snprintf(level, sizeof(level), "level %s",
		    dbgshm_level_name(view->level));
	fmt_clock(part, sizeof(part), scene->now_real_ns);

	const struct bars_piece pieces[] = {
		{ .text = "dbgtop", .rank = 6 },
		{ .text = pid, .rank = 2 },
		{ .text = target->name, .style = GRID_STRONG, .rank = 1 },
		{ .text = target->version, .style = GRID_DIM, .rank = 8 },
		{ .text = up, .rank = 5 },
		{ .text = source_text(scene->model),
		    .style = GRID_DIM,
		    .rank = 4 },
		{ .text = level, .style = GRID_MATCH, .rank = 3 },
		{ .text = every, .style = GRID_DIM, .rank = 9, .right = true },
		{ .text = part, .rank = 7, .right = true },
		{ .text = state, .style = style, .right = true },
	};
	bars_header(grid, pieces, sizeof(pieces) / sizeof(pieces[0]));
}

/* A common start of several profiles: what stands below it. */
static void
draw_children(const struct view *view, struct grid *grid, struct grid_rect rect,
    const struct tree_node *node)
{
	const struct tree_node *end = view->tree.nodes + view->tree.count;
	char text[160];
	int line = 0, column;

	for (const struct tree_node *child = node + 1;
	     child < end && child->depth > node->depth; child++) {
		if (child->profile == NULL)
			continue;
		grid_fit(grid, text, sizeof(text), child->profile->path,
		    rect.columns / 2, GRID_CUT_FRONT);
		column = LIST_MARGIN;
		column += grid_put(grid, rect, column, line, GRID_PLAIN, text);
		column = column < 28 ? 28 : column + LIST_GAP;
		if (rect.columns - column > 8) {
			grid_fit(grid, text, sizeof(text),
			    child->profile->description, rect.columns - column,
			    GRID_CUT_END);
			grid_put(grid, rect, column, line, GRID_DIM, text);
		}
		line++;
	}
}

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
	char text[64];
	int line = 1 + (int)view->metrics.shown_count;

	if (rect.rows < 1 || panes->metrics.hidden == 0)
		return;
	snprintf(text, sizeof(text), "%zu more in detail (v)",
	    panes->metrics.hidden);
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

static void
draw_pane(const struct view *view, const struct panes *panes, struct grid *grid,
    const struct panes_place *place)
{
	const struct model_profile *profile = panes->profile;
	char text[320];
	int pane;

	if (profile == NULL) {
		snprintf(text, sizeof(text), "%.*s/",
		    (int)(panes->node->start + panes->node->length),
		    panes->node->path);
		bars_title(
		    grid, place->title, 0, false, text, "profiles below", NULL);
		draw_children(view, grid, place->content, panes->node);
		return;
	}
	if (place->title.rows > 0)
		bars_title(grid, place->title, 0, false, profile->path,
		    profile->description,
		    place->heading[VIEW_METRICS].rows == 0 &&
			    place->list[VIEW_METRICS].rows > 0
			? &view->metrics
			: NULL);
	for (pane = VIEW_METRICS; pane < VIEW_PANES; pane++) {
		if (!panes->has[pane])
			continue;
		draw_heading(view, panes, grid, place, (enum view_pane)pane);
		draw_list(
		    view, panes, (enum view_pane)pane, grid, place->list[pane]);
		if (pane == VIEW_METRICS)
			draw_hidden(view, panes, grid, place->list[pane]);
	}
	if (panes_first(panes) == VIEW_TREE)
		grid_put(grid, place->content, LIST_MARGIN, 0, GRID_DIM,
		    "neither metrics nor a table");
}

static void
draw_detail(const struct view *view, const struct scene *scene,
    const struct panes *panes, struct grid *grid, struct grid_rect rect)
{
	size_t row = list_row(panes_view(view, view->pane));
	const struct model_profile *profile = panes->profile;

	if (view->pane == VIEW_TREE || !panes->has[view->pane])
		detail_node(view, scene, panes->node, grid, rect);
	else if (row >= panes->source[view->pane].count)
		return;
	else if (view->pane == VIEW_METRICS)
		detail_metric(
		    view, profile, &profile->metrics[row], grid, rect);
	else if (view->pane == VIEW_TABLE)
		detail_row(
		    &panes->rows, rows_row(&panes->rows, row), grid, rect);
	else
		detail_event(
		    profile, &profile->log->events[row], view->raw, grid, rect);
}

static void
target_draw(
    const struct view *view, const struct scene *scene, struct grid *grid)
{
	struct panes_place place;
	struct panes panes;

	if (scene->model == NULL)
		return;
	draw_header(view, scene, grid);
	panes_find(view, &panes);
	panes_place(view, scene, &panes, &place);
	if (place.list[VIEW_TREE].columns > 0)
		list_draw(&view->nodes, &panes.source[VIEW_TREE], grid,
		    place.list[VIEW_TREE],
		    view->pane == VIEW_TREE ? LIST_FOCUS : LIST_CHOSEN);
	if (place.line.columns > 0)
		grid_column(grid, place.line);
	if (panes.node == NULL)
		return;
	if (place.title.columns > 0)
		draw_pane(view, &panes, grid, &place);
	if (place.detail.rows > 0)
		draw_detail(view, scene, &panes, grid, place.detail);
}

/* ---- keys ----------------------------------------------------------------------- */

/* To the row that the selected one refers to, in whatever profile. */
static void
follow(struct view *view, const struct panes *panes)
{
	size_t row = list_row(&view->table);
	const struct model_link *link;
	const struct model_profile *profile;

	if (row >= panes->source[VIEW_TABLE].count)
		return;
	link = rows_link(&panes->rows, rows_row(&panes->rows, row));
	if (link == NULL)
		return;
	profile = link->profile;
	if (profile->level > view->level)
		view->level = profile->level;
	view->nodes.filter[0] = view->table.filter[0] = '\0';
	view->nodes.selected = tree_id(profile->path, strlen(profile->path));
	view->table.selected =
	    rows_id(profile, &profile->table->rows[link->row]);
}

static struct list *
target_list(struct view *view)
{
	return (panes_list(view, view->pane));
}

static void
forget_widths(struct view *view)
{
	memset(view->metrics.widths, 0, sizeof(view->metrics.widths));
	memset(view->table.widths, 0, sizeof(view->table.widths));
	memset(view->events.widths, 0, sizeof(view->events.widths));
}

static enum screen_result
target_key(struct view *view, const struct scene *scene, enum key_action action)
{
	const struct list_source *source;
	struct panes panes;

	(void)scene;
	panes_find(view, &panes);
	source = &panes.source[view->pane];
	switch (action) {
	case KEY_ACTION_PANE:
		view->pane = panes_next(&panes, view->pane, 1);
		return (SCREEN_CHANGED);
	case KEY_ACTION_PANE_BACK:
		view->pane = panes_next(&panes, view->pane, -1);
		return (SCREEN_CHANGED);
	case KEY_ACTION_BACK:
		if (view->zoom)
			view->zoom = false;
		else if (view->pane != VIEW_TREE)
			view->pane = VIEW_TREE;
		else
			return (SCREEN_LEAVE);
		return (SCREEN_CHANGED);
	case KEY_ACTION_ZOOM:
		view->zoom = !view->zoom;
		return (SCREEN_CHANGED);
	case KEY_ACTION_LEVEL_UP:
		if (view->level < DBGSHM_LEVEL_DEBUG)
			view->level++;
		return (SCREEN_CHANGED);
	case KEY_ACTION_LEVEL_DOWN:
		if (view->level > DBGSHM_LEVEL_NORMAL)
			view->level--;
		return (SCREEN_CHANGED);
	case KEY_ACTION_UNITS:
		view->raw = !view->raw;
		forget_widths(view);
		return (SCREEN_CHANGED);
	case KEY_ACTION_OPEN:
		if (view->pane == VIEW_TREE)
			view->pane = panes_next(&panes, view->pane, 1);
		return (SCREEN_CHANGED);
	case KEY_ACTION_FOLLOW:
		follow(view, &panes);
		return (SCREEN_CHANGED);
	case KEY_ACTION_LEFT:
	case KEY_ACTION_RIGHT:
		if (view->pane != VIEW_TREE &&
		    list_key(target_list(view), source, action))
			return (SCREEN_CHANGED);
		if (action == KEY_ACTION_LEFT)
			view->pane = VIEW_TREE;
		else if (view->pane == VIEW_TREE)
			view->pane = panes_next(&panes, view->pane, 1);
		return (SCREEN_CHANGED);
	default:
		return (list_key(target_list(view), source, action)
			? SCREEN_CHANGED
			: SCREEN_NOTHING);
	}
}

static enum key_place
target_place(const struct view *view)
{
	static const enum key_place places[VIEW_PANES] = {
		[VIEW_TREE] = KEY_PLACE_TREE,
		[VIEW_METRICS] = KEY_PLACE_METRICS,
		[VIEW_TABLE] = KEY_PLACE_TABLE,
		[VIEW_EVENTS] = KEY_PLACE_EVENTS,
	};

	return (places[view->pane]);
}

const struct screen screen_target = {
	.name = "target",
	.arrange = target_arrange,
	.draw = target_draw,
	.key = target_key,
	.place = target_place,
	.list = target_list,
};
