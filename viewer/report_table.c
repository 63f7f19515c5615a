/*
 * report_table.c - the rows of a profile in a report for people.
 */
#include "report_table.h"

#include <libshm/kit/columns.h>
#include <libshm/kit/fmt.h>

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDE (4 * FMT_SIZE)

static bool
is_number(uint8_t type)
{
	return (type != DBGSHM_TYPE_TEXT && type != DBGSHM_TYPE_ENUM &&
	    type != DBGSHM_TYPE_BOOL && type != DBGSHM_TYPE_BLOB);
}

static void
add_cell(struct columns *columns, const struct model_column *column,
    const struct model_cell *cell, uint64_t now_real_ns, bool raw)
{
	char text[WIDE], *cut;

	if (cell->hidden) {
		columns_add(columns, "(hidden)");
		return;
	}
	switch (cell->type) {
	case DBGSHM_TYPE_SIGNED:
		if (raw)
			fmt_i64(text, sizeof(text), cell->i);
		else
			fmt_unit(text, sizeof(text), column->unit,
			    (double)cell->i, false);
		break;
	case DBGSHM_TYPE_FLOAT:
		if (isnan(cell->d))
			snprintf(text, sizeof(text), "-");
		else
			fmt_unit(
			    text, sizeof(text), column->unit, cell->d, raw);
		break;
	case DBGSHM_TYPE_TIME:
		if (raw || cell->u == 0 || cell->u > now_real_ns)
			fmt_time(text, sizeof(text), cell->u, raw ? 9 : 3);
		else
			snprintf(text, sizeof(text), "%s ago",
			    fmt_age((char[FMT_SIZE]){ 0 }, FMT_SIZE,
				now_real_ns - cell->u));
		break;
	case DBGSHM_TYPE_DURATION:
		if (raw)
			fmt_u64(text, sizeof(text), cell->u);
		else
			fmt_duration(text, sizeof(text), cell->u);
		break;
	case DBGSHM_TYPE_BOOL:
		snprintf(text, sizeof(text), "%s", cell->u ? "yes" : "no");
		break;
	case DBGSHM_TYPE_TEXT:
	case DBGSHM_TYPE_BLOB:
	case DBGSHM_TYPE_ENUM:
		if (cell->text != NULL && cell->cut &&
		    asprintf(&cut, "%s...", cell->text) != -1) {
			columns_add(columns, cut);
			free(cut);
			return;
		}
		if (cell->text != NULL) {
			columns_add(columns, cell->text);
			return;
		}
		fmt_u64(text, sizeof(text), cell->u);
		break;
	default:
		if (raw)
			fmt_u64(text, sizeof(text), cell->u);
		else
			fmt_unit(text, sizeof(text), column->unit,
			    (double)cell->u, false);
		break;
	}
	columns_add(columns, text);
}

/* PEER; SENT, or where numbers are raw SENT_BYTES. */
static void
add_heading(
    struct columns *columns, const struct model_column *column, bool raw)
{
	/* A time is printed as a date, of no unit. */
	const char *unit = raw && column->type != DBGSHM_TYPE_TIME
	    ? dbgshm_unit_name(column->unit)
	    : NULL;
	size_t length = strlen(column->name);
	char *heading, *c;

	/* Some names say it already: cpu_percent. */
	if (unit != NULL && length >= strlen(unit) &&
	    strcmp(column->name + length - strlen(unit), unit) == 0)
		unit = NULL;

	if (asprintf(&heading, "%s%s%s", column->name, unit != NULL ? "_" : "",
		unit != NULL ? unit : "") == -1)
		abort();
	for (c = heading; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	columns_add(columns, heading);
	free(heading);
}

void
report_table(FILE *file, const struct report *report,
    const struct model_table *table, const struct look *look)
{
	bool marks = false;
	size_t i, j, shown = 0, at;
	struct columns *columns;

	for (i = 0; i < table->row_count; i++)
		marks |= table->rows[i].state != DBGSHM_ROWSTATE_LIVE;
	for (j = 0; j < table->column_count; j++)
		shown += table->columns[j].level <= report->level;
	columns = columns_create(1 + (marks ? 1 : 0) + shown);
	columns_add(columns, "ID");
	if (marks)
		columns_add(columns, "ROW");
	for (j = 0, at = marks ? 2 : 1; j < table->column_count; j++) {
		if (table->columns[j].level > report->level)
			continue;
		add_heading(columns, &table->columns[j], look->raw);
		if (is_number(table->columns[j].type))
			columns_right(columns, at);
		at++;
	}
	for (i = 0; i < table->row_count; i++) {
		columns_add(columns, table->rows[i].name);
		if (marks)
			columns_add(columns,
			    dbgshm_row_state_name(table->rows[i].state));
		for (j = 0; j < table->column_count; j++)
			if (table->columns[j].level <= report->level)
				add_cell(columns, &table->columns[j],
				    &table->rows[i].cells[j],
				    report->model->target.time_real_ns,
				    look->raw);
	}
	if (table->row_count > 0)
		columns_print(columns, file, "  ", look->strong, look->off);
	columns_destroy(columns);
	if (report->request->quiet)
		return;
	fprintf(file, "  %s%zu row%s (room for %u)", look->dim,
	    table->row_count, table->row_count == 1 ? "" : "s",
	    table->capacity);
	if (table->dropped > 0)
		fprintf(
		    file, ", %llu dropped", (unsigned long long)table->dropped);
	fprintf(file, "%s\n", look->off);
}
