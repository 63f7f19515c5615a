/*
 * figure.c - one metric as a number and as people read it.
 */
#include "figure.h"

#include "kit/fmt.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *
figure_kind(const struct model_metric *metric)
{
	return (dbgshm_metric_kind_name(metric->kind));
}

/* Where room is short the keys of labels say least. */
void
figure_name(
    const struct model_metric *metric, bool brief, char *text, size_t size)
{
	brief = brief && metric->label_count > 0;
	strlcpy(text, metric->name, size);
	if (!brief)
		strlcat(text, metric->labels, size);
	for (size_t i = 0; brief && i < metric->label_count; i++) {
		strlcat(text, i == 0 ? "{" : ",", size);
		strlcat(text, metric->label[i].value, size);
	}
	if (brief)
		strlcat(text, "}", size);
}

bool
figure_is_histogram(const struct model_metric *metric)
{
	return (metric->kind == DBGSHM_METRIC_HISTOGRAM);
}

bool
figure_has_rate(const struct model_metric *metric)
{
	return (metric->kind == DBGSHM_METRIC_COUNTER ||
	    figure_is_histogram(metric));
}

bool
figure_is_zero(const struct model_metric *metric)
{
	return (metric->kind == DBGSHM_METRIC_FLOAT ? metric->value.d == 0
						    : metric->value.u == 0);
}

/* A gauge without a high-water mark may have been something between. */
bool
figure_never_moved(const struct model_metric *metric)
{
	return (figure_is_zero(metric) &&
	    (figure_has_rate(metric) ||
		(metric->peak_real_ns != 0 &&
		    figure_number(metric->kind, metric->peak) == 0)));
}

uint8_t
figure_unit(const struct model_metric *metric)
{
	return (figure_is_histogram(metric) ? DBGSHM_UNIT_NONE : metric->unit);
}

double
figure_number(uint8_t kind, union dbgshm_value value)
{
	switch (kind) {
	case DBGSHM_METRIC_FLOAT:
		return (value.d);
	case DBGSHM_METRIC_GAUGE:
	case DBGSHM_METRIC_UPDOWN:
		return ((double)value.i);
	default:
		return ((double)value.u);
	}
}

double
figure_of(const struct model_metric *metric)
{
	return (figure_number(metric->kind, metric->value));
}

void
figure_value(
    const struct model_metric *metric, bool raw, char *text, size_t size)
{
	fmt_metric(
	    text, size, metric->kind, figure_unit(metric), metric->value, raw);
}

void
figure_rate(const struct model_metric *metric, double rate, bool raw,
    char *text, size_t size)
{
	text[0] = '\0';
	if (figure_has_rate(metric))
		fmt_rate(text, size, figure_unit(metric), rate, raw);
}

void
figure_shown(const struct model_metric *metric, double value, bool raw,
    char *text, size_t size)
{
	if (figure_has_rate(metric))
		figure_rate(metric, value, raw, text, size);
	else
		fmt_unit(text, size, metric->unit, value, raw);
}

int
figure_compare(double a, double b)
{
	if (isnan(a) || isnan(b))
		return (isnan(b) - isnan(a));
	return (a < b ? -1 : a > b);
}
