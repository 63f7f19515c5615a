/*
 * screen_changes.c - what the last minutes differ in from the time before: the
 * first thing to look at after being away.
 */
#include "detail_chart.h"
#include "figure.h"
#include "marks.h"
#include "objects.h"
#include "sheet.h"

#include "kit/fmt.h"

#include <string.h>

#define NS_PER_S UINT64_C(1000000000)
#define MINUTE (60 * NS_PER_S)

#define BAR 7	      /* columns of the score */
#define CHART_TIMES 4 /* the chart shows that much of the time before, too */
#define CHART_MOST (60 * MINUTE)

enum {
	COLUMN_SCORE,
	COLUMN_WHERE,
	COLUMN_WAS,
	COLUMN_NOW,
	COLUMN_WHEN,
	COLUMN_COUNT
};

static const struct list_column columns[COLUMN_COUNT] = {
	[COLUMN_SCORE] = { .title = "SCORE",
	    .least = BAR,
	    .widest = BAR,
	    .painted = true,
	    .rank = 3 },
	[COLUMN_WHERE] = { .title = "WHERE",
	    .least = 16,
	    .widest = 64,
	    .cut = GRID_CUT_FRONT },
	[COLUMN_WAS] = { .title = "WAS",
	    .least = 6,
	    .right = true,
	    .rank = 2,
	    .unordered = true },
	[COLUMN_NOW] = { .title = "NOW",
	    .least = 6,
	    .right = true,
	    .rank = 1,
	    .unordered = true },
	[COLUMN_WHEN] = { .title = "WHEN", .least = 24, .rank = 4 },
};

/* The times that can be compared with what was before. */
static const uint64_t windows[] = { MINUTE, 5 * MINUTE, 15 * MINUTE,
	30 * MINUTE };
#define WINDOWS (sizeof(windows) / sizeof(windows[0]))

struct listed {
	const struct view *view;
	const struct scene *scene;
};

static const struct change *
change_at(const struct list_source *source, size_t row)
{
	const struct listed *listed = source->context;

	return (&listed->scene->changes->list[row]);
}

static uint64_t
change_id(const struct list_source *source, size_t row)
{
	const struct change *change = change_at(source, row);

	return (tree_id(change->where, strlen(change->where)) + change->kind);
}

static bool
change_hidden(const struct list_source *source, size_t row)
{
	const struct listed *listed = source->context;

	return (change_at(source, row)->level > listed->view->level);
}

static char
change_mark(const struct list_source *source, size_t row)
{
	const struct change *change = change_at(source, row);
	const struct listed *listed = source->context;

	if (change->object != 0 &&
	    marks_alert(listed->scene, change->profile, change->object))
		return ('!');
	return (change->kind == CHANGE_CAME   ? '+'
		: change->kind == CHANGE_WENT ? '-'
					      : '\0');
}

static uint8_t
now_style(const struct change *change)
{
	switch (change->kind) {
	case CHANGE_CAME:
		return (GRID_ADDED);
	case CHANGE_WENT:
		return (GRID_GONE);
	case CHANGE_ERROR:
		return (GRID_BAD);
	default:
		return (GRID_STRONG);
	}
}

static void
change_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *cell)
{
	const struct change *change = change_at(source, row);
	size_t size = sizeof(cell->text);

	switch (column) {
	case COLUMN_SCORE:
		snprintf(cell->text, size, "%.2f", change->score);
		break;
	case COLUMN_WHERE:
		strlcpy(cell->text, change->where, size);
		break;
	case COLUMN_WAS:
		strlcpy(cell->text, change->was, size);
		cell->style = GRID_DIM;
		break;
	case COLUMN_NOW:
		strlcpy(cell->text, change->now, size);
		cell->style = now_style(change);
		break;
	case COLUMN_WHEN:
		strlcpy(cell->text, change->when, size);
		break;
	}
}

static bool
change_number(
    const struct list_source *source, size_t row, size_t column, double *value)
{
	const struct change *change = change_at(source, row);
	const struct listed *listed = source->context;
	uint64_t at_ns = spark_moment(listed->scene, NULL);

	if (column == COLUMN_SCORE) {
		*value = change->score;
		return (true);
	}
	if (column != COLUMN_WHEN || change->when_real_ns == 0 ||
	    at_ns < change->when_real_ns)
		return (false);
	*value = (double)(at_ns - change->when_real_ns);
	return (true);
}

static int
change_compare(
    const struct list_source *source, size_t column, size_t a, size_t b)
{
	const struct change *x = change_at(source, a);
	const struct change *y = change_at(source, b);

	switch (column) {
	case COLUMN_SCORE:
		return (figure_compare(x->score, y->score));
	case COLUMN_WHEN:
		return (list_compare(x->when_real_ns, y->when_real_ns));
	default:
		return (strcmp(x->where, y->where));
	}
}

static void
change_paint(const struct list_source *source, size_t row, size_t column,
    struct grid *grid, struct grid_rect rect, int line)
{
	int full = (int)(change_at(source, row)->score * BAR + 0.999);

	(void)column;
	for (int i = 0; i < full && i < rect.columns; i++)
		grid_put(grid, rect, i, line, GRID_CHART,
		    grid_sign(grid, GRID_SIGN_FULL));
}

/* Why there is nothing. */
static const char *
empty_text(const struct scene *scene)
{
	if (scene->changes == NULL)
		return ("the history is being read");
	if (scene->changes->before_ns != 0)
		return ("nothing has changed that is worth a line");
	if (scene->moment.first_real_ns == 0)
		return ("nothing to compare with: the region keeps no history");
	return ("nothing to compare with yet: the history is too short");
}

static bool
changes_source(const struct view *view, const struct scene *scene,
    void (*use)(const struct list_source *, void *), void *context)
{
	struct listed listed = { view, scene };
	struct list_source source = {
		.context = &listed,
		.count = scene->changes != NULL ? scene->changes->count : 0,
		.columns = columns,
		.column_count = COLUMN_COUNT,
		.schema = 1,
		.empty = empty_text(scene),
		.id = change_id,
		.cell = change_cell,
		.compare = change_compare,
		.number = change_number,
		.paint = change_paint,
		.mark = change_mark,
		.hidden = change_hidden,
	};

	if (scene->model == NULL)
		return (false);
	use(&source, context);
	return (true);
}

/* ---- words ---------------------------------------------------------------------- */

/* "5m", "90s", "1h": what people say. */
static void
span_text(char *text, size_t size, uint64_t ns)
{
	uint64_t seconds = (ns + NS_PER_S / 2) / NS_PER_S;

	if (seconds % 3600 == 0 && seconds > 0)
		snprintf(text, size, "%uh", (unsigned)(seconds / 3600));
	else if (seconds >= 120)
		snprintf(text, size, "%um", (unsigned)((seconds + 30) / 60));
	else if (seconds == 60)
		snprintf(text, size, "1m");
	else
		snprintf(text, size, "%us", (unsigned)seconds);
}

static void
changes_words(const struct view *view, const struct scene *scene,
    const struct list_source *source, struct sheet_words *words)
{
	const struct changes *changes = scene->changes;
	char last[32], before[32];
	size_t hidden = 0;

	(void)view;
	strlcpy(words->name, "what changed", sizeof(words->name));
	if (changes == NULL)
		return;
	span_text(last, sizeof(last), changes->window_ns);
	span_text(before, sizeof(before), changes->before_ns);
	if (changes->before_ns != 0)
		snprintf(words->about, sizeof(words->about),
		    "last %s against the %s before  (- + other times)", last,
		    before);
	for (size_t i = 0; i < source->count; i++)
		hidden += change_hidden(source, i);
	if (hidden > 0)
		snprintf(words->more, sizeof(words->more),
		    "%zu more at a higher level (v)", hidden);
}

/* ---- the selected one ------------------------------------------------------------- */

static const struct model_metric *
find_metric(const struct model_profile *profile, uint64_t id)
{
	for (size_t i = 0; profile != NULL && i < profile->metric_count; i++)
		if (model_metrics(profile)[i].id == id)
			return (&model_metrics(profile)[i]);
	return (NULL);
}

static const struct model_metric *
metric_of(const struct scene *scene, const struct change *change)
{
	return (change->object == 0
		? NULL
		: find_metric(objects_profile(scene->model, change->profile),
		      change->object));
}

/* So much that what was before is in it too. */
static uint64_t
chart_window(const struct scene *scene)
{
	uint64_t ns = CHART_TIMES * scene->changes->window_ns;

	return (ns < CHART_MOST ? ns : CHART_MOST);
}

static void
changes_want(struct view *view, const struct scene *scene,
    const struct list_source *source)
{
	size_t row = list_row(sheet_list(view));
	uint64_t window_ns = view->window_ns;
	const struct model_metric *metric;
	const struct change *change;
	struct detail_chart chart;

	if (row >= source->count)
		return;
	change = change_at(source, row);
	if ((metric = metric_of(scene, change)) == NULL)
		return;
	detail_chart_metric(
	    &chart, objects_profile(scene->model, change->profile), metric);
	view->window_ns = chart_window(scene);
	detail_chart_want(&chart, scene, view);
	view->window_ns = window_ns;
}

static int
changes_detail_rows(int body)
{
	return (body >= 40 ? 14 : body >= 26 ? 9 : body >= 16 ? 4 : 0);
}

static void
changes_detail(const struct view *view, const struct scene *scene,
    const struct list_source *source, size_t row, struct grid *grid,
    struct grid_rect rect)
{
	const struct change *change = change_at(source, row);
	const struct model_profile *profile =
	    objects_profile(scene->model, change->profile);
	const struct model_metric *metric = metric_of(scene, change);
	char text[512], last[32], before[32];
	struct grid_rect below = rect;
	struct detail_chart chart;
	struct view wide = { .raw = view->raw,
		.logarithmic = view->logarithmic };
	const char *help = metric != NULL ? metric->help
	    : profile != NULL		  ? profile->description
					  : "";
	int line;

	bars_title(grid, rect, 0, true, change->where, "", NULL);
	rect.column++;
	rect.columns -= 2;
	span_text(last, sizeof(last), scene->changes->window_ns);
	span_text(before, sizeof(before), scene->changes->before_ns);
	snprintf(text, sizeof(text),
	    "was %s in the %s before, %s in the last %s%s%s", change->was,
	    before, change->now, last, *change->when != '\0' ? ", " : "",
	    change->when);
	line = grid_wrap(grid, rect, 1, GRID_PLAIN, text);
	line = grid_wrap(grid, rect, line, GRID_DIM, help);
	below.row += line;
	below.rows -= line;
	if (metric == NULL || !detail_chart_fits(below))
		return;
	detail_chart_metric(&chart, profile, metric);
	wide.window_ns = chart_window(scene);
	detail_chart_draw(&chart, &wide, scene, grid, below);
}

/* ---- keys ------------------------------------------------------------------------- */

static void
changes_open(struct view *view, const struct scene *scene,
    const struct list_source *source, size_t row)
{
	const struct change *change = change_at(source, row);

	view_show(view, scene, change->profile, change->object);
}

static const struct sheet changes = {
	.words = changes_words,
	.want = changes_want,
	.detail_rows = changes_detail_rows,
	.detail = changes_detail,
	.open = changes_open,
};

static bool
other_window(struct view *view, bool wider)
{
	size_t i;

	for (i = 0; i + 1 < WINDOWS && windows[i] < view->compared_ns;)
		i++;
	if (wider ? i + 1 == WINDOWS : i == 0)
		return (false);
	view->compared_ns = windows[wider ? i + 1 : i - 1];
	return (true);
}

static void
travel_with(const struct list_source *source, void *context)
{
	struct view *view = context;
	const struct listed *listed = source->context;
	size_t row = list_row(sheet_list(view));
	const struct change *change;

	view->order.travel = (struct timeline_order){ .move = TIMELINE_AT };
	if (row >= source->count)
		return;
	change = change_at(source, row);
	view->order.travel.at_real_ns = change->when_real_ns;
	if (change->when_real_ns != 0)
		view_show(view, listed->scene, change->profile, change->object);
}

static enum screen_result
changes_key(
    struct view *view, const struct scene *scene, enum key_action action)
{
	switch (action) {
	case KEY_ACTION_WIDER:
	case KEY_ACTION_NARROWER:
		return (other_window(view, action == KEY_ACTION_WIDER)
			? SCREEN_CHANGED
			: SCREEN_NOTHING);
	case KEY_ACTION_MOMENT:
		if (!changes_source(view, scene, travel_with, view) ||
		    view->order.travel.at_real_ns == 0)
			return (SCREEN_NOTHING);
		return (SCREEN_TRAVEL);
	default:
		return (sheet_key(view, scene, action));
	}
}

static enum key_place
changes_place(const struct view *view)
{
	(void)view;
	return (KEY_PLACE_LIST | KEY_PLACE_MOMENTS | KEY_PLACE_WINDOW);
}

const struct screen screen_changes = {
	.name = "changes",
	.title = "Changes",
	.arrange = sheet_arrange,
	.draw = sheet_draw,
	.key = changes_key,
	.place = changes_place,
	.list = sheet_list,
	.source = changes_source,
	.click = sheet_click,
	.sheet = &changes,
};
