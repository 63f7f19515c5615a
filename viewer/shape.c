/*
 * shape.c - how the tables of each shape are laid out for people.
 *
 * Columns come in the order of what a person asks first; what only computes
 * others (the stamp behind an age) is shown from the detail level on.
 */
#include "shape.h"

#include <math.h>
#include <string.h>

/* Places of columns: stored ones by their number in the shape, derived ones by
 * their number in the list of names from here on. */
#define DERIVED(n) (0x40 + (n))
#define PLACE 0x7f
#define VERDICT DERIVED(1) /* of a heartbeat */
#define QUIET DERIVED(1)   /* of an operation */
#define DUE_IN DERIVED(0)  /* of a schedule */
#define OPT 0x80	   /* left out where it is empty */
#define ENDED (0x7e | OPT)
#define KEYS 0x7d /* the program's columns that name a row */
#define PROGRESS (0x7c | OPT)
#define END 0xff

#define NO_COLUMN (SIZE_MAX - 2)

static const uint8_t plain[] = { END };
static const uint8_t object[] = { KEYS, DERIVED(0), END };
static const uint8_t operation[] = { DBGSHM_OPERATION_KIND, DERIVED(0),
	DBGSHM_OPERATION_DETAIL | OPT, DBGSHM_OPERATION_PHASE | OPT, PROGRESS,
	QUIET | OPT, ENDED, DBGSHM_OPERATION_PARENT | OPT,
	DBGSHM_OPERATION_THREAD | OPT, END };
static const uint8_t step[] = { DBGSHM_STEP_TRAIL, DBGSHM_STEP_STEP, DERIVED(0),
	DBGSHM_STEP_DETAIL | OPT, DBGSHM_STEP_OPERATION | OPT,
	DBGSHM_STEP_THREAD | OPT, END };
static const uint8_t heartbeat[] = { DBGSHM_HEARTBEAT_NAME, DERIVED(1),
	DERIVED(0), DBGSHM_HEARTBEAT_DEADLINE, DBGSHM_HEARTBEAT_BEATS,
	DBGSHM_HEARTBEAT_THREAD | OPT, ENDED, END };
static const uint8_t queue[] = { DBGSHM_QUEUE_NAME, DERIVED(0),
	DBGSHM_QUEUE_CAPACITY | OPT, DERIVED(2) | OPT, DERIVED(1) | OPT,
	DBGSHM_QUEUE_DONE, DBGSHM_QUEUE_REFUSED | OPT, ENDED, END };
static const uint8_t cache[] = { DBGSHM_CACHE_NAME, DERIVED(0),
	DBGSHM_CACHE_SIZE, DBGSHM_CACHE_CAPACITY | OPT, DBGSHM_CACHE_HITS,
	DBGSHM_CACHE_MISSES, DBGSHM_CACHE_EVICTIONS | OPT, ENDED, END };
static const uint8_t limit[] = { DBGSHM_LIMIT_NAME, DBGSHM_LIMIT_CURRENT,
	DBGSHM_LIMIT_LIMIT | OPT, DERIVED(0) | OPT, DBGSHM_LIMIT_WAITING,
	DERIVED(1) | OPT, DBGSHM_LIMIT_WHO | OPT, DBGSHM_LIMIT_WAITS | OPT,
	DBGSHM_LIMIT_WAITED | OPT, ENDED, END };
static const uint8_t worker[] = { DBGSHM_WORKER_NAME, DBGSHM_WORKER_BUSY,
	DERIVED(0), DBGSHM_WORKER_WORK | OPT, DBGSHM_WORKER_JOBS,
	DBGSHM_WORKER_BUSY_TIME | OPT, DBGSHM_WORKER_THREAD | OPT, ENDED, END };
static const uint8_t pair[] = { DBGSHM_PAIR_NAME, DERIVED(0),
	DBGSHM_PAIR_OPENED, DBGSHM_PAIR_CLOSED | OPT, ENDED, DBGSHM_PAIR_KEY,
	DBGSHM_PAIR_THREAD | OPT, END };
static const uint8_t schedule[] = { DBGSHM_SCHEDULE_NAME,
	DBGSHM_SCHEDULE_RUNNING, DERIVED(0), DBGSHM_SCHEDULE_LAST | OPT,
	DBGSHM_SCHEDULE_COST | OPT, DBGSHM_SCHEDULE_RESULT | OPT,
	DBGSHM_SCHEDULE_ITEMS | OPT, DBGSHM_SCHEDULE_RUNS,
	DBGSHM_SCHEDULE_PERIOD | OPT, ENDED, END };
static const uint8_t error[] = { DBGSHM_ERROR_TEXT, DBGSHM_ERROR_COUNT,
	DERIVED(0), DBGSHM_ERROR_DETAIL | OPT, DBGSHM_ERROR_CODE | OPT,
	DERIVED(1) | OPT, END };

static const struct {
	const uint8_t *order;
	uint8_t stored;		/* columns of the shape itself */
	const char *derived[3]; /* names */
	const char *live, *finished;
} shapes[DBGSHM_SHAPE_COUNT] = {
	[DBGSHM_SHAPE_PLAIN] = { plain, 0, { NULL }, NULL, NULL },
	[DBGSHM_SHAPE_OBJECT] = { object, 0, { "age" }, NULL, NULL },
	[DBGSHM_SHAPE_OPERATION] = { operation, DBGSHM_OPERATION_COLUMNS,
	    { "elapsed", "quiet" }, "running", NULL },
	[DBGSHM_SHAPE_STEP] = { step, DBGSHM_STEP_COLUMNS, { "elapsed" }, "now",
	    "past" },
	[DBGSHM_SHAPE_HEARTBEAT] = { heartbeat, DBGSHM_HEARTBEAT_COLUMNS,
	    { "age", "verdict" }, NULL, NULL },
	[DBGSHM_SHAPE_QUEUE] = { queue, DBGSHM_QUEUE_COLUMNS,
	    { "depth", "in_flight", "oldest_age" }, NULL, NULL },
	[DBGSHM_SHAPE_CACHE] = { cache, DBGSHM_CACHE_COLUMNS, { "hit_rate" },
	    NULL, NULL },
	[DBGSHM_SHAPE_LIMIT] = { limit, DBGSHM_LIMIT_COLUMNS,
	    { "used", "waiting_for" }, NULL, NULL },
	[DBGSHM_SHAPE_WORKER] = { worker, DBGSHM_WORKER_COLUMNS, { "elapsed" },
	    NULL, NULL },
	[DBGSHM_SHAPE_PAIR] = { pair, DBGSHM_PAIR_COLUMNS, { "held" }, "open",
	    "closed" },
	[DBGSHM_SHAPE_SCHEDULE] = { schedule, DBGSHM_SCHEDULE_COLUMNS,
	    { "due_in" }, NULL, NULL },
	[DBGSHM_SHAPE_ERROR] = { error, DBGSHM_ERROR_COLUMNS,
	    { "age", "first" }, NULL, NULL },
};

static unsigned
shape_of(const struct model_table *table)
{
	return (table->shape < DBGSHM_SHAPE_COUNT ? table->shape
						  : DBGSHM_SHAPE_PLAIN);
}

static bool
is_derived(const struct model_column *column)
{
	return ((column->flags & DBGSHM_COLUMN_DERIVED) != 0);
}

/* The column of the table at a place of an order; NO_COLUMN when the table lacks
 * it: a column of the program's own may have taken the name. */
static size_t
column_at(const struct model_table *table, uint8_t place)
{
	unsigned at = place & PLACE;
	const char *name;
	size_t i;

	if (place == ENDED || place == PROGRESS)
		return (place == ENDED ? SHAPE_ENDED : SHAPE_PROGRESS);
	if (at < DERIVED(0))
		return (at);
	name = shapes[shape_of(table)].derived[at - DERIVED(0)];
	for (i = 0; i < table->column_count; i++)
		if (is_derived(&table->columns[i]) &&
		    strcmp(table->columns[i].name, name) == 0)
			return (i);
	return (NO_COLUMN);
}

/* ---- columns --------------------------------------------------------------- */

struct layout {
	const struct model_table *table;
	uint8_t level;
	struct shape_column *out;
	size_t count;
	uint64_t used; /* columns of the table, as bits */
};

static void
add(struct layout *layout, size_t column, bool optional)
{
	const struct model_table *table = layout->table;

	if (layout->count == SHAPE_COLUMNS_MAX)
		return;
	if (column != SHAPE_ENDED && column != SHAPE_PROGRESS) {
		if (column >= table->column_count ||
		    table->columns[column].level > layout->level ||
		    (column < 64 && (layout->used >> column & 1) != 0))
			return;
		if (column < 64)
			layout->used |= UINT64_C(1) << column;
	}
	layout->out[layout->count++] =
	    (struct shape_column){ column, optional };
}

static bool
is_key(const struct model_column *column)
{
	return ((column->flags & DBGSHM_COLUMN_KEY) != 0);
}

size_t
shape_columns(const struct model_table *table, uint8_t level,
    struct shape_column columns[SHAPE_COLUMNS_MAX])
{
	unsigned shape = shape_of(table);
	struct layout layout = { table, level, columns, 0, 0 };
	bool all = level > DBGSHM_LEVEL_NORMAL;
	const uint8_t *at;
	size_t i;

	for (at = shapes[shape].order; *at != END; at++)
		if (*at == ENDED || *at == PROGRESS)
			add(&layout, column_at(table, *at), true);
		else if (*at != KEYS)
			add(&layout, column_at(table, *at),
			    (*at & OPT) != 0 && !all);
		else
			for (i = 0; i < table->column_count; i++)
				if (is_key(&table->columns[i]))
					add(&layout, i, false);
	/* The program's own, and at higher levels what was left out. */
	for (i = 0; i < table->column_count; i++)
		if (all ||
		    (i >= shapes[shape].stored &&
			!is_derived(&table->columns[i])))
			add(&layout, i, false);
	if (shape == DBGSHM_SHAPE_OBJECT || shape == DBGSHM_SHAPE_PLAIN)
		add(&layout, SHAPE_ENDED, true);
	return (layout.count);
}

/* Zeros that say nothing. */
static bool
zero_is_nothing(const struct model_table *table, size_t column)
{
	const uint8_t *at;

	for (at = shapes[shape_of(table)].order; *at != END; at++)
		if ((*at & OPT) != 0 && column_at(table, *at) == column)
			return (true);
	return (false);
}

const struct model_column *
shape_column(const struct model_table *table, size_t column)
{
	static const struct model_column ended = {
		.name = "ended", .help = "", .type = DBGSHM_TYPE_TIME
	};
	static const struct model_column progress = {
		.name = "progress", .help = "", .type = DBGSHM_TYPE_GAUGE
	};

	return (column == SHAPE_ENDED	   ? &ended
		: column == SHAPE_PROGRESS ? &progress
					   : &table->columns[column]);
}

/* Of operations that never said how far they are it is their whole time. */
static bool
is_quiet(const struct model_table *table, size_t column)
{
	return (table->shape == DBGSHM_SHAPE_OPERATION &&
	    column == column_at(table, QUIET));
}

/* What does not come again is never due. */
static bool
is_never_due(
    const struct model_table *table, size_t column, const struct model_row *row)
{
	return (table->shape == DBGSHM_SHAPE_SCHEDULE &&
	    column == column_at(table, DUE_IN) &&
	    row->cells[DBGSHM_SCHEDULE_PERIOD].u == 0);
}

bool
shape_empty(
    const struct model_table *table, size_t column, const struct model_row *row)
{
	const struct model_cell *cell;

	if (column == SHAPE_ENDED)
		return (row->ended_real_ns == 0);
	if (column == SHAPE_PROGRESS)
		return (row->cells[DBGSHM_OPERATION_DONE].u == 0 &&
		    row->cells[DBGSHM_OPERATION_TOTAL].u == 0);
	cell = &row->cells[column];
	if (cell->hidden)
		return (false);
	switch (cell->type) {
	case DBGSHM_TYPE_TEXT:
	case DBGSHM_TYPE_BLOB:
		return (*cell->text == '\0');
	case DBGSHM_TYPE_REFERENCE:
		return (cell->link == NULL ||
		    (row->depth > 0 && column == DBGSHM_OPERATION_PARENT &&
			table->shape == DBGSHM_SHAPE_OPERATION));
	case DBGSHM_TYPE_TIME:
		return (cell->u == 0);
	case DBGSHM_TYPE_DURATION:
		if (is_quiet(table, column) &&
		    row->cells[DBGSHM_OPERATION_PROGRESSED].u == 0)
			return (true);
		return (cell->u == 0 && zero_is_nothing(table, column));
	case DBGSHM_TYPE_SIGNED:
		if (is_never_due(table, column, row))
			return (true);
		return (cell->i == 0 && zero_is_nothing(table, column));
	case DBGSHM_TYPE_FLOAT:
		return (isnan(cell->d) ||
		    (cell->d == 0 && zero_is_nothing(table, column)));
	default:
		return (cell->u == 0 && zero_is_nothing(table, column));
	}
}

/* ---- rows --------------------------------------------------------------------- */

size_t
shape_row(const struct model_table *table, size_t place)
{
	return (table->order != NULL ? table->order[place] : place);
}

const char *
shape_state(const struct model_table *table,
    const struct model_profile *profile, const struct model_row *row)
{
	unsigned shape = shape_of(table);
	const struct model_cell *outcome;
	const char *word = NULL;

	if (row->state == DBGSHM_ROWSTATE_LIVE)
		word = shapes[shape].live;
	else if (row->state == DBGSHM_ROWSTATE_FINISHED)
		word = shapes[shape].finished;
	if (shape == DBGSHM_SHAPE_OPERATION &&
	    row->state == DBGSHM_ROWSTATE_FINISHED) {
		outcome = &row->cells[DBGSHM_OPERATION_OUTCOME];
		if (outcome->u != DBGSHM_OUTCOME_NONE && outcome->text != NULL)
			return (outcome->text);
	}
	if (word != NULL && profile->over && !profile->past &&
	    shape != DBGSHM_SHAPE_PAIR && row->state == DBGSHM_ROWSTATE_LIVE)
		word = "at death";
	return (word != NULL ? word : dbgshm_row_state_name(row->state));
}

bool
shape_marks(
    const struct model_table *table, const struct model_profile *profile)
{
	unsigned shape = shape_of(table);
	size_t i;

	if (profile->over && !profile->past && shapes[shape].live != NULL &&
	    shape != DBGSHM_SHAPE_PAIR && table->row_count > 0)
		return (true);
	for (i = 0; i < table->row_count; i++)
		if (table->rows[i].state != DBGSHM_ROWSTATE_LIVE)
			return (true);
	return (false);
}

bool
shape_alarm(const struct model_table *table, const struct model_row *row)
{
	const struct model_cell *verdict;
	size_t column;

	if (row->state == DBGSHM_ROWSTATE_TORN_AT_DEATH)
		return (true);
	if (table->shape != DBGSHM_SHAPE_HEARTBEAT ||
	    row->state == DBGSHM_ROWSTATE_FINISHED)
		return (false);
	column = column_at(table, VERDICT);
	if (column == NO_COLUMN)
		return (false);
	verdict = &row->cells[column];
	return (verdict->text != NULL && strcmp(verdict->text, "late") == 0);
}

const char *
shape_remark(const struct model_profile *profile)
{
	const struct model_table *table = profile->table;
	size_t i;

	if (!profile->over || profile->past || table == NULL)
		return (NULL);
	for (i = 0; i < table->row_count; i++)
		if (table->rows[i].state != DBGSHM_ROWSTATE_FINISHED)
			break;
	if (i == table->row_count)
		return (NULL);
	switch (table->shape) {
	case DBGSHM_SHAPE_OPERATION:
	case DBGSHM_SHAPE_STEP:
	case DBGSHM_SHAPE_WORKER:
		return ("what it was doing when it died");
	case DBGSHM_SHAPE_PAIR:
		return ("what was open when it died");
	default:
		return (NULL);
	}
}

const char *
shape_name(const struct model_profile *profile, const struct model_row *row)
{
	const struct model_table *table = profile->table;
	const struct model_cell *cell;
	int pass;
	size_t i;

	cell = &row->cells[DBGSHM_OPERATION_KIND];
	if (table->shape == DBGSHM_SHAPE_OPERATION && cell->text != NULL)
		return (cell->text);
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < table->column_count; i++) {
			cell = &row->cells[i];
			if (cell->hidden || cell->text == NULL ||
			    (pass == 0 && !is_key(&table->columns[i])) ||
			    (cell->type != DBGSHM_TYPE_TEXT &&
				cell->type != DBGSHM_TYPE_ENUM))
				continue;
			return (cell->text);
		}
	return ("");
}

bool
shape_idle(
    const struct model_profile *profile, const struct model_metric *metric)
{
	return (metric->value.u == 0 && metric->label_count > 0 &&
	    profile->table != NULL &&
	    profile->table->shape == DBGSHM_SHAPE_OPERATION);
}
