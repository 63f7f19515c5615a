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

#include <math.h>

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
	bool absent;
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

/* A reference in an event: its profile is found again when names change. */
struct model_event_link {
	struct model_link link;
	const char *path;
	struct model_event_link *next;
};

/*
 * The newest events of a log.  They stand in one array that fills from its end
 * to its beginning, so that the newest come first.  What they point at lies in
 * batches of MODEL_EVENTS; the oldest batch goes when the log has its share.
 */
#define MODEL_BATCHES (MODEL_EVENTS_MAX / MODEL_EVENTS)
struct model_feed {
	struct model_feed *next;
	char *path;
	uint64_t created; /* of its region */
	size_t reader;
	bool claimed;
	struct model_event *events;
	size_t first, count, room;
	struct model_batch {
		struct arena arena;
		struct model_event_link *links;
		size_t count;
	} batches[MODEL_BATCHES];
	size_t oldest, batch_count; /* of batches, which take turns */
};

/* What was said of a profile's metrics at the frame before. */
enum model_manner {
	MODEL_MANNER_NEW,   /* nothing yet */
	MODEL_MANNER_RATES, /* with rates, or those that still hold */
	MODEL_MANNER_NONE   /* without */
};
struct model_pace {
	uint32_t update; /* at which its metrics were brought up to date */
	enum model_manner manner;
	size_t warm; /* so many have a rate that is not 0: in model_private.warm */
	bool lively; /* has others than counters... */
	uint64_t now_ns; /* ...which were looked at then */
};

/* The interval that rates of a profile are taken over. */
struct model_interval {
	uint64_t from_ns, to_ns;
	bool rates; /* there is one */
	bool held;  /* there is none, but the last rate still holds */
};

/* What was seen of a region's writer, and when. */
struct model_looked {
	const struct dbgshm_reader *reader;
	enum dbgshm_life life;
	uint64_t when_ns;
};

struct model_private {
	unsigned flags; /* MODEL_* */
	struct model_looked looked[MODEL_READERS_MAX];
	struct arena schema, frames[2];
	unsigned turn;
	uint64_t past_ns; /* the moment that is asked for; 0 the present */
	uint64_t until_ns; /* of events; 0 no end */

	struct model_identity identity[MODEL_READERS_MAX];
	struct model_clocks clocks[MODEL_READERS_MAX];
	struct model_clocks before[MODEL_READERS_MAX];
	bool dead[MODEL_READERS_MAX]; /* its clocks may be of another boot */
	bool carried[MODEL_READERS_MAX]; /* an image, and no recording */
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

	/* What has not moved is not looked at again: */
	uint64_t seen[MODEL_READERS_MAX]; /* frames of this update; 0 none */
	uint64_t was[MODEL_READERS_MAX];  /* of the one before */
	struct dbgshm_reader *readers[MODEL_READERS_MAX];
	struct model_pace *paces; /* one a profile */
	struct dbgshm_moved *moved; /* of the profile that is updated */
	size_t *warm; /* one a metric; those of a profile follow each other */
	uint32_t *serial; /* one a metric: of the update that it moved in */
	uint32_t updates, schema_update; /* names were made at that one */

	struct model_feed *all_feeds;
	const struct model *present; /* whose events are remembered */
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

uint64_t model_age(
    const struct model_private *, const struct dbgshm_info *, bool dead);
	/* Since the region's last tick; in the past before the moment that was
	 * asked for. */

/* ---- model_target.c: the process --------------------------------------------- */

void model_update_target(struct model *, const struct model_source sources[],
    size_t count, const enum dbgshm_life lives[]);

/* ---- model_table.c: rows ---------------------------------------------------- */

/* Per second from two readings of something that only grows; NAN when it fell. */
static inline double
model_rate(uint64_t before, uint64_t now, const struct model_interval *interval)
{
	if (now < before || interval->to_ns <= interval->from_ns)
		return (NAN);
	return ((double)(now - before) * 1e9 /
	    (double)(interval->to_ns - interval->from_ns));
}

bool model_tells_secrets(
    const struct model_private *, const struct dbgshm_reader *);
	/* They were asked for, and are there. */

struct model_cell model_make_cell(struct model_private *, size_t reader,
    struct dbgshm_reader *, struct arena *, const struct dbgshm_cell *raw,
    const struct model_column *column);

void model_update_table(struct model_private *, size_t profile,
    struct dbgshm_reader *, size_t table, const struct model_interval *);

/* ---- model_look.c ----------------------------------------------------------- */

enum dbgshm_life model_look(
    struct model_private *, size_t part, struct dbgshm_reader *);

/* ---- model_region.c --------------------------------------------------------- */

void model_update_regions(
    struct model *, const struct model_source sources[], size_t count);

/* ---- model_event.c: events -------------------------------------------------- */

void model_build_log(struct model_private *, size_t profile,
    struct dbgshm_reader *, size_t log);
	/* Its kinds, and what it has said before. */
void model_drop_feeds(struct model_private *, bool all);
	/* Those of logs that are gone. */
void model_relink_events(struct model *);
	/* References in events, after names were made again. */
void model_update_events(
    struct model *, const struct model_source sources[], size_t count);

#endif
