/*
 * schema.h - what schema.c and record.c share while a schema is made.
 */
#ifndef DBGSHM_SCHEMA_H
#define DBGSHM_SCHEMA_H

#include "view.h"

#define DBGSHM_FIRST_OFFSET 64 /* of descriptors and of strings */

struct dbgshm_build {
	struct dbgshm_schema *schema;
	const struct dbgshm_layout *layout;
	struct dbgshm_sink *sink;
	uint16_t minor;	 /* of the region: what its reserved bytes may mean */
	uint64_t base;	 /* file offset of the descriptor section */
	uint64_t budget; /* bytes of text that may still be looked at */
	uint64_t *gauge_taken, *shard_taken; /* a bit for each word */
	size_t label_count; /* of the metrics that were right */
};

/* A profile record, shown or not, so that children find it. */
struct dbgshm_parent {
	uint32_t offset;
	uint32_t profile; /* index, or DBGSHM_NOT_SHOWN */
};
#define DBGSHM_NOT_SHOWN UINT32_MAX

/* A record that the first pass took. */
struct dbgshm_item {
	uint32_t offset;  /* section offset */
	uint32_t profile; /* index of its profile */
	uint32_t peak;	  /* metrics: first of two gauge words, 0 none */
};

struct dbgshm_items {
	struct dbgshm_item *list;
	size_t count, room;
};

struct dbgshm_walk {
	struct dbgshm_build build;
	struct dbgshm_parent *parents;
	size_t parent_count, parent_room;
	size_t profile_count;
	struct dbgshm_items metrics, tables, logs, kinds;
	size_t column_count; /* of tables, derived ones too, and fields */
};

/* Where the data of a table or log lie. */
struct dbgshm_span {
	uint64_t offset, size;
};

/* The second pass puts columns and names behind those that are there. */
struct dbgshm_filled {
	size_t columns, names, names_room;
};

/* record.c: each says whether the record can be shown; at: its file offset. */
bool dbgshm__record_profile(struct dbgshm_build *, uint64_t at,
    const struct dbgshm_desc_profile *);
bool dbgshm__record_metric(struct dbgshm_build *, uint64_t at,
    const struct dbgshm_desc_metric *, uint32_t *peak);
bool dbgshm__record_table(struct dbgshm_build *, uint64_t at,
    const struct dbgshm_desc_table *, uint64_t size);
bool dbgshm__record_column(struct dbgshm_build *, uint64_t at,
    const struct dbgshm_desc_table *, const struct dbgshm_desc_column *,
    uint16_t *name_count);
	/* Without a table: a field of an event, which has no place of its own. */

/* Texts that were found right. */
struct dbgshm_text dbgshm__text_at(
    const struct dbgshm_schema *, uint32_t offset, uint32_t length);
bool dbgshm__text_fits(struct dbgshm_build *, uint64_t at, const char *what,
    uint32_t offset, uint32_t length);
bool dbgshm__name_fits(struct dbgshm_build *, uint64_t at, const char *what,
    uint32_t offset, uint32_t length, bool path);
	/* A name that people type: there, and of the right characters. */
struct dbgshm_text dbgshm__list_next(const char **bytes);
	/* The next text of a list in which every text ends with NUL. */

/* schema.c */
const void *dbgshm__record_at(const struct dbgshm_schema *, uint32_t offset);
const struct dbgshm_parent *dbgshm__parent_shown(
    struct dbgshm_walk *, uint64_t at, const struct dbgshm_desc *);
	/* The profile of a record; NULL when the record is not to be shown. */
int dbgshm__add_item(
    struct dbgshm_items *, uint32_t offset, uint32_t profile, uint32_t peak);
int dbgshm__drop_overlaps(struct dbgshm_walk *, struct dbgshm_items *,
    const char *what, struct dbgshm_span (*span)(const void *record));
	/* Of two whose data share bytes the one registered later is out; so is
	 * a second one of its profile.  0 or ENOMEM. */
void *dbgshm__grow(void *array, size_t count, size_t *room, size_t size);
	/* Room for one more; NULL when there is no memory, array stays. */

/* fill.c */
int dbgshm__schema_fill(struct dbgshm_walk *); /* 0 or ENOMEM */
bool dbgshm__fill_column(struct dbgshm_walk *, uint32_t offset,
    const struct dbgshm_desc_table *, struct dbgshm_filled *, int *error);
	/* One more, from the record at offset; false when it is wrong, or there
	 * is no memory (*error). */

/* logs.c */
int dbgshm__walk_log(struct dbgshm_walk *, uint64_t at, uint32_t offset,
    const struct dbgshm_desc *, uint64_t size);
int dbgshm__walk_kind(struct dbgshm_walk *, uint64_t at, uint32_t offset,
    const struct dbgshm_desc *, uint64_t size);
int dbgshm__drop_logs(struct dbgshm_walk *);
int dbgshm__fill_logs(struct dbgshm_walk *, struct dbgshm_filled *);
	/* All: 0 or ENOMEM. */

#endif
