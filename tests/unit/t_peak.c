/*
 * t_peak.c - claims about high-water marks.
 */
#include "own.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SCALE 20
#else
#define SCALE 1
#endif

#define THREADS 4
#define ROUNDS (200000 / SCALE)

static struct dbgshm_profile *profile;
static struct dbgshm_gauge gauge, real;
static struct dbgshm_updown updown;

static struct dbgshm_gauge
gauge_of(const char *name)
{
	struct dbgshm_metric metric = { name, NULL, 0, 0, 0, NULL, 0 };
	struct dbgshm_gauge made = { 0, 0 };

	CHECK(dbgshm_gauge_create(profile, &metric, &made) == 0);
	CHECK(made.cell != 0 && made.peak != 0);
	return (made);
}

static void
start(void)
{
	struct dbgshm_metric metric = { "real", NULL, 0, 0, 0, NULL, 0 };

	own_start();
	CHECK((profile = dbgshm_profile_add("t", "peaks", NULL)) != NULL);
	gauge = gauge_of("gauge");
	CHECK(dbgshm_float_create(profile, &metric, &real) == 0);
	metric.name = "updown";
	CHECK(dbgshm_updown_create(profile, &metric, &updown) == 0);
}

struct mark {
	bool there;
	union dbgshm_value value;
	uint64_t stamp;
};

static struct mark
mark_in(const struct dbgshm_reader *reader, const char *name)
{
	struct mark mark = { false, { 0 }, 0 };

	mark.there = dbgshm_reader_peak(
	    reader, own_metric(reader, name), &mark.value, &mark.stamp);
	return (mark);
}

static struct mark
mark_of(const char *name)
{
	struct dbgshm_reader *reader = own_reader();
	struct mark mark = mark_in(reader, name);

	dbgshm_reader_close(reader);
	return (mark);
}

/* ---- by ticks --------------------------------------------------------------------- */

static void
ticks(void)
{
	struct mark first, later;
	uint64_t before;

	start();
	CHECK(!mark_of("gauge").there && !mark_of("updown").there);
	dbgshm_gauge_set(gauge, -40);
	before = dbgshm_now();
	CHECK(dbgshm_tick(0) == 0);
	first = mark_of("gauge");
	CHECK(first.there && first.value.i == -40);
	CHECK(first.stamp >= before && first.stamp <= dbgshm_now());
	dbgshm_gauge_set(gauge, -50);
	CHECK(dbgshm_tick(0) == 0);
	CHECK(mark_of("gauge").value.i == -40);
	CHECK(mark_of("gauge").stamp == first.stamp);
	dbgshm_gauge_set(gauge, 90); /* no tick sees this one */
	dbgshm_gauge_set(gauge, 60);
	CHECK(dbgshm_tick(0) == 0);
	later = mark_of("gauge");
	CHECK(later.value.i == 60 && later.stamp > first.stamp);
}

static void
test_a_tick_raises_the_mark_and_nothing_lowers_it(void **state)
{
	(void)state;
	assert_int_equal(in_child(ticks), 0);
}

static void
floats(void)
{
	start();
	dbgshm_float_set(real, NAN);
	CHECK(dbgshm_tick(0) == 0);
	CHECK(!mark_of("real").there);
	dbgshm_float_set(real, -2.5);
	CHECK(dbgshm_tick(0) == 0);
	CHECK(mark_of("real").value.d == -2.5);
	dbgshm_float_set(real, NAN);
	CHECK(dbgshm_tick(0) == 0);
	CHECK(mark_of("real").value.d == -2.5);
	dbgshm_float_set(real, 1e300);
	CHECK(dbgshm_tick(0) == 0);
	dbgshm_float_set(real, -1e300);
	CHECK(dbgshm_tick(0) == 0);
	CHECK(mark_of("real").value.d == 1e300);
}

static void
test_marks_of_floats_leave_out_what_is_not_a_number(void **state)
{
	(void)state;
	assert_int_equal(in_child(floats), 0);
}

static void *
up_and_down(void *unused)
{
	int i;

	(void)unused;
	for (i = 0; i < ROUNDS; i++) {
		dbgshm_updown_inc(updown, 1);
		dbgshm_updown_dec(updown, 1);
	}
	return (NULL);
}

/* No more than each thread's one, although the cells are never read at once. */
static void
updowns(void)
{
	pthread_t threads[THREADS];
	int i;

	start();
	dbgshm_updown_dec(updown, 7);
	CHECK(dbgshm_tick(0) == 0);
	CHECK(mark_of("updown").value.i == -7);
	dbgshm_updown_inc(updown, 7);
	for (i = 0; i < THREADS; i++)
		CHECK(
		    pthread_create(&threads[i], NULL, up_and_down, NULL) == 0);
	for (i = 0; i < ROUNDS / 100; i++) {
		CHECK(dbgshm_tick(0) == 0);
		CHECK(i % 64 != 0 || mark_of("updown").value.i <= THREADS);
	}
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(dbgshm_tick(0) == 0);
	CHECK(mark_of("updown").value.i >= 0);
	CHECK(mark_of("updown").value.i <= THREADS);
	dbgshm_updown_inc(updown, 1000);
	CHECK(dbgshm_tick(0) == 0);
	dbgshm_updown_dec(updown, 1000);
	CHECK(dbgshm_tick(0) == 0);
	CHECK(mark_of("updown").value.i == 1000);
}

static void
test_marks_of_updowns_are_never_higher_than_the_truth(void **state)
{
	(void)state;
	assert_int_equal(in_child(updowns), 0);
}

static void
watched(void)
{
	struct dbgshm_options options = { .sampling = DBGSHM_SAMPLER_TICK };
	struct dbgshm_subject subject = { .pid = 1, .unnamed = 1 };
	struct dbgshm_region *region;
	struct dbgshm_reader *reader;
	struct mark mark;
	int descriptor;

	region = dbgshm_region_create(&options, &subject, &descriptor);
	CHECK(region != NULL);
	profile = dbgshm_region_profile_add(region, "t", "peaks", NULL);
	gauge = gauge_of("gauge");
	dbgshm_region_gauge_set(region, gauge, -3);
	CHECK(dbgshm_region_tick(region, 5000000000) == 0);
	dbgshm_region_gauge_set(region, gauge, -4);
	CHECK(dbgshm_region_tick(region, 6000000000) == 0);
	CHECK(dbgshm_reader_attach(descriptor, &reader, NULL) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	mark = mark_in(reader, "gauge");
	CHECK(mark.there && mark.value.i == -3 && mark.stamp == 5000000000);
	dbgshm_reader_close(reader);
	dbgshm_region_destroy(region, 0);
}

static void
test_regions_about_others_have_marks(void **state)
{
	(void)state;
	assert_int_equal(in_child(watched), 0);
}

/* ---- the exact form ------------------------------------------------------------------ */

static void
exact(void)
{
	struct dbgshm_gauge zero = { 0, 0 };
	struct mark mark;
	uint64_t before;

	start();
	before = dbgshm_now();
	dbgshm_gauge_set_peak(gauge, -9); /* no tick has been */
	mark = mark_of("gauge");
	CHECK(mark.there && mark.value.i == -9 && mark.stamp >= before);
	dbgshm_gauge_set_peak(gauge, 77);
	dbgshm_gauge_set_peak(gauge, 5);
	CHECK(mark_of("gauge").value.i == 77);
	CHECK(dbgshm_tick(0) == 0);
	CHECK(mark_of("gauge").value.i == 77);
	dbgshm_gauge_set_peak(zero, 1);
	dbgshm_gauge_set_peak(zero, -1);
	dbgshm_gauge_set_peak(zero, 1);
	CHECK(mark_of("gauge").value.i == 77);
}

static void
test_the_exact_form_sees_what_no_tick_sees(void **state)
{
	(void)state;
	assert_int_equal(in_child(exact), 0);
}

/* Both threads at once, again and again: the larger one must win. */
static uint64_t arrived;

static void
meet(uint64_t times)
{
	uint64_t spins = 0;

	(void)dbgshm__fetch_add(&arrived, 1);
	while (dbgshm__load_acquire(&arrived) < 2 * times)
		if (++spins % 1024 == 0) /* one processor for both */
			(void)sched_yield();
}

static int64_t
mark_now(void)
{
	return ((int64_t)dbgshm__load_relaxed(dbgshm__gauges + gauge.peak));
}

static void *
setter(void *argument)
{
	int64_t me = *(const int *)argument, i;

	for (i = 0; i < ROUNDS; i++) {
		meet((uint64_t)(2 * i + 1));
		dbgshm_gauge_set_peak(gauge, 2 * i + me);
		meet((uint64_t)(2 * i + 2));
		CHECK(mark_now() == 2 * i + 1);
	}
	return (NULL);
}

static void
race(void)
{
	pthread_t thread;
	int ids[2] = { 0, 1 };

	start();
	CHECK(pthread_create(&thread, NULL, setter, &ids[1]) == 0);
	(void)setter(&ids[0]);
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(mark_of("gauge").value.i == 2 * (int64_t)ROUNDS - 1);
}

static void
test_the_exact_form_is_exact_with_threads(void **state)
{
	(void)state;
	assert_int_equal(in_child(race), 0);
}

/* ---- what becomes of marks --------------------------------------------------------------- */

static void
in_fork(void)
{
	own_start();
	CHECK(!mark_of("gauge").there || mark_of("gauge").value.i == 0);
	dbgshm_gauge_set_peak(gauge_of("late"), -5);
	CHECK(mark_of("late").value.i == -5);
}

static void
forks(void)
{
	start();
	dbgshm_gauge_set(gauge, 500);
	CHECK(dbgshm_tick(0) == 0);
	CHECK(in_child(in_fork) == 0);
	CHECK(mark_of("gauge").value.i == 500);
}

static void
in_orphan(void)
{
	/* Nobody looks before it has a region again. */
	dbgshm_gauge_set_peak(gauge, -12);
	own_start();
	dbgshm_gauge_set(gauge, -13);
	CHECK(mark_of("gauge").value.i == -12);
}

static void
orphans(void)
{
	start();
	dbgshm_gauge_set_peak(gauge, 500);
	CHECK(in_child(in_orphan) == 0);
}

static void
test_a_forked_child_starts_with_marks_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(in_child(forks), 0);
	assert_int_equal(in_child(orphans), 0);
}

static void
revival(void)
{
	struct dbgshm_gauge again;

	start();
	dbgshm_gauge_set_peak(gauge, 42);
	CHECK(dbgshm_metric_remove(profile, "gauge", NULL, 0) == 0);
	again = gauge_of("gauge");
	CHECK(again.cell == gauge.cell && again.peak == gauge.peak);
	CHECK(mark_of("gauge").value.i == 42);
}

static void
test_a_revived_gauge_goes_on_from_its_mark(void **state)
{
	(void)state;
	assert_int_equal(in_child(revival), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_tick_raises_the_mark_and_nothing_lowers_it),
		cmocka_unit_test(
		    test_marks_of_floats_leave_out_what_is_not_a_number),
		cmocka_unit_test(
		    test_marks_of_updowns_are_never_higher_than_the_truth),
		cmocka_unit_test(test_regions_about_others_have_marks),
		cmocka_unit_test(test_the_exact_form_sees_what_no_tick_sees),
		cmocka_unit_test(test_the_exact_form_is_exact_with_threads),
		cmocka_unit_test(
		    test_a_forked_child_starts_with_marks_of_its_own),
		cmocka_unit_test(test_a_revived_gauge_goes_on_from_its_mark),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
