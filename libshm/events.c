/*
 * events.c - follows all event logs of a region, merged by time.
 *
 * A poll takes from each ring what is new and whole into a queue of its own.  A
 * heap of these queues gives the events by their stamps; those that are younger
 * than the frame wait for the next poll, because another thread's ring may have
 * been looked at just before it got an older one.  Nothing waits twice, and
 * nothing waits when the writer is dead.
 */
#include "obj.h"
#include "view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define READER(reader) DBGSHM_OBJ_CHECK(reader, DBGSHM_OBJ_READER)
#define EVENTS(events) DBGSHM_OBJ_CHECK(events, DBGSHM_OBJ_EVENTS)

/* In a queue before each record: its number, and how many are missing. */
#define QUEUE_NUMBER 0
#define QUEUE_LOST 1
#define QUEUE_RECORD 2

#define FOLLOWED_MAX (2 * DBGSHM_LOGS_MAX) /* logs, there or gone */
#define GONE SIZE_MAX			   /* in place of the index of a log */

struct ring {
	uint64_t offset; /* in the file: of its head */
	uint32_t words;
	uint32_t index;	   /* in its log */
	size_t log;	   /* index in the schema, or GONE */
	uint64_t position; /* behind the newest record that was copied */
	uint64_t number;   /* of the next one */
	uint64_t dropped;  /* of which we know */
	uint64_t lost;	   /* before the next one */
	bool early;	   /* its oldest event has to wait */
	uint64_t *queue;   /* words first to end */
	size_t first, end, room;
	size_t old; /* what begins before has waited for a poll */
};

/* A log, to find its rings again in another schema. */
struct followed {
	uint32_t desc_offset;
	uint64_t data_offset;
	uint32_t ring_count, ring_size;
	size_t ring; /* index of its first */
	bool moved;  /* it is in the next list already */
};

struct dbgshm_events {
	uint64_t magic;
	struct dbgshm_reader *reader;
	uint64_t renewals;     /* of the reader, when the rings were listed */
	struct followed *logs; /* by desc_offset */
	size_t log_count;
	struct ring *rings;
	size_t ring_count;
	uint32_t *heap; /* rings with events, the next one on top */
	size_t heap_count;
	uint64_t *room;	     /* for the words of one ring */
	uint64_t generation; /* of the schema, after all was copied */
	uint64_t lost;
	bool lives;
	struct dbgshm_event_info info;
	struct dbgshm_cell values[DBGSHM_FIELDS_MAX];
};

static const uint64_t *
front(const struct ring *ring)
{
	return (ring->queue + ring->first + QUEUE_RECORD);
}

static size_t
record_length(const uint64_t *record)
{
	return ((size_t)(record[0] & DBGSHM_RECORD_LENGTH_MASK));
}

/* ---- the heap ---------------------------------------------------------- */

/* Does the event of one ring come before that of the other? */
static bool
is_before(const struct dbgshm_events *events, uint32_t one, uint32_t other)
{
	const struct ring *a = &events->rings[one], *b = &events->rings[other];

	if (a->early != b->early)
		return (b->early);
	if (front(a)[1] != front(b)[1])
		return (front(a)[1] < front(b)[1]);
	return (one < other);
}

static void
sift_down(struct dbgshm_events *events, size_t at)
{
	uint32_t *heap = events->heap, moved = heap[at];
	size_t child;

	while ((child = 2 * at + 1) < events->heap_count) {
		if (child + 1 < events->heap_count &&
		    is_before(events, heap[child + 1], heap[child]))
			child++;
		if (!is_before(events, heap[child], moved))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = moved;
}

/* Whether the oldest event of a ring that has some must wait. */
static void
judge(const struct dbgshm_events *events, struct ring *ring)
{
	ring->early = events->lives && ring->first >= ring->old &&
	    dbgshm_reader_stamp_ns(events->reader, front(ring)[1]) >
		dbgshm_reader_now_ns(events->reader);
}

static void
make_heap(struct dbgshm_events *events)
{
	size_t i;

	events->heap_count = 0;
	for (i = 0; i < events->ring_count; i++)
		if (events->rings[i].first < events->rings[i].end) {
			judge(events, &events->rings[i]);
			events->heap[events->heap_count++] = (uint32_t)i;
		}
	for (i = events->heap_count / 2; i-- > 0;)
		sift_down(events, i);
}

/* The event on top has been handed out. */
static void
pop(struct dbgshm_events *events)
{
	struct ring *ring = &events->rings[events->heap[0]];

	ring->first += QUEUE_RECORD + record_length(front(ring));
	if (ring->first < ring->end)
		judge(events, ring);
	else
		events->heap[0] = events->heap[--events->heap_count];
	if (events->heap_count > 0)
		sift_down(events, 0);
}

/* ---- taking from rings -------------------------------------------------- */

static void
lose(struct dbgshm_events *events, struct ring *ring, uint64_t now,
    uint64_t before)
{
	if (now <= before)
		return;
	ring->lost += now - before;
	events->lost += now - before;
}

/* Puts records behind those that wait in the queue; pads are left out. */
static int
append(struct dbgshm_events *events, struct ring *ring,
    const struct dbgshm_records *records)
{
	size_t count = (size_t)(records->end - records->first);
	size_t at, length, need = ring->end + 2 * count;
	uint64_t number = records->number, missing, *to;

	if (need > ring->room) {
		to = realloc(ring->queue, need * sizeof(*to));
		if (to == NULL)
			return (ENOMEM);
		ring->queue = to;
		ring->room = need;
	}
	for (at = 0; at < count; at += length) {
		length = record_length(records->words + at);
		if (dbgshm__record_is_pad(records->words[at])) {
			missing = dbgshm__record_missing(records->words + at);
			lose(events, ring, missing, 0);
			number += missing;
			continue;
		}
		to = ring->queue + ring->end;
		to[QUEUE_NUMBER] = number++;
		to[QUEUE_LOST] = ring->lost;
		ring->lost = 0;
		memcpy(to + QUEUE_RECORD, records->words + at,
		    length * sizeof(*to));
		ring->end += QUEUE_RECORD + length;
	}
	return (0);
}

static int
collect(struct dbgshm_events *events, struct ring *ring)
{
	struct dbgshm_records records;
	struct dbgshm_sink sink = { 0 };
	int error;

	ring->end -= ring->first;
	if (ring->first > 0 && ring->end > 0)
		memmove(ring->queue, ring->queue + ring->first,
		    ring->end * sizeof(*ring->queue));
	ring->first = 0;
	ring->old = ring->end;
	/* Nobody takes them: then they grow old in the ring.  But all that one
	 * poll can find may wait, with two words more for each of at least two:
	 * the last poll of a dead writer's ring takes the rest. */
	if (ring->end > 2 * (size_t)ring->words)
		return (0);
	error = dbgshm__ring_copy(events->reader->descriptor, ring->offset,
	    ring->words, ring->position, events->room, &records, &sink);
	if (error != 0)
		return (error);
	/* What has been overwritten meanwhile is followed by more. */
	if (records.overrun && events->lives)
		return (0);
	lose(events, ring, records.dropped, ring->dropped);
	ring->dropped = records.dropped;
	if (records.end == ring->position)
		return (0);
	lose(events, ring, records.number, ring->number);
	ring->position = records.end;
	ring->number = records.next;
	if ((error = append(events, ring, &records)) != 0)
		lose(events, ring, records.next, records.number);
	return (error);
}

/* ---- the list of rings --------------------------------------------------- */

static int
compare_logs(const void *one, const void *other)
{
	const struct followed *a = one, *b = other;

	return ((a->desc_offset > b->desc_offset) -
	    (a->desc_offset < b->desc_offset));
}

static int
make_room(struct dbgshm_events *made, size_t logs, size_t rings, size_t words)
{
	made->logs = calloc(logs + 1, sizeof(*made->logs));
	made->rings = calloc(rings + 1, sizeof(*made->rings));
	made->heap = calloc(rings + 1, sizeof(*made->heap));
	made->room = dbgshm__room(words * sizeof(uint64_t));
	return (made->logs != NULL && made->rings != NULL &&
		    made->heap != NULL && made->room != NULL
		? 0
		: ENOMEM);
}

/* What nobody will be told of any more. */
static void
drop_queue(struct dbgshm_events *events, struct ring *ring)
{
	for (; ring->first < ring->end;
	     ring->first += QUEUE_RECORD + record_length(front(ring)))
		events->lost++;
	free(ring->queue);
	ring->queue = NULL;
	ring->first = ring->end = ring->old = ring->room = 0;
}

static void
free_rings(struct dbgshm_events *events)
{
	size_t i;

	for (i = 0; events->rings != NULL && i < events->ring_count; i++)
		drop_queue(events, &events->rings[i]);
	free(events->rings);
	free(events->logs);
	free(events->heap);
	free(events->room);
}

/* A log that was followed already goes on where it was. */
static void
take_over(struct dbgshm_events *events, const struct followed *log,
    struct ring *rings)
{
	struct followed *known = NULL;
	uint32_t i;

	if (events->log_count > 0)
		known = bsearch(log, events->logs, events->log_count,
		    sizeof(*log), compare_logs);
	if (known == NULL || known->data_offset != log->data_offset ||
	    known->ring_count != log->ring_count ||
	    known->ring_size != log->ring_size)
		return;
	known->moved = true;
	for (i = 0; i < log->ring_count; i++) {
		rings[i] = events->rings[known->ring + i];
		events->rings[known->ring + i] = (struct ring){ 0 };
	}
}

static void
list_log(struct dbgshm_events *events, struct dbgshm_events *made, size_t index)
{
	const struct dbgshm_schema *schema = &events->reader->view->schema;
	const struct dbgshm_log_info *info = &schema->logs[index];
	struct followed *log = &made->logs[made->log_count++];
	struct ring *ring = &made->rings[made->ring_count];
	uint32_t i;

	log->desc_offset = schema->log_places[index].desc_offset;
	log->data_offset = schema->log_places[index].data_offset;
	log->ring_count = info->ring_count;
	log->ring_size = info->ring_size;
	log->ring = made->ring_count;
	take_over(events, log, ring);
	for (i = 0; i < info->ring_count; i++, ring++) {
		ring->words = info->ring_size / sizeof(uint64_t);
		ring->offset = log->data_offset +
		    i * (sizeof(struct dbgshm_ring) + info->ring_size);
		ring->index = i;
		ring->log = index;
	}
	made->ring_count += info->ring_count;
}

/* A log whose profile is gone may come back, and goes on then. */
static void
remember(struct dbgshm_events *events, struct dbgshm_events *made,
    const struct followed *log)
{
	struct ring *ring = &events->rings[log->ring];
	uint32_t i;

	made->logs[made->log_count] = *log;
	made->logs[made->log_count++].ring = made->ring_count;
	for (i = 0; i < log->ring_count; i++, ring++) {
		drop_queue(events, ring);
		ring->log = GONE;
		made->rings[made->ring_count++] = *ring;
	}
}

/* All rings of the schema that the reader has now, and what is known of them. */
static int
list_rings(struct dbgshm_events *events)
{
	const struct dbgshm_schema *schema = &events->reader->view->schema;
	struct dbgshm_events made = *events;
	size_t i, rings = events->ring_count, words = 1;
	int error;

	for (i = 0; i < schema->log_count; i++) {
		rings += schema->logs[i].ring_count;
		if (words < schema->logs[i].ring_size / sizeof(uint64_t))
			words = schema->logs[i].ring_size / sizeof(uint64_t);
	}
	made.log_count = made.ring_count = 0;
	error = make_room(
	    &made, schema->log_count + events->log_count, rings, words);
	if (error != 0) {
		free_rings(&made);
		return (error);
	}
	for (i = 0; i < schema->log_count; i++)
		list_log(events, &made, i);
	for (i = 0; i < events->log_count; i++)
		if (!events->logs[i].moved && made.log_count < FOLLOWED_MAX)
			remember(events, &made, &events->logs[i]);
	qsort(made.logs, made.log_count, sizeof(*made.logs), compare_logs);
	free_rings(events);
	made.lost = events->lost;
	made.renewals = events->reader->renewals;
	*events = made;
	make_heap(events);
	return (0);
}

/* ---- what a program calls ------------------------------------------------ */

int
dbgshm_events_open(struct dbgshm_reader *reader, struct dbgshm_events **events)
{
	struct dbgshm_events *made;
	int error;

	READER(reader);
	if ((made = calloc(1, sizeof(*made))) == NULL)
		return (-1);
	made->magic = DBGSHM_OBJ_EVENTS;
	made->reader = reader;
	if ((error = list_rings(made)) != 0) {
		dbgshm_events_close(made);
		errno = error;
		return (-1);
	}
	*events = made;
	return (0);
}

int
dbgshm_events_poll(struct dbgshm_events *events)
{
	struct dbgshm_reader *reader;
	int error = 0, one;
	size_t i;

	EVENTS(events);
	reader = events->reader;
	/* Asked first: what a dead writer left is all there will be. */
	events->lives = !dbgshm__is_image(&dbgshm__frame(reader)->header) &&
	    dbgshm__reader_writer(reader, &dbgshm__frame(reader)->header);
	if (events->renewals != reader->renewals)
		error = list_rings(events);
	for (i = 0; error != ENOMEM && i < events->ring_count; i++)
		if (events->rings[i].log != GONE &&
		    (one = collect(events, &events->rings[i])) != 0)
			error = one;
	one = dbgshm__read(reader->descriptor, &events->generation,
	    sizeof(events->generation),
	    offsetof(struct dbgshm_header, schema_generation));
	make_heap(events);
	if (error == 0)
		error = one;
	if (error == 0)
		return (0);
	errno = error;
	return (-1);
}

const struct dbgshm_event_info *
dbgshm_events_next(struct dbgshm_events *events)
{
	const struct dbgshm_schema *schema;
	const struct dbgshm_kind *kind;
	const uint64_t *record;
	const struct ring *ring;

	EVENTS(events);
	if (events->renewals != events->reader->renewals &&
	    list_rings(events) != 0)
		return (NULL);
	if (events->heap_count == 0)
		return (NULL);
	ring = &events->rings[events->heap[0]];
	if (ring->early)
		return (NULL);
	schema = &events->reader->view->schema;
	record = front(ring);
	kind = dbgshm__event_kind(schema, record);
	/* Perhaps it is younger than the schema that we have. */
	if (kind == NULL && ring->first >= ring->old &&
	    events->generation != schema->generation)
		return (NULL);
	events->info.log = ring->log;
	events->info.ring = ring->index;
	events->info.number = ring->queue[ring->first + QUEUE_NUMBER];
	events->info.lost = ring->queue[ring->first + QUEUE_LOST];
	dbgshm__event_tell(
	    events->reader, record, kind, events->values, &events->info);
	pop(events);
	return (&events->info);
}

uint64_t
dbgshm_events_lost(const struct dbgshm_events *events)
{
	EVENTS(events);
	return (events->lost);
}

void
dbgshm_events_close(struct dbgshm_events *events)
{
	if (events == NULL)
		return;
	EVENTS(events);
	free_rings(events);
	DBGSHM_OBJ_END(events);
	free(events);
}
