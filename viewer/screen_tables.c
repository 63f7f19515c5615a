/*
 * screen_tables.c - all tables, and the rows of the selected one in full width.
 *
 * The keyboard is in the rows when view->pane is VIEW_TABLE, else in the list
 * of tables: so the way back leads to where it was.
 */
#include "detail.h"
#include "detail_chart.h"
#include "shape.h"
#include "sheet.h"
#include "tables.h"

#include <string.h>

#define BOTH_LEAST 10 /* rows of the body for both lists at once */

/* ---- where what is ------------------------------------------------------- */

struct places {
	struct grid_rect title, tables, more, heading, rows, detail;
};

static bool
in_rows(const struct view *view)
{
	return (view->pane == VIEW_TABLE);
}

static struct places
find_places(const struct tables *tables)
{
	const struct view *view = tables->view;
	struct grid_rect body = bars_body(view, tables->scene);
	struct places places = { body, body, body, body, body, body };
	bool both = body.rows >= BOTH_LEAST && !view->zoom;
	int wanted = (int)tables->objects.count + 1;

	places.detail.rows = sheet_detail(body.rows);
	body.rows -= places.detail.rows;
	places.detail.row = body.row + body.rows;

	places.title.rows = both;
	places.more.rows = both && tables->deep > 0;
	places.tables.rows = both ? (body.rows - 2) * 2 / 5
	    : in_rows(view)	  ? 0
				  : body.rows;
	if (both && places.tables.rows > wanted)
		places.tables.rows = wanted;
	places.tables.row += places.title.rows;
	places.more.row = places.tables.row + places.tables.rows;
	places.heading.row = places.more.row + places.more.rows;
	places.rows.rows = both || in_rows(view)
	    ? body.row + body.rows - places.heading.row
	    : 0;
	places.heading.rows = places.rows.rows > 4;
	places.rows.rows -= places.heading.rows;
	places.rows.row = places.heading.row + places.heading.rows;
	return (places);
}

/* ---- the screen ---------------------------------------------------------- */

/* At first it is the table that was selected in the overview. */
static void
choose(struct view *view, const struct scene *scene)
{
	const struct model_profile *profile;

	if (view->lists[SCREEN_TABLES].selected != 0)
		return;
	profile = objects_profile(scene->model, view->nodes.selected);
	if (profile != NULL && profile->table != NULL)
		view->lists[SCREEN_TABLES].selected = view->nodes.selected;
}

static void
want_detail(const struct tables *tables, struct view *view)
{
	size_t place = list_row(&view->table);
	struct detail_chart chart;

	if (place >= tables->profile->table->row_count)
		return;
	detail_chart_row(&chart, &tables->rows, rows_row(&tables->rows, place));
	detail_chart_want(&chart, tables->scene, view);
}

static void
tables_arrange(struct view *view, const struct scene *scene)
{
	struct places places;
	struct tables tables;

	if (scene->model == NULL)
		return;
	choose(view, scene);
	tables_find(&tables, view, scene);
	places = find_places(&tables);
	list_arrange(&view->lists[SCREEN_TABLES], &tables.source,
	    places.tables.rows, scene->hold);
	tables_find_rows(&tables);
	if (tables.profile != NULL) {
		view->table.follow = view->follow;
		list_arrange(&view->table, &tables.rows_source,
		    places.rows.rows, scene->hold);
		rows_want(&tables.rows, &view->table, &view->wants);
		want_detail(&tables, view);
	}
	objects_fini(&tables.objects);
}

/* What there is to say about the table beside its rows. */
static void
say_rows(const struct tables *tables, int width, char *text, size_t size)
{
	const struct model_table *table = tables->profile->table;
	const char *remark = shape_remark(tables->profile);
	struct grid_share shares[LIST_COLUMNS_MAX];
	size_t out = list_columns(
	    &tables->view->table, &tables->rows_source, width, shares);

	snprintf(text, size, "%zu row%s%s%s", table->row_count,
	    table->row_count == 1 ? "" : "s", remark != NULL ? ", " : "",
	    remark != NULL ? remark : "");
	if (table->dropped > 0)
		snprintf(text + strlen(text), size - strlen(text),
		    ", %llu not kept for lack of room",
		    (unsigned long long)table->dropped);
	if (out > 0)
		snprintf(text + strlen(text), size - strlen(text),
		    ", %zu column%s to the right", out, out == 1 ? "" : "s");
}

static void
draw_detail(
    const struct tables *tables, struct grid *grid, struct grid_rect rect)
{
	const struct model_profile *profile = tables->profile;
	size_t row = list_row(&tables->view->table);
	struct tree_node node = { .depth = 0 };

	if (in_rows(tables->view)) {
		if (row < profile->table->row_count)
			detail_row(&tables->rows, rows_row(&tables->rows, row),
			    grid, rect);
		return;
	}
	node.profile = profile;
	node.path = profile->path;
	node.length = strlen(profile->path);
	detail_node(tables->view, tables->scene, &node, grid, rect);
}

static void
draw_tables(
    const struct tables *tables, struct grid *grid, struct places places)
{
	const struct view *view = tables->view;
	char text[192];

	if (places.title.rows > 0) {
		snprintf(text, sizeof(text), "%zu table%s",
		    tables->objects.count,
		    tables->objects.count == 1 ? "" : "s");
		bars_title(grid, places.title, 0, false, text, "",
		    &view->lists[SCREEN_TABLES]);
	}
	if (places.tables.rows > 0)
		list_draw(&view->lists[SCREEN_TABLES], &tables->source, grid,
		    places.tables, in_rows(view) ? LIST_CHOSEN : LIST_FOCUS);
	if (places.more.rows > 0) {
		snprintf(
		    text, sizeof(text), "%zu more in detail (v)", tables->deep);
		grid_put(grid, places.more, LIST_MARGIN, 0, GRID_DIM, text);
	}
	if (tables->profile == NULL)
		return;
	if (places.rows.rows > 0)
		list_draw(&view->table, &tables->rows_source, grid, places.rows,
		    in_rows(view) ? LIST_FOCUS : LIST_IDLE);
	if (places.heading.rows > 0) { /* which columns found no room, too */
		say_rows(tables, places.rows.columns, text, sizeof(text));
		bars_title(grid, places.heading, 0,
		    places.heading.row > places.title.row,
		    tables->profile->path, text, &view->table);
	}
	if (places.detail.rows > 0)
		draw_detail(tables, grid, places.detail);
}

static void
tables_draw(
    const struct view *view, const struct scene *scene, struct grid *grid)
{
	struct tables tables;

	bars_target(view, scene, grid);
	if (scene->model == NULL)
		return;
	tables_find(&tables, view, scene);
	tables_find_rows(&tables);
	draw_tables(&tables, grid, find_places(&tables));
	objects_fini(&tables.objects);
}

static struct list *
tables_list(struct view *view)
{
	return (in_rows(view) ? &view->table : &view->lists[SCREEN_TABLES]);
}

static bool
tables_source(const struct view *view, const struct scene *scene,
    void (*use)(const struct list_source *, void *), void *context)
{
	struct tables tables;
	bool found;

	if (scene->model == NULL)
		return (false);
	tables_find(&tables, view, scene);
	tables_find_rows(&tables);
	found = !in_rows(view) || tables.profile != NULL;
	if (found)
		use(in_rows(view) ? &tables.rows_source : &tables.source,
		    context);
	objects_fini(&tables.objects);
	return (found);
}

/* ---- keys and mouse ------------------------------------------------------ */

static const struct model_row *
selected_row(const struct tables *tables)
{
	size_t place = list_row(&tables->view->table);

	if (tables->profile == NULL ||
	    place >= tables->profile->table->row_count)
		return (NULL);
	return (&tables->profile->table->rows[rows_row(&tables->rows, place)]);
}

static bool
row_key(struct view *view, const struct scene *scene, enum key_action action)
{
	const struct model_row *row;
	struct tables tables;
	uint64_t address;

	tables_find(&tables, view, scene);
	tables_find_rows(&tables);
	objects_fini(&tables.objects);
	row = selected_row(&tables);
	if (row == NULL)
		return (false);
	address = view_address(tables.profile, "", row->name);
	if (action == KEY_ACTION_MARK)
		view_mark(view, address);
	else if (action == KEY_ACTION_PIN)
		view_pin(view, address);
	else
		view_show(view, scene,
		    tree_id(tables.profile->path, strlen(tables.profile->path)),
		    row->id);
	return (true);
}

static enum screen_result
tables_key(struct view *view, const struct scene *scene, enum key_action action)
{
	if (scene->model == NULL)
		return (SCREEN_NOTHING);
	switch (action) {
	case KEY_ACTION_PANE:
	case KEY_ACTION_PANE_BACK:
		view->pane = in_rows(view) ? VIEW_TREE : VIEW_TABLE;
		return (SCREEN_CHANGED);
	case KEY_ACTION_ZOOM:
		view->zoom = !view->zoom;
		return (SCREEN_CHANGED);
	case KEY_ACTION_BACK:
		if (view->zoom)
			view->zoom = false;
		else if (in_rows(view))
			view->pane = VIEW_TREE;
		else
			return (SCREEN_NOTHING);
		return (SCREEN_CHANGED);
	case KEY_ACTION_OPEN:
		if (!in_rows(view))
			view->pane = VIEW_TABLE;
		else if (!row_key(view, scene, action))
			return (SCREEN_NOTHING);
		return (SCREEN_CHANGED);
	case KEY_ACTION_MARK:
	case KEY_ACTION_PIN:
		return (in_rows(view) && row_key(view, scene, action)
			? SCREEN_CHANGED
			: SCREEN_NOTHING);
	default:
		return (SCREEN_NOTHING);
	}
}

/* Rows of a table: as in the overview. */
static enum key_place
tables_place(const struct view *view)
{
	(void)view;
	return (KEY_PLACE_TABLE);
}

static bool
tables_click(struct view *view, const struct scene *scene, int column, int row)
{
	struct places places;
	struct tables tables;
	bool hit = false;

	if (scene->model == NULL)
		return (false);
	tables_find(&tables, view, scene);
	tables_find_rows(&tables);
	places = find_places(&tables);
	if (places.tables.rows > 0 &&
	    list_click(&view->lists[SCREEN_TABLES], &tables.source,
		places.tables, column, row)) {
		view->pane = VIEW_TREE;
		hit = true;
	} else if (places.rows.rows > 0 && tables.profile != NULL &&
	    list_click(
		&view->table, &tables.rows_source, places.rows, column, row)) {
		view->pane = VIEW_TABLE;
		hit = true;
	}
	objects_fini(&tables.objects);
	return (hit);
}

const struct screen screen_tables = {
	.name = "tables",
	.title = "Tables",
	.arrange = tables_arrange,
	.draw = tables_draw,
	.key = tables_key,
	.place = tables_place,
	.list = tables_list,
	.source = tables_source,
	.click = tables_click,
};
