/*
 * t_pattern.c - globs and expressions select what the manual says.
 */
#include <viewer/pattern.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct model_label label[] = { { "dir", "in" } };

static const struct model_metric net_metrics[] = {
	{ .name = "sent" },
	{ .name = "latency" },
	{ .name = "bytes",
	    .labels = "{dir=\"in\"}",
	    .label = label,
	    .label_count = 1 },
};
static const struct model_metric process_metrics[] = {
	{ .name = "cpu_user", .labels = "" },
	{ .name = "cpu_system", .labels = "" },
	{ .name = "rss", .labels = "" },
};
static const struct model_profile profiles[] = {
	{ .path = "process", .metrics = process_metrics, .metric_count = 3 },
	{ .path = "net/connections",
	    .metrics = net_metrics,
	    .metric_count = 3 },
	{ .path = "net/dns/cache", .metrics = net_metrics, .metric_count = 2 },
};
static const struct model model = { .profiles = profiles, .profile_count = 3 };

/* What is selected, as "path" for whole profiles and "path:metric" otherwise. */
static void
selects(const char *word, const char *wanted)
{
	const char *const words[] = { word };
	char got[512] = "", why[100];
	struct patterns *patterns;
	size_t i, j;

	assert_int_equal(
	    patterns_create(words, 1, &patterns, why, sizeof(why)), 0);
	patterns_resolve(patterns, &model);
	for (i = 0; i < 3; i++) {
		if (patterns_profile(patterns, &profiles[i])) {
			strcat(strcat(got, profiles[i].path), " ");
			continue;
		}
		for (j = 0; j < profiles[i].metric_count; j++)
			if (patterns_metric(patterns, &profiles[i],
				&profiles[i].metrics[j]))
				strcat(
				    strcat(strcat(strcat(got, profiles[i].path),
					       ":"),
					profiles[i].metrics[j].name),
				    " ");
	}
	assert_string_equal(got, wanted);
	if (*wanted == '\0')
		assert_string_equal(patterns_unmatched(patterns), word);
	else
		assert_null(patterns_unmatched(patterns));
	patterns_destroy(patterns);
}

static void
test_pattern_without_colon_selects_profiles(void **state)
{
	(void)state;
	selects("net/connections", "net/connections ");
	selects("net/*", "net/connections net/dns/cache ");
	selects("pro?ess", "process ");
	selects("*", "process net/connections net/dns/cache ");
}

static void
test_pattern_without_profile_selects_metrics_anywhere(void **state)
{
	(void)state;
	selects("*latency*", "net/connections:latency net/dns/cache:latency ");
	selects("rss", "process:rss ");
	selects("bytes", "net/connections:bytes ");
	selects("nothing*", "");
}

static void
test_pattern_with_colon_selects_pairs(void **state)
{
	(void)state;
	selects("process:*cpu*", "process:cpu_user process:cpu_system ");
	selects("net/*:sent", "net/connections:sent net/dns/cache:sent ");
	selects("net/*:bytes{dir=\"in\"}", "net/connections:bytes ");
	selects("net/*:bytes{dir=\"out\"}", "");
	selects("process:", "");
}

static void
test_pattern_between_slashes_is_an_expression(void **state)
{
	(void)state;
	selects("/^net/", "net/connections net/dns/cache ");
	selects("/user$/", "process:cpu_user ");
	selects("/^process:cpu_(user|system)$/",
	    "process:cpu_user process:cpu_system ");
	selects("/nowhere/", "");
}

static void
test_pattern_bad_expression_says_why(void **state)
{
	static const char *const words[] = { "fine", "/a(/" };
	struct patterns *patterns;
	char why[100] = "";

	(void)state;
	assert_int_equal(
	    patterns_create(words, 2, &patterns, why, sizeof(why)), -1);
	assert_true(why[0] != '\0');
}

static void
test_pattern_none_selects_everything(void **state)
{
	struct patterns *patterns;

	(void)state;
	assert_int_equal(patterns_create(NULL, 0, &patterns, NULL, 0), 0);
	patterns_resolve(patterns, &model);
	assert_true(patterns_profile(patterns, &profiles[1]));
	assert_true(
	    patterns_metric(patterns, &profiles[0], &process_metrics[2]));
	assert_null(patterns_unmatched(patterns));
	patterns_destroy(patterns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pattern_without_colon_selects_profiles),
		cmocka_unit_test(
		    test_pattern_without_profile_selects_metrics_anywhere),
		cmocka_unit_test(test_pattern_with_colon_selects_pairs),
		cmocka_unit_test(test_pattern_between_slashes_is_an_expression),
		cmocka_unit_test(test_pattern_bad_expression_says_why),
		cmocka_unit_test(test_pattern_none_selects_everything),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
