/*
 * tree.h - profile paths as an indented list.
 *
 * In order of registration; a path with slashes stands below the segments
 * before it, and later ones with the same start join them there, so that a new
 * profile never moves what is above it.
 */
#ifndef TREE_H
#define TREE_H

#include "list.h"
#include "model.h"

struct tree_node {
	uint64_t id;
	const struct model_profile *profile; /* NULL: only a common start */
	const char *path; /* of a profile at or below the node */
	size_t start, length; /* the node's own part of that path */
	int depth;
};

struct tree {
	struct tree_node *nodes;
	size_t count, room;
	bool flat; /* whole paths, no common starts: while filtered */
};

uint64_t tree_id(const char *path, size_t length); /* never 0 */

void tree_build(struct tree *, const struct model *, uint8_t level);
	/* Nodes point into the model: build again after each update. */
void tree_fini(struct tree *);

void tree_source(const struct tree *, struct list_source *);

#endif
