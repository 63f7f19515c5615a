/*
 * t_screen_info.c - what the screen about the target and its regions shows.
 */
#include "stage.h"

static const struct model_region regions[] = {
	{ .source = "own",
	    .path = "/dev/shm/dbgtop-33/20411-1-a.dbg",
	    .exe = "/usr/sbin/imgworker",
	    .major = 1,
	    .minor = 2,
	    .writer_pid = 20411,
	    .created_real_ns = SAMPLE_NOW - 3600 * SECOND,
	    .bytes_used = 4 << 20,
	    .file_size = 64 << 20,
	    .tick_period_ns = SECOND,
	    .tick_count = 3600,
	    .tick_late = 1,
	    .tick_cost_ns = 3600 * UINT64_C(21000),
	    .read_ns = 400000 },
	{ .source = "watched",
	    .path = "/dev/shm/dbgtop-0/20411-1-b.dbg",
	    .exe = "",
	    .watched = true,
	    .major = 1,
	    .minor = 1,
	    .writer_pid = 812,
	    .created_real_ns = SAMPLE_NOW - 60 * SECOND,
	    .bytes_used = 1 << 20,
	    .file_size = 8 << 20,
	    .tick_period_ns = 10 * SECOND,
	    .tick_count = 6,
	    .tick_late = 3,
	    .drop_rows = 3,
	    .drop_busy = 1,
	    .limit = "the region's own maximum",
	    .faults = 2 },
};

static void
begin(struct stage *stage, int columns, int rows)
{
	stage_init(stage, columns, rows, SCREEN_INFO);
	stage->scene.remark = "";
	stage->scene.source = "watched by dbgtop-agent (pid 812)";
	stage->sample.model.regions = regions;
	stage->sample.model.region_count = ITEMS(regions);
	stage->scene.moment.first_real_ns = SAMPLE_NOW - 2411 * SECOND;
	stage->scene.moment.last_real_ns = SAMPLE_NOW;
	stage->scene.moment.rows_since_ns = SAMPLE_NOW - 600 * SECOND;
	screens_arrange(&stage->view, &stage->scene);
}

static void
test_target_region_history_and_viewer_are_told(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, 100, 70);
	assert_string_equal(
	    line(&s, 2), " info  watched by dbgtop-agent (pid 812)");
	shows(&s, "  name            imgworker  version 2.4.1");
	shows(&s, "  pid             20411  user web");
	shows(&s, "  executable      /usr/sbin/imgworker");
	shows(&s, "  state           LIVE");
	shows(&s, "  up              3d04h");
	shows(&s, "  publishes       5 profiles, 8 metrics, 40 rows");
	shows(&s, "  file            /dev/shm/dbgtop-33/20411-1-a.dbg");
	shows(&s, "  format          1.2");
	shows(&s, "  size            4.00 MiB filled, 64.0 MiB reserved");
	shows(&s, "  ticks           every 1 s, 3.60k so far, 1 late");
	shows(&s, "  a tick costs    21.0 us, 0.0021 % of a processor");
	shows(&s, "  last read took  400 us");
	shows(&s, "  metrics         since 11:23:00 (40m11s)");
	shows(&s, "  rows            since 11:53:11 (10m00s)");
	shows(&s, "  looks           every 1 s");
	shows(&s, "  characters      ASCII: the locale or an option says so");
	shows(&s, "  who looks       watched by dbgtop-agent (pid 812)");
	stage_fini(&s);
}

static void
test_what_is_lost_late_or_damaged_is_told(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, 100, 70);
	shows(&s, "WATCHED REGION  what is seen from outside, by an agent");
	shows(&s, "written by      pid 812");
	shows(&s, "every 10 s, 6 so far, 3 late");
	shows(
	    &s, "3 rows (table full), 1 update (row busy), 0 names (no room)");
	shows(&s, "limited by      the region's own maximum");
	shows(&s, "2 parts left out (dbgtop check says which)");
	s.sample.model.events_lost = 17;
	s.sample.model.target.reason = "a name is too long at offset 8192";
	s.scene.moment.absent = "watched";
	shows(&s, "the watched region");
	shows(&s, "a name is too long at offset 8192");
	stage_fini(&s);
}

static void
test_it_says_how_well_the_target_is_seen(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, 100, 70);
	shows(&s, "  from inside     yes");
	shows(&s, "  from outside    yes");
	s.sample.model.region_count = 1;
	shows(&s, "no: no agent watches it (dbgtop-agent --watch 20411)");
	s.sample.model.regions = regions + 1;
	shows(&s, "no: the program publishes nothing, or it may not be read");
	s.scene.moment.index = s.scene.moment.count = 900;
	s.scene.moment.period_ns = SECOND;
	shows(&s, "sample 900 of 900, for 1 s");
	s.scene.moment.first_real_ns = 0;
	shows(&s, "  metrics         none is kept");
	stage_fini(&s);
}

static void
test_a_dead_target_is_told_with_its_time(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, 80, 24);
	s.sample.model.target.state = DBGSHM_LIFE_DEAD;
	s.sample.model.target.since_real_ns = SAMPLE_NOW - 90 * SECOND;
	shows(&s, "  state           DEAD since 12:01:41");
	stage_fini(&s);
}

static void
test_numbers_are_raw_on_request(void **state)
{
	struct stage s;

	(void)state;
	begin(&s, 100, 70);
	press(&s, "u");
	shows(&s, "4194304 filled, 67108864 reserved");
	shows(&s, "  units           raw");
	stage_fini(&s);
}

static void
test_it_scrolls_and_can_be_filtered_at_every_size(void **state)
{
	static const int sizes[][2] = { { 1, 1 }, { 20, 5 }, { 40, 10 },
		{ 80, 24 }, { 100, 30 }, { 200, 60 } };
	struct stage s;

	(void)state;
	for (size_t i = 0; i < ITEMS(sizes); i++) {
		begin(&s, sizes[i][0], sizes[i][1]);
		picture(&s);
		if (sizes[i][0] >= 20)
			shows(&s, sizes[i][0] < 40 ? "name" : "imgworker");
		press(&s, "G");
		if (sizes[i][0] >= 20)
			shows(&s, sizes[i][0] < 40 ? "host" : "db-03");
		stage_fini(&s);
	}
	begin(&s, 80, 24);
	press(&s, "/ t i c k Enter");
	shows(&s, "a tick costs");
	lacks(&s, "executable");
	stage_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_target_region_history_and_viewer_are_told),
		cmocka_unit_test(test_what_is_lost_late_or_damaged_is_told),
		cmocka_unit_test(test_it_says_how_well_the_target_is_seen),
		cmocka_unit_test(test_a_dead_target_is_told_with_its_time),
		cmocka_unit_test(test_numbers_are_raw_on_request),
		cmocka_unit_test(
		    test_it_scrolls_and_can_be_filtered_at_every_size),
	};

	setenv("TZ", "UTC", 1);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
