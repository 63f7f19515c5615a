/*
 * fates.c - a program with a region that meets what its argument says.
 *
 *	fates FATE [ARGUMENT]
 *
 * It says "region PID" when it can be seen and has met it, and other facts a
 * line each; most wait then to be killed, or go on at the end of the input.
 */
#include <dbgshm/writer.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <dlfcn.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROWS 4
#define SECOND UINT64_C(1000000000)

static struct dbgshm_counter adds;
static struct dbgshm_histogram sizes;
static struct dbgshm_table *table;
static struct dbgshm_row rows[ROWS];

static void
say(const char *what, long number)
{
	char line[64];
	int length = snprintf(line, sizeof(line), "%s %ld\n", what, number);

	(void)!write(STDOUT_FILENO, line, (size_t)length);
}

static void
rest(void)
{
	for (;;)
		(void)pause();
}

static void
wait_input(void)
{
	char byte;

	while (read(STDIN_FILENO, &byte, 1) > 0 || errno == EINTR)
		errno = 0;
}

static void
register_all(void)
{
	static const struct dbgshm_column columns[] = {
		{ .name = "a", .type = DBGSHM_TYPE_GAUGE },
		{ .name = "b", .type = DBGSHM_TYPE_GAUGE },
	};
	struct dbgshm_profile *profile =
	    dbgshm_profile_add("fate", "what becomes of it", NULL);
	size_t i;

	(void)dbgshm_counter_create(
	    profile, &(struct dbgshm_metric){ .name = "adds" }, &adds);
	(void)dbgshm_histogram_create(
	    profile, &(struct dbgshm_metric){ .name = "sizes" }, &sizes);
	table = dbgshm_table_create(profile, columns, 2, ROWS);
	for (i = 0; i < ROWS; i++) {
		rows[i] = dbgshm_row_claim(table);
		dbgshm_row_end(rows[i]);
	}
	dbgshm_counter_add(adds, 7);
}

/* 0, or why there is no region. */
static int
begin(int sampling)
{
	struct dbgshm_options options = { .sampling = (uint8_t)sampling,
		.state = DBGSHM_PUBLISHED,
		.period_ns = 50000000 };

	if (dbgshm_init(&options) == -1)
		return ((int)dbgshm_reason());
	register_all();
	return (0);
}

/* Both columns the same, or the row is not whole. */
static void
record(uint64_t i)
{
	struct dbgshm_row row = dbgshm_row_begin(rows[i % ROWS]);

	dbgshm_row_set(row, 0, i);
	dbgshm_row_set(row, 1, i);
	dbgshm_row_end(row);
	dbgshm_histogram_record(sizes, i);
	dbgshm_counter_add(adds, 1);
}

/* ---- who lives, who does not ------------------------------------------------- */

static void
fate_stay(const char *unused)
{
	(void)unused;
	(void)begin(DBGSHM_SAMPLER_THREAD);
	say("region", getpid());
	wait_input();
}

/* A child that lives on when its parent is dead. */
static void
fate_child(const char *how)
{
	pid_t child;

	(void)begin(DBGSHM_SAMPLER_THREAD);
	child = strcmp(how, "raw") == 0
	    ? (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)
	    : fork();
	if (child == 0)
		rest();
	say("child", child);
	say("region", getpid());
	rest();
}

/* Another program, with the number and the start time of this. */
static void
fate_exec(const char *unused)
{
	(void)unused;
	(void)begin(DBGSHM_SAMPLER_THREAD);
	say("region", getpid());
	wait_input();
	(void)execlp("sleep", "sleep", "1000", (char *)NULL);
	err(1, "sleep");
}

/* One that nobody waits for when it has been killed. */
static void
fate_zombie(const char *unused)
{
	(void)unused;
	if (fork() == 0) {
		(void)begin(DBGSHM_SAMPLER_THREAD);
		say("region", getpid());
	}
	rest();
}

static void *
count_on(void *unused)
{
	(void)unused;
	for (;;) {
		record(1);
		(void)usleep(1000);
	}
	return (NULL);
}

/* The first thread ends, another goes on. */
static void
fate_leader(const char *unused)
{
	pthread_t thread;

	(void)unused;
	(void)begin(DBGSHM_SAMPLER_THREAD);
	if (pthread_create(&thread, NULL, count_on, NULL) != 0)
		errx(1, "no thread");
	say("region", getpid());
	pthread_exit(NULL);
}

/* ---- what a host does to its threads ------------------------------------------ */

static _Atomic uint64_t begun;

static void *
record_on(void *unused)
{
	uint64_t i;

	(void)unused;
	(void)pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	for (i = 1;; i++)
		record(atomic_fetch_add(&begun, 1));
	return (NULL);
}

/* Threads that are cancelled wherever they are, one after the other. */
static void
fate_cancel(const char *count)
{
	long i, n = strtol(count, NULL, 10);
	pthread_t thread;
	uint64_t seen;

	(void)begin(DBGSHM_SAMPLER_TICK);
	for (i = 0; i < n; i++) {
		seen = atomic_load(&begun);
		if (pthread_create(&thread, NULL, record_on, NULL) != 0)
			errx(1, "no thread");
		while (atomic_load(&begun) < seen + 1 + (uint64_t)i % 50)
			(void)sched_yield();
		(void)pthread_cancel(thread);
		(void)pthread_join(thread, NULL);
		(void)dbgshm_tick(0);
	}
	say("begun", (long)atomic_load(&begun));
	say("region", getpid());
	wait_input();
}

static sigjmp_buf back;

static void
jump(int signal)
{
	siglongjmp(back, signal);
}

/* Recording that a handler jumps out of. */
static void
fate_jump(const char *count)
{
	struct itimerval often = { { 0, 20 }, { 0, 20 } }, never = { 0 };
	volatile long jumps = 0;
	long n = strtol(count, NULL, 10);

	(void)begin(DBGSHM_SAMPLER_TICK);
	(void)sigaction(
	    SIGALRM, &(struct sigaction){ .sa_handler = jump }, NULL);
	if (sigsetjmp(back, 1) != 0)
		jumps++;
	(void)setitimer(ITIMER_REAL, jumps < n ? &often : &never, NULL);
	while (jumps < n)
		record(atomic_fetch_add(&begun, 1));
	record(0);
	(void)dbgshm_tick(0);
	say("begun", (long)atomic_load(&begun));
	say("region", getpid());
	wait_input();
}

/* ---- what a host does to its descriptors, root and rights ----------------------- */

/* All descriptors but the usual are closed, and their numbers used anew. */
static void
fate_close(const char *path)
{
	struct stat before, after;
	int file, i;

	(void)begin(DBGSHM_SAMPLER_TICK);
	if (syscall(SYS_close_range, 3U, ~0U, 0U) == -1)
		for (i = 3; i < 1024; i++)
			(void)close(i);
	for (i = 0; i < 8; i++)
		file = open(path, O_RDWR | O_CREAT | O_APPEND, 0600);
	(void)!write(file, "mine\n", 5);
	(void)fstat(file, &before);
	for (i = 0; i < 64; i++) {
		record((uint64_t)i);
		(void)dbgshm_tick(0);
		if (dbgshm_unpublish() == -1 || dbgshm_publish() == -1)
			err(1, "publish");
	}
	(void)dbgshm_profile_add("later", NULL, NULL);
	(void)fstat(file, &after);
	say("size", (long)after.st_size);
	say("same",
	    before.st_ino == after.st_ino &&
		before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
	say("next", open("/dev/null", O_RDONLY));
	say("region", getpid());
	wait_input();
}

/* Neither /proc nor /dev/shm, nor anything else. */
static void
fate_chroot(const char *directory)
{
	if (chroot(directory) == -1 || chdir("/") == -1)
		err(77, "chroot");
	say("reason", begin(DBGSHM_SAMPLER_THREAD));
	record(1);
	say("state", dbgshm_state());
}

static void
fate_undumpable(const char *unused)
{
	(void)unused;
	if (prctl(PR_SET_DUMPABLE, 0) == -1)
		err(1, "prctl");
	fate_stay(NULL);
}

/* Whatever is not in here kills. */
static void
lock_up(void)
{
#define ALLOW(call)                                                            \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1),                     \
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		ALLOW(SYS_write),
		ALLOW(SYS_exit_group),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(filter[0]),
		filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1)
		err(77, "seccomp");
#undef ALLOW
}

/* A filter that kills: after dbgshm_sandbox() nothing calls the system. */
static void
fate_filter(const char *unused)
{
	uint64_t i;

	(void)unused;
	(void)begin(DBGSHM_SAMPLER_THREAD);
	say("sandbox", dbgshm_sandbox());
	lock_up();
	for (i = 1; i < 100000; i++) {
		record(i);
		if (i % 1000 == 0)
			(void)dbgshm_tick(i * SECOND / 1000);
	}
}

/* ---- two copies of the library ----------------------------------------------- */

typedef int init_function(const struct dbgshm_options *);

/* The shared one beside the one in here: each knows its own region. */
static void
fate_copies(const char *path)
{
	struct dbgshm_options options = { .sampling = DBGSHM_SAMPLER_THREAD,
		.state = DBGSHM_PUBLISHED };
	void *first, *again;
	init_function *init;
	int i, results = 0;

	(void)begin(DBGSHM_SAMPLER_THREAD);
	for (i = 0; i < 3; i++) {
		first = dlopen(path, RTLD_NOW | RTLD_LOCAL);
		again = dlopen(path, RTLD_NOW | RTLD_LOCAL);
		if (first == NULL || first != again)
			errx(1, "%s: %s", path, dlerror());
		*(void **)&init = dlsym(first, "dbgshm_init");
		results += i == 0 ? init(&options) != 0 : init(&options) == 0;
		(void)dlclose(first);
		(void)dlclose(again);
	}
	say("wrong", results);
	say("region", getpid());
	wait_input();
}

static const struct {
	const char *name;
	void (*meet)(const char *);
} fates[] = {
	{ "stay", fate_stay },
	{ "child", fate_child },
	{ "exec", fate_exec },
	{ "zombie", fate_zombie },
	{ "leader", fate_leader },
	{ "cancel", fate_cancel },
	{ "jump", fate_jump },
	{ "close", fate_close },
	{ "chroot", fate_chroot },
	{ "undumpable", fate_undumpable },
	{ "filter", fate_filter },
	{ "copies", fate_copies },
};

int
main(int argc, char *argv[])
{
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(fates) / sizeof(fates[0]); i++)
		if (strcmp(argv[1], fates[i].name) == 0) {
			fates[i].meet(argc > 2 ? argv[2] : "");
			say("end", 0);
			return (0);
		}
	errx(2, "usage: fates FATE [ARGUMENT]");
}
