/*
 * feed_rings.c - tells of the events that are new in each ring.
 *
 * Records go without their places in the ring and without pads: the mirror has
 * rings of its own.
 */
#include "feeder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Rings of threads that there can not have been yet have nothing in them. */
static bool
is_used(const struct dbgshm_feed *feed, const struct feed_ring *ring)
{
	return (ring->index < feed->header.shards_ready ||
	    dbgshm__is_image(&feed->header));
}

static void
take_over(struct feed_ring *ring, const struct feed_rings *from)
{
	size_t i;

	for (i = 0; i < from->count; i++)
		if (from->list[i].log == ring->log &&
		    from->list[i].index == ring->index &&
		    from->list[i].offset == ring->offset &&
		    from->list[i].words == ring->words)
			*ring = from->list[i];
}

static void
list_log(const struct dbgshm_schema *schema, size_t log,
    struct feed_rings *rings, const struct feed_rings *from)
{
	struct feed_ring *ring;
	uint32_t i;

	for (i = 0; i < schema->logs[log].ring_count; i++) {
		ring = &rings->list[rings->count++];
		*ring = (struct feed_ring){
			.log = schema->log_places[log].desc_offset,
			.index = i,
			.words = schema->logs[log].ring_size /
			    (uint32_t)sizeof(uint64_t),
			.offset = schema->log_places[log].data_offset +
			    i *
				(sizeof(struct dbgshm_ring) +
				    (uint64_t)schema->logs[log].ring_size),
		};
		if (rings->words < ring->words)
			rings->words = ring->words;
		take_over(ring, from);
	}
}

/* A log that has been removed may come back: it stays in the list. */
static void
keep_others(struct feed_rings *rings, const struct feed_rings *from)
{
	size_t i, j, count = rings->count;

	for (i = 0; i < from->count; i++) {
		for (j = 0; j < count; j++)
			if (rings->list[j].log == from->list[i].log &&
			    rings->list[j].index == from->list[i].index)
				break;
		if (j == count)
			rings->list[rings->count++] = from->list[i];
	}
}

int
dbgshm__feed_rings_list(struct dbgshm_feed *feed)
{
	const struct dbgshm_schema *schema = &feed->reader->view->schema;
	struct feed_rings made = { .words = feed->rings.words };
	size_t i, count = feed->rings.count;

	for (i = 0; i < schema->log_count; i++)
		count += schema->logs[i].ring_count;
	if ((made.list = calloc(count + 1, sizeof(*made.list))) == NULL)
		return (ENOMEM);
	for (i = 0; i < schema->log_count; i++)
		list_log(schema, i, &made, &feed->rings);
	keep_others(&made, &feed->rings);
	/* One record more: a told one can be longer, when fields are missing. */
	made.room = dbgshm__room(
	    (size_t)(made.words + DBGSHM_RECORD_WORDS_MAX) * sizeof(uint64_t));
	if (made.room == NULL) {
		free(made.list);
		return (ENOMEM);
	}
	free(feed->rings.list);
	free(feed->rings.room);
	feed->rings = made;
	return (0);
}

/* Is a kind of events that nobody knows just younger than what we know? */
static bool
is_younger(const struct dbgshm_feed *feed, const uint64_t *record)
{
	const struct dbgshm_schema *schema = &feed->reader->view->schema;
	uint64_t generation;

	return (feed->secrets.events &&
	    dbgshm__event_kind(schema, record) == NULL &&
	    (dbgshm__read(dbgshm__feed_descriptor(feed), &generation,
		 sizeof(generation),
		 offsetof(struct dbgshm_header, schema_generation)) != 0 ||
		generation != schema->generation));
}

static void
begin_part(struct dbgshm_feed *feed, const struct feed_ring *ring)
{
	struct piece_out *out = &feed->out;

	dbgshm__piece_begin(out, DBGSHM_PART_EVENTS);
	dbgshm__piece_number(out, ring->log);
	dbgshm__piece_number(out, ring->index);
	dbgshm__piece_number(out, ring->number);
	dbgshm__piece_number(out, ring->dropped);
	dbgshm__piece_number(out, ring->thread);
}

/* Runs of records without a gap, each a part.  One at least: it tells of drops. */
static void
tell_records(struct dbgshm_feed *feed, struct feed_ring *ring,
    const struct dbgshm_records *records)
{
	const struct dbgshm_schema *schema = &feed->reader->view->schema;
	uint64_t told[DBGSHM_RECORD_WORDS_MAX + DBGSHM_FIELDS_MAX];
	const uint64_t *record;
	uint64_t at = records->first, missing;
	size_t size;

	ring->number = records->number;
	begin_part(feed, ring);
	for (; at < records->end; at += *record & DBGSHM_RECORD_LENGTH_MASK) {
		record = records->words + (at - records->first);
		if (dbgshm__record_is_pad(*record)) {
			if ((missing = dbgshm__record_missing(record)) == 0)
				continue;
			dbgshm__piece_end(&feed->out);
			ring->number += missing;
			begin_part(feed, ring);
			continue;
		}
		if (is_younger(feed, record))
			break;
		size = dbgshm__taken_record(
		    schema, feed->secrets.events, record, 0, told);
		dbgshm__piece_bytes(&feed->out, told, size * sizeof(*told));
		ring->number++;
	}
	dbgshm__piece_end(&feed->out);
	ring->position = at;
}

static int
tell_ring(struct dbgshm_feed *feed, struct feed_ring *ring)
{
	struct dbgshm_records records;
	struct dbgshm_sink sink = { 0 };
	struct dbgshm_ring head;
	int error;

	error = dbgshm__read(
	    dbgshm__feed_descriptor(feed), &head, sizeof(head), ring->offset);
	if (error != 0)
		return (error);
	if (head.head >> DBGSHM_RING_HEAD_SHIFT == ring->position &&
	    head.dropped == ring->dropped && ring->known)
		return (0);
	if (!ring->known && head.head == 0 && head.dropped == 0)
		return (0); /* nothing in it yet */
	error = dbgshm__ring_copy(dbgshm__feed_descriptor(feed), ring->offset,
	    ring->words, ring->position, feed->rings.room, &records, &sink);
	/* What has been overwritten meanwhile is followed by more. */
	if (error != 0 || (records.overrun && feed->writer))
		return (error);
	ring->dropped = records.dropped;
	ring->thread = head.thread;
	ring->known = true;
	tell_records(feed, ring, &records);
	return (0);
}

int
dbgshm__feed_rings_tell(struct dbgshm_feed *feed)
{
	size_t i;
	int error = 0;

	for (i = 0; i < feed->rings.count && error == 0; i++)
		if (is_used(feed, &feed->rings.list[i]))
			error = tell_ring(feed, &feed->rings.list[i]);
	return (error);
}

void
dbgshm__feed_rings_reset(struct dbgshm_feed *feed)
{
	free(feed->rings.list);
	free(feed->rings.room);
	feed->rings = (struct feed_rings){ 0 };
}
