/*
 * history.c - what the past costs: time of a tick, bytes of a sample, time to
 * read it.
 *
 * Each run is a process of its own with a region of its own, two threads that
 * count, and a clock that is given, so that an hour takes as long as its ticks.
 * Bytes are those that stand in the region: key frames, heads of frames and the
 * library's own metrics included.
 *
 *	history [ROUNDS [SECONDS]]	a table; SECONDS of the kernel's counters
 *					are recorded first (default 5 and 30)
 *	history sizes			only what is the same on every machine, as a
 *					test: 1 when a goal is missed
 *	history tick mixed|idle METRICS TICKS	only ticks, for profilers
 */
#include "program.h"

#include <dbgshm/reader.h>

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define ROUNDS_MAX 101
#define MEBIBYTE (UINT64_C(1) << 20)

/* What came out. */
struct outcome {
	double metrics, tick_ns; /* CPU time of one tick */
	double bytes;		 /* of one sample in the finest tier */
	double frame_bytes;	 /* of all samples of one tick */
	/* How far back the finest tier, the next and all go, at the worst moment of
	 * the last tenth. */
	double fine_s, middle_s, reach_s;
	double open_ns, show_ns; /* all moments once */
	double read_ns;		 /* and the value of each metric */
};

static double
cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return ((double)now.tv_sec * 1e9 + (double)now.tv_nsec);
}

static int
compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return ((a > b) - (a < b));
}

/* ---- how far it reaches ------------------------------------------------------ */

static void
own_path(char *path, size_t size)
{
	struct dbgshm_list list;

	if (dbgshm_list_take(0, &list) == -1)
		err(1, "list");
	for (size_t i = 0; i < list.count; i++)
		if (list.entries[i].pid == getpid()) {
			snprintf(path, size, "%s", list.entries[i].path);
			dbgshm_list_free(&list);
			return;
		}
	errx(1, "the region is not to be seen");
}

static struct dbgshm_past *
own_past(struct dbgshm_reader **reader)
{
	struct dbgshm_past *past;
	char path[256];

	own_path(path, sizeof(path));
	if (dbgshm_reader_open(path, reader, NULL) == -1 ||
	    dbgshm_reader_refresh(*reader) == -1 ||
	    dbgshm_past_open(*reader, &past) == -1)
		err(1, "%s", path);
	return (past);
}

static void
least_of(double *least, uint64_t ns)
{
	double s = (double)ns / (double)SECOND;

	if (*least == 0 || *least > s)
		*least = s;
}

static void
look_at_reach(struct outcome *outcome)
{
	struct dbgshm_reader *reader;
	struct dbgshm_past *past = own_past(&reader);
	size_t i, count = dbgshm_past_count(past);
	uint64_t last = dbgshm_past_moment(past, count - 1).mono_ns;

	least_of(&outcome->reach_s, last - dbgshm_past_moment(past, 0).mono_ns);
	for (i = 0; dbgshm_past_moment(past, i).period_ns > 10 * SECOND;)
		i++;
	least_of(
	    &outcome->middle_s, last - dbgshm_past_moment(past, i).mono_ns);
	while (dbgshm_past_moment(past, i).coarse)
		i++;
	least_of(&outcome->fine_s, last - dbgshm_past_moment(past, i).mono_ns);
	dbgshm_past_close(past);
	dbgshm_reader_close(reader);
}

/* ---- running ------------------------------------------------------------------- */

/* The mean of a tick, without the hundredth that was disturbed most.  outcome, or
 * NULL: how far back it reaches, looked at each minute near the end. */
static double
program_run(struct program *program, size_t ticks, struct outcome *outcome)
{
	double *took = load_memory(ticks, sizeof(*took)), sum = 0;
	struct timespec start;
	pthread_t second;
	uint64_t now_ns;

	clock_gettime(CLOCK_MONOTONIC, &start);
	now_ns = (uint64_t)start.tv_sec * SECOND + (uint64_t)start.tv_nsec;
	if (pthread_create(&second, NULL, second_thread, program) != 0)
		errx(1, "pthread_create");
	for (size_t tick = 0; tick < ticks; tick++) {
		if (tick > 0)
			load_step(&program->load);
		pthread_barrier_wait(&program->turn);
		record(program, 0);
		pthread_barrier_wait(&program->turn);
		now_ns += SECOND;
		took[tick] = cpu_ns();
		if (dbgshm_tick(now_ns) == -1)
			err(1, "dbgshm_tick");
		took[tick] = cpu_ns() - took[tick];
		if (outcome != NULL && tick >= ticks - ticks / 10 &&
		    tick % 60 == 0)
			look_at_reach(outcome);
	}
	program->over = true;
	pthread_barrier_wait(&program->turn);
	pthread_join(second, NULL);
	qsort(took, ticks, sizeof(*took), compare);
	for (size_t tick = 0; tick < ticks - ticks / 100; tick++)
		sum += took[tick];
	sum /= (double)(ticks - ticks / 100);
	free(took);
	return (sum);
}

/* ---- what it left --------------------------------------------------------------- */

/* Bytes of the finest tier of metrics. */
static double
stored_bytes(const char *path)
{
	const struct dbgshm_header *header;
	const struct dbgshm_section *section = NULL;
	const struct dbgshm_slot *slot;
	struct stat about;
	double bytes = 0;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	const char *map;

	if (file == -1 || fstat(file, &about) == -1)
		err(1, "%s", path);
	map = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_SHARED, file, 0);
	if (map == MAP_FAILED)
		err(1, "%s", path);
	header = (const void *)map;
	for (int i = 0; i < DBGSHM_SECTION_SLOTS; i++)
		if (header->sections[i].type == DBGSHM_SECTION_HISTORY)
			section = &header->sections[i];
	if (section == NULL)
		errx(1, "no history");
	for (uint64_t at = 0; at < section->used; at += DBGSHM_SLOT_SIZE) {
		slot = (const void *)(map + section->offset + at);
		if (slot->block != 0 && slot->ring == DBGSHM_RING_METRICS &&
		    slot->tier == 0)
			bytes += (double)slot->used;
	}
	munmap((void *)(uintptr_t)map, (size_t)about.st_size);
	(void)close(file);
	return (bytes);
}

static void
look_back(struct outcome *outcome)
{
	struct dbgshm_reader *reader;
	struct dbgshm_past *past;
	size_t count, fine = 0;
	uint64_t sum = 0;
	char path[256];
	double before;

	own_path(path, sizeof(path));
	if (dbgshm_reader_open(path, &reader, NULL) == -1 ||
	    dbgshm_reader_refresh(reader) == -1)
		err(1, "%s", path);
	before = cpu_ns();
	if (dbgshm_past_open(reader, &past) == -1)
		err(1, "dbgshm_past_open");
	outcome->open_ns = cpu_ns() - before;
	count = dbgshm_past_count(past);
	for (size_t i = 0; i < count; i++)
		fine += !dbgshm_past_moment(past, i).coarse;
	/* The library's own metrics are samples too. */
	outcome->frame_bytes = stored_bytes(path) / (double)fine;
	outcome->bytes =
	    outcome->frame_bytes / (double)dbgshm_reader_metric_count(reader);
	before = cpu_ns();
	for (size_t i = 0; i < count; i++)
		if (dbgshm_past_show(past, i) == -1)
			err(1, "moment %zu", i);
	outcome->show_ns = cpu_ns() - before;
	before = cpu_ns();
	for (size_t i = 0; i < count; i++) {
		if (dbgshm_past_show(past, i) == -1)
			err(1, "moment %zu", i);
		for (size_t m = 0; m < dbgshm_reader_metric_count(reader); m++)
			sum += dbgshm_reader_value(reader, m).u;
	}
	outcome->read_ns = cpu_ns() - before;
	__asm__ volatile("" ::"r"(sum));
	dbgshm_past_close(past);
	dbgshm_reader_close(reader);
}

static struct outcome
run_once(const struct run *run, const struct recording *recording)
{
	struct outcome outcome = { 0 };
	static struct program program;
	int ends[2], status;
	pid_t child;

	(void)fflush(stdout);
	if (pipe(ends) == -1 || (child = fork()) == -1)
		err(1, "fork");
	if (child == 0) {
		program_start(&program, run,
		    run->load == LOAD_RECORDED ? recording : NULL);
		outcome.metrics = (double)program.load.count;
		outcome.tick_ns = program_run(
		    &program, run->ticks, run->reach ? &outcome : NULL);
		if (run->history_bytes != DBGSHM_HISTORY_OFF)
			look_back(&outcome);
		if (write(ends[1], &outcome, sizeof(outcome)) == -1)
			err(1, "pipe");
		exit(0); /* the region goes too */
	}
	(void)close(ends[1]);
	if (read(ends[0], &outcome, sizeof(outcome)) != sizeof(outcome))
		errx(1, "a run has failed");
	(void)close(ends[0]);
	if (waitpid(child, &status, 0) != child || status != 0)
		errx(1, "a run has failed");
	return (outcome);
}

/* ---- figures ---------------------------------------------------------------------- */

enum {
	RUN_MIXED,
	RUN_WITHOUT,
	RUN_RECORDED,
	RUN_IDLE,
	RUN_OWN,
	RUN_HOUR,
	RUN_BINARY,
	RUN_READ
};

static const struct run runs[] = {
	[RUN_MIXED] = { LOAD_MIXED, 10000, 600, 0, false },
	[RUN_WITHOUT] = { LOAD_MIXED, 10000, 600, DBGSHM_HISTORY_OFF, false },
	[RUN_RECORDED] = { LOAD_RECORDED, 0, 3600, 0, false },
	[RUN_IDLE] = { LOAD_IDLE, 10000, 3600, 0, false },
	[RUN_OWN] = { LOAD_IDLE, 1, 3600, 0, false },
	[RUN_HOUR] = { LOAD_MIXED, 1000, 36000, 4 * MEBIBYTE, true },
	[RUN_BINARY] = { LOAD_BINARY, 1000, 36000, 4 * MEBIBYTE, true },
	[RUN_READ] = { LOAD_MIXED, 1000, 3600, 16 * MEBIBYTE, false },
};
#define RUNS (sizeof(runs) / sizeof(runs[0]))

/* Of all runs of a round. */
static double
tick_metric(const struct outcome *outcomes, int run)
{
	return (outcomes[run].tick_ns / outcomes[run].metrics);
}

/* Less what the same tick takes without a history. */
static double
history_metric(const struct outcome *outcomes, int run)
{
	return (
	    tick_metric(outcomes, run) - tick_metric(outcomes, RUN_WITHOUT));
}

static double
sample_bytes(const struct outcome *outcomes, int run)
{
	return (outcomes[run].bytes);
}

static double
frame_bytes(const struct outcome *outcomes, int run)
{
	return (outcomes[run].frame_bytes);
}

/* Less what the library's own metrics take. */
static double
recorded_bytes(const struct outcome *outcomes, int run)
{
	return ((outcomes[run].frame_bytes - outcomes[RUN_OWN].frame_bytes) /
	    outcomes[run].metrics);
}

static double
fine_minutes(const struct outcome *outcomes, int run)
{
	return (outcomes[run].fine_s / 60);
}

static double
middle_minutes(const struct outcome *outcomes, int run)
{
	return (outcomes[run].middle_s / 60);
}

static double
reach_minutes(const struct outcome *outcomes, int run)
{
	return (outcomes[run].reach_s / 60);
}

static double
decode_ms(const struct outcome *outcomes, int run)
{
	return ((outcomes[run].open_ns + outcomes[run].show_ns) / 1e6);
}

static double
read_ms(const struct outcome *outcomes, int run)
{
	return ((outcomes[run].open_ns + outcomes[run].read_ns) / 1e6);
}

static const struct figure {
	const char *name, *unit;
	int run;
	double (*value)(const struct outcome *outcomes, int run);
	double goal; /* 0 none; below 0: at least so much */
	bool exact;  /* the same on every machine */
} figures[] = {
	{ "history, 10,000 mixed metrics, 2 shards", "ns/metric", RUN_MIXED,
	    history_metric, 6, false },
	{ "  the whole tick", "ns/metric", RUN_MIXED, tick_metric, 0, false },
	{ "tick, recorded kernel counters", "ns/metric", RUN_RECORDED,
	    tick_metric, 0, false },
	{ "tick, 10,000 idle metrics", "ns/metric", RUN_IDLE, tick_metric, 0,
	    false },
	{ "size, mixed", "B/sample", RUN_MIXED, sample_bytes, 1, true },
	{ "size, recorded kernel counters", "B/sample", RUN_RECORDED,
	    recorded_bytes, 0.15, false },
	{ "  the library's own metrics", "B/tick", RUN_OWN, frame_bytes, 0,
	    false },
	{ "size, idle", "B/sample", RUN_IDLE, sample_bytes, 0.06, true },
	{ "1,000 metrics in 4 MiB, each second", "minutes", RUN_HOUR,
	    fine_minutes, -60, true },
	{ "  each 10 seconds", "minutes", RUN_HOUR, middle_minutes, 0, true },
	{ "  each minute", "minutes", RUN_HOUR, reach_minutes, 0, true },
	{ "  each second, all doubles noise", "minutes", RUN_BINARY,
	    fine_minutes, 0, true },
	{ "reading an hour of 1,000 metrics", "ms", RUN_READ, decode_ms, 50,
	    false },
	{ "  with a call for each value", "ms", RUN_READ, read_ms, 0, false },
};
#define FIGURES (sizeof(figures) / sizeof(figures[0]))

static bool
figure_show(
    const struct figure *figure, struct outcome (*outcomes)[RUNS], int rounds)
{
	double values[ROUNDS_MAX], median;
	bool met;

	for (int i = 0; i < rounds; i++)
		values[i] = figure->value(outcomes[i], figure->run);
	qsort(values, (size_t)rounds, sizeof(values[0]), compare);
	median = values[rounds / 2];
	printf("%-39s %9.3f %9.3f %9.3f  %-9s", figure->name, median, values[0],
	    values[rounds - 1], figure->unit);
	if (figure->goal == 0) {
		printf("\n");
		return (true);
	}
	met =
	    figure->goal > 0 ? median <= figure->goal : median >= -figure->goal;
	printf(" %s %-5g %s\n", figure->goal > 0 ? "<=" : ">=",
	    figure->goal > 0 ? figure->goal : -figure->goal,
	    met ? "met" : "missed");
	return (met);
}

static int
only_ticks(const char *load, size_t metrics, size_t ticks)
{
	struct run run = { strcmp(load, "idle") == 0 ? LOAD_IDLE : LOAD_MIXED,
		metrics, ticks, 0, false };
	static struct program program;

	program_start(&program, &run, NULL);
	printf("%.3f ns a tick and metric\n",
	    program_run(&program, ticks, NULL) / (double)metrics);
	return (0);
}

int
main(int argc, char *argv[])
{
	static struct outcome outcomes[ROUNDS_MAX][RUNS];
	bool sizes = argc > 1 && strcmp(argv[1], "sizes") == 0, met = true;
	int rounds = argc > 1 && !sizes ? atoi(argv[1]) : sizes ? 1 : 5;
	int seconds = argc > 2 ? atoi(argv[2]) : 30;
	struct recording recording = { 0 };

	if (argc == 5 && strcmp(argv[1], "tick") == 0)
		return (only_ticks(argv[2], strtoul(argv[3], NULL, 10),
		    strtoul(argv[4], NULL, 10)));
	if (rounds < 1 || rounds > ROUNDS_MAX || seconds < 1)
		errx(2, "usage: history [1..%d [SECONDS]] | sizes", ROUNDS_MAX);
	if (!sizes) {
		load_record(&recording, (unsigned)seconds);
		printf(
		    "%zu kernel counters, %zu seconds of them, %.1f %% of the "
		    "samples changed\n",
		    recording.count, recording.ticks, load_changed(&recording));
	}
	for (int round = 0; round < rounds; round++)
		for (size_t run = 0; run < RUNS; run++)
			if (!sizes || runs[run].load != LOAD_RECORDED)
				outcomes[round][run] =
				    run_once(&runs[run], &recording);
	printf("%-39s %9s %9s %9s  %-9s %s\n", "", "median", "least", "most",
	    "", "goal");
	for (size_t i = 0; i < FIGURES; i++)
		if (figures[i].exact || !sizes)
			met &= figure_show(&figures[i], outcomes, rounds);
	return (sizes && !met);
}
