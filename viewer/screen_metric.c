/*
 * screen_metric.c - one metric: what it is, and how it was over time.
 */
#include "cell.h"
#include "difference.h"
#include "figure.h"
#include "graph.h"
#include "objects.h"
#include "spread.h"

#include "kit/fmt.h"

#include <math.h>
#include <string.h>

#define PICTURE_LEAST 7 /* rows, or one has the room of all */
#define HELP_LEAST 8	/* rows of the body */

/* What there is to draw of a metric, the most telling first. */
enum picture { PICTURE_RATE, PICTURE_VALUE, PICTURE_SPREAD, PICTURE_HEAT };
#define PICTURES 3

struct subjects {
	const struct model_profile *profile; /* NULL: it is not there */
	const struct model_metric *metric;   /* likewise */
};

static struct subjects
find(const struct view *view, const struct scene *scene)
{
	struct subjects found = {
		.profile = objects_profile(scene->model, view->subject.profile),
	};

	for (size_t i = 0;
	     found.profile != NULL && i < found.profile->metric_count; i++)
		if (model_metrics(found.profile)[i].id == view->subject.object)
			found.metric = &model_metrics(found.profile)[i];
	return (found);
}

static size_t
pictures_of(const struct view *view, const struct model_metric *metric,
    enum picture out[PICTURES])
{
	static const enum picture grows[] = { PICTURE_RATE, PICTURE_VALUE };
	static const enum picture spread[] = { PICTURE_SPREAD, PICTURE_HEAT,
		PICTURE_RATE };
	static const enum picture moves[] = { PICTURE_VALUE };
	const enum picture *all = moves;
	size_t count = 1;

	if (figure_is_histogram(metric)) {
		all = spread;
		count = sizeof(spread) / sizeof(spread[0]);
	} else if (figure_has_rate(metric)) {
		all = grows;
		count = sizeof(grows) / sizeof(grows[0]);
	}
	for (size_t i = 0; i < count; i++)
		out[i] = all[(i + view->picture) % count];
	return (count);
}

/* ---- where what is ------------------------------------------------------- */

struct places {
	struct grid_rect title, value, help, spread;
	struct grid_rect pictures[PICTURES];
	enum picture which[PICTURES];
	size_t count;
};

/* The first rows of what is left. */
static struct grid_rect
cut(struct grid_rect *left, int rows)
{
	struct grid_rect rect = *left;

	rect.rows = rows < left->rows ? rows : left->rows;
	left->row += rect.rows;
	left->rows -= rect.rows;
	return (rect);
}

/* Equal parts; but a heat map has use for so many rows only. */
static void
share(const struct view *view, const struct scene *scene,
    const struct subjects *subjects, struct places *places,
    struct grid_rect left)
{
	const struct series_key key =
	    series_of_metric(subjects->metric->id, SERIES_HEAT);
	int count = (int)places->count, each = left.rows / count, heat = each;
	int others = 0, rest, i;

	for (i = 0; i < count; i++)
		others += places->which[i] != PICTURE_HEAT;
	if (others < count && others > 0) {
		heat = 1 +
		    graph_heat_rows(view, scene, subjects->profile,
			series_find(scene->series, &key));
		heat = heat < each ? heat : each;
		each = (left.rows - heat) / others;
	}
	rest = left.rows - heat * (count - others) - each * others;
	for (i = 0; i < count; i++) {
		if (places->which[i] == PICTURE_HEAT && others > 0) {
			places->pictures[i] = cut(&left, heat);
			continue;
		}
		places->pictures[i] = cut(&left, each + rest);
		rest = 0; /* the first has it */
	}
}

static struct places
find_places(const struct view *view, const struct scene *scene,
    const struct subjects *subjects)
{
	const struct model_metric *metric = subjects->metric;
	struct grid_rect left = bars_body(view, scene);
	bool spread = figure_is_histogram(metric);
	int body = left.rows, help;
	struct places places;

	places.title = cut(&left, 1);
	left.column++;
	left.columns -= 2;
	places.value = cut(&left, 1);
	help = metric->help[0] == '\0' || body < HELP_LEAST ? 0
	    : body < 2 * HELP_LEAST			    ? 1
							    : 2;
	if (help == 2 && grid_width(metric->help, scene->ascii) <= left.columns)
		help = 1;
	places.help = cut(&left, help);
	places.spread = cut(
	    &left, spread && left.rows >= SPREAD_ROWS + 3 ? SPREAD_ROWS : 0);
	if (body >= 3 * HELP_LEAST)
		cut(&left, 1);
	places.count = pictures_of(view, metric, places.which);
	while (
	    places.count > 1 && left.rows / (int)places.count < PICTURE_LEAST)
		places.count--;
	share(view, scene, subjects, &places, left);
	return (places);
}

/* ---- what the pictures need ---------------------------------------------- */

static size_t
series_of(enum picture picture, enum series_what what[GRAPH_LINES])
{
	what[0] = SERIES_SHOWN;
	switch (picture) {
	case PICTURE_VALUE:
		what[0] = SERIES_VALUE;
		return (1);
	case PICTURE_SPREAD:
		what[0] = SERIES_P50;
		what[1] = SERIES_P99;
		return (2);
	case PICTURE_HEAT:
		what[0] = SERIES_HEAT;
		return (1);
	default:
		return (1);
	}
}

static void
metric_arrange(struct view *view, const struct scene *scene)
{
	struct subjects subjects = find(view, scene);
	enum series_what what[GRAPH_LINES];
	struct places places;
	size_t count;

	if (subjects.metric == NULL)
		return;
	places = find_places(view, scene, &subjects);
	for (size_t i = 0; i < places.count; i++) {
		count = series_of(places.which[i], what);
		for (size_t k = 0; k < count; k++)
			series_want(&view->wants,
			    series_of_metric(subjects.metric->id, what[k]),
			    graph_wanted(view, scene));
	}
	if (places.spread.rows > 0)
		spread_want(view, scene, subjects.metric);
}

/* ---- draw ---------------------------------------------------------------- */

static void
draw_title(const struct view *view, const struct scene *scene,
    struct grid *grid, struct grid_rect rect, const struct subjects *subjects)
{
	const struct model_metric *metric = subjects->metric;
	const char *unit = dbgshm_unit_name(metric->unit);
	char name[1024], about[192], window[32];

	graph_window(window, sizeof(window), view, scene);
	snprintf(name, sizeof(name), "%s:%s%s", subjects->profile->path,
	    metric->name, metric->labels);
	snprintf(about, sizeof(about), "%s%s%s%s%s, %s%s", figure_kind(metric),
	    unit != NULL ? ", " : "", unit != NULL ? unit : "",
	    metric->level > 0 ? ", level " : "",
	    metric->level > 0 ? dbgshm_level_name(metric->level) : "", window,
	    view->logarithmic ? ", logarithmic" : "");
	bars_title(grid, rect, 0, false, name, about, NULL);
}

struct writer {
	struct grid *grid;
	struct grid_rect line;
	int column;
};

/* What does not fit any more is left out. */
static void
put_pair(
    struct writer *writer, const char *name, uint8_t style, const char *value)
{
	int width = grid_width(name, true) + (*name != '\0') +
	    grid_width(value, writer->grid->ascii);

	if (value[0] == '\0' ||
	    (writer->column > 0 &&
		writer->column + width > writer->line.columns))
		return;
	if (*name != '\0')
		writer->column += grid_put(writer->grid, writer->line,
				      writer->column, 0, GRID_DIM, name) +
		    1;
	writer->column += grid_put(writer->grid, writer->line, writer->column,
			      0, style, value) +
	    3;
}

static void
put_base(struct writer *writer, const struct view *view,
    const struct scene *scene, const struct model_metric *metric)
{
	struct list_cell cell = { .text = "" };
	union dbgshm_value then;
	uint64_t p99;

	if (scene->baseline == NULL)
		return;
	if (!baseline_metric(scene->baseline, metric->id, &then, &p99)) {
		put_pair(writer, "baseline", GRID_ADDED, "not there then");
		return;
	}
	difference_text(&cell, view->compare, figure_unit(metric),
	    figure_of(metric),
	    figure_is_histogram(metric) ? (double)then.u
					: figure_number(metric->kind, then),
	    view->raw);
	put_pair(writer, "vs baseline", cell.style, cell.text);
}

static void
draw_value(const struct view *view, const struct scene *scene,
    struct grid *grid, struct grid_rect rect, const struct subjects *subjects)
{
	const struct model_metric *metric = subjects->metric;
	struct writer writer = { .grid = grid, .line = rect };
	char text[4 * FMT_SIZE], exact[FMT_SIZE], when[FMT_SIZE];
	bool wide = rect.columns >= 40;

	if (rect.rows < 1)
		return;
	figure_value(metric, view->raw, text, sizeof(text));
	put_pair(&writer,
	    !wide			      ? ""
		: figure_is_histogram(metric) ? "count"
					      : "value",
	    GRID_STRONG, text);
	figure_rate(metric, metric->rate, view->raw, text, sizeof(text));
	put_pair(&writer, wide ? "rate" : "", GRID_STRONG, text);
	put_base(&writer, view, scene, metric);
	if (metric->peak_real_ns != 0) {
		fmt_metric(exact, sizeof(exact), metric->kind, metric->unit,
		    metric->peak, view->raw);
		bars_clock(when, sizeof(when), metric->peak_real_ns,
		    scene->now_real_ns);
		snprintf(text, sizeof(text), "%s at %s", exact, when);
		put_pair(&writer, "peak", GRID_PLAIN, text);
	}
	if (view->raw)
		return;
	fmt_metric(exact, sizeof(exact), metric->kind, metric->unit,
	    metric->value, true);
	figure_value(metric, false, text, sizeof(text));
	if (strcmp(exact, text) != 0)
		put_pair(&writer, "exactly", GRID_DIM, exact);
}

static void
draw_picture(const struct view *view, const struct scene *scene,
    struct grid *grid, struct grid_rect rect, enum picture picture,
    const struct subjects *subjects)
{
	static const char *const titles[] = {
		[PICTURE_RATE] = "rate",
		[PICTURE_VALUE] = "value",
		[PICTURE_SPREAD] = "spread",
		[PICTURE_HEAT] = "how many of which size",
	};
	const struct model_metric *metric = subjects->metric;
	enum series_what what[GRAPH_LINES];
	struct graph graph = {
		.profile = subjects->profile,
		.title = titles[picture],
		.names = { "p50", "p99" },
		.unit = picture == PICTURE_SPREAD ? metric->unit
						  : figure_unit(metric),
		.rate = picture == PICTURE_RATE,
		.mark = NAN,
	};
	struct series_key key;

	graph.count = series_of(picture, what);
	for (size_t i = 0; i < graph.count; i++) {
		key = series_of_metric(metric->id, what[i]);
		graph.series[i] = series_find(scene->series, &key);
	}
	if (picture != PICTURE_HEAT) {
		graph_draw(view, scene, grid, rect, &graph);
		return;
	}
	if (rect.rows >= 3)
		grid_put(grid, cut(&rect, 1), 0, 0, GRID_STRONG, graph.title);
	graph_heat(view, scene, grid, rect, subjects->profile, graph.series[0],
	    metric->unit);
}

static void
draw_absence(
    const struct view *view, const struct scene *scene, struct grid *grid)
{
	struct grid_rect body = bars_body(view, scene);
	char text[FMT_SIZE + 64], when[FMT_SIZE];

	bars_clock(
	    when, sizeof(when), spark_moment(scene, NULL), scene->now_real_ns);
	snprintf(text, sizeof(text), "this metric is not there at %s", when);
	grid_wrap(grid, body, 0, GRID_GONE, text);
}

static void
metric_draw(
    const struct view *view, const struct scene *scene, struct grid *grid)
{
	struct subjects subjects = find(view, scene);
	struct places places;

	bars_target(view, scene, grid);
	if (scene->model == NULL)
		return;
	if (subjects.metric == NULL) {
		draw_absence(view, scene, grid);
		return;
	}
	places = find_places(view, scene, &subjects);
	if (places.title.rows > 0)
		draw_title(view, scene, grid, places.title, &subjects);
	draw_value(view, scene, grid, places.value, &subjects);
	grid_wrap(grid, places.help, 0, GRID_PLAIN, subjects.metric->help);
	if (places.spread.rows > 0)
		spread_draw(view, scene, grid, places.spread, subjects.profile,
		    subjects.metric);
	for (size_t i = 0; i < places.count; i++)
		draw_picture(view, scene, grid, places.pictures[i],
		    places.which[i], &subjects);
}

/* ---- keys ---------------------------------------------------------------- */

/* The next metric of the profile that is not hidden by its level. */
static bool
go(struct view *view, const struct subjects *subjects, int step)
{
	const struct model_profile *profile = subjects->profile;
	size_t at;

	if (subjects->metric == NULL)
		return (false);
	at = (size_t)(subjects->metric - profile->metrics);
	do {
		if (step < 0 ? at == 0 : at + 1 == profile->metric_count)
			return (false);
		at = step < 0 ? at - 1 : at + 1;
	} while (model_metrics(profile)[at].level > view->level);
	view->subject.object = model_metrics(profile)[at].id;
	return (true);
}

static enum screen_result
metric_key(struct view *view, const struct scene *scene, enum key_action action)
{
	struct subjects subjects = find(view, scene);
	enum picture which[PICTURES];
	size_t count;

	switch (action) {
	case KEY_ACTION_WIDER:
	case KEY_ACTION_NARROWER:
		graph_widen(view, scene, action == KEY_ACTION_WIDER ? 1 : -1);
		return (SCREEN_CHANGED);
	case KEY_ACTION_LOGARITHMIC:
		view->logarithmic = !view->logarithmic;
		return (SCREEN_CHANGED);
	case KEY_ACTION_PANE:
	case KEY_ACTION_PANE_BACK:
		if (subjects.metric == NULL)
			return (SCREEN_NOTHING);
		count = pictures_of(view, subjects.metric, which);
		view->picture =
		    (view->picture % count +
			(action == KEY_ACTION_PANE ? 1 : count - 1)) %
		    count;
		return (SCREEN_CHANGED);
	case KEY_ACTION_UP:
	case KEY_ACTION_DOWN:
		return (go(view, &subjects, action == KEY_ACTION_UP ? -1 : 1)
			? SCREEN_CHANGED
			: SCREEN_NOTHING);
	default:
		return (SCREEN_NOTHING);
	}
}

static enum key_place
metric_place(const struct view *view)
{
	(void)view;
	return (KEY_PLACE_CHART);
}

const struct screen screen_metric = {
	.name = "metric",
	.title = "",
	.arrange = metric_arrange,
	.draw = metric_draw,
	.key = metric_key,
	.place = metric_place,
};
