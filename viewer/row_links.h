/*
 * row_links.h - which rows refer to a row.
 */
#ifndef ROW_LINKS_H
#define ROW_LINKS_H

#include "objects.h"

void row_links_find(struct objects *, const struct model_profile *,
    const struct model_row *);
	/* Adds them: of all tables; object.column is the one that refers. */

void row_links_source(const struct objects *, struct list_source *);

#endif
