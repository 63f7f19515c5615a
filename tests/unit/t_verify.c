/* t_verify.c - claims about each wrong number in a region. */
#include "outcome.h"

/* ---- headers --------------------------------------------------------------- */

#define AT(field)                                                              \
	offsetof(struct dbgshm_header, field),                                 \
	    sizeof(((struct dbgshm_header *)0)->field)
#define SECTION(i, field)                                                      \
	offsetof(struct dbgshm_header, sections) + 32 * (i) +                  \
	    offsetof(struct dbgshm_section, field),                            \
	    sizeof(((struct dbgshm_section *)0)->field)

static const struct patch {
	size_t offset, size;
	uint64_t value;
	int error; /* of attaching; 0: something is left out */
	const char *why;
} header_patches[] = {
	{ AT(magic), 0, EAGAIN, "not ready" },
	{ AT(magic), 1, EBADMSG, "not a region" },
	{ AT(magic), 0x4442475348 + UINT64_C(0x4d310a0000000000), EBADMSG,
	    "not a region" },
	{ AT(magic), UINT64_C(0x44424753484d310a), EPROTONOSUPPORT,
	    "other byte order" },
	{ AT(byte_order), UINT64_C(0x0807060504030201), EPROTONOSUPPORT,
	    "other byte order" },
	{ AT(byte_order), 7, EBADMSG, "byte order" },
	{ AT(major), 2, EPROTONOSUPPORT,
	    "format version 2, this reader knows 1" },
	{ AT(major), 0, EPROTONOSUPPORT, "format version 0" },
	{ AT(features), 1, EPROTONOSUPPORT, "needs feature 0" },
	{ AT(features), UINT64_C(1) << 31, EPROTONOSUPPORT,
	    "needs feature 31" },
	{ AT(header_size), 4095, EBADMSG, "header of 4095 bytes" },
	{ AT(section_count), 17, EBADMSG, "section table" },
	{ AT(section_count), UINT32_MAX, EBADMSG, "section table" },
	{ AT(section_count), 0, EBADMSG, "without usable sections" },
	{ AT(section_size), 24, EBADMSG, "section table" },
	{ AT(section_size), 0, EBADMSG, "section table" },
	{ AT(section_size), UINT32_MAX - 7, EBADMSG, "section table" },
	{ AT(kind), 3, EBADMSG, "kind 3" },
	{ AT(clock_kind), 0, EBADMSG, "clock kind 0" },
	{ AT(file_size), UINT64_C(1) << 40, EFBIG, "over the limit" },
	{ AT(file_size), UINT64_MAX, EFBIG, "over the limit" },
	{ AT(file_size), 8192, EBADMSG, "outside the file" },
	{ AT(file_size), IMAGE_SIZE + 4096, 0, "the file ends here" },
	{ AT(shard_count), 0, 0, "0 shards" },
	{ AT(shard_count), 65, 0, "65 shards" },
	{ AT(shard_count), UINT32_MAX, 0, "shards can not be ready" },
	{ AT(shards_ready), 3, 0, "3 of 2 shards" },
	{ AT(shards_ready), UINT64_MAX, 0, "shards can not be ready" },
	{ AT(shard_stride), 0, 0, "do not fit" },
	{ AT(shard_stride), 8200, 0, "do not fit" },
	{ AT(shard_stride), 16384, 0, "do not fit" },
	{ AT(shard_stride), UINT64_C(1) << 63, 0, "do not fit" },
	{ AT(exe_offset), 9000, 0, "executable" },
	{ AT(exe_offset), UINT32_MAX, 0, "executable" },
	{ AT(exe_length), UINT32_MAX, 0, "executable" },
	{ AT(version_length), 8192, 0, "version" },
	{ SECTION(0, offset), 4096, EBADMSG, "descriptors at 4096" },
	{ SECTION(0, offset), 8193, EBADMSG, "outside" },
	{ SECTION(0, offset), UINT64_MAX - 63, EBADMSG, "outside" },
	{ SECTION(0, size), UINT64_MAX, EBADMSG, "outside" },
	{ SECTION(0, used), 8200, EBADMSG, "uses 8200 bytes of 8192" },
	{ SECTION(0, used), UINT64_MAX, EBADMSG, "descriptors uses" },
	{ SECTION(0, type), 9, EBADMSG, "without usable sections" },
	{ SECTION(1, type), 1, EBADMSG, "second section of descriptors" },
	{ SECTION(1, offset), 8192, EBADMSG, "strings lies on that of desc" },
	{ SECTION(1, used), 64, 0, "outside the strings" },
	{ SECTION(2, offset), 28672, 0, "lies on that of gauges" },
	{ SECTION(2, used), 64, 0, "lie outside the 8" },
	{ SECTION(3, used), 64, 0, "lie outside the 8" },
	{ SECTION(3, used), 8200, 0, "do not fit" },
	{ SECTION(4, used), 0, 0, "not all of them in the section" },
	{ SECTION(4, offset), 45056 + 64, 0, "of tables at 45120" },
};

static void
test_each_wrong_number_of_a_header_is_found_and_told(void **state)
{
	const struct patch *patch;
	struct sample_image sample;
	struct outcome outcome;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(header_patches) / sizeof(*patch); i++) {
		patch = &header_patches[i];
		image_sample(&sample);
		memcpy(sample.image.bytes + patch->offset, &patch->value,
		    patch->size);
		outcome = try_image(&sample.image);
		says(&outcome, patch->why);
		assert_int_equal(outcome.error, patch->error);
		if (patch->error == 0)
			assert_true(outcome.faults > 0);
		image_free(&sample.image);
	}
}

static void
test_what_a_later_minor_version_adds_is_skipped(void **state)
{
	struct sample_image sample;
	struct dbgshm_header *header;
	struct outcome outcome;

	(void)state;
	image_sample(&sample);
	header = image_header(&sample.image);
	header->minor = 9;
	header->features = UINT64_C(1) << 40;
	header->section_count = 6;
	header->sections[5].type = 77;
	header->sections[5].offset = UINT64_MAX;
	(void)image_record(&sample.image, 99, sample.profile, 48);
	(void)image_metric(
	    &sample.image, sample.profile, "behind", DBGSHM_METRIC_COUNTER, 1);
	outcome = try_image(&sample.image);
	assert_int_equal(outcome.error, 0);
	assert_int_equal(outcome.faults, 0);
	assert_int_equal(outcome.metrics, 6);
	image_free(&sample.image);
}

static void
test_longer_entries_of_a_later_version_are_read_by_their_size(void **state)
{
	struct sample_image sample;
	struct dbgshm_header *header;
	struct dbgshm_section sections[5];
	struct outcome outcome;
	size_t i;

	(void)state;
	image_sample(&sample);
	header = image_header(&sample.image);
	memcpy(sections, header->sections, sizeof(sections));
	memset(header->sections, 0, sizeof(header->sections));
	header->section_size = 40;
	for (i = 0; i < 5; i++)
		memcpy((char *)header->sections + 40 * i, &sections[i], 32);
	outcome = try_image(&sample.image);
	assert_int_equal(outcome.error, 0);
	assert_int_equal(outcome.faults, 0);
	assert_int_equal(outcome.metrics, 5);
	image_free(&sample.image);
}

/* ---- records ------------------------------------------------------------------- */

#define FIELD(type, field)                                                     \
	offsetof(struct dbgshm_desc_##type, field),                            \
	    sizeof(((struct dbgshm_desc_##type *)0)->field)

enum record { PROFILE, COUNTER, GAUGE, HISTOGRAM, TABLE, COLUMN0, TEXT, ENUM };

static const struct record_patch {
	enum record record;
	size_t offset, size;
	uint64_t value;
	size_t profiles, metrics, tables, columns; /* left */
	const char *why;
} record_patches[] = {
	{ PROFILE, FIELD(profile, head.size8), 0, 0, 0, 0, 0, "of 0 bytes" },
	{ PROFILE, FIELD(profile, head.size8), 1, 0, 0, 0, 0, "of 8 bytes" },
	{ PROFILE, FIELD(profile, head.size8), 65535, 0, 0, 0, 0,
	    "all after it" },
	{ PROFILE, FIELD(profile, head.state), 3, 0, 0, 0, 0, "state 3" },
	{ PROFILE, FIELD(profile, head.type), 9, 0, 0, 0, 0,
	    "which is not a profile" },
	{ PROFILE, FIELD(profile, path_offset), 8000, 0, 0, 0, 0,
	    "profile path" },
	{ PROFILE, FIELD(profile, path_offset), UINT32_MAX, 0, 0, 0, 0,
	    "profile path" },
	{ PROFILE, FIELD(profile, path_length), 0, 0, 0, 0, 0,
	    "malformed profile path" },
	{ PROFILE, FIELD(profile, path_length), 256, 0, 0, 0, 0, "too long" },
	{ PROFILE, FIELD(profile, path_offset), 64, 0, 0, 0, 0,
	    "malformed profile path" }, /* begins with a slash */
	{ PROFILE, FIELD(profile, description_offset), UINT32_MAX, 0, 0, 0, 0,
	    "description" },
	{ PROFILE, FIELD(profile, help_length), 1, 0, 0, 0, 0, "help" },
	{ COUNTER, FIELD(metric, name_length), 0, 1, 4, 1, 3,
	    "malformed metric name" },
	{ COUNTER, FIELD(metric, name_offset), 64, 1, 4, 1, 3,
	    "malformed metric name" }, /* a '/' */
	{ COUNTER, FIELD(metric, name_offset), UINT32_MAX, 1, 4, 1, 3,
	    "metric name" },
	{ COUNTER, FIELD(metric, help_offset), 8191, 1, 4, 1, 3, "help" },
	{ COUNTER, FIELD(metric, labels_length), 13, 1, 4, 1, 3,
	    "malformed labels" },
	{ COUNTER, FIELD(metric, labels_length), 3, 1, 4, 1, 3,
	    "malformed labels" },
	{ COUNTER, FIELD(metric, labels_length), 65535, 1, 4, 1, 3, "labels" },
	{ COUNTER, FIELD(metric, kind), 0, 1, 4, 1, 3, "kind 0 is unknown" },
	{ COUNTER, FIELD(metric, kind), 6, 1, 4, 1, 3, "kind 6 is unknown" },
	{ COUNTER, FIELD(metric, cell), 0, 1, 4, 1, 3, "lie outside" },
	{ COUNTER, FIELD(metric, cell), 1024, 1, 4, 1, 3, "lie outside" },
	{ COUNTER, FIELD(metric, cell), UINT32_MAX, 1, 4, 1, 3, "lie outside" },
	{ COUNTER, FIELD(metric, cells), 0, 1, 4, 1, 3, "of 0 words" },
	{ COUNTER, FIELD(metric, cells), UINT32_MAX, 1, 4, 1, 3, "words" },
	{ COUNTER, FIELD(metric, head.parent), 0, 1, 4, 1, 3, "not a profile" },
	{ COUNTER, FIELD(metric, head.parent), 16, 1, 4, 1, 3,
	    "not a profile" },
	{ COUNTER, FIELD(metric, head.parent), UINT32_MAX, 1, 4, 1, 3,
	    "not a profile" },
	{ COUNTER, FIELD(metric, head.size8), 7, 1, 0, 0, 0, "too short" },
	{ GAUGE, FIELD(metric, cell), 7, 1, 4, 1, 3, "lie outside" },
	{ GAUGE, FIELD(metric, cell), 511, 1, 4, 1, 3, "lie outside" },
	{ GAUGE, FIELD(metric, cell), 9, 1, 4, 1, 3, "another metric" },
	{ HISTOGRAM, FIELD(metric, sub_bits), 4, 1, 4, 1, 3, "4 sub-bits" },
	{ HISTOGRAM, FIELD(metric, cells), 2, 1, 4, 1, 3, "of 2 words" },
	{ HISTOGRAM, FIELD(metric, cells), 1923, 1, 4, 1, 3, "1923 words" },
	{ HISTOGRAM, FIELD(metric, cells), 131, 1, 4, 1, 3, "lie outside" },
	{ HISTOGRAM, FIELD(metric, cell), 8, 1, 4, 1, 3, "another metric" },
	{ TABLE, FIELD(table, capacity), 0, 1, 5, 0, 0, "of 0 rows" },
	{ TABLE, FIELD(table, capacity), 9, 1, 5, 0, 0, "table needs" },
	{ TABLE, FIELD(table, capacity), DBGSHM_ROWS_MAX, 1, 5, 0, 0,
	    "table needs" },
	{ TABLE, FIELD(table, capacity), UINT32_MAX, 1, 5, 0, 0, "rows" },
	{ TABLE, FIELD(table, column_count), 0, 1, 5, 0, 0, "0 columns" },
	{ TABLE, FIELD(table, column_count), 4, 1, 5, 0, 0, "4 columns" },
	{ TABLE, FIELD(table, column_count), 65535, 1, 5, 0, 0, "columns" },
	{ TABLE, FIELD(table, column_size), 24, 1, 5, 0, 0, "of 24 bytes" },
	{ TABLE, FIELD(table, column_size), 65528, 1, 5, 0, 0, "65528 bytes" },
	{ TABLE, FIELD(table, row_stride), 0, 1, 5, 0, 0, "do not hold" },
	{ TABLE, FIELD(table, row_stride), 120, 1, 5, 0, 0, "rows of 120" },
	{ TABLE, FIELD(table, row_stride), 192, 1, 5, 0, 0, "table needs" },
	{ TABLE, FIELD(table, row_stride), 64, 1, 5, 1, 2,
	    "does not fit into rows of 64" },
	{ TABLE, FIELD(table, row_stride), 131072, 1, 5, 0, 0, "rows of" },
	{ TABLE, FIELD(table, row_stride), UINT32_MAX - 63, 1, 5, 0, 0,
	    "rows of" },
	{ TABLE, FIELD(table, data_offset), 0, 1, 5, 0, 0, "at 0" },
	{ TABLE, FIELD(table, data_offset), 45064, 1, 5, 0, 0, "at 45064" },
	{ TABLE, FIELD(table, data_offset), 45056 + 64, 1, 5, 0, 0,
	    "not all of them" },
	{ TABLE, FIELD(table, data_offset), UINT64_MAX - 63, 1, 5, 0, 0,
	    "not all of them" },
	{ TABLE, FIELD(table, data_size), UINT64_MAX, 1, 5, 0, 0,
	    "not all of them" },
	{ TABLE, FIELD(table, data_size), 64, 1, 5, 0, 0, "table needs" },
	{ COLUMN0, FIELD(column, type), 0, 1, 5, 1, 2, "type 0 is unknown" },
	{ COLUMN0, FIELD(column, type), 12, 1, 5, 1, 2, "type 12" },
	{ COLUMN0, FIELD(column, name_length), 0, 1, 5, 1, 2,
	    "malformed column name" },
	{ TEXT, FIELD(column, width), 0, 1, 5, 1, 2, "text of 0 bytes" },
	{ TEXT, FIELD(column, width), 12, 1, 5, 1, 2, "text of 12 bytes" },
	{ TEXT, FIELD(column, width), 72, 1, 5, 1, 2, "text of 72 bytes" },
	{ TEXT, FIELD(column, width), 65528, 1, 5, 1, 2, "text of 65528" },
	{ TEXT, FIELD(column, text_offset), 48, 1, 5, 1, 2, "at 48" },
	{ TEXT, FIELD(column, text_offset), 61, 1, 5, 1, 2, "at 61" },
	{ TEXT, FIELD(column, text_offset), 128, 1, 5, 1, 2, "at 128" },
	{ TEXT, FIELD(column, text_offset), UINT32_MAX - 7, 1, 5, 1, 2,
	    "does not fit" },
	{ ENUM, FIELD(column, names_length), 9, 1, 5, 1, 2, "malformed names" },
	{ ENUM, FIELD(column, names_length), 65535, 1, 5, 1, 2, "names" },
	{ ENUM, FIELD(column, names_offset), 1, 1, 5, 1, 2, "names" },
};

static void *
record_of(struct sample_image *sample, enum record record)
{
	struct dbgshm_desc_column *columns = (void *)(sample->table + 1);

	switch (record) {
	case PROFILE:
		return (image_at(
		    &sample->image, IMAGE_DESCRIPTORS + sample->profile));
	case COUNTER:
		return (sample->counter);
	case GAUGE:
		return (sample->gauge);
	case HISTOGRAM:
		return (sample->histogram);
	case TABLE:
		return (sample->table);
	case COLUMN0:
		return (&columns[0]);
	case TEXT:
		return (&columns[1]);
	case ENUM:
		return (&columns[2]);
	}
	return (NULL);
}

static void
test_a_wrong_record_alone_is_left_out_and_told(void **state)
{
	const struct record_patch *patch;
	struct sample_image sample;
	struct outcome outcome;
	unsigned char *record;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(record_patches) / sizeof(*patch); i++) {
		patch = &record_patches[i];
		image_sample(&sample);
		record = record_of(&sample, patch->record);
		memcpy(record + patch->offset, &patch->value, patch->size);
		outcome = try_image(&sample.image);
		if (outcome.error != 0 || outcome.faults == 0 ||
		    outcome.profiles != patch->profiles ||
		    outcome.metrics != patch->metrics ||
		    outcome.tables != patch->tables ||
		    outcome.columns != patch->columns)
			fail_msg("patch %zu (%s): error %d, %zu faults (%s), "
				 "left %zu %zu %zu %zu",
			    i, patch->why, outcome.error,
			    (size_t)outcome.faults, outcome.fault.text,
			    outcome.profiles, outcome.metrics, outcome.tables,
			    outcome.columns);
		says(&outcome, patch->why);
		assert_in_range(
		    outcome.fault.offset, IMAGE_DESCRIPTORS, IMAGE_STRINGS);
		image_free(&sample.image);
	}
}

static void
test_of_tables_that_share_bytes_the_later_is_left_out(void **state)
{
	struct sample_image sample;
	struct dbgshm_desc_table *second;
	struct outcome outcome;
	uint32_t other;

	(void)state;
	image_sample(&sample);
	other = image_profile(&sample.image, "other");
	second = image_table(&sample.image, other, 4);
	outcome = try_image(&sample.image);
	assert_int_equal(outcome.tables, 2);
	second->data_offset -= 64;
	outcome = try_image(&sample.image);
	assert_int_equal(outcome.tables, 1);
	says(&outcome, "lies on another");
	second->data_offset = IMAGE_TABLES;
	sample.table->data_offset += 64;
	sample.table->capacity = 7;
	outcome = try_image(&sample.image);
	assert_int_equal(outcome.tables, 1);
	assert_int_equal(outcome.fault.offset,
	    (uint64_t)((unsigned char *)second - sample.image.bytes));
	image_free(&sample.image);
}

static void
test_a_profile_has_one_table(void **state)
{
	struct sample_image sample;
	struct outcome outcome;

	(void)state;
	image_sample(&sample);
	(void)image_table(&sample.image, sample.profile, 4);
	outcome = try_image(&sample.image);
	assert_int_equal(outcome.tables, 1);
	says(&outcome, "second table");
	image_free(&sample.image);
}

#define MANY 1100
#define LONG 65535

static void
test_many_records_that_share_one_long_text_cost_bounded_work(void **state)
{
	struct image image;
	struct dbgshm_header *header;
	struct dbgshm_desc_profile *profile;
	struct dbgshm_desc_metric *metric;
	struct outcome outcome;
	unsigned char *bytes;
	size_t i, size = 512 << 10;
	int file;

	(void)state;
	image_start(&image);
	bytes = calloc(1, size);
	memcpy(bytes, image.bytes, 8192);
	image_free(&image);
	image.bytes = bytes;
	header = image_header(&image);
	header->file_size = size;
	header->shard_stride = 16384;
	header->exe_length = header->version_length = 0;
	memset(header->sections, 0, sizeof(header->sections));
	image_section(&image, 0, DBGSHM_SECTION_DESCRIPTORS, 8192, 131072);
	image_section(&image, 1, DBGSHM_SECTION_STRINGS, 139264, 131072);
	image_section(&image, 2, DBGSHM_SECTION_SHARDS, 270336, 32768);
	header->sections[0].used = 64 * (2 + MANY);
	header->sections[1].used = 64 + LONG;
	header->sections[2].used = 8 * (8 + MANY);
	memset(bytes + 139264 + 64, 'a', LONG);
	profile = image_at(&image, 8192 + 64);
	profile->head.type = DBGSHM_DESC_PROFILE;
	profile->head.size8 = 8;
	profile->head.state = DBGSHM_DESC_LIVE;
	profile->path_offset = 64;
	profile->path_length = 255;
	for (i = 0; i < MANY; i++) {
		metric = image_at(&image, 8192 + 64 * (i + 2));
		metric->head.type = DBGSHM_DESC_METRIC;
		metric->head.size8 = 8;
		metric->head.state = DBGSHM_DESC_LIVE;
		metric->head.parent = 8;
		metric->kind = DBGSHM_METRIC_COUNTER;
		metric->name_offset = 64;
		metric->name_length = LONG;
		metric->cell = (uint32_t)(8 + i);
		metric->cells = 1;
	}
	file = image_file(&image, size);
	outcome = try_file(file);
	assert_int_equal(outcome.error, 0);
	assert_in_range(outcome.metrics, MANY - 100, MANY - 1);
	says(&outcome, "more text than a reader looks at");
	(void)close(file);
	free(bytes);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_each_wrong_number_of_a_header_is_found_and_told),
		cmocka_unit_test(
		    test_what_a_later_minor_version_adds_is_skipped),
		cmocka_unit_test(
		    test_longer_entries_of_a_later_version_are_read_by_their_size),
		cmocka_unit_test(
		    test_a_wrong_record_alone_is_left_out_and_told),
		cmocka_unit_test(
		    test_of_tables_that_share_bytes_the_later_is_left_out),
		cmocka_unit_test(test_a_profile_has_one_table),
		cmocka_unit_test(
		    test_many_records_that_share_one_long_text_cost_bounded_work),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
