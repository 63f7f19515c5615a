/*
 * coder_memory.c - coders in memory of their own.
 */
#include "coder_memory.h"

#include "coder.h"

#include <errno.h>
#include <stdlib.h>

#define SLOT_WORDS (2 * GROUP) /* last and expected */

struct dbgshm_coder *
dbgshm__coder_create(size_t words)
{
	size_t size = dbgshm_coder_size(words);
	void *memory = size == 0 ? NULL : calloc(1, size);

	return (memory == NULL ? NULL : dbgshm__coder_place(memory, words));
}

struct dbgshm_coder *
dbgshm__coder_create_sparse(size_t words)
{
	size_t groups = groups_of(words);
	struct dbgshm_coder *coder;

	if (words > DBGSHM_FRAME_WORDS_MAX ||
	    (coder = calloc(1,
		 sizeof(*coder) + flags_size(words) +
		     (groups + 1) * sizeof(*coder->slots))) == NULL)
		return (NULL);
	place_flags(coder, (uint64_t *)(void *)(coder + 1), words);
	coder->slots =
	    (uint32_t *)(void *)((char *)(coder + 1) + flags_size(words));
	return (coder);
}

static int
slots_room(struct dbgshm_coder *coder, size_t count)
{
	size_t room = coder->slot_room + coder->slot_room / 2;
	uint64_t *bigger;

	if (count <= coder->slot_room)
		return (0);
	if (room < count)
		room = count;
	bigger = realloc(coder->slot_words, room * SLOT_WORDS * 8);
	if (bigger == NULL)
		return (ENOMEM);
	coder->slot_words = bigger;
	coder->slot_room = room;
	return (0);
}

/* Is one of them not zero? */
static bool
any_of(const uint64_t *words, size_t count)
{
	uint64_t any = 0;
	size_t i;

	for (i = 0; i < count; i++)
		any |= words[i];
	return (any != 0);
}

int
dbgshm__coder_meet(
    struct dbgshm_coder *coder, const uint64_t *words, size_t count, bool key)
{
	size_t group, groups = groups_of(count), inside;

	if (key) {
		memset(coder->slots, 0,
		    groups_of(coder->room) * sizeof(*coder->slots));
		coder->slot_count = 0;
	}
	for (group = 0; group < groups && coder->slot_count < groups; group++) {
		inside = count - group * GROUP;
		if (coder->slots[group] != 0 ||
		    !any_of(
			words + group * GROUP, inside < GROUP ? inside : GROUP))
			continue;
		if (slots_room(coder, coder->slot_count + 1) != 0)
			return (ENOMEM);
		memset(coder->slot_words + coder->slot_count * SLOT_WORDS, 0,
		    SLOT_WORDS * 8);
		coder->slots[group] = (uint32_t)++coder->slot_count;
	}
	return (0);
}

int
dbgshm__coder_reserve(struct dbgshm_coder *coder)
{
	return (slots_room(coder, groups_of(coder->room)));
}

void
dbgshm__coder_free(struct dbgshm_coder *coder)
{
	if (coder == NULL)
		return;
	free(coder->slot_words);
	free(coder);
}
