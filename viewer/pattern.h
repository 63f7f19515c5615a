/*
 * pattern.h - which profiles and metrics a person asked for.
 *
 * A glob or a /regex/.  With a colon it matches "path:metric", without one it
 * selects whole profiles; when none matches, metrics of that name anywhere.
 */
#ifndef VIEWER_PATTERN_H
#define VIEWER_PATTERN_H

#include "model.h"

#include <stdbool.h>
#include <stddef.h>

struct patterns;

int patterns_create(const char *const words[], size_t count,
    struct patterns **patterns, char *why, size_t why_size);
	/* No words: everything matches.  -1 and a clause in why for a regular
	 * expression that is not one. */
void patterns_destroy(struct patterns *patterns);

void patterns_resolve(struct patterns *patterns, const struct model *model);
	/* Decides for each word whether it means profiles or metrics; call it
	 * after each update of the model. */

bool patterns_profile(
    const struct patterns *patterns, const struct model_profile *profile);
	/* The profile is selected as a whole, table included. */

bool patterns_metric(const struct patterns *patterns,
    const struct model_profile *profile, const struct model_metric *metric);
	/* The metric is selected, by itself or with its profile. */

void patterns_want_columns(struct patterns *patterns);
	/* Names of columns count as well, from the next patterns_resolve() on:
	 * behind a colon, and when no metric has the name. */
bool patterns_column(const struct patterns *patterns,
    const struct model_profile *profile, const struct model_column *column);
	/* The column is selected, by its name. */

const char *patterns_unmatched(const struct patterns *patterns);
	/* The first word that matches nothing, or NULL. */
const char *patterns_never(const struct patterns *patterns);
	/* ...nothing of any model that was resolved. */

#endif
