"""Histograms [7.3]."""

import math

from .layout import BUCKETS_MAX, MASK


def bucket_low(bucket):
    if bucket < 64:
        return bucket
    return (bucket % 32 + 32) << (bucket // 32 - 1)


def bucket_high(bucket):
    return MASK if bucket >= BUCKETS_MAX - 1 else bucket_low(bucket + 1) - 1


def quantile(buckets, largest, q):
    """The q-quantile as section 7.3 says, 0 when there are no values."""
    count = sum(buckets) & MASK
    if count == 0:
        return 0
    rank = min(max(math.ceil(q * float(count)), 1), count)
    below = 0
    for bucket, values in enumerate(buckets):
        below += values
        if below >= rank:
            break
    low, high = bucket_low(bucket), bucket_high(bucket)
    middle = low + (high - low) // 2
    if largest < low:
        return middle
    if largest <= high:
        return largest if rank == count or largest < middle else middle
    return largest if bucket == len(buckets) - 1 else middle


def histogram_numbers(metric):
    """count, sum, min, max and quantiles of a histogram."""
    buckets, largest = metric["buckets"], metric["max"]
    lowest = next((b for b, n in enumerate(buckets) if n), None)
    return {
        "count": metric["value"], "sum": metric["sum"],
        "min": 0 if lowest is None else bucket_low(lowest), "max": largest,
        "p50": quantile(buckets, largest, 0.5),
        "p90": quantile(buckets, largest, 0.9),
        "p99": quantile(buckets, largest, 0.99),
        "p999": quantile(buckets, largest, 0.999),
    }
