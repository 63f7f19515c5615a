/*
 * filter.h - which rows of a list a person wants to see.
 *
 * A regular expression (match.h) that is looked for in every column's text; a
 * leading ! wants the rows without it.  Or an expression (kit/expr.h) over the
 * columns: state=wait, rate>100, age>10s, not user=root and redis.  A column is
 * named by its title in any case, or by the beginning of it that no other has;
 * "rate" also means each column that is titled /s.
 *
 * Nothing that is typed is an error: what is not finished yet counts as far as it
 * is, and what cannot be understood is looked for as it stands.
 */
#ifndef VIEWER_FILTER_H
#define VIEWER_FILTER_H

#include <stdbool.h>
#include <stddef.h>

struct filter; /* opaque */

struct filter *filter_create(void);
void filter_destroy(struct filter *); /* NULL is fine */

void filter_set(struct filter *, const char *text);
	/* Cheap when unchanged; "" passes all. */

const char *filter_problem(const struct filter *);
	/* "" or one clause for people; what there is to say about names is known
	 * when the first row has been asked for. */
bool filter_active(const struct filter *);
	/* There is something in it that may hide a row. */

struct filter_row { /* how a row answers */
	const void *context;
	size_t columns;
	const char *(*title)(const void *context, size_t column);
	const char *(*text)(const void *context, size_t column, char *buffer,
	    size_t size); /* as shown */
	bool (*number)(const void *context, size_t column, double *value);
	/* In base units (ns, bytes, 1); percentages as their number.  False: it
	 * is text, or not known; so is NaN. */
};

bool filter_passes(const struct filter *, const struct filter_row *);

void filter_bind(const struct filter *, const struct filter_row *);
	/* The columns are others now: find those that are named anew.  Passing
	 * does it by itself when their number or a title that is used changes. */

#endif
