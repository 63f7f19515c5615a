/*
 * t_list_find.c - a list shows what its filter wants, and finds what is sought.
 */
#include <viewer/list.h>

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { NAME, SENT, RATE, COLUMNS };

static const struct list_column columns[COLUMNS] = {
	[NAME] = { .title = "NAME", .kept = true },
	[SENT] = { .title = "SENT", .right = true },
	[RATE] = { .title = "/s", .right = true },
};

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
	return (1000 + row);
}

static void
cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *out)
{
	(void)source;
	if (column == NAME)
		snprintf(out->text, sizeof(out->text), "  row %zu%s", row,
		    row % 3 == 0 ? " Third" : "");
	else
		snprintf(out->text, sizeof(out->text), "%zu k",
		    column == SENT ? row : 2 * row);
}

static bool
number(
    const struct list_source *source, size_t row, size_t column, double *value)
{
	(void)source;
	*value = (column == SENT ? 1000.0 : 2000.0) * (double)row;
	return (column != NAME);
}

static bool
hidden(const struct list_source *source, size_t row)
{
	(void)source;
	return (row == 7);
}

static void
arrange(struct stage *s, const char *filter)
{
	strlcpy(s->list.filter, filter, sizeof(s->list.filter));
	list_arrange(&s->list, &s->source, 11, false);
}

static int
set_up(void **state)
{
	struct stage *s = calloc(1, sizeof(*s));

	*state = s;
	list_init(&s->list);
	s->source = (struct list_source){
		.count = 20,
		.columns = columns,
		.column_count = COLUMNS,
		.schema = 1,
		.empty = "no rows",
		.id = id,
		.cell = cell,
		.number = number,
		.hidden = hidden,
	};
	grid_init(&s->grid, true);
	grid_resize(&s->grid, 60, 11);
	arrange(s, "");
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
picture(struct stage *s)
{
	size_t size;
	FILE *out;

	free(s->text);
	out = open_memstream(&s->text, &size);
	assert_non_null(out);
	grid_clear(&s->grid);
	list_draw(
	    &s->list, &s->source, &s->grid, grid_whole(&s->grid), LIST_FOCUS);
	grid_print(&s->grid, out);
	fclose(out);
	return (s->text);
}

/* ---- claims ------------------------------------------------------------------ */

static void
test_what_does_not_pass_is_hidden(void **state)
{
	struct stage *s = *state;

	assert_int_equal(s->list.shown_count, 19);
	arrange(s, "Third");
	assert_int_equal(s->list.shown_count, 7);
	arrange(s, "!third");
	assert_int_equal(s->list.shown_count, 12); /* 7 stays hidden */
	arrange(s, "sent>=5k and third");
	assert_int_equal(s->list.shown_count, 5);
	assert_int_equal(s->list.shown[0], 6);
	arrange(s, "sent=7k");
	assert_int_equal(s->list.shown_count, 0);
	arrange(s, "^row 1"); /* an indent is no part of a text */
	assert_int_equal(s->list.shown_count, 11);
	arrange(s, "");
	assert_int_equal(s->list.shown_count, 19);
}

static void
test_a_rate_is_called_after_its_column(void **state)
{
	struct stage *s = *state;

	arrange(s, "rate>=36k");
	assert_int_equal(s->list.shown_count, 2);
	arrange(s, "sent/s>=36k");
	assert_int_equal(s->list.shown_count, 2);
	arrange(s, "sen>=36k");
	assert_int_equal(s->list.shown_count, 0);
	assert_string_equal(list_problem(&s->list), "");
}

static void
test_the_selection_stays_while_a_filter_is_typed(void **state)
{
	struct stage *s = *state;

	assert_true(list_select(&s->list, 1012));
	arrange(s, "sent>");
	arrange(s, "sent>5k");
	assert_int_equal(list_row(&s->list), 12);
	arrange(s, "");
	assert_int_equal(list_row(&s->list), 12);
}

static void
test_what_is_odd_about_a_filter_is_said(void **state)
{
	struct stage *s = *state;

	assert_string_equal(list_problem(&s->list), "");
	arrange(s, "rows>5");
	assert_string_equal(list_problem(&s->list),
	    "no column is called rows: searched as text");
	assert_non_null(strstr(picture(s),
	    "  nothing matches\n  no column is called rows: searched as text"));
	arrange(s, "zzz");
	assert_non_null(strstr(picture(s), "  nothing matches\n\n"));
	list_key(&s->list, &s->source, KEY_ACTION_CLEAR);
	arrange(s, s->list.filter);
	assert_string_equal(list_problem(&s->list), "");
	assert_int_equal(s->list.shown_count, 19);
}

static void
test_columns_that_are_not_there_are_not_searched(void **state)
{
	struct stage *s = *state;
	struct list_column less[COLUMNS];

	memcpy(less, columns, sizeof(less));
	less[SENT].absent = less[RATE].absent = true;
	s->source.columns = less;
	arrange(s, "38 k");
	assert_int_equal(s->list.shown_count, 0);
	arrange(s, "sent>5k");
	assert_int_equal(s->list.shown_count, 0);
	assert_string_equal(list_problem(&s->list),
	    "no column is called sent: searched as text");
	s->source.columns = columns;
	arrange(s, "sent>5k");
	assert_int_equal(s->list.shown_count, 13);
}

static void
finds(struct stage *s, const char *text, int step, size_t row)
{
	if (!list_search(&s->list, &s->source, text, step))
		fail_msg("\"%s\" is not found", text);
	assert_int_equal(list_row(&s->list), row);
}

static void
test_a_search_goes_from_one_to_the_next_and_round(void **state)
{
	struct stage *s = *state;

	finds(s, "third", 0, 0);
	finds(s, "third", 1, 3);
	finds(s, "third", 1, 6);
	finds(s, "third", -1, 3);
	finds(s, "third", -1, 0);
	finds(s, "third", -1, 18);
	finds(s, "third", 1, 0);
	finds(s, "sent>5k and !third", 0, 8);
	finds(s, "sent>5k and !third", 0, 8);
	finds(s, "row 19$", 1, 19);
	finds(s, "row 19$", 1, 19); /* the only one, around */
	assert_int_equal(s->list.shown_count, 19);
	assert_true(s->list.top + (size_t)s->list.height > 18);
	assert_false(list_search(&s->list, &s->source, "row 7$", 1));
	assert_false(list_search(&s->list, &s->source, "zzz", -1));
	assert_false(list_search(&s->list, &s->source, "", 1));
	assert_int_equal(list_row(&s->list), 19);
	arrange(s, "third"); /* only among what is shown */
	finds(s, "row 1", 1, 12);
	assert_false(list_search(&s->list, &s->source, "row 1$", 1));
	arrange(s, "zzz");
	assert_false(list_search(&s->list, &s->source, "row", 1));
	assert_false(list_search(&s->list, &s->source, "row", 0));
	assert_false(list_search(&s->list, &s->source, "row", -1));
}

static double
seconds_of(struct stage *s, const char *filter)
{
	struct timespec before, after;
	double seconds, best = 1e9;

	for (int i = 0; i < 5; i++) {
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
		arrange(s, filter);
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
		seconds = (double)(after.tv_sec - before.tv_sec) +
		    (double)(after.tv_nsec - before.tv_nsec) / 1e9;
		best = seconds < best ? seconds : best;
	}
	return (best);
}

/* Against the same rows without a filter, and with all their text made. */
static void
test_ten_thousand_rows_stay_cheap(void **state)
{
	struct stage *s = *state;
	double none, text;

	s->source.count = 10000;
	none = seconds_of(s, "");
	text = seconds_of(s, "zzz");
	assert_int_equal(s->list.shown_count, 0);
	/* A number asks for no text. */
	assert_true(seconds_of(s, "rate>5M and sent>5M") < text);
	assert_true(seconds_of(s, "zz(z|y)") < 20 * (text + none));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_does_not_pass_is_hidden),
		TEST(test_a_rate_is_called_after_its_column),
		TEST(test_the_selection_stays_while_a_filter_is_typed),
		TEST(test_what_is_odd_about_a_filter_is_said),
		TEST(test_columns_that_are_not_there_are_not_searched),
		TEST(test_a_search_goes_from_one_to_the_next_and_round),
		TEST(test_ten_thousand_rows_stay_cheap),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
