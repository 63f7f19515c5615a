/*
 * taken_rings.c - one event ring of an image.
 *
 * Records begin at position 0, one behind the other, so that nothing of what the
 * ring held before is between them.
 */
#include "taken.h"

#include <string.h>

#define HEAD_BITS                                                              \
	(DBGSHM_RECORD_LENGTH_MASK |                                           \
	    DBGSHM_RECORD_LENGTH_MASK << DBGSHM_RECORD_BEFORE_SHIFT)

/* The fields of a record but those that are secret, and nothing behind them;
 * their words. */
static size_t
tell_fields(const struct dbgshm_kind *kind, const uint64_t *from, size_t left,
    uint64_t *to)
{
	struct dbgshm_cell value;
	size_t need, put = 0, i;

	for (i = 0; kind != NULL && i < kind->field_count && left > 0; i++) {
		need =
		    dbgshm__event_value(&kind->fields[i], from, left, &value);
		if (need > left)
			need = left;
		if ((kind->fields[i].flags & DBGSHM_COLUMN_SECRET) != 0) {
			to[put++] = 0;
		} else {
			memcpy(to + put, from, need * sizeof(*to));
			put += need;
		}
		from += need;
		left -= need;
	}
	return (put);
}

size_t
dbgshm__taken_record(const struct dbgshm_schema *schema, bool withhold,
    const uint64_t *from, size_t before, uint64_t *to)
{
	size_t length = (size_t)(from[0] & DBGSHM_RECORD_LENGTH_MASK);

	if (withhold && !dbgshm__record_is_pad(*from))
		length = DBGSHM_RECORD_WORDS +
		    tell_fields(dbgshm__event_kind(schema, from),
			from + DBGSHM_RECORD_WORDS,
			length - DBGSHM_RECORD_WORDS, to + DBGSHM_RECORD_WORDS);
	else
		memcpy(to, from, length * sizeof(*to));
	to[0] = (from[0] & ~HEAD_BITS) | length |
	    (uint64_t)before << DBGSHM_RECORD_BEFORE_SHIFT;
	to[1] = from[1];
	return (length);
}

int
dbgshm__taken_ring(int descriptor, const struct dbgshm_view *view, size_t log,
    uint32_t ring, const struct taken_secrets *secrets, uint64_t *room,
    void *into)
{
	uint32_t size = view->schema.logs[log].ring_size;
	uint64_t offset = view->schema.log_places[log].data_offset +
	    (uint64_t)ring * (sizeof(struct dbgshm_ring) + size);
	struct dbgshm_ring head;
	struct dbgshm_records records;
	struct dbgshm_sink sink = { 0 };
	uint64_t at, length, *to = (void *)((char *)into + sizeof(head));
	const uint64_t *from;
	size_t before = 0, put = 0;
	int error;

	if ((error = dbgshm__ring_copy(descriptor, offset,
		 size / (uint32_t)sizeof(*to), 0, room, &records, &sink)) != 0)
		return (error);
	for (at = records.first; at < records.end; at += length) {
		from = records.words + (at - records.first);
		length = *from & DBGSHM_RECORD_LENGTH_MASK;
		if (dbgshm__record_is_pad(*from) &&
		    dbgshm__record_missing(from) == 0)
			continue;
		before = dbgshm__taken_record(
		    &view->schema, secrets->events, from, before, to + put);
		put += before;
	}
	if ((error = dbgshm__read(descriptor, &head, sizeof(head), offset)) !=
	    0)
		return (error);
	head = (struct dbgshm_ring){ .limit = put,
		.head = (uint64_t)put << DBGSHM_RING_HEAD_SHIFT | before,
		.records = records.next,
		.dropped = records.dropped,
		.thread = head.thread };
	memcpy(into, &head, sizeof(head));
	return (0);
}
