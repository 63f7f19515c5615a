/*
 * t_events_threads.c - claims about events of many threads and of their signal
 * handlers: each is in a ring, whole and in order, or counted as dropped.
 * limit: 600
 */
#include "ring_walk.h"

#include <dbgshm/events.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SCALE 20
#else
#define SCALE 1
#endif

#define THREADS 8
#define EVENTS (400000u / SCALE)
#define TIMER_NS 20000
#define MOST 4096
#define HANDLER 1000 /* who, of the handler of thread 0 */

static const struct dbgshm_column numbers[] = {
	{ "who", DBGSHM_TYPE_GAUGE, 0, NULL, 0, 0, 0, NULL },
	{ "what", DBGSHM_TYPE_GAUGE, 0, NULL, 0, 0, 0, NULL },
};
static const struct dbgshm_event_kind count_kind = { "counted",
	"{who} counts {what}", DBGSHM_SEVERITY_DEBUG, numbers, 2 };

static struct dbgshm_log *journal;
static struct dbgshm_event counted;
static struct walked list[MOST];
static uint64_t appends, starts;
static __thread uint64_t handler_events;
static __thread uint64_t self;

static void
start(const struct dbgshm_log_options *options)
{
	const struct dbgshm_options ticked = {
		.sampling = DBGSHM_SAMPLER_TICK,
		.state = DBGSHM_PUBLISHED,
	};
	struct dbgshm_profile *profile;

	CHECK(dbgshm_init(&ticked) == 0);
	profile = dbgshm_profile_add("net", "network", NULL);
	CHECK((journal = dbgshm_log_create(profile, options)) != NULL);
	CHECK(dbgshm_event_create(journal, &count_kind, &counted) == 0);
}

static void
count(uint64_t who, uint64_t what)
{
	uint64_t words[] = { who, what };
	union dbgshm_field values[] = { { .u = who }, { .u = what } };

	if (what % 5 == 0)
		dbgshm_event_record(journal, counted, values, 2);
	else
		dbgshm_event_words(journal, counted, what, words, 2);
}

static void
on_timer(int signal)
{
	(void)signal;
	count(HANDLER + self, handler_events++);
	(void)dbgshm__fetch_add(&appends, 1); /* perhaps after writer()'s end */
}

/* Interrupts the calling thread, and no other, again and again. */
static timer_t
interrupt_me(void)
{
	struct sigevent event = { 0 };
	struct itimerspec every = { { 0, TIMER_NS }, { 0, TIMER_NS } };
	timer_t timer;

	event.sigev_notify = SIGEV_THREAD_ID;
	event.sigev_signo = SIGUSR1;
	event._sigev_un._tid = gettid();
	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	CHECK(timer_settime(timer, 0, &every, NULL) == 0);
	return (timer);
}

static void *
writer(void *number)
{
	timer_t timer;
	uint64_t i;

	(void)number;
	self = dbgshm__fetch_add(&starts, 1);
	timer = interrupt_me();
	for (i = 0; i < EVENTS; i++)
		count(self, i);
	CHECK(timer_delete(timer) == 0);
	(void)dbgshm__fetch_add(&appends, EVENTS);
	return (NULL);
}

static void
run(void *(*body)(void *), int threads)
{
	pthread_t list_of[THREADS];
	int i;

	for (i = 0; i < threads; i++)
		CHECK(pthread_create(&list_of[i], NULL, body,
			  (void *)(uintptr_t)(unsigned)i) == 0);
	for (i = 0; i < threads; i++)
		CHECK(pthread_join(list_of[i], NULL) == 0);
}

/* Records and drops of all rings; in each one everybody's events in order. */
static uint64_t
sums(uint64_t *dropped)
{
	const char *base = ring_region(getpid());
	const struct dbgshm_desc_log *log =
	    ring_descriptor(base, DBGSHM_DESC_LOG, 0);
	uint64_t records = 0, last[2 * HANDLER];
	struct ring_view view;
	size_t n, i, who;
	uint32_t ring;

	*dropped = 0;
	for (ring = 0; ring < log->ring_count; ring++) {
		view = ring_view(base, 0, ring);
		n = ring_walk_quiet(&view, list, MOST);
		memset(last, 0, sizeof(last));
		for (i = 0; i < n; i++) {
			CHECK(list[i].count == 2);
			CHECK(
			    i == 0 || list[i].number == list[i - 1].number + 1);
			who = list[i].words[0];
			CHECK(who < HANDLER + starts);
			CHECK(list[i].words[1] + 1 > last[who]);
			last[who] = list[i].words[1] + 1;
		}
		records += view.head.records;
		*dropped += view.head.dropped;
	}
	return (records);
}

static void
handlers_and_threads(void)
{
	uint64_t records, dropped;
	int round;

	start(NULL);
	CHECK(signal(SIGUSR1, on_timer) != SIG_ERR);
	for (round = 0; round < 3; round++) {
		run(writer, 3);
		CHECK(dbgshm_tick(0) == 0); /* more shards for the next */
		records = sums(&dropped);
		CHECK(records + dropped == appends);
	}
	run(writer, THREADS);
	records = sums(&dropped);
	CHECK(records + dropped == appends);
	CHECK(ring_view(ring_region(getpid()), 0, 2).head.records > EVENTS);
}

static void
test_events_are_written_or_counted_as_dropped(void **state)
{
	(void)state;
	assert_int_equal(in_child(handlers_and_threads), 0);
}

static void
all_share(void)
{
	const struct dbgshm_log_options one = { .rings = 1, .ring_size = 2048 };
	uint64_t records, dropped;

	start(&one);
	CHECK(signal(SIGUSR1, on_timer) != SIG_ERR);
	run(writer, THREADS);
	records = sums(&dropped);
	CHECK(records + dropped == appends);
	CHECK(records > 0);
}

static void
test_a_shared_ring_stays_whole(void **state)
{
	(void)state;
	assert_int_equal(in_child(all_share), 0);
}

/* ---- threads come and go ---------------------------------------------------------- */

static uint64_t order;

static void *
three_events(void *number)
{
	uint64_t tid = (uint64_t)gettid();
	struct ring_view view;
	int i;

	if (((uintptr_t)number + order) % 2 == 0)
		dbgshm_thread_enter();
	for (i = 0; i < 3; i++)
		count(1, order++);
	view = ring_view(ring_region(getpid()), 0, 2);
	CHECK(view.head.thread == (dbgshm__thread.tid == 0 ? 0 : tid));
	if (view.head.thread == 0) {
		dbgshm_thread_enter();
		view = ring_view(ring_region(getpid()), 0, 2);
		CHECK(view.head.thread == tid);
	}
	return (NULL);
}

static void
inheritance(void)
{
	struct ring_view view;
	const char *base;
	size_t n;
	int i;

	start(NULL);
	base = ring_region(getpid());
	view = ring_view(base, 0, 1);
	CHECK(view.head.thread == (uint64_t)getpid()); /* from init */
	for (i = 0; i < 101; i++)
		run(three_events, 1);
	view = ring_view(base, 0, 2);
	n = ring_walk_quiet(&view, list, MOST);
	CHECK(view.head.records == order && view.head.dropped == 0);
	while (n-- > 0)
		CHECK(list[n].words[1] == list[n].number);
	view = ring_view(base, 0, 1);
	CHECK(view.head.records == 0);
}

static void
test_a_ring_is_inherited_with_the_shard(void **state)
{
	(void)state;
	assert_int_equal(in_child(inheritance), 0);
}

static pthread_key_t late;

/* The library's own key came first: the shard has been given back. */
static void
at_end(void *base)
{
	const struct dbgshm_header *header = base;

	CHECK(dbgshm__thread.ring == 0);
	count(1, 2);
	CHECK(dbgshm__thread.ring != 0);
	CHECK(header->shard_owner[dbgshm__thread.ring] != 0);
}

static void *
ends_late(void *unused)
{
	const char *base = ring_region(getpid());

	(void)unused;
	count(1, 1);
	CHECK(pthread_setspecific(late, base) == 0);
	return (NULL);
}

static void
last_words(void)
{
	start(NULL);
	CHECK(pthread_key_create(&late, at_end) == 0);
	run(ends_late, 1);
	CHECK(ring_view(ring_region(getpid()), 0, 2).head.records == 2);
}

static void
test_an_event_after_the_shard_was_given_back_takes_one(void **state)
{
	(void)state;
	assert_int_equal(in_child(last_words), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events_are_written_or_counted_as_dropped),
		cmocka_unit_test(test_a_shared_ring_stays_whole),
		cmocka_unit_test(test_a_ring_is_inherited_with_the_shard),
		cmocka_unit_test(
		    test_an_event_after_the_shard_was_given_back_takes_one),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
