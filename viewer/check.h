/*
 * check.h - dbgtop check: faults are printed, each with its place.
 */
#ifndef VIEWER_CHECK_H
#define VIEWER_CHECK_H

#include "command.h"

struct dbgshm_reader;

int check_faults(struct dbgshm_reader *reader, char *name);
	/* Prints what is wrong with a region; how much that is.  The name is
	 * safe. */

int check_rec(const struct request *request, const char *path);
	/* A recording, and what its pieces make.  An exit code. */

#endif
