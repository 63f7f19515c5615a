/*
 * A process that has confined itself: it looks, and can do nothing else.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "child.h"

#include <viewer/confine.h>

/* Both, in a child that inherits neither. */
static void
both(void)
{
	if (confine(CONFINE_ALL) != CONFINE_ALL)
		_exit(77);
	CHECK(prctl(PR_SET_DUMPABLE, 0) == -1 && errno == EPERM);
}

static int
refused_or_skipped(void (*body)(void))
{
	int status = in_child(body);

	if (status == 77)
		skip(); /* a kernel without one of them */
	return (status);
}

static void
looking(void)
{
	char byte, name[] = "/proc/self/stat";
	int file, memory;

	both();
	file = open(name, O_RDONLY | O_CLOEXEC);
	CHECK(file != -1 && pread(file, &byte, 1, 0) == 1);
	CHECK(close(file) == 0);
	memory = memfd_create("image", MFD_CLOEXEC);
	CHECK(memory != -1 && pwrite(memory, "x", 1, 100) == 1);
	CHECK(pread(memory, &byte, 1, 100) == 1 && byte == 'x');
	CHECK(close(memory) == 0);
	free(malloc(10 << 20));
	_exit(0); /* no sanitizer's work at the end: it starts a process */
}

static void
writing(void)
{
	char name[] = "/tmp/confine.XXXXXX";
	int file = mkstemp(name);

	CHECK(file != -1 && unlink(name) == 0);
	both();
	CHECK(open(name, O_WRONLY) == -1 && errno == EPERM);
	CHECK(open(name, O_RDWR | O_CREAT, 0600) == -1 && errno == EPERM);
	CHECK(open("/tmp/confine.new", O_RDONLY | O_CREAT, 0600) == -1);
	CHECK(truncate(name, 0) == -1);
	CHECK(rename(name, "/tmp/confine.other") == -1 && errno == EPERM);
	CHECK(unlink(name) == -1 && errno == EPERM);
	CHECK(mkdir("/tmp/confine.directory", 0700) == -1 && errno == EPERM);
	CHECK(chmod(name, 0777) == -1 && errno == EPERM);
	/* What was open stays so. */
	CHECK(write(file, "x", 1) == 1);
	_exit(0);
}

/* The same once more, by the other of the two. */
static void
paths(void)
{
	char name[] = "/tmp/confine.XXXXXX";
	int file = mkstemp(name);

	CHECK(file != -1);
	if (fork() == 0) {
		if (confine(CONFINE_PATHS) != CONFINE_PATHS)
			_exit(77);
		CHECK(open(name, O_RDONLY) != -1);
		CHECK(open(name, O_WRONLY) == -1 && errno == EACCES);
		CHECK(
		    open("/tmp/confine.new", O_WRONLY | O_CREAT, 0600) == -1 &&
		    errno == EACCES);
		CHECK(unlink(name) == -1 && errno == EACCES);
		CHECK(
		    execl("/bin/true", "true", NULL) == -1 && errno == EACCES);
		_exit(0);
	}
	CHECK(wait(&file) > 0 && unlink(name) == 0);
	_exit(WEXITSTATUS(file));
}

static void
starting(void)
{
	char *const words[] = { "true", NULL };

	both();
	CHECK(fork() == -1 && errno == EPERM);
	CHECK(execv("/bin/true", words) == -1 && errno == EPERM);
	_exit(0);
}

static void
speaking(void)
{
	int pair[2];

	both();
	CHECK(socket(AF_UNIX, SOCK_STREAM, 0) == -1 && errno == EPERM);
	CHECK(socket(AF_INET, SOCK_STREAM, 0) == -1 && errno == EPERM);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1);
	CHECK(kill(getppid(), SIGTERM) == -1 && errno == EPERM);
	CHECK(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == -1 &&
	    errno == EPERM);
	CHECK(ioctl(STDIN_FILENO, TIOCSTI, "x") == -1 && errno == EPERM);
	_exit(0);
}

static void
code(void)
{
	void *page;

	both();
	CHECK(mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED &&
	    errno == EPERM);
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(page != MAP_FAILED);
	CHECK(mprotect(page, 4096, PROT_READ | PROT_EXEC) == -1 &&
	    errno == EPERM);
	CHECK(mprotect(page, 4096, PROT_READ) == 0);
	_exit(0);
}

#define CLAIM(name, body)                                                      \
	static void name(void **state)                                         \
	{                                                                      \
		(void)state;                                                   \
		assert_int_equal(refused_or_skipped(body), 0);                 \
	}

CLAIM(test_files_are_read_and_images_made, looking)
CLAIM(test_nothing_is_written_but_to_what_is_open, writing)
CLAIM(test_no_path_is_written_to_where_only_paths_are_given_up, paths)
CLAIM(test_nothing_is_started, starting)
CLAIM(test_nobody_is_spoken_to, speaking)
CLAIM(test_no_memory_becomes_code, code)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files_are_read_and_images_made),
		cmocka_unit_test(test_nothing_is_written_but_to_what_is_open),
		cmocka_unit_test(
		    test_no_path_is_written_to_where_only_paths_are_given_up),
		cmocka_unit_test(test_nothing_is_started),
		cmocka_unit_test(test_nobody_is_spoken_to),
		cmocka_unit_test(test_no_memory_becomes_code),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
