/* t_writer.c - claims about the life of a region and what may be registered. */
#include "child.h"

#include <dbgshm/reader.h>
#include <dbgshm/writer.h>

#include <sys/stat.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct dbgshm_options ticked = {
	.sampling = DBGSHM_SAMPLER_TICK,
	.state = DBGSHM_PUBLISHED,
	.version = "4.2",
};

static const struct dbgshm_metric plain = { "n", "a number", DBGSHM_UNIT_BYTES,
	0, 0, NULL, 0 };

static const struct dbgshm_column two_columns[] = {
	{ "name", DBGSHM_TYPE_TEXT, 0, "which", 16, 0, 0, NULL },
	{ "sent", DBGSHM_TYPE_COUNTER, DBGSHM_UNIT_BYTES, "sent", 0, 0, 0,
	    NULL },
};

static struct dbgshm_reader *
open_self(void)
{
	struct dbgshm_reader *reader;
	char path[256];

	CHECK(region_file(getpid(), false, path, sizeof(path)));
	CHECK(dbgshm_reader_open(path, &reader, NULL) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	return (reader);
}

static bool
text_is(struct dbgshm_text text, const char *expected)
{
	return (text.length == strlen(expected) &&
	    memcmp(text.bytes, expected, text.length) == 0);
}

/* Index of a metric by its name; the first of several. */
static size_t
metric(const struct dbgshm_reader *reader, const char *name)
{
	size_t i;

	for (i = 0; i < dbgshm_reader_metric_count(reader); i++)
		if (text_is(dbgshm_reader_metric(reader, i)->name, name))
			return (i);
	return (SIZE_MAX);
}

static ssize_t
profile(const struct dbgshm_reader *reader, const char *path)
{
	size_t i;

	for (i = 0; i < dbgshm_reader_profile_count(reader); i++)
		if (text_is(dbgshm_reader_profile(reader, i)->path, path))
			return ((ssize_t)i);
	return (-1);
}

/* ---- cases ------------------------------------------------------------------ */

static void
off_is_harmless(void)
{
	struct dbgshm_counter counter = { 0 };
	struct dbgshm_histogram histogram = { 0, 0 };
	struct dbgshm_gauge gauge = { 0 };
	struct dbgshm_row row;

	CHECK(dbgshm_state() == DBGSHM_OFF);
	CHECK(dbgshm_reason() == DBGSHM_REASON_NOT_INITIALISED);
	CHECK(dbgshm_profile_add("a", "b", NULL) == NULL && errno == ENOTSUP);
	CHECK(dbgshm_counter_create(NULL, &plain, &counter) == -1);
	CHECK(errno == ENOTSUP && counter.cell == 0);
	errno = 0;
	dbgshm_counter_add(counter, 1);
	dbgshm_histogram_record(histogram, 1);
	dbgshm_gauge_set(gauge, 1);
	dbgshm_gauge_set_peak(gauge, 2);
	dbgshm_thread_enter();
	row = dbgshm_row_claim(NULL);
	dbgshm_row_text(row, 0, "x");
	dbgshm_row_set(row, 1, 1);
	dbgshm_row_end(row);
	CHECK(dbgshm_row_reference(row) == 0);
	dbgshm_row_finish(row);
	dbgshm_row_release(row);
	CHECK(dbgshm_now() == 0 && dbgshm_since_ns(0) == 0);
	CHECK(errno == 0);
	CHECK(dbgshm_publish() == -1 && errno == ENOTSUP);
	CHECK(dbgshm_tick(0) == -1 && errno == ENOTSUP);
	CHECK(setenv("DBGSHM", "off", 1) == 0);
	CHECK(dbgshm_init(&ticked) == 0);
	CHECK(dbgshm_state() == DBGSHM_OFF);
	CHECK(dbgshm_reason() == DBGSHM_REASON_ENVIRONMENT);
}

static void
test_off_is_harmless_and_says_why(void **state)
{
	(void)state;
	assert_int_equal(in_child(off_is_harmless), 0);
}

static void
init_checks(void)
{
	struct dbgshm_options options = ticked;
	char path[256];
	struct stat st;

	options.sampling = 0;
	CHECK(dbgshm_init(&options) == -1 && errno == EINVAL);
	CHECK(dbgshm_init(NULL) == -1 && errno == EINVAL);
	options = ticked;
	options.max_bytes = 1000;
	CHECK(dbgshm_init(&options) == -1 && errno == EINVAL);
	(void)umask(0777);
	CHECK(dbgshm_init(&ticked) == 0);
	CHECK(dbgshm_init(&ticked) == -1 && errno == EALREADY);
	CHECK(dbgshm_state() == DBGSHM_PUBLISHED);
	CHECK(region_file(getpid(), false, path, sizeof(path)));
	CHECK(stat(path, &st) == 0);
	CHECK((st.st_mode & 07777) == 0400 && st.st_nlink == 1);
	CHECK(st.st_blocks * 512 < 512 * 1024);
	dbgshm_fini();
	CHECK(stat(path, &st) == -1 && errno == ENOENT);
	CHECK(dbgshm_state() == DBGSHM_OFF);
}

static void
test_init_checks_options_and_makes_a_closed_file(void **state)
{
	(void)state;
	assert_int_equal(in_child(init_checks), 0);
}

/* As a user whom neither a umask nor a mode lets through. */
static void
closed_umask(void)
{
	struct dbgshm_subject subject = { .pid = getpid(), .name = "t" };
	struct dbgshm_region *region;
	struct stat st;
	char path[256];

	if (geteuid() == 0)
		CHECK(setregid(65534, 65534) == 0 &&
		    setreuid(200000000 + (uid_t)getpid(),
			200000000 + (uid_t)getpid()) == 0);
	subject.uid = geteuid();
	subject.gid = getegid();
	(void)umask(0777);
	CHECK(dbgshm_init(&ticked) == 0);
	CHECK(region_file(getpid(), false, path, sizeof(path)));
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0400);
	region = dbgshm_region_create(&ticked, &subject, NULL);
	CHECK(region != NULL);
	dbgshm_region_destroy(region, 0);
	*strrchr(path, '/') = '\0';
	CHECK(stat(path, &st) == 0);
	CHECK((st.st_mode & 07777) == 0700 || (st.st_mode & 07777) == 0755);
	CHECK(dbgshm_unpublish() == 0 && dbgshm_publish() == 0);
	dbgshm_fini();
	if (geteuid() < 200000000)
		return;
	CHECK((st.st_mode & 07777) == 0700);
	strcat(path, "/" DBGSHM_DARK_DIRECTORY);
	CHECK(rmdir(path) == 0);
	*strrchr(path, '/') = '\0';
	CHECK(rmdir(path) == 0);
}

static void
test_no_umask_is_in_the_way_and_the_directory_is_closed(void **state)
{
	(void)state;
	assert_int_equal(in_child(closed_umask), 0);
}

static void
hidden_and_shown(void)
{
	struct dbgshm_options options = ticked;
	struct dbgshm_counter counter;
	struct dbgshm_reader *reader;
	char path[256];

	options.state = DBGSHM_OFF; /* the default: nobody sees it */
	CHECK(dbgshm_init(&options) == 0);
	CHECK(dbgshm_state() == DBGSHM_DARK);
	CHECK(!region_file(getpid(), false, path, sizeof(path)));
	CHECK(region_file(getpid(), true, path, sizeof(path)));
	CHECK(dbgshm_counter_create(
		  dbgshm_profile_add("p", "d", NULL), &plain, &counter) == 0);
	dbgshm_counter_add(counter, 3);
	CHECK(dbgshm_publish() == 0 && dbgshm_publish() == 0);
	CHECK(dbgshm_state() == DBGSHM_PUBLISHED);
	dbgshm_counter_add(counter, 4);
	reader = open_self();
	CHECK(dbgshm_reader_value(reader, metric(reader, "n")).u == 7);
	dbgshm_reader_close(reader);
	CHECK(dbgshm_unpublish() == 0);
	CHECK(!region_file(getpid(), false, path, sizeof(path)));
	CHECK(region_file(getpid(), true, path, sizeof(path)));
	CHECK(unlink(path) == 0);
	CHECK(dbgshm_publish() == -1 && errno == ENOENT);
	CHECK(dbgshm_reason() == DBGSHM_REASON_NAME_GONE);
	dbgshm_counter_add(counter, 1); /* goes on */
}

static void
test_regions_are_dark_until_published(void **state)
{
	(void)state;
	assert_int_equal(in_child(hidden_and_shown), 0);
}

static void
environment(void)
{
	CHECK(setenv("DBGSHM", "dark", 1) == 0);
	CHECK(setenv("DBGSHM_SIZE", "256K", 1) == 0);
	CHECK(dbgshm_init(&ticked) == 0);
	CHECK(dbgshm_state() == DBGSHM_DARK);
}

static void
test_environment_hides_and_shrinks(void **state)
{
	(void)state;
	assert_int_equal(in_child(environment), 0);
}

static void
bad_registrations(void)
{
	static const char *const malformed[] = { "", "/a", "a/", "a//b", "A",
		"a b", "a\n", "\xc3\xa4" };
	struct dbgshm_metric metric = plain;
	struct dbgshm_counter counter = { 77 };
	struct dbgshm_label label = { "verb", "GET" };
	struct dbgshm_column columns[2];
	struct dbgshm_profile *mine;
	char text[300];
	size_t i;

	CHECK(dbgshm_init(&ticked) == 0);
	for (i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
		CHECK(dbgshm_profile_add(malformed[i], "d", NULL) == NULL &&
		    errno == EINVAL);
	CHECK(dbgshm_profile_add(NULL, "d", NULL) == NULL && errno == EINVAL);
	CHECK(dbgshm_profile_add("a", "two\nlines", NULL) == NULL &&
	    errno == EINVAL);
	memset(text, 'a', sizeof(text));
	text[256] = '\0';
	CHECK(dbgshm_profile_add(text, "d", NULL) == NULL &&
	    errno == ENAMETOOLONG);
	text[255] = '\0';
	CHECK((mine = dbgshm_profile_add(text, "d", NULL)) != NULL);
	CHECK(dbgshm_profile_add(text, "d", NULL) == NULL && errno == EEXIST);

	metric.name = "Bad";
	CHECK(dbgshm_counter_create(mine, &metric, &counter) == -1);
	CHECK(errno == EINVAL && counter.cell == 77);
	metric = plain;
	metric.unit = DBGSHM_UNIT_COUNT;
	CHECK(dbgshm_counter_create(mine, &metric, &counter) == -1 &&
	    errno == EINVAL);
	metric = plain;
	CHECK(dbgshm_counter_create(mine, &metric, &counter) == 0);
	CHECK(dbgshm_counter_create(mine, &metric, &counter) == -1 &&
	    errno == EEXIST);
	metric.labels = &label;
	metric.label_count = 1;
	CHECK(dbgshm_counter_create(mine, &metric, &counter) == 0);
	label.key = "1";
	CHECK(dbgshm_counter_create(mine, &metric, &counter) == -1 &&
	    errno == EINVAL);

	memcpy(columns, two_columns, sizeof(columns));
	columns[1].name = "name";
	CHECK(dbgshm_table_create(mine, columns, 2, 4) == NULL &&
	    errno == EEXIST);
	columns[1] = two_columns[1];
	columns[1].type = DBGSHM_TYPE_COUNT;
	CHECK(dbgshm_table_create(mine, columns, 2, 4) == NULL &&
	    errno == EINVAL);
	columns[1].type = DBGSHM_TYPE_ENUM; /* without names */
	CHECK(dbgshm_table_create(mine, columns, 2, 4) == NULL &&
	    errno == EINVAL);
	CHECK(dbgshm_table_create(mine, two_columns, 2, 0) == NULL &&
	    errno == EINVAL);
	CHECK(dbgshm_table_create(mine, two_columns, 2, 4) != NULL);
	CHECK(dbgshm_table_create(mine, two_columns, 2, 4) == NULL &&
	    errno == EEXIST);
	CHECK(dbgshm_metric_remove(mine, "none", NULL, 0) == -1 &&
	    errno == ENOENT);
}

static void
test_mistakes_are_errors_at_registration(void **state)
{
	(void)state;
	assert_int_equal(in_child(bad_registrations), 0);
}

static void
every_kind(void)
{
	struct dbgshm_label labels[2] = { { "verb", "GET" },
		{ "code", "\"200\"" } };
	struct dbgshm_metric m = plain;
	struct dbgshm_counter counter;
	struct dbgshm_updown updown;
	struct dbgshm_gauge gauge, level;
	struct dbgshm_histogram histogram, small;
	struct dbgshm_histogram_info info;
	const struct dbgshm_metric_info *metric_info;
	struct dbgshm_profile *mine;
	struct dbgshm_reader *reader;
	uint32_t slot;
	uint64_t i;

	CHECK(dbgshm_init(&ticked) == 0);
	CHECK((mine = dbgshm_profile_add("a/b", "what", "more")) != NULL);
	m.labels = labels;
	m.label_count = 2;
	CHECK(dbgshm_counter_create(mine, &m, &counter) == 0);
	m = plain;
	m.name = "updown";
	CHECK(dbgshm_updown_create(mine, &m, &updown) == 0);
	m.name = "gauge";
	CHECK(dbgshm_gauge_create(mine, &m, &gauge) == 0);
	m.name = "float";
	CHECK(dbgshm_float_create(mine, &m, &level) == 0);
	m.name = "histogram";
	CHECK(dbgshm_histogram_create(mine, &m, &histogram) == 0);
	m.name = "small";
	m.highest = 100;
	CHECK(dbgshm_histogram_create(mine, &m, &small) == 0);
	CHECK(dbgshm_summary_add("answer", &slot) == 0);
	CHECK(dbgshm_summary_add("answer", &slot) == -1 && errno == EEXIST);

	dbgshm_counter_add(counter, 41);
	dbgshm_call_counter_add(counter, 1);
	dbgshm_updown_inc(updown, 2);
	dbgshm_updown_dec(updown, 5);
	dbgshm_gauge_set(gauge, -7);
	dbgshm_float_set(level, 0.25);
	dbgshm_summary_set(slot, 42);
	for (i = 1; i <= 1000; i++)
		dbgshm_histogram_record(histogram, i * 1000);
	dbgshm_call_histogram_record(small, 100);
	dbgshm_histogram_record(small, 1000000);

	reader = open_self();
	CHECK(profile(reader, "a/b") >= 0);
	metric_info = dbgshm_reader_metric(reader, metric(reader, "n"));
	CHECK(metric_info->label_count == 2);
	CHECK(text_is(metric_info->labels[1].value, "\"200\""));
	CHECK(metric_info->unit == DBGSHM_UNIT_BYTES);
	CHECK(dbgshm_reader_value(reader, metric(reader, "n")).u == 42);
	CHECK(dbgshm_reader_value(reader, metric(reader, "updown")).i == -3);
	CHECK(dbgshm_reader_value(reader, metric(reader, "gauge")).i == -7);
	CHECK(dbgshm_reader_value(reader, metric(reader, "float")).d > 0.24);
	CHECK(dbgshm_reader_histogram(
		  reader, metric(reader, "histogram"), &info) == 0);
	CHECK(info.count == 1000 && info.sum == 500500000);
	CHECK(info.max == 1000000);
	CHECK(dbgshm_histogram_quantile(&info, 0.5) > 500000 * 0.968);
	CHECK(dbgshm_histogram_quantile(&info, 0.5) < 500000 * 1.032);
	CHECK(dbgshm_reader_histogram(reader, metric(reader, "small"), &info) ==
	    0);
	CHECK(info.count == 2 && info.max == 1000000);
	CHECK(info.buckets[info.bucket_count - 1] == 1);
	CHECK(dbgshm_reader_summary(reader, 0, NULL) == 42);
	CHECK(text_is(dbgshm_reader_info(reader)->version, "4.2"));
	dbgshm_reader_close(reader);
}

static void
test_every_kind_of_metric_is_read_back(void **state)
{
	(void)state;
	assert_int_equal(in_child(every_kind), 0);
}

static void
revived(void)
{
	struct dbgshm_profile *mine;
	struct dbgshm_table *table;
	struct dbgshm_counter counter, again;
	struct dbgshm_reader *reader;
	struct dbgshm_row busy, row;
	uint32_t generation;

	CHECK(dbgshm_init(&ticked) == 0);
	CHECK((mine = dbgshm_profile_add("p", "d", NULL)) != NULL);
	CHECK(dbgshm_counter_create(mine, &plain, &counter) == 0);
	CHECK((table = dbgshm_table_create(mine, two_columns, 2, 4)) != NULL);
	row = dbgshm_row_claim(table);
	dbgshm_row_end(row);
	busy = dbgshm_row_claim(table);
	dbgshm_counter_add(counter, 5);
	reader = open_self();
	generation =
	    dbgshm_reader_metric(reader, metric(reader, "n"))->generation;
	CHECK(dbgshm_profile_remove(mine) == 0);
	CHECK(dbgshm_profile_remove(mine) == -1 && errno == ENOENT);
	dbgshm_counter_add(counter, 1); /* harmless */
	dbgshm_row_release(row);
	dbgshm_row_end(busy); /* after its table was removed */
	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(profile(reader, "p") == -1 && metric(reader, "n") == SIZE_MAX);
	CHECK(dbgshm_row_claim(table).words == NULL);

	CHECK(dbgshm_profile_add("p", "d", NULL) == mine);
	CHECK(dbgshm_counter_create(mine, &plain, &again) == 0);
	CHECK(again.cell == counter.cell);
	CHECK(dbgshm_table_create(mine, two_columns, 2, 4) == table);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(dbgshm_reader_value(reader, metric(reader, "n")).u == 6);
	CHECK(dbgshm_reader_metric(reader, metric(reader, "n"))->generation ==
	    generation + 1);
	CHECK(dbgshm_reader_row_count(reader,
		  (size_t)dbgshm_reader_profile(
		      reader, (size_t)profile(reader, "p"))
		      ->table) == 0);
	/* other columns: another table */
	CHECK(dbgshm_profile_remove(mine) == 0);
	CHECK(dbgshm_profile_add("p", "d", NULL) == mine);
	CHECK(dbgshm_table_create(mine, two_columns, 1, 4) != NULL);
	dbgshm_reader_close(reader);
}

static void
test_what_was_removed_can_be_revived(void **state)
{
	(void)state;
	assert_int_equal(in_child(revived), 0);
}

#define CYCLES 1000000
#define PATHS 100

/* The first hundred take room, all that come after take none. */
static void
cycles(void)
{
	struct dbgshm_profile *mine;
	struct dbgshm_counter counter;
	struct dbgshm_row row;
	struct dbgshm_table *table;
	struct dbgshm_reader *reader;
	uint64_t bytes = 0;
	char path[32];
	int i;

	CHECK(dbgshm_init(&ticked) == 0);
	for (i = 0; i < CYCLES; i++) {
		if (i == PATHS) {
			reader = open_self();
			bytes = dbgshm_reader_info(reader)->bytes_used;
			dbgshm_reader_close(reader);
		}
		(void)snprintf(path, sizeof(path), "cycle/%d", i % PATHS);
		CHECK((mine = dbgshm_profile_add(path, "d", NULL)) != NULL);
		CHECK(dbgshm_counter_create(mine, &plain, &counter) == 0);
		CHECK((table = dbgshm_table_create(mine, two_columns, 2, 2)) !=
		    NULL);
		dbgshm_counter_add(counter, 1);
		row = dbgshm_row_claim(table);
		dbgshm_row_end(row);
		CHECK(row.words != NULL);
		CHECK(dbgshm_profile_remove(mine) == 0);
	}
	reader = open_self();
	CHECK(dbgshm_reader_info(reader)->bytes_used == bytes);
	CHECK(dbgshm_reader_info(reader)->faults == 0);
	CHECK(profile(reader, "cycle/0") == -1);
	dbgshm_reader_close(reader);
}

static void
test_a_million_registrations_of_a_hundred_paths_take_no_room(void **state)
{
	(void)state;
	assert_int_equal(in_child(cycles), 0);
}

static void
full(void)
{
	struct dbgshm_options options = ticked;
	struct dbgshm_metric m = plain;
	struct dbgshm_counter counter = { 0 }, last = { 0 };
	struct dbgshm_profile *mine;
	char name[32];
	int i;

	options.max_bytes = 256 * 1024;
	CHECK(dbgshm_init(&options) == 0);
	CHECK((mine = dbgshm_profile_add("p", "d", NULL)) != NULL);
	for (i = 0; i < 100000; i++) {
		(void)snprintf(name, sizeof(name), "m%d", i);
		m.name = name;
		if (dbgshm_counter_create(mine, &m, &counter) == -1)
			break;
		last = counter;
	}
	CHECK(i > 200 && i < 100000);
	CHECK(errno == ENOSPC);
	CHECK(dbgshm_reason() == DBGSHM_REASON_BUDGET);
	dbgshm_counter_add(last, 1);
	CHECK(dbgshm_table_create(mine, two_columns, 2, 1 << 20) == NULL &&
	    errno == ENOSPC);
}

static void
test_full_region_refuses_and_goes_on(void **state)
{
	(void)state;
	assert_int_equal(in_child(full), 0);
}

/* Names are refused while cells and descriptors still have room. */
static void
full_of_names(void)
{
	struct dbgshm_options options = ticked;
	struct dbgshm_metric m = plain;
	struct dbgshm_counter counter = { 0 };
	struct dbgshm_profile *mine;
	char name[256];
	uint32_t last = 0;
	int i;

	options.max_bytes = 256 * 1024;
	CHECK(dbgshm_init(&options) == 0);
	CHECK((mine = dbgshm_profile_add("p", "d", NULL)) != NULL);
	m.name = name;
	for (i = 0; i < 10000; i++) {
		(void)snprintf(name, sizeof(name), "%0200d", i);
		if (dbgshm_counter_create(mine, &m, &counter) == -1)
			break;
		CHECK(counter.cell != last);
		last = counter.cell;
	}
	CHECK(i > 20 && i < 10000);
	CHECK(errno == ENOSPC);
	CHECK(counter.cell == last);
}

static void
test_name_without_room_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(in_child(full_of_names), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_off_is_harmless_and_says_why),
		cmocka_unit_test(
		    test_init_checks_options_and_makes_a_closed_file),
		cmocka_unit_test(
		    test_no_umask_is_in_the_way_and_the_directory_is_closed),
		cmocka_unit_test(test_regions_are_dark_until_published),
		cmocka_unit_test(test_environment_hides_and_shrinks),
		cmocka_unit_test(test_mistakes_are_errors_at_registration),
		cmocka_unit_test(test_every_kind_of_metric_is_read_back),
		cmocka_unit_test(test_what_was_removed_can_be_revived),
		cmocka_unit_test(
		    test_a_million_registrations_of_a_hundred_paths_take_no_room),
		cmocka_unit_test(test_full_region_refuses_and_goes_on),
		cmocka_unit_test(test_name_without_room_is_an_error),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
