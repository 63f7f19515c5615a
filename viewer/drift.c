/*
 * drift.c - do the last numbers of something lie outside what it was before?
 */
#include "drift.h"

#include <dbgshm/format.h>

#include <assert.h>
#include <math.h>

/*
 * How far from the middle of before a number may lie and still be the same: the
 * largest of these.
 */
#define DEVIATIONS 3.0	    /* of a normal distribution: 0.3 % lie outside */
#define MAD_TO_SIGMA 1.4826 /* of a normal distribution */
#define TAIL 0.2	    /* so much of before on each side is not seldom */
#define TAIL_TIMES 1.5	    /* what alternates between two values stays */
#define SHARE 0.10	    /* of the value: nobody would act on less */

/* For a peak, one wild value in many, more is asked than for a lasting level. */
#define PEAK_TIMES 2.0	/* as far from the middle as anything before */
#define PEAK_SHARE 1.5	/* of what a level may differ */
#define PEAK_WEIGHT 0.8 /* it is over, or may be */
#define BACK 3		/* so many in a row, and it is over */

/* Of what is different the size counts as well: ten times ranks above twice. */
#define SIZE_WEIGHT 0.7

/* A trend is a line: little else is left of the differences. */
#define TREND_FIT 0.9	   /* r squared over the time of after */
#define TREND_FIT_ALL 0.95 /* over all of the time: noise walks, too */
#define TREND_LEAST 5	   /* numbers; of fewer everything is a line */
#define TREND_SHARE 0.1	   /* of the value, in all of the time */
#define TREND_WEIGHT 0.35  /* what has gone on before is no news */

/* Something that stood still for long and came now, in few of the times. */
#define FIRST_WEIGHT 0.12 /* each time that it came */
#define FIRST_MOST 0.4

/* Differences that are too small to matter, whatever the noise was. */
static const struct {
	double value, rate;
} least[DBGSHM_UNIT_COUNT] = {
	[DBGSHM_UNIT_NONE] = { 1, 0.5 },      /* things */
	[DBGSHM_UNIT_BYTES] = { 4096, 1024 }, /* a page */
	[DBGSHM_UNIT_NS] = { 1000, 1e7 },     /* 1 us; 1 % of a processor */
	[DBGSHM_UNIT_PERCENT] = { 1, 1 },
	[DBGSHM_UNIT_RATIO] = { 0.01, 0.01 },
	[DBGSHM_UNIT_HERTZ] = { 1, 1 },
	[DBGSHM_UNIT_CELSIUS] = { 1, 1 },
};

double
drift_least(uint8_t unit, bool rate)
{
	if (unit >= DBGSHM_UNIT_COUNT)
		unit = DBGSHM_UNIT_NONE;
	return (rate ? least[unit].rate : least[unit].value);
}

/* ---- order ------------------------------------------------------------------ */

/* The n-th smallest; the others are moved around it. */
static float
select_nth(float *values, size_t count, size_t n)
{
	size_t low = 0, high = count - 1, i, j;
	float pivot, keep;

	while (low < high) {
		pivot = values[low + (high - low) / 2];
		i = low;
		j = high;
		for (;;) {
			while (values[i] < pivot)
				i++;
			while (pivot < values[j])
				j--;
			if (i >= j)
				break;
			keep = values[i];
			values[i++] = values[j];
			values[j--] = keep;
		}
		if (n <= j)
			high = j;
		else
			low = j + 1;
	}
	return (values[n]);
}

static double
quantile(float *values, size_t count, double q)
{
	return (select_nth(values, count, (size_t)(q * (double)(count - 1))));
}

static size_t
copy_known(const float *values, size_t count, float *known)
{
	size_t i, n = 0;

	for (i = 0; i < count; i++)
		if (!isnan(values[i]))
			known[n++] = values[i];
	return (n);
}

/* ---- what was before ----------------------------------------------------------- */

struct range {
	double middle;
	double up, down;  /* so far from it and still the same */
	double high, low; /* all that was seen */
	size_t count;
};

static double
larger(double a, double b)
{
	return (b > a ? b : a); /* a when b is NAN */
}

static void
measure(const struct drift_numbers *numbers, float *known, size_t count,
    struct range *range)
{
	double same, high, low, middle;
	size_t i;

	range->count = count;
	low = quantile(known, count, TAIL);
	high = quantile(known, count, 1 - TAIL);
	middle = range->middle = quantile(known, count, 0.5);
	range->high = larger(high, numbers->high_before);
	range->low = -larger(-low, -numbers->low_before);
	for (i = 0; i < count; i++) {
		range->high = larger(range->high, known[i]);
		range->low = -larger(-range->low, -known[i]);
	}
	for (i = 0; i < count; i++)
		known[i] = fabsf(known[i] - (float)middle);
	same = DEVIATIONS * MAD_TO_SIGMA * quantile(known, count, 0.5);
	same = larger(same, SHARE * fabs(middle));
	same = larger(same, numbers->least);
	range->up = larger(same, TAIL_TIMES * (high - middle));
	range->down = larger(same, TAIL_TIMES * (middle - low));
}

static double
score_of(double times, double was, double now)
{
	double size = fabs(now - was), most = larger(fabs(was), fabs(now));

	if (times <= 1 || most == 0)
		return (0);
	size = size < most ? size / most : 1;
	return ((1 - 1 / times) * (1 - SIZE_WEIGHT + SIZE_WEIGHT * size));
}

/* ---- the kinds -------------------------------------------------------------------- */

/* The first that lies outside, as the one after it does too: one alone is noise.
 * When that is the first of after it may have begun before. */
static size_t
first_outside(
    const struct drift_numbers *numbers, const struct range *range, bool up)
{
	const float *values = numbers->values;
	size_t end = numbers->before + numbers->after, i, run = SIZE_MAX;
	double edge =
	    up ? range->middle + range->up : range->middle - range->down;

	for (i = numbers->before; i < end; i++) {
		if (isnan(values[i]))
			continue;
		if (up ? values[i] <= edge : values[i] >= edge) {
			run = SIZE_MAX;
			continue;
		}
		if (run != SIZE_MAX)
			break;
		run = i;
	}
	if (run == SIZE_MAX)
		return (numbers->before);
	if (run == numbers->before)
		while (run > 0 &&
		    (up ? values[run - 1] > edge : values[run - 1] < edge))
			run--;
	return (run);
}

/* Where the last ones begin that lie inside again. */
static size_t
inside_since(
    const struct drift_numbers *numbers, const struct range *range, bool up)
{
	size_t i = numbers->before + numbers->after, since = 0, count = 0;
	double value;

	for (; i-- > numbers->before;) {
		value = numbers->values[i];
		if (up ? value > range->middle + range->up
		       : value < range->middle - range->down)
			break;
		if (isnan(value))
			continue;
		since = i;
		count++;
	}
	return (count >= BACK ? since : 0);
}

static void
judge_level(const struct drift_numbers *numbers, const struct range *range,
    struct drift *drift)
{
	bool up = drift->now > range->middle;
	double times =
	    fabs(drift->now - range->middle) / (up ? range->up : range->down);

	if (times <= 1)
		return;
	drift->kind = DRIFT_LEVEL;
	drift->score = score_of(times, range->middle, drift->now);
	drift->began = first_outside(numbers, range, up);
	drift->ended = inside_since(numbers, range, up);
}

/* One number further out than anything before. */
static void
judge_extreme(const struct drift_numbers *numbers, const struct range *range,
    bool up, struct drift *drift)
{
	double at = up ? numbers->high : numbers->low;
	double away = up ? at - range->middle : range->middle - at;
	double reach =
	    up ? range->high - range->middle : range->middle - range->low;
	double score;

	if (isnan(at))
		return;
	reach = larger(
	    PEAK_TIMES * reach, PEAK_SHARE * (up ? range->up : range->down));
	score = PEAK_WEIGHT * score_of(away / reach, range->middle, at);
	if (score <= drift->score)
		return;
	drift->kind = up ? DRIFT_PEAK : DRIFT_DIP;
	drift->score = score;
}

/* What only grows did not grow at all before: how often it came now. */
static void
judge_first(const struct drift_numbers *numbers, const struct range *range,
    struct drift *drift)
{
	size_t i, came = 0, first = 0;

	if (!numbers->grows || range->high > 0 || range->low < 0 ||
	    range->count < DRIFT_QUIET)
		return;
	for (i = numbers->before; i < numbers->before + numbers->after; i++)
		if (numbers->values[i] > 0 && came++ == 0)
			first = i;
	if (came == 0)
		return;
	drift->kind = DRIFT_FIRST;
	drift->began = first;
	drift->score =
	    larger(drift->score, fmin(FIRST_WEIGHT * (double)came, FIRST_MOST));
}

struct line {
	double slope, fit, rise; /* rise: over all of it */
};

/* The straight line that comes closest to the known ones. */
static struct line
fit_line(const float *values, size_t from, size_t to)
{
	double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0, dx, dy, dxy;
	double last = NAN, first = NAN;
	struct line line = { 0 };

	for (size_t i = from; i < to; i++) {
		double at = (double)(i - from), value = values[i];

		if (isnan(value))
			continue;
		if (isnan(first))
			first = value;
		/* Sums of differences to the first: large values keep their
		 * digits. */
		value -= first;
		last = value;
		n++;
		x += at;
		y += value;
		xx += at * at;
		xy += at * value;
		yy += value * value;
	}
	dx = xx - x * x / n;
	dy = yy - y * y / n;
	dxy = xy - x * y / n;
	if (n < TREND_LEAST || dx <= 0 || dy <= 0)
		return (line);
	line.slope = dxy / dx;
	line.fit = dxy * dxy / (dx * dy);
	line.rise = last;
	return (line);
}

static void
judge_trend(const struct drift_numbers *numbers, struct drift *drift)
{
	size_t end = numbers->before + numbers->after;
	struct line line;
	double last, share;

	if (!numbers->trend)
		return;
	line = fit_line(numbers->values, numbers->before, end);
	if (line.fit >= TREND_FIT)
		drift->slope = line.slope;
	if (drift->kind != DRIFT_NONE || isnan(drift->slope))
		return;
	line = fit_line(numbers->values, 0, end);
	last = larger(fabs(drift->was), fabs(drift->now));
	share = last > 0 ? fmin(fabs(line.rise) / last, 1) : 0;
	if (line.fit < TREND_FIT_ALL || line.slope * drift->slope <= 0 ||
	    share < TREND_SHARE || fabs(line.rise) <= numbers->least)
		return;
	drift->kind = DRIFT_GROWTH;
	drift->score = TREND_WEIGHT * share;
}

bool
drift_judge(const struct drift_numbers *numbers, struct drift *drift)
{
	float known[DRIFT_MOST];
	struct range range;
	size_t before, after;

	assert(numbers->before + numbers->after <= DRIFT_MOST);
	*drift = (struct drift){ .slope = NAN };
	after = copy_known(
	    numbers->values + numbers->before, numbers->after, known);
	if (after < DRIFT_AFTER)
		return (false);
	drift->now = quantile(known, after, 0.5);
	before = copy_known(numbers->values, numbers->before, known);
	if (before < DRIFT_BEFORE)
		return (false);
	measure(numbers, known, before, &range);
	drift->was = range.middle;
	judge_level(numbers, &range, drift);
	if (drift->kind == DRIFT_NONE) {
		judge_extreme(numbers, &range, true, drift);
		judge_extreme(numbers, &range, false, drift);
	}
	judge_first(numbers, &range, drift);
	judge_trend(numbers, drift);
	return (true);
}
