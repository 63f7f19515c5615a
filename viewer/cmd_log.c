/*
 * cmd_log.c - dbgtop log: what has happened, the oldest first.
 */
#include "command.h"
#include "model.h"
#include "notice.h"
#include "pattern.h"
#include "regions.h"
#include "report_text.h"
#include "source.h"

#include <libshm/kit/fmt.h>

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Between two looks: short while something happens, longer when it is quiet. */
#define LOOK_LEAST UINT64_C(10000000)
#define LOOK_MOST UINT64_C(200000000)

struct log {
	const struct request *request;
	struct patterns *patterns;
	struct model *model;
	struct out *out;
	struct look look;
	bool resolved; /* the patterns, since the last update */

	/* Events that wait for the end of the update that they came with. */
	bool hold;
	struct model_event *held;
	size_t held_count, held_room;

	uint64_t spoken;  /* lost ones that any event has told */
	uint64_t pending; /* of those, told by events that were not shown */
	bool busy;	  /* there was something in this update */
	bool late;	  /* --until is over */
};

/* ---- one event -------------------------------------------------------------- */

static const char *
color_of(const struct log *log, uint8_t severity)
{
	return (severity >= DBGSHM_SEVERITY_WARN    ? log->look.warn
		: severity == DBGSHM_SEVERITY_DEBUG ? log->look.dim
						    : "");
}

/* 2026-01-31T12:03:11.250Z warn  */
static void
print_start(const struct log *log, uint64_t real_ns, const char *level,
    const char *color)
{
	char when[FMT_SIZE];

	fmt_time(when, sizeof(when), real_ns, log->look.raw ? 9 : 3);
	printf("%s %s%-5s%s ", when, color, level,
	    *color != '\0' ? log->look.off : "");
}

static void
print_lost(
    const struct log *log, uint64_t real_ns, const char *path, uint64_t lost)
{
	print_start(log, real_ns, "lost", log->look.warn);
	printf("%s%s%" PRIu64 " event%s\n", path, *path != '\0' ? ": " : "",
	    lost, lost == 1 ? "" : "s");
}

/* ... net/peers lost_peer: 10.0.0.7 after 1.21 MiB */
static void
print_event(const struct log *log, const struct model_event *event)
{
	bool named = !event->named && strcmp(event->name, "message") != 0;

	if (event->lost > 0)
		print_lost(log, event->real_ns, event->path, event->lost);
	print_start(log, event->real_ns, dbgshm_severity_name(event->severity),
	    color_of(log, event->severity));
	printf("%s%s%s: %s\n", event->path, named ? " " : "",
	    named ? event->name : "", event->text);
}

static void
show(const struct log *log, const struct model_event *event)
{
	if (log->request->format == OUT_TEXT) {
		print_event(log, event);
		return;
	}
	out_record(log->out);
	report_event(log->out, event, log->request->format != OUT_CSV);
	out_record_end(log->out);
}

/* The last ones, which no event has told of. */
static void
show_lost(struct log *log, uint64_t lost)
{
	uint64_t now_ns = log->model->target.time_real_ns;
	struct out *out = log->out;

	if (log->request->format == OUT_JSON) {
		out_u64(out, "lost", lost);
		return;
	}
	if (lost == 0)
		return;
	if (log->request->format == OUT_TEXT) {
		print_lost(log, now_ns, "", lost);
		return;
	}
	out_record(out);
	out_time(out, "time", now_ns);
	out_null(out, "mono_ns");
	out_null(out, "level");
	out_null(out, "path");
	out_null(out, "event");
	out_null(out, "text");
	out_null(out, "ring");
	out_u64(out, "lost", lost);
	if (log->request->format != OUT_CSV) {
		out_object(out, "fields");
		out_object_end(out);
	}
	out_record_end(out);
}

/* ---- which events ------------------------------------------------------------- */

static bool
is_wanted(struct log *log, const struct model_event *event)
{
	const struct model_profile *profile;

	if (!log->resolved)
		patterns_resolve(log->patterns, log->model);
	log->resolved = true;
	profile = model_profile(log->model, event->path);
	return (event->severity >= log->request->severity && profile != NULL &&
	    patterns_profile(log->patterns, profile));
}

static bool
heard(const struct model_event *event, void *context)
{
	struct log *log = context;
	const struct request *request = log->request;
	struct model_event shown = *event;

	log->busy = true;
	log->spoken += event->lost;
	if (request->until_ns != 0 && event->real_ns >= request->until_ns) {
		log->late = true;
		return (log->hold);
	}
	/* What was lost before the time that is asked for does not matter. */
	if (event->real_ns < request->since_ns)
		return (log->hold);
	log->pending += event->lost;
	if (!is_wanted(log, event))
		return (log->hold);
	shown.lost = log->pending;
	log->pending = 0;
	if (!log->hold) {
		show(log, &shown);
		return (false);
	}
	if (log->held_count == log->held_room) {
		log->held_room = 2 * log->held_room + 256;
		log->held =
		    reallocarray(log->held, log->held_room, sizeof(*log->held));
		if (log->held == NULL)
			err(1, "memory for %zu events", log->held_room);
	}
	log->held[log->held_count++] = shown;
	return (true);
}

/* The newest of those that waited. */
static void
show_held(struct log *log)
{
	size_t i = 0;

	if (log->request->count != 0 && log->held_count > log->request->count)
		i = log->held_count - log->request->count;
	for (; i < log->held_count; i++)
		show(log, &log->held[i]);
	free(log->held);
	log->held = NULL;
	log->held_count = log->held_room = 0;
	log->hold = false;
}

/* ---- the command ---------------------------------------------------------------- */

static int
update(struct log *log, struct source *source)
{
	log->resolved = log->busy = false;
	return (source_update(source, log->model));
}

/* That there is a log at all. */
static int
check_logs(const struct log *log, struct source *source)
{
	const struct model *model = log->model;
	const char *unmatched;
	size_t i;

	patterns_resolve(log->patterns, model);
	for (i = 0; i < model->profile_count; i++)
		if (model->profiles[i].log != NULL &&
		    patterns_profile(log->patterns, &model->profiles[i]))
			return (EXIT_DONE);
	unmatched = patterns_unmatched(log->patterns);
	if (unmatched != NULL)
		warnx("%s: nothing of that name in %s", unmatched,
		    model->target.name);
	else
		warnx("%s (pid %d): it has no event log%s", model->target.name,
		    (int)model->target.pid,
		    log->request->word_count > 1 ? " there" : "");
	if (*source_closed(source) == '\0')
		return (EXIT_NO);
	fprintf(stderr, "  %s\n", source_closed(source));
	return (EXIT_PERMISSION);
}

static bool
is_late(const struct log *log)
{
	return (log->late ||
	    (log->request->until_ns != 0 &&
		log->model->target.time_real_ns >= log->request->until_ns));
}

/* Until the target goes away, and then what it said last. */
static int
follow(struct log *log, struct source *source)
{
	char state[3 * FMT_SIZE];
	uint64_t pause_ns = LOOK_LEAST;
	struct notice notice = { 0 };
	int status = output_end();

	while (
	    status == EXIT_DONE && !model_over(log->model) && !is_late(log)) {
		interval_wait(pause_ns);
		if (update(log, source) == 0 && model_over(log->model))
			update(log, source);
		notice_line(&notice, source, log->request->quiet);
		pause_ns = log->busy ? LOOK_LEAST : 2 * pause_ns;
		if (pause_ns > LOOK_MOST)
			pause_ns = LOOK_MOST;
		status = output_end();
	}
	if (status != EXIT_DONE || is_late(log))
		return (status);
	show_lost(log, log->pending + log->model->events_lost - log->spoken);
	status = output_end();
	if (status != EXIT_DONE)
		return (status);
	if (!log->request->quiet)
		warnx("%s (pid %d): %s", log->model->target.name,
		    (int)log->model->target.pid,
		    regions_state(state, sizeof(state), &log->model->target));
	return (EXIT_GONE);
}

static int
run(struct log *log, struct source *source)
{
	const struct request *request = log->request;
	static const struct out_column columns[] = { { NULL, NULL } };
	int status;

	if (update(log, source) == -1) {
		warn("%s", request->words[0]);
		return (EXIT_DAMAGED);
	}
	status = check_logs(log, source);
	if (status != EXIT_DONE && !request->follow)
		return (status);
	if (out_nests(log->out)) {
		out_begin(
		    log->out, "dbgtop.log/1", log->model->target.time_real_ns);
		out_object(log->out, "target");
		report_target(log->out, &log->model->target);
		out_object_end(log->out);
	}
	if (request->format != OUT_TEXT)
		out_records(log->out, "events", columns);
	show_held(log);
	if (request->follow)
		return (follow(log, source));
	if (request->format == OUT_JSON)
		out_records_end(log->out);
	show_lost(log,
	    log->late ? 0
		      : log->pending + log->model->events_lost - log->spoken);
	if (out_nests(log->out))
		out_end(log->out);
	return (output_end());
}

static int
run_target(const struct request *request, struct patterns *patterns)
{
	struct out_style style = request_style(request);
	struct log log = {
		.request = request,
		.patterns = patterns,
		.look = look_of(request),
		.hold = true,
	};
	struct source *source = NULL;
	struct target_error error;
	struct targets targets;
	int status;

	if (target_find(request->words[0], &targets, &error) == -1 ||
	    (targets.count == 1 &&
		source_open(&targets.list[0],
		    request_source(request) | SOURCE_NO_WATCHER, &source,
		    &error) == -1))
		status = target_complain(&error);
	else if (targets.count > 1)
		status = usage_error(
		    request, "log: several targets, it shows one at a time");
	else {
		source_confine(source);
		log.model = model_create(request_model(request));
		log.out = out_create(request->format, stdout, &style);
		model_listen(log.model, heard, &log);
		status = run(&log, source);
		out_destroy(log.out);
		model_destroy(log.model);
		free(log.held);
	}
	source_close(source);
	target_error_free(&error);
	target_free(&targets);
	return (status);
}

int
cmd_log(const struct request *request)
{
	struct patterns *patterns;
	char why[200] = "";
	int status;

	/* Whoever reads along sees each line at once. */
	if (request->follow)
		setvbuf(stdout, NULL, _IOLBF, 0);
	if (patterns_create(request->words + 1, request->word_count - 1,
		&patterns, why, sizeof(why)) == -1)
		return (usage_error(request, "pattern: %s", why));
	status = run_target(request, patterns);
	patterns_destroy(patterns);
	return (status);
}
