/*
 * list.h - a list that keeps its place.
 *
 * The owner describes rows and columns through a source; the list remembers
 * which object is selected (by its 64-bit id, not by its place), what is
 * scrolled, filtered and sorted, and how wide columns have been.  list_arrange()
 * brings that in line with new rows, list_draw() only draws.
 */
#ifndef LIST_H
#define LIST_H

#include "grid.h"
#include "keys.h"

#define LIST_COLUMNS_MAX 136
#define LIST_FILTER_SIZE 64
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
	enum grid_cut cut;
};

struct list_source {
	const void *context;
	size_t count;
	const struct list_column *columns;
	size_t column_count;
	uint64_t schema; /* another number: forget widths, sorting, scrolling */
	const char *empty; /* said when there are no rows */

	uint64_t (*id)(const struct list_source *, size_t row);
	void (*cell)(const struct list_source *, size_t row, size_t column,
	    struct list_cell *cell); /* cell is empty and plain before */
	int (*compare)(const struct list_source *, size_t column, size_t a,
	    size_t b); /* NULL: not to be sorted */
	char (*mark)(const struct list_source *, size_t row); /* NULL none */
	bool (*hidden)(const struct list_source *, size_t row); /* NULL none */
};

struct list {
	uint64_t selected;
	size_t place; /* of the selection among the shown rows */
	size_t top;   /* first row on the screen */
	size_t shift; /* columns scrolled away */
	int sort;     /* column, -1 the order of the source */
	bool reverse;
	char filter[LIST_FILTER_SIZE];

	/* made by list_arrange() */
	size_t *shown; /* rows of the source that pass, in order */
	uint64_t *ids; /* their ids, to hold the order */
	size_t shown_count, room;
	bool titles; /* there is room for them */
	int height;  /* rows of the screen below the titles */
	uint64_t schema;
	uint8_t widths[LIST_COLUMNS_MAX]; /* widest seen */
};

void list_init(struct list *);
void list_fini(struct list *);

void list_arrange(struct list *, const struct list_source *, int rows,
    bool ascii, bool hold);
	/* rows: of the screen, titles included.  hold: sorted rows keep their
	 * order and only new ones are added at the end. */

enum list_focus {
	LIST_IDLE,   /* the selection is not shown */
	LIST_CHOSEN, /* it is what another pane shows */
	LIST_FOCUS   /* the keyboard is here */
};
void list_draw(const struct list *, const struct list_source *, struct grid *,
    struct grid_rect, enum list_focus);

bool list_key(struct list *, const struct list_source *, enum key_action);
	/* Moves, sorts, scrolls; false when that is not a list's key. */

bool list_select(struct list *, uint64_t id);
	/* False when no shown row has that id. */

size_t list_row(const struct list *);
	/* The selected row of the source; SIZE_MAX when there is none. */

bool list_scrolled(const struct list *, char *text, size_t size);
	/* "3-14 of 412" when not everything is on the screen. */

size_t list_columns(const struct list *, const struct list_source *, int width,
    struct grid_share *shares);
	/* Widths of the columns; returns how many are left out. */

#endif
