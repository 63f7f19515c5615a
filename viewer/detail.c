/*
 * detail.c - the lines under a target's lists: what the selected item is.
 */
#include "detail.h"

#include "cell.h"
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

void
detail_node(const struct view *view, const struct scene *scene,
    const struct tree_node *node, struct grid *grid, struct grid_rect rect)
{
	const struct model_profile *profile = node->profile;
	char text[256];
	int row = 0;

	(void)view;
	(void)scene;
	if (profile == NULL) {
		snprintf(text, sizeof(text), "%.*s/",
		    (int)(node->start + node->length), node->path);
		bars_title(grid, rect, 0, true, text, "", NULL);
		return;
	}
	bars_title(
	    grid, rect, 0, true, profile->path, profile->description, NULL);
	rect = inside(rect);
	if (rect.rows > 1) { /* the last line is for the numbers */
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
    struct grid_rect rect, int *row)
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
	int column = 0;

	if (metric->value.u == 0) {
		grid_put(grid, rect, 0, (*row)++, GRID_DIM, "nothing yet");
		return;
	}
	fmt_unit(text, sizeof(text), metric->unit,
	    (double)metric->sum / (double)metric->value.u, raw);
	put_pair(grid, rect, &column, row, "mean", GRID_PLAIN, text);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		fmt_unit(text, sizeof(text), metric->unit,
		    (double)parts[i].value, raw);
		put_pair(
		    grid, rect, &column, row, parts[i].name, GRID_PLAIN, text);
	}
	++*row;
}

void
detail_metric(const struct view *view, const struct model_profile *profile,
    const struct model_metric *metric, struct grid *grid, struct grid_rect rect)
{
	char name[1024], about[128], exact[FMT_SIZE], rate[FMT_SIZE];
	char ago[2 * FMT_SIZE], peak[4 * FMT_SIZE];
	const char *unit = dbgshm_unit_name(metric->unit);
	bool histogram = metric->kind == DBGSHM_METRIC_HISTOGRAM;
	int row, column = 0;

	snprintf(name, sizeof(name), "%s:%s%s", profile->path, metric->name,
	    metric->labels);
	snprintf(about, sizeof(about), "%s%s%s%s%s", metrics_kind(metric),
	    unit != NULL ? ", " : "", unit != NULL ? unit : "",
	    metric->level > 0 ? ", level " : "",
	    metric->level > 0 ? dbgshm_level_name(metric->level) : "");
	bars_title(grid, rect, 0, true, name, about, NULL);
	rect = inside(rect);

	rect.rows--;
	row = grid_wrap(grid, rect, 0, GRID_PLAIN, metric->help);
	rect.rows++;
	if (histogram) {
		put_spread(metric, view->raw, grid, rect, &row);
		if (row >= rect.rows)
			return;
	}
	fmt_metric(exact, sizeof(exact), metric->kind, metric->unit,
	    metric->value, true);
	put_pair(grid, rect, &column, &row, histogram ? "count" : "exactly",
	    GRID_PLAIN, exact);
	if (!isnan(metric->rate)) {
		fmt_rate(rate, sizeof(rate),
		    histogram ? DBGSHM_UNIT_NONE : metric->unit, metric->rate,
		    view->raw);
		put_pair(grid, rect, &column, &row, "rate", GRID_PLAIN, rate);
	}
	if (metric->peak_real_ns != 0) {
		cell_ago(ago, sizeof(ago), metric->peak_real_ns,
		    metric->peak_age_ns, profile->over, view->raw);
		snprintf(peak, sizeof(peak), "%s (%s)",
		    fmt_metric(exact, sizeof(exact), metric->kind, metric->unit,
			metric->peak, view->raw),
		    ago);
		put_pair(grid, rect, &column, &row, "peak", GRID_PLAIN, peak);
	}
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
	int at = 0, line = 0;
	size_t which;

	snprintf(
	    text, sizeof(text), "%s[%s]", rows->profile->path, object->name);
	bars_title(grid, rect, 0, true, text,
	    shape_state(rows->table, rows->profile, object), NULL);
	rect = inside(rect);
	for (size_t i = 0; i < rows->column_count && line < rect.rows; i++) {
		which = rows->which[i];
		if (rows->rate[i])
			continue; /* shown with its counter */
		rows_cell_text(rows, row, which, false, text, sizeof(text));
		cell = which < rows->table->column_count ? &object->cells[which]
							 : NULL;
		if (cell != NULL && cell->link != NULL)
			strlcpy(text, cell_reference(reference, cell),
			    sizeof(text));
		if (text[0] == '\0' && rows->table->shape != DBGSHM_SHAPE_PLAIN)
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
}

/* ---- an event ------------------------------------------------------------------ */

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
	if (event->lost == 0 || row >= rect.rows)
		return;
	snprintf(text, sizeof(text), "%llu before it lost",
	    (unsigned long long)event->lost);
	grid_put(grid, rect, 0, row, GRID_WARN, text);
}
