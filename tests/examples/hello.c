/* hello.c - the program of the README: one counter, ten times a second. */
#include <dbgshm/writer.h>
#include <unistd.h>

int
main(void)
{
	struct dbgshm_counter greetings = { 0 };

	dbgshm_init(&(struct dbgshm_options){
	    .sampling = DBGSHM_SAMPLER_THREAD, .state = DBGSHM_PUBLISHED });
	dbgshm_counter_create(
	    dbgshm_profile_add("hello", "how often we said hello", NULL),
	    &(struct dbgshm_metric){ .name = "greetings" }, &greetings);
	for (;; usleep(100000))
		dbgshm_counter_add(greetings, 1);
}
