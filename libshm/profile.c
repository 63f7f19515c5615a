/*
 * profile.c - registering and removing profiles.
 *
 * Descriptors are appended, never moved.  Removing marks one; registering the
 * same thing again revives it.  Order of publication: texts, then descriptor,
 * then `used`, then its state, then schema_generation.
 */
#include "region.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int
dbgshm__schema_refused(struct dbgshm_region *region, int error)
{
	if (error == ENOSPC && region->header != NULL)
		(void)dbgshm__fetch_add(&region->header->drop_registrations, 1);
	return (error);
}

void
dbgshm__schema_changed(struct dbgshm_region *region)
{
	dbgshm__store_release(
	    &region->header->schema_generation, ++region->schema_generation);
}

struct dbgshm_desc *
dbgshm__schema_desc(const struct dbgshm_region *region, uint32_t offset)
{
	return ((struct dbgshm_desc *)(void *)(region->base +
	    region->rooms[ROOM_DESCRIPTORS].offset + offset));
}

/* Zeroed room for a descriptor; NULL and errno. */
char *
dbgshm__schema_take(struct dbgshm_region *region, size_t size, uint32_t *offset)
{
	struct room *room = &region->rooms[ROOM_DESCRIPTORS];
	int error;

	if ((error = dbgshm__region_reserve(
		 region, ROOM_DESCRIPTORS, room->used + size)) != 0) {
		errno = error;
		return (NULL);
	}
	*offset = (uint32_t)room->used;
	return (region->base + room->offset + room->used);
}

/* Stores a text once if it was stored a short while ago; 0 for none. */
uint32_t
dbgshm__schema_text(
    struct dbgshm_region *region, const char *text, size_t length)
{
	struct room *room = &region->rooms[ROOM_STRINGS];
	struct recent_text *recent;
	uint64_t hash;
	uint32_t at;
	int error;

	if (length == 0)
		return (0);
	hash = dbgshm__identity_hash(text, length, IDENTITY_SEED);
	recent = &region->recent[(hash ^ hash >> 32) % REGION_RECENT_TEXTS];
	if (recent->hash == hash && recent->length == length &&
	    memcmp(region->base + room->offset + recent->offset, text,
		length) == 0)
		return (recent->offset);
	if ((error = dbgshm__region_reserve(
		 region, ROOM_STRINGS, room->used + length + 1)) != 0) {
		errno = error;
		return (0);
	}
	at = (uint32_t)room->used;
	memcpy(region->base + room->offset + at, text, length);
	region->base[room->offset + at + length] = '\0';
	dbgshm__region_used(region, ROOM_STRINGS, room->used + length + 1);
	*recent = (struct recent_text){ hash, at, (uint32_t)length };
	return (at);
}

bool
dbgshm__schema_same_text(const struct dbgshm_region *region, uint32_t offset,
    uint32_t length, const char *text, size_t text_length)
{
	const struct room *room = &region->rooms[ROOM_STRINGS];

	return (length == text_length &&
	    (length == 0 ||
		(offset <= room->used && length <= room->used - offset &&
		    memcmp(region->base + room->offset + offset, text,
			length) == 0)));
}

static bool
same_path(const struct dbgshm_region *region, uint32_t offset, const void *key)
{
	const struct dbgshm_desc_profile *desc =
	    (const void *)dbgshm__schema_desc(region, offset);
	const char *path = key;

	return (desc->head.type == DBGSHM_DESC_PROFILE &&
	    dbgshm__schema_same_text(region, desc->path_offset,
		desc->path_length, path, strlen(path)));
}

static struct dbgshm_profile *
profile_at(const struct dbgshm_region *region, uint32_t descriptor)
{
	size_t i;

	for (i = 0; i < region->profile_count; i++)
		if (region->profiles[i]->descriptor == descriptor)
			return (region->profiles[i]);
	return (NULL);
}

static struct dbgshm_profile *
profile_revive(struct dbgshm_region *region, uint32_t descriptor)
{
	struct dbgshm_profile *profile = profile_at(region, descriptor);
	struct dbgshm_desc *desc = dbgshm__schema_desc(region, descriptor);

	if (profile == NULL || profile->live) {
		errno = EEXIST;
		return (NULL);
	}
	desc->generation++;
	profile->live = true;
	dbgshm__store_release32(&desc->state, DBGSHM_DESC_LIVE);
	dbgshm__schema_changed(region);
	return (profile);
}

static int
profiles_grow(struct dbgshm_region *region)
{
	struct dbgshm_profile **bigger;
	size_t capacity;

	if (region->profile_count < region->profile_capacity)
		return (0);
	capacity =
	    region->profile_capacity == 0 ? 16 : region->profile_capacity * 2;
	bigger =
	    realloc(region->profiles, capacity * sizeof(*region->profiles));
	if (bigger == NULL)
		return (ENOMEM);
	region->profiles = bigger;
	region->profile_capacity = capacity;
	return (0);
}

static struct dbgshm_profile *
profile_new(struct dbgshm_region *region, const char *path,
    const char *description, const char *help, uint64_t hash)
{
	struct dbgshm_desc_profile *desc;
	struct dbgshm_profile *profile;
	size_t lengths[3] = { strlen(path),
		description == NULL ? 0 : strlen(description),
		help == NULL ? 0 : strlen(help) };
	uint32_t texts[3], offset;
	size_t i;
	int error;

	if ((error = profiles_grow(region)) != 0 ||
	    (error = dbgshm__index_grow(&region->index)) != 0) {
		errno = error;
		return (NULL);
	}
	texts[0] = dbgshm__schema_text(region, path, lengths[0]);
	texts[1] = dbgshm__schema_text(region, description, lengths[1]);
	texts[2] = dbgshm__schema_text(region, help, lengths[2]);
	for (i = 0; i < 3; i++)
		if (texts[i] == 0 && lengths[i] != 0)
			return (NULL);
	desc = (void *)dbgshm__schema_take(region, sizeof(*desc), &offset);
	if (desc == NULL || (profile = calloc(1, sizeof(*profile))) == NULL)
		return (NULL);
	desc->head.type = DBGSHM_DESC_PROFILE;
	desc->head.size8 = sizeof(*desc) / 8;
	desc->head.generation = 1;
	desc->path_offset = texts[0];
	desc->path_length = (uint16_t)lengths[0];
	desc->description_offset = texts[1];
	desc->description_length = (uint16_t)lengths[1];
	desc->help_offset = texts[2];
	desc->help_length = (uint16_t)lengths[2];
	profile->magic = PROFILE_MAGIC;
	profile->descriptor = offset;
	profile->region = region;
	profile->live = true;
	region->profiles[region->profile_count++] = profile;
	dbgshm__index_put(&region->index, hash, offset);
	dbgshm__region_used(region, ROOM_DESCRIPTORS, offset + sizeof(*desc));
	dbgshm__store_release32(&desc->head.state, DBGSHM_DESC_LIVE);
	dbgshm__schema_changed(region);
	return (profile);
}

struct dbgshm_profile *
dbgshm_region_profile_add(struct dbgshm_region *region, const char *path,
    const char *description, const char *help)
{
	struct dbgshm_profile *profile = NULL;
	uint64_t hash;
	uint32_t found;
	int error;

	if (region == NULL) {
		errno = ENOTSUP;
		return (NULL);
	}
	if ((error = dbgshm__name_check_path(path)) != 0 ||
	    (error = dbgshm__name_check_line(description, DBGSHM_TEXT_MAX)) !=
		0 ||
	    (error = dbgshm__name_check_text(help, DBGSHM_TEXT_MAX)) != 0) {
		errno = error;
		return (NULL);
	}
	hash = dbgshm__identity_hash(path, strlen(path), IDENTITY_SEED);
	dbgshm__enter();
	if ((found = dbgshm__index_find(region, hash, same_path, path)) != 0)
		profile = profile_revive(region, found);
	else
		profile = profile_new(region, path, description, help, hash);
	error = profile == NULL ? dbgshm__schema_refused(region, errno) : 0;
	dbgshm__leave();
	if (profile == NULL)
		errno = error;
	return (profile);
}

struct dbgshm_profile *
dbgshm_profile_add(const char *path, const char *description, const char *help)
{
	return (
	    dbgshm_region_profile_add(dbgshm_self(), path, description, help));
}

/* Marks everything that belongs to the profile at `parent`. */
static void
remove_children(struct dbgshm_region *region, uint32_t parent)
{
	uint64_t offset = sizeof(struct dbgshm_desc_profile);
	struct dbgshm_desc *desc;

	while (offset + sizeof(*desc) <= region->rooms[ROOM_DESCRIPTORS].used) {
		desc = dbgshm__schema_desc(region, (uint32_t)offset);
		if (desc->size8 < 2)
			return;
		if (desc->type == DBGSHM_DESC_METRIC &&
		    desc->parent == parent / 8 &&
		    desc->state == DBGSHM_DESC_LIVE)
			dbgshm__store_release32(
			    &desc->state, DBGSHM_DESC_REMOVED);
		offset += (uint64_t)desc->size8 * 8;
	}
}

int
dbgshm_profile_remove(struct dbgshm_profile *profile)
{
	struct dbgshm_region *region;

	if (profile == NULL) {
		errno = ENOTSUP;
		return (-1);
	}
	region = profile->region;
	dbgshm__enter();
	if (!profile->live) {
		dbgshm__leave();
		errno = ENOENT;
		return (-1);
	}
	profile->live = false;
	dbgshm__store_release32(
	    &dbgshm__schema_desc(region, profile->descriptor)->state,
	    DBGSHM_DESC_REMOVED);
	remove_children(region, profile->descriptor);
	dbgshm__table_remove(profile);
	dbgshm__log_remove(profile);
	dbgshm__schema_changed(region);
	dbgshm__leave();
	return (0);
}

void
dbgshm__region_free_schema(struct dbgshm_region *region)
{
	size_t i;

	for (i = 0; i < region->profile_count; i++) {
		dbgshm__table_free(region->profiles[i]);
		free(region->profiles[i]);
	}
	free(region->profiles);
	free(region->index.entries);
	free(region->peaks);
}
