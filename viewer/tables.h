/*
 * tables.h - all tables of a target, and the rows of the selected one.
 */
#ifndef TABLES_H
#define TABLES_H

#include "objects.h"
#include "rows.h"

/* Both lists, as long as one call lasts. */
struct tables {
	const struct view *view;
	const struct scene *scene;
	struct objects objects; /* the tables */
	struct list_source source;
	size_t deep;			     /* left out */
	const struct model_profile *profile; /* the selected one; NULL none */
	struct rows rows;
	struct list_source rows_source;
};

void tables_find(
    struct tables *, const struct view *, const struct scene *);
	/* The list of tables, lists[SCREEN_TABLES]; free objects after use. */
void tables_find_rows(struct tables *);
	/* After that list has been arranged: those of the selected table,
	 * view.table. */

#endif
