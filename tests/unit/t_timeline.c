/*
 * t_timeline.c - claims about going through the time of a target.
 */
#include "timed.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define COUNT 150
#define MORE 20

static struct logged log_of[COUNT + MORE + 4000];

/* ---- every move ---------------------------------------------------------------- */

static void
same_as(struct timed *timed, size_t k)
{
	const struct moment *moment = timeline_moment(timed->timeline);
	double rate = timed_metric(timed, "logged", "counter")->rate;

	CHECK(moment->state == MOMENT_PAST);
	CHECK(timeline_model(timed->timeline)->target.past);
	CHECK(
	    model_profile(timeline_model(timed->timeline), "logged")->age_ns ==
	    0);
	CHECK(moment->period_ns == LOGGED_SECOND && moment->gap_ns == 0);
	CHECK(moment->index + (COUNT - 1 - k) == moment->count);
	timed_same(timed, &log_of[k]);
	if (k > 0)
		CHECK(rate ==
		    (double)(log_of[k].counter - log_of[k - 1].counter));
}

static void
walk(void)
{
	struct logged_program program;
	struct timed timed;
	uint64_t real_ns, first_ns;
	size_t k, i;

	timed_start(0);
	timed_begin(&program, 1, COUNT);
	timed_run(&program, log_of, 0, COUNT);
	timed_open(&timed, getpid());
	CHECK(timeline_moment(timed.timeline)->state == MOMENT_LIVE);
	timed_same(&timed, &log_of[COUNT - 1]);
	first_ns = timeline_moment(timed.timeline)->first_real_ns;
	CHECK(first_ns != 0);

	/* Back from the present, one by one, to the first of all. */
	for (k = COUNT; k-- > 0;) {
		CHECK(timed_go(&timed, TIMELINE_STEP, -1) == 0);
		same_as(&timed, k);
	}
	/* In wide steps forward, and no further than there is. */
	for (i = 0; i < 200; i++) {
		size_t wide = 1 + (i * 7) % 13;
		bool last = k + 1 == COUNT - 1;

		if (timed_go(&timed, TIMELINE_STEP, (int64_t)wide) == -1) {
			CHECK(k == COUNT - 1 && timed.why[0] != '\0');
			same_as(&timed, k);
			break;
		}
		if (i == 0)
			k = 0;
		k = k + wide < COUNT ? k + wide : COUNT - 1;
		(void)last;
		same_as(&timed, k);
	}
	CHECK(k == COUNT - 1);
	/* To a time, anywhere. */
	for (i = 0; i < 50; i++) {
		k = (i * 37) % COUNT;
		real_ns = timeline_moment(timed.timeline)->last_real_ns -
		    (COUNT - 1 - k) * LOGGED_SECOND + LOGGED_SECOND / 3;
		if (k == COUNT - 1)
			continue;
		CHECK(timed_at(&timed, real_ns) == 0);
		same_as(&timed, k);
	}
	CHECK(timed_at(&timed, first_ns - LOGGED_SECOND) == -1);
	CHECK(strstr(timed.why, "reaches back to") != NULL);
	same_as(&timed, k);
	CHECK(timed_at(&timed, UINT64_MAX) == -1);
	CHECK(strstr(timed.why, "not come yet") != NULL);
	CHECK(timed_go(&timed, TIMELINE_OLDEST, 0) == 0);
	CHECK(timeline_moment(timed.timeline)->index == 1);
	CHECK(timeline_moment(timed.timeline)->at_real_ns == first_ns);
	CHECK(timed_go(&timed, TIMELINE_STEP, -1) == -1);
	CHECK(strstr(timed.why, "oldest") != NULL);
	CHECK(timed_go(&timed, TIMELINE_NEWEST, 0) == 0);
	same_as(&timed, COUNT - 1);
	CHECK(timed_go(&timed, TIMELINE_LIVE, 0) == 0);
	(void)timed_update(&timed);
	CHECK(timeline_moment(timed.timeline)->state == MOMENT_LIVE);
	CHECK(timeline_moment(timed.timeline)->at_real_ns == 0);
	timed_close(&timed);
}

/* ---- standing still ---------------------------------------------------------------- */

static void
stand_still(void)
{
	struct logged_program program;
	struct timed timed;
	size_t k;

	timed_start(0);
	timed_begin(&program, 2, COUNT + MORE);
	timed_run(&program, log_of, 0, COUNT);
	timed_open(&timed, getpid());
	CHECK(timed_go(&timed, TIMELINE_PAUSE, 0) == 0);
	CHECK(timeline_moment(timed.timeline)->state == MOMENT_PAUSED);
	CHECK(timeline_moment(timed.timeline)->at_real_ns != 0);
	timed_run(&program, log_of, COUNT, COUNT + MORE);
	(void)timed_update(&timed);
	timed_same(&timed, &log_of[COUNT - 1]);

	/* What came meanwhile is there, step by step, and then no more. */
	CHECK(timed_go(&timed, TIMELINE_STEP, -1) == 0);
	(void)timed_update(&timed);
	k = timed_second(&timed, log_of, COUNT + MORE);
	CHECK(k < COUNT);
	for (; k + 1 < COUNT + MORE; k++) {
		CHECK(timed_go(&timed, TIMELINE_STEP, 1) == 0);
		timed_same(&timed, &log_of[k + 1]);
	}
	CHECK(timed_go(&timed, TIMELINE_STEP, 1) == -1);
	CHECK(strstr(timed.why, "newest") != NULL);
	timed_same(&timed, &log_of[k]);

	/* The same key again: live. */
	CHECK(timed_go(&timed, TIMELINE_PAUSE, 0) == 0);
	(void)timed_update(&timed);
	CHECK(timeline_moment(timed.timeline)->state == MOMENT_LIVE);
	timed_same(&timed, &log_of[COUNT + MORE - 1]);
	timed_close(&timed);
}

/* What was there when it was paused stays, whatever is given up meanwhile. */
static void
given_up(void)
{
	struct logged_program program;
	struct timed timed;
	uint64_t first_ns;
	size_t k;

	timed_start(96 << 10);
	timed_begin(&program, 3, COUNT + 4000);
	timed_run(&program, log_of, 0, COUNT);
	timed_open(&timed, getpid());
	CHECK(timed_go(&timed, TIMELINE_STEP, -1) == 0);
	first_ns = timeline_moment(timed.timeline)->first_real_ns;
	timed_run(&program, log_of, COUNT, COUNT + 4000);
	k = COUNT - 1;
	for (; k-- > 0;) {
		CHECK(timed_go(&timed, TIMELINE_STEP, -1) == 0);
		timed_same(&timed, &log_of[k]);
	}
	/* With what there is now it reaches less far. */
	CHECK(timed_go(&timed, TIMELINE_NEWEST, 0) == 0);
	timed_same(&timed, &log_of[COUNT + 3999]);
	CHECK(timeline_moment(timed.timeline)->first_real_ns > first_ns);
	timed_close(&timed);
}

/* ---- without a past ------------------------------------------------------------------- */

static void
without(void)
{
	static const enum timeline_move moves[] = { TIMELINE_STEP,
		TIMELINE_OLDEST, TIMELINE_NEWEST, TIMELINE_AT, TIMELINE_EVENT,
		TIMELINE_CHANGE };
	struct logged_program program;
	struct timed timed;
	size_t i;

	timed_start(DBGSHM_HISTORY_OFF);
	timed_begin(&program, 4, 10);
	timed_run(&program, log_of, 0, 5);
	timed_open(&timed, getpid());
	CHECK(timeline_moment(timed.timeline)->first_real_ns == 0);
	CHECK(timed_go(&timed, TIMELINE_PAUSE, 0) == 0);
	timed_run(&program, log_of, 5, 10);
	(void)timed_update(&timed);
	timed_same(&timed, &log_of[4]);
	for (i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		CHECK(timed_go(&timed, moves[i], -1) == -1);
		CHECK(strstr(timed.why, "no history") != NULL);
		timed_same(&timed, &log_of[4]);
		CHECK(timeline_moment(timed.timeline)->state == MOMENT_PAUSED);
	}
	CHECK(timed_go(&timed, TIMELINE_PAUSE, 0) == 0);
	(void)timed_update(&timed);
	timed_same(&timed, &log_of[9]);
	timed_close(&timed);
}

/* ---- death ------------------------------------------------------------------------------ */

/* A program of its own that is ready when it has written a byte. */
static pid_t
begin_program(size_t seconds, uint64_t seed)
{
	struct logged_program program;
	int ready[2];
	char byte;
	pid_t pid;

	CHECK(pipe(ready) == 0);
	if ((pid = fork()) == 0) {
		timed_start(0);
		timed_begin(&program, seed, seconds);
		timed_run(&program, log_of, 0, seconds);
		CHECK(write(ready[1], log_of, sizeof(log_of[0]) * seconds) ==
		    (ssize_t)(sizeof(log_of[0]) * seconds));
		for (;;)
			pause();
	}
	CHECK(read(ready[0], log_of, 1) == 1);
	for (size_t got = 1; got < sizeof(log_of[0]) * seconds;) {
		ssize_t more = read(ready[0], (char *)log_of + got,
		    sizeof(log_of[0]) * seconds - got);

		CHECK(more > 0);
		got += (size_t)more;
	}
	(void)byte;
	return (pid);
}

static void
death(void)
{
	struct timed timed;
	const struct model_target *target;
	pid_t pid = begin_program(60, 5);
	size_t k;

	timed_open(&timed, pid);
	CHECK(timed_go(&timed, TIMELINE_PAUSE, 0) == 0);
	target = &timed_update(&timed)->target;
	CHECK(target->state == DBGSHM_LIFE_LIVE);
	CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
	target = &timed_update(&timed)->target;
	CHECK(target->state == DBGSHM_LIFE_DEAD);
	CHECK(target->since_real_ns != 0);
	CHECK(timeline_moment(timed.timeline)->state == MOMENT_PAUSED);
	timed_same(&timed, &log_of[59]);
	for (k = 60; k-- > 0;) {
		CHECK(timed_go(&timed, TIMELINE_STEP, -1) == 0);
		timed_same(&timed, &log_of[k]);
		target = &timed_update(&timed)->target;
		CHECK(target->past && target->state == DBGSHM_LIFE_DEAD);
	}
	CHECK(timed_go(&timed, TIMELINE_LIVE, 0) == 0);
	target = &timed_update(&timed)->target;
	CHECK(target->state == DBGSHM_LIFE_DEAD && !target->past);
	timed_same(&timed, &log_of[59]);
	timed_close(&timed);

	/* And whoever comes later. */
	timed_open(&timed, pid);
	CHECK(timed_go(&timed, TIMELINE_OLDEST, 0) == 0);
	CHECK(timed_go(&timed, TIMELINE_STEP, 30) == 0);
	k = timed_second(&timed, log_of, 60);
	timed_same(&timed, &log_of[k]);
	timed_close(&timed);
}

/* ---- gaps -------------------------------------------------------------------------------- */

static void
gaps(void)
{
	const struct moment *moment;
	struct logged_program program;
	struct timed timed;

	timed_start(0);
	timed_begin(&program, 6, 20 + 40);
	timed_run(&program, log_of, 0, 10);
	program.now_ns += 40 * LOGGED_SECOND;
	timed_run(&program, log_of, 10, 20);
	timed_open(&timed, getpid());
	moment = timeline_moment(timed.timeline);
	CHECK(timed_at(&timed, moment->last_real_ns - 30 * LOGGED_SECOND) == 0);
	timed_same(&timed, &log_of[9]);
	CHECK((moment->gap_ns + LOGGED_SECOND / 2) / LOGGED_SECOND == 41);
	CHECK(timed_metric(&timed, "logged", "counter")->rate ==
	    (double)(log_of[9].counter - log_of[8].counter));
	CHECK(timed_go(&timed, TIMELINE_STEP, 1) == 0);
	timed_same(&timed, &log_of[10]);
	CHECK((moment->gap_ns + LOGGED_SECOND / 2) / LOGGED_SECOND == 41);
	CHECK(isnan(timed_metric(&timed, "logged", "counter")->rate));
	CHECK(timed_go(&timed, TIMELINE_STEP, 1) == 0);
	CHECK(moment->gap_ns == 0);
	CHECK(!isnan(timed_metric(&timed, "logged", "counter")->rate));
	/* Back over it: no rate of what was shown before. */
	CHECK(timed_go(&timed, TIMELINE_STEP, -1) == 0);
	CHECK(isnan(timed_metric(&timed, "logged", "counter")->rate));
	timed_close(&timed);
}

/* ---- two regions ---------------------------------------------------------- */

static struct dbgshm_region *
watch_self(struct dbgshm_gauge *gauge)
{
	const struct dbgshm_metric metric = logged_metric("both");
	const struct dbgshm_subject subject = { .pid = getpid(),
		.uid = geteuid(),
		.gid = getegid(),
		.start_ticks = timed_start_ticks(),
		.name = "both" };
	struct dbgshm_profile *profile;
	struct dbgshm_region *region;

	region = dbgshm_region_create(
	    &(struct dbgshm_options){
		.sampling = DBGSHM_SAMPLER_TICK, .state = DBGSHM_PUBLISHED },
	    &subject, NULL);
	CHECK(region != NULL);
	profile = dbgshm_region_profile_add(region, "same", "", NULL);
	CHECK(dbgshm_gauge_create(profile, &metric, gauge) == 0);
	return (region);
}

/* One of them reaches less far back: paths and ids are the same all the same. */
static void
two_regions(void)
{
	const struct dbgshm_metric metric = logged_metric("both");
	const struct series *series;
	struct series_wants wants = { 0 };
	struct dbgshm_gauge watched, own;
	struct dbgshm_region *region = watch_self(&watched);
	struct series_key key;
	struct timed timed;
	uint64_t now_ns = timed_mono_ns() - 31 * LOGGED_SECOND, id;
	int64_t i;

	for (i = 0; i < 30; i++) {
		if (i == 15) {
			timed_start(0);
			CHECK(dbgshm_gauge_create(
				  dbgshm_profile_add("same", "", NULL), &metric,
				  &own) == 0);
		}
		now_ns += LOGGED_SECOND;
		dbgshm_region_gauge_set(region, watched, i);
		CHECK(dbgshm_region_tick(region, now_ns) == 0);
		if (i < 15)
			continue;
		dbgshm_gauge_set(own, 100 + i);
		CHECK(dbgshm_tick(now_ns + LOGGED_SECOND / 10) == 0);
	}
	timed_open_self(&timed);
	CHECK(timed_metric(&timed, "same", "both")->value.i == 129);
	CHECK(timed_metric(&timed, "watch/same", "both")->value.i == 29);
	id = timed_metric(&timed, "watch/same", "both")->id;
	for (i = 30; i-- > 15;) {
		CHECK(timed_go(&timed, TIMELINE_STEP, -1) == 0);
		CHECK(timed_metric(&timed, "same", "both")->value.i == 100 + i);
		CHECK(timed_metric(&timed, "watch/same", "both")->value.i == i);
		CHECK(timeline_moment(timed.timeline)->absent == NULL);
	}
	/* The picture before its first tick is a sample, too. */
	while (timeline_moment(timed.timeline)->absent == NULL)
		CHECK(timed_go(&timed, TIMELINE_STEP, -1) == 0);
	CHECK(strcmp(timeline_moment(timed.timeline)->absent, "own") == 0);
	CHECK(timed_metric(&timed, "watch/same", "both")->value.i <= 14);
	CHECK(timed_metric(&timed, "watch/same", "both")->id == id);
	CHECK(model_profile(timeline_model(timed.timeline), "same") == NULL);
	key = series_of_metric(id, SERIES_SHOWN);
	series_want(&wants, key, UINT64_MAX);
	series = series_find(timeline_series(timed.timeline, &wants), &key);
	CHECK(series != NULL && series->lowest == 0 && series->highest == 29);
	series_wants_fini(&wants);
	timed_close(&timed);
	dbgshm_region_destroy(region, 0);
}

/* ---- claims -------------------------------------------------------------------------------- */

#define CLAIM(name, body)                                                      \
	static void name(void **state)                                         \
	{                                                                      \
		(void)state;                                                   \
		assert_int_equal(in_child(body), 0);                           \
	}

CLAIM(test_each_moment_is_as_it_was_written_down, walk)
CLAIM(test_a_paused_target_stands_still_and_goes_on_in_the_region, stand_still)
CLAIM(test_what_was_there_at_the_pause_stays, given_up)
CLAIM(test_without_history_it_pauses_and_says_why_it_does_not_go_back, without)
CLAIM(test_death_is_told_and_the_past_stays, death)
CLAIM(test_there_are_no_rates_over_a_gap, gaps)
CLAIM(test_two_regions_keep_their_names_where_one_is_absent, two_regions)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_moment_is_as_it_was_written_down),
		cmocka_unit_test(
		    test_a_paused_target_stands_still_and_goes_on_in_the_region),
		cmocka_unit_test(test_what_was_there_at_the_pause_stays),
		cmocka_unit_test(
		    test_without_history_it_pauses_and_says_why_it_does_not_go_back),
		cmocka_unit_test(test_death_is_told_and_the_past_stays),
		cmocka_unit_test(test_there_are_no_rates_over_a_gap),
		cmocka_unit_test(
		    test_two_regions_keep_their_names_where_one_is_absent),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
