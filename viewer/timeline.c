/*
 * timeline.c - one target over time: its present, and any moment of its past.
 *
 * Two models: the present one takes frames while it is shown, and hears the
 * events; the other one is made when somebody goes back, from readers of its own,
 * so that the way back to the present is short.
 */
#include "timeline_private.h"
#include "when.h"

#include <libshm/kit/fmt.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS UINT64_C(1000000000)
#define OLD_NS (3 * NS)	  /* a frame that rates are not taken from any more */
#define TOLD_NS (10 * NS) /* so long it is said that the program is another */
#define RETRY_NS (2 * NS)

struct timeline *
timeline_create(struct source *source, unsigned model_flags)
{
	struct timeline *timeline = calloc(1, sizeof(*timeline));

	if (timeline == NULL)
		err(1, "memory for a target");
	timeline->source = source;
	timeline->flags = model_flags;
	timeline->present = model_create(model_flags | MODEL_LAZY);
	timeline->series = series_set_create();
	timeline->moment.rows_since_ns = UINT64_MAX;
	return (timeline);
}

void
timeline_close_past(struct timeline *timeline)
{
	past_close(&timeline->past);
	timeline->past_ns = 0;
}

void
timeline_destroy(struct timeline *timeline)
{
	if (timeline == NULL)
		return;
	model_destroy(timeline->then);
	model_destroy(timeline->present);
	timeline_close_past(timeline);
	series_set_destroy(timeline->series);
	changes_free(timeline->changes);
	slowest_free(timeline->slowest);
	free(timeline->name);
	free(timeline);
}

const struct model *
timeline_model(const struct timeline *timeline)
{
	if (timeline->moment.state == MOMENT_PAST)
		return (timeline->then);
	return (timeline->filled ? timeline->present : NULL);
}

const struct moment *
timeline_moment(const struct timeline *timeline)
{
	return (&timeline->moment);
}

/* ---- how far the past reaches --------------------------------------------------- */

size_t
timeline_samples(const struct timeline *timeline)
{
	return (
	    timeline->past_ns == 0 ? 0 : history_count(timeline->past.history));
}

void
timeline_tell_reach(struct timeline *timeline)
{
	struct moment *moment = &timeline->moment;
	const struct history *history = timeline->past.history;
	size_t count = timeline_samples(timeline);
	struct history_view view;

	moment->first_real_ns = moment->last_real_ns = 0;
	moment->rows_since_ns = UINT64_MAX;
	if (count == 0)
		return;
	history_tell(history, timeline->past.parts, count - 1, &view);
	moment->rows_since_ns = view.rows_since;
	moment->first_real_ns = history_sample(history, 0).real_ns;
	moment->last_real_ns = history_sample(history, count - 1).real_ns;
}

/* The past as it is now, that of the same regions when one is shown. */
int
timeline_read_past(struct timeline *timeline)
{
	struct model_source parts[SOURCE_PARTS];
	struct past past;
	size_t count;

	if (timeline->moment.state == MOMENT_PAST) {
		if (past_renew(&timeline->past) == -1)
			return (-1);
	} else {
		count = source_readers(timeline->source, parts);
		if (past_open(parts, count, &past) == -1)
			return (-1);
		past_close(&timeline->past);
		timeline->past = past;
	}
	timeline->past_ns = when_now();
	timeline_tell_reach(timeline);
	return (0);
}

/* ---- the present ------------------------------------------------------------------ */

/* Another own region under the same pid, or another name: by exec. */
static void
notice_program(struct timeline *timeline)
{
	const char *name = timeline->present->target.name;
	struct model_source parts[SOURCE_PARTS];
	const struct dbgshm_info *info;
	bool again =
	    timeline->name != NULL && strcmp(timeline->name, name) != 0;

	if (source_readers(timeline->source, parts) > 0) {
		info = dbgshm_reader_info(parts[0].reader);
		if (info->kind != DBGSHM_KIND_WATCHED) {
			again |= timeline->created_ns != 0 &&
			    timeline->created_ns != info->created_real_ns;
			timeline->created_ns = info->created_real_ns;
		}
	}
	if (!again && timeline->name != NULL)
		return;
	if (timeline->name != NULL) {
		timeline->replaced_ns = when_now();
		(void)timeline_read_past(timeline);
	}
	free(timeline->name);
	if ((timeline->name = strdup(name)) == NULL)
		err(1, "memory for a name");
}

static void
tell_program(const struct timeline *timeline, char *why, size_t why_size)
{
	char since[FMT_SIZE];

	if (timeline->replaced_ns == 0 ||
	    when_now() - timeline->replaced_ns > TOLD_NS)
		return;
	snprintf(why, why_size, "%s has been a new program since %s",
	    timeline->name,
	    fmt_clock(since, sizeof(since), timeline->replaced_ns));
}

static void
add_samples(struct timeline *timeline)
{
	enum dbgshm_life life = timeline->present->target.state;
	struct model_source parts[SOURCE_PARTS];
	size_t count = source_readers(timeline->source, parts);

	series_set_frame(timeline->series, parts, count, timeline->every_ns,
	    life != DBGSHM_LIFE_LIVE && life != DBGSHM_LIFE_STOPPED);
}

static int
update_present(struct timeline *timeline, char *why, size_t why_size)
{
	struct moment *moment = &timeline->moment;
	uint64_t now_ns = when_now();
	uint64_t every_ns = now_ns - timeline->frame_ns;
	bool first = !timeline->filled;

	/* Nobody looked for a while: rates are not those of now. */
	if (every_ns > OLD_NS && every_ns / 3 > timeline->every_ns)
		model_forget(timeline->present);
	if (source_update(timeline->source, timeline->present) == -1) {
		snprintf(why, why_size, "%s", strerror(errno));
		return (-1);
	}
	timeline->filled = true;
	timeline->frame_ns = now_ns;
	if (!first)
		timeline->every_ns = every_ns;
	add_samples(timeline);
	notice_program(timeline);
	tell_program(timeline, why, why_size);
	if (first)
		(void)timeline_read_past(timeline);
	else if (timeline->past_ns != 0 && now_ns - timeline->past_ns > OLD_NS)
		timeline_close_past(timeline);
	if (moment->first_real_ns != 0 &&
	    timeline->present->target.state == DBGSHM_LIFE_LIVE)
		moment->last_real_ns = timeline->present->target.time_real_ns -
		    timeline->present->target.age_ns;
	return (0);
}

/* What has become of the target meanwhile. */
static void
update_life(struct timeline *timeline)
{
	struct model *shown = timeline->moment.state == MOMENT_PAST
	    ? timeline->then
	    : timeline->present;
	const struct past *past = &timeline->past;
	struct model_source parts[SOURCE_PARTS];
	struct past now;
	size_t count;

	if (timeline->past_ns != 0) {
		count = past->count;
		memcpy(parts, past->parts, count * sizeof(parts[0]));
	} else
		count = source_readers(timeline->source, parts);
	if (count == 0 ||
	    dbgshm_reader_life(parts[0].reader) == shown->target.state)
		return;
	/* What it left says since when. */
	if (past_open(parts, count, &now) == -1)
		return;
	model_life(shown, now.parts, now.count);
	past_close(&now);
}

int
timeline_update(struct timeline *timeline, char *why, size_t why_size)
{
	if (timeline->moment.state == MOMENT_LIVE)
		return (update_present(timeline, why, why_size));
	source_hear(timeline->source);
	update_life(timeline);
	return (0);
}

/* ---- what is read of the past beside it ------------------------------------------- */

struct past *
timeline_borrow_past(struct timeline *timeline, struct past *own, bool *close)
{
	uint64_t now_ns = when_now();

	*close = timeline->moment.state == MOMENT_PAST;
	if (timeline->failed_ns != 0 && now_ns - timeline->failed_ns < RETRY_NS)
		return (NULL);
	timeline->failed_ns = 0;
	if (*close) {
		if (past_open(
			timeline->past.parts, timeline->past.count, own) == 0)
			return (own);
	} else if ((timeline->past_ns != 0 &&
		       (timeline->moment.state == MOMENT_PAUSED ||
			   timeline->past_ns >= timeline->frame_ns)) ||
	    timeline_read_past(timeline) == 0)
		return (&timeline->past);
	timeline->failed_ns = now_ns;
	return (NULL);
}

uint64_t
timeline_shown_ns(const struct timeline *timeline)
{
	return (timeline->moment.state == MOMENT_LIVE
		? timeline->present->target.time_real_ns
		: timeline->moment.at_real_ns);
}

const struct series_set *
timeline_series(struct timeline *timeline, const struct series_wants *wants)
{
	const struct moment *moment = &timeline->moment;
	uint64_t last_ns =
	    moment->state == MOMENT_LIVE ? 0 : moment->last_real_ns;
	struct past *past, own;
	bool close;

	series_set_want(
	    timeline->series, wants, timeline_shown_ns(timeline), when_now());
	if (!timeline->filled || !series_set_lacks(timeline->series, last_ns) ||
	    (past = timeline_borrow_past(timeline, &own, &close)) == NULL)
		return (timeline->series);
	series_set_fill(timeline->series, past, last_ns);
	if (close)
		past_close(&own);
	return (timeline->series);
}
