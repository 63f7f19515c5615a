/*
 * objects.h - rows of many tables, or events of many logs, as one list.
 */
#ifndef OBJECTS_H
#define OBJECTS_H

#include "screen.h"
#include "spark.h"

struct object {
	const struct model_profile *profile;
	uint64_t profile_id; /* tree_id() of its path */
	size_t at;	     /* row of its table, event of its log */
	size_t column;	     /* of the table: which one is meant */
	uint8_t depth; /* so many it is a part of stand directly above it */
	bool lost;     /* no event, but those that were lost before it */
};

struct objects {
	const struct view *view;
	const struct scene *scene;
	struct object *list;
	size_t count, room;
	bool nested; /* depth is shown */
};

void objects_init(
    struct objects *, const struct view *, const struct scene *);
void objects_fini(struct objects *);
struct object *objects_add(
    struct objects *, const struct model_profile *, size_t at);

/* ---- what they are, for list sources over them --------------------------- */

const struct object *objects_at(const struct list_source *, size_t place);
const struct model_row *objects_row(const struct object *);
const struct model_event *objects_event(const struct object *);
uint64_t objects_row_id(const struct list_source *, size_t place);

double objects_rate(const struct object *, size_t column); /* NAN unknown */
bool objects_age(const struct objects *, uint64_t real_ns, double *age_ns);
	/* At the shown moment; false: the time is not known. */
char objects_mark(const struct objects *, const struct object *);
	/* In the margin of a row. */

size_t objects_column(const struct model_table *, const char *derived);
	/* A column that the reader has computed; SIZE_MAX none. */

/* ---- for sheets of rows -------------------------------------------------- */

void objects_draw_row(const struct view *, const struct scene *,
    const struct list_source *, size_t place, struct grid *, struct grid_rect);
void objects_want_row(
    struct view *, const struct scene *, const struct list_source *);
void objects_open_row(struct view *, const struct scene *,
    const struct list_source *, size_t place);
uint64_t objects_address(const struct list_source *, size_t place);
bool objects_marked(const struct list_source *, size_t place);

/* ---- words --------------------------------------------------------------- */

char *objects_clock(char *text, size_t size, uint64_t real_ns,
    const struct scene *, bool raw);
	/* 14:03:27.512, with the day when that is not today; all of it when
	 * raw. */

void objects_second(const struct objects *, uint64_t real_ns, char *text,
    size_t size);
	/* The same to the second. */

const char *objects_empty(const struct scene *, const char *otherwise);
	/* Why there are no rows: tables reach less far back than the rest. */

/* ---- ways ---------------------------------------------------------------- */

const struct model_profile *objects_profile(
    const struct model *, uint64_t id); /* tree_id() of its path; NULL none */

bool objects_reference(const struct model *, const struct model_cell *,
    struct subject *);
	/* Where a reference leads, by its text; the row may be gone.  False: it
	 * leads nowhere, or to a table that is not there. */

void objects_go(struct view *, const struct scene *, struct subject);
	/* To a row that may be gone: its screen says so. */

#endif
