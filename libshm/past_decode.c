/*
 * past_decode.c - the words of a frame of the history.
 *
 * A cursor stands behind the frame that was decoded last and goes on from there
 * while it can; else it begins with the key frame of the block.
 */
#include "coder_memory.h"
#include "past.h"
#include "varint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WORK_MAX (UINT64_C(1) << 30) /* words that one step decodes */

static void
forget(struct past_coder *coder)
{
	dbgshm__coder_free(coder->coder);
	*coder = (struct past_coder){ 0 };
}

/*
 * Decodes one array of words.  How many there are is said by its first bytes, a
 * count in which nothing is believed but that memory is taken for it.
 */
static int
decode(struct past_cursor *cursor, struct past_coder *coder,
    uint64_t *words_left, const unsigned char **bytes, size_t *size)
{
	size_t used, room, count;
	uint64_t words;
	struct dbgshm_coder *larger;
	bool key;

	if (varint_get(*bytes, *size, &words) == 0)
		return (EBADMSG);
	words >>= 1;
	if (words > *words_left || words > DBGSHM_FRAME_WORDS_MAX)
		return (EBADMSG);
	*words_left -= words;
	key = *size > 0 && ((*bytes)[0] & 1) != 0;
	room = (size_t)words + (size_t)words / 4 + 64; /* format.h */
	if (room > DBGSHM_FRAME_WORDS_MAX)
		room = DBGSHM_FRAME_WORDS_MAX;
	if (!key && (coder->coder == NULL || words > coder->room))
		return (EBADMSG);
	if (key && room > coder->room) {
		/* Each frame may be a large one of another table. */
		if (cursor->words + room - coder->room >
		    cursor->words_max + 64 * cursor->table_room)
			return (EBADMSG);
		if ((larger = dbgshm__coder_create(room)) == NULL)
			return (ENOMEM);
		dbgshm__coder_free(coder->coder);
		coder->coder = larger;
		cursor->words += room - coder->room;
		coder->room = room;
	}
	used = dbgshm_frame_decode(coder->coder, *bytes, *size, &count);
	if (used == 0)
		return (EBADMSG);
	coder->count = count;
	*bytes += used;
	*size -= used;
	return (0);
}

static int
decode_tables(struct past_cursor *cursor, uint64_t *words_left,
    const unsigned char **bytes, size_t *size)
{
	struct past_coder *bigger;
	uint64_t count;
	size_t used, i;
	int error = 0;

	if ((used = varint_get(*bytes, *size, &count)) == 0)
		return (EBADMSG);
	*bytes += used;
	*size -= used;
	if (count > DBGSHM_TABLES_MAX || count > *size)
		return (EBADMSG);
	if (count > cursor->table_room) {
		bigger = realloc(
		    cursor->tables, (size_t)count * sizeof(*cursor->tables));
		if (bigger == NULL)
			return (ENOMEM);
		memset(bigger + cursor->table_room, 0,
		    ((size_t)count - cursor->table_room) * sizeof(*bigger));
		cursor->tables = bigger;
		cursor->table_room = (size_t)count;
	}
	cursor->table_count = (size_t)count;
	for (i = 0; i < count && error == 0; i++)
		error =
		    decode(cursor, &cursor->tables[i], words_left, bytes, size);
	return (error);
}

static int
decode_frame(struct past_cursor *cursor, const struct past_block *block,
    uint64_t *words_left, const unsigned char *bytes, size_t size)
{
	int error = decode(cursor, &cursor->live, words_left, &bytes, &size);

	if (error != 0)
		return (error);
	if (block->ring == DBGSHM_RING_ROWS)
		return (decode_tables(cursor, words_left, &bytes, &size));
	if ((error = decode(
		 cursor, &cursor->gauges, words_left, &bytes, &size)) != 0 ||
	    (error = decode(
		 cursor, &cursor->cells, words_left, &bytes, &size)) != 0)
		return (error);
	if (block->tier != 0)
		return (decode(
		    cursor, &cursor->extremes, words_left, &bytes, &size));
	cursor->extremes.count = 0;
	return (0);
}

int
dbgshm__past_decode_next(struct past *past, const struct past_block *block,
    const struct past_frame *frame, uint64_t *work)
{
	struct past_cursor *cursor = &past->cursors[block->ring];
	uint64_t left = past->words_max;
	int error;

	/* Coders take a little more room than they need. */
	cursor->words_max = past->words_max + past->words_max / 4 + 64 * 4;
	cursor->block = 0; /* until it has gone well */
	error = decode_frame(
	    cursor, block, &left, block->bytes + frame->at, frame->size);
	if (error == 0 && (*work += past->words_max - left) > WORK_MAX)
		error = EFBIG;
	if (error != 0)
		return (error);
	cursor->block = (uint32_t)(block - past->blocks) + 1;
	cursor->at = frame->at + frame->size;
	return (0);
}

int
dbgshm__past_decode(struct past *past, unsigned ring, size_t frame)
{
	const struct past_frame *want = &past->rings[ring].frames[frame];
	const struct past_block *block = &past->blocks[want->block];
	struct past_cursor *cursor = &past->cursors[ring];
	struct past_frame last, next;
	uint64_t work = 0;
	uint32_t at = 0;
	int error;

	if (cursor->block == want->block + 1) {
		if (cursor->at == want->at + want->size)
			return (0); /* there already */
		if (cursor->at <= want->at)
			at = cursor->at;
	}
	last = (struct past_frame){ block->mono_ns, block->real_ns,
		block->boot_ns, want->block, 0, 0 };
	do {
		if (!dbgshm__past_next(block, &at, &last, &next))
			return (EBADMSG);
		if ((error = dbgshm__past_decode_next(
			 past, block, &next, &work)) != 0)
			return (error);
		last = next;
	} while (next.at < want->at);
	return (next.at == want->at ? 0 : EBADMSG);
}

void
dbgshm__past_free(struct past *past)
{
	struct past_cursor *cursor;
	unsigned ring;
	size_t i;

	for (ring = 0; ring < 2; ring++) {
		cursor = &past->cursors[ring];
		forget(&cursor->live);
		forget(&cursor->gauges);
		forget(&cursor->cells);
		forget(&cursor->extremes);
		for (i = 0; i < cursor->table_room; i++)
			forget(&cursor->tables[i]);
		free(cursor->tables);
		free(past->rings[ring].frames);
	}
	free(past->blocks);
	free(past->bytes);
	*past = (struct past){ 0 };
}
