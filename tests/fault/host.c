/*
 * host.c - a program with telemetry that does what its arguments say.
 *
 * The fault tests run it under full disks, small limits, injected errors and
 * kill signals; it must always go on and always end with "host: done".
 *
 *	host init=on add=1000 threads=8:100000 reason state wait
 */
#include <dbgshm/events.h>

#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct dbgshm_profile *profile;
static struct dbgshm_counter adds;
static struct dbgshm_updown open_now;
static struct dbgshm_gauge depth;
static struct dbgshm_histogram latency;
static struct dbgshm_table *table;
static uint64_t thread_adds;
static struct dbgshm_log *journal;
static struct dbgshm_event counted;

static const struct dbgshm_column columns[] = {
	{ "name", DBGSHM_TYPE_TEXT, DBGSHM_UNIT_NONE, "which one", 24, 0, 0,
	    NULL },
	{ "a", DBGSHM_TYPE_GAUGE, DBGSHM_UNIT_NONE, "equal to b", 0, 0, 0,
	    NULL },
	{ "b", DBGSHM_TYPE_GAUGE, DBGSHM_UNIT_NONE, "equal to a", 0, 0, 0,
	    NULL },
};

static void
say(const char *what, int result)
{
	printf(
	    "%s: %d %s\n", what, result, result == -1 ? strerror(errno) : "ok");
	fflush(stdout);
}

/* Registers what it can; a full region is not a reason to stop. */
static void
register_all(void)
{
	struct dbgshm_metric metric = { "adds", "additions", DBGSHM_UNIT_NONE,
		0, 0, NULL, 0 };
	struct dbgshm_row row;
	uint32_t i;

	profile = dbgshm_profile_add("host/work", "what the host does", NULL);
	if (dbgshm_counter_create(profile, &metric, &adds) == -1)
		printf("register: %s\n", strerror(errno));
	metric.name = "open";
	(void)dbgshm_updown_create(profile, &metric, &open_now);
	metric.name = "depth";
	(void)dbgshm_gauge_create(profile, &metric, &depth);
	metric.name = "latency";
	metric.unit = DBGSHM_UNIT_NS;
	(void)dbgshm_histogram_create(profile, &metric, &latency);
	table = dbgshm_table_create(profile, columns, 3, 8);
	for (i = 0; i < 3; i++) {
		row = dbgshm_row_claim(table);
		dbgshm_row_text(row, 0, "row");
		dbgshm_row_set(row, 1, i);
		dbgshm_row_set(row, 2, i);
		dbgshm_row_end(row);
	}
}

static void
init(const char *state)
{
	struct dbgshm_options options = { 0 };

	options.sampling = strstr(state, "tick") != NULL
	    ? DBGSHM_SAMPLER_TICK
	    : DBGSHM_SAMPLER_THREAD;
	options.state =
	    strstr(state, "dark") != NULL ? DBGSHM_DARK : DBGSHM_PUBLISHED;
	options.period_ns = 50000000;
	options.version = "1.0";
	say("init", dbgshm_init(&options));
	register_all();
}

static void
add(const char *count)
{
	uint64_t i, n = strtoull(count, NULL, 10);

	for (i = 0; i < n; i++) {
		dbgshm_counter_add(adds, 1);
		dbgshm_updown_inc(open_now, 2);
		dbgshm_updown_dec(open_now, 1);
		dbgshm_gauge_set(depth, (int64_t)i);
		dbgshm_histogram_record(latency, i);
	}
	printf("add: %llu\n", (unsigned long long)n);
}

static void *
thread_main(void *argument)
{
	uint64_t i;

	(void)argument;
	for (i = 0; i < thread_adds; i++)
		dbgshm_counter_add(adds, 1);
	return (NULL);
}

static void
threads(const char *text)
{
	pthread_t thread[64];
	int i, n = atoi(text);

	thread_adds = strtoull(strchr(text, ':') + 1, NULL, 10);
	if (n > 64)
		errx(2, "at most 64 threads");
	for (i = 0; i < n; i++)
		if (pthread_create(&thread[i], NULL, thread_main, NULL) != 0)
			errx(2, "no thread");
	for (i = 0; i < n; i++)
		(void)pthread_join(thread[i], NULL);
	printf("threads: %d\n", n);
}

/* Events that say who they are of and which one; some with a text. */
static void *
event_main(void *number)
{
	uint64_t words[2] = { (uint64_t)(uintptr_t)number, 0 };

	dbgshm_thread_enter();
	for (; words[1] < thread_adds; words[1]++) {
		dbgshm_event_words(journal, counted, dbgshm_now(), words, 2);
		if (words[1] % 8 == 0)
			dbgshm_log_printf(journal, DBGSHM_SEVERITY_INFO,
			    "%u has %u", (unsigned)words[0],
			    (unsigned)words[1]);
	}
	return (NULL);
}

static void
events(const char *text)
{
	static const struct dbgshm_column fields[] = {
		{ "who", DBGSHM_TYPE_GAUGE, 0, NULL, 0, 0, 0, NULL },
		{ "what", DBGSHM_TYPE_GAUGE, 0, NULL, 0, 0, 0, NULL },
	};
	const struct dbgshm_event_kind kind = { "counted", "{who}: {what}",
		DBGSHM_SEVERITY_DEBUG, fields, 2 };
	pthread_t thread[64];
	int i, n = atoi(text);

	thread_adds = strtoull(strchr(text, ':') + 1, NULL, 10);
	if (n > 64)
		errx(2, "at most 64 threads");
	journal = dbgshm_log_create(profile, NULL);
	say("log", journal == NULL ? -1 : 0);
	(void)dbgshm_event_create(journal, &kind, &counted);
	for (i = 0; i < n; i++)
		if (pthread_create(&thread[i], NULL, event_main,
			(void *)(uintptr_t)(unsigned)i) != 0)
			errx(2, "no thread");
	for (i = 0; i < n; i++)
		(void)pthread_join(thread[i], NULL);
	printf("events: %d\n", n);
}

/* One after the other, so that each takes over the cells of the last. */
static void
churn(const char *text)
{
	pthread_t thread;
	int i, n = atoi(text);

	thread_adds = strtoull(strchr(text, ':') + 1, NULL, 10);
	for (i = 0; i < n; i++) {
		if (pthread_create(&thread, NULL, thread_main, NULL) != 0)
			errx(2, "no thread");
		(void)pthread_join(thread, NULL);
	}
	printf("churn: %d\n", n);
}

static void
fork_adds(const char *count)
{
	pid_t child;
	int status = 0;

	fflush(stdout);
	if ((child = fork()) == 0) {
		add(count);
		fflush(stdout);
		_exit(dbgshm_reason() == DBGSHM_REASON_FORKED ? 0 : 1);
	}
	(void)waitpid(child, &status, 0);
	printf("fork: %d\n", status);
}

/* register and remove the same hundred paths again and again */
static void
cycles(const char *count)
{
	char path[32];
	struct dbgshm_profile *mine;
	struct dbgshm_counter counter;
	struct dbgshm_metric metric = { "n", NULL, 0, 0, 0, NULL, 0 };
	long i, n = atol(count);

	for (i = 0; i < n; i++) {
		(void)snprintf(path, sizeof(path), "cycle/p%ld", i % 100);
		if ((mine = dbgshm_profile_add(path, "again", NULL)) == NULL ||
		    dbgshm_counter_create(mine, &metric, &counter) == -1 ||
		    dbgshm_profile_remove(mine) == -1)
			err(1, "cycle %ld", i);
	}
	printf("cycles: %ld\n", n);
}

/* registers until the region is full, then shows that it still counts */
static void
fill(const char *count)
{
	char name[32];
	struct dbgshm_counter counter;
	struct dbgshm_metric metric = { name, "one of many", 0, 0, 0, NULL, 0 };
	long i, n = atol(count);

	for (i = 0; i < n; i++) {
		(void)snprintf(name, sizeof(name), "m%ld", i);
		counter.cell = 0;
		if (dbgshm_counter_create(profile, &metric, &counter) == -1)
			break;
		dbgshm_counter_add(counter, 1);
	}
	printf("fill: %s after %s\n", i == n ? "ok" : strerror(errno),
	    i == 0 ? "none" : "some");
}

static void
flip(const char *count)
{
	long i, failures = 0, n = atol(count);

	for (i = 0; i < n; i++)
		failures += dbgshm_unpublish() != 0 || dbgshm_publish() != 0;
	printf("flip: %ld failures\n", failures);
}

static void
wait_for_end(const char *unused)
{
	char c;

	(void)unused;
	printf("waiting %d\n", (int)getpid());
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		continue;
}

static void
state(const char *unused)
{
	(void)unused;
	printf("state: %d\n", (int)dbgshm_state());
}

static void
reason(const char *unused)
{
	(void)unused;
	printf("reason: %s\n", dbgshm_reason_text(dbgshm_reason()));
}

static void
tick(const char *unused)
{
	(void)unused;
	say("tick", dbgshm_tick(0));
}

static void
publish(const char *unused)
{
	(void)unused;
	say("publish", dbgshm_publish());
}

static void
unpublish(const char *unused)
{
	(void)unused;
	say("unpublish", dbgshm_unpublish());
}

static void
sandbox(const char *unused)
{
	(void)unused;
	say("sandbox", dbgshm_sandbox());
}

/* gives up root for this user, telemetry included */
static void
drop(const char *id)
{
	uid_t uid = (uid_t)strtoul(id, NULL, 10);

	say("reown", dbgshm_reown(uid, uid));
	if (setresgid(uid, uid, uid) == -1 || setresuid(uid, uid, uid) == -1)
		err(2, "drop to %u", (unsigned)uid);
}

static void
die(const char *unused)
{
	(void)unused;
	fflush(stdout);
	(void)kill(getpid(), SIGKILL);
}

static const struct {
	const char *word;
	void (*run)(const char *);
} words[] = {
	{ "init", init },
	{ "add", add },
	{ "threads", threads },
	{ "churn", churn },
	{ "events", events },
	{ "fork", fork_adds },
	{ "cycles", cycles },
	{ "fill", fill },
	{ "flip", flip },
	{ "wait", wait_for_end },
	{ "state", state },
	{ "reason", reason },
	{ "tick", tick },
	{ "publish", publish },
	{ "unpublish", unpublish },
	{ "sandbox", sandbox },
	{ "drop", drop },
	{ "die", die },
};

int
main(int argc, char **argv)
{
	size_t word, length;
	int i;

	for (i = 1; i < argc; i++) {
		length = strcspn(argv[i], "=");
		for (word = 0; word < sizeof(words) / sizeof(words[0]); word++)
			if (strlen(words[word].word) == length &&
			    strncmp(words[word].word, argv[i], length) == 0)
				break;
		if (word == sizeof(words) / sizeof(words[0]))
			errx(2, "%s: not a word of this host", argv[i]);
		words[word].run(
		    argv[i][length] == '=' ? argv[i] + length + 1 : "");
	}
	printf("host: done\n");
	return (0);
}
