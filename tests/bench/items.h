/* items.h - a region with so many metrics and rows, of which a third changes. */
#ifndef ITEMS_H
#define ITEMS_H

#include <dbgshm/writer.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ITEMS_PROFILE 50 /* metrics in one */
#define ITEMS_COLUMNS 4
#define ITEMS_BEFORE 50 /* steps, so that hardly any is still 0 */

struct items {
	size_t metrics, rows;
	union {
		struct dbgshm_counter counter;
		struct dbgshm_gauge gauge;
	} * handles;
	struct dbgshm_row *row;
	uint64_t state;
};

enum items_kind { ITEMS_COUNTS, ITEMS_WANDERS, ITEMS_MEASURES };

/* Of ten metrics seven count, two wander, one has a fraction. */
static inline enum items_kind
items_kind(size_t i)
{
	return (i % 10 < 7 ? ITEMS_COUNTS
		: i % 10 < 9 ? ITEMS_WANDERS
			     : ITEMS_MEASURES);
}

static inline uint64_t
items_any(struct items *items)
{
	items->state ^= items->state << 13;
	items->state ^= items->state >> 7;
	items->state ^= items->state << 17;
	return (items->state);
}

static inline void
items_add(struct items *items, struct dbgshm_profile *profile, size_t i)
{
	struct dbgshm_metric metric = { .help = "what was done so often" };
	char name[32];
	int error = 0;

	snprintf(name, sizeof(name), "requests_%zu", i);
	metric.name = name;
	switch (items_kind(i)) {
	case ITEMS_COUNTS:
		metric.unit = i % 2 == 0 ? DBGSHM_UNIT_BYTES : DBGSHM_UNIT_NONE;
		error = dbgshm_counter_create(
		    profile, &metric, &items->handles[i].counter);
		break;
	case ITEMS_WANDERS:
		error = dbgshm_gauge_create(
		    profile, &metric, &items->handles[i].gauge);
		break;
	case ITEMS_MEASURES:
		error = dbgshm_float_create(
		    profile, &metric, &items->handles[i].gauge);
		break;
	}
	if (error == -1)
		err(1, "%s", name);
}

static inline void
items_table(struct items *items)
{
	static const struct dbgshm_column columns[ITEMS_COLUMNS] = {
		{ .name = "peer", .type = DBGSHM_TYPE_TEXT, .width = 24 },
		{ .name = "port", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "sent",
		    .type = DBGSHM_TYPE_COUNTER,
		    .unit = DBGSHM_UNIT_BYTES },
		{ .name = "waits", .type = DBGSHM_TYPE_GAUGE },
	};
	struct dbgshm_table *table;
	char peer[32];

	if (items->rows == 0)
		return;
	table = dbgshm_table_create(
	    dbgshm_profile_add("peers", "who is connected", NULL), columns,
	    ITEMS_COLUMNS, (uint32_t)items->rows);
	for (size_t i = 0; i < items->rows; i++) {
		items->row[i] = dbgshm_row_claim(table);
		snprintf(peer, sizeof(peer), "10.0.%u.%u",
		    (unsigned)(i / 256 % 256), (unsigned)(i % 256));
		dbgshm_row_text(items->row[i], 0, peer);
		dbgshm_row_set(items->row[i], 1, 1024 + i);
		dbgshm_row_end(items->row[i]);
	}
}

/* A third of all, by chance. */
static inline void
items_step(struct items *items)
{
	uint64_t any;

	for (size_t i = 0; i < items->metrics; i++) {
		any = items_any(items);
		if (any % 3 != 0)
			continue;
		any >>= 32;
		switch (items_kind(i)) {
		case ITEMS_COUNTS:
			dbgshm_counter_add(items->handles[i].counter,
			    any % (i % 97 * 40 + 1) + 1);
			break;
		case ITEMS_WANDERS:
			dbgshm_gauge_set(
			    items->handles[i].gauge, (int64_t)(any % 5000));
			break;
		case ITEMS_MEASURES:
			dbgshm_float_set(items->handles[i].gauge,
			    (double)(any % 100000) / 1000);
			break;
		}
	}
	for (size_t i = 0; i < items->rows; i++)
		if (items_any(items) % 3 == 0)
			dbgshm_row_add(items->row[i], 2, 1500);
}

static inline void
items_start(struct items *items, size_t metrics, size_t rows,
    enum dbgshm_sampling sampling)
{
	struct dbgshm_options options = { .sampling = sampling,
		.state = DBGSHM_PUBLISHED,
		.name = "items",
		.max_bytes = 64 << 20,
		.shards = 1 }; /* and the one for all other threads */
	struct dbgshm_profile *profile = NULL;
	char path[32];

	*items = (struct items){ .metrics = metrics,
		.rows = rows,
		.handles = calloc(metrics + 1, sizeof(*items->handles)),
		.row = calloc(rows + 1, sizeof(*items->row)),
		.state = UINT64_C(88172645463325252) };
	if (items->handles == NULL || items->row == NULL ||
	    dbgshm_init(&options) == -1)
		err(1, "a region of %zu metrics", metrics);
	for (size_t i = 0; i < metrics; i++) {
		if (i % ITEMS_PROFILE == 0) {
			snprintf(path, sizeof(path), "part/n%03zu",
			    i / ITEMS_PROFILE);
			profile = dbgshm_profile_add(
			    path, "what a part has done", NULL);
		}
		items_add(items, profile, i);
	}
	items_table(items);
	for (int i = 0; i < ITEMS_BEFORE; i++)
		items_step(items);
}

#endif
