/*
 * screen.h - a screen: from what is known and where the person is to a picture.
 *
 * scene is what there is to see, view is where the person is in it.  A screen
 * brings the view in line with the scene and says which series it wants
 * (arrange), turns both into cells (draw), and answers to keys.  It opens, reads
 * and waits for nothing; the time is part of the scene.
 */
#ifndef SCREEN_H
#define SCREEN_H

#include "alerts.h"
#include "baseline.h"
#include "list.h"
#include "look.h"
#include "model.h"
#include "prompt.h"
#include "series.h"
#include "timeline.h"
#include "tree.h"

/* The numbered views come first, in the order of their keys. */
enum screen_name {
	SCREEN_OVERVIEW,   /* 1: profiles, metrics and tables */
	SCREEN_TABLES,	   /* 2 */
	SCREEN_HISTOGRAMS, /* 3 */
	SCREEN_EVENTS,	   /* 4: of all profiles */
	SCREEN_CHANGES,	   /* 5 */
	SCREEN_INFO,	   /* 6: the target, its region, how well we see it */
	SCREEN_OPERATIONS, /* 7: of all profiles, active ones first */
	SCREEN_ERRORS,	   /* 8: of all profiles */
	SCREEN_METRIC,	   /* one metric: view.subject */
	SCREEN_ROW,	   /* one row of a table: view.subject */
	SCREEN_ALERTS,
	SCREEN_SLOWEST,
	SCREEN_PROCESSES,
	SCREEN_SETTINGS,
	SCREEN_HELP,
	SCREEN_COUNT
};
#define SCREEN_VIEWS (SCREEN_ERRORS + 1) /* that have a number */

struct scene {
	const struct model_target *targets; /* the process list */
	size_t target_count;
	const bool *opened; /* one a target: it is open already; may be NULL */
	const struct model *model; /* the open target, NULL not read yet */
	struct moment moment;	   /* that the model is of */
	const struct series_set *series; /* that were wanted */
	const struct changes *changes;	 /* only for SCREEN_CHANGES */
	const struct slowest *slowest;	 /* only for SCREEN_SLOWEST */
	const struct baseline *baseline; /* NULL none */
	const struct alerts *alerts;	 /* NULL none */
	const char *message;	   /* what went wrong, "" nothing */
	const char *remark;	   /* what was done, for some seconds; "" */
	const char *host;
	const char *source;	   /* clause about who is looking, "" */
	const char *recorded;	   /* size of the file that it is recorded to, or
				      "", NULL */
	uint64_t interval_ns;
	uint64_t now_real_ns;
	bool ascii;
	bool hold; /* a key was just pressed: sorted rows keep their order */
};

/* What the overview is made of. */
enum view_pane {
	VIEW_TREE,
	VIEW_METRICS,
	VIEW_TABLE,
	VIEW_EVENTS,
	VIEW_PANES
};

/* How numbers are shown while there is a baseline. */
enum view_compare { COMPARE_VALUE, COMPARE_DELTA, COMPARE_RATIO };

/* The metric or row that SCREEN_METRIC and SCREEN_ROW are about. */
struct subject {
	uint64_t profile; /* tree_id() of its path */
	uint64_t object;  /* model_metric.id, model_row.id */
};

/* Where somebody was, to come back to. */
struct place {
	enum screen_name screen;
	enum view_pane pane;
	uint64_t node, metric, row; /* selected in the overview */
	uint64_t selected;	    /* in the list of another screen */
	struct subject subject;
};
#define VIEW_PLACES 32

/* What a key asked the loop for beside its result. */
struct view_order {
	struct timeline_order travel; /* SCREEN_TRAVEL */
	char text[1024];	      /* a name, a word, what to copy */
};

struct view {
	enum screen_name screen;
	int columns, rows;
	struct list lists[SCREEN_COUNT]; /* each screen's own */
	bool chosen_lives; /* the selected process did when it was drawn */
	struct list nodes, metrics, table, events; /* panes of the overview */
	struct list parts; /* second list of SCREEN_ROW: what refers to it */
	bool in_parts;	   /* the keyboard is there */
	struct tree tree;
	struct look look; /* at the metrics of the overview */
	enum view_pane pane;
	bool zoom;
	struct subject subject;
	struct place places[VIEW_PLACES];
	size_t place_count;
	struct series_wants wants;
	uint64_t window_ns; /* of charts */
	bool window_chosen; /* by somebody: else less while little is known */
	size_t picture;	    /* of SCREEN_METRIC: which one comes first */
	uint64_t compared_ns; /* the last so much against the time before */
	/* settings: settings.c */
	char theme[16];
	bool mouse, clipboard;
	uint64_t interval_ns; /* between readings */
	uint8_t level; /* DBGSHM_LEVEL_*: what is shown */
	bool raw;
	bool zeros; /* what has never been anything but zero, too */
	bool logarithmic;
	bool follow; /* the selection stays in sight and on its object when it
			finishes */
	enum view_compare compare;
	enum grid_glyphs glyphs;
	uint64_t *pins, *marks; /* tree_id() of addresses, sorted */
	size_t pin_count, mark_count;
	struct prompt prompt;
	char search[PROMPT_SIZE]; /* what n and N look for */
	struct view_order order;
};

void view_init(struct view *);
void view_fini(struct view *);

void view_go(struct view *, enum screen_name); /* remembers where it was */
void view_show(struct view *, const struct scene *, uint64_t profile,
    uint64_t object);
	/* To what stands at an address: a row or metric has its own screen, a
	 * profile (object 0) is selected in the overview.  Remembers where it
	 * was.  Nothing when it is not there. */
bool view_back(struct view *); /* false: there is nothing before */

void view_widths(struct view *);
	/* Numbers look different from now on: columns find their widths anew. */

bool view_pinned(const struct view *, uint64_t id);
bool view_marked(const struct view *, uint64_t id);
void view_pin(struct view *, uint64_t id);  /* or not any more */
void view_mark(struct view *, uint64_t id);
uint64_t view_address(const struct model_profile *, const char *name,
    const char *labels_or_row);
	/* The id of an address for pins and marks; a row has no name. */

/* What a key asks the loop to do. */
enum screen_result {
	SCREEN_NOTHING,	 /* the key has no meaning here */
	SCREEN_CHANGED,	 /* draw again */
	SCREEN_OPEN,	 /* open the selected process */
	SCREEN_OPEN_WORD, /* open the target named by order.text */
	SCREEN_LEAVE,	 /* to the process list */
	SCREEN_REPAINT,	 /* draw everything again */
	SCREEN_SUSPEND,
	SCREEN_TRAVEL,	 /* order.travel */
	SCREEN_BASELINE, /* take one now, or end it when it is of this moment */
	SCREEN_SAVE,	 /* the screen into the file order.text */
	SCREEN_COPY,	 /* order.text to the clipboard */
	SCREEN_SNAPSHOT, /* into the file order.text, "" a default name */
	SCREEN_RECORD,	 /* begin to record the target, or end that */
	SCREEN_REMEMBER, /* write the settings */
	SCREEN_SET,	 /* settings have changed */
	SCREEN_PLAIN,	 /* leave the picture as text until a key is pressed */
	SCREEN_QUIT
};

struct sheet;

struct screen {
	const char *name;  /* of the command ":view NAME" */
	const char *title; /* of the tab: "Overview"; "" no tab */
	const char *brief; /* where room is short; NULL: the title */
	void (*arrange)(struct view *, const struct scene *);
	void (*draw)(const struct view *, const struct scene *, struct grid *);
	enum screen_result (*key)(
	    struct view *, const struct scene *, enum key_action);
	enum key_place (*place)(const struct view *);
	struct list *(*list)(struct view *); /* that filter, search and sort act
		on, and copying and saving take from; NULL none now */
	bool (*source)(const struct view *, const struct scene *,
	    void (*use)(const struct list_source *, void *), void *context);
		/* Hands the source of that list over; false when there is
		 * none. */
	bool (*click)(struct view *, const struct scene *, int column, int row);
		/* Selects what is drawn there; NULL: nothing can be. */
	const struct sheet *sheet; /* of those that are one: sheet.h */
};

extern const struct screen screen_overview, screen_tables, screen_histograms,
    screen_events, screen_changes, screen_info, screen_operations,
    screen_errors, screen_metric, screen_row, screen_alerts, screen_processes,
    screen_slowest, screen_settings, screen_help;
extern const struct screen *const screens_table[SCREEN_COUNT];

/* ---- for the loop: screens.c -------------------------------------------- */

void screens_arrange(struct view *, const struct scene *);
void screens_draw(const struct view *, const struct scene *, struct grid *);
	/* The grid has the view's size. */
enum screen_result screens_key(
    struct view *, const struct scene *, uint32_t code);
enum screen_result screens_act(
    struct view *, const struct scene *, enum key_action action);
	/* What the key of that action does. */
bool screens_sort(struct view *, const struct scene *, const char *title);
	/* The list by that column; false: it has none. */
enum screen_result screens_click(
    struct view *, const struct scene *, int column, int row);
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

void bars_target(const struct view *, const struct scene *, struct grid *);
	/* The header and the tabs that all screens of a target have. */

void bars_draw(const struct view *, const struct scene *, struct grid *);
	/* What all screens share: message, time line, key line or prompt. */
struct grid_rect bars_body(const struct view *, const struct scene *);
	/* The room that is left for a screen; may have no rows. */
bool bars_click(struct view *, const struct scene *, int column, int row);
	/* A tab. */

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
char *bars_clock(char *text, size_t size, uint64_t real_ns, uint64_t now_real_ns);
	/* "14:03:27", with the day when that is not today. */

#endif
