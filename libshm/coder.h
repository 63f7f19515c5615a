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

/* Codes of a raw word: three bits that say how many bytes below are unchanged,
 * three how many follow, less one.  Of those that would be more than eight some
 * say that a double is given as a number instead, by its places. */
#define RAW_DECIMAL(places) (7u | ((places) + 1) << 3)

struct dbgshm_coder {
	size_t room, count;
	uint64_t *last;	     /* the words of the last frame */
	uint64_t *expected;  /* of the next one */
	uint64_t *moved;     /* a bit a word: it has changed in the last frame */
	uint64_t *raw;	     /* a bit a word: it is no number */
	uint64_t *surprised; /* a bit a word: it was coded in the last frame */
	uint64_t *before;    /* the same of the frame before that */
	uint64_t *touched;   /* a bit a group: not all of it is as it was made */
	unsigned places;     /* that doubles had lately; of an encoder */
	unsigned probe;	     /* that are tried next */
	/* Instead of last and expected, see coder_memory.c: of each group where
	 * its words are, + 1; 0: they are all zero. */
	uint32_t *slots;
	uint64_t *slot_words;
	size_t slot_count, slot_room;
};

struct dbgshm_coder *dbgshm__coder_place(void *zeros, size_t words);
	/* As dbgshm_coder_init(), and does not touch what it need not. */

static inline size_t
groups_of(size_t words)
{
	return ((words + GROUP - 1) / GROUP);
}

/* Memory that was never written to takes none: words that have been zero from
 * the beginning are left alone. */
static inline void
forget(struct dbgshm_coder *coder)
{
	size_t groups = groups_of(coder->count), group;

	for (group = 0; group < groups && coder->slots == NULL; group++) {
		if ((coder->touched[group / 64] >> group % 64 & 1) == 0)
			continue;
		memset(coder->last + group * GROUP, 0, GROUP * 8);
		memset(coder->expected + group * GROUP, 0, GROUP * 8);
	}
	memset(coder->touched, 0, (groups + 63) / 64 * 8);
	memset(coder->moved, 0, groups * 8);
	memset(coder->surprised, 0, groups * 8);
	memset(coder->before, 0, groups * 8);
	coder->count = 0;
	coder->places = coder->probe = 0;
}

static inline void
touch(struct dbgshm_coder *coder, size_t group)
{
	coder->touched[group / 64] |= UINT64_C(1) << group % 64;
}

/* Bytes of what a coder has for each group, and their places in it. */
static inline size_t
flags_size(size_t words)
{
	return (8 * 4 * groups_of(words) + 8 * groups_of(groups_of(words)));
}

static inline void
place_flags(struct dbgshm_coder *coder, uint64_t *flags, size_t words)
{
	size_t groups = groups_of(words);

	coder->room = words;
	coder->moved = flags;
	coder->raw = coder->moved + groups;
	coder->surprised = coder->raw + groups;
	coder->before = coder->surprised + groups;
	coder->touched = coder->before + groups;
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
	uint64_t *words;

	if (coder->slots != NULL) {
		words = coder->slot_words +
		    (size_t)(coder->slots[number] - 1) * 2 * GROUP;
		return ((struct group){ words, words + GROUP,
		    coder->moved[number], coder->raw[number] });
	}
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
