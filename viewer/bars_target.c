/*
 * bars_target.c - what all screens of a target have around them: which target,
 * which moment, which view.
 */
#include "bars_private.h"
#include "kit/fmt.h"

#include <stdio.h>
#include <string.h>

#define NS_PER_S UINT64_C(1000000000)

/* ---- the header --------------------------------------------------------------- */

static const char *
source_text(const struct scene *scene)
{
	const struct model *model = scene->model;
	bool own = false, watched = false;

	if (model->target.recorded)
		return (model->target.recording ? "recording" : "snapshot");
	for (size_t i = 0; i < model->profile_count; i++)
		if (strcmp(model->profiles[i].source, "own") == 0)
			own = true;
		else
			watched = true;
	if (strcmp(model->target.source, "private") == 0)
		return ("private watcher");
	if (own && watched)
		return ("own region and agent");
	return (strcmp(model->target.source, "own") == 0 ? "own region"
							 : "watched by agent");
}

/* "-9 s", "-90 s", "-12 min": no finer than it is looked at. */
static void
behind(char *text, size_t size, uint64_t ns)
{
	if (ns < 20 * NS_PER_S)
		snprintf(text, size, "-%u s", (unsigned)(ns / NS_PER_S));
	else if (ns < 120 * NS_PER_S)
		snprintf(
		    text, size, "-%u s", (unsigned)(ns / NS_PER_S / 10 * 10));
	else if (ns < 7200 * NS_PER_S)
		snprintf(text, size, "-%u min", (unsigned)(ns / NS_PER_S / 60));
	else
		snprintf(text, size, "-%u h", (unsigned)(ns / NS_PER_S / 3600));
}

/* Which moment it is: the mark that this is not the present. */
static void
moment_text(const struct scene *scene, char *text, size_t size)
{
	const struct moment *moment = &scene->moment;
	char ago[32] = "", reach[32] = "";

	*text = '\0';
	if (moment->state == MOMENT_LIVE)
		return;
	if (scene->model->target.recording) {
		snprintf(
		    text, size, "REPLAY %zu/%zu", moment->index, moment->count);
		return;
	}
	behind(ago, sizeof(ago),
	    scene->now_real_ns > moment->at_real_ns
		? scene->now_real_ns - moment->at_real_ns
		: 0);
	if (moment->state == MOMENT_PAST &&
	    scene->now_real_ns > moment->first_real_ns &&
	    moment->first_real_ns != 0)
		behind(reach, sizeof(reach),
		    scene->now_real_ns - moment->first_real_ns);
	snprintf(text, size, "%s %s%s%s",
	    moment->state == MOMENT_PAUSED ? "PAUSED" : "PAST", ago,
	    reach[0] != '\0' ? " of " : "", reach[0] != '\0' ? reach + 1 : "");
}

void
bars_target(
    const struct view *view, const struct scene *scene, struct grid *grid)
{
	static const char *const compared[] = { "", "minus baseline",
		"ratio to baseline" };
	const struct model_target *target;
	char pid[32], up[FMT_SIZE + 4] = "", every[FMT_SIZE + 8];
	char clock[64], part[FMT_SIZE], state[96], level[32] = "", past[96];
	char recorded[48] = "", host[80] = "";
	uint8_t style;

	if (scene->model == NULL)
		return;
	target = &scene->model->target;
	style = bars_life(target, scene->interval_ns, scene->now_real_ns, state,
	    sizeof(state));
	moment_text(scene, past, sizeof(past));
	/* Of the past it is said that it is the past; the target's state only
	 * when that is not as it should be. */
	if (past[0] != '\0' && target->state == DBGSHM_LIFE_LIVE)
		state[0] = '\0';
	snprintf(pid, sizeof(pid), "%jd", (intmax_t)target->pid);
	if (target->host != NULL)
		snprintf(host, sizeof(host), "on %.60s", target->host);
	if (target->uptime_ns != UINT64_MAX)
		snprintf(up, sizeof(up), "up %s",
		    bars_seconds(part, sizeof(part), target->uptime_ns));
	snprintf(every, sizeof(every), "every %s",
	    bars_every(part, sizeof(part), scene->interval_ns));
	if (view->level > DBGSHM_LEVEL_NORMAL)
		snprintf(level, sizeof(level), "level %s",
		    dbgshm_level_name(view->level));
	if (scene->recorded != NULL && scene->recorded[0] != '\0')
		snprintf(recorded, sizeof(recorded), "REC %s", scene->recorded);
	/* A snapshot is of its moment, whatever the state was then. */
	if (target->recorded && target->state == DBGSHM_LIFE_LIVE) {
		strlcpy(state,
		    !target->recording	  ? "SNAPSHOT"
			: past[0] == '\0' ? "REPLAY"
					  : "",
		    sizeof(state));
		style = GRID_PAST;
	}
	if (past[0] != '\0')
		bars_clock(clock, sizeof(clock), scene->moment.at_real_ns,
		    scene->now_real_ns);
	else if (target->recorded)
		fmt_time(clock, sizeof(clock), target->time_real_ns, 0);
	else
		fmt_clock(clock, sizeof(clock), scene->now_real_ns);

	const struct bars_piece pieces[] = {
		{ .text = "dbgtop", .rank = 7 },
		{ .text = pid, .rank = 2 },
		{ .text = target->name, .style = GRID_STRONG, .rank = 1 },
		{ .text = host, .style = GRID_STRONG, .rank = 2 },
		{ .text = target->version, .style = GRID_DIM, .rank = 9 },
		{ .text = up, .rank = 6 },
		{ .text = source_text(scene), .style = GRID_DIM, .rank = 5 },
		{ .text = level, .style = GRID_MATCH, .rank = 4 },
		{ .text = view->follow ? "follow" : "",
		    .style = GRID_MATCH,
		    .rank = 8 },
		{ .text =
			scene->baseline != NULL ? compared[view->compare] : "",
		    .style = GRID_BASE,
		    .rank = 3 },
		{ .text = recorded,
		    .style = GRID_MATCH,
		    .rank = 2,
		    .right = true },
		{ .text = target->recorded ? "" : every,
		    .style = GRID_DIM,
		    .rank = 10,
		    .right = true },
		{ .text = clock,
		    .style = past[0] != '\0' || target->recorded ? GRID_PAST
								 : GRID_PLAIN,
		    .rank = past[0] != '\0' ? 1 : 8,
		    .right = true },
		{ .text = state, .style = style, .right = true },
		{ .text = past, .style = GRID_PAST, .right = true },
	};
	bars_header(grid, pieces, sizeof(pieces) / sizeof(pieces[0]));
}

/* ---- the tabs ------------------------------------------------------------------- */

/* How much of a title there is room for. */
enum tabs { TABS_TITLES, TABS_BRIEF, TABS_NUMBERS };

/* A tab: the sign before it, which may close the one before.  Its width. */
static int
tab_text(
    const struct view *view, int tab, enum tabs tabs, char *text, size_t size)
{
	const struct screen *screen = screens_table[tab];
	const char *title = screen->title;
	int here = (int)view->screen;
	char sign = tab == here ? '[' : tab == here + 1 ? ']' : ' ';

	if (tabs == TABS_BRIEF && screen->brief != NULL)
		title = screen->brief;
	text[0] = sign;
	text[1] = (char)('1' + tab); /* fewer than ten have a number */
	text[2] = ' ';
	text[3] = '\0';
	if (tabs != TABS_NUMBERS || tab == here)
		strlcat(text, title, size);
	return (grid_width(text, true));
}

static enum tabs
tabs_fit(const struct view *view, int room)
{
	char text[64];
	int tabs, width;

	for (tabs = TABS_TITLES; tabs < TABS_NUMBERS; tabs++) {
		width = 1;
		for (int tab = 0; tab < SCREEN_VIEWS; tab++)
			width += tab_text(
			    view, tab, (enum tabs)tabs, text, sizeof(text));
		if (width <= room)
			break;
	}
	return ((enum tabs)tabs);
}

/* So that the tabs stay as they are when the first alert comes. */
#define ALERTS_ROOM 8 /* "! 12 (A)" */

void
bars_tabs(const struct view *view, const struct scene *scene, struct grid *grid,
    int row)
{
	struct grid_rect line = {
		.row = row, .columns = view->columns, .rows = 1
	};
	enum tabs tabs = tabs_fit(view, view->columns - ALERTS_ROOM);
	size_t alerts =
	    scene->alerts != NULL ? alerts_active(scene->alerts) : 0;
	char text[64];
	int column = 0;
	bool here;

	for (int tab = 0; tab < SCREEN_VIEWS; tab++) {
		here = view->screen == (enum screen_name)tab;
		tab_text(view, tab, tabs, text, sizeof(text));
		grid_put(
		    grid, line, column, 0, here ? GRID_STRONG : GRID_DIM, text);
		if (text[0] == ']') /* belongs to the one before */
			grid_put(grid, line, column, 0, GRID_STRONG, "]");
		column += grid_width(text, true);
		if (here && tab == SCREEN_VIEWS - 1)
			column +=
			    grid_put(grid, line, column, 0, GRID_STRONG, "]");
	}
	if (alerts == 0)
		return;
	snprintf(text, sizeof(text), "! %zu alert%s (A)", alerts,
	    alerts == 1 ? "" : "s");
	if (column + 2 + grid_width(text, true) >= line.columns)
		snprintf(text, sizeof(text), "! %zu (A)", alerts);
	if (column + grid_width(text, true) < line.columns)
		grid_put_right(
		    grid, line, line.columns - 1, 0, GRID_ALARM, text);
}

int
bars_tab_at(const struct view *view, int column)
{
	enum tabs tabs = tabs_fit(view, view->columns - ALERTS_ROOM);
	char text[64];
	int from = 0;

	for (int tab = 0; tab < SCREEN_VIEWS; tab++) {
		from += tab_text(view, tab, tabs, text, sizeof(text));
		if (column < from)
			return (tab);
	}
	return (-1);
}

/* ---- the line of time -------------------------------------------------------------- */

struct strip {
	struct grid *grid;
	struct grid_rect line; /* between the two times */
	uint64_t from_ns, to_ns;
};

static void
put_at(const struct strip *strip, uint64_t real_ns, uint8_t style,
    const char *sign)
{
	uint64_t span = strip->to_ns - strip->from_ns;
	int column;

	if (real_ns < strip->from_ns || real_ns > strip->to_ns || span == 0)
		return;
	column = (int)((double)(real_ns - strip->from_ns) / (double)span *
	    (strip->line.columns - 1));
	grid_put(strip->grid, strip->line, column, 0, style, sign);
}

static void
put_events(const struct strip *strip, const struct model *model)
{
	const struct model_log *log;

	for (size_t i = 0; i < model->profile_count; i++) {
		log = model->profiles[i].log;
		for (size_t k = 0; log != NULL && k < log->event_count; k++)
			if (log->events[k].severity >= DBGSHM_SEVERITY_WARN)
				put_at(strip, log->events[k].real_ns,
				    log->events[k].severity >=
					    DBGSHM_SEVERITY_ERROR
					? GRID_BAD
					: GRID_WARN,
				    "!");
	}
}

void
bars_strip(const struct view *view, const struct scene *scene,
    struct grid *grid, int row)
{
	const struct moment *moment = &scene->moment;
	char from[64], to[64];
	struct strip strip = {
		.grid = grid,
		.line = { .row = row, .columns = view->columns, .rows = 1 },
		.from_ns = moment->first_real_ns,
		.to_ns = moment->last_real_ns,
	};
	int left, right;

	bars_clock(
	    from, sizeof(from), moment->first_real_ns, scene->now_real_ns);
	bars_clock(to, sizeof(to), moment->last_real_ns, scene->now_real_ns);
	left = 1 + grid_put(grid, strip.line, 1, 0, GRID_DIM, from) + 1;
	right = grid_put_right(
	    grid, strip.line, view->columns - 1, 0, GRID_DIM, to);
	strip.line.column = left;
	strip.line.columns = view->columns - 1 - right - 1 - left;
	if (strip.line.columns < 4)
		return;
	grid_fill(grid, strip.line, 0, GRID_SIGN_HORIZONTAL, 0);
	put_events(&strip, scene->model);
	if (scene->baseline != NULL)
		put_at(
		    &strip, baseline_real_ns(scene->baseline), GRID_BASE, "B");
	put_at(&strip,
	    moment->at_real_ns < strip.to_ns ? moment->at_real_ns : strip.to_ns,
	    GRID_CURSOR, "^");
}
