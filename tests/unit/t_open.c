/* t_open.c - claims about what is opened as a region, and what is not. */
#include "image.h"

#include <viewer/open.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char directory[64];

static int
make_directory(void **state)
{
	(void)state;
	(void)snprintf(
	    directory, sizeof(directory), "/dev/shm/t_reader.XXXXXX");
	return (mkdtemp(directory) == NULL ? -1 : 0);
}

static int
remove_directory(void **state)
{
	(void)state;
	return (image_remove_directory(directory));
}

static void
inside(char path[128], const char *name)
{
	(void)snprintf(path, 128, "%s/%s", directory, name);
}

static void
refuses(const char *path, int error, const char *why)
{
	struct dbgshm_reader *reader;
	struct dbgshm_fault fault = { 0 };

	assert_int_equal(dbgshm_reader_open(path, &reader, &fault), -1);
	assert_int_equal(errno, error);
	if (strstr(fault.text, why) == NULL)
		fail_msg(
		    "%s: \"%s\" does not say \"%s\"", path, fault.text, why);
}

static void
test_only_regular_files_with_one_name_are_opened(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct sample_image sample;
	char path[128], other[128];
	int file, listener;

	(void)state;
	refuses(directory, EBADMSG, "not a regular file");
	refuses("/dev/null", EBADMSG, "not a regular file");
	refuses("/dev/zero", EBADMSG, "not a regular file");
	inside(path, "absent");
	refuses(path, ENOENT, "");

	inside(path, "fifo");
	assert_int_equal(mkfifo(path, 0600), 0);
	refuses(path, EBADMSG, "not a regular file"); /* and does not wait */
	(void)unlink(path);

	inside(path, "socket");
	(void)snprintf(
	    address.sun_path, sizeof(address.sun_path), "%.100s", path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
	    bind(listener, (const void *)&address, sizeof(address)), 0);
	refuses(path, EBADMSG, "not a regular file");
	(void)close(listener);
	(void)unlink(path);

	image_sample(&sample);
	inside(path, "region");
	file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_equal(
	    write(file, sample.image.bytes, IMAGE_SIZE), IMAGE_SIZE);
	(void)close(file);
	image_free(&sample.image);
	inside(other, "link");
	assert_int_equal(symlink(path, other), 0);
	refuses(other, ELOOP, "symbolic link");
	(void)unlink(other);
	assert_int_equal(link(path, other), 0);
	refuses(path, EBADMSG, "2 names");
	(void)unlink(other);
	if (geteuid() != 0) {
		assert_int_equal(chmod(path, 0), 0);
		refuses(path, EACCES, "");
	}
	(void)unlink(path);
}

static void
test_files_of_odd_sizes_are_refused_at_once(void **state)
{
	char path[128];
	int file;

	(void)state;
	inside(path, "file");
	file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	refuses(path, EBADMSG, "empty");
	assert_int_equal(write(file, "hello", 5), 5);
	refuses(path, EBADMSG, "too short");
	assert_int_equal(ftruncate(file, 8191), 0);
	refuses(path, EBADMSG, "too short");
	assert_int_equal(ftruncate(file, IMAGE_SIZE), 0);
	refuses(path, EBADMSG, "not a region");
	assert_int_equal(ftruncate(file, 0), 0);
	assert_int_equal(ftruncate(file, IMAGE_SIZE), 0);
	refuses(path, EAGAIN, "not ready");
	if (ftruncate(file, (off_t)1 << 40) == 0)
		refuses(path, EFBIG, "over the limit");
	(void)close(file);
	(void)unlink(path);
}

static void
test_a_directory_in_another_root_is_reached_without_its_links(void **state)
{
	char path[192], link[128];
	struct dbgshm_reader *reader;

	(void)state;
	inside(link, "shm");
	assert_int_equal(symlink("/", link), 0);
	(void)snprintf(path, sizeof(path), "/proc/%d/root%s/etc/passwd",
	    (int)getpid(), link);
	assert_int_equal(dbgshm_reader_open(path, &reader, NULL), -1);
	assert_int_equal(errno, ELOOP);
	(void)snprintf(
	    path, sizeof(path), "/proc/%d/root/etc/passwd", (int)getpid());
	assert_int_equal(dbgshm_reader_open(path, &reader, NULL), -1);
	assert_int_equal(errno, EBADMSG);
	(void)unlink(link);
}

static void
test_nothing_is_removed_over_a_link(void **state)
{
	struct sample_image sample;
	char link[128], path[192], real[128];
	int file;

	(void)state;
	inside(real, "real");
	inside(link, "link");
	assert_int_equal(mkdir(real, 0700), 0);
	assert_int_equal(symlink("real", link), 0);
	(void)snprintf(path, sizeof(path), "%s/region", real);
	image_sample(&sample);
	file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_equal(
	    write(file, sample.image.bytes, IMAGE_SIZE), IMAGE_SIZE);
	(void)close(file);
	image_free(&sample.image);

	(void)snprintf(path, sizeof(path), "%s/region", link);
	assert_int_equal(open_remove(path, geteuid(), true), -1);
	assert_int_equal(errno, ELOOP);
	(void)snprintf(path, sizeof(path), "%s/region", real);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(open_remove(path, geteuid() + 1, true), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(open_remove(path, geteuid(), false), 0);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(open_remove(path, geteuid(), true), 0);
	assert_int_equal(access(path, F_OK), -1);
	(void)unlink(link);
	(void)rmdir(real);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_only_regular_files_with_one_name_are_opened),
		cmocka_unit_test(test_files_of_odd_sizes_are_refused_at_once),
		cmocka_unit_test(
		    test_a_directory_in_another_root_is_reached_without_its_links),
		cmocka_unit_test(test_nothing_is_removed_over_a_link),
	};

	return (
	    cmocka_run_group_tests(tests, make_directory, remove_directory));
}
