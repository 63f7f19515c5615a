/*
 * safe.h - text of unknown origin made fit to print, once, at the boundary.
 *
 * What comes out is one line of printable characters: control bytes, invalid
 * sequences, direction marks, invisible characters and more than two combining
 * marks in a row are spelled out as \xNN or \u{N}.  In a locale that is not
 * UTF-8 everything outside ASCII is spelled out as well; a command that prints
 * a format of its own encoding (JSON) sets a UTF-8 locale first.
 */
#ifndef KIT_SAFE_H
#define KIT_SAFE_H

#include <stdbool.h>
#include <stddef.h>

/* Room that length bytes can need at most, with the closing NUL. */
#define SAFE_SIZE(length) (4 * (size_t)(length) + 1)

size_t safe_copy(char *out, size_t size, const char *bytes, size_t length);
	/*
	 * Writes the safe form of bytes[0..length) and a NUL into out[0..size);
	 * cut between characters when it does not fit.  Returns the bytes
	 * written without the NUL.  Cost: one pass.
	 */

char *safe_dup(const char *bytes, size_t length);
	/* The same in memory of its own; NULL with ENOMEM. */

bool safe_is(const char *bytes, size_t length);
	/* It would come out unchanged. */

size_t safe_width(const char *text);
	/* Columns that a safe text takes on a terminal. */

#endif
