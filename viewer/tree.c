/*
 * tree.c - profile paths as an indented list.
 */
#include "tree.h"

#include "kit/fmt.h"
#include "shape.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#define PRIME UINT64_C(0x100000001b3)

uint64_t
tree_hash(uint64_t hash, const char *text)
{
	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * PRIME;
	return (hash);
}

uint64_t
tree_id(const char *path, size_t length)
{
	uint64_t hash = TREE_SEED;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)path[i]) * PRIME;
	return (hash != 0 ? hash : 1);
}

uint64_t
tree_all(void)
{
	return (tree_id("", 0));
}

void
tree_fini(struct tree *tree)
{
	free(tree->nodes);
	free(tree->folded);
	free(tree->tables);
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

static void
note_table(struct tree *tree, size_t at)
{
	if (tree->table_count == tree->table_room) {
		tree->table_room = 2 * tree->table_room + 16;
		tree->tables = reallocarray(
		    tree->tables, tree->table_room, sizeof(*tree->tables));
		if (tree->tables == NULL)
			err(1, "a tree of %zu tables", tree->table_room);
	}
	tree->tables[tree->table_count++] = at;
}

/* What all nodes know of those below them. */
static void
sum(struct tree *tree)
{
	struct tree_node *node, *below;
	size_t before = 0, i, k;

	tree->table_count = 0;

	for (i = 0; i < tree->count; i++) {
		node = &tree->nodes[i];
		node->folded = node->hidden = false;
		node->profiles = node->metrics = node->rows = 0;
		node->own_rows = node->parent = 0;
		node->before = before;
		if (node->profile != NULL)
			before += node->profile->metric_count;
		if (node->profile != NULL && node->profile->table != NULL) {
			node->own_rows = node->profile->table->row_count;
			note_table(tree, i);
		}
		for (k = i; k > 0 && tree->nodes[k].depth >= node->depth;)
			k--;
		node->parent = k;
		for (k = i; k < tree->count; k++) {
			below = &tree->nodes[k];
			if (k > i && i > 0 && below->depth <= node->depth)
				break;
			if (below->profile == NULL)
				continue;
			node->profiles += k > i;
			node->metrics += below->profile->metric_count;
			if (below->profile->table != NULL)
				node->rows += below->profile->table->row_count;
		}
		node->end = k;
	}
}

static size_t *
folded_place(const struct tree *tree, uint64_t id, size_t *place)
{
	for (*place = 0; *place < tree->folded_count; ++*place)
		if (tree->folded[*place] == id)
			return (place);
	return (NULL);
}

static void
hide(struct tree *tree)
{
	struct tree_node *node;
	size_t place, k;

	for (size_t i = 1; i < tree->count && tree->folded_count > 0; i++) {
		node = &tree->nodes[i];
		node->folded = node->profiles > 0 && !tree->flat &&
		    folded_place(tree, node->id, &place) != NULL;
		for (k = i + 1; node->folded && k < node->end; k++)
			tree->nodes[k].hidden = true;
	}
}

/* Nothing else is different: of hundreds of profiles few have rows. */
static void
count_rows(struct tree *tree)
{
	struct tree_node *node;
	size_t i, at, rows, more;

	for (i = 0; i < tree->table_count; i++) {
		at = tree->tables[i];
		node = &tree->nodes[at];
		rows = node->profile->table->row_count;
		more = rows - node->own_rows;
		node->own_rows = rows;
		if (more == 0)
			continue;
		for (;; at = tree->nodes[at].parent) {
			tree->nodes[at].rows += more;
			if (at == 0)
				break;
		}
	}
}

static void
add_all(struct tree *tree, const struct model *model, uint8_t level)
{
	struct tree_node *all;

	tree->schema = model->schema;
	tree->level = level;
	tree->was_flat = tree->flat;
	tree->count = 0;
	all = insert(tree, 0);
	all->id = tree_all();
	all->path = "";
	for (size_t i = 0; i < model->profile_count; i++)
		if (model->profiles[i].level <= level)
			add(tree, &model->profiles[i]);
}

void
tree_build(struct tree *tree, const struct model *model,
    const struct alerts *alerts, uint8_t level)
{
	tree->alerts = alerts;
	if (model == NULL || model->profile_count == 0) {
		tree->count = 0;
		return;
	}
	if (tree->count == 0 || model->schema == 0 ||
	    tree->schema != model->schema || tree->level != level ||
	    tree->was_flat != tree->flat)
		add_all(tree, model, level);
	else if (tree->settled) {
		count_rows(tree);
		return;
	}
	sum(tree);
	hide(tree);
	tree->settled = true;
	tree->version++;
}

const struct tree_node *
tree_of_metric(
    const struct tree *tree, const struct tree_node *below, size_t *index)
{
	size_t wanted = below->before + *index;
	size_t low = (size_t)(below - tree->nodes), high = below->end, middle;
	const struct tree_node *node;

	/* The last one with no more metrics than that before it. */
	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (tree->nodes[middle].before <= wanted)
			low = middle;
		else
			high = middle;
	}
	node = &tree->nodes[low];
	*index = wanted - node->before;
	return (node);
}

/* ---- folding -------------------------------------------------------------- */

static void
fold_one(struct tree *tree, uint64_t id, bool folded)
{
	size_t place;
	bool is = folded_place(tree, id, &place) != NULL;

	if (is == folded)
		return;
	tree->settled = false;
	if (is) {
		tree->folded[place] = tree->folded[--tree->folded_count];
		return;
	}
	tree->folded = reallocarray(
	    tree->folded, tree->folded_count + 1, sizeof(*tree->folded));
	if (tree->folded == NULL)
		err(1, "%zu folded profiles", tree->folded_count + 1);
	tree->folded[tree->folded_count++] = id;
}

void
tree_fold(struct tree *tree, uint64_t id, bool folded)
{
	const struct tree_node *node;

	if (id != tree_all()) {
		fold_one(tree, id, folded);
		return;
	}
	tree->settled = false;
	if (!folded)
		tree->folded_count = 0;
	for (size_t i = 1; i < tree->count && folded; i++) {
		node = &tree->nodes[i];
		if (node->profiles > 0)
			fold_one(tree, node->id, true);
	}
}

bool
tree_fold_all(struct tree *tree)
{
	bool fold = true;

	for (size_t i = 1; i < tree->count; i++)
		fold = fold && !tree->nodes[i].folded;
	tree_fold(tree, tree_all(), fold);
	return (fold);
}

const struct tree_node *
tree_parent(const struct tree *tree, const struct tree_node *node)
{
	const struct tree_node *parent = node;

	while (parent > tree->nodes && parent->depth >= node->depth)
		parent--;
	return (parent->depth < node->depth ? parent : NULL);
}

void
tree_reveal(struct tree *tree, uint64_t id)
{
	const struct tree_node *node = NULL;

	if (tree->folded_count == 0)
		return;
	for (size_t i = 0; i < tree->count && node == NULL; i++)
		if (tree->nodes[i].id == id && tree->nodes[i].hidden)
			node = &tree->nodes[i];
	if (node == NULL)
		return;
	tree->version++;
	while ((node = tree_parent(tree, node)) != NULL)
		fold_one(tree, node->id, false);
	for (size_t i = 0; i < tree->count; i++)
		tree->nodes[i].folded = tree->nodes[i].hidden = false;
	hide(tree);
}

/* ---- as a list ------------------------------------------------------------ */

enum { COLUMN_PROFILE, COLUMN_ROWS, COLUMN_METRICS, COLUMN_COUNT };

static const struct list_column columns[COLUMN_COUNT] = {
	[COLUMN_PROFILE] = { .title = "PROFILE",
	    .least = 6,
	    .kept = true,
	    .spread = true,
	    .cut = GRID_CUT_FRONT },
	[COLUMN_ROWS] = { .title = "ROWS", .right = true },
	[COLUMN_METRICS] = { .title = "METRICS", .right = true },
};

static uint64_t
node_id(const struct list_source *source, size_t row)
{
	const struct tree *tree = source->context;

	return (tree->nodes[row].id);
}

static bool
node_hidden(const struct list_source *source, size_t row)
{
	const struct tree *tree = source->context;

	return (tree->nodes[row].hidden);
}

static void
name_of(const struct tree_node *node, char *text, size_t size)
{
	size_t indent = 2 * (size_t)(node->depth < 40 ? node->depth : 40);
	size_t length = node->length;

	if (node->id == tree_all()) {
		strlcpy(text, "ALL", size);
		return;
	}
	if (length > size - 1 - indent)
		length = size - 1 - indent;
	memset(text, ' ', indent);
	memcpy(text + indent, node->path + node->start, length);
	length += indent;
	text[length] = '\0';
	if (node->folded)
		snprintf(text + length, size - length, " +%zu", node->profiles);
}

static void
node_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *cell)
{
	const struct tree *tree = source->context;
	const struct tree_node *node = &tree->nodes[row];
	size_t number = column == COLUMN_ROWS ? node->rows : node->metrics;
	bool table = node->profile != NULL && node->profile->table != NULL;

	if (node->profile == NULL || column != COLUMN_PROFILE)
		cell->style = GRID_DIM;
	if (column == COLUMN_PROFILE)
		name_of(node, cell->text, sizeof(cell->text));
	else if (number > 0 || (column == COLUMN_ROWS && table))
		fmt_u64(cell->text, sizeof(cell->text), number);
}

static bool
node_number(
    const struct list_source *source, size_t row, size_t column, double *value)
{
	const struct tree *tree = source->context;
	const struct tree_node *node = &tree->nodes[row];

	if (column == COLUMN_PROFILE)
		return (false);
	*value = (double)(column == COLUMN_ROWS ? node->rows : node->metrics);
	return (true);
}

/* A heart in it is late. */
static bool
is_late(const struct model_profile *profile)
{
	const struct model_table *table = profile->table;

	if (table == NULL || table->shape != DBGSHM_SHAPE_HEARTBEAT)
		return (false);
	for (size_t i = 0; i < table->row_count; i++)
		if (shape_alarm(table, &table->rows[i]))
			return (true);
	return (false);
}

/* Something in it or below it wants to be looked at. */
static char
node_mark(const struct list_source *source, size_t row)
{
	const struct tree *tree = source->context;
	const struct tree_node *node = &tree->nodes[row];

	if (tree->alerts != NULL)
		return (alerts_below(tree->alerts, node->path,
			    node->start + node->length) != 0
			? '!'
			: '\0');
	return (node->profile != NULL && is_late(node->profile) ? '!' : '\0');
}

void
tree_source(const struct tree *tree, bool wide, struct list_source *source)
{
	*source = (struct list_source){
		.context = tree,
		.count = tree->count,
		.columns = columns,
		.column_count = wide ? COLUMN_COUNT : COLUMN_METRICS,
		.schema = tree->flat ? 2 : 1,
		.version = tree->schema != 0 ? tree->version : 0,
		.empty = "no profiles yet",
		.id = node_id,
		.cell = node_cell,
		.number = node_number,
		.mark = node_mark,
		.hidden = node_hidden,
	};
}
