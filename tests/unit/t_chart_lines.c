/*
 * t_chart_lines.c - big charts as text: axes, lines, a limit, a cursor.
 */
#include "charted.h"

static const struct chart_axis plain = { .mark = NAN, .cursor = -1 };

/* A chart of so many columns and rows. */
static void
expect_chart(enum grid_glyphs glyphs, int columns, int rows,
    const struct chart_line *lines, size_t count, struct chart_axis axis,
    const char *wanted)
{
	struct grid grid = canvas(glyphs, columns, rows);

	chart_draw(&grid, grid_whole(&grid), lines, count, &axis);
	expect(&grid, wanted);
}

static const double rise[] = { 0, 1, 2, 3, 4, 6, 8, NAN, 8, 8 };
static const struct chart_line rising = { rise, .count = COUNT(rise),
	.style = GRID_CHART };

static void
test_chart_has_two_axes(void **state)
{
	struct chart_axis axis = plain;

	(void)state;
	axis.top = "8k";
	axis.bottom = "0";
	axis.left = "-9s";
	axis.middle = "|";
	axis.right = "now";
	expect_chart(GRID_GLYPHS_BLOCK, 13, 3, &rising, 1, axis,
	    "8k│     ▄█ ██\n"
	    " 0│.▂▄▆███ ██\n"
	    "  └-9s─|──now\n");
	expect_chart(GRID_GLYPHS_ASCII, 13, 3, &rising, 1, axis,
	    "8k|     :# ##\n"
	    " 0|..:#### ##\n"
	    "  +-9s-|--now\n");
	expect_chart(GRID_GLYPHS_BRAILLE, 8, 3, &rising, 1, axis,
	    "   ⢀⠤⠋⠈⠉\n"
	    "⣀⠤⠊⠁\n"
	    "-9s──now\n");
}

static void
test_chart_leaves_axes_out_where_there_is_no_room(void **state)
{
	struct chart_axis axis = plain;

	(void)state;
	axis.top = axis.bottom = "some width";
	axis.right = "now";
	expect_chart(
	    GRID_GLYPHS_BLOCK, 10, 1, &rising, 1, axis, ".▁▂▃▄▆█ ██\n");
	expect_chart(GRID_GLYPHS_BLOCK, 10, 2, &rising, 1, axis,
	    "     ▄█ ██\n"
	    ".▂▄▆███ ██\n");
}

static void
test_chart_second_line_lies_above_the_first(void **state)
{
	const double other[] = { 8, 4, 0 };
	struct chart_line lines[] = { rising,
		{ other, .count = 3, .style = GRID_CHART_2 } };
	struct grid grid = canvas(GRID_GLYPHS_BLOCK, 10, 2);

	(void)state;
	chart_draw(&grid, grid_whole(&grid), lines, 2, &plain);
	assert_int_equal(style_at(&grid, 9, 1), GRID_CHART_2);
	assert_int_equal(style_at(&grid, 9, 0), GRID_CHART);
	expect(&grid, "     ▄█•██\n.▂▄▆███ ••\n");
}

static void
test_chart_shows_extremes_of_coarse_samples(void **state)
{
	const double value[] = { 4, 4 }, least[] = { 1, NAN },
		     most[] = { 8, 4 };
	struct chart_line line = { value, least, most, 2, GRID_CHART };

	(void)state;
	expect_chart(GRID_GLYPHS_BLOCK, 4, 2, &line, 1, plain, "░░\n████\n");
	expect_chart(GRID_GLYPHS_ASCII, 4, 2, &line, 1, plain, "''\n####\n");
	expect_chart(GRID_GLYPHS_BRAILLE, 4, 2, &line, 1, plain, "⣿⣿⣀⣀\n⠿⠿\n");
}

static void
test_chart_below_zero_is_a_line(void **state)
{
	const double values[] = { -8, 0, 8 };
	struct chart_line line = { values, .count = 3, .style = GRID_CHART };

	(void)state;
	expect_chart(GRID_GLYPHS_BLOCK, 3, 2, &line, 1, plain, "  •\n••\n");
}

static void
test_chart_logarithmic(void **state)
{
	const double values[] = { 0, 1, 10, 100, 1000, 10000 };
	struct chart_line line = { values, .count = 6, .style = GRID_CHART };
	struct chart_axis axis = plain;
	struct chart_range range;

	(void)state;
	axis.log = true;
	expect_chart(GRID_GLYPHS_BLOCK, 6, 1, &line, 1, axis, "..▂▄▆█\n");
	range = chart_lines_range(&line, 1, &axis);
	assert_true(range.least == 1 && range.most == 10000);
	line.count = 1; /* a zero alone */
	expect_chart(GRID_GLYPHS_BLOCK, 3, 1, &line, 1, axis, "...\n");
}

static void
test_chart_mark_is_a_line_across(void **state)
{
	const double values[] = { 4, 4, 4, 4, 4, 4, 4, 4 };
	struct chart_line line = { values, .count = 8, .style = GRID_CHART };
	struct chart_axis axis = plain;

	(void)state;
	axis.mark = 8;
	axis.mark_text = "max";
	expect_chart(GRID_GLYPHS_BLOCK, 8, 2, &line, 1, axis,
	    "╌╌╌╌╌max\n"
	    "████████\n");
	axis.mark = 9; /* further than twice: it would hide the rest */
	expect_chart(GRID_GLYPHS_BLOCK, 8, 2, &line, 1, axis,
	    "████████\n"
	    "████████\n");
}

static void
test_chart_cursor_stands_at_its_sample(void **state)
{
	struct chart_axis axis = plain;
	struct grid grid = canvas(GRID_GLYPHS_BLOCK, 10, 2);

	(void)state;
	axis.cursor = 7; /* a gap */
	chart_draw(&grid, grid_whole(&grid), &rising, 1, &axis);
	assert_int_equal(style_at(&grid, 7, 0), GRID_CURSOR);
	assert_int_equal(style_at(&grid, 6, 0), GRID_CHART);
	axis.cursor = 9;
	grid_clear(&grid);
	chart_draw(&grid, grid_whole(&grid), &rising, 1, &axis);
	assert_int_equal(style_at(&grid, 9, 1), GRID_CURSOR);
	assert_int_equal(style_at(&grid, 8, 1), GRID_CHART);
	axis.cursor = 7;
	grid_clear(&grid);
	chart_draw(&grid, grid_whole(&grid), &rising, 1, &axis);
	expect(&grid, "     ▄█│██\n.▂▄▆███│██\n");
	for (int column = 0; column < 10; column++)
		assert_int_equal(
		    chart_sample(&grid,
			(struct grid_rect){ .columns = 10, .rows = 2 }, &rising,
			1, &axis, column),
		    column);
	assert_int_equal(
	    chart_sample(&grid, (struct grid_rect){ .columns = 10, .rows = 2 },
		&rising, 1, &axis, 10),
	    -1);
}

/* A column leads to a sample, and that sample's cursor to the column. */
static void
test_chart_cursor_and_column_agree(void **state)
{
	static double values[997];
	struct chart_line line = { values, .count = 0, .style = GRID_CHART };
	struct chart_axis axis = plain;
	struct grid grid;
	int shown;

	(void)state;
	axis.top = "100";
	for (line.count = 1; line.count < 997; line.count += 83)
		for (int width = 13; width < 200; width += 31) {
			grid = canvas(GRID_GLYPHS_BLOCK, width, 4);
			for (int at = 4; at < width; at++) {
				axis.cursor = chart_sample(&grid,
				    grid_whole(&grid), &line, 1, &axis, at);
				assert_in_range(axis.cursor, 0, line.count - 1);
				grid_clear(&grid);
				chart_draw(
				    &grid, grid_whole(&grid), &line, 1, &axis);
				for (shown = 4; shown < width; shown++)
					if (style_at(&grid, shown, 0) ==
					    GRID_CURSOR)
						break;
				assert_true(shown <= at);
				assert_true(shown == 4 ||
				    chart_sample(&grid, grid_whole(&grid),
					&line, 1, &axis,
					shown - 1) < axis.cursor);
			}
			grid_fini(&grid);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chart_has_two_axes),
		cmocka_unit_test(
		    test_chart_leaves_axes_out_where_there_is_no_room),
		cmocka_unit_test(test_chart_second_line_lies_above_the_first),
		cmocka_unit_test(test_chart_shows_extremes_of_coarse_samples),
		cmocka_unit_test(test_chart_below_zero_is_a_line),
		cmocka_unit_test(test_chart_logarithmic),
		cmocka_unit_test(test_chart_mark_is_a_line_across),
		cmocka_unit_test(test_chart_cursor_stands_at_its_sample),
		cmocka_unit_test(test_chart_cursor_and_column_agree),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
