/*
 * term_wants.c - what a person's surroundings ask of the terminal: the character
 * set, the font, colors.
 */
#include "term.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

bool
term_utf8(void)
{
	return (strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
}

enum grid_glyphs
term_glyphs(void)
{
	const char *name = getenv("TERM");

	/* The font of the console has 256 or 512 signs. */
	if (!term_utf8() ||
	    (name != NULL && strncmp(name, "linux", strlen("linux")) == 0))
		return (GRID_GLYPHS_ASCII);
	return (GRID_GLYPHS_BLOCK);
}

int
term_color_most(enum term_color wanted)
{
	static const int most[] = {
		[TERM_COLOR_AUTO] = 256,
		[TERM_COLOR_ALWAYS] = 256,
		[TERM_COLOR_NEVER] = 0,
		[TERM_COLOR_8] = 8,
		[TERM_COLOR_16] = 16,
		[TERM_COLOR_256] = 256,
	};
	const char *none = getenv("NO_COLOR");

	if (wanted == TERM_COLOR_AUTO && none != NULL && none[0] != '\0')
		return (0);
	return (most[wanted]);
}
