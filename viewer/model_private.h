/*
 * model_private.h - what model.c and model_schema.c share.
 *
 * Two lifetimes: names live in the schema arena until a schema changes, values
 * in one of two frame arenas that take turns, so that the frame before is still
 * there to take rates from.
 */
#ifndef MODEL_PRIVATE_H
#define MODEL_PRIVATE_H

#include "arena.h"
#include "model.h"

#define MODEL_READERS_MAX 4

/* Where a profile of the model comes from. */
struct model_origin {
	size_t reader, index;
	size_t metric_first; /* in model_private.metrics */
	bool by_tick;	     /* its values change at ticks only */
};

/* Which region a reader reads, and at what state of its schema. */
struct model_identity {
	const struct dbgshm_reader *reader;
	uint64_t created, generation;
	pid_t writer, pid;
};

/* The clocks of one reader at one frame. */
struct model_clocks {
	uint64_t frame_ns, tick_ns; /* 0: no frame before */
	bool late;		    /* its ticks have stopped */
};

struct model_private {
	unsigned flags; /* MODEL_* */
	struct arena schema, frames[2];
	unsigned turn;

	struct model_identity identity[MODEL_READERS_MAX];
	struct model_clocks clocks[MODEL_READERS_MAX];
	struct model_clocks before[MODEL_READERS_MAX];
	bool dead[MODEL_READERS_MAX]; /* its clocks may be of another boot */
	size_t reader_count;

	struct model_profile *profiles;
	struct model_origin *origins;  /* one a profile */
	struct model_table *tables;    /* one a profile, unused ones empty */
	struct model_column **columns; /* one a profile, or NULL */
	struct model_metric *metrics;
	bool *known; /* one a metric: it was in the frame before */
	size_t metric_count;
};

void model_build_schema(
    struct model *model, const struct model_source sources[], size_t count);
	/* Names of all profiles, metrics and columns.  What was there before
	 * keeps its value and rate. */

#endif
