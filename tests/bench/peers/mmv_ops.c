/*
 * mmv_ops.c - the calls of PCP's libpcp_mmv that do what ours do.
 *
 *	mmv_ops [ROUNDS]	see turns.h
 */
#include "../turns.h"

#include <pcp/pmapi.h>

#include <pcp/mmv_stats.h>

#define METRICS 10000 /* in files of a thousand, which is their limit */
#define EACH 1000

static void *map, *file_of[METRICS / EACH];
static pmAtomValue *value[64];

static void
inc(void *context, int thread, uint64_t n)
{
	(void)context;
	(void)thread;
	TIMES(n)
	{
		mmv_inc(map, value[i % 64]);
		FORGET;
	}
}

static void
set(void *context, int thread, uint64_t n)
{
	(void)context;
	(void)thread;
	TIMES(n)
	{
		mmv_set(map, value[0], &i);
		FORGET;
	}
}

static void
interval(void *context, int thread, uint64_t n)
{
	pmAtomValue *started = NULL;

	(void)context;
	(void)thread;
	TIMES(n)
	{
		mmv_stats_interval_start(map, started, "metric70", "");
		mmv_stats_interval_end(map, value[1]);
		FORGET;
	}
}

static void
find(void *context, int thread, uint64_t n)
{
	char name[32];

	(void)context;
	(void)thread;
	snprintf(name, sizeof(name), "metric%d", EACH - 1);
	TIMES(n) USE(mmv_lookup_value_desc(map, name, ""));
}

static void *
file_with(int number, size_t metrics)
{
	mmv_metric_t *all = calloc(metrics, sizeof(*all));
	char name[32];
	void *made;

	for (size_t i = 0; all != NULL && i < metrics; i++) {
		snprintf(all[i].name, sizeof(all[i].name), "metric%zu", i);
		all[i].item = (unsigned)i + 1;
		all[i].type = MMV_TYPE_U64;
		all[i].semantics = MMV_SEM_COUNTER;
	}
	snprintf(name, sizeof(name), "bench%d", number);
	made = mmv_stats_init(name, number + 1, 0, all, (int)metrics, NULL, 0);
	if (made == NULL)
		err(1, "mmv_stats_init");
	free(all);
	return (made);
}

static void
create(void *context, int thread, uint64_t n)
{
	(void)context;
	(void)thread;
	TIMES(n / EACH + 1)
	file_of[i % (METRICS / EACH)] =
	    file_with(1 + (int)(i % (METRICS / EACH)), EACH);
}

static const struct turn turns[] = {
	{ .name = "mmv_inc", .body = inc },
	{ .name = "mmv_set", .body = set },
	{ .name = "mmv_interval", .body = interval, .alone = true },
	{ .name = "mmv_find_1000", .body = find, .alone = true },
	{ .name = "mmv_create",
	    .body = create,
	    .alone = true,
	    .each = EACH - 1 },
};

int
main(int argc, char *argv[])
{
	char name[32];

	map = file_with(0, EACH);
	for (int i = 0; i < 64; i++) {
		snprintf(name, sizeof(name), "metric%d", i);
		value[i] = mmv_lookup_value_desc(map, name, "");
	}
	return (turns_run(
	    turns, sizeof(turns) / sizeof(turns[0]), NULL, NULL, argc, argv));
}
