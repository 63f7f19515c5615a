/* t_hist.c - claims about buckets and quantiles. */
#include <dbgshm/reader.h>
#include <dbgshm/writer.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SAMPLES 20000

static void
test_buckets_follow_each_other_without_gap(void **state)
{
	size_t bucket;

	(void)state;
	assert_int_equal(dbgshm_bucket_low(0), 0);
	for (bucket = 0; bucket + 1 < DBGSHM_BUCKETS_MAX; bucket++) {
		assert_true(
		    dbgshm_bucket_low(bucket) <= dbgshm_bucket_high(bucket));
		assert_true(dbgshm_bucket_high(bucket) + 1 ==
		    dbgshm_bucket_low(bucket + 1));
	}
	assert_true(dbgshm_bucket_high(DBGSHM_BUCKETS_MAX - 1) == UINT64_MAX);
	assert_true(dbgshm_bucket_low(SIZE_MAX) == UINT64_MAX);
	assert_true(dbgshm_bucket_high(SIZE_MAX) == UINT64_MAX);
}

static void
test_writer_and_reader_agree_on_the_bucket_of_a_value(void **state)
{
	uint64_t low, value;
	unsigned shift;
	int offset;

	(void)state;
	for (shift = 0; shift < 64; shift++)
		for (offset = -40; offset <= 40; offset++) {
			value = (UINT64_C(1) << shift) + (uint64_t)offset;
			low = dbgshm_bucket_low(dbgshm__bucket(value));
			assert_true(low <= value);
			assert_true(
			    dbgshm_bucket_high(dbgshm__bucket(value)) >= value);
		}
}

static void
test_a_bucket_is_at_most_one_32nd_of_its_values_wide(void **state)
{
	uint64_t low;
	size_t bucket;

	(void)state;
	for (bucket = 32; bucket < DBGSHM_BUCKETS_MAX; bucket++) {
		low = dbgshm_bucket_low(bucket);
		assert_true(dbgshm_bucket_high(bucket) - low <= low / 32);
	}
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return ((x > y) - (x < y));
}

static uint64_t
noise(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (*seed);
}

static void
test_quantiles_are_right_to_3_2_percent(void **state)
{
	static uint64_t buckets[DBGSHM_BUCKETS_MAX], values[SAMPLES];
	static const double asked[] = { 0, 0.01, 0.5, 0.9, 0.99, 0.999, 1 };
	enum { ASKED = sizeof(asked) / sizeof(asked[0]) };
	struct dbgshm_histogram_info histogram;
	uint64_t seed = 88172645463325252, exact, found, several[ASKED];
	size_t i, rank, round;
	double error;

	(void)state;
	for (round = 0; round < 20; round++) {
		memset(buckets, 0, sizeof(buckets));
		for (i = 0; i < SAMPLES; i++) {
			values[i] = noise(&seed) >> (noise(&seed) % 63);
			buckets[dbgshm__bucket(values[i])]++;
		}
		qsort(values, SAMPLES, sizeof(values[0]), compare);
		histogram = (struct dbgshm_histogram_info){ .count = SAMPLES,
			.max = values[SAMPLES - 1],
			.buckets = buckets,
			.bucket_count = DBGSHM_BUCKETS_MAX };
		dbgshm_histogram_quantiles(&histogram, asked, ASKED, several);
		for (i = 0; i < ASKED; i++) {
			rank = (size_t)ceil(asked[i] * SAMPLES);
			exact = values[rank == 0 ? 0 : rank - 1];
			found = dbgshm_histogram_quantile(&histogram, asked[i]);
			error = fabs((double)found - (double)exact);
			assert_true(error <= 0.032 * (double)exact);
			assert_int_equal(several[i], found);
		}
	}
}

static void
test_quantiles_never_exceed_the_maximum(void **state)
{
	uint64_t buckets[200] = { 0 };
	struct dbgshm_histogram_info histogram = { .buckets = buckets,
		.bucket_count = 200 };

	(void)state;
	assert_int_equal(dbgshm_histogram_quantile(&histogram, 0.5), 0);
	buckets[dbgshm__bucket(1000)] = 3;
	histogram.max = 1000;
	assert_int_equal(dbgshm_histogram_quantile(&histogram, 1), 1000);
	histogram.max = 993;
	assert_int_equal(dbgshm_histogram_quantile(&histogram, 0.1), 993);
	/* An older maximum than the buckets, as a frame may hold it. */
	histogram.max = 5;
	assert_in_range(dbgshm_histogram_quantile(&histogram, 0.5), 992, 1023);
	/* The last bucket has no upper end. */
	buckets[199] = 1;
	histogram.max = 1u << 30;
	assert_int_equal(dbgshm_histogram_quantile(&histogram, 1), 1u << 30);
	assert_int_equal(dbgshm_histogram_quantile(&histogram, NAN),
	    dbgshm_histogram_quantile(&histogram, 0));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buckets_follow_each_other_without_gap),
		cmocka_unit_test(
		    test_writer_and_reader_agree_on_the_bucket_of_a_value),
		cmocka_unit_test(
		    test_a_bucket_is_at_most_one_32nd_of_its_values_wide),
		cmocka_unit_test(test_quantiles_are_right_to_3_2_percent),
		cmocka_unit_test(test_quantiles_never_exceed_the_maximum),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
