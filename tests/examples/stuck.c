/*
 * stuck.c - reads a FIFO inside an operation inside another, and says before
 * each call that may block what comes next.
 *
 *	stuck FIFO
 */
#include <dbgshm/shapes.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { IMPORT, READ };
static const char *const kinds[] = { "import", "read", NULL };

int
main(int argc, char *argv[])
{
	struct dbgshm_options options = { .sampling = DBGSHM_SAMPLER_THREAD,
		.state = DBGSHM_PUBLISHED };
	struct dbgshm_operation import, part;
	struct dbgshm_operations *work;
	struct dbgshm_trail trail;
	char line[128];
	ssize_t length;
	int fifo;

	if (argc != 2 || dbgshm_init(&options) == -1) {
		perror("stuck");
		return (1);
	}
	work = dbgshm_operations_create(
	    dbgshm_profile_add("work", "what it does", NULL), kinds, 8);
	trail = dbgshm_trail_claim(
	    dbgshm_steps_create(
		dbgshm_profile_add("steps", "what comes next", NULL), 2, 4),
	    "main");

	import = dbgshm_operation_begin(work, IMPORT, "of the night");
	dbgshm_operation_progress(&import, 1, 3, "reading");
	part = dbgshm_operation_begin(work, READ, argv[1]);
	dbgshm_trail_step(trail, "open", argv[1]);
	if ((fifo = open(argv[1], O_RDONLY)) == -1) {
		perror(argv[1]);
		return (1);
	}
	dbgshm_trail_step(trail, "read", argv[1]);
	length = read(fifo, line, sizeof(line));
	dbgshm_trail_rest(trail);
	dbgshm_operation_end(
	    &part, length > 0 ? DBGSHM_OUTCOME_OK : DBGSHM_OUTCOME_FAILED);
	dbgshm_operation_end(&import, DBGSHM_OUTCOME_OK);
	for (;;)
		pause();
}
