/*
 * schema.c - what exists in a region, from copies of descriptors and strings.
 *
 * Two passes over the private copy.  The first one, here, checks each record and
 * remembers the right ones; the second one (fill.c) fills arrays of exactly that
 * size.  A record that is wrong is left out and told.  All work is bounded by the
 * bytes that are there: whatever is looked at byte by byte is paid from one budget,
 * so that many records that refer to one long text cost no more than that.
 */
#include "schema.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BUDGET (UINT64_C(64) << 20)

void *
dbgshm__grow(void *array, size_t count, size_t *room, size_t size)
{
	size_t more = *room == 0 ? 64 : *room * 2;

	if (count < *room)
		return (array);
	if ((array = realloc(array, more * size)) != NULL)
		*room = more;
	return (array);
}

int
dbgshm__add_item(struct dbgshm_items *items, uint32_t offset, uint32_t profile,
    uint32_t peak)
{
	struct dbgshm_item *list;

	list = dbgshm__grow(
	    items->list, items->count, &items->room, sizeof(*list));
	if (list == NULL)
		return (ENOMEM);
	items->list = list;
	list[items->count].offset = offset;
	list[items->count].profile = profile;
	list[items->count++].peak = peak;
	return (0);
}

static int
add_parent(struct dbgshm_walk *walk, uint32_t offset, uint32_t profile)
{
	struct dbgshm_parent *parents;

	parents = dbgshm__grow(walk->parents, walk->parent_count,
	    &walk->parent_room, sizeof(*parents));
	if (parents == NULL)
		return (ENOMEM);
	walk->parents = parents;
	parents[walk->parent_count].offset = offset;
	parents[walk->parent_count++].profile = profile;
	return (0);
}

static int
compare_parent(const void *key, const void *element)
{
	uint32_t offset = *(const uint32_t *)key;
	const struct dbgshm_parent *parent = element;

	return ((offset > parent->offset) - (offset < parent->offset));
}

const void *
dbgshm__record_at(const struct dbgshm_schema *schema, uint32_t offset)
{
	return (schema->descriptors + offset);
}

/* The profile of a child record; NULL when its parent is none. */
static const struct dbgshm_parent *
find_parent(
    struct dbgshm_walk *walk, uint64_t at, const struct dbgshm_desc *head)
{
	const struct dbgshm_parent *parent = NULL;
	uint32_t offset;

	if (walk->parent_count > 0 && head->parent < UINT32_MAX / 8) {
		offset = head->parent * 8;
		parent = bsearch(&offset, walk->parents, walk->parent_count,
		    sizeof(*parent), compare_parent);
	}
	if (parent == NULL)
		dbgshm__fault(walk->build.sink, at,
		    "belongs to %" PRIu32 ", which is not a profile",
		    head->parent);
	return (parent);
}

const struct dbgshm_parent *
dbgshm__parent_shown(
    struct dbgshm_walk *walk, uint64_t at, const struct dbgshm_desc *head)
{
	const struct dbgshm_parent *parent = NULL;

	if (head->state == DBGSHM_DESC_LIVE)
		parent = find_parent(walk, at, head);
	return (parent != NULL && parent->profile != DBGSHM_NOT_SHOWN ? parent
								      : NULL);
}

static int
walk_profile(struct dbgshm_walk *walk, uint64_t at, uint32_t offset,
    const struct dbgshm_desc *head, uint64_t size)
{
	uint32_t profile = DBGSHM_NOT_SHOWN;

	if (size < sizeof(struct dbgshm_desc_profile))
		dbgshm__fault(walk->build.sink, at,
		    "profile record of %" PRIu64 " bytes is too short", size);
	else if (head->state == DBGSHM_DESC_LIVE &&
	    dbgshm__record_profile(&walk->build, at, (const void *)head))
		profile = (uint32_t)walk->profile_count++;
	return (add_parent(walk, offset, profile));
}

static int
walk_metric(struct dbgshm_walk *walk, uint64_t at, uint32_t offset,
    const struct dbgshm_desc *head, uint64_t size)
{
	const struct dbgshm_parent *parent;
	uint32_t peak = 0;

	if (size < sizeof(struct dbgshm_desc_metric)) {
		dbgshm__fault(walk->build.sink, at,
		    "metric record of %" PRIu64 " bytes is too short", size);
		return (0);
	}
	if ((parent = dbgshm__parent_shown(walk, at, head)) == NULL ||
	    !dbgshm__record_metric(&walk->build, at, (const void *)head, &peak))
		return (0);
	return (
	    dbgshm__add_item(&walk->metrics, offset, parent->profile, peak));
}

static int
walk_table(struct dbgshm_walk *walk, uint64_t at, uint32_t offset,
    const struct dbgshm_desc *head, uint64_t size)
{
	const struct dbgshm_desc_table *table = (const void *)head;
	const struct dbgshm_parent *parent;

	if (size < sizeof(*table)) {
		dbgshm__fault(walk->build.sink, at,
		    "table record of %" PRIu64 " bytes is too short", size);
		return (0);
	}
	if ((parent = dbgshm__parent_shown(walk, at, head)) == NULL ||
	    !dbgshm__record_table(&walk->build, at, table, size))
		return (0);
	if (walk->tables.count == DBGSHM_TABLES_MAX) {
		dbgshm__fault(walk->build.sink, at,
		    "left out: over the limit of %d tables", DBGSHM_TABLES_MAX);
		return (0);
	}
	walk->column_count += table->column_count + DBGSHM_DERIVED_MAX;
	return (dbgshm__add_item(&walk->tables, offset, parent->profile, 0));
}

static bool
all_zero(const char *bytes, uint64_t size)
{
	while (size > 0)
		if (bytes[--size] != 0)
			return (false);
	return (true);
}

/* From record to record; one whose length is wrong ends it. */
static int
walk_records(struct dbgshm_walk *walk)
{
	const struct dbgshm_schema *schema = walk->build.schema;
	const struct dbgshm_desc *head;
	uint64_t at, size;
	uint32_t offset = DBGSHM_FIRST_OFFSET;
	int error;

	while (offset + sizeof(*head) <= schema->descriptors_size) {
		head = dbgshm__record_at(schema, offset);
		at = walk->build.base + offset;
		size = (uint64_t)head->size8 * 8;
		if (size < sizeof(*head) ||
		    size > schema->descriptors_size - offset) {
			if (!all_zero(schema->descriptors + offset,
				schema->descriptors_size - offset))
				dbgshm__fault(walk->build.sink, at,
				    "record of %" PRIu64
				    " bytes, all after it is left out",
				    size);
			return (0);
		}
		if (head->state > DBGSHM_DESC_REMOVED)
			dbgshm__fault(walk->build.sink, at,
			    "record in state %" PRIu32, head->state);
		error = 0;
		if (head->type == DBGSHM_DESC_PROFILE)
			error = walk_profile(walk, at, offset, head, size);
		else if (head->type == DBGSHM_DESC_METRIC)
			error = walk_metric(walk, at, offset, head, size);
		else if (head->type == DBGSHM_DESC_TABLE)
			error = walk_table(walk, at, offset, head, size);
		else if (walk->build.minor == 0)
			error = 0; /* what follows is later */
		else if (head->type == DBGSHM_DESC_LOG)
			error = dbgshm__walk_log(walk, at, offset, head, size);
		else if (head->type == DBGSHM_DESC_EVENT)
			error = dbgshm__walk_kind(walk, at, offset, head, size);
		if (error != 0)
			return (error);
		offset += (uint32_t)size;
	}
	return (0);
}

/* ---- data that lie on each other ------------------------------------------ */

struct item_span {
	uint64_t offset, end;
	size_t item;
};

static int
compare_span(const void *a, const void *b)
{
	const struct item_span *x = a, *y = b;

	if (x->offset != y->offset)
		return (x->offset < y->offset ? -1 : 1);
	return (x->item < y->item ? -1 : x->item > y->item);
}

int
dbgshm__drop_overlaps(struct dbgshm_walk *walk, struct dbgshm_items *items,
    const char *what, struct dbgshm_span (*span)(const void *record))
{
	struct dbgshm_item *list = items->list;
	struct dbgshm_span place;
	struct item_span *spans;
	uint8_t *has_one;
	size_t drop, i, kept = 0, last = 0;

	if (items->count == 0)
		return (0);
	spans = calloc(items->count, sizeof(*spans));
	has_one = calloc(walk->profile_count, 1);
	if (spans == NULL || has_one == NULL) {
		free(spans);
		free(has_one);
		return (ENOMEM);
	}
	for (i = 0; i < items->count; i++) {
		place =
		    span(dbgshm__record_at(walk->build.schema, list[i].offset));
		spans[i].offset = place.offset;
		spans[i].end = place.offset + place.size;
		spans[i].item = i;
	}
	qsort(spans, items->count, sizeof(*spans), compare_span);
	for (i = 1; i < items->count; i++) {
		if (spans[i].offset >= spans[last].end) {
			last = i;
			continue;
		}
		drop = spans[i].item;
		if (drop < spans[last].item) {
			drop = spans[last].item;
			last = i;
		}
		dbgshm__fault(walk->build.sink,
		    walk->build.base + list[drop].offset,
		    "%s lies on another one", what);
		list[drop].profile = DBGSHM_NOT_SHOWN;
	}
	for (i = 0; i < items->count; i++) {
		if (list[i].profile == DBGSHM_NOT_SHOWN)
			continue;
		if (has_one[list[i].profile] == 0) {
			has_one[list[i].profile] = 1;
			list[kept++] = list[i];
			continue;
		}
		dbgshm__fault(walk->build.sink,
		    walk->build.base + list[i].offset,
		    "second %s of its profile", what);
	}
	items->count = kept;
	free(spans);
	free(has_one);
	return (0);
}

static struct dbgshm_span
table_span(const void *record)
{
	const struct dbgshm_desc_table *table = record;

	return ((struct dbgshm_span){ table->data_offset, table->data_size });
}

/* ---- reading ------------------------------------------------------------------ */

static void
fill_header_texts(struct dbgshm_walk *walk, const struct dbgshm_header *header)
{
	struct dbgshm_schema *schema = walk->build.schema;

	if (dbgshm__text_fits(&walk->build,
		offsetof(struct dbgshm_header, exe_offset), "executable",
		header->exe_offset, header->exe_length))
		schema->exe = dbgshm__text_at(
		    schema, header->exe_offset, header->exe_length);
	if (dbgshm__text_fits(&walk->build,
		offsetof(struct dbgshm_header, version_offset), "version",
		header->version_offset, header->version_length))
		schema->version = dbgshm__text_at(
		    schema, header->version_offset, header->version_length);
}

static int
build_schema(struct dbgshm_schema *schema, const struct dbgshm_header *header,
    const struct dbgshm_layout *layout)
{
	const struct dbgshm_section *sections = layout->sections;
	struct dbgshm_walk
	    walk = { .build = {
			 .schema = schema,
			 .layout = layout,
			 .sink = &schema->sink,
			 .minor = header->minor,
			 .base = sections[DBGSHM_SECTION_DESCRIPTORS].offset,
			 .budget = TEXT_BUDGET,
		     } };
	int error = ENOMEM;

	walk.build.gauge_taken = calloc(
	    sections[DBGSHM_SECTION_GAUGES].used / 512 + 1, sizeof(uint64_t));
	walk.build.shard_taken = calloc(
	    sections[DBGSHM_SECTION_SHARDS].used / 512 + 1, sizeof(uint64_t));
	if (walk.build.gauge_taken != NULL && walk.build.shard_taken != NULL)
		error = walk_records(&walk);
	if (error == 0)
		error = dbgshm__drop_overlaps(
		    &walk, &walk.tables, "table", table_span);
	if (error == 0)
		error = dbgshm__drop_logs(&walk);
	if (error == 0)
		error = dbgshm__schema_fill(&walk);
	if (error == 0)
		fill_header_texts(&walk, header);
	free(walk.build.gauge_taken);
	free(walk.build.shard_taken);
	free(walk.parents);
	free(walk.metrics.list);
	free(walk.tables.list);
	free(walk.logs.list);
	free(walk.kinds.list);
	return (error);
}

/* In our copy, what is live is what was live then. */
static void
revive(struct dbgshm_schema *schema, const struct dbgshm_live *live)
{
	struct dbgshm_desc *head;
	uint64_t size, bit;
	uint32_t offset = DBGSHM_FIRST_OFFSET;

	for (; offset + sizeof(*head) <= schema->descriptors_size;
	     offset += (uint32_t)size) {
		head = (void *)(schema->descriptors + offset);
		size = (uint64_t)head->size8 * 8;
		if (size < sizeof(*head) ||
		    size > schema->descriptors_size - offset)
			break;
		bit = offset / DBGSHM_LIVE_UNIT;
		head->state = bit / 64 < live->words &&
			(live->bits[bit / 64] >> (bit % 64) & 1) != 0
		    ? DBGSHM_DESC_LIVE
		    : DBGSHM_DESC_REMOVED;
	}
}

int
dbgshm__schema_read(int descriptor, const struct dbgshm_header *header,
    const struct dbgshm_layout *layout, const struct dbgshm_live *live,
    struct dbgshm_schema *schema)
{
	const struct dbgshm_section *from =
	    &layout->sections[DBGSHM_SECTION_DESCRIPTORS];
	const struct dbgshm_section *texts =
	    &layout->sections[DBGSHM_SECTION_STRINGS];
	int error;

	schema->generation = header->schema_generation;
	schema->descriptors_size = from->used;
	schema->strings_size = texts->used;
	schema->descriptors = dbgshm__room((size_t)from->used);
	schema->strings = dbgshm__room((size_t)texts->used + 1);
	if (schema->descriptors == NULL || schema->strings == NULL)
		return (ENOMEM);
	if ((error = dbgshm__read(descriptor, schema->descriptors,
		 (size_t)from->used, from->offset)) != 0 ||
	    (error = dbgshm__read(descriptor, schema->strings,
		 (size_t)texts->used, texts->offset)) != 0)
		return (error);
	schema->strings[texts->used] = '\0';
	if (live != NULL)
		revive(schema, live);
	return (build_schema(schema, header, layout));
}

void
dbgshm__schema_free(struct dbgshm_schema *schema)
{
	free(schema->descriptors);
	free(schema->strings);
	free(schema->profiles);
	free(schema->metrics);
	free(schema->metric_places);
	free(schema->labels);
	free(schema->tables);
	free(schema->table_places);
	free(schema->numbered);
	free(schema->logs);
	free(schema->log_places);
	free(schema->kinds);
	free(schema->columns);
	free(schema->column_places);
	free(schema->names);
	free(schema->highs);
}
