/*
 * list.h - a list that keeps its place.
 *
 * The owner describes rows and columns through a source; the list remembers
 * which object is selected (by its 64-bit id, not by its place), what is
 * scrolled, filtered and sorted, and how wide columns have been.  list_arrange()
 * brings that in line with new rows, list_draw() only draws (and sees how wide what
 * it draws is, so that each cell is made once).
 */
#ifndef LIST_H
#define LIST_H

#include "filter.h"
#include "grid.h"
#include "keys.h"

#define LIST_COLUMNS_MAX 136
#define LIST_FILTER_SIZE 128
#define LIST_MARGIN 2 /* cursor and mark */
#define LIST_GAP 2    /* between columns */
#define LIST_TITLE_MOST 12 /* a number's title makes it no wider */

struct list_cell {
	char text[256];
	uint8_t style;
};

struct list_column {
	const char *title;
	int least;   /* below this it is left out; numbers are never narrower */
	int widest;  /* it never wants more; 0 no limit */
	bool right;  /* aligned: numbers */
	bool kept;   /* never left out, never scrolled away */
	bool spread; /* takes what is left over */
	bool late;   /* takes no room until there is something in it */
	bool painted; /* its cells are pictures (paint), as wide as can be */
	bool unordered; /* not to be sorted by */
	bool absent; /* not there now; another time it may be */
	uint8_t rank; /* the higher, the sooner it is left out */
	enum grid_cut cut;
};

struct list_source {
	const void *context;
	size_t count;
	const struct list_column *columns;
	size_t column_count;
	uint64_t schema; /* another number: forget widths, sorting, scrolling */
	uint64_t version; /* the same number: the same rows are hidden; 0: it is not
			     known */
	const char *empty; /* said when there are no rows */

	uint64_t (*id)(const struct list_source *, size_t row);
	void (*cell)(const struct list_source *, size_t row, size_t column,
	    struct list_cell *cell); /* cell is empty and plain before */
	int (*compare)(const struct list_source *, size_t column, size_t a,
	    size_t b); /* NULL: not to be sorted */
	bool (*number)(const struct list_source *, size_t row, size_t column,
	    double *value); /* as filter.h has it; NULL: all is text */
	void (*paint)(const struct list_source *, size_t row, size_t column,
	    struct grid *, struct grid_rect, int line);
		/* A cell of a painted column, over the whole rectangle. */
	char (*mark)(const struct list_source *, size_t row); /* NULL none */
	bool (*marked)(const struct list_source *, size_t row);
		/* Somebody chose it, to be copied with others; NULL none. */
	bool (*hidden)(const struct list_source *, size_t row); /* NULL none */
};

struct list {
	uint64_t selected;
	size_t place; /* of the selection among the shown rows */
	size_t top;   /* first row on the screen */
	size_t shift; /* columns scrolled away */
	int sort;     /* column, -1 the order of the source */
	bool reverse;
	bool follow; /* the selection stays on its line of the screen, and the
			others move around it */
	char filter[LIST_FILTER_SIZE]; /* filter.h tells what may be in it */

	/* made by list_arrange() */
	struct filter *wanted;
	size_t *shown; /* rows of the source that pass, in order */
	uint64_t *ids; /* their ids, to hold the order */
	size_t shown_count, room;
	uint64_t version; /* of the source, of which all that is not hidden is
			     shown in its order; else 0 */
	bool titles; /* there is room for them */
	int height;  /* rows of the screen below the titles */
	uint64_t schema;
	uint8_t *widths; /* of each column the widest that was drawn */
};

void list_init(struct list *);
void list_forget_widths(struct list *);
void list_fini(struct list *);

void list_arrange(
    struct list *, const struct list_source *, int rows, bool hold);
	/* rows: of the screen, titles included.  hold: sorted rows keep their
	 * order and only new ones are added at the end. */

enum list_focus {
	LIST_IDLE,   /* the selection is not shown */
	LIST_CHOSEN, /* it is what another pane shows */
	LIST_FOCUS   /* the keyboard is here */
};
void list_draw(const struct list *, const struct list_source *, struct grid *,
    struct grid_rect, enum list_focus);

bool list_click(struct list *, const struct list_source *, struct grid_rect,
    int column, int row);
	/* A row is selected, a title sorts by its column and then turns the
	 * order round.  The rectangle is the one it was drawn in; column and row
	 * are of the screen.  False: there is nothing. */

bool list_key(struct list *, const struct list_source *, enum key_action);
	/* Moves, sorts, scrolls; false when that is not a list's key. */

bool list_select(struct list *, uint64_t id);
	/* False when no shown row has that id. */

bool list_search(struct list *, const struct list_source *, const char *text,
    int step);
	/* Goes to the next (1), the previous (-1) shown row that a filter would
	 * let pass, around the ends if need be, or (0) to the first from the
	 * selection on.  False when there is none; text "" finds none. */

const char *list_problem(const struct list *);
	/* What is odd about the filter, "" nothing. */

static inline int
list_compare(uint64_t a, uint64_t b) /* for the compare of a source */
{
	return (a < b ? -1 : a > b);
}

size_t list_row(const struct list *);
	/* The selected row of the source; SIZE_MAX when there is none. */

bool list_scrolled(const struct list *, char *text, size_t size);
	/* "3-14 of 412" when not everything is on the screen. */

void list_take(struct list *, const struct list_source *);
	/* For list_arrange(): the rows that are not hidden and pass the filter,
	 * in the order of the source.  There is room for them. */

size_t list_columns(const struct list *, const struct list_source *, int width,
    struct grid_share *shares); /* for what was drawn last */
	/* Widths of the columns; returns how many are left out. */

bool list_copy(const struct list *, const struct list_source *, char *text,
    size_t size);
	/* The marked lines, or the selected one where none is: cells with two
	 * blanks between them.  False: there is nothing. */

int list_column_at(const struct list *, const struct list_source *,
    struct grid_rect, int column);
	/* The column that is drawn at a column of the screen; -1 none. */

void list_cell(const struct list_source *, size_t row, size_t column,
    struct list_cell *);

#endif
