/*
 * clocks.c - a program whose clocks do what clocks do: the machine sleeps, the wall
 * clock is set back and forward, nobody ticks for a while.
 *
 *	clocks
 *
 * It has clocks of its own, this very function for the library too, that a tick
 * moves on by a second.  For each it writes a line: the three clocks, how much of
 * them was missing before, of that asleep, and the value of a counter and a gauge.
 * The last second is now, by the real clocks; then it waits to be killed.
 */
#include <dbgshm/writer.h>

#include <sys/syscall.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)
#define PART 40 /* seconds between two things that happen */

static const struct part {
	int64_t mono_s, boot_s, real_s; /* by which the clocks jump before it */
} parts[] = {
	{ 0, 0, 0 }, { 0, 600, 600 }, /* the machine slept */
	{ 0, 0, -3600 },	      /* the wall clock is set back */
	{ 0, 0, 7200 },		      /* and forward */
	{ 40, 40, 40 },		      /* nobody ticked */
	{ 90, 690, 697 },	      /* all of it at once */
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

enum { MONO, BOOT, REAL, CLOCKS };

static const clockid_t ids[CLOCKS] = { CLOCK_MONOTONIC, CLOCK_BOOTTIME,
	CLOCK_REALTIME };
static int64_t simulated[CLOCKS]; /* 0: the real one */

static int64_t
real_clock(clockid_t id)
{
	struct timespec now;

	(void)syscall(SYS_clock_gettime, id, &now);
	return (now.tv_sec * SECOND + now.tv_nsec);
}

/* In place of that of the C library. */
int
clock_gettime(clockid_t id, struct timespec *now)
{
	int64_t ns = real_clock(id);
	size_t i, clock;

	for (clock = 0; clock < CLOCKS; clock++)
		if (ids[clock] == id && simulated[clock] != 0) {
			ns = simulated[clock];
			for (i = 0; i < CLOCKS; i++)
				simulated[i] += 100;
		}
	now->tv_sec = ns / SECOND;
	now->tv_nsec = ns % SECOND;
	return (0);
}

static void
jump(int64_t mono_s, int64_t boot_s, int64_t real_s)
{
	simulated[MONO] += mono_s * SECOND;
	simulated[BOOT] += boot_s * SECOND;
	simulated[REAL] += real_s * SECOND;
}

/* So that the last second will be now. */
static void
begin(void)
{
	size_t i;

	for (i = 0; i < CLOCKS; i++)
		simulated[i] = real_clock(ids[i]);
	for (i = 0; i < PARTS; i++)
		jump(-parts[i].mono_s - PART, -parts[i].boot_s - PART,
		    -parts[i].real_s - PART);
}

int
main(void)
{
	struct dbgshm_profile *profile;
	struct dbgshm_counter sent;
	struct dbgshm_gauge level;
	size_t part, i, value = 0;

	begin();
	if (dbgshm_init(&(struct dbgshm_options){
		.sampling = DBGSHM_SAMPLER_TICK, .state = DBGSHM_DARK }) != 0)
		return (1);
	profile = dbgshm_profile_add("work", "what is done", NULL);
	if (dbgshm_counter_create(profile,
		&(struct dbgshm_metric){ .name = "sent" }, &sent) != 0 ||
	    dbgshm_gauge_create(profile,
		&(struct dbgshm_metric){ .name = "level" }, &level) != 0)
		return (1);
	for (part = 0; part < PARTS; part++) {
		jump(
		    parts[part].mono_s, parts[part].boot_s, parts[part].real_s);
		for (i = 0; i < PART; i++) {
			jump(1, 1, 1);
			dbgshm_counter_add(sent, 100);
			dbgshm_gauge_set(level, (int64_t)++value);
			printf("%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
			       " %" PRId64 " %zu %zu\n",
			    simulated[MONO], simulated[BOOT], simulated[REAL],
			    i == 0 ? parts[part].boot_s : 0,
			    i == 0 ? parts[part].boot_s - parts[part].mono_s
				   : 0,
			    100 * value, value);
			(void)dbgshm_tick(0);
		}
	}
	simulated[MONO] = simulated[BOOT] = simulated[REAL] = 0;
	puts("end");
	(void)fflush(stdout);
	(void)dbgshm_publish();
	for (;;)
		pause();
}
