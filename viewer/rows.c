/*
 * rows.c - the table of a profile as a list.
 */
#include "rows.h"

#include "kit/fmt.h"
#include "tree.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const struct model_row *
row_at(const struct list_source *source, size_t row)
{
	const struct rows *rows = source->context;

	return (&rows->table->rows[row]);
}

static uint64_t
row_id(const struct list_source *source, size_t row)
{
	return (row_at(source, row)->id);
}

static char
row_mark(const struct list_source *source, size_t row)
{
	switch (row_at(source, row)->state) {
	case DBGSHM_ROWSTATE_FINISHED:
		return ('-');
	case DBGSHM_ROWSTATE_BUSY:
	case DBGSHM_ROWSTATE_TORN:
		return ('~');
	case DBGSHM_ROWSTATE_TORN_AT_DEATH:
		return ('!');
	default:
		return ('\0');
	}
}

static void
time_text(const struct rows *rows, uint64_t real_ns, char *text, size_t size)
{
	char age[FMT_SIZE];
	uint64_t age_ns;

	if (real_ns == 0) {
		strlcpy(text, "never", size);
		return;
	}
	if (rows->raw) {
		fmt_time(text, size, real_ns, 3);
		return;
	}
	age_ns = rows->now_real_ns > real_ns ? rows->now_real_ns - real_ns : 0;
	snprintf(text, size, "%s ago", fmt_age(age, sizeof(age), age_ns));
}

void
rows_cell_text(const struct rows *rows, size_t row, size_t column, bool rate,
    char *text, size_t size)
{
	const struct model_cell *cell = &rows->table->rows[row].cells[column];
	uint8_t unit = rows->table->columns[column].unit;

	if (rows->table->rows[row].state == DBGSHM_ROWSTATE_TORN) {
		strlcpy(text, "?", size);
		return;
	}
	if (cell->hidden) {
		strlcpy(text, "(secret)", size);
		return;
	}
	if (rate) {
		fmt_rate(text, size, unit, cell->rate, rows->raw);
		return;
	}
	switch (cell->type) {
	case DBGSHM_TYPE_SIGNED:
		if (rows->raw)
			fmt_i64(text, size, cell->i);
		else
			fmt_unit(text, size, unit, (double)cell->i, false);
		break;
	case DBGSHM_TYPE_FLOAT:
		fmt_unit(text, size, unit, cell->d, rows->raw);
		break;
	case DBGSHM_TYPE_TEXT:
	case DBGSHM_TYPE_BLOB:
		strlcpy(text, cell->text, size);
		break;
	case DBGSHM_TYPE_ENUM:
		if (cell->text != NULL && cell->text[0] != '\0')
			strlcpy(text, cell->text, size);
		else
			fmt_u64(text, size, cell->u);
		break;
	case DBGSHM_TYPE_BOOL:
		strlcpy(text, cell->u != 0 ? "yes" : "no", size);
		break;
	case DBGSHM_TYPE_TIME:
		time_text(rows, cell->u, text, size);
		break;
	case DBGSHM_TYPE_DURATION:
		if (rows->raw)
			fmt_u64(text, size, cell->u);
		else
			fmt_duration(text, size, cell->u);
		break;
	default:
		if (rows->raw)
			fmt_u64(text, size, cell->u);
		else
			fmt_unit(text, size, unit, (double)cell->u, false);
		break;
	}
}

static bool
is_text(uint8_t type)
{
	return (type == DBGSHM_TYPE_TEXT || type == DBGSHM_TYPE_BLOB ||
	    type == DBGSHM_TYPE_ENUM || type == DBGSHM_TYPE_BOOL);
}

static bool
is_zero(const struct model_cell *cell)
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

static void
row_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *out)
{
	const struct rows *rows = source->context;
	size_t which = rows->which[column];
	const struct model_cell *cell = &rows->table->rows[row].cells[which];
	bool rate = rows->rate[column];

	rows_cell_text(rows, row, which, rate, out->text, sizeof(out->text));
	if (rows->table->rows[row].state == DBGSHM_ROWSTATE_FINISHED ||
	    cell->hidden)
		out->style = GRID_DIM;
	else if (rate ? isnan(cell->rate) || cell->rate == 0
		      : !is_text(cell->type) && is_zero(cell))
		out->style = GRID_DIM;
	else if (rows->table->columns[which].flags & DBGSHM_COLUMN_KEY)
		out->style = GRID_STRONG;
}

static int
compare_u64(uint64_t a, uint64_t b)
{
	return (a < b ? -1 : a > b);
}

static int
compare_double(double a, double b)
{
	if (isnan(a) || isnan(b))
		return (isnan(b) - isnan(a));
	return (a < b ? -1 : a > b);
}

static int
row_compare(const struct list_source *source, size_t column, size_t a, size_t b)
{
	const struct rows *rows = source->context;
	size_t which = rows->which[column];
	const struct model_cell *x = &row_at(source, a)->cells[which];
	const struct model_cell *y = &row_at(source, b)->cells[which];

	if (x->hidden || y->hidden)
		return (0);
	if (rows->rate[column])
		return (compare_double(x->rate, y->rate));
	switch (x->type) {
	case DBGSHM_TYPE_SIGNED:
		return (x->i < y->i ? -1 : x->i > y->i);
	case DBGSHM_TYPE_FLOAT:
		return (compare_double(x->d, y->d));
	case DBGSHM_TYPE_TEXT:
	case DBGSHM_TYPE_BLOB:
		return (strcmp(x->text, y->text));
	case DBGSHM_TYPE_TIME: /* by age: the youngest first */
		return (compare_u64(y->u, x->u));
	default:
		return (compare_u64(x->u, y->u));
	}
}

static void
add_column(struct rows *rows, size_t which, bool rate)
{
	const struct model_column *column = &rows->table->columns[which];
	struct list_column *out = &rows->columns[rows->column_count];
	char *title = rows->titles[rows->column_count];
	size_t size = sizeof(rows->titles[0]);

	/* A rate stands right of what it belongs to. */
	strlcpy(title, rate ? "" : column->name, size - 2);
	for (char *c = title; *c != '\0'; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	if (rate)
		strlcat(title, "/s", size);
	*out = (struct list_column){
		.title = title,
		.right = !is_text(column->type),
		.kept = (column->flags & DBGSHM_COLUMN_KEY) != 0,
		.least = is_text(column->type) ? 12 : 6,
		.widest = is_text(column->type) ? 64 : 0,
		.cut = (column->flags & DBGSHM_COLUMN_KEY) != 0 ? GRID_CUT_FRONT
								: GRID_CUT_END,
	};
	rows->which[rows->column_count] = (uint8_t)which;
	rows->rate[rows->column_count++] = rate;
}

void
rows_source(struct rows *rows, struct list_source *source,
    const struct model_profile *profile, uint8_t level, bool raw,
    uint64_t now_real_ns)
{
	const struct model_table *table = profile->table;
	const struct model_column *column;
	uint64_t schema = tree_id(profile->path, strlen(profile->path));
	bool keys = false;

	*rows = (struct rows){
		.profile = profile,
		.table = table,
		.now_real_ns = now_real_ns,
		.raw = raw,
	};
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < table->column_count; i++) {
			column = &table->columns[i];
			if (((column->flags & DBGSHM_COLUMN_KEY) != 0) !=
				(pass == 0) ||
			    column->level > level ||
			    rows->column_count + 2 > LIST_COLUMNS_MAX)
				continue;
			keys = keys || pass == 0;
			schema = schema * 31 +
			    tree_id(column->name, strlen(column->name));
			add_column(rows, i, false);
			if (column->type == DBGSHM_TYPE_COUNTER)
				add_column(rows, i, true);
		}
	if (!keys && rows->column_count > 0)
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
		.mark = row_mark,
	};
}
