/*
 * memory.c - what a program pays for being linked and for each thing it adds:
 * bytes, and the time of what happens once.
 *
 *	memory	lines "NAME 1 VALUE"
 *
 * Each figure comes from a process of its own.  Bytes are those of the region and
 * of the heap; the clock of the past is given.
 */
#include "alone.h"
#include "turns.h"

#include <dbgshm/writer.h>

#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND UINT64_C(1000000000)
#define TEN_MINUTES 600
#define MANY 10000
#define HELP "what was done so often"

struct taken {
	double region, heap, init_ns, create_ns, find_ns, texts;
};

struct wanted {
	size_t metrics, threads, ticks;
	bool past;
};

static pthread_barrier_t turn;

static void *
enter(void *argument)
{
	const struct dbgshm_counter *counter = argument;

	dbgshm_counter_add(*counter, 1);
	pthread_barrier_wait(&turn);
	pthread_barrier_wait(
	    &turn); /* the thread lives while it is looked at */
	return (NULL);
}

static void
create_all(struct dbgshm_counter *counters, size_t count, struct taken *taken)
{
	struct dbgshm_profile *profile =
	    dbgshm_profile_add("part", "a part", NULL);
	char name[32];

	taken->texts = 0;
	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "requests_%zu", i);
		if (dbgshm_counter_create(profile,
			&(struct dbgshm_metric){ .name = name, .help = HELP },
			&counters[i]) == -1)
			err(1, "%s", name);
		taken->texts += (double)(strlen(name) + sizeof(HELP) - 1);
	}
}

/* Of one metric more; or, when it is there already, of finding that. */
static double
once(struct dbgshm_profile *profile, bool there)
{
	static char names[MANY / 10][32];
	struct dbgshm_counter counter;
	double ns;

	for (size_t i = 0; i < MANY / 10; i++)
		snprintf(names[i], sizeof(names[0]), "more_%zu", i);
	ns = -turns_clock(false);
	for (size_t i = 0; i < MANY / 10; i++)
		if ((dbgshm_counter_create(profile,
			 &(struct dbgshm_metric){ .name = names[i] },
			 &counter) == -1) != there)
			err(1, "%s", names[i]);
	ns += turns_clock(false);
	return (ns / (MANY / 10));
}

static double
in_use(void)
{
	struct mallinfo2 now = mallinfo2();

	return ((double)(now.uordblks + now.hblkhd));
}

static void
take(const struct wanted *wanted, struct taken *taken)
{
	static struct dbgshm_counter counters[MANY];
	struct dbgshm_options options = { .sampling = DBGSHM_SAMPLER_TICK,
		.name = "memory" };
	struct dbgshm_profile *more;
	struct dbgshm_cost cost;
	uint64_t now_ns = SECOND * 100000;
	pthread_t thread;
	double heap = in_use();

	if (!wanted->past)
		options.history_bytes = DBGSHM_HISTORY_OFF;
	options.shards = (uint32_t)wanted->threads;
	if (wanted->metrics > 1000)
		options.max_bytes = 64 << 20;
	taken->init_ns = -turns_clock(true);
	if (dbgshm_init(&options) == -1)
		err(1, "dbgshm_init");
	taken->init_ns += turns_clock(true);
	create_all(counters, wanted->metrics, taken);
	pthread_barrier_init(&turn, NULL, (unsigned)wanted->threads + 1);
	for (size_t i = 0; i < wanted->threads; i++) {
		(void)dbgshm_tick(now_ns += SECOND);
		if (pthread_create(&thread, NULL, enter, &counters[0]) != 0)
			errx(1, "pthread_create");
	}
	pthread_barrier_wait(&turn);
	for (size_t tick = 0; tick < wanted->ticks; tick++) {
		for (size_t i = 0; i < wanted->metrics; i += 2)
			dbgshm_counter_add(counters[i], tick * i % 97);
		if (dbgshm_tick(now_ns += SECOND) == -1)
			err(1, "tick");
	}
	dbgshm_region_cost(dbgshm_self(), &cost);
	taken->region = (double)cost.region_bytes;
	taken->heap = in_use() - heap;
	pthread_barrier_wait(&turn);
	more = dbgshm_profile_add("more", "what comes later", NULL);
	taken->create_ns = once(more, false);
	taken->find_ns = once(more, true);
}

static struct taken
taken_by(size_t metrics, size_t threads, size_t ticks, bool past)
{
	struct wanted wanted = { metrics, threads, ticks, past };
	struct taken taken = { 0 };
	int ends[2], status;
	pid_t pid;

	if (pipe(ends) == -1 || (pid = fork()) == -1)
		err(1, "fork");
	if (pid == 0) {
		take(&wanted, &taken);
		if (write(ends[1], &taken, sizeof(taken)) == -1)
			err(1, "pipe");
		exit(0);
	}
	(void)close(ends[1]);
	if (read(ends[0], &taken, sizeof(taken)) != sizeof(taken) ||
	    waitpid(pid, &status, 0) == -1 || status != 0)
		errx(1, "a run has failed");
	(void)close(ends[0]);
	return (taken);
}

static double
all(const struct taken *taken)
{
	return (taken->region + taken->heap);
}

static void
say(const char *name, double value)
{
	printf("%s 1 %.4f\n", name, value);
}

int
main(void)
{
	struct taken ten, more, twenty, plain, many, four;
	double region;

	(void)alone();
	ten = taken_by(10, 1, TEN_MINUTES, true);
	more = taken_by(1000, 1, TEN_MINUTES, true);
	twenty = taken_by(10, 1, 2 * TEN_MINUTES, true);
	plain = taken_by(1000, 1, 0, false);
	many = taken_by(MANY, 1, 0, false);
	four = taken_by(MANY, 4, 0, false);
	/* Shard 0, which all threads share, is there besides the thread's own. */
	region = many.region - plain.region - 8 * (MANY - 1000);

	say("init_ms", ten.init_ns / 1e6);
	say("ten_metrics_KiB", all(&ten) / 1024);
	say("metric_with_past_bytes", (all(&more) - all(&ten)) / 990);
	say("minute_of_ten_bytes", (all(&twenty) - all(&ten)) / 10);
	say("metric_bytes",
	    (region - many.texts + plain.texts) / (MANY - 1000));
	say("metric_heap_bytes", (many.heap - plain.heap) / (MANY - 1000));
	say("metric_shard_bytes", (four.region - many.region) / MANY / 3);
	say("thread_KiB", (four.region - many.region) / 3 / 1024);
	say("create_us", many.create_ns / 1e3);
	say("find_ns", many.find_ns);
	return (0);
}
