/*
 * rec_index.c - the index of a recording, as bytes.
 *
 * For each chunk in turn: how long it is and what is between it and the one before
 * (nothing, but for damage), how much later, of which region, of what type.
 */
#include "rec_list.h"

#include <stdlib.h>
#include <string.h>

#define ENTRY_MAX 40 /* bytes of one */

void
rec_index_begin(struct rec_index *index, uint64_t begin)
{
	index->end = begin;
}

void
rec_index_end(struct rec_index *index)
{
	free(index->bytes);
}

static void
put(struct rec_index *index, uint64_t value)
{
	for (; value >= 128; value >>= 7)
		index->bytes[index->size++] = (unsigned char)(value | 128);
	index->bytes[index->size++] = (unsigned char)value;
}

static bool
make_room(struct rec_index *index)
{
	unsigned char *bytes;
	size_t room;

	if (index->room - index->size >= ENTRY_MAX)
		return (true);
	room = index->room * 2 + 4096;
	if (room > REC_CHUNK_MAX ||
	    (bytes = realloc(index->bytes, room)) == NULL)
		return (false);
	index->bytes = bytes;
	index->room = room;
	return (true);
}

void
rec_index_add(struct rec_index *index, const struct rec_entry *entry)
{
	uint64_t gap = entry->offset - index->end;
	uint64_t later = entry->real_ns - index->real_ns;

	if (index->given_up || !make_room(index)) {
		index->given_up = true;
		return;
	}
	put(index, entry->size / REC_ALIGN * 2 + (gap > 0));
	if (gap > 0)
		put(index, gap);
	put(index, later << 1 ^ (0 - (later >> 63)));
	put(index, entry->region);
	put(index, (uint64_t)entry->type * 2 + entry->first);
	index->end = entry->offset + entry->size;
	index->real_ns = entry->real_ns;
}

struct bytes {
	const unsigned char *at, *end;
	bool bad;
};

static uint64_t
take(struct bytes *bytes)
{
	uint64_t value = 0, part;
	unsigned shift;

	for (shift = 0; shift < 64 && bytes->at < bytes->end; shift += 7) {
		part = *bytes->at & 127;
		value |= part << shift;
		if (shift == 63 && part > 1)
			break;
		if ((*bytes->at++ & 128) == 0)
			return (value);
	}
	bytes->bad = true;
	return (0);
}

/* What it says of one more chunk.  False: nonsense. */
static bool
parse_one(struct bytes *bytes, struct rec_list *list, uint64_t end,
    uint64_t *damage_end, struct rec_entry *entry)
{
	uint64_t size = take(bytes), gap = (size & 1) != 0 ? take(bytes) : 0;
	uint64_t later = take(bytes), region = take(bytes), type = take(bytes);

	size = size / 2 * REC_ALIGN;
	if (bytes->bad || size < sizeof(struct rec_chunk_head) ||
	    size > sizeof(struct rec_chunk_head) + REC_CHUNK_MAX ||
	    gap > end - list->end || size > end - list->end - gap ||
	    region > REC_REGIONS_MAX || type / 2 < REC_REGION ||
	    type / 2 > REC_ALIVE)
		return (false);
	if (gap > 0)
		rec_damage_add(&list->damage, damage_end, list->end, gap);
	entry->offset = list->end + gap;
	entry->size = (uint32_t)size;
	entry->real_ns += later >> 1 ^ (0 - (later & 1));
	entry->region = (uint32_t)region;
	entry->type = (enum rec_type)(type / 2);
	entry->first = (type & 1) != 0;
	list->end = entry->offset + size;
	return (true);
}

int
rec_index_parse(const void *bytes, size_t size, uint64_t begin, uint64_t end,
    struct rec_list *list)
{
	struct bytes rest = { bytes, (const unsigned char *)bytes + size,
		false };
	struct rec_entry entry = { 0 };
	uint64_t damage_end = 0;

	memset(list, 0, sizeof(*list));
	list->begin = list->end = begin;
	while (rest.at < rest.end) {
		if (!parse_one(&rest, list, end, &damage_end, &entry) ||
		    rec_list_add(list, &entry) == -1) {
			free(list->entries);
			memset(list, 0, sizeof(*list));
			return (-1);
		}
	}
	if (list->end < end)
		rec_damage_add(
		    &list->damage, &damage_end, list->end, end - list->end);
	return (0);
}
