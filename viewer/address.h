/*
 * address.h - one value of a target, by its full name.
 */
#ifndef VIEWER_ADDRESS_H
#define VIEWER_ADDRESS_H

#include "model.h"

#include <stdbool.h>
#include <stddef.h>

/* Where an address leads: a metric, or a cell of a row.  What it does not find is
 * NULL, so that whoever asks can say which part that is. */
struct address_place {
	const struct model_profile *profile;
	const struct model_metric *metric;
	const struct model_row *row;
	size_t column;
};

bool address_find(const struct model *model, const char *address,
    struct address_place *place);
	/* profile/path:metric{label="v"} or profile/path[row].column, where the
	 * row is "12.3", or "12" for whatever is in that slot now. */

#endif
