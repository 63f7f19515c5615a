/*
 * clock.h - the one clock of the agent, in nanoseconds.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

static inline uint64_t
clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return ((uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec);
}

/* What intervals and deadlines are counted in. */
static inline uint64_t
clock_now(void)
{
	return (clock_ns(CLOCK_MONOTONIC));
}

/* The next multiple of the period: what has the same period wakes up once. */
static inline uint64_t
clock_next(uint64_t now_ns, uint64_t period_ns)
{
	return ((now_ns / period_ns + 1) * period_ns);
}

#endif
