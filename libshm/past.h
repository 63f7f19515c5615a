/*
 * past.h - what the reader side knows about the history of a region.
 */
#ifndef PAST_H
#define PAST_H

#include "view.h"

#include <dbgshm/frame.h>

#define PAST_FRAMES_MAX (1u << 20) /* that are looked at */

/* A frame, and where its bytes are. */
struct past_frame {
	uint64_t mono_ns, real_ns, boot_ns;
	uint32_t block; /* index */
	uint32_t at, size; /* of the coded words, in the block's bytes */
};

/* A whole block: its slots in order. */
struct past_block {
	uint64_t number, period_ns;
	uint64_t mono_ns, real_ns, boot_ns;
	uint64_t offset; /* in the file, of its first slot */
	uint16_t ring, tier;
	uint32_t size;
	const unsigned char *bytes;
};

/* The frames of one ring, each moment from the finest tier that still has it. */
struct past_ring {
	struct past_frame *frames;
	size_t count;
};

/* What a decoder has seen so far. */
struct past_coder {
	struct dbgshm_coder *coder;
	size_t room, count;
};

struct past_cursor {
	uint32_t block; /* index + 1; 0 none */
	uint32_t at;	/* behind the last frame that was decoded */
	struct past_coder live, gauges, cells, extremes;
	struct past_coder *tables;
	size_t table_count, table_room;
	uint64_t words, words_max; /* of all coders: room, most */
};

struct past {
	unsigned char *bytes; /* of all blocks */
	struct past_block *blocks;
	size_t block_count;
	struct past_ring rings[2];
	struct past_cursor cursors[2];
	uint64_t words_max; /* that any array of a frame may have */
};

int dbgshm__past_read(struct past *, int descriptor,
    const struct dbgshm_layout *, struct dbgshm_sink *);
	/* 0, or an errno.  Free it in both cases.  Faults of slots go to the sink,
	 * which may be NULL; such slots are left out. */
void dbgshm__past_free(struct past *);

bool dbgshm__past_next(const struct past_block *, uint32_t *at,
    const struct past_frame *last, struct past_frame *);
	/* The frame at *at of a block, after `last`, and moves on.  false: there
	 * is no more, or the rest is not whole yet. */

int dbgshm__past_decode_next(struct past *, const struct past_block *,
    const struct past_frame *, uint64_t *work);
	/* The next frame of a block that the cursor of its ring is in, or the
	 * first; adds the words to *work.  0, or an errno: EBADMSG when the bytes
	 * make no sense, EFBIG when it has become too much work. */

int dbgshm__past_decode(struct past *, unsigned ring, size_t frame);
	/* Brings the cursor of the ring to that frame.  0, or an errno: EBADMSG
	 * when the bytes make no sense. */

#endif
