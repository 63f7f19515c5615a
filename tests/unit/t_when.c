/*
 * t_when.c - moments as people type them.
 */
#include <viewer/when.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define S UINT64_C(1000000000)
#define NOW (UINT64_C(1769860991) * S) /* 2026-01-31T12:03:11Z */

static void
means(const char *text, uint64_t expected_ns)
{
	uint64_t real_ns = 0;

	if (when_parse(text, NOW, &real_ns) == -1)
		fail_msg("%s: not understood", text);
	if (real_ns != expected_ns)
		fail_msg("%s: %llu, not %llu", text,
		    (unsigned long long)real_ns,
		    (unsigned long long)expected_ns);
}

static void
zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

static void
test_a_duration_is_so_long_ago(void **state)
{
	(void)state;
	means("10m", NOW - 600 * S);
	means("-10m", NOW - 600 * S);
	means("250ms", NOW - S / 4);
	means("1s", NOW - S);
	means("2h", NOW - 7200 * S);
	means("3d", NOW - 3 * 86400 * S);
	means("0s", NOW);
	means("100000d", 1); /* before all times is the first */
}

static void
test_a_clock_is_the_last_time_that_it_showed_that(void **state)
{
	(void)state;
	zone("UTC0");
	means("12:03", NOW - 11 * S);
	means("12:03:11", NOW);
	means("12:03:12", NOW + S - 86400 * S);
	means("23:00", NOW - 11 * S - 3 * 60 * S + 11 * 3600 * S - 86400 * S);
	zone("AAA-2");
	means("14:03", NOW - 11 * S);
}

static void
test_dates_have_the_zone_that_they_say_or_the_local_one(void **state)
{
	(void)state;
	zone("AAA-2");
	means("2026-01-31T12:03:11Z", NOW);
	means("2026-01-31T12:03:11.25Z", NOW + S / 4);
	means("2026-01-31T13:03:11+01:00", NOW);
	means("2026-01-31T06:33:11-05:30", NOW);
	means("2026-01-31T14:03:11", NOW);
	means("2026-01-31 14:03", NOW - 11 * S);
	means("2026-01-31", NOW - 11 * S - 3 * 60 * S - 14 * 3600 * S);
}

static void
test_seconds_since_1970_have_a_sign_before_them(void **state)
{
	(void)state;
	means("@1769860991", NOW);
	means("@1769860991.000000001", NOW + 1);
}

static void
test_anything_else_is_refused(void **state)
{
	static const char *const texts[] = { "", "-", "@", "@x", "@-1", "@0",
		"@99999999999999999999", "10", "10x", "m", "1.5m", "25:00",
		"12:60", "12:03:11:1", "12:", "yesterday", "2026-13-01",
		"2026-01-31T12:03:11X", "2026-01-31T12:03:11+1", "--10m",
		"99999999999999999999s", "18446744073709551615d" };
	uint64_t real_ns = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (when_parse(texts[i], NOW, &real_ns) != -1)
			fail_msg("\"%s\" was understood", texts[i]);
	assert_int_equal(real_ns, 77);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_duration_is_so_long_ago),
		cmocka_unit_test(
		    test_a_clock_is_the_last_time_that_it_showed_that),
		cmocka_unit_test(
		    test_dates_have_the_zone_that_they_say_or_the_local_one),
		cmocka_unit_test(
		    test_seconds_since_1970_have_a_sign_before_them),
		cmocka_unit_test(test_anything_else_is_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
