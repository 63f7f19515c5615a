/*
 * mirror_settle.c - the present of a mirror, from the newest frames.
 *
 * Frames of the past have nearly all of it.  What a feed has told as the present
 * goes before them where it is newer, and has the rows that they leave out.
 */
#include "mirror.h"

#include <errno.h>
#include <string.h>

#define FIRST_OFFSET 64
#define WORDS_SLACK 16384

/* Does what was told as the present go before the newest frame of the past?  It was
 * taken after all frames that came with it or before it.  Times do not tell: a
 * program may give its ticks any. */
static bool
is_newer(const struct mirror_stream *present, const struct mirror_stream *past)
{
	return (present->arrived >= past->arrived);
}

/* The frame with the newest values; NULL there is none. */
static const struct mirror_frames *
newest_values(const struct dbgshm_mirror *mirror)
{
	const struct mirror_stream *past =
	    &mirror->newest.streams[DBGSHM_RING_METRICS];
	const struct mirror_stream *present =
	    &mirror->present.streams[DBGSHM_RING_METRICS];

	if (present->any && (!past->any || is_newer(present, past)))
		return (&mirror->present);
	return (past->any ? &mirror->newest : NULL);
}

static void
show_words(
    struct dbgshm_mirror *mirror, uint32_t type, const struct past_coder *from)
{
	unsigned char *to = mirror_section(&mirror->image, type);
	size_t size = (size_t)mirror->image.header.sections[type - 1].used,
	       have = from->count * sizeof(uint64_t);

	if (have > size)
		have = size;
	if (have > 0)
		memcpy(to, dbgshm_frame_words(from->coder), have);
	memset(to + have, 0, size - have);
}

static void
show_values(struct dbgshm_mirror *mirror)
{
	const struct mirror_frames *frames = newest_values(mirror);
	const struct past_cursor *cursor;

	if (frames == NULL)
		return;
	cursor = &frames->past.cursors[DBGSHM_RING_METRICS];
	show_words(mirror, DBGSHM_SECTION_GAUGES, &cursor->gauges);
	show_words(mirror, DBGSHM_SECTION_SHARDS, &cursor->cells);
}

/* ---- rows --------------------------------------------------------------- */

/* The words of a table in the frame of rows that stands there; NULL: it does not
 * say. */
static const struct past_coder *
rows_in(const struct mirror_frames *frames, size_t number)
{
	const struct mirror_stream *stream = &frames->streams[DBGSHM_RING_ROWS];
	const struct past_cursor *cursor =
	    &frames->past.cursors[DBGSHM_RING_ROWS];

	if (!stream->any || number >= cursor->table_count ||
	    cursor->tables[number].count == 1)
		return (NULL);
	return (&cursor->tables[number]);
}

static const struct past_coder *
newest_rows(const struct dbgshm_mirror *mirror, size_t number)
{
	const struct past_coder *past = rows_in(&mirror->newest, number),
				*present = rows_in(&mirror->present, number);

	if (past == NULL || present == NULL)
		return (past != NULL ? past : present);
	return (is_newer(&mirror->present.streams[DBGSHM_RING_ROWS],
		    &mirror->newest.streams[DBGSHM_RING_ROWS])
		? present
		: past);
}

/* Where the bytes of a table are in the image; NULL: it makes no sense. */
static unsigned char *
table_at(const struct dbgshm_mirror *mirror,
    const struct dbgshm_desc_table *record, uint64_t *rows)
{
	const struct dbgshm_section *from =
	    &mirror->header.sections[DBGSHM_SECTION_TABLES - 1];
	uint64_t need, sequences;

	if (record->capacity == 0 || record->capacity > DBGSHM_ROWS_MAX ||
	    record->row_stride % 8 != 0 ||
	    record->row_stride < sizeof(struct dbgshm_row_head) ||
	    record->row_stride > DBGSHM_ROW_STRIDE_MAX ||
	    record->data_offset % 8 != 0 ||
	    record->data_offset < from->offset ||
	    record->data_offset - from->offset > from->used)
		return (NULL);
	sequences =
	    ((uint64_t)record->capacity * sizeof(uint64_t) + 63) / 64 * 64;
	*rows = sizeof(struct dbgshm_table_head) + sequences;
	need = *rows + (uint64_t)record->row_stride * record->capacity;
	if (need > from->used - (record->data_offset - from->offset))
		return (NULL);
	return (mirror_section(&mirror->image, DBGSHM_SECTION_TABLES) +
	    (record->data_offset - from->offset));
}

static uint64_t
sequence_of(uint64_t state)
{
	uint64_t plain = state & ~(uint64_t)DBGSHM_PRESENT_BUSY;

	if (plain != DBGSHM_ROW_LIVE && plain != DBGSHM_ROW_FINISHED)
		return (0);
	return (DBGSHM_SEQ_VERSION | plain << DBGSHM_SEQ_STATE_SHIFT |
	    (state != plain ? DBGSHM_SEQ_BUSY : 0));
}

static struct dbgshm_table_head
drops_of(const struct dbgshm_mirror *mirror, uint32_t record)
{
	size_t i;

	for (i = 0; i < mirror->drop_count; i++)
		if (mirror->drops[i].table == record)
			return ((struct dbgshm_table_head){
			    .drop_rows = mirror->drops[i].rows,
			    .drop_busy = mirror->drops[i].busy });
	return ((struct dbgshm_table_head){ 0 });
}

static void
show_table(struct dbgshm_mirror *mirror, size_t number, uint32_t offset,
    const struct dbgshm_desc_table *record)
{
	const struct past_coder *from = newest_rows(mirror, number);
	struct dbgshm_table_head head = drops_of(mirror, offset);
	size_t stride = 1 + record->row_stride / 8, count = 0, slot;
	const uint64_t *words;
	uint64_t rows, sequence;
	unsigned char *at = table_at(mirror, record, &rows), *sequences;

	if (at == NULL)
		return;
	memcpy(at, &head, sizeof(head));
	sequences = at + sizeof(head);
	if (from != NULL)
		count = from->count / stride;
	if (count > record->capacity)
		count = record->capacity;
	words = count > 0 ? dbgshm_frame_words(from->coder) : NULL;
	for (slot = 0; slot < count; slot++, words += stride) {
		sequence = sequence_of(words[0]);
		memcpy(sequences + slot * sizeof(sequence), &sequence,
		    sizeof(sequence));
		if (sequence != 0)
			memcpy(at + rows + slot * record->row_stride, words + 1,
			    record->row_stride);
	}
	memset(sequences + count * sizeof(sequence), 0,
	    (record->capacity - count) * sizeof(sequence));
}

static void
show_tables(struct dbgshm_mirror *mirror)
{
	const struct dbgshm_desc *head;
	size_t offset = FIRST_OFFSET, size, number = 0;

	for (; offset + sizeof(*head) <= mirror->records_size; offset += size) {
		head = (const void *)(mirror->records + offset);
		size = head->size8 * (size_t)8;
		if (size < sizeof(*head) ||
		    size > mirror->records_size - offset)
			break;
		if (head->type != DBGSHM_DESC_TABLE)
			continue;
		if (head->state == DBGSHM_DESC_LIVE &&
		    size >= sizeof(struct dbgshm_desc_table))
			show_table(mirror, number, (uint32_t)offset,
			    (const void *)head);
		number++;
	}
}

/* ---- the header --------------------------------------------------------- */

static void
show_header(struct dbgshm_mirror *mirror)
{
	struct dbgshm_header header = mirror->image.header;
	const struct mirror_frames *frames = newest_values(mirror);
	const struct past_frame *last;

	header.sections[DBGSHM_SECTION_RINGS - 1].used = mirror->logs.used;
	header.sections[DBGSHM_SECTION_HISTORY - 1].used =
	    (uint64_t)mirror->past.count * DBGSHM_SLOT_SIZE;
	header.sections[DBGSHM_SECTION_DESCRIPTORS - 1].used =
	    mirror->records_size;
	header.sections[DBGSHM_SECTION_STRINGS - 1].used = mirror->texts_size;
	if (header.taken_real_ns == 0 && frames != NULL) {
		last = &frames->streams[DBGSHM_RING_METRICS].last;
		header.taken_real_ns = last->real_ns;
		header.taken_mono_ns = last->mono_ns;
	}
	if (header.taken_real_ns == 0)
		header.taken_real_ns = 1; /* it is an image all the same */
	memcpy(mirror->image.bytes + DBGSHM_SUMMARY_OFFSET, &mirror->summary,
	    sizeof(mirror->summary));
	memcpy(mirror->image.bytes, &header, sizeof(header));
}

/* ---- all of it ---------------------------------------------------------- */

int
dbgshm__mirror_show(struct dbgshm_mirror *mirror)
{
	const struct dbgshm_section *sections = mirror->image.header.sections;
	uint64_t words = WORDS_SLACK;
	uint32_t type;
	int error;

	for (type = DBGSHM_SECTION_GAUGES; type <= DBGSHM_SECTION_TABLES;
	     type++) {
		words += sections[type - 1].used / sizeof(uint64_t);
		if ((error = dbgshm__mirror_fill(
			 &mirror->image, type, sections[type - 1].used)) != 0)
			return (error);
	}
	words += (sections[DBGSHM_SECTION_GAUGES - 1].used +
		     sections[DBGSHM_SECTION_DESCRIPTORS - 1].used) /
	    sizeof(uint64_t);
	if ((error = dbgshm__mirror_decode(&mirror->newest, words)) != 0 ||
	    (error = dbgshm__mirror_decode(&mirror->present, words)) != 0)
		return (error);
	if (mirror->changed)
		dbgshm__mirror_records(mirror);
	mirror->changed = false;
	show_values(mirror);
	show_tables(mirror);
	show_header(mirror);
	return (0);
}
