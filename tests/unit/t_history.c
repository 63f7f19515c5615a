/*
 * t_history.c - claims about the past that a region holds.  limit: 300
 */
#include "logged.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MINUTES 3
#define LONG 4000 /* ticks: longer than the finest tiers reach */

static struct logged log_of[LONG];

static void
start(uint64_t bytes)
{
	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		      .state = DBGSHM_PUBLISHED,
		      .history_bytes = bytes,
		      .row_history_bytes = bytes }) == 0);
}

/* ---- what was, is shown ----------------------------------------------------- */

static void
three_minutes(void)
{
	struct logged_program program;
	struct dbgshm_reader *reader;
	struct logged_seen seen;
	size_t i;

	start(0);
	logged_begin(&program, 7);
	for (i = 0; i < 60 * MINUTES; i++) {
		logged_step(&program, i, &log_of[i]);
		reader = own_reader();
		logged_percentiles(reader, &log_of[i].p50, &log_of[i].p99);
		dbgshm_reader_close(reader);
	}
	reader = own_reader();
	seen = logged_compare(reader, log_of, i);
	CHECK(seen.moments == 60 * MINUTES && seen.with_rows == seen.moments);
	CHECK(dbgshm_reader_check(reader, NULL, NULL) == 0);
	dbgshm_reader_close(reader);
}

static void
test_a_late_reader_sees_exactly_what_the_program_wrote_down(void **state)
{
	(void)state;
	assert_int_equal(in_child(three_minutes), 0);
}

static void
coarse_tiers(void)
{
	struct logged_program program;
	struct dbgshm_reader *reader;
	struct logged_seen seen;
	size_t i;

	start(96 << 10);
	logged_begin(&program, 8);
	for (i = 0; i < LONG; i++)
		logged_step(&program, i, &log_of[i]);
	reader = own_reader();
	seen = logged_compare(reader, log_of, i);
	CHECK(seen.moments > seen.coarse && seen.coarse > 20);
	CHECK(seen.with_rows > 20);
	CHECK(dbgshm_reader_check(reader, NULL, NULL) == 0);
	dbgshm_reader_close(reader);
}

static void
test_coarse_moments_hold_the_values_of_their_time_and_the_extremes(void **state)
{
	(void)state;
	assert_int_equal(in_child(coarse_tiers), 0);
}

/* ---- one second that was different ------------------------------------------- */

/* The period of the only coarse moment with such a most; 0: it is a fine one. */
static uint64_t
spike_in(int64_t most_wanted)
{
	struct dbgshm_reader *reader = own_reader();
	struct dbgshm_past *past;
	struct dbgshm_moment moment;
	union dbgshm_value least, most;
	uint64_t found = 0;
	size_t i, gauge, seen = 0;

	CHECK(dbgshm_past_open(reader, &past) == 0);
	for (i = 0; i < dbgshm_past_count(past); i++) {
		CHECK(dbgshm_past_show(past, i) == 0);
		moment = dbgshm_past_moment(past, i);
		if (logged_find(reader, "gauge", &gauge) == NULL)
			continue;
		if (!moment.coarse) {
			seen +=
			    dbgshm_reader_value(reader, gauge).i == most_wanted;
			continue;
		}
		CHECK(dbgshm_past_extremes(past, gauge, &least, &most));
		if (most.i == most_wanted) {
			found = moment.period_ns;
			seen++;
		}
	}
	CHECK(seen == 1);
	dbgshm_past_close(past);
	dbgshm_reader_close(reader);
	return (found);
}

static void
spike(void)
{
	struct logged_program program;
	uint64_t period = 0, last = 0, tick;

	start(128 << 10);
	logged_begin(&program, 9);
	for (tick = 0; tick < 3 * LONG && period != 60 * LOGGED_SECOND;
	     tick++) {
		logged_step(&program, tick, &log_of[0]);
		if (tick == 99) {
			dbgshm_gauge_set(program.gauge, 1000000);
			program.now_ns += LOGGED_SECOND;
			CHECK(dbgshm_tick(program.now_ns) == 0);
		}
		if (tick < 100 || tick % 50 != 0)
			continue;
		period = spike_in(1000000);
		CHECK(period >= last); /* 0, 10 s, 60 s */
		CHECK(period == 0 || period == 10 * LOGGED_SECOND ||
		    period == 60 * LOGGED_SECOND);
		CHECK(last != 0 || period != 60 * LOGGED_SECOND);
		last = period;
	}
	CHECK(period == 60 * LOGGED_SECOND);
}

static void
test_a_spike_of_a_second_outlives_the_finest_tier(void **state)
{
	(void)state;
	assert_int_equal(in_child(spike), 0);
}

/* ---- gaps -------------------------------------------------------------------- */

static void
gaps(void)
{
	struct logged_program program;
	struct dbgshm_reader *reader;
	struct dbgshm_past *past;
	size_t i, found = 0;

	start(0);
	logged_begin(&program, 10);
	for (i = 0; i < 30; i++) {
		if (i == 10) /* nobody ticked for a while */
			program.now_ns += 40 * LOGGED_SECOND;
		logged_step(&program, i, &log_of[i]);
	}
	reader = own_reader();
	CHECK(dbgshm_past_open(reader, &past) == 0);
	for (i = 0; i < dbgshm_past_count(past); i++)
		if (dbgshm_past_moment(past, i).gap) {
			CHECK(dbgshm_past_moment(past, i).mono_ns ==
			    log_of[10].now_ns);
			found++;
		}
	CHECK(found == 1);
	/* In the gap it is as it was before it. */
	CHECK(dbgshm_past_moment(past,
		  (size_t)dbgshm_past_find(
		      past, log_of[10].now_ns - LOGGED_SECOND))
		  .mono_ns == log_of[9].now_ns);
	dbgshm_past_close(past);
	dbgshm_reader_close(reader);
}

static void
test_missed_ticks_are_a_gap(void **state)
{
	(void)state;
	assert_int_equal(in_child(gaps), 0);
}

/* A program that gives the time itself may begin anywhere. */
static void
set_back(void)
{
	struct logged_program program;
	struct dbgshm_reader *reader;
	struct logged_seen seen;
	size_t i;

	start(0);
	logged_begin(&program, 11);
	for (i = 0; i < 20; i++)
		logged_step(&program, i, &log_of[i]);
	program.now_ns = 5 * LOGGED_SECOND;
	for (i = 0; i < 50; i++)
		logged_step(&program, 20 + i, &log_of[i]);
	reader = own_reader();
	seen = logged_compare(reader, log_of, i);
	CHECK(seen.moments == 50);
	dbgshm_reader_close(reader);
}

static void
test_a_clock_set_back_begins_another_past(void **state)
{
	(void)state;
	assert_int_equal(in_child(set_back), 0);
}

/* ---- size ---------------------------------------------------------------------- */

static void
an_hour(void)
{
	struct logged_program program;
	struct logged entry;
	struct stat before, after;
	char path[256];
	uint64_t tick;

	start(96 << 10);
	logged_begin(&program, 12);
	CHECK(region_file(getpid(), false, path, sizeof(path)));
	for (tick = 0; tick < 1500; tick++)
		logged_step(&program, tick, &entry);
	CHECK(stat(path, &before) == 0);
	for (; tick < 1500 + 3600; tick++)
		logged_step(&program, tick, &entry);
	CHECK(stat(path, &after) == 0);
	CHECK(before.st_blocks == after.st_blocks);
	CHECK(before.st_size == after.st_size);
}

static void
test_a_full_history_keeps_its_size_for_an_hour(void **state)
{
	(void)state;
	assert_int_equal(in_child(an_hour), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_late_reader_sees_exactly_what_the_program_wrote_down),
		cmocka_unit_test(
		    test_coarse_moments_hold_the_values_of_their_time_and_the_extremes),
		cmocka_unit_test(
		    test_a_spike_of_a_second_outlives_the_finest_tier),
		cmocka_unit_test(test_missed_ticks_are_a_gap),
		cmocka_unit_test(test_a_clock_set_back_begins_another_past),
		cmocka_unit_test(
		    test_a_full_history_keeps_its_size_for_an_hour),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
