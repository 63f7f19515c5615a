/*
 * rowset.h - the rows of a table, found again by the key of their object.
 *
 * One pass over the objects a sample: rowset_find() for each, rowset_sweep() at the
 * end releases the rows of those that were not seen.  Rows are written only
 * when their contents have changed.
 */
#ifndef ROWSET_H
#define ROWSET_H

#include <dbgshm/writer.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROWSET_NOTES 7

struct rowset_slot {
	uint64_t key;
	uint64_t hash; /* of what the row says; 0 nothing yet */
	uint32_t pass; /* the last one that saw the object; 0 empty slot */
	struct dbgshm_row row;
	uint64_t note[ROWSET_NOTES]; /* what the view remembers about it */
};

struct rowset {
	struct dbgshm_table *table;
	struct rowset_slot *slots,
	    *spare;	   /* open addressing, half full at most */
	size_t slot_count; /* a power of two; 0 before rowset_init */
	uint32_t capacity, limit;
	uint32_t used, pass, seen;
};

int rowset_init(struct rowset *, uint32_t expected, uint32_t limit);
	/* Room for somewhat more than expected, never more than limit; the
	 * table is made by the caller with set->capacity.  -1 and ENOMEM, with
	 * the old contents kept. */
void rowset_free(struct rowset *);
void rowset_forget(
    struct rowset *); /* the table is gone: all slots are empty */

void rowset_begin(struct rowset *);

struct rowset_slot *rowset_find(struct rowset *, uint64_t key);
	/* Its slot, marked as seen; a new one has hash 0, zero notes and a row
	 * that is claimed and not yet visible.  NULL: no room. */

bool rowset_changed(struct rowset_slot *, const void *contents, size_t size);
	/* The row must be written: opens it in slot->row with dbgshm_row_begin
	 * unless it is a new one.  dbgshm_row_end() follows. */

void rowset_sweep(struct rowset *);

bool rowset_wants_more(const struct rowset *, uint64_t objects);
	/* The table should be made again, larger. */

#endif
