/*
 * t_filter.c - what is typed after / lets through what a person means.
 */
#include <viewer/filter.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NAME, STATE, SENT, SENT_RATE, AGE, COLUMNS };

static const char *const titles[COLUMNS] = { "NAME", "STATE", "SENT", "SENT/s",
	"AGE" };

struct line {
	const char *text[COLUMNS];
	double number[COLUMNS]; /* NAN: text */
};

#define S 1e9

static const struct line lines[] = {
	{ { "redis-server", "WAIT", "1.00 KiB", "12 B/s", "2.00 s" },
	    { NAN, NAN, 1024, 12, 2 * S } },
	{ { "Redis-Sentinel", "RUN", "4.00 MiB", "150 B/s", "12.0 s" },
	    { NAN, NAN, 4194304, 150, 12 * S } },
	{ { "cache (old)", "STALL", "0 B", "-", "-" },
	    { NAN, NAN, 0, NAN, NAN } },
	{ { "GET /dog.png", "wait", "99 B", "101 B/s", "1m05s" },
	    { NAN, NAN, 99, 101, 65 * S } },
};
#define LINES (sizeof(lines) / sizeof(lines[0]))

struct sheet {
	const struct line *line;
	const char *const *titles;
};

static const char *
title(const void *context, size_t column)
{
	const struct sheet *sheet = context;

	return (sheet->titles[column]);
}

static const char *
text(const void *context, size_t column, char *buffer, size_t size)
{
	const struct sheet *sheet = context;

	snprintf(buffer, size, "%s", sheet->line->text[column]);
	return (buffer);
}

static bool
number(const void *context, size_t column, double *value)
{
	const struct sheet *sheet = context;

	*value = sheet->line->number[column];
	return (!isnan(*value));
}

static bool
passes(const struct filter *filter, size_t line)
{
	const struct sheet sheet = { &lines[line], titles };
	const struct filter_row row = { &sheet, COLUMNS, title, text, number };

	return (filter_passes(filter, &row));
}

/* Which lines pass, as bits. */
static unsigned
passing(const struct filter *filter)
{
	unsigned bits = 0;

	for (size_t i = 0; i < LINES; i++)
		bits |= (unsigned)passes(filter, i) << i;
	return (bits);
}

static unsigned
passing_text(const char *typed)
{
	struct filter *filter = filter_create();
	unsigned bits;

	filter_set(filter, typed);
	bits = passing(filter);
	filter_destroy(filter);
	return (bits);
}

/* Lines as "0 3". */
static void
shows(const char *typed, const char *wanted)
{
	unsigned bits = passing_text(typed), expected = 0;

	for (const char *c = wanted; *c != '\0'; c++)
		if (*c != ' ')
			expected |= 1u << (*c - '0');
	if (bits != expected)
		fail_msg("\"%s\" lets %x pass, not %x", typed, bits, expected);
}

static void
complains(const char *typed, const char *wanted)
{
	struct filter *filter = filter_create();

	filter_set(filter, typed);
	passing(filter);
	if (strcmp(filter_problem(filter), wanted) != 0)
		fail_msg("\"%s\": \"%s\", not \"%s\"", typed,
		    filter_problem(filter), wanted);
	filter_destroy(filter);
}

/* ---- text ------------------------------------------------------------------- */

static void
test_a_text_is_looked_for_in_every_column(void **state)
{
	(void)state;
	shows("", "0123");
	shows("redis", "01");
	shows("Redis", "1"); /* with capitals case counts */
	shows("wait", "03");
	shows("WAIT", "0");
	shows("kib", "0");
	shows("^re", "01");
	shows("server$", "0");
	shows("1[0-9]+ B", "013");
	shows("wait|stall", "023");
	shows("(wait|stall)$", "023");
	shows("^..[td]", "013");
	shows("GET /dog", "3");
	shows("get /dog", "3");
	shows("zzz", "");
	shows("1.0 s", ""); /* not across columns */
	shows("\\S+-s", "01");
	shows("\\S+-S", "1");
}

static void
test_a_leading_mark_turns_it_round(void **state)
{
	(void)state;
	shows("!redis", "23");
	shows("! redis", "23");
	shows("!GET /dog", "012");
	shows("!!redis", "01");
	shows("!", "0123");
	shows("! ", "0123");
	shows("!zzz", "0123");
	shows("!state=wait", "12");
}

static void
test_a_wrong_expression_is_looked_for_as_it_stands(void **state)
{
	(void)state;
	shows("(old", "2");
	shows("!(old", "013");
	complains("(old", "a ( or ) has no partner");
	complains("ab[", "a [ is not closed");
	complains("a{2,1}", "what stands in { } is no number of repetitions");
	complains("(a)\\1", "a reference back to a group is not possible");
	complains("redis", "");
	complains("", "");
}

/* ---- columns ---------------------------------------------------------------- */

static void
test_a_column_compares_as_a_number_or_as_text(void **state)
{
	(void)state;
	shows("state=wait", "03");
	shows("STATE = WAIT", "0");
	shows("state!=wait", "12");
	shows("state~WAIT|STALL", "02");
	shows("state !~ a", "1");
	shows("sent>100", "01");
	shows("sent=99", "3");
	shows("sent=0", "2");
	shows("sent >= 1KiB", "01");
	shows("sent<2 MiB", "023");
	shows("age>10s", "13");
	shows("age<1m", "01");
	shows("age=-", "2");
	shows("age=missing", "2");
	shows("age != missing", "013");
	shows("sent/s>100", "13");
	shows("name='GET /dog.png'", "3");
	shows("10s<age", "13");
	shows("100 < sent/s", "13");
	shows("sent~kib", "0");
}

static void
test_columns_go_by_title_or_the_beginning_of_it(void **state)
{
	(void)state;
	shows("a>10s", "13");
	shows("na~redis", "01");
	shows("sen>100", "01"); /* not the rate */
	shows("rate>100", "13");
	shows("s=wait", "");
	complains("s=wait", "s may be STATE or SENT: searched as text");
	complains("colour=red", "no column is called colour: searched as text");
	shows("/dog=", "0123"); /* not finished */
	complains("sent=5", "");
}

static void
test_terms_are_joined(void **state)
{
	(void)state;
	shows("redis and age>10s", "1");
	shows("redis && age>10s", "1");
	shows("stall or rate>100", "123");
	shows("not redis and not stall", "3");
	shows("!redis and state=wait", "3");
	shows("(redis or dog) and !(state=run)", "03");
	shows("\"GET /\" and rate>100", "3");
	shows("(redis|dog) and x", "");
	shows("dog and [", "");
	complains("dog and [", "a [ is not closed");
}

static void
test_what_is_not_finished_counts_as_far_as_it_is(void **state)
{
	(void)state;
	shows("state=", "0123");
	shows("rate>", "0123");
	shows("redis and", "01");
	shows("redis and ", "01");
	shows("redis and age>", "01");
	shows("redis and (age>1s or", "01");
	shows("redis an", ""); /* so far it is a text */
	shows("age>10s an", "13");
	shows("age>10q", "0123");
	complains("rate>", "column 6: a number is missing after \">\"");
	complains(
	    "redis and", "column 10: a condition is missing after \"and\"");
	/* A mistake inside is none that more would heal. */
	shows("state=wait dog", "");
	complains("state=wait dog",
	    "column 12: \"and\" or \"or\" is missing after \"wait\"");
}

/* ---- properties -------------------------------------------------------------- */

static uint64_t seed = 1;

static size_t
any(size_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return ((size_t)(seed >> 33) % below);
}

static const char *const terms[] = { "redis", "dog", "^g", "s[et]", "age>10s",
	"sent<=1KiB", "rate>100", "state=wait", "name!~s", "age=missing",
	"'et /'", "5<sent" };
#define TERMS (sizeof(terms) / sizeof(terms[0]))

static void
test_joining_is_what_logic_says(void **state)
{
	unsigned all = (1u << LINES) - 1, a, b;
	char line[128];

	(void)state;
	for (size_t i = 0; i < TERMS; i++)
		for (size_t j = 0; j < TERMS; j++) {
			snprintf(line, sizeof(line), "%s and %s", terms[i],
			    terms[i]);
			a = passing_text(line);
			snprintf(line, sizeof(line), "%s and %s", terms[j],
			    terms[j]);
			b = passing_text(line);
			snprintf(line, sizeof(line), "%s and %s", terms[i],
			    terms[j]);
			assert_int_equal(passing_text(line), a & b);
			snprintf(
			    line, sizeof(line), "%s||!%s", terms[i], terms[j]);
			assert_int_equal(passing_text(line), a | (all & ~b));
			snprintf(line, sizeof(line), "not (%s or %s)", terms[i],
			    terms[j]);
			assert_int_equal(passing_text(line), all & ~(a | b));
		}
}

/* Noise that looks like what people type. */
static void
make_noise(char *line, size_t size)
{
	static const char *const parts[] = { "and", "or", "not", "!", "(", ")",
		"&&", "||", "=", "!=", ">", "<=", "~", "!~", " ", "  ", "10s",
		"5", "age", "sent", "state", "wait", "x", "\"", "'", "[", "]",
		"{", "\\", "*", "+", "^", "$", ".", "\xc3\xa4", "sent/s", "/",
		"missing", "1e", "-", "%", ":" };

	line[0] = '\0';
	for (size_t i = any(9); i > 0; i--)
		strncat(line, parts[any(sizeof(parts) / sizeof(parts[0]))],
		    size - strlen(line) - 1);
}

static void
test_what_was_typed_before_does_not_matter(void **state)
{
	struct filter *filter = filter_create(), *fresh;
	char line[128];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		make_noise(line, sizeof(line));
		fresh = filter_create();
		filter_set(fresh, line);
		filter_set(filter, line);
		filter_set(filter, line);
		if (passing(filter) != passing(fresh) ||
		    filter_active(filter) != filter_active(fresh) ||
		    strcmp(filter_problem(filter), filter_problem(fresh)) != 0)
			fail_msg("\"%s\" differs", line);
		if (!filter_active(fresh) && passing(fresh) != 15)
			fail_msg("\"%s\" hides and is not active", line);
		filter_destroy(fresh);
	}
	filter_destroy(filter);
	filter_destroy(NULL);
}

static void
test_names_are_found_again_in_other_columns(void **state)
{
	static const char *const moved[COLUMNS] = { "AGE", "STATE", "SENT/s",
		"NAME", "SENT" };
	static const char *const without[COLUMNS] = { "A", "STATE", "B", "C",
		"D" };
	const struct line line = { { "1m05s", "RUN", "5 B/s", "x", "7 B" },
		{ 65 * S, NAN, 5, NAN, 7 } };
	struct sheet sheet = { &line, moved };
	const struct filter_row row = { &sheet, COLUMNS, title, text, number };
	struct filter *filter = filter_create();

	(void)state;
	filter_set(filter, "age>10s and sent=7");
	assert_int_equal(passing(filter), 0);
	assert_true(filter_passes(filter, &row));
	assert_int_equal(passing(filter), 0);
	sheet.titles = without;
	filter_bind(filter, &row);
	assert_false(filter_passes(filter, &row));
	assert_string_equal(filter_problem(filter),
	    "no column is called age: searched as text");
	sheet.titles = moved;
	filter_bind(filter, &row);
	assert_true(filter_passes(filter, &row));
	assert_string_equal(filter_problem(filter), "");
	filter_destroy(filter);
}

static void
test_a_list_without_numbers_is_all_text(void **state)
{
	const struct sheet sheet = { &lines[0], titles };
	const struct filter_row row = { &sheet, COLUMNS, title, text, NULL };
	struct filter *filter = filter_create();

	(void)state;
	filter_set(filter, "age='2.00 s'");
	assert_true(filter_passes(filter, &row));
	filter_set(filter, "age>1s");
	assert_false(filter_passes(filter, &row));
	filter_set(filter, "");
	assert_true(filter_passes(filter, &row));
	filter_destroy(filter);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_text_is_looked_for_in_every_column),
		cmocka_unit_test(test_a_leading_mark_turns_it_round),
		cmocka_unit_test(
		    test_a_wrong_expression_is_looked_for_as_it_stands),
		cmocka_unit_test(test_a_column_compares_as_a_number_or_as_text),
		cmocka_unit_test(
		    test_columns_go_by_title_or_the_beginning_of_it),
		cmocka_unit_test(test_terms_are_joined),
		cmocka_unit_test(
		    test_what_is_not_finished_counts_as_far_as_it_is),
		cmocka_unit_test(test_joining_is_what_logic_says),
		cmocka_unit_test(test_what_was_typed_before_does_not_matter),
		cmocka_unit_test(test_names_are_found_again_in_other_columns),
		cmocka_unit_test(test_a_list_without_numbers_is_all_text),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
