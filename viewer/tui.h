/*
 * tui.h - the full screen: one loop over keyboard, signals and clock.
 *
 * The caller knows how regions are found and opened and hands that over as a
 * table of functions; the loop asks, the screens draw.  Nothing here opens
 * anything but the terminal.
 */
#ifndef TUI_H
#define TUI_H

#include "screen.h"
#include "term.h"

#include <stdio.h>

#define TUI_TARGETS 8 /* that are open at once */

/*
 * Where the numbers come from.  Each function returns 0, or -1 with one line
 * for people in why (without a newline).  All are called from one thread.
 */
struct tui_source {
	void *context;

	int (*list)(void *context, const struct model_target **targets,
	    const bool **opened, size_t *count, char *why, size_t why_size);
		/* The regions of this host now, in a steady order, and which of
		 * them are open.  Valid until the next call. */

	int (*open)(void *context, const struct model_target *target,
	    bool *fresh, char *why, size_t why_size);
	int (*open_word)(void *context, const char *word, bool *fresh,
	    char *why, size_t why_size);
		/* Make this entry of the list, or what is meant by this word, the
		 * target.  Several stay open: returns a number below
		 * TUI_TARGETS that stands for it; fresh: it was not open before
		 * (the number may have been another's). */

	int (*update)(void *context, const struct model **model,
	    struct moment *moment, char *why, size_t why_size);
		/* Read the target again.  The model stays valid until the next
		 * call, travel or open.  On failure *model is the last one, or
		 * NULL when there never was one. */

	int (*travel)(void *context, const struct timeline_order *order,
	    const struct model **model, struct moment *moment, char *why,
	    size_t why_size);
		/* Another moment of it.  On failure nothing has moved, and model
		 * and moment are what they were. */

	const struct series_set *(*series)(
	    void *context, const struct series_wants *wants);
	const struct changes *(*changes)(void *context, uint64_t window_ns);
	const struct slowest *(*slowest)(void *context, uint64_t window_ns);
		/* See timeline.h. */

	const char *(*note)(void *context);
		/* One clause about who is looking: "watched by dbgtop-agent (pid
		 * 812)", or "". */

	int (*snapshot)(void *context, const char *path, char *written,
	    size_t written_size, char *why, size_t why_size);
		/* Of the target, into that file ("": a default name). */

	int (*record)(void *context, char *what, size_t what_size, char *why,
	    size_t why_size);
		/* Begins to record the target, or ends that; what: one line about
		 * the file. */
	bool (*recorded)(void *context, char *size, size_t size_size,
	    char *why, size_t why_size);
		/* Writes what has come of all that is recorded; false: nothing is.
		 * size: of the file of the target, "" it is not recorded.  why is
		 * filled when something could not be written. */
};

struct tui_options {
	const struct tui_source *source;
	bool opened;	       /* source->update() has a target: show it; else
				  the process list */
	const char *profile;   /* path to select at first, NULL none; a glob */
	const char *filter;    /* of the process list at first, NULL none */
	uint64_t interval_ns;  /* between readings, 0 as settings say */
	uint8_t level;	       /* DBGSHM_LEVEL_* */
	bool level_given;      /* else as settings say */
	bool raw;	       /* numbers without scaling */
	bool ascii;	       /* no other characters, whatever the locale */
	bool mouse;
	const char *theme;     /* NULL: as settings say */
	const char *settings;  /* file that is read, and that W writes; NULL
				  none */
	enum screen_name view; /* numbered view to begin with */
	uint64_t at_real_ns;   /* moment to begin with; 0 the present */
	enum term_color color;
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
