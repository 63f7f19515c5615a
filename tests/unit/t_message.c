/*
 * t_message.c - the small printf of messages says what snprintf says.
 */
#include "region.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#define ROUNDS 200000
#define GUARD 16

/* ---- a generator that always says the same ---------------------------------- */

static uint64_t seed;

static uint64_t
any(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed);
}

static unsigned
below(unsigned limit)
{
	return ((unsigned)(any() >> 20) % limit);
}

/* Numbers of all sizes, small ones and the ends of types above all. */
static uint64_t
any_number(void)
{
	static const uint64_t ends[] = { 0, 1, 7, 8, 9, 10, 255, 256, 32767,
		32768, 65535, INT_MAX, 0x80000000u, UINT_MAX, LLONG_MAX,
		UINT64_C(1) << 63, UINT64_MAX };

	if (below(3) == 0)
		return (ends[below(sizeof(ends) / sizeof(ends[0]))]);
	return (any() >> below(64));
}

/* ---- both say the same -------------------------------------------------------- */

static size_t
small(char *to, size_t size, const char *format, ...)
{
	va_list arguments;
	size_t length;

	va_start(arguments, format);
	length = dbgshm__message(to, size, ENOENT, format, arguments);
	va_end(arguments);
	return (length);
}

/* What we wrote, with its length, against a buffer that was large enough. */
static void
same(const char *format, const char *got, size_t length, size_t size,
    const char *wanted, size_t wanted_length)
{
	size_t fits = wanted_length < size ? wanted_length : size, i;

	if (length != (wanted_length > size ? size + 1 : wanted_length) ||
	    memcmp(got, wanted, fits) != 0)
		fail_msg("\"%s\" in %zu:\n got %zu \"%.*s\"\nwant %zu \"%s\"",
		    format, size, length, (int)fits, got, wanted_length,
		    wanted);
	for (i = size; i < size + GUARD; i++)
		assert_int_equal(got[i], '~');
}

#define BOTH(size, ...)                                                        \
	do {                                                                   \
		char got[MESSAGE_MAX + GUARD], wanted[16384];                  \
		size_t length;                                                 \
		int all;                                                       \
		memset(got, '~', sizeof(got));                                 \
		length = small(got, size, __VA_ARGS__);                        \
		errno = ENOENT;                                                \
		all = snprintf(wanted, sizeof(wanted), __VA_ARGS__);           \
		assert_true(all >= 0 && (size_t)all < sizeof(wanted));         \
		same(FIRST(__VA_ARGS__, 0), got, length, size, wanted,         \
		    (size_t)all);                                              \
	} while (0)
#define FIRST(a, ...) a

/* ---- random formats ------------------------------------------------------------ */

/* One conversion with the arguments that it takes. */
enum kind { K_INT, K_LONG, K_LLONG, K_TEXT, K_POINTER, K_STAR, K_STARS, KINDS };

struct piece {
	enum kind kind;
	char spec[64];
	int i, width, precision;
	long l;
	long long ll;
	const char *text;
	void *pointer;
};

static void
add(char *spec, const char *text)
{
	strncat(spec, text, 60 - strlen(spec));
}

/* Flags that mean something for the conversion. */
static void
any_flags(char *spec, const char *flags)
{
	char one[2] = "";
	unsigned i;

	for (i = below(4); i > 0; i--) {
		one[0] = flags[below((unsigned)strlen(flags))];
		add(spec, one);
	}
}

static void
any_digits(char *spec, const char *before, unsigned limit)
{
	char number[16];

	if (below(2) == 0)
		return;
	(void)snprintf(number, sizeof(number), "%s%u", before, below(limit));
	add(spec, number);
}

static const char *
any_conversion(bool *is_signed)
{
	static const char *const conversions[] = { "d", "i", "u", "x", "X",
		"o" };
	unsigned i = below(6);

	*is_signed = i < 2;
	return (conversions[i]);
}

static void
any_integer(struct piece *piece, const char *length)
{
	bool is_signed;
	const char *conversion = any_conversion(&is_signed);

	any_flags(piece->spec,
	    is_signed			       ? "-0+ "
		: strcmp(conversion, "u") == 0 ? "-0"
					       : "-0#");
	any_digits(piece->spec, "", below(20) == 0 ? 700 : 30);
	any_digits(piece->spec, ".", below(20) == 0 ? 700 : 30);
	add(piece->spec, length);
	add(piece->spec, conversion);
}

static void
any_piece(struct piece *piece)
{
	static const char *const of_int[] = { "", "h", "hh" };
	static const char *const of_long[] = { "l", "z", "t", "j" };
	static char texts[4][600];

	memset(piece, 0, sizeof(*piece));
	piece->kind = (enum kind)below(KINDS);
	piece->spec[0] = '%';
	piece->i = (int)any_number();
	piece->l = (long)any_number();
	piece->ll = (long long)any_number();
	piece->width = (int)below(80) - 40;
	piece->precision = (int)below(40) - 10;
	piece->text = NULL;
	if (below(10) != 0) {
		char *text = texts[below(4)];
		size_t length = below(20) == 0 ? below(599) : below(20);

		memset(text, 'a' + (int)below(26), length);
		text[length] = '\0';
		piece->text = text;
	}
	piece->pointer = below(4) == 0 ? NULL : (void *)(uintptr_t)any_number();
	switch (piece->kind) {
	case K_INT:
		if (below(5) == 0) {
			any_flags(piece->spec, "-");
			any_digits(piece->spec, "", 30);
			add(piece->spec, "c");
			if ((unsigned char)piece->i == 0)
				piece->i = 'x'; /* %s would end there */
		} else
			any_integer(piece, of_int[below(3)]);
		break;
	case K_LONG:
		any_integer(piece, of_long[below(4)]);
		break;
	case K_LLONG:
		any_integer(piece, "ll");
		break;
	case K_TEXT:
		any_flags(piece->spec, "-");
		any_digits(piece->spec, "", below(20) == 0 ? 700 : 30);
		any_digits(piece->spec, ".", below(20) == 0 ? 700 : 30);
		add(piece->spec, "s");
		break;
	case K_POINTER:
		any_flags(piece->spec, "-");
		any_digits(piece->spec, "", 40);
		add(piece->spec, "p");
		break;
	case K_STAR:
		any_flags(piece->spec, "-0");
		add(piece->spec, "*d");
		break;
	default:
		any_flags(piece->spec, "-");
		add(piece->spec, "*.*s");
		break;
	}
}

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

#define WITH(format, size, ...)                                                \
	switch (b.kind) {                                                      \
	case K_INT:                                                            \
		BOTH(size, format, __VA_ARGS__, b.i);                          \
		break;                                                         \
	case K_LONG:                                                           \
		BOTH(size, format, __VA_ARGS__, b.l);                          \
		break;                                                         \
	case K_LLONG:                                                          \
		BOTH(size, format, __VA_ARGS__, b.ll);                         \
		break;                                                         \
	case K_TEXT:                                                           \
		BOTH(size, format, __VA_ARGS__, b.text);                       \
		break;                                                         \
	case K_POINTER:                                                        \
		BOTH(size, format, __VA_ARGS__, b.pointer);                    \
		break;                                                         \
	case K_STAR:                                                           \
		BOTH(size, format, __VA_ARGS__, b.width, b.i);                 \
		break;                                                         \
	default:                                                               \
		BOTH(size, format, __VA_ARGS__, b.width, b.precision, b.text); \
		break;                                                         \
	}                                                                      \
	break

static void
test_random_formats_say_what_snprintf_says(void **state)
{
	static const char *const between[] = { "", " ", "text ", "%%",
		"=%m=", "%5m", "\xc3\xa9" };
	struct piece a, b;
	char format[512];
	size_t size;
	int i;

	(void)state;
	seed = 20260131;
	for (i = 0; i < ROUNDS; i++) {
		any_piece(&a);
		any_piece(&b);
		(void)snprintf(format, sizeof(format), "%s%s%s%s%s",
		    between[below(7)], a.spec, between[below(7)], b.spec,
		    between[below(7)]);
		size = below(3) == 0 ? below(MESSAGE_MAX) : MESSAGE_MAX;
		switch (a.kind) {
		case K_INT:
			WITH(format, size, a.i);
		case K_LONG:
			WITH(format, size, a.l);
		case K_LLONG:
			WITH(format, size, a.ll);
		case K_TEXT:
			WITH(format, size, a.text);
		case K_POINTER:
			WITH(format, size, a.pointer);
		case K_STAR:
			WITH(format, size, a.width, a.i);
		default:
			WITH(format, size, a.width, a.precision, a.text);
		}
	}
}

/* ---- what it does not write ------------------------------------------------------- */

static void
says(const char *wanted, size_t length, const char *got)
{
	if (length != strlen(wanted) || memcmp(wanted, got, length) != 0)
		fail_msg(
		    "got \"%.*s\", wanted \"%s\"", (int)length, got, wanted);
}

#define SAYS(wanted, ...)                                                      \
	says(wanted, small(text, sizeof(text), __VA_ARGS__), text)

static void
test_what_it_does_not_know_is_copied(void **state)
{
	char text[MESSAGE_MAX];
	int count = 0;

	(void)state;
	SAYS("a %f b 7 c", "a %f b %d c", 2.5, 7);
	SAYS("%-08.3Lg 7 end", "%-08.3Lg %d %s", 2.5L, 7, "end");
	SAYS("%e %a 1 2", "%e %a %d %d", 1.0, 2.0, 1, 2);
	SAYS("%n 3", "%n %d", &count, 3);
	assert_int_equal(count, 0);
	SAYS("%ls x", "%ls %s", L"wide", "x");
	SAYS("%lc 5", "%lc %d", (wint_t)'w', 5);
	/* Nobody knows what arguments follow: none is touched. */
	SAYS("1 %y %s %d", "%d %y %s %d", 1, "no", 2);
	SAYS("50%", "%d%", 50);
	SAYS("%", "%");
	SAYS("%-0", "%-0");
	SAYS("%.", "%.");
	SAYS("%ll", "%ll");
}

static void
test_an_unknown_errno_has_its_number(void **state)
{
	char text[MESSAGE_MAX];
	va_list none;

	(void)state;
	memset(&none, 0, sizeof(none));
	says("Unknown error 9999",
	    dbgshm__message(text, sizeof(text), 9999, "%m", none), text);
	says("Unknown error -5",
	    dbgshm__message(text, sizeof(text), -5, "%m", none), text);
}

/* Neither a huge width nor a text without an end makes much work. */
static void
test_work_is_bounded(void **state)
{
	char text[MESSAGE_MAX], endless[MESSAGE_MAX + 1];

	(void)state;
	memset(endless, 'e', sizeof(endless));
	assert_int_equal(
	    small(text, sizeof(text), "%2000000000d", 1), sizeof(text) + 1);
	assert_int_equal(
	    small(text, sizeof(text), "%.2147483647d", 1), sizeof(text) + 1);
	/* One byte more than fits is all that is looked at. */
	assert_int_equal(
	    small(text, sizeof(text), "%s", endless), sizeof(text) + 1);
	assert_int_equal(small(text, sizeof(text), "%.5s", endless), 5);
	assert_int_equal(small(text, 0, "x"), 1);
	assert_int_equal(small(text, 0, ""), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_formats_say_what_snprintf_says),
		cmocka_unit_test(test_what_it_does_not_know_is_copied),
		cmocka_unit_test(test_an_unknown_errno_has_its_number),
		cmocka_unit_test(test_work_is_bounded),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
