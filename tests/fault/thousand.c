/*
 * thousand.c - many metrics, tick after tick, and a log of what they were.
 *
 *	thousand METRICS TICKS MILLISECONDS
 *
 * Each tick is a second for the region and so many milliseconds for us.  A line of
 * standard output for each: its time, then the values.  It waits for a byte of
 * standard input before it begins, and when it is done it says "end" and waits to
 * be killed.
 */
#include "tests/bench/loads.h"

#include <dbgshm/writer.h>

#define SECOND UINT64_C(1000000000)

union handle {
	struct dbgshm_counter counter;
	struct dbgshm_gauge gauge;
};

static long
number(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end != '\0' || value < 1)
		errx(2, "usage: thousand METRICS TICKS MILLISECONDS");
	return (value);
}

static uint64_t
mono_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec);
}

static void
sleep_until(uint64_t ns)
{
	struct timespec when = { .tv_sec = (time_t)(ns / SECOND),
		.tv_nsec = (long)(ns % SECOND) };

	while (
	    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) != 0)
		continue;
}

static void
create(union handle *handles, const struct load *load)
{
	struct dbgshm_profile *profile =
	    dbgshm_profile_add("load", "a thousand of them", NULL);
	struct dbgshm_metric metric = { .unit = DBGSHM_UNIT_BYTES };
	char name[32];
	size_t i;
	int result;

	metric.name = name;
	for (i = 0; i < load->count; i++) {
		snprintf(name, sizeof(name), "m%04zu", i);
		if (load->kinds[i] == LOAD_NOISE)
			result = dbgshm_float_create(
			    profile, &metric, &handles[i].gauge);
		else if (load->kinds[i] == LOAD_WANDERS)
			result = dbgshm_gauge_create(
			    profile, &metric, &handles[i].gauge);
		else
			result = dbgshm_counter_create(
			    profile, &metric, &handles[i].counter);
		if (result != 0)
			errx(1, "no room for metric %zu", i);
	}
}

/* Publishes the values, and logs them. */
static void
record(union handle *handles, const struct load *load, uint64_t *counted)
{
	double real;
	size_t i;

	for (i = 0; i < load->count; i++)
		switch (load->kinds[i]) {
		case LOAD_NOISE:
			memcpy(&real, &load->values[i], sizeof(real));
			dbgshm_float_set(handles[i].gauge, real);
			printf(" %.17g", real);
			break;
		case LOAD_WANDERS:
			dbgshm_gauge_set(
			    handles[i].gauge, (int64_t)load->values[i]);
			printf(" %lld", (long long)load->values[i]);
			break;
		default:
			dbgshm_counter_add(
			    handles[i].counter, load->values[i] - counted[i]);
			counted[i] = load->values[i];
			printf(" %llu", (unsigned long long)load->values[i]);
			break;
		}
	putchar('\n');
}

int
main(int argc, char *argv[])
{
	size_t count = (size_t)number(argc > 1 ? argv[1] : "");
	long ticks = number(argc > 2 ? argv[2] : "");
	uint64_t step_ns = (uint64_t)number(argc > 3 ? argv[3] : "") * 1000000;
	union handle *handles = load_memory(count, sizeof(*handles));
	uint64_t *counted = load_memory(count, 8), next_ns, time_ns;
	struct load load;
	char byte;
	long i;

	if (dbgshm_init(&(struct dbgshm_options){
		.sampling = DBGSHM_SAMPLER_TICK,
		.state = DBGSHM_PUBLISHED,
	    }) != 0)
		errx(1, "no region");
	load_start(&load, LOAD_MIXED, count, NULL);
	create(handles, &load);
	if (read(STDIN_FILENO, &byte, 1) == -1)
		err(1, "standard input");
	next_ns = mono_ns();
	/* Ahead: a region that somebody has looked at ticks no earlier than that. */
	time_ns = next_ns + SECOND;
	for (i = 0; i < ticks; i++, next_ns += step_ns, time_ns += SECOND) {
		sleep_until(next_ns);
		if (i > 0)
			load_step(&load);
		printf("%llu", (unsigned long long)time_ns);
		record(handles, &load, counted);
		if (fflush(stdout) != 0)
			err(1, "log");
		if (dbgshm_tick(time_ns) != 0)
			errx(1, "tick");
	}
	puts("end");
	(void)fflush(stdout);
	for (;;)
		pause();
}
