/*
 * profile.c - registering and removing profiles and metrics.
 *
 * Descriptors are appended, never moved.  Removing marks one; registering the
 * same thing again revives it.  Order of publication: texts, then descriptor,
 * then `used`, then its state, then schema_generation.
 */
#include "region.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HISTOGRAM_HIGHEST (UINT64_C(1) << 36)
#define LABELS_MAX 64

struct metric_key {
	uint32_t parent;
	const char *name, *labels;
	size_t name_length, labels_length;
};

int
schema_refused(struct dbgshm_region *region, int error)
{
	if (error == ENOSPC && region->header != NULL)
		(void)dbgshm__fetch_add(&region->header->drop_registrations, 1);
	return (error);
}

void
schema_changed(struct dbgshm_region *region)
{
	dbgshm__store_release(&region->header->schema_generation,
	    ++region->schema_generation);
}

static struct dbgshm_desc *
desc_at(const struct dbgshm_region *region, uint32_t offset)
{
	return ((struct dbgshm_desc *)(void *)(region->base +
	    region->rooms[ROOM_DESCRIPTORS].offset + offset));
}

/* Zeroed room for a descriptor; NULL and errno. */
char *
schema_take(struct dbgshm_region *region, size_t size, uint32_t *offset)
{
	struct room *room = &region->rooms[ROOM_DESCRIPTORS];
	int error;

	if ((error = region_reserve(
		 region, ROOM_DESCRIPTORS, room->used + size)) != 0) {
		errno = error;
		return (NULL);
	}
	*offset = (uint32_t)room->used;
	return (region->base + room->offset + room->used);
}

/* Stores a text once if it was stored a short while ago; 0 for none. */
uint32_t
schema_text(struct dbgshm_region *region, const char *text, size_t length)
{
	struct room *room = &region->rooms[ROOM_STRINGS];
	struct recent_text *recent;
	uint64_t hash;
	uint32_t at;
	int error;

	if (length == 0) {
		errno = 0;
		return (0);
	}
	hash = identity_hash(text, length, IDENTITY_SEED);
	recent = &region->recent[(hash ^ hash >> 32) % REGION_RECENT_TEXTS];
	if (recent->hash == hash && recent->length == length &&
	    memcmp(region->base + room->offset + recent->offset, text,
		length) == 0)
		return (recent->offset);
	if ((error = region_reserve(
		 region, ROOM_STRINGS, room->used + length + 1)) != 0) {
		errno = error;
		return (0);
	}
	at = (uint32_t)room->used;
	memcpy(region->base + room->offset + at, text, length);
	region->base[room->offset + at + length] = '\0';
	region_used(region, ROOM_STRINGS, room->used + length + 1);
	*recent = (struct recent_text){ hash, at, (uint32_t)length };
	return (at);
}

static bool
same_text(const struct dbgshm_region *region, uint32_t offset, uint32_t length,
    const char *text, size_t text_length)
{
	const struct room *room = &region->rooms[ROOM_STRINGS];

	return (length == text_length &&
	    (length == 0 ||
		(offset <= room->used && length <= room->used - offset &&
		    memcmp(region->base + room->offset + offset, text,
			length) == 0)));
}

/* ---- profiles ---------------------------------------------------------- */

static bool
same_path(const struct dbgshm_region *region, uint32_t offset, const void *key)
{
	const struct dbgshm_desc_profile *desc =
	    (const void *)desc_at(region, offset);
	const char *path = key;

	return (desc->head.type == DBGSHM_DESC_PROFILE &&
	    same_text(region, desc->path_offset, desc->path_length, path,
		strlen(path)));
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
	struct dbgshm_desc *desc = desc_at(region, descriptor);

	if (profile == NULL || profile->live) {
		errno = EEXIST;
		return (NULL);
	}
	desc->generation++;
	profile->live = true;
	dbgshm__store_release32(&desc->state, DBGSHM_DESC_LIVE);
	schema_changed(region);
	return (profile);
}

static int
profiles_grow(struct dbgshm_region *region)
{
	struct dbgshm_profile **bigger;
	size_t capacity;

	if (region->profile_count < region->profile_capacity)
		return (0);
	capacity = region->profile_capacity == 0 ? 16
						 : region->profile_capacity * 2;
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
	    (error = index_grow(&region->index)) != 0) {
		errno = error;
		return (NULL);
	}
	texts[0] = schema_text(region, path, lengths[0]);
	texts[1] = schema_text(region, description, lengths[1]);
	texts[2] = schema_text(region, help, lengths[2]);
	for (i = 0; i < 3; i++)
		if (texts[i] == 0 && lengths[i] != 0)
			return (NULL);
	desc = (void *)schema_take(region, sizeof(*desc), &offset);
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
	index_put(&region->index, hash, offset);
	region_used(region, ROOM_DESCRIPTORS, offset + sizeof(*desc));
	dbgshm__store_release32(&desc->head.state, DBGSHM_DESC_LIVE);
	schema_changed(region);
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
	if ((error = name_check_path(path)) != 0 ||
	    (error = name_check_line(description, DBGSHM_TEXT_MAX)) != 0 ||
	    (error = name_check_text(help, DBGSHM_TEXT_MAX)) != 0) {
		errno = error;
		return (NULL);
	}
	hash = identity_hash(path, strlen(path), IDENTITY_SEED);
	(void)pthread_mutex_lock(&dbgshm__lock);
	if ((found = index_find(region, hash, same_path, path)) != 0)
		profile = profile_revive(region, found);
	else
		profile =
		    profile_new(region, path, description, help, hash);
	error = profile == NULL ? schema_refused(region, errno) : 0;
	(void)pthread_mutex_unlock(&dbgshm__lock);
	if (profile == NULL)
		errno = error;
	return (profile);
}

struct dbgshm_profile *
dbgshm_profile_add(
    const char *path, const char *description, const char *help)
{
	return (dbgshm_region_profile_add(
	    dbgshm_self(), path, description, help));
}

/* Marks everything that belongs to the profile at `parent`. */
static void
remove_children(struct dbgshm_region *region, uint32_t parent)
{
	uint64_t offset = sizeof(struct dbgshm_desc_profile);
	struct dbgshm_desc *desc;

	while (offset + sizeof(*desc) <= region->rooms[ROOM_DESCRIPTORS].used) {
		desc = desc_at(region, (uint32_t)offset);
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
	(void)pthread_mutex_lock(&dbgshm__lock);
	if (!profile->live) {
		(void)pthread_mutex_unlock(&dbgshm__lock);
		errno = ENOENT;
		return (-1);
	}
	profile->live = false;
	dbgshm__store_release32(
	    &desc_at(region, profile->descriptor)->state, DBGSHM_DESC_REMOVED);
	remove_children(region, profile->descriptor);
	table_remove(profile);
	schema_changed(region);
	(void)pthread_mutex_unlock(&dbgshm__lock);
	return (0);
}

/* ---- metrics ------------------------------------------------------------ */

static bool
same_metric(const struct dbgshm_region *region, uint32_t offset,
    const void *key)
{
	const struct dbgshm_desc_metric *desc =
	    (const void *)desc_at(region, offset);
	const struct metric_key *want = key;

	return (desc->head.type == DBGSHM_DESC_METRIC &&
	    desc->head.parent == want->parent / 8 &&
	    same_text(region, desc->name_offset, desc->name_length, want->name,
		want->name_length) &&
	    same_text(region, desc->labels_offset, desc->labels_length,
		want->labels, want->labels_length));
}

static uint64_t
metric_hash(const struct metric_key *key)
{
	uint64_t hash =
	    identity_hash(&key->parent, sizeof(key->parent), IDENTITY_SEED);

	hash = identity_hash(key->name, key->name_length + 1, hash);
	return (identity_hash(key->labels, key->labels_length, hash));
}

/* Labels as they are stored: key NUL value NUL ... */
static int
pack_labels(const struct dbgshm_label *labels, size_t count, char *packed,
    size_t size, size_t *length)
{
	size_t i, key, value;
	int error;

	*length = 0;
	if (count > LABELS_MAX)
		return (EINVAL);
	for (i = 0; i < count; i++) {
		if ((error = name_check_label_key(labels[i].key)) != 0)
			return (error);
		if (labels[i].value == NULL)
			return (EINVAL);
		key = strlen(labels[i].key) + 1;
		value = strnlen(labels[i].value, size) + 1;
		if (key + value > size - *length)
			return (ENAMETOOLONG);
		memcpy(packed + *length, labels[i].key, key);
		memcpy(packed + *length + key, labels[i].value, value);
		*length += key + value;
	}
	return (0);
}

static uint32_t
cells_of(uint8_t kind, uint64_t highest)
{
	switch (kind) {
	case DBGSHM_METRIC_UPDOWN:
		return (2);
	case DBGSHM_METRIC_HISTOGRAM:
		/* One more bucket for all that is above, unless none can be. */
		return (DBGSHM_HISTOGRAM_BUCKETS +
		    (uint32_t)dbgshm__bucket(highest) +
		    (highest == UINT64_MAX ? 1 : 2));
	default:
		return (1);
	}
}

static enum section_id
section_of(uint8_t kind)
{
	return (kind == DBGSHM_METRIC_GAUGE || kind == DBGSHM_METRIC_FLOAT
		? ROOM_GAUGES
		: ROOM_SHARDS);
}

static int
metric_revive(struct dbgshm_region *region, uint32_t offset, uint8_t kind,
    uint8_t unit, uint64_t highest, uint32_t *cell)
{
	struct dbgshm_desc_metric *desc = (void *)desc_at(region, offset);
	const struct room *room = &region->rooms[section_of(kind)];

	if (desc->head.state == DBGSHM_DESC_LIVE || desc->kind != kind ||
	    desc->unit != unit || desc->highest != highest ||
	    desc->cells != cells_of(kind, highest) ||
	    ((uint64_t)desc->cell + desc->cells) * 8 > room->used)
		return (EEXIST);
	*cell = desc->cell;
	desc->head.generation++;
	dbgshm__store_release32(&desc->head.state, DBGSHM_DESC_LIVE);
	schema_changed(region);
	return (0);
}

static int
metric_new(struct dbgshm_region *region, const struct metric_key *key,
    const struct dbgshm_metric *metric, uint8_t kind, uint64_t highest,
    uint32_t *cell)
{
	enum section_id section = section_of(kind);
	struct room *room = &region->rooms[section];
	struct dbgshm_desc_metric *desc;
	uint32_t cells = cells_of(kind, highest), texts[3], offset;
	size_t help = metric->help == NULL ? 0 : strlen(metric->help);
	int error;

	if ((error = index_grow(&region->index)) != 0 ||
	    (error = region_reserve(
		 region, section, room->used + (uint64_t)cells * 8)) != 0)
		return (error);
	texts[0] = schema_text(region, key->name, key->name_length);
	texts[1] = schema_text(region, key->labels, key->labels_length);
	texts[2] = schema_text(region, metric->help, help);
	if (texts[0] == 0 || (texts[1] == 0 && key->labels_length != 0) ||
	    (texts[2] == 0 && help != 0) ||
	    (desc = (void *)schema_take(region, sizeof(*desc), &offset)) ==
		NULL)
		return (errno);
	desc->head.type = DBGSHM_DESC_METRIC;
	desc->head.size8 = sizeof(*desc) / 8;
	desc->head.generation = 1;
	desc->head.parent = key->parent / 8;
	desc->name_offset = texts[0];
	desc->name_length = (uint16_t)key->name_length;
	desc->labels_offset = texts[1];
	desc->labels_length = (uint16_t)key->labels_length;
	desc->help_offset = texts[2];
	desc->help_length = (uint16_t)help;
	desc->kind = kind;
	desc->unit = metric->unit;
	desc->level = metric->level;
	desc->sub_bits =
	    kind == DBGSHM_METRIC_HISTOGRAM ? DBGSHM_SUB_BITS : 0;
	desc->cell = *cell = (uint32_t)(room->used / 8);
	desc->cells = cells;
	desc->highest = highest;
	region_used(region, section, room->used + (uint64_t)cells * 8);
	index_put(&region->index, metric_hash(key), offset);
	region_used(region, ROOM_DESCRIPTORS, offset + sizeof(*desc));
	dbgshm__store_release32(&desc->head.state, DBGSHM_DESC_LIVE);
	schema_changed(region);
	return (0);
}

static int
metric_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, uint8_t kind, uint32_t *cell,
    uint64_t highest)
{
	char labels[1024];
	struct metric_key key = { 0, NULL, labels, 0, 0 };
	struct dbgshm_region *region;
	uint32_t found;
	int error;

	if (profile == NULL)
		return (ENOTSUP);
	if (metric == NULL || metric->unit >= DBGSHM_UNIT_COUNT ||
	    metric->level > DBGSHM_LEVEL_DEBUG)
		return (EINVAL);
	if ((error = name_check_word(metric->name, DBGSHM_PATH_MAX)) != 0 ||
	    (error = name_check_text(metric->help, DBGSHM_TEXT_MAX)) != 0 ||
	    (error = pack_labels(metric->labels, metric->label_count, labels,
		 sizeof(labels), &key.labels_length)) != 0)
		return (error);
	region = profile->region;
	key.parent = profile->descriptor;
	key.name = metric->name;
	key.name_length = strlen(metric->name);
	(void)pthread_mutex_lock(&dbgshm__lock);
	if (!profile->live)
		error = ENOTSUP;
	else if ((found = index_find(
		      region, metric_hash(&key), same_metric, &key)) != 0)
		error = metric_revive(
		    region, found, kind, metric->unit, highest, cell);
	else
		error = schema_refused(region,
		    metric_new(region, &key, metric, kind, highest, cell));
	(void)pthread_mutex_unlock(&dbgshm__lock);
	return (error);
}

static int
result(int error)
{
	if (error == 0)
		return (0);
	errno = error;
	return (-1);
}

int
dbgshm_counter_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, struct dbgshm_counter *counter)
{
	return (result(metric_create(
	    profile, metric, DBGSHM_METRIC_COUNTER, &counter->cell, 0)));
}

int
dbgshm_updown_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, struct dbgshm_updown *updown)
{
	return (result(metric_create(
	    profile, metric, DBGSHM_METRIC_UPDOWN, &updown->cell, 0)));
}

int
dbgshm_gauge_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, struct dbgshm_gauge *gauge)
{
	return (result(metric_create(
	    profile, metric, DBGSHM_METRIC_GAUGE, &gauge->cell, 0)));
}

int
dbgshm_float_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, struct dbgshm_gauge *gauge)
{
	return (result(metric_create(
	    profile, metric, DBGSHM_METRIC_FLOAT, &gauge->cell, 0)));
}

int
dbgshm_histogram_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, struct dbgshm_histogram *histogram)
{
	uint64_t highest = metric != NULL && metric->highest != 0
	    ? metric->highest
	    : HISTOGRAM_HIGHEST;
	int error = metric_create(profile, metric, DBGSHM_METRIC_HISTOGRAM,
	    &histogram->cell, highest);

	if (error == 0)
		histogram->last = cells_of(DBGSHM_METRIC_HISTOGRAM, highest) -
		    DBGSHM_HISTOGRAM_BUCKETS - 1;
	return (result(error));
}

int
dbgshm_metric_remove(struct dbgshm_profile *profile, const char *name,
    const struct dbgshm_label *labels, size_t label_count)
{
	char packed[1024];
	struct metric_key key = { 0, name, packed, 0, 0 };
	struct dbgshm_desc *desc;
	uint32_t found;
	int error = ENOENT;

	if (profile == NULL)
		return (result(ENOTSUP));
	if (name == NULL ||
	    pack_labels(labels, label_count, packed, sizeof(packed),
		&key.labels_length) != 0)
		return (result(ENOENT));
	key.parent = profile->descriptor;
	key.name_length = strlen(name);
	(void)pthread_mutex_lock(&dbgshm__lock);
	found = index_find(
	    profile->region, metric_hash(&key), same_metric, &key);
	desc = found == 0 ? NULL : desc_at(profile->region, found);
	if (desc != NULL && desc->state == DBGSHM_DESC_LIVE) {
		dbgshm__store_release32(&desc->state, DBGSHM_DESC_REMOVED);
		schema_changed(profile->region);
		error = 0;
	}
	(void)pthread_mutex_unlock(&dbgshm__lock);
	return (result(error));
}

void
region_free_schema(struct dbgshm_region *region)
{
	size_t i;

	for (i = 0; i < region->profile_count; i++) {
		table_free(region->profiles[i]);
		free(region->profiles[i]);
	}
	free(region->profiles);
	free(region->index.entries);
}
