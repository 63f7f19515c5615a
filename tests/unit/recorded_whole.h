/*
 * recorded_whole.h - one whole recording, and where its chunks are, for tests that
 * damage copies of it.
 */
#ifndef RECORDED_WHOLE_H
#define RECORDED_WHOLE_H

#include "rec_sign.h"
#include "recorded.h"

#define PIECES 12

static struct rec_sum sum;
static struct recorded whole; /* PIECES, with an index */

static inline struct seen
parsed(const struct recorded *bytes)
{
	return (recorded_parse(bytes->bytes, bytes->size, bytes->size));
}

static inline struct seen
listed(const struct recorded *bytes)
{
	int file = recorded_file(bytes->bytes, bytes->size);
	struct seen seen = recorded_list(file);

	(void)close(file);
	return (seen);
}

static inline struct recorded
copy(void)
{
	struct recorded same = { malloc(whole.size + 4096), whole.size };

	assert_non_null(same.bytes);
	memcpy(same.bytes, whole.bytes, whole.size);
	return (same);
}

static inline size_t
chunk_size(size_t offset)
{
	struct rec_chunk_head head;

	memcpy(&head, whole.bytes + offset, sizeof(head));
	return (sizeof(head) + (head.stored_size + 7) / 8 * 8);
}

/* Where chunk n begins; 0 is the region, n is piece n. */
static inline size_t
chunk_at(unsigned number)
{
	size_t offset = RECORDED_HEAD;

	for (; number > 0; number--)
		offset += chunk_size(offset);
	return (offset);
}

static inline uint64_t
id(void)
{
	struct rec_head head;

	memcpy(&head, whole.bytes, sizeof(head));
	return (head.id);
}

static inline int
make_whole(void **state)
{
	int file = recorded_make(PIECES, true);

	(void)state;
	rec_sum_init(&sum);
	whole = recorded_take(file);
	(void)close(file);
	return (0);
}

static inline int
free_whole(void **state)
{
	(void)state;
	free(whole.bytes);
	return (0);
}

#endif
