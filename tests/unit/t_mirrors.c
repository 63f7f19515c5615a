/*
 * t_mirrors.c - claims about which regions of a recording are one target.
 */
#include "recorded.h"

#include <viewer/mirrors.h>

/* Regions one after the other, as in a file. */
static struct mirrors *
mirrors_of(const struct rec_region *regions, size_t count)
{
	struct mirrors *mirrors = mirrors_create(0);
	int file = memfd_create("rec", MFD_CLOEXEC);
	struct rec_out *out =
	    rec_out_file(recorded_again(file), why, sizeof(why));
	struct rec_in *in = rec_in_create(why, sizeof(why));
	struct rec_chunk chunk;
	struct recorded taken;
	size_t i;

	assert_non_null(out);
	assert_non_null(in);
	for (i = 0; i < count; i++)
		assert_int_equal(
		    rec_out_region(out, &regions[i],
			RECORDED_START + i * RECORDED_SECOND, why, sizeof(why)),
		    i + 1);
	assert_int_equal(rec_out_close(out, why, sizeof(why)), 0);
	taken = recorded_take(file);
	memcpy(rec_in_room(in, taken.size), taken.bytes, taken.size);
	rec_in_add(in, taken.size);
	while (rec_in_next(in, &chunk, why, sizeof(why)) == 1)
		assert_int_equal(mirrors_put(mirrors, &chunk), 0);
	rec_in_free(in);
	free(taken.bytes);
	(void)close(file);
	return (mirrors);
}

static void
over(struct mirrors *mirrors, uint32_t region)
{
	const struct rec_chunk chunk = { .type = REC_OVER, .region = region };

	assert_int_equal(mirrors_put(mirrors, &chunk), 0);
}

static void
test_regions_of_one_process_are_one_target(void **state)
{
	struct rec_region regions[] = { recorded_region(), recorded_region(),
		recorded_region(), recorded_region() };
	struct mirrors *mirrors;

	(void)state;
	regions[1].watched = false;
	regions[2].boot_id[0] = 'f'; /* the machine was started again */
	regions[3].subject_start = 18;
	mirrors = mirrors_of(regions, 4);
	assert_int_equal(mirrors_count(mirrors), 3);
	assert_true(mirrors_has(mirrors, 0, 1));
	assert_true(mirrors_has(mirrors, 0, 2));
	assert_false(mirrors_has(mirrors, 0, 3));
	assert_true(mirrors_has(mirrors, 1, 3));
	assert_int_equal(mirrors_target(mirrors, 0).generation, 1);
	assert_int_equal(mirrors_target(mirrors, 1).generation, 2);
	assert_int_equal(mirrors_target(mirrors, 2).generation, 3);
	assert_string_equal(mirrors_target(mirrors, 0).name, "a name\n");
	assert_int_equal(
	    mirrors_target(mirrors, 0).first_real_ns, RECORDED_START);
	assert_int_equal(mirrors_target(mirrors, 0).last_real_ns,
	    RECORDED_START + RECORDED_SECOND);
	mirrors_free(mirrors);
}

static void
test_other_hosts_count_for_themselves(void **state)
{
	struct rec_region regions[] = { recorded_region(), recorded_region() };
	struct mirrors *mirrors;

	(void)state;
	strcpy(regions[1].host, "another");
	mirrors = mirrors_of(regions, 2);
	assert_int_equal(mirrors_count(mirrors), 2);
	assert_int_equal(mirrors_target(mirrors, 1).generation, 1);
	mirrors_free(mirrors);
}

static void
test_a_region_that_is_made_anew_shares_the_other(void **state)
{
	struct rec_region regions[] = { recorded_region(), recorded_region(),
		recorded_region(), recorded_region() };
	struct mirrors *mirrors;

	(void)state;
	regions[1].watched = false;
	regions[2].created_real_ns++; /* another watcher */
	regions[3].watched = false;   /* another program, by exec */
	regions[3].created_real_ns += 2;
	mirrors = mirrors_of(regions, 3);
	assert_int_equal(mirrors_count(mirrors), 2);
	assert_true(mirrors_has(mirrors, 0, 1));
	assert_true(mirrors_has(mirrors, 0, 2));
	assert_true(mirrors_has(mirrors, 1, 2));
	assert_true(mirrors_has(mirrors, 1, 3));
	assert_false(mirrors_has(mirrors, 1, 1));
	mirrors_free(mirrors);
	/* What is shared is replaced, it is no third target. */
	mirrors = mirrors_of(regions, 4);
	assert_int_equal(mirrors_count(mirrors), 2);
	assert_true(mirrors_has(mirrors, 1, 4));
	assert_false(mirrors_has(mirrors, 1, 2));
	assert_true(mirrors_has(mirrors, 0, 2));
	mirrors_free(mirrors);
}

static void
test_a_target_is_over_when_all_of_it_is(void **state)
{
	struct rec_region regions[] = { recorded_region(), recorded_region() };
	struct mirrors *mirrors;

	(void)state;
	regions[1].watched = false;
	mirrors = mirrors_of(regions, 2);
	assert_false(mirrors_target(mirrors, 0).over);
	over(mirrors, 1);
	assert_false(mirrors_target(mirrors, 0).over);
	over(mirrors, 2);
	assert_true(mirrors_target(mirrors, 0).over);
	over(mirrors, 77); /* of none */
	mirrors_free(mirrors);
}

static void
test_what_makes_no_sense_changes_nothing(void **state)
{
	struct rec_region region = recorded_region();
	struct mirrors *mirrors = mirrors_of(&region, 1);
	struct rec_chunk chunk = {
		.type = REC_PIECE, .region = 1, .bytes = "nonsense", .size = 8
	};

	(void)state;
	assert_int_equal(mirrors_put(mirrors, &chunk), -1);
	chunk.region = 2; /* there is none */
	assert_int_equal(mirrors_put(mirrors, &chunk), -1);
	assert_int_equal(errno, EBADMSG);
	chunk = (struct rec_chunk){ .type = REC_REGION, .bytes = "" };
	assert_int_equal(mirrors_put(mirrors, &chunk), -1);
	assert_int_equal(mirrors_count(mirrors), 1);
	mirrors_free(mirrors);
}

static void
test_without_a_piece_there_is_nothing_to_read(void **state)
{
	struct model_source parts[SOURCE_PARTS];
	struct rec_region region = recorded_region();
	struct mirrors *mirrors = mirrors_of(&region, 1);

	(void)state;
	assert_int_equal(mirrors_readers(mirrors, 0, parts), 0);
	mirrors_drop(mirrors, 0);
	mirrors_free(mirrors);
	mirrors_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_regions_of_one_process_are_one_target),
		cmocka_unit_test(test_other_hosts_count_for_themselves),
		cmocka_unit_test(
		    test_a_region_that_is_made_anew_shares_the_other),
		cmocka_unit_test(test_a_target_is_over_when_all_of_it_is),
		cmocka_unit_test(test_what_makes_no_sense_changes_nothing),
		cmocka_unit_test(test_without_a_piece_there_is_nothing_to_read),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
