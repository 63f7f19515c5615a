/*
 * bars_frame.c - what lies around every screen, and the room that is left.
 */
#include "bars_private.h"

#include <string.h>

/* Rows of what lies around a screen; -1 it is not there. */
struct frame {
	int tabs, message, strip, keys;
	int top; /* of the body */
};

static struct frame
frame_of(const struct view *view, const struct scene *scene)
{
	struct frame frame = { -1, -1, -1, -1, 1 };
	bool target = view->screen < SCREEN_PROCESSES;

	if (target && view->rows >= 10 && view->columns >= 24)
		frame.tabs = frame.top++;
	if (scene->message[0] != '\0' && view->rows > 3)
		frame.message = frame.top++;
	if (target && scene->model != NULL && view->rows >= 14 &&
	    scene->moment.state != MOMENT_LIVE &&
	    scene->moment.first_real_ns != 0)
		frame.strip = frame.top++;
	if (view->rows > 2 || view->prompt.kind != PROMPT_NONE)
		frame.keys = view->rows - 1;
	return (frame);
}

struct grid_rect
bars_body(const struct view *view, const struct scene *scene)
{
	struct frame frame = frame_of(view, scene);
	struct grid_rect body = { .row = frame.top, .columns = view->columns };

	body.rows = (frame.keys >= 0 ? frame.keys : view->rows) - frame.top;
	if (body.rows < 0)
		body.rows = 0;
	return (body);
}

/* ---- the key line ------------------------------------------------------------- */

/* The first name of a key; pairs are shown as one. */
static void
key_label(enum key_action action, char *text, size_t size)
{
	const char *names = keys_binding(action)->names;

	if (action == KEY_ACTION_SORT_NEXT)
		strlcpy(text, "< >", size);
	else if (action == KEY_ACTION_STEP_BACK)
		strlcpy(text, "[ ]", size);
	else if (action == KEY_ACTION_EVENT_BACK)
		strlcpy(text, "e E", size);
	else if (action == KEY_ACTION_NARROWER)
		strlcpy(text, "+ -", size);
	else
		snprintf(text, size, "%.*s", (int)strcspn(names, " "), names);
}

static bool
key_shown(const struct view *view, enum key_action action, unsigned place)
{
	const struct key_binding *binding = keys_binding(action);

	if (binding->label[0] == '\0' || (binding->places & place) == 0)
		return (false);
	/* From the list of processes there is a way back only to a target. */
	return (action != KEY_ACTION_BACK || view->place_count > 0 ||
	    view->screen < SCREEN_PROCESSES);
}

/* Space goes on where something stands still. */
static const char *
label_of(const struct scene *scene, enum key_action action)
{
	return (action == KEY_ACTION_PAUSE && scene->moment.state != MOMENT_LIVE
		? "Live " /* as wide as Pause */
		: keys_binding(action)->label);
}

static int
draw_key(const struct scene *scene, struct grid *grid, struct grid_rect line,
    int column, enum key_action action)
{
	char name[32];

	key_label(action, name, sizeof(name));
	column += grid_put(grid, line, column, 0, GRID_KEY, name);
	column++;
	return (column +
	    grid_put(
		grid, line, column, 0, GRID_PLAIN, label_of(scene, action)));
}

static int
key_width(enum key_action action)
{
	char name[32];

	key_label(action, name, sizeof(name));
	return (grid_width(name, true) + 1 +
	    grid_width(keys_binding(action)->label, true));
}

/* Help and Quit are always there; the others come while there is room. */
static void
draw_keys(const struct view *view, const struct scene *scene, struct grid *grid,
    struct grid_rect line, unsigned place)
{
	int column = 1, room = line.columns - 1;
	bool last;

	for (int action = KEY_ACTION_HELP; action < KEY_ACTION_COUNT; action++)
		if (key_shown(view, (enum key_action)action, place))
			room -= key_width((enum key_action)action) + 2;
	for (int action = 1; action < KEY_ACTION_COUNT; action++) {
		last = action >= KEY_ACTION_HELP;
		if (!key_shown(view, (enum key_action)action, place))
			continue;
		if (!last && column + key_width((enum key_action)action) > room)
			continue;
		column = draw_key(scene, grid, line, column,
			     (enum key_action)action) +
		    2;
	}
}

static void
draw_prompt(
    const struct prompt *prompt, struct grid *grid, struct grid_rect line)
{
	int column = 1, width = grid_width(prompt->text, grid->ascii);
	const char *advice = prompt->hint[0] != '\0' ? prompt->hint
	    : prompt->kind == PROMPT_FILTER	     ? "Enter keep  Esc end"
	    : prompt->kind == PROMPT_COMMAND || prompt->kind == PROMPT_SORT
	    ? "Tab complete  Esc leave"
	    : "Esc leave";

	column +=
	    grid_put(grid, line, column, 0, GRID_KEY, prompt_label(prompt));
	if (column + width > line.columns - 1) /* its end matters most */
		column = line.columns - 1 - width;
	column += grid_put(grid, line, column, 0, GRID_MATCH, prompt->text);
	grid->cursor_column = column;
	grid->cursor_row = line.row;
	grid->typing = true;
	if (column + 4 + grid_width(advice, grid->ascii) < line.columns)
		grid_put_right(grid, line, line.columns - 1, 0,
		    prompt->hint[0] != '\0' ? GRID_WARN : GRID_DIM, advice);
}

/* ---- all of it ------------------------------------------------------------------- */

void
bars_draw(const struct view *view, const struct scene *scene, struct grid *grid)
{
	const struct screen *screen = screens_table[view->screen];
	struct grid_rect line = { .columns = view->columns, .rows = 1 };
	struct frame frame = frame_of(view, scene);

	if (frame.tabs >= 0)
		bars_tabs(view, scene, grid, frame.tabs);
	if (frame.strip >= 0)
		bars_strip(view, scene, grid, frame.strip);
	if (frame.message >= 0) {
		line.row = frame.message;
		grid_put(grid, line, 1, 0, GRID_BAD, scene->message);
	}
	if (frame.keys < 0)
		return;
	line.row = frame.keys;
	if (view->prompt.kind != PROMPT_NONE)
		draw_prompt(&view->prompt, grid, line);
	else if (scene->remark[0] != '\0')
		grid_put(grid, line, 1, 0, GRID_MATCH, scene->remark);
	else
		draw_keys(view, scene, grid, line, screen->place(view));
}

bool
bars_click(struct view *view, const struct scene *scene, int column, int row)
{
	struct frame frame = frame_of(view, scene);
	int tab;

	if (frame.tabs < 0 || row != frame.tabs)
		return (false);
	tab = bars_tab_at(view, column);
	if (tab >= 0)
		view_go(view, (enum screen_name)tab);
	return (tab >= 0);
}
