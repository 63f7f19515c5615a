/*
 * ust_ops.c - an event of LTTng-UST that no session records.
 *
 *	ust_ops [ROUNDS]	see turns.h
 */
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "tests/bench/peers/ust_ops.tp"

#include "../turns.h"

static void
inactive(void *context, int thread, uint64_t n)
{
	uint64_t words[8] = { 0 };

	(void)context;
	(void)thread;
	TIMES(n)
	{
		lttng_ust_tracepoint(bench, inactive, words);
		FORGET;
	}
}

static const struct turn turns[] = {
	{ .name = "ust_inactive", .body = inactive },
};

int
main(int argc, char *argv[])
{
	return (turns_run(
	    turns, sizeof(turns) / sizeof(turns[0]), NULL, NULL, argc, argv));
}
