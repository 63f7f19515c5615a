/*
 * list_draw.c - the columns of a list that fit, and their picture.
 */
#include "list.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BESIDE_NAME 12 /* a name leaves that much: one number */

static int
seen(const struct list *list, size_t column)
{
	return (list->widths != NULL ? list->widths[column] : 0);
}

/* It takes no room for now. */
static bool
is_out(const struct list *list, const struct list_source *source, size_t i)
{
	return (source->columns[i].absent ||
	    (source->columns[i].late && seen(list, i) == 0));
}

size_t
list_columns(const struct list *list, const struct list_source *source,
    int width, struct grid_share *shares)
{
	size_t skip = list->shift, out = 0;
	const struct list_column *column;
	int title, wanted;

	for (size_t i = 0; i < source->column_count; i++) {
		column = &source->columns[i];
		title = grid_width(column->title, false);
		if (column->right && title > LIST_TITLE_MOST)
			title = LIST_TITLE_MOST;
		title += list->sort == (int)i ? 2 : 0; /* its arrow */
		wanted = title > seen(list, i) ? title : seen(list, i);
		if (column->right && wanted < column->least)
			wanted = column->least; /* it will not jump later */
		if (column->widest > 0 &&
		    (wanted > column->widest || column->painted))
			wanted = column->widest;
		shares[i] = (struct grid_share){
			.least =
			    column->least < wanted ? column->least : wanted,
			.wanted = wanted,
			.kept = column->kept,
			.spread = column->spread,
			.rank = column->rank,
		};
		if (column->kept && shares[i].least < width / 3)
			shares[i].least =
			    wanted < width / 3 ? wanted : width / 3;
		if (column->kept && shares[i].least > width - BESIDE_NAME)
			shares[i].least =
			    width > BESIDE_NAME + 1 ? width - BESIDE_NAME : 1;
		if (column->right) /* a number is whole or not there */
			shares[i].least = wanted;
		if (!column->kept && !column->absent && skip > 0) {
			skip--;
			shares[i].least = shares[i].wanted = 0;
			shares[i].spread = false;
		}
		if (is_out(list, source, i))
			shares[i].least = shares[i].wanted = 0;
		if (column->absent)
			shares[i].spread = false;
	}
	grid_share(shares, source->column_count, width - LIST_MARGIN, LIST_GAP);
	for (size_t i = 0; i < source->column_count; i++)
		out += shares[i].width == 0 && !is_out(list, source, i) &&
		    !source->columns[i].painted;
	return (out);
}

int
list_column_at(const struct list *list, const struct list_source *source,
    struct grid_rect rect, int column)
{
	struct grid_share shares[LIST_COLUMNS_MAX];
	int at = rect.column + LIST_MARGIN;

	list_columns(list, source, rect.columns, shares);
	for (size_t i = 0; i < source->column_count; i++) {
		if (shares[i].width == 0)
			continue;
		if (column >= at && column < at + shares[i].width)
			return ((int)i);
		at += shares[i].width + LIST_GAP;
	}
	return (-1);
}

static void
draw_titles(const struct list *list, const struct list_source *source,
    struct grid *grid, struct grid_rect rect, const struct grid_share *shares)
{
	char title[128], fitted[160];
	const struct list_column *column;
	struct grid_rect place = rect;

	place.column += LIST_MARGIN;
	for (size_t i = 0; i < source->column_count; i++) {
		column = &source->columns[i];
		if (shares[i].width == 0)
			continue;
		place.columns = shares[i].width;
		strlcpy(title, column->title, sizeof(title));
		if (list->sort == (int)i)
			snprintf(title, sizeof(title), "%s %s", column->title,
			    grid_sign(grid,
				list->reverse ? GRID_SIGN_DOWN : GRID_SIGN_UP));
		grid_fit(grid, fitted, sizeof(fitted), title, place.columns,
		    column->right ? GRID_CUT_FRONT : GRID_CUT_END);
		if (column->right)
			grid_put_right(grid, place, place.columns, 0,
			    GRID_HEADING, fitted);
		else
			grid_put(grid, place, 0, 0, GRID_HEADING, fitted);
		place.column += place.columns + LIST_GAP;
	}
}

/* A cell of what is on the screen; they are packed, as a screen has hundreds. */
struct made {
	size_t text; /* where it begins in the text of all */
	uint8_t style;
};
struct made_cells {
	struct made *list;
	char *text;
	size_t room; /* of the text */
};

static size_t
pack(struct made_cells *made, struct made *it, const struct list_cell *cell,
    size_t used)
{
	size_t length = strlen(cell->text) + 1;

	if (used + length > made->room) {
		made->room = 2 * (used + length) + 4096;
		made->text = realloc(made->text, made->room);
		if (made->text == NULL)
			err(1, "memory for a list");
	}
	memcpy(made->text + used, cell->text, length);
	it->text = used;
	it->style = cell->style;
	return (used + length);
}

/* The cells of one row after the other. */
static void
make_cells(const struct list *list, const struct list_source *source,
    size_t rows, bool ascii, struct made_cells *made)
{
	size_t columns = source->column_count, used = 0, i, k;
	struct list_cell cell;
	int width;

	*made = (struct made_cells){
		.list = calloc(rows * columns + 1, sizeof(*made->list)),
	};
	if (made->list == NULL)
		err(1, "a list of %zu rows", rows);
	for (i = 0; i < rows; i++)
		for (k = 0; k < columns; k++) {
			list_cell(source, list->shown[list->top + i], k, &cell);
			used = pack(
			    made, &made->list[i * columns + k], &cell, used);
			width = grid_width(cell.text, ascii);
			width = width > UINT8_MAX ? UINT8_MAX : width;
			if (width > seen(list, k) && list->widths != NULL)
				list->widths[k] = (uint8_t)width;
		}
}

static void
draw_row(const struct list_source *source, struct grid *grid,
    struct grid_rect rect, int line, size_t row,
    const struct grid_share *shares, const struct made *cells,
    const char *made_text)
{
	char fitted[512], mark[2] = "";
	const struct list_column *column;
	struct grid_rect place = rect;
	uint8_t style;
	bool marked;

	marked = source->marked != NULL && source->marked(source, row);
	if (source->mark != NULL && (mark[0] = source->mark(source, row)) != 0)
		grid_put(grid, rect, 1, line, GRID_WARN, mark);
	place.column += LIST_MARGIN;
	for (size_t i = 0; i < source->column_count; i++) {
		column = &source->columns[i];
		if (shares[i].width == 0)
			continue;
		place.columns = shares[i].width;
		if (column->painted) {
			source->paint(source, row, i, grid, place, line);
			place.column += place.columns + LIST_GAP;
			continue;
		}
		style = i == 0 && marked ? GRID_MATCH : cells[i].style;
		grid_fit(grid, fitted, sizeof(fitted),
		    made_text + cells[i].text, place.columns, column->cut);
		if (column->right)
			grid_put_right(
			    grid, place, place.columns, line, style, fitted);
		else
			grid_put(grid, place, 0, line, style, fitted);
		place.column += place.columns + LIST_GAP;
	}
}

/* Rows that there are, and room for. */
static size_t
rows_drawn(const struct list *list, int lines)
{
	size_t left = list->shown_count - list->top;

	if (lines <= 0 || list->top >= list->shown_count)
		return (0);
	return (left < (size_t)lines ? left : (size_t)lines);
}

void
list_draw(const struct list *list, const struct list_source *source,
    struct grid *grid, struct grid_rect rect, enum list_focus focus)
{
	struct grid_share shares[LIST_COLUMNS_MAX];
	size_t rows = rows_drawn(list, rect.rows - list->titles);
	struct made_cells made;
	struct grid_rect inside;
	size_t place;

	make_cells(list, source, rows, grid->ascii, &made);
	list_columns(list, source, rect.columns, shares);
	if (list->titles)
		draw_titles(list, source, grid, rect, shares);
	rect.row += list->titles;
	rect.rows -= list->titles;
	if (list->shown_count == 0 && rect.rows > 0)
		grid_put(grid, rect, LIST_MARGIN, 0, GRID_DIM,
		    list->filter[0] != '\0' ? "nothing matches"
					    : source->empty);
	if (list->shown_count == 0) {
		inside = rect;
		inside.column += LIST_MARGIN;
		inside.columns -= LIST_MARGIN;
		grid_wrap(grid, inside, 1, GRID_DIM, list_problem(list));
	}
	for (int line = 0; line < (int)rows; line++) {
		place = list->top + (size_t)line;
		draw_row(source, grid, rect, line, list->shown[place], shares,
		    made.list + (size_t)line * source->column_count, made.text);
		if (place != list->place || focus == LIST_IDLE)
			continue;
		grid_put(grid, rect, 0, line, GRID_PLAIN, ">");
		grid_flag(grid, rect, line,
		    focus == LIST_FOCUS ? GRID_SELECTED : GRID_CHOSEN);
		if (focus == LIST_FOCUS) {
			grid->cursor_column = rect.column;
			grid->cursor_row = rect.row + line;
		}
	}
	free(made.list);
	free(made.text);
}
