/*
 * list_draw.c - the columns of a list that fit, and their picture.
 */
#include "list.h"

#include <stdio.h>
#include <string.h>

#define BESIDE_NAME 12 /* a name leaves that much: one number */

/* It takes no room for now. */
static bool
is_out(const struct list *list, const struct list_source *source, size_t i)
{
	return (source->columns[i].absent ||
	    (source->columns[i].late && list->widths[i] == 0));
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
		wanted = title > list->widths[i] ? title : list->widths[i];
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

static void
draw_row(const struct list_source *source, struct grid *grid,
    struct grid_rect rect, int line, size_t row,
    const struct grid_share *shares)
{
	char fitted[512], mark[2] = "";
	const struct list_column *column;
	struct list_cell cell;
	struct grid_rect place = rect;
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
		list_cell(source, row, i, &cell);
		if (i == 0 && marked)
			cell.style = GRID_MATCH;
		grid_fit(grid, fitted, sizeof(fitted), cell.text, place.columns,
		    column->cut);
		if (column->right)
			grid_put_right(grid, place, place.columns, line,
			    cell.style, fitted);
		else
			grid_put(grid, place, 0, line, cell.style, fitted);
		place.column += place.columns + LIST_GAP;
	}
}

void
list_draw(const struct list *list, const struct list_source *source,
    struct grid *grid, struct grid_rect rect, enum list_focus focus)
{
	struct grid_share shares[LIST_COLUMNS_MAX];
	struct grid_rect inside;
	size_t place;

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
	for (int line = 0; line < rect.rows; line++) {
		place = list->top + (size_t)line;
		if (place >= list->shown_count)
			break;
		draw_row(source, grid, rect, line, list->shown[place], shares);
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
}
