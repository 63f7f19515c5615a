/*
 * fmt.h - numbers, sizes, durations, times and users as people read them.
 *
 * Each function writes a NUL-terminated text into out[0..size) and returns
 * out; FMT_SIZE bytes are enough for all of them.  "raw" means no scaling:
 * the bare number in the unit it was recorded in.
 */
#ifndef KIT_FMT_H
#define KIT_FMT_H

#include <dbgshm/reader.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FMT_SIZE 64

char *fmt_u64(char *out, size_t size, uint64_t value);
char *fmt_i64(char *out, size_t size, int64_t value);
char *fmt_double(char *out, size_t size, double value);
	/* The shortest decimal that reads back as the same double; "nan", "inf"
	 * and "-inf" for what is not finite. */

char *fmt_count(char *out, size_t size, double value);
	/* 7  812  1.94k  22.4k  18.2M  (thousands, three digits) */
char *fmt_bytes(char *out, size_t size, double value);
	/* 812 B  1.21 KiB  64.0 MiB */
char *fmt_duration(char *out, size_t size, uint64_t value_ns);
	/* 0 s  812 ns  7.90 ms  1.84 s  2m03s  3h12m  3d04h */
char *fmt_age(char *out, size_t size, uint64_t value_ns);
	/* As a duration, in tenths of a second at the finest; "-" for
	 * UINT64_MAX (unknown). */

char *fmt_time(char *out, size_t size, uint64_t real_ns, int digits);
	/* 2026-01-31T12:03:11.250Z, digits 0 to 9 behind the second; "-" for 0
	 * (unknown or never). */
char *fmt_clock(char *out, size_t size, uint64_t real_ns);
	/* 12:03:11 in the local zone, for headers. */
char *fmt_since(
    char *out, size_t size, uint64_t since_real_ns, uint64_t now_real_ns);
	/* 2026-01-31T12:03:11Z (12 s ago) */

char *fmt_unit(char *out, size_t size, uint8_t unit, double value, bool raw);
	/* A number of that DBGSHM_UNIT_*; without a unit it is exact below ten
	 * million. */
char *fmt_metric(char *out, size_t size, uint8_t kind, uint8_t unit,
    union dbgshm_value value, bool raw);
	/* The value of a metric of that kind; exact when raw. */
char *fmt_rate(char *out, size_t size, uint8_t unit, double rate, bool raw);
	/* 1.21 MiB/s  18.2k/s  35.0 % (of nanoseconds a second: the share of
	 * one CPU or thread); "-" for NAN (not known yet). */
double fmt_rate_shown(uint8_t unit, double rate);
	/* The number in it: 35 for 35.0 %. */

bool fmt_is_user(const char *text);
	/* A login name or a number. */

const char *fmt_user(uid_t uid);
	/* Login name or decimal number.  Valid until the next call with another
	 * uid; looks in the user database only when the uid changes. */

#endif
