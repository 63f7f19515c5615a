/* t_verify_logs.c - claims about each wrong number in the descriptors of logs,
 * events and high-water marks, and in the section of rings. */
#include "image_shapes.h"
#include "outcome.h"

#define FIELD(type, field)                                                     \
	offsetof(struct dbgshm_desc_##type, field),                            \
	    sizeof(((struct dbgshm_desc_##type *)0)->field)

enum record { LOG, KIND, FIELD0, TEXT, ENUM, GAUGE, UPDOWN, COUNTER };

/* What is left of: one log, two kinds of events, one high-water mark. */
static const struct patch {
	enum record record;
	size_t offset, size;
	uint64_t value;
	size_t logs, kinds, peaks;
	const char *why;
} patches[] = {
	{ LOG, FIELD(log, head.size8), 7, 0, 0, 1, "too short" },
	{ LOG, FIELD(log, head.parent), 1, 0, 0, 1, "not a profile" },
	{ LOG, FIELD(log, head.parent), 8, 1, 0, 1, "without a log" },
	{ LOG, FIELD(log, ring_count), 0, 0, 0, 1, "log of 0 rings" },
	{ LOG, FIELD(log, ring_count), 3, 0, 0, 1, "log needs" },
	{ LOG, FIELD(log, ring_count), DBGSHM_RINGS_MAX, 0, 0, 1, "log needs" },
	{ LOG, FIELD(log, ring_count), DBGSHM_RINGS_MAX + 1, 0, 0, 1,
	    "log of 65 rings" },
	{ LOG, FIELD(log, ring_count), UINT32_MAX, 0, 0, 1, "rings" },
	{ LOG, FIELD(log, ring_size), 0, 0, 0, 1, "rings of 0 bytes" },
	{ LOG, FIELD(log, ring_size), 1024, 0, 0, 1, "rings of 1024 bytes" },
	{ LOG, FIELD(log, ring_size), 2056, 0, 0, 1, "rings of 2056 bytes" },
	{ LOG, FIELD(log, ring_size), 3072, 0, 0, 1, "rings of 3072 bytes" },
	{ LOG, FIELD(log, ring_size), 4096, 0, 0, 1, "log needs" },
	{ LOG, FIELD(log, ring_size), 32u << 20, 0, 0, 1, "rings of" },
	{ LOG, FIELD(log, ring_size), UINT64_C(1) << 31, 0, 0, 1, "rings of" },
	{ LOG, FIELD(log, data_offset), 0, 0, 0, 1, "at 0" },
	{ LOG, FIELD(log, data_offset), IMAGE_TABLES, 0, 0, 1, "not all of" },
	{ LOG, FIELD(log, data_offset), IMAGE_RINGS + 8, 0, 0, 1, "not all" },
	{ LOG, FIELD(log, data_offset), UINT64_MAX - 63, 0, 0, 1, "not all" },
	{ LOG, FIELD(log, data_size), 0, 0, 0, 1, "has 0 at" },
	{ LOG, FIELD(log, data_size), UINT64_MAX, 0, 0, 1, "not all" },
	{ KIND, FIELD(event, head.size8), 7, 1, 1, 1, "too short" },
	{ KIND, FIELD(event, head.parent), 1, 1, 1, 1, "not a profile" },
	{ KIND, FIELD(event, head.parent), 8, 1, 1, 1, "without a log" },
	{ KIND, FIELD(event, name_length), 0, 1, 1, 1, "event name" },
	{ KIND, FIELD(event, name_offset), UINT32_MAX, 1, 1, 1, "event name" },
	{ KIND, FIELD(event, text_offset), UINT32_MAX, 1, 1, 1, "event text" },
	{ KIND, FIELD(event, text_length), UINT16_MAX, 1, 1, 1, "event text" },
	{ KIND, FIELD(event, number), 0, 1, 1, 1, "number 0" },
	{ KIND, FIELD(event, number), 1, 1, 1, 1, "number 1" },
	{ KIND, FIELD(event, number), 3, 1, 1, 1, "another one has" },
	{ KIND, FIELD(event, severity), 4, 1, 1, 1, "severity 4" },
	{ KIND, FIELD(event, severity), 255, 1, 1, 1, "severity 255" },
	{ KIND, FIELD(event, field_count), 17, 1, 1, 1, "17 fields" },
	{ KIND, FIELD(event, field_count), 4, 1, 1, 1, "4 fields" },
	{ KIND, FIELD(event, field_count), 255, 1, 1, 1, "255 fields" },
	{ FIELD0, FIELD(column, type), 0, 1, 1, 1, "type 0" },
	{ FIELD0, FIELD(column, type), DBGSHM_TYPE_COUNT, 1, 1, 1, "type 12" },
	{ FIELD0, FIELD(column, name_length), 0, 1, 1, 1, "column name" },
	{ FIELD0, FIELD(column, help_offset), UINT32_MAX, 1, 2, 1, NULL },
	{ FIELD0, FIELD(column, help_length), UINT16_MAX, 1, 1, 1, "help" },
	{ TEXT, FIELD(column, width), 8, 1, 2, 1, NULL }, /* means nothing */
	{ TEXT, FIELD(column, text_offset), UINT32_MAX, 1, 2, 1, NULL },
	{ ENUM, FIELD(column, names_length), 6, 1, 1, 1, "malformed names" },
	{ ENUM, FIELD(column, names_offset), UINT32_MAX, 1, 1, 1, "names" },
	{ GAUGE, FIELD(metric, peak), 0, 1, 2, 0, NULL },
	{ GAUGE, FIELD(metric, peak), 7, 1, 2, 0, "mark in word 7" },
	{ GAUGE, FIELD(metric, peak), 9, 1, 2, 1, "words from 9 on belong" },
	{ GAUGE, FIELD(metric, peak), 11, 1, 2, 0, "mark in word 11" },
	{ GAUGE, FIELD(metric, peak), 12, 1, 2, 0, "mark in word 12" },
	{ GAUGE, FIELD(metric, peak), UINT32_MAX, 1, 2, 0, "lies outside" },
	{ UPDOWN, FIELD(metric, peak), 8, 1, 2, 1, "another metric too" },
	{ UPDOWN, FIELD(metric, peak), 11, 1, 2, 1, "lies outside" },
	{ COUNTER, FIELD(metric, peak), 10, 1, 2, 1, "mark of a counter" },
};

struct logs_image {
	struct whole_image whole;
	struct dbgshm_desc_event *kind;
};

static void
logs_image(struct logs_image *logs)
{
	struct image *image = &logs->whole.sample.image;
	struct dbgshm_desc_column *field;
	uint32_t profile;

	image_whole(&logs->whole);
	profile = logs->whole.events_profile;
	logs->kind = image_kind(image, profile, 9, "found", "{a} {b} {c}", 3);
	(void)image_field(image, logs->kind, 0, "a", DBGSHM_TYPE_GAUGE);
	(void)image_field(image, logs->kind, 1, "b", DBGSHM_TYPE_TEXT);
	field = image_field(image, logs->kind, 2, "c", DBGSHM_TYPE_ENUM);
	field->names_length = 8;
	field->names_offset = image_bytes(image, "one\0two", 8);
	logs->whole.kind->number = 3;
	image_header(image)->sections[5].used += 2048;
	image_used(image);
}

static void *
record_of(struct logs_image *logs, enum record record)
{
	struct dbgshm_desc_column *fields = (void *)(logs->kind + 1);

	switch (record) {
	case LOG:
		return (logs->whole.log);
	case KIND:
		return (logs->kind);
	case FIELD0:
		return (&fields[0]);
	case TEXT:
		return (&fields[1]);
	case ENUM:
		return (&fields[2]);
	case GAUGE:
		return (logs->whole.sample.gauge);
	case UPDOWN:
		return (logs->whole.sample.updown);
	case COUNTER:
		return (logs->whole.sample.counter);
	}
	return (NULL);
}

struct left {
	size_t logs, kinds, peaks;
	uint64_t faults, offset;
	char text[160];
};

/* Kinds are counted by events that one of each leaves. */
static void
look(struct image *image, struct left *left)
{
	const struct dbgshm_event_info *event;
	struct dbgshm_events *events;
	struct dbgshm_reader *reader;
	union dbgshm_value peak;
	uint64_t stamp;
	size_t i;
	int file = image_file(image, IMAGE_SIZE);

	memset(left, 0, sizeof(*left));
	assert_int_equal(image_attach(file, &reader, NULL), 0);
	assert_int_equal(dbgshm_reader_refresh(reader), 0);
	left->faults = dbgshm_reader_info(reader)->faults;
	left->offset = dbgshm_reader_info(reader)->first_fault.offset;
	memcpy(left->text, dbgshm_reader_info(reader)->first_fault.text,
	    sizeof(left->text));
	left->logs = dbgshm_reader_log_count(reader);
	for (i = 0; i < dbgshm_reader_metric_count(reader); i++)
		left->peaks += dbgshm_reader_peak(reader, i, &peak, &stamp);
	assert_int_equal(dbgshm_events_open(reader, &events), 0);
	assert_int_equal(dbgshm_events_poll(events), 0);
	while ((event = dbgshm_events_next(events)) != NULL)
		left->kinds +=
		    event->field_count == 2 || event->field_count == 3;
	dbgshm_events_close(events);
	(void)walk_everything(reader);
	if ((uint64_t)dbgshm_reader_check(reader, NULL, NULL) < left->faults)
		abort();
	dbgshm_reader_close(reader);
	(void)close(file);
}

/* An event of each kind, alone in its ring. */
static void
write_events(struct logs_image *logs)
{
	static const uint64_t fields[3] = { 1, 0, 1 };
	struct image *image = &logs->whole.sample.image;
	struct pen pen;

	memset(image_at(image, IMAGE_RINGS), 0, 2 * IMAGE_RING_STRIDE);
	pen = image_pen(image, logs->whole.log, 0);
	pen_append(&pen, 3, 3000000000, fields, 2);
	pen = image_pen(image, logs->whole.log, 1);
	pen_append(&pen, 9, 3000000000, fields, 3);
}

static void
test_a_wrong_log_event_or_mark_alone_is_left_out_and_told(void **state)
{
	const struct patch *patch;
	struct logs_image logs;
	struct left left;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(patches) / sizeof(*patch); i++) {
		patch = &patches[i];
		logs_image(&logs);
		write_events(&logs);
		memcpy((char *)record_of(&logs, patch->record) + patch->offset,
		    &patch->value, patch->size);
		look(&logs.whole.sample.image, &left);
		if (left.logs != patch->logs || left.kinds != patch->kinds ||
		    left.peaks != patch->peaks ||
		    (left.faults == 0) != (patch->why == NULL) ||
		    (patch->why != NULL &&
			strstr(left.text, patch->why) == NULL))
			fail_msg("patch %zu (%s): %zu faults (%s), left "
				 "%zu %zu %zu",
			    i, patch->why == NULL ? "" : patch->why,
			    (size_t)left.faults, left.text, left.logs,
			    left.kinds, left.peaks);
		if (patch->why != NULL)
			assert_in_range(
			    left.offset, IMAGE_DESCRIPTORS, IMAGE_STRINGS);
		image_free(&logs.whole.sample.image);
	}
}

static void
test_no_event_has_more_fields_than_a_reader_has_room_for(void **state)
{
	struct dbgshm_desc_event *kind;
	struct logs_image logs;
	struct image *image = &logs.whole.sample.image;
	struct left left;
	uint8_t count, i;

	(void)state;
	for (count = 16; count <= 17; count++) {
		logs_image(&logs);
		kind = image_kind(
		    image, logs.whole.events_profile, 4, "many", "", count);
		for (i = 0; i < count; i++)
			(void)image_field(
			    image, kind, i, "f", DBGSHM_TYPE_GAUGE);
		look(image, &left);
		assert_int_equal(left.faults, count - 16);
		image_free(image);
	}
}

static void
test_of_logs_that_share_bytes_or_a_profile_the_later_is_left_out(void **state)
{
	struct dbgshm_desc_log *second;
	struct logs_image logs;
	struct image *image = &logs.whole.sample.image;
	struct left left;

	(void)state;
	logs_image(&logs);
	second = image_log(image, image_profile(image, "more"), 1);
	look(image, &left);
	assert_int_equal(left.logs, 2);
	assert_int_equal(left.faults, 0);
	second->data_offset -= 2048 + 64;
	look(image, &left);
	assert_int_equal(left.logs, 1);
	assert_non_null(strstr(left.text, "log lies on another"));
	assert_int_equal(
	    left.offset, (uint64_t)((char *)second - (char *)image->bytes));
	second->data_offset += 2048 + 64;
	second->head.parent = logs.whole.log->head.parent;
	look(image, &left);
	assert_int_equal(left.logs, 1);
	assert_non_null(strstr(left.text, "second log"));
	/* A removed one is none, and its rings stay its own. */
	second->head.state = DBGSHM_DESC_REMOVED;
	look(image, &left);
	assert_int_equal(left.logs, 1);
	assert_int_equal(left.faults, 0);
	image_free(image);
}

/* ---- the section of rings --------------------------------------------------- */

static void
test_a_section_of_rings_is_checked_as_the_others(void **state)
{
	static const struct {
		size_t offset;
		uint64_t value;
		const char *why;
	} wrong[] = {
		{ offsetof(struct dbgshm_section, offset), IMAGE_TABLES,
		    "rings lies on that of tables" },
		{ offsetof(struct dbgshm_section, offset), UINT64_MAX - 63,
		    "section of rings at" },
		{ offsetof(struct dbgshm_section, size), UINT64_MAX,
		    "section of rings at" },
		{ offsetof(struct dbgshm_section, used), 1 << 20,
		    "rings uses 1048576 bytes" },
		{ offsetof(struct dbgshm_section, used), 64, "log needs" },
	};
	struct dbgshm_header *header;
	struct logs_image logs;
	struct left left;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		logs_image(&logs);
		header = image_header(&logs.whole.sample.image);
		memcpy((char *)&header->sections[5] + wrong[i].offset,
		    &wrong[i].value, 8);
		look(&logs.whole.sample.image, &left);
		assert_int_equal(left.logs, 0);
		if (strstr(left.text, wrong[i].why) == NULL)
			fail_msg("%zu: %s", i, left.text);
		/* In 1.0 there is no such section. */
		header->minor = 0;
		look(&logs.whole.sample.image, &left);
		assert_int_equal(left.faults, 0);
		image_free(&logs.whole.sample.image);
	}
}

static void
test_rings_cost_nothing_until_they_are_read_but_have_a_limit(void **state)
{
	struct dbgshm_section *rings;
	struct dbgshm_reader *reader;
	struct logs_image logs;
	int file;

	(void)state;
	logs_image(&logs);
	rings = &image_header(&logs.whole.sample.image)->sections[5];
	image_header(&logs.whole.sample.image)->file_size = UINT64_C(1) << 30;
	rings->size = rings->used = UINT64_C(256) << 20;
	file = image_file(&logs.whole.sample.image, IMAGE_SIZE);
	assert_int_equal(ftruncate(file, 1 << 30), 0);
	assert_int_equal(image_attach(file, &reader, NULL), 0);
	assert_int_equal(dbgshm_reader_log_count(reader), 1);
	assert_int_equal(dbgshm_reader_info(reader)->faults, 0);
	dbgshm_reader_close(reader);
	rings->size = rings->used = (UINT64_C(256) << 20) + 4096;
	assert_int_equal(
	    pwrite(file, logs.whole.sample.image.bytes, 4096, 0), 4096);
	assert_int_equal(image_attach(file, &reader, NULL), 0);
	assert_int_equal(dbgshm_reader_log_count(reader), 0);
	assert_int_equal(dbgshm_reader_metric_count(reader), 5);
	dbgshm_reader_close(reader);
	(void)close(file);
	image_free(&logs.whole.sample.image);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_wrong_log_event_or_mark_alone_is_left_out_and_told),
		cmocka_unit_test(
		    test_no_event_has_more_fields_than_a_reader_has_room_for),
		cmocka_unit_test(
		    test_of_logs_that_share_bytes_or_a_profile_the_later_is_left_out),
		cmocka_unit_test(
		    test_a_section_of_rings_is_checked_as_the_others),
		cmocka_unit_test(
		    test_rings_cost_nothing_until_they_are_read_but_have_a_limit),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
