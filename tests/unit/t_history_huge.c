/*
 * t_history_huge.c - claims about the past of regions and tables so large that not
 * all of it can be kept: there is less, and that is told.  limit: 600
 */
#include "logged.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MANY 100000
#define TICKS 50

static struct logged log_of[TICKS];

static const struct dbgshm_options plain = { .sampling = DBGSHM_SAMPLER_TICK,
	.state = DBGSHM_PUBLISHED };

static uint64_t
cost(const struct dbgshm_reader *reader, const char *name)
{
	return (dbgshm_reader_value(reader, own_metric(reader, name)).u);
}

/* MANY counters; how far the moments that there are lie apart, after so many ticks
 * that are that far apart themselves. */
static uint64_t
many(uint64_t period_ns, uint64_t ticks, bool table)
{
	static const struct dbgshm_column columns[] = {
		{ .name = "n", .type = DBGSHM_TYPE_GAUGE },
	};
	struct dbgshm_options options = plain;
	struct dbgshm_counter *counters = calloc(MANY, sizeof(*counters));
	struct dbgshm_metric metric = { 0 };
	struct dbgshm_profile *profile = NULL;
	struct dbgshm_reader *reader;
	struct dbgshm_past *past;
	struct dbgshm_moment moment;
	struct timespec now;
	uint64_t now_ns, i, tick, apart_ns;
	char name[32];

	CHECK(counters != NULL);
	options.max_bytes = 256 << 20;
	options.period_ns = period_ns;
	CHECK(dbgshm_init(&options) == 0);
	for (i = 0; i < MANY; i++) {
		if (i % 1000 == 0) {
			(void)snprintf(name, sizeof(name), "many/p%u",
			    (unsigned)(i / 1000));
			profile = dbgshm_profile_add(name, "many", NULL);
			CHECK(profile != NULL);
		}
		(void)snprintf(name, sizeof(name), "c%u", (unsigned)i);
		metric.name = name;
		CHECK(
		    dbgshm_counter_create(profile, &metric, &counters[i]) == 0);
	}
	if (table)
		dbgshm_row_end(dbgshm_row_claim(
		    dbgshm_table_create(profile, columns, 1, 4)));
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	now_ns = (uint64_t)(now.tv_sec + 1) * LOGGED_SECOND;
	for (tick = 1; tick <= ticks; tick++) {
		for (i = 0; i < MANY; i += 3)
			dbgshm_counter_add(counters[i], i);
		CHECK(dbgshm_tick(now_ns += period_ns) == 0);
	}
	reader = own_reader();
	CHECK(dbgshm_reader_check(reader, NULL, NULL) == 0);
	apart_ns = cost(reader, "history_period");
	CHECK(cost(reader, "history_left_out") == 0);
	CHECK(cost(reader, "history_time") > 0);
	CHECK(dbgshm_past_open(reader, &past) == 0);
	CHECK((dbgshm_past_rows_since(past) != UINT64_MAX) == table);
	for (i = dbgshm_past_count(past) - 1; i > 0; i--) {
		moment = dbgshm_past_moment(past, i);
		if (moment.mono_ns < now_ns - (ticks / 2) * period_ns)
			break;
		/* Fewer of them are no gap, and all values are there. */
		CHECK(!moment.gap && moment.period_ns == apart_ns);
		CHECK(dbgshm_past_show(past, i) == 0);
		tick = ticks - (now_ns - moment.mono_ns) / period_ns;
		CHECK(dbgshm_reader_value(reader, own_metric(reader, "c99999"))
			  .u == tick * 99999);
	}
	CHECK(i < dbgshm_past_count(past) - 3);
	dbgshm_past_close(past);
	dbgshm_reader_close(reader);
	free(counters);
	return (apart_ns);
}

/* A second is enough for so many. */
static void
each_second(void)
{
	CHECK(many(LOGGED_SECOND, 150, false) == LOGGED_SECOND);
}

/* A twentieth of it is not. */
static void
often(void)
{
	uint64_t apart_ns = many(LOGGED_SECOND / 20, 150, true);

	CHECK(apart_ns >= LOGGED_SECOND / 10);
	CHECK(apart_ns <= LOGGED_SECOND);
}

static void
test_a_hundred_thousand_metrics_are_kept_as_often_as_bytes_allow(void **state)
{
	(void)state;
	assert_int_equal(in_child(each_second), 0);
	assert_int_equal(in_child(often), 0);
}

/* More than a tick may look at. */
static void
huge(void)
{
	struct dbgshm_options options = plain;
	struct dbgshm_reader *reader;
	struct dbgshm_past *past;
	struct dbgshm_metric metric = { 0 };
	struct dbgshm_profile *profile;
	struct dbgshm_histogram histogram;
	struct timespec now;
	uint64_t now_ns;
	char name[16];
	size_t i;

	options.max_bytes = 256 << 20;
	CHECK(dbgshm_init(&options) == 0);
	CHECK((profile = dbgshm_profile_add("huge", "h", NULL)) != NULL);
	for (i = 0; i < 300; i++) {
		(void)snprintf(name, sizeof(name), "h%zu", i);
		metric.name = name;
		CHECK(
		    dbgshm_histogram_create(profile, &metric, &histogram) == 0);
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	now_ns = (uint64_t)(now.tv_sec + 1) * LOGGED_SECOND;
	for (i = 0; i < 40; i++)
		CHECK(dbgshm_tick(now_ns += LOGGED_SECOND) == 0);
	reader = own_reader();
	CHECK(dbgshm_past_open(reader, &past) == 0);
	i = dbgshm_past_count(past);
	CHECK(i < 30 && i > 3);
	CHECK(dbgshm_past_moment(past, i - 1).period_ns > LOGGED_SECOND);
	CHECK(!dbgshm_past_moment(past, i - 1).gap);
	CHECK((uint64_t)dbgshm_reader_value(
		  reader, own_metric(reader, "history_period"))
		  .i == dbgshm_past_moment(past, i - 1).period_ns);
	dbgshm_past_close(past);
	dbgshm_reader_close(reader);
}

static void
test_a_huge_region_has_fewer_frames(void **state)
{
	(void)state;
	assert_int_equal(in_child(huge), 0);
}

/* More frames in the region than a reader looks at. */
static void
frames(void)
{
	enum { READERS = 1 << 20 };
	struct dbgshm_options options = plain;
	struct dbgshm_metric metric = { .name = "n" };
	struct dbgshm_counter counter;
	struct dbgshm_reader *reader;
	struct dbgshm_past *past;
	struct timespec now;
	uint64_t now_ns;
	size_t i;

	options.max_bytes = 256 << 20;
	options.history_bytes = 96 << 20;
	CHECK(dbgshm_init(&options) == 0);
	CHECK(dbgshm_counter_create(dbgshm_profile_add("long", "l", NULL),
		  &metric, &counter) == 0);
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	now_ns = (uint64_t)now.tv_sec * LOGGED_SECOND;
	for (i = 0; i < READERS + 1000; i++) {
		dbgshm_counter_add(counter, 1);
		CHECK(dbgshm_tick(now_ns + i * LOGGED_SECOND) == 0);
	}
	reader = own_reader();
	CHECK(dbgshm_past_open(reader, &past) == 0);
	CHECK(dbgshm_past_count(past) == READERS);
	CHECK(dbgshm_past_moment(past, 0).mono_ns ==
	    now_ns + 1000 * LOGGED_SECOND);
	for (i = 0; i < READERS; i += i < READERS - 10 ? READERS / 10 : 1) {
		CHECK(dbgshm_past_show(past, i) == 0);
		CHECK(cost(reader, "n") == i + 1001);
	}
	dbgshm_past_close(past);
	dbgshm_reader_close(reader);
}

static void
test_of_too_many_frames_the_last_are_shown(void **state)
{
	(void)state;
	assert_int_equal(in_child(frames), 0);
}

/* A table that is too large for its budget, beside one that is not. */
static void
large_table(void)
{
	static const struct dbgshm_column columns[] = {
		{ .name = "n", .type = DBGSHM_TYPE_GAUGE },
	};
	struct dbgshm_options options = plain;
	struct logged_program program;
	struct dbgshm_reader *reader;
	struct dbgshm_past *past;
	struct dbgshm_table *table;
	struct dbgshm_profile *profile;
	struct dbgshm_moment moment;
	size_t i, j, large, rows;

	options.row_history_bytes = 128 << 10;
	CHECK(dbgshm_init(&options) == 0);
	logged_begin(&program, 34);
	profile = dbgshm_profile_add("large", "l", NULL);
	CHECK((table = dbgshm_table_create(profile, columns, 1, 2048)) != NULL);
	for (i = 0; i < 50; i++) {
		for (j = 0; i < 40 && j < 20; j++)
			dbgshm_row_end(dbgshm_row_claim(table));
		logged_step(&program, i, &log_of[i]);
	}
	reader = own_reader();
	CHECK(logged_compare(reader, log_of, 50).with_rows == 50);
	CHECK(dbgshm_reader_check(reader, NULL, NULL) == 0);
	CHECK(dbgshm_past_open(reader, &past) == 0);
	for (i = 0; i < dbgshm_past_count(past); i++) {
		moment = dbgshm_past_moment(past, i);
		if (moment.mono_ns < log_of[0].now_ns)
			continue;
		CHECK(dbgshm_past_show(past, i) == 0);
		for (large = 0;
		     dbgshm_reader_table(reader, large)->capacity != 2048;)
			large++;
		rows = dbgshm_reader_row_count(reader, large);
		j = (moment.mono_ns - log_of[0].now_ns) / LOGGED_SECOND;
		CHECK(dbgshm_past_has_rows(past, large) == (rows != 0));
		CHECK(rows == 0 || rows == 20 * (j + 1));
		CHECK(j > 2 || rows != 0);
		CHECK(j < 39 || rows == 0);
		for (large = 0;
		     dbgshm_reader_table(reader, large)->capacity != 64;)
			large++;
		CHECK(dbgshm_past_has_rows(past, large));
	}
	dbgshm_past_close(past);
	dbgshm_reader_close(reader);
}

static void
test_a_table_that_is_too_large_has_no_past_and_that_is_told(void **state)
{
	(void)state;
	assert_int_equal(in_child(large_table), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_hundred_thousand_metrics_are_kept_as_often_as_bytes_allow),
		cmocka_unit_test(test_a_huge_region_has_fewer_frames),
		cmocka_unit_test(test_of_too_many_frames_the_last_are_shown),
		cmocka_unit_test(
		    test_a_table_that_is_too_large_has_no_past_and_that_is_told),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
