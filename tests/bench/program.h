/* program.h - a program with two threads that count what a load says. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "loads.h"

#include <dbgshm/writer.h>

#include <pthread.h>
#include <stdbool.h>

#define SECOND UINT64_C(1000000000)

/* What is run. */
struct run {
	enum load_name load;
	size_t metrics; /* 0: as many as were recorded */
	size_t ticks;
	uint64_t history_bytes; /* 0 default */
	bool reach;		/* how far back it reaches is looked at */
};

union handle {
	struct dbgshm_counter counter;
	struct dbgshm_gauge gauge;
};

struct program {
	struct load load;
	uint64_t *last; /* values of the tick before */
	union handle *handles;
	pthread_barrier_t turn;
	bool over;
};

static inline bool
counts(const struct program *program, size_t i)
{
	return (program->load.kinds[i] <= LOAD_COUNTS);
}

/* Every second metric, so that counters lie in the cells of two threads. */
static inline void
record(struct program *program, size_t first)
{
	const struct load *load = &program->load;
	double value;

	for (size_t i = first; i < load->count; i += 2) {
		if (load->values[i] == program->last[i])
			continue;
		if (counts(program, i)) {
			dbgshm_counter_add(program->handles[i].counter,
			    load->values[i] - program->last[i]);
		} else if (load->kinds[i] == LOAD_NOISE) {
			memcpy(&value, &load->values[i], sizeof(value));
			dbgshm_float_set(program->handles[i].gauge, value);
		} else {
			dbgshm_gauge_set(program->handles[i].gauge,
			    (int64_t)load->values[i]);
		}
		program->last[i] = load->values[i];
	}
}

static inline void *
second_thread(void *argument)
{
	struct program *program = argument;

	for (;;) {
		pthread_barrier_wait(&program->turn);
		if (program->over)
			return (NULL);
		record(program, 1);
		pthread_barrier_wait(&program->turn);
	}
}

static inline void
program_start(struct program *program, const struct run *run,
    const struct recording *past)
{
	struct dbgshm_options options = { .sampling = DBGSHM_SAMPLER_TICK,
		.state = DBGSHM_PUBLISHED,
		.name = "bench",
		.max_bytes = 256 << 20,
		.shards = 2,
		.history_bytes = run->history_bytes };
	struct dbgshm_profile *profile;
	char name[32];
	int error;

	load_start(&program->load, run->load,
	    run->metrics != 0 ? run->metrics : past->count, past);
	program->last = load_memory(program->load.count, 8);
	program->handles =
	    load_memory(program->load.count, sizeof(*program->handles));
	if (dbgshm_init(&options) == -1)
		err(1, "dbgshm_init");
	profile = dbgshm_profile_add("bench", "what is measured", NULL);
	for (size_t i = 0; i < program->load.count; i++) {
		snprintf(name, sizeof(name), "metric%zu", i);
		if (counts(program, i))
			error = dbgshm_counter_create(profile,
			    &(struct dbgshm_metric){ .name = name },
			    &program->handles[i].counter);
		else
			error = (program->load.kinds[i] == LOAD_NOISE
				? dbgshm_float_create
				: dbgshm_gauge_create)(profile,
			    &(struct dbgshm_metric){ .name = name },
			    &program->handles[i].gauge);
		if (error == -1)
			err(1, "%s", name);
	}
	pthread_barrier_init(&program->turn, NULL, 2);
}

#endif
