/*
 * model.h - what a target looks like at one moment, ready to be shown.
 *
 * Made from frames of one or two readers (a process's own region and the one
 * that an agent keeps about it).  All text in it has gone through safe.c: this
 * is the boundary, nothing behind it sanitises again.  Rates come from the pair
 * of this frame and the one before, by the writer's clock.
 */
#ifndef MODEL_H
#define MODEL_H

#include <dbgshm/reader.h>

#include <stdbool.h>

struct model_target {
	pid_t pid;
	const char *name; /* safe text */
	const char *user; /* login name or decimal uid */
	const char *version;
	const char *path; /* of the region, "" when unnamed */
	enum dbgshm_life state;
	const char *source; /* "own", "watched" or "private" (a watcher started
			       by this viewer; "watched" in JSON) */
	const char *reason; /* NULL, or why it is unreadable or damaged */
	uint64_t since_real_ns;			/* state began, 0 unknown */
	uint64_t uptime_ns, age_ns, size_bytes; /* UINT64_MAX unknown */
	uint64_t profiles, metrics, rows, alerts;
	uint64_t time_real_ns; /* of the frame */
	uint64_t faults;       /* damaged parts left out */
};

struct model_metric {
	const char *name;
	const char *labels; /* {key="value",...} or "" */
	const char *help;
	uint8_t kind, unit, level;
	union dbgshm_value value; /* histograms: u is the count */
	double rate;		  /* per second; NAN until two frames, or not a
				     counter or histogram */
	uint64_t id;		  /* stays the same while the region lives */
	/* histograms */
	uint64_t sum, min, max, p50, p90, p99, p999;
	const uint64_t *buckets;
	size_t bucket_count;
	/* labels one by one, for JSON */
	struct model_label {
		const char *key, *value;
	} * label;
	size_t label_count;
};

struct model_cell {
	uint8_t type; /* DBGSHM_TYPE_* */
	bool hidden;  /* secret and not asked for */
	bool cut;
	union {		    /* by type: */
		uint64_t u; /* TIME: ns since 1970, 0 never; BOOL, ENUM, ... */
		int64_t i;  /* SIGNED */
		double d;   /* FLOAT */
	};
	const char *text; /* TEXT, BLOB (hex), ENUM: safe; else NULL */
	double rate;	  /* COUNTER: per second, else NAN */
};

struct model_column {
	const char *name, *help;
	uint8_t type, unit, flags, level;
	uint16_t width;
};

struct model_row {
	uint64_t id;   /* slot and generation: stays on its object */
	char name[32]; /* "12.3" */
	enum dbgshm_row_state state;
	const struct model_cell *cells; /* table->column_count of them */
};

struct model_table {
	const struct model_column *columns;
	size_t column_count;
	const struct model_row *rows;
	size_t row_count;
	uint32_t capacity;
	uint64_t dropped;
};

struct model_profile {
	const char *path, *description, *help;
	uint8_t level;
	const char *source; /* "own" or "watched": which region it is from */
	uint64_t age_ns;    /* since that region's last tick */
	const struct model_metric *metrics;
	size_t metric_count;
	const struct model_table *table; /* NULL none */
};

struct model {
	struct model_target target;
	const struct model_profile *profiles;
	size_t profile_count;
	/* the rest is model.c's */
	struct model_private *private;
};

#define MODEL_SECRETS 1	 /* cells marked as secret are shown */
#define MODEL_NO_USERS 2 /* users stay numbers: no look into a database */

struct model *model_create(unsigned flags);
void model_destroy(struct model *);

/* One region that a model is made from. */
struct model_source {
	struct dbgshm_reader *reader;
	const char *name; /* "own", "watched" or "private" */
	const char *path; /* of the file, "" when it has no name */
	uid_t user;	  /* whose process it is about */
};

int model_update(
    struct model *, const struct model_source sources[], size_t count);
	/* Refreshes each reader and rebuilds the model; 0, or -1 and errno when
	 * none could be read (the old model stays).  Everything that the model
	 * points at is valid until the next call. */

const struct model_profile *model_profile(
    const struct model *, const char *path); /* NULL not there */

#endif
