/*
 * loop.c - epoll over descriptors and one timerfd; sleeps unless there is work.
 */
#include "loop.h"

#include "clock.h"
#include "files.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#define LOOP_BATCH 32

struct loop_source {
	struct loop_source *next;
	int descriptor;
	bool removed; /* freed when the batch of events is over */
	void (*ready)(void *context);
	void *context;
};

struct loop {
	int epoll, timer;
	bool stopped;
	struct loop_source *sources;
};

struct loop *
loop_create(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct loop *loop;
	int error;

	loop = calloc(1, sizeof(*loop));
	if (loop == NULL)
		return (NULL);
	loop->timer = -1;
	loop->epoll = files_keep(epoll_create1(EPOLL_CLOEXEC), "epoll");
	if (loop->epoll != -1)
		loop->timer = files_keep(
		    timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC),
		    "timer");
	if (loop->timer == -1 ||
	    epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->timer, &event) == -1) {
		error = errno;
		loop_destroy(loop);
		errno = error;
		return (NULL);
	}
	return (loop);
}

void
loop_destroy(struct loop *loop)
{
	struct loop_source *source;

	if (loop == NULL)
		return;
	while ((source = loop->sources) != NULL) {
		loop->sources = source->next;
		free(source);
	}
	if (loop->timer != -1)
		files_close(loop->timer);
	if (loop->epoll != -1)
		files_close(loop->epoll);
	free(loop);
}

struct loop_source *
loop_add(struct loop *loop, int descriptor, void (*ready)(void *context),
    void *context)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct loop_source *source;
	int error;

	source = calloc(1, sizeof(*source));
	if (source == NULL)
		return (NULL);
	source->descriptor = descriptor;
	source->ready = ready;
	source->context = context;
	event.data.ptr = source;
	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, descriptor, &event) == -1) {
		error = errno;
		free(source);
		errno = error;
		return (NULL);
	}
	source->next = loop->sources;
	loop->sources = source;
	return (source);
}

void
loop_remove(struct loop *loop, struct loop_source *source)
{
	if (source == NULL || source->removed)
		return;
	(void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, source->descriptor, NULL);
	source->removed = true;
}

void
loop_timer(struct loop *loop, uint64_t at_ns)
{
	struct itimerspec at = { .it_value = {
				     .tv_sec = (time_t)(at_ns / NS_PER_S),
				     .tv_nsec = (long)(at_ns % NS_PER_S),
				 } };

	(void)timerfd_settime(loop->timer, TFD_TIMER_ABSTIME, &at, NULL);
}

static void
forget_removed(struct loop *loop)
{
	struct loop_source **link = &loop->sources, *source;

	while ((source = *link) != NULL) {
		if (source->removed) {
			*link = source->next;
			free(source);
		} else
			link = &source->next;
	}
}

int
loop_run(struct loop *loop, void (*timer)(void *context), void *context)
{
	struct epoll_event events[LOOP_BATCH];
	struct loop_source *source;
	uint64_t expirations;
	int i, count;

	while (!loop->stopped) {
		count = epoll_wait(loop->epoll, events, LOOP_BATCH, -1);
		if (count == -1 && errno != EINTR)
			return (-1);
		for (i = 0; i < count; i++) {
			source = events[i].data.ptr;
			if (source != NULL) {
				if (!source->removed)
					source->ready(source->context);
			} else if (read(loop->timer, &expirations,
				       sizeof(expirations)) > 0)
				timer(context);
		}
		forget_removed(loop);
	}
	return (0);
}

void
loop_stop(struct loop *loop)
{
	loop->stopped = true;
}
