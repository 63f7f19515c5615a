/*
 * recode.h - blocks of the past made by a reader, frame after frame.
 *
 * Of words that were decoded, without what is secret in them or from a later frame
 * on than where the block began, or of words that a reader has copied itself.
 */
#ifndef RECODE_H
#define RECODE_H

#include "taken.h"

/* The coder of one array of words. */
struct recoder {
	struct dbgshm_coder *coder;
	size_t room, count; /* of words; 0: the next one is a key */
	size_t key_count;   /* when it was a key last */
};

/* A block, and the frame that is being made. */
struct recoding {
	struct recoder live, gauges, cells, extremes, *tables;
	size_t table_room;
	uint64_t *words; /* of one array */
	size_t word_room;
	unsigned char *bytes, *frame; /* of the block, of one frame */
	size_t size, byte_room, frame_size, frame_room;
};

void dbgshm__recode_begin(struct recoding *);
	/* Another block, without bytes: its first frame is one of keys. */

int dbgshm__recode_frame(struct recoding *, const struct taken_secrets *,
    const struct past_block *, const struct past_cursor *,
    const struct past_frame *last, const struct past_frame *);
	/* The frame that the cursor stands at, behind the one before it.  0 or
	 * ENOMEM. */

/* The same in parts: arrays in their order, then the end. */
int dbgshm__recode_array(struct recoding *, struct recoder *,
    const struct dbgshm_coder *like, const uint64_t *words, size_t count);
	/* like: has marked the words that are no numbers; NULL: none is. */
int dbgshm__recode_tables(struct recoding *, size_t count);
	/* So many follow. */
int dbgshm__recode_end(struct recoding *, uint64_t period_ns,
    const struct past_frame *last, const struct past_frame *);
	/* All: 0 or ENOMEM. */

void dbgshm__recoding_free(struct recoding *);

#endif
