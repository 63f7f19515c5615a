/*
 * t_history_thread.c - claims about the past that the library's thread keeps.
 */
#include "own.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

#define PERIOD_NS UINT64_C(10000000)
#define MOMENTS 60

struct entry {
	uint64_t ns, value;
};

static struct entry *written;
static size_t count;

static uint64_t
clock_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
}

static size_t
moments(struct dbgshm_reader *reader)
{
	struct dbgshm_past *past;
	size_t found;

	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(dbgshm_past_open(reader, &past) == 0);
	found = dbgshm_past_count(past);
	dbgshm_past_close(past);
	return (found);
}

/* The first entry at or after a time. */
static size_t
find(uint64_t ns)
{
	size_t low = 0, high = count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (written[middle].ns < ns)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

static void
by_thread(void)
{
	struct dbgshm_metric metric = { "n", NULL, 0, 0, 0, NULL, 0 };
	struct dbgshm_counter counter;
	struct dbgshm_moment moment;
	struct dbgshm_reader *reader;
	struct dbgshm_past *past;
	uint64_t value = 0, start, next_ns;
	size_t i, looked = 0, before, after;

	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_THREAD,
		      .state = DBGSHM_PUBLISHED,
		      .period_ns = PERIOD_NS }) == 0);
	CHECK(dbgshm_counter_create(
		  dbgshm_profile_add("t", "t", NULL), &metric, &counter) == 0);
	CHECK((written = calloc(1 << 22, sizeof(*written))) != NULL);
	reader = own_reader();
	start = clock_ns();
	/* An entry each 50 us or so. */
	while (count < 1 << 22 && moments(reader) < MOMENTS)
		for (i = 0; i < 200; i++) {
			dbgshm_counter_add(counter, 1);
			written[count].value = ++value;
			written[count++].ns = clock_ns();
		}
	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(dbgshm_past_open(reader, &past) == 0);
	for (i = 0; i + 1 < dbgshm_past_count(past); i++) {
		moment = dbgshm_past_moment(past, i);
		next_ns = dbgshm_past_moment(past, i + 1).mono_ns;
		if (moment.mono_ns < start)
			continue;
		CHECK(moment.period_ns == PERIOD_NS);
		CHECK(dbgshm_past_show(past, i) == 0);
		value = dbgshm_reader_value(reader, own_metric(reader, "n")).u;
		/* Its values were read behind its time, before the next. */
		before = find(moment.mono_ns);
		after = find(next_ns);
		CHECK(before == 0 || value >= written[before - 1].value);
		CHECK(after == count || value <= written[after].value);
		looked++;
	}
	CHECK(looked > MOMENTS / 2);
	dbgshm_past_close(past);
	dbgshm_reader_close(reader);
}

static void
test_each_value_lies_between_what_was_written_down_around_it(void **state)
{
	(void)state;
	assert_int_equal(in_child(by_thread), 0);
}

/* ---- it ends while it ticks --------------------------------------------------- */

#define ENDS 100

static bool over;

/* Profiles come and go, rows too. */
static void *
work(void *context)
{
	static const struct dbgshm_column columns[] = {
		{ .name = "n", .type = DBGSHM_TYPE_GAUGE },
	};
	const char *path = context;
	struct dbgshm_metric metric = { .name = "n" };
	struct dbgshm_counter counter = { 0 };
	struct dbgshm_profile *profile;
	struct dbgshm_table *table;
	struct dbgshm_row row;

	while (!__atomic_load_n(&over, __ATOMIC_RELAXED)) {
		profile = dbgshm_profile_add(path, "w", NULL);
		(void)dbgshm_counter_create(profile, &metric, &counter);
		table = dbgshm_table_create(profile, columns, 1, 16);
		dbgshm_counter_add(counter, 1);
		row = dbgshm_row_claim(table);
		dbgshm_row_set(row, 0, 1);
		dbgshm_row_end(row);
		dbgshm_row_release(row);
		dbgshm_profile_remove(profile);
	}
	return (NULL);
}

static void
one_end(size_t number)
{
	static char *paths[] = { "a", "b" };
	pthread_t threads[2];
	struct dbgshm_reader *reader;
	size_t i;

	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_THREAD,
		      .state = DBGSHM_PUBLISHED,
		      .period_ns = PERIOD_NS }) == 0);
	for (i = 0; i < 2; i++)
		CHECK(pthread_create(&threads[i], NULL, work, paths[i]) == 0);
	(void)clock_nanosleep(CLOCK_MONOTONIC, 0,
	    &(struct timespec){
		.tv_nsec = (long)(number * 97 % 11) * (long)PERIOD_NS / 5 },
	    NULL);
	if (number % 10 == 0) {
		reader = own_reader();
		CHECK(moments(reader) > 0);
		dbgshm_reader_close(reader);
	}
	dbgshm_fini();
	CHECK(dbgshm_tick(0) == -1);
	__atomic_store_n(&over, true, __ATOMIC_RELAXED);
	for (i = 0; i < 2; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
}

static void
ends(void)
{
	size_t i;
	int status;
	pid_t child;

	for (i = 0; i < ENDS; i++) {
		if ((child = fork()) == 0) {
			(void)alarm(60);
			one_end(i);
			exit(0);
		}
		CHECK(waitpid(child, &status, 0) == child && status == 0);
	}
}

static void
test_the_end_waits_for_a_tick_and_no_more_come(void **state)
{
	(void)state;
	assert_int_equal(in_child(ends), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_the_end_waits_for_a_tick_and_no_more_come),
		cmocka_unit_test(
		    test_each_value_lies_between_what_was_written_down_around_it),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
