/*
 * t_paint.c - what is said to a terminal makes it show the picture.
 *
 * The terminal is played here: it understands moves, clearing, styles, and text
 * of one and two columns, and wraps at its edge as xterm does.
 */
#include "viewer/paint.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

struct player {
	struct grid screen;
	int column, row;
	uint8_t style;
	bool edge; /* the next character wraps */
};

static struct grid_rect
one_row(const struct grid *grid, int row)
{
	return ((struct grid_rect){
	    .row = row, .columns = grid->columns, .rows = 1 });
}

static void
play_text(struct player *player, const char *bytes, size_t length, int width)
{
	char text[8] = { 0 };

	assert_true(length < sizeof(text));
	memcpy(text, bytes, length);
	if (player->edge) {
		player->edge = false;
		player->column = 0;
		player->row++;
	}
	assert_true(player->row < player->screen.rows);
	grid_put(&player->screen, one_row(&player->screen, player->row),
	    player->column, 0, player->style, text);
	player->column += width;
	if (player->column >= player->screen.columns) {
		player->column = player->screen.columns - 1;
		player->edge = true;
	}
}

static void
play_clear(struct player *player)
{
	/* A terminal may paint what it clears: only plain is sure. */
	assert_int_equal(player->style, GRID_PLAIN);
	for (int i = player->column; i < player->screen.columns; i++)
		grid_put(&player->screen, one_row(&player->screen, player->row),
		    i, 0, GRID_PLAIN, " ");
}

/* ESC [ numbers letter; returns its length. */
static size_t
play_control(struct player *player, const char *bytes)
{
	char *end;
	long first = strtol(bytes + 2, &end, 10), second = 0;

	if (*end == ';')
		second = strtol(end + 1, &end, 10);
	player->edge = false;
	switch (*end) {
	case 'H':
		player->row = first > 0 ? (int)first - 1 : 0;
		player->column = second > 0 ? (int)second - 1 : 0;
		assert_true(player->row < player->screen.rows);
		assert_true(player->column < player->screen.columns);
		break;
	case 'J':
		assert_int_equal(player->style, GRID_PLAIN);
		grid_clear(&player->screen);
		break;
	case 'K':
		play_clear(player);
		break;
	case 'm':
		player->style = (uint8_t)first;
		break;
	default:
		fail_msg("unknown: %c", *end);
	}
	return ((size_t)(end + 1 - bytes));
}

static void
play(struct player *player, const char *bytes, size_t length)
{
	size_t step;
	wchar_t wide;

	for (size_t i = 0; i < length; i += step) {
		if (bytes[i] == '\033') {
			step = play_control(player, bytes + i);
			continue;
		}
		step = (size_t)mbtowc(&wide, bytes + i, length - i);
		assert_in_range(step, 1, 4);
		play_text(player, bytes + i, step, wcwidth(wide));
	}
}

static const char *
move_to(int column, int row)
{
	static char sequence[32];

	snprintf(
	    sequence, sizeof(sequence), "\033[%d;%dH", row + 1, column + 1);
	return (sequence);
}

static struct paint
a_terminal(void)
{
	struct paint paint = {
		.clear = "\033[H\033[J", .clear_line = "\033[K", .move = move_to
	};

	for (int i = 0; i < PAINT_STYLES; i++)
		snprintf(paint.looks[i], sizeof(paint.looks[i]), "\033[%dm", i);
	return (paint);
}

static void
expect_same(const struct grid *screen, const struct grid *wanted, int cells)
{
	for (int i = 0; i < cells; i++)
		if (memcmp(&screen->cells[i], &wanted->cells[i],
			sizeof(*screen->cells)) != 0)
			fail_msg("at %d, %d of %d x %d: U+%04X in style %d, "
				 "not U+%04X in style %d",
			    i % wanted->columns, i / wanted->columns,
			    wanted->columns, wanted->rows,
			    screen->cells[i].text[0], screen->cells[i].style,
			    wanted->cells[i].text[0], wanted->cells[i].style);
}

static void
change(struct grid *grid, bool ascii)
{
	static const char *const texts[] = { "a", "some text", "     ", "▁▂▃█",
		"日本", "─│", "x    y", "q" };
	static const uint8_t styles[] = { GRID_PLAIN, GRID_PLAIN, GRID_BAD,
		GRID_PLAIN | GRID_SELECTED };
	uint8_t style = styles[rand() % 4];

	if (rand() % 20 == 0)
		grid_clear(grid);
	for (int i = rand() % 8; i > 0; i--)
		grid_put(grid, grid_whole(grid), rand() % grid->columns,
		    rand() % grid->rows, style,
		    texts[ascii ? rand() % 3 : rand() % 8]);
	if (rand() % 3 == 0)
		grid_flag(
		    grid, grid_whole(grid), rand() % grid->rows, GRID_CHOSEN);
	grid->cursor_row = rand() % grid->rows;
	grid->cursor_column = rand() % grid->columns;
}

static void
walk(struct paint *paint, int columns, int rows)
{
	struct player player = { .column = 0 };
	struct grid shown, wanted;
	struct wire wire;
	size_t bytes;
	bool whole;
	int cells = columns * rows - (paint->scrolls ? 1 : 0);

	wire_init(&wire, -1);
	grid_init(&player.screen, false);
	grid_init(&shown, false);
	grid_init(&wanted, false);
	grid_resize(&player.screen, columns, rows);
	grid_resize(&shown, columns, rows);
	grid_resize(&wanted, columns, rows);
	for (int i = 0; i < 40; i++) {
		whole = i == 0 || rand() % 10 == 0;
		change(&wanted, false);
		bytes =
		    paint_picture(paint, &wire, whole ? NULL : &shown, &wanted);
		assert_int_equal(bytes, wire.to);
		play(&player, wire.waiting, wire.to);
		wire.to = 0;
		expect_same(&player.screen, &wanted, cells);
		assert_int_equal(player.style, GRID_PLAIN);
		assert_int_equal(player.row, wanted.cursor_row);
		assert_int_equal(player.column, wanted.cursor_column);
		memcpy(shown.cells, wanted.cells,
		    (size_t)(columns * rows) * sizeof(*shown.cells));
	}
	grid_fini(&player.screen);
	grid_fini(&shown);
	grid_fini(&wanted);
	wire_fini(&wire);
}

static void
test_any_picture_arrives(void **state)
{
	struct paint paint = a_terminal();

	(void)state;
	srand(7);
	for (int round = 0; round < 150; round++) {
		paint.scrolls = rand() % 4 == 0;
		paint.clear_line = rand() % 4 == 0 ? NULL : "\033[K";
		walk(&paint, 1 + rand() % 40, 1 + rand() % 6);
	}
	walk(&paint, 500, 200);
}

/* The terminal would scroll: the last cell is never written. */
static void
test_last_cell_is_left_alone_where_it_scrolls(void **state)
{
	struct paint paint = a_terminal();
	struct grid grid;
	struct wire wire;

	(void)state;
	paint.scrolls = true;
	wire_init(&wire, -1);
	grid_init(&grid, true);
	grid_resize(&grid, 3, 2);
	grid_put(&grid, grid_whole(&grid), 0, 0, GRID_PLAIN, "abc");
	grid_put(&grid, grid_whole(&grid), 0, 1, GRID_PLAIN, "def");
	paint_picture(&paint, &wire, NULL, &grid);
	assert_null(memchr(wire.waiting, 'f', wire.to));
	assert_non_null(memchr(wire.waiting, 'c', wire.to));
	grid_fini(&grid);
	wire_fini(&wire);
}

static void
expect_bytes(const char *from, const char *to, const char *wanted)
{
	struct paint paint = a_terminal();
	struct grid shown, next;
	struct wire wire;

	wire_init(&wire, -1);
	grid_init(&shown, true);
	grid_init(&next, true);
	grid_resize(&shown, 20, 1);
	grid_resize(&next, 20, 1);
	grid_put(&shown, grid_whole(&shown), 0, 0, GRID_PLAIN, from);
	grid_put(&next, grid_whole(&next), 0, 0, GRID_PLAIN, to);
	paint_picture(&paint, &wire, &shown, &next);
	wire_add(&wire, "", 1);
	assert_string_equal(wire.waiting, wanted);
	grid_fini(&shown);
	grid_fini(&next);
	wire_fini(&wire);
}

static void
test_only_what_changed_is_said(void **state)
{
	(void)state;
	expect_bytes("same", "same", "");
	expect_bytes("value 1234", "value 1299", "\033[1;9H99");
	/* A short gap is said again, a long one is jumped over. */
	expect_bytes("a1b2c3", "x1y2z3", "\033[1;1Hx1y2z");
	expect_bytes("a..........b", "x..........y", "\033[1;1Hx\033[1;12Hy");
	/* A rest that is blank is cleared, when it is long enough. */
	expect_bytes("long gone text", "long", "\033[1;6H\033[K");
	expect_bytes("ab", "a", "\033[1;2H ");
}

static void
test_move_is_said_as_terminfo_would(void **state)
{
	(void)state;
	assert_string_equal(paint_move(0, 0), "\033[1;1H");
	assert_string_equal(paint_move(119, 9), "\033[10;120H");
	assert_string_equal(paint_move(998, 1000), "\033[1001;999H");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_picture_arrives),
		cmocka_unit_test(test_last_cell_is_left_alone_where_it_scrolls),
		cmocka_unit_test(test_only_what_changed_is_said),
		cmocka_unit_test(test_move_is_said_as_terminfo_would),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
