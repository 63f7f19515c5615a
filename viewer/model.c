/*
 * model.c - what a target looks like at one moment, ready to be shown.
 */
#include "model_private.h"

#include <err.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A rate older than this is no longer true of now. */
#define TICKS_LATE 3
#define LATE_NS UINT64_C(2000000000)

struct model *
model_create(unsigned flags)
{
	struct model *model = calloc(1, sizeof(*model));

	if (model != NULL)
		model->private = calloc(1, sizeof(*model->private));
	if (model == NULL || model->private == NULL)
		err(1, "memory for the model");
	model->private->flags = flags;
	return (model);
}

void
model_destroy(struct model *model)
{
	if (model == NULL)
		return;
	arena_free(&model->private->schema);
	arena_free(&model->private->frames[0]);
	arena_free(&model->private->frames[1]);
	arena_free(&model->private->heard_arena);
	model_drop_feeds(model->private, true);
	free(model->private);
	free(model);
}

void
model_listen(struct model *model,
    bool (*heard)(const struct model_event *, void *), void *context)
{
	model->private->heard = heard;
	model->private->heard_context = context;
}

void
model_forget(struct model *model)
{
	memset(model->private->clocks, 0, sizeof(model->private->clocks));
}

void
model_remember(struct model *model, const struct model *present)
{
	model->private->present = present;
}

void
model_until(struct model *model, uint64_t real_ns)
{
	model->private->until_ns = real_ns;
}

const struct model_profile *
model_profile(const struct model *model, const char *path)
{
	size_t i;

	for (i = 0; i < model->profile_count; i++)
		if (strcmp(model->profiles[i].path, path) == 0)
			return (&model->profiles[i]);
	return (NULL);
}

/* ---- one frame ------------------------------------------------------- */

static struct model_interval
interval_of(const struct model_private *p, size_t profile)
{
	const struct model_clocks *now = &p->clocks[p->origins[profile].reader];
	const struct model_clocks *before =
	    &p->before[p->origins[profile].reader];
	bool by_tick = p->profiles[profile].by_tick;
	struct model_interval interval = {
		.from_ns = by_tick ? before->tick_ns : before->frame_ns,
		.to_ns = by_tick ? now->tick_ns : now->frame_ns,
	};

	interval.rates =
	    interval.from_ns != 0 && interval.to_ns > interval.from_ns;
	interval.held = interval.from_ns != 0 &&
	    interval.to_ns == interval.from_ns && !(by_tick && now->late);
	return (interval);
}

static void
update_peak(
    struct model_metric *metric, struct dbgshm_reader *reader, size_t index)
{
	uint64_t stamp, then, now = dbgshm_reader_now_ns(reader);

	metric->peak_real_ns = metric->peak_age_ns = 0;
	if (!dbgshm_reader_peak(reader, index, &metric->peak, &stamp))
		return;
	metric->peak_real_ns = dbgshm_reader_stamp_real_ns(reader, stamp);
	then = dbgshm_reader_stamp_ns(reader, stamp);
	metric->peak_age_ns = now > then ? now - then : 0;
}

static bool
is_rated(const struct model_metric *metric)
{
	return (metric->kind == DBGSHM_METRIC_COUNTER ||
	    metric->kind == DBGSHM_METRIC_HISTOGRAM);
}

static void
update_histogram(
    struct model_metric *metric, struct dbgshm_reader *reader, size_t index)
{
	static const double q[] = { 0.50, 0.90, 0.99, 0.999 };
	struct dbgshm_histogram_info histogram;
	uint64_t values[4];

	metric->bucket_count = 0;
	metric->buckets = NULL;
	if (dbgshm_reader_histogram(reader, index, &histogram) == -1)
		return;
	metric->value.u = histogram.count;
	metric->sum = histogram.sum;
	metric->min = histogram.min;
	metric->max = histogram.max;
	metric->buckets = histogram.buckets;
	metric->bucket_count = histogram.bucket_count;
	dbgshm_histogram_quantiles(&histogram, q, 4, values);
	metric->p50 = values[0];
	metric->p90 = values[1];
	metric->p99 = values[2];
	metric->p999 = values[3];
}

static inline void
update_metric(struct model_metric *metric, struct dbgshm_reader *reader,
    const struct dbgshm_moved *moved, const struct model_interval *interval,
    bool known)
{
	if (!is_rated(metric))
		metric->rate = NAN;
	else if (interval->rates && known)
		metric->rate =
		    model_rate(metric->value.u, moved->value.u, interval);
	else if (!interval->held)
		metric->rate = NAN;
	metric->value = moved->value;
	if (metric->kind == DBGSHM_METRIC_HISTOGRAM)
		update_histogram(metric, reader, moved->index);
	else if (metric->kind != DBGSHM_METRIC_COUNTER)
		update_peak(metric, reader, moved->index);
}

/* ---- the metrics of a profile ----------------------------------------------- */

/* What changes although nothing has moved: how long ago a peak was, and where the
 * buckets are. */
static void
update_still(struct model_private *p, size_t at, struct dbgshm_reader *reader,
    size_t first)
{
	struct model_pace *pace = &p->paces[at];
	uint64_t now_ns = dbgshm_reader_now_ns(reader);
	uint64_t step_ns = now_ns > pace->now_ns ? now_ns - pace->now_ns : 0;
	struct model_metric *metrics = &p->metrics[p->origins[at].metric_first];
	size_t i;

	for (i = 0; i < p->profiles[at].metric_count; i++)
		if (metrics[i].kind == DBGSHM_METRIC_HISTOGRAM)
			metrics[i].buckets =
			    dbgshm_reader_buckets(reader, first + i);
		else if (metrics[i].peak_real_ns != 0)
			metrics[i].peak_age_ns += step_ns;
	pace->now_ns = now_ns;
}

/* Those whose rate was not 0 and that have not moved since.  The first `count` of
 * p->moved take their place. */
static void
cool_down(struct model_private *p, size_t at, size_t count)
{
	struct model_pace *pace = &p->paces[at];
	size_t *warm = &p->warm[p->origins[at].metric_first], i;

	for (i = 0; i < pace->warm; i++)
		if (p->serial[warm[i]] != p->updates)
			p->metrics[warm[i]].rate = 0;
	for (i = 0; i < count; i++)
		warm[i] = p->moved[i].index;
	pace->warm = count;
}

/* Rates are taken: most are counters that were there before. */
static void
update_moved(struct model_private *p, size_t at, struct dbgshm_reader *reader,
    size_t first, size_t count, const struct model_interval *interval)
{
	size_t i, m, kept = 0, from = p->origins[at].metric_first;
	struct model_metric *metric;

	for (i = 0; i < count; i++) {
		m = from + (p->moved[i].index - first);
		metric = &p->metrics[m];
		if (metric->kind == DBGSHM_METRIC_COUNTER) {
			metric->rate = p->known[m]
			    ? model_rate(metric->value.u, p->moved[i].value.u,
				  interval)
			    : NAN;
			metric->value = p->moved[i].value;
		} else
			update_metric(metric, reader, &p->moved[i], interval,
			    p->known[m]);
		p->known[m] = true;
		p->serial[m] = p->updates;
		if (metric->rate != 0 && is_rated(metric))
			p->moved[kept++].index = m;
	}
	cool_down(p, at, kept);
}

/* There are none, or those of before still hold. */
static void
update_rateless(struct model_private *p, size_t at,
    struct dbgshm_reader *reader, size_t first, size_t count,
    const struct model_interval *interval)
{
	size_t i, m, from = p->origins[at].metric_first;

	for (i = 0; i < count; i++) {
		m = from + (p->moved[i].index - first);
		update_metric(&p->metrics[m], reader, &p->moved[i], interval,
		    p->known[m]);
		p->known[m] = true;
	}
	/* Next time all of them have to be looked at. */
	if (count > 0 && interval->held)
		p->paces[at].manner = MODEL_MANNER_NEW;
}

/* Nobody asked at the update before: what it was then is in the reader, if that
 * has still got it. */
static void
fetch_before(struct model_private *p, size_t at, size_t first, size_t count)
{
	size_t reader = p->origins[at].reader, i, m;
	bool paired = p->was[reader] + 1 == p->seen[reader];

	for (i = 0; i < count; i++) {
		m = p->origins[at].metric_first + (p->moved[i].index - first);
		p->known[m] = paired && p->moved[i].paired;
		p->metrics[m].value = p->moved[i].before;
		p->metrics[m].rate = NAN;
	}
}

static void
update_metrics(struct model_private *p, size_t at)
{
	size_t source = p->origins[at].reader, i, first;
	struct dbgshm_reader *reader = p->readers[source];
	struct model_interval interval = interval_of(p, at);
	enum model_manner manner = interval.rates || interval.held
	    ? MODEL_MANNER_RATES
	    : MODEL_MANNER_NONE;
	size_t count = p->profiles[at].metric_count;
	struct model_pace *pace = &p->paces[at];
	bool recent =
	    pace->update + 1 == p->updates || p->schema_update == p->updates;

	first =
	    dbgshm_reader_profile(reader, p->origins[at].index)->metric_first;
	for (i = 0; pace->manner == MODEL_MANNER_NEW && i < count; i++)
		pace->lively |=
		    p->profiles[at].metrics[i].kind != DBGSHM_METRIC_COUNTER;
	if (pace->lively)
		update_still(p, at, reader, first);
	count = dbgshm_reader_moved(reader, first, count,
	    recent && manner == pace->manner ? p->was[source] : 0, p->moved);
	pace->manner = manner;
	pace->update = p->updates;
	if (!recent)
		fetch_before(p, at, first, count);
	if (interval.rates)
		update_moved(p, at, reader, first, count, &interval);
	else
		update_rateless(p, at, reader, first, count, &interval);
}

void
model_settle(const struct model_profile *profile)
{
	struct model_private *p = profile->lazy;
	size_t at = (size_t)(profile - p->profiles);
	size_t reader = p->origins[at].reader;

	if (p->paces[at].update != p->updates &&
	    dbgshm_reader_frame(p->readers[reader]) == p->seen[reader])
		update_metrics(p, at);
}

/* Since the region's last tick.  A monotonic clock tells only in the boot that
 * it began in, which for dead ones may be another. */
static uint64_t
age_of(const struct dbgshm_info *info, bool dead)
{
	uint64_t now = dead ? info->frame_real_ns : info->frame_start_mono_ns;
	uint64_t then = dead ? info->tick_real_ns : info->tick_mono_ns;

	if (then == 0)
		return (UINT64_MAX);
	return (now > then ? now - then : 0);
}

/* In the past, before the moment that was asked for. */
uint64_t
model_age(
    const struct model_private *p, const struct dbgshm_info *info, bool dead)
{
	if (p->past_ns == 0)
		return (age_of(info, dead));
	return (p->past_ns > info->tick_real_ns
		? p->past_ns - info->tick_real_ns
		: 0);
}

/* What changes at ticks only is soon looked at, and its rates hold from one to
 * the next; what is dead may be given up before somebody asks. */
static bool
is_lazy(const struct model_private *p, const struct model_profile *profile,
    size_t reader)
{
	return ((p->flags & MODEL_LAZY) != 0 && p->past_ns == 0 &&
	    !profile->by_tick && !p->dead[reader]);
}

static void
update_profile(struct model_private *p, size_t at, struct dbgshm_reader *reader)
{
	const struct model_origin *origin = &p->origins[at];
	const struct dbgshm_profile_info *info;
	const struct dbgshm_info *region = dbgshm_reader_info(reader);
	struct model_interval interval = interval_of(p, at);
	struct model_profile *profile = &p->profiles[at];

	info = dbgshm_reader_profile(reader, origin->index);
	profile->lazy = is_lazy(p, profile, origin->reader) ? p : NULL;
	if (profile->lazy == NULL)
		update_metrics(p, at);
	if (profile->table != NULL)
		model_update_table(
		    p, at, reader, (size_t)info->table, &interval);
	profile->past = p->past_ns != 0 ||
	    (region->taken_real_ns != 0 && !p->dead[origin->reader] &&
		!p->carried[origin->reader]);
	profile->age_ns = model_age(p, region, p->dead[origin->reader]);
	profile->over = profile->past || p->dead[origin->reader];
	profile->withheld = region->withheld;
	profile->last_real_ns = region->tick_real_ns +
	    (dbgshm_reader_now_ns(reader) - region->tick_mono_ns);
}

/* ---- all of it ------------------------------------------------------- */

static bool
is_same_region(const struct model_identity *a, const struct model_identity *b)
{
	return (a->reader == b->reader && a->created == b->created &&
	    a->writer == b->writer && a->pid == b->pid);
}

/* Notes which regions these are and what their clocks say; true when the names
 * have to be made again. */
static bool
take_clocks(struct model_private *p, const struct model_source sources[],
    const enum dbgshm_life lives[], size_t count)
{
	bool changed = count != p->reader_count;
	struct model_identity identity;
	const struct dbgshm_info *info;
	struct model_clocks *clocks;
	uint64_t age_ns;
	size_t i;

	for (i = 0; i < count; i++) {
		info = dbgshm_reader_info(sources[i].reader);
		identity = (struct model_identity){
			.reader = sources[i].reader,
			.created = info->created_mono_ns,
			.generation = info->schema_generation,
			.absent = sources[i].absent,
			.names = p->past_ns != 0
			    ? model_names(sources[i].reader)
			    : 0,
			.writer = info->writer_pid,
			.pid = info->pid,
		};
		clocks = &p->clocks[i];
		if (i < p->reader_count &&
		    is_same_region(&identity, &p->identity[i])) {
			p->before[i] = *clocks;
			if (identity.generation != p->identity[i].generation ||
			    identity.absent != p->identity[i].absent ||
			    identity.names != p->identity[i].names)
				changed = true;
		} else {
			p->before[i] = (struct model_clocks){ 0 };
			changed = true;
		}
		p->identity[i] = identity;
		p->carried[i] = sources[i].carried;
		p->dead[i] = lives[i] != DBGSHM_LIFE_LIVE &&
		    lives[i] != DBGSHM_LIFE_STOPPED;
		age_ns = age_of(info, p->dead[i]);
		if (sources[i].absent) {
			*clocks = (struct model_clocks){ 0 };
			continue;
		}
		*clocks = (struct model_clocks){
			.frame_ns = p->past_ns != 0 ? info->tick_mono_ns
						    : info->frame_start_mono_ns,
			.tick_ns = info->tick_mono_ns,
			.late = p->past_ns == 0 &&
			    age_ns >
				LATE_NS + TICKS_LATE * info->tick_period_ns,
		};
	}
	p->reader_count = count;
	return (changed);
}

static void
rebuild(struct model *model, const struct model_source sources[], size_t count,
    const enum dbgshm_life lives[])
{
	struct model_private *p = model->private;
	size_t i;

	p->turn = !p->turn;
	p->updates++;
	arena_clear(&p->frames[p->turn]);
	if (take_clocks(p, sources, lives, count))
		model_build_schema(model, sources, count);
	for (i = 0; i < count; i++) {
		p->was[i] = p->seen[i];
		p->seen[i] = dbgshm_reader_frame(sources[i].reader);
		p->readers[i] = sources[i].reader;
	}
	for (i = 0; i < model->profile_count; i++)
		update_profile(p, i, sources[p->origins[i].reader].reader);
	model_update_events(model, sources, count);
	model_update_regions(model, sources, count);
	model_update_target(model, sources, count, lives);
}

int
model_update(
    struct model *model, const struct model_source sources[], size_t count)
{
	enum dbgshm_life lives[MODEL_READERS_MAX];
	size_t i, fresh = 0;
	int error = EINVAL;

	if (count > MODEL_READERS_MAX)
		count = MODEL_READERS_MAX;
	for (i = 0; i < count; i++) {
		if (dbgshm_reader_refresh(sources[i].reader) == 0)
			fresh++;
		else
			error = errno;
		lives[i] = model_look(model->private, i, sources[i].reader);
	}
	if (fresh == 0) {
		errno = error;
		return (-1);
	}
	model->private->past_ns = 0;
	rebuild(model, sources, count, lives);
	return (0);
}

void
model_show(struct model *model, const struct model_source sources[],
    size_t count, uint64_t at_real_ns)
{
	struct model_source parts[MODEL_READERS_MAX];
	enum dbgshm_life lives[MODEL_READERS_MAX];
	size_t i;

	if (count > MODEL_READERS_MAX)
		count = MODEL_READERS_MAX;
	for (i = 0; i < count; i++) {
		parts[i] = sources[i];
		parts[i].events = NULL;
		lives[i] = dbgshm_reader_life(parts[i].reader);
	}
	model->private->past_ns = at_real_ns;
	rebuild(model, parts, count, lives);
}
