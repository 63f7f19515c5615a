/*
 * paint.c - from one picture to the next, as bytes for a terminal.
 */
#include "paint.h"

#include <string.h>

#define GAP 5 /* cells: saying them again is shorter than a move */
#define RUN 8 /* cells that are compared at once */

struct brush {
	const struct paint *paint;
	struct wire *wire;
	const struct grid *shown, *wanted;
	int column, row; /* where the cursor is; row -1 nobody knows */
	int style;	 /* that is set; -1 nobody knows */
};

static void
say(struct brush *brush, const char *text)
{
	wire_add(brush->wire, text, strlen(text));
}

static const struct grid_cell *
cell(const struct grid *grid, int column, int row)
{
	return (&grid->cells[row * grid->columns + column]);
}

static bool
same(const struct grid_cell *a, const struct grid_cell *b)
{
	uint64_t x[2], y[2];

	/* Asked for thousands of cells: as words, not by a call. */
	_Static_assert(sizeof(*a) == sizeof(x), "a cell has two words");
	memcpy(x, a, sizeof(x));
	memcpy(y, b, sizeof(y));
	return (x[0] == y[0] && x[1] == y[1]);
}

/* A terminal that was cleared has such cells already. */
static bool
is_blank(const struct grid_cell *cell)
{
	return (cell->text[0] == ' ' && cell->text[1] == 0 &&
	    cell->style == GRID_PLAIN);
}

static bool
is_shown(const struct brush *brush, int column, int row)
{
	const struct grid_cell *wanted = cell(brush->wanted, column, row);

	return (brush->shown == NULL
		? is_blank(wanted)
		: same(cell(brush->shown, column, row), wanted));
}

/* The first cell from there on that is not shown, or the end.  Of a row most are. */
static int
not_shown(const struct brush *brush, int column, int row, int end)
{
	while (brush->shown != NULL && column + RUN <= end &&
	    memcmp(cell(brush->shown, column, row),
		cell(brush->wanted, column, row),
		RUN * sizeof(struct grid_cell)) == 0)
		column += RUN;
	while (column < end && is_shown(brush, column, row))
		column++;
	return (column);
}

static void
set_style(struct brush *brush, uint8_t style)
{
	if (brush->style == style)
		return;
	say(brush, brush->paint->looks[style % PAINT_STYLES]);
	brush->style = style;
}

static void
put(struct brush *brush, int column)
{
	const struct grid_cell *it = cell(brush->wanted, column, brush->row);
	char utf8[4 * (1 + GRID_MARKS)];
	size_t length = 0;

	set_style(brush, it->style);
	for (int i = 0; i <= GRID_MARKS && it->text[i] != 0; i++)
		length += grid_encode(it->text[i], utf8 + length);
	wire_add(brush->wire, utf8, length);
	brush->column += it->width;
	/* Terminals differ in how wide they think these are. */
	if (it->width != 1 || it->text[1] != 0)
		brush->row = -1;
}

/* What lies between is said again, where that is short. */
static bool
can_write_over(const struct brush *brush, int column, int row)
{
	const struct grid_cell *it;

	if (brush->row != row || column <= brush->column ||
	    column - brush->column > GAP)
		return (false);
	for (int i = brush->column; i < column; i++) {
		it = cell(brush->wanted, i, row);
		if (it->text[0] >= 0x7f || it->width != 1 || it->text[1] != 0 ||
		    it->style != brush->style)
			return (false);
	}
	return (true);
}

static void
go(struct brush *brush, int column, int row)
{
	if (brush->row == row && brush->column == column)
		return;
	if (can_write_over(brush, column, row)) {
		while (brush->column < column)
			put(brush, brush->column);
		return;
	}
	say(brush, brush->paint->move(column, row));
	brush->column = column;
	brush->row = row;
}

static char *
put_number(char *end, int number)
{
	do
		*--end = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	return (end);
}

const char *
paint_move(int column, int row)
{
	static char sequence[32];
	char *at = sequence + sizeof(sequence);

	*--at = '\0';
	*--at = 'H';
	at = put_number(at, column + 1);
	*--at = ';';
	at = put_number(at, row + 1);
	*--at = '[';
	*--at = '\033';
	return (at);
}

/* From where on the row is blank. */
static int
blank_from(const struct grid *grid, int row)
{
	int column = grid->columns;

	while (column > 0 && is_blank(cell(grid, column - 1, row)))
		column--;
	return (column);
}

static void
paint_row(struct brush *brush, int row)
{
	int blank = blank_from(brush->wanted, row), end, left = 0;

	end = brush->wanted->columns;
	if (brush->paint->scrolls && row == brush->wanted->rows - 1)
		end--;
	for (int i = blank; (i = not_shown(brush, i, row, end)) < end; i++)
		left++;
	for (int i = 0; (i = not_shown(brush, i, row, end)) < end; i++) {
		if (cell(brush->wanted, i, row)->width == 0)
			continue;
		if (i >= blank && left > 3 &&
		    brush->paint->clear_line != NULL) {
			go(brush, i, row);
			set_style(brush, GRID_PLAIN);
			say(brush, brush->paint->clear_line);
			break;
		}
		go(brush, i, row);
		put(brush, i);
	}
}

size_t
paint_picture(const struct paint *paint, struct wire *wire,
    const struct grid *shown, const struct grid *wanted)
{
	struct brush brush = { .paint = paint,
		.wire = wire,
		.shown = shown,
		.wanted = wanted,
		.row = -1,
		.style = shown == NULL ? -1 : GRID_PLAIN };
	size_t before = wire->to;

	if (shown == NULL) {
		set_style(&brush, GRID_PLAIN);
		say(&brush, paint->clear);
		brush.row = 0;
	}
	for (int row = 0; row < wanted->rows; row++)
		if (shown == NULL ||
		    memcmp(cell(shown, 0, row), cell(wanted, 0, row),
			(size_t)wanted->columns * sizeof(*wanted->cells)) != 0)
			paint_row(&brush, row);
	set_style(&brush, GRID_PLAIN);
	if (wanted->cursor_row >= 0)
		go(&brush, wanted->cursor_column, wanted->cursor_row);
	return (wire->to - before);
}
