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
	const char *host; /* that it runs on; NULL: this one */
	enum dbgshm_life state;
	const char *source; /* "own", "watched" or "private" (a watcher started
			       by this viewer; "watched" in JSON) */
	const char *reason; /* NULL, or why it is unreadable or damaged */
	uint64_t since_real_ns;			/* state began, 0 unknown */
	uint64_t start_real_ns; /* of the process, the same in every frame; 0
				   unknown */
	uint64_t uptime_ns, age_ns, size_bytes; /* UINT64_MAX unknown */
	uint64_t profiles, metrics, rows, alerts;
	uint64_t time_real_ns; /* of the frame */
	bool cut;	       /* stale because nothing comes from its host */
	bool past;	       /* all of it was so then, except its state */
	bool recorded;	       /* a snapshot: state and ages too are of
				  time_real_ns */
	bool recording;	       /* likewise, the end of a recording */
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
	/* GAUGE, FLOAT, UPDOWN: the high-water mark; time 0: none */
	union dbgshm_value peak;
	uint64_t peak_real_ns, peak_age_ns;
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

/* What a reference leads to. */
enum model_link_state {
	MODEL_LINK_LIVE,
	MODEL_LINK_FINISHED,
	MODEL_LINK_GONE /* stale: the row is another one now */
};
struct model_link {
	enum model_link_state state;
	const struct model_profile *profile; /* NULL: no such table */
	size_t row; /* of that profile's table; only while it is not gone, and
		       not in events */
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
	const char *text; /* TEXT, BLOB (hex), ENUM, REFERENCE ("path[12.3]"):
			     safe; else NULL */
	double rate;	  /* COUNTER: per second, else NAN */
	uint64_t age_ns;  /* TIME that is not 0: by the writer's clock */
	const struct model_link *link; /* REFERENCE: NULL refers to nothing */
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
	uint64_t started_real_ns, ended_real_ns; /* 0 unknown, or not yet */
	uint64_t ended_age_ns;			 /* of those that have ended */
	uint8_t depth; /* operations: how many of this table it is a part of,
			  directly above it in `order` */
	const struct model_cell *cells; /* table->column_count of them */
};

struct model_table {
	const struct model_column *columns;
	size_t column_count;
	const struct model_row *rows; /* in the natural order of the shape */
	size_t row_count;
	const size_t *order; /* for people: operations below what they are a
				part of, present steps first; NULL as rows */
	uint16_t shape;	     /* DBGSHM_SHAPE_* */
	uint32_t capacity;
	uint64_t dropped;
};

/* ---- events ------------------------------------------------------------- */

/* A kind of event. */
struct model_kind {
	const char *name, *text;
	uint8_t severity; /* DBGSHM_SEVERITY_* */
	const struct model_column *fields;
	size_t field_count;
};

struct model_event {
	const char *path; /* of its profile */
	const char *name; /* of its kind */
	const char *text; /* for people */
	bool named;	  /* the text begins with the name already */
	uint8_t severity;
	uint32_t ring;
	uint64_t id; /* of the event in its log */
	uint64_t lost; /* of its ring directly before this one */
	uint64_t mono_ns, real_ns;
	uint64_t age_ns; /* by the writer's clock */
	const char *const *field_names;
	const struct model_cell *fields;
	size_t field_count;
};

/* A log keeps so many at least, and at most; all logs together. */
#define MODEL_EVENTS 256
#define MODEL_EVENTS_MAX 4096
#define MODEL_EVENTS_ALL 16384

struct model_log {
	const struct model_kind *kinds;
	size_t kind_count;
	uint32_t ring_count, ring_size;
	const struct model_event *events; /* the newest first */
	size_t event_count;
};

struct model_profile {
	const char *path, *description, *help;
	uint8_t level;
	const char *source; /* "own" or "watched": which region it is from */
	size_t part, index; /* which of the sources that is, and its number
			       there */
	bool by_tick;	    /* its values change at ticks only */
	uint64_t age_ns;    /* since that region's last tick */
	const struct model_metric *metrics; /* see model_metrics() */
	size_t metric_count;
	struct model_private *lazy; /* whoever brings them up to date when they
				       are asked for; NULL: they are */
	const struct model_table *table; /* NULL none */
	const struct model_log *log;	 /* NULL none */
	bool past; /* it was so then */
	bool withheld; /* what is secret of it is not there */
	bool over; /* past, or what keeps its region is gone: ages end at... */
	uint64_t last_real_ns; /* ...the last moment that is known of it */
};

/* One of the regions that it is made from, as a file and as work. */
struct model_region {
	const char *source; /* "own", "watched", "private" */
	const char *path;   /* "" it has no name */
	const char *exe;    /* of the process that it is about, "" unknown */
	bool watched;	    /* about another process than its writer */
	uint16_t major, minor; /* of the format */
	pid_t writer_pid;
	uint64_t created_real_ns;
	uint64_t bytes_used, file_size;
	uint64_t tick_period_ns, tick_count, tick_late, tick_cost_ns;
	uint64_t drop_registrations, drop_rows, drop_busy;
	const char *limit; /* why there is less than there could be; NULL */
	uint64_t faults;   /* damaged parts left out */
	uint64_t read_ns;  /* that copying this frame took */
};

struct model {
	struct model_target target;
	uint64_t schema; /* another number whenever profiles, metrics and columns
			    were made anew; no two models have the same.  0: not
			    known */
	const struct model_region *regions;
	size_t region_count;
	const struct model_profile *profiles;
	size_t profile_count;
	uint64_t events_lost; /* of all logs so far */
	/* the rest is model.c's */
	struct model_private *private;
};

#define MODEL_SECRETS 1	 /* cells marked as secret are shown */
#define MODEL_NO_USERS 2 /* users stay numbers: no look into a database */
#define MODEL_RAW 4	 /* numbers in texts of events are not scaled */
#define MODEL_LAZY 8 /* values of metrics are made when they are asked for, from
			the frame that the readers hold then */

struct model *model_create(unsigned flags);
void model_destroy(struct model *);

/* One region that a model is made from. */
struct model_source {
	struct dbgshm_reader *reader;
	struct dbgshm_events *events; /* of that reader; NULL: no events */
	const char *name; /* "own", "watched" or "private" */
	const char *path; /* of the file, "" when it has no name */
	uid_t user;	  /* whose process it is about */
	bool recording; /* of a FILE.rec */
	const char *host; /* that it is of, safe; NULL: this one */
	bool carried;	  /* from there, again and again: no recording */
	uint64_t stale_real_ns; /* nothing has come since; 0 it does */
	uint64_t said_real_ns;	/* when it was last heard of, by its host's
				   clock */
	const char *why;	/* it is stale; safe */
	bool absent; /* it was not there at the moment that is shown: nothing of
			it is in the model, but it keeps its paths and its place
			among the others */
};

int model_update(
    struct model *, const struct model_source sources[], size_t count);
	/* Refreshes each reader and rebuilds the model; 0, or -1 and errno when
	 * none could be read (the old model stays).  Everything that the model
	 * points at is valid until the next call. */

void model_show(struct model *, const struct model_source sources[],
    size_t count, uint64_t at_real_ns);
	/* The same from what the readers hand out now: moments of the past.
	 * Rates come from the moment shown before.  Ages of values are counted
	 * to at_real_ns; events are those that were heard before. */

void model_forget(struct model *);
	/* No rates over what was before. */

void model_remember(struct model *, const struct model *present);
	/* What a model of the past shows of events: those that another one of
	 * the same regions has heard, up to each moment.  That one has to stay,
	 * and what was shown is valid until it is brought up to date. */

void model_life(
    struct model *, const struct model_source sources[], size_t count);
	/* Only what has become of the target, by readers that were refreshed. */

bool model_over(const struct model *);
	/* Nothing new will come of its target, as far as is known. */

void model_until(struct model *, uint64_t real_ns);
	/* No event from then on is kept. */

uint64_t model_metric_id(size_t part, const struct dbgshm_metric_info *);
uint64_t model_row_id(const struct dbgshm_row_info *);
	/* What a model calls the same one.  part: which of its sources. */

bool model_by_tick(
    const struct dbgshm_reader *, const struct dbgshm_profile_info *);
	/* The values of that profile change at ticks only. */

uint64_t model_names(const struct dbgshm_reader *);
	/* A number for what is in a region: another one when a record has come
	 * or gone. */

void model_listen(struct model *,
    bool (*heard)(const struct model_event *, void *), void *context);
	/* From now on each update hands every new event over, the oldest first,
	 * instead of keeping the newest.  What it points at is valid until the
	 * update is over when heard() returns true, else until it returns.  Its
	 * age is not set. */

const struct model_profile *model_profile(
    const struct model *, const char *path); /* NULL not there */

void model_settle(const struct model_profile *);
	/* Its metrics are those of the frame. */

static inline const struct model_metric *
model_metrics(const struct model_profile *profile)
{
	if (profile->lazy != NULL)
		model_settle(profile);
	return (profile->metrics);
}

#endif
