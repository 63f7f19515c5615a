/*
 * inside.h - one of several targets in a file: FILE.zip:WHICH, FILE.rec:WHICH.
 */
#ifndef VIEWER_INSIDE_H
#define VIEWER_INSIDE_H

#include "target.h"

bool inside_split(
    const char *word, const char *suffix, char **path, char **inside);
	/* FILE or FILE:WHICH, where FILE ends with the suffix; inside: NULL not
	 * said.  false: neither.  free() both. */

void inside_undecided(struct target_error *error, const char *path,
    const char *inside, size_t count, char *candidates);
	/* None is meant, or so many.  candidates: a line for each that could
	 * be; taken over. */

#endif
