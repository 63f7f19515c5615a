/*
 * restore.h - the terminal as it was, even when a fatal signal ends us.
 */
#ifndef RESTORE_H
#define RESTORE_H

#include <stddef.h>
#include <termios.h>

void restore_prepare(int descriptor, const struct termios *modes,
    const char *text, size_t length);
	/* From now on a fatal signal first writes the text (at most 256 bytes)
	 * to the terminal and sets the modes, then does what it always does.
	 * May be called again with other ones. */

void restore_end(void); /* the terminal has been restored */

void restore_modes(int descriptor, const struct termios *modes);
	/* Sets them, unless this process is in the background. */

#endif
