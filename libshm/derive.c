/*
 * derive.c - what a reader knows of each shape: the types of its columns, and the
 * columns that it computes from them.
 *
 * Ages are counted to "now" of the frame, or to the end of a row that is over.  A
 * stamp that lies behind that, or a counter that is ahead of the one it follows,
 * makes 0, never a giant.
 */
#include "view.h"

#include <math.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define TEXT(s)                                                                \
	{                                                                      \
		(s), sizeof(s) - 1                                             \
	}

__extension__ typedef __int128 wide;

/* ---- the columns of the shapes ------------------------------------------------- */

#define C DBGSHM_TYPE_COUNTER
#define G DBGSHM_TYPE_GAUGE
#define S DBGSHM_TYPE_SIGNED
#define X DBGSHM_TYPE_TEXT
#define T DBGSHM_TYPE_TIME
#define D DBGSHM_TYPE_DURATION
#define E DBGSHM_TYPE_ENUM
#define B DBGSHM_TYPE_BOOL
#define R DBGSHM_TYPE_REFERENCE

static const struct {
	size_t count;
	uint8_t types[10];
} shapes[DBGSHM_SHAPE_COUNT] = {
	[DBGSHM_SHAPE_OPERATION] = { DBGSHM_OPERATION_COLUMNS,
	    { E, X, X, G, G, T, E, R, G } },
	[DBGSHM_SHAPE_STEP] = { DBGSHM_STEP_COLUMNS, { X, C, X, X, R, G } },
	[DBGSHM_SHAPE_HEARTBEAT] = { DBGSHM_HEARTBEAT_COLUMNS,
	    { X, C, T, D, G } },
	[DBGSHM_SHAPE_QUEUE] = { DBGSHM_QUEUE_COLUMNS,
	    { X, C, C, C, C, G, T } },
	[DBGSHM_SHAPE_CACHE] = { DBGSHM_CACHE_COLUMNS, { X, G, G, C, C, C } },
	[DBGSHM_SHAPE_LIMIT] = { DBGSHM_LIMIT_COLUMNS,
	    { X, G, G, G, C, D, T, X } },
	[DBGSHM_SHAPE_WORKER] = { DBGSHM_WORKER_COLUMNS,
	    { X, B, T, X, C, D, G } },
	[DBGSHM_SHAPE_PAIR] = { DBGSHM_PAIR_COLUMNS, { X, G, X, X, G } },
	[DBGSHM_SHAPE_SCHEDULE] = { DBGSHM_SCHEDULE_COLUMNS,
	    { X, B, T, D, D, D, C, G, E } },
	[DBGSHM_SHAPE_ERROR] = { DBGSHM_ERROR_COLUMNS, { X, S, C, T, X } },
};

#undef C
#undef G
#undef S
#undef X
#undef T
#undef D
#undef E
#undef B
#undef R

size_t
dbgshm__shape_columns(uint16_t shape)
{
	return (shape < DBGSHM_SHAPE_COUNT ? shapes[shape].count : 0);
}

bool
dbgshm__shape_fits(uint16_t shape, const struct dbgshm_column_info *columns,
    const struct dbgshm_column_place *places, size_t column_count)
{
	size_t i;

	if (shape >= DBGSHM_SHAPE_COUNT || column_count < shapes[shape].count)
		return (false);
	for (i = 0; i < shapes[shape].count; i++)
		if (places[i].word != DBGSHM_ROW_WORDS + i ||
		    columns[i].type != shapes[shape].types[i])
			return (false);
	return (true);
}

/* ---- cells ---------------------------------------------------------------------- */

struct source {
	const struct dbgshm_header *header;
	const struct dbgshm_row_info *row;
	const uint64_t *cells; /* words of the columns */
	uint64_t until_ns;     /* now, or when the row was over */
};

static uint64_t
since(const struct source *source, uint64_t stamp)
{
	uint64_t ns = dbgshm__stamp_ns(source->header, stamp);

	return (
	    stamp != 0 && ns < source->until_ns ? source->until_ns - ns : 0);
}

static uint64_t
ahead(uint64_t first, uint64_t second)
{
	return ((int64_t)(first - second) > 0 ? first - second : 0);
}

static void
row_elapsed(const struct source *source, struct dbgshm_cell *cell)
{
	cell->u = since(source, source->row->start_stamp);
}

static void
row_first(const struct source *source, struct dbgshm_cell *cell)
{
	cell->u = source->row->start_stamp;
}

static void
operation_quiet(const struct source *source, struct dbgshm_cell *cell)
{
	uint64_t progressed = source->cells[DBGSHM_OPERATION_PROGRESSED];

	if (!dbgshm__row_is_over(source->row))
		cell->u = since(source,
		    progressed != 0 ? progressed : source->row->start_stamp);
}

static uint64_t
heartbeat_last(const struct source *source)
{
	uint64_t last = source->cells[DBGSHM_HEARTBEAT_LAST];

	return (last != 0 ? last : source->row->start_stamp);
}

static void
heartbeat_age(const struct source *source, struct dbgshm_cell *cell)
{
	cell->u = since(source, heartbeat_last(source));
}

enum { VERDICT_OK, VERDICT_LATE, VERDICT_RESTING };
static const struct dbgshm_text verdicts[] = {
	[VERDICT_OK] = TEXT("ok"),
	[VERDICT_LATE] = TEXT("late"),
	[VERDICT_RESTING] = TEXT("resting"),
};

static void
heartbeat_verdict(const struct source *source, struct dbgshm_cell *cell)
{
	uint64_t deadline = source->cells[DBGSHM_HEARTBEAT_DEADLINE];

	if (deadline == 0 || dbgshm__row_is_over(source->row))
		cell->u = VERDICT_RESTING;
	else if (since(source, heartbeat_last(source)) > deadline)
		cell->u = VERDICT_LATE;
	cell->text = verdicts[cell->u];
}

static void
queue_depth(const struct source *source, struct dbgshm_cell *cell)
{
	cell->u = ahead(
	    source->cells[DBGSHM_QUEUE_PUT], source->cells[DBGSHM_QUEUE_TAKEN]);
}

static void
queue_in_flight(const struct source *source, struct dbgshm_cell *cell)
{
	cell->u = ahead(source->cells[DBGSHM_QUEUE_TAKEN],
	    source->cells[DBGSHM_QUEUE_DONE]);
}

static void
queue_oldest_age(const struct source *source, struct dbgshm_cell *cell)
{
	cell->u = since(source, source->cells[DBGSHM_QUEUE_OLDEST]);
}

static double
ratio(double part, double whole)
{
	return (whole > 0 ? part / whole : (double)NAN);
}

static void
cache_hit_rate(const struct source *source, struct dbgshm_cell *cell)
{
	double hits = (double)source->cells[DBGSHM_CACHE_HITS];

	cell->d =
	    ratio(hits, hits + (double)source->cells[DBGSHM_CACHE_MISSES]);
}

static void
limit_used(const struct source *source, struct dbgshm_cell *cell)
{
	cell->d = ratio((double)source->cells[DBGSHM_LIMIT_CURRENT],
	    (double)source->cells[DBGSHM_LIMIT_LIMIT]);
}

static void
limit_waiting_for(const struct source *source, struct dbgshm_cell *cell)
{
	if (source->cells[DBGSHM_LIMIT_WAITING] != 0)
		cell->u = since(source, source->cells[DBGSHM_LIMIT_SINCE]);
}

static void
worker_elapsed(const struct source *source, struct dbgshm_cell *cell)
{
	cell->u = since(source, source->cells[DBGSHM_WORKER_SINCE]);
}

static void
schedule_due_in(const struct source *source, struct dbgshm_cell *cell)
{
	uint64_t last = source->cells[DBGSHM_SCHEDULE_LAST];
	uint64_t period = source->cells[DBGSHM_SCHEDULE_PERIOD];
	wide due;

	if (period == 0 || dbgshm__row_is_over(source->row))
		return;
	due = (wide)period -
	    since(source, last != 0 ? last : source->row->start_stamp);
	cell->i = due > INT64_MAX ? INT64_MAX
	    : due < INT64_MIN	  ? INT64_MIN
				  : (int64_t)due;
	cell->u = (uint64_t)cell->i;
}

static void
error_age(const struct source *source, struct dbgshm_cell *cell)
{
	cell->u = since(source, source->cells[DBGSHM_ERROR_LAST]);
}

/* ---- the derived columns ------------------------------------------------------- */

#define DURATION DBGSHM_TYPE_DURATION, DBGSHM_UNIT_NS
#define NUMBER DBGSHM_TYPE_GAUGE, DBGSHM_UNIT_NONE
#define RATIO DBGSHM_TYPE_FLOAT, DBGSHM_UNIT_RATIO

static const struct derived {
	uint16_t shape;
	uint8_t type, unit;
	struct dbgshm_text name, help;
	void (*fill)(const struct source *, struct dbgshm_cell *);
} derived[] = {
	{ DBGSHM_SHAPE_OBJECT, DURATION, TEXT("age"),
	    TEXT("since it was made, or from then to its end"), row_elapsed },
	{ DBGSHM_SHAPE_OPERATION, DURATION, TEXT("elapsed"),
	    TEXT("from its begin to its end, or until now"), row_elapsed },
	{ DBGSHM_SHAPE_OPERATION, DURATION, TEXT("quiet"),
	    TEXT("since its last progress; 0 when it has ended"),
	    operation_quiet },
	{ DBGSHM_SHAPE_STEP, DURATION, TEXT("elapsed"),
	    TEXT("from its begin to the next step, or until now"),
	    row_elapsed },
	{ DBGSHM_SHAPE_HEARTBEAT, DURATION, TEXT("age"),
	    TEXT("since the last beat"), heartbeat_age },
	{ DBGSHM_SHAPE_HEARTBEAT, DBGSHM_TYPE_ENUM, DBGSHM_UNIT_NONE,
	    TEXT("verdict"),
	    TEXT("late: no beat within the deadline; resting: none expected"),
	    heartbeat_verdict },
	{ DBGSHM_SHAPE_QUEUE, NUMBER, TEXT("depth"),
	    TEXT("items that wait: put and not taken"), queue_depth },
	{ DBGSHM_SHAPE_QUEUE, NUMBER, TEXT("in_flight"),
	    TEXT("items that are worked on: taken and not done"),
	    queue_in_flight },
	{ DBGSHM_SHAPE_QUEUE, DURATION, TEXT("oldest_age"),
	    TEXT("how long the next item has been waiting; 0 when empty"),
	    queue_oldest_age },
	{ DBGSHM_SHAPE_CACHE, RATIO, TEXT("hit_rate"),
	    TEXT("hits of all look-ups"), cache_hit_rate },
	{ DBGSHM_SHAPE_LIMIT, RATIO, TEXT("used"), TEXT("current of limit"),
	    limit_used },
	{ DBGSHM_SHAPE_LIMIT, DURATION, TEXT("waiting_for"),
	    TEXT("how long somebody has been waiting; 0 when nobody is"),
	    limit_waiting_for },
	{ DBGSHM_SHAPE_WORKER, DURATION, TEXT("elapsed"),
	    TEXT("how long it has been busy, or idle"), worker_elapsed },
	{ DBGSHM_SHAPE_PAIR, DURATION, TEXT("held"),
	    TEXT("from open to close, or until now"), row_elapsed },
	{ DBGSHM_SHAPE_SCHEDULE, DBGSHM_TYPE_SIGNED, DBGSHM_UNIT_NS,
	    TEXT("due_in"),
	    TEXT("until the next start; negative: overdue; 0: not again"),
	    schedule_due_in },
	{ DBGSHM_SHAPE_ERROR, DURATION, TEXT("age"),
	    TEXT("since it was last seen"), error_age },
	{ DBGSHM_SHAPE_ERROR, DBGSHM_TYPE_TIME, DBGSHM_UNIT_NONE, TEXT("first"),
	    TEXT("when it was first seen"), row_first },
};

static bool
has_name(const struct dbgshm_column_info *columns, size_t count,
    struct dbgshm_text name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (columns[i].name.length == name.length &&
		    memcmp(columns[i].name.bytes, name.bytes, name.length) == 0)
			return (true);
	return (false);
}

size_t
dbgshm__derive_columns(uint16_t shape, struct dbgshm_column_info *columns,
    struct dbgshm_column_place *places, size_t column_count)
{
	struct dbgshm_column_info *info;
	size_t added = 0, i;

	for (i = 0; i < COUNT(derived); i++) {
		if (derived[i].shape != shape ||
		    has_name(columns, column_count, derived[i].name))
			continue;
		info = &columns[column_count + added];
		memset(info, 0, sizeof(*info));
		info->name = derived[i].name;
		info->help = derived[i].help;
		info->type = derived[i].type;
		info->unit = derived[i].unit;
		info->flags = DBGSHM_COLUMN_DERIVED;
		if (derived[i].fill == heartbeat_verdict) {
			info->names = verdicts;
			info->name_count = COUNT(verdicts);
		}
		places[column_count + added].word = (uint32_t)i;
		places[column_count + added++].text_offset = 0;
	}
	return (added);
}

struct dbgshm_cell
dbgshm__derive(const struct dbgshm_frame *frame,
    const struct dbgshm_row_info *row, const struct dbgshm_column_place *place)
{
	const struct derived *from = &derived[place->word];
	struct source source = {
		.header = &frame->header,
		.row = row,
		.cells = row->words + DBGSHM_ROW_WORDS,
		.until_ns = frame->now_ns,
	};
	struct dbgshm_cell cell = { .type = from->type, .text = TEXT("") };
	uint64_t end_ns;

	if (dbgshm__row_is_over(row)) {
		end_ns = dbgshm__stamp_ns(source.header, row->end_stamp);
		if (end_ns != 0 && end_ns < source.until_ns)
			source.until_ns = end_ns;
	}
	from->fill(&source, &cell);
	/* The three numbers of a cell are views of one word. */
	if (from->type == DBGSHM_TYPE_FLOAT)
		memcpy(&cell.u, &cell.d, sizeof(cell.u));
	else
		memcpy(&cell.d, &cell.u, sizeof(cell.d));
	cell.i = (int64_t)cell.u;
	return (cell);
}
