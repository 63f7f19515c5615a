/*
 * screen_help.c - all keys, from the table that also makes them work.
 */
#include "screen.h"

#include <string.h>

enum { COLUMN_KEYS, COLUMN_HELP, COLUMN_COUNT };

static const struct list_column columns[COLUMN_COUNT] = {
	[COLUMN_KEYS] = { .title = "KEY",
	    .least = 6,
	    .widest = 16,
	    .kept = true },
	[COLUMN_HELP] = { .title = "WHAT IT DOES", .least = 8, .spread = true },
};

/* What is not a key but wants to be known. */
static const struct {
	const char *sign, *help;
} signs[] = {
	{ "", "" },
	{ ">", "the selected line; it stays on its object" },
	{ "-", "a process that is gone, a row that is finished" },
	{ "*", "a process that is open already, a line that is marked" },
	{ "~", "a row that kept changing; events before this one were lost" },
	{ "!", "a heartbeat that is late; a row half written at a death" },
	{ "-", "as a number: not known (yet)" },
	{ "", "" },
	{ "LIVE", "the program runs; silent: but its numbers stand still" },
	{ "STOPPED", "stopped by a signal or a debugger" },
	{ "DEAD", "ended without saying good-bye; these are its last numbers" },
	{ "EXITED", "a watched program that has ended" },
	{ "REPLACED", "the process has become another program" },
	{ "STALE", "the agent that watched it is gone" },
};

#define SIGN_COUNT (sizeof(signs) / sizeof(signs[0]))
#define KEY_COUNT (KEY_ACTION_COUNT - 1)

static uint64_t
help_id(const struct list_source *source, size_t row)
{
	(void)source;
	return (row + 1);
}

static void
help_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *cell)
{
	const struct key_binding *binding;

	(void)source;
	if (row >= KEY_COUNT) {
		row -= KEY_COUNT;
		strlcpy(cell->text,
		    column == COLUMN_KEYS ? signs[row].sign : signs[row].help,
		    sizeof(cell->text));
	} else {
		binding = keys_binding((enum key_action)(row + 1));
		strlcpy(cell->text,
		    column == COLUMN_KEYS ? binding->names : binding->help,
		    sizeof(cell->text));
	}
	if (column == COLUMN_KEYS)
		cell->style = GRID_KEY;
}

static const struct list_source help_source = {
	.count = KEY_COUNT + SIGN_COUNT,
	.columns = columns,
	.column_count = COLUMN_COUNT,
	.schema = 1,
	.id = help_id,
	.cell = help_cell,
};

static void
help_arrange(struct view *view, const struct scene *scene)
{
	list_arrange(&view->lists[SCREEN_HELP], &help_source,
	    bars_body(view, scene).rows, scene->hold);
}

static void
help_draw(const struct view *view, const struct scene *scene, struct grid *grid)
{
	const struct bars_piece pieces[] = {
		{ .text = "dbgtop", .style = GRID_PLAIN, .rank = 2 },
		{ .text = "help", .style = GRID_STRONG },
		{ .text = "dbgtop(1) tells the rest",
		    .style = GRID_DIM,
		    .rank = 3,
		    .right = true },
	};

	bars_header(grid, pieces, sizeof(pieces) / sizeof(pieces[0]));
	list_draw(&view->lists[SCREEN_HELP], &help_source, grid,
	    bars_body(view, scene), LIST_FOCUS);
}

static enum screen_result
help_key(struct view *view, const struct scene *scene, enum key_action action)
{
	(void)scene;
	return (list_key(&view->lists[SCREEN_HELP], &help_source, action)
		? SCREEN_CHANGED
		: SCREEN_NOTHING);
}

static bool
help_hand(const struct view *view, const struct scene *scene,
    void (*use)(const struct list_source *, void *), void *context)
{
	(void)view;
	(void)scene;
	use(&help_source, context);
	return (true);
}

static enum key_place
help_place(const struct view *view)
{
	(void)view;
	return (KEY_PLACE_HELP);
}

static struct list *
help_list(struct view *view)
{
	return (&view->lists[SCREEN_HELP]);
}

const struct screen screen_help = {
	.name = "help",
	.title = "",
	.arrange = help_arrange,
	.draw = help_draw,
	.key = help_key,
	.place = help_place,
	.list = help_list,
	.source = help_hand,
};
