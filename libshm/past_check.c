/*
 * past_check.c - is all of the history what its writer can have written?
 *
 * That the end of a block is missing is no fault: it is being written, or its
 * writer died there, or its room went to another block while it was copied.
 */
#include "past.h"

#include <errno.h>
#include <inttypes.h>

static void
check_block(struct past *past, const struct past_block *block, uint64_t *work,
    struct dbgshm_sink *sink, int *error)
{
	struct past_frame frame,
	    last = { .mono_ns = block->mono_ns,
		    .real_ns = block->real_ns,
		    .boot_ns = block->boot_ns };
	uint32_t at = 0;
	unsigned number = 0;

	past->cursors[block->ring].block = 0;
	for (; dbgshm__past_next(block, &at, &last, &frame); last = frame) {
		if (frame.mono_ns < last.mono_ns)
			dbgshm__fault(sink, block->offset,
			    "frame %u of block %" PRIu64
			    " of the past is earlier than the one before",
			    number, block->number);
		switch (*error = dbgshm__past_decode_next(
			    past, block, &frame, work)) {
		case 0:
			number++;
			continue;
		case EBADMSG:
			dbgshm__fault(sink, block->offset,
			    "frame %u of block %" PRIu64
			    " of the past makes no sense",
			    number, block->number);
			*error = 0;
			return;
		case EFBIG:
			dbgshm__fault(sink, block->offset,
			    "frames of the past decode to more words than can "
			    "be checked");
			return;
		default:
			return;
		}
	}
}

int
dbgshm__past_check(int descriptor, const struct dbgshm_layout *layout,
    struct dbgshm_sink *sink)
{
	struct past past;
	uint64_t work = 0;
	size_t i;
	int error = dbgshm__past_read(&past, descriptor, layout, sink);

	for (i = 0; i < past.block_count && error == 0; i++)
		check_block(&past, &past.blocks[i], &work, sink, &error);
	dbgshm__past_free(&past);
	return (error == EFBIG ? 0 : error);
}
