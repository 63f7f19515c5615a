/*
 * t_model_shapes.c - shapes, references, peaks and events become a model.
 *
 * The regions are this process's own, each in a child.
 */
#include "own.h"

#include <dbgshm/events.h>
#include <dbgshm/shapes.h>
#include <viewer/model.h>

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

#define S UINT64_C(1000000000)

static struct dbgshm_reader *reader;
static struct dbgshm_events *events;
static struct model *model;
static uint64_t now_ns;

static void
update(void)
{
	struct model_source source = {
		.reader = reader,
		.events = events,
		.name = "own",
		.path = "",
	};

	now_ns += S;
	CHECK(dbgshm_tick(now_ns) == 0);
	CHECK(model_update(model, &source, 1) == 0);
}

static void
start(void)
{
	struct timespec now;

	own_start();
	clock_gettime(CLOCK_MONOTONIC, &now);
	now_ns = (uint64_t)now.tv_sec * S + (uint64_t)now.tv_nsec;
}

/* When there is something to be seen. */
static void
look(void)
{
	reader = own_reader();
	CHECK(dbgshm_events_open(reader, &events) == 0);
	model = model_create(MODEL_NO_USERS);
	update();
}

static const struct model_table *
table(const char *path)
{
	const struct model_profile *profile = model_profile(model, path);

	CHECK(profile != NULL && profile->table != NULL);
	return (profile->table);
}

static size_t
column(const struct model_table *of, const char *name)
{
	size_t i;

	for (i = 0; i < of->column_count; i++)
		if (strcmp(of->columns[i].name, name) == 0)
			return (i);
	CHECK(false);
	return (0);
}

static const struct model_row *
shown(const struct model_table *of, size_t place)
{
	CHECK(place < of->row_count);
	return (&of->rows[of->order != NULL ? of->order[place] : place]);
}

static const struct model_cell *
cell(const struct model_table *of, size_t row, const char *name)
{
	CHECK(row < of->row_count);
	return (&of->rows[row].cells[column(of, name)]);
}

/* ---- operations ------------------------------------------------------------ */

static const char *const kinds[] = { "outer", "inner", NULL };

static bool
is_operation(size_t place, const char *detail, unsigned depth)
{
	const struct model_row *row = shown(table("work"), place);

	return (row->depth == depth &&
	    strcmp(row->cells[DBGSHM_OPERATION_DETAIL].text, detail) == 0);
}

static void
nested(void)
{
	struct dbgshm_operation a, d, e;
	struct dbgshm_operations *work;

	start();
	work = dbgshm_operations_create(
	    dbgshm_profile_add("work", "", NULL), kinds, 8);
	a = dbgshm_operation_begin(work, 0, "a");
	(void)dbgshm_operation_enter(NULL);
	(void)dbgshm_operation_begin(work, 0, "b");
	(void)dbgshm_operation_begin(work, 1, "c");
	(void)dbgshm_operation_enter(&a);
	d = dbgshm_operation_begin(work, 1, "d");
	e = dbgshm_operation_begin(work, 1, "e");
	dbgshm_operation_end(&e, DBGSHM_OUTCOME_FAILED);
	look();
	/* The longest first: a, b, c, d; and for people: */
	CHECK(strcmp(cell(table("work"), 2, "detail")->text, "c") == 0);
	CHECK(is_operation(0, "a", 0));
	CHECK(is_operation(1, "d", 1));
	CHECK(is_operation(2, "b", 0));
	CHECK(is_operation(3, "c", 1));
	CHECK(is_operation(4, "e", 0)); /* over, so below all that run */
	CHECK(shown(table("work"), 4)->ended_real_ns != 0);
	CHECK(shown(table("work"), 4)->started_real_ns != 0);
	CHECK(shown(table("work"), 3)->ended_real_ns == 0);
	dbgshm_operation_end(&d, DBGSHM_OUTCOME_OK);
	dbgshm_operation_end(&a, DBGSHM_OUTCOME_OK);
	update();
	CHECK(is_operation(0, "b", 0));
}

/* ---- references -------------------------------------------------------------- */

static void
references(void)
{
	static const struct dbgshm_column columns[] = {
		{ .name = "name", .type = DBGSHM_TYPE_TEXT },
		{ .name = "other", .type = DBGSHM_TYPE_REFERENCE },
	};
	struct dbgshm_table *one, *other;
	struct dbgshm_row from, to;
	const struct model_cell *reference;
	char expected[64];

	start();
	/* What refers stands before what it refers to. */
	one = dbgshm_objects_create(
	    dbgshm_profile_add("one", "", NULL), columns, 2, 2);
	other = dbgshm_objects_create(
	    dbgshm_profile_add("the/other", "", NULL), columns, 2, 1);
	to = dbgshm_row_claim(other);
	dbgshm_row_text(to, 0, "target");
	dbgshm_row_end(to);
	from = dbgshm_row_claim(one);
	dbgshm_row_set(from, 1, dbgshm_row_reference(to));
	dbgshm_row_end(from);
	look();
	reference = cell(table("one"), 0, "other");
	CHECK(reference->link != NULL);
	CHECK(reference->link->state == MODEL_LINK_LIVE);
	CHECK(reference->link->profile == model_profile(model, "the/other"));
	CHECK(reference->link->row == 0);
	snprintf(expected, sizeof(expected), "the/other[%s]",
	    table("the/other")->rows[0].name);
	CHECK(strcmp(reference->text, expected) == 0);
	CHECK(cell(table("the/other"), 0, "other")->link == NULL);

	dbgshm_row_finish(to);
	update();
	CHECK(
	    cell(table("one"), 0, "other")->link->state == MODEL_LINK_FINISHED);
	dbgshm_row_end(dbgshm_row_claim(other)); /* takes its slot */
	update();
	reference = cell(table("one"), 0, "other");
	CHECK(reference->link->state == MODEL_LINK_GONE);
	CHECK(strcmp(reference->text, expected) == 0);
}

/* ---- rates where rows change places ------------------------------------------- */

static void
rates(void)
{
	struct dbgshm_worker first, second;
	struct dbgshm_table *workers;
	const struct model_table *of;
	size_t jobs, i;

	start();
	workers =
	    dbgshm_workers_create(dbgshm_profile_add("workers", "", NULL), 2);
	first = dbgshm_worker_claim(workers, "first");
	second = dbgshm_worker_claim(workers, "second");
	dbgshm_worker_busy(first, "it");
	look();
	CHECK(strcmp(cell(table("workers"), 0, "name")->text, "first") == 0);
	for (i = 0; i < 3; i++) {
		dbgshm_worker_busy(second, "it");
		dbgshm_worker_idle(second);
	}
	dbgshm_worker_idle(first);
	dbgshm_worker_busy(second, "more");
	update();
	of = table("workers");
	jobs = column(of, "jobs");
	CHECK(strcmp(of->rows[0].cells[0].text, "second") == 0);
	CHECK(of->rows[0].cells[jobs].u == 3);
	CHECK(of->rows[1].cells[jobs].u == 1);
	CHECK(of->rows[0].cells[jobs].rate > 0);
	CHECK(fabs(of->rows[0].cells[jobs].rate / of->rows[1].cells[jobs].rate -
		  3) < 1e-9);
	/* The frame before was not by slot either. */
	dbgshm_worker_idle(second);
	dbgshm_worker_busy(second, "again");
	update();
	of = table("workers");
	CHECK(of->rows[0].cells[jobs].rate > 0);
	CHECK(of->rows[1].cells[jobs].rate == 0);
}

/* ---- steps ---------------------------------------------------------------------- */

static void
steps(void)
{
	struct dbgshm_trail stuck, busy;
	struct dbgshm_steps *trails;
	const struct model_table *of;
	size_t i;

	start();
	trails =
	    dbgshm_steps_create(dbgshm_profile_add("steps", "", NULL), 2, 4);
	stuck = dbgshm_trail_claim(trails, "stuck");
	busy = dbgshm_trail_claim(trails, "busy");
	dbgshm_trail_step(stuck, "wait", "for ever");
	for (i = 0; i < 10; i++)
		dbgshm_trail_step(busy, "go", "on");
	look();
	of = table("steps");
	CHECK(strcmp(shown(of, 0)->cells[DBGSHM_STEP_TRAIL].text, "busy") == 0);
	CHECK(strcmp(shown(of, 1)->cells[DBGSHM_STEP_STEP].text, "wait") == 0);
	CHECK(shown(of, 1)->state == DBGSHM_ROWSTATE_LIVE);
	for (i = 2; i < of->row_count; i++)
		CHECK(shown(of, i)->state == DBGSHM_ROWSTATE_FINISHED);
	CHECK(of->row_count > 3);
}

/* ---- peaks and ages -------------------------------------------------------------- */

static void
peaks(void)
{
	static const struct dbgshm_column columns[] = { { .name = "seen",
	    .type = DBGSHM_TYPE_TIME } };
	struct dbgshm_gauge gauge = { 0, 0 }, idle = { 0, 0 };
	const struct model_metric *metrics;
	struct dbgshm_profile *profile;
	uint64_t peak_age, seen_age;
	struct dbgshm_table *of;
	struct dbgshm_row row;

	start();
	profile = dbgshm_profile_add("t", "", NULL);
	CHECK(dbgshm_gauge_create(profile,
		  &(struct dbgshm_metric){ .name = "depth" }, &gauge) == 0);
	CHECK(dbgshm_gauge_create(profile,
		  &(struct dbgshm_metric){ .name = "idle" }, &idle) == 0);
	of = dbgshm_table_create(profile, columns, 1, 1);
	row = dbgshm_row_claim(of);
	dbgshm_row_set(row, 0, dbgshm_now());
	dbgshm_row_end(row);
	dbgshm_gauge_set_peak(gauge, 12);
	dbgshm_gauge_set_peak(gauge, -2);
	look();
	metrics = model_profile(model, "t")->metrics;
	CHECK(metrics[0].value.i == -2 && metrics[0].peak.i == 12);
	CHECK(metrics[0].peak_real_ns != 0);
	peak_age = metrics[0].peak_age_ns;
	seen_age = cell(table("t"), 0, "seen")->age_ns;
	CHECK(peak_age < 60 * S && seen_age < 60 * S);
	CHECK(seen_age >= peak_age);
	update();
	CHECK(model_profile(model, "t")->metrics[0].peak_age_ns > peak_age);
	CHECK(cell(table("t"), 0, "seen")->age_ns > seen_age);
}

/* ---- events ------------------------------------------------------------------------ */

static struct dbgshm_log *
make_log(void)
{
	return (dbgshm_log_create(dbgshm_profile_add("log", "", NULL),
	    &(struct dbgshm_log_options){ .ring_size = 1 << 16 }));
}

static void
newest(void)
{
	struct dbgshm_log *log;
	const struct model_log *of;
	size_t i;

	start();
	log = make_log();
	dbgshm_log_printf(log, DBGSHM_SEVERITY_WARN, "first\033[2J");
	look();
	of = model_profile(model, "log")->log;
	CHECK(of->event_count == 1);
	CHECK(strcmp(of->events[0].text, "first\\x1b[2J") == 0);
	CHECK(strcmp(of->events[0].name, "message") == 0);
	CHECK(strcmp(of->events[0].path, "log") == 0);
	CHECK(of->events[0].severity == DBGSHM_SEVERITY_WARN);
	CHECK(of->events[0].age_ns < 60 * S);

	/* A change of the schema forgets nothing. */
	CHECK(dbgshm_profile_add("another", "", NULL) != NULL);
	for (i = 0; i < 300; i++)
		dbgshm_log_printf(log, DBGSHM_SEVERITY_INFO, "%zu", i);
	update();
	of = model_profile(model, "log")->log;
	CHECK(of->event_count == 301);
	CHECK(strcmp(of->events[0].text, "299") == 0);
	CHECK(strcmp(of->events[299].text, "0") == 0);
	CHECK(strcmp(of->events[300].text, "first\\x1b[2J") == 0);

	/* The newest stay, however many come. */
	for (i = 300; i < 10000; i++) {
		dbgshm_log_printf(log, DBGSHM_SEVERITY_INFO, "%zu", i);
		if (i % 500 == 499)
			update();
		CHECK(i != 1499 ||
		    model_profile(model, "log")->log->event_count == 1501);
	}
	of = model_profile(model, "log")->log;
	CHECK(of->event_count >= MODEL_EVENTS_MAX - MODEL_EVENTS &&
	    of->event_count <= MODEL_EVENTS_MAX);
	CHECK(strcmp(of->events[0].text, "9999") == 0);
	for (i = 1; i < of->event_count; i++)
		CHECK(atoi(of->events[i].text) ==
		    atoi(of->events[i - 1].text) - 1);
	CHECK(model->events_lost == 0);
}

static struct {
	uint64_t count, lost;
	int last;
	bool keep;
	const char *first;
} heard;

static bool
hear(const struct model_event *event, void *context)
{
	CHECK(context == &heard);
	CHECK(atoi(event->text) >= heard.last);
	heard.last = atoi(event->text);
	if (heard.count == 0)
		heard.first = event->text;
	heard.count++;
	heard.lost += event->lost;
	return (heard.keep);
}

static void
listened(void)
{
	struct dbgshm_log *log;
	int i;

	start();
	log = make_log();
	dbgshm_log_printf(log, DBGSHM_SEVERITY_INFO, "0");
	reader = own_reader();
	CHECK(dbgshm_events_open(reader, &events) == 0);
	model = model_create(MODEL_NO_USERS);
	model_listen(model, hear, &heard);
	heard.keep = true;
	for (i = 1; i < 50; i++)
		dbgshm_log_printf(log, DBGSHM_SEVERITY_INFO, "%d", i);
	update();
	CHECK(heard.count == 50 && heard.last == 49 && heard.lost == 0);
	CHECK(strcmp(heard.first, "0") == 0);
	heard.keep = false;
	for (i = 50; i < 10050; i++)
		dbgshm_log_printf(log, DBGSHM_SEVERITY_INFO, "%d", i);
	update();
	CHECK(heard.last == 10049);
	CHECK(heard.lost > 0 && heard.count + heard.lost == 10050);
	CHECK(model->events_lost == heard.lost);
	CHECK(model_profile(model, "log")->log->event_count == 0);
}

/* ---- values that are made when somebody asks --------------------------------------------- */

static const struct model_metric *
asked(size_t index)
{
	const struct model_profile *profile = model_profile(model, "lazy");

	CHECK(profile != NULL && profile->lazy != NULL);
	return (&model_metrics(profile)[index]);
}

static void
pause_and_update(void)
{
	(void)usleep(50000);
	update();
}

static void
lazy(void)
{
	struct dbgshm_metric metric = { .name = "counter" };
	struct dbgshm_profile *profile;
	struct dbgshm_counter counter, idle, later;
	struct dbgshm_histogram histogram;
	struct dbgshm_gauge gauge;

	start();
	profile = dbgshm_profile_add("lazy", "", NULL);
	CHECK(dbgshm_counter_create(profile, &metric, &counter) == 0);
	metric.name = "idle";
	CHECK(dbgshm_counter_create(profile, &metric, &idle) == 0);
	metric.name = "histogram";
	CHECK(dbgshm_histogram_create(profile, &metric, &histogram) == 0);
	metric.name = "gauge";
	CHECK(dbgshm_gauge_create(profile, &metric, &gauge) == 0);
	dbgshm_gauge_set(gauge, 3);
	reader = own_reader();
	model = model_create(MODEL_NO_USERS | MODEL_LAZY);
	update();
	CHECK(asked(3)->value.i == 3 && isnan(asked(0)->rate));

	/* Nobody asks for a while; then it is the rate of the last interval. */
	dbgshm_counter_add(counter, 100000000);
	dbgshm_counter_add(idle, 7);
	pause_and_update();
	pause_and_update();
	dbgshm_counter_add(counter, 10);
	dbgshm_histogram_record(histogram, 500);
	dbgshm_gauge_set(gauge, 4);
	pause_and_update();
	CHECK(asked(0)->value.u == 100000010);
	CHECK(asked(0)->rate > 0 && asked(0)->rate <= 200);
	CHECK(asked(1)->value.u == 7 && asked(1)->rate == 0);
	CHECK(asked(2)->value.u == 1 && asked(2)->rate > 0 &&
	    asked(2)->max == 500 && asked(2)->p50 == 500);
	CHECK(asked(3)->value.i == 4 && isnan(asked(3)->rate));
	/* Asked each time. */
	pause_and_update();
	CHECK(asked(0)->rate == 0 && asked(2)->rate == 0);
	CHECK(asked(0)->value.u == 100000010 && asked(3)->value.i == 4);
	dbgshm_counter_add(counter, 10);
	pause_and_update();
	CHECK(asked(0)->rate > 0 && asked(0)->rate <= 200);

	dbgshm_counter_add(idle, 5);
	pause_and_update();
	pause_and_update();
	CHECK(asked(1)->value.u == 12 && asked(1)->rate == 0);

	/* Names change while nobody asks. */
	dbgshm_counter_add(counter, 100000000);
	pause_and_update();
	metric.name = "later";
	CHECK(dbgshm_counter_create(profile, &metric, &later) == 0);
	dbgshm_counter_add(counter, 10);
	pause_and_update();
	CHECK(asked(0)->value.u == 200000030);
	CHECK(isnan(asked(0)->rate) || asked(0)->rate <= 200);
	dbgshm_counter_add(counter, 10);
	dbgshm_counter_add(later, 10);
	pause_and_update();
	CHECK(asked(0)->rate > 0 && asked(0)->rate <= 200);
	CHECK(asked(4)->rate > 0 && asked(4)->rate <= 200);
	/* And while somebody does: the rate goes on. */
	metric.name = "last";
	CHECK(dbgshm_counter_create(profile, &metric, &later) == 0);
	dbgshm_counter_add(counter, 10);
	pause_and_update();
	CHECK(asked(0)->rate > 0 && asked(0)->rate <= 200);
	CHECK(isnan(asked(5)->rate));

	/* Another frame than the model's is not looked at. */
	dbgshm_counter_add(counter, 10);
	pause_and_update();
	dbgshm_counter_add(counter, 10);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(asked(0)->value.u < 200000070);
	pause_and_update();
	CHECK(asked(0)->value.u == 200000070);
	CHECK(isnan(asked(0)->rate));
}

/* ---- claims ---------------------------------------------------------------------------- */

#define CLAIM(name, body)                                                      \
	static void name(void **state)                                         \
	{                                                                      \
		(void)state;                                                   \
		assert_int_equal(in_child(body), 0);                           \
	}

CLAIM(test_running_operations_stand_below_what_they_are_a_part_of, nested)
CLAIM(test_a_reference_leads_to_its_row_until_that_is_gone, references)
CLAIM(test_rates_stay_with_rows_that_change_places, rates)
CLAIM(test_present_steps_stand_above_those_of_the_past, steps)
CLAIM(test_peaks_and_times_have_an_age, peaks)
CLAIM(test_the_newest_events_are_kept, newest)
CLAIM(test_what_nobody_asks_for_is_right_when_somebody_does, lazy)
CLAIM(test_a_listener_hears_each_event_once_and_of_all_that_are_lost, listened)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_running_operations_stand_below_what_they_are_a_part_of),
		cmocka_unit_test(
		    test_a_reference_leads_to_its_row_until_that_is_gone),
		cmocka_unit_test(test_rates_stay_with_rows_that_change_places),
		cmocka_unit_test(
		    test_present_steps_stand_above_those_of_the_past),
		cmocka_unit_test(test_peaks_and_times_have_an_age),
		cmocka_unit_test(test_the_newest_events_are_kept),
		cmocka_unit_test(
		    test_what_nobody_asks_for_is_right_when_somebody_does),
		cmocka_unit_test(
		    test_a_listener_hears_each_event_once_and_of_all_that_are_lost),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
