/*
 * interrupt.h - signals that come again and again, in the middle of anything.
 */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include "child.h"

#include <time.h>

/* Runs the handler in the calling thread, and no other, every so often. */
static inline timer_t
interrupt_me(void (*handler)(int), long every_ns)
{
	struct itimerspec every = { { 0, every_ns }, { 0, every_ns } };
	struct sigevent event = { 0 };
	timer_t timer;

	CHECK(signal(SIGUSR1, handler) != SIG_ERR);
	event.sigev_notify = SIGEV_THREAD_ID;
	event.sigev_signo = SIGUSR1;
	event._sigev_un._tid = gettid();
	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	CHECK(timer_settime(timer, 0, &every, NULL) == 0);
	return (timer);
}

static inline void
interrupt_no_more(timer_t timer)
{
	CHECK(timer_delete(timer) == 0);
	CHECK(signal(SIGUSR1, SIG_IGN) != SIG_ERR);
}

#endif
