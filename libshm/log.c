/*
 * log.c - registering event logs and kinds of events.
 *
 * A log that is removed keeps its rings: registered again with the same sizes it
 * goes on.  So does a kind of event, with its number.
 */
#include "ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_RINGS 5
#define DEFAULT_RING_SIZE 8192u
#define CACHE_LINE 64

static struct dbgshm_ring *
ring_at(const struct event_log *log, uint64_t data_offset, uint32_t ring)
{
	return ((struct dbgshm_ring *)(void *)(log->region->base + data_offset +
	    ring * (sizeof(struct dbgshm_ring) + (uint64_t)log->ring_size)));
}

/* ---- logs -------------------------------------------------------------------- */

/* Fills in defaults; 0 or EINVAL. */
static int
settle(const struct dbgshm_region *region,
    const struct dbgshm_log_options *given, struct dbgshm_log_options *options)
{
	uint32_t size = DBGSHM_RING_SIZE_MIN;

	memset(options, 0, sizeof(*options));
	if (given != NULL)
		*options = *given;
	if (options->rings == 0)
		options->rings = DEFAULT_RINGS;
	if (options->ring_size == 0)
		options->ring_size = DEFAULT_RING_SIZE;
	if (options->ring_size > DBGSHM_RING_SIZE_MAX)
		return (EINVAL);
	if (options->rings > region->shard_count)
		options->rings = region->shard_count;
	while (size < options->ring_size)
		size *= 2;
	options->ring_size = size;
	return (0);
}

static struct event_log *
log_alloc(struct dbgshm_region *region, uint32_t parent,
    const struct dbgshm_log_options *options)
{
	size_t size = sizeof(struct event_log) +
	    options->rings * sizeof(struct dbgshm__ring);
	struct event_log *log;
	size_t i;

	size = (size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
	if ((log = aligned_alloc(CACHE_LINE, size)) == NULL)
		return (NULL);
	memset(log, 0, size);
	log->region = region;
	log->parent = parent;
	log->ring_count = options->rings;
	log->ring_size = options->ring_size;
	for (i = 0; i < DBGSHM_RINGS_MAX; i++)
		log->log.rings[i] = i == 0 || i >= log->ring_count
		    ? &log->none
		    : &log->states[i];
	return (log);
}

static int
log_new(struct dbgshm_profile *profile, struct event_log *log)
{
	struct dbgshm_region *region = profile->region;
	struct room *room = &region->rooms[ROOM_RINGS];
	uint64_t size = log->ring_count *
	    (sizeof(struct dbgshm_ring) + (uint64_t)log->ring_size);
	struct dbgshm_desc_log *desc;
	uint32_t i;
	int error;

	if ((error = dbgshm__region_reserve(
		 region, ROOM_RINGS, room->used + size)) != 0)
		return (error);
	desc = (void *)dbgshm__schema_take(
	    region, sizeof(*desc), &log->descriptor);
	if (desc == NULL)
		return (errno);
	desc->head.type = DBGSHM_DESC_LOG;
	desc->head.size8 = sizeof(*desc) / 8;
	desc->head.generation = 1;
	desc->head.parent = log->parent;
	desc->ring_count = log->ring_count;
	desc->ring_size = log->ring_size;
	desc->data_offset = room->offset + room->used;
	desc->data_size = size;
	for (i = 0; i < log->ring_count; i++)
		dbgshm__ring_reset(&log->states[i],
		    ring_at(log, desc->data_offset, i), log->ring_size);
	dbgshm__region_used(region, ROOM_RINGS, room->used + size);
	dbgshm__region_used(
	    region, ROOM_DESCRIPTORS, log->descriptor + sizeof(*desc));
	/* In the list first: a thread that takes a shard meanwhile names its
	 * ring itself. */
	log->next = region->logs;
	__atomic_store_n(&region->logs, log, __ATOMIC_RELEASE);
	for (i = 1; i < log->ring_count; i++)
		dbgshm__store_relaxed(
		    &log->states[i].shared->thread, dbgshm__ring_name(i));
	dbgshm__store_release32(&desc->head.state, DBGSHM_DESC_LIVE);
	log->live = true;
	dbgshm__schema_changed(region);
	return (0);
}

/* The live one, or one of just these sizes. */
static struct event_log *
find_log(const struct dbgshm_profile *profile, const struct event_log *like)
{
	struct event_log *log;

	for (log = profile->log; log != NULL; log = log->older)
		if (like == NULL ? log->live
				 : log->ring_count == like->ring_count &&
			    log->ring_size == like->ring_size)
			return (log);
	return (NULL);
}

static void
revive(struct dbgshm_region *region, uint32_t descriptor)
{
	struct dbgshm_desc *desc = dbgshm__schema_desc(region, descriptor);

	desc->generation++;
	dbgshm__store_release32(&desc->state, DBGSHM_DESC_LIVE);
	dbgshm__schema_changed(region);
}

struct dbgshm_log *
dbgshm_log_create(
    struct dbgshm_profile *profile, const struct dbgshm_log_options *given)
{
	struct dbgshm_log_options options;
	struct event_log *log = NULL, *removed;
	int error = 0;

	if (profile == NULL || !profile->region->self)
		error = ENOTSUP;
	else if ((error = settle(profile->region, given, &options)) == 0 &&
	    (log = log_alloc(
		 profile->region, profile->descriptor / 8, &options)) == NULL)
		error = ENOMEM;
	if (error != 0) {
		errno = error;
		return (NULL);
	}
	dbgshm__enter();
	if (!profile->live)
		error = ENOTSUP;
	else if (find_log(profile, NULL) != NULL)
		error = EEXIST;
	else if ((removed = find_log(profile, log)) != NULL) {
		free(log);
		log = removed;
		log->live = true;
		revive(log->region, log->descriptor);
	} else if ((error = dbgshm__schema_refused(
			profile->region, log_new(profile, log))) == 0) {
		log->older = profile->log;
		profile->log = log;
	}
	dbgshm__leave();
	if (error != 0) {
		free(log);
		errno = error;
		return (NULL);
	}
	return (&log->log);
}

static void
mark_removed(struct dbgshm_region *region, uint32_t descriptor)
{
	dbgshm__store_release32(&dbgshm__schema_desc(region, descriptor)->state,
	    DBGSHM_DESC_REMOVED);
}

void
dbgshm__log_remove(struct dbgshm_profile *profile)
{
	struct event_log *log = find_log(profile, NULL);
	size_t i;

	if (log == NULL)
		return;
	log->live = false;
	mark_removed(log->region, log->descriptor);
	for (i = 0; i < log->kind_count; i++) {
		log->kinds[i].live = false;
		mark_removed(log->region, log->kinds[i].descriptor);
	}
}

/* In a forked child: nothing has happened yet. */
void
dbgshm__logs_forked(struct dbgshm_region *region)
{
	struct event_log *log;
	uint32_t i;

	if (region->self)
		dbgshm__rings_forked();
	for (log = region->logs; log != NULL; log = log->next)
		for (i = 0; i < log->ring_count; i++)
			dbgshm__ring_reset(&log->states[i],
			    log->states[i].shared, log->ring_size);
}

/* ---- kinds of events ------------------------------------------------------------ */

static uint64_t
hash_name(const char *name)
{
	return (dbgshm__identity_hash(name, strlen(name) + 1, IDENTITY_SEED));
}

static uint64_t
hash_kind(const struct dbgshm_event_kind *kind)
{
	uint64_t hash = hash_name(kind->name);

	hash = dbgshm__identity_hash(kind->text, strlen(kind->text) + 1, hash);
	hash = dbgshm__identity_hash(
	    &kind->severity, sizeof(kind->severity), hash);
	return (dbgshm__columns_hash(kind->fields, kind->field_count, hash));
}

static int
kinds_grow(struct event_log *log)
{
	struct event_kind *bigger;
	size_t capacity;

	if (log->kind_count < log->kind_capacity)
		return (0);
	capacity = log->kind_capacity == 0 ? 16 : log->kind_capacity * 2;
	bigger = realloc(log->kinds, capacity * sizeof(*log->kinds));
	if (bigger == NULL)
		return (ENOMEM);
	log->kinds = bigger;
	log->kind_capacity = capacity;
	return (0);
}

static struct dbgshm_event
handle_of(const struct dbgshm_event_kind *kind, uint16_t number)
{
	struct dbgshm_event event = { 0 };
	uint64_t texts = 0;
	size_t i;

	event.word = (uint64_t)kind->severity << DBGSHM_RECORD_SEVERITY_SHIFT |
	    (uint64_t)number << DBGSHM_RECORD_EVENT_SHIFT;
	for (i = 0; i < kind->field_count; i++) {
		if (kind->fields[i].type == DBGSHM_TYPE_TEXT)
			texts |= UINT64_C(1) << i;
		else if (kind->fields[i].type == DBGSHM_TYPE_BLOB)
			texts |= UINT64_C(1) << (EVENT_BLOBS_SHIFT + i);
	}
	if (texts != 0)
		event.word |= EVENT_TEXTS | texts;
	return (event);
}

static int
kind_new(struct dbgshm_region *region, uint32_t parent,
    const struct dbgshm_event_kind *kind, struct event_kind *new)
{
	size_t size = sizeof(struct dbgshm_desc_event) +
	    kind->field_count * sizeof(struct dbgshm_desc_column);
	uint16_t number =
	    (uint16_t)(DBGSHM_EVENT_FIRST + region->event_numbers);
	struct dbgshm_desc_event *desc;
	size_t length = strlen(kind->text);
	uint32_t texts[2];
	int error;

	if (region->event_numbers > UINT16_MAX - DBGSHM_EVENT_FIRST)
		return (ENOSPC);
	texts[0] = dbgshm__schema_text(region, kind->name, strlen(kind->name));
	texts[1] = dbgshm__schema_text(region, kind->text, length);
	if (texts[0] == 0 || (texts[1] == 0 && length != 0))
		return (errno);
	desc = (void *)dbgshm__schema_take(region, size, &new->descriptor);
	if (desc == NULL)
		return (errno);
	if ((error = dbgshm__columns_write(region, (void *)(desc + 1),
		 kind->fields, kind->field_count)) != 0) {
		memset(desc, 0, size);
		return (error);
	}
	desc->head.type = DBGSHM_DESC_EVENT;
	desc->head.size8 = (uint16_t)(size / 8);
	desc->head.generation = 1;
	desc->head.parent = parent;
	desc->name_offset = texts[0];
	desc->name_length = (uint16_t)strlen(kind->name);
	desc->number = number;
	desc->text_offset = texts[1];
	desc->text_length = (uint16_t)length;
	desc->severity = kind->severity;
	desc->field_count = (uint8_t)kind->field_count;
	region->event_numbers++;
	dbgshm__region_used(region, ROOM_DESCRIPTORS, new->descriptor + size);
	dbgshm__store_release32(&desc->head.state, DBGSHM_DESC_LIVE);
	dbgshm__schema_changed(region);
	new->event = handle_of(kind, number);
	return (0);
}

static int
check_kind(const struct dbgshm_event_kind *kind)
{
	int error;

	if (kind == NULL || kind->severity >= DBGSHM_SEVERITY_COUNT ||
	    kind->field_count > DBGSHM_FIELDS_MAX ||
	    (kind->field_count != 0 && kind->fields == NULL))
		return (EINVAL);
	if ((error = dbgshm__name_check_word(kind->name, DBGSHM_PATH_MAX)) !=
		0 ||
	    (error = dbgshm__name_check_line(kind->text, DBGSHM_TEXT_MAX)) != 0)
		return (error);
	return (dbgshm__columns_check(kind->fields, kind->field_count));
}

/* Under the lock. */
static int
kind_create(struct event_log *log, const struct dbgshm_event_kind *kind,
    struct dbgshm_event *event)
{
	struct event_kind new = { .name_hash = hash_name(kind->name),
		.schema_hash = hash_kind(kind),
		.live = true };
	struct event_kind *old = NULL;
	size_t i;
	int error;

	for (i = 0; i < log->kind_count; i++) {
		if (log->kinds[i].live &&
		    log->kinds[i].name_hash == new.name_hash)
			return (EEXIST);
		if (log->kinds[i].schema_hash == new.schema_hash)
			old = &log->kinds[i];
	}
	if (old != NULL) {
		old->live = true;
		revive(log->region, old->descriptor);
		*event = old->event;
		return (0);
	}
	if ((error = kinds_grow(log)) != 0 ||
	    (error = dbgshm__schema_refused(log->region,
		 kind_new(log->region, log->parent, kind, &new))) != 0)
		return (error);
	log->kinds[log->kind_count++] = new;
	*event = new.event;
	return (0);
}

int
dbgshm_event_create(struct dbgshm_log *public,
    const struct dbgshm_event_kind *given, struct dbgshm_event *event)
{
	struct event_log *log = (struct event_log *)public;
	struct dbgshm_event_kind kind;
	int error;

	if (log == NULL)
		return (dbgshm__writer_result(ENOTSUP));
	if ((error = check_kind(given)) != 0)
		return (dbgshm__writer_result(error));
	kind = *given;
	if (kind.text == NULL)
		kind.text = "";
	dbgshm__enter();
	error = log->live ? kind_create(log, &kind, event) : ENOTSUP;
	dbgshm__leave();
	return (dbgshm__writer_result(error));
}
