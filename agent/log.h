/*
 * log.h - what the agent has to say, for people and for its own region.
 *
 * From any thread.  Everything is made safe to print, so names of strangers may
 * go into it as they are.
 */
#ifndef LOG_H
#define LOG_H

#include <dbgshm/events.h>

#include <stddef.h>

struct agent;

enum log_level { LOG_ERRORS, LOG_WARNINGS, LOG_NOTES, LOG_LEVELS };

void agent_log(struct agent *, enum log_level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
	/* One line, without a newline. */

void agent_error(struct agent *, enum log_level, int error, const char *what,
    const char *format, ...) __attribute__((format(printf, 5, 6)));
	/*
	 * The line "WHAT: DETAIL: text of the error", and a row of the profile
	 * `errors`: what is the kind of failure and never changes, the rest of
	 * the arguments make the detail.  format "": none.  error: errno, 0
	 * none.
	 */

/* What happens often enough to have fields of its own; the table is in
 * events.c. */
enum agent_event {
	EVENT_WATCHING,	   /* name, pid */
	EVENT_EXITED,	   /* name, pid */
	EVENT_REPLACED,	   /* name, pid */
	EVENT_LATE,	   /* subsystem, lateness */
	EVENT_RETURNED,	   /* job, elapsed */
	EVENT_THROTTLED,   /* limit in percent */
	EVENT_APPEARED,	   /* name, pid, path */
	EVENT_DIED,	   /* name, pid, path */
	EVENT_VANISHED,	   /* name, pid, path */
	EVENT_COUNT
};
void agent_event(struct agent *, enum agent_event, const union dbgshm_field *);
	/* All its fields, in order.  Those of severity debug are not printed. */

/* ---- for subsys_log.c ---------------------------------------------------- */

#define EVENT_FIELDS_MAX 3

struct agent_event_kind {
	const char *name, *text;
	uint8_t severity;
	struct dbgshm_column fields[EVENT_FIELDS_MAX];
	size_t field_count;
};
extern const struct agent_event_kind agent_event_kinds[EVENT_COUNT];

void agent_event_text(enum agent_event, const union dbgshm_field *, char *out,
    size_t size);
	/* Its text with the values in it. */

#endif
