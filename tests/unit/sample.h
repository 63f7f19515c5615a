/*
 * sample.h - a target made by hand, for tests of what is drawn.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "viewer/model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)
#define SAMPLE_NOW (UINT64_C(1769860991) * SECOND) /* 2026-01-31 12:03:11 */
#define ITEMS(a) (sizeof(a) / sizeof((a)[0]))

static const struct model_metric sample_cpu[] = {
	{ .name = "cpu_user", .labels = "", .help = "CPU time in user mode",
	    .kind = DBGSHM_METRIC_COUNTER, .unit = DBGSHM_UNIT_NS,
	    .value.u = UINT64_C(192000000000), .rate = 3.5e8, .id = 11 },
	{ .name = "cpu_system", .labels = "", .help = "CPU time in the kernel",
	    .kind = DBGSHM_METRIC_COUNTER, .unit = DBGSHM_UNIT_NS,
	    .value.u = UINT64_C(9120000000), .rate = 1.2e7, .id = 12 },
	{ .name = "rss", .labels = "", .help = "memory that is resident",
	    .kind = DBGSHM_METRIC_GAUGE, .unit = DBGSHM_UNIT_BYTES,
	    .value.i = 1395864371, .rate = NAN, .id = 13 },
	{ .name = "minor_faults", .labels = "",
	    .help = "page faults served without reading from a disk",
	    .kind = DBGSHM_METRIC_COUNTER, .unit = DBGSHM_UNIT_COUNT,
	    .level = DBGSHM_LEVEL_DETAIL, .value.u = 88412, .rate = 12,
	    .id = 14 },
};

static const struct model_metric sample_net[] = {
	{ .name = "sent", .labels = "{peer=\"edge\"}",
	    .help = "bytes written to all peers",
	    .kind = DBGSHM_METRIC_COUNTER, .unit = DBGSHM_UNIT_BYTES,
	    .value.u = 1288490188, .rate = 4299161.6, .id = 21 },
	{ .name = "received", .labels = "", .help = "bytes read from all peers",
	    .kind = DBGSHM_METRIC_COUNTER, .unit = DBGSHM_UNIT_BYTES,
	    .value.u = 0, .rate = 0, .id = 22 },
	{ .name = "latency", .labels = "",
	    .help = "from the first byte of a request to the last byte of its "
		    "answer, waiting for the disk included, measured in the "
		    "thread that serves it",
	    .kind = DBGSHM_METRIC_HISTOGRAM, .unit = DBGSHM_UNIT_NS,
	    .value.u = 18200, .rate = 120, .id = 23,
	    .sum = UINT64_C(18200) * 1900000, .min = 250000, .max = 31000000,
	    .p50 = 1200000, .p90 = 4100000, .p99 = 7900000, .p999 = 22000000 },
	{ .name = "open", .labels = "", .help = "connections open now",
	    .kind = DBGSHM_METRIC_UPDOWN, .unit = DBGSHM_UNIT_COUNT,
	    .value.i = 4, .rate = NAN, .id = 24 },
};

static const struct model_column sample_columns[] = {
	{ .name = "sent", .help = "bytes written to the peer",
	    .type = DBGSHM_TYPE_COUNTER, .unit = DBGSHM_UNIT_BYTES },
	{ .name = "peer", .help = "remote address", .type = DBGSHM_TYPE_TEXT,
	    .flags = DBGSHM_COLUMN_KEY, .width = 64 },
	{ .name = "state", .help = "what it does", .type = DBGSHM_TYPE_ENUM },
	{ .name = "since", .help = "when the connection was made",
	    .type = DBGSHM_TYPE_TIME },
	{ .name = "busy", .help = "time spent serving",
	    .type = DBGSHM_TYPE_DURATION, .unit = DBGSHM_UNIT_NS },
	{ .name = "tls", .help = "encrypted", .type = DBGSHM_TYPE_BOOL },
	{ .name = "user", .help = "who logged in", .type = DBGSHM_TYPE_TEXT,
	    .flags = DBGSHM_COLUMN_SECRET, .width = 32 },
};
#define SAMPLE_COLUMNS ITEMS(sample_columns)

#define SAMPLE_PEERS 40

struct sample {
	struct model model;
	struct model_profile profiles[5];
	struct model_table table;
	struct model_row rows[SAMPLE_PEERS];
	struct model_cell cells[SAMPLE_PEERS][SAMPLE_COLUMNS];
	char peers[SAMPLE_PEERS][64];
};

static inline void
sample_row(struct sample *sample, size_t i, const char *peer)
{
	static const char *const states[] = { "reading", "waiting", "writing" };
	struct model_cell *cells = sample->cells[i];
	struct model_row *row = &sample->rows[i];

	snprintf(sample->peers[i], sizeof(sample->peers[i]), "%s", peer);
	for (size_t k = 0; k < SAMPLE_COLUMNS; k++) {
		memset(&cells[k], 0, sizeof(cells[k]));
		cells[k].type = sample_columns[k].type;
		cells[k].rate = NAN;
	}
	cells[0].u = i * i * 88000;
	cells[0].rate = (double)i * 1000;
	cells[1].text = sample->peers[i];
	cells[2].u = i % 3;
	cells[2].text = states[i % 3];
	cells[3].age_ns = (i + 1) * 7 * SECOND;
	cells[3].u = SAMPLE_NOW - cells[3].age_ns;
	cells[4].u = i * UINT64_C(250000000);
	cells[5].u = i % 2;
	cells[6].hidden = true;
	*row = (struct model_row) {
		.id = i + 1, .state = DBGSHM_ROWSTATE_LIVE, .cells = cells
	};
	snprintf(row->name, sizeof(row->name), "%zu.1", i);
}

/* An instrumented server that is also watched; rows: at most SAMPLE_PEERS. */
static inline struct sample *
sample_fill(struct sample *sample, size_t rows)
{
	char peer[64];

	memset(sample, 0, sizeof(*sample));
	sample->model.target = (struct model_target) {
		.pid = 20411, .name = "imgworker", .user = "web",
		.version = "2.4.1", .path = "/dev/shm/dbgtop-33/20411-1-a.dbg",
		.state = DBGSHM_LIFE_LIVE, .source = "own",
		.uptime_ns = 273600 * SECOND, .age_ns = SECOND / 5,
		.size_bytes = 4 << 20, .profiles = 5, .metrics = 8,
		.rows = rows, .time_real_ns = SAMPLE_NOW,
	};
	for (size_t i = 0; i < rows; i++) {
		snprintf(peer, sizeof(peer), "10.4.0.%zu:50112", i + 1);
		sample_row(sample, i, peer);
	}
	sample->table = (struct model_table) {
		.columns = sample_columns, .column_count = SAMPLE_COLUMNS,
		.rows = sample->rows, .row_count = rows, .capacity = 1024,
	};
	sample->profiles[0] = (struct model_profile) {
		.path = "process", .source = "own", .age_ns = SECOND / 5,
		.description = "what the kernel says about this process",
		.help = "Read with getrusage at each tick.",
		.metrics = sample_cpu, .metric_count = ITEMS(sample_cpu),
	};
	sample->profiles[1] = (struct model_profile) {
		.path = "net/connections", .source = "own",
		.age_ns = SECOND / 5, .description = "open connections",
		.help = "One row for each peer that is connected now.",
		.metrics = sample_net, .metric_count = ITEMS(sample_net),
		.table = &sample->table,
	};
	sample->profiles[2] = (struct model_profile) {
		.path = "threads", .source = "watched", .age_ns = SECOND,
		.description = "its threads", .help = "From /proc.",
		.table = &sample->table,
	};
	sample->profiles[3] = (struct model_profile) {
		.path = "net/listeners", .source = "own", .age_ns = SECOND / 5,
		.description = "sockets that accept", .help = "",
	};
	sample->profiles[4] = (struct model_profile) {
		.path = "internals", .source = "own", .age_ns = SECOND / 5,
		.level = DBGSHM_LEVEL_DEBUG,
		.description = "for those who wrote it", .help = "",
		.metrics = sample_cpu, .metric_count = 1,
	};
	sample->model.profiles = sample->profiles;
	sample->model.profile_count = ITEMS(sample->profiles);
	return (sample);
}

static const struct model_target sample_targets[] = {
	{ .pid = 904, .name = "proxyd", .user = "proxy", .version = "1.0",
	    .path = "/dev/shm/dbgtop-13/904-77-0123456789abcdef.dbg",
	    .state = DBGSHM_LIFE_LIVE, .source = "own",
	    .uptime_ns = 41 * 86400 * SECOND, .age_ns = SECOND / 10,
	    .size_bytes = 8 << 20, .profiles = 31, .metrics = 5100,
	    .rows = 12000 },
	{ .pid = 20411, .name = "imgworker", .user = "web", .version = "2.4.1",
	    .path = "/dev/shm/dbgtop-33/20411-99-0123456789abcdef.dbg",
	    .state = DBGSHM_LIFE_STOPPED, .source = "watched",
	    .since_real_ns = SAMPLE_NOW - 41 * SECOND,
	    .uptime_ns = 273600 * SECOND, .age_ns = 41 * SECOND,
	    .size_bytes = 4 << 20, .profiles = 14, .metrics = 812,
	    .rows = 40 },
	{ .pid = 18230, .name = "cache-main", .user = "cache", .version = "",
	    .path = "/dev/shm/dbgtop-12/18230-9-0123456789abcdef.dbg",
	    .state = DBGSHM_LIFE_DEAD, .source = "own",
	    .since_real_ns = SAMPLE_NOW - 90 * SECOND,
	    .uptime_ns = 8 * SECOND, .age_ns = 90 * SECOND,
	    .size_bytes = 700000, .profiles = 3, .metrics = 64 },
	{ .pid = 7712, .name = "batchctl", .user = "root", .version = "",
	    .path = "/dev/shm/dbgtop-0/7712-3-0123456789abcdef.dbg",
	    .state = DBGSHM_LIFE_UNREADABLE, .source = "own",
	    .reason = "Permission denied", .uptime_ns = UINT64_MAX,
	    .age_ns = UINT64_MAX, .size_bytes = UINT64_MAX },
};

#endif
