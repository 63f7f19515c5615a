/*
 * shape.c - the tables with columns at fixed places: which columns they have,
 * and how they are made.
 *
 * A list lives once: format.h gives the places, this table the rest.
 */
#include "region.h"

#include <dbgshm/shapes.h>

#include <errno.h>
#include <stdlib.h>

#define NAME 32
#define PLACE 48
#define STEP 64
#define LONG 96
#define ERROR_DETAIL 128

#define COLUMN(word, kind, of, text)                                           \
	.name = (word), .type = DBGSHM_TYPE_##kind, .unit = DBGSHM_UNIT_##of,  \
	.help = (text)
#define COUNTER(word, text)                                                    \
	{                                                                      \
		COLUMN(word, COUNTER, NONE, text)                              \
	}
#define GAUGE(word, text)                                                      \
	{                                                                      \
		COLUMN(word, GAUGE, NONE, text)                                \
	}
#define SIGNED(word, text)                                                     \
	{                                                                      \
		COLUMN(word, SIGNED, NONE, text)                               \
	}
#define TIME(word, text)                                                       \
	{                                                                      \
		COLUMN(word, TIME, NS, text)                                   \
	}
#define DURATION(word, text)                                                   \
	{                                                                      \
		COLUMN(word, DURATION, NS, text)                               \
	}
#define BOOL(word, text)                                                       \
	{                                                                      \
		COLUMN(word, BOOL, NONE, text)                                 \
	}
#define REFERENCE(word, text)                                                  \
	{                                                                      \
		COLUMN(word, REFERENCE, NONE, text)                            \
	}
#define ENUM(word, list, text)                                                 \
	{                                                                      \
		COLUMN(word, ENUM, NONE, text), .names = (list)                \
	}
#define TEXT(word, bytes, text)                                                \
	{                                                                      \
		COLUMN(word, TEXT, NONE, text), .width = (bytes)               \
	}
#define KEY(word, bytes, text)                                                 \
	{                                                                      \
		COLUMN(word, TEXT, NONE, text), .width = (bytes),              \
						.flags = DBGSHM_COLUMN_KEY     \
	}

static const char *const no_names[] = { NULL };
static const char *const outcome_names[] = {
	[DBGSHM_OUTCOME_NONE] = "none",
	[DBGSHM_OUTCOME_OK] = "ok",
	[DBGSHM_OUTCOME_FAILED] = "failed",
	[DBGSHM_OUTCOME_CANCELLED] = "cancelled",
	[DBGSHM_OUTCOME_TIMEOUT] = "timeout",
	[DBGSHM_OUTCOME_COUNT] = NULL,
};

#define THREAD GAUGE("thread", "its thread's number; 0 unknown")

/* clang-format off: one column a line */
static const struct dbgshm_column operation_columns[] = {
	[DBGSHM_OPERATION_KIND] = ENUM("kind", no_names, "what it does"),
	[DBGSHM_OPERATION_DETAIL] = KEY("detail", LONG, "on what"),
	[DBGSHM_OPERATION_PHASE] = TEXT("phase", NAME, "which part of it"),
	[DBGSHM_OPERATION_DONE] = GAUGE("done", "how much of the total"),
	[DBGSHM_OPERATION_TOTAL] = GAUGE("total", "0: nobody knows"),
	[DBGSHM_OPERATION_PROGRESSED] = TIME("progressed", "last progress"),
	[DBGSHM_OPERATION_OUTCOME] =
	    ENUM("outcome", outcome_names, "how it ended"),
	[DBGSHM_OPERATION_PARENT] =
	    REFERENCE("parent", "the operation that it is a part of"),
	[DBGSHM_OPERATION_THREAD] = THREAD,
};
static const struct dbgshm_column step_columns[] = {
	[DBGSHM_STEP_TRAIL] = KEY("trail", NAME, "whose steps"),
	[DBGSHM_STEP_NUMBER] = COUNTER("number", "of the step in its trail"),
	[DBGSHM_STEP_STEP] = TEXT("step", STEP, "what comes next"),
	[DBGSHM_STEP_DETAIL] = TEXT("detail", LONG, "on what"),
	[DBGSHM_STEP_OPERATION] =
	    REFERENCE("operation", "what it was a step of"),
	[DBGSHM_STEP_THREAD] = THREAD,
};
static const struct dbgshm_column heartbeat_columns[] = {
	[DBGSHM_HEARTBEAT_NAME] = KEY("name", NAME, "whose heart"),
	[DBGSHM_HEARTBEAT_BEATS] = COUNTER("beats", "since it was claimed"),
	[DBGSHM_HEARTBEAT_LAST] = TIME("last", "when the last one was"),
	[DBGSHM_HEARTBEAT_DEADLINE] =
	    DURATION("deadline", "until the next; 0 rests"),
	[DBGSHM_HEARTBEAT_THREAD] = THREAD,
};
static const struct dbgshm_column queue_columns[] = {
	[DBGSHM_QUEUE_NAME] = KEY("name", NAME, "which queue"),
	[DBGSHM_QUEUE_PUT] = COUNTER("put", "items that came in"),
	[DBGSHM_QUEUE_TAKEN] = COUNTER("taken", "items that went out"),
	[DBGSHM_QUEUE_DONE] = COUNTER("done", "taken items that are finished"),
	[DBGSHM_QUEUE_REFUSED] = COUNTER("refused", "items without room"),
	[DBGSHM_QUEUE_CAPACITY] = GAUGE("capacity", "items; 0 no limit"),
	[DBGSHM_QUEUE_OLDEST] =
	    TIME("oldest", "when the item at the head was put"),
};
static const struct dbgshm_column cache_columns[] = {
	[DBGSHM_CACHE_NAME] = KEY("name", NAME, "which cache"),
	[DBGSHM_CACHE_SIZE] = GAUGE("size", "entries"),
	[DBGSHM_CACHE_CAPACITY] = GAUGE("capacity", "entries; 0 no limit"),
	[DBGSHM_CACHE_HITS] = COUNTER("hits", "look-ups that found"),
	[DBGSHM_CACHE_MISSES] = COUNTER("misses", "look-ups that did not"),
	[DBGSHM_CACHE_EVICTIONS] =
	    COUNTER("evictions", "entries that made room for others"),
};
static const struct dbgshm_column limit_columns[] = {
	[DBGSHM_LIMIT_NAME] = KEY("name", NAME, "what is limited"),
	[DBGSHM_LIMIT_LIMIT] = GAUGE("limit", "0 none"),
	[DBGSHM_LIMIT_CURRENT] = GAUGE("current", "how much of it is used"),
	[DBGSHM_LIMIT_WAITING] = GAUGE("waiting", "how many wait now"),
	[DBGSHM_LIMIT_WAITS] = COUNTER("waits", "that are over"),
	[DBGSHM_LIMIT_WAITED] = DURATION("waited", "all those together"),
	[DBGSHM_LIMIT_SINCE] = TIME("since", "somebody has been waiting"),
	[DBGSHM_LIMIT_WHO] = TEXT("who", STEP, "began to wait last"),
};
static const struct dbgshm_column worker_columns[] = {
	[DBGSHM_WORKER_NAME] = KEY("name", NAME, "which worker"),
	[DBGSHM_WORKER_BUSY] = BOOL("busy", "does it work"),
	[DBGSHM_WORKER_SINCE] = TIME("since", "busy or idle"),
	[DBGSHM_WORKER_WORK] = TEXT("work", LONG, "what it does, or did last"),
	[DBGSHM_WORKER_JOBS] = COUNTER("jobs", "finished"),
	[DBGSHM_WORKER_BUSY_TIME] =
	    DURATION("busy_time", "of all those together"),
	[DBGSHM_WORKER_THREAD] = THREAD,
};
static const struct dbgshm_column pair_columns[] = {
	[DBGSHM_PAIR_NAME] = KEY("name", LONG, "what was opened"),
	[DBGSHM_PAIR_KEY] = GAUGE("key", "the program's number for it"),
	[DBGSHM_PAIR_OPENED] = TEXT("opened", PLACE, "the line that did"),
	[DBGSHM_PAIR_CLOSED] =
	    TEXT("closed", PLACE, "the line that did; empty while open"),
	[DBGSHM_PAIR_THREAD] = GAUGE("thread", "that opened it; 0 unknown"),
};
static const struct dbgshm_column schedule_columns[] = {
	[DBGSHM_SCHEDULE_NAME] = KEY("name", NAME, "which job"),
	[DBGSHM_SCHEDULE_RUNNING] = BOOL("running", "now"),
	[DBGSHM_SCHEDULE_LAST] = TIME("last", "when it last began"),
	[DBGSHM_SCHEDULE_PERIOD] =
	    DURATION("period", "from begin to begin; 0 not again"),
	[DBGSHM_SCHEDULE_COST] = DURATION("cost", "of the last run"),
	[DBGSHM_SCHEDULE_COSTS] = DURATION("costs", "of all runs together"),
	[DBGSHM_SCHEDULE_RUNS] = COUNTER("runs", "finished"),
	[DBGSHM_SCHEDULE_ITEMS] = GAUGE("items", "of the last run"),
	[DBGSHM_SCHEDULE_RESULT] =
	    ENUM("result", outcome_names, "of the last run"),
};
static const struct dbgshm_column error_columns[] = {
	[DBGSHM_ERROR_TEXT] = KEY("text", STEP, "what kind of error"),
	[DBGSHM_ERROR_CODE] = SIGNED("code", "its number"),
	[DBGSHM_ERROR_COUNT] = COUNTER("count", "how often"),
	[DBGSHM_ERROR_LAST] = TIME("last", "when it last happened"),
	[DBGSHM_ERROR_DETAIL] = TEXT("detail", ERROR_DETAIL, "of the last one"),
};

#define COLUMNS(list)                                                          \
	{                                                                      \
		(list), sizeof(list) / sizeof((list)[0])                       \
	}
static const struct {
	const struct dbgshm_column *columns;
	size_t count;
} shapes[DBGSHM_SHAPE_COUNT] = {
	[DBGSHM_SHAPE_OPERATION] = COLUMNS(operation_columns),
	[DBGSHM_SHAPE_STEP] = COLUMNS(step_columns),
	[DBGSHM_SHAPE_HEARTBEAT] = COLUMNS(heartbeat_columns),
	[DBGSHM_SHAPE_QUEUE] = COLUMNS(queue_columns),
	[DBGSHM_SHAPE_CACHE] = COLUMNS(cache_columns),
	[DBGSHM_SHAPE_LIMIT] = COLUMNS(limit_columns),
	[DBGSHM_SHAPE_WORKER] = COLUMNS(worker_columns),
	[DBGSHM_SHAPE_PAIR] = COLUMNS(pair_columns),
	[DBGSHM_SHAPE_SCHEDULE] = COLUMNS(schedule_columns),
	[DBGSHM_SHAPE_ERROR] = COLUMNS(error_columns),
};
/* clang-format on */

/* Stamps are this process's own, so the region must be. */
static bool
is_own(const struct dbgshm_profile *profile)
{
	if (profile != NULL && profile->region->self)
		return (true);
	errno = ENOTSUP;
	return (false);
}

struct dbgshm_table *
dbgshm__shape_create(
    struct dbgshm_profile *profile, uint16_t shape, uint32_t capacity)
{
	if (!is_own(profile))
		return (NULL);
	return (dbgshm__table_create(profile, shapes[shape].columns,
	    shapes[shape].count, capacity, shape));
}

struct dbgshm_table *
dbgshm__shape_create_operations(
    struct dbgshm_profile *profile, const char *const *kinds, uint32_t capacity)
{
	struct dbgshm_column columns[DBGSHM_OPERATION_COLUMNS];
	size_t i;

	if (!is_own(profile))
		return (NULL);
	for (i = 0; i < DBGSHM_OPERATION_COLUMNS; i++)
		columns[i] = operation_columns[i];
	columns[DBGSHM_OPERATION_KIND].names = kinds;
	return (dbgshm__table_create(profile, columns, DBGSHM_OPERATION_COLUMNS,
	    capacity, DBGSHM_SHAPE_OPERATION));
}

/* A table that comes back has its private part already. */
struct dbgshm_table *
dbgshm__shape_create_with(struct dbgshm_profile *profile, uint16_t shape,
    uint32_t capacity, size_t size)
{
	struct dbgshm_table *table;
	void *extra;

	if ((extra = calloc(1, size)) == NULL) {
		errno = ENOMEM;
		return (NULL);
	}
	table = dbgshm__shape_create(profile, shape, capacity);
	if (table == NULL || table->extra != NULL)
		free(extra);
	else
		table->extra = extra;
	if (table != NULL)
		dbgshm__shape_reset(table);
	return (table);
}

/* No row of the table is taken any more: nor does its private part know any. */
void
dbgshm__shape_reset(struct dbgshm_table *table)
{
	if (table->extra == NULL)
		return;
	switch (table->shape) {
	case DBGSHM_SHAPE_STEP:
		dbgshm__steps_reset(table->extra);
		break;
	case DBGSHM_SHAPE_PAIR:
		dbgshm__pairs_reset(table->extra);
		break;
	case DBGSHM_SHAPE_ERROR:
		dbgshm__errors_reset(table->extra);
		break;
	default:
		break;
	}
}

/* In the child of a fork, whose tables are empty. */
void
dbgshm__shapes_forked(struct dbgshm_region *region)
{
	struct dbgshm_table *table;
	size_t i;

	for (i = 0; i < region->profile_count; i++)
		for (table = region->profiles[i]->table; table != NULL;
		     table = table->older)
			dbgshm__shape_reset(table);
}

struct dbgshm_table *
dbgshm_objects_create(struct dbgshm_profile *profile,
    const struct dbgshm_column *columns, size_t column_count, uint32_t capacity)
{
	return (dbgshm__table_create(
	    profile, columns, column_count, capacity, DBGSHM_SHAPE_OBJECT));
}
