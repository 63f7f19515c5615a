/*
 * arena.h - memory that is given back all at once.
 *
 * Lack of memory ends the program with one line: a viewer has nothing better
 * to do.
 */
#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>

struct arena_block;

struct arena { /* all-zero is empty */
	struct arena_block *blocks;
};

void *arena_take(struct arena *arena, size_t count, size_t size);
	/* count * size zeroed bytes, aligned for anything. */

char *arena_safe(struct arena *arena, const char *bytes, size_t length);
	/* The safe form (safe.h) of text from a region. */

char *arena_print(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void arena_clear(struct arena *arena); /* keeps one block for the next turn */
void arena_free(struct arena *arena);

#endif
