/*
 * ops.c - what each recording call takes, beside the least that could do.
 *
 *	ops [ROUNDS]	see turns.h; with DBGSHM=off the calls that remain
 */
#include "floor/updates.h"

struct ops {
	struct floors floors; /* first: context of the floors */
	struct dbgshm_counter counter, counters[64];
	struct dbgshm_gauge gauge;
	struct dbgshm_histogram histogram;
	struct dbgshm_row rows[TURNS_THREADS], wide[TURNS_THREADS];
	struct dbgshm_operations *operations;
	struct dbgshm_log *log;
	struct dbgshm_event event;
};

static void
counter(void *context, int thread, uint64_t n)
{
	const struct ops *ops = context;

	(void)thread;
	TIMES(n)
	{
		dbgshm_counter_add(ops->counters[i % 64], 1);
		FORGET;
	}
}

/* One logical counter, on all threads. */
static void
counter_constant(void *context, int thread, uint64_t n)
{
	struct dbgshm_counter handle = ((struct ops *)context)->counter;

	(void)thread;
	TIMES(n)
	{
		dbgshm_counter_add(handle, 1);
		FORGET;
	}
}

static void
counter_call(void *context, int thread, uint64_t n)
{
	const struct ops *ops = context;

	(void)thread;
	TIMES(n) dbgshm_call_counter_add(ops->counters[i % 64], 1);
}

static void
gauge(void *context, int thread, uint64_t n)
{
	const struct ops *ops = context;

	(void)thread;
	TIMES(n)
	{
		dbgshm_gauge_set(ops->gauge, (int64_t)i);
		FORGET;
	}
}

static void
histogram(void *context, int thread, uint64_t n)
{
	const struct ops *ops = context;
	uint64_t state = 1;

	(void)thread;
	TIMES(n)
	{
		dbgshm_histogram_record(ops->histogram, floor_any(&state));
		FORGET;
	}
}

static void
field(void *context, int thread, uint64_t n)
{
	struct dbgshm_row row = ((struct ops *)context)->rows[thread];

	TIMES(n)
	{
		dbgshm_row_set(row, 3, i);
		FORGET;
	}
}

/* Eight cells, as a program sets them: one line each. */
static inline void
set_eight(struct dbgshm_row open, uint32_t first, uint64_t value)
{
	dbgshm_row_set(open, first, value);
	dbgshm_row_set(open, first + 1, value);
	dbgshm_row_set(open, first + 2, value);
	dbgshm_row_set(open, first + 3, value);
	dbgshm_row_set(open, first + 4, value);
	dbgshm_row_set(open, first + 5, value);
	dbgshm_row_set(open, first + 6, value);
	dbgshm_row_set(open, first + 7, value);
}

static void
row_64(void *context, int thread, uint64_t n)
{
	struct dbgshm_row row = ((struct ops *)context)->rows[thread], open;

	TIMES(n)
	{
		open = dbgshm_row_begin(row);
		set_eight(open, 0, i);
		dbgshm_row_end(open);
		FORGET;
	}
}

static void
row_256(void *context, int thread, uint64_t n)
{
	struct dbgshm_row row = ((struct ops *)context)->wide[thread], open;

	TIMES(n)
	{
		open = dbgshm_row_begin(row);
		set_eight(open, 0, i);
		set_eight(open, 8, i);
		set_eight(open, 16, i);
		set_eight(open, 24, i);
		dbgshm_row_end(open);
		FORGET;
	}
}

static void
span(void *context, int thread, uint64_t n)
{
	const struct ops *ops = context;
	uint64_t begin;

	(void)thread;
	TIMES(n)
	{
		begin = dbgshm_span_begin();
		FORGET;
		dbgshm_span_end(ops->histogram, begin);
		FORGET;
	}
}

static void
operation(void *context, int thread, uint64_t n)
{
	const struct ops *ops = context;
	struct dbgshm_operation operation;

	(void)thread;
	TIMES(n)
	{
		operation = dbgshm_operation_begin(
		    ops->operations, 0, "sixteen bytes...");
		dbgshm_operation_end(&operation, DBGSHM_OUTCOME_OK);
		FORGET;
	}
}

static void
event_caller(void *context, int thread, uint64_t n)
{
	const struct ops *ops = context;

	(void)thread;
	TIMES(n)
	{
		uint64_t words[6] = { i, i, i, i, i, i };

		dbgshm_event_words(ops->log, ops->event, i, words, 6);
		FORGET;
	}
}

static void
event_stamped(void *context, int thread, uint64_t n)
{
	const struct ops *ops = context;

	(void)thread;
	TIMES(n)
	{
		uint64_t words[6] = { i, i, i, i, i, i };

		dbgshm_event_words(
		    ops->log, ops->event, dbgshm_now(), words, 6);
		FORGET;
	}
}

static const struct turn turns[] = {
	{ .name = "floor_counter", .body = floor_counter },
	{ .name = "counter", .body = counter },
	{ .name = "floor_counter_constant", .body = floor_counter_constant },
	{ .name = "counter_constant", .body = counter_constant },
	{ .name = "fetch_add", .body = floor_fetch_add },
	{ .name = "counter_call", .body = counter_call },
	{ .name = "floor_gauge", .body = floor_gauge },
	{ .name = "gauge", .body = gauge },
	{ .name = "values", .body = floor_values },
	{ .name = "floor_histogram", .body = floor_histogram },
	{ .name = "histogram", .body = histogram },
	{ .name = "floor_field", .body = floor_field },
	{ .name = "field", .body = field },
	{ .name = "floor_row_64", .body = floor_row_64 },
	{ .name = "row_64", .body = row_64 },
	{ .name = "floor_row_256", .body = floor_row_256 },
	{ .name = "row_256", .body = row_256 },
	{ .name = "floor_span", .body = floor_span },
	{ .name = "span", .body = span },
	{ .name = "operation", .body = operation },
	{ .name = "floor_event_caller", .body = floor_event_caller },
	{ .name = "event_caller", .body = event_caller },
	{ .name = "floor_event_stamped", .body = floor_event_stamped },
	{ .name = "event_stamped", .body = event_stamped },
};

static const struct turn turns_off[] = {
	{ .name = "floor_off", .body = floor_off },
	{ .name = "counter_off", .body = counter_constant },
	{ .name = "event_off", .body = event_caller },
};

/* Gauges of the names a, b, c, ...: eight in a row of 64 bytes. */
static struct dbgshm_table *
table_of(const char *path, uint32_t columns)
{
	static struct dbgshm_column all[32];
	static char names[32][4];

	for (uint32_t i = 0; i < columns; i++) {
		snprintf(names[i], sizeof(names[i]), "c%u", (unsigned)i);
		all[i] = (struct dbgshm_column){ .name = names[i],
			.type = DBGSHM_TYPE_GAUGE };
	}
	return (dbgshm_table_create(dbgshm_profile_add(path, "rows", NULL), all,
	    columns, TURNS_THREADS));
}

static void
set_up(struct ops *ops)
{
	static const struct dbgshm_column words[] = {
		{ .name = "a", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "b", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "c", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "d", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "e", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "f", .type = DBGSHM_TYPE_GAUGE },
	};
	struct dbgshm_profile *profile =
	    dbgshm_profile_add("bench", "what is measured", NULL);
	struct dbgshm_table *rows = table_of("rows", 8),
			    *wide = table_of("wide", 32);
	char name[16];

	for (int i = 0; i < 64; i++) {
		ops->floors.handles[i] = (uint32_t)(8 * i);
		snprintf(name, sizeof(name), "counter%d", i);
		(void)dbgshm_counter_create(profile,
		    &(struct dbgshm_metric){ .name = name }, &ops->counters[i]);
	}
	ops->counter = ops->counters[0];
	(void)dbgshm_gauge_create(
	    profile, &(struct dbgshm_metric){ .name = "gauge" }, &ops->gauge);
	(void)dbgshm_histogram_create(profile,
	    &(struct dbgshm_metric){ .name = "histogram" }, &ops->histogram);
	ops->operations = dbgshm_operations_create(
	    dbgshm_profile_add("operations", "what is done", NULL),
	    (const char *const[]){ "work", NULL }, 1024);
	ops->log = dbgshm_log_create(profile,
	    &(struct dbgshm_log_options){ .rings = TURNS_THREADS + 2 });
	(void)dbgshm_event_create(ops->log,
	    &(struct dbgshm_event_kind){ "event", "", 0, words, 6 },
	    &ops->event);
	for (int i = 0; i < TURNS_THREADS; i++) {
		dbgshm_row_end(ops->rows[i] = dbgshm_row_claim(rows));
		dbgshm_row_end(ops->wide[i] = dbgshm_row_claim(wide));
	}
}

/* Makes room for the cells of more threads. */
static void
tick(void)
{
	(void)dbgshm_tick(0);
}

int
main(int argc, char *argv[])
{
	static struct ops ops;

	if (dbgshm_init(&(struct dbgshm_options){
		.sampling = DBGSHM_SAMPLER_TICK, .name = "bench" }) == -1)
		err(1, "dbgshm_init");
	set_up(&ops);
	if (dbgshm_state() == DBGSHM_OFF)
		return (turns_run(turns_off,
		    sizeof(turns_off) / sizeof(turns_off[0]), &ops, NULL, argc,
		    argv));
	if (ops.wide[0].words == NULL || ops.operations == NULL)
		errx(1, "registration");
	return (turns_run(
	    turns, sizeof(turns) / sizeof(turns[0]), &ops, tick, argc, argv));
}
