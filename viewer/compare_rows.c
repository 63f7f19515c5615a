/*
 * compare_rows.c - what two tables of the same name differ in.
 */
#include "cell.h"
#include "compare_private.h"
#include "shape.h"

#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_TOLD 8 /* that only one side has, when it is to be brief */
#define KEY_SIZE 600

/* A row and its name, which is the same on the other side. */
struct keyed {
	const char *key;
	const struct model_row *row;
	size_t at;
};

struct keys {
	struct keyed *list;
	size_t count;
	bool numbers; /* there is no text in them */
};

/* ---- names of rows ----------------------------------------------------------- */

static bool
is_key(const struct model_table *table, size_t column)
{
	return ((table->columns[column].flags & DBGSHM_COLUMN_KEY) != 0 ||
	    (table->shape == DBGSHM_SHAPE_OPERATION &&
		column == DBGSHM_OPERATION_KIND));
}

static bool
has_key(const struct model_table *table)
{
	size_t i;

	for (i = 0; i < table->column_count; i++)
		if (is_key(table, i))
			return (true);
	return (false);
}

static bool
keys_are_numbers(const struct model_table *table)
{
	uint8_t type;
	size_t i;

	for (i = 0; i < table->column_count; i++) {
		type = table->columns[i].type;
		if (is_key(table, i) &&
		    (type == DBGSHM_TYPE_TEXT || type == DBGSHM_TYPE_ENUM))
			return (false);
	}
	return (true);
}

static const char *
key_of(struct compared *compared, const struct model_profile *profile,
    const struct model_row *row)
{
	const struct model_table *table = profile->table;
	char key[KEY_SIZE] = "", buffer[CELL_SIZE];
	const char *text;
	size_t i;

	if (!has_key(table))
		return (row->name);
	for (i = 0; i < table->column_count; i++) {
		if (!is_key(table, i))
			continue;
		text = cell_value(
		    buffer, profile, &table->columns[i], &row->cells[i], true);
		if (*text != '\0' && *key != '\0')
			strlcat(key, " ", sizeof(key));
		strlcat(key, text, sizeof(key));
	}
	return (arena_print(&compared->arena, "%s", key));
}

static int
order_keys(const void *left, const void *right)
{
	const struct keyed *a = left, *b = right;
	int order = strcmp(a->key, b->key);

	return (order != 0 ? order : (a->at > b->at) - (a->at < b->at));
}

static bool
is_live(const struct model_row *row)
{
	return (row->state == DBGSHM_ROWSTATE_LIVE ||
	    row->state == DBGSHM_ROWSTATE_BUSY ||
	    row->state == DBGSHM_ROWSTATE_TORN_AT_DEATH);
}

/* Those that live, by name; the second of a name is NAME#2. */
static struct keys
list_rows(struct compared *compared, const struct model_profile *profile)
{
	const struct model_table *table = profile->table;
	struct keys keys = { .numbers = keys_are_numbers(table) };
	const char *same = "";
	size_t i, number = 1;

	keys.list = calloc(table->row_count + 1, sizeof(*keys.list));
	if (keys.list == NULL)
		err(1, "memory for %zu rows", table->row_count);
	for (i = 0; i < table->row_count; i++)
		if (is_live(&table->rows[i]))
			keys.list[keys.count++] = (struct keyed){
				key_of(compared, profile, &table->rows[i]),
				&table->rows[i], i
			};
	qsort(keys.list, keys.count, sizeof(*keys.list), order_keys);
	for (i = 0; i < keys.count; i++) {
		if (i > 0 && strcmp(keys.list[i].key, same) == 0) {
			keys.list[i].key = arena_print(
			    &compared->arena, "%s#%zu", same, ++number);
			continue;
		}
		same = keys.list[i].key;
		number = 1;
	}
	/* Those with a number stand elsewhere now. */
	qsort(keys.list, keys.count, sizeof(*keys.list), order_keys);
	return (keys);
}

/* ---- cells -------------------------------------------------------------------- */

/* Two rows of one name, and what there is to say about a column of them. */
struct cells {
	struct compared *compared;
	const struct model_profile *a_profile, *b_profile;
	const struct model_row *a, *b;
	const char *key;
};

static void
compare_cell(const struct cells *cells, size_t x, size_t y)
{
	struct compared *compared = cells->compared;
	const struct model_column *column =
	    &cells->a_profile->table->columns[x];
	const struct model_cell *a = &cells->a->cells[x];
	const struct model_cell *b = &cells->b->cells[y];
	bool all = (compared->flags & COMPARE_ALL) != 0;
	const char *path = cells->a_profile->path, *where;
	char a_text[CELL_SIZE], b_text[CELL_SIZE];
	double from, to;

	if (a->type != b->type || a->hidden || b->hidden)
		return;
	where = arena_print(
	    &compared->arena, "%s[%s].%s", path, cells->key, column->name);
	switch (a->type) {
	case DBGSHM_TYPE_COUNTER:
		compare_number(compared, path, "rate", column->unit, true,
		    a->rate, b->rate, compare_call(compared, "rate", where));
		if (all || (a->u == 0) != (b->u == 0))
			compare_number(compared, path, "value", column->unit,
			    false, (double)a->u, (double)b->u, where);
		return;
	case DBGSHM_TYPE_TIME:
	case DBGSHM_TYPE_DURATION:
	case DBGSHM_TYPE_REFERENCE:
		if (!all)
			return;
		break;
	default:
		break;
	}
	if (a->type != DBGSHM_TYPE_BOOL && a->type != DBGSHM_TYPE_TIME &&
	    cell_number(cells->a_profile->table, cells->a, x, &from) &&
	    cell_number(cells->b_profile->table, cells->b, y, &to))
		compare_number(compared, path, "value", column->unit, false,
		    from, to, where);
	else
		compare_texts(compared, path, where,
		    arena_print(&compared->arena, "%s",
			cell_text(a_text, cells->a_profile, cells->a, x, true)),
		    arena_print(&compared->arena, "%s",
			cell_text(
			    b_text, cells->b_profile, cells->b, y, true)));
}

static size_t
find_column(const struct model_table *table, const char *name)
{
	size_t i;

	for (i = 0; i < table->column_count; i++)
		if (strcmp(table->columns[i].name, name) == 0)
			break;
	return (i);
}

static void
compare_rows(const struct cells *cells)
{
	const struct model_table *table = cells->a_profile->table;
	const struct model_table *other = cells->b_profile->table;
	size_t i, at;

	for (i = 0; i < table->column_count; i++) {
		if (is_key(table, i) ||
		    !compare_level(cells->compared, table->columns[i].level) ||
		    compare_nameless(cells->compared, table->columns[i].name))
			continue;
		at = find_column(other, table->columns[i].name);
		if (at < other->column_count)
			compare_cell(cells, i, at);
	}
}

/* ---- rows --------------------------------------------------------------------- */

/* Rows of a side that the other has not. */
struct lonely {
	struct compared *compared;
	const char *path;
	enum compare_where side;
	size_t count;
};

static void
add_lonely(struct lonely *lonely, const struct keyed *keyed)
{
	struct compared *compared = lonely->compared;

	if (++lonely->count > ROWS_TOLD &&
	    (compared->flags & COMPARE_BRIEF) != 0)
		return;
	compare_add(compared, lonely->path, "row", SCORE_ROW,
	    arena_print(&compared->arena, "%s[%s]", lonely->path, keyed->key))
	    ->side = lonely->side;
}

static void
end_lonely(struct lonely *lonely)
{
	struct compared *compared = lonely->compared;

	if (lonely->count > ROWS_TOLD && (compared->flags & COMPARE_BRIEF) != 0)
		compare_add(compared, lonely->path, "row", SCORE_ROW / 2,
		    arena_print(&compared->arena, "%s: %zu rows more",
			lonely->path, lonely->count - ROWS_TOLD))
		    ->side = lonely->side;
}

static size_t
count_same(const struct keys *a, const struct keys *b)
{
	size_t i = 0, j = 0, count = 0;
	int order;

	while (i < a->count && j < b->count) {
		order = strcmp(a->list[i].key, b->list[j].key);
		count += order == 0;
		i += order <= 0;
		j += order >= 0;
	}
	return (count);
}

static void
compare_keys(struct compared *compared, const struct model_profile *a,
    const struct model_profile *b, const struct keys *left,
    const struct keys *right)
{
	struct lonely only_a = { compared, a->path, COMPARE_ONLY_A, 0 };
	struct lonely only_b = { compared, a->path, COMPARE_ONLY_B, 0 };
	struct cells cells = {
		.compared = compared, .a_profile = a, .b_profile = b
	};
	size_t i = 0, j = 0;
	int order;

	while (i < left->count || j < right->count) {
		order = i == left->count ? 1
		    : j == right->count
		    ? -1
		    : strcmp(left->list[i].key, right->list[j].key);
		if (order < 0)
			add_lonely(&only_a, &left->list[i++]);
		else if (order > 0)
			add_lonely(&only_b, &right->list[j++]);
		else {
			cells.key = left->list[i].key;
			cells.a = left->list[i++].row;
			cells.b = right->list[j++].row;
			compare_rows(&cells);
		}
	}
	end_lonely(&only_a);
	end_lonely(&only_b);
}

/* Can the rows be told from each other by name on both sides? */
static bool
rows_match(const struct compared *compared, const struct model_table *table,
    const struct keys *a, const struct keys *b)
{
	/* Every step is another row. */
	if (table->shape == DBGSHM_SHAPE_STEP)
		return (false);
	if ((compared->flags & COMPARE_SAME) != 0)
		return (true);
	if (!has_key(table))
		return (false);
	/* Numbers that the kernel gives: those of two processes have nothing
	 * to do with each other. */
	return (!a->numbers || count_same(a, b) > 0 ||
	    (compared->flags & COMPARE_ALL) != 0);
}

static void
compare_columns(struct compared *compared, const char *path,
    const struct model_table *table, const struct model_table *other,
    enum compare_where side)
{
	size_t i;

	for (i = 0; i < table->column_count; i++)
		if (find_column(other, table->columns[i].name) ==
			other->column_count &&
		    compare_level(compared, table->columns[i].level))
			compare_add(compared, path, "column", SCORE_METRIC,
			    arena_print(&compared->arena, "%s[].%s", path,
				table->columns[i].name))
			    ->side = side;
}

void
compare_tables(struct compared *compared, const struct model_profile *a,
    const struct model_profile *b)
{
	struct keys left = list_rows(compared, a);
	struct keys right = list_rows(compared, b);

	compare_columns(compared, a->path, a->table, b->table, COMPARE_ONLY_A);
	compare_columns(compared, a->path, b->table, a->table, COMPARE_ONLY_B);
	if (a->table->shape != DBGSHM_SHAPE_STEP)
		compare_number(compared, a->path, "rows", DBGSHM_UNIT_NONE,
		    false, (double)left.count, (double)right.count,
		    compare_call(compared, "rows", a->path));
	if (rows_match(compared, a->table, &left, &right))
		compare_keys(compared, a, b, &left, &right);
	free(left.list);
	free(right.list);
}
