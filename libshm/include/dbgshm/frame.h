/*
 * frame.h - the one coder of frames: for histories, recordings and streams.
 *
 * A frame is an array of 64-bit words, each in the same place from frame to
 * frame.  A coder turns each frame into a few bytes, as what it did not expect
 * after the frames before; a decoder that has seen the same frames turns them
 * back.  The first frame, and any that is encoded with DBGSHM_FRAME_KEY, can be
 * decoded without those before.
 *
 *	size = dbgshm_frame_encode(coder, words, count, 0, bytes, room);
 *	used = dbgshm_frame_decode(coder, bytes, size, &count);
 *	dbgshm_frame_words(coder)[i]
 *
 * Neither allocates, locks, makes a system call or looks at more than it is
 * given.  The decoder takes its input to be hostile: any bytes decode to some
 * words or are refused, in bounded time.  How frames are coded is in FORMAT.md.
 */
#ifndef DBGSHM_FRAME_H
#define DBGSHM_FRAME_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DBGSHM_FRAME_WORDS_MAX (1u << 24)

#define DBGSHM_FRAME_KEY 1 /* forget what came before */

struct dbgshm_coder;

size_t dbgshm_coder_size(size_t words);
	/* Bytes of memory that a coder for frames of up to so many words takes:
	 * 16 for each word and a few.  0: too many. */

struct dbgshm_coder *dbgshm_coder_init(void *memory, size_t words);
	/* A coder in that memory, aligned to 8.  It lives until the memory goes.
	 * One thread at a time. */

void dbgshm_coder_raw(struct dbgshm_coder *coder, size_t word);
	/* This word is no number: text, bits, a double.  It is coded by the
	 * bytes that have changed, or as a decimal fraction.  For encoding,
	 * before its first frame. */

size_t dbgshm_frame_bound(size_t words);
	/* The most bytes that a frame of so many words can take. */

size_t dbgshm_frame_encode(struct dbgshm_coder *coder, const uint64_t *words,
    size_t count, unsigned flags, void *bytes, size_t room);
	/*
	 * count: never less than in the frame before, unless with
	 * DBGSHM_FRAME_KEY.  Returns the bytes used; 0 when room is less than
	 * dbgshm_frame_bound(count) or count too large: nothing has happened.
	 * Cost: about 1 ns for a word that does as expected, 5 ns for one that
	 * does not.
	 */

size_t dbgshm_frame_decode(
    struct dbgshm_coder *coder, const void *bytes, size_t size, size_t *count);
	/*
	 * Returns the bytes used, 0 when they are not a frame that can follow:
	 * the coder is then good for nothing but a key frame.  *count: words of
	 * the frame.
	 */

const uint64_t *dbgshm_frame_words(const struct dbgshm_coder *coder);
	/* The last frame. */

#ifdef __cplusplus
}
#endif
#endif
