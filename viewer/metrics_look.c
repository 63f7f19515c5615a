/*
 * metrics_look.c - which metrics of a node are shown.
 */
#include "figure.h"
#include "metrics.h"
#include "shape.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

const struct model_profile *
metrics_place(const struct metrics *metrics, size_t *row)
{
	size_t at = metrics->node->before + *row;
	const struct tree_node *last = *metrics->last;

	if (!metrics->several)
		return (metrics->node->profile);
	if (last != NULL && at >= last->before && last->profile != NULL &&
	    at - last->before < last->profile->metric_count)
		*row = at - last->before;
	else
		*metrics->last = last =
		    tree_of_metric(&metrics->view->tree, metrics->node, row);
	return (last->profile);
}

bool
metrics_deep(const struct metrics *metrics, const struct model_metric *metric)
{
	return (!metrics->all && metric->level > metrics->view->level);
}

/* Among many metrics those that never moved are in the way; of a profile's own
 * they are few, and a zero is news. */
static bool
hides_idle(const struct metrics *metrics)
{
	return (!metrics->all && !metrics->view->zeros &&
	    (metrics->several || metrics->view->level == DBGSHM_LEVEL_NORMAL));
}

bool
metrics_idle(const struct metrics *metrics, const struct model_profile *profile,
    const struct model_metric *metric)
{
	return (hides_idle(metrics) &&
	    (metrics->several ? figure_never_moved(metric)
			      : shape_idle(profile, metric)));
}

/* ---- all of them ------------------------------------------------------------- */

static void
count_shown(struct look *look, const struct model_metric *metric)
{
	look->spread = look->spread || figure_is_histogram(metric);
	look->rates = look->rates || figure_has_rate(metric);
}

/* Values are asked for only where they tell. */
static void
look_at_profile(const struct metrics *metrics,
    const struct model_profile *profile, size_t before, struct look *look)
{
	bool wants = hides_idle(metrics);
	const struct model_metric *metric = profile->metrics;
	size_t i;

	if (wants)
		(void)model_metrics(profile);
	for (i = 0; i < profile->metric_count; i++, metric++)
		if (metrics_deep(metrics, metric))
			look->hidden++;
		else if (wants && metrics_idle(metrics, profile, metric)) {
			if (look->asleep != NULL)
				look->asleep[look->idle] =
				    (uint32_t)(before + i);
			look->idle++;
		} else
			count_shown(look, metric);
}

static void
look_at_all(const struct metrics *metrics, struct look *look)
{
	const struct tree_node *node = metrics->node, *end = node + 1;

	look->hidden = look->idle = 0;
	look->spread = look->rates = false;
	if (metrics->several)
		end = metrics->view->tree.nodes + node->end;
	for (; node < end; node++)
		if (node->profile != NULL)
			look_at_profile(metrics, node->profile,
			    node->before - metrics->node->before, look);
}

/* ---- from one picture to the next ---------------------------------------------- */

static struct look_of
look_of(const struct metrics *metrics)
{
	const struct view *view = metrics->view;
	const struct scene *scene = metrics->scene;
	bool past = scene->model == NULL || scene->moment.state == MOMENT_PAST;

	return ((struct look_of){
	    .schema = past ? 0 : scene->model->schema,
	    .node = metrics->node->id,
	    .level = view->level,
	    .zeros = view->zeros,
	    .all = metrics->all,
	    .flat = view->tree.flat,
	});
}

static bool
is_same(const struct look_of *a, const struct look_of *b)
{
	return (a->schema != 0 && a->schema == b->schema &&
	    a->node == b->node && a->level == b->level &&
	    a->zeros == b->zeros && a->all == b->all && a->flat == b->flat);
}

/* Those that have moved since. */
static void
wake(const struct metrics *metrics, struct look *look)
{
	const struct model_profile *profile;
	const struct model_metric *metric;
	size_t i, row, kept = 0;

	for (i = 0; i < look->idle; i++) {
		row = look->asleep[i];
		profile = metrics_place(metrics, &row);
		metric = &model_metrics(profile)[row];
		if (metrics_idle(metrics, profile, metric))
			look->asleep[kept++] = look->asleep[i];
		else
			count_shown(look, metric);
	}
	if (kept < look->idle)
		look->version++;
	look->idle = kept;
}

static void
make_room(struct look *look, size_t count)
{
	if (count <= look->room)
		return;
	look->asleep = reallocarray(look->asleep, count, sizeof(*look->asleep));
	if (look->asleep == NULL)
		err(1, "memory for %zu metrics", count);
	look->room = count;
}

void
metrics_begin(struct metrics *metrics, const struct view *view,
    const struct scene *scene, const struct tree_node *node)
{
	memset(metrics, 0, sizeof(*metrics));
	metrics->view = view;
	metrics->scene = scene;
	metrics->node = node;
	metrics->last = &metrics->last_node;
	metrics->several = node->profile == NULL;
	/* A filter overrides all hiding, but one that only takes away brings
	 * nothing back. */
	metrics->all =
	    view->metrics.filter[0] != '\0' && view->metrics.filter[0] != '!';
}

void
metrics_look(
    struct view *view, const struct scene *scene, const struct tree_node *node)
{
	struct look *look = &view->look;
	struct metrics metrics;
	struct look_of of;

	metrics_begin(&metrics, view, scene, node);
	of = look_of(&metrics);
	if (is_same(&of, &look->of)) {
		wake(&metrics, look);
		return;
	}
	make_room(look, metrics_count(&metrics));
	look->of = of;
	look->version++;
	look_at_all(&metrics, look);
}

void
metrics_found(const struct metrics *metrics, struct look *found)
{
	struct look_of of = look_of(metrics);

	*found = metrics->view->look;
	if (is_same(&of, &found->of))
		return;
	*found = (struct look){ .of = of };
	look_at_all(metrics, found);
}

size_t
metrics_count(const struct metrics *metrics)
{
	return (metrics->several ? metrics->node->metrics
				 : metrics->node->profile->metric_count);
}
