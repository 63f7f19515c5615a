/*
 * match.c - text that a person looks for.
 */
#include "match.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COMPILED_MAX 1000 /* characters, with all that is repeated */
#define GROUPS_MAX 64	  /* in each other */

/* Capitals count, except in \S and its like. */
static bool
has_capital(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\\' && text[1] != '\0')
			text++;
		else if (*text >= 'A' && *text <= 'Z')
			return (true);
	}
	return (false);
}

static bool
is_literal(const char *text)
{
	for (; *text != '\0'; text++)
		if (strchr("\\^$.[]|()*+?{}", *text) != NULL ||
		    (unsigned char)*text >= 0x80)
			return (false); /* beyond ASCII regexec folds case */
	return (true);
}

static double
take_digits(const char **text)
{
	double number = 0;

	for (; **text >= '0' && **text <= '9'; ++*text)
		number = number * 10 + (**text - '0');
	return (number);
}

struct repetition {
	double least, most;
};

/* Is this one of what stands before?  It ends at *text. */
static bool
take_repetition(const char **text, struct repetition *repetition)
{
	const char *end = *text + 1;

	*repetition = (struct repetition){ 0, 1 };
	if (**text == '*' || **text == '?')
		return (true);
	if (**text == '+') { /* compiled as aa* */
		*repetition = (struct repetition){ 1, 2 };
		return (true);
	}
	if (**text != '{')
		return (false);
	repetition->least = repetition->most = take_digits(&end);
	if (*end == ',') {
		end++;
		repetition->most = take_digits(&end);
	}
	if (*end != '}' || end == *text + 1)
		return (false);
	*text = end;
	if (repetition->most < repetition->least)
		repetition->most = repetition->least;
	return (true);
}

/* Behind the set that begins here, or at its end. */
static const char *
skip_set(const char *text)
{
	text += text[1] == '^' ? 2 : 1;
	text += *text == ']';
	return (text + strcspn(text, "]"));
}

/* A group that is open, or what was last in it. */
struct part {
	double size;
	bool empty; /* this alternative may match nothing */
	bool other; /* ... or one before it */
};

/* Behind a part that is neither a group nor repeated. */
static const char *
skip_part(const char *text, bool *empty)
{
	*empty = *text == '^' || *text == '$';
	if (*text == '[')
		return (skip_set(text));
	if (*text != '\\' || text[1] == '\0')
		return (text);
	*empty = strchr("bB<>`'", text[1]) != NULL;
	return (text + 1);
}

/*
 * Parts are compiled as often as they are repeated, which nests; and what may match
 * nothing and is there several times can keep the compiler busy for ever.
 */
static const char *
refuse(const char *text)
{
	struct part groups[GROUPS_MAX + 1] = { { .empty = true } };
	struct part *group = groups, last = { .empty = true };
	struct repetition repetition;

	for (; *text != '\0'; text++) {
		if (group->size > COMPILED_MAX)
			return ("too many repetitions");
		if (take_repetition(&text, &repetition)) {
			if (last.empty && last.size > 0 && repetition.most > 1)
				return ("what may be empty is repeated");
			if (repetition.most > 1) {
				group->size +=
				    last.size * (repetition.most - 1);
				last.size *= repetition.most;
			}
			last.empty |= repetition.least == 0;
			continue;
		}
		if (*text == '\\' && text[1] >= '1' && text[1] <= '9')
			return ("a reference back to a group is not possible");
		group->empty &= last.empty;
		if (*text == '(' || *text == '|')
			last = (struct part){ .empty = true };
		if (*text == '(') {
			if (group == groups + GROUPS_MAX)
				return ("too many groups");
			*++group = (struct part){ .empty = true };
		} else if (*text == '|') {
			group->other |= group->empty;
			group->empty = true;
		} else if (*text == ')' && group > groups) {
			last = (struct part){ .size = group->size + 1,
				.empty = group->empty || group->other };
			(--group)->size += last.size;
		} else {
			last.size = 1;
			text = skip_part(text, &last.empty);
			group->size++;
			if (*text == '\0')
				break;
		}
	}
	return (group->size > COMPILED_MAX ? "too many repetitions" : NULL);
}

static const char *
explain(int error, const char *text)
{
	size_t length = strlen(text);

	/* Some have no number of its own for it. */
	if (error == REG_BADPAT && text[length - 1] == '[')
		error = REG_EBRACK;
	switch (error) {
	case REG_EBRACK:
		return ("a [ is not closed");
	case REG_EPAREN:
		return ("a ( or ) has no partner");
	case REG_EBRACE:
		return ("a { is not closed");
	case REG_BADBR:
		return ("what stands in { } is no number of repetitions");
	case REG_BADRPT:
		return ("there is nothing to repeat before *, + or ?");
	case REG_ERANGE:
		return ("a range ends before it begins");
	case REG_ECTYPE:
		return ("there is no such class of characters");
	case REG_EESCAPE:
		return ("there is nothing after the last \\");
	default:
		return ("it is no regular expression");
	}
}

int
match_init(struct match *match, const char *text, const char **problem)
{
	int error;

	*problem = NULL;
	*match = (struct match){
		.text = strdup(text),
		.fold = !has_capital(text),
		.literal = is_literal(text),
	};
	if (match->text == NULL)
		err(1, "memory for a search");
	if (match->literal)
		return (0);
	*problem = refuse(text);
	if (*problem == NULL) {
		error = regcomp(&match->regex, text,
		    REG_EXTENDED | REG_NOSUB | (match->fold ? REG_ICASE : 0));
		if (error == 0)
			return (0);
		*problem = explain(error, text);
	}
	match->literal = true;
	return (-1);
}

void
match_fini(struct match *match)
{
	if (!match->literal)
		regfree(&match->regex);
	free(match->text);
}

bool
match_found(const struct match *match, const char *text)
{
	if (!match->literal)
		return (regexec(&match->regex, text, 0, NULL, 0) == 0);
	if (match->fold)
		return (strcasestr(text, match->text) != NULL);
	return (strstr(text, match->text) != NULL);
}

bool
match_same(const char *wanted, const char *text)
{
	if (has_capital(wanted))
		return (strcmp(wanted, text) == 0);
	return (strcasecmp(wanted, text) == 0);
}
