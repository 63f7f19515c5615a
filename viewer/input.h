/*
 * input.h - from the bytes that a terminal sends to keys.
 *
 * Nobody knows where a sequence ends but by its form, and a person may press
 * Esc and then a key; so the answer for a beginning depends on whether more is
 * on its way.  Sequences that no key of ours has are swallowed whole: none of
 * their letters may act as a key.
 */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input {
	unsigned char bytes[256];
	size_t length;
	int column, row; /* of the last mouse event, from 0 */
	struct {
		unsigned char bytes[15];
		uint8_t length;
		uint32_t code;
	} known[48]; /* what the terminal's description says */
	size_t known_count;
};

const char *input_capability(size_t index, uint32_t *code);
	/* Each name under which a terminal's description has a key of ours;
	 * NULL after the last. */
void input_know(struct input *, const char *sequence, uint32_t code);
	/* Longer than one character and not too long, else it is not taken. */

size_t input_room(const struct input *); /* bytes that input_add() takes */
void input_add(struct input *, const void *bytes, size_t length);

uint32_t input_next(struct input *, bool ended);
	/* The next key (keys.h), KEY_CODE_NONE when there is none.  While ended
	 * is false, what may be the beginning of a sequence is left; when it is
	 * true, nothing is. */

#endif
