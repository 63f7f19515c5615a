/* t_order.c - claims about the order of rows, what references refer to, what time
 * it is, and high-water marks. */
#include "shaped.h"

#include <time.h>

/* ---- order ----------------------------------------------------------------------- */

static void
test_what_goes_on_comes_first_oldest_on_top_then_the_last_to_end(void **state)
{
	static const uint16_t such[] = { DBGSHM_SHAPE_OPERATION,
		DBGSHM_SHAPE_PAIR, DBGSHM_SHAPE_OBJECT };
	struct shaped shaped;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		shaped_start(&shaped, such[i]);
		(void)row(&shaped, 0, 1 * S, 2 * S);
		(void)row(&shaped, 1, 3 * S, 0);
		(void)row(&shaped, 2, 2 * S, 0);
		(void)row(&shaped, 3, 1 * S, 4 * S);
		(void)row(&shaped, 5, 2 * S, 0); /* as old as slot 2 */
		(void)row(&shaped, 6, 4 * S, 4 * S);
		shaped_open(&shaped);
		assert_order(&shaped, "251360");
		/* And again, when they change places. */
		(void)row(&shaped, 5, 2 * S, 5 * S);
		(void)row(&shaped, 7, 1 * S, 0);
		shaped_again(&shaped);
		assert_order(&shaped, "7215360");
		shaped_end(&shaped);
	}
}

static void
test_steps_errors_and_workers_have_their_own_orders(void **state)
{
	struct shaped shaped;
	uint64_t *cells;
	uint32_t i;

	(void)state;
	shaped_start(&shaped, DBGSHM_SHAPE_STEP);
	(void)row(&shaped, 0, 1 * S, 2 * S);
	cells = row(&shaped, 1, 2 * S, 2 * S);
	cells[DBGSHM_STEP_NUMBER] = 2;
	cells = row(&shaped, 2, 2 * S, 0); /* the same moment, later step */
	cells[DBGSHM_STEP_NUMBER] = 3;
	(void)row(&shaped, 3, 4 * S, 0);
	shaped_open(&shaped);
	assert_order(&shaped, "3210");
	assert_int_equal(cell(&shaped, 3, "elapsed").u, 1 * S);
	assert_int_equal(cell(&shaped, 0, "elapsed").u, 1 * S);
	shaped_end(&shaped);

	shaped_start(&shaped, DBGSHM_SHAPE_ERROR);
	for (i = 0; i < 4; i++) {
		cells = row(&shaped, i, (i + 1) * S / 2, 0);
		cells[DBGSHM_ERROR_LAST] = (1 + i * 3 % 4) * S;
	}
	shaped_open(&shaped);
	assert_order(&shaped, "1230");
	assert_int_equal(cell(&shaped, 0, "age").u, 1 * S);
	assert_int_equal(cell(&shaped, 0, "first").u, 1 * S);
	assert_int_equal(cell(&shaped, 0, "first").type, DBGSHM_TYPE_TIME);
	shaped_end(&shaped);

	shaped_start(&shaped, DBGSHM_SHAPE_WORKER);
	for (i = 0; i < 5; i++) {
		cells = row(&shaped, i, 1 * S, i == 0 ? 4 * S : 0);
		cells[DBGSHM_WORKER_SINCE] = (5 - i) * S;
		cells[DBGSHM_WORKER_BUSY] = i % 2;
	}
	shaped_open(&shaped);
	assert_order(&shaped, "31240");
	assert_int_equal(cell(&shaped, 0, "elapsed").u, 3 * S);
	shaped_end(&shaped);

	/* Others by slot. */
	shaped_start(&shaped, DBGSHM_SHAPE_LIMIT);
	for (i = 0; i < 3; i++)
		(void)row(&shaped, i, (3 - i) * S, 0);
	shaped_open(&shaped);
	assert_order(&shaped, "012");
	shaped_end(&shaped);
}

static void
test_a_row_torn_at_the_end_of_its_work_is_over(void **state)
{
	struct shaped shaped;

	(void)state;
	shaped_start(&shaped, DBGSHM_SHAPE_OPERATION);
	(void)row(&shaped, 0, 1 * S, 2 * S);
	(void)row(&shaped, 1, 2 * S, 0);
	*image_sequence(&shaped.image, shaped.table, 0) =
	    8 + 2 * DBGSHM_ROW_LIVE + DBGSHM_SEQ_BUSY;
	*image_sequence(&shaped.image, shaped.table, 1) |= DBGSHM_SEQ_BUSY;
	shaped_open(&shaped);
	assert_order(&shaped, "10");
	assert_int_equal(cell(&shaped, 1, "elapsed").u, 1 * S);
	assert_int_equal(dbgshm_reader_row_end_ns(shaped.reader,
			     dbgshm_reader_row(shaped.reader, 0, 1)),
	    2 * S);
	assert_int_equal(cell(&shaped, 0, "elapsed").u, 3 * S);
	assert_int_equal(dbgshm_reader_row_end_ns(shaped.reader,
			     dbgshm_reader_row(shaped.reader, 0, 0)),
	    0);
	shaped_end(&shaped);
}

/* ---- references -------------------------------------------------------------------- */

static void
test_a_reference_finds_its_row_and_knows_when_it_is_gone(void **state)
{
	static const uint16_t such[] = { DBGSHM_SHAPE_OBJECT,
		DBGSHM_SHAPE_PLAIN };
	struct dbgshm_reference found;
	const struct dbgshm_row_info *info;
	struct shaped shaped;
	struct image *image = &shaped.image;
	size_t i, slot;

	(void)state;
	for (i = 0; i < 2; i++) {
		shaped_start(&shaped, such[i]);
		for (slot = 1; slot < 8; slot += 2)
			(void)shape_fill(image, shaped.table, (uint32_t)slot,
			    (UINT64_C(1) << 28) + slot, 8 * S - slot * S / 2,
			    slot == 3 ? 7 * S : 0);
		shaped_open(&shaped);
		found.slot = 77;
		assert_int_equal(
		    dbgshm_reader_reference(shaped.reader, 0, &found), -1);
		assert_int_equal(errno, ENOENT);
		assert_int_equal(found.slot, 77);
		for (slot = 1; slot < 8; slot += 2) {
			assert_int_equal(
			    dbgshm_reader_reference(shaped.reader,
				shape_reference(9, slot, slot), &found),
			    0);
			assert_int_equal(found.table, 0);
			assert_int_equal(found.slot, slot);
			assert_int_equal(found.generation, slot);
			assert_true(found.row != -1);
			info = dbgshm_reader_row(
			    shaped.reader, 0, (size_t)found.row);
			assert_int_equal(info->slot, slot);
			/* The slot's next owner is another row. */
			assert_int_equal(
			    dbgshm_reader_reference(shaped.reader,
				shape_reference(9, slot, slot - 1), &found),
			    0);
			assert_int_equal(found.row, -1);
		}
		/* A free slot, one that is none, a table that is none. */
		assert_int_equal(dbgshm_reader_reference(shaped.reader,
				     shape_reference(9, 2, 1), &found),
		    0);
		assert_int_equal(found.row, -1);
		assert_int_equal(dbgshm_reader_reference(shaped.reader,
				     shape_reference(9, 0xfffff, 1), &found),
		    0);
		assert_int_equal(found.table, 0);
		assert_int_equal(found.row, -1);
		for (slot = 0; slot < 0x10000; slot += 0xfff) {
			assert_int_equal(
			    dbgshm_reader_reference(shaped.reader,
				shape_reference(slot, 1, 1), &found),
			    0);
			assert_int_equal(found.table, -1);
			assert_int_equal(found.row, -1);
		}
		shaped_end(&shaped);
	}
}

static void
test_a_reference_that_never_was_one_is_found_by_the_check(void **state)
{
	struct shaped shaped;
	uint64_t *cells;

	(void)state;
	shaped_start(&shaped, DBGSHM_SHAPE_PLAIN);
	cells = row(&shaped, 0, S, 0);
	cells[2] = shape_reference(9, 7, 99); /* stale */
	cells = row(&shaped, 1, S, 0);
	cells[2] = shape_reference(1, 8, 1); /* of a table that is gone */
	shaped_open(&shaped);
	assert_int_equal(dbgshm_reader_check(shaped.reader, NULL, NULL), 0);
	cells[2] = shape_reference(9, 8, 1);
	shaped_again(&shaped);
	assert_int_equal(dbgshm_reader_check(shaped.reader, NULL, NULL), 1);
	shaped_end(&shaped);
}

static void
test_of_two_tables_with_one_number_the_first_has_it(void **state)
{
	struct dbgshm_reference found;
	struct shaped shaped;
	struct image *image = &shaped.image;

	(void)state;
	shaped_start(&shaped, DBGSHM_SHAPE_OBJECT);
	(void)image_shape(
	    image, image_profile(image, "second"), DBGSHM_SHAPE_QUEUE, 9, 4);
	(void)row(&shaped, 1, S, 0);
	shaped_open(&shaped);
	assert_int_equal(dbgshm_reader_info(shaped.reader)->faults, 1);
	assert_int_equal(dbgshm_reader_check(shaped.reader, NULL, NULL), 1);
	assert_int_equal(dbgshm_reader_table(shaped.reader, 0)->number, 9);
	assert_int_equal(dbgshm_reader_table(shaped.reader, 1)->number, 0);
	assert_int_equal(
	    dbgshm_reader_table(shaped.reader, 1)->shape, DBGSHM_SHAPE_QUEUE);
	assert_int_equal(dbgshm_reader_reference(
			     shaped.reader, shape_reference(9, 1, 1), &found),
	    0);
	assert_int_equal(found.table, 0);
	assert_int_equal(found.row, 0);
	shaped_end(&shaped);
}

/* ---- what time it is ---------------------------------------------------------------- */

static void
test_the_time_of_a_dead_writer_ends_with_the_last_that_it_did(void **state)
{
	struct shaped shaped;
	uint64_t *cells;

	(void)state;
	shaped_start(&shaped, DBGSHM_SHAPE_OPERATION);
	shaped_open(&shaped);
	assert_int_equal(dbgshm_reader_now_ns(shaped.reader), 5 * S);
	(void)row(&shaped, 0, 5 * S + 1, 0);
	shaped_again(&shaped);
	assert_int_equal(dbgshm_reader_now_ns(shaped.reader), 5 * S + 1);
	(void)row(&shaped, 0, 5 * S + 1, 5 * S + 2);
	shaped_again(&shaped);
	assert_int_equal(dbgshm_reader_now_ns(shaped.reader), 5 * S + 2);
	cells = row(&shaped, 1, 2 * S, 0);
	cells[DBGSHM_OPERATION_PROGRESSED] = 5 * S + 3;
	shaped_again(&shaped);
	assert_int_equal(dbgshm_reader_now_ns(shaped.reader), 5 * S + 3);
	assert_int_equal(cell(&shaped, 0, "quiet").u, 0);
	/* No later than ours: what lies behind that is no time at all. */
	cells[DBGSHM_OPERATION_PROGRESSED] = UINT64_MAX;
	shaped_again(&shaped);
	assert_int_equal(dbgshm_reader_now_ns(shaped.reader), 5 * S + 2);
	image_header(&shaped.image)->clock_real_ns = UINT64_C(1) << 62;
	shaped_again(&shaped);
	assert_int_equal(dbgshm_reader_now_ns(shaped.reader), 1);
	shaped_end(&shaped);

	/* What the program keeps in a column of its own may be a plan. */
	shaped_start(&shaped, DBGSHM_SHAPE_OBJECT);
	cells = row(&shaped, 1, 2 * S, 0);
	cells[1] = 6 * S;
	shaped_open(&shaped);
	assert_int_equal(dbgshm_reader_now_ns(shaped.reader), 5 * S);
	shaped_end(&shaped);
}

static uint64_t
clock_ns(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return ((uint64_t)now.tv_sec * S + (uint64_t)now.tv_nsec);
}

/* Makes the region one of this very boot and time namespace. */
static void
set_here(struct dbgshm_header *header)
{
	char text[64] = "", *p;
	struct stat status = { 0 };
	unsigned digit;
	size_t i = 0;
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	(void)fclose(file);
	for (p = text; *p != '\0' && i < 32; p++)
		if (sscanf(p, "%1x", &digit) == 1) {
			header->boot_id[i / 2] =
			    (uint8_t)(header->boot_id[i / 2] << 4 | digit);
			i++;
		}
	if (stat("/proc/self/ns/time", &status) == 0)
		header->time_namespace = status.st_ino;
}

static void
test_the_time_of_a_live_writer_goes_on_between_its_ticks(void **state)
{
	const struct dbgshm_info *info;
	struct shaped shaped;
	uint64_t before, now;
	int lock;

	(void)state;
	shaped_start(&shaped, DBGSHM_SHAPE_OPERATION);
	set_here(image_header(&shaped.image));
	(void)row(&shaped, 0, clock_ns(CLOCK_MONOTONIC), 0);
	(void)row(&shaped, 1, clock_ns(CLOCK_MONOTONIC) + 3600 * S, 0);
	shaped_open(&shaped);
	/* Dead: the last that it did, but not the plan of an hour. */
	assert_int_equal(dbgshm_reader_now_ns(shaped.reader),
	    dbgshm_reader_row(shaped.reader, 0, 0)->start_stamp);
	lock = image_lock(shaped.file);
	assert_int_equal(dbgshm_reader_refresh(shaped.reader), 0);
	info = dbgshm_reader_info(shaped.reader);
	before = dbgshm_reader_now_ns(shaped.reader);
	assert_in_range(
	    before, info->frame_start_mono_ns, info->frame_end_mono_ns);
	assert_int_equal(cell(&shaped, 0, "elapsed").u,
	    before - dbgshm_reader_row(shaped.reader, 0, 0)->start_stamp);
	assert_int_equal(cell(&shaped, 1, "elapsed").u, 0);
	do
		assert_int_equal(dbgshm_reader_refresh(shaped.reader), 0);
	while (dbgshm_reader_now_ns(shaped.reader) == before);
	assert_true(dbgshm_reader_now_ns(shaped.reader) > before);
	assert_int_equal(cell(&shaped, 0, "elapsed").u,
	    dbgshm_reader_now_ns(shaped.reader) -
		dbgshm_reader_row(shaped.reader, 0, 0)->start_stamp);

	/* In another time namespace: as far from the tick as the wall clock. */
	image_header(&shaped.image)->time_namespace++;
	image_header(&shaped.image)->clock_real_ns =
	    clock_ns(CLOCK_REALTIME) - 100 * S;
	shaped_again(&shaped);
	now = dbgshm_reader_now_ns(shaped.reader);
	assert_in_range(now, 105 * S, 105 * S + 3600 * S);
	/* Before the first tick there is only the time of its making. */
	image_header(&shaped.image)->clock_mono_ns = 0;
	image_header(&shaped.image)->clock_real_ns = 1;
	image_header(&shaped.image)->created_mono_ns = 7 * S;
	image_header(&shaped.image)->created_real_ns =
	    clock_ns(CLOCK_REALTIME) - 10 * S;
	shaped_again(&shaped);
	now = dbgshm_reader_now_ns(shaped.reader);
	assert_in_range(now, 17 * S, 17 * S + 3600 * S);
	(void)close(lock);
	shaped_end(&shaped);
}

/* ---- high-water marks ------------------------------------------------------------------ */

static void
test_a_high_water_mark_has_its_time(void **state)
{
	struct sample_image sample;
	union dbgshm_value value = { .u = 77 };
	struct dbgshm_reader *reader;
	uint64_t stamp;
	int file;

	(void)state;
	image_sample(&sample);
	image_peak(&sample.image, sample.gauge, (uint64_t)-3, 4 * S);
	image_peak(&sample.image, sample.updown, 6, 0);
	file = image_file(&sample.image, IMAGE_SIZE);
	assert_int_equal(image_attach(file, &reader, NULL), 0);
	assert_false(dbgshm_reader_peak(reader, 1, &value, &stamp));
	assert_int_equal(dbgshm_reader_refresh(reader), 0);
	assert_int_equal(dbgshm_reader_info(reader)->faults, 0);
	assert_false(dbgshm_reader_peak(reader, 0, &value, &stamp));
	assert_false(dbgshm_reader_peak(reader, 3, &value, &stamp));
	assert_int_equal(value.u, 77);
	assert_true(dbgshm_reader_peak(reader, 1, &value, &stamp));
	assert_int_equal(value.i, -3);
	assert_int_equal(stamp, 4 * S);
	dbgshm_reader_close(reader);
	(void)close(file);
	image_free(&sample.image);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_what_goes_on_comes_first_oldest_on_top_then_the_last_to_end),
		cmocka_unit_test(
		    test_steps_errors_and_workers_have_their_own_orders),
		cmocka_unit_test(
		    test_a_row_torn_at_the_end_of_its_work_is_over),
		cmocka_unit_test(
		    test_a_reference_finds_its_row_and_knows_when_it_is_gone),
		cmocka_unit_test(
		    test_a_reference_that_never_was_one_is_found_by_the_check),
		cmocka_unit_test(
		    test_of_two_tables_with_one_number_the_first_has_it),
		cmocka_unit_test(
		    test_the_time_of_a_dead_writer_ends_with_the_last_that_it_did),
		cmocka_unit_test(
		    test_the_time_of_a_live_writer_goes_on_between_its_ticks),
		cmocka_unit_test(test_a_high_water_mark_has_its_time),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
