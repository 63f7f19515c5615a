/*
 * rows.h - the table of a profile as a list.
 *
 * The columns that name a row come first and stay; each counter is followed by
 * its rate.  Rows stand in the order for people (model.h).
 */
#ifndef ROWS_H
#define ROWS_H

#include "spark.h"

/* Columns that no table has either: see rows_over_time(). */
#define ROWS_BASE (SIZE_MAX - 8)
#define ROWS_LAST (SIZE_MAX - 9)

struct rows {
	const struct model_profile *profile;
	const struct model_table *table;
	bool nested; /* parts stand below what they are a part of */
	bool raw;
	struct list_column columns[LIST_COLUMNS_MAX];
	char titles[LIST_COLUMNS_MAX][48];
	size_t which[LIST_COLUMNS_MAX]; /* of the table, or SHAPE_*, ROWS_* */
	bool rate[LIST_COLUMNS_MAX];
	size_t column_count;

	/* with rows_over_time() */
	const struct view *view;
	const struct scene *scene;
	struct spark spark;
	struct list_source plain; /* the source as it was before */
	size_t telling; /* column of the table that is the most telling number;
			   SIZE_MAX there is none */
};

void rows_source(struct rows *, struct list_source *,
    const struct model_profile *, uint8_t level, bool raw, bool nested);
	/* The profile has a table.  The source refers to the first argument. */

void rows_over_time(struct rows *, struct list_source *, const struct view *,
    const struct scene *);
	/* Adds what takes more than one moment to tell: the difference to the
	 * baseline, a picture of the last minute, and marks: + new, * marked,
	 * ^ pinned. */

struct series_key rows_series(const struct rows *, const struct model_row *);
	/* Of its most telling number, when there is one. */
void rows_want(const struct rows *, const struct list *, struct series_wants *);
	/* What the rows on the screen need to be drawn. */

uint64_t rows_id(const struct model_profile *, const struct model_row *);
	/* As the list knows the row: of all tables of a target. */

size_t rows_row(const struct rows *, size_t place);
	/* The row of the table at a place of the list. */

const struct model_link *rows_link(const struct rows *, size_t row);
	/* The first reference of a row that leads somewhere; NULL none. */

void rows_cell_text(const struct rows *, size_t row, size_t column, bool rate,
    char *text, size_t size);
	/* row, column: of the table; column may be SHAPE_*. */

#endif
