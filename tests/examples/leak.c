/*
 * leak.c - serves requests from files, and forgets to close one of them.
 *
 * A line on its standard input is so many requests.
 */
#include <dbgshm/shapes.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct dbgshm_pairs *files;

static int
get_file(const char *path)
{
	return (open(path, O_RDONLY | O_CLOEXEC));
}

static void
serve(void)
{
	int icon = get_file("/etc/passwd"), page;

	dbgshm_pair_open(files, (uint64_t)icon, "/etc/passwd"); /* leaks */
	page = get_file("/etc/hosts");
	dbgshm_pair_open(files, (uint64_t)page, "/etc/hosts");
	(void)close(page);
	dbgshm_pair_close(files, (uint64_t)page);
}

int
main(void)
{
	char line[32];
	long i;

	(void)dbgshm_init(&(struct dbgshm_options){
	    .sampling = DBGSHM_SAMPLER_THREAD, .state = DBGSHM_PUBLISHED });
	files = dbgshm_pairs_create(
	    dbgshm_profile_add("files", "open files", NULL), 16);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		for (i = strtol(line, NULL, 10); i > 0; i--)
			serve();
		(void)puts("served");
		(void)fflush(stdout);
	}
	return (0);
}
