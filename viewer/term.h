/*
 * term.h - the terminal: the only part that knows curses.
 *
 * It is given whole pictures and sends what differs from the last one.  However
 * the process ends, the terminal is as it was: by term_close(), by exit(), and
 * by a handler that writes a prepared text when a fatal signal comes.
 */
#ifndef TERM_H
#define TERM_H

#include "grid.h"

enum term_color { TERM_COLOR_AUTO, TERM_COLOR_ALWAYS, TERM_COLOR_NEVER };

bool term_usable(char *advice, size_t size);
	/* False when there is no terminal, or TERM names one that cannot move
	 * its cursor; advice is one line that says what to do. */

bool term_utf8(void); /* the locale's character set; setlocale() before */

int term_open(enum term_color color);
	/* 0, or -1: no controlling terminal, or curses refuses. */
void term_close(void); /* may be called again */

int term_descriptor(void); /* for poll: readable means keys */

uint32_t term_key(void);
	/* The next key that was pressed (keys.h), KEY_CODE_NONE when there is
	 * none now. */
bool term_gone(void);
	/* The terminal has hung up or is at its end.  Ask when it was readable
	 * and gave no key. */

void term_size(int *columns, int *rows); /* now; the picture starts anew */
void term_draw(const struct grid *grid); /* sends only what changed */
void term_repaint(void); /* the next picture is sent whole */

void term_leave(void); /* give the terminal back for a while */
void term_enter(void); /* and take it again */

#endif
