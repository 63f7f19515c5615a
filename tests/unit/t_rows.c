/*
 * t_rows.c - claims about rows that are over and rows that are referred to.
 */
#include "own.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SCALE 20
#else
#define SCALE 1
#endif

#define CAPACITY 8
#define THREADS 4
#define CLAIMS (200000 / SCALE)

static const struct dbgshm_column columns[] = {
	{ "n", DBGSHM_TYPE_GAUGE, 0, NULL, 0, 0, 0, NULL },
	{ "text", DBGSHM_TYPE_TEXT, 0, NULL, 16, 0, 0, NULL },
	{ "other", DBGSHM_TYPE_REFERENCE, 0, NULL, 0, 0, 0, NULL },
};

static struct dbgshm_table *table;

static struct dbgshm_table *
table_of(const char *path, uint32_t capacity)
{
	return (dbgshm_table_create(
	    dbgshm_profile_add(path, "rows", NULL), columns, 3, capacity));
}

static void
start(uint32_t capacity)
{
	own_start();
	CHECK((table = table_of("t", capacity)) != NULL);
}

static struct dbgshm_row
row_with(uint64_t n)
{
	struct dbgshm_row row = dbgshm_row_claim(table);

	dbgshm_row_set(row, 0, n);
	dbgshm_row_text(row, 1, "text");
	dbgshm_row_end(row);
	return (row);
}

/* A row as a reader sees it now. */
struct seen {
	bool there;
	enum dbgshm_row_state state;
	uint64_t n, generation, start, end;
};

static struct seen
see(uint32_t slot)
{
	struct dbgshm_reader *reader = own_reader();
	const struct dbgshm_row_info *row = own_slot(reader, 0, slot);
	struct seen seen = { row != NULL, 0, 0, 0, 0, 0 };

	if (row != NULL)
		seen = (struct seen){ true, row->state,
			dbgshm_reader_cell(reader, 0, row, 0).u,
			row->generation, row->start_stamp, row->end_stamp };
	dbgshm_reader_close(reader);
	return (seen);
}

static uint64_t
dropped(void)
{
	struct dbgshm_reader *reader = own_reader();
	uint64_t rows = dbgshm_reader_table(reader, 0)->drop_rows;

	dbgshm_reader_close(reader);
	return (rows);
}

/* ---- rows that are over --------------------------------------------------------- */

static void
finished_rows(void)
{
	struct dbgshm_row rows[CAPACITY];
	struct seen seen;
	uint64_t before;
	uint32_t i;

	start(CAPACITY);
	for (i = 0; i < CAPACITY; i++)
		rows[i] = row_with(100 + i);
	before = dbgshm_now();
	dbgshm_row_finish(rows[5]);
	dbgshm_row_finish(rows[2]);
	seen = see(5);
	CHECK(seen.there && seen.state == DBGSHM_ROWSTATE_FINISHED);
	CHECK(seen.n == 105 && seen.end >= before && seen.end > seen.start);
	CHECK(see(3).state == DBGSHM_ROWSTATE_LIVE && see(3).end == 0);
	(void)row_with(7); /* the one that ended first */
	CHECK(see(5).state == DBGSHM_ROWSTATE_LIVE && see(5).n == 7);
	CHECK(see(5).end == 0 && see(5).generation == 2);
	CHECK(see(2).state == DBGSHM_ROWSTATE_FINISHED && see(2).n == 102);
	CHECK(dropped() == 0);
}

static void
test_finished_rows_stay_until_their_slot_is_needed(void **state)
{
	(void)state;
	assert_int_equal(in_child(finished_rows), 0);
}

static void
running_rows(void)
{
	struct dbgshm_row rows[CAPACITY], none;
	uint32_t i;

	start(CAPACITY);
	for (i = 0; i < CAPACITY; i++)
		rows[i] = row_with(i);
	for (i = 0; i < 100; i++)
		CHECK((none = dbgshm_row_claim(table)).words == NULL);
	CHECK(dropped() == 100);
	dbgshm_row_finish(none);
	CHECK(dbgshm_row_reference(none) == 0);
	for (i = 0; i < CAPACITY; i++)
		CHECK(see(i).generation == 1 && see(i).n == i);
	dbgshm_row_finish(rows[6]);
	CHECK(row_with(60).sequence == rows[6].sequence);
	CHECK(dbgshm_row_claim(table).words == NULL && dropped() == 101);
}

static void
test_running_rows_are_never_taken(void **state)
{
	(void)state;
	assert_int_equal(in_child(running_rows), 0);
}

static void
long_one(void)
{
	struct dbgshm_row rows[CAPACITY];
	uint32_t i;

	start(CAPACITY);
	for (i = 0; i < CAPACITY; i++)
		rows[i] = row_with(i);
	for (i = 1; i < CAPACITY; i++)
		dbgshm_row_finish(rows[i]);
	dbgshm_row_finish(rows[0]); /* first of all to begin, last to end */
	for (i = 1; i < CAPACITY; i++)
		dbgshm_row_finish(row_with(1000 + i));
	CHECK(see(0).generation == 1 && see(0).n == 0);
	for (i = 1; i < CAPACITY; i++)
		CHECK(see(i).generation == 2);
}

static void
test_a_long_one_that_has_just_ended_is_not_the_next_to_go(void **state)
{
	(void)state;
	assert_int_equal(in_child(long_one), 0);
}

static void
dead_handles(void)
{
	struct dbgshm_row row, other;
	struct seen seen;

	start(1);
	row = row_with(1);
	dbgshm_row_finish(row);
	seen = see(0);
	dbgshm_row_finish(row);
	dbgshm_row_release(row);
	CHECK(dbgshm_row_begin(row).words == NULL);
	CHECK(see(0).end == seen.end);
	CHECK(see(0).state == DBGSHM_ROWSTATE_FINISHED);
	other = row_with(2);
	CHECK(other.words == row.words);
	dbgshm_row_finish(row);
	dbgshm_row_release(row);
	CHECK(see(0).state == DBGSHM_ROWSTATE_LIVE && see(0).n == 2);
	dbgshm_row_release(other);
	CHECK(!see(0).there);
}

static void
test_handles_of_rows_that_are_over_do_nothing(void **state)
{
	(void)state;
	assert_int_equal(in_child(dead_handles), 0);
}

/* ---- references ----------------------------------------------------------------- */

static void
references(void)
{
	struct dbgshm_table *first, *second;
	struct dbgshm_reference found;
	struct dbgshm_reader *reader;
	struct dbgshm_row row;
	uint64_t reference;

	start(2);
	first = table;
	CHECK((second = table_of("u", 3)) != NULL);
	table = second;
	(void)row_with(1);
	row = row_with(2);
	reference = dbgshm_row_reference(row);
	table = first;
	row_with(3);

	reader = own_reader();
	CHECK(dbgshm_reader_reference(reader, 0, &found) == -1);
	CHECK(errno == ENOENT);
	CHECK(dbgshm_reader_reference(reader, reference, &found) == 0);
	CHECK(found.table == 1 && found.slot == 1 && found.row >= 0);
	CHECK(dbgshm_reader_cell(
		  reader, 1, dbgshm_reader_row(reader, 1, (size_t)found.row), 0)
		  .u == 2);
	dbgshm_row_finish(row); /* what is over can still be looked at */
	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(dbgshm_reader_reference(reader, reference, &found) == 0);
	CHECK(found.row >= 0);
	table = second;
	(void)row_with(4);
	CHECK(row_with(5).words == row.words);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(dbgshm_reader_reference(reader, reference, &found) == 0);
	CHECK(found.table == 1 && found.slot == 1 && found.row == -1);
	row.generation = 2; /* the present one */
	reference = dbgshm_row_reference(row);
	CHECK(dbgshm_reader_reference(reader, reference, &found) == 0);
	CHECK(found.row >= 0);
	dbgshm_reader_close(reader);
}

static void
test_references_know_their_row_and_notice_another(void **state)
{
	(void)state;
	assert_int_equal(in_child(references), 0);
}

static uint16_t
number_of(const char *path)
{
	struct dbgshm_reader *reader = own_reader();
	const struct dbgshm_table_info *info;
	uint16_t number = 0;
	size_t i;

	for (i = 0; i < dbgshm_reader_table_count(reader); i++) {
		info = dbgshm_reader_table(reader, i);
		if (own_text_is(
			dbgshm_reader_profile(reader, info->profile)->path,
			path))
			number = info->number;
	}
	dbgshm_reader_close(reader);
	return (number);
}

static void
numbers(void)
{
	struct dbgshm_profile *profile;
	uint64_t reference;
	uint16_t t, u;

	start(2);
	CHECK((profile = dbgshm_profile_add("u", "rows", NULL)) != NULL);
	CHECK((table = dbgshm_table_create(profile, columns, 3, 2)) != NULL);
	t = number_of("t");
	u = number_of("u");
	CHECK(t != 0 && u != 0 && t != u);
	reference = dbgshm_row_reference(row_with(1));
	CHECK(dbgshm_profile_remove(profile) == 0);
	CHECK(dbgshm_profile_add("u", "rows", NULL) == profile);
	CHECK(dbgshm_table_create(profile, columns, 3, 2) == table);
	CHECK(number_of("u") == u);
	CHECK(dbgshm_row_reference(row_with(1)) != reference);
	CHECK(dbgshm_profile_remove(profile) == 0);
	CHECK(dbgshm_profile_add("u", "rows", NULL) == profile);
	CHECK(dbgshm_table_create(profile, columns, 2, 2) != NULL);
	CHECK(number_of("u") != t && number_of("u") != u);
}

static void
test_tables_have_numbers_of_their_own_for_good(void **state)
{
	(void)state;
	assert_int_equal(in_child(numbers), 0);
}

/* ---- all at once ---------------------------------------------------------------- */

static uint64_t claimed, refused;

/* Whoever has a row is alone with it until it finishes it. */
static void *
claimer(void *argument)
{
	uint64_t me = *(const uint64_t *)argument, i;
	struct dbgshm_row row;

	for (i = 0; i < CLAIMS; i++) {
		row = row_with(me);
		if (row.words == NULL) {
			(void)dbgshm__fetch_add(&refused, 1);
			continue;
		}
		(void)dbgshm__fetch_add(&claimed, 1);
		CHECK(dbgshm__load_relaxed(row.words + DBGSHM_ROW_WORDS) == me);
		CHECK(dbgshm__load_relaxed(row.words) == row.generation);
		if (i % 3 == 0)
			dbgshm_row_release(row);
		else
			dbgshm_row_finish(row);
	}
	return (NULL);
}

static void
crowd(void)
{
	pthread_t threads[THREADS];
	uint64_t ids[THREADS], generations = 0;
	uint32_t i;

	start(THREADS - 1);
	for (i = 0; i < THREADS; i++) {
		ids[i] = i + 1;
		CHECK(pthread_create(&threads[i], NULL, claimer, &ids[i]) == 0);
	}
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(claimed + refused == (uint64_t)THREADS * CLAIMS);
	CHECK(dropped() == refused);
	for (i = 0; i < THREADS - 1; i++) {
		struct dbgshm_row row = dbgshm_row_claim(table);

		CHECK(row.words != NULL);
		generations += row.generation - 1;
		dbgshm_row_end(row);
	}
	CHECK(generations == claimed);
}

static void
test_threads_never_share_a_row_and_every_claim_is_counted(void **state)
{
	(void)state;
	assert_int_equal(in_child(crowd), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_finished_rows_stay_until_their_slot_is_needed),
		cmocka_unit_test(test_running_rows_are_never_taken),
		cmocka_unit_test(
		    test_a_long_one_that_has_just_ended_is_not_the_next_to_go),
		cmocka_unit_test(test_handles_of_rows_that_are_over_do_nothing),
		cmocka_unit_test(
		    test_references_know_their_row_and_notice_another),
		cmocka_unit_test(
		    test_tables_have_numbers_of_their_own_for_good),
		cmocka_unit_test(
		    test_threads_never_share_a_row_and_every_claim_is_counted),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
