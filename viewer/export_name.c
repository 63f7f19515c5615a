/*
 * export_name.c - what our names become in systems with rules for theirs.
 */
#include "export_name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* What every series has, and what the formats use for themselves. */
static const char *const taken[] = { "program", "number", "row", "le",
	"quantile", NULL };

/* What "promtool check metrics" refuses as a word of a name. */
static const char *const short_words[] = { "s", "ms", "us", "ns", "sec", "b",
	"kb", "mb", "gb", "tb", "pb", "m", "h", "d", "counter", "gauge",
	"summary", "histogram", NULL };
static const char *const base_words[] = { "amperes", "bytes", "celsius",
	"grams", "joules", "kelvin", "meters", "metres", "seconds", "volts",
	NULL };
static const char *const other_words[] = { "minutes", "hours", "days", "weeks",
	"kelvins", "fahrenheit", "rankine", "inches", "yards", "miles", "bits",
	"calories", "pounds", "ounces", NULL };
static const char *const prefixes[] = { "pico", "nano", "micro", "milli",
	"centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mibi",
	"giga", "gibi", "tera", "tebi", "peta", "pebi", NULL };

/* What a name may not end with, because it says what kind of sample it is. */
static const char *const endings[] = { "total", "count", "sum", "bucket",
	"created", "info", "gcount", "gsum", NULL };

static const struct {
	const char *base;
	uint64_t divisor;
	const char *words[5]; /* at the end of a name that say the same */
} units[] = {
	[DBGSHM_UNIT_BYTES] = { "bytes", 1, { "bytes", "byte", NULL } },
	[DBGSHM_UNIT_NS] = { "seconds", 1000000000,
	    { "ns", "nanoseconds", "seconds", NULL } },
	[DBGSHM_UNIT_PERCENT] = { "ratio", 100, { "percent", "ratio", NULL } },
	[DBGSHM_UNIT_RATIO] = { "ratio", 1, { "ratio", NULL } },
	[DBGSHM_UNIT_HERTZ] = { "hertz", 1, { "hertz", "hz", NULL } },
	[DBGSHM_UNIT_CELSIUS] = { "celsius", 1, { "celsius", NULL } },
	[DBGSHM_UNIT_COUNT] = { NULL, 1, { NULL } },
};
#define UNIT_COUNT (sizeof(units) / sizeof(units[0]))

const char *
export_base(uint8_t unit)
{
	return (unit < UNIT_COUNT ? units[unit].base : NULL);
}

uint64_t
export_divisor(uint8_t unit)
{
	return (unit < UNIT_COUNT && units[unit].divisor != 0
		? units[unit].divisor
		: 1);
}

static bool
is_one_of(const char *const list[], const char *word, size_t length)
{
	for (; *list != NULL; list++)
		if (strlen(*list) == length && memcmp(*list, word, length) == 0)
			return (true);
	return (false);
}

static bool
is_refused(const char *word, size_t length)
{
	size_t i, skip;

	if (is_one_of(short_words, word, length) ||
	    is_one_of(other_words, word, length))
		return (true);
	for (i = 0; prefixes[i] != NULL; i++) {
		skip = strlen(prefixes[i]);
		if (length > skip && memcmp(word, prefixes[i], skip) == 0 &&
		    (is_one_of(base_words, word + skip, length - skip) ||
			is_one_of(other_words, word + skip, length - skip)))
			return (true);
	}
	return (false);
}

/* ---- words ---------------------------------------------------------------- */

/* A text as words in small letters, each with _ before it.  out has room for
 * twice its length. */
static char *
put_words(char *out, const char *text)
{
	bool begun = false, small = false;

	for (; *text != '\0'; text++) {
		if (!isascii((unsigned char)*text) ||
		    !isalnum((unsigned char)*text)) {
			begun = false;
			continue;
		}
		if (!begun || (small && isupper((unsigned char)*text)))
			*out++ = '_';
		begun = true;
		small = islower((unsigned char)*text) != 0;
		*out++ = (char)tolower((unsigned char)*text);
	}
	*out = '\0';
	return (out);
}

/* The last word of a name that has one beside its first. */
static char *
last_word(char *name)
{
	char *word = strrchr(name, '_');

	return (word == NULL || word == name ? NULL : word + 1);
}

static void
drop_unit(char *name, uint8_t unit)
{
	char *word = last_word(name);

	if (word != NULL && unit < UNIT_COUNT &&
	    is_one_of(units[unit].words, word, strlen(word)))
		word[-1] = '\0';
}

/* Words that would be refused get a letter before them. */
static char *
put_accepted(char *out, const char *words)
{
	size_t length;

	while (*words == '_') {
		length = strcspn(++words, "_");
		*out++ = '_';
		if (is_refused(words, length))
			*out++ = 'x';
		memcpy(out, words, length);
		out += length;
		words += length;
	}
	*out = '\0';
	return (out);
}

static char *
make_name(
    struct arena *arena, const struct export_family *family, unsigned number)
{
	size_t room = 2 * (strlen(family->path) + strlen(family->metric)) + 64;
	char *words = arena_take(arena, room, 1);
	char *name = arena_take(arena, 2 * room, 1), *end, *word;
	const char *base = export_base(family->unit);

	end = put_words(words, family->path);
	if (end == words)
		end = stpcpy(words, "_unnamed");
	if (family->rows)
		end = stpcpy(end, "_row");
	if (put_words(end, family->metric) == end)
		stpcpy(end, "_unnamed");
	drop_unit(words, family->unit);
	word = last_word(words);
	if (family->type == EXPORT_COUNTER && word != NULL &&
	    strcmp(word, "total") == 0) {
		word[-1] = '\0';
		drop_unit(words, family->unit);
	}
	end = put_accepted(stpcpy(name, "dbgtop"), words);
	if (number > 1)
		end += snprintf(end, 16, "_%u", number);
	word = last_word(name);
	if (base == NULL && word != NULL &&
	    is_one_of(endings, word, strlen(word)))
		end = stpcpy(end, "_value");
	if (family->stamp)
		end = stpcpy(end, "_timestamp");
	if (base != NULL)
		stpcpy(stpcpy(end, "_"), base);
	return (name);
}

char *
export_name(struct arena *arena, const struct export_family *family)
{
	return (make_name(arena, family, 1));
}

char *
export_name_other(
    struct arena *arena, const struct export_family *family, unsigned number)
{
	return (make_name(arena, family, number));
}

/* ---- labels ----------------------------------------------------------------- */

static bool
has_key(const struct export_label labels[], size_t count, const char *key)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(labels[i].key, key) == 0)
			return (true);
	return (false);
}

void
export_keys(struct arena *arena, struct export_label labels[], size_t count)
{
	char *words, *key;
	const char *first;
	unsigned number;
	size_t i;

	for (i = 0; i < count; i++) {
		words = arena_take(arena, 2 * strlen(labels[i].key) + 16, 1);
		put_words(words, labels[i].key);
		if (*words == '\0')
			stpcpy(words, "_unnamed");
		key = words + 1;
		if (isdigit((unsigned char)*key) ||
		    is_one_of(taken, key, strlen(key)))
			key = arena_print(arena, "own_%s", key);
		for (first = key, number = 2; has_key(labels, i, key); number++)
			key = arena_print(arena, "%s_%u", first, number);
		labels[i].key = key;
	}
}
