/* schedule.c - jobs that come again: last, next, cost and result. */
#include "region.h"

#include <dbgshm/shapes.h>

struct dbgshm_table *
dbgshm_schedules_create(struct dbgshm_profile *profile, uint32_t capacity)
{
	return (dbgshm__shape_create(profile, DBGSHM_SHAPE_SCHEDULE, capacity));
}

struct dbgshm_schedule
dbgshm_schedule_claim(
    struct dbgshm_table *schedules, const char *name, uint64_t period_ns)
{
	struct dbgshm_schedule schedule = { dbgshm_row_claim(schedules) };

	dbgshm_row_text(schedule.row, DBGSHM_SCHEDULE_NAME, name);
	dbgshm_row_set(schedule.row, DBGSHM_SCHEDULE_PERIOD, period_ns);
	dbgshm_row_end(schedule.row);
	return (schedule);
}

void
dbgshm_schedule_begin(struct dbgshm_schedule schedule)
{
	struct dbgshm_row row = dbgshm_row_begin(schedule.row);

	dbgshm_row_set(row, DBGSHM_SCHEDULE_RUNNING, 1);
	dbgshm_row_set(row, DBGSHM_SCHEDULE_LAST, dbgshm_now());
	dbgshm_row_end(row);
}

void
dbgshm_schedule_end(struct dbgshm_schedule schedule, uint64_t items,
    uint32_t outcome, uint64_t period_ns)
{
	struct dbgshm_row row = dbgshm_row_begin(schedule.row);
	uint64_t *cells, cost = 0;

	if (row.words == NULL)
		return;
	cells = row.words + DBGSHM_ROW_WORDS;
	/* An end without a begin has no cost. */
	if (dbgshm__load_relaxed(cells + DBGSHM_SCHEDULE_RUNNING) != 0)
		cost = dbgshm_elapsed_ns(
		    dbgshm__load_relaxed(cells + DBGSHM_SCHEDULE_LAST),
		    dbgshm_now());
	dbgshm_row_set(row, DBGSHM_SCHEDULE_RUNNING, 0);
	dbgshm_row_set(row, DBGSHM_SCHEDULE_PERIOD, period_ns);
	dbgshm_row_set(row, DBGSHM_SCHEDULE_COST, cost);
	dbgshm_row_add(row, DBGSHM_SCHEDULE_COSTS, cost);
	dbgshm_row_add(row, DBGSHM_SCHEDULE_RUNS, 1);
	dbgshm_row_set(row, DBGSHM_SCHEDULE_ITEMS, items);
	dbgshm_row_set(row, DBGSHM_SCHEDULE_RESULT,
	    outcome < DBGSHM_OUTCOME_COUNT ? outcome : DBGSHM_OUTCOME_NONE);
	dbgshm_row_end(row);
}

void
dbgshm_schedule_release(struct dbgshm_schedule schedule)
{
	dbgshm_row_finish(schedule.row);
}
