/*
 * t_taken.c - claims about images: a region at one moment, as a region.
 * limit: 300
 */
#include "secretive.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <sys/mman.h>

#define TICKS 300

static struct logged log_of[TICKS];

/* ---- images ------------------------------------------------------------------ */

static struct dbgshm_reader *
attach(const void *bytes, size_t size)
{
	struct dbgshm_reader *reader;
	int file = memfd_create("image", MFD_CLOEXEC);

	CHECK(file != -1 && write(file, bytes, size) == (ssize_t)size);
	CHECK(dbgshm_reader_attach(file, &reader, NULL) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	return (reader);
}

/* A reader of an image of what another one reads. */
static struct dbgshm_reader *
image_of(struct dbgshm_reader *reader, unsigned flags)
{
	struct dbgshm_reader *made;
	void *bytes;
	size_t size;

	CHECK(dbgshm_reader_image(reader, flags, &bytes, &size) == 0);
	made = attach(bytes, size);
	free(bytes);
	return (made);
}

static bool
contains(const void *bytes, size_t size, const char *text)
{
	return (memmem(bytes, size, text, strlen(text)) != NULL);
}

static size_t
table_named(const struct dbgshm_reader *reader, const char *path)
{
	size_t i;

	for (i = 0; i < dbgshm_reader_profile_count(reader); i++)
		if (own_text_is(dbgshm_reader_profile(reader, i)->path, path))
			return (
			    (size_t)dbgshm_reader_profile(reader, i)->table);
	return (SIZE_MAX);
}

static struct dbgshm_cell
cell_of(const struct dbgshm_reader *reader, size_t table, size_t column)
{
	CHECK(dbgshm_reader_row_count(reader, table) == 1);
	return (dbgshm_reader_cell(
	    reader, table, dbgshm_reader_row(reader, table, 0), column));
}

static void
work(struct logged_program *program)
{
	struct secretive secretive = { 0 };
	uint64_t tick;

	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		      .state = DBGSHM_PUBLISHED }) == 0);
	logged_begin(program, 11);
	secretive_begin(&secretive);
	for (tick = 0; tick < TICKS; tick++) {
		secretive_step(&secretive, tick);
		logged_step(program, tick, &log_of[tick]);
	}
}

static void
is_as_it_was(struct dbgshm_reader *image)
{
	struct logged_seen seen;

	CHECK(dbgshm_reader_check(image, NULL, NULL) == 0);
	logged_same_metrics(image, &log_of[TICKS - 1]);
	logged_same_rows(image, &log_of[TICKS - 1]);
	seen = logged_compare(image, log_of, TICKS);
	CHECK(seen.moments == TICKS && seen.with_rows == TICKS);
	CHECK(dbgshm_reader_refresh(image) == 0);
}

static void
same(void)
{
	struct dbgshm_reader *reader, *image, *again;
	struct logged_program program;
	struct logged next;
	struct dbgshm_past *past;
	unsigned flags;

	work(&program);
	reader = own_reader();
	for (flags = 0; flags <= DBGSHM_IMAGE_SECRETS; flags++) {
		image = image_of(reader, flags);
		is_as_it_was(image);
		again = image_of(image, flags);
		is_as_it_was(again);
		CHECK(dbgshm_reader_info(image)->taken_real_ns ==
		    dbgshm_reader_info(again)->taken_real_ns);
		dbgshm_reader_close(again);
		dbgshm_reader_close(image);
	}
	/* Also of one that shows the past, which goes on showing it. */
	CHECK(dbgshm_past_open(reader, &past) == 0);
	CHECK(dbgshm_past_show(past, 5) == 0);
	image = image_of(reader, 0);
	CHECK(dbgshm_reader_info(reader)->tick_mono_ns ==
	    dbgshm_past_moment(past, 5).mono_ns);
	dbgshm_past_close(past);
	/* And what the program does then changes nothing. */
	logged_step(&program, TICKS, &next);
	is_as_it_was(image);
	dbgshm_reader_close(image);
	dbgshm_reader_close(reader);
}

static void
test_image_is_the_region_of_one_moment_with_its_past(void **state)
{
	(void)state;
	assert_int_equal(in_child(same), 0);
}

/* ---- secrets ------------------------------------------------------------------ */

static void
secrets(void)
{
	struct logged_program program;
	struct dbgshm_reader *reader, *image;
	struct dbgshm_past *past;
	void *bytes;
	size_t size, i, table, gone = 0;

	work(&program);
	reader = own_reader();
	CHECK(dbgshm_reader_image(
		  reader, DBGSHM_IMAGE_SECRETS, &bytes, &size) == 0);
	CHECK(contains(bytes, size, SECRET "299"));
	image = attach(bytes, size);
	CHECK(!dbgshm_reader_info(image)->withheld);
	dbgshm_reader_close(image);
	free(bytes);

	CHECK(dbgshm_reader_image(reader, 0, &bytes, &size) == 0);
	CHECK(!contains(bytes, size, SECRET));
	/* Text that has changed in its last bytes only. */
	CHECK(!contains(bytes, size, "hush"));
	image = attach(bytes, size);
	free(bytes);
	CHECK(dbgshm_reader_info(image)->withheld);
	table = table_named(image, "secretive");
	CHECK(cell_of(image, table, OPEN).u == TICKS - 1);
	CHECK(cell_of(image, table, TOKEN).text.length == 0);
	CHECK(cell_of(image, table, NUMBER).u == 0);
	CHECK(own_text_is(cell_of(image, table, LAST).text, "last299"));
	CHECK(dbgshm_past_open(image, &past) == 0);
	for (i = 0; i < dbgshm_past_count(past); i++) {
		CHECK(dbgshm_past_show(past, i) == 0);
		table = table_named(image, "gone");
		if (table != SIZE_MAX && gone++ > 0) {
			CHECK(cell_of(image, table, TOKEN).text.length == 0);
			CHECK(cell_of(image, table, NUMBER).u == 0);
		}
		table = table_named(image, "secretive");
		if (table == SIZE_MAX ||
		    dbgshm_past_moment(past, i).mono_ns < log_of[0].now_ns)
			continue;
		CHECK(cell_of(image, table, TOKEN).text.length == 0);
		CHECK(cell_of(image, table, NUMBER).u == 0);
		CHECK(cell_of(image, table, OPEN).u ==
		    (dbgshm_past_moment(past, i).mono_ns - log_of[0].now_ns) /
			LOGGED_SECOND);
	}
	CHECK(gone >= TICKS / 2);
	dbgshm_past_close(past);
	dbgshm_reader_close(image);
	dbgshm_reader_close(reader);
}

static void
test_image_tells_no_secret_not_even_of_the_past(void **state)
{
	(void)state;
	assert_int_equal(in_child(secrets), 0);
}

/* ---- events ---------------------------------------------------------------------- */

static void
compare_events(struct dbgshm_reader *region, struct dbgshm_reader *image,
    bool secret, size_t least)
{
	struct dbgshm_events *a, *b;
	const struct dbgshm_event_info *x, *y;
	size_t count = 0;

	CHECK(dbgshm_events_open(region, &a) == 0);
	CHECK(dbgshm_events_open(image, &b) == 0);
	CHECK(dbgshm_events_poll(a) == 0 && dbgshm_events_poll(b) == 0);
	while ((y = dbgshm_events_next(b)) != NULL) {
		x = dbgshm_events_next(a);
		CHECK(x != NULL && x->number == y->number &&
		    x->lost == y->lost && x->stamp == y->stamp &&
		    x->field_count == y->field_count);
		CHECK(x->values[OPEN].u == y->values[OPEN].u);
		CHECK(own_text_is(x->values[LAST].text, "last") ||
		    memcmp(x->values[LAST].text.bytes,
			y->values[LAST].text.bytes,
			x->values[LAST].text.length) == 0);
		CHECK(
		    y->values[LAST].text.length == x->values[LAST].text.length);
		CHECK(y->values[TOKEN].text.length ==
		    (secret ? x->values[TOKEN].text.length : 0));
		CHECK(
		    y->values[NUMBER].u == (secret ? x->values[NUMBER].u : 0));
		count++;
	}
	CHECK(dbgshm_events_next(a) == NULL && count >= least);
	CHECK(dbgshm_events_lost(a) == dbgshm_events_lost(b));
	dbgshm_events_close(a);
	dbgshm_events_close(b);
}

static void
events(void)
{
	struct logged_program program;
	struct dbgshm_reader *reader, *image;
	unsigned flags;

	work(&program);
	reader = own_reader();
	for (flags = 0; flags <= DBGSHM_IMAGE_SECRETS; flags++) {
		image = image_of(reader, flags);
		compare_events(reader, image, flags != 0, 20);
		CHECK(dbgshm_reader_check(image, NULL, NULL) == 0);
		dbgshm_reader_close(image);
	}
	dbgshm_reader_close(reader);
}

static void
test_image_has_the_events_with_their_numbers_and_what_was_lost(void **state)
{
	(void)state;
	assert_int_equal(in_child(events), 0);
}

/* ---- life and time ---------------------------------------------------------------- */

/* A child that has worked, and waits to be killed. */
static pid_t
worker(void)
{
	struct logged_program program;
	int ready[2];
	pid_t child;
	char byte;

	CHECK(pipe(ready) == 0);
	if ((child = fork()) == 0) {
		work(&program);
		CHECK(write(ready[1], "", 1) == 1);
		for (;;)
			pause();
	}
	CHECK(child != -1 && read(ready[0], &byte, 1) == 1);
	return (child);
}

static void
life(void)
{
	struct dbgshm_reader *reader, *image;
	pid_t child = worker();
	char path[256];
	uint64_t now_ns;

	CHECK(region_file(child, false, path, sizeof(path)));
	CHECK(dbgshm_reader_open(path, &reader, NULL) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	image = image_of(reader, 0);
	CHECK(dbgshm_reader_info(image)->taken_real_ns != 0);
	CHECK(dbgshm_reader_info(image)->frame_real_ns ==
	    dbgshm_reader_info(image)->taken_real_ns);
	now_ns = dbgshm_reader_now_ns(image);
	CHECK(kill(child, SIGKILL) == 0);
	CHECK(waitpid(child, NULL, 0) == child);
	CHECK(dbgshm_reader_life(reader) == DBGSHM_LIFE_DEAD);
	/* It lived, and does so in the image, where no time goes by. */
	CHECK(dbgshm_reader_refresh(image) == 0);
	CHECK(dbgshm_reader_life(image) == DBGSHM_LIFE_LIVE);
	CHECK(dbgshm_reader_now_ns(image) == now_ns);
	dbgshm_reader_close(image);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	image = image_of(reader, 0);
	CHECK(dbgshm_reader_life(image) == DBGSHM_LIFE_DEAD);
	CHECK(dbgshm_reader_now_ns(image) == dbgshm_reader_now_ns(reader));
	dbgshm_reader_close(image);
	dbgshm_reader_close(reader);
	(void)unlink(path);
}

static void
test_image_knows_whether_its_process_lived(void **state)
{
	(void)state;
	assert_int_equal(in_child(life), 0);
}

static void
torn(void)
{
	struct logged_program program;
	struct dbgshm_reader *reader, *image;
	struct dbgshm_row row;
	size_t table, i;

	work(&program);
	row = dbgshm_row_claim(program.table);
	dbgshm_row_end(row);
	dbgshm_row_begin(row);
	reader = own_reader();
	image = image_of(reader, 0);
	for (table = 0; dbgshm_reader_table(image, table)->capacity != 64;)
		table++;
	for (i = 0; i < dbgshm_reader_row_count(image, table); i++)
		if (dbgshm_reader_row(image, table, i)->state ==
		    DBGSHM_ROWSTATE_TORN)
			break;
	CHECK(i < dbgshm_reader_row_count(image, table));
	dbgshm_reader_close(image);
	dbgshm_reader_close(reader);
}

static void
elsewhere(void)
{
	struct logged_program program;
	struct dbgshm_reader *reader, *here, *there;
	struct dbgshm_header *header;
	void *bytes;
	size_t size;

	work(&program);
	reader = own_reader();
	CHECK(dbgshm_reader_image(reader, 0, &bytes, &size) == 0);
	here = attach(bytes, size);
	header = bytes;
	header->boot_id[0] ^= 1;
	header->time_namespace++;
	there = attach(bytes, size);
	free(bytes);
	CHECK(dbgshm_reader_now_ns(here) == dbgshm_reader_now_ns(there));
	CHECK(dbgshm_reader_life(there) == DBGSHM_LIFE_LIVE);
	dbgshm_reader_close(there);
	dbgshm_reader_close(here);
	dbgshm_reader_close(reader);
}

static void
test_image_says_the_same_on_another_machine(void **state)
{
	(void)state;
	assert_int_equal(in_child(elsewhere), 0);
}

static void
test_image_keeps_a_row_that_was_being_written_as_torn(void **state)
{
	(void)state;
	assert_int_equal(in_child(torn), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_image_is_the_region_of_one_moment_with_its_past),
		cmocka_unit_test(
		    test_image_tells_no_secret_not_even_of_the_past),
		cmocka_unit_test(
		    test_image_has_the_events_with_their_numbers_and_what_was_lost),
		cmocka_unit_test(test_image_knows_whether_its_process_lived),
		cmocka_unit_test(test_image_says_the_same_on_another_machine),
		cmocka_unit_test(
		    test_image_keeps_a_row_that_was_being_written_as_torn),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
