/*
 * screen_slowest.c - the operations that took longest in the last minutes.
 */
#include "objects.h"
#include "sheet.h"
#include "slowest.h"

#include "kit/fmt.h"

#include <string.h>

enum {
	COLUMN_ELAPSED,
	COLUMN_KIND,
	COLUMN_ON,
	COLUMN_STATE,
	COLUMN_BEGAN,
	COLUMN_PROFILE,
	COLUMN_COUNT
};

static const struct list_column columns[COLUMN_COUNT] = {
	[COLUMN_ELAPSED] = { .title = "ELAPSED",
	    .least = 9,
	    .right = true,
	    .kept = true },
	[COLUMN_KIND] = { .title = "OPERATION",
	    .least = 10,
	    .widest = 40,
	    .kept = true },
	[COLUMN_ON] = { .title = "ON", .least = 12, .widest = 60, .rank = 1 },
	[COLUMN_STATE] = { .title = "STATE", .least = 7, .rank = 3 },
	[COLUMN_BEGAN] = { .title = "BEGAN",
	    .least = 8,
	    .right = true,
	    .rank = 2 },
	[COLUMN_PROFILE] = { .title = "PROFILE",
	    .least = 6,
	    .widest = 24,
	    .rank = 4,
	    .cut = GRID_CUT_FRONT },
};

static const struct slow *
slow_at(const struct list_source *source, size_t row)
{
	const struct objects *objects = source->context;

	return (&objects->scene->slowest->list[row]);
}

static uint64_t
slow_id(const struct list_source *source, size_t row)
{
	return (slow_at(source, row)->object ^ slow_at(source, row)->profile);
}

static void
slow_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *cell)
{
	const struct slow *slow = slow_at(source, row);
	const struct objects *objects = source->context;
	char *text = cell->text;
	size_t size = sizeof(cell->text);

	switch (column) {
	case COLUMN_ELAPSED:
		if (!slow->ended) { /* so long at least */
			*text++ = '>';
			size--;
		}
		if (objects->view->raw)
			fmt_u64(text, size, slow->elapsed_ns);
		else
			fmt_duration(text, size, slow->elapsed_ns);
		cell->style = GRID_STRONG;
		break;
	case COLUMN_KIND:
		strlcpy(text, slow->kind, size);
		break;
	case COLUMN_ON:
		strlcpy(text, slow->on, size);
		break;
	case COLUMN_STATE:
		strlcpy(text, slow->state, size);
		cell->style = slow->ended ? GRID_DIM : GRID_PLAIN;
		break;
	case COLUMN_BEGAN:
		objects_second(objects, slow->began_real_ns, text, size);
		break;
	default:
		strlcpy(text, slow->path, size);
		cell->style = GRID_DIM;
	}
}

static bool
slow_number(
    const struct list_source *source, size_t row, size_t column, double *value)
{
	const struct slow *slow = slow_at(source, row);

	if (column == COLUMN_ELAPSED)
		*value = (double)slow->elapsed_ns;
	else if (column == COLUMN_BEGAN)
		return (
		    objects_age(source->context, slow->began_real_ns, value));
	return (column == COLUMN_ELAPSED);
}

static int
slow_compare(
    const struct list_source *source, size_t column, size_t a, size_t b)
{
	const struct slow *x = slow_at(source, a), *y = slow_at(source, b);

	switch (column) {
	case COLUMN_ELAPSED:
		return (list_compare(x->elapsed_ns, y->elapsed_ns));
	case COLUMN_KIND:
		return (strcmp(x->kind, y->kind));
	case COLUMN_ON:
		return (strcmp(x->on, y->on));
	case COLUMN_STATE:
		return (strcmp(x->state, y->state));
	case COLUMN_BEGAN:
		return (list_compare(x->began_real_ns, y->began_real_ns));
	default:
		return (strcmp(x->path, y->path));
	}
}

static bool
slowest_source(const struct view *view, const struct scene *scene,
    void (*use)(const struct list_source *, void *), void *context)
{
	struct objects objects;
	struct list_source source = {
		.context = &objects,
		.columns = columns,
		.column_count = COLUMN_COUNT,
		.schema = 1,
		.empty = "no operations in the history",
		.id = slow_id,
		.cell = slow_cell,
		.compare = slow_compare,
		.number = slow_number,
	};

	if (scene->model == NULL || scene->slowest == NULL)
		return (false);
	source.count = scene->slowest->count;
	objects_init(&objects, view, scene);
	use(&source, context);
	objects_fini(&objects);
	return (true);
}

/* ---- the screen ---------------------------------------------------------------- */

static void
slowest_words(const struct view *view, const struct scene *scene,
    const struct list_source *source, struct sheet_words *words)
{
	char window[FMT_SIZE];

	(void)view;
	strlcpy(words->name, "slowest operations", sizeof(words->name));
	snprintf(words->about, sizeof(words->about),
	    "last %s, as its history saw them; Enter goes to the moment",
	    bars_seconds(window, sizeof(window), scene->slowest->window_ns));
	if (source->count == SLOWEST_MOST)
		snprintf(words->more, sizeof(words->more),
		    "%d are kept, there may be more", SLOWEST_MOST);
}

static void
slowest_detail(const struct view *view, const struct scene *scene,
    const struct list_source *source, size_t row, struct grid *grid,
    struct grid_rect rect)
{
	const struct slow *slow = slow_at(source, row);
	char text[512], part[64];

	(void)view;
	snprintf(text, sizeof(text), "%s  %s", slow->kind, slow->on);
	bars_title(grid, rect, 0, true, text, slow->state, NULL);
	rect.column++;
	rect.columns -= 2;
	snprintf(text, sizeof(text), "%s%s%s in %s",
	    slow->ended ? "took " : "at least ",
	    fmt_duration(part, FMT_SIZE, slow->elapsed_ns),
	    slow->ended ? "" : " when it was last seen", slow->path);
	grid_put(grid, rect, 0, 1, GRID_PLAIN, text);
	snprintf(text, sizeof(text), "began %s",
	    objects_clock(
		part, sizeof(part), slow->began_real_ns, scene, false));
	grid_put(grid, rect, 0, 2, GRID_DIM, text);
}

/* To its row, at a moment when it was there. */
static void
go_with(const struct list_source *source, void *context)
{
	struct view *view = context;
	const struct objects *objects = source->context;
	size_t row = list_row(sheet_list(view));
	const struct slow *slow;

	if (row >= source->count)
		return;
	slow = slow_at(source, row);
	view->order.travel = (struct timeline_order){
		.move = TIMELINE_AT,
		.at_real_ns = slow->seen_real_ns,
	};
	objects_go(view, objects->scene,
	    (struct subject){ slow->profile, slow->object });
}

static enum screen_result
slowest_key(
    struct view *view, const struct scene *scene, enum key_action action)
{
	if (action != KEY_ACTION_OPEN && action != KEY_ACTION_MOMENT)
		return (sheet_key(view, scene, action));
	view->order.travel.at_real_ns = 0;
	slowest_source(view, scene, go_with, view);
	return (view->order.travel.at_real_ns != 0 ? SCREEN_TRAVEL
						   : SCREEN_NOTHING);
}

static const struct sheet slowest = {
	.words = slowest_words,
	.detail = slowest_detail,
};

const struct screen screen_slowest = {
	.name = "slowest",
	.title = "",
	.arrange = sheet_arrange,
	.draw = sheet_draw,
	.key = slowest_key,
	.place = sheet_place,
	.list = sheet_list,
	.source = slowest_source,
	.click = sheet_click,
	.sheet = &slowest,
};
