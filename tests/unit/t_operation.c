/*
 * t_operation.c - claims about operations: seen from begin to end and after,
 * measured, one in another.
 */
#include "operation.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

/* ---- one operation --------------------------------------------------------------- */

static void
life(void)
{
	struct dbgshm_operation op;
	struct seen seen;
	uint64_t before;

	start();
	before = dbgshm_now();
	op = dbgshm_operation_begin(ops, WRITE, "a/file");
	seen = see(op);
	CHECK(seen.there && !seen.finished && seen.kind == WRITE);
	CHECK(strcmp(seen.detail, "a/file") == 0);
	CHECK(seen.start >= before && seen.start <= dbgshm_now());
	CHECK(seen.thread == (uint64_t)gettid() && seen.parent == 0);
	CHECK(seen.progressed == 0 && seen.outcome == DBGSHM_OUTCOME_NONE);
	dbgshm_operation_progress(&op, 3, 10, "copying");
	seen = see(op);
	CHECK(seen.done == 3 && seen.total == 10);
	CHECK(strcmp(seen.phase, "copying") == 0);
	CHECK(seen.progressed >= seen.start);
	before = seen.progressed;
	dbgshm_operation_progress(&op, 4, 10, NULL);
	seen = see(op);
	CHECK(seen.done == 4 && strcmp(seen.phase, "copying") == 0);
	CHECK(seen.progressed >= before && !seen.finished);
	dbgshm_operation_end(&op, DBGSHM_OUTCOME_TIMEOUT);
	seen = see(op);
	CHECK(seen.finished && seen.outcome == DBGSHM_OUTCOME_TIMEOUT);
	CHECK(seen.end >= seen.progressed && seen.done == 4);
	CHECK(strcmp(seen.detail, "a/file") == 0);
}

static void
test_an_operation_is_seen_from_begin_to_end_and_after(void **state)
{
	(void)state;
	assert_int_equal(in_child(life), 0);
}

static void
measures(void)
{
	struct dbgshm_operation op, rowless[2];
	struct dbgshm_histogram_info info;
	struct seen seen;
	int i;

	start();
	for (i = 0; i < 10; i++) {
		op = dbgshm_operation_begin(ops, READ, NULL);
		dbgshm_operation_end(
		    &op, i < 7 ? DBGSHM_OUTCOME_OK : DBGSHM_OUTCOME_FAILED);
	}
	info = latency("read");
	CHECK(info.count == 10 && info.sum > 0);
	CHECK(outcomes("read", "ok") == 7 && outcomes("read", "failed") == 3);
	CHECK(latency("write").count == 0);
	op = dbgshm_operation_begin(ops, WRITE, NULL);
	dbgshm_operation_end(&op, DBGSHM_OUTCOME_CANCELLED);
	seen = see(op);
	CHECK(latency("write").sum == dbgshm_elapsed_ns(seen.start, seen.end));
	CHECK(outcomes("write", "cancelled") == 1);
	op = dbgshm_operation_begin(ops, WRITE, NULL);
	dbgshm_operation_end(&op, 99); /* no such outcome */
	CHECK(outcomes("write", "failed") == 1);

	for (i = 0; i < CAPACITY; i++)
		(void)dbgshm_operation_begin(ops, READ, NULL);
	for (i = 0; i < 2; i++)
		rowless[i] = dbgshm_operation_begin(ops, READ, "no row");
	CHECK(rowless[0].row.words == NULL && dropped() == 2);
	dbgshm_operation_progress(&rowless[0], 1, 2, "x");
	for (i = 0; i < 2; i++)
		dbgshm_operation_end(&rowless[i], DBGSHM_OUTCOME_OK);
	CHECK(latency("read").count == 12 && outcomes("read", "ok") == 9);
}

static void
test_every_operation_is_measured_also_without_a_row(void **state)
{
	(void)state;
	assert_int_equal(in_child(measures), 0);
}

static void
running(void)
{
	struct dbgshm_operation oldest, op;
	int i;

	start();
	oldest = dbgshm_operation_begin(ops, READ, "oldest");
	for (i = 0; i < 1000; i++) {
		op = dbgshm_operation_begin(ops, WRITE, "short");
		CHECK(op.row.words != NULL);
		dbgshm_operation_end(&op, DBGSHM_OUTCOME_OK);
	}
	CHECK(see(oldest).there && !see(oldest).finished);
	dbgshm_operation_end(&oldest, DBGSHM_OUTCOME_OK);
	for (i = 0; i < CAPACITY - 1; i++) {
		op = dbgshm_operation_begin(ops, WRITE, "short");
		dbgshm_operation_end(&op, DBGSHM_OUTCOME_OK);
	}
	CHECK(see(oldest).there && dropped() == 0);
}

static void
test_running_ones_stay_and_the_last_to_end_is_seen_longest(void **state)
{
	(void)state;
	assert_int_equal(in_child(running), 0);
}

/* ---- one in another ------------------------------------------------------------------ */

static void
nesting(void)
{
	struct dbgshm_operation outer, middle, inner, next;

	start();
	outer = dbgshm_operation_begin(ops, READ, "outer");
	middle = dbgshm_operation_begin(ops, WRITE, "middle");
	inner = dbgshm_operation_begin(ops, READ, "inner");
	CHECK(see(outer).parent == 0);
	CHECK(see(middle).parent == dbgshm_row_reference(outer.row));
	CHECK(see(inner).parent == dbgshm_row_reference(middle.row));
	dbgshm_operation_end(&inner, DBGSHM_OUTCOME_OK);
	next = dbgshm_operation_begin(ops, READ, "next");
	CHECK(see(next).parent == dbgshm_row_reference(middle.row));
	dbgshm_operation_end(&next, DBGSHM_OUTCOME_OK);
	/* Out of order: what is still there is the parent of the next one. */
	dbgshm_operation_end(&outer, DBGSHM_OUTCOME_OK);
	next = dbgshm_operation_begin(ops, READ, "next");
	CHECK(see(next).parent == dbgshm_row_reference(middle.row));
	dbgshm_operation_end(&next, DBGSHM_OUTCOME_OK);
	dbgshm_operation_end(&middle, DBGSHM_OUTCOME_OK);
	next = dbgshm_operation_begin(ops, READ, "next");
	CHECK(see(next).parent == 0);
}

static void
test_an_operation_knows_what_it_is_a_part_of(void **state)
{
	(void)state;
	assert_int_equal(in_child(nesting), 0);
}

static void
nesting_without_rows(void)
{
	struct dbgshm_operation op[CAPACITY], none, inner;
	uint64_t middle;
	int i;

	start();
	for (i = 0; i < CAPACITY; i++)
		op[i] = dbgshm_operation_begin(ops, READ, "fills");
	none = dbgshm_operation_begin(ops, READ, "without a row");
	dbgshm_operation_end(&op[0], DBGSHM_OUTCOME_OK);
	inner = dbgshm_operation_begin(ops, READ, "inner");
	CHECK(see(inner).parent == dbgshm_row_reference(op[3].row));
	dbgshm_operation_end(&inner, DBGSHM_OUTCOME_OK);
	dbgshm_operation_end(&none, DBGSHM_OUTCOME_OK);
	middle = dbgshm__thread.operation;
	CHECK(middle == dbgshm_row_reference(op[3].row));
}

static void
test_one_without_a_row_hides_nothing_around_it(void **state)
{
	(void)state;
	assert_int_equal(in_child(nesting_without_rows), 0);
}

static void *
ender(void *argument)
{
	dbgshm_operation_end(argument, DBGSHM_OUTCOME_OK);
	CHECK(dbgshm__thread.operation == 0);
	return (NULL);
}

static void
elsewhere(void)
{
	struct dbgshm_operation outer, inner, next;
	pthread_t thread;

	start();
	outer = dbgshm_operation_begin(ops, READ, "outer");
	inner = dbgshm_operation_begin(ops, READ, "ended by another thread");
	CHECK(pthread_create(&thread, NULL, ender, &inner) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(see(inner).finished && latency("read").count == 1);
	next = dbgshm_operation_begin(ops, READ, "next");
	CHECK(see(next).parent == dbgshm_row_reference(outer.row));
}

static void
test_another_thread_may_end_it(void **state)
{
	(void)state;
	assert_int_equal(in_child(elsewhere), 0);
}

static void *
worker(void *argument)
{
	struct dbgshm_operation *request = argument, part;
	uint64_t before;

	dbgshm_thread_enter();
	before = dbgshm_operation_enter(request);
	part = dbgshm_operation_begin(ops, WRITE, "part");
	CHECK(see(part).parent == dbgshm_row_reference(request->row));
	CHECK(see(part).thread == (uint64_t)gettid());
	dbgshm_operation_end(&part, DBGSHM_OUTCOME_OK);
	dbgshm_operation_leave(before);
	CHECK(dbgshm__thread.operation == 0);
	return (NULL);
}

static void
handing_over(void)
{
	struct dbgshm_operation request, other;
	uint64_t before;
	pthread_t thread;

	start();
	request = dbgshm_operation_begin(ops, READ, "request");
	before = dbgshm_operation_enter(NULL);
	other = dbgshm_operation_begin(ops, READ, "another request");
	CHECK(see(other).parent == 0);
	CHECK(pthread_create(&thread, NULL, worker, &request) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	dbgshm_operation_leave(before);
	other = dbgshm_operation_begin(ops, READ, "part of the request");
	CHECK(see(other).parent == dbgshm_row_reference(request.row));
}

static void
test_a_thread_can_go_on_with_the_operation_of_another(void **state)
{
	(void)state;
	assert_int_equal(in_child(handing_over), 0);
}

/* ---- registration, removal, forks --------------------------------------------------------- */

static bool
fails(const char *const *names, uint32_t capacity, int error)
{
	struct dbgshm_profile *other = dbgshm_profile_add("other", "x", NULL);
	struct dbgshm_reader *reader = own_reader();
	size_t metrics = dbgshm_reader_metric_count(reader);
	bool result;

	errno = 0;
	result = dbgshm_operations_create(other, names, capacity) == NULL &&
	    errno == error;
	/* Half of it is nothing. */
	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(dbgshm_reader_metric_count(reader) == metrics);
	dbgshm_reader_close(reader);
	CHECK(dbgshm_profile_remove(other) == 0);
	return (result);
}

static void
mistakes(void)
{
	static const char *const none[] = { NULL };
	static const char *const twice[] = { "a", "b", "a", NULL };
	static const char *const odd[] = { "not so", NULL };

	CHECK(dbgshm_operations_create(NULL, kinds, 4) == NULL);
	CHECK(errno == ENOTSUP);
	start();
	CHECK(fails(NULL, 4, EINVAL) && fails(none, 4, EINVAL));
	CHECK(fails(odd, 4, EINVAL) && fails(twice, 4, EEXIST));
	CHECK(fails(kinds, 0, EINVAL) && fails(kinds, 1u << 21, EINVAL));
	CHECK(dbgshm_operations_create(profile, kinds, 4) == NULL);
	CHECK(errno == EEXIST);
	CHECK(fails(kinds, 1u << 20, ENOSPC));
	CHECK(latency("read").count == 0);
}

static void
test_mistakes_are_errors_at_registration(void **state)
{
	(void)state;
	assert_int_equal(in_child(mistakes), 0);
}

static void
revival(void)
{
	struct dbgshm_operation before, op;

	start();
	before = dbgshm_operation_begin(ops, READ, "before");
	CHECK(dbgshm_profile_remove(profile) == 0);
	dbgshm_operation_end(&before, DBGSHM_OUTCOME_OK);
	op = dbgshm_operation_begin(ops, READ, "meanwhile");
	dbgshm_operation_end(&op, DBGSHM_OUTCOME_OK);
	CHECK(dbgshm_profile_add("ops", "work", NULL) == profile);
	CHECK(dbgshm_operations_create(profile, kinds, CAPACITY) == ops);
	op = dbgshm_operation_begin(ops, READ, "after");
	CHECK(see(op).there && see(op).parent == 0);
	dbgshm_operation_end(&op, DBGSHM_OUTCOME_OK);
	CHECK(see(op).finished);
}

static void
test_a_removed_set_that_comes_back_is_the_same(void **state)
{
	(void)state;
	assert_int_equal(in_child(revival), 0);
}

static struct dbgshm_operation inherited;

static void
in_fork(void)
{
	struct dbgshm_operation op;

	CHECK(dbgshm__thread.operation == 0 && dbgshm__thread.ring == 0);
	CHECK(dbgshm__thread.tid == (uint32_t)getpid());
	own_start();
	dbgshm_operation_progress(&inherited, 5, 5, "child");
	dbgshm_operation_end(&inherited, DBGSHM_OUTCOME_FAILED);
	CHECK(latency("read").count == 0);
	op = dbgshm_operation_begin(ops, READ, "child");
	CHECK(see(op).parent == 0 && see(op).thread == (uint64_t)getpid());
	dbgshm_operation_end(&op, DBGSHM_OUTCOME_OK);
	CHECK(latency("read").count == 1);
}

static void
forks(void)
{
	start();
	inherited = dbgshm_operation_begin(ops, READ, "parent");
	CHECK(in_child(in_fork) == 0);
	CHECK(!see(inherited).finished && see(inherited).done == 0);
	dbgshm_operation_end(&inherited, DBGSHM_OUTCOME_OK);
	CHECK(latency("read").count == 1 && outcomes("read", "failed") == 0);
}

static void
test_a_forked_child_is_in_the_middle_of_nothing(void **state)
{
	(void)state;
	assert_int_equal(in_child(forks), 0);
}

/* ---- spans ----------------------------------------------------------------------------------- */

static void
spans(void)
{
	struct dbgshm_metric metric = { "span", NULL, DBGSHM_UNIT_NS, 0, 0,
		NULL, 0 };
	struct dbgshm_histogram histogram = { 0, 0 };
	struct dbgshm_histogram_info info;
	struct dbgshm_reader *reader;
	struct timespec from, to;
	uint64_t begin, ns;

	dbgshm_span_end(histogram, dbgshm_span_begin()); /* off */
	start();
	CHECK(dbgshm_histogram_create(profile, &metric, &histogram) == 0);
	CHECK(clock_gettime(CLOCK_MONOTONIC, &from) == 0);
	begin = dbgshm_span_begin();
	do {
		CHECK(clock_gettime(CLOCK_MONOTONIC, &to) == 0);
		ns = (uint64_t)(to.tv_sec - from.tv_sec) * 1000000000u +
		    (uint64_t)to.tv_nsec - (uint64_t)from.tv_nsec;
	} while (ns < 20000000);
	dbgshm_span_end(histogram, begin);
	CHECK(clock_gettime(CLOCK_MONOTONIC, &to) == 0);
	reader = own_reader();
	CHECK(dbgshm_reader_histogram(
		  reader, own_metric(reader, "span"), &info) == 0);
	ns = (uint64_t)(to.tv_sec - from.tv_sec) * 1000000000u +
	    (uint64_t)to.tv_nsec - (uint64_t)from.tv_nsec;
	/* The multiplier is a millisecond old: a little off. */
	CHECK(info.count == 1 && info.sum >= 19000000);
	CHECK(info.sum <= ns + ns / 20);
	dbgshm_reader_close(reader);
}

static void
test_a_span_is_measured_in_nanoseconds(void **state)
{
	(void)state;
	assert_int_equal(in_child(spans), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_an_operation_is_seen_from_begin_to_end_and_after),
		cmocka_unit_test(
		    test_every_operation_is_measured_also_without_a_row),
		cmocka_unit_test(
		    test_running_ones_stay_and_the_last_to_end_is_seen_longest),
		cmocka_unit_test(test_an_operation_knows_what_it_is_a_part_of),
		cmocka_unit_test(
		    test_one_without_a_row_hides_nothing_around_it),
		cmocka_unit_test(test_another_thread_may_end_it),
		cmocka_unit_test(
		    test_a_thread_can_go_on_with_the_operation_of_another),
		cmocka_unit_test(test_mistakes_are_errors_at_registration),
		cmocka_unit_test(
		    test_a_removed_set_that_comes_back_is_the_same),
		cmocka_unit_test(
		    test_a_forked_child_is_in_the_middle_of_nothing),
		cmocka_unit_test(test_a_span_is_measured_in_nanoseconds),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
