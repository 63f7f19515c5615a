/*
 * slots_lines.c - which numbers of a target are read into slots.
 *
 * All that there is at the end.  What was there before and is no more has no
 * line; that it is gone is seen from the two models.
 */
#include "ids.h"
#include "slots_private.h"
#include "tree.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MOST 64	/* a table with more is counted, not looked into */
#define CELLS_MOST 4096 /* lines of cells, of all tables */

static void *
take(size_t count, size_t size)
{
	void *memory = calloc(count + 1, size);

	if (memory == NULL)
		err(1, "memory for %zu numbers", count);
	return (memory);
}

/* ---- lines ------------------------------------------------------------------ */

static struct slots_line *
add_line(struct slots_reading *reading, enum slots_what what,
    const struct model_profile *profile, uint8_t unit)
{
	struct slots *slots = reading->slots;
	struct slots_line *line;

	if (slots->count == reading->line_room) {
		reading->line_room = 2 * reading->line_room + 256;
		slots->lines = reallocarray(
		    slots->lines, reading->line_room, sizeof(*slots->lines));
		if (slots->lines == NULL)
			err(1, "memory for %zu numbers", reading->line_room);
	}
	line = &slots->lines[slots->count++];
	*line = (struct slots_line){
		.what = what,
		.profile = profile,
		.unit = unit,
		.low_before = NAN,
		.high_before = NAN,
		.low = NAN,
		.high = NAN,
	};
	return (line);
}

static void
plan_metric(struct slots_reading *reading, const struct model_profile *profile,
    const struct model_metric *metric)
{
	bool histogram = metric->kind == DBGSHM_METRIC_HISTOGRAM;
	bool grown = histogram || metric->kind == DBGSHM_METRIC_COUNTER;

	reading->ids[reading->id_count++] =
	    (struct slots_id){ metric->id, reading->slots->count };
	add_line(reading, grown ? SLOTS_RATE : SLOTS_VALUE, profile,
	    histogram ? DBGSHM_UNIT_NONE : metric->unit)
	    ->metric = metric;
	if (histogram)
		add_line(reading, SLOTS_P99, profile, metric->unit)->metric =
		    metric;
	if (!grown)
		reading->value_count++;
}

static bool
is_number(const struct model_column *column)
{
	if (column->type == DBGSHM_TYPE_DURATION) /* computed ones are ages */
		return ((column->flags & DBGSHM_COLUMN_DERIVED) == 0);
	return (column->type == DBGSHM_TYPE_COUNTER ||
	    column->type == DBGSHM_TYPE_GAUGE ||
	    column->type == DBGSHM_TYPE_SIGNED ||
	    column->type == DBGSHM_TYPE_FLOAT);
}

/* Rows by id, as they will be looked for. */
static const struct model_row *
find_row(const struct model_table *table, uint64_t id)
{
	size_t i;

	for (i = 0; i < table->row_count && table->rows[i].id != id; i++)
		;
	return (&table->rows[i]);
}

/* Things that stay: what comes and goes all the time has no past to compare
 * with. */
static bool
has_lasting_rows(const struct model_table *table)
{
	return (table->row_count <= ROWS_MOST &&
	    table->shape != DBGSHM_SHAPE_OPERATION &&
	    table->shape != DBGSHM_SHAPE_STEP);
}

static void
plan_cells(struct slots_reading *reading, struct slots_table *planned,
    const struct model_profile *profile)
{
	const struct model_table *table = profile->table;
	const struct model_column *column;
	struct slots_line *line;
	size_t i, j;

	planned->columns = take(table->column_count, sizeof(size_t));
	planned->rows = take(table->row_count, sizeof(uint64_t));
	for (i = 0; i < table->column_count; i++)
		if (is_number(&table->columns[i]))
			planned->columns[planned->column_count++] = i;
	for (i = 0; i < table->row_count; i++)
		if (table->rows[i].state != DBGSHM_ROWSTATE_FINISHED)
			planned->rows[planned->row_count++] = table->rows[i].id;
	qsort(planned->rows, planned->row_count, sizeof(uint64_t), ids_compare);
	planned->cells = reading->slots->count;
	for (i = 0; i < planned->row_count; i++)
		for (j = 0; j < planned->column_count; j++) {
			column = &table->columns[planned->columns[j]];
			line = add_line(reading,
			    column->type == DBGSHM_TYPE_COUNTER ? SLOTS_RATE
								: SLOTS_VALUE,
			    profile,
			    column->type == DBGSHM_TYPE_DURATION
				? DBGSHM_UNIT_NS
				: column->unit);
			line->row = find_row(table, planned->rows[i]);
			line->column = planned->columns[j];
		}
}

static void
plan_table(struct slots_reading *reading, const struct model_profile *profile,
    size_t *cells_left)
{
	const struct dbgshm_text path = dbgshm_reader_profile(
	    reading->sources[profile->part].reader, profile->index)
					    ->path;
	struct slots_table *planned = &reading->tables[reading->table_count++];
	size_t cells = profile->table->row_count * profile->table->column_count;

	*planned = (struct slots_table){
		.part = profile->part,
		.path = tree_id(path.bytes, path.length),
		.line = reading->slots->count,
	};
	add_line(reading, SLOTS_ROWS, profile, DBGSHM_UNIT_NONE);
	if (!has_lasting_rows(profile->table) || cells > *cells_left)
		return;
	*cells_left -= cells;
	plan_cells(reading, planned, profile);
}

void
slots_plan(struct slots_reading *reading)
{
	const struct model *model = reading->slots->last;
	const struct model_profile *profile;
	size_t i, j, metrics = 0, cells_left = CELLS_MOST;

	for (i = 0; i < model->profile_count; i++)
		metrics += model->profiles[i].metric_count;
	reading->ids = take(metrics, sizeof(*reading->ids));
	reading->tables = take(model->profile_count, sizeof(*reading->tables));
	for (i = 0; i < model->profile_count; i++) {
		profile = &model->profiles[i];
		for (j = 0; j < profile->metric_count; j++)
			plan_metric(
			    reading, profile, &model_metrics(profile)[j]);
		if (profile->table != NULL)
			plan_table(reading, profile, &cells_left);
	}
	/* The id comes first. */
	qsort(reading->ids, reading->id_count, sizeof(*reading->ids),
	    ids_compare);
}

/* ---- names -------------------------------------------------------------------- */

static void
forget_part(struct slots_part *part)
{
	free(part->values);
	free(part->grown);
	free(part->tables);
	part->values = part->grown = part->tables = NULL;
	part->value_count = part->grown_count = part->table_count = 0;
}

static size_t
table_of(const struct slots_reading *reading, size_t part, uint64_t path)
{
	size_t i;

	for (i = 0; i < reading->table_count; i++)
		if (reading->tables[i].part == part &&
		    reading->tables[i].path == path)
			return (i);
	return (SLOTS_NONE);
}

static void
name_metrics(struct slots_reading *reading, size_t at, struct slots_part *part)
{
	size_t i, count = dbgshm_reader_metric_count(part->reader);
	const struct dbgshm_metric_info *info;
	struct slots_id wanted, *found;

	part->values = take(count, sizeof(*part->values));
	part->grown = take(count, sizeof(*part->grown));
	for (i = 0; i < count; i++) {
		info = dbgshm_reader_metric(part->reader, i);
		wanted.id = model_metric_id(at, info);
		found = bsearch(&wanted, reading->ids, reading->id_count,
		    sizeof(wanted), ids_compare);
		if (found == NULL)
			continue;
		if (reading->slots->lines[found->line].what == SLOTS_VALUE)
			part->values[part->value_count++] =
			    (struct slots_place){ i, found->line };
		else
			part->grown[part->grown_count++] =
			    (struct slots_place){ i, found->line };
	}
}

void
slots_name(struct slots_reading *reading, size_t at)
{
	struct slots_part *part = &reading->parts[at];
	const struct dbgshm_profile_info *info;
	uint64_t names = model_names(part->reader);
	size_t i, count, table;

	if (part->named && part->names == names)
		return;
	forget_part(part);
	part->named = true;
	part->names = names;
	name_metrics(reading, at, part);
	count = dbgshm_reader_profile_count(part->reader);
	part->tables = take(count, sizeof(*part->tables));
	for (i = 0; i < count; i++) {
		info = dbgshm_reader_profile(part->reader, i);
		if (info->table < 0)
			continue;
		table = table_of(
		    reading, at, tree_id(info->path.bytes, info->path.length));
		if (table != SLOTS_NONE)
			part->tables[part->table_count++] =
			    (struct slots_place){ (size_t)info->table, table };
	}
}

void
slots_reading_fini(struct slots_reading *reading)
{
	size_t i;

	for (i = 0; i < reading->part_count; i++)
		forget_part(&reading->parts[i]);
	for (i = 0; i < reading->table_count; i++) {
		free(reading->tables[i].rows);
		free(reading->tables[i].columns);
	}
	free(reading->tables);
	free(reading->ids);
}
