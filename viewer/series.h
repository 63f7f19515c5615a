/*
 * series.h - numbers over time, ready to be drawn.
 *
 * A screen says in its arrange() which series it wants; they are there when it
 * draws.  A set is filled from the history of the regions once and grows with
 * each frame.
 */
#ifndef VIEWER_SERIES_H
#define VIEWER_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum series_what {
	SERIES_SHOWN, /* what is most telling: per second of what only grows,
			 else the value */
	SERIES_VALUE, /* the value itself; of histograms the count */
	SERIES_P50,   /* of histograms: of what came in each sample */
	SERIES_P90,
	SERIES_P99,
	SERIES_P999,
	SERIES_MOST,
	SERIES_HEAT /* the same with the cells of the heat map */
};

#define SERIES_METRIC UINT32_MAX /* as a column: it is no row */

struct series_key {
	uint64_t object; /* model_metric.id; or model_row.id and... */
	uint64_t table;	 /* ...tree_id() of its profile's path, else 0 */
	uint32_t column; /* of the table */
	uint32_t what;	 /* enum series_what */
};

/* The last picture of a series: the next one mostly has a sample more. */
#define SERIES_KEPT 64
struct series_kept {
	uint64_t from_real_ns, to_real_ns;
	size_t columns;
	size_t count; /* samples that are in it; 0 nothing is kept */
	double values[SERIES_KEPT];
	/* The mean of the samples from `first` to before `end`: */
	size_t first, end;  /* end 0: nothing is kept */
	double sum, weight;
};

struct series {
	struct series_key key;
	size_t count; /* the oldest first */
	/* One a sample: */
	const uint64_t *real_ns;
	const uint64_t *period_ns; /* that it stands for */
	const double *values; /* NAN: absent then, a gap before it, unknown */
	const double *least, *most; /* coarse samples: of those in it; NULL:
				       as the values */
	double lowest, highest, mean; /* of what is there; NAN nothing */
	struct series_kept *kept;     /* series.c's; may be NULL */
	/* SERIES_HEAT: what came, by powers of two: */
	size_t heat_rows;
	const uint64_t *heat_low; /* where each row begins */
	const double *heat;	  /* [sample * heat_rows + row] */
};

struct series_set;

const struct series *series_find(
    const struct series_set *, const struct series_key *);
	/* NULL: it was not wanted, or there is no such.  set may be NULL. */

void series_resample(const struct series *, uint64_t from_real_ns,
    uint64_t to_real_ns, size_t columns, double *values);
	/* One value for each of so many equal parts of that time: the highest
	 * in it; NAN where nothing is known.  A sample fills the time that it
	 * stands for. */
void series_resample_least(const struct series *, uint64_t from_real_ns,
    uint64_t to_real_ns, size_t columns, double *values);
	/* The same of the lowest. */
void series_resample_heat(const struct series *, uint64_t from_real_ns,
    uint64_t to_real_ns, size_t columns, double *cells);
	/* cells[row * columns + column]: per second. */

double series_mean(
    const struct series *, uint64_t until_real_ns, uint64_t window_ns);
	/* Of the samples of that window, each by the time that it stands for; NAN
	 * when there are none. */

/* ---- what is wanted -------------------------------------------------------- */

struct series_want {
	struct series_key key;
	uint64_t window_ns; /* at least so far back from the shown moment */
};

struct series_wants {
	struct series_want *list;
	size_t count, room;
};

void series_want(struct series_wants *, struct series_key, uint64_t window_ns);
	/* Once each: the longest window counts. */
void series_wants_fini(struct series_wants *);

static inline struct series_key
series_of_metric(uint64_t id, enum series_what what)
{
	return ((struct series_key){
	    .object = id, .column = SERIES_METRIC, .what = what });
}

#endif
