/*
 * alerts_find.c - the rules: what in a target wants to be looked at.
 */
#include "alerts_private.h"
#include "shape.h"
#include "tree.h"

#include <libshm/kit/fmt.h>

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS UINT64_C(1000000000)
#define WARN DBGSHM_SEVERITY_WARN
#define ERROR DBGSHM_SEVERITY_ERROR
#define TEXT_SIZE 320

/* From when on it is too much. */
#define STUCK_NS                                                               \
	(60 * NS)	   /* an operation that told of progress before: nobody
			      at a keyboard waits longer without asking */
#define LONG_NS (600 * NS) /* one that never does: many are long by design */
#define FULL 0.9 /* of a limit or queue: time is left to do something */
#define WAITED_NS (10 * NS) /* for a limit: a request has timed out by then */
#define OLDEST_NS (60 * NS) /* in a queue: as for operations */

/* ---- the target ------------------------------------------------------------------- */

/* States in which the numbers are not those of a program that runs. */
static const struct {
	enum dbgshm_life life;
	uint8_t severity;
	const char *what;
} lives[] = {
	{ DBGSHM_LIFE_STOPPED, WARN, "stopped by a signal or a debugger" },
	{ DBGSHM_LIFE_DEAD, ERROR, "dead; these are its last numbers" },
	{ DBGSHM_LIFE_EXITED, WARN, "has ended; these are its last numbers" },
	{ DBGSHM_LIFE_REPLACED, WARN, "has become another program" },
	{ DBGSHM_LIFE_STALE, ERROR, "the agent that watched it is gone" },
	{ DBGSHM_LIFE_UNREADABLE, ERROR, "cannot be read" },
	{ DBGSHM_LIFE_DAMAGED, ERROR, "its region is damaged" },
};

static void
find_target(struct alerts *alerts, const struct model *model)
{
	const struct model_target *target = &model->target;
	char what[TEXT_SIZE];
	uint64_t since;
	size_t i;

	for (i = 0; i < sizeof(lives) / sizeof(lives[0]); i++)
		if (lives[i].life == target->state)
			alerts_raise(alerts,
			    &(struct alerts_finding){
				.severity = lives[i].severity,
				.rule = "state",
				.name = "",
				.what = lives[i].what,
				.since_real_ns = target->since_real_ns });
	if (target->faults > 0) {
		snprintf(what, sizeof(what),
		    "%" PRIu64 " damaged part%s left out: %s", target->faults,
		    target->faults == 1 ? " is" : "s are",
		    target->reason != NULL ? target->reason : "");
		alerts_raise(alerts,
		    &(struct alerts_finding){ .severity = WARN,
			.rule = "damage",
			.name = "",
			.what = what });
	}
	if (alerts_grew(alerts, "lost", 0, model->events_lost, &since))
		alerts_raise(alerts,
		    &(struct alerts_finding){ .severity = WARN,
			.rule = "lost",
			.name = "",
			.what = "events come faster than they can be kept",
			.since_real_ns = since });
}

/* ---- rows of the shapes -------------------------------------------------------------- */

/* A row, and where what is found goes. */
struct look {
	struct alerts *alerts;
	const struct model_profile *profile;
	const struct model_row *row;
	bool waits; /* for an operation that is a part of it */
};

static void
raise_row(const struct look *look, uint8_t severity, const char *rule,
    uint64_t since_real_ns, const char *what)
{
	alerts_raise(look->alerts,
	    &(struct alerts_finding){ .severity = severity,
		.rule = rule,
		.profile = look->profile,
		.row = look->row,
		.name = "",
		.what = what,
		.since_real_ns = since_real_ns });
}

static void
look_heartbeat(const struct look *look)
{
	const struct model_cell *cells = look->row->cells;
	uint64_t last = cells[DBGSHM_HEARTBEAT_LAST].u;
	uint64_t deadline_ns = cells[DBGSHM_HEARTBEAT_DEADLINE].u;
	char what[TEXT_SIZE], deadline[FMT_SIZE];

	if (!shape_alarm(look->profile->table, look->row))
		return;
	if (last == 0)
		last = look->row->started_real_ns;
	snprintf(what, sizeof(what), "no heartbeat within %s",
	    fmt_duration(deadline, sizeof(deadline), deadline_ns));
	raise_row(
	    look, ERROR, "heartbeat", last == 0 ? 0 : last + deadline_ns, what);
}

static void
look_operation(const struct look *look)
{
	const struct model_cell *progressed =
	    &look->row->cells[DBGSHM_OPERATION_PROGRESSED];
	uint64_t from = look->row->started_real_ns;
	uint64_t most_ns = LONG_NS, now = alerts_now(look->alerts);
	char what[TEXT_SIZE], most[FMT_SIZE];

	if (look->waits)
		return;
	if (progressed->u != 0) {
		from = progressed->u;
		most_ns = STUCK_NS;
	}
	if (from == 0 || now <= from || now - from < most_ns)
		return;
	fmt_duration(most, sizeof(most), most_ns);
	snprintf(what, sizeof(what),
	    progressed->u != 0 ? "no progress for more than %s"
			       : "runs for more than %s",
	    most);
	raise_row(look, WARN, "operation", from, what);
}

static void
look_queue(const struct look *look)
{
	const struct model_cell *cells = look->row->cells;
	uint64_t put = cells[DBGSHM_QUEUE_PUT].u;
	uint64_t taken = cells[DBGSHM_QUEUE_TAKEN].u;
	uint64_t depth = put > taken ? put - taken : 0;
	uint64_t capacity = cells[DBGSHM_QUEUE_CAPACITY].u;
	char what[TEXT_SIZE], oldest[FMT_SIZE];

	if (capacity > 0 && (double)depth >= FULL * (double)capacity) {
		snprintf(what, sizeof(what),
		    depth >= capacity ? "full: %" PRIu64 " of %" PRIu64
				      : "nearly full: %" PRIu64 " of %" PRIu64,
		    depth, capacity);
		raise_row(
		    look, depth >= capacity ? ERROR : WARN, "full", 0, what);
	}
	if (cells[DBGSHM_QUEUE_REFUSED].rate > 0)
		raise_row(look, WARN, "refused", 0, "refuses: no room");
	if (depth > 0 && cells[DBGSHM_QUEUE_OLDEST].u != 0 &&
	    cells[DBGSHM_QUEUE_OLDEST].age_ns >= OLDEST_NS) {
		snprintf(what, sizeof(what), "the next waits for more than %s",
		    fmt_duration(oldest, sizeof(oldest), OLDEST_NS));
		raise_row(
		    look, WARN, "oldest", cells[DBGSHM_QUEUE_OLDEST].u, what);
	}
}

static void
look_limit(const struct look *look)
{
	const struct model_cell *cells = look->row->cells;
	uint64_t limit = cells[DBGSHM_LIMIT_LIMIT].u;
	uint64_t current = cells[DBGSHM_LIMIT_CURRENT].u;
	uint64_t waiting = cells[DBGSHM_LIMIT_WAITING].u;
	char what[TEXT_SIZE], waited[FMT_SIZE];

	if (limit > 0 && (double)current >= FULL * (double)limit) {
		snprintf(what, sizeof(what), "%" PRIu64 " of %" PRIu64 " used",
		    current, limit);
		raise_row(look, current >= limit && waiting > 0 ? ERROR : WARN,
		    "limit", 0, what);
	}
	if (waiting > 0 && cells[DBGSHM_LIMIT_SINCE].u != 0 &&
	    cells[DBGSHM_LIMIT_SINCE].age_ns >= WAITED_NS) {
		snprintf(what, sizeof(what), "somebody waits for more than %s",
		    fmt_duration(waited, sizeof(waited), WAITED_NS));
		raise_row(
		    look, WARN, "waiting", cells[DBGSHM_LIMIT_SINCE].u, what);
	}
}

static void
look_error(const struct look *look)
{
	const struct model_cell *cells = look->row->cells;
	uint64_t last = cells[DBGSHM_ERROR_LAST].u;
	uint64_t now = alerts_now(look->alerts);
	char what[TEXT_SIZE], count[FMT_SIZE];
	const char *detail = cells[DBGSHM_ERROR_DETAIL].text;

	if (last == 0 || last + ALERTS_LATELY_NS < now)
		return;
	snprintf(what, sizeof(what), "counted %s%s%.200s",
	    fmt_count(
		count, sizeof(count), (double)cells[DBGSHM_ERROR_COUNT].u),
	    detail != NULL && *detail != '\0' ? ", the last: " : "",
	    detail != NULL ? detail : "");
	raise_row(look, WARN, "error", last, what);
}

static void (*const looks[DBGSHM_SHAPE_COUNT])(const struct look *) = {
	[DBGSHM_SHAPE_HEARTBEAT] = look_heartbeat,
	[DBGSHM_SHAPE_OPERATION] = look_operation,
	[DBGSHM_SHAPE_QUEUE] = look_queue,
	[DBGSHM_SHAPE_LIMIT] = look_limit,
	[DBGSHM_SHAPE_ERROR] = look_error,
};

/* Operations that wait for a part of them, which is looked at itself. */
static bool *
find_parents(const struct model_profile *profile)
{
	const struct model_table *table = profile->table;
	const struct model_link *link;
	bool *waits = calloc(table->row_count + 1, sizeof(*waits));

	if (waits == NULL)
		err(1, "memory for %zu rows", table->row_count);
	for (size_t i = 0;
	     table->shape == DBGSHM_SHAPE_OPERATION && i < table->row_count;
	     i++) {
		link = table->rows[i].cells[DBGSHM_OPERATION_PARENT].link;
		if (table->rows[i].state == DBGSHM_ROWSTATE_LIVE &&
		    link != NULL && link->profile == profile &&
		    link->state == MODEL_LINK_LIVE &&
		    link->row < table->row_count)
			waits[link->row] = true;
	}
	return (waits);
}

static void
find_rows(struct alerts *alerts, const struct model_profile *profile)
{
	const struct model_table *table = profile->table;
	void (*const look_at)(const struct look *) =
	    table->shape < DBGSHM_SHAPE_COUNT ? looks[table->shape] : NULL;
	struct look look = { .alerts = alerts, .profile = profile };
	bool *waits;

	/* What a dead program did is told by the state of the target. */
	if (look_at == NULL || profile->over)
		return;
	waits = find_parents(profile);
	for (size_t i = 0; i < table->row_count; i++) {
		look.row = &table->rows[i];
		look.waits = waits[i];
		if (look.row->state == DBGSHM_ROWSTATE_LIVE ||
		    look.row->state == DBGSHM_ROWSTATE_BUSY)
			look_at(&look);
	}
	free(waits);
}

/* ---- events ---------------------------------------------------------------------------- */

/* Each kind once, the newest of it. */
static void
find_events(struct alerts *alerts, const struct model_profile *profile)
{
	uint64_t now = alerts_now(alerts);
	const struct model_event *event, *earlier;
	size_t i, j;

	for (i = 0; i < profile->log->event_count; i++) {
		event = &profile->log->events[i];
		if (event->real_ns + ALERTS_KEPT_NS < now)
			break;
		if (event->severity != DBGSHM_SEVERITY_ERROR)
			continue;
		for (j = 0; j < i; j++) {
			earlier = &profile->log->events[j];
			if (earlier->severity == event->severity &&
			    strcmp(earlier->name, event->name) == 0)
				break;
		}
		if (j < i)
			continue;
		alerts_raise(alerts,
		    &(struct alerts_finding){ .severity = ERROR,
			.rule = "event",
			.profile = profile,
			/* Messages of printf have no kind of their own. */
			.name = strcmp(event->name, "message") == 0
			    ? ""
			    : event->name,
			.what = event->text,
			.since_real_ns = event->real_ns,
			.ended_real_ns = event->real_ns + ALERTS_LATELY_NS < now
			    ? event->real_ns + ALERTS_LATELY_NS
			    : 0 });
	}
}

void
alerts_find(struct alerts *alerts, const struct model *model)
{
	const struct model_profile *profile;
	uint64_t since;

	find_target(alerts, model);
	for (size_t i = 0; i < model->profile_count; i++) {
		profile = &model->profiles[i];
		if (profile->table != NULL) {
			find_rows(alerts, profile);
			if (alerts_grew(alerts, "dropped",
				tree_id(profile->path, strlen(profile->path)),
				profile->table->dropped, &since))
				alerts_raise(alerts,
				    &(struct alerts_finding){ .severity = WARN,
					.rule = "dropped",
					.profile = profile,
					.name = "",
					.what =
					    "rows are not recorded: no room",
					.since_real_ns = since });
		}
		if (profile->log != NULL)
			find_events(alerts, profile);
	}
}
