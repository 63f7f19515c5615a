/*
 * commands.h - the command line behind ":": every key has a name there.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "screen.h"

enum screen_result commands_run(
    struct view *, const struct scene *, const char *line);
	/* "goto -5m", "filter cpu", "theme light", the name of any key.  What it
	 * means does not depend on where one is, but may not be possible there:
	 * then prompt.hint says why and the prompt stays open. */

#define COMMANDS_WORDS (KEY_ACTION_COUNT + 16)
size_t commands_words(
    const struct view *, const char *words[static COMMANDS_WORDS]);
	/* What the last word of the prompt can be completed to: up to the first
	 * blank of each.  Their number. */

#define COMMANDS_TIMES "14:03, -5m, @epoch, alert, change, now"
bool commands_time(
    const char *text, uint64_t now_real_ns, struct timeline_order *);
	/* One of these; false for anything else. */

#endif
