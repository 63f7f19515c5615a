/*
 * tables.c - all tables of a target, and the rows of the selected one.
 */
#include "tables.h"

#include "figure.h"
#include "kit/fmt.h"

#include <string.h>

enum {
	COLUMN_PROFILE,
	COLUMN_SHAPE,
	COLUMN_ROWS,
	COLUMN_ROOM,
	COLUMN_LOST,
	COLUMN_ABOUT,
	COLUMN_COUNT
};

static const struct list_column columns[COLUMN_COUNT] = {
	[COLUMN_PROFILE] = { .title = "TABLE",
	    .least = 8,
	    .widest = 48,
	    .kept = true,
	    .cut = GRID_CUT_FRONT },
	[COLUMN_SHAPE] = { .title = "SHAPE", .least = 9, .rank = 2 },
	[COLUMN_ROWS] = { .title = "ROWS", .least = 6, .right = true },
	[COLUMN_ROOM] = { .title = "ROOM",
	    .least = 6,
	    .right = true,
	    .rank = 1 },
	[COLUMN_LOST] = { .title = "NOT KEPT", .least = 8, .right = true },
	[COLUMN_ABOUT] = { .title = "ABOUT",
	    .least = 16,
	    .spread = true,
	    .rank = 3 },
};

static const struct model_table *
table_at(const struct list_source *source, size_t place)
{
	const struct tables *tables = source->context;

	return (tables->objects.list[place].profile->table);
}

static const struct object *
object_at(const struct list_source *source, size_t place)
{
	const struct tables *tables = source->context;

	return (&tables->objects.list[place]);
}

static uint64_t
table_id(const struct list_source *source, size_t place)
{
	return (object_at(source, place)->profile_id);
}

static char
table_mark(const struct list_source *source, size_t place)
{
	const struct tables *tables = source->context;
	const struct model_profile *profile = object_at(source, place)->profile;
	const struct alerts *alerts = tables->scene->alerts;

	if (alerts != NULL &&
	    alerts_below(alerts, profile->path, strlen(profile->path)) > 0)
		return ('!');
	return (profile->table->dropped > 0 ? '~' : '\0');
}

static void
count_cell(const struct tables *tables, struct list_cell *cell, uint64_t count)
{
	if (tables->view->raw)
		fmt_u64(cell->text, sizeof(cell->text), count);
	else
		fmt_count(cell->text, sizeof(cell->text), (double)count);
	cell->style = count == 0 ? GRID_DIM : GRID_PLAIN;
}

static void
table_cell(const struct list_source *source, size_t place, size_t column,
    struct list_cell *cell)
{
	const struct tables *tables = source->context;
	const struct model_profile *profile = object_at(source, place)->profile;
	const struct model_table *table = profile->table;

	switch (column) {
	case COLUMN_PROFILE:
		strlcpy(cell->text, profile->path, sizeof(cell->text));
		break;
	case COLUMN_SHAPE:
		strlcpy(cell->text, dbgshm_shape_name(table->shape),
		    sizeof(cell->text));
		cell->style = GRID_DIM;
		break;
	case COLUMN_ROWS:
		count_cell(tables, cell, table->row_count);
		if (table->row_count > 0)
			cell->style = GRID_STRONG;
		break;
	case COLUMN_ROOM:
		count_cell(tables, cell, table->capacity);
		break;
	case COLUMN_LOST:
		count_cell(tables, cell, table->dropped);
		if (table->dropped > 0)
			cell->style = GRID_WARN;
		break;
	default:
		strlcpy(cell->text, profile->description, sizeof(cell->text));
		cell->style = GRID_DIM;
		break;
	}
}

static bool
table_number(const struct list_source *source, size_t place, size_t column,
    double *value)
{
	const struct model_table *table = table_at(source, place);

	switch (column) {
	case COLUMN_ROWS:
		*value = (double)table->row_count;
		return (true);
	case COLUMN_ROOM:
		*value = (double)table->capacity;
		return (true);
	case COLUMN_LOST:
		*value = (double)table->dropped;
		return (true);
	default:
		return (false);
	}
}

static int
table_compare(
    const struct list_source *source, size_t column, size_t a, size_t b)
{
	struct list_cell left = { .text = "" }, right = { .text = "" };
	double one, other;

	if (table_number(source, a, column, &one) &&
	    table_number(source, b, column, &other))
		return (figure_compare(one, other));
	table_cell(source, a, column, &left);
	table_cell(source, b, column, &right);
	return (strcmp(left.text, right.text));
}

void
tables_find(
    struct tables *tables, const struct view *view, const struct scene *scene)
{
	const struct model *model = scene->model;
	const struct model_profile *profile;

	memset(tables, 0, sizeof(*tables));
	tables->view = view;
	tables->scene = scene;
	objects_init(&tables->objects, view, scene);
	for (size_t i = 0; i < model->profile_count; i++) {
		profile = &model->profiles[i];
		if (profile->table == NULL)
			continue;
		if (profile->level > view->level)
			tables->deep++;
		else
			objects_add(&tables->objects, profile, 0);
	}
	tables->source = (struct list_source){
		.context = tables,
		.count = tables->objects.count,
		.columns = columns,
		.column_count = COLUMN_COUNT,
		.schema = 1,
		.empty = "no tables",
		.id = table_id,
		.cell = table_cell,
		.compare = table_compare,
		.number = table_number,
		.mark = table_mark,
	};
}

void
tables_find_rows(struct tables *tables)
{
	const struct view *view = tables->view;
	size_t place = list_row(&view->lists[SCREEN_TABLES]);

	tables->profile = NULL;
	if (place >= tables->objects.count)
		return;
	tables->profile = tables->objects.list[place].profile;
	rows_source(&tables->rows, &tables->rows_source, tables->profile,
	    view->level, view->raw,
	    view->table.sort < 0 && view->table.filter[0] == '\0');
	rows_over_time(
	    &tables->rows, &tables->rows_source, view, tables->scene);
	tables->rows_source.empty =
	    objects_empty(tables->scene, tables->rows_source.empty);
}
