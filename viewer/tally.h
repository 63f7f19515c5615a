/*
 * tally.h - what many values have in common: least, mean, most, percentiles.
 */
#ifndef VIEWER_TALLY_H
#define VIEWER_TALLY_H

#include <stddef.h>
#include <stdint.h>

#define TALLY_VALUES 16384 /* that are kept; of more every second one goes */

/* Begin with all zero. */
struct tally {
	struct tally_value {
		double value;
		uint64_t weight;
	} * values;
	size_t count, room;
	unsigned skip, step; /* one of `step` is kept; 0 and 1 all */
	uint64_t seen, weight;
	double sum; /* weighted */
	double least, most;
};

void tally_add(struct tally *, double value, uint64_t weight);
/* Weight: the time that the value stands for.  NAN does not count. */
void tally_range(struct tally *, double least, double most);
/* What was seen besides. */

double tally_mean(const struct tally *); /* by time; NAN when empty */
double tally_quantile(struct tally *, double q);
/* The value that is not exceeded in that share of the time; exact up to
	 * TALLY_VALUES of them.  NAN when empty. */
void tally_free(struct tally *);

#endif
