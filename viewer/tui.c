/*
 * tui.c - what the full screen knows, and how it comes to a picture.
 */
#include "tui_private.h"

#include "settings.h"
#include "term.h"

#include <fnmatch.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LEAST_NS (TUI_NS / 20)
#define REMARK_NS (4 * TUI_NS)

static uint64_t
clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return ((uint64_t)now.tv_sec * TUI_NS + (uint64_t)now.tv_nsec);
}

uint64_t
tui_clock(void)
{
	return (clock_ns(CLOCK_MONOTONIC));
}

/* What the file says, then what the command line says. */
static void
take_settings(struct tui *tui)
{
	const struct tui_options *options = tui->options;
	struct view *view = &tui->view;
	char why[320];

	view->glyphs = term_glyphs();
	if (options->settings != NULL &&
	    settings_load(view, options->settings, why, sizeof(why)) == -1)
		tui_remark(tui, "%s", why);
	if (term_glyphs() == GRID_GLYPHS_ASCII)
		view->glyphs = GRID_GLYPHS_ASCII;
	if (options->theme != NULL)
		strlcpy(view->theme, options->theme, sizeof(view->theme));
	if (options->interval_ns > 0)
		view->interval_ns = options->interval_ns;
	if (view->interval_ns < LEAST_NS)
		view->interval_ns = LEAST_NS;
	if (options->level_given)
		view->level = options->level;
	view->raw = view->raw || options->raw;
	view->mouse = view->mouse || options->mouse;
	tui->scene.interval_ns = view->interval_ns;
}

void
tui_init(struct tui *tui, const struct tui_options *options)
{
	memset(tui, 0, sizeof(*tui));
	tui->options = options;
	tui->timer = -1;
	tui->slot = options->opened ? 0 : -1;
	tui->scene.ascii = options->ascii || !term_utf8();
	tui->scene.host = tui->host;
	tui->scene.message = tui->message;
	tui->scene.remark = tui->remark;
	tui->scene.source = "";
	tui->scene.recorded = tui->recorded;
	if (gethostname(tui->host, sizeof(tui->host)) == -1)
		strlcpy(tui->host, "?", sizeof(tui->host));
	tui->host[sizeof(tui->host) - 1] = '\0';
	grid_init(&tui->grid, tui->scene.ascii);
	view_init(&tui->view);
	tui->view.screen = options->opened ? options->view : SCREEN_PROCESSES;
	take_settings(tui);
	if (options->filter != NULL)
		strlcpy(tui->view.lists[SCREEN_PROCESSES].filter,
		    options->filter,
		    sizeof(tui->view.lists[SCREEN_PROCESSES].filter));
	if (options->opened) {
		tui->slots[0].used = true;
		tui->slots[0].alerts = alerts_create();
	}
}

void
tui_fini(struct tui *tui)
{
	for (int i = 0; i < TUI_TARGETS; i++) {
		if (!tui->slots[i].used)
			continue;
		baseline_free(tui->slots[i].baseline);
		alerts_destroy(tui->slots[i].alerts);
		alerts_destroy(tui->slots[i].then);
		if (i != tui->slot)
			view_fini(&tui->slots[i].view);
	}
	view_fini(&tui->view);
	grid_fini(&tui->grid);
	if (tui->timer != -1)
		close(tui->timer);
}

void
tui_remark(struct tui *tui, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(tui->remark, sizeof(tui->remark), format, arguments);
	va_end(arguments);
	tui->remark_ns = tui_clock();
}

/* Selects the first profile that the person asked for, once it is there. */
static void
choose_profile(struct tui *tui)
{
	const struct model *model = tui->scene.model;
	const char *wanted = tui->options->profile, *path;

	if (tui->chosen || wanted == NULL || model == NULL)
		return;
	for (size_t i = 0; i < model->profile_count && !tui->chosen; i++) {
		path = model->profiles[i].path;
		if (fnmatch(wanted, path, 0) != 0)
			continue;
		tui->view.nodes.selected = tree_id(path, strlen(path));
		if (model->profiles[i].level > tui->view.level)
			tui->view.level = model->profiles[i].level;
		tui->chosen = true;
	}
}

static void
set_message(struct tui *tui)
{
	const struct model *model = tui->scene.model;

	strlcpy(tui->message, tui->why, sizeof(tui->message));
	if (tui->message[0] != '\0' || model == NULL ||
	    tui->view.screen == SCREEN_PROCESSES)
		return;
	if (model->target.reason != NULL)
		strlcpy(
		    tui->message, model->target.reason, sizeof(tui->message));
	else if (model->target.faults > 0)
		snprintf(tui->message, sizeof(tui->message),
		    "%llu damaged parts of the region are left out",
		    (unsigned long long)model->target.faults);
}

/* Goes on whatever is shown. */
void
tui_recorded(struct tui *tui)
{
	const struct tui_source *source = tui->options->source;
	char why[sizeof(tui->why)] = "";

	tui->records = source->recorded(source->context, tui->recorded,
	    sizeof(tui->recorded), why, sizeof(why));
	if (why[0] != '\0')
		strlcpy(tui->why, why, sizeof(tui->why));
}

static void
read_list(struct tui *tui)
{
	const struct tui_source *source = tui->options->source;
	struct scene *scene = &tui->scene;

	if (source->list(source->context, &scene->targets, &scene->opened,
		&scene->target_count, tui->why, sizeof(tui->why)) == -1)
		scene->target_count = 0;
}

const struct alerts *
tui_alerts(const struct tui *tui)
{
	const struct tui_slot *slot = &tui->slots[tui->slot];

	return (slot->then != NULL ? slot->then : slot->alerts);
}

/* Those of the moment that is shown, which has nothing before it. */
void
tui_find_alerts(struct tui *tui)
{
	struct scene *scene = &tui->scene;
	struct tui_slot *slot;

	scene->now_real_ns = clock_ns(CLOCK_REALTIME);
	if (tui->slot < 0)
		return;
	slot = &tui->slots[tui->slot];
	alerts_destroy(slot->then);
	slot->then = NULL;
	if (scene->model != NULL && scene->moment.state != MOMENT_LIVE) {
		slot->then = alerts_create();
		alerts_update(slot->then, scene->model);
	}
	scene->alerts = tui_alerts(tui);
}

static void
read_target(struct tui *tui)
{
	const struct tui_source *source = tui->options->source;
	struct scene *scene = &tui->scene;

	/* A target that has started again takes these with it. */
	scene->series = NULL;
	scene->changes = NULL;
	scene->slowest = NULL;
	source->update(source->context, &scene->model, &scene->moment, tui->why,
	    sizeof(tui->why));
	scene->source = source->note(source->context);
	if (scene->model != NULL && scene->moment.state == MOMENT_LIVE)
		alerts_update(tui->slots[tui->slot].alerts, scene->model);
	choose_profile(tui);
}

void
tui_read(struct tui *tui)
{
	struct scene *scene = &tui->scene;

	tui->why[0] = '\0';
	/* What a help or a list covers goes on changing under it. */
	if (tui->view.screen == SCREEN_PROCESSES)
		read_list(tui);
	else if (tui->slot >= 0)
		read_target(tui);
	tui_recorded(tui);
	scene->now_real_ns = clock_ns(CLOCK_REALTIME);
	set_message(tui);
}

void
tui_begin(struct tui *tui)
{
	tui_read(tui);
	if (tui->options->at_real_ns == 0 || tui->scene.model == NULL)
		return;
	tui->view.order.travel = (struct timeline_order){
		.move = TIMELINE_AT,
		.at_real_ns = tui->options->at_real_ns,
	};
	tui_do(tui, SCREEN_TRAVEL);
}

/* What a screen shows beside the model: worked out of the whole past... */
static void
fetch_made(struct tui *tui)
{
	const struct tui_source *source = tui->options->source;
	uint64_t window_ns = tui->view.compared_ns;
	struct scene *scene = &tui->scene;

	if (tui->slot < 0 || scene->model == NULL)
		return;
	if (tui->view.screen == SCREEN_CHANGES)
		scene->changes = source->changes(source->context, window_ns);
	if (tui->view.screen == SCREEN_SLOWEST)
		scene->slowest = source->slowest(source->context, window_ns);
}

/* ...and, once it is known what it wants, series. */
static void
fetch_series(struct tui *tui)
{
	const struct tui_source *source = tui->options->source;
	struct scene *scene = &tui->scene;

	scene->series = NULL;
	if (tui->slot >= 0 && scene->model != NULL && tui->view.wants.count > 0)
		scene->series =
		    source->series(source->context, &tui->view.wants);
}

void
tui_picture(struct tui *tui, bool hold)
{
	struct scene *scene = &tui->scene;

	if (tui->remark[0] != '\0' && tui_clock() - tui->remark_ns >= REMARK_NS)
		tui->remark[0] = '\0';
	scene->hold = hold;
	scene->baseline =
	    tui->slot >= 0 ? tui->slots[tui->slot].baseline : NULL;
	scene->alerts = tui->slot >= 0 ? tui_alerts(tui) : NULL;
	fetch_made(tui);
	if (tui->grid.columns != tui->view.columns ||
	    tui->grid.rows != tui->view.rows) /* else drawing clears it */
		grid_resize(&tui->grid, tui->view.columns, tui->view.rows);
	screens_arrange(&tui->view, scene);
	fetch_series(tui);
	screens_draw(&tui->view, scene, &tui->grid);
}
