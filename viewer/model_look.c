/*
 * model_look.c - what has become of the target, as often as it has to be asked.
 *
 * A region's lock says whether its writer lives, and costs little.  Whether it is
 * stopped stands in /proc, which costs as much as reading the values.
 */
#include "model_private.h"

#include <time.h>

#define NS UINT64_C(1000000000)
#define STOP_NS (2 * NS) /* so late a stop may be noticed by the full screen */

enum dbgshm_life
model_look(struct model_private *p, size_t part, struct dbgshm_reader *reader)
{
	struct model_looked *looked = &p->looked[part];
	struct timespec now;
	uint64_t now_ns;

	clock_gettime(CLOCK_MONOTONIC, &now);
	now_ns = (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
	if ((p->flags & MODEL_LAZY) != 0 && looked->reader == reader &&
	    looked->life == DBGSHM_LIFE_LIVE &&
	    now_ns - looked->when_ns < STOP_NS &&
	    dbgshm_reader_info(reader)->kind != DBGSHM_KIND_WATCHED &&
	    dbgshm_reader_locked(reader))
		return (DBGSHM_LIFE_LIVE);
	looked->reader = reader;
	looked->life = dbgshm_reader_life(reader);
	looked->when_ns = now_ns;
	return (looked->life);
}
