/*
 * export_history.c - the past of a target, as points of series.
 */
#include "export_history.h"
#include "history.h"

#include <err.h>
#include <stdlib.h>

/* Each region as it was at a moment of its own; what has none there is not in
 * the sample. */
static void
add_sample(struct export_from from, struct model *model,
    struct history *history, const struct model_source parts[], size_t count,
    size_t index)
{
	struct history_sample sample = history_sample(history, index);
	struct model_source shown[SOURCE_PARTS];
	size_t i;

	for (i = 0; i < count; i++) {
		shown[i] = parts[i];
		shown[i].absent = !sample.parts[i].there;
		from.real_ns[i] = sample.real_ns;
		if (sample.parts[i].there)
			from.real_ns[i] -=
			    sample.mono_ns - sample.parts[i].mono_ns;
	}
	model_show(model, shown, count, sample.real_ns);
	from.model = model;
	patterns_resolve(from.patterns, model);
	export_about(&from, true);
	export_model(&from);
}

static int
add_samples(const struct export_from *from, const struct export_past *past,
    struct history *history, const struct model_source parts[], size_t count)
{
	struct model *model = model_create(past->flags);
	size_t index = 0, end = history_count(history), first;

	if (past->until_ns != 0)
		end = (size_t)(history_find(history, past->until_ns - 1) + 1);
	if (past->since_ns > 1)
		index = (size_t)(history_find(history, past->since_ns - 1) + 1);
	for (first = index; index < end; index++) {
		if (history_show(history, index) == -1) {
			warnx("%s (pid %d): its history is damaged",
			    from->model->target.name,
			    (int)from->model->target.pid);
			break;
		}
		add_sample(*from, model, history, parts, count, index);
	}
	model_destroy(model);
	if (index < end)
		return (EXIT_DAMAGED);
	return (first < end ? EXIT_DONE : EXIT_NO);
}

int
export_history(const struct export_from *from, const struct export_past *past,
    struct source *source)
{
	struct model_source parts[SOURCE_PARTS];
	struct history *history = NULL;
	size_t count = source_parts(source, parts);
	int status;

	if (history_open(parts, count, &history) == -1) {
		warn("%s: history", from->model->target.name);
		return (EXIT_DAMAGED);
	}
	status = add_samples(from, past, history, parts, count);
	if (status == EXIT_NO)
		warnx("%s (pid %d): nothing was recorded in that time",
		    from->model->target.name, (int)from->model->target.pid);
	history_close(history);
	return (status);
}
