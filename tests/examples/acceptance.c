/* acceptance.c - a counter, a histogram and a table of 3 rows, until SIGTERM. */
#include <dbgshm/writer.h>
#include <unistd.h>

static const struct dbgshm_options options = {
	.sampling = DBGSHM_SAMPLER_THREAD,
	.state = DBGSHM_DARK, /* until everything is there to be seen */
	.version = "1.2.3",
};
static const struct dbgshm_metric metrics[] = {
	{ .name = "sent", .help = "to peers", .unit = DBGSHM_UNIT_BYTES },
	{ .name = "latency", .unit = DBGSHM_UNIT_NS },
};
static const struct dbgshm_column columns[] = {
	{ .name = "peer", .type = DBGSHM_TYPE_TEXT },
	{ .name = "port", .type = DBGSHM_TYPE_GAUGE },
};

int
main(void)
{
	struct dbgshm_counter sent = { 0 };
	struct dbgshm_histogram latency = { 0, 0 };
	struct dbgshm_profile *net;
	struct dbgshm_table *table;
	struct dbgshm_row row;

	(void)dbgshm_init(&options);
	net = dbgshm_profile_add("net/peers", "connections to peers", NULL);
	(void)dbgshm_counter_create(net, &metrics[0], &sent);
	(void)dbgshm_histogram_create(net, &metrics[1], &latency);
	table = dbgshm_table_create(net, columns, 2, 3);
	for (uint64_t port = 1001; port <= 1003; port++) {
		row = dbgshm_row_claim(table);
		dbgshm_row_text(row, 0, "10.0.0.7");
		dbgshm_row_set(row, 1, port);
		dbgshm_row_end(row);
		dbgshm_counter_add(sent, port);
	}
	for (uint64_t us = 1; us <= 1000; us++)
		dbgshm_histogram_record(latency, us * 1000);
	(void)dbgshm_publish();
	for (;;)
		pause();
}
