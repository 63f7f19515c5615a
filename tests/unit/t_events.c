/*
 * t_events.c - claims about logs and events as they are written.
 */
#include "ring_walk.h"

#include <dbgshm/events.h>

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define MOST 2048

static const struct dbgshm_column fields[] = {
	{ "peer", DBGSHM_TYPE_TEXT, 0, NULL, 0, 0, 0, NULL },
	{ "bytes", DBGSHM_TYPE_GAUGE, DBGSHM_UNIT_BYTES, "how many", 0, 0, 0,
	    NULL },
	{ "raw", DBGSHM_TYPE_BLOB, 0, NULL, 0, 0, 0, NULL },
	{ "why", DBGSHM_TYPE_TEXT, 0, NULL, 0, 0, 0, NULL },
};

static const struct dbgshm_column numbers[] = {
	{ "who", DBGSHM_TYPE_GAUGE, 0, NULL, 0, 0, 0, NULL },
	{ "what", DBGSHM_TYPE_GAUGE, 0, NULL, 0, 0, 0, NULL },
};

static const struct dbgshm_event_kind lost_kind = { "lost",
	"{peer} lost after {bytes}: {why}", DBGSHM_SEVERITY_WARN, fields, 4 };
static const struct dbgshm_event_kind count_kind = { "counted",
	"{who} counts {what}", DBGSHM_SEVERITY_DEBUG, numbers, 2 };

static struct dbgshm_profile *profile;
static struct dbgshm_log *journal;
static struct dbgshm_event lost, counted;
static struct walked list[MOST];

static void
start(const struct dbgshm_log_options *options)
{
	const struct dbgshm_options ticked = {
		.sampling = DBGSHM_SAMPLER_TICK,
		.state = DBGSHM_PUBLISHED,
	};

	CHECK(dbgshm_init(&ticked) == 0);
	profile = dbgshm_profile_add("net", "network", NULL);
	CHECK((journal = dbgshm_log_create(profile, options)) != NULL);
	CHECK(dbgshm_event_create(journal, &lost_kind, &lost) == 0);
	CHECK(dbgshm_event_create(journal, &count_kind, &counted) == 0);
}

static size_t
walk(uint32_t ring)
{
	struct ring_view view = ring_view(ring_region(getpid()), 0, ring);

	return (ring_walk_quiet(&view, list, MOST));
}

static void
count(uint64_t who, uint64_t what)
{
	uint64_t words[] = { who, what };

	dbgshm_event_words(journal, counted, dbgshm_now(), words, 2);
}

/* ---- what a record holds --------------------------------------------------------- */

static bool
is_text(const uint64_t *words, const char *text)
{
	return (words[0] == strlen(text) &&
	    memcmp(words + 1, text, strlen(text)) == 0);
}

static void
contents(void)
{
	union dbgshm_field values[] = { { .text = "10.0.0.1" }, { .u = 77 },
		{ .text = "never" }, { .text = "gone" } };
	uint64_t before, words[] = { 5, 6, 7, 8 };

	start(NULL);
	before = dbgshm_now();
	dbgshm_event_record(journal, lost, values, 4);
	count(1, 2);
	dbgshm_log_printf(
	    journal, DBGSHM_SEVERITY_ERROR, "%d of %s", 3, "four");
	dbgshm_event_record(journal, lost, values, 2);	/* the rest is empty */
	dbgshm_event_words(journal, lost, 9, words, 4); /* no texts in words */
	values[0].text = NULL;
	dbgshm_event_record(journal, lost, values, 1);
	CHECK(walk(0) == 0 && walk(1) == 6);

	CHECK(list[0].event == DBGSHM_EVENT_FIRST && list[0].number == 0);
	CHECK(list[0].severity == DBGSHM_SEVERITY_WARN);
	CHECK(list[0].stamp >= before && list[0].stamp <= list[1].stamp);
	CHECK(list[0].count == 6 && is_text(list[0].words, "10.0.0.1"));
	CHECK(list[0].words[2] == 77 && list[0].words[3] == 0);
	CHECK(is_text(list[0].words + 4, "gone"));

	CHECK(list[1].event == DBGSHM_EVENT_FIRST + 1 && list[1].count == 2);
	CHECK(list[1].severity == DBGSHM_SEVERITY_DEBUG);
	CHECK(list[1].words[0] == 1 && list[1].words[1] == 2);

	CHECK(list[2].event == DBGSHM_EVENT_MESSAGE && list[2].count == 3);
	CHECK(list[2].severity == DBGSHM_SEVERITY_ERROR);
	CHECK(is_text(list[2].words, "3 of four"));

	CHECK(list[3].count == 3 && list[3].words[2] == 77);
	CHECK(list[4].count == 4 && list[4].stamp == 9);
	CHECK(list[4].words[0] == 0 && list[4].words[1] == 6);
	CHECK(list[4].words[2] == 0 && list[4].words[3] == 0);
	CHECK(list[5].count == 1 && list[5].words[0] == 0);
}

static void
test_a_record_holds_what_was_said(void **state)
{
	(void)state;
	assert_int_equal(in_child(contents), 0);
}

static void
long_texts(void)
{
	char text[3000];
	union dbgshm_field values[] = { { .text = text }, { .u = 1 },
		{ .text = NULL }, { .text = text } };

	start(NULL);
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	dbgshm_event_record(journal, lost, values, 4);
	dbgshm_log_printf(journal, DBGSHM_SEVERITY_INFO, "%s", text);
	text[sizeof(text) - 1] = 'x';
	text[800] = '\0';
	dbgshm_event_record(journal, lost, values, 4);
	dbgshm_log_printf(journal, 200, "-%.480s", text);
	dbgshm_log_printf(journal, DBGSHM_SEVERITY_INFO, "%.480s", text);
	CHECK(walk(1) == 5);
	CHECK(list[0].count == 126);
	CHECK(list[0].words[0] == (976 | DBGSHM_TEXT_CUT));
	CHECK(list[0].words[125] == DBGSHM_TEXT_CUT);
	CHECK(list[1].words[0] == (480 | DBGSHM_TEXT_CUT));
	CHECK(list[1].count == 61);
	CHECK(list[2].words[0] == 800 && list[2].words[101] == 1);
	CHECK(list[2].words[103] == (176 | DBGSHM_TEXT_CUT));
	CHECK(list[2].count == 126);
	CHECK(list[3].words[0] == (480 | DBGSHM_TEXT_CUT));
	CHECK(list[3].severity == DBGSHM_SEVERITY_ERROR);
	CHECK(list[4].words[0] == 480);
}

static void
test_texts_are_cut_to_a_kibibyte(void **state)
{
	(void)state;
	assert_int_equal(in_child(long_texts), 0);
}

static void
harmless(void)
{
	struct dbgshm_event none = { 0 };
	uint64_t words[40] = { 0 };

	/* Off. */
	dbgshm_event_words(NULL, none, 1, words, 2);
	dbgshm_event_record(NULL, none, NULL, 0);
	dbgshm_log_printf(NULL, DBGSHM_SEVERITY_INFO, "%s", "x");
	CHECK(dbgshm_log_create(NULL, NULL) == NULL && errno == ENOTSUP);
	CHECK(dbgshm_event_create(NULL, &count_kind, &none) == -1 &&
	    errno == ENOTSUP && none.word == 0);
	start(NULL);
	errno = 77;
	dbgshm_event_words(journal, none, 1, words, 2);
	dbgshm_event_record(journal, none, NULL, 0);
	dbgshm_log_printf(journal, DBGSHM_SEVERITY_INFO, NULL);
	CHECK(walk(1) == 0);
	/* More words than any kind has. */
	dbgshm_event_words(journal, counted, 1, words, 40);
	CHECK(walk(1) == 1 && list[0].count == DBGSHM_FIELDS_MAX);
	dbgshm_event_record(journal, counted, NULL, 0);
	CHECK(walk(1) == 2 && list[1].count == 0);
	CHECK(errno == 77);
}

static void
test_zero_handles_and_wrong_counts_are_harmless(void **state)
{
	(void)state;
	assert_int_equal(in_child(harmless), 0);
}

/* ---- registration ------------------------------------------------------------------ */

static void
registration(void)
{
	struct dbgshm_event event = { 0 };
	struct dbgshm_event_kind kind = count_kind;
	struct dbgshm_log_options large = { .ring_size = 16u << 20 };
	struct dbgshm_log_options odd = { .rings = 60, .ring_size = 2049 };
	const struct dbgshm_desc_event *desc;
	const struct dbgshm_desc_log *log;
	struct dbgshm_profile *other;
	const char *base;

	start(NULL);
	CHECK(dbgshm_log_create(profile, NULL) == NULL && errno == EEXIST);
	CHECK(dbgshm_event_create(journal, &kind, &event) == -1 &&
	    errno == EEXIST);
	kind.name = "Upper";
	CHECK(dbgshm_event_create(journal, &kind, &event) == -1 &&
	    errno == EINVAL);
	kind.name = "fine";
	kind.severity = DBGSHM_SEVERITY_COUNT;
	CHECK(dbgshm_event_create(journal, &kind, &event) == -1 &&
	    errno == EINVAL);
	kind.severity = 0;
	kind.field_count = DBGSHM_FIELDS_MAX + 1;
	CHECK(dbgshm_event_create(journal, &kind, &event) == -1 &&
	    errno == EINVAL);
	kind.field_count = 2;
	kind.text = "two\nlines";
	CHECK(dbgshm_event_create(journal, &kind, &event) == -1 &&
	    errno == EINVAL);
	CHECK(event.word == 0);

	other = dbgshm_profile_add("other", "", NULL);
	large.ring_size++;
	CHECK(dbgshm_log_create(other, &large) == NULL && errno == EINVAL);
	large.ring_size--; /* 80 MiB: more than the region may have */
	CHECK(dbgshm_log_create(other, &large) == NULL && errno == ENOSPC);
	CHECK(dbgshm_log_create(other, &odd) != NULL);
	base = ring_region(getpid());
	log = ring_descriptor(base, DBGSHM_DESC_LOG, 0);
	CHECK(log->ring_count == 5 && log->ring_size == 8192);
	log = ring_descriptor(base, DBGSHM_DESC_LOG, 1);
	CHECK(log->ring_count == 17 && log->ring_size == 4096);
	CHECK(ring_view(base, 1, 16).head.limit == 0);
	desc = ring_descriptor(base, DBGSHM_DESC_EVENT, 0);
	CHECK(desc->number == DBGSHM_EVENT_FIRST && desc->field_count == 4);
	CHECK(desc->severity == DBGSHM_SEVERITY_WARN);
	CHECK(desc->head.size8 == (64 + 4 * 32) / 8);
	desc = ring_descriptor(base, DBGSHM_DESC_EVENT, 1);
	CHECK(desc->number == DBGSHM_EVENT_FIRST + 1);
	CHECK(ring_descriptor(base, DBGSHM_DESC_EVENT, 2) == NULL);
}

static void
test_registration_says_what_is_wrong(void **state)
{
	(void)state;
	assert_int_equal(in_child(registration), 0);
}

static void
about_others(void)
{
	const struct dbgshm_options options = { .sampling =
						    DBGSHM_SAMPLER_TICK };
	const struct dbgshm_subject subject = { .pid = getpid(),
		.uid = geteuid(),
		.gid = getegid(),
		.name = "me",
		.unnamed = 1 };
	struct dbgshm_region *region;

	CHECK(
	    (region = dbgshm_region_create(&options, &subject, NULL)) != NULL);
	CHECK(
	    dbgshm_log_create(dbgshm_region_profile_add(region, "a", "", NULL),
		NULL) == NULL &&
	    errno == ENOTSUP);
	dbgshm_region_destroy(region, 0);
}

static void
test_regions_about_others_have_no_log(void **state)
{
	(void)state;
	assert_int_equal(in_child(about_others), 0);
}

static void
revival(void)
{
	const struct dbgshm_header *header;
	const struct dbgshm_desc_log *log;
	struct dbgshm_event again;
	uint64_t used;
	int i;

	start(NULL);
	header = (const void *)ring_region(getpid());
	log = ring_descriptor((const char *)header, DBGSHM_DESC_LOG, 0);
	count(1, 1);
	used = header->bytes_used;
	for (i = 0; i < 10000; i++) {
		CHECK(dbgshm_profile_remove(profile) == 0);
		CHECK(log->head.state == DBGSHM_DESC_REMOVED);
		count(1, 2); /* seen by nobody until it is back */
		CHECK(dbgshm_event_create(journal, &lost_kind, &again) == -1 &&
		    errno == ENOTSUP);
		profile = dbgshm_profile_add("net", "network", NULL);
		CHECK(dbgshm_log_create(profile, NULL) == journal);
		CHECK(dbgshm_event_create(journal, &count_kind, &again) == 0);
		CHECK(again.word == counted.word);
	}
	CHECK(header->bytes_used == used);
	CHECK(log->head.state == DBGSHM_DESC_LIVE &&
	    log->head.generation == 10001);
	CHECK(
	    ring_descriptor((const char *)header, DBGSHM_DESC_LOG, 1) == NULL);
}

static void
test_ten_thousand_revivals_do_not_grow(void **state)
{
	(void)state;
	assert_int_equal(in_child(revival), 0);
}

/* ---- a full ring --------------------------------------------------------------------- */

/* After each append the newest events are there, as many as fit. */
static void
every_fill_level(void)
{
	const struct dbgshm_log_options smallest = { .ring_size = 2048 };
	union dbgshm_field values[4] = { { .text = "" } };
	struct ring_view view;
	const char *base;
	char text[1100];
	uint64_t made = 0;
	size_t n, i, length;
	unsigned seed = 5;

	start(&smallest);
	base = ring_region(getpid());
	for (; made < 20000; made++) {
		length = (size_t)rand_r(&seed) % (made % 3 == 0 ? 1000 : 90);
		memset(text, 'a' + (int)(made % 26), length);
		text[length] = '\0';
		values[0].text = text;
		values[1].u = made;
		dbgshm_event_record(journal, lost, values, 1 + made % 4);
		view = ring_view(base, 0, 1);
		n = ring_walk_quiet(&view, list, MOST);
		CHECK(n > 0 && list[n - 1].number == made);
		CHECK(view.head.records == made + 1);
		CHECK((list[n - 1].words[0] & 0xffff) == length ||
		    list[n - 1].words[0] >> 32 == 1);
		for (i = 1; i < n; i++)
			CHECK(list[i].number == list[i - 1].number + 1);
		/* All but the room of two of the largest holds events. */
		CHECK(view.head.limit < view.size || n >= 1);
	}
}

static void
test_a_ring_is_whole_at_every_fill_level(void **state)
{
	(void)state;
	assert_int_equal(in_child(every_fill_level), 0);
}

static void
long_run(void)
{
	uint64_t made;
	size_t n;

	start(NULL);
	for (made = 0; made < (UINT64_C(1) << 24) + 1000; made++)
		count(1, made);
	n = walk(1); /* 2048 words less what was given up behind the oldest */
	CHECK(n >= 8192 / 32 - 1 && n <= 8192 / 32);
	CHECK(list[n - 1].words[1] == made - 1);
	CHECK(list[0].words[1] == made - n);
}

/* 24 bits of the number are in the records. */
static void
test_numbers_go_on_after_two_to_the_24(void **state)
{
	(void)state;
	assert_int_equal(in_child(long_run), 0);
}

/* ---- fork ------------------------------------------------------------------------------ */

static void *
enter(void *unused)
{
	(void)unused;
	dbgshm_thread_enter();
	return (NULL);
}

static void
forked(void)
{
	const struct dbgshm_options ticked = {
		.sampling = DBGSHM_SAMPLER_TICK,
		.state = DBGSHM_PUBLISHED,
	};
	struct ring_view view;
	struct dbgshm_event later = { 0 };
	struct dbgshm_event_kind kind = count_kind;
	pthread_t thread;
	pid_t child;
	int status, i;

	start(NULL);
	CHECK(pthread_create(&thread, NULL, enter, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(ring_view(ring_region(getpid()), 0, 2).head.thread != 0);
	for (i = 0; i < 1000; i++)
		count(1, (uint64_t)i);
	if ((child = fork()) == 0) {
		/* Into private memory, that nobody sees. */
		for (i = 0; i < 300; i++)
			count(2, (uint64_t)i);
		CHECK(dbgshm_init(&ticked) == 0);
		CHECK(walk(0) == 0); /* init claims after the first count */
		view = ring_view(ring_region(getpid()), 0, 1);
		CHECK(view.head.records == 300); /* its own, from 0 */
		CHECK(view.head.thread == (uint64_t)getpid());
		CHECK(dbgshm_log_create(
			  dbgshm_profile_add("own", "", NULL), NULL) != NULL);
		CHECK(ring_view(ring_region(getpid()), 1, 2).head.thread == 0);
		count(2, 300);
		i = (int)walk(1);
		CHECK(list[i - 1].number == 300 && list[i - 1].words[0] == 2);
		for (; i > 0; i--)
			CHECK(list[i - 1].words[0] == 2);
		kind.name = "later";
		CHECK(dbgshm_event_create(journal, &kind, &later) == 0);
		CHECK(later.word > counted.word);
		exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	i = (int)walk(1);
	CHECK(i > 0 && list[i - 1].number == 999);
	for (; i > 0; i--)
		CHECK(list[i - 1].words[0] == 1);
	count(1, 1000);
	i = (int)walk(1);
	CHECK(list[i - 1].words[1] == 1000 && list[i - 1].number == 1000);
}

static void
test_a_forked_child_has_empty_rings(void **state)
{
	(void)state;
	assert_int_equal(in_child(forked), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_record_holds_what_was_said),
		cmocka_unit_test(test_texts_are_cut_to_a_kibibyte),
		cmocka_unit_test(
		    test_zero_handles_and_wrong_counts_are_harmless),
		cmocka_unit_test(test_registration_says_what_is_wrong),
		cmocka_unit_test(test_regions_about_others_have_no_log),
		cmocka_unit_test(test_ten_thousand_revivals_do_not_grow),
		cmocka_unit_test(test_a_ring_is_whole_at_every_fill_level),
		cmocka_unit_test(test_numbers_go_on_after_two_to_the_24),
		cmocka_unit_test(test_a_forked_child_has_empty_rings),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
