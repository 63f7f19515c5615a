/*
 * rings.c - one event ring, copied while its owner writes into it.
 *
 * Head, records, head again, each by a read of its own.  What lies below the
 * first head was whole when it was copied, unless the second head says that its
 * place has been given to newer records meanwhile.  From the newest record back
 * each one tells how long the one before it is, and bears a number that is one
 * less; where that chain breaks nothing older is believed.
 */
#include "view.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A record and the pad before it; both may have become one pad. */
#define APPEND_MAX (2 * DBGSHM_RECORD_WORDS_MAX)

struct walk {
	struct dbgshm_records *records;
	uint64_t offset; /* in the file: of the ring's first word */
	uint32_t words;	 /* of the ring */
	uint64_t lowest; /* positions below cannot be had */
	uint64_t from;	 /* position of words[0] */
	struct dbgshm_sink *sink;
};

static uint64_t
head_position(const struct dbgshm_ring *ring)
{
	return (ring->head >> DBGSHM_RING_HEAD_SHIFT);
}

/* The lowest position that these limits leave whole. */
static uint64_t
lowest(const struct dbgshm_ring *ring, uint32_t words)
{
	uint64_t limit = ring->limit;

	if (limit < head_position(ring))
		limit = head_position(ring);
	return (limit > words ? limit - words : 0);
}

static uint64_t
word_bits(uint64_t word, unsigned shift, uint64_t mask)
{
	return (word >> shift & mask);
}

/* The number with these low bits that is nearest to a count of records. */
static uint64_t
nearest(uint64_t low, uint64_t count)
{
	uint64_t half = (DBGSHM_RECORD_NUMBER_MASK + 1) / 2;
	uint64_t ahead = (low - count) & DBGSHM_RECORD_NUMBER_MASK;
	uint64_t behind = DBGSHM_RECORD_NUMBER_MASK + 1 - ahead;

	if (ahead < half)
		return (count + ahead);
	return (count >= behind ? count - behind : low);
}

static bool
broken(const struct walk *walk, uint64_t position, const char *what)
{
	dbgshm__fault(walk->sink,
	    walk->offset + position % walk->words * sizeof(uint64_t),
	    "event record at position %" PRIu64 ": %s", position, what);
	return (false);
}

/* Is there a record at this position, as long as the one after it says?  next:
 * number of that one; becomes the number of this one. */
static bool
is_record(
    const struct walk *walk, uint64_t position, uint64_t length, uint64_t *next)
{
	const uint64_t *record = walk->records->words + (position - walk->from);
	uint64_t word = *record;
	bool pad = dbgshm__record_is_pad(word);
	uint64_t number = *next - (pad ? 0 : 1);

	if ((word & DBGSHM_RECORD_LENGTH_MASK) != length)
		return (broken(walk, position, "another length than was told"));
	if (position % walk->words + length > walk->words)
		return (broken(walk, position, "goes over the ring's end"));
	if (!pad &&
	    (length < DBGSHM_RECORD_WORDS || length > DBGSHM_RECORD_WORDS_MAX))
		return (broken(walk, position, "too short or too long"));
	if (*next == 0 && !pad)
		return (broken(walk, position, "before the first one"));
	if (word_bits(
		word, DBGSHM_RECORD_NUMBER_SHIFT, DBGSHM_RECORD_NUMBER_MASK) !=
	    (number & DBGSHM_RECORD_NUMBER_MASK))
		return (broken(walk, position, "of another number"));
	if (pad && length == 2 && dbgshm__record_missing(record) != 0) {
		if (dbgshm__record_missing(record) > number)
			return (broken(walk, position, "more than there were"));
		number -= dbgshm__record_missing(record);
	}
	*next = number;
	return (true);
}

/* The number behind the record at this position. */
static uint64_t
number_behind(const struct walk *walk, uint64_t position, uint64_t count)
{
	uint64_t word = walk->records->words[position - walk->from];

	return (nearest((word_bits(word, DBGSHM_RECORD_NUMBER_SHIFT,
			     DBGSHM_RECORD_NUMBER_MASK) +
			    (dbgshm__record_is_pad(word) ? 0 : 1)) &
		DBGSHM_RECORD_NUMBER_MASK,
	    count));
}

/* Back from the head, as far as records follow upon each other. */
static void
walk_back(struct walk *walk, const struct dbgshm_ring *ring, uint64_t position)
{
	struct dbgshm_records *records = walk->records;
	uint64_t at = records->end, length, next = ring->records;

	length = ring->head & ((1u << DBGSHM_RING_HEAD_SHIFT) - 1);
	records->next = records->number = next;
	while (at > position && length > 0) {
		if (length > at - position || length > APPEND_MAX) {
			(void)broken(walk, at, "none of that length ends here");
			break;
		}
		if (at - length < walk->lowest) {
			records->overrun = at == records->end;
			break;
		}
		if (at == records->end)
			next = records->next =
			    number_behind(walk, at - length, ring->records);
		if (!is_record(walk, at - length, length, &next))
			break;
		at -= length;
		records->number = next;
		length = word_bits(records->words[at - walk->from],
		    DBGSHM_RECORD_BEFORE_SHIFT, DBGSHM_RECORD_LENGTH_MASK);
	}
	if (length == 0 && at > position)
		(void)broken(walk, at, "none before it, and there should be");
	records->words += at - walk->from;
	records->first = at;
}

/* The words from walk->from to records->end. */
static int
copy_words(int descriptor, const struct walk *walk, uint64_t *room)
{
	size_t count = (size_t)(walk->records->end - walk->from);
	size_t start = (size_t)(walk->from % walk->words);
	size_t part = walk->words - start;
	int error;

	if (part > count)
		part = count;
	error = dbgshm__read(descriptor, room, part * sizeof(*room),
	    walk->offset + start * sizeof(*room));
	if (error == 0 && part < count)
		error = dbgshm__read(descriptor, room + part,
		    (count - part) * sizeof(*room), walk->offset);
	return (error);
}

int
dbgshm__ring_copy(int descriptor, uint64_t offset, uint32_t words,
    uint64_t position, uint64_t *room, struct dbgshm_records *records,
    struct dbgshm_sink *sink)
{
	struct dbgshm_ring after, before;
	struct walk walk = {
		.records = records,
		.offset = offset + sizeof(before),
		.words = words,
		.sink = sink,
	};
	int error, try;

	for (try = 0; try < DBGSHM_TRIES; try++) {
		if ((error = dbgshm__read(
			 descriptor, &before, sizeof(before), offset)) != 0)
			return (error);
		memset(records, 0, sizeof(*records));
		records->dropped = before.dropped;
		records->next = records->number = before.records;
		records->first = records->end = head_position(&before);
		if (before.limit > records->end + APPEND_MAX)
			dbgshm__fault(sink, offset,
			    "an event ring whose limit is far away");
		if (records->end == position)
			return (0);
		if (position > records->end) {
			dbgshm__fault(sink, offset, "an event ring goes back");
			position = 0;
		}
		walk.from = lowest(&before, words);
		if (walk.from < position)
			walk.from = position;
		if (walk.from > records->end)
			walk.from = records->end;
		records->words = room;
		if ((error = copy_words(descriptor, &walk, room)) != 0 ||
		    (error = dbgshm__read(
			 descriptor, &after, sizeof(after), offset)) != 0)
			return (error);
		walk.lowest = lowest(&after, words);
		if (walk.lowest < walk.from)
			walk.lowest = walk.from;
		walk_back(&walk, &before, position);
		if (!records->overrun)
			break;
	}
	return (0);
}

/* ---- checking ------------------------------------------------------------ */

struct check {
	const struct dbgshm_schema *schema;
	bool changed; /* since: kinds may be missing in it */
	struct dbgshm_sink *sink;
};

/* A record can have fewer fields than its kind, or more; but none ends behind
 * it. */
static void
check_record(const struct check *check, const uint64_t *record, uint64_t offset)
{
	size_t length = (size_t)(record[0] & DBGSHM_RECORD_LENGTH_MASK);
	const struct dbgshm_kind *kind;
	struct dbgshm_cell value;
	size_t at, i;

	if (word_bits(record[0], DBGSHM_RECORD_SEVERITY_SHIFT,
		DBGSHM_RECORD_SEVERITY_MASK) >= DBGSHM_SEVERITY_COUNT)
		dbgshm__fault(
		    check->sink, offset, "event of no known severity");
	kind = dbgshm__event_kind(check->schema, record);
	if (kind == NULL) {
		if (!check->changed)
			dbgshm__fault(check->sink, offset,
			    "event of a kind that is not there");
		return;
	}
	for (at = DBGSHM_RECORD_WORDS, i = 0;
	     i < kind->field_count && at < length; i++)
		at += dbgshm__event_value(
		    &kind->fields[i], record + at, length - at, &value);
	if (at > length)
		dbgshm__fault(check->sink, offset,
		    "event of %zu words whose fields need %zu", length, at);
}

static int
check_ring(int descriptor, struct check *check, uint64_t offset, uint32_t words,
    uint64_t *room)
{
	struct dbgshm_records records;
	const uint64_t *record;
	uint64_t at, generation;
	int error;

	if ((error = dbgshm__ring_copy(descriptor, offset, words, 0, room,
		 &records, check->sink)) != 0 ||
	    (error = dbgshm__read(descriptor, &generation, sizeof(generation),
		 offsetof(struct dbgshm_header, schema_generation))) != 0)
		return (error);
	check->changed = generation != check->schema->generation;
	for (at = records.first; at < records.end;
	     at += *record & DBGSHM_RECORD_LENGTH_MASK) {
		record = records.words + (at - records.first);
		if (!dbgshm__record_is_pad(*record))
			check_record(check, record,
			    offset + sizeof(struct dbgshm_ring) +
				at % words * sizeof(*record));
	}
	return (0);
}

int
dbgshm__rings_check(
    int descriptor, const struct dbgshm_view *view, struct dbgshm_sink *sink)
{
	const struct dbgshm_schema *schema = &view->schema;
	struct check check = { .schema = schema, .sink = sink };
	uint64_t largest = 0, offset, *room, size;
	uint32_t ring;
	size_t i;
	int error = 0;

	if (schema->log_count == 0)
		return (0);
	for (i = 0; i < schema->log_count; i++)
		if (largest < schema->logs[i].ring_size)
			largest = schema->logs[i].ring_size;
	if ((room = dbgshm__room((size_t)largest)) == NULL)
		return (ENOMEM);
	for (i = 0; i < schema->log_count && error == 0; i++) {
		offset = schema->log_places[i].data_offset;
		size = schema->logs[i].ring_size;
		for (ring = 0; ring < schema->logs[i].ring_count && error == 0;
		     ring++) {
			error = check_ring(descriptor, &check, offset,
			    (uint32_t)(size / sizeof(*room)), room);
			offset += sizeof(struct dbgshm_ring) + size;
		}
	}
	free(room);
	return (error);
}
