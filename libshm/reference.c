/*
 * reference.c - what a reference in a cell or an event refers to.
 */
#include "obj.h"
#include "view.h"

#include <errno.h>

#define READER(reader) DBGSHM_OBJ_CHECK(reader, DBGSHM_OBJ_READER)

/* Index of the table that it refers into; -1 none. */
static ssize_t
table_of(const struct dbgshm_schema *schema, uint64_t reference)
{
	size_t number = (size_t)(reference >> DBGSHM_REFERENCE_TABLE_SHIFT);

	return (number < schema->numbered_count
		? (ssize_t)schema->numbered[number] - 1
		: -1);
}

static uint32_t
slot_of(uint64_t reference)
{
	return ((uint32_t)(reference >> DBGSHM_REFERENCE_SLOT_SHIFT &
	    DBGSHM_REFERENCE_SLOT_MASK));
}

bool
dbgshm__reference_fits(const struct dbgshm_schema *schema, uint64_t reference)
{
	ssize_t table = table_of(schema, reference);

	return (
	    table == -1 || slot_of(reference) < schema->tables[table].capacity);
}

/* The row of a slot that is shown: by the frame's list, or among rows by slot. */
static size_t
find_slot(const struct dbgshm_frame_table *rows, uint32_t slot)
{
	size_t first = 0, middle, past = rows->count;

	if (rows->places != NULL)
		return (rows->places[slot]);
	while (past - first > 1) {
		middle = first + (past - first) / 2;
		if (rows->infos[middle].slot <= slot)
			first = middle;
		else
			past = middle;
	}
	return (first);
}

int
dbgshm_reader_reference(const struct dbgshm_reader *reader, uint64_t reference,
    struct dbgshm_reference *found)
{
	const struct dbgshm_frame_table *rows;
	const struct dbgshm_schema *schema;
	size_t row;

	READER(reader);
	if (reference == 0) {
		errno = ENOENT;
		return (-1);
	}
	schema = &reader->view->schema;
	found->table = table_of(schema, reference);
	found->slot = slot_of(reference);
	found->generation = reference & DBGSHM_REFERENCE_GENERATION_MASK;
	found->row = -1;
	if (found->table == -1 || !reader->view->filled ||
	    found->slot >= schema->tables[found->table].capacity)
		return (0);
	rows = &dbgshm__frame(reader)->tables[found->table];
	if (rows->status[found->slot] == 0)
		return (0);
	row = find_slot(rows, found->slot);
	if ((rows->infos[row].generation & DBGSHM_REFERENCE_GENERATION_MASK) ==
	    found->generation)
		found->row = (ssize_t)row;
	return (0);
}
