/* t_reader.c - claims about what a reader shows of a region. */
#include "image.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct opened {
	struct sample_image sample;
	int file;
	struct dbgshm_reader *reader;
};

static bool
text_is(struct dbgshm_text text, const char *expected)
{
	return (text.length == strlen(expected) &&
	    memcmp(text.bytes, expected, text.length) == 0);
}

static void
reopen(struct opened *opened)
{
	opened->file = image_file(&opened->sample.image, IMAGE_SIZE);
	assert_int_equal(image_attach(opened->file, &opened->reader, NULL), 0);
	assert_int_equal(dbgshm_reader_refresh(opened->reader), 0);
}

static void
open_sample(struct opened *opened)
{
	image_sample(&opened->sample);
	reopen(opened);
}

/* Makes the file what the image is now. */
static void
write_again(struct opened *opened)
{
	assert_int_equal(
	    pwrite(opened->file, opened->sample.image.bytes, IMAGE_SIZE, 0),
	    IMAGE_SIZE);
}

static void
close_sample(struct opened *opened)
{
	dbgshm_reader_close(opened->reader);
	(void)close(opened->file);
	image_free(&opened->sample.image);
}

static size_t
metric(const struct dbgshm_reader *reader, const char *name)
{
	size_t i;

	for (i = 0; i < dbgshm_reader_metric_count(reader); i++)
		if (text_is(dbgshm_reader_metric(reader, i)->name, name))
			return (i);
	fail_msg("no metric %s", name);
	return (0);
}

/* ---- what is there ----------------------------------------------------- */

static void
test_header_is_told_as_it_is(void **state)
{
	const struct dbgshm_info *info;
	struct opened opened;

	(void)state;
	open_sample(&opened);
	info = dbgshm_reader_info(opened.reader);
	assert_true(text_is(info->name, "image"));
	assert_true(text_is(info->exe, "/bin/image"));
	assert_true(text_is(info->version, "1.0"));
	assert_int_equal(info->major, DBGSHM_MAJOR);
	assert_int_equal(info->pid, 0x3fffffff);
	assert_int_equal(info->tick_count, 3);
	assert_int_equal(info->shards_ready, 2);
	assert_int_equal(info->faults, 0);
	assert_int_equal(strlen(info->boot_id), 32);
	assert_true(info->frame_start_mono_ns <= info->frame_end_mono_ns);
	assert_true(info->frame_start_mono_ns > 0);
	assert_int_equal(dbgshm_reader_check(opened.reader, NULL, NULL), 0);
	close_sample(&opened);
}

static void
test_counters_are_summed_over_the_ready_shards(void **state)
{
	struct opened opened;
	struct dbgshm_reader *reader;

	(void)state;
	open_sample(&opened);
	reader = opened.reader;
	assert_int_equal(
	    dbgshm_reader_value(reader, metric(reader, "sent")).u, 42);
	assert_int_equal(
	    dbgshm_reader_value(reader, metric(reader, "open")).i, -2);
	assert_int_equal(
	    dbgshm_reader_value(reader, metric(reader, "level")).i, -7);
	assert_true(
	    dbgshm_reader_value(reader, metric(reader, "ratio")).d == 2.5);
	image_header(&opened.sample.image)->shards_ready = 1;
	write_again(&opened);
	assert_int_equal(dbgshm_reader_refresh(reader), 0);
	assert_int_equal(
	    dbgshm_reader_value(reader, metric(reader, "sent")).u, 40);
	close_sample(&opened);
}

static void
test_histograms_sum_buckets_and_keep_the_largest(void **state)
{
	struct dbgshm_histogram_info histogram;
	struct opened opened;

	(void)state;
	open_sample(&opened);
	assert_int_equal(dbgshm_reader_histogram(opened.reader,
			     metric(opened.reader, "time"), &histogram),
	    0);
	assert_int_equal(histogram.count, 3);
	assert_int_equal(histogram.sum, 42);
	assert_int_equal(histogram.max, 20);
	assert_int_equal(histogram.min, 10);
	assert_int_equal(dbgshm_histogram_quantile(&histogram, 0.5), 12);
	assert_int_equal(dbgshm_reader_histogram(opened.reader,
			     metric(opened.reader, "sent"), &histogram),
	    -1);
	assert_int_equal(errno, EINVAL);
	close_sample(&opened);
}

static void
test_labels_and_enum_names_are_taken_apart(void **state)
{
	const struct dbgshm_metric_info *info;
	const struct dbgshm_table_info *table;
	struct opened opened;

	(void)state;
	open_sample(&opened);
	info =
	    dbgshm_reader_metric(opened.reader, metric(opened.reader, "sent"));
	assert_int_equal(info->label_count, 2);
	assert_true(text_is(info->labels[0].key, "to"));
	assert_true(text_is(info->labels[0].value, "edge"));
	assert_true(text_is(info->labels[1].key, "zone"));
	assert_true(text_is(info->labels[1].value, ""));
	table = dbgshm_reader_table(opened.reader, 0);
	assert_int_equal(table->column_count, 3);
	assert_int_equal(table->columns[2].name_count, 2);
	assert_true(text_is(table->columns[2].names[1], "busy"));
	close_sample(&opened);
}

static void
test_rows_that_are_not_free_are_shown_by_slot(void **state)
{
	const struct dbgshm_row_info *row;
	struct opened opened;

	(void)state;
	open_sample(&opened);
	assert_int_equal(dbgshm_reader_row_count(opened.reader, 0), 2);
	row = dbgshm_reader_row(opened.reader, 0, 1);
	assert_int_equal(row->slot, 3);
	assert_int_equal(row->generation, 7);
	assert_int_equal(row->state, DBGSHM_ROWSTATE_LIVE);
	assert_int_equal(dbgshm_reader_cell(opened.reader, 0, row, 0).u, 300);
	assert_true(text_is(
	    dbgshm_reader_cell(opened.reader, 0, row, 1).text, "10.0.0.3"));
	assert_true(
	    text_is(dbgshm_reader_cell(opened.reader, 0, row, 2).text, "busy"));
	close_sample(&opened);
}

static void
test_a_cell_that_makes_no_sense_is_cut_to_one_that_does(void **state)
{
	struct opened opened;
	struct dbgshm_cell cell;
	const struct dbgshm_row_info *row;
	uint64_t *words;

	(void)state;
	image_sample(&opened.sample);
	words = image_row(&opened.sample.image, opened.sample.table, 1);
	words[5] = 0xffff;
	words[6] = 77;
	reopen(&opened);
	row = dbgshm_reader_row(opened.reader, 0, 0);
	cell = dbgshm_reader_cell(opened.reader, 0, row, 1);
	assert_int_equal(cell.text.length, 16);
	assert_true(cell.cut);
	cell = dbgshm_reader_cell(opened.reader, 0, row, 2);
	assert_int_equal(cell.text.length, 0);
	assert_int_equal(cell.u, 77);
	assert_int_equal(dbgshm_reader_check(opened.reader, NULL, NULL), 2);
	close_sample(&opened);
}

static void
test_summary_words_have_their_names(void **state)
{
	struct dbgshm_text name;
	struct opened opened;

	(void)state;
	open_sample(&opened);
	assert_int_equal(dbgshm_reader_summary_count(opened.reader), 1);
	assert_int_equal(dbgshm_reader_summary(opened.reader, 0, &name), 99);
	assert_true(text_is(name, "answers"));
	close_sample(&opened);
}

static void
test_metrics_of_a_profile_stand_together_whatever_their_order(void **state)
{
	const struct dbgshm_profile_info *profile;
	struct opened opened;
	uint32_t other;

	(void)state;
	image_sample(&opened.sample);
	other = image_profile(&opened.sample.image, "cache");
	(void)image_metric(
	    &opened.sample.image, other, "hits", DBGSHM_METRIC_COUNTER, 1);
	(void)image_metric(&opened.sample.image, opened.sample.profile, "late",
	    DBGSHM_METRIC_COUNTER, 1);
	reopen(&opened);
	assert_int_equal(dbgshm_reader_profile_count(opened.reader), 2);
	profile = dbgshm_reader_profile(opened.reader, 0);
	assert_int_equal(profile->metric_first, 0);
	assert_int_equal(profile->metric_count, 6);
	assert_true(
	    text_is(dbgshm_reader_metric(opened.reader, 5)->name, "late"));
	profile = dbgshm_reader_profile(opened.reader, 1);
	assert_int_equal(profile->metric_first, 6);
	assert_int_equal(profile->metric_count, 1);
	assert_int_equal(profile->table, -1);
	assert_int_equal(dbgshm_reader_metric(opened.reader, 6)->profile, 1);
	close_sample(&opened);
}

/* ---- clocks ------------------------------------------------------------------ */

static void
test_stamps_become_nanoseconds_by_the_clock_of_the_frame(void **state)
{
	struct dbgshm_header *header;
	struct opened opened;

	(void)state;
	image_sample(&opened.sample);
	header = image_header(&opened.sample.image);
	header->clock_kind = DBGSHM_CLOCK_TSC;
	header->clock_stamp = 3000000;
	header->clock_mult = UINT64_C(1) << 31; /* half a nanosecond each */
	reopen(&opened);
	assert_int_equal(dbgshm_reader_stamp_ns(opened.reader, 0), 0);
	assert_int_equal(
	    dbgshm_reader_stamp_ns(opened.reader, 3000000), 5000000000);
	assert_int_equal(
	    dbgshm_reader_stamp_ns(opened.reader, 3000200), 5000000100);
	assert_int_equal(
	    dbgshm_reader_stamp_ns(opened.reader, 2999800), 4999999900);
	assert_int_equal(dbgshm_reader_stamp_real_ns(opened.reader, 2999800),
	    1700000004999999900);
	assert_int_equal(dbgshm_reader_stamp_real_ns(opened.reader, 0), 0);
	close_sample(&opened);
}

/* ---- rows that move ------------------------------------------------------------- */

static enum dbgshm_row_state
refreshed_state(struct opened *opened, size_t index)
{
	write_again(opened);
	assert_int_equal(dbgshm_reader_refresh(opened->reader), 0);
	assert_true(dbgshm_reader_row_count(opened->reader, 0) > index);
	return (dbgshm_reader_row(opened->reader, 0, index)->state);
}

static void
test_an_odd_row_of_a_live_writer_is_busy_and_keeps_the_last_copy(void **state)
{
	const struct dbgshm_row_info *row;
	struct opened opened;
	struct image *image = &opened.sample.image;
	uint64_t *sequence, *words;
	int lock;

	(void)state;
	open_sample(&opened);
	lock = image_lock(opened.file);
	sequence = image_sequence(image, opened.sample.table, 1);
	words = image_row(image, opened.sample.table, 1);
	*sequence |= DBGSHM_SEQ_BUSY;
	words[4] = 111;
	assert_int_equal(refreshed_state(&opened, 0), DBGSHM_ROWSTATE_BUSY);
	row = dbgshm_reader_row(opened.reader, 0, 0);
	assert_int_equal(dbgshm_reader_cell(opened.reader, 0, row, 0).u, 100);
	/* And again: the copy of the copy. */
	assert_int_equal(refreshed_state(&opened, 0), DBGSHM_ROWSTATE_BUSY);
	row = dbgshm_reader_row(opened.reader, 0, 0);
	assert_int_equal(dbgshm_reader_cell(opened.reader, 0, row, 0).u, 100);
	*sequence = (*sequence & ~UINT64_C(7)) + 8 + 2;
	assert_int_equal(refreshed_state(&opened, 0), DBGSHM_ROWSTATE_LIVE);
	row = dbgshm_reader_row(opened.reader, 0, 0);
	assert_int_equal(dbgshm_reader_cell(opened.reader, 0, row, 0).u, 111);
	(void)close(lock);
	close_sample(&opened);
}

static void
test_a_good_copy_survives_a_change_of_the_schema(void **state)
{
	struct opened opened;
	struct image *image = &opened.sample.image;
	int lock;

	(void)state;
	open_sample(&opened);
	lock = image_lock(opened.file);
	*image_sequence(image, opened.sample.table, 1) |= DBGSHM_SEQ_BUSY;
	(void)image_profile(image, "later");
	assert_int_equal(refreshed_state(&opened, 0), DBGSHM_ROWSTATE_BUSY);
	assert_int_equal(dbgshm_reader_profile_count(opened.reader), 2);
	(void)close(lock);
	close_sample(&opened);
}

static void
test_an_odd_row_without_a_good_copy_is_torn(void **state)
{
	struct opened opened;
	struct image *image = &opened.sample.image;
	int lock;

	(void)state;
	image_sample(&opened.sample);
	*image_sequence(image, opened.sample.table, 1) |= DBGSHM_SEQ_BUSY;
	opened.file = image_file(image, IMAGE_SIZE);
	lock = image_lock(opened.file);
	assert_int_equal(image_attach(opened.file, &opened.reader, NULL), 0);
	assert_int_equal(refreshed_state(&opened, 0), DBGSHM_ROWSTATE_TORN);
	/* A copy of an earlier owner of the slot is not this row's. */
	image_fill_row(image, opened.sample.table, 1, 1, 100, "10.0.0.1");
	assert_int_equal(refreshed_state(&opened, 0), DBGSHM_ROWSTATE_LIVE);
	image_fill_row(image, opened.sample.table, 1, 2, 100, "10.0.0.2");
	*image_sequence(image, opened.sample.table, 1) |= DBGSHM_SEQ_BUSY;
	assert_int_equal(refreshed_state(&opened, 0), DBGSHM_ROWSTATE_TORN);
	(void)close(lock);
	close_sample(&opened);
}

static void
test_an_odd_row_of_a_dead_writer_was_torn_at_its_death(void **state)
{
	struct opened opened;
	struct image *image = &opened.sample.image;

	(void)state;
	open_sample(&opened);
	*image_sequence(image, opened.sample.table, 1) |= DBGSHM_SEQ_BUSY;
	assert_int_equal(
	    refreshed_state(&opened, 0), DBGSHM_ROWSTATE_TORN_AT_DEATH);
	assert_int_equal(refreshed_state(&opened, 1), DBGSHM_ROWSTATE_LIVE);
	assert_int_equal(dbgshm_reader_check(opened.reader, NULL, NULL), 1);
	close_sample(&opened);
}

static void
test_without_a_lock_an_odd_row_says_nothing_about_death(void **state)
{
	struct opened opened;
	struct image *image = &opened.sample.image;

	(void)state;
	open_sample(&opened);
	image_header(image)->reason = DBGSHM_REASON_NO_LOCK;
	*image_sequence(image, opened.sample.table, 1) |= DBGSHM_SEQ_BUSY;
	assert_int_equal(refreshed_state(&opened, 0), DBGSHM_ROWSTATE_BUSY);
	close_sample(&opened);
}

static void
test_a_row_being_claimed_is_not_shown_unless_its_writer_died(void **state)
{
	struct opened opened;
	struct image *image = &opened.sample.image;
	int lock;

	(void)state;
	open_sample(&opened);
	lock = image_lock(opened.file);
	/* Slot 0 was never claimed, slot 3 ended and is claimed again. */
	*image_sequence(image, opened.sample.table, 0) = DBGSHM_SEQ_BUSY;
	*image_sequence(image, opened.sample.table, 3) = 64 + 4 + 1;
	image_row(image, opened.sample.table, 3)[0] = 8;
	write_again(&opened);
	assert_int_equal(dbgshm_reader_refresh(opened.reader), 0);
	assert_int_equal(dbgshm_reader_row_count(opened.reader, 0), 1);
	(void)close(lock);
	assert_int_equal(
	    refreshed_state(&opened, 1), DBGSHM_ROWSTATE_TORN_AT_DEATH);
	assert_int_equal(dbgshm_reader_row_count(opened.reader, 0), 2);
	image_row(image, opened.sample.table, 0)[0] = 1;
	assert_int_equal(
	    refreshed_state(&opened, 0), DBGSHM_ROWSTATE_TORN_AT_DEATH);
	close_sample(&opened);
}

static void
test_finished_rows_are_shown_as_such(void **state)
{
	struct opened opened;
	struct image *image = &opened.sample.image;

	(void)state;
	open_sample(&opened);
	*image_sequence(image, opened.sample.table, 1) = 64 + 4;
	image_row(image, opened.sample.table, 1)[2] = 4500000000;
	assert_int_equal(refreshed_state(&opened, 0), DBGSHM_ROWSTATE_FINISHED);
	assert_int_equal(
	    dbgshm_reader_row(opened.reader, 0, 0)->end_stamp, 4500000000);
	close_sample(&opened);
}

/* ---- what changes ------------------------------------------------------------------ */

static void
test_removed_things_go_and_revived_ones_come_back(void **state)
{
	struct opened opened;

	(void)state;
	open_sample(&opened);
	opened.sample.counter->head.state = DBGSHM_DESC_REMOVED;
	image_used(&opened.sample.image);
	write_again(&opened);
	assert_int_equal(dbgshm_reader_refresh(opened.reader), 0);
	assert_int_equal(dbgshm_reader_metric_count(opened.reader), 4);
	opened.sample.counter->head.state = DBGSHM_DESC_LIVE;
	opened.sample.counter->head.generation = 2;
	image_used(&opened.sample.image);
	write_again(&opened);
	assert_int_equal(dbgshm_reader_refresh(opened.reader), 0);
	assert_int_equal(dbgshm_reader_metric_count(opened.reader), 5);
	assert_int_equal(dbgshm_reader_metric(opened.reader, 0)->generation, 2);
	/* A metric is not shown without its profile. */
	((struct dbgshm_desc *)image_at(
	     &opened.sample.image, IMAGE_DESCRIPTORS + opened.sample.profile))
	    ->state = DBGSHM_DESC_REMOVED;
	image_used(&opened.sample.image);
	write_again(&opened);
	assert_int_equal(dbgshm_reader_refresh(opened.reader), 0);
	assert_int_equal(dbgshm_reader_metric_count(opened.reader), 0);
	assert_int_equal(dbgshm_reader_table_count(opened.reader), 0);
	assert_int_equal(dbgshm_reader_info(opened.reader)->faults, 0);
	close_sample(&opened);
}

static void
test_a_failed_refresh_leaves_the_last_frame(void **state)
{
	struct opened opened;

	(void)state;
	open_sample(&opened);
	assert_int_equal(ftruncate(opened.file, 100), 0);
	assert_int_equal(dbgshm_reader_refresh(opened.reader), -1);
	assert_int_equal(errno, EBADMSG);
	assert_int_equal(
	    dbgshm_reader_value(opened.reader, metric(opened.reader, "sent")).u,
	    42);
	assert_int_equal(dbgshm_reader_row_count(opened.reader, 0), 2);
	close_sample(&opened);
}

static void
test_a_header_that_becomes_another_is_refused(void **state)
{
	struct opened opened;

	(void)state;
	open_sample(&opened);
	image_header(&opened.sample.image)->random_id++;
	write_again(&opened);
	assert_int_equal(dbgshm_reader_refresh(opened.reader), -1);
	assert_int_equal(errno, EBADMSG);
	close_sample(&opened);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header_is_told_as_it_is),
		cmocka_unit_test(
		    test_counters_are_summed_over_the_ready_shards),
		cmocka_unit_test(
		    test_histograms_sum_buckets_and_keep_the_largest),
		cmocka_unit_test(test_labels_and_enum_names_are_taken_apart),
		cmocka_unit_test(test_rows_that_are_not_free_are_shown_by_slot),
		cmocka_unit_test(
		    test_a_cell_that_makes_no_sense_is_cut_to_one_that_does),
		cmocka_unit_test(test_summary_words_have_their_names),
		cmocka_unit_test(
		    test_metrics_of_a_profile_stand_together_whatever_their_order),
		cmocka_unit_test(
		    test_stamps_become_nanoseconds_by_the_clock_of_the_frame),
		cmocka_unit_test(
		    test_an_odd_row_of_a_live_writer_is_busy_and_keeps_the_last_copy),
		cmocka_unit_test(
		    test_a_good_copy_survives_a_change_of_the_schema),
		cmocka_unit_test(test_an_odd_row_without_a_good_copy_is_torn),
		cmocka_unit_test(
		    test_an_odd_row_of_a_dead_writer_was_torn_at_its_death),
		cmocka_unit_test(
		    test_without_a_lock_an_odd_row_says_nothing_about_death),
		cmocka_unit_test(
		    test_a_row_being_claimed_is_not_shown_unless_its_writer_died),
		cmocka_unit_test(test_finished_rows_are_shown_as_such),
		cmocka_unit_test(
		    test_removed_things_go_and_revived_ones_come_back),
		cmocka_unit_test(test_a_failed_refresh_leaves_the_last_frame),
		cmocka_unit_test(test_a_header_that_becomes_another_is_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
