/*
 * argument.c - values of options, from text.
 */
#include "argument.h"

#include <dbgshm/reader.h>

#include <libutil.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define INTERVAL_MIN UINT64_C(10000000) /* 10 ms */
#define INTERVAL_MAX UINT64_C(86400000000000)
#define TIMEOUT_MAX (365 * INTERVAL_MAX)
#define SIZE_LEAST 65536

static int
parse_duration(const char *text, double *ns)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = {
		{ "", 1e9 },
		{ "ms", 1e6 },
		{ "s", 1e9 },
		{ "m", 60e9 },
		{ "h", 3600e9 },
		{ "us", 1e3 },
	};
	double number;
	size_t i;
	char *end;

	number = strtod(text, &end);
	if (end == text || !isfinite(number) || number < 0)
		return (-1);
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(end, units[i].name) == 0)
			break;
	if (i == sizeof(units) / sizeof(units[0]))
		return (-1);
	*ns = number * units[i].ns;
	return (0);
}

int
argument_interval(const char *text, uint64_t *interval_ns)
{
	double ns;

	if (parse_duration(text, &ns) == -1 || ns < (double)INTERVAL_MIN ||
	    ns > (double)INTERVAL_MAX)
		return (-1);
	*interval_ns = (uint64_t)ns;
	return (0);
}

int
argument_timeout(const char *text, uint64_t *timeout_ns)
{
	double ns;

	if (parse_duration(text, &ns) == -1 || ns > (double)TIMEOUT_MAX)
		return (-1);
	*timeout_ns = (uint64_t)ns;
	return (0);
}

int
argument_size(const char *text, uint64_t *bytes)
{
	uint64_t size;

	if (*text < '0' || *text > '9' || expand_number(text, &size) == -1 ||
	    size < SIZE_LEAST || size > INT64_MAX)
		return (-1);
	*bytes = size;
	return (0);
}

int
argument_level(const char *text, uint8_t *level)
{
	uint8_t i;

	for (i = DBGSHM_LEVEL_NORMAL; i <= DBGSHM_LEVEL_DEBUG; i++)
		if (strcmp(text, dbgshm_level_name(i)) == 0) {
			*level = i;
			return (0);
		}
	return (-1);
}

int
argument_severity(const char *text, uint8_t *severity)
{
	uint8_t i;

	for (i = 0; i < DBGSHM_SEVERITY_COUNT; i++)
		if (strcmp(text, dbgshm_severity_name(i)) == 0) {
			*severity = i;
			return (0);
		}
	return (-1);
}

int
argument_color(const char *text, enum color *color)
{
	static const char *const names[] = {
		[COLOR_AUTO] = "auto",
		[COLOR_ALWAYS] = "always",
		[COLOR_NEVER] = "never",
		[COLOR_8] = "8",
		[COLOR_16] = "16",
		[COLOR_256] = "256",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(text, names[i]) == 0) {
			*color = (enum color)i;
			return (0);
		}
	return (-1);
}
