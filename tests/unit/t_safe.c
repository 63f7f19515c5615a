/*
 * t_safe.c - nothing that moves a cursor or hides leaves the sanitiser.
 */
#include <libshm/kit/safe.h>

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROUNDS 20000

static void
expect(const char *bytes, size_t length, const char *wanted)
{
	char out[512];
	size_t used;

	used = safe_copy(out, sizeof(out), bytes, length);
	assert_string_equal(out, wanted);
	assert_int_equal(used, strlen(wanted));
	assert_int_equal(safe_is(bytes, length),
	    strlen(wanted) == length && memcmp(wanted, bytes, length) == 0);
}

#define EXPECT(bytes, wanted) expect(bytes, sizeof(bytes) - 1, wanted)

static int
utf8(void **state)
{
	(void)state;
	return (setlocale(LC_CTYPE, "C.UTF-8") == NULL ? -1 : 0);
}

static int
plain(void **state)
{
	(void)state;
	return (setlocale(LC_CTYPE, "C") == NULL ? -1 : 0);
}

static void
test_safe_leaves_plain_text_alone(void **state)
{
	(void)state;
	EXPECT("", "");
	EXPECT(
	    "net/connections %n %s \\ \" '", "net/connections %n %s \\ \" '");
	EXPECT("\xc3\xa9\xe2\x82\xac\xe6\xbc\xa2\xf0\x9f\x98\x80",
	    "\xc3\xa9\xe2\x82\xac\xe6\xbc\xa2\xf0\x9f\x98\x80");
}

static void
test_safe_spells_out_control_bytes(void **state)
{
	(void)state;
	EXPECT("a\033[2Jb", "a\\x1b[2Jb");
	EXPECT("one\ntwo\r\tthree\x7f", "one\\x0atwo\\x0d\\x09three\\x7f");
	expect("a\0b", 3, "a\\x00b");
	EXPECT("\xc2\x9b"
	       "31m",
	    "\\u{9b}31m"); /* C1 as UTF-8 */
	EXPECT("\x9b"
	       "31m",
	    "\\x9b"
	    "31m"); /* and as a byte */
	EXPECT("\033]52;c;eA==\a", "\\x1b]52;c;eA==\\x07");
}

static void
test_safe_spells_out_what_is_no_utf8(void **state)
{
	(void)state;
	EXPECT("\xff\xfe", "\\xff\\xfe");
	EXPECT("\xc0\xaf", "\\xc0\\xaf"); /* too long */
	EXPECT("\xe0\x80\xaf", "\\xe0\\x80\\xaf");
	EXPECT("\xed\xa0\x80", "\\xed\\xa0\\x80");	    /* half a pair */
	EXPECT("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* beyond */
	EXPECT("\xe2\x82", "\\xe2\\x82");		    /* cut */
	EXPECT("\xe2(\xa1", "\\xe2(\\xa1");
}

/* vis(3) writes everything raw that comes before an invalid byte. */
static void
test_safe_is_not_fooled_by_an_invalid_byte_at_the_end(void **state)
{
	(void)state;
	EXPECT("name \xe1\xad\x9b"
	       "2J\xe1\xad\x9bH\xff",
	    "name \xe1\xad\x9b"
	    "2J\xe1\xad\x9bH\\xff");
}

static void
test_safe_spells_out_directions_and_invisible_characters(void **state)
{
	(void)state;
	EXPECT("a\xe2\x80\xae"
	       "b",
	    "a\\u{202e}b");
	EXPECT("a\xe2\x81\xa6"
	       "b",
	    "a\\u{2066}b");
	EXPECT("a\xe2\x80\x8b"
	       "b",
	    "a\\u{200b}b");
	EXPECT("a\xe2\x80\xa8"
	       "b",
	    "a\\u{2028}b");
	EXPECT("a\xef\xbb\xbf"
	       "b",
	    "a\\u{feff}b");
	EXPECT("a\xc2\xad"
	       "b",
	    "a\\u{ad}b");
	EXPECT("a\xe3\x85\xa4"
	       "b",
	    "a\\u{3164}b");
	EXPECT("a\xf3\xa0\x81\x81"
	       "b",
	    "a\\u{e0041}b");
}

static void
test_safe_allows_two_combining_marks(void **state)
{
	(void)state;
	EXPECT("e\xcc\x81\xcc\x82", "e\xcc\x81\xcc\x82");
	EXPECT("e\xcc\x81\xcc\x82\xcc\x83", "e\xcc\x81\xcc\x82\\u{303}");
	EXPECT("\xcc\x81"
	       "x",
	    "\\u{301}x"); /* nothing to sit on */
}

static void
test_safe_keeps_to_ascii_in_a_plain_locale(void **state)
{
	(void)state;
	EXPECT("caf\xc3\xa9 \xe6\xbc\xa2", "caf\\u{e9} \\u{6f22}");
	EXPECT("abc", "abc");
}

static void
test_safe_cuts_between_characters(void **state)
{
	char out[6];

	(void)state;
	assert_int_equal(safe_copy(out, sizeof(out), "abc\033", 4), 3);
	assert_string_equal(out, "abc");
	assert_int_equal(safe_copy(out, sizeof(out), "abcdefgh", 8), 5);
	assert_string_equal(out, "abcde");
	assert_int_equal(safe_copy(out, 5, "ab\xe2\x82\xac", 5), 2);
	assert_string_equal(out, "ab");
	assert_int_equal(safe_copy(out, 1, "abc", 3), 0);
	assert_string_equal(out, "");
	assert_int_equal(safe_copy(out, 0, "abc", 3), 0);
}

static void
test_safe_width_counts_columns(void **state)
{
	(void)state;
	assert_int_equal(safe_width(""), 0);
	assert_int_equal(safe_width("abc"), 3);
	assert_int_equal(safe_width("\xe6\xbc\xa2x"), 3);
	assert_int_equal(safe_width("e\xcc\x81"), 1);
}

/* Whatever comes in: printable, bounded, and the same when done twice. */
static void
test_safe_output_is_always_safe(void **state)
{
	static const char *const pieces[] = { "\033", "\n", "\xe2\x80\xae",
		"\xcc\x81", "\xf0\x9f", "\xff", "a", "\xc2\x9b",
		"\xe6\xbc\xa2" };
	char in[64], out[SAFE_SIZE(64)], again[SAFE_SIZE(SAFE_SIZE(64))];
	size_t i, length, used;
	unsigned seed = 1;
	int round;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		length = (size_t)rand_r(&seed) % sizeof(in);
		for (i = 0; i < length; i++)
			in[i] = (char)rand_r(&seed);
		for (i = 0; i + 4 < length;
		     i += (size_t)rand_r(&seed) % 16 + 1) {
			const char *piece = pieces[rand_r(&seed) % 9];

			memcpy(in + i, piece, strlen(piece));
		}
		used = safe_copy(out, sizeof(out), in, length);
		assert_true(used < sizeof(out));
		for (i = 0; i < used; i++)
			assert_true(
			    (unsigned char)out[i] >= 0x20 && out[i] != 0x7f);
		assert_true(safe_is(out, used));
		safe_copy(again, sizeof(again), out, used);
		assert_string_equal(again, out);
		assert_true(mbstowcs(NULL, out, 0) != (size_t)-1);
	}
}

int
main(void)
{
	const struct CMUnitTest in_utf8[] = {
		cmocka_unit_test(test_safe_leaves_plain_text_alone),
		cmocka_unit_test(test_safe_spells_out_control_bytes),
		cmocka_unit_test(test_safe_spells_out_what_is_no_utf8),
		cmocka_unit_test(
		    test_safe_is_not_fooled_by_an_invalid_byte_at_the_end),
		cmocka_unit_test(
		    test_safe_spells_out_directions_and_invisible_characters),
		cmocka_unit_test(test_safe_allows_two_combining_marks),
		cmocka_unit_test(test_safe_cuts_between_characters),
		cmocka_unit_test(test_safe_width_counts_columns),
		cmocka_unit_test(test_safe_output_is_always_safe),
	};
	const struct CMUnitTest in_plain[] = {
		cmocka_unit_test(test_safe_keeps_to_ascii_in_a_plain_locale),
		cmocka_unit_test(test_safe_spells_out_control_bytes),
		cmocka_unit_test(test_safe_output_is_always_safe),
	};
	int failed;

	failed = cmocka_run_group_tests_name("utf8", in_utf8, utf8, NULL);
	return (failed +
	    cmocka_run_group_tests_name("plain", in_plain, plain, NULL));
}
