/*
 * screen_processes.c - the processes of this host, live and dead.
 */
#include "kit/fmt.h"
#include "screen.h"

#include <string.h>

enum {
	COLUMN_PID,
	COLUMN_NAME,
	COLUMN_USER,
	COLUMN_STATE,
	COLUMN_UPTIME,
	COLUMN_AGE,
	COLUMN_PROFILES,
	COLUMN_METRICS,
	COLUMN_ROWS,
	COLUMN_SIZE,
	COLUMN_SOURCE,
	COLUMN_VERSION,
	COLUMN_PATH,
	COLUMN_COUNT
};

static const struct list_column columns[COLUMN_COUNT] = {
	[COLUMN_PID] = { .title = "PID",
	    .least = 6, /* a blank behind the mark, which may be '-' */
	    .right = true },
	[COLUMN_NAME] = { .title = "NAME",
	    .least = 8,
	    .widest = 24,
	    .kept = true,
	    .cut = GRID_CUT_END },
	[COLUMN_USER] = { .title = "USER", .least = 6, .widest = 12 },
	[COLUMN_STATE] = { .title = "STATE", .least = 7, .widest = 10 },
	[COLUMN_UPTIME] = { .title = "UP", .right = true },
	[COLUMN_AGE] = { .title = "AGE", .right = true },
	[COLUMN_PROFILES] = { .title = "PROF", .right = true },
	[COLUMN_METRICS] = { .title = "METRICS", .right = true },
	[COLUMN_ROWS] = { .title = "ROWS", .right = true },
	[COLUMN_SIZE] = { .title = "SIZE", .right = true },
	[COLUMN_SOURCE] = { .title = "SOURCE", .least = 7, .widest = 8 },
	[COLUMN_VERSION] = { .title = "VERSION", .least = 6, .widest = 20 },
	[COLUMN_PATH] = { .title = "REGION",
	    .least = 16,
	    .spread = true,
	    .cut = GRID_CUT_FRONT },
};

static bool
is_readable(const struct model_target *target)
{
	return (target->state != DBGSHM_LIFE_UNREADABLE &&
	    target->state != DBGSHM_LIFE_DAMAGED);
}

/* Of one process: its own region, and what an agent tells about it. */
static bool
is_own(const struct model_target *target)
{
	return (strcmp(target->source, "own") == 0);
}

/* The other region of a process that has two: one line stands for both. */
static const struct model_target *
other_region(const struct scene *scene, const struct model_target *target)
{
	const struct model_target *other;

	for (size_t i = 0; i < scene->target_count; i++) {
		other = &scene->targets[i];
		if (other->pid == target->pid && other->pid != 0 &&
		    is_own(other) != is_own(target) && is_readable(other) &&
		    other->state == target->state)
			return (other);
	}
	return (NULL);
}

static bool
is_alive(const struct model_target *target)
{
	return (target->state == DBGSHM_LIFE_LIVE ||
	    target->state == DBGSHM_LIFE_STOPPED);
}

static const struct model_target *
target_at(const struct list_source *source, size_t row)
{
	const struct scene *scene = source->context;

	return (&scene->targets[row]);
}

static uint64_t
process_id(const struct list_source *source, size_t row)
{
	const struct model_target *target = target_at(source, row);

	return (tree_id(target->path, strlen(target->path)) ^
	    (uint64_t)target->pid << 32);
}

static char
process_mark(const struct list_source *source, size_t row)
{
	const struct model_target *target = target_at(source, row);
	const struct scene *scene = source->context;

	if (!is_readable(target))
		return ('!');
	if (!is_alive(target))
		return ('-');
	return (scene->opened != NULL && scene->opened[row] ? '*' : '\0');
}

/* What an agent tells of a process stands with the process's own region. */
static bool
is_second(const struct scene *scene, const struct model_target *target)
{
	return (is_readable(target) && is_alive(target) && !is_own(target) &&
	    other_region(scene, target) != NULL);
}

static bool
process_hidden(const struct list_source *source, size_t row)
{
	return (is_second(source->context, target_at(source, row)));
}

static void
number(struct list_cell *cell, bool known, uint64_t value)
{
	if (known && value != UINT64_MAX)
		fmt_count(cell->text, sizeof(cell->text), (double)value);
	else
		strlcpy(cell->text, "-", sizeof(cell->text));
}

static void
process_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *cell)
{
	const struct model_target *target = target_at(source, row);
	char *text = cell->text;
	size_t size = sizeof(cell->text);
	bool known = is_readable(target);

	if (!is_alive(target))
		cell->style = GRID_DIM;
	switch (column) {
	case COLUMN_PID:
		snprintf(text, size, "%jd", (intmax_t)target->pid);
		break;
	case COLUMN_NAME:
		strlcpy(
		    text, target->name[0] != '\0' ? target->name : "-", size);
		if (is_alive(target))
			cell->style = GRID_STRONG;
		break;
	case COLUMN_USER:
		strlcpy(text, target->user, size);
		break;
	case COLUMN_STATE:
		strlcpy(text, dbgshm_life_name(target->state), size);
		cell->style = bars_life_style(target->state);
		break;
	case COLUMN_UPTIME:
		if (target->uptime_ns == UINT64_MAX)
			strlcpy(text, "-", size);
		else
			bars_seconds(text, size, target->uptime_ns);
		break;
	case COLUMN_AGE:
		if (target->age_ns == UINT64_MAX)
			strlcpy(text, "-", size);
		else
			bars_seconds(text, size, target->age_ns);
		break;
	case COLUMN_PROFILES:
		number(cell, known, target->profiles);
		break;
	case COLUMN_METRICS:
		number(cell, known, target->metrics);
		break;
	case COLUMN_ROWS:
		number(cell, known, target->rows);
		break;
	case COLUMN_SIZE:
		if (target->size_bytes == UINT64_MAX)
			strlcpy(text, "-", size);
		else
			fmt_bytes(text, size, (double)target->size_bytes);
		break;
	case COLUMN_SOURCE:
		strlcpy(text, known ? target->source : "-", size);
		if (known && is_alive(target) &&
		    other_region(source->context, target) != NULL)
			strlcpy(text, "both", size);
		break;
	case COLUMN_VERSION:
		strlcpy(text, target->version, size);
		break;
	case COLUMN_PATH:
		strlcpy(text, target->path, size);
		cell->style = GRID_DIM;
		break;
	}
}

static int
process_compare(
    const struct list_source *source, size_t column, size_t a, size_t b)
{
	const struct model_target *x = target_at(source, a);
	const struct model_target *y = target_at(source, b);

	switch (column) {
	case COLUMN_PID:
		return (list_compare((uint64_t)x->pid, (uint64_t)y->pid));
	case COLUMN_NAME:
		return (strcmp(x->name, y->name));
	case COLUMN_USER:
		return (strcmp(x->user, y->user));
	case COLUMN_STATE:
		return (list_compare(x->state, y->state));
	case COLUMN_UPTIME:
		return (list_compare(x->uptime_ns, y->uptime_ns));
	case COLUMN_AGE:
		return (list_compare(x->age_ns, y->age_ns));
	case COLUMN_PROFILES:
		return (list_compare(x->profiles, y->profiles));
	case COLUMN_METRICS:
		return (list_compare(x->metrics, y->metrics));
	case COLUMN_ROWS:
		return (list_compare(x->rows, y->rows));
	case COLUMN_SIZE:
		return (list_compare(x->size_bytes, y->size_bytes));
	case COLUMN_SOURCE:
		return (strcmp(x->source, y->source));
	case COLUMN_VERSION:
		return (strcmp(x->version, y->version));
	default:
		return (strcmp(x->path, y->path));
	}
}

/* UINT64_MAX: it is text, or not known. */
static uint64_t
number_of(const struct model_target *target, size_t column)
{
	bool known = is_readable(target);

	switch (column) {
	case COLUMN_PID:
		return ((uint64_t)target->pid);
	case COLUMN_UPTIME:
		return (target->uptime_ns);
	case COLUMN_AGE:
		return (target->age_ns);
	case COLUMN_PROFILES:
		return (known ? target->profiles : UINT64_MAX);
	case COLUMN_METRICS:
		return (known ? target->metrics : UINT64_MAX);
	case COLUMN_ROWS:
		return (known ? target->rows : UINT64_MAX);
	case COLUMN_SIZE:
		return (target->size_bytes);
	default:
		return (UINT64_MAX);
	}
}

static bool
process_number(
    const struct list_source *source, size_t row, size_t column, double *value)
{
	uint64_t number = number_of(target_at(source, row), column);

	if (number == UINT64_MAX)
		return (false);
	*value = (double)number;
	return (true);
}

static struct list_source
process_source(const struct scene *scene)
{
	return ((struct list_source){
	    .context = scene,
	    .count = scene->target_count,
	    .columns = columns,
	    .column_count = COLUMN_COUNT,
	    .schema = 1,
	    .empty = "no process publishes anything here",
	    .id = process_id,
	    .cell = process_cell,
	    .compare = process_compare,
	    .number = process_number,
	    .mark = process_mark,
	    .hidden = process_hidden,
	});
}

/* The list above, the selected process below where there is room. */
static void
layout(const struct view *view, const struct scene *scene,
    struct grid_rect *rows, struct grid_rect *detail)
{
	*rows = *detail = bars_body(view, scene);
	detail->rows = rows->rows >= 16 ? 5 : rows->rows >= 11 ? 3 : 0;
	rows->rows -= detail->rows;
	detail->row += rows->rows;
}

static bool
selected_lives(const struct list *list, const struct scene *scene)
{
	struct list_source source = process_source(scene);

	for (size_t i = 0; i < scene->target_count; i++)
		if (process_id(&source, i) == list->selected)
			return (is_alive(&scene->targets[i]));
	return (false);
}

/* The order is by life: a process that has ended moves far down.  Who has not
 * chosen one stays on top, and the cursor does not follow into the dead. */
static void
keep_place(struct view *view, const struct scene *scene)
{
	struct list *list = &view->lists[SCREEN_PROCESSES];

	if (list->sort < 0 &&
	    (list->place == 0 ||
		(view->chosen_lives && !selected_lives(list, scene))))
		list->selected = 0;
}

static void
processes_arrange(struct view *view, const struct scene *scene)
{
	struct list_source source = process_source(scene);
	struct grid_rect rows, detail;

	layout(view, scene, &rows, &detail);
	keep_place(view, scene);
	list_arrange(
	    &view->lists[SCREEN_PROCESSES], &source, rows.rows, scene->hold);
	view->chosen_lives =
	    selected_lives(&view->lists[SCREEN_PROCESSES], scene);
}

static void
draw_detail(const struct scene *scene, struct grid *grid, struct grid_rect rect,
    const struct model_target *target)
{
	char name[320], state[96], line[512];
	int row = 1;

	snprintf(
	    name, sizeof(name), "%jd %s", (intmax_t)target->pid, target->name);
	bars_title(grid, rect, 0, true, name, target->version, NULL);
	rect.column++;
	rect.columns -= 2;
	bars_life(target, scene->interval_ns, scene->now_real_ns, state,
	    sizeof(state));
	if (target->reason != NULL) {
		snprintf(line, sizeof(line), "%s: %s",
		    dbgshm_life_name(target->state), target->reason);
		row = grid_wrap(grid, rect, row, GRID_BAD, line);
	} else {
		snprintf(line, sizeof(line), "%s, %s", state,
		    strcmp(target->source, "own") == 0
			? "the process's own region"
			: "watched by an agent");
		row = grid_wrap(grid, rect, row, GRID_PLAIN, line);
	}
	grid_fit(grid, line, sizeof(line), target->path, rect.columns,
	    GRID_CUT_FRONT);
	grid_put(grid, rect, 0, row, GRID_DIM, line);
}

static void
draw_nothing(struct grid *grid, struct grid_rect rect)
{
	static const char *const advice[] = {
		"No process publishes anything here, and no agent watches one.",
		"",
		"dbgtop PID           look at any process",
		"dbgtop -- CMD ARG    start a program and look at it",
		"dbgtop-agent --watch NAME    watch from now on",
	};
	int row = 1;

	rect.column += LIST_MARGIN;
	rect.columns -= LIST_MARGIN;
	for (size_t i = 0; i < sizeof(advice) / sizeof(advice[0]); i++)
		grid_put(grid, rect, 0, row++, i == 0 ? GRID_PLAIN : GRID_DIM,
		    advice[i]);
}

static void
draw_header(
    const struct scene *scene, const struct view *view, struct grid *grid)
{
	char host[160], counts[128], every[FMT_SIZE + 8], clock[FMT_SIZE];
	char filter[LIST_FILTER_SIZE + 16] = "", interval[FMT_SIZE];
	char place[64];
	size_t alive = 0, gone = 0, unreadable = 0;

	for (size_t i = 0; i < scene->target_count; i++) {
		const struct model_target *target = &scene->targets[i];

		if (!is_readable(target))
			unreadable++;
		else if (!is_alive(target))
			gone++;
		else
			alive += !is_second(scene, target);
	}
	snprintf(host, sizeof(host), "on %s", scene->host);
	snprintf(counts, sizeof(counts), "%zu live, %zu gone", alive, gone);
	if (unreadable > 0)
		snprintf(counts + strlen(counts),
		    sizeof(counts) - strlen(counts), ", %zu unreadable",
		    unreadable);
	if (view->lists[SCREEN_PROCESSES].filter[0] != '\0')
		snprintf(filter, sizeof(filter), "filter: %s",
		    view->lists[SCREEN_PROCESSES].filter);
	if (!list_scrolled(
		&view->lists[SCREEN_PROCESSES], place, sizeof(place)))
		place[0] = '\0';
	snprintf(every, sizeof(every), "every %s",
	    bars_every(interval, sizeof(interval), scene->interval_ns));
	fmt_clock(clock, sizeof(clock), scene->now_real_ns);

	const struct bars_piece pieces[] = {
		{ .text = "dbgtop", .rank = 4 },
		{ .text = "processes", .style = GRID_STRONG, .rank = 1 },
		{ .text = host, .style = GRID_DIM, .rank = 6 },
		{ .text = counts, .rank = 3 },
		{ .text = filter, .style = GRID_MATCH, .rank = 2 },
		{ .text = place, .style = GRID_DIM, .rank = 4, .right = true },
		{ .text = every, .style = GRID_DIM, .rank = 7, .right = true },
		{ .text = clock, .rank = 5, .right = true },
		{ .text = "LIVE", .style = GRID_LIVE, .right = true },
	};
	bars_header(grid, pieces, sizeof(pieces) / sizeof(pieces[0]));
}

static void
processes_draw(
    const struct view *view, const struct scene *scene, struct grid *grid)
{
	struct list_source source = process_source(scene);
	struct grid_rect rows, detail;
	size_t row = list_row(&view->lists[SCREEN_PROCESSES]);

	draw_header(scene, view, grid);
	layout(view, scene, &rows, &detail);
	if (scene->target_count == 0)
		draw_nothing(grid, rows);
	else
		list_draw(&view->lists[SCREEN_PROCESSES], &source, grid, rows,
		    LIST_FOCUS);
	if (detail.rows > 0 && row < scene->target_count)
		draw_detail(scene, grid, detail, &scene->targets[row]);
}

static enum screen_result
processes_key(
    struct view *view, const struct scene *scene, enum key_action action)
{
	struct list_source source = process_source(scene);

	if (action == KEY_ACTION_OPEN)
		return (list_row(&view->lists[SCREEN_PROCESSES]) <
			    scene->target_count
			? SCREEN_OPEN
			: SCREEN_NOTHING);
	return (list_key(&view->lists[SCREEN_PROCESSES], &source, action)
		? SCREEN_CHANGED
		: SCREEN_NOTHING);
}

static enum key_place
processes_place(const struct view *view)
{
	(void)view;
	return (KEY_PLACE_PROCESSES);
}

static struct list *
processes_list(struct view *view)
{
	return (&view->lists[SCREEN_PROCESSES]);
}

static bool
processes_source(const struct view *view, const struct scene *scene,
    void (*use)(const struct list_source *, void *), void *context)
{
	struct list_source source = process_source(scene);

	(void)view;
	use(&source, context);
	return (true);
}

const struct screen screen_processes = {
	.name = "processes",
	.title = "",
	.arrange = processes_arrange,
	.draw = processes_draw,
	.key = processes_key,
	.place = processes_place,
	.list = processes_list,
	.source = processes_source,
};
