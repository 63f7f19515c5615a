/*
 * tty.h - the terminal as a device: its modes, what comes and what goes.
 */
#ifndef TTY_H
#define TTY_H

#include "input.h"
#include "wire.h"

#include <termios.h>

struct tty {
	int descriptor;	      /* -1 closed */
	struct termios saved; /* its modes before */
	struct wire wire;
	struct input keys;
	bool ended; /* nothing can be read any more */
};

int tty_open(struct tty *); /* the controlling one; 0 or -1 */
void tty_close(struct tty *);

void tty_modes(struct tty *);
	/* Keys come one by one, without echo, Ctrl-C and Ctrl-Z like the
	 * others; output is taken as it is.  Ctrl-\ stays a signal, for a
	 * program that hangs. */
void tty_save(struct tty *); /* the modes of now are those of before */

void tty_front(const struct tty *);
	/* Stops, as a job in the background does, until it is in front. */

uint32_t tty_key(struct tty *);
	/* The next key, KEY_CODE_NONE when there is none now.  Waits a moment
	 * for the rest of a sequence. */
bool tty_gone(const struct tty *); /* hung up, or at its end */
bool tty_size(const struct tty *, int *columns, int *rows);

#endif
