/*
 * rowset.c - a hash table from object to row; no allocation while samples run.
 */
#include "rowset.h"

#include "proc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROWSET_LEAST 32u

int
rowset_init(struct rowset *set, uint32_t expected, uint32_t limit)
{
	struct rowset_slot *slots, *spare;
	uint32_t capacity = ROWSET_LEAST;
	size_t count;

	while (capacity < expected + expected / 4 && capacity < limit)
		capacity *= 2;
	if (capacity > limit)
		capacity = limit;
	for (count = 2 * ROWSET_LEAST; count < 2 * (size_t)capacity;)
		count *= 2;
	slots = calloc(count, sizeof(*slots));
	spare = calloc(count, sizeof(*spare));
	if (slots == NULL || spare == NULL) {
		free(slots);
		free(spare);
		errno = ENOMEM;
		return (-1);
	}
	rowset_free(set);
	set->slots = slots;
	set->spare = spare;
	set->slot_count = count;
	set->capacity = capacity;
	set->limit = limit;
	return (0);
}

void
rowset_free(struct rowset *set)
{
	free(set->slots);
	free(set->spare);
	memset(set, 0, sizeof(*set));
}

void
rowset_forget(struct rowset *set)
{
	memset(set->slots, 0, set->slot_count * sizeof(*set->slots));
	set->used = 0;
	set->table = NULL;
}

void
rowset_begin(struct rowset *set)
{
	set->pass++;
	set->seen = 0;
}

static struct rowset_slot *
place(struct rowset_slot *slots, size_t count, uint64_t key)
{
	size_t i;

	i = (size_t)proc_hash(0, &key, sizeof(key)) & (count - 1);
	while (slots[i].pass != 0 && slots[i].key != key)
		i = (i + 1) & (count - 1);
	return (&slots[i]);
}

struct rowset_slot *
rowset_find(struct rowset *set, uint64_t key)
{
	struct rowset_slot *slot;

	slot = place(set->slots, set->slot_count, key);
	if (slot->pass == 0) {
		if (set->used == set->capacity)
			return (NULL);
		slot->row = dbgshm_row_claim(set->table);
		if (slot->row.words == NULL)
			return (NULL);
		slot->key = key;
		slot->hash = 0;
		memset(slot->note, 0, sizeof(slot->note));
		set->used++;
	}
	if (slot->pass != set->pass)
		set->seen++;
	slot->pass = set->pass;
	return (slot);
}

bool
rowset_changed(struct rowset_slot *slot, const void *contents, size_t size)
{
	uint64_t hash;
	bool fresh = slot->hash == 0;

	hash = proc_hash(0, contents, size) | 1;
	if (hash == slot->hash)
		return (false);
	if (!fresh && dbgshm_row_begin(slot->row).words == NULL)
		return (false);
	slot->hash = hash;
	return (true);
}

void
rowset_sweep(struct rowset *set)
{
	struct rowset_slot *slots;
	size_t i;

	if (set->seen == set->used)
		return;
	for (i = 0; i < set->slot_count; i++) {
		if (set->slots[i].pass == 0)
			continue;
		if (set->slots[i].pass == set->pass) {
			*place(set->spare, set->slot_count, set->slots[i].key) =
			    set->slots[i];
			continue;
		}
		/* A row that was claimed and never written is still open. */
		if (set->slots[i].hash == 0)
			dbgshm_row_end(set->slots[i].row);
		dbgshm_row_release(set->slots[i].row);
		set->used--;
	}
	slots = set->slots;
	set->slots = set->spare;
	set->spare = slots;
	memset(slots, 0, set->slot_count * sizeof(*slots));
}

bool
rowset_wants_more(const struct rowset *set, uint64_t objects)
{
	return (objects > set->capacity && set->capacity < set->limit);
}
