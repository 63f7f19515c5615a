/*
 * t_slowest.c - claims about the operations that took longest, asked of a region
 * whose rows have long been taken by others.
 */
#include "changing.h"

#include "viewer/slowest.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SLOW_NS 20000000 /* among operations of microseconds */

static const char *const kinds[] = { "serve", "sync", NULL };

static void
one(struct dbgshm_operations *work, unsigned kind, const char *on,
    long long sleep_ns, unsigned outcome)
{
	const struct timespec time = { .tv_nsec = (long)sleep_ns };
	struct dbgshm_operation operation =
	    dbgshm_operation_begin(work, kind, on);

	if (sleep_ns > 0)
		nanosleep(&time, NULL);
	dbgshm_operation_end(&operation, outcome);
}

/* Two slow ones among many, then so many that no row of theirs is left. */
static void
many(void)
{
	struct dbgshm_operations *busy;
	struct slowest *slowest;
	char on[32];
	size_t i;

	begin(120);
	busy = dbgshm_operations_create(
	    dbgshm_profile_add("busy", "operations", NULL), kinds, 4);
	CHECK(busy != NULL);
	for (i = 0; i < 100; i++) {
		(void)snprintf(on, sizeof(on), "item %zu", i);
		one(busy, 0, on, 0, DBGSHM_OUTCOME_OK);
		if (i == 75) /* the list is full already */
			one(busy, 1, "the slow one", SLOW_NS,
			    DBGSHM_OUTCOME_FAILED);
		if (i == 85)
			one(busy, 0, "half as slow", SLOW_NS / 2,
			    DBGSHM_OUTCOME_OK);
		tick();
	}
	look(0);
	slowest = slowest_make(seen.history, &seen.source, 1, 0, WINDOW);
	CHECK(slowest->count == SLOWEST_MOST);
	CHECK(slowest->looked_at >= 90);
	CHECK(strcmp(slowest->list[0].on, "the slow one") == 0);
	CHECK(strcmp(slowest->list[0].kind, "sync") == 0);
	CHECK(strcmp(slowest->list[0].state, "failed") == 0);
	CHECK(strcmp(slowest->list[0].path, "busy") == 0);
	CHECK(slowest->list[0].profile == tree_id("busy", 4));
	CHECK(slowest->list[0].ended);
	CHECK(slowest->list[0].elapsed_ns >= SLOW_NS);
	CHECK(strcmp(slowest->list[1].on, "half as slow") == 0);
	for (i = 1; i < slowest->count; i++)
		CHECK(slowest->list[i].elapsed_ns <=
		    slowest->list[i - 1].elapsed_ns);
	slowest_free(slowest);

	/* Before the slow one, nobody knows of it. */
	slowest = slowest_make(seen.history, &seen.source, 1,
	    history_sample(seen.history, 10).real_ns, WINDOW);
	CHECK(slowest->count > 0 && slowest->count <= 12);
	for (i = 0; i < slowest->count; i++)
		CHECK(strncmp(slowest->list[i].on, "item ", 5) == 0);
	slowest_free(slowest);
	look_away();
}

static void
test_the_slowest_are_found_when_their_rows_are_gone(void **state)
{
	(void)state;
	assert_int_equal(in_child(many), 0);
}

static void
none(void)
{
	struct slowest *slowest;

	begin(10);
	run(5);
	look(0);
	slowest = slowest_make(seen.history, &seen.source, 1, 0, WINDOW);
	CHECK(slowest->count == 0);
	slowest_free(slowest);
	slowest = slowest_make(seen.history, &seen.source, 1, 1, WINDOW);
	CHECK(slowest->count == 0 && slowest->looked_at == 0);
	slowest_free(slowest);
	slowest_free(NULL);
	look_away();
}

static void
test_without_operations_nothing_is_slow(void **state)
{
	(void)state;
	assert_int_equal(in_child(none), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_the_slowest_are_found_when_their_rows_are_gone),
		cmocka_unit_test(test_without_operations_nothing_is_slow),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
