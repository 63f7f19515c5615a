/*
 * list.c - rows, the selection, and the columns that fit.
 */
#include "list.h"

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
	free(list->widths);
	filter_destroy(list->wanted);
	list_init(list);
}

void
list_forget_widths(struct list *list)
{
	if (list->widths != NULL)
		memset(list->widths, 0, LIST_COLUMNS_MAX);
}

void
list_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *cell)
{
	cell->text[0] = '\0';
	cell->style = GRID_PLAIN;
	if (!source->columns[column].absent && !source->columns[column].painted)
		source->cell(source, row, column, cell);
}

/* ---- which rows, in which order ------------------------------------------ */

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
	bool plain = list->sort < 0 && list->filter[0] == '\0';
	size_t before = list->shown_count;
	struct order order = { list, source };

	if (plain && source->version != 0 && list->version == source->version)
		return;
	list->version = plain ? source->version : 0;
	make_room(list, source->count);
	list_take(list, source);
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
list_arrange(
    struct list *list, const struct list_source *source, int rows, bool hold)
{
	size_t line;

	if (list->widths == NULL &&
	    (list->widths = calloc(LIST_COLUMNS_MAX, 1)) == NULL)
		err(1, "a list");
	list->titles = rows > 1;
	list->height = rows > 0 ? rows - list->titles : 0;
	if (list->schema != source->schema) {
		list->schema = source->schema;
		list->sort = -1;
		list->reverse = false;
		list->shift = list->shown_count = list->place = 0;
		list->version = 0;
		list_forget_widths(list);
	}
	line = list->place > list->top ? list->place - list->top : 0;
	arrange_rows(list, source, hold);
	if (!list_select(list, list->selected))
		go(list, list->place);
	else if (list->follow)
		list->top = list->place > line ? list->place - line : 0;
	scroll(list);
}

bool
list_select(struct list *list, uint64_t id)
{
	if (list->place < list->shown_count && list->ids[list->place] == id) {
		go(list, list->place);
		return (true);
	}
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
sort_by(struct list *list, const struct list_source *source, int column)
{
	list->sort = column;
	list->reverse = column >= 0 && source->columns[column].right;
	list->shown_count = 0; /* nothing to hold */
	list->version = 0;
}

static bool
is_ordered(const struct list_source *source, int column)
{
	return (!source->columns[column].unordered &&
	    !source->columns[column].absent);
}

static void
sort_step(struct list *list, const struct list_source *source, int step)
{
	int count = (int)source->column_count, column = list->sort;

	do {
		column += step;
		if (column >= count)
			column = -1;
		else if (column < -1)
			column = count - 1;
	} while (column >= 0 && !is_ordered(source, column));
	sort_by(list, source, column);
}

static bool
shift_columns(struct list *list, const struct list_source *source, int step)
{
	size_t loose = 0;

	for (size_t i = 0; i < source->column_count; i++)
		loose += !source->columns[i].kept && !source->columns[i].absent;
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
	case KEY_ACTION_HALF_UP:
		page = (page + 1) / 2;
		go(list, list->place > page ? list->place - page : 0);
		return (true);
	case KEY_ACTION_HALF_DOWN:
		go(list, list->place + (page + 1) / 2);
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

bool
list_click(struct list *list, const struct list_source *source,
    struct grid_rect rect, int column, int row)
{
	size_t line = (size_t)(row - rect.row - list->titles);
	int at;

	if (column < rect.column || column >= rect.column + rect.columns ||
	    row < rect.row || row >= rect.row + rect.rows)
		return (false);
	if (row >= rect.row + list->titles) {
		if (list->top + line >= list->shown_count)
			return (false);
		go(list, list->top + line);
		return (true);
	}
	at = list_column_at(list, source, rect, column);
	if (at < 0 || source->compare == NULL || !is_ordered(source, at))
		return (false);
	if (list->sort == at) {
		list->reverse = !list->reverse;
		list->shown_count = 0;
	} else
		sort_by(list, source, at);
	return (true);
}

static void
copy_row(const struct list_source *source, size_t row, char *text, size_t size)
{
	size_t start = strlen(text);
	struct list_cell cell;

	if (start > 0)
		strlcat(text, "\n", size);
	start = strlen(text);
	for (size_t i = 0; i < source->column_count; i++) {
		list_cell(source, row, i, &cell);
		if (cell.text[0] == '\0')
			continue;
		if (strlen(text) > start)
			strlcat(text, "  ", size);
		strlcat(text, cell.text, size);
	}
}

bool
list_copy(const struct list *list, const struct list_source *source, char *text,
    size_t size)
{
	size_t row = list_row(list);

	text[0] = '\0';
	for (size_t i = 0; i < list->shown_count; i++)
		if (source->marked != NULL &&
		    source->marked(source, list->shown[i]))
			copy_row(source, list->shown[i], text, size);
	if (text[0] == '\0' && row < source->count)
		copy_row(source, row, text, size);
	return (text[0] != '\0');
}
