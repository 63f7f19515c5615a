/*
 * watching.h - what the full screen looks at: the list, and one open target.
 */
#ifndef VIEWER_WATCHING_H
#define VIEWER_WATCHING_H

#include "command.h"
#include "regions.h"
#include "source.h"
#include "tui.h"

struct watching {
	const struct request *request;
	const char *name; /* list processes of this name too, or NULL */
	struct regions regions;
	struct source *source; /* NULL: nothing is open */
	struct model *model;
	bool filled; /* the model has been read once */
	struct tui_source functions;
};

void watching_init(struct watching *watching, const struct request *request);
void watching_fini(struct watching *watching);

int watching_open(struct watching *watching, const struct target *target,
    struct target_error *error);
	/* As source_open(). */

void watching_options(struct watching *watching, struct tui_options *options);
	/* What the person asked for, as the full screen wants it. */

#endif
