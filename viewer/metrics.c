/*
 * metrics.c - metrics as a list: of one profile, or of all below a node.
 */
#include "metrics.h"

#include "difference.h"
#include "figure.h"
#include "kit/fmt.h"
#include "marks.h"
#include "shape.h"

#include <math.h>
#include <string.h>

#define BRIEF_BELOW 120 /* columns of the screen */

enum {
	SHOW_NAME,
	SHOW_VALUE,
	SHOW_RATE,
	SHOW_BASE,
	SHOW_AVERAGE,
	SHOW_P50,
	SHOW_P90,
	SHOW_P99,
	SHOW_P999,
	SHOW_MAX,
	SHOW_LAST,
	SHOW_ABOUT,
	SHOW_COUNT
};
_Static_assert(SHOW_COUNT == METRICS_COLUMNS, "columns of metrics");

static const struct list_column shows[SHOW_COUNT] = {
	[SHOW_NAME] = { .title = "METRIC",
	    .least = 22,
	    .widest = 60,
	    .kept = true,
	    .cut = GRID_CUT_FRONT },
	[SHOW_VALUE] = { .title = "VALUE", .least = 8, .right = true },
	[SHOW_RATE] = { .title = "RATE", .least = 8, .right = true, .rank = 1 },
	[SHOW_BASE] = { .title = "VS BASE",
	    .least = 8,
	    .right = true,
	    .rank = 2 },
	[SHOW_AVERAGE] = { .least = 8,
	    .right = true,
	    .unordered = true,
	    .rank = 6 },
	[SHOW_P50] = { .title = "P50", .least = 7, .right = true, .rank = 3 },
	[SHOW_P90] = { .title = "P90", .least = 7, .right = true, .rank = 8 },
	[SHOW_P99] = { .title = "P99", .least = 7, .right = true, .rank = 5 },
	[SHOW_P999] = { .title = "P99.9",
	    .least = 7,
	    .right = true,
	    .rank = 9 },
	[SHOW_MAX] = { .title = "MAX", .least = 7, .right = true, .rank = 7 },
	[SHOW_LAST] = { .least = SPARK_LEAST,
	    .widest = SPARK_MOST,
	    .painted = true,
	    .unordered = true,
	    .rank = 4 },
	[SHOW_ABOUT] = { .title = "ABOUT",
	    .least = 16,
	    .spread = true,
	    .rank = 10 },
};

/* ---- which of them ----------------------------------------------------------- */

const struct model_metric *
metrics_at(const struct metrics *metrics, size_t row,
    const struct model_profile **profile)
{
	const struct model_profile *own = metrics_place(metrics, &row);

	if (profile != NULL)
		*profile = own;
	return (&model_metrics(own)[row]);
}

static bool
metric_hidden(const struct list_source *source, size_t row)
{
	const struct metrics *metrics = source->context;
	const struct model_profile *profile;
	const struct model_metric *metric = metrics_at(metrics, row, &profile);

	return (metrics_deep(metrics, metric) ||
	    metrics_idle(metrics, profile, metric));
}

/* Its value is not asked for. */
static uint64_t
metric_id(const struct list_source *source, size_t row)
{
	const struct model_profile *profile =
	    metrics_place(source->context, &row);

	return (profile->metrics[row].id);
}

/* ---- cells -------------------------------------------------------------------- */

/* The differences stand where the values were. */
static bool
is_compared(const struct metrics *metrics)
{
	return (metrics->scene->baseline != NULL &&
	    metrics->view->compare != COMPARE_VALUE);
}

static struct series_key
shown_key(const struct model_metric *metric)
{
	return (series_of_metric(metric->id, SERIES_SHOWN));
}

static uint64_t
spread_of(const struct model_metric *metric, size_t show)
{
	switch (show) {
	case SHOW_P50:
		return (metric->p50);
	case SHOW_P90:
		return (metric->p90);
	case SHOW_P99:
		return (metric->p99);
	case SHOW_P999:
		return (metric->p999);
	default:
		return (metric->max);
	}
}

/* Names below a node do not repeat what the node is called. */
static void
name_cell(const struct metrics *metrics, const struct model_profile *profile,
    const struct model_metric *metric, struct list_cell *cell)
{
	size_t known = metrics->node->start + metrics->node->length;
	const char *path = profile->path;
	size_t length = 0;

	if (known > 0)
		path += known + (path[known] == '/');
	if (metrics->several) {
		length = strlcpy(cell->text, path, sizeof(cell->text) / 2);
		if (length > sizeof(cell->text) / 2 - 1)
			length = sizeof(cell->text) / 2 - 1;
		cell->text[length++] = ':';
	}
	figure_name(metric, metrics->view->columns < BRIEF_BELOW,
	    cell->text + length, sizeof(cell->text) - length);
}

static void
average_cell(const struct metrics *metrics, const struct model_metric *metric,
    struct list_cell *cell)
{
	double mean = spark_mean(&metrics->spark, shown_key(metric));

	cell->style = isnan(mean) || mean == 0 ? GRID_DIM : GRID_PLAIN;
	figure_shown(
	    metric, mean, metrics->view->raw, cell->text, sizeof(cell->text));
}

static void
spread_cell(const struct metrics *metrics, const struct model_metric *metric,
    size_t show, struct list_cell *cell)
{
	if (!figure_is_histogram(metric))
		return;
	if (metric->value.u == 0) {
		strlcpy(cell->text, "-", sizeof(cell->text));
		cell->style = GRID_DIM;
	} else
		fmt_unit(cell->text, sizeof(cell->text), metric->unit,
		    (double)spread_of(metric, show), metrics->view->raw);
}

static void
metric_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *cell)
{
	const struct metrics *metrics = source->context;
	const struct model_profile *profile;
	const struct model_metric *metric = metrics_at(metrics, row, &profile);
	bool raw = metrics->view->raw;

	switch (column) {
	case SHOW_NAME:
		name_cell(metrics, profile, metric, cell);
		break;
	case SHOW_VALUE:
		if (is_compared(metrics)) {
			difference_metric(
			    cell, metrics->view, metrics->scene, metric);
			break;
		}
		figure_value(metric, raw, cell->text, sizeof(cell->text));
		cell->style = figure_is_zero(metric) ? GRID_DIM : GRID_STRONG;
		break;
	case SHOW_RATE:
		figure_rate(
		    metric, metric->rate, raw, cell->text, sizeof(cell->text));
		if (isnan(metric->rate) || metric->rate == 0)
			cell->style = GRID_DIM;
		break;
	case SHOW_BASE:
		difference_metric(cell, metrics->view, metrics->scene, metric);
		break;
	case SHOW_AVERAGE:
		average_cell(metrics, metric, cell);
		break;
	case SHOW_LAST:
		break;
	case SHOW_ABOUT:
		strlcpy(cell->text, metric->help, sizeof(cell->text));
		cell->style = GRID_DIM;
		break;
	default:
		spread_cell(metrics, metric, column, cell);
		break;
	}
}

static void
metric_paint(const struct list_source *source, size_t row, size_t column,
    struct grid *grid, struct grid_rect rect, int line)
{
	const struct metrics *metrics = source->context;

	(void)column;
	spark_paint(&metrics->spark, shown_key(metrics_at(metrics, row, NULL)),
	    grid, rect, line);
}

static char
metric_mark(const struct list_source *source, size_t row)
{
	const struct metrics *metrics = source->context;
	const struct model_profile *profile;
	const struct model_metric *metric = metrics_at(metrics, row, &profile);
	char own;
	double then;

	if (marks_alert(metrics->scene,
		tree_id(profile->path, strlen(profile->path)), metric->id))
		return ('!');
	own = marks_own(
	    metrics->view, view_address(profile, metric->name, metric->labels));
	if (own != '\0')
		return (own);
	if (metrics->scene->baseline != NULL &&
	    !difference_then(metrics->scene, metric, &then))
		return ('+');
	/* In the present this would only flicker. */
	if (metrics->scene->moment.state != MOMENT_LIVE &&
	    spark_moved(
		&metrics->spark, series_of_metric(metric->id, SERIES_VALUE)))
		return ('~');
	return ('\0');
}

static bool
metric_marked(const struct list_source *source, size_t row)
{
	const struct metrics *metrics = source->context;
	const struct model_profile *profile;
	const struct model_metric *metric = metrics_at(metrics, row, &profile);

	return (metrics->view->mark_count > 0 &&
	    view_marked(metrics->view,
		view_address(profile, metric->name, metric->labels)));
}

/* ---- order and filter ---------------------------------------------------------------- */

/* What a column has to say in numbers; NAN nothing. */
static double
figure(const struct metrics *metrics, const struct model_metric *metric,
    size_t show)
{
	double then;

	switch (show) {
	case SHOW_VALUE:
		return (figure_of(metric));
	case SHOW_RATE:
		return (metric->rate);
	case SHOW_BASE:
		return (difference_then(metrics->scene, metric, &then)
			? figure_of(metric) - then
			: NAN);
	case SHOW_NAME:
	case SHOW_AVERAGE: /* known of what is on the screen only */
	case SHOW_LAST:
	case SHOW_ABOUT:
		return (NAN);
	default:
		return (figure_is_histogram(metric) && metric->value.u > 0
			? (double)spread_of(metric, show)
			: NAN);
	}
}

static bool
metric_number(
    const struct list_source *source, size_t row, size_t column, double *value)
{
	const struct metrics *metrics = source->context;
	const struct model_metric *metric = metrics_at(metrics, row, NULL);

	*value = figure(metrics, metric, column);
	if (column == SHOW_RATE)
		*value = fmt_rate_shown(figure_unit(metric), *value);
	return (!isnan(*value));
}

static int
metric_compare(
    const struct list_source *source, size_t column, size_t a, size_t b)
{
	const struct metrics *metrics = source->context;
	const struct model_profile *of_x, *of_y;
	const struct model_metric *x = metrics_at(metrics, a, &of_x);
	const struct model_metric *y = metrics_at(metrics, b, &of_y);
	int order;

	switch (column) {
	case SHOW_NAME:
		order = strcmp(of_x->path, of_y->path);
		if (order == 0)
			order = strcmp(x->name, y->name);
		return (order != 0 ? order : strcmp(x->labels, y->labels));
	case SHOW_ABOUT:
		return (strcmp(x->help, y->help));
	default:
		return (figure_compare(
		    figure(metrics, x, column), figure(metrics, y, column)));
	}
}

/* ---- the list ------------------------------------------------------------------------- */

static bool
is_wanted(const struct metrics *metrics, const struct look *found, size_t show)
{
	switch (show) {
	case SHOW_RATE:
		return (found->rates);
	case SHOW_BASE:
		return (
		    metrics->scene->baseline != NULL && !is_compared(metrics));
	case SHOW_P50:
	case SHOW_P99:
		return (found->spread);
	case SHOW_P90:
	case SHOW_P999:
	case SHOW_MAX: /* among many metrics few are histograms */
		return (found->spread && !metrics->several);
	default:
		return (true);
	}
}

static void
set_columns(struct metrics *metrics, const struct look *found)
{
	struct list_column *columns = metrics->columns;

	for (size_t show = 0; show < SHOW_COUNT; show++) {
		columns[show] = shows[show];
		columns[show].absent = !is_wanted(metrics, found, show);
	}
	if (metrics->several) /* most of them are no histograms */
		columns[SHOW_P50].rank = columns[SHOW_P99].rank = 7;
	columns[SHOW_AVERAGE].title = metrics->spark.average;
	columns[SHOW_LAST].title = metrics->spark.last;
	if (is_compared(metrics))
		columns[SHOW_VALUE].title =
		    metrics->view->compare == COMPARE_DELTA ? "DELTA" : "RATIO";
}

void
metrics_source(struct metrics *metrics, struct list_source *source,
    const struct view *view, const struct scene *scene,
    const struct tree_node *node)
{
	struct look found;

	metrics_begin(metrics, view, scene, node);
	metrics_found(metrics, &found);
	metrics->hidden = found.hidden;
	metrics->idle = found.idle;
	spark_init(&metrics->spark, scene);
	set_columns(metrics, &found);
	*source = (struct list_source){
		.context = metrics,
		.count = metrics_count(metrics),
		.version = found.version,
		.columns = metrics->columns,
		.column_count = SHOW_COUNT,
		.schema = node->id,
		.empty =
		    metrics->hidden + metrics->idle > 0 ? "" : "no metrics",
		.id = metric_id,
		.cell = metric_cell,
		.compare = metric_compare,
		.number = metric_number,
		.paint = metric_paint,
		.mark = metric_mark,
		.marked = metric_marked,
		.hidden = metric_hidden,
	};
}

void
metrics_want(const struct metrics *metrics, const struct list *list,
    struct series_wants *wants)
{
	size_t end = list->top + (size_t)list->height;
	const struct model_metric *metric;

	for (size_t i = list->top; i < end && i < list->shown_count; i++) {
		metric = metrics_at(metrics, list->shown[i], NULL);
		spark_want(&metrics->spark, wants, shown_key(metric));
		if (metrics->scene->moment.state != MOMENT_LIVE)
			spark_want(&metrics->spark, wants,
			    series_of_metric(metric->id, SERIES_VALUE));
	}
}
