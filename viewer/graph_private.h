/*
 * graph_private.h - what graphs share among themselves.
 */
#ifndef GRAPH_PRIVATE_H
#define GRAPH_PRIVATE_H

#include "graph.h"

/* The texts of the time axis. */
struct graph_times {
	char left[64], middle[64], right[64];
};
void graph_times(const struct view *, const struct scene *, struct graph_span,
    struct graph_times *);

int graph_cursor(const struct scene *, struct graph_span, size_t samples);
	/* The sample of the shown moment, -1 when that is the present. */

#endif
