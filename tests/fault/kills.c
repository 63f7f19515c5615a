/*
 * kills.c - busy writers are killed at random moments, their start included, and
 * what they leave is read: all of it, to the last row.
 *
 *	kills COUNT [SEED]
 *
 * A writer is two threads that make all recording calls, and one that registers,
 * removes, republishes and ticks, again and again.
 */
#include "../unit/child.h"

#include "calls.h"

#include <dbgshm/reader.h>

#include <dirent.h>
#include <pthread.h>
#include <stdlib.h>

#define LONGEST_NS 6000000 /* that a writer lives */
#define START_NS 1500000   /* half of them no longer than that */

static struct {
	uint64_t absent, dark, shown, rows, torn, events, lost, moments;
} found;

static void *
record_all(void *unused)
{
	uint64_t n;
	size_t i;

	(void)unused;
	for (n = 1;; n++)
		for (i = 0; i < CALLS; i++)
			if ((calls[i].how & CALL_SCHEMA) == 0)
				calls[i].run(n);
	return (NULL);
}

static void
write_until_killed(void)
{
	pthread_t thread;
	uint64_t n;

	(void)alarm(100);
	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		      .state = DBGSHM_PUBLISHED,
		      .history_bytes = 64 << 10,
		      .row_history_bytes = 64 << 10 }) == 0);
	calls_register(5);
	calls_base_ns = dbgshm__clock_now() / CALLS_SECOND * CALLS_SECOND;
	CHECK(pthread_create(&thread, NULL, record_all, NULL) == 0);
	CHECK(pthread_create(&thread, NULL, record_all, NULL) == 0);
	for (n = 1;; n++) {
		c_profile(n % 4);
		c_new_counter(n);
		c_new_table(n);
		c_new_log(n);
		c_remove(n);
		c_unpublish(n);
		c_publish(n);
		c_tick(n);
	}
}

/* ---- what is left ------------------------------------------------------------------ */

static void
look_at_rows(const struct dbgshm_reader *reader)
{
	const struct dbgshm_table_info *info;
	const struct dbgshm_row_info *row;
	struct dbgshm_text path, text;
	size_t table, i;
	uint64_t a;
	char wanted[24];

	for (table = 0; table < dbgshm_reader_table_count(reader); table++) {
		info = dbgshm_reader_table(reader, table);
		path = dbgshm_reader_profile(reader, info->profile)->path;
		for (i = 0; i < dbgshm_reader_row_count(reader, table); i++) {
			row = dbgshm_reader_row(reader, table, i);
			if (row->state > DBGSHM_ROWSTATE_FINISHED) {
				CHECK(row->state ==
				    DBGSHM_ROWSTATE_TORN_AT_DEATH);
				found.torn++;
				continue;
			}
			found.rows++;
			CHECK((row->state == DBGSHM_ROWSTATE_FINISHED) ==
			    (row->end_stamp != 0));
			if (path.length != 7 ||
			    memcmp(path.bytes, "objects", 7) != 0)
				continue;
			a = dbgshm_reader_cell(reader, table, row, 0).u;
			text = dbgshm_reader_cell(reader, table, row, 2).text;
			(void)snprintf(wanted, sizeof(wanted), "%llu",
			    (unsigned long long)a);
			CHECK(dbgshm_reader_cell(reader, table, row, 1).u == a);
			CHECK(text.length == strlen(wanted) &&
			    memcmp(text.bytes, wanted, text.length) == 0);
		}
	}
}

static void
look_at_events(struct dbgshm_reader *reader)
{
	const struct dbgshm_event_info *info;
	struct dbgshm_events *events;

	CHECK(dbgshm_events_open(reader, &events) == 0);
	CHECK(dbgshm_events_poll(events) == 0);
	while ((info = dbgshm_events_next(events)) != NULL) {
		found.events++;
		CHECK(info->log < dbgshm_reader_profile_count(reader));
		/* Of event_words(): its stamp is its word and one. */
		if (info->name.length == 5 && info->stamp < 1000000)
			CHECK(info->values[0].u + 1 == info->stamp);
	}
	found.lost += dbgshm_events_lost(events);
	dbgshm_events_close(events);
}

static void
look_at_past(struct dbgshm_reader *reader)
{
	struct dbgshm_past *past;
	size_t i;

	CHECK(dbgshm_past_open(reader, &past) == 0);
	for (i = 0; i < dbgshm_past_count(past); i++, found.moments++)
		CHECK(dbgshm_past_show(past, i) == 0);
	dbgshm_past_close(past);
}

/* Rows that were being written are told as faults, and are none here. */
static void
on_fault(const struct dbgshm_fault *fault, void *faults)
{
	if (strncmp(fault->text, "row was being written", 21) == 0)
		return;
	(void)fprintf(stderr, "at %llu: %s\n",
	    (unsigned long long)fault->offset, fault->text);
	++*(unsigned *)faults;
}

static void
look_at(const char *path)
{
	struct dbgshm_reader *reader;
	struct dbgshm_fault fault;
	unsigned faults = 0;

	if (dbgshm_reader_open(path, &reader, &fault) != 0) {
		(void)fprintf(stderr, "%s: %s\n", path, fault.text);
		exit(1);
	}
	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(dbgshm_reader_life(reader) == DBGSHM_LIFE_DEAD);
	CHECK(dbgshm_reader_info(reader)->faults == 0);
	look_at_rows(reader);
	look_at_events(reader);
	look_at_past(reader);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	(void)dbgshm_reader_check(reader, on_fault, &faults);
	CHECK(faults == 0);
	dbgshm_reader_close(reader);
}

/* Nothing in the directories but regions; of this process at most one. */
static void
look_into(const char *directory, const char *mine, unsigned *regions)
{
	struct dirent *entry;
	char path[512];
	const char *dot;
	DIR *all = opendir(directory);

	if (all == NULL)
		return;
	while ((entry = readdir(all)) != NULL) {
		if (entry->d_type == DT_DIR)
			continue;
		dot = strrchr(entry->d_name, '.');
		CHECK(dot != NULL && strcmp(dot, ".dbg") == 0);
		if (strncmp(entry->d_name, mine, strlen(mine)) != 0)
			continue;
		++*regions;
		(void)snprintf(
		    path, sizeof(path), "%s/%s", directory, entry->d_name);
		look_at(path);
		CHECK(unlink(path) == 0);
	}
	(void)closedir(all);
}

/* How the file of a process begins: an older one may have had its number. */
static void
name_of(pid_t pid, char *name, size_t size)
{
	char line[1024], path[64], *at;
	FILE *file;
	int field;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	CHECK((file = fopen(path, "re")) != NULL);
	CHECK(fgets(line, sizeof(line), file) != NULL);
	(void)fclose(file);
	CHECK((at = strrchr(line, ')')) != NULL);
	for (field = 2; field < 22; field++)
		CHECK((at = strchr(at + 1, ' ')) != NULL);
	(void)snprintf(
	    name, size, "%d-%llu-", (int)pid, strtoull(at, NULL, 10));
}

static void
kill_one(unsigned *seed)
{
	long longest = rand_r(seed) % 2 == 0 ? START_NS : LONGEST_NS;
	struct timespec moment = { 0, rand_r(seed) % longest };
	char directory[64], dark[80], mine[48];
	unsigned regions = 0, hidden = 0;
	int status;
	pid_t child;

	(void)fflush(NULL);
	if ((child = fork()) == 0)
		write_until_killed();
	CHECK(child != -1);
	name_of(child, mine, sizeof(mine));
	(void)nanosleep(&moment, NULL); /* a moment like any other */
	CHECK(kill(child, SIGKILL) == 0);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	(void)snprintf(directory, sizeof(directory), "/dev/shm/dbgtop-%u",
	    (unsigned)geteuid());
	(void)snprintf(dark, sizeof(dark), "%s/dark", directory);
	look_into(directory, mine, &regions);
	look_into(dark, mine, &hidden);
	CHECK(regions + hidden <= 1);
	found.shown += regions;
	found.dark += hidden;
	found.absent += regions + hidden == 0;
}

int
main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 100, i;
	unsigned seed = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10)
				 : (unsigned)getpid();

	(void)printf("seed %u\n", seed);
	for (i = 0; i < count; i++)
		kill_one(&seed);
	(void)printf(
	    "%llu kills: %llu before there was a name, %llu dark, "
	    "%llu published; 0 unreadable, 0 wrong rows, 0 files left\n"
	    "%llu rows, %llu torn at death, %llu events, %llu lost or "
	    "overwritten, %llu moments of the past\n",
	    (unsigned long long)count, (unsigned long long)found.absent,
	    (unsigned long long)found.dark, (unsigned long long)found.shown,
	    (unsigned long long)found.rows, (unsigned long long)found.torn,
	    (unsigned long long)found.events, (unsigned long long)found.lost,
	    (unsigned long long)found.moments);
	CHECK(count < 100 || (found.absent > 0 && found.shown > 0));
	return (0);
}
