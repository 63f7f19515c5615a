/*
 * cost.c - profiles that every region of a program's own has: what the kernel
 * counts for the process, and what the region costs and has dropped.
 */
#include "history.h"

#include <sys/resource.h>

#include <stdlib.h>

enum process_metric {
	CPU_USER,
	CPU_SYSTEM,
	FAULTS_MINOR,
	FAULTS_MAJOR,
	SWITCHES_VOLUNTARY,
	SWITCHES_INVOLUNTARY,
	RSS_PEAK,
	TICKS,
	TICKS_LATE,
	TICK_TIME,
	REGION_BYTES,
	SHARDS,
	HISTORY_BYTES,
	HISTORY_FRAMES,
	HISTORY_LEFT_OUT,
	HISTORY_TIME,
	HISTORY_PERIOD,
	DROPPED_REGISTRATIONS,
	DROPPED_ROWS,
	DROPPED_UPDATES,
	METRIC_COUNT
};

enum { PROFILE_PROCESS, PROFILE_LIBRARY, PROFILE_COUNT };

struct process_cells {
	uint32_t cell[METRIC_COUNT];
};

static const struct {
	const char *path, *description, *help;
} free_profiles[PROFILE_COUNT] = {
	[PROFILE_PROCESS] = { "process",
	    "what the kernel counts for this process",
	    "Taken from one getrusage(2) at each tick." },
	[PROFILE_LIBRARY] = { "dbgshm",
	    "what this region costs and has dropped", NULL },
};

static const struct {
	uint8_t profile, kind;
	struct dbgshm_metric metric;
} free_metrics[METRIC_COUNT] = {
	[CPU_USER] = { PROFILE_PROCESS, DBGSHM_METRIC_COUNTER,
	    { "cpu_user", "CPU time in user mode, all threads", DBGSHM_UNIT_NS,
		0, 0, NULL, 0 } },
	[CPU_SYSTEM] = { PROFILE_PROCESS, DBGSHM_METRIC_COUNTER,
	    { "cpu_system", "CPU time in the kernel, all threads",
		DBGSHM_UNIT_NS, 0, 0, NULL, 0 } },
	[FAULTS_MINOR] = { PROFILE_PROCESS, DBGSHM_METRIC_COUNTER,
	    { "faults_minor", "page faults served from memory",
		DBGSHM_UNIT_NONE, 0, 0, NULL, 0 } },
	[FAULTS_MAJOR] = { PROFILE_PROCESS, DBGSHM_METRIC_COUNTER,
	    { "faults_major", "page faults that waited for a disk",
		DBGSHM_UNIT_NONE, 0, 0, NULL, 0 } },
	[SWITCHES_VOLUNTARY] = { PROFILE_PROCESS, DBGSHM_METRIC_COUNTER,
	    { "switches_voluntary", "times a thread gave up the CPU to wait",
		DBGSHM_UNIT_NONE, 0, 0, NULL, 0 } },
	[SWITCHES_INVOLUNTARY] = { PROFILE_PROCESS, DBGSHM_METRIC_COUNTER,
	    { "switches_involuntary", "times a thread was taken off the CPU",
		DBGSHM_UNIT_NONE, 0, 0, NULL, 0 } },
	[RSS_PEAK] = { PROFILE_PROCESS, DBGSHM_METRIC_GAUGE,
	    { "rss_peak", "largest resident set so far", DBGSHM_UNIT_BYTES, 0,
		0, NULL, 0 } },
	[TICKS] = { PROFILE_LIBRARY, DBGSHM_METRIC_COUNTER,
	    { "ticks", "times the sampler ran", DBGSHM_UNIT_NONE,
		DBGSHM_LEVEL_DETAIL, 0, NULL, 0 } },
	[TICKS_LATE] = { PROFILE_LIBRARY, DBGSHM_METRIC_COUNTER,
	    { "ticks_late", "ticks that came over half a period late",
		DBGSHM_UNIT_NONE, DBGSHM_LEVEL_DETAIL, 0, NULL, 0 } },
	[TICK_TIME] = { PROFILE_LIBRARY, DBGSHM_METRIC_COUNTER,
	    { "tick_time", "time spent in ticks", DBGSHM_UNIT_NS,
		DBGSHM_LEVEL_DETAIL, 0, NULL, 0 } },
	[REGION_BYTES] = { PROFILE_LIBRARY, DBGSHM_METRIC_GAUGE,
	    { "region_bytes", "memory that the region takes", DBGSHM_UNIT_BYTES,
		DBGSHM_LEVEL_DETAIL, 0, NULL, 0 } },
	[SHARDS] = { PROFILE_LIBRARY, DBGSHM_METRIC_GAUGE,
	    { "shards", "threads that can count in cells of their own",
		DBGSHM_UNIT_NONE, DBGSHM_LEVEL_DETAIL, 0, NULL, 0 } },
	[HISTORY_BYTES] = { PROFILE_LIBRARY, DBGSHM_METRIC_GAUGE,
	    { "history_bytes", "memory of the region that holds the past",
		DBGSHM_UNIT_BYTES, DBGSHM_LEVEL_DETAIL, 0, NULL, 0 } },
	[HISTORY_FRAMES] = { PROFILE_LIBRARY, DBGSHM_METRIC_COUNTER,
	    { "history_frames", "frames put into the past, in all tiers",
		DBGSHM_UNIT_NONE, DBGSHM_LEVEL_DETAIL, 0, NULL, 0 } },
	[HISTORY_LEFT_OUT] = { PROFILE_LIBRARY, DBGSHM_METRIC_COUNTER,
	    { "history_left_out", "frames that found no room in the past",
		DBGSHM_UNIT_NONE, DBGSHM_LEVEL_DETAIL, 0, NULL, 0 } },
	[HISTORY_TIME] = { PROFILE_LIBRARY, DBGSHM_METRIC_COUNTER,
	    { "history_time", "time spent on the past, a part of tick_time",
		DBGSHM_UNIT_NS, DBGSHM_LEVEL_DETAIL, 0, NULL, 0 } },
	[HISTORY_PERIOD] = { PROFILE_LIBRARY, DBGSHM_METRIC_GAUGE,
	    { "history_period",
		"time between the finest frames: longer when the region is "
		"huge",
		DBGSHM_UNIT_NS, DBGSHM_LEVEL_DETAIL, 0, NULL, 0 } },
	[DROPPED_REGISTRATIONS] = { PROFILE_LIBRARY, DBGSHM_METRIC_COUNTER,
	    { "dropped_registrations", "registrations refused for lack of room",
		DBGSHM_UNIT_NONE, DBGSHM_LEVEL_DETAIL, 0, NULL, 0 } },
	[DROPPED_ROWS] = { PROFILE_LIBRARY, DBGSHM_METRIC_COUNTER,
	    { "dropped_rows", "rows that found their table full",
		DBGSHM_UNIT_NONE, DBGSHM_LEVEL_DETAIL, 0, NULL, 0 } },
	[DROPPED_UPDATES] = { PROFILE_LIBRARY, DBGSHM_METRIC_COUNTER,
	    { "dropped_updates", "row updates dropped because the row was busy",
		DBGSHM_UNIT_NONE, DBGSHM_LEVEL_DETAIL, 0, NULL, 0 } },
};

/* The cells stay zero, a sink, where the region is too small for them. */
void
dbgshm__cost_create(struct dbgshm_region *region)
{
	struct dbgshm_profile *profiles[PROFILE_COUNT];
	struct dbgshm_counter counter;
	struct dbgshm_gauge gauge;
	size_t i;

	region->cells = calloc(1, sizeof(*region->cells));
	if (region->cells == NULL)
		return;
	for (i = 0; i < PROFILE_COUNT; i++)
		profiles[i] =
		    dbgshm_region_profile_add(region, free_profiles[i].path,
			free_profiles[i].description, free_profiles[i].help);
	for (i = 0; i < METRIC_COUNT; i++) {
		counter.cell = 0;
		gauge.cell = 0;
		if (free_metrics[i].kind == DBGSHM_METRIC_COUNTER)
			(void)dbgshm_counter_create(
			    profiles[free_metrics[i].profile],
			    &free_metrics[i].metric, &counter);
		else
			(void)dbgshm_gauge_create(
			    profiles[free_metrics[i].profile],
			    &free_metrics[i].metric, &gauge);
		region->cells->cell[i] = counter.cell + gauge.cell;
	}
}

static void
store(struct dbgshm_region *region, enum process_metric metric, uint64_t value)
{
	uint32_t cell = region->cells->cell[metric];

	if (cell == 0)
		return;
	if (free_metrics[metric].kind == DBGSHM_METRIC_COUNTER)
		dbgshm_region_counter_set(
		    region, (struct dbgshm_counter){ cell }, value);
	else
		dbgshm_region_gauge_set(
		    region, (struct dbgshm_gauge){ cell, 0 }, (int64_t)value);
}

static uint64_t
timeval_ns(struct timeval time)
{
	return ((uint64_t)time.tv_sec * 1000000000u +
	    (uint64_t)time.tv_usec * 1000u);
}

static void
store_process(struct dbgshm_region *region)
{
	struct rusage usage;

	if (region->sealed || getrusage(RUSAGE_SELF, &usage) == -1)
		return;
	store(region, CPU_USER, timeval_ns(usage.ru_utime));
	store(region, CPU_SYSTEM, timeval_ns(usage.ru_stime));
	store(region, FAULTS_MINOR, (uint64_t)usage.ru_minflt);
	store(region, FAULTS_MAJOR, (uint64_t)usage.ru_majflt);
	store(region, SWITCHES_VOLUNTARY, (uint64_t)usage.ru_nvcsw);
	store(region, SWITCHES_INVOLUNTARY, (uint64_t)usage.ru_nivcsw);
	store(region, RSS_PEAK, (uint64_t)usage.ru_maxrss * 1024);
}

/* The caller has entered. */
static struct dbgshm_cost
cost_of(const struct dbgshm_region *region)
{
	const struct history *history = region->history;
	struct dbgshm_cost cost = { .region_bytes = region->filled_bytes };

	if (history == NULL)
		return (cost);
	cost.history_bytes = (uint64_t)history->pool.count * DBGSHM_SLOT_SIZE;
	cost.history_ns = history->cost_ns;
	cost.history_period_ns =
	    history->tiers[DBGSHM_RING_METRICS][0].chain.period_ns;
	cost.history_left_out = history->left_out;
	return (cost);
}

void
dbgshm_region_cost(struct dbgshm_region *region, struct dbgshm_cost *cost)
{
	*cost = (struct dbgshm_cost){ 0 };
	if (region == NULL)
		return;
	dbgshm__enter();
	*cost = cost_of(region);
	dbgshm__leave();
}

static void
store_history(struct dbgshm_region *region)
{
	struct dbgshm_cost cost = cost_of(region);

	if (region->history == NULL)
		return;
	store(region, HISTORY_BYTES, cost.history_bytes);
	store(region, HISTORY_FRAMES, region->history->frames);
	store(region, HISTORY_LEFT_OUT, cost.history_left_out);
	store(region, HISTORY_TIME, cost.history_ns);
	store(region, HISTORY_PERIOD, cost.history_period_ns);
}

static void
store_library(struct dbgshm_region *region)
{
	const struct dbgshm_header *header = region->header;

	store(region, TICKS, header->tick_count);
	store(region, TICKS_LATE, header->tick_late);
	store(region, TICK_TIME, header->tick_cost_ns);
	store(region, REGION_BYTES, region->filled_bytes);
	store(region, SHARDS, region->shards_ready - 1);
	store(region, DROPPED_REGISTRATIONS,
	    dbgshm__load_relaxed(&header->drop_registrations));
	store(region, DROPPED_ROWS, dbgshm__load_relaxed(&header->drop_rows));
	store(
	    region, DROPPED_UPDATES, dbgshm__load_relaxed(&header->drop_busy));
}

void
dbgshm__cost_tick(struct dbgshm_region *region)
{
	if (region->cells == NULL)
		return;
	store_process(region);
	store_library(region);
	store_history(region);
}
