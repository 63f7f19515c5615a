/*
 * image.c - one picture of all values, gathered at a tick.
 *
 * Each value is read once.  What there is to read is learned from the
 * descriptors when the schema has changed.
 */
#include "history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define HISTOGRAM_WEIGHT 16 /* of its many words few change in a tick */

/* ---- arrays that grow ------------------------------------------------------ */

int
dbgshm__words_room(struct words *words, size_t count)
{
	size_t room = words->room + words->room / 2;
	uint64_t *at;

	if (count <= words->room)
		return (0);
	if (room < count)
		room = count;
	if ((at = realloc(words->at, room * sizeof(*at))) == NULL)
		return (ENOMEM);
	memset(at + words->room, 0, (room - words->room) * sizeof(*at));
	words->at = at;
	words->room = room;
	return (0);
}

/* Room for one more in *list. */
static int
list_room(void **list, size_t count, size_t *room, size_t size)
{
	size_t more = *room == 0 ? 16 : 2 * *room;
	void *bigger;

	if (count < *room)
		return (0);
	if ((bigger = realloc(*list, more * size)) == NULL)
		return (ENOMEM);
	*list = bigger;
	*room = more;
	return (0);
}

int
dbgshm__image_lists(struct image *image, size_t count)
{
	while (image->high_room < count)
		if (list_room((void **)&image->highs, image->high_room,
			&image->high_room, sizeof(*image->highs)) != 0)
			return (ENOMEM);
	while (image->watch_room < count)
		if (list_room((void **)&image->watches, image->watch_room,
			&image->watch_room, sizeof(*image->watches)) != 0)
			return (ENOMEM);
	while (image->float_room < count)
		if (list_room((void **)&image->floats, image->float_room,
			&image->float_room, sizeof(*image->floats)) != 0)
			return (ENOMEM);
	return (0);
}

/* ---- what there is ------------------------------------------------------------ */

/* What stands in the shared file leads nowhere else than into our pictures. */
static bool
is_inside(
    const struct dbgshm_region *region, const struct dbgshm_desc_metric *desc)
{
	uint64_t gauges = region->rooms[ROOM_GAUGES].used / 8,
		 cells = region->rooms[ROOM_SHARDS].used / 8, last = desc->cell;

	if (desc->kind == DBGSHM_METRIC_GAUGE ||
	    desc->kind == DBGSHM_METRIC_FLOAT)
		cells = gauges;
	else if (desc->kind == DBGSHM_METRIC_UPDOWN)
		last++;
	else if (desc->kind == DBGSHM_METRIC_HISTOGRAM)
		last += DBGSHM_HISTOGRAM_MAX;
	return (last < cells &&
	    (desc->peak == 0 || desc->peak + UINT64_C(1) < gauges));
}

static int
learn_metric(
    const struct dbgshm_region *region, struct image *image, const void *stored)
{
	struct dbgshm_desc_metric copy;
	const struct dbgshm_desc_metric *desc = &copy;

	memcpy(&copy, stored, sizeof(copy));
	if (!is_inside(region, desc))
		return (0);
	image->metrics++;
	if (desc->kind == DBGSHM_METRIC_HISTOGRAM) {
		image->metrics += HISTOGRAM_WEIGHT - 1;
		if (list_room((void **)&image->highs, image->high_count,
			&image->high_room, sizeof(*image->highs)) != 0)
			return (ENOMEM);
		image->highs[image->high_count++] =
		    desc->cell + DBGSHM_HISTOGRAM_MAX;
	}
	if (desc->kind == DBGSHM_METRIC_FLOAT) {
		if (list_room((void **)&image->floats, image->float_count,
			&image->float_room, sizeof(*image->floats)) != 0)
			return (ENOMEM);
		image->floats[image->float_count++] = desc->cell;
	}
	if (desc->peak == 0)
		return (0);
	if (list_room((void **)&image->watches, image->watch_count,
		&image->watch_room, sizeof(*image->watches)) != 0)
		return (ENOMEM);
	image->watches[image->watch_count++] =
	    (struct watch){ desc->kind, desc->cell, desc->peak };
	return (0);
}

/* Tables come by descriptor, so that each keeps its place. */
static int
learn_table(struct dbgshm_region *region, struct image *image, uint32_t offset)
{
	struct dbgshm_table *table;
	size_t i;

	for (i = 0; i < image->table_count; i++)
		if (image->tables[i].table->descriptor == offset)
			return (0);
	for (i = 0; i < region->profile_count; i++)
		for (table = region->profiles[i]->table; table != NULL;
		     table = table->older) {
			if (table->descriptor != offset)
				continue;
			if (region->sealed) /* no memory is taken any more */
				return (0);
			if (list_room((void **)&image->tables,
				image->table_count, &image->table_room,
				sizeof(*image->tables)) != 0)
				return (ENOMEM);
			image->tables[image->table_count++] =
			    (struct table_image){ .table = table };
			return (0);
		}
	return (0);
}

static int
learn(struct dbgshm_region *region, struct image *image)
{
	uint64_t used = region->rooms[ROOM_DESCRIPTORS].used;
	const struct dbgshm_desc *desc;
	uint32_t offset = sizeof(struct dbgshm_desc_profile);
	int error = 0;

	image->metrics = 0;
	image->high_count = image->watch_count = image->float_count = 0;
	image->live.count = (size_t)(used / DBGSHM_LIVE_UNIT + 63) / 64;
	if (dbgshm__words_room(&image->live, image->live.count) != 0)
		return (ENOMEM);
	memset(image->live.at, 0, image->live.count * sizeof(uint64_t));
	for (; offset + sizeof(*desc) <= used && error == 0;
	     offset += desc->size8 * 8u) {
		desc = dbgshm__schema_desc(region, offset);
		if (desc->size8 == 0)
			break;
		if (desc->state == DBGSHM_DESC_LIVE)
			image->live.at[offset / DBGSHM_LIVE_UNIT / 64] |=
			    UINT64_C(1) << (offset / DBGSHM_LIVE_UNIT % 64);
		if (desc->type == DBGSHM_DESC_METRIC &&
		    desc->size8 * 8u >= sizeof(struct dbgshm_desc_metric) &&
		    offset + sizeof(struct dbgshm_desc_metric) <= used)
			error = learn_metric(region, image, desc);
		else if (desc->type == DBGSHM_DESC_TABLE)
			error = learn_table(region, image, offset);
	}
	if (error == 0)
		image->generation = region->schema_generation;
	return (error);
}

/* ---- values -------------------------------------------------------------------- */

#if defined(__SSE2__) && !defined(DBGSHM_TSAN)
#define WIDE 1

static inline __m128i
two(const uint64_t *words)
{
	return (_mm_load_si128((const __m128i *)(const void *)words));
}
#endif

/*
 * to = the sums of so many arrays, each stride words behind the one before.  The
 * wide form loads two words at a time, of which the processor tears none: they
 * are aligned to 16, as all arrays of a region begin with a page.
 */
static inline void
sum_words(uint64_t *to, const uint64_t *from, size_t count, uint32_t arrays,
    size_t stride)
{
	const uint64_t *at;
	uint32_t array;
	size_t i = 0;

#ifdef WIDE
	__m128i a, b, c, d, *sum;

	for (; i + 8 <= count; i += 8) {
		at = from + i;
		a = two(at);
		b = two(at + 2);
		c = two(at + 4);
		d = two(at + 6);
		for (array = 1; array < arrays; array++) {
			at += stride;
			a = _mm_add_epi64(a, two(at));
			b = _mm_add_epi64(b, two(at + 2));
			c = _mm_add_epi64(c, two(at + 4));
			d = _mm_add_epi64(d, two(at + 6));
		}
		sum = (__m128i *)(void *)(to + i);
		_mm_storeu_si128(sum, a);
		_mm_storeu_si128(sum + 1, b);
		_mm_storeu_si128(sum + 2, c);
		_mm_storeu_si128(sum + 3, d);
	}
#endif
	for (; i < count; i++) {
		to[i] = 0;
		at = from + i;
		for (array = 0; array < arrays; array++, at += stride)
			to[i] += dbgshm__load_relaxed(at);
	}
}

static int
take_gauges(struct dbgshm_region *region, struct image *image)
{
	const struct room *room = &region->rooms[ROOM_GAUGES];
	const uint64_t *from =
	    (const uint64_t *)(const void *)(region->base + room->offset);
	size_t count = (size_t)(room->used / 8);

	if (dbgshm__words_room(&image->gauges, count) != 0)
		return (ENOMEM);
	image->gauges.count = count;
	sum_words(image->gauges.at, from, count, 1, 0);
	return (0);
}

static int
take_cells(struct dbgshm_region *region, struct image *image)
{
	size_t i, count = (size_t)(region->rooms[ROOM_SHARDS].used / 8);
	uint64_t *sum, high, seen;
	uint32_t shard;

	if (dbgshm__words_room(&image->cells, count) != 0)
		return (ENOMEM);
	image->cells.count = count;
	sum = image->cells.at;
	sum_words(sum, region_shard(region, 0), count, region->shards_ready,
	    (size_t)(region->shard_stride / 8));
	for (i = 0; i < image->high_count; i++) {
		high = 0;
		for (shard = 0; shard < region->shards_ready; shard++) {
			seen = dbgshm__load_relaxed(
			    region_shard(region, shard) + image->highs[i]);
			if (high < seen)
				high = seen;
		}
		sum[image->highs[i]] = high;
	}
	return (0);
}

#define TRIES 3

/* One row; one that is being written stays as it was. */
static void
take_row(const struct dbgshm_table *table, uint32_t slot, uint64_t *scratch,
    uint64_t *into)
{
	const uint64_t *sequence = &table->sequences[slot];
	const uint64_t *from = (const uint64_t *)(const void *)(table->rows +
	    (size_t)slot * table->row_stride);
	size_t i, words = table->row_stride / 8;
	uint64_t before;
	int try;

	for (try = 0; try < TRIES; try++) {
		before = dbgshm__load_acquire(sequence);
		if ((before & DBGSHM_SEQ_BUSY) != 0)
			continue;
		if ((before & DBGSHM_SEQ_STATE_MASK) == 0) {
			into[0] = 0;
			return;
		}
		for (i = 0; i < words; i++)
			scratch[i] = dbgshm__load_acquire(from + i);
		if (dbgshm__load_relaxed(sequence) != before)
			continue;
		memcpy(into + 1, scratch, words * sizeof(*into));
		into[0] =
		    (before & DBGSHM_SEQ_STATE_MASK) >> DBGSHM_SEQ_STATE_SHIFT;
		return;
	}
}

/* From now on one word says that there are no rows of this table. */
static int
leave_out(struct image *whole, struct table_image *image)
{
	if (dbgshm__words_room(&image->words, 1) != 0)
		return (ENOMEM);
	whole->row_words -= image->words.count;
	image->left_out = true;
	image->rows = 0;
	image->words.count = 1;
	image->words.at[0] = 0;
	return (0);
}

static int
take_table(struct image *whole, struct table_image *image)
{
	struct words *scratch = &whole->scratch;
	const struct dbgshm_table *table = image->table;
	size_t words = 1 + table->row_stride / 8;
	uint32_t slot;

	if (image->left_out)
		return (0);
	for (slot = table->capacity; slot > image->rows; slot--)
		if (dbgshm__load_relaxed(&table->sequences[slot - 1]) != 0)
			break;
	if (slot > image->rows) {
		if (whole->row_words - image->words.count + slot * words >
		    whole->row_words_max)
			return (leave_out(whole, image));
		if (dbgshm__words_room(scratch, words) != 0 ||
		    dbgshm__words_room(&image->words, slot * words) != 0)
			return (ENOMEM);
		whole->row_words += slot * words - image->words.count;
		image->rows = slot;
		image->words.count = slot * words;
	}
	for (slot = 0; slot < image->rows; slot++)
		take_row(
		    table, slot, scratch->at, image->words.at + slot * words);
	return (0);
}

int
dbgshm__image_take(struct dbgshm_region *region, struct image *image)
{
	int error = 0;
	size_t i;

	if (image->generation != region->schema_generation)
		error = learn(region, image);
	if (error == 0)
		error = take_gauges(region, image);
	if (error == 0)
		error = take_cells(region, image);
	for (i = 0; i < image->table_count && error == 0; i++)
		error = take_table(image, &image->tables[i]);
	return (error);
}

void
dbgshm__image_free(struct image *image)
{
	size_t i;

	free(image->live.at);
	free(image->gauges.at);
	free(image->cells.at);
	free(image->highs);
	free(image->watches);
	free(image->floats);
	for (i = 0; i < image->table_count; i++)
		free(image->tables[i].words.at);
	free(image->tables);
	free(image->scratch.at);
}
