/*
 * hist.c - the bucket rule of format.h read backwards: bounds and quantiles.
 */
#include <dbgshm/reader.h>

uint64_t
dbgshm_bucket_low(size_t bucket)
{
	uint64_t octave;

	if (bucket < DBGSHM_SUB_BUCKETS)
		return (bucket);
	if (bucket >= DBGSHM_BUCKETS_MAX)
		return (UINT64_MAX);
	/* bucket = octave * 32 + (v >> octave), and v >> octave is 32..63. */
	octave = bucket / DBGSHM_SUB_BUCKETS - 1;
	return ((uint64_t)(bucket - octave * DBGSHM_SUB_BUCKETS) << octave);
}

uint64_t
dbgshm_bucket_high(size_t bucket)
{
	if (bucket >= DBGSHM_BUCKETS_MAX - 1)
		return (UINT64_MAX);
	return (dbgshm_bucket_low(bucket + 1) - 1);
}

/* The rank of the q-th of `count` values, 1 to count. */
static uint64_t
quantile_rank(uint64_t count, double q)
{
	double exact;
	uint64_t rank;

	if (!(q > 0))
		return (1);
	if (q >= 1)
		return (count);
	exact = q * (double)count;
	if (exact >= (double)count)
		return (count);
	rank = (uint64_t)exact;
	if ((double)rank < exact)
		rank++;
	if (rank < 1)
		rank = 1;
	return (rank < count ? rank : count);
}

/*
 * What stands for the values of one bucket: its middle, but never above the
 * largest value seen.  A maximum outside the bucket is of no use: it is raised
 * after the bucket, so a frame may hold the older one.
 */
static uint64_t
bucket_value(
    const struct dbgshm_histogram_info *histogram, size_t bucket, bool topmost)
{
	uint64_t low = dbgshm_bucket_low(bucket);
	uint64_t high = dbgshm_bucket_high(bucket);
	uint64_t middle = low + (high - low) / 2;
	bool open_end = bucket + 1 == histogram->bucket_count;

	if (histogram->max < low)
		return (middle);
	if (histogram->max <= high)
		return (topmost || histogram->max < middle ? histogram->max
							   : middle);
	return (open_end ? histogram->max : middle);
}

void
dbgshm_histogram_quantiles(const struct dbgshm_histogram_info *histogram,
    const double q[], size_t count, uint64_t values[])
{
	uint64_t below = 0, all = 0, rank;
	size_t i, bucket = 0;

	for (i = 0; i < histogram->bucket_count; i++)
		all += histogram->buckets[i];
	if (all > 0)
		below = histogram->buckets[0];
	for (i = 0; i < count; i++) {
		values[i] = 0;
		if (all == 0)
			continue;
		rank = quantile_rank(all, q[i]);
		while (below < rank && bucket + 1 < histogram->bucket_count)
			below += histogram->buckets[++bucket];
		values[i] = bucket_value(histogram, bucket, rank == all);
	}
}

uint64_t
dbgshm_histogram_quantile(
    const struct dbgshm_histogram_info *histogram, double q)
{
	uint64_t value;

	dbgshm_histogram_quantiles(histogram, &q, 1, &value);
	return (value);
}
