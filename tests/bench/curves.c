/*
 * curves.c - how costs grow: with threads, rows, regions of the host, and the
 * length of the past.
 *
 *	curves	tables; the last column is a bar, as long as the cost of one
 *
 * Each point is the least of a few tries in a process of its own.
 */
#include "alone.h"
#include "turns.h"

#include <dbgshm/reader.h>
#include <dbgshm/writer.h>

#include <sys/wait.h>
#include <unistd.h>

#define TRIES 5
#define SECOND UINT64_C(1000000000)
#define BAR 40

struct curve {
	const char *title, *of, *unit;
	double (*point)(size_t n);
	size_t at[8]; /* 0 ends them */
};

static struct dbgshm_counter counter;
static pthread_barrier_t turn;

static void
start(uint32_t shards, uint64_t max_bytes)
{
	if (dbgshm_init(
		&(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		    .state = DBGSHM_PUBLISHED,
		    .name = "curves",
		    .max_bytes = max_bytes,
		    .history_bytes = max_bytes / 2,
		    .shards = shards }) == -1 ||
	    dbgshm_counter_create(dbgshm_profile_add("part", "a part", NULL),
		&(struct dbgshm_metric){ .name = "counter" }, &counter) == -1)
		err(1, "a region");
}

/* ---- threads ----------------------------------------------------------------- */

#define ADDS 20000
#define TICKS 6

static void *
add(void *argument)
{
	double *ns = argument;

	for (int i = 0; i < TICKS; i++) {
		/* Takes cells, or asks for them: now and then. */
		for (int call = 0; call < ADDS; call++)
			dbgshm_counter_add(counter, 1);
		pthread_barrier_wait(&turn);
		pthread_barrier_wait(&turn); /* a tick has made some */
	}
	*ns = -turns_clock(false);
	TIMES(ADDS)
	{
		dbgshm_counter_add(counter, 1);
		FORGET;
	}
	*ns += turns_clock(false);
	pthread_barrier_wait(&turn);
	return (NULL);
}

static double
by_threads(size_t n)
{
	pthread_t *ids = calloc(n, sizeof(*ids));
	double *ns = calloc(n, sizeof(*ns)), sum = 0;
	pthread_attr_t small;

	start(0, 0);
	pthread_barrier_init(&turn, NULL, (unsigned)n + 1);
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 << 10);
	for (size_t i = 0; i < n; i++)
		if (pthread_create(&ids[i], &small, add, &ns[i]) != 0)
			errx(1, "pthread_create");
	for (int i = 0; i < TICKS; i++) {
		pthread_barrier_wait(&turn);
		(void)dbgshm_tick(0);
		pthread_barrier_wait(&turn);
	}
	pthread_barrier_wait(&turn);
	for (size_t i = 0; i < n; i++)
		sum += ns[i];
	return (sum / (double)n / ADDS);
}

/* ---- rows ----------------------------------------------------------------------- */

static const struct dbgshm_column columns[] = {
	{ .name = "size", .type = DBGSHM_TYPE_GAUGE },
	{ .name = "age", .type = DBGSHM_TYPE_GAUGE },
};

/* A claim and a finish where all but a few rows are live. */
static double
by_rows(size_t n)
{
	struct dbgshm_table *table;
	struct dbgshm_row row;
	double ns;

	start(0, 64 << 20);
	table = dbgshm_table_create(
	    dbgshm_profile_add("rows", "rows", NULL), columns, 2, (uint32_t)n);
	if (table == NULL)
		err(1, "a table");
	for (size_t i = 0; i + i / 10 + 2 < n; i++)
		dbgshm_row_end(dbgshm_row_claim(table));
	ns = -turns_clock(false);
	TIMES(ADDS)
	{
		row = dbgshm_row_claim(table);
		dbgshm_row_end(row);
		dbgshm_row_finish(row);
	}
	return ((ns + turns_clock(false)) / ADDS);
}

/* ---- ticks ---------------------------------------------------------------------- */

static double
by_metrics(size_t n)
{
	struct dbgshm_counter *all = calloc(n, sizeof(*all));
	struct dbgshm_profile *profile;
	uint64_t now_ns = 100000 * SECOND;
	double ns = 0, took;
	char name[32];

	start(1, 256 << 20);
	profile = dbgshm_profile_add("many", "many", NULL);
	for (size_t i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "counter%zu", i);
		if (dbgshm_counter_create(profile,
			&(struct dbgshm_metric){ .name = name }, &all[i]) == -1)
			err(1, "%s", name);
	}
	for (int tick = 0; tick < 120; tick++) {
		for (size_t i = 0; i < n; i += 3)
			dbgshm_counter_add(all[i], i % 97 * (size_t)tick);
		took = -turns_clock(false);
		(void)dbgshm_tick(now_ns += SECOND);
		if (tick >= 20)
			ns += took + turns_clock(false);
	}
	return (ns / 100 / (double)n);
}

/* ---- regions on the host ----------------------------------------------------------- */

static void
fill_host(size_t regions)
{
	struct dbgshm_subject subject = {
		.pid = getpid(), .uid = getuid(), .name = "other"
	};
	struct dbgshm_options options = { .sampling = DBGSHM_SAMPLER_TICK,
		.state = DBGSHM_PUBLISHED,
		.max_bytes = 1 << 20,
		.history_bytes = DBGSHM_HISTORY_OFF };

	for (size_t i = 0; i < regions; i++)
		if (dbgshm_region_create(&options, &subject, NULL) == NULL)
			err(1, "region %zu", i);
}

static double
init_by_regions(size_t n)
{
	double ns;

	fill_host(n);
	ns = -turns_clock(true);
	start(0, 0);
	return ((ns + turns_clock(true)) / 1e3);
}

static double
list_by_regions(size_t n)
{
	struct dbgshm_list list;
	double ns;

	fill_host(n);
	ns = -turns_clock(true);
	if (dbgshm_list_take(0, &list) == -1)
		err(1, "list");
	ns += turns_clock(true);
	dbgshm_list_free(&list);
	return (ns / 1e3);
}

/* ---- the past ------------------------------------------------------------------------ */

static double
by_history(size_t n)
{
	struct dbgshm_reader *reader = NULL;
	struct dbgshm_list list;
	struct dbgshm_past *past;
	uint64_t now_ns = 100000 * SECOND;
	double ns;

	start(1, 64 << 20);
	for (size_t tick = 0; tick < n; tick++) {
		dbgshm_counter_add(counter, tick % 97);
		(void)dbgshm_tick(now_ns += SECOND);
	}
	if (dbgshm_list_take(0, &list) == -1)
		err(1, "list");
	for (size_t i = 0; i < list.count; i++)
		if (list.entries[i].pid == getpid())
			(void)dbgshm_reader_open(
			    list.entries[i].path, &reader, NULL);
	ns = -turns_clock(false);
	if (reader == NULL || dbgshm_reader_refresh(reader) == -1 ||
	    dbgshm_past_open(reader, &past) == -1)
		err(1, "the past");
	for (size_t i = 0; i < dbgshm_past_count(past); i++)
		(void)dbgshm_past_show(past, i);
	return ((ns + turns_clock(false)) / 1e3);
}

/* ---- pictures --------------------------------------------------------------------------- */

static const struct curve curves[] = {
	{ "counter add on so many threads", "threads", "ns", by_threads,
	    { 1, 2, 8, 15, 16, 32, 128, 1000 } },
	{ "a row claimed and finished in a table of so many", "rows", "ns",
	    by_rows, { 10, 100, 1000, 10000, 100000 } },
	{ "a tick, of each metric when there are so many", "metrics", "ns",
	    by_metrics, { 10, 100, 1000, 10000, 100000 } },
	{ "initialising with so many regions on the host", "regions", "us",
	    init_by_regions, { 1, 10, 100, 1000 } },
	{ "listing so many regions", "regions", "us", list_by_regions,
	    { 1, 10, 100, 1000 } },
	{ "reading all of a past of so many seconds", "seconds", "us",
	    by_history, { 60, 600, 3600, 36000 } },
};

static double
in_child(const struct curve *curve, size_t n)
{
	int ends[2], status;
	double value = 0;
	pid_t pid;

	(void)fflush(stdout);
	if (pipe(ends) == -1 || (pid = fork()) == -1)
		err(1, "fork");
	if (pid == 0) {
		(void)alone();
		value = curve->point(n);
		if (write(ends[1], &value, sizeof(value)) == -1)
			err(1, "pipe");
		_exit(0);
	}
	(void)close(ends[1]);
	if (read(ends[0], &value, sizeof(value)) != sizeof(value) ||
	    waitpid(pid, &status, 0) == -1)
		errx(1, "%s: %zu", curve->title, n);
	(void)close(ends[0]);
	return (value);
}

static void
draw(const struct curve *curve)
{
	double values[8], most = 0, value;
	size_t count = 0;

	for (; count < 8 && curve->at[count] != 0; count++) {
		values[count] = in_child(curve, curve->at[count]);
		for (int try = 1; try < TRIES; try++) {
			value = in_child(curve, curve->at[count]);
			if (value < values[count])
				values[count] = value;
		}
		most = values[count] > most ? values[count] : most;
	}
	printf("%s\n%10s %12s\n", curve->title, curve->of, curve->unit);
	for (size_t i = 0; i < count; i++)
		printf("%10zu %12.2f  %.*s\n", curve->at[i], values[i],
		    (int)(values[i] / most * BAR + 0.5),
		    "########################################");
	printf("\n");
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
		draw(&curves[i]);
	return (0);
}
