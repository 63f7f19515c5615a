/*
 * graph.c - series over the time that is looked at, as charts.
 */
#include "graph_private.h"

#include "chart.h"
#include "kit/fmt.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_MIN (60 * NS_PER_S)

static const uint64_t windows[] = { NS_PER_MIN, 5 * NS_PER_MIN, 10 * NS_PER_MIN,
	30 * NS_PER_MIN, 60 * NS_PER_MIN, GRAPH_ALL };

#define WINDOWS (sizeof(windows) / sizeof(windows[0]))

/* ---- the time that is looked at ------------------------------------------ */

/* The window: of all of the past as much as there is, and of a short
 * one no more than it needs, until somebody asks for more. */
static uint64_t
window_of(const struct view *view, const struct scene *scene, uint64_t to)
{
	uint64_t first = scene->moment.first_real_ns, known;
	size_t i;

	known = first != 0 && to > first ? to - first : 0;
	if (view->window_ns >= GRAPH_ALL)
		return (known > 0 ? known : windows[WINDOWS - 2]);
	if (view->window_chosen || known == 0)
		return (view->window_ns);
	for (i = 0; windows[i] < known && windows[i] < view->window_ns;)
		i++;
	return (windows[i] < view->window_ns ? windows[i] : view->window_ns);
}

struct graph_span
graph_span(const struct view *view, const struct scene *scene,
    const struct model_profile *profile, const struct series *series,
    int columns)
{
	uint64_t to = spark_moment(scene, profile), newest, window, part;
	uint64_t last = scene->moment.last_real_ns;
	struct graph_span span;

	if (scene->moment.state == MOMENT_LIVE && series != NULL &&
	    series->count > 0) {
		/* It is as new as it can be: the line reaches the edge. */
		newest = series->real_ns[series->count - 1];
		if (newest < to && to - newest < 3 * scene->interval_ns)
			to = newest;
	}
	window = window_of(view, scene, to);
	if (scene->moment.state == MOMENT_PAST && last > to)
		to += last - to < window / 4 ? last - to : window / 4;
	part = window / (uint64_t)(columns > 0 ? columns : 1);
	part = part > 0 ? part : 1;
	span.to_real_ns = (to + part - 1) / part * part;
	span.from_real_ns =
	    span.to_real_ns > window ? span.to_real_ns - window : 0;
	return (span);
}

uint64_t
graph_wanted(const struct view *view, const struct scene *scene)
{
	uint64_t window = window_of(view, scene, spark_moment(scene, NULL));

	/* A column more than what is shown, where the first one begins. */
	return (window + window / 16);
}

static char *
name_window(char *text, size_t size, uint64_t ns)
{
	if (ns >= NS_PER_MIN * 60 && ns % (60 * NS_PER_MIN) == 0)
		snprintf(text, size, "%u h", (unsigned)(ns / NS_PER_MIN / 60));
	else if (ns >= NS_PER_MIN && ns % NS_PER_MIN == 0)
		snprintf(text, size, "%u min", (unsigned)(ns / NS_PER_MIN));
	else
		bars_seconds(text, size, ns);
	return (text);
}

char *
graph_window(
    char *text, size_t size, const struct view *view, const struct scene *scene)
{
	char window[64];

	if (view->window_ns >= GRAPH_ALL)
		strlcpy(text, "all of it", size);
	else
		snprintf(text, size, "last %s",
		    name_window(window, sizeof(window),
			window_of(view, scene, spark_moment(scene, NULL))));
	return (text);
}

char *
graph_covered(
    char *text, size_t size, const struct scene *scene, struct graph_span span)
{
	uint64_t first = scene->moment.first_real_ns;

	if (first <= span.from_real_ns || first >= span.to_real_ns)
		first = span.from_real_ns;
	return (name_window(text, size, span.to_real_ns - first));
}

bool
graph_widen(struct view *view, const struct scene *scene, int step)
{
	uint64_t shown_ns = view->window_ns;
	size_t i;

	if (shown_ns < GRAPH_ALL)
		shown_ns = window_of(view, scene, spark_moment(scene, NULL));
	if (step > 0) {
		for (i = 0; i < WINDOWS && windows[i] <= shown_ns;)
			i++;
	} else {
		for (i = WINDOWS; i > 0 && windows[i - 1] >= shown_ns;)
			i--;
		i = i > 0 ? i - 1 : WINDOWS;
	}
	if (i == WINDOWS)
		return (false);
	view->window_ns = windows[i];
	view->window_chosen = true;
	return (true);
}

static bool
is_present(const struct scene *scene)
{
	return (scene->moment.state == MOMENT_LIVE &&
	    scene->model->target.state == DBGSHM_LIFE_LIVE &&
	    !scene->model->target.past && !scene->model->target.recorded);
}

void
graph_times(const struct view *view, const struct scene *scene,
    struct graph_span span, struct graph_times *times)
{
	uint64_t now = scene->now_real_ns;
	uint64_t window = span.to_real_ns - span.from_real_ns;
	char text[56];

	bars_clock(times->left, sizeof(times->left), span.from_real_ns, now);
	bars_clock(times->right, sizeof(times->right), span.to_real_ns, now);
	bars_clock(times->middle, sizeof(times->middle),
	    span.from_real_ns + window / 2, now);
	if (!is_present(scene))
		return;
	strlcpy(times->right, "now", sizeof(times->right));
	if (view->window_ns >= GRAPH_ALL)
		return;
	snprintf(times->left, sizeof(times->left), "-%s",
	    name_window(text, sizeof(text), window));
	snprintf(times->middle, sizeof(times->middle), "-%s",
	    name_window(text, sizeof(text), window / 2));
}

int
graph_cursor(const struct scene *scene, struct graph_span span, size_t samples)
{
	uint64_t at = scene->moment.at_real_ns;
	double part;

	if (scene->moment.state == MOMENT_LIVE || at < span.from_real_ns ||
	    at > span.to_real_ns || samples == 0)
		return (-1);
	part = (double)(at - span.from_real_ns) /
	    (double)(span.to_real_ns - span.from_real_ns);
	part *= (double)samples;
	return (part >= (double)samples ? (int)samples - 1 : (int)part);
}

/* ---- what happened in it ------------------------------------------------- */

struct graph_stats
graph_stats(const struct series *series, struct graph_span span)
{
	struct graph_stats stats = { NAN, NAN, NAN, NAN, 0 };
	double sum = 0, weight = 0, least, most, part;

	for (size_t i = 0; series != NULL && i < series->count; i++) {
		if (series->real_ns[i] <= span.from_real_ns ||
		    series->real_ns[i] > span.to_real_ns ||
		    !isfinite(series->values[i]))
			continue;
		least = series->least != NULL ? series->least[i]
					      : series->values[i];
		most =
		    series->most != NULL ? series->most[i] : series->values[i];
		stats.least = fmin(stats.least, least);
		if (!(most <= stats.most)) {
			stats.most = most;
			stats.most_real_ns = series->real_ns[i];
		}
		stats.last = series->values[i];
		part = (double)series->period_ns[i];
		part = part > 0 ? part : 1;
		sum += series->values[i] * part;
		weight += part;
	}
	if (weight > 0)
		stats.mean = sum / weight;
	return (stats);
}

/* ---- pictures ------------------------------------------------------------ */

static double *
take(size_t count)
{
	double *values = calloc(count > 0 ? count : 1, sizeof(*values));

	if (values == NULL)
		err(1, "a chart of %zu values", count);
	return (values);
}

static char *
value_text(char *text, size_t size, const struct view *view,
    const struct graph *graph, double value)
{
	if (isnan(value))
		strlcpy(text, "-", size);
	else if (graph->rate)
		fmt_rate(text, size, graph->unit, value, view->raw);
	else
		fmt_unit(text, size, graph->unit, value, view->raw);
	return (text);
}

static const uint8_t line_styles[GRAPH_LINES] = { GRID_CHART, GRID_CHART_2,
	GRID_HEAT_4 };

static int
put_pair(struct grid *grid, struct grid_rect line, int column, const char *name,
    const char *value)
{
	if (column + grid_width(name, true) + 1 + grid_width(value, true) >
	    line.columns)
		return (column);
	column += grid_put(grid, line, column, 0, GRID_DIM, name) + 1;
	return (
	    column + grid_put(grid, line, column, 0, GRID_PLAIN, value) + 2);
}

/* What the lines are, and between which values the first one went. */
static void
draw_words(const struct view *view, const struct scene *scene,
    struct grid *grid, struct grid_rect line, const struct graph *graph,
    struct graph_span span)
{
	const struct series *main = graph->series[graph->count - 1];
	struct graph_stats stats = graph_stats(main, span);
	char text[4 * FMT_SIZE], value[FMT_SIZE], when[FMT_SIZE];
	int column = 0;

	column += grid_put(grid, line, column, 0, GRID_STRONG, graph->title);
	column += 2;
	for (size_t i = 0; i < graph->count && graph->count > 1; i++) {
		/* The first is an area, the others are marks. */
		snprintf(text, sizeof(text), "%s %s",
		    i == 0
			? grid_sign(grid, GRID_SIGN_FULL)
			: (grid->glyphs == GRID_GLYPHS_ASCII ? "*" : "\u2022"),
		    graph->names[i]);
		if (column + grid_width(text, grid->ascii) > line.columns)
			return;
		column +=
		    grid_put(grid, line, column, 0, line_styles[i], text) + 2;
	}
	if (isnan(stats.most))
		return;
	if (graph->count > 1)
		column += grid_put(grid, line, column, 0, GRID_DIM,
			      graph->names[graph->count - 1]) +
		    1;
	column = put_pair(grid, line, column, "max",
	    value_text(value, sizeof(value), view, graph, stats.most));
	bars_clock(when, sizeof(when), stats.most_real_ns, scene->now_real_ns);
	if (column + 4 + grid_width(when, true) <= line.columns)
		column = put_pair(grid, line, column - 1, "at", when);
	column = put_pair(grid, line, column, "mean",
	    value_text(value, sizeof(value), view, graph, stats.mean));
	column = put_pair(grid, line, column, "min",
	    value_text(value, sizeof(value), view, graph, stats.least));
	put_pair(grid, line, column, "last",
	    value_text(value, sizeof(value), view, graph, stats.last));
}

static size_t
fill_lines(const struct graph *graph, struct graph_span span, size_t columns,
    double *values, struct chart_line *lines)
{
	const struct series *series;
	double *highest, *lowest;
	size_t known = 0;

	for (size_t i = 0; i < graph->count; i++) {
		series = graph->series[i];
		highest = values + 2 * i * columns;
		lowest = highest + columns;
		for (size_t k = 0; k < 2 * columns; k++)
			highest[k] = NAN;
		if (series != NULL && series->count > 0) {
			series_resample(series, span.from_real_ns,
			    span.to_real_ns, columns, highest);
			series_resample_least(series, span.from_real_ns,
			    span.to_real_ns, columns, lowest);
			known++;
		}
		lines[i] = (struct chart_line){
			.values = highest,
			.least = lowest,
			.most = highest,
			.count = columns,
			.style = line_styles[i],
		};
	}
	return (known);
}

/* How many samples the plot has room for, one a column. */
static size_t
plot_columns(const struct grid *grid, struct grid_rect rect,
    const struct chart_line *lines, size_t count, const struct chart_axis *axis)
{
	size_t width = 0;

	for (int column = 0; column < rect.columns; column++)
		width +=
		    chart_sample(grid, rect, lines, count, axis, column) >= 0;
	return (grid->glyphs == GRID_GLYPHS_BRAILLE ? 2 * width : width);
}

void
graph_draw(const struct view *view, const struct scene *scene,
    struct grid *grid, struct grid_rect rect, const struct graph *graph)
{
	struct chart_line lines[GRAPH_LINES];
	struct chart_axis axis = {
		.mark = graph->mark,
		.mark_text = graph->mark_text,
		.cursor = -1,
		.log = view->logarithmic,
	};
	char top[FMT_SIZE], bottom[FMT_SIZE];
	struct graph_times times;
	struct graph_span span;
	struct chart_range range;
	size_t columns;
	double *values;

	if (rect.rows < 1 || rect.columns < 2)
		return;
	columns = 2 * (size_t)rect.columns;
	span = graph_span(
	    view, scene, graph->profile, graph->series[0], (int)columns);
	if (rect.rows >= 3) {
		draw_words(view, scene, grid, rect, graph, span);
		rect.row++;
		rect.rows--;
	}
	values = take(2 * GRAPH_LINES * columns);
	if (fill_lines(graph, span, columns, values, lines) == 0) {
		grid_put(grid, rect, 0, 0, GRID_DIM, "no history of it");
		free(values);
		return;
	}
	range = chart_lines_range(lines, graph->count, &axis);
	axis.top = value_text(top, sizeof(top), view, graph, range.most);
	axis.bottom =
	    value_text(bottom, sizeof(bottom), view, graph, range.least);
	columns = plot_columns(grid, rect, lines, graph->count, &axis);
	if (columns > 0) {
		span = graph_span(view, scene, graph->profile, graph->series[0],
		    (int)columns);
		fill_lines(graph, span, columns, values, lines);
		graph_times(view, scene, span, &times);
		axis.left = times.left;
		axis.middle = times.middle;
		axis.right = times.right;
		axis.cursor = graph_cursor(scene, span, columns);
		chart_draw(grid, rect, lines, graph->count, &axis);
	}
	free(values);
}
