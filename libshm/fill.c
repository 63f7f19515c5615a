/*
 * fill.c - the second pass over a schema: arrays for people out of records that
 * were found right.
 */
#include "schema.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

static uint8_t
known_level(uint8_t level)
{
	return (level <= DBGSHM_LEVEL_DEBUG ? level : DBGSHM_LEVEL_DEBUG);
}

static uint8_t
known_unit(uint8_t unit)
{
	return (unit < DBGSHM_UNIT_COUNT ? unit : DBGSHM_UNIT_NONE);
}

static void
fill_profiles(struct dbgshm_walk *walk)
{
	struct dbgshm_schema *schema = walk->build.schema;
	const struct dbgshm_desc_profile *record;
	struct dbgshm_profile_info *info;
	size_t i;

	for (i = 0; i < walk->parent_count; i++) {
		if (walk->parents[i].profile == DBGSHM_NOT_SHOWN)
			continue;
		record = dbgshm__record_at(schema, walk->parents[i].offset);
		info = &schema->profiles[walk->parents[i].profile];
		info->path = dbgshm__text_at(
		    schema, record->path_offset, record->path_length);
		info->description = dbgshm__text_at(schema,
		    record->description_offset, record->description_length);
		info->help = dbgshm__text_at(
		    schema, record->help_offset, record->help_length);
		info->level = known_level(record->level);
		info->generation = record->head.generation;
		info->table = -1;
		info->log = -1;
	}
	schema->profile_count = walk->profile_count;
}

static size_t
fill_labels(const struct dbgshm_schema *schema,
    const struct dbgshm_desc_metric *record, struct dbgshm_label_info *labels)
{
	const char *list = schema->strings + record->labels_offset;
	const char *end = list + record->labels_length;
	size_t count;

	if (record->labels_length == 0)
		return (0);
	for (count = 0; list < end; count++) {
		labels[count].key = dbgshm__list_next(&list);
		labels[count].value = dbgshm__list_next(&list);
	}
	return (count);
}

/* How far into gauges and shards a frame has to read for this metric. */
static void
reach(struct dbgshm_schema *schema, const struct dbgshm_desc_metric *record,
    uint32_t peak)
{
	uint64_t end = (uint64_t)record->cell + record->cells;
	uint64_t *words = &schema->shard_words;

	if (record->kind == DBGSHM_METRIC_GAUGE ||
	    record->kind == DBGSHM_METRIC_FLOAT)
		words = &schema->gauge_words;
	if (*words < end)
		*words = end;
	if (peak != 0 && schema->gauge_words < peak + UINT64_C(2))
		schema->gauge_words = peak + UINT64_C(2);
}

static void
fill_metric(struct dbgshm_schema *schema, const struct dbgshm_item *item,
    size_t index, struct dbgshm_label_info *labels)
{
	const struct dbgshm_desc_metric *record =
	    dbgshm__record_at(schema, item->offset);
	struct dbgshm_metric_info *info = &schema->metrics[index];

	info->name =
	    dbgshm__text_at(schema, record->name_offset, record->name_length);
	info->help =
	    dbgshm__text_at(schema, record->help_offset, record->help_length);
	info->labels = labels;
	info->label_count = fill_labels(schema, record, labels);
	info->kind = record->kind;
	info->unit = known_unit(record->unit);
	info->level = known_level(record->level);
	info->generation = record->head.generation;
	info->profile = item->profile;
	info->desc_offset = item->offset;
	schema->metric_places[index].cell = record->cell;
	schema->metric_places[index].cells = record->cells;
	schema->metric_places[index].peak = item->peak;
	schema->metric_places[index].kind = record->kind;
	reach(schema, record, item->peak);
	if (record->kind != DBGSHM_METRIC_HISTOGRAM)
		return;
	info->highest = record->highest;
	info->bucket_count = record->cells - DBGSHM_HISTOGRAM_BUCKETS;
	schema->highs[schema->high_count++] =
	    record->cell + DBGSHM_HISTOGRAM_MAX;
}

/* Metrics of a profile stand together, in the order of their records. */
static void
fill_metrics(struct dbgshm_walk *walk)
{
	struct dbgshm_schema *schema = walk->build.schema;
	struct dbgshm_profile_info *profile;
	const struct dbgshm_items *metrics = &walk->metrics;
	size_t first = 0, i, index, labels = 0;

	for (i = 0; i < metrics->count; i++)
		schema->profiles[metrics->list[i].profile].metric_count++;
	for (i = 0; i < schema->profile_count; i++) {
		profile = &schema->profiles[i];
		profile->metric_first = first;
		first += profile->metric_count;
		profile->metric_count = 0;
	}
	for (i = 0; i < metrics->count; i++) {
		profile = &schema->profiles[metrics->list[i].profile];
		index = profile->metric_first + profile->metric_count++;
		fill_metric(
		    schema, &metrics->list[i], index, schema->labels + labels);
		labels += schema->metrics[index].label_count;
	}
	schema->metric_count = metrics->count;
}

static void
fill_info(const struct dbgshm_schema *schema,
    const struct dbgshm_desc_column *record, struct dbgshm_column_info *info)
{
	info->name =
	    dbgshm__text_at(schema, record->name_offset, record->name_length);
	info->help =
	    dbgshm__text_at(schema, record->help_offset, record->help_length);
	info->type = record->type;
	info->unit = known_unit(record->unit);
	info->flags = record->flags & (uint8_t)~DBGSHM_COLUMN_DERIVED;
	info->level = known_level(record->level);
	info->width = record->width;
}

/* Keeps the names of an enum behind those that are there; 0 or ENOMEM. */
static int
fill_names(struct dbgshm_schema *schema,
    const struct dbgshm_desc_column *record, uint16_t count,
    struct dbgshm_filled *filled)
{
	const char *list = schema->strings + record->names_offset;
	struct dbgshm_text *names = schema->names;
	size_t *room = &filled->names_room;
	uint16_t i;

	while (*room < filled->names + count) {
		names = dbgshm__grow(names, *room, room, sizeof(*names));
		if (names == NULL)
			return (ENOMEM);
		schema->names = names;
	}
	for (i = 0; i < count; i++)
		names[filled->names++] = dbgshm__list_next(&list);
	return (0);
}

bool
dbgshm__fill_column(struct dbgshm_walk *walk, uint32_t offset,
    const struct dbgshm_desc_table *table, struct dbgshm_filled *filled,
    int *error)
{
	struct dbgshm_schema *schema = walk->build.schema;
	const struct dbgshm_desc_column *record =
	    dbgshm__record_at(schema, offset);
	uint16_t count;

	if (!dbgshm__record_column(&walk->build, walk->build.base + offset,
		table, record, &count) ||
	    (*error = fill_names(schema, record, count, filled)) != 0)
		return (false);
	fill_info(schema, record, &schema->columns[filled->columns]);
	schema->columns[filled->columns++].name_count = count;
	return (true);
}

/* The stored columns of a table, then the derived ones. */
static int
fill_columns(struct dbgshm_walk *walk, size_t table,
    const struct dbgshm_desc_table *record, struct dbgshm_filled *filled)
{
	struct dbgshm_schema *schema = walk->build.schema;
	struct dbgshm_table_info *info = &schema->tables[table];
	struct dbgshm_column_info *columns = schema->columns + filled->columns;
	struct dbgshm_column_place *place,
	    *places = schema->column_places + filled->columns;
	uint32_t i,
	    offset = schema->table_places[table].desc_offset +
	    (uint32_t)sizeof(*record);
	int error = 0;

	info->columns = columns;
	schema->table_places[table].columns = places;
	for (i = 0; i < record->column_count; i++) {
		place = &schema->column_places[filled->columns];
		if (dbgshm__fill_column(walk, offset, record, filled, &error)) {
			place->word = DBGSHM_ROW_WORDS + i;
			place->text_offset =
			    ((const struct dbgshm_desc_column *)
				    dbgshm__record_at(schema, offset))
				->text_offset;
			info->column_count++;
		} else if (error != 0) {
			return (error);
		}
		offset += record->column_size;
	}
	if (!dbgshm__shape_fits(
		info->shape, columns, places, info->column_count)) {
		/* A later minor version may know more shapes. */
		if (info->shape < DBGSHM_SHAPE_COUNT ||
		    walk->build.minor <= DBGSHM_MINOR)
			dbgshm__fault(walk->build.sink,
			    walk->build.base +
				schema->table_places[table].desc_offset,
			    "columns do not fit the shape %s (%u)",
			    dbgshm_shape_name(info->shape), info->shape);
		info->shape = DBGSHM_SHAPE_PLAIN;
	}
	i = (uint32_t)dbgshm__derive_columns(
	    info->shape, columns, places, info->column_count);
	info->column_count += i;
	filled->columns += i;
	return (0);
}

static void
fill_table(
    struct dbgshm_walk *walk, const struct dbgshm_item *item, size_t index)
{
	struct dbgshm_schema *schema = walk->build.schema;
	const struct dbgshm_desc_table *record =
	    dbgshm__record_at(schema, item->offset);
	struct dbgshm_table_info *info = &schema->tables[index];
	struct dbgshm_table_place *place = &schema->table_places[index];

	info->profile = item->profile;
	info->generation = record->head.generation;
	info->capacity = record->capacity;
	if (walk->build.minor > 0) {
		info->shape = record->shape;
		info->number = record->number;
	}
	schema->profiles[item->profile].table = (ssize_t)index;
	place->desc_offset = item->offset;
	place->row_stride = record->row_stride;
	place->data_offset = record->data_offset;
	place->rows_offset = record->data_offset +
	    sizeof(struct dbgshm_table_head) +
	    ((8 * (uint64_t)record->capacity + 63) & ~UINT64_C(63));
}

/* Which table has which number; of two with the same the later one has none. */
static int
fill_numbers(struct dbgshm_walk *walk)
{
	struct dbgshm_schema *schema = walk->build.schema;
	struct dbgshm_table_info *info;
	size_t count = 0, i;

	for (i = 0; i < schema->table_count; i++)
		if (count <= schema->tables[i].number)
			count = schema->tables[i].number + (size_t)1;
	schema->numbered = calloc(count + 1, sizeof(*schema->numbered));
	if (schema->numbered == NULL)
		return (ENOMEM);
	schema->numbered_count = count;
	for (i = 0; i < schema->table_count; i++) {
		info = &schema->tables[i];
		if (info->number == 0)
			continue;
		if (schema->numbered[info->number] == 0) {
			schema->numbered[info->number] = (uint16_t)(i + 1);
			continue;
		}
		dbgshm__fault(walk->build.sink,
		    walk->build.base + schema->table_places[i].desc_offset,
		    "table whose number %u another one has", info->number);
		info->number = 0;
	}
	return (0);
}

static int
fill_tables(struct dbgshm_walk *walk, struct dbgshm_filled *filled)
{
	struct dbgshm_schema *schema = walk->build.schema;
	size_t i;
	int error;

	for (i = 0; i < walk->tables.count; i++) {
		fill_table(walk, &walk->tables.list[i], i);
		error = fill_columns(walk, i,
		    dbgshm__record_at(schema, walk->tables.list[i].offset),
		    filled);
		if (error != 0)
			return (error);
	}
	schema->table_count = walk->tables.count;
	return (fill_numbers(walk));
}

/* Only now do the names stay where they are. */
static void
place_names(struct dbgshm_schema *schema, const struct dbgshm_filled *filled)
{
	struct dbgshm_column_info *column;
	size_t i, names = 0;

	for (i = 0; schema->names != NULL && i < filled->columns; i++) {
		column = &schema->columns[i];
		if ((column->flags & DBGSHM_COLUMN_DERIVED) != 0)
			continue;
		column->names = schema->names + names;
		names += column->name_count;
	}
}

int
dbgshm__schema_fill(struct dbgshm_walk *walk)
{
	struct dbgshm_schema *schema = walk->build.schema;
	size_t metrics = walk->metrics.count + 1;
	size_t tables = walk->tables.count + 1;
	size_t columns = walk->column_count + 1;
	size_t logs = walk->logs.count + 1, kinds = walk->kinds.count + 1;
	struct dbgshm_filled filled = { 0 };
	int error;

	schema->profiles =
	    calloc(walk->profile_count + 1, sizeof(*schema->profiles));
	schema->metrics = calloc(metrics, sizeof(*schema->metrics));
	schema->metric_places = calloc(metrics, sizeof(*schema->metric_places));
	schema->highs = calloc(metrics, sizeof(*schema->highs));
	schema->labels =
	    calloc(walk->build.label_count + 1, sizeof(*schema->labels));
	schema->tables = calloc(tables, sizeof(*schema->tables));
	schema->table_places = calloc(tables, sizeof(*schema->table_places));
	schema->columns = calloc(columns, sizeof(*schema->columns));
	schema->column_places = calloc(columns, sizeof(*schema->column_places));
	schema->logs = calloc(logs, sizeof(*schema->logs));
	schema->log_places = calloc(logs, sizeof(*schema->log_places));
	schema->kinds = calloc(kinds, sizeof(*schema->kinds));
	if (schema->profiles == NULL || schema->metrics == NULL ||
	    schema->metric_places == NULL || schema->highs == NULL ||
	    schema->labels == NULL || schema->tables == NULL ||
	    schema->table_places == NULL || schema->columns == NULL ||
	    schema->column_places == NULL || schema->logs == NULL ||
	    schema->log_places == NULL || schema->kinds == NULL)
		return (ENOMEM);
	fill_profiles(walk);
	fill_metrics(walk);
	if ((error = fill_tables(walk, &filled)) != 0 ||
	    (error = dbgshm__fill_logs(walk, &filled)) != 0)
		return (error);
	place_names(schema, &filled);
	return (0);
}
