/*
 * condition.h - an expression (kit/expr.h) about a target.
 *
 * Names are addresses, or patterns as everywhere: all values that they select.
 * Percentiles are of what came since an earlier moment (recent.h), all else as
 * the model has it; rates as they are shown, those of CPU time in percent.
 */
#ifndef VIEWER_CONDITION_H
#define VIEWER_CONDITION_H

#include "model.h"
#include "recent.h"

#include <libshm/kit/expr.h>

struct condition;

struct condition *condition_create(const struct expr *expr,
    const char *(*state)(void *context, const char *target), void *context,
    char *why, size_t why_size);
	/* The expression has to stay.  state: of another target by its word,
	 * NULL unknown.  NULL and a clause in why when a name is a regular
	 * expression that is none. */
void condition_destroy(struct condition *); /* NULL is fine */

bool condition_over_time(const struct condition *);
	/* It asks for rates or percentiles: those of a single reading are not
	 * known. */

void condition_keep(
    const struct condition *, const struct model *, struct recent *);
	/* What percentiles of a later moment need to know of this one. */

bool condition_holds(struct condition *, const struct model *,
    const struct recent *since);
	/* Now.  since: may be empty. */

const char *condition_never(const struct condition *, size_t *next);
	/* The names that have not meant anything so far, one a call, NULL no
	 * more; *next is 0 before the first. */

/* ---- the values of the last time ------------------------------------------- */

/* One value that a name means. */
struct condition_value {
	const char *name;    /* p99(net/peers:latency), state(): safe text */
	const char *address; /* what is in the parentheses; "" nothing */
	const char *function; /* "p99", "" the value alone */
	bool known, is_number;
	double number;
	const char *text; /* of what has no number; NULL not known */
	uint8_t unit;	  /* DBGSHM_UNIT_* of the number */
	bool per_second;
};

size_t condition_values(
    struct condition *, const struct condition_value *values[], size_t most);
	/*
	 * One for each name, in the order of the expression: of several the
	 * first with which the expression holds as it does.  A name that means
	 * nothing has one that is not known.  Valid until the next
	 * condition_holds().
	 */

#endif
