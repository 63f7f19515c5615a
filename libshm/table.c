/* table.c - registering and removing tables. */
#include "region.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What must be equal for a removed table to be revived. */
static uint64_t
hash_schema(const struct dbgshm_column *columns, size_t count,
    uint32_t capacity, uint16_t shape)
{
	uint64_t hash =
	    dbgshm__identity_hash(&capacity, sizeof(capacity), IDENTITY_SEED);

	hash = dbgshm__identity_hash(&shape, sizeof(shape), hash);
	return (dbgshm__columns_hash(columns, count, hash));
}

static struct dbgshm_desc_table *
table_desc(const struct dbgshm_table *table)
{
	return ((struct dbgshm_desc_table *)(void *)(table->region->base +
	    table->region->rooms[ROOM_DESCRIPTORS].offset + table->descriptor));
}

/* All rows free again, except those that are being written right now. */
static void
free_rows(struct dbgshm_table *table)
{
	uint64_t sequence;
	uint32_t i;

	for (i = 0; i < table->capacity; i++) {
		sequence = dbgshm__load_relaxed(&table->sequences[i]);
		if ((sequence & DBGSHM_SEQ_BUSY) == 0 &&
		    (sequence & DBGSHM_SEQ_STATE_MASK) != 0 &&
		    dbgshm__take(&table->sequences[i], sequence,
			sequence | DBGSHM_SEQ_BUSY))
			dbgshm__store_release(&table->sequences[i],
			    (sequence & ~UINT64_C(7)) + DBGSHM_SEQ_VERSION);
	}
}

void
dbgshm__table_remove(struct dbgshm_profile *profile)
{
	struct dbgshm_table *table;

	for (table = profile->table; table != NULL; table = table->older) {
		if (!table->live)
			continue;
		table->live = false;
		dbgshm__store_release32(
		    &table_desc(table)->head.state, DBGSHM_DESC_REMOVED);
		free_rows(table);
	}
}

void
dbgshm__table_free(struct dbgshm_profile *profile)
{
	struct dbgshm_table *table, *older;

	for (table = profile->table; table != NULL; table = older) {
		older = table->older;
		free(table->extra);
		free(table);
	}
}

/* Fills the column descriptors behind the table's. */
static int
write_columns(struct dbgshm_region *region, struct dbgshm_desc_column *desc,
    const struct dbgshm_column *columns, struct dbgshm_table *table)
{
	size_t i;

	for (i = 0; i < table->column_count; i++) {
		desc[i].width = table->columns[i].width;
		desc[i].text_offset = table->columns[i].text_offset;
	}
	return (
	    dbgshm__columns_write(region, desc, columns, table->column_count));
}

/* Where each text of a row lies; false when the row would be too long. */
static bool
plan_row(struct dbgshm_table *table, const struct dbgshm_column *columns)
{
	uint32_t end = (uint32_t)sizeof(uint64_t) *
	    (DBGSHM_ROW_WORDS + table->column_count);
	size_t i;

	for (i = 0; i < table->column_count; i++) {
		table->columns[i].type = columns[i].type;
		table->columns[i].width =
		    (uint16_t)dbgshm__column_width(&columns[i]);
		if (table->columns[i].width == 0)
			continue;
		table->columns[i].text_offset = end;
		end += table->columns[i].width;
	}
	table->row_stride = (end + 63u) & ~63u;
	return (table->row_stride <= DBGSHM_ROW_STRIDE_MAX);
}

static int
table_new(struct dbgshm_profile *profile, const struct dbgshm_column *columns,
    struct dbgshm_table *table)
{
	struct dbgshm_region *region = profile->region;
	struct room *room = &region->rooms[ROOM_TABLES];
	struct dbgshm_desc_table *desc;
	uint64_t sequences = ((uint64_t)table->capacity * 8 + 63) & ~63ull;
	uint64_t size = sizeof(struct dbgshm_table_head) + sequences +
	    (uint64_t)table->capacity * table->row_stride;
	size_t desc_size = sizeof(*desc) +
	    table->column_count * sizeof(struct dbgshm_desc_column);
	char *data;
	int error;

	if ((error = dbgshm__region_reserve(
		 region, ROOM_TABLES, room->used + size)) != 0)
		return (error);
	desc =
	    (void *)dbgshm__schema_take(region, desc_size, &table->descriptor);
	if (desc == NULL)
		return (errno);
	if ((error = write_columns(
		 region, (void *)(desc + 1), columns, table)) != 0) {
		memset(desc, 0, desc_size);
		return (error);
	}
	data = region->base + room->offset + room->used;
	table->head = (void *)data;
	table->sequences = (void *)(data + sizeof(*table->head));
	table->rows = data + sizeof(*table->head) + sequences;
	desc->head.type = DBGSHM_DESC_TABLE;
	desc->head.size8 = (uint16_t)(desc_size / 8);
	desc->head.generation = 1;
	desc->head.parent = profile->descriptor / 8;
	desc->capacity = table->capacity;
	desc->column_count = (uint16_t)table->column_count;
	desc->column_size = sizeof(struct dbgshm_desc_column);
	desc->row_stride = table->row_stride;
	desc->shape = table->shape;
	if (region->table_numbers < UINT16_MAX)
		desc->number = table->number = ++region->table_numbers;
	desc->data_offset = room->offset + room->used;
	desc->data_size = size;
	dbgshm__region_used(region, ROOM_TABLES, room->used + size);
	dbgshm__region_used(
	    region, ROOM_DESCRIPTORS, table->descriptor + desc_size);
	dbgshm__store_release32(&desc->head.state, DBGSHM_DESC_LIVE);
	table->live = true;
	dbgshm__schema_changed(region);
	return (0);
}

/* A removed table of this profile with just these columns. */
static struct dbgshm_table *
find_removed(const struct dbgshm_profile *profile, uint64_t schema_hash)
{
	struct dbgshm_table *table;

	for (table = profile->table; table != NULL; table = table->older)
		if (table->schema_hash == schema_hash)
			return (table);
	return (NULL);
}

static void
table_revive(struct dbgshm_table *table)
{
	struct dbgshm_desc_table *desc = table_desc(table);

	free_rows(table); /* that were busy when the table was removed */
	desc->head.generation++;
	table->live = true;
	dbgshm__store_release32(&desc->head.state, DBGSHM_DESC_LIVE);
	dbgshm__schema_changed(table->region);
}

static bool
has_live_table(const struct dbgshm_profile *profile)
{
	const struct dbgshm_table *table;

	for (table = profile->table; table != NULL; table = table->older)
		if (table->live)
			return (true);
	return (false);
}

struct dbgshm_table *
dbgshm__table_create(struct dbgshm_profile *profile,
    const struct dbgshm_column *columns, size_t column_count, uint32_t capacity,
    uint16_t shape)
{
	struct dbgshm_table *table = NULL, *removed;
	int error = 0;

	if (profile == NULL) {
		errno = ENOTSUP;
		return (NULL);
	}
	if (columns == NULL || column_count == 0 ||
	    column_count > DBGSHM_COLUMNS_MAX || capacity == 0 ||
	    capacity > DBGSHM_ROWS_MAX)
		error = EINVAL;
	if (error == 0)
		error = dbgshm__columns_check(columns, column_count);
	if (error == 0 &&
	    (table = calloc(1,
		 sizeof(*table) + column_count * sizeof(table->columns[0]))) ==
		NULL)
		error = ENOMEM;
	if (error != 0) {
		errno = error;
		return (NULL);
	}
	table->magic = TABLE_MAGIC;
	table->region = profile->region;
	table->capacity = capacity;
	table->column_count = (uint32_t)column_count;
	table->shape = shape;
	table->schema_hash =
	    hash_schema(columns, column_count, capacity, shape);
	dbgshm__enter();
	if (!profile->live)
		error = ENOTSUP;
	else if (has_live_table(profile))
		error = EEXIST;
	else if (!plan_row(table, columns))
		error = EINVAL;
	else if ((removed = find_removed(profile, table->schema_hash)) !=
	    NULL) {
		free(table);
		table = removed;
		table_revive(table);
	} else if ((error = dbgshm__schema_refused(profile->region,
			table_new(profile, columns, table))) == 0) {
		table->older = profile->table;
		profile->table = table;
	}
	dbgshm__leave();
	if (error != 0) {
		free(table);
		errno = error;
		return (NULL);
	}
	return (table);
}

struct dbgshm_table *
dbgshm_table_create(struct dbgshm_profile *profile,
    const struct dbgshm_column *columns, size_t column_count, uint32_t capacity)
{
	return (dbgshm__table_create(
	    profile, columns, column_count, capacity, DBGSHM_SHAPE_PLAIN));
}
