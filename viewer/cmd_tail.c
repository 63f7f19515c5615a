/*
 * cmd_tail.c - dbgtop tail: values over time, first those of before.
 */
#include "command.h"
#include "refused.h"
#include "regions.h"
#include "tail.h"
#include "when.h"

#include <libshm/kit/fmt.h>

#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LINES 20 /* where there is no screen */
#define WIDTH 132

/* ---- which samples ----------------------------------------------------------- */

/* Samples become one when an interval is asked for and they are in the same. */
uint64_t
tail_group(const struct tail *tail, size_t sample)
{
	const struct request *request = tail->request;

	if (!request->interval_given)
		return (sample);
	return (history_sample(tail->history, sample).mono_ns /
	    request->interval_ns);
}

static size_t
group_end(const struct tail *tail, size_t sample)
{
	uint64_t group = tail_group(tail, sample);

	do
		sample++;
	while (sample < tail->last && tail_group(tail, sample) == group);
	return (sample);
}

/* Only the newest of them. */
static void
keep_newest(struct tail *tail, uint64_t groups)
{
	size_t sample = tail->last;

	for (; groups > 0 && sample > tail->first; groups--)
		for (sample--; sample > tail->first &&
		     tail_group(tail, sample - 1) == tail_group(tail, sample);)
			sample--;
	tail->first = sample;
}

static void
choose_range(struct tail *tail)
{
	const struct request *request = tail->request;
	ssize_t found;

	tail->last = history_count(tail->history);
	if (request->until_ns != 0) {
		found = history_find(tail->history, request->until_ns - 1);
		tail->last = (size_t)(found + 1);
	}
	tail->first = 0;
	if (request->since_ns > 1) {
		found = history_find(tail->history, request->since_ns - 1);
		tail->first = (size_t)(found + 1);
	}
	if (tail->first > tail->last)
		tail->first = tail->last;
	if (request->count != 0)
		keep_newest(tail, request->count);
}

static size_t
screen_lines(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row >= 10)
		return (size.ws_row);
	return (0);
}

/* Unless it is said which, what fits the screen beside headings and summary. */
static void
choose_default(struct tail *tail, bool columns)
{
	const struct request *request = tail->request;
	size_t lines = screen_lines(), values = tracks_size(tail->tracks);
	size_t more = 5 + (columns ? 1 : 0);

	if (request->since_ns != 0 || request->count != 0)
		return;
	if (!request->follow && !request->quiet)
		more += values + 2;
	if (lines == 0)
		lines = LINES;
	else
		lines = lines > more + 5 ? lines - more : 5;
	if (!columns && values > 1)
		lines = lines > values ? lines / values : 1;
	keep_newest(tail, lines);
}

/* ---- the past ------------------------------------------------------------------- */

static size_t
take_past(struct tail *tail, const struct model_source parts[], size_t count,
    size_t index)
{
	struct history_sample sample = history_sample(tail->history, index);
	struct track_time times[SOURCE_PARTS] = { 0 };
	size_t i;

	if (history_show(tail->history, index) == -1)
		return (0);
	for (i = 0; i < count; i++)
		times[i] = (struct track_time){
			.there = sample.parts[i].there,
			.gap = sample.parts[i].gap_ns > 0,
			.mono_ns = sample.parts[i].mono_ns,
			.tick_ns = sample.parts[i].mono_ns,
		};
	tracks_take(tail->tracks, parts, count, times, tail->history);
	return (1);
}

static void
add_gap(struct tail_sample *shown, const struct history_sample *sample)
{
	size_t i;

	for (i = 0; i < SOURCE_PARTS; i++) {
		if (sample->parts[i].gap_ns > shown->gap_ns) {
			shown->gap_ns = sample->parts[i].gap_ns;
			shown->asleep_ns = sample->parts[i].asleep_ns;
		}
		shown->coarse |= sample->parts[i].coarse;
	}
}

int
tail_past(struct tail *tail, const struct model_source parts[], size_t count)
{
	struct history_sample sample;
	struct tail_sample shown;
	size_t i, end, taken;
	int status = EXIT_DONE;

	/* The one before, for rates. */
	if (tail->first > 0 && tail->first < tail->last) {
		take_past(tail, parts, count, tail->first - 1);
		tracks_settle(tail->tracks);
		tracks_next(tail->tracks);
	}
	for (i = tail->first; i < tail->last && status == EXIT_DONE;) {
		shown = (struct tail_sample){ 0 };
		end = group_end(tail, i);
		for (taken = 0; i < end; i++) {
			sample = history_sample(tail->history, i);
			add_gap(&shown, &sample);
			taken += take_past(tail, parts, count, i);
		}
		shown.mono_ns = sample.mono_ns;
		shown.real_ns = sample.real_ns;
		shown.period_ns = sample.period_ns;
		if (tail->request->interval_given &&
		    shown.period_ns < tail->request->interval_ns)
			shown.period_ns = tail->request->interval_ns;
		if (taken > 0)
			status = tail_show(tail, &shown);
	}
	return (status);
}

/* Goes over it all for the names of what there will be. */
static void
look_ahead(struct tail *tail, const struct model_source parts[], size_t count)
{
	struct track_time times[SOURCE_PARTS] = { 0 };
	size_t i;

	/* Of the present, which is shown as long as the past is not. */
	for (i = 0; i < count; i++)
		times[i].there = true;
	tracks_take(tail->tracks, parts, count, times, NULL);
	choose_range(tail);
	choose_default(tail, !tail->request->lines);
	for (i = tail->first; i < tail->last; i++)
		take_past(tail, parts, count, i);
	tracks_forget(tail->tracks);
}

/* One line for each sample where such lines fit and say the same. */
static void
choose_form(struct tail *tail)
{
	const struct request *request = tail->request;
	struct look *look = &tail->report.look;
	size_t width = look->width == SIZE_MAX ? WIDTH : look->width;

	tail->report.columns = request->columns ||
	    (!request->lines && request->format == OUT_TEXT &&
		tail_width(tail->tracks, look->raw) <= width);
	choose_range(tail);
	choose_default(tail, tail->report.columns);
}

static void
print_head(const struct tail *tail)
{
	const struct model_target *target = &tail->model->target;
	const struct look *look = &tail->report.look;
	char text[3 * FMT_SIZE], since[2 * FMT_SIZE + 16];

	if (tail->request->quiet || tail->request->format != OUT_TEXT)
		return;
	printf("%s%s%s  pid %d  %s", look->strong, target->name, look->off,
	    (int)target->pid, regions_state(text, sizeof(text), target));
	if (history_count(tail->history) == 0)
		printf(", it has no history\n");
	else
		printf(", history reaches back to %s\n",
		    fmt_since(since, sizeof(since),
			history_sample(tail->history, 0).real_ns, when_now()));
}

/* ---- the command ------------------------------------------------------------------ */

/* Nothing to show, and why. */
static int
complain(const struct tail *tail)
{
	const char *word = patterns_never(tail->patterns), *why;
	const struct model_target *target = &tail->model->target;
	bool permission = false;

	if (word != NULL) {
		why = refused_reason(tail->model, word, &permission);
		if (why != NULL)
			warnx("%s: %s", word, why);
		else
			warnx("%s: nothing of that name in %s", word,
			    target->name);
		if (*source_closed(tail->source) != '\0') {
			fprintf(stderr, "  %s\n", source_closed(tail->source));
			permission = true;
		} else if (why == NULL)
			fprintf(stderr,
			    "  \"dbgtop describe %d\" shows what there is\n",
			    (int)target->pid);
		return (permission ? EXIT_PERMISSION : EXIT_NO);
	}
	if (tracks_size(tail->tracks) == 0) {
		warnx("%s (pid %d): no values there", target->name,
		    (int)target->pid);
		if (tracks_hidden(tail->tracks) > 0)
			fprintf(stderr,
			    "  %zu hidden by level, -l debug shows them\n",
			    tracks_hidden(tail->tracks));
		else
			fprintf(stderr,
			    "  of a table name columns, such as "
			    "'profile:column'\n");
		return (EXIT_NO);
	}
	return (EXIT_DONE);
}

static int
complain_empty(const struct tail *tail)
{
	const struct model_target *target = &tail->model->target;
	char text[FMT_SIZE];

	if (history_count(tail->history) == 0) {
		warnx("%s (pid %d): it has no history", target->name,
		    (int)target->pid);
		if (target->state == DBGSHM_LIFE_LIVE)
			fprintf(stderr, "  -f shows what comes from now on\n");
	} else
		warnx("%s (pid %d): nothing was recorded in that time, its "
		      "history reaches back to %s",
		    target->name, (int)target->pid,
		    fmt_time(text, sizeof(text),
			history_sample(tail->history, 0).real_ns, 3));
	return (EXIT_NO);
}

static int
run(struct tail *tail)
{
	const struct request *request = tail->request;
	struct model_source parts[SOURCE_PARTS];
	char state[3 * FMT_SIZE];
	size_t count;
	int status;

	if (source_update(tail->source, tail->model) == -1) {
		warn("%s", request->words[0]);
		return (EXIT_DAMAGED);
	}
	count = source_parts(tail->source, parts);
	if (history_open(parts, count, &tail->history) == -1) {
		warn("%s: history", tail->model->target.name);
		return (EXIT_DAMAGED);
	}
	look_ahead(tail, parts, count);
	if ((status = complain(tail)) != EXIT_DONE)
		return (status);
	choose_form(tail);
	if (tail->first == tail->last && !request->follow)
		return (complain_empty(tail));
	print_head(tail);
	status = tail_past(tail, parts, count);
	history_close(tail->history);
	tail->history = NULL;
	if (status == EXIT_DONE && request->follow)
		status = tail_follow(tail);
	if (tail->begun && (status == EXIT_DONE || status == EXIT_GONE)) {
		tail_end(&tail->report);
		if (output_end() != EXIT_DONE)
			return (EXIT_OUTPUT);
	}
	if (status == EXIT_GONE &&
	    source_update(tail->source, tail->model) == 0 && !request->quiet)
		warnx("%s (pid %d): %s", tail->model->target.name,
		    (int)tail->model->target.pid,
		    regions_state(state, sizeof(state), &tail->model->target));
	return (status);
}

static int
run_target(const struct request *request, struct patterns *patterns)
{
	struct out_style style = request_style(request);
	struct tail tail = { .request = request, .patterns = patterns };
	struct target_error error;
	struct targets targets;
	int status;

	if (target_find(request->words[0], &targets, &error) == -1 ||
	    (targets.count == 1 &&
		source_open(&targets.list[0],
		    request_source(request) |
			(request->follow ? 0u : SOURCE_NO_WATCHER),
		    &tail.source, &error) == -1))
		status = target_complain(&error);
	else if (targets.count > 1)
		status = usage_error(
		    request, "tail: several targets, it shows one at a time");
	else {
		source_confine(tail.source);
		tail.model = model_create(request_model(request));
		tail.names = model_create(request_model(request));
		tail.tracks = tracks_create(patterns, report_level(request),
		    tail.names, request->secrets);
		tail.report = (struct tail_report){
			.request = request,
			.tracks = tail.tracks,
			.model = tail.model,
			.out = out_create(request->format, stdout, &style),
			.look = look_of(request),
		};
		status = run(&tail);
		history_close(tail.history);
		out_destroy(tail.report.out);
		tail_free(&tail.report);
		tracks_destroy(tail.tracks);
		model_destroy(tail.names);
		model_destroy(tail.model);
	}
	source_close(tail.source);
	target_error_free(&error);
	target_free(&targets);
	/* Whoever stopped us learns that we were. */
	if (tail.signal != 0) {
		signal(tail.signal, SIG_DFL);
		raise(tail.signal);
	}
	return (status);
}

int
cmd_tail(const struct request *request)
{
	struct patterns *patterns;
	char why[200] = "";
	int status;

	if (request->columns && request->lines)
		return (usage_error(request, "--columns or --lines, not both"));
	/* Whoever reads along sees each line at once. */
	if (request->follow) {
		setvbuf(stdout, NULL, _IOLBF, 0);
		tail_signals();
	}
	if (patterns_create(request->words + 1, request->word_count - 1,
		&patterns, why, sizeof(why)) == -1)
		return (usage_error(request, "pattern: %s", why));
	patterns_want_columns(patterns);
	status = run_target(request, patterns);
	patterns_destroy(patterns);
	return (status);
}
