/*
 * screen.h - a screen: from what is known and where the person is to a picture.
 *
 * scene is what there is to see, view is where the person is in it.  A screen
 * brings the view in line with the scene (arrange), turns both into cells
 * (draw), and answers to keys.  It opens, reads and waits for nothing; the time
 * is part of the scene.
 */
#ifndef SCREEN_H
#define SCREEN_H

#include "list.h"
#include "model.h"
#include "tree.h"

enum screen_name { SCREEN_PROCESSES, SCREEN_TARGET, SCREEN_HELP, SCREEN_COUNT };

struct scene {
	const struct model_target *targets; /* the process list */
	size_t target_count;
	const struct model *model; /* the open target, NULL not read yet */
	const char *message;	   /* what went wrong, "" nothing */
	const char *host;
	uint64_t interval_ns;
	uint64_t now_real_ns;
	bool ascii;
	bool hold; /* a key was just pressed: sorted rows keep their order */
};

/* What a target's screen is made of. */
enum view_pane {
	VIEW_TREE,
	VIEW_METRICS,
	VIEW_TABLE,
	VIEW_EVENTS,
	VIEW_PANES
};

struct view {
	enum screen_name screen;
	enum screen_name below; /* the help: the screen it covers */
	int columns, rows;
	struct list processes, nodes, metrics, table, events, help;
	struct tree tree;
	enum view_pane pane;
	bool zoom;
	uint8_t level; /* DBGSHM_LEVEL_*: what is shown */
	bool raw;
	char *prompt; /* the filter that is being typed, NULL none */
};

void view_init(struct view *);
void view_fini(struct view *);

/* What a key asks the loop to do. */
enum screen_result {
	SCREEN_NOTHING, /* the key has no meaning here */
	SCREEN_CHANGED, /* draw again */
	SCREEN_OPEN,	/* open the selected process */
	SCREEN_LEAVE,	/* back to the process list */
	SCREEN_REPAINT, /* draw everything again */
	SCREEN_SUSPEND,
	SCREEN_QUIT
};

struct screen {
	const char *name;
	void (*arrange)(struct view *, const struct scene *);
	void (*draw)(const struct view *, const struct scene *, struct grid *);
	enum screen_result (*key)(
	    struct view *, const struct scene *, enum key_action);
	enum key_place (*place)(const struct view *);
	struct list *(*list)(struct view *); /* that the filter acts on */
};

extern const struct screen screen_processes, screen_target, screen_help;
extern const struct screen *const screens_table[SCREEN_COUNT];

/* ---- for the loop: screens.c -------------------------------------------- */

void screens_arrange(struct view *, const struct scene *);
void screens_draw(const struct view *, const struct scene *, struct grid *);
	/* The grid has the view's size. */
enum screen_result screens_key(
    struct view *, const struct scene *, uint32_t code);
const struct model_target *screens_selected(
    const struct view *, const struct scene *);
	/* The process that SCREEN_OPEN means; NULL when there is none. */

/* ---- for the screens: bars.c -------------------------------------------- */

/* A part of the header line.  When room is short, the highest rank goes first. */
struct bars_piece {
	const char *text;
	uint8_t style;
	uint8_t rank;
	bool right;
};
void bars_header(struct grid *, const struct bars_piece *, size_t count);

void bars_draw(const struct view *, const struct scene *, struct grid *);
	/* What all screens share: message, key line or prompt. */
struct grid_rect bars_body(const struct view *, const struct scene *);
	/* The room that is left for a screen; may have no rows. */

void bars_title(struct grid *, struct grid_rect, int row, bool rule,
    const char *name, const char *about, const struct list *);
	/* One line: strong name, dim text, at the right what the list shows. */

uint8_t bars_life(const struct model_target *, uint64_t interval_ns,
    uint64_t now_real_ns, char *text, size_t size);
	/* "LIVE", "DEAD since 14:03:27"; returns its style. */
uint8_t bars_life_style(enum dbgshm_life);

char *bars_seconds(char *text, size_t size, uint64_t ns);
	/* A duration without the fractions that would only flicker. */
char *bars_every(char *text, size_t size, uint64_t ns);
	/* An interval: "1 s", "250 ms". */

#endif
