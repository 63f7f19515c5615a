/*
 * loop.h - waiting for descriptors and for one timer, in one thread.
 */
#ifndef LOOP_H
#define LOOP_H

#include <stdint.h>

struct loop;
struct loop_source; /* one descriptor that is waited for */

struct loop *loop_create(void);	  /* NULL and errno */
void loop_destroy(struct loop *); /* NULL is fine; sources are freed, their
				     descriptors stay open */

struct loop_source *loop_add(
    struct loop *, int descriptor, void (*ready)(void *context), void *context);
	/* Calls ready when there is something to read or the other end is
	 * gone.  The descriptor stays the caller's.  NULL and errno. */

void loop_remove(struct loop *, struct loop_source *);
	/* Before its descriptor is closed.  May be called from any ready();
	 * NULL is fine. */

void loop_timer(struct loop *, uint64_t at_ns);
	/* CLOCK_MONOTONIC; a time that is over fires at once, 0 never. */

int loop_run(struct loop *, void (*timer)(void *context), void *context);
	/* Until loop_stop(); timer is called when the time has come.  0, or -1
	 * and errno when waiting failed. */

void loop_stop(struct loop *);

#endif
