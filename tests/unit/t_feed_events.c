/*
 * t_feed_events.c - claims about events in a mirror: each once, with its number,
 * and no silence about those that are missing.  limit: 300
 */
#include "logged.h"
#include "mirrored.h"

#include <dbgshm/events.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <pthread.h>

static struct mirrored rig;
static struct dbgshm_log *journal;
static struct dbgshm_event event;
static uint64_t recorded;

static const struct dbgshm_column fields[] = {
	{ .name = "number", .type = DBGSHM_TYPE_GAUGE },
	{ .name = "text", .type = DBGSHM_TYPE_TEXT, .width = 16 },
	{ .name = "token",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 16,
	    .flags = DBGSHM_COLUMN_SECRET },
};

static void
begin(unsigned flags)
{
	struct dbgshm_profile *profile;

	own_start();
	profile = dbgshm_profile_add("noted", "what happens", NULL);
	journal = dbgshm_log_create(
	    profile, &(struct dbgshm_log_options){ .ring_size = 4096 });
	CHECK(journal != NULL);
	CHECK(dbgshm_event_create(journal,
		  &(struct dbgshm_event_kind){ "noted", "{number} {text}",
		      DBGSHM_SEVERITY_WARN, fields, 3 },
		  &event) == 0);
	mirrored_begin(&rig, own_reader(), flags, 0);
}

static void
record(size_t count)
{
	char text[16];

	for (; count > 0; count--, recorded++) {
		(void)snprintf(text, sizeof(text), "%.*s%u",
		    (int)(recorded % 9), "abcdefghi", (unsigned)recorded);
		dbgshm_event_record(journal, event,
		    (union dbgshm_field[]){ { .u = recorded }, { .text = text },
			{ .text = "hushhush" } },
		    3);
	}
}

struct read_events {
	size_t count, lost;
	uint64_t last;
};

/* All events that are there, in order; each says its number twice. */
static struct read_events
read_all(struct dbgshm_events *events, size_t token)
{
	const struct dbgshm_event_info *info;
	struct read_events seen = { 0, 0, UINT64_MAX };
	char text[16];

	CHECK(dbgshm_events_poll(events) == 0);
	while ((info = dbgshm_events_next(events)) != NULL) {
		CHECK(info->field_count == 3 &&
		    info->values[0].u == info->number);
		(void)snprintf(text, sizeof(text), "%.*s%u",
		    (int)(info->number % 9), "abcdefghi",
		    (unsigned)info->number);
		CHECK(own_text_is(info->values[1].text, text));
		CHECK(info->values[2].text.length == token);
		CHECK(info->number == seen.last + 1 + info->lost);
		seen.last = info->number;
		seen.count++;
		seen.lost += info->lost;
	}
	CHECK(dbgshm_events_lost(events) == seen.lost);
	return (seen);
}

static struct read_events
read_image(struct dbgshm_reader *image, size_t token)
{
	struct dbgshm_events *events;
	struct read_events seen;

	CHECK(dbgshm_events_open(image, &events) == 0);
	seen = read_all(events, token);
	dbgshm_events_close(events);
	return (seen);
}

/* More than the region's ring holds, in steps that it does. */
static void
all(void)
{
	struct dbgshm_events *follower = NULL;
	const struct dbgshm_event_info *info;
	struct read_events seen;
	uint64_t next = 0;
	size_t i;

	begin(0);
	for (i = 0; i < 40; i++) {
		record(i % 4 * 10);
		mirrored_poll(&rig);
		if (follower == NULL)
			CHECK(dbgshm_events_open(rig.image, &follower) == 0);
		CHECK(dbgshm_events_poll(follower) == 0);
		for (; (info = dbgshm_events_next(follower)) != NULL; next++)
			CHECK(info->number == next && info->lost == 0);
		CHECK(next == recorded);
	}
	seen = read_image(rig.image, 0);
	CHECK(seen.count == recorded && seen.lost == 0);
	CHECK(dbgshm_reader_refresh(rig.region) == 0);
	CHECK(seen.count > read_image(rig.region, 8).count);
	CHECK(dbgshm_reader_check(rig.image, NULL, NULL) == 0);
	dbgshm_events_close(follower);
	mirrored_close(&rig);
}

static void
test_each_event_comes_once_and_stays_longer_than_in_the_region(void **state)
{
	(void)state;
	assert_int_equal(in_child(all), 0);
}

static void
longest(void)
{
	struct read_events seen;
	size_t i;

	begin(DBGSHM_FEED_SECRETS);
	for (i = 0; i < 1000; i++) {
		record(10);
		mirrored_poll(&rig);
	}
	seen = read_image(rig.image, 8);
	CHECK(seen.last == recorded - 1 && seen.count > 500 &&
	    seen.count < recorded && seen.count + seen.lost == recorded);
	CHECK(dbgshm_reader_check(rig.image, NULL, NULL) == 0);
	mirrored_close(&rig);
}

static void
test_ring_of_a_mirror_goes_round_as_well(void **state)
{
	(void)state;
	assert_int_equal(in_child(longest), 0);
}

/* Overwritten before they were told. */
static void
missing(void)
{
	struct mirrored second = { 0 };
	struct read_events seen, image;
	void *bytes;
	size_t size, i;

	begin(0);
	for (i = 0; i < 5; i++) {
		record(30);
		mirrored_poll(&rig);
		record(500);
		mirrored_poll(&rig);
	}
	seen = read_image(rig.image, 0);
	CHECK(seen.last == recorded - 1 && seen.count > 150 &&
	    seen.lost > 2000 && seen.count + seen.lost == recorded);
	CHECK(dbgshm_reader_check(rig.image, NULL, NULL) == 0);
	/* An image of it and a mirror of it know, too. */
	CHECK(dbgshm_reader_image(rig.image, 0, &bytes, &size) == 0);
	free(bytes);
	mirrored_begin(&second, rig.image, 0, 0);
	mirrored_poll(&second);
	image = read_image(second.image, 0);
	CHECK(image.count == seen.count && image.lost == seen.lost);
	mirrored_end(&second);
	mirrored_close(&rig);
}

static void
test_events_that_are_missing_in_between_are_counted(void **state)
{
	(void)state;
	assert_int_equal(in_child(missing), 0);
}

static void
again(void)
{
	struct read_events seen;
	size_t i;

	begin(0);
	for (i = 0; i < 20; i++) {
		record(17);
		if (i % 5 == 2)
			dbgshm_feed_again(rig.feed, 0);
		mirrored_poll(&rig);
	}
	seen = read_image(rig.image, 0);
	CHECK(seen.count == recorded && seen.lost == 0);
	mirrored_close(&rig);
}

static void
test_what_is_told_again_is_not_there_twice(void **state)
{
	(void)state;
	assert_int_equal(in_child(again), 0);
}

/* Kinds that come later, messages, another thread's ring, a log that goes. */
static void *
thread(void *unused)
{
	dbgshm_log_printf(journal, DBGSHM_SEVERITY_INFO, "thread");
	return (unused);
}

static void
kinds(void)
{
	struct dbgshm_events *a, *b;
	const struct dbgshm_event_info *x, *y;
	struct dbgshm_profile *profile;
	struct dbgshm_log *later;
	struct dbgshm_event kind;
	pthread_t other;
	size_t i, count = 0;

	begin(DBGSHM_FEED_SECRETS);
	for (i = 0; i < 12; i++) {
		record(2);
		dbgshm_log_printf(
		    journal, DBGSHM_SEVERITY_ERROR, "message %zu", i);
		mirrored_poll(&rig);
		if (i == 3) {
			CHECK(pthread_create(&other, NULL, thread, NULL) == 0);
			CHECK(pthread_join(other, NULL) == 0);
			CHECK(dbgshm_tick(0) == 0);
		}
		if (i != 5)
			continue;
		profile = dbgshm_profile_add("later", "a log", NULL);
		later = dbgshm_log_create(
		    profile, &(struct dbgshm_log_options){ .ring_size = 2048 });
		CHECK(dbgshm_event_create(later,
			  &(struct dbgshm_event_kind){ "late", "{number}",
			      DBGSHM_SEVERITY_INFO, fields, 1 },
			  &kind) == 0);
		dbgshm_event_record(
		    later, kind, (union dbgshm_field[]){ { .u = 5 } }, 1);
	}
	CHECK(dbgshm_tick(0) == 0);
	mirrored_poll(&rig);
	CHECK(dbgshm_reader_refresh(rig.region) == 0);
	CHECK(dbgshm_events_open(rig.region, &a) == 0);
	CHECK(dbgshm_events_open(rig.image, &b) == 0);
	CHECK(dbgshm_events_poll(a) == 0 && dbgshm_events_poll(b) == 0);
	while ((x = dbgshm_events_next(a)) != NULL) {
		y = dbgshm_events_next(b);
		CHECK(y != NULL && x->number == y->number &&
		    x->ring == y->ring && x->log == y->log &&
		    x->stamp == y->stamp && x->severity == y->severity &&
		    x->field_count == y->field_count);
		for (i = 0; i < x->field_count; i++)
			CHECK(x->values[i].u == y->values[i].u &&
			    same_text(x->values[i].text, y->values[i].text));
		count++;
	}
	CHECK(dbgshm_events_next(b) == NULL && count == 38);
	dbgshm_events_close(a);
	dbgshm_events_close(b);
	mirrored_close(&rig);
}

static void
test_all_kinds_of_events_of_all_rings_are_there(void **state)
{
	(void)state;
	assert_int_equal(in_child(kinds), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_each_event_comes_once_and_stays_longer_than_in_the_region),
		cmocka_unit_test(test_ring_of_a_mirror_goes_round_as_well),
		cmocka_unit_test(
		    test_events_that_are_missing_in_between_are_counted),
		cmocka_unit_test(test_what_is_told_again_is_not_there_twice),
		cmocka_unit_test(
		    test_all_kinds_of_events_of_all_rings_are_there),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
