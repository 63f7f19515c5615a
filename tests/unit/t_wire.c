/*
 * t_wire.c - what goes through the pipe to another host each second.
 *
 * A program with 1,000 metrics of the mixed load ticks by hand, and after each
 * tick a stream is asked for what is new.  Nothing is measured but bytes.
 */
#include "own.h"

#include "../bench/loads.h"

#include <dbgshm/feed.h>
#include <libshm/kit/rec.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <sys/mman.h>

#define METRICS 1000
#define SECONDS 600
#define CAP 1000 /* bytes a second; the goal is 2048 */
#define IDLE_CAP 160

#define SECOND UINT64_C(1000000000)

union handle {
	struct dbgshm_counter counter;
	struct dbgshm_gauge gauge;
};

static void
create(const struct load *load, union handle *handles)
{
	struct dbgshm_profile *profile =
	    dbgshm_profile_add("wire", "what is sent", NULL);
	struct dbgshm_metric metric = { 0 };
	char name[32];

	for (size_t i = 0; i < load->count; i++) {
		snprintf(name, sizeof(name), "metric%zu", i);
		metric.name = name;
		if (load->kinds[i] <= LOAD_COUNTS)
			CHECK(dbgshm_counter_create(
				  profile, &metric, &handles[i].counter) == 0);
		else if (load->kinds[i] == LOAD_NOISE)
			CHECK(dbgshm_float_create(
				  profile, &metric, &handles[i].gauge) == 0);
		else
			CHECK(dbgshm_gauge_create(
				  profile, &metric, &handles[i].gauge) == 0);
	}
}

static void
record(const struct load *load, union handle *handles, uint64_t *last)
{
	double value;

	for (size_t i = 0; i < load->count; i++) {
		if (load->kinds[i] <= LOAD_COUNTS) {
			dbgshm_counter_add(
			    handles[i].counter, load->values[i] - last[i]);
		} else if (load->kinds[i] == LOAD_NOISE) {
			memcpy(&value, &load->values[i], sizeof(value));
			dbgshm_float_set(handles[i].gauge, value);
		} else
			dbgshm_gauge_set(
			    handles[i].gauge, (int64_t)load->values[i]);
		last[i] = load->values[i];
	}
}

/* All that is new into the pipe. */
static void
put(struct dbgshm_feed *feed, struct rec_out *out, uint32_t region)
{
	struct dbgshm_piece piece;
	struct rec_chunk chunk = { .type = REC_PIECE, .region = region };
	char why[200];

	do {
		CHECK(dbgshm_feed_next(feed, &piece) == 0);
		if (piece.size == 0)
			continue;
		chunk.bytes = piece.bytes;
		chunk.size = piece.size;
		chunk.real_ns = piece.real_ns;
		chunk.first = piece.first;
		CHECK(rec_out_put(out, &chunk, why, sizeof(why)) == 0);
	} while (piece.more);
}

/* Bytes a second, behind the first minute. */
static double
send(enum load_name name)
{
	struct rec_region region = { .pid = getpid(), .name = "wire" };
	int pipe = memfd_create("wire", MFD_CLOEXEC);
	union handle handles[METRICS];
	uint64_t last[METRICS] = { 0 }, now_ns, begun = 0;
	struct dbgshm_reader *reader;
	struct dbgshm_feed *feed;
	struct rec_out *out;
	struct timespec now;
	struct load load;
	uint32_t number;
	char why[200];

	load_start(&load, name, METRICS, NULL);
	own_start();
	create(&load, handles);
	clock_gettime(CLOCK_MONOTONIC, &now);
	now_ns = (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
	CHECK(dbgshm_tick(now_ns) == 0);
	reader = own_reader();
	CHECK(dbgshm_feed_open(reader, 0, 0, &feed) == 0);
	CHECK((out = rec_out_pipe(pipe, why, sizeof(why))) != NULL);
	CHECK((number = rec_out_region(
		   out, &region, now_ns, why, sizeof(why))) != 0);
	for (int i = 0; i < 60 + SECONDS; i++) {
		if (i == 60)
			begun = rec_out_size(out);
		load_step(&load);
		record(&load, handles, last);
		now_ns += SECOND;
		CHECK(dbgshm_tick(now_ns) == 0);
		put(feed, out, number);
	}
	begun = rec_out_size(out) - begun;
	CHECK(rec_out_close(out, why, sizeof(why)) == 0);
	dbgshm_feed_close(feed);
	dbgshm_reader_close(reader);
	load_end(&load);
	close(pipe);
	return ((double)begun / SECONDS);
}

static void
mixed_load(void)
{
	double bytes = send(LOAD_MIXED);

	fprintf(stderr, "%d metrics, mixed: %.0f bytes/s\n", METRICS, bytes);
	CHECK(bytes > 0 && bytes <= CAP);
}

static void
idle_load(void)
{
	double bytes = send(LOAD_IDLE);

	fprintf(stderr, "%d metrics, idle: %.0f bytes/s\n", METRICS, bytes);
	CHECK(bytes > 0 && bytes <= IDLE_CAP);
}

static void
test_stream_of_a_thousand_metrics_is_narrow(void **state)
{
	(void)state;
	assert_int_equal(in_child(mixed_load), 0);
}

static void
test_stream_of_what_does_not_change_is_nearly_nothing(void **state)
{
	(void)state;
	assert_int_equal(in_child(idle_load), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream_of_a_thousand_metrics_is_narrow),
		cmocka_unit_test(
		    test_stream_of_what_does_not_change_is_nearly_nothing),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
