/*
 * panes.c - what a target's screen shows of the selected profile, and where.
 */
#include "panes.h"

#include <string.h>

#define NARROW 70 /* below this one pane is shown at a time */
#define TREE_LEAST 22
#define TREE_MOST 40
#define TREE_WIDE 34 /* more than one column of numbers */

/* ---- what there is ------------------------------------------------------- */

const struct list *
panes_view(const struct view *view, enum view_pane pane)
{
	const struct list *const lists[VIEW_PANES] = {
		[VIEW_TREE] = &view->nodes,
		[VIEW_METRICS] = &view->metrics,
		[VIEW_TABLE] = &view->table,
		[VIEW_EVENTS] = &view->events,
	};

	return (lists[pane]);
}

struct list *
panes_list(struct view *view, enum view_pane pane)
{
	struct list *const lists[VIEW_PANES] = {
		[VIEW_TREE] = &view->nodes,
		[VIEW_METRICS] = &view->metrics,
		[VIEW_TABLE] = &view->table,
		[VIEW_EVENTS] = &view->events,
	};

	return (lists[pane]);
}

static int
tree_columns(int columns)
{
	int tree = columns * 3 / 10;

	if (columns < NARROW)
		return (columns);
	return (tree < TREE_LEAST  ? TREE_LEAST
		: tree > TREE_MOST ? TREE_MOST
				   : tree);
}

/* What it is doing stands above how often it did. */
static void
order_panes(struct panes *panes)
{
	static const enum view_pane plain[VIEW_PANES] = { VIEW_TREE,
		VIEW_METRICS, VIEW_TABLE, VIEW_EVENTS };
	static const enum view_pane shaped[VIEW_PANES] = { VIEW_TREE,
		VIEW_TABLE, VIEW_METRICS, VIEW_EVENTS };
	const struct model_table *table = NULL;

	if (panes->profile != NULL)
		table = panes->profile->table;
	memcpy(panes->order,
	    table != NULL && table->shape != DBGSHM_SHAPE_PLAIN ? shaped
								: plain,
	    sizeof(plain));
}

static void
find_lists(
    const struct view *view, const struct scene *scene, struct panes *panes)
{
	const struct model_profile *profile = panes->profile;
	bool nested = view->table.sort < 0 && view->table.filter[0] == '\0';

	if (profile != NULL ? profile->metric_count > 0
			    : panes->node->metrics > 0) {
		panes->has[VIEW_METRICS] = true;
		metrics_source(&panes->metrics, &panes->source[VIEW_METRICS],
		    view, scene, panes->node);
	}
	if (profile == NULL)
		return;
	if (profile->table != NULL) {
		panes->has[VIEW_TABLE] = true;
		rows_source(&panes->rows, &panes->source[VIEW_TABLE], profile,
		    view->level, view->raw, nested);
		rows_over_time(
		    &panes->rows, &panes->source[VIEW_TABLE], view, scene);
	}
	if (profile->log != NULL) {
		panes->has[VIEW_EVENTS] = true;
		newest_source(&panes->newest, &panes->source[VIEW_EVENTS],
		    profile, view->raw);
	}
}

void
panes_tree(const struct view *view, struct list_source *source)
{
	tree_source(
	    &view->tree, tree_columns(view->columns) >= TREE_WIDE, source);
}

void
panes_find(
    const struct view *view, const struct scene *scene, struct panes *panes)
{
	size_t node = list_row(&view->nodes);

	panes->node = NULL;
	panes->profile = NULL;
	memset(panes->has, 0, sizeof(panes->has));
	panes->has[VIEW_TREE] = true;
	panes_tree(view, &panes->source[VIEW_TREE]);
	if (node < view->tree.count) {
		panes->node = &view->tree.nodes[node];
		panes->profile = panes->node->profile;
		find_lists(view, scene, panes);
	}
	order_panes(panes);
}

enum view_pane
panes_first(const struct panes *panes)
{
	int i;

	for (i = 1; i < VIEW_PANES; i++)
		if (panes->has[panes->order[i]])
			return (panes->order[i]);
	return (VIEW_TREE);
}

enum view_pane
panes_next(const struct panes *panes, enum view_pane pane, int step)
{
	int i;

	for (i = 0; panes->order[i] != pane;)
		i++;
	do
		i = (i + VIEW_PANES + step) % VIEW_PANES;
	while (!panes->has[panes->order[i]]);
	return (panes->order[i]);
}

/* ---- where it is --------------------------------------------------------- */

/* From 40 rows on there is room for a chart. */
static int
detail_rows(int body)
{
	return (body >= 40 ? 14 : body >= 26 ? 6 : body >= 16 ? 4 : 0);
}

/* What is pinned, below the tree. */
static int
pinned_rows(const struct view *view, int tree)
{
	int wanted = 1 + (int)view->pin_count;

	if (view->pin_count == 0 || tree < 9)
		return (0);
	return (wanted < tree / 3 ? wanted : tree / 3);
}

int
panes_tree_rows(const struct view *view, int body)
{
	int rows = body - detail_rows(body);

	return (rows - pinned_rows(view, rows));
}

static int
wanted_rows(const struct panes *panes, enum view_pane pane)
{
	size_t hidden = panes->metrics.hidden + panes->metrics.idle;

	if (!panes->has[pane])
		return (0);
	if (pane == VIEW_METRICS)
		return (1 + (int)(panes->source[pane].count - hidden) +
		    (hidden > 0));
	return (2 + (int)panes->source[pane].count);
}

/* Whoever wants less than an equal part gets it, and leaves more for the others;
 * what is left over goes to the last. */
static void
share_rows(const struct panes *panes, const int wanted[VIEW_PANES], int rows,
    int got[VIEW_PANES])
{
	int open = 0, i, pane, least, last = VIEW_TREE;

	got[VIEW_TREE] = 0;
	for (i = 1; i < VIEW_PANES; i++) {
		pane = (int)panes->order[i];
		got[pane] = wanted[pane] > 0 ? -1 : 0;
		if (wanted[pane] > 0) {
			open++;
			last = pane;
		}
	}
	for (; open > 0; open--) {
		least = -1;
		for (pane = VIEW_METRICS; pane < VIEW_PANES; pane++)
			if (got[pane] == -1 &&
			    (least == -1 || wanted[pane] < wanted[least]))
				least = pane;
		got[least] = rows / open;
		if (got[least] > wanted[least])
			got[least] = wanted[least];
		rows -= got[least];
	}
	got[last] += rows;
}

static void
place_lists(const struct view *view, const struct panes *panes,
    struct grid_rect rest, bool single, struct panes_place *out)
{
	enum view_pane chosen =
	    view->pane != VIEW_TREE ? view->pane : panes_first(panes);
	int wanted[VIEW_PANES] = { 0 }, got[VIEW_PANES], i, pane;
	bool alone = view->zoom || (single && rest.rows < 8), heading;

	for (pane = VIEW_METRICS; pane < VIEW_PANES; pane++)
		if (!alone || pane == (int)chosen)
			wanted[pane] = wanted_rows(panes, (enum view_pane)pane);
	share_rows(panes, wanted, rest.rows, got);
	for (i = 1; i < VIEW_PANES; i++) {
		pane = (int)panes->order[i];
		if (wanted[pane] == 0)
			continue;
		/* Metrics need a heading only to be told from what is above. */
		heading = got[pane] > 2 &&
		    (pane != VIEW_METRICS || rest.row > out->content.row);
		out->heading[pane] = out->list[pane] = rest;
		out->heading[pane].rows = heading;
		out->list[pane].row += heading;
		out->list[pane].rows = got[pane] - heading;
		rest.row += got[pane];
	}
}

static void
place_tree(const struct view *view, struct grid_rect body, int columns,
    struct panes_place *out)
{
	int pinned = pinned_rows(view, body.rows);

	out->list[VIEW_TREE] = out->pinned = body;
	out->list[VIEW_TREE].columns = out->pinned.columns = columns;
	out->list[VIEW_TREE].rows -= pinned;
	out->pinned.row += body.rows - pinned;
	out->pinned.rows = pinned;
}

void
panes_place(const struct view *view, const struct scene *scene,
    const struct panes *panes, struct panes_place *out)
{
	struct grid_rect body = bars_body(view, scene), rest;
	bool single = body.columns < NARROW || view->zoom;
	int tree = tree_columns(body.columns);

	memset(out, 0, sizeof(*out));
	out->detail = body;
	out->detail.rows = detail_rows(body.rows);
	body.rows -= out->detail.rows;
	out->detail.row += body.rows;

	if (single && (view->pane == VIEW_TREE || panes->node == NULL)) {
		place_tree(view, body, body.columns, out);
		return;
	}
	rest = body;
	if (!single) {
		place_tree(view, body, tree, out);
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
	place_lists(view, panes, rest, single, out);
}

static bool
holds(struct grid_rect rect, int column, int row)
{
	return (column >= rect.column && column < rect.column + rect.columns &&
	    row >= rect.row && row < rect.row + rect.rows);
}

enum view_pane
panes_at(const struct panes_place *place, int column, int row)
{
	int pane;

	for (pane = VIEW_TREE; pane < VIEW_PANES; pane++)
		if (holds(place->list[pane], column, row))
			break;
	return ((enum view_pane)pane);
}
