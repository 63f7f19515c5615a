/*
 * forker.c - a fork child adds a million through inherited handles, and changes
 * nothing in the parent's region.  Prints the child's pid when it has ended and
 * stays until SIGTERM.
 */
#include <dbgshm/writer.h>

#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ADDS 1000000

static const struct dbgshm_column columns[] = {
	{ .name = "pid", .type = DBGSHM_TYPE_GAUGE },
};

int
main(void)
{
	struct dbgshm_options options = { .sampling = DBGSHM_SAMPLER_THREAD,
		.state = DBGSHM_PUBLISHED };
	struct dbgshm_counter adds = { 0 };
	struct dbgshm_gauge level = { 0 };
	struct dbgshm_histogram sizes = { 0, 0 };
	struct dbgshm_profile *profile;
	struct dbgshm_row row;
	pid_t child;
	int i, status;

	if (dbgshm_init(&options) == -1) {
		perror("forker");
		return (1);
	}
	profile = dbgshm_profile_add("forker", "before and after fork", NULL);
	(void)dbgshm_counter_create(
	    profile, &(struct dbgshm_metric){ .name = "adds" }, &adds);
	(void)dbgshm_gauge_create(
	    profile, &(struct dbgshm_metric){ .name = "level" }, &level);
	(void)dbgshm_histogram_create(
	    profile, &(struct dbgshm_metric){ .name = "sizes" }, &sizes);
	row = dbgshm_row_claim(dbgshm_table_create(profile, columns, 1, 2));
	dbgshm_row_set(row, 0, 1);
	dbgshm_row_end(row);
	dbgshm_counter_add(adds, 7);
	dbgshm_gauge_set(level, 7);
	dbgshm_histogram_record(sizes, 7);
	if ((child = fork()) == -1) {
		perror("forker: fork");
		return (1);
	}
	if (child == 0) {
		for (i = 0; i < ADDS; i++) {
			dbgshm_counter_add(adds, 1);
			dbgshm_histogram_record(sizes, 1);
			dbgshm_row_add(row, 0, 1);
		}
		dbgshm_gauge_set(level, 0);
		_exit(0);
	}
	if (waitpid(child, &status, 0) == -1 || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0) {
		fputs("forker: the child failed\n", stderr);
		return (1);
	}
	printf("%d\n", (int)child);
	(void)fflush(stdout);
	for (;;)
		pause();
}
