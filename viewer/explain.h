/*
 * explain.h - why a region cannot be looked at, and what would help.
 */
#ifndef VIEWER_EXPLAIN_H
#define VIEWER_EXPLAIN_H

#include "target.h"

#include <dbgshm/reader.h>

int explain_code(int number);
	/* The exit code that belongs to an errno of <dbgshm/reader.h>. */

void explain_path(struct target_error *error, const char *path, int number,
    const struct dbgshm_fault *fault);
	/* Fills the error: number is errno, fault what opening said. */

#endif
