/*
 * t_clip.c - text for the clipboard, through what lies between.
 */
#include "viewer/clip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
expect(const char *text, enum clip_path path, const char *wanted)
{
	size_t length;
	char *sequence = clip_sequence(text, path, &length);

	assert_non_null(sequence);
	assert_int_equal(length, strlen(wanted));
	assert_memory_equal(sequence, wanted, length);
	free(sequence);
}

static void
test_text_is_in_base64(void **state)
{
	(void)state;
	/* RFC 4648, section 10, but for one */
	expect("", CLIP_PLAIN, "\033]52;c;\a");
	expect("f", CLIP_PLAIN, "\033]52;c;Zg==\a");
	expect("ab", CLIP_PLAIN, "\033]52;c;YWI=\a");
	expect("foo", CLIP_PLAIN, "\033]52;c;Zm9v\a");
	expect("foobar", CLIP_PLAIN, "\033]52;c;Zm9vYmFy\a");
	expect("\xc3\xbf\xef\xbf\xbd", CLIP_PLAIN, "\033]52;c;w7/vv70=\a");
}

static void
test_tmux_gets_it_twice_once_wrapped(void **state)
{
	(void)state;
	expect("foo", CLIP_TMUX,
	    "\033]52;c;Zm9v\a\033Ptmux;\033\033]52;c;Zm9v\a\033\\");
}

/* Unwrapped, the pieces are the plain sequence again. */
static void
test_screen_gets_it_in_pieces(void **state)
{
	char text[3000], *plain, *wrapped, *at;
	size_t length, plain_length, piece, joined = 0;

	(void)state;
	expect("foo", CLIP_SCREEN, "\033P\033]52;c;Zm9v\a\033\\");
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	plain = clip_sequence(text, CLIP_PLAIN, &plain_length);
	wrapped = clip_sequence(text, CLIP_SCREEN, &length);
	for (at = wrapped; at < wrapped + length; at += piece + 4) {
		assert_memory_equal(at, "\033P", 2);
		piece = (size_t)(strstr(at, "\033\\") - at) - 2;
		assert_true(piece <= 768);
		assert_memory_equal(at + 2, plain + joined, piece);
		joined += piece;
	}
	assert_int_equal(joined, plain_length);
	free(plain);
	free(wrapped);
}

static void
test_long_text_is_refused(void **state)
{
	char *text = calloc(1, CLIP_MOST + 2);
	size_t length;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', CLIP_MOST + 1);
	assert_null(clip_sequence(text, CLIP_PLAIN, &length));
	text[CLIP_MOST] = '\0';
	free(clip_sequence(text, CLIP_PLAIN, &length));
	assert_true(length > CLIP_MOST);
	free(text);
}

static void
test_path_is_what_lies_between(void **state)
{
	(void)state;
	assert_int_equal(clip_path("xterm", NULL, NULL), CLIP_PLAIN);
	assert_int_equal(clip_path(NULL, "", ""), CLIP_PLAIN);
	assert_int_equal(clip_path("screen", "/tmp/tmux", NULL), CLIP_TMUX);
	assert_int_equal(clip_path("tmux-256color", NULL, NULL), CLIP_TMUX);
	assert_int_equal(clip_path("screen", NULL, NULL), CLIP_SCREEN);
	assert_int_equal(clip_path("xterm", NULL, "1.pts"), CLIP_SCREEN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_is_in_base64),
		cmocka_unit_test(test_tmux_gets_it_twice_once_wrapped),
		cmocka_unit_test(test_screen_gets_it_in_pieces),
		cmocka_unit_test(test_long_text_is_refused),
		cmocka_unit_test(test_path_is_what_lies_between),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
