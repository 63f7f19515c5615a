/*
 * tracks.c - values followed over time: metrics, and numbers in rows of tables.
 */
#include "tracks.h"

#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Something of a region that is read: a metric, or a column of a table. */
struct wanted {
	size_t part, index;  /* of the metric, or of the table */
	struct track *track; /* of the metric; NULL: a column */
	size_t column;
	uint64_t id;
	struct model_column shown;
	char *path;
	bool by_tick;
};

struct tracks {
	struct patterns *patterns;
	struct model *model;
	uint8_t level;
	bool secrets;

	struct track **list;
	size_t count, room;
	size_t *places; /* by id: index + 1, 0 empty; a power of two of them */
	size_t place_count;

	struct wanted *wanted;
	size_t wanted_count, wanted_room;
	size_t hidden;
	struct {
		const struct dbgshm_reader *reader;
		uint64_t created, names;
	} parts[SOURCE_PARTS]; /* that `wanted` is about */
	size_t part_count;
};

struct tracks *
tracks_create(
    struct patterns *patterns, uint8_t level, struct model *model, bool secrets)
{
	struct tracks *tracks = calloc(1, sizeof(*tracks));

	if (tracks == NULL)
		err(1, "memory for tracks");
	tracks->patterns = patterns;
	tracks->level = level;
	tracks->model = model;
	tracks->secrets = secrets;
	return (tracks);
}

static void
clear_wanted(struct tracks *tracks)
{
	size_t i;

	for (i = 0; i < tracks->wanted_count; i++)
		free(tracks->wanted[i].path);
	tracks->wanted_count = 0;
	tracks->hidden = 0;
}

void
tracks_destroy(struct tracks *tracks)
{
	size_t i;

	if (tracks == NULL)
		return;
	for (i = 0; i < tracks->count; i++)
		track_free(tracks->list[i]);
	clear_wanted(tracks);
	free(tracks->wanted);
	free(tracks->list);
	free(tracks->places);
	free(tracks);
}

size_t
tracks_size(const struct tracks *tracks)
{
	return (tracks->count);
}

struct track *
tracks_at(const struct tracks *tracks, size_t index)
{
	return (tracks->list[index]);
}

size_t
tracks_hidden(const struct tracks *tracks)
{
	return (tracks->hidden);
}

/* ---- by id ------------------------------------------------------------------ */

static uint64_t
mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return (hash ^ hash >> 29);
}

static uint64_t
hash_text(uint64_t hash, const char *text)
{
	for (; *text != '\0'; text++)
		hash = mix(hash, (unsigned char)*text);
	return (hash);
}

static size_t *
find_place(const struct tracks *tracks, uint64_t id)
{
	size_t mask = tracks->place_count - 1, at = (size_t)id & mask;

	while (tracks->places[at] != 0 &&
	    tracks->list[tracks->places[at] - 1]->id != id)
		at = (at + 1) & mask;
	return (&tracks->places[at]);
}

static struct track *
find_track(const struct tracks *tracks, uint64_t id)
{
	size_t place;

	if (tracks->place_count == 0)
		return (NULL);
	place = *find_place(tracks, id);
	return (place == 0 ? NULL : tracks->list[place - 1]);
}

static void
grow(struct tracks *tracks)
{
	size_t i;

	tracks->room = tracks->room == 0 ? 64 : 2 * tracks->room;
	tracks->place_count = 4 * tracks->room;
	free(tracks->places);
	tracks->list =
	    reallocarray(tracks->list, tracks->room, sizeof(struct track *));
	tracks->places = calloc(tracks->place_count, sizeof(size_t));
	if (tracks->list == NULL || tracks->places == NULL)
		err(1, "memory for %zu tracks", tracks->room);
	for (i = 0; i < tracks->count; i++)
		*find_place(tracks, tracks->list[i]->id) = i + 1;
}

static char *
copy_text(const char *text)
{
	char *copy = strdup(text);

	if (copy == NULL)
		err(1, "memory for a name");
	return (copy);
}

static struct track *
add_track(struct tracks *tracks, uint64_t id, size_t part, const char *path,
    const char *name, const char *labels, const char *row)
{
	struct track *track = calloc(1, sizeof(*track));
	int length;

	if (track == NULL)
		err(1, "memory for a track");
	track->id = id;
	track->part = part;
	track->path = copy_text(path);
	track->name = copy_text(name);
	track->labels = copy_text(labels);
	track->row = row == NULL ? NULL : copy_text(row);
	track->rate = NAN;
	if (row == NULL)
		length =
		    asprintf(&track->address, "%s:%s%s", path, name, labels);
	else
		length =
		    asprintf(&track->address, "%s[%s].%s", path, row, name);
	if (length == -1 ||
	    asprintf(&track->rate_address, "%s/s", track->address) == -1)
		err(1, "memory for an address");
	if (tracks->count == tracks->room)
		grow(tracks);
	*find_place(tracks, id) = tracks->count + 1;
	tracks->list[tracks->count++] = track;
	return (track);
}

/* ---- what is wanted ------------------------------------------------------------ */

static struct wanted *
add_wanted(struct tracks *tracks)
{
	if (tracks->wanted_count == tracks->wanted_room) {
		tracks->wanted_room = 2 * tracks->wanted_room + 64;
		tracks->wanted = reallocarray(tracks->wanted,
		    tracks->wanted_room, sizeof(*tracks->wanted));
		if (tracks->wanted == NULL)
			err(1, "memory for %zu values", tracks->wanted_room);
	}
	tracks->wanted[tracks->wanted_count] = (struct wanted){ 0 };
	return (&tracks->wanted[tracks->wanted_count++]);
}

/* One that went and came again by the same name goes on. */
static void
want_metric(struct tracks *tracks, const struct model_profile *profile,
    const struct model_metric *metric, size_t index)
{
	struct wanted *wanted = add_wanted(tracks);
	uint64_t id = mix(profile->part + 1, metric->kind);
	struct track *track;

	id = hash_text(id, profile->path);
	id = hash_text(mix(id, ':'), metric->name);
	id = hash_text(id, metric->labels);
	if ((track = find_track(tracks, id)) == NULL) {
		track = add_track(tracks, id, profile->part, profile->path,
		    metric->name, metric->labels, NULL);
		track_begin_metric(track, metric->kind, metric->unit);
		track->by_tick = profile->by_tick;
	}
	wanted->part = profile->part;
	wanted->index = index;
	wanted->track = track;
}

bool
track_is_number(uint8_t type)
{
	return (type == DBGSHM_TYPE_COUNTER || type == DBGSHM_TYPE_GAUGE ||
	    type == DBGSHM_TYPE_SIGNED || type == DBGSHM_TYPE_FLOAT ||
	    type == DBGSHM_TYPE_DURATION);
}

static void
want_columns(
    struct tracks *tracks, const struct model_profile *profile, size_t table)
{
	const struct model_column *column;
	struct wanted *wanted;
	size_t i;

	for (i = 0; i < profile->table->column_count; i++) {
		column = &profile->table->columns[i];
		if (!track_is_number(column->type) ||
		    ((column->flags & DBGSHM_COLUMN_SECRET) != 0 &&
			(!tracks->secrets || profile->withheld)) ||
		    !patterns_column(tracks->patterns, profile, column))
			continue;
		if (column->level > tracks->level) {
			tracks->hidden++;
			continue;
		}
		wanted = add_wanted(tracks);
		wanted->part = profile->part;
		wanted->index = table;
		wanted->column = i;
		wanted->shown = *column;
		wanted->path = copy_text(profile->path);
		wanted->by_tick = profile->by_tick;
		wanted->id =
		    hash_text(mix(profile->part + 1, i), profile->path);
	}
}

static void
want_profile(struct tracks *tracks, const struct model_profile *profile,
    const struct dbgshm_profile_info *info)
{
	const struct model_metric *metric;
	size_t i;

	for (i = 0; i < profile->metric_count; i++) {
		metric = &model_metrics(profile)[i];
		if (!patterns_metric(tracks->patterns, profile, metric))
			continue;
		if (metric->level > tracks->level ||
		    profile->level > tracks->level)
			tracks->hidden++;
		else
			want_metric(
			    tracks, profile, metric, info->metric_first + i);
	}
	if (profile->table != NULL && info->table >= 0 &&
	    profile->level <= tracks->level)
		want_columns(tracks, profile, (size_t)info->table);
}

/* Names again, when records have come or gone since the last time. */
static void
look(struct tracks *tracks, const struct model_source parts[], size_t count)
{
	bool same = count == tracks->part_count;
	const struct model_profile *profile;
	uint64_t names, created;
	size_t i;

	for (i = 0; i < count; i++) {
		names = model_names(parts[i].reader);
		created = dbgshm_reader_info(parts[i].reader)->created_mono_ns;
		same &= tracks->parts[i].reader == parts[i].reader &&
		    tracks->parts[i].created == created &&
		    tracks->parts[i].names == names;
		tracks->parts[i].reader = parts[i].reader;
		tracks->parts[i].created = created;
		tracks->parts[i].names = names;
	}
	if (same)
		return;
	tracks->part_count = count;
	model_show(tracks->model, parts, count, 1);
	patterns_resolve(tracks->patterns, tracks->model);
	clear_wanted(tracks);
	for (i = 0; i < tracks->model->profile_count; i++) {
		profile = &tracks->model->profiles[i];
		want_profile(tracks, profile,
		    dbgshm_reader_profile(
			parts[profile->part].reader, profile->index));
	}
}

/* ---- values ---------------------------------------------------------------- */

void
track_begin_metric(struct track *track, uint8_t kind, uint8_t unit)
{
	track->kind = kind;
	track->unit = unit;
	track->rated =
	    kind == DBGSHM_METRIC_COUNTER || kind == DBGSHM_METRIC_HISTOGRAM;
}

void
track_begin_column(struct track *track, uint8_t type, uint8_t unit)
{
	track->rated = type == DBGSHM_TYPE_COUNTER;
	track->kind = type == DBGSHM_TYPE_FLOAT ? DBGSHM_METRIC_FLOAT
	    : type == DBGSHM_TYPE_SIGNED	? DBGSHM_METRIC_GAUGE
						: DBGSHM_METRIC_COUNTER;
	track->unit = unit;
}

void
track_read_metric(struct track *track, const struct dbgshm_reader *reader,
    size_t metric, const struct track_time *time, const struct history *history,
    size_t part, bool buckets)
{
	union dbgshm_value least, most;

	track_put(track, dbgshm_reader_value(reader, metric), time);
	if (track->kind == DBGSHM_METRIC_HISTOGRAM) {
		if (buckets)
			track_histogram(track, reader, metric);
	} else if (!track->rated && history != NULL &&
	    history_extremes(history, part, metric, &least, &most)) {
		track_widen(track, least, most);
		track->spread = true;
	}
}

void
track_read_cell(struct track *track, const struct dbgshm_reader *reader,
    size_t table, const struct dbgshm_row_info *row, size_t column,
    const struct track_time *time)
{
	struct dbgshm_cell cell =
	    dbgshm_reader_cell(reader, table, row, column);
	union dbgshm_value value;

	if (cell.type == DBGSHM_TYPE_FLOAT)
		value.d = cell.d;
	else if (cell.type == DBGSHM_TYPE_SIGNED)
		value.i = cell.i;
	else
		value.u = cell.u;
	track_put(track, value, time);
}

static struct track *
track_of(struct tracks *tracks, const struct wanted *wanted,
    const struct dbgshm_row_info *row)
{
	uint64_t id = mix(mix(wanted->id, row->slot), row->generation);
	struct track *track = find_track(tracks, id);
	char name[32];

	if (track != NULL)
		return (track);
	snprintf(name, sizeof(name), "%u.%llu", row->slot,
	    (unsigned long long)row->generation);
	track = add_track(tracks, id, wanted->part, wanted->path,
	    wanted->shown.name, "", name);
	track_begin_column(track, wanted->shown.type, wanted->shown.unit);
	track->by_tick = wanted->by_tick;
	return (track);
}

static void
read_column(struct tracks *tracks, const struct wanted *wanted,
    const struct dbgshm_reader *reader, const struct track_time *time)
{
	size_t i, count = dbgshm_reader_row_count(reader, wanted->index);
	const struct dbgshm_row_info *row;

	for (i = 0; i < count; i++) {
		row = dbgshm_reader_row(reader, wanted->index, i);
		if (row->state != DBGSHM_ROWSTATE_LIVE &&
		    row->state != DBGSHM_ROWSTATE_BUSY)
			continue;
		track_read_cell(track_of(tracks, wanted, row), reader,
		    wanted->index, row, wanted->column, time);
	}
}

void
tracks_take(struct tracks *tracks, const struct model_source parts[],
    size_t count, const struct track_time times[],
    const struct history *history)
{
	const struct wanted *wanted;
	size_t i;

	look(tracks, parts, count);
	for (i = 0; i < tracks->wanted_count; i++) {
		wanted = &tracks->wanted[i];
		if (!times[wanted->part].there)
			continue;
		if (wanted->track != NULL)
			track_read_metric(wanted->track,
			    parts[wanted->part].reader, wanted->index,
			    &times[wanted->part], history, wanted->part, true);
		else
			read_column(tracks, wanted, parts[wanted->part].reader,
			    &times[wanted->part]);
	}
}

/* ---- samples --------------------------------------------------------------- */

void
tracks_settle(struct tracks *tracks)
{
	size_t i;

	for (i = 0; i < tracks->count; i++)
		track_settle(tracks->list[i]);
}

void
tracks_count(struct tracks *tracks, uint64_t period_ns)
{
	size_t i;

	for (i = 0; i < tracks->count; i++)
		track_count(tracks->list[i], period_ns);
}

void
tracks_next(struct tracks *tracks)
{
	size_t i;

	for (i = 0; i < tracks->count; i++)
		track_next(tracks->list[i]);
}

void
tracks_forget(struct tracks *tracks)
{
	size_t i;

	for (i = 0; i < tracks->count; i++) {
		tally_free(&tracks->list[i]->tally);
		tracks->list[i]->known = tracks->list[i]->there = false;
		tracks->list[i]->spread = tracks->list[i]->based = false;
	}
}
