/* worker.c - workers of a pool: busy or idle, since when, with what. */
#include "region.h"

#include <dbgshm/shapes.h>

struct dbgshm_table *
dbgshm_workers_create(struct dbgshm_profile *profile, uint32_t capacity)
{
	return (dbgshm__shape_create(profile, DBGSHM_SHAPE_WORKER, capacity));
}

struct dbgshm_worker
dbgshm_worker_claim(struct dbgshm_table *workers, const char *name)
{
	struct dbgshm_worker worker = { dbgshm_row_claim(workers) };

	dbgshm_row_text(worker.row, DBGSHM_WORKER_NAME, name);
	dbgshm_row_set(worker.row, DBGSHM_WORKER_SINCE, dbgshm_now());
	dbgshm_row_set(worker.row, DBGSHM_WORKER_THREAD, dbgshm__thread.tid);
	dbgshm_row_end(worker.row);
	return (worker);
}

/* From now on busy or idle; what it was busy with until now is finished. */
static void
turn(struct dbgshm_row row, bool busy)
{
	uint64_t now = dbgshm_now();
	uint64_t *cells;

	if (row.words == NULL)
		return;
	cells = row.words + DBGSHM_ROW_WORDS;
	if (dbgshm__load_relaxed(cells + DBGSHM_WORKER_BUSY) != 0) {
		dbgshm_row_add(row, DBGSHM_WORKER_JOBS, 1);
		dbgshm_row_add(row, DBGSHM_WORKER_BUSY_TIME,
		    dbgshm_elapsed_ns(
			dbgshm__load_relaxed(cells + DBGSHM_WORKER_SINCE),
			now));
	}
	dbgshm_row_set(row, DBGSHM_WORKER_BUSY, busy);
	dbgshm_row_set(row, DBGSHM_WORKER_SINCE, now);
}

void
dbgshm_worker_busy(struct dbgshm_worker worker, const char *work)
{
	struct dbgshm_row row = dbgshm_row_begin(worker.row);

	turn(row, true);
	dbgshm_row_text(row, DBGSHM_WORKER_WORK, work == NULL ? "" : work);
	dbgshm_row_end(row);
}

void
dbgshm_worker_idle(struct dbgshm_worker worker)
{
	struct dbgshm_row row = dbgshm_row_begin(worker.row);

	turn(row, false);
	dbgshm_row_end(row);
}

void
dbgshm_worker_release(struct dbgshm_worker worker)
{
	dbgshm_worker_idle(worker);
	dbgshm_row_finish(worker.row);
}
