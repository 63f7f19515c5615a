/*
 * t_grid.c - cells, clipping, wide characters, text that has to fit.
 */
#include "viewer/grid.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The picture as text; free() it. */
static char *
printed(const struct grid *grid)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	grid_print(grid, out);
	fclose(out);
	return (text);
}

static void
expect(const struct grid *grid, const char *wanted)
{
	char *text = printed(grid);

	assert_string_equal(text, wanted);
	free(text);
}

static int
with_grid(void **state)
{
	struct grid *grid = malloc(sizeof(*grid));

	assert_non_null(grid);
	grid_init(grid, false);
	grid_resize(grid, 8, 2);
	*state = grid;
	return (0);
}

static int
without_grid(void **state)
{
	grid_fini(*state);
	free(*state);
	return (0);
}

static void
test_text_is_clipped_at_every_edge(void **state)
{
	struct grid *grid = *state;
	struct grid_rect rect = {
		.column = 2, .row = 1, .columns = 4, .rows = 1
	};

	assert_int_equal(
	    grid_put(grid, rect, -2, 0, GRID_PLAIN, "abcdefgh"), 8);
	grid_put(grid, rect, 0, -1, GRID_PLAIN, "above");
	grid_put(grid, rect, 0, 1, GRID_PLAIN, "below");
	grid_put(grid, rect, 99, 0, GRID_PLAIN, "far");
	expect(grid, "\n  cdef\n");
}

static void
test_rectangle_larger_than_grid_is_clipped(void **state)
{
	struct grid *grid = *state;
	struct grid_rect rect = {
		.column = -3, .row = -1, .columns = 1000, .rows = 1000
	};

	grid_put(grid, rect, 0, 1, GRID_PLAIN, "abcdefghijklmnop");
	grid_fill(grid, rect, 2, GRID_SIGN_HORIZONTAL, 0);
	grid_column(grid, rect);
	grid_flag(grid, rect, 500, GRID_SELECTED);
	expect(grid,
	    "defghijk\n"
	    "\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80"
	    "\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\n");
}

static void
test_wide_character_is_never_cut_in_half(void **state)
{
	struct grid *grid = *state;
	struct grid_rect rect = { .columns = 5, .rows = 2 };

	/* Five columns hold two and a blank; from -1 the first is a blank. */
	assert_int_equal(grid_put(grid, rect, 0, 0, GRID_PLAIN,
			     "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"),
	    6);
	grid_put(grid, rect, -1, 1, GRID_PLAIN,
	    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e");
	expect(grid, "\xe6\x97\xa5\xe6\x9c\xac\n \xe6\x9c\xac\xe8\xaa\x9e\n");
}

static void
test_overwriting_half_a_wide_character_blanks_the_other(void **state)
{
	struct grid *grid = *state;
	struct grid_rect rect = grid_whole(grid);

	grid_put(grid, rect, 0, 0, GRID_PLAIN, "\xe6\x97\xa5\xe6\x9c\xac");
	grid_put(grid, rect, 1, 0, GRID_PLAIN, "xx");
	expect(grid, " xx\n\n");
	grid_put(grid, rect, 0, 1, GRID_PLAIN, "a\xe6\x97\xa5\xe6\x9c\xac");
	grid_put(grid, rect, 2, 1, GRID_PLAIN, "\xe8\xaa\x9e");
	expect(grid, " xx\na \xe8\xaa\x9e\n");
}

static void
test_combining_marks_stay_with_their_character(void **state)
{
	struct grid *grid = *state;

	assert_int_equal(
	    grid_put(grid, grid_whole(grid), 0, 0, GRID_PLAIN, "e\xcc\x81z"),
	    2);
	assert_int_equal(grid->cells[0].text[1], 0x301);
	expect(grid, "e\xcc\x81z\n\n");
}

static void
test_ascii_grid_holds_nothing_but_ascii(void **state)
{
	struct grid *grid = *state;
	char *text;

	grid->ascii = true;
	grid_put(
	    grid, grid_whole(grid), 0, 0, GRID_PLAIN, "a\xe6\x97\xa5\xc3\xa9z");
	grid_fill(grid, grid_whole(grid), 1, GRID_SIGN_HORIZONTAL, 0);
	text = printed(grid);
	for (const char *c = text; *c != '\0'; c++)
		assert_true((unsigned char)*c < 0x80);
	assert_string_equal(text, "a??z\n--------\n");
	free(text);
}

static void
test_broken_utf8_and_controls_are_question_marks(void **state)
{
	struct grid *grid = *state;

	grid_put(grid, grid_whole(grid), 0, 0, GRID_PLAIN,
	    "a\xe6\x97\x1b\x7f\xff"
	    "b");
	expect(grid, "a????b\n\n");
}

static void
test_styles_of_the_selected_row_keep_their_meaning(void **state)
{
	struct grid *grid = *state;

	grid_put(grid, grid_whole(grid), 0, 0, GRID_BAD, "x");
	grid_flag(grid, grid_whole(grid), 0, GRID_SELECTED);
	assert_int_equal(grid->cells[0].style, GRID_BAD | GRID_SELECTED);
	assert_int_equal(grid->cells[7].style, GRID_SELECTED);
	assert_int_equal(grid->cells[8].style, GRID_PLAIN);
}

static void
test_equal_grids_differ_by_one_style_or_the_cursor(void **state)
{
	struct grid *grid = *state, other;

	grid_init(&other, false);
	grid_resize(&other, 8, 2);
	assert_true(grid_equal(grid, &other));
	other.cells[3].style = GRID_DIM;
	assert_false(grid_equal(grid, &other));
	other.cells[3].style = GRID_PLAIN;
	other.cursor_row = 1;
	assert_false(grid_equal(grid, &other));
	grid_fini(&other);
}

static void
fits(const struct grid *grid, const char *text, int columns, enum grid_cut cut,
    const char *wanted)
{
	char buffer[256];

	grid_fit(grid, buffer, sizeof(buffer), text, columns, cut);
	assert_string_equal(buffer, wanted);
	if (columns > 0)
		assert_true(grid_width(buffer, grid->ascii) <= columns);
}

static void
test_long_text_ends_with_an_ellipsis(void **state)
{
	struct grid *grid = *state;

	grid->ascii = true;
	fits(grid, "abcdef", 6, GRID_CUT_END, "abcdef");
	fits(grid, "abcdef", 4, GRID_CUT_END, "abc~");
	fits(grid, "abcdef", 1, GRID_CUT_END, "~");
	fits(grid, "abcdef", 0, GRID_CUT_END, "");
	fits(grid, "abcdef", -5, GRID_CUT_END, "");
	grid->ascii = false;
	fits(grid, "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 4, GRID_CUT_END,
	    "\xe6\x97\xa5\xe2\x80\xa6");
}

static void
test_names_are_shortened_at_the_front_segments(void **state)
{
	struct grid *grid = *state;

	grid->ascii = true;
	fits(grid, "MAIN.sess_fail_econnaborted", 20, GRID_CUT_FRONT,
	    "~_fail_econnaborted");
	fits(grid, "net/connections", 13, GRID_CUT_FRONT, "~/connections");
	fits(grid, "abcdefghij", 5, GRID_CUT_FRONT, "~ghij");
}

static void
test_words_wrap_and_the_last_line_says_that_there_is_more(void **state)
{
	struct grid *grid = *state;

	grid->ascii = true;
	assert_int_equal(grid_wrap(grid, grid_whole(grid), 0, GRID_PLAIN,
			     "one two three four"),
	    2);
	expect(grid, "one two\nthree f~\n");
	grid_clear(grid);
	assert_int_equal(
	    grid_wrap(grid, grid_whole(grid), 0, GRID_PLAIN, ""), 0);
	assert_int_equal(
	    grid_wrap(grid, grid_whole(grid), 0, GRID_PLAIN, "longerthanaline"),
	    2);
	expect(grid, "longerth\nanaline\n");
}

static void
shared(struct grid_share *columns, size_t count, int width)
{
	int used = 0, shown = 0;

	grid_share(columns, count, width, 2);
	for (size_t i = 0; i < count; i++) {
		assert_true(columns[i].width >= 0);
		used += columns[i].width;
		shown += columns[i].width > 0;
	}
	assert_true(
	    used + (shown > 0 ? 2 * (shown - 1) : 0) <= width || shown <= 1);
}

static void
test_columns_leave_from_the_right_and_names_stay(void **state)
{
	struct grid_share columns[] = {
		{ .least = 6, .wanted = 12, .kept = true },
		{ .least = 8, .wanted = 8 },
		{ .least = 8, .wanted = 10 },
	};

	(void)state;
	shared(columns, 3, 40);
	assert_int_equal(columns[0].width, 12);
	assert_int_equal(columns[2].width, 10);
	shared(columns, 3, 28);
	assert_int_equal(columns[0].width, 8);
	assert_int_equal(columns[2].width, 8);
	shared(columns, 3, 20);
	assert_int_equal(columns[0].width, 10);
	assert_int_equal(columns[1].width, 8);
	assert_int_equal(columns[2].width, 0);
	shared(columns, 3, 4);
	assert_int_equal(columns[0].width, 4);
	assert_int_equal(columns[1].width, 0);
}

static void
test_columns_of_a_higher_rank_leave_sooner(void **state)
{
	struct grid_share columns[] = {
		{ .least = 6, .wanted = 6, .kept = true, .rank = 9 },
		{ .least = 8, .wanted = 8, .rank = 2 },
		{ .least = 8, .wanted = 8 },
		{ .least = 8, .wanted = 8, .rank = 1 },
	};

	(void)state;
	shared(columns, 4, 36);
	assert_int_equal(columns[1].width, 8);
	shared(columns, 4, 35);
	assert_int_equal(columns[1].width, 0);
	assert_int_equal(columns[3].width, 8);
	shared(columns, 4, 25);
	assert_int_equal(columns[3].width, 0);
	assert_int_equal(columns[2].width, 8);
	assert_int_equal(columns[0].width, 6);
}

static void
test_what_only_spreads_leaves_before_names_are_cut(void **state)
{
	struct grid_share columns[] = {
		{ .least = 6, .wanted = 20, .kept = true },
		{ .least = 8, .wanted = 8 },
		{ .least = 10, .wanted = 60, .spread = true },
	};

	(void)state;
	shared(columns, 3, 42);
	assert_int_equal(columns[0].width, 20);
	assert_int_equal(columns[2].width, 10);
	shared(columns, 3, 41);
	assert_int_equal(columns[0].width, 20);
	assert_int_equal(columns[2].width, 0);
}

static void
test_one_column_takes_what_is_left_over(void **state)
{
	struct grid_share columns[] = {
		{ .least = 4, .wanted = 4 },
		{ .least = 4, .wanted = 6, .spread = true },
		{ .least = 4, .wanted = 4 },
	};

	(void)state;
	shared(columns, 3, 30);
	assert_int_equal(columns[1].width, 30 - 4 - 4 - 4);
}

/* Each wide character has its second half, and no half is alone. */
static void
halves_are_together(const struct grid *grid)
{
	for (int i = 0; i < grid->columns * grid->rows; i++)
		if (grid->cells[i].width == 2)
			assert_int_equal(grid->cells[i + 1].width, 0);
		else if (grid->cells[i].width == 0)
			assert_int_equal(grid->cells[i - 1].width, 2);
}

static void
test_random_texts_in_random_places_stay_inside(void **state)
{
	static const char *const pieces[] = { "a", "\xe6\x97\xa5", "e\xcc\x81",
		"\xf0\x9f\x98\x80", "\xff", "long words of text", "/", "" };
	struct grid *grid = *state;
	char text[256], fitted[64];

	srand(1);
	for (int i = 0; i < 20000; i++) {
		struct grid_rect rect = { rand() % 20 - 5, rand() % 8 - 2,
			rand() % 24 - 2, rand() % 6 - 1 };

		text[0] = '\0';
		for (int k = rand() % 10; k > 0; k--)
			strcat(text, pieces[rand() % 8]);
		if (i % 100 == 0)
			grid_resize(grid, rand() % 20, rand() % 6);
		grid_put(grid, rect, rand() % 30 - 10, rand() % 6 - 2,
		    GRID_PLAIN, text);
		grid_put_right(grid, rect, rand() % 30 - 10, rand() % 6 - 2,
		    GRID_PLAIN, text);
		grid_wrap(grid, rect, rand() % 6 - 2, GRID_PLAIN, text);
		grid_fit(grid, fitted, sizeof(fitted), text, rand() % 30 - 2,
		    i % 2 ? GRID_CUT_END : GRID_CUT_FRONT);
		grid_flag(grid, rect, rand() % 6 - 2, GRID_CHOSEN);
		halves_are_together(grid);
	}
}

#define ON_GRID(test)                                                          \
	cmocka_unit_test_setup_teardown(test, with_grid, without_grid)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_GRID(test_text_is_clipped_at_every_edge),
		ON_GRID(test_rectangle_larger_than_grid_is_clipped),
		ON_GRID(test_wide_character_is_never_cut_in_half),
		ON_GRID(
		    test_overwriting_half_a_wide_character_blanks_the_other),
		ON_GRID(test_combining_marks_stay_with_their_character),
		ON_GRID(test_ascii_grid_holds_nothing_but_ascii),
		ON_GRID(test_broken_utf8_and_controls_are_question_marks),
		ON_GRID(test_styles_of_the_selected_row_keep_their_meaning),
		ON_GRID(test_equal_grids_differ_by_one_style_or_the_cursor),
		ON_GRID(test_long_text_ends_with_an_ellipsis),
		ON_GRID(test_names_are_shortened_at_the_front_segments),
		ON_GRID(
		    test_words_wrap_and_the_last_line_says_that_there_is_more),
		cmocka_unit_test(
		    test_columns_leave_from_the_right_and_names_stay),
		cmocka_unit_test(test_columns_of_a_higher_rank_leave_sooner),
		cmocka_unit_test(
		    test_what_only_spreads_leaves_before_names_are_cut),
		cmocka_unit_test(test_one_column_takes_what_is_left_over),
		ON_GRID(test_random_texts_in_random_places_stay_inside),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return (cmocka_run_group_tests_name("grid", tests, NULL, NULL));
}
