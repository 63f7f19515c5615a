/*
 * image_history.h - a past made by hand behind the whole image, slot by slot from
 * format.h; the words are coded by the public coder.
 */
#ifndef IMAGE_HISTORY_H
#define IMAGE_HISTORY_H

#include "image_shapes.h"

#include <dbgshm/frame.h>

#define PAST_SLOTS 8
#define PAST_OFFSET IMAGE_SIZE
#define PAST_SIZE (IMAGE_SIZE + PAST_SLOTS * DBGSHM_SLOT_SIZE)
#define PAST_SECOND UINT64_C(1000000000)
#define PAST_CODERS 5
#define PAST_WORDS 512

/* Writes one block. */
struct past_pen {
	unsigned char *bytes; /* of the file */
	uint32_t slot;	      /* the next free one */
	uint64_t block, now_ns;
	uint16_t ring, tier;
	uint64_t period_ns;
	unsigned char stream[4 * DBGSHM_SLOT_SIZE];
	size_t size;
	struct dbgshm_coder *coders[PAST_CODERS];
	uint64_t noise;
};

static inline size_t
past_varint(unsigned char *at, uint64_t value)
{
	size_t size = 0;

	for (; value >= 128; value >>= 7)
		at[size++] = (unsigned char)(value | 128);
	at[size++] = (unsigned char)value;
	return (size);
}

static inline void
past_begin(struct past_pen *pen, uint16_t ring, uint16_t tier)
{
	static const uint64_t periods[] = { 1, 10, 60 };
	size_t i;

	pen->block++;
	pen->ring = ring;
	pen->tier = tier;
	pen->period_ns = periods[tier] * PAST_SECOND;
	pen->size = 0;
	for (i = 0; i < PAST_CODERS; i++) {
		free(pen->coders[i]);
		pen->coders[i] = malloc(dbgshm_coder_size(PAST_WORDS));
		if (pen->coders[i] == NULL)
			abort();
		(void)dbgshm_coder_init(pen->coders[i], PAST_WORDS);
	}
}

/* The words of a frame, coded into `to`. */
static inline size_t
past_code(struct past_pen *pen, unsigned coder, const uint64_t *words,
    size_t count, unsigned char *to)
{
	unsigned char room[16384];
	size_t used = dbgshm_frame_encode(
	    pen->coders[coder], words, count, 0, room, sizeof(room));

	if (used == 0)
		abort();
	memcpy(to, room, used);
	return (used);
}

/* A frame that comes a period after the one before, the first at now_ns. */
static inline void
past_frame(struct past_pen *pen, const unsigned char *coded, size_t size)
{
	/* Zigzag: a first frame lies no period after itself. */
	uint64_t step = pen->size == 0 ? 2 * pen->period_ns - 1 : 0;
	unsigned char head[16];
	size_t times = past_varint(head, step);

	head[times++] = 0;
	head[times++] = 0;
	pen->size += past_varint(pen->stream + pen->size, times + size);
	memcpy(pen->stream + pen->size, head, times);
	memcpy(pen->stream + pen->size + times, coded, size);
	pen->size += times + size;
	if (pen->size > sizeof(pen->stream))
		abort();
}

static inline void
past_end(struct past_pen *pen)
{
	const size_t room = DBGSHM_SLOT_SIZE - sizeof(struct dbgshm_slot);
	struct dbgshm_slot *slot;
	size_t at, part;
	uint32_t index = 0;

	for (at = 0; at < pen->size; at += part) {
		if (pen->slot == PAST_SLOTS)
			abort();
		slot = (void *)(pen->bytes + PAST_OFFSET +
		    pen->slot++ * DBGSHM_SLOT_SIZE);
		part = pen->size - at < room ? pen->size - at : room;
		slot->block = pen->block;
		slot->index = index++;
		slot->ring = pen->ring;
		slot->tier = pen->tier;
		slot->used = part;
		slot->period_ns = pen->period_ns;
		slot->mono_ns = pen->now_ns;
		slot->real_ns = UINT64_C(1700000000000000000) + pen->now_ns;
		slot->boot_ns = pen->now_ns;
		memcpy(slot + 1, pen->stream + at, part);
	}
}

static inline uint64_t
past_noise(struct past_pen *pen)
{
	pen->noise = pen->noise * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (pen->noise >> 20);
}

/* Frames of metrics; each value is new in each frame. */
static inline void
past_metrics(struct past_pen *pen, const struct image *image, uint16_t tier,
    unsigned frames)
{
	uint64_t live[32], gauges[64], cells[PAST_WORDS];
	unsigned char coded[16384];
	size_t i, size;

	past_begin(pen, DBGSHM_RING_METRICS, tier);
	memset(live, 0xff, sizeof(live));
	for (; frames > 0; frames--) {
		for (i = 0; i < image->gauges; i++)
			gauges[i] = past_noise(pen);
		for (i = 0; i < image->cells; i++)
			cells[i] = past_noise(pen);
		size = past_code(pen, 0, live,
		    image->descriptors / DBGSHM_LIVE_UNIT / 64 + 1, coded);
		size += past_code(pen, 1, gauges, image->gauges, coded + size);
		size += past_code(pen, 2, cells, image->cells, coded + size);
		if (tier != 0)
			size += past_code(
			    pen, 3, gauges, image->gauges, coded + size);
		past_frame(pen, coded, size);
	}
	past_end(pen);
}

/* Frames of rows: two live ones in each table. */
static inline void
past_rows(struct past_pen *pen, const struct whole_image *whole,
    unsigned frames)
{
	const struct dbgshm_desc_table *tables[] = { whole->sample.table,
		whole->operations, whole->steps };
	uint64_t live[32], words[PAST_WORDS];
	unsigned char coded[16384];
	size_t i, size, table, stride;

	past_begin(pen, DBGSHM_RING_ROWS, 0);
	memset(live, 0xff, sizeof(live));
	for (; frames > 0; frames--) {
		size = past_code(pen, 0, live,
		    whole->sample.image.descriptors / DBGSHM_LIVE_UNIT / 64 + 1,
		    coded);
		coded[size++] = 3;
		for (table = 0; table < 3; table++) {
			stride = 1 + tables[table]->row_stride / 8;
			for (i = 0; i < 2 * stride; i++)
				words[i] = i % stride == 0
				    ? DBGSHM_ROW_LIVE
				    : past_noise(pen) % 100;
			size += past_code(pen, 1 + (unsigned)table, words,
			    2 * stride, coded + size);
		}
		past_frame(pen, coded, size);
	}
	past_end(pen);
}

/* The bytes of a file: the whole image, and a past in eight slots.  For free(). */
static inline unsigned char *
image_with_past(struct whole_image *whole)
{
	struct image *image = &whole->sample.image;
	struct dbgshm_header *header;
	struct past_pen *pen = calloc(1, sizeof(*pen));
	struct dbgshm_section *section;
	size_t i;

	image_whole(whole);
	if (pen == NULL || (pen->bytes = calloc(1, PAST_SIZE)) == NULL)
		abort();
	memcpy(pen->bytes, image->bytes, IMAGE_SIZE);
	header = (void *)pen->bytes;
	header->file_size = PAST_SIZE;
	header->section_count = 7;
	section = &header->sections[6];
	section->type = DBGSHM_SECTION_HISTORY;
	section->offset = PAST_OFFSET;
	section->size = section->used = PAST_SLOTS * DBGSHM_SLOT_SIZE;
	pen->now_ns = 100 * PAST_SECOND;
	past_metrics(pen, image, 1, 2);
	pen->now_ns = 120 * PAST_SECOND;
	past_metrics(pen, image, 0, 6);
	past_rows(pen, whole, 6);
	for (i = 0; i < PAST_CODERS; i++)
		free(pen->coders[i]);
	unsigned char *bytes = pen->bytes;

	free(pen);
	return (bytes);
}

#endif
