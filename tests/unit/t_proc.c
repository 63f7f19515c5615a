/*
 * t_proc.c - reading /proc: lines that lie, lines that are cut, and the rows
 * that follow objects from sample to sample.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/cgroup.h"
#include "agent/proc.h"
#include "agent/rowset.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TAIL                                                                   \
	" S 7 8 9 0 -1 4194304 11 12 13 14 15 16 17 18 20 -5 3 0 2200 4096 5 " \
	"18446744073709551615 100 200 300 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0\n"

static void
parsed(const char *name)
{
	struct proc_stat stat;
	char line[1024];

	snprintf(line, sizeof(line), "42 (%s)" TAIL, name);
	assert_int_equal(proc_stat_parse(line, &stat), 0);
	assert_string_equal(stat.comm, name);
	assert_int_equal(stat.pid, 42);
	assert_int_equal(stat.state, PROC_SLEEPING);
	assert_int_equal(stat.parent, 7);
	assert_int_equal(stat.minor_faults, 11);
	assert_int_equal(stat.major_faults, 13);
	assert_int_equal(stat.nice, -5);
	assert_int_equal(stat.threads, 3);
	assert_int_equal(stat.start_ticks, 2200);
	assert_int_equal(stat.virtual_bytes, 4096);
	assert_int_equal(stat.stack_start, 300);
	assert_int_equal(stat.processor, 1);
	assert_int_equal(
	    stat.user_ns, 15 * (1000000000 / sysconf(_SC_CLK_TCK)));
	assert_int_equal(
	    stat.system_ns, 16 * (1000000000 / sysconf(_SC_CLK_TCK)));
}

static void
test_stat_fields_begin_behind_the_last_parenthesis(void **state)
{
	(void)state;
	parsed("cat");
	parsed("");
	parsed(")");
	parsed("x) R 1 (");
	parsed("(((a) b) c");
	parsed("a\nb \033[31m");
}

static void
test_stat_line_that_is_cut_anywhere_is_refused(void **state)
{
	static const char whole[] = "42 (x) y)" TAIL;
	struct proc_stat stat;
	char line[sizeof(whole)];
	size_t length, accepted = 0;

	(void)state;
	for (length = 0; length < sizeof(whole); length++) {
		memcpy(line, whole, length);
		line[length] = '\0';
		errno = 0;
		if (proc_stat_parse(line, &stat) == 0)
			accepted++;
		else
			assert_int_equal(errno, EBADMSG);
	}
	/* What comes after the field of the processor is not read. */
	assert_in_range(accepted, 1, 16);
}

static void
test_fields_are_found_in_any_order_and_by_whole_keys(void **state)
{
	static const struct proc_field fields[] = {
		{ "Pss", 0, 1024 },
		{ "Pss_Anon", 8, 1024 },
		{ "nr_periods", 16, 1 },
	};
	uint64_t values[3] = { 0 };

	(void)state;
	assert_int_equal(
	    proc_fields("Pss_Anon:  7 kB\nPss_Dirty: 9 kB\nPss: 3 kB", fields,
		3, values),
	    3);
	assert_int_equal(values[0], 3 * 1024);
	assert_int_equal(values[1], 7 * 1024);
	assert_int_equal(
	    proc_fields("nr_periods_x 5\nnr_periods 6\n", fields, 3, values),
	    4);
	assert_int_equal(values[2], 6);
	assert_int_equal(proc_fields("", fields, 3, values), 0);
	assert_int_equal(proc_fields("Pss", fields, 3, values), 0);
	assert_int_equal(
	    proc_fields("Pss:\nPss_Anon: x", fields, 3, values), 0);
}

static void
test_numbers_end_where_they_end(void **state)
{
	uint64_t value;

	(void)state;
	assert_string_equal(proc_number("  12 34", &value), " 34");
	assert_int_equal(value, 12);
	assert_non_null(proc_number("-1", &value));
	assert_int_equal((int64_t)value, -1);
	assert_null(proc_number("", &value));
	assert_null(proc_number("x1", &value));
	assert_null(proc_number("-", &value));
	assert_string_equal(proc_hex("0AfF:", &value), ":");
	assert_int_equal(value, 0xaff);
	assert_null(proc_hex("g", &value));
}

static void
test_names_are_those_a_person_knows(void **state)
{
	struct proc_identity who = { .comm = "redis-server",
		.name = "redis-server",
		.exe = "/usr/bin/redis-check-rdb (deleted)",
		.title = "cache" };

	(void)state;
	assert_true(proc_is_named(&who, "redis-server"));
	assert_true(proc_is_named(&who, "redis-check-rdb"));
	assert_true(proc_is_named(&who, "cache"));
	assert_false(proc_is_named(&who, "redis"));
	assert_false(proc_is_named(&who, ""));
	assert_false(proc_is_named(&who, "redis-check-rdb (deleted)"));
}

static void
test_controllers_are_whole_words(void **state)
{
	(void)state;
	assert_true(cgroup_has_word("cpu,cpuacct", "cpu"));
	assert_true(cgroup_has_word("cpu,cpuacct", "cpuacct"));
	assert_false(cgroup_has_word("cpuacct", "cpu"));
	assert_false(cgroup_has_word("name=cpu", "cpu"));
	assert_false(cgroup_has_word("", "cpu"));
}

/* ---- rows ----------------------------------------------------------------- */

static const struct dbgshm_column columns[] = {
	{ .name = "key", .type = DBGSHM_TYPE_GAUGE },
};

struct fixture {
	struct dbgshm_region *region;
	struct rowset set;
};

static int
set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct dbgshm_profile *profile;
	int descriptor = -1;

	if (fixture == NULL)
		return (-1);
	fixture->region = dbgshm_region_create(
	    &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK },
	    &(struct dbgshm_subject){ .pid = getpid(),
		.uid = geteuid(),
		.gid = getegid(),
		.name = "t_proc",
		.unnamed = 1 },
	    &descriptor);
	if (fixture->region == NULL)
		return (-1);
	close(descriptor);
	profile =
	    dbgshm_region_profile_add(fixture->region, "things", NULL, NULL);
	if (rowset_init(&fixture->set, 10, 64) == -1)
		return (-1);
	fixture->set.table =
	    dbgshm_table_create(profile, columns, 1, fixture->set.capacity);
	*state = fixture;
	return (fixture->set.table == NULL ? -1 : 0);
}

static int
tear_down(void **state)
{
	struct fixture *fixture = *state;

	rowset_free(&fixture->set);
	dbgshm_region_destroy(fixture->region, 0);
	free(fixture);
	return (0);
}

/* One pass over the keys from first to last. */
static void
see(struct rowset *set, uint64_t first, uint64_t last)
{
	struct rowset_slot *slot;
	uint64_t key;

	rowset_begin(set);
	for (key = first; key <= last; key++) {
		slot = rowset_find(set, key);
		if (slot == NULL || !rowset_changed(slot, &key, sizeof(key)))
			continue;
		dbgshm_row_set(slot->row, 0, key);
		dbgshm_row_end(slot->row);
	}
	rowset_sweep(set);
}

static void
test_rows_stay_with_their_objects(void **state)
{
	struct fixture *fixture = *state;
	struct rowset *set = &fixture->set;
	struct rowset_slot *slot;
	uint64_t *words, generation;

	see(set, 1, 20);
	assert_int_equal(set->used, 20);
	rowset_begin(set);
	slot = rowset_find(set, 10);
	words = slot->row.words;
	generation = slot->row.generation;
	slot->note[0] = 77;
	/* Half of them go, others come. */
	see(set, 10, 30);
	assert_int_equal(set->used, 21);
	rowset_begin(set);
	slot = rowset_find(set, 10);
	assert_ptr_equal(slot->row.words, words);
	assert_int_equal(slot->row.generation, generation);
	assert_int_equal(slot->note[0], 77);
	/* An object that comes back is a new one. */
	see(set, 40, 40);
	assert_int_equal(set->used, 1);
	see(set, 10, 10);
	rowset_begin(set);
	slot = rowset_find(set, 10);
	assert_int_equal(slot->note[0], 0);
}

static void
test_rows_are_written_only_when_they_changed(void **state)
{
	struct fixture *fixture = *state;
	struct rowset_slot *slot;
	uint64_t key = 5, sequence;

	see(&fixture->set, 5, 5);
	rowset_begin(&fixture->set);
	slot = rowset_find(&fixture->set, 5);
	sequence = *slot->row.sequence;
	assert_false(rowset_changed(slot, &key, sizeof(key)));
	assert_int_equal(*slot->row.sequence, sequence);
	key = 6;
	assert_true(rowset_changed(slot, &key, sizeof(key)));
	dbgshm_row_end(slot->row);
	assert_int_not_equal(*slot->row.sequence, sequence);
}

static void
test_rows_have_a_limit_and_ask_for_more_before(void **state)
{
	struct fixture *fixture = *state;
	struct rowset *set = &fixture->set;

	assert_int_equal(set->capacity, 32);
	assert_false(rowset_wants_more(set, 32));
	assert_true(rowset_wants_more(set, 33));
	see(set, 1, 100);
	assert_int_equal(set->used, 32);
	assert_int_equal(rowset_init(set, 100, 64), 0);
	assert_int_equal(set->capacity, 64);
	assert_false(rowset_wants_more(set, 100));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_stat_fields_begin_behind_the_last_parenthesis),
		cmocka_unit_test(
		    test_stat_line_that_is_cut_anywhere_is_refused),
		cmocka_unit_test(
		    test_fields_are_found_in_any_order_and_by_whole_keys),
		cmocka_unit_test(test_numbers_end_where_they_end),
		cmocka_unit_test(test_names_are_those_a_person_knows),
		cmocka_unit_test(test_controllers_are_whole_words),
		cmocka_unit_test_setup_teardown(
		    test_rows_stay_with_their_objects, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_rows_are_written_only_when_they_changed, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    test_rows_have_a_limit_and_ask_for_more_before, set_up,
		    tear_down),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
