/*
 * fuzz_expr.c - whatever is typed as a condition, no harm and one meaning.
 *
 * With libFuzzer (FUZZ_ENGINE defined; fuzz_expr.dict is its dictionary), or as a
 * replayer that joins the words of the dictionary:
 *	fuzz_expr [-n TEXTS] [-s SEED] [-d DICTIONARY] [FILE...]
 *
 * Each text is parsed as a condition and as a search.  What is refused has a
 * reason, a column, and a start that is accepted when it says so.  What is accepted
 * has a value, "not" of it the other one, and both together none.
 */
#include <libshm/kit/expr.h>

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
promise(bool kept, const char *what, const char *text)
{
	if (kept)
		return;
	(void)fprintf(stderr, "%s: \"%s\"\n", what, text);
	abort();
}

/* ---- answers, by the name alone --------------------------------------------- */

static unsigned
mood(void *context, size_t name)
{
	const struct expr_name *names;
	size_t count = expr_names(context, &names);
	unsigned sum = names[name].function;

	promise(name < count, "no such name", "");
	for (const char *c = names[name].word; *c != '\0'; c++)
		sum = sum * 31 + (unsigned char)*c;
	return (sum);
}

static size_t
answer_count(void *context, size_t name)
{
	return (mood(context, name) % 4);
}

static bool
answer_number(void *context, size_t name, size_t which, double *value)
{
	unsigned sum = mood(context, name) + (unsigned)which;

	promise(which < mood(context, name) % 4, "no such value", "");
	*value = sum % 5 == 0 ? NAN : sum % 7 == 0 ? 0 : sum % 1000 * 1e6;
	return (sum % 3 != 0);
}

static const char *
answer_text(
    void *context, size_t name, size_t which, char buffer[EXPR_SHOWN_SIZE])
{
	unsigned sum = mood(context, name) + (unsigned)which;

	(void)snprintf(buffer, EXPR_SHOWN_SIZE, "aBx %u", sum);
	return (sum % 11 == 0 ? NULL : sum % 5 == 0 ? "" : buffer);
}

static bool
answer_search(void *context, const struct match *match)
{
	(void)context;
	return (match_found(match, "a net/x b") || match_found(match, ""));
}

static bool
holds(const struct expr *expr)
{
	struct expr *context = (struct expr *)(uintptr_t)expr;
	const struct expr_answers answers = { context, answer_count,
		answer_number, answer_text, answer_search };

	return (expr_holds(expr, &answers));
}

/* ---- promises --------------------------------------------------------------- */

static void
check_error(const char *text, unsigned flags, const struct expr_error *error)
{
	struct expr_error again;
	struct expr *expr;
	char *start;

	promise(error->text[0] != '\0', "no reason", text);
	promise(error->column >= 1 && error->column <= strlen(text) + 1,
	    "no such column", text);
	promise(error->complete <= strlen(text), "more than all", text);
	if (error->complete == 0)
		return;
	start = strndup(text, error->complete);
	expr = start == NULL ? NULL : expr_parse(start, flags, &again);
	promise(expr != NULL, "not complete", text);
	(void)holds(expr);
	expr_destroy(expr);
	free(start);
}

/* The text with something around it; what no longer fits is no expression. */
static void
check_around(
    const char *format, const char *text, unsigned flags, bool expected)
{
	struct expr_error error;
	struct expr *expr;
	size_t size = 2 * strlen(text) + 40;
	char *around = malloc(size);

	if (around == NULL)
		abort();
	(void)snprintf(around, size,
	    *format == '!' ? "not (%s )" : "(%s ) and not (%s )", text, text);
	expr = expr_parse(around, flags, &error);
	if (expr != NULL)
		promise(holds(expr) == expected, "another meaning", around);
	expr_destroy(expr);
	free(around);
}

static void
check(const char *text, unsigned flags)
{
	struct expr_error error;
	struct expr *expr = expr_parse(text, flags, &error);
	bool value;

	if (expr == NULL) {
		check_error(text, flags, &error);
		return;
	}
	promise(error.text[0] == '\0', "a reason for nothing", text);
	promise(flags != 0 || *expr_remark(expr) == '\0', "odd", text);
	value = holds(expr);
	promise(holds(expr) == value, "two values", text);
	check_around("!", text, flags, !value);
	check_around("&", text, flags, false);
	expr_destroy(expr);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (text == NULL)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	check(text, 0);
	check(text, EXPR_SEARCH);
	free(text);
	return (0);
}

#ifndef FUZZ_ENGINE

#define WORDS_MAX 200
#define JOINED_MAX 24

struct words {
	char text[WORDS_MAX][32];
	size_t count;
};

static size_t
any(uint64_t *seed, size_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return ((size_t)(*seed >> 33) % below);
}

/* "..." on each line, with \\, \" and \xNN in it. */
static void
read_words(const char *path, struct words *words)
{
	FILE *file = fopen(path, "re");
	char line[64], *to;

	words->count = 0;
	if (file == NULL) {
		perror(path);
		exit(1);
	}
	while (fgets(line, sizeof(line), file) != NULL &&
	    words->count < WORDS_MAX) {
		if (line[0] != '"')
			continue;
		to = words->text[words->count++];
		for (const char *c = line + 1; *c != '"' && *c != '\0'; c++) {
			if (*c == '\\' && c[1] == 'x') {
				*to++ = (char)strtol(
				    (char[]){ c[2], c[3], 0 }, NULL, 16);
				c += 3;
			} else {
				c += *c == '\\';
				*to++ = *c;
			}
		}
		*to = '\0';
	}
	(void)fclose(file);
}

static void
run_file(const char *path)
{
	uint8_t bytes[8192];
	FILE *file = fopen(path, "re");

	if (file == NULL) {
		perror(path);
		exit(1);
	}
	(void)LLVMFuzzerTestOneInput(
	    bytes, fread(bytes, 1, sizeof(bytes), file));
	(void)fclose(file);
}

int
main(int argc, char *argv[])
{
	const char *dictionary = "tests/fuzz/fuzz_expr.dict";
	uint64_t count = 0, seed = 1, state;
	struct words words;
	char text[32 * JOINED_MAX + 1];
	int option;

	while ((option = getopt(argc, argv, "n:s:d:")) != -1) {
		if (option == 'n')
			count = strtoull(optarg, NULL, 10);
		else if (option == 's')
			seed = strtoull(optarg, NULL, 10);
		else if (option == 'd')
			dictionary = optarg;
		else
			return (2);
	}
	for (; optind < argc; optind++)
		run_file(argv[optind]);
	if (count > 0)
		read_words(dictionary, &words);
	for (uint64_t i = 0; i < count; i++) {
		state = seed * UINT64_C(0x9e3779b97f4a7c15) + i;
		(void)any(&state, 2);
		text[0] = '\0';
		for (size_t k = any(&state, JOINED_MAX); k > 0; k--)
			strcat(text, words.text[any(&state, words.count)]);
		(void)LLVMFuzzerTestOneInput((uint8_t *)text, strlen(text));
	}
	printf("%" PRIu64 " texts, seed %" PRIu64 "\n", count, seed);
	return (0);
}

#endif
