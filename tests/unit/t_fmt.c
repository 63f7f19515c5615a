/*
 * t_fmt.c - numbers, sizes, durations and times as people read them.
 */
#include <libshm/kit/fmt.h>

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define S UINT64_C(1000000000)

static char out[FMT_SIZE];

#define IS(call, wanted) assert_string_equal(call, wanted)

static void
test_fmt_count_has_three_digits(void **state)
{
	(void)state;
	IS(fmt_count(out, sizeof(out), 0), "0");
	IS(fmt_count(out, sizeof(out), 7), "7");
	IS(fmt_count(out, sizeof(out), 999), "999");
	IS(fmt_count(out, sizeof(out), 1000), "1.00k");
	IS(fmt_count(out, sizeof(out), 1940), "1.94k");
	IS(fmt_count(out, sizeof(out), 22400), "22.4k");
	IS(fmt_count(out, sizeof(out), 999499), "999k");
	IS(fmt_count(out, sizeof(out), 999500), "1.00M");
	IS(fmt_count(out, sizeof(out), 18.2e6), "18.2M");
	IS(fmt_count(out, sizeof(out), -1500), "-1.50k");
	IS(fmt_count(out, sizeof(out), 0.5), "0.50");
	IS(fmt_count(out, sizeof(out), (double)UINT64_MAX), "18.4E");
}

static void
test_fmt_bytes_are_binary(void **state)
{
	(void)state;
	IS(fmt_bytes(out, sizeof(out), 0), "0 B");
	IS(fmt_bytes(out, sizeof(out), 812), "812 B");
	IS(fmt_bytes(out, sizeof(out), 1024), "1.00 KiB");
	IS(fmt_bytes(out, sizeof(out), 64.0 * 1024 * 1024), "64.0 MiB");
	IS(fmt_bytes(out, sizeof(out), (double)UINT64_MAX), "16.0 EiB");
}

static void
test_fmt_duration_takes_the_units_that_matter(void **state)
{
	(void)state;
	IS(fmt_duration(out, sizeof(out), 0), "0 s");
	IS(fmt_duration(out, sizeof(out), 812), "812 ns");
	IS(fmt_duration(out, sizeof(out), 7900000), "7.90 ms");
	IS(fmt_duration(out, sizeof(out), 999600), "1.00 ms");
	IS(fmt_duration(out, sizeof(out), 1840000000), "1.84 s");
	IS(fmt_duration(out, sizeof(out), 59 * S + S / 2), "59.5 s");
	IS(fmt_duration(out, sizeof(out), 59999999999), "0m59s");
	IS(fmt_duration(out, sizeof(out), 123 * S), "2m03s");
	IS(fmt_duration(out, sizeof(out), 11520 * S), "3h12m");
	IS(fmt_duration(out, sizeof(out), (3 * 24 + 4) * 3600 * S), "3d04h");
	IS(fmt_duration(out, sizeof(out), UINT64_MAX), "213503d23h");
}

static void
test_fmt_age_says_when_it_is_unknown(void **state)
{
	(void)state;
	IS(fmt_age(out, sizeof(out), UINT64_MAX), "-");
	IS(fmt_age(out, sizeof(out), 0), "0.0 s");
	IS(fmt_age(out, sizeof(out), 12130000000), "12.1 s");
	IS(fmt_age(out, sizeof(out), 300 * S), "5m00s");
}

static void
test_fmt_time_is_iso_8601_with_zone(void **state)
{
	uint64_t when = UINT64_C(1769860991) * S + 250000000;

	(void)state;
	IS(fmt_time(out, sizeof(out), when, 0), "2026-01-31T12:03:11Z");
	IS(fmt_time(out, sizeof(out), when, 3), "2026-01-31T12:03:11.250Z");
	IS(fmt_time(out, sizeof(out), when, 9),
	    "2026-01-31T12:03:11.250000000Z");
	IS(fmt_time(out, sizeof(out), 0, 3), "-");
	fmt_time(out, sizeof(out), UINT64_MAX, 9);
	assert_string_equal(out, "2554-07-21T23:34:33.709551615Z");
}

static void
test_fmt_since_says_how_long_ago(void **state)
{
	uint64_t when = UINT64_C(1769860991) * S;
	char long_out[2 * FMT_SIZE];

	(void)state;
	IS(fmt_since(long_out, sizeof(long_out), when, when + 12 * S),
	    "2026-01-31T12:03:11Z (12 s ago)");
	IS(fmt_since(long_out, sizeof(long_out), when, when + 150 * S),
	    "2026-01-31T12:03:11Z (2m30s ago)");
	IS(fmt_since(long_out, sizeof(long_out), when, when - S),
	    "2026-01-31T12:03:11Z");
	IS(fmt_since(long_out, sizeof(long_out), 0, when), "-");
}

static void
test_fmt_double_reads_back_as_the_same(void **state)
{
	static const double numbers[] = { 0, 0.1, 1.0 / 3, 1e300, DBL_MIN,
		DBL_MAX, 5e-324, -2.5, 123456789.125 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		assert_true(strtod(fmt_double(out, sizeof(out), numbers[i]),
				NULL) == numbers[i]);
	IS(fmt_double(out, sizeof(out), 0.1), "0.1");
	IS(fmt_double(out, sizeof(out), NAN), "nan");
	IS(fmt_double(out, sizeof(out), -INFINITY), "-inf");
}

static void
test_fmt_unit_follows_the_unit(void **state)
{
	(void)state;
	IS(fmt_unit(out, sizeof(out), DBGSHM_UNIT_NONE, 8080, false), "8080");
	IS(fmt_unit(out, sizeof(out), DBGSHM_UNIT_NONE, 18.2e6, false),
	    "18.2M");
	IS(fmt_unit(out, sizeof(out), DBGSHM_UNIT_BYTES, 2048, false),
	    "2.00 KiB");
	IS(fmt_unit(out, sizeof(out), DBGSHM_UNIT_NS, -2e6, false), "-2.00 ms");
	IS(fmt_unit(out, sizeof(out), DBGSHM_UNIT_PERCENT, 12.34, false),
	    "12.3 %");
	IS(fmt_unit(out, sizeof(out), DBGSHM_UNIT_RATIO, 0.1234, false),
	    "0.123");
	IS(fmt_unit(out, sizeof(out), DBGSHM_UNIT_HERTZ, 2400, false),
	    "2.40kHz");
	IS(fmt_unit(out, sizeof(out), DBGSHM_UNIT_CELSIUS, 36.6, false),
	    "36.6 C");
	IS(fmt_unit(out, sizeof(out), DBGSHM_UNIT_BYTES, 2048, true), "2048");
	IS(fmt_unit(out, sizeof(out), DBGSHM_UNIT_BYTES, NAN, false), "-");
	IS(fmt_unit(out, sizeof(out), DBGSHM_UNIT_NS, 1e30, false),
	    "213503d23h");
}

static void
test_fmt_metric_is_exact_when_raw(void **state)
{
	(void)state;
	IS(fmt_metric(out, sizeof(out), DBGSHM_METRIC_COUNTER, 0,
	       (union dbgshm_value){ .u = UINT64_MAX }, true),
	    "18446744073709551615");
	IS(fmt_metric(out, sizeof(out), DBGSHM_METRIC_GAUGE, 0,
	       (union dbgshm_value){ .i = INT64_MIN }, true),
	    "-9223372036854775808");
	IS(fmt_metric(out, sizeof(out), DBGSHM_METRIC_FLOAT, 0,
	       (union dbgshm_value){ .d = 0.25 }, true),
	    "0.25");
	IS(fmt_metric(out, sizeof(out), DBGSHM_METRIC_HISTOGRAM, DBGSHM_UNIT_NS,
	       (union dbgshm_value){ .u = 12345 }, false),
	    "12.3k"); /* a count, whatever the unit of its values */
}

static void
test_fmt_rate_of_time_is_a_share(void **state)
{
	(void)state;
	IS(fmt_rate(out, sizeof(out), DBGSHM_UNIT_NS, 350000000, false),
	    "35.0 %");
	IS(fmt_rate(out, sizeof(out), DBGSHM_UNIT_BYTES, 2048, false),
	    "2.00 KiB/s");
	IS(fmt_rate(out, sizeof(out), DBGSHM_UNIT_NONE, 18200, false),
	    "18.2k/s");
	IS(fmt_rate(out, sizeof(out), DBGSHM_UNIT_NONE, NAN, false), "-");
	IS(fmt_rate(out, sizeof(out), DBGSHM_UNIT_NONE, NAN, true), "-");
}

static void
test_fmt_user_without_a_name_is_a_number(void **state)
{
	(void)state;
	IS(fmt_user(0), "root");
	IS(fmt_user(4123456789), "4123456789");
	IS(fmt_user(0), "root");
}

/* What is written without printf(3) is what that would have written. */
static void
test_fmt_count_rounds_as_printf_does(void **state)
{
	char text[FMT_SIZE], wanted[FMT_SIZE];
	uint64_t seed = UINT64_C(88172645463325252);
	double value;
	int digits;

	(void)state;
	for (int i = 0; i < 400000; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		/* Many of them in the middle between two. */
		value = i % 2 == 0 ? (double)(seed % 199000) / 200
				   : (double)(seed >> 11) / 0x1p53 * 999;
		digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
		if (value == floor(value))
			digits = 0;
		snprintf(wanted, sizeof(wanted), "%.*f", digits, value);
		assert_string_equal(
		    fmt_count(text, sizeof(text), value), wanted);
		snprintf(wanted, sizeof(wanted), "%llu",
		    (unsigned long long)(seed >> i % 64));
		assert_string_equal(
		    fmt_u64(text, sizeof(text), seed >> i % 64), wanted);
	}
	assert_string_equal(fmt_u64(text, 4, 123456), "123");
	assert_string_equal(fmt_u64(text, sizeof(text), 0), "0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fmt_count_has_three_digits),
		cmocka_unit_test(test_fmt_count_rounds_as_printf_does),
		cmocka_unit_test(test_fmt_bytes_are_binary),
		cmocka_unit_test(test_fmt_duration_takes_the_units_that_matter),
		cmocka_unit_test(test_fmt_age_says_when_it_is_unknown),
		cmocka_unit_test(test_fmt_time_is_iso_8601_with_zone),
		cmocka_unit_test(test_fmt_since_says_how_long_ago),
		cmocka_unit_test(test_fmt_double_reads_back_as_the_same),
		cmocka_unit_test(test_fmt_unit_follows_the_unit),
		cmocka_unit_test(test_fmt_metric_is_exact_when_raw),
		cmocka_unit_test(test_fmt_rate_of_time_is_a_share),
		cmocka_unit_test(test_fmt_user_without_a_name_is_a_number),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
