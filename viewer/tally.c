/*
 * tally.c - what many values have in common: least, mean, most, percentiles.
 */
#include "tally.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>

static void
make_room(struct tally *tally)
{
	size_t i;

	if (tally->room == TALLY_VALUES) {
		for (i = 0; 2 * i < tally->count; i++)
			tally->values[i] = tally->values[2 * i];
		tally->count = i;
		tally->step = tally->step < 2 ? 2 : 2 * tally->step;
		return;
	}
	tally->room = tally->room == 0 ? 64 : 2 * tally->room;
	tally->values =
	    reallocarray(tally->values, tally->room, sizeof(*tally->values));
	if (tally->values == NULL)
		err(1, "memory for %zu values", tally->room);
}

void
tally_range(struct tally *tally, double least, double most)
{
	if (tally->seen == 0 || least < tally->least)
		tally->least = least;
	if (tally->seen == 0 || most > tally->most)
		tally->most = most;
}

void
tally_add(struct tally *tally, double value, uint64_t weight)
{
	if (isnan(value))
		return;
	tally_range(tally, value, value);
	tally->seen++;
	tally->weight += weight;
	tally->sum += value * (double)weight;
	if (tally->step > 1 && ++tally->skip % tally->step != 0)
		return;
	if (tally->count == tally->room)
		make_room(tally);
	tally->values[tally->count++] = (struct tally_value){ value, weight };
}

double
tally_mean(const struct tally *tally)
{
	return (tally->weight == 0 ? NAN : tally->sum / (double)tally->weight);
}

static int
compare_values(const void *left, const void *right)
{
	const struct tally_value *a = left, *b = right;

	return (a->value < b->value ? -1 : a->value > b->value);
}

double
tally_quantile(struct tally *tally, double q)
{
	uint64_t weight = 0;
	double goal, sum = 0;
	size_t i;

	if (tally->count == 0)
		return (NAN);
	qsort(tally->values, tally->count, sizeof(*tally->values),
	    compare_values);
	for (i = 0; i < tally->count; i++)
		weight += tally->values[i].weight;
	goal = q * (double)weight;
	for (i = 0; i + 1 < tally->count; i++)
		if ((sum += (double)tally->values[i].weight) >= goal)
			break;
	return (tally->values[i].value);
}

void
tally_free(struct tally *tally)
{
	free(tally->values);
	*tally = (struct tally){ 0 };
}
