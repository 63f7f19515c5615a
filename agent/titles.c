/*
 * titles.c - batches of processes whose command lines are read.
 *
 * When one of a batch hangs, those behind it go into another batch: only the one
 * that hangs is not answered.
 */
#include "titles.h"

#include "clock.h"
#include "files.h"
#include "workers.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TITLES_BATCHES 8
#define TITLES_EACH 64
#define TITLES_DEADLINE_NS (2 * NS_PER_S)
#define TITLES_ABOUT "of new processes"

struct batch {
	struct job job;
	struct titles *titles;
	size_t count;
	atomic_size_t next; /* who takes a place by adding one has it */
	size_t read;	    /* places before this one are answered */
	bool known[TITLES_EACH];
	struct proc_identity identity[TITLES_EACH];
};

struct titles {
	struct agent *agent;
	void (*got)(struct agent *, const struct proc_identity *);
	struct batch batch[TITLES_BATCHES];
};

static bool
read_title(struct scratch *scratch, struct proc_identity *identity)
{
	struct proc_stat stat;
	char path[32];
	bool known;
	int directory;

	snprintf(path, sizeof(path), "/proc/%d", (int)identity->pid);
	directory = files_brief_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
	if (directory == -1)
		return (false);
	scratch->about = path;
	scratch_step(scratch, "cmdline");
	proc_entitle(directory, identity);
	known = proc_stat_read(directory, "stat", &stat) == 0 &&
	    stat.start_ticks == identity->start_ticks;
	files_brief_close(directory);
	scratch->about = NULL;
	return (known);
}

static void
run(struct job *job, struct scratch *scratch)
{
	struct batch *batch = job->owner;
	size_t i;

	while ((i = atomic_fetch_add(&batch->next, 1)) < batch->count) {
		dbgshm_operation_progress(&scratch->operation, i, batch->count,
		    batch->identity[i].comm);
		batch->known[i] = read_title(scratch, &batch->identity[i]);
		batch->read = i + 1;
	}
}

static void
done(struct job *job)
{
	struct batch *batch = job->owner;
	size_t i, count = batch->read;

	strlcpy(job->about, TITLES_ABOUT, sizeof(job->about));
	batch->count = 0;
	for (i = 0; i < count; i++)
		if (batch->known[i])
			batch->titles->got(
			    batch->titles->agent, &batch->identity[i]);
}

/* Those that it has not come to are asked about elsewhere. */
static void
late(struct job *job)
{
	struct batch *batch = job->owner;
	const struct proc_identity *identity;
	size_t i;

	i = atomic_exchange(&batch->next, batch->count);
	identity = &batch->identity[i == 0 ? 0 : i - 1];
	snprintf(job->about, sizeof(job->about), "of %s %d", identity->comm,
	    (int)identity->pid);
	for (; i < batch->count; i++)
		(void)titles_ask(batch->titles, &batch->identity[i]);
	titles_send(batch->titles);
}

struct titles *
titles_create(struct agent *agent, const struct subsys *subsys,
    void (*got)(struct agent *, const struct proc_identity *))
{
	struct titles *titles;
	struct batch *batch;

	titles = calloc(1, sizeof(*titles));
	if (titles == NULL)
		return (NULL);
	titles->agent = agent;
	titles->got = got;
	for (batch = titles->batch; batch < titles->batch + TITLES_BATCHES;
	     batch++) {
		batch->titles = titles;
		batch->job = (struct job){
			.kind = JOB_NAMES,
			.subsys = subsys,
			.about = TITLES_ABOUT,
			.deadline_ns = TITLES_DEADLINE_NS,
			.owner = batch,
			.run = run,
			.done = done,
			.late = late,
		};
	}
	return (titles);
}

bool
titles_ask(struct titles *titles, const struct proc_identity *identity)
{
	struct batch *batch = titles->batch;

	for (; batch < titles->batch + TITLES_BATCHES; batch++)
		if (!batch->job.pending && batch->count < TITLES_EACH) {
			batch->identity[batch->count++] = *identity;
			return (true);
		}
	return (false);
}

void
titles_send(struct titles *titles)
{
	struct batch *batch = titles->batch;

	for (; batch < titles->batch + TITLES_BATCHES; batch++) {
		if (batch->job.pending || batch->count == 0)
			continue;
		batch->next = 0;
		batch->read = 0;
		/* Refused: it stays, and goes with the next ones. */
		(void)workers_submit(titles->agent, &batch->job);
	}
}

bool
titles_destroy(struct titles *titles)
{
	struct batch *batch;
	bool all = true;

	if (titles == NULL)
		return (true);
	for (batch = titles->batch; batch < titles->batch + TITLES_BATCHES;
	     batch++)
		if (!workers_take_back(titles->agent, &batch->job))
			all = false;
	if (all)
		free(titles);
	return (all);
}
