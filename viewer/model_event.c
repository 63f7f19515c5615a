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

	while ((feed = *place) != NULL) {
		if (feed->claimed && !all) {
			feed->claimed = false;
			place = &feed->next;
			continue;
		}
		*place = feed->next;
		arena_free(&feed->batches[0].arena);
		arena_free(&feed->batches[1].arena);
		free(feed->path);
		free(feed);
	}
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
	    ((p->flags & MODEL_SECRETS) != 0 ? EVENT_TEXT_SECRETS : 0) |
	    ((p->flags & MODEL_RAW) != 0 ? EVENT_TEXT_RAW : 0);
	char line[EVENT_TEXT_SIZE], *text;
	size_t length;

	length = event_text(line, sizeof(line), reader, info, flags);
	text = arena_take(arena, length + 1, 1);
	memcpy(text, line, length);
	return (text);
}

static void
make_event(struct model_private *p, size_t at, struct dbgshm_reader *reader,
    struct arena *arena, const struct dbgshm_event_info *info,
    struct model_event *out)
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

static void
keep_event(struct model_private *p, size_t at, struct dbgshm_reader *reader,
    struct model_feed *feed, const struct dbgshm_event_info *info)
{
	struct model_batch *batch = &feed->batches[feed->turn];

	if (batch->count == MODEL_EVENTS) {
		feed->turn = !feed->turn;
		batch = &feed->batches[feed->turn];
		arena_clear(&batch->arena);
		batch->count = 0;
	}
	make_event(
	    p, at, reader, &batch->arena, info, &batch->events[batch->count++]);
}

static void
hear_event(struct model_private *p, size_t at, struct dbgshm_reader *reader,
    const char *path, const struct dbgshm_event_info *info)
{
	struct model_event event;

	if (!p->keep_heard)
		arena_clear(&p->heard_arena);
	make_event(p, at, reader, &p->heard_arena, info, &event);
	event.path = path;
	p->keep_heard = p->heard(&event, p->heard_context);
}

/* ---- all of them --------------------------------------------------------- */

/* The newest first, with their ages in this frame. */
static void
show_feed(struct model_private *p, size_t profile, uint64_t now_ns)
{
	struct model_feed *feed = p->feeds[profile];
	struct model_batch *batch = &feed->batches[feed->turn];
	struct model_batch *before = &feed->batches[!feed->turn];
	size_t i, count = batch->count + before->count;
	struct model_event *events;

	events = arena_take(&p->frames[p->turn], count, sizeof(*events));
	for (i = 0; i < count; i++) {
		events[i] = i < batch->count
		    ? batch->events[batch->count - 1 - i]
		    : before->events[count - 1 - i];
		events[i].path = p->profiles[profile].path;
		if (now_ns > events[i].mono_ns)
			events[i].age_ns = now_ns - events[i].mono_ns;
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

	model->events_lost = 0;
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
	for (i = 0; i < model->profile_count; i++)
		if (p->feeds[i] != NULL)
			show_feed(p, i,
			    dbgshm_reader_now_ns(
				sources[p->origins[i].reader].reader));
}
