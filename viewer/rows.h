/*
 * rows.h - the table of a profile as a list.
 *
 * The columns that name a row come first and stay; each counter is followed by
 * its rate.
 */
#ifndef ROWS_H
#define ROWS_H

#include "list.h"
#include "model.h"

struct rows {
	const struct model_profile *profile;
	const struct model_table *table;
	uint64_t now_real_ns;
	bool raw;
	struct list_column columns[LIST_COLUMNS_MAX];
	char titles[LIST_COLUMNS_MAX][48];
	uint8_t which[LIST_COLUMNS_MAX]; /* of the table */
	bool rate[LIST_COLUMNS_MAX];
	size_t column_count;
};

void rows_source(struct rows *, struct list_source *,
    const struct model_profile *, uint8_t level, bool raw,
    uint64_t now_real_ns);
	/* The profile has a table.  The source refers to the first argument. */

void rows_cell_text(const struct rows *, size_t row, size_t column, bool rate,
    char *text, size_t size);
	/* column: of the table. */

#endif
