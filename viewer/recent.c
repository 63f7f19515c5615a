/*
 * recent.c - percentiles of what came into histograms since an earlier moment.
 */
#include "recent.h"
#include "figure.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#define PARTS 4 /* regions that a model has at most */

struct kept {
	uint64_t id;
	uint64_t *buckets;
	size_t bucket_count;
};

struct recent {
	struct kept *list;
	size_t count, room;
	bool parts[PARTS]; /* they were there */
};

struct recent *
recent_create(void)
{
	struct recent *recent = calloc(1, sizeof(*recent));

	if (recent == NULL)
		err(1, "memory for histograms");
	return (recent);
}

static void
clear(struct recent *recent)
{
	size_t i;

	for (i = 0; i < recent->count; i++)
		free(recent->list[i].buckets);
	recent->count = 0;
	memset(recent->parts, 0, sizeof(recent->parts));
}

void
recent_destroy(struct recent *recent)
{
	if (recent == NULL)
		return;
	clear(recent);
	free(recent->list);
	free(recent);
}

void
recent_begin(struct recent *recent, const struct model *model)
{
	size_t i;

	clear(recent);
	for (i = 0; i < model->profile_count; i++)
		if (model->profiles[i].part < PARTS)
			recent->parts[model->profiles[i].part] = true;
}

static const struct kept *
find(const struct recent *recent, uint64_t id)
{
	size_t i;

	for (i = 0; i < recent->count; i++)
		if (recent->list[i].id == id)
			return (&recent->list[i]);
	return (NULL);
}

void
recent_keep(struct recent *recent, const struct model_metric *metric)
{
	struct kept *kept;

	if (!figure_is_histogram(metric) || metric->buckets == NULL ||
	    find(recent, metric->id) != NULL)
		return;
	if (recent->count == recent->room) {
		recent->room = 2 * recent->room + 8;
		recent->list = reallocarray(
		    recent->list, recent->room, sizeof(*recent->list));
		if (recent->list == NULL)
			err(1, "memory for %zu histograms", recent->room);
	}
	kept = &recent->list[recent->count++];
	kept->id = metric->id;
	kept->bucket_count = metric->bucket_count;
	kept->buckets = calloc(metric->bucket_count + 1, sizeof(uint64_t));
	if (kept->buckets == NULL)
		err(1, "memory for %zu buckets", metric->bucket_count);
	memcpy(kept->buckets, metric->buckets,
	    metric->bucket_count * sizeof(uint64_t));
}

void
recent_keep_all(struct recent *recent, const struct model *model)
{
	size_t i, j;

	recent_begin(recent, model);
	for (i = 0; i < model->profile_count; i++)
		for (j = 0; j < model->profiles[i].metric_count; j++)
			recent_keep(
			    recent, &model_metrics(&model->profiles[i])[j]);
}

/* What came, by bucket; how much that is.  0: nothing, or it began anew. */
static uint64_t
subtract(const struct model_metric *metric, const struct kept *before,
    uint64_t buckets[])
{
	uint64_t count = 0;
	size_t i;

	if (before != NULL && before->bucket_count != metric->bucket_count)
		return (0);
	for (i = 0; i < metric->bucket_count; i++) {
		buckets[i] = metric->buckets[i];
		if (before == NULL)
			continue;
		if (buckets[i] < before->buckets[i])
			return (0);
		buckets[i] -= before->buckets[i];
		count += buckets[i];
	}
	return (before == NULL ? metric->value.u : count);
}

bool
recent_quantile(const struct recent *recent,
    const struct model_profile *profile, const struct model_metric *metric,
    double q, double *value)
{
	struct dbgshm_histogram_info info = { .max = metric->max,
		.bucket_count = metric->bucket_count };
	uint64_t *buckets;

	if (!figure_is_histogram(metric) || metric->buckets == NULL ||
	    profile->part >= PARTS || !recent->parts[profile->part])
		return (false);
	buckets = calloc(metric->bucket_count + 1, sizeof(*buckets));
	if (buckets == NULL)
		err(1, "memory for %zu buckets", metric->bucket_count);
	info.buckets = buckets;
	info.count = subtract(metric, find(recent, metric->id), buckets);
	if (info.count > 0)
		*value = (double)dbgshm_histogram_quantile(&info, q);
	free(buckets);
	return (info.count > 0);
}
