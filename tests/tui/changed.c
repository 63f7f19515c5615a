/*
 * changed.c - an hour in a moment: a program whose last minutes differ from what
 * was before.
 *
 * At the end requests are slow, there are more connections, a kind of error is
 * new, a queue is nearly full and a heart does not beat.  Then it ticks on until
 * its standard input ends.
 */
#include <dbgshm/events.h>
#include <dbgshm/shapes.h>

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define NS UINT64_C(1000000000)
#define BEFORE 3400 /* seconds as usual */
#define AFTER 200
#define PEERS 18

static uint64_t seed = 7;

static uint64_t
noise(uint64_t below)
{
	seed = seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return ((seed >> 33) % below);
}

static struct {
	struct dbgshm_counter requests;
	struct dbgshm_gauge depth;
	struct dbgshm_histogram latency;
	struct dbgshm_table *peers;
	struct dbgshm_row rows[PEERS];
	int count;
} program;

static void
connect_to(int peers)
{
	char name[32];

	for (; program.count < peers; program.count++) {
		program.rows[program.count] = dbgshm_row_claim(program.peers);
		(void)snprintf(
		    name, sizeof(name), "10.4.0.%d", program.count + 1);
		dbgshm_row_text(program.rows[program.count], 0, name);
		dbgshm_row_end(program.rows[program.count]);
	}
}

static void
second(bool changed)
{
	dbgshm_counter_add(program.requests, 100 + noise(40));
	dbgshm_gauge_set(program.depth, (int64_t)noise(8));
	for (int i = 0; i < 20; i++)
		dbgshm_histogram_record(
		    program.latency, 400000 + noise(200000));
	if (changed)
		dbgshm_histogram_record(
		    program.latency, 7000000 + noise(900000));
	connect_to(changed ? PEERS : 4);
}

static uint64_t
now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec);
}

static struct dbgshm_profile *
begin(void)
{
	static const struct dbgshm_column columns[] = { { .name = "peer",
	    .type = DBGSHM_TYPE_TEXT,
	    .flags = DBGSHM_COLUMN_KEY } };
	struct dbgshm_profile *app;

	if (dbgshm_init(
		&(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		    .state = DBGSHM_DARK,
		    .history_bytes = 1 << 20,
		    .row_history_bytes = 1 << 20 }) != 0)
		return (NULL);
	app = dbgshm_profile_add("app", "what clients ask for", NULL);
	(void)dbgshm_counter_create(app,
	    &(struct dbgshm_metric){ .name = "requests" }, &program.requests);
	(void)dbgshm_gauge_create(
	    app, &(struct dbgshm_metric){ .name = "depth" }, &program.depth);
	(void)dbgshm_histogram_create(app,
	    &(struct dbgshm_metric){ .name = "latency",
		.unit = DBGSHM_UNIT_NS,
		.help = "from request to answer" },
	    &program.latency);
	program.peers = dbgshm_table_create(app, columns, 1, 64);
	return (app);
}

int
main(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	struct dbgshm_profile *app = begin(), *errors, *health, *queues;
	struct dbgshm_errors *ledger;
	struct dbgshm_queue queue;
	uint64_t time_ns = now_ns() - (BEFORE + AFTER) * NS;
	int i;

	if (app == NULL)
		return (1);
	errors = dbgshm_profile_add("app/errors", "what went wrong", NULL);
	ledger = dbgshm_errors_create(errors, 8);
	health = dbgshm_profile_add("health", "who should be alive", NULL);
	(void)dbgshm_heart_claim(
	    dbgshm_heartbeats_create(health, 4), "accept", 1);
	queues = dbgshm_profile_add("queues", "work that waits", NULL);
	queue =
	    dbgshm_queue_claim(dbgshm_queues_create(queues, 4), "jobs", 100);
	for (i = 0; i < BEFORE + AFTER; i++, time_ns += NS) {
		second(i >= BEFORE);
		(void)dbgshm_tick(time_ns);
	}
	dbgshm_error_record(ledger, 5, "short write", "fd 12");
	dbgshm_queue_put(queue, 95);
	(void)dbgshm_publish();
	do {
		second(true);
		(void)dbgshm_tick(0);
	} while (poll(&input, 1, 1000) == 0);
	return (0);
}
