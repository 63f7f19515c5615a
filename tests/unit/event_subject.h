/*
 * event_subject.h - event rings made by hand, and somebody who follows them.
 */
#ifndef EVENT_SUBJECT_H
#define EVENT_SUBJECT_H

#include "image_rings.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SECOND UINT64_C(1000000000)
#define KIND 7
#define OTHER 9

/* Two logs, one of two rings, and somebody who follows them. */
struct subject {
	struct image image;
	struct dbgshm_desc_log *log, *second;
	uint32_t profile;
	struct pen pens[3]; /* two of the first log, one of the second */
	int file, lock;
	struct dbgshm_reader *reader;
	struct dbgshm_events *events;
	uint64_t seen;
};

static inline void
make(struct subject *subject)
{
	struct dbgshm_desc_event *kind;
	struct image *image = &subject->image;
	uint32_t second;

	memset(subject, 0, sizeof(*subject));
	image_start(image);
	image_rings(image);
	subject->profile = image_profile(image, "net");
	subject->log = image_log(image, subject->profile, 2);
	kind = image_kind(image, subject->profile, KIND, "moved",
	    "peer {peer} took {bytes}", 2);
	(void)image_field(image, kind, 0, "bytes", DBGSHM_TYPE_GAUGE);
	(void)image_field(image, kind, 1, "peer", DBGSHM_TYPE_TEXT);
	second = image_profile(image, "disk");
	subject->second = image_log(image, second, 1);
	subject->pens[0] = image_pen(image, subject->log, 0);
	subject->pens[1] = image_pen(image, subject->log, 1);
	subject->pens[2] = image_pen(image, subject->second, 0);
	subject->file = image_file(image, IMAGE_SIZE);
	subject->lock = -1;
}

/* What the image holds now is what the file holds. */
static inline void
save(const struct subject *subject)
{
	if (pwrite(subject->file, subject->image.bytes, IMAGE_SIZE, 0) !=
	    IMAGE_SIZE)
		abort();
}

static inline void
follow(struct subject *subject)
{
	save(subject);
	assert_int_equal(
	    image_attach(subject->file, &subject->reader, NULL), 0);
	assert_int_equal(dbgshm_reader_refresh(subject->reader), 0);
	assert_int_equal(
	    dbgshm_events_open(subject->reader, &subject->events), 0);
	assert_int_equal(dbgshm_events_poll(subject->events), 0);
}

static inline void
again(struct subject *subject)
{
	save(subject);
	assert_int_equal(dbgshm_reader_refresh(subject->reader), 0);
	assert_int_equal(dbgshm_events_poll(subject->events), 0);
}

static inline void
done(struct subject *subject)
{
	dbgshm_events_close(subject->events);
	dbgshm_reader_close(subject->reader);
	if (subject->lock != -1)
		(void)close(subject->lock);
	(void)close(subject->file);
	image_free(&subject->image);
}

static inline bool
text_is(struct dbgshm_text text, const char *wanted)
{
	return (text.length == strlen(wanted) &&
	    memcmp(text.bytes, wanted, text.length) == 0);
}

/* The next event is this message. */
static inline void
next_says(struct subject *subject, const char *text)
{
	const struct dbgshm_event_info *event =
	    dbgshm_events_next(subject->events);

	assert_non_null(event);
	assert_true(text_is(event->name, "message"));
	assert_true(text_is(event->text, "{text}"));
	assert_int_equal(event->field_count, 1);
	if (!text_is(event->values[0].text, text))
		fail_msg("\"%.*s\" is not \"%s\"",
		    (int)event->values[0].text.length,
		    event->values[0].text.bytes, text);
}

static inline void
no_more(struct subject *subject)
{
	assert_null(dbgshm_events_next(subject->events));
}

#endif
