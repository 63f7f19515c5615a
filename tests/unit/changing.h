/*
 * changing.h - a program that does what it always does, second by second, until a
 * test lets it do something else; and what changed in it.
 */
#ifndef CHANGING_H
#define CHANGING_H

#include "own.h"
#include "viewer/changes.h"
#include "viewer/history.h"
#include "viewer/tree.h"

#include <dbgshm/events.h>
#include <dbgshm/shapes.h>

#include <math.h>
#include <time.h>

#define SECOND UINT64_C(1000000000)
#define WINDOW (300 * SECOND)
#define BEFORE 900 /* ticks */
#define AFTER 310
#define NOISY 0.25
#define PEAKS 11

/* ---- a program ----------------------------------------------------------------- */

static struct {
	uint64_t now_ns, seed;
	struct dbgshm_profile *profile;
	struct dbgshm_counter requests, bytes, seldom, resets;
	struct dbgshm_gauge depth, memory, limit, peaks[PEAKS];
	struct dbgshm_updown open;
	struct dbgshm_histogram latency;
	struct dbgshm_table *workers;
	struct dbgshm_row rows[8];
	struct dbgshm_errors *errors;
	struct dbgshm_log *log;
} program;

static inline uint64_t
noise(uint64_t below)
{
	program.seed = program.seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return ((program.seed >> 33) % below);
}

static inline struct dbgshm_metric
metric(const char *name, uint8_t unit)
{
	return ((struct dbgshm_metric){ .name = name, .unit = unit });
}

static inline void
add_worker(size_t i, const char *name)
{
	program.rows[i] = dbgshm_row_claim(program.workers);
	dbgshm_row_text(program.rows[i], 0, name);
	dbgshm_row_end(program.rows[i]);
}

/* The ticks end about now, so that stamps of rows and events made after all of
 * them lie at the end. */
static inline void
begin(uint64_t ticks)
{
	static const struct dbgshm_column columns[] = {
		{ .name = "name",
		    .type = DBGSHM_TYPE_TEXT,
		    .flags = DBGSHM_COLUMN_KEY },
		{ .name = "backlog", .type = DBGSHM_TYPE_GAUGE },
	};
	struct dbgshm_profile *other;
	struct dbgshm_metric what;
	struct timespec now;

	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		      .state = DBGSHM_PUBLISHED,
		      .history_bytes = 1 << 20,
		      .row_history_bytes = 1 << 20 }) == 0);
	program.seed = 5;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	program.now_ns = (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec -
	    ticks * SECOND;
	program.profile = dbgshm_profile_add("app", "a program", NULL);
	CHECK(program.profile != NULL);
#define MAKE(kind, name, unit)                                                 \
	what = metric(#name, unit);                                            \
	CHECK(dbgshm_##kind##_create(program.profile, &what, &program.name) == \
	    0)
	MAKE(counter, requests, DBGSHM_UNIT_NONE);
	MAKE(counter, bytes, DBGSHM_UNIT_BYTES);
	MAKE(counter, seldom, DBGSHM_UNIT_NONE);
	MAKE(counter, resets, DBGSHM_UNIT_NONE);
	MAKE(gauge, depth, DBGSHM_UNIT_NONE);
	MAKE(gauge, memory, DBGSHM_UNIT_BYTES);
	MAKE(gauge, limit, DBGSHM_UNIT_NONE);
	MAKE(updown, open, DBGSHM_UNIT_NONE);
	MAKE(histogram, latency, DBGSHM_UNIT_NS);
#undef MAKE
	for (size_t i = 0; i < PEAKS; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "peak%zu", i);
		what = metric(name, DBGSHM_UNIT_NONE);
		CHECK(dbgshm_gauge_create(
			  program.profile, &what, &program.peaks[i]) == 0);
	}
	program.workers = dbgshm_table_create(program.profile, columns, 2, 16);
	CHECK(program.workers != NULL);
	add_worker(0, "first");
	add_worker(1, "second");
	other = dbgshm_profile_add("app/errors", "errors", NULL);
	program.errors = dbgshm_errors_create(other, 16);
	CHECK(program.errors != NULL);
	program.log = dbgshm_log_create(other, NULL);
	CHECK(program.log != NULL);
	dbgshm_gauge_set(program.limit, 100);
	dbgshm_gauge_set(program.memory, 1 << 30);
	dbgshm_updown_inc(program.open, 20);
}

/* A second of a program that does what it always does. */
static inline void
work(void)
{
	dbgshm_counter_add(program.requests, 80 + noise(40));
	dbgshm_counter_add(program.bytes, 1000000 + noise(500000));
	dbgshm_counter_add(program.resets, 90 + noise(20));
	if (noise(100) == 0)
		dbgshm_counter_add(program.seldom, 1);
	dbgshm_gauge_set(program.depth, (int64_t)noise(10));
	dbgshm_gauge_set(program.memory, (1 << 30) + (int64_t)noise(1 << 20));
	if (noise(2))
		dbgshm_updown_inc(program.open, 1);
	else
		dbgshm_updown_dec(program.open, 1);
	for (size_t i = 0; i < 20; i++)
		dbgshm_histogram_record(
		    program.latency, 400000 + noise(200000));
	dbgshm_row_set(dbgshm_row_begin(program.rows[0]), 1, noise(5));
	dbgshm_row_end(program.rows[0]);
}

static inline void
tick(void)
{
	program.now_ns += SECOND;
	CHECK(dbgshm_tick(program.now_ns) == 0);
}

static inline void
run(size_t ticks)
{
	for (; ticks > 0; ticks--) {
		work();
		tick();
	}
}

/* ---- what changed ------------------------------------------------------------- */

static struct {
	struct dbgshm_reader *reader;
	struct dbgshm_events *events;
	struct model_source source;
	struct model *model;
	struct history *history;
	struct changes *changes;
} seen;

static inline void
look(uint64_t until_real_ns)
{
	seen.reader = own_reader();
	CHECK(dbgshm_events_open(seen.reader, &seen.events) == 0);
	seen.source = (struct model_source){ .reader = seen.reader,
		.events = seen.events,
		.name = "own",
		.path = "" };
	seen.model = model_create(MODEL_NO_USERS);
	CHECK(model_update(seen.model, &seen.source, 1) == 0);
	CHECK(history_open(&seen.source, 1, &seen.history) == 0);
	seen.changes = changes_make(
	    seen.history, &seen.source, 1, seen.model, until_real_ns, WINDOW);
	CHECK(seen.changes != NULL);
}

static inline void
look_away(void)
{
	changes_free(seen.changes);
	history_close(seen.history);
	model_destroy(seen.model);
	dbgshm_events_close(seen.events);
	dbgshm_reader_close(seen.reader);
}

static inline void
print(void)
{
	const struct change *change;

	for (size_t i = 0; i < seen.changes->count; i++) {
		change = &seen.changes->list[i];
		(void)fprintf(stderr, "%.2f %s | %s | %s | %s\n", change->score,
		    change->where, change->was, change->now, change->when);
	}
}

/* The library's own numbers tell how busy this machine is. */
static inline const struct change *
found(const char *where)
{
	for (size_t i = 0; i < seen.changes->count; i++)
		if (strcmp(seen.changes->list[i].where, where) == 0)
			return (&seen.changes->list[i]);
	return (NULL);
}

static inline const struct change *
expect(enum change_kind kind, const char *where)
{
	const struct change *change = found(where);

	if (change == NULL || change->kind != kind) {
		(void)fprintf(
		    stderr, "%s is not there, or another kind\n", where);
		print();
		_exit(1);
	}
	return (change);
}

static inline bool
is_of_program(const struct change *change)
{
	return (strncmp(change->where, "app", 3) == 0);
}

/* The highest score of the program itself but for these. */
static inline double
most_but(const char *where)
{
	double most = 0;

	for (size_t i = 0; i < seen.changes->count; i++)
		if (is_of_program(&seen.changes->list[i]) &&
		    (where == NULL ||
			strcmp(seen.changes->list[i].where, where) != 0))
			most = fmax(most, seen.changes->list[i].score);
	return (most);
}

#endif
