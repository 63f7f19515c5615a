/*
 * server.c - a server and its clients in one program, busy over the loopback:
 * operations, the requests they serve, and the connections these came by.
 *
 *	server [SLOW_MS]	one request in 20,000 takes so long (1500)
 *
 * It ends when standard input does.
 */
#include <dbgshm/events.h>
#include <dbgshm/shapes.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS 4
#define RARE 20000 /* one request in so many is slow */

enum { SERVE };
static const char *const kinds[] = { "serve", NULL };

enum { CONNECTION_PEER, CONNECTION_SENT, CONNECTION_COLUMNS };
static const struct dbgshm_column connection_columns[] = {
	[CONNECTION_PEER] = { .name = "peer",
	    .type = DBGSHM_TYPE_TEXT,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "where it comes from" },
	[CONNECTION_SENT] = { .name = "sent",
	    .type = DBGSHM_TYPE_COUNTER,
	    .unit = DBGSHM_UNIT_BYTES,
	    .help = "bytes written to the peer" },
};
enum { REQUEST_WHAT, REQUEST_CONNECTION, REQUEST_COLUMNS };
static const struct dbgshm_column request_columns[] = {
	[REQUEST_WHAT] = { .name = "what",
	    .type = DBGSHM_TYPE_TEXT,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "what is asked for" },
	[REQUEST_CONNECTION] = { .name = "connection",
	    .type = DBGSHM_TYPE_REFERENCE,
	    .help = "by which it came" },
};

static struct dbgshm_operations *work;
static struct dbgshm_table *connections, *requests;
static struct dbgshm_log *events;
static struct sockaddr_in address;
static long slow_ms = 1500;
static uint64_t served; /* by all, to find the rare one */

static void
wait_ms(long ms)
{
	struct timespec time = { .tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

/* ---- what is shown ----------------------------------------------------------- */

static void
describe(void)
{
	work = dbgshm_operations_create(
	    dbgshm_profile_add("work", "requests being served", NULL), kinds,
	    64);
	connections = dbgshm_objects_create(
	    dbgshm_profile_add("net/connections", "who is connected", NULL),
	    connection_columns, CONNECTION_COLUMNS, 16);
	requests = dbgshm_objects_create(
	    dbgshm_profile_add("net/requests", "and what they want", NULL),
	    request_columns, REQUEST_COLUMNS, 16);
	events = dbgshm_log_create(
	    dbgshm_profile_add("log", "what happens", NULL), NULL);
}

/* ---- a connection ------------------------------------------------------------- */

static void
answer(int client, struct dbgshm_row connection, const char *what)
{
	struct dbgshm_operation operation;
	struct dbgshm_row request;
	bool slow;

	slow = __atomic_add_fetch(&served, 1, __ATOMIC_RELAXED) % RARE == 0;
	operation = dbgshm_operation_begin(work, SERVE, what);
	request = dbgshm_row_claim(requests);
	dbgshm_row_text(request, REQUEST_WHAT, what);
	dbgshm_row_set(
	    request, REQUEST_CONNECTION, dbgshm_row_reference(connection));
	dbgshm_row_end(request);
	wait_ms(slow ? slow_ms : 2);
	if (write(client, what, strlen(what)) > 0)
		dbgshm_row_add(connection, CONNECTION_SENT, strlen(what));
	dbgshm_row_finish(request);
	dbgshm_operation_end(&operation, DBGSHM_OUTCOME_OK);
	if (slow)
		dbgshm_log_printf(events, DBGSHM_SEVERITY_WARN,
		    "%s took longer than %u ms", what, (unsigned)slow_ms);
}

static void *
serve(void *context)
{
	int client = (int)(intptr_t)context;
	struct sockaddr_in peer;
	socklen_t size = sizeof(peer);
	struct dbgshm_row connection;
	char what[64];
	ssize_t length;

	getpeername(client, (struct sockaddr *)&peer, &size);
	snprintf(what, sizeof(what), "127.0.0.1:%u", ntohs(peer.sin_port));
	connection = dbgshm_row_claim(connections);
	dbgshm_row_text(connection, CONNECTION_PEER, what);
	dbgshm_row_end(connection);
	while ((length = read(client, what, sizeof(what) - 1)) > 0) {
		what[length] = '\0';
		answer(client, connection, what);
	}
	dbgshm_row_release(connection);
	close(client);
	return (NULL);
}

/* ---- both ends ------------------------------------------------------------------ */

static void *
ask(void *context)
{
	int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	unsigned number = (unsigned)(uintptr_t)context * 1000;
	char text[64];

	if (connect(server, (struct sockaddr *)&address, sizeof(address)) == -1)
		return (NULL);
	for (;;) {
		snprintf(text, sizeof(text), "GET /item/%u", number++);
		if (write(server, text, strlen(text)) <= 0 ||
		    read(server, text, sizeof(text)) <= 0)
			break;
	}
	close(server);
	return (NULL);
}

static void *
accept_all(void *context)
{
	int listening = (int)(intptr_t)context, client;
	pthread_t thread;

	while ((client = accept(listening, NULL, NULL)) != -1)
		if (pthread_create(
			&thread, NULL, serve, (void *)(intptr_t)client) != 0)
			close(client);
	return (NULL);
}

int
main(int argc, char *argv[])
{
	int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof(address);
	pthread_t thread;
	char byte;

	if (argc > 1)
		slow_ms = atol(argv[1]);
	(void)dbgshm_init(&(struct dbgshm_options){
	    .name = "server", .sampling = DBGSHM_SAMPLER_THREAD });
	describe();
	address = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	if (bind(listening, (struct sockaddr *)&address, sizeof(address)) ==
		-1 ||
	    listen(listening, CLIENTS) == -1 ||
	    getsockname(listening, (struct sockaddr *)&address, &size) == -1) {
		perror("server");
		return (1);
	}
	pthread_create(&thread, NULL, accept_all, (void *)(intptr_t)listening);
	for (int i = 0; i < CLIENTS; i++)
		pthread_create(&thread, NULL, ask, (void *)(intptr_t)(i + 1));
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	_exit(0);
}
