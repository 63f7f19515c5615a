/*
 * sheet.h - a screen that is one list with the selected line explained below.
 *
 * The list is view->lists[view->screen]; its lines are from the screen's source.
 */
#ifndef SHEET_H
#define SHEET_H

#include "screen.h"

struct sheet_words {
	char name[64];	 /* "12 errors" */
	char about[192]; /* what there is to say about them */
	char more[128];	 /* below the list: what is not in it; "" nothing */
};

struct sheet {
	void (*words)(const struct view *, const struct scene *,
	    const struct list_source *, struct sheet_words *);
	void (*settle)(struct view *, const struct scene *,
	    const struct list_source *); /* before it is arranged; NULL none */
	void (*want)(struct view *, const struct scene *,
	    const struct list_source *); /* series, after that; NULL none */
	int (*detail_rows)(int body); /* NULL: as everywhere */
	void (*detail)(const struct view *, const struct scene *,
	    const struct list_source *, size_t row, struct grid *,
	    struct grid_rect);
	void (*open)(struct view *, const struct scene *,
	    const struct list_source *, size_t row); /* Enter */
	uint64_t (*address)(const struct list_source *, size_t row);
		/* For marks; NULL: lines cannot be marked. */
	uint64_t (*moment)(const struct list_source *, size_t row);
		/* That @ goes to, 0 none; NULL: the screen does that itself. */
};

/* The functions of a screen that has a sheet. */
void sheet_arrange(struct view *, const struct scene *);
void sheet_draw(const struct view *, const struct scene *, struct grid *);
enum screen_result sheet_key(
    struct view *, const struct scene *, enum key_action);
bool sheet_click(struct view *, const struct scene *, int column, int row);
struct list *sheet_list(struct view *);
enum key_place sheet_place(const struct view *);

int sheet_detail(int body); /* rows below the lists, of so many */

#endif
