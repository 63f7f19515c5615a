/*
 * metrics.c - the metrics of a profile as a list.
 */
#include "metrics.h"

#include "kit/fmt.h"
#include "shape.h"
#include "tree.h"

#include <math.h>
#include <string.h>

enum {
	SHOW_NAME,
	SHOW_VALUE,
	SHOW_RATE,
	SHOW_P50,
	SHOW_P90,
	SHOW_P99,
	SHOW_P999,
	SHOW_MAX,
	SHOW_ABOUT,
	SHOW_COUNT
};

static const struct list_column shows[SHOW_COUNT] = {
	[SHOW_NAME] = { .title = "METRIC",
	    .least = 6,
	    .widest = 60,
	    .kept = true,
	    .cut = GRID_CUT_FRONT },
	[SHOW_VALUE] = { .title = "VALUE", .least = 8, .right = true },
	[SHOW_RATE] = { .title = "RATE", .least = 8, .right = true },
	[SHOW_P50] = { .title = "P50", .least = 7, .right = true },
	[SHOW_P90] = { .title = "P90", .least = 7, .right = true },
	[SHOW_P99] = { .title = "P99", .least = 7, .right = true },
	[SHOW_P999] = { .title = "P99.9", .least = 7, .right = true },
	[SHOW_MAX] = { .title = "MAX", .least = 7, .right = true },
	[SHOW_ABOUT] = { .title = "ABOUT", .least = 16, .spread = true },
};

const char *
metrics_kind(const struct model_metric *metric)
{
	return (dbgshm_metric_kind_name(metric->kind));
}

static const struct model_metric *
metric_at(const struct list_source *source, size_t row)
{
	const struct metrics *metrics = source->context;

	return (&metrics->profile->metrics[row]);
}

static uint64_t
metric_id(const struct list_source *source, size_t row)
{
	return (metric_at(source, row)->id);
}

static bool
is_hidden(const struct metrics *metrics, const struct model_metric *metric)
{
	return (metric->level > metrics->level ||
	    (metrics->level == DBGSHM_LEVEL_NORMAL &&
		shape_idle(metrics->profile, metric)));
}

static bool
metric_hidden(const struct list_source *source, size_t row)
{
	return (is_hidden(source->context, metric_at(source, row)));
}

static bool
is_histogram(const struct model_metric *metric)
{
	return (metric->kind == DBGSHM_METRIC_HISTOGRAM);
}

static bool
is_zero(const struct model_metric *metric)
{
	return (metric->kind == DBGSHM_METRIC_FLOAT ? metric->value.d == 0
						    : metric->value.u == 0);
}

static bool
has_rate(const struct model_metric *metric)
{
	return (metric->kind == DBGSHM_METRIC_COUNTER || is_histogram(metric));
}

static uint64_t
spread_of(const struct model_metric *metric, unsigned show)
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

static void
metric_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *cell)
{
	const struct metrics *metrics = source->context;
	const struct model_metric *metric = metric_at(source, row);
	uint8_t unit = is_histogram(metric) ? DBGSHM_UNIT_NONE : metric->unit;
	char *text = cell->text;
	size_t size = sizeof(cell->text);
	unsigned show = metrics->which[column];

	switch (show) {
	case SHOW_NAME:
		snprintf(text, size, "%s%s", metric->name, metric->labels);
		break;
	case SHOW_VALUE:
		fmt_metric(text, size, metric->kind, unit, metric->value,
		    metrics->raw);
		cell->style = is_zero(metric) ? GRID_DIM : GRID_STRONG;
		break;
	case SHOW_RATE:
		if (has_rate(metric))
			fmt_rate(text, size, unit, metric->rate, metrics->raw);
		if (isnan(metric->rate) || metric->rate == 0)
			cell->style = GRID_DIM;
		break;
	case SHOW_ABOUT:
		strlcpy(text, metric->help, size);
		cell->style = GRID_DIM;
		break;
	default:
		if (!is_histogram(metric))
			break;
		if (metric->value.u == 0) {
			strlcpy(text, "-", size);
			cell->style = GRID_DIM;
		} else
			fmt_unit(text, size, metric->unit,
			    (double)spread_of(metric, show), metrics->raw);
		break;
	}
}

static double
value_of(const struct model_metric *metric)
{
	switch (metric->kind) {
	case DBGSHM_METRIC_FLOAT:
		return (metric->value.d);
	case DBGSHM_METRIC_GAUGE:
	case DBGSHM_METRIC_UPDOWN:
		return ((double)metric->value.i);
	default:
		return ((double)metric->value.u);
	}
}

/* What is not a number comes first in every order. */
static int
compare_double(double a, double b)
{
	if (isnan(a) || isnan(b))
		return (isnan(b) - isnan(a));
	return (a < b ? -1 : a > b);
}

static int
metric_compare(
    const struct list_source *source, size_t column, size_t a, size_t b)
{
	const struct metrics *metrics = source->context;
	const struct model_metric *x = metric_at(source, a);
	const struct model_metric *y = metric_at(source, b);
	unsigned show = metrics->which[column];
	int order;

	switch (show) {
	case SHOW_NAME:
		order = strcmp(x->name, y->name);
		return (order != 0 ? order : strcmp(x->labels, y->labels));
	case SHOW_VALUE:
		return (compare_double(value_of(x), value_of(y)));
	case SHOW_RATE:
		return (compare_double(x->rate, y->rate));
	case SHOW_ABOUT:
		return (strcmp(x->help, y->help));
	default:
		return (compare_double(
		    is_histogram(x) ? (double)spread_of(x, show) : NAN,
		    is_histogram(y) ? (double)spread_of(y, show) : NAN));
	}
}

void
metrics_source(struct metrics *metrics, struct list_source *source,
    const struct model_profile *profile, uint8_t level, bool raw)
{
	bool spread = false, rates = false, shown;

	memset(metrics, 0, sizeof(*metrics));
	metrics->profile = profile;
	metrics->level = level;
	metrics->raw = raw;
	for (size_t i = 0; i < profile->metric_count; i++) {
		if (is_hidden(metrics, &profile->metrics[i])) {
			metrics->hidden++;
			continue;
		}
		spread = spread || is_histogram(&profile->metrics[i]);
		rates = rates || has_rate(&profile->metrics[i]);
	}
	for (unsigned show = 0; show < SHOW_COUNT; show++) {
		shown = show == SHOW_RATE		   ? rates
		    : show >= SHOW_P50 && show <= SHOW_MAX ? spread
							   : true;
		if (!shown)
			continue;
		metrics->columns[metrics->column_count] = shows[show];
		metrics->which[metrics->column_count++] = (uint8_t)show;
	}
	*source = (struct list_source){
		.context = metrics,
		.count = profile->metric_count,
		.columns = metrics->columns,
		.column_count = metrics->column_count,
		.schema = tree_id(profile->path, strlen(profile->path)) +
		    metrics->column_count,
		.empty = metrics->hidden > 0 ? "" : "no metrics",
		.id = metric_id,
		.cell = metric_cell,
		.compare = metric_compare,
		.hidden = metric_hidden,
	};
}
