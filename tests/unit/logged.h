/*
 * logged.h - a program that does all kinds of things, writes down what it did at
 * each tick, and compares that with what a reader shows of the past.
 */
#ifndef LOGGED_H
#define LOGGED_H

#include "own.h"

#include <time.h>

#define LOGGED_SECOND UINT64_C(1000000000)
#define LOGGED_ROWS 24

struct logged_row {
	uint64_t number, changed;
	char text[16];
};

/* What there was at a tick. */
struct logged {
	uint64_t now_ns;
	uint64_t counter, count, p50, p99;
	int64_t gauge, updown;
	double real;
	bool late; /* a metric that comes late and goes early is there */
	size_t row_count;
	struct logged_row rows[LOGGED_ROWS];
};

struct logged_program {
	uint64_t seed, now_ns;
	struct logged present;
	struct dbgshm_row handles[LOGGED_ROWS];
	struct dbgshm_profile *profile, *late;
	struct dbgshm_counter counter;
	struct dbgshm_gauge gauge, real, late_gauge;
	struct dbgshm_updown updown;
	struct dbgshm_histogram histogram;
	struct dbgshm_table *table;
};

static inline uint64_t
logged_noise(struct logged_program *program)
{
	program->seed = program->seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (program->seed >> 33);
}

static inline struct dbgshm_metric
logged_metric(const char *name)
{
	return ((struct dbgshm_metric){ name, NULL, 0, 0, 0, NULL, 0 });
}

/* After dbgshm_init(). */
static inline void
logged_begin(struct logged_program *program, uint64_t seed)
{
	static const struct dbgshm_column columns[] = {
		{ .name = "number", .type = DBGSHM_TYPE_COUNTER },
		{ .name = "changed", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "text", .type = DBGSHM_TYPE_TEXT, .width = 16 },
	};
	struct dbgshm_metric metric;
	struct timespec now;

	memset(program, 0, sizeof(*program));
	program->seed = seed;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	program->now_ns = (uint64_t)now.tv_sec * LOGGED_SECOND +
	    (uint64_t)now.tv_nsec;
	program->profile = dbgshm_profile_add("logged", "all kinds", NULL);
	metric = logged_metric("counter");
	CHECK(dbgshm_counter_create(
		  program->profile, &metric, &program->counter) == 0);
	metric = logged_metric("gauge");
	CHECK(dbgshm_gauge_create(
		  program->profile, &metric, &program->gauge) == 0);
	metric = logged_metric("real");
	CHECK(dbgshm_float_create(
		  program->profile, &metric, &program->real) == 0);
	metric = logged_metric("updown");
	CHECK(dbgshm_updown_create(
		  program->profile, &metric, &program->updown) == 0);
	metric = logged_metric("histogram");
	CHECK(dbgshm_histogram_create(
		  program->profile, &metric, &program->histogram) == 0);
	program->table = dbgshm_table_create(program->profile, columns, 3, 64);
	CHECK(program->table != NULL);
}

static inline void
logged_row_write(struct logged_program *program, size_t i, uint64_t changed)
{
	struct logged_row *row = &program->present.rows[i];

	row->changed = changed;
	(void)snprintf(row->text, sizeof(row->text), "%.*s%u",
	    (int)(logged_noise(program) % 8), "abcdefgh",
	    (unsigned)(logged_noise(program) % 1000));
	dbgshm_row_set(program->handles[i], 0, (int64_t)row->number);
	dbgshm_row_set(program->handles[i], 1, (int64_t)row->changed);
	dbgshm_row_text(program->handles[i], 2, row->text);
}

/* Rows come, change and go. */
static inline void
logged_rows(struct logged_program *program, uint64_t tick)
{
	struct logged *present = &program->present;
	size_t i;

	for (i = 0; i < present->row_count; i++) {
		if (logged_noise(program) % 4 != 0)
			continue;
		dbgshm_row_begin(program->handles[i]);
		logged_row_write(program, i, tick);
		dbgshm_row_end(program->handles[i]);
	}
	if (present->row_count > 0 && logged_noise(program) % 3 == 0) {
		i = logged_noise(program) % present->row_count;
		dbgshm_row_release(program->handles[i]);
		present->row_count--;
		program->handles[i] = program->handles[present->row_count];
		present->rows[i] = present->rows[present->row_count];
	}
	if (present->row_count < LOGGED_ROWS && logged_noise(program) % 2) {
		i = present->row_count++;
		program->handles[i] = dbgshm_row_claim(program->table);
		present->rows[i].number = 1000 + tick;
		logged_row_write(program, i, tick);
		dbgshm_row_end(program->handles[i]);
	}
}

static inline void
logged_late(struct logged_program *program, uint64_t tick)
{
	struct dbgshm_metric metric = logged_metric("late");

	if (tick == 60) {
		program->late = dbgshm_profile_add("late", "for a while", NULL);
		CHECK(dbgshm_gauge_create(program->late, &metric,
			  &program->late_gauge) == 0);
		program->present.late = true;
	}
	if (program->present.late)
		dbgshm_gauge_set(program->late_gauge, (int64_t)tick);
	if (tick == 120) {
		CHECK(dbgshm_profile_remove(program->late) == 0);
		program->present.late = false;
	}
}

/* One second of work, and the tick at its end; `entry` becomes its log. */
static inline void
logged_step(struct logged_program *program, uint64_t tick,
    struct logged *entry)
{
	struct logged *present = &program->present;
	uint64_t amount = logged_noise(program) % 100000;
	int64_t change = (int64_t)(logged_noise(program) % 9) - 4;

	dbgshm_counter_add(program->counter, amount);
	present->counter += amount;
	present->gauge = (int64_t)(logged_noise(program) % 2001) - 1000;
	dbgshm_gauge_set(program->gauge, present->gauge);
	present->real = (double)(logged_noise(program) % 1000) / 7;
	dbgshm_float_set(program->real, present->real);
	if (change > 0)
		dbgshm_updown_inc(program->updown, (uint64_t)change);
	else
		dbgshm_updown_dec(program->updown, (uint64_t)-change);
	present->updown += change;
	dbgshm_histogram_record(program->histogram, amount);
	present->count++;
	logged_rows(program, tick);
	logged_late(program, tick);
	program->now_ns += LOGGED_SECOND;
	CHECK(dbgshm_tick(program->now_ns) == 0);
	present->now_ns = program->now_ns;
	*entry = *present;
}

/* ---- what a reader shows ---------------------------------------------------- */

static inline const struct dbgshm_metric_info *
logged_find(
    const struct dbgshm_reader *reader, const char *name, size_t *index)
{
	const struct dbgshm_metric_info *info;

	for (*index = 0; *index < dbgshm_reader_metric_count(reader);
	     ++*index) {
		info = dbgshm_reader_metric(reader, *index);
		if (own_text_is(info->name, name))
			return (info);
	}
	return (NULL);
}

static inline void
logged_percentiles(
    const struct dbgshm_reader *reader, uint64_t *p50, uint64_t *p99)
{
	struct dbgshm_histogram_info info;

	CHECK(dbgshm_reader_histogram(
		  reader, own_metric(reader, "histogram"), &info) == 0);
	*p50 = dbgshm_histogram_quantile(&info, 0.5);
	*p99 = dbgshm_histogram_quantile(&info, 0.99);
}

static inline void
logged_same_metrics(
    const struct dbgshm_reader *reader, const struct logged *entry)
{
	uint64_t p50, p99;
	size_t i;

	i = own_metric(reader, "counter");
	CHECK(dbgshm_reader_value(reader, i).u == entry->counter);
	i = own_metric(reader, "gauge");
	CHECK(dbgshm_reader_value(reader, i).i == entry->gauge);
	i = own_metric(reader, "real");
	CHECK(memcmp(&(double){ dbgshm_reader_value(reader, i).d },
		  &entry->real, sizeof(double)) == 0);
	i = own_metric(reader, "updown");
	CHECK(dbgshm_reader_value(reader, i).i == entry->updown);
	i = own_metric(reader, "histogram");
	CHECK(dbgshm_reader_value(reader, i).u == entry->count);
	if (entry->p99 != 0) {
		logged_percentiles(reader, &p50, &p99);
		CHECK(p50 == entry->p50 && p99 == entry->p99);
	}
	CHECK((logged_find(reader, "late", &i) != NULL) == entry->late);
}

static inline void
logged_same_rows(
    const struct dbgshm_reader *reader, const struct logged *entry)
{
	const struct logged_row *expected;
	const struct dbgshm_row_info *row;
	uint64_t number;
	size_t table, i, j;

	for (table = 0; dbgshm_reader_table(reader, table)->capacity != 64;)
		table++;
	CHECK(dbgshm_reader_row_count(reader, table) == entry->row_count);
	for (i = 0; i < entry->row_count; i++) {
		row = dbgshm_reader_row(reader, table, i);
		number = dbgshm_reader_cell(reader, table, row, 0).u;
		for (j = 0; j < entry->row_count; j++)
			if (entry->rows[j].number == number)
				break;
		CHECK(j < entry->row_count);
		expected = &entry->rows[j];
		CHECK(dbgshm_reader_cell(reader, table, row, 1).u ==
		    expected->changed);
		CHECK(own_text_is(
		    dbgshm_reader_cell(reader, table, row, 2).text,
		    expected->text));
	}
}

/* Extremes of all samples that a coarse moment stands for. */
static inline void
logged_same_extremes(const struct dbgshm_reader *reader,
    const struct dbgshm_past *past, const struct dbgshm_moment *moment,
    const struct logged *log, size_t k)
{
	union dbgshm_value least, most;
	int64_t low = INT64_MAX, high = INT64_MIN;
	size_t i, samples = moment->period_ns / LOGGED_SECOND;

	for (i = k + 1 < samples ? 0 : k + 1 - samples; i <= k; i++) {
		if (log[i].gauge < low)
			low = log[i].gauge;
		if (log[i].gauge > high)
			high = log[i].gauge;
	}
	CHECK(dbgshm_past_extremes(
	    past, own_metric(reader, "gauge"), &least, &most));
	/* The very first picture was taken before the program did anything. */
	if (k + 1 >= samples)
		CHECK(least.i == low && most.i == high);
}

struct logged_seen {
	size_t moments, coarse, with_rows;
};

/* All of the past is as it was written down; how much that was. */
static inline struct logged_seen
logged_compare(
    struct dbgshm_reader *reader, const struct logged *log, size_t count)
{
	struct logged_seen seen = { 0, 0, 0 };
	struct dbgshm_past *past;
	struct dbgshm_moment moment;
	uint64_t rows_at;
	size_t i, k, n;

	CHECK(dbgshm_past_open(reader, &past) == 0);
	n = dbgshm_past_count(past);
	/* Forwards, then in any order. */
	for (i = 0; i < n + n / 4; i++) {
		size_t index = i < n ? i : (i * 7919) % n;

		moment = dbgshm_past_moment(past, index);
		if (moment.mono_ns < log[0].now_ns)
			continue;
		k = (moment.mono_ns - log[0].now_ns) / LOGGED_SECOND;
		CHECK(k < count && log[k].now_ns == moment.mono_ns);
		CHECK(!moment.gap || k == 0);
		CHECK(dbgshm_past_show(past, index) == 0);
		logged_same_metrics(reader, &log[k]);
		if (moment.coarse)
			logged_same_extremes(reader, past, &moment, log, k);
		rows_at = dbgshm_past_rows_at(past);
		CHECK((rows_at != UINT64_MAX) ==
		    (dbgshm_past_rows_since(past) <= moment.mono_ns));
		if (rows_at != UINT64_MAX && rows_at >= log[0].now_ns)
			logged_same_rows(reader,
			    &log[(rows_at - log[0].now_ns) / LOGGED_SECOND]);
		if (i >= n)
			continue;
		seen.moments++;
		seen.coarse += moment.coarse;
		seen.with_rows += rows_at == moment.mono_ns;
	}
	CHECK(dbgshm_reader_refresh(reader) == 0);
	dbgshm_past_close(past);
	return (seen);
}

#endif
