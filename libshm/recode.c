/*
 * recode.c - blocks of the past made by a reader, frame after frame.
 */
#include "recode.h"

#include "coder.h"
#include "coder_memory.h"
#include "varint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_HEAD (4 * VARINT_BYTES)

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

/* ---- parts of a frame --------------------------------------------------- */

void
dbgshm__recode_begin(struct recoding *re)
{
	size_t i;

	re->size = re->frame_size = 0;
	re->live.count = re->gauges.count = re->cells.count =
	    re->extremes.count = 0;
	for (i = 0; i < re->table_room; i++)
		re->tables[i].count = 0;
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

int
dbgshm__recode_array(struct recoding *re, struct recoder *to,
    const struct dbgshm_coder *like, const uint64_t *words, size_t count)
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
	if (like != NULL && !take_raw(to, like, count)) {
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

int
dbgshm__recode_tables(struct recoding *re, size_t count)
{
	struct recoder *more;
	int error;

	if (count > re->table_room) {
		more = realloc(re->tables, count * sizeof(*more));
		if (more == NULL)
			return (ENOMEM);
		memset(more + re->table_room, 0,
		    (count - re->table_room) * sizeof(*more));
		re->tables = more;
		re->table_room = count;
	}
	error =
	    reserve(&re->frame, &re->frame_room, re->frame_size + VARINT_BYTES);
	if (error == 0)
		re->frame_size += varint_put(re->frame + re->frame_size, count);
	return (error);
}

int
dbgshm__recode_end(struct recoding *re, uint64_t period_ns,
    const struct past_frame *last, const struct past_frame *frame)
{
	uint64_t step = frame->mono_ns - last->mono_ns;
	unsigned char head[FRAME_HEAD], size[VARINT_BYTES];
	size_t head_size = 0, size_size;
	int error;

	head_size +=
	    varint_put(head + head_size, varint_positive(step - period_ns));
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
	re->frame_size = 0;
	return (0);
}

void
dbgshm__recoding_free(struct recoding *re)
{
	size_t i;

	dbgshm__coder_free(re->live.coder);
	dbgshm__coder_free(re->gauges.coder);
	dbgshm__coder_free(re->cells.coder);
	dbgshm__coder_free(re->extremes.coder);
	for (i = 0; i < re->table_room; i++)
		dbgshm__coder_free(re->tables[i].coder);
	free(re->tables);
	free(re->words);
	free(re->bytes);
	free(re->frame);
	*re = (struct recoding){ 0 };
}

/* ---- a frame that was decoded ------------------------------------------- */

static int
put_decoded(
    struct recoding *re, struct recoder *to, const struct past_coder *from)
{
	return (dbgshm__recode_array(
	    re, to, from->coder, dbgshm_frame_words(from->coder), from->count));
}

/* The words of a table without what is secret; of one that is not known none. */
static int
put_table(struct recoding *re, const struct taken_secrets *secrets,
    size_t number, const struct past_coder *from)
{
	static const uint64_t left_out[1];
	const struct taken_table *table =
	    number < secrets->count ? &secrets->tables[number] : NULL;
	size_t stride, row;
	uint64_t *more;

	if (from->count <= 1 || table == NULL || table->row_words == 0)
		return (dbgshm__recode_array(
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
	return (dbgshm__recode_array(
	    re, &re->tables[number], from->coder, re->words, from->count));
}

int
dbgshm__recode_frame(struct recoding *re, const struct taken_secrets *secrets,
    const struct past_block *block, const struct past_cursor *cursor,
    const struct past_frame *last, const struct past_frame *frame)
{
	size_t i;
	int error;

	re->frame_size = 0;
	error = put_decoded(re, &re->live, &cursor->live);
	if (error == 0 && block->ring == DBGSHM_RING_METRICS) {
		if ((error = put_decoded(re, &re->gauges, &cursor->gauges)) ==
		    0)
			error = put_decoded(re, &re->cells, &cursor->cells);
		if (error == 0 && block->tier != 0)
			error =
			    put_decoded(re, &re->extremes, &cursor->extremes);
	} else if (error == 0) {
		error = dbgshm__recode_tables(re, cursor->table_count);
		for (i = 0; i < cursor->table_count && error == 0; i++)
			error = put_table(re, secrets, i, &cursor->tables[i]);
	}
	if (error != 0)
		return (error);
	return (dbgshm__recode_end(re, block->period_ns, last, frame));
}
