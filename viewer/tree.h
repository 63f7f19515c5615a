/*
 * tree.h - profile paths as an indented list.
 *
 * In order of registration; a path with slashes stands below the segments
 * before it, and later ones with the same start join them there, so that a new
 * profile never moves what is above it.  On top stands a node for all of them.
 */
#ifndef TREE_H
#define TREE_H

#include "alerts.h"
#include "list.h"
#include "model.h"

struct tree_node {
	uint64_t id;
	const struct model_profile *profile; /* NULL: only a common start */
	const char *path; /* of a profile at or below the node */
	size_t start, length; /* the node's own part of that path */
	int depth;
	size_t end;	      /* the node behind those below it */
	size_t profiles;      /* below it */
	size_t metrics, rows; /* of it and of those below it */
	size_t own_rows;
	size_t parent; /* of node 0: itself */
	size_t before;	      /* metrics of all nodes before it */
	bool folded;	      /* what is below it is not shown... */
	bool hidden;	      /* ...and this is below such a one */
};

struct tree {
	struct tree_node *nodes;
	size_t count, room;
	bool flat; /* whole paths, no common starts: while filtered */
	const struct alerts *alerts;
	/* What the nodes are of; they stay as long as it does. */
	uint64_t schema;
	uint8_t level;
	bool was_flat;
	bool settled;	  /* folded as `folded` says */
	uint64_t version; /* another number: others are hidden, or there */
	size_t *tables, table_count, table_room; /* nodes that have rows */
	uint64_t *folded; /* ids of nodes; those that are not there now, too */
	size_t folded_count;
};

#define TREE_SEED UINT64_C(0xcbf29ce484222325) /* FNV-1a */
uint64_t tree_hash(uint64_t seed, const char *text);
	/* One after the other they make the id of all the texts in a row. */
uint64_t tree_id(const char *path, size_t length); /* never 0 */
uint64_t tree_all(void); /* id of the node on top */

void tree_build(struct tree *, const struct model *, const struct alerts *,
    uint8_t level);
	/* Nodes point into the model: build again after each update and after
	 * something was folded. */
void tree_fini(struct tree *);

const struct tree_node *tree_of_metric(
    const struct tree *, const struct tree_node *below, size_t *index);
	/* The node whose profile has the metric of that number among all at or
	 * below a node; index becomes its number there. */

void tree_fold(struct tree *, uint64_t id, bool folded);
	/* All of them when that is the node on top. */
bool tree_fold_all(struct tree *);
	/* Everything that can be, or nothing when something is folded already:
	 * returns true when things are folded now. */
void tree_reveal(struct tree *, uint64_t id); /* unfolds what hides it */
const struct tree_node *tree_parent(
    const struct tree *, const struct tree_node *); /* NULL on the left edge */

void tree_source(const struct tree *, bool wide, struct list_source *);
	/* wide: there is room for more than one column of numbers. */

#endif
