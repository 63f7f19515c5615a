/*
 * prompt.h - the line at the bottom where something is typed.
 *
 * One line editor for filters, searches, times, commands and file names.  What a
 * finished line asks for is an order, which the loop carries out.
 */
#ifndef PROMPT_H
#define PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum prompt_kind {
	PROMPT_NONE,
	PROMPT_FILTER,	 /* acts while it is typed */
	PROMPT_SEARCH,	 /* likewise */
	PROMPT_TIME,	 /* 14:03, -5m, alert */
	PROMPT_COMMAND,	 /* with completion */
	PROMPT_INTERVAL,
	PROMPT_SORT,	 /* a column's title, with completion */
	PROMPT_SAVE,	 /* a file to write the screen to */
	PROMPT_SNAPSHOT
};

#define PROMPT_SIZE 256
#define PROMPT_PAST 16 /* lines that are remembered */

struct prompt {
	enum prompt_kind kind;
	char text[PROMPT_SIZE];
	char hint[PROMPT_SIZE]; /* what is wrong, or how it may go on */
	char before[PROMPT_SIZE]; /* what Esc goes back to */
	char past[PROMPT_PAST][PROMPT_SIZE]; /* commands, the newest first */
	int past_count, past_at; /* -1: the line that is typed */
	size_t completion; /* times that Tab was pressed in a row */
	char stem[PROMPT_SIZE]; /* what was there at the first of them */
};

enum prompt_result { PROMPT_OPEN, PROMPT_ACCEPTED, PROMPT_ABANDONED };

void prompt_begin(struct prompt *, enum prompt_kind, const char *text);
const char *prompt_label(const struct prompt *); /* "Filter: " */

enum prompt_result prompt_key(struct prompt *, uint32_t code,
    const char *const words[], size_t count);
	/* words: what Tab completes the last word to; only those that begin
	 * with it count.  After ACCEPTED and ABANDONED kind is PROMPT_NONE and
	 * text is what was typed (ABANDONED: what was there before). */

#endif
