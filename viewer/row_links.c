/*
 * row_links.c - which rows refer to a row.
 */
#include "row_links.h"

#include "shape.h"

#include <string.h>

enum { COLUMN_ROW, COLUMN_NAME, COLUMN_STATE, COLUMN_VIA, COLUMN_COUNT };

static const struct list_column columns[COLUMN_COUNT] = {
	[COLUMN_ROW] = { .title = "REFERRED TO BY",
	    .least = 10,
	    .widest = 40,
	    .kept = true,
	    .cut = GRID_CUT_FRONT },
	[COLUMN_NAME] = { .title = "NAME", .least = 10, .widest = 48 },
	[COLUMN_STATE] = { .title = "STATE", .least = 8, .rank = 1 },
	[COLUMN_VIA] = { .title = "AS", .least = 8, .rank = 2 },
};

static void
search(struct objects *objects, const struct model_profile *from, size_t column,
    const struct model_profile *profile, size_t row)
{
	const struct model_link *link;

	for (size_t i = 0; i < from->table->row_count; i++) {
		link = from->table->rows[i].cells[column].link;
		if (link == NULL || link->profile != profile ||
		    link->state == MODEL_LINK_GONE || link->row != row ||
		    from->table->rows[i].state == DBGSHM_ROWSTATE_TORN)
			continue;
		objects_add(objects, from, i)->column = column;
	}
}

void
row_links_find(struct objects *objects, const struct model_profile *profile,
    const struct model_row *row)
{
	const struct model *model = objects->scene->model;
	size_t at = (size_t)(row - profile->table->rows);
	const struct model_table *table;

	for (size_t i = 0; i < model->profile_count; i++) {
		table = model->profiles[i].table;
		for (size_t k = 0; table != NULL && k < table->column_count;
		     k++)
			if (table->columns[k].type == DBGSHM_TYPE_REFERENCE)
				search(objects, &model->profiles[i], k, profile,
				    at);
	}
}

static uint64_t
link_id(const struct list_source *source, size_t place)
{
	return (
	    objects_row_id(source, place) + objects_at(source, place)->column);
}

static void
link_cell(const struct list_source *source, size_t place, size_t column,
    struct list_cell *cell)
{
	const struct object *object = objects_at(source, place);
	const struct model_row *row = objects_row(object);
	bool over = row->state == DBGSHM_ROWSTATE_FINISHED;
	size_t size = sizeof(cell->text);

	cell->style = over ? GRID_DIM : GRID_PLAIN;
	switch (column) {
	case COLUMN_ROW:
		snprintf(cell->text, size, "%s[%s]", object->profile->path,
		    row->name);
		cell->style = over ? GRID_DIM : GRID_KEY;
		break;
	case COLUMN_NAME:
		strlcpy(cell->text, shape_name(object->profile, row), size);
		break;
	case COLUMN_STATE:
		strlcpy(cell->text,
		    shape_state(object->profile->table, object->profile, row),
		    size);
		break;
	default:
		strlcpy(cell->text,
		    object->profile->table->columns[object->column].name, size);
		cell->style = GRID_DIM;
		break;
	}
}

static int
link_compare(
    const struct list_source *source, size_t column, size_t a, size_t b)
{
	struct list_cell left = { .text = "" }, right = { .text = "" };

	link_cell(source, a, column, &left);
	link_cell(source, b, column, &right);
	return (strcmp(left.text, right.text));
}

void
row_links_source(const struct objects *objects, struct list_source *source)
{
	*source = (struct list_source){
		.context = objects,
		.count = objects->count,
		.columns = columns,
		.column_count = COLUMN_COUNT,
		.schema = 1,
		.empty = "no row refers to it",
		.id = link_id,
		.cell = link_cell,
		.compare = link_compare,
	};
}
