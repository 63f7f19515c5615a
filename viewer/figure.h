/*
 * figure.h - one metric as a number and as people read it.
 */
#ifndef FIGURE_H
#define FIGURE_H

#include "model.h"

const char *figure_kind(const struct model_metric *); /* "counter" */

void figure_name(
    const struct model_metric *, bool brief, char *text, size_t size);
	/* latency{operation="decode"}; brief: latency{decode} */

bool figure_is_histogram(const struct model_metric *);
bool figure_has_rate(const struct model_metric *);
bool figure_is_zero(const struct model_metric *);
bool figure_never_moved(const struct model_metric *);
	/* It has never been anything but zero. */

uint8_t figure_unit(const struct model_metric *);
	/* Of its value: that of a histogram counts. */
double figure_of(const struct model_metric *); /* a histogram's is its count */
double figure_number(uint8_t kind, union dbgshm_value);

/* As lists show them. */
void figure_value(
    const struct model_metric *, bool raw, char *text, size_t size);
void figure_rate(const struct model_metric *, double rate, bool raw, char *text,
    size_t size); /* "" where a rate has no meaning */
void figure_shown(const struct model_metric *, double, bool raw, char *text,
    size_t size); /* of its SERIES_SHOWN: a rate where it has one */

int figure_compare(double, double);
	/* What is not a number comes first. */

#endif
