/*
 * workshop.c - one of every shape, and an event log, in a program that does what
 * it is told: a word a line on standard input.
 *
 *	log TEXT	an event
 *	burst N		N events, more than the log can hold
 *	lose		an event of a warning, with fields
 *	open NAME	a pair that stays open
 *	end		the innermost operation ends
 *	renew		the connection is another one now
 *	die		kill -9
 */
#include <dbgshm/events.h>
#include <dbgshm/shapes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND UINT64_C(1000000000)

enum { SERVE, DECODE };
static const char *const kinds[] = { "serve", "decode", NULL };
static const struct dbgshm_column connection_columns[] = {
	{ .name = "peer",
	    .type = DBGSHM_TYPE_TEXT,
	    .flags = DBGSHM_COLUMN_KEY },
	{ .name = "sent",
	    .type = DBGSHM_TYPE_COUNTER,
	    .unit = DBGSHM_UNIT_BYTES },
};
static const struct dbgshm_column request_columns[] = {
	{ .name = "what", .type = DBGSHM_TYPE_TEXT },
	{ .name = "connection", .type = DBGSHM_TYPE_REFERENCE },
};
static const struct dbgshm_column lost_fields[] = {
	{ .name = "peer", .type = DBGSHM_TYPE_TEXT },
	{ .name = "after",
	    .type = DBGSHM_TYPE_COUNTER,
	    .unit = DBGSHM_UNIT_BYTES },
	{ .name = "connection", .type = DBGSHM_TYPE_REFERENCE },
};

static struct dbgshm_operation serve, decode;
static struct dbgshm_log *events;
static struct dbgshm_event lost_peer;
static struct dbgshm_table *connections;
static struct dbgshm_row connection;
static struct dbgshm_pairs *files;

static struct dbgshm_row
connect_peer(const char *peer)
{
	struct dbgshm_row row = dbgshm_row_claim(connections);

	dbgshm_row_text(row, 0, peer);
	dbgshm_row_set(row, 1, 1268);
	dbgshm_row_end(row);
	return (row);
}

static void
make_work(void)
{
	struct dbgshm_operations *work;
	struct dbgshm_operation done;
	struct dbgshm_steps *steps;
	struct dbgshm_trail trail;
	struct dbgshm_table *requests;
	struct dbgshm_row request;

	work = dbgshm_operations_create(
	    dbgshm_profile_add("work", "what is asked of us", NULL), kinds, 8);
	done = dbgshm_operation_begin(work, DECODE, "cat.png");
	dbgshm_operation_end(&done, DBGSHM_OUTCOME_FAILED);
	serve = dbgshm_operation_begin(work, SERVE, "GET /dog.png");
	dbgshm_operation_progress(&serve, 1, 3, "decode");
	decode = dbgshm_operation_begin(work, DECODE, "dog.png");

	steps = dbgshm_steps_create(
	    dbgshm_profile_add("steps", "where we are", NULL), 2, 4);
	trail = dbgshm_trail_claim(steps, "main");
	dbgshm_trail_step(trail, "open", "/srv/dog.png");
	dbgshm_trail_step(trail, "read", "/srv/dog.png");

	connections = dbgshm_objects_create(
	    dbgshm_profile_add("net/connections", "who is connected", NULL),
	    connection_columns, 2, 4);
	connection = connect_peer("10.0.0.7");
	requests = dbgshm_objects_create(
	    dbgshm_profile_add("requests", "and what they want", NULL),
	    request_columns, 2, 4);
	request = dbgshm_row_claim(requests);
	dbgshm_row_text(request, 0, "GET /dog.png");
	dbgshm_row_set(request, 1, dbgshm_row_reference(connection));
	dbgshm_row_end(request);
}

static void
make_state(void)
{
	struct dbgshm_gauge waiting = { 0, 0 };
	struct dbgshm_table *hearts, *rows;
	struct dbgshm_schedule schedule;
	struct dbgshm_errors *errors;
	struct dbgshm_worker worker;
	struct dbgshm_profile *profile;
	struct dbgshm_queue queue;
	struct dbgshm_cache cache;
	struct dbgshm_limit limit;

	hearts = dbgshm_heartbeats_create(
	    dbgshm_profile_add("health", "who is alive", NULL), 4);
	dbgshm_heart_claim(hearts, "disk", 1); /* late at once */
	dbgshm_heart_claim(hearts, "net", 3600 * SECOND);
	profile = dbgshm_profile_add("queues", "who waits", NULL);
	dbgshm_gauge_create(
	    profile, &(struct dbgshm_metric){ .name = "waiting" }, &waiting);
	dbgshm_gauge_set_peak(waiting, 12);
	dbgshm_gauge_set_peak(waiting, 2);
	rows = dbgshm_queues_create(profile, 2);
	queue = dbgshm_queue_claim(rows, "jobs", 100);
	dbgshm_queue_put(queue, 5);
	dbgshm_queue_take(queue, 2);
	dbgshm_queue_done(queue, 1);
	dbgshm_queue_oldest(queue, dbgshm_now());
	rows = dbgshm_caches_create(
	    dbgshm_profile_add("caches", "what is kept", NULL), 2);
	cache = dbgshm_cache_claim(rows, "images", 50);
	dbgshm_cache_hit(cache, 3);
	dbgshm_cache_miss(cache, 1);
	dbgshm_cache_size(cache, 1);
	rows = dbgshm_limits_create(
	    dbgshm_profile_add("limits", "what holds us back", NULL), 2);
	limit = dbgshm_limit_claim(rows, "memory", 400);
	dbgshm_limit_set(limit, 400, 300);
	dbgshm_limit_wait(limit, "decode dog.png");
	rows = dbgshm_workers_create(
	    dbgshm_profile_add("workers", "who does it", NULL), 2);
	worker = dbgshm_worker_claim(rows, "worker 1");
	dbgshm_worker_busy(worker, "dog.png");
	rows = dbgshm_schedules_create(
	    dbgshm_profile_add("schedule", "what comes again", NULL), 2);
	schedule = dbgshm_schedule_claim(rows, "clean up", 60 * SECOND);
	dbgshm_schedule_begin(schedule);
	dbgshm_schedule_end(schedule, 7, DBGSHM_OUTCOME_OK, 60 * SECOND);
	errors = dbgshm_errors_create(
	    dbgshm_profile_add("errors", "what went wrong", NULL), 4);
	dbgshm_error_record(errors, 5, "read", "/srv/old.png");
	dbgshm_error_record(errors, 28, "write", "/srv/new.png");
	dbgshm_error_record(errors, 5, "read", "/srv/cat.png");
	files = dbgshm_pairs_create(
	    dbgshm_profile_add("files", "what is open", NULL), 4);
	dbgshm_pair_open(files, 7, "/srv/cat.png");
	dbgshm_pair_open(files, 8, "/srv/dog.png");
	dbgshm_pair_close(files, 7);
}

static void
make_log(void)
{
	events = dbgshm_log_create(
	    dbgshm_profile_add("log", "what happens", NULL), NULL);
	dbgshm_event_create(events,
	    &(struct dbgshm_event_kind){ "lost_peer",
		"{peer} after {after} on {connection}", DBGSHM_SEVERITY_WARN,
		lost_fields, 3 },
	    &lost_peer);
	dbgshm_log_printf(events, DBGSHM_SEVERITY_INFO, "%d kinds", 2);
}

static void
obey(char *line)
{
	char *word = line, *rest;

	line[strcspn(line, "\n")] = '\0';
	rest = strchr(line, ' ');
	if (rest != NULL)
		*rest++ = '\0';
	if (strcmp(word, "log") == 0 && rest != NULL)
		dbgshm_log_printf(events, DBGSHM_SEVERITY_INFO, "%s", rest);
	else if (strcmp(word, "burst") == 0 && rest != NULL)
		for (int i = 0; i < atoi(rest); i++)
			dbgshm_log_printf(
			    events, DBGSHM_SEVERITY_DEBUG, "burst %d", i);
	else if (strcmp(word, "lose") == 0)
		dbgshm_event_record(events, lost_peer,
		    (union dbgshm_field[]){ { .text = "10.0.0.7\033[2J" },
			{ .u = 1268 },
			{ .u = dbgshm_row_reference(connection) } },
		    3);
	else if (strcmp(word, "open") == 0 && rest != NULL)
		dbgshm_pair_open(files, 9, rest);
	else if (strcmp(word, "end") == 0)
		dbgshm_operation_end(&decode, DBGSHM_OUTCOME_OK);
	else if (strcmp(word, "renew") == 0) {
		dbgshm_row_release(connection);
		for (int i = 0; i < 4; i++) /* its slot is among them */
			connect_peer("10.0.0.8");
	} else if (strcmp(word, "die") == 0)
		raise(SIGKILL);
}

int
main(void)
{
	char line[256];

	(void)dbgshm_init(&(struct dbgshm_options){
	    .sampling = DBGSHM_SAMPLER_THREAD, .state = DBGSHM_DARK });
	make_work();
	make_state();
	make_log();
	(void)dbgshm_publish();
	while (fgets(line, sizeof(line), stdin) != NULL)
		obey(line);
	for (;;)
		pause();
}
