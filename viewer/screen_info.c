/*
 * screen_info.c - the target, its regions, and how well we see it.
 */
#include "objects.h"
#include "sheet.h"

#include "kit/fmt.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#define LINES 96

enum { COLUMN_NAME, COLUMN_TEXT, COLUMN_COUNT };

static const struct list_column columns[COLUMN_COUNT] = {
	[COLUMN_NAME] = { .title = "ITEM",
	    .least = 8,
	    .widest = 16,
	    .kept = true,
	    .unordered = true },
	[COLUMN_TEXT] = { .title = "VALUE",
	    .least = 8,
	    .spread = true,
	    .unordered = true },
};

struct info {
	const struct view *view;
	const struct scene *scene;
	const char *part; /* that lines are added to */
	size_t count;
	struct info_line {
		char name[32];
		char text[256];
		uint8_t style;
		bool heading;
		uint64_t id;
	} lines[LINES];
};

/* ---- lines ------------------------------------------------------------------------ */

static struct info_line *
add_line(struct info *info, const char *name)
{
	struct info_line *line = &info->lines[info->count];

	if (info->count + 1 < LINES)
		info->count++;
	*line = (struct info_line){ .style = GRID_PLAIN };
	strlcpy(line->name, name, sizeof(line->name));
	line->id = tree_id(info->part, strlen(info->part)) * 31 +
	    tree_id(name, strlen(name));
	return (line);
}

static struct info_line *__attribute__((format(printf, 3, 4)))
add(struct info *info, const char *name, const char *format, ...)
{
	struct info_line *line = add_line(info, name);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line->text, sizeof(line->text), format, arguments);
	va_end(arguments);
	return (line);
}

/* A name of its own line, after a blank one. */
static void
begin(struct info *info, const char *part, const char *about)
{
	struct info_line *line;

	info->part = part;
	if (info->count > 0)
		add_line(info, "");
	line = add(info, part, "%s", about);
	line->heading = true;
	line->style = GRID_DIM;
}

static const char *
number(char text[FMT_SIZE], uint64_t value, bool raw)
{
	return (raw ? fmt_u64(text, FMT_SIZE, value)
		    : fmt_count(text, FMT_SIZE, (double)value));
}

static const char *
bytes(char text[FMT_SIZE], uint64_t value, bool raw)
{
	return (raw ? fmt_u64(text, FMT_SIZE, value)
		    : fmt_bytes(text, FMT_SIZE, (double)value));
}

static const char *
plural(uint64_t count)
{
	return (count == 1 ? "" : "s");
}

/* "13:53:00 (40m12s before)" */
static void
add_since(struct info *info, const char *name, uint64_t real_ns)
{
	uint64_t now = spark_moment(info->scene, NULL);
	char clock[64], ago[FMT_SIZE];

	bars_clock(clock, sizeof(clock), real_ns, info->scene->now_real_ns);
	if (now < real_ns)
		add(info, name, "since %s", clock);
	else
		add(info, name, "since %s (%s)", clock,
		    bars_seconds(ago, sizeof(ago), now - real_ns));
}

/* ---- the parts --------------------------------------------------------------------- */

static const char *
exe_of(const struct model *model)
{
	for (size_t i = 0; i < model->region_count; i++)
		if (*model->regions[i].exe != '\0')
			return (model->regions[i].exe);
	return ("");
}

static void
add_target(struct info *info)
{
	const struct scene *scene = info->scene;
	const struct model_target *target = &scene->model->target;
	size_t alerts =
	    scene->alerts != NULL ? alerts_active(scene->alerts) : 0;
	bool raw = info->view->raw;
	char text[96], a[FMT_SIZE], b[FMT_SIZE], c[FMT_SIZE];
	uint8_t style;

	begin(info, "PROCESS", "");
	add(info, "name", "%s%s%s", target->name,
	    *target->version != '\0' ? "  version " : "", target->version);
	add(info, "pid", "%jd  user %s", (intmax_t)target->pid, target->user);
	if (target->host != NULL)
		add(info, "on host", "%s", target->host);
	if (*exe_of(scene->model) != '\0')
		add(info, "executable", "%s", exe_of(scene->model));
	style = bars_life(
	    target, scene->interval_ns, scene->now_real_ns, text, sizeof(text));
	add(info, "state", "%s", text)->style = style;
	if (target->uptime_ns != UINT64_MAX)
		add(info, "up", "%s",
		    bars_seconds(a, sizeof(a), target->uptime_ns));
	add(info, "publishes", "%s profile%s, %s metric%s, %s row%s",
	    number(a, target->profiles, raw), plural(target->profiles),
	    number(b, target->metrics, raw), plural(target->metrics),
	    number(c, target->rows, raw), plural(target->rows));
	if (alerts > 0)
		add(info, "alerts", "%zu (A)", alerts)->style = GRID_ALARM;
	else
		add(info, "alerts", "none");
}

static void
add_ticks(struct info *info, const struct model_region *region)
{
	uint64_t each_ns = region->tick_count > 0
	    ? region->tick_cost_ns / region->tick_count
	    : 0;
	char every[FMT_SIZE], count[FMT_SIZE], cost[FMT_SIZE], late[FMT_SIZE];
	struct info_line *line;

	line = add(info, "ticks", "every %s, %s so far, %s late",
	    bars_every(every, sizeof(every), region->tick_period_ns),
	    number(count, region->tick_count, info->view->raw),
	    region->tick_late == 0
		? "none"
		: number(late, region->tick_late, info->view->raw));
	/* One in a hundred is what any busy machine does. */
	if (region->tick_late * 100 > region->tick_count)
		line->style = GRID_WARN;
	if (region->tick_period_ns > 0 && region->tick_count > 0)
		add(info, "a tick costs", "%s, %.3g %% of a processor",
		    fmt_duration(cost, sizeof(cost), each_ns),
		    100.0 * (double)each_ns / (double)region->tick_period_ns);
}

static void
add_losses(struct info *info, const struct model_region *region)
{
	char a[FMT_SIZE], b[FMT_SIZE], c[FMT_SIZE];
	bool raw = info->view->raw;

	if (region->drop_rows + region->drop_busy +
		region->drop_registrations ==
	    0)
		add(info, "not recorded", "nothing was left out");
	else
		add(info, "not recorded",
		    "%s row%s (table full), %s update%s (row busy), "
		    "%s name%s (no room)",
		    number(a, region->drop_rows, raw),
		    plural(region->drop_rows),
		    number(b, region->drop_busy, raw),
		    plural(region->drop_busy),
		    number(c, region->drop_registrations, raw),
		    plural(region->drop_registrations))
		    ->style = GRID_WARN;
	if (region->limit != NULL)
		add(info, "limited by", "%s", region->limit)->style = GRID_WARN;
	if (region->faults > 0)
		add(info, "damaged",
		    "%" PRIu64 " part%s left out (dbgtop check says which)",
		    region->faults, plural(region->faults))
		    ->style = GRID_BAD;
}

static void
add_region(struct info *info, const struct model_region *region)
{
	char used[FMT_SIZE], size[FMT_SIZE], took[FMT_SIZE], clock[64];
	bool raw = info->view->raw;

	if (strcmp(region->source, "own") == 0)
		begin(info, "OWN REGION", "what the program says itself");
	else if (strcmp(region->source, "private") == 0)
		begin(info, "PRIVATE REGION",
		    "what is seen from outside, by a watcher of this viewer");
	else
		begin(info, "WATCHED REGION",
		    "what is seen from outside, by an agent");
	add(info, "file", "%s",
	    *region->path != '\0' ? region->path : "without a name");
	add(info, "format", "%u.%u", region->major, region->minor);
	add(info, "size", "%s filled, %s reserved",
	    bytes(used, region->bytes_used, raw),
	    bytes(size, region->file_size, raw));
	if (region->watched)
		add(info, "written by", "pid %jd",
		    (intmax_t)region->writer_pid);
	bars_clock(clock, sizeof(clock), region->created_real_ns,
	    info->scene->now_real_ns);
	add(info, "made", "%s", clock);
	add_ticks(info, region);
	add_losses(info, region);
	if (region->read_ns > 0)
		add(info, "last read took", "%s",
		    fmt_duration(took, sizeof(took), region->read_ns));
}

static void
add_history(struct info *info)
{
	const struct moment *moment = &info->scene->moment;
	char period[FMT_SIZE], gap[FMT_SIZE];

	begin(info, "HISTORY", "how far back [ ] ( ) and b can go");
	if (moment->first_real_ns == 0) {
		add(info, "metrics", "none is kept");
		return;
	}
	add_since(info, "metrics", moment->first_real_ns);
	if (moment->rows_since_ns == UINT64_MAX || moment->rows_since_ns == 0)
		add(info, "rows", "none are kept");
	else
		add_since(info, "rows", moment->rows_since_ns);
	if (moment->absent != NULL)
		add(info, "reaches less far", "the %s region", moment->absent)
		    ->style = GRID_WARN;
	if (moment->count > 0)
		add(info, "shown", "sample %zu of %zu, for %s", moment->index,
		    moment->count,
		    bars_every(period, sizeof(period), moment->period_ns));
	if (moment->gap_ns > 0)
		add(info, "gap", "nothing was recorded for %s",
		    bars_seconds(gap, sizeof(gap), moment->gap_ns))
		    ->style = GRID_WARN;
}

static void
add_events(struct info *info)
{
	const struct model *model = info->scene->model;
	const struct model_log *log;
	char size[FMT_SIZE], lost[FMT_SIZE];
	uint64_t logs = 0, rings = 0, room = 0;

	for (size_t i = 0; i < model->profile_count; i++) {
		if ((log = model->profiles[i].log) == NULL)
			continue;
		logs++;
		rings += log->ring_count;
		room += (uint64_t)log->ring_count * log->ring_size;
	}
	begin(info, "EVENTS", "");
	if (logs == 0) {
		add(info, "logs", "none");
		return;
	}
	add(info, "logs", "%" PRIu64 " in %" PRIu64 " ring%s of %s together",
	    logs, rings, plural(rings), bytes(size, room, info->view->raw));
	add(info, "lost", "%s",
	    model->events_lost == 0
		? "none"
		: number(lost, model->events_lost, info->view->raw))
	    ->style = model->events_lost == 0 ? GRID_PLAIN : GRID_WARN;
}

/* What cannot be seen, and what would help. */
static void
add_sight(struct info *info)
{
	const struct scene *scene = info->scene;
	const struct model *model = scene->model;
	bool own = false, outside = false;

	for (size_t i = 0; i < model->region_count; i++)
		if (strcmp(model->regions[i].source, "own") == 0)
			own = true;
		else
			outside = true;
	begin(info, "SIGHT", "how well it is seen");
	if (!own)
		add(info, "from inside",
		    "no: the program publishes nothing, or it may not be read");
	else
		add(info, "from inside", "yes");
	if (!outside)
		add(info, "from outside",
		    "no: no agent watches it (dbgtop-agent --watch %jd)",
		    (intmax_t)model->target.pid);
	else
		add(info, "from outside", "yes");
	if (scene->source != NULL && *scene->source != '\0')
		add(info, "who looks", "%s", scene->source);
	if (model->target.reason != NULL)
		add(info, "trouble", "%s", model->target.reason)->style =
		    GRID_BAD;
	if (scene->message != NULL && *scene->message != '\0')
		add(info, "said", "%s", scene->message)->style = GRID_BAD;
}

static void
add_viewer(struct info *info)
{
	static const char *const glyphs[] = { "ASCII", "blocks", "braille" };
	static const char *const compared[] = { "values", "differences",
		"ratios" };
	const struct view *view = info->view;
	char every[FMT_SIZE];

	begin(info, "VIEWER", "this program; F2 has its settings");
	add(info, "looks", "every %s",
	    bars_every(every, sizeof(every), info->scene->interval_ns));
	add(info, "characters", "%s",
	    info->scene->ascii ? "ASCII: the locale or an option says so"
			       : glyphs[view->glyphs]);
	add(info, "theme", "%s", view->theme);
	add(info, "mouse", "%s", view->mouse ? "on" : "off");
	add(info, "level", "%s", dbgshm_level_name(view->level));
	add(info, "units", "%s", view->raw ? "raw" : "scaled");
	if (info->scene->baseline != NULL)
		add(info, "baseline", "set, shown are %s",
		    compared[view->compare])
		    ->style = GRID_BASE;
	add(info, "on host", "%s", info->scene->host);
}

/* ---- the list ----------------------------------------------------------------------- */

static const struct info_line *
line_at(const struct list_source *source, size_t row)
{
	const struct info *info = source->context;

	return (&info->lines[row]);
}

static uint64_t
info_id(const struct list_source *source, size_t row)
{
	return (line_at(source, row)->id);
}

static void
info_cell(const struct list_source *source, size_t row, size_t column,
    struct list_cell *cell)
{
	const struct info_line *line = line_at(source, row);

	strlcpy(cell->text, column == COLUMN_NAME ? line->name : line->text,
	    sizeof(cell->text));
	if (column == COLUMN_TEXT)
		cell->style = line->style;
	else
		cell->style = line->heading ? GRID_HEADING : GRID_DIM;
}

static bool
info_source(const struct view *view, const struct scene *scene,
    void (*use)(const struct list_source *, void *), void *context)
{
	struct info info = { .view = view, .scene = scene };
	struct list_source source = {
		.context = &info,
		.columns = columns,
		.column_count = COLUMN_COUNT,
		.schema = 1,
		.empty = "",
		.id = info_id,
		.cell = info_cell,
	};

	if (scene->model == NULL)
		return (false);
	add_target(&info);
	for (size_t i = 0; i < scene->model->region_count; i++)
		add_region(&info, &scene->model->regions[i]);
	add_history(&info);
	add_events(&info);
	add_sight(&info);
	add_viewer(&info);
	source.count = info.count;
	use(&source, context);
	return (true);
}

static void
info_words(const struct view *view, const struct scene *scene,
    const struct list_source *source, struct sheet_words *words)
{
	(void)view;
	(void)source;
	strlcpy(words->name, "info", sizeof(words->name));
	snprintf(words->about, sizeof(words->about), "%s",
	    scene->source != NULL ? scene->source : "");
}

static int
no_detail(int body)
{
	(void)body;
	return (0);
}

static const struct sheet sheet = {
	.words = info_words,
	.detail_rows = no_detail,
};

static enum screen_result
info_key(struct view *view, const struct scene *scene, enum key_action action)
{
	(void)view;
	(void)scene;
	(void)action;
	return (SCREEN_NOTHING);
}

static enum key_place
info_place(const struct view *view)
{
	(void)view;
	return (KEY_PLACE_INFO);
}

const struct screen screen_info = {
	.name = "info",
	.title = "Info",
	.arrange = sheet_arrange,
	.draw = sheet_draw,
	.key = info_key,
	.place = info_place,
	.list = sheet_list,
	.source = info_source,
	.click = sheet_click,
	.sheet = &sheet,
};
