/*
 * series.c - numbers over time, ready to be drawn: what is wanted, and columns.
 */
#include "series.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is wanted ---------------------------------------------------------- */

static bool
is_same(const struct series_key *a, const struct series_key *b)
{
	return (a->object == b->object && a->table == b->table &&
	    a->column == b->column && a->what == b->what);
}

void
series_want(
    struct series_wants *wants, struct series_key key, uint64_t window_ns)
{
	size_t i;

	for (i = 0; i < wants->count; i++)
		if (is_same(&wants->list[i].key, &key)) {
			if (wants->list[i].window_ns < window_ns)
				wants->list[i].window_ns = window_ns;
			return;
		}
	if (wants->count == wants->room) {
		wants->room = 2 * wants->room + 32;
		wants->list = reallocarray(
		    wants->list, wants->room, sizeof(*wants->list));
		if (wants->list == NULL)
			err(1, "memory for %zu series", wants->room);
	}
	wants->list[wants->count++] =
	    (struct series_want){ .key = key, .window_ns = window_ns };
}

void
series_wants_fini(struct series_wants *wants)
{
	free(wants->list);
	*wants = (struct series_wants){ 0 };
}

/* ---- columns ------------------------------------------------------------------- */

/* Time cut into equal parts: part i is (edge(i), edge(i + 1)]. */
struct parts {
	uint64_t from, to, width, rest;
	size_t count;
};

static struct parts
cut(uint64_t from, uint64_t to, size_t count)
{
	struct parts parts = { .from = from, .to = to, .count = count };

	if (count > 0 && to > from) {
		parts.width = (to - from) / count;
		parts.rest = (to - from) % count;
	}
	return (parts);
}

static uint64_t
edge(const struct parts *parts, size_t index)
{
	return (parts->from + parts->width * index +
	    parts->rest * index / parts->count);
}

/* The part that a time in (from, to] falls into; the first guess is never too
 * high. */
static size_t
part_of(const struct parts *parts, uint64_t time)
{
	size_t at = (size_t)((time - parts->from) / (parts->width + 1));

	while (at + 1 < parts->count && edge(parts, at + 1) < time)
		at++;
	return (at);
}

/* A part, and the one behind it when there is one: a sample is mostly in the part
 * of the one before. */
struct place {
	size_t at;
	uint64_t from, to;
};

static bool
next_place(const struct parts *parts, struct place *place)
{
	if (place->at + 1 >= parts->count)
		return (false);
	place->from = place->to;
	place->to = edge(parts, ++place->at + 1);
	return (true);
}

static void
find_place(const struct parts *parts, uint64_t time, struct place *place)
{
	if (place->to == 0 || time <= place->from) {
		place->at = part_of(parts, time);
		place->from = edge(parts, place->at);
		place->to = edge(parts, place->at + 1);
	}
	while (time > place->to && next_place(parts, place))
		;
}

/* The time that a sample fills: (*begin, *end], no more than all parts have;
 * false when it is elsewhere. */
static bool
fills(const struct parts *parts, const struct series *series, size_t sample,
    uint64_t *begin, uint64_t *end)
{
	uint64_t period_ns = series->period_ns[sample];

	*end = series->real_ns[sample];
	if (period_ns == 0)
		period_ns = 1;
	*begin = *end > period_ns ? *end - period_ns : 0;
	if (*end <= parts->from || *begin >= parts->to || parts->count == 0)
		return (false);
	if (*begin < parts->from)
		*begin = parts->from;
	if (*end > parts->to)
		*end = parts->to;
	return (true);
}

/* The first sample from `first` on that ends after that time. */
static size_t
first_after(const struct series *series, size_t first, uint64_t real_ns)
{
	size_t end = series->count, middle;

	while (first < end) {
		middle = first + (end - first) / 2;
		if (series->real_ns[middle] <= real_ns)
			first = middle + 1;
		else
			end = middle;
	}
	return (first);
}

/* The samples from `first` on, into columns that have those before. */
static void
resample(const struct series *series, const double *of, size_t first,
    const struct parts *parts, bool least, double *values)
{
	struct place place = { .to = 0 };
	uint64_t begin, end;
	double *value;
	size_t i;

	for (i = first_after(series, first, parts->from); i < series->count;
	     i++) {
		if (isnan(of[i]) || !fills(parts, series, i, &begin, &end))
			continue;
		find_place(parts, begin + 1, &place);
		do {
			value = &values[place.at];
			if (isnan(*value) ||
			    (least ? of[i] < *value : of[i] > *value))
				*value = of[i];
		} while (end > place.to && next_place(parts, &place));
	}
}

/* By how many whole columns has the window moved on since those were made?  As
 * many as there are: by more, or not by whole ones. */
static size_t
moved_on(const struct series_kept *kept, const struct parts *parts)
{
	uint64_t by = parts->from - kept->from_real_ns;

	if (parts->rest != 0 || parts->width == 0 ||
	    by != parts->to - kept->to_real_ns || by % parts->width != 0 ||
	    by / parts->width > parts->count)
		return (by == 0 && parts->to == kept->to_real_ns
			? 0
			: parts->count);
	return ((size_t)(by / parts->width));
}

/* How many samples the columns have that were made last; values are those, as far
 * as they are in the window.  The samples that came last then may reach into its
 * new columns. */
static size_t
take_kept(
    const struct series *series, const struct parts *parts, double *values)
{
	const struct series_kept *kept = series->kept;
	size_t by, count;

	if (kept == NULL || kept->count == 0 || kept->count > series->count ||
	    kept->columns != parts->count ||
	    (by = moved_on(kept, parts)) == parts->count)
		return (0);
	memcpy(
	    values, kept->values + by, (parts->count - by) * sizeof(*values));
	count = kept->count;
	while (by > 0 && count > 0 &&
	    series->real_ns[count - 1] > kept->to_real_ns)
		count--;
	return (count);
}

static void
keep(const struct series *series, const struct parts *parts,
    const double *values)
{
	struct series_kept *kept = series->kept;

	if (kept == NULL || parts->count < 2 || parts->count > SERIES_KEPT)
		return;
	kept->from_real_ns = parts->from;
	kept->to_real_ns = parts->to;
	kept->columns = parts->count;
	kept->count = series->count;
	memcpy(kept->values, values, parts->count * sizeof(*values));
}

static void
begin_columns(double *values, size_t columns)
{
	for (size_t i = 0; i < columns; i++)
		values[i] = NAN;
}

void
series_resample(const struct series *series, uint64_t from_real_ns,
    uint64_t to_real_ns, size_t columns, double *values)
{
	struct parts parts = cut(from_real_ns, to_real_ns, columns);
	size_t first;

	begin_columns(values, columns);
	if (series == NULL)
		return;
	first = take_kept(series, &parts, values);
	resample(series, series->most != NULL ? series->most : series->values,
	    first, &parts, false, values);
	keep(series, &parts, values);
}

void
series_resample_least(const struct series *series, uint64_t from_real_ns,
    uint64_t to_real_ns, size_t columns, double *values)
{
	struct parts parts = cut(from_real_ns, to_real_ns, columns);

	begin_columns(values, columns);
	if (series != NULL)
		resample(series,
		    series->least != NULL ? series->least : series->values, 0,
		    &parts, true, values);
}

/* ---- means --------------------------------------------------------------------- */

/* A sample comes into the sum (1) or leaves it (-1). */
static void
weigh(struct series_kept *kept, const struct series *series, size_t sample,
    int sign)
{
	double value = series->values[sample];
	double weight = (double)series->period_ns[sample];

	if (!isfinite(value) || weight <= 0)
		return;
	kept->sum += sign * value * weight;
	kept->weight += sign * weight;
}

static bool
is_before(const struct series *series, size_t sample, uint64_t until_real_ns,
    uint64_t window_ns)
{
	return (series->real_ns[sample] + window_ns <= until_real_ns);
}

/* All of them anew: nothing is known, or what is left over may be an error of what
 * was large. */
static void
weigh_all(struct series_kept *kept, const struct series *series,
    uint64_t until_real_ns, uint64_t window_ns, size_t end)
{
	kept->sum = kept->weight = 0;
	kept->first = kept->end = end;
	while (kept->first > 0 &&
	    !is_before(series, kept->first - 1, until_real_ns, window_ns))
		weigh(kept, series, --kept->first, 1);
}

/* There are hundreds of samples, and from one picture to the next one comes and one
 * goes. */
double
series_mean(
    const struct series *series, uint64_t until_real_ns, uint64_t window_ns)
{
	struct series_kept own = { .end = 0 }, *kept = &own;
	size_t end = series->count;
	double most;

	if (series->kept != NULL)
		kept = series->kept;
	while (end > 0 && series->real_ns[end - 1] > until_real_ns)
		end--;
	most = fabs(kept->sum);
	if (kept->end == 0 || end < kept->end ||
	    (kept->first > 0 &&
		!is_before(series, kept->first - 1, until_real_ns, window_ns)))
		weigh_all(kept, series, until_real_ns, window_ns, end);
	else {
		for (; kept->end < end; kept->end++) {
			weigh(kept, series, kept->end, 1);
			most = fmax(most, fabs(kept->sum));
		}
		for (; kept->first < end &&
		     is_before(series, kept->first, until_real_ns, window_ns);
		     kept->first++)
			weigh(kept, series, kept->first, -1);
		if (fabs(kept->sum) < most / 1e6)
			weigh_all(kept, series, until_real_ns, window_ns, end);
	}
	return (kept->weight > 0 ? kept->sum / kept->weight : NAN);
}

/* ---- heat ---------------------------------------------------------------------- */

/* What came in a sample is spread evenly over the time that it fills. */
static void
spread(const struct parts *parts, const double *counts, size_t rows,
    uint64_t begin, uint64_t end, uint64_t period_ns, double *cells)
{
	size_t at = part_of(parts, begin + 1), last = part_of(parts, end), row;
	uint64_t low, high;
	double share;

	for (; at <= last; at++) {
		low = edge(parts, at) > begin ? edge(parts, at) : begin;
		high = edge(parts, at + 1) < end ? edge(parts, at + 1) : end;
		share = (double)(high - low) / (double)period_ns * 1e9 /
		    (double)(edge(parts, at + 1) - edge(parts, at));
		for (row = 0; row < rows; row++)
			cells[row * parts->count + at] += counts[row] * share;
	}
}

void
series_resample_heat(const struct series *series, uint64_t from_real_ns,
    uint64_t to_real_ns, size_t columns, double *cells)
{
	struct parts parts = cut(from_real_ns, to_real_ns, columns);
	uint64_t begin, end, period_ns;
	size_t i;

	if (series == NULL)
		return;
	for (i = 0; i < series->heat_rows * columns; i++)
		cells[i] = 0;
	for (i = 0; series->heat_rows > 0 && i < series->count; i++) {
		if (!fills(&parts, series, i, &begin, &end))
			continue;
		period_ns = series->period_ns[i];
		spread(&parts, series->heat + i * series->heat_rows,
		    series->heat_rows, begin, end,
		    period_ns > 0 ? period_ns : 1, cells);
	}
}
