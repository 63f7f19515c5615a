/*
 * model_schema.c - the names in a model: made safe once, kept until they change.
 */
#include "model_private.h"

#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *
safe_text(struct arena *arena, struct dbgshm_text text)
{
	return (arena_safe(arena, text.bytes, text.length));
}

/* {key="value",...}, and each by itself; quotes and backslashes in values are
 * escaped, so that it reads back. */
static void
build_labels(struct arena *arena, struct model_metric *metric,
    const struct dbgshm_metric_info *info)
{
	size_t i, size = 3;
	const char *s;
	char *out;

	metric->labels = "";
	metric->label_count = info->label_count;
	if (info->label_count == 0)
		return;
	metric->label =
	    arena_take(arena, info->label_count, sizeof(*metric->label));
	for (i = 0; i < info->label_count; i++) {
		metric->label[i].key = safe_text(arena, info->labels[i].key);
		metric->label[i].value =
		    safe_text(arena, info->labels[i].value);
		size += strlen(metric->label[i].key) +
		    2 * strlen(metric->label[i].value) + 4;
	}
	out = arena_take(arena, size, 1);
	metric->labels = out;
	for (i = 0; i < info->label_count; i++) {
		*out++ = i == 0 ? '{' : ',';
		out = stpcpy(out, metric->label[i].key);
		*out++ = '=';
		*out++ = '"';
		for (s = metric->label[i].value; *s != '\0'; s++) {
			if (*s == '"' || *s == '\\')
				*out++ = '\\';
			*out++ = *s;
		}
		*out++ = '"';
	}
	*out = '}';
}

uint64_t
model_metric_id(size_t part, const struct dbgshm_metric_info *info)
{
	return ((uint64_t)(part + 1) << 56 | (uint64_t)info->desc_offset << 24 |
	    (info->generation & 0xffffff));
}

static void
build_metric(struct arena *arena, struct model_metric *metric, size_t reader,
    const struct dbgshm_metric_info *info)
{
	metric->name = safe_text(arena, info->name);
	metric->help = safe_text(arena, info->help);
	metric->kind = info->kind;
	metric->unit = info->unit;
	metric->level = info->level;
	metric->rate = NAN;
	metric->id = model_metric_id(reader, info);
	build_labels(arena, metric, info);
}

struct model_column *
model_build_columns(
    struct arena *arena, const struct dbgshm_column_info *columns, size_t count)
{
	struct model_column *out = arena_take(arena, count, sizeof(*out));
	size_t i;

	for (i = 0; i < count; i++)
		out[i] = (struct model_column){
			.name = safe_text(arena, columns[i].name),
			.help = safe_text(arena, columns[i].help),
			.type = columns[i].type,
			.unit = columns[i].unit,
			.flags = columns[i].flags,
			.level = columns[i].level,
			.width = columns[i].width,
		};
	return (out);
}

static bool
has_path(const struct dbgshm_reader *reader, struct dbgshm_text text)
{
	const struct dbgshm_profile_info *info;
	size_t i;

	for (i = 0; i < dbgshm_reader_profile_count(reader); i++) {
		info = dbgshm_reader_profile(reader, i);
		if (info->path.length == text.length &&
		    memcmp(info->path.bytes, text.bytes, text.length) == 0)
			return (true);
	}
	return (false);
}

/* Paths that another region of the same target has as well move below
 * "watch/", so that an address means one thing. */
static const char *
build_path(struct model_private *p, const struct model_source others[],
    size_t count, struct dbgshm_text text)
{
	const char *path = safe_text(&p->schema, text);
	size_t i;

	for (i = 0; i < count; i++)
		if (has_path(others[i].reader, text))
			return (arena_print(&p->schema, "watch/%s", path));
	return (path);
}

/* The library itself stores these two at its ticks; everything else of an own
 * region is counted as it happens. */
bool
model_by_tick(const struct dbgshm_reader *reader,
    const struct dbgshm_profile_info *profile)
{
	static const char *const paths[] = { "process", "dbgshm" };
	size_t i;

	if (dbgshm_reader_info(reader)->kind == DBGSHM_KIND_WATCHED)
		return (true);
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (profile->path.length == strlen(paths[i]) &&
		    memcmp(profile->path.bytes, paths[i],
			profile->path.length) == 0)
			return (true);
	return (false);
}

static void
build_profile(struct model_private *p, size_t at,
    const struct model_source sources[], struct dbgshm_reader *reader)
{
	const struct dbgshm_profile_info *info;
	struct model_profile *profile = &p->profiles[at];
	struct model_origin *origin = &p->origins[at];
	struct model_metric *metrics = &p->metrics[origin->metric_first];
	const struct dbgshm_table_info *table;
	size_t i;

	info = dbgshm_reader_profile(reader, origin->index);
	profile->path = build_path(p, sources, origin->reader, info->path);
	profile->description = safe_text(&p->schema, info->description);
	profile->help = safe_text(&p->schema, info->help);
	profile->level = info->level;
	profile->metrics = metrics;
	profile->metric_count = info->metric_count;
	for (i = 0; i < info->metric_count; i++)
		build_metric(&p->schema, &metrics[i], origin->reader,
		    dbgshm_reader_metric(reader, info->metric_first + i));
	if (info->table >= 0) {
		table = dbgshm_reader_table(reader, (size_t)info->table);
		p->columns[at] = model_build_columns(
		    &p->schema, table->columns, table->column_count);
		profile->table = &p->tables[at];
	}
	if (info->log >= 0) {
		model_build_log(p, at, reader, (size_t)info->log);
		profile->log = &p->logs[at];
	}
	profile->by_tick = model_by_tick(reader, info);
}

static uint64_t
mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return (hash ^ hash >> 32);
}

uint64_t
model_names(const struct dbgshm_reader *reader)
{
	uint64_t hash = dbgshm_reader_profile_count(reader);
	const struct dbgshm_profile_info *profile;
	const struct dbgshm_metric_info *metric;
	size_t i;

	for (i = 0; i < dbgshm_reader_profile_count(reader); i++) {
		profile = dbgshm_reader_profile(reader, i);
		hash = mix(hash, profile->generation);
		hash = mix(hash, profile->metric_first);
		hash = mix(hash, (uint64_t)profile->table);
		hash = mix(hash, (uint64_t)profile->log);
	}
	for (i = 0; i < dbgshm_reader_metric_count(reader); i++) {
		metric = dbgshm_reader_metric(reader, i);
		hash = mix(hash,
		    (uint64_t)metric->desc_offset << 32 | metric->generation);
	}
	for (i = 0; i < dbgshm_reader_table_count(reader); i++)
		hash = mix(hash, dbgshm_reader_table(reader, i)->generation);
	return (hash);
}

static int
compare_ids(const void *left, const void *right)
{
	const struct model_metric *a = left, *b = right;

	return (a->id < b->id ? -1 : a->id > b->id);
}

/* Values of metrics that were there before the schema changed, so that their
 * rates do not start again. */
static void
carry_metrics(
    struct model_private *p, struct model_metric *before, size_t before_count)
{
	struct model_metric *found;
	size_t i;

	if (before_count == 0)
		return;
	qsort(before, before_count, sizeof(*before), compare_ids);
	for (i = 0; i < p->metric_count; i++) {
		found = bsearch(&p->metrics[i], before, before_count,
		    sizeof(*before), compare_ids);
		if (found == NULL || found->kind != p->metrics[i].kind)
			continue;
		p->metrics[i].value = found->value;
		p->metrics[i].rate = found->rate;
		p->known[i] = true;
	}
}

/* What nobody asked for at the update before is not carried over. */
static void
drop_stale(
    struct model_private *p, size_t profile_count, struct model_metric before[])
{
	size_t i, j;

	for (i = 0; i < profile_count; i++)
		for (j = 0; p->paces[i].update + 1 != p->updates &&
		     j < p->profiles[i].metric_count;
		     j++)
			before[p->origins[i].metric_first + j].kind = UINT8_MAX;
}

void
model_build_schema(
    struct model *model, const struct model_source sources[], size_t count)
{
	static uint64_t made; /* by all models */
	struct model_private *p = model->private;
	struct model_metric *before = NULL;
	struct dbgshm_reader *reader;
	size_t i, j, before_count = p->metric_count, profile_count = 0, at = 0;
	size_t metric_at = 0;

	if (before_count > 0) {
		before = reallocarray(NULL, before_count, sizeof(*before));
		if (before == NULL)
			err(1, "memory for %zu metrics", before_count);
		memcpy(before, p->metrics, before_count * sizeof(*before));
		drop_stale(p, model->profile_count, before);
	}
	p->schema_update = p->updates;
	model->schema = ++made;
	arena_clear(&p->schema);
	p->metric_count = 0;
	for (i = 0; i < count; i++) {
		reader = sources[i].reader;
		if (sources[i].absent)
			continue;
		profile_count += dbgshm_reader_profile_count(reader);
		p->metric_count += dbgshm_reader_metric_count(reader);
	}
	p->profiles =
	    arena_take(&p->schema, profile_count, sizeof(*p->profiles));
	p->origins = arena_take(&p->schema, profile_count, sizeof(*p->origins));
	p->tables = arena_take(&p->schema, profile_count, sizeof(*p->tables));
	p->columns = arena_take(&p->schema, profile_count, sizeof(*p->columns));
	p->places = arena_take(&p->schema, profile_count, sizeof(*p->places));
	p->logs = arena_take(&p->schema, profile_count, sizeof(*p->logs));
	p->feeds = arena_take(&p->schema, profile_count, sizeof(*p->feeds));
	p->known = arena_take(&p->schema, p->metric_count, sizeof(*p->known));
	p->metrics =
	    arena_take(&p->schema, p->metric_count, sizeof(*p->metrics));
	p->paces = arena_take(&p->schema, profile_count, sizeof(*p->paces));
	p->moved = arena_take(&p->schema, p->metric_count, sizeof(*p->moved));
	p->warm = arena_take(&p->schema, p->metric_count, sizeof(*p->warm));
	p->serial = arena_take(&p->schema, p->metric_count, sizeof(*p->serial));
	for (i = 0; i < count; i++) {
		reader = sources[i].reader;
		p->first[i] = at;
		if (sources[i].absent)
			continue;
		for (j = 0; j < dbgshm_reader_profile_count(reader); j++) {
			p->origins[at] = (struct model_origin){
				.reader = i,
				.index = j,
				.metric_first = metric_at,
			};
			p->profiles[at].source = sources[i].name;
			p->profiles[at].part = i;
			p->profiles[at].index = j;
			build_profile(p, at++, sources, reader);
			metric_at += p->profiles[at - 1].metric_count;
		}
	}
	model_drop_feeds(p, false);
	carry_metrics(p, before, before_count);
	free(before);
	model->profiles = p->profiles;
	model->profile_count = profile_count;
	model_relink_events(model);
}
