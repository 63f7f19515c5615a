/*
 * column.c - typed columns as they are registered: of tables, and the fields of
 * events.
 */
#include "region.h"

#include <errno.h>
#include <string.h>

#define DEFAULT_WIDTH 32
#define WIDTH_MAX 4096
#define NAMES_MAX 4096

/* Bytes of a text or blob in a row; 0 for what is one word. */
uint32_t
dbgshm__column_width(const struct dbgshm_column *column)
{
	if (column->type != DBGSHM_TYPE_TEXT &&
	    column->type != DBGSHM_TYPE_BLOB)
		return (0);
	return (
	    ((column->width == 0 ? DEFAULT_WIDTH : column->width) + 7u) & ~7u);
}

int
dbgshm__columns_check(const struct dbgshm_column *columns, size_t count)
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

/* What must be equal for something that was removed to be revived. */
uint64_t
dbgshm__columns_hash(
    const struct dbgshm_column *columns, size_t count, uint64_t hash)
{
	size_t i, j;

	for (i = 0; i < count; i++) {
		uint32_t numbers[4] = { columns[i].type, columns[i].unit,
			dbgshm__column_width(&columns[i]), columns[i].flags };

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

/* Fills descriptors, but the places of texts in a row; 0 or an errno. */
int
dbgshm__columns_write(struct dbgshm_region *region,
    struct dbgshm_desc_column *desc, const struct dbgshm_column *columns,
    size_t count)
{
	char names[NAMES_MAX];
	size_t i, length, help;
	int error;

	for (i = 0; i < count; i++) {
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
