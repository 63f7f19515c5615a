/*
 * taken.c - an image of a region: a copy of one moment that is a region again.
 *
 * Begins as zeros, into which comes what the reader understands and nothing else,
 * so that no byte is told that nobody asked for.
 */
#include "taken.h"

#include "obj.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAGE 4096
#define FIRST_OFFSET 64

struct taken {
	struct dbgshm_reader *reader;
	struct dbgshm_view *view;
	struct past past;
	struct taken_secrets secrets;
	struct taken_slots slots;
	unsigned char *bytes;
	uint64_t size;
	struct dbgshm_section sections[DBGSHM_SECTION_HISTORY + 1];
};

static uint64_t
round_up(uint64_t size, uint64_t unit)
{
	return ((size + unit - 1) / unit * unit);
}

static struct dbgshm_frame *
frame_of(const struct taken *taken)
{
	return (&taken->view->frames[taken->view->current]);
}

/* ---- where everything goes ----------------------------------------------------- */

static uint64_t
used_of(const struct taken *taken, uint32_t type)
{
	switch (type) {
	case DBGSHM_SECTION_DESCRIPTORS:
		return (taken->view->schema.descriptors_size);
	case DBGSHM_SECTION_STRINGS:
		return (taken->view->schema.strings_size);
	case DBGSHM_SECTION_HISTORY:
		return (taken->slots.count * DBGSHM_SLOT_SIZE);
	default:
		return (taken->view->layout.sections[type].used);
	}
}

static void
lay_out(struct taken *taken)
{
	struct dbgshm_section *section;
	uint64_t at = DBGSHM_SECTIONS_OFFSET;
	uint32_t type;

	for (type = 1; type <= DBGSHM_SECTION_HISTORY; type++) {
		section = &taken->sections[type];
		*section = (struct dbgshm_section){
			.type = type, .offset = at, .used = used_of(taken, type)
		};
		section->size = round_up(section->used, PAGE);
		at += section->size;
	}
	taken->size = at;
}

static void
put_header(struct taken *taken)
{
	struct dbgshm_frame *frame = frame_of(taken);
	struct dbgshm_header header = frame->header;
	struct dbgshm_host *host = &taken->reader->host;
	uint32_t type;

	if (!dbgshm__is_image(&header)) {
		header.taken_life = (uint64_t)dbgshm_reader_life(taken->reader);
		header.taken_writer = dbgshm__life_writer(
		    taken->reader->descriptor, &header, host);
		frame->real_ns = dbgshm__host_clock_ns(CLOCK_REALTIME);
		frame->start_mono_ns = dbgshm__host_clock_ns(CLOCK_MONOTONIC);
		frame->end_mono_ns = frame->start_mono_ns;
		header.taken_real_ns = frame->real_ns;
		header.taken_mono_ns = dbgshm__now_here(frame, host);
		header.flags &= ~(uint32_t)DBGSHM_FLAG_WITHHELD;
	}
	if (taken->secrets.any)
		header.flags |= DBGSHM_FLAG_WITHHELD;
	header.minor = DBGSHM_MINOR;
	header.header_size = DBGSHM_HEADER_SIZE;
	header.file_size = taken->size;
	header.shard_count = 1;
	header.shards_ready = 1;
	header.shard_stride =
	    round_up(taken->sections[DBGSHM_SECTION_SHARDS].used, 64);
	header.clock_sequence = 0;
	header.section_size = sizeof(struct dbgshm_section);
	header.section_count = 0;
	memset(header.sections, 0, sizeof(header.sections));
	memset(header.shard_owner, 0, sizeof(header.shard_owner));
	memset(header.reserved0, 0, sizeof(header.reserved0));
	memset(header.reserved1, 0, sizeof(header.reserved1));
	memset(header.reserved2, 0, sizeof(header.reserved2));
	memset(header.reserved3, 0, sizeof(header.reserved3));
	for (type = 1; type <= DBGSHM_SECTION_HISTORY; type++)
		if (taken->sections[type].used > 0 ||
		    type <= DBGSHM_SECTION_STRINGS)
			header.sections[header.section_count++] =
			    taken->sections[type];
	memcpy(taken->bytes, &header, sizeof(header));
}

/* ---- what exists ------------------------------------------------------------------ */

static uint64_t
moved(const struct taken *taken, uint32_t type, uint64_t offset)
{
	const struct dbgshm_section *from = &taken->view->layout.sections[type];

	if (offset < from->offset || offset - from->offset > from->used)
		return (0);
	return (offset - from->offset + taken->sections[type].offset);
}

/* Records as they are, but that what they speak of lies elsewhere. */
static void
put_records(struct taken *taken)
{
	const struct dbgshm_schema *schema = &taken->view->schema;
	unsigned char *to =
	    taken->bytes + taken->sections[DBGSHM_SECTION_DESCRIPTORS].offset;
	struct dbgshm_desc *head;
	struct dbgshm_desc_table *table;
	struct dbgshm_desc_log *log;
	uint64_t offset = FIRST_OFFSET, size;

	memcpy(to, schema->descriptors, (size_t)schema->descriptors_size);
	memcpy(taken->bytes + taken->sections[DBGSHM_SECTION_STRINGS].offset,
	    schema->strings, (size_t)schema->strings_size);
	for (; offset + sizeof(*head) <= schema->descriptors_size;
	     offset += size) {
		head = (void *)(to + offset);
		size = (uint64_t)head->size8 * 8;
		if (size < sizeof(*head) ||
		    size > schema->descriptors_size - offset)
			break;
		if (head->type == DBGSHM_DESC_TABLE && size >= sizeof(*table)) {
			table = (void *)head;
			table->data_offset = moved(
			    taken, DBGSHM_SECTION_TABLES, table->data_offset);
		}
		if (head->type == DBGSHM_DESC_LOG && size >= sizeof(*log)) {
			log = (void *)head;
			log->data_offset = moved(
			    taken, DBGSHM_SECTION_RINGS, log->data_offset);
		}
	}
}

/* ---- values -------------------------------------------------------------------------- */

static void
put_values(struct taken *taken)
{
	const struct dbgshm_frame *frame = frame_of(taken);
	const struct dbgshm_schema *schema = &taken->view->schema;

	memcpy(taken->bytes + DBGSHM_SUMMARY_OFFSET, &frame->summary,
	    sizeof(frame->summary));
	memcpy(taken->bytes + taken->sections[DBGSHM_SECTION_GAUGES].offset,
	    frame->gauges, (size_t)schema->gauge_words * sizeof(uint64_t));
	memcpy(taken->bytes + taken->sections[DBGSHM_SECTION_SHARDS].offset,
	    frame->cells, (size_t)schema->shard_words * sizeof(uint64_t));
}

/* The sequence word of a row in this state. */
static uint64_t
sequence_of(const struct dbgshm_row_info *row)
{
	uint64_t state = DBGSHM_ROW_LIVE, odd = 0;

	if (row->state == DBGSHM_ROWSTATE_TORN ||
	    row->state == DBGSHM_ROWSTATE_TORN_AT_DEATH)
		odd = DBGSHM_SEQ_BUSY;
	else if (dbgshm__row_is_over(row))
		state = DBGSHM_ROW_FINISHED;
	return (DBGSHM_SEQ_VERSION | state << DBGSHM_SEQ_STATE_SHIFT | odd);
}

static void
put_table(struct taken *taken, size_t number)
{
	const struct dbgshm_table_place *place =
	    &taken->view->schema.table_places[number];
	const struct dbgshm_frame_table *rows =
	    &frame_of(taken)->tables[number];
	const struct taken_table *secrets =
	    dbgshm__taken_table(&taken->secrets, place->desc_offset);
	struct dbgshm_table_head head = { .drop_rows = rows->drop_rows,
		.drop_busy = rows->drop_busy };
	unsigned char *at = taken->bytes +
	    moved(taken, DBGSHM_SECTION_TABLES, place->data_offset);
	unsigned char *row,
	    *first = at + (place->rows_offset - place->data_offset);
	uint64_t sequence;
	size_t i;

	memcpy(at, &head, sizeof(head));
	at += sizeof(head);
	for (i = 0; i < rows->count; i++) {
		sequence = sequence_of(&rows->infos[i]);
		memcpy(at + rows->infos[i].slot * sizeof(sequence), &sequence,
		    sizeof(sequence));
		row = first + (size_t)rows->infos[i].slot * place->row_stride;
		memcpy(row, rows->infos[i].words, place->row_stride);
		memset(row + offsetof(struct dbgshm_row_head, reserved), 0,
		    sizeof(uint64_t));
		dbgshm__taken_withhold(secrets, (void *)row, 1, 0);
	}
}

static int
put_rings(struct taken *taken)
{
	const struct dbgshm_schema *schema = &taken->view->schema;
	uint64_t *room, largest = 0, offset;
	uint32_t ring;
	size_t i;
	int error = 0;

	for (i = 0; i < schema->log_count; i++)
		if (largest < schema->logs[i].ring_size)
			largest = schema->logs[i].ring_size;
	if (largest == 0)
		return (0);
	if ((room = dbgshm__room((size_t)largest)) == NULL)
		return (ENOMEM);
	for (i = 0; i < schema->log_count && error == 0; i++) {
		offset = moved(taken, DBGSHM_SECTION_RINGS,
		    schema->log_places[i].data_offset);
		for (ring = 0; ring < schema->logs[i].ring_count && error == 0;
		     ring++) {
			error = dbgshm__taken_ring(taken->reader->descriptor,
			    taken->view, i, ring, &taken->secrets, room,
			    taken->bytes + offset);
			offset += sizeof(struct dbgshm_ring) +
			    schema->logs[i].ring_size;
		}
	}
	free(room);
	return (error);
}

/* ---- all of it ------------------------------------------------------------------------ */

static int
put_all(struct taken *taken)
{
	size_t i;
	int error;

	put_records(taken);
	put_values(taken);
	for (i = 0; i < taken->view->schema.table_count; i++)
		put_table(taken, i);
	if (taken->slots.count > 0)
		memcpy(taken->bytes +
			taken->sections[DBGSHM_SECTION_HISTORY].offset,
		    taken->slots.bytes, taken->slots.count * DBGSHM_SLOT_SIZE);
	if ((error = put_rings(taken)) == 0)
		put_header(taken); /* the last moment that is in it */
	return (error);
}

static int
take(struct taken *taken, unsigned flags)
{
	int descriptor = taken->reader->descriptor, error;

	if ((error = dbgshm__reader_take(taken->reader, &taken->view)) != 0 ||
	    (error = dbgshm__past_read(
		 &taken->past, descriptor, &taken->view->layout, NULL)) != 0 ||
	    (error = dbgshm__taken_secrets(&taken->view->schema,
		 (flags & DBGSHM_IMAGE_SECRETS) != 0, &taken->secrets)) != 0 ||
	    (error = dbgshm__taken_past(
		 &taken->past, &taken->secrets, &taken->slots)) != 0)
		return (error);
	lay_out(taken);
	if ((taken->bytes = calloc(1, (size_t)taken->size)) == NULL)
		return (ENOMEM);
	return (put_all(taken));
}

int
dbgshm_reader_image(
    struct dbgshm_reader *reader, unsigned flags, void **bytes, size_t *size)
{
	struct taken taken = { .reader = reader };
	int error;

	DBGSHM_OBJ_CHECK(reader, DBGSHM_OBJ_READER);
	error = take(&taken, flags);
	dbgshm__view_free(taken.view);
	dbgshm__past_free(&taken.past);
	dbgshm__taken_secrets_free(&taken.secrets);
	free(taken.slots.bytes);
	if (error != 0) {
		free(taken.bytes);
		errno = error;
		return (-1);
	}
	*bytes = taken.bytes;
	*size = (size_t)taken.size;
	return (0);
}
