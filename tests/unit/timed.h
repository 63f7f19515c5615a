/*
 * timed.h - a target that a test writes and looks at over time.
 */
#ifndef TIMED_H
#define TIMED_H

#include "logged.h"

#include <viewer/timeline.h>
#include <viewer/source.h>
#include <viewer/tree.h>

#include <math.h>

struct timed {
	struct source *source;
	struct timeline *timeline;
	char why[256];
};

static inline uint64_t
timed_mono_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * LOGGED_SECOND + (uint64_t)now.tv_nsec);
}

static inline uint64_t
timed_start_ticks(void)
{
	unsigned long long start = 0;
	FILE *file = fopen("/proc/self/stat", "r");

	CHECK(file != NULL);
	CHECK(fscanf(file,
		  "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d "
		  "%*d %*d %*d %*d %*d %*d %*d %*d %llu",
		  &start) == 1);
	(void)fclose(file);
	return (start);
}

/* The region of a process, by its file. */
static inline void
timed_open(struct timed *timed, pid_t pid)
{
	struct target target = { 0 };
	struct target_error error;
	char path[256];

	CHECK(region_file(pid, false, path, sizeof(path)));
	target.path = path;
	CHECK(source_open(
		  &target, SOURCE_NO_WATCHER, &timed->source, &error) == 0);
	timed->timeline = timeline_create(timed->source, 0);
	timed->why[0] = '\0';
	CHECK(timeline_update(timed->timeline, timed->why,
		  sizeof(timed->why)) == 0);
}

/* All regions about this process. */
static inline void
timed_open_self(struct timed *timed)
{
	const struct target target = { .pid = getpid() };
	struct target_error error;

	CHECK(source_open(
		  &target, SOURCE_NO_WATCHER, &timed->source, &error) == 0);
	timed->timeline = timeline_create(timed->source, 0);
	CHECK(timeline_update(timed->timeline, timed->why,
		  sizeof(timed->why)) == 0);
}

static inline void
timed_close(struct timed *timed)
{
	timeline_destroy(timed->timeline);
	source_close(timed->source);
}

static inline const struct model *
timed_update(struct timed *timed)
{
	CHECK(timeline_update(timed->timeline, timed->why,
		  sizeof(timed->why)) == 0);
	return (timeline_model(timed->timeline));
}

static inline int
timed_go(struct timed *timed, enum timeline_move move, int64_t steps)
{
	const struct timeline_order order = { .move = move, .steps = steps };

	timed->why[0] = '\0';
	return (timeline_go(
	    timed->timeline, &order, timed->why, sizeof(timed->why)));
}

static inline int
timed_at(struct timed *timed, uint64_t real_ns)
{
	const struct timeline_order order = { .move = TIMELINE_AT,
		.at_real_ns = real_ns };

	timed->why[0] = '\0';
	return (timeline_go(
	    timed->timeline, &order, timed->why, sizeof(timed->why)));
}

static inline const struct model_metric *
timed_find(const struct model *model, const char *path, const char *name)
{
	const struct model_profile *profile = model_profile(model, path);
	size_t i;

	for (i = 0; profile != NULL && i < profile->metric_count; i++)
		if (strcmp(model_metrics(profile)[i].name, name) == 0)
			return (&model_metrics(profile)[i]);
	return (NULL);
}

static inline const struct model_metric *
timed_metric(struct timed *timed, const char *path, const char *name)
{
	const struct model_metric *metric =
	    timed_find(timeline_model(timed->timeline), path, name);

	CHECK(metric != NULL);
	return (metric);
}

/* ---- a program that ticks as it says ------------------------------------------- */

/* bytes: of each history; 0 as ever. */
static inline void
timed_start(uint64_t bytes)
{
	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		      .state = DBGSHM_PUBLISHED,
		      .history_bytes = bytes,
		      .row_history_bytes = bytes }) == 0);
}

static inline void
timed_run(struct logged_program *program, struct logged *log, size_t from,
    size_t to)
{
	for (; from < to; from++)
		logged_step(program, from, &log[from]);
}

/* The last of so many seconds is now. */
static inline void
timed_begin(struct logged_program *program, uint64_t seed, size_t seconds)
{
	logged_begin(program, seed);
	program->now_ns -= seconds * LOGGED_SECOND;
}

/* Which second is shown, by the only counter that never stands still. */
static inline size_t
timed_second(struct timed *timed, const struct logged *log, size_t count)
{
	uint64_t counter = timed_metric(timed, "logged", "counter")->value.u;
	size_t k;

	for (k = 0; k < count && log[k].counter != counter;)
		k++;
	CHECK(k < count);
	return (k);
}

/* All that is shown is as it was written down. */
static inline void
timed_same(struct timed *timed, const struct logged *entry)
{
	const struct model *model = timeline_model(timed->timeline);
	const struct model_table *table =
	    model_profile(model, "logged")->table;
	const struct model_cell *cells;
	size_t i, j;

	CHECK(timed_metric(timed, "logged", "counter")->value.u ==
	    entry->counter);
	CHECK(timed_metric(timed, "logged", "gauge")->value.i == entry->gauge);
	CHECK(timed_metric(timed, "logged", "real")->value.d == entry->real);
	CHECK(timed_metric(timed, "logged", "updown")->value.i ==
	    entry->updown);
	CHECK(timed_metric(timed, "logged", "histogram")->value.u ==
	    entry->count);
	CHECK((timed_find(model, "late", "late") != NULL) == entry->late);
	CHECK(table->row_count == entry->row_count);
	for (i = 0; i < table->row_count; i++) {
		cells = table->rows[i].cells;
		for (j = 0; j < entry->row_count &&
		     entry->rows[j].number != cells[0].u;)
			j++;
		CHECK(j < entry->row_count);
		CHECK(cells[1].u == entry->rows[j].changed);
		CHECK(strcmp(cells[2].text, entry->rows[j].text) == 0);
	}
}

#endif
