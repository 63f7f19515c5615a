/*
 * t_history_schema.c - claims about a past in which profiles, metrics and tables
 * come and go.
 */
#include "own.h"

#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

#define SECOND UINT64_C(1000000000)
#define TICKS 60

static uint64_t base_ns;
static struct dbgshm_counter counter;
static struct dbgshm_gauge gauge;
static struct dbgshm_table *table;
static struct dbgshm_profile *profile;

static const struct dbgshm_column columns[] = {
	{ .name = "n", .type = DBGSHM_TYPE_GAUGE },
	{ .name = "text", .type = DBGSHM_TYPE_TEXT, .width = 16 },
};

static void
appear(void)
{
	struct dbgshm_metric metric = { .name = "counter" };

	profile = dbgshm_profile_add("guest", "for a while", NULL);
	CHECK(dbgshm_counter_create(profile, &metric, &counter) == 0);
	table = dbgshm_table_create(profile, columns, 2, 8);
	CHECK(table != NULL);
}

/* What there is at a tick: it comes at 10, goes at 20, is back at 30, has one
 * metric more at 40, which goes alone at 50. */
static void
change(uint64_t tick)
{
	struct dbgshm_metric metric = { .name = "gauge" };

	if (tick == 10 || tick == 30)
		appear();
	if (tick == 20)
		dbgshm_profile_remove(profile);
	if (tick == 40)
		CHECK(dbgshm_gauge_create(profile, &metric, &gauge) == 0);
	if (tick == 50)
		dbgshm_metric_remove(profile, "gauge", NULL, 0);
}

static bool
has_profile(uint64_t tick)
{
	return ((tick >= 10 && tick < 20) || tick >= 30);
}

static bool
has_gauge(uint64_t tick)
{
	return (tick >= 40 && tick < 50);
}

/* The metric of that name in the profile; SIZE_MAX none. */
static size_t
metric_of(const struct dbgshm_reader *reader, const char *name)
{
	const struct dbgshm_metric_info *info;
	size_t i;

	for (i = 0; i < dbgshm_reader_metric_count(reader); i++) {
		info = dbgshm_reader_metric(reader, i);
		if (own_text_is(info->name, name) &&
		    own_text_is(
			dbgshm_reader_profile(reader, info->profile)->path,
			"guest"))
			return (i);
	}
	return (SIZE_MAX);
}

static void
look_at_tick(const struct dbgshm_reader *reader, const struct dbgshm_past *past,
    uint64_t tick)
{
	const struct dbgshm_row_info *row;
	size_t i, found, profiles = 0, tables;

	for (i = 0; i < dbgshm_reader_profile_count(reader); i++)
		profiles += own_text_is(
		    dbgshm_reader_profile(reader, i)->path, "guest");
	CHECK(profiles == has_profile(tick));
	found = metric_of(reader, "counter");
	CHECK((found != SIZE_MAX) == has_profile(tick));
	if (found != SIZE_MAX) /* one that comes back goes on counting */
		CHECK(dbgshm_reader_value(reader, found).u ==
		    (tick < 20 ? tick - 9 : tick - 19));
	found = metric_of(reader, "gauge");
	CHECK((found != SIZE_MAX) == has_gauge(tick));
	if (found != SIZE_MAX)
		CHECK(dbgshm_reader_value(reader, found).u == tick);
	for (tables = 0, i = 0; i < dbgshm_reader_table_count(reader); i++)
		if (dbgshm_reader_table(reader, i)->capacity == 8) {
			found = i;
			tables++;
		}
	CHECK(tables == has_profile(tick));
	if (tables == 0)
		return;
	CHECK(dbgshm_past_has_rows(past, found));
	CHECK(dbgshm_reader_row_count(reader, found) == 1);
	row = dbgshm_reader_row(reader, found, 0);
	CHECK(dbgshm_reader_cell(reader, found, row, 0).u == tick);
	CHECK(own_text_is(
	    dbgshm_reader_cell(reader, found, row, 1).text, "guest"));
}

static void
look(const char *path)
{
	struct dbgshm_reader *reader;
	struct dbgshm_past *past;
	uint64_t mono_ns;
	size_t i, n, at;

	CHECK(dbgshm_reader_open(path, &reader, NULL) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(dbgshm_past_open(reader, &past) == 0);
	n = dbgshm_past_count(past);
	CHECK(n >= TICKS);
	/* Backwards and forwards in leaps: each view is made from nothing. */
	for (i = 0; i < 3 * n; i++) {
		at = i < n ? n - 1 - i : i * 7919 % n;
		CHECK(dbgshm_past_show(past, at) == 0);
		mono_ns = dbgshm_past_moment(past, at).mono_ns;
		if (mono_ns >= base_ns)
			look_at_tick(
			    reader, past, (mono_ns - base_ns) / SECOND);
	}
	CHECK(dbgshm_reader_check(reader, NULL, NULL) == 0);
	dbgshm_past_close(past);
	dbgshm_reader_close(reader);
}

static void
come_and_go(void)
{
	struct dbgshm_row row = { 0 };
	struct timespec now;
	uint64_t tick;
	char path[256];

	own_start();
	CHECK(region_file(getpid(), false, path, sizeof(path)));
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	base_ns = ((uint64_t)now.tv_sec + 1) * SECOND;
	for (tick = 0; tick < TICKS; tick++) {
		change(tick);
		if (has_profile(tick)) {
			dbgshm_counter_add(counter, 1);
			row = dbgshm_row_claim(table);
			dbgshm_row_set(row, 0, tick);
			dbgshm_row_text(row, 1, "guest");
			dbgshm_row_end(row);
		}
		if (has_gauge(tick))
			dbgshm_gauge_set(gauge, (int64_t)tick);
		CHECK(dbgshm_tick(base_ns + tick * SECOND) == 0);
		if (has_profile(tick))
			dbgshm_row_release(row);
	}
	look(path);
}

static void
test_what_comes_later_or_has_gone_is_there_only_in_its_time(void **state)
{
	(void)state;
	assert_int_equal(in_child(come_and_go), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_what_comes_later_or_has_gone_is_there_only_in_its_time),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
