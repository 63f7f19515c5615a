/*
 * history.c - the past of a target: that of its regions, joined by time.
 */
#include "history.h"
#include "when.h"

#include <libshm/kit/fmt.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NONE SIZE_MAX

/* Moments of two regions belong together when they are closer than that many
 * quarters of a period.  More than half, so that two clocks that drift past
 * each other change partners once and not back and forth. */
#define QUARTERS 3

struct joined {
	uint64_t mono_ns;
	size_t at[SOURCE_PARTS]; /* moment of each, NONE */
};

struct history {
	struct dbgshm_past *pasts[SOURCE_PARTS]; /* NULL: it has none */
	bool tables[SOURCE_PARTS];
	size_t count;
	struct joined *samples;
	size_t sample_count;
};

/* ---- joining ------------------------------------------------------------- */

/* Which part comes next, of those that have moments left. */
static size_t
next_part(const struct history *history, const size_t next[])
{
	uint64_t best_ns = UINT64_MAX, mono_ns;
	size_t i, best = NONE;

	for (i = 0; i < history->count; i++) {
		if (history->pasts[i] == NULL ||
		    next[i] == dbgshm_past_count(history->pasts[i]))
			continue;
		mono_ns =
		    dbgshm_past_moment(history->pasts[i], next[i]).mono_ns;
		if (mono_ns < best_ns) {
			best_ns = mono_ns;
			best = i;
		}
	}
	return (best);
}

static uint64_t
period_of(const struct history *history, const struct joined *sample)
{
	uint64_t least = UINT64_MAX, period_ns;
	size_t i;

	for (i = 0; i < history->count; i++) {
		if (sample->at[i] == NONE)
			continue;
		period_ns = dbgshm_past_moment(history->pasts[i], sample->at[i])
				.period_ns;
		if (period_ns < least)
			least = period_ns;
	}
	return (least);
}

static bool
belongs(const struct history *history, const struct joined *sample, size_t part,
    const struct dbgshm_moment *moment)
{
	uint64_t period_ns;
	size_t i, first = 0;

	if (sample->at[part] != NONE)
		return (false);
	period_ns = period_of(history, sample);
	if (moment->period_ns < period_ns)
		period_ns = moment->period_ns;
	for (i = 0; i < history->count; i++)
		if (sample->at[i] != NONE)
			first = i;
	return (moment->mono_ns -
		dbgshm_past_moment(history->pasts[first], sample->at[first])
		    .mono_ns <=
	    period_ns / 4 * QUARTERS);
}

static int
join(struct history *history)
{
	size_t next[SOURCE_PARTS] = { 0 }, total = 0, part, i;
	struct dbgshm_moment moment;
	struct joined *sample;

	for (i = 0; i < history->count; i++)
		if (history->pasts[i] != NULL)
			total += dbgshm_past_count(history->pasts[i]);
	history->samples = calloc(total + 1, sizeof(*history->samples));
	if (history->samples == NULL)
		return (-1);
	while ((part = next_part(history, next)) != NONE) {
		moment = dbgshm_past_moment(history->pasts[part], next[part]);
		sample = &history->samples[history->sample_count];
		if (history->sample_count == 0 ||
		    !belongs(history, sample - 1, part, &moment)) {
			for (i = 0; i < SOURCE_PARTS; i++)
				sample->at[i] = NONE;
			history->sample_count++;
		} else
			sample--;
		sample->at[part] = next[part]++;
		sample->mono_ns = moment.mono_ns;
	}
	return (0);
}

/* ---- opening -------------------------------------------------------------- */

int
history_open(
    const struct model_source parts[], size_t count, struct history **opened)
{
	struct history *history = calloc(1, sizeof(*history));
	size_t i;
	int error;

	if (history == NULL)
		return (-1);
	history->count = count < SOURCE_PARTS ? count : SOURCE_PARTS;
	for (i = 0; i < history->count; i++) {
		history->tables[i] =
		    dbgshm_reader_table_count(parts[i].reader) > 0;
		if (dbgshm_past_open(parts[i].reader, &history->pasts[i]) == -1)
			goto failed;
	}
	if (join(history) == -1)
		goto failed;
	*opened = history;
	return (0);
failed:
	error = errno;
	history_close(history);
	errno = error;
	return (-1);
}

void
history_close(struct history *history)
{
	size_t i;

	if (history == NULL)
		return;
	for (i = 0; i < history->count; i++)
		dbgshm_past_close(history->pasts[i]);
	free(history->samples);
	free(history);
}

/* ---- samples ---------------------------------------------------------------- */

size_t
history_count(const struct history *history)
{
	return (history->sample_count);
}

static void
tell_moment(
    const struct dbgshm_past *past, size_t index, struct history_moment *told)
{
	struct dbgshm_moment moment = dbgshm_past_moment(past, index), last;

	told->there = true;
	told->coarse = moment.coarse;
	told->mono_ns = moment.mono_ns;
	if (!moment.gap || index == 0)
		return;
	last = dbgshm_past_moment(past, index - 1);
	told->gap_ns = moment.boot_ns - last.boot_ns;
	if (moment.boot_ns - last.boot_ns > moment.mono_ns - last.mono_ns)
		told->asleep_ns = moment.boot_ns - last.boot_ns -
		    (moment.mono_ns - last.mono_ns);
}

struct history_sample
history_sample(const struct history *history, size_t index)
{
	const struct joined *joined = &history->samples[index];
	struct history_sample sample = { .mono_ns = joined->mono_ns,
		.period_ns = period_of(history, joined) };
	struct dbgshm_moment moment;
	size_t i;

	for (i = 0; i < history->count; i++) {
		if (joined->at[i] == NONE)
			continue;
		tell_moment(history->pasts[i], joined->at[i], &sample.parts[i]);
		moment = dbgshm_past_moment(history->pasts[i], joined->at[i]);
		if (moment.mono_ns == joined->mono_ns)
			sample.real_ns = moment.real_ns;
	}
	return (sample);
}

ssize_t
history_find(const struct history *history, uint64_t real_ns)
{
	struct history_sample sample;
	uint64_t best_ns = 0;
	size_t i;

	/* The wall clock can have been set forward and back: the latest time that
	 * is not later; of samples that are as near as others, the last. */
	for (i = 0; i < history->sample_count; i++) {
		sample = history_sample(history, i);
		if (sample.real_ns <= real_ns && sample.real_ns > best_ns)
			best_ns = sample.real_ns;
	}
	while (i-- > 0) {
		sample = history_sample(history, i);
		if (sample.real_ns <= real_ns &&
		    best_ns - sample.real_ns < sample.period_ns / 2)
			return ((ssize_t)i);
	}
	return (-1);
}

size_t
history_after(const struct history *history, uint64_t mono_ns)
{
	size_t low = 0, high = history->sample_count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (history->samples[middle].mono_ns < mono_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

int
history_show(struct history *history, size_t index)
{
	const struct joined *joined = &history->samples[index];
	size_t i;

	for (i = 0; i < history->count; i++)
		if (joined->at[i] != NONE &&
		    dbgshm_past_show(history->pasts[i], joined->at[i]) == -1)
			return (-1);
	return (0);
}

bool
history_extremes(const struct history *history, size_t part, size_t metric,
    union dbgshm_value *least, union dbgshm_value *most)
{
	return (part < history->count && history->pasts[part] != NULL &&
	    dbgshm_past_extremes(history->pasts[part], metric, least, most));
}

bool
history_has_rows(const struct history *history, size_t part, size_t table)
{
	return (part < history->count && history->pasts[part] != NULL &&
	    dbgshm_past_has_rows(history->pasts[part], table));
}

/* ---- one moment as a model --------------------------------------------------- */

static int
complain_reach(const struct history *history, const struct model *model)
{
	char since[2 * FMT_SIZE + 16];

	if (history->sample_count == 0) {
		warnx("%s (pid %d): it has no history", model->target.name,
		    (int)model->target.pid);
		return (EXIT_NO);
	}
	warnx("%s (pid %d): its history reaches back to %s", model->target.name,
	    (int)model->target.pid,
	    fmt_since(since, sizeof(since), history_sample(history, 0).real_ns,
		when_now()));
	return (EXIT_NO);
}

/* Shows of each region its last moment at or before a sample, if it reaches that
 * far; or the one before that, for rates, unless something is missing between
 * the two.  How many are there. */
static size_t
show_parts(struct history *history, const struct model_source parts[],
    size_t index, bool before, struct model_source shown[])
{
	struct dbgshm_past *past;
	size_t i, count = 0;
	ssize_t at;

	for (i = 0; i < history->count; i++) {
		past = history->pasts[i];
		shown[i] = parts[i];
		shown[i].absent = true;
		at = (ssize_t)history->samples[index].at[i];
		if (history->samples[index].at[i] == NONE)
			at = dbgshm_past_find(
			    past, history->samples[index].mono_ns);
		if (at < 0)
			continue;
		if (before && at > 0 &&
		    !dbgshm_past_moment(past, (size_t)at).gap)
			at--;
		if (dbgshm_past_show(past, (size_t)at) == 0) {
			shown[i].absent = false;
			count++;
		}
	}
	return (count);
}

/* The time between two samples, when one that should be there is missing. */
static uint64_t
gap_after(const struct history *history, size_t index)
{
	struct history_sample sample;
	uint64_t gap_ns = 0;
	size_t i;

	if (index + 1 >= history->sample_count)
		return (0);
	sample = history_sample(history, index + 1);
	for (i = 0; i < SOURCE_PARTS; i++)
		if (sample.parts[i].gap_ns > gap_ns)
			gap_ns = sample.parts[i].gap_ns;
	return (gap_ns);
}

/* A time of one region on the wall clock, by the moment that is next to it. */
static uint64_t
real_of(const struct dbgshm_past *past, uint64_t mono_ns)
{
	ssize_t found = dbgshm_past_find(past, mono_ns);
	struct dbgshm_moment moment;

	moment = dbgshm_past_moment(past, found < 0 ? 0 : (size_t)found);
	return (moment.real_ns + (mono_ns - moment.mono_ns));
}

/* How far the rows of these regions reach, and which region does not reach as
 * far as the sample at all. */
static void
tell_reach(const struct history *history, const struct model_source parts[],
    size_t index, struct history_view *view)
{
	uint64_t mono_ns = history->samples[index].mono_ns, since;
	const struct dbgshm_past *past;
	size_t i;

	for (i = 0; i < history->count; i++) {
		past = history->pasts[i];
		if (dbgshm_past_find(past, mono_ns) < 0) {
			view->absent = parts[i].name;
			if (dbgshm_past_count(past) > 0)
				view->absent_since =
				    dbgshm_past_moment(past, 0).real_ns;
			continue;
		}
		if (!history->tables[i] || view->rows_since == UINT64_MAX)
			continue;
		since = dbgshm_past_rows_since(past);
		if (since != UINT64_MAX)
			since = real_of(past, since);
		if (since > view->rows_since)
			view->rows_since = since;
	}
}

int
history_fill(struct history *history, const struct model_source parts[],
    size_t index, uint64_t at_real_ns, struct model *model)
{
	struct model_source shown[SOURCE_PARTS];

	model_forget(model);
	if (show_parts(history, parts, index, true, shown) > 0)
		model_show(model, shown, history->count, at_real_ns);
	if (show_parts(history, parts, index, false, shown) == 0) {
		errno = EBADMSG;
		return (-1);
	}
	model_show(model, shown, history->count, at_real_ns);
	return (0);
}

int
history_step(struct history *history, const struct model_source parts[],
    size_t index, struct model *model)
{
	struct model_source shown[SOURCE_PARTS];

	if (show_parts(history, parts, index, false, shown) == 0) {
		errno = EBADMSG;
		return (-1);
	}
	model_show(model, shown, history->count,
	    history_sample(history, index).real_ns);
	return (0);
}

void
history_tell(const struct history *history, const struct model_source parts[],
    size_t index, struct history_view *view)
{
	*view = (struct history_view){
		.at_real_ns = history_sample(history, index).real_ns,
		.first_real_ns = history_sample(history, 0).real_ns,
		.gap_ns = gap_after(history, index),
	};
	tell_reach(history, parts, index, view);
}

int
history_model(struct source *source, struct model *model, uint64_t at_real_ns,
    struct history_view *view, struct history **opened)
{
	struct model_source parts[SOURCE_PARTS];
	struct history *history = NULL;
	size_t count, index;
	ssize_t found;

	/* The present first: its events, up to then, are all of the past. */
	model_until(model, at_real_ns);
	if (source_update(source, model) == -1)
		return (EXIT_DAMAGED);
	count = source_parts(source, parts);
	if (history_open(parts, count, &history) == -1) {
		warn("%s: history", model->target.name);
		return (EXIT_DAMAGED);
	}
	*opened = history;
	if ((found = history_find(history, at_real_ns)) < 0)
		return (complain_reach(history, model));
	index = (size_t)found;
	history_tell(history, parts, index, view);
	view->at_real_ns = at_real_ns;
	if (history_fill(history, parts, index, at_real_ns, model) == -1) {
		warnx("%s: its history is damaged", model->target.name);
		return (EXIT_DAMAGED);
	}
	return (EXIT_DONE);
}
