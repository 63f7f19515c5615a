/*
 * steps.c - a process is stopped after each instruction of each call of calls.h,
 * and looked at as if it had died there.
 *
 *	steps die ROUNDS	every instruction; ticks and registration too
 *	steps record ROUNDS	recording alone
 *	steps kill COUNT	COUNT processes, each really killed somewhere
 *
 * The state of a process that dies is what stands in its region: it is looked at
 * in place, by the library's reader, which is told that the writer is dead.
 * Where an instruction has changed nothing there, nothing is to be seen anew.
 */
#if defined(__x86_64__) && defined(__linux__)

#include "facts.h"

#include "../unit/child.h"

#include "calls.h"

#include <dbgshm/reader.h>

#include <sys/mman.h>
#include <sys/ptrace.h>

#include <fcntl.h>
#include <stdlib.h>

#define RANGES 16
#define SLACK (64u << 10) /* a section may grow so much in one call */

/* Between the process and who steps it. */
struct shared {
	volatile uint64_t call, inside;
};

struct stepped {
	pid_t pid;
	char path[256];
	struct shared *shared;
	struct dbgshm_reader *reader;
	const char *region;
	size_t region_size;
	struct {
		uint64_t offset, size;
		char *copy;
	} ranges[RANGES];
	unsigned range_count;
	bool gone; /* has come to its end */
};

static struct facts facts;
static bool tell_the_truth;

/* ---- life ----------------------------------------------------------------------- */

bool __wrap_dbgshm__life_locked(int);
bool __real_dbgshm__life_locked(int);
bool __wrap_dbgshm__life_writer(int, const void *, void *);
bool __real_dbgshm__life_writer(int, const void *, void *);

bool
__wrap_dbgshm__life_locked(int descriptor)
{
	return (tell_the_truth && __real_dbgshm__life_locked(descriptor));
}

bool
__wrap_dbgshm__life_writer(int descriptor, const void *header, void *host)
{
	return (tell_the_truth &&
	    __real_dbgshm__life_writer(descriptor, header, host));
}

/* ---- the process that is stepped --------------------------------------------------- */

static void
run_calls(struct shared *shared, uint64_t rounds, bool all)
{
	uint64_t n;
	size_t i;

	CHECK(dbgshm_init(
		  &(struct dbgshm_options){ .sampling = DBGSHM_SAMPLER_TICK,
		      .state = DBGSHM_PUBLISHED,
		      .history_bytes = 64 << 10,
		      .row_history_bytes = 64 << 10 }) == 0);
	calls_register(2);
	calls_base_ns = dbgshm__clock_now() / CALLS_SECOND * CALLS_SECOND;
	CHECK(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
	CHECK(raise(SIGSTOP) == 0);
	for (n = 1; n <= rounds; n++)
		for (i = 0; i < CALLS; i++) {
			if (!all && (calls[i].how & CALL_SCHEMA) != 0)
				continue;
			shared->call = i;
			__asm__ volatile("int3" : : : "memory");
			shared->inside = 1;
			calls[i].run(n);
			shared->inside = 0;
		}
}

static void
go_to_stop(struct stepped *stepped, int how)
{
	int status;

	CHECK(ptrace(how, stepped->pid, NULL, NULL) == 0);
	CHECK(waitpid(stepped->pid, &status, 0) == stepped->pid);
	stepped->gone = WIFEXITED(status);
	CHECK(stepped->gone
		? WEXITSTATUS(status) == 0
		: WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP);
}

static void
start(struct stepped *stepped, uint64_t rounds, bool all)
{
	int file, status;

	memset(stepped, 0, sizeof(*stepped));
	stepped->shared = mmap(NULL, sizeof(struct shared),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(stepped->shared != MAP_FAILED);
	(void)fflush(NULL);
	if ((stepped->pid = fork()) == 0) {
		(void)alarm(3000);
		run_calls(stepped->shared, rounds, all);
		exit(0);
	}
	CHECK(stepped->pid != -1);
	CHECK(waitpid(stepped->pid, &status, 0) == stepped->pid);
	CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
	CHECK(ptrace(PTRACE_SETOPTIONS, stepped->pid, NULL,
		  (void *)PTRACE_O_EXITKILL) == 0);
	CHECK(region_file(
	    stepped->pid, false, stepped->path, sizeof(stepped->path)));
	CHECK(dbgshm_reader_open(stepped->path, &stepped->reader, NULL) == 0);
	CHECK(dbgshm_reader_refresh(stepped->reader) == 0);
	stepped->region_size =
	    (size_t)dbgshm_reader_info(stepped->reader)->file_size;
	CHECK((file = open(stepped->path, O_RDONLY | O_CLOEXEC)) != -1);
	stepped->region =
	    mmap(NULL, stepped->region_size, PROT_READ, MAP_SHARED, file, 0);
	CHECK(stepped->region != MAP_FAILED);
	CHECK(close(file) == 0);
}

static void
end(struct stepped *stepped)
{
	unsigned i;

	for (i = 0; i < stepped->range_count; i++)
		free(stepped->ranges[i].copy);
	dbgshm_reader_close(stepped->reader);
	CHECK(munmap((void *)(uintptr_t)stepped->region,
		  stepped->region_size) == 0);
	CHECK(munmap(stepped->shared, sizeof(struct shared)) == 0);
	(void)unlink(stepped->path);
}

/* ---- what an instruction has changed ------------------------------------------------- */

static void
add_range(struct stepped *stepped, uint64_t offset, uint64_t size)
{
	unsigned i = stepped->range_count++;

	CHECK(i < RANGES);
	stepped->ranges[i].offset = offset;
	stepped->ranges[i].size = size;
	CHECK((stepped->ranges[i].copy = malloc(size)) != NULL);
	memcpy(stepped->ranges[i].copy, stepped->region + offset, size);
}

/* All that is in use, and a little that may come: holes stay holes. */
static void
remember(struct stepped *stepped)
{
	const struct dbgshm_header *header = (const void *)stepped->region;
	const struct dbgshm_section *section;
	uint64_t size, shard;
	uint32_t i;

	for (i = 0; i < stepped->range_count; i++)
		free(stepped->ranges[i].copy);
	stepped->range_count = 0;
	add_range(stepped, 0, sizeof(*header) + DBGSHM_SUMMARY_OFFSET);
	for (i = 0; i < header->section_count; i++) {
		section = &header->sections[i];
		size = (section->used + 4095) / 4096 * 4096;
		if (section->type != DBGSHM_SECTION_SHARDS) {
			if (size != 0)
				add_range(stepped, section->offset, size);
			continue;
		}
		for (shard = 0; shard < header->shards_ready; shard++)
			add_range(stepped,
			    section->offset + shard * header->shard_stride,
			    size);
	}
}

static bool
has_changed(struct stepped *stepped)
{
	bool changed = false;
	unsigned i;

	for (i = 0; i < stepped->range_count; i++)
		if (memcmp(stepped->ranges[i].copy,
			stepped->region + stepped->ranges[i].offset,
			stepped->ranges[i].size) != 0) {
			changed = true;
			memcpy(stepped->ranges[i].copy,
			    stepped->region + stepped->ranges[i].offset,
			    stepped->ranges[i].size);
		}
	return (changed);
}

/* ---- every instruction ------------------------------------------------------------------ */

static uint64_t instructions, states, torn_states;
static unsigned strange_calls;

static void
look(struct stepped *stepped, const struct call *call)
{
	struct dbgshm_reader *reader = stepped->reader;
	const char *wrong = "nobody could attach";

	/* Who attaches now, where names may be half there. */
	if ((call->how & CALL_SCHEMA) == 0 ||
	    dbgshm_reader_again(stepped->reader, &reader) == 0)
		wrong =
		    facts_look(&facts, reader, (call->how & CALL_CELLS) != 0,
			(call->how & CALL_TICK) != 0);
	if (reader != stepped->reader)
		dbgshm_reader_close(reader);
	states++;
	torn_states += facts.torn != 0;
	if (wrong == NULL)
		return;
	(void)printf("%s: after %llu instructions: %s\n", call->name,
	    (unsigned long long)instructions, wrong);
	exit(1);
}

static void
step_through(struct stepped *stepped, const struct call *call)
{
	uint64_t before = instructions, looks = states;
	const struct fact *strange;
	bool began = false;

	look(stepped, call);
	facts_begin(&facts);
	look(stepped, call);
	remember(stepped);
	for (;;) {
		go_to_stop(stepped, PTRACE_SINGLESTEP);
		instructions++;
		if (began && stepped->shared->inside == 0)
			break;
		began = stepped->shared->inside != 0;
		if (has_changed(stepped))
			look(stepped, call);
	}
	look(stepped, call);
	if (facts.torn != 0 || instructions == before + 1) {
		(void)printf("%s: %u rows are torn when it is over\n",
		    call->name, facts.torn);
		exit(1);
	}
	strange = facts_strange(&facts);
	if (strange != NULL && (call->how & CALL_TWICE) == 0) {
		strange_calls++;
		(void)printf("%s: neither as before nor as after: %s\n",
		    call->name, strange->name);
	}
	if (getenv("VERBOSE") != NULL)
		(void)printf("%-28s %7llu instructions, %5llu looks\n",
		    call->name, (unsigned long long)(instructions - before),
		    (unsigned long long)(states - looks));
}

static int
die(uint64_t rounds, bool all)
{
	struct stepped stepped;

	start(&stepped, rounds, all);
	for (;;) {
		go_to_stop(&stepped, PTRACE_CONT);
		if (stepped.gone)
			break;
		step_through(&stepped, &calls[stepped.shared->call]);
	}
	end(&stepped);
	(void)printf("%zu calls, %llu rounds: %llu instructions, %llu looks, "
		     "%llu with a torn row, %llu moments of the past, "
		     "%u calls with something strange\n",
	    CALLS, (unsigned long long)rounds, (unsigned long long)instructions,
	    (unsigned long long)states, (unsigned long long)torn_states,
	    (unsigned long long)facts.moments, strange_calls);
	return (strange_calls != 0);
}

/* ---- really killed ---------------------------------------------------------------------- */

static void
kill_one(unsigned *seed)
{
	uint64_t stops = (uint64_t)rand_r(seed) % (2 * CALLS) + 1, i,
		 steps = (uint64_t)rand_r(seed) % 600;
	struct stepped stepped;
	uint64_t digest;
	int status;

	start(&stepped, 2, true);
	for (i = 0; i < stops; i++)
		go_to_stop(&stepped, PTRACE_CONT);
	for (i = 0; i < steps; i++) {
		go_to_stop(&stepped, PTRACE_SINGLESTEP);
		if (i > 100 && stepped.shared->inside == 0)
			break;
	}
	look(&stepped, &calls[CALLS - 1]);
	digest = facts.digest;
	CHECK(kill(stepped.pid, SIGKILL) == 0);
	CHECK(waitpid(stepped.pid, &status, 0) == stepped.pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	tell_the_truth = true;
	look(&stepped, &calls[CALLS - 1]);
	CHECK(dbgshm_reader_life(stepped.reader) == DBGSHM_LIFE_DEAD);
	CHECK(facts.digest == digest);
	tell_the_truth = false;
	end(&stepped);
	memset(&facts, 0, sizeof(facts));
}

static int
kills(uint64_t count)
{
	unsigned seed = 5;
	uint64_t i;

	for (i = 0; i < count; i++)
		kill_one(&seed);
	(void)printf("%llu killed in the middle: all as they were seen\n",
	    (unsigned long long)count);
	return (0);
}

int
main(int argc, char **argv)
{
	uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2)
		errx(2, "usage: steps die|record|kill COUNT");
	if (strcmp(argv[1], "kill") == 0)
		return (kills(count));
	return (die(count, strcmp(argv[1], "die") == 0));
}

#else

#include <stdio.h>

int
main(void)
{
	(void)printf("this processor is not stepped\n");
	return (77);
}

#endif
