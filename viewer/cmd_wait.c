/*
 * cmd_wait.c - dbgtop wait: until a condition holds.
 */
#include "command.h"
#include "regions.h"
#include "report.h"
#include "snapshot.h"
#include "wait.h"
#include "when.h"

#include <libshm/kit/fmt.h>
#include <libshm/kit/safe.h>

#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS UINT64_C(1000000000)
#define VALUES 16 /* that are told */

struct waiting {
	const struct request *request;
	struct wait wait;
	pid_t pid;
	uint64_t started_ns; /* mono */
	bool remarked;	     /* of a name that means nothing yet */
};

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec);
}

/* ---- the state of another target --------------------------------------------- */

static const char *
state_of(void *context, const char *word)
{
	struct target_error error = { 0 };
	struct source *source = NULL;
	struct targets targets;
	struct model *model;
	const char *state = NULL;

	(void)context;
	if (target_find(word, &targets, &error) == 0 && targets.count == 1 &&
	    source_open(&targets.list[0], SOURCE_NO_WATCHER, &source, &error) ==
		0) {
		model = model_create(MODEL_NO_USERS);
		if (source_update(source, model) == 0)
			state = dbgshm_life_name(model->target.state);
		model_destroy(model);
	}
	source_close(source);
	target_error_free(&error);
	target_free(&targets);
	return (state);
}

/* ---- words ------------------------------------------------------------------- */

static double
rounded(double value, bool raw)
{
	return (raw ? round(1000 * value) / 1000 : value);
}

static void
put_value(FILE *file, const struct condition_value *value, bool raw)
{
	char text[FMT_SIZE];

	fputs(value->name, file);
	if (!value->known)
		fputs(" not known", file);
	else if (!value->is_number)
		fprintf(file, " = %s", value->text);
	else if (value->per_second)
		fprintf(file, " = %s%s",
		    fmt_rate(text, sizeof(text), value->unit,
			rounded(value->number, raw), raw),
		    raw ? "/s" : "");
	else
		fprintf(file, " = %s",
		    fmt_unit(text, sizeof(text), value->unit,
			rounded(value->number, raw), raw));
}

/* p99(cmd/latency) = 7.90 ms, state() = live */
static void
put_values(FILE *file, struct condition *condition, bool raw)
{
	const struct condition_value *values[VALUES];
	size_t i, count = condition_values(condition, values, VALUES);

	for (i = 0; i < count; i++) {
		if (i > 0)
			fputs(", ", file);
		put_value(file, values[i], raw);
	}
}

/* On standard error, unless it is not wanted. */
static void
remark(const struct waiting *waiting, const char *what)
{
	const struct model_target *target = &waiting->wait.model->target;

	if (waiting->request->quiet)
		return;
	fprintf(stderr, "dbgtop: %s (pid %d): %s: ", target->name,
	    (int)target->pid, what);
	put_values(stderr, waiting->wait.condition,
	    waiting->request->raw || !isatty(STDERR_FILENO));
	fputc('\n', stderr);
}

/* Names that mean nothing yet are waited for; a typing error looks the same. */
static void
remark_missing(struct waiting *waiting)
{
	char shown[SAFE_SIZE(EXPR_TEXT_MAX)];
	const char *name;
	size_t next = 0;

	if (waiting->remarked || !waiting->request->verbose)
		return;
	waiting->remarked = true;
	while (
	    (name = condition_never(waiting->wait.condition, &next)) != NULL) {
		safe_copy(shown, sizeof(shown), name, strlen(name));
		warnx("%s (pid %d): nothing is called %s yet",
		    waiting->wait.model->target.name,
		    (int)waiting->wait.model->target.pid, shown);
	}
}

/* ---- the answer --------------------------------------------------------------- */

static uint64_t
waited_ns(const struct waiting *waiting, uint64_t mono_ns)
{
	return (
	    mono_ns > waiting->started_ns ? mono_ns - waiting->started_ns : 0);
}

static void
put_number(struct out *out, const struct condition_value *value)
{
	const char *unit = dbgshm_unit_name(value->unit);

	out_string(out, "unit", unit);
	out_bool(out, "per_second", value->per_second);
	if (value->known)
		out_double(out, "value", value->number);
	else
		out_null(out, "value");
}

static void
print_json(struct waiting *waiting, const char *outcome, const char *snapshot)
{
	static const struct out_column none[] = { { NULL, NULL } };
	const struct request *request = waiting->request;
	const struct condition_value *values[VALUES];
	struct wait *wait = &waiting->wait;
	struct out_style style = request_style(request);
	struct out *out = out_create(OUT_JSON, stdout, &style);
	char shown[SAFE_SIZE(EXPR_TEXT_MAX)];
	bool held = strcmp(outcome, "held") == 0;
	size_t i, count;

	safe_copy(
	    shown, sizeof(shown), request->words[1], strlen(request->words[1]));
	out_begin(out, "dbgtop.wait/1",
	    held ? wait->held_real_ns : wait->model->target.time_real_ns);
	out_object(out, "target");
	report_target(out, &wait->model->target);
	out_object_end(out);
	out_string(out, "expression", shown);
	out_string(out, "outcome", outcome);
	out_u64(out, "after_ns",
	    waited_ns(waiting, held ? wait->held_mono_ns : now_ns()));
	out_bool(out, "sampled", held && wait->sampled);
	if (snapshot != NULL)
		out_string(out, "snapshot", snapshot);
	out_records(out, "values", none);
	count = condition_values(wait->condition, values, VALUES);
	for (i = 0; i < count; i++) {
		out_record(out);
		out_string(out, "name", values[i]->name);
		out_string(out, "address", values[i]->address);
		out_string(out, "function", values[i]->function);
		if (values[i]->known && !values[i]->is_number)
			out_string(out, "value", values[i]->text);
		else
			put_number(out, values[i]);
		out_record_end(out);
	}
	out_records_end(out);
	out_end(out);
	out_destroy(out);
}

static void
print_held(struct waiting *waiting)
{
	char text[FMT_SIZE];

	printf("held after %s: ",
	    fmt_duration(text, sizeof(text),
		waited_ns(waiting, waiting->wait.held_mono_ns)));
	put_values(
	    stdout, waiting->wait.condition, request_raw(waiting->request));
	putchar('\n');
}

/* Says how it ended, and in JSON with which values. */
static int
finish(struct waiting *waiting, int status, const char *outcome,
    const char *snapshot)
{
	int output;

	if (waiting->request->format == OUT_JSON)
		print_json(waiting, outcome, snapshot);
	else if (status == EXIT_DONE && !waiting->request->quiet)
		print_held(waiting);
	output = output_end();
	return (output != EXIT_DONE ? output : status);
}

static int
held(struct waiting *waiting)
{
	const struct request *request = waiting->request;
	unsigned flags = (request->secrets ? SNAPSHOT_SECRETS : 0) |
	    (!request->quiet && isatty(STDERR_FILENO) ? SNAPSHOT_PROGRESS : 0);
	char written[4096], why[400];
	int status;

	if (request->snapshot == NULL)
		return (finish(waiting, EXIT_DONE, "held", NULL));
	/* First of all: it is to be of this moment. */
	if (snapshot_write(waiting->wait.source, request->snapshot, flags,
		written, sizeof(written), why, sizeof(why)) == 0)
		return (finish(waiting, EXIT_DONE, "held", written));
	status = finish(waiting, EXIT_DONE, "held", NULL);
	warnx("snapshot: %s", why);
	return (status == EXIT_DONE ? EXIT_OUTPUT : status);
}

static int
timed_out(struct waiting *waiting)
{
	char text[FMT_SIZE], what[FMT_SIZE + 32];
	uint64_t timeout_ns = waiting->request->timeout_ns;

	if (timeout_ns == 0)
		snprintf(what, sizeof(what), "it does not hold");
	else
		snprintf(what, sizeof(what), "it did not hold in %s",
		    fmt_duration(text, sizeof(text), timeout_ns));
	remark(waiting, what);
	return (finish(waiting, EXIT_NO, "timed_out", NULL));
}

static int
gone(struct waiting *waiting)
{
	char state[3 * FMT_SIZE];

	remark(waiting,
	    regions_state(state, sizeof(state), &waiting->wait.model->target));
	return (finish(waiting, EXIT_GONE, "gone", NULL));
}

/* A shell that starts a program in the background is that process until it
 * becomes the program: what was meant is what runs now. */
static bool
follow(struct waiting *waiting)
{
	struct target_error error = { 0 };
	struct targets targets = { 0 };
	struct source *source = NULL;
	char word[16];

	if (waiting->wait.model->target.state != DBGSHM_LIFE_REPLACED ||
	    waiting->pid <= 0)
		return (false);
	snprintf(word, sizeof(word), "%d", (int)waiting->pid);
	if (target_find(word, &targets, &error) == 0 && targets.count == 1)
		(void)source_open(&targets.list[0], 0, &source, &error);
	target_error_free(&error);
	target_free(&targets);
	if (source != NULL)
		wait_again(&waiting->wait, source);
	return (source != NULL);
}

/* ---- the command --------------------------------------------------------------- */

static int
look_until(struct waiting *waiting)
{
	const struct request *request = waiting->request;
	uint64_t next_ns = waiting->started_ns, end_ns = UINT64_MAX, time_ns;

	if (request->timeout_given)
		end_ns = waiting->started_ns + request->timeout_ns;
	for (;;) {
		time_ns = now_ns();
		switch (wait_look(&waiting->wait)) {
		case WAIT_HELD:
			return (held(waiting));
		case WAIT_GONE:
			if (!follow(waiting))
				return (gone(waiting));
			break;
		case WAIT_UNREADABLE:
			warn("%s", request->words[0]);
			return (EXIT_DAMAGED);
		default:
			break;
		}
		remark_missing(waiting);
		/* What was looked at since then was looked at in time. */
		if (time_ns >= end_ns)
			return (timed_out(waiting));
		time_ns = now_ns();
		next_ns += request->interval_ns;
		if (next_ns < time_ns)
			next_ns = time_ns;
		if (next_ns > end_ns)
			next_ns = end_ns;
		if (next_ns > time_ns)
			interval_wait(next_ns - time_ns);
	}
}

static int
wait_target(const struct request *request, const struct expr *expr)
{
	struct waiting waiting = { .request = request, .started_ns = now_ns() };
	struct target_error error;
	struct targets targets;
	char why[200] = "";
	int status;

	waiting.wait.condition =
	    condition_create(expr, state_of, NULL, why, sizeof(why));
	if (waiting.wait.condition == NULL)
		return (usage_error(request, "%s: %s", request->words[1], why));
	waiting.wait.interval_ns = request->interval_ns;
	waiting.wait.flags = request_model(request) | MODEL_NO_USERS;
	if (target_find(request->words[0], &targets, &error) == -1 ||
	    (targets.count == 1 &&
		source_open(&targets.list[0], request_source(request),
		    &waiting.wait.source, &error) == -1))
		status = target_complain(&error);
	else if (targets.count > 1)
		status = usage_error(
		    request, "wait: several targets, it watches one");
	else {
		waiting.pid = targets.list[0].pid;
		status = look_until(&waiting);
	}
	wait_end(&waiting.wait);
	condition_destroy(waiting.wait.condition);
	source_close(waiting.wait.source);
	target_error_free(&error);
	target_free(&targets);
	return (status);
}

int
cmd_wait(const struct request *request)
{
	struct expr_error error;
	struct expr *expr;
	int status;

	if (request->format != OUT_TEXT && request->format != OUT_JSON)
		return (usage_error(request,
		    "--format %s: wait has one answer; text or json",
		    out_format_name(request->format)));
	expr = expr_parse(request->words[1], 0, &error);
	if (expr == NULL)
		return (usage_error(
		    request, "%s: %s", request->words[1], error.text));
	status = wait_target(request, expr);
	expr_destroy(expr);
	return (status);
}
