/*
 * graph.h - series over the time that is looked at, as charts with their axes.
 *
 * The time ends at the shown moment.  While the past is shown it goes on a bit
 * behind that, where there is more, so that a step in time moves the cursor and
 * not the picture.
 */
#ifndef GRAPH_H
#define GRAPH_H

#include "screen.h"
#include "spark.h"

#define GRAPH_ALL (366 * 86400 * UINT64_C(1000000000)) /* a window: all */

struct graph_span {
	uint64_t from_real_ns, to_real_ns;
};

struct graph_span graph_span(const struct view *, const struct scene *,
    const struct model_profile *, const struct series *, int columns);
	/* In whole columns, so that what has been drawn moves by whole ones.
	 * The series (NULL none) says how new the newest sample is. */

uint64_t graph_wanted(const struct view *, const struct scene *);
	/* The window to want a series for. */

char *graph_window(
    char *text, size_t size, const struct view *, const struct scene *);
	/* "last 10 min", "all of it" */
char *graph_covered(
    char *text, size_t size, const struct scene *, struct graph_span);
	/* "10 min", or less where the history does not reach that far back. */
bool graph_widen(struct view *, const struct scene *, int step);
	/* The next longer window (1) or shorter one (-1) than the one that is
	 * shown; false: none. */

/* ---- what happened in it ------------------------------------------------- */

struct graph_stats {
	double least, mean, most, last; /* NAN: nothing is known */
	uint64_t most_real_ns;
};
struct graph_stats graph_stats(const struct series *, struct graph_span);
	/* series may be NULL. */

/* ---- pictures ------------------------------------------------------------ */

#define GRAPH_LINES 3

struct graph {
	const struct model_profile *profile; /* whose numbers these are */
	const char *title; /* "rate" */
	const struct series *series[GRAPH_LINES]; /* NULL: nothing is known */
	const char *names[GRAPH_LINES]; /* when there are several */
	size_t count;
	uint8_t unit;
	bool rate;	       /* per second */
	double mark;	       /* a limit; NAN none */
	const char *mark_text; /* of it */
};

void graph_draw(const struct view *, const struct scene *, struct grid *,
    struct grid_rect, const struct graph *);
	/* One line of words (what was least, most, ...) where there are three
	 * rows or more, and the chart. */

void graph_heat(const struct view *, const struct scene *, struct grid *,
    struct grid_rect, const struct model_profile *, const struct series *,
    uint8_t unit);
	/* Of SERIES_HEAT: time to the right, powers of two upwards, and how many
	 * there were in each as a bar behind it where there is room. */

int graph_heat_rows(const struct view *, const struct scene *,
    const struct model_profile *, const struct series *);
	/* That it has use for. */

#define GRAPH_BUCKETS 65 /* 0, and the powers of two */

size_t graph_buckets(const struct series *, struct graph_span, double *counts,
    size_t size);
	/* Of SERIES_HEAT: how many came in that time, a row each; returns the
	 * rows. */
double graph_quantile(
    const struct series *, const double *counts, size_t rows, double q);
	/* The end of the power of two that it is in: what it does not exceed.
	 * NAN when there are none. */

#endif
