/*
 * t_workers.c - jobs: their order, a queue that is full, jobs that hang, and the
 * end of it all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/clock.h"
#include "agent/loop.h"
#include "agent/subsys.h"
#include "agent/workers.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define JOBS 1400 /* more than the queue holds */
#define HANGING 8 /* more than there are threads */

struct work {
	struct job job;
	struct fixture *fixture;
	int gate[2];
	bool done, late;
	unsigned order;
};

struct fixture {
	struct agent_options options;
	struct agent agent;
	struct work work[JOBS];
	pthread_t loop;
	atomic_uint ran;
	unsigned done, wanted;
};

static void
run_quick(struct job *job, struct scratch *scratch)
{
	struct work *work = job->owner;

	(void)scratch;
	work->order = atomic_fetch_add(&work->fixture->ran, 1);
}

/* Until the test opens the gate. */
static void
run_hanging(struct job *job, struct scratch *scratch)
{
	struct work *work = job->owner;
	char byte;

	scratch_step(scratch, "the gate");
	assert_int_equal(read(work->gate[0], &byte, 1), 1);
}

static void
done(struct job *job)
{
	struct work *work = job->owner;
	struct fixture *fixture = work->fixture;

	assert_true(pthread_equal(pthread_self(), fixture->loop));
	assert_false(job->pending);
	assert_false(work->done);
	work->done = true;
	if (++fixture->done == fixture->wanted)
		loop_stop(fixture->agent.loop);
}

static void
late(struct job *job)
{
	struct work *work = job->owner;

	assert_true(pthread_equal(pthread_self(), work->fixture->loop));
	assert_true(job->pending);
	assert_false(work->late);
	work->late = true;
}

static struct work *
prepare(struct fixture *fixture, unsigned i,
    void (*run)(struct job *, struct scratch *))
{
	struct work *work = &fixture->work[i];

	work->fixture = fixture;
	work->job = (struct job){
		.kind = JOB_SAMPLE,
		.subsys = &subsys_watch,
		.about = "somebody",
		.deadline_ns = NS_PER_S,
		.owner = work,
		.run = run,
		.done = done,
		.late = late,
	};
	if (run == run_hanging)
		assert_int_equal(pipe(work->gate), 0);
	return (work);
}

static void
open_gate(struct work *work)
{
	assert_int_equal(write(work->gate[1], "", 1), 1);
}

static void
nothing(void *context)
{
	(void)context;
}

/* Until so many jobs are done, those from before included. */
static void
run_until(struct fixture *fixture, unsigned wanted)
{
	while (fixture->done < wanted) {
		(void)subsys_workers.tick(&fixture->agent, clock_now());
		(void)poll(NULL, 0, 1);
	}
}

static struct fixture fixture;

static int
start(void **state)
{
	memset(&fixture, 0, sizeof(fixture));
	fixture.loop = pthread_self();
	fixture.agent.options = &fixture.options;
	fixture.agent.loop = loop_create();
	assert_non_null(fixture.agent.loop);
	assert_int_equal(subsys_throttle.start(&fixture.agent), 0);
	assert_int_equal(subsys_workers.start(&fixture.agent), 0);
	*state = &fixture;
	return (0);
}

static int
stop(void **state)
{
	struct fixture *f = *state;

	subsys_workers.stop(&f->agent);
	assert_false(f->agent.threads_left);
	subsys_throttle.stop(&f->agent);
	loop_destroy(f->agent.loop);
	return (0);
}

static void
test_a_job_runs_and_is_handed_back_on_the_loop_s_thread(void **state)
{
	struct fixture *f = *state;
	struct work *work = prepare(f, 0, run_quick);

	f->wanted = 1;
	assert_int_equal(workers_submit(&f->agent, &work->job), 0);
	assert_int_equal(loop_run(f->agent.loop, nothing, NULL), 0);
	assert_true(work->done);
	assert_false(work->late);
	assert_int_equal(work->job.outcome, DBGSHM_OUTCOME_OK);
	/* And again. */
	work->done = false;
	assert_int_equal(workers_submit(&f->agent, &work->job), 0);
	run_until(f, 2);
}

static void
test_a_pending_job_is_not_queued_twice(void **state)
{
	struct fixture *f = *state;
	struct work *work = prepare(f, 0, run_hanging);

	assert_int_equal(workers_submit(&f->agent, &work->job), 0);
	assert_int_equal(workers_submit(&f->agent, &work->job), -1);
	assert_int_equal(errno, EBUSY);
	open_gate(work);
	run_until(f, 1);
}

static unsigned
submit_all(struct fixture *f, unsigned from)
{
	unsigned i, taken = 0;

	for (i = from; i < JOBS; i++) {
		if (workers_submit(&f->agent, &prepare(f, i, run_quick)->job) ==
		    0)
			taken++;
		else {
			assert_int_equal(errno, EAGAIN);
			assert_false(f->work[i].job.pending);
		}
	}
	return (taken);
}

/* All threads are kept busy, so that the queue fills. */
static unsigned
keep_busy(struct fixture *f)
{
	struct work *work;
	unsigned i;

	for (i = 0; i < HANGING; i++) {
		work = prepare(f, i, run_hanging);
		assert_int_equal(workers_submit(&f->agent, &work->job), 0);
	}
	return (HANGING);
}

static void
test_a_full_queue_refuses_and_the_others_run_in_order(void **state)
{
	struct fixture *f = *state;
	unsigned i, taken, last = 0, first = keep_busy(f);

	taken = submit_all(f, first);
	assert_true(taken > 0 && taken < JOBS - first);
	for (i = 0; i < first; i++)
		open_gate(&f->work[i]);
	run_until(f, first + taken);
	assert_int_equal(f->ran, taken);
	/* Several threads take them in order; one may be a little ahead. */
	for (i = first; i < JOBS; i++) {
		if (!f->work[i].done)
			continue;
		assert_true(f->work[i].order + HANGING >= last);
		if (f->work[i].order > last)
			last = f->work[i].order;
	}
}

static unsigned
thread_count(void)
{
	DIR *directory = opendir("/proc/self/task");
	unsigned count = 0;

	assert_non_null(directory);
	while (readdir(directory) != NULL)
		count++;
	(void)closedir(directory);
	return (count);
}

static void
test_jobs_that_hang_hold_up_no_other(void **state)
{
	struct fixture *f = *state;
	unsigned i, threads = thread_count(), first = keep_busy(f);
	struct work *quick = prepare(f, first, run_quick);

	assert_int_equal(workers_submit(&f->agent, &quick->job), 0);
	/* Looked at as after their deadline, as often as it takes for those
	 * that had to queue behind the first ones. */
	for (i = 0; i < 1000 && !quick->done; i++) {
		(void)subsys_workers.tick(
		    &f->agent, clock_now() + 2 * NS_PER_S);
		(void)poll(NULL, 0, 10);
	}
	assert_true(quick->done);
	assert_int_equal(f->done, 1);
	assert_true(thread_count() > threads);
	for (i = 0; i < first; i++) {
		assert_true(f->work[i].late);
		assert_true(f->work[i].job.pending);
		open_gate(&f->work[i]);
	}
	run_until(f, first + 1);
	while (thread_count() > threads) /* those started meanwhile go */
		(void)poll(NULL, 0, 1);
	quick->done = false;
	assert_int_equal(workers_submit(&f->agent, &quick->job), 0);
	run_until(f, first + 2);
}

static void
test_jobs_are_taken_back_unless_they_hang(void **state)
{
	struct fixture *f = *state;
	unsigned i, first = keep_busy(f);
	struct work *quick = prepare(f, first, run_quick);
	uint64_t start_ns = clock_now();

	assert_int_equal(workers_submit(&f->agent, &quick->job), 0);
	assert_true(workers_take_back(&f->agent, &quick->job));
	assert_false(quick->job.pending);
	assert_true(workers_take_back(&f->agent, &quick->job));
	while (workers_is_queued(&f->agent, &f->work[0].job))
		(void)poll(NULL, 0, 1);
	assert_false(workers_take_back(&f->agent, &f->work[0].job));
	assert_true(f->work[0].job.pending);
	assert_true(clock_now() - start_ns < 20 * NS_PER_S);
	assert_int_equal(f->ran, 0);
	for (i = 0; i < first; i++)
		open_gate(&f->work[i]);
	run_until(f, first);
	assert_false(quick->done);
}

static void
test_a_thread_that_hangs_is_left_behind(void **state)
{
	struct fixture *f = *state;
	struct work *work = prepare(f, 0, run_hanging);
	struct workers *pool = f->agent.workers;

	assert_int_equal(workers_submit(&f->agent, &work->job), 0);
	while (workers_is_queued(&f->agent, &work->job))
		(void)poll(NULL, 0, 1);
	subsys_workers.stop(&f->agent);
	assert_true(f->agent.threads_left);
	assert_null(f->agent.workers);
	/* It comes back after all; let it, for the sake of the next test. */
	open_gate(work);
	f->agent.workers = pool;
	f->agent.threads_left = false;
	while (!workers_take_back(&f->agent, &work->job))
		(void)poll(NULL, 0, 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
	const struct CMUnitTest tests[] = {
		TEST(test_a_job_runs_and_is_handed_back_on_the_loop_s_thread),
		TEST(test_a_pending_job_is_not_queued_twice),
		TEST(test_a_full_queue_refuses_and_the_others_run_in_order),
		TEST(test_jobs_that_hang_hold_up_no_other),
		TEST(test_jobs_are_taken_back_unless_they_hang),
		TEST(test_a_thread_that_hangs_is_left_behind),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
