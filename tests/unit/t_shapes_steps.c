/*
 * t_shapes_steps.c - the property of trails: whatever has been stepped on, the newest
 * step can be seen, at every fill level, with threads and signal handlers.
 */
#include "interrupt.h"
#include "shown.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SCALE 10
#else
#define SCALE 1
#endif

#define EACH_MOST 9
#define TRAILS 3
#define THREADS 4
#define EACH 8
#define LOOKS (2000 / SCALE)
#define HANDLER_STEPS (2000 / SCALE)
#define TIMER_NS 50000

static struct dbgshm_trail trails[THREADS];
static uint64_t done, frames, published[THREADS], handled;

static struct dbgshm_steps *
start(uint32_t count, uint32_t each)
{
	char path[64];
	struct dbgshm_profile *profile;

	(void)snprintf(path, sizeof(path), "steps/%u.%u", count, each);
	profile = dbgshm_profile_add(path, "of a test", NULL);
	return (dbgshm_steps_create(profile, count, each));
}

/* ---- every fill level ------------------------------------------------------------- */

/* After `number` steps of a trail with `each`: just those, and the last lives. */
static void
look(const struct shown *shown, const char *trail, uint64_t number,
    uint32_t each, bool rests)
{
	const struct dbgshm_row_info *row;
	uint64_t seen = 0, n;
	bool found[EACH_MOST] = { false };
	size_t i;

	for (i = 0; i < shown_count(shown); i++) {
		row = shown_row(shown, i);
		if (!shown_is(shown, row, DBGSHM_STEP_TRAIL, trail))
			continue;
		n = shown_u(shown, row, DBGSHM_STEP_NUMBER);
		CHECK(n <= number && n + each > number);
		CHECK(!found[number - n]);
		found[number - n] = true;
		/* Newest first. */
		CHECK(seen == 0 ? n == number : n < seen);
		seen = n;
		CHECK(row->state ==
		    (n == number && !rests ? DBGSHM_ROWSTATE_LIVE
					   : DBGSHM_ROWSTATE_FINISHED));
	}
	for (i = 0; i < each && i < number; i++)
		CHECK(found[i]);
}

static void
every_level(void)
{
	static const char *const names[] = { "a", "b", "c" };
	struct dbgshm_trail trail[TRAILS];
	struct dbgshm_steps *steps;
	struct shown shown;
	uint32_t each, i, k;
	char path[64];

	own_start();
	for (each = 1; each <= EACH_MOST; each++) {
		CHECK((steps = start(TRAILS, each)) != NULL);
		(void)snprintf(path, sizeof(path), "steps/%u.%u", TRAILS, each);
		shown_open(&shown, path);
		for (i = 0; i < TRAILS; i++)
			trail[i] = dbgshm_trail_claim(steps, names[i]);
		for (k = 1; k <= 3 * each + 2; k++) {
			for (i = 0; i < TRAILS; i++) {
				dbgshm_trail_step(trail[i], "s", names[i]);
				shown_refresh(&shown);
				look(&shown, names[i], k, each, false);
			}
			/* Rest now and then. */
			if (k % 3 != 0)
				continue;
			dbgshm_trail_rest(trail[0]);
			shown_refresh(&shown);
			look(&shown, names[0], k, each, true);
			look(&shown, names[1], k, each, false);
		}
		CHECK(shown_table(&shown)->drop_busy == 0);
		shown_close(&shown);
	}
}

static void
test_newest_step_is_visible_at_every_fill_level(void **state)
{
	(void)state;
	assert_int_equal(in_child(every_level), 0);
}

/* ---- while others look -------------------------------------------------------------- */

/* Some steps each time that somebody begins to look, at the same time.  A frame
 * reads the rows one after the other: who goes round all of them meanwhile has
 * other steps in the first ones than the frame. */
static void *
stepper(void *argument)
{
	uint64_t *mine = argument, frame;
	struct dbgshm_trail trail = trails[mine - published];
	int k;

	while (dbgshm__load_relaxed(&done) == 0) {
		frame = dbgshm__load_acquire(&frames);
		for (k = 0; k < EACH / 4; k++) {
			dbgshm_trail_step(trail, "open", "/some/file");
			/* From here on somebody may ask for it. */
			dbgshm__store_release(mine, *mine + 1);
		}
		while (dbgshm__load_acquire(&frames) == frame &&
		    dbgshm__load_relaxed(&done) == 0)
			(void)sched_yield();
	}
	return (NULL);
}

/* The highest number of a trail that is whole; 0 when one is half written. */
static uint64_t
newest(const struct shown *shown, const char *name)
{
	const struct dbgshm_row_info *row;
	uint64_t best = 0, n;
	size_t i;

	for (i = 0; i < shown_count(shown); i++) {
		row = shown_row(shown, i);
		if (row->state != DBGSHM_ROWSTATE_LIVE &&
		    row->state != DBGSHM_ROWSTATE_FINISHED)
			return (0);
		if (!shown_is(shown, row, DBGSHM_STEP_TRAIL, name))
			continue;
		n = shown_u(shown, row, DBGSHM_STEP_NUMBER);
		best = n > best ? n : best;
	}
	return (best);
}

static void
while_looking(void)
{
	pthread_t threads[THREADS];
	struct dbgshm_steps *steps;
	struct shown shown;
	uint64_t before[THREADS], n, checked = 0;
	char name[16];
	int i, k;

	own_start();
	CHECK((steps = start(THREADS, EACH)) != NULL);
	for (i = 0; i < THREADS; i++) {
		(void)snprintf(name, sizeof(name), "t%d", i);
		trails[i] = dbgshm_trail_claim(steps, name);
		CHECK(pthread_create(
			  &threads[i], NULL, stepper, &published[i]) == 0);
	}
	shown_open(&shown, "steps/4.8");
	for (k = 0; k < LOOKS; k++) {
		for (i = 0; i < THREADS; i++)
			before[i] = dbgshm__load_acquire(&published[i]);
		(void)dbgshm__fetch_add(&frames, 1);
		shown_refresh(&shown);
		for (i = 0; i < THREADS; i++) {
			(void)snprintf(name, sizeof(name), "t%d", i);
			if ((n = newest(&shown, name)) == 0)
				continue;
			/* What was there before we looked is not missed. */
			CHECK(n >= before[i]);
			checked++;
		}
	}
	dbgshm__store_relaxed(&done, 1);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(checked > 0);
	shown_refresh(&shown);
	for (i = 0; i < THREADS; i++) {
		(void)snprintf(name, sizeof(name), "t%d", i);
		CHECK(newest(&shown, name) == published[i]);
	}
	CHECK(shown_table(&shown)->drop_busy == 0);
	shown_close(&shown);
}

static void
test_newest_step_is_visible_while_threads_step(void **state)
{
	(void)state;
	assert_int_equal(in_child(while_looking), 0);
}

/* ---- signal handlers on the same trail ------------------------------------------------ */

static void
on_signal(int number)
{
	(void)number;
	dbgshm_trail_step(trails[0], "handler", NULL);
	handled++;
}

static void
with_handlers(void)
{
	const struct dbgshm_row_info *row;
	struct shown shown;
	sigset_t block;
	timer_t timer;
	uint64_t stepped = 0;
	size_t i, live;
	int k;

	own_start();
	trails[0] = dbgshm_trail_claim(start(1, 3), "both");
	shown_open(&shown, "steps/1.3");
	(void)sigemptyset(&block);
	(void)sigaddset(&block, SIGUSR1);
	timer = interrupt_me(on_signal, TIMER_NS);
	while (handled < HANDLER_STEPS) {
		for (k = 0; k < 50; k++) {
			dbgshm_trail_step(trails[0], "main", "x");
			stepped++;
		}
		/* Now in peace: the newest is there, and one is live. */
		CHECK(sigprocmask(SIG_BLOCK, &block, NULL) == 0);
		dbgshm_trail_step(trails[0], "last", "x");
		stepped++;
		shown_refresh(&shown);
		row = shown_row(&shown, 0);
		CHECK(shown_is(&shown, row, DBGSHM_STEP_STEP, "last"));
		CHECK(shown_u(&shown, row, DBGSHM_STEP_NUMBER) ==
		    stepped + handled - shown_table(&shown)->drop_busy);
		for (i = live = 0; i < shown_count(&shown); i++)
			live +=
			    shown_row(&shown, i)->state == DBGSHM_ROWSTATE_LIVE;
		CHECK(live == 1 && row->state == DBGSHM_ROWSTATE_LIVE);
		CHECK(sigprocmask(SIG_UNBLOCK, &block, NULL) == 0);
	}
	interrupt_no_more(timer);
	/* Of three rows a handler always finds one that is not busy. */
	CHECK(shown_table(&shown)->drop_busy == 0);
	shown_close(&shown);
}

static void
test_handlers_step_between_without_hiding_the_newest(void **state)
{
	(void)state;
	assert_int_equal(in_child(with_handlers), 0);
}

/* ---- forks -------------------------------------------------------------------------- */

static void
forked(void)
{
	struct dbgshm_steps *steps;
	struct dbgshm_trail old, new;
	struct shown shown;
	int status;
	pid_t child;

	own_start();
	CHECK((steps = start(1, 2)) != NULL);
	old = dbgshm_trail_claim(steps, "parent");
	dbgshm_trail_step(old, "parent's", NULL);
	if ((child = fork()) == 0) {
		dbgshm_trail_step(old, "child's", NULL);
		own_start();
		/* The parent's claim does not keep the child from its own. */
		new = dbgshm_trail_claim(steps, "child");
		CHECK(new.number != 0);
		dbgshm_trail_step(old, "nobody's", NULL);
		dbgshm_trail_step(new, "mine", NULL);
		shown_open(&shown, "steps/1.2");
		CHECK(shown_count(&shown) == 1);
		CHECK(shown_find(&shown, DBGSHM_STEP_STEP, "mine") != NULL);
		shown_close(&shown);
		exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	dbgshm_trail_step(old, "still", NULL);
	shown_open(&shown, "steps/1.2");
	CHECK(shown_find(&shown, DBGSHM_STEP_STEP, "still") != NULL);
	shown_close(&shown);
}

static void
test_a_forked_child_claims_anew(void **state)
{
	(void)state;
	assert_int_equal(in_child(forked), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_newest_step_is_visible_at_every_fill_level),
		cmocka_unit_test(
		    test_newest_step_is_visible_while_threads_step),
		cmocka_unit_test(
		    test_handlers_step_between_without_hiding_the_newest),
		cmocka_unit_test(test_a_forked_child_claims_anew),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
