/*
 * detail.c - the lines under a target's lists: what the selected item is.
 */
#include "detail.h"

#include "cell.h"
#include "detail_chart.h"
#include "difference.h"
#include "figure.h"
#include "kit/fmt.h"
#include "shape.h"

#include <math.h>
#include <string.h>

/* The inside of a detail pane, below its title. */
static struct grid_rect
inside(struct grid_rect rect)
{
	rect.column++;
	rect.columns -= 2;
	rect.row++;
	rect.rows--;
	return (rect);
}

/* "name value" at a place, on the next line where it does not fit any more. */
static void
put_pair(struct grid *grid, struct grid_rect rect, int *column, int *row,
    const char *name, uint8_t style, const char *value)
{
	char fitted[320];
	int width =
	    grid_width(name, grid->ascii) + 1 + grid_width(value, grid->ascii);

	if (*column > 0 && *column + width > rect.columns) {
		*column = 0;
		++*row;
	}
	*column += grid_put(grid, rect, *column, *row, GRID_DIM, name) + 1;
	grid_fit(grid, fitted, sizeof(fitted), value, rect.columns - *column,
	    GRID_CUT_END);
	*column += grid_put(grid, rect, *column, *row, style, fitted) + 3;
}

/* ---- a profile, or a common start of several --------------------------------- */

static void
describe_profile(const struct model_profile *profile, char *text, size_t size)
{
	char age[FMT_SIZE];

	*text = '\0';
	if (profile->metric_count > 0)
		snprintf(text, size, "%zu metric%s, ", profile->metric_count,
		    profile->metric_count == 1 ? "" : "s");
	if (profile->table != NULL)
		snprintf(text + strlen(text), size - strlen(text),
		    "%zu row%s (room for %u), ", profile->table->row_count,
		    profile->table->row_count == 1 ? "" : "s",
		    profile->table->capacity);
	if (profile->log != NULL)
		snprintf(text + strlen(text), size - strlen(text),
		    "%zu event%s, ", profile->log->event_count,
		    profile->log->event_count == 1 ? "" : "s");
	snprintf(text + strlen(text), size - strlen(text),
	    "from the %s region, %s old",
	    strcmp(profile->source, "own") == 0 ? "process's own" : "agent's",
	    fmt_age(age, sizeof(age), profile->age_ns));
}

/* "net/ 3 profiles, 12 metrics, 40 rows" */
static void
describe_start(const struct tree_node *node, char *text, size_t size)
{
	snprintf(text, size, "%zu profile%s, %zu metric%s, %zu row%s",
	    node->profiles, node->profiles == 1 ? "" : "s", node->metrics,
	    node->metrics == 1 ? "" : "s", node->rows,
	    node->rows == 1 ? "" : "s");
}

static bool
is_below(const struct scene *scene, const struct tree_node *node,
    const struct alert *alert)
{
	const struct model_profile *profile;
	size_t length = node->start + node->length;

	for (size_t i = 0; i < scene->model->profile_count; i++) {
		profile = &scene->model->profiles[i];
		if (tree_id(profile->path, strlen(profile->path)) !=
		    alert->profile)
			continue;
		return (length == 0 ||
		    (strncmp(profile->path, node->path, length) == 0 &&
			(profile->path[length] == '/' ||
			    profile->path[length] == '\0')));
	}
	return (length == 0);
}

void
detail_children(const struct view *view, const struct tree_node *node,
    struct grid *grid, struct grid_rect rect, int line)
{
	const struct tree_node *child = node + 1;
	const struct tree_node *end = view->tree.nodes + node->end;
	char text[160];
	int column;

	for (; child < end && line < rect.rows; child++) {
		if (child->profile == NULL)
			continue;
		grid_fit(grid, text, sizeof(text), child->profile->path,
		    rect.columns / 2, GRID_CUT_FRONT);
		column = LIST_MARGIN;
		column += grid_put(grid, rect, column, line, GRID_PLAIN, text);
		column = column < 28 ? 28 : column + LIST_GAP;
		if (rect.columns - column > 8) {
			grid_fit(grid, text, sizeof(text),
			    child->profile->description, rect.columns - column,
			    GRID_CUT_END);
			grid_put(grid, rect, column, line, GRID_DIM, text);
		}
		line++;
	}
}

/* What wants to be looked at there; returns the next row. */
static int
put_alerts(const struct scene *scene, const struct tree_node *node,
    struct grid *grid, struct grid_rect rect, int row)
{
	const struct alert *alert;
	char text[512], fitted[512];

	if (scene->alerts == NULL)
		return (row);
	for (size_t i = 0; i < alerts_count(scene->alerts); i++) {
		alert = alerts_at(scene->alerts, i);
		if (alert->over || !is_below(scene, node, alert))
			continue;
		snprintf(
		    text, sizeof(text), "! %s  %s", alert->where, alert->what);
		grid_fit(grid, fitted, sizeof(fitted), text, rect.columns,
		    GRID_CUT_END);
		grid_put(grid, rect, 0, row++,
		    alert->severity >= DBGSHM_SEVERITY_ERROR ? GRID_ALARM
							     : GRID_WARN,
		    fitted);
	}
	return (row);
}

void
detail_node(const struct view *view, const struct scene *scene,
    const struct tree_node *node, struct grid *grid, struct grid_rect rect)
{
	const struct model_profile *profile = node->profile;
	char text[256], name[256] = "ALL";
	int row = 0;

	if (profile == NULL) {
		if (node->id != tree_all())
			snprintf(name, sizeof(name), "%.*s/",
			    (int)(node->start + node->length), node->path);
		describe_start(node, text, sizeof(text));
		bars_title(grid, rect, 0, true, name, text, NULL);
		rect = inside(rect);
		row = put_alerts(scene, node, grid, rect, 0);
		detail_children(view, node, grid, rect, row);
		return;
	}
	bars_title(
	    grid, rect, 0, true, profile->path, profile->description, NULL);
	rect = inside(rect);
	row = put_alerts(scene, node, grid, rect, row);
	if (rect.rows - row > 1) { /* the last line is for the numbers */
		rect.rows--;
		row = grid_wrap(grid, rect, row, GRID_PLAIN, profile->help);
		rect.rows++;
	}
	describe_profile(profile, text, sizeof(text));
	grid_put(grid, rect, 0, row, GRID_DIM, text);
}

/* ---- a metric -------------------------------------------------------------- */

static void
put_spread(const struct model_metric *metric, bool raw, struct grid *grid,
    struct grid_rect rect, int *column, int *row)
{
	const struct {
		const char *name;
		uint64_t value;
	} parts[] = {
		{ "min", metric->min },
		{ "p50", metric->p50 },
		{ "p90", metric->p90 },
		{ "p99", metric->p99 },
		{ "p99.9", metric->p999 },
		{ "max", metric->max },
	};
	char text[FMT_SIZE];

	if (metric->value.u == 0)
		return;
	fmt_unit(text, sizeof(text), metric->unit,
	    (double)metric->sum / (double)metric->value.u, raw);
	put_pair(grid, rect, column, row, "mean", GRID_PLAIN, text);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		fmt_unit(text, sizeof(text), metric->unit,
		    (double)parts[i].value, raw);
		put_pair(
		    grid, rect, column, row, parts[i].name, GRID_PLAIN, text);
	}
}

/* The exact value, and what it is compared with. */
static void
put_value(const struct view *view, const struct scene *scene,
    const struct model_profile *profile, const struct model_metric *metric,
    struct grid *grid, struct grid_rect rect, int *row)
{
	char exact[FMT_SIZE], text[4 * FMT_SIZE], ago[2 * FMT_SIZE];
	struct list_cell cell = { .style = GRID_PLAIN };
	int column = 0;
	double then;

	fmt_metric(exact, sizeof(exact), metric->kind, metric->unit,
	    metric->value, true);
	put_pair(grid, rect, &column, row,
	    figure_is_histogram(metric) ? "count" : "exactly", GRID_PLAIN,
	    exact);
	if (!isnan(metric->rate)) {
		figure_rate(
		    metric, metric->rate, view->raw, text, sizeof(text));
		put_pair(grid, rect, &column, row, "rate", GRID_PLAIN, text);
	}
	if (figure_is_histogram(metric))
		put_spread(metric, view->raw, grid, rect, &column, row);
	if (metric->peak_real_ns != 0) {
		cell_ago(ago, sizeof(ago), metric->peak_real_ns,
		    metric->peak_age_ns, profile->over, view->raw);
		snprintf(text, sizeof(text), "%s (%s)",
		    fmt_metric(exact, sizeof(exact), metric->kind, metric->unit,
			metric->peak, view->raw),
		    ago);
		put_pair(grid, rect, &column, row, "peak", GRID_PLAIN, text);
	}
	if (difference_then(scene, metric, &then)) {
		difference_text(&cell, COMPARE_DELTA, figure_unit(metric),
		    figure_of(metric), then, view->raw);
		put_pair(grid, rect, &column, row, "since the baseline",
		    cell.style, cell.text);
	}
	++*row;
}

void
detail_metric(const struct view *view, const struct scene *scene,
    const struct model_profile *profile, const struct model_metric *metric,
    struct grid *grid, struct grid_rect rect)
{
	const char *unit = dbgshm_unit_name(metric->unit);
	bool spread = figure_is_histogram(metric);
	char name[1024], about[128];
	struct detail_chart chart;
	int row;

	snprintf(name, sizeof(name), "%s:%s%s", profile->path, metric->name,
	    metric->labels);
	snprintf(about, sizeof(about), "%s%s%s%s%s", figure_kind(metric),
	    unit != NULL ? ", " : "", unit != NULL ? unit : "",
	    metric->level > 0 ? ", level " : "",
	    metric->level > 0 ? dbgshm_level_name(metric->level) : "");
	bars_title(grid, rect, 0, true, name, about, NULL);
	rect = inside(rect);

	/* The numbers have to be seen, whatever the help is like. */
	rect.rows -= 1 + spread;
	row = grid_wrap(grid, rect, 0, GRID_PLAIN, metric->help);
	rect.rows += 1 + spread;
	put_value(view, scene, profile, metric, grid, rect, &row);
	rect.row += row;
	rect.rows -= row;
	detail_chart_metric(&chart, profile, metric);
	detail_chart_draw(&chart, view, scene, grid, rect);
}

/* ---- a row ------------------------------------------------------------------- */

void
detail_row(const struct rows *rows, size_t row, struct grid *grid,
    struct grid_rect rect)
{
	const struct model_row *object = &rows->table->rows[row];
	const struct model_link *link = rows_link(rows, row);
	const struct model_cell *cell;
	char text[512], rate[FMT_SIZE], reference[CELL_SIZE];
	struct detail_chart chart;
	int at = 0, line = 0;
	size_t which;

	snprintf(
	    text, sizeof(text), "%s[%s]", rows->profile->path, object->name);
	bars_title(grid, rect, 0, true, text,
	    shape_state(rows->table, rows->profile, object), NULL);
	rect = inside(rect);
	for (size_t i = 0; i < rows->column_count && line < rect.rows; i++) {
		which = rows->which[i];
		if (rows->rate[i] || which == ROWS_BASE || which == ROWS_LAST)
			continue; /* shown with its counter */
		rows_cell_text(rows, row, which, false, text, sizeof(text));
		cell = which < rows->table->column_count ? &object->cells[which]
							 : NULL;
		if (cell != NULL && cell->link != NULL)
			strlcpy(text, cell_reference(reference, cell),
			    sizeof(text));
		if (text[0] == '\0' &&
		    (cell == NULL || rows->table->shape != DBGSHM_SHAPE_PLAIN))
			continue; /* nothing that is known */
		if (cell != NULL && !isnan(cell->rate)) {
			rows_cell_text(
			    rows, row, which, true, rate, sizeof(rate));
			strlcat(text, " (", sizeof(text));
			strlcat(text, rate, sizeof(text));
			strlcat(text, ")", sizeof(text));
		}
		if (link != NULL && cell != NULL && cell->link == link)
			strlcat(text, " (Enter)", sizeof(text));
		put_pair(grid, rect, &at, &line,
		    shape_column(rows->table, which)->name, GRID_PLAIN,
		    text[0] != '\0' ? text : "\"\"");
	}
	rect.row += line + 1;
	rect.rows -= line + 1;
	detail_chart_row(&chart, rows, row);
	detail_chart_draw(&chart, rows->view, rows->scene, grid, rect);
}

/* ---- an event ------------------------------------------------------------------ */

/* What the log says of a field, for its unit. */
static struct model_column
field_column(const struct model_profile *profile,
    const struct model_event *event, size_t field)
{
	const struct model_log *log = profile->log;

	for (size_t i = 0; log != NULL && i < log->kind_count; i++)
		if (strcmp(log->kinds[i].name, event->name) == 0 &&
		    field < log->kinds[i].field_count)
			return (log->kinds[i].fields[field]);
	return ((struct model_column){ .type = event->fields[field].type });
}

/* A reference by its text: the row may be another one by now. */
static void
put_fields(const struct model_profile *profile, const struct model_event *event,
    bool raw, struct grid *grid, struct grid_rect rect, int row)
{
	struct model_column column;
	char buffer[CELL_SIZE];
	const char *text;
	int at = 0;

	for (size_t i = 0; i < event->field_count && row < rect.rows; i++) {
		column = field_column(profile, event, i);
		text = event->fields[i].type == DBGSHM_TYPE_REFERENCE &&
			!event->fields[i].hidden
		    ? event->fields[i].text
		    : cell_value(
			  buffer, profile, &column, &event->fields[i], raw);
		if (strcmp(text, event->text) != 0) /* it is all that is said */
			put_pair(grid, rect, &at, &row, event->field_names[i],
			    GRID_PLAIN, text);
	}
}

void
detail_event(const struct model_profile *profile,
    const struct model_event *event, bool raw, struct grid *grid,
    struct grid_rect rect)
{
	char text[512], when[2 * FMT_SIZE];
	int row;

	snprintf(text, sizeof(text), "%s %s", profile->path, event->name);
	snprintf(
	    when, sizeof(when), "%s, ", dbgshm_severity_name(event->severity));
	fmt_time(when + strlen(when), sizeof(when) - strlen(when),
	    event->real_ns, raw ? 9 : 3);
	bars_title(grid, rect, 0, true, text, when, NULL);
	rect = inside(rect);
	row = grid_wrap(grid, rect, 0, GRID_PLAIN, event->text);
	if (event->lost > 0) {
		snprintf(text, sizeof(text), "%llu before it lost",
		    (unsigned long long)event->lost);
		grid_put(grid, rect, 0, row++, GRID_WARN, text);
	}
	put_fields(profile, event, raw, grid, rect, row);
}
