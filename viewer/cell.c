/*
 * cell.c - the cells of a table as people read them.
 */
#include "cell.h"
#include "shape.h"

#include <libshm/kit/fmt.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

bool
cell_is_number(uint8_t type)
{
	return (type != DBGSHM_TYPE_TEXT && type != DBGSHM_TYPE_ENUM &&
	    type != DBGSHM_TYPE_BOOL && type != DBGSHM_TYPE_BLOB &&
	    type != DBGSHM_TYPE_REFERENCE);
}

bool
cell_is_zero(const struct model_cell *cell)
{
	switch (cell->type) {
	case DBGSHM_TYPE_SIGNED:
		return (cell->i == 0);
	case DBGSHM_TYPE_FLOAT:
		return (cell->d == 0);
	default:
		return (cell->u == 0);
	}
}

bool
cell_number(const struct model_table *table, const struct model_row *row,
    size_t column, double *value)
{
	const struct model_cell *cell;

	if (row->state == DBGSHM_ROWSTATE_TORN ||
	    (table->shape != DBGSHM_SHAPE_PLAIN &&
		shape_empty(table, column, row)))
		return (false);
	if (column == SHAPE_ENDED) {
		*value = (double)row->ended_age_ns;
		return (row->ended_real_ns != 0);
	}
	cell = &row->cells[column == SHAPE_PROGRESS ? DBGSHM_OPERATION_DONE
						    : column];
	switch (cell->type) {
	case DBGSHM_TYPE_TEXT:
	case DBGSHM_TYPE_BLOB:
	case DBGSHM_TYPE_REFERENCE:
		return (false);
	case DBGSHM_TYPE_SIGNED:
		*value = (double)cell->i;
		return (!cell->hidden);
	case DBGSHM_TYPE_FLOAT:
		*value = cell->d;
		return (!cell->hidden);
	case DBGSHM_TYPE_TIME:
		*value = (double)cell->age_ns;
		return (!cell->hidden && cell->u != 0);
	case DBGSHM_TYPE_ENUM:
		*value = (double)cell->u;
		return (!cell->hidden &&
		    (cell->text == NULL || *cell->text == '\0'));
	default:
		*value = (double)cell->u;
		return (!cell->hidden);
	}
}

const char *
cell_ago(char *out, size_t size, uint64_t real_ns, uint64_t age_ns, bool over,
    bool raw)
{
	char age[FMT_SIZE];

	if (raw)
		fmt_time(out, size, real_ns, 9);
	else if (real_ns == 0)
		strlcpy(out, "never", size);
	else
		snprintf(out, size, "%s %s", fmt_age(age, sizeof(age), age_ns),
		    over ? "before" : "ago");
	return (out);
}

const char *
cell_reference(char buffer[CELL_SIZE], const struct model_cell *cell)
{
	const struct model_link *link = cell->link;
	const char *name = "";

	if (link == NULL)
		return ("");
	if (link->state == MODEL_LINK_GONE)
		name = "(gone)";
	else if (link->profile != NULL && link->profile->table != NULL &&
	    link->row < link->profile->table->row_count)
		name = shape_name(
		    link->profile, &link->profile->table->rows[link->row]);
	snprintf(buffer, CELL_SIZE, "%s%s%s", cell->text,
	    *name != '\0' ? " " : "", name);
	return (buffer);
}

/* A text that was cut says so. */
static const char *
text_of(char buffer[CELL_SIZE], const struct model_cell *cell)
{
	if (cell->type == DBGSHM_TYPE_REFERENCE)
		return (cell_reference(buffer, cell));
	if (!cell->cut)
		return (cell->text);
	snprintf(buffer, CELL_SIZE, "%.*s...", CELL_SIZE - 4, cell->text);
	return (buffer);
}

static const char *
number_of(char buffer[CELL_SIZE], const struct model_column *column,
    const struct model_cell *cell, bool raw)
{
	switch (cell->type) {
	case DBGSHM_TYPE_SIGNED:
		if (raw)
			return (fmt_i64(buffer, CELL_SIZE, cell->i));
		return (fmt_unit(
		    buffer, CELL_SIZE, column->unit, (double)cell->i, false));
	case DBGSHM_TYPE_FLOAT:
		if (isnan(cell->d))
			return ("-");
		return (
		    fmt_unit(buffer, CELL_SIZE, column->unit, cell->d, raw));
	case DBGSHM_TYPE_DURATION:
		if (!raw)
			return (fmt_duration(buffer, CELL_SIZE, cell->u));
		break;
	case DBGSHM_TYPE_ENUM:
		break;
	default:
		if (!raw)
			return (fmt_unit(buffer, CELL_SIZE, column->unit,
			    (double)cell->u, false));
		break;
	}
	return (fmt_u64(buffer, CELL_SIZE, cell->u));
}

/* 3/12, or 3 of nobody knows how many. */
static const char *
progress_of(char buffer[CELL_SIZE], const struct model_row *row, bool raw)
{
	uint64_t done = row->cells[DBGSHM_OPERATION_DONE].u;
	uint64_t total = row->cells[DBGSHM_OPERATION_TOTAL].u;
	size_t length;

	fmt_unit(buffer, CELL_SIZE, DBGSHM_UNIT_NONE, (double)done, raw);
	if (total == 0)
		return (buffer);
	strlcat(buffer, "/", CELL_SIZE);
	length = strlen(buffer);
	fmt_unit(buffer + length, CELL_SIZE - length, DBGSHM_UNIT_NONE,
	    (double)total, raw);
	return (buffer);
}

const char *
cell_value(char buffer[CELL_SIZE], const struct model_profile *profile,
    const struct model_column *column, const struct model_cell *cell, bool raw)
{
	if (cell->hidden)
		return ("(hidden)");
	switch (cell->type) {
	case DBGSHM_TYPE_BOOL:
		return (cell->u != 0 ? "yes" : "no");
	case DBGSHM_TYPE_TIME:
		return (cell_ago(buffer, CELL_SIZE, cell->u, cell->age_ns,
		    profile->over, raw));
	default:
		if (cell->text != NULL &&
		    (cell->type != DBGSHM_TYPE_ENUM || *cell->text != '\0'))
			return (text_of(buffer, cell));
		return (number_of(buffer, column, cell, raw));
	}
}

const char *
cell_text(char buffer[CELL_SIZE], const struct model_profile *profile,
    const struct model_row *row, size_t column, bool raw)
{
	const struct model_table *table = profile->table;

	if (row->state == DBGSHM_ROWSTATE_TORN)
		return ("?");
	/* What is not known of rows of a shape is not worth a sign. */
	if (table->shape != DBGSHM_SHAPE_PLAIN &&
	    shape_empty(table, column, row))
		return ("");
	if (column == SHAPE_ENDED)
		return (row->ended_real_ns == 0
			? ""
			: cell_ago(buffer, CELL_SIZE, row->ended_real_ns,
			      row->ended_age_ns, profile->over, raw));
	if (column == SHAPE_PROGRESS)
		return (progress_of(buffer, row, raw));
	return (cell_value(buffer, profile, &table->columns[column],
	    &row->cells[column], raw));
}

const char *
cell_rate(char buffer[CELL_SIZE], const struct model_table *table,
    const struct model_row *row, size_t column, bool raw)
{
	if (row->state == DBGSHM_ROWSTATE_TORN)
		return ("?");
	if (row->cells[column].hidden)
		return ("");
	return (fmt_rate(buffer, CELL_SIZE, table->columns[column].unit,
	    row->cells[column].rate, raw));
}
