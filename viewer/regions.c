/*
 * regions.c - the regions of this host as a list that can be shown.
 */
#include "regions.h"
#include "open.h"
#include "tree.h"
#include "when.h"

#include <libshm/kit/fmt.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS UINT64_C(1000000000)

#define COUNT_NS (5 * NS) /* opening one costs as much as a picture */

/* What was counted before, or a new place; in the order of the list. */
static struct regions_count *
count_of(struct regions *regions, const char *path)
{
	uint64_t id = tree_id(path, strlen(path));
	struct regions_count *count;
	size_t i, at;

	for (i = 0; i < regions->count_count; i++) {
		at = (regions->count_next + i) % regions->count_count;
		if (regions->counts[at].id != id)
			continue;
		regions->count_next = at + 1;
		return (&regions->counts[at]);
	}
	if (regions->count_count == regions->count_room) {
		regions->count_room = 2 * regions->count_room + 16;
		regions->counts = reallocarray(regions->counts,
		    regions->count_room, sizeof(*regions->counts));
		if (regions->counts == NULL)
			err(1, "memory for %zu regions", regions->count_room);
	}
	count = &regions->counts[regions->count_count++];
	*count = (struct regions_count){ .id = id };
	return (count);
}

/* Of regions that are gone. */
static void
forget_counts(struct regions *regions)
{
	size_t i, kept = 0;

	for (i = 0; i < regions->count_count; i++) {
		if (!regions->counts[i].listed)
			continue;
		regions->counts[kept] = regions->counts[i];
		regions->counts[kept++].listed = false;
	}
	regions->count_count = kept;
	regions->count_next = 0;
}

static uint64_t
monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec);
}

/* What a dead one left does not change. */
static bool
is_due(const struct regions_count *count, enum dbgshm_life life)
{
	if (count->when_ns == 0 || count->life != life)
		return (true);
	return ((life == DBGSHM_LIFE_LIVE || life == DBGSHM_LIFE_STOPPED) &&
	    monotonic_ns() - count->when_ns >= COUNT_NS);
}

static void
count_contents(struct regions_count *count, const char *path)
{
	struct dbgshm_reader *reader;
	uid_t owner;
	size_t i;
	int descriptor = open_region(path, &owner, NULL);

	if (descriptor == -1 ||
	    dbgshm_reader_attach(descriptor, &reader, NULL) == -1)
		return;
	dbgshm_reader_refresh(reader);
	count->profiles = dbgshm_reader_profile_count(reader);
	count->metrics = dbgshm_reader_metric_count(reader);
	count->rows = 0;
	for (i = 0; i < dbgshm_reader_table_count(reader); i++)
		count->rows += dbgshm_reader_row_count(reader, i);
	count->faults = dbgshm_reader_info(reader)->faults;
	dbgshm_reader_close(reader);
}

static void
fill_contents(struct regions *regions, struct model_target *target,
    const struct dbgshm_entry *entry)
{
	struct regions_count *count = count_of(regions, entry->path);

	if (is_due(count, entry->life)) {
		count->profiles = count->metrics = count->rows = UINT64_MAX;
		count->faults = 0;
		count_contents(count, entry->path);
		count->when_ns = monotonic_ns();
		count->life = entry->life;
	}
	count->listed = true;
	target->profiles = count->profiles;
	target->metrics = count->metrics;
	target->rows = count->rows;
	target->faults = count->faults;
}

static bool
is_lost(const struct dbgshm_entry *entry)
{
	return (entry->life == DBGSHM_LIFE_UNREADABLE ||
	    entry->life == DBGSHM_LIFE_DAMAGED);
}

static void
fill(struct regions *regions, const struct dbgshm_entry *entry)
{
	struct model_target *target = &regions->targets[regions->count];
	struct target *open = &regions->opens[regions->count++];
	struct arena *arena = &regions->arena;

	*target = (struct model_target){
		.pid = entry->pid,
		.name = arena_safe(arena, entry->name, strlen(entry->name)),
		.user = arena_print(arena, "%s", fmt_user(entry->uid)),
		.version = "",
		.path = arena_safe(arena, entry->path, strlen(entry->path)),
		.state = entry->life,
		.source =
		    entry->kind == DBGSHM_KIND_WATCHED ? "watched" : "own",
		.since_real_ns =
		    entry->life == DBGSHM_LIFE_LIVE ? 0 : entry->since_real_ns,
		.uptime_ns = entry->uptime_ns,
		.age_ns = entry->age_ns,
		.size_bytes = entry->size_bytes,
		.profiles = UINT64_MAX,
		.metrics = UINT64_MAX,
		.rows = UINT64_MAX,
		.time_real_ns = regions->time_real_ns,
	};
	if (is_lost(entry))
		target->reason =
		    arena_safe(arena, entry->reason, strlen(entry->reason));
	else
		fill_contents(regions, target, entry);
	/* A live one is opened by its process, so that all of its regions are
	 * shown together. */
	*open = (struct target){ .pid = entry->pid };
	if (entry->life == DBGSHM_LIFE_LIVE ||
	    entry->life == DBGSHM_LIFE_STOPPED)
		open->start_ticks = entry->subject_start;
	else
		open->path = arena_print(arena, "%s", entry->path);
	open->name = arena_print(arena, "%s", target->name);
}

static bool
is_of_user(const struct dbgshm_entry *entry, const char *user)
{
	char number[FMT_SIZE];

	return (user == NULL || strcmp(fmt_user(entry->uid), user) == 0 ||
	    strcmp(fmt_u64(number, sizeof(number), entry->uid), user) == 0);
}

static bool
is_listed(const struct regions *regions, const struct open_process *process)
{
	size_t i;

	for (i = 0; i < regions->count; i++)
		if (regions->opens[i].pid == process->pid &&
		    regions->opens[i].start_ticks == process->start_ticks)
			return (true);
	return (false);
}

static uint64_t
uptime_of(const struct open_process *process)
{
	uint64_t hertz = (uint64_t)sysconf(_SC_CLK_TCK), start_ns, now_ns;
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	now_ns = (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
	start_ns = process->start_ticks / hertz * NS +
	    process->start_ticks % hertz * (NS / hertz);
	return (now_ns > start_ns ? now_ns - start_ns : 0);
}

/* A process that nobody has a region about; opening it starts a watcher. */
static void
fill_process(struct regions *regions, const struct open_process *process)
{
	struct model_target *target = &regions->targets[regions->count];
	struct target *open = &regions->opens[regions->count++];
	struct arena *arena = &regions->arena;

	*target = (struct model_target){
		.pid = process->pid,
		.name = arena_safe(arena, process->name, strlen(process->name)),
		.user = arena_print(arena, "%s", fmt_user(process->uid)),
		.version = "",
		.path = "",
		.state = process->state == 'T' || process->state == 't'
		    ? DBGSHM_LIFE_STOPPED
		    : DBGSHM_LIFE_LIVE,
		.source = "",
		.uptime_ns = uptime_of(process),
		.age_ns = UINT64_MAX,
		.size_bytes = UINT64_MAX,
		.profiles = UINT64_MAX,
		.metrics = UINT64_MAX,
		.rows = UINT64_MAX,
		.time_real_ns = regions->time_real_ns,
	};
	*open = (struct target){
		.pid = process->pid,
		.start_ticks = process->start_ticks,
		.name = arena_print(arena, "%s", target->name),
	};
}

int
regions_take(struct regions *regions, unsigned flags, const char *user,
    const char *processes)
{
	struct open_process *others = NULL;
	size_t other_count = 0;
	struct dbgshm_list list;
	struct timespec now;
	size_t i;

	if (open_list(flags, &list) == -1)
		return (-1);
	if (processes != NULL)
		open_processes(processes, &others, &other_count);
	clock_gettime(CLOCK_REALTIME, &now);
	regions->time_real_ns =
	    (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
	arena_clear(&regions->arena);
	regions->count = 0;
	regions->targets = arena_take(&regions->arena, list.count + other_count,
	    sizeof(*regions->targets));
	regions->opens = arena_take(
	    &regions->arena, list.count + other_count, sizeof(*regions->opens));
	for (i = 0; i < list.count; i++)
		if (is_of_user(&list.entries[i], user))
			fill(regions, &list.entries[i]);
	for (i = 0; i < other_count; i++)
		if (!is_listed(regions, &others[i]))
			fill_process(regions, &others[i]);
	forget_counts(regions);
	free(others);
	dbgshm_list_free(&list);
	return (0);
}

void
regions_free(struct regions *regions)
{
	arena_free(&regions->arena);
	free(regions->counts);
	*regions = (struct regions){ 0 };
}

char *
regions_state(char *out, size_t size, const struct model_target *target)
{
	char since[2 * FMT_SIZE + 16];
	const char *name = dbgshm_life_name(target->state);
	size_t used;

	if (target->since_real_ns == 0 || target->state == DBGSHM_LIFE_LIVE)
		snprintf(out, size, "%s", name);
	else
		snprintf(out, size, "%s since %s", name,
		    fmt_since(since, sizeof(since), target->since_real_ns,
			target->time_real_ns));
	if (target->recorded) {
		used = strlen(out);
		snprintf(out + used, size - used, ", %s %s",
		    target->recording ? "recorded until" : "snapshot of",
		    fmt_since(since, sizeof(since), target->time_real_ns,
			when_now()));
	}
	return (out);
}
