/*
 * tui_do.c - what a key asked the full screen for.
 */
#include "tui_private.h"

#include "kit/safe.h"
#include "settings.h"
#include "term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- targets ------------------------------------------------------------------- */

/* What a person has set stays when they look at another target. */
static void
keep_settings(struct view *view, const struct view *from)
{
	view->columns = from->columns;
	view->rows = from->rows;
	settings_copy(view, from);
	memcpy(view->search, from->search, sizeof(view->search));
	view->prompt = from->prompt;
}

/* The list of processes is one, whatever target it covers. */
static void
swap_processes(struct view *a, struct view *b)
{
	struct list list = a->lists[SCREEN_PROCESSES];

	a->lists[SCREEN_PROCESSES] = b->lists[SCREEN_PROCESSES];
	b->lists[SCREEN_PROCESSES] = list;
}

static void
fresh_view(struct view *view)
{
	view_init(view);
	view->screen = SCREEN_OVERVIEW;
}

static void
switch_to(struct tui *tui, int slot, bool fresh)
{
	struct tui_slot *to = &tui->slots[slot];
	struct view next;

	if (fresh && to->used) {
		baseline_free(to->baseline);
		alerts_destroy(to->alerts);
		alerts_destroy(to->then);
		if (slot != tui->slot)
			view_fini(&to->view);
	}
	if (fresh) {
		*to = (struct tui_slot){ .used = true,
			.alerts = alerts_create() };
		fresh_view(&next);
	} else if (slot != tui->slot)
		next = to->view;
	if (fresh || slot != tui->slot) {
		keep_settings(&next, &tui->view);
		swap_processes(&next, &tui->view);
		if (tui->slot >= 0 && slot != tui->slot) {
			/* Where it was before the list of processes. */
			if (tui->view.screen >= SCREEN_PROCESSES &&
			    !view_back(&tui->view))
				tui->view.screen = SCREEN_OVERVIEW;
			tui->slots[tui->slot].view = tui->view;
		} else
			view_fini(&tui->view);
		tui->view = next;
	} else if (!view_back(&tui->view))
		tui->view.screen = SCREEN_OVERVIEW;
	tui->slot = slot;
	tui->scene.model = NULL;
	tui->scene.series = NULL;
	tui->scene.changes = NULL;
	tui->scene.slowest = NULL;
	tui->scene.baseline = tui->slots[slot].baseline;
	tui->scene.alerts = tui_alerts(tui);
	tui->scene.moment = (struct moment){ .state = MOMENT_LIVE };
	tui_read(tui);
}

static void
open_target(struct tui *tui, const char *word)
{
	const struct tui_source *source = tui->options->source;
	const struct model_target *target;
	bool fresh = false;
	int slot;

	if (word != NULL)
		slot = source->open_word(
		    source->context, word, &fresh, tui->why, sizeof(tui->why));
	else if ((target = screens_selected(&tui->view, &tui->scene)) == NULL)
		return;
	else
		slot = source->open(source->context, target, &fresh, tui->why,
		    sizeof(tui->why));
	if (slot == -1)
		tui_remark(tui, "%s", tui->why);
	else
		switch_to(tui, slot, fresh);
}

static void
leave(struct tui *tui)
{
	if (tui->view.screen != SCREEN_PROCESSES) {
		/* By Esc from the first screen: nothing lies below. */
		tui->view.screen = SCREEN_PROCESSES;
		tui->view.place_count = 0;
	}
	tui_read(tui);
}

/* ---- time ------------------------------------------------------------------------ */

static void
travel(struct tui *tui)
{
	const struct tui_source *source = tui->options->source;
	struct scene *scene = &tui->scene;

	if (tui->slot < 0)
		return;
	if (source->travel(source->context, &tui->view.order.travel,
		&scene->model, &scene->moment, tui->why,
		sizeof(tui->why)) == -1)
		tui_remark(tui, "%s", tui->why);
	else if (scene->moment.state == MOMENT_LIVE)
		tui_read(tui);
	tui_find_alerts(tui);
}

/* The moment that is shown becomes what others are compared with; the next time
 * it is no longer. */
static void
baseline(struct tui *tui)
{
	struct baseline **slot;

	if (tui->slot < 0 || tui->scene.model == NULL)
		return;
	slot = &tui->slots[tui->slot].baseline;
	if (*slot != NULL) {
		baseline_free(*slot);
		*slot = NULL;
		tui->view.compare = COMPARE_VALUE;
		tui_remark(tui, "no baseline any more");
	} else {
		*slot = baseline_take(tui->scene.model);
		tui->view.compare = COMPARE_DELTA;
		tui_remark(tui,
		    "baseline set: D shows values, differences, ratios; 0 ends "
		    "it");
	}
	tui->scene.baseline = *slot;
	view_widths(&tui->view);
}

/* ---- what is kept ------------------------------------------------------------------ */

static void
save(struct tui *tui)
{
	const char *path = tui->view.order.text;
	char shown[SAFE_SIZE(200)];
	int descriptor;
	FILE *file;
	bool failed;

	safe_copy(shown, sizeof(shown), path, strnlen(path, 200));
	descriptor = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
	file = descriptor != -1 ? fdopen(descriptor, "w") : NULL;
	if (file == NULL) {
		tui_remark(tui, "%s: not saved: %s", shown, strerror(errno));
		if (descriptor != -1)
			close(descriptor);
		return;
	}
	tui_picture(tui, false);
	grid_print(&tui->grid, file);
	failed = fflush(file) != 0 || ferror(file);
	if (fclose(file) != 0 || failed) {
		tui_remark(tui, "%s: not saved: %s", shown, strerror(errno));
		unlink(path);
	} else
		tui_remark(tui, "saved to %s", shown);
}

static void
snapshot(struct tui *tui)
{
	const struct tui_source *source = tui->options->source;
	char written[512];

	tui->why[0] = '\0';
	if (source->snapshot(source->context, tui->view.order.text, written,
		sizeof(written), tui->why, sizeof(tui->why)) == -1)
		tui_remark(tui, "%s", tui->why);
	else
		tui_remark(tui, "snapshot written to %s", written);
}

static void
record(struct tui *tui)
{
	const struct tui_source *source = tui->options->source;
	char what[sizeof(tui->remark)];

	tui->why[0] = '\0';
	if (source->record(source->context, what, sizeof(what), tui->why,
		sizeof(tui->why)) == -1)
		tui_remark(tui, "%s", tui->why);
	else
		tui_remark(tui, "%s", what);
	tui_recorded(tui);
}

static void
copy(struct tui *tui)
{
	if (!tui->view.clipboard)
		tui_remark(tui,
		    "copying goes through the terminal: :set clipboard on");
	else if (term_copy(tui->view.order.text))
		tui_remark(tui, "copied: %s", tui->view.order.text);
	else
		tui_remark(tui, "not copied: the terminal is busy");
}

static void
remember(struct tui *tui)
{
	const char *path = tui->options->settings;

	if (path == NULL)
		tui_remark(
		    tui, "no file to write settings to: HOME is not set");
	else if (settings_store(&tui->view, tui->scene.model, path, tui->why,
		     sizeof(tui->why)) == -1)
		tui_remark(tui, "settings not written: %s", tui->why);
	else
		tui_remark(tui, "settings written to %s", path);
}

/* The picture as plain text that can be selected, until a key is pressed. */
static void
plain(struct tui *tui)
{
	struct pollfd wait = { .fd = term_descriptor(), .events = POLLIN };
	FILE *file;

	tui_picture(tui, false);
	term_leave();
	file = fopen("/dev/tty", "we");
	if (file != NULL) {
		grid_print(&tui->grid, file);
		fputs("-- Enter goes back --\n", file);
		fclose(file);
		(void)poll(&wait, 1, -1); /* a signal goes back, too */
	}
	term_enter();
	term_size(&tui->view.columns, &tui->view.rows);
}

/* ---- all of them --------------------------------------------------------------------- */

void
tui_settings(struct tui *tui)
{
	tui->scene.interval_ns = tui->view.interval_ns;
	term_theme(tui->view.theme);
	term_mouse(tui->view.mouse);
}

void
tui_do(struct tui *tui, enum screen_result result)
{
	switch (result) {
	case SCREEN_OPEN:
		open_target(tui, NULL);
		break;
	case SCREEN_OPEN_WORD:
		open_target(tui, tui->view.order.text);
		break;
	case SCREEN_LEAVE:
		leave(tui);
		break;
	case SCREEN_REPAINT:
		term_size(&tui->view.columns, &tui->view.rows);
		break;
	case SCREEN_TRAVEL:
		travel(tui);
		break;
	case SCREEN_BASELINE:
		baseline(tui);
		break;
	case SCREEN_SAVE:
		save(tui);
		break;
	case SCREEN_SNAPSHOT:
		snapshot(tui);
		break;
	case SCREEN_RECORD:
		record(tui);
		break;
	case SCREEN_PLAIN:
		plain(tui);
		break;
	case SCREEN_QUIT:
		tui->done = true;
		break;
	case SCREEN_COPY:
		copy(tui);
		break;
	case SCREEN_SET:
		tui_settings(tui);
		break;
	case SCREEN_REMEMBER:
		remember(tui);
		break;
	case SCREEN_SUSPEND:
	case SCREEN_NOTHING:
	case SCREEN_CHANGED:
		break;
	}
}
