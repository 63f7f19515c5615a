/*
 * mmv.c - the mixed load of loads.h as metrics of PCP, for tests/bench/pmlogger.sh.
 *
 *	mmv METRICS TICKS	a tick each 100 ms
 *
 * Built only where PCP's headers are.
 */
#include "loads.h"

#include <pcp/pmapi.h>

#include <pcp/mmv_stats.h>

int
main(int argc, char *argv[])
{
	size_t count = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	size_t ticks = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	mmv_metric_t *metrics;
	pmAtomValue **values;
	struct load load;
	void *map;

	if (count == 0 || ticks == 0)
		errx(2, "usage: mmv METRICS TICKS");
	load_start(&load, LOAD_MIXED, count, NULL);
	metrics = load_memory(count, sizeof(*metrics));
	values = load_memory(count, sizeof(*values));
	for (size_t i = 0; i < count; i++) {
		snprintf(
		    metrics[i].name, sizeof(metrics[i].name), "metric%zu", i);
		metrics[i].item = (unsigned)i + 1;
		metrics[i].type = MMV_TYPE_U64;
		metrics[i].semantics = load.kinds[i] <= LOAD_COUNTS
		    ? MMV_SEM_COUNTER
		    : MMV_SEM_INSTANT;
	}
	map = mmv_stats_init("bench", 1, 0, metrics, (int)count, NULL, 0);
	if (map == NULL)
		err(1, "mmv_stats_init");
	for (size_t i = 0; i < count; i++)
		values[i] = mmv_lookup_value_desc(map, metrics[i].name, "");
	printf("ready\n");
	(void)fflush(stdout);
	for (; ticks > 0; ticks--) {
		for (size_t i = 0; i < count; i++)
			values[i]->ull = load.values[i];
		load_step(&load);
		(void)clock_nanosleep(CLOCK_MONOTONIC, 0,
		    &(struct timespec){ .tv_nsec = 100000000 }, NULL);
	}
	return (0);
}
