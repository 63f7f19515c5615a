/* t_event_live.c - claims about events of a writer that goes on.
 * limit: 600 */
#include "event_subject.h"

#include <pthread.h>
#include <sched.h>
#include <time.h>

/* Its clock is at five seconds now. */
static void
wake(struct subject *subject)
{
	struct timespec now;

	subject->lock = image_lock(subject->file);
	(void)clock_gettime(CLOCK_REALTIME, &now);
	image_header(&subject->image)->clock_real_ns =
	    (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
}

static void
test_events_of_a_live_writer_wait_for_older_ones(void **state)
{
	struct subject subject;

	(void)state;
	make(&subject);
	wake(&subject);
	pen_say(&subject.pens[0], 1 * SECOND, "a");
	pen_say(&subject.pens[0], 3600 * SECOND, "c");
	pen_say(&subject.pens[0], 2 * SECOND, "d");
	follow(&subject);
	next_says(&subject, "a");
	no_more(&subject);
	/* It came late into the other ring. */
	pen_say(&subject.pens[1], 3599 * SECOND, "b");
	pen_say(&subject.pens[1], 3 * SECOND, "f");
	pen_say(&subject.pens[2], 4 * SECOND, "e");
	again(&subject);
	next_says(&subject, "e");
	/* What has waited for a poll does not wait for another. */
	next_says(&subject, "c");
	next_says(&subject, "d");
	no_more(&subject);
	again(&subject);
	next_says(&subject, "b");
	next_says(&subject, "f");
	no_more(&subject);
	done(&subject);
}

static void
test_a_dead_writers_events_come_all_at_once(void **state)
{
	struct subject subject;

	(void)state;
	make(&subject);
	wake(&subject);
	pen_say(&subject.pens[0], 3600 * SECOND, "a");
	follow(&subject);
	no_more(&subject);
	(void)close(subject.lock);
	subject.lock = -1;
	pen_say(&subject.pens[1], 3500 * SECOND, "b");
	again(&subject);
	next_says(&subject, "b");
	next_says(&subject, "a");
	no_more(&subject);
	done(&subject);
}

static void
test_a_kind_that_is_younger_than_the_schema_waits_for_it(void **state)
{
	const struct dbgshm_event_info *event;
	struct dbgshm_desc_event *kind;
	struct subject subject;

	(void)state;
	make(&subject);
	follow(&subject);
	kind =
	    image_kind(&subject.image, subject.profile, OTHER, "late", "", 1);
	(void)image_field(
	    &subject.image, kind, 0, "answer", DBGSHM_TYPE_SIGNED);
	pen_append(&subject.pens[0], OTHER, 1, (uint64_t[]){ 42 }, 1);
	save(&subject);
	assert_int_equal(dbgshm_events_poll(subject.events), 0);
	no_more(&subject);
	again(&subject);
	event = dbgshm_events_next(subject.events);
	assert_non_null(event);
	assert_true(text_is(event->name, "late"));
	assert_int_equal(event->values[0].i, 42);
	/* One that will never be there is no reason to wait. */
	pen_append(&subject.pens[0], OTHER + 1, 1, (uint64_t[]){ 42 }, 1);
	again(&subject);
	event = dbgshm_events_next(subject.events);
	assert_non_null(event);
	assert_true(text_is(event->name, "unknown"));
	assert_int_equal(event->field_count, 0);
	no_more(&subject);
	done(&subject);
}

static void
test_logs_that_come_and_go_are_followed(void **state)
{
	struct dbgshm_desc *profile;
	struct dbgshm_desc_log *log;
	struct subject subject;
	struct pen pen;

	(void)state;
	make(&subject);
	pen_say(&subject.pens[0], 1, "a");
	follow(&subject);
	next_says(&subject, "a");
	log =
	    image_log(&subject.image, image_profile(&subject.image, "new"), 1);
	pen = image_pen(&subject.image, log, 0);
	pen_say(&pen, 2, "b");
	pen_say(&subject.pens[0], 3, "c");
	again(&subject);
	next_says(&subject, "b");
	next_says(&subject, "c");
	pen_say(&subject.pens[0], 4, "d");
	pen_say(&pen, 5, "e");
	again(&subject);
	/* The first log goes, with what it had to say; the others stay. */
	profile = image_at(&subject.image, IMAGE_DESCRIPTORS + subject.profile);
	profile->state = DBGSHM_DESC_REMOVED;
	image_used(&subject.image);
	save(&subject);
	assert_int_equal(dbgshm_reader_refresh(subject.reader), 0);
	next_says(&subject, "e");
	no_more(&subject);
	assert_int_equal(dbgshm_events_lost(subject.events), 1);
	/* When it is back, it goes on where it was. */
	pen_say(&subject.pens[0], 6, "f");
	again(&subject);
	no_more(&subject);
	pen_say(&pen, 7, "g");
	profile->state = DBGSHM_DESC_LIVE;
	profile->generation++;
	image_used(&subject.image);
	again(&subject);
	next_says(&subject, "f");
	next_says(&subject, "g");
	no_more(&subject);
	assert_int_equal(dbgshm_events_lost(subject.events), 1);
	done(&subject);
}

struct author {
	struct pen pen;
	uint64_t count;
	const uint64_t *polls;
};

static void *
write_events(void *context)
{
	struct author *author = context;
	uint64_t i, polls = 0;

	for (i = 0; i < author->count; i++) {
		pen_append(&author->pen, KIND, i + 1, (uint64_t[]){ i, 0, 0 },
		    2 + i % 2);
		/* Far more than a ring holds; but the reader gets its turn. */
		while (i % 4096 == 0 &&
		    __atomic_load_n(author->polls, __ATOMIC_RELAXED) == polls)
			(void)sched_yield();
		polls = __atomic_load_n(author->polls, __ATOMIC_RELAXED);
	}
	return (NULL);
}

/* Everything is shown once, in order, or counted. */
static void
test_a_ring_that_is_written_meanwhile_is_counted_exactly(void **state)
{
	const struct dbgshm_event_info *event;
	struct author authors[2];
	struct subject subject;
	pthread_t threads[2];
	uint64_t last[2] = { 0, 0 }, lost = 0, polls = 0, seen = 0;
	unsigned char *shared;
	bool over = false;
	unsigned i;

	(void)state;
	make(&subject);
	save(&subject);
	subject.lock = image_lock(subject.file);
	shared = mmap(NULL, IMAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
	    subject.file, 0);
	assert_true(shared != MAP_FAILED);
	for (i = 0; i < 2; i++) {
		authors[i] =
		    (struct author){ subject.pens[i], 1000000, &polls };
		authors[i].pen.ring = (void *)(shared +
		    ((unsigned char *)subject.pens[i].ring -
			subject.image.bytes));
		authors[i].pen.words = (void *)(authors[i].pen.ring + 1);
		assert_int_equal(pthread_create(&threads[i], NULL, write_events,
				     &authors[i]),
		    0);
	}
	assert_int_equal(image_attach(subject.file, &subject.reader, NULL), 0);
	assert_int_equal(
	    dbgshm_events_open(subject.reader, &subject.events), 0);
	for (;;) {
		assert_int_equal(dbgshm_reader_refresh(subject.reader), 0);
		assert_int_equal(dbgshm_events_poll(subject.events), 0);
		while ((event = dbgshm_events_next(subject.events)) != NULL) {
			assert_int_equal(
			    event->number, last[event->ring] + event->lost);
			assert_int_equal(event->values[0].u, event->number);
			assert_int_equal(event->stamp, event->number + 1);
			last[event->ring] = event->number + 1;
			lost += event->lost;
			seen++;
		}
		(void)__atomic_add_fetch(&polls, 1, __ATOMIC_RELAXED);
		if (over)
			break;
		over =
		    last[0] == authors[0].count && last[1] == authors[1].count;
	}
	for (i = 0; i < 2; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(seen + lost, 2 * authors[0].count);
	assert_int_equal(lost, dbgshm_events_lost(subject.events));
	assert_true(seen > 1000);
	(void)munmap(shared, IMAGE_SIZE);
	done(&subject);
}

#define TEST(name) cmocka_unit_test(name)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_events_of_a_live_writer_wait_for_older_ones),
		TEST(test_a_dead_writers_events_come_all_at_once),
		TEST(test_a_kind_that_is_younger_than_the_schema_waits_for_it),
		TEST(test_logs_that_come_and_go_are_followed),
		TEST(test_a_ring_that_is_written_meanwhile_is_counted_exactly),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
