/*
 * mirror_past.c - blocks of the past, as they come, in slots of the image.
 *
 * When there are no more slots the block with the lowest number is given up.  Of
 * the newest block of each ring there is another copy, from which the present is
 * decoded.
 */
#include "mirror.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Blocks of different rings and tiers may come a little out of order. */
#define LATE_BLOCKS 64

/* ---- slots -------------------------------------------------------------- */

static struct dbgshm_slot *
slot_at(const struct dbgshm_mirror *mirror, uint32_t slot)
{
	return (
	    (void *)(mirror_section(&mirror->image, DBGSHM_SECTION_HISTORY) +
		(size_t)(slot - 1) * DBGSHM_SLOT_SIZE));
}

static void
give_up(struct dbgshm_mirror *mirror, struct mirror_block *block)
{
	struct mirror_past *past = &mirror->past;
	uint32_t slot, next;

	for (slot = block->oldest; slot != 0; slot = next) {
		next = past->next[slot - 1];
		slot_at(mirror, slot)->block = 0;
		past->next[slot - 1] = past->free;
		past->free = slot;
	}
	block->oldest = block->newest = 0;
	block->size = 0;
}

/* One more slot at the end: its number + 1; 0 there is no room. */
static uint32_t
grow(struct dbgshm_mirror *mirror)
{
	struct mirror_past *past = &mirror->past;
	uint32_t *next, room = past->slot_room == 0 ? 64 : 2 * past->slot_room;

	if ((past->count + UINT64_C(1)) * DBGSHM_SLOT_SIZE >
	    mirror_room(&mirror->image, DBGSHM_SECTION_HISTORY))
		return (0);
	if (past->count == past->slot_room) {
		if ((next = realloc(past->next, room * sizeof(*next))) == NULL)
			return (0);
		past->next = next;
		past->slot_room = room;
	}
	past->next[past->count++] = 0;
	return (past->count);
}

/* A slot for that block, which is not given up for it. */
static uint32_t
take(struct dbgshm_mirror *mirror, const struct mirror_block *block)
{
	struct mirror_past *past = &mirror->past;
	struct mirror_block *oldest;
	uint32_t slot;

	while (past->free == 0) {
		if ((slot = grow(mirror)) != 0)
			return (slot);
		oldest = &past->blocks[past->first];
		if (past->first == past->end || oldest == block)
			return (0);
		give_up(mirror, oldest);
		past->first++;
	}
	slot = past->free;
	past->free = past->next[slot - 1];
	past->next[slot - 1] = 0;
	return (slot);
}

/* ---- streams ------------------------------------------------------------ */

static int
stream_add(const struct dbgshm_mirror *mirror, struct mirror_stream *stream,
    const unsigned char *bytes, size_t size)
{
	size_t need = stream->block.size + size, room = 2 * need;
	unsigned char *more;

	if (size == 0)
		return (0);
	if (need > MIRROR_STREAM_MAX) {
		stream->spoilt = true;
		return (0);
	}
	if (need > stream->room) {
		if ((more = realloc(stream->bytes, room)) == NULL)
			return (ENOMEM);
		stream->bytes = more;
		stream->block.bytes = more;
		stream->room = room;
	}
	memcpy(stream->bytes + stream->block.size, bytes, size);
	stream->block.size += (uint32_t)size;
	stream->arrived = mirror->pieces;
	return (0);
}

static void
stream_begin(struct mirror_stream *stream, const struct past_block *block)
{
	stream->block = *block;
	stream->block.size = 0;
	stream->block.bytes = stream->bytes;
	stream->at = 0;
	stream->any = stream->spoilt = false;
	stream->last = (struct past_frame){ .mono_ns = block->mono_ns,
		.real_ns = block->real_ns,
		.boot_ns = block->boot_ns };
}

int
dbgshm__mirror_present(struct dbgshm_mirror *mirror, struct piece_in *in)
{
	struct past_block block = { .number = 1 };
	struct mirror_stream *stream;
	uint64_t ring = 0, offset = 0;

	(void)dbgshm__piece_take(in, &ring);
	(void)dbgshm__piece_take(in, &offset);
	stream = &mirror->present.streams[ring];
	if (offset == 0) {
		(void)dbgshm__piece_take(in, &block.mono_ns);
		(void)dbgshm__piece_take(in, &block.real_ns);
		(void)dbgshm__piece_take(in, &block.boot_ns);
		block.ring = (uint16_t)ring;
		stream_begin(stream, &block);
		mirror->present.past.cursors[ring].block = 0;
	} else if (stream->block.number == 0 || offset != stream->block.size) {
		return (0); /* behind something that is not there */
	}
	return (stream_add(mirror, stream, in->bytes, in->left));
}

int
dbgshm__mirror_decode(struct mirror_frames *frames, uint64_t words_max)
{
	struct mirror_stream *stream;
	struct past_frame frame;
	uint64_t work = 0;
	unsigned ring;
	int error;

	frames->past.words_max = words_max;
	frames->past.blocks = frames->blocks;
	for (ring = 0; ring < 2; ring++) {
		stream = &frames->streams[ring];
		frames->blocks[ring] = stream->block;
		while (stream->block.number != 0 && !stream->spoilt &&
		    dbgshm__past_next(&frames->blocks[ring], &stream->at,
			&stream->last, &frame)) {
			error = dbgshm__past_decode_next(&frames->past,
			    &frames->blocks[ring], &frame, &work);
			if (error == ENOMEM)
				return (error);
			stream->spoilt = error != 0;
			stream->any = error == 0;
			if (error == 0)
				stream->last = frame;
		}
	}
	return (0);
}

/* ---- blocks ------------------------------------------------------------- */

static size_t
find(const struct mirror_past *past, uint64_t number)
{
	size_t low = past->first, high = past->end, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (past->blocks[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

/* A new one in its place among the last; SIZE_MAX: it is too late for that. */
static int
add_block(struct mirror_past *past, size_t *at, uint64_t number, uint64_t ring,
    uint64_t tier)
{
	struct mirror_block *blocks;
	size_t room;

	if (past->end - *at > LATE_BLOCKS) {
		*at = SIZE_MAX;
		return (0);
	}
	if (past->end == past->room && past->first > past->room / 2) {
		memmove(past->blocks, past->blocks + past->first,
		    (past->end - past->first) * sizeof(*blocks));
		past->end -= past->first;
		*at -= past->first;
		past->first = 0;
	}
	if (past->end == past->room) {
		room = past->room == 0 ? 64 : 2 * past->room;
		blocks = realloc(past->blocks, room * sizeof(*blocks));
		if (blocks == NULL)
			return (ENOMEM);
		past->blocks = blocks;
		past->room = room;
	}
	memmove(past->blocks + *at + 1, past->blocks + *at,
	    (past->end - *at) * sizeof(*blocks));
	past->end++;
	past->blocks[*at] = (struct mirror_block){
		.number = number, .ring = (uint16_t)ring, .tier = (uint16_t)tier
	};
	return (0);
}

/* As many bytes as there are slots for.  0: none. */
static size_t
write_slot(struct dbgshm_mirror *mirror, struct mirror_block *block,
    const struct past_block *head, const unsigned char *bytes, size_t size)
{
	uint32_t used = (uint32_t)(block->size % MIRROR_SLOT_BYTES), taken;
	struct dbgshm_slot *slot;

	if (used == 0) {
		if ((taken = take(mirror, block)) == 0)
			return (0);
		slot = slot_at(mirror, taken);
		*slot = (struct dbgshm_slot){
			.index = (uint32_t)(block->size / MIRROR_SLOT_BYTES),
			.ring = block->ring,
			.tier = block->tier,
			.period_ns = head->period_ns,
		};
		if (block->size == 0) {
			slot->mono_ns = head->mono_ns;
			slot->real_ns = head->real_ns;
			slot->boot_ns = head->boot_ns;
			block->oldest = taken;
		} else {
			mirror->past.next[block->newest - 1] = taken;
			slot->period_ns =
			    slot_at(mirror, block->newest)->period_ns;
		}
		slot->block = block->number;
		block->newest = taken;
	}
	slot = slot_at(mirror, block->newest);
	if (size > MIRROR_SLOT_BYTES - used)
		size = MIRROR_SLOT_BYTES - used;
	memcpy((unsigned char *)(slot + 1) + used, bytes, size);
	slot->used = used + size;
	block->size += size;
	return (size);
}

/* Are the bytes from the beginning of the block those that are there? */
static bool
is_known(const struct dbgshm_mirror *mirror, const struct mirror_block *block,
    const unsigned char *bytes, size_t size)
{
	const struct dbgshm_slot *slot;
	uint32_t number;
	size_t part;

	for (number = block->oldest; number != 0 && size > 0;
	     number = mirror->past.next[number - 1]) {
		slot = slot_at(mirror, number);
		part = size < slot->used ? size : (size_t)slot->used;
		if (memcmp(slot + 1, bytes, part) != 0)
			return (false);
		bytes += part;
		size -= part;
	}
	return (true);
}

/* The newest block of a ring goes into the stream from which the present comes,
 * whether there is room for it or not. */
static int
follow(struct dbgshm_mirror *mirror, const struct past_block *head,
    uint64_t offset, bool anew, const struct piece_in *in)
{
	struct mirror_frames *newest = &mirror->newest;
	struct mirror_stream *stream = &newest->streams[head->ring];
	size_t known;

	if (offset == 0 && head->tier == 0 &&
	    (head->number > stream->block.number ||
		(head->number == stream->block.number && anew))) {
		stream_begin(stream, head);
		newest->past.cursors[head->ring].block = 0;
	}
	for (stream = newest->streams; stream < newest->streams + 2; stream++) {
		if (stream->block.number != head->number ||
		    offset > stream->block.size)
			continue;
		known = (size_t)(stream->block.size - offset);
		stream->arrived = mirror->pieces;
		if (known < in->left)
			return (stream_add(mirror, stream, in->bytes + known,
			    in->left - known));
	}
	return (0);
}

/* What of the bytes is behind those that are there. */
static void
store(struct dbgshm_mirror *mirror, struct mirror_block *block,
    const struct past_block *head, uint64_t offset, struct piece_in in)
{
	size_t put;

	if (offset > block->size || in.left <= block->size - offset)
		return;
	in.bytes += block->size - offset;
	in.left -= (size_t)(block->size - offset);
	for (; in.left > 0; in.bytes += put, in.left -= put)
		if ((put = write_slot(
			 mirror, block, head, in.bytes, in.left)) == 0)
			return; /* longer than all that is kept */
}

int
dbgshm__mirror_block(struct dbgshm_mirror *mirror, struct piece_in *in)
{
	struct mirror_past *past = &mirror->past;
	struct past_block head = { 0 };
	struct mirror_block *block;
	uint64_t offset = 0, ring = 0, tier = 0;
	bool anew = false;
	size_t at;
	int error;

	(void)dbgshm__piece_take(in, &head.number);
	(void)dbgshm__piece_take(in, &offset);
	if (offset == 0) {
		(void)dbgshm__piece_take(in, &ring);
		(void)dbgshm__piece_take(in, &tier);
		(void)dbgshm__piece_take(in, &head.period_ns);
		(void)dbgshm__piece_take(in, &head.mono_ns);
		(void)dbgshm__piece_take(in, &head.real_ns);
		(void)dbgshm__piece_take(in, &head.boot_ns);
		head.ring = (uint16_t)ring;
		head.tier = (uint16_t)tier;
	}
	if (in->left == 0) /* each block has a slot at least */
		return (0);
	at = find(past, head.number);
	if (at == past->end || past->blocks[at].number != head.number) {
		error = offset != 0 /* its beginning has gone */
		    ? follow(mirror, &head, offset, false, in)
		    : add_block(past, &at, head.number, ring, tier);
		if (error != 0 || offset != 0 || at == SIZE_MAX)
			return (error);
	}
	block = &past->blocks[at];
	if (offset == 0 && !is_known(mirror, block, in->bytes, in->left)) {
		give_up(mirror, block); /* it was told in another way */
		block->ring = head.ring;
		block->tier = head.tier;
		anew = true;
	}
	if ((error = follow(mirror, &head, offset, anew, in)) != 0)
		return (error);
	store(mirror, block, &head, offset, *in);
	return (0);
}

static void
frames_free(struct mirror_frames *frames)
{
	unsigned ring;

	frames->past.blocks = NULL; /* it was ours */
	dbgshm__past_free(&frames->past);
	for (ring = 0; ring < 2; ring++)
		free(frames->streams[ring].bytes);
	*frames = (struct mirror_frames){ 0 };
}

void
dbgshm__mirror_past_reset(struct dbgshm_mirror *mirror)
{
	frames_free(&mirror->newest);
	frames_free(&mirror->present);
	free(mirror->past.blocks);
	free(mirror->past.next);
	mirror->past = (struct mirror_past){ 0 };
}
