/*
 * alerts.c - the list of what wants to be looked at, and what stays in it.
 *
 * Each update finds all that there is; what is not found any more has ended.
 */
#include "alerts_private.h"
#include "shape.h"
#include "tree.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 512 /* of one kind of trouble there may be thousands */

/* One alert, and its texts. */
struct entry {
	struct alert shown;
	char *path, *where, *what;
	uint64_t ended_real_ns;
	bool found; /* by this update */
};

/* A number that was looked at. */
struct watched {
	uint64_t key, value, grew_real_ns, last_real_ns;
};

struct alerts {
	struct entry *list;
	size_t count, room;
	struct watched *watched;
	size_t watched_count, watched_room;
	uint64_t now_real_ns;
	bool first; /* what is found may have been there for long */
};

struct alerts *
alerts_create(void)
{
	struct alerts *alerts = calloc(1, sizeof(*alerts));

	if (alerts == NULL)
		err(1, "memory for alerts");
	return (alerts);
}

static void
free_entry(struct entry *entry)
{
	free(entry->path);
	free(entry->where);
	free(entry->what);
}

static void
forget(struct alerts *alerts)
{
	for (size_t i = 0; i < alerts->count; i++)
		free_entry(&alerts->list[i]);
	alerts->count = 0;
	alerts->watched_count = 0;
}

void
alerts_destroy(struct alerts *alerts)
{
	if (alerts == NULL)
		return;
	forget(alerts);
	free(alerts->list);
	free(alerts->watched);
	free(alerts);
}

/* ---- one more ------------------------------------------------------------------- */

static uint64_t
key_of(const char *rule, uint64_t profile, uint64_t object, const char *name)
{
	uint64_t key = tree_id(rule, strlen(rule));

	key = (key ^ profile) * UINT64_C(0x9e3779b97f4a7c15);
	key = (key ^ key >> 29 ^ object) * UINT64_C(0x9e3779b97f4a7c15);
	return (key ^ key >> 29 ^ tree_id(name, strlen(name)));
}

static void
set_text(char **text, const char *now)
{
	if (*text != NULL && strcmp(*text, now) == 0)
		return;
	free(*text);
	if ((*text = strdup(now)) == NULL)
		err(1, "memory for an alert");
}

static struct entry *
entry_of(struct alerts *alerts, uint64_t key)
{
	size_t i;

	for (i = 0; i < alerts->count; i++)
		if (alerts->list[i].shown.id == key)
			return (&alerts->list[i]);
	if (alerts->count == MOST)
		return (NULL);
	if (alerts->count == alerts->room) {
		alerts->room = 2 * alerts->room + 16;
		alerts->list = reallocarray(
		    alerts->list, alerts->room, sizeof(*alerts->list));
		if (alerts->list == NULL)
			err(1, "memory for %zu alerts", alerts->room);
	}
	alerts->list[alerts->count] =
	    (struct entry){ .shown.id = key, .shown.over = true };
	return (&alerts->list[alerts->count++]);
}

static void
set_where(struct entry *entry, const struct alerts_finding *finding)
{
	const char *path =
	    finding->profile == NULL ? "" : finding->profile->path;
	const char *name = finding->name, *row = "";
	char where[512];

	if (finding->row != NULL && *name == '\0')
		name = shape_name(finding->profile, finding->row);
	if (finding->row != NULL && *name == '\0')
		row = finding->row->name;
	snprintf(where, sizeof(where), "%s%s%s%s%s%s%s",
	    *path == '\0' ? "the target" : path, *row == '\0' ? "" : "[", row,
	    *row == '\0' ? "" : "]", *name == '\0' ? "" : ": \"", name,
	    *name == '\0' ? "" : "\"");
	set_text(&entry->path, path);
	set_text(&entry->where, where);
}

void
alerts_raise(struct alerts *alerts, const struct alerts_finding *finding)
{
	const struct model_profile *profile = finding->profile;
	uint64_t path =
	    profile == NULL ? 0 : tree_id(profile->path, strlen(profile->path));
	uint64_t object = finding->row == NULL ? 0 : finding->row->id;
	struct entry *entry = entry_of(
	    alerts, key_of(finding->rule, path, object, finding->name));
	struct alert *shown;

	if (entry == NULL)
		return;
	shown = &entry->shown;
	/* It goes on, or began anew. */
	if (shown->over || finding->ended_real_ns != 0)
		shown->since_real_ns =
		    finding->since_real_ns != 0 || alerts->first
		    ? finding->since_real_ns
		    : alerts->now_real_ns;
	entry->found = finding->ended_real_ns == 0;
	entry->ended_real_ns = finding->ended_real_ns;
	shown->over = finding->ended_real_ns != 0;
	shown->severity = finding->severity;
	shown->profile = path;
	shown->object = object;
	set_where(entry, finding);
	set_text(&entry->what, finding->what);
}

bool
alerts_grew(struct alerts *alerts, const char *rule, uint64_t profile,
    uint64_t value, uint64_t *since_real_ns)
{
	uint64_t key = key_of(rule, profile, 0, "");
	struct watched *watched;
	size_t i;

	for (i = 0; i < alerts->watched_count; i++)
		if (alerts->watched[i].key == key)
			break;
	if (i == alerts->watched_count) {
		if (i == alerts->watched_room) {
			alerts->watched_room = 2 * i + 16;
			alerts->watched = reallocarray(alerts->watched,
			    alerts->watched_room, sizeof(*watched));
			if (alerts->watched == NULL)
				err(1, "memory for alerts");
		}
		alerts->watched[alerts->watched_count++] =
		    (struct watched){ .key = key, .value = value };
		return (false);
	}
	watched = &alerts->watched[i];
	if (value > watched->value) {
		if (watched->last_real_ns + ALERTS_LATELY_NS <
		    alerts->now_real_ns)
			watched->grew_real_ns = alerts->now_real_ns;
		watched->last_real_ns = alerts->now_real_ns;
	}
	watched->value = value;
	*since_real_ns = watched->grew_real_ns;
	return (watched->last_real_ns != 0 &&
	    watched->last_real_ns + ALERTS_LATELY_NS >= alerts->now_real_ns);
}

uint64_t
alerts_now(const struct alerts *alerts)
{
	return (alerts->now_real_ns);
}

/* ---- all of them ------------------------------------------------------------------ */

static int
compare_alerts(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->shown.over != b->shown.over)
		return (a->shown.over ? 1 : -1);
	if (a->shown.severity != b->shown.severity)
		return (a->shown.severity > b->shown.severity ? -1 : 1);
	if (a->shown.since_real_ns != b->shown.since_real_ns)
		return (
		    a->shown.since_real_ns > b->shown.since_real_ns ? -1 : 1);
	return (strcmp(a->where, b->where));
}

/* What was not found has ended; what ended long ago goes. */
static void
settle(struct alerts *alerts)
{
	struct entry *entry;
	size_t i, kept = 0;

	for (i = 0; i < alerts->count; i++) {
		entry = &alerts->list[i];
		if (!entry->found && !entry->shown.over) {
			entry->shown.over = true;
			entry->ended_real_ns = alerts->now_real_ns;
		}
		if (entry->shown.over &&
		    entry->ended_real_ns + ALERTS_KEPT_NS < alerts->now_real_ns)
			free_entry(entry);
		else
			alerts->list[kept++] = *entry;
	}
	alerts->count = kept;
	for (i = 0; i < kept; i++) {
		alerts->list[i].shown.where = alerts->list[i].where;
		alerts->list[i].shown.what = alerts->list[i].what;
	}
	if (kept > 0)
		qsort(
		    alerts->list, kept, sizeof(*alerts->list), compare_alerts);
}

void
alerts_update(struct alerts *alerts, const struct model *model)
{
	/* A clock that was set back: nothing would ever be old. */
	if (model->target.time_real_ns < alerts->now_real_ns)
		forget(alerts);
	alerts->first = alerts->now_real_ns == 0;
	alerts->now_real_ns = model->target.time_real_ns;
	for (size_t i = 0; i < alerts->count; i++)
		alerts->list[i].found = false;
	alerts_find(alerts, model);
	settle(alerts);
}

size_t
alerts_count(const struct alerts *alerts)
{
	return (alerts->count);
}

const struct alert *
alerts_at(const struct alerts *alerts, size_t index)
{
	return (&alerts->list[index].shown);
}

size_t
alerts_active(const struct alerts *alerts)
{
	size_t i;

	for (i = 0; i < alerts->count && !alerts->list[i].shown.over; i++)
		;
	return (i);
}

uint8_t
alerts_below(const struct alerts *alerts, const char *path, size_t length)
{
	const struct entry *entry;
	size_t i, active = alerts_active(alerts);

	for (i = 0; i < active; i++) { /* the worst first */
		entry = &alerts->list[i];
		if (length == 0 ||
		    (strncmp(entry->path, path, length) == 0 &&
			(entry->path[length] == '\0' ||
			    entry->path[length] == '/')))
			return (entry->shown.severity);
	}
	return (0);
}
