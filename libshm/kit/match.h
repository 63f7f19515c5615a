/*
 * match.h - text that a person looks for.
 *
 * An extended regular expression, found anywhere in a text.  Without capitals in
 * it case does not count ("smart case").  References back to a group are none of
 * it, and repetitions are limited: a search takes time in proportion to the text.
 */
#ifndef KIT_MATCH_H
#define KIT_MATCH_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

struct match {
	char *text;
	bool fold;    /* case does not count */
	bool literal; /* no expression: the text itself */
	regex_t regex;
};

int match_init(struct match *match, const char *text, const char **problem);
	/* -1 when the text is no regular expression: then it is looked for as
	 * it stands, and *problem is a clause for people, else NULL.  The match
	 * is good in both cases and needs a match_fini(). */
void match_fini(struct match *match);

bool match_found(const struct match *match, const char *text);
	/* Text without anything special is found without memory. */

bool match_same(const char *wanted, const char *text);
	/* All of the text, in smart case. */

#endif
