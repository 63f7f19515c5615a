/*
 * t_history_dead.c - claims about the past of a program that is gone.
 */
#include "logged.h"

#include <sys/mman.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define TICKS 180

/* Shared with the child, which does not live to tell. */
struct shared {
	size_t count;
	struct logged log[TICKS];
};

static struct shared *shared;

static void
copy_file(const char *from, const char *to)
{
	char buffer[65536];
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY);
	ssize_t n;

	CHECK(in != -1 && out != -1);
	while ((n = read(in, buffer, sizeof(buffer))) > 0)
		CHECK(write(out, buffer, (size_t)n) == n);
	CHECK(n == 0);
	(void)close(in);
	(void)close(out);
}

static void
compare_file(const char *path)
{
	struct dbgshm_reader *reader;
	struct logged_seen seen;

	CHECK(dbgshm_reader_open(path, &reader, NULL) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(dbgshm_reader_life(reader) == DBGSHM_LIFE_DEAD);
	seen = logged_compare(reader, shared->log, shared->count);
	CHECK(seen.moments == TICKS && seen.with_rows == TICKS);
	CHECK(dbgshm_reader_check(reader, NULL, NULL) == 0);
	dbgshm_reader_close(reader);
}

static void
work_and_die(void)
{
	struct logged_program program;
	struct dbgshm_reader *reader;

	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		      .state = DBGSHM_PUBLISHED }) == 0);
	logged_begin(&program, 21);
	for (; shared->count < TICKS; shared->count++) {
		struct logged *entry = &shared->log[shared->count];

		logged_step(&program, shared->count, entry);
		reader = own_reader();
		logged_percentiles(reader, &entry->p50, &entry->p99);
		dbgshm_reader_close(reader);
	}
	(void)kill(getpid(), SIGKILL);
}

static void
after_death(void)
{
	char path[256], copy[] = "/tmp/t_history_dead.XXXXXX";
	int status, file;
	pid_t child;

	if ((child = fork()) == 0) {
		work_and_die();
		_exit(1);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	CHECK(region_file(child, false, path, sizeof(path)));
	compare_file(path);
	CHECK((file = mkstemp(copy)) != -1);
	(void)close(file);
	copy_file(path, copy);
	CHECK(unlink(path) == 0);
	compare_file(copy);
	CHECK(unlink(copy) == 0);
}

static void
test_a_killed_program_and_a_copy_of_its_region_have_the_same_past(void **state)
{
	(void)state;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(shared != MAP_FAILED);
	assert_int_equal(in_child(after_death), 0);
	(void)munmap(shared, sizeof(*shared));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_killed_program_and_a_copy_of_its_region_have_the_same_past),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
