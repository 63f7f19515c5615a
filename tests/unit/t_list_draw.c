/*
 * t_list_draw.c - columns that are pictures, absent or without an order; clicks;
 * what is copied.
 */
#include <viewer/list.h>

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NAME, LAST, GONE, SIZE, COLUMNS };

static struct list_column columns[COLUMNS];

struct stage {
	struct list list;
	struct list_source source;
	struct grid grid;
	char *text;
};

static uint64_t
id(const struct list_source *source, size_t row)
{
	(void)source;
	return (100 + row);
}

static void
cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *out)
{
	(void)source;
	assert_false(columns[column].absent);
	assert_false(columns[column].painted);
	snprintf(out->text, sizeof(out->text),
	    column == NAME ? "row %zu" : "%zu", row);
}

static int
compare(const struct list_source *source, size_t column, size_t a, size_t b)
{
	(void)source;
	(void)column;
	return (a < b ? -1 : a > b);
}

static void
paint(const struct list_source *source, size_t row, size_t column,
    struct grid *grid, struct grid_rect rect, int line)
{
	(void)source;
	(void)row;
	assert_int_equal(column, LAST);
	for (int i = 0; i < rect.columns; i++)
		grid_put(grid, rect, i, line, GRID_CHART, "#");
}

static bool
marked(const struct list_source *source, size_t row)
{
	(void)source;
	return (row == 1 || row == 3);
}

static int
set_up(void **state)
{
	static const struct list_column fresh[COLUMNS] = {
		[NAME] = { .title = "NAME", .kept = true },
		[LAST] = { .title = "LAST",
		    .least = 4,
		    .widest = 10,
		    .painted = true,
		    .unordered = true,
		    .rank = 1 },
		[GONE] = { .title = "GONE", .least = 9, .absent = true },
		[SIZE] = { .title = "SIZE", .right = true, .least = 4 },
	};
	struct stage *s = calloc(1, sizeof(*s));

	*state = s;
	memcpy(columns, fresh, sizeof(columns));
	list_init(&s->list);
	s->source = (struct list_source){
		.count = 5,
		.columns = columns,
		.column_count = COLUMNS,
		.schema = 1,
		.empty = "",
		.id = id,
		.cell = cell,
		.compare = compare,
		.paint = paint,
	};
	grid_init(&s->grid, true);
	return (0);
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	list_fini(&s->list);
	grid_fini(&s->grid);
	free(s->text);
	free(s);
	return (0);
}

static const char *
picture(struct stage *s, int width)
{
	size_t size;
	FILE *out;

	free(s->text);
	s->text = NULL;
	grid_resize(&s->grid, width, 4);
	list_arrange(&s->list, &s->source, 4, false);
	list_draw(
	    &s->list, &s->source, &s->grid, grid_whole(&s->grid), LIST_FOCUS);
	out = open_memstream(&s->text, &size);
	assert_non_null(out);
	grid_print(&s->grid, out);
	fclose(out);
	return (s->text);
}

/* ---- claims ------------------------------------------------------------------- */

static void
test_pictures_take_their_room_and_leave_before_numbers(void **state)
{
	struct stage *s = *state;
	struct grid_share shares[COLUMNS];

	assert_string_equal(picture(s, 30),
	    "  NAME   LAST        SIZE\n"
	    "> row 0  ##########     0\n"
	    "  row 1  ##########     1\n"
	    "  row 2  ##########     2\n");
	assert_string_equal(picture(s, 20),
	    "  NAME   LAST   SIZE\n"
	    "> row 0  #####     0\n"
	    "  row 1  #####     1\n"
	    "  row 2  #####     2\n");
	assert_string_equal(picture(s, 18),
	    "  NAME   SIZE\n"
	    "> row 0     0\n"
	    "  row 1     1\n"
	    "  row 2     2\n");
	/* A picture is no column that somebody misses. */
	assert_int_equal(list_columns(&s->list, &s->source, 18, shares), 0);
	assert_int_equal(shares[LAST].width, 0);
}

static void
test_absent_columns_come_back_in_their_place(void **state)
{
	struct stage *s = *state;

	picture(s, 40);
	list_key(&s->list, &s->source, KEY_ACTION_SORT_NEXT);
	list_key(&s->list, &s->source, KEY_ACTION_SORT_NEXT);
	assert_int_equal(s->list.sort, SIZE); /* neither LAST nor GONE */
	columns[GONE].absent = false;
	assert_non_null(strstr(picture(s, 40), "GONE  SIZE v\n"));
	assert_int_equal(s->list.sort, SIZE);
	list_key(&s->list, &s->source, KEY_ACTION_SORT_BACK);
	assert_int_equal(s->list.sort, GONE);
}

static void
test_clicks_find_rows_and_titles(void **state)
{
	struct grid_rect rect = {
		.column = 3, .row = 2, .columns = 30, .rows = 4
	};
	struct stage *s = *state;

	picture(s, 30);
	assert_true(list_click(&s->list, &s->source, rect, 5, 4));
	assert_int_equal(s->list.selected, 101);
	list_key(&s->list, &s->source, KEY_ACTION_LAST); /* rows 2 to 4 */
	assert_true(list_click(&s->list, &s->source, rect, 32, 3));
	assert_int_equal(s->list.selected, 102);
	/* The title at the right end of the row, once and again. */
	assert_true(list_click(&s->list, &s->source, rect, 27, 2));
	assert_int_equal(s->list.sort, SIZE);
	assert_true(s->list.reverse);
	assert_true(list_click(&s->list, &s->source, rect, 27, 2));
	assert_false(s->list.reverse);
	assert_false(list_click(&s->list, &s->source, rect, 14, 2)); /* LAST */
	assert_int_equal(s->list.sort, SIZE);
	assert_false(list_click(&s->list, &s->source, rect, 4, 2));
	/* Outside. */
	assert_false(list_click(&s->list, &s->source, rect, 2, 3));
	assert_false(list_click(&s->list, &s->source, rect, 33, 3));
	assert_false(list_click(&s->list, &s->source, rect, 5, 1));
	assert_false(list_click(&s->list, &s->source, rect, 5, 6));
	/* Below the last row. */
	s->source.count = 1;
	picture(s, 30);
	assert_false(list_click(&s->list, &s->source, rect, 5, 4));
}

static void
test_a_row_that_is_followed_stays_on_its_line(void **state)
{
	struct stage *s = *state;

	s->source.count = 40;
	picture(s, 30);
	list_select(&s->list, 120);
	s->list.top = 19; /* the second line */
	for (int follow = 0; follow < 2; follow++) {
		s->list.follow = follow != 0;
		s->list.sort = SIZE;
		s->list.reverse = !s->list.reverse;
		s->list.shown_count = 0;
		picture(s, 30);
		assert_int_equal(s->list.selected, 120);
		assert_int_equal(s->list.place - s->list.top == 1, follow != 0);
		s->list.top = s->list.place - 1;
	}
	/* At the end of the list there is nothing to show below it. */
	s->source.count = 21;
	s->list.reverse = false;
	s->list.shown_count = 0;
	s->list.top = s->list.place;
	picture(s, 30);
	assert_int_equal(s->list.place - s->list.top, 2);
}

static void
test_marked_lines_are_copied_else_the_selected_one(void **state)
{
	struct stage *s = *state;
	char text[64], little[10];

	picture(s, 30);
	assert_true(list_copy(&s->list, &s->source, text, sizeof(text)));
	assert_string_equal(text, "row 0  0");
	s->source.marked = marked;
	assert_true(list_copy(&s->list, &s->source, text, sizeof(text)));
	assert_string_equal(text, "row 1  1\nrow 3  3");
	assert_true(list_copy(&s->list, &s->source, little, sizeof(little)));
	assert_string_equal(little, "row 1  1\n");
	picture(s, 30);
	assert_int_equal(s->grid.cells[2 * 30 + 2].style, GRID_MATCH);
	assert_int_equal(s->grid.cells[3 * 30 + 2].style, GRID_PLAIN);
	s->source.count = 0;
	picture(s, 30);
	assert_false(list_copy(&s->list, &s->source, text, sizeof(text)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pictures_take_their_room_and_leave_before_numbers),
		TEST(test_absent_columns_come_back_in_their_place),
		TEST(test_clicks_find_rows_and_titles),
		TEST(test_a_row_that_is_followed_stays_on_its_line),
		TEST(test_marked_lines_are_copied_else_the_selected_one),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return (cmocka_run_group_tests_name("list_draw", tests, NULL, NULL));
}
