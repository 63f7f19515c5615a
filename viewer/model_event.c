/*
 * model_event.c - events, made safe; the newest of each log are kept.
 */
#include "model_private.h"

#include <libshm/kit/event_text.h>

#include <err.h>
#include <stdlib.h>
#include <string.h>

static const char *
safe_text(struct arena *arena, struct dbgshm_text text)
{
	return (arena_safe(arena, text.bytes, text.length));
}

/* ---- the schema -------------------------------------------------------- */

/* What this log has said so far is kept when the schema changes. */
static struct model_feed *
claim_feed(struct model_private *p, size_t reader, const char *path)
{
	uint64_t created = p->identity[reader].created;
	struct model_feed *feed;

	for (feed = p->all_feeds; feed != NULL; feed = feed->next)
		if (feed->reader == reader && feed->created == created &&
		    strcmp(feed->path, path) == 0)
			break;
	if (feed == NULL) {
		feed = calloc(1, sizeof(*feed));
		if (feed == NULL || (feed->path = strdup(path)) == NULL)
			err(1, "memory for events");
		feed->created = created;
		feed->reader = reader;
		feed->next = p->all_feeds;
		p->all_feeds = feed;
	}
	feed->claimed = true;
	return (feed);
}

void
model_drop_feeds(struct model_private *p, bool all)
{
	struct model_feed **place = &p->all_feeds, *feed;
	size_t i;

	while ((feed = *place) != NULL) {
		if (feed->claimed && !all) {
			feed->claimed = false;
			place = &feed->next;
			continue;
		}
		*place = feed->next;
		for (i = 0; i < MODEL_BATCHES; i++)
			arena_free(&feed->batches[i].arena);
		free(feed->events);
		free(feed->path);
		free(feed);
	}
}

void
model_relink_events(struct model *model)
{
	struct model_event_link *link;
	struct model_feed *feed;
	size_t i;

	for (feed = model->private->all_feeds; feed != NULL; feed = feed->next)
		for (i = 0; i < MODEL_BATCHES; i++)
			for (link = feed->batches[i].links; link != NULL;
			     link = link->next)
				link->link.profile =
				    model_profile(model, link->path);
}

void
model_build_log(struct model_private *p, size_t profile,
    struct dbgshm_reader *reader, size_t log)
{
	const struct dbgshm_log_info *info = dbgshm_reader_log(reader, log);
	size_t i, total = dbgshm_reader_event_kind_count(reader), count = 0;
	struct model_log *out = &p->logs[profile];
	struct dbgshm_event_kind_info kind;
	struct model_kind *kinds;

	for (i = 0; i < total; i++)
		count += dbgshm_reader_event_kind(reader, i).log == log;
	kinds = arena_take(&p->schema, count, sizeof(*kinds));
	for (i = 0, count = 0; i < total; i++) {
		kind = dbgshm_reader_event_kind(reader, i);
		if (kind.log != log)
			continue;
		kinds[count++] = (struct model_kind){
			.name = safe_text(&p->schema, kind.name),
			.text = safe_text(&p->schema, kind.text),
			.severity = kind.severity,
			.fields = model_build_columns(
			    &p->schema, kind.fields, kind.field_count),
			.field_count = kind.field_count,
		};
	}
	*out = (struct model_log){
		.kinds = kinds,
		.kind_count = count,
		.ring_count = info->ring_count,
		.ring_size = info->ring_size,
	};
	p->feeds[profile] = claim_feed(
	    p, p->origins[profile].reader, p->profiles[profile].path);
}

/* ---- one event ---------------------------------------------------------- */

static const char *
make_text(struct model_private *p, struct arena *arena,
    const struct dbgshm_reader *reader, const struct dbgshm_event_info *info)
{
	unsigned flags =
	    (model_tells_secrets(p, reader) ? EVENT_TEXT_SECRETS : 0) |
	    ((p->flags & MODEL_RAW) != 0 ? EVENT_TEXT_RAW : 0);
	char line[EVENT_TEXT_SIZE], *text;
	size_t length;

	length = event_text(line, sizeof(line), reader, info, flags);
	text = arena_take(arena, length + 1, 1);
	memcpy(text, line, length);
	return (text);
}

/* A reference of an event that is kept. */
static const struct model_link *
keep_link(struct model_batch *batch, const struct model_link *found)
{
	struct model_event_link *link;

	link = arena_take(&batch->arena, 1, sizeof(*link));
	link->link = *found;
	link->path = arena_print(&batch->arena, "%s", found->profile->path);
	link->next = batch->links;
	batch->links = link;
	return (&link->link);
}

/* batch: where it is kept, NULL when it is only handed over. */
static void
make_event(struct model_private *p, size_t at, struct dbgshm_reader *reader,
    struct arena *arena, struct model_batch *batch,
    const struct dbgshm_event_info *info, struct model_event *out)
{
	struct model_column column;
	struct model_cell *fields;
	const char **names;
	size_t i;

	names = arena_take(arena, info->field_count, sizeof(*names));
	fields = arena_take(arena, info->field_count, sizeof(*fields));
	for (i = 0; i < info->field_count; i++) {
		names[i] = safe_text(arena, info->fields[i].name);
		column = (struct model_column){
			.type = info->fields[i].type,
			.flags = info->fields[i].flags,
		};
		fields[i] = model_make_cell(
		    p, at, reader, arena, &info->values[i], &column);
		if (batch != NULL && fields[i].link != NULL &&
		    fields[i].link->profile != NULL)
			fields[i].link = keep_link(batch, fields[i].link);
	}
	*out = (struct model_event){
		.name = safe_text(arena, info->name),
		.text = make_text(p, arena, reader, info),
		.named = info->text.length == 0,
		.severity = info->severity,
		.ring = info->ring,
		.id = (uint64_t)(info->ring + 1) << 56 |
		    (info->number & UINT64_C(0xffffffffffffff)),
		.lost = info->lost,
		.mono_ns = info->mono_ns,
		.real_ns = info->real_ns,
		.field_names = names,
		.fields = fields,
		.field_count = info->field_count,
	};
}

/* How many one log may keep, in whole batches. */
static size_t
share_of(const struct model_private *p)
{
	const struct model_feed *feed;
	size_t logs = 0, share;

	for (feed = p->all_feeds; feed != NULL; feed = feed->next)
		logs++;
	share = MODEL_EVENTS_ALL / (logs > 0 ? logs : 1);
	if (share > MODEL_EVENTS_MAX)
		share = MODEL_EVENTS_MAX;
	return (share < 2 * MODEL_EVENTS ? 2 : share / MODEL_EVENTS);
}

/* Where the next event's texts go: the oldest ones give way. */
static struct model_batch *
next_batch(const struct model_private *p, struct model_feed *feed)
{
	struct model_batch *batch;
	size_t share, newest = feed->oldest + feed->batch_count;

	if (newest > feed->oldest) {
		batch = &feed->batches[(newest - 1) % MODEL_BATCHES];
		if (batch->count < MODEL_EVENTS)
			return (batch);
	}
	for (share = share_of(p); feed->batch_count >= share;) {
		batch = &feed->batches[feed->oldest];
		feed->count -= batch->count;
		arena_free(&batch->arena);
		*batch = (struct model_batch){ 0 };
		feed->oldest = (feed->oldest + 1) % MODEL_BATCHES;
		feed->batch_count--;
	}
	batch =
	    &feed->batches[(feed->oldest + feed->batch_count) % MODEL_BATCHES];
	feed->batch_count++;
	return (batch);
}

/* A place in front of the newest. */
static struct model_event *
next_event(struct model_feed *feed)
{
	struct model_event *events = feed->events;
	size_t room = feed->room;

	if (feed->first == 0) {
		if (2 * feed->count >= room) {
			room = room == 0 ? 32 : 2 * room;
			events = reallocarray(NULL, room, sizeof(*events));
			if (events == NULL)
				err(1, "memory for %zu events", room);
		}
		if (feed->count > 0)
			memmove(events + room - feed->count, feed->events,
			    feed->count * sizeof(*events));
		if (events != feed->events)
			free(feed->events);
		feed->events = events;
		feed->room = room;
		feed->first = room - feed->count;
	}
	feed->count++;
	return (&feed->events[--feed->first]);
}

static void
keep_event(struct model_private *p, size_t at, struct dbgshm_reader *reader,
    struct model_feed *feed, const struct dbgshm_event_info *info)
{
	struct model_batch *batch = next_batch(p, feed);
	struct model_event *event = next_event(feed);

	make_event(p, at, reader, &batch->arena, batch, info, event);
	event->path = feed->path;
	batch->count++;
}

static void
hear_event(struct model_private *p, size_t at, struct dbgshm_reader *reader,
    const char *path, const struct dbgshm_event_info *info)
{
	struct model_event event;

	if (!p->keep_heard)
		arena_clear(&p->heard_arena);
	make_event(p, at, reader, &p->heard_arena, NULL, info, &event);
	event.path = path;
	p->keep_heard = p->heard(&event, p->heard_context);
}

/* ---- all of them --------------------------------------------------------- */

/* With their ages in this frame. */
static void
show_feed(struct model_private *p, size_t profile, uint64_t now_ns)
{
	struct model_feed *feed = p->feeds[profile];
	struct model_event *events = feed->events + feed->first;
	size_t i;

	for (i = 0; i < feed->count; i++)
		events[i].age_ns =
		    now_ns > events[i].mono_ns ? now_ns - events[i].mono_ns : 0;
	p->logs[profile].events = events;
	p->logs[profile].event_count = feed->count;
}

/* References lead to profiles of this model. */
static void
adopt_fields(
    const struct model *model, struct arena *arena, struct model_event *event)
{
	struct model_cell *fields = NULL;
	struct model_link *link;
	size_t i;

	for (i = 0; i < event->field_count; i++) {
		if (event->fields[i].link == NULL ||
		    event->fields[i].link->profile == NULL)
			continue;
		if (fields == NULL) {
			fields = arena_take(
			    arena, event->field_count, sizeof(*fields));
			memcpy(fields, event->fields,
			    event->field_count * sizeof(*fields));
			event->fields = fields;
		}
		link = arena_take(arena, 1, sizeof(*link));
		*link = *fields[i].link;
		link->profile = model_profile(model, link->profile->path);
		fields[i].link = link;
	}
}

/* Of what the present has heard, that which had happened then. */
static void
show_remembered(
    const struct model *model, size_t profile, size_t reader, uint64_t then_ns)
{
	struct model_private *p = model->private;
	struct arena *arena = &p->frames[p->turn];
	const struct model_feed *feed;
	struct model_event *events;
	size_t i, count = 0;

	for (feed = p->present->private->all_feeds; feed != NULL;
	     feed = feed->next)
		if (feed->reader == reader &&
		    feed->created == p->identity[reader].created &&
		    strcmp(feed->path, p->profiles[profile].path) == 0)
			break;
	if (feed == NULL)
		return;
	events = arena_take(arena, feed->count, sizeof(*events));
	for (i = 0; i < feed->count; i++) {
		if (feed->events[feed->first + i].mono_ns > then_ns)
			continue;
		events[count] = feed->events[feed->first + i];
		events[count].age_ns = then_ns - events[count].mono_ns;
		adopt_fields(model, arena, &events[count++]);
	}
	p->logs[profile].events = events;
	p->logs[profile].event_count = count;
}

void
model_update_events(
    struct model *model, const struct model_source sources[], size_t count)
{
	struct model_private *p = model->private;
	const struct dbgshm_event_info *info;
	struct dbgshm_reader *reader;
	size_t i, profile;

	model->events_lost = p->present != NULL ? p->present->events_lost : 0;
	p->keep_heard = false;
	for (i = 0; i < count; i++) {
		reader = sources[i].reader;
		if (sources[i].events == NULL ||
		    dbgshm_events_poll(sources[i].events) == -1)
			continue;
		while ((info = dbgshm_events_next(sources[i].events)) != NULL) {
			if (p->until_ns != 0 && info->real_ns >= p->until_ns)
				continue;
			profile = p->first[i] +
			    dbgshm_reader_log(reader, info->log)->profile;
			if (p->heard != NULL)
				hear_event(p, i, reader,
				    p->profiles[profile].path, info);
			else
				keep_event(
				    p, i, reader, p->feeds[profile], info);
		}
		model->events_lost += dbgshm_events_lost(sources[i].events);
	}
	for (i = 0; i < model->profile_count; i++) {
		if (p->feeds[i] == NULL)
			continue;
		reader = sources[p->origins[i].reader].reader;
		if (p->present != NULL)
			show_remembered(model, i, p->origins[i].reader,
			    dbgshm_reader_now_ns(reader));
		else
			show_feed(p, i, dbgshm_reader_now_ns(reader));
	}
}
