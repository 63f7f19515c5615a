/*
 * image_shapes.h - tables with a shape made by hand, column by column from
 * format.h, and a region with one of everything that minor version 1 brought.
 */
#ifndef IMAGE_SHAPES_H
#define IMAGE_SHAPES_H

#include "image_rings.h"

#define SHAPE_TEXT 16 /* width of all texts */
#define SHAPE_COLUMNS_MAX 12

struct shape_column {
	const char *name;
	uint8_t type;
};

static const struct shape_column
    shape_columns[DBGSHM_SHAPE_COUNT][SHAPE_COLUMNS_MAX] = {
	    [DBGSHM_SHAPE_PLAIN] = {
		{ "text", DBGSHM_TYPE_TEXT }, { "when", DBGSHM_TYPE_TIME },
		{ "refers", DBGSHM_TYPE_REFERENCE } },
	    [DBGSHM_SHAPE_OBJECT] = {
		{ "text", DBGSHM_TYPE_TEXT }, { "when", DBGSHM_TYPE_TIME },
		{ "refers", DBGSHM_TYPE_REFERENCE } },
	    [DBGSHM_SHAPE_OPERATION] = {
		{ "kind", DBGSHM_TYPE_ENUM }, { "detail", DBGSHM_TYPE_TEXT },
		{ "phase", DBGSHM_TYPE_TEXT }, { "done", DBGSHM_TYPE_GAUGE },
		{ "total", DBGSHM_TYPE_GAUGE },
		{ "progressed", DBGSHM_TYPE_TIME },
		{ "outcome", DBGSHM_TYPE_ENUM },
		{ "parent", DBGSHM_TYPE_REFERENCE },
		{ "thread", DBGSHM_TYPE_GAUGE } },
	    [DBGSHM_SHAPE_STEP] = {
		{ "trail", DBGSHM_TYPE_TEXT },
		{ "number", DBGSHM_TYPE_COUNTER },
		{ "step", DBGSHM_TYPE_TEXT }, { "detail", DBGSHM_TYPE_TEXT },
		{ "operation", DBGSHM_TYPE_REFERENCE },
		{ "thread", DBGSHM_TYPE_GAUGE } },
	    [DBGSHM_SHAPE_HEARTBEAT] = {
		{ "name", DBGSHM_TYPE_TEXT }, { "beats", DBGSHM_TYPE_COUNTER },
		{ "last", DBGSHM_TYPE_TIME },
		{ "deadline", DBGSHM_TYPE_DURATION },
		{ "thread", DBGSHM_TYPE_GAUGE } },
	    [DBGSHM_SHAPE_QUEUE] = {
		{ "name", DBGSHM_TYPE_TEXT }, { "put", DBGSHM_TYPE_COUNTER },
		{ "taken", DBGSHM_TYPE_COUNTER },
		{ "done", DBGSHM_TYPE_COUNTER },
		{ "refused", DBGSHM_TYPE_COUNTER },
		{ "capacity", DBGSHM_TYPE_GAUGE },
		{ "oldest", DBGSHM_TYPE_TIME } },
	    [DBGSHM_SHAPE_CACHE] = {
		{ "name", DBGSHM_TYPE_TEXT }, { "size", DBGSHM_TYPE_GAUGE },
		{ "capacity", DBGSHM_TYPE_GAUGE },
		{ "hits", DBGSHM_TYPE_COUNTER },
		{ "misses", DBGSHM_TYPE_COUNTER },
		{ "evictions", DBGSHM_TYPE_COUNTER } },
	    [DBGSHM_SHAPE_LIMIT] = {
		{ "name", DBGSHM_TYPE_TEXT }, { "limit", DBGSHM_TYPE_GAUGE },
		{ "current", DBGSHM_TYPE_GAUGE },
		{ "waiting", DBGSHM_TYPE_GAUGE },
		{ "waits", DBGSHM_TYPE_COUNTER },
		{ "waited", DBGSHM_TYPE_DURATION },
		{ "since", DBGSHM_TYPE_TIME }, { "who", DBGSHM_TYPE_TEXT } },
	    [DBGSHM_SHAPE_WORKER] = {
		{ "name", DBGSHM_TYPE_TEXT }, { "busy", DBGSHM_TYPE_BOOL },
		{ "since", DBGSHM_TYPE_TIME }, { "work", DBGSHM_TYPE_TEXT },
		{ "jobs", DBGSHM_TYPE_COUNTER },
		{ "busy_time", DBGSHM_TYPE_DURATION },
		{ "thread", DBGSHM_TYPE_GAUGE } },
	    [DBGSHM_SHAPE_PAIR] = {
		{ "name", DBGSHM_TYPE_TEXT }, { "key", DBGSHM_TYPE_GAUGE },
		{ "opened", DBGSHM_TYPE_TEXT }, { "closed", DBGSHM_TYPE_TEXT },
		{ "thread", DBGSHM_TYPE_GAUGE } },
	    [DBGSHM_SHAPE_SCHEDULE] = {
		{ "name", DBGSHM_TYPE_TEXT }, { "running", DBGSHM_TYPE_BOOL },
		{ "last", DBGSHM_TYPE_TIME },
		{ "period", DBGSHM_TYPE_DURATION },
		{ "cost", DBGSHM_TYPE_DURATION },
		{ "costs", DBGSHM_TYPE_DURATION },
		{ "runs", DBGSHM_TYPE_COUNTER },
		{ "items", DBGSHM_TYPE_GAUGE },
		{ "result", DBGSHM_TYPE_ENUM } },
	    [DBGSHM_SHAPE_ERROR] = {
		{ "text", DBGSHM_TYPE_TEXT }, { "code", DBGSHM_TYPE_SIGNED },
		{ "count", DBGSHM_TYPE_COUNTER },
		{ "last", DBGSHM_TYPE_TIME },
		{ "detail", DBGSHM_TYPE_TEXT } },
    };

static inline struct dbgshm_desc_column *
shape_column(const struct dbgshm_desc_table *table, size_t index)
{
	return ((struct dbgshm_desc_column *)(uintptr_t)(table + 1) + index);
}

/* A table of that shape with exactly its columns. */
static inline struct dbgshm_desc_table *
image_shape(struct image *image, uint32_t profile, uint16_t shape,
    uint16_t number, uint32_t capacity)
{
	const struct shape_column *columns = shape_columns[shape];
	struct dbgshm_desc_column *column;
	struct dbgshm_desc_table *table;
	uint32_t at;
	uint16_t count, i;

	for (count = 0; columns[count].name != NULL; count++)
		continue;
	at = 8 * (DBGSHM_ROW_WORDS + (uint32_t)count);
	table = image_record(image, DBGSHM_DESC_TABLE, profile,
	    sizeof(*table) + count * sizeof(*column));
	table->shape = shape;
	table->number = number;
	table->capacity = capacity;
	table->column_count = count;
	table->column_size = sizeof(*column);
	for (i = 0; i < count; i++) {
		column = shape_column(table, i);
		column->name_length = (uint16_t)strlen(columns[i].name);
		column->name_offset = image_text(image, columns[i].name);
		column->type = columns[i].type;
		if (column->type == DBGSHM_TYPE_ENUM) {
			column->names_length = 8;
			column->names_offset =
			    image_bytes(image, "one\0two", 8);
		}
		if (column->type != DBGSHM_TYPE_TEXT)
			continue;
		column->width = SHAPE_TEXT;
		column->text_offset = at;
		at += SHAPE_TEXT;
	}
	table->row_stride = (at + 63) & ~63u;
	table->data_offset = image->tables;
	table->data_size = 64 + ((8 * (uint64_t)capacity + 63) & ~63ull) +
	    table->row_stride * (uint64_t)capacity;
	image->tables += table->data_size;
	image_used(image);
	return (table);
}

static inline uint64_t *
shape_row(
    struct image *image, const struct dbgshm_desc_table *table, uint32_t slot)
{
	return (image_at(image,
	    table->data_offset + 64 +
		((8 * (uint64_t)table->capacity + 63) & ~63ull) +
		(uint64_t)slot * table->row_stride));
}

/* Fills the head of a row and gives it its state; returns its cells. */
static inline uint64_t *
shape_fill(struct image *image, const struct dbgshm_desc_table *table,
    uint32_t slot, uint64_t generation, uint64_t start, uint64_t end)
{
	uint64_t *row = shape_row(image, table, slot);

	row[0] = generation;
	row[1] = start;
	row[2] = end;
	*image_sequence(image, table, slot) = 8 * generation +
	    2 * (end == 0 ? DBGSHM_ROW_LIVE : DBGSHM_ROW_FINISHED);
	return (row + DBGSHM_ROW_WORDS);
}

static inline uint64_t
shape_reference(uint64_t number, uint64_t slot, uint64_t generation)
{
	return (number << DBGSHM_REFERENCE_TABLE_SHIFT |
	    slot << DBGSHM_REFERENCE_SLOT_SHIFT | generation);
}

/* A high-water mark for a metric. */
static inline void
image_peak(struct image *image, struct dbgshm_desc_metric *metric,
    uint64_t value, uint64_t stamp)
{
	metric->peak = image->gauges;
	image->gauges += 2;
	*image_gauge(image, metric->peak) = value;
	*image_gauge(image, metric->peak + 1) = stamp;
	image_used(image);
}

/* ---- one of everything ------------------------------------------------- */

struct whole_image {
	struct sample_image sample;
	uint32_t operations_profile, steps_profile, events_profile;
	struct dbgshm_desc_table *operations, *steps;
	struct dbgshm_desc_log *log;
	struct dbgshm_desc_event *kind;
};

static inline void
image_whole(struct whole_image *whole)
{
	struct image *image = &whole->sample.image;
	uint64_t *cells, fields[2];
	struct pen pen;

	image_sample(&whole->sample);
	image_rings(image);
	image_peak(image, whole->sample.gauge, 12, 3000000000);
	whole->operations_profile = image_profile(image, "operations");
	whole->operations = image_shape(image, whole->operations_profile,
	    DBGSHM_SHAPE_OPERATION, 3, 4);
	whole->steps_profile = image_profile(image, "steps");
	whole->steps = image_shape(
	    image, whole->steps_profile, DBGSHM_SHAPE_STEP, 7, 4);
	whole->events_profile = image_profile(image, "events");
	whole->log = image_log(image, whole->events_profile, 2);
	whole->kind = image_kind(image, whole->events_profile, 2, "lost",
	    "{op} lost {bytes}", 2);
	(void)image_field(image, whole->kind, 0, "op", DBGSHM_TYPE_REFERENCE);
	(void)image_field(image, whole->kind, 1, "bytes", DBGSHM_TYPE_GAUGE);

	(void)shape_fill(image, whole->operations, 0, 1, 2000000000, 0);
	cells = shape_fill(
	    image, whole->operations, 1, 1, 1000000000, 1500000000);
	cells[DBGSHM_OPERATION_PARENT] = shape_reference(3, 0, 1);
	cells = shape_fill(image, whole->steps, 0, 1, 2500000000, 0);
	cells[DBGSHM_STEP_NUMBER] = 1;
	cells[DBGSHM_STEP_OPERATION] = shape_reference(3, 0, 1);
	fields[0] = shape_reference(3, 1, 1);
	fields[1] = 512;
	pen = image_pen(image, whole->log, 0);
	pen_append(&pen, 2, 3000000000, fields, 2);
	pen_say(&pen, 3100000000, "hello");
	pen = image_pen(image, whole->log, 1);
	pen_append(&pen, 2, 3050000000, fields, 2);
}

#endif
