/*
 * report.c - targets as reports: the part that show and describe share.
 */
#include "report.h"
#include "command.h"
#include "model.h"
#include "pattern.h"
#include "refused.h"
#include "source.h"
#include "when.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

uint8_t
report_level(const struct request *request)
{
	if (request->level_given)
		return (request->level);
	if (request->all || request->format != OUT_TEXT)
		return (DBGSHM_LEVEL_DEBUG);
	return (DBGSHM_LEVEL_NORMAL);
}

static const struct out_column no_columns[] = { { NULL, NULL } };

/* Where the values of one target come from. */
struct view {
	struct source *source;
	struct history *history; /* NULL: the present */
	struct history_view past;
};

static void
view_close(struct view *view)
{
	history_close(view->history);
	source_close(view->source);
	*view = (struct view){ 0 };
}

/* The model behind one target, or why there is none.  last: no other will be
 * opened after it. */
static int
read_target(const struct target *target, bool last, struct view *view,
    struct model *model, const struct request *request)
{
	struct target_error error;
	int status = EXIT_DONE;

	if (source_open(target,
		request_source(request) |
		    (request->at_ns != 0 ? SOURCE_NO_WATCHER : 0u),
		&view->source, &error) == -1) {
		target_complain(&error);
		target_error_free(&error);
		return (error.exit_code);
	}
	if (last)
		source_confine(view->source);
	if (request->at_ns != 0)
		status = history_model(view->source, model, request->at_ns,
		    &view->past, &view->history);
	else if (source_update(view->source, model) == 0 &&
	    request->pick == PICK_RATE) {
		interval_wait(request->interval_ns);
		source_update(view->source, model);
	}
	if (model->private == NULL || model->target.name == NULL) {
		warn("%s", target->name != NULL ? target->name : "target");
		fprintf(stderr, "  it may be starting up; try again\n");
		return (EXIT_DAMAGED);
	}
	return (status);
}

static void
print_one(struct out *out, const struct report_form *form,
    const struct report *report, bool many)
{
	if (report->request->format == OUT_TEXT) {
		form->text(stdout, report);
		return;
	}
	if (!out_nests(out)) {
		form->flat(out, report);
		return;
	}
	if (many)
		out_record(out);
	form->fields(out, report);
	if (many)
		out_record_end(out);
}

/* One reading of one target. */
static int
show_target(struct out *out, const struct report_form *form,
    const struct request *request, struct patterns *patterns,
    const struct view *view, struct model *model, bool many)
{
	const char *unmatched, *why;
	bool permission;
	struct report report = {
		.request = request,
		.model = model,
		.patterns = patterns,
		.note = source_note(view->source),
		.closed = source_closed(view->source),
		.past = view->history != NULL ? &view->past : NULL,
		.level = report_level(request),
	};

	patterns_resolve(patterns, model);
	if (!many && out_nests(out))
		out_begin(out, form->schema, model->target.time_real_ns);
	print_one(out, form, &report, many);
	if (!many && out_nests(out))
		out_end(out);
	unmatched = patterns_unmatched(patterns);
	if (unmatched != NULL && !many) {
		why = refused_reason(model, unmatched, &permission);
		if (why != NULL) {
			warnx("%s: %s", unmatched, why);
			return (permission ? EXIT_PERMISSION : EXIT_NO);
		}
		warnx("%s: nothing of that name in %s", unmatched,
		    model->target.name);
		if (*report.closed != '\0') {
			fprintf(stderr, "  %s\n", report.closed);
			return (EXIT_PERMISSION);
		}
		fprintf(stderr,
		    "  \"dbgtop describe %d\" shows what there is\n",
		    (int)model->target.pid);
		return (EXIT_NO);
	}
	return (EXIT_DONE);
}

static int
show_targets(const struct report_form *form, const struct request *request,
    const struct targets *targets, struct patterns *patterns)
{
	struct out_style style = request_style(request);
	bool many = targets->count > 1;
	struct out *out = out_create(request->format, stdout, &style);
	struct view view = { 0 };
	struct model *model;
	int status = EXIT_DONE, one;
	uint64_t n;
	size_t i;

	if (many && out_nests(out)) {
		out_begin(out, form->schema, when_now());
		out_records(out, "targets", no_columns);
	}
	if (request->format != OUT_TEXT && !out_nests(out))
		out_records(out, NULL, no_columns);
	for (i = 0; i < targets->count; i++) {
		model = model_create(request_model(request));
		one = read_target(&targets->list[i], i + 1 == targets->count,
		    &view, model, request);
		for (n = 0; one == EXIT_DONE && (n == 0 || n < request->count);
		     n++) {
			if (n > 0) {
				interval_wait(request->interval_ns);
				source_update(view.source, model);
			}
			if ((n > 0 || i > 0) && request->format == OUT_TEXT)
				putchar('\n');
			one = show_target(
			    out, form, request, patterns, &view, model, many);
			if (one == EXIT_DONE)
				one = output_end();
		}
		if (one != EXIT_DONE)
			status = one;
		model_destroy(model);
		view_close(&view);
	}
	if (many && out_nests(out)) {
		out_records_end(out);
		out_end(out);
	}
	out_destroy(out);
	return (status);
}

int
report_run(const struct report_form *form, const struct request *request)
{
	struct target_error error;
	struct patterns *patterns;
	struct targets targets;
	char why[200] = "";
	int status;

	if (form->flat == NULL && request->format != OUT_TEXT &&
	    request->format != OUT_JSON)
		return (usage_error(request,
		    "--format %s: %s has no values for it; text or json",
		    out_format_name(request->format), request->command->name));
	if (patterns_create(request->words + 1, request->word_count - 1,
		&patterns, why, sizeof(why)) == -1)
		return (usage_error(request, "pattern: %s", why));
	if (target_find(request->words[0], &targets, &error) == -1) {
		status = target_complain(&error);
		target_error_free(&error);
	} else {
		status = show_targets(form, request, &targets, patterns);
		if (status == EXIT_DONE)
			status = output_end();
	}
	target_free(&targets);
	patterns_destroy(patterns);
	return (status);
}
