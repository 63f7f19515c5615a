/*
 * changes_private.h - what the files of changes share.
 */
#ifndef VIEWER_CHANGES_PRIVATE_H
#define VIEWER_CHANGES_PRIVATE_H

#include "arena.h"
#include "changes.h"
#include "slots.h"

#define CHANGES_TEXT 96 /* of a value or time */

/* While they are made, and what the texts live in. */
struct changes_work {
	struct changes shown; /* comes first: this is what is handed out */
	struct slots *slots;
	struct arena arena;
	struct changes_found {
		struct change change;
		const void *alike; /* the same for rows that changed in the
				      same way; NULL it is by itself */
	} * list;
	size_t count, room;
};

void changes_add(
    struct changes_work *, const struct change *, const void *alike);
	/* Copies was, now and when; where has to live as long. */

const char *changes_where(struct changes_work *,
    const struct model_profile *, const struct model_row *, const char *what);
	/* net/peers: "10.0.0.7" sent; row may be NULL, what "". */

void changes_objects(struct changes_work *);
	/* Profiles, metrics and rows that came and went, new errors. */
void changes_events(struct changes_work *, const struct model *now);
	/* Warnings and errors. */

#endif
