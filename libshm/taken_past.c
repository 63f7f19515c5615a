/*
 * taken_past.c - the past of an image.
 *
 * Blocks of metrics are taken over as they are.  So are those of rows, unless a
 * table has secret columns: then each frame is decoded, what is secret becomes
 * zero, and it is coded again, because the code of a word that has changed tells
 * of what it was.
 */
#include "coder.h"
#include "coder_memory.h"
#include "taken.h"
#include "varint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SLOT_BYTES (DBGSHM_SLOT_SIZE - sizeof(struct dbgshm_slot))
#define FRAME_HEAD (4 * VARINT_BYTES)

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

/* The coder of one array of words. */
struct recoder {
	struct dbgshm_coder *coder;
	size_t room, count; /* of words; 0: the next one is a key */
	size_t key_count;   /* when it was a key last */
};

struct recoding {
	const struct taken_secrets *secrets;
	struct recoder live, *tables;
	size_t table_room;
	uint64_t *words; /* of one array */
	size_t word_room;
	unsigned char *bytes, *frame; /* of the block, of one frame */
	size_t size, byte_room, frame_size, frame_room;
};

/* Room for so many bytes in all. */
static int
reserve(unsigned char **bytes, size_t *room, size_t size)
{
	unsigned char *more;

	if (size <= *room)
		return (0);
	size += size / 2;
	if ((more = realloc(*bytes, size)) == NULL)
		return (ENOMEM);
	*bytes = more;
	*room = size;
	return (0);
}

/* Which of the words are no numbers is as it was.  false: it was otherwise for
 * words that have been coded already. */
static bool
take_raw(struct recoder *to, const struct dbgshm_coder *from, size_t count)
{
	bool same = true;
	size_t group;

	for (group = 0; group < groups_of(count); group++) {
		if (to->coder->raw[group] == from->raw[group])
			continue;
		same &= group >= to->count / GROUP;
		to->coder->raw[group] = from->raw[group];
	}
	return (same);
}

static int
put_array(struct recoding *re, struct recoder *to,
    const struct dbgshm_coder *from, const uint64_t *words, size_t count)
{
	size_t room = count + count / 4 + 64, bound; /* format.h */
	bool key = to->count == 0 || count < to->count ||
	    count > to->key_count + to->key_count / 4 + 64;
	int error;

	if (room > DBGSHM_FRAME_WORDS_MAX)
		room = DBGSHM_FRAME_WORDS_MAX;
	if (key)
		to->count = 0;
	if (to->coder == NULL || count > to->room) {
		dbgshm__coder_free(to->coder);
		if ((to->coder = dbgshm__coder_create(room)) == NULL)
			return (ENOMEM);
		to->room = room;
	}
	if (from != NULL && !take_raw(to, from, count)) {
		key = true;
		to->count = 0;
	}
	bound = dbgshm_frame_bound(count);
	error = reserve(&re->frame, &re->frame_room, re->frame_size + bound);
	if (error != 0)
		return (error);
	re->frame_size += dbgshm_frame_encode(to->coder, words, count,
	    key ? DBGSHM_FRAME_KEY : 0, re->frame + re->frame_size, bound);
	to->count = count;
	if (key)
		to->key_count = count;
	return (0);
}

static int
put_varint(struct recoding *re, uint64_t value)
{
	int error =
	    reserve(&re->frame, &re->frame_room, re->frame_size + VARINT_BYTES);

	if (error == 0)
		re->frame_size += varint_put(re->frame + re->frame_size, value);
	return (error);
}

/* The words of a table without what is secret; of one that is not known none. */
static int
put_table(struct recoding *re, size_t number, const struct past_coder *from)
{
	static const uint64_t left_out[1];
	const struct taken_table *table =
	    number < re->secrets->count ? &re->secrets->tables[number] : NULL;
	size_t stride, row;
	uint64_t *more;

	if (from->count <= 1 || table == NULL || table->row_words == 0)
		return (put_array(
		    re, &re->tables[number], NULL, left_out, from->count > 0));
	if (from->count > re->word_room) {
		more = realloc(re->words, from->count * sizeof(*more));
		if (more == NULL)
			return (ENOMEM);
		re->words = more;
		re->word_room = from->count;
	}
	memcpy(re->words, dbgshm_frame_words(from->coder),
	    from->count * sizeof(*re->words));
	stride = 1 + (size_t)table->row_words;
	/* Words that make no whole row are nobody's. */
	row = from->count / stride;
	memset(re->words + row * stride, 0,
	    (from->count - row * stride) * sizeof(*re->words));
	dbgshm__taken_withhold(table, re->words, row, 1);
	return (put_array(
	    re, &re->tables[number], from->coder, re->words, from->count));
}

static int
put_tables(struct recoding *re, const struct past_cursor *cursor)
{
	struct recoder *more;
	size_t i;
	int error;

	if (cursor->table_count > re->table_room) {
		more = realloc(re->tables, cursor->table_count * sizeof(*more));
		if (more == NULL)
			return (ENOMEM);
		memset(more + re->table_room, 0,
		    (cursor->table_count - re->table_room) * sizeof(*more));
		re->tables = more;
		re->table_room = cursor->table_count;
	}
	error = put_varint(re, cursor->table_count);
	for (i = 0; i < cursor->table_count && error == 0; i++)
		error = put_table(re, i, &cursor->tables[i]);
	return (error);
}

/* The frame that the cursor stands at, behind the last one. */
static int
put_frame(struct recoding *re, const struct past_block *block,
    const struct past_cursor *cursor, const struct past_frame *last,
    const struct past_frame *frame)
{
	uint64_t step = frame->mono_ns - last->mono_ns;
	unsigned char head[FRAME_HEAD], size[VARINT_BYTES];
	size_t head_size = 0, size_size;
	int error;

	re->frame_size = 0;
	error = put_array(re, &re->live, cursor->live.coder,
	    dbgshm_frame_words(cursor->live.coder), cursor->live.count);
	if (error == 0)
		error = put_tables(re, cursor);
	if (error != 0)
		return (error);
	head_size += varint_put(
	    head + head_size, varint_positive(step - block->period_ns));
	head_size += varint_put(head + head_size,
	    varint_positive(frame->real_ns - last->real_ns - step));
	head_size += varint_put(head + head_size,
	    varint_positive(frame->boot_ns - last->boot_ns - step));
	size_size = varint_put(size, head_size + re->frame_size);
	error = reserve(&re->bytes, &re->byte_room,
	    re->size + size_size + head_size + re->frame_size);
	if (error != 0)
		return (error);
	memcpy(re->bytes + re->size, size, size_size);
	re->size += size_size;
	memcpy(re->bytes + re->size, head, head_size);
	re->size += head_size;
	memcpy(re->bytes + re->size, re->frame, re->frame_size);
	re->size += re->frame_size;
	return (0);
}

/* As far as the block makes sense. */
static int
recode(struct recoding *re, struct past *past, const struct past_block *block,
    uint64_t *work)
{
	struct past_cursor *cursor = &past->cursors[block->ring];
	struct past_frame frame,
	    last = { .mono_ns = block->mono_ns,
		    .real_ns = block->real_ns,
		    .boot_ns = block->boot_ns };
	uint32_t at = 0;
	size_t i;
	int error;

	/* A block begins with keys. */
	cursor->block = 0;
	re->size = re->live.count = 0;
	for (i = 0; i < re->table_room; i++)
		re->tables[i].count = 0;
	for (; dbgshm__past_next(block, &at, &last, &frame); last = frame) {
		error = dbgshm__past_decode_next(past, block, &frame, work);
		if (error == 0)
			error = put_frame(re, block, cursor, &last, &frame);
		if (error == ENOMEM)
			return (error);
		if (error != 0)
			break;
	}
	return (0);
}

static void
recoding_free(struct recoding *re)
{
	size_t i;

	dbgshm__coder_free(re->live.coder);
	for (i = 0; i < re->table_room; i++)
		dbgshm__coder_free(re->tables[i].coder);
	free(re->tables);
	free(re->words);
	free(re->bytes);
	free(re->frame);
}

/* ---- all of it ---------------------------------------------------------------- */

int
dbgshm__taken_past(struct past *past, const struct taken_secrets *secrets,
    struct taken_slots *slots)
{
	struct recoding re = { .secrets = secrets };
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
		error = recode(&re, past, block, &work);
		if (error == 0)
			error = put_block(slots, block, re.bytes, re.size);
	}
	recoding_free(&re);
	return (error);
}
