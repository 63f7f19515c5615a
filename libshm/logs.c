/*
 * logs.c - event logs and kinds of events, from their records.
 *
 * Only what is in the descriptors: where the rings are and how a record of each
 * kind is to be read.  The rings themselves are the business of events.c.
 */
#include "schema.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- the first pass ------------------------------------------------------- */

static bool
check_log(
    struct dbgshm_build *build, uint64_t at, const struct dbgshm_desc_log *log)
{
	const struct dbgshm_section *section =
	    &build->layout->sections[DBGSHM_SECTION_RINGS];
	uint64_t need;

	if (log->ring_count < 1 || log->ring_count > DBGSHM_RINGS_MAX ||
	    log->ring_size < DBGSHM_RING_SIZE_MIN ||
	    log->ring_size > DBGSHM_RING_SIZE_MAX ||
	    (log->ring_size & (log->ring_size - 1)) != 0) {
		dbgshm__fault(build->sink, at,
		    "log of %" PRIu32 " rings of %" PRIu32 " bytes",
		    log->ring_count, log->ring_size);
		return (false);
	}
	need = log->ring_count *
	    (sizeof(struct dbgshm_ring) + (uint64_t)log->ring_size);
	if (log->data_offset % 64 == 0 && log->data_offset >= section->offset &&
	    log->data_offset - section->offset <= section->used &&
	    log->data_size <=
		section->used - (log->data_offset - section->offset) &&
	    need <= log->data_size)
		return (true);
	dbgshm__fault(build->sink, at,
	    "log needs %" PRIu64 " bytes, has %" PRIu64 " at %" PRIu64
	    ", not all of them in the section",
	    need, log->data_size, log->data_offset);
	return (false);
}

int
dbgshm__walk_log(struct dbgshm_walk *walk, uint64_t at, uint32_t offset,
    const struct dbgshm_desc *head, uint64_t size)
{
	const struct dbgshm_parent *parent;

	if (size < sizeof(struct dbgshm_desc_log)) {
		dbgshm__fault(walk->build.sink, at,
		    "log record of %" PRIu64 " bytes is too short", size);
		return (0);
	}
	if ((parent = dbgshm__parent_shown(walk, at, head)) == NULL ||
	    !check_log(&walk->build, at, (const void *)head))
		return (0);
	if (walk->logs.count == DBGSHM_LOGS_MAX) {
		dbgshm__fault(walk->build.sink, at,
		    "left out: over the limit of %d logs", DBGSHM_LOGS_MAX);
		return (0);
	}
	return (dbgshm__add_item(&walk->logs, offset, parent->profile, 0));
}

/* All but its fields. */
static bool
check_kind(struct dbgshm_build *build, uint64_t at,
    const struct dbgshm_desc_event *kind, uint64_t size)
{
	if (kind->field_count > DBGSHM_FIELDS_MAX ||
	    kind->field_count * sizeof(struct dbgshm_desc_column) >
		size - sizeof(*kind)) {
		dbgshm__fault(build->sink, at,
		    "event of %u fields in %" PRIu64 " bytes",
		    kind->field_count, size);
		return (false);
	}
	if (kind->number < DBGSHM_EVENT_FIRST ||
	    kind->severity >= DBGSHM_SEVERITY_COUNT) {
		dbgshm__fault(build->sink, at,
		    "event with number %u, severity %u", kind->number,
		    kind->severity);
		return (false);
	}
	return (dbgshm__name_fits(build, at, "event name", kind->name_offset,
		    kind->name_length, false) &&
	    dbgshm__text_fits(
		build, at, "event text", kind->text_offset, kind->text_length));
}

int
dbgshm__walk_kind(struct dbgshm_walk *walk, uint64_t at, uint32_t offset,
    const struct dbgshm_desc *head, uint64_t size)
{
	const struct dbgshm_desc_event *kind = (const void *)head;
	const struct dbgshm_parent *parent;

	if (size < sizeof(*kind)) {
		dbgshm__fault(walk->build.sink, at,
		    "event record of %" PRIu64 " bytes is too short", size);
		return (0);
	}
	if ((parent = dbgshm__parent_shown(walk, at, head)) == NULL ||
	    !check_kind(&walk->build, at, kind, size))
		return (0);
	walk->column_count += kind->field_count;
	return (dbgshm__add_item(&walk->kinds, offset, parent->profile, 0));
}

/* ---- what does not go together -------------------------------------------- */

static struct dbgshm_span
log_span(const void *record)
{
	const struct dbgshm_desc_log *log = record;

	return ((struct dbgshm_span){ log->data_offset, log->data_size });
}

/* Kinds whose profile has no log, or whose number is taken, are out. */
static int
drop_kinds(struct dbgshm_walk *walk)
{
	struct dbgshm_items *kinds = &walk->kinds;
	const struct dbgshm_desc_event *kind;
	const char *wrong;
	uint8_t *has_log, *taken;
	size_t i, kept = 0;

	if (kinds->count == 0)
		return (0);
	has_log = calloc(walk->profile_count, 1);
	taken = calloc(UINT16_MAX + 1, 1);
	if (has_log == NULL || taken == NULL) {
		free(has_log);
		free(taken);
		return (ENOMEM);
	}
	for (i = 0; i < walk->logs.count; i++)
		has_log[walk->logs.list[i].profile] = 1;
	for (i = 0; i < kinds->count; i++) {
		kind = dbgshm__record_at(
		    walk->build.schema, kinds->list[i].offset);
		wrong = NULL;
		if (has_log[kinds->list[i].profile] == 0)
			wrong = "event of a profile without a log";
		else if (taken[kind->number]++ != 0)
			wrong = "event whose number another one has";
		if (wrong == NULL) {
			kinds->list[kept++] = kinds->list[i];
			continue;
		}
		taken[kind->number] = taken[kind->number] != 0;
		dbgshm__fault(walk->build.sink,
		    walk->build.base + kinds->list[i].offset, "%s", wrong);
	}
	kinds->count = kept;
	free(has_log);
	free(taken);
	return (0);
}

int
dbgshm__drop_logs(struct dbgshm_walk *walk)
{
	int error;

	if ((error = dbgshm__drop_overlaps(
		 walk, &walk->logs, "log", log_span)) != 0)
		return (error);
	return (drop_kinds(walk));
}

/* ---- the second pass -------------------------------------------------------- */

static void
fill_log(struct dbgshm_walk *walk, const struct dbgshm_item *item, size_t index)
{
	struct dbgshm_schema *schema = walk->build.schema;
	const struct dbgshm_desc_log *record =
	    dbgshm__record_at(schema, item->offset);
	struct dbgshm_log_info *info = &schema->logs[index];
	struct dbgshm_log_place *place = &schema->log_places[index];

	info->profile = item->profile;
	info->ring_count = record->ring_count;
	info->ring_size = record->ring_size;
	schema->profiles[item->profile].log = (ssize_t)index;
	place->desc_offset = item->offset;
	place->generation = record->head.generation;
	place->data_offset = record->data_offset;
}

/* A kind with a wrong field can not be read at all. */
static int
fill_kind(struct dbgshm_walk *walk, const struct dbgshm_item *item,
    struct dbgshm_filled *filled)
{
	struct dbgshm_schema *schema = walk->build.schema;
	const struct dbgshm_desc_event *record =
	    dbgshm__record_at(schema, item->offset);
	struct dbgshm_kind *kind = &schema->kinds[schema->kind_count];
	struct dbgshm_filled before = *filled;
	uint32_t offset = item->offset + (uint32_t)sizeof(*record);
	uint8_t i;
	int error = 0;

	for (i = 0; i < record->field_count; i++) {
		if (dbgshm__fill_column(walk, offset, NULL, filled, &error)) {
			offset += (uint32_t)sizeof(struct dbgshm_desc_column);
			continue;
		}
		filled->columns = before.columns;
		filled->names = before.names;
		return (error);
	}
	kind->number = record->number;
	kind->severity = record->severity;
	kind->log = (size_t)schema->profiles[item->profile].log;
	kind->name =
	    dbgshm__text_at(schema, record->name_offset, record->name_length);
	kind->text =
	    dbgshm__text_at(schema, record->text_offset, record->text_length);
	kind->fields = schema->columns + before.columns;
	kind->field_count = record->field_count;
	schema->kind_count++;
	return (0);
}

static int
compare_kinds(const void *a, const void *b)
{
	const struct dbgshm_kind *x = a, *y = b;

	return ((x->number > y->number) - (x->number < y->number));
}

int
dbgshm__fill_logs(struct dbgshm_walk *walk, struct dbgshm_filled *filled)
{
	struct dbgshm_schema *schema = walk->build.schema;
	size_t i;
	int error = 0;

	for (i = 0; i < walk->logs.count; i++)
		fill_log(walk, &walk->logs.list[i], i);
	schema->log_count = walk->logs.count;
	for (i = 0; i < walk->kinds.count && error == 0; i++)
		error = fill_kind(walk, &walk->kinds.list[i], filled);
	if (schema->kind_count > 1)
		qsort(schema->kinds, schema->kind_count, sizeof(*schema->kinds),
		    compare_kinds);
	return (error);
}

const struct dbgshm_kind *
dbgshm__kind(const struct dbgshm_schema *schema, uint16_t number)
{
	struct dbgshm_kind key = { .number = number };

	if (schema->kind_count == 0)
		return (NULL);
	return (bsearch(&key, schema->kinds, schema->kind_count,
	    sizeof(*schema->kinds), compare_kinds));
}
