/*
 * spread.c - how the values of a histogram are spread.
 */
#include "spread.h"

#include "kit/fmt.h"

#include <math.h>
#include <string.h>

#define LABEL 12 /* columns */
#define WIDE 9	 /* of a number, with what parts it from the one before */

enum { COUNT, MEAN, P50, P90, P99, P999, MOST, PARTS };

static const char *const titles[PARTS] = { "COUNT", "MEAN", "P50", "P90", "P99",
	"P99.9", "MAX" };

static void
since_start(const struct model_metric *metric, double values[PARTS])
{
	double count = (double)metric->value.u;

	values[COUNT] = count;
	values[MEAN] = count > 0 ? (double)metric->sum / count : NAN;
	values[P50] = (double)metric->p50;
	values[P90] = (double)metric->p90;
	values[P99] = (double)metric->p99;
	values[P999] = (double)metric->p999;
	values[MOST] = (double)metric->max;
	for (int i = P50; i < PARTS && !(count > 0); i++)
		values[i] = NAN;
}

static void
in_window(const struct series *heat, const struct series *most,
    struct graph_span span, double values[PARTS])
{
	double counts[GRAPH_BUCKETS];
	size_t rows = graph_buckets(heat, span, counts, GRAPH_BUCKETS);

	for (int i = 0; i < PARTS; i++)
		values[i] = NAN;
	if (rows == 0)
		return;
	values[COUNT] = 0;
	for (size_t row = 0; row < rows; row++)
		values[COUNT] += counts[row];
	values[P50] = graph_quantile(heat, counts, rows, 0.5);
	values[P90] = graph_quantile(heat, counts, rows, 0.9);
	values[P99] = graph_quantile(heat, counts, rows, 0.99);
	values[P999] = graph_quantile(heat, counts, rows, 0.999);
	values[MOST] = graph_stats(most, span).most;
	/* What they do not exceed: the buckets are coarse, the greatest value is
	 * not. */
	for (int i = P50; i <= P999; i++)
		values[i] = fmin(values[i], values[MOST]);
}

static void
put_row(const struct view *view, struct grid *grid, struct grid_rect rect,
    int row, const char *label, const struct model_metric *metric,
    const double values[PARTS], bool bounds)
{
	char text[FMT_SIZE + 1];
	int column = LABEL;
	bool below;

	grid_put(grid, rect, 0, row, GRID_DIM, label);
	for (int i = 0; i < PARTS && column + WIDE <= rect.columns; i++) {
		column += WIDE;
		below =
		    bounds && i >= P50 && i <= P999 && values[i] < values[MOST];
		strlcpy(text, below ? "<" : "", sizeof(text));
		if (isnan(values[i]))
			strlcpy(text, "-", sizeof(text));
		else if (i == COUNT)
			fmt_count(text, FMT_SIZE, values[i]);
		else
			fmt_unit(text + below, FMT_SIZE, metric->unit,
			    values[i], view->raw);
		grid_put_right(grid, rect, column, row,
		    (uint8_t)(isnan(values[i]) ? GRID_DIM : GRID_PLAIN), text);
	}
}

void
spread_want(struct view *view, const struct scene *scene,
    const struct model_metric *metric)
{
	uint64_t window = graph_wanted(view, scene);

	series_want(
	    &view->wants, series_of_metric(metric->id, SERIES_HEAT), window);
	series_want(
	    &view->wants, series_of_metric(metric->id, SERIES_MOST), window);
}

void
spread_draw(const struct view *view, const struct scene *scene,
    struct grid *grid, struct grid_rect rect,
    const struct model_profile *profile, const struct model_metric *metric)
{
	const struct series_key heat_key =
	    series_of_metric(metric->id, SERIES_HEAT);
	const struct series_key most_key =
	    series_of_metric(metric->id, SERIES_MOST);
	const struct series *heat = series_find(scene->series, &heat_key);
	struct graph_span span =
	    graph_span(view, scene, profile, heat, rect.columns);
	char label[64], window[32];
	double values[PARTS];
	int column = LABEL;

	for (int i = 0; i < PARTS && column + WIDE <= rect.columns; i++) {
		column += WIDE;
		grid_put_right(grid, rect, column, 0, GRID_HEADING, titles[i]);
	}
	since_start(metric, values);
	put_row(view, grid, rect, 1, "since start", metric, values, false);
	in_window(heat, series_find(scene->series, &most_key), span, values);
	snprintf(label, sizeof(label), "last %s",
	    graph_covered(window, sizeof(window), scene, span));
	put_row(view, grid, rect, 2, label, metric, values, true);
}
