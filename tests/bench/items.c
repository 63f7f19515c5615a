/*
 * items.c - a program with so many metrics and rows, of which a third changes ten
 * times a second.
 *
 *	items METRICS ROWS
 *
 * Profiles have 50 metrics: counters, gauges, numbers with a fraction.  It says
 * "ready" and runs until it is killed.
 */
#include "items.h"

int
main(int argc, char **argv)
{
	struct items items;

	if (argc != 3)
		errx(2, "usage: items METRICS ROWS");
	items_start(&items, strtoul(argv[1], NULL, 10),
	    strtoul(argv[2], NULL, 10), DBGSHM_SAMPLER_THREAD);
	puts("ready");
	fflush(stdout);
	for (;;) {
		items_step(&items);
		(void)clock_nanosleep(CLOCK_MONOTONIC, 0,
		    &(struct timespec){ .tv_nsec = 100000000 }, NULL);
	}
}
