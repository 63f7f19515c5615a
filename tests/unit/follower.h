/*
 * follower.h - follows the events of a writer and adds up: each is shown once,
 * in the order of the thread that wrote it, or counted as lost.
 */
#ifndef FOLLOWER_H
#define FOLLOWER_H

#include "child.h"

#include <dbgshm/reader.h>

#include <stdint.h>
#include <string.h>

#define FOLLOWER_WRITERS 16
#define FOLLOWER_RINGS 64

struct follower {
	struct dbgshm_reader *reader;
	struct dbgshm_events *events;
	uint64_t shown, lost;		     /* of all */
	uint64_t writers[FOLLOWER_WRITERS];  /* shown of each */
	uint64_t behind[FOLLOWER_WRITERS];   /* its last event, plus one */
	uint64_t number[FOLLOWER_RINGS];     /* the next one to come */
};

static inline bool
follower_open(struct follower *follower, pid_t pid)
{
	char path[256];

	memset(follower, 0, sizeof(*follower));
	if (!region_file(pid, false, path, sizeof(path)))
		return (false);
	CHECK(dbgshm_reader_open(path, &follower->reader, NULL) == 0);
	CHECK(dbgshm_reader_refresh(follower->reader) == 0);
	CHECK(dbgshm_events_open(follower->reader, &follower->events) == 0);
	return (true);
}

/* One event: its fields are who wrote it and, from 0, which one it is. */
static inline void
follower_take(struct follower *follower, const struct dbgshm_event_info *event)
{
	uint64_t who, what;

	CHECK(event->field_count == 2);
	who = event->values[0].u;
	what = event->values[1].u;
	CHECK(who < FOLLOWER_WRITERS && event->ring < FOLLOWER_RINGS);
	/* Once, and in order. */
	CHECK(what >= follower->behind[who]);
	follower->behind[who] = what + 1;
	CHECK(event->number >= follower->number[event->ring]);
	/* What is missing before it was lost, and that was said. */
	CHECK(event->number - follower->number[event->ring] <= event->lost);
	follower->number[event->ring] = event->number + 1;
	follower->writers[who]++;
	follower->shown++;
	follower->lost += event->lost;
}

/* Everything that is new. */
static inline void
follower_poll(struct follower *follower)
{
	const struct dbgshm_event_info *event;

	CHECK(dbgshm_reader_refresh(follower->reader) == 0);
	CHECK(dbgshm_events_poll(follower->events) == 0);
	while ((event = dbgshm_events_next(follower->events)) != NULL)
		follower_take(follower, event);
	CHECK(follower->lost <= dbgshm_events_lost(follower->events));
}

static inline void
follower_close(struct follower *follower)
{
	dbgshm_events_close(follower->events);
	dbgshm_reader_close(follower->reader);
}

#endif
