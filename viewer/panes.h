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

void panes_find(const struct view *, struct panes *);

enum view_pane panes_first(const struct panes *);
	/* Beside the tree; VIEW_TREE when there is none. */
enum view_pane panes_next(const struct panes *, enum view_pane, int step);
	/* step: 1 or -1. */

/* Who gets which rectangle; those without rows are not drawn. */
struct panes_place {
	struct grid_rect line, title, content, detail;
	struct grid_rect heading[VIEW_PANES], list[VIEW_PANES];
};
void panes_place(const struct view *, const struct scene *,
    const struct panes *, struct panes_place *);

int panes_detail(int body); /* rows below the lists, of so many */

struct list *panes_list(struct view *, enum view_pane);
const struct list *panes_view(const struct view *, enum view_pane);

#endif
