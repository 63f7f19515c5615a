/*
 * t_shapes_pairs.c - claims about what was opened and not closed: the oldest
 * stay, nothing is wiped, what is not shown is counted.
 */
#include "interrupt.h"
#include "shown.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SCALE 10
#else
#define SCALE 1
#endif

#define THREADS 4
#define ROUNDS (100000 / SCALE)
#define ROWS 64
#define CHURN (200000 / SCALE)
#define HANDLED (2000 / SCALE)
#define TIMER_NS 50000

static struct dbgshm_pairs *pairs;
static uint64_t handled;

static void
start(uint32_t capacity)
{
	own_start();
	pairs = dbgshm_pairs_create(
	    dbgshm_profile_add("open_files", "of a test", NULL), capacity);
	CHECK(pairs != NULL);
}

static const struct dbgshm_row_info *
row_of(const struct shown *shown, uint64_t key)
{
	size_t i;

	for (i = 0; i < shown_count(shown); i++)
		if (shown_u(shown, shown_row(shown, i), DBGSHM_PAIR_KEY) == key)
			return (shown_row(shown, i));
	return (NULL);
}

static size_t
open_rows(const struct shown *shown)
{
	size_t i, count = 0;

	for (i = 0; i < shown_count(shown); i++)
		count += shown_row(shown, i)->state == DBGSHM_ROWSTATE_LIVE;
	return (count);
}

/* ---- one thread --------------------------------------------------------------------- */

static void
lines(void)
{
	static const char here[] = "tests/unit/t_shapes_pairs.c";
	const struct dbgshm_row_info *row;
	struct shown shown;
	char place[128];
	int line;

	start(4);
	line = __LINE__ + 1;
	dbgshm_pair_open(pairs, 7, "/etc/passwd");
	shown_open(&shown, "open_files");
	row = row_of(&shown, 7);
	CHECK(row != NULL && row->state == DBGSHM_ROWSTATE_LIVE);
	(void)snprintf(place, sizeof(place), "%s:%d", here, line);
	CHECK(shown_is(&shown, row, DBGSHM_PAIR_OPENED, place));
	CHECK(shown_is(&shown, row, DBGSHM_PAIR_CLOSED, ""));
	CHECK(shown_is(&shown, row, DBGSHM_PAIR_NAME, "/etc/passwd"));
	CHECK(shown_u(&shown, row, DBGSHM_PAIR_THREAD) == (uint64_t)getpid());
	line = __LINE__ + 1;
	dbgshm_pair_close(pairs, 7);
	shown_refresh(&shown);
	row = row_of(&shown, 7);
	CHECK(row != NULL && row->state == DBGSHM_ROWSTATE_FINISHED);
	(void)snprintf(place, sizeof(place), "%s:%d", here, line);
	CHECK(shown_is(&shown, row, DBGSHM_PAIR_CLOSED, place));
	CHECK(dbgshm_reader_row_end_ns(shown.reader, row) >=
	    dbgshm_reader_row_start_ns(shown.reader, row));
	shown_close(&shown);
}

static void
test_both_ends_know_their_line(void **state)
{
	(void)state;
	assert_int_equal(in_child(lines), 0);
}

static void
long_places(void)
{
	struct shown shown;

	start(4);
	dbgshm__pair_open(pairs, 1, "a",
	    "a/path/of/very/many/directories/down/to/the/"
	    "file_of_theirs.c:1234");
	dbgshm__pair_open(pairs, 2, "b",
	    "one_name_that_is_much_longer_than_the_column_for_it_can_hold.c:9");
	dbgshm__pair_open(pairs, 3, "c",
	    "x/very/many/directories/down/to/the/file_of_the.c:12345");
	shown_open(&shown, "open_files");
	CHECK(shown_is(&shown, row_of(&shown, 1), DBGSHM_PAIR_OPENED,
	    "directories/down/to/the/file_of_theirs.c:1234"));
	CHECK(shown_is(&shown, row_of(&shown, 2), DBGSHM_PAIR_OPENED,
	    "_much_longer_than_the_column_for_it_can_hold.c:9"));
	/* What just fits from a directory on stays whole. */
	CHECK(shown_is(&shown, row_of(&shown, 3), DBGSHM_PAIR_OPENED,
	    "many/directories/down/to/the/file_of_the.c:12345"));
	shown_close(&shown);
}

static void
test_a_long_place_keeps_its_tail(void **state)
{
	(void)state;
	assert_int_equal(in_child(long_places), 0);
}

static void
full(void)
{
	struct shown shown;
	uint64_t key;

	start(ROWS);
	for (key = 1; key <= 3 * ROWS; key++)
		dbgshm_pair_open(pairs, key, "leak");
	shown_open(&shown, "open_files");
	CHECK(open_rows(&shown) == ROWS);
	for (key = 1; key <= ROWS; key++)
		CHECK(row_of(&shown, key) != NULL);
	CHECK(shown_table(&shown)->drop_rows == 2 * ROWS);
	/* The oldest is on top. */
	CHECK(shown_u(&shown, shown_row(&shown, 0), DBGSHM_PAIR_KEY) == 1);
	/* Closing one that is not shown is counted, and harms nobody. */
	dbgshm_pair_close(pairs, 2 * ROWS);
	shown_refresh(&shown);
	CHECK(open_rows(&shown) == ROWS);
	CHECK(shown_metric(&shown, "unmatched_closes") == 1);
	/* One goes, and only its place is taken. */
	dbgshm_pair_close(pairs, 3);
	dbgshm_pair_open(pairs, 1000, "new");
	dbgshm_pair_open(pairs, 1001, "newer");
	shown_refresh(&shown);
	CHECK(open_rows(&shown) == ROWS);
	CHECK(row_of(&shown, 1000) != NULL && row_of(&shown, 1001) == NULL);
	CHECK(row_of(&shown, 1) != NULL && row_of(&shown, 3) == NULL);
	CHECK(shown_table(&shown)->drop_rows == 2 * ROWS + 1);
	CHECK(shown_table(&shown)->drop_busy == 0);
	shown_close(&shown);
}

static void
test_a_full_table_keeps_the_oldest_and_counts_the_rest(void **state)
{
	(void)state;
	assert_int_equal(in_child(full), 0);
}

static void
same_key(void)
{
	const struct dbgshm_row_info *row;
	struct shown shown;

	start(4);
	dbgshm__pair_open(pairs, 5, "first", "a.c:1");
	dbgshm__pair_open(pairs, 5, "second", "a.c:2");
	dbgshm_pair_close(pairs, 5);
	shown_open(&shown, "open_files");
	row = shown_find(&shown, DBGSHM_PAIR_NAME, "first");
	CHECK(row->state == DBGSHM_ROWSTATE_LIVE);
	row = shown_find(&shown, DBGSHM_PAIR_NAME, "second");
	CHECK(row->state == DBGSHM_ROWSTATE_FINISHED);
	dbgshm_pair_close(pairs, 5);
	dbgshm_pair_close(pairs, 5);
	shown_refresh(&shown);
	CHECK(open_rows(&shown) == 0);
	CHECK(shown_metric(&shown, "unmatched_closes") == 1);
	shown_close(&shown);
}

static void
test_of_two_with_one_key_the_newest_is_closed(void **state)
{
	(void)state;
	assert_int_equal(in_child(same_key), 0);
}

/* Against a model: any keys, any order, also those that meet in a cell. */
static void
churn(void)
{
	static uint64_t keys[ROWS];
	struct shown shown;
	uint64_t unmatched = 0, dropped = 0, random = 88172645463325252u;
	size_t open = 0, at, k;
	int i;

	start(ROWS);
	shown_open(&shown, "open_files");
	for (i = 0; i < CHURN; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		at = (size_t)(random >> 20) % ROWS;
		if ((random & 1) != 0) {
			/* Addresses, descriptors and noise. */
			uint64_t key = (random & 6) == 0
			    ? random & ~UINT64_C(0xfff)
			    : UINT64_C(1) << 32 | (uint64_t)i << 4;

			dbgshm_pair_open(pairs, key, NULL);
			if (open < ROWS)
				keys[open++] = key;
			else
				dropped++;
		} else if (open != 0) {
			at %= open;
			dbgshm_pair_close(pairs, keys[at]);
			keys[at] = keys[--open];
		} else {
			dbgshm_pair_close(pairs, random);
			unmatched++;
		}
		if (i % (CHURN / 20) != 0)
			continue;
		shown_refresh(&shown);
		CHECK(open_rows(&shown) == open);
		for (k = 0; k < open; k++)
			CHECK(row_of(&shown, keys[k]) != NULL);
	}
	while (open != 0)
		dbgshm_pair_close(pairs, keys[--open]);
	shown_refresh(&shown);
	CHECK(open_rows(&shown) == 0);
	CHECK(shown_metric(&shown, "unmatched_closes") == unmatched);
	CHECK(shown_table(&shown)->drop_rows == dropped);
	shown_close(&shown);
}

static void
test_every_close_finds_its_open_after_much_churn(void **state)
{
	(void)state;
	assert_int_equal(in_child(churn), 0);
}

/* ---- threads and handlers -------------------------------------------------------------- */

/* Opens and closes keys that nobody else has; leaks the first. */
static void *
opener(void *argument)
{
	uint64_t mine = (uint64_t)(uintptr_t)argument << 32, i;

	dbgshm_pair_open(pairs, mine, "leaked");
	for (i = 1; i < ROUNDS; i++) {
		dbgshm_pair_open(pairs, mine + i, "held");
		dbgshm_pair_open(pairs, mine + i + ROUNDS, "held");
		dbgshm_pair_close(pairs, mine + i);
		dbgshm_pair_close(pairs, mine + i + ROUNDS);
	}
	return (NULL);
}

static void
threads(void)
{
	pthread_t thread[THREADS];
	struct shown shown;
	uint64_t i;

	start(ROWS);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(&thread[i], NULL, opener,
			  (void *)(uintptr_t)(i + 1)) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(thread[i], NULL) == 0);
	shown_open(&shown, "open_files");
	CHECK(open_rows(&shown) == THREADS);
	for (i = 0; i < THREADS; i++) {
		const struct dbgshm_row_info *row =
		    row_of(&shown, (i + 1) << 32);

		CHECK(row != NULL && row->state == DBGSHM_ROWSTATE_LIVE);
	}
	/* A claim that races for the few finished rows may be refused; its
	 * close is then without an open.  Nothing else is. */
	CHECK(shown_metric(&shown, "unmatched_closes") ==
	    shown_table(&shown)->drop_rows);
	CHECK(shown_table(&shown)->drop_busy == 0);
	shown_close(&shown);
}

static void
test_threads_pair_without_a_lock(void **state)
{
	(void)state;
	assert_int_equal(in_child(threads), 0);
}

static void
on_signal(int number)
{
	(void)number;
	dbgshm_pair_open(pairs, UINT64_C(1) << 40, "in a handler");
	dbgshm_pair_close(pairs, UINT64_C(1) << 40);
	handled++;
}

static void
handlers(void)
{
	struct shown shown;
	timer_t timer;
	uint64_t key = 0;

	start(ROWS);
	timer = interrupt_me(on_signal, TIMER_NS);
	while (*(volatile uint64_t *)&handled < HANDLED) {
		dbgshm_pair_open(pairs, ++key, "outside");
		dbgshm_pair_close(pairs, key);
	}
	interrupt_no_more(timer);
	shown_open(&shown, "open_files");
	CHECK(open_rows(&shown) == 0);
	CHECK(shown_metric(&shown, "unmatched_closes") ==
	    shown_table(&shown)->drop_rows);
	CHECK(shown_table(&shown)->drop_busy == 0);
	shown_close(&shown);
}

static void
test_handlers_pair_in_the_middle_of_pairing(void **state)
{
	(void)state;
	assert_int_equal(in_child(handlers), 0);
}

static void
close_in_handler(int number)
{
	(void)number;
	dbgshm_pair_close(pairs, 1);
	handled++;
}

/* A descriptor that is closed is soon the number of another one: its close may
 * be told in the middle of the other's open. */
static void
reused(void)
{
	struct shown shown;
	timer_t timer;
	int i;

	start(ROWS);
	timer = interrupt_me(close_in_handler, TIMER_NS);
	while (*(volatile uint64_t *)&handled < HANDLED) {
		dbgshm_pair_open(pairs, 1, "outside");
		dbgshm_pair_close(pairs, 1);
	}
	interrupt_no_more(timer);
	for (i = 0; i < ROWS; i++)
		dbgshm_pair_close(pairs, 1);
	shown_open(&shown, "open_files");
	CHECK(open_rows(&shown) == 0);
	CHECK(shown_table(&shown)->drop_busy == 0);
	shown_close(&shown);
}

static void
test_no_close_of_a_reused_key_is_lost(void **state)
{
	(void)state;
	assert_int_equal(in_child(reused), 0);
}

static void
forked(void)
{
	struct shown shown;
	uint64_t key;
	int status;
	pid_t child;

	start(ROWS);
	for (key = 0; key < ROWS; key++)
		dbgshm_pair_open(pairs, key, "parent's");
	if ((child = fork()) == 0) {
		dbgshm_pair_close(pairs, 1);
		own_start();
		dbgshm_pair_close(pairs, 2);
		for (key = 100; key < 100 + ROWS; key++)
			dbgshm_pair_open(pairs, key, "child's");
		dbgshm_pair_close(pairs, 100);
		shown_open(&shown, "open_files");
		CHECK(open_rows(&shown) == ROWS - 1);
		CHECK(shown_table(&shown)->drop_rows == 0);
		CHECK(shown_table(&shown)->drop_busy == 0);
		CHECK(shown_metric(&shown, "unmatched_closes") != 0);
		shown_close(&shown);
		exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	dbgshm_pair_close(pairs, 1);
	shown_open(&shown, "open_files");
	CHECK(open_rows(&shown) == ROWS - 1);
	CHECK(shown_metric(&shown, "unmatched_closes") == 0);
	shown_close(&shown);
}

static void
test_a_forked_child_has_nothing_open(void **state)
{
	(void)state;
	assert_int_equal(in_child(forked), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ends_know_their_line),
		cmocka_unit_test(test_a_long_place_keeps_its_tail),
		cmocka_unit_test(
		    test_a_full_table_keeps_the_oldest_and_counts_the_rest),
		cmocka_unit_test(test_of_two_with_one_key_the_newest_is_closed),
		cmocka_unit_test(
		    test_every_close_finds_its_open_after_much_churn),
		cmocka_unit_test(test_threads_pair_without_a_lock),
		cmocka_unit_test(test_handlers_pair_in_the_middle_of_pairing),
		cmocka_unit_test(test_no_close_of_a_reused_key_is_lost),
		cmocka_unit_test(test_a_forked_child_has_nothing_open),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
