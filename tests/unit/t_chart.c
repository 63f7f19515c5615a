/*
 * t_chart.c - sparklines, bars and heat maps as text; any value and any size.
 */
#include "charted.h"

/* ---- sparklines ---------------------------------------------------------------- */

static void
expect_spark(enum grid_glyphs glyphs, int width, const double *values,
    size_t count, const char *wanted)
{
	struct grid grid = canvas(glyphs, 12, 1);

	chart_spark(
	    &grid, grid_whole(&grid), 0, 0, width, GRID_CHART, values, count);
	expect(&grid, wanted);
}

static void
test_spark_has_a_level_for_each_height(void **state)
{
	const double values[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };

	(void)state;
	expect_spark(GRID_GLYPHS_BLOCK, 9, values, 9, ".▁▂▃▄▅▆▇█\n");
	expect_spark(GRID_GLYPHS_ASCII, 9, values, 9, "._-==+*##\n");
	expect_spark(GRID_GLYPHS_BRAILLE, 5, values, 9, "⢀⣀⣤⣶⣿\n");
}

static void
test_spark_newest_is_at_the_right(void **state)
{
	const double values[] = { 8, 4 };

	(void)state;
	expect_spark(GRID_GLYPHS_BLOCK, 5, values, 2, "   █▄\n");
	expect_spark(GRID_GLYPHS_BRAILLE, 3, values, 2, "  ⣧\n");
}

static void
test_spark_gap_is_a_blank_and_zero_is_not(void **state)
{
	const double values[] = { 2, NAN, 0, INFINITY, -INFINITY, 1 };

	(void)state;
	expect_spark(GRID_GLYPHS_BLOCK, 6, values, 6, "█ .  ▄\n");
	expect_spark(GRID_GLYPHS_ASCII, 6, values, 6, "# .  =\n");
}

static void
test_spark_column_shows_the_peak_of_its_values(void **state)
{
	double values[1000] = { 0 };

	(void)state;
	values[501] = 7;
	expect_spark(GRID_GLYPHS_BLOCK, 10, values, 1000, ".....█....\n");
}

static void
test_spark_below_zero_starts_at_the_least(void **state)
{
	const double values[] = { -8, 0, 8 };

	(void)state;
	expect_spark(GRID_GLYPHS_BLOCK, 3, values, 3, "▁▄█\n");
}

static void
test_spark_of_one_value_everywhere(void **state)
{
	const double zeros[] = { 0, 0, 0 }, same[] = { 5, 5, 5 };
	const double gaps[] = { NAN, NAN, NAN };

	(void)state;
	expect_spark(GRID_GLYPHS_BLOCK, 3, zeros, 3, "...\n");
	expect_spark(GRID_GLYPHS_BLOCK, 3, same, 3, "███\n");
	expect_spark(GRID_GLYPHS_BLOCK, 3, gaps, 3, "\n");
	expect_spark(GRID_GLYPHS_BLOCK, 3, NULL, 0, "\n");
}

static void
test_spark_is_clipped(void **state)
{
	const double values[] = { 1, 1, 1, 1, 1, 1 };
	struct grid grid = canvas(GRID_GLYPHS_BLOCK, 12, 1);
	struct grid_rect rect = { .column = 2, .columns = 4, .rows = 1 };

	(void)state;
	chart_spark(&grid, rect, 1, 0, 900, GRID_CHART, values, 6);
	assert_int_equal(style_at(&grid, 3, 0), GRID_CHART);
	expect(&grid, "   ███\n");
}

/* ---- bars, shares, heat ------------------------------------------------------- */

static void
test_bars_are_as_long_as_their_values(void **state)
{
	const char *const labels[] = { "1 us", "10 us", "100 us", "1 s" };
	const char *const texts[] = { "8", "16", "1", "" };
	const double values[] = { 8, 16, 0.1, NAN };
	struct grid grid = canvas(GRID_GLYPHS_BLOCK, 20, 4);

	(void)state;
	chart_bars(&grid, grid_whole(&grid), labels, values, 4, texts);
	expect(&grid,
	    "  1 us █████       8\n"
	    " 10 us ██████████ 16\n"
	    "100 us ▏           1\n"
	    "   1 s\n");
	grid = canvas(GRID_GLYPHS_ASCII, 17, 2);
	chart_bars(&grid, grid_whole(&grid), labels, values, 4, NULL);
	expect(&grid, "  1 us #####\n 10 us ##########\n");
}

static void
test_share_is_full_only_when_it_is(void **state)
{
	const struct {
		double share;
		const char *ascii, *block;
		int style;
	} shares[] = {
		{ 0, "[----------]\n", "[··········]\n", GRID_DIM },
		{ 0.001, "[#---------]\n", "[▏·········]\n", GRID_CHART },
		{ 0.5, "[#####-----]\n", "[█████·····]\n", GRID_CHART },
		{ 0.999, "[#########-]\n", "[█████████▉]\n", GRID_WARN },
		{ 1, "[##########]\n", "[██████████]\n", GRID_ALARM },
		{ 7, "[##########>\n", "[██████████>\n", GRID_ALARM },
		{ INFINITY, "[##########>\n", "[██████████>\n", GRID_ALARM },
		{ NAN, "[----------]\n", "[··········]\n", GRID_DIM },
		{ -1, "[----------]\n", "[··········]\n", GRID_DIM },
	};
	struct grid grid;

	(void)state;
	for (size_t i = 0; i < COUNT(shares); i++) {
		grid = canvas(GRID_GLYPHS_ASCII, 12, 1);
		chart_share(
		    &grid, grid_whole(&grid), 0, 0, 12, shares[i].share);
		assert_int_equal(style_at(&grid, 1, 0), shares[i].style);
		expect(&grid, shares[i].ascii);
		grid = canvas(GRID_GLYPHS_BLOCK, 12, 1);
		chart_share(
		    &grid, grid_whole(&grid), 0, 0, 12, shares[i].share);
		expect(&grid, shares[i].block);
	}
}

static void
test_heat_has_five_shades_and_gaps(void **state)
{
	const double cells[] = { 0, 1, 20, 400, 8000, 160000, NAN };
	const char *const labels[] = { "ms" };
	struct grid grid = canvas(GRID_GLYPHS_BLOCK, 10, 1);

	(void)state;
	chart_heat(&grid, grid_whole(&grid), cells, 7, 1, labels);
	assert_int_equal(style_at(&grid, 3, 0), GRID_DIM);
	assert_int_equal(style_at(&grid, 4, 0), GRID_HEAT_1);
	assert_int_equal(style_at(&grid, 8, 0), GRID_HEAT_5);
	expect(&grid, "ms .:░▒▓█\n");
}

static void
test_heat_keeps_the_hottest_of_what_it_joins(void **state)
{
	double cells[4 * 40] = { 0 };
	struct grid grid = canvas(GRID_GLYPHS_ASCII, 4, 2);

	(void)state;
	cells[1 * 40 + 15] = 9;
	chart_heat(&grid, grid_whole(&grid), cells, 40, 4, NULL);
	expect(&grid, ".@..\n....\n");
}

/* ---- whatever comes ------------------------------------------------------------ */

static double
any_value(void)
{
	static const double odd[] = { 0, -0.0, NAN, INFINITY, -INFINITY,
		DBL_MAX, -DBL_MAX, DBL_MIN, 4.9e-324, 1, -1, 1e9 };
	size_t at = (size_t)rand() % (2 * COUNT(odd));

	return (at < COUNT(odd) ? odd[at] : rand() % 100);
}

static int
any_size(int most)
{
	return (rand() % 4 == 0 ? rand() % 5 - 2 : rand() % most);
}

static void
test_any_size_and_value_stays_inside(void **state)
{
	static double values[400], least[400], most[400];
	const char *const texts[] = { "", "a", "some label", "äöü", "日本" };
	const char *labels[20];
	struct chart_line lines[3];
	struct chart_axis axis;
	struct grid_rect rect;
	struct grid grid;
	size_t count;
	int inside;

	(void)state;
	srand(1);
	for (int round = 0; round < 4000; round++) {
		count = (size_t)rand() % COUNT(values);
		for (size_t i = 0; i < COUNT(values); i++) {
			values[i] = any_value();
			least[i] = any_value();
			most[i] = any_value();
		}
		for (size_t i = 0; i < COUNT(labels); i++)
			labels[i] = texts[(size_t)rand() % COUNT(texts)];
		for (size_t i = 0; i < COUNT(lines); i++)
			lines[i] = (struct chart_line){ values,
				rand() % 2 == 0 ? least : NULL,
				rand() % 2 == 0 ? most : NULL,
				rand() % 3 == 0 ? 0 : count, GRID_CHART };
		axis = (struct chart_axis){ .top = labels[0],
			.bottom = rand() % 2 == 0 ? labels[1] : NULL,
			.left = labels[2],
			.middle = labels[3],
			.right = labels[4],
			.mark = any_value(),
			.mark_text = labels[5],
			.cursor = rand() % 500 - 2,
			.log = rand() % 2 == 0 };
		grid = canvas((enum grid_glyphs)(rand() % 3), 1 + rand() % 300,
		    1 + rand() % 20);
		rect = (struct grid_rect){ rand() % 20 - 5, rand() % 8 - 3,
			any_size(320), any_size(24) };
		switch (rand() % 5) {
		case 0:
			chart_spark(&grid, rect, rand() % 9 - 3, rand() % 9 - 3,
			    any_size(400), GRID_CHART, values, count);
			break;
		case 1:
			chart_draw(
			    &grid, rect, lines, (size_t)rand() % 4, &axis);
			break;
		case 2:
			chart_bars(&grid, rect, labels, values,
			    count % COUNT(labels), labels);
			break;
		case 3:
			chart_heat(&grid, rect, values, count / 20,
			    (size_t)rand() % 20, labels);
			break;
		default:
			chart_share(&grid, rect, rand() % 9 - 3, rand() % 9 - 3,
			    any_size(400), any_value());
		}
		for (int i = 0; i < grid.columns * grid.rows; i++) {
			inside = i % grid.columns >= rect.column &&
			    i % grid.columns < rect.column + rect.columns &&
			    i / grid.columns >= rect.row &&
			    i / grid.columns < rect.row + rect.rows;
			assert_true(inside || grid.cells[i].text[0] == ' ');
			assert_true(!grid.ascii || grid.cells[i].text[0] < 127);
		}
		grid_fini(&grid);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spark_has_a_level_for_each_height),
		cmocka_unit_test(test_spark_newest_is_at_the_right),
		cmocka_unit_test(test_spark_gap_is_a_blank_and_zero_is_not),
		cmocka_unit_test(
		    test_spark_column_shows_the_peak_of_its_values),
		cmocka_unit_test(test_spark_below_zero_starts_at_the_least),
		cmocka_unit_test(test_spark_of_one_value_everywhere),
		cmocka_unit_test(test_spark_is_clipped),
		cmocka_unit_test(test_bars_are_as_long_as_their_values),
		cmocka_unit_test(test_share_is_full_only_when_it_is),
		cmocka_unit_test(test_heat_has_five_shades_and_gaps),
		cmocka_unit_test(test_heat_keeps_the_hottest_of_what_it_joins),
		cmocka_unit_test(test_any_size_and_value_stays_inside),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
