/*
 * truth.c - many increments, none of which may be lost, and many rows, none of
 * which may be read torn.
 *
 *	truth counts ADDS	by 8 threads at a time, of which each lives for a
 *				while, with signal handlers that add as well
 *	truth rows READS	of rows that four threads and their signal
 *				handlers write
 */
#include "../unit/interrupt.h"

#include <dbgshm/reader.h>
#include <dbgshm/writer.h>

#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 8
#define WRITERS 4
#define ROWS 16
#define LIFE 1000000 /* additions of one thread */
#define TIMER_NS 50000

static struct dbgshm_counter counter;
static struct dbgshm_histogram histogram;
static struct dbgshm_table *table;
static struct dbgshm_row rows[ROWS];
static struct dbgshm_reader *reader;
static uint64_t by_handlers, left, done, writes, refused;

static const struct dbgshm_column columns[] = {
	{ .name = "a", .type = DBGSHM_TYPE_GAUGE },
	{ .name = "text", .type = DBGSHM_TYPE_TEXT, .width = 24 },
	{ .name = "b", .type = DBGSHM_TYPE_GAUGE },
};

static void
start(void)
{
	struct dbgshm_profile *profile;
	struct dbgshm_metric metric = { .name = "n" };
	char path[256];
	int i;

	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_THREAD,
		      .state = DBGSHM_PUBLISHED,
		      .period_ns = 10000000 }) == 0);
	profile = dbgshm_profile_add("truth", "t", NULL);
	CHECK(dbgshm_counter_create(profile, &metric, &counter) == 0);
	metric.name = "h";
	CHECK(dbgshm_histogram_create(profile, &metric, &histogram) == 0);
	table = dbgshm_table_create(profile, columns, 3, ROWS);
	CHECK(table != NULL);
	for (i = 0; i < ROWS; i++) {
		rows[i] = dbgshm_row_claim(table);
		dbgshm_row_end(rows[i]);
	}
	CHECK(region_file(getpid(), false, path, sizeof(path)));
	CHECK(dbgshm_reader_open(path, &reader, NULL) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
}

static size_t
metric(const char *name)
{
	struct dbgshm_text text;
	size_t i;

	for (i = 0;; i++) {
		text = dbgshm_reader_metric(reader, i)->name;
		if (text.length == strlen(name) &&
		    memcmp(text.bytes, name, text.length) == 0)
			return (i);
	}
}

/* ---- counts ------------------------------------------------------------------------ */

static void
add_in_handler(int signal)
{
	(void)signal;
	dbgshm_counter_add(counter, 1);
	dbgshm_histogram_record(histogram, 7);
	(void)dbgshm__fetch_add(&by_handlers, 1);
}

static void *
add(void *unused)
{
	timer_t timer = interrupt_me(add_in_handler, TIMER_NS);
	uint64_t i;

	(void)unused;
	for (i = 0; i < LIFE; i++)
		dbgshm_counter_add(counter, 1);
	dbgshm_histogram_record(histogram, 7);
	CHECK(timer_delete(timer) == 0);
	return (NULL);
}

/* One thread after the other, as long as there is something to add. */
static void *
succeed(void *unused)
{
	pthread_t thread;

	while (dbgshm__fetch_add(&left, -1) - 1 < UINT64_C(1) << 62) {
		CHECK(pthread_create(&thread, NULL, add, unused) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
	}
	return (NULL);
}

static void
count(uint64_t adds)
{
	uint64_t lives = (adds + LIFE - 1) / LIFE, value, recorded;
	pthread_t threads[THREADS];
	int i;

	left = lives;
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, succeed, NULL) == 0);
	for (i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	value = dbgshm_reader_value(reader, metric("n")).u;
	recorded = dbgshm_reader_value(reader, metric("h")).u;
	(void)printf("%llu increments by %llu threads, 8 at a time, %llu of "
		     "signal handlers: %lld lost\n",
	    (unsigned long long)value, (unsigned long long)lives,
	    (unsigned long long)by_handlers,
	    (long long)(lives * LIFE + by_handlers - value));
	CHECK(value == lives * LIFE + by_handlers);
	CHECK(recorded == lives + by_handlers);
}

/* ---- rows ---------------------------------------------------------------------------- */

static void
write_row(unsigned which, uint64_t value)
{
	struct dbgshm_row row = dbgshm_row_begin(rows[which % ROWS]);
	uint64_t text[3] = { value, ~value, value };

	if (row.words == NULL) {
		(void)dbgshm__fetch_add(&refused, 1);
		return;
	}
	dbgshm_row_set(row, 0, value);
	dbgshm_row_blob(row, 1, text, sizeof(text));
	dbgshm_row_set(row, 2, value);
	dbgshm_row_end(row);
	(void)dbgshm__fetch_add(&writes, 1);
}

static void
write_in_handler(int signal)
{
	(void)signal;
	write_row((unsigned)by_handlers, dbgshm__fetch_add(&by_handlers, 1));
}

static void *
write_rows(void *number)
{
	timer_t timer = interrupt_me(write_in_handler, TIMER_NS);
	uint64_t value = (uint64_t)(uintptr_t)number << 48;

	while (dbgshm__load_relaxed(&done) == 0) {
		value++;
		write_row((unsigned)value, value);
	}
	CHECK(timer_delete(timer) == 0);
	return (NULL);
}

static void
read_rows(uint64_t reads)
{
	const struct dbgshm_row_info *row;
	uint64_t whole = 0, other = 0, value, text[3];
	struct dbgshm_cell cell;
	pthread_t threads[WRITERS];
	size_t i;

	for (i = 0; i < WRITERS; i++)
		CHECK(pthread_create(
			  &threads[i], NULL, write_rows, (void *)i) == 0);
	while (whole < reads) {
		CHECK(dbgshm_reader_refresh(reader) == 0);
		for (i = 0; i < dbgshm_reader_row_count(reader, 0); i++) {
			row = dbgshm_reader_row(reader, 0, i);
			value = dbgshm_reader_cell(reader, 0, row, 0).u;
			if (row->state != DBGSHM_ROWSTATE_LIVE || value == 0) {
				other++;
				continue;
			}
			cell = dbgshm_reader_cell(reader, 0, row, 1);
			CHECK(cell.text.length == sizeof(text));
			memcpy(text, cell.text.bytes, sizeof(text));
			CHECK(
			    dbgshm_reader_cell(reader, 0, row, 2).u == value &&
			    text[0] == value && text[1] == ~value &&
			    text[2] == value);
			whole++;
		}
	}
	dbgshm__store_relaxed(&done, 1);
	for (i = 0; i < WRITERS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(dbgshm_reader_table(reader, 0)->drop_busy == refused);
	(void)printf("%llu rows read whole, 0 torn; %llu busy or empty; %llu "
		     "written, %llu refused and counted, %llu tries of signal "
		     "handlers\n",
	    (unsigned long long)whole, (unsigned long long)other,
	    (unsigned long long)writes, (unsigned long long)refused,
	    (unsigned long long)by_handlers);
}

int
main(int argc, char **argv)
{
	uint64_t number = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;

	if (argc < 3)
		errx(2, "usage: truth counts|rows NUMBER");
	start();
	if (strcmp(argv[1], "counts") == 0)
		count(number);
	else
		read_rows(number);
	dbgshm_reader_close(reader);
	return (0);
}
