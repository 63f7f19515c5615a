/*
 * t_events_follow.c - ten million events of four threads, while a reader follows:
 * each is shown once and in order, or counted as lost.  The sums are exact.
 * limit: 600
 */
#include "follower.h"

#include <dbgshm/events.h>

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SCALE 50
#else
#define SCALE 1
#endif

#define THREADS 4
#define EVENTS (2500000u / SCALE)
#define STRIDE 8192 /* events between two looks at the reader, when paced */

static const struct dbgshm_column numbers[] = {
	{ "who", DBGSHM_TYPE_GAUGE, 0, NULL, 0, 0, 0, NULL },
	{ "what", DBGSHM_TYPE_GAUGE, 0, NULL, 0, 0, 0, NULL },
};
static const struct dbgshm_event_kind kind = { "counted", "{who} counts {what}",
	DBGSHM_SEVERITY_DEBUG, numbers, 2 };

static struct dbgshm_log *journal;
static struct dbgshm_event counted;
static uint64_t running, polls;
static bool paced;

/* Until the reader has begun a poll after now, and come to its end. */
static void
wait_for_reader(void)
{
	uint64_t now = dbgshm__load_acquire(&polls);

	while (dbgshm__load_acquire(&polls) < now + 2)
		(void)sched_yield();
}

static void *
writer(void *number)
{
	uint64_t words[2] = { (uint64_t)(uintptr_t)number, 0 };

	dbgshm_thread_enter();
	for (; words[1] < EVENTS; words[1]++) {
		dbgshm_event_words(journal, counted, dbgshm_now(), words, 2);
		if (paced && words[1] % STRIDE == 0)
			wait_for_reader();
	}
	(void)__atomic_fetch_sub(&running, 1, __ATOMIC_RELEASE);
	return (NULL);
}

static void *
follow(void *argument)
{
	struct follower *follower = argument;

	CHECK(follower_open(follower, getpid()));
	while (dbgshm__load_acquire(&running) != 0) {
		follower_poll(follower);
		dbgshm__store_release(&polls, polls + 1);
	}
	/* What was younger than a poll comes with the next ones. */
	follower_poll(follower);
	follower_poll(follower);
	return (NULL);
}

static pthread_barrier_t together;

static void *
enter(void *unused)
{
	(void)unused;
	dbgshm_thread_enter();
	(void)pthread_barrier_wait(&together);
	return (NULL);
}

/* Cells, and with them rings, for all threads from their first event on. */
static void
make_shards_ready(void)
{
	pthread_t threads[THREADS];
	int round, i;

	CHECK(pthread_barrier_init(&together, NULL, THREADS) == 0);
	for (round = 0; round < 3; round++) {
		for (i = 0; i < THREADS; i++)
			CHECK(pthread_create(&threads[i], NULL, enter, NULL) ==
			    0);
		for (i = 0; i < THREADS; i++)
			CHECK(pthread_join(threads[i], NULL) == 0);
		CHECK(dbgshm_tick(0) == 0);
	}
}

static void
run(const struct dbgshm_log_options *options)
{
	const struct dbgshm_options ticked = {
		.sampling = DBGSHM_SAMPLER_TICK,
		.state = DBGSHM_PUBLISHED,
		.max_bytes = 32 << 20,
	};
	pthread_t threads[THREADS], reader;
	struct follower follower;
	unsigned i;

	CHECK(dbgshm_init(&ticked) == 0);
	if (paced)
		make_shards_ready();
	CHECK(
	    (journal = dbgshm_log_create(
		 dbgshm_profile_add("net", "network", NULL), options)) != NULL);
	CHECK(dbgshm_event_create(journal, &kind, &counted) == 0);
	running = THREADS;
	CHECK(pthread_create(&reader, NULL, follow, &follower) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, writer,
			  (void *)(uintptr_t)i) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(pthread_join(reader, NULL) == 0);
	(void)printf("%llu shown, %llu lost\n",
	    (unsigned long long)follower.shown,
	    (unsigned long long)dbgshm_events_lost(follower.events));
	CHECK(follower.shown + dbgshm_events_lost(follower.events) ==
	    (uint64_t)THREADS * EVENTS);
	CHECK(follower.shown > 0);
	CHECK(!paced || follower.shown == (uint64_t)THREADS * EVENTS);
	follower_close(&follower);
}

static void
small_rings(void)
{
	run(NULL);
}

static const struct dbgshm_log_options large = { .rings = 8,
	.ring_size = 1 << 20 };

static void
large_rings(void)
{
	run(&large);
}

static void
slow_writers(void)
{
	paced = true;
	run(&large);
}

static void
one_ring(void)
{
	const struct dbgshm_log_options one = { .rings = 1,
		.ring_size = 64 << 10 };

	run(&one);
}

static void
test_each_event_is_shown_once_or_counted_as_lost(void **state)
{
	(void)state;
	assert_int_equal(in_child(small_rings), 0);
}

static void
test_the_same_with_large_rings(void **state)
{
	(void)state;
	assert_int_equal(in_child(large_rings), 0);
}

static void
test_the_same_when_all_share_one(void **state)
{
	(void)state;
	assert_int_equal(in_child(one_ring), 0);
}

static void
test_all_are_shown_when_the_reader_keeps_up(void **state)
{
	(void)state;
	assert_int_equal(in_child(slow_writers), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_each_event_is_shown_once_or_counted_as_lost),
		cmocka_unit_test(test_the_same_with_large_rings),
		cmocka_unit_test(test_the_same_when_all_share_one),
		cmocka_unit_test(test_all_are_shown_when_the_reader_keeps_up),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
