/*
 * events.h - the event log of a program: what happened, in which order.
 *
 *	log = dbgshm_log_create(profile, NULL);
 *	dbgshm_event_create(log, &(struct dbgshm_event_kind){ "lost_peer",
 *	    "peer {peer} lost after {bytes}", DBGSHM_SEVERITY_WARN,
 *	    fields, 2 }, &lost_peer);
 *	dbgshm_event_record(log, lost_peer, values, 2);
 *	dbgshm_log_printf(log, DBGSHM_SEVERITY_INFO, "%u workers", n);
 *
 * Each thread writes into a ring of its own and overwrites its oldest events.
 * Nothing is formatted here: readers make the text.  The log survives the
 * program's death.  Recording as in writer.h: no lock, no allocation, no system
 * call, any thread, any signal handler.  An event that a signal handler records
 * in the middle of another one of its own thread is dropped and counted, and
 * so is one that meets another thread in the shared ring of threads without
 * their own.  A signal handler that jumps out of an interrupted recording call
 * leaves the ring taken: all later events of its thread are dropped, until the
 * thread ends.
 */
#ifndef DBGSHM_EVENTS_H
#define DBGSHM_EVENTS_H

#include <dbgshm/writer.h>

#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dbgshm_log;

/* Zero means the default. */
struct dbgshm_log_options {
	uint32_t rings;	    /* with the shared one; default 5, at most the
			       number of shards + 1 */
	uint32_t ring_size; /* bytes a ring, rounded up to a power of two from
			       2 KiB to 16 MiB; default 8 KiB */
};

struct dbgshm_log *dbgshm_log_create(
    struct dbgshm_profile *profile, const struct dbgshm_log_options *options);
	/* One a profile.  NULL and errno as dbgshm_table_create(), EEXIST when
	 * the profile has one.  Only in a process's own region: ENOTSUP. */

struct dbgshm_event_kind {
	const char *name; /* [a-z0-9_.-]+ */
	const char *text; /* for people; {field} stands for its value */
	uint8_t severity; /* DBGSHM_SEVERITY_* */
	const struct dbgshm_column *fields; /* width and flags but SECRET do not
					       matter */
	size_t field_count;		    /* at most 16 */
};

/* Zero is valid and records nothing. */
struct dbgshm_event {
	uint64_t word; /* severity and number, as in a record; bit 63: it has
			  texts, then bits 0..15 and 40..55 say which fields
			  are TEXT and BLOB */
};

int dbgshm_event_create(struct dbgshm_log *log,
    const struct dbgshm_event_kind *kind, struct dbgshm_event *event);
	/* -1 and errno as dbgshm_counter_create(). */

/* A value of a field. */
union dbgshm_field {
	uint64_t u; /* COUNTER GAUGE TIME DURATION ENUM BOOL REFERENCE */
	int64_t i;  /* SIGNED */
	double d;   /* FLOAT */
	const char *text; /* TEXT */
};

void dbgshm_event_record(struct dbgshm_log *log, struct dbgshm_event event,
    const union dbgshm_field *values, size_t count);
	/* The fields of its kind, in order; missing ones are zero or empty, a
	 * text is cut so that the record fits 1 KiB.  BLOB fields: empty. */

/* Compiled into programs: see FORMAT.md, "What programs carry". */
struct dbgshm__ring {
	uint64_t next;		    /* address of the next record; more by
				       DBGSHM__RING_BUSY while one is written */
	uint64_t end;		    /* behind the last word of the ring */
	struct dbgshm_ring *shared; /* where readers look */
	uint64_t before;	    /* length of the newest record, shifted */
	uint64_t reserved[4];
};
#define DBGSHM__RING_BUSY (UINT64_C(1) << 30)

struct dbgshm_log { /* what programs see of it */
	struct dbgshm__ring *rings[DBGSHM_RINGS_MAX]; /* by shard */
};

void dbgshm__event_append(struct dbgshm_log *log, struct dbgshm_event event,
    uint64_t stamp, const uint64_t *words, size_t count) DBGSHM__COLD;

/* Words of a record, without a loop where the count is a constant up to 8. */
#define DBGSHM__EACH_WORD(count, put)                                          \
	do {                                                                   \
		size_t i;                                                      \
		if ((count) > 0)                                               \
			put(0);                                                \
		if ((count) > 1)                                               \
			put(1);                                                \
		if ((count) > 2)                                               \
			put(2);                                                \
		if ((count) > 3)                                               \
			put(3);                                                \
		if ((count) > 4)                                               \
			put(4);                                                \
		if ((count) > 5)                                               \
			put(5);                                                \
		if ((count) > 6)                                               \
			put(6);                                                \
		if ((count) > 7)                                               \
			put(7);                                                \
		for (i = 8; i < (count); i++)                                  \
			put(i);                                                \
	} while (0)

static inline __attribute__((always_inline)) void
dbgshm__event_refused(struct dbgshm_log *log, struct dbgshm_event event,
    uint64_t stamp, const uint64_t *words, size_t count)
	/* A copy, so that the caller's words can stay in registers. */
{
	uint64_t copy[DBGSHM_FIELDS_MAX];

	if (count > DBGSHM_FIELDS_MAX)
		count = DBGSHM_FIELDS_MAX;
#define DBGSHM__COPY(i) dbgshm__store_relaxed(copy + (i), words[i])
	DBGSHM__EACH_WORD(count, DBGSHM__COPY);
#undef DBGSHM__COPY
	dbgshm__event_append(log, event, stamp, copy, count);
}

static inline __attribute__((always_inline)) void
dbgshm_event_words(struct dbgshm_log *log, struct dbgshm_event event,
    uint64_t stamp, const uint64_t *words, size_t count)
	/*
	 * The fast form for kinds without text, inline: as many words as the
	 * kind has fields, at most 16.  stamp: dbgshm_now(), or one that the
	 * caller has already.  log: the one of the event.
	 */
{
	uint64_t length = DBGSHM_RECORD_WORDS + count, end, *record;
	struct dbgshm__ring *ring;
	struct dbgshm_ring *shared;

	/* Zero, or one with texts: not for here. */
	if (DBGSHM__UNLIKELY(
		(int64_t)event.word <= 0 || count > DBGSHM_FIELDS_MAX)) {
		if (event.word != 0)
			dbgshm__event_refused(log, event, stamp, words, count);
		return;
	}
	ring = log->rings[dbgshm__thread.ring];
	/* Taken by one addition: a signal handler of this thread comes before
	 * it and leaves nothing behind, or after it and goes away. */
	end = dbgshm__fetch_add_own(&ring->next, DBGSHM__RING_BUSY) +
	    length * sizeof(uint64_t);
	if (DBGSHM__UNLIKELY(end > ring->end)) {
		dbgshm__add_own(&ring->next, -DBGSHM__RING_BUSY);
		dbgshm__event_refused(log, event, stamp, words, count);
		return;
	}
	shared = ring->shared;
	dbgshm__add_own(&shared->limit, length);
	record = (uint64_t *)(uintptr_t)end - length;
	dbgshm__store_release(record,
	    (dbgshm__load_relaxed(&shared->records)
		    << DBGSHM_RECORD_NUMBER_SHIFT |
		ring->before) +
		event.word + length);
	dbgshm__store_release(record + 1, stamp);
#define DBGSHM__PUT(i) dbgshm__store_release(record + 2 + (i), words[i])
	DBGSHM__EACH_WORD(count, DBGSHM__PUT);
#undef DBGSHM__PUT
	dbgshm__store_release(&shared->head,
	    dbgshm__load_relaxed(&shared->limit) << DBGSHM_RING_HEAD_SHIFT |
		length);
	dbgshm__add_own(&shared->records, 1);
	ring->before = length << DBGSHM_RECORD_BEFORE_SHIFT;
	dbgshm__store_release(&ring->next, end);
}

void dbgshm_log_printf(struct dbgshm_log *log, uint8_t severity,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
void dbgshm_log_vprintf(struct dbgshm_log *log, uint8_t severity,
    const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));
	/*
	 * A message of at most 480 bytes.  Understands d i u x X o c s p m %
	 * with all flags, width and precision (* too), and the lengths hh h l
	 * ll z j t; %m is the text of errno's number.  Floating point and wide
	 * characters are copied as they stand, like "%.2f".  Recording: errno
	 * is read and stays.
	 */

#ifdef __cplusplus
}
#endif
#endif
