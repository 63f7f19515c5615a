/*
 * mirror_rings.c - events, in rings that are longer than those of the region.
 *
 * Records come with their numbers.  Those that are there already are left out; where
 * some are missing a pad says how many.
 */
#include "mirror.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_OFFSET 64
#define LONGER 16 /* times */

/* ---- logs --------------------------------------------------------------- */

static bool
makes_sense(const struct dbgshm_desc_log *record)
{
	return (record->ring_count >= 1 &&
	    record->ring_count <= DBGSHM_RINGS_MAX &&
	    record->ring_size >= DBGSHM_RING_SIZE_MIN &&
	    record->ring_size <= DBGSHM_RING_SIZE_MAX &&
	    (record->ring_size & (record->ring_size - 1)) == 0);
}

/* The most that there is room for, but not less than the region's. */
static void
place(struct dbgshm_mirror *mirror, struct mirror_log *log)
{
	uint64_t left = mirror_room(&mirror->image, DBGSHM_SECTION_RINGS) -
	    mirror->logs.used,
		 size = (uint64_t)log->ring_size * LONGER, need;

	if (size > DBGSHM_RING_SIZE_MAX)
		size = DBGSHM_RING_SIZE_MAX;
	for (; size >= log->ring_size; size /= 2) {
		need = log->ring_count * (sizeof(struct dbgshm_ring) + size);
		/* Others may come. */
		if (need > left / (size > log->ring_size ? 4 : 1))
			continue;
		log->size = (uint32_t)size;
		log->offset = mirror->logs.used;
		mirror->logs.used += need;
		return;
	}
}

static int
add_log(struct dbgshm_mirror *mirror, uint32_t offset,
    const struct dbgshm_desc_log *record)
{
	struct mirror_logs *logs = &mirror->logs;
	struct mirror_log *list, *log;

	if (logs->count == DBGSHM_LOGS_MAX || !makes_sense(record))
		return (0);
	list = realloc(logs->list, (logs->count + 1) * sizeof(*list));
	if (list == NULL)
		return (ENOMEM);
	logs->list = list;
	log = &list[logs->count];
	*log = (struct mirror_log){ .record = offset,
		.ring_count = record->ring_count,
		.ring_size = record->ring_size };
	log->rings = calloc(record->ring_count, sizeof(*log->rings));
	if (log->rings == NULL)
		return (ENOMEM);
	logs->count++;
	place(mirror, log);
	return (0);
}

/* Logs come by record, and are never moved. */
int
dbgshm__mirror_logs(struct dbgshm_mirror *mirror)
{
	const struct dbgshm_desc *head;
	const struct dbgshm_desc_log *record;
	struct mirror_log *log;
	size_t offset = FIRST_OFFSET, size, known = 0;
	int error;

	for (; offset + sizeof(*head) <= mirror->records_size; offset += size) {
		head = (const void *)(mirror->records + offset);
		size = head->size8 * (size_t)8;
		if (size < sizeof(*head) ||
		    size > mirror->records_size - offset)
			break;
		if (head->type != DBGSHM_DESC_LOG || size < sizeof(*record))
			continue;
		record = (const void *)head;
		log = known < mirror->logs.count ? &mirror->logs.list[known]
						 : NULL;
		if (log != NULL && log->record == offset) {
			if (log->ring_count != record->ring_count ||
			    log->ring_size != record->ring_size)
				return (EBADMSG);
			known++;
			continue;
		}
		if (log != NULL && log->record < offset)
			return (EBADMSG);
		if (log == NULL) {
			error = add_log(mirror, (uint32_t)offset, record);
			if (error != 0)
				return (error);
			known = mirror->logs.count;
		}
	}
	return (known == mirror->logs.count ? 0 : EBADMSG);
}

static size_t
find(const struct mirror_logs *logs, uint64_t record)
{
	size_t low = 0, high = logs->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (logs->list[middle].record < record)
			low = middle + 1;
		else
			high = middle;
	}
	return (low < logs->count && logs->list[low].record == record
		? low
		: SIZE_MAX);
}

const struct mirror_log *
dbgshm__mirror_log(const struct dbgshm_mirror *mirror, uint32_t record)
{
	size_t found = find(&mirror->logs, record);

	return (found == SIZE_MAX ? NULL : &mirror->logs.list[found]);
}

/* ---- records ------------------------------------------------------------ */

struct writing {
	struct mirror_ring *ring;
	unsigned char *words; /* of the ring */
	uint64_t count;	      /* of them */
};

/* Behind the newest one.  number: its own; a pad: of the one that follows. */
static void
put(struct writing *to, uint64_t word, const unsigned char *rest,
    uint32_t length, uint64_t number)
{
	struct mirror_ring *ring = to->ring;
	unsigned char *at =
	    to->words + (size_t)(ring->position % to->count) * sizeof(word);

	word &= ~(DBGSHM_RECORD_LENGTH_MASK |
	    DBGSHM_RECORD_LENGTH_MASK << DBGSHM_RECORD_BEFORE_SHIFT |
	    DBGSHM_RECORD_NUMBER_MASK << DBGSHM_RECORD_NUMBER_SHIFT);
	word |= length | (uint64_t)ring->length << DBGSHM_RECORD_BEFORE_SHIFT |
	    number << DBGSHM_RECORD_NUMBER_SHIFT;
	memcpy(at, &word, sizeof(word));
	if (length > 1)
		memcpy(
		    at + sizeof(word), rest, (length - 1) * sizeof(uint64_t));
	ring->position += length;
	ring->length = length;
}

/* None goes over the end of the ring. */
static void
put_whole(struct writing *to, uint64_t word, const unsigned char *rest,
    uint32_t length, uint64_t number)
{
	static const unsigned char zeros[DBGSHM_RECORD_WORDS_MAX * 8];
	uint64_t left = to->count - to->ring->position % to->count;

	if (left < length)
		put(to, 0, zeros, (uint32_t)left, to->ring->number);
	put(to, word, rest, length, number);
}

static void
put_missing(struct writing *to, uint64_t number)
{
	uint64_t missing = number - to->ring->number;

	/* Before the first one its number tells. */
	if (missing != 0 && to->ring->length != 0)
		put_whole(to,
		    (uint64_t)DBGSHM_PAD_MISSING
			<< DBGSHM_RECORD_SEVERITY_SHIFT,
		    (const unsigned char *)&missing, 2, number);
	to->ring->number = number;
}

/* Records from that number on; they have been looked at. */
static void
put_records(struct writing *to, uint64_t number, const struct piece_in *in)
{
	uint64_t word;
	size_t at = 0, length;

	for (; at < in->left; at += length * sizeof(word), number++) {
		memcpy(&word, in->bytes + at, sizeof(word));
		length = (size_t)(word & DBGSHM_RECORD_LENGTH_MASK);
		if (number < to->ring->number)
			continue;
		put_missing(to, number);
		put_whole(to, word, in->bytes + at + sizeof(word),
		    (uint32_t)length, number);
		to->ring->number = number + 1;
	}
}

void
dbgshm__mirror_events(struct dbgshm_mirror *mirror, struct piece_in *in)
{
	uint64_t record = 0, index = 0, number = 0, dropped = 0, thread = 0;
	struct dbgshm_ring head;
	struct mirror_log *log;
	struct mirror_ring *ring;
	unsigned char *at;
	size_t found;

	(void)dbgshm__piece_take(in, &record);
	(void)dbgshm__piece_take(in, &index);
	(void)dbgshm__piece_take(in, &number);
	(void)dbgshm__piece_take(in, &dropped);
	(void)dbgshm__piece_take(in, &thread);
	found = find(&mirror->logs, record);
	if (found == SIZE_MAX)
		return;
	log = &mirror->logs.list[found];
	if (index >= log->ring_count || log->size == 0)
		return;
	ring = &log->rings[index];
	at = mirror_section(&mirror->image, DBGSHM_SECTION_RINGS) +
	    log->offset + (size_t)index * (sizeof(head) + log->size);
	put_records(&(struct writing){ ring, at + sizeof(head),
			log->size / sizeof(uint64_t) },
	    number, in);
	if (ring->dropped < dropped)
		ring->dropped = dropped;
	ring->thread = thread;
	head = (struct dbgshm_ring){
		.limit = ring->position,
		.head = ring->position << DBGSHM_RING_HEAD_SHIFT | ring->length,
		.records = ring->number,
		.dropped = ring->dropped,
		.thread = thread,
	};
	memcpy(at, &head, sizeof(head));
}

void
dbgshm__mirror_logs_reset(struct dbgshm_mirror *mirror)
{
	size_t i;

	for (i = 0; i < mirror->logs.count; i++)
		free(mirror->logs.list[i].rings);
	free(mirror->logs.list);
	mirror->logs = (struct mirror_logs){ 0 };
}
