/*
 * row_lines.h - one row of a table as a list: its times, then a line a column.
 */
#ifndef ROW_LINES_H
#define ROW_LINES_H

#include "objects.h"
#include "shape.h"

enum row_line_kind {
	ROW_LINE_BEGAN, /* moments to go to */
	ROW_LINE_ENDED,
	ROW_LINE_FIRST, /* of a row that is not there: where it was seen */
	ROW_LINE_LAST,
	ROW_LINE_CELL
};

struct row_line {
	enum row_line_kind kind;
	size_t column;	  /* of the table: CELL */
	uint64_t real_ns; /* the moment */
};

#define ROW_LINES_COLUMNS 4
#define ROW_LINES_MAX (SHAPE_COLUMNS_MAX + 4)

struct row_lines {
	const struct view *view;
	const struct scene *scene;
	const struct model_profile *profile; /* NULL: no such table */
	uint64_t profile_id;
	const struct model_row *row; /* NULL: it is not there */
	uint64_t first_real_ns, last_real_ns; /* it was seen in the history; 0
						 never */
	size_t telling; /* column whose history tells most; SIZE_MAX none */
	struct row_line list[ROW_LINES_MAX];
	size_t count;
	struct list_column columns[ROW_LINES_COLUMNS];
};

void row_lines_find(
    struct row_lines *, const struct view *, const struct scene *);
	/* Of view.subject. */

void row_lines_source(const struct row_lines *, struct list_source *);

struct series_key row_lines_key(
    const struct row_lines *, size_t column, enum series_what);

uint64_t row_lines_sample(const struct row_lines *, uint64_t real_ns);
	/* The first sample from that time on: it knows of what began then.  0:
	 * which one that is is not known. */

size_t row_lines_charted(const struct row_lines *, const struct list *);
	/* The column whose history is shown: the selected one when it is a
	 * number. */

bool row_lines_leads(const struct row_lines *, const struct row_line *,
    struct subject *);
	/* A reference to a row that is there. */

#endif
