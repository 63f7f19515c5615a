/*
 * report_table.c - the rows of a profile in a report for people.
 */
#include "cell.h"
#include "report_text.h"
#include "shape.h"

#include <libshm/kit/columns.h>
#include <libshm/kit/fmt.h>

#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#define FINISHED_SHOWN 8 /* at the normal level */

/* What of a table is printed. */
struct sheet {
	const struct model_profile *profile;
	const struct model_table *table;
	struct shape_column shown[SHAPE_COLUMNS_MAX];
	size_t shown_count;
	bool marks;	 /* there is a column for the state of rows */
	size_t left_out; /* finished rows */
	size_t too_wide; /* columns */
};

/* ---- which rows and columns --------------------------------------------- */

static bool
is_finished(const struct model_row *row)
{
	return (row->state == DBGSHM_ROWSTATE_FINISHED);
}

/* Calls of the past must not hide those that run now. */
static const struct model_row *
row_at(const struct sheet *sheet, size_t place, size_t *finished)
{
	const struct model_row *row =
	    &sheet->table->rows[shape_row(sheet->table, place)];

	if (is_finished(row) && (*finished)++ >= FINISHED_SHOWN &&
	    sheet->left_out > 0)
		return (NULL);
	return (row);
}

static bool
is_empty(const struct sheet *sheet, size_t column)
{
	const struct model_row *row;
	size_t i, finished = 0;

	for (i = 0; i < sheet->table->row_count; i++) {
		row = row_at(sheet, i, &finished);
		if (row != NULL && !shape_empty(sheet->table, column, row))
			return (false);
	}
	return (true);
}

static void
lay_out(struct sheet *sheet, const struct report *report,
    const struct model_profile *profile)
{
	const struct model_table *table = profile->table;
	size_t i, count, finished = 0;

	*sheet = (struct sheet){
		.profile = profile,
		.table = table,
		.marks = shape_marks(table, profile),
	};
	for (i = 0; i < table->row_count; i++)
		finished += is_finished(&table->rows[i]);
	if (report->level == DBGSHM_LEVEL_NORMAL &&
	    finished > FINISHED_SHOWN + 1)
		sheet->left_out = finished - FINISHED_SHOWN;
	count = shape_columns(table, report->level, sheet->shown);
	for (i = 0; i < count; i++)
		if (!sheet->shown[i].optional ||
		    !is_empty(sheet, sheet->shown[i].column))
			sheet->shown[sheet->shown_count++] = sheet->shown[i];
}

/* ---- cells --------------------------------------------------------------- */

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
		err(1, "memory for a text");
	for (c = heading; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	columns_add(columns, heading);
	free(heading);
}

static void
add_headings(struct columns *columns, const struct sheet *sheet, bool raw)
{
	const struct model_column *column;
	size_t i, at = sheet->marks ? 2 : 1;

	columns_add(columns, "ID");
	if (sheet->marks)
		columns_add(columns, "ROW");
	for (i = 0; i < sheet->shown_count; i++, at++) {
		if (sheet->shown[i].optional)
			columns_optional(columns, at);
		column = shape_column(sheet->table, sheet->shown[i].column);
		add_heading(columns, column, raw);
		if (cell_is_number(column->type))
			columns_right(columns, at);
	}
}

/* A part of something stands below it, further to the right. */
static void
add_name(struct columns *columns, const struct model_row *row, const char *text)
{
	char *shown;

	if (asprintf(&shown, "%*s%s", 2 * row->depth, "", text) == -1)
		err(1, "memory for a text");
	columns_add(columns, shown);
	free(shown);
}

static void
add_row(struct columns *columns, const struct sheet *sheet,
    const struct model_row *row, const struct look *look)
{
	const char *on = NULL;
	char buffer[CELL_SIZE];
	bool alarm = shape_alarm(sheet->table, row);
	const char *text;
	size_t i;

	if (alarm)
		on = look->warn;
	else if (is_finished(row))
		on = look->dim;
	columns_line(columns, alarm ? '!' : 0, on, on ? look->off : NULL);
	columns_add(columns, row->name);
	if (sheet->marks)
		columns_add(
		    columns, shape_state(sheet->table, sheet->profile, row));
	for (i = 0; i < sheet->shown_count; i++) {
		text = cell_text(buffer, sheet->profile, row,
		    sheet->shown[i].column, look->raw);
		if (i == 0 && row->depth > 0)
			add_name(columns, row, text);
		else
			columns_add(columns, text);
	}
}

/* ---- all of it ------------------------------------------------------------ */

static void
print_foot(FILE *file, const struct sheet *sheet, const struct look *look)
{
	const struct model_table *table = sheet->table;

	fprintf(file, "  %s%zu row%s (room for %u)", look->dim,
	    table->row_count, table->row_count == 1 ? "" : "s",
	    table->capacity);
	if (sheet->left_out > 0)
		fprintf(file, ", %zu finished ones not shown (-a shows them)",
		    sheet->left_out);
	if (sheet->too_wide > 0)
		fprintf(file, ", %zu column%s too many for this width",
		    sheet->too_wide, sheet->too_wide == 1 ? "" : "s");
	if (table->dropped > 0)
		fprintf(
		    file, ", %llu dropped", (unsigned long long)table->dropped);
	fprintf(file, "%s\n", look->off);
}

void
report_table(FILE *file, const struct report *report,
    const struct model_profile *profile, const struct look *look)
{
	const char *remark = shape_remark(profile);
	const struct model_row *row;
	struct columns *columns;
	size_t i, finished = 0;
	struct sheet sheet;

	lay_out(&sheet, report, profile);
	columns = columns_create(1 + (sheet.marks ? 1 : 0) + sheet.shown_count);
	add_headings(columns, &sheet, look->raw);
	for (i = 0; i < sheet.table->row_count; i++) {
		row = row_at(&sheet, i, &finished);
		if (row != NULL)
			add_row(columns, &sheet, row, look);
	}
	if (sheet.table->row_count > 0) {
		if (remark != NULL)
			fprintf(
			    file, "  %s%s%s\n", look->warn, remark, look->off);
		if (look->width != SIZE_MAX)
			sheet.too_wide = columns_fit(columns, look->width - 2);
		columns_print(columns, file, "  ", look->strong, look->off);
	}
	columns_destroy(columns);
	if (!report->request->quiet)
		print_foot(file, &sheet, look);
}
