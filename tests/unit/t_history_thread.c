/*
 * t_history_thread.c - claims about the past that the library's thread keeps.
 */
#include "own.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_each_value_lies_between_what_was_written_down_around_it),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
