/*
 * sampler.c - what happens once a period: clocks, room for new threads, costs, the
 * past.  By a thread of the library or from the program's own loop.
 */
#include "history.h"

#include <sys/prctl.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

#define SAMPLER_STACK (64u << 10)
#define NAME_CHECK_TICKS 16
#define CALIBRATION_NS 200000
#define CALIBRATION_TRIES 3
#define SUSPEND_NS 1000000

uint64_t dbgshm__stamp_mult;

__extension__ typedef unsigned __int128 wide;

/* ---- clocks ---------------------------------------------------------------- */

uint64_t
dbgshm__clock_now(void)
{
	if (!dbgshm__is_on())
		return (0);
	return (dbgshm__host_clock_ns(CLOCK_MONOTONIC));
}

/* Only where the kernel itself keeps time by it. */
bool
dbgshm__sampler_trusts_tsc(void)
{
#if defined(__x86_64__)
	char text[8] = "";
	unsigned a, b, c, d;
	ssize_t n = 0;
	int descriptor;

	if (__get_cpuid(0x80000007u, &a, &b, &c, &d) == 0 ||
	    (d & (1u << 8)) == 0)
		return (false);
	descriptor = open("/sys/devices/system/clocksource/clocksource0/"
			  "current_clocksource",
	    O_RDONLY | O_CLOEXEC);
	if (descriptor == -1)
		return (false);
	n = read(descriptor, text, sizeof(text) - 1);
	(void)close(descriptor);
	return (n >= 3 && strncmp(text, "tsc", 3) == 0);
#else
	return (false);
#endif
}

/* Both clocks at one moment: the tightest of a few tries. */
struct clock_pair
dbgshm__sampler_clock_pair(bool tsc)
{
	struct clock_pair pair = { 0, 0 };
#if defined(__x86_64__)
	uint64_t before, after, ns, best = UINT64_MAX;
	int i;

	for (i = 0; tsc && i < CALIBRATION_TRIES; i++) {
		before = __rdtsc();
		ns = dbgshm__host_clock_ns(CLOCK_MONOTONIC);
		after = __rdtsc();
		if (after - before < best) {
			best = after - before;
			pair.stamp = before + (after - before) / 2;
			pair.mono_ns = ns;
		}
	}
#endif
	if (!tsc)
		pair.stamp = pair.mono_ns =
		    dbgshm__host_clock_ns(CLOCK_MONOTONIC);
	return (pair);
}

/* ns = mono + (stamp - clock_stamp) * mult / 2^32, ever better with time. */
static void
calibrate(struct dbgshm_region *region, bool tsc, struct clock_pair *now)
{
	*now = dbgshm__sampler_clock_pair(tsc);
	if (!tsc) {
		region->clock_mult = UINT64_C(1) << 32;
		return;
	}
	if (region->first_clock.stamp == 0) {
		region->first_clock = *now;
		while (
		    now->mono_ns - region->first_clock.mono_ns < CALIBRATION_NS)
			*now = dbgshm__sampler_clock_pair(true);
	}
	if (now->stamp > region->first_clock.stamp)
		region->clock_mult =
		    (uint64_t)(((wide)(now->mono_ns -
				    region->first_clock.mono_ns)
				   << 32) /
			(now->stamp - region->first_clock.stamp));
}

void
dbgshm__sampler_clocks(struct dbgshm_region *region, uint64_t now_ns)
{
	struct dbgshm_header *header = region->header;
	struct clock_pair now;
	uint64_t sequence = header->clock_sequence & ~UINT64_C(1);
	uint64_t boot, slept;

	calibrate(region, header->clock_kind == DBGSHM_CLOCK_TSC, &now);
	/* The TSC may run on in a suspended machine, the clock does not: the
	 * baseline of the multiplier starts anew, the multiplier stays. */
	boot = dbgshm__host_clock_ns(CLOCK_BOOTTIME);
	slept = boot - now.mono_ns;
	if (region->slept_ns != 0 && slept > region->slept_ns + SUSPEND_NS)
		region->first_clock = now;
	region->slept_ns = slept;
	region->read_ns = now.mono_ns;
	if (now_ns != 0 && header->clock_kind == DBGSHM_CLOCK_MONOTONIC)
		now.stamp = now.mono_ns = now_ns;
	dbgshm__store_release(&header->clock_sequence, sequence + 1);
	dbgshm__store_release(&header->clock_stamp, now.stamp);
	dbgshm__store_release(&header->clock_mono_ns, now.mono_ns);
	dbgshm__store_release(&header->clock_boot_ns, boot);
	dbgshm__store_release(
	    &header->clock_real_ns, dbgshm__host_clock_ns(CLOCK_REALTIME));
	dbgshm__store_release(&header->clock_mult, region->clock_mult);
	dbgshm__store_release(&header->clock_sequence, sequence + 2);
	region->last_tick_ns = now.mono_ns;
	region->last_tick_stamp = now.stamp;
	if (region == dbgshm__self && header->clock_kind == DBGSHM_CLOCK_TSC)
		dbgshm__store_relaxed(&dbgshm__stamp_mult, region->clock_mult);
}

/* ---- the tick --------------------------------------------------------------- */

/* Logout and cleaners remove live files; say so. */
static void
check_name(struct dbgshm_region *region)
{
	char path[192];
	struct stat st;

	if (region->sealed || region->directory[0] == '\0' ||
	    region->ticks % NAME_CHECK_TICKS != 0)
		return;
	(void)snprintf(path, sizeof(path), "%s/%s%s", region->directory,
	    region->state == DBGSHM_DARK ? DBGSHM_DARK_DIRECTORY "/" : "",
	    region->file);
	if (lstat(path, &st) == -1 && errno == ENOENT)
		dbgshm__region_reason(region, DBGSHM_REASON_NAME_GONE);
}

/* A program that drives the ticks says which time it is. */
static void
tick_history(struct dbgshm_region *region, uint64_t now_ns)
{
	const struct dbgshm_header *header = region->header;
	uint64_t start = dbgshm__host_clock_ns(CLOCK_MONOTONIC),
		 ahead = now_ns == 0 ? 0 : now_ns - region->read_ns;

	if (region->history == NULL)
		return;
	dbgshm__history_tick(region,
	    &(struct frame_clock){ region->read_ns + ahead,
		header->clock_real_ns + ahead, header->clock_boot_ns + ahead });
	region->history->cost_ns +=
	    dbgshm__host_clock_ns(CLOCK_MONOTONIC) - start;
}

/* The caller has entered. */
void
dbgshm__sampler_tick(struct dbgshm_region *region, uint64_t now_ns)
{
	struct dbgshm_header *header = region->header;
	uint64_t start = dbgshm__host_clock_ns(CLOCK_MONOTONIC),
		 last = region->last_tick_ns;

	dbgshm__sampler_clocks(region, now_ns);
	if (region->ticks != 0 &&
	    region->last_tick_ns > last + region->period_ns * 3 / 2)
		dbgshm__store_relaxed(
		    &header->tick_late, header->tick_late + 1);
	region->ticks++;
	if (region->self && dbgshm__shard_wanted())
		(void)dbgshm__region_ready_shards(
		    region, region->shards_ready + region->shards_ready);
	check_name(region);
	dbgshm__cost_tick(region);
	dbgshm__peaks_tick(region);
	tick_history(region, now_ns);
	dbgshm__store_relaxed(&header->tick_cost_ns,
	    header->tick_cost_ns + dbgshm__host_clock_ns(CLOCK_MONOTONIC) -
		start);
	dbgshm__store_release(&header->tick_count, region->ticks);
}

/* ---- the thread --------------------------------------------------------------- */

static struct {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	uint64_t period_ns;
	bool running, stop;
} sampler = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void *
sampler_main(void *argument)
{
	struct timespec until;
	uint64_t next = dbgshm__host_clock_ns(CLOCK_MONOTONIC), now;

	(void)argument;
	(void)prctl(PR_SET_NAME, "dbgshm");
	(void)pthread_mutex_lock(&sampler.lock);
	while (!sampler.stop) {
		(void)pthread_mutex_unlock(&sampler.lock);
		dbgshm__enter();
		if (dbgshm__self != NULL && dbgshm__self->state != DBGSHM_OFF)
			dbgshm__sampler_tick(dbgshm__self, 0);
		dbgshm__leave();
		now = dbgshm__host_clock_ns(CLOCK_MONOTONIC);
		next += sampler.period_ns;
		if (next <= now) /* suspended or starved: do not catch up */
			next = now + sampler.period_ns;
		until.tv_sec = (time_t)(next / 1000000000u);
		until.tv_nsec = (long)(next % 1000000000u);
		(void)pthread_mutex_lock(&sampler.lock);
		while (!sampler.stop &&
		    pthread_cond_clockwait(&sampler.wake, &sampler.lock,
			CLOCK_MONOTONIC, &until) == 0)
			continue;
	}
	(void)pthread_mutex_unlock(&sampler.lock);
	return (NULL);
}

int
dbgshm__sampler_start(uint64_t period_ns)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	int error;

	sampler.period_ns = period_ns;
	sampler.stop = false;
	(void)pthread_mutex_init(&sampler.lock, NULL);
	(void)pthread_cond_init(&sampler.wake, NULL);
	if ((error = pthread_attr_init(&attributes)) != 0)
		return (error);
	(void)pthread_attr_setstacksize(&attributes, SAMPLER_STACK);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	error =
	    pthread_create(&sampler.thread, &attributes, sampler_main, NULL);
	if (error == EINVAL) /* large thread-local storage needs more stack */
		error =
		    pthread_create(&sampler.thread, NULL, sampler_main, NULL);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	(void)pthread_attr_destroy(&attributes);
	sampler.running = error == 0;
	return (error);
}

void
dbgshm__sampler_stop(void)
{
	if (!sampler.running)
		return;
	(void)pthread_mutex_lock(&sampler.lock);
	sampler.stop = true;
	(void)pthread_cond_signal(&sampler.wake);
	(void)pthread_mutex_unlock(&sampler.lock);
	/* A tick that runs is waited for, as its lock would be. */
	(void)pthread_join(sampler.thread, NULL);
	sampler.running = false;
}

/* In a forked child: the thread did not come along. */
void
dbgshm__sampler_forked(void)
{
	sampler.running = false;
}
