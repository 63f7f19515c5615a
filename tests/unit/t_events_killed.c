/*
 * t_events_killed.c - a writer is killed at random while a reader follows: what
 * was appended before is shown or counted as lost, exactly.
 * limit: 300
 */
#include "follower.h"

#include <dbgshm/events.h>

#include <sys/mman.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define KILLS 20
#else
#define KILLS 100
#endif

#define THREADS 4

static const struct dbgshm_column numbers[] = {
	{ "who", DBGSHM_TYPE_GAUGE, 0, NULL, 0, 0, 0, NULL },
	{ "what", DBGSHM_TYPE_GAUGE, 0, NULL, 0, 0, 0, NULL },
};
static const struct dbgshm_event_kind kind = { "counted", "{who} counts {what}",
	DBGSHM_SEVERITY_DEBUG, numbers, 2 };

/* Survives the writer: what it knows to have appended. */
struct shared {
	uint64_t ready;
	uint64_t appended[THREADS];
};

static struct shared *shared;
static struct dbgshm_log *journal;
static struct dbgshm_event counted;

static void *
writer(void *number)
{
	uint64_t who = (uint64_t)(uintptr_t)number, words[2] = { who, 0 };
	union dbgshm_field values[2] = { { .u = who } };

	for (;; words[1]++) {
		values[1].u = words[1];
		if (words[1] % 4 == 0)
			dbgshm_event_record(journal, counted, values, 2);
		else
			dbgshm_event_words(
			    journal, counted, dbgshm_now(), words, 2);
		dbgshm__store_release(&shared->appended[who], words[1] + 1);
	}
	return (NULL);
}

static void
write_until_killed(uint32_t rings)
{
	const struct dbgshm_options options = {
		.sampling = DBGSHM_SAMPLER_THREAD,
		.state = DBGSHM_PUBLISHED,
		.period_ns = 10000000,
	};
	const struct dbgshm_log_options small = { .rings = rings };
	pthread_t thread;
	unsigned i;

	(void)alarm(100);
	CHECK(dbgshm_init(&options) == 0);
	CHECK(
	    (journal = dbgshm_log_create(
		 dbgshm_profile_add("net", "network", NULL), &small)) != NULL);
	CHECK(dbgshm_event_create(journal, &kind, &counted) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(
			  &thread, NULL, writer, (void *)(uintptr_t)i) == 0);
	dbgshm__store_release(&shared->ready, 1);
	for (;;)
		(void)pause();
}

/* The writer lives, runs free of us, and has appended so many events. */
static void
kill_after(uint64_t events, uint32_t rings, struct follower *follower)
{
	uint64_t all = 0;
	int status, i;
	pid_t child;

	memset(shared, 0, sizeof(*shared));
	(void)fflush(NULL);
	if ((child = fork()) == 0)
		write_until_killed(rings);
	CHECK(child != -1);
	while (dbgshm__load_acquire(&shared->ready) == 0)
		CHECK(waitpid(child, &status, WNOHANG) == 0);
	CHECK(follower_open(follower, child));
	while (all < events) {
		follower_poll(follower);
		for (all = 0, i = 0; i < THREADS; i++)
			all += dbgshm__load_acquire(&shared->appended[i]);
	}
	CHECK(kill(child, SIGKILL) == 0);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	follower_poll(follower); /* nothing waits any more */
}

static void
check_sums(struct follower *follower)
{
	uint64_t lost = dbgshm_events_lost(follower->events), known = 0;
	uint64_t i;

	for (i = 0; i < THREADS; i++) {
		known += shared->appended[i];
		/* At most one was appended that it had no time to count. */
		CHECK(follower->behind[i] <= shared->appended[i] + 1);
	}
	CHECK(follower->shown + lost >= known);
	CHECK(follower->shown + lost <= known + THREADS);
	/* Nothing comes again. */
	CHECK(dbgshm_reader_life(follower->reader) != DBGSHM_LIFE_LIVE);
}

/* The file of a dead writer, so that only ours go. */
static void
forget(const struct follower *follower)
{
	char path[256];

	CHECK(region_file(dbgshm_reader_info(follower->reader)->pid, false,
	    path, sizeof(path)));
	CHECK(unlink(path) == 0);
}

static void
killed(void)
{
	struct follower follower;
	unsigned seed = 11, i;
	uint64_t shown;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(shared != MAP_FAILED);
	for (i = 0; i < KILLS; i++) {
		kill_after((uint64_t)rand_r(&seed) % 100000, i % 3 == 0 ? 1 : 5,
		    &follower);
		check_sums(&follower);
		shown = follower.shown;
		follower_poll(&follower);
		CHECK(follower.shown == shown);
		forget(&follower);
		follower_close(&follower);
	}
}

static void
test_a_killed_writer_leaves_exact_sums(void **state)
{
	(void)state;
	assert_int_equal(in_child(killed), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_killed_writer_leaves_exact_sums),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
