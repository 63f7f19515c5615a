// shapes.cpp - every shape and the event log from C++17, until SIGTERM.
#include <dbgshm/events.h>
#include <dbgshm/shapes.h>

#include <unistd.h>

#include <array>
#include <cstdio>

namespace
{

dbgshm_profile *
profile(const char *path)
{
	return dbgshm_profile_add(path, "from C++", nullptr);
}

// A row of each: what each table needs is one expression.
void
fill_tables()
{
	const uint64_t second = 1000000000;
	dbgshm_trail trail = dbgshm_trail_claim(
	    dbgshm_steps_create(profile("cxx/steps"), 2, 4), "main");
	dbgshm_heart heart = dbgshm_heart_claim(
	    dbgshm_heartbeats_create(profile("cxx/hearts"), 2), "loop", second);
	dbgshm_queue queue = dbgshm_queue_claim(
	    dbgshm_queues_create(profile("cxx/queues"), 2), "jobs", 8);
	dbgshm_cache cache = dbgshm_cache_claim(
	    dbgshm_caches_create(profile("cxx/caches"), 2), "names", 8);
	dbgshm_limit limit = dbgshm_limit_claim(
	    dbgshm_limits_create(profile("cxx/limits"), 2), "slots", 8);
	dbgshm_worker worker = dbgshm_worker_claim(
	    dbgshm_workers_create(profile("cxx/workers"), 2), "worker");
	dbgshm_schedule sweep = dbgshm_schedule_claim(
	    dbgshm_schedules_create(profile("cxx/schedule"), 2), "sweep", 0);
	dbgshm_pairs *files = dbgshm_pairs_create(profile("cxx/files"), 4);

	dbgshm_trail_step(trail, "fill", "tables");
	dbgshm_heart_beat(heart, 0);
	dbgshm_queue_put(queue, 1);
	dbgshm_cache_hit(cache, 1);
	dbgshm_limit_waited(limit, dbgshm_limit_wait(limit, "me"));
	dbgshm_worker_busy(worker, "with this");
	dbgshm_schedule_begin(sweep);
	dbgshm_schedule_end(sweep, 1, DBGSHM_OUTCOME_OK, second);
	dbgshm_pair_open(files, 3, "a file");
	dbgshm_pair_open(files, 4, "another");
	dbgshm_pair_close(files, 4);
	dbgshm_error_record(dbgshm_errors_create(profile("cxx/errors"), 4), 2,
	    "cannot open", "a file");
	dbgshm_trail_rest(trail);
}

void
run_operations()
{
	const std::array<const char *, 2> kinds = { "work", nullptr };
	dbgshm_operations *set = dbgshm_operations_create(
	    profile("cxx/operations"), kinds.data(), 4);
	dbgshm_operation outer = dbgshm_operation_begin(set, 0, "outer");
	dbgshm_operation inner = dbgshm_operation_begin(set, 0, "inner");
	dbgshm_histogram took = {};
	dbgshm_metric metric = {};

	dbgshm_operation_progress(&inner, 1, 2, "half");
	dbgshm_operation_end(&inner, DBGSHM_OUTCOME_OK);
	dbgshm_operation_leave(dbgshm_operation_enter(&outer));
	metric.name = "took";
	metric.unit = DBGSHM_UNIT_NS;
	dbgshm_histogram_create(profile("cxx/spans"), &metric, &took);
	dbgshm_span_end(took, dbgshm_span_begin());
}

void
log_events()
{
	dbgshm_column field = {};
	dbgshm_event_kind kind = {};
	dbgshm_event event = {};
	dbgshm_log *log = dbgshm_log_create(profile("cxx/log"), nullptr);
	const uint64_t word = 42;

	field.name = "answer";
	field.type = DBGSHM_TYPE_GAUGE;
	kind.name = "answered";
	kind.text = "the answer is {answer}";
	kind.severity = DBGSHM_SEVERITY_INFO;
	kind.fields = &field;
	kind.field_count = 1;
	dbgshm_event_create(log, &kind, &event);
	dbgshm_event_words(log, event, dbgshm_now(), &word, 1);
	dbgshm_log_printf(log, DBGSHM_SEVERITY_WARN, "from %s", "C++");
}

} // namespace

int
main()
{
	dbgshm_options options = {};

	options.sampling = DBGSHM_SAMPLER_THREAD;
	options.state = DBGSHM_DARK;
	if (dbgshm_init(&options) == -1)
		std::perror("shapes: telemetry is off");
	fill_tables();
	run_operations();
	log_events();
	dbgshm_publish();
	for (;;)
		pause();
}
