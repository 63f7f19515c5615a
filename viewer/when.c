/*
 * when.c - a moment as people type it.
 */
#include "when.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS UINT64_C(1000000000)
#define LAST_SECOND UINT64_C(18000000000) /* ns of it still fit 64 bits */

/* Digits behind a point, as nanoseconds. */
static const char *
take_fraction(const char *text, uint64_t *ns)
{
	uint64_t scale = NS / 10;

	*ns = 0;
	if (*text != '.')
		return (text);
	for (text++; *text >= '0' && *text <= '9'; text++, scale /= 10)
		*ns += scale * (uint64_t)(*text - '0');
	return (text);
}

/* 10m: so long before now. */
static int
parse_ago(const char *text, uint64_t now_ns, uint64_t *real_ns)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
		{ "ms", NS / 1000 },
		{ "s", NS },
		{ "m", 60 * NS },
		{ "h", 3600 * NS },
		{ "d", 86400 * NS },
	};
	uint64_t number, ago;
	char *end;
	size_t i;

	if (*text < '0' || *text > '9')
		return (-1);
	errno = 0;
	number = strtoull(text, &end, 10);
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].name) != 0)
			continue;
		if (errno != 0 ||
		    __builtin_mul_overflow(number, units[i].ns, &ago))
			return (-1);
		*real_ns = now_ns > ago ? now_ns - ago : 1;
		return (0);
	}
	return (-1);
}

/* @1769860991.5 */
static int
parse_unix(const char *text, uint64_t *real_ns)
{
	uint64_t seconds, fraction;
	const char *rest;
	char *end;

	if (*text < '0' || *text > '9')
		return (-1);
	seconds = strtoull(text, &end, 10);
	rest = take_fraction(end, &fraction);
	if (*rest != '\0' || seconds > LAST_SECOND || seconds + fraction == 0)
		return (-1);
	*real_ns = seconds * NS + fraction;
	return (0);
}

/* Z, +01:00 or nothing; the offset of the zone in seconds, or none. */
static int
take_zone(const char *text, bool *local, long *offset)
{
	long sign = *text == '-' ? -1 : 1;

	*local = *text == '\0';
	*offset = 0;
	if (*local || strcmp(text, "Z") == 0)
		return (0);
	if ((*text != '+' && *text != '-') || strlen(text) != 6 ||
	    text[3] != ':' || strspn(text + 1, "0123456789") != 2 ||
	    strspn(text + 4, "0123456789") != 2)
		return (-1);
	*offset = sign *
	    (strtol(text + 1, NULL, 10) * 3600 +
		strtol(text + 4, NULL, 10) * 60);
	return (0);
}

/* 2026-01-31T12:03:11.250Z, and less of it. */
static int
parse_date(const char *text, uint64_t *real_ns)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S",
		"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M",
		"%Y-%m-%d" };
	const char *end;
	uint64_t fraction;
	struct tm broken;
	bool local;
	long offset;
	time_t seconds;
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		broken = (struct tm){ .tm_isdst = -1 };
		end = strptime(text, forms[i], &broken);
		if (end == NULL)
			continue;
		end = take_fraction(end, &fraction);
		if (take_zone(end, &local, &offset) == -1)
			continue;
		seconds = local ? mktime(&broken) : timegm(&broken) - offset;
		if (seconds <= 0 || (uint64_t)seconds > LAST_SECOND)
			return (-1);
		*real_ns = (uint64_t)seconds * NS + fraction;
		return (0);
	}
	return (-1);
}

/* 12:03: today, or yesterday when that is still to come. */
static int
parse_clock(const char *text, uint64_t now_ns, uint64_t *real_ns)
{
	time_t now = (time_t)(now_ns / NS), then;
	struct tm broken, today;
	const char *end;

	if (localtime_r(&now, &today) == NULL)
		return (-1);
	broken = today;
	broken.tm_sec = 0;
	end = strptime(text, "%H:%M:%S", &broken);
	if (end == NULL || *end != '\0') {
		broken = today;
		broken.tm_sec = 0;
		end = strptime(text, "%H:%M", &broken);
	}
	if (end == NULL || *end != '\0')
		return (-1);
	broken.tm_isdst = -1;
	then = mktime(&broken);
	if (then > now) {
		broken.tm_mday--;
		broken.tm_isdst = -1;
		then = mktime(&broken);
	}
	if (then <= 0)
		return (-1);
	*real_ns = (uint64_t)then * NS;
	return (0);
}

uint64_t
when_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return ((uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec);
}

int
when_parse(const char *text, uint64_t now_real_ns, uint64_t *real_ns)
{
	if (*text == '@')
		return (parse_unix(text + 1, real_ns));
	if (parse_ago(text + (*text == '-'), now_real_ns, real_ns) == 0)
		return (0);
	if (strchr(text, '-') != NULL)
		return (parse_date(text, real_ns));
	return (parse_clock(text, now_real_ns, real_ns));
}
