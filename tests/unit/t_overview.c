/*
 * t_overview.c - what the overview makes of many profiles, of time, and of what
 * somebody has folded, pinned, marked and pointed at.
 */
#include "stage.h"

#include <locale.h>
#include <time.h>

/* ---- numbers over time: in place of series_set.c -------------------------------- */

#define SAMPLES 90

static struct {
	uint64_t real_ns[SAMPLES], period_ns[SAMPLES];
	double values[SAMPLES];
	struct series series;
	bool known;
	size_t asked; /* how often */
} past;

const struct series *
series_find(const struct series_set *set, const struct series_key *key)
{
	(void)set;
	past.asked++;
	past.series.key = *key;
	return (past.known ? &past.series : NULL);
}

/* One a second up to that moment; a peak so many seconds before SAMPLE_NOW. */
static void
fill_past(uint64_t now_ns, uint64_t peak)
{
	for (size_t i = 0; i < SAMPLES; i++) {
		past.real_ns[i] = now_ns - (SAMPLES - 1 - i) * SECOND;
		past.period_ns[i] = SECOND;
		past.values[i] =
		    past.real_ns[i] == SAMPLE_NOW - peak * SECOND ? 800 : 100;
	}
	past.series = (struct series){
		.count = SAMPLES,
		.real_ns = past.real_ns,
		.period_ns = past.period_ns,
		.values = past.values,
		.lowest = 100,
		.highest = 800,
		.mean = 108,
	};
	past.known = true;
}

/* ---- the stage --------------------------------------------------------------------- */

struct show {
	struct stage stage;
	struct alerts *alerts;
	struct baseline *baseline;
};

static int
set_up(void **state)
{
	struct show *show = calloc(1, sizeof(*show));

	past.known = false;
	stage_init(&show->stage, 80, 24, SCREEN_OVERVIEW);
	*state = show;
	return (0);
}

static int
tear_down(void **state)
{
	struct show *show = *state;

	stage_fini(&show->stage);
	alerts_destroy(show->alerts);
	baseline_free(show->baseline);
	free(show);
	return (0);
}

static struct stage *
stage_of(void **state)
{
	struct show *show = *state;

	return (&show->stage);
}

static void
resize(struct stage *s, int columns, int rows)
{
	s->view.columns = columns;
	s->view.rows = rows;
	screens_arrange(&s->view, &s->scene);
}

/* The row of the picture with that text; fails when it is not there. */
static int
row_of(struct stage *s, const char *text)
{
	const char *at = strstr(picture(s), text);
	int row = 0;

	if (at == NULL)
		fail_msg("\"%s\" is not in\n%s", text, s->text);
	for (const char *c = s->text; c < at; c++)
		row += *c == '\n';
	return (row);
}

/* ---- everything in one list --------------------------------------------------------- */

static void
test_the_top_of_the_tree_lists_all_metrics_with_their_paths(void **state)
{
	struct stage *s = stage_of(state);

	shows(s, "> process  "); /* that is where one begins */
	press(s, "Home");
	shows(s, "> ALL                 80 | ");
	shows(s, "ALL  4 profiles below");
	shows(s, "|  process:cpu_user ");
	shows(s, "|  net/connections:latency ");
	lacks(s, "internals"); /* of a higher level */
	press(s, "v v");
	shows(s, "internals:cpu_user");
	press(s, "V V Down Down"); /* below a node names do not repeat it */
	shows(s, "net/  2 profiles below");
	shows(s, "|  connections:latency ");
}

static void
test_the_tree_counts_what_is_below(void **state)
{
	struct stage *s = stage_of(state);

	resize(s, 120, 30);
	shows(s, "  PROFILE              ROWS  METRICS |");
	shows(s, "  ALL                    80        8 |");
	shows(s, "  net                    40        4 |");
	shows(s, "    listeners                        |");
}

static void
test_many_metrics_hide_what_never_moved_and_say_so(void **state)
{
	struct model_metric gauges[2] = { sample_cpu[2], sample_cpu[2] };
	struct stage *s = stage_of(state);

	press(s, "Home");
	lacks(s, "received");
	shows(s, "1 more in detail (v), 1 never moved (d)");
	press(s, "d");
	shows(s, "net/connections:received");
	shows(s, "1 more in detail (v)\n");
	press(s, "d Tab / r e c e");
	shows(s, "net/connections:received"); /* somebody asks for it */
	press(s, "Esc / f a u l t s");
	shows(s, "process:minor_faults");
	press(s, "Esc / ! o p e n");
	lacks(s, "received");
	press(s, "Esc Esc");
	/* A gauge at zero has been elsewhere, or nobody knows. */
	gauges[0].value.i = gauges[1].value.i = 0;
	gauges[0].name = "unknown_gauge";
	gauges[1].name = "idle_gauge";
	gauges[1].peak_real_ns = SAMPLE_NOW;
	s->sample.profiles[3].metrics = gauges;
	s->sample.profiles[3].metric_count = 2;
	shows(s, "unknown_gauge");
	lacks(s, "idle_gauge");
	gauges[1].peak.i = 3;
	shows(s, "idle_gauge");
	/* Of one profile alone a zero is news. */
	press(s, "Down Down Down");
	shows(s, "received                0 B");
}

static void
test_an_alert_marks_every_node_above_it(void **state)
{
	struct show *show = *state;
	struct stage *s = &show->stage;

	/* A limit that is reached, by hand: any alert does. */
	show->alerts = alerts_create();
	s->scene.alerts = show->alerts;
	s->sample.model.target.faults = 3;
	alerts_update(show->alerts, &s->sample.model);
	assert_true(alerts_active(show->alerts) > 0);
	shows(s, " !ALL ");
	shows(s, "> process ");
	press(s, "Home");
	shows(s, " ! ");
}

/* ---- folding ------------------------------------------------------------------------- */

static void
test_nodes_fold_and_say_how_much_is_in_them(void **state)
{
	struct stage *s = stage_of(state);

	press(s, "Down -");
	shows(s, "> net +2              40 |");
	lacks(s, "    connections ");
	press(s, "+");
	shows(s, "    connections ");
	press(s, "Down -"); /* a leaf: the node around it */
	shows(s, "> net +2 ");
	press(s, "Right");
	shows(s, "    listeners ");
	assert_int_equal(s->view.pane, VIEW_TREE);
	press(s, "Down Left"); /* up, then shut */
	shows(s, "> net        ");
	press(s, "Left");
	shows(s, "> net +2 ");
	press(s, "Left");
	shows(s, "> ALL ");
	press(s, "-");
	shows(s, "  net +2 ");
	press(s, "+");
	shows(s, "    listeners ");
}

static void
test_folding_all_keeps_the_selection_in_sight(void **state)
{
	struct stage *s = stage_of(state);

	press(s, "Down Down *");
	shows(s, "> net +2 ");
	press(s, "*");
	shows(s, "> net        ");
	shows(s, "    connections ");
}

static void
test_what_is_gone_to_is_never_hidden(void **state)
{
	struct stage *s = stage_of(state);

	press(s, "Down -");
	view_show(&s->view, &s->scene, tree_id("net/listeners", 13), 0);
	shows(s, ">   listeners ");
	/* A filter looks into what is folded, too. */
	press(s, "Left Left");
	shows(s, "> net +2 ");
	press(s, "/ l i s t e n");
	shows(s, "> net/listeners ");
}

/* ---- time ------------------------------------------------------------------------------ */

static void
test_pictures_show_the_last_minute_and_move_by_whole_columns(void **state)
{
	struct stage *s = stage_of(state);
	char before[4096];
	int moves = 0;

	fill_past(SAMPLE_NOW, 2);
	shows(s, "METRIC         VALUE      RATE    AVG 1m  LAST 60s");
	/* The peak is 2 s old: the newest of ten columns. */
	shows(s, "cpu_user       3m12s    35.0 %     0.0 %  _________#\n");
	snprintf(before, sizeof(before), "%s", line(s, 4));
	for (uint64_t second = 1; second <= 12; second++) {
		s->scene.now_real_ns = SAMPLE_NOW + second * SECOND;
		fill_past(s->scene.now_real_ns, 2);
		moves += strcmp(before, line(s, 4)) != 0;
		snprintf(before, sizeof(before), "%s", s->line);
	}
	assert_int_equal(moves, 2); /* one in 6 s */
	shows(s, "cpu_user       3m12s    35.0 %     0.0 %  _______#__\n");
	/* Of numbers that are never the same: but for the newest column. */
	moves = 0;
	for (uint64_t second = 0; second <= 12; second++) {
		s->scene.now_real_ns = SAMPLE_NOW + second * SECOND;
		fill_past(s->scene.now_real_ns, 2);
		for (size_t i = 0; i < SAMPLES; i++)
			past.values[i] = (double)(past.real_ns[i] / SECOND *
			    past.real_ns[i] / SECOND % 11);
		line(s, 4);
		moves += second > 0 && strncmp(before, s->line, 78) != 0;
		snprintf(before, sizeof(before), "%s", s->line);
	}
	assert_int_equal(moves, 2);
}

static void
test_a_picture_of_the_past_knows_nothing_of_what_came_then(void **state)
{
	struct stage *s = stage_of(state);

	fill_past(SAMPLE_NOW, 2);
	s->scene.moment = (struct moment){
		.state = MOMENT_PAST,
		.at_real_ns = SAMPLE_NOW - 4 * SECOND,
		.first_real_ns = SAMPLE_NOW - 89 * SECOND,
		.last_real_ns = SAMPLE_NOW,
		.period_ns = SECOND,
		.index = 85,
		.count = 90,
	};
	shows(s, "cpu_user       3m12s    35.0 %     0.0 %  ##########\n");
	lacks(s, " ~cpu_user");
	/* The sample of the peak differs from the one before. */
	s->scene.moment.at_real_ns = SAMPLE_NOW - 2 * SECOND;
	shows(s, " ~cpu_user       3m12s    35.0 %     0.0 %  _________#\n");
}

static void
test_only_what_is_on_the_screen_is_wanted(void **state)
{
	struct stage *s = stage_of(state);
	struct series_key row = { .object = 1,
		.table = tree_id("net/connections", 15),
		.column = 0,
		.what = SERIES_SHOWN };
	bool found = false;

	assert_int_equal(s->view.wants.count, 3); /* metrics of process */
	press(s, "j j"); /* 4 metrics and 9 of 40 rows */
	assert_int_equal(s->view.wants.count, 4 + 9);
	for (size_t i = 0; i < s->view.wants.count; i++)
		found = found ||
		    memcmp(&s->view.wants.list[i].key, &row, sizeof(row)) == 0;
	assert_true(found);
	resize(s, 80, 8); /* 4 of 6 */
	press(s, "Home");
	assert_int_equal(s->view.wants.count, 4);
	press(s, "j j j");
	/* A chart below wants more time of the selected one. */
	resize(s, 200, 60);
	press(s, "Tab");
	assert_true(s->view.wants.list[0].window_ns >= s->view.window_ns);
	assert_true(s->view.wants.list[1].window_ns < s->view.window_ns);
}

static void
test_tall_screens_have_a_chart_of_the_selected_metric(void **state)
{
	struct stage *s = stage_of(state);

	fill_past(SAMPLE_NOW, 30);
	s->sample.profiles[0].help = "";
	resize(s, 120, 60);
	lacks(s, "-10 min");
	press(s, "Tab");
	shows(s, "-10 min");
	shows(s, "max ");
	press(s, "Tab"); /* back on the tree */
	lacks(s, "-10 min");
	press(s, "j j Tab Tab");
	shows(s, "net/connections[0.1]  live");
	shows(s, "-10 min");
}

/* ---- against a baseline ----------------------------------------------------------------- */

static void
test_numbers_are_compared_with_the_baseline(void **state)
{
	struct model_metric metrics[4];
	struct show *show = *state;
	struct stage *s = &show->stage;

	memcpy(metrics, sample_net, sizeof(metrics));
	s->sample.profiles[1].metrics = metrics;
	s->sample.table.row_count = 3;
	press(s, "j j");
	show->baseline = baseline_take(&s->sample.model);
	s->scene.baseline = show->baseline;
	metrics[3].value.i = 6;
	s->sample.cells[1][0].u += 100;
	s->sample.table.row_count = 4;
	resize(s, 120, 30);
	shows(s, "VALUE        RATE   VS BASE");
	shows(s, "open                      6                    +2\n");
	shows(s, "  10.4.0.2:50112  86.0 KiB  0.98 KiB/s");
	shows(s, " +10.4.0.4:50112");
	press(s, "Tab Tab"); /* the row says new where its differences stand */
	shows(s, "     new");
	s->view.compare = COMPARE_DELTA;
	shows(s, "DELTA        RATE  ");
	lacks(s, "VS BASE");
	shows(s, "open                     +2 ");
	shows(s, "10.4.0.2:50112    +100 B  0.98 KiB/s");
	s->view.compare = COMPARE_RATIO;
	shows(s, "RATIO        RATE  ");
	shows(s, "open                   x1.5  ");
	shows(s, "received                  -       0 B/s");
	/* A metric that is new since then. */
	metrics[3].id = 77;
	shows(s, " +open                    new");
	press(s, "Shift-Tab End");
	s->view.compare = COMPARE_VALUE;
	metrics[3].id = sample_net[3].id;
	shows(s, "exactly 6   since the baseline +2");
}

static void
test_rows_are_new_for_some_seconds(void **state)
{
	struct stage *s = stage_of(state);

	press(s, "j j Tab Tab");
	s->sample.rows[2].started_real_ns = SAMPLE_NOW - 4 * SECOND;
	s->sample.rows[3].started_real_ns = SAMPLE_NOW - 6 * SECOND;
	shows(s, " +10.4.0.3:");
	shows(s, "  10.4.0.4:");
	s->scene.now_real_ns += 2 * SECOND;
	lacks(s, " +10.4.0.3:");
}

/* ---- pins and marks ---------------------------------------------------------------------- */

static void
test_what_is_pinned_is_seen_from_everywhere(void **state)
{
	struct stage *s = stage_of(state);

	lacks(s, "PINNED");
	press(s, "Tab p");
	shows(s, ">^cpu_user ");
	shows(s, "- PINNED ---");
	press(s, "Esc j j Tab End p Tab p");
	shows(s, "  ~cess:cpu_user 35.0 %  |");
	shows(s, "  ~/connections:open  4  |");
	shows(s, "  ~10.4.0.1:50112 0 B/s  |");
	/* The program is gone and comes back: so are the pins. */
	s->sample.profiles[0].metric_count = 0;
	shows(s, "  1 not here now ");
	s->sample.profiles[0].metric_count = 4;
	press(s, "p Shift-Tab p");
	lacks(s, ":open  4  |");
	assert_int_equal(s->view.pin_count, 1);
	resize(s, 40, 10);
	press(s, "Esc");
	lacks(s, "PINNED"); /* no room */
}

static void
test_addresses_are_told_apart(void **state)
{
	const struct model_profile *profile =
	    &stage_of(state)->sample.profiles[1];

	assert_int_equal(view_address(profile, "sent", "{peer=\"edge\"}"),
	    tree_id("net/connections:sent{peer=\"edge\"}", 33));
	assert_int_equal(view_address(profile, "", "12.3"),
	    tree_id("net/connections[12.3]", 21));
}

static void
test_marks_stay_where_they_are_put(void **state)
{
	struct stage *s = stage_of(state);

	press(s, "Tab m m");
	shows(s, " *cpu_user ");
	shows(s, " *cpu_system ");
	shows(s, "> rss "); /* on to the next one */
	assert_int_equal(s->view.mark_count, 2);
	/* They are what is copied, wherever the selection is. */
	assert_int_equal(press(s, "End y"), SCREEN_COPY);
	assert_string_equal(s->view.order.text,
	    "cpu_user  3m12s  35.0 %  -  CPU time in user mode\n"
	    "cpu_system  9.12 s  1.2 %  -  CPU time in the kernel");
	press(s, "Up m");
	shows(s, "  cpu_system ");
	press(s, "Home m");
	assert_int_equal(s->view.mark_count, 0);
	assert_int_equal(press(s, "y"), SCREEN_COPY);
	assert_string_equal(s->view.order.text,
	    "cpu_system  9.12 s  1.2 %  -  CPU time in the kernel");
}

static void
test_pins_and_marks_are_sorted_sets(void **state)
{
	static const uint64_t ids[] = { 7, 3, 9, 1, 5 };
	struct view *view = &stage_of(state)->view;

	for (size_t i = 0; i < ITEMS(ids); i++)
		view_pin(view, ids[i]);
	assert_int_equal(view->pin_count, ITEMS(ids));
	for (uint64_t id = 0; id < 12; id++)
		assert_int_equal(view_pinned(view, id), id % 2 == 1 && id < 10);
	view_pin(view, 5);
	view_pin(view, 1);
	assert_false(view_pinned(view, 1));
	assert_false(view_pinned(view, 5));
	assert_true(view_pinned(view, 9));
	assert_int_equal(view->pin_count, 3);
	assert_false(view_marked(view, 9));
}

/* ---- ways ---------------------------------------------------------------------------------- */

static void
test_enter_opens_what_is_selected_and_esc_comes_back(void **state)
{
	struct stage *s = stage_of(state);

	press(s, "Home Enter");
	assert_int_equal(s->view.pane, VIEW_METRICS);
	press(s, "End");
	shows(s, "> net/connections:open");
	press(s, "Enter");
	assert_int_equal(s->view.screen, SCREEN_METRIC);
	assert_int_equal(s->view.subject.object, 24);
	assert_int_equal(
	    s->view.subject.profile, tree_id("net/connections", 15));
	press(s, "Esc");
	shows(s, "> net/connections:open");
	press(s, "Esc j j j Tab Tab j Enter");
	assert_int_equal(s->view.screen, SCREEN_ROW);
	assert_int_equal(s->view.subject.object, 2);
	press(s, "Esc");
	shows(s, "> 10.4.0.2:50112");
}

struct seen {
	size_t count;
	const struct list_source *source;
};

static void
see(const struct list_source *source, void *context)
{
	struct seen *seen = context;

	seen->count = source->count;
	seen->source = source;
}

static void
test_the_list_of_the_pane_is_handed_over(void **state)
{
	struct stage *s = stage_of(state);
	struct seen seen = { 0, NULL };

	assert_true(screen_overview.source(&s->view, &s->scene, see, &seen));
	assert_int_equal(seen.count, 6); /* nodes of the tree */
	press(s, "j j Tab Tab");
	assert_true(screen_overview.source(&s->view, &s->scene, see, &seen));
	assert_int_equal(seen.count, SAMPLE_PEERS);
	s->scene.model = NULL;
	assert_false(screen_overview.source(&s->view, &s->scene, see, &seen));
}

static void
test_a_click_selects_and_a_title_sorts(void **state)
{
	struct stage *s = stage_of(state);
	int row;

	press(s, "j j");
	row = row_of(s, "|  latency ");
	assert_int_equal(
	    screens_click(&s->view, &s->scene, 40, row), SCREEN_CHANGED);
	assert_int_equal(s->view.pane, VIEW_METRICS);
	shows(s, "> latency ");
	row = row_of(s, "  threads ");
	assert_int_equal(
	    screens_click(&s->view, &s->scene, 3, row), SCREEN_CHANGED);
	shows(s, "> threads ");
	press(s, "k k");
	row = row_of(s, "|  PEER ");
	assert_int_equal(
	    screens_click(&s->view, &s->scene, 47, row), SCREEN_CHANGED);
	shows(s, "SENT v");
	screens_click(&s->view, &s->scene, 47, row);
	shows(s, "SENT ^");
	/* Beside everything, and below the last row. */
	assert_int_equal(
	    screens_click(&s->view, &s->scene, 25, row), SCREEN_NOTHING);
	press(s, "g");
	assert_int_equal(
	    screens_click(&s->view, &s->scene, 500, 500), SCREEN_NOTHING);
}

/* ---- any size ------------------------------------------------------------------------------- */

static void
test_every_size_keeps_its_edges_in_both_alphabets(void **state)
{
	static const int sizes[][2] = { { 1, 1 }, { 20, 4 }, { 20, 5 },
		{ 40, 10 }, { 69, 24 }, { 80, 24 }, { 100, 30 }, { 200, 60 } };
	static const char *const keys[] = { "Home", "Tab", "p", "m", "Esc",
		"End", "Tab", "p", "Tab", "x", "x", "Esc", "-", "Home" };
	struct stage *s = stage_of(state);

	fill_past(SAMPLE_NOW, 10);
	for (int ascii = 0; ascii < 2; ascii++)
		for (size_t i = 0; i < ITEMS(sizes); i++) {
			s->scene.ascii = s->grid.ascii = ascii != 0;
			s->view.glyphs =
			    ascii ? GRID_GLYPHS_ASCII : GRID_GLYPHS_BRAILLE;
			resize(s, sizes[i][0], sizes[i][1]);
			for (size_t k = 0; k < ITEMS(keys); k++) {
				press(s, keys[k]);
				for (const char *c = picture(s);
				     ascii && *c != '\0'; c++)
					assert_true(*c == '\n' ||
					    (*c >= ' ' && *c < 127));
				assert_int_equal(s->grid.columns, sizes[i][0]);
			}
			press(s, "Esc Esc");
			s->view.screen = SCREEN_OVERVIEW;
		}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(
		    test_the_top_of_the_tree_lists_all_metrics_with_their_paths),
		TEST(test_the_tree_counts_what_is_below),
		TEST(test_many_metrics_hide_what_never_moved_and_say_so),
		TEST(test_an_alert_marks_every_node_above_it),
		TEST(test_nodes_fold_and_say_how_much_is_in_them),
		TEST(test_folding_all_keeps_the_selection_in_sight),
		TEST(test_what_is_gone_to_is_never_hidden),
		TEST(
		    test_pictures_show_the_last_minute_and_move_by_whole_columns),
		TEST(
		    test_a_picture_of_the_past_knows_nothing_of_what_came_then),
		TEST(test_only_what_is_on_the_screen_is_wanted),
		TEST(test_tall_screens_have_a_chart_of_the_selected_metric),
		TEST(test_numbers_are_compared_with_the_baseline),
		TEST(test_rows_are_new_for_some_seconds),
		TEST(test_what_is_pinned_is_seen_from_everywhere),
		TEST(test_addresses_are_told_apart),
		TEST(test_marks_stay_where_they_are_put),
		TEST(test_pins_and_marks_are_sorted_sets),
		TEST(test_enter_opens_what_is_selected_and_esc_comes_back),
		TEST(test_the_list_of_the_pane_is_handed_over),
		TEST(test_a_click_selects_and_a_title_sorts),
		TEST(test_every_size_keeps_its_edges_in_both_alphabets),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	setlocale(LC_CTYPE, "C.UTF-8");
	return (cmocka_run_group_tests_name("overview", tests, NULL, NULL));
}
