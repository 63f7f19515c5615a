/*
 * quantity.c - a number with its unit, as people type it and as we print it.
 */
#include "quantity.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 64 /* characters */

static const struct unit {
	const char *name;
	double scale;
	bool duration; /* 2m03s: more may follow */
} units[] = {
	{ "", 1, false },
	{ "%", 1, false },
	{ "ns", 1, true },
	{ "us", 1e3, true },
	{ "\xc2\xb5s", 1e3, true }, /* the micro sign */
	{ "\xce\xbcs", 1e3, true }, /* the letter mu */
	{ "ms", 1e6, true },
	{ "s", 1e9, true },
	{ "m", 60e9, true },
	{ "min", 60e9, true },
	{ "h", 3600e9, true },
	{ "d", 86400e9, true },
	{ "B", 1, false },
	{ "k", 1e3, false },
	{ "K", 1e3, false },
	{ "M", 1e6, false },
	{ "G", 1e9, false },
	{ "T", 1e12, false },
	{ "kB", 1e3, false },
	{ "KB", 1e3, false },
	{ "MB", 1e6, false },
	{ "GB", 1e9, false },
	{ "TB", 1e12, false },
	{ "Ki", 1024.0, false },
	{ "Mi", 1048576.0, false },
	{ "Gi", 1073741824.0, false },
	{ "Ti", 1099511627776.0, false },
	{ "KiB", 1024.0, false },
	{ "MiB", 1048576.0, false },
	{ "GiB", 1073741824.0, false },
	{ "TiB", 1099511627776.0, false },
};

static bool
is_digit(char c)
{
	return (c >= '0' && c <= '9');
}

static size_t
take_digits(const char *text, size_t length, size_t at)
{
	while (at < length && is_digit(text[at]))
		at++;
	return (at);
}

/* -1.5e6; returns how many characters, 0 none. */
static size_t
take_number(const char *text, size_t length, double *value)
{
	char copy[NUMBER_MAX + 1];
	size_t at = 0, end;

	if (at < length && (text[at] == '-' || text[at] == '+'))
		at++;
	end = take_digits(text, length, at);
	if (end == at)
		return (0);
	if (end + 1 < length && text[end] == '.' && is_digit(text[end + 1]))
		end = take_digits(text, length, end + 1);
	if (end + 1 < length && (text[end] == 'e' || text[end] == 'E')) {
		at = end + 1;
		if (text[at] == '-' || text[at] == '+')
			at++;
		if (at < length && is_digit(text[at]))
			end = take_digits(text, length, at);
	}
	if (end > NUMBER_MAX)
		return (0);
	memcpy(copy, text, end);
	copy[end] = '\0';
	*value = strtod(copy, NULL);
	return (end);
}

/* Letters up to the next digit are one unit. */
static const struct unit *
take_unit(const char *text, size_t length, size_t *used)
{
	size_t end = 0;

	while (end < length && !is_digit(text[end]))
		end++;
	*used = end;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].name) == end &&
		    memcmp(units[i].name, text, end) == 0)
			return (&units[i]);
	return (NULL);
}

enum quantity
quantity_parse(const char *text, size_t length, double *value)
{
	const struct unit *unit = NULL, *before;
	double sum = 0, number, sign = length > 0 && text[0] == '-' ? -1 : 1;
	size_t used;

	if (length > 2 && memcmp(text + length - 2, "/s", 2) == 0)
		length -= 2;
	do {
		used = take_number(text, length, &number);
		if (used == 0)
			return (unit == NULL ? QUANTITY_NO_NUMBER
					     : QUANTITY_UNKNOWN_UNIT);
		text += used;
		length -= used;
		if (length > 1 && text[0] == ' ') { /* 1.21 MiB */
			text++;
			length--;
		}
		if (unit != NULL) /* of the same sign: -2m03s */
			number *= sign;
		before = unit;
		unit = take_unit(text, length, &used);
		if (unit == NULL || (before != NULL && !unit->duration))
			return (QUANTITY_UNKNOWN_UNIT);
		sum += number * unit->scale;
		text += used;
		length -= used;
	} while (length > 0 && unit->duration && is_digit(text[0]));
	if (length > 0)
		return (QUANTITY_UNKNOWN_UNIT);
	*value = sum;
	return (QUANTITY_OK);
}
