/*
 * expr.h - conditions as people write them: rate(net:sent) > 1MiB and not late().
 *
 *	expression = all { ("or" | "||") all }
 *	all        = term { ("and" | "&&") term }
 *	term       = { "not" | "!" } ( "(" expression ")" | comparison )
 *	comparison = operand [ operator operand ]
 *	operator   = "<" | "<=" | ">" | ">=" | "=" | "==" | "!=" | "~" | "!~"
 *	operand    = number | text | name | function "(" [ address ] ")"
 *
 * A number has a unit or none (quantity.h).  A name is a word or an address as
 * the command line knows them: rate, net/connections:sent,
 * net/peers:sent{to="a"}, net/connections[12.3].peer, with * ? [ ] if wanted.
 * Functions take an address; the table of them is expr_function().
 *
 * On the right of an operator a bare word is text, except an address (it has a
 * colon or a [row]) and whatever stands right of a number: 100 < rate.  Quotes,
 * double or single, make any text of what is in them, on the left any name; \" and
 * \\ stand for themselves there.  Bare text ends at a blank, and at a parenthesis
 * that it has not opened.  ~ finds a regular expression (match.h).  Text compares
 * in smart case.
 *
 * A name that means several values holds when it holds for one of them; an operand
 * alone holds when it is neither zero nor "".  What is missing compares as false
 * with everything; "x = missing" asks for that, "x != missing" for the opposite.
 * Numbers with < and > compare with numbers only; what has no number compares with
 * = as text.
 *
 * Search (EXPR_SEARCH) is the same over the columns of a list: a word alone is
 * looked for in all of them, nothing on the right of a word is a name, and there
 * are no functions.
 *
 * An expression is compiled once, into steps that only go forward: it is evaluated
 * in bounded time, without recursion and, but for regular expressions, without
 * memory.
 */
#ifndef KIT_EXPR_H
#define KIT_EXPR_H

#include "match.h"

#include <stdbool.h>
#include <stddef.h>

#define EXPR_TEXT_MAX 1000 /* bytes */
#define EXPR_DEPTH_MAX 20  /* parentheses in parentheses */

struct expr;

enum expr_function {
	EXPR_VALUE, /* the name alone */
	EXPR_RATE,
	EXPR_P50,
	EXPR_P90,
	EXPR_P99,
	EXPR_P999,
	EXPR_MIN,
	EXPR_MAX,
	EXPR_SUM,
	EXPR_COUNT,
	EXPR_PEAK,
	EXPR_AGE,
	EXPR_ROWS,
	EXPR_LATE,
	EXPR_STATE,
	EXPR_FUNCTIONS /* how many */
};

struct expr_function_about {
	const char *name;     /* "" EXPR_VALUE */
	const char *argument; /* ADDRESS, PROFILE or TARGET */
	bool optional;	      /* ... may be left out */
	const char *help;
};
const struct expr_function_about *expr_function(enum expr_function);

struct expr_name {
	enum expr_function function;
	const char *word; /* "" when a function has no argument */
};

/* ---- parsing ------------------------------------------------------------- */

#define EXPR_SEARCH 1

struct expr_error {
	char text[200]; /* column 7: a number is missing after ">" */
	size_t column;	/* from 1, in characters */
	bool unfinished; /* more text might make it good */
	size_t complete; /* that many bytes are an expression, 0 none */
	bool plain; /* also without an error: no operator was seen */
};

struct expr *expr_parse(
    const char *text, unsigned flags, struct expr_error *error);
	/* NULL and an error; the expression keeps nothing of the text. */
void expr_destroy(struct expr *expr); /* NULL is fine */

size_t expr_names(const struct expr *expr, const struct expr_name **names);
	/* Each name once; their place is what expr_answers are asked with. */

const char *expr_remark(const struct expr *expr);
	/* "", or what is odd: in a search a regular expression that is none is
	 * looked for as it stands. */

/* ---- evaluation ---------------------------------------------------------- */

#define EXPR_SHOWN_SIZE 256

/* Who knows the values.  name: its place; which: from 0, below count(). */
struct expr_answers {
	void *context;
	size_t (*count)(void *context, size_t name);
	/* How many values it means now; NULL: always one. */
	bool (*number)(
	    void *context, size_t name, size_t which, double *value);
	/* In nanoseconds, bytes or 1; percentages as their number.  False: it is
	 * none, or not known. */
	const char *(*text)(void *context, size_t name, size_t which,
	    char buffer[EXPR_SHOWN_SIZE]);
	/* Of what has no number, and for ~; NULL: not known. */
	bool (*search)(void *context, const struct match *match);
	/* EXPR_SEARCH: somewhere in the row. */
};

bool expr_holds(const struct expr *expr, const struct expr_answers *answers);

#endif
