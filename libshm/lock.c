/*
 * lock.c - the one lock of the writer's side.
 *
 * It guards registration, growth, ticks and the list of regions.  A handler may
 * have interrupted a thread in there, and call exit() or fork() all the same:
 * these ask first.  A thread that is cancelled ends when it has left.
 */
#include "region.h"

#include <signal.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* From before this thread has the lock until after. */
static __thread volatile sig_atomic_t inside DBGSHM__TLS;
static int cancelling; /* what was told of who has it, before */

void
dbgshm__enter(void)
{
	int before;

	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
	inside = 1;
	(void)pthread_mutex_lock(&lock);
	cancelling = before;
}

void
dbgshm__leave(void)
{
	int before = cancelling;

	(void)pthread_mutex_unlock(&lock);
	inside = 0;
	(void)pthread_setcancelstate(before, NULL);
}

bool
dbgshm__inside(void)
{
	return (inside != 0);
}
