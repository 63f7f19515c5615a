/*
 * watching_record.c - what the full screen records of its targets.
 */
#include "record.h"
#include "watching.h"

#include <libshm/kit/fmt.h>
#include <libshm/kit/safe.h>

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is fit for a file's name everywhere. */
static void
name_of(struct watching_slot *slot, char *name, size_t size)
{
	static const char fit[] = "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	const struct model *model = timeline_model(slot->timeline);
	size_t i;

	snprintf(
	    name, size, "%.80s", model != NULL ? model->target.name : "target");
	for (i = 0; name[i] != '\0'; i++)
		if (strchr(fit, name[i]) == NULL && (name[i] != '.' || i == 0))
			name[i] = '_';
}

static int
begin(struct watching_slot *slot, bool secrets, char *what, size_t what_size,
    char *why, size_t why_size)
{
	struct record_file file = { .path = slot->record_path };
	struct rec_out *out;
	char name[96], reason[256];

	name_of(slot, name, sizeof(name));
	record_path(slot->record_path, sizeof(slot->record_path), name);
	out = record_open(&file, reason, sizeof(reason));
	if (out == NULL) {
		snprintf(why, why_size, "%s: not recorded: %s",
		    slot->record_path, reason);
		return (-1);
	}
	slot->recorder = recorder_create(
	    out, RECORDER_SHARED | (secrets ? RECORDER_SECRETS : 0), 0);
	recorder_add(slot->recorder, slot->source);
	snprintf(
	    what, what_size, "recording to %s, R ends it", slot->record_path);
	return (0);
}

int
watching_record_end(struct watching_slot *slot, char *what, size_t what_size)
{
	struct recorder_state state;
	char told[128], reason[256] = "";

	if (slot->recorder == NULL)
		return (0);
	state = recorder_state(slot->recorder);
	if (recorder_close(slot->recorder, reason, sizeof(reason)) == -1) {
		slot->recorder = NULL;
		snprintf(what, what_size, "%s: not all of it is there: %s",
		    slot->record_path, reason);
		return (-1);
	}
	slot->recorder = NULL;
	snprintf(what, what_size, "recorded to %s: %s", slot->record_path,
	    record_tell(told, sizeof(told), &state));
	return (0);
}

int
watching_record(
    void *context, char *what, size_t what_size, char *why, size_t why_size)
{
	struct watching *watching = context;
	struct watching_slot *slot;

	if (watching->shown == -1) {
		snprintf(why, why_size, "nothing is open");
		return (-1);
	}
	slot = &watching->slots[watching->shown];
	if (slot->recorder != NULL)
		return (watching_record_end(slot, why, why_size) == -1
			? -1
			: (snprintf(what, what_size, "%s", why), 0));
	return (begin(
	    slot, watching->request->secrets, what, what_size, why, why_size));
}

bool
watching_recorded(
    void *context, char *size, size_t size_size, char *why, size_t why_size)
{
	struct watching *watching = context;
	struct watching_slot *slot;
	char reason[256];
	bool any = false;
	int i;

	*size = '\0';
	for (i = 0; i < TUI_TARGETS; i++) {
		slot = &watching->slots[i];
		if (slot->recorder == NULL)
			continue;
		any = true;
		if (recorder_poll(slot->recorder, reason, sizeof(reason)) == -1)
			snprintf(why, why_size, "%s: %s; trying again",
			    slot->record_path, reason);
		if (i == watching->shown)
			fmt_bytes(size, size_size,
			    (double)recorder_state(slot->recorder).bytes);
	}
	return (any);
}

void
watching_record_move(struct watching_slot *from, struct watching_slot *to)
{
	char why[256];

	if (from->recorder == NULL)
		return;
	/* What it had to its end. */
	(void)recorder_poll(from->recorder, why, sizeof(why));
	recorder_remove(from->recorder, from->source);
	to->recorder = from->recorder;
	memcpy(to->record_path, from->record_path, sizeof(to->record_path));
	from->recorder = NULL;
	recorder_add(to->recorder, to->source);
}
