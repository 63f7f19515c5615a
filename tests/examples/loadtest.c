/*
 * loadtest.c - a load test: requests, and how long they take.
 *
 *	loadtest [ramp]		with ramp they take longer and longer
 *
 * It ticks ten times a second and obeys words on standard input, one a line:
 *
 *	slow, fast	requests take 8 ms, or 0.5 ms
 *	spike N		at one tick the queue holds N, before and after nothing
 *	peers N		so many connections, peer-0 and so on
 *	move		peer-0 writes instead of reading
 *	level N, fail N	a gauge is N, N requests have failed
 *	late		a heart that does not beat
 *	more		another profile, with a gauge that is 7
 *	end		ends as programs should
 */
#include <dbgshm/shapes.h>

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PERIOD_NS UINT64_C(100000000)
#define PEERS 32
#define A_TICK 20 /* requests in each */

static const char *const states[] = { "reads", "writes", NULL };
static const struct dbgshm_column columns[] = {
	{ .name = "peer",
	    .type = DBGSHM_TYPE_TEXT,
	    .flags = DBGSHM_COLUMN_KEY },
	{ .name = "state", .type = DBGSHM_TYPE_ENUM, .names = states },
	{ .name = "sent",
	    .type = DBGSHM_TYPE_COUNTER,
	    .unit = DBGSHM_UNIT_BYTES },
	{ .name = "since", .type = DBGSHM_TYPE_TIME },
};

static struct dbgshm_counter sent, failed;
static struct dbgshm_gauge queue, level;
static struct dbgshm_histogram latency;
static struct dbgshm_table *connections, *hearts;
static struct dbgshm_row peers[PEERS];
static int peer_count;
static uint64_t takes_ns = 500000, ramp_percent, spike;

static void
publish(void)
{
	struct dbgshm_profile *requests =
	    dbgshm_profile_add("requests", "what is asked of the server", NULL);

	(void)dbgshm_histogram_create(requests,
	    &(struct dbgshm_metric){
		.name = "latency", .unit = DBGSHM_UNIT_NS },
	    &latency);
	(void)dbgshm_counter_create(requests,
	    &(struct dbgshm_metric){
		.name = "sent", .unit = DBGSHM_UNIT_BYTES },
	    &sent);
	(void)dbgshm_counter_create(
	    requests, &(struct dbgshm_metric){ .name = "failed" }, &failed);
	(void)dbgshm_gauge_create(
	    requests, &(struct dbgshm_metric){ .name = "queue" }, &queue);
	(void)dbgshm_gauge_create(
	    requests, &(struct dbgshm_metric){ .name = "level" }, &level);
	connections = dbgshm_table_create(
	    dbgshm_profile_add("connections", "who is connected", NULL),
	    columns, 4, PEERS);
	hearts = dbgshm_heartbeats_create(
	    dbgshm_profile_add("health", "who is alive", NULL), 4);
	(void)dbgshm_heart_claim(hearts, "main", 3600 * UINT64_C(1000000000));
}

static void
connect_peers(int count)
{
	char name[32];

	for (; peer_count < count && peer_count < PEERS; peer_count++) {
		peers[peer_count] = dbgshm_row_claim(connections);
		(void)snprintf(name, sizeof(name), "peer-%d", peer_count);
		dbgshm_row_text(peers[peer_count], 0, name);
		dbgshm_row_set(peers[peer_count], 3, dbgshm_now());
		dbgshm_row_end(peers[peer_count]);
	}
	while (peer_count > count && peer_count > 0)
		dbgshm_row_release(peers[--peer_count]);
}

static void
more(void)
{
	struct dbgshm_gauge gauge;

	if (dbgshm_gauge_create(
		dbgshm_profile_add("more", "it came later", NULL),
		&(struct dbgshm_metric){ .name = "seven" }, &gauge) == 0)
		dbgshm_gauge_set(gauge, 7);
}

static void
obey(const char *word, unsigned long number)
{
	if (strcmp(word, "slow") == 0)
		takes_ns = 8000000;
	else if (strcmp(word, "fast") == 0)
		takes_ns = 500000;
	else if (strcmp(word, "spike") == 0)
		spike = number;
	else if (strcmp(word, "level") == 0)
		dbgshm_gauge_set(level, (int64_t)number);
	else if (strcmp(word, "fail") == 0)
		dbgshm_counter_add(failed, number);
	else if (strcmp(word, "peers") == 0)
		connect_peers((int)number);
	else if (strcmp(word, "move") == 0) {
		dbgshm_row_begin(peers[0]);
		dbgshm_row_set(peers[0], 1, 1);
		dbgshm_row_end(peers[0]);
	} else if (strcmp(word, "late") == 0)
		(void)dbgshm_heart_claim(hearts, "stuck", 1);
	else if (strcmp(word, "more") == 0)
		more();
	else if (strcmp(word, "end") == 0)
		exit(0);
}

static void
tick(void)
{
	for (int i = 0; i < A_TICK; i++) {
		dbgshm_histogram_record(latency, takes_ns);
		dbgshm_counter_add(sent, 1000);
	}
	takes_ns += takes_ns * ramp_percent / 100;
	dbgshm_gauge_set(queue, (int64_t)spike);
	(void)dbgshm_tick(0);
	dbgshm_gauge_set(queue, 0);
	spike = 0;
}

static uint64_t
now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * UINT64_C(1000000000) +
	    (uint64_t)now.tv_nsec);
}

static volatile sig_atomic_t stopped;

static void
stop(int number)
{
	(void)number;
	stopped = 1;
}

int
main(int argc, char *argv[])
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	uint64_t next_ns = now_ns(), time_ns;
	unsigned long number;
	char line[64], word[64];

	if (argc > 1 && strcmp(argv[1], "ramp") == 0) {
		ramp_percent = 5;
		input.fd = -1;
	}
	if (dbgshm_init(
		&(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		    .period_ns = PERIOD_NS,
		    .state = DBGSHM_DARK }) != 0)
		return (1);
	publish();
	(void)dbgshm_tick(0);
	(void)dbgshm_publish();
	(void)setvbuf(stdin, NULL, _IONBF, 0); /* poll() sees what is left */
	(void)signal(SIGTERM, stop);
	while (!stopped) {
		time_ns = now_ns();
		if (time_ns >= next_ns) {
			tick();
			next_ns += PERIOD_NS;
			continue;
		}
		if (poll(&input, 1, (int)((next_ns - time_ns) / 1000000) + 1) <=
		    0)
			continue;
		number = 0;
		if (fgets(line, sizeof(line), stdin) == NULL)
			input.fd = -1; /* nobody speaks any more */
		else if (sscanf(line, "%63s %lu", word, &number) >= 1)
			obey(word, number);
	}
	return (0);
}
