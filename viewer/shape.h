/*
 * shape.h - how the tables of each shape are laid out for people.
 */
#ifndef VIEWER_SHAPE_H
#define VIEWER_SHAPE_H

#include "model.h"

#define SHAPE_COLUMNS_MAX 80
/* Columns that no table has. */
#define SHAPE_ENDED SIZE_MAX	      /* when finished rows ended */
#define SHAPE_PROGRESS (SIZE_MAX - 1) /* of operations: 3/12 */

struct shape_column {
	size_t column; /* of the table, or SHAPE_* */
	bool optional; /* left out where no row has something in it */
};

size_t shape_columns(const struct model_table *table, uint8_t level,
    struct shape_column columns[SHAPE_COLUMNS_MAX]);
	/* What is shown at that level, the widest interest first. */

const struct model_column *shape_column(
    const struct model_table *table, size_t column);
	/* Its name and type. */

bool shape_empty(const struct model_table *table, size_t column,
    const struct model_row *row);
	/* There is nothing to say in that cell: no text, never, zero where zero
	 * means unknown, and a parent that stands directly above. */

const char *shape_state(const struct model_table *table,
    const struct model_profile *profile, const struct model_row *row);
	/* In the words of the shape: "running", or how it ended; "open". */

bool shape_marks(
    const struct model_table *table, const struct model_profile *profile);
	/* Its rows have more than one state, or one that has to be said. */

bool shape_alarm(const struct model_table *table, const struct model_row *row);
	/* Wants to be looked at: a late heart, or half written at death. */

const char *shape_remark(const struct model_profile *profile);
	/* What a reader must know about the rows of a dead program, or NULL. */

const char *shape_name(
    const struct model_profile *profile, const struct model_row *row);
	/* What a row is called: its kind or its first text. */

bool shape_idle(
    const struct model_profile *profile, const struct model_metric *metric);
	/* One of the numbers that come with operations, and it never moved. */

size_t shape_row(const struct model_table *table, size_t place);
	/* The row that stands there for people. */

#endif
