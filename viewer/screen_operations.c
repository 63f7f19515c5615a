/*
 * screen_operations.c - what all profiles are doing, and what they have done.
 */
#include "cell.h"
#include "operations.h"
#include "shape.h"
#include "sheet.h"

#include "kit/fmt.h"

#include <string.h>

enum {
	COLUMN_KIND,
	COLUMN_ELAPSED,
	COLUMN_STATE,
	COLUMN_ON,
	COLUMN_PROGRESS,
	COLUMN_PHASE,
	COLUMN_QUIET,
	COLUMN_BEGAN,
	COLUMN_THREAD,
	COLUMN_PROFILE,
	COLUMN_COUNT
};

static const struct list_column columns[COLUMN_COUNT] = {
	[COLUMN_KIND] = { .title = "OPERATION",
	    .least = 10,
	    .widest = 40,
	    .kept = true },
	[COLUMN_ELAPSED] = { .title = "ELAPSED", .least = 8, .right = true },
	[COLUMN_STATE] = { .title = "STATE", .least = 7, .rank = 1 },
	[COLUMN_ON] = { .title = "ON",
	    .least = 12,
	    .widest = 60,
	    .late = true,
	    .rank = 2 },
	[COLUMN_PROGRESS] = { .title = "PROGRESS",
	    .least = 8,
	    .right = true,
	    .late = true,
	    .rank = 4 },
	[COLUMN_PHASE] = { .title = "PHASE",
	    .least = 8,
	    .widest = 20,
	    .late = true,
	    .rank = 6 },
	[COLUMN_QUIET] = { .title = "QUIET",
	    .least = 7,
	    .right = true,
	    .late = true,
	    .rank = 5 },
	[COLUMN_BEGAN] = { .title = "BEGAN",
	    .least = 8,
	    .right = true,
	    .rank = 3 },
	[COLUMN_THREAD] = { .title = "THREAD",
	    .least = 6,
	    .right = true,
	    .late = true,
	    .rank = 8 },
	[COLUMN_PROFILE] = { .title = "PROFILE",
	    .least = 6,
	    .widest = 24,
	    .rank = 7,
	    .cut = GRID_CUT_FRONT },
};

/* The column of the table that one of the list shows. */
static size_t
column_of(const struct object *object, size_t column)
{
	switch (column) {
	case COLUMN_KIND:
		return (DBGSHM_OPERATION_KIND);
	case COLUMN_ON:
		return (DBGSHM_OPERATION_DETAIL);
	case COLUMN_PROGRESS:
		return (SHAPE_PROGRESS);
	case COLUMN_PHASE:
		return (DBGSHM_OPERATION_PHASE);
	case COLUMN_QUIET:
		return (objects_column(object->profile->table, "quiet"));
	default:
		return (DBGSHM_OPERATION_THREAD);
	}
}

static const char *
state_of(const struct object *object)
{
	return (shape_state(
	    object->profile->table, object->profile, objects_row(object)));
}

static uint8_t
state_style(const struct object *object)
{
	uint64_t outcome =
	    objects_row(object)->cells[DBGSHM_OPERATION_OUTCOME].u;

	if (operations_runs(object))
		return (object->profile->over && !object->profile->past
			? GRID_BAD
			: GRID_LIVE);
	return (outcome == DBGSHM_OUTCOME_FAILED ||
		    outcome == DBGSHM_OUTCOME_TIMEOUT
		? GRID_WARN
		: GRID_DIM);
}

static char
operation_mark(const struct list_source *source, size_t place)
{
	const struct objects *objects = source->context;

	return (objects_mark(objects, &objects->list[place]));
}

static void
operation_cell(const struct list_source *source, size_t place, size_t column,
    struct list_cell *cell)
{
	const struct objects *objects = source->context;
	const struct object *object = &objects->list[place];
	bool runs = operations_runs(object), raw = objects->view->raw;
	char buffer[CELL_SIZE], *text = cell->text;
	size_t size = sizeof(cell->text), indent = 0, which;
	uint64_t elapsed;

	cell->style = runs ? GRID_PLAIN : GRID_DIM;
	switch (column) {
	case COLUMN_ELAPSED:
		elapsed = operations_elapsed(objects, object);
		cell->style = runs ? GRID_STRONG : GRID_PLAIN;
		if (elapsed == UINT64_MAX)
			strlcpy(text, "-", size);
		else if (raw)
			fmt_u64(text, size, elapsed);
		else
			fmt_duration(text, size, elapsed);
		return;
	case COLUMN_STATE:
		strlcpy(text, state_of(object), size);
		cell->style = state_style(object);
		return;
	case COLUMN_BEGAN:
		objects_second(
		    objects, objects_row(object)->started_real_ns, text, size);
		return;
	case COLUMN_PROFILE:
		strlcpy(text, object->profile->path, size);
		cell->style = GRID_DIM;
		return;
	case COLUMN_KIND:
		cell->style = runs ? GRID_STRONG : GRID_PLAIN;
		indent = objects->nested ? 2 * (size_t)object->depth : 0;
		memset(text, ' ', indent);
		break;
	}
	which = column_of(object, column);
	if (which == SIZE_MAX && column == COLUMN_QUIET)
		return;
	strlcpy(text + indent,
	    cell_text(buffer, object->profile, objects_row(object), which, raw),
	    size - indent);
}

static bool
operation_number(const struct list_source *source, size_t place, size_t column,
    double *value)
{
	const struct objects *objects = source->context;
	const struct object *object = &objects->list[place];
	const struct model_row *row = objects_row(object);
	size_t which = column_of(object, column);
	uint64_t elapsed;

	switch (column) {
	case COLUMN_ELAPSED:
		elapsed = operations_elapsed(objects, object);
		*value = (double)elapsed;
		return (elapsed != UINT64_MAX);
	case COLUMN_BEGAN:
		return (objects_age(objects, row->started_real_ns, value));
	case COLUMN_PROGRESS:
		return (cell_number(
		    object->profile->table, row, DBGSHM_OPERATION_DONE, value));
	case COLUMN_QUIET:
	case COLUMN_THREAD:
		return (which != SIZE_MAX &&
		    cell_number(object->profile->table, row, which, value));
	default:
		return (false);
	}
}

static int
operation_compare(
    const struct list_source *source, size_t column, size_t a, size_t b)
{
	const struct object *x = objects_at(source, a);
	const struct object *y = objects_at(source, b);
	struct list_cell left = { .text = "" }, right = { .text = "" };
	double one = 0, other = 0;
	bool known, known_too;

	if (column == COLUMN_BEGAN)
		return (list_compare(objects_row(x)->started_real_ns,
		    objects_row(y)->started_real_ns));
	known = operation_number(source, a, column, &one);
	known_too = operation_number(source, b, column, &other);
	if (known && known_too)
		return (one < other ? -1 : one > other);
	if (known != known_too)
		return (known ? 1 : -1);
	operation_cell(source, a, column, &left);
	operation_cell(source, b, column, &right);
	return (strcmp(left.text, right.text));
}

static bool
operations_source(const struct view *view, const struct scene *scene,
    void (*use)(const struct list_source *, void *), void *context)
{
	const struct list *list = &view->lists[SCREEN_OPERATIONS];
	struct list_source source = {
		.columns = columns,
		.column_count = COLUMN_COUNT,
		.schema = 1,
		.empty = objects_empty(
		    scene, "nothing runs, and nothing that ran is kept"),
		.id = objects_row_id,
		.cell = operation_cell,
		.compare = operation_compare,
		.number = operation_number,
		.mark = operation_mark,
		.marked = objects_marked,
	};
	struct objects objects;

	if (scene->model == NULL)
		return (false);
	objects_init(&objects, view, scene);
	objects.nested = list->sort < 0 && list->filter[0] == '\0';
	operations_gather(&objects);
	source.context = &objects;
	source.count = objects.count;
	use(&source, context);
	objects_fini(&objects);
	return (true);
}

/* ---- the screen ---------------------------------------------------------- */

/* Which one took longest of those that run, or of those that have ended. */
static const struct object *
slowest(const struct objects *objects, bool runs, size_t *count)
{
	const struct object *found = NULL, *object;
	uint64_t elapsed, most = 0;

	*count = 0;
	for (size_t i = 0; i < objects->count; i++) {
		object = &objects->list[i];
		if (operations_runs(object) != runs)
			continue;
		++*count;
		elapsed = operations_elapsed(objects, object);
		if (elapsed != UINT64_MAX &&
		    (found == NULL || elapsed > most)) {
			found = object;
			most = elapsed;
		}
	}
	return (found);
}

static void
describe(const struct objects *objects, const struct object *object,
    const char *which, char *text, size_t size)
{
	const struct model_row *row = objects_row(object);
	const char *on = row->cells[DBGSHM_OPERATION_DETAIL].hidden
	    ? NULL
	    : row->cells[DBGSHM_OPERATION_DETAIL].text;
	char elapsed[FMT_SIZE];
	size_t length = strlen(text);

	fmt_duration(
	    elapsed, sizeof(elapsed), operations_elapsed(objects, object));
	snprintf(text + length, size - length, "%s%s %s: %s %s",
	    length > 0 ? "; " : "", which, elapsed,
	    shape_name(object->profile, row), on != NULL ? on : "");
	for (length = strlen(text); length > 0 && text[length - 1] == ' ';)
		text[--length] = '\0';
}

static void
operations_words(const struct view *view, const struct scene *scene,
    const struct list_source *source, struct sheet_words *words)
{
	const struct objects *objects = source->context;
	const struct object *now, *past;
	size_t running, ended;

	(void)view;
	(void)scene;
	now = slowest(objects, true, &running);
	past = slowest(objects, false, &ended);
	if (objects->count == 0) {
		strlcpy(words->name, "no operations", sizeof(words->name));
		return;
	}
	snprintf(words->name, sizeof(words->name), "%zu running, %zu ended",
	    running, ended);
	if (now != NULL)
		describe(objects, now, "longest now", words->about,
		    sizeof(words->about));
	if (past != NULL)
		describe(objects, past, "before", words->about,
		    sizeof(words->about));
}

/* When it began. */
static uint64_t
operations_moment(const struct list_source *source, size_t row)
{
	return (objects_row(objects_at(source, row))->started_real_ns);
}

static const struct sheet operations = {
	.words = operations_words,
	.want = objects_want_row,
	.detail = objects_draw_row,
	.open = objects_open_row,
	.address = objects_address,
	.moment = operations_moment,
};

const struct screen screen_operations = {
	.name = "operations",
	.title = "Operations",
	.brief = "Ops",
	.arrange = sheet_arrange,
	.draw = sheet_draw,
	.key = sheet_key,
	.place = sheet_place,
	.list = sheet_list,
	.source = operations_source,
	.click = sheet_click,
	.sheet = &operations,
};
