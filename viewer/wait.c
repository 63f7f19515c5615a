/*
 * wait.c - waiting until a condition holds: the looking, without the words.
 *
 * A condition may hold between two looks.  The target records a sample at each
 * of its ticks, so those are looked at as well, each once, by readers of their
 * own: the present is never disturbed.
 */
#include "wait.h"
#include "past.h"
#include "when.h"

#include <err.h>
#include <time.h>

#define NS UINT64_C(1000000000)

/* ---- samples --------------------------------------------------------------- */

static bool
has_gap(const struct history_sample *sample)
{
	size_t i;

	for (i = 0; i < SOURCE_PARTS; i++)
		if (sample->parts[i].gap_ns > 0)
			return (true);
	return (false);
}

/* The sample that rates of this one are from: one interval before, or as near as
 * there is without a gap.  The same one: there is none. */
static size_t
base_of(const struct history *history, size_t index, uint64_t interval_ns)
{
	struct history_sample sample = history_sample(history, index), before;
	uint64_t end_ns = sample.mono_ns, slack_ns = sample.period_ns / 4;

	for (; index > 0 && !has_gap(&sample); sample = before) {
		before = history_sample(history, index - 1);
		index--;
		if (end_ns - before.mono_ns + slack_ns >= interval_ns)
			break;
	}
	return (index);
}

static bool
sample_holds(struct wait *wait, struct past *past, size_t index,
    struct model *model, struct recent *recent)
{
	size_t base = base_of(past->history, index, wait->interval_ns);

	model_forget(model);
	if (base != index &&
	    history_step(past->history, past->parts, base, model) == 0)
		condition_keep(wait->condition, model, recent);
	if (history_step(past->history, past->parts, index, model) == -1)
		return (false);
	return (condition_holds(wait->condition, model, recent));
}

static bool
samples_hold(struct wait *wait, struct past *past)
{
	size_t count = history_count(past->history), i;
	struct model *model = model_create(wait->flags);
	struct recent *recent;
	struct history_sample sample;
	bool held = false;

	i = history_after(past->history, wait->tick_ns + 1);
	for (; i < count && !held; i++) {
		recent = recent_create();
		held = sample_holds(wait, past, i, model, recent);
		recent_destroy(recent);
		sample = history_sample(past->history, i);
		wait->tick_ns = sample.mono_ns;
	}
	model_destroy(model);
	if (held) {
		wait->sampled = true;
		wait->held_mono_ns = sample.mono_ns;
		wait->held_real_ns = sample.real_ns;
	}
	return (held);
}

static uint64_t
newest_tick(const struct model_source parts[], size_t count)
{
	uint64_t newest_ns = 0, tick_ns;
	size_t i;

	for (i = 0; i < count; i++) {
		tick_ns = dbgshm_reader_info(parts[i].reader)->tick_mono_ns;
		if (tick_ns > newest_ns)
			newest_ns = tick_ns;
	}
	return (newest_ns);
}

/* One reading knows no rates.  The newest sample does, if it is of now. */
static uint64_t
before_newest(struct model_source parts[], size_t count, uint64_t interval_ns)
{
	uint64_t tick_ns = newest_tick(parts, count), age_ns, fresh_ns;
	size_t i;

	for (i = 0; i < count; i++) {
		if (dbgshm_reader_life(parts[i].reader) != DBGSHM_LIFE_LIVE)
			return (tick_ns);
		age_ns = dbgshm_reader_now_ns(parts[i].reader) - tick_ns;
		fresh_ns =
		    2 * dbgshm_reader_info(parts[i].reader)->tick_period_ns;
		if (age_ns > (fresh_ns > interval_ns ? fresh_ns : interval_ns))
			return (tick_ns);
	}
	return (tick_ns > 0 ? tick_ns - 1 : 0);
}

/* What the last look could not see. */
static bool
look_back(struct wait *wait, const struct model_source parts[], size_t count)
{
	struct past past;
	bool held;

	if (newest_tick(parts, count) <= wait->tick_ns ||
	    past_open(parts, count, &past) == -1)
		return (false);
	held = samples_hold(wait, &past);
	past_close(&past);
	return (held);
}

/* ---- the present ------------------------------------------------------------ */

static bool
holds_now(struct wait *wait)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	wait->sampled = false;
	wait->held_mono_ns = (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
	wait->held_real_ns = wait->model->target.time_real_ns;
	if (condition_holds(wait->condition, wait->model, wait->recent))
		return (true);
	condition_keep(wait->condition, wait->model, wait->recent);
	return (false);
}

enum wait_result
wait_look(struct wait *wait)
{
	struct model_source parts[SOURCE_PARTS];
	size_t count;

	if (wait->model == NULL) {
		wait->model = model_create(wait->flags);
		wait->recent = recent_create();
	}
	if (source_update(wait->source, wait->model) == -1) {
		if (!wait->looked)
			return (WAIT_UNREADABLE);
		/* It does not hold still now, or all of it is gone. */
		return (source_parts(wait->source, parts) == 0 ? WAIT_GONE
							       : WAIT_NOT_YET);
	}
	count = source_readers(wait->source, parts);
	if (!wait->looked)
		wait->tick_ns = condition_over_time(wait->condition)
		    ? before_newest(parts, count, wait->interval_ns)
		    : newest_tick(parts, count);
	if (look_back(wait, parts, count))
		return (WAIT_HELD);
	wait->looked = true;
	if (holds_now(wait))
		return (WAIT_HELD);
	return (model_over(wait->model) ? WAIT_GONE : WAIT_NOT_YET);
}

void
wait_again(struct wait *wait, struct source *source)
{
	source_close(wait->source);
	wait->source = source;
	wait->tick_ns = 0;
	/* Numbers of metrics mean others now. */
	recent_destroy(wait->recent);
	wait->recent = recent_create();
	model_forget(wait->model);
}

void
wait_end(struct wait *wait)
{
	model_destroy(wait->model);
	recent_destroy(wait->recent);
	wait->model = NULL;
	wait->recent = NULL;
}
