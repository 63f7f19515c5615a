/*
 * t_moments.c - claims about going to where something happened.
 */
#include "timed.h"

#include <dbgshm/events.h>
#include <dbgshm/shapes.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define COUNT 150
#define TICKS 60
#define PERIOD_NS UINT64_C(10000000) /* the shortest that there is */
#define DEADLINE_NS LOGGED_SECOND

static struct logged log_of[COUNT];

static void
start(void)
{
	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		      .state = DBGSHM_PUBLISHED,
		      .period_ns = PERIOD_NS }) == 0);
}

/* ---- rows ------------------------------------------------------------------------ */

static bool
same_rows(const struct logged *a, const struct logged *b)
{
	size_t i, j;

	if (a->row_count != b->row_count)
		return (false);
	for (i = 0; i < a->row_count; i++) {
		for (j = 0; j < b->row_count &&
		     b->rows[j].number != a->rows[i].number;)
			j++;
		if (j == b->row_count)
			return (false);
	}
	return (true);
}

static void
rows(void)
{
	struct logged_program program;
	struct timed timed;
	size_t k, found = 0;

	own_start();
	timed_begin(&program, 31, COUNT);
	/* The second "late" profile has no table: it changes no row. */
	for (k = 0; k < COUNT; k++)
		logged_step(&program, k, &log_of[k]);
	timed_open(&timed, getpid());
	for (k = COUNT - 1; k > 0; k--) {
		if (same_rows(&log_of[k], &log_of[k - 1]))
			continue;
		CHECK(timed_go(&timed, TIMELINE_CHANGE, -1) == 0);
		timed_same(&timed, &log_of[k]);
		found++;
	}
	CHECK(found > 20);
	for (k = timed_second(&timed, log_of, COUNT) + 1; k < COUNT; k++) {
		if (same_rows(&log_of[k], &log_of[k - 1]))
			continue;
		CHECK(timed_go(&timed, TIMELINE_CHANGE, 1) == 0);
		timed_same(&timed, &log_of[k]);
		found--;
	}
	CHECK(found == 1);
	k = timed_second(&timed, log_of, COUNT);
	CHECK(timed_go(&timed, TIMELINE_CHANGE, 1) == -1);
	CHECK(strstr(timed.why, "no row came or went after") != NULL);
	timed_same(&timed, &log_of[k]);
	timed_close(&timed);
}

/* Far back, from wherever one begins. */
static void
far(void)
{
	static const struct dbgshm_column columns[] = { { .name = "number",
	    .type = DBGSHM_TYPE_GAUGE } };
	struct dbgshm_profile *profile;
	struct dbgshm_table *table;
	uint64_t now_ns = timed_mono_ns() - 400 * LOGGED_SECOND;
	struct timed timed;
	size_t i, index = 0;

	own_start();
	profile = dbgshm_profile_add("far", "", NULL);
	table = dbgshm_table_create(profile, columns, 1, 4);
	for (i = 0; i < 400; i++) {
		if (i == 100)
			dbgshm_row_end(dbgshm_row_claim(table));
		CHECK(dbgshm_tick(now_ns += LOGGED_SECOND) == 0);
	}
	timed_open(&timed, getpid());
	for (i = 1; i < 280; i++) {
		CHECK(timed_go(&timed, TIMELINE_NEWEST, 0) == 0);
		CHECK(timed_go(&timed, TIMELINE_STEP, -(int64_t)i) == 0);
		CHECK(timed_go(&timed, TIMELINE_CHANGE, -1) == 0);
		CHECK(index == 0 ||
		    index == timeline_moment(timed.timeline)->index);
		index = timeline_moment(timed.timeline)->index;
		CHECK(model_profile(timeline_model(timed.timeline), "far")
			  ->table->row_count == 1);
	}
	CHECK(timed_go(&timed, TIMELINE_STEP, -1) == 0);
	CHECK(model_profile(timeline_model(timed.timeline), "far")
		  ->table->row_count == 0);
	timed_close(&timed);
}

/* ---- events, errors, hearts --------------------------------------------------------- */

static struct dbgshm_profile *busy;
static struct dbgshm_log *busy_log;
static struct dbgshm_errors *errors;
static struct dbgshm_counter ticks;

static void
begin(void)
{
	struct dbgshm_metric metric = logged_metric("ticks");

	start();
	busy = dbgshm_profile_add("busy", "", NULL);
	CHECK(dbgshm_counter_create(busy, &metric, &ticks) == 0);
	busy_log = dbgshm_log_create(busy, NULL);
	errors = dbgshm_errors_create(
	    dbgshm_profile_add("busy/errors", "", NULL), 16);
	CHECK(busy_log != NULL && errors != NULL);
}

static void
one_tick(void)
{
	dbgshm_counter_add(ticks, 1);
	(void)usleep(PERIOD_NS / 1000 + 1000); /* each is a sample */
	CHECK(dbgshm_tick(0) == 0);
}

static uint64_t
shown_tick(struct timed *timed)
{
	return (timed_metric(timed, "busy", "ticks")->value.u);
}

static const struct model_log *
shown_log(struct timed *timed)
{
	return (model_profile(timeline_model(timed->timeline), "busy")->log);
}

static void
happenings(void)
{
	/* Ticks at which something worth a look was there first. */
	static const uint64_t expected[] = { 11, 21, 31, 32, 51 };
	const size_t count = sizeof(expected) / sizeof(expected[0]);
	const struct model_log *shown;
	struct timed timed;
	uint64_t i;
	size_t at;

	begin();
	for (i = 0; i < TICKS; i++) {
		if (i == 5 || i == 40)
			dbgshm_log_printf(
			    busy_log, DBGSHM_SEVERITY_INFO, "nothing");
		if (i == 10 || i == 31)
			dbgshm_log_printf(busy_log, DBGSHM_SEVERITY_WARN,
			    "warning %u", (unsigned)i);
		if (i == 50)
			dbgshm_log_printf(
			    busy_log, DBGSHM_SEVERITY_ERROR, "error");
		if (i == 20 || i == 30 || i == 45)
			dbgshm_error_record(
			    errors, i == 30 ? 2 : 1, "short write", "detail");
		one_tick();
	}
	timed_open(&timed, getpid());
	for (at = count; at-- > 0;) {
		CHECK(timed_go(&timed, TIMELINE_EVENT, -1) == 0);
		CHECK(shown_tick(&timed) == expected[at]);
	}
	CHECK(timed_go(&timed, TIMELINE_EVENT, -1) == -1);
	CHECK(strstr(timed.why, "no warning, new error or late heart before") !=
	    NULL);
	CHECK(shown_tick(&timed) == expected[0]);
	/* It is seen, and nothing that came later. */
	shown = shown_log(&timed);
	CHECK(shown->event_count == 2);
	CHECK(strcmp(shown->events[0].text, "warning 10") == 0);
	CHECK(strcmp(shown->events[1].text, "nothing") == 0);
	for (at = 1; at < count; at++) {
		CHECK(timed_go(&timed, TIMELINE_EVENT, 1) == 0);
		CHECK(shown_tick(&timed) == expected[at]);
	}
	CHECK(shown_log(&timed)->event_count == 5);
	CHECK(timed_go(&timed, TIMELINE_EVENT, 1) == -1);
	/* What comes now is found from there. */
	dbgshm_log_printf(busy_log, DBGSHM_SEVERITY_ERROR, "later");
	one_tick();
	one_tick();
	CHECK(timed_go(&timed, TIMELINE_EVENT, 1) == 0);
	CHECK(shown_tick(&timed) == TICKS + 1);
	CHECK(strcmp(shown_log(&timed)->events[0].text, "later") == 0);
	/* A step is enough to hear of it. */
	CHECK(timed_go(&timed, TIMELINE_NEWEST, 0) == 0);
	dbgshm_log_printf(busy_log, DBGSHM_SEVERITY_INFO, "a step");
	one_tick();
	CHECK(timed_go(&timed, TIMELINE_STEP, 1) == 0);
	CHECK(strcmp(shown_log(&timed)->events[0].text, "a step") == 0);
	timed_close(&timed);
}

static void
hearts(void)
{
	struct dbgshm_table *table;
	struct dbgshm_heart heart;
	struct timed timed;
	uint64_t i, last, until_ns;

	begin();
	table = dbgshm_heartbeats_create(busy, 4);
	CHECK(table != NULL);
	heart = dbgshm_heart_claim(table, "loop", DEADLINE_NS);
	for (i = 0; i < 20; i++) {
		dbgshm_heart_beat(heart, DEADLINE_NS);
		one_tick();
	}
	until_ns = timed_mono_ns() + DEADLINE_NS + 10 * PERIOD_NS;
	for (; timed_mono_ns() < until_ns; i++)
		one_tick();
	last = i;
	for (; i < last + 10; i++) {
		dbgshm_heart_beat(heart, DEADLINE_NS);
		one_tick();
	}
	timed_open(&timed, getpid());
	CHECK(timed_go(&timed, TIMELINE_EVENT, -1) == 0);
	i = shown_tick(&timed);
	CHECK(i > 20 && i <= last);
	/* The sample before it was not late. */
	CHECK(timed_go(&timed, TIMELINE_EVENT, -1) == -1);
	CHECK(timed_go(&timed, TIMELINE_STEP, -1) == 0);
	CHECK(timed_go(&timed, TIMELINE_EVENT, 1) == 0);
	CHECK(shown_tick(&timed) == i);
	timed_close(&timed);
}

/* ---- claims ---------------------------------------------------------------------------- */

#define CLAIM(name, body)                                                      \
	static void name(void **state)                                         \
	{                                                                      \
		(void)state;                                                   \
		assert_int_equal(in_child(body), 0);                           \
	}

CLAIM(test_rows_that_came_or_went_are_found_both_ways, rows)
CLAIM(test_a_change_is_found_from_far_away, far)
CLAIM(test_warnings_and_new_errors_are_found_both_ways, happenings)
CLAIM(test_a_heart_that_became_late_is_found, hearts)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_rows_that_came_or_went_are_found_both_ways),
		cmocka_unit_test(test_a_change_is_found_from_far_away),
		cmocka_unit_test(
		    test_warnings_and_new_errors_are_found_both_ways),
		cmocka_unit_test(test_a_heart_that_became_late_is_found),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
