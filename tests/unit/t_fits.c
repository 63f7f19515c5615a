/* t_fits.c - claims about which tables have which shape. */
#include "shaped.h"

static void
test_each_shape_is_known_and_has_its_derived_columns(void **state)
{
	const struct dbgshm_table_info *info;
	struct shaped shaped;
	size_t i, j, stored;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		shaped_start(&shaped, shapes[i].shape);
		stored = shaped.table->column_count;
		shaped_open(&shaped);
		info = dbgshm_reader_table(shaped.reader, 0);
		assert_int_equal(info->shape, shapes[i].shape);
		assert_int_equal(info->number, 9);
		assert_string_equal(
		    dbgshm_shape_name(info->shape), shapes[i].name);
		for (j = 0; j < info->column_count; j++)
			assert_int_equal(
			    info->columns[j].flags & DBGSHM_COLUMN_DERIVED,
			    j < stored ? 0 : DBGSHM_COLUMN_DERIVED);
		for (j = 0; shapes[i].derived[j] != NULL; j++) {
			assert_true(stored + j < info->column_count);
			assert_true(text_is(info->columns[stored + j].name,
			    shapes[i].derived[j]));
		}
		assert_int_equal(info->column_count, stored + j);
		assert_int_equal(dbgshm_reader_info(shaped.reader)->faults, 0);
		assert_int_equal(
		    dbgshm_reader_check(shaped.reader, NULL, NULL), 0);
		shaped_end(&shaped);
	}
	assert_string_equal(dbgshm_shape_name(DBGSHM_SHAPE_COUNT), "unknown");
}

/* Opens, and says how many faults there are and which shape is left. */
static uint64_t
faults_of(struct shaped *shaped, uint16_t *shape)
{
	uint64_t faults;

	shaped_open(shaped);
	*shape = dbgshm_reader_table(shaped->reader, 0)->shape;
	faults = dbgshm_reader_info(shaped->reader)->faults;
	(void)walk_everything(shaped->reader);
	shaped_end(shaped);
	return (faults);
}

static void
test_a_table_whose_columns_do_not_fit_is_a_plain_one(void **state)
{
	struct shaped shaped;
	size_t i, j, count;
	uint16_t shape;

	(void)state;
	for (i = 2; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		shaped_start(&shaped, shapes[i].shape);
		count = shaped.table->column_count;
		shaped_end(&shaped);
		for (j = 0; j < count; j++) {
			shaped_start(&shaped, shapes[i].shape);
			shape_column(shaped.table, j)->type = DBGSHM_TYPE_FLOAT;
			assert_int_equal(faults_of(&shaped, &shape), 1);
			assert_int_equal(shape, DBGSHM_SHAPE_PLAIN);
			/* One that is left out leaves no shape either. */
			shaped_start(&shaped, shapes[i].shape);
			shape_column(shaped.table, j)->name_length = 0;
			assert_int_equal(faults_of(&shaped, &shape), 2);
			assert_int_equal(shape, DBGSHM_SHAPE_PLAIN);
		}
		for (j = 1; j < count; j++) {
			shaped_start(&shaped, shapes[i].shape);
			shaped.table->column_count = (uint16_t)j;
			assert_int_equal(faults_of(&shaped, &shape), 1);
			assert_int_equal(shape, DBGSHM_SHAPE_PLAIN);
		}
	}
}

static void
test_columns_of_a_shape_have_their_places_not_only_their_types(void **state)
{
	struct dbgshm_desc_column *columns;
	struct shaped shaped;
	uint16_t shape;

	(void)state;
	/* Room for a column of the program's, and that without the hits. */
	shaped_start(&shaped, DBGSHM_SHAPE_CACHE);
	shaped.table->head.size8 += 4;
	shaped.table->column_count++;
	shaped.image.descriptors += 32;
	columns = shape_column(shaped.table, 0);
	columns[DBGSHM_CACHE_COLUMNS] = columns[DBGSHM_CACHE_EVICTIONS];
	columns[DBGSHM_CACHE_NAME].text_offset += 8;
	image_used(&shaped.image);
	columns[DBGSHM_CACHE_HITS].name_length = 0;
	assert_int_equal(faults_of(&shaped, &shape), 2);
	assert_int_equal(shape, DBGSHM_SHAPE_PLAIN);
}

static void
test_an_unknown_shape_is_a_fault_unless_it_can_be_of_a_later_version(
    void **state)
{
	struct shaped shaped;
	uint16_t shape;

	(void)state;
	shaped_start(&shaped, DBGSHM_SHAPE_QUEUE);
	shaped.table->shape = DBGSHM_SHAPE_COUNT;
	assert_int_equal(faults_of(&shaped, &shape), 1);
	assert_int_equal(shape, DBGSHM_SHAPE_PLAIN);
	shaped_start(&shaped, DBGSHM_SHAPE_QUEUE);
	shaped.table->shape = UINT16_MAX;
	image_header(&shaped.image)->minor = DBGSHM_MINOR + 1;
	assert_int_equal(faults_of(&shaped, &shape), 0);
	assert_int_equal(shape, DBGSHM_SHAPE_PLAIN);
}

static void
test_what_minor_version_0_calls_reserved_means_nothing_in_it(void **state)
{
	const struct dbgshm_table_info *info;
	struct dbgshm_reference found;
	struct whole_image whole;
	union dbgshm_value peak;
	struct dbgshm_reader *reader;
	uint64_t stamp;
	size_t i;
	int file;

	(void)state;
	image_whole(&whole);
	image_header(&whole.sample.image)->minor = 0;
	file = image_file(&whole.sample.image, IMAGE_SIZE);
	assert_int_equal(image_attach(file, &reader, NULL), 0);
	assert_int_equal(dbgshm_reader_refresh(reader), 0);
	assert_int_equal(dbgshm_reader_info(reader)->faults, 0);
	assert_int_equal(dbgshm_reader_table_count(reader), 3);
	for (i = 0; i < 3; i++) {
		info = dbgshm_reader_table(reader, i);
		assert_int_equal(info->shape, DBGSHM_SHAPE_PLAIN);
		assert_int_equal(info->number, 0);
		assert_int_equal(
		    info->columns[info->column_count - 1].flags, 0);
	}
	for (i = 0; i < dbgshm_reader_metric_count(reader); i++)
		assert_false(dbgshm_reader_peak(reader, i, &peak, &stamp));
	assert_int_equal(dbgshm_reader_log_count(reader), 0);
	assert_int_equal(
	    dbgshm_reader_reference(reader, shape_reference(3, 0, 1), &found),
	    0);
	assert_int_equal(found.table, -1);
	/* What it always meant is still read: finished rows, too. */
	assert_int_equal(dbgshm_reader_row_count(reader, 1), 2);
	assert_int_equal(
	    dbgshm_reader_row(reader, 1, 1)->state, DBGSHM_ROWSTATE_FINISHED);
	dbgshm_reader_close(reader);
	(void)close(file);
	image_free(&whole.sample.image);
}

static void
test_a_stored_column_is_never_a_derived_one(void **state)
{
	const struct dbgshm_table_info *info;
	struct shaped shaped;

	(void)state;
	shaped_start(&shaped, DBGSHM_SHAPE_OBJECT);
	shape_column(shaped.table, 0)->flags =
	    DBGSHM_COLUMN_DERIVED | DBGSHM_COLUMN_KEY;
	/* Its own "age" is the one that counts. */
	shape_column(shaped.table, 1)->name_length = 3;
	shape_column(shaped.table, 1)->name_offset =
	    image_text(&shaped.image, "age");
	image_used(&shaped.image);
	shaped_open(&shaped);
	info = dbgshm_reader_table(shaped.reader, 0);
	assert_int_equal(info->columns[0].flags, DBGSHM_COLUMN_KEY);
	assert_int_equal(info->column_count, 3);
	shaped_end(&shaped);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_each_shape_is_known_and_has_its_derived_columns),
		cmocka_unit_test(
		    test_a_table_whose_columns_do_not_fit_is_a_plain_one),
		cmocka_unit_test(
		    test_columns_of_a_shape_have_their_places_not_only_their_types),
		cmocka_unit_test(
		    test_an_unknown_shape_is_a_fault_unless_it_can_be_of_a_later_version),
		cmocka_unit_test(
		    test_what_minor_version_0_calls_reserved_means_nothing_in_it),
		cmocka_unit_test(test_a_stored_column_is_never_a_derived_one),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
