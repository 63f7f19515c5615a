/* table.c - registering and removing tables. */
#include "region.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_WIDTH 32
#define WIDTH_MAX 4096
#define NAMES_MAX 4096

static bool
has_bytes(uint8_t type)
{
	return (type == DBGSHM_TYPE_TEXT || type == DBGSHM_TYPE_BLOB);
}

static uint32_t
width_of(const struct dbgshm_column *column)
{
	if (!has_bytes(column->type))
		return (0);
	return (
	    ((column->width == 0 ? DEFAULT_WIDTH : column->width) + 7u) & ~7u);
}

static int
check_columns(const struct dbgshm_column *columns, size_t count)
{
	size_t i, j;
	int error;

	for (i = 0; i < count; i++) {
		if ((error = dbgshm__name_check_word(
			 columns[i].name, DBGSHM_PATH_MAX)) != 0 ||
		    (error = dbgshm__name_check_text(
			 columns[i].help, DBGSHM_TEXT_MAX)) != 0)
			return (error);
		if (columns[i].type == 0 ||
		    columns[i].type >= DBGSHM_TYPE_COUNT ||
		    columns[i].unit >= DBGSHM_UNIT_COUNT ||
		    columns[i].level > DBGSHM_LEVEL_DEBUG ||
		    columns[i].width > WIDTH_MAX ||
		    (columns[i].type == DBGSHM_TYPE_ENUM &&
			columns[i].names == NULL))
			return (EINVAL);
		for (j = 0; j < i; j++)
			if (strcmp(columns[i].name, columns[j].name) == 0)
				return (EEXIST);
	}
	return (0);
}

/* Names of an enum as they are stored: name NUL name NUL ... */
static int
pack_names(const char *const *names, char *packed, size_t *length)
{
	size_t i, size;

	for (i = *length = 0; names[i] != NULL; i++) {
		size = strlen(names[i]) + 1;
		if (size > NAMES_MAX - *length)
			return (ENAMETOOLONG);
		memcpy(packed + *length, names[i], size);
		*length += size;
	}
	return (0);
}

/* What must be equal for a removed table to be revived. */
static uint64_t
hash_schema(
    const struct dbgshm_column *columns, size_t count, uint32_t capacity)
{
	uint64_t hash =
	    dbgshm__identity_hash(&capacity, sizeof(capacity), IDENTITY_SEED);
	size_t i, j;

	for (i = 0; i < count; i++) {
		uint32_t numbers[4] = { columns[i].type, columns[i].unit,
			width_of(&columns[i]), columns[i].flags };

		hash = dbgshm__identity_hash(
		    columns[i].name, strlen(columns[i].name) + 1, hash);
		hash = dbgshm__identity_hash(numbers, sizeof(numbers), hash);
		for (j = 0; columns[i].type == DBGSHM_TYPE_ENUM &&
		     columns[i].names[j] != NULL;
		     j++)
			hash = dbgshm__identity_hash(columns[i].names[j],
			    strlen(columns[i].names[j]) + 1, hash);
	}
	return (hash);
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
		free(table);
	}
}

/* Fills the column descriptors behind the table's. */
static int
write_columns(struct dbgshm_region *region, struct dbgshm_desc_column *desc,
    const struct dbgshm_column *columns, struct dbgshm_table *table)
{
	char names[NAMES_MAX];
	size_t i, length, help;
	int error;

	for (i = 0; i < table->column_count; i++) {
		help = columns[i].help == NULL ? 0 : strlen(columns[i].help);
		desc[i].name_length = (uint16_t)strlen(columns[i].name);
		desc[i].name_offset = dbgshm__schema_text(
		    region, columns[i].name, desc[i].name_length);
		desc[i].help_length = (uint16_t)help;
		desc[i].help_offset =
		    dbgshm__schema_text(region, columns[i].help, help);
		if (desc[i].name_offset == 0 ||
		    (help != 0 && desc[i].help_offset == 0))
			return (errno);
		desc[i].type = columns[i].type;
		desc[i].unit = columns[i].unit;
		desc[i].flags = columns[i].flags;
		desc[i].level = columns[i].level;
		desc[i].width = table->columns[i].width;
		desc[i].text_offset = table->columns[i].text_offset;
		if (columns[i].type != DBGSHM_TYPE_ENUM)
			continue;
		if ((error = pack_names(columns[i].names, names, &length)) != 0)
			return (error);
		desc[i].names_length = (uint16_t)length;
		desc[i].names_offset =
		    dbgshm__schema_text(region, names, length);
		if (desc[i].names_offset == 0 && length != 0)
			return (errno);
	}
	return (0);
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
		table->columns[i].width = (uint16_t)width_of(&columns[i]);
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
dbgshm_table_create(struct dbgshm_profile *profile,
    const struct dbgshm_column *columns, size_t column_count, uint32_t capacity)
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
		error = check_columns(columns, column_count);
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
	table->schema_hash = hash_schema(columns, column_count, capacity);
	(void)pthread_mutex_lock(&dbgshm__lock);
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
	(void)pthread_mutex_unlock(&dbgshm__lock);
	if (error != 0) {
		free(table);
		errno = error;
		return (NULL);
	}
	return (table);
}
