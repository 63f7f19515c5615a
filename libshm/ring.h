/* ring.h - between those who write events and the rings. */
#ifndef RING_H
#define RING_H

#include "region.h"

/* dbgshm_event.word: what stands in records, and which fields have bytes. */
#define EVENT_WORD                                                             \
	(DBGSHM_RECORD_SEVERITY_MASK << DBGSHM_RECORD_SEVERITY_SHIFT |         \
	    DBGSHM_RECORD_EVENT_MASK << DBGSHM_RECORD_EVENT_SHIFT)
#define EVENT_TEXTS (UINT64_C(1) << 63)
#define EVENT_BLOBS_SHIFT 40

static inline unsigned
event_texts(struct dbgshm_event event)
{
	return ((event.word & EVENT_TEXTS) == 0 ? 0 : event.word & 0xffff);
}

static inline unsigned
event_blobs(struct dbgshm_event event)
{
	return ((event.word & EVENT_TEXTS) == 0
		? 0
		: event.word >> EVENT_BLOBS_SHIFT & 0xffff);
}

/* One that is being written. */
struct event_record {
	struct dbgshm__ring *ring;
	uint64_t *words;
	uint64_t length; /* in words */
	bool own;	 /* the ring is of this thread alone */
};

bool dbgshm__record_take(struct event_log *, size_t length, struct event_record *);
void dbgshm__record_begin(
    const struct event_record *, uint64_t word, uint64_t stamp);
void dbgshm__record_give(const struct event_record *);
uint32_t dbgshm__ring_name(uint32_t shard); /* tid of its owner, 0 unknown */
void dbgshm__rings_forked(void);

#endif
