/*
 * taken_past.c - the past of an image.
 *
 * Blocks of metrics are taken over as they are.  So are those of rows, unless a
 * table has secret columns: then each frame is decoded, what is secret becomes
 * zero, and it is coded again, because the code of a word that has changed tells
 * of what it was.
 */
#include "recode.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SLOT_BYTES (DBGSHM_SLOT_SIZE - sizeof(struct dbgshm_slot))

/* ---- slots ------------------------------------------------------------------ */

/* One more slot, all zero; NULL: no memory. */
static unsigned char *
add_slot(struct taken_slots *slots)
{
	unsigned char *bytes;
	size_t room = slots->room == 0 ? 16 : 2 * slots->room;

	if (slots->count == slots->room) {
		bytes = realloc(slots->bytes, room * DBGSHM_SLOT_SIZE);
		if (bytes == NULL)
			return (NULL);
		slots->bytes = bytes;
		slots->room = room;
	}
	bytes = slots->bytes + slots->count++ * DBGSHM_SLOT_SIZE;
	memset(bytes, 0, DBGSHM_SLOT_SIZE);
	return (bytes);
}

/* A block with these bytes. */
static int
put_block(struct taken_slots *slots, const struct past_block *block,
    const unsigned char *bytes, size_t size)
{
	struct dbgshm_slot head = {
		.block = block->number,
		.ring = block->ring,
		.tier = block->tier,
		.period_ns = block->period_ns,
		.mono_ns = block->mono_ns,
		.real_ns = block->real_ns,
		.boot_ns = block->boot_ns,
	};
	unsigned char *slot;

	while (size > 0) {
		if ((slot = add_slot(slots)) == NULL)
			return (ENOMEM);
		head.used = size < SLOT_BYTES ? size : SLOT_BYTES;
		memcpy(slot, &head, sizeof(head));
		memcpy(slot + sizeof(head), bytes, (size_t)head.used);
		bytes += head.used;
		size -= (size_t)head.used;
		head.index++;
		head.mono_ns = head.real_ns = head.boot_ns = 0;
	}
	return (0);
}

/* ---- coding again ----------------------------------------------------------- */

/* As far as the block makes sense. */
static int
recode(struct recoding *re, const struct taken_secrets *secrets,
    struct past *past, const struct past_block *block, uint64_t *work)
{
	struct past_cursor *cursor = &past->cursors[block->ring];
	struct past_frame frame,
	    last = { .mono_ns = block->mono_ns,
		    .real_ns = block->real_ns,
		    .boot_ns = block->boot_ns };
	uint32_t at = 0;
	int error;

	cursor->block = 0;
	dbgshm__recode_begin(re);
	for (; dbgshm__past_next(block, &at, &last, &frame); last = frame) {
		error = dbgshm__past_decode_next(past, block, &frame, work);
		if (error == 0)
			error = dbgshm__recode_frame(
			    re, secrets, block, cursor, &last, &frame);
		if (error == ENOMEM)
			return (error);
		if (error != 0)
			break;
	}
	return (0);
}

/* ---- all of it ---------------------------------------------------------------- */

int
dbgshm__taken_past(struct past *past, const struct taken_secrets *secrets,
    struct taken_slots *slots)
{
	struct recoding re = { 0 };
	const struct past_block *block;
	uint64_t work = 0;
	size_t i;
	int error = 0;

	for (i = 0; i < past->block_count && error == 0; i++) {
		block = &past->blocks[i];
		if (block->ring != DBGSHM_RING_ROWS || !secrets->rows) {
			error =
			    put_block(slots, block, block->bytes, block->size);
			continue;
		}
		error = recode(&re, secrets, past, block, &work);
		if (error == 0)
			error = put_block(slots, block, re.bytes, re.size);
	}
	dbgshm__recoding_free(&re);
	return (error);
}
