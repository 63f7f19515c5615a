/*
 * fill.c - the second pass over a schema: arrays for people out of records that
 * were found right.
 */
#include "schema.h"

#include <errno.h>
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
reach(struct dbgshm_schema *schema, const struct dbgshm_desc_metric *record)
{
	uint64_t end = (uint64_t)record->cell + record->cells;
	uint64_t *words = &schema->shard_words;

	if (record->kind == DBGSHM_METRIC_GAUGE ||
	    record->kind == DBGSHM_METRIC_FLOAT)
		words = &schema->gauge_words;
	if (*words < end)
		*words = end;
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
	reach(schema, record);
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
fill_column(struct dbgshm_walk *walk, const struct dbgshm_desc_column *record,
    struct dbgshm_column_info *info)
{
	const struct dbgshm_schema *schema = walk->build.schema;

	info->name =
	    dbgshm__text_at(schema, record->name_offset, record->name_length);
	info->help =
	    dbgshm__text_at(schema, record->help_offset, record->help_length);
	info->type = record->type;
	info->unit = known_unit(record->unit);
	info->flags = record->flags;
	info->level = known_level(record->level);
	info->width = record->width;
}

/* Keeps the names of an enum behind those that are there; 0 or ENOMEM. */
static int
fill_names(struct dbgshm_schema *schema,
    const struct dbgshm_desc_column *record, size_t have, size_t *room,
    uint16_t count)
{
	const char *list = schema->strings + record->names_offset;
	struct dbgshm_text *names = schema->names;
	uint16_t i;

	while (*room < have + count) {
		names = dbgshm__grow(names, *room, room, sizeof(*names));
		if (names == NULL)
			return (ENOMEM);
		schema->names = names;
	}
	for (i = 0; i < count; i++)
		names[have + i] = dbgshm__list_next(&list);
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
	schema->profiles[item->profile].table = (ssize_t)index;
	place->desc_offset = item->offset;
	place->row_stride = record->row_stride;
	place->data_offset = record->data_offset;
	place->rows_offset = record->data_offset +
	    sizeof(struct dbgshm_table_head) +
	    ((8 * (uint64_t)record->capacity + 63) & ~UINT64_C(63));
}

static int
fill_tables(struct dbgshm_walk *walk)
{
	struct dbgshm_schema *schema = walk->build.schema;
	const struct dbgshm_desc_table *record;
	const struct dbgshm_desc_column *column;
	size_t columns = 0, i, names = 0, room = 0;
	uint32_t j, offset;
	uint16_t count;

	for (i = 0; i < walk->tables.count; i++) {
		fill_table(walk, &walk->tables.list[i], i);
		record = dbgshm__record_at(schema, walk->tables.list[i].offset);
		schema->tables[i].columns = schema->columns + columns;
		schema->table_places[i].columns =
		    schema->column_places + columns;
		for (j = 0; j < record->column_count; j++) {
			offset = walk->tables.list[i].offset +
			    (uint32_t)sizeof(*record) + j * record->column_size;
			column = dbgshm__record_at(schema, offset);
			if (!dbgshm__record_column(&walk->build,
				walk->build.base + offset, record, column,
				&count))
				continue;
			if (fill_names(schema, column, names, &room, count) !=
			    0)
				return (ENOMEM);
			names += count;
			fill_column(walk, column, &schema->columns[columns]);
			schema->columns[columns].name_count = count;
			schema->column_places[columns].word =
			    DBGSHM_ROW_WORDS + j;
			schema->column_places[columns++].text_offset =
			    column->text_offset;
			schema->tables[i].column_count++;
		}
	}
	/* Only now do the names stay where they are. */
	for (i = 0, names = 0; schema->names != NULL && i < columns; i++) {
		schema->columns[i].names = schema->names + names;
		names += schema->columns[i].name_count;
	}
	schema->table_count = walk->tables.count;
	return (0);
}

int
dbgshm__schema_fill(struct dbgshm_walk *walk)
{
	struct dbgshm_schema *schema = walk->build.schema;
	size_t metrics = walk->metrics.count + 1;
	size_t tables = walk->tables.count + 1;
	size_t columns = walk->column_count + 1;

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
	if (schema->profiles == NULL || schema->metrics == NULL ||
	    schema->metric_places == NULL || schema->highs == NULL ||
	    schema->labels == NULL || schema->tables == NULL ||
	    schema->table_places == NULL || schema->columns == NULL ||
	    schema->column_places == NULL)
		return (ENOMEM);
	fill_profiles(walk);
	fill_metrics(walk);
	return (fill_tables(walk));
}
