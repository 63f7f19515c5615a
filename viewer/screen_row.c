/*
 * screen_row.c - one row: all its columns, its moments to go to, what it refers
 * to and what refers to it, and how its numbers were over time.
 */
#include "row_chart.h"
#include "row_lines.h"
#include "row_links.h"

#include "kit/fmt.h"

#include <math.h>
#include <string.h>

#define NS_PER_S UINT64_C(1000000000)
#define SHARE_LEAST 8  /* rows of the body */
#define LINKS_LEAST 14 /* likewise */
#define CHART_LEAST 5  /* rows of a chart */
#define CHART_COLUMNS 24

struct parts {
	struct row_lines lines;
	struct list_source source;
	struct objects links;
	struct list_source links_source;
};

static void
find_parts(
    struct parts *parts, const struct view *view, const struct scene *scene)
{
	row_lines_find(&parts->lines, view, scene);
	row_lines_source(&parts->lines, &parts->source);
	objects_init(&parts->links, view, scene);
	if (parts->lines.row != NULL)
		row_links_find(
		    &parts->links, parts->lines.profile, parts->lines.row);
	row_links_source(&parts->links, &parts->links_source);
}

static void
free_parts(struct parts *parts)
{
	objects_fini(&parts->links);
}

/* ---- where what is ------------------------------------------------------- */

struct places {
	struct grid_rect title, share, lines, links, chart;
};

/* Above what refers to it, where that is not all there is. */
static int
has_rule(const struct places *places)
{
	return (places->links.rows >= 3 && places->lines.rows > 0);
}

static bool
in_links(const struct view *view, const struct parts *parts)
{
	return (view->in_parts && parts->links.count > 0);
}

static struct places
find_places(const struct view *view, const struct scene *scene,
    const struct parts *parts)
{
	struct grid_rect body = bars_body(view, scene), left = body;
	bool links = parts->links.count > 0;
	struct places places = { body, body, body, body, body };
	int wanted = (int)parts->lines.count + 1, chart = 0;

	places.title.rows = body.rows > 0;
	places.share.rows =
	    body.rows >= SHARE_LEAST && row_share_known(&parts->lines);
	places.share.row += places.title.rows;
	left.row += places.title.rows + places.share.rows;
	left.rows -= places.title.rows + places.share.rows;

	places.links.rows = 0;
	if (links && body.rows >= LINKS_LEAST) {
		places.links.rows = (int)parts->links.count + 2;
		if (places.links.rows > left.rows / 4)
			places.links.rows = left.rows / 4;
		if (places.links.rows < 3)
			places.links.rows = 3;
	} else if (in_links(view, parts))
		places.links.rows = left.rows;
	left.rows -= places.links.rows;
	if (parts->lines.telling != SIZE_MAX && left.rows >= 2 * CHART_LEAST &&
	    body.columns >= CHART_COLUMNS)
		chart = left.rows - wanted > CHART_LEAST ? left.rows - wanted
							 : CHART_LEAST;
	places.lines = left;
	places.lines.rows -= chart;
	places.links.row = places.lines.row + places.lines.rows;
	places.chart.row = places.links.row + places.links.rows;
	places.chart.rows = chart;
	return (places);
}

/* ---- arrange ------------------------------------------------------------- */

static void
row_arrange(struct view *view, const struct scene *scene)
{
	struct places places;
	struct parts parts;

	if (scene->model == NULL)
		return;
	find_parts(&parts, view, scene);
	view->in_parts = in_links(view, &parts);
	places = find_places(view, scene, &parts);
	list_arrange(&view->lists[SCREEN_ROW], &parts.source, places.lines.rows,
	    scene->hold);
	list_arrange(&view->parts, &parts.links_source,
	    places.links.rows - has_rule(&places), scene->hold);
	row_chart_want(
	    &parts.lines, &view->lists[SCREEN_ROW], places.chart, &view->wants);
	free_parts(&parts);
}

/* ---- draw ---------------------------------------------------------------- */

/* "running", or why there is nothing to see. */
static uint8_t
state_text(const struct row_lines *lines, char *text, size_t size)
{
	const struct scene *scene = lines->scene;
	uint64_t now = spark_moment(scene, lines->profile);
	char when[FMT_SIZE];

	if (lines->row != NULL) {
		strlcpy(text,
		    shape_state(
			lines->profile->table, lines->profile, lines->row),
		    size);
		return (GRID_PLAIN);
	}
	if (objects_empty(scene, NULL) != NULL)
		strlcpy(text, objects_empty(scene, NULL), size);
	else if (lines->first_real_ns > now)
		snprintf(text, size, "not there yet, seen from %s on",
		    bars_clock(when, sizeof(when), lines->first_real_ns,
			scene->now_real_ns));
	else
		snprintf(text, size,
		    lines->last_real_ns != 0 ? "gone, last seen at %s"
					     : "not there at %s",
		    bars_clock(when, sizeof(when),
			lines->last_real_ns != 0 ? lines->last_real_ns : now,
			scene->now_real_ns));
	return (GRID_GONE);
}

static void
draw_title(struct grid *grid, struct grid_rect rect,
    const struct row_lines *lines, const struct list *list)
{
	char name[512], state[160], fitted[512];
	uint64_t id = lines->view->subject.object;
	uint8_t style;
	int column = 1, room;

	if (lines->profile == NULL) {
		grid_put(grid, rect, 1, 0, GRID_GONE, "that table is gone");
		return;
	}
	if (rect.columns >= 40 && list_scrolled(list, fitted, sizeof(fitted)))
		rect.columns -= grid_put_right(grid, rect, rect.columns - 1, 0,
				    GRID_DIM, fitted) +
		    1;
	style = state_text(lines, state, sizeof(state));
	snprintf(name, sizeof(name), "%s[%llu.%llu]", lines->profile->path,
	    (unsigned long long)(id >> 40),
	    (unsigned long long)(id & ((UINT64_C(1) << 40) - 1)));
	room = rect.columns - 2 - grid_width(state, grid->ascii) - 2;
	room = room < rect.columns / 2 ? rect.columns / 2 : room;
	grid_fit(grid, fitted, sizeof(fitted), name, room, GRID_CUT_FRONT);
	column += grid_put(grid, rect, column, 0, GRID_STRONG, fitted) + 2;
	grid_fit(grid, fitted, sizeof(fitted), state, rect.columns - 1 - column,
	    GRID_CUT_END);
	column += grid_put(grid, rect, column, 0, style, fitted) + 2;
	if (lines->row == NULL || rect.columns - column < 12)
		return;
	grid_fit(grid, fitted, sizeof(fitted),
	    shape_name(lines->profile, lines->row), rect.columns - 1 - column,
	    GRID_CUT_END);
	grid_put(grid, rect, column, 0, GRID_DIM, fitted);
}

static void
row_draw(const struct view *view, const struct scene *scene, struct grid *grid)
{
	struct places places;
	struct parts parts;
	int heading;

	bars_target(view, scene, grid);
	if (scene->model == NULL)
		return;
	find_parts(&parts, view, scene);
	places = find_places(view, scene, &parts);
	if (places.title.rows > 0)
		draw_title(
		    grid, places.title, &parts.lines, &view->lists[SCREEN_ROW]);
	if (places.share.rows > 0)
		row_share_draw(&parts.lines, grid, places.share);
	if (places.lines.rows > 0)
		list_draw(&view->lists[SCREEN_ROW], &parts.source, grid,
		    places.lines,
		    in_links(view, &parts) ? LIST_CHOSEN : LIST_FOCUS);
	heading = has_rule(&places);
	if (heading)
		grid_fill(grid, places.links, 0, GRID_SIGN_HORIZONTAL, 0);
	places.links.row += heading;
	places.links.rows -= heading;
	if (places.links.rows > 0)
		list_draw(&view->parts, &parts.links_source, grid, places.links,
		    in_links(view, &parts) ? LIST_FOCUS : LIST_IDLE);
	if (places.chart.rows > 0)
		row_chart_draw(
		    &parts.lines, &view->lists[SCREEN_ROW], grid, places.chart);
	free_parts(&parts);
}

/* ---- keys and mouse ------------------------------------------------------ */

/* To a moment: the first sample that knows of what began, the last one that
 * still knows of what ended. */
static enum screen_result
travel(struct view *view, const struct row_lines *lines,
    const struct row_line *line)
{
	const struct moment *moment = &lines->scene->moment;
	uint64_t at = line->real_ns;

	if (line->kind == ROW_LINE_BEGAN)
		at = row_lines_sample(lines, line->real_ns);
	if (at == 0)
		at = line->real_ns + NS_PER_S + NS_PER_S / 4;
	if (at < moment->first_real_ns)
		at = moment->first_real_ns;
	view->order.travel = (struct timeline_order){
		.move = TIMELINE_AT,
		.at_real_ns = at,
	};
	return (SCREEN_TRAVEL);
}

static enum screen_result
open_line(
    struct view *view, const struct scene *scene, const struct parts *parts)
{
	size_t at = list_row(&view->lists[SCREEN_ROW]);
	const struct row_line *line;
	struct subject subject;

	if (at >= parts->lines.count)
		return (SCREEN_NOTHING);
	line = &parts->lines.list[at];
	if (line->kind != ROW_LINE_CELL)
		return (travel(view, &parts->lines, line));
	if (!row_lines_leads(&parts->lines, line, &subject))
		return (SCREEN_NOTHING);
	view_show(view, scene, subject.profile, subject.object);
	return (SCREEN_CHANGED);
}

static enum screen_result
open_link(
    struct view *view, const struct scene *scene, const struct parts *parts)
{
	size_t at = list_row(&view->parts);
	const struct object *object;

	if (at >= parts->links.count)
		return (SCREEN_NOTHING);
	object = &parts->links.list[at];
	view->in_parts = false;
	view_show(view, scene, object->profile_id, objects_row(object)->id);
	return (SCREEN_CHANGED);
}

static enum screen_result
row_key(struct view *view, const struct scene *scene, enum key_action action)
{
	enum screen_result result = SCREEN_NOTHING;
	struct parts parts;

	if (scene->model == NULL)
		return (SCREEN_NOTHING);
	find_parts(&parts, view, scene);
	switch (action) {
	case KEY_ACTION_OPEN:
		result = in_links(view, &parts)
		    ? open_link(view, scene, &parts)
		    : open_line(view, scene, &parts);
		break;
	case KEY_ACTION_PANE:
	case KEY_ACTION_PANE_BACK:
		if (parts.links.count > 0) {
			view->in_parts = !view->in_parts;
			result = SCREEN_CHANGED;
		}
		break;
	default:
		break;
	}
	free_parts(&parts);
	return (result);
}

static enum key_place
row_place(const struct view *view)
{
	(void)view;
	return (KEY_PLACE_ROW);
}

static struct list *
row_list(struct view *view)
{
	return (view->in_parts ? &view->parts : &view->lists[SCREEN_ROW]);
}

static bool
row_source(const struct view *view, const struct scene *scene,
    void (*use)(const struct list_source *, void *), void *context)
{
	struct parts parts;

	if (scene->model == NULL)
		return (false);
	find_parts(&parts, view, scene);
	use(view->in_parts ? &parts.links_source : &parts.source, context);
	free_parts(&parts);
	return (true);
}

static bool
row_click(struct view *view, const struct scene *scene, int column, int row)
{
	struct places places;
	struct parts parts;
	bool hit = false, links = false;

	if (scene->model == NULL)
		return (false);
	find_parts(&parts, view, scene);
	places = find_places(view, scene, &parts);
	places.links.row += has_rule(&places);
	places.links.rows -= has_rule(&places);
	if (places.lines.rows > 0)
		hit = list_click(&view->lists[SCREEN_ROW], &parts.source,
		    places.lines, column, row);
	if (!hit && places.links.rows > 0)
		hit = links = list_click(&view->parts, &parts.links_source,
		    places.links, column, row);
	if (hit)
		view->in_parts = links;
	free_parts(&parts);
	return (hit);
}

const struct screen screen_row = {
	.name = "row",
	.title = "",
	.arrange = row_arrange,
	.draw = row_draw,
	.key = row_key,
	.place = row_place,
	.list = row_list,
	.source = row_source,
	.click = row_click,
};
