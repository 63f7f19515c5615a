/*
 * rec_read.c - one chunk of a file, at a known place.
 */
#include "rec_list.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define STEP (1u << 20)

static int
damaged(uint64_t offset, char *why, size_t why_size)
{
	snprintf(why, why_size, "the chunk at %" PRIu64 " is damaged", offset);
	errno = EBADMSG;
	return (-1);
}

int
rec_read_bytes(struct rec_in *in, int descriptor, uint64_t offset, size_t size,
    char *why, size_t why_size)
{
	size_t step;
	ssize_t got;
	void *room;

	rec_in_clear(in);
	while (in->end < size) {
		step = size - in->end < STEP ? size - in->end : STEP;
		if ((room = rec_in_room(in, step)) == NULL)
			return (rec_code_fail(ENOMEM, why, why_size));
		got = pread(descriptor, room, step, (off_t)(offset + in->end));
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return (rec_code_fail(errno, why, why_size));
		if (got == 0)
			return (damaged(offset, why, why_size));
		rec_in_add(in, (size_t)got);
	}
	return (0);
}

int
rec_read_head(struct rec_in *in, int descriptor, char *why, size_t why_size)
{
	if (rec_read_bytes(in, descriptor, 0, REC_HEAD_SIZE, why, why_size) ==
	    -1) {
		if (errno == EBADMSG)
			snprintf(why, why_size, "too short for a recording");
		return (-1);
	}
	return (rec_code_head(&in->code, in->bytes, why, why_size));
}

int
rec_read_chunk(struct rec_in *in, int descriptor, uint64_t offset,
    struct rec_chunk_head *head, struct rec_chunk *chunk, char *why,
    size_t why_size)
{
	const unsigned char *content;

	if (rec_read_bytes(
		in, descriptor, offset, sizeof(*head), why, why_size) == -1)
		return (-1);
	if (!rec_code_chunk(&in->code, in->bytes, head))
		return (damaged(offset, why, why_size));
	if (rec_read_bytes(in, descriptor, offset, rec_chunk_size(head), why,
		why_size) == -1)
		return (-1);
	content = in->bytes + sizeof(*head);
	if (!rec_code_sound(&in->code, head, content))
		return (damaged(offset, why, why_size));
	return (
	    rec_code_unpack(&in->code, head, content, chunk, why, why_size));
}

int
rec_read(int descriptor, const struct rec_entry *entry, struct rec_in *in,
    struct rec_chunk *chunk, char *why, size_t why_size)
{
	struct rec_chunk_head head;

	if (rec_read_head(in, descriptor, why, why_size) == -1 ||
	    rec_read_chunk(in, descriptor, entry->offset, &head, chunk, why,
		why_size) == -1)
		return (-1);
	if (!rec_code_known(&head) || chunk->type != entry->type ||
	    chunk->region != entry->region ||
	    chunk->real_ns != entry->real_ns || chunk->first != entry->first)
		return (damaged(entry->offset, why, why_size));
	return (0);
}
