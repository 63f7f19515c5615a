/* t_event_reader.c - claims about following event rings.
 * limit: 600 */
#include "event_subject.h"

static void
test_events_of_all_rings_come_in_the_order_of_their_stamps(void **state)
{
	struct subject subject;

	(void)state;
	make(&subject);
	pen_say(&subject.pens[0], 100, "a");
	pen_say(&subject.pens[0], 400, "d");
	pen_say(&subject.pens[1], 200, "b");
	pen_say(&subject.pens[1], 500, "e");
	pen_say(&subject.pens[2], 300, "c");
	pen_say(&subject.pens[2], 600, "f");
	follow(&subject);
	next_says(&subject, "a");
	next_says(&subject, "b");
	next_says(&subject, "c");
	next_says(&subject, "d");
	next_says(&subject, "e");
	next_says(&subject, "f");
	no_more(&subject);
	done(&subject);
}

/* Stamps may be the caller's own; order within a ring is that of the ring. */
static void
test_events_of_one_ring_never_change_places(void **state)
{
	struct subject subject;

	(void)state;
	make(&subject);
	pen_say(&subject.pens[0], 900, "a");
	pen_say(&subject.pens[0], 100, "b");
	pen_say(&subject.pens[1], 500, "c");
	follow(&subject);
	next_says(&subject, "c");
	next_says(&subject, "a");
	next_says(&subject, "b");
	no_more(&subject);
	done(&subject);
}

static void
test_an_event_tells_its_kind_its_place_and_its_fields(void **state)
{
	uint64_t fields[3] = { 42, 5 | DBGSHM_TEXT_CUT };
	const struct dbgshm_event_info *event;
	struct subject subject;

	(void)state;
	make(&subject);
	memcpy(&fields[2], "edge1", 5);
	pen_say(&subject.pens[1], 1, "x");
	pen_append(&subject.pens[1], KIND, 3 * SECOND, fields, 3);
	follow(&subject);
	next_says(&subject, "x");
	event = dbgshm_events_next(subject.events);
	assert_non_null(event);
	assert_int_equal(event->log, 0);
	assert_int_equal(event->ring, 1);
	assert_int_equal(event->number, 1);
	assert_int_equal(event->lost, 0);
	assert_int_equal(event->severity, DBGSHM_SEVERITY_INFO);
	assert_int_equal(event->stamp, 3 * SECOND);
	assert_int_equal(event->mono_ns, 3 * SECOND);
	assert_int_equal(event->real_ns, UINT64_C(1700000003) * SECOND);
	assert_true(text_is(event->name, "moved"));
	assert_true(text_is(event->text, "peer {peer} took {bytes}"));
	assert_int_equal(event->field_count, 2);
	assert_true(text_is(event->fields[0].name, "bytes"));
	assert_int_equal(event->values[0].type, DBGSHM_TYPE_GAUGE);
	assert_int_equal(event->values[0].u, 42);
	assert_true(text_is(event->values[1].text, "edge1"));
	assert_true(event->values[1].cut);
	no_more(&subject);
	done(&subject);
}

static void
test_fields_that_a_record_does_not_have_are_empty(void **state)
{
	const struct dbgshm_event_info *event;
	struct subject subject;

	(void)state;
	make(&subject);
	pen_append(&subject.pens[0], KIND, 1, NULL, 0);
	pen_append(&subject.pens[0], KIND, 2, (uint64_t[]){ 7 }, 1);
	follow(&subject);
	event = dbgshm_events_next(subject.events);
	assert_non_null(event);
	assert_int_equal(event->field_count, 2);
	assert_int_equal(event->values[0].u, 0);
	assert_true(text_is(event->values[1].text, ""));
	event = dbgshm_events_next(subject.events);
	assert_non_null(event);
	assert_int_equal(event->values[0].u, 7);
	assert_true(text_is(event->values[1].text, ""));
	done(&subject);
}

static void
test_each_event_comes_once_over_many_polls(void **state)
{
	struct subject subject;
	uint64_t told = 0, written = 0;
	const struct dbgshm_event_info *event;
	unsigned round, i;

	(void)state;
	make(&subject);
	follow(&subject);
	for (round = 0; round < 2000; round++) {
		/* Up to what a ring holds of this mixture of lengths. */
		for (i = 0; i < round % 30; i++, written++)
			pen_append(&subject.pens[round % 2], KIND, written,
			    (uint64_t[]){ written, 8, 1 }, 2 + i % 2);
		again(&subject);
		while ((event = dbgshm_events_next(subject.events)) != NULL) {
			assert_int_equal(event->lost, 0);
			assert_int_equal(event->values[0].u, told++);
		}
		assert_int_equal(told, written);
	}
	assert_int_equal(dbgshm_events_lost(subject.events), 0);
	done(&subject);
}

static void
test_what_was_overwritten_and_dropped_is_counted_exactly(void **state)
{
	struct subject subject;
	const struct dbgshm_event_info *event;
	uint64_t lost = 0, seen = 0, last = 0, written = 0;
	unsigned round, i;

	(void)state;
	make(&subject);
	for (round = 0; round < 300; round++) {
		for (i = 0; i < round; i++, written++)
			pen_append(&subject.pens[0], KIND, written,
			    (uint64_t[]){ written, 0 }, 1 + i % 2);
		subject.pens[0].ring->dropped += round % 3;
		if (round == 0)
			follow(&subject);
		else
			again(&subject);
		while ((event = dbgshm_events_next(subject.events)) != NULL) {
			seen++;
			lost += event->lost;
			assert_true(event->number >= last);
			last = event->number + 1;
			assert_int_equal(event->number, event->values[0].u);
		}
		assert_int_equal(dbgshm_events_lost(subject.events) + seen,
		    written + subject.pens[0].ring->dropped);
		/* The newest are always there. */
		assert_int_equal(last, written);
	}
	assert_true(lost > 10000 && seen > 5000);
	done(&subject);
}

static void
test_loss_stands_before_the_event_that_follows_it(void **state)
{
	const struct dbgshm_event_info *event;
	struct subject subject;
	unsigned i;

	(void)state;
	make(&subject);
	for (i = 0; i < 1000; i++)
		pen_append(&subject.pens[2], KIND, i, (uint64_t[]){ i, 0 }, 2);
	subject.pens[2].ring->dropped = 5;
	follow(&subject);
	event = dbgshm_events_next(subject.events);
	assert_non_null(event);
	assert_int_equal(event->number, 1000 - IMAGE_RING_WORDS / 4);
	assert_int_equal(event->lost, event->number + 5);
	event = dbgshm_events_next(subject.events);
	assert_non_null(event);
	assert_int_equal(event->lost, 0);
	while (dbgshm_events_next(subject.events) != NULL)
		continue;
	/* A drop that no event follows yet is told only in the sum. */
	subject.pens[2].ring->dropped = 7;
	again(&subject);
	no_more(&subject);
	assert_int_equal(dbgshm_events_lost(subject.events),
	    1000 - IMAGE_RING_WORDS / 4 + 7);
	pen_say(&subject.pens[2], 2000, "after");
	again(&subject);
	event = dbgshm_events_next(subject.events);
	assert_non_null(event);
	assert_int_equal(event->lost, 2);
	done(&subject);
}

static void
test_numbers_go_on_where_those_of_a_record_end(void **state)
{
	const struct dbgshm_event_info *event;
	struct subject subject;
	uint64_t number = 3 * (DBGSHM_RECORD_NUMBER_MASK + 1) - 2;

	(void)state;
	make(&subject);
	subject.pens[0].number = number;
	pen_say(&subject.pens[0], 1, "a");
	follow(&subject);
	event = dbgshm_events_next(subject.events);
	assert_non_null(event);
	assert_int_equal(event->number, number);
	assert_int_equal(event->lost, number);
	pen_say(&subject.pens[0], 2, "b");
	pen_say(&subject.pens[0], 3, "c");
	/* The writer died before it said so. */
	subject.pens[0].ring->records -= 1;
	again(&subject);
	event = dbgshm_events_next(subject.events);
	assert_non_null(event);
	assert_int_equal(event->number, number + 1);
	event = dbgshm_events_next(subject.events);
	assert_non_null(event);
	assert_int_equal(event->number, number + 2);
	assert_int_equal(event->lost, 0);
	no_more(&subject);
	/* Or the count has gone on since the head was read. */
	pen_say(&subject.pens[0], 4, "d");
	subject.pens[0].ring->records += 2;
	again(&subject);
	event = dbgshm_events_next(subject.events);
	assert_non_null(event);
	assert_int_equal(event->number, number + 3);
	assert_int_equal(event->lost, 0);
	no_more(&subject);
	done(&subject);
}

static void
test_a_writer_that_died_in_an_append_takes_only_what_it_overwrote(void **state)
{
	const struct dbgshm_event_info *event;
	struct subject subject;
	unsigned i;

	(void)state;
	make(&subject);
	for (i = 0; i < 200; i++)
		pen_append(&subject.pens[0], KIND, i, (uint64_t[]){ i, 0 }, 2);
	/* It was about to store 17 words, and had stored some of them. */
	subject.pens[0].ring->limit = subject.pens[0].position + 17;
	memset(
	    &subject.pens[0].words[subject.pens[0].position % IMAGE_RING_WORDS],
	    0xff, 10 * 8);
	follow(&subject);
	event = dbgshm_events_next(subject.events);
	assert_non_null(event);
	assert_int_equal(event->number, 200 - IMAGE_RING_WORDS / 4 + 5);
	assert_int_equal(event->lost, event->number);
	for (i = 1; dbgshm_events_next(subject.events) != NULL; i++)
		continue;
	assert_int_equal(i, IMAGE_RING_WORDS / 4 - 5);
	done(&subject);
}

/* It needs a record of nearly all of the smallest ring. */
static void
test_all_that_was_overwritten_by_a_dead_writer_is_lost(void **state)
{
	struct subject subject;
	unsigned i;

	(void)state;
	make(&subject);
	for (i = 0; i < 10; i++)
		pen_say(&subject.pens[0], i, "hello");
	subject.pens[0].ring->limit =
	    subject.pens[0].position + IMAGE_RING_WORDS - 1;
	follow(&subject);
	no_more(&subject);
	assert_int_equal(dbgshm_events_lost(subject.events), 10);
	again(&subject);
	assert_int_equal(dbgshm_events_lost(subject.events), 10);
	done(&subject);
}

static void
test_what_nobody_takes_waits_without_end_but_not_without_bound(void **state)
{
	struct subject subject;
	const struct dbgshm_event_info *event;
	uint64_t written = 0, seen = 0;
	unsigned i;

	(void)state;
	make(&subject);
	follow(&subject);
	for (i = 0; i < 10000; i++, written++) {
		pen_append(&subject.pens[0], KIND, written,
		    (uint64_t[]){ written, 0 }, 2);
		if (i % 10 == 0)
			again(&subject);
	}
	while ((event = dbgshm_events_next(subject.events)) != NULL)
		seen++;
	assert_true(seen < 2 * IMAGE_RING_WORDS);
	again(&subject);
	while ((event = dbgshm_events_next(subject.events)) != NULL)
		seen++;
	assert_int_equal(seen + dbgshm_events_lost(subject.events), written);
	done(&subject);
}

#define TEST(name) cmocka_unit_test(name)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(
		    test_events_of_all_rings_come_in_the_order_of_their_stamps),
		TEST(test_events_of_one_ring_never_change_places),
		TEST(test_an_event_tells_its_kind_its_place_and_its_fields),
		TEST(test_fields_that_a_record_does_not_have_are_empty),
		TEST(test_each_event_comes_once_over_many_polls),
		TEST(test_what_was_overwritten_and_dropped_is_counted_exactly),
		TEST(test_loss_stands_before_the_event_that_follows_it),
		TEST(test_numbers_go_on_where_those_of_a_record_end),
		TEST(
		    test_a_writer_that_died_in_an_append_takes_only_what_it_overwrote),
		TEST(test_all_that_was_overwritten_by_a_dead_writer_is_lost),
		TEST(
		    test_what_nobody_takes_waits_without_end_but_not_without_bound),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
