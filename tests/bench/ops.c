/*
 * ops.c - nanoseconds of each recording call, beside the least that could do.
 *
 * The floor of an operation is the same effect on plain memory without a
 * library: no check for off, no registration.  Every operation runs on 1, 2
 * and 8 threads; all pairs take turns in each round, so that noise of the
 * machine hits all alike.  Shown is CPU time per operation, summed over the
 * threads: median, least and most of all rounds.
 *
 *	ops [ROUNDS]
 */
#include <dbgshm/events.h>
#include <dbgshm/shapes.h>

#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define THREADS_MAX 8
#define ROUNDS_MAX 101
#define ROUND_NS 4e6 /* CPU time of one thread in one round */
#define TIMES(n) for (uint64_t i = 0; i < (n); i++)
#define FORGET __asm__ volatile("" ::: "memory")

/* One thread's plain memory for the floors, on lines of its own. */
struct floor {
	uint64_t cells[2048];
	uint64_t row[9]; /* sequence and eight words */
} __attribute__((aligned(64)));

struct ops {
	struct dbgshm_counter counter;
	struct dbgshm_gauge gauge;
	struct dbgshm_histogram histogram;
	struct dbgshm_row rows[THREADS_MAX];
	struct dbgshm_operations *operations;
	struct dbgshm_log *log;
	struct dbgshm_event event;
	uint64_t shared; /* what all threads add to */
	struct floor floors[THREADS_MAX];
};

struct op {
	const char *name;
	void (*body)(struct ops *ops, int thread, uint64_t n);
	int floor; /* index of its floor, -1 none */
};

static void
floor_counter(struct ops *ops, int thread, uint64_t n)
{
	uint64_t *cell = ops->floors[thread].cells;

	TIMES(n)
	{
		dbgshm__add_own(cell, 1);
		FORGET;
	}
}

static void
floor_gauge(struct ops *ops, int thread, uint64_t n)
{
	uint64_t *cell = ops->floors[thread].cells;

	TIMES(n)
	{
		dbgshm__store_relaxed(cell, i);
		FORGET;
	}
}

static void
floor_histogram(struct ops *ops, int thread, uint64_t n)
{
	uint64_t *cells = ops->floors[thread].cells;
	uint64_t value = 1;

	TIMES(n)
	{
		value = value * 6364136223846793005u + 1442695040888963407u;
		dbgshm__add_own(cells + 1 + dbgshm__bucket(value >> 44), 1);
		dbgshm__add_own(cells, value >> 44);
		FORGET;
	}
}

static void
floor_field(struct ops *ops, int thread, uint64_t n)
{
	uint64_t *row = ops->floors[thread].row;

	TIMES(n)
	{
		dbgshm__store_release(row + 4, i);
		FORGET;
	}
}

static void
floor_row(struct ops *ops, int thread, uint64_t n)
{
	uint64_t *row = ops->floors[thread].row;

	TIMES(n)
	{
		uint64_t sequence = dbgshm__load_relaxed(row);

		if (!dbgshm__take(row, sequence, sequence + 1))
			continue;
		for (int word = 1; word <= 8; word++)
			dbgshm__store_release(row + word, i);
		dbgshm__store_release(row, sequence + 2);
		FORGET;
	}
}

static void
shared_fetch_add(struct ops *ops, int thread, uint64_t n)
{
	(void)thread;
	TIMES(n)
	{
		(void)dbgshm__fetch_add(&ops->shared, 1);
		FORGET;
	}
}

static void
our_counter(struct ops *ops, int thread, uint64_t n)
{
	(void)thread;
	TIMES(n)
	{
		dbgshm_counter_add(ops->counter, 1);
		FORGET;
	}
}

static void
our_gauge(struct ops *ops, int thread, uint64_t n)
{
	(void)thread;
	TIMES(n)
	{
		dbgshm_gauge_set(ops->gauge, (int64_t)i);
		FORGET;
	}
}

static void
our_histogram(struct ops *ops, int thread, uint64_t n)
{
	uint64_t value = 1;

	(void)thread;
	TIMES(n)
	{
		value = value * 6364136223846793005u + 1442695040888963407u;
		dbgshm_histogram_record(ops->histogram, value >> 44);
		FORGET;
	}
}

static void
our_field(struct ops *ops, int thread, uint64_t n)
{
	struct dbgshm_row row = ops->rows[thread];

	TIMES(n)
	{
		dbgshm_row_set(row, 3, i);
		FORGET;
	}
}

static void
our_row(struct ops *ops, int thread, uint64_t n)
{
	struct dbgshm_row row = ops->rows[thread];

	TIMES(n)
	{
		struct dbgshm_row open = dbgshm_row_begin(row);

		for (uint32_t column = 0; column < 8; column++)
			dbgshm_row_set(open, column, i);
		dbgshm_row_end(open);
		FORGET;
	}
}

static void
floor_span(struct ops *ops, int thread, uint64_t n)
{
	uint64_t *cells = ops->floors[thread].cells;

	TIMES(n)
	{
		uint64_t begin = dbgshm_now();

		FORGET;
		begin = dbgshm_now() - begin;
		dbgshm__add_own(cells + 1 + dbgshm__bucket(begin), 1);
		dbgshm__add_own(cells, begin);
		FORGET;
	}
}

static void
our_span(struct ops *ops, int thread, uint64_t n)
{
	(void)thread;
	TIMES(n)
	{
		uint64_t begin = dbgshm_span_begin();

		FORGET;
		dbgshm_span_end(ops->histogram, begin);
		FORGET;
	}
}

/* Two stamps and a row of sixteen words, written twice. */
static void
floor_operation(struct ops *ops, int thread, uint64_t n)
{
	uint64_t *row = ops->floors[thread].cells;

	TIMES(n)
	{
		uint64_t begin = dbgshm_now();

		for (int half = 0; half < 2; half++) {
			uint64_t sequence = dbgshm__load_relaxed(row);

			if (!dbgshm__take(row, sequence, sequence + 1))
				continue;
			for (int word = 1; word <= 16 >> half * 3; word++)
				dbgshm__store_release(row + word, begin);
			dbgshm__store_release(row, sequence + 2);
		}
		begin = dbgshm_now() - begin;
		dbgshm__add_own(row + 17 + dbgshm__bucket(begin), 1);
		FORGET;
	}
}

static void
our_operation(struct ops *ops, int thread, uint64_t n)
{
	(void)thread;
	TIMES(n)
	{
		struct dbgshm_operation operation = dbgshm_operation_begin(
		    ops->operations, 0, "sixteen bytes...");

		dbgshm_operation_end(&operation, DBGSHM_OUTCOME_OK);
		FORGET;
	}
}

enum {
	OP_FLOOR_COUNTER,
	OP_COUNTER,
	OP_FETCH_ADD,
	OP_FLOOR_GAUGE,
	OP_GAUGE,
	OP_FLOOR_HISTOGRAM,
	OP_HISTOGRAM,
	OP_FLOOR_FIELD,
	OP_FIELD,
	OP_FLOOR_ROW,
	OP_ROW,
	OP_FLOOR_SPAN,
	OP_SPAN,
	OP_FLOOR_OPERATION,
	OP_OPERATION,
	OP_FLOOR_EVENT,
	OP_EVENT,
	OP_COUNT
};

/* A stamp and seven words into a ring that nobody reads. */
static void
floor_event(struct ops *ops, int thread, uint64_t n)
{
	uint64_t *cells = ops->floors[thread].cells;

	TIMES(n)
	{
		uint64_t *record = cells + i * 8 % 1024;

		dbgshm__store_release(record + 1, dbgshm_now());
		for (int word = 2; word < 8; word++)
			dbgshm__store_release(record + word, i);
		dbgshm__store_release(record, i);
		FORGET;
	}
}

static void
our_event(struct ops *ops, int thread, uint64_t n)
{
	struct dbgshm_log *log = ops->log;
	struct dbgshm_event event = ops->event;

	(void)thread;
	TIMES(n)
	{
		uint64_t words[6] = { i, i, i, i, i, i };

		dbgshm_event_words(log, event, dbgshm_now(), words, 6);
		FORGET;
	}
}

static const struct op op_table[OP_COUNT] = {
	[OP_FLOOR_COUNTER] = { "floor: one add", floor_counter, -1 },
	[OP_COUNTER] = { "counter add", our_counter, OP_FLOOR_COUNTER },
	[OP_FETCH_ADD] = { "one shared fetch_add", shared_fetch_add,
	    OP_FLOOR_COUNTER },
	[OP_FLOOR_GAUGE] = { "floor: one store", floor_gauge, -1 },
	[OP_GAUGE] = { "gauge set", our_gauge, OP_FLOOR_GAUGE },
	[OP_FLOOR_HISTOGRAM] = { "floor: bucket and sum", floor_histogram, -1 },
	[OP_HISTOGRAM] = { "histogram record", our_histogram,
	    OP_FLOOR_HISTOGRAM },
	[OP_FLOOR_FIELD] = { "floor: one store", floor_field, -1 },
	[OP_FIELD] = { "row, one field", our_field, OP_FLOOR_FIELD },
	[OP_FLOOR_ROW] = { "floor: 64 bytes under CAS", floor_row, -1 },
	[OP_ROW] = { "row, 64 bytes", our_row, OP_FLOOR_ROW },
	[OP_FLOOR_SPAN] = { "floor: two stamps", floor_span, -1 },
	[OP_SPAN] = { "span", our_span, OP_FLOOR_SPAN },
	[OP_FLOOR_OPERATION] = { "floor: stamps and a row", floor_operation,
	    -1 },
	[OP_OPERATION] = { "operation", our_operation, OP_FLOOR_OPERATION },
	[OP_FLOOR_EVENT] = { "floor: stamp and 64 bytes", floor_event, -1 },
	[OP_EVENT] = { "event, 64 bytes", our_event, OP_FLOOR_EVENT },
};

/* One of the threads that live as long as the program, as a server's do. */
struct worker {
	pthread_t id;
	struct ops *ops;
	pthread_barrier_t *turn; /* start and end of each measurement */
	int thread;
	const struct op *op; /* NULL: this measurement is not mine */
	uint64_t n;
	double cpu_ns;
};

struct crew {
	struct worker workers[THREADS_MAX];
	pthread_barrier_t turn;
};

static double
cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return ((double)now.tv_sec * 1e9 + (double)now.tv_nsec);
}

static void *
worker_run(void *argument)
{
	struct worker *worker = argument;
	double before;

	for (;;) {
		pthread_barrier_wait(worker->turn);
		if (worker->op != NULL) {
			before = cpu_ns();
			worker->op->body(
			    worker->ops, worker->thread, worker->n);
			worker->cpu_ns = cpu_ns() - before;
		}
		pthread_barrier_wait(worker->turn);
	}
	return (NULL);
}

static void
crew_start(struct crew *crew, struct ops *ops)
{
	pthread_barrier_init(&crew->turn, NULL, THREADS_MAX + 1);
	for (int i = 0; i < THREADS_MAX; i++) {
		struct worker *worker = &crew->workers[i];

		worker->ops = ops;
		worker->turn = &crew->turn;
		worker->thread = i;
		if (pthread_create(&worker->id, NULL, worker_run, worker) != 0)
			errx(1, "pthread_create");
	}
}

/* CPU nanoseconds of one operation when `threads` do it at once. */
static double
measure(struct crew *crew, const struct op *op, int threads, uint64_t n)
{
	double sum = 0;

	for (int i = 0; i < THREADS_MAX; i++) {
		crew->workers[i].op = i < threads ? op : NULL;
		crew->workers[i].n = n;
	}
	pthread_barrier_wait(&crew->turn);
	pthread_barrier_wait(&crew->turn);
	for (int i = 0; i < threads; i++)
		sum += crew->workers[i].cpu_ns;
	return (sum / ((double)n * threads));
}

static int
compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return ((a > b) - (a < b));
}

static void
ops_set_up(struct ops *ops)
{
	static const struct dbgshm_column columns[] = {
		{ .name = "a", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "b", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "c", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "d", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "e", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "f", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "g", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "h", .type = DBGSHM_TYPE_GAUGE },
	};
	struct dbgshm_profile *profile;
	struct dbgshm_table *table;

	if (dbgshm_init(&(struct dbgshm_options){
		.sampling = DBGSHM_SAMPLER_THREAD, .name = "bench" }) == -1)
		err(1, "dbgshm_init");
	profile = dbgshm_profile_add("bench", "what is measured", NULL);
	table = dbgshm_table_create(profile, columns, 8, THREADS_MAX);
	if (table == NULL ||
	    dbgshm_counter_create(profile,
		&(struct dbgshm_metric){ .name = "counter" },
		&ops->counter) == -1 ||
	    dbgshm_gauge_create(profile,
		&(struct dbgshm_metric){ .name = "gauge" },
		&ops->gauge) == -1 ||
	    dbgshm_histogram_create(profile,
		&(struct dbgshm_metric){ .name = "histogram" },
		&ops->histogram) == -1)
		err(1, "registration");
	ops->operations = dbgshm_operations_create(
	    dbgshm_profile_add("operations", "what is done", NULL),
	    (const char *const[]){ "work", NULL }, 1024);
	if (ops->operations == NULL)
		err(1, "registration");
	ops->log = dbgshm_log_create(
	    profile, &(struct dbgshm_log_options){ .rings = THREADS_MAX + 2 });
	if (dbgshm_event_create(ops->log,
		&(struct dbgshm_event_kind){ "event", "", 0, columns, 6 },
		&ops->event) == -1)
		err(1, "registration");
	for (int i = 0; i < THREADS_MAX; i++) {
		ops->rows[i] = dbgshm_row_claim(table);
		dbgshm_row_end(ops->rows[i]);
	}
}

int
main(int argc, char *argv[])
{
	static const int thread_counts[] = { 1, 2, 8 };
	static struct ops ops;
	static struct crew crew;
	static double samples[OP_COUNT][3][ROUNDS_MAX];
	uint64_t n[OP_COUNT][3];
	int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 31;

	if (rounds < 1 || rounds > ROUNDS_MAX)
		errx(2, "usage: ops [1..%d]", ROUNDS_MAX);
	ops_set_up(&ops);
	crew_start(&crew, &ops);
	for (int op = 0; op < OP_COUNT; op++)
		for (int t = 0; t < 3; t++)
			n[op][t] = (uint64_t)(ROUND_NS /
			    (measure(&crew, &op_table[op], thread_counts[t],
				 100000) +
				0.05));
	for (int round = 0; round < rounds; round++)
		for (int op = 0; op < OP_COUNT; op++)
			for (int t = 0; t < 3; t++)
				samples[op][t][round] = measure(&crew,
				    &op_table[op], thread_counts[t], n[op][t]);

	printf("%-26s %7s %9s %9s %9s %9s\n", "operation", "threads", "ns/op",
	    "least", "most", "to floor");
	for (int op = 0; op < OP_COUNT; op++)
		for (int t = 0; t < 3; t++) {
			const double *all = samples[op][t];
			int floor = op_table[op].floor;

			qsort(samples[op][t], (size_t)rounds, sizeof(double),
			    compare);
			printf("%-26s %7d %9.2f %9.2f %9.2f", op_table[op].name,
			    thread_counts[t], all[rounds / 2], all[0],
			    all[rounds - 1]);
			if (floor >= 0)
				printf(" %8.2fx",
				    all[rounds / 2] /
					samples[floor][t][rounds / 2]);
			putchar('\n');
		}
	return (0);
}
