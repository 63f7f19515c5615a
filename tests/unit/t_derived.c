/* t_derived.c - claims about the columns that a reader computes. */
#include "shaped.h"

#include <math.h>

/* ---- the page ------------------------------------------------------------ */

/* What stands before the next bar, without blanks and backquotes. */
static void
page_cell(const char **at, char *cell, size_t size)
{
	size_t length = 0;

	for (; **at != '|' && **at != '\0' && **at != '\n'; (*at)++)
		if (strchr(" `", **at) == NULL && length + 1 < size)
			cell[length++] = **at;
	cell[length] = '\0';
	if (**at == '|')
		(*at)++;
}

static void
upper(const char *name, char *into)
{
	for (; *name != '\0'; name++)
		*into++ = (char)(*name - (*name >= 'a' ? 'a' - 'A' : 0));
	*into = '\0';
}

/* All derived columns of a shape, as the table of the page has them. */
static size_t
lines_of_shape(size_t shape, char (*lines)[128], size_t room)
{
	const struct dbgshm_column_info *column;
	const struct dbgshm_table_info *info;
	struct shaped shaped;
	char name[32], type[32];
	const char *unit;
	size_t count = 0, i;

	shaped_start(&shaped, shapes[shape].shape);
	shaped_open(&shaped);
	info = dbgshm_reader_table(shaped.reader, 0);
	upper(shapes[shape].name, name);
	for (i = shaped.table->column_count; i < info->column_count; i++) {
		column = &info->columns[i];
		upper(dbgshm_column_type_name(column->type), type);
		unit = dbgshm_unit_name(column->unit);
		assert_true(count < room);
		(void)snprintf(lines[count++], sizeof(lines[0]),
		    "%s %.*s %s %s", name, (int)column->name.length,
		    column->name.bytes, type, unit == NULL ? "-" : unit);
	}
	shaped_end(&shaped);
	return (count);
}

static void
test_the_page_has_the_same_derived_columns(void **state)
{
	char ours[32][128], line[1024], cells[4][128], theirs[512];
	const char *at;
	size_t count = 0, i, seen = 0;
	bool inside = false;
	FILE *page = fopen("FORMAT.md", "re");

	(void)state;
	if (page == NULL)
		fail_msg("no FORMAT.md: run from the top of the project");
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		count += lines_of_shape(i, ours + count, 32 - count);
	while (fgets(line, sizeof(line), page) != NULL) {
		if (line[0] != '|')
			inside = false;
		if (strncmp(line, "| shape | column |", 18) == 0)
			inside = true;
		if (!inside || strncmp(line, "| shape", 7) == 0 ||
		    strncmp(line, "|---", 4) == 0)
			continue;
		at = line + 1;
		for (i = 0; i < 4; i++)
			page_cell(&at, cells[i], sizeof(cells[i]));
		(void)snprintf(theirs, sizeof(theirs), "%s %s %s %s", cells[0],
		    cells[1], cells[2], cells[3]);
		assert_true(seen < count);
		assert_string_equal(theirs, ours[seen]);
		seen++;
	}
	(void)fclose(page);
	assert_int_equal(seen, count);
}

/* ---- derived cells; the region is dead, its last tick was at 5 s ----------------- */

static void
test_operations_tell_how_long_and_how_quiet(void **state)
{
	struct shaped shaped;
	uint64_t *cells;

	(void)state;
	shaped_start(&shaped, DBGSHM_SHAPE_OPERATION);
	cells = row(&shaped, 0, 1 * S, 0);
	cells[DBGSHM_OPERATION_PROGRESSED] = 4 * S;
	(void)row(&shaped, 1, 2 * S, 0);
	cells = row(&shaped, 2, 1 * S, 3 * S);
	cells[DBGSHM_OPERATION_PROGRESSED] = 2 * S;
	shaped_open(&shaped);
	assert_order(&shaped, "012");
	assert_int_equal(cell(&shaped, 0, "elapsed").u, 4 * S);
	assert_int_equal(cell(&shaped, 0, "quiet").u, 1 * S);
	assert_int_equal(cell(&shaped, 1, "elapsed").u, 3 * S);
	assert_int_equal(cell(&shaped, 1, "quiet").u, 3 * S);
	assert_int_equal(cell(&shaped, 2, "elapsed").u, 2 * S);
	assert_int_equal(cell(&shaped, 2, "quiet").u, 0);
	/* It was doing that when it died. */
	assert_int_equal(dbgshm_reader_row(shaped.reader, 0, 0)->state,
	    DBGSHM_ROWSTATE_LIVE);
	assert_int_equal(dbgshm_reader_row_start_ns(shaped.reader,
			     dbgshm_reader_row(shaped.reader, 0, 2)),
	    1 * S);
	assert_int_equal(dbgshm_reader_row_end_ns(shaped.reader,
			     dbgshm_reader_row(shaped.reader, 0, 2)),
	    3 * S);
	assert_int_equal(dbgshm_reader_row_end_ns(shaped.reader,
			     dbgshm_reader_row(shaped.reader, 0, 0)),
	    0);
	shaped_end(&shaped);
}

static void
test_heartbeats_are_late_ok_or_resting(void **state)
{
	struct shaped shaped;
	uint64_t *cells;

	(void)state;
	shaped_start(&shaped, DBGSHM_SHAPE_HEARTBEAT);
	cells = row(&shaped, 0, 1 * S, 0);
	cells[DBGSHM_HEARTBEAT_LAST] = 4 * S;
	cells[DBGSHM_HEARTBEAT_DEADLINE] = 1 * S;
	cells = row(&shaped, 1, 1 * S, 0);
	cells[DBGSHM_HEARTBEAT_LAST] = 4 * S - 1;
	cells[DBGSHM_HEARTBEAT_DEADLINE] = 1 * S;
	cells = row(&shaped, 2, 1 * S, 0); /* rests */
	cells[DBGSHM_HEARTBEAT_LAST] = 2 * S;
	cells = row(&shaped, 3, 1 * S, 0); /* never */
	cells[DBGSHM_HEARTBEAT_DEADLINE] = 1 * S;
	cells = row(&shaped, 4, 1 * S, 2 * S); /* over */
	cells[DBGSHM_HEARTBEAT_LAST] = 1 * S;
	cells[DBGSHM_HEARTBEAT_DEADLINE] = 1;
	cells = row(&shaped, 5, 1 * S, 0); /* far from wrapping */
	cells[DBGSHM_HEARTBEAT_LAST] = 4 * S;
	cells[DBGSHM_HEARTBEAT_DEADLINE] = UINT64_MAX;
	cells[DBGSHM_HEARTBEAT_BEATS] = 77;
	cells = row(&shaped, 6, 1 * S, 0); /* due before the one of slot 3 */
	cells[DBGSHM_HEARTBEAT_LAST] = 1 * S / 2;
	cells[DBGSHM_HEARTBEAT_DEADLINE] = 1 * S;
	shaped_open(&shaped);
	assert_order(&shaped, "6310524");
	assert_int_equal(dbgshm_reader_check(shaped.reader, NULL, NULL), 0);
	*image_sequence(&shaped.image, shaped.table, 6) = 0;
	shaped_again(&shaped);
	assert_true(text_is(cell(&shaped, 0, "verdict").text, "late"));
	assert_int_equal(cell(&shaped, 0, "age").u, 4 * S);
	assert_true(text_is(cell(&shaped, 1, "verdict").text, "late"));
	assert_true(text_is(cell(&shaped, 2, "verdict").text, "ok"));
	assert_int_equal(cell(&shaped, 2, "age").u, 1 * S);
	assert_true(text_is(cell(&shaped, 3, "verdict").text, "ok"));
	assert_true(text_is(cell(&shaped, 4, "verdict").text, "resting"));
	assert_true(text_is(cell(&shaped, 5, "verdict").text, "resting"));
	shaped_end(&shaped);
}

static void
test_queues_caches_and_limits_tell_what_is_in_them(void **state)
{
	struct shaped shaped;
	uint64_t *cells;

	(void)state;
	shaped_start(&shaped, DBGSHM_SHAPE_QUEUE);
	cells = row(&shaped, 0, 1 * S, 0);
	cells[DBGSHM_QUEUE_PUT] = 10;
	cells[DBGSHM_QUEUE_TAKEN] = 7;
	cells[DBGSHM_QUEUE_DONE] = 5;
	cells[DBGSHM_QUEUE_OLDEST] = 3 * S;
	cells = row(&shaped, 1, 1 * S, 0);
	cells[DBGSHM_QUEUE_TAKEN] = 1; /* read before its put */
	cells[DBGSHM_QUEUE_DONE] = 2;
	shaped_open(&shaped);
	assert_int_equal(cell(&shaped, 0, "depth").u, 3);
	assert_int_equal(cell(&shaped, 0, "in_flight").u, 2);
	assert_int_equal(cell(&shaped, 0, "oldest_age").u, 2 * S);
	assert_int_equal(cell(&shaped, 1, "depth").u, 0);
	assert_int_equal(cell(&shaped, 1, "in_flight").u, 0);
	assert_int_equal(cell(&shaped, 1, "oldest_age").u, 0);
	shaped_end(&shaped);

	shaped_start(&shaped, DBGSHM_SHAPE_CACHE);
	cells = row(&shaped, 0, 1 * S, 0);
	cells[DBGSHM_CACHE_HITS] = 3;
	cells[DBGSHM_CACHE_MISSES] = 1;
	(void)row(&shaped, 1, 1 * S, 0);
	cells = row(&shaped, 2, 1 * S, 0);
	cells[DBGSHM_CACHE_HITS] = cells[DBGSHM_CACHE_MISSES] = UINT64_MAX;
	shaped_open(&shaped);
	assert_true(cell(&shaped, 0, "hit_rate").d == 0.75);
	assert_true(isnan(cell(&shaped, 1, "hit_rate").d));
	assert_true(cell(&shaped, 2, "hit_rate").d == 0.5);
	shaped_end(&shaped);

	shaped_start(&shaped, DBGSHM_SHAPE_LIMIT);
	cells = row(&shaped, 0, 1 * S, 0);
	cells[DBGSHM_LIMIT_LIMIT] = 8;
	cells[DBGSHM_LIMIT_CURRENT] = 10;
	cells[DBGSHM_LIMIT_WAITING] = 1;
	cells[DBGSHM_LIMIT_SINCE] = 3 * S;
	cells = row(&shaped, 1, 1 * S, 0);
	cells[DBGSHM_LIMIT_CURRENT] = 10;
	cells[DBGSHM_LIMIT_SINCE] = 3 * S;
	shaped_open(&shaped);
	assert_true(cell(&shaped, 0, "used").d == 1.25);
	assert_int_equal(cell(&shaped, 0, "waiting_for").u, 2 * S);
	assert_true(isnan(cell(&shaped, 1, "used").d));
	assert_int_equal(cell(&shaped, 1, "waiting_for").u, 0);
	shaped_end(&shaped);
}

static void
test_schedules_tell_when_they_are_due(void **state)
{
	struct shaped shaped;
	uint64_t *cells;

	(void)state;
	shaped_start(&shaped, DBGSHM_SHAPE_SCHEDULE);
	cells = row(&shaped, 0, 1 * S, 0);
	cells[DBGSHM_SCHEDULE_LAST] = 4 * S;
	cells[DBGSHM_SCHEDULE_PERIOD] = 3 * S;
	cells = row(&shaped, 1, 1 * S, 0);
	cells[DBGSHM_SCHEDULE_LAST] = 2 * S;
	cells[DBGSHM_SCHEDULE_PERIOD] = 1 * S;
	cells = row(&shaped, 2, 1 * S, 0); /* not again */
	cells[DBGSHM_SCHEDULE_LAST] = 2 * S;
	cells = row(&shaped, 3, 1 * S, 0); /* not yet */
	cells[DBGSHM_SCHEDULE_PERIOD] = 5 * S;
	cells = row(&shaped, 4, 1 * S, 0);
	cells[DBGSHM_SCHEDULE_LAST] = 2 * S;
	cells[DBGSHM_SCHEDULE_PERIOD] = UINT64_MAX;
	shaped_open(&shaped);
	assert_order(&shaped, "01234");
	assert_int_equal(cell(&shaped, 0, "due_in").i, (int64_t)(2 * S));
	assert_int_equal(cell(&shaped, 1, "due_in").i, -(int64_t)(2 * S));
	assert_int_equal(cell(&shaped, 2, "due_in").i, 0);
	assert_int_equal(cell(&shaped, 3, "due_in").i, (int64_t)S);
	assert_true(cell(&shaped, 4, "due_in").i == INT64_MAX);
	shaped_end(&shaped);
}

static void
test_stamps_in_the_future_make_no_ages(void **state)
{
	static const uint64_t stamps[] = { 6 * S, UINT64_C(1) << 63,
		UINT64_MAX };
	const struct dbgshm_table_info *info;
	struct shaped shaped;
	struct dbgshm_cell derived;
	size_t column, i, j;
	uint64_t *cells, word;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		for (j = 0; j < 2 * 3; j++) {
			shaped_start(&shaped, shapes[i].shape);
			image_header(&shaped.image)->clock_real_ns = UINT64_C(1)
			    << 63; /* its now is not ours */
			if (j >= 3)
				image_header(&shaped.image)->clock_kind =
				    DBGSHM_CLOCK_TSC;
			cells = row(&shaped, 0, stamps[j % 3], 0);
			for (word = 0; word < shaped.table->column_count;
			     word++)
				if (shape_columns[shapes[i].shape][word].type ==
				    DBGSHM_TYPE_TIME)
					cells[word] = stamps[j % 3];
			(void)row(&shaped, 1, 1 * S, stamps[j % 3]);
			shaped_open(&shaped);
			info = dbgshm_reader_table(shaped.reader, 0);
			for (column = shaped.table->column_count;
			     column < info->column_count; column++) {
				derived = dbgshm_reader_cell(shaped.reader, 0,
				    dbgshm_reader_row(shaped.reader, 0, 0),
				    column);
				if (derived.type == DBGSHM_TYPE_DURATION)
					assert_true(derived.u <= 5 * S);
			}
			(void)walk_everything(shaped.reader);
			shaped_end(&shaped);
		}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_page_has_the_same_derived_columns),
		cmocka_unit_test(test_operations_tell_how_long_and_how_quiet),
		cmocka_unit_test(test_heartbeats_are_late_ok_or_resting),
		cmocka_unit_test(
		    test_queues_caches_and_limits_tell_what_is_in_them),
		cmocka_unit_test(test_schedules_tell_when_they_are_due),
		cmocka_unit_test(test_stamps_in_the_future_make_no_ages),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
