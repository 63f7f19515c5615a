/*
 * screen_alerts.c - what wants to be looked at, and what did a while ago.
 */
#include "objects.h"
#include "sheet.h"

#include "kit/fmt.h"

#include <string.h>

enum {
	COLUMN_SEVERITY,
	COLUMN_WHERE,
	COLUMN_WHAT,
	COLUMN_SINCE,
	COLUMN_FOR,
	COLUMN_COUNT
};

static const struct list_column columns[COLUMN_COUNT] = {
	[COLUMN_SEVERITY] = { .title = "LEVEL", .least = 5, .rank = 1 },
	[COLUMN_WHERE] = { .title = "WHERE",
	    .least = 12,
	    .widest = 40,
	    .kept = true,
	    .cut = GRID_CUT_FRONT },
	[COLUMN_WHAT] = { .title = "WHAT", .least = 10, .spread = true },
	[COLUMN_SINCE] = { .title = "SINCE",
	    .least = 8,
	    .right = true,
	    .rank = 2 },
	[COLUMN_FOR] = { .title = "FOR", .least = 7, .right = true, .rank = 3 },
};

static const struct alert *
alert_at(const struct list_source *source, size_t row)
{
	const struct scene *scene = source->context;

	return (alerts_at(scene->alerts, row));
}

static uint64_t
alert_id(const struct list_source *source, size_t row)
{
	return (alert_at(source, row)->id);
}

static char
alert_mark(const struct list_source *source, size_t row)
{
	return (alert_at(source, row)->over ? '\0' : '!');
}

static bool
alert_age(const struct list_source *source, size_t row, double *age_ns)
{
	const struct scene *scene = source->context;
	uint64_t since = alert_at(source, row)->since_real_ns;

	if (since == 0 || since > scene->now_real_ns)
		return (false);
	*age_ns = (double)(scene->now_real_ns - since);
	return (true);
}

static void
alert_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *cell)
{
	const struct scene *scene = source->context;
	const struct alert *alert = alert_at(source, row);
	size_t size = sizeof(cell->text);
	double age_ns;

	cell->style = alert->over ? GRID_DIM : GRID_PLAIN;
	switch (column) {
	case COLUMN_SEVERITY:
		strlcpy(cell->text,
		    alert->over ? "over"
				: dbgshm_severity_name(alert->severity),
		    size);
		if (!alert->over)
			cell->style = alert->severity == DBGSHM_SEVERITY_ERROR
			    ? GRID_ALARM
			    : GRID_WARN;
		break;
	case COLUMN_WHERE:
		strlcpy(cell->text, alert->where, size);
		if (!alert->over)
			cell->style = GRID_STRONG;
		break;
	case COLUMN_WHAT:
		strlcpy(cell->text, alert->what, size);
		break;
	case COLUMN_SINCE:
		if (alert->since_real_ns == 0)
			strlcpy(cell->text, "-", size);
		else
			bars_clock(cell->text, size, alert->since_real_ns,
			    scene->now_real_ns);
		break;
	case COLUMN_FOR:
		/* Of what is over it is not known here. */
		if (alert->over || !alert_age(source, row, &age_ns))
			strlcpy(cell->text, "-", size);
		else
			bars_seconds(cell->text, size, (uint64_t)age_ns);
		break;
	}
}

static bool
alert_number(
    const struct list_source *source, size_t row, size_t column, double *value)
{
	return ((column == COLUMN_SINCE || column == COLUMN_FOR) &&
	    alert_age(source, row, value));
}

static int
alert_compare(
    const struct list_source *source, size_t column, size_t a, size_t b)
{
	const struct alert *x = alert_at(source, a), *y = alert_at(source, b);

	switch (column) {
	case COLUMN_SEVERITY:
		if (x->over != y->over)
			return (x->over ? -1 : 1);
		return (x->severity - y->severity);
	case COLUMN_WHERE:
		return (strcmp(x->where, y->where));
	case COLUMN_WHAT:
		return (strcmp(x->what, y->what));
	default:
		return (list_compare(x->since_real_ns, y->since_real_ns));
	}
}

static bool
alerts_source(const struct view *view, const struct scene *scene,
    void (*use)(const struct list_source *, void *), void *context)
{
	struct list_source source = {
		.context = scene,
		.count =
		    scene->alerts != NULL ? alerts_count(scene->alerts) : 0,
		.columns = columns,
		.column_count = COLUMN_COUNT,
		.schema = 1,
		.empty = "nothing wants to be looked at",
		.id = alert_id,
		.cell = alert_cell,
		.compare = alert_compare,
		.number = alert_number,
		.mark = alert_mark,
	};

	(void)view;
	if (scene->model == NULL)
		return (false);
	use(&source, context);
	return (true);
}

static void
alerts_words(const struct view *view, const struct scene *scene,
    const struct list_source *source, struct sheet_words *words)
{
	size_t active =
	    scene->alerts != NULL ? alerts_active(scene->alerts) : 0;

	(void)view;
	snprintf(words->name, sizeof(words->name), "%zu alert%s", active,
	    active == 1 ? "" : "s");
	if (source->count > active)
		snprintf(words->about, sizeof(words->about),
		    "%zu over, which stay listed for 15 minutes",
		    source->count - active);
}

static void
alerts_detail(const struct view *view, const struct scene *scene,
    const struct list_source *source, size_t row, struct grid *grid,
    struct grid_rect rect)
{
	const struct alert *alert = alert_at(source, row);
	const struct model_profile *profile =
	    objects_profile(scene->model, alert->profile);
	int line;

	(void)view;
	bars_title(grid, rect, 0, true, alert->where, "", NULL);
	rect.column++;
	rect.columns -= 2;
	line = grid_wrap(grid, rect, 1, GRID_PLAIN, alert->what);
	if (profile != NULL)
		grid_wrap(grid, rect, line, GRID_DIM, profile->description);
}

static void
alerts_open(struct view *view, const struct scene *scene,
    const struct list_source *source, size_t row)
{
	const struct alert *alert = alert_at(source, row);

	if (alert->profile != 0)
		view_show(view, scene, alert->profile, alert->object);
	else
		view_go(view, SCREEN_INFO);
}

static const struct sheet sheet = {
	.words = alerts_words,
	.detail = alerts_detail,
	.open = alerts_open,
};

static void
travel_with(const struct list_source *source, void *context)
{
	struct view *view = context;
	size_t row = list_row(sheet_list(view));

	view->order.travel = (struct timeline_order){ .move = TIMELINE_AT };
	if (row >= source->count)
		return;
	view->order.travel.at_real_ns = alert_at(source, row)->since_real_ns;
	if (view->order.travel.at_real_ns != 0)
		alerts_open(view, source->context, source, row);
}

static enum screen_result
alerts_key(struct view *view, const struct scene *scene, enum key_action action)
{
	if (action != KEY_ACTION_MOMENT)
		return (sheet_key(view, scene, action));
	if (!alerts_source(view, scene, travel_with, view) ||
	    view->order.travel.at_real_ns == 0)
		return (SCREEN_NOTHING);
	return (SCREEN_TRAVEL);
}

static enum key_place
alerts_place(const struct view *view)
{
	(void)view;
	return (KEY_PLACE_LIST | KEY_PLACE_MOMENTS);
}

const struct screen screen_alerts = {
	.name = "alerts",
	.title = "",
	.arrange = sheet_arrange,
	.draw = sheet_draw,
	.key = alerts_key,
	.place = alerts_place,
	.list = sheet_list,
	.source = alerts_source,
	.click = sheet_click,
	.sheet = &sheet,
};
