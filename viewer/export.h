/*
 * export.h - values on their way to other systems.
 *
 * What is exported is a set of families (one thing that is measured, of all
 * programs), each with series (one for each program, labels and row), each with
 * points in time: one, or those of a history.  Who fills a set knows no format;
 * who writes one knows no region.
 */
#ifndef VIEWER_EXPORT_H
#define VIEWER_EXPORT_H

#include "arena.h"
#include "model.h"
#include "pattern.h"

#include <stdbool.h>
#include <stdio.h>

enum export_type {
	EXPORT_COUNTER,
	EXPORT_GAUGE,
	EXPORT_HISTOGRAM,
	EXPORT_INFO, /* always 1: its labels say something */
	EXPORT_TYPES
};

/* How the word of a point is to be read. */
enum export_form { EXPORT_U64, EXPORT_I64, EXPORT_DOUBLE };

struct export_target {
	const char *program;
	unsigned number; /* of those of that name, from 1: NAME:2 */
	pid_t pid;
	bool stamped; /* its points are of a time that is over */
};

struct export_family {
	const char *name; /* in base units, without _total; see export_name.h */
	const char *base; /* the unit of it: "seconds"; NULL none */
	const char *help; /* never empty, once the set is settled */
	const char *path, *metric; /* what it is called here */
	enum export_type type;
	uint8_t unit; /* DBGSHM_UNIT_* of the points */
	bool rows;    /* it is a column of a table */
	bool stamp;   /* points are times, ns since 1970 */
	bool fixed;   /* the name is not made from path and metric */
	struct export_series **series; /* by target, then labels */
	size_t series_count, series_room;
};

struct export_label {
	const char *key; /* fit for other systems, see export_keys() */
	const char *value;
};

#define EXPORT_BOUNDS 32
struct export_bounds { /* of the buckets of a histogram, inclusive */
	uint64_t high[EXPORT_BOUNDS];
	size_t count;
};

struct export_series {
	struct export_family *family;
	const struct export_target *target;
	const struct export_label *labels; /* by key */
	size_t label_count;
	const char *own;   /* labels as they are called here, or "" */
	const char *kind;  /* "counter", "duration", ... */
	const char *row;   /* "12.3", NULL */
	enum export_form form;
	struct export_point {
		uint64_t real_ns;
		union dbgshm_value value; /* histograms: u is the count */
		/* histograms: for each bound, how many do not exceed it; the
		 * sum comes first */
		const struct export_bounds *bounds;
		const uint64_t *below;
	} * points; /* times ascend */
	size_t point_count, point_room;
	size_t order; /* in which it came */
};

struct export_set {
	struct export_family **families; /* by name, once it is settled */
	size_t family_count, family_room;
	size_t series_count, point_count;
	size_t late; /* points that were not after the one before them */
	struct arena arena;
	const struct export_bounds *bounds; /* the last that were made */
	struct export_table {
		struct export_slot {
			uint64_t hash;
			void *thing;
		} * slots;
		size_t room, used;
	} by_name, by_labels, by_id;
};

/* ---- a set (export_set.c) --------------------------------------------------- */

void export_free(struct export_set *set); /* begin with an all-zero one */

struct export_family *export_family(
    struct export_set *set, const struct export_family *like);
	/* The one with that path, metric, type, unit and rows; of a new one all
	 * texts are copied. */

struct export_series *export_series(struct export_set *set,
    struct export_family *family, const struct export_series *like);
	/* The one with that target and labels; likewise. */

struct export_series *export_known(const struct export_set *set,
    const struct export_target *target, uint64_t id);
void export_know(struct export_set *set, struct export_series *series,
    uint64_t id);
	/* The series of a metric, by its number there; NULL: never seen. */

struct export_point *export_point(struct export_set *set,
    struct export_series *series, uint64_t real_ns, union dbgshm_value value);
	/* NULL: it has one of that time or a later one. */

void export_settle(struct export_set *set);
	/* Gives names and puts all in order; nothing is added any more. */

/* ---- from a model (export_model.c) -------------------------------------------- */

#define EXPORT_PARTS 2 /* regions that a target has at most */

struct export_from {
	struct export_set *set;
	struct export_target *target;
	const struct model *model;
	struct patterns *patterns; /* resolved */
	uint8_t level;
	/* of the values, by model_profile.part; 0: the last that there were */
	uint64_t real_ns[EXPORT_PARTS];
};

void export_model(const struct export_from *from);
	/* Its metrics; of tables the columns that are asked for, and those of
	 * tables whose rows are few and keep their names. */

void export_about(const struct export_from *from, bool values);
	/* What is known of the target itself; values: it has some. */

/* ---- formats, one file each ----------------------------------------------------- */

struct export_format {
	const char *name;
	bool times; /* points can have a time of their own */
	void (*write)(FILE *file, const struct export_set *set);
};

extern const struct export_format export_prom, export_openmetrics,
    export_jsonl, export_csv;

const struct export_format *export_format_find(const char *name);

#endif
