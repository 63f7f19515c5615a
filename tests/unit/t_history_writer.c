/*
 * t_history_writer.c - claims about what decides how a past is written: options,
 * the environment, forks, sandboxes, regions about others.
 */
#include "logged.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define TICKS 100

static struct logged log_of[TICKS];

/* Ticks, and the moments that there are then. */
static struct dbgshm_past *
past_of(struct dbgshm_reader **reader, const struct dbgshm_options *options)
{
	struct logged_program program;
	struct dbgshm_past *past;
	size_t i;

	CHECK(dbgshm_init(options) == 0);
	logged_begin(&program, 31);
	for (i = 0; i < TICKS; i++)
		logged_step(&program, i, &log_of[i]);
	*reader = own_reader();
	CHECK(dbgshm_past_open(*reader, &past) == 0);
	return (past);
}

static const struct dbgshm_options plain = { .sampling = DBGSHM_SAMPLER_TICK,
	.state = DBGSHM_PUBLISHED };

static size_t
moments(const struct dbgshm_options *options)
{
	struct dbgshm_reader *reader;
	struct dbgshm_past *past = past_of(&reader, options);
	size_t count = dbgshm_past_count(past);

	if (options->row_history_bytes == DBGSHM_HISTORY_OFF)
		CHECK(dbgshm_past_rows_since(past) == UINT64_MAX);
	dbgshm_past_close(past);
	dbgshm_reader_close(reader);
	return (count);
}

static void
as_options_say(void)
{
	struct dbgshm_options options = plain;

	options.tiers_ns[0] = 2 * LOGGED_SECOND;
	options.tiers_ns[1] = 30 * LOGGED_SECOND;
	options.row_history_bytes = DBGSHM_HISTORY_OFF;
	CHECK(moments(&options) == TICKS / 2 + 1);
}

static void
switched_off(void)
{
	struct dbgshm_options options = plain;

	options.history_bytes = DBGSHM_HISTORY_OFF;
	/* What the program has switched off stays off. */
	CHECK(setenv("DBGSHM_HISTORY", "1M", 1) == 0);
	CHECK(moments(&options) == 0);
}

static void
switched_off_by_environment(void)
{
	CHECK(setenv("DBGSHM_HISTORY", "0", 1) == 0);
	CHECK(moments(&plain) == 0);
}

static void
tiers_by_environment(void)
{
	struct dbgshm_options options = plain;

	options.tiers_ns[0] = 2 * LOGGED_SECOND;
	CHECK(setenv("DBGSHM_TIERS", "4s,1m", 1) == 0);
	CHECK(setenv("DBGSHM_HISTORY_ROWS", "64K", 1) == 0);
	CHECK(moments(&options) == TICKS / 4 + 1);
}

static void
nonsense_in_environment(void)
{
	static const char *const lists[] = { "", "1s,", "10s,1s", "1x", "s",
		"1s,2s,3s,4s", "-1s", "0s", "99999999999999999999s", "1",
		"9999999999999999h" };
	struct dbgshm_options options = plain;
	size_t i;

	CHECK(setenv("DBGSHM_HISTORY", "many", 1) == 0);
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		options.tiers_ns[0] = 2 * LOGGED_SECOND;
		CHECK(setenv("DBGSHM_TIERS", lists[i], 1) == 0);
		if (fork() == 0) {
			CHECK(moments(&options) == TICKS / 2 + 1);
			_exit(0);
		}
		int status;

		CHECK(wait(&status) > 0 && status == 0);
	}
}

static void
wrong_options(void)
{
	struct dbgshm_options options = plain;

	options.tiers_ns[0] = 10 * LOGGED_SECOND;
	options.tiers_ns[1] = 5 * LOGGED_SECOND;
	CHECK(dbgshm_init(&options) == -1 && errno == EINVAL);
	options.tiers_ns[0] = 5 * LOGGED_SECOND;
	options.tiers_ns[1] = 0;
	options.tiers_ns[2] = 10 * LOGGED_SECOND;
	CHECK(dbgshm_init(&options) == -1 && errno == EINVAL);
	/* Whole ticks: both are one. */
	options.tiers_ns[0] = 1;
	options.tiers_ns[1] = 2;
	options.tiers_ns[2] = 0;
	CHECK(dbgshm_init(&options) == -1 && errno == EINVAL);
}

static void
test_options_and_environment_decide_which_past_is_kept(void **state)
{
	(void)state;
	assert_int_equal(in_child(as_options_say), 0);
	assert_int_equal(in_child(switched_off), 0);
	assert_int_equal(in_child(switched_off_by_environment), 0);
	assert_int_equal(in_child(tiers_by_environment), 0);
	assert_int_equal(in_child(nonsense_in_environment), 0);
	assert_int_equal(in_child(wrong_options), 0);
}

/* ---- small regions ------------------------------------------------------------- */

static void
smallest(void)
{
	struct dbgshm_options options = plain;
	struct dbgshm_metric metric = logged_metric("more");
	struct dbgshm_counter counter;

	options.max_bytes = 192 << 10;
	CHECK(moments(&options) > 20);
	/* The past never takes the last room. */
	CHECK(dbgshm_reason() == DBGSHM_REASON_NONE);
	CHECK(dbgshm_counter_create(dbgshm_profile_add("later", "l", NULL),
		  &metric, &counter) == 0);
}

static void
test_a_small_region_has_a_short_past_and_room_for_more(void **state)
{
	(void)state;
	assert_int_equal(in_child(smallest), 0);
}

/* ---- what it costs is told ------------------------------------------------------- */

static void
own_cost(void)
{
	struct dbgshm_reader *reader;
	struct dbgshm_past *past = past_of(&reader, &plain);

	dbgshm_past_close(past);
	CHECK(dbgshm_reader_value(reader, own_metric(reader, "history_bytes"))
		  .i >= 4096);
	CHECK(dbgshm_reader_value(reader, own_metric(reader, "history_frames"))
		  .u > TICKS);
	CHECK(
	    dbgshm_reader_value(reader, own_metric(reader, "history_left_out"))
		.u == 0);
	CHECK(
	    dbgshm_reader_value(reader, own_metric(reader, "history_time")).u >
	    0);
	CHECK(dbgshm_reader_value(reader, own_metric(reader, "history_period"))
		  .i == (int64_t)LOGGED_SECOND);
	dbgshm_reader_close(reader);
}

static void
test_the_past_says_what_it_costs(void **state)
{
	(void)state;
	assert_int_equal(in_child(own_cost), 0);
}

/* ---- forks ------------------------------------------------------------------------ */

static void
child_of(struct logged_program *program)
{
	static struct logged later[TICKS];
	struct dbgshm_reader *reader;
	struct logged_seen seen;
	size_t i;

	/* Handles stay, values and rows begin anew. */
	CHECK(dbgshm_init(&plain) == 0);
	program->now_ns += 1000 * LOGGED_SECOND;
	memset(&program->present, 0, sizeof(program->present));
	for (i = 0; i < 50; i++)
		logged_step(program, 200 + i, &later[i]);
	reader = own_reader();
	seen = logged_compare(reader, later, i);
	CHECK(seen.moments == 50 && seen.with_rows == 50);
	CHECK(dbgshm_reader_check(reader, NULL, NULL) == 0);
	dbgshm_reader_close(reader);
}

static void
forks(void)
{
	struct logged_program program;
	struct dbgshm_reader *reader;
	struct logged_seen seen;
	int status;
	size_t i;

	CHECK(dbgshm_init(&plain) == 0);
	logged_begin(&program, 32);
	program.now_ns -= 500 * LOGGED_SECOND; /* the child's is the real one */
	for (i = 0; i < TICKS; i++) {
		logged_step(&program, i, &log_of[i]);
		if (i != TICKS / 2)
			continue;
		if (fork() == 0) {
			child_of(&program);
			exit(0);
		}
		CHECK(wait(&status) > 0 && status == 0);
	}
	reader = own_reader();
	seen = logged_compare(reader, log_of, i);
	CHECK(seen.moments == TICKS);
	dbgshm_reader_close(reader);
}

static void
test_a_forked_child_has_a_past_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(in_child(forks), 0);
}

/* ---- a sandbox ----------------------------------------------------------------------- */

struct shared {
	size_t count;
	struct logged log[TICKS];
};

static struct shared *shared;

/* From now on a system call other than the last one kills. */
static void
allow_nothing_but_exit(void)
{
	struct sock_filter steps[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog program = { sizeof(steps) / sizeof(steps[0]), steps };

	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static void
in_sandbox(void)
{
	struct logged_program program;

	CHECK(dbgshm_init(&plain) == 0);
	logged_begin(&program, 33);
	for (; shared->count < 10; shared->count++)
		logged_step(
		    &program, shared->count, &shared->log[shared->count]);
	CHECK(dbgshm_sandbox() == 0);
	allow_nothing_but_exit();
	/* No profile comes late here: that is for the program to do before. */
	for (; shared->count < 60; shared->count++)
		logged_step(
		    &program, shared->count, &shared->log[shared->count]);
	_exit(0);
}

static void
sandbox(void)
{
	struct dbgshm_reader *reader;
	struct logged_seen seen;
	char path[256];
	int status;
	pid_t child;

	if ((child = fork()) == 0)
		in_sandbox();
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	CHECK(region_file(child, false, path, sizeof(path)));
	CHECK(dbgshm_reader_open(path, &reader, NULL) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	seen = logged_compare(reader, shared->log, shared->count);
	CHECK(
	    shared->count == 60 && seen.moments == 60 && seen.with_rows == 60);
	dbgshm_reader_close(reader);
	CHECK(unlink(path) == 0);
}

static void
test_ticks_in_a_sandbox_make_no_system_call(void **state)
{
	(void)state;
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
	skip(); /* sanitisers make some */
#endif
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(shared != MAP_FAILED);
	assert_int_equal(in_child(sandbox), 0);
	(void)munmap(shared, sizeof(*shared));
}

/* ---- regions about others ---------------------------------------------------------------- */

static void
watched(void)
{
	struct dbgshm_subject subject = { .pid = getpid(),
		.uid = geteuid(),
		.gid = getegid(),
		.name = "subject",
		.unnamed = 1 };
	struct dbgshm_metric metric = logged_metric("level");
	struct dbgshm_region *region;
	struct dbgshm_profile *profile;
	struct dbgshm_reader *reader;
	struct dbgshm_past *past;
	struct dbgshm_moment moment;
	struct dbgshm_gauge gauge;
	struct timespec now;
	uint64_t start;
	int descriptor;
	size_t i;

	region = dbgshm_region_create(&plain, &subject, &descriptor);
	CHECK(region != NULL);
	profile = dbgshm_region_profile_add(region, "w", "w", NULL);
	CHECK(dbgshm_gauge_create(profile, &metric, &gauge) == 0);
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	start = (uint64_t)now.tv_sec * LOGGED_SECOND;
	for (i = 0; i < 50; i++) {
		dbgshm_region_gauge_set(region, gauge, (int64_t)(7 * i));
		CHECK(
		    dbgshm_region_tick(region, start + i * LOGGED_SECOND) == 0);
	}
	CHECK(dbgshm_reader_attach(descriptor, &reader, NULL) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(dbgshm_past_open(reader, &past) == 0);
	CHECK(dbgshm_past_count(past) == 50);
	for (i = 0; i < 50; i++) {
		moment = dbgshm_past_moment(past, i);
		CHECK(moment.mono_ns == start + i * LOGGED_SECOND);
		CHECK(!moment.gap && !moment.coarse);
		/* The other clocks go on as this one. */
		CHECK(i == 0 ||
		    moment.real_ns - dbgshm_past_moment(past, i - 1).real_ns >
			LOGGED_SECOND / 2);
		CHECK(dbgshm_past_show(past, i) == 0);
		CHECK(dbgshm_reader_value(reader, own_metric(reader, "level"))
			  .i == (int64_t)(7 * i));
	}
	dbgshm_past_close(past);
	dbgshm_reader_close(reader);
	dbgshm_region_destroy(region, 0);
}

static void
test_a_region_about_another_process_has_a_past(void **state)
{
	(void)state;
	assert_int_equal(in_child(watched), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_options_and_environment_decide_which_past_is_kept),
		cmocka_unit_test(
		    test_a_small_region_has_a_short_past_and_room_for_more),
		cmocka_unit_test(test_the_past_says_what_it_costs),
		cmocka_unit_test(test_a_forked_child_has_a_past_of_its_own),
		cmocka_unit_test(test_ticks_in_a_sandbox_make_no_system_call),
		cmocka_unit_test(
		    test_a_region_about_another_process_has_a_past),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
