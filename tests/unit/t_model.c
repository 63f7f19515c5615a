/*
 * t_model.c - regions become a model: safe text, rates, two regions as one.
 *
 * The regions are real ones, about this very process, with ticks at times of
 * our choice.
 */
#include <dbgshm/reader.h>
#include <dbgshm/writer.h>
#include <viewer/model.h>

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define S UINT64_C(1000000000)

enum { COLUMN_PEER, COLUMN_SENT, COLUMN_SEEN, COLUMN_KEY, COLUMNS };

static const struct dbgshm_column columns[COLUMNS] = {
	[COLUMN_PEER] = { .name = "peer", .type = DBGSHM_TYPE_TEXT },
	[COLUMN_SENT] = { .name = "sent", .type = DBGSHM_TYPE_COUNTER },
	[COLUMN_SEEN] = { .name = "seen", .type = DBGSHM_TYPE_TIME },
	[COLUMN_KEY] = { .name = "key",
	    .type = DBGSHM_TYPE_TEXT,
	    .flags = DBGSHM_COLUMN_SECRET },
};

struct fixture {
	struct dbgshm_region *region;
	struct dbgshm_profile *profile;
	struct dbgshm_counter sent;
	struct dbgshm_gauge depth, load;
	struct dbgshm_table *table;
	struct dbgshm_row row;
	struct dbgshm_reader *reader;
	struct model *model;
	uint64_t now; /* of the next tick */
};

static uint64_t
monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * S + (uint64_t)now.tv_nsec);
}

static uint64_t
own_start(void)
{
	unsigned long long start = 0;
	FILE *file = fopen("/proc/self/stat", "r");

	assert_non_null(file);
	assert_int_equal(fscanf(file,
			     "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*d %*d "
			     "%*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d "
			     "%llu",
			     &start),
	    1);
	fclose(file);
	return (start);
}

static struct dbgshm_region *
make_region(const char *name, struct dbgshm_reader **reader)
{
	struct dbgshm_options options = {
		.sampling = DBGSHM_SAMPLER_TICK,
		.version = "1.0\033[2J",
	};
	struct dbgshm_subject subject = {
		.pid = getpid(),
		.uid = geteuid(),
		.gid = getegid(),
		.start_ticks = own_start(),
		.name = name,
		.unnamed = 1,
	};
	struct dbgshm_region *region;
	int descriptor = -1;

	region = dbgshm_region_create(&options, &subject, &descriptor);
	assert_non_null(region);
	assert_int_equal(dbgshm_reader_attach(descriptor, reader, NULL), 0);
	return (region);
}

static void
tick(struct fixture *fixture, uint64_t after)
{
	fixture->now += after;
	assert_int_equal(dbgshm_region_tick(fixture->region, fixture->now), 0);
}

static int
update(struct fixture *fixture)
{
	const struct model_source source = {
		.reader = fixture->reader,
		.name = "watched",
		.path = "/dev/shm/a\nb",
		.user = 4123456789,
	};

	return (model_update(fixture->model, &source, 1));
}

static int
set_up(void **state)
{
	static const struct dbgshm_label labels[] = { { "kind", "a\"b\\c" },
		{ "host", "x\033y" } };
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	f->region = make_region("na\033me", &f->reader);
	f->profile = dbgshm_region_profile_add(
	    f->region, "net/peers", "connections\x9bto peers", "help\ttext");
	assert_int_equal(dbgshm_counter_create(f->profile,
			     &(struct dbgshm_metric){ .name = "sent",
				 .help = "bytes\rsent",
				 .unit = DBGSHM_UNIT_BYTES,
				 .labels = labels,
				 .label_count = 2 },
			     &f->sent),
	    0);
	assert_int_equal(
	    dbgshm_gauge_create(f->profile,
		&(struct dbgshm_metric){ .name = "depth" }, &f->depth),
	    0);
	assert_int_equal(
	    dbgshm_float_create(f->profile,
		&(struct dbgshm_metric){ .name = "load" }, &f->load),
	    0);
	f->table = dbgshm_table_create(f->profile, columns, COLUMNS, 4);
	assert_non_null(f->table);
	f->row = dbgshm_row_claim(f->table);
	dbgshm_row_text(f->row, COLUMN_PEER, "10.0.0.7\033[2J");
	dbgshm_row_text(f->row, COLUMN_KEY, "hunter2");
	dbgshm_row_set(f->row, COLUMN_SENT, 10);
	dbgshm_row_end(f->row);
	f->model = model_create(0);
	f->now = monotonic();
	tick(f, 0);
	assert_int_equal(update(f), 0);
	return (0);
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	model_destroy(f->model);
	dbgshm_reader_close(f->reader);
	dbgshm_region_destroy(f->region, 0);
	free(f);
	return (0);
}

static const struct model_metric *
metric(const struct fixture *f, const char *name)
{
	const struct model_profile *profile =
	    model_profile(f->model, "net/peers");
	size_t i;

	assert_non_null(profile);
	for (i = 0; i < profile->metric_count; i++)
		if (strcmp(profile->metrics[i].name, name) == 0)
			return (&profile->metrics[i]);
	fail_msg("no metric %s", name);
	return (NULL);
}

static const struct model_table *
table(const struct fixture *f)
{
	return (model_profile(f->model, "net/peers")->table);
}

static void
test_model_text_is_safe(void **state)
{
	struct fixture *f = *state;
	const struct model_profile *profile =
	    model_profile(f->model, "net/peers");

	assert_string_equal(f->model->target.name, "na\\x1bme");
	assert_string_equal(f->model->target.path, "/dev/shm/a\\x0ab");
	assert_string_equal(f->model->target.version, "1.0\\x1b[2J");
	assert_string_equal(f->model->target.user, "4123456789");
	assert_string_equal(profile->description, "connections\\x9bto peers");
	assert_string_equal(profile->help, "help\\x09text");
	assert_string_equal(metric(f, "sent")->help, "bytes\\x0dsent");
	assert_string_equal(
	    table(f)->rows[0].cells[COLUMN_PEER].text, "10.0.0.7\\x1b[2J");
}

static void
test_model_labels_read_back(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(metric(f, "sent")->labels,
	    "{kind=\"a\\\"b\\\\c\",host=\"x\\\\x1by\"}");
	assert_int_equal(metric(f, "sent")->label_count, 2);
	assert_string_equal(metric(f, "sent")->label[0].value, "a\"b\\c");
	assert_string_equal(metric(f, "depth")->labels, "");
}

static void
test_model_rate_is_unknown_at_first(void **state)
{
	struct fixture *f = *state;

	assert_true(isnan(metric(f, "sent")->rate));
	assert_true(isnan(table(f)->rows[0].cells[COLUMN_SENT].rate));
}

static void
test_model_rate_follows_the_clock_of_the_ticks(void **state)
{
	struct fixture *f = *state;

	dbgshm_region_counter_set(f->region, f->sent, 3000);
	dbgshm_row_set(f->row, COLUMN_SENT, 40);
	tick(f, 2 * S);
	assert_int_equal(update(f), 0);
	assert_true(metric(f, "sent")->rate == 1500);
	assert_true(table(f)->rows[0].cells[COLUMN_SENT].rate == 15);
	assert_true(isnan(metric(f, "depth")->rate)); /* gauges have none */

	/* No tick since: the last rate still holds. */
	assert_int_equal(update(f), 0);
	assert_true(metric(f, "sent")->rate == 1500);
	assert_true(table(f)->rows[0].cells[COLUMN_SENT].rate == 15);

	tick(f, 4 * S);
	assert_int_equal(update(f), 0);
	assert_true(metric(f, "sent")->rate == 0);
	assert_int_equal(metric(f, "sent")->value.u, 3000);
}

static void
test_model_counter_that_falls_has_no_rate(void **state)
{
	struct fixture *f = *state;

	dbgshm_region_counter_set(f->region, f->sent, 100);
	tick(f, S);
	assert_int_equal(update(f), 0);
	dbgshm_region_counter_set(f->region, f->sent, 50);
	tick(f, S);
	assert_int_equal(update(f), 0);
	assert_true(isnan(metric(f, "sent")->rate));
}

static void
test_model_values_keep_their_kind(void **state)
{
	struct fixture *f = *state;

	dbgshm_region_gauge_set(f->region, f->depth, -5);
	dbgshm_region_float_set(f->region, f->load, 0.25);
	tick(f, S);
	assert_int_equal(update(f), 0);
	assert_int_equal(metric(f, "depth")->value.i, -5);
	assert_true(metric(f, "load")->value.d == 0.25);
}

/* What has not moved is not looked at again, and must show all the same. */
static void
test_model_what_stands_still_is_shown_as_it_is(void **state)
{
	struct fixture *f = *state;
	uint64_t peak_age_ns;
	size_t i;

	dbgshm_region_gauge_set(f->region, f->depth, 7);
	dbgshm_region_counter_set(f->region, f->sent, 100);
	tick(f, S);
	assert_int_equal(update(f), 0);
	assert_true(metric(f, "sent")->rate == 100);
	for (i = 0; i < 3; i++) {
		peak_age_ns = metric(f, "depth")->peak_age_ns;
		tick(f, S);
		assert_int_equal(update(f), 0);
		assert_true(metric(f, "sent")->rate == 0);
		assert_int_equal(metric(f, "sent")->value.u, 100);
		assert_int_equal(metric(f, "depth")->value.i, 7);
		assert_true(isnan(metric(f, "depth")->rate));
		assert_true(metric(f, "depth")->peak_age_ns > peak_age_ns);
		/* Again without a tick: what was said still holds. */
		assert_int_equal(update(f), 0);
		assert_true(metric(f, "sent")->rate == 0);
	}
	/* Somebody else has read a frame in between. */
	dbgshm_region_counter_set(f->region, f->sent, 150);
	tick(f, S);
	assert_int_equal(dbgshm_reader_refresh(f->reader), 0);
	assert_int_equal(update(f), 0);
	assert_int_equal(metric(f, "sent")->value.u, 150);
	assert_true(metric(f, "sent")->rate == 50);
	/* Nobody looked for a while: no rate, and then one again. */
	model_forget(f->model);
	tick(f, S);
	assert_int_equal(update(f), 0);
	assert_true(isnan(metric(f, "sent")->rate));
	tick(f, S);
	assert_int_equal(update(f), 0);
	assert_true(metric(f, "sent")->rate == 0);
}

static void
test_model_rates_survive_a_change_of_the_schema(void **state)
{
	struct fixture *f = *state;
	struct dbgshm_counter more;
	uint64_t id = metric(f, "sent")->id;

	assert_int_equal(
	    dbgshm_counter_create(f->profile,
		&(struct dbgshm_metric){ .name = "another" }, &more),
	    0);
	dbgshm_region_counter_set(f->region, f->sent, 700);
	dbgshm_region_counter_set(f->region, more, 700);
	tick(f, S);
	assert_int_equal(update(f), 0);
	assert_true(metric(f, "sent")->rate == 700);
	assert_int_equal(metric(f, "sent")->id, id);
	assert_true(isnan(metric(f, "another")->rate));
	dbgshm_region_counter_set(f->region, more, 701);
	tick(f, S);
	assert_int_equal(update(f), 0);
	assert_true(metric(f, "another")->rate == 1);
}

static void
test_model_row_in_a_used_slot_is_another_row(void **state)
{
	struct fixture *f = *state;
	uint64_t id = table(f)->rows[0].id;

	assert_string_equal(table(f)->rows[0].name, "0.1");
	dbgshm_row_release(f->row);
	do {
		f->row = dbgshm_row_claim(f->table);
		dbgshm_row_set(f->row, COLUMN_SENT, 9999);
		dbgshm_row_end(f->row);
		tick(f, S);
		assert_int_equal(update(f), 0);
	} while (table(f)->row_count < 4);
	assert_true(table(f)->rows[0].id != id);
	assert_string_equal(table(f)->rows[0].name, "0.2");
	assert_true(isnan(table(f)->rows[0].cells[COLUMN_SENT].rate));
}

static void
test_model_secrets_are_hidden_unless_asked_for(void **state)
{
	struct fixture *f = *state;

	assert_true(table(f)->rows[0].cells[COLUMN_KEY].hidden);
	assert_null(table(f)->rows[0].cells[COLUMN_KEY].text);
	model_destroy(f->model);
	f->model = model_create(MODEL_SECRETS);
	assert_int_equal(update(f), 0);
	assert_false(table(f)->rows[0].cells[COLUMN_KEY].hidden);
	assert_string_equal(
	    table(f)->rows[0].cells[COLUMN_KEY].text, "hunter2");
}

static void
test_model_times_are_on_the_wall_clock(void **state)
{
	struct fixture *f = *state;
	struct timespec now;
	uint64_t real, seen;

	assert_int_equal(table(f)->rows[0].cells[COLUMN_SEEN].u, 0);
	clock_gettime(CLOCK_REALTIME, &now);
	real = (uint64_t)now.tv_sec * S + (uint64_t)now.tv_nsec;
	dbgshm_row_set(f->row, COLUMN_SEEN, monotonic());
	assert_int_equal(update(f), 0);
	seen = table(f)->rows[0].cells[COLUMN_SEEN].u;
	/* The clocks of a tick at an invented time are a little apart. */
	assert_true(seen + 60 * S > real && seen < real + 60 * S);
}

static void
test_model_joins_two_regions(void **state)
{
	struct model_source sources[2] = {
		{ .name = "own", .path = "/one" },
		{ .name = "watched", .path = "" },
	};
	struct fixture *f = *state;
	struct dbgshm_reader *other;
	struct dbgshm_region *region;

	region = make_region("other", &other);
	assert_non_null(dbgshm_region_profile_add(
	    region, "net/peers", "the same path", NULL));
	assert_non_null(
	    dbgshm_region_profile_add(region, "threads", "another path", NULL));
	assert_int_equal(dbgshm_region_tick(region, f->now), 0);
	sources[0].reader = f->reader;
	sources[1].reader = other;
	assert_int_equal(model_update(f->model, sources, 2), 0);
	assert_string_equal(
	    model_profile(f->model, "net/peers")->source, "own");
	assert_string_equal(
	    model_profile(f->model, "watch/net/peers")->source, "watched");
	assert_string_equal(
	    model_profile(f->model, "threads")->source, "watched");
	assert_string_equal(f->model->target.source, "own");
	assert_string_equal(f->model->target.path, "/one");

	/* And back to one. */
	assert_int_equal(update(f), 0);
	assert_null(model_profile(f->model, "watch/net/peers"));
	dbgshm_reader_close(other);
	dbgshm_region_destroy(region, 0);
}

static void
test_model_says_when_its_subject_has_ended(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(f->model->target.state, DBGSHM_LIFE_LIVE);
	assert_int_equal(f->model->target.since_real_ns, 0);
	dbgshm_region_subject(
	    f->region, DBGSHM_SUBJECT_EXITED, UINT64_C(1769860991) * S);
	assert_int_equal(update(f), 0);
	assert_int_equal(f->model->target.state, DBGSHM_LIFE_EXITED);
	assert_int_equal(
	    f->model->target.since_real_ns, UINT64_C(1769860991) * S);
}

static void
test_model_without_readers_stays_what_it_was(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(model_update(f->model, NULL, 0), -1);
	assert_non_null(model_profile(f->model, "net/peers"));
	assert_int_equal(f->model->target.rows, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_model_text_is_safe),
		TEST(test_model_labels_read_back),
		TEST(test_model_rate_is_unknown_at_first),
		TEST(test_model_rate_follows_the_clock_of_the_ticks),
		TEST(test_model_counter_that_falls_has_no_rate),
		TEST(test_model_values_keep_their_kind),
		TEST(test_model_what_stands_still_is_shown_as_it_is),
		TEST(test_model_rates_survive_a_change_of_the_schema),
		TEST(test_model_row_in_a_used_slot_is_another_row),
		TEST(test_model_secrets_are_hidden_unless_asked_for),
		TEST(test_model_times_are_on_the_wall_clock),
		TEST(test_model_joins_two_regions),
		TEST(test_model_says_when_its_subject_has_ended),
		TEST(test_model_without_readers_stays_what_it_was),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
