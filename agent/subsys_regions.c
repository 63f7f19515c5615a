/*
 * subsys_regions.c - the regions of this host, live and dead: which programs can
 * be looked at, and which have died and left something to look at.
 *
 * A region is looked at when its file appears, when a writer in its directory may
 * have died, and every few seconds for the rest.
 */
#include "regions.h"
#include "subsys.h"

#include "clock.h"
#include "files.h"
#include "loop.h"
#include "schedule.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REGIONS_PERIOD_NS (2 * NS_PER_S)
#define REGIONS_AGAIN_NS (10 * NS_PER_S) /* our own ones tell us themselves */
#define REGIONS_GAP_NS                                                         \
	(100 * NS_PER_MS)  /* between two turns, whatever happens */
#define REGIONS_AT_ONCE 64 /* looks a turn */
#define EVENTS_AT_ONCE 32  /* and then so many a second: */
#define EVENTS_A_SECOND 4

enum {
	REGION_PID,
	REGION_NAME,
	REGION_STATE,
	REGION_SINCE,
	REGION_ABOUT,
	REGION_UID,
	REGION_SIZE,
	REGION_PATH,
	REGION_NCOL
};

static const char *const state_names[DBGSHM_LIFE_COUNT + 1] = {
	[DBGSHM_LIFE_LIVE] = "live",
	[DBGSHM_LIFE_STOPPED] = "stopped",
	[DBGSHM_LIFE_DEAD] = "dead",
	[DBGSHM_LIFE_EXITED] = "exited",
	[DBGSHM_LIFE_REPLACED] = "replaced",
	[DBGSHM_LIFE_STALE] = "stale",
	[DBGSHM_LIFE_UNREADABLE] = "unreadable",
	[DBGSHM_LIFE_DAMAGED] = "damaged",
};

static const char *const about_names[] = {
	"unknown",
	[DBGSHM_KIND_OWN] = "itself",
	[DBGSHM_KIND_WATCHED] = "watcher",
	NULL,
};

static const struct dbgshm_column region_columns[REGION_NCOL] = {
	[REGION_PID] = { .name = "pid",
	    .type = DBGSHM_TYPE_GAUGE,
	    .flags = DBGSHM_COLUMN_KEY,
	    .help = "process that it is about" },
	[REGION_NAME] = { .name = "name",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 32,
	    .help = "name of that process" },
	[REGION_STATE] = { .name = "state",
	    .type = DBGSHM_TYPE_ENUM,
	    .names = state_names,
	    .help = "what has become of it" },
	[REGION_SINCE] = { .name = "since",
	    .type = DBGSHM_TYPE_TIME,
	    .unit = DBGSHM_UNIT_NS,
	    .help = "when this state was first seen" },
	[REGION_ABOUT] = { .name = "written_by",
	    .type = DBGSHM_TYPE_ENUM,
	    .names = about_names,
	    .help = "the process itself, or one that watches it" },
	[REGION_UID] = { .name = "uid",
	    .type = DBGSHM_TYPE_GAUGE,
	    .help = "user whose file it is" },
	[REGION_SIZE] = { .name = "size",
	    .type = DBGSHM_TYPE_GAUGE,
	    .unit = DBGSHM_UNIT_BYTES,
	    .help = "memory that it takes" },
	[REGION_PATH] = { .name = "path",
	    .type = DBGSHM_TYPE_TEXT,
	    .width = 112,
	    .help = "its file" },
};

static const struct subsys_metric region_metrics[] = {
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NONE, "live",
	    "regions of programs that live", offsetof(struct regions, live) },
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NONE, "dead",
	    "regions that dead programs have left",
	    offsetof(struct regions, dead) },
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NONE, "directories",
	    "directories of regions", offsetof(struct regions, directories) },
	{ DBGSHM_METRIC_GAUGE, DBGSHM_UNIT_NONE, "not_listed",
	    "files and directories for which there is no room",
	    offsetof(struct regions, not_listed) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "appeared",
	    "regions that appeared, those at the start included",
	    offsetof(struct regions, appeared) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "vanished",
	    "regions that were removed", offsetof(struct regions, vanished) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "died",
	    "writers that died and left their region",
	    offsetof(struct regions, died) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "looks",
	    "times that a region was looked at",
	    offsetof(struct regions, looks) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "notices",
	    "what inotify has told", offsetof(struct regions, notices) },
	{ DBGSHM_METRIC_COUNTER, DBGSHM_UNIT_NONE, "overflows",
	    "times that inotify had too much to tell, and all directories "
	    "were read again",
	    offsetof(struct regions, overflows) },
};

/* ---- what has become of them ------------------------------------------------------ */

static bool
lives(const struct region_file *file)
{
	return (file->looked &&
	    (file->life == DBGSHM_LIFE_LIVE ||
		file->life == DBGSHM_LIFE_STOPPED));
}

/* Who makes and removes regions all the time cannot fill the log. */
static void
tell(struct regions *regions, enum agent_event event,
    const struct region_file *file)
{
	const struct region_directory *directory =
	    &regions->directory[file->directory];
	struct region_tokens *tokens =
	    &regions->tokens[directory->ours][event == EVENT_DIED];
	uint64_t now_ns = clock_now(), more;
	char path[160];

	more = (now_ns - tokens->filled_ns) * EVENTS_A_SECOND / NS_PER_S;
	if (more > 0) {
		tokens->left += more;
		tokens->filled_ns = now_ns;
	}
	if (tokens->left > EVENTS_AT_ONCE)
		tokens->left = EVENTS_AT_ONCE;
	if (regions->starting || tokens->left == 0)
		return;
	tokens->left--;
	snprintf(path, sizeof(path), "%s/%s/%s", DBGSHM_BASE_DIRECTORY,
	    directory->name, file->name);
	agent_event(regions->agent, event,
	    (union dbgshm_field[]){ { .text = file->about },
		{ .u = (uint64_t)file->pid }, { .text = path } });
}

void
regions_gone(struct regions *regions, struct region_file *file)
{
	if (!file->looked)
		return;
	dbgshm_row_finish(file->row);
	dbgshm_counter_add(regions->vanished, 1);
	tell(regions, EVENT_VANISHED, file);
}

static void
update(struct regions *regions, struct region_file *file,
    const struct dbgshm_entry *entry)
{
	bool fresh = !file->looked, lived = lives(file);
	bool changed = fresh || entry->life != file->life;
	struct dbgshm_row row;

	file->life = entry->life;
	file->pid = entry->pid;
	file->writer = entry->writer_pid;
	memcpy(file->about, entry->name, sizeof(file->about));
	file->looked = true;
	if (fresh)
		file->row = dbgshm_row_claim(regions->table);
	row = fresh ? file->row : dbgshm_row_begin(file->row);
	dbgshm_row_set(row, REGION_PID, (uint64_t)entry->pid);
	dbgshm_row_text(row, REGION_NAME, entry->name);
	dbgshm_row_set(row, REGION_STATE, entry->life);
	if (changed)
		dbgshm_row_set(row, REGION_SINCE, dbgshm_now());
	dbgshm_row_set(row, REGION_ABOUT,
	    entry->kind <= DBGSHM_KIND_WATCHED ? entry->kind : 0);
	dbgshm_row_set(row, REGION_UID, entry->uid);
	dbgshm_row_set(row, REGION_SIZE, entry->size_bytes);
	dbgshm_row_text(row, REGION_PATH, entry->path);
	dbgshm_row_end(row);
	if (fresh) {
		dbgshm_counter_add(regions->appeared, 1);
		tell(regions, EVENT_APPEARED, file);
	} else if (lived &&
	    (file->life == DBGSHM_LIFE_DEAD ||
		file->life == DBGSHM_LIFE_STALE)) {
		dbgshm_counter_add(regions->died, 1);
		tell(regions, EVENT_DIED, file);
	}
}

/* ---- looking ------------------------------------------------------------------------- */

/* Files of one directory; those that are not there any more are forgotten. */
static void
look_at(struct regions *regions, uint8_t directory,
    struct region_file *const *files, size_t count)
{
	const char *names[REGIONS_AT_ONCE], *base;
	struct dbgshm_list list;
	size_t i, found = 0;

	for (i = 0; i < count; i++)
		names[i] = files[i]->name;
	if (dbgshm_list_look(regions->directory[directory].name, names, count,
		&list) == -1) {
		agent_error(
		    regions->agent, LOG_WARNINGS, errno, "regions", "look");
		return;
	}
	dbgshm_counter_add(regions->looks, count);
	for (i = 0; i < count; i++) {
		base = found < list.count
		    ? strrchr(list.entries[found].path, '/') + 1
		    : "";
		if (strcmp(base, files[i]->name) == 0)
			update(regions, files[i], &list.entries[found++]);
		else
			regions_remove(regions, files[i]);
	}
	dbgshm_list_free(&list);
}

static bool
is_due(const struct region_file *file, uint64_t now_ns)
{
	uint64_t period_ns =
	    file->writer == getpid() ? REGIONS_AGAIN_NS : REGIONS_PERIOD_NS;

	return (file->due ||
	    (lives(file) && now_ns - file->looked_ns >= period_ns));
}

/* So many that are due, in turns.  true: there are more. */
static bool
look(struct regions *regions, uint64_t now_ns, uint64_t *items)
{
	struct region_file *due[REGIONS_AT_ONCE], *same[REGIONS_AT_ONCE];
	size_t i, j, at, count = 0, sames;
	uint8_t directory;
	bool more = false;

	for (i = 0; i < REGIONS_MAX && !more; i++) {
		at = (regions->at + i) % REGIONS_MAX;
		if (regions->hash[at] == 0 ||
		    !is_due(&regions->file[at], now_ns))
			continue;
		more = count == REGIONS_AT_ONCE;
		if (more)
			regions->at = (uint32_t)at;
		else
			due[count++] = &regions->file[at];
	}
	*items = count;
	for (i = 0; i < count; i++) {
		if (due[i] == NULL)
			continue;
		directory = due[i]->directory;
		for (j = i, sames = 0; j < count; j++) {
			if (due[j] == NULL || due[j]->directory != directory)
				continue;
			due[j]->due = false;
			due[j]->looked_ns = now_ns;
			same[sames++] = due[j];
			due[j] = NULL;
		}
		look_at(regions, directory, same, sames);
	}
	return (more);
}

/* A file was closed in a directory: looks at the live ones, once a second. */
static uint64_t
mark_closed(struct regions *regions, uint64_t now_ns)
{
	struct region_directory *directory;
	uint64_t next_ns = UINT64_MAX;
	size_t i;

	for (i = 0; i < REGIONS_MAX; i++) {
		if (regions->hash[i] == 0)
			continue;
		directory = &regions->directory[regions->file[i].directory];
		if (directory->closed && now_ns >= directory->closed_next_ns &&
		    lives(&regions->file[i]))
			regions->file[i].due = true;
	}
	for (directory = regions->directory;
	     directory < regions->directory + REGION_DIRECTORIES; directory++)
		if (directory->closed && now_ns >= directory->closed_next_ns) {
			directory->closed = false;
			directory->closed_next_ns = now_ns + NS_PER_S;
		} else if (directory->closed &&
		    directory->closed_next_ns < next_ns)
			next_ns = directory->closed_next_ns;
	return (next_ns);
}

static void
count(struct regions *regions)
{
	int64_t live = 0, dead = 0, directories = 0;
	size_t i;

	for (i = 0; i < REGIONS_MAX; i++) {
		if (regions->hash[i] == 0 || !regions->file[i].looked)
			continue;
		if (lives(&regions->file[i]))
			live++;
		else if (regions->file[i].life != DBGSHM_LIFE_UNREADABLE)
			dead++;
	}
	for (i = 0; i < REGION_DIRECTORIES; i++)
		directories += regions->directory[i].name[0] != '\0';
	dbgshm_gauge_set(regions->live, live);
	dbgshm_gauge_set(regions->dead, dead);
	dbgshm_gauge_set(regions->directories, directories);
	dbgshm_gauge_set(regions->not_listed, regions->left_out);
}

/* ---- the subsystem --------------------------------------------------------------------- */

/* Not heard again before the next turn, so that a storm costs no more. */
static void
ready(void *context)
{
	struct regions *regions = context;
	uint64_t now_ns = clock_now(),
		 at_ns = regions->read_ns + REGIONS_GAP_NS;

	loop_remove(regions->agent->loop, regions->source);
	regions->source = NULL;
	supervisor_wake(
	    regions->agent, &subsys_regions, at_ns > now_ns ? at_ns : now_ns);
}

static void
listen_again(struct regions *regions, uint64_t now_ns)
{
	if (regions->inotify == -1) {
		regions->walk_wanted = true;
		return;
	}
	if (regions->source != NULL)
		return;
	regions_read(regions);
	regions->read_ns = now_ns;
	regions->source =
	    loop_add(regions->agent->loop, regions->inotify, ready, regions);
}

static uint64_t
tick(struct agent *agent, uint64_t now_ns)
{
	struct regions *regions = agent->regions;
	uint64_t closed_ns, items, next_ns;
	bool more;

	dbgshm_schedule_begin(regions->look_schedule);
	listen_again(regions, now_ns);
	if (regions->walk_wanted && now_ns >= regions->walk_next_ns)
		regions_walk(regions);
	closed_ns = mark_closed(regions, now_ns);
	more = look(regions, now_ns, &items);
	if (!more)
		regions->starting = false;
	count(regions);
	next_ns = more ? now_ns + REGIONS_GAP_NS
		       : clock_next(now_ns, REGIONS_PERIOD_NS);
	if (closed_ns < next_ns)
		next_ns = closed_ns;
	if (regions->walk_wanted && regions->walk_next_ns < next_ns)
		next_ns = regions->walk_next_ns;
	dbgshm_schedule_end(
	    regions->look_schedule, items, DBGSHM_OUTCOME_OK, next_ns - now_ns);
	return (next_ns);
}

static void
create_profile(struct agent *agent, struct regions *regions)
{
	struct dbgshm_profile *profile;

	profile = dbgshm_profile_add("regions",
	    "regions of this host, of live and of dead programs",
	    "Found by inotify in the directories " DBGSHM_BASE_DIRECTORY
	    "/" DBGSHM_DIRECTORY_PREFIX "*; those that are not published are "
	    "left out.");
	subsys_metrics(agent, profile, region_metrics,
	    sizeof(region_metrics) / sizeof(region_metrics[0]), regions);
	regions->table = dbgshm_objects_create(
	    profile, region_columns, REGION_NCOL, REGIONS_MAX);
	regions->look_schedule =
	    schedule_add(agent, "regions: look at them", REGIONS_PERIOD_NS);
	regions->walk_schedule =
	    schedule_add(agent, "regions: read directories", 0);
}

static int
start(struct agent *agent)
{
	struct regions *regions;

	regions = calloc(1, sizeof(*regions));
	if (regions == NULL) {
		agent_log(agent, LOG_ERRORS, "regions: out of memory");
		return (-1);
	}
	regions->agent = agent;
	agent->regions = regions;
	create_profile(agent, regions);
	if (regions_listen(regions) == -1)
		agent_error(agent, LOG_WARNINGS, errno, "regions: inotify",
		    "%s", DBGSHM_BASE_DIRECTORY);
	regions->starting = regions->walk_wanted = true;
	return (0);
}

static void
stop(struct agent *agent)
{
	struct regions *regions = agent->regions;

	if (regions == NULL)
		return;
	loop_remove(agent->loop, regions->source);
	if (regions->inotify != -1)
		files_close(regions->inotify);
	free(regions);
	agent->regions = NULL;
}

static void
reload(struct agent *agent)
{
	agent->regions->walk_wanted = true;
	agent->regions->walk_next_ns = 0;
	supervisor_wake(agent, &subsys_regions, clock_now());
}

const struct subsys subsys_regions = {
	.name = "regions",
	.description = "knows the regions of this host, live and dead",
	.start = start,
	.stop = stop,
	.reload = reload,
	.tick = tick,
	.period_ns = REGIONS_PERIOD_NS,
};
