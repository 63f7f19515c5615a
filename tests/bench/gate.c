/*
 * gate.c - the hot path as exact instruction counts.
 *
 * Runs under callgrind.  Each case is a loop over one recording call; its
 * count is dumped for N1 and for N2 rounds, and gate.sh takes the difference,
 * less that of an empty loop of the same shape.  The memory clobber in each
 * round makes the compiler load again what another call could have changed,
 * as it must in a real program.
 *
 *	gate on|off		off: run with DBGSHM=off, counts what remains
 */
#include <dbgshm/writer.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <valgrind/callgrind.h>

#define HANDLES 64
#define FEW 1000  /* N1 */
#define MANY 3000 /* N2; gate.sh divides by MANY - FEW */
#define ROUNDS(n) for (uint64_t i = 0; i < (n); i++)
#define FORGET __asm__ volatile("" ::: "memory")
#define USE(x) __asm__ volatile("" ::"r"(x) : "memory")

struct gate {
	struct dbgshm_counter counters[HANDLES];
	struct dbgshm_gauge gauge;
	struct dbgshm_histogram histogram;
	struct dbgshm_row row;
	uint64_t values[HANDLES];
};

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

static const struct gate_case cases[] = {
	{ "empty", empty },
	{ "empty_index", empty_index },
	{ "empty_handle", empty_handle },
	{ "empty_value", empty_value },
	{ "counter_constant", counter_constant },
	{ "counter_memory", counter_memory },
	{ "gauge", gauge_set },
	{ "histogram", histogram_record },
	{ "row_field", row_field },
	{ "row_64", row_whole },
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
}

int
main(int argc, char *argv[])
{
	static struct gate gate;
	struct dbgshm_options options = {
		.sampling = DBGSHM_SAMPLER_TICK,
		.name = "gate",
	};
	char what[64];
	int on;

	if (argc != 2)
		errx(2, "usage: gate on|off");
	on = strcmp(argv[1], "on") == 0;
	if (dbgshm_init(&options) == -1)
		err(1, "dbgshm_init");
	if (on != (dbgshm_state() != DBGSHM_OFF))
		errx(1, "the library is not %s", argv[1]);
	gate_set_up(&gate);
	if (on && gate.row.words == NULL)
		errx(1, "no row");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cases[i].body(&gate, 2 * HANDLES); /* first use, maxima */
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
