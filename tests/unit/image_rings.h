/*
 * image_rings.h - event rings made by hand, record by record from format.h.
 */
#ifndef IMAGE_RINGS_H
#define IMAGE_RINGS_H

#include "image.h"

#define IMAGE_RINGS 53248 /* behind a smaller section of tables */
#define IMAGE_RING_SIZE DBGSHM_RING_SIZE_MIN
#define IMAGE_RING_WORDS (IMAGE_RING_SIZE / 8)
#define IMAGE_RING_STRIDE (sizeof(struct dbgshm_ring) + IMAGE_RING_SIZE)

/* Where the next record of a ring goes. */
struct pen {
	struct dbgshm_ring *ring;
	uint64_t *words;
	uint64_t position, number, before;
};

/* Gives the last part of the image to rings. */
static inline void
image_rings(struct image *image)
{
	struct dbgshm_header *header = image_header(image);

	header->section_count = 6;
	header->sections[4].size = IMAGE_RINGS - IMAGE_TABLES;
	image_section(image, 5, DBGSHM_SECTION_RINGS, IMAGE_RINGS,
	    IMAGE_SIZE - IMAGE_RINGS);
}

/* A log of that many rings of the smallest size, behind the last one. */
static inline struct dbgshm_desc_log *
image_log(struct image *image, uint32_t profile, uint32_t rings)
{
	struct dbgshm_section *section = &image_header(image)->sections[5];
	struct dbgshm_desc_log *log =
	    image_record(image, DBGSHM_DESC_LOG, profile, sizeof(*log));

	log->ring_count = rings;
	log->ring_size = IMAGE_RING_SIZE;
	log->data_offset = section->offset + section->used;
	log->data_size = rings * IMAGE_RING_STRIDE;
	section->used += log->data_size;
	if (section->used > section->size)
		abort();
	image_used(image);
	return (log);
}

static inline struct dbgshm_desc_event *
image_kind(struct image *image, uint32_t profile, uint16_t number,
    const char *name, const char *text, uint8_t field_count)
{
	struct dbgshm_desc_event *kind = image_record(image, DBGSHM_DESC_EVENT,
	    profile,
	    sizeof(*kind) + field_count * sizeof(struct dbgshm_desc_column));

	kind->number = number;
	kind->severity = DBGSHM_SEVERITY_WARN;
	kind->name_length = (uint16_t)strlen(name);
	kind->name_offset = image_text(image, name);
	kind->text_length = (uint16_t)strlen(text);
	kind->text_offset = image_text(image, text);
	kind->field_count = field_count;
	image_used(image);
	return (kind);
}

static inline struct dbgshm_desc_column *
image_field(struct image *image, struct dbgshm_desc_event *kind, unsigned index,
    const char *name, uint8_t type)
{
	struct dbgshm_desc_column *field = (void *)(kind + 1);

	field += index;
	field->name_length = (uint16_t)strlen(name);
	field->name_offset = image_text(image, name);
	field->type = type;
	image_used(image);
	return (field);
}

static inline struct pen
image_pen(
    struct image *image, const struct dbgshm_desc_log *log, uint32_t index)
{
	struct pen pen = { .ring = image_at(image,
			       log->data_offset + index * IMAGE_RING_STRIDE) };

	pen.words = (void *)(pen.ring + 1);
	return (pen);
}

static inline uint64_t
pen_word(const struct pen *pen, uint64_t length, uint64_t event)
{
	return (length | pen->before << DBGSHM_RECORD_BEFORE_SHIFT |
	    event << DBGSHM_RECORD_EVENT_SHIFT |
	    (pen->number & DBGSHM_RECORD_NUMBER_MASK)
		<< DBGSHM_RECORD_NUMBER_SHIFT);
}

static inline void
pen_store(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/* Appends a record as format.h says, in its order; for threads too. */
static inline void
pen_append(struct pen *pen, uint64_t event, uint64_t stamp,
    const uint64_t *fields, size_t count)
{
	uint64_t length = DBGSHM_RECORD_WORDS + count, pad = 0, word;
	uint64_t at = pen->position % IMAGE_RING_WORDS;
	size_t i;

	if (at + length > IMAGE_RING_WORDS)
		pad = IMAGE_RING_WORDS - at;
	pen_store(&pen->ring->limit, pen->position + pad + length);
	if (pad > 0) {
		pen_store(
		    &pen->words[at], pen_word(pen, pad, DBGSHM_EVENT_PAD));
		pen->before = pad;
		at = 0;
	}
	word = pen_word(pen, length, event) |
	    (uint64_t)DBGSHM_SEVERITY_INFO << DBGSHM_RECORD_SEVERITY_SHIFT;
	pen_store(&pen->words[at], word);
	pen_store(&pen->words[at + 1], stamp);
	for (i = 0; i < count; i++)
		pen_store(&pen->words[at + 2 + i], fields[i]);
	pen->position += pad + length;
	pen->before = length;
	pen->number++;
	pen_store(&pen->ring->head,
	    pen->position << DBGSHM_RING_HEAD_SHIFT | length);
	pen_store(&pen->ring->records, pen->number);
}

/* A message of its own. */
static inline void
pen_say(struct pen *pen, uint64_t stamp, const char *text)
{
	uint64_t fields[DBGSHM_RECORD_WORDS_MAX] = { strlen(text) };

	memcpy(fields + 1, text, strlen(text));
	pen_append(pen, DBGSHM_EVENT_MESSAGE, stamp, fields,
	    1 + (strlen(text) + 7) / 8);
}

/* ---- walking ---------------------------------------------------------- */

static inline uint64_t
walk_event(const struct dbgshm_event_info *event)
{
	const struct dbgshm_cell *value;
	uint64_t sum = event->mono_ns + event->real_ns + event->severity;
	size_t i;

	sum += walk_text(event->name) + walk_text(event->text);
	for (i = 0; i < event->field_count; i++) {
		value = &event->values[i];
		sum += walk_text(event->fields[i].name) + walk_text(value->text);
		sum += value->u + (uint64_t)value->cut;
	}
	return (sum);
}

#endif
