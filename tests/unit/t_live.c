/* t_live.c - claims about a reader beside writers that work.  limit: 600 */
#include "child.h"

#include <dbgshm/reader.h>
#include <dbgshm/writer.h>

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define ROWS 32
#define THREADS 8
#define READS 1000000
#define KILLS 50

enum { SEED, FIRST, SECOND, THIRD, TEXT, COLUMNS };

static const struct dbgshm_column columns[COLUMNS] = {
	[SEED] = { .name = "seed", .type = DBGSHM_TYPE_GAUGE },
	[FIRST] = { .name = "first", .type = DBGSHM_TYPE_GAUGE },
	[SECOND] = { .name = "second", .type = DBGSHM_TYPE_GAUGE },
	[THIRD] = { .name = "third", .type = DBGSHM_TYPE_GAUGE },
	[TEXT] = { .name = "text", .type = DBGSHM_TYPE_TEXT, .width = 64 },
};

static struct dbgshm_row rows[ROWS];

/* What the other cells of a row must be when its seed is this. */
static uint64_t
derived(uint64_t seed, unsigned column)
{
	return ((seed + column) * UINT64_C(0x9e3779b97f4a7c15));
}

static void
derived_text(uint64_t seed, char text[65])
{
	uint64_t value = derived(seed, TEXT);

	(void)snprintf(text, 65,
	    "%016" PRIx64 "%016" PRIx64 "%016" PRIx64 "%016" PRIx64, value,
	    ~value, value, ~value);
}

static void
write_row(struct dbgshm_row row, uint64_t seed)
{
	char text[65];
	unsigned column;

	derived_text(seed, text);
	row = dbgshm_row_begin(row);
	dbgshm_row_set(row, SEED, seed);
	for (column = FIRST; column <= THIRD; column++)
		dbgshm_row_set(row, column, derived(seed, column));
	dbgshm_row_text(row, TEXT, text);
	dbgshm_row_end(row);
}

static void *
write_rows(void *context)
{
	uint64_t seed = (uint64_t)(uintptr_t)context;

	for (;;) {
		seed = seed * UINT64_C(6364136223846793005) + 1;
		write_row(rows[(seed >> 40) % ROWS], seed);
	}
	return (NULL);
}

/* The other process: threads that never stop changing the same rows. */
static void
work(int ready)
{
	struct dbgshm_options options = { .sampling = DBGSHM_SAMPLER_THREAD,
		.state = DBGSHM_PUBLISHED };
	struct dbgshm_profile *profile;
	struct dbgshm_table *table;
	pthread_t thread;
	char byte = 'r';
	unsigned column, i;

	(void)alarm(600);
	CHECK(dbgshm_init(&options) == 0);
	profile = dbgshm_profile_add("work", "rows that change", NULL);
	table = dbgshm_table_create(profile, columns, COLUMNS, ROWS);
	CHECK(table != NULL);
	for (i = 0; i < ROWS; i++) {
		char text[65];

		rows[i] = dbgshm_row_claim(table);
		derived_text(0, text);
		for (column = FIRST; column <= THIRD; column++)
			dbgshm_row_set(rows[i], column, derived(0, column));
		dbgshm_row_text(rows[i], TEXT, text);
		dbgshm_row_end(rows[i]);
	}
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(&thread, NULL, write_rows,
			  (void *)(uintptr_t)(i + 1)) == 0);
	CHECK(write(ready, &byte, 1) == 1);
	for (;;)
		(void)pause();
}

struct other {
	pid_t pid;
	char path[256];
	struct dbgshm_reader *reader;
	size_t table;
};

static void
start(struct other *other)
{
	int ready[2];
	char byte;

	assert_int_equal(pipe(ready), 0);
	other->pid = fork();
	assert_true(other->pid != -1);
	if (other->pid == 0) {
		work(ready[1]);
		_exit(1);
	}
	(void)close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	(void)close(ready[0]);
	assert_true(
	    region_file(other->pid, false, other->path, sizeof(other->path)));
	assert_int_equal(
	    dbgshm_reader_open(other->path, &other->reader, NULL), 0);
	assert_int_equal(dbgshm_reader_refresh(other->reader), 0);
	for (other->table = 0;
	     other->table < dbgshm_reader_table_count(other->reader);
	     other->table++)
		if (dbgshm_reader_table(other->reader, other->table)
			->column_count == COLUMNS)
			return;
	fail();
}

static void
end(struct other *other)
{
	(void)kill(other->pid, SIGKILL);
	(void)waitpid(other->pid, NULL, 0);
	dbgshm_reader_close(other->reader);
	(void)unlink(other->path);
}

static bool
whole(const struct other *other, const struct dbgshm_row_info *row)
{
	char text[65];
	struct dbgshm_cell cell;
	uint64_t seed;
	unsigned column;

	seed = dbgshm_reader_cell(other->reader, other->table, row, SEED).u;
	for (column = FIRST; column <= THIRD; column++)
		if (dbgshm_reader_cell(other->reader, other->table, row, column)
			.u != derived(seed, column))
			return (false);
	derived_text(seed, text);
	cell = dbgshm_reader_cell(other->reader, other->table, row, TEXT);
	return (
	    cell.text.length == 64 && memcmp(cell.text.bytes, text, 64) == 0);
}

struct tally {
	size_t states[DBGSHM_ROWSTATE_COUNT];
	size_t wrong; /* said to be whole, and are not */
};

static void
look(struct other *other, struct tally *tally)
{
	const struct dbgshm_row_info *row;
	size_t i;

	assert_int_equal(dbgshm_reader_refresh(other->reader), 0);
	for (i = 0; i < dbgshm_reader_row_count(other->reader, other->table);
	     i++) {
		row = dbgshm_reader_row(other->reader, other->table, i);
		tally->states[row->state]++;
		if (row->state == DBGSHM_ROWSTATE_LIVE ||
		    row->state == DBGSHM_ROWSTATE_BUSY)
			tally->wrong += !whole(other, row);
	}
}

static void
test_no_torn_row_is_taken_for_whole_in_a_million(void **state)
{
	struct tally tally = { 0 };
	struct other other;

	(void)state;
	start(&other);
	while (tally.states[DBGSHM_ROWSTATE_LIVE] < READS)
		look(&other, &tally);
	print_message("live %zu busy %zu torn %zu\n",
	    tally.states[DBGSHM_ROWSTATE_LIVE],
	    tally.states[DBGSHM_ROWSTATE_BUSY],
	    tally.states[DBGSHM_ROWSTATE_TORN]);
	assert_int_equal(tally.wrong, 0);
	assert_int_equal(tally.states[DBGSHM_ROWSTATE_TORN_AT_DEATH], 0);
	end(&other);
}

static void
becomes(struct other *other, enum dbgshm_life life)
{
	struct timespec moment = { 0, 1000000 };
	int tries;

	for (tries = 0; tries < 60000; tries++) {
		if (dbgshm_reader_life(other->reader) == life)
			return;
		(void)nanosleep(&moment, NULL);
	}
	fail_msg("it is not %s", dbgshm_life_name(life));
}

static void
test_a_stopped_writer_is_shown_and_none_of_its_rows_is_dead(void **state)
{
	struct tally tally = { 0 };
	struct other other;
	int i;

	(void)state;
	start(&other);
	for (i = 0; i < 20; i++) {
		(void)kill(other.pid, SIGSTOP);
		becomes(&other, DBGSHM_LIFE_STOPPED);
		look(&other, &tally);
		(void)kill(other.pid, SIGCONT);
		becomes(&other, DBGSHM_LIFE_LIVE);
		look(&other, &tally);
	}
	assert_int_equal(tally.wrong, 0);
	assert_int_equal(tally.states[DBGSHM_ROWSTATE_TORN_AT_DEATH], 0);
	end(&other);
}

static void
test_what_was_being_written_at_death_is_marked_and_the_rest_is_whole(
    void **state)
{
	struct tally tally = { 0 };
	struct timespec moment = { 0, 0 };
	struct other other;
	int i;

	(void)state;
	for (i = 0; i < KILLS; i++) {
		start(&other);
		moment.tv_nsec = i * 40000;
		(void)nanosleep(&moment, NULL);
		look(&other, &tally);
		(void)kill(other.pid, SIGKILL);
		becomes(&other, DBGSHM_LIFE_DEAD);
		memset(tally.states, 0, sizeof(tally.states));
		look(&other, &tally);
		assert_int_equal(tally.states[DBGSHM_ROWSTATE_BUSY], 0);
		assert_int_equal(tally.states[DBGSHM_ROWSTATE_TORN], 0);
		assert_int_equal(tally.states[DBGSHM_ROWSTATE_LIVE] +
			tally.states[DBGSHM_ROWSTATE_TORN_AT_DEATH],
		    ROWS);
		assert_int_equal(
		    (size_t)dbgshm_reader_check(other.reader, NULL, NULL),
		    tally.states[DBGSHM_ROWSTATE_TORN_AT_DEATH]);
		end(&other);
	}
	assert_int_equal(tally.wrong, 0);
}

/* ---- a schema that changes ------------------------------------------------ */

static void
churn(int ready)
{
	struct dbgshm_options options = { .sampling = DBGSHM_SAMPLER_TICK,
		.state = DBGSHM_PUBLISHED };
	struct dbgshm_counter counter;
	struct dbgshm_profile *fixed, *profile;
	char byte = 'r', path[32];
	unsigned i;

	(void)alarm(600);
	CHECK(dbgshm_init(&options) == 0);
	fixed = dbgshm_profile_add("fixed", "never goes", NULL);
	CHECK(dbgshm_counter_create(fixed,
		  &(struct dbgshm_metric){ .name = "n" }, &counter) == 0);
	dbgshm_counter_add(counter, 12345);
	CHECK(write(ready, &byte, 1) == 1);
	for (i = 0;; i++) {
		(void)snprintf(path, sizeof(path), "moving/%u", i % 100);
		profile = dbgshm_profile_add(path, "comes and goes", NULL);
		CHECK(profile != NULL);
		CHECK(
		    dbgshm_counter_create(profile,
			&(struct dbgshm_metric){ .name = "n" }, &counter) == 0);
		dbgshm_counter_add(counter, 1);
		CHECK(dbgshm_profile_remove(profile) == 0);
	}
}

static void
test_a_schema_that_never_rests_is_still_shown_without_faults(void **state)
{
	const struct dbgshm_profile_info *profile;
	struct other other;
	int ready[2], i;
	char byte;
	size_t p;
	bool found;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	if ((other.pid = fork()) == 0) {
		churn(ready[1]);
		_exit(1);
	}
	(void)close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	(void)close(ready[0]);
	assert_true(
	    region_file(other.pid, false, other.path, sizeof(other.path)));
	assert_int_equal(
	    dbgshm_reader_open(other.path, &other.reader, NULL), 0);
	for (i = 0; i < 2000; i++) {
		assert_int_equal(dbgshm_reader_refresh(other.reader), 0);
		assert_int_equal(dbgshm_reader_info(other.reader)->faults, 0);
		found = false;
		for (p = 0; p < dbgshm_reader_profile_count(other.reader);
		     p++) {
			profile = dbgshm_reader_profile(other.reader, p);
			if (profile->path.length != 5 ||
			    memcmp(profile->path.bytes, "fixed", 5) != 0)
				continue;
			found = true;
			assert_int_equal(dbgshm_reader_value(other.reader,
					     profile->metric_first)
					     .u,
			    12345);
		}
		assert_true(found);
	}
	end(&other);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_stopped_writer_is_shown_and_none_of_its_rows_is_dead),
		cmocka_unit_test(
		    test_what_was_being_written_at_death_is_marked_and_the_rest_is_whole),
		cmocka_unit_test(
		    test_a_schema_that_never_rests_is_still_shown_without_faults),
		cmocka_unit_test(
		    test_no_torn_row_is_taken_for_whole_in_a_million),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
