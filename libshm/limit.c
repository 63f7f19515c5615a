/*
 * limit.c - limits: how much is used, how many wait for more, since when.
 *
 * Any number of threads wait at once, so every cell is changed by one atomic
 * word; only the name of the last who came is a row update, which may be lost.
 */
#include "region.h"

#include <dbgshm/shapes.h>

struct dbgshm_table *
dbgshm_limits_create(struct dbgshm_profile *profile, uint32_t capacity)
{
	return (dbgshm__shape_create(profile, DBGSHM_SHAPE_LIMIT, capacity));
}

struct dbgshm_limit
dbgshm_limit_claim(
    struct dbgshm_table *limits, const char *name, uint64_t value)
{
	struct dbgshm_limit limit = { dbgshm_row_claim(limits) };

	dbgshm_row_text(limit.row, DBGSHM_LIMIT_NAME, name);
	dbgshm_row_set(limit.row, DBGSHM_LIMIT_LIMIT, value);
	dbgshm_row_end(limit.row);
	return (limit);
}

void
dbgshm_limit_set(struct dbgshm_limit limit, uint64_t value, uint64_t current)
{
	row_put(limit.row, DBGSHM_LIMIT_LIMIT, value);
	row_put(limit.row, DBGSHM_LIMIT_CURRENT, current);
}

uint64_t
dbgshm_limit_wait(struct dbgshm_limit limit, const char *who)
{
	uint64_t *cells = row_cells(limit.row), now;
	struct dbgshm_row row;

	if (cells == NULL)
		return (0);
	now = dbgshm_now();
	if (dbgshm__fetch_add(cells + DBGSHM_LIMIT_WAITING, 1) == 0)
		dbgshm__store_release(cells + DBGSHM_LIMIT_SINCE, now);
	row = dbgshm_row_begin(limit.row);
	dbgshm_row_text(row, DBGSHM_LIMIT_WHO, who);
	dbgshm_row_end(row);
	return (now);
}

/* One less; false when nobody waited.  *last: it was the only one. */
static bool
leave_queue(uint64_t *waiting, bool *last)
{
	uint64_t seen = dbgshm__load_relaxed(waiting);

	while (seen != 0 && !dbgshm__replace(waiting, seen, seen - 1))
		seen = dbgshm__load_relaxed(waiting);
	*last = seen == 1;
	return (seen != 0);
}

void
dbgshm_limit_waited(struct dbgshm_limit limit, uint64_t since)
{
	uint64_t *cells = row_cells(limit.row), first;
	bool last;

	if (cells == NULL || since == 0)
		return;
	first = dbgshm__load_acquire(cells + DBGSHM_LIMIT_SINCE);
	if (!leave_queue(cells + DBGSHM_LIMIT_WAITING, &last))
		return;
	/* Unless the next one has come in between. */
	if (last)
		(void)dbgshm__replace(cells + DBGSHM_LIMIT_SINCE, first, 0);
	(void)dbgshm__fetch_add(cells + DBGSHM_LIMIT_WAITS, 1);
	(void)dbgshm__fetch_add(cells + DBGSHM_LIMIT_WAITED,
	    dbgshm_elapsed_ns(since, dbgshm_now()));
}

void
dbgshm_limit_release(struct dbgshm_limit limit)
{
	dbgshm_row_finish(limit.row);
}
