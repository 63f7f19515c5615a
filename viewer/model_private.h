/*
 * model_private.h - what the files of the model share.
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
};

/* Which region a reader reads, and at what state of its schema. */
struct model_identity {
	const struct dbgshm_reader *reader;
	uint64_t created, generation;
	uint64_t names; /* in the past, where one generation has many */
	pid_t writer, pid;
};

/* The clocks of one reader at one frame. */
struct model_clocks {
	uint64_t frame_ns, tick_ns; /* 0: no frame before */
	bool late;		    /* its ticks have stopped */
};

/* Where a row of a table is, by its id. */
struct model_place {
	uint64_t id;
	const struct model_row *row;
};

/*
 * The newest events of a log.  They are collected in two batches that take
 * turns: of the full one and the one that fills, the last MODEL_EVENTS are always
 * there.
 */
struct model_feed {
	struct model_feed *next;
	char *path;
	uint64_t created; /* of its region */
	size_t reader;
	bool claimed;
	unsigned turn;
	struct model_batch {
		struct arena arena;
		struct model_event events[MODEL_EVENTS];
		size_t count;
	} batches[2];
};

/* The interval that rates of a profile are taken over. */
struct model_interval {
	uint64_t from_ns, to_ns;
	bool rates; /* there is one */
	bool held;  /* there is none, but the last rate still holds */
};

struct model_private {
	unsigned flags; /* MODEL_* */
	struct arena schema, frames[2];
	unsigned turn;
	uint64_t past_ns; /* the moment that is asked for; 0 the present */
	uint64_t until_ns; /* of events; 0 no end */

	struct model_identity identity[MODEL_READERS_MAX];
	struct model_clocks clocks[MODEL_READERS_MAX];
	struct model_clocks before[MODEL_READERS_MAX];
	bool dead[MODEL_READERS_MAX]; /* its clocks may be of another boot */
	size_t first[MODEL_READERS_MAX]; /* its first profile */
	size_t reader_count;

	struct model_profile *profiles;
	struct model_origin *origins;  /* one a profile */
	struct model_table *tables;    /* one a profile, unused ones empty */
	struct model_column **columns; /* one a profile, or NULL */
	struct model_place **places; /* one a profile: its rows by id, or NULL */
	struct model_log *logs;	     /* one a profile, unused ones empty */
	struct model_feed **feeds;   /* one a profile, or NULL */
	struct model_metric *metrics;
	bool *known; /* one a metric: it was in the frame before */
	size_t metric_count;

	struct model_feed *all_feeds;
	struct arena heard_arena; /* of the events that are handed over */
	bool keep_heard;
	bool (*heard)(const struct model_event *, void *);
	void *heard_context;
};

void model_build_schema(
    struct model *model, const struct model_source sources[], size_t count);
	/* Names of all profiles, metrics and columns.  What was there before
	 * keeps its value and rate. */

struct model_column *model_build_columns(struct arena *arena,
    const struct dbgshm_column_info *columns, size_t count);

/* ---- model_table.c: rows ---------------------------------------------------- */

double model_rate(
    uint64_t before, uint64_t now, const struct model_interval *interval);
	/* Per second from two readings of something that only grows; NAN when
	 * it fell. */

struct model_cell model_make_cell(struct model_private *, size_t reader,
    struct dbgshm_reader *, struct arena *, const struct dbgshm_cell *raw,
    const struct model_column *column);

void model_update_table(struct model_private *, size_t profile,
    struct dbgshm_reader *, size_t table, const struct model_interval *);

/* ---- model_event.c: events -------------------------------------------------- */

void model_build_log(struct model_private *, size_t profile,
    struct dbgshm_reader *, size_t log);
	/* Its kinds, and what it has said before. */
void model_drop_feeds(struct model_private *, bool all);
	/* Those of logs that are gone. */
void model_update_events(
    struct model *, const struct model_source sources[], size_t count);

#endif
