/*
 * tui_frame.c - one picture of the full screen as text.
 */
#include "tui_private.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#define FRAME_TRIES 6 /* readings for one picture, until rates are there */

/* It runs, and has a counter whose rate is not known yet. */
static bool
lacks_rates(const struct scene *scene)
{
	const struct model *model = scene->model;
	const struct model_profile *profile;

	/* What is recorded does not come to have them. */
	if (model == NULL || model->target.recorded ||
	    model->target.state != DBGSHM_LIFE_LIVE ||
	    scene->moment.state != MOMENT_LIVE)
		return (false);
	for (size_t i = 0; i < model->profile_count; i++) {
		profile = &model->profiles[i];
		for (size_t k = 0; k < profile->metric_count; k++)
			if (model_metrics(profile)[k].kind ==
				DBGSHM_METRIC_COUNTER &&
			    isnan(model_metrics(profile)[k].rate))
				return (true);
	}
	return (false);
}

int
tui_frame(const struct tui_options *options, int columns, int rows, FILE *out)
{
	const struct timespec quarter = { .tv_nsec = (long)TUI_FIRST_NS };
	struct tui tui;

	tui_init(&tui, options);
	tui_begin(&tui);
	if ((options->opened && tui.scene.model == NULL) ||
	    (options->at_real_ns != 0 && tui.why[0] != '\0')) {
		warnx("%s", tui.why);
		tui_fini(&tui);
		return (1);
	}
	for (int i = 0; i < FRAME_TRIES && lacks_rates(&tui.scene); i++) {
		nanosleep(&quarter, NULL);
		tui_read(&tui);
	}
	tui.view.columns = columns;
	tui.view.rows = rows;
	tui_picture(&tui, false);
	grid_print(&tui.grid, out);
	tui_fini(&tui);
	return (0);
}

bool
tui_frame_size(const char *text, int *columns, int *rows)
{
	char *end;
	long wide, high;

	if (text[0] < '0' || text[0] > '9')
		return (false);
	wide = strtol(text, &end, 10);
	if (*end != 'x' || end[1] < '0' || end[1] > '9')
		return (false);
	high = strtol(end + 1, &end, 10);
	if (*end != '\0' || wide < 1 || wide > 1000 || high < 1 || high > 1000)
		return (false);
	*columns = (int)wide;
	*rows = (int)high;
	return (true);
}
