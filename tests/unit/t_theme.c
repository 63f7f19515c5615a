/*
 * t_theme.c - each theme, on each kind of terminal.
 */
#include "viewer/theme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const int depths[] = { 0, 8, 16, 256 };

/* Calls the function for every theme, depth and style. */
static void
each(void (*check)(
    const struct theme *, const char *name, int colors, uint8_t style))
{
	for (const char *const *name = theme_names(); *name != NULL; name++)
		for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++)
			for (uint8_t style = 0; style < GRID_STYLES; style++)
				check(
				    theme_find(*name), *name, depths[i], style);
}

static void
test_names_lead_to_themes(void **state)
{
	static const char *const wanted[] = { "default", "light", "contrast",
		"colorblind", "mono" };
	const char *const *names = theme_names();

	(void)state;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		assert_string_equal(names[i], wanted[i]);
		assert_non_null(theme_find(names[i]));
		assert_true(strlen(theme_about(theme_find(names[i]))) > 10);
	}
	assert_null(names[sizeof(wanted) / sizeof(wanted[0])]);
	assert_null(theme_find("dark"));
	assert_null(theme_find(""));
}

static void
check_colors(
    const struct theme *theme, const char *name, int colors, uint8_t style)
{
	struct theme_look look = theme_look(theme, style, colors);

	/* Only what the terminal has. */
	assert_in_range(look.ink + 1, 0, colors);
	assert_in_range(look.paper + 1, 0, colors);
	/* Nobody can read the dark blues, and red against green not all. */
	for (int blue = 17; blue <= 21; blue++)
		assert_int_not_equal(look.ink, blue);
	assert_int_not_equal(look.ink, 4);
	assert_int_not_equal(look.ink, 2);
	assert_int_not_equal(look.ink, 10);
	/* Black on the terminal's own paper would be a forgotten entry. */
	if (look.ink == 0)
		assert_int_not_equal(look.paper, THEME_OWN);
	if (look.paper != THEME_OWN)
		assert_int_not_equal(look.ink, THEME_OWN);
	if (strcmp(name, "contrast") == 0)
		assert_int_equal(look.attributes & THEME_DIM, 0);
	else
		assert_int_equal(look.paper, THEME_OWN);
	if (strcmp(name, "mono") == 0)
		assert_int_equal(look.ink, THEME_OWN);
}

static void
test_colors_are_there_and_can_be_read(void **state)
{
	(void)state;
	each(check_colors);
}

static bool
same(const struct theme *theme, int colors, uint8_t one, uint8_t other)
{
	struct theme_look a = theme_look(theme, one, colors);
	struct theme_look b = theme_look(theme, other, colors);

	return (a.attributes == b.attributes && a.ink == b.ink &&
	    a.paper == b.paper);
}

static void
check_apart(
    const struct theme *theme, const char *name, int colors, uint8_t style)
{
	static const uint8_t pairs[][2] = { { GRID_LIVE, GRID_WARN },
		{ GRID_WARN, GRID_BAD }, { GRID_LIVE, GRID_BAD },
		{ GRID_LIVE, GRID_PAST }, { GRID_ADDED, GRID_GONE },
		{ GRID_CHART, GRID_CHART_2 } };

	(void)name;
	switch (style) {
	case GRID_STRONG:
	case GRID_HEADING:
	case GRID_KEY:
	case GRID_MATCH:
	case GRID_WARN:
	case GRID_BAD:
	case GRID_PAST:
	case GRID_CHANGED:
	case GRID_CURSOR:
	case GRID_ALARM:
		assert_false(same(theme, colors, style, GRID_PLAIN));
	}
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_false(same(theme, colors, pairs[i][0], pairs[i][1]));
}

static void
test_meanings_can_be_told_apart(void **state)
{
	(void)state;
	each(check_apart);
}

static void
check_selection(
    const struct theme *theme, const char *name, int colors, uint8_t style)
{
	struct theme_look look =
	    theme_look(theme, style | GRID_SELECTED, colors);

	(void)name;
	assert_int_equal(look.attributes & THEME_REVERSE, THEME_REVERSE);
	assert_int_equal(look.ink, THEME_OWN);
	assert_int_equal(look.paper, THEME_OWN);
	look = theme_look(theme, style | GRID_CHOSEN, colors);
	assert_int_equal(
	    look.attributes & (THEME_BOLD | THEME_DIM), THEME_BOLD);
}

static void
test_selection_is_one_block(void **state)
{
	(void)state;
	each(check_selection);
}

static void
test_colors_blind_people_mix_up_are_not_used(void **state)
{
	const struct theme *theme = theme_find("colorblind");

	(void)state;
	for (uint8_t style = 0; style < GRID_STYLES; style++)
		switch (theme_look(theme, style, 8).ink) {
		case THEME_OWN:
		case 1: /* red, always with bold */
		case 3:
		case 6:
			break;
		default:
			fail_msg("style %u", style);
		}
	assert_true(theme_look(theme, GRID_BAD, 256).attributes & THEME_BOLD);
}

static void
test_unknown_style_is_plain(void **state)
{
	(void)state;
	assert_int_equal(
	    theme_look(theme_find("default"), GRID_STYLE_MASK, 256).attributes,
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_lead_to_themes),
		cmocka_unit_test(test_colors_are_there_and_can_be_read),
		cmocka_unit_test(test_meanings_can_be_told_apart),
		cmocka_unit_test(test_selection_is_one_block),
		cmocka_unit_test(test_colors_blind_people_mix_up_are_not_used),
		cmocka_unit_test(test_unknown_style_is_plain),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
