/*
 * changes_events.c - warnings and errors in the logs, counted in the last times
 * and before.
 */
#include "changes_private.h"
#include "tree.h"

#include <libshm/kit/fmt.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NS UINT64_C(1000000000)
#define MINUTE_NS (60 * NS)

#define KINDS 64 /* of one log; others are not told */

/* The first of a kind, and what each more adds. */
#define WARN_SCORE 0.25
#define ERROR_SCORE 0.5
#define EACH_SCORE 0.05
#define MANY 5 /* more of them add nothing */

/* More often than before: twice, and more than chance makes of that. */
#define TIMES 2.0
#define DEVIATIONS 3.0 /* of a count that happens by chance: its root */

struct tally_of_kind {
	const char *name;
	uint8_t severity;
	size_t before, after;
	uint64_t first_real_ns, last_real_ns; /* of those after */
};

static struct tally_of_kind *
find_kind(
    struct tally_of_kind *kinds, size_t *count, const struct model_event *event)
{
	size_t i;

	for (i = 0; i < *count; i++)
		if (kinds[i].severity == event->severity &&
		    strcmp(kinds[i].name, event->name) == 0)
			return (&kinds[i]);
	if (*count == KINDS)
		return (NULL);
	kinds[*count] = (struct tally_of_kind){ .name = event->name,
		.severity = event->severity };
	return (&kinds[(*count)++]);
}

static double
score_of(const struct tally_of_kind *kind, double expected)
{
	double count = (double)kind->after;
	double score =
	    kind->severity == DBGSHM_SEVERITY_ERROR ? ERROR_SCORE : WARN_SCORE;

	if (count <= TIMES * expected ||
	    count - expected <= DEVIATIONS * sqrt(expected))
		return (0);
	score += EACH_SCORE * fmin(count - 1, MANY);
	return (score * (1 - expected / count));
}

static void
per_minute(char text[CHANGES_TEXT], double count, uint64_t ns)
{
	char number[FMT_SIZE];

	fmt_count(
	    number, sizeof(number), count * (double)MINUTE_NS / (double)ns);
	snprintf(text, CHANGES_TEXT, "%s/min", number);
}

static void
add_kind(struct changes_work *work, const struct model_profile *profile,
    const struct tally_of_kind *kind, uint64_t before_ns, uint64_t after_ns)
{
	char was[CHANGES_TEXT] = "none", now[CHANGES_TEXT];
	char when[CHANGES_TEXT], clock[FMT_SIZE];
	double expected =
	    (double)kind->before * (double)after_ns / (double)before_ns;
	bool news = kind->before == 0;
	struct change change = {
		.kind = CHANGE_EVENTS,
		.score = score_of(kind, expected),
		.was = was,
		.now = now,
		.when = when,
		.when_real_ns = news ? kind->first_real_ns : kind->last_real_ns,
		.profile = tree_id(profile->path, strlen(profile->path)),
		.level = profile->level,
	};

	if (news)
		fmt_count(now, sizeof(now), (double)kind->after);
	else {
		per_minute(was, (double)kind->before, before_ns);
		per_minute(now, (double)kind->after, after_ns);
	}
	snprintf(when, sizeof(when), "%s %s", news ? "first" : "last",
	    fmt_clock(clock, sizeof(clock), change.when_real_ns));
	/* Messages of printf have no kind of their own. */
	change.where = strcmp(kind->name, "message") == 0
	    ? arena_print(&work->arena, "%s: %s messages", profile->path,
		  dbgshm_severity_name(kind->severity))
	    : arena_print(&work->arena, "%s: %s \"%s\"", profile->path,
		  dbgshm_severity_name(kind->severity), kind->name);
	changes_add(work, &change, NULL);
}

/* How far back its events reach before the last times: old ones are given up. */
static uint64_t
reach_of(const struct model_log *log, const struct slots *slots)
{
	uint64_t most_ns = slots->before * slots->slot_ns, oldest_ns;

	if (log->event_count < MODEL_EVENTS)
		return (most_ns);
	oldest_ns = log->events[log->event_count - 1].real_ns;
	if (oldest_ns >= slots->begin_real_ns)
		return (0);
	return (slots->begin_real_ns - oldest_ns < most_ns
		? slots->begin_real_ns - oldest_ns
		: most_ns);
}

static void
judge_log(struct changes_work *work, const struct model_profile *profile)
{
	const struct slots *slots = work->slots;
	const struct model_log *log = profile->log;
	uint64_t before_ns = reach_of(log, slots);
	uint64_t after_ns = slots->end_real_ns - slots->begin_real_ns;
	struct tally_of_kind kinds[KINDS], *kind;
	const struct model_event *event;
	size_t i, count = 0;

	if (before_ns == 0)
		return;
	for (i = 0; i < log->event_count; i++) { /* the newest first */
		event = &log->events[i];
		if (event->severity < DBGSHM_SEVERITY_WARN ||
		    event->real_ns + before_ns < slots->begin_real_ns ||
		    (kind = find_kind(kinds, &count, event)) == NULL)
			continue;
		if (event->real_ns <= slots->begin_real_ns) {
			kind->before++;
			continue;
		}
		if (kind->after++ == 0)
			kind->last_real_ns = event->real_ns;
		kind->first_real_ns = event->real_ns;
	}
	for (i = 0; i < count; i++)
		if (kinds[i].after > 0)
			add_kind(work, profile, &kinds[i], before_ns, after_ns);
}

void
changes_events(struct changes_work *work, const struct model *now)
{
	for (size_t i = 0; i < now->profile_count; i++)
		if (now->profiles[i].log != NULL)
			judge_log(work, &now->profiles[i]);
}
