/*
 * expr_word.c - where the words of an expression end.
 */
#include "expr_word.h"

#include <string.h>

static const struct {
	const char *text;
	unsigned kind;
	bool letters; /* ends where a word ends */
} between[] = {
	{ "and", EXPR_WORD_AND, true },
	{ "or", EXPR_WORD_OR, true },
	{ "not", EXPR_WORD_NOT, true },
	{ "&&", EXPR_WORD_AND, false },
	{ "||", EXPR_WORD_OR, false },
	{ "!", EXPR_WORD_NOT, false },
};
#define BETWEEN_COUNT (sizeof(between) / sizeof(between[0]))

static bool
is_blank(char c)
{
	return (c == ' ' || c == '\t' || c == '\n');
}

static bool
is_letter(char c)
{
	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_');
}

static bool
is_digit(char c)
{
	return (c >= '0' && c <= '9');
}

size_t
expr_word_identifier(const char *text)
{
	size_t length = 0;

	if (!is_letter(text[0]))
		return (0);
	while (is_letter(text[length]) || is_digit(text[length]))
		length++;
	return (length);
}

size_t
expr_word_operator(const char *text, unsigned wanted)
{
	size_t length;
	char next;

	for (size_t i = 0; i < BETWEEN_COUNT; i++) {
		length = strlen(between[i].text);
		if ((between[i].kind & wanted) == 0 ||
		    strncmp(text, between[i].text, length) != 0)
			continue;
		next = text[length];
		if (!between[i].letters || next == '\0' ||
		    (!is_letter(next) && !is_digit(next) &&
			strchr("./:-[{*?", next) == NULL && (next & 0x80) == 0))
			return (length);
	}
	return (0);
}

size_t
expr_word_keyword(const char *text)
{
	return (expr_word_operator(text, EXPR_WORD_AND | EXPR_WORD_OR));
}

bool
expr_word_begins_operator(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < BETWEEN_COUNT; i++)
		if (between[i].kind != EXPR_WORD_NOT &&
		    strncmp(text, between[i].text, length) == 0)
			return (true);
	return (false);
}

bool
expr_word_is(const char *text, struct expr_span span, const char *word)
{
	return (span.end - span.start == strlen(word) &&
	    memcmp(text + span.start, word, strlen(word)) == 0);
}

/* ---- ends ---------------------------------------------------------------- */

/* Behind the quote that closes the one at `at`; 0 none. */
static size_t
quote_end(const char *text, size_t at)
{
	char quote = text[at];

	for (at++; text[at] != '\0'; at++) {
		if (text[at] == '\\' && text[at + 1] != '\0')
			at++;
		else if (text[at] == quote)
			return (at + 1);
	}
	return (0);
}

static bool
ends_everything(const char *text)
{
	return (*text == '\0' || is_blank(*text) ||
	    strncmp(text, "&&", 2) == 0 || strncmp(text, "||", 2) == 0);
}

/* Behind the } that closes the one at `at`; what ends a word is in quotes there;
 * 0 none. */
static size_t
braces_end(const char *text, size_t at)
{
	for (at++;
	     !ends_everything(text + at) && text[at] != '(' && text[at] != ')';
	     at++) {
		if (text[at] == '"') {
			at = quote_end(text, at);
			if (at == 0)
				return (0);
			at--;
		} else if (text[at] == '}')
			return (at + 1);
	}
	return (0);
}

/* How many letters a class in a set has, [:alpha:]; 0 when it is none. */
static size_t
class_length(const char *text)
{
	size_t length;

	if (text[0] != '[' || text[1] != ':')
		return (0);
	length = 2 + strspn(text + 2, "abcdefghijklmnopqrstuvwxyz");
	return (
	    text[length] == ':' && text[length + 1] == ']' ? length + 2 : 0);
}

/* Behind the ] of a set or a row: []a] and [^]a] have one inside; 0 none. */
static size_t
brackets_end(const char *text, size_t at)
{
	size_t length;

	at++;
	if (text[at] == '^' || text[at] == '!')
		at++;
	if (text[at] == ']')
		at++;
	while (!ends_everything(text + at)) {
		length = class_length(text + at);
		if (length == 0 && text[at] == ']')
			return (at + 1);
		at += length > 0 ? length : 1;
	}
	return (0);
}

static size_t
name_end(const char *text, size_t at, const char **problem)
{
	size_t end;

	while (!ends_everything(text + at) &&
	    strchr("()<>=!~,\"'", text[at]) == NULL) {
		end = text[at] == '{' ? braces_end(text, at)
		    : text[at] == '[' ? brackets_end(text, at)
				      : at + 1;
		if (end == 0) {
			*problem = text[at] == '{' ? "a { is not closed"
						   : "a [ is not closed";
			return (at);
		}
		at = end;
	}
	return (at);
}

/* Decided by its beginning, before labels that may hold anything. */
bool
expr_word_is_address(const char *text, size_t at)
{
	size_t end;

	if (!is_letter(text[at]) && text[at] != '*')
		return (false);
	for (; !ends_everything(text + at) &&
	     strchr("()<>=!~,\"'{", text[at]) == NULL;
	     at = end) {
		if (text[at] == ':')
			return (true);
		end = text[at] == '[' ? brackets_end(text, at) : at + 1;
		if (end == 0)
			return (false);
		if (text[at] == '[' && text[end] == '.')
			return (true);
	}
	return (false);
}

static bool
is_comparison(const char *text)
{
	return (*text == '<' || *text == '>' || *text == '=' || *text == '~' ||
	    (*text == '!' && (text[1] == '=' || text[1] == '~')));
}

static size_t
pattern_end(const char *text, size_t at, bool to_operator)
{
	unsigned open = 0;
	size_t end;

	for (; !ends_everything(text + at); at++) {
		if (to_operator && is_comparison(text + at))
			break;
		if (text[at] == '\\' && !ends_everything(text + at + 1))
			at++;
		else if (text[at] == '[') {
			end = brackets_end(text, at);
			at = end > 0 ? end - 1 : at;
		} else if (text[at] == '(')
			open++;
		else if (text[at] == ')' && open-- == 0)
			break;
	}
	return (at);
}

size_t
expr_word_end(
    const char *text, size_t at, enum expr_word_kind kind, const char **problem)
{
	size_t end;

	if (text[at] == '"' || text[at] == '\'') {
		end = quote_end(text, at);
		if (end == 0)
			*problem = "a quote is not closed";
		return (end > 0 ? end : at);
	}
	if (kind == EXPR_WORD_NAME)
		return (name_end(text, at, problem));
	return (pattern_end(text, at, kind == EXPR_WORD_SEARCH));
}

size_t
expr_word_copy(const char *text, struct expr_span span, char *to)
{
	char quote = text[span.start];
	size_t length = 0, at = span.start;
	bool quoted = span.end > span.start && (quote == '"' || quote == '\'');

	for (at += quoted, span.end -= quoted; at < span.end; at++) {
		/* Other backslashes may be a regular expression's. */
		if (quoted && text[at] == '\\' &&
		    (text[at + 1] == quote || text[at + 1] == '\\'))
			at++;
		to[length++] = text[at];
	}
	to[length] = '\0';
	return (length);
}
