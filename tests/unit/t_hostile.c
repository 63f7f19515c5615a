/* t_hostile.c - claims about files that are cut, flipped or never rest.
 * limit: 600 */
#include "image_shapes.h"
#include "outcome.h"

#include <sys/syscall.h>

#include <pthread.h>
#include <unistd.h>

/* ---- whole files -------------------------------------------------------------------- */

static void
test_a_file_cut_anywhere_is_told_and_never_shown_as_whole(void **state)
{
	struct sample_image sample;
	struct outcome outcome;
	size_t size;
	int file;

	(void)state;
	image_sample(&sample);
	for (size = 0; size < IMAGE_SIZE; size += 64) {
		file = image_file(&sample.image, size);
		outcome = try_file(file);
		(void)close(file);
		assert_true(outcome.fault.text[0] != '\0');
		if (size < IMAGE_STRINGS + sample.image.strings)
			assert_int_equal(outcome.error, EBADMSG);
		else
			assert_true(outcome.error == 0 && outcome.faults > 0);
		/* What would be in the part that is gone is not there. */
		if (size < IMAGE_SHARDS + IMAGE_STRIDE + 1000)
			assert_true(outcome.metrics < 5);
		if (size < sample.image.tables)
			assert_int_equal(outcome.tables, 0);
	}
	image_free(&sample.image);
}

static void
test_holes_where_bytes_should_be_are_refused(void **state)
{
	struct sample_image sample;
	struct outcome outcome;
	int file;

	(void)state;
	image_sample(&sample);
	file = image_file(&sample.image, 8192);
	assert_int_equal(ftruncate(file, 4 << 20), 0);
	image_header(&sample.image)->file_size = 4 << 20;
	image_header(&sample.image)->sections[4].offset = 65536;
	image_header(&sample.image)->sections[4].size = 2 << 20;
	image_header(&sample.image)->sections[4].used = 2 << 20;
	assert_int_equal(pwrite(file, sample.image.bytes, 32768, 0), 32768);
	outcome = try_file(file);
	assert_int_equal(outcome.error, EBADMSG);
	says(&outcome, "holes");
	(void)close(file);
	image_free(&sample.image);
}

static void
test_more_bytes_than_a_reader_copies_are_refused(void **state)
{
	struct sample_image sample;
	struct dbgshm_header *header;
	struct outcome outcome;
	int file;

	(void)state;
	image_sample(&sample);
	header = image_header(&sample.image);
	header->file_size = UINT64_C(1) << 30;
	header->sections[4].offset = 1 << 20;
	header->sections[4].size = 512 << 20;
	header->sections[4].used = 300 << 20;
	file = image_file(&sample.image, IMAGE_SIZE);
	assert_int_equal(ftruncate(file, 1 << 30), 0);
	outcome = try_file(file);
	assert_int_equal(outcome.error, EFBIG);
	(void)close(file);
	image_free(&sample.image);
}

static void
flip_range(const struct image *image, size_t from, size_t to)
{
	unsigned char *bytes = image->bytes;
	int file = image_file(image, IMAGE_SIZE);
	unsigned bit;
	size_t at;
	unsigned char flipped;

	for (at = from; at < to; at++)
		for (bit = 0; bit < 8; bit++) {
			flipped = (unsigned char)(bytes[at] ^ 1u << bit);
			if (pwrite(file, &flipped, 1, (off_t)at) != 1)
				abort();
			(void)try_file(file);
			if (pwrite(file, &bytes[at], 1, (off_t)at) != 1)
				abort();
		}
	(void)close(file);
}

static void
test_no_flipped_bit_does_harm(void **state)
{
	struct whole_image whole;
	struct image *image = &whole.sample.image;

	(void)state;
	image_whole(&whole);
	flip_range(image, 0, 1216);
	flip_range(image, 4096, 4096 + 192);
	flip_range(
	    image, IMAGE_DESCRIPTORS, IMAGE_DESCRIPTORS + image->descriptors);
	flip_range(image, IMAGE_STRINGS, IMAGE_STRINGS + image->strings);
	flip_range(image, IMAGE_GAUGES, IMAGE_GAUGES + 8 * image->gauges);
	flip_range(image, IMAGE_TABLES, IMAGE_TABLES + 256);
	flip_range(image, whole.operations->data_offset + 64,
	    whole.operations->data_offset + 128 +
		2 * whole.operations->row_stride);
	flip_range(image, whole.steps->data_offset + 64,
	    whole.steps->data_offset + 128 + whole.steps->row_stride);
	flip_range(image, IMAGE_RINGS, IMAGE_RINGS + 192);
	image_free(image);
}

/* ---- a file that changes while it is read --------------------------------------------- */

struct mutator {
	int file;
	const struct image *image;
	int stop;
};

static void *
mutate(void *context)
{
	struct mutator *mutator = context;
	uint64_t seed = 42, word;
	size_t at;

	while (!__atomic_load_n(&mutator->stop, __ATOMIC_RELAXED)) {
		seed =
		    seed * UINT64_C(6364136223846793005) + 1442695040888963407;
		at = (seed >> 33) % (IMAGE_SIZE / 8) * 8;
		if ((seed & 7) != 0) /* most of the time where it matters */
			at = (seed >> 33) % 2 != 0
			    ? 512 + at % 720
			    : IMAGE_DESCRIPTORS + at % 2048;
		memcpy(&word, mutator->image->bytes + at, 8);
		if ((seed >> 8 & 1) != 0)
			word ^= UINT64_C(1) << (seed >> 20 & 63);
		if ((seed >> 9 & 15) == 0)
			word = UINT64_MAX;
		if (pwrite(mutator->file, &word, 8, (off_t)at) != 8)
			abort();
	}
	return (NULL);
}

static void
test_bytes_that_change_under_the_reader_do_no_harm(void **state)
{
	struct mutator mutator = { 0 };
	struct whole_image whole;
	struct dbgshm_reader *reader = NULL;
	pthread_t thread;
	unsigned i;

	(void)state;
	image_whole(&whole);
	mutator.file = image_file(&whole.sample.image, IMAGE_SIZE);
	mutator.image = &whole.sample.image;
	assert_int_equal(pthread_create(&thread, NULL, mutate, &mutator), 0);
	for (i = 0; i < 20000; i++) {
		if (reader == NULL &&
		    image_attach(mutator.file, &reader, NULL) == -1) {
			reader = NULL;
			continue;
		}
		(void)dbgshm_reader_refresh(reader);
		(void)walk_everything(reader);
		if (i % 16 == 0) {
			(void)dbgshm_reader_check(reader, NULL, NULL);
			dbgshm_reader_close(reader);
			reader = NULL;
		}
	}
	dbgshm_reader_close(reader);
	__atomic_store_n(&mutator.stop, 1, __ATOMIC_RELAXED);
	assert_int_equal(pthread_join(thread, NULL), 0);
	(void)close(mutator.file);
	image_free(&whole.sample.image);
}

/* ---- a schema that changes in the middle of a refresh -------------------------------- */

#define HEADER_READS 6

/* What the writer makes of the schema just before each read of the header. */
static struct {
	struct sample_image sample;
	int file; /* 0: none, the reader may have a copy of its descriptor */
	unsigned plan, reads;
} changing;

static void
change(unsigned step)
{
	static const struct {
		uint64_t generation;
		uint32_t state;
	} schemas[] = {
		{ 100, DBGSHM_DESC_LIVE }, { 101, DBGSHM_DESC_REMOVED },
		{ 100, DBGSHM_DESC_REMOVED }, /* no honest writer does that */
	};
	struct image *image = &changing.sample.image;

	image_header(image)->schema_generation = schemas[step].generation;
	changing.sample.counter->head.state = schemas[step].state;
	if (pwrite(changing.file, image->bytes, IMAGE_SIZE, 0) != IMAGE_SIZE)
		abort();
}

/* In place of the C library's pread(2), whose name its headers may have taken for
 * something inline: the reader looks through this. */
#ifdef __GLIBC__
ssize_t looking(int, void *, size_t, off_t) __asm__("pread64");
#else
ssize_t looking(int, void *, size_t, off_t) __asm__("pread");
#endif
ssize_t
looking(int file, void *buffer, size_t size, off_t offset)
{
	if (changing.file != 0 && offset == 0 && size > 4000 &&
	    changing.reads < HEADER_READS) {
		change(changing.plan % 3);
		changing.plan /= 3;
		changing.reads++;
	}
	return (syscall(SYS_pread64, file, buffer, size, offset));
}

static void
test_another_schema_bears_another_number(void **state)
{
	struct dbgshm_reader *reader;
	unsigned plan, look;
	uint64_t generation;
	size_t count;

	(void)state;
	image_sample(&changing.sample);
	for (plan = 0; plan < 729; plan++) {
		image_header(&changing.sample.image)->schema_generation = 99;
		changing.sample.counter->head.state = DBGSHM_DESC_LIVE;
		changing.reads = HEADER_READS;
		changing.file = image_file(&changing.sample.image, IMAGE_SIZE);
		assert_int_equal(image_attach(changing.file, &reader, NULL), 0);
		assert_int_equal(dbgshm_reader_refresh(reader), 0);
		changing.plan = plan;
		changing.reads = 0;
		for (look = 0; look < 4; look++) {
			generation =
			    dbgshm_reader_info(reader)->schema_generation;
			count = dbgshm_reader_metric_count(reader);
			(void)dbgshm_reader_refresh(reader);
			if (dbgshm_reader_info(reader)->schema_generation ==
			    generation)
				assert_int_equal(
				    dbgshm_reader_metric_count(reader), count);
		}
		assert_true(changing.reads >= 4); /* all looks were seen */
		dbgshm_reader_close(reader);
		(void)close(changing.file);
		changing.file = 0;
	}
	image_free(&changing.sample.image);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_file_cut_anywhere_is_told_and_never_shown_as_whole),
		cmocka_unit_test(test_holes_where_bytes_should_be_are_refused),
		cmocka_unit_test(
		    test_more_bytes_than_a_reader_copies_are_refused),
		cmocka_unit_test(test_no_flipped_bit_does_harm),
		cmocka_unit_test(
		    test_bytes_that_change_under_the_reader_do_no_harm),
		cmocka_unit_test(test_another_schema_bears_another_number),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
