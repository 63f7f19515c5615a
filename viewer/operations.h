/*
 * operations.h - the operations of all tables, in the order people look for.
 */
#ifndef OPERATIONS_H
#define OPERATIONS_H

#include "objects.h"

void operations_gather(struct objects *);
	/* Those that run, the longest first and each below what it is a part
	 * of; then those that have ended, the last first. */

bool operations_runs(const struct object *);
uint64_t operations_elapsed(const struct objects *, const struct object *);
	/* ns; UINT64_MAX unknown */

#endif
