/*
 * screen_settings.c - what can be set, and what it is set to.
 */
#include "screen.h"
#include "settings.h"

#include <string.h>

enum { COLUMN_NAME, COLUMN_VALUE, COLUMN_HELP, COLUMN_COUNT };

static const struct list_column columns[COLUMN_COUNT] = {
	[COLUMN_NAME] = { .title = "SETTING", .least = 9, .kept = true },
	[COLUMN_VALUE] = { .title = "VALUE", .least = 8, .kept = true },
	[COLUMN_HELP] = { .title = "WHAT IT IS", .least = 8, .spread = true },
};

static uint64_t
setting_id(const struct list_source *source, size_t row)
{
	(void)source;
	return (row + 1);
}

static void
setting_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *cell)
{
	char buffer[32];

	switch (column) {
	case COLUMN_NAME:
		strlcpy(cell->text, settings_name(row), sizeof(cell->text));
		break;
	case COLUMN_VALUE:
		strlcpy(cell->text,
		    settings_value(
			source->context, row, buffer, sizeof(buffer)),
		    sizeof(cell->text));
		cell->style = GRID_STRONG;
		break;
	default:
		strlcpy(cell->text, settings_help(row), sizeof(cell->text));
		cell->style = GRID_DIM;
	}
}

static struct list_source
setting_source(const struct view *view)
{
	return ((struct list_source){
	    .context = view,
	    .count = settings_count(),
	    .columns = columns,
	    .column_count = COLUMN_COUNT,
	    .schema = 1,
	    .empty = "",
	    .id = setting_id,
	    .cell = setting_cell,
	});
}

static void
settings_arrange(struct view *view, const struct scene *scene)
{
	struct list_source source = setting_source(view);

	list_arrange(&view->lists[SCREEN_SETTINGS], &source,
	    bars_body(view, scene).rows, scene->hold);
}

static void
settings_draw(
    const struct view *view, const struct scene *scene, struct grid *grid)
{
	struct list_source source = setting_source(view);
	const struct bars_piece pieces[] = {
		{ .text = "dbgtop", .rank = 2 },
		{ .text = "settings", .style = GRID_STRONG },
		{ .text = "Enter changes, W writes them to a file",
		    .style = GRID_DIM,
		    .rank = 3,
		    .right = true },
	};

	bars_header(grid, pieces, sizeof(pieces) / sizeof(pieces[0]));
	list_draw(&view->lists[SCREEN_SETTINGS], &source, grid,
	    bars_body(view, scene), LIST_FOCUS);
}

static enum screen_result
settings_key(
    struct view *view, const struct scene *scene, enum key_action action)
{
	size_t row = list_row(&view->lists[SCREEN_SETTINGS]);

	(void)scene;
	if (action != KEY_ACTION_OPEN || row >= settings_count())
		return (SCREEN_NOTHING);
	settings_step(view, row);
	return (SCREEN_SET);
}

static enum key_place
settings_place(const struct view *view)
{
	(void)view;
	return (KEY_PLACE_SETTINGS);
}

static struct list *
settings_list(struct view *view)
{
	return (&view->lists[SCREEN_SETTINGS]);
}

static bool
settings_hand(const struct view *view, const struct scene *scene,
    void (*use)(const struct list_source *, void *), void *context)
{
	struct list_source source = setting_source(view);

	(void)scene;
	use(&source, context);
	return (true);
}

const struct screen screen_settings = {
	.name = "settings",
	.title = "",
	.arrange = settings_arrange,
	.draw = settings_draw,
	.key = settings_key,
	.place = settings_place,
	.list = settings_list,
	.source = settings_hand,
};
