/*
 * coder_memory.h - coders in memory of their own.
 */
#ifndef CODER_MEMORY_H
#define CODER_MEMORY_H

#include <dbgshm/frame.h>

#include <stdbool.h>

struct dbgshm_coder *dbgshm__coder_create(size_t words);
	/* For frames of up to so many words.  NULL: ENOMEM, or too many. */

struct dbgshm_coder *dbgshm__coder_create_sparse(size_t words);
	/* The same, only for encoding: words that are zero, as most buckets of
	 * histograms are, take hardly any memory. */

int dbgshm__coder_meet(struct dbgshm_coder *coder, const uint64_t *words,
    size_t count, bool key);
	/* Takes the memory that a sparse coder needs to encode these words next,
	 * as a key or not.  0 or ENOMEM: the next one has to be a key. */

int dbgshm__coder_reserve(struct dbgshm_coder *coder);
	/* All that it may ever need.  0 or ENOMEM. */

void dbgshm__coder_free(struct dbgshm_coder *coder); /* NULL is fine */

#endif
