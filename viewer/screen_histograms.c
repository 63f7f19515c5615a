/*
 * screen_histograms.c - the histograms of all profiles.
 */
#include "difference.h"
#include "figure.h"
#include "marks.h"
#include "objects.h"
#include "sheet.h"
#include "spread.h"

#include "kit/fmt.h"

#include <string.h>

#define BRIEF_BELOW 120 /* columns of the screen */

enum {
	COLUMN_NAME,
	COLUMN_COUNT,
	COLUMN_BASE,
	COLUMN_RATE,
	COLUMN_P50,
	COLUMN_P90,
	COLUMN_P99,
	COLUMN_P999,
	COLUMN_MAX,
	COLUMN_LAST,
	COLUMNS
};

static const struct list_column columns[COLUMNS] = {
	[COLUMN_NAME] = { .title = "HISTOGRAM",
	    .least = 24,
	    .widest = 60,
	    .kept = true,
	    .cut = GRID_CUT_FRONT },
	[COLUMN_COUNT] = { .title = "COUNT", .least = 7, .right = true },
	[COLUMN_BASE] = { .title = "P99 VS BASE",
	    .least = 8,
	    .right = true,
	    .rank = 3 },
	[COLUMN_RATE] = { .title = "RATE",
	    .least = 8,
	    .right = true,
	    .rank = 4 },
	[COLUMN_P50] = { .title = "P50", .least = 7, .right = true, .rank = 1 },
	[COLUMN_P90] = { .title = "P90", .least = 7, .right = true, .rank = 6 },
	[COLUMN_P99] = { .title = "P99", .least = 7, .right = true },
	[COLUMN_P999] = { .title = "P99.9",
	    .least = 7,
	    .right = true,
	    .rank = 7 },
	[COLUMN_MAX] = { .title = "MAX", .least = 7, .right = true, .rank = 5 },
	[COLUMN_LAST] = { .least = SPARK_LEAST,
	    .widest = SPARK_MOST,
	    .painted = true,
	    .unordered = true,
	    .rank = 2 },
};

struct histograms {
	struct objects objects; /* at: of the profile's metrics */
	struct spark spark;
	size_t deep, idle; /* left out */
};

static const struct model_metric *
metric_of(const struct object *object)
{
	return (&model_metrics(object->profile)[object->at]);
}

static const struct object *
object_at(const struct list_source *source, size_t place)
{
	const struct histograms *histograms = source->context;

	return (&histograms->objects.list[place]);
}

static const struct model_metric *
metric_at(const struct list_source *source, size_t place)
{
	return (metric_of(object_at(source, place)));
}

static void
gather(struct histograms *histograms)
{
	struct objects *objects = &histograms->objects;
	const struct view *view = objects->view;
	const struct model *model = objects->scene->model;
	const struct model_profile *profile;
	const struct model_metric *metric;

	for (size_t i = 0; i < model->profile_count; i++) {
		profile = &model->profiles[i];
		for (size_t k = 0; k < profile->metric_count; k++) {
			metric = &model_metrics(profile)[k];
			if (!figure_is_histogram(metric))
				continue;
			if (metric->level > view->level ||
			    profile->level > view->level)
				histograms->deep++;
			else if (metric->value.u == 0 && !view->zeros)
				histograms->idle++;
			else
				objects_add(objects, profile, k);
		}
	}
}

/* ---- the list ------------------------------------------------------------ */

static uint64_t
histogram_id(const struct list_source *source, size_t place)
{
	return (metric_at(source, place)->id);
}

static uint64_t
histogram_address(const struct list_source *source, size_t place)
{
	const struct model_metric *metric = metric_at(source, place);

	return (view_address(
	    object_at(source, place)->profile, metric->name, metric->labels));
}

static char
histogram_mark(const struct list_source *source, size_t place)
{
	const struct histograms *histograms = source->context;
	const struct scene *scene = histograms->objects.scene;
	const struct view *view = histograms->objects.view;
	const struct model_metric *metric = metric_at(source, place);
	union dbgshm_value value;
	uint64_t p99;

	if (marks_alert(
		scene, object_at(source, place)->profile_id, metric->id))
		return ('!');
	if (view->mark_count + view->pin_count > 0 &&
	    marks_own(view, histogram_address(source, place)) != '\0')
		return (marks_own(view, histogram_address(source, place)));
	return (scene->baseline != NULL &&
		    !baseline_metric(scene->baseline, metric->id, &value, &p99)
		? '+'
		: '\0');
}

static bool
histogram_marked(const struct list_source *source, size_t place)
{
	const struct histograms *histograms = source->context;
	const struct view *view = histograms->objects.view;

	return (view->mark_count > 0 &&
	    view_marked(view, histogram_address(source, place)));
}

static uint64_t
quantile(const struct model_metric *metric, size_t column)
{
	switch (column) {
	case COLUMN_P50:
		return (metric->p50);
	case COLUMN_P90:
		return (metric->p90);
	case COLUMN_P99:
		return (metric->p99);
	case COLUMN_P999:
		return (metric->p999);
	default:
		return (metric->max);
	}
}

static void
base_cell(const struct objects *objects, const struct model_metric *metric,
    struct list_cell *cell)
{
	union dbgshm_value then;
	uint64_t p99;

	if (objects->scene->baseline == NULL)
		return;
	if (!baseline_metric(
		objects->scene->baseline, metric->id, &then, &p99)) {
		strlcpy(cell->text, "new", sizeof(cell->text));
		cell->style = GRID_ADDED;
	} else
		difference_text(cell, objects->view->compare, metric->unit,
		    (double)metric->p99, (double)p99, objects->view->raw);
}

static void
histogram_cell(const struct list_source *source, size_t place, size_t column,
    struct list_cell *cell)
{
	const struct histograms *histograms = source->context;
	const struct object *object = object_at(source, place);
	const struct model_metric *metric = metric_of(object);
	bool raw = histograms->objects.view->raw;
	char name[192], *text = cell->text;
	size_t size = sizeof(cell->text);

	switch (column) {
	case COLUMN_NAME:
		figure_name(metric,
		    histograms->objects.view->columns < BRIEF_BELOW, name,
		    sizeof(name));
		snprintf(text, size, "%s:%s", object->profile->path, name);
		break;
	case COLUMN_COUNT:
		figure_value(metric, raw, text, size);
		cell->style = metric->value.u == 0 ? GRID_DIM : GRID_STRONG;
		break;
	case COLUMN_BASE:
		base_cell(&histograms->objects, metric, cell);
		break;
	case COLUMN_RATE:
		figure_rate(metric, metric->rate, raw, text, size);
		cell->style = metric->rate > 0 ? GRID_PLAIN : GRID_DIM;
		break;
	case COLUMN_LAST:
		break;
	default:
		if (metric->value.u == 0) {
			strlcpy(text, "-", size);
			cell->style = GRID_DIM;
		} else
			fmt_unit(text, size, metric->unit,
			    (double)quantile(metric, column), raw);
		break;
	}
}

static bool
histogram_number(const struct list_source *source, size_t place, size_t column,
    double *value)
{
	const struct model_metric *metric = metric_at(source, place);

	switch (column) {
	case COLUMN_COUNT:
		*value = (double)metric->value.u;
		return (true);
	case COLUMN_RATE:
		*value = fmt_rate_shown(DBGSHM_UNIT_NONE, metric->rate);
		return (metric->rate >= 0);
	case COLUMN_NAME:
	case COLUMN_BASE:
	case COLUMN_LAST:
		return (false);
	default:
		*value = (double)quantile(metric, column);
		return (metric->value.u > 0);
	}
}

static double
change_of(
    const struct histograms *histograms, const struct model_metric *metric)
{
	const struct baseline *baseline = histograms->objects.scene->baseline;
	union dbgshm_value then;
	uint64_t p99;

	if (baseline == NULL ||
	    !baseline_metric(baseline, metric->id, &then, &p99))
		return (0);
	return ((double)metric->p99 - (double)p99);
}

static int
histogram_compare(
    const struct list_source *source, size_t column, size_t a, size_t b)
{
	const struct histograms *histograms = source->context;
	const struct model_metric *x = metric_at(source, a);
	const struct model_metric *y = metric_at(source, b);
	struct list_cell left = { .text = "" }, right = { .text = "" };

	switch (column) {
	case COLUMN_NAME:
		histogram_cell(source, a, column, &left);
		histogram_cell(source, b, column, &right);
		return (strcmp(left.text, right.text));
	case COLUMN_COUNT:
		return (list_compare(x->value.u, y->value.u));
	case COLUMN_RATE:
		return (figure_compare(x->rate, y->rate));
	case COLUMN_BASE:
		return (figure_compare(
		    change_of(histograms, x), change_of(histograms, y)));
	default:
		return (list_compare(quantile(x, column), quantile(y, column)));
	}
}

static void
histogram_paint(const struct list_source *source, size_t place, size_t column,
    struct grid *grid, struct grid_rect rect, int line)
{
	const struct histograms *histograms = source->context;

	(void)column;
	spark_paint(&histograms->spark,
	    series_of_metric(metric_at(source, place)->id, SERIES_P99), grid,
	    rect, line);
}

static bool
histograms_source(const struct view *view, const struct scene *scene,
    void (*use)(const struct list_source *, void *), void *context)
{
	struct list_column shown[COLUMNS];
	struct list_source source = {
		.columns = shown,
		.column_count = COLUMNS,
		.schema = 1,
		.empty = "no histograms",
		.id = histogram_id,
		.cell = histogram_cell,
		.compare = histogram_compare,
		.number = histogram_number,
		.paint = histogram_paint,
		.mark = histogram_mark,
		.marked = histogram_marked,
	};
	struct histograms histograms = { .deep = 0 };
	char title[32];

	if (scene->model == NULL)
		return (false);
	memcpy(shown, columns, sizeof(shown));
	shown[COLUMN_BASE].absent = scene->baseline == NULL;
	objects_init(&histograms.objects, view, scene);
	spark_init(&histograms.spark, scene);
	/* "LAST 60s" */
	snprintf(
	    title, sizeof(title), "P99%s", strchr(histograms.spark.last, ' '));
	shown[COLUMN_LAST].title = title;
	gather(&histograms);
	source.context = &histograms;
	source.count = histograms.objects.count;
	use(&source, context);
	objects_fini(&histograms.objects);
	return (true);
}

/* ---- the screen ---------------------------------------------------------- */

static void
histograms_words(const struct view *view, const struct scene *scene,
    const struct list_source *source, struct sheet_words *words)
{
	const struct histograms *histograms = source->context;
	size_t size = sizeof(words->more);

	(void)view;
	(void)scene;
	snprintf(words->name, sizeof(words->name), "%zu histogram%s",
	    source->count, source->count == 1 ? "" : "s");
	strlcpy(words->about, "since the start", sizeof(words->about));
	if (histograms->deep > 0)
		snprintf(words->more, size, "%zu more in detail (v)",
		    histograms->deep);
	if (histograms->idle > 0)
		snprintf(words->more + strlen(words->more),
		    size - strlen(words->more), "%s%zu without a value yet (d)",
		    histograms->deep > 0 ? ", " : "", histograms->idle);
}

static void
histograms_want(struct view *view, const struct scene *scene,
    const struct list_source *source)
{
	const struct histograms *histograms = source->context;
	const struct list *list = sheet_list(view);
	size_t end = list->top + (size_t)list->height, row = list_row(list);

	for (size_t i = list->top; i < end && i < list->shown_count; i++)
		spark_want(&histograms->spark, &view->wants,
		    series_of_metric(
			metric_at(source, list->shown[i])->id, SERIES_P99));
	if (row < source->count)
		spread_want(view, scene, metric_at(source, row));
}

static int
detail_rows(int body)
{
	return (body >= 40 ? 18 : body >= 26 ? 12 : body >= 18 ? 8 : 0);
}

static void
histograms_detail(const struct view *view, const struct scene *scene,
    const struct list_source *source, size_t row, struct grid *grid,
    struct grid_rect rect)
{
	const struct object *object = object_at(source, row);
	const struct model_metric *metric = metric_of(object);
	const struct series_key key = series_of_metric(metric->id, SERIES_HEAT);
	struct grid_rect part;
	char name[1024];

	snprintf(name, sizeof(name), "%s:%s%s", object->profile->path,
	    metric->name, metric->labels);
	bars_title(grid, rect, 0, true, name, metric->help, NULL);
	part = (struct grid_rect){
		.column = rect.column + 1,
		.row = rect.row + 1,
		.columns = rect.columns - 2,
		.rows = SPREAD_ROWS,
	};
	spread_draw(view, scene, grid, part, object->profile, metric);
	part.row += SPREAD_ROWS;
	part.rows = rect.rows - 1 - SPREAD_ROWS;
	graph_heat(view, scene, grid, part, object->profile,
	    series_find(scene->series, &key), metric->unit);
}

static void
histograms_open(struct view *view, const struct scene *scene,
    const struct list_source *source, size_t row)
{
	const struct object *object = object_at(source, row);

	view_show(view, scene, object->profile_id, metric_of(object)->id);
}

static const struct sheet histograms_sheet = {
	.words = histograms_words,
	.want = histograms_want,
	.detail_rows = detail_rows,
	.detail = histograms_detail,
	.open = histograms_open,
	.address = histogram_address,
};

const struct screen screen_histograms = {
	.name = "histograms",
	.title = "Histograms",
	.brief = "Histo",
	.arrange = sheet_arrange,
	.draw = sheet_draw,
	.key = sheet_key,
	.place = sheet_place,
	.list = sheet_list,
	.source = histograms_source,
	.click = sheet_click,
	.sheet = &histograms_sheet,
};
