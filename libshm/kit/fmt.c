/*
 * fmt.c - numbers, sizes, durations, times and users as people read them.
 */
#include "fmt.h"

#include <inttypes.h>
#include <math.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_SECOND UINT64_C(1000000000)
#define EXACT_BELOW 1e7

char *
fmt_u64(char *out, size_t size, uint64_t value)
{
	char text[20], *at = text + sizeof(text);
	size_t length;

	do
		*--at = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	length = (size_t)(text + sizeof(text) - at);
	if (size == 0)
		return (out);
	if (length >= size)
		length = size - 1;
	memcpy(out, at, length);
	out[length] = '\0';
	return (out);
}

char *
fmt_i64(char *out, size_t size, int64_t value)
{
	if (value >= 0)
		return (fmt_u64(out, size, (uint64_t)value));
	snprintf(out, size, "%" PRId64, value);
	return (out);
}

char *
fmt_double(char *out, size_t size, double value)
{
	int digits;

	if (isnan(value)) {
		snprintf(out, size, "nan");
		return (out);
	}
	for (digits = 15; digits <= 17; digits++) {
		snprintf(out, size, "%.*g", digits, value);
		if (isinf(value) || strtod(out, NULL) == value)
			break;
	}
	return (out);
}

/* As "%.*f%s" has it, at a tenth of the cost: a screen has hundreds of them.  False:
 * it may not be the same, or there is no room. */
static bool
quick(char *out, size_t size, double value, int digits, const char *suffix)
{
	static const double steps[] = { 1, 10, 100 };
	double units = value * steps[digits], rest;
	char text[24], *at = text + sizeof(text);
	uint64_t number, left;

	if (signbit(value) || !(value < 1e6) ||
	    size < sizeof(text) + strlen(suffix))
		return (false);
	number = (uint64_t)units;
	rest = units - (double)number;
	if (fabs(rest - 0.5) < 1e-6) /* the product is not exact */
		return (false);
	number += rest > 0.5;
	for (left = number;
	     left > 0 || text + sizeof(text) - at <= digits + (digits > 0);
	     left /= 10) {
		if (digits > 0 && text + sizeof(text) - at == digits)
			*--at = '.';
		*--at = (char)('0' + left % 10);
	}
	memcpy(out, at, (size_t)(text + sizeof(text) - at));
	memcpy(out + (text + sizeof(text) - at), suffix, strlen(suffix) + 1);
	return (true);
}

/* Three digits: 1.94 22.4 812. */
static void
three_digits(char *out, size_t size, double value, const char *suffix)
{
	double magnitude = fabs(value);
	int digits = magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2;

	if (!quick(out, size, value, digits, suffix))
		snprintf(out, size, "%.*f%s", digits, value, suffix);
}

static bool
is_whole(double value)
{
	return (fabs(value) < 1e15 && value == (double)(int64_t)value);
}

static char *
scaled(char *out, size_t size, double value, double step,
    const char *const suffixes[], size_t count)
{
	size_t i = 0;

	if (!isfinite(value)) {
		snprintf(out, size, "%s%s",
		    isnan(value)    ? "nan"
			: value > 0 ? "inf"
				    : "-inf",
		    suffixes[0]);
		return (out);
	}
	/* 999.5 would print as 1000 of the smaller unit. */
	while (i + 1 < count && fabs(value) >= (i == 0 ? 1000 : 999.5)) {
		value /= step;
		i++;
	}
	if (i == 0 && is_whole(value)) {
		if (!quick(out, size, value, 0, suffixes[0]))
			snprintf(out, size, "%.0f%s", value, suffixes[0]);
	} else if (fabs(value) >= 1e6)
		snprintf(out, size, "%.3g%s", value, suffixes[i]);
	else
		three_digits(out, size, value, suffixes[i]);
	return (out);
}

#define NITEMS(a) (sizeof(a) / sizeof((a)[0]))

char *
fmt_count(char *out, size_t size, double value)
{
	static const char *const suffixes[] = { "", "k", "M", "G", "T", "P",
		"E" };

	return (scaled(out, size, value, 1000, suffixes, NITEMS(suffixes)));
}

char *
fmt_bytes(char *out, size_t size, double value)
{
	static const char *const suffixes[] = { " B", " KiB", " MiB", " GiB",
		" TiB", " PiB", " EiB" };

	return (scaled(out, size, value, 1024, suffixes, NITEMS(suffixes)));
}

/* Two neighbouring units, or one with three digits below a minute. */
char *
fmt_duration(char *out, size_t size, uint64_t value_ns)
{
	uint64_t seconds = value_ns / NS_PER_SECOND;

	if (value_ns == 0)
		snprintf(out, size, "0 s");
	else if (value_ns < 1000)
		snprintf(out, size, "%" PRIu64 " ns", value_ns);
	else if (value_ns < 999500)
		three_digits(out, size, (double)value_ns / 1e3, " us");
	else if (value_ns < 999500000)
		three_digits(out, size, (double)value_ns / 1e6, " ms");
	else if (value_ns < 59950000000)
		three_digits(out, size, (double)value_ns / 1e9, " s");
	else if (seconds < 3600)
		snprintf(out, size, "%" PRIu64 "m%02" PRIu64 "s", seconds / 60,
		    seconds % 60);
	else if (seconds < 86400)
		snprintf(out, size, "%" PRIu64 "h%02" PRIu64 "m",
		    seconds / 3600, seconds / 60 % 60);
	else
		snprintf(out, size, "%" PRIu64 "d%02" PRIu64 "h",
		    seconds / 86400, seconds / 3600 % 24);
	return (out);
}

char *
fmt_age(char *out, size_t size, uint64_t value_ns)
{
	if (value_ns == UINT64_MAX)
		snprintf(out, size, "-");
	else if (value_ns < 59950000000)
		snprintf(out, size, "%.1f s", (double)value_ns / 1e9);
	else
		fmt_duration(out, size, value_ns);
	return (out);
}

char *
fmt_time(char *out, size_t size, uint64_t real_ns, int digits)
{
	time_t seconds = (time_t)(real_ns / NS_PER_SECOND);
	char fraction[16];
	struct tm broken;
	size_t length;

	if (real_ns == 0 || gmtime_r(&seconds, &broken) == NULL) {
		snprintf(out, size, "-");
		return (out);
	}
	length = strftime(out, size, "%Y-%m-%dT%H:%M:%S", &broken);
	if (digits > 0)
		snprintf(fraction, sizeof(fraction), ".%09" PRIu64,
		    real_ns % NS_PER_SECOND);
	else
		digits = -1; /* not even the point */
	snprintf(out + length, size - length, "%.*sZ", digits + 1,
	    digits > 0 ? fraction : "");
	return (out);
}

char *
fmt_clock(char *out, size_t size, uint64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / NS_PER_SECOND);
	struct tm broken;

	if (real_ns == 0 || localtime_r(&seconds, &broken) == NULL ||
	    strftime(out, size, "%H:%M:%S", &broken) == 0)
		snprintf(out, size, "-");
	return (out);
}

char *
fmt_since(char *out, size_t size, uint64_t since_real_ns, uint64_t now_real_ns)
{
	char when[FMT_SIZE], age[FMT_SIZE];
	uint64_t seconds;

	fmt_time(when, sizeof(when), since_real_ns, 0);
	if (since_real_ns == 0 || now_real_ns < since_real_ns) {
		snprintf(out, size, "%s", when);
		return (out);
	}
	seconds = (now_real_ns - since_real_ns) / NS_PER_SECOND;
	if (seconds < 60)
		snprintf(age, sizeof(age), "%" PRIu64 " s", seconds);
	else
		fmt_duration(age, sizeof(age), seconds * NS_PER_SECOND);
	snprintf(out, size, "%s (%s ago)", when, age);
	return (out);
}

static void
signed_duration(char *out, size_t size, double value_ns)
{
	double magnitude = fabs(value_ns);

	if (size > 1 && value_ns < 0) {
		*out++ = '-';
		size--;
	}
	fmt_duration(
	    out, size, magnitude < 1.8e19 ? (uint64_t)magnitude : UINT64_MAX);
}

char *
fmt_unit(char *out, size_t size, uint8_t unit, double value, bool raw)
{
	if (!raw && isnan(value)) {
		snprintf(out, size, "-"); /* not known, so of no unit */
		return (out);
	}
	if (raw || !isfinite(value))
		return (fmt_double(out, size, value));
	switch (unit) {
	case DBGSHM_UNIT_BYTES:
		return (fmt_bytes(out, size, value));
	case DBGSHM_UNIT_NS:
		signed_duration(out, size, value);
		return (out);
	case DBGSHM_UNIT_PERCENT:
		if (quick(out, size, value, 1, " %"))
			return (out);
		snprintf(out, size, fabs(value) < 1e6 ? "%.1f %%" : "%.3g %%",
		    value);
		return (out);
	case DBGSHM_UNIT_RATIO:
		snprintf(out, size, "%.3g", value);
		return (out);
	case DBGSHM_UNIT_HERTZ: {
		char number[FMT_SIZE];

		snprintf(out, size, "%sHz",
		    fmt_count(number, sizeof(number), value));
		return (out);
	}
	case DBGSHM_UNIT_CELSIUS:
		snprintf(out, size, "%.1f C", value);
		return (out);
	default:
		/* Ports, descriptors and numbers of processes are no sizes. */
		if (fabs(value) < EXACT_BELOW && is_whole(value))
			return (fmt_i64(out, size, (int64_t)value));
		return (fmt_count(out, size, value));
	}
}

char *
fmt_metric(char *out, size_t size, uint8_t kind, uint8_t unit,
    union dbgshm_value value, bool raw)
{
	switch (kind) {
	case DBGSHM_METRIC_FLOAT:
		return (fmt_unit(out, size, unit, value.d, raw));
	case DBGSHM_METRIC_GAUGE:
	case DBGSHM_METRIC_UPDOWN:
		if (raw)
			return (fmt_i64(out, size, value.i));
		return (fmt_unit(out, size, unit, (double)value.i, false));
	case DBGSHM_METRIC_HISTOGRAM:
		if (raw)
			return (fmt_u64(out, size, value.u));
		return (fmt_count(out, size, (double)value.u));
	default:
		if (raw)
			return (fmt_u64(out, size, value.u));
		return (fmt_unit(out, size, unit, (double)value.u, false));
	}
}

double
fmt_rate_shown(uint8_t unit, double rate)
{
	return (unit == DBGSHM_UNIT_NS ? rate / 1e7 : rate);
}

char *
fmt_rate(char *out, size_t size, uint8_t unit, double rate, bool raw)
{
	if (isnan(rate)) {
		snprintf(out, size, "-");
		return (out);
	}
	if (raw)
		return (fmt_double(out, size, rate));
	if (unit == DBGSHM_UNIT_NS)
		return (fmt_unit(out, size, DBGSHM_UNIT_PERCENT,
		    fmt_rate_shown(unit, rate), false));
	if (unit == DBGSHM_UNIT_NONE)
		fmt_count(out, size, rate);
	else
		fmt_unit(out, size, unit, rate, false);
	strlcat(out, "/s", size);
	return (out);
}

bool
fmt_is_user(const char *text)
{
	return ((*text != '\0' && text[strspn(text, "0123456789")] == '\0') ||
	    getpwnam(text) != NULL);
}

const char *
fmt_user(uid_t uid)
{
	static _Thread_local char name[FMT_SIZE];
	static _Thread_local uid_t of;
	struct passwd *entry;

	if (name[0] != '\0' && of == uid)
		return (name);
	entry = getpwuid(uid);
	if (entry != NULL && entry->pw_name[0] != '\0')
		snprintf(name, sizeof(name), "%s", entry->pw_name);
	else
		snprintf(name, sizeof(name), "%u", (unsigned)uid);
	of = uid;
	return (name);
}
