/*
 * tui_private.h - the full screen's state, shared by its loop, by what keys ask
 * of it, and by the single picture.
 */
#ifndef TUI_PRIVATE_H
#define TUI_PRIVATE_H

#include "tui.h"

#define TUI_NS UINT64_C(1000000000)
#define TUI_FIRST_NS (TUI_NS / 4) /* to the second reading: rates at once */

/* What stays of a target while another one is shown. */
struct tui_slot {
	bool used;
	struct view view; /* not of the one that is shown */
	struct baseline *baseline;
	struct alerts *alerts;
	struct alerts *then; /* of the moment of the past, NULL live */
};

struct tui {
	const struct tui_options *options;
	struct view view;
	struct scene scene;
	struct grid grid;
	struct tui_slot slots[TUI_TARGETS];
	int slot; /* that is shown; -1 none yet */
	char host[128];
	char why[320];	   /* what the source said */
	char message[512]; /* what the scene shows of it */
	char remark[320];  /* what was done */
	uint64_t remark_ns, key_ns; /* when, monotonic */
	uint64_t slept_ns; /* the interval that the clock is set to */
	bool records;	   /* something is recorded */
	char recorded[32]; /* size of the target's file, "" none */
	bool chosen;	   /* the profile that was asked for is selected */
	bool done;
	int timer;
};

uint64_t tui_clock(void); /* monotonic */

void tui_init(struct tui *, const struct tui_options *);
void tui_fini(struct tui *);
void tui_begin(struct tui *); /* the first reading */
void tui_read(struct tui *);
void tui_recorded(struct tui *); /* writes what has come of it */
void tui_picture(struct tui *, bool hold);

const struct alerts *tui_alerts(const struct tui *);
void tui_find_alerts(struct tui *); /* after the moment has changed */

void tui_remark(struct tui *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
	/* Shown for some seconds. */

/* ---- tui_do.c: what a key asked for ------------------------------------------- */

void tui_do(struct tui *, enum screen_result);
	/* All but SCREEN_SUSPEND, which the loop does. */
void tui_settings(struct tui *);
	/* What the loop and the terminal do about them. */

#endif
