/*
 * t_events_step.c - an append is stopped after each of its instructions, and
 * there a signal handler appends too, the thread ends, or the process dies.
 *
 * The processor's trap flag gives a signal after each instruction; the handler
 * does one of these things, or all of them one after the other.  Where there is
 * no such flag, and under sanitisers that delay signals, the test does nothing:
 * the timers of t_events_threads.c remain.
 */
#include "ring_walk.h"
#include "trap.h"

#include <dbgshm/events.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <ucontext.h>

#include <cmocka.h>

#ifdef TRAP_FLAG

#define MOST 512
#define RING_BYTES 2048
#define HIS (UINT64_C(1) << 40) /* what the handler's events say */

static const struct dbgshm_column fields[] = {
	{ "what", DBGSHM_TYPE_GAUGE, 0, NULL, 0, 0, 0, NULL },
	{ "text", DBGSHM_TYPE_TEXT, 0, NULL, 0, 0, 0, NULL },
};
static const struct dbgshm_event_kind plain_kind = { "plain", "{what}",
	DBGSHM_SEVERITY_INFO, fields, 1 };
static const struct dbgshm_event_kind text_kind = { "text", "{what} {text}",
	DBGSHM_SEVERITY_INFO, fields, 2 };

enum act {
	APPEND, /* the handler appends */
	DIE,	/* what a reader would find then */
	LEAVE,	/* the handler jumps away and the thread ends */
};

static struct dbgshm_log *journal;
static struct dbgshm_event plain, text;
static const char *base;
static struct walked list[MOST];
static volatile bool stepping;
static volatile uint64_t steps, leave_at;
static enum act act;
static uint32_t ring; /* that is looked at */
static uint64_t handler_events, appended;
static sigjmp_buf away;

/* What would be there if the process were killed just now. */
static void
look(void)
{
	struct ring_view view = ring_view(base, 0, ring);
	uint64_t next;
	size_t n = ring_walk(&view, list, MOST, &next);

	/* All that was appended before is there or has been overwritten; the
	 * one that is under way is there as a whole or not at all. */
	if (view.head.head == 0) {
		CHECK(appended <= 1);
		return;
	}
	CHECK(next == appended || next + 1 == appended);
	CHECK(view.head.records == next || view.head.records + 1 == next);
	CHECK(n > 0 || view.head.limit > ring_position(&view));
	for (; n > 0; n--) {
		CHECK(list[n - 1].words[0] == list[n - 1].number);
		if (list[n - 1].count > 1)
			CHECK(list[n - 1].words[1] == 11 &&
			    memcmp(&list[n - 1].words[2], "eleven byte", 11) ==
				0);
	}
}

static void
on_trap(int signal, siginfo_t *info, void *context)
{
	ucontext_t *where = context;
	uint64_t words[1];

	(void)signal;
	(void)info;
	if (!stepping) {
		where->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
		return;
	}
	steps++;
	switch (act) {
	case APPEND:
		words[0] = HIS + handler_events++;
		dbgshm_event_words(journal, plain, 1, words, 1);
		break;
	case DIE:
		look();
		break;
	case LEAVE:
		if (steps == leave_at) {
			stepping = false;
			siglongjmp(away, 1);
		}
		break;
	}
}

static void
start(uint32_t rings)
{
	const struct dbgshm_log_options small = { .rings = rings,
		.ring_size = RING_BYTES };
	const struct dbgshm_options ticked = {
		.sampling = DBGSHM_SAMPLER_TICK,
		.state = DBGSHM_PUBLISHED,
	};
	struct sigaction trap = { .sa_sigaction = on_trap,
		.sa_flags = SA_SIGINFO };
	struct dbgshm_profile *profile;

	CHECK(dbgshm_init(&ticked) == 0);
	profile = dbgshm_profile_add("net", "network", NULL);
	CHECK((journal = dbgshm_log_create(profile, &small)) != NULL);
	CHECK(dbgshm_event_create(journal, &plain_kind, &plain) == 0);
	CHECK(dbgshm_event_create(journal, &text_kind, &text) == 0);
	base = ring_region(getpid());
	ring = rings > 1;
	CHECK(sigaction(SIGTRAP, &trap, NULL) == 0);
}

/* Appends that between them go through all of the code. */
static void
append(uint64_t what)
{
	uint64_t words[1] = { what };
	union dbgshm_field values[] = { { .u = what },
		{ .text = "eleven byte" } };

	appended++;
	if (what % 3 == 0)
		dbgshm_event_record(journal, text, values, 2);
	else
		dbgshm_event_words(journal, plain, 1, words, 1);
}

static void
append_stepwise(uint64_t what)
{
	stepping = true;
	trap_set();
	append(what);
	stepping = false; /* and the next trap is the last */
}

/* ---- a handler after each instruction ------------------------------------------------ */

static void
interrupted(uint32_t rings)
{
	uint64_t i, mine = 0, his = HIS, n = 0;
	struct ring_view view;
	size_t k, whole;

	act = APPEND;
	start(rings);
	for (i = 0; i < 400; i++) {
		append_stepwise(i);
		view = ring_view(base, 0, ring);
		whole = ring_walk_quiet(&view, list, MOST);
		CHECK(view.head.records + view.head.dropped ==
		    appended + handler_events);
		/* Both have lost nothing but the handler's drops, and both
		 * stand in their order. */
		for (k = 0; k < whole; k++) {
			if (k > 0)
				CHECK(list[k].number == list[k - 1].number + 1);
			if (list[k].number < n)
				continue;
			n = list[k].number + 1;
			if (list[k].words[0] >= HIS) {
				CHECK(list[k].words[0] >= his);
				his = list[k].words[0] + 1;
			} else {
				CHECK(list[k].words[0] >= mine);
				mine = list[k].words[0] + 1;
			}
		}
	}
	CHECK(view.head.dropped > 400 && view.head.records > 2 * 400);
	CHECK(steps > 400 * 20);
}

static void
interrupted_own(void)
{
	interrupted(5);
}

static void
interrupted_shared(void)
{
	interrupted(1);
}

static void
test_a_handler_after_any_instruction(void **state)
{
	(void)state;
	assert_int_equal(in_child(interrupted_own), 0);
}

static void
test_a_handler_after_any_instruction_in_the_shared_ring(void **state)
{
	(void)state;
	assert_int_equal(in_child(interrupted_shared), 0);
}

static void *
first_event(void *unused)
{
	(void)unused;
	append_stepwise(0);
	return (NULL);
}

/* A thread's first event, which takes a shard: the handler may do it first. */
static void
claiming(void)
{
	struct ring_view view;
	uint64_t records = 0, dropped = 0;
	pthread_t thread;

	act = APPEND;
	start(5);
	CHECK(pthread_create(&thread, NULL, first_event, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	for (ring = 0; ring < 5; ring++) {
		view = ring_view(base, 0, ring);
		(void)ring_walk_quiet(&view, list, MOST);
		records += view.head.records;
		dropped += view.head.dropped;
	}
	CHECK(records + dropped == 1 + handler_events);
	CHECK(records > 10 && steps > 30);
}

static void
test_a_handler_after_any_instruction_of_the_first_event(void **state)
{
	(void)state;
	assert_int_equal(in_child(claiming), 0);
}

/* ---- death after each instruction ------------------------------------------------------ */

static void
killed(uint32_t rings)
{
	uint64_t i;

	act = DIE;
	start(rings);
	for (i = 0; i < 400; i++) {
		append_stepwise(i);
		look();
		CHECK(ring_view(base, 0, ring).head.records == appended);
	}
	CHECK(steps > 400 * 20);
}

static void
killed_own(void)
{
	killed(5);
}

static void
killed_shared(void)
{
	killed(1);
}

static void
test_death_after_any_instruction_loses_nothing_before(void **state)
{
	(void)state;
	assert_int_equal(in_child(killed_own), 0);
	assert_int_equal(in_child(killed_shared), 0);
}

/* ---- a thread that ends in the middle ---------------------------------------------------- */

static uint64_t next_what;

static void *
leaver(void *arguments)
{
	const uint64_t *before = arguments;
	uint64_t i;

	for (i = 0; i < *before; i++)
		append(next_what++);
	steps = 0;
	if (sigsetjmp(away, 1) == 0)
		append_stepwise(next_what++);
	else
		stepping = false;
	return (NULL);
}

static void *
heir(void *unused)
{
	(void)unused;
	append(next_what++);
	append(next_what++);
	return (NULL);
}

/* The next owner of the ring finds it usable, and all that was there. */
static void
left(void)
{
	uint64_t before, last = 0;
	struct ring_view view;
	pthread_t thread;
	bool left_early = true;
	size_t n, k;

	act = LEAVE;
	start(5);
	ring = 2;
	/* From different fill levels: at the end of the ring, too. */
	for (before = 10; before < 80; before += 3) {
		left_early = true;
		for (leave_at = 1; left_early; leave_at++) {
			CHECK(pthread_create(&thread, NULL, leaver, &before) ==
			    0);
			CHECK(pthread_join(thread, NULL) == 0);
			left_early = steps == leave_at;
			CHECK(pthread_create(&thread, NULL, heir, NULL) == 0);
			CHECK(pthread_join(thread, NULL) == 0);
			view = ring_view(base, 0, ring);
			n = ring_walk_quiet(&view, list, MOST);
			CHECK(n > 3);
			CHECK(list[n - 1].words[0] == next_what - 1);
			CHECK(list[n - 2].words[0] == next_what - 2);
			/* The one that was left is there whole, or not. */
			CHECK(list[n - 3].words[0] == next_what - 3 ||
			    list[n - 3].words[0] == next_what - 4);
			for (k = 1; k < n; k++)
				CHECK(list[k].words[0] > list[k - 1].words[0] &&
				    list[k].words[0] <=
					list[k - 1].words[0] + 2);
			CHECK(view.head.dropped == 0);
			last = leave_at;
		}
		CHECK(last > 20);
	}
}

static void
test_a_thread_that_ends_in_the_middle_leaves_a_good_ring(void **state)
{
	(void)state;
	assert_int_equal(in_child(left), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_handler_after_any_instruction),
		cmocka_unit_test(
		    test_a_handler_after_any_instruction_in_the_shared_ring),
		cmocka_unit_test(
		    test_a_handler_after_any_instruction_of_the_first_event),
		cmocka_unit_test(
		    test_death_after_any_instruction_loses_nothing_before),
		cmocka_unit_test(
		    test_a_thread_that_ends_in_the_middle_leaves_a_good_ring),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}

#else

int
main(void)
{
	return (0);
}

#endif
