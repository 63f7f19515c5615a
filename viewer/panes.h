/*
 * panes.h - what a target's screen shows of the selected profile, and where.
 */
#ifndef PANES_H
#define PANES_H

#include "metrics.h"
#include "newest.h"
#include "rows.h"
#include "screen.h"

/* What is selected, and the lists that show it. */
struct panes {
	const struct tree_node *node; /* NULL: no profiles */
	const struct model_profile *profile;
	bool has[VIEW_PANES];
	enum view_pane order[VIEW_PANES]; /* the tree, then from the top */
	struct list_source source[VIEW_PANES];
	struct metrics metrics;
	struct rows rows;
	struct newest newest;
};

void panes_tree(const struct view *, struct list_source *);
	/* The tree alone, before anything is known to be selected in it. */
void panes_find(const struct view *, const struct scene *, struct panes *);

enum view_pane panes_first(const struct panes *);
	/* Beside the tree; VIEW_TREE when there is none. */
enum view_pane panes_next(const struct panes *, enum view_pane, int step);
	/* step: 1 or -1. */

/* Who gets which rectangle; those without rows are not drawn. */
struct panes_place {
	struct grid_rect line, title, content, detail, pinned;
	struct grid_rect heading[VIEW_PANES], list[VIEW_PANES];
};
void panes_place(const struct view *, const struct scene *,
    const struct panes *, struct panes_place *);

int panes_tree_rows(const struct view *, int body);
	/* Rows of the tree where the screen below the header has so many. */

enum view_pane panes_at(const struct panes_place *, int column, int row);
	/* Whose list is drawn there; VIEW_PANES: nobody's. */

struct list *panes_list(struct view *, enum view_pane);
const struct list *panes_view(const struct view *, enum view_pane);

#endif
