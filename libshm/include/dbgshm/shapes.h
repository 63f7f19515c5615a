/*
 * shapes.h - ready-made tables for what programs need again and again.
 *
 *	ops = dbgshm_operations_create(profile, kinds, 64);
 *	op = dbgshm_operation_begin(ops, READ, path);
 *	dbgshm_operation_end(&op, DBGSHM_OUTCOME_OK);
 *
 * *_create calls are registration: NULL and errno as dbgshm_table_create().  All
 * other calls are recording, as in writer.h: any thread, any signal handler, no
 * lock, no allocation, no system call, and a NULL table or a zero handle is
 * harmless; after fork(2) the child has no rows and claims its own.  Names and
 * details are copied, and cut where the column ends.  One table a profile; but
 * for objects only in a process's own region (ENOTSUP).  *_release: it is over,
 * its row stays as finished until the slot is needed.  With examples:
 * dbgshm-shapes(3); what readers make of each shape: dbgtop-profiles(7).
 */
#ifndef DBGSHM_SHAPES_H
#define DBGSHM_SHAPES_H

#include <dbgshm/writer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- operations: what is it doing, for how long, how far ---------------- */

struct dbgshm_operations;
struct dbgshm_operation { /* one that runs; on the caller's stack, or where the
			     work is kept */
	struct dbgshm_row row;
	struct dbgshm_operations *set;
	uint64_t reference, parent, start;
	uint32_t kind;
};

struct dbgshm_operations *dbgshm_operations_create(
    struct dbgshm_profile *profile, const char *const *kinds,
    uint32_t capacity);
	/*
	 * kinds: names [a-z0-9_.-]+ of 0, 1, ..., ends with NULL, at most 64.
	 * For each kind there is a histogram latency{operation="KIND"} (ns) and
	 * the counters outcomes{operation="KIND",outcome="ok|..."}.
	 * capacity: rows for running and recent ones together.
	 */

struct dbgshm_operation dbgshm_operation_begin(
    struct dbgshm_operations *set, uint32_t kind, const char *detail);
	/*
	 * Its parent is what this thread is in the middle of.  When all rows
	 * are taken by running operations it has no row, which is counted; it
	 * is measured all the same.  Cost: about 60 ns with a detail of 16
	 * bytes.
	 */

void dbgshm_operation_progress(struct dbgshm_operation *operation,
    uint64_t done, uint64_t total, const char *phase);
	/* total: 0 unknown.  phase: NULL as before. */

void dbgshm_operation_end(struct dbgshm_operation *operation, uint32_t outcome);
	/* outcome: DBGSHM_OUTCOME_*.  From any thread; once. */

/* Another thread goes on with an operation, or this one turns to another: what
 * the calling thread begins from now on is a part of it.  NULL: of nothing.
 * Returns what it was before, for the leave. */
static inline uint64_t
dbgshm_operation_enter(const struct dbgshm_operation *operation)
{
	uint64_t before = dbgshm__thread.operation;

	dbgshm__thread.operation = operation == NULL ? 0 : operation->reference;
	return (before);
}

static inline void
dbgshm_operation_leave(uint64_t before)
{
	dbgshm__thread.operation = before;
}

/* A span: an operation without a row, for hot places.  Its histogram is any
 * histogram with the unit DBGSHM_UNIT_NS. */
static inline uint64_t
dbgshm_span_begin(void)
{
	return (dbgshm_now());
}

static inline void
dbgshm_span_end(struct dbgshm_histogram histogram, uint64_t begin)
{
	dbgshm_histogram_record(histogram, dbgshm_since_ns(begin));
}

/* ---- steps: breadcrumbs, laid before each call that may block ------------- */

struct dbgshm_steps; /* trails with the same number of steps */
struct dbgshm_trail {
	struct dbgshm_steps *steps;
	uint32_t number; /* from 1; 0 none */
	uint32_t claim;	 /* which of its claims, so that an old handle is known */
};

struct dbgshm_steps *dbgshm_steps_create(
    struct dbgshm_profile *profile, uint32_t trails, uint32_t steps_each);
struct dbgshm_trail dbgshm_trail_claim(
    struct dbgshm_steps *steps, const char *name);
	/* A trail that is free, one for each thread or thing.  None: a zero
	 * handle; the drop is counted. */
void dbgshm_trail_step(
    struct dbgshm_trail trail, const char *step, const char *detail);
	/* Visible when it returns, until steps_each newer ones: call it before
	 * what may block.  One thread at a time. */
void dbgshm_trail_rest(struct dbgshm_trail trail);
	/* The present step is over; nothing is going on. */
void dbgshm_trail_release(struct dbgshm_trail trail);
	/* Its steps stay until the trail is claimed again. */

/* ---- heartbeats: is it late ------------------------------------------------ */

struct dbgshm_heart {
	struct dbgshm_row row;
};
struct dbgshm_table *dbgshm_heartbeats_create(
    struct dbgshm_profile *profile, uint32_t capacity);
struct dbgshm_heart dbgshm_heart_claim(
    struct dbgshm_table *heartbeats, const char *name, uint64_t deadline_ns);
	/* Starts with a beat.  Readers call it late when the last beat is older
	 * than the deadline. */
void dbgshm_heart_beat(struct dbgshm_heart heart, uint64_t deadline_ns);
	/* Until the next; 0: it rests, no beat is expected. */
void dbgshm_heart_release(struct dbgshm_heart heart);

/* ---- queues ------------------------------------------------------------------- */

struct dbgshm_queue {
	struct dbgshm_row row;
};
struct dbgshm_table *dbgshm_queues_create(
    struct dbgshm_profile *profile, uint32_t capacity);
struct dbgshm_queue dbgshm_queue_claim(
    struct dbgshm_table *queues, const char *name, uint64_t capacity);
void dbgshm_queue_put(struct dbgshm_queue queue, uint64_t n);
void dbgshm_queue_take(struct dbgshm_queue queue, uint64_t n);
void dbgshm_queue_done(struct dbgshm_queue queue, uint64_t n);
void dbgshm_queue_refuse(struct dbgshm_queue queue, uint64_t n);
void dbgshm_queue_oldest(struct dbgshm_queue queue, uint64_t stamp);
	/* When the item at the head was put; 0: the queue is empty. */
void dbgshm_queue_release(struct dbgshm_queue queue);

/* ---- caches -------------------------------------------------------------------- */

struct dbgshm_cache {
	struct dbgshm_row row;
};
struct dbgshm_table *dbgshm_caches_create(
    struct dbgshm_profile *profile, uint32_t capacity);
struct dbgshm_cache dbgshm_cache_claim(
    struct dbgshm_table *caches, const char *name, uint64_t capacity);
void dbgshm_cache_hit(struct dbgshm_cache cache, uint64_t n);
void dbgshm_cache_miss(struct dbgshm_cache cache, uint64_t n);
void dbgshm_cache_evict(struct dbgshm_cache cache, uint64_t n);
void dbgshm_cache_size(struct dbgshm_cache cache, uint64_t entries);
void dbgshm_cache_release(struct dbgshm_cache cache);

/* ---- limits: who waits, for how long -------------------------------------------- */

struct dbgshm_limit {
	struct dbgshm_row row;
};
struct dbgshm_table *dbgshm_limits_create(
    struct dbgshm_profile *profile, uint32_t capacity);
struct dbgshm_limit dbgshm_limit_claim(
    struct dbgshm_table *limits, const char *name, uint64_t limit);
void dbgshm_limit_set(
    struct dbgshm_limit limit, uint64_t value, uint64_t current);
uint64_t dbgshm_limit_wait(struct dbgshm_limit limit, const char *who);
	/* Somebody begins to wait.  Returns the stamp for the next call. */
void dbgshm_limit_waited(struct dbgshm_limit limit, uint64_t since);
void dbgshm_limit_release(struct dbgshm_limit limit);

/* ---- worker pools ------------------------------------------------------------------ */

struct dbgshm_worker {
	struct dbgshm_row row;
};
struct dbgshm_table *dbgshm_workers_create(
    struct dbgshm_profile *profile, uint32_t capacity);
struct dbgshm_worker dbgshm_worker_claim(
    struct dbgshm_table *workers, const char *name);
	/* Idle; call it in the thread that works. */
void dbgshm_worker_busy(struct dbgshm_worker worker, const char *work);
void dbgshm_worker_idle(struct dbgshm_worker worker);
void dbgshm_worker_release(struct dbgshm_worker worker);

/* ---- pairs: what was opened, by which line, and never closed ----------------------- */

struct dbgshm_pairs;
struct dbgshm_pairs *dbgshm_pairs_create(
    struct dbgshm_profile *profile, uint32_t capacity);
void dbgshm__pair_open(struct dbgshm_pairs *pairs, uint64_t key,
    const char *name, const char *place);
void dbgshm__pair_close(
    struct dbgshm_pairs *pairs, uint64_t key, const char *place);

#define DBGSHM__TEXT(x) #x
#define DBGSHM__LINE(x) DBGSHM__TEXT(x)
#define DBGSHM_PLACE __FILE__ ":" DBGSHM__LINE(__LINE__)

/*
 * key: the program's number for the thing: a descriptor, an id, an address.
 * Both remember the line that they stand in; of two open under one key the newer
 * is closed first.  When the table is full of open ones, a new one is not shown,
 * which is counted: the oldest stay.  A close without an open in the table is
 * counted by the metric unmatched_closes.  Cost of a close: a look-up by hash.
 */
#define dbgshm_pair_open(pairs, key, name)                                     \
	dbgshm__pair_open(pairs, key, name, DBGSHM_PLACE)
#define dbgshm_pair_close(pairs, key)                                          \
	dbgshm__pair_close(pairs, key, DBGSHM_PLACE)

/* ---- schedules: what runs when, at which cost, with which result ------------------- */

struct dbgshm_schedule {
	struct dbgshm_row row;
};
struct dbgshm_table *dbgshm_schedules_create(
    struct dbgshm_profile *profile, uint32_t capacity);
struct dbgshm_schedule dbgshm_schedule_claim(
    struct dbgshm_table *schedules, const char *name, uint64_t period_ns);
void dbgshm_schedule_begin(struct dbgshm_schedule schedule);
void dbgshm_schedule_end(struct dbgshm_schedule schedule, uint64_t items,
    uint32_t outcome, uint64_t period_ns);
	/* period_ns: from the begin of this run to the next; 0 not again. */
void dbgshm_schedule_release(struct dbgshm_schedule schedule);

/* ---- errors: each kind once, with its count ------------------------------------------- */

struct dbgshm_errors;
struct dbgshm_errors *dbgshm_errors_create(
    struct dbgshm_profile *profile, uint32_t capacity);
void dbgshm_error_record(struct dbgshm_errors *errors, int64_t code,
    const char *text, const char *detail);
	/*
	 * The first of its code and text takes a row, later ones add to it.
	 * text: what kind of error, without what changes from one to the next;
	 * detail: that.  When all rows are taken by other kinds it is counted
	 * as a dropped row.  Counts are exact; of two at the same moment one may
	 * lose its detail.  Cost: a look-up by hash.
	 */

/* ---- objects: live things with columns of the program's own ----------------------------- */

struct dbgshm_table *dbgshm_objects_create(struct dbgshm_profile *profile,
    const struct dbgshm_column *columns, size_t column_count,
    uint32_t capacity);
	/* As dbgshm_table_create(); readers add the age, and show live ones
	 * before those that are finished.  Let cells of the type
	 * DBGSHM_TYPE_REFERENCE say which rows belong together. */

#ifdef __cplusplus
}
#endif
#endif
