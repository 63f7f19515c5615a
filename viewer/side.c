/*
 * side.c - one side of a comparison: a target, at a moment.
 *
 * Rates and percentiles are over an interval that ends at that moment, as far as
 * the history knows of it.
 */
#include "side.h"
#include "when.h"

#include <libshm/kit/fmt.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
side_name(struct side *side, const char *text, uint64_t now_ns)
{
	const char *at = text;
	uint64_t at_ns;

	*side = (struct side){ 0 };
	/* A file of that name is meant as it stands; of several @ the first
	 * behind which there is a time: @@1769860991. */
	while (access(text, F_OK) == -1 && (at = strchr(at, '@')) != NULL) {
		if (at > text && when_parse(at + 1, now_ns, &at_ns) == 0) {
			side->at_ns = at_ns;
			side->word = strndup(text, (size_t)(at - text));
			break;
		}
		at++;
	}
	if (side->word == NULL)
		side->word = strdup(text);
	if (side->word == NULL)
		err(1, "memory for a name");
}

/* ---- from the history ---------------------------------------------------------- */

/* The model shows that sample, with rates and what came into its histograms over
 * one interval before it, or as much as there is. */
static int
show_sample(
    struct side *side, size_t index, uint64_t interval_ns, struct model *model)
{
	struct history *history = side->past.history;
	uint64_t end_ns = history_sample(history, index).mono_ns;
	size_t base = end_ns > interval_ns
	    ? history_after(history, end_ns - interval_ns)
	    : 0;

	model_forget(model);
	if (base < index &&
	    history_step(history, side->past.parts, base, model) == 0) {
		side->recent = recent_create();
		recent_keep_all(side->recent, model);
	}
	return (history_step(history, side->past.parts, index, model));
}

/* Not EXIT_NO, which says that the two are different. */
static int
complain_reach(const struct side *side)
{
	const struct model_target *target = &side->model->target;
	const struct history *history = side->past.history;
	char text[2 * FMT_SIZE + 16];

	if (history == NULL || history_count(history) == 0)
		warnx("%s (pid %d): it has no history", target->name,
		    (int)target->pid);
	else
		warnx("%s (pid %d): its history reaches back to %s",
		    target->name, (int)target->pid,
		    fmt_since(text, sizeof(text),
			history_sample(history, 0).real_ns, when_now()));
	return (EXIT_NO_TARGET);
}

static int
read_past(struct side *side, const struct request *request)
{
	struct model *model;
	ssize_t found = -1;

	if (side->past.history != NULL)
		found = history_find(side->past.history, side->at_ns);
	if (found < 0)
		return (complain_reach(side));
	model = model_create(request_model(request) | MODEL_NO_USERS);
	if (show_sample(side, (size_t)found, request->interval_ns, model) ==
	    -1) {
		warnx("%s: its history is damaged", side->model->target.name);
		model_destroy(model);
		return (EXIT_DAMAGED);
	}
	model_destroy(side->model);
	side->model = side->rates = model;
	side->shown_ns =
	    history_sample(side->past.history, (size_t)found).real_ns;
	return (EXIT_DONE);
}

/* Values are those of now, rates those up to the newest sample. */
static void
read_rates(struct side *side, const struct request *request)
{
	size_t count = 0;

	if (side->past.history != NULL)
		count = history_count(side->past.history);
	if (count < 2) {
		side->again = !side->model->target.recorded &&
		    side->model->target.state == DBGSHM_LIFE_LIVE;
		if (!side->again)
			return;
		side->rates = side->model;
		side->recent = recent_create();
		recent_keep_all(side->recent, side->model);
		return;
	}
	side->rates = model_create(request_model(request) | MODEL_NO_USERS);
	show_sample(side, count - 1, request->interval_ns, side->rates);
}

/* ---- all of it ------------------------------------------------------------------- */

static int
open_source(struct side *side, const struct request *request)
{
	struct target_error error = { 0 };
	struct targets targets;
	int status = EXIT_DONE;

	if (target_find(side->word, &targets, &error) == -1 ||
	    (targets.count == 1 &&
		source_open(&targets.list[0],
		    request_source(request) |
			(side->at_ns != 0 ? SOURCE_NO_WATCHER : 0u),
		    &side->source, &error) == -1))
		status = target_complain(&error);
	else if (targets.count > 1) {
		warnx("%s: these are several targets, one is compared",
		    targets.list[0].name != NULL ? targets.list[0].name
						 : "diff");
		status = EXIT_USAGE;
	}
	target_error_free(&error);
	target_free(&targets);
	return (status);
}

int
side_open(struct side *side, const struct request *request)
{
	struct model_source parts[SOURCE_PARTS];
	int status;

	if ((status = open_source(side, request)) != EXIT_DONE)
		return (status);
	side->model = model_create(request_model(request) | MODEL_NO_USERS);
	if (source_update(side->source, side->model) == -1) {
		warn("%s", side->word);
		return (EXIT_DAMAGED);
	}
	if (past_open(
		parts, source_readers(side->source, parts), &side->past) == -1)
		side->past = (struct past){ 0 };
	side->shown_ns = side->model->target.time_real_ns;
	if (side->at_ns != 0)
		return (read_past(side, request));
	read_rates(side, request);
	return (EXIT_DONE);
}

void
side_again(struct side *side)
{
	if (side->again)
		source_update(side->source, side->model);
}

void
side_close(struct side *side)
{
	if (side->rates != side->model)
		model_destroy(side->rates);
	model_destroy(side->model);
	recent_destroy(side->recent);
	past_close(&side->past);
	source_close(side->source);
	free(side->word);
	*side = (struct side){ 0 };
}

struct compare_side
side_of(const struct side *side)
{
	return ((struct compare_side){ .model = side->model,
	    .rates = side->rates,
	    .recent = side->recent });
}

bool
side_same(const struct side *a, const struct side *b)
{
	const struct model *x = a->model, *y = b->model;

	return (x->target.pid == y->target.pid && x->region_count > 0 &&
	    y->region_count > 0 &&
	    x->regions[0].writer_pid == y->regions[0].writer_pid &&
	    x->regions[0].created_real_ns == y->regions[0].created_real_ns);
}
