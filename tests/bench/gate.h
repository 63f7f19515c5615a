/* gate.h - what the cases of gate.c record into, and how they loop. */
#ifndef GATE_H
#define GATE_H

#include <dbgshm/events.h>
#include <dbgshm/shapes.h>

#define HANDLES 64
#define RECENT 1024 /* finished rows of a table that is full of them */
#define FEW 1000    /* N1 */
#define MANY 3000   /* N2; gate.sh divides by MANY - FEW */
#define ROUNDS(n) for (uint64_t i = 0; i < (n); i++)
#define FORGET __asm__ volatile("" ::: "memory")
#define USE(x) __asm__ volatile("" ::"r"(x) : "memory")

struct gate {
	struct dbgshm_counter counters[HANDLES];
	struct dbgshm_gauge gauge;
	struct dbgshm_histogram histogram;
	struct dbgshm_row row;
	struct dbgshm_log *log;
	struct dbgshm_event event;
	struct dbgshm_table *recent;
	struct dbgshm_operations *operations;
	struct dbgshm_operation operation;
	const struct gate_shapes *shapes;
	uint64_t values[HANDLES];
};

#endif
