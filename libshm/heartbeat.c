/* heartbeat.c - hearts: each beat says until when the next one must come. */
#include "region.h"

#include <dbgshm/shapes.h>

struct dbgshm_table *
dbgshm_heartbeats_create(struct dbgshm_profile *profile, uint32_t capacity)
{
	return (
	    dbgshm__shape_create(profile, DBGSHM_SHAPE_HEARTBEAT, capacity));
}

struct dbgshm_heart
dbgshm_heart_claim(
    struct dbgshm_table *heartbeats, const char *name, uint64_t deadline_ns)
{
	struct dbgshm_heart heart = { dbgshm_row_claim(heartbeats) };

	dbgshm_row_text(heart.row, DBGSHM_HEARTBEAT_NAME, name);
	dbgshm_row_set(heart.row, DBGSHM_HEARTBEAT_BEATS, 1);
	dbgshm_row_set(heart.row, DBGSHM_HEARTBEAT_LAST, dbgshm_now());
	dbgshm_row_set(heart.row, DBGSHM_HEARTBEAT_DEADLINE, deadline_ns);
	dbgshm_row_set(heart.row, DBGSHM_HEARTBEAT_THREAD, dbgshm__thread.tid);
	dbgshm_row_end(heart.row);
	return (heart);
}

void
dbgshm_heart_beat(struct dbgshm_heart heart, uint64_t deadline_ns)
{
	uint64_t *cells = row_cells(heart.row);

	if (cells == NULL)
		return;
	(void)dbgshm__fetch_add(cells + DBGSHM_HEARTBEAT_BEATS, 1);
	/* In this order nobody sees a beat that is late already. */
	dbgshm__store_release(cells + DBGSHM_HEARTBEAT_LAST, dbgshm_now());
	dbgshm__store_release(cells + DBGSHM_HEARTBEAT_DEADLINE, deadline_ns);
}

void
dbgshm_heart_release(struct dbgshm_heart heart)
{
	uint64_t *cells = row_cells(heart.row);

	if (cells == NULL)
		return;
	/* No beat is expected of it any more: it shall not look late. */
	dbgshm__store_release(cells + DBGSHM_HEARTBEAT_DEADLINE, 0);
	dbgshm_row_finish(heart.row);
}
