/*
 * ids.h - the order of things that begin with their id.
 */
#ifndef VIEWER_IDS_H
#define VIEWER_IDS_H

#include <stdint.h>

static inline int
ids_compare(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return (*a < *b ? -1 : *a > *b);
}

#endif
