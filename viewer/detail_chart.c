/*
 * detail_chart.c - how the selected number was over time, below the lists.
 */
#include "detail_chart.h"

#include "figure.h"

#include <math.h>
#include <string.h>

void
detail_chart_metric(struct detail_chart *chart,
    const struct model_profile *profile, const struct model_metric *metric)
{
	bool spread = figure_is_histogram(metric);

	*chart = (struct detail_chart){
		.profile = profile,
		.title = spread		      ? ""
		    : figure_has_rate(metric) ? "rate"
					      : "value",
		.keys = { series_of_metric(
			      metric->id, spread ? SERIES_P99 : SERIES_SHOWN),
		    series_of_metric(metric->id, SERIES_P50) },
		.names = { "p99", "p50" },
		.count = spread ? 2 : 1,
		.unit = metric->unit,
		.rate = figure_has_rate(metric) && !spread,
	};
}

void
detail_chart_row(
    struct detail_chart *chart, const struct rows *rows, size_t row)
{
	const struct model_column *column;

	*chart = (struct detail_chart){ .profile = rows->profile };
	if (rows->telling == SIZE_MAX)
		return;
	column = &rows->table->columns[rows->telling];
	chart->title = column->name;
	chart->keys[0] = rows_series(rows, &rows->table->rows[row]);
	chart->count = 1;
	chart->unit = column->unit;
	chart->rate = column->type == DBGSHM_TYPE_COUNTER;
}

bool
detail_chart_fits(struct grid_rect rect)
{
	return (rect.rows >= 5 && rect.columns >= 24);
}

void
detail_chart_want(const struct detail_chart *chart, const struct scene *scene,
    struct view *view)
{
	for (size_t i = 0; i < chart->count; i++)
		series_want(
		    &view->wants, chart->keys[i], graph_wanted(view, scene));
}

void
detail_chart_draw(const struct detail_chart *chart, const struct view *view,
    const struct scene *scene, struct grid *grid, struct grid_rect rect)
{
	struct graph graph = {
		.profile = chart->profile,
		.title = chart->title,
		.unit = chart->unit,
		.rate = chart->rate,
		.mark = NAN,
	};

	if (!detail_chart_fits(rect))
		return;
	for (size_t i = 0; i < chart->count; i++) {
		graph.series[i] = series_find(scene->series, &chart->keys[i]);
		graph.names[i] = chart->names[i];
		graph.count += graph.series[i] != NULL;
	}
	if (graph.count > 0 && graph.count == chart->count)
		graph_draw(view, scene, grid, rect, &graph);
}
