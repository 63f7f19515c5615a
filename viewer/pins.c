/*
 * pins.c - what somebody has pinned and marked, by address.
 *
 * An address is the same in a program that was started again, so what is
 * pinned stays pinned.
 */
#include "pins.h"

#include "cell.h"
#include "figure.h"
#include "kit/fmt.h"
#include "marks.h"
#include "rows.h"
#include "shape.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where an id stands, or would stand. */
static size_t
place_of(const uint64_t *ids, size_t count, uint64_t id)
{
	size_t low = 0, middle;

	while (low < count) {
		middle = low + (count - low) / 2;
		if (ids[middle] < id)
			low = middle + 1;
		else
			count = middle;
	}
	return (low);
}

static bool
holds(const uint64_t *ids, size_t count, uint64_t id)
{
	size_t at = place_of(ids, count, id);

	return (at < count && ids[at] == id);
}

/* Puts an id in where it is not, and takes it out where it is. */
static void
toggle(uint64_t **ids, size_t *count, uint64_t id)
{
	size_t at = place_of(*ids, *count, id);

	if (at < *count && (*ids)[at] == id) {
		--*count;
		memmove(
		    *ids + at, *ids + at + 1, (*count - at) * sizeof(**ids));
		return;
	}
	*ids = reallocarray(*ids, *count + 1, sizeof(**ids));
	if (*ids == NULL)
		err(1, "a list of %zu addresses", *count + 1);
	memmove(*ids + at + 1, *ids + at, (*count - at) * sizeof(**ids));
	(*ids)[at] = id;
	++*count;
}

bool
view_pinned(const struct view *view, uint64_t id)
{
	return (holds(view->pins, view->pin_count, id));
}

bool
view_marked(const struct view *view, uint64_t id)
{
	return (holds(view->marks, view->mark_count, id));
}

void
view_pin(struct view *view, uint64_t id)
{
	toggle(&view->pins, &view->pin_count, id);
}

void
view_mark(struct view *view, uint64_t id)
{
	toggle(&view->marks, &view->mark_count, id);
}

/* ---- addresses -------------------------------------------------------------- */

uint64_t
view_address(const struct model_profile *profile, const char *name,
    const char *labels_or_row)
{
	uint64_t hash = tree_hash(TREE_SEED, profile->path);

	if (name[0] == '\0') {
		hash = tree_hash(tree_hash(hash, "["), labels_or_row);
		return (tree_hash(hash, "]"));
	}
	hash = tree_hash(tree_hash(hash, ":"), name);
	return (tree_hash(hash, labels_or_row));
}

size_t
pins_find(const struct view *view, const struct model *model, struct pin *pins,
    size_t most)
{
	const struct model_profile *profile;
	size_t count = 0, i, k;

	for (i = 0; view->pin_count > 0 && i < model->profile_count; i++) {
		profile = &model->profiles[i];
		for (k = 0; k < profile->metric_count && count < most; k++)
			if (view_pinned(view,
				view_address(profile,
				    model_metrics(profile)[k].name,
				    model_metrics(profile)[k].labels)))
				pins[count++] = (struct pin){ profile,
					&model_metrics(profile)[k], NULL };
		if (profile->table == NULL)
			continue;
		for (k = 0; k < profile->table->row_count && count < most; k++)
			if (view_pinned(view,
				view_address(
				    profile, "", profile->table->rows[k].name)))
				pins[count++] = (struct pin){ profile, NULL,
					&profile->table->rows[k] };
	}
	return (count);
}

/* ---- as a block ------------------------------------------------------------- */

/* What a metric has to say in one word. */
static void
metric_word(
    const struct model_metric *metric, bool raw, char *text, size_t size)
{
	if (figure_is_histogram(metric) && metric->value.u > 0)
		fmt_unit(text, size, metric->unit, (double)metric->p99, raw);
	else if (figure_has_rate(metric) && !isnan(metric->rate))
		figure_rate(metric, metric->rate, raw, text, size);
	else
		figure_value(metric, raw, text, size);
}

/* What a row has to say: its most telling number. */
static void
row_word(const struct view *view, const struct scene *scene,
    const struct pin *pin, char *text, size_t size)
{
	struct list_source source;
	struct rows rows;
	size_t row = (size_t)(pin->row - pin->profile->table->rows);

	rows_source(
	    &rows, &source, pin->profile, view->level, view->raw, false);
	rows_over_time(&rows, &source, view, scene);
	if (rows.telling != SIZE_MAX)
		rows_cell_text(&rows, row, rows.telling,
		    rows.table->columns[rows.telling].type ==
			DBGSHM_TYPE_COUNTER,
		    text, size);
}

static void
draw_pin(const struct view *view, const struct scene *scene,
    const struct pin *pin, struct grid *grid, struct grid_rect rect, int line)
{
	char name[2048], fitted[1024], word[CELL_SIZE] = "";
	uint64_t object = pin->row != NULL ? pin->row->id : pin->metric->id;
	const char *path = pin->profile->path;
	int right = rect.columns - 1;

	if (marks_alert(scene, tree_id(path, strlen(path)), object))
		grid_put(grid, rect, 1, line, GRID_WARN, "!");
	if (pin->row != NULL) {
		snprintf(name, sizeof(name), "%s:%s", path,
		    shape_name(pin->profile, pin->row));
		row_word(view, scene, pin, word, sizeof(word));
	} else {
		figure_name(
		    pin->metric, rect.columns < 40, fitted, sizeof(fitted));
		snprintf(name, sizeof(name), "%s:%s", path, fitted);
		metric_word(pin->metric, view->raw, word, sizeof(word));
	}
	grid_fit(
	    grid, fitted, sizeof(fitted), word, rect.columns / 2, GRID_CUT_END);
	right -= grid_put_right(grid, rect, right, line, GRID_STRONG, fitted);
	grid_fit(grid, fitted, sizeof(fitted), name, right - 1 - LIST_MARGIN,
	    GRID_CUT_FRONT);
	grid_put(grid, rect, LIST_MARGIN, line, GRID_PLAIN, fitted);
}

void
pins_draw(const struct view *view, const struct scene *scene, struct grid *grid,
    struct grid_rect rect)
{
	struct pin pins[PINS_MOST];
	size_t count = pins_find(view, scene->model, pins, PINS_MOST);
	int line = 1;

	bars_title(grid, rect, 0, true, "PINNED", "", NULL);
	for (size_t i = 0; i < count && line < rect.rows; i++)
		draw_pin(view, scene, &pins[i], grid, rect, line++);
	if (count < view->pin_count && line < rect.rows && count < PINS_MOST) {
		char text[64];

		snprintf(text, sizeof(text), "%zu not here now",
		    view->pin_count - count);
		grid_put(grid, rect, LIST_MARGIN, line, GRID_DIM, text);
	}
}
