/*
 * theme.c - what meanings look like.
 *
 * Text keeps to the sixteen colors that a person sets for the own terminal, and
 * never takes its dark blue; the 256 serve shades, and the themes that must not
 * depend on that setting.
 */
#include "theme.h"

#include <string.h>

#define OWN THEME_OWN
#define BOLD THEME_BOLD
#define DIM THEME_DIM
#define LINE THEME_UNDERLINE
#define REVERSE THEME_REVERSE

/* The terminal's colors, as all of them number the first sixteen. */
enum {
	BLACK,
	RED,
	YELLOW = 3,
	MAGENTA = 5,
	CYAN,
	WHITE,
	BRIGHT_RED = 9,
	BRIGHT_YELLOW = 11,
	BRIGHT_BLUE,
	BRIGHT_WHITE = 15
};

enum { OF_256, OF_16, OF_8, DEPTHS };

struct paint {
	uint8_t attributes;
	int16_t ink[DEPTHS];
	int16_t paper;
};

struct theme {
	const char *name, *about;
	const struct paint *paints; /* NULL: never any color */
	bool dim;		    /* has a look that is less than plain */
};

/* Without color the meanings are told apart by attributes alone. */
static const uint8_t bare[GRID_STYLES] = {
	[GRID_DIM] = DIM,
	[GRID_STRONG] = BOLD,
	[GRID_HEADING] = LINE,
	[GRID_RULE] = DIM,
	[GRID_KEY] = BOLD,
	[GRID_MATCH] = BOLD | LINE,
	[GRID_LIVE] = BOLD,
	[GRID_WARN] = BOLD | LINE,
	[GRID_BAD] = REVERSE,
	[GRID_CHART_2] = BOLD,
	[GRID_HEAT_4] = BOLD,
	[GRID_HEAT_5] = BOLD,
	[GRID_PAST] = REVERSE,
	[GRID_CHANGED] = BOLD,
	[GRID_ADDED] = BOLD,
	[GRID_GONE] = DIM,
	[GRID_BASE] = LINE,
	[GRID_CURSOR] = REVERSE,
	[GRID_ALARM] = BOLD | REVERSE,
};

/* For dark and light backgrounds; well is cyan, so that red meets no green. */
static const struct paint standard[GRID_STYLES] = {
	[GRID_PLAIN] = { 0, { OWN, OWN, OWN }, OWN },
	[GRID_DIM] = { DIM, { OWN, OWN, OWN }, OWN },
	[GRID_STRONG] = { BOLD, { OWN, OWN, OWN }, OWN },
	[GRID_HEADING] = { 0, { CYAN, CYAN, CYAN }, OWN },
	[GRID_RULE] = { DIM, { OWN, OWN, OWN }, OWN },
	[GRID_KEY] = { BOLD, { CYAN, CYAN, CYAN }, OWN },
	[GRID_MATCH] = { BOLD, { YELLOW, YELLOW, YELLOW }, OWN },
	[GRID_LIVE] = { BOLD, { CYAN, CYAN, CYAN }, OWN },
	[GRID_WARN] = { BOLD, { YELLOW, YELLOW, YELLOW }, OWN },
	[GRID_BAD] = { BOLD, { RED, RED, RED }, OWN },
	[GRID_CHART] = { 0, { CYAN, CYAN, CYAN }, OWN },
	[GRID_CHART_2] = { 0, { MAGENTA, MAGENTA, MAGENTA }, OWN },
	[GRID_HEAT_1] = { 0, { 66, CYAN, CYAN }, OWN },
	[GRID_HEAT_2] = { 0, { 37, CYAN, CYAN }, OWN },
	[GRID_HEAT_3] = { 0, { 178, YELLOW, YELLOW }, OWN },
	[GRID_HEAT_4] = { BOLD, { 208, BRIGHT_YELLOW, YELLOW }, OWN },
	[GRID_HEAT_5] = { BOLD, { 196, BRIGHT_RED, RED }, OWN },
	[GRID_PAST] = { BOLD | REVERSE, { YELLOW, YELLOW, YELLOW }, OWN },
	[GRID_CHANGED] = { 0, { YELLOW, YELLOW, YELLOW }, OWN },
	[GRID_ADDED] = { BOLD, { CYAN, CYAN, CYAN }, OWN },
	[GRID_GONE] = { DIM, { OWN, OWN, OWN }, OWN },
	[GRID_BASE] = { 0, { MAGENTA, MAGENTA, MAGENTA }, OWN },
	[GRID_CURSOR] = { REVERSE, { OWN, OWN, OWN }, OWN },
	[GRID_ALARM] = { BOLD | REVERSE, { RED, RED, RED }, OWN },
};

/* Dark enough for white paper; no yellow where it cannot be made darker. */
static const struct paint light[GRID_STYLES] = {
	[GRID_PLAIN] = { 0, { OWN, OWN, OWN }, OWN },
	[GRID_DIM] = { DIM, { OWN, OWN, OWN }, OWN },
	[GRID_STRONG] = { BOLD, { OWN, OWN, OWN }, OWN },
	[GRID_HEADING] = { 0, { 23, CYAN, CYAN }, OWN },
	[GRID_RULE] = { DIM, { OWN, OWN, OWN }, OWN },
	[GRID_KEY] = { BOLD, { 23, CYAN, CYAN }, OWN },
	[GRID_MATCH] = { BOLD, { 94, MAGENTA, MAGENTA }, OWN },
	[GRID_LIVE] = { BOLD, { 23, CYAN, CYAN }, OWN },
	[GRID_WARN] = { BOLD, { 94, MAGENTA, MAGENTA }, OWN },
	[GRID_BAD] = { BOLD, { 124, RED, RED }, OWN },
	[GRID_CHART] = { 0, { 23, CYAN, CYAN }, OWN },
	[GRID_CHART_2] = { 0, { 90, MAGENTA, MAGENTA }, OWN },
	[GRID_HEAT_1] = { 0, { 66, CYAN, CYAN }, OWN },
	[GRID_HEAT_2] = { 0, { 23, CYAN, CYAN }, OWN },
	[GRID_HEAT_3] = { 0, { 94, MAGENTA, MAGENTA }, OWN },
	[GRID_HEAT_4] = { BOLD, { 130, MAGENTA, MAGENTA }, OWN },
	[GRID_HEAT_5] = { BOLD, { 124, RED, RED }, OWN },
	[GRID_PAST] = { BOLD | REVERSE, { 94, MAGENTA, MAGENTA }, OWN },
	[GRID_CHANGED] = { 0, { 94, MAGENTA, MAGENTA }, OWN },
	[GRID_ADDED] = { BOLD, { 23, CYAN, CYAN }, OWN },
	[GRID_GONE] = { DIM, { OWN, OWN, OWN }, OWN },
	[GRID_BASE] = { 0, { 90, MAGENTA, MAGENTA }, OWN },
	[GRID_CURSOR] = { REVERSE, { OWN, OWN, OWN }, OWN },
	[GRID_ALARM] = { BOLD | REVERSE, { 124, RED, RED }, OWN },
};

/* The person's own two colors; what is wrong brings both of its own. */
static const struct paint contrast[GRID_STYLES] = {
	[GRID_PLAIN] = { 0, { OWN, OWN, OWN }, OWN },
	[GRID_DIM] = { 0, { OWN, OWN, OWN }, OWN },
	[GRID_STRONG] = { BOLD, { OWN, OWN, OWN }, OWN },
	[GRID_HEADING] = { BOLD | LINE, { OWN, OWN, OWN }, OWN },
	[GRID_RULE] = { 0, { OWN, OWN, OWN }, OWN },
	[GRID_KEY] = { BOLD, { OWN, OWN, OWN }, OWN },
	[GRID_MATCH] = { BOLD | LINE, { OWN, OWN, OWN }, OWN },
	[GRID_LIVE] = { BOLD, { OWN, OWN, OWN }, OWN },
	[GRID_WARN] = { 0, { BLACK, BLACK, BLACK }, YELLOW },
	[GRID_BAD] = { BOLD, { BRIGHT_WHITE, BRIGHT_WHITE, WHITE }, RED },
	[GRID_CHART] = { BOLD, { OWN, OWN, OWN }, OWN },
	[GRID_CHART_2] = { 0, { CYAN, CYAN, CYAN }, OWN },
	[GRID_HEAT_1] = { 0, { OWN, OWN, OWN }, OWN },
	[GRID_HEAT_2] = { 0, { OWN, OWN, OWN }, OWN },
	[GRID_HEAT_3] = { BOLD, { OWN, OWN, OWN }, OWN },
	[GRID_HEAT_4] = { BOLD, { OWN, OWN, OWN }, OWN },
	[GRID_HEAT_5] = { BOLD, { OWN, OWN, OWN }, OWN },
	[GRID_PAST] = { 0, { BLACK, BLACK, BLACK }, CYAN },
	[GRID_CHANGED] = { BOLD | LINE, { OWN, OWN, OWN }, OWN },
	[GRID_ADDED] = { BOLD, { OWN, OWN, OWN }, OWN },
	[GRID_GONE] = { 0, { OWN, OWN, OWN }, OWN },
	[GRID_BASE] = { LINE, { OWN, OWN, OWN }, OWN },
	[GRID_CURSOR] = { REVERSE, { OWN, OWN, OWN }, OWN },
	[GRID_ALARM] = { BOLD, { BRIGHT_WHITE, BRIGHT_WHITE, WHITE }, RED },
};

/* Blue, yellow, red and bold: three that everybody tells apart. */
static const struct paint colorblind[GRID_STYLES] = {
	[GRID_PLAIN] = { 0, { OWN, OWN, OWN }, OWN },
	[GRID_DIM] = { DIM, { OWN, OWN, OWN }, OWN },
	[GRID_STRONG] = { BOLD, { OWN, OWN, OWN }, OWN },
	[GRID_HEADING] = { 0, { 32, BRIGHT_BLUE, CYAN }, OWN },
	[GRID_RULE] = { DIM, { OWN, OWN, OWN }, OWN },
	[GRID_KEY] = { BOLD, { 32, BRIGHT_BLUE, CYAN }, OWN },
	[GRID_MATCH] = { LINE, { 178, YELLOW, YELLOW }, OWN },
	[GRID_LIVE] = { 0, { 32, BRIGHT_BLUE, CYAN }, OWN },
	[GRID_WARN] = { LINE, { 178, YELLOW, YELLOW }, OWN },
	[GRID_BAD] = { BOLD, { 160, BRIGHT_RED, RED }, OWN },
	[GRID_CHART] = { 0, { 32, BRIGHT_BLUE, CYAN }, OWN },
	[GRID_CHART_2] = { 0, { 178, YELLOW, YELLOW }, OWN },
	[GRID_HEAT_1] = { 0, { 67, BRIGHT_BLUE, CYAN }, OWN },
	[GRID_HEAT_2] = { 0, { 74, BRIGHT_BLUE, CYAN }, OWN },
	[GRID_HEAT_3] = { 0, { 144, OWN, OWN }, OWN },
	[GRID_HEAT_4] = { 0, { 178, YELLOW, YELLOW }, OWN },
	[GRID_HEAT_5] = { BOLD, { 220, BRIGHT_YELLOW, YELLOW }, OWN },
	[GRID_PAST] = { REVERSE, { 178, YELLOW, YELLOW }, OWN },
	[GRID_CHANGED] = { 0, { 178, YELLOW, YELLOW }, OWN },
	[GRID_ADDED] = { BOLD, { 32, BRIGHT_BLUE, CYAN }, OWN },
	[GRID_GONE] = { DIM, { OWN, OWN, OWN }, OWN },
	[GRID_BASE] = { LINE, { 32, BRIGHT_BLUE, CYAN }, OWN },
	[GRID_CURSOR] = { REVERSE, { OWN, OWN, OWN }, OWN },
	[GRID_ALARM] = { BOLD | REVERSE, { 160, BRIGHT_RED, RED }, OWN },
};

#define THEMES(T)                                                              \
	T("default", "for dark and light terminals", standard, true)           \
	T("light", "for black on white", light, true)                          \
	T("contrast", "strong, nothing dim", contrast, false)                  \
	T("colorblind", "blue, yellow and bold red", colorblind, true)         \
	T("mono", "bold, dim, reverse and underline alone", NULL, true)

static const struct theme themes[] = {
#define ENTRY(...) { __VA_ARGS__ },
	THEMES(ENTRY)
};
static const char *const names[] = {
#define NAME(name, ...) name,
	THEMES(NAME) NULL
};

const struct theme *
theme_find(const char *name)
{
	for (size_t i = 0; names[i] != NULL; i++)
		if (strcmp(themes[i].name, name) == 0)
			return (&themes[i]);
	return (NULL);
}

const char *const *
theme_names(void)
{
	return (names);
}

const char *
theme_about(const struct theme *theme)
{
	return (theme->about);
}

struct theme_look
theme_look(const struct theme *theme, uint8_t style, int colors)
{
	struct theme_look look = { .ink = OWN, .paper = OWN };
	unsigned meaning = style & GRID_STYLE_MASK;
	const struct paint *paint;

	if (meaning >= GRID_STYLES)
		meaning = GRID_PLAIN;
	look.attributes = bare[meaning];
	if (theme->paints != NULL && colors >= 8) {
		paint = &theme->paints[meaning];
		look.attributes = paint->attributes;
		look.ink = paint->ink[colors >= 256 ? OF_256
			: colors >= 16		    ? OF_16
						    : OF_8];
		look.paper = paint->paper;
	}
	if (!theme->dim)
		look.attributes &= (uint8_t)~DIM;
	if ((style & GRID_SELECTED) != 0) /* one block, readable anywhere */
		return ((struct theme_look){ .ink = OWN,
		    .paper = OWN,
		    .attributes = REVERSE | (look.attributes & BOLD) });
	if ((style & GRID_CHOSEN) != 0)
		look.attributes = (look.attributes & (uint8_t)~DIM) | BOLD;
	return (look);
}
