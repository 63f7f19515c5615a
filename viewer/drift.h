/*
 * drift.h - do the last numbers of something lie outside what it was before?
 *
 * Arithmetic on numbers alone.  Medians and quantiles, so that one wild value
 * neither makes a change nor hides one; what may be no change at all is a table.
 */
#ifndef VIEWER_DRIFT_H
#define VIEWER_DRIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DRIFT_MOST 1024	 /* numbers of both times together */
#define DRIFT_BEFORE 10 /* so many at least have to be known of before... */
#define DRIFT_AFTER 3	 /* ...and of after */
#define DRIFT_QUIET 20	 /* for so long nothing came: then one is news */

enum drift_kind {
	DRIFT_NONE,
	DRIFT_LEVEL,  /* it lies elsewhere now */
	DRIFT_PEAK,   /* it was higher for a moment than ever before */
	DRIFT_DIP,    /* it was lower */
	DRIFT_FIRST,  /* of what only grows: it had stood still */
	DRIFT_GROWTH  /* it rises or falls all the time */
};

struct drift_numbers {
	const float *values; /* oldest first, of equal times; NAN not known */
	size_t before, after; /* so many, and then so many */
	/* What was seen between them too; NAN nothing: */
	double low_before, high_before, low, high;
	double least; /* a smaller difference is none, see drift_least() */
	bool grows;   /* the values are rates of what only grows */
	bool trend;   /* rising all the time means something */
};

struct drift {
	enum drift_kind kind;
	double score; /* 0 to 1 */
	double was, now; /* medians */
	double slope; /* of after, for each of those times; NAN it has none */
	size_t began; /* the first that lies outside what was before */
	size_t ended; /* LEVEL: it is back as it was since then; 0 it is not */
};

double drift_least(uint8_t unit, bool rate);
	/* unit: DBGSHM_UNIT_*; rate: of that unit in each second. */

bool drift_judge(const struct drift_numbers *, struct drift *);
	/* False: too little is known to compare.  At most DRIFT_MOST numbers. */

#endif
