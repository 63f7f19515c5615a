/*
 * condition_private.h - what the files of conditions share.
 */
#ifndef CONDITION_PRIVATE_H
#define CONDITION_PRIVATE_H

#include "arena.h"
#include "condition.h"
#include "pattern.h"

/* A name of the expression, and what it means now. */
struct condition_name {
	enum expr_function function;
	const char *word;
	struct patterns *patterns; /* NULL: there is no word */
	struct condition_value *values;
	size_t count, room;
	bool ever; /* it has meant something */
};

struct condition {
	const struct expr *expr;
	const char *(*state)(void *, const char *);
	void *context;
	struct condition_name *names;
	size_t count;
	struct arena arena; /* texts of the values */
	bool held;
	size_t chosen, which; /* that name has this value alone; SIZE_MAX none */
};

/* ---- condition_look.c ------------------------------------------------------- */

void condition_look(struct condition *, struct condition_name *,
    const struct model *, const struct recent *since);
	/* Fills in the values that it means. */

bool condition_is_percentile(enum expr_function, double *q);

const struct condition_value *condition_unknown(
    struct condition *, const struct condition_name *);
	/* Of a name that means nothing. */

#endif
