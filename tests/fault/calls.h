/*
 * calls.h - every recording call of the library, one small step after the other,
 * and the calls of registration and life that write what readers read.
 */
#ifndef CALLS_H
#define CALLS_H

#include <dbgshm/events.h>
#include <dbgshm/shapes.h>

#include <err.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define CALLS_SECOND UINT64_C(1000000000)

/* What may be seen of a call before it is over. */
enum {
	CALL_WHOLE = 0, /* each row and value as before or as after */
	CALL_CELLS = 1, /* each cell of a row: it is stored alone */
	CALL_SCHEMA = 2, /* registration: only outside of recording */
	CALL_TICK = 4,	/* writes the past */
	CALL_TWICE = 8, /* a row is first changed, then finished: each whole */
};

static struct dbgshm_counter calls_counter;
static struct dbgshm_updown calls_updown;
static struct dbgshm_gauge calls_gauge, calls_float, calls_peak;
static struct dbgshm_histogram calls_histogram;
static struct dbgshm_operations *calls_operations;
static struct dbgshm_steps *calls_steps;
static struct dbgshm_table *calls_hearts, *calls_queues, *calls_caches,
    *calls_limits, *calls_workers, *calls_schedules, *calls_objects;
static struct dbgshm_pairs *calls_pairs;
static struct dbgshm_errors *calls_errors;
static struct dbgshm_log *calls_log;
static struct dbgshm_event calls_words, calls_text;
static uint32_t calls_slot;
static uint64_t calls_base_ns, calls_busy; /* an update that was refused */

/* What a round holds; a signal handler that makes a round saves it. */
static __thread struct calls_held {
	struct dbgshm_row row;
	struct dbgshm_operation outer, inner;
	struct dbgshm_trail trail;
	struct dbgshm_heart heart;
	struct dbgshm_queue queue;
	struct dbgshm_cache cache;
	struct dbgshm_limit limit;
	struct dbgshm_worker worker;
	struct dbgshm_schedule schedule;
	struct dbgshm_profile *profile;
	uint64_t since;
} held;

static const struct dbgshm_column calls_columns[] = {
	{ .name = "a", .type = DBGSHM_TYPE_GAUGE },
	{ .name = "b", .type = DBGSHM_TYPE_GAUGE },
	{ .name = "text", .type = DBGSHM_TYPE_TEXT, .width = 16 },
	{ .name = "bytes", .type = DBGSHM_TYPE_BLOB, .width = 16 },
	{ .name = "sum", .type = DBGSHM_TYPE_COUNTER },
	{ .name = "signed", .type = DBGSHM_TYPE_SIGNED },
	{ .name = "ratio", .type = DBGSHM_TYPE_FLOAT },
	{ .name = "owner", .type = DBGSHM_TYPE_REFERENCE },
};
#define CALLS_COLUMNS (sizeof(calls_columns) / sizeof(calls_columns[0]))

static inline struct dbgshm_profile *
calls_profile(const char *path)
{
	return (dbgshm_profile_add(path, "stepped", NULL));
}

static inline void
calls_register(uint32_t rings)
{
	static const char *const kinds[] = { "one", "two", NULL };
	struct dbgshm_metric metric = { .name = "counter" };
	struct dbgshm_event_kind kind = { "words", "{a}", DBGSHM_SEVERITY_INFO,
		calls_columns, 1 };
	struct dbgshm_profile *values = calls_profile("values");
	int bad = dbgshm_counter_create(values, &metric, &calls_counter);

	metric.name = "updown";
	bad |= dbgshm_updown_create(values, &metric, &calls_updown);
	metric.name = "gauge";
	bad |= dbgshm_gauge_create(values, &metric, &calls_gauge);
	metric.name = "peak";
	bad |= dbgshm_gauge_create(values, &metric, &calls_peak);
	metric.name = "float";
	bad |= dbgshm_float_create(values, &metric, &calls_float);
	metric.name = "histogram";
	metric.highest = 1000;
	bad |= dbgshm_histogram_create(values, &metric, &calls_histogram);
	bad |= dbgshm_summary_add("slot", &calls_slot);
	calls_operations = dbgshm_operations_create(
	    calls_profile("operations"), kinds, 3);
	calls_steps = dbgshm_steps_create(calls_profile("steps"), 2, 3);
	calls_hearts = dbgshm_heartbeats_create(calls_profile("hearts"), 2);
	calls_queues = dbgshm_queues_create(calls_profile("queues"), 2);
	calls_caches = dbgshm_caches_create(calls_profile("caches"), 2);
	calls_limits = dbgshm_limits_create(calls_profile("limits"), 2);
	calls_workers = dbgshm_workers_create(calls_profile("workers"), 2);
	calls_schedules = dbgshm_schedules_create(
	    calls_profile("schedules"), 2);
	calls_pairs = dbgshm_pairs_create(calls_profile("pairs"), 2);
	calls_errors = dbgshm_errors_create(calls_profile("errors"), 2);
	calls_objects = dbgshm_objects_create(calls_profile("objects"),
	    calls_columns, CALLS_COLUMNS, 2);
	calls_log = dbgshm_log_create(calls_profile("log"),
	    &(struct dbgshm_log_options){ .rings = rings,
		.ring_size = 8192 });
	bad |= dbgshm_event_create(calls_log, &kind, &calls_words);
	kind.name = "text";
	kind.fields = calls_columns + 1;
	kind.field_count = 2;
	bad |= dbgshm_event_create(calls_log, &kind, &calls_text);
	if (bad != 0 || calls_operations == NULL || calls_steps == NULL ||
	    calls_hearts == NULL || calls_queues == NULL ||
	    calls_caches == NULL || calls_limits == NULL ||
	    calls_workers == NULL || calls_schedules == NULL ||
	    calls_pairs == NULL || calls_errors == NULL ||
	    calls_objects == NULL || calls_log == NULL)
		err(1, "registration");
}

static inline void
calls_fill(struct dbgshm_row row, uint64_t n)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	dbgshm_row_set(row, 0, n);
	dbgshm_row_set(row, 1, n);
	dbgshm_row_text(row, 2, text);
}

/* Each is one line: what it is called, and what it does in round n. */
#define CALL(name) static void name(uint64_t n __attribute__((unused)))

CALL(c_counter) { dbgshm_counter_add(calls_counter, 3); }
CALL(c_up) { dbgshm_updown_inc(calls_updown, 2); }
CALL(c_down) { dbgshm_updown_dec(calls_updown, 1); }
CALL(c_gauge) { dbgshm_gauge_set(calls_gauge, (int64_t)n); }
CALL(c_peak) { dbgshm_gauge_set_peak(calls_peak, (int64_t)(n * 3)); }
CALL(c_float) { dbgshm_float_set(calls_float, (double)n); }
CALL(c_histogram) { dbgshm_histogram_record(calls_histogram, n * 7); }
CALL(c_symbol) { dbgshm_call_counter_add(calls_counter, 3); }
CALL(c_symbol_gauge) { dbgshm_call_gauge_set(calls_gauge, (int64_t)n); }
CALL(c_symbol_histogram) {
	dbgshm_call_histogram_record(calls_histogram, n * 7);
}
CALL(c_span) {
	held.since = dbgshm_span_begin();
	dbgshm_span_end(calls_histogram, held.since);
}
CALL(c_elapsed) { held.since = dbgshm_elapsed_ns(0, dbgshm_now()); }
CALL(c_since) { held.since = dbgshm_since_ns(dbgshm_now()); }
CALL(c_summary) { dbgshm_summary_set(calls_slot, n); }
CALL(c_heartbeat) { dbgshm_heartbeat(); }

CALL(c_claim) {
	held.row = dbgshm_row_claim(calls_objects);
	calls_fill(held.row, n);
	dbgshm_row_end(held.row);
}
CALL(c_update) {
	struct dbgshm_row open = dbgshm_row_begin(held.row);

	calls_busy += open.words == NULL && held.row.words != NULL;
	calls_fill(open, n + 1000);
	dbgshm_row_blob(open, 3, &n, sizeof(n));
	dbgshm_row_set_signed(open, 5, -1);
	dbgshm_row_set_float(open, 6, 0.25);
	dbgshm_row_set(open, 7, dbgshm_row_reference(held.row));
	dbgshm_row_end(open);
}
CALL(c_row_add) { dbgshm_row_add(held.row, 4, n + 1); }
CALL(c_row_set) { dbgshm_row_set(held.row, 4, n); }
CALL(c_finish) { dbgshm_row_finish(held.row); }
CALL(c_release) { dbgshm_row_release(held.row); }
CALL(c_claim_full) {
	struct dbgshm_row row = dbgshm_row_claim(calls_objects);

	if (row.words == NULL)
		return;
	calls_fill(row, n);
	dbgshm_row_end(row);
	dbgshm_row_finish(row);
}

CALL(c_outer) {
	held.outer = dbgshm_operation_begin(calls_operations, 0, "outer");
}
CALL(c_inner) {
	held.inner = dbgshm_operation_begin(calls_operations, 1, NULL);
}
CALL(c_enter) {
	dbgshm_operation_leave(dbgshm_operation_enter(&held.outer));
}
CALL(c_progress) {
	dbgshm_operation_progress(&held.inner, n, 2 * n, "phase");
}
CALL(c_end_inner) {
	dbgshm_operation_end(&held.inner, DBGSHM_OUTCOME_TIMEOUT);
}
CALL(c_end_outer) { dbgshm_operation_end(&held.outer, DBGSHM_OUTCOME_OK); }

CALL(c_trail) { held.trail = dbgshm_trail_claim(calls_steps, "trail"); }
CALL(c_step) { dbgshm_trail_step(held.trail, "step", "detail"); }
CALL(c_rest) { dbgshm_trail_rest(held.trail); }
CALL(c_trail_release) { dbgshm_trail_release(held.trail); }

CALL(c_heart) { held.heart = dbgshm_heart_claim(calls_hearts, "heart", 1); }
CALL(c_beat) { dbgshm_heart_beat(held.heart, 5); }
CALL(c_heart_release) { dbgshm_heart_release(held.heart); }

CALL(c_queue) { held.queue = dbgshm_queue_claim(calls_queues, "queue", 9); }
CALL(c_put) { dbgshm_queue_put(held.queue, 4); }
CALL(c_take) { dbgshm_queue_take(held.queue, 3); }
CALL(c_done) { dbgshm_queue_done(held.queue, 2); }
CALL(c_refuse) { dbgshm_queue_refuse(held.queue, 1); }
CALL(c_oldest) { dbgshm_queue_oldest(held.queue, dbgshm_now()); }
CALL(c_queue_release) { dbgshm_queue_release(held.queue); }

CALL(c_cache) { held.cache = dbgshm_cache_claim(calls_caches, "cache", 9); }
CALL(c_hit) { dbgshm_cache_hit(held.cache, 1); }
CALL(c_miss) { dbgshm_cache_miss(held.cache, 1); }
CALL(c_evict) { dbgshm_cache_evict(held.cache, 1); }
CALL(c_size) { dbgshm_cache_size(held.cache, n); }
CALL(c_cache_release) { dbgshm_cache_release(held.cache); }

CALL(c_limit) { held.limit = dbgshm_limit_claim(calls_limits, "limit", 9); }
CALL(c_limit_set) { dbgshm_limit_set(held.limit, 9, n); }
CALL(c_wait) { held.since = dbgshm_limit_wait(held.limit, "who"); }
CALL(c_waited) { dbgshm_limit_waited(held.limit, held.since); }
CALL(c_limit_release) { dbgshm_limit_release(held.limit); }

CALL(c_worker) { held.worker = dbgshm_worker_claim(calls_workers, "worker"); }
CALL(c_busy) { dbgshm_worker_busy(held.worker, "work"); }
CALL(c_idle) { dbgshm_worker_idle(held.worker); }
CALL(c_worker_release) { dbgshm_worker_release(held.worker); }

CALL(c_schedule) {
	held.schedule = dbgshm_schedule_claim(calls_schedules, "schedule", 1);
}
CALL(c_run) { dbgshm_schedule_begin(held.schedule); }
CALL(c_ran) {
	dbgshm_schedule_end(held.schedule, n, DBGSHM_OUTCOME_OK, 1);
}
CALL(c_schedule_release) { dbgshm_schedule_release(held.schedule); }

CALL(c_open) { dbgshm_pair_open(calls_pairs, n, "pair"); }
CALL(c_open_too) { dbgshm_pair_open(calls_pairs, n + 1, "pair"); }
CALL(c_open_full) { dbgshm_pair_open(calls_pairs, n + 2, "pair"); }
CALL(c_close) { dbgshm_pair_close(calls_pairs, n); }
CALL(c_close_too) { dbgshm_pair_close(calls_pairs, n + 1); }
CALL(c_close_none) { dbgshm_pair_close(calls_pairs, n + 2); }
CALL(c_error) { dbgshm_error_record(calls_errors, 1, "error", "detail"); }
CALL(c_error_other) {
	dbgshm_error_record(calls_errors, (int64_t)n % 4, "error", "detail");
}

CALL(c_words) { dbgshm_event_words(calls_log, calls_words, 1 + n, &n, 1); }
CALL(c_record) {
	dbgshm_event_record(
	    calls_log, calls_words, (union dbgshm_field[]){ { .u = n } }, 1);
}
CALL(c_texts) {
	dbgshm_event_record(calls_log, calls_text,
	    (union dbgshm_field[]){ { .u = n }, { .text = "some text" } }, 2);
}
CALL(c_printf) {
	dbgshm_log_printf(calls_log, DBGSHM_SEVERITY_WARN, "%d %s %#lx", 1,
	    "two", (unsigned long)n);
}

/* ---- not recording ------------------------------------------------------------ */

CALL(c_profile) {
	char path[32];

	(void)snprintf(path, sizeof(path), "new/p%llu", (unsigned long long)n);
	held.profile = calls_profile(path);
}
CALL(c_new_counter) {
	struct dbgshm_counter counter;
	struct dbgshm_metric metric = { .name = "n", .help = "a help",
		.labels = &(struct dbgshm_label){ "key", "value" },
		.label_count = 1 };

	(void)dbgshm_counter_create(held.profile, &metric, &counter);
}
CALL(c_new_histogram) {
	struct dbgshm_histogram histogram;
	struct dbgshm_metric metric = { .name = "h", .highest = 100 };

	(void)dbgshm_histogram_create(held.profile, &metric, &histogram);
}
CALL(c_new_table) {
	(void)dbgshm_table_create(held.profile, calls_columns, CALLS_COLUMNS, 2);
}
CALL(c_new_log) {
	struct dbgshm_event event;
	struct dbgshm_event_kind kind = { "k", "{a}", DBGSHM_SEVERITY_INFO,
		calls_columns, 1 };
	struct dbgshm_log *made = dbgshm_log_create(held.profile,
	    &(struct dbgshm_log_options){ .rings = 1 });

	if (made != NULL)
		(void)dbgshm_event_create(made, &kind, &event);
}
CALL(c_remove) { (void)dbgshm_profile_remove(held.profile); }
CALL(c_revive) { c_profile(n); }
CALL(c_unpublish) { (void)dbgshm_unpublish(); }
CALL(c_publish) { (void)dbgshm_publish(); }
CALL(c_tick) { (void)dbgshm_tick(calls_base_ns + n * CALLS_SECOND); }

static const struct call {
	const char *name;
	void (*run)(uint64_t n);
	unsigned how;
} calls[] = {
	{ "counter_add", c_counter, 0 },
	{ "updown_inc", c_up, 0 },
	{ "updown_dec", c_down, 0 },
	{ "gauge_set", c_gauge, 0 },
	{ "gauge_set_peak", c_peak, 0 },
	{ "float_set", c_float, 0 },
	{ "histogram_record", c_histogram, 0 },
	{ "call_counter_add", c_symbol, 0 },
	{ "call_gauge_set", c_symbol_gauge, 0 },
	{ "call_histogram_record", c_symbol_histogram, 0 },
	{ "span", c_span, 0 },
	{ "elapsed_ns", c_elapsed, 0 },
	{ "since_ns", c_since, 0 },
	{ "summary_set", c_summary, 0 },
	{ "heartbeat", c_heartbeat, 0 },
	{ "row_claim", c_claim, 0 },
	{ "row_begin to row_end", c_update, 0 },
	{ "row_add", c_row_add, CALL_CELLS },
	{ "row_set alone", c_row_set, CALL_CELLS },
	{ "row_claim, the other row", c_claim_full, CALL_TWICE },
	{ "row_finish", c_finish, 0 },
	{ "row_claim again", c_claim, 0 },
	{ "row_release", c_release, 0 },
	{ "operation_begin", c_outer, 0 },
	{ "operation_begin inside", c_inner, 0 },
	{ "operation_enter", c_enter, 0 },
	{ "operation_progress", c_progress, 0 },
	{ "operation_end inside", c_end_inner, 0 },
	{ "operation_end", c_end_outer, 0 },
	{ "trail_claim", c_trail, 0 },
	{ "trail_step", c_step, 0 },
	{ "trail_step, the next", c_step, 0 },
	{ "trail_rest", c_rest, 0 },
	{ "trail_step after a rest", c_step, 0 },
	{ "trail_step, all round", c_step, 0 },
	{ "trail_release", c_trail_release, 0 },
	{ "heart_claim", c_heart, 0 },
	{ "heart_beat", c_beat, CALL_CELLS },
	{ "heart_release", c_heart_release, CALL_TWICE },
	{ "queue_claim", c_queue, 0 },
	{ "queue_put", c_put, CALL_CELLS },
	{ "queue_take", c_take, CALL_CELLS },
	{ "queue_done", c_done, CALL_CELLS },
	{ "queue_refuse", c_refuse, CALL_CELLS },
	{ "queue_oldest", c_oldest, CALL_CELLS },
	{ "queue_release", c_queue_release, 0 },
	{ "cache_claim", c_cache, 0 },
	{ "cache_hit", c_hit, CALL_CELLS },
	{ "cache_miss", c_miss, CALL_CELLS },
	{ "cache_evict", c_evict, CALL_CELLS },
	{ "cache_size", c_size, CALL_CELLS },
	{ "cache_release", c_cache_release, 0 },
	{ "limit_claim", c_limit, 0 },
	{ "limit_set", c_limit_set, CALL_CELLS },
	{ "limit_wait", c_wait, CALL_CELLS },
	{ "limit_waited", c_waited, CALL_CELLS },
	{ "limit_release", c_limit_release, 0 },
	{ "worker_claim", c_worker, 0 },
	{ "worker_busy", c_busy, 0 },
	{ "worker_idle", c_idle, 0 },
	{ "worker_release", c_worker_release, CALL_TWICE },
	{ "schedule_claim", c_schedule, 0 },
	{ "schedule_begin", c_run, 0 },
	{ "schedule_end", c_ran, 0 },
	{ "schedule_release", c_schedule_release, 0 },
	{ "pair_open", c_open, 0 },
	{ "pair_open, the second", c_open_too, 0 },
	{ "pair_open, full", c_open_full, 0 },
	{ "pair_close", c_close, CALL_TWICE },
	{ "pair_close, the second", c_close_too, CALL_TWICE },
	{ "pair_close of none", c_close_none, 0 },
	{ "error_record", c_error, CALL_CELLS },
	{ "error_record, another", c_error_other, CALL_CELLS },
	{ "event_words", c_words, 0 },
	{ "event_record", c_record, 0 },
	{ "event_record with a text", c_texts, 0 },
	{ "log_printf", c_printf, 0 },
	{ "profile_add", c_profile, CALL_SCHEMA },
	{ "counter_create", c_new_counter, CALL_SCHEMA },
	{ "histogram_create", c_new_histogram, CALL_SCHEMA },
	{ "table_create", c_new_table, CALL_SCHEMA },
	{ "log_create and event_create", c_new_log, CALL_SCHEMA },
	{ "profile_remove", c_remove, CALL_SCHEMA },
	{ "profile_add, revived", c_revive, CALL_SCHEMA },
	{ "unpublish", c_unpublish, CALL_SCHEMA },
	{ "publish", c_publish, CALL_SCHEMA },
	{ "tick", c_tick, CALL_SCHEMA | CALL_TICK },
};
#define CALLS (sizeof(calls) / sizeof(calls[0]))

#endif
