/*
 * screen_target.c - one process: its profiles on the left, the selected one on
 * the right, what the selected item means below.
 */
#include "detail.h"
#include "kit/fmt.h"
#include "screen.h"

#include <string.h>

#define NARROW 70 /* below this one pane is shown at a time */
#define TREE_LEAST 22
#define TREE_MOST 40

struct layout {
	struct grid_rect tree, line, title, content, metrics, table_title,
	    table, detail;
};

/* What is selected, and the lists that show it. */
struct scope {
	const struct tree_node *node; /* NULL: no profiles */
	const struct model_profile *profile;
	struct list_source tree;
	bool has_metrics, has_table;
	struct metrics metrics;
	struct list_source metric_source;
	struct rows rows;
	struct list_source row_source;
};

static void
find_scope(
    const struct view *view, const struct scene *scene, struct scope *scope)
{
	size_t node = list_row(&view->nodes);

	scope->node = NULL;
	scope->profile = NULL;
	scope->has_metrics = scope->has_table = false;
	tree_source(&view->tree, &scope->tree);
	if (node >= view->tree.count)
		return;
	scope->node = &view->tree.nodes[node];
	scope->profile = scope->node->profile;
	if (scope->profile == NULL)
		return;
	if (scope->profile->metric_count > 0) {
		scope->has_metrics = true;
		metrics_source(&scope->metrics, &scope->metric_source,
		    scope->profile, view->level, view->raw);
	}
	if (scope->profile->table != NULL) {
		scope->has_table = true;
		rows_source(&scope->rows, &scope->row_source, scope->profile,
		    view->level, view->raw, scene->now_real_ns);
	}
}

/* ---- who gets which rectangle ------------------------------------------------ */

static int
detail_rows(int body)
{
	return (body >= 40 ? 8 : body >= 26 ? 6 : body >= 16 ? 4 : 0);
}

/* Metrics get what they need, or half of it when the table needs more. */
static void
share_rows(const struct view *view, const struct scope *scope,
    struct grid_rect rest, bool single, struct layout *out)
{
	int metrics = 0, table = 0, half;

	if (scope->has_metrics)
		metrics = 1 +
		    (int)(scope->profile->metric_count -
			scope->metrics.hidden) +
		    (scope->metrics.hidden > 0);
	if (scope->has_table)
		table = 2 + (int)scope->profile->table->row_count;
	if (scope->has_metrics && scope->has_table) {
		if (view->zoom || (single && rest.rows < 8)) {
			if (view->pane == VIEW_TABLE)
				metrics = 0;
			else
				table = 0;
		}
		half = rest.rows / 2;
		if (metrics + table > rest.rows && metrics > half) {
			metrics = rest.rows - table;
			metrics = metrics < half ? half : metrics;
		}
	}
	if (table == 0)
		metrics = rest.rows;
	out->metrics = rest;
	out->metrics.rows = scope->has_metrics ? metrics : 0;
	out->table_title = rest;
	out->table_title.row += out->metrics.rows;
	out->table_title.rows = table > 0 && rest.rows > 3;
	out->table = rest;
	out->table.row = out->table_title.row + out->table_title.rows;
	out->table.rows =
	    table == 0 ? 0 : rest.row + rest.rows - out->table.row;
}

static void
layout(const struct view *view, const struct scene *scene,
    const struct scope *scope, struct layout *out)
{
	struct grid_rect body = bars_body(view, scene), rest;
	bool single = body.columns < NARROW || view->zoom;
	int tree = body.columns * 3 / 10;

	memset(out, 0, sizeof(*out));
	out->detail = body;
	out->detail.rows = detail_rows(body.rows);
	body.rows -= out->detail.rows;
	out->detail.row += body.rows;

	if (single && (view->pane == VIEW_TREE || scope->node == NULL)) {
		out->tree = body;
		return;
	}
	rest = body;
	if (!single) {
		tree = tree < TREE_LEAST ? TREE_LEAST : tree;
		tree = tree > TREE_MOST ? TREE_MOST : tree;
		out->tree = body;
		out->tree.columns = tree;
		out->line = body;
		out->line.column = tree + 1;
		out->line.columns = 1;
		rest.column = tree + 2;
		rest.columns -= tree + 2;
	}
	out->title = rest;
	out->title.rows = rest.rows > 2;
	rest.row += out->title.rows;
	rest.rows -= out->title.rows;
	out->content = rest;
	share_rows(view, scope, rest, single, out);
}

/* ---- arrange ------------------------------------------------------------------- */

/* The keyboard is in a pane that exists. */
static void
settle_pane(struct view *view, const struct scope *scope)
{
	if (view->pane == VIEW_TABLE && !scope->has_table)
		view->pane = scope->has_metrics ? VIEW_METRICS : VIEW_TREE;
	if (view->pane == VIEW_METRICS && !scope->has_metrics)
		view->pane = scope->has_table ? VIEW_TABLE : VIEW_TREE;
}

static void
target_arrange(struct view *view, const struct scene *scene)
{
	struct grid_rect body = bars_body(view, scene);
	struct layout place;
	struct scope scope;

	view->tree.flat = view->nodes.filter[0] != '\0' &&
	    view->nodes.filter[strspn(view->nodes.filter, "!")] != '\0';
	tree_build(&view->tree, scene->model, view->level);
	tree_source(&view->tree, &scope.tree);
	list_arrange(&view->nodes, &scope.tree,
	    body.rows - detail_rows(body.rows), scene->ascii, scene->hold);
	find_scope(view, scene, &scope);
	settle_pane(view, &scope);
	layout(view, scene, &scope, &place);
	if (scope.has_metrics)
		list_arrange(&view->metrics, &scope.metric_source,
		    place.metrics.rows, scene->ascii, scene->hold);
	if (scope.has_table)
		list_arrange(&view->table, &scope.row_source, place.table.rows,
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
draw_metrics(const struct view *view, const struct scope *scope,
    struct grid *grid, struct grid_rect rect)
{
	char text[64];
	int line = 1 + (int)view->metrics.shown_count;

	if (rect.rows < 1)
		return;
	list_draw(&view->metrics, &scope->metric_source, grid, rect,
	    view->pane == VIEW_METRICS ? LIST_FOCUS : LIST_IDLE);
	if (scope->metrics.hidden == 0)
		return;
	snprintf(text, sizeof(text), "%zu more in detail (v)",
	    scope->metrics.hidden);
	if (view->metrics.shown_count == 0 && view->metrics.filter[0] != '\0')
		line++; /* below the words about the filter */
	if (line < rect.rows)
		grid_put(grid, rect, LIST_MARGIN, line, GRID_DIM, text);
}

static void
draw_table(const struct view *view, const struct scope *scope,
    struct grid *grid, const struct layout *place)
{
	const struct model_table *table = scope->profile->table;
	struct grid_share shares[LIST_COLUMNS_MAX];
	char name[64], about[160];
	size_t out;

	if (place->table.rows < 1)
		return;
	out = list_columns(
	    &view->table, &scope->row_source, place->table.columns, shares);
	snprintf(name, sizeof(name), "%zu row%s", table->row_count,
	    table->row_count == 1 ? "" : "s");
	snprintf(about, sizeof(about), "max %u", table->capacity);
	if (table->dropped > 0)
		snprintf(about + strlen(about), sizeof(about) - strlen(about),
		    ", %llu not recorded", (unsigned long long)table->dropped);
	if (out > 0)
		snprintf(about + strlen(about), sizeof(about) - strlen(about),
		    ", %zu column%s more", out, out == 1 ? "" : "s");
	if (place->table_title.rows > 0)
		bars_title(grid, place->table_title, 0,
		    scope->has_metrics && place->metrics.rows > 0, name, about,
		    &view->table);
	list_draw(&view->table, &scope->row_source, grid, place->table,
	    view->pane == VIEW_TABLE ? LIST_FOCUS : LIST_IDLE);
}

static void
draw_pane(const struct view *view, const struct scope *scope, struct grid *grid,
    const struct layout *place)
{
	const struct model_profile *profile = scope->profile;
	char text[320];

	if (profile == NULL) {
		snprintf(text, sizeof(text), "%.*s/",
		    (int)(scope->node->start + scope->node->length),
		    scope->node->path);
		bars_title(
		    grid, place->title, 0, false, text, "profiles below", NULL);
		draw_children(view, grid, place->content, scope->node);
		return;
	}
	if (place->title.rows > 0)
		bars_title(grid, place->title, 0, false, profile->path,
		    profile->description,
		    place->metrics.rows > 0 ? &view->metrics : NULL);
	if (scope->has_metrics)
		draw_metrics(view, scope, grid, place->metrics);
	if (scope->has_table)
		draw_table(view, scope, grid, place);
	if (!scope->has_metrics && !scope->has_table)
		grid_put(grid, place->content, LIST_MARGIN, 0, GRID_DIM,
		    "neither metrics nor a table");
}

static void
draw_detail(const struct view *view, const struct scene *scene,
    const struct scope *scope, struct grid *grid, struct grid_rect rect)
{
	size_t row;

	if (view->pane == VIEW_METRICS && scope->has_metrics) {
		row = list_row(&view->metrics);
		if (row < scope->profile->metric_count)
			detail_metric(view, scope->profile,
			    &scope->profile->metrics[row], grid, rect);
	} else if (view->pane == VIEW_TABLE && scope->has_table) {
		row = list_row(&view->table);
		if (row < scope->profile->table->row_count)
			detail_row(&scope->rows, row, grid, rect);
	} else
		detail_node(view, scene, scope->node, grid, rect);
}

static void
target_draw(
    const struct view *view, const struct scene *scene, struct grid *grid)
{
	struct layout place;
	struct scope scope;

	if (scene->model == NULL)
		return;
	draw_header(view, scene, grid);
	find_scope(view, scene, &scope);
	layout(view, scene, &scope, &place);
	if (place.tree.columns > 0)
		list_draw(&view->nodes, &scope.tree, grid, place.tree,
		    view->pane == VIEW_TREE ? LIST_FOCUS : LIST_CHOSEN);
	if (place.line.columns > 0)
		grid_column(grid, place.line);
	if (scope.node == NULL)
		return;
	if (place.title.columns > 0)
		draw_pane(view, &scope, grid, &place);
	if (place.detail.rows > 0)
		draw_detail(view, scene, &scope, grid, place.detail);
}

/* ---- keys ----------------------------------------------------------------------- */

static void
next_pane(struct view *view, const struct scope *scope, int step)
{
	const bool there[] = { true, scope->has_metrics, scope->has_table };
	int pane = (int)view->pane;

	do
		pane = (pane + 3 + step) % 3;
	while (!there[pane]);
	view->pane = (enum view_pane)pane;
}

static struct list *
target_list(struct view *view)
{
	return (view->pane == VIEW_TREE	     ? &view->nodes
		: view->pane == VIEW_METRICS ? &view->metrics
					     : &view->table);
}

static enum screen_result
target_key(struct view *view, const struct scene *scene, enum key_action action)
{
	const struct list_source *source;
	struct scope scope;

	find_scope(view, scene, &scope);
	source = view->pane == VIEW_TREE ? &scope.tree
	    : view->pane == VIEW_METRICS ? &scope.metric_source
					 : &scope.row_source;
	switch (action) {
	case KEY_ACTION_PANE:
		next_pane(view, &scope, 1);
		return (SCREEN_CHANGED);
	case KEY_ACTION_PANE_BACK:
		next_pane(view, &scope, -1);
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
		memset(view->metrics.widths, 0, sizeof(view->metrics.widths));
		memset(view->table.widths, 0, sizeof(view->table.widths));
		return (SCREEN_CHANGED);
	case KEY_ACTION_OPEN:
		if (view->pane == VIEW_TREE &&
		    (scope.has_metrics || scope.has_table))
			next_pane(view, &scope, 1);
		return (SCREEN_CHANGED);
	case KEY_ACTION_LEFT:
	case KEY_ACTION_RIGHT:
		if (view->pane != VIEW_TREE &&
		    list_key(target_list(view), source, action))
			return (SCREEN_CHANGED);
		if (action == KEY_ACTION_LEFT)
			view->pane = VIEW_TREE;
		else if (view->pane == VIEW_TREE &&
		    (scope.has_metrics || scope.has_table))
			next_pane(view, &scope, 1);
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
	return (view->pane == VIEW_TREE	     ? KEY_PLACE_TREE
		: view->pane == VIEW_METRICS ? KEY_PLACE_METRICS
					     : KEY_PLACE_TABLE);
}

const struct screen screen_target = {
	.name = "target",
	.arrange = target_arrange,
	.draw = target_draw,
	.key = target_key,
	.place = target_place,
	.list = target_list,
};
