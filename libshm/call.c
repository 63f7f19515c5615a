/*
 * call.c - recording as symbols that can be called, for languages that cannot
 * compile what writer.h holds.
 */
#include "region.h"

void
dbgshm_call_counter_add(struct dbgshm_counter counter, uint64_t n)
{
	dbgshm_counter_add(counter, n);
}

void
dbgshm_call_gauge_set(struct dbgshm_gauge gauge, int64_t value)
{
	dbgshm_gauge_set(gauge, value);
}

void
dbgshm_call_histogram_record(struct dbgshm_histogram histogram, uint64_t value)
{
	dbgshm_histogram_record(histogram, value);
}
