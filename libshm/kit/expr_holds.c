/*
 * expr_holds.c - is it so now?
 */
#include "expr_steps.h"

#include <math.h>
#include <string.h>

struct shown {
	const char *text; /* NULL not known */
	char buffer[EXPR_SHOWN_SIZE];
};

static size_t
count_of(const struct expr_answers *answers, const struct expr_operand *operand)
{
	if (!operand->is_name || answers->count == NULL)
		return (1);
	return (answers->count(answers->context, operand->name));
}

static bool
number_of(const struct expr_answers *answers,
    const struct expr_operand *operand, size_t which, double *value)
{
	if (!operand->is_name) {
		*value = operand->number;
		return (operand->is_number);
	}
	return (
	    answers->number(answers->context, operand->name, which, value) &&
	    !isnan(*value));
}

static const char *
text_of(const struct expr_answers *answers, const struct expr_operand *operand,
    size_t which, struct shown *shown)
{
	if (!operand->is_name)
		return (operand->text);
	return (answers->text(
	    answers->context, operand->name, which, shown->buffer));
}

static bool
test(const struct expr_answers *answers, const struct expr_operand *operand)
{
	size_t count = count_of(answers, operand);
	struct shown shown;
	const char *text;
	double number;

	for (size_t i = 0; i < count; i++) {
		if (number_of(answers, operand, i, &number)) {
			if (number != 0)
				return (true);
			continue;
		}
		text = text_of(answers, operand, i, &shown);
		if (text != NULL && *text != '\0')
			return (true);
	}
	return (false);
}

/* None of the values is known; what is not known is shown as "-". */
static bool
is_missing(
    const struct expr_answers *answers, const struct expr_operand *operand)
{
	size_t count = count_of(answers, operand);
	struct shown shown;
	const char *text;
	double number;

	for (size_t i = 0; i < count; i++) {
		if (number_of(answers, operand, i, &number))
			return (false);
		text = text_of(answers, operand, i, &shown);
		if (text != NULL && *text != '\0' && strcmp(text, "-") != 0)
			return (false);
	}
	return (true);
}

static bool
decide(unsigned sign, int order)
{
	switch (sign) {
	case EXPR_LESS:
		return (order < 0);
	case EXPR_LESS_OR_SAME:
		return (order <= 0);
	case EXPR_MORE:
		return (order > 0);
	case EXPR_MORE_OR_SAME:
		return (order >= 0);
	case EXPR_SAME:
		return (order == 0);
	default:
		return (order != 0);
	}
}

static bool
compare_texts(unsigned sign, const struct expr_operand *left,
    const struct expr_operand *right, const char *a, const char *b)
{
	if (sign == EXPR_SAME || sign == EXPR_OTHER) {
		if (!right->is_name)
			return (match_same(b, a) == (sign == EXPR_SAME));
		if (!left->is_name)
			return (match_same(a, b) == (sign == EXPR_SAME));
	}
	return (decide(sign, strcmp(a, b)));
}

/* One value of each. */
static bool
compare_values(const struct expr_answers *answers, unsigned sign,
    const struct expr_operand *left, size_t i, const struct expr_operand *right,
    size_t j)
{
	bool maybe = (left->is_name || left->is_number) &&
	    (right->is_name || right->is_number);
	bool equal = sign == EXPR_SAME || sign == EXPR_OTHER;
	struct shown one, other;
	const char *a, *b;
	double x, y;
	bool have_x = maybe && number_of(answers, left, i, &x);
	bool have_y = maybe && number_of(answers, right, j, &y);

	if (have_x && have_y)
		return (decide(sign, x < y ? -1 : x > y));
	if (!equal && (have_x || have_y))
		return (false);
	a = text_of(answers, left, i, &one);
	b = a == NULL ? NULL : text_of(answers, right, j, &other);
	return (b != NULL && compare_texts(sign, left, right, a, b));
}

static bool
compare(const struct expr_answers *answers, unsigned sign,
    const struct expr_operand *left, const struct expr_operand *right)
{
	size_t lefts, rights;

	if (right->is_missing)
		return (is_missing(answers, left) == (sign == EXPR_SAME));
	lefts = count_of(answers, left);
	rights = count_of(answers, right);
	for (size_t i = 0; i < lefts; i++)
		for (size_t j = 0; j < rights; j++)
			if (compare_values(answers, sign, left, i, right, j))
				return (true);
	return (false);
}

static bool
like(const struct expr_answers *answers, unsigned sign,
    const struct expr_operand *left, const struct match *match)
{
	size_t count = count_of(answers, left);
	struct shown shown;
	const char *text;

	for (size_t i = 0; i < count; i++) {
		text = text_of(answers, left, i, &shown);
		if (text != NULL &&
		    match_found(match, text) == (sign == EXPR_LIKE))
			return (true);
	}
	return (false);
}

bool
expr_holds(const struct expr *expr, const struct expr_answers *answers)
{
	const struct expr_step *step;
	bool holds = true;

	for (size_t i = 0; i < expr->step_count; i++) {
		step = &expr->steps[i];
		switch (step->what) {
		case EXPR_TEST:
			holds = test(answers, &expr->operands[step->left]);
			break;
		case EXPR_FIND:
			holds = answers->search(
			    answers->context, &expr->matches[step->left]);
			break;
		case EXPR_INVERT:
			holds = !holds;
			break;
		case EXPR_SKIP_FALSE:
		case EXPR_SKIP_TRUE:
			if (holds == (step->what == EXPR_SKIP_TRUE))
				i = step->left - (size_t)1;
			break;
		default:
			holds = step->sign >= EXPR_LIKE
			    ? like(answers, step->sign,
				  &expr->operands[step->left],
				  &expr->matches[step->right])
			    : compare(answers, step->sign,
				  &expr->operands[step->left],
				  &expr->operands[step->right]);
			break;
		}
	}
	return (holds);
}
