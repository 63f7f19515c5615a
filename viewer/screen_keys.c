/*
 * screen_keys.c - the keys that mean the same on all screens, and the prompt.
 */
#include "commands.h"
#include "screen.h"

#include "kit/fmt.h"
#include "settings.h"

#include <stdio.h>
#include <string.h>

#define LEAP 10 /* samples */

static const struct screen *
current(const struct view *view)
{
	return (screens_table[view->screen]);
}

/* ---- what a screen's list is asked ------------------------------------------ */

struct asked {
	struct view *view;
	struct list *list;
	const char *text;
	int step;
	enum key_action action;
	bool done;
};

static void
search_list(const struct list_source *source, void *context)
{
	struct asked *asked = context;

	asked->done =
	    list_search(asked->list, source, asked->text, asked->step);
}

static void
press_list(const struct list_source *source, void *context)
{
	struct asked *asked = context;

	asked->done = list_key(asked->list, source, asked->action);
}

static void
sort_list(const struct list_source *source, void *context)
{
	struct asked *asked = context;
	size_t i;

	for (i = 0; i < source->column_count && !asked->done; i++)
		if (strcasecmp(source->columns[i].title, asked->text) == 0) {
			asked->list->sort = (int)i;
			asked->list->shown_count = 0;
			asked->done = true;
		}
}

static void
copy_lines(const struct list_source *source, void *context)
{
	struct asked *asked = context;
	struct view_order *order = &asked->view->order;

	asked->done =
	    list_copy(asked->list, source, order->text, sizeof(order->text));
}

static bool
ask(struct view *view, const struct scene *scene, const char *text, int step,
    void (*use)(const struct list_source *, void *))
{
	const struct screen *screen = current(view);
	struct asked asked = { .view = view, .text = text, .step = step };

	if (screen->list == NULL || screen->source == NULL)
		return (false);
	asked.list = screen->list(view);
	if (asked.list == NULL || !screen->source(view, scene, use, &asked))
		return (false);
	return (asked.done);
}

bool
screens_sort(struct view *view, const struct scene *scene, const char *title)
{
	return (ask(view, scene, title, 0, sort_list));
}

/* ---- the prompt --------------------------------------------------------------- */

struct titles {
	const char *list[LIST_COLUMNS_MAX];
	size_t count;
};

static void
take_titles(const struct list_source *source, void *context)
{
	struct titles *titles = context;

	for (titles->count = 0; titles->count < source->column_count &&
	     titles->count < LIST_COLUMNS_MAX;
	     titles->count++)
		titles->list[titles->count] =
		    source->columns[titles->count].title;
}

static enum screen_result
travel(struct view *view, enum timeline_move move, int64_t steps)
{
	view->order.travel =
	    (struct timeline_order){ .move = move, .steps = steps };
	return (SCREEN_TRAVEL);
}

static enum screen_result
accepted(struct view *view, const struct scene *scene, enum prompt_kind kind)
{
	struct prompt *prompt = &view->prompt;
	const char *text = prompt->text;
	char why[PROMPT_SIZE];

	strlcpy(view->order.text, text, sizeof(view->order.text));
	switch (kind) {
	case PROMPT_TIME:
		return (
		    commands_time(text, scene->now_real_ns, &view->order.travel)
			? SCREEN_TRAVEL
			: SCREEN_CHANGED);
	case PROMPT_COMMAND:
		return (commands_run(view, scene, text));
	case PROMPT_INTERVAL:
		if (settings_set(view, "interval", text, why, sizeof(why)))
			return (SCREEN_SET);
		prompt_begin(prompt, kind, text);
		strlcpy(prompt->hint, why, sizeof(prompt->hint));
		return (SCREEN_CHANGED);
	case PROMPT_SORT:
		screens_sort(view, scene, text);
		return (SCREEN_CHANGED);
	case PROMPT_SEARCH:
		if (text[0] == '\0') /* what was looked for before */
			return (
			    screens_act(view, scene, KEY_ACTION_SEARCH_NEXT));
		strlcpy(view->search, text, sizeof(view->search));
		return (SCREEN_CHANGED);
	case PROMPT_SAVE:
		return (text[0] != '\0' ? SCREEN_SAVE : SCREEN_CHANGED);
	case PROMPT_SNAPSHOT:
		return (SCREEN_SNAPSHOT);
	default:
		return (SCREEN_CHANGED);
	}
}

/* A time that cannot be read stays to be corrected. */
static bool
is_time(const struct scene *scene, const char *text)
{
	struct timeline_order order;

	return (
	    *text == '\0' || commands_time(text, scene->now_real_ns, &order));
}

/* What acts while it is typed. */
static void
act_early(struct view *view, const struct scene *scene, enum prompt_kind kind)
{
	struct prompt *prompt = &view->prompt;
	struct list *list = NULL;

	if (current(view)->list != NULL)
		list = current(view)->list(view);
	if (kind == PROMPT_FILTER && list != NULL)
		strlcpy(list->filter, prompt->text, sizeof(list->filter));
	if (kind == PROMPT_SEARCH && prompt->text[0] != '\0' &&
	    !ask(view, scene, prompt->text, 0, search_list))
		strlcpy(prompt->hint, "not there", sizeof(prompt->hint));
	if (kind == PROMPT_TIME && !is_time(scene, prompt->text))
		strlcpy(prompt->hint, COMMANDS_TIMES, sizeof(prompt->hint));
}

static enum screen_result
prompt_typed(struct view *view, const struct scene *scene, uint32_t code)
{
	enum prompt_kind kind = view->prompt.kind;
	struct titles titles = { .count = 0 };
	const char *commands[COMMANDS_WORDS] = { NULL };
	const char *const *words = commands;
	enum prompt_result result;
	size_t count = 0;

	if (kind == PROMPT_COMMAND || kind == PROMPT_TIME)
		count = commands_words(view, commands);
	else if (kind == PROMPT_SORT && current(view)->source != NULL &&
	    current(view)->source(view, scene, take_titles, &titles)) {
		words = titles.list;
		count = titles.count;
	}
	if (kind == PROMPT_TIME && code == '\r' &&
	    !is_time(scene, view->prompt.text))
		return (SCREEN_CHANGED);
	result = prompt_key(&view->prompt, code, words, count);
	if (result == PROMPT_ACCEPTED) {
		if (kind == PROMPT_FILTER)
			act_early(view, scene, kind);
		if (kind == PROMPT_TIME && view->prompt.text[0] == '\0')
			return (SCREEN_CHANGED);
		return (accepted(view, scene, kind));
	}
	if (result == PROMPT_ABANDONED && kind == PROMPT_FILTER)
		view->prompt.text[0] = '\0'; /* Esc ends the filter as well */
	if (result == PROMPT_OPEN || kind == PROMPT_FILTER)
		act_early(view, scene, kind);
	return (SCREEN_CHANGED);
}

static enum screen_result
prompt_open(struct view *view, enum prompt_kind kind, const char *text)
{
	prompt_begin(&view->prompt, kind, text);
	return (SCREEN_CHANGED);
}

/* ---- groups of keys ------------------------------------------------------------- */

static enum screen_result
time_key(struct view *view, const struct scene *scene, enum key_action action)
{
	switch (action) {
	case KEY_ACTION_PAUSE:
		return (travel(view, TIMELINE_PAUSE, 0));
	case KEY_ACTION_LIVE:
		return (travel(view,
		    scene->moment.state == MOMENT_LIVE ? TIMELINE_PAUSE
						       : TIMELINE_LIVE,
		    0));
	case KEY_ACTION_STEP_BACK:
		return (travel(view, TIMELINE_STEP, -1));
	case KEY_ACTION_STEP:
		return (travel(view, TIMELINE_STEP, 1));
	case KEY_ACTION_LEAP_BACK:
		return (travel(view, TIMELINE_STEP, -LEAP));
	case KEY_ACTION_LEAP:
		return (travel(view, TIMELINE_STEP, LEAP));
	case KEY_ACTION_OLDEST:
		return (travel(view, TIMELINE_OLDEST, 0));
	case KEY_ACTION_NEWEST:
		return (travel(view, TIMELINE_LIVE, 0));
	case KEY_ACTION_EVENT:
		return (travel(view, TIMELINE_EVENT, 1));
	case KEY_ACTION_EVENT_BACK:
		return (travel(view, TIMELINE_EVENT, -1));
	case KEY_ACTION_GOTO:
		return (prompt_open(view, PROMPT_TIME, ""));
	case KEY_ACTION_BASELINE:
		return (SCREEN_BASELINE);
	default:
		return (SCREEN_NOTHING);
	}
}

static enum screen_result
setting_key(struct view *view, enum key_action action)
{
	switch (action) {
	case KEY_ACTION_LEVEL_UP:
		if (view->level < DBGSHM_LEVEL_DEBUG)
			view->level++;
		return (SCREEN_CHANGED);
	case KEY_ACTION_LEVEL_DOWN:
		if (view->level > DBGSHM_LEVEL_NORMAL)
			view->level--;
		return (SCREEN_CHANGED);
	case KEY_ACTION_ZEROS:
		view->zeros = !view->zeros;
		return (SCREEN_CHANGED);
	case KEY_ACTION_UNITS:
		view->raw = !view->raw;
		view_widths(view);
		return (SCREEN_CHANGED);
	case KEY_ACTION_COMPARE:
		view->compare = (view->compare + 1) % (COMPARE_RATIO + 1);
		view_widths(view);
		return (SCREEN_CHANGED);
	case KEY_ACTION_FOLLOW:
		view->follow = !view->follow;
		return (SCREEN_CHANGED);
	case KEY_ACTION_REMEMBER:
		return (SCREEN_REMEMBER);
	default:
		return (SCREEN_NOTHING);
	}
}

static enum screen_result
list_keys(struct view *view, const struct scene *scene, enum key_action action)
{
	const struct screen *screen = current(view);
	struct list *list = screen->list != NULL ? screen->list(view) : NULL;

	if (list == NULL)
		return (SCREEN_NOTHING);
	switch (action) {
	case KEY_ACTION_FILTER:
		return (prompt_open(view, PROMPT_FILTER, list->filter));
	case KEY_ACTION_SEARCH:
		return (prompt_open(view, PROMPT_SEARCH, ""));
	case KEY_ACTION_SEARCH_NEXT:
	case KEY_ACTION_SEARCH_BACK:
		if (view->search[0] == '\0')
			return (SCREEN_CHANGED);
		ask(view, scene, view->search,
		    action == KEY_ACTION_SEARCH_NEXT ? 1 : -1, search_list);
		return (SCREEN_CHANGED);
	case KEY_ACTION_SORT:
		return (prompt_open(view, PROMPT_SORT, ""));
	case KEY_ACTION_COPY:
		return (ask(view, scene, "", 0, copy_lines) ? SCREEN_COPY
							    : SCREEN_NOTHING);
	case KEY_ACTION_CLEAR:
		view->search[0] = '\0';
		return (SCREEN_NOTHING); /* the list does the rest */
	default:
		return (SCREEN_NOTHING);
	}
}

static enum screen_result
go_key(struct view *view, enum key_action action)
{
	static const struct {
		enum key_action action;
		enum screen_name screen;
	} ways[] = {
		{ KEY_ACTION_VIEW_1, SCREEN_OVERVIEW },
		{ KEY_ACTION_VIEW_2, SCREEN_TABLES },
		{ KEY_ACTION_VIEW_3, SCREEN_HISTOGRAMS },
		{ KEY_ACTION_VIEW_4, SCREEN_EVENTS },
		{ KEY_ACTION_VIEW_5, SCREEN_CHANGES },
		{ KEY_ACTION_VIEW_6, SCREEN_INFO },
		{ KEY_ACTION_VIEW_7, SCREEN_OPERATIONS },
		{ KEY_ACTION_VIEW_8, SCREEN_ERRORS },
		{ KEY_ACTION_CHANGES, SCREEN_CHANGES },
		{ KEY_ACTION_ALERTS, SCREEN_ALERTS },
		{ KEY_ACTION_SLOWEST, SCREEN_SLOWEST },
		{ KEY_ACTION_SETTINGS, SCREEN_SETTINGS },
		{ KEY_ACTION_HELP, SCREEN_HELP },
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (ways[i].action == action) {
			view_go(view, ways[i].screen);
			return (SCREEN_CHANGED);
		}
	if (action == KEY_ACTION_OTHER) {
		view_go(view, SCREEN_PROCESSES);
		return (SCREEN_LEAVE);
	}
	return (SCREEN_NOTHING);
}

static enum screen_result
loop_key(struct view *view, const struct scene *scene, enum key_action action)
{
	char text[FMT_SIZE];

	switch (action) {
	case KEY_ACTION_REDRAW:
		return (SCREEN_REPAINT);
	case KEY_ACTION_SUSPEND:
		return (SCREEN_SUSPEND);
	case KEY_ACTION_COMMAND:
		return (prompt_open(view, PROMPT_COMMAND, ""));
	case KEY_ACTION_SAVE:
		return (prompt_open(view, PROMPT_SAVE, ""));
	case KEY_ACTION_SNAPSHOT:
		return (prompt_open(view, PROMPT_SNAPSHOT, ""));
	case KEY_ACTION_RECORD:
		return (SCREEN_RECORD);
	case KEY_ACTION_INTERVAL:
		fmt_duration(text, sizeof(text), scene->interval_ns);
		return (prompt_open(view, PROMPT_INTERVAL, text));
	case KEY_ACTION_QUIT:
		if (view->screen < SCREEN_PROCESSES ||
		    (view->screen == SCREEN_PROCESSES &&
			view->place_count == 0))
			return (SCREEN_QUIT);
		view_back(view);
		return (SCREEN_CHANGED);
	case KEY_ACTION_BACK:
		if (view_back(view))
			return (SCREEN_CHANGED);
		if (view->screen >= SCREEN_PROCESSES)
			return (SCREEN_NOTHING);
		if (view->screen == SCREEN_OVERVIEW)
			return (SCREEN_LEAVE);
		view->screen = SCREEN_OVERVIEW;
		return (SCREEN_CHANGED);
	default:
		return (SCREEN_NOTHING);
	}
}

/* ---- all of them ------------------------------------------------------------------ */

enum screen_result
screens_act(
    struct view *view, const struct scene *scene, enum key_action action)
{
	enum screen_result result;
	struct asked asked = { .action = action };

	/* What a screen means by a key comes before what all mean. */
	result = current(view)->key(view, scene, action);
	if (result == SCREEN_NOTHING)
		result = time_key(view, scene, action);
	if (result == SCREEN_NOTHING)
		result = setting_key(view, action);
	if (result == SCREEN_NOTHING)
		result = go_key(view, action);
	if (result == SCREEN_NOTHING)
		result = list_keys(view, scene, action);
	if (result == SCREEN_NOTHING)
		result = loop_key(view, scene, action);
	if (result != SCREEN_NOTHING || current(view)->source == NULL)
		return (result);
	asked.list = current(view)->list(view);
	if (asked.list != NULL)
		current(view)->source(view, scene, press_list, &asked);
	return (asked.done ? SCREEN_CHANGED : SCREEN_NOTHING);
}

enum screen_result
screens_key(struct view *view, const struct scene *scene, uint32_t code)
{
	enum key_action action = keys_find(code, current(view)->place(view));

	if (view->prompt.kind != PROMPT_NONE && action != KEY_ACTION_SUSPEND &&
	    action != KEY_ACTION_REDRAW)
		return (prompt_typed(view, scene, code));
	if (action == KEY_ACTION_NONE)
		return (SCREEN_NOTHING);
	return (screens_act(view, scene, action));
}

enum screen_result
screens_click(struct view *view, const struct scene *scene, int column, int row)
{
	if (view->prompt.kind != PROMPT_NONE)
		return (SCREEN_NOTHING);
	if (bars_click(view, scene, column, row))
		return (SCREEN_CHANGED);
	if (current(view)->click != NULL &&
	    current(view)->click(view, scene, column, row))
		return (SCREEN_CHANGED);
	return (SCREEN_NOTHING);
}
