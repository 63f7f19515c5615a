/*
 * expr_steps.c - the steps of a condition, one after the other.
 */
#include "expr_steps.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

static const struct expr_function_about functions[EXPR_FUNCTIONS] = {
	[EXPR_VALUE] = { "", "", true, "" },
	[EXPR_RATE] = { "rate", "ADDRESS", false, "growth per second" },
	[EXPR_P50] = { "p50", "ADDRESS", false, "of a histogram: the median" },
	[EXPR_P90] = { "p90", "ADDRESS", false, "what 90 % do not exceed" },
	[EXPR_P99] = { "p99", "ADDRESS", false, "99 %" },
	[EXPR_P999] = { "p999", "ADDRESS", false, "99.9 %" },
	[EXPR_MIN] = { "min", "ADDRESS", false, "its smallest value" },
	[EXPR_MAX] = { "max", "ADDRESS", false, "its largest value" },
	[EXPR_SUM] = { "sum", "ADDRESS", false, "the sum of its values" },
	[EXPR_COUNT] = { "count", "ADDRESS", false, "how many there were" },
	[EXPR_PEAK] = { "peak", "ADDRESS", false, "of a gauge: its peak" },
	[EXPR_AGE] = { "age", "ADDRESS", false, "time since its last tick" },
	[EXPR_ROWS] = { "rows", "PROFILE", false, "live rows of its table" },
	[EXPR_LATE] = { "late", "PROFILE", true, "heartbeats that are late" },
	[EXPR_STATE] = { "state", "TARGET", true, "live, stopped, dead, ..." },
};

const struct expr_function_about *
expr_function(enum expr_function function)
{
	return (&functions[function]);
}

/* No more of anything than there are characters. */
struct expr *
expr_steps_make(size_t length)
{
	struct expr *expr = calloc(1, sizeof(*expr));
	size_t room = length + 2;

	if (expr == NULL)
		err(1, "memory for an expression");
	expr->steps = calloc(2 * room, sizeof(*expr->steps));
	expr->operands = calloc(room, sizeof(*expr->operands));
	expr->names = calloc(room, sizeof(*expr->names));
	expr->matches = calloc(room, sizeof(*expr->matches));
	expr->words = calloc(2 * room, 1);
	expr->remark = "";
	if (expr->steps == NULL || expr->operands == NULL ||
	    expr->names == NULL || expr->matches == NULL || expr->words == NULL)
		err(1, "memory for an expression");
	return (expr);
}

void
expr_destroy(struct expr *expr)
{
	if (expr == NULL)
		return;
	for (size_t i = 0; i < expr->match_count; i++)
		match_fini(&expr->matches[i]);
	free(expr->steps);
	free(expr->operands);
	free(expr->names);
	free(expr->matches);
	free(expr->words);
	free(expr);
}

size_t
expr_names(const struct expr *expr, const struct expr_name **names)
{
	*names = expr->names;
	return (expr->name_count);
}

const char *
expr_remark(const struct expr *expr)
{
	return (expr->remark);
}

/* ---- additions ----------------------------------------------------------- */

const char *
expr_steps_text(struct expr *expr, const char *text, struct expr_span span)
{
	char *kept = expr->words + expr->word_size;

	expr->word_size += expr_word_copy(text, span, kept) + 1;
	return (kept);
}

size_t
expr_steps_add(struct expr *expr, enum expr_what what, size_t left)
{
	expr->steps[expr->step_count] = (struct expr_step){
		.what = (uint8_t)what,
		.left = (uint16_t)left,
	};
	return (expr->step_count++);
}

uint16_t
expr_steps_operand(struct expr *expr, struct expr_operand operand)
{
	expr->operands[expr->operand_count] = operand;
	return ((uint16_t)expr->operand_count++);
}

uint16_t
expr_steps_name(struct expr *expr, enum expr_function function,
    const char *text, struct expr_span span)
{
	const char *word = expr_steps_text(expr, text, span);
	size_t i;

	for (i = 0; i < expr->name_count; i++)
		if (expr->names[i].function == function &&
		    strcmp(expr->names[i].word, word) == 0)
			break;
	if (i == expr->name_count)
		expr->names[expr->name_count++] =
		    (struct expr_name){ function, word };
	return (expr_steps_operand(expr,
	    (struct expr_operand){ .is_name = true, .name = (uint16_t)i }));
}

uint16_t
expr_steps_match(struct expr *expr, const char *text, struct expr_span span,
    const char **problem)
{
	(void)match_init(&expr->matches[expr->match_count],
	    expr_steps_text(expr, text, span), problem);
	return ((uint16_t)expr->match_count++);
}
