/*
 * explore.c - the search: see explore.h.
 *
 * It is stateless: an execution is a list of choices, and the next one is the same
 * list with its last choice changed.
 */
#include "machine.h"

#include <setjmp.h>
#include <string.h>
#include <sys/types.h>
#include <ucontext.h>

#define CHOICES 512
#define STACK (256u << 10)
#define EXECUTIONS_MAX 30000000
#define WEAKENED_MAX 150000 /* what is caught is caught early */

struct choice {
	unsigned count, at;
};

struct machine machine;
unsigned explore_preads;
unsigned explore_phases;

static unsigned phase;
static struct choice choices[CHOICES];
static unsigned choice_count, choice_at;
static jmp_buf scheduler;
static ucontext_t first, back; /* to begin on another stack */
static const char *mapping;
static uint64_t mapping_size;

void
machine_broken(const char *why)
{
	(void)fprintf(stderr, "model: %s: %s%s%s\n",
	    machine.program == NULL ? "" : machine.program->name, why,
	    machine.site == NULL ? "" : " at ",
	    machine.site == NULL ? "" : machine.site->what);
	exit(2);
}

void
explore_watch(void *at, size_t size, unsigned word)
{
	struct range *range = &machine.ranges[machine.range_count++];

	if (machine.range_count > RANGES)
		machine_broken("too many ranges");
	*range = (struct range){ at, malloc(size), malloc(size), size, word };
	memcpy(range->first, at, size);
}

void
explore_forget(void)
{
	while (machine.range_count > 0) {
		free(machine.ranges[--machine.range_count].shadow);
		free(machine.ranges[machine.range_count].first);
	}
}

void
explore_keep(void *at, size_t size)
{
	explore_watch(at, size, 0);
}

void
explore_mapping(const void *base, uint64_t size)
{
	mapping = base;
	mapping_size = size;
}

/* ---- choices ------------------------------------------------------------------ */

unsigned
explore_choose(unsigned count)
{
	struct choice *choice = &choices[choice_at];

	if (count < 2)
		return (0);
	if (choice_at == CHOICES)
		machine_broken("too many choices");
	if (choice_at == choice_count) {
		*choice = (struct choice){ count, 0 };
		choice_count++;
	} else if (choice->count != count) {
		machine_broken("an execution did not come out the same again");
	}
	choice_at++;
	return (choice->at);
}

static bool
next_choices(void)
{
	while (choice_count > 0) {
		struct choice *last = &choices[choice_count - 1];

		if (++last->at < last->count)
			return (true);
		choice_count--;
	}
	return (false);
}

void
explore_wrong(const char *what, uint64_t a, uint64_t b)
{
	if (machine.outcome.wrong != NULL)
		return;
	machine.outcome.wrong = what;
	machine.outcome.a = a;
	machine.outcome.b = b;
}

bool
explore_dead(void)
{
	return (machine.death != 0);
}

/* ---- the reader ------------------------------------------------------------------- */

void
explore_latest(void)
{
	machine.latest = true;
}

ssize_t __wrap_pread64(int, void *, size_t, int64_t);
ssize_t __real_pread64(int, void *, size_t, int64_t);
bool __wrap_dbgshm__life_locked(int);
bool __wrap_dbgshm__life_writer(int, const void *, void *);

/* All words at once, in no order; then a fence. */
ssize_t
__wrap_pread64(int descriptor, void *into, size_t size, int64_t offset)
{
	const char *from = mapping + offset;
	struct word *word;
	const struct stored *stored;
	uint64_t value;
	bool met = false;
	unsigned i;

	if (!machine.reading || (uint64_t)offset + size > mapping_size)
		return (__real_pread64(descriptor, into, size, offset));
	explore_preads++;
	memcpy(into, from, size);
	for (i = 0; i < machine.word_count; i++) {
		word = &machine.words[i];
		if (word->at < from || word->at >= from + size)
			continue;
		met = true;
		if (!machine.latest && machine.program->wants != NULL &&
		    !machine.program->wants(
			explore_preads, (uint64_t)(word->at - mapping))) {
			value = UINT64_C(0xdeadbeefdeadbeef);
		} else {
			stored = machine_read(
			    word, machine.running->view.at[i], NULL, 0);
			machine_saw(word, stored, false);
			value = stored->value;
		}
		memcpy((char *)into + (word->at - from), &value, word->size);
	}
	if (met)
		phase = machine.program->phase == NULL
		    ? phase + 1
		    : machine.program->phase(explore_preads, (uint64_t)offset);
	if (explore_phases < phase && !machine.latest)
		explore_phases = phase;
	if (machine.weak.kind != FENCE || machine.weak.site != (int)phase ||
	    machine.latest)
		machine_join(&machine.running->view, &machine.running->seen);
	return ((ssize_t)size);
}

/* Who finds it dead sees all that it has done. */
bool
__wrap_dbgshm__life_locked(int descriptor)
{
	(void)descriptor;
	if (machine.death == 0)
		return (true);
	machine.latest = true;
	return (false);
}

bool
__wrap_dbgshm__life_writer(int descriptor, const void *header, void *host)
{
	(void)header;
	(void)host;
	return (__wrap_dbgshm__life_locked(descriptor));
}

/* ---- the search ----------------------------------------------------------------------- */

/* To the scheduler, until it comes back to this thread. */
void
machine_give_way(void)
{
	if (_setjmp(machine.running->context) == 0)
		_longjmp(scheduler, 1);
}

static void
begin_thread(void)
{
	machine.program->writers[machine.running - machine.threads]();
	machine_settle();
	machine.running->done = true;
	machine_give_way();
}

void
explore_leave(unsigned operations, jmp_buf away)
{
	machine.running->leave = operations;
	machine.running->away = (void *)away;
}

/* On a stack of its own; from then on by longjmp(3), which asks no kernel. */
static void
begin(const struct thread *thread)
{
	(void)getcontext(&first);
	first.uc_stack.ss_sp = thread->stack;
	first.uc_stack.ss_size = STACK;
	first.uc_link = NULL;
	makecontext(&first, begin_thread, 0);
	(void)swapcontext(&back, &first);
}

static void
resume(struct thread *thread)
{
	uint64_t *volatile shard = dbgshm__shard;
	volatile struct dbgshm__thread local = dbgshm__thread;
	struct model_site *volatile before = machine.site;

	machine.running = thread;
	dbgshm__shard = thread->shard;
	dbgshm__thread = thread->local;
	if (_setjmp(scheduler) == 0) {
		if (thread->begun)
			_longjmp(thread->context, 1);
		thread->begun = true;
		begin(thread);
	}
	thread = machine.running;
	thread->shard = dbgshm__shard;
	thread->local = dbgshm__thread;
	dbgshm__shard = shard;
	dbgshm__thread = local;
	machine.running = NULL;
	machine.site = before;
}

static void
start(struct thread *thread)
{
	char *stack = thread->stack == NULL ? malloc(STACK) : thread->stack;

	memset(thread, 0, sizeof(*thread));
	thread->stack = stack;
}

/* All that is kept and watched, as it was at first. */
static void
restore(void)
{
	unsigned i;

	for (i = 0; i < machine.range_count; i++) {
		memcpy(machine.ranges[i].at, machine.ranges[i].first,
		    machine.ranges[i].size);
		memcpy(machine.ranges[i].shadow, machine.ranges[i].first,
		    machine.ranges[i].size);
	}
}

static void
run_writers(void)
{
	struct thread *ready[3];
	unsigned count, i;

	restore();
	machine.word_count = 0;
	machine.stores = 0;
	machine.death = 0;
	machine.latest = false;
	for (i = 0; i < machine.thread_count; i++)
		start(&machine.threads[i]);
	for (;;) {
		for (count = 0, i = 0; i < machine.thread_count; i++)
			if (!machine.threads[i].done &&
			    (i == 0 || !machine.program->ordered ||
				machine.threads[i - 1].done))
				ready[count++] = &machine.threads[i];
		if (count == 0)
			break;
		resume(ready[explore_choose(count)]);
	}
}

static void
run_reader(void)
{
	struct thread *reader = &machine.threads[3];

	memset(&reader->view, 0, sizeof(reader->view));
	memset(&reader->seen, 0, sizeof(reader->seen));
	machine.death =
	    machine.program->deaths ? explore_choose(machine.stores + 1) : 0;
	machine.latest = false;
	explore_preads = phase = 0;
	machine.running = reader;
	machine.reading = true;
	if (machine.program->reader != NULL)
		machine.program->reader();
	machine.reading = false;
	machine.running = NULL;
	if (machine.outcome.preads < explore_preads)
		machine.outcome.preads = explore_preads;
}

struct outcome
explore(const struct program *which, struct weak taken_out)
{
	unsigned i;
	bool once;

	machine.program = which;
	machine.weak = taken_out;
	machine.outcome = (struct outcome){ 0 };
	machine.site = NULL;
	for (i = 0; machine.weak.kind == NOTHING && i <= SITES; i++)
		memset(explore_sites[i].can, 0, sizeof(explore_sites[i].can));
	if (machine.weak.kind == NOTHING)
		explore_phases = 0;
	explore_forget();
	machine.exploring = false;
	machine.program->setup();
	machine.exploring = true;
	for (machine.thread_count = 0; machine.thread_count < 3 &&
	     machine.program->writers[machine.thread_count] != NULL;)
		machine.thread_count++;
	once = machine.thread_count == 1;
	choice_count = choice_at = 0;
	if (once) {
		run_writers();
		if (choice_count != 0)
			machine_broken("a writer alone has no choice");
		if (machine.program->between != NULL)
			machine.program->between();
	}
	do {
		choice_at = 0;
		if (!once) {
			run_writers();
			if (machine.program->between != NULL)
				machine.program->between();
		}
		if (machine.outcome.wrong == NULL)
			run_reader();
		machine.outcome.executions++;
		machine.outcome.cut = machine.outcome.executions ==
		    (machine.weak.kind == NOTHING ? EXECUTIONS_MAX
						  : WEAKENED_MAX);
	} while (machine.outcome.wrong == NULL && !machine.outcome.cut &&
	    next_choices());
	machine.exploring = false;
	if (!machine.program->goes_on)
		restore();
	machine.program = NULL;
	return (machine.outcome);
}
