/*
 * reads.c - one frame of all metrics of another process, beside the least that
 * could do: the same cells summed from a plain file.
 *
 *	reads [ROUNDS]	see turns.h
 *
 * For each number of metrics there is a process whose two threads count in cells
 * of their own; "busy" while they do, else it is idle.
 */
#include "turns.h"

#include <dbgshm/reader.h>
#include <dbgshm/writer.h>

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define SHARDS 2
#define SIZES 4

static const size_t sizes[SIZES] = { 100, 1000, 10000, 100000 };

/* What the reading process and the counting one share. */
struct shared {
	int ready, busy;
};

struct counted {
	size_t metrics;
	struct dbgshm_counter *counters;
	struct shared *shared;
	uint64_t *plain; /* cells of the floor, one array a thread */
	int thread;
};

struct target {
	size_t metrics;
	struct shared *shared;
	struct dbgshm_reader *reader;
	int plain;
	uint64_t *sum, *shard;
};

static void *
any_memory(size_t size, int descriptor)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | (descriptor == -1 ? MAP_ANONYMOUS : 0), descriptor, 0);

	if (memory == MAP_FAILED)
		err(1, "memory");
	return (memory);
}

/* ---- who counts ------------------------------------------------------------ */

static void *
count(void *argument)
{
	const struct counted *counted = argument;
	uint64_t *plain = counted->plain + counted->metrics * counted->thread;
	uint64_t state = 88172645463325252u + (unsigned)counted->thread;

	dbgshm_thread_enter();
	(void)__atomic_add_fetch(&counted->shared->ready, 1, __ATOMIC_RELEASE);
	for (;;) {
		if (__atomic_load_n(&counted->shared->busy, __ATOMIC_RELAXED) ==
		    0) {
			(void)usleep(100);
			continue;
		}
		for (int i = 0; i < 256; i++) {
			size_t at;

			state = state * 6364136223846793005u + 1;
			at = (size_t)(state >> 33) % counted->metrics;
			dbgshm_counter_add(counted->counters[at], 1);
			dbgshm__add_own(plain + at, 1);
		}
	}
	return (NULL);
}

static _Noreturn void
be_counted(struct counted *counted)
{
	struct counted threads[SHARDS];
	struct dbgshm_profile *profile = NULL;
	pthread_t id;
	char name[32];

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	counted->counters =
	    calloc(counted->metrics, sizeof(*counted->counters));
	if (counted->counters == NULL ||
	    dbgshm_init(
		&(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		    .state = DBGSHM_PUBLISHED,
		    .name = "reads",
		    .max_bytes = 256 << 20,
		    .shards = SHARDS }) == -1)
		err(1, "dbgshm_init");
	for (size_t i = 0; i < counted->metrics; i++) {
		snprintf(name, sizeof(name), "part/n%zu", i / 50);
		if (i % 50 == 0)
			profile = dbgshm_profile_add(name, "a part", NULL);
		snprintf(name, sizeof(name), "requests_%zu", i);
		if (dbgshm_counter_create(profile,
			&(struct dbgshm_metric){ .name = name },
			&counted->counters[i]) == -1)
			err(1, "%s", name);
	}
	for (int i = 0; i < SHARDS; i++) {
		(void)dbgshm_tick(0);
		threads[i] = *counted;
		threads[i].thread = i;
		if (pthread_create(&id, NULL, count, &threads[i]) != 0)
			errx(1, "pthread_create");
	}
	for (;;)
		(void)pause();
}

/* ---- who reads --------------------------------------------------------------- */

static void
open_target(struct target *target, pid_t pid)
{
	struct dbgshm_list list;

	if (dbgshm_list_take(0, &list) == -1)
		err(1, "list");
	for (size_t i = 0; i < list.count; i++)
		if (list.entries[i].pid == pid &&
		    dbgshm_reader_open(
			list.entries[i].path, &target->reader, NULL) == -1)
			err(1, "%s", list.entries[i].path);
	dbgshm_list_free(&list);
	if (target->reader == NULL)
		errx(1, "the region is not to be seen");
}

static void
start_target(struct target *target, size_t metrics)
{
	size_t size = metrics * SHARDS * sizeof(uint64_t);
	struct counted counted = { .metrics = metrics };
	pid_t pid;

	target->metrics = metrics;
	target->shared = any_memory(sizeof(*target->shared), -1);
	if ((target->plain = memfd_create("floor", MFD_CLOEXEC)) == -1 ||
	    ftruncate(target->plain, (off_t)size) == -1)
		err(1, "a file");
	counted.shared = target->shared;
	counted.plain = any_memory(size, target->plain);
	if ((pid = fork()) == -1)
		err(1, "fork");
	if (pid == 0)
		be_counted(&counted);
	while (
	    __atomic_load_n(&target->shared->ready, __ATOMIC_ACQUIRE) < SHARDS)
		(void)usleep(1000);
	open_target(target, pid);
	target->sum = calloc(metrics, sizeof(uint64_t));
	target->shard = calloc(metrics, sizeof(uint64_t));
}

/* With pread(2), as whoever does not trust the file. */
static void
read_plain(const struct target *target, uint64_t n)
{
	size_t size = target->metrics * sizeof(uint64_t);

	TIMES(n)
	{
		if (pread(target->plain, target->sum, size, 0) == -1 ||
		    pread(target->plain, target->shard, size, (off_t)size) ==
			-1)
			err(1, "pread");
		for (size_t at = 0; at < target->metrics; at++)
			target->sum[at] += target->shard[at];
		USE(target->sum);
		FORGET;
	}
}

static void
read_frame(struct target *target, uint64_t n)
{
	TIMES(n)
	if (dbgshm_reader_refresh(target->reader) == -1)
		err(1, "refresh");
}

static void
read_values(struct target *target, uint64_t n)
{
	uint64_t sum = 0;

	TIMES(n)
	{
		if (dbgshm_reader_refresh(target->reader) == -1)
			err(1, "refresh");
		for (size_t at = 0; at < target->metrics; at++)
			sum += dbgshm_reader_value(target->reader, at).u;
		USE(sum);
	}
}

static void
while_busy(struct target *target, bool plain, uint64_t n)
{
	__atomic_store_n(&target->shared->busy, 1, __ATOMIC_RELEASE);
	if (plain)
		read_plain(target, n);
	else
		read_frame(target, n);
	__atomic_store_n(&target->shared->busy, 0, __ATOMIC_RELEASE);
}

#define READS(size, index)                                                     \
	static void read_##size(void *context, int thread, uint64_t n)         \
	{                                                                      \
		(void)thread;                                                  \
		read_frame((struct target *)context + (index), n);             \
	}                                                                      \
	static void floor_read_##size(void *context, int thread, uint64_t n)   \
	{                                                                      \
		(void)thread;                                                  \
		read_plain((struct target *)context + (index), n);             \
	}
READS(100, 0)
READS(1000, 1)
READS(10000, 2)
READS(100000, 3)

static void
values_10000(void *context, int thread, uint64_t n)
{
	(void)thread;
	read_values((struct target *)context + 2, n);
}

static void
busy_10000(void *context, int thread, uint64_t n)
{
	(void)thread;
	while_busy((struct target *)context + 2, false, n);
}

static void
floor_busy_10000(void *context, int thread, uint64_t n)
{
	(void)thread;
	while_busy((struct target *)context + 2, true, n);
}

static const struct turn turns[] = {
	{ .name = "floor_read_100", .body = floor_read_100, .alone = true },
	{ .name = "read_100", .body = read_100, .alone = true },
	{ .name = "floor_read_1000", .body = floor_read_1000, .alone = true },
	{ .name = "read_1000", .body = read_1000, .alone = true },
	{ .name = "floor_read_10000", .body = floor_read_10000, .alone = true },
	{ .name = "read_10000", .body = read_10000, .alone = true },
	{ .name = "values_10000", .body = values_10000, .alone = true },
	{ .name = "floor_busy_10000", .body = floor_busy_10000, .alone = true },
	{ .name = "busy_10000", .body = busy_10000, .alone = true },
	{ .name = "floor_read_100000",
	    .body = floor_read_100000,
	    .alone = true },
	{ .name = "read_100000", .body = read_100000, .alone = true },
};

int
main(int argc, char *argv[])
{
	static struct target targets[SIZES];

	for (size_t i = 0; i < SIZES; i++)
		start_target(&targets[i], sizes[i]);
	return (turns_run(turns, sizeof(turns) / sizeof(turns[0]), targets,
	    NULL, argc, argv));
}
