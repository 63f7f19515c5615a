/*
 * wire.h - what is sent to the terminal, and what it has not taken yet.
 *
 * Nothing waits for a slow line but wire_finish(), and that only for a moment.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>

struct wire {
	int descriptor; /* does not block; not ours */
	char *waiting;
	size_t from, to, size; /* of what waits */
	bool out; /* the terminal has taken all that was added */
	bool pseudo; /* it is no line that could keep some of it */
};

void wire_init(struct wire *, int descriptor);
void wire_fini(struct wire *);

void wire_add(struct wire *, const void *bytes, size_t length);
	/* It is sent by wire_busy().  Exits on lack of memory. */

bool wire_busy(struct wire *);
	/* Sends, in one write if the terminal takes it; true while something
	 * is left.  A terminal that is gone takes everything. */

void wire_finish(struct wire *, const void *bytes, size_t length);
	/* The last words.  What waits is dropped, here and in the kernel, when
	 * the terminal does not take them at once; a second later they are
	 * lost. */

#endif
