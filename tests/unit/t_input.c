/*
 * t_input.c - from what terminals send to keys.
 *
 * An argument is the number of random streams.
 */
#include "viewer/input.h"

#include "viewer/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static long streams = 20000;

static struct input
input_of(const char *bytes, size_t length)
{
	struct input input;

	memset(&input, 0, sizeof(input));
	input_add(&input, bytes, length);
	return (input);
}

/* The bytes are these keys, no more, whether others follow or not. */
static void
expect(const char *bytes, size_t count, const uint32_t *codes)
{
	struct input input = input_of(bytes, strlen(bytes));

	for (size_t i = 0; i < count; i++)
		assert_int_equal(input_next(&input, true), codes[i]);
	assert_int_equal(input_next(&input, true), KEY_CODE_NONE);
	assert_int_equal(input.length, 0);
}
#define EXPECT(bytes, ...)                                                     \
	expect(bytes, sizeof((uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t),  \
	    (uint32_t[]){ __VA_ARGS__ })

static void
test_characters_are_keys(void **state)
{
	(void)state;
	EXPECT("q", 'q');
	EXPECT("jk", 'j', 'k');
	EXPECT("\r\t\b\x7f\x03", '\r', '\t', '\b', 0x7f, 3);
	EXPECT("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 0xe9, 0x20ac, 0x1f600);
}

static void
test_broken_utf8_is_no_character(void **state)
{
	(void)state;
	EXPECT("\x80q", KEY_CODE_SPECIAL, 'q');
	EXPECT("\xc3q", KEY_CODE_SPECIAL, 'q');
	EXPECT("\xc3", KEY_CODE_SPECIAL);
	EXPECT("\xff", KEY_CODE_SPECIAL);
	/* Longer than needed, a surrogate, a C1 control, past the end. */
	EXPECT("\xc0\xaf", KEY_CODE_SPECIAL);
	EXPECT("\xe0\x82\xac", KEY_CODE_SPECIAL);
	EXPECT("\xed\xa0\x80", KEY_CODE_SPECIAL);
	EXPECT("\xc2\x9b", KEY_CODE_SPECIAL);
	EXPECT("\xf7\xbf\xbf\xbf", KEY_CODE_SPECIAL);
}

static void
test_sequences_of_common_terminals(void **state)
{
	(void)state;
	/* xterm, plain and with the number pad switched */
	EXPECT("\033[A\033[B\033[C\033[D", KEY_CODE_UP, KEY_CODE_DOWN,
	    KEY_CODE_RIGHT, KEY_CODE_LEFT);
	EXPECT("\033OA\033OB\033OC\033OD", KEY_CODE_UP, KEY_CODE_DOWN,
	    KEY_CODE_RIGHT, KEY_CODE_LEFT);
	EXPECT("\033[H\033[F\033OH\033OF", KEY_CODE_HOME, KEY_CODE_END,
	    KEY_CODE_HOME, KEY_CODE_END);
	/* screen, tmux and linux; rxvt */
	EXPECT("\033[1~\033[4~\033[7~\033[8~", KEY_CODE_HOME, KEY_CODE_END,
	    KEY_CODE_HOME, KEY_CODE_END);
	EXPECT("\033[5~\033[6~\033[Z", KEY_CODE_PAGE_UP, KEY_CODE_PAGE_DOWN,
	    KEY_CODE_BACK_TAB);
	EXPECT("\033OP\033[11~\033OS\033[15~\033[21~\033[24~", KEY_CODE_F1,
	    KEY_CODE_F1, KEY_CODE_F1 + 3, KEY_CODE_F1 + 4, KEY_CODE_F1 + 9,
	    KEY_CODE_F1 + 11);
	/* the number pad of a vt100 */
	EXPECT("\033OM\033Op\033Oy\033Ok\033On", KEY_CODE_ENTER, '0', '9', '+',
	    '.');
}

static void
test_what_the_description_says_comes_first(void **state)
{
	struct input input = input_of("\033[[A\033[[Bq", 9);

	(void)state;
	input_know(&input, "\033[[A", KEY_CODE_F1);
	input_know(&input, "\033[[B", KEY_CODE_F1 + 1);
	input_know(&input, "x", KEY_CODE_HOME); /* too short to be one */
	assert_int_equal(input_next(&input, false), KEY_CODE_F1);
	assert_int_equal(input_next(&input, false), KEY_CODE_F1 + 1);
	assert_int_equal(input_next(&input, false), 'q');
	input_add(&input, "x", 1);
	assert_int_equal(input_next(&input, false), 'x');
}

static void
test_no_letter_of_an_unknown_sequence_is_a_key(void **state)
{
	(void)state;
	EXPECT("\033[3~q", KEY_CODE_SPECIAL, 'q');
	EXPECT("\033[1;3Cq", KEY_CODE_SPECIAL, 'q'); /* Alt-Right */
	EXPECT("\033[1;5Aq", KEY_CODE_SPECIAL, 'q'); /* Ctrl-Up */
	EXPECT("\033O5Cq", KEY_CODE_SPECIAL, 'q');
	EXPECT("\033[200~q", KEY_CODE_SPECIAL, 'q');
	EXPECT("\033[?1;2cq", KEY_CODE_SPECIAL, 'q');
	EXPECT("\033[27;5;113~q", KEY_CODE_SPECIAL, 'q');
	EXPECT("\033[99999999999999999999~q", KEY_CODE_SPECIAL, 'q');
	EXPECT("\033[12", KEY_CODE_SPECIAL); /* and no more comes */
}

static void
test_escape_is_a_key_of_its_own(void **state)
{
	(void)state;
	EXPECT("\033", 27);
	EXPECT("\033q", 27, 'q');
	EXPECT("\033\033", 27, 27);
	EXPECT("\033[", 27, '[');
	EXPECT("\033O", 27, 'O');
	EXPECT("\033]", 27, ']');
	EXPECT("\033O!", 27, 'O', '!');
	EXPECT("\033O\003", 27, 'O', 3);
	EXPECT("\033\033[A", 27, KEY_CODE_UP);
	EXPECT("\033[1\033[A", KEY_CODE_SPECIAL, KEY_CODE_UP);
	EXPECT("\033[1\003", KEY_CODE_SPECIAL, 3);
}

static void
test_beginning_waits_for_the_rest(void **state)
{
	const char *const whole[] = { "\033[A", "\033OA", "\033[1;3C",
		"\033[<0;12;34M", "\033[M !!", "\xe2\x82\xac", "\033[[A" };
	struct input input;

	(void)state;
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		memset(&input, 0, sizeof(input));
		input_know(&input, "\033[[A", KEY_CODE_F1);
		for (const char *byte = whole[i]; *byte != '\0'; byte++) {
			assert_int_equal(
			    input_next(&input, false), KEY_CODE_NONE);
			input_add(&input, byte, 1);
		}
		assert_int_not_equal(input_next(&input, false), KEY_CODE_NONE);
		assert_int_equal(input.length, 0);
	}
}

static void
expect_mouse(const char *bytes, uint32_t code, int column, int row)
{
	struct input input = input_of(bytes, strlen(bytes));

	assert_int_equal(input_next(&input, true), code);
	assert_int_equal(input.column, column);
	assert_int_equal(input.row, row);
	assert_int_equal(input.length, 0);
}

static void
test_mouse_says_where(void **state)
{
	(void)state;
	expect_mouse("\033[<0;12;34M", KEY_CODE_MOUSE_PRESS, 11, 33);
	expect_mouse("\033[<0;300;1M", KEY_CODE_MOUSE_PRESS, 299, 0);
	expect_mouse("\033[<64;1;1M", KEY_CODE_MOUSE_UP, 0, 0);
	expect_mouse("\033[<65;1;1M", KEY_CODE_MOUSE_DOWN, 0, 0);
	expect_mouse("\033[M !\"", KEY_CODE_MOUSE_PRESS, 0, 1);
	expect_mouse("\033[M`+*", KEY_CODE_MOUSE_UP, 10, 9);
	/* Buttons let go, others, movements: nothing at all. */
	expect_mouse("\033[<0;5;6m", KEY_CODE_NONE, 0, 0);
	expect_mouse("\033[<2;5;6M", KEY_CODE_NONE, 4, 5);
	expect_mouse("\033[<35;5;6M", KEY_CODE_NONE, 4, 5);
	expect_mouse("\033[M#%&", KEY_CODE_NONE, 4, 5);
	EXPECT("\033[<0;5;6mq", 'q');
}

/* ---- whatever comes ------------------------------------------------------------- */

static size_t
random_stream(char *bytes, size_t size)
{
	static const char *const pieces[] = { "\033", "\033[", "\033O",
		"\033[<", "\033[M", "\033]", ";", "1", "9", "~", "A", "M", "m",
		"q", "\r", "\xe2", "\x82", "\xac", "\xf0\x9f", "[", "O",
		"\003" };
	size_t length = 0, count = (size_t)rand() % 60, piece;

	for (size_t i = 0; i < count; i++) {
		if (rand() % 4 == 0) {
			bytes[length++] = (char)rand();
			continue;
		}
		piece = (size_t)rand() % (sizeof(pieces) / sizeof(pieces[0]));
		if (length + strlen(pieces[piece]) + 1 >= size)
			break;
		memcpy(bytes + length, pieces[piece], strlen(pieces[piece]));
		length += strlen(pieces[piece]);
	}
	return (length);
}

/* However it is cut, the same bytes are the same keys, and none are left. */
static void
test_any_bytes_in_any_pieces(void **state)
{
	uint32_t at_once[256], code;
	struct input whole, pieces;
	char bytes[200];
	size_t length, keys, got, part;

	(void)state;
	srand(5);
	for (long round = 0; round < streams; round++) {
		length = random_stream(bytes, sizeof(bytes));
		whole = input_of(bytes, length);
		memset(&pieces, 0, sizeof(pieces));
		if (rand() % 2 == 0) {
			input_know(&whole, "\033[1~", KEY_CODE_HOME);
			input_know(&pieces, "\033[1~", KEY_CODE_HOME);
		}
		for (keys = 0;
		     (code = input_next(&whole, true)) != KEY_CODE_NONE;
		     keys++) {
			assert_true(code < KEY_CODE_F1 + 12);
			at_once[keys] = code;
		}
		assert_int_equal(whole.length, 0);
		got = 0;
		for (size_t from = 0; from < length; from += part) {
			part = 1 + (size_t)rand() % 5;
			part = part < length - from ? part : length - from;
			input_add(&pieces, bytes + from, part);
			while ((code = input_next(&pieces, false)) !=
			    KEY_CODE_NONE) {
				assert_true(got < keys);
				assert_int_equal(code, at_once[got++]);
			}
		}
		while ((code = input_next(&pieces, true)) != KEY_CODE_NONE)
			assert_int_equal(code, at_once[got++]);
		assert_int_equal(got, keys);
		assert_int_equal(pieces.length, 0);
	}
}

/* A terminal that never ends its sequence does not fill us up for ever. */
static void
test_endless_sequence_is_given_up(void **state)
{
	struct input input = input_of("\033[", 2);

	(void)state;
	while (input_room(&input) > 0)
		input_add(&input, "1;", 2);
	assert_int_equal(input_next(&input, false), KEY_CODE_SPECIAL);
	assert_true(input_room(&input) > 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_characters_are_keys),
		cmocka_unit_test(test_broken_utf8_is_no_character),
		cmocka_unit_test(test_sequences_of_common_terminals),
		cmocka_unit_test(test_what_the_description_says_comes_first),
		cmocka_unit_test(
		    test_no_letter_of_an_unknown_sequence_is_a_key),
		cmocka_unit_test(test_escape_is_a_key_of_its_own),
		cmocka_unit_test(test_beginning_waits_for_the_rest),
		cmocka_unit_test(test_mouse_says_where),
		cmocka_unit_test(test_any_bytes_in_any_pieces),
		cmocka_unit_test(test_endless_sequence_is_given_up),
	};

	if (argc > 1)
		streams = strtol(argv[1], NULL, 10);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
