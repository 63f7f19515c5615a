/*
 * sheet.c - a screen that is one list with the selected line explained below.
 */
#include "sheet.h"

#include <string.h>

#define SHEET_LATER_NS UINT64_C(1250000000) /* samples come once a second */
#define TITLE_LEAST 6 /* rows, or there is no line about the list */

/* What one call is about, for the function that is handed the source. */
struct task {
	const struct sheet *sheet;
	struct view *view; /* NULL while it is drawn */
	const struct view *seen;
	const struct scene *scene;
	struct grid *grid;
	enum key_action action;
	enum screen_result result;
	int column, row;
	bool done;
};

static const struct sheet *
sheet_of(const struct view *view)
{
	return (screens_table[view->screen]->sheet);
}

struct places {
	struct grid_rect title, list, more, detail; /* no rows: not drawn */
};

int
sheet_detail(int body)
{
	return (body >= 40 ? 8 : body >= 26 ? 6 : body >= 16 ? 4 : 0);
}

static struct places
find_places(const struct task *task, const struct sheet_words *words)
{
	struct grid_rect body = bars_body(task->seen, task->scene);
	struct places places = { body, body, body, body };

	places.title.rows = body.rows >= TITLE_LEAST;
	places.more.rows = words->more[0] != '\0' && body.rows >= TITLE_LEAST;
	places.detail.rows = task->sheet->detail_rows != NULL
	    ? task->sheet->detail_rows(body.rows)
	    : sheet_detail(body.rows);
	places.list.rows -=
	    places.title.rows + places.more.rows + places.detail.rows;
	places.list.row += places.title.rows;
	places.more.row = places.list.row + places.list.rows;
	places.detail.row = places.more.row + places.more.rows;
	return (places);
}

static void
say(const struct task *task, const struct list_source *source,
    struct sheet_words *words)
{
	words->name[0] = words->about[0] = words->more[0] = '\0';
	task->sheet->words(task->seen, task->scene, source, words);
}

struct list *
sheet_list(struct view *view)
{
	return (&view->lists[view->screen]);
}

enum key_place
sheet_place(const struct view *view)
{
	return (sheet_of(view)->moment != NULL
		? KEY_PLACE_LIST | KEY_PLACE_MOMENTS
		: KEY_PLACE_LIST);
}

/* ---- arrange ------------------------------------------------------------- */

static void
arrange_with(const struct list_source *source, void *context)
{
	const struct task *task = context;
	struct sheet_words words;
	struct places places;

	say(task, source, &words);
	places = find_places(task, &words);
	if (task->sheet->settle != NULL)
		task->sheet->settle(task->view, task->scene, source);
	sheet_list(task->view)->follow = task->view->follow;
	list_arrange(sheet_list(task->view), source, places.list.rows,
	    task->scene->hold);
	if (task->sheet->want != NULL)
		task->sheet->want(task->view, task->scene, source);
}

void
sheet_arrange(struct view *view, const struct scene *scene)
{
	struct task task = { .sheet = sheet_of(view),
		.view = view,
		.seen = view,
		.scene = scene };

	screens_table[view->screen]->source(view, scene, arrange_with, &task);
}

/* ---- draw ---------------------------------------------------------------- */

static void
draw_with(const struct list_source *source, void *context)
{
	const struct task *task = context;
	const struct list *list = &task->seen->lists[task->seen->screen];
	struct sheet_words words;
	struct places places;
	size_t row = list_row(list);

	say(task, source, &words);
	places = find_places(task, &words);
	if (places.title.rows > 0)
		bars_title(task->grid, places.title, 0, false, words.name,
		    words.about, list);
	list_draw(list, source, task->grid, places.list, LIST_FOCUS);
	if (places.more.rows > 0)
		grid_put(task->grid, places.more, LIST_MARGIN, 0, GRID_DIM,
		    words.more);
	if (places.detail.rows > 0 && row < source->count)
		task->sheet->detail(task->seen, task->scene, source, row,
		    task->grid, places.detail);
}

void
sheet_draw(
    const struct view *view, const struct scene *scene, struct grid *grid)
{
	struct task task = { .sheet = sheet_of(view),
		.seen = view,
		.scene = scene,
		.grid = grid };

	bars_target(view, scene, grid);
	screens_table[view->screen]->source(view, scene, draw_with, &task);
}

/* ---- keys and mouse ------------------------------------------------------ */

/* To the first sample that can know of it. */
static enum screen_result
travel(struct view *view, uint64_t real_ns)
{
	if (real_ns == 0)
		return (SCREEN_NOTHING);
	view->order.travel = (struct timeline_order){
		.move = TIMELINE_AT,
		.at_real_ns = real_ns + SHEET_LATER_NS,
	};
	return (SCREEN_TRAVEL);
}

static void
key_with(const struct list_source *source, void *context)
{
	struct task *task = context;
	const struct sheet *sheet = task->sheet;
	size_t row = list_row(sheet_list(task->view));

	if (row >= source->count)
		return;
	task->result = SCREEN_CHANGED;
	if (task->action == KEY_ACTION_OPEN)
		sheet->open(task->view, task->scene, source, row);
	else if (task->action == KEY_ACTION_MARK)
		view_mark(task->view, sheet->address(source, row));
	else
		task->result = travel(task->view, sheet->moment(source, row));
}

enum screen_result
sheet_key(struct view *view, const struct scene *scene, enum key_action action)
{
	const struct sheet *sheet = sheet_of(view);
	struct task task = {
		.sheet = sheet,
		.view = view,
		.seen = view,
		.scene = scene,
		.action = action,
		.result = SCREEN_NOTHING,
	};

	if ((action == KEY_ACTION_OPEN && sheet->open != NULL) ||
	    (action == KEY_ACTION_MARK && sheet->address != NULL) ||
	    (action == KEY_ACTION_MOMENT && sheet->moment != NULL))
		screens_table[view->screen]->source(
		    view, scene, key_with, &task);
	return (task.result);
}

static void
click_with(const struct list_source *source, void *context)
{
	struct task *task = context;
	struct sheet_words words;
	struct places places;

	say(task, source, &words);
	places = find_places(task, &words);
	task->done = list_click(sheet_list(task->view), source, places.list,
	    task->column, task->row);
}

bool
sheet_click(struct view *view, const struct scene *scene, int column, int row)
{
	struct task task = { .sheet = sheet_of(view),
		.view = view,
		.seen = view,
		.scene = scene,
		.column = column,
		.row = row };

	screens_table[view->screen]->source(view, scene, click_with, &task);
	return (task.done);
}
