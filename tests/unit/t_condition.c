/*
 * t_condition.c - claims about conditions over a target.
 */
#include "sample.h"
#include "viewer/condition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *
state_of(void *context, const char *target)
{
	(void)context;
	return (strcmp(target, "proxyd") == 0 ? "dead" : NULL);
}

/* An expression, and the values that it was decided by, as text. */
static bool
holds_since(const char *text, const struct model *model,
    const struct recent *since, char told[static 400])
{
	const struct condition_value *values[8];
	struct expr_error error;
	struct expr *expr = expr_parse(text, 0, &error);
	struct condition *condition;
	char why[200];
	size_t count, i, length = 0;
	bool held;

	if (expr == NULL)
		fail_msg("%s: %s", text, error.text);
	condition = condition_create(expr, state_of, NULL, why, sizeof(why));
	assert_non_null(condition);
	held = condition_holds(condition, model, since);
	count = condition_values(condition, values, 8);
	told[0] = '\0';
	for (i = 0; i < count; i++) {
		length += (size_t)snprintf(told + length, 400 - length, "%s%s",
		    i > 0 ? ", " : "", values[i]->name);
		if (!values[i]->known)
			length +=
			    (size_t)snprintf(told + length, 400 - length, "?");
		else if (values[i]->is_number)
			length += (size_t)snprintf(told + length, 400 - length,
			    "=%g", values[i]->number);
		else
			length += (size_t)snprintf(told + length, 400 - length,
			    "=%s", values[i]->text);
	}
	condition_destroy(condition);
	expr_destroy(expr);
	return (held);
}

static char told[400];

static bool
holds(const char *text)
{
	static struct sample sample;
	struct recent *none = recent_create();
	bool held =
	    holds_since(text, &sample_fill(&sample, 4)->model, none, told);

	recent_destroy(none);
	return (held);
}

static void
test_addresses_mean_one_value(void **state)
{
	(void)state;
	assert_true(holds("process:rss > 1GiB"));
	assert_string_equal(told, "process:rss=1.39586e+09");
	assert_true(holds("net/connections:sent{peer=\"edge\"} > 1MiB"));
	assert_false(holds("net/connections:sent{peer=\"core\"} > 1MiB"));
	assert_true(holds("net/connections:sent{peer=\"core\"} = missing"));
	assert_true(holds("net/connections[2].state = writing"));
	assert_string_equal(told, "net/connections[2.1].state=writing");
	assert_true(holds("net/connections[2.1].peer ~ ^10[.]4"));
	assert_false(holds("net/connections[2.2].peer ~ ^10[.]4"));
}

static void
test_patterns_hold_when_one_of_their_values_does(void **state)
{
	(void)state;
	assert_true(holds("rate(process:cpu_*) > 30%"));
	assert_string_equal(told, "rate(process:cpu_user)=35");
	/* The one that says why is told, not the first. */
	assert_true(holds("rate(process:cpu_*) < 2%"));
	assert_string_equal(told, "rate(process:cpu_system)=1.2");
	assert_true(holds("net/connections:busy > 600ms"));
	assert_string_equal(told, "net/connections[3.1].busy=7.5e+08");
	assert_true(holds("net/*[*].peer = 10.4.0.4:50112"));
	assert_string_equal(told, "net/connections[3.1].peer=10.4.0.4:50112");
	assert_false(holds("net/*[3*].peer = 10.4.0.3:50112"));
}

static void
test_rates_of_cpu_time_are_shares_and_others_are_growth(void **state)
{
	(void)state;
	assert_true(holds("rate(process:cpu_user) = 35%"));
	assert_true(holds("rate(net/connections:sent*) > 4MiB/s"));
	assert_false(holds("rate(process:rss) < 1e18"));
	assert_string_equal(told, "rate(process:rss)?");
	assert_true(holds("rate(net/connections[2].sent) = 2000"));
}

static void
test_functions_of_histograms_and_profiles(void **state)
{
	(void)state;
	assert_true(holds("count(net/connections:latency) = 18200"));
	assert_true(holds("max(net/connections:latency) = 31ms"));
	assert_true(holds("min(net/connections:latency) = 250us"));
	assert_false(holds("max(process:rss) > 0"));
	assert_true(holds("age(net/connections:latency) < 1s"));
	assert_true(holds("age(threads) = 1s"));
	assert_true(holds("rows(net/connections) = 4"));
	assert_true(holds("rows(net/listeners) = missing"));
	assert_true(holds("not late()"));
	assert_true(holds("state() = live and state(proxyd) = dead"));
	assert_string_equal(told, "state()=live, state(proxyd)=dead");
	assert_false(holds("state(other) != dead"));
}

static void
test_a_secret_is_no_answer(void **state)
{
	(void)state;
	assert_false(holds("net/connections[2].user ~ ."));
	assert_true(holds("net/connections[2].user = missing"));
}

static void
test_a_name_that_means_nothing_is_told_until_it_does(void **state)
{
	static struct sample sample;
	struct recent *none = recent_create();
	struct expr_error error;
	struct expr *expr = expr_parse("more:seven = 7 or late()", 0, &error);
	struct condition *condition;
	size_t next = 0;
	char why[200];

	(void)state;
	condition = condition_create(expr, state_of, NULL, why, sizeof(why));
	sample_fill(&sample, 1);
	sample.model.profile_count--; /* without "internals" */
	assert_false(condition_holds(condition, &sample.model, none));
	assert_string_equal(condition_never(condition, &next), "more:seven");
	assert_null(condition_never(condition, &next));
	sample.model.profile_count++;
	sample.profiles[4].path = "more";
	sample.profiles[4].metrics = &(struct model_metric){ .name = "seven",
		.labels = "",
		.kind = DBGSHM_METRIC_GAUGE,
		.value.i = 7 };
	assert_true(condition_holds(condition, &sample.model, none));
	next = 0;
	assert_null(condition_never(condition, &next));
	condition_destroy(condition);
	expr_destroy(expr);
	recent_destroy(none);
}

static void
test_a_pattern_that_is_none_is_refused(void **state)
{
	struct expr_error error;
	struct expr *expr = expr_parse("\"/(/\" > 1", 0, &error);
	char why[200] = "";

	(void)state;
	assert_non_null(expr);
	assert_null(condition_create(expr, state_of, NULL, why, sizeof(why)));
	assert_true(*why != '\0');
	expr_destroy(expr);
}

/* ---- percentiles of what came lately ------------------------------------------ */

#define BUCKETS 976

static uint64_t buckets[BUCKETS];
static struct model_metric latency = { .name = "latency",
	.labels = "",
	.kind = DBGSHM_METRIC_HISTOGRAM,
	.unit = DBGSHM_UNIT_NS,
	.id = 7,
	.max = UINT64_C(1) << 40,
	.buckets = buckets,
	.bucket_count = BUCKETS };
static struct model_profile requests = {
	.path = "requests", .metrics = &latency, .metric_count = 1
};
static const struct model histograms = { .target = { .state =
							 DBGSHM_LIFE_LIVE },
	.profiles = &requests,
	.profile_count = 1 };

static void
add(size_t bucket, uint64_t count)
{
	buckets[bucket] += count;
	latency.value.u += count;
}

static bool
latency_holds(const char *text, const struct recent *since)
{
	return (holds_since(text, &histograms, since, told));
}

static void
test_percentiles_are_of_what_came_since(void **state)
{
	struct recent *since = recent_create();
	char at_most[80], least[80];

	(void)state;
	/* Ten thousand quick ones, then ten slow ones. */
	memset(buckets, 0, sizeof(buckets));
	latency.value.u = 0;
	add(100, 10000);
	snprintf(at_most, sizeof(at_most), "p99(requests:latency) <= %lluns",
	    (unsigned long long)dbgshm_bucket_high(100));
	snprintf(least, sizeof(least), "p50(requests:latency) >= %lluns",
	    (unsigned long long)dbgshm_bucket_low(500));
	/* Nothing is known of before. */
	assert_false(latency_holds(at_most, since));
	assert_string_equal(told, "p99(requests:latency)?");
	recent_keep_all(since, &histograms);
	assert_false(latency_holds(at_most, since)); /* nothing came */
	add(500, 10);
	assert_true(latency_holds(least, since));
	assert_false(latency_holds(at_most, since));
	/* Of all of them it is still a quick one. */
	recent_destroy(since);
	since = recent_create();
	requests.metric_count = 0; /* it was not there yet */
	recent_keep_all(since, &histograms);
	requests.metric_count = 1;
	assert_true(latency_holds(at_most, since));
	/* It began anew. */
	recent_keep_all(since, &histograms);
	buckets[100] = 3;
	add(500, 7);
	assert_false(latency_holds(least, since));
	assert_string_equal(told, "p50(requests:latency)?");
	recent_destroy(since);
}

static void
test_conditions_keep_only_the_histograms_they_ask_for(void **state)
{
	struct recent *since = recent_create();
	struct expr_error error;
	struct expr *expr = expr_parse("p99(requests:latency) > 1", 0, &error);
	struct expr *other = expr_parse("max(requests:*) > 1", 0, &error);
	struct condition *condition;
	char why[200];

	(void)state;
	memset(buckets, 0, sizeof(buckets));
	add(100, 10);
	condition = condition_create(expr, state_of, NULL, why, sizeof(why));
	assert_true(condition_over_time(condition));
	condition_keep(condition, &histograms, since);
	add(500, 10);
	assert_true(condition_holds(condition, &histograms, since));
	condition_destroy(condition);
	condition = condition_create(other, state_of, NULL, why, sizeof(why));
	assert_false(condition_over_time(condition));
	condition_destroy(condition);
	expr_destroy(expr);
	expr_destroy(other);
	recent_destroy(since);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses_mean_one_value),
		cmocka_unit_test(
		    test_patterns_hold_when_one_of_their_values_does),
		cmocka_unit_test(
		    test_rates_of_cpu_time_are_shares_and_others_are_growth),
		cmocka_unit_test(test_functions_of_histograms_and_profiles),
		cmocka_unit_test(test_a_secret_is_no_answer),
		cmocka_unit_test(
		    test_a_name_that_means_nothing_is_told_until_it_does),
		cmocka_unit_test(test_a_pattern_that_is_none_is_refused),
		cmocka_unit_test(test_percentiles_are_of_what_came_since),
		cmocka_unit_test(
		    test_conditions_keep_only_the_histograms_they_ask_for),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
