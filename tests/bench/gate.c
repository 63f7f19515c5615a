/*
 * gate.c - the hot path as exact instruction counts.
 *
 * Runs under callgrind.  Each case is a loop over one recording call; its
 * count is dumped for N1 and for N2 rounds, and gate.sh takes the difference,
 * less that of an empty loop of the same shape.  The memory clobber in each
 * round makes the compiler load again what another call could have changed,
 * as it must in a real program.
 *
 *	gate on|off|read	off: run with DBGSHM=off, counts what remains;
 *				read: can be looked at, and waits for a line
 */
#include "gate_shapes.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <valgrind/callgrind.h>

struct gate_case {
	const char *name;
	void (*body)(const struct gate *gate, uint64_t n);
};

static __attribute__((noinline)) void
empty(const struct gate *gate, uint64_t n)
{
	(void)gate;
	ROUNDS(n) FORGET;
}

static __attribute__((noinline)) void
empty_index(const struct gate *gate, uint64_t n)
{
	(void)gate;
	ROUNDS(n) USE(i % HANDLES);
}

static __attribute__((noinline)) void
empty_handle(const struct gate *gate, uint64_t n)
{
	ROUNDS(n) USE(gate->counters[i % HANDLES].cell);
}

static __attribute__((noinline)) void
empty_value(const struct gate *gate, uint64_t n)
{
	ROUNDS(n) USE(gate->values[i % HANDLES]);
}

static __attribute__((noinline)) void
empty_event(const struct gate *gate, uint64_t n)
{
	ROUNDS(n) USE(gate->event.word);
}

static __attribute__((noinline)) void
counter_constant(const struct gate *gate, uint64_t n)
{
	struct dbgshm_counter counter = gate->counters[0];

	ROUNDS(n)
	{
		dbgshm_counter_add(counter, 1);
		FORGET;
	}
}

static __attribute__((noinline)) void
counter_memory(const struct gate *gate, uint64_t n)
{
	ROUNDS(n)
	{
		dbgshm_counter_add(gate->counters[i % HANDLES], 1);
		FORGET;
	}
}

static __attribute__((noinline)) void
gauge_set(const struct gate *gate, uint64_t n)
{
	struct dbgshm_gauge gauge = gate->gauge;

	ROUNDS(n)
	{
		dbgshm_gauge_set(gauge, (int64_t)i);
		FORGET;
	}
}

static __attribute__((noinline)) void
histogram_record(const struct gate *gate, uint64_t n)
{
	struct dbgshm_histogram histogram = gate->histogram;

	ROUNDS(n)
	{
		dbgshm_histogram_record(histogram, gate->values[i % HANDLES]);
		FORGET;
	}
}

static __attribute__((noinline)) void
row_field(const struct gate *gate, uint64_t n)
{
	struct dbgshm_row row = gate->row;

	ROUNDS(n)
	{
		dbgshm_row_set(row, 3, i);
		FORGET;
	}
}

static __attribute__((noinline)) void
row_whole(const struct gate *gate, uint64_t n)
{
	struct dbgshm_row row = gate->row;

	ROUNDS(n)
	{
		struct dbgshm_row open = dbgshm_row_begin(row);

		for (uint32_t column = 0; column < 8; column++)
			dbgshm_row_set(open, column, i);
		dbgshm_row_end(open);
		FORGET;
	}
}

/* An event of 64 bytes: six fields. */
#define FIELDS 6
static __attribute__((noinline)) void
event_caller_stamp(const struct gate *gate, uint64_t n)
{
	struct dbgshm_log *log = gate->log;
	struct dbgshm_event event = gate->event;

	ROUNDS(n)
	{
		uint64_t words[FIELDS] = { i, 1, i, 2, i, i };

		dbgshm_event_words(log, event, i, words, FIELDS);
		FORGET;
	}
}

static __attribute__((noinline)) void
event_stamped(const struct gate *gate, uint64_t n)
{
	struct dbgshm_log *log = gate->log;
	struct dbgshm_event event = gate->event;

	ROUNDS(n)
	{
		uint64_t words[FIELDS] = { i, 1, i, 2, i, i };

		dbgshm_event_words(log, event, dbgshm_now(), words, FIELDS);
		FORGET;
	}
}

static __attribute__((noinline)) void
event_memory(const struct gate *gate, uint64_t n)
{
	ROUNDS(n)
	{
		uint64_t words[FIELDS] = { i, 1, i, 2, i, i };

		dbgshm_event_words(gate->log, gate->event, i, words, FIELDS);
		FORGET;
	}
}

static __attribute__((noinline)) void
gauge_peak(const struct gate *gate, uint64_t n)
{
	struct dbgshm_gauge gauge = gate->gauge;

	ROUNDS(n)
	{
		dbgshm_gauge_set_peak(gauge, (int64_t)i);
		FORGET;
	}
}

static __attribute__((noinline)) void
span(const struct gate *gate, uint64_t n)
{
	struct dbgshm_histogram histogram = gate->histogram;

	ROUNDS(n)
	{
		uint64_t begin = dbgshm_span_begin();

		FORGET;
		dbgshm_span_end(histogram, begin);
		FORGET;
	}
}

/* Where all rows are finished and each claim has to choose one. */
static __attribute__((noinline)) void
row_claim_finish(const struct gate *gate, uint64_t n)
{
	ROUNDS(n)
	{
		struct dbgshm_row row = dbgshm_row_claim(gate->recent);

		dbgshm_row_end(row);
		dbgshm_row_finish(row);
		FORGET;
	}
}

static __attribute__((noinline)) void
operation_row(const struct gate *gate, uint64_t n)
{
	ROUNDS(n)
	{
		struct dbgshm_operation operation = dbgshm_operation_begin(
		    gate->operations, 0, "sixteen bytes...");

		dbgshm_operation_end(&operation, DBGSHM_OUTCOME_OK);
		FORGET;
	}
}

static __attribute__((noinline)) void
operation_progress(const struct gate *gate, uint64_t n)
{
	struct dbgshm_operation operation = gate->operation;

	ROUNDS(n)
	{
		dbgshm_operation_progress(&operation, i, n, NULL);
		FORGET;
	}
}

static const struct gate_case cases[] = {
	{ "empty", empty },
	{ "empty_index", empty_index },
	{ "empty_handle", empty_handle },
	{ "empty_value", empty_value },
	{ "empty_event", empty_event },
	{ "counter_constant", counter_constant },
	{ "counter_memory", counter_memory },
	{ "gauge", gauge_set },
	{ "histogram", histogram_record },
	{ "row_field", row_field },
	{ "row_64", row_whole },
	{ "gauge_peak", gauge_peak },
	{ "span", span },
	{ "row_claim_finish", row_claim_finish },
	{ "operation", operation_row },
	{ "operation_progress", operation_progress },
	{ "step", step },
	{ "heartbeat", heartbeat },
	{ "queue_put", queue_put },
	{ "limit_wait", limit_wait },
	{ "worker_job", worker_job },
	{ "schedule_run", schedule_run },
	{ "pair", pair },
	{ "error_again", error_again },
	{ "event_caller_stamp", event_caller_stamp },
	{ "event_stamped", event_stamped },
	{ "event_memory", event_memory },
};

/* Registers what the cases record into.  When off, handles stay zero. */
static void
gate_set_up(struct gate *gate)
{
	static const struct dbgshm_column columns[] = {
		{ .name = "a", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "b", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "c", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "d", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "e", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "f", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "g", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "h", .type = DBGSHM_TYPE_GAUGE },
	};
	static const struct dbgshm_event_kind kind = { "event", "an event",
		DBGSHM_SEVERITY_INFO, columns, FIELDS };
	struct dbgshm_profile *profile;
	struct dbgshm_table *table;
	char name[32];

	memset(gate, 0, sizeof(*gate));
	profile = dbgshm_profile_add("gate", "what the gate counts", NULL);
	for (unsigned i = 0; i < HANDLES; i++) {
		struct dbgshm_metric metric = { .name = name };

		snprintf(name, sizeof(name), "counter%u", i);
		(void)dbgshm_counter_create(
		    profile, &metric, &gate->counters[i]);
		gate->values[i] = 1000 + 997 * (uint64_t)i;
	}
	(void)dbgshm_gauge_create(
	    profile, &(struct dbgshm_metric){ .name = "gauge" }, &gate->gauge);
	(void)dbgshm_histogram_create(profile,
	    &(struct dbgshm_metric){ .name = "histogram" }, &gate->histogram);
	table = dbgshm_table_create(profile, columns, 8, 4);
	gate->row = dbgshm_row_claim(table);
	dbgshm_row_end(gate->row);
	dbgshm_gauge_set_peak(gate->gauge, INT64_MAX);
	gate->recent = dbgshm_table_create(
	    dbgshm_profile_add("recent", "rows that are over", NULL), columns,
	    8, RECENT);
	gate->operations = dbgshm_operations_create(
	    dbgshm_profile_add("operations", "what is done", NULL),
	    (const char *const[]){ "work", NULL }, RECENT);
	gate->operation = dbgshm_operation_begin(gate->operations, 0, NULL);
	for (unsigned i = 0; i < RECENT; i++) {
		struct dbgshm_row row = dbgshm_row_claim(gate->recent);

		dbgshm_row_end(row);
		dbgshm_row_finish(row);
	}
	gate->log = dbgshm_log_create(profile, NULL);
	(void)dbgshm_event_create(gate->log, &kind, &gate->event);
}

int
main(int argc, char *argv[])
{
	static struct gate_shapes shapes;
	static struct gate gate;
	struct dbgshm_options options = {
		.sampling = DBGSHM_SAMPLER_TICK,
		.name = "gate",
	};
	char what[64];
	int on;

	if (argc != 2)
		errx(2, "usage: gate on|off|read");
	on = strcmp(argv[1], "off") != 0;
	if (strcmp(argv[1], "read") == 0)
		options.state = DBGSHM_PUBLISHED;
	if (dbgshm_init(&options) == -1)
		err(1, "dbgshm_init");
	if (on != (dbgshm_state() != DBGSHM_OFF))
		errx(1, "the library is not %s", argv[1]);
	if (on && dbgshm__stamp_mult == 0) /* valgrind hides the TSC */
		dbgshm__stamp_mult = UINT64_C(1) << 32;
	gate_set_up(&gate);
	gate_shapes_set_up(&shapes);
	gate.shapes = &shapes;
	if (on && gate.row.words == NULL)
		errx(1, "no row");
	if (options.state == DBGSHM_PUBLISHED && getchar() == EOF)
		errx(1, "nobody has come to read");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cases[i].body(&gate, 2 * HANDLES); /* first use, maxima */
		(void)dbgshm_tick(0);
		CALLGRIND_ZERO_STATS;
		cases[i].body(&gate, FEW);
		snprintf(what, sizeof(what), "few %s", cases[i].name);
		CALLGRIND_DUMP_STATS_AT(what);
		cases[i].body(&gate, MANY);
		snprintf(what, sizeof(what), "many %s", cases[i].name);
		CALLGRIND_DUMP_STATS_AT(what);
	}
	return (0);
}
