/*
 * screens.c - the table of screens.
 */
#include "screen.h"

#include <string.h>

const struct screen *const screens_table[SCREEN_COUNT] = {
	[SCREEN_OVERVIEW] = &screen_overview,
	[SCREEN_TABLES] = &screen_tables,
	[SCREEN_HISTOGRAMS] = &screen_histograms,
	[SCREEN_EVENTS] = &screen_events,
	[SCREEN_CHANGES] = &screen_changes,
	[SCREEN_INFO] = &screen_info,
	[SCREEN_OPERATIONS] = &screen_operations,
	[SCREEN_ERRORS] = &screen_errors,
	[SCREEN_METRIC] = &screen_metric,
	[SCREEN_ROW] = &screen_row,
	[SCREEN_ALERTS] = &screen_alerts,
	[SCREEN_SLOWEST] = &screen_slowest,
	[SCREEN_PROCESSES] = &screen_processes,
	[SCREEN_SETTINGS] = &screen_settings,
	[SCREEN_HELP] = &screen_help,
};

void
screens_arrange(struct view *view, const struct scene *scene)
{
	const struct screen *screen = screens_table[view->screen];

	view->wants.count = 0;
	screen->arrange(view, scene);
	/* What is odd about a filter is known with its rows. */
	if (view->prompt.kind == PROMPT_FILTER && screen->list != NULL)
		strlcpy(view->prompt.hint, list_problem(screen->list(view)),
		    sizeof(view->prompt.hint));
}

void
screens_draw(
    const struct view *view, const struct scene *scene, struct grid *grid)
{
	grid_clear(grid);
	grid->glyphs = grid->ascii ? GRID_GLYPHS_ASCII : view->glyphs;
	screens_table[view->screen]->draw(view, scene, grid);
	bars_draw(view, scene, grid);
}

const struct model_target *
screens_selected(const struct view *view, const struct scene *scene)
{
	size_t row = list_row(&view->lists[SCREEN_PROCESSES]);

	return (row < scene->target_count ? &scene->targets[row] : NULL);
}
