/*
 * difference.c - a number against what it was at the baseline.
 */
#include "difference.h"

#include "figure.h"
#include "kit/fmt.h"

#include <math.h>
#include <string.h>

static void
ratio(char *text, size_t size, double now, double then)
{
	char number[FMT_SIZE];

	if (then == 0)
		strlcpy(text, now == 0 ? "-" : "from 0", size);
	else if (fabs(now / then) < 1000)
		snprintf(text, size, "x%.3g", now / then);
	else
		snprintf(text, size, "x%s",
		    fmt_count(number, sizeof(number), now / then));
}

void
difference_text(struct list_cell *cell, enum view_compare how, uint8_t unit,
    double now, double then, bool raw)
{
	char *text = cell->text;
	size_t size = sizeof(cell->text);

	cell->style = now == then ? GRID_DIM : GRID_BASE;
	if (isnan(now) || isnan(then))
		strlcpy(text, "-", size);
	else if (how == COMPARE_RATIO)
		ratio(text, size, now, then);
	else if (now == then)
		strlcpy(text, "0", size);
	else {
		*text = now > then ? '+' : '-';
		fmt_unit(text + 1, size - 1, unit, fabs(now - then), raw);
	}
}

bool
difference_then(
    const struct scene *scene, const struct model_metric *metric, double *then)
{
	union dbgshm_value value;
	uint64_t p99;

	if (scene->baseline == NULL ||
	    !baseline_metric(scene->baseline, metric->id, &value, &p99))
		return (false);
	*then = figure_number(metric->kind, value);
	return (true);
}

void
difference_metric(struct list_cell *cell, const struct view *view,
    const struct scene *scene, const struct model_metric *metric)
{
	double then;

	if (difference_then(scene, metric, &then))
		difference_text(cell, view->compare, figure_unit(metric),
		    figure_of(metric), then, view->raw);
	else {
		strlcpy(cell->text, "new", sizeof(cell->text));
		cell->style = GRID_ADDED;
	}
}
