/*
 * past_read.c - copies the history section and finds blocks and frames in it.
 *
 * Block numbers first, then heads, then everything, then the numbers again, each
 * by a read of its own: a slot whose number is the same before and after holds
 * what its head said.
 */
#include "past.h"
#include "varint.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_SLACK 16384
#define SLOT_BYTES (DBGSHM_SLOT_SIZE - sizeof(struct dbgshm_slot))

/* ---- slots ----------------------------------------------------------------- */

/* A slot that may be used, in the order of blocks. */
struct entry {
	uint64_t block;
	uint32_t index, slot;
	uint32_t used;
};

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->block != y->block)
		return (x->block < y->block ? -1 : 1);
	if (x->index != y->index)
		return (x->index < y->index ? -1 : 1);
	return (x->slot < y->slot ? -1 : 1);
}

/* So many bytes of each. */
static int
read_heads(int descriptor, uint64_t at, struct dbgshm_slot *heads, size_t count,
    size_t bytes)
{
	size_t i;
	int error = 0;

	for (i = 0; i < count && error == 0; i++)
		error = dbgshm__read(
		    descriptor, &heads[i], bytes, at + i * DBGSHM_SLOT_SIZE);
	return (error);
}

static bool
is_sane(const struct dbgshm_slot *head, uint64_t at, size_t count,
    struct dbgshm_sink *sink)
{
	if (head->used <= SLOT_BYTES && head->ring <= DBGSHM_RING_ROWS &&
	    head->tier < DBGSHM_TIERS_MAX && head->index < count)
		return (true);
	if (sink != NULL)
		dbgshm__fault(sink, at,
		    "slot of the past: ring %u, tier %u, slot %" PRIu32
		    " of its block, %" PRIu64 " bytes",
		    head->ring, head->tier, head->index, head->used);
	return (false);
}

/* Copies all slots; entries of those that held still. */
static int
copy_slots(int descriptor, uint64_t at, size_t count, unsigned char *slots,
    struct entry *entries, size_t *found, struct dbgshm_sink *sink)
{
	struct dbgshm_slot *heads = calloc(3 * count, sizeof(*heads));
	struct dbgshm_slot *before = heads + count, *after = before + count;
	const size_t number = sizeof(heads->block);
	size_t i;
	int error;

	*found = 0;
	if (heads == NULL)
		return (ENOMEM);
	if ((error = read_heads(descriptor, at, before, count, number)) == 0 &&
	    (error = read_heads(
		 descriptor, at, heads, count, sizeof(*heads))) == 0 &&
	    (error = dbgshm__read(
		 descriptor, slots, count * DBGSHM_SLOT_SIZE, at)) == 0)
		error = read_heads(descriptor, at, after, count, number);
	for (i = 0; i < count && error == 0; i++) {
		if (before[i].block == 0 || before[i].block != after[i].block ||
		    !is_sane(&heads[i], at + i * DBGSHM_SLOT_SIZE, count, sink))
			continue;
		memcpy(
		    slots + i * DBGSHM_SLOT_SIZE, &heads[i], sizeof(heads[i]));
		entries[(*found)++] = (struct entry){ heads[i].block,
			heads[i].index, (uint32_t)i, (uint32_t)heads[i].used };
	}
	free(heads);
	qsort(entries, *found, sizeof(*entries), compare_entries);
	return (error);
}

/* ---- blocks ------------------------------------------------------------------- */

static void
add_block(struct past *past, const unsigned char *slots,
    const struct entry *entries, size_t count, unsigned char **end)
{
	struct dbgshm_slot head;
	struct past_block *block = &past->blocks[past->block_count];
	size_t i;

	memcpy(&head, slots + (size_t)entries[0].slot * DBGSHM_SLOT_SIZE,
	    sizeof(head));
	if (entries[0].index != 0) /* its beginning has gone */
		return;
	*block = (struct past_block){ .number = head.block,
		.period_ns = head.period_ns,
		.mono_ns = head.mono_ns,
		.real_ns = head.real_ns,
		.boot_ns = head.boot_ns,
		.offset = (uint64_t)entries[0].slot * DBGSHM_SLOT_SIZE,
		.ring = head.ring,
		.tier = head.tier,
		.bytes = *end };
	/* As far as the slots follow each other, each full but the last. */
	for (i = 0; i < count && entries[i].index == i; i++) {
		memcpy(*end,
		    slots + (size_t)entries[i].slot * DBGSHM_SLOT_SIZE +
			sizeof(head),
		    entries[i].used);
		*end += entries[i].used;
		block->size += entries[i].used;
		if (entries[i].used != SLOT_BYTES)
			break;
	}
	past->block_count++;
}

static int
find_blocks(struct past *past, const unsigned char *slots,
    const struct entry *entries, size_t count)
{
	unsigned char *end;
	size_t i, first;

	past->bytes = malloc(count * SLOT_BYTES + 1);
	past->blocks = calloc(count + 1, sizeof(*past->blocks));
	if (past->bytes == NULL || past->blocks == NULL)
		return (ENOMEM);
	end = past->bytes;
	for (first = 0; first < count; first = i) {
		for (i = first + 1;
		     i < count && entries[i].block == entries[first].block;)
			i++;
		add_block(past, slots, entries + first, i - first, &end);
	}
	return (0);
}

/* ---- frames --------------------------------------------------------------------- */

/* The next number of a frame; false when there is none. */
static bool
take_signed(const unsigned char **bytes, size_t *left, uint64_t *value)
{
	size_t used = varint_get(*bytes, *left, value);

	*value = varint_signed(*value);
	*bytes += used;
	*left -= used;
	return (used != 0);
}

bool
dbgshm__past_next(const struct past_block *block, uint32_t *at,
    const struct past_frame *last, struct past_frame *frame)
{
	const unsigned char *bytes = block->bytes + *at;
	size_t left = block->size - *at, head;
	uint64_t size, step, real, boot;

	if ((head = varint_get(bytes, left, &size)) == 0 || size > left - head)
		return (false);
	left = (size_t)size;
	bytes += head;
	*at += (uint32_t)(head + left);
	if (!take_signed(&bytes, &left, &step) ||
	    !take_signed(&bytes, &left, &real) ||
	    !take_signed(&bytes, &left, &boot))
		return (false);
	step += block->period_ns;
	frame->mono_ns = last->mono_ns + step;
	frame->real_ns = last->real_ns + step + real;
	frame->boot_ns = last->boot_ns + step + boot;
	frame->at = (uint32_t)(bytes - block->bytes);
	frame->size = (uint32_t)left;
	return (true);
}

/* Frames of one tier before a moment, in order. */
struct walk {
	const struct past *past;
	unsigned ring, tier;
	uint64_t before, since;
	size_t block;
	uint32_t at;
	struct past_frame last;
};

static bool
walk_next(struct walk *walk, struct past_frame *frame)
{
	const struct past_block *block;

	for (; walk->block < walk->past->block_count; walk->block++) {
		block = &walk->past->blocks[walk->block];
		if (block->ring != walk->ring || block->tier != walk->tier)
			continue;
		if (walk->at == 0)
			walk->last =
			    (struct past_frame){ .mono_ns = block->mono_ns,
				    .real_ns = block->real_ns,
				    .boot_ns = block->boot_ns };
		while (
		    dbgshm__past_next(block, &walk->at, &walk->last, frame)) {
			walk->last = *frame;
			frame->block = (uint32_t)walk->block;
			/* Time does not run backwards in a ring. */
			if (frame->mono_ns < walk->since ||
			    frame->mono_ns >= walk->before)
				continue;
			walk->since = frame->mono_ns;
			return (true);
		}
		walk->at = 0;
	}
	return (false);
}

/* Adds those of one tier, of too many the last; *oldest: when they begin. */
static int
add_tier(struct past *past, unsigned ring, unsigned tier, uint64_t *oldest)
{
	struct past_ring *into = &past->rings[ring];
	struct walk start = { past, ring, tier, *oldest, 0, 0, 0, { 0 } },
		    walk = start;
	struct past_frame frame, *bigger;
	size_t found = 0, skip, room = PAST_FRAMES_MAX - into->count;

	while (walk_next(&walk, &frame))
		found++;
	skip = found > room ? found - room : 0;
	if (found == skip)
		return (0);
	bigger = realloc(
	    into->frames, (into->count + found - skip) * sizeof(*into->frames));
	if (bigger == NULL)
		return (ENOMEM);
	into->frames = bigger;
	for (walk = start; walk_next(&walk, &frame); skip -= skip > 0)
		if (skip == 0)
			into->frames[into->count++] = frame;
	*oldest =
	    into->frames[into->count - (found < room ? found : room)].mono_ns;
	return (0);
}

static int
compare_frames(const void *a, const void *b)
{
	const struct past_frame *x = a, *y = b;

	return (x->mono_ns < y->mono_ns ? -1 : x->mono_ns > y->mono_ns);
}

/* Finest first; each coarser one only for what is older. */
static int
find_frames(struct past *past, unsigned ring)
{
	uint64_t oldest = UINT64_MAX;
	unsigned tier;
	int error = 0;

	for (tier = 0; tier < DBGSHM_TIERS_MAX && error == 0; tier++)
		error = add_tier(past, ring, tier, &oldest);
	if (past->rings[ring].count > 1)
		qsort(past->rings[ring].frames, past->rings[ring].count,
		    sizeof(struct past_frame), compare_frames);
	return (error);
}

/* ---- all of it ---------------------------------------------------------------------- */

int
dbgshm__past_read(struct past *past, int descriptor,
    const struct dbgshm_layout *layout, struct dbgshm_sink *sink)
{
	const struct dbgshm_section *section =
	    &layout->sections[DBGSHM_SECTION_HISTORY];
	size_t count = (size_t)(section->used / DBGSHM_SLOT_SIZE), found;
	unsigned char *slots;
	struct entry *entries;
	size_t i;
	int error;

	memset(past, 0, sizeof(*past));
	/* No more can have been there: each byte once, gauges and extremes; and
	 * some that came while we looked. */
	past->words_max =
	    (layout->filled + layout->sections[DBGSHM_SECTION_GAUGES].used) /
		sizeof(uint64_t) +
	    WORDS_SLACK;
	if (count == 0)
		return (0);
	slots = malloc(count * DBGSHM_SLOT_SIZE);
	entries = calloc(count, sizeof(*entries));
	error = slots == NULL || entries == NULL
	    ? ENOMEM
	    : copy_slots(descriptor, section->offset, count, slots, entries,
		  &found, sink);
	if (error == 0)
		error = find_blocks(past, slots, entries, found);
	for (i = 0; i < past->block_count; i++)
		past->blocks[i].offset += section->offset;
	free(slots);
	free(entries);
	if (error == 0)
		error = find_frames(past, DBGSHM_RING_METRICS);
	if (error == 0)
		error = find_frames(past, DBGSHM_RING_ROWS);
	return (error);
}
