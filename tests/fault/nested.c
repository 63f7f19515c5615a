/*
 * nested.c - each recording call is interrupted after each of its instructions by
 * a signal handler that makes every recording call itself; then it goes on.
 *
 *	nested ROUNDS
 *
 * The processor's trap flag gives a signal after each instruction.  What was
 * recorded is counted beside the library; nothing may be lost or torn but what
 * the library has counted as dropped.
 */
#include "../unit/child.h"
#include "../unit/trap.h"

#ifdef TRAP_FLAG

#include "calls.h"

#include <dbgshm/reader.h>

#include <stdlib.h>
#include <ucontext.h>

#define SPACE 41 /* instructions from one interruption to the next */

/* What should be there: of the thread and its handler together. */
static struct {
	uint64_t counts[CALLS]; /* calls made */
	uint64_t same_busy;	/* the handler found its thread's row taken */
	uint64_t same_rows;
} tally;
static volatile uint64_t steps, interrupt_at;
static volatile bool stepping, came;
static uint64_t interruptions, round_number;
static size_t interrupted; /* call */
static struct dbgshm_reader *reader;
static struct dbgshm_events *events;
static uint64_t shown;

static bool
is_recording(const struct call *call)
{
	return ((call->how & CALL_SCHEMA) == 0);
}

static void
make(size_t call)
{
	tally.counts[call]++;
	calls[call].run(round_number);
}

static uint64_t
made(void (*run)(uint64_t))
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < CALLS; i++)
		sum += calls[i].run == run ? tally.counts[i] : 0;
	return (sum);
}

/* All calls, with rows and operations of its own, and the thread's own row. */
static void
handle(void)
{
	struct calls_held saved = held;
	struct dbgshm_row open;
	size_t i;

	interruptions++;
	/* But not while the thread stores its handle. */
	if (held.row.words != NULL && calls[interrupted].run != c_claim) {
		open = dbgshm_row_begin(held.row);
		tally.same_busy += open.words == NULL;
		tally.same_rows += open.words != NULL;
		if (open.words != NULL)
			calls_fill(open, 7000 + interruptions);
		dbgshm_row_end(open);
	}
	for (i = 0; i < CALLS; i++)
		if (is_recording(&calls[i]))
			make(i);
	held = saved;
}

static void
on_trap(int signal, siginfo_t *info, void *context)
{
	ucontext_t *where = context;

	(void)signal;
	(void)info;
	if (stepping && steps++ % SPACE == interrupt_at) {
		came = true;
		handle();
	}
	if (!stepping)
		where->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
}

/* One round; one of its calls is interrupted after `at` instructions, and after
 * each SPACE more.  false: that call was over before. */
static bool
one_round(uint64_t at)
{
	size_t i;

	came = false;
	held = (struct calls_held){ 0 };
	round_number++;
	for (i = 0; i < CALLS; i++) {
		if (!is_recording(&calls[i]))
			continue;
		if (i != interrupted) {
			make(i);
			continue;
		}
		steps = 0;
		interrupt_at = at;
		stepping = true;
		trap_set();
		make(i);
		stepping = false;
	}
	return (came);
}

/* ---- what a reader finds ------------------------------------------------------------ */

static bool
is(struct dbgshm_text text, const char *wanted)
{
	return (text.length == strlen(wanted) &&
	    memcmp(text.bytes, wanted, text.length) == 0);
}

static uint64_t
value_of(const char *name)
{
	size_t i;

	for (i = 0; i < dbgshm_reader_metric_count(reader); i++)
		if (is(dbgshm_reader_metric(reader, i)->name, name))
			return (dbgshm_reader_value(reader, i).u);
	CHECK(false);
	return (0);
}

/* Of both kinds of operations. */
static uint64_t
latencies(void)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < dbgshm_reader_metric_count(reader); i++)
		if (is(dbgshm_reader_metric(reader, i)->name, "latency"))
			sum += dbgshm_reader_value(reader, i).u;
	return (sum);
}

static void
check_object(size_t table, const struct dbgshm_row_info *row)
{
	uint64_t a = dbgshm_reader_cell(reader, table, row, 0).u;
	struct dbgshm_text text =
	    dbgshm_reader_cell(reader, table, row, 2).text;
	char wanted[24];

	(void)snprintf(wanted, sizeof(wanted), "%llu", (unsigned long long)a);
	CHECK(dbgshm_reader_cell(reader, table, row, 1).u == a);
	CHECK(is(text, wanted));
}

/* Every row is whole; when a round is over nothing is live but errors. */
static void
check_rows(void)
{
	const struct dbgshm_table_info *info;
	const struct dbgshm_row_info *row;
	struct dbgshm_text path;
	uint64_t errors = 0;
	size_t table, i;

	for (table = 0; table < dbgshm_reader_table_count(reader); table++) {
		info = dbgshm_reader_table(reader, table);
		path = dbgshm_reader_profile(reader, info->profile)->path;
		for (i = 0; i < dbgshm_reader_row_count(reader, table); i++) {
			row = dbgshm_reader_row(reader, table, i);
			CHECK(row->state <= DBGSHM_ROWSTATE_FINISHED);
			if (is(path, "objects"))
				check_object(table, row);
			if (is(path, "errors"))
				errors += dbgshm_reader_cell(
				    reader, table, row, DBGSHM_ERROR_COUNT)
					      .u;
			else
				CHECK(row->state == DBGSHM_ROWSTATE_FINISHED);
		}
		if (is(path, "objects"))
			CHECK(info->drop_busy == tally.same_busy + calls_busy);
		if (is(path, "errors"))
			CHECK(errors + info->drop_rows ==
			    made(c_error) + made(c_error_other));
	}
}

static void
check_events(void)
{
	CHECK(dbgshm_events_poll(events) == 0);
	while (dbgshm_events_next(events) != NULL)
		shown++;
}

static void
check(void)
{
	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(dbgshm_reader_info(reader)->faults == 0);
	CHECK(value_of("counter") == 3 * (made(c_counter) + made(c_symbol)));
	CHECK(value_of("updown") == 2 * made(c_up) - made(c_down));
	CHECK(value_of("histogram") ==
	    made(c_histogram) + made(c_symbol_histogram) + made(c_span));
	CHECK(dbgshm_reader_info(reader)->heartbeat == made(c_heartbeat));
	CHECK(latencies() == made(c_end_inner) + made(c_end_outer));
	check_rows();
	check_events();
}

/* Those of the last frame wait for a clock that has gone on. */
static void
check_all_events(void)
{
	uint64_t all =
	    made(c_words) + made(c_record) + made(c_texts) + made(c_printf);
	struct timespec moment = { 0, 1000000 };
	int tries = 0;

	while (shown + dbgshm_events_lost(events) < all && tries++ < 10000) {
		(void)nanosleep(&moment, NULL);
		CHECK(dbgshm_reader_refresh(reader) == 0);
		check_events();
	}
	CHECK(shown + dbgshm_events_lost(events) == all);
}

int
main(int argc, char **argv)
{
	uint64_t rounds = argc > 1 ? strtoull(argv[1], NULL, 10) : 1, n, at,
		 longest = 0;
	struct sigaction trap = { .sa_sigaction = on_trap,
		.sa_flags = SA_SIGINFO };
	char path[256];
	size_t i;

	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		      .state = DBGSHM_PUBLISHED }) == 0);
	calls_register(2);
	CHECK(sigaction(SIGTRAP, &trap, NULL) == 0);
	CHECK(region_file(getpid(), false, path, sizeof(path)));
	CHECK(dbgshm_reader_open(path, &reader, NULL) == 0);
	CHECK(dbgshm_reader_refresh(reader) == 0);
	CHECK(dbgshm_events_open(reader, &events) == 0);
	for (n = 0; n < rounds; n++)
		for (i = 0; i < CALLS; i++) {
			if (!is_recording(&calls[i]))
				continue;
			interrupted = i;
			for (at = 0; at < SPACE && one_round(at); at++) {
				check();
				longest = longest < steps ? steps : longest;
			}
			check();
		}
	check_all_events();
	(void)printf("%llu interruptions, after up to %llu instructions of a "
		     "call; %llu events shown, %llu counted as lost; the "
		     "thread's own row: %llu written, %llu counted as busy\n",
	    (unsigned long long)interruptions, (unsigned long long)longest,
	    (unsigned long long)shown,
	    (unsigned long long)dbgshm_events_lost(events),
	    (unsigned long long)tally.same_rows,
	    (unsigned long long)tally.same_busy);
	dbgshm_events_close(events);
	dbgshm_reader_close(reader);
	return (0);
}

#else

int
main(void)
{
	(void)printf("this processor is not stepped\n");
	return (77);
}

#endif
