/*
 * record.c - every recording call of the library, between two marks.
 *
 * writer_silent.sh traces it: between "begin" and "end" it makes no system
 * call, allocates nothing and takes no lock, however often it goes round.
 *
 *	record ROUNDS
 */
#include <dbgshm/events.h>
#include <dbgshm/shapes.h>

#include <err.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct dbgshm_counter counter;
static struct dbgshm_updown updown;
static struct dbgshm_gauge gauge, real;
static struct dbgshm_histogram histogram;
static struct dbgshm_operations *operations;
static struct dbgshm_steps *steps;
static struct dbgshm_table *hearts, *queues, *caches, *limits, *workers,
    *schedules, *objects;
static struct dbgshm_pairs *pairs;
static struct dbgshm_errors *errors;
static struct dbgshm_log *log_of;
static struct dbgshm_event words_only, with_text;
static uint32_t slot;

static const struct dbgshm_column columns[] = {
	{ .name = "name", .type = DBGSHM_TYPE_TEXT },
	{ .name = "bytes", .type = DBGSHM_TYPE_BLOB },
	{ .name = "sent", .type = DBGSHM_TYPE_COUNTER },
	{ .name = "delta", .type = DBGSHM_TYPE_SIGNED },
	{ .name = "ratio", .type = DBGSHM_TYPE_FLOAT },
	{ .name = "owner", .type = DBGSHM_TYPE_REFERENCE },
};

static struct dbgshm_profile *
profile(const char *path)
{
	return (dbgshm_profile_add(path, "recorded", NULL));
}

/* Two rows a table: each soon has the choice between finished ones. */
static void
register_shapes(void)
{
	static const char *const kinds[] = { "one", "two", NULL };

	operations = dbgshm_operations_create(profile("operations"), kinds, 2);
	steps = dbgshm_steps_create(profile("steps"), 2, 2);
	hearts = dbgshm_heartbeats_create(profile("hearts"), 2);
	queues = dbgshm_queues_create(profile("queues"), 2);
	caches = dbgshm_caches_create(profile("caches"), 2);
	limits = dbgshm_limits_create(profile("limits"), 2);
	workers = dbgshm_workers_create(profile("workers"), 2);
	schedules = dbgshm_schedules_create(profile("schedules"), 2);
	pairs = dbgshm_pairs_create(profile("pairs"), 2);
	errors = dbgshm_errors_create(profile("errors"), 2);
	objects = dbgshm_objects_create(profile("objects"), columns, 6, 2);
	if (operations == NULL || steps == NULL || hearts == NULL ||
	    queues == NULL || caches == NULL || limits == NULL ||
	    workers == NULL || schedules == NULL || pairs == NULL ||
	    errors == NULL || objects == NULL)
		err(1, "shapes");
}

static void
register_others(void)
{
	struct dbgshm_metric metric = { .name = "counter" };
	struct dbgshm_event_kind kind = { "words", "{sent}",
		DBGSHM_SEVERITY_INFO, columns + 2, 1 };
	struct dbgshm_profile *values = profile("values");
	int failed = dbgshm_counter_create(values, &metric, &counter);

	metric.name = "updown";
	failed |= dbgshm_updown_create(values, &metric, &updown);
	metric.name = "gauge";
	failed |= dbgshm_gauge_create(values, &metric, &gauge);
	metric.name = "real";
	failed |= dbgshm_float_create(values, &metric, &real);
	metric.name = "histogram";
	failed |= dbgshm_histogram_create(values, &metric, &histogram);
	failed |= dbgshm_summary_add("slot", &slot);
	log_of = dbgshm_log_create(profile("log"), NULL);
	failed |= dbgshm_event_create(log_of, &kind, &words_only);
	kind.name = "text";
	kind.fields = columns;
	failed |= dbgshm_event_create(log_of, &kind, &with_text);
	if (failed != 0 || log_of == NULL)
		err(1, "metrics and events");
}

/* ---- one round ----------------------------------------------------------------- */

static void
record_values(uint64_t i)
{
	dbgshm_counter_add(counter, 1);
	dbgshm_call_counter_add(counter, 1);
	dbgshm_updown_inc(updown, 2);
	dbgshm_updown_dec(updown, 1);
	dbgshm_gauge_set(gauge, (int64_t)i);
	dbgshm_call_gauge_set(gauge, (int64_t)i);
	dbgshm_gauge_set_peak(gauge, (int64_t)i * 3);
	dbgshm_float_set(real, 0.5);
	dbgshm_histogram_record(
	    histogram, dbgshm_elapsed_ns(dbgshm_now(), dbgshm_now()));
	dbgshm_histogram_record(histogram, dbgshm_since_ns(dbgshm_now()));
	dbgshm_call_histogram_record(histogram, i);
	dbgshm_summary_set(slot, i);
	dbgshm_heartbeat();
	dbgshm_span_end(histogram, dbgshm_span_begin());
}

static void
record_rows(uint64_t i)
{
	struct dbgshm_row row = dbgshm_row_claim(objects), open;

	dbgshm_row_text(row, 0, "a name that is cut because it is too long");
	dbgshm_row_end(row);
	open = dbgshm_row_begin(row);
	dbgshm_row_blob(open, 1, &i, sizeof(i));
	dbgshm_row_add(open, 2, i);
	dbgshm_row_set_signed(open, 3, -1);
	dbgshm_row_set_float(open, 4, 0.25);
	dbgshm_row_set(open, 5, dbgshm_row_reference(row));
	dbgshm_row_end(open);
	if (i % 2 == 0)
		dbgshm_row_finish(row);
	else
		dbgshm_row_release(row);
}

static void
record_work(void)
{
	struct dbgshm_operation outer, inner, none;
	struct dbgshm_trail trail = dbgshm_trail_claim(steps, "trail");

	outer = dbgshm_operation_begin(operations, 0, "outer");
	inner = dbgshm_operation_begin(operations, 1, NULL);
	none = dbgshm_operation_begin(operations, 1, "has no row");
	dbgshm_operation_leave(dbgshm_operation_enter(&outer));
	dbgshm_operation_progress(&inner, 1, 2, "phase");
	dbgshm_trail_step(trail, "step", "detail");
	dbgshm_trail_step(trail, "step", NULL);
	dbgshm_trail_step(trail, "step", NULL);
	dbgshm_trail_rest(trail);
	dbgshm_trail_release(trail);
	dbgshm_operation_end(&none, DBGSHM_OUTCOME_CANCELLED);
	dbgshm_operation_end(&inner, DBGSHM_OUTCOME_TIMEOUT);
	dbgshm_operation_end(&outer, DBGSHM_OUTCOME_OK);
	dbgshm_operation_end(&outer, DBGSHM_OUTCOME_FAILED);
}

static void
record_flow(uint64_t i)
{
	struct dbgshm_heart heart = dbgshm_heart_claim(hearts, "heart", 1);
	struct dbgshm_queue queue = dbgshm_queue_claim(queues, "queue", 9);
	struct dbgshm_cache cache = dbgshm_cache_claim(caches, "cache", 9);
	struct dbgshm_limit limit = dbgshm_limit_claim(limits, "limit", 9);

	dbgshm_heart_beat(heart, 5);
	dbgshm_heart_release(heart);
	dbgshm_queue_put(queue, 4);
	dbgshm_queue_take(queue, 3);
	dbgshm_queue_done(queue, 2);
	dbgshm_queue_refuse(queue, 1);
	dbgshm_queue_oldest(queue, dbgshm_now());
	dbgshm_queue_release(queue);
	dbgshm_cache_hit(cache, 1);
	dbgshm_cache_miss(cache, 1);
	dbgshm_cache_evict(cache, 1);
	dbgshm_cache_size(cache, i);
	dbgshm_cache_release(cache);
	dbgshm_limit_set(limit, 9, i);
	dbgshm_limit_waited(limit, dbgshm_limit_wait(limit, "who"));
	dbgshm_limit_release(limit);
}

static void
record_jobs(uint64_t i)
{
	struct dbgshm_worker worker = dbgshm_worker_claim(workers, "worker");
	struct dbgshm_schedule schedule =
	    dbgshm_schedule_claim(schedules, "schedule", 1);

	dbgshm_worker_busy(worker, "work");
	dbgshm_worker_idle(worker);
	dbgshm_worker_release(worker);
	dbgshm_schedule_begin(schedule);
	dbgshm_schedule_end(schedule, i, DBGSHM_OUTCOME_OK, 1);
	dbgshm_schedule_release(schedule);
	/* Of three one has no row, and two kinds of errors have none. */
	dbgshm_pair_open(pairs, i, "pair");
	dbgshm_pair_open(pairs, i + 1, "pair");
	dbgshm_pair_open(pairs, i + 2, "pair");
	dbgshm_pair_close(pairs, i);
	dbgshm_pair_close(pairs, i + 1);
	dbgshm_pair_close(pairs, i + 2);
	dbgshm_error_record(errors, (int64_t)(i % 4), "error", "detail");
}

/* %m is no ISO C, which the compiler need not know. */
static void
say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	dbgshm_log_vprintf(log_of, DBGSHM_SEVERITY_ERROR, format, arguments);
	va_end(arguments);
}

static void
record_events(uint64_t i)
{
	union dbgshm_field field = { .text = "text" };

	dbgshm_event_words(log_of, words_only, dbgshm_now(), &i, 1);
	dbgshm_event_record(
	    log_of, words_only, (union dbgshm_field[]){ { .u = i } }, 1);
	dbgshm_event_record(log_of, with_text, &field, 1);
	dbgshm_log_printf(log_of, DBGSHM_SEVERITY_WARN, "%d %s %#lx %5zu", 1,
	    "two", 3ul, (size_t)4);
	say("%m %p", "where");
}

static void
round_of_all(uint64_t i)
{
	record_values(i);
	record_rows(i);
	record_work();
	record_flow(i);
	record_jobs(i);
	record_events(i);
}

static void
mark(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) == -1)
		err(1, "write");
}

/* A thread that the library has not met before. */
static void *
go_round(void *count)
{
	uint64_t i, rounds = *(const uint64_t *)count;

	mark("begin\n");
	for (i = 0; i < rounds; i++)
		round_of_all(i);
	mark("end\n");
	return (NULL);
}

int
main(int argc, char **argv)
{
	uint64_t rounds = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	pthread_t thread;

	if (dbgshm_init(&(struct dbgshm_options){
		.sampling = DBGSHM_SAMPLER_TICK, .state = DBGSHM_PUBLISHED }) ==
	    -1)
		err(1, "init");
	register_shapes();
	register_others();
	if (pthread_create(&thread, NULL, go_round, &rounds) != 0 ||
	    pthread_join(thread, NULL) != 0)
		errx(1, "no thread");
	return (0);
}
