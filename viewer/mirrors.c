/*
 * mirrors.c - the targets in the chunks of a recording or a stream.
 */
#include "mirrors.h"

#include <dbgshm/feed.h>

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { OWN, WATCHED };
#define NONE SIZE_MAX

struct region {
	struct rec_region about;
	struct dbgshm_mirror *mirror; /* NULL: there has been no piece */
	struct dbgshm_reader *reader; /* NULL: nobody has asked */
	bool settled, over;
	uint64_t first_ns, last_ns; /* of its chunks, 0 none */
};

struct one {
	size_t regions[SOURCE_PARTS]; /* NONE */
	bool shared[SOURCE_PARTS];    /* with an older target */
	unsigned generation;
};

struct mirrors {
	uint64_t past_bytes;
	struct region *regions;
	size_t region_count;
	size_t *numbers; /* region of each number, NONE */
	size_t number_count;
	struct one *targets;
	size_t target_count;
};

/* Room for one more; doubled, as numbers come from a file. */
static void *
grow(void *list, size_t count, size_t size)
{
	if ((count & (count - 1)) != 0)
		return (list);
	list = reallocarray(list, count == 0 ? 1 : 2 * count, size);
	if (list == NULL)
		err(1, "memory for %zu regions", count + 1);
	return (list);
}

struct mirrors *
mirrors_create(uint64_t past_bytes)
{
	struct mirrors *mirrors = calloc(1, sizeof(*mirrors));

	if (mirrors == NULL)
		err(1, "memory for a recording");
	mirrors->past_bytes = past_bytes;
	return (mirrors);
}

void
mirrors_free(struct mirrors *mirrors)
{
	size_t i;

	if (mirrors == NULL)
		return;
	for (i = 0; i < mirrors->region_count; i++) {
		dbgshm_reader_close(mirrors->regions[i].reader);
		dbgshm_mirror_free(mirrors->regions[i].mirror);
	}
	free(mirrors->regions);
	free(mirrors->numbers);
	free(mirrors->targets);
	free(mirrors);
}

/* ---- which target a region is of --------------------------------------------- */

static bool
is_same_process(const struct rec_region *a, const struct rec_region *b)
{
	return (a->pid == b->pid && a->subject_start == b->subject_start &&
	    strcmp(a->boot_id, b->boot_id) == 0 &&
	    strcmp(a->host, b->host) == 0);
}

static bool
is_same_region(const struct rec_region *a, const struct rec_region *b)
{
	return (is_same_process(a, b) && a->watched == b->watched &&
	    a->created_real_ns == b->created_real_ns);
}

/* What the target is called, and where it ran. */
static const struct rec_region *
about(const struct mirrors *mirrors, const struct one *target)
{
	size_t first = target->regions[OWN] != NONE ? target->regions[OWN]
						    : target->regions[WATCHED];

	return (&mirrors->regions[first].about);
}

static unsigned
next_generation(const struct mirrors *mirrors, const struct rec_region *region)
{
	const struct rec_region *other;
	unsigned generation = 1;
	size_t i;

	for (i = 0; i < mirrors->target_count; i++) {
		other = about(mirrors, &mirrors->targets[i]);
		if (strcmp(other->name, region->name) == 0 &&
		    strcmp(other->host, region->host) == 0)
			generation++;
	}
	return (generation);
}

/* The newest of this process, NULL none yet. */
static struct one *
find_target(struct mirrors *mirrors, const struct rec_region *region)
{
	size_t i;

	for (i = mirrors->target_count; i-- > 0;)
		if (is_same_process(
			about(mirrors, &mirrors->targets[i]), region))
			return (&mirrors->targets[i]);
	return (NULL);
}

static struct one *
add_target(struct mirrors *mirrors, const struct rec_region *region)
{
	struct one *target;

	mirrors->targets = grow(
	    mirrors->targets, mirrors->target_count, sizeof(*mirrors->targets));
	target = &mirrors->targets[mirrors->target_count];
	*target = (struct one){
		.regions = { NONE, NONE },
		.generation = next_generation(mirrors, region),
	};
	mirrors->target_count++;
	return (target);
}

/* Of a region that is new: its place in a target. */
static void
place(struct mirrors *mirrors, size_t index)
{
	const struct rec_region *region = &mirrors->regions[index].about;
	unsigned kind = region->watched ? WATCHED : OWN, other = 1 - kind;
	struct one *target = find_target(mirrors, region);
	size_t kept;

	if (target == NULL)
		target = add_target(mirrors, region);
	else if (target->regions[kind] != NONE && !target->shared[kind]) {
		kept = target->regions[other];
		target = add_target(mirrors, region);
		if (kept != NONE && !mirrors->regions[kept].over) {
			target->regions[other] = kept;
			target->shared[other] = true;
		}
	}
	target->regions[kind] = index;
	target->shared[kind] = false;
}

static size_t
find_region(const struct mirrors *mirrors, const struct rec_region *region)
{
	size_t i;

	for (i = 0; i < mirrors->region_count; i++)
		if (is_same_region(&mirrors->regions[i].about, region))
			return (i);
	return (NONE);
}

static size_t
add_region(struct mirrors *mirrors, const struct rec_region *region)
{
	size_t index = mirrors->region_count;

	mirrors->regions =
	    grow(mirrors->regions, index, sizeof(*mirrors->regions));
	mirrors->regions[index] = (struct region){ .about = *region };
	mirrors->region_count++;
	place(mirrors, index);
	return (index);
}

/* ---- chunks -------------------------------------------------------------------- */

static struct region *
get_region(const struct mirrors *mirrors, uint32_t number)
{
	if (number >= mirrors->number_count || mirrors->numbers[number] == NONE)
		return (NULL);
	return (&mirrors->regions[mirrors->numbers[number]]);
}

static int
put_region(struct mirrors *mirrors, const struct rec_chunk *chunk)
{
	struct rec_region region;
	size_t index;

	if (rec_in_region(chunk, &region) == -1)
		return (-1);
	if (region.number == 0 || region.number > REC_REGIONS_MAX) {
		errno = EBADMSG;
		return (-1);
	}
	for (; mirrors->number_count <= region.number;
	     mirrors->number_count++) {
		mirrors->numbers = grow(mirrors->numbers, mirrors->number_count,
		    sizeof(*mirrors->numbers));
		mirrors->numbers[mirrors->number_count] = NONE;
	}
	index = find_region(mirrors, &region);
	if (index == NONE)
		index = add_region(mirrors, &region);
	mirrors->numbers[region.number] = index;
	mirrors->regions[index].over = false;
	return (0);
}

static int
put_piece(struct mirrors *mirrors, const struct rec_chunk *chunk)
{
	struct region *region = get_region(mirrors, chunk->region);

	if (region == NULL) {
		errno = EBADMSG;
		return (-1);
	}
	if (region->mirror == NULL &&
	    dbgshm_mirror_create(mirrors->past_bytes, &region->mirror) == -1)
		return (-1);
	if (dbgshm_mirror_put(region->mirror, chunk->bytes, chunk->size) == -1)
		return (-1);
	region->settled = false;
	return (0);
}

void
mirrors_note(struct mirrors *mirrors, uint32_t number, uint64_t real_ns)
{
	struct region *region = get_region(mirrors, number);

	if (region == NULL || real_ns == 0)
		return;
	if (region->first_ns == 0)
		region->first_ns = real_ns;
	if (real_ns > region->last_ns)
		region->last_ns = real_ns;
}

int
mirrors_put(struct mirrors *mirrors, const struct rec_chunk *chunk)
{
	struct region *region;
	int result = 0;

	switch (chunk->type) {
	case REC_REGION:
		result = put_region(mirrors, chunk);
		break;
	case REC_PIECE:
		result = put_piece(mirrors, chunk);
		break;
	case REC_OVER:
		region = get_region(mirrors, chunk->region);
		if (region != NULL)
			region->over = true;
		break;
	case REC_ALIVE:
	case REC_INDEX:
		return (0);
	}
	if (result == 0)
		mirrors_note(mirrors, chunk->region, chunk->real_ns);
	return (result);
}

/* ---- targets --------------------------------------------------------------------- */

size_t
mirrors_count(const struct mirrors *mirrors)
{
	return (mirrors->target_count);
}

struct mirrors_target
mirrors_target(const struct mirrors *mirrors, size_t index)
{
	const struct one *target = &mirrors->targets[index];
	const struct rec_region *process = about(mirrors, target);
	struct mirrors_target told = {
		.pid = process->pid,
		.subject_start = process->subject_start,
		.name = process->name,
		.host = process->host,
		.over = true,
		.generation = target->generation,
	};
	const struct region *region;
	size_t i;

	for (i = 0; i < SOURCE_PARTS; i++) {
		if (target->regions[i] == NONE)
			continue;
		region = &mirrors->regions[target->regions[i]];
		told.over = told.over && region->over;
		if (region->last_ns > told.last_real_ns)
			told.last_real_ns = region->last_ns;
		if (region->first_ns != 0 &&
		    (told.first_real_ns == 0 ||
			region->first_ns < told.first_real_ns))
			told.first_real_ns = region->first_ns;
	}
	return (told);
}

bool
mirrors_has(const struct mirrors *mirrors, size_t index, uint32_t number)
{
	const struct one *target = &mirrors->targets[index];

	return (number < mirrors->number_count &&
	    mirrors->numbers[number] != NONE &&
	    (target->regions[OWN] == mirrors->numbers[number] ||
		target->regions[WATCHED] == mirrors->numbers[number]));
}

void
mirrors_drop(struct mirrors *mirrors, size_t index)
{
	const struct one *target = &mirrors->targets[index];
	struct region *region;
	size_t i;

	for (i = 0; i < SOURCE_PARTS; i++) {
		if (target->regions[i] == NONE)
			continue;
		region = &mirrors->regions[target->regions[i]];
		dbgshm_reader_close(region->reader);
		dbgshm_mirror_free(region->mirror);
		region->reader = NULL;
		region->mirror = NULL;
		region->settled = false;
	}
}

static int
settle(struct region *region)
{
	if (region->settled)
		return (0);
	if (region->mirror == NULL ||
	    dbgshm_mirror_settle(region->mirror) == -1)
		return (-1);
	region->settled = true;
	return (0);
}

size_t
mirrors_readers(struct mirrors *mirrors, size_t index,
    struct model_source parts[static SOURCE_PARTS])
{
	static const char *const names[] = { "own", "watched" };
	const struct one *target = &mirrors->targets[index];
	struct region *region;
	size_t i, count = 0;

	for (i = 0; i < SOURCE_PARTS; i++) {
		if (target->regions[i] == NONE)
			continue;
		region = &mirrors->regions[target->regions[i]];
		if (settle(region) == -1 ||
		    (region->reader == NULL &&
			dbgshm_mirror_reader(region->mirror, &region->reader) ==
			    -1))
			continue;
		parts[count++] = (struct model_source){
			.reader = region->reader,
			.name = names[i],
			.path = "",
		};
	}
	return (count);
}
