/*
 * tui.h - the full screen: one loop over keyboard, signals and clock.
 *
 * The caller knows how regions are found and opened and hands that over as a
 * table of functions; the loop asks, the screens draw.  Nothing here opens
 * anything but the terminal.
 */
#ifndef TUI_H
#define TUI_H

#include "model.h"

#include <stdio.h>

enum tui_color { TUI_COLOR_AUTO, TUI_COLOR_ALWAYS, TUI_COLOR_NEVER };

/*
 * Where the numbers come from.  Each function returns 0, or -1 with one line
 * for people in why (without a newline).  All are called from one thread.
 */
struct tui_source {
	void *context;

	int (*list)(void *context, const struct model_target **targets,
	    size_t *count, char *why, size_t why_size);
		/* The regions of this host now, in a steady order.  Valid until
		 * the next call. */

	int (*open)(void *context, const struct model_target *target,
	    char *why, size_t why_size);
		/* Make this entry of the list the target, closing the one before. */

	int (*update)(void *context, const struct model **model, char *why,
	    size_t why_size);
		/* Read the open target again.  The model stays valid until the
		 * next call or open.  On failure *model is the last one, or NULL
		 * when there never was one. */
};

struct tui_options {
	const struct tui_source *source;
	bool opened;	       /* source->update() has a target: show it; else
				  the process list */
	const char *profile;   /* path to select at first, NULL none; a glob */
	const char *filter;    /* of the process list at first, NULL none */
	uint64_t interval_ns;  /* between readings, 0 is one second */
	uint8_t level;	       /* DBGSHM_LEVEL_* */
	bool raw;	       /* numbers without scaling */
	bool ascii;	       /* no other characters, whatever the locale */
	enum tui_color color;
};

int tui_run(const struct tui_options *);
	/* Until the person quits.  setlocale() was called before.  Returns the
	 * exit status: 0, 2 when the terminal cannot do it (one line of advice
	 * is on standard error).  SIGTERM and the like end the process. */

int tui_frame(const struct tui_options *, int columns, int rows, FILE *out);
	/* One picture as text: read again each quarter of a second until rates
	 * are there, 1.5 s at most.  Exit status as above, 1 when there is
	 * nothing to show. */

bool tui_frame_size(const char *text, int *columns, int *rows);
	/* "80x24"; false for anything else and for sizes outside 1 to 1000. */

#endif
