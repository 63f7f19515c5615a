/*
 * filter.c - which rows of a list a person wants to see.
 */
#include "filter.h"

#include <libshm/kit/expr.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ALIKE_MAX 8 /* columns that one name means */
#define TITLE_SIZE 64

/* Which columns the names of an expression mean. */
struct found {
	size_t columns[ALIKE_MAX], count;
	char title[TITLE_SIZE]; /* of the first of them */
};

struct binding {
	const char *(*title)(const void *, size_t); /* NULL: not bound yet */
	size_t columns;
	bool whole; /* a name is none: the text is looked for as it stands */
	char problem[160];
	struct found found[];
};

struct filter {
	char *text; /* as given */
	bool active, without, has_match;
	struct match match;
	struct expr *expr;	 /* NULL: the match alone */
	struct binding *binding; /* of the expression */
	char problem[200];
};

struct filter *
filter_create(void)
{
	struct filter *filter = calloc(1, sizeof(*filter));

	if (filter == NULL || (filter->text = strdup("")) == NULL)
		err(1, "memory for a filter");
	return (filter);
}

static void
clear(struct filter *filter)
{
	if (filter->has_match)
		match_fini(&filter->match);
	expr_destroy(filter->expr);
	free(filter->binding);
	free(filter->text);
	*filter = (struct filter){ .text = NULL };
}

void
filter_destroy(struct filter *filter)
{
	if (filter == NULL)
		return;
	clear(filter);
	free(filter);
}

const char *
filter_problem(const struct filter *filter)
{
	if (filter->binding != NULL && filter->binding->whole)
		return (filter->binding->problem);
	return (filter->problem);
}

bool
filter_active(const struct filter *filter)
{
	return (filter->active);
}

/* ---- what was typed ------------------------------------------------------ */

static bool
is_blank(char c)
{
	return (c == ' ' || c == '\t');
}

/* The text as it stands: a regular expression, with ! not to be found. */
static void
set_match(struct filter *filter, const char *text)
{
	const char *problem;

	for (; *text == '!' || is_blank(*text); text++)
		filter->without ^= *text == '!';
	filter->has_match = filter->active = *text != '\0';
	if (filter->active &&
	    match_init(&filter->match, text, &problem) == -1 &&
	    filter->problem[0] == '\0')
		strlcpy(filter->problem, problem, sizeof(filter->problem));
}

static void
set_expr(struct filter *filter, struct expr *expr, const char *text)
{
	const struct expr_name *names;
	size_t count = expr_names(expr, &names);
	char problem[sizeof(filter->problem)];

	strlcpy(problem,
	    *filter->problem != '\0' ? filter->problem : expr_remark(expr),
	    sizeof(problem));
	/* For a name that is no column of the list. */
	set_match(filter, text);
	strlcpy(filter->problem, problem, sizeof(filter->problem));
	filter->expr = expr;
	filter->binding =
	    calloc(1, sizeof(*filter->binding) + count * sizeof(struct found));
	if (filter->binding == NULL)
		err(1, "memory for a filter");
}

void
filter_set(struct filter *filter, const char *text)
{
	struct expr_error error;
	struct expr *expr;
	char *kept, *part;
	size_t length;

	if (strcmp(filter->text, text) == 0)
		return;
	kept = strdup(text);
	while (is_blank(*text))
		text++;
	part = strdup(text);
	if (kept == NULL || part == NULL)
		err(1, "memory for a filter");
	clear(filter);
	filter->text = kept;
	for (length = strlen(part); length > 0 && is_blank(part[length - 1]);)
		part[--length] = '\0';

	expr = expr_parse(part, EXPR_SEARCH, &error);
	if (expr == NULL && !error.plain) {
		strlcpy(filter->problem, error.text, sizeof(filter->problem));
		if (error.unfinished) { /* as far as it goes */
			part[error.complete] = '\0';
			expr = expr_parse(part, EXPR_SEARCH, &error);
		}
	}
	if (expr != NULL && !error.plain)
		set_expr(filter, expr, part);
	else {
		expr_destroy(expr);
		set_match(filter, part);
	}
	free(part);
}

/* ---- which columns are meant --------------------------------------------- */

static bool
is_rate(const char *title)
{
	size_t length = strlen(title);

	return (length >= 2 && strcmp(title + length - 2, "/s") == 0);
}

static void
add_found(struct found *found, const struct filter_row *row, size_t column)
{
	if (found->count == 0)
		strlcpy(found->title, row->title(row->context, column),
		    sizeof(found->title));
	if (found->count < ALIKE_MAX)
		found->columns[found->count++] = column;
}

/* The column of that title; else the one that begins so, a rate only when that
 * is what was typed; else all rates. */
static void
find_columns(
    struct found *found, const struct filter_row *row, const char *word)
{
	bool rates = strchr(word, '/') != NULL;
	const char *title;

	*found = (struct found){ .count = 0 };
	for (size_t i = 0; i < row->columns; i++)
		if (strcasecmp(row->title(row->context, i), word) == 0) {
			add_found(found, row, i);
			return;
		}
	for (size_t i = 0; i < row->columns; i++) {
		title = row->title(row->context, i);
		if (strncasecmp(title, word, strlen(word)) == 0 &&
		    (rates || !is_rate(title)))
			add_found(found, row, i);
	}
	if (found->count > 0 || strcasecmp(word, "rate") != 0)
		return;
	for (size_t i = 0; i < row->columns; i++)
		if (is_rate(row->title(row->context, i)))
			add_found(found, row, i);
}

/* All of them are rates, or there is only one. */
static bool
is_clear(const struct found *found)
{
	return (
	    found->count == 1 || (found->count > 1 && is_rate(found->title)));
}

static void
tell_unclear(struct binding *binding, const struct found *found,
    const struct filter_row *row, const char *word)
{
	size_t size = sizeof(binding->problem);

	binding->whole = true;
	if (found->count == 0)
		snprintf(binding->problem, size,
		    "no column is called %.40s: searched as text", word);
	else
		snprintf(binding->problem, size,
		    "%.40s may be %.24s or %.24s: searched as text", word,
		    found->title, row->title(row->context, found->columns[1]));
}

void
filter_bind(const struct filter *filter, const struct filter_row *row)
{
	struct binding *binding = filter->binding;
	const struct expr_name *names;
	size_t count;

	if (binding == NULL)
		return;
	binding->title = row->title;
	binding->columns = row->columns;
	binding->whole = false;
	count = expr_names(filter->expr, &names);
	for (size_t i = 0; i < count; i++) {
		find_columns(&binding->found[i], row, names[i].word);
		if (!is_clear(&binding->found[i]) && !binding->whole)
			tell_unclear(
			    binding, &binding->found[i], row, names[i].word);
	}
}

static bool
is_bound(const struct filter *filter, const struct filter_row *row)
{
	const struct binding *binding = filter->binding;
	const struct expr_name *names;
	const struct found *found;
	size_t count;

	if (binding->title != row->title || binding->columns != row->columns)
		return (false);
	count = expr_names(filter->expr, &names);
	for (size_t i = 0; i < count; i++) {
		found = &binding->found[i];
		if (found->count > 0 &&
		    strncmp(found->title,
			row->title(row->context, found->columns[0]),
			TITLE_SIZE - 1) != 0)
			return (false);
	}
	return (true);
}

/* ---- one row ------------------------------------------------------------- */

struct asked {
	const struct binding *binding;
	const struct filter_row *row;
};

static size_t
answer_count(void *context, size_t name)
{
	const struct asked *asked = context;

	return (asked->binding->found[name].count);
}

static bool
answer_number(void *context, size_t name, size_t which, double *value)
{
	const struct asked *asked = context;

	return (asked->row->number != NULL &&
	    asked->row->number(asked->row->context,
		asked->binding->found[name].columns[which], value));
}

static const char *
answer_text(
    void *context, size_t name, size_t which, char buffer[EXPR_SHOWN_SIZE])
{
	const struct asked *asked = context;

	return (asked->row->text(asked->row->context,
	    asked->binding->found[name].columns[which], buffer,
	    EXPR_SHOWN_SIZE));
}

static bool
found_in_row(const struct filter_row *row, const struct match *match)
{
	char buffer[EXPR_SHOWN_SIZE];

	for (size_t i = 0; i < row->columns; i++)
		if (match_found(match,
			row->text(row->context, i, buffer, sizeof(buffer))))
			return (true);
	return (false);
}

static bool
answer_search(void *context, const struct match *match)
{
	const struct asked *asked = context;

	return (found_in_row(asked->row, match));
}

bool
filter_passes(const struct filter *filter, const struct filter_row *row)
{
	struct asked asked = { filter->binding, row };
	const struct expr_answers answers = {
		.context = &asked,
		.count = answer_count,
		.number = answer_number,
		.text = answer_text,
		.search = answer_search,
	};

	if (!filter->active)
		return (true);
	if (filter->expr != NULL) {
		if (!is_bound(filter, row))
			filter_bind(filter, row);
		if (!filter->binding->whole)
			return (expr_holds(filter->expr, &answers));
	}
	return (found_in_row(row, &filter->match) != filter->without);
}
