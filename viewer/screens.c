/*
 * screens.c - the table of screens, and the keys that mean the same in all.
 */
#include "screen.h"

#include <string.h>

const struct screen *const screens_table[SCREEN_COUNT] = {
	[SCREEN_PROCESSES] = &screen_processes,
	[SCREEN_TARGET] = &screen_target,
	[SCREEN_HELP] = &screen_help,
};

void
view_init(struct view *view)
{
	memset(view, 0, sizeof(*view));
	list_init(&view->processes);
	list_init(&view->nodes);
	list_init(&view->metrics);
	list_init(&view->table);
	list_init(&view->events);
	list_init(&view->help);
}

void
view_fini(struct view *view)
{
	list_fini(&view->processes);
	list_fini(&view->nodes);
	list_fini(&view->metrics);
	list_fini(&view->table);
	list_fini(&view->events);
	list_fini(&view->help);
	tree_fini(&view->tree);
}

void
screens_arrange(struct view *view, const struct scene *scene)
{
	/* What the help covers goes on changing under it. */
	if (view->screen == SCREEN_HELP)
		screens_table[view->below]->arrange(view, scene);
	screens_table[view->screen]->arrange(view, scene);
}

void
screens_draw(
    const struct view *view, const struct scene *scene, struct grid *grid)
{
	grid_clear(grid);
	screens_table[view->screen]->draw(view, scene, grid);
	bars_draw(view, scene, grid);
}

const struct model_target *
screens_selected(const struct view *view, const struct scene *scene)
{
	size_t row = list_row(&view->processes);

	return (row < scene->target_count ? &scene->targets[row] : NULL);
}

/* A key while a filter is typed: it edits, or ends the typing. */
static enum screen_result
prompt_key(struct view *view, uint32_t code)
{
	size_t length = strlen(view->prompt);
	char buffer[32];
	const char *name = keys_name(code, buffer, sizeof(buffer));

	if (strcmp(name, "Enter") == 0)
		view->prompt = NULL;
	else if (strcmp(name, "Esc") == 0 || strcmp(name, "Ctrl-C") == 0) {
		view->prompt[0] = '\0';
		view->prompt = NULL;
	} else if (strcmp(name, "Ctrl-U") == 0)
		view->prompt[0] = '\0';
	else if (strcmp(name, "Backspace") == 0) {
		if (length == 0)
			view->prompt = NULL;
		else {
			while (length > 1 &&
			    (view->prompt[length - 1] & 0xc0) == 0x80)
				length--;
			view->prompt[length - 1] = '\0';
		}
	} else if (code >= ' ' && code != 0x7f && code < 0x110000) {
		if (length + 5 > LIST_FILTER_SIZE)
			return (SCREEN_NOTHING);
		length += grid_encode(code, view->prompt + length);
		view->prompt[length] = '\0';
	} else
		return (SCREEN_NOTHING);
	return (SCREEN_CHANGED);
}

enum screen_result
screens_key(struct view *view, const struct scene *scene, uint32_t code)
{
	const struct screen *screen = screens_table[view->screen];
	enum key_action action = keys_find(code, screen->place(view));

	if (view->prompt != NULL && action != KEY_ACTION_SUSPEND &&
	    action != KEY_ACTION_REDRAW)
		return (prompt_key(view, code));
	switch (action) {
	case KEY_ACTION_NONE:
		return (SCREEN_NOTHING);
	case KEY_ACTION_QUIT:
		if (view->screen != SCREEN_HELP)
			return (SCREEN_QUIT);
		view->screen = view->below;
		return (SCREEN_CHANGED);
	case KEY_ACTION_HELP:
		view->below = view->screen;
		view->screen = SCREEN_HELP;
		return (SCREEN_CHANGED);
	case KEY_ACTION_FILTER:
		view->prompt = screen->list(view)->filter;
		return (SCREEN_CHANGED);
	case KEY_ACTION_REDRAW:
		return (SCREEN_REPAINT);
	case KEY_ACTION_SUSPEND:
		return (SCREEN_SUSPEND);
	default:
		return (screen->key(view, scene, action));
	}
}
