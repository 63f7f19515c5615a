/*
 * t_expr.c - conditions hold when they should, and what is wrong has a column.
 */
#include <libshm/kit/expr.h>
#include <libshm/kit/quantity.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- a world of names ------------------------------------------------------ */

static const struct known {
	enum expr_function function;
	const char *word;
	double number; /* NAN: the text */
	const char *text;
} world[] = {
	{ EXPR_VALUE, "rate", 150, "150" },
	{ EXPR_VALUE, "sent", 4096, "4.00 KiB" },
	{ EXPR_VALUE, "zero", 0, "0" },
	{ EXPR_VALUE, "name", NAN, "Redis-Server" },
	{ EXPR_VALUE, "blank", NAN, "" },
	{ EXPR_VALUE, "dash", NAN, "-" },
	{ EXPR_VALUE, "quote", NAN, "say \"it's\" \\d" },
	{ EXPR_VALUE, "version", NAN, "7.0.15" },
	{ EXPR_VALUE, "net/connections:sent", 1e6, "1000000" },
	{ EXPR_VALUE, "net/peers:sent{to=\"a b\"}", 5, "5" },
	{ EXPR_VALUE, "net/connections[12.3].peer", NAN, "10.0.0.7:443" },
	{ EXPR_VALUE, "limits:memory", 2e6, "2000000" },
	{ EXPR_VALUE, "odd name!", 1, "1" },
	{ EXPR_RATE, "net/connections:sent", 2e6, NULL },
	{ EXPR_P99, "cmd/latency:get", 7.9e6, "7.90 ms" },
	{ EXPR_AGE, "cmd/latency:get", 12e9, "12.0 s" },
	{ EXPR_ROWS, "net/connections", 18, "18" },
	{ EXPR_LATE, "", 2, "2" },
	{ EXPR_STATE, "", NAN, "dead" },
	{ EXPR_STATE, "4242", NAN, "live" },
	/* a pattern that means three values */
	{ EXPR_VALUE, "net/*:sent", 1, "1" },
	{ EXPR_VALUE, "net/*:sent", 20, "20" },
	{ EXPR_VALUE, "net/*:sent", NAN, NULL },
	{ EXPR_VALUE, "not-known", NAN, NULL },
};
#define WORLD (sizeof(world) / sizeof(world[0]))

struct asked {
	const struct expr_name *names;
	size_t searches; /* how often something was looked for */
};

static const struct known *
find(const struct asked *asked, size_t name, size_t which)
{
	for (size_t i = 0; i < WORLD; i++)
		if (world[i].function == asked->names[name].function &&
		    strcmp(world[i].word, asked->names[name].word) == 0 &&
		    which-- == 0)
			return (&world[i]);
	return (NULL);
}

static size_t
count(void *context, size_t name)
{
	size_t found = 0;

	while (find(context, name, found) != NULL)
		found++;
	return (found);
}

static bool
number(void *context, size_t name, size_t which, double *value)
{
	*value = find(context, name, which)->number;
	return (find(context, name, which)->text != NULL || !isnan(*value));
}

static const char *
text(void *context, size_t name, size_t which, char buffer[EXPR_SHOWN_SIZE])
{
	const struct known *known = find(context, name, which);

	if (known->text == NULL)
		return (NULL);
	snprintf(buffer, EXPR_SHOWN_SIZE, "%s", known->text);
	return (buffer);
}

static bool
search(void *context, const struct match *match)
{
	struct asked *asked = context;

	asked->searches++;
	return (
	    match_found(match, "GET /dog.png") || match_found(match, "WAIT"));
}

static bool
holds_in(const char *what, unsigned flags, struct asked *asked)
{
	struct expr_answers answers = {
		.context = asked,
		.count = count,
		.number = number,
		.text = text,
		.search = search,
	};
	struct expr_error error;
	struct expr *expr = expr_parse(what, flags, &error);
	bool result;

	if (expr == NULL)
		fail_msg("%s: %s", what, error.text);
	assert_string_equal(error.text, "");
	expr_names(expr, &asked->names);
	result = expr_holds(expr, &answers);
	expr_destroy(expr);
	return (result);
}

static void
yes(const char *what)
{
	struct asked asked = { .searches = 0 };

	if (!holds_in(what, 0, &asked))
		fail_msg("%s does not hold", what);
}

static void
no(const char *what)
{
	struct asked asked = { .searches = 0 };

	if (holds_in(what, 0, &asked))
		fail_msg("%s holds", what);
}

static void
refused(const char *what, const char *why)
{
	struct expr_error error;
	struct expr *expr = expr_parse(what, 0, &error);

	if (expr != NULL)
		fail_msg("%s was accepted", what);
	assert_string_equal(error.text, why);
}

/* ---- claims ---------------------------------------------------------------- */

static void
test_numbers_compare_with_their_units(void **state)
{
	(void)state;
	yes("rate > 100");
	no("rate > 150");
	yes("rate >= 150");
	yes("rate<150.5");
	no("rate<150");
	yes("rate <= 150");
	yes("rate = 150");
	yes("rate == 1.5e2");
	no("rate != 150");
	yes("rate=150%");
	yes("sent = 4KiB");
	no("sent = 4kB");
	yes("sent = 4 KiB and rate > 100");
	yes("sent > 4k");
	yes("zero > -1");
	yes("p99(cmd/latency:get) > 5ms");
	yes("p99(cmd/latency:get) < 0.01s");
	no("p99( cmd/latency:get ) > 7900us");
	yes("age(cmd/latency:get) >= 12.0 s");
	no("age(cmd/latency:get) > 1m");
	yes("rate(net/connections:sent) > 1.5MB/s");
	yes("100 < rate");
	no("200<rate");
	yes("1 < net/peers:sent{to=\"a b\"}");
}

static void
test_texts_compare_in_smart_case(void **state)
{
	(void)state;
	yes("name = redis-server");
	yes("name = Redis-Server");
	no("name = REDIS-SERVER");
	yes("name != redis");
	no("name != redis-server");
	yes("name ~ ^redis");
	no("name ~ ^server");
	yes("name ~ x|server$");
	yes("name ~ (x|server)$ and rate=150");
	yes("name !~ apache");
	no("name !~ [A-Z]");
	yes("name ~ \"dis-s\"");
	yes("version = 7.0.15");
	yes("quote = \"say \\\"it's\\\" \\\\d\"");
	yes("quote = 'say \"it\\'s\" \\d'"); /* no other is special */
	yes("quote ~ \"\\\\\\\\d$\"");
	no("version = 7");
	yes("net/connections[12.3].peer = 10.0.0.7:443");
	yes("net/connections[12.3].peer ~ '^10[.]0'");
	yes("state() = dead");
	yes("state() ~ dead|exited and state(4242)=live");
	yes("name > A");
	yes("sent ~ KiB");
	yes("sent = '4.00 KiB'"); /* as it is shown */
	no("name > 5");		  /* a text is no number */
}

static void
test_and_or_not_bind_as_everybody_expects(void **state)
{
	static const char *const forms[] = {
		"%s or %s and not %s",
		"%s||%s&&!%s",
		"(%s) || ((%s) and (not (%s)))",
		"not (not %s and not (%s and not %s))",
		"!(!%s and (! %s or %s))",
	};
	char line[128];

	(void)state;
	for (unsigned bits = 0; bits < 8; bits++)
		for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
			bool a = bits & 1, b = bits & 2, c = bits & 4;

			snprintf(line, sizeof(line), forms[i],
			    a ? "rate=150" : "rate=1", b ? "sent>5" : "zero>5",
			    c ? "sent" : "zero");
			if (a || (b && !c))
				yes(line);
			else
				no(line);
		}
	no("not not zero");
	yes("not(zero)and\"odd name!\"");
	no("not-known or zero"); /* a name that begins so */
	yes("not not rate and not zero");
}

static void
test_a_name_alone_holds_when_it_is_neither_zero_nor_empty(void **state)
{
	(void)state;
	yes("rate");
	no("zero");
	yes("name");
	no("blank");
	no("not-known");
	yes("late()");
	yes("late( ) and rows(net/connections)=18");
	yes("\"odd name!\"");
	yes("\"odd name!\" = 1");
}

static void
test_missing_compares_as_false_and_can_be_asked_for(void **state)
{
	(void)state;
	no("not-known > 5");
	no("not-known <= 5");
	no("not-known = x");
	no("not-known != x");
	no("not-known ~ .");
	no("not-known !~ x");
	no("not-known = rate(net/connections:sent)");
	yes("not-known = missing");
	no("not-known != missing");
	yes("dash=missing");
	yes("blank=missing");
	no("rate = missing");
	yes("rate != missing");
	yes("nobody = missing");
	no("nobody");
	no("name = \"missing\"");
}

static void
test_a_pattern_holds_when_one_of_its_values_does(void **state)
{
	(void)state;
	yes("net/*:sent > 10");
	yes("net/*:sent < 10");
	no("net/*:sent > 20");
	yes("not net/*:sent > 20");
	yes("net/*:sent != missing");
	yes("net/*:sent");
	yes("19 < net/*:sent");
}

static void
test_addresses_stand_on_both_sides(void **state)
{
	(void)state;
	yes("net/connections:sent < limits:memory");
	no("net/connections:sent > limits:memory");
	yes("rate(net/connections:sent) = limits:memory");
	yes("net/connections:sent < rate(net/connections:sent)");
	yes("name = \"Redis-Server\"");
	no("name = \"limits:memory\"");
	yes("net/connections[12.3].peer = net/connections[12.3].peer");
	no("name != a[bc]:d"); /* missing */
	no("name != a[1].c");
	yes("name != a[bc]");
	yes("name != a{b:c}"); /* text: labels have a name */
	yes("version != 1:2 and name != a{");
	no("rate = sent"); /* a bare word is text there */
}

static void
test_what_is_wrong_is_told_with_its_column(void **state)
{
	(void)state;
	refused("rate >", "column 7: a number is missing after \">\"");
	refused("rate > ", "column 8: a number is missing after \">\"");
	refused("rate = ", "column 8: a value is missing after \"=\"");
	refused("", "column 1: a condition is missing");
	refused("  ", "column 3: a condition is missing");
	refused("rate and", "column 9: a condition is missing after \"and\"");
	refused("rate and or sent",
	    "column 10: a condition is missing after \"and\"");
	refused("(rate > 5", "column 10: a ) is missing after \"5\"");
	refused("rate > 5)", "column 9: this ) closes nothing");
	refused("rate > 5 sent",
	    "column 10: \"and\" or \"or\" is missing after \"5\"");
	refused("rate > 10q",
	    "column 8: \"10q\" is no number with a unit: ns us ms s m h d, B "
	    "KiB MiB GiB KB MB GB, k M G, %");
	refused("5", "column 2: a comparison is missing after \"5\"");
	refused("name ~ a[b", "column 8: a [ is not closed");
	refused("name ~ (a", "column 8: a ( or ) has no partner");
	refused("name ~ (a)\\1",
	    "column 8: a reference back to a group is not possible");
	refused("name = \"abc", "column 8: a quote is not closed");
	refused("a{b > 5", "column 1: a { is not closed");
	refused("5 < a{b", "column 5: a { is not closed");
	refused("name = a:b[c", "column 8: a [ is not closed");
	refused("mean(a:b) > 5",
	    "column 1: no function has this name, there are rate p50 p90 p99 "
	    "p999 min max sum count peak age rows late state");
	refused(
	    "rate() > 5", "column 6: an ADDRESS is missing after \"rate(\"");
	refused("rows( > 5", "column 7: a PROFILE is missing after \"rows(\"");
	refused("rate(a:b > 5", "column 10: a ) is missing after \"a:b\"");
	refused("= 5", "column 1: a condition is missing");
	/* characters, not bytes */
	refused("name=\xc3\xa4\xc3\xb6 x",
	    "column 9: \"and\" or \"or\" is missing after "
	    "\"\xc3\xa4\xc3\xb6\"");
}

static void
test_size_and_depth_have_limits(void **state)
{
	char line[EXPR_TEXT_MAX + 100];

	(void)state;
	memset(line, '(', 21);
	strcpy(line + 21, "rate");
	refused(line, "column 21: too many parentheses");
	memset(line, '(', 20);
	strcpy(line + 20, "rate))))))))))))))))))))");
	yes(line);
	memset(line, '!', EXPR_TEXT_MAX - 4);
	strcpy(line + EXPR_TEXT_MAX - 4, "rate");
	yes(line);
	strcat(line, " ");
	refused(line, "column 1001: it is longer than 1000 characters");
	/* The most of everything. */
	line[0] = '\0';
	while (strlen(line) + 5 <= EXPR_TEXT_MAX)
		strcat(line, "!x||");
	strcat(line, "!x");
	yes(line);
	for (size_t i = 0; i < EXPR_TEXT_MAX; i++)
		line[i] = "'x'~y&&"[i % 7];
	strcpy(line + 7 * 142, "'x'~y");
	no(line);
}

/* They would keep the compiler of expressions busy for a long time. */
static void
test_repetitions_of_repetitions_have_a_limit(void **state)
{
	static const char *const many[] = { "(((a{1,30}){1,30}){1,30})",
		"a{30}{30}{30}", "(a{30})*b{30}{30}{30}", "(a{30}){1}{30}{30}",
		"a{1001}", "x++++++++++++", "a{1}{30000}b",
		"((((((ab{9})+)+)+)+)+c{9})+{9}" };
	static const char *const empty[] = { "()+{2,3}{30}", "(a?)+",
		"((x*)?y*){3}", "(a|)+", "(|a){2}", "(^|$){2}", "(a{0,3}){30}",
		"(\\b){9}", "(()x*)+", "((a|b*)c?|d)+" };
	static const char *const fine[] = { "a{30}{30}", "x+++y", "[+]{999}",
		"([a-z]+[.])+[a-z]+:[0-9]{1,5}", "(a?b)+", "(a|b)+x",
		"(x|y?z){20}", "(a*)*x", "(^a|b$)+x", "[)]+[(]+", "(a|[|])+X" };
	char line[200];

	(void)state;
	for (size_t i = 0; i < sizeof(many) / sizeof(many[0]); i++) {
		snprintf(line, sizeof(line), "name ~ %s", many[i]);
		refused(line, "column 8: too many repetitions");
	}
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		snprintf(line, sizeof(line), "name ~ %s", empty[i]);
		refused(line, "column 8: what may be empty is repeated");
	}
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		snprintf(line, sizeof(line), "name ~ %s", fine[i]);
		no(line);
	}
}

static void
test_an_error_says_what_is_good_so_far(void **state)
{
	static const struct {
		const char *text;
		size_t complete;
		bool unfinished, plain;
	} cases[] = {
		{ "rate>5 and", 6, true, false },
		{ "rate>5 and name=", 6, true, false },
		{ "rate>5 an", 6, true, false },
		{ "rate>5 o", 6, true, false },
		{ "rate>5 &", 6, true, false },
		{ "rate>", 0, true, false },
		{ "rate>5q", 0, true, false },
		{ "rate>5q and", 0, false, false },
		{ "(rate>5 and", 0, true, false },
		{ "a=b or (rate>5 and", 3, true, false },
		{ "rate>5 x", 6, false, false },
		{ "GET /dog.png", 3, false, true },
		{ "a=b c and", 3, false, false },
		{ "a='b", 0, true, false },
	};
	struct expr_error error;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_null(expr_parse(cases[i].text, EXPR_SEARCH, &error));
		if (error.complete != cases[i].complete ||
		    error.unfinished != cases[i].unfinished ||
		    error.plain != cases[i].plain)
			fail_msg("%s: %zu %d %d", cases[i].text, error.complete,
			    error.unfinished, error.plain);
	}
}

static bool
searches(const char *what, size_t times)
{
	struct asked asked = { .searches = 0 };
	bool result = holds_in(what, EXPR_SEARCH, &asked);

	assert_int_equal(asked.searches, times);
	return (result);
}

static void
test_in_a_search_words_are_looked_for(void **state)
{
	struct expr_error error;
	struct expr *expr;

	(void)state;
	assert_true(searches("dog", 1));
	assert_false(searches("cat", 1));
	assert_true(searches("dog and not cat", 2));
	assert_true(searches("^wait$|x", 1));
	assert_true(searches("do(g|x)", 1));
	assert_true(searches("(cat or dog)", 2));
	assert_true(searches("cat or rate>100", 1));
	assert_false(searches("rate<100 and dog", 0)); /* no more than needed */
	assert_true(searches("rate > 100 && [d]og", 1));
	assert_true(searches("100<rate", 0));
	assert_false(searches("name=limits:memory", 0)); /* text */
	assert_true(searches("\"GET /dog\" and rate!=x", 1));
	expr = expr_parse("a[b and dog", EXPR_SEARCH, &error);
	assert_non_null(expr);
	assert_string_equal(expr_remark(expr), "a [ is not closed");
	expr_destroy(expr);
}

static void
test_each_name_is_asked_for_once(void **state)
{
	const struct expr_name *names;
	struct expr_error error;
	struct expr *expr = expr_parse(
	    "a:b > 1 or rate(a:b) > 1 or not a:b > p99(a:b) and c=a:b", 0,
	    &error);

	(void)state;
	assert_non_null(expr);
	assert_int_equal(expr_names(expr, &names), 4);
	assert_string_equal(names[0].word, "a:b");
	assert_int_equal(names[0].function, EXPR_VALUE);
	assert_int_equal(names[1].function, EXPR_RATE);
	assert_string_equal(names[1].word, "a:b");
	assert_int_equal(names[2].function, EXPR_P99);
	assert_string_equal(names[3].word, "c");
	expr_destroy(expr);
	expr_destroy(NULL);
}

static void
test_quantities_read_what_we_print(void **state)
{
	static const struct {
		const char *text;
		double value;
	} good[] = {
		{ "12", 12 },
		{ "-1.5", -1.5 },
		{ "+3", 3 },
		{ "1e6", 1e6 },
		{ "2k", 2000 },
		{ "5M", 5e6 },
		{ "5m", 300e9 },
		{ "2m03s", 123e9 },
		{ "3h12m", 11520e9 },
		{ "3d04h", 273600e9 },
		{ "-2m03s", -123e9 },
		{ "7.90 ms", 7.9e6 },
		{ "812 ns", 812 },
		{ "3\xc2\xb5s", 3000 },
		{ "1.21 MiB", 1.21 * 1048576 },
		{ "812 B", 812 },
		{ "1.2MiB/s", 1.2 * 1048576 },
		{ "18.2k/s", 18200 },
		{ "35.0 %", 35 },
	};
	static const char *const bad[] = { "", "x", "-", ".5", "5x", "5.", "5 ",
		"5 m s", "1e", "5ms6", "5MiB3s", "0x10", "5 5", "1..2" };
	double value;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		value = NAN;
		if (quantity_parse(good[i].text, strlen(good[i].text),
			&value) != QUANTITY_OK ||
		    fabs(value - good[i].value) > 1e-9 * fabs(value))
			fail_msg("%s: %f", good[i].text, value);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		value = 42;
		if (quantity_parse(bad[i], strlen(bad[i]), &value) ==
			QUANTITY_OK ||
		    value != 42)
			fail_msg("%s: %f", bad[i], value);
	}
}

static void
test_the_manual_has_every_function(void **state)
{
	const struct expr_function_about *about;
	char line[256], wanted[64];
	size_t found = 0;
	FILE *manual = fopen("man/dbgtop.1", "re");

	(void)state;
	assert_non_null(manual);
	while (fgets(line, sizeof(line), manual) != NULL)
		for (int i = EXPR_RATE; i < EXPR_FUNCTIONS; i++) {
			about = expr_function((enum expr_function)i);
			snprintf(
			    wanted, sizeof(wanted), ".It Fn %s ", about->name);
			found += strncmp(line, wanted, strlen(wanted)) == 0;
		}
	fclose(manual);
	assert_int_equal(found, EXPR_FUNCTIONS - EXPR_RATE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quantities_read_what_we_print),
		cmocka_unit_test(test_numbers_compare_with_their_units),
		cmocka_unit_test(test_texts_compare_in_smart_case),
		cmocka_unit_test(test_and_or_not_bind_as_everybody_expects),
		cmocka_unit_test(
		    test_a_name_alone_holds_when_it_is_neither_zero_nor_empty),
		cmocka_unit_test(
		    test_missing_compares_as_false_and_can_be_asked_for),
		cmocka_unit_test(
		    test_a_pattern_holds_when_one_of_its_values_does),
		cmocka_unit_test(test_addresses_stand_on_both_sides),
		cmocka_unit_test(test_what_is_wrong_is_told_with_its_column),
		cmocka_unit_test(test_size_and_depth_have_limits),
		cmocka_unit_test(test_repetitions_of_repetitions_have_a_limit),
		cmocka_unit_test(test_an_error_says_what_is_good_so_far),
		cmocka_unit_test(test_in_a_search_words_are_looked_for),
		cmocka_unit_test(test_each_name_is_asked_for_once),
		cmocka_unit_test(test_the_manual_has_every_function),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
