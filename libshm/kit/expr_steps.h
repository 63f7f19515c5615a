/*
 * expr_steps.h - what an expression is compiled into.
 *
 * One truth value goes from step to step.  Skips lead forward only, so that every
 * evaluation ends.
 */
#ifndef KIT_EXPR_STEPS_H
#define KIT_EXPR_STEPS_H

#include "expr.h"
#include "expr_word.h"

#include <stdint.h>

enum expr_what {
	EXPR_TEST,    /* operand left is neither zero nor "" */
	EXPR_COMPARE, /* left sign right */
	EXPR_FIND,    /* match `left` somewhere */
	EXPR_INVERT,
	EXPR_SKIP_FALSE, /* to step `left`: the rest of an "and" */
	EXPR_SKIP_TRUE,	 /* ... of an "or" */
};

enum expr_sign {
	EXPR_LESS,
	EXPR_LESS_OR_SAME,
	EXPR_MORE,
	EXPR_MORE_OR_SAME,
	EXPR_SAME,
	EXPR_OTHER,
	EXPR_LIKE,
	EXPR_UNLIKE
};

struct expr_step {
	uint8_t what, sign; /* enum expr_what, enum expr_sign */
	uint16_t left, right; /* operands; of EXPR_(UN)LIKE right is a match */
};

struct expr_operand {
	bool is_name, is_number, is_missing; /* none: text */
	uint16_t name;
	double number;
	const char *text; /* of what is no name: as it was written */
};

struct expr {
	struct expr_step *steps;
	struct expr_operand *operands;
	struct expr_name *names;
	struct match *matches;
	char *words; /* that operands and names point into */
	size_t step_count, operand_count, name_count, match_count, word_size;
	const char *remark;
};

/* While it is parsed: a text that long has room for all of its parts. */
struct expr *expr_steps_make(size_t length);
size_t expr_steps_add(struct expr *, enum expr_what, size_t left);
const char *expr_steps_text(struct expr *, const char *text, struct expr_span);
uint16_t expr_steps_operand(struct expr *, struct expr_operand);
uint16_t expr_steps_name(struct expr *, enum expr_function, const char *text,
    struct expr_span); /* returns its operand */
uint16_t expr_steps_match(struct expr *, const char *text, struct expr_span,
    const char **problem);

#endif
