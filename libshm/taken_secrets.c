/*
 * taken_secrets.c - which words of rows an image must not tell.
 *
 * Goes by the records, not by the schema: the past has rows of tables that have
 * been removed, and what a record calls secret stays so.
 */
#include "taken.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_OFFSET 64

static bool
makes_sense(const struct dbgshm_desc_table *record)
{
	uint64_t size = (uint64_t)record->head.size8 * 8;

	return (size >= sizeof(*record) && record->row_stride % 8 == 0 &&
	    record->row_stride >= 8 * DBGSHM_ROW_WORDS &&
	    record->row_stride <= DBGSHM_ROW_STRIDE_MAX &&
	    record->column_size >= sizeof(struct dbgshm_desc_column) &&
	    record->column_size % 8 == 0 &&
	    (uint64_t)record->column_count * record->column_size <=
		size - sizeof(*record));
}

/* The words of one column: its own, and those that its text touches. */
static void
mark(uint8_t *withhold, uint32_t words, uint32_t column,
    const struct dbgshm_desc_column *record)
{
	uint64_t word = record->text_offset / 8;
	uint64_t end = ((uint64_t)record->text_offset + record->width + 7) / 8;

	if (DBGSHM_ROW_WORDS + column < words)
		withhold[DBGSHM_ROW_WORDS + column] = 1;
	for (; record->width > 0 && word < end && word < words; word++)
		withhold[word] = 1;
}

static int
look_at_table(const struct dbgshm_desc_table *record, struct taken_table *table)
{
	const struct dbgshm_desc_column *column;
	const char *columns = (const char *)(record + 1);
	uint32_t i;

	table->row_words = record->row_stride / 8;
	for (i = 0; i < record->column_count; i++) {
		column =
		    (const void *)(columns + (size_t)i * record->column_size);
		if ((column->flags & DBGSHM_COLUMN_SECRET) == 0)
			continue;
		if (table->withhold == NULL &&
		    (table->withhold = calloc(table->row_words, 1)) == NULL)
			return (ENOMEM);
		mark(table->withhold, table->row_words, i, column);
	}
	return (0);
}

static int
add_table(struct taken_secrets *secrets, size_t *room, uint32_t offset,
    const struct dbgshm_desc_table *record, bool keep)
{
	struct taken_table *tables, *table;
	int error = 0;

	if (secrets->count == *room) {
		*room = *room == 0 ? 16 : 2 * *room;
		tables = realloc(secrets->tables, *room * sizeof(*tables));
		if (tables == NULL)
			return (ENOMEM);
		secrets->tables = tables;
	}
	table = &secrets->tables[secrets->count++];
	*table = (struct taken_table){ .desc_offset = offset };
	if (keep)
		return (0);
	if (makes_sense(record))
		error = look_at_table(record, table);
	secrets->any |= table->withhold != NULL;
	secrets->rows |= table->withhold != NULL || table->row_words == 0;
	return (error);
}

static bool
has_secret_field(const struct dbgshm_schema *schema)
{
	const struct dbgshm_kind *kind;
	size_t i, j;

	for (i = 0; i < schema->kind_count; i++) {
		kind = &schema->kinds[i];
		for (j = 0; j < kind->field_count; j++)
			if ((kind->fields[j].flags & DBGSHM_COLUMN_SECRET) != 0)
				return (true);
	}
	return (false);
}

int
dbgshm__taken_secrets(const struct dbgshm_schema *schema, bool keep,
    struct taken_secrets *secrets)
{
	const struct dbgshm_desc *head;
	uint32_t offset = FIRST_OFFSET;
	size_t room = 0, size;
	int error = 0;

	*secrets = (struct taken_secrets){ .events = !keep };
	for (; error == 0 && offset + sizeof(*head) <= schema->descriptors_size;
	     offset += (uint32_t)size) {
		head = (const void *)(schema->descriptors + offset);
		size = head->size8 * (size_t)8;
		if (size < sizeof(*head) ||
		    size > schema->descriptors_size - offset)
			break;
		if (head->type == DBGSHM_DESC_TABLE)
			error = add_table(
			    secrets, &room, offset, (const void *)head, keep);
	}
	if (!keep && has_secret_field(schema))
		secrets->any = true;
	return (error);
}

void
dbgshm__taken_secrets_free(struct taken_secrets *secrets)
{
	size_t i;

	for (i = 0; i < secrets->count; i++)
		free(secrets->tables[i].withhold);
	free(secrets->tables);
}

const struct taken_table *
dbgshm__taken_table(const struct taken_secrets *secrets, uint32_t desc_offset)
{
	size_t low = 0, high = secrets->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (secrets->tables[middle].desc_offset < desc_offset)
			low = middle + 1;
		else
			high = middle;
	}
	return (&secrets->tables[low]);
}

void
dbgshm__taken_withhold(const struct taken_table *table, uint64_t *words,
    size_t rows, size_t before)
{
	size_t row, word;

	if (table->withhold == NULL)
		return;
	for (row = 0; row < rows; row++) {
		words += before;
		for (word = 0; word < table->row_words; word++)
			if (table->withhold[word] != 0)
				words[word] = 0;
		words += table->row_words;
	}
}
