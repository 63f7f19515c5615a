// cxx.cpp - the writer from C++17, every kind of value once, until SIGTERM.
#include <dbgshm/writer.h>

#include <unistd.h>

#include <array>
#include <cstdio>

namespace
{

const std::array<dbgshm_column, 3> columns = { {
    { "task", DBGSHM_TYPE_TEXT, DBGSHM_UNIT_NONE, "what is done", 16,
	DBGSHM_COLUMN_KEY, DBGSHM_LEVEL_NORMAL, nullptr },
    { "progress", DBGSHM_TYPE_FLOAT, DBGSHM_UNIT_PERCENT, nullptr, 0, 0,
	DBGSHM_LEVEL_NORMAL, nullptr },
    { "since", DBGSHM_TYPE_TIME, DBGSHM_UNIT_NONE, nullptr, 0, 0,
	DBGSHM_LEVEL_NORMAL, nullptr },
} };

dbgshm_metric
named(const char *name, uint8_t unit = DBGSHM_UNIT_NONE)
{
	dbgshm_metric metric = {};

	metric.name = name;
	metric.unit = unit;
	return metric;
}

} // namespace

int
main()
{
	dbgshm_options options = {};
	dbgshm_counter lines = {};
	dbgshm_updown open_files = {};
	dbgshm_gauge level = {}, load = {};
	dbgshm_histogram sizes = {};
	uint32_t slot = 0;

	options.sampling = DBGSHM_SAMPLER_THREAD;
	options.state = DBGSHM_PUBLISHED;
	if (dbgshm_init(&options) == -1)
		std::perror("cxx: telemetry is off");

	dbgshm_profile *work = dbgshm_profile_add("work", "from C++", nullptr);
	const dbgshm_metric m_lines = named("lines"), m_open = named("open");
	const dbgshm_metric m_level = named("level"), m_load = named("load");
	const dbgshm_metric m_sizes = named("sizes", DBGSHM_UNIT_BYTES);

	dbgshm_counter_create(work, &m_lines, &lines);
	dbgshm_updown_create(work, &m_open, &open_files);
	dbgshm_gauge_create(work, &m_level, &level);
	dbgshm_float_create(work, &m_load, &load);
	dbgshm_histogram_create(work, &m_sizes, &sizes);
	dbgshm_table *tasks =
	    dbgshm_table_create(work, columns.data(), columns.size(), 8);

	dbgshm_row row = dbgshm_row_claim(tasks);
	dbgshm_row_text(row, 0, "a task with a name that is cut");
	dbgshm_row_set_float(row, 1, 12.5);
	dbgshm_row_set(row, 2, dbgshm_now());
	dbgshm_row_end(row);

	dbgshm_counter_add(lines, 3);
	dbgshm_updown_inc(open_files, 5);
	dbgshm_updown_dec(open_files, 7);
	dbgshm_gauge_set(level, -4);
	dbgshm_float_set(load, 0.25);
	dbgshm_histogram_record(sizes, 4096);
	if (dbgshm_summary_add("lines", &slot) == 0)
		dbgshm_summary_set(slot, 3);
	for (;;)
		pause();
}
