/*
 * cmd_get.c - dbgtop get: bare values for scripts.
 */
#include "address.h"
#include "command.h"
#include "history.h"
#include "model.h"
#include "refused.h"
#include "regions.h"
#include "source.h"

#include <libshm/kit/fmt.h>
#include <libshm/kit/safe.h>

#include <err.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- values ------------------------------------------------------------- */

static const char *
put_double(double value)
{
	char text[FMT_SIZE];

	if (isnan(value))
		return ("not known yet");
	puts(fmt_double(text, sizeof(text), value));
	return (NULL);
}

static const char *
put_u64(uint64_t value)
{
	char text[FMT_SIZE];

	puts(fmt_u64(text, sizeof(text), value));
	return (NULL);
}

static const char *
put_cell(const struct model_cell *cell, enum pick pick)
{
	char text[FMT_SIZE];

	if (cell->hidden)
		return ("marked as secret, --secrets shows it");
	if (pick == PICK_PEAK)
		return ("has no peak, it is not a metric");
	if (pick == PICK_RATE)
		return (cell->type == DBGSHM_TYPE_COUNTER
			? put_double(cell->rate)
			: "has no rate, it is not a counter");
	if (pick != PICK_VALUE)
		return ("not a histogram");
	switch (cell->type) {
	case DBGSHM_TYPE_SIGNED:
		puts(fmt_i64(text, sizeof(text), cell->i));
		return (NULL);
	case DBGSHM_TYPE_FLOAT:
		puts(fmt_double(text, sizeof(text), cell->d));
		return (NULL);
	case DBGSHM_TYPE_TIME:
		if (cell->u == 0)
			return ("never");
		puts(fmt_time(text, sizeof(text), cell->u, 9));
		return (NULL);
	case DBGSHM_TYPE_TEXT:
	case DBGSHM_TYPE_BLOB:
		puts(cell->text);
		return (NULL);
	case DBGSHM_TYPE_REFERENCE:
		if (cell->link == NULL)
			return ("refers to nothing");
		puts(cell->text);
		return (NULL);
	case DBGSHM_TYPE_ENUM:
		if (cell->text == NULL)
			return (put_u64(cell->u));
		puts(cell->text);
		return (NULL);
	case DBGSHM_TYPE_BOOL:
		puts(cell->u != 0 ? "true" : "false");
		return (NULL);
	default:
		return (put_u64(cell->u));
	}
}

static const char *
put_metric(const struct model_metric *metric, enum pick pick)
{
	bool histogram = metric->kind == DBGSHM_METRIC_HISTOGRAM;
	char text[FMT_SIZE];

	switch (pick) {
	case PICK_VALUE:
	case PICK_AGE:
		puts(fmt_metric(text, sizeof(text), metric->kind, metric->unit,
		    metric->value, true));
		return (NULL);
	case PICK_RATE:
		if (!histogram && metric->kind != DBGSHM_METRIC_COUNTER)
			return ("has no rate, it is not a counter");
		return (put_double(metric->rate));
	case PICK_PEAK:
		if (histogram || metric->kind == DBGSHM_METRIC_COUNTER)
			return ("has no peak, it is not a gauge");
		if (metric->peak_real_ns == 0)
			return ("no peak yet");
		puts(fmt_metric(text, sizeof(text), metric->kind, metric->unit,
		    metric->peak, true));
		return (NULL);
	default:
		break;
	}
	if (!histogram)
		return ("not a histogram");
	if (pick == PICK_SUM)
		return (put_u64(metric->sum));
	if (metric->value.u == 0)
		return ("empty so far");
	switch (pick) {
	case PICK_MIN:
		return (put_u64(metric->min));
	case PICK_MAX:
		return (put_u64(metric->max));
	case PICK_P50:
		return (put_u64(metric->p50));
	case PICK_P90:
		return (put_u64(metric->p90));
	case PICK_P99:
		return (put_u64(metric->p99));
	default:
		return (put_u64(metric->p999));
	}
}

/* Which part of the address is not there. */
static const char *
missing(const struct address_place *place, const char *address)
{
	if (place->profile == NULL)
		return ("no such profile");
	if (place->row != NULL)
		return ("no such column");
	if (strchr(address, '[') != NULL && place->metric == NULL &&
	    strchr(address, ':') == NULL)
		return ("no such row");
	return ("no such metric");
}

/* Prints what is asked of one address, or says on standard error why not.
 * EXIT_DONE, EXIT_NO or EXIT_PERMISSION. */
static int
put_address(const struct model *model, const char *address, enum pick pick)
{
	const char *why;
	struct address_place place;
	bool permission = false;

	if (!address_find(model, address, &place)) {
		why = refused_reason(model, address, &permission);
		if (why == NULL)
			why = missing(&place, address);
	} else if (pick == PICK_AGE) {
		why = place.profile->age_ns == UINT64_MAX
		    ? "age not known"
		    : put_u64(place.profile->age_ns);
	} else if (place.metric != NULL) {
		why = put_metric(place.metric, pick);
	} else {
		why = put_cell(&place.row->cells[place.column], pick);
	}
	if (why == NULL)
		return (EXIT_DONE);
	warnx("%s: %s", address, why);
	return (permission ? EXIT_PERMISSION : EXIT_NO);
}

/* What comes now is from the past; a script may not see that in a number. */
static void
remark_end(const struct model *model, const struct request *request)
{
	const struct model_target *target = &model->target;
	char state[3 * FMT_SIZE];

	if (request->quiet || target->state == DBGSHM_LIFE_LIVE ||
	    target->state == DBGSHM_LIFE_STOPPED)
		return;
	warnx("%s (pid %d): %s; these are its last values", target->name,
	    (int)target->pid, regions_state(state, sizeof(state), target));
}

/* Something may be missing because its past reaches less far. */
static void
remark_reach(const struct request *request, const struct history_view *past)
{
	char text[FMT_SIZE];
	size_t i;

	if (past->absent != NULL)
		fprintf(stderr, "  the %s region reaches back to %s only\n",
		    past->absent,
		    fmt_time(text, sizeof(text), past->absent_since, 3));
	if (past->rows_since <= past->at_real_ns)
		return;
	for (i = 1; i < request->word_count; i++)
		if (strpbrk(request->words[i], ":[")[0] == '[')
			break;
	if (i == request->word_count)
		return;
	if (past->rows_since == UINT64_MAX)
		fprintf(stderr, "  there is no history of rows\n");
	else
		fprintf(stderr, "  the history of rows reaches back to %s\n",
		    fmt_time(text, sizeof(text), past->rows_since, 3));
}

/* What it was. */
static int
get_past(struct source *source, const struct request *request)
{
	struct model *model =
	    model_create(request_model(request) | MODEL_NO_USERS);
	struct history *history = NULL;
	struct history_view past;
	int status, one, found = EXIT_DONE;
	size_t i;

	status = history_model(source, model, request->at_ns, &past, &history);
	for (i = 1; status == EXIT_DONE && i < request->word_count; i++)
		if ((one = put_address(
			 model, request->words[i], request->pick)) != EXIT_DONE)
			found = one;
	if (found != EXIT_DONE) {
		remark_reach(request, &past);
		status = found;
	}
	model_destroy(model);
	history_close(history);
	one = output_end();
	return (one != EXIT_DONE ? one : status);
}

static int
get(struct source *source, const struct request *request)
{
	struct model *model =
	    model_create(request_model(request) | MODEL_NO_USERS);
	int status = EXIT_DONE, one, output;
	uint64_t n, readings = request->count == 0 ? 1 : request->count;
	size_t i;

	/* A rate takes one reading more. */
	if (source_update(source, model) == -1) {
		warn("%s", request->words[0]);
		model_destroy(model);
		return (EXIT_DAMAGED);
	}
	remark_end(model, request);
	for (n = 0; n < readings; n++) {
		if (n > 0 || request->pick == PICK_RATE) {
			interval_wait(request->interval_ns);
			source_update(source, model);
		}
		for (i = 1; i < request->word_count; i++)
			if ((one = put_address(model, request->words[i],
				 request->pick)) != EXIT_DONE)
				status = one;
		if ((output = output_end()) != EXIT_DONE) {
			status = output;
			break;
		}
	}
	model_destroy(model);
	if (status == EXIT_NO && *source_closed(source) != '\0') {
		fprintf(stderr, "  %s\n", source_closed(source));
		return (EXIT_PERMISSION);
	}
	return (status);
}

static int
complain_address(const char *word)
{
	char shown[SAFE_SIZE(256)];

	safe_copy(shown, sizeof(shown), word, strnlen(word, 256));
	warnx("%s: not an address, those are profile:metric and "
	      "profile[id].column",
	    shown);
	return (EXIT_USAGE);
}

int
cmd_get(const struct request *request)
{
	struct target_error error = { 0 };
	struct source *source = NULL;
	struct targets targets;
	int status;
	size_t i;

	for (i = 1; i < request->word_count; i++)
		if (strpbrk(request->words[i], ":[") == NULL)
			return (complain_address(request->words[i]));
	if (target_find(request->words[0], &targets, &error) == -1) {
		status = target_complain(&error);
	} else {
		status = EXIT_DONE;
		for (i = 0; i < targets.count; i++) {
			int one;

			if (source_open(&targets.list[i],
				request_source(request) |
				    (request->at_ns != 0 ? SOURCE_NO_WATCHER
							 : 0u),
				&source, &error) == -1) {
				status = target_complain(&error);
				continue;
			}
			if (i + 1 == targets.count)
				source_confine(source);
			one = request->at_ns != 0 ? get_past(source, request)
						  : get(source, request);
			if (one != EXIT_DONE)
				status = one;
			source_close(source);
		}
	}
	target_error_free(&error);
	target_free(&targets);
	return (status);
}
