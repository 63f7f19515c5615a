/*
 * rec_list.c - the chunks of a file, from its index or by going over their heads.
 */
#include "rec_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define END_SIZE                                                               \
	(sizeof(struct rec_chunk_head) + sizeof(struct rec_end_content))
#define WINDOW 65536

int
rec_list_add(struct rec_list *list, const struct rec_entry *entry)
{
	struct rec_entry *entries;
	size_t room;

	if (list->count == list->room) {
		room = list->room * 2 + 64;
		entries = realloc(list->entries, room * sizeof(*entries));
		if (entries == NULL)
			return (-1);
		list->entries = entries;
		list->room = room;
	}
	list->entries[list->count++] = *entry;
	return (0);
}

/* ---- by the index --------------------------------------------------------------------- */

static int
by_index(
    struct rec_in *in, int descriptor, uint64_t size, struct rec_list *list)
{
	struct rec_end_content where;
	struct rec_chunk_head head;
	struct rec_chunk chunk;
	uint64_t end;
	char why[128];

	if (size < in->code.head_size + END_SIZE)
		return (-1);
	end = size - END_SIZE;
	if (rec_read_chunk(
		in, descriptor, end, &head, &chunk, why, sizeof(why)) == -1 ||
	    head.type != REC_END || chunk.size < sizeof(where))
		return (-1);
	memcpy(&where, chunk.bytes, sizeof(where));
	if (where.index < in->code.head_size || where.index >= end ||
	    rec_read_chunk(in, descriptor, where.index, &head, &chunk, why,
		sizeof(why)) == -1 ||
	    head.type != REC_INDEX ||
	    where.index + rec_chunk_size(&head) != end)
		return (-1);
	return (rec_index_parse(
	    chunk.bytes, chunk.size, in->code.head_size, where.index, list));
}

/* ---- by the heads --------------------------------------------------------------------- */

/* The file from `at` on, a part of it at a time. */
struct window {
	struct rec_in *in;
	int descriptor;
	uint64_t size; /* of the file */
	uint64_t at;   /* what the bytes are of */
	size_t have;
};

static const unsigned char *
look(struct window *window, uint64_t at, size_t *have, char *why,
    size_t why_size)
{
	uint64_t left = window->size - at;
	size_t wanted = left < WINDOW ? (size_t)left : WINDOW;

	if (at < window->at || window->at + window->have < at ||
	    window->at + window->have - at < sizeof(struct rec_chunk_head)) {
		if (rec_read_bytes(window->in, window->descriptor, at, wanted,
			why, why_size) == -1)
			return (NULL);
		window->at = at;
		window->have = wanted;
	}
	*have = window->have - (size_t)(at - window->at);
	return (window->in->bytes + (at - window->at));
}

static int
by_heads(struct rec_in *in, int descriptor, uint64_t size,
    struct rec_list *list, char *why, size_t why_size)
{
	struct window window = { in, descriptor, size, 0, 0 };
	struct rec_chunk_head head;
	struct rec_entry entry;
	uint64_t at = in->code.head_size, damage_end = 0;
	const unsigned char *bytes;
	size_t have, step;

	list->begin = list->end = at;
	while (size >= at + sizeof(head)) {
		bytes = look(&window, at, &have, why, why_size);
		if (bytes == NULL)
			return (-1);
		if (!rec_code_chunk(&in->code, bytes, &head)) {
			step =
			    1 + rec_code_search(&in->code, bytes + 1, have - 1);
			rec_damage_add(&list->damage, &damage_end, at, step);
			at += step;
			continue;
		}
		if (rec_chunk_size(&head) > size - at)
			break;
		entry = (struct rec_entry){
			.offset = at,
			.real_ns = head.real_ns,
			.size = (uint32_t)rec_chunk_size(&head),
			.region = head.region,
			.type = (enum rec_type)head.type,
			.first = (head.flags & REC_FLAG_FIRST) != 0,
		};
		at += rec_chunk_size(&head);
		if (!rec_code_known(&head) || head.type > REC_ALIVE)
			continue;
		if (rec_list_add(list, &entry) == -1)
			return (rec_code_fail(ENOMEM, why, why_size));
		list->end = at;
	}
	if (at < size)
		rec_damage_add(&list->damage, &damage_end, at, size - at);
	return (0);
}

/* ---- either ----------------------------------------------------------------------------- */

int
rec_list_read(struct rec_in *in, int descriptor, struct rec_list *list,
    char *why, size_t why_size)
{
	struct stat status;
	uint64_t size;
	int number;

	memset(list, 0, sizeof(*list));
	if (rec_read_head(in, descriptor, why, why_size) == -1)
		return (-1);
	if (fstat(descriptor, &status) == -1)
		return (rec_code_fail(errno, why, why_size));
	size = (uint64_t)status.st_size;
	if (by_index(in, descriptor, size, list) == 0 ||
	    by_heads(in, descriptor, size, list, why, why_size) == 0)
		return (0);
	number = errno;
	free(list->entries);
	memset(list, 0, sizeof(*list));
	errno = number;
	return (-1);
}

int
rec_index(int descriptor, struct rec_entry **entries, size_t *count,
    struct rec_damage *damage, char *why, size_t why_size)
{
	struct rec_in *in = rec_in_create(why, why_size);
	struct rec_list list;
	int result, number;

	if (in == NULL)
		return (-1);
	result = rec_list_read(in, descriptor, &list, why, why_size);
	number = errno;
	rec_in_free(in);
	if (result == -1) {
		errno = number;
		return (-1);
	}
	*entries = list.entries;
	*count = list.count;
	*damage = list.damage;
	return (0);
}
