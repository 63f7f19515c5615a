/*
 * t_thread.c - claims about what the library knows of a thread, and of time.
 */
#include "own.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

#define THREADS 3
#define MS UINT64_C(1000000)

static struct dbgshm_counter counter;
static pthread_barrier_t turn;

static void
start(void)
{
	struct dbgshm_metric metric = { "n", NULL, 0, 0, 0, NULL, 0 };
	struct dbgshm_options options = { .sampling = DBGSHM_SAMPLER_TICK,
		.state = DBGSHM_PUBLISHED,
		.shards = THREADS + 1 };

	CHECK(dbgshm_init(&options) == 0);
	CHECK(dbgshm_counter_create(dbgshm_profile_add("t", "threads", NULL),
		  &metric, &counter) == 0);
	dbgshm_counter_add(counter, 1);
}

/* ---- threads ---------------------------------------------------------------------- */

static void
off(void)
{
	dbgshm_thread_enter();
	CHECK(dbgshm__thread.tid == 0 && dbgshm__thread.ring == 0);
	start();
	CHECK(dbgshm__thread.tid == (uint32_t)gettid());
	CHECK(dbgshm__shard != NULL && dbgshm__thread.ring != 0);
}

static void
test_init_enters_its_thread_and_off_enters_none(void **state)
{
	(void)state;
	assert_int_equal(in_child(off), 0);
}

/* Each writes down what it was given, while the others have theirs. */
static void *
enter(void *argument)
{
	struct dbgshm__thread *mine = argument;

	CHECK(dbgshm__thread.tid == 0 && dbgshm__shard == NULL);
	dbgshm_thread_enter();
	*mine = dbgshm__thread;
	CHECK(mine->tid == (uint32_t)gettid() && mine->operation == 0);
	(void)pthread_barrier_wait(&turn);
	return (NULL);
}

static void
enter_all(struct dbgshm__thread *seen)
{
	pthread_t threads[THREADS];
	int i;

	CHECK(pthread_barrier_init(&turn, NULL, THREADS) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, enter, &seen[i]) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
}

static void
rings(void)
{
	struct dbgshm__thread seen[THREADS];
	uint32_t used;
	int round, i;

	start();
	for (i = 0; i < 8; i++) { /* until all have cells that are ready */
		enter_all(seen);
		CHECK(dbgshm_tick(0) == 0);
	}
	for (round = 0; round < 50; round++) { /* ends give them back */
		enter_all(seen);
		used = 1u << dbgshm__thread.ring;
		for (i = 0; i < THREADS; i++) {
			CHECK(seen[i].ring >= 1 && seen[i].ring <= THREADS + 1);
			CHECK((used & 1u << seen[i].ring) == 0);
			used |= 1u << seen[i].ring;
		}
	}
}

static void
test_a_ring_is_one_thread_s_at_a_time(void **state)
{
	(void)state;
	assert_int_equal(in_child(rings), 0);
}

static void *
one_add(void *argument)
{
	dbgshm_counter_add(counter, 1);
	*(struct dbgshm__thread *)argument = dbgshm__thread;
	return (NULL);
}

static void
first_count(void)
{
	struct dbgshm__thread seen;
	pthread_t thread;

	start();
	CHECK(pthread_create(&thread, NULL, one_add, &seen) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(seen.tid == 0 && seen.ring != 0);
	CHECK(seen.ring != dbgshm__thread.ring);
}

static void
test_the_first_count_gives_a_ring_without_a_system_call(void **state)
{
	(void)state;
	assert_int_equal(in_child(first_count), 0);
}

static pthread_key_t late; /* its destructor runs after the library's */
static uint32_t ring_at_end = UINT32_MAX;

static void
at_end(void *unused)
{
	(void)unused;
	ring_at_end = dbgshm__thread.ring;
}

static void *
enter_and_end(void *unused)
{
	(void)unused;
	dbgshm_thread_enter();
	CHECK(dbgshm__thread.ring != 0);
	CHECK(pthread_setspecific(late, &late) == 0);
	return (NULL);
}

static void
end(void)
{
	pthread_t thread;

	start();
	CHECK(pthread_key_create(&late, at_end) == 0);
	CHECK(pthread_create(&thread, NULL, enter_and_end, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(ring_at_end == 0);
}

static void
test_a_thread_that_has_given_its_cells_back_has_no_ring(void **state)
{
	(void)state;
	assert_int_equal(in_child(end), 0);
}

static void
in_fork(void)
{
	CHECK(dbgshm__thread.tid == (uint32_t)getpid());
	CHECK(dbgshm__thread.ring == 0 && dbgshm__shard == NULL);
	dbgshm_counter_add(counter, 1);
	CHECK(dbgshm__thread.ring != 0);
}

static void
forks(void)
{
	uint32_t ring;

	start();
	ring = dbgshm__thread.ring;
	CHECK(in_child(in_fork) == 0);
	CHECK(dbgshm__thread.ring == ring);
	CHECK(dbgshm__thread.tid == (uint32_t)getpid());
}

static void
test_a_forked_child_is_a_thread_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(in_child(forks), 0);
}

/* ---- time ----------------------------------------------------------------------------- */

static uint64_t
clock_ns(void)
{
	struct timespec now;

	CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return ((uint64_t)now.tv_sec * 1000 * MS + (uint64_t)now.tv_nsec);
}

/* Nanoseconds by stamps against those of the clock, around and inside. */
static void
check_elapsed(void)
{
	uint64_t outer = clock_ns(), from = dbgshm_now(), inner = clock_ns();
	uint64_t least, most, to, elapsed;

	while (clock_ns() - inner < 20 * MS)
		continue;
	least = clock_ns() - inner;
	to = dbgshm_now();
	most = clock_ns() - outer;
	elapsed = dbgshm_elapsed_ns(from, to);
	CHECK(elapsed >= least - least / 100);
	CHECK(elapsed <= most + most / 100);
	CHECK(dbgshm_since_ns(from) >= elapsed);
	CHECK(dbgshm_elapsed_ns(to, to) == 0);
}

static void
stamps(void)
{
	struct dbgshm_reader *reader;
	uint64_t before, stamp, ns;

	CHECK(dbgshm_now() == 0 && dbgshm__clock_now() == 0);
	start();
	check_elapsed();
	CHECK(dbgshm_tick(0) == 0);
	before = clock_ns();
	stamp = dbgshm_now();
	reader = own_reader();
	ns = dbgshm_reader_stamp_ns(reader, stamp);
	CHECK(ns + MS >= before && ns <= clock_ns() + MS);
	dbgshm_reader_close(reader);
	dbgshm__stamp_mult = 0; /* as where nobody trusts the TSC */
	stamp = dbgshm_now();
	CHECK(stamp >= before && stamp <= clock_ns());
	check_elapsed();
}

static void
test_stamps_are_time_by_either_clock(void **state)
{
	(void)state;
	assert_int_equal(in_child(stamps), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_init_enters_its_thread_and_off_enters_none),
		cmocka_unit_test(test_a_ring_is_one_thread_s_at_a_time),
		cmocka_unit_test(
		    test_the_first_count_gives_a_ring_without_a_system_call),
		cmocka_unit_test(
		    test_a_thread_that_has_given_its_cells_back_has_no_ring),
		cmocka_unit_test(test_a_forked_child_is_a_thread_of_its_own),
		cmocka_unit_test(test_stamps_are_time_by_either_clock),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
