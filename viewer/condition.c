/*
 * condition.c - is it so?
 */
#include "condition.h"
#include "address.h"
#include "arena.h"
#include "condition_private.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct condition *
condition_create(const struct expr *expr,
    const char *(*state)(void *, const char *), void *context, char *why,
    size_t why_size)
{
	struct condition *condition = calloc(1, sizeof(*condition));
	const struct expr_name *names;
	struct condition_name *name;
	size_t i;

	if (condition == NULL)
		err(1, "memory for a condition");
	condition->expr = expr;
	condition->state = state;
	condition->context = context;
	condition->count = expr_names(expr, &names);
	condition->names =
	    calloc(condition->count + 1, sizeof(*condition->names));
	if (condition->names == NULL)
		err(1, "memory for names");
	for (i = 0; i < condition->count; i++) {
		name = &condition->names[i];
		name->function = names[i].function;
		name->word = names[i].word;
		if (*name->word == '\0')
			continue;
		if (patterns_create(
			&name->word, 1, &name->patterns, why, why_size) == -1) {
			condition_destroy(condition);
			return (NULL);
		}
		patterns_want_columns(name->patterns);
	}
	return (condition);
}

void
condition_destroy(struct condition *condition)
{
	size_t i;

	if (condition == NULL)
		return;
	for (i = 0; i < condition->count; i++) {
		patterns_destroy(condition->names[i].patterns);
		free(condition->names[i].values);
	}
	free(condition->names);
	arena_free(&condition->arena);
	free(condition);
}

const char *
condition_never(const struct condition *condition, size_t *next)
{
	const struct condition_name *name;

	while (*next < condition->count) {
		name = &condition->names[(*next)++];
		if (!name->ever)
			return (name->word);
	}
	return (NULL);
}

bool
condition_over_time(const struct condition *condition)
{
	double q;
	size_t i;

	for (i = 0; i < condition->count; i++)
		if (condition->names[i].function == EXPR_RATE ||
		    condition_is_percentile(condition->names[i].function, &q))
			return (true);
	return (false);
}

/* ---- answers ----------------------------------------------------------------- */

static size_t
answer_count(void *context, size_t at)
{
	const struct condition *condition = context;

	if (condition->chosen == at)
		return (1);
	return (condition->names[at].count);
}

static const struct condition_value *
value_at(const struct condition *condition, size_t at, size_t which)
{
	if (condition->chosen == at)
		which = condition->which;
	return (&condition->names[at].values[which]);
}

static bool
answer_number(void *context, size_t at, size_t which, double *number)
{
	const struct condition_value *value = value_at(context, at, which);

	if (!value->known || !value->is_number)
		return (false);
	*number = value->number;
	return (true);
}

static const char *
answer_text(
    void *context, size_t at, size_t which, char buffer[EXPR_SHOWN_SIZE])
{
	const struct condition_value *value = value_at(context, at, which);

	(void)buffer;
	return (value->known ? value->text : NULL);
}

static bool
holds(struct condition *condition)
{
	const struct expr_answers answers = { .context = condition,
		.count = answer_count,
		.number = answer_number,
		.text = answer_text };

	return (expr_holds(condition->expr, &answers));
}

bool
condition_holds(struct condition *condition, const struct model *model,
    const struct recent *since)
{
	size_t i;

	arena_clear(&condition->arena);
	for (i = 0; i < condition->count; i++)
		condition_look(condition, &condition->names[i], model, since);
	condition->chosen = SIZE_MAX;
	condition->held = holds(condition);
	return (condition->held);
}

/* ---- which values it was ------------------------------------------------------- */

/* Of several values of a name one that says why: with it alone it holds, too. */
static size_t
choose(struct condition *condition, size_t at)
{
	size_t which, chosen = 0;

	condition->chosen = at;
	for (which = 0; which < condition->names[at].count; which++) {
		condition->which = which;
		if (holds(condition) == condition->held) {
			chosen = which;
			break;
		}
	}
	condition->chosen = SIZE_MAX;
	return (chosen);
}

size_t
condition_values(struct condition *condition,
    const struct condition_value *values[], size_t most)
{
	struct condition_name *name;
	size_t i, count = 0;

	for (i = 0; i < condition->count && count < most; i++) {
		name = &condition->names[i];
		if (name->count == 0)
			values[count++] = condition_unknown(condition, name);
		else
			values[count++] = &name->values[choose(condition, i)];
	}
	return (count);
}
