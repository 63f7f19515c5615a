/*
 * t_feed_life.c - claims about the life of a process, as a mirror tells it.
 */
#include "logged.h"
#include "mirrored.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <sys/prctl.h>

#define TICKS 100

static struct logged log_of[TICKS];
static struct mirrored rig;
static char path[256];

/* A process that has worked and waits; told to go on it works once more, without a
 * tick, is in the middle of a row and waits. */
static int go[2], ready[2];

static pid_t
worker(void)
{
	struct logged_program program;
	struct dbgshm_row row;
	size_t t;
	pid_t child;
	char byte;

	CHECK(pipe(ready) == 0 && pipe(go) == 0);
	if ((child = fork()) == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		own_start();
		logged_begin(&program, 5);
		for (t = 0; t < TICKS; t++)
			logged_step(&program, t, &log_of[t]);
		CHECK(write(ready[1], "", 1) == 1);
		CHECK(read(go[0], &byte, 1) == 1);
		dbgshm_counter_add(program.counter, 12345);
		dbgshm_gauge_set(program.gauge, 777);
		row = dbgshm_row_claim(program.table);
		dbgshm_row_set(row, 0, 4711);
		dbgshm_row_end(row);
		dbgshm_row_begin(row);
		CHECK(write(ready[1], "", 1) == 1);
		for (;;)
			pause();
	}
	CHECK(child != -1 && read(ready[0], &byte, 1) == 1);
	CHECK(region_file(child, false, path, sizeof(path)));
	return (child);
}

static void
work_once_more(void)
{
	char byte;

	CHECK(write(go[1], "", 1) == 1 && read(ready[0], &byte, 1) == 1);
}

static void
same_life(enum dbgshm_life life)
{
	CHECK(dbgshm_reader_refresh(rig.region) == 0);
	CHECK(dbgshm_reader_life(rig.region) == life);
	CHECK(dbgshm_reader_life(rig.image) == life);
}

/* A piece, although no byte of the region is new. */
static void
poll_until(enum dbgshm_life life)
{
	size_t tries = 0;

	do {
		mirrored_poll(&rig);
		(void)usleep(1000);
	} while (dbgshm_reader_life(rig.image) != life && ++tries < 20000);
	CHECK(dbgshm_reader_life(rig.image) == life);
}

static void
killed(void)
{
	struct dbgshm_reader *region;
	pid_t child = worker();
	size_t table, i, pieces;

	CHECK(dbgshm_reader_open(path, &region, NULL) == 0);
	mirrored_begin(&rig, region, 0, 0);
	mirrored_poll(&rig);
	same_life(DBGSHM_LIFE_LIVE);
	work_once_more();
	CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
	mirrored_poll(&rig);
	same_life(DBGSHM_LIFE_DEAD);
	/* What it did after its last tick, and what it was doing. */
	same_values(region, rig.image);
	CHECK(
	    dbgshm_reader_value(rig.image, own_metric(rig.image, "gauge")).i ==
	    777);
	CHECK(dbgshm_reader_now_ns(region) == dbgshm_reader_now_ns(rig.image));
	for (table = 0; dbgshm_reader_table(rig.image, table)->capacity != 64;)
		table++;
	for (i = 0; i < dbgshm_reader_row_count(rig.image, table); i++)
		if (dbgshm_reader_row(rig.image, table, i)->state ==
		    DBGSHM_ROWSTATE_TORN_AT_DEATH)
			break;
	CHECK(i < dbgshm_reader_row_count(rig.image, table));
	/* Nothing more will come. */
	pieces = rig.pieces;
	mirrored_poll(&rig);
	CHECK(rig.pieces == pieces);
	mirrored_end(&rig);
	/* A feed that comes after its death tells the same. */
	mirrored_begin(&rig, region, 0, 0);
	mirrored_poll(&rig);
	same_life(DBGSHM_LIFE_DEAD);
	same_values(region, rig.image);
	CHECK(dbgshm_reader_now_ns(region) == dbgshm_reader_now_ns(rig.image));
	mirrored_end(&rig);
	dbgshm_reader_close(region);
	(void)unlink(path);
}

static void
test_mirror_shows_the_last_state_of_a_dead_process(void **state)
{
	(void)state;
	assert_int_equal(in_child(killed), 0);
}

static void
stopped(void)
{
	struct dbgshm_reader *region;
	pid_t child = worker();
	uint64_t now_ns;

	CHECK(dbgshm_reader_open(path, &region, NULL) == 0);
	mirrored_begin(&rig, region, 0, 0);
	mirrored_poll(&rig);
	work_once_more();
	CHECK(kill(child, SIGSTOP) == 0);
	poll_until(DBGSHM_LIFE_STOPPED);
	same_life(DBGSHM_LIFE_STOPPED);
	same_values(region, rig.image);
	now_ns = dbgshm_reader_now_ns(rig.image);
	CHECK(now_ns <= dbgshm_reader_now_ns(region));
	CHECK(kill(child, SIGCONT) == 0);
	poll_until(DBGSHM_LIFE_LIVE);
	CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
	poll_until(DBGSHM_LIFE_DEAD);
	mirrored_end(&rig);
	dbgshm_reader_close(region);
	(void)unlink(path);
}

static void
test_stopping_and_going_on_are_told_without_a_tick(void **state)
{
	(void)state;
	assert_int_equal(in_child(stopped), 0);
}

/* Before the first tick there is a present all the same. */
static void
young(void)
{
	struct logged_program program;
	struct logged entry;

	own_start();
	logged_begin(&program, 5);
	dbgshm_gauge_set(program.gauge, 42);
	mirrored_begin(&rig, own_reader(), 0, 0);
	mirrored_poll(&rig);
	CHECK(
	    dbgshm_reader_value(rig.image, own_metric(rig.image, "gauge")).i ==
	    42);
	CHECK(dbgshm_reader_life(rig.image) == DBGSHM_LIFE_LIVE);
	logged_step(&program, 0, &entry);
	mirrored_poll(&rig);
	logged_same_metrics(rig.image, &entry);
	mirrored_close(&rig);
}

static void
test_region_that_has_not_ticked_yet_has_a_present(void **state)
{
	(void)state;
	assert_int_equal(in_child(young), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_mirror_shows_the_last_state_of_a_dead_process),
		cmocka_unit_test(
		    test_stopping_and_going_on_are_told_without_a_tick),
		cmocka_unit_test(
		    test_region_that_has_not_ticked_yet_has_a_present),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
