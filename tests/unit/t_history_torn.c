/*
 * t_history_torn.c - claims about a past that is read while it is written over.
 *
 * CHECKS=N looks at N moments.  limit: 900
 */
#include "own.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SCALE 20
#else
#define SCALE 1
#endif

#define SECOND UINT64_C(1000000000)
#define GAUGES 64
#define ROWS 8

static uint64_t base_ns, checks;
static bool stop;
static struct dbgshm_gauge gauges[GAUGES];
static struct dbgshm_row rows[ROWS];

/* What everything has at a tick: no two ticks have anything in common. */
static uint64_t
value_at(uint64_t tick, uint64_t i)
{
	return (((tick * UINT64_C(0x9e3779b97f4a7c15)) ^ i * 12345) >> 2);
}

static void *
write_all_the_time(void *context)
{
	uint64_t tick, i;

	(void)context;
	for (tick = 1; !__atomic_load_n(&stop, __ATOMIC_RELAXED); tick++) {
		for (i = 0; i < GAUGES; i++)
			dbgshm_gauge_set(gauges[i], (int64_t)value_at(tick, i));
		for (i = 0; i < ROWS; i++) {
			dbgshm_row_begin(rows[i]);
			dbgshm_row_set(rows[i], 0, value_at(tick, i));
			dbgshm_row_set(rows[i], 1, value_at(tick, i));
			dbgshm_row_end(rows[i]);
		}
		CHECK(dbgshm_tick(base_ns + tick * SECOND) == 0);
	}
	return (NULL);
}

static uint64_t
tick_of(uint64_t mono_ns)
{
	CHECK((mono_ns - base_ns) % SECOND == 0);
	return ((mono_ns - base_ns) / SECOND);
}

static void
look_at_rows(const struct dbgshm_reader *reader, uint64_t tick)
{
	const struct dbgshm_row_info *row;
	size_t table, i;

	for (table = 0; dbgshm_reader_table(reader, table)->capacity != ROWS;)
		table++;
	CHECK(dbgshm_reader_row_count(reader, table) == ROWS);
	for (i = 0; i < ROWS; i++) {
		row = dbgshm_reader_row(reader, table, i);
		CHECK(dbgshm_reader_cell(reader, table, row, 0).u ==
		    value_at(tick, row->slot));
		CHECK(dbgshm_reader_cell(reader, table, row, 1).u ==
		    value_at(tick, row->slot));
	}
}

/* All moments of the past as it is now. */
static uint64_t
look(struct dbgshm_reader *reader)
{
	struct dbgshm_past *past;
	uint64_t mono_ns, looked = 0;
	size_t i, g, first;

	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(dbgshm_past_open(reader, &past) == 0);
	first = own_metric(reader, "g0");
	for (i = 0; i < dbgshm_past_count(past); i++) {
		mono_ns = dbgshm_past_moment(past, i).mono_ns;
		if (mono_ns <= base_ns)
			continue;
		CHECK(dbgshm_past_show(past, i) == 0);
		for (g = 0; g < GAUGES; g++)
			CHECK(dbgshm_reader_value(reader, first + g).u ==
			    value_at(tick_of(mono_ns), g));
		mono_ns = dbgshm_past_rows_at(past);
		if (mono_ns != UINT64_MAX && mono_ns > base_ns)
			look_at_rows(reader, tick_of(mono_ns));
		looked++;
	}
	dbgshm_past_close(past);
	return (looked);
}

static void
reading(void)
{
	static const struct dbgshm_column columns[] = {
		{ .name = "a", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "b", .type = DBGSHM_TYPE_GAUGE },
	};
	struct dbgshm_metric metric = { 0 };
	struct dbgshm_profile *profile;
	struct dbgshm_reader *reader;
	struct dbgshm_table *table;
	struct timespec now;
	pthread_t writer;
	uint64_t looked = 0, opened = 0;
	char name[8];
	size_t i;

	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		      .state = DBGSHM_PUBLISHED,
		      .history_bytes = 256 << 10,
		      .row_history_bytes = 128 << 10 }) == 0);
	CHECK((profile = dbgshm_profile_add("t", "t", NULL)) != NULL);
	for (i = 0; i < GAUGES; i++) {
		(void)snprintf(name, sizeof(name), "g%zu", i);
		metric.name = name;
		CHECK(dbgshm_gauge_create(profile, &metric, &gauges[i]) == 0);
	}
	CHECK((table = dbgshm_table_create(profile, columns, 2, ROWS)) != NULL);
	for (i = 0; i < ROWS; i++) {
		rows[i] = dbgshm_row_claim(table);
		dbgshm_row_end(rows[i]);
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	base_ns = ((uint64_t)now.tv_sec + 1) * SECOND;
	CHECK(pthread_create(&writer, NULL, write_all_the_time, NULL) == 0);
	reader = own_reader();
	for (; looked < checks; opened++)
		looked += look(reader);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	CHECK(pthread_join(writer, NULL) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(dbgshm_reader_check(reader, NULL, NULL) == 0);
	dbgshm_reader_close(reader);
	(void)printf("%llu moments of %llu copies\n",
	    (unsigned long long)looked, (unsigned long long)opened);
}

static void
test_no_moment_is_torn_while_the_writer_evicts(void **state)
{
	const char *wanted = getenv("CHECKS");

	(void)state;
	checks = wanted != NULL ? strtoull(wanted, NULL, 10) : 100000 / SCALE;
	assert_int_equal(in_child(reading), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_no_moment_is_torn_while_the_writer_evicts),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
