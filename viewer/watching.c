/*
 * watching.c - what the full screen looks at: the list, and one open target.
 */
#include "watching.h"
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int
list_regions(void *context, const struct model_target **targets, size_t *count,
    char *why, size_t why_size)
{
	struct watching *watching = context;
	const struct request *request = watching->request;

	if (regions_take(&watching->regions,
		request->all ? DBGSHM_LIST_DARK : 0, request->user,
		watching->name) == -1) {
		snprintf(
		    why, why_size, "regions of this host: %s", strerror(errno));
		return (-1);
	}
	*targets = watching->regions.targets;
	*count = watching->regions.count;
	return (0);
}

int
watching_open(struct watching *watching, const struct target *target,
    struct target_error *error)
{
	struct source *source;

	if (source_open(target, 0, &source, error) == -1)
		return (-1);
	source_close(watching->source);
	model_destroy(watching->model);
	watching->source = source;
	watching->model = model_create(request_model(watching->request));
	watching->filled = false;
	return (0);
}

static int
open_listed(void *context, const struct model_target *target, char *why,
    size_t why_size)
{
	struct watching *watching = context;
	struct target_error error;
	size_t index = (size_t)(target - watching->regions.targets);

	if (index >= watching->regions.count ||
	    target->state == DBGSHM_LIFE_UNREADABLE ||
	    target->state == DBGSHM_LIFE_DAMAGED) {
		snprintf(why, why_size, "%s",
		    target->reason != NULL ? target->reason : "not there");
		return (-1);
	}
	if (watching_open(watching, &watching->regions.opens[index], &error) ==
	    0)
		return (0);
	snprintf(why, why_size, "%s", error.what);
	target_error_free(&error);
	return (-1);
}

static int
update_open(
    void *context, const struct model **model, char *why, size_t why_size)
{
	struct watching *watching = context;
	int result, error;

	*model = NULL;
	if (watching->source == NULL) {
		snprintf(why, why_size, "nothing is open");
		return (-1);
	}
	result = source_update(watching->source, watching->model);
	error = errno;
	if (result == 0)
		watching->filled = true;
	else
		snprintf(why, why_size, "%s", strerror(error));
	if (watching->filled)
		*model = watching->model;
	return (result);
}

void
watching_init(struct watching *watching, const struct request *request)
{
	*watching = (struct watching){
		.request = request,
		.functions = {
			.list = list_regions,
			.open = open_listed,
			.update = update_open,
		},
	};
	watching->functions.context = watching;
}

void
watching_fini(struct watching *watching)
{
	source_close(watching->source);
	model_destroy(watching->model);
	regions_free(&watching->regions);
}

void
watching_options(struct watching *watching, struct tui_options *options)
{
	static const enum tui_color colors[] = {
		[COLOR_AUTO] = TUI_COLOR_AUTO,
		[COLOR_ALWAYS] = TUI_COLOR_ALWAYS,
		[COLOR_NEVER] = TUI_COLOR_NEVER,
	};
	const struct request *request = watching->request;

	*options = (struct tui_options){
		.source = &watching->functions,
		.opened = watching->source != NULL,
		.interval_ns = request->interval_ns,
		.level = report_level(request),
		.raw = request->raw,
		.ascii = request->ascii,
		.color = colors[request->color],
	};
}
