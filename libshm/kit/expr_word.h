/*
 * expr_word.h - where the words of an expression end.
 */
#ifndef KIT_EXPR_WORD_H
#define KIT_EXPR_WORD_H

#include <stdbool.h>
#include <stddef.h>

struct expr_span {
	size_t start, end; /* quotes included */
};

enum expr_word_kind {
	EXPR_WORD_NAME,	  /* {...} and [...] are part of it */
	EXPR_WORD_SEARCH, /* a regular expression, up to an operator */
	EXPR_WORD_TEXT	  /* ... up to a blank, operators are part of it */
};

size_t expr_word_end(const char *text, size_t at, enum expr_word_kind kind,
    const char **problem);
	/* of the word or the quoted text at `at`; the same place when there is
	 * none.  *problem is set when something is open at the end. */

size_t expr_word_copy(const char *text, struct expr_span span, char *to);
	/* Without the quotes; returns the length, at most that of the span. */

size_t expr_word_identifier(const char *text);
	/* How many of its first characters may be a function's name. */

bool expr_word_is(const char *text, struct expr_span span, const char *word);
bool expr_word_is_address(const char *text, size_t at);
	/* The word there has a colon or a [row]. */

/* The words between terms, and their signs. */
#define EXPR_WORD_AND 1
#define EXPR_WORD_OR 2
#define EXPR_WORD_NOT 4

size_t expr_word_operator(const char *text, unsigned wanted);
	/* The length of one of those at the start of the text, 0 none. */
size_t expr_word_keyword(const char *text);
	/* Of "and" and "or" in either form. */
bool expr_word_begins_operator(const char *text);
	/* The whole text is the start of one. */

#endif
