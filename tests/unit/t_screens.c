/*
 * t_screens.c - what the screens show of a target made by hand.
 */
#include "stage.h"

#include <locale.h>
#include <time.h>

/* ---- the process list ---------------------------------------------------------- */

static void
test_process_list_shows_live_and_dead_with_words(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_PROCESSES);
	assert_string_equal(line(&s, 0),
	    " dbgtop  processes  on db-03  2 live, 1 gone, 1 unreadable"
	    "       12:03:11  LIVE");
	assert_string_equal(line(&s, 1),
	    "     PID  NAME        USER   STATE           UP    AGE  PROF"
	    "  METRICS   ROWS");
	assert_string_equal(line(&s, 2),
	    ">    904  proxyd      proxy  live        41d00h    0 s    31"
	    "    5.10k  12.0k");
	assert_string_equal(line(&s, 4),
	    " - 18230  cache-main  cache  dead           8 s  1m30s     3"
	    "       64      0");
	assert_string_equal(line(&s, 5),
	    " !  7712  batchctl    root   unreadable       -      -     -"
	    "        -      -");
	assert_string_equal(
	    line(&s, 23), " Enter Open  / Filter  < > Sort  ? Help  q Quit");
	press(&s, "G");
	shows(&s, "unreadable: Permission denied");
	press(&s, "k");
	shows(&s, "DEAD since 12:01:41");
	press(&s, "k");
	shows(&s, "STOPPED since 12:02:30, watched by an agent");
	stage_fini(&s);
}

static void
test_process_list_says_what_to_do_when_it_is_empty(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_PROCESSES);
	s.scene.target_count = 0;
	shows(&s, "dbgtop PID           look at any process");
	assert_int_equal(press(&s, "Enter"), SCREEN_NOTHING);
	assert_null(screens_selected(&s.view, &s.scene));
	stage_fini(&s);
}

static void
test_selected_process_stays_when_others_come_and_go(void **state)
{
	struct model_target targets[ITEMS(sample_targets)];
	struct stage s;

	(void)state;
	memcpy(targets, sample_targets, sizeof(targets));
	stage_init(&s, 80, 24, SCREEN_PROCESSES);
	press(&s, "j j");
	assert_int_equal(screens_selected(&s.view, &s.scene)->pid, 18230);
	/* The order turns round. */
	for (size_t i = 0; i < ITEMS(targets); i++)
		targets[i] = sample_targets[ITEMS(targets) - 1 - i];
	s.scene.targets = targets;
	picture(&s);
	assert_int_equal(screens_selected(&s.view, &s.scene)->pid, 18230);
	/* It goes: the selection stays where it was. */
	targets[1] = targets[3];
	s.scene.target_count = 3;
	picture(&s);
	assert_int_equal(screens_selected(&s.view, &s.scene)->pid, 904);
	assert_int_equal(press(&s, "Enter"), SCREEN_OPEN);
	stage_fini(&s);
}

static void
test_process_list_sorts_by_the_column_that_was_chosen(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_PROCESSES);
	press(&s, ">"); /* PID, the largest first */
	shows(&s, "PID v");
	assert_non_null(strstr(line(&s, 2), "20411"));
	press(&s, "r");
	shows(&s, "PID ^");
	assert_non_null(strstr(line(&s, 2), "904"));
	press(&s, ">");
	assert_non_null(strstr(line(&s, 2), "batchctl"));
	press(&s, "=");
	assert_non_null(strstr(line(&s, 2), "proxyd"));
	stage_fini(&s);
}

static void
test_filter_hides_what_does_not_match(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_PROCESSES);
	press(&s, "/ C A");
	shows(&s, "Filter: CA"); /* with capitals case counts */
	lacks(&s, "cache-main  ");
	press(&s, "Backspace Backspace c a");
	shows(&s, "cache-main  ");
	lacks(&s, "proxyd");
	press(&s, "Enter");
	shows(&s, "filter: ca");
	press(&s, "/ Ctrl-U ! c a Enter");
	shows(&s, "proxyd");
	lacks(&s, "cache-main  ");
	press(&s, "/ Ctrl-U z z z");
	shows(&s, "nothing matches");
	press(&s, "Esc");
	shows(&s, "cache-main  ");
	stage_fini(&s);
}

/* ---- a target -------------------------------------------------------------------- */

static void
test_target_shows_tree_values_and_rates(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_OVERVIEW);
	assert_string_equal(line(&s, 0),
	    " dbgtop  20411  imgworker  up 3d04h  own region and agent"
	    "        12:03:11  LIVE");
	assert_string_equal(line(&s, 3),
	    "  ALL                 80 |  METRIC         VALUE      RATE    AVG "
	    "1m"
	    "  LAST 60s");
	assert_string_equal(line(&s, 4),
	    "> process                |  cpu_user       3m12s    35.0 %        "
	    " -");
	assert_string_equal(line(&s, 23),
	    " Tab Pane  Enter Open  Esc Back  / Filter  Space Pause  x Zoom"
	    "  ? Help  q Quit");
	shows(&s, "Read with getrusage at each tick.");
	press(&s, "j");
	shows(&s, "> net                 40 |  connections:latency ");
	shows(&s, "1 never moved (d)");
	shows(&s, "net/connections           open connections");
	press(&s, "j Tab j j");
	shows(&s, "> latency               18.2k       120/s  1.20 ms");
	shows(&s, "- net/connections:latency  histogram, ns ---");
	shows(&s, "mean 1.90 ms   min 250 us   p50 1.20 ms");
	press(&s, "Tab");
	shows(&s, "> 10.4.0.1:50112");
	shows(&s, "- net/connections[0.1]  live ---");
	shows(&s, "sent 0 B (0 B/s)");
	shows(&s, "user (hidden)");
	stage_fini(&s);
}

static void
test_wide_screen_shows_all_columns_and_help_texts(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 200, 60, SCREEN_OVERVIEW);
	shows(&s, "2.4.1  up 3d04h  own region and agent");
	shows(&s, "every 1 s  12:03:11  LIVE");
	press(&s, "j j");
	shows(&s, "P50      P90      P99    P99.9      MAX  LAST 60s  ");
	shows(&s, "22.0 ms  31.0 ms  ");
	shows(&s, "  from the first byte of");
	shows(&s, "PEER                 SENT          /s  STATE");
	shows(&s, "TLS  USER");
	shows(&s, "- 40 rows  max 1024 ---");
	stage_fini(&s);
}

static void
test_rates_are_a_dash_until_they_are_known(void **state)
{
	struct model_metric metric = sample_cpu[0];
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_OVERVIEW);
	metric.rate = NAN;
	s.sample.profiles[0].metrics = &metric;
	s.sample.profiles[0].metric_count = 1;
	s.sample.cells[0][0].rate = NAN;
	shows(&s, "cpu_user     3m12s         -         -\n");
	/* Its value is strong, what is not known is dim. */
	assert_int_equal(s.grid.cells[4 * 80 + 45].style, GRID_STRONG);
	assert_int_equal(s.grid.cells[4 * 80 + 55].text[0], '-');
	assert_int_equal(s.grid.cells[4 * 80 + 55].style, GRID_DIM);
	press(&s, "j j");
	shows(&s, "10.4.0.1:50112       0 B           -  reading");
	stage_fini(&s);
}

static void
test_header_says_in_which_state_and_since_when(void **state)
{
	static const struct {
		enum dbgshm_life life;
		uint64_t since_ns, age_ns;
		const char *says;
	} cases[] = {
		{ DBGSHM_LIFE_LIVE, 0, SECOND, "  LIVE\n" },
		{ DBGSHM_LIFE_LIVE, 0, 12 * SECOND,
		    "  LIVE, silent for 12.0 s\n" },
		{ DBGSHM_LIFE_STOPPED, SAMPLE_NOW - 41 * SECOND, SECOND,
		    "  STOPPED since 12:02:30\n" },
		{ DBGSHM_LIFE_DEAD, SAMPLE_NOW - 5 * SECOND, SECOND,
		    "  DEAD since 12:03:06\n" },
		{ DBGSHM_LIFE_DEAD, SAMPLE_NOW - 86400 * SECOND, SECOND,
		    "  DEAD since 2026-01-30 12:03\n" },
		{ DBGSHM_LIFE_EXITED, SAMPLE_NOW - SECOND, SECOND,
		    "  EXITED since 12:03:10\n" },
		{ DBGSHM_LIFE_STALE, SAMPLE_NOW - SECOND, SECOND,
		    "  STALE since 12:03:10\n" },
		{ DBGSHM_LIFE_REPLACED, 0, SECOND, "  REPLACED\n" },
	};
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_OVERVIEW);
	for (size_t i = 0; i < ITEMS(cases); i++) {
		s.sample.model.target.state = cases[i].life;
		s.sample.model.target.since_real_ns = cases[i].since_ns;
		s.sample.model.target.age_ns = cases[i].age_ns;
		shows(&s, cases[i].says);
	}
	stage_fini(&s);
}

static void
test_header_says_where_the_numbers_come_from(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_OVERVIEW);
	s.sample.profiles[2].source = "own";
	shows(&s, "  own region  ");
	for (size_t i = 0; i < 5; i++)
		s.sample.profiles[i].source = "watched";
	s.sample.model.target.source = "watched";
	shows(&s, "  watched by agent  ");
	s.sample.model.target.source = "private";
	shows(&s, "  private watcher  ");
	stage_fini(&s);
}

static void
test_levels_hide_and_say_how_much(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_OVERVIEW);
	shows(&s, "1 more in detail (v)");
	lacks(&s, "minor_faults");
	lacks(&s, "internals");
	press(&s, "v");
	shows(&s, "minor_faults");
	shows(&s, "level detail");
	lacks(&s, "internals");
	press(&s, "v");
	shows(&s, "internals");
	press(&s, "V V V");
	lacks(&s, "minor_faults");
	stage_fini(&s);
}

static void
test_empty_profiles_and_tables_say_so(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_OVERVIEW);
	press(&s, "j j j"); /* net/listeners */
	shows(&s, "neither metrics nor a table");
	press(&s, "Tab"); /* nowhere to go */
	assert_int_equal(s.view.pane, VIEW_TREE);
	s.sample.table.row_count = 0;
	press(&s, "k");
	shows(&s, "no rows now");
	s.sample.model.profile_count = 0;
	shows(&s, "no profiles yet");
	press(&s, "Tab j Enter x G Right /");
	press(&s, "Esc");
	s.scene.model = NULL;
	picture(&s);
	stage_fini(&s);
}

static void
test_selection_in_a_table_stays_on_its_row(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_OVERVIEW);
	press(&s, "j j Tab Tab j j j");
	shows(&s, "> 10.4.0.4:50112");
	press(&s, "> >"); /* SENT, the most first */
	shows(&s, "> 10.4.0.4:50112");
	shows(&s, "SENT v");
	press(&s, "Home");
	shows(&s, "> 10.4.0.40:50112");
	/* Its bytes fall to nothing: while held it does not move. */
	s.sample.cells[39][0].u = 0;
	s.scene.hold = true;
	assert_non_null(strstr(picture(&s), "> 10.4.0.40:50112"));
	assert_int_equal(s.view.table.place, 0);
	s.scene.hold = false;
	picture(&s);
	assert_true(s.view.table.place > 30);
	shows(&s, "> 10.4.0.40:50112");
	/* Its row is closed: the place stays. */
	s.sample.table.row_count = 39;
	picture(&s);
	assert_true(s.view.table.place > 30);
	stage_fini(&s);
}

static void
test_columns_scroll_and_the_key_stays(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_OVERVIEW);
	press(&s, "j j Tab Tab");
	shows(&s, "PEER                SENT          /s  STATE");
	shows(&s, "4 columns more");
	press(&s, "Right Right");
	shows(&s, "PEER            STATE         SINCE");
	shows(&s, "> 10.4.0.1:50112");
	press(&s, "Left Left");
	shows(&s, "PEER                SENT");
	press(&s, "Left");
	assert_int_equal(s.view.pane, VIEW_TREE);
	press(&s, "Right");
	assert_int_equal(s.view.pane, VIEW_METRICS);
	stage_fini(&s);
}

static void
test_first_column_stays_where_none_names_the_row(void **state)
{
	struct model_column columns[SAMPLE_COLUMNS];
	struct stage s;

	(void)state;
	memcpy(columns, sample_columns, sizeof(columns));
	columns[1].flags = 0;
	stage_init(&s, 80, 24, SCREEN_OVERVIEW);
	s.sample.table.columns = columns;
	press(&s, "j j Tab Tab");
	shows(&s, "      SENT          /s  PEER");
	press(&s, "Right Right");
	shows(&s, "      SENT  STATE");
	stage_fini(&s);
}

static void
test_zoom_gives_one_pane_the_screen(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_OVERVIEW);
	press(&s, "j j Tab Tab x");
	lacks(&s, "listeners");
	shows(&s, "BUSY  TLS");
	press(&s, "Esc");
	shows(&s, "listeners");
	press(&s, "Esc");
	assert_int_equal(s.view.pane, VIEW_TREE);
	assert_int_equal(press(&s, "Esc"), SCREEN_LEAVE);
	stage_fini(&s);
}

static void
test_raw_numbers_are_whole(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_OVERVIEW);
	press(&s, "Tab u");
	shows(&s, "192000000000");
	shows(&s, "1395864371");
	press(&s, "u");
	lacks(&s, "1395864371 ");
	stage_fini(&s);
}

static void
test_row_states_have_marks_and_words(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_OVERVIEW);
	s.sample.rows[0].state = DBGSHM_ROWSTATE_FINISHED;
	s.sample.rows[1].state = DBGSHM_ROWSTATE_BUSY;
	s.sample.rows[2].state = DBGSHM_ROWSTATE_TORN_AT_DEATH;
	s.sample.rows[3].state = DBGSHM_ROWSTATE_TORN;
	press(&s, "j j Tab Tab");
	shows(&s, ">-10.4.0.1:50112");
	shows(&s, " ~10.4.0.2:50112");
	shows(&s, " !10.4.0.3:50112");
	shows(&s, " ~?  ");
	shows(&s, "[0.1]  finished");
	stage_fini(&s);
}

static void
test_message_has_a_line_of_its_own(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_OVERVIEW);
	s.scene.message = "3 damaged parts of the region are left out";
	assert_string_equal(
	    line(&s, 2), " 3 damaged parts of the region are left out");
	shows(&s, "> process");
	stage_fini(&s);
}

/* The picture below header and tabs. */
static const char *
body(struct stage *s)
{
	const char *text = picture(s);

	for (int i = 0; i < 2; i++)
		text = strchr(text, '\n') + 1;
	return (text);
}

/* ---- small and strange ---------------------------------------------------------- */

static void
test_narrow_screens_show_one_pane_at_a_time(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 40, 10, SCREEN_OVERVIEW);
	assert_string_equal(
	    line(&s, 0), " 20411  imgworker                  LIVE");
	assert_string_equal(body(&s),
	    "  PROFILE                  ROWS  METRICS\n"
	    "  ALL                        80        8\n"
	    "> process                              4\n"
	    "  net                        40        4\n"
	    "    connections              40        4\n"
	    "    listeners\n"
	    "  threads                    40\n"
	    " Tab Pane  Enter Open  ? Help  q Quit\n");
	press(&s, "Tab");
	assert_string_equal(body(&s),
	    " process  what the kernel says about t~\n"
	    "  METRIC         VALUE      RATE\n"
	    "> cpu_user       3m12s    35.0 %\n"
	    "  cpu_system    9.12 s     1.2 %\n"
	    "  rss         1.30 GiB\n"
	    "  1 more in detail (v)\n"
	    "\n"
	    " Tab Pane  Enter Open  ? Help  q Quit\n");
	s.view.columns = 20;
	s.view.rows = 5;
	assert_string_equal(picture(&s),
	    " imgworker     LIVE\n"
	    " process     1 of 3\n"
	    "  METRIC       VALUE\n"
	    "> cpu_user     3m12s\n"
	    " ? Help  q Quit\n");
	s.view.columns = s.view.rows = 1;
	assert_string_equal(picture(&s), "E\n");
	stage_fini(&s);
}

static void
test_long_and_wide_names_never_leave_their_column(void **state)
{
	static const char name[] =
	    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e/\xe6\x97\xa5\xe6\x9c\xac"
	    "\xe8\xaa\x9e_\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e_requests_total";
	struct model_metric metric = sample_cpu[0];
	struct stage s;

	(void)state;
	stage_init(&s, 80, 24, SCREEN_OVERVIEW);
	s.scene.ascii = s.grid.ascii = false;
	metric.name = name;
	s.sample.profiles[0].metrics = &metric;
	s.sample.profiles[0].metric_count = 1;
	s.sample.profiles[1].path =
	    "net/"
	    "\xe6\x97\xa5\xe6\x9c\xac"
	    "\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5"
	    "\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e";
	/* The rule between the panes stands in one column. */
	for (int row = 2; row < 19; row++)
		for (int k = 0; k < 2; k++) {
			picture(&s);
			assert_int_equal(
			    s.grid.cells[row * 80 + 25].text[0], 0x2502);
		}
	shows(&s, "_requests_total");
	assert_true(grid_width(line(&s, 3), false) <= 80);
	stage_fini(&s);
}

static void
test_any_size_and_any_keys_are_survived(void **state)
{
	static const char *const keys[] = { "j", "k", "Tab", "Enter", "Esc",
		"/", "a", "Backspace", "x", "v", "V", "u", "<", ">", "r", "=",
		"G", "g", "PgDn", "PgUp", "Left", "Right", "?", "Shift-Tab" };
	struct stage s;

	(void)state;
	srand(2);
	stage_init(&s, 80, 24, SCREEN_PROCESSES);
	for (int i = 0; i < 4000; i++) {
		if (i % 7 == 0) {
			s.view.columns = 1 + rand() % (i % 3 ? 210 : 30);
			s.view.rows = 1 + rand() % (i % 3 ? 70 : 8);
		}
		s.sample.table.row_count = (size_t)rand() % SAMPLE_PEERS;
		s.sample.model.profile_count = i % 50 == 0 ? 0 : 5;
		s.scene.target_count = i % 30 == 0
		    ? 0
		    : 1 + (size_t)rand() % ITEMS(sample_targets);
		s.scene.message = i % 9 == 0 ? "something" : "";
		s.scene.hold = rand() % 2;
		picture(&s);
		assert_int_equal(s.grid.columns, s.view.columns);
		switch (press(&s, keys[rand() % (int)ITEMS(keys)])) {
		case SCREEN_OPEN:
			assert_non_null(screens_selected(&s.view, &s.scene));
			s.view.screen = SCREEN_OVERVIEW;
			break;
		case SCREEN_LEAVE:
			s.view.screen = SCREEN_PROCESSES;
			break;
		default:
			break;
		}
	}
	stage_fini(&s);
}

/* ---- keys ----------------------------------------------------------------------- */

static void
test_each_key_has_one_meaning_at_each_place(void **state)
{
	const struct key_binding *binding;
	char name[32];
	size_t length;

	(void)state;
	for (int action = 1; action < KEY_ACTION_COUNT; action++) {
		binding = keys_binding((enum key_action)action);
		assert_true(binding->places != 0);
		assert_true(binding->help[0] != '\0');
		for (const char *names = binding->names; *names != '\0';
		     names += length + (names[length] == ' ')) {
			length = strcspn(names, " ");
			snprintf(
			    name, sizeof(name), "%.*s", (int)length, names);
			for (unsigned place = 1; place <= KEY_PLACE_EVENTS;
			     place <<= 1)
				assert_int_equal(
				    keys_find(code_of(name), place) ==
					(enum key_action)action,
				    (binding->places & place) != 0);
		}
	}
}

static void
test_help_lists_every_key_and_closes_first(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 160, 100, SCREEN_OVERVIEW);
	press(&s, "?");
	for (int action = 1; action < KEY_ACTION_COUNT; action++) {
		shows(&s, keys_binding((enum key_action)action)->names);
		shows(&s, keys_binding((enum key_action)action)->help);
	}
	press(&s, "/ d e a d Enter");
	shows(&s, "DEAD");
	lacks(&s, "the next pane");
	assert_int_equal(press(&s, "q"), SCREEN_CHANGED);
	shows(&s, "> process");
	assert_int_equal(press(&s, "q"), SCREEN_QUIT);
	assert_int_equal(press(&s, "Ctrl-C"), SCREEN_QUIT);
	assert_int_equal(press(&s, "F10"), SCREEN_QUIT);
	assert_int_equal(press(&s, "Ctrl-L"), SCREEN_REPAINT);
	assert_int_equal(press(&s, "Ctrl-Z"), SCREEN_SUSPEND);
	assert_int_equal(press(&s, "%"), SCREEN_NOTHING);
	stage_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_process_list_shows_live_and_dead_with_words),
		cmocka_unit_test(
		    test_process_list_says_what_to_do_when_it_is_empty),
		cmocka_unit_test(
		    test_selected_process_stays_when_others_come_and_go),
		cmocka_unit_test(
		    test_process_list_sorts_by_the_column_that_was_chosen),
		cmocka_unit_test(test_filter_hides_what_does_not_match),
		cmocka_unit_test(test_target_shows_tree_values_and_rates),
		cmocka_unit_test(
		    test_wide_screen_shows_all_columns_and_help_texts),
		cmocka_unit_test(test_rates_are_a_dash_until_they_are_known),
		cmocka_unit_test(
		    test_header_says_in_which_state_and_since_when),
		cmocka_unit_test(test_header_says_where_the_numbers_come_from),
		cmocka_unit_test(test_levels_hide_and_say_how_much),
		cmocka_unit_test(test_empty_profiles_and_tables_say_so),
		cmocka_unit_test(test_selection_in_a_table_stays_on_its_row),
		cmocka_unit_test(test_columns_scroll_and_the_key_stays),
		cmocka_unit_test(
		    test_first_column_stays_where_none_names_the_row),
		cmocka_unit_test(test_zoom_gives_one_pane_the_screen),
		cmocka_unit_test(test_raw_numbers_are_whole),
		cmocka_unit_test(test_row_states_have_marks_and_words),
		cmocka_unit_test(test_message_has_a_line_of_its_own),
		cmocka_unit_test(test_narrow_screens_show_one_pane_at_a_time),
		cmocka_unit_test(
		    test_long_and_wide_names_never_leave_their_column),
		cmocka_unit_test(test_any_size_and_any_keys_are_survived),
		cmocka_unit_test(test_each_key_has_one_meaning_at_each_place),
		cmocka_unit_test(test_help_lists_every_key_and_closes_first),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	setlocale(LC_CTYPE, "C.UTF-8");
	return (cmocka_run_group_tests_name("screens", tests, NULL, NULL));
}
