/*
 * cell.h - the cells of a table as people read them.
 */
#ifndef VIEWER_CELL_H
#define VIEWER_CELL_H

#include "model.h"

#define CELL_SIZE 512

const char *cell_text(char buffer[CELL_SIZE],
    const struct model_profile *profile, const struct model_row *row,
    size_t column, bool raw);
	/* column: of the profile's table, or SHAPE_*.  Returns a text of the
	 * model or the buffer; "" for nothing. */

const char *cell_value(char buffer[CELL_SIZE], const struct model_profile *,
    const struct model_column *, const struct model_cell *, bool raw);
	/* One value, of a row or of an event. */

const char *cell_reference(
    char buffer[CELL_SIZE], const struct model_cell *cell);
	/* Where it leads and what that is called: "work[1.1] serve". */

const char *cell_rate(char buffer[CELL_SIZE], const struct model_table *table,
    const struct model_row *row, size_t column, bool raw);

const char *cell_ago(char *out, size_t size, uint64_t real_ns, uint64_t age_ns,
    bool over, bool raw);
	/* "3.1 s ago", "3.1 s before" the end of what is over, "never"; raw: the
	 * time. */

bool cell_is_number(uint8_t type); /* aligned at the right */

bool cell_number(const struct model_table *table, const struct model_row *row,
    size_t column, double *value);
	/* As a filter wants it (filter.h): in base units, of a time its age. */
bool cell_is_zero(const struct model_cell *cell);

#endif
