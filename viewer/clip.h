/*
 * clip.h - the sequence that puts text into the clipboard of a terminal.
 */
#ifndef CLIP_H
#define CLIP_H

#include <stddef.h>

#define CLIP_MOST 50000 /* bytes of text; terminals take about this much */

enum clip_path { CLIP_PLAIN, CLIP_TMUX, CLIP_SCREEN };

enum clip_path clip_path(const char *term, const char *tmux, const char *sty);
	/* Through what, from the variables of those names; each may be NULL. */

char *clip_sequence(const char *text, enum clip_path, size_t *length);
	/* OSC 52.  NULL when the text is too long; free() it. */

#endif
