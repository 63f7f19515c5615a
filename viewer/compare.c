/*
 * compare.c - what two targets, or two moments of one, differ in.
 */
#include "compare_private.h"
#include "drift.h"
#include "figure.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHARE 0.1 /* of the larger one: a smaller difference is none */

/* ---- one difference ------------------------------------------------------------ */

struct difference *
compare_add(struct compared *compared, const char *path, const char *what,
    double score, const char *where)
{
	struct difference *one;

	if (compared->count == compared->room) {
		compared->room = 2 * compared->room + 64;
		compared->list = reallocarray(
		    compared->list, compared->room, sizeof(*compared->list));
		if (compared->list == NULL)
			err(1, "memory for %zu differences", compared->room);
	}
	one = &compared->list[compared->count++];
	*one = (struct difference){ .where = where,
		.what = what,
		.path = path,
		.score = score,
		.a = NAN,
		.b = NAN };
	return (one);
}

bool
compare_differ(double a, double b, uint8_t unit, bool rate)
{
	double most = fmax(fabs(a), fabs(b)), difference = fabs(a - b);
	double least = drift_least(unit, rate);

	if (isnan(a) || isnan(b))
		return (false);
	/* What has fractions does not count things. */
	if (unit == DBGSHM_UNIT_NONE && !rate && (a != rint(a) || b != rint(b)))
		least = 0;
	return (difference > SHARE * most && difference >= least);
}

/* 0 they are the same, 1 one is nothing beside the other. */
static double
distance(double a, double b)
{
	double most = fmax(fabs(a), fabs(b)), least = fmin(fabs(a), fabs(b));

	if (most == 0 || !isfinite(most))
		return (most == 0 ? 0 : 1);
	return ((a < 0) != (b < 0) ? 1 : 1 - least / most);
}

bool
compare_number(struct compared *compared, const char *path, const char *what,
    uint8_t unit, bool rate, double a, double b, const char *where)
{
	struct difference *one;

	if (isnan(a) || isnan(b) || a == b ||
	    ((compared->flags & COMPARE_ALL) == 0 &&
		!compare_differ(a, b, unit, rate)))
		return (false);
	one = compare_add(
	    compared, path, what, SCORE_NUMBER * distance(a, b), where);
	one->is_number = true;
	one->a = a;
	one->b = b;
	one->unit = unit;
	one->per_second = rate;
	return (true);
}

void
compare_texts(struct compared *compared, const char *path, const char *where,
    const char *a, const char *b)
{
	struct difference *one;

	if (strcmp(a, b) == 0)
		return;
	one = compare_add(compared, path, "text", SCORE_TEXT, where);
	one->a_text = a;
	one->b_text = b;
}

const char *
compare_call(
    struct compared *compared, const char *function, const char *address)
{
	return (arena_print(&compared->arena, "%s(%s)", function, address));
}

bool
compare_level(const struct compared *compared, uint8_t level)
{
	return (level == DBGSHM_LEVEL_NORMAL ||
	    (compared->flags & COMPARE_ALL) != 0);
}

bool
compare_nameless(const struct compared *compared, const char *name)
{
	static const char *const names[] = { "inode", "parent", "pid", "ppid",
		"thread", "tid", "uptime" };
	size_t i;

	if ((compared->flags & COMPARE_ALL) != 0)
		return (false);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return (true);
	return (false);
}

/* ---- metrics -------------------------------------------------------------------- */

/* A metric and the profile that it is in. */
struct entry {
	const struct model_profile *profile;
	const struct model_metric *metric;
};

struct entries {
	struct entry *list;
	size_t count;
};

static int
order_entries(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = strcmp(a->profile->path, b->profile->path);

	if (order == 0)
		order = strcmp(a->metric->name, b->metric->name);
	return (
	    order != 0 ? order : strcmp(a->metric->labels, b->metric->labels));
}

static struct entries
list_metrics(const struct model *model)
{
	struct entries entries = { 0 };
	size_t i, j, count = 0;

	for (i = 0; model != NULL && i < model->profile_count; i++)
		count += model->profiles[i].metric_count;
	entries.list = calloc(count + 1, sizeof(*entries.list));
	if (entries.list == NULL)
		err(1, "memory for %zu metrics", count);
	for (i = 0; model != NULL && i < model->profile_count; i++)
		for (j = 0; j < model->profiles[i].metric_count; j++)
			entries.list[entries.count++] =
			    (struct entry){ &model->profiles[i],
				    &model_metrics(&model->profiles[i])[j] };
	qsort(
	    entries.list, entries.count, sizeof(*entries.list), order_entries);
	return (entries);
}

/* A side's metric, and the same where its rates are; NULL not known. */
struct pair {
	const struct model_metric *metric;
	const struct entry *rated;
	const struct recent *recent;
};

static struct pair
pair_of(const struct entry *entry, const struct entries *rates,
    const struct compare_side *side)
{
	return ((struct pair){ .metric = entry->metric,
	    .rated = bsearch(entry, rates->list, rates->count,
		sizeof(*rates->list), order_entries),
	    .recent = side->recent });
}

static double
rate_of(const struct pair *pair)
{
	return (pair->rated != NULL ? pair->rated->metric->rate : NAN);
}

static double
recent_of(const struct pair *pair, double q)
{
	double value;

	if (pair->rated == NULL || pair->recent == NULL ||
	    !recent_quantile(pair->recent, pair->rated->profile,
		pair->rated->metric, q, &value))
		return (NAN);
	return (value);
}

/* What only grows: how fast, and whether it ever did. */
static void
compare_counters(struct compared *compared, const char *path,
    const char *address, const struct pair *a, const struct pair *b)
{
	uint8_t unit = figure_unit(a->metric);
	uint64_t x = a->metric->value.u, y = b->metric->value.u;
	bool rated;

	rated = compare_number(compared, path, "rate", unit, true, rate_of(a),
	    rate_of(b), compare_call(compared, "rate", address));
	if ((compared->flags & COMPARE_ALL) != 0)
		compare_number(compared, path, "value", unit, false, (double)x,
		    (double)y, address);
	else if (!rated && (x == 0) != (y == 0) &&
	    a->metric->kind == DBGSHM_METRIC_COUNTER)
		compare_number(compared, path, "value", unit, false, (double)x,
		    (double)y, address);
}

static void
compare_histograms(struct compared *compared, const char *path,
    const char *address, const struct pair *a, const struct pair *b)
{
	double x = recent_of(a, 0.99), y = recent_of(b, 0.99);
	uint8_t unit = a->metric->unit;

	compare_counters(compared, path, address, a, b);
	if (!isnan(x) && !isnan(y)) {
		compare_number(compared, path, "p99", unit, false, x, y,
		    compare_call(compared, "p99", address));
	} else if (isnan(x) && isnan(y) && a->metric->value.u > 0 &&
	    b->metric->value.u > 0) {
		/* Nothing came lately: all that came. */
		compare_number(compared, path, "p99_since_start", unit, false,
		    (double)a->metric->p99, (double)b->metric->p99,
		    arena_print(
			&compared->arena, "p99(%s) since the start", address));
	}
	if ((compared->flags & COMPARE_ALL) == 0)
		return;
	compare_number(compared, path, "p50", unit, false, recent_of(a, 0.5),
	    recent_of(b, 0.5), compare_call(compared, "p50", address));
	compare_number(compared, path, "max", unit, false,
	    (double)a->metric->max, (double)b->metric->max,
	    compare_call(compared, "max", address));
}

static void
compare_metric(struct compared *compared, const struct entry *entry,
    const struct pair *a, const struct pair *b)
{
	const struct model_metric *metric = entry->metric;
	const char *path = entry->profile->path;
	const char *address;

	if (!compare_level(compared, metric->level) ||
	    !compare_level(compared, entry->profile->level) ||
	    compare_nameless(compared, metric->name))
		return;
	address = arena_print(
	    &compared->arena, "%s:%s%s", path, metric->name, metric->labels);
	if (a->metric->kind != b->metric->kind)
		compare_texts(compared, path, address, figure_kind(a->metric),
		    figure_kind(b->metric));
	else if (metric->kind == DBGSHM_METRIC_HISTOGRAM)
		compare_histograms(compared, path, address, a, b);
	else if (metric->kind == DBGSHM_METRIC_COUNTER)
		compare_counters(compared, path, address, a, b);
	else
		compare_number(compared, path, "value", metric->unit, false,
		    figure_of(a->metric), figure_of(b->metric), address);
}

/* Unless all of its profile is missing. */
static void
only_metric(struct compared *compared, const struct entry *entry,
    const struct model *other, enum compare_where side)
{
	const char *path = entry->profile->path;

	if (model_profile(other, path) == NULL ||
	    !compare_level(compared, entry->metric->level) ||
	    !compare_level(compared, entry->profile->level))
		return;
	compare_add(compared, path, "metric", SCORE_METRIC,
	    arena_print(&compared->arena, "%s:%s%s", path, entry->metric->name,
		entry->metric->labels))
	    ->side = side;
}

static void
compare_metrics(struct compared *compared)
{
	struct entries a = list_metrics(compared->a->model);
	struct entries b = list_metrics(compared->b->model);
	struct entries a_rates = list_metrics(compared->a->rates);
	struct entries b_rates = list_metrics(compared->b->rates);
	struct pair one, other;
	size_t i = 0, j = 0;
	int order;

	while (i < a.count || j < b.count) {
		order = i == a.count ? 1
		    : j == b.count   ? -1
				     : order_entries(&a.list[i], &b.list[j]);
		if (order < 0)
			only_metric(compared, &a.list[i++], compared->b->model,
			    COMPARE_ONLY_A);
		else if (order > 0)
			only_metric(compared, &b.list[j++], compared->a->model,
			    COMPARE_ONLY_B);
		else {
			one = pair_of(&a.list[i], &a_rates, compared->a);
			other = pair_of(&b.list[j], &b_rates, compared->b);
			compare_metric(compared, &a.list[i], &one, &other);
			i++;
			j++;
		}
	}
	free(a.list);
	free(b.list);
	free(a_rates.list);
	free(b_rates.list);
}

/* ---- all of it ------------------------------------------------------------------- */

static void
compare_target(struct compared *compared)
{
	const struct model_target *a = &compared->a->model->target;
	const struct model_target *b = &compared->b->model->target;
	struct difference *one;

	if (a->state != b->state) {
		one =
		    compare_add(compared, "", "state", SCORE_STATE, "state()");
		one->a_text = dbgshm_life_name(a->state);
		one->b_text = dbgshm_life_name(b->state);
	}
	if (a->version != NULL && b->version != NULL &&
	    strcmp(a->version, b->version) != 0) {
		one = compare_add(
		    compared, "", "version", SCORE_STATE, "version");
		one->a_text = a->version;
		one->b_text = b->version;
	}
}

static void
compare_profiles(struct compared *compared, const struct model *model,
    const struct model *others, enum compare_where side)
{
	const struct model_profile *profile, *other;
	size_t i;

	for (i = 0; i < model->profile_count; i++) {
		profile = &model->profiles[i];
		if (!compare_level(compared, profile->level))
			continue;
		other = model_profile(others, profile->path);
		if (other == NULL)
			compare_add(compared, profile->path, "profile",
			    SCORE_PROFILE, profile->path)
			    ->side = side;
		else if (side == COMPARE_ONLY_A && profile->table != NULL &&
		    other->table != NULL)
			compare_tables(compared, profile, other);
	}
}

static int
order_scores(const void *left, const void *right)
{
	const struct difference *a = left, *b = right;

	if (a->score != b->score)
		return (a->score > b->score ? -1 : 1);
	return (strcmp(a->where, b->where));
}

struct compared *
compare_make(
    const struct compare_side *a, const struct compare_side *b, unsigned flags)
{
	struct compared *compared = calloc(1, sizeof(*compared));

	if (compared == NULL)
		err(1, "memory for a comparison");
	compared->a = a;
	compared->b = b;
	compared->flags = flags;
	compare_target(compared);
	compare_metrics(compared);
	compare_profiles(compared, a->model, b->model, COMPARE_ONLY_A);
	compare_profiles(compared, b->model, a->model, COMPARE_ONLY_B);
	if (compared->count > 0)
		qsort(compared->list, compared->count, sizeof(*compared->list),
		    order_scores);
	return (compared);
}

void
compare_free(struct compared *compared)
{
	if (compared == NULL)
		return;
	arena_free(&compared->arena);
	free(compared->list);
	free(compared);
}

size_t
compare_count(const struct compared *compared)
{
	return (compared->count);
}

const struct difference *
compare_at(const struct compared *compared, size_t index)
{
	return (&compared->list[index]);
}
