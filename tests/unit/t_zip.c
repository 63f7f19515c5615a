/*
 * t_zip.c - claims about archives: what goes in comes out, and not more than that.
 */
#include <libshm/kit/zip.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char why[256];

static void *
bytes_of(size_t size, unsigned char value)
{
	unsigned char *bytes = malloc(size + 1);
	size_t i;

	assert_non_null(bytes);
	for (i = 0; i < size; i++)
		bytes[i] = (unsigned char)(value + (value == 0 ? 0 : i));
	return (bytes);
}

static struct zip_in *
opened(const void *bytes, size_t size)
{
	int file = memfd_create("zip", MFD_CLOEXEC);

	assert_int_equal(write(file, bytes, size), size);
	return (zip_in_open(file, why, sizeof(why)));
}

/* An archive of one member. */
static void
made(const char *name, size_t size, unsigned char value, unsigned flags,
    void **bytes, size_t *made_size)
{
	struct zip_out *out = zip_out_create(why, sizeof(why));

	assert_non_null(out);
	assert_int_equal(zip_out_add(out, name, bytes_of(size, value), size,
			     flags, why, sizeof(why)),
	    0);
	assert_int_equal(
	    zip_out_end(out, bytes, made_size, why, sizeof(why)), 0);
	zip_out_destroy(out);
}

static void
reads(struct zip_in *in, size_t index, const char *name, size_t size,
    unsigned char value)
{
	void *wanted = bytes_of(size, value), *got;
	size_t got_size;

	assert_string_equal(zip_in_name(in, index), name);
	assert_int_equal(
	    zip_in_read(in, index, &got, &got_size, why, sizeof(why)), 0);
	assert_int_equal(got_size, size);
	assert_memory_equal(got, wanted, size);
	free(got);
	free(wanted);
}

static void
test_what_goes_in_comes_out(void **state)
{
	struct zip_in *in;
	unsigned char begin[10];
	void *bytes;
	size_t size;

	(void)state;
	made("a/b", 100000, 7, 0, &bytes, &size);
	in = opened(bytes, size);
	assert_non_null(in);
	assert_int_equal(zip_in_count(in), 1);
	reads(in, 0, "a/b", 100000, 7);
	assert_int_equal(
	    zip_in_peek(in, 0, begin, sizeof(begin), why, sizeof(why)), 0);
	assert_int_equal(begin[9], 16);
	zip_in_close(in);
	free(bytes);
}

static void
test_archives_join_below_folders(void **state)
{
	struct zip_out *out = zip_out_create(why, sizeof(why));
	struct zip_in *in;
	void *bytes;
	size_t size;

	(void)state;
	made("own.dbg", 5000, 1, 0, &bytes, &size);
	assert_int_equal(
	    zip_out_join(out, "one", bytes, size, why, sizeof(why)), 0);
	made("own.dbg", 6000, 2, 0, &bytes, &size);
	assert_int_equal(
	    zip_out_join(out, "two", bytes, size, why, sizeof(why)), 0);
	assert_int_equal(zip_out_end(out, &bytes, &size, why, sizeof(why)), 0);
	zip_out_destroy(out);
	in = opened(bytes, size);
	assert_int_equal(zip_in_count(in), 2);
	reads(in, 0, "one/own.dbg", 5000, 1);
	reads(in, 1, "two/own.dbg", 6000, 2);
	zip_in_close(in);
	free(bytes);
}

static void
test_what_becomes_too_long_is_refused(void **state)
{
	struct zip_in *in;
	void *bytes, *got;
	size_t size, got_size;
	char begin[8];

	(void)state;
	made("bomb", ZIP_INFLATED_MAX + 1, 0, 0, &bytes, &size);
	assert_true(size < 1 << 20);
	in = opened(bytes, size);
	assert_int_equal(
	    zip_in_read(in, 0, &got, &got_size, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "over the limit"));
	assert_int_equal(zip_in_peek(in, 0, begin, 8, why, sizeof(why)), -1);
	zip_in_close(in);
	free(bytes);
}

static void
test_what_is_ours_can_be_read_again_however_long(void **state)
{
	struct zip_in *in;
	void *bytes, *got;
	size_t size, got_size;

	(void)state;
	made("long", ZIP_INFLATED_MAX + 1, 0, ZIP_OUT_OURS, &bytes, &size);
	assert_true(size > ZIP_INFLATED_MAX);
	in = opened(bytes, size);
	reads(in, 0, "long", ZIP_INFLATED_MAX + 1, 0);
	zip_in_close(in);
	/* Of what is stored only the checksum tells that it is another. */
	((unsigned char *)bytes)[size / 2] ^= 1;
	in = opened(bytes, size);
	assert_int_equal(
	    zip_in_read(in, 0, &got, &got_size, why, sizeof(why)), -1);
	zip_in_close(in);
	free(bytes);
}

static void
test_all_that_is_read_is_bounded(void **state)
{
	struct zip_in *in;
	void *bytes, *got;
	size_t size, got_size, i;
	int result = 0;

	(void)state;
	made("often", ZIP_INFLATED_MAX, 0, 0, &bytes, &size);
	in = opened(bytes, size);
	for (i = 0; result == 0 && i < 100; i++) {
		result = zip_in_read(in, 0, &got, &got_size, why, sizeof(why));
		if (result == 0)
			free(got);
	}
	assert_int_equal(result, -1);
	assert_int_equal(i - 1, ZIP_READ_MAX / ZIP_INFLATED_MAX);
	zip_in_close(in);
	free(bytes);
}

static void
test_one_wrong_byte_is_noticed(void **state)
{
	struct zip_in *in;
	void *bytes, *got;
	size_t size, got_size;

	(void)state;
	made("own.dbg", 100000, 3, 0, &bytes, &size);
	((unsigned char *)bytes)[size / 2] ^= 1;
	in = opened(bytes, size);
	assert_non_null(in);
	assert_int_equal(
	    zip_in_read(in, 0, &got, &got_size, why, sizeof(why)), -1);
	zip_in_close(in);
	free(bytes);
}

static void
test_what_is_no_archive_is_refused(void **state)
{
	(void)state;
	assert_null(opened("hello", 5));
	assert_true(strlen(why) > 0);
	assert_null(opened("", 0));
	assert_null(zip_in_open(open("/", 0), why, sizeof(why)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_no_archive_is_refused),
		cmocka_unit_test(test_what_goes_in_comes_out),
		cmocka_unit_test(test_archives_join_below_folders),
		cmocka_unit_test(test_one_wrong_byte_is_noticed),
		cmocka_unit_test(test_what_becomes_too_long_is_refused),
		cmocka_unit_test(
		    test_what_is_ours_can_be_read_again_however_long),
		cmocka_unit_test(test_all_that_is_read_is_bounded),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
