/*
 * model_table.c - the rows of a table, made safe, with rates and references.
 */
#include "model_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 32
#define NO_ROW SIZE_MAX

static const char *
safe_text(struct arena *arena, struct dbgshm_text text)
{
	return (arena_safe(arena, text.bytes, text.length));
}

static const char *
hex_text(struct arena *arena, struct dbgshm_text bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *text;
	size_t i;

	if (bytes.length == 0)
		return ("");
	text = arena_take(arena, 2 * bytes.length + 1, 1);
	for (i = 0; i < bytes.length; i++) {
		text[2 * i] = digits[(unsigned char)bytes.bytes[i] >> 4];
		text[2 * i + 1] = digits[(unsigned char)bytes.bytes[i] & 15];
	}
	return (text);
}

static uint64_t
age_of(const struct dbgshm_reader *reader, uint64_t stamp)
{
	uint64_t now = dbgshm_reader_now_ns(reader);
	uint64_t then = dbgshm_reader_stamp_ns(reader, stamp);

	return (then != 0 && now > then ? now - then : 0);
}

/* ---- references ------------------------------------------------------- */

/* Rows of the model stand in the order of the reader. */
static void
make_link(struct model_private *p, size_t at, struct dbgshm_reader *reader,
    struct arena *arena, struct model_cell *cell)
{
	struct dbgshm_reference found;
	const struct dbgshm_row_info *row = NULL;
	struct model_link *link;
	uint64_t generation;
	size_t table;

	cell->text = "";
	if (dbgshm_reader_reference(reader, cell->u, &found) == -1)
		return;
	link = arena_take(arena, 1, sizeof(*link));
	link->state = MODEL_LINK_GONE;
	link->row = NO_ROW;
	generation = found.generation;
	if (found.table >= 0) {
		table = (size_t)found.table;
		link->profile = &p->profiles[p->first[at] +
		    dbgshm_reader_table(reader, table)->profile];
		if (found.row >= 0)
			row =
			    dbgshm_reader_row(reader, table, (size_t)found.row);
	}
	if (row != NULL) {
		link->state = row->state == DBGSHM_ROWSTATE_FINISHED
		    ? MODEL_LINK_FINISHED
		    : MODEL_LINK_LIVE;
		link->row = (size_t)found.row;
		generation = row->generation;
	}
	cell->link = link;
	cell->text = arena_print(arena, "%s[%u.%llu]",
	    link->profile != NULL ? link->profile->path : "?", found.slot,
	    (unsigned long long)generation);
}

/* ---- cells ------------------------------------------------------------ */

bool
model_tells_secrets(
    const struct model_private *p, const struct dbgshm_reader *reader)
{
	return ((p->flags & MODEL_SECRETS) != 0 &&
	    !dbgshm_reader_info(reader)->withheld);
}

struct model_cell
model_make_cell(struct model_private *p, size_t at,
    struct dbgshm_reader *reader, struct arena *arena,
    const struct dbgshm_cell *raw, const struct model_column *column)
{
	struct model_cell cell = { .type = column->type, .rate = NAN };

	if ((column->flags & DBGSHM_COLUMN_SECRET) != 0 &&
	    !model_tells_secrets(p, reader)) {
		cell.hidden = true;
		return (cell);
	}
	cell.cut = raw->cut;
	switch (column->type) {
	case DBGSHM_TYPE_SIGNED:
		cell.i = raw->i;
		break;
	case DBGSHM_TYPE_FLOAT:
		cell.d = raw->d;
		break;
	case DBGSHM_TYPE_TIME:
		cell.u = dbgshm_reader_stamp_real_ns(reader, raw->u);
		cell.age_ns = age_of(reader, raw->u);
		break;
	case DBGSHM_TYPE_TEXT:
		cell.text = safe_text(arena, raw->text);
		break;
	case DBGSHM_TYPE_BLOB:
		cell.text = hex_text(arena, raw->text);
		break;
	case DBGSHM_TYPE_ENUM:
		cell.u = raw->u;
		if (raw->text.length > 0)
			cell.text = safe_text(arena, raw->text);
		break;
	case DBGSHM_TYPE_REFERENCE:
		cell.u = raw->u;
		make_link(p, at, reader, arena, &cell);
		break;
	default:
		cell.u = raw->u;
		break;
	}
	return (cell);
}

static void
rate_cells(struct model_cell *cells, const struct model_cell *before,
    const struct model_column *columns, size_t count,
    const struct model_interval *interval)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (columns[i].type != DBGSHM_TYPE_COUNTER || cells[i].hidden)
			continue;
		cells[i].rate = interval->rates
		    ? model_rate(before[i].u, cells[i].u, interval)
		    : before[i].rate;
	}
}

/* ---- the order for people ------------------------------------------------ */

static bool
is_over(const struct model_row *row)
{
	return (row->state == DBGSHM_ROWSTATE_FINISHED);
}

/* Of an operation that runs: the one in this table that it is a part of.  That
 * one began before it, so it stands above it, and there are no circles. */
static size_t
parent_of(const struct model_profile *profile, const struct model_row *rows,
    size_t row)
{
	const struct model_link *link =
	    rows[row].cells[DBGSHM_OPERATION_PARENT].link;

	if (is_over(&rows[row]) || link == NULL || link->profile != profile ||
	    link->state != MODEL_LINK_LIVE || link->row >= row)
		return (NO_ROW);
	return (link->row);
}

/* Each below what it is a part of. */
static void
nest(struct arena *arena, const struct model_profile *profile,
    struct model_row *rows, size_t count, size_t order[])
{
	size_t *child, *next, i, parent, at = 0, top, last;

	child = arena_take(arena, 2 * count, sizeof(*child));
	next = child + count;
	for (i = 0; i < 2 * count; i++)
		child[i] = NO_ROW;
	for (i = count; i-- > 0;) {
		parent = parent_of(profile, rows, i);
		if (parent == NO_ROW)
			continue;
		next[i] = child[parent];
		child[parent] = i;
	}
	/* Roots in their order, each with all that is below it: whoever is put
	 * in its place leaves its children in front of its siblings. */
	for (i = 0; i < count; i++) {
		parent = parent_of(profile, rows, i);
		if (parent != NO_ROW) {
			rows[i].depth = (uint8_t)(rows[parent].depth +
			    (rows[parent].depth < DEPTH_MAX));
			continue;
		}
		next[i] = NO_ROW;
		for (top = i; top != NO_ROW;) {
			order[at++] = top;
			if (child[top] == NO_ROW) {
				top = next[top];
				continue;
			}
			for (last = child[top]; next[last] != NO_ROW;)
				last = next[last];
			next[last] = next[top];
			top = child[top];
		}
	}
}

static void
present_first(const struct model_row *rows, size_t count, size_t order[])
{
	size_t i, at = 0;
	int over;

	for (over = 0; over < 2; over++)
		for (i = 0; i < count; i++)
			if (is_over(&rows[i]) == over)
				order[at++] = i;
}

static const size_t *
order_rows(struct arena *arena, const struct model_profile *profile,
    unsigned shape, struct model_row *rows, size_t count)
{
	size_t *order;

	if (count == 0 ||
	    (shape != DBGSHM_SHAPE_OPERATION && shape != DBGSHM_SHAPE_STEP))
		return (NULL);
	order = arena_take(arena, count, sizeof(*order));
	if (shape == DBGSHM_SHAPE_STEP)
		present_first(rows, count, order);
	else
		nest(arena, profile, rows, count, order);
	return (order);
}

/* ---- rows ------------------------------------------------------------- */

uint64_t
model_row_id(const struct dbgshm_row_info *info)
{
	return ((uint64_t)info->slot << 40 |
	    (info->generation & ((UINT64_C(1) << 40) - 1)));
}

static int
compare_places(const void *left, const void *right)
{
	const struct model_place *a = left, *b = right;

	return (a->id < b->id ? -1 : a->id > b->id);
}

/* The rows by their ids, for the frame that comes after this one. */
static struct model_place *
sort_places(struct arena *arena, const struct model_row *rows, size_t count)
{
	struct model_place *places = arena_take(arena, count, sizeof(*places));
	bool sorted = true;
	size_t i;

	for (i = 0; i < count; i++) {
		places[i].id = rows[i].id;
		places[i].row = &rows[i];
		sorted &= i == 0 || places[i - 1].id < places[i].id;
	}
	if (!sorted)
		qsort(places, count, sizeof(*places), compare_places);
	return (places);
}

static void
rate_row(const struct model_private *p, size_t profile,
    const struct model_row *row, struct model_cell *cells,
    const struct model_interval *interval)
{
	const struct model_place wanted = { .id = row->id }, *found;
	const struct model_table *before = &p->tables[profile];

	if (before->row_count == 0 || (!interval->rates && !interval->held))
		return;
	found = bsearch(&wanted, p->places[profile], before->row_count,
	    sizeof(*found), compare_places);
	if (found != NULL)
		rate_cells(cells, found->row->cells, p->columns[profile],
		    before->column_count, interval);
}

static void
make_row(struct model_row *out, struct dbgshm_reader *reader,
    const struct dbgshm_row_info *info, const struct model_cell *cells)
{
	out->id = model_row_id(info);
	out->state = info->state;
	out->cells = cells;
	out->started_real_ns =
	    dbgshm_reader_stamp_real_ns(reader, info->start_stamp);
	if (info->state == DBGSHM_ROWSTATE_FINISHED) {
		out->ended_real_ns =
		    dbgshm_reader_stamp_real_ns(reader, info->end_stamp);
		out->ended_age_ns = age_of(reader, info->end_stamp);
	}
	snprintf(out->name, sizeof(out->name), "%u.%llu", info->slot,
	    (unsigned long long)info->generation);
}

void
model_update_table(struct model_private *p, size_t profile,
    struct dbgshm_reader *reader, size_t table,
    const struct model_interval *interval)
{
	size_t i, j, count = dbgshm_reader_row_count(reader, table);
	struct arena *arena = &p->frames[p->turn];
	const struct dbgshm_table_info *info;
	const struct dbgshm_row_info *row;
	const struct model_column *columns = p->columns[profile];
	struct model_row *rows;
	struct model_cell *cells;
	struct dbgshm_cell raw;

	info = dbgshm_reader_table(reader, table);
	rows = arena_take(arena, count, sizeof(*rows));
	for (i = 0; i < count; i++) {
		row = dbgshm_reader_row(reader, table, i);
		cells = arena_take(arena, info->column_count, sizeof(*cells));
		for (j = 0; j < info->column_count; j++) {
			raw = dbgshm_reader_cell(reader, table, row, j);
			cells[j] =
			    model_make_cell(p, p->origins[profile].reader,
				reader, arena, &raw, &columns[j]);
		}
		make_row(&rows[i], reader, row, cells);
		rate_row(p, profile, &rows[i], cells, interval);
	}
	p->places[profile] = sort_places(arena, rows, count);
	p->tables[profile] = (struct model_table){
		.columns = columns,
		.column_count = info->column_count,
		.rows = rows,
		.row_count = count,
		.order = order_rows(
		    arena, &p->profiles[profile], info->shape, rows, count),
		.shape = info->shape,
		.capacity = info->capacity,
		.dropped = info->drop_rows + info->drop_busy,
	};
}
