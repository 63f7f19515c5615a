/*
 * t_threads.c - claims about exact counts and whole rows under threads, signal
 * handlers, forks and renames.
 */
#include "child.h"

#include <dbgshm/reader.h>
#include <dbgshm/writer.h>

#include <sys/prctl.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SCALE 20
#else
#define SCALE 1
#endif

#define THREADS 8
#define ADDS (1000000 / SCALE)
#define FLIPS (10000 / SCALE)
#define ROW_READS (5000 / SCALE)
#define TIMER_NS 20000
#define FORKS 60
#define FORK_ROUNDS 40

static const struct dbgshm_options ticked = {
	.sampling = DBGSHM_SAMPLER_TICK,
	.state = DBGSHM_PUBLISHED,
};

static struct dbgshm_counter counter;
static struct dbgshm_histogram histogram;
static struct dbgshm_table *table;
static uint64_t handler_adds, done;

static const struct dbgshm_column columns[] = {
	{ "a", DBGSHM_TYPE_GAUGE, 0, NULL, 0, 0, 0, NULL },
	{ "text", DBGSHM_TYPE_TEXT, 0, NULL, 16, 0, 0, NULL },
	{ "b", DBGSHM_TYPE_GAUGE, 0, NULL, 0, 0, 0, NULL },
};

static void
start(void)
{
	struct dbgshm_profile *profile;
	struct dbgshm_metric metric = { "n", NULL, 0, 0, 0, NULL, 0 };

	CHECK(dbgshm_init(&ticked) == 0);
	profile = dbgshm_profile_add("t", "threads", NULL);
	CHECK(dbgshm_counter_create(profile, &metric, &counter) == 0);
	metric.name = "h";
	CHECK(dbgshm_histogram_create(profile, &metric, &histogram) == 0);
	CHECK((table = dbgshm_table_create(profile, columns, 3, 4)) != NULL);
}

static struct dbgshm_reader *
attach(pid_t pid)
{
	struct dbgshm_reader *reader;
	char path[256];

	CHECK(region_file(pid, false, path, sizeof(path)));
	CHECK(dbgshm_reader_open(path, &reader, NULL) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	return (reader);
}

/* The metric of our profile by its name. */
static size_t
metric(const struct dbgshm_reader *reader, const char *name)
{
	const struct dbgshm_metric_info *info;
	size_t i;

	for (i = 0; i < dbgshm_reader_metric_count(reader); i++) {
		info = dbgshm_reader_metric(reader, i);
		if (info->name.length == strlen(name) &&
		    memcmp(info->name.bytes, name, info->name.length) == 0)
			return (i);
	}
	CHECK(false);
	return (0);
}

static uint64_t
counted(pid_t pid)
{
	struct dbgshm_reader *reader = attach(pid);
	uint64_t value = dbgshm_reader_value(reader, metric(reader, "n")).u;

	dbgshm_reader_close(reader);
	return (value);
}

/* Interrupts the calling thread, and no other, again and again. */
static timer_t
interrupt_me(void)
{
	struct sigevent event = { 0 };
	struct itimerspec every = { { 0, TIMER_NS }, { 0, TIMER_NS } };
	timer_t timer;

	event.sigev_notify = SIGEV_THREAD_ID;
	event.sigev_signo = SIGUSR1;
	event._sigev_un._tid = gettid();
	CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	CHECK(timer_settime(timer, 0, &every, NULL) == 0);
	return (timer);
}

static void *
adder(void *unused)
{
	timer_t timer = interrupt_me();
	int i;

	(void)unused;
	for (i = 0; i < ADDS; i++) {
		dbgshm_counter_add(counter, 1);
		dbgshm_histogram_record(histogram, (uint64_t)i);
	}
	CHECK(timer_delete(timer) == 0);
	return (NULL);
}

static void
run_threads(void *(*body)(void *), int count)
{
	pthread_t threads[THREADS];
	int i;

	for (i = 0; i < count; i++)
		CHECK(pthread_create(&threads[i], NULL, body, NULL) == 0);
	for (i = 0; i < count; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
}

/* ---- counters ------------------------------------------------------------------ */

static void
on_timer(int signal)
{
	(void)signal;
	dbgshm_counter_add(counter, 1);
	dbgshm_histogram_record(histogram, UINT64_C(1) << 40);
	(void)dbgshm__fetch_add(&handler_adds, 1);
}

static void
handlers_and_threads(void)
{
	struct dbgshm_histogram_info info;
	struct dbgshm_reader *reader;
	int round;

	start();
	CHECK(signal(SIGUSR1, on_timer) != SIG_ERR);
	for (round = 0; round < 3; round++) {
		run_threads(adder, THREADS);
		CHECK(dbgshm_tick(0) == 0); /* more shards for the next */
	}
	CHECK(handler_adds > 0);
	reader = attach(getpid());
	CHECK(dbgshm_reader_value(reader, metric(reader, "n")).u ==
	    3ull * THREADS * ADDS + handler_adds);
	CHECK(dbgshm_reader_histogram(reader, metric(reader, "h"), &info) == 0);
	CHECK(info.count == 3ull * THREADS * ADDS + handler_adds);
	CHECK(info.max == UINT64_C(1) << 40);
	CHECK(info.sum ==
	    3ull * THREADS * ((uint64_t)ADDS * (ADDS - 1) / 2) +
		(handler_adds << 40));
	dbgshm_reader_close(reader);
}

static void
test_counts_are_exact_with_threads_and_handlers(void **state)
{
	(void)state;
	assert_int_equal(in_child(handlers_and_threads), 0);
}

static void *
one_add(void *unused)
{
	(void)unused;
	dbgshm_counter_add(counter, 1);
	return (NULL);
}

static uint32_t
shards_ready(void)
{
	struct dbgshm_reader *reader = attach(getpid());
	uint32_t ready = dbgshm_reader_info(reader)->shards_ready;

	dbgshm_reader_close(reader);
	return (ready);
}

static void
shards_return(void)
{
	uint32_t ready;
	int i;

	start();
	ready = shards_ready();
	for (i = 0; i < 2000 / SCALE; i++)
		run_threads(one_add, 2);
	CHECK(counted(getpid()) == 2ull * (2000 / SCALE));
	CHECK(dbgshm_tick(0) == 0);
	/* Two at a time never need more than was ready at the start. */
	CHECK(shards_ready() == ready);
}

static void
test_threads_that_end_give_their_cells_back(void **state)
{
	(void)state;
	assert_int_equal(in_child(shards_return), 0);
}

/* ---- publish and unpublish ------------------------------------------------------ */

static void *
endless_adder(void *count)
{
	uint64_t n = 0;

	while (dbgshm__load_relaxed(&done) == 0) {
		dbgshm_counter_add(counter, 1);
		n++;
	}
	(void)dbgshm__fetch_add(count, n);
	return (NULL);
}

static void *
endless_reader(void *unused)
{
	struct dbgshm_reader *reader;
	uint64_t last = 0, value;
	char path[256];

	(void)unused;
	while (dbgshm__load_relaxed(&done) == 0) {
		if (!region_file(getpid(), false, path, sizeof(path)) ||
		    dbgshm_reader_open(path, &reader, NULL) == -1)
			continue;
		CHECK(dbgshm_reader_refresh(reader) == 0);
		value = dbgshm_reader_value(reader, metric(reader, "n")).u;
		CHECK(value >= last);
		last = value;
		dbgshm_reader_close(reader);
	}
	return (NULL);
}

static int
open_descriptors(void)
{
	glob_t found;
	int count;

	CHECK(glob("/proc/self/fd/*", 0, NULL, &found) == 0);
	count = (int)found.gl_pathc;
	globfree(&found);
	return (count);
}

static void
flips(void)
{
	pthread_t threads[THREADS], reader;
	uint64_t expected = 0;
	int i, descriptors;

	start();
	descriptors = open_descriptors();
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(
			  &threads[i], NULL, endless_adder, &expected) == 0);
	CHECK(pthread_create(&reader, NULL, endless_reader, NULL) == 0);
	for (i = 0; i < FLIPS; i++) {
		CHECK(dbgshm_unpublish() == 0);
		CHECK(dbgshm_publish() == 0);
	}
	dbgshm__store_relaxed(&done, 1);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(pthread_join(reader, NULL) == 0);
	CHECK(counted(getpid()) == expected);
	CHECK(open_descriptors() == descriptors);
}

static void
test_publishing_ten_thousand_times_loses_no_count(void **state)
{
	(void)state;
	assert_int_equal(in_child(flips), 0);
}

/* ---- rows ------------------------------------------------------------------------ */

static struct dbgshm_row shared_row;

static void
write_row(struct dbgshm_row row, uint64_t value)
{
	char text[17];
	struct dbgshm_row open = dbgshm_row_begin(row);

	(void)snprintf(
	    text, sizeof(text), "%016llx", (unsigned long long)value);
	dbgshm_row_set(open, 0, value);
	dbgshm_row_text(open, 1, text);
	dbgshm_row_set(open, 2, value);
	dbgshm_row_end(open);
}

static void
on_row_timer(int signal)
{
	(void)signal;
	write_row(shared_row, dbgshm__fetch_add(&handler_adds, 1));
}

static void *
row_writer(void *unused)
{
	timer_t timer = interrupt_me();
	struct dbgshm_row mine;
	uint64_t i;

	(void)unused;
	for (i = 0; dbgshm__load_relaxed(&done) == 0; i++) {
		write_row(shared_row, i * 7);
		if (i % 16 == 0) {
			mine = dbgshm_row_claim(table);
			dbgshm_row_set(mine, 0, 5);
			dbgshm_row_text(mine, 1, "0000000000000005");
			dbgshm_row_set(mine, 2, 5);
			dbgshm_row_end(mine);
			dbgshm_row_release(mine);
			dbgshm_row_release(mine); /* a dead handle */
		}
	}
	CHECK(timer_delete(timer) == 0);
	return (NULL);
}

static void *
row_reader(void *unused)
{
	struct dbgshm_reader *reader = attach(getpid());
	const struct dbgshm_row_info *row;
	uint64_t a, good = 0;
	char text[17];
	size_t i, t = 0;

	(void)unused;
	while (good < ROW_READS) {
		CHECK(dbgshm_reader_refresh(reader) == 0);
		for (i = 0; i < dbgshm_reader_row_count(reader, t); i++) {
			row = dbgshm_reader_row(reader, t, i);
			if (row->state != DBGSHM_ROWSTATE_LIVE)
				continue;
			a = dbgshm_reader_cell(reader, t, row, 0).u;
			(void)snprintf(text, sizeof(text), "%016llx",
			    (unsigned long long)a);
			CHECK(a == dbgshm_reader_cell(reader, t, row, 2).u);
			CHECK(memcmp(dbgshm_reader_cell(reader, t, row, 1)
					 .text.bytes,
				  text, 16) == 0);
			good++;
		}
	}
	dbgshm__store_relaxed(&done, 1);
	dbgshm_reader_close(reader);
	return (NULL);
}

static void
rows_are_whole(void)
{
	pthread_t reader, writers[2];
	int i;

	start();
	shared_row = dbgshm_row_claim(table);
	dbgshm_row_text(shared_row, 1, "0000000000000000");
	dbgshm_row_end(shared_row);
	CHECK(signal(SIGUSR1, on_row_timer) != SIG_ERR);
	CHECK(pthread_create(&reader, NULL, row_reader, NULL) == 0);
	for (i = 0; i < 2; i++)
		CHECK(pthread_create(&writers[i], NULL, row_writer, NULL) == 0);
	for (i = 0; i < 2; i++)
		CHECK(pthread_join(writers[i], NULL) == 0);
	CHECK(pthread_join(reader, NULL) == 0);
	/* Nothing was left busy: all four rows can be had again. */
	dbgshm_row_release(shared_row);
	for (i = 0; i < 4; i++)
		CHECK(dbgshm_row_claim(table).words != NULL);
	CHECK(dbgshm_row_claim(table).words == NULL);
}

static void
test_rows_are_never_torn(void **state)
{
	(void)state;
	assert_int_equal(in_child(rows_are_whole), 0);
}

static void
stale_handle(void)
{
	struct dbgshm_row first, second;

	start();
	first = dbgshm_row_claim(table);
	dbgshm_row_end(first);
	dbgshm_row_release(first);
	while ((second = dbgshm_row_claim(table)).words != first.words)
		dbgshm_row_end(second);
	dbgshm_row_end(second);
	CHECK(dbgshm_row_begin(first).words == NULL);
	dbgshm_row_release(first); /* must not free the second's row */
	CHECK(dbgshm_row_begin(second).words != NULL);
}

static void
test_stale_row_handles_change_nothing(void **state)
{
	(void)state;
	assert_int_equal(in_child(stale_handle), 0);
}

/* ---- fork ------------------------------------------------------------------------- */

static void
forks(void)
{
	struct dbgshm_metric metric_two = { "later", NULL, 0, 0, 0, NULL, 0 };
	struct dbgshm_counter later;
	struct dbgshm_profile *own;
	struct dbgshm_reader *reader;
	struct timespec now;
	char path[256];
	pid_t child;
	int status, go[2], ready[2], i;
	char c = 0;

	start();
	CHECK(pipe(go) == 0 && pipe(ready) == 0);
	dbgshm_counter_add(counter, 5);
	if ((child = fork()) == 0) {
		CHECK(dbgshm_state() == DBGSHM_OFF);
		CHECK(dbgshm_reason() == DBGSHM_REASON_FORKED);
		for (i = 0; i < ADDS; i++)
			dbgshm_counter_add(counter, 1);
		CHECK(dbgshm_publish() == -1 && errno == ENOTSUP);
		CHECK(write(ready[1], &c, 1) == 1 && read(go[0], &c, 1) == 1);
		/* Its own region, with the handles it inherited. */
		CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
		CHECK(dbgshm_init(&ticked) == 0);
		reader = attach(getpid());
		CHECK(dbgshm_reader_info(reader)->created_mono_ns >=
		    (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
		dbgshm_reader_close(reader);
		dbgshm_counter_add(counter, 2);
		CHECK(counted(getpid()) == ADDS + 2);
		own = dbgshm_profile_add("own", "of the child", NULL);
		CHECK(dbgshm_counter_create(own, &metric_two, &later) == 0);
		CHECK(dbgshm_profile_add("t", "inherited", NULL) == NULL);
		exit(0);
	}
	CHECK(read(ready[0], &c, 1) == 1);
	CHECK(counted(getpid()) == 5);
	CHECK(!region_file(child, false, path, sizeof(path)));
	CHECK(write(go[1], &c, 1) == 1);
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	CHECK(counted(getpid()) == 5);
	CHECK(!region_file(child, false, path, sizeof(path))); /* clean exit */
	CHECK(region_file(getpid(), false, path, sizeof(path)));
}

static void
test_forked_children_leave_the_parent_alone(void **state)
{
	(void)state;
	assert_int_equal(in_child(forks), 0);
}

/* Children that stay until the pipe is closed. */
static void *
forker(void *pipe)
{
	const int *go = pipe;
	char c;
	int i;

	for (i = 0; i < FORKS; i++)
		if (fork() == 0) {
			(void)close(go[1]);
			_exit(read(go[0], &c, 1) == 0 ? 0 : 1);
		}
	return (NULL);
}

static void
forks_at_init(void)
{
	struct flock lock;
	char path[256];
	pthread_t thread;
	pid_t child;
	int file, go[2], ready[2], round;
	char c = 0;

	/* The children's children become ours, so that we can reap them. */
	CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	for (round = 0; round < FORK_ROUNDS; round++) {
		CHECK(pipe(go) == 0 && pipe(ready) == 0);
		if ((child = fork()) == 0) {
			CHECK(pthread_create(&thread, NULL, forker, go) == 0);
			CHECK(dbgshm_init(&ticked) == 0);
			CHECK(pthread_join(thread, NULL) == 0);
			CHECK(write(ready[1], &c, 1) == 1);
			(void)pause();
		}
		CHECK(read(ready[0], &c, 1) == 1);
		CHECK(region_file(child, false, path, sizeof(path)));
		file = open(path, O_RDONLY | O_CLOEXEC);
		CHECK(file != -1 && unlink(path) == 0);
		CHECK(kill(child, SIGKILL) == 0);
		CHECK(waitpid(child, NULL, 0) == child);
		lock = (struct flock){
			.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_len = 1
		};
		CHECK(fcntl(file, F_OFD_GETLK, &lock) == 0);
		CHECK(lock.l_type == F_UNLCK);
		CHECK(close(file) == 0);
		CHECK(close(go[0]) == 0 && close(go[1]) == 0);
		while (wait(NULL) > 0)
			continue;
		CHECK(close(ready[0]) == 0 && close(ready[1]) == 0);
	}
}

static void
test_a_fork_in_the_middle_of_init_does_not_keep_the_lock(void **state)
{
	(void)state;
	assert_int_equal(in_child(forks_at_init), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads_that_end_give_their_cells_back),
		cmocka_unit_test(test_stale_row_handles_change_nothing),
		cmocka_unit_test(test_forked_children_leave_the_parent_alone),
		cmocka_unit_test(
		    test_a_fork_in_the_middle_of_init_does_not_keep_the_lock),
		cmocka_unit_test(
		    test_counts_are_exact_with_threads_and_handlers),
		cmocka_unit_test(test_rows_are_never_torn),
		cmocka_unit_test(
		    test_publishing_ten_thousand_times_loses_no_count),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
