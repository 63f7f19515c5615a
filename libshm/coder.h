/*
 * coder.h - what a coder of frames keeps, for both directions.
 */
#ifndef CODER_H
#define CODER_H

#include <dbgshm/frame.h>

#include <stdbool.h>
#include <string.h>

#define GROUP 64
#define VARINT_MAX 5	/* bytes of a count */
#define NUMBER_STEPS 22 /* of three bits, of the longest number */

struct dbgshm_coder {
	size_t room, count;
	uint64_t *last;	    /* the words of the last frame */
	uint64_t *expected; /* of the next one */
	uint64_t *moved;    /* a bit a word: it has changed in the last frame */
	uint64_t *raw;	    /* a bit a word: it is no number */
	uint64_t *surprised; /* a bit a word: it was coded in the last frame */
	uint64_t *before;    /* the same of the frame before that */
};

static inline size_t
groups_of(size_t words)
{
	return ((words + GROUP - 1) / GROUP);
}

static inline void
forget(struct dbgshm_coder *coder)
{
	size_t groups = groups_of(coder->count);

	memset(coder->last, 0, groups * GROUP * 8);
	memset(coder->expected, 0, groups * GROUP * 8);
	memset(coder->moved, 0, groups * 8);
	memset(coder->surprised, 0, groups * 8);
	memset(coder->before, 0, groups * 8);
	coder->count = 0;
}

/* Words from `known` on are new: the first of their groups. */
static inline size_t
first_new(size_t known, size_t count)
{
	return (known < count ? known / GROUP : groups_of(count));
}

/* One group of a coder, while it is gone over. */
struct group {
	uint64_t *last, *expected;
	uint64_t moved, raw;
};

static inline struct group
group_of(const struct dbgshm_coder *coder, size_t number)
{
	return ((struct group){ coder->last + number * GROUP,
	    coder->expected + number * GROUP, coder->moved[number],
	    coder->raw[number] });
}

/* Words that will not be as expected: those that were not twice in a row. */
static inline uint64_t
suspects(const struct dbgshm_coder *coder, size_t number)
{
	return (coder->surprised[number] & coder->before[number]);
}

static inline void
remember(struct dbgshm_coder *coder, size_t number, uint64_t surprising)
{
	coder->before[number] = coder->surprised[number];
	coder->surprised[number] = surprising;
}

/* A first value is no change: forgets that words from `first` on moved. */
static inline void
settle(struct dbgshm_coder *coder, size_t first)
{
	size_t group = first / GROUP;

	if (first % GROUP != 0)
		coder->moved[group++] &= (UINT64_C(1) << first % GROUP) - 1;
	memset(coder->moved + group, 0,
	    (groups_of(coder->count) - group) * sizeof(coder->moved[0]));
}

#endif
