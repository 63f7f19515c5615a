/* t_shapes_trails.c - claims about trails: whose they are, which step is live. */
#include "shown.h"
#include "trap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <ucontext.h>

#include <cmocka.h>

static struct dbgshm_profile *
start(void)
{
	own_start();
	return (dbgshm_profile_add("shape", "of a test", NULL));
}

static void
trail_order(void)
{
	struct dbgshm_steps *steps = dbgshm_steps_create(start(), 2, 3);
	struct dbgshm_trail first = dbgshm_trail_claim(steps, "first");
	struct dbgshm_trail second = dbgshm_trail_claim(steps, "second"), none;
	const struct dbgshm_row_info *row;
	struct shown shown;

	CHECK(first.number != 0 && second.number != 0);
	none = dbgshm_trail_claim(steps, "third");
	CHECK(none.number == 0);
	dbgshm_trail_step(none, "nobody's", NULL);
	dbgshm_trail_step(first, "open", "a");
	dbgshm_trail_step(first, "read", "a");
	dbgshm_trail_step(second, "sleep", NULL);
	dbgshm_trail_step(first, "write", "b");
	dbgshm_trail_step(first, "close", "b");
	shown_open(&shown, "shape");
	CHECK(shown_count(&shown) == 4);
	CHECK(shown_table(&shown)->drop_rows == 1);
	CHECK(shown_find(&shown, DBGSHM_STEP_STEP, "open") == NULL);
	row = shown_find(&shown, DBGSHM_STEP_STEP, "write");
	CHECK(row != NULL && row->state == DBGSHM_ROWSTATE_FINISHED);
	CHECK(dbgshm_reader_row_end_ns(shown.reader, row) != 0);
	row = shown_row(&shown, 0); /* newest first */
	CHECK(shown_is(&shown, row, DBGSHM_STEP_STEP, "close"));
	CHECK(shown_is(&shown, row, DBGSHM_STEP_DETAIL, "b"));
	CHECK(shown_is(&shown, row, DBGSHM_STEP_TRAIL, "first"));
	CHECK(shown_u(&shown, row, DBGSHM_STEP_NUMBER) == 4);
	CHECK(shown_u(&shown, row, DBGSHM_STEP_THREAD) == (uint64_t)getpid());
	CHECK(row->state == DBGSHM_ROWSTATE_LIVE);
	dbgshm_trail_rest(first);
	dbgshm_trail_rest(first);
	shown_refresh(&shown);
	row = shown_find(&shown, DBGSHM_STEP_STEP, "close");
	CHECK(row != NULL && row->state == DBGSHM_ROWSTATE_FINISHED);
	row = shown_find(&shown, DBGSHM_STEP_STEP, "sleep");
	CHECK(row != NULL && row->state == DBGSHM_ROWSTATE_LIVE);
	shown_close(&shown);
}

static void
test_the_present_step_is_the_live_one(void **state)
{
	(void)state;
	assert_int_equal(in_child(trail_order), 0);
}

static void
trail_claims(void)
{
	struct dbgshm_steps *steps = dbgshm_steps_create(start(), 2, 2);
	struct dbgshm_trail old = dbgshm_trail_claim(steps, "old"), new;
	struct shown shown;

	dbgshm_trail_step(old, "last words", NULL);
	dbgshm_trail_release(old);
	/* The other one has been free for longer. */
	new = dbgshm_trail_claim(steps, "new");
	dbgshm_trail_step(new, "one", NULL);
	dbgshm_trail_step(old, "after release", NULL);
	shown_open(&shown, "shape");
	CHECK(shown_count(&shown) == 2);
	CHECK(shown_find(&shown, DBGSHM_STEP_STEP, "last words") != NULL);
	new = dbgshm_trail_claim(steps, "newer");
	CHECK(new.number == old.number);
	dbgshm_trail_step(old, "of somebody else", NULL);
	dbgshm_trail_rest(old);
	dbgshm_trail_release(old);
	shown_refresh(&shown);
	CHECK(shown_find(&shown, DBGSHM_STEP_STEP, "last words") == NULL);
	CHECK(shown_count(&shown) == 1);
	dbgshm_trail_step(new, "two", NULL);
	shown_refresh(&shown);
	CHECK(shown_u(&shown, shown_find(&shown, DBGSHM_STEP_STEP, "two"),
		  DBGSHM_STEP_NUMBER) == 1);
	shown_close(&shown);
}

static void
test_a_released_trail_keeps_its_steps_until_the_next_claim(void **state)
{
	(void)state;
	assert_int_equal(in_child(trail_claims), 0);
}

/* A table that was removed comes back with another number of trails. */
static void
trail_division(void)
{
	struct dbgshm_profile *profile = start();
	struct dbgshm_steps *steps = dbgshm_steps_create(profile, 1, 8);
	struct dbgshm_trail trail, old = dbgshm_trail_claim(steps, "old");
	struct shown shown;
	char name[16];
	int i;

	CHECK(dbgshm_profile_remove(profile) == 0);
	profile = dbgshm_profile_add("shape", "again", NULL);
	CHECK((steps = dbgshm_steps_create(profile, 8, 1)) != NULL);
	for (i = 0; i < 8; i++) {
		(void)snprintf(name, sizeof(name), "trail %d", i);
		trail = dbgshm_trail_claim(steps, name);
		CHECK(trail.number != 0);
		dbgshm_trail_step(trail, name, NULL);
		dbgshm_trail_step(old, "nobody's", NULL);
	}
	shown_open(&shown, "shape");
	CHECK(shown_count(&shown) == 8);
	CHECK(shown_find(&shown, DBGSHM_STEP_STEP, "nobody's") == NULL);
	CHECK(shown_find(&shown, DBGSHM_STEP_STEP, "trail 7") != NULL);
	shown_close(&shown);
}

static void
test_a_table_of_steps_may_come_back_divided_otherwise(void **state)
{
	(void)state;
	assert_int_equal(in_child(trail_division), 0);
}

static void
step_operation(void)
{
	static const char *const kinds[] = { "serve", NULL };
	struct dbgshm_steps *steps = dbgshm_steps_create(start(), 1, 2);
	struct dbgshm_operations *set = dbgshm_operations_create(
	    dbgshm_profile_add("ops", "x", NULL), kinds, 2);
	struct dbgshm_trail trail = dbgshm_trail_claim(steps, "t");
	struct dbgshm_operation operation =
	    dbgshm_operation_begin(set, 0, "request");
	struct dbgshm_reference reference;
	struct shown shown;

	dbgshm_trail_step(trail, "in it", NULL);
	dbgshm_operation_end(&operation, DBGSHM_OUTCOME_OK);
	dbgshm_trail_step(trail, "after it", NULL);
	shown_open(&shown, "shape");
	CHECK(dbgshm_reader_reference(shown.reader,
		  shown_u(&shown, shown_find(&shown, DBGSHM_STEP_STEP, "in it"),
		      DBGSHM_STEP_OPERATION),
		  &reference) == 0);
	CHECK(reference.row == 0 && reference.table != -1);
	CHECK(shown_u(&shown, shown_find(&shown, DBGSHM_STEP_STEP, "after it"),
		  DBGSHM_STEP_OPERATION) == 0);
	shown_close(&shown);
}

static void
test_a_step_knows_its_operation(void **state)
{
	(void)state;
	assert_int_equal(in_child(step_operation), 0);
}

/* ---- a table that goes away under a step ------------------------------------------- */

#ifdef TRAP_FLAG

#define GUARDS 256

static struct dbgshm_profile *shape;
static volatile bool stepping;
static volatile unsigned instruction, change_at;

/* After one instruction of the step the same rows become one trail, not eight:
 * another thread could do that. */
static void
on_trap(int signal, siginfo_t *info, void *context)
{
	ucontext_t *where = context;

	(void)signal;
	(void)info;
	if (stepping && instruction++ != change_at)
		return;
	where->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
	if (!stepping)
		return;
	CHECK(dbgshm_profile_remove(shape) == 0);
	shape = dbgshm_profile_add("shape", NULL, NULL);
	CHECK(dbgshm_steps_create(shape, 1, 8) != NULL);
}

static void
changed_meanwhile(void)
{
	struct sigaction trap = { .sa_sigaction = on_trap,
		.sa_flags = SA_SIGINFO };
	struct dbgshm_table *guards;
	struct dbgshm_trail trail = { NULL, 0, 0 };
	struct dbgshm_steps *steps;
	struct shown shown;
	size_t i;

	shape = start();
	CHECK(dbgshm_steps_create(shape, 8, 1) != NULL);
	/* They lie behind it, where a step of its eighth trail must not go. */
	guards = dbgshm_heartbeats_create(
	    dbgshm_profile_add("guards", NULL, NULL), GUARDS);
	for (i = 0; i < GUARDS; i++)
		(void)dbgshm_heart_claim(guards, "guard", 0);
	shown_open(&shown, "guards");
	CHECK(sigaction(SIGTRAP, &trap, NULL) == 0);
	for (change_at = 0; instruction >= change_at; change_at++) {
		CHECK(dbgshm_profile_remove(shape) == 0);
		shape = dbgshm_profile_add("shape", NULL, NULL);
		CHECK((steps = dbgshm_steps_create(shape, 8, 1)) != NULL);
		for (i = 0; i < 8; i++)
			trail = dbgshm_trail_claim(steps, "last");
		instruction = 0;
		stepping = true;
		trap_set();
		dbgshm_trail_step(trail, "open", "a");
		stepping = false;
		shown_refresh(&shown);
		CHECK(shown_count(&shown) == GUARDS);
		for (i = 0; i < GUARDS; i++)
			CHECK(shown_is(&shown, shown_row(&shown, i),
			    DBGSHM_HEARTBEAT_NAME, "guard"));
	}
	CHECK(change_at > 100);
	shown_close(&shown);
}

static void
test_a_step_stays_in_its_table_when_that_changes(void **state)
{
	(void)state;
	assert_int_equal(in_child(changed_meanwhile), 0);
}

#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_present_step_is_the_live_one),
		cmocka_unit_test(
		    test_a_released_trail_keeps_its_steps_until_the_next_claim),
		cmocka_unit_test(
		    test_a_table_of_steps_may_come_back_divided_otherwise),
		cmocka_unit_test(test_a_step_knows_its_operation),
#ifdef TRAP_FLAG
		cmocka_unit_test(
		    test_a_step_stays_in_its_table_when_that_changes),
#endif
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
