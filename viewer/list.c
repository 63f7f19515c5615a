/*
 * list.c - rows, the selection, and the columns that fit.
 */
#include "list.h"

#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

void
list_init(struct list *list)
{
	memset(list, 0, sizeof(*list));
	list->sort = -1;
}

void
list_fini(struct list *list)
{
	free(list->shown);
	free(list->ids);
	list_init(list);
}

static void
get_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *cell)
{
	cell->text[0] = '\0';
	cell->style = GRID_PLAIN;
	source->cell(source, row, column, cell);
}

/* ---- which rows, in which order ------------------------------------------ */

/* Text somewhere in the row: without capitals in it, case does not count. */
static bool
passes(const struct list *list, const struct list_source *source, size_t row)
{
	const char *filter = list->filter;
	struct list_cell cell;
	bool without = filter[0] == '!', capital = false, found = false;

	if (source->hidden != NULL && source->hidden(source, row))
		return (false);
	filter += without;
	if (filter[0] == '\0')
		return (true);
	for (const char *c = filter; *c != '\0'; c++)
		capital = capital || isupper((unsigned char)*c);
	for (size_t i = 0; i < source->column_count && !found; i++) {
		get_cell(source, row, i, &cell);
		found = (capital ? strstr(cell.text, filter)
				 : strcasestr(cell.text, filter)) != NULL;
	}
	return (found != without);
}

struct order {
	const struct list *list;
	const struct list_source *source;
};

static int
compare_rows(const void *a, const void *b, void *context)
{
	const struct order *order = context;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int result = order->source->compare(
	    order->source, (size_t)order->list->sort, x, y);

	if (result != 0)
		return (order->list->reverse ? -result : result);
	return (x < y ? -1 : x > y);
}

/* Rows as they stood before, new ones behind them. */
struct held {
	uint64_t id;
	size_t place, row;
};

static int
compare_ids(const void *a, const void *b)
{
	const struct held *x = a, *y = b;

	return (x->id < y->id ? -1 : x->id > y->id);
}

static int
compare_places(const void *a, const void *b)
{
	const struct held *x = a, *y = b;

	if (x->place != y->place)
		return (x->place < y->place ? -1 : 1);
	return (x->row < y->row ? -1 : x->row > y->row);
}

static void
hold_order(struct list *list, const struct list_source *source, size_t before)
{
	struct held *old, *now, *found;

	old = reallocarray(NULL, before + list->shown_count, sizeof(*old));
	if (old == NULL)
		err(1, "a list of %zu rows", list->shown_count);
	now = old + before;
	for (size_t i = 0; i < before; i++)
		old[i] = (struct held){ .id = list->ids[i], .place = i };
	qsort(old, before, sizeof(*old), compare_ids);
	for (size_t i = 0; i < list->shown_count; i++) {
		now[i].row = list->shown[i];
		now[i].id = source->id(source, now[i].row);
		found =
		    bsearch(&now[i], old, before, sizeof(*old), compare_ids);
		now[i].place = found != NULL ? found->place : SIZE_MAX;
	}
	qsort(now, list->shown_count, sizeof(*now), compare_places);
	for (size_t i = 0; i < list->shown_count; i++)
		list->shown[i] = now[i].row;
	free(old);
}

static void
make_room(struct list *list, size_t count)
{
	if (count <= list->room)
		return;
	list->shown = reallocarray(list->shown, count, sizeof(*list->shown));
	list->ids = reallocarray(list->ids, count, sizeof(*list->ids));
	if (list->shown == NULL || list->ids == NULL)
		err(1, "a list of %zu rows", count);
	list->room = count;
}

static void
arrange_rows(struct list *list, const struct list_source *source, bool hold)
{
	size_t before = list->shown_count;
	struct order order = { list, source };

	make_room(list, source->count);
	list->shown_count = 0;
	for (size_t i = 0; i < source->count; i++)
		if (passes(list, source, i))
			list->shown[list->shown_count++] = i;
	if (list->sort >= 0 && source->compare != NULL &&
	    list->shown_count > 1) {
		if (hold && before > 0)
			hold_order(list, source, before);
		else
			qsort_r(list->shown, list->shown_count,
			    sizeof(*list->shown), compare_rows, &order);
	}
	for (size_t i = 0; i < list->shown_count; i++)
		list->ids[i] = source->id(source, list->shown[i]);
}

/* ---- where the selection is ---------------------------------------------- */

static void
scroll(struct list *list)
{
	size_t height = (size_t)list->height;

	if (height == 0) /* not on the screen now: keep the place */
		return;
	if (list->top > list->place)
		list->top = list->place;
	if (list->place >= list->top + height)
		list->top = list->place - height + 1;
	if (list->top + height > list->shown_count)
		list->top =
		    list->shown_count > height ? list->shown_count - height : 0;
}

static void
go(struct list *list, size_t place)
{
	if (list->shown_count == 0) {
		list->place = 0;
		return;
	}
	list->place = place < list->shown_count ? place : list->shown_count - 1;
	list->selected = list->ids[list->place];
	scroll(list);
}

void
list_arrange(struct list *list, const struct list_source *source, int rows,
    bool ascii, bool hold)
{
	struct list_cell cell;
	size_t end;
	int width;

	list->titles = rows > 1;
	list->height = rows > 0 ? rows - list->titles : 0;
	if (list->schema != source->schema) {
		list->schema = source->schema;
		list->sort = -1;
		list->reverse = false;
		list->shift = list->shown_count = list->place = 0;
		memset(list->widths, 0, sizeof(list->widths));
	}
	arrange_rows(list, source, hold);
	if (!list_select(list, list->selected))
		go(list, list->place);
	scroll(list);

	end = list->top + (size_t)list->height;
	for (size_t i = list->top; i < end && i < list->shown_count; i++)
		for (size_t k = 0; k < source->column_count; k++) {
			get_cell(source, list->shown[i], k, &cell);
			width = grid_width(cell.text, ascii);
			width = width > UINT8_MAX ? UINT8_MAX : width;
			if (width > list->widths[k])
				list->widths[k] = (uint8_t)width;
		}
}

bool
list_select(struct list *list, uint64_t id)
{
	for (size_t i = 0; i < list->shown_count; i++)
		if (list->ids[i] == id) {
			go(list, i);
			return (true);
		}
	return (false);
}

size_t
list_row(const struct list *list)
{
	return (list->shown_count > 0 ? list->shown[list->place] : SIZE_MAX);
}

bool
list_scrolled(const struct list *list, char *text, size_t size)
{
	size_t height = list->height > 0 ? (size_t)list->height : 1;
	size_t last = list->top + height;

	if (list->shown_count <= height)
		return (false);
	last = last < list->shown_count ? last : list->shown_count;
	if (last == list->top + 1)
		snprintf(text, size, "%zu of %zu", last, list->shown_count);
	else
		snprintf(text, size, "%zu-%zu of %zu", list->top + 1, last,
		    list->shown_count);
	return (true);
}

static void
sort_step(struct list *list, const struct list_source *source, int step)
{
	int count = (int)source->column_count;

	list->sort += step;
	if (list->sort >= count)
		list->sort = -1;
	else if (list->sort < -1)
		list->sort = count - 1;
	list->reverse = list->sort >= 0 && source->columns[list->sort].right;
	list->shown_count = 0; /* nothing to hold */
}

static bool
shift_columns(struct list *list, const struct list_source *source, int step)
{
	size_t loose = 0;

	for (size_t i = 0; i < source->column_count; i++)
		loose += !source->columns[i].kept;
	if (step < 0 && list->shift > 0)
		list->shift--;
	else if (step > 0 && list->shift + 1 < loose)
		list->shift++;
	else
		return (false);
	return (true);
}

bool
list_key(
    struct list *list, const struct list_source *source, enum key_action action)
{
	size_t page = list->height > 1 ? (size_t)list->height - 1 : 1;
	bool sorts = source->compare != NULL;

	switch (action) {
	case KEY_ACTION_UP:
		go(list, list->place > 0 ? list->place - 1 : 0);
		return (true);
	case KEY_ACTION_DOWN:
		go(list, list->place + 1);
		return (true);
	case KEY_ACTION_PAGE_UP:
		go(list, list->place > page ? list->place - page : 0);
		return (true);
	case KEY_ACTION_PAGE_DOWN:
		go(list, list->place + page);
		return (true);
	case KEY_ACTION_FIRST:
		go(list, 0);
		return (true);
	case KEY_ACTION_LAST:
		go(list, SIZE_MAX);
		return (true);
	case KEY_ACTION_SORT_NEXT:
	case KEY_ACTION_SORT_BACK:
		if (sorts)
			sort_step(list, source,
			    action == KEY_ACTION_SORT_NEXT ? 1 : -1);
		return (sorts);
	case KEY_ACTION_REVERSE:
		if (sorts && list->sort >= 0) {
			list->reverse = !list->reverse;
			list->shown_count = 0;
		}
		return (sorts);
	case KEY_ACTION_LEFT:
		return (shift_columns(list, source, -1));
	case KEY_ACTION_RIGHT:
		return (shift_columns(list, source, 1));
	case KEY_ACTION_CLEAR:
		list->filter[0] = '\0';
		list->sort = -1;
		list->reverse = false;
		list->shift = 0;
		return (true);
	default:
		return (false);
	}
}

/* ---- the picture --------------------------------------------------------- */

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
		if (column->widest > 0 && wanted > column->widest)
			wanted = column->widest;
		shares[i] = (struct grid_share){
			.least =
			    column->least < wanted ? column->least : wanted,
			.wanted = wanted,
			.kept = column->kept,
			.spread = column->spread,
		};
		if (column->kept && shares[i].least < width / 3)
			shares[i].least =
			    wanted < width / 3 ? wanted : width / 3;
		if (column->right) /* a number is whole or not there */
			shares[i].least = wanted;
		if (!column->kept && skip > 0) {
			skip--;
			shares[i].least = shares[i].wanted = 0;
			shares[i].spread = false;
		}
		if (column->late && list->widths[i] == 0)
			shares[i].least = shares[i].wanted = 0;
	}
	grid_share(shares, source->column_count, width - LIST_MARGIN, LIST_GAP);
	for (size_t i = 0; i < source->column_count; i++)
		out += shares[i].width == 0 &&
		    !(source->columns[i].late && list->widths[i] == 0);
	return (out);
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

	if (source->mark != NULL && (mark[0] = source->mark(source, row)) != 0)
		grid_put(grid, rect, 1, line, GRID_WARN, mark);
	place.column += LIST_MARGIN;
	for (size_t i = 0; i < source->column_count; i++) {
		column = &source->columns[i];
		if (shares[i].width == 0)
			continue;
		place.columns = shares[i].width;
		get_cell(source, row, i, &cell);
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
