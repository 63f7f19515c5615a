/*
 * timeline_go.c - from one moment of a target to another.
 */
#include "timeline_private.h"
#include "when.h"

#include <libshm/kit/fmt.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int
go_live(struct timeline *timeline)
{
	struct moment *moment = &timeline->moment;

	*moment = (struct moment){
		.state = MOMENT_LIVE,
		.first_real_ns = moment->first_real_ns,
		.last_real_ns = moment->last_real_ns,
		.rows_since_ns = moment->rows_since_ns,
	};
	model_destroy(timeline->then);
	timeline->then = NULL;
	timeline_close_past(timeline);
	return (0);
}

/* ---- where in the past ------------------------------------------------------------ */

/* The time of what is shown, by the writer's clock. */
static uint64_t
shown_ns(const struct timeline *timeline)
{
	struct model_source parts[SOURCE_PARTS];
	uint64_t mono_ns = 0, now_ns;
	size_t i, count;

	if (timeline->moment.state == MOMENT_PAST)
		return (history_sample(timeline->past.history, timeline->index)
			    .mono_ns);
	count = source_readers(timeline->source, parts);
	for (i = 0; i < count; i++) {
		now_ns = dbgshm_reader_now_ns(parts[i].reader);
		if (now_ns > mono_ns)
			mono_ns = now_ns;
	}
	return (mono_ns);
}

/* The sample of that time; of a frame of the present the one behind it, which may
 * not be there yet. */
static size_t
find_shown(const struct timeline *timeline, uint64_t mono_ns)
{
	return (history_after(timeline->past.history,
	    timeline->moment.state == MOMENT_PAST ? mono_ns : mono_ns + 1));
}

/* What has come since the past was read; the sample that is shown stays. */
static int
look_ahead(struct timeline *timeline)
{
	uint64_t mono_ns = shown_ns(timeline);

	size_t samples;

	if (timeline_read_past(timeline) == -1)
		return (-1);
	samples = timeline_samples(timeline);
	if (samples == 0) { /* a region that is damaged by now */
		go_live(timeline);
		errno = EBADMSG;
		return (-1);
	}
	if (timeline->moment.state == MOMENT_PAST) {
		timeline->index = find_shown(timeline, mono_ns);
		if (timeline->index >= samples)
			timeline->index = samples - 1;
	}
	return (0);
}

/* Events up to now, by the readers that there are. */
static void
hear(struct timeline *timeline)
{
	struct model_source parts[SOURCE_PARTS];
	size_t count = source_readers(timeline->source, parts);

	if (model_update(timeline->present, parts, count) == -1)
		return;
	timeline->frame_ns = when_now();
	/* A frame that was kept has become another. */
	if (timeline->moment.state == MOMENT_PAUSED)
		timeline->moment.at_real_ns =
		    timeline->present->target.time_real_ns;
}

static uint64_t
gap_before(const struct history_sample *sample)
{
	uint64_t gap_ns = 0;
	size_t i;

	for (i = 0; i < SOURCE_PARTS; i++)
		if (sample->parts[i].gap_ns > gap_ns)
			gap_ns = sample->parts[i].gap_ns;
	return (gap_ns);
}

static void
tell_moment(struct timeline *timeline)
{
	const struct history *history = timeline->past.history;
	struct moment *moment = &timeline->moment;
	struct history_sample sample;
	struct history_view view;

	timeline_tell_reach(timeline);
	sample = history_sample(history, timeline->index);
	history_tell(history, timeline->past.parts, timeline->index, &view);
	moment->state = MOMENT_PAST;
	moment->at_real_ns = sample.real_ns;
	moment->rows_since_ns = view.rows_since;
	moment->period_ns = sample.period_ns;
	moment->gap_ns = gap_before(&sample);
	if (view.gap_ns > moment->gap_ns)
		moment->gap_ns = view.gap_ns;
	moment->index = timeline->index + 1;
	moment->count = history_count(history);
	moment->absent = view.absent;
}

/* Fills the model of the past. */
static int
fill(struct timeline *timeline, size_t index)
{
	if (timeline->then == NULL) {
		timeline->then = model_create(timeline->flags);
		model_remember(timeline->then, timeline->present);
	}
	return (history_fill(timeline->past.history, timeline->past.parts,
	    index, history_sample(timeline->past.history, index).real_ns,
	    timeline->then));
}

static int
go_to(struct timeline *timeline, size_t index, char *why, size_t why_size)
{
	if (fill(timeline, index) == -1) {
		snprintf(why, why_size, "this part of the history is damaged");
		if (timeline->moment.state == MOMENT_PAST)
			(void)fill(timeline, timeline->index);
		return (-1);
	}
	timeline->index = index;
	tell_moment(timeline);
	return (0);
}

/* ---- moves ------------------------------------------------------------------------ */

static int
no_history(char *why, size_t why_size, int error)
{
	if (error != 0)
		snprintf(why, why_size, "its history cannot be read: %s",
		    strerror(error));
	else
		snprintf(why, why_size,
		    "it has no history: there is no way back in time");
	return (-1);
}

static int
go_back(struct timeline *timeline, size_t steps, char *why, size_t why_size)
{
	size_t at = find_shown(timeline, shown_ns(timeline));

	if (at == 0) {
		snprintf(
		    why, why_size, "this is the oldest sample of its history");
		return (-1);
	}
	return (go_to(timeline, at > steps ? at - steps : 0, why, why_size));
}

static int
go_forward(struct timeline *timeline, size_t steps, char *why, size_t why_size)
{
	bool past = timeline->moment.state == MOMENT_PAST;
	uint64_t mono_ns = shown_ns(timeline);
	size_t first, last;

	for (bool again = false;; again = true) {
		first = find_shown(timeline, mono_ns) + (past ? 1 : 0);
		last = timeline_samples(timeline) - 1;
		if (again || (first <= last && steps - 1 <= last - first))
			break;
		if (look_ahead(timeline) == -1)
			return (no_history(why, why_size, errno));
	}
	if (first > last) {
		snprintf(
		    why, why_size, "this is the newest sample of its history");
		if (past)
			(void)fill(timeline, timeline->index);
		return (-1);
	}
	hear(timeline);
	return (go_to(timeline,
	    steps - 1 > last - first ? last : first + (steps - 1), why,
	    why_size));
}

static int
go_step(struct timeline *timeline, int64_t steps, char *why, size_t why_size)
{
	if (steps == 0)
		return (0);
	return (steps < 0 ? go_back(timeline, 0 - (size_t)steps, why, why_size)
			  : go_forward(timeline, (size_t)steps, why, why_size));
}

static int
go_newest(struct timeline *timeline, char *why, size_t why_size)
{
	if (look_ahead(timeline) == -1)
		return (no_history(why, why_size, errno));
	hear(timeline);
	return (go_to(timeline, timeline_samples(timeline) - 1, why, why_size));
}

static int
go_at(struct timeline *timeline, uint64_t real_ns, char *why, size_t why_size)
{
	char text[2 * FMT_SIZE];
	ssize_t found;

	if (real_ns > when_now()) {
		snprintf(why, why_size, "%s has not come yet",
		    fmt_clock(text, sizeof(text), real_ns));
		return (-1);
	}
	if (real_ns > timeline->moment.last_real_ns) {
		if (look_ahead(timeline) == -1)
			return (no_history(why, why_size, errno));
		hear(timeline);
	}
	found = history_find(timeline->past.history, real_ns);
	if (found == -1) {
		snprintf(why, why_size, "its history reaches back to %s",
		    fmt_since(text, sizeof(text),
			history_sample(timeline->past.history, 0).real_ns,
			when_now()));
		return (-1);
	}
	return (go_to(timeline, (size_t)found, why, why_size));
}

static int
go_find(struct timeline *timeline, enum timeline_move move, int64_t steps,
    char *why, size_t why_size)
{
	enum moments_what what =
	    move == TIMELINE_EVENT ? MOMENTS_EVENT : MOMENTS_CHANGE;
	bool past = timeline->moment.state == MOMENT_PAST;
	uint64_t mono_ns = shown_ns(timeline);
	size_t from;
	ssize_t found;

	if (steps == 0)
		return (0);
	if (steps > 0) {
		if (look_ahead(timeline) == -1)
			return (no_history(why, why_size, errno));
		hear(timeline);
	}
	from = find_shown(timeline, mono_ns);
	if (steps > 0 && !past && from > 0)
		from--;
	found = moments_find(
	    &timeline->past, timeline->present, from, steps < 0 ? -1 : 1, what);
	if (found >= 0)
		return (go_to(timeline, (size_t)found, why, why_size));
	snprintf(why, why_size,
	    what == MOMENTS_EVENT
		? "no warning, new error or late heart %s this in its history"
		: "no row came or went %s this in its history",
	    steps < 0 ? "before" : "after");
	if (past)
		(void)fill(timeline, timeline->index);
	return (-1);
}

static int
pause_here(struct timeline *timeline, char *why, size_t why_size)
{
	const struct model_target *target = &timeline->present->target;
	struct moment *moment = &timeline->moment;

	if (!timeline->filled) {
		snprintf(why, why_size, "nothing was read yet");
		return (-1);
	}
	(void)timeline_read_past(timeline); /* the frame is there without it */
	moment->state = MOMENT_PAUSED;
	moment->at_real_ns = target->time_real_ns;
	moment->index = moment->count = timeline_samples(timeline);
	moment->period_ns = 0;
	return (0);
}

int
timeline_go(struct timeline *timeline, const struct timeline_order *order,
    char *why, size_t why_size)
{
	enum moment_state state = timeline->moment.state;

	switch (order->move) {
	case TIMELINE_PAUSE:
		return (state == MOMENT_LIVE
			? pause_here(timeline, why, why_size)
			: go_live(timeline));
	case TIMELINE_LIVE:
		return (state == MOMENT_LIVE ? 0 : go_live(timeline));
	default:
		break;
	}
	if (!timeline->filled)
		return (pause_here(timeline, why, why_size));
	if ((state == MOMENT_LIVE || timeline->past_ns == 0) &&
	    timeline_read_past(timeline) == -1)
		return (no_history(why, why_size, errno));
	if (timeline_samples(timeline) == 0)
		return (no_history(why, why_size, 0));
	switch (order->move) {
	case TIMELINE_STEP:
		return (go_step(timeline, order->steps, why, why_size));
	case TIMELINE_OLDEST:
		return (go_to(timeline, 0, why, why_size));
	case TIMELINE_NEWEST:
		return (go_newest(timeline, why, why_size));
	case TIMELINE_AT:
		return (go_at(timeline, order->at_real_ns, why, why_size));
	default:
		return (go_find(
		    timeline, order->move, order->steps, why, why_size));
	}
}
