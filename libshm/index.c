/* index.c - finds a registered name among many: open addressing, private. */
#include "region.h"

#include <errno.h>
#include <stdlib.h>

#define INDEX_FIRST 64

uint32_t
dbgshm__index_find(const struct dbgshm_region *region, uint64_t hash,
    bool (*same)(const struct dbgshm_region *, uint32_t, const void *),
    const void *key)
{
	const struct name_index *index = &region->index;
	size_t slot;

	if (index->capacity == 0)
		return (0);
	for (slot = hash & (index->capacity - 1);
	     index->entries[slot].descriptor != 0;
	     slot = (slot + 1) & (index->capacity - 1))
		if (index->entries[slot].hash == hash &&
		    same(region, index->entries[slot].descriptor, key))
			return (index->entries[slot].descriptor);
	return (0);
}

void
dbgshm__index_put(struct name_index *index, uint64_t hash, uint32_t descriptor)
{
	size_t slot = hash & (index->capacity - 1);

	while (index->entries[slot].descriptor != 0)
		slot = (slot + 1) & (index->capacity - 1);
	index->entries[slot].hash = hash;
	index->entries[slot].descriptor = descriptor;
	index->count++;
}

/* Kept at most two thirds full. */
int
dbgshm__index_grow(struct name_index *index)
{
	struct name_index bigger = { NULL, 0, 0 };
	size_t i;

	if (index->capacity != 0 && index->count < index->capacity / 3 * 2)
		return (0);
	bigger.capacity =
	    index->capacity == 0 ? INDEX_FIRST : index->capacity * 2;
	bigger.entries = calloc(bigger.capacity, sizeof(*bigger.entries));
	if (bigger.entries == NULL)
		return (ENOMEM);
	for (i = 0; i < index->capacity; i++)
		if (index->entries[i].descriptor != 0)
			dbgshm__index_put(&bigger, index->entries[i].hash,
			    index->entries[i].descriptor);
	free(index->entries);
	*index = bigger;
	return (0);
}
