/*
 * rows.c - the table of a profile as a list.
 */
#include "rows.h"

#include "cell.h"
#include "figure.h"
#include "kit/fmt.h"
#include "shape.h"
#include "tree.h"

#include <math.h>
#include <string.h>

/* The list counts rows in the order for people. */
static size_t
row_of(const struct list_source *source, size_t place)
{
	const struct rows *rows = source->context;

	return (shape_row(rows->table, place));
}

static const struct model_row *
row_at(const struct list_source *source, size_t place)
{
	const struct rows *rows = source->context;

	return (&rows->table->rows[row_of(source, place)]);
}

uint64_t
rows_id(const struct model_profile *profile, const struct model_row *row)
{
	return (row->id ^ tree_id(profile->path, strlen(profile->path)));
}

static uint64_t
row_id(const struct list_source *source, size_t row)
{
	const struct rows *rows = source->context;

	return (rows_id(rows->profile, row_at(source, row)));
}

static char
row_mark(const struct list_source *source, size_t row)
{
	const struct rows *rows = source->context;

	if (shape_alarm(rows->table, row_at(source, row)))
		return ('!');
	switch (row_at(source, row)->state) {
	case DBGSHM_ROWSTATE_FINISHED:
		return ('-');
	case DBGSHM_ROWSTATE_BUSY:
	case DBGSHM_ROWSTATE_TORN:
		return ('~');
	default:
		return ('\0');
	}
}

void
rows_cell_text(const struct rows *rows, size_t row, size_t column, bool rate,
    char *text, size_t size)
{
	const struct model_row *object = &rows->table->rows[row];
	char buffer[CELL_SIZE];

	if (rate && rows->table->shape != DBGSHM_SHAPE_PLAIN &&
	    shape_empty(rows->table, column, object))
		text[0] = '\0';
	else if (rate)
		strlcpy(text,
		    cell_rate(buffer, rows->table, object, column, rows->raw),
		    size);
	else
		strlcpy(text,
		    cell_text(buffer, rows->profile, object, column, rows->raw),
		    size);
}

static uint8_t
cell_style(const struct rows *rows, size_t row, size_t column, bool rate)
{
	const struct model_row *object = &rows->table->rows[row];
	const struct model_cell *cell;

	if (object->state == DBGSHM_ROWSTATE_FINISHED || column == SHAPE_ENDED)
		return (GRID_DIM);
	if (column == SHAPE_PROGRESS)
		return (GRID_PLAIN);
	cell = &object->cells[column];
	if (cell->hidden)
		return (GRID_DIM);
	if (rate ? isnan(cell->rate) || cell->rate == 0
		 : cell_is_number(cell->type) && cell_is_zero(cell))
		return (GRID_DIM);
	if (shape_alarm(rows->table, object))
		return (GRID_WARN);
	if ((rows->table->columns[column].flags & DBGSHM_COLUMN_KEY) != 0 ||
	    (rows->table->shape != DBGSHM_SHAPE_PLAIN &&
		column == rows->which[0]))
		return (GRID_STRONG);
	return (GRID_PLAIN);
}

static void
row_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *out)
{
	const struct rows *rows = source->context;
	size_t which = rows->which[column], at = row_of(source, row), indent;

	indent = column == 0 && rows->nested
	    ? 2 * (size_t)rows->table->rows[at].depth
	    : 0;
	memset(out->text, ' ', indent);
	rows_cell_text(rows, at, which, rows->rate[column], out->text + indent,
	    sizeof(out->text) - indent);
	out->style = cell_style(rows, at, which, rows->rate[column]);
}

static int
row_compare(const struct list_source *source, size_t column, size_t a, size_t b)
{
	const struct rows *rows = source->context;
	size_t which = rows->which[column];
	const struct model_cell *x, *y;

	if (which == SHAPE_ENDED)
		return (list_compare(row_at(source, b)->ended_real_ns,
		    row_at(source, a)->ended_real_ns));
	if (which == SHAPE_PROGRESS)
		which = DBGSHM_OPERATION_DONE;
	x = &row_at(source, a)->cells[which];
	y = &row_at(source, b)->cells[which];
	if (x->hidden || y->hidden)
		return (0);
	if (rows->rate[column])
		return (figure_compare(x->rate, y->rate));
	switch (x->type) {
	case DBGSHM_TYPE_SIGNED:
		return (x->i < y->i ? -1 : x->i > y->i);
	case DBGSHM_TYPE_FLOAT:
		return (figure_compare(x->d, y->d));
	case DBGSHM_TYPE_TEXT:
	case DBGSHM_TYPE_BLOB:
	case DBGSHM_TYPE_REFERENCE:
		return (strcmp(x->text, y->text));
	case DBGSHM_TYPE_TIME: /* by age: the youngest first */
		return (list_compare(y->u, x->u));
	default:
		return (list_compare(x->u, y->u));
	}
}

static bool
row_number(
    const struct list_source *source, size_t row, size_t column, double *value)
{
	const struct rows *rows = source->context;
	const struct model_row *object = row_at(source, row);
	size_t which = rows->which[column];

	if (!rows->rate[column])
		return (cell_number(rows->table, object, which, value));
	if (object->state == DBGSHM_ROWSTATE_TORN ||
	    object->cells[which].hidden)
		return (false);
	*value = fmt_rate_shown(
	    rows->table->columns[which].unit, object->cells[which].rate);
	return (true);
}

static void
add_column(struct rows *rows, const struct shape_column *shown, bool rate)
{
	const struct model_column *column =
	    shape_column(rows->table, shown->column);
	struct list_column *out = &rows->columns[rows->column_count];
	char *title = rows->titles[rows->column_count];
	size_t size = sizeof(rows->titles[0]);
	bool number = cell_is_number(column->type);
	bool key = (column->flags & DBGSHM_COLUMN_KEY) != 0;

	/* A rate stands right of what it belongs to. */
	strlcpy(title, rate ? "" : column->name, size - 2);
	for (char *c = title; *c != '\0'; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	if (rate)
		strlcat(title, "/s", size);
	*out = (struct list_column){
		.title = title,
		.right = number,
		.kept = key,
		.late = shown->optional,
		.least = number ? 6 : 12,
		.widest = number ? 0 : 64,
		.cut = key || column->type == DBGSHM_TYPE_REFERENCE
		    ? GRID_CUT_FRONT
		    : GRID_CUT_END,
	};
	rows->which[rows->column_count] = shown->column;
	rows->rate[rows->column_count++] = rate;
}

static bool
is_key(const struct model_table *table, const struct shape_column *shown)
{
	return ((shape_column(table, shown->column)->flags &
		    DBGSHM_COLUMN_KEY) != 0);
}

/* Of plain tables the columns that name a row come first; a shape knows its
 * order. */
static bool
is_turn(
    const struct model_table *table, const struct shape_column *shown, int pass)
{
	if (table->shape != DBGSHM_SHAPE_PLAIN)
		return (pass == 0);
	return (is_key(table, shown) == (pass == 0));
}

void
rows_source(struct rows *rows, struct list_source *source,
    const struct model_profile *profile, uint8_t level, bool raw, bool nested)
{
	const struct model_table *table = profile->table;
	uint64_t schema = tree_id(profile->path, strlen(profile->path));
	struct shape_column shown[SHAPE_COLUMNS_MAX];
	size_t count = shape_columns(table, level, shown), i;
	const struct model_column *column;
	bool keys = false;
	int pass;

	*rows = (struct rows){
		.profile = profile,
		.table = table,
		.nested = nested,
		.raw = raw,
	};
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < count; i++) {
			if (!is_turn(table, &shown[i], pass) ||
			    rows->column_count + 2 > LIST_COLUMNS_MAX)
				continue;
			add_column(rows, &shown[i], false);
			column = shape_column(table, shown[i].column);
			keys = keys || is_key(table, &shown[i]);
			schema = schema * 31 +
			    tree_id(column->name, strlen(column->name));
			if (column->type == DBGSHM_TYPE_COUNTER)
				add_column(rows, &shown[i], true);
		}
	if (rows->column_count > 0 &&
	    (!keys || table->shape != DBGSHM_SHAPE_PLAIN))
		rows->columns[0].kept = true;
	*source = (struct list_source){
		.context = rows,
		.count = table->row_count,
		.columns = rows->columns,
		.column_count = rows->column_count,
		.schema = schema,
		.empty = "no rows now",
		.id = row_id,
		.cell = row_cell,
		.compare = row_compare,
		.number = row_number,
		.mark = row_mark,
	};
}

size_t
rows_row(const struct rows *rows, size_t place)
{
	return (shape_row(rows->table, place));
}

const struct model_link *
rows_link(const struct rows *rows, size_t row)
{
	const struct model_link *link;

	for (size_t i = 0; i < rows->table->column_count; i++) {
		link = rows->table->rows[row].cells[i].link;
		if (link != NULL && link->state != MODEL_LINK_GONE &&
		    link->profile != NULL && link->profile->table != NULL &&
		    link->row < link->profile->table->row_count)
			return (link);
	}
	return (NULL);
}
