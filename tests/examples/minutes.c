/*
 * minutes.c - three minutes in a moment: the program says which time it is.
 *
 *	minutes [SECONDS [GAP]]
 *
 * Each simulated second it writes to standard output what it has published: the
 * time, a counter, a gauge, the count and sum of a histogram, and the rows of a
 * table as NUMBER:VALUE.  After half of it nothing is recorded for GAP seconds.
 * The last second is now; then it waits to be killed.
 */
#include <dbgshm/writer.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000
#define ROWS 16

static const struct dbgshm_column columns[] = {
	{ .name = "number", .type = DBGSHM_TYPE_GAUGE },
	{ .name = "done", .type = DBGSHM_TYPE_COUNTER },
	{ .name = "name", .type = DBGSHM_TYPE_TEXT },
};

int
main(int argc, char *argv[])
{
	long seconds = argc > 1 ? strtol(argv[1], NULL, 10) : 180;
	long gap = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
	struct dbgshm_row rows[ROWS] = { 0 };
	uint64_t numbers[ROWS], done[ROWS], sent = 0, count = 0, sum = 0, add;
	struct dbgshm_profile *net, *late = NULL;
	struct dbgshm_counter counter;
	struct dbgshm_gauge gauge, extra;
	struct dbgshm_histogram latency;
	struct dbgshm_table *table;
	struct timespec now;
	uint64_t time_ns;
	long i, level;
	size_t row;
	char name[32];
	bool live[ROWS] = { false };

	if (dbgshm_init(&(struct dbgshm_options){
		.sampling = DBGSHM_SAMPLER_TICK, .state = DBGSHM_DARK }) != 0)
		return (1);
	net = dbgshm_profile_add("net/peers", "connections to peers", NULL);
	(void)dbgshm_counter_create(net,
	    &(struct dbgshm_metric){
		.name = "sent", .unit = DBGSHM_UNIT_BYTES },
	    &counter);
	(void)dbgshm_gauge_create(
	    net, &(struct dbgshm_metric){ .name = "queue" }, &gauge);
	(void)dbgshm_histogram_create(net,
	    &(struct dbgshm_metric){
		.name = "latency", .unit = DBGSHM_UNIT_NS },
	    &latency);
	table = dbgshm_table_create(net, columns, 3, ROWS);
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	time_ns = (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec -
	    (uint64_t)(seconds + gap - 1) * NS;
	srand(1);
	for (i = 0; i < seconds; i++, time_ns += NS) {
		if (i == seconds / 2)
			time_ns += (uint64_t)gap * NS;
		if (i == seconds / 3) {
			late = dbgshm_profile_add("late", "for a while", NULL);
			(void)dbgshm_gauge_create(late,
			    &(struct dbgshm_metric){ .name = "extra" }, &extra);
		}
		if (i == seconds * 2 / 3)
			dbgshm_profile_remove(late);
		else if (late != NULL && i < seconds * 2 / 3)
			dbgshm_gauge_set(extra, i);
		add = (uint64_t)(rand() % 1000);
		sent += add;
		dbgshm_counter_add(counter, add);
		level = i == 20 ? 5000 : rand() % 100 - 50;
		dbgshm_gauge_set(gauge, level);
		add = (uint64_t)(rand() % 100000);
		count++;
		sum += add;
		dbgshm_histogram_record(latency, add);
		printf("%llu %llu %ld %llu %llu", (unsigned long long)time_ns,
		    (unsigned long long)sent, level, (unsigned long long)count,
		    (unsigned long long)sum);
		row = (size_t)(rand() % ROWS);
		if (live[row]) {
			dbgshm_row_release(rows[row]);
			live[row] = false;
		} else {
			rows[row] = dbgshm_row_claim(table);
			numbers[row] = (uint64_t)i;
			done[row] = 0;
			(void)snprintf(name, sizeof(name), "row %ld", i);
			dbgshm_row_set(rows[row], 0, numbers[row]);
			dbgshm_row_text(rows[row], 2, name);
			dbgshm_row_end(rows[row]);
			live[row] = true;
		}
		for (row = 0; row < ROWS; row++) {
			if (!live[row])
				continue;
			done[row] += row;
			dbgshm_row_begin(rows[row]);
			dbgshm_row_set(rows[row], 1, done[row]);
			dbgshm_row_end(rows[row]);
			printf(" %llu:%llu", (unsigned long long)numbers[row],
			    (unsigned long long)done[row]);
		}
		putchar('\n');
		(void)dbgshm_tick(time_ns);
	}
	puts("end");
	(void)fflush(stdout);
	(void)dbgshm_publish();
	for (;;)
		pause();
}
