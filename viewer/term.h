/*
 * term.h - the terminal: the only part that knows curses (its terminfo).
 *
 * It is given whole pictures and sends what differs from the last one, in one
 * write.  However the process ends, the terminal is as it was: by term_close(),
 * by exit(), and by a handler that writes a prepared text when a fatal signal
 * comes.  Nothing here waits for a terminal that does not take what is sent.
 */
#ifndef TERM_H
#define TERM_H

#include "grid.h"

enum term_color {
	TERM_COLOR_AUTO, /* what the terminal has; none with NO_COLOR */
	TERM_COLOR_ALWAYS,
	TERM_COLOR_NEVER,
	TERM_COLOR_8, /* so many, where the terminal has them */
	TERM_COLOR_16,
	TERM_COLOR_256
};

bool term_usable(char *advice, size_t size);
	/* False when there is no terminal, or TERM names one that cannot move
	 * its cursor; advice is one line that says what to do. */

bool term_utf8(void); /* the locale's character set; setlocale() before */
enum grid_glyphs term_glyphs(void);
	/* Blocks, or ASCII where the locale or the font of the terminal has
	 * nothing else.  Braille is for the person to ask for. */

int term_color_most(enum term_color);
	/* How many are wanted at most; 0 none.  The terminal may have fewer. */

int term_open(enum term_color color);
	/* 0, or -1: no controlling terminal, or it cannot do this. */
void term_close(void); /* may be called again */

bool term_theme(const char *name);
	/* False when there is none of that name.  Before term_open() or after:
	 * the next picture is sent whole. */
int term_colors(void); /* in use: 256, 16, 8, or 0 */

int term_descriptor(void); /* for poll */
short term_events(void);
	/* What to poll it for: POLLIN (keys), and POLLOUT while term_busy(). */

uint32_t term_key(void);
	/* The next key that was pressed (keys.h), KEY_CODE_NONE when there is
	 * none now. */
bool term_gone(void);
	/* The terminal has hung up or is at its end.  Ask when it was readable
	 * and gave no key. */

void term_mouse(bool on); /* off until asked for: text can be selected */
void term_mouse_at(int *column, int *row); /* of the last mouse event */

void term_size(int *columns, int *rows); /* now; the picture starts anew */
void term_draw(const struct grid *grid);
	/* Sends only what changed.  While term_busy() it sends nothing: the
	 * next picture will hold what this one would have shown. */
void term_repaint(void); /* the next picture is sent whole */

bool term_busy(void);
	/* The terminal has not yet taken all of the last picture: draw again
	 * when it has.  Sends on what it takes now. */
size_t term_cost(void); /* bytes of the last picture */

bool term_copy(const char *text);
	/* Into the clipboard of the person's terminal (OSC 52), through tmux
	 * and screen.  Text is UTF-8 and safe.  False when it is too long or
	 * the terminal is busy.  A terminal may refuse and says nothing. */

void term_leave(void); /* give the terminal back for a while */
void term_front(void);
	/* A job in the background stops here until it is in front.  Signals
	 * that are to end it must not be caught meanwhile. */
void term_enter(void); /* and take it again */

#endif
