/* metric.c - registering, reviving and removing metrics. */
#include "region.h"

#include <errno.h>
#include <string.h>

#define HISTOGRAM_HIGHEST (UINT64_C(1) << 36)
#define LABELS_MAX 64
#define PEAK_WORDS 2 /* value and stamp */

struct metric_key {
	uint32_t parent;
	const char *name, *labels;
	size_t name_length, labels_length;
};

/* What a metric's handle is made of. */
struct metric_place {
	uint32_t cell, peak;
};

static bool
same_metric(
    const struct dbgshm_region *region, uint32_t offset, const void *key)
{
	const struct dbgshm_desc_metric *desc =
	    (const void *)dbgshm__schema_desc(region, offset);
	const struct metric_key *want = key;

	return (desc->head.type == DBGSHM_DESC_METRIC &&
	    desc->head.parent == want->parent / 8 &&
	    dbgshm__schema_same_text(region, desc->name_offset,
		desc->name_length, want->name, want->name_length) &&
	    dbgshm__schema_same_text(region, desc->labels_offset,
		desc->labels_length, want->labels, want->labels_length));
}

static uint64_t
metric_hash(const struct metric_key *key)
{
	uint64_t hash = dbgshm__identity_hash(
	    &key->parent, sizeof(key->parent), IDENTITY_SEED);

	hash = dbgshm__identity_hash(key->name, key->name_length + 1, hash);
	return (dbgshm__identity_hash(key->labels, key->labels_length, hash));
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
		if ((error = dbgshm__name_check_label_key(labels[i].key)) != 0)
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

static bool
has_peak(uint8_t kind)
{
	return (kind == DBGSHM_METRIC_GAUGE || kind == DBGSHM_METRIC_FLOAT ||
	    kind == DBGSHM_METRIC_UPDOWN);
}

/* Room for the cells of a metric and for its mark, both or neither. */
static int
reserve(struct dbgshm_region *region, uint8_t kind, uint64_t bytes)
{
	enum section_id section = section_of(kind);
	uint64_t mark = has_peak(kind) ? PEAK_WORDS * 8 : 0;
	int error = 0;

	if (mark != 0 && (error = dbgshm__peaks_grow(region)) != 0)
		return (error);
	if (section == ROOM_GAUGES)
		bytes += mark;
	else if (mark != 0)
		error = dbgshm__region_reserve(region, ROOM_GAUGES,
		    region->rooms[ROOM_GAUGES].used + mark);
	return (error != 0 ? error
			   : dbgshm__region_reserve(region, section,
				 region->rooms[section].used + bytes));
}

/* Takes what reserve() has made sure of. */
static struct metric_place
take(struct dbgshm_region *region, uint8_t kind, uint32_t cells)
{
	enum section_id section = section_of(kind);
	struct metric_place place = { 0, 0 };

	place.cell = (uint32_t)(region->rooms[section].used / 8);
	dbgshm__region_used(
	    region, section, (place.cell + (uint64_t)cells) * 8);
	if (!has_peak(kind))
		return (place);
	place.peak = (uint32_t)(region->rooms[ROOM_GAUGES].used / 8);
	dbgshm__peaks_add(region, place.peak, place.cell, kind);
	dbgshm__region_used(
	    region, ROOM_GAUGES, (place.peak + (uint64_t)PEAK_WORDS) * 8);
	return (place);
}

static int
metric_revive(struct dbgshm_region *region, uint32_t offset, uint8_t kind,
    uint8_t unit, uint64_t highest, struct metric_place *place)
{
	struct dbgshm_desc_metric *desc =
	    (void *)dbgshm__schema_desc(region, offset);
	const struct room *room = &region->rooms[section_of(kind)];

	if (desc->head.state == DBGSHM_DESC_LIVE || desc->kind != kind ||
	    desc->unit != unit || desc->highest != highest ||
	    desc->cells != cells_of(kind, highest) ||
	    ((uint64_t)desc->cell + desc->cells) * 8 > room->used ||
	    (has_peak(kind) &&
		((uint64_t)desc->peak + PEAK_WORDS) * 8 >
		    region->rooms[ROOM_GAUGES].used))
		return (EEXIST);
	place->cell = desc->cell;
	place->peak = desc->peak;
	desc->head.generation++;
	dbgshm__store_release32(&desc->head.state, DBGSHM_DESC_LIVE);
	dbgshm__schema_changed(region);
	return (0);
}

static int
metric_new(struct dbgshm_region *region, const struct metric_key *key,
    const struct dbgshm_metric *metric, uint8_t kind, uint64_t highest,
    struct metric_place *place)
{
	struct dbgshm_desc_metric *desc;
	uint32_t cells = cells_of(kind, highest), texts[3], offset;
	size_t help = metric->help == NULL ? 0 : strlen(metric->help);
	int error;

	if ((error = dbgshm__index_grow(&region->index)) != 0 ||
	    (error = reserve(region, kind, (uint64_t)cells * 8)) != 0)
		return (error);
	texts[0] = dbgshm__schema_text(region, key->name, key->name_length);
	texts[1] = dbgshm__schema_text(region, key->labels, key->labels_length);
	texts[2] = dbgshm__schema_text(region, metric->help, help);
	if (texts[0] == 0 || (texts[1] == 0 && key->labels_length != 0) ||
	    (texts[2] == 0 && help != 0) ||
	    (desc = (void *)dbgshm__schema_take(
		 region, sizeof(*desc), &offset)) == NULL)
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
	desc->sub_bits = kind == DBGSHM_METRIC_HISTOGRAM ? DBGSHM_SUB_BITS : 0;
	*place = take(region, kind, cells);
	desc->cell = place->cell;
	desc->cells = cells;
	desc->peak = place->peak;
	desc->highest = highest;
	dbgshm__index_put(&region->index, metric_hash(key), offset);
	dbgshm__region_used(region, ROOM_DESCRIPTORS, offset + sizeof(*desc));
	dbgshm__store_release32(&desc->head.state, DBGSHM_DESC_LIVE);
	dbgshm__schema_changed(region);
	return (0);
}

static int
metric_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, uint8_t kind, uint64_t highest,
    struct metric_place *place)
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
	if ((error = dbgshm__name_check_word(metric->name, DBGSHM_PATH_MAX)) !=
		0 ||
	    (error = dbgshm__name_check_text(metric->help, DBGSHM_TEXT_MAX)) !=
		0 ||
	    (error = pack_labels(metric->labels, metric->label_count, labels,
		 sizeof(labels), &key.labels_length)) != 0)
		return (error);
	region = profile->region;
	key.parent = profile->descriptor;
	key.name = metric->name;
	key.name_length = strlen(metric->name);
	dbgshm__enter();
	if (!profile->live)
		error = ENOTSUP;
	else if ((found = dbgshm__index_find(
		      region, metric_hash(&key), same_metric, &key)) != 0)
		error = metric_revive(
		    region, found, kind, metric->unit, highest, place);
	else
		error = dbgshm__schema_refused(region,
		    metric_new(region, &key, metric, kind, highest, place));
	dbgshm__leave();
	return (error);
}

int
dbgshm_counter_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, struct dbgshm_counter *counter)
{
	struct metric_place place;
	int error =
	    metric_create(profile, metric, DBGSHM_METRIC_COUNTER, 0, &place);

	if (error == 0)
		counter->cell = place.cell;
	return (dbgshm__writer_result(error));
}

int
dbgshm_updown_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, struct dbgshm_updown *updown)
{
	struct metric_place place;
	int error =
	    metric_create(profile, metric, DBGSHM_METRIC_UPDOWN, 0, &place);

	if (error == 0)
		updown->cell = place.cell;
	return (dbgshm__writer_result(error));
}

static int
create_gauge(struct dbgshm_profile *profile, const struct dbgshm_metric *metric,
    uint8_t kind, struct dbgshm_gauge *gauge)
{
	struct metric_place place;
	int error = metric_create(profile, metric, kind, 0, &place);

	if (error == 0)
		*gauge = (struct dbgshm_gauge){ place.cell, place.peak };
	return (dbgshm__writer_result(error));
}

int
dbgshm_gauge_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, struct dbgshm_gauge *gauge)
{
	return (create_gauge(profile, metric, DBGSHM_METRIC_GAUGE, gauge));
}

int
dbgshm_float_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, struct dbgshm_gauge *gauge)
{
	return (create_gauge(profile, metric, DBGSHM_METRIC_FLOAT, gauge));
}

int
dbgshm_histogram_create(struct dbgshm_profile *profile,
    const struct dbgshm_metric *metric, struct dbgshm_histogram *histogram)
{
	uint64_t highest = metric != NULL && metric->highest != 0
	    ? metric->highest
	    : HISTOGRAM_HIGHEST;
	struct metric_place place;
	int error = metric_create(
	    profile, metric, DBGSHM_METRIC_HISTOGRAM, highest, &place);

	if (error == 0) {
		histogram->cell = place.cell;
		histogram->last = cells_of(DBGSHM_METRIC_HISTOGRAM, highest) -
		    DBGSHM_HISTOGRAM_BUCKETS - 1;
	}
	return (dbgshm__writer_result(error));
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
		return (dbgshm__writer_result(ENOTSUP));
	if (name == NULL ||
	    pack_labels(labels, label_count, packed, sizeof(packed),
		&key.labels_length) != 0)
		return (dbgshm__writer_result(ENOENT));
	key.parent = profile->descriptor;
	key.name_length = strlen(name);
	dbgshm__enter();
	found = dbgshm__index_find(
	    profile->region, metric_hash(&key), same_metric, &key);
	desc = found == 0 ? NULL : dbgshm__schema_desc(profile->region, found);
	if (desc != NULL && desc->state == DBGSHM_DESC_LIVE) {
		dbgshm__store_release32(&desc->state, DBGSHM_DESC_REMOVED);
		dbgshm__schema_changed(profile->region);
		error = 0;
	}
	dbgshm__leave();
	return (dbgshm__writer_result(error));
}
