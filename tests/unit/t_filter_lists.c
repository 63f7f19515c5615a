/*
 * t_filter_lists.c - the lists of the screens answer filters with numbers.
 */
#include "stage.h"
#include "viewer/newest.h"
#include "viewer/rows.h"

#include <locale.h>

/* Which rows of the source pass, as "0 3 4". */
static void
passes(struct list *list, const struct list_source *source, const char *filter,
    const char *wanted)
{
	char got[256] = "";

	strlcpy(list->filter, filter, sizeof(list->filter));
	list_arrange(list, source, 40, false);
	for (size_t i = 0; i < list->shown_count; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%zu",
		    i > 0 ? " " : "", list->shown[i]);
	if (strcmp(got, wanted) != 0)
		fail_msg("%s: %s, not %s (%s)", filter, got, wanted,
		    list_problem(list));
	assert_string_equal(list_problem(list), "");
}

static void
test_cells_of_a_table_compare_in_base_units(void **state)
{
	struct sample sample;
	struct list_source source;
	struct rows rows;
	struct list list;

	(void)state;
	sample_fill(&sample, 8);
	list_init(&list);
	rows_source(&rows, &source, &sample.profiles[1], DBGSHM_LEVEL_NORMAL,
	    false, false);
	passes(&list, &source, "sent>=4MiB", "7");
	passes(&list, &source, "sent>1M", "4 5 6 7");
	passes(&list, &source, "rate>5k", "6 7");
	passes(&list, &source, "sent/s<2k", "0 1");
	passes(&list, &source, "peer~[.]3:", "2");
	passes(&list, &source, "state=waiting", "1 4 7");
	passes(&list, &source, "state!=waiting and since>20s", "2 3 5 6");
	passes(&list, &source, "busy>=1.5 s", "6 7");
	passes(&list, &source, "tls=yes and busy<1s", "1 3");
	passes(&list, &source, "tls=0 and busy<1s", "0 2");
	passes(&list, &source, "user='(hidden)' and busy>1s", "5 6 7");
	passes(&list, &source, "user>0", "");

	/* What is not known is no number. */
	sample.cells[2][3].u = 0;
	sample.rows[3].state = DBGSHM_ROWSTATE_TORN;
	sample.cells[4][0].rate = NAN;
	passes(&list, &source, "since<1h", "0 1 4 5 6 7");
	passes(&list, &source, "since=never", "2");
	passes(&list, &source, "rate<1M", "0 1 2 5 6 7");
	/* Numbers of other kinds. */
	sample.cells[5][0].type = DBGSHM_TYPE_SIGNED;
	sample.cells[5][0].i = -5;
	sample.cells[6][0].type = DBGSHM_TYPE_FLOAT;
	sample.cells[6][0].d = -7.5;
	passes(&list, &source, "sent<0", "5 6");
	passes(&list, &source, "sent=-7.5", "6");
	sample.cells[6][0].d = NAN;
	passes(&list, &source, "sent<0", "5");
	list_fini(&list);
}

static void
test_events_compare_by_their_age(void **state)
{
	static const struct model_event events[] = {
		{ .path = "log",
		    .name = "message",
		    .text = "one",
		    .severity = DBGSHM_SEVERITY_WARN,
		    .id = 1,
		    .real_ns = 1,
		    .age_ns = 3 * SECOND },
		{ .path = "log",
		    .name = "lost_peer",
		    .text = "two",
		    .severity = DBGSHM_SEVERITY_INFO,
		    .id = 2,
		    .real_ns = 1,
		    .age_ns = 90 * SECOND },
		{ .path = "log",
		    .name = "message",
		    .text = "three",
		    .id = 3,
		    .severity = DBGSHM_SEVERITY_ERROR },
	};
	static const struct model_log log = { .events = events,
		.event_count = ITEMS(events) };
	static const struct model_profile profile = { .path = "log",
		.log = &log };
	struct list_source source;
	struct newest newest;
	struct list list;

	(void)state;
	list_init(&list);
	newest_source(&newest, &source, &profile, false);
	passes(&list, &source, "when<1m", "0");
	passes(&list, &source, "when>1m", "1");
	passes(&list, &source, "when=never", "2");
	passes(&list, &source, "level~warn|error", "0 2");
	passes(&list, &source, "event=lost_peer or three", "1 2");
	list_fini(&list);
}

static void
test_the_list_of_processes_compares_what_it_shows(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 120, 24, SCREEN_PROCESSES);
	press(&s, "/ a g e >");
	shows(&s, "proxyd"); /* not finished yet */
	shows(&s, "Filter: age> ");
	shows(&s, "column 5: a number is missing after \">\"");
	press(&s, "1 m");
	lacks(&s, "is missing");
	shows(&s, "Enter keep");
	shows(&s, "cache-main");
	lacks(&s, "proxyd  ");
	lacks(&s, "batchctl");
	press(&s, "Ctrl-U s i z e > = 4 M i B");
	shows(&s, "imgworker");
	shows(&s, "proxyd");
	lacks(&s, "cache-main");
	press(&s, "Ctrl-U m e t r i c s < 1 k");
	shows(&s, "cache-main");
	lacks(&s, "batchctl"); /* not known */
	lacks(&s, "proxyd  ");
	press(&s, "Ctrl-U p i d = 9 0 4 | | s t a t e = d e a d");
	shows(&s, "cache-main");
	shows(&s, "proxyd");
	lacks(&s, "imgworker");
	press(&s, "Ctrl-U r o w s > 1 k");
	shows(&s, "proxyd");
	lacks(&s, "imgworker");
	stage_fini(&s);
}

static void
test_metrics_and_the_tree_compare_too(void **state)
{
	struct stage s;

	(void)state;
	stage_init(&s, 120, 30, SCREEN_OVERVIEW);
	press(&s, "/ r o w s > 5");
	shows(&s, "net/connections");
	shows(&s, "threads");
	lacks(&s, "net/listeners");
	press(&s, "Ctrl-U m e t r i c s = 4 Enter");
	shows(&s, "net/connections");
	lacks(&s, "threads");
	press(&s, "= Home j Tab / r a t e > 3 0 %");
	shows(&s, "cpu_user");
	lacks(&s, "cpu_system");
	lacks(&s, "rss");
	press(&s, "Ctrl-U v a l u e > 1 G i B");
	shows(&s, "rss");
	shows(&s, "cpu_user"); /* a number is a number */
	press(&s, "Esc Esc j Tab / p 9 9 > 5 m s");
	shows(&s, "latency");
	lacks(&s, "received");
	press(&s, "Ctrl-U p 9 9 > 8 m s");
	lacks(&s, "latency  ");
	assert_string_equal(list_problem(&s.view.metrics), "");
	stage_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells_of_a_table_compare_in_base_units),
		cmocka_unit_test(test_events_compare_by_their_age),
		cmocka_unit_test(
		    test_the_list_of_processes_compares_what_it_shows),
		cmocka_unit_test(test_metrics_and_the_tree_compare_too),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
