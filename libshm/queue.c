/* queue.c - queues: what came in, went out and was finished. */
#include "region.h"

#include <dbgshm/shapes.h>

struct dbgshm_table *
dbgshm_queues_create(struct dbgshm_profile *profile, uint32_t capacity)
{
	return (dbgshm__shape_create(profile, DBGSHM_SHAPE_QUEUE, capacity));
}

struct dbgshm_queue
dbgshm_queue_claim(
    struct dbgshm_table *queues, const char *name, uint64_t capacity)
{
	struct dbgshm_queue queue = { dbgshm_row_claim(queues) };

	dbgshm_row_text(queue.row, DBGSHM_QUEUE_NAME, name);
	dbgshm_row_set(queue.row, DBGSHM_QUEUE_CAPACITY, capacity);
	dbgshm_row_end(queue.row);
	return (queue);
}

void
dbgshm_queue_put(struct dbgshm_queue queue, uint64_t n)
{
	row_count(queue.row, DBGSHM_QUEUE_PUT, n);
}

void
dbgshm_queue_take(struct dbgshm_queue queue, uint64_t n)
{
	row_count(queue.row, DBGSHM_QUEUE_TAKEN, n);
}

void
dbgshm_queue_done(struct dbgshm_queue queue, uint64_t n)
{
	row_count(queue.row, DBGSHM_QUEUE_DONE, n);
}

void
dbgshm_queue_refuse(struct dbgshm_queue queue, uint64_t n)
{
	row_count(queue.row, DBGSHM_QUEUE_REFUSED, n);
}

void
dbgshm_queue_oldest(struct dbgshm_queue queue, uint64_t stamp)
{
	row_put(queue.row, DBGSHM_QUEUE_OLDEST, stamp);
}

void
dbgshm_queue_release(struct dbgshm_queue queue)
{
	dbgshm_row_finish(queue.row);
}
