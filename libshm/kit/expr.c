/*
 * expr.c - a condition from text to steps.
 */
#include "expr_steps.h"
#include "quantity.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *text;
	uint8_t sign;
} signs[] = { /* the longer ones first */
	{ "<=", EXPR_LESS_OR_SAME }, { ">=", EXPR_MORE_OR_SAME },
	{ "==", EXPR_SAME }, { "!=", EXPR_OTHER }, { "!~", EXPR_UNLIKE },
	{ "<", EXPR_LESS }, { ">", EXPR_MORE }, { "=", EXPR_SAME },
	{ "~", EXPR_LIKE }
};
#define SIGN_COUNT (sizeof(signs) / sizeof(signs[0]))

struct parser {
	const char *text;
	size_t at, length;
	struct expr_span last; /* the last thing understood */
	bool search;
	unsigned depth;
	struct expr *expr;
	struct expr_error *error;
};

static bool parse_any(struct parser *parser);

/* ---- what is wrong ------------------------------------------------------- */

static bool __attribute__((format(printf, 3, 4)))
fail(struct parser *parser, size_t at, const char *format, ...)
{
	struct expr_error *error = parser->error;
	va_list arguments;
	int length;

	error->column = 1;
	for (size_t i = 0; i < at; i++)
		error->column += (parser->text[i] & 0xc0) != 0x80;
	length = snprintf(
	    error->text, sizeof(error->text), "column %zu: ", error->column);
	va_start(arguments, format);
	vsnprintf(error->text + length, sizeof(error->text) - (size_t)length,
	    format, arguments);
	va_end(arguments);
	return (false);
}

/* Something is missing here, and there may be a reason for it. */
static bool
fail_missing(struct parser *parser, const char *what)
{
	const char *last = parser->text + parser->last.start;
	int length = (int)(parser->last.end - parser->last.start);

	parser->error->unfinished |= parser->at == parser->length;
	if (length == 0)
		return (fail(parser, parser->at, "%s is missing", what));
	return (fail(parser, parser->at, "%s is missing after \"%.*s\"", what,
	    length < 60 ? length : 60, last));
}

static bool
add_match(struct parser *parser, struct expr_span span, uint16_t *match)
{
	const char *problem;

	*match = expr_steps_match(parser->expr, parser->text, span, &problem);
	if (problem == NULL)
		return (true);
	if (!parser->search)
		return (fail(parser, span.start, "%s", problem));
	if (*parser->expr->remark == '\0')
		parser->expr->remark = problem;
	return (true);
}

/* ---- operands ------------------------------------------------------------ */

static void
skip_blanks(struct parser *parser)
{
	while (parser->text[parser->at] == ' ' ||
	    parser->text[parser->at] == '\t' ||
	    parser->text[parser->at] == '\n')
		parser->at++;
}

static void
take(struct parser *parser, size_t end)
{
	parser->last = (struct expr_span){ parser->at, end };
	parser->at = end;
}

/* The word or the quoted text here; false when there is none or no end. */
static bool
take_word(struct parser *parser, enum expr_word_kind kind, const char *what,
    struct expr_span *span)
{
	const char *problem = NULL;
	size_t end = expr_word_end(parser->text, parser->at, kind, &problem);

	if (problem != NULL) {
		parser->error->unfinished = true;
		return (fail(parser, parser->at, "%s", problem));
	}
	if (end == parser->at)
		return (fail_missing(parser, what));
	*span = (struct expr_span){ parser->at, end };
	take(parser, end);
	return (true);
}

/* Digits, perhaps with a unit behind a blank: 12.0 s. */
static bool
take_number(struct parser *parser, struct expr_span *span, double *value)
{
	const char *text = parser->text + span->start;
	size_t length = span->end - span->start, end;
	const char *problem = NULL;

	if (quantity_parse(text, length, value) != QUANTITY_OK)
		return (false);
	if (parser->text[span->end] == ' ') {
		end = expr_word_end(
		    parser->text, span->end + 1, EXPR_WORD_TEXT, &problem);
		if (end > span->end + 1 &&
		    quantity_parse(text, end - span->start, value) ==
			QUANTITY_OK) {
			parser->at = span->start;
			take(parser, end);
		}
	}
	return (true);
}

static bool
fail_number(struct parser *parser, struct expr_span span)
{
	int length = (int)(span.end - span.start);

	parser->error->unfinished |= span.end == parser->length;
	return (fail(parser, span.start,
	    "\"%.*s\" is no number with a unit: %s", length < 40 ? length : 40,
	    parser->text + span.start, QUANTITY_UNITS));
}

static bool
is_quoted(const struct parser *parser, struct expr_span span)
{
	return (parser->text[span.start] == '"' ||
	    parser->text[span.start] == '\'');
}

/* rate(: a function, if the word before the parenthesis is one. */
static bool
find_function(struct parser *parser, enum expr_function *function)
{
	const char *text = parser->text + parser->at;
	size_t length = expr_word_identifier(text);

	if (parser->search || length == 0 || text[length] != '(')
		return (false);
	for (*function = EXPR_RATE; *function < EXPR_FUNCTIONS; (*function)++)
		if (strlen(expr_function(*function)->name) == length &&
		    memcmp(expr_function(*function)->name, text, length) == 0)
			break;
	return (true);
}

static bool
fail_function(struct parser *parser)
{
	char names[120] = "";

	for (size_t i = EXPR_RATE; i < EXPR_FUNCTIONS; i++) {
		strlcat(names, i > EXPR_RATE ? " " : "", sizeof(names));
		strlcat(names, expr_function((enum expr_function)i)->name,
		    sizeof(names));
	}
	return (fail(parser, parser->at,
	    "no function has this name, there are %s", names));
}

static bool
parse_call(
    struct parser *parser, enum expr_function function, uint16_t *operand)
{
	const struct expr_function_about *about = expr_function(function);
	struct expr_span span;
	char what[32];

	if (function == EXPR_FUNCTIONS)
		return (fail_function(parser));
	take(parser, parser->at + strlen(about->name) + 1);
	skip_blanks(parser);
	span = (struct expr_span){ parser->at, parser->at };
	if (parser->text[parser->at] != ')' || !about->optional) {
		snprintf(what, sizeof(what), "%s %s",
		    about->argument[0] == 'A' ? "an" : "a", about->argument);
		if (!take_word(parser, EXPR_WORD_NAME, what, &span))
			return (false);
	}
	skip_blanks(parser);
	if (parser->text[parser->at] != ')')
		return (fail_missing(parser, "a )"));
	take(parser, parser->at + 1);
	*operand = expr_steps_name(parser->expr, function, parser->text, span);
	return (true);
}

/* ---- comparisons --------------------------------------------------------- */

static size_t
find_sign(const struct parser *parser)
{
	const char *text = parser->text + parser->at;
	size_t i;

	for (i = 0; i < SIGN_COUNT; i++)
		if (strncmp(text, signs[i].text, strlen(signs[i].text)) == 0)
			break;
	return (i);
}

static bool
starts_number(const char *text)
{
	text += *text == '-' || *text == '+';
	return (*text >= '0' && *text <= '9');
}

/* A name on the right: an address, or whatever stands behind a number. */
static bool
is_right_name(const struct parser *parser, bool number_first)
{
	const char *text = parser->text + parser->at;

	if (number_first)
		return (!starts_number(text) && *text != '"' && *text != '\'');
	return (!parser->search && expr_word_is_address(text, 0));
}

static bool
parse_right(
    struct parser *parser, uint8_t sign, bool number_first, uint16_t *right)
{
	bool ordering = sign <= EXPR_MORE_OR_SAME;
	struct expr_operand operand = { .text = NULL };
	enum expr_function function;
	struct expr_span span;

	if (sign < EXPR_LIKE) {
		if (find_function(parser, &function) &&
		    function < EXPR_FUNCTIONS)
			return (parse_call(parser, function, right));
		if (is_right_name(parser, number_first)) {
			if (!take_word(parser, EXPR_WORD_NAME, "a name", &span))
				return (false);
			*right = expr_steps_name(
			    parser->expr, EXPR_VALUE, parser->text, span);
			return (true);
		}
	}
	if (!take_word(parser, EXPR_WORD_TEXT,
		ordering ? "a number" : "a value", &span))
		return (false);
	if (sign >= EXPR_LIKE)
		return (add_match(parser, span, right));
	if (!is_quoted(parser, span)) {
		if (starts_number(parser->text + span.start)) {
			operand.is_number =
			    take_number(parser, &span, &operand.number);
			if (!operand.is_number && ordering)
				return (fail_number(parser, span));
		}
		operand.is_missing =
		    !ordering && expr_word_is(parser->text, span, "missing");
	}
	operand.text = expr_steps_text(parser->expr, parser->text, span);
	*right = expr_steps_operand(parser->expr, operand);
	return (true);
}

/* The left side, as a name or a number; *find: or to be looked for. */
static bool
parse_left(struct parser *parser, uint16_t *left, bool *number, bool *find,
    struct expr_span *span)
{
	struct expr_operand operand = { .is_number = true };
	enum expr_function function;

	*number = *find = false;
	if (find_function(parser, &function))
		return (parse_call(parser, function, left));
	if (!take_word(parser,
		parser->search ? EXPR_WORD_SEARCH : EXPR_WORD_NAME,
		"a condition", span))
		return (false);
	skip_blanks(parser);
	*find = parser->search && find_sign(parser) == SIGN_COUNT;
	if (*find)
		return (true);
	if (!is_quoted(parser, *span) &&
	    starts_number(parser->text + span->start)) {
		*number = take_number(parser, span, &operand.number);
		if (!*number && !parser->search)
			return (fail_number(parser, *span));
	}
	if (*number)
		operand.text =
		    expr_steps_text(parser->expr, parser->text, *span);
	*left = *number
	    ? expr_steps_operand(parser->expr, operand)
	    : expr_steps_name(parser->expr, EXPR_VALUE, parser->text, *span);
	return (true);
}

static bool
parse_comparison(struct parser *parser)
{
	struct expr_span span = { 0, 0 };
	uint16_t left, right;
	size_t which, step;
	bool number, find;

	if (expr_word_keyword(parser->text + parser->at) > 0)
		return (fail_missing(parser, "a condition"));
	if (!parse_left(parser, &left, &number, &find, &span))
		return (false);
	if (find) {
		if (!add_match(parser, span, &left))
			return (false);
		expr_steps_add(parser->expr, EXPR_FIND, left);
		return (true);
	}
	skip_blanks(parser);
	which = find_sign(parser);
	if (which == SIGN_COUNT) {
		if (number)
			return (fail_missing(parser, "a comparison"));
		expr_steps_add(parser->expr, EXPR_TEST, left);
		return (true);
	}
	parser->error->plain = false;
	take(parser, parser->at + strlen(signs[which].text));
	skip_blanks(parser);
	if (!parse_right(parser, signs[which].sign, number, &right))
		return (false);
	step = expr_steps_add(parser->expr, EXPR_COMPARE, left);
	parser->expr->steps[step].sign = signs[which].sign;
	parser->expr->steps[step].right = right;
	return (true);
}

/* ---- and, or, not -------------------------------------------------------- */

static bool
take_keyword(struct parser *parser, unsigned wanted)
{
	const char *text = parser->text + parser->at;
	size_t length = expr_word_operator(text, wanted);

	if (length > 0)
		take(parser, parser->at + length);
	return (length > 0);
}

static bool
parse_term(struct parser *parser)
{
	size_t open;
	bool invert = false;

	for (skip_blanks(parser); take_keyword(parser, EXPR_WORD_NOT);
	     skip_blanks(parser))
		invert = !invert;
	open = parser->at;
	if (parser->text[open] != '(') {
		if (!parse_comparison(parser))
			return (false);
	} else {
		if (++parser->depth > EXPR_DEPTH_MAX)
			return (fail(parser, open, "too many parentheses"));
		take(parser, open + 1);
		if (!parse_any(parser))
			return (false);
		if (parser->text[parser->at] != ')')
			return (fail_missing(parser, "a )"));
		take(parser, parser->at + 1);
		parser->depth--;
	}
	if (invert)
		expr_steps_add(parser->expr, EXPR_INVERT, 0);
	if (parser->depth == 0)
		parser->error->complete = parser->last.end;
	skip_blanks(parser);
	return (true);
}

/* Parts with a word between them, which skips the rest when it is decided. */
static bool
parse_joined(struct parser *parser, unsigned word, enum expr_what skip,
    bool (*parse_part)(struct parser *))
{
	size_t step;

	if (!parse_part(parser))
		return (false);
	while (take_keyword(parser, word)) {
		parser->error->plain = false;
		step = expr_steps_add(parser->expr, skip, 0);
		if (!parse_part(parser))
			return (false);
		parser->expr->steps[step].left =
		    (uint16_t)parser->expr->step_count;
	}
	return (true);
}

static bool
parse_all(struct parser *parser)
{
	return (
	    parse_joined(parser, EXPR_WORD_AND, EXPR_SKIP_FALSE, parse_term));
}

static bool
parse_any(struct parser *parser)
{
	return (parse_joined(parser, EXPR_WORD_OR, EXPR_SKIP_TRUE, parse_all));
}

static bool
parse_whole(struct parser *parser)
{
	if (parser->length > EXPR_TEXT_MAX)
		return (fail(parser, EXPR_TEXT_MAX,
		    "it is longer than %d characters", EXPR_TEXT_MAX));
	if (!parse_any(parser))
		return (false);
	if (parser->at == parser->length)
		return (true);
	parser->error->unfinished =
	    expr_word_begins_operator(parser->text + parser->at);
	if (parser->text[parser->at] == ')')
		return (fail(parser, parser->at, "this ) closes nothing"));
	return (fail_missing(parser, "\"and\" or \"or\""));
}

/* ---- the whole ----------------------------------------------------------- */

struct expr *
expr_parse(const char *text, unsigned flags, struct expr_error *error)
{
	struct parser parser = {
		.text = text,
		.length = strlen(text),
		.search = (flags & EXPR_SEARCH) != 0,
		.error = error,
	};

	*error = (struct expr_error){ .plain = true };
	parser.expr = expr_steps_make(
	    parser.length < EXPR_TEXT_MAX ? parser.length : EXPR_TEXT_MAX);
	if (parse_whole(&parser))
		return (parser.expr);
	expr_destroy(parser.expr);
	return (NULL);
}
