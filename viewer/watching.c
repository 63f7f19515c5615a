/*
 * watching.c - what the full screen looks at: the list, and the open targets.
 */
#include "watching.h"
#include "open.h"
#include "report.h"
#include "settings.h"
#include "snapshot.h"
#include "when.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS UINT64_C(1000000000)
#define SEEK_NS (2 * NS)  /* from one look for a new process to the next */
#define TOLD_NS (10 * NS) /* so long it is said that there is one */

/* ---- the list --------------------------------------------------------------- */

static bool
is_same_text(const char *a, const char *b)
{
	return (a == b || (a != NULL && b != NULL && strcmp(a, b) == 0));
}

/* Whether that is what a slot has. */
static bool
is_open(const struct watching_slot *slot, const struct target *target)
{
	const struct target *open = &slot->target;

	if (slot->source == NULL)
		return (false);
	if (target->remote != NULL || open->remote != NULL)
		return (is_same_text(target->remote, open->remote) &&
		    is_same_text(target->via, open->via));
	if (target->path != NULL || open->path != NULL)
		return (is_same_text(target->path,
			    open->path != NULL ? open->path
					       : source_path(slot->source)) &&
		    is_same_text(target->inside, open->inside));
	return (target->pid == open->pid &&
	    (target->start_ticks == 0 || open->start_ticks == 0 ||
		target->start_ticks == open->start_ticks));
}

static int
find_slot(const struct watching *watching, const struct target *target)
{
	int i;

	for (i = 0; i < TUI_TARGETS; i++)
		if (is_open(&watching->slots[i], target))
			return (i);
	return (-1);
}

/* Lines to other hosts go on while something else is shown. */
static void
hear_others(struct watching *watching, int shown)
{
	int i;

	for (i = 0; i < TUI_TARGETS; i++)
		if (watching->slots[i].source != NULL && i != shown)
			source_hear(watching->slots[i].source);
}

static int
list_regions(void *context, const struct model_target **targets,
    const bool **opened, size_t *count, char *why, size_t why_size)
{
	struct watching *watching = context;
	const struct request *request = watching->request;
	struct regions *regions = &watching->regions;
	size_t i;

	hear_others(watching, -1);
	if (regions_take(regions, request->all ? DBGSHM_LIST_DARK : 0,
		request->user, watching->name) == -1) {
		snprintf(
		    why, why_size, "regions of this host: %s", strerror(errno));
		return (-1);
	}
	watching->opened = reallocarray(
	    watching->opened, regions->count + 1, sizeof(*watching->opened));
	if (watching->opened == NULL)
		err(1, "memory for a list");
	for (i = 0; i < regions->count; i++)
		watching->opened[i] =
		    find_slot(watching, &regions->opens[i]) != -1;
	*targets = regions->targets;
	*opened = watching->opened;
	*count = regions->count;
	return (0);
}

/* ---- opening ------------------------------------------------------------------ */

static void
close_slot(struct watching_slot *slot)
{
	char what[512] = "";

	if (watching_record_end(slot, what, sizeof(what)) == -1)
		warnx("%s", what);
	timeline_destroy(slot->timeline);
	source_close(slot->source);
	free(slot->target.path);
	free(slot->target.inside);
	free(slot->target.remote);
	free(slot->target.via);
	free(slot->word);
	*slot = (struct watching_slot){ 0 };
}

/* A free one, else the one that was not shown for the longest time. */
static int
choose_slot(const struct watching *watching)
{
	const struct watching_slot *slots = watching->slots;
	int i, chosen = 0;

	for (i = 0; i < TUI_TARGETS; i++) {
		if (slots[i].source == NULL)
			return (i);
		if (slots[i].used < slots[chosen].used)
			chosen = i;
	}
	return (chosen);
}

static void
show_slot(struct watching *watching, int slot)
{
	watching->shown = slot;
	watching->slots[slot].used = ++watching->uses;
}

/* What a process could be called: no number, no file, no one of several. */
static bool
is_name(const char *word)
{
	return (word != NULL && strpbrk(word, "/:") == NULL &&
	    word[strspn(word, "0123456789")] != '\0');
}

static char *
copy_text(const char *text)
{
	char *copy = NULL;

	if (text != NULL && (copy = strdup(text)) == NULL)
		err(1, "memory for a target");
	return (copy);
}

static void
fill_slot(struct watching *watching, int number, const struct target *target,
    struct source *source, const char *word, bool follows)
{
	struct watching_slot slot = { .source = source };
	struct model_source parts[SOURCE_PARTS];

	slot.target.pid = target->pid;
	slot.target.start_ticks = target->start_ticks;
	slot.target.path = copy_text(target->path);
	slot.target.inside = copy_text(target->inside);
	slot.target.remote = copy_text(target->remote);
	slot.target.via = copy_text(target->via);
	if (slot.target.start_ticks == 0 && source_readers(source, parts) > 0)
		slot.target.start_ticks =
		    dbgshm_reader_info(parts[0].reader)->subject_start;
	/* At another host a name is followed there. */
	slot.word =
	    is_name(word) && target->remote == NULL ? copy_text(word) : NULL;
	slot.timeline =
	    timeline_create(source, request_model(watching->request));
	if (follows)
		watching_record_move(&watching->slots[number], &slot);
	close_slot(&watching->slots[number]);
	watching->slots[number] = slot;
	show_slot(watching, number);
}

/* Its slot, or -1; fresh: it was not open before.  Behind the full screen nobody
 * can be asked for a password. */
static int
open_target(struct watching *watching, const struct target *target,
    const char *word, bool asks, bool *fresh, struct target_error *error)
{
	unsigned flags = request_source(watching->request);
	int slot = find_slot(watching, target);
	struct source *source;

	*fresh = slot == -1;
	if (slot != -1) {
		show_slot(watching, slot);
		return (slot);
	}
	if (source_open(target, asks ? flags : flags & ~SOURCE_ASKS, &source,
		error) == -1)
		return (-1);
	slot = choose_slot(watching);
	fill_slot(watching, slot, target, source, word, false);
	return (slot);
}

int
watching_open(struct watching *watching, const struct target *target,
    const char *word, struct target_error *error)
{
	bool fresh;

	return (open_target(watching, target, word, true, &fresh, error) == -1
		? -1
		: 0);
}

static int
open_listed(void *context, const struct model_target *target, bool *fresh,
    char *why, size_t why_size)
{
	struct watching *watching = context;
	struct target_error error;
	size_t index = (size_t)(target - watching->regions.targets);
	int slot;

	if (index >= watching->regions.count ||
	    target->state == DBGSHM_LIFE_UNREADABLE ||
	    target->state == DBGSHM_LIFE_DAMAGED) {
		snprintf(why, why_size, "%s",
		    target->reason != NULL ? target->reason : "not there");
		return (-1);
	}
	slot = open_target(watching, &watching->regions.opens[index], NULL,
	    false, fresh, &error);
	if (slot == -1) {
		snprintf(why, why_size, "%s", error.what);
		target_error_free(&error);
	}
	return (slot);
}

static int
open_word(
    void *context, const char *word, bool *fresh, char *why, size_t why_size)
{
	struct watching *watching = context;
	struct target_error error;
	struct targets targets;
	int slot = -1;

	if (target_find(word, &targets, &error) == 0 && targets.count == 1)
		slot = open_target(
		    watching, &targets.list[0], word, false, fresh, &error);
	else if (targets.count > 1)
		snprintf(error.what, sizeof(error.what),
		    "these are %zu targets: open one at a time", targets.count);
	if (slot == -1)
		snprintf(why, why_size, "%s", error.what);
	target_error_free(&error);
	target_free(&targets);
	return (slot);
}

/* ---- the target that is shown ----------------------------------------------------- */

static struct watching_slot *
shown(struct watching *watching)
{
	return (
	    watching->shown == -1 ? NULL : &watching->slots[watching->shown]);
}

static bool
is_alive(const struct target *target)
{
	struct open_process process;

	return (open_process(target->pid, &process) == 0 &&
	    process.state != 'Z' && process.start_ticks == target->start_ticks);
}

/* What was opened by a name and has ended may run again: then that is what the
 * name means. */
static void
follow(struct watching *watching, struct watching_slot *slot)
{
	const struct model *model = timeline_model(slot->timeline);
	uint64_t now_ns = when_now();
	struct source *source = NULL;
	struct target_error error;
	struct targets targets;

	if (slot->word == NULL || model == NULL ||
	    timeline_moment(slot->timeline)->state != MOMENT_LIVE ||
	    model->target.state == DBGSHM_LIFE_LIVE ||
	    model->target.state == DBGSHM_LIFE_STOPPED ||
	    now_ns - slot->sought_ns < SEEK_NS)
		return;
	slot->sought_ns = now_ns;
	if (target_find(slot->word, &targets, &error) == 0 &&
	    targets.count == 1 && is_alive(&targets.list[0]) &&
	    !is_open(slot, &targets.list[0]) &&
	    source_open(&targets.list[0], 0, &source, &error) == 0) {
		fill_slot(watching, watching->shown, &targets.list[0], source,
		    slot->word, true);
		slot->begun_ns = now_ns;
	}
	target_error_free(&error);
	target_free(&targets);
}

static void
tell_follow(const struct watching_slot *slot, char *why, size_t why_size)
{
	if (slot->begun_ns != 0 && when_now() - slot->begun_ns < TOLD_NS &&
	    *why == '\0')
		snprintf(why, why_size,
		    "%s ended and was started again: now pid %d", slot->word,
		    (int)slot->target.pid);
}

static int
update_shown(void *context, const struct model **model, struct moment *moment,
    char *why, size_t why_size)
{
	struct watching *watching = context;
	struct watching_slot *slot = shown(watching);
	int result;

	*model = NULL;
	*moment = (struct moment){ .rows_since_ns = UINT64_MAX };
	*why = '\0';
	if (slot == NULL) {
		snprintf(why, why_size, "nothing is open");
		return (-1);
	}
	hear_others(watching, watching->shown);
	follow(watching, slot);
	result = timeline_update(slot->timeline, why, why_size);
	if (result == 0)
		tell_follow(slot, why, why_size);
	*model = timeline_model(slot->timeline);
	*moment = *timeline_moment(slot->timeline);
	return (result);
}

static int
travel(void *context, const struct timeline_order *order,
    const struct model **model, struct moment *moment, char *why,
    size_t why_size)
{
	struct watching_slot *slot = shown(context);
	int result;

	*why = '\0';
	if (slot == NULL) {
		snprintf(why, why_size, "nothing is open");
		return (-1);
	}
	result = timeline_go(slot->timeline, order, why, why_size);
	*model = timeline_model(slot->timeline);
	*moment = *timeline_moment(slot->timeline);
	return (result);
}

static const struct series_set *
series(void *context, const struct series_wants *wants)
{
	struct watching_slot *slot = shown(context);

	return (slot == NULL ? NULL : timeline_series(slot->timeline, wants));
}

static const struct changes *
changes(void *context, uint64_t window_ns)
{
	static const struct changes none;
	struct watching_slot *slot = shown(context);

	return (
	    slot == NULL ? &none : timeline_changes(slot->timeline, window_ns));
}

static const struct slowest *
slowest(void *context, uint64_t window_ns)
{
	static const struct slowest none;
	struct watching_slot *slot = shown(context);

	return (
	    slot == NULL ? &none : timeline_slowest(slot->timeline, window_ns));
}

static const char *
note(void *context)
{
	struct watching_slot *slot = shown(context);

	return (slot == NULL ? "" : source_note(slot->source));
}

static int
snapshot(void *context, const char *path, char *written, size_t written_size,
    char *why, size_t why_size)
{
	struct watching *watching = context;
	struct watching_slot *slot = shown(watching);

	if (slot == NULL) {
		snprintf(why, why_size, "nothing is open");
		return (-1);
	}
	return (snapshot_write(slot->source, *path == '\0' ? NULL : path,
	    watching->request->secrets ? SNAPSHOT_SECRETS : 0, written,
	    written_size, why, why_size));
}

/* ---- all of it ------------------------------------------------------------------------ */

void
watching_init(struct watching *watching, const struct request *request)
{
	*watching = (struct watching){
		.request = request,
		.shown = -1,
		.functions = {
			.list = list_regions,
			.open = open_listed,
			.open_word = open_word,
			.update = update_shown,
			.travel = travel,
			.series = series,
			.changes = changes,
			.slowest = slowest,
			.note = note,
			.snapshot = snapshot,
			.record = watching_record,
			.recorded = watching_recorded,
		},
	};
	watching->functions.context = watching;
}

void
watching_fini(struct watching *watching)
{
	int i;

	for (i = 0; i < TUI_TARGETS; i++)
		close_slot(&watching->slots[i]);
	regions_free(&watching->regions);
	free(watching->opened);
}

bool
watching_view(const char *text, enum screen_name *view)
{
	int i;

	*view = SCREEN_OVERVIEW;
	for (i = 0; text != NULL && i < SCREEN_PROCESSES; i++)
		if ((i < SCREEN_VIEWS && text[0] == '1' + i &&
			text[1] == '\0') ||
		    (i != SCREEN_METRIC && i != SCREEN_ROW &&
			strcmp(text, screens_table[i]->name) == 0)) {
			*view = (enum screen_name)i;
			return (true);
		}
	return (text == NULL);
}

void
watching_options(struct watching *watching, struct tui_options *options)
{
	const struct request *request = watching->request;

	*options = (struct tui_options){
		.source = &watching->functions,
		.opened = watching->shown != -1,
		.interval_ns =
		    request->interval_given ? request->interval_ns : 0,
		.level = report_level(request),
		.level_given = request->level_given || request->all,
		.raw = request->raw,
		.ascii = request->ascii,
		.mouse = request->mouse,
		.theme = request->theme,
		.settings = request->config != NULL
		    ? request->config
		    : settings_default_path(
			  watching->settings, sizeof(watching->settings)),
		.at_real_ns = request->at_ns,
		.color = (enum term_color)request->color,
	};
}
