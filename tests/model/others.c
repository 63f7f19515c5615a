/*
 * others.c - programs about slots of the past that are used again, names that
 * are published, the clock block, and cells that go from thread to thread.
 */
#include "world.h"

#include "shards.h"

void dbgshm__sampler_clocks(struct dbgshm_region *, uint64_t now_ns);

/* ---- the past ------------------------------------------------------------------------ */

static struct chain first, second;
static unsigned char bytes[2][SLOT_BYTES + 24];
static uint64_t numbers[2]; /* of the blocks */

static size_t first_size; /* in one slot or two */

static void
write_block(struct chain *chain, unsigned which, size_t size)
{
	const struct frame_clock clock = { which + 1, which + 1, which + 1 };

	(void)dbgshm__slots_begin(dbgshm__self, chain, &clock);
	(void)dbgshm__slots_append(dbgshm__self, chain, bytes[which], size - 8);
	(void)dbgshm__slots_append(
	    dbgshm__self, chain, bytes[which] + size - 8, 8);
}

static struct dbgshm_slot *
slot_of(uint32_t slot)
{
	return ((void *)(dbgshm__self->base +
	    dbgshm__self->rooms[ROOM_HISTORY].offset +
	    (slot - 1) * (uint64_t)DBGSHM_SLOT_SIZE));
}

static void
setup_block(void)
{
	struct dbgshm_slot *at;
	size_t i;

	for (i = 0; i < sizeof(bytes[0]); i++) {
		bytes[0][i] = (unsigned char)(1 + i % 100);
		bytes[1][i] = (unsigned char)(101 + i % 100);
	}
	dbgshm__slots_clear(dbgshm__self, &first);
	dbgshm__slots_clear(dbgshm__self, &second);
	first = (struct chain){ .ring = 0, .tier = 0, .quota = 2 };
	second = (struct chain){ .ring = 1, .tier = 2, .quota = 1 };
	write_block(&first, 0, first_size);
	numbers[0] = first.block;
	numbers[1] = first.block + 1;
	at = slot_of(first.newest);
	look_start();
	explore_watch(&at->block, 8, 8);
	explore_watch(&at->index, 4, 4);
	explore_watch(&at->ring, 4, 2);
	explore_watch(&at->used, 8, 8);
	explore_watch(&at->mono_ns, 8, 8);
	explore_watch(at + 1, 24, 8);
	if (first.oldest != first.newest)
		explore_watch(&slot_of(first.oldest)->block, 8, 8);
}

static void
setup_short(void)
{
	first_size = 24;
	setup_block();
}

static void
setup_long(void)
{
	first_size = sizeof(bytes[0]);
	setup_block();
}

/* One of its slots goes to a block of another ring and tier. */
static void
use_again(void)
{
	dbgshm__slots_clear(dbgshm__self, &first);
	write_block(&second, 1, 24);
}

static void
read_past(void)
{
	const struct past_block *block;
	struct past past;
	uint64_t which;
	size_t i;

	look_past(&past);
	for (i = 0; i < past.block_count; i++) {
		block = &past.blocks[i];
		which = block->number - numbers[0];
		if (which > 1) /* of a tick */
			continue;
		if (block->ring != which || block->tier != 2 * which ||
		    block->mono_ns != which + 1 ||
		    block->size > sizeof(bytes[0]) || block->size % 8 != 0 ||
		    memcmp(block->bytes, bytes[which], block->size) != 0)
			explore_wrong("a block with something of another",
			    block->number, block->size);
	}
	dbgshm__past_free(&past);
}

/* Numbers of all slots, their heads, all of them, the numbers again. */
static unsigned
phase_past(unsigned preads, uint64_t offset)
{
	const struct room *room = &dbgshm__self->rooms[ROOM_HISTORY];
	uint64_t slots = room->used / DBGSHM_SLOT_SIZE;

	(void)offset;
	return (preads <= slots		  ? 1
		: preads <= 2 * slots	  ? 2
		: preads == 2 * slots + 1 ? 3
					  : 4);
}

static bool
wants_past(unsigned preads, uint64_t offset)
{
	const struct room *room = &dbgshm__self->rooms[ROOM_HISTORY];
	uint64_t slots = room->used / DBGSHM_SLOT_SIZE;
	uint64_t in = (offset - room->offset) % DBGSHM_SLOT_SIZE;

	if (preads > slots && preads <= 2 * slots)
		return (true);
	if (preads == 2 * slots + 1)
		return (in >= sizeof(struct dbgshm_slot));
	return (in == 0);
}

/* ---- publishing ------------------------------------------------------------------------ */

static unsigned published;
static char path[32];
static struct dbgshm_profile *parent;

static void
setup_schema(void)
{
	struct dbgshm_header *header = dbgshm__self->header;
	const struct room *room = dbgshm__self->rooms;

	(void)snprintf(path, sizeof(path), "m/p%u", ++published);
	look_start();
	explore_watch(&header->schema_generation, 8, 8);
	explore_watch(&header->sections[ROOM_DESCRIPTORS].used, 8, 8);
	explore_watch(&header->sections[ROOM_STRINGS].used, 8, 8);
	explore_watch(&header->sections[ROOM_SHARDS].used, 8, 8);
	explore_watch(dbgshm__self->base + room[ROOM_DESCRIPTORS].offset +
		room[ROOM_DESCRIPTORS].used,
	    64, 4);
	explore_watch(dbgshm__self->base + room[ROOM_STRINGS].offset +
		room[ROOM_STRINGS].used / 4 * 4,
	    16, 4);
}

static void
publish_profile(void)
{
	(void)dbgshm_profile_add(path, "d", NULL);
}

static void
read_profile(void)
{
	uint64_t faults = 0;
	bool knows = look_schema(path, NULL, &faults);

	WRONG_UNLESS(faults == 0, faults, 0);
	WRONG_UNLESS(knows, 0, 0);
}

static void
setup_metric(void)
{
	if (parent == NULL)
		parent = dbgshm_profile_add("metrics", "m", NULL);
	setup_schema();
}

static void
publish_metric(void)
{
	const struct dbgshm_metric metric = { .name = path + 2 };
	struct dbgshm_counter made;

	(void)dbgshm_counter_create(parent, &metric, &made);
}

/* Another try is an attach that begins later. */
static bool
wants_schema(unsigned preads, uint64_t offset)
{
	(void)offset;
	if (preads > 15)
		explore_latest();
	return (true);
}

static void
read_metric(void)
{
	uint64_t faults = 0;
	bool knows = look_schema(NULL, path + 2, &faults);

	WRONG_UNLESS(faults == 0, faults, 0);
	WRONG_UNLESS(knows, 0, 0);
}

/* ---- the clock block ----------------------------------------------------------------------- */

static uint64_t clocks[3][5];

static void
note_clock(uint64_t to[5])
{
	memcpy(to, &dbgshm__self->header->clock_stamp, 5 * sizeof(*to));
}

static void
setup_clock(void)
{
#if defined(__x86_64__)
	dbgshm__self->header->clock_kind = DBGSHM_CLOCK_TSC;
#endif
	look_start();
	note_clock(clocks[0]);
	explore_watch(&dbgshm__self->header->clock_sequence, 6 * 8, 8);
}

static void
tick_twice(void)
{
	dbgshm__sampler_clocks(dbgshm__self, 0);
	note_clock(clocks[1]);
	dbgshm__self->first_clock.mono_ns -= 100000000; /* another multiplier */
	dbgshm__sampler_clocks(dbgshm__self, 0);
	note_clock(clocks[2]);
}

static void
read_clock(void)
{
	uint64_t seen[5];
	unsigned i;

	look_clock(seen);
	for (i = 0; i < 3; i++)
		if (memcmp(seen, clocks[i], sizeof(seen)) == 0)
			return;
	explore_wrong("a clock that never was", seen[0], seen[1]);
}

static bool
wants_clock(unsigned preads, uint64_t offset)
{
	bool sequence =
	    offset == offsetof(struct dbgshm_header, clock_sequence);

	if (preads > 3)
		explore_latest();
	return (preads == 2 ? !sequence : sequence);
}

/* ---- cells ----------------------------------------------------------------------------------- */

static struct dbgshm_counter counter;
static uint64_t *cell, *shared;

static void
setup_cells(void)
{
	const struct dbgshm_metric metric = { .name = "n" };

	if (cell == NULL)
		(void)dbgshm_counter_create(
		    dbgshm_profile_add("cells", "c", NULL), &metric, &counter);
	look_start();
	shards_one(2);
	cell = (uint64_t *)(void *)(dbgshm__self->base +
		   dbgshm__self->rooms[ROOM_SHARDS].offset +
		   2 * dbgshm__self->shard_stride) +
	    counter.cell;
	shared = (uint64_t *)(void *)(dbgshm__self->base +
		     dbgshm__self->rooms[ROOM_SHARDS].offset) +
	    counter.cell;
	*cell = *shared = 0;
	explore_keep(shared, 8);
	explore_watch(cell, 8, 8);
	explore_watch(&dbgshm__self->header->shard_owner[2], 8, 8);
}

static void
add_and_end(uint64_t n)
{
	dbgshm_counter_add(counter, n);
	dbgshm_counter_add(counter, n);
	if (dbgshm__shard != NULL)
		shards_give_back(2);
}

static void
add_1(void)
{
	add_and_end(1);
}

static void
add_10(void)
{
	add_and_end(10);
}

static void
read_sum(void)
{
	explore_latest();
	WRONG_UNLESS(look_word(cell) + *shared == 22, look_word(cell), *shared);
}

const struct program other_programs[] = {
	{ .look = "past",
	    .name = "past: a slot that is used again",
	    .setup = setup_short,
	    .goes_on = true,
	    .writers = { use_again },
	    .reader = read_past,
	    .phase = phase_past,
	    .wants = wants_past },
	{ .look = "past",
	    .name = "past: the second slot of a block",
	    .setup = setup_long,
	    .goes_on = true,
	    .writers = { use_again },
	    .reader = read_past,
	    .phase = phase_past,
	    .wants = wants_past },
	{ .look = "schema",
	    .name = "schema: a profile",
	    .setup = setup_schema,
	    .goes_on = true,
	    .writers = { publish_profile },
	    .reader = read_profile,
	    .wants = wants_schema },
	{ .look = "schema",
	    .name = "schema: a metric",
	    .setup = setup_metric,
	    .goes_on = true,
	    .writers = { publish_metric },
	    .reader = read_metric,
	    .wants = wants_schema },
	{ .look = "clock",
	    .name = "clock: two ticks",
	    .setup = setup_clock,
	    .goes_on = true,
	    .writers = { tick_twice },
	    .reader = read_clock,
	    .wants = wants_clock },
	{ .look = "cells",
	    .name = "cells: from thread to thread",
	    .setup = setup_cells,
	    .writers = { add_1, add_10 },
	    .ordered = true,
	    .reader = read_sum },
	{ .name = NULL },
};
