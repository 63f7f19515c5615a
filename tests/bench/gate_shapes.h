/* gate_shapes.h - the cases of gate.c for the ready-made tables. */
#ifndef GATE_SHAPES_H
#define GATE_SHAPES_H

#include "gate.h"

struct gate_shapes {
	struct dbgshm_trail trail;
	struct dbgshm_heart heart;
	struct dbgshm_queue queue;
	struct dbgshm_limit limit;
	struct dbgshm_worker worker;
	struct dbgshm_schedule schedule;
	struct dbgshm_pairs *pairs;
	struct dbgshm_errors *errors;
};

static inline struct dbgshm_profile *
shape_profile(const char *path)
{
	return (dbgshm_profile_add(path, "a shape", NULL));
}

/* When off, all of it stays zero. */
static inline void
gate_shapes_set_up(struct gate_shapes *shapes)
{
	shapes->trail = dbgshm_trail_claim(
	    dbgshm_steps_create(shape_profile("steps"), 4, 16), "trail");
	shapes->heart = dbgshm_heart_claim(
	    dbgshm_heartbeats_create(shape_profile("hearts"), 4), "heart", 9);
	shapes->queue = dbgshm_queue_claim(
	    dbgshm_queues_create(shape_profile("queues"), 4), "queue", 9);
	shapes->limit = dbgshm_limit_claim(
	    dbgshm_limits_create(shape_profile("limits"), 4), "limit", 9);
	shapes->worker = dbgshm_worker_claim(
	    dbgshm_workers_create(shape_profile("workers"), 4), "worker");
	shapes->schedule = dbgshm_schedule_claim(
	    dbgshm_schedules_create(shape_profile("jobs"), 4), "job", 9);
	shapes->pairs = dbgshm_pairs_create(shape_profile("pairs"), RECENT);
	shapes->errors = dbgshm_errors_create(shape_profile("errors"), 64);
}

static __attribute__((noinline, unused)) void
step(const struct gate *gate, uint64_t n)
{
	struct dbgshm_trail trail = gate->shapes->trail;

	ROUNDS(n)
	{
		dbgshm_trail_step(trail, "open", "sixteen bytes...");
		FORGET;
	}
}

static __attribute__((noinline, unused)) void
heartbeat(const struct gate *gate, uint64_t n)
{
	struct dbgshm_heart heart = gate->shapes->heart;

	ROUNDS(n)
	{
		dbgshm_heart_beat(heart, 1000);
		FORGET;
	}
}

static __attribute__((noinline, unused)) void
queue_put(const struct gate *gate, uint64_t n)
{
	struct dbgshm_queue queue = gate->shapes->queue;

	ROUNDS(n)
	{
		dbgshm_queue_put(queue, 1);
		FORGET;
	}
}

static __attribute__((noinline, unused)) void
limit_wait(const struct gate *gate, uint64_t n)
{
	struct dbgshm_limit limit = gate->shapes->limit;

	ROUNDS(n)
	{
		dbgshm_limit_waited(limit, dbgshm_limit_wait(limit, "who"));
		FORGET;
	}
}

static __attribute__((noinline, unused)) void
worker_job(const struct gate *gate, uint64_t n)
{
	struct dbgshm_worker worker = gate->shapes->worker;

	ROUNDS(n)
	{
		dbgshm_worker_busy(worker, "sixteen bytes...");
		dbgshm_worker_idle(worker);
		FORGET;
	}
}

static __attribute__((noinline, unused)) void
schedule_run(const struct gate *gate, uint64_t n)
{
	struct dbgshm_schedule schedule = gate->shapes->schedule;

	ROUNDS(n)
	{
		dbgshm_schedule_begin(schedule);
		dbgshm_schedule_end(schedule, i, DBGSHM_OUTCOME_OK, 9);
		FORGET;
	}
}

static __attribute__((noinline, unused)) void
pair(const struct gate *gate, uint64_t n)
{
	struct dbgshm_pairs *pairs = gate->shapes->pairs;

	ROUNDS(n)
	{
		dbgshm_pair_open(pairs, i, "sixteen bytes...");
		dbgshm_pair_close(pairs, i);
		FORGET;
	}
}

static __attribute__((noinline, unused)) void
error_again(const struct gate *gate, uint64_t n)
{
	struct dbgshm_errors *errors = gate->shapes->errors;

	ROUNDS(n)
	{
		dbgshm_error_record(errors, 2, "open", "sixteen bytes...");
		FORGET;
	}
}

#endif
