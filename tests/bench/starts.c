/*
 * starts.c - from the start of a program to its end: one that attaches and prints
 * a value, beside an empty one.
 *
 *	starts [ROUNDS]	see turns.h; B in the environment: the build directory
 */
#include "alone.h"
#include "turns.h"

#include <dbgshm/writer.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define EACH 10

static char build[256] = "build", own[16];

static void
start(const char *program, char *const argv[], uint64_t n)
{
	extern char **environ;
	char path[512];
	posix_spawn_file_actions_t quiet;
	int error, status;
	pid_t pid;

	snprintf(path, sizeof(path), "%s/%s", build, program);
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	TIMES(n)
	{
		error = posix_spawn(&pid, path, &quiet, NULL, argv, environ);
		if (error != 0)
			errx(1, "%s: %s", path, strerror(error));
		if (waitpid(pid, &status, 0) == -1 || status != 0)
			errx(1, "%s: status %d", path, status);
	}
	posix_spawn_file_actions_destroy(&quiet);
}

static void
empty(void *context, int thread, uint64_t n)
{
	char *argv[] = { (char *)(uintptr_t) "empty", NULL };

	(void)context;
	(void)thread;
	start("tests/bench/floor/empty", argv, n);
}

static void
get(void *context, int thread, uint64_t n)
{
	char *argv[] = { (char *)(uintptr_t) "dbgtop",
		(char *)(uintptr_t) "get", own,
		(char *)(uintptr_t) "part:requests", NULL };

	(void)context;
	(void)thread;
	start("dbgtop", argv, n);
}

static const struct turn turns[] = {
	{ .name = "floor_start",
	    .body = empty,
	    .alone = true,
	    .wall = true,
	    .each = EACH },
	{ .name = "get",
	    .body = get,
	    .alone = true,
	    .wall = true,
	    .each = EACH },
};

int
main(int argc, char *argv[])
{
	struct dbgshm_counter counter;

	(void)alone();
	if (getenv("B") != NULL)
		snprintf(build, sizeof(build), "%s", getenv("B"));
	snprintf(own, sizeof(own), "%d", (int)getpid());
	if (dbgshm_init(
		&(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		    .state = DBGSHM_PUBLISHED,
		    .name = "starts" }) == -1 ||
	    dbgshm_counter_create(dbgshm_profile_add("part", "a part", NULL),
		&(struct dbgshm_metric){ .name = "requests" }, &counter) == -1)
		err(1, "a region");
	return (turns_run(
	    turns, sizeof(turns) / sizeof(turns[0]), NULL, NULL, argc, argv));
}
