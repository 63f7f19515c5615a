/* t_event_hostile.c - claims about event rings that lie, or never rest.
 * limit: 600 */
#include "event_subject.h"

#include <pthread.h>

/* Takes all there is; a ring can not hold more than it has words. */
static uint64_t
drain(struct subject *subject)
{
	const struct dbgshm_event_info *event;
	uint64_t count = 0, sum = 0;

	while ((event = dbgshm_events_next(subject->events)) != NULL) {
		sum += walk_event(event);
		assert_true(++count <= 3 * 2 * IMAGE_RING_WORDS);
	}
	subject->seen += count;
	return (sum);
}

static void
put(const struct subject *subject, size_t at, const void *bytes, size_t size)
{
	if (pwrite(subject->file, bytes, size, (off_t)at) != (ssize_t)size)
		abort();
}

/* Rings that have wrapped and hold some of everything. */
static void
fill(struct subject *subject)
{
	uint64_t fields[3] = { 0, 6 };
	unsigned i;

	memcpy(&fields[2], "target", 6);
	for (i = 0; i < 150; i++) {
		fields[0] = i;
		pen_append(&subject->pens[i % 2], KIND, i, fields, 3);
		pen_say(&subject->pens[(i + 1) % 3], i, "something longer");
	}
}

/* Followed from the start, and by one who has followed it before. */
static void
look(struct subject *subject)
{
	struct dbgshm_events *known = subject->events;

	(void)dbgshm_events_poll(known);
	(void)drain(subject);
	assert_int_equal(
	    dbgshm_events_open(subject->reader, &subject->events), 0);
	(void)dbgshm_events_poll(subject->events);
	(void)drain(subject);
	(void)dbgshm_events_poll(subject->events);
	(void)drain(subject);
	dbgshm_events_close(subject->events);
	subject->events = known;
}

static void
test_no_flipped_bit_of_a_ring_does_harm(void **state)
{
	size_t at, from = IMAGE_RINGS, to = IMAGE_RINGS + IMAGE_RING_STRIDE;
	unsigned char flipped, *bytes;
	struct subject subject;
	unsigned bit;

	(void)state;
	make(&subject);
	fill(&subject);
	follow(&subject);
	bytes = subject.image.bytes;
	for (at = from; at < to; at++)
		for (bit = 0; bit < 8; bit++) {
			flipped = (unsigned char)(bytes[at] ^ 1u << bit);
			put(&subject, at, &flipped, 1);
			look(&subject);
			put(&subject, at, &bytes[at], 1);
		}
	assert_true(subject.seen > 100000);
	done(&subject);
}

static void
test_a_file_cut_while_it_is_followed_is_an_error_not_a_crash(void **state)
{
	struct subject subject;
	size_t size;

	(void)state;
	make(&subject);
	fill(&subject);
	follow(&subject);
	for (size = IMAGE_SIZE; size > IMAGE_RINGS - 64; size -= 8) {
		if (ftruncate(subject.file, (off_t)size) == -1)
			abort();
		look(&subject);
	}
	assert_int_equal(dbgshm_events_poll(subject.events), -1);
	assert_int_equal(errno, EBADMSG);
	/* When it is back, so are the events. */
	save(&subject);
	pen_say(&subject.pens[2], 1, "back");
	again(&subject);
	(void)drain(&subject);
	assert_int_equal(dbgshm_events_poll(subject.events), 0);
	done(&subject);
}

/* What a poll makes of three rings of which one lies. */
static uint64_t
seen_with(struct subject *subject)
{
	follow(subject);
	subject->seen = 0;
	(void)drain(subject);
	return (subject->seen);
}

static int faults;

static void
count_fault(const struct dbgshm_fault *fault, void *context)
{
	(void)context;
	if (strstr(fault->text, "event") != NULL)
		faults++;
}

/* The lie, in ring 0 of twenty messages of four words; what is still shown. */
struct lie {
	const char *what;
	size_t word; /* of the ring, its head included */
	uint64_t keep, set;
	uint64_t shown, lost;
	bool fault;
};

#define HEAD(field) (offsetof(struct dbgshm_ring, field) / 8)
#define RECORD(n) (sizeof(struct dbgshm_ring) / 8 + 4 * (n))
#define ALL UINT64_MAX

static const struct lie lies[] = {
	{ "nothing", HEAD(thread), ALL, 0, 20, 0, false },
	{ "limit behind the head", HEAD(limit), 0, 3, 20, 0, false },
	{ "limit far away", HEAD(limit), 0, ALL, 0, 20, true },
	{ "head before all", HEAD(head), 0, 1 << 10 | 4, 0, 20, true },
	{ "head far away", HEAD(head), 0, ALL, 0, 20, true },
	{ "head without a length", HEAD(head), ~UINT64_C(0x3ff), 0, 0, 20,
	    true },
	{ "head of a long record", HEAD(head), ~UINT64_C(0x3ff), 0x3ff, 0, 20,
	    true },
	{ "more records than there are", HEAD(records), 0, 40, 20, 0, false },
	{ "fewer records than there are", HEAD(records), 0, 0, 20, 0, false },
	{ "no length", RECORD(10), ~UINT64_C(0x3ff), 0, 9, 11, true },
	{ "a long record", RECORD(10), ~UINT64_C(0x3ff), 0x3ff, 9, 11, true },
	{ "a short one", RECORD(10), ~UINT64_C(0x3ff), 2, 9, 11, true },
	{ "none before it", RECORD(10), ~UINT64_C(0xffc00), 0, 10, 10, true },
	{ "a long one before it", RECORD(10), ~UINT64_C(0xffc00), 0xffc00, 10,
	    10, true },
	{ "a loop", RECORD(10), ~UINT64_C(0xffc00), 1 << 10, 10, 10, true },
	{ "a number that jumps", RECORD(10), ~(UINT64_C(0xffffff) << 40),
	    UINT64_C(500) << 40, 9, 11, true },
	{ "a pad that counts", RECORD(10), ~(UINT64_C(0xffff) << 24), 0, 9, 11,
	    true },
	{ "a severity that is not", RECORD(10), ALL, 15 << 20, 20, 0, true },
	{ "a kind that is not", RECORD(10), ALL, UINT64_C(0xff00) << 24, 20, 0,
	    true },
	{ "a text longer than its record", RECORD(10) + 2, 0, 0xffff, 20, 0,
	    true },
	{ "a text shorter than its record", RECORD(10) + 2, 0, 0, 20, 0,
	    false },
};

static void
test_every_lie_costs_what_it_hides_and_no_more(void **state)
{
	struct subject subject;
	uint64_t *word, shown;
	size_t i;
	unsigned k;

	(void)state;
	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		make(&subject);
		for (k = 0; k < 20; k++)
			pen_say(&subject.pens[0], k, "eight ch");
		pen_say(&subject.pens[1], 100, "honest");
		word = image_at(&subject.image, IMAGE_RINGS + 8 * lies[i].word);
		*word = (*word & lies[i].keep) | lies[i].set;
		shown = seen_with(&subject);
		faults = 0;
		(void)dbgshm_reader_check(subject.reader, count_fault, NULL);
		if (shown != lies[i].shown + 1 ||
		    dbgshm_events_lost(subject.events) != lies[i].lost ||
		    (faults > 0) != lies[i].fault)
			fail_msg("%s: %ju shown, %ju lost, %d faults",
			    lies[i].what, (uintmax_t)shown - 1,
			    (uintmax_t)dbgshm_events_lost(subject.events),
			    faults);
		done(&subject);
	}
}

/* A ring that holds nothing but this one record. */
static void
expect_nothing_of(uint64_t position, uint64_t word, uint64_t records)
{
	uint64_t length = word & DBGSHM_RECORD_LENGTH_MASK;
	struct subject subject;
	struct pen *pen;

	make(&subject);
	pen = &subject.pens[0];
	pen->words[position % IMAGE_RING_WORDS] = word;
	pen->ring->limit = position + length;
	pen->ring->head =
	    (position + length) << DBGSHM_RING_HEAD_SHIFT | length;
	pen->ring->records = records;
	assert_int_equal(seen_with(&subject), 0);
	assert_int_equal(dbgshm_events_lost(subject.events), records);
	faults = 0;
	(void)dbgshm_reader_check(subject.reader, count_fault, NULL);
	assert_true(faults > 0);
	done(&subject);
}

static void
test_records_that_can_not_be_are_not_shown(void **state)
{
	uint64_t message = DBGSHM_EVENT_MESSAGE << DBGSHM_RECORD_EVENT_SHIFT;

	(void)state;
	/* Over the end of the ring; too short; before the first one. */
	expect_nothing_of(IMAGE_RING_WORDS - 6,
	    message | UINT64_C(4) << DBGSHM_RECORD_NUMBER_SHIFT | 10, 5);
	expect_nothing_of(
	    0, message | UINT64_C(4) << DBGSHM_RECORD_NUMBER_SHIFT | 1, 5);
	expect_nothing_of(0,
	    message | DBGSHM_RECORD_NUMBER_MASK << DBGSHM_RECORD_NUMBER_SHIFT |
		4,
	    0);
}

static uint64_t
dice(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (*seed >> 33);
}

/* Changes some words of the rings to what might hurt. */
static void
mutate(struct subject *subject, uint64_t *seed)
{
	static const uint64_t nasty[] = { 0, 1, 2, 3, 0x3ff, 0x400, 0x7ff,
		0xffc00, UINT64_C(1) << 32, UINT64_C(1) << 63, UINT64_MAX,
		UINT64_MAX << 10, 256 << 10 | 4 };
	size_t size = 3 * IMAGE_RING_STRIDE, at;
	unsigned changes = 1 + (unsigned)(dice(seed) % 4);
	uint64_t word;

	while (changes-- > 0) {
		at = dice(seed) % (size / 8) * 8;
		if (dice(seed) % 2 == 0) /* heads, mostly */
			at = dice(seed) % 3 * IMAGE_RING_STRIDE +
			    dice(seed) % 6 * 8;
		memcpy(&word, subject->image.bytes + IMAGE_RINGS + at, 8);
		switch (dice(seed) % 4) {
		case 0:
			word = nasty[dice(seed) %
			    (sizeof(nasty) / sizeof(nasty[0]))];
			break;
		case 1:
			word ^= UINT64_C(1) << dice(seed) % 64;
			break;
		case 2:
			word += (dice(seed) % 9) - 4;
			break;
		default:
			word += ((dice(seed) % 65) - 32) << 10;
			break;
		}
		put(subject, IMAGE_RINGS + at, &word, 8);
	}
}

static void
test_no_mutant_does_harm(void **state)
{
	struct subject subject;
	uint64_t seed = 1;
	unsigned i;

	(void)state;
	make(&subject);
	fill(&subject);
	follow(&subject);
	for (i = 0; i < 100000; i++) {
		mutate(&subject, &seed);
		look(&subject);
		if (i % 8 == 0)
			save(&subject);
		if (i % 1000 == 0) {
			dbgshm_events_close(subject.events);
			dbgshm_reader_close(subject.reader);
			follow(&subject);
		}
	}
	assert_true(subject.seen > 100000);
	done(&subject);
}

struct vandal {
	struct subject *subject;
	int stop;
};

static void *
vandalise(void *context)
{
	struct vandal *vandal = context;
	uint64_t seed = 3;

	while (!__atomic_load_n(&vandal->stop, __ATOMIC_RELAXED)) {
		mutate(vandal->subject, &seed);
		if (dice(&seed) % 64 == 0)
			save(vandal->subject);
	}
	return (NULL);
}

static void
test_rings_that_change_under_the_reader_do_no_harm(void **state)
{
	struct subject subject;
	struct vandal vandal = { &subject, 0 };
	pthread_t thread;
	unsigned i;

	(void)state;
	make(&subject);
	fill(&subject);
	follow(&subject);
	assert_int_equal(pthread_create(&thread, NULL, vandalise, &vandal), 0);
	for (i = 0; i < 20000; i++) {
		(void)dbgshm_reader_refresh(subject.reader);
		look(&subject);
		if (i % 64 == 0)
			(void)dbgshm_reader_check(subject.reader, NULL, NULL);
	}
	__atomic_store_n(&vandal.stop, 1, __ATOMIC_RELAXED);
	assert_int_equal(pthread_join(thread, NULL), 0);
	done(&subject);
}

#define TEST(name) cmocka_unit_test(name)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_no_flipped_bit_of_a_ring_does_harm),
		TEST(
		    test_a_file_cut_while_it_is_followed_is_an_error_not_a_crash),
		TEST(test_every_lie_costs_what_it_hides_and_no_more),
		TEST(test_records_that_can_not_be_are_not_shown),
		TEST(test_no_mutant_does_harm),
		TEST(test_rings_that_change_under_the_reader_do_no_harm),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
