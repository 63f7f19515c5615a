/*
 * tree.c - profile paths as an indented list.
 */
#include "tree.h"

#include "shape.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

uint64_t
tree_id(const char *path, size_t length)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	for (size_t i = 0; i < length; i++)
		hash =
		    (hash ^ (unsigned char)path[i]) * UINT64_C(0x100000001b3);
	return (hash != 0 ? hash : 1);
}

void
tree_fini(struct tree *tree)
{
	free(tree->nodes);
	memset(tree, 0, sizeof(*tree));
}

/* Opens a place for a node; the ones behind it move down. */
static struct tree_node *
insert(struct tree *tree, size_t at)
{
	if (tree->count == tree->room) {
		tree->room = tree->room > 0 ? tree->room * 2 : 64;
		tree->nodes =
		    reallocarray(tree->nodes, tree->room, sizeof(*tree->nodes));
		if (tree->nodes == NULL)
			err(1, "a tree of %zu profiles", tree->room);
	}
	memmove(&tree->nodes[at + 1], &tree->nodes[at],
	    (tree->count - at) * sizeof(*tree->nodes));
	tree->count++;
	memset(&tree->nodes[at], 0, sizeof(tree->nodes[at]));
	return (&tree->nodes[at]);
}

/* The node with this id and depth, or -1. */
static ssize_t
find(const struct tree *tree, size_t from, uint64_t id, int depth)
{
	for (size_t i = from; i < tree->count; i++) {
		if (tree->nodes[i].depth < depth)
			break;
		if (tree->nodes[i].depth == depth && tree->nodes[i].id == id)
			return ((ssize_t)i);
	}
	return (-1);
}

static void
add(struct tree *tree, const struct model_profile *profile)
{
	const char *path = profile->path;
	size_t start = 0, end, from = 0, last;
	struct tree_node *node;
	ssize_t found;
	int depth = 0;

	for (;; depth++, start = end + 1) {
		end = start + strcspn(path + start, "/");
		if (tree->flat)
			end = strlen(path);
		found = find(tree, from, tree_id(path, end), depth);
		if (found >= 0)
			last = (size_t)found;
		else {
			/* Behind everything below the same parent. */
			for (last = from; last < tree->count &&
			     tree->nodes[last].depth >= depth;)
				last++;
			node = insert(tree, last);
			node->id = tree_id(path, end);
			node->path = path;
			node->start = start;
			node->length = end - start;
			node->depth = depth;
		}
		if (path[end] == '\0') {
			tree->nodes[last].profile = profile;
			return;
		}
		from = last + 1;
	}
}

void
tree_build(struct tree *tree, const struct model *model, uint8_t level)
{
	tree->count = 0;
	if (model == NULL)
		return;
	for (size_t i = 0; i < model->profile_count; i++)
		if (model->profiles[i].level <= level)
			add(tree, &model->profiles[i]);
}

/* ---- as a list ------------------------------------------------------------ */

enum { COLUMN_PROFILE, COLUMN_ROWS, COLUMN_COUNT };

static const struct list_column columns[COLUMN_COUNT] = {
	[COLUMN_PROFILE] = { .title = "PROFILE",
	    .least = 6,
	    .kept = true,
	    .spread = true,
	    .cut = GRID_CUT_FRONT },
	[COLUMN_ROWS] = { .title = "ROWS", .right = true },
};

static uint64_t
node_id(const struct list_source *source, size_t row)
{
	const struct tree *tree = source->context;

	return (tree->nodes[row].id);
}

static void
node_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *cell)
{
	const struct tree *tree = source->context;
	const struct tree_node *node = &tree->nodes[row];

	if (column == COLUMN_PROFILE) {
		snprintf(cell->text, sizeof(cell->text), "%*s%.*s",
		    2 * (node->depth < 40 ? node->depth : 40), "",
		    (int)node->length, node->path + node->start);
		if (node->profile == NULL)
			cell->style = GRID_DIM;
	} else if (node->profile != NULL && node->profile->table != NULL) {
		snprintf(cell->text, sizeof(cell->text), "%zu",
		    node->profile->table->row_count);
		cell->style = GRID_DIM;
	}
}

/* Something in it is late. */
static char
node_mark(const struct list_source *source, size_t row)
{
	const struct tree *tree = source->context;
	const struct model_profile *profile = tree->nodes[row].profile;

	if (profile == NULL || profile->table == NULL ||
	    profile->table->shape != DBGSHM_SHAPE_HEARTBEAT)
		return ('\0');
	for (size_t i = 0; i < profile->table->row_count; i++)
		if (shape_alarm(profile->table, &profile->table->rows[i]))
			return ('!');
	return ('\0');
}

void
tree_source(const struct tree *tree, struct list_source *source)
{
	*source = (struct list_source){
		.context = tree,
		.count = tree->count,
		.columns = columns,
		.column_count = COLUMN_COUNT,
		.schema = tree->flat ? 2 : 1,
		.empty = "no profiles yet",
		.id = node_id,
		.cell = node_cell,
		.mark = node_mark,
	};
}
